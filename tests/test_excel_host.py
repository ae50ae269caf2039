"""Excel through xlwings: its own import and calls of functions, and the add-in's VBA over them, on stand-ins for Windows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyopenvba.apps.excel import _model as model
from pyopenvba.interpreter._values import error as vba_error

from smm_xl import ribbon
from smm_xl.catalog import reference, registry
from smm_xl.catalog.reserved_words import RESERVED_IN_VBA
from smm_xl.functions import FUNCTIONS
from smm_xl.hosts import excel_addin, registering
from smm_xl.hosts.excel_addin import build, server, wrappers
from smm_xl.targets import calculations
from tests.calccases import ALL, OMITTED, Case
from tests.com import ERROR, MISSING, ComError, Excel, Range, over_com, windows
from tests.com.vba import PYTHON, Library, Vba


@pytest.fixture(scope="module")
def excel() -> Iterator[Excel]:
    with windows() as excel:
        yield excel


@pytest.fixture
def vba(excel: Excel) -> Vba:
    return Vba(Library(excel.server))


def rows_of(result: Any) -> list[list[Any]]:
    """A result as rows: xlwings gives a single row as its cells, and a single cell as its value."""
    if not isinstance(result, list):
        return [[result]]
    return result if result and isinstance(result[0], list) else [result]


def expected(case: Case) -> list[list[Any]]:
    """What Python gives, as Excel takes it: numbers as float, nothing as empty text."""
    rows = rows_of(case.expected)
    return [["" if cell is None else float(cell) if type(cell) is int else cell for cell in row] for row in rows]


def given(case: Case) -> list[Any]:
    return [MISSING if value is OMITTED else value for value in case.arguments]


# --- through xlwings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_called_over_com_each_function_gives_what_python_gives(name: str, excel: Excel) -> None:
    for case in (case for case in ALL if case.function.name == name):
        assert rows_of(excel.call(name, *map(over_com, given(case)))) == expected(case), case.name


def test_a_range_object_of_xlwings_own_wrapper_gives_the_same(excel: Excel) -> None:
    for case in ALL[::7]:
        ranges = [Range(over_com(value)) if isinstance(value, list) else value for value in given(case)]
        assert rows_of(excel.call(case.function.name, *ranges)) == expected(case), (case.function.name, case.name)


def test_what_is_asked_of_excel_is_counted(excel: Excel) -> None:
    asked = Range(5.0)
    assert excel.call("SMM_CPL", 100.0, asked) == 20.0
    assert asked.asked > 0


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ((100.0, 4.0), 25.0),
        ((100, 4), 25.0),  # a literal in VBA is whole
        ((100.0, 0.0), "#DIV/0!"),
        ((Decimal("100.50"), 4.0), 25.125),  # a cell formatted as currency, by .Value
        ((None, 4.0), "#N/A"),  # an empty cell
        (("100,5", 4.0), 25.125),
        (("много", 4.0), "#VALUE!"),
        ((True, 4.0), "#VALUE!"),
        ((ERROR["#REF!"], 4.0), "#REF!"),
        ((-2146826246, 4.0), "#N/A"),
        ((-2146826243, 4.0), "#SPILL!"),
        ((-2146826240, 4.0), "#VALUE!"),  # #UNKNOWN!, which is no error of ours
        (((100.0, 20.0), (4.0, 8.0)), 10.0),  # rows of one cell each: {100,20} comes as a tuple of cells
        ((((100.0,), (ERROR["#N/A"],)), ((4.0,), (1.0,))), "#N/A"),
        ((((100.0,), (None,)), ((4.0,), (1.0,))), 25.0),
        ((((Decimal(100),), ("50",)), ((4.0,), (1.0,))), 30.0),
    ],
)  # fmt: skip
def test_what_com_hands_over(arguments: tuple[Any, ...], result: Any, excel: Excel) -> None:
    assert excel.call("SMM_CPL", *arguments) == result


def test_dates_and_what_is_left_out(excel: Excel) -> None:
    moment = dt.datetime(2026, 6, 15, tzinfo=dt.UTC)  # as pywin32 hands dates over
    june = (46174.0, 46203.0)
    assert excel.call("SMM_FORECAST", 150.0, moment, *june) == excel.call("SMM_FORECAST", 150.0, 46188.0, *june) == 300.0
    assert excel.call("SMM_ENGAGEMENTS", 1.0, 2.0, 3.0, MISSING) == excel.call("SMM_ENGAGEMENTS", 1.0, 2.0, 3.0) == 6.0
    assert excel.call("SMM_ENGAGEMENTS", 1.0, 2.0, 3.0, None) == "#N/A"  # a blank cell is unknown, and not left out
    assert (
        excel.call("SMM_SCORECARD", *map(over_com, (ALL_TABLE, ALL_TARGETS)), MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, MISSING, "ru")[-3][0]
        == "оценка"
    )


ALL_TABLE, ALL_TARGETS = next(case.arguments[:2] for case in ALL if case.function.name == "SMM_SCORECARD" and case.name == "ranges")


def test_what_comes_back_is_what_com_and_excel_take(excel: Excel) -> None:
    for case in ALL:
        result = excel.module.__dict__[case.function.name](*[value for value in map(over_com, given(case)) if value != MISSING])
        assert {type(cell) for row in result for cell in row} <= {float, str, bool}, case


def test_nothing_in_a_result_is_empty_text_and_a_whole_number_a_float(excel: Excel) -> None:
    shown = excel.module.shown([[None, 7, True, "x"]])
    assert shown == [["", 7.0, True, "x"]]
    assert [type(cell) for cell in shown[0]] == [str, float, bool, str]


def test_a_fault_in_a_function_is_an_error_in_the_cell_and_a_line_in_the_log(excel: Excel) -> None:
    def broken(spend: object, leads: object) -> float:
        raise RuntimeError("secret 42")

    function = dataclasses.replace(FUNCTIONS["SMM_CPL"], source=broken)
    body = excel.module._body(function)
    assert body(1.0, 2.0) == [["#VALUE!"]]
    logged = excel_addin.log().read_text(encoding="utf-8")
    assert re.search(r"^\S+ \S+ SMM_CPL: RuntimeError in test_excel_host.py, line \d+$", logged, flags=re.MULTILINE)
    assert "secret" not in logged


# --- xlwings' own import --------------------------------------------------------------------------------------------


class Book:
    """A workbook of Excel's that modules are imported to."""

    Name = "smm.xlsm"
    Worksheets = ()

    def __init__(self) -> None:
        self.imported: list[str] = []
        self.described: dict[str, dict[str, Any]] = {}
        self.VBProject = SimpleNamespace(VBComponents=self)
        self.Application = SimpleNamespace(Version="16.0", MacroOptions=self._describe)

    def __call__(self, name: str) -> Any:
        raise ComError(f"no module {name}")

    def Remove(self, module: object) -> None:
        raise AssertionError("there is nothing to remove")

    def Import(self, path: str) -> None:
        self.imported.append(Path(path).read_text(encoding="utf-8"))

    def _describe(self, macro: str, **options: Any) -> None:
        self.described[macro.split("!")[1]] = options


