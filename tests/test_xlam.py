"""The add-in for Excel: the file, its installation on a Windows computer, its doctor, its ribbon."""

from __future__ import annotations

import io
import ntpath
import re
import struct
import subprocess
import sys
import time
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from click.testing import Result

import smm_xl
from smm_xl import ribbon
from smm_xl.commands import main as cli
from smm_xl.errors import InputError
from smm_xl.functions import FUNCTIONS
from smm_xl.hosts import excel_addin
from smm_xl.hosts.excel_addin import build, doctor, installing, texts, windows, wrappers
from smm_xl.hosts.excel_addin.windows import Computer
from smm_xl.hosts.libreoffice import office as offices
from tests import node
from tests.office import Calc

Run = Callable[..., Result]
PYTHON = r"C:\smm\Scripts\python.exe"
UI = "{http://schemas.microsoft.com/office/2009/07/customui}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def addin() -> bytes:
    return build.xlam(PYTHON)


@pytest.fixture(scope="module")
def modules(addin: bytes) -> dict[str, str]:
    """The text of each module, as oletools reads it out of the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oletools uses old names of pyparsing
        from oletools.olevba import VBA_Parser

        parser = VBA_Parser("smm.xlam", data=addin)
    found = {name.rsplit(".", 1)[0]: text.replace("\r\n", "\n") for _, _, name, text in parser.extract_macros()}
    parser.close()
    return found


# --- the file -------------------------------------------------------------------------------------------------------


def test_the_same_inputs_give_the_same_bytes(addin: bytes) -> None:
    assert build.xlam(PYTHON) == addin
    assert build.bas(PYTHON) == build.bas(PYTHON)


def test_the_modules_are_those_that_were_put_in(modules: dict[str, str]) -> None:
    assert set(modules) == {"ThisWorkbook", "Sheet1", wrappers.NAME}
    assert modules[wrappers.NAME].startswith(build.xlam_module())
    assert "Public Sub SmmPressed(control As IRibbonControl)" in modules[wrappers.NAME]
    assert "Private WithEvents program As Application" in modules["ThisWorkbook"]


def test_what_was_written_is_sound_for_the_library_that_wrote_it(addin: bytes, tmp_path: Path) -> None:
    from pyopenvba import ExcelFile

    path = tmp_path / "smm.xlam"
    path.write_bytes(addin)
    with ExcelFile(path) as file:
        assert file.validate() == []
        assert file.get_module(wrappers.NAME).count("Public Function SMM_") == len(FUNCTIONS)


def test_the_library_is_declared_as_xlwings_declares_it(modules: dict[str, str]) -> None:
    own = Path(str(metadata.distribution("xlwings").locate_file("xlwings/xlwings_custom_addin.bas"))).read_text(encoding="utf-8")
    declared = re.findall(r"Declare PtrSafe Function XLPyDLLActivateAuto .*", modules[wrappers.NAME])
    assert len(declared) == 2
    assert all(line in own for line in declared)


def test_nothing_in_the_module_looks_for_programs_or_takes_names_of_workbooks_to_them(modules: dict[str, str]) -> None:
    code = "\n".join(line.split(" '")[0] for line in modules[wrappers.NAME].splitlines() if not line.lstrip().startswith("'"))
    assert not re.search(r"(?<![.\w])(Shell|Environ|Kill|ExecuteWindows|RunPython|cmd\.exe|CurDir|ChDir)\b\s*[(\"]", code)
    assert re.findall(r"CreateObject\(\"([\w.]+)\"\)", code).count("WScript.Shell") == 1  # the folder of the user
    (made,) = re.findall(r"^    SmmCommand = (.*)$", code, flags=re.MULTILINE)
    assert re.sub(r'"(?:[^"]|"")*"', "", made).split() == ["&", "SmmInterpreter()", "&", "&", "limit", "&", "&", "limit", "&", "&", "start", "&"]


def test_libreoffice_reads_the_modules_out_of_the_add_in(addin: bytes, modules: dict[str, str], calc: Calc) -> None:
    path = calc.profile.parent / "smm.xlam"  # where the office may read
    path.write_bytes(addin)
    path.chmod(0o644)
    found = calc.remote.ask("modules", path=str(path))
    assert set(found) == set(modules)
    own = [line for line in modules[wrappers.NAME].splitlines() if line.startswith(("Public ", "Private Function", "Private Sub"))]
    read = found[wrappers.NAME].replace("\r\n", "\n")
    assert [line for line in own if line not in read] == []


def for_basic(module: str) -> str:
    """A module as LibreOffice's Basic reads it, which knows neither conditions of the compiler nor 64 bits."""
    kept = re.sub(r"^#Else.*?^(?=#End If)", "", module, flags=re.MULTILINE | re.DOTALL)
    lines = [line for line in kept.splitlines() if not line.startswith(("#", "Attribute "))]
    return "\n".join(lines).replace("Declare PtrSafe", "Declare").replace("LongPtr", "Long")


