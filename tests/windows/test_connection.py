"""The add-in's VBA, run in an interpreter, over xlwings' real DLL, which starts the real Python for Windows: all but Excel itself."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from smm_xl.functions import FUNCTIONS
from smm_xl.hosts.excel_addin import build, server
from tests.calccases import ALL, OMITTED
from tests.com import MISSING, ComError, over_com
from tests.com.vba import Vba
from tests.test_excel_host import expected, in_vba, rows_of
from tests.windows import PYTHON, RUSSIAN, XLWINGS, Computer, Program, as_argument, computer

SITE = r"C:\python\Lib\site-packages"
MARK = r"C:\RAN"
MARKING = f"open({MARK!r}, 'a').close()\n"
MODULE = "smm_xl.hosts.excel"
LIBRARY = rf"C:\python\xlwings64-{XLWINGS}.dll"


@pytest.fixture(scope="module")
def office(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A program that stands for Excel, for the tests that break nothing."""
    with computer(tmp_path_factory.mktemp("office") / "c", installed) as pc, pc.program() as program:
        yield program


@pytest.fixture(scope="module")
def served(office: Program) -> Any:
    """xlwings' server in the Windows Python."""
    assert office.load(LIBRARY)
    code, remote = office.activate(server.command(PYTHON, 1), 1)
    assert code == 0, remote
    return remote


def vba_of(program: Program, **given: Any) -> Vba:
    return Vba(program, python=PYTHON, home=program.computer.home, **given)


def near(found: Any, wanted: Any) -> bool:
    """Whether rows are the same, numbers to the last digits: the C libraries of two systems may round differently."""
    return len(found) == len(wanted) and all(
        len(row) == len(other) and all(a == b or (isinstance(a, float) and a == pytest.approx(b, rel=1e-12)) for a, b in zip(row, other, strict=True))
        for row, other in zip(found, wanted, strict=True)
    )


def call(remote: Any, name: str, *arguments: Any) -> Any:
    """What a function gives, called over COM."""
    return remote.CallUDF(MODULE, name, list(map(as_argument, arguments)))


# --- values ---------------------------------------------------------------------------------------------------------


def test_each_function_gives_in_windows_what_python_gives_here(office: Program) -> None:
    vba = vba_of(office)
    called = set()
    for case in ALL:
        arguments = [MISSING if value is OMITTED else value if isinstance(value, list) else over_com(value) for value in case.arguments]
        assert near(rows_of(vba.call(case.function.name, *arguments)), in_vba(expected(case))), (case.function.name, case.name)
        called.add(case.function.name)
    assert called == set(FUNCTIONS)
    assert vba.started == 1
    assert vba.popups == []


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        ([100.0, 4.0], 25.0),
        ([100.0, 0.0], "#DIV/0!"),
        ([{"currency": "100.5"}, 4.0], 25.125),
        ([{"empty": True}, 4.0], "#N/A"),
        ([True, 4.0], "#VALUE!"),
        (["много", 4.0], "#VALUE!"),
        (["1 000,50 ₽", 4.0], 250.125),
        ([{"error": -2146826265}, 4.0], "#REF!"),
        ([[[100.0], [{"error": -2146826246}]], [[4.0], [1.0]]], "#N/A"),
        ([[[100.0], [{"empty": True}], [{"currency": "20"}]], [[4.0], [1.0], [8.0]]], 10.0),
        ([[[100.0, 20.0]], [[4.0, 8.0]]], 10.0),
    ],
)  # fmt: skip
def test_what_excel_hands_over_arrives(arguments: list[Any], result: Any, served: Any) -> None:
    assert call(served, "SMM_CPL", *arguments) == result


def test_dates_arguments_left_out_and_russian_text_come_through(served: Any) -> None:
    days = [dt.datetime(2026, 6, day) for day in (15, 1, 30)]
    assert call(served, "SMM_FORECAST", 150.0, *days) == 300.0
    assert call(served, "SMM_ENGAGEMENTS", 1.0, 2.0, 3.0, MISSING) == 6.0
    assert call(served, "SMM_INFO", "cpl", "name", "ru") == "Стоимость заявки (CPL)"
    table = [["Канал", "Расход", "Лиды"], ["ВКонтакте 🔥", 100.0, 4.0], ["Телеграм", 60.0, 3.0]]
    assert call(served, "SMM_REPORT", table, "channel", "cpl")[1:] == (("ВКонтакте 🔥", 25.0), ("Телеграм", 20.0))


