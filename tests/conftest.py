"""What several tests need."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from smm_xl.commands.main import app
from tests.office import Calc, office_with_the_add_in


@pytest.fixture(scope="session")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """New folders, one for each time it is asked. Not in those of the tests, some of which look what is in theirs."""
    folder = tmp_path_factory.mktemp("homes")

    def made() -> Iterator[Path]:
        for number in count():
            (folder / str(number)).mkdir()
            yield folder / str(number)

    return made()


@pytest.fixture(autouse=True)
def home(homes: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder, empty and of the test alone: on Linux and Mac where HOME says, on Windows the other three."""
    folder = next(homes)
    for variable in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(folder))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return folder


@pytest.fixture(autouse=True)
def _no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages in English, whatever the machine speaks."""
    for variable in ("SMM_XL_LANG", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("LANG", "C.UTF-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command, run in an empty folder; it must never end in a traceback."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return call


@pytest.fixture(scope="session")
def calc() -> Iterator[Calc]:
    """One headless LibreOffice with the add-in, for all tests of the session."""
    with office_with_the_add_in() as calc:
        yield calc
