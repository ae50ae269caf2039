"""``smm-xl addin selftest``: the check list, tried in a stand-in for Excel that answers rightly or wrongly, and the page about it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from smm_xl.errors import InputError
from smm_xl.functions import FUNCTIONS
from smm_xl.hosts.excel_addin import build, checklist, cleaning, selftest, selftest_page, watching, windows
from smm_xl.hosts.excel_addin.checklist import Step
from smm_xl.hosts.excel_addin.cleaning import Cleaner
from smm_xl.hosts.excel_addin.com_object import ComObject
from smm_xl.hosts.excel_addin.selftest import Event
from smm_xl.hosts.excel_addin.selftest_page import Page
from smm_xl.hosts.excel_addin.windows import Computer
from smm_xl.language import Text
from tests import make_checklist
from tests.com import excel
from tests.com.excel import Application

Run = Callable[..., Result]
ROOT = Path(__file__).parent.parent
KEYS = {check.key for check in checklist.checks() if check.step is not Step.HAND}
REOPENED = {check.key for check in checklist.checks() if check.step is Step.REOPENED}


@pytest.fixture(scope="module")
def addin() -> bytes:
    return build.xlam(sys.executable)


@pytest.fixture
def computer(tmp_path: Path, addin: bytes) -> Computer:
    """A Windows computer with Excel and the add-in, as far as files tell."""
    (tmp_path / "XLSTART").mkdir()
    (tmp_path / "XLSTART" / "smm.xlam").write_bytes(addin)
    (tmp_path / "EXCEL.EXE").touch()
    return Computer(True, tmp_path / "XLSTART", tmp_path / "EXCEL.EXE", Path(sys.executable), "cp1251", lambda path: path)


def told_of(application: Any, computer: Computer, folder: Path, clean: Cleaner | None = None) -> list[Event]:
    """What is told of an Excel."""
    events: list[Event] = []
    folder.mkdir(exist_ok=True)
    selftest.examine(application, computer.addin, folder, clean or Cleaner(), events.append, lambda application: 4242)
    return events


def page_of(application: Application, computer: Computer, folder: Path, language: str = "en") -> Page:
    return selftest_page.page(computer, told_of(application, computer, folder), language)


def marked(page: Page, mark: str) -> dict[str, str]:
    """The lines of a page that start with a mark, by the keys of their checks."""
    lines = [line for line in page.text.splitlines() if line.startswith(f"{mark}  ")]
    return {line[14:32].strip(): line for line in lines}


# --- an Excel that answers rightly ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Application, excel.OlderExcel, excel.EnglishExcel], ids=lambda kind: kind.__name__)
def test_an_excel_that_answers_rightly_is_as_expected(kind: type[Application], computer: Computer, tmp_path: Path) -> None:
    page = page_of(kind(), computer, tmp_path / "own")
    assert set(marked(page, "ok")) == KEYS
    assert page.is_well
    assert page.text.splitlines()[-1] == page.summary == f"{len(KEYS)} of {len(KEYS)} as expected, 0 different, 0 not possible; 4 to try by hand"


@pytest.mark.parametrize("kind", [Application, excel.OlderExcel, excel.CurrencyShifted], ids=lambda kind: kind.__name__)
def test_over_com_the_same_is_seen(kind: type[Application], computer: Computer, tmp_path: Path) -> None:
    assert kinds(told_of(ComObject(excel.Dispatched(kind())), computer, tmp_path / "own")) == kinds(told_of(kind(), computer, tmp_path / "own"))


def kinds(events: list[Event]) -> list[tuple[str, str, Text]]:
    """What was told but for the times, which differ."""
    return [(event.kind, event.key, event.words) for event in events if event.key not in ("first value", "1000 calls")]


def test_the_page_tells_versions_times_and_what_is_left_for_a_person(computer: Computer, tmp_path: Path) -> None:
    text = page_of(Application(), computer, tmp_path / "own").text
    assert re.search(r"^smm-xl \S+, xlwings \S+, Python \d+\.\d+\.\d+, \d\d bit$", text, flags=re.MULTILINE)
    assert "Excel 16.0, build 17928, ? bit, ru_RU, Windows (64-bit) NT 10.00\n" in text
    assert re.search(r"^First value after \d+\.\d\d s; 1,000 calls in \d+\.\d\d s$", text, flags=re.MULTILINE)
    assert "Tables: spill\n" in text
    assert "opened by this test: an Excel that a program starts loads no add-ins by itself" in text
    assert set(re.findall(r"^by hand \[ \]   (\w+)", text, flags=re.MULTILINE)) == {"start", "wizard", "ribbon", "uninstall"}


def test_the_page_speaks_russian(computer: Computer, tmp_path: Path) -> None:
    page = page_of(excel.CurrencyShifted(), computer, tmp_path / "own", "ru")
    assert page.summary == f"верно {len(KEYS) - 1} из {len(KEYS)}, отличается 1, не удалось 0; вручную проверить 4"
    (line,) = marked(page, "ОТЛИЧИЕ").values()
    assert line.endswith("ячейка в денежном формате   =SMM_CPL(A1,4): ожидалось 308.64 (число), получено 3086400.0 (число)")


def test_excel_is_quit_and_keeps_neither_workbooks_nor_the_leave_for_macros(computer: Computer, tmp_path: Path) -> None:
    program = Application()
    told_of(program, computer, tmp_path / "own")
    assert (program.quits, program.books, program.AutomationSecurity, program.Visible) == (1, [], 3, False)
    assert [path.name for path in (tmp_path / "own").iterdir()] == ["smm-xl-selftest.xlsx"]


def test_excel_is_quit_after_ctrl_c(computer: Computer, tmp_path: Path) -> None:
    class Interrupted(Application):
        def asked(self, what: str) -> None:
            if what == "CalculateFull":
                raise KeyboardInterrupt

    program = Interrupted()
    with pytest.raises(KeyboardInterrupt):
        told_of(program, computer, tmp_path / "own")
    assert program.quits == 1


def test_an_excel_in_which_somebody_works_is_left_alone(computer: Computer, tmp_path: Path) -> None:
    program = excel.SomebodysExcel()
    events = told_of(program, computer, tmp_path / "own")
    assert (program.quits, len(program.books), program.Visible) == (0, 1, True)
    assert [event.kind for event in events] == ["stopped"]  # its process, above all, is not told
    assert not selftest_page.page(computer, events, "en").is_well


# --- Excels that answer wrongly -------------------------------------------------------------------------------------

WRONG: dict[type[Application], tuple[set[str], str]] = {
    excel.WithoutFunctions: (KEYS - {"caught"}, f"known: {len(FUNCTIONS)} of {len(FUNCTIONS)} give #NAME?: SMM_NET_FOLLOWERS"),
    excel.ErrorsAsText: (
        {"zero", "caught", "truth", "text", "negative", "empty", "empty-last", "error", "error-in-range", "table-error", "boolean"}
        | {"reopened-error", "reopened-table"},
        "zero: expected #DIV/0! (error), found «#DIV/0!» (text)",
    ),
    excel.EmptyAsZero: ({"empty", "empty-last"}, "empty: expected #N/A (error), found 0.0 (number)"),
    excel.CurrencyShifted: ({"currency"}, "currency: expected 308.64 (number), found 3086400.0 (number)"),
    excel.OmittedAsBlank: ({"omitted", "between", "inside"}, "omitted: expected 6.0 (number), found #N/A (error)"),
    excel.FirstCellAlone: (
        {"table", "table-error", "reopened-table"},
        "table: row 1, column 2 of the result: expected «cpl» (text), found an empty cell",
    ),
    excel.QuestionMarks: (
        {"russian-in", "russian-out", "table", "between", "inside", "typed", "reopened-text"},
        "russian-out: expected «Стоимость заявки (CPL)» (text), found «????????? ?????? (CPL)» (text)",
    ),
    excel.LostWhenReopened: (REOPENED, "reopened-number: worked out anew: expected 25.0 (number), found #NAME? (error)"),
    excel.LinkedWhenReopened: (
        REOPENED,
        "reopened-number: the formula has become ='<path>'!SMM_CPL(A1,4); worked out anew: expected 25.0 (number), found #NAME? (error)",
    ),
    excel.OneWorkbookAlone: ({"second", "1904"}, "second: expected 30.0 (number), found #VALUE! (error)"),
    excel.Stale: ({"changed"}, "changed: expected 50.0 (number), found 25.0 (number)"),
    excel.NearlyRight: (
        {check.key for check in checklist.checks() if check.expected and type(check.expected[0][0]) in (int, float)} - {"table-error", "reopened-table"},
        "number: expected 25.0 (number), found 25.000000001 (number)",
    ),
    excel.ErrorCellsAsBlank: ({"error", "error-in-range"}, "error: expected #DIV/0! (error), found #N/A (error)"),
    excel.BooleansAsNumbers: ({"boolean"}, "boolean: expected #VALUE! (error), found 0.25 (number)"),
    excel.DaysOf1900: ({"1904"}, "1904: expected 310.0 (number), found #N/A (error)"),
    excel.TooMuch: ({"table", "table-error", "reopened-table"}, "table: row 4, column 1 of the result: expected an empty cell, found 0.0 (number)"),
}


@pytest.mark.parametrize("kind", WRONG, ids=lambda kind: kind.__name__)
def test_a_wrong_answer_is_reported_where_it_shows(kind: type[Application], computer: Computer, tmp_path: Path) -> None:
    wrong, (key, said) = WRONG[kind][0], WRONG[kind][1].split(": ", 1)
    page = page_of(kind(), computer, tmp_path / "own")
    assert set(marked(page, "DIFFERS")) == wrong
    assert said in marked(page, "DIFFERS")[key]
    assert set(marked(page, "ok")) == KEYS - wrong
    assert f", {len(wrong)} different, 0 not possible" in page.summary
    assert not page.is_well


def test_a_workbook_that_cannot_be_saved_is_not_possible_and_the_rest_is(computer: Computer, tmp_path: Path) -> None:
    page = page_of(excel.NotSaved(), computer, tmp_path / "own")
    assert set(marked(page, "NOT POSSIBLE")) == REOPENED
    assert marked(page, "NOT POSSIBLE")["reopened-number"].endswith(": 0x800A03EC Exception occurred. Документ не сохранен.")
    assert set(marked(page, "ok")) == KEYS - REOPENED
    assert not page.is_well


def test_an_add_in_that_excel_does_not_open_stops_the_test_with_the_reason(computer: Computer, tmp_path: Path) -> None:
    program = excel.AddinRefused()
    page = page_of(program, computer, tmp_path / "own")
    assert set(marked(page, "NOT POSSIBLE")) == KEYS
    assert "\nStopped: Excel did not open the add-in: 0x800A03EC Exception occurred. Не удалось открыть файл '<path>'.\n" in page.text
    assert program.quits == 1


def test_calls_that_a_busy_excel_rejects_are_made_again(computer: Computer, tmp_path: Path) -> None:
    program = excel.Busy(3)
    assert page_of(program, computer, tmp_path / "own").is_well
    assert program.rejections == 0


def test_an_excel_that_stays_busy_ends_the_test(computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selftest, "BUSY_FOR", 0.1)
    page = page_of(excel.Busy(1e9), computer, tmp_path / "own")
    (first, *rest) = marked(page, "NOT POSSIBLE").values()
    assert "Excel was busy (0x80010001 Call was rejected by callee.)" in first
    assert all(line.endswith(": not reached") for line in rest)
    assert "\nStopped: Excel stayed busy\n" in page.text
    assert not page.is_well


def test_an_excel_that_dies_in_the_middle_leaves_what_was_seen(computer: Computer, tmp_path: Path) -> None:
    page = page_of(excel.Dying(), computer, tmp_path / "own")
    assert set(marked(page, "ok")) == {"number", "zero", "caught", "truth", "text", "negative", "typed", "currency", "empty"}
    (first, *rest) = marked(page, "NOT POSSIBLE").items()
    assert first[0] == "omitted"
    assert first[1].endswith(": 0x800706BA The RPC server is unavailable.")
    assert len(rest) == len(KEYS) - 10
    assert all(line.endswith(": not reached") for _, line in rest)
    assert "\nStopped: Excel has ended\n" in page.text


# --- nothing of the user --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_page_holds_nothing_of_the_user_whatever_excel_says(language: str, computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USERNAME", "ivan")
    monkeypatch.setenv("COMPUTERNAME", "PC-BUH-7")
    monkeypatch.setenv("HOME", "/Users/ivan")
    monkeypatch.setattr("platform.version", lambda: "10.0.22631")
    events = told_of(excel.Telltale(), computer, tmp_path / "own", cleaning.of_this_computer())
    page = selftest_page.page(computer, events, language)
    assert "<name>" in page.text
    assert "<path>" in page.text
    assert "<file>" in page.text
    assert not re.findall(r"(?i)ivan|petrov|иван|отч[её]т|секретн|план[. ]|\.xlsx|fileserver|pc-buh|example|users|@|xlstart", page.text)
    assert str(tmp_path) not in page.text
    assert "\nWindows 10.0.22631\n" in page.text


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (r"cannot open C:\Users\Anna Li\план продаж.xlsx", "cannot open <path>"),
        (r"='C:\Users\Anna Li\[Отчёт (2).xlsx]Лист 1'!SMM_CPL(A1,4)", "='<path>'!SMM_CPL(A1,4)"),
        (r"see \\server\share\a b\c.xls", "see <path>"),
        ("C:/Users/anna/x", "<path>"),
        ("no file /Users/anna/x.py here", "no file <path>"),
        ("https://d.docs.live.net/1234/Бюджет.xlsx", "<path>"),
        ("«Мой отчёт.xlsx» is open", "«<file>» is open"),
        ("='[Книга Анны.xlsx]Лист1'!A1", "='[<file>]Лист1'!A1"),
        ("smm.xlam is loaded", "smm.xlam is loaded"),
        ("opened by ANNA LI and by li, not by Lisa or Susanna", "opened by <name> and by li, not by Lisa or Susanna"),
        ("ask anna.li@example.com", "ask <mail>"),
        ("line\none\x07two", "line one two"),
        ("#DIV/0! and #N/A, 1/2, =A1/B1", "#DIV/0! and #N/A, 1/2, =A1/B1"),
        ("ошибка " * 100, "ошибка " * 42 + "ошибка…"),
    ],
)
def test_texts_are_cleaned(told: str, kept: str) -> None:
    cleaned = Cleaner().knowing("Anna Li", "")(told)
    assert cleaned == kept or (kept.endswith("…") and cleaned == f"{told[:300]}…")


# --- the process that drives Excel ----------------------------------------------------------------------------------

_STAND_IN = """
import sys; sys.path.insert(0, {root!r})
import subprocess
from smm_xl.hosts.excel_addin import watching
from tests.com import excel
standing = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], stdout=subprocess.DEVNULL)
watching.process_of = lambda application: standing.pid
try:
    watching.drive({start}, sys.argv[1], sys.argv[2])