def test_import_functions_of_xlwings_takes_every_function(excel: Excel, monkeypatch: pytest.MonkeyPatch) -> None:
    module = {"filename": "excel.py", "filetime": None, "module": excel.module}
    monkeypatch.setitem(excel.udfs.udf_modules, excel_addin.MODULE, module)
    book = Book()
    excel.udfs.import_udfs(excel_addin.MODULE, book)
    (text,) = book.imported
    assert set(re.findall(r"^Function (SMM_\w+)\(", text, flags=re.MULTILINE)) == set(FUNCTIONS) == set(book.described)
    assert "Function SMM_BONUS(full_bonus, score, Optional scale_)" in text  # VBA keeps the word scale for itself
    assert "ParamArray blocks()" in text
    for name, options in book.described.items():
        function = FUNCTIONS[name]
        assert options["Category"] == "SMM"
        assert options["Description"] == function.about.en
        assert options["ArgumentDescriptions"] == [parameter.about.en for parameter in function.parameters]


def test_the_help_speaks_the_language_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMM_XL_LANG", "ru")
    assert registering.help_of(FUNCTIONS["SMM_CPL"].parameters[0]) == FUNCTIONS["SMM_CPL"].parameters[0].about.ru
    long = "word " * 100
    assert registering.short(long) == "word " * 49 + "word…"
    assert len(registering.short("x" * 300)) <= 255