def test_a_second_reader_of_vba_compiles_the_modules(modules: dict[str, str], calc: Calc) -> None:
    """pyOpenVBA's interpreter runs them in other tests; nothing here is Excel's own compiler."""
    text = for_basic(modules[wrappers.NAME])
    assert calc.remote.ask("compiles", source=text)
    assert calc.remote.ask("compiles", source=for_basic(build.bas("C:\\Мария {x}\\python.exe").decode("ascii").replace("\r\n", "\n")))
    assert calc.remote.ask("compiles", source=for_basic(modules["ThisWorkbook"]))
    for broken in (text.replace("End If", "", 1), text.replace("Next place", "Next", 1).replace("Loop", "", 1), text.replace("&H900)", "&H900")):
        assert not calc.remote.ask("compiles", source=broken)


def test_the_module_alone_holds_the_connection_and_the_functions() -> None:
    text = build.bas(PYTHON).decode("ascii")
    assert text.count("\n") == text.count("\r\n")
    lines = text.replace("\r\n", "\n")
    assert lines.startswith('Attribute VB_Name = "smm_xl"\n')
    assert lines == wrappers.module(f'SmmInterpreter = SmmUnfolded("{PYTHON}")', "smm_xl")
    assert "Option Private Module" not in lines  # it would hide the functions
    assert "IRibbonControl" not in lines
    assert lines.count("Attribute VB_Name") == 1


def test_no_excel_finds_compiled_code_and_takes_it_for_its_own(addin: bytes) -> None:
    from pyopenvba.cfb import CFB

    with zipfile.ZipFile(io.BytesIO(addin)) as archive:
        file = CFB.from_bytes(archive.read("xl/vbaProject.bin"))
    assert file.get_stream_in_storage("VBA", "_VBA_PROJECT") == bytes.fromhex("CC61FFFF000000")
    assert not [name for name in file.list_streams_in_storage("VBA") if name.startswith("__SRP")]


@pytest.mark.parametrize("place", ["smm-xl.exe", "Scripts/smm-xl.exe", "../smm-xl.cmd"])
def test_messages_name_the_command_that_belongs_to_the_python(place: str, tmp_path: Path) -> None:
    python = tmp_path / "Мария" / "python" / "python.exe"
    python.parent.mkdir(parents=True)
    path = (python.parent / place).resolve()
    path.parent.mkdir(exist_ok=True)
    assert {row[1] for row in texts.rows(str(python), build._command_of(str(python))) if row[0] == "SmmAboutText"} == {
        row[1] for row in texts.rows(str(python)) if row[0] == "SmmAboutText"
    }
    path.touch()
    command = build._command_of(str(python))
    assert Path(command.strip('"')).samefile(path)
    (about,) = [row for row in texts.rows(str(python), command) if row[0] == "SmmAboutText"]
    assert f"{command} addin doctor --host excel" in about[1]
    assert f"{command} addin doctor --host excel" in about[2]
    assert build.bas(str(python)).decode("ascii").count("smm-xl addin doctor") == 0