finally:
    if {ends}: standing.kill()
"""


def driving(computer: Computer, folder: Path, start: str = "excel.Application", *, ends: bool = True) -> list[str]:
    """A process that drives a stand-in; another process stands for that of Excel."""
    return [sys.executable, "-c", _STAND_IN.format(root=str(ROOT), start=start, ends=ends), str(computer.addin), str(folder)]


class Holding:
    """Ends processes as ``watching.held`` does on Windows, and remembers how long each was waited for."""

    def __init__(self) -> None:
        self.waited: list[float] = []
        self.numbers: list[int] = []

    def __call__(self, number: int) -> watching.End:
        self.numbers.append(number)

        def end(wait: float) -> None:
            self.waited.append(wait)
            os.kill(number, signal.SIGKILL)

        return end


def is_running(number: int) -> bool:
    """Whether a process runs; one that has ended and that nobody has asked for does not."""
    try:
        state = Path(f"/proc/{number}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_ended(number: int) -> None:
    until = time.monotonic() + 10
    while is_running(number):
        assert time.monotonic() < until, "the process still runs"
        time.sleep(0.05)


def test_what_the_process_tells_is_heard(computer: Computer, tmp_path: Path) -> None:
    events = watching.watch(driving(computer, tmp_path), tmp_path, hold=lambda number: lambda wait: None)
    assert {event.key for event in events if event.kind == "ok"} == KEYS
    assert not [event for event in events if event.kind not in ("fact", "begins", "ok")]
    assert all(isinstance(event.words, Text) for event in events)


def test_an_excel_that_hangs_is_ended_and_the_page_tells_what_was_seen(computer: Computer, tmp_path: Path) -> None:
    holding = Holding()
    events = watching.watch(driving(computer, tmp_path, "excel.Hanging", ends=False), tmp_path, patience=4, hold=holding)
    (number,) = holding.numbers
    wait_until_ended(number)
    assert holding.waited == [0.0]
    page = selftest_page.page(computer, events, "en")
    assert "number" in marked(page, "ok")
    assert marked(page, "NOT POSSIBLE")["omitted"].endswith(": Excel no longer answered and was ended")
    assert marked(page, "NOT POSSIBLE")["reopened-table"].endswith(": not reached")
    assert not page.is_well


def test_an_excel_that_hangs_at_its_start_is_said_to_be_left(computer: Computer, tmp_path: Path) -> None:
    events = watching.watch([sys.executable, "-c", "import time; time.sleep(600)"], tmp_path, patience=0.5)
    assert "\nStopped: Excel did not answer to its start; end it in the Task Manager\n" in selftest_page.page(computer, events, "en").text


def test_an_excel_that_does_not_end_after_quit_is_waited_for_and_ended(computer: Computer, tmp_path: Path) -> None:
    holding = Holding()
    events = watching.watch(driving(computer, tmp_path, ends=False), tmp_path, hold=holding)
    assert {event.key for event in events if event.kind == "ok"} == KEYS
    assert holding.waited == [watching._GRACE]
    wait_until_ended(holding.numbers[0])


def test_ctrl_c_ends_the_process_and_its_excel(computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = watching._heard
    children: list[subprocess.Popen[str]] = []

    def interrupted(child: subprocess.Popen[str], patience: float) -> Any:
        children.append(child)
        for event in heard(child, patience):
            yield event
            if event.kind == "begins":
                raise KeyboardInterrupt

    monkeypatch.setattr(watching, "_heard", interrupted)
    monkeypatch.setattr(watching, "_GRACE", 0.2)
    holding = Holding()
    with pytest.raises(KeyboardInterrupt):
        watching.watch(driving(computer, tmp_path, "excel.Hanging", ends=False), tmp_path, hold=holding)
    assert children[0].returncode is not None
    wait_until_ended(holding.numbers[0])


def test_a_process_that_breaks_is_said_and_what_was_seen_stays(computer: Computer, tmp_path: Path) -> None:
    code = 'print(\'["ok", "number", ["", ""]]\\n["ok", "ze\', end=""); raise SystemExit(3)'
    events = watching.watch([sys.executable, "-c", code], tmp_path)
    page = selftest_page.page(computer, events, "en")
    assert set(marked(page, "ok")) == {"number"}
    assert "\nStopped: the process that drives Excel ended with code 3\n" in page.text


def test_the_process_takes_no_code_of_the_current_folder(computer: Computer, tmp_path: Path) -> None:
    evil = tmp_path / "evil"
    (evil / "smm_xl").mkdir(parents=True)
    for name in ("json.py", "pythoncom.py", "smm_xl/__init__.py"):
        (evil / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'a').close()\n", encoding="utf-8")
    events = watching.watch(watching.command(computer.addin, tmp_path), evil)
    assert not (tmp_path / "ran").exists()
    assert [event.kind for event in events] == ["refused"]  # there is no pywin32 here
    assert "pythoncom" in events[0].words.en


def test_an_excel_that_does_not_start_is_refused_with_the_cure(computer: Computer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def start() -> Any:
        raise excel.ComError(-2147221164, "Class not registered")

    watching.drive(start, str(computer.addin), str(tmp_path))
    kind, key, words = json.loads(capsys.readouterr().out)
    with pytest.raises(InputError, match=r"0x80040154 Class not registered; repair Office"):
        selftest_page.seen(computer, "en", lambda command, folder: [Event(kind, key, Text(*words))])


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def on_windows(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this a computer with Windows, pywin32 and a stand-in for Excel."""

    def as_windows(start: str) -> None:
        monkeypatch.setattr(windows, "this_computer", lambda: computer)
        monkeypatch.setattr(selftest_page, "has_pywin32", lambda: True)
        monkeypatch.setattr(
            watching, "_CODE", watching._CODE.replace("import watching;", "import watching; from tests.com import excel;").replace("watching.excel", start)
        )
        monkeypatch.syspath_prepend(str(ROOT))

    return as_windows