def test_functions_are_registered_without_what_xlwings_refuses(excel: Excel) -> None:
    for name, function in FUNCTIONS.items():
        known = excel.module.__dict__[name].__xlfunc__
        assert known["volatile"] is False
        assert known["call_in_wizard"] is True
        assert known["async_mode"] is None
        assert "expand" not in known["ret"]["options"]
        names = [argument["name"] for argument in known["args"]]
        assert len(names) == len(function.parameters)
        assert "caller" not in names
        assert all(re.fullmatch("[a-z][a-z_0-9]*", argument) for argument in names)
        assert {argument["options"]["convert"] for argument in known["args"]} == {excel.module.AsItIs}
        assert excel.module.__dict__[name].__annotations__ == {}


PLAIN = {float, int, str, bool, type(None)}


def as_list(value: Any) -> Any:
    return list(map(as_list, value)) if isinstance(value, tuple) else value


# --- the add-in's own VBA -------------------------------------------------------------------------------------------


def in_vba(rows: list[list[Any]]) -> list[list[Any]]:
    """Results as VBA holds them: errors by their numbers."""
    return [[f"Error {excel_addin.ERROR_CODES[cell]}" if cell in excel_addin.ERROR_CODES else cell for cell in row] for row in rows]


def test_in_vba_each_function_gives_what_python_gives(vba: Vba) -> None:
    for case in ALL:
        arguments = [value if isinstance(value, list) else over_com(value) for value in given(case)]
        assert rows_of(vba.call(case.function.name, *arguments)) == in_vba(expected(case)), (case.function.name, case.name)
        assert {type(cell) for value in vba.handed_over for row in rows_of(as_list(value)) for cell in row} <= PLAIN  # no object to ask back
    assert vba.started == 1  # Python is started once


def test_ranges_go_to_python_as_values(vba: Vba) -> None:
    assert vba.call("SMM_CPL", [[100.0], ["#DIV/0!"], [50.0]], [[4.0], [1.0], [2.0]]) == "Error 2007"
    assert vba.handed_over == [((100.0,), (ERROR["#DIV/0!"],), (50.0,)), ((4.0,), (1.0,), (2.0,))]
    assert vba.call("SMM_CPL", [[100.0]], [[None]]) == "Error 2042"
    assert vba.handed_over == [100.0, None]
    assert vba.call("SMM_ENGAGEMENTS", 1.0, 2.0, 3.0) == 6.0
    assert vba.handed_over == [1.0, 2.0, 3.0, MISSING]
    assert vba.call("SMM_GAP", [[1.0], [2.0]], [[1.0], ["x"]]) == [[0.0], ["Error 2015"]]
    assert vba.call("SMM_REACH_BOUNDS", [[10.0], [20.0]]) == [20.0, 30.0]


def test_of_several_areas_none_is_taken(vba: Vba) -> None:
    assert vba.run("SMM_CPL", vba.area("A1:A2,C1:C2"), 5.0) == "Error 2015"
    assert vba.handed_over == []


def test_whole_columns_are_cut_where_the_sheet_ends_and_stay_in_step(vba: Vba) -> None:
    cut = vba.resizes()
    vba.call("SMM_CPL", [[100.0], [200.0]], [[4.0], [6.0]])  # puts numbers into A1:A2 and M1:M2
    assert vba.run("SMM_CPL", vba.area("A1:A9000"), vba.area("M1:M9000")) == 30.0
    assert cut == [5000, 5000]
    vba.area("Z6000").vba_set("Value", 1.0, [], {}, by_ref=False)
    assert vba.run("SMM_CPL", vba.area("A1:A9000"), vba.area("M1:M9000")) == 30.0
    assert vba.run("SMM_CPL", vba.area("A2:A9001"), vba.area("M2:M9001")) == 200 / 6
    assert cut[2:] == [6000, 6000, 5999, 5999]
    vba.run("SMM_CPL", vba.area("A1:A9000"), vba.area("M1:M8000"))  # different heights stay different
    vba.run("SMM_CPL", vba.area("A1:A100"), vba.area("M1:M100"))
    assert len(cut) == 6