def test_the_sheet_of_the_add_in_holds_its_words_and_no_formula(addin: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(addin)) as archive:
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    cells = list(sheet.iter(f"{SHEET}c"))
    assert {child.tag for cell in cells for child in cell} == {f"{SHEET}is", f"{SHEET}v"}  # values alone
    found = ["".join(cell.itertext()) for cell in cells]
    rows = list(texts.rows(PYTHON))
    assert found == [str(value) for row in rows for value in row]
    assert [cell.get("r") for cell in cells][:5] == ["A1", "B1", "C1", "D1", "A2"]
    assert all(len(english) <= 255 and len(russian) <= 255 for key, english, russian, _ in rows if key.startswith(("SMM_", "argument ")))
    assert {key for key, *_ in rows if key.startswith("SMM_")} == set(FUNCTIONS)


def test_every_part_of_the_package_is_named_and_read(addin: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(addin)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(archive.read(name))
        related = ET.fromstring(archive.read("_rels/.rels"))
        assert all(relation.get("Target") in archive.namelist() for relation in related)
        assert len({relation.get("Id") for relation in related}) == len(related)
        types = archive.read("[Content_Types].xml").decode()
    assert "application/vnd.ms-excel.addin.macroEnabled.main+xml" in types


def test_the_validator_finds_nothing_in_the_package_and_its_ribbon(addin: bytes, tmp_path: Path) -> None:
    path = tmp_path / "smm.xlam"
    path.write_bytes(addin)
    done = subprocess.run([str(node.tool(node.VALIDATOR, "ooxml-validator")), str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_each_button_has_words_and_does_something(addin: bytes, modules: dict[str, str]) -> None:
    with zipfile.ZipFile(io.BytesIO(addin)) as archive:
        tree = ET.fromstring(archive.read("customUI/customUI14.xml"))
    keys = {key for key, *_ in texts.rows(PYTHON)}
    subs = set(re.findall(r"^Public Sub (\w+)\(", modules[wrappers.NAME], flags=re.MULTILINE))
    buttons = list(tree.iter(f"{UI}button"))
    assert len(buttons) == 7
    for button in buttons:
        assert {button.get("onAction"), button.get("getSupertip"), button.get("getLabel", "SmmLabel")} <= subs
        assert f"{button.get('id')}Tip" in keys
        assert button.get("label") or button.get("id") in keys
        assert f'Case "{button.get("id")}"' in modules[wrappers.NAME]
    assert {group.get("id") for group in tree.iter(f"{UI}group")} <= keys


# --- the command of a button ----------------------------------------------------------------------------------------


def done(*words: object, copy: str = "", language: str = "en") -> tuple[str, str]:
    """The exit code of a command that a button starts, and what it says."""
    name = ribbon.start(language, copy, [str(word) for word in words])
    until = time.monotonic() + 60
    while not (answer := ribbon.answer(name)):
        assert time.monotonic() < until
        time.sleep(0.05)
    code, _, text = answer.partition("\n")
    return code, text


def test_a_button_runs_a_command_and_gets_its_words(tmp_path: Path) -> None:
    book = tmp_path / "new.xlsx"
    code, text = done("template", "--lang", "en", "-o", book)
    assert (code, text.startswith("written: ")) == ("0", True)
    code, text = done("template", "--lang", "en", "-o", book)
    assert (code, text.startswith("smm-xl: ")) == ("2", True)  # what is there is not replaced
    demo = tmp_path / "demo.xlsx"
    assert done("template", "--demo", "--lang", "ru", "-o", demo)[0] == "0"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl drops sparklines, which matter nothing here
        filled = openpyxl.load_workbook(demo)
    filled["Каналы"]["Y6"] = "12 тыс 🎁"
    filled.save(tmp_path / "filled.xlsx")
    code, text = done("check", tmp_path / "filled.xlsx", copy=str(tmp_path / "filled.xlsx"))
    assert code == "1"
    assert "Каналы!Y6: «12 тыс 🎁»" in text
    assert not (tmp_path / "filled.xlsx").exists()  # the copy
    assert done("no-such-command")[0] == "2"


def test_a_fault_in_a_command_is_said_and_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(words: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(cli, "app", broken)
    copy = tmp_path / "copy.xlsx"
    copy.touch()
    with pytest.raises(SystemExit) as ended:
        ribbon.main(str(copy), "check")
    assert ended.value.code == 3
    assert capsys.readouterr().out == "RuntimeError: broken\n"
    assert "check: RuntimeError in test_xlam.py" in excel_addin.log().read_text(encoding="utf-8")
    assert not copy.exists()


def test_an_answer_is_given_once_and_a_command_of_another_process_was_ended() -> None:
    name = ribbon.start("ru", "", ["kpis", "--group", "costs", "--format", "csv"])
    while not (answer := ribbon.answer(name)):
        time.sleep(0.05)
    assert answer.startswith("0\n")
    assert ribbon.answer(name).startswith("2\nThe command was ended")


def test_no_test_reaches_the_settings_of_who_runs_it(home: Path) -> None:
    assert excel_addin.folder().parent == home
    assert ntpath.expanduser("~") == str(home)  # what Path.home() is on Windows
    assert windows.this_computer().start_folder.is_relative_to(home)
    assert offices.profile_of_the_user().is_relative_to(home)


# --- on a Windows computer ------------------------------------------------------------------------------------------


@pytest.fixture
def computer(tmp_path: Path) -> Computer:
    """A Windows computer with a 64-bit Excel, as far as files tell; Python is this one."""
    excel = tmp_path / "EXCEL.EXE"
    excel.write_bytes(program(0x8664))
    return Computer(True, tmp_path / "XLSTART", excel, Path(sys.executable), "cp1251", lambda path: path)


def program(machine: int) -> bytes:
    return b"MZ".ljust(0x3C) + struct.pack("<I", 0x80) + b"\0" * 0x40 + b"PE\0\0" + struct.pack("<H", machine)


def said(computer: Computer, language: str = "en") -> list[tuple[str, bool]]:
    """What the doctor finds, and whether that is well."""
    return [(check.found.in_language(language), check.cure is None) for check in doctor.examine(computer)]


def beside_python(computer: Computer, folder: Path) -> Computer:
    """The computer with a Python in a folder that can be written to, and the library of xlwings beside it."""
    folder.mkdir()
    interpreter = folder / "python"
    interpreter.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    interpreter.chmod(0o755)
    (folder / f"xlwings64-{wrappers.xlwings_version()}.dll").touch()
    return replace(computer, interpreter=interpreter)


def test_installing_puts_the_add_in_where_excel_starts_it_and_says_which_python(computer: Computer) -> None:
    older = Path.home() / ".smm_xl" / "smm_xl.conf"
    older.parent.mkdir()
    older.write_text('"INTERPRETER_WIN","x"', encoding="utf-8")
    installing.install(computer)
    assert computer.addin.read_bytes() == build.xlam(sys.executable)
    assert windows.python_of(computer.addin) == Path(sys.executable)
    assert not older.exists()  # no file of settings decides what is started
    assert windows.version_of(computer.addin) == (smm_xl.__version__, wrappers.xlwings_version())
    installing.install(computer)  # once more, over the earlier one
    installing.uninstall(computer)
    assert not computer.addin.exists()
    with pytest.raises(InputError, match="there is no add-in to remove"):
        installing.uninstall(computer)


@pytest.mark.parametrize(
    ("path", "encoding", "short", "held"),
    [
        ("/home/Мария & co/python.exe", "cp1251", "unused", "/home/Мария & co/python.exe"),
        ("/home/Мария/python.exe", "cp1252", "/home/5D29~1/python.exe", "/home/5D29~1/python.exe"),
        ("/home/$(CLSID)/python.exe", "cp1251", "/home/CLSID~1/python.exe", "/home/CLSID~1/python.exe"),
        (f"/{'x' * 1000}/python.exe", "cp1251", "/LONGNA~1/python.exe", "/LONGNA~1/python.exe"),
    ],
)  # fmt: skip
def test_a_path_that_the_library_cannot_take_is_held_by_its_short_name(path: str, encoding: str, short: str, held: str, computer: Computer) -> None:
    computer = replace(computer, interpreter=Path(path), encoding=encoding, short_name=lambda path: Path(short))
    installing.install(computer)
    assert windows.python_of(computer.addin) == Path(held)


def test_a_path_without_a_short_name_is_refused_with_the_cure(computer: Computer) -> None:
    with pytest.raises(InputError, match="letters of another language") as refused:
        installing.install(replace(computer, interpreter=Path("/home/Мария/python.exe"), encoding="cp1252"))
    assert "C:\\smm" in refused.value.text.ru
    assert not computer.addin.exists()


def test_what_cannot_work_is_refused_before_anything_is_written(computer: Computer) -> None:
    for changed, message in (
        (replace(computer, is_windows=False), "Windows alone"),
        (replace(computer, excel=None), "Excel: not found"),
        (replace(computer, interpreter=Path("/Program Files/WindowsApps/python.exe")), "Microsoft Store"),
    ):
        with pytest.raises(InputError, match=message):
            installing.install(changed)
    assert not computer.start_folder.exists()


def test_a_file_of_somebody_else_is_left(computer: Computer) -> None:
    computer.start_folder.mkdir()
    computer.addin.write_bytes(b"not ours")
    with pytest.raises(InputError, match="not the add-in of smm-xl"):
        installing.uninstall(computer)
    with pytest.raises(InputError, match="another add-in of that name; it was left"):
        installing.install(computer)
    assert computer.addin.read_bytes() == b"not ours"


def test_the_doctor_finds_a_sound_installation_sound(computer: Computer, tmp_path: Path) -> None:
    computer = beside_python(computer, tmp_path / "python")
    installing.install(computer)
    found = said(computer)
    assert found[1] == (f"Excel: 64 bit, {computer.excel}", True)
    assert found[2] == (f"Add-in: {smm_xl.__version__}, {computer.addin}", True)
    assert found[3][0].startswith(f"Python: {sys.version.split()[0]}")
    assert found[5] == (f"xlwings: {wrappers.xlwings_version()}", True)
    assert found[6] == ("=SMM_CPL(1000;20) gives 50", True)
    assert [well for _, well in found] == [True] * 4 + [False] + [True] * 2  # this machine has no pywin32
    assert said(computer, "ru")[1][0] == f"Excel: 64 бита, {computer.excel}"


def broken_python(computer: Computer) -> None:
    computer.interpreter.write_text("#!/bin/sh\necho ImportError: DLL load failed >&2\nexit 1\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "line", "words", "cure"),
    [
        (lambda computer: computer.addin.unlink(), 2, "not in", "addin install --host excel"),
        (lambda computer: computer.addin.write_bytes(b"x"), 2, "another one of that name", "move that file"),
        (lambda computer: repacked(computer, "smm-xl 0.0.1"), 2, "0.0.1", "addin install --host excel"),
        (lambda computer: computer.interpreter.unlink(), 3, "no longer there", "addin install --host excel"),
        (broken_python, 3, "ImportError: DLL load failed", "install smm-xl anew"),
        (lambda computer: next(computer.interpreter.parent.glob("*.dll")).unlink(), 5, "is not beside Python", "force-reinstall --no-deps xlwings=="),
        (lambda computer: repacked(computer, f"smm-xl {smm_xl.__version__}, xlwings 0.1"), 5, "the add-in is for 0.1", "addin install --host excel"),
    ],
)  # fmt: skip
def test_the_doctor_names_what_is_wrong_and_its_cure(
    spoil: Callable[[Computer], object], line: int, words: str, cure: str, computer: Computer, tmp_path: Path
) -> None:
    computer = beside_python(computer, tmp_path / "python")
    installing.install(computer)
    spoil(computer)
    check = list(doctor.examine(computer))[line]
    assert words in check.found.en
    assert check.cure is not None
    assert cure in check.cure.en


def repacked(computer: Computer, description: str) -> None:
    """The add-in as another version would have written it."""
    out = io.BytesIO()
    with zipfile.ZipFile(computer.addin) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(r"smm-xl \S+(?=, xlwings)" if "," not in description else r"smm-xl \S+, xlwings [^<]+", description, content.decode()).encode()
            target.writestr(name, content)
    computer.addin.write_bytes(out.getvalue())


def test_the_doctor_without_windows_and_without_excel(computer: Computer) -> None:
    (check,) = doctor.examine(replace(computer, is_windows=False))
    assert check.cure is not None
    assert "smm-xl addin build --host excel -o smm.xlam" in check.cure.en
    assert "xlwings Lite" in check.cure.ru
    *_, last = doctor.examine(replace(computer, excel=None))
    assert last.found.en == "Excel: not found"


def test_the_doctor_shows_the_log(computer: Computer, tmp_path: Path) -> None:
    computer = beside_python(computer, tmp_path / "python")
    installing.install(computer)
    excel_addin.log().parent.mkdir()
    excel_addin.log().write_text("2026-01-01 SMM_CPL: ValueError in ranges.py, line 1\n", encoding="utf-8")
    *_, last = doctor.examine(computer)
    assert "ValueError in ranges.py" in last.found.en
    installing.uninstall(computer)
    assert not excel_addin.log().exists()


@pytest.mark.parametrize(("machine", "bits"), [(0x8664, 64), (0xAA64, 64), (0x14C, 32), (0x1, None)])
def test_the_bits_of_a_program_are_read_from_its_header(machine: int, bits: int | None, tmp_path: Path) -> None:
    path = tmp_path / "EXCEL.EXE"
    path.write_bytes(program(machine))
    assert windows.bits(path) == bits
    path.write_bytes(b"MZ")
    assert windows.bits(path) is None


# --- the commands ---------------------------------------------------------------------------------------------------


def test_the_commands_write_the_files(run: Run) -> None:
    for name in ("smm.xlam", "smm.bas"):
        built = run("addin", "build", "--host", "excel", "-o", name)
        assert built.exit_code == 0
        assert f"the add-in starts {sys.executable}, which no Windows PC has" in built.stderr
        again = run("addin", "build", "--host", "excel", "-o", name)
        assert again.exit_code == 2
        assert "already there" in again.stderr
    assert Path("smm.xlam").read_bytes() == build.xlam(sys.executable)
    assert Path("smm.bas").read_bytes() == build.bas(sys.executable)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("build", "--host", "excel", "-o", "smm.oxt"), "smm.xlam"),
        (("build", "--host", "libreoffice", "-o", "smm.xlam"), "smm.oxt"),
        (("install", "--host", "excel"), "Windows alone"),
        (("uninstall", "--host", "excel"), "Windows alone"),
        (("install", "--host", "excel", "--office", "/opt"), "--office"),
        (("install", "--host", "exel"), "excel"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], words: str, run: Run) -> None:
    result = run("addin", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert list(Path().iterdir()) == []


def test_the_doctor_of_the_command_line(run: Run) -> None:
    result: Any = run("addin", "doctor", "--host", "excel", "--lang", "ru")
    assert result.exit_code == 1
    assert result.stdout.startswith("✗ Windows: нет")