def test_the_command_writes_the_page_and_ends_well(run: Run, on_windows: Callable[[str], None]) -> None:
    on_windows("excel.Application")
    result = run("addin", "selftest")
    assert result.exit_code == 0, result.output
    assert f"written: smm-xl-selftest.txt; {len(KEYS)} of {len(KEYS)} as expected" in result.stderr
    content = Path("smm-xl-selftest.txt").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfsmm-xl: the functions, tried in Excel\r\n")
    assert content.count(b"\n") == content.count(b"\r\n")
    assert str(ROOT) not in content.decode("utf-8-sig")


def test_the_command_ends_with_one_where_something_differs_and_writes_the_page(run: Run, on_windows: Callable[[str], None]) -> None:
    on_windows("excel.CurrencyShifted")
    result = run("addin", "selftest", "-o", "seen.txt", "--lang", "ru")
    assert result.exit_code == 1
    assert f"записано: seen.txt; верно {len(KEYS) - 1} из {len(KEYS)}" in result.stderr
    assert "ОТЛИЧИЕ       currency" in Path("seen.txt").read_text(encoding="utf-8-sig")


def test_a_page_that_is_there_is_replaced_only_with_force(run: Run, on_windows: Callable[[str], None]) -> None:
    on_windows("excel.Application")
    Path("smm-xl-selftest.txt").write_text("mine", encoding="utf-8")
    result = run("addin", "selftest")
    assert result.exit_code == 2
    assert "add --force to replace it" in result.stderr
    assert Path("smm-xl-selftest.txt").read_text(encoding="utf-8") == "mine"
    assert run("addin", "selftest", "--force").exit_code == 0
    assert Path("smm-xl-selftest.txt").read_text(encoding="utf-8-sig").startswith("smm-xl: the functions")


