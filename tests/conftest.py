"""What several tests need."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from smm_xl.commands.main import app
from tests.office import Calc, office_with_the_add_in

# What .ci/check leaves out: tests that ask a judge (LibreOffice, Wine, Node), start a process or work for long. A folder, a file, or a test in it.
SLOW = (
    "tests/test_bundle.py",
    "tests/test_calc_functions.py",
    "tests/test_calc_host.py",
    "tests/test_conventions.py::test_style_and_types",
    "tests/test_template.py",
    "tests/windows/",
)
_running: list[pytest.Item] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(SLOW):
            item.add_marker("slow")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _running[:] = [item]
    try:
        return (yield)
    finally:
        _running.clear()


def _only_slow_tests_start_processes(event: str, _: tuple[object, ...]) -> None:
    if event == "subprocess.Popen" and any(item.get_closest_marker("slow") is None for item in _running):
        pytest.fail("a test that starts a process is slow: it belongs to SLOW in tests/conftest.py")


sys.addaudithook(_only_slow_tests_start_processes)


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
