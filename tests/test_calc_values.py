"""What crosses the border between Calc and the functions, without an office: of blocks and ranges as high as a sheet, what is used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from smm_xl.hosts.libreoffice.signatures import SIGNATURES
from smm_xl.hosts.libreoffice.values import error_in, method_of

ALL_ROWS, ALL_COLUMNS = 1_048_576, 1024
BOOK = SimpleNamespace(NullDate=SimpleNamespace(Year=1899, Month=12, Day=30))


def called(name: str) -> Callable[..., Any]:
    """A function as Calc calls it; what it would write to the log is raised."""

    def log(error: Exception) -> None:
        raise error

    method = method_of(SIGNATURES[name], log)
    return lambda *given: method(None, *given)


def column(*cells: object, height: int = ALL_ROWS) -> tuple[tuple[object, ...], ...]:
    """A column as Calc hands it over, blank below some cells."""
    return tuple((cell,) for cell in cells) + (("",),) * (height - len(cells))


@dataclass
class Sheet:
    """The cells of a sheet by row and column, and how many of them were read."""

    cells: dict[tuple[int, int], object]
    read: int = 0

    def createCursor(self) -> Any:
        last = SimpleNamespace(EndRow=max(row for row, _ in self.cells), EndColumn=max(column for _, column in self.cells))
        return SimpleNamespace(gotoEndOfUsedArea=lambda expand: None, getRangeAddress=lambda: last)


@dataclass
class Range:
    """What a function asks of a range: rows and columns from one to another, both included."""

    sheet: Sheet
    top: int = 0
    left: int = 0
    bottom: int = ALL_ROWS - 1
    right: int = ALL_COLUMNS - 1

    def getRangeAddress(self) -> Any:
        return SimpleNamespace(StartRow=self.top, StartColumn=self.left, EndRow=self.bottom, EndColumn=self.right)

    def getSpreadsheet(self) -> Sheet:
        return self.sheet

    def getCellRangeByPosition(self, left: int, top: int, right: int, bottom: int) -> Range:
        assert 0 <= left <= right <= self.right - self.left
        assert 0 <= top <= bottom <= self.bottom - self.top
        return Range(self.sheet, self.top + top, self.left + left, self.top + bottom, self.left + right)

    def queryContentCells(self, flags: int) -> Any:
        assert flags == 23
        found = any(self.top <= row <= self.bottom and self.left <= column <= self.right for row, column in self.sheet.cells)
        return SimpleNamespace(hasElements=lambda: found)

    def getDataArray(self) -> list[tuple[object, ...]]:
        self.sheet.read += (self.bottom - self.top + 1) * (self.right - self.left + 1)
        columns = range(self.left, self.right + 1)
        return [tuple(self.sheet.cells.get((row, column), "") for column in columns) for row in range(self.top, self.bottom + 1)]


def sheet_of(rows: list[list[object]], **elsewhere: object) -> Sheet:
    """A sheet with rows from its first cell on. elsewhere: further cells by row and column, ``r99c7=1``."""
    cells = {(row, column): cell for row, values in enumerate(rows) for column, cell in enumerate(values)}
    for place, cell in elsewhere.items():
        row, column = place.removeprefix("r").split("c")
        cells[int(row), int(column)] = cell
    return Sheet(cells)


TABLE: list[list[object]] = [["channel", "spend", "leads"], ["VK", 100.0, 5.0], ["Telegram", 50.0, 2.0]]


def test_a_whole_column_counts_as_far_as_it_is_used() -> None:
    assert called("cpl")(column(1000.0, "", 500.0, 300.0), column(20.0, 10.0, "", 0.0)) == 65.0


@pytest.mark.parametrize("rows", [999, 1000, 1001, 1023, 1024, 1025, 4096, 5000])
def test_what_is_spilled_of_whole_columns_ends_with_them(rows: int) -> None:
    fact, target = column(*[3.0] * rows, height=ALL_ROWS), column(*[1.0] * (rows - 7), height=ALL_ROWS)
    result = called("gap")(fact, target)
    assert len(result) == rows
    assert result[0] == (2.0,)


def test_blank_rows_between_stay() -> None:
    result = called("gap")(column(3.0, *[""] * 2500, 4.0), column(1.0, *[""] * 2500, 1.0))
    assert len(result) == 2502
    assert (result[0], result[-1]) == ((2.0,), (3.0,))


@pytest.mark.parametrize("rows", [3, 20, 999, 1000, ALL_ROWS])
def test_attainments_and_their_weights_stay_of_one_height(rows: int) -> None:
    sheet = sheet_of([[0.9], [1.1], [0.5]], r19c7="a note beside them")
    weights = column(1.0, 2.0, 3.0, height=rows)
    assert called("score")(BOOK, Range(sheet, bottom=rows - 1, right=0), weights, None, None) == pytest.approx(4.6 / 6)


def test_weights_may_go_on_below_what_the_sheet_of_the_attainments_uses() -> None:
    sheet = sheet_of([[0.9], [1.1]])
    assert called("score")(BOOK, Range(sheet, right=0), column(1.0, 2.0, 3.0), None, None) == pytest.approx(3.1 / 3)


def test_attainments_and_their_weights_stay_of_one_width() -> None:
    sheet = sheet_of([[0.9, 1.1]])
    assert called("score")(BOOK, Range(sheet, bottom=0, right=3), ((1.0, 2.0, "", ""),), None, None) == pytest.approx(3.1 / 3)


@pytest.mark.parametrize("elsewhere", [{}, {"r40c9": 1.0}, {"r999c9": 1.0}, {"r5000c9": 1.0}, {f"r{ALL_ROWS - 1}c9": 1.0}])
def test_of_a_table_no_more_is_read_than_there_is(elsewhere: dict[str, object]) -> None:
    sheet = sheet_of(TABLE, **elsewhere)
    assert called("kpi")(BOOK, "cpl", Range(sheet, right=2), None, None) == pytest.approx(150 / 7)
    assert sheet.read <= 3 * 1000


@pytest.mark.parametrize("last", [2, 3, 998, 999, 1000, 1001, 5000])
def test_a_table_ends_with_its_last_cell(last: int) -> None:
    sheet = sheet_of(TABLE, **{f"r{last}c1": 1000.0, f"r{last}c0": "VK", f"r{last}c2": 10.0, f"r{min(last + 3000, ALL_ROWS - 1)}c9": 1.0})
    expected = (100.0 if last == 2 else 150.0) + 1000.0
    assert called("kpi")(BOOK, "spend", Range(sheet, bottom=ALL_ROWS - 1, right=2), None, None) == expected


def test_of_a_range_in_which_there_is_nothing_one_cell_is_read() -> None:
    sheet = sheet_of(TABLE, r5000c0=1.0)
    assert error_in(called("kpi")(BOOK, "cpl", Range(sheet, left=4, right=6), None, None)) == "#N/A"
    assert sheet.read == 1