def test_days_of_the_1904_system_are_the_days_that_cells_show(vba: Vba) -> None:
    june = (46174.0, 46188.0, 46203.0)
    plain = vba.call("SMM_FORECAST", 150.0, june[1], june[0], june[2])
    assert plain == 300.0
    days = [[june[1]]]
    assert vba.call("SMM_FORECAST", 150.0, days, june[0], june[2]) == plain
    vba.area("M1").vba_set("NumberFormat", "yyyy-mm-dd", [], {}, by_ref=False)
    assert vba.run("SMM_FORECAST", 150.0, vba.area("M1"), june[0], june[2]) == plain
    assert vba.handed_over[1] == june[1]  # a number, and no date that COM would have to convert
    vba.is_1904 = True
    vba.run("SMM_FORECAST", 150.0, vba.area("M1"), june[0] - 1462, june[2] - 1462)
    assert vba.handed_over[1] == dt.datetime(2026, 6, 15)  # Excel itself knows which day its cell shows
    assert vba.call("SMM_FORECAST", 150.0, june[1] - 1462, june[0] - 1462, june[2] - 1462) == plain
    assert vba.handed_over[1:] == [june[1], june[0], june[2]]
    assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
    assert vba.handed_over == [100.0, 4.0]


def test_a_process_that_was_ended_is_started_anew_by_another_command(vba: Vba) -> None:
    assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
    vba.failures = 1
    assert vba.call("SMM_CPL", 100.0, 5.0) == 20.0
    assert vba.library.commands == [server.command(PYTHON, 1), server.command(PYTHON, 2)]  # the DLL takes the first one for dead for ever
    assert vba.library.ended == [server.command(PYTHON, 1)]
    assert vba.popups == []


def test_a_call_that_fails_does_not_end_a_process_that_answers(vba: Vba, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*given: Any) -> Any:
        raise vba_error(13, "Type mismatch")

    monkeypatch.setattr(vba.library, "call_udf", failing)
    assert [vba.call("SMM_CPL", 100.0, 4.0) for _ in range(3)] == ["Error 2015"] * 3
    assert (vba.started, vba.library.ended) == (1, [])
    assert len(vba.popups) == 1


def test_the_command_names_python_and_nothing_else(vba: Vba, tmp_path: Path) -> None:
    vba.work_on(tmp_path / "a^&mkdir x&;%TEMP%'.xlsx")
    vba.call("SMM_CPL", 100.0, 4.0)
    assert vba.library.commands == [server.command(PYTHON, 1)]
    assert vba.library.loaded == [r"C:\smm\xlwings64-" + wrappers.xlwings_version() + ".dll"]
    assert len(vba.library.commands[0]) - len(PYTHON) < 300  # the DLL has room for 2,047 signs


def test_without_a_workbook_functions_answer(vba: Vba) -> None:
    vba.close_all()  # Excel reads one and counts while it opens
    assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0


def test_where_python_does_not_start_cells_show_an_error_and_the_reason_is_said_once(vba: Vba) -> None:
    vba.library.broken = 'Python process exited before it was possible to create the interface object.\nCommand: "C:\\Users\\Maria"'
    assert [vba.call("SMM_CPL", 100.0, 4.0) for _ in range(5)] == ["Error 2015"] * 5
    assert vba.started == 1  # it is not tried for every cell
    (said,) = vba.popups
    assert "Python process exited before it was possible to create the interface object." in said
    assert "Command" not in said
    assert "smm-xl addin doctor --host excel" in said
    assert "Ctrl+Alt+F9" in said