def test_a_hundred_thousand_rows_come_through(served: Any) -> None:
    rows = 100_000
    assert call(served, "SMM_CPL", [[2.0]] * rows, [[1.0]] * rows) == 2.0
    back = call(served, "SMM_ROWS", "cpl", [[2.0 * row] for row in range(1, rows + 1)], [[2.0]] * rows)
    assert (len(back), back[0], back[-1]) == (rows, (1.0,), (float(rows),))


# --- what runs ------------------------------------------------------------------------------------------------------


TRAPS = ("smm_xl/__init__", "xlwings/__init__", "json", "faulthandler", "time", "win32api", "pythoncom", "sitecustomize", "usercustomize")
# the command of xlwings' own module, without cmd
STOCK = (
    '"{python}" -B -P -c "import xlwings.utils;xlwings.utils.prepare_sys_path(\\"false;C:\\\\sent\\\\book.xlsx;C:\\\\smm.xlam;;;;\\");'
    "import xlwings; xlwings.serve('$(CLSID)')\""
)


@pytest.mark.parametrize("variables", [{}, {"PYTHONPATH": r".;C:\sent"}], ids=["plain", "PYTHONPATH"])
@pytest.mark.parametrize("stock", [False, True], ids=["ours", "xlwings"])
def test_no_code_of_the_folder_of_a_workbook_runs(stock: bool, variables: dict[str, str], pc: Computer) -> None:
    """With xlwings' own command it does run, which shows that the trap works."""
    for name in TRAPS:
        pc.replace(rf"C:\sent\{name}.py".replace("/", "\\"), MARKING)
    with pc.program() as program:
        program.ask("enter", folder=r"C:\sent")
        program.ask("set", **variables)
        if stock:
            assert program.load(LIBRARY)
            code, remote = program.activate(STOCK.format(python=PYTHON), 1)
            if code == 0:
                with pytest.raises(ComError):
                    call(remote, "SMM_CPL", 100.0, 4.0)  # of a package that has no such function
        else:
            vba = vba_of(program)
            vba.work_on(Path(r"C:\sent\book.xlsx"))
            assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
            _, remote = program.activate(program.commands[0], 1)
            assert remote.ask("__import__('os').getcwd()") == rf"{pc.home}\.smm_xl"
            assert "sent" not in remote.ask("__import__('sys').path")
    assert pc.at(MARK).exists() is stock


@pytest.mark.parametrize(
    "name",
    ["a^&mkdir RAN&.xlsx", "a;b;.xlsx", "%TEMP%.xlsx", "it's \"quoted\".xlsx", "Отчёт за июнь — «VK» 🔥.xlsx", "x" * 2100 + ".xlsx", "$(CLSID).xlsx"],
    ids=["ampersand", "semicolon", "percent", "quotes", "Cyrillic", "long", "macro"],
)  # fmt: skip
def test_the_name_of_a_workbook_goes_nowhere(name: str, office: Program) -> None:
    vba = vba_of(office)
    vba.work_on(Path(rf"C:\books\{name}"))
    before = len(office.commands)
    assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
    assert office.commands[before:] == [server.command(PYTHON, 1)]


@pytest.mark.parametrize(("language", "code_page"), [("en_US", 1252), (RUSSIAN, 1251)])
def test_a_home_in_russian_under_either_code_page(language: str, code_page: int, installed: Path, tmp_path: Path) -> None:
    with computer(tmp_path / "c", installed, user="Мария Петрова", language=language) as pc, pc.program() as program:
        assert program.ask("facts")["code page"] == code_page
        program.ask("set", TEMP=r"Q:\nowhere", TMP=r"Q:\nowhere")
        vba = vba_of(program)
        assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
        _, remote = program.activate(program.commands[0], 1)
        assert remote.ask("str(__import__('pathlib').Path.home())") == r"C:\users\Мария Петрова"
        assert remote.ask("__import__('tempfile').gettempdir()") == r"C:\users\Мария Петрова\AppData\Local\Temp"
        assert remote.ask("__import__('win32api').GetTempPath()").rstrip("\\") == r"C:\users\Мария Петрова\AppData\Local\Temp"
        assert remote.ask("__import__('os').path.expandvars('%APPDATA%')") == r"C:\users\Мария Петрова\AppData\Roaming"
        # a fault in a function finds its log, too
        remote.ask("__import__('smm_xl.hosts.faults').hosts.faults.note(__import__('smm_xl.hosts.excel_addin').hosts.excel_addin.log(), 'проба')")
        assert "проба" in pc.log()


