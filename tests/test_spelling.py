"""Spellings of our functions in workbooks: a copy with the other one, and nothing else changed; and LibreOffice opens it."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from click.testing import Result
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.table import Table

from smm_xl.errors import InputError
from smm_xl.functions import FUNCTIONS
from smm_xl.hosts.spelling import Spelling, convert
from tests.calccases import PROGRAMMATIC
from tests.office import Calc

SHEET = "SMM_CPL(тест)"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A workbook that calls our functions in all the places that hold formulas, and names them where there are none."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("Data")
        other = made.add_worksheet(SHEET)
        other.write_number("A1", 7)
        sheet.add_table(
            "A1:D4",
            {
                "name": "Ads",
                "columns": [
                    {"header": "spend"},
                    {"header": "leads"},
                    {"header": "CPL", "formula": "=SMM_CPL(Ads[[#This Row],[spend]],Ads[[#This Row],[leads]])"},
                    {"header": "SMM_CPL(x)"},
                ],
                "data": [[1000, 20], [500, 0], [300, 6]],
            },
        )
        sheet.write_formula("F1", "=SMM_CPL(A2,B2)", None, 50)
        sheet.write_formula("F2", '="SMM_CPL("&smm_cpl(A2,B2)&""" SMM_CPL(1)"')
        sheet.write_formula("F3", f"='{SHEET}'!A1+SMM_CPL(A2:A4,B2:B4)*(1<2)")
        sheet.write_formula("F4", "=SMM_CPL(Spend,Leads)")
        sheet.write_formula("F5", "=SMM_CAC_FULL(SMM_TOTAL_COST(Ads[spend],5),SUM(Ads[leads]))")
        sheet.write_formula("F6", "=PAYBACK_SMM_CPL(1)+MYSMM_CPL(1)", None, 0)
        sheet.write_formula("F7", "=SUM(Ads[SMM_CPL(x)])", None, 0)
        sheet.write_formula("F8", "=SMM_WRONG(1)", None, 0)
        sheet.write_array_formula("H1:H3", '{=SMM_ROWS("cpl",A2:A4,B2:B4)}')
        sheet.write_string("F9", "SMM_CPL(1;2)")
        sheet.data_validation("J1", {"validate": "custom", "value": "=SMM_CPL(J1,1)>0"})
        sheet.conditional_format("J2", {"type": "formula", "criteria": "=SMM_CPL(J2,1)>5"})
        made.define_name("Spend", "=Data!$A$2:$A$4")
        made.define_name("Leads", "=Data!$B$2:$B$4")
        made.define_name("Named", "=SMM_CPL(Data!$A$2,Data!$B$2)")
        sheet.write_formula("F10", "=Named")
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_only_the_names_of_functions_in_formulas_change(book: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.xlsx"
    done = convert(book, copy)
    assert (done.spelling, done.unknown) == (Spelling.LIBREOFFICE, ("SMM_WRONG",))
    before, after = parts(book), parts(copy)
    assert list(before) == list(after)
    changed = [name for name in before if before[name] != after[name]]
    assert set(changed) == {"xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"}
    assert before["xl/workbook.xml"].replace(b"SMM_CPL(Data", b"SMM.CPL(Data") == after["xl/workbook.xml"]
    assert before["xl/tables/table1.xml"].replace(b"SMM_CPL(Ads", b"SMM.CPL(Ads") == after["xl/tables/table1.xml"]
    cells = openpyxl.load_workbook(copy)["Data"]
    assert {name: cells[name].value for name in ("F1", "F2", "F3", "F5", "F6", "F7", "F8", "F9")} == {
        "F1": "=SMM.CPL(A2,B2)",
        "F2": '="SMM_CPL("&SMM.CPL(A2,B2)&""" SMM_CPL(1)"',
        "F3": f"='{SHEET}'!A1+SMM.CPL(A2:A4,B2:B4)*(1<2)",
        "F5": "=SMM.CACFULL(SMM.TOTALCOST(Ads[spend],5),SUM(Ads[leads]))",
        "F6": "=PAYBACK_SMM_CPL(1)+MYSMM_CPL(1)",
        "F7": "=SUM(Ads[SMM_CPL(x)])",
        "F8": "=SMM_WRONG(1)",
        "F9": "SMM_CPL(1;2)",
    }
    assert cells["C2"].value == "=SMM.CPL(Ads[[#This Row],[spend]],Ads[[#This Row],[leads]])"
    assert cells["H1"].value.text == '=SMM.ROWS("cpl",A2:A4,B2:B4)'
    assert [rule.formula for rules in cells.conditional_formatting for rule in rules.rules] == [["SMM.CPL(J2,1)>5"]]
    assert cells.data_validations.dataValidation[0].formula1 == "SMM.CPL(J1,1)>0"


def test_there_and_back_every_part_is_as_it_was(book: Path, tmp_path: Path) -> None:
    there, back = tmp_path / "there.xlsx", tmp_path / "back.xlsx"
    convert(book, there)
    assert convert(there, back).spelling is Spelling.EXCEL
    before, after = parts(book), parts(back)
    before["xl/worksheets/sheet1.xml"] = before["xl/worksheets/sheet1.xml"].replace(b"smm_cpl", b"SMM_CPL")
    assert before == after


def test_every_function_has_both_spellings(tmp_path: Path) -> None:
    path, there, back = (tmp_path / name for name in ("all.xlsx", "there.xlsx", "back.xlsx"))
    made = openpyxl.Workbook()
    for row, name in enumerate(FUNCTIONS, 1):
        made["Sheet"].cell(row, 1, f"={name}(1)")
    made.save(path)
    convert(path, there)
    assert [cell.value for (cell,) in openpyxl.load_workbook(there)["Sheet"].iter_rows()] == [f"={PROGRAMMATIC[name]}(1)" for name in FUNCTIONS]
    convert(there, back)
    assert parts(path) == parts(back)


def test_what_the_command_says_and_refuses(run: Callable[..., Result], book: Path, tmp_path: Path) -> None:
    done = run("addin", "convert", book, "-o", "copy.xlsx")
    assert done.exit_code == 0
    assert "written for libreoffice: copy.xlsx" in done.output
    assert "SMM.CPL × 11" in done.output
    assert "no such functions: SMM_WRONG" in done.output
    before = book.read_bytes()
    for arguments, said in (
        ([book, "-o", book], "this is an input"),
        ([book, "-o", "copy.xlsx"], "already there"),
        ([book, "-o", "copy.ods"], "name it with .xlsx at the end"),
        (["missing.xlsx", "-o", "new.xlsx"], "no such file"),
        ([book, "-o", "new.xlsx", "--to", "numbers"], "numbers"),
    ):
        refused = run("addin", "convert", *arguments)
        assert refused.exit_code == 2
        assert said in refused.output
    assert book.read_bytes() == before
    assert "записано для excel" in run("addin", "convert", "copy.xlsx", "-o", "back.xlsx", "--lang", "ru").output


def test_a_file_in_both_spellings_asks_which(tmp_path: Path) -> None:
    path, copy = tmp_path / "mixed.xlsx", tmp_path / "copy.xlsx"
    made = openpyxl.Workbook()
    made["Sheet"]["A1"], made["Sheet"]["A2"] = "=SMM_CPL(1,2)", "=SMM.CPL(1,2)"
    made.save(path)
    with pytest.raises(InputError, match="--to excel or --to libreoffice"):
        convert(path, copy)
    assert convert(path, copy, Spelling.EXCEL).renamed == {"SMM_CPL": 1}
    assert [cell.value for (cell,) in openpyxl.load_workbook(copy)["Sheet"].iter_rows()] == ["=SMM_CPL(1,2)"] * 2


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("book.ods", b"PK", "need no conversion"),
        ("book.csv", b"a,b", "accepted are .xlsx"),
        ("book.xlsx", b"\xd0\xcf\x11\xe0 a password", "no readable Excel file"),
        ("book.xlsx", b"", "no readable Excel file"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said):
        convert(tmp_path / name, tmp_path / "copy.xlsx")


def test_a_workbook_without_our_functions_is_said_so(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made["Sheet"]["A1"] = "=SUM(1,2)"
    made.save(tmp_path / "book.xlsx")
    with pytest.raises(InputError, match="no formula calls an SMM function"):
        convert(tmp_path / "book.xlsx", tmp_path / "copy.xlsx")


@pytest.mark.parametrize("at", range(0, 40, 4), ids="{} bytes into it".format)
def test_a_damaged_part_is_refused(book: Path, tmp_path: Path, at: int) -> None:
    content = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    begins = part.header_offset + 30 + len(part.filename) + len(part.extra)
    content[begins + at] ^= 0xFF
    (tmp_path / "bad.xlsx").write_bytes(content)
    with pytest.raises(InputError, match="no readable Excel file"):
        convert(tmp_path / "bad.xlsx", tmp_path / "copy.xlsx")


# --- in LibreOffice -------------------------------------------------------------------------------------------------


def read(calc: Calc, path: Path) -> dict[str, Any]:
    """The results in a workbook, recalculated by LibreOffice."""
    opened = calc.remote.ask("open", path=str(path))
    cells = calc.remote.ask("read", book=opened, area="A1:H10", sheet="Data")
    calc.remote.ask("close", book=opened)
    return {
        f"{chr(ord('A') + column)}{row}": cell["error"] if isinstance(cell, dict) else cell
        for row, cells_of in enumerate(cells, 1)
        for column, cell in enumerate(cells_of)
    }


EXPECTED = {
    "C2": 50.0, "C3": "#DIV/0!", "C4": 50.0,
    "F1": 50.0, "F2": 'SMM_CPL(50" SMM_CPL(1)', "F3": 7 + 1800 / 26, "F4": 1800 / 26, "F5": 1805 / 26, "F10": 50.0,
    "H1": 50.0, "H2": "#DIV/0!", "H3": 50.0,
}  # fmt: skip


def test_cells_tables_names_and_array_formulas_of_a_workbook(calc: Calc, book: Path, tmp_path: Path) -> None:
    """Converted, opened, recalculated, saved as .xlsx and .ods, opened again: the same results each time."""
    copy = tmp_path / "copy.xlsx"
    convert(book, copy, Spelling.LIBREOFFICE)
    found = read(calc, copy)
    assert {name: found[name] for name in EXPECTED} == {name: pytest.approx(value) if isinstance(value, float) else value for name, value in EXPECTED.items()}
    opened = calc.remote.ask("open", path=str(copy))
    for name in ("saved.xlsx", "saved.ods"):
        calc.remote.ask("save", book=opened, path=str(tmp_path / name))
        assert read(calc, tmp_path / name) == found
    calc.remote.ask("close", book=opened)


def test_a_workbook_that_libreoffice_saved_goes_back_to_excel(calc: Calc, book: Path, tmp_path: Path) -> None:
    copy, saved, back = tmp_path / "copy.xlsx", tmp_path / "saved.xlsx", tmp_path / "back.xlsx"
    convert(book, copy, Spelling.LIBREOFFICE)
    opened = calc.remote.ask("open", path=str(copy))
    calc.remote.ask("save", book=opened, path=str(saved))
    calc.remote.ask("close", book=opened)
    convert(saved, back, Spelling.EXCEL)
    cells = openpyxl.load_workbook(back)["Data"]
    assert cells["F1"].value == "=SMM_CPL(A2,B2)"
    assert isinstance(cells["H1"].value, ArrayFormula)
    assert cells["H1"].value.text == '=SMM_ROWS("cpl",A2:A4,B2:B4)'
    assert isinstance(cells.tables["Ads"], Table)


def test_a_range_of_one_cell_stays_one_in_a_file(calc: Calc, tmp_path: Path) -> None:
    """B2:B2 keeps a blank cell unknown, also after the file was saved and opened again."""
    path, saved = tmp_path / "book.xlsx", tmp_path / "saved.xlsx"
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Data"
    sheet["B1"], sheet["C1"] = 20, "=SMM.CPL(A1:A1,B1:B1)"
    made.save(path)
    assert read(calc, path)["C1"] == "#N/A"
    opened = calc.remote.ask("open", path=str(path))
    calc.remote.ask("save", book=opened, path=str(saved))
    calc.remote.ask("close", book=opened)
    assert read(calc, saved)["C1"] == "#N/A"


# --- formulas that are tied to an add-in ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tied", "plain"),
    [
        ("[1]!SMM_CPL(A1,B1)+1", "SMM_CPL(A1,B1)+1"),
        ("'C:\\Users\\Анна\\it''s\\smm.xlam'!SMM_CPL(A1,[1]!smm_roi(1,2))", "SMM_CPL(A1,SMM_ROI(1,2))"),
        ("smm.xlam!SMM_CPL(1,2)", "SMM_CPL(1,2)"),
        ("_xldudf_SMM_CPL(1,2)", "SMM_CPL(1,2)"),
        ("_xll.SMM_CPL(1,2)", "SMM_CPL(1,2)"),
        ("[1]!SMM_WRONG(1)", "[1]!SMM_WRONG(1)"),
        ("[1]!OTHER(1)+[2]Data!A1", "[1]!OTHER(1)+[2]Data!A1"),
        ('"[1]!SMM_CPL(1)"', '"[1]!SMM_CPL(1)"'),
        ("Data!SMM_CPL(1)", "Data!SMM_CPL(1)"),
        ("smm_cpl(1,2)", "smm_cpl(1,2)"),
    ],
)
def test_a_call_that_is_tied_to_an_add_in_is_brought_back(tied: str, plain: str, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "tied.xlsx") as made:
        sheet = made.add_worksheet("Data")
        sheet.write_formula("A1", "=[3]!SMM_CPM(1,2)", None, 500)
        sheet.write_formula("C1", f"={tied}", None, 5)
    done = convert(tmp_path / "tied.xlsx", tmp_path / "plain.xlsx")
    assert done.spelling is Spelling.EXCEL
    sheet = openpyxl.load_workbook(tmp_path / "plain.xlsx")["Data"]
    assert (sheet["A1"].value, sheet["C1"].value) == ("=SMM_CPM(1,2)", f"={plain}")
    assert openpyxl.load_workbook(tmp_path / "plain.xlsx", data_only=True)["Data"]["C1"].value == 5
    before, after = parts(tmp_path / "tied.xlsx"), parts(tmp_path / "plain.xlsx")
    assert {name for name in before if before[name] != after[name]} == {"xl/worksheets/sheet1.xml"}


def test_tied_calls_may_go_to_libreoffice_at_once_and_links_are_told(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "tied.xlsx") as made:
        made.add_worksheet("Data").write_formula("A1", "=[1]!SMM_CPL(1,2)")
    with zipfile.ZipFile(tmp_path / "tied.xlsx", "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    done = convert(tmp_path / "tied.xlsx", tmp_path / "dotted.xlsx", Spelling.LIBREOFFICE)
    assert openpyxl.load_workbook(tmp_path / "tied.xlsx")["Data"]["A1"].value == "=[1]!SMM_CPL(1,2)"
    assert b"<f>SMM.CPL(1,2)</f>" in parts(tmp_path / "dotted.xlsx")["xl/worksheets/sheet1.xml"]
    (remark,) = done.remarks
    assert "break it in Excel" in remark.en