def test_the_reason_is_the_line_that_the_start_wrote_into_the_log(vba: Vba, monkeypatch: pytest.MonkeyPatch) -> None:
    vba.library.broken = "Python process exited"
    vba.library.log = "2026-01-01 10:00:00 SMM_CPL: an old line\n"
    vba.set_language(1049)
    activate = vba.library.activate

    def writing(command: str, mode: int) -> Any:
        vba.library.log += "    details\n2026-01-01 10:00:01 start of Python: ImportError: нет модуля\r\n"
        return activate(command, mode)

    monkeypatch.setattr(vba.library, "activate", writing)
    assert vba.call("SMM_CPL", 100.0, 4.0) == "Error 2015"
    (said,) = vba.popups
    assert said.startswith("Ячейки с функциями SMM показывают #ЗНАЧ!, потому что Python не отвечает: start of Python: ImportError: нет модуля\n")
    assert "old line" not in said


def test_an_old_line_of_the_log_is_no_reason(vba: Vba) -> None:
    vba.library.broken = "Python process exited"
    vba.library.log = "2026-01-01 10:00:00 SMM_CPL: an old line\n"
    vba.call("SMM_CPL", 100.0, 4.0)
    assert "old line" not in vba.popups[0]
    assert "Python process exited" in vba.popups[0]


@pytest.mark.parametrize("state", ["visible", "usercontrol", "interactive", "displayalerts"])
def test_nothing_is_said_where_nobody_would_see_it(state: str, vba: Vba) -> None:
    vba.library.broken = "Python process exited"
    vba.members[model.Application][state] = lambda program: False
    assert vba.call("SMM_CPL", 100.0, 4.0) == "Error 2015"
    assert vba.popups == []
    vba.members[model.Application][state] = lambda program: True
    vba.call("SMM_CPL", 100.0, 4.0)
    assert len(vba.popups) == 1