@pytest.mark.parametrize(("language", "short"), [("en_US", True), (RUSSIAN, False)])
def test_a_python_in_a_folder_with_russian_letters_and_blanks_is_started(language: str, short: bool, installed: Path, tmp_path: Path) -> None:
    with computer(tmp_path / "c", installed, user="Мария Петрова", language=language) as pc:
        place = r"C:\users\Мария Петрова\питон и смм"
        pc.at(place).parent.mkdir(parents=True)
        (pc.path / "python").rename(pc.at(place))
        ask = "from smm_xl.hosts.excel_addin import installing, windows; print(installing.interpreter(windows.this_computer()))"
        done = pc.run(rf"{place}\python.exe", "-X", "utf8", "-c", ask)
        assert done.returncode == 0, done.stderr
        python = done.stdout.strip()
        assert (python != rf"{place}\python.exe") is short
        assert python.isascii() is short
        with pc.program(rf"{place}\python.exe") as program:
            vba = Vba(program, python=python, home=pc.home)
            assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
            again = Vba(program, build.bas(python).decode("ascii").replace("\r\n", "\n"), home=pc.home)
            assert again.call("SMM_CPL", 100.0, 5.0) == 20.0


# --- failing well ---------------------------------------------------------------------------------------------------


def another(pc: Computer, module: str, text: str) -> None:
    """Another text for a module of smm-xl, which has to be there."""
    path = rf"{SITE}\smm_xl\{module}"
    assert pc.at(path).is_file()
    pc.replace(path, text)


def at_once(pc: Computer) -> None:
    another(pc, r"hosts\excel_addin\server.py", "raise ImportError('broken')\n")


def without_pywin32(pc: Computer) -> None:
    for name in ("win32api.pyd", "win32event.pyd"):
        pc.at(rf"{SITE}\win32\{name}").unlink()


def late(pc: Computer) -> None:
    another(pc, r"hosts\excel.py", "import time; time.sleep(1.5); raise OSError('диск не отвечает')\n")


def hanging(pc: Computer) -> None:
    another(pc, r"hosts\excel.py", "import time\ntime.sleep(1000)\n")


def hanging_for_good(pc: Computer) -> None:
    """No thread of Python can do anything any more."""
    another(pc, r"hosts\excel.py", "import ctypes\nctypes.PyDLL('kernel32').Sleep(1000000)\n")


def hanging_before_anything_of_ours(pc: Computer) -> None:
    another(pc, r"__init__.py", "import time\ntime.sleep(1000)\n")


@pytest.mark.parametrize(
    ("broken", "reason", "logged"),
    [
        (at_once, "Python process exited before it was possible to create the interface object.", ""),
        (without_pywin32, "start of Python: ImportError: Couldn't find 'pywin32'", "Traceback"),
        (late, "start of Python: OSError: диск не отвечает", "Traceback"),
        (hanging, "start of Python: the start took too long and was ended", "time.sleep(1000)"),
        (hanging_for_good, "Python process exited before it was possible to create the interface object.", ""),
        (hanging_before_anything_of_ours, "Python process exited before it was possible to create the interface object.", ""),
    ],
)  # fmt: skip
def test_a_start_that_fails_is_answered_soon_and_the_reason_said_once(broken: Callable[[Computer], None], reason: str, logged: str, pc: Computer) -> None:
    broken(pc)
    with pc.program() as program:
        vba = vba_of(program)
        assert [vba.call("SMM_CPL", 100.0, 4.0) for _ in range(3)] == ["Error 2015"] * 3
        assert len(program.commands) == 1
        assert program.seconds < 10  # the watchdog's four, and a slow machine; xlwings' own start takes 122
        (said,) = vba.popups
        assert f"because Python does not answer: {reason}" in said
    assert logged in pc.log()