def test_on_another_system_the_command_says_what_to_do(run: Run) -> None:
    result = run("addin", "selftest")
    assert result.exit_code == 2
    assert "On a Windows PC run the same command there" in result.stderr
    assert not Path("smm-xl-selftest.txt").exists()


def test_what_is_missing_is_said_with_the_cure(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"Excel is not installed on this computer.*install Microsoft Excel"):
        selftest_page.must_be_ready(replace(computer, excel=None))
    with pytest.raises(InputError, match="python -m pip install pywin32"):
        selftest_page.must_be_ready(computer)
    monkeypatch.setattr(selftest_page, "has_pywin32", lambda: True)
    selftest_page.must_be_ready(computer)
    computer.addin.write_bytes(b"PK")
    with pytest.raises(InputError, match="this is not the add-in of smm-xl; move that file"):
        selftest_page.must_be_ready(computer)
    computer.addin.unlink()
    with pytest.raises(InputError, match="smm-xl addin install --host excel"):
        selftest_page.must_be_ready(computer)


# --- the list -------------------------------------------------------------------------------------------------------


def test_each_line_of_the_list_has_a_name_of_its_own_and_words_in_both_languages() -> None:
    checks = checklist.checks()
    assert len({check.key for check in checks}) == len(checks)
    assert all(len(check.key) < 18 and check.about.en and check.about.ru for check in checks)
    assert {check.step for check in checks} == set(Step)
    assert all(bool(check.formula) == bool(check.expected) for check in checks)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_readme_shows_the_list_as_it_is(language: str) -> None:
    assert make_checklist.listed(language) in make_checklist.READMES[language].read_text(encoding="utf-8")