def test_the_pause_after_a_failed_start_counts_from_the_failure_and_grows(vba: Vba, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [dt.datetime(2026, 6, 15, 12)]
    vba.let_it_be(lambda: clock[0])
    activate = vba.library.activate

    def slow(command: str, mode: int) -> Any:
        clock[0] += dt.timedelta(seconds=30)  # longer than the pause
        return activate(command, mode)

    monkeypatch.setattr(vba.library, "activate", slow)
    vba.library.broken = "Python process exited"
    starts = []
    for _ in range(200):
        vba.call("SMM_CPL", 100.0, 4.0)
        starts.append(vba.started)
        clock[0] += dt.timedelta(seconds=2)
    waits = [starts.count(number) * 2 for number in range(1, 6)]
    assert [10 * round(wait / 10) for wait in waits] == [10, 20, 40, 40, 40]
    assert vba.library.commands[:3] == [server.command(PYTHON, 1), server.command(PYTHON, 2), server.command(PYTHON, 3, limit=20)]
    vba.library.broken = ""
    clock[0] += dt.timedelta(hours=1)
    assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
    vba.failures = 1
    assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0  # no pause after a start that went well
    assert vba.library.commands[-1] == server.command(PYTHON, vba.started)


def test_where_python_is_not_on_the_pc_the_message_names_the_installation(vba: Vba) -> None:
    vba.library.files.remove(PYTHON)
    assert vba.call("SMM_CPL", 100.0, 4.0) == "Error 2015"
    assert vba.library.commands == []
    assert f"there is no Python at {PYTHON} on this PC; close Excel and run: smm-xl addin install --host excel" in vba.popups[0]


def test_where_the_library_is_missing_none_is_taken_from_elsewhere(vba: Vba) -> None:
    vba.library.files = {PYTHON}
    assert vba.call("SMM_CPL", 100.0, 4.0) == "Error 2015"
    assert (vba.library.commands, vba.library.loaded) == ([], [])
    assert rf"the library C:\smm\Scripts\xlwings64-{wrappers.xlwings_version()}.dll cannot be loaded" in vba.popups[0]


def test_the_module_to_import_holds_any_path_and_speaks_both_languages(excel: Excel) -> None:
    path = r"C:\Users\Мария {0041} «x»\python.exe"
    library = Library(excel.server)
    vba = Vba(library, build.bas(path).decode("ascii").replace("\r\n", "\n"))
    vba.set_language(1049)
    assert vba.call("SMM_CPL", 100.0, 4.0) == "Error 2015"
    assert f"на этом компьютере нет Python: {path}. Закройте Excel и выполните: smm-xl addin install --host excel" in vba.popups[0]
    library.files |= {path, r"C:\Users\Мария {0041} «x»\xlwings64-" + wrappers.xlwings_version() + ".dll"}
    assert Vba(library, build.bas(path).decode("ascii").replace("\r\n", "\n")).call("SMM_CPL", 100.0, 4.0) == 25.0
    assert library.commands == [server.command(path, 1)]


def test_the_text_of_the_vba_is_the_one_that_was_looked_at() -> None:
    """``python -m tests.make_golden`` writes it anew; look at what changed."""
    golden = Path(__file__).parent / "golden" / "smm_functions.bas"
    assert build.xlam_module() == golden.read_text(encoding="ascii")


def test_the_vba_keeps_the_rules_of_its_editor() -> None:
    text = build.xlam_module()
    assert text.isascii()
    assert max(map(len, text.splitlines())) < 1000
    described = re.findall(r'^Attribute (SMM_\w+)\.VB_Description = "(.*)"$', text, flags=re.MULTILINE)
    assert {name for name, _ in described} == set(FUNCTIONS)
    assert all(0 < len(words.replace('""', '"')) <= 255 for _, words in described)
    declared = re.findall(r"^Public Function \w+\((.*)\)$", text, flags=re.MULTILINE)
    names = {name.split()[-1].rstrip("()") for arguments in declared for name in arguments.split(", ")}
    assert not names & RESERVED_IN_VBA
    assert "Volatile" not in text
    assert wrappers.quoted('of "A" – 5 %') == 'of ""A"" - 5 %'


def test_no_argument_has_a_word_of_vba_for_its_name_but_one_of_the_contract() -> None:
    names = {parameter.name for function in FUNCTIONS.values() for parameter in function.parameters}
    assert names & RESERVED_IN_VBA == {"scale"}
    assert {excel_addin.argument_name(name) for name in names} - names == {"scale_"}


@pytest.mark.parametrize("word", sorted(RESERVED_IN_VBA - {"scale"}))
def test_a_word_of_vba_is_refused_by_the_catalog_and_gets_another_name_in_excel(word: str) -> None:
    assert not registry.may_name_an_argument(word)
    assert excel_addin.argument_name(word) == f"{word}_"


def test_lines_of_the_module_are_read_by_the_interpreter(excel: Excel) -> None:
    buffer = io.StringIO()
    excel.udfs.generate_vba_wrapper(excel_addin.MODULE, excel.module, buffer, SimpleNamespace(Name="smm.xlam"))
    assert buffer.getvalue().count("End Function") == len(FUNCTIONS)


# --- the buttons ----------------------------------------------------------------------------------------------------


@pytest.fixture
def desk(vba: Vba, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Vba:
    """The add-in in an English Excel with a workbook open, and an empty folder for temporary files."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    return vba


def test_the_words_of_the_buttons_are_in_the_language_of_excel(desk: Vba) -> None:
    assert desk.label("SmmCheck") == "Check"
    assert desk.tip("SmmReconnect").startswith("For a workbook whose")
    desk.set_language(1049)
    assert desk.label("SmmCheck") == "Проверить"
    assert desk.tip("SmmReport") == "Новая книга с показателями этой"
    desk.press("SmmAbout")
    assert "показатели SMM" in desk.popups[0]


def test_a_new_workbook_is_written_where_the_user_says_and_opened(desk: Vba, tmp_path: Path) -> None:
    opened = desk.dialog(str(tmp_path / "kpi.xlsx"))
    desk.press("SmmNewRu")
    assert opened == []  # Excel goes on while it is written
    assert desk.status == ["SMM KPI: working..."]
    desk.wait()
    assert opened == [str(tmp_path / "kpi.xlsx")]
    assert (tmp_path / "kpi.xlsx").is_file()
    assert desk.status == ["SMM KPI: working...", False]
    (tmp_path / "kpi.xlsx").write_bytes(b"mine")
    desk.library.files.add(str(tmp_path / "kpi.xlsx"))
    desk.answer = 7  # no
    desk.press("SmmNewEn")
    assert desk.popups == [f"The file is already there: {tmp_path / 'kpi.xlsx'}\nReplace it?"]
    assert (desk.later, (tmp_path / "kpi.xlsx").read_bytes()) == ([], b"mine")
    desk.answer = 6  # yes
    desk.press("SmmNewEn")
    desk.wait()
    assert opened == [str(tmp_path / "kpi.xlsx")] * 2
    assert zipfile.is_zipfile(tmp_path / "kpi.xlsx")
    desk.dialog(False)  # what Excel gives where the user presses Cancel
    desk.press("SmmNewEn")
    desk.press("SmmReport")
    assert desk.later == []
    assert len(desk.popups) == 2


def test_a_workbook_is_checked_and_reported_as_a_copy(desk: Vba, tmp_path: Path) -> None:
    book = tmp_path / "mine.xlsx"
    shutil.copy(Path(__file__).parent.parent / "workbook_templates" / "smm_kpi_en.xlsx", book)
    before = book.read_bytes()
    desk.work_on(book)
    opened = desk.dialog(str(tmp_path / "report.xlsx"))
    desk.press("SmmCheck")
    desk.press("SmmReport")  # both at once
    desk.wait()
    assert desk.popups == ["0 rows with data, 0 errors, 0 warnings"]
    assert opened == [str(tmp_path / "report.xlsx")]
    assert book.read_bytes() == before
    assert sorted(path.name for path in tmp_path.rglob("*.xlsx")) == ["mine.xlsx", "report.xlsx"]  # the copies are gone


def test_a_result_that_excel_does_not_open_is_said_and_other_commands_go_on(desk: Vba, tmp_path: Path) -> None:
    desk.dialog(str(tmp_path / "kpi.xlsx"))

    def refused(books: Any, path: str, *rest: Any) -> None:
        raise vba_error(1004, "A workbook of this name is open.")

    desk.members[model.Workbooks] = {"open": refused}
    desk.press("SmmNewEn")
    desk.dialog(str(tmp_path / "two.xlsx"))
    desk.members[model.Workbooks] = {"open": refused}
    desk.press("SmmNewRu")
    desk.wait()
    assert sorted(desk.popups) == [f"{tmp_path / name}.xlsx\nA workbook of this name is open." for name in ("kpi", "two")]


def test_copies_of_commands_that_ended_with_excel_are_removed(desk: Vba, tmp_path: Path) -> None:
    old, new = (Path(ribbon.new_path(".xlsx")) for _ in range(2))
    for path in (old, new):
        path.touch()
    os.utime(old, (0, 0))
    other = Path(tempfile.gettempdir()) / "smm-xl.xlsx"
    other.touch()
    os.utime(other, (0, 0))
    ribbon.new_path(".xlsx")
    assert (old.exists(), new.exists(), other.exists()) == (False, True, True)


def test_without_python_the_reference_says_so(desk: Vba) -> None:
    desk.library.broken = "Python process exited"
    desk.press("SmmReference")
    assert desk.popups == ["Python process exited"]


def test_a_command_speaks_the_language_of_excel(desk: Vba, tmp_path: Path) -> None:
    book = tmp_path / "mine.xlsx"
    book.write_bytes(b"no workbook")
    desk.work_on(book)
    desk.set_language(1049)
    desk.press("SmmCheck")
    desk.wait()
    assert re.search("[а-я]", desk.popups[0])


def test_a_command_whose_python_was_ended_says_so(desk: Vba, tmp_path: Path) -> None:
    opened = desk.dialog(str(tmp_path / "kpi.xlsx"))
    desk.press("SmmNewEn")
    _, (process, said, _) = ribbon._running.popitem()
    process.kill()
    process.wait()
    said.close()
    desk.failures = 1
    desk.wait()
    assert desk.popups == ["The command was ended before it was done; please try again."]
    assert (desk.started, opened, desk.status[-1]) == (2, [], False)
    desk.press("SmmNewEn")
    desk.wait()
    assert opened == [str(tmp_path / "kpi.xlsx")]


@pytest.mark.parametrize("button", ["SmmCheck", "SmmReport", "SmmReconnect"])
def test_without_a_workbook_the_buttons_say_so(button: str, desk: Vba) -> None:
    desk.close_all()
    desk.press(button)
    assert desk.popups == ["Open a workbook first; one in Protected View needs Enable Editing."]


def test_on_an_empty_excel_the_other_buttons_work(desk: Vba, tmp_path: Path) -> None:
    desk.close_all()
    opened = desk.dialog(str(tmp_path / "kpi.xlsx"))
    desk.press("SmmNewEn")
    desk.wait()
    assert opened == [str(tmp_path / "kpi.xlsx")]
    desk.press("SmmAbout")
    assert "smm-xl" in desk.popups[0]


def test_stray_links_are_changed_when_the_user_agrees(desk: Vba) -> None:
    links = [r"C:\Users\Maria\XLSTART\smm.xlam", "https://example.org/docs/SMM.xlam", r"C:\me\XLSTART\smm.xlam", r"C:\data\plan.xlsx", r"C:\not-smm.xlam"]
    changed = desk.links(links, own=r"C:\me\XLSTART\smm.xlam")
    desk.answer = 7  # no
    desk.press("SmmReconnect")
    assert changed == []
    desk.answer = 6
    desk.press("SmmReconnect")
    assert changed == [(link, r"C:\me\XLSTART\smm.xlam", 1) for link in links[:2]] + ["calculated anew"]
    changed.clear()
    desk.links([], own=r"C:\me\XLSTART\smm.xlam")
    desk.press("SmmReconnect")
    assert "add-in of this computer" in desk.popups[-1]


def test_the_reference_is_written_as_values(desk: Vba) -> None:
    desk.press("SmmReference")
    rows = desk.new_sheet(5)
    assert rows[0][:4] == ["key", "function", "arguments", "name"]
    assert rows[1][0] == reference.row(calculations.entries()[0], "en")["key"]
    assert not any(
        str(cell).startswith("=") for entry in calculations.entries() for language in ("en", "ru") for cell in reference.row(entry, language).values()
    )


LOST = {
    "A1": ("=SMM_CPL(1,2)", "#NAME?"),
    "B1": ("=SMM_CPL(1,0)", "#DIV/0!"),
    "A2": ("=NOSUCH(1)", "#NAME?"),
    "B2": ("=smm.xlam!SMM_GAP(1,2)", "#NAME?"),
    "C2": ("=SMM_CPL(3,4)", "#NAME?"),
}


@pytest.mark.parametrize("spills", [True, False], ids=["365", "2019"])
def test_formulas_that_know_no_function_are_typed_again(spills: bool, desk: Vba) -> None:
    typed = desk.formulas(LOST, spills=spills, text="C2")
    desk.links([], own=r"C:\me\XLSTART\smm.xlam")
    desk.press("SmmReconnect")
    assert typed == ["A1", "B2"]  # in a cell of text the formula would become its text
    assert "Where one still shows #NAME?" in desk.popups[-1]  # they were not mended


def test_the_wizard_gets_the_help_of_every_function(desk: Vba) -> None:
    desk.shows_a_workbook = False
    assert desk.describe() == (False, {})  # it is tried again
    desk.shows_a_workbook = True
    done, described = desk.describe()
    assert done
    assert set(described) == {f"'smm.xlam'!{name}" for name in FUNCTIONS}
    for name, function in FUNCTIONS.items():
        options = described[f"'smm.xlam'!{name}"]
        assert options["Description"] == function.about.en
        assert options["Category"] == "SMM"
        assert options["ArgumentDescriptions"] == [parameter.about.en for parameter in function.parameters]


def test_help_that_is_refused_for_one_function_reaches_the_others_and_is_given_up_after_three_rounds(desk: Vba) -> None:
    desk.refused = "SMM_CPL"
    rounds = [desk.describe() for _ in range(3)]
    assert [done for done, _ in rounds] == [False, False, True]
    assert [len(described) for _, described in rounds] == [len(FUNCTIONS) - 1, 0, 0]  # what was taken is not told again


def test_what_goes_wrong_behind_a_button_is_said(desk: Vba) -> None:
    desk.library.broken = "Could not create Python process."
    desk.dialog("new.xlsx")
    desk.press("SmmNewRu")
    assert desk.popups == ["Could not create Python process."]