def test_after_a_failed_start_a_mended_python_is_started(pc: Computer) -> None:
    program_file = pc.at(rf"{SITE}\smm_xl\hosts\excel.py")
    kept = program_file.read_text(encoding="utf-8")
    late(pc)
    with pc.program() as program:
        vba = vba_of(program)
        clock = [dt.datetime(2026, 6, 15, 12)]
        vba.let_it_be(lambda: clock[0])
        assert vba.call("SMM_CPL", 100.0, 4.0) == "Error 2015"
        another(pc, r"hosts\excel.py", kept)
        clock[0] += dt.timedelta(seconds=11)
        assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
        assert program.commands == [server.command(PYTHON, 1), server.command(PYTHON, 2)]


def test_a_server_that_is_killed_comes_back_at_the_next_calculation(pc: Computer) -> None:
    with pc.program() as program:
        vba = vba_of(program)
        assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
        _, remote = program.activate(program.commands[0], 1)
        program.ask("kill", process=int(remote.ask("__import__('os').getpid()")))
        time.sleep(0.5)
        assert vba.call("SMM_CPL", 100.0, 5.0) == 20.0
        assert program.commands[-1] == server.command(PYTHON, 2)
        assert program.ended == [server.command(PYTHON, 1)]
        assert vba.popups == []


def test_a_server_outlives_the_watchdog_of_its_start(pc: Computer) -> None:
    with pc.program() as program:
        vba = vba_of(program)
        assert vba.call("SMM_CPL", 100.0, 4.0) == 25.0
        _, remote = program.activate(program.commands[0], 1)
        process = remote.ask("__import__('os').getpid()")
        time.sleep(server.LIMIT + 1.5)
        assert remote.ask("__import__('os').getpid()") == process
        assert vba.call("SMM_CPL", 100.0, 5.0) == 20.0
        assert set(program.commands) == {server.command(PYTHON, 1)}
    assert pc.log() == ""


def test_the_server_goes_with_excel_and_takes_nothing_along(pc: Computer) -> None:
    with pc.program() as program:
        vba = vba_of(program)
        vba.call("SMM_CPL", 100.0, 4.0)
        _, remote = program.activate(program.commands[0], 1)
        assert remote.ask(f"[name for name in {server._BARRED!r} if __import__('sys').modules.get(name) is not None]") == "[]"
        assert remote.ask("__import__('xlwings').udfs.udf_modules['smm_xl.hosts.excel']['filetime']") == "None"  # no look at the file at each call
        assert len(servers(pc)) == 1
    until = time.monotonic() + 20
    while servers(pc) and time.monotonic() < until:
        time.sleep(0.2)
    assert servers(pc) == []


def servers(pc: Computer) -> list[str]:
    """The processes of a computer that serve Excel, by their commands."""
    return [command for command in pc.running() if "hosts.excel_addin.server" in command]


def test_a_carried_add_in_names_the_installation_where_its_python_is_missing(office: Program) -> None:
    vba = Vba(office, python=r"D:\elsewhere\python.exe", home=office.computer.home)
    assert vba.call("SMM_CPL", 100.0, 4.0) == "Error 2015"
    assert r"there is no Python at D:\elsewhere\python.exe on this PC; close Excel and run: smm-xl addin install --host excel" in vba.popups[0]


def test_a_button_starts_its_command_beside_excel(pc: Computer) -> None:
    another(
        pc, r"commands\main.py", "import sys\ndef app(words):\n    print('Сделано 🎁', *words)\n    sys.exit(1)\n"
    )  # what a window shows of it is what matters here
    with pc.program() as program:
        vba = vba_of(program)
        vba.dialog(r"C:\users\Maria\Отчёт.xlsx")
        vba.press("SmmNewRu")
        assert vba.popups == []
        vba.wait()
        assert vba.popups == [r"Сделано 🎁 template --lang ru --force -o C:\users\Maria\Отчёт.xlsx"]
