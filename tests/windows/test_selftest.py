"""The self-test with a real Windows Python, pywin32 and COM between processes; for Excel stands a program of ours."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from smm_xl.hosts.excel_addin import build, checklist
from smm_xl.hosts.excel_addin.checklist import Step
from smm_xl.hosts.excel_addin.selftest import Event
from smm_xl.language import Text
from tests.windows import PYTHON, Computer, computer

ROOT = Path(__file__).parent.parent.parent
CLASS = "{6C2E1F0A-3B7D-4B0C-9C55-5D1B7A0E2F11}"  # of tests/com/served.py
KEYS = {check.key for check in checklist.checks() if check.step is not Step.HAND}
_WATCH = """
import json, sys, tempfile
from pathlib import Path
from smm_xl.hosts.excel_addin import watching
folder = Path(tempfile.mkdtemp())
print(json.dumps(watching.watch(watching.command(Path("C:/smm.xlam"), folder), folder, patience=float(sys.argv[1]))))
"""
_PAGE = """
import sys
from smm_xl.hosts.excel_addin import selftest_page, windows
computer = windows.this_computer()
selftest_page.must_be_ready(computer)
Path = type(computer.addin)
Path("page.txt").write_bytes(selftest_page.seen(computer, sys.argv[1]).content)
"""

RunPython = Callable[..., str]


@pytest.fixture(scope="module")
def pc(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Computer]:
    """A computer with the add-in, and an Excel that the registry names."""
    with computer(tmp_path_factory.mktemp("selftest") / "c", installed, user="Ivan Petrov") as made:
        shutil.copytree(ROOT / "tests", made.path / "selftest" / "tests", ignore=shutil.ignore_patterns("__pycache__", "node", "office", "golden", "windows"))
        made.addin.parent.mkdir(parents=True)
        made.addin.write_bytes(build.xlam(PYTHON))
        made.add_excel()
        yield made


@pytest.fixture(scope="module")
def python(pc: Computer) -> RunPython:
    """Runs the Windows Python in a folder with our tests; gives what it prints."""

    def run(*arguments: str) -> str:
        done = pc.run(PYTHON, "-B", *arguments, within=r"C:\selftest", timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def told_of(python: RunPython, kind: str, patience: float = 120) -> list[Event]:
    """What is told of a stand-in that COM starts as Excel."""
    python("-m", "tests.com.served", kind)
    told: list[Any] = json.loads(python("-c", _WATCH, str(patience)).splitlines()[-1])
    return [Event(kind, key, Text(*words)) for kind, key, words in told]


def keys(events: list[Event], kind: str) -> set[str]:
    return {event.key for event in events if event.kind == kind}


def served() -> list[str]:
    """The processes that stand for Excel."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().decode(errors="replace").replace("\0", " "))
        except OSError:  # it has ended meanwhile
            continue
    return [line for line in found if CLASS in line]


def wait_until_none_is_served() -> None:
    until = time.monotonic() + 20
    while served():
        assert time.monotonic() < until, served()
        time.sleep(0.2)


@pytest.mark.parametrize("kind", ["Application", "OlderExcel"])
def test_over_com_an_excel_that_answers_rightly_is_as_expected_and_ends(kind: str, python: RunPython) -> None:
    events = told_of(python, kind)
    assert keys(events, "ok") == KEYS
    assert not keys(events, "stopped")
    wait_until_none_is_served()


def test_over_com_a_wrong_answer_shows_where_it_is(python: RunPython) -> None:
    events = told_of(python, "LinkedWhenReopened")
    assert keys(events, "differs") == {check.key for check in checklist.checks() if check.step is Step.REOPENED}
    assert keys(events, "ok") | keys(events, "differs") == KEYS


def test_an_excel_that_is_killed_in_the_middle_leaves_what_was_seen(python: RunPython) -> None:
    events = told_of(python, "Killed")
    assert "empty" in keys(events, "ok")
    assert keys(events, "impossible") == {"omitted"}
    assert [event.words.en for event in events if event.kind == "stopped"] == ["Excel has ended"]


def test_an_excel_that_hangs_is_ended_by_its_process(python: RunPython) -> None:
    events = told_of(python, "Hanging", patience=10)
    assert "empty" in keys(events, "ok")
    assert [event.words.en for event in events if event.kind == "stopped"] == ["Excel no longer answered and was ended"]
    wait_until_none_is_served()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_of_a_windows_pc_holds_nothing_of_the_user(language: str, pc: Computer, python: RunPython) -> None:
    python("-m", "tests.com.served", "Telltale")
    python("-c", _PAGE, language)
    text = (pc.path / "selftest" / "page.txt").read_bytes().decode("utf-8-sig")
    for secret in ("Petrov", "Ivan", "Иван", "Отчёт", "FILESERVER", "@", "C:\\", "Z:\\"):
        assert secret not in text
    assert "Windows 10." in text


def test_without_excel_in_the_registry_it_is_refused(python: RunPython) -> None:
    python("-m", "tests.com.served", "Application")
    python("-c", f"from win32com.server import register; register.UnregisterServer('{CLASS}', 'Excel.Application')")
    told = json.loads(python("-c", _WATCH, "60").splitlines()[-1])
    assert [kind for kind, *_ in told] == ["refused"]
    assert told[0][2][0].startswith("0x800401F3")