def test_the_readmes_show_where_it_was_seen() -> None:
    for path, head in zip(make_checklist.READMES.values(), ("| Excel version |", "| версия Excel |"), strict=True):
        lines = path.read_text(encoding="utf-8").splitlines()
        start = next(place for place, line in enumerate(lines) if line.startswith(head))
        table = lines[start : lines.index("", start)]
        assert {line.count("|") for line in table} == {6}


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (25, -2146826281),
        (25, True),
        (1, True),
        (25, "25"),
        (25, None),
        ("25", 25.0),
        (True, 1.0),
        (False, None),
        ("#N/A", "#N/A"),
        ("#N/A", -2146826281),
        ("", None),
    ],
)
def test_a_cell_of_another_kind_differs(wanted: Any, found: Any) -> None:
    assert checklist.difference([[wanted]], [[found]]) is not None


def test_currency_is_no_number() -> None:
    differs = checklist.difference([[25]], [[Decimal(25)]])
    assert differs is not None
    assert differs.en == "expected 25.0 (number), found 25 (Decimal)"


def test_the_self_test_is_of_excel_and_says_so(run: Run) -> None:
    result = run("addin", "selftest", "--host", "libreoffice")
    assert result.exit_code == 2
    assert "smm-xl addin doctor --host libreoffice" in result.stderr
    assert "Windows" in run("addin", "selftest", "--host", "excel").stderr  # it goes on to look where it is
    assert list(Path().iterdir()) == []
