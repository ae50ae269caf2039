"""The arithmetic of Excel as Apache POI knows it: each formula of the workbook gives there what it was written with."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from smm_xl.cells.columns import address
from smm_xl.workbook.content import Filled
from smm_xl.workbook.demo import blank, demo
from smm_xl.workbook.formulas.formulatext import Failed, Formula, Value
from smm_xl.workbook.template import build
from tests.books import full, scattered
from tests.poi import Difference, Judge

# Cells of which POI makes something else: by book, the address and the reason. What no longer differs has to leave; no more than _MOST may stand here.
EXCEPTIONS: dict[str, dict[str, str]] = {}
_MOST = 20
BOOKS: dict[str, tuple[Filled, str, bool]] = {  # what they hold, their language, whether with rows to fill in
    "demo": (demo("en"), "en", True),
    "demo in Russian": (demo("ru"), "ru", False),
    "empty": (blank("en"), "en", True),
    "scattered": (scattered(1), "en", False),
    "more": (scattered(5), "ru", False),
    "full": (full("mixed", 12), "ru", False),
}


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    return Judge(tmp_path_factory.mktemp("poi"))


@pytest.mark.parametrize("name", BOOKS)
def test_poi_gives_the_values_that_formulas_were_written_with(judge: Judge, tmp_path: Path, name: str) -> None:
    filled, language, spare = BOOKS[name]
    template = build(filled, language, spare=spare)
    template.pages.write(tmp_path / "book.xlsx")
    found = {difference.cell: difference for difference in judge.differences(template, tmp_path / "book.xlsx")}
    known = EXCEPTIONS.get(name, {})
    assert [difference for cell, difference in found.items() if cell not in known] == []
    assert known.keys() - found.keys() == set(), "these no longer differ"


def test_exceptions_are_few_and_have_reasons() -> None:
    assert EXCEPTIONS.keys() <= BOOKS.keys()
    reasons = [reason for cells in EXCEPTIONS.values() for reason in cells.values()]
    assert len(reasons) <= _MOST
    assert all(reasons)


def test_a_cell_that_differs_is_told(judge: Judge, tmp_path: Path) -> None:
    template = build(scattered(1), "en", spare=False)
    page = template.pages.pages[-1]
    place = next(place for place, content in page.cells.items() if isinstance(content, Formula))
    value = template.pages.calculated().value(page.name, *place)
    page.cells[place] = Formula('"other"')
    template.pages.write(tmp_path / "book.xlsx")
    assert Difference(f"{page.name}!{address(*place)}", value, "other") in judge.differences(template, tmp_path / "book.xlsx")


# --- what the judge knows of Excel ----------------------------------------------------------------------------------

# Excel's own values: of its documentation, and of the order of its types. A1:A4 hold 1, 2, nothing, "x"; B 1 to 4; C a, b, a, c; D1:E1 a, b; F1:F2 1, 10
_FORMULAS: dict[str, Value] = {
    "(A1=1)>1": True, '"a">9E+99': True, 'TRUE>"z"': True, 'A3=""': True, "A3=0": True, "A3=FALSE": True, "A4=1": False, "1=TRUE": False, "A3": 0.0,
    'COUNTIFS(A1:A4,"<>q")': 4.0, 'COUNTIFS(A1:A4,"?*")': 1.0, 'COUNTIFS(A1:A4,"<>")': 3.0, 'COUNTIFS(A1:A4,"")': 1.0, 'COUNTIFS(A1:A4,"2",B1:B4,B2)': 1.0,
    'COUNTIFS(C1:C4,"A*",B1:B4,">1")': 1.0, 'COUNTIF(C1:C4,"a")': 2.0, 'SUMIFS(B1:B4,B1:B4,">="&2,C1:C4,"<>b")': 7.0, "SUM(B1:INDEX(B1:B4,3))": 6.0,
    "SUMPRODUCT((B1:B4>1)*B1:B4)": 9.0, "SUMPRODUCT(--(B1:B4>1),B1:B4)": 9.0, "SUMPRODUCT(MAX((B1:B4<4)*B1:B4))": 3.0, "SUMPRODUCT(ISNUMBER(A1:A4)*1)": 2.0,
    "SUMPRODUCT(SUMIFS(B1:B4,C1:C4,C1:C2))": 6.0, "SUMPRODUCT(MMULT(COUNTIFS(B1:B4,B1:B4,C1:C4,D1:E1)*1,F1:F2))": 12.0, "MAX((B1:B4<4)*B1:B4)": Failed("#VALUE!"),
    'LOOKUP(2,1/(C1:C4="a"),B1:B4)': 3.0, 'MATCH(1,INDEX((B1:B4=2)*(C1:C4="b"),0),0)': 2.0, 'IF(1,SUMPRODUCT((C1:C4="c")*B1:B4),1/0)': 4.0,
    "SUMPRODUCT(MAX((B1:B4<3)*ROW(B1:B4)))": 2.0, "SUMPRODUCT((D1:E1=\"b\")*COLUMN(D1:E1))": 5.0, "ROW(B3)": 3.0, "SUMPRODUCT({1,2}*D2:E2)": 0.0,
    'SUMPRODUCT(SUMIFS(B1:B4,C1:C4,{"a","c"}))': 8.0, "SUMPRODUCT({1;2}*B1:B2)": 5.0,
    "SUMPRODUCT(MAX((B1:B4<4)*ISNUMBER(B1:B4)*B1:B4))": 3.0, "SUMPRODUCT(MAX(LEN(A1:A4)))": 1.0, "SUMPRODUCT(IF(B1:B4>2,1,0))": Failed("#VALUE!"),
    "SMALL(B1:B4,2)": 2.0, "EOMONTH(DATE(2026,1,15),1)": 46081.0, "EDATE(DATE(2026,3,31),-1)": 46081.0, "ROUND(-1.005,2)": -1.01, "NORMSDIST(0)": 0.5,
    "NORMSINV(0.5)": 0.0, "IFERROR(1/0,7)": 7.0, "1/0": Failed("#DIV/0!"), "NA()": Failed("#N/A"), '"x"+1': Failed("#VALUE!"),
}  # fmt: skip
_ARRAY_FORMULAS: dict[str, list[Value]] = {  # each in four cells side by side
    "SUM(IF(B1:B4>2,B1:B4))": [7.0] * 4, "MAX((B1:B4<4)*B1:B4)": [3.0] * 4, "TRANSPOSE(B1:B4)": [1.0, 2.0, 3.0, 4.0], "D1:E1": ["a", "b", Failed("#N/A"), Failed("#N/A")],
    "MMULT(TRANSPOSE(B1:B4),B1:B4)": [30.0] * 4, 'SMALL(IF(C1:C4="a",B1:B4),2)': [3.0] * 4, "SUM(B1:B2*TRANSPOSE(B1:B2))": [9.0] * 4,
    'INDEX(B1:B4,MATCH(1,(B1:B4=3)*(C1:C4="a"),0))': [3.0] * 4, "SUM(IFERROR(6/(B1:B4-1),0))": [11.0] * 4, "SUM(COUNTIFS(C1:C4,D1:E1))": [3.0] * 4,
}  # fmt: skip


def test_the_judge_gives_what_excel_gives(judge: Judge, tmp_path: Path) -> None:
    columns = [[1, 2, None, "x"], [1, 2, 3, 4], ["a", "b", "a", "c"], ["a"], ["b"], [1, 10]]
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        sheet = book.add_worksheet("S")
        for column, values in enumerate(columns):
            sheet.write_column(0, column, values)
        for row, formula in enumerate(_FORMULAS):
            sheet.write_formula(row + 9, 7, f"={formula}")  # beside no row of the data
        for row, formula in enumerate(_ARRAY_FORMULAS):
            sheet.write_array_formula(row + 9, 9, row + 9, 12, f"={formula}")
    found = judge.values(tmp_path / "book.xlsx")
    assert {formula: found["S", f"H{row}"] for row, formula in enumerate(_FORMULAS, start=10)} == _FORMULAS
    assert {formula: [found["S", f"{column}{row}"] for column in "JKLM"] for row, formula in enumerate(_ARRAY_FORMULAS, start=10)} == _ARRAY_FORMULAS
