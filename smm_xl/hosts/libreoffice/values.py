"""What crosses the border between Calc and the functions: numbers, text, errors, blocks, blank cells, dates of other calendars.

Calc hands over a cell as a number or text, and a blank cell as the number 0, which nothing can tell from a zero; in a block a blank
cell is the text ''. Errors are numbers too: a nan whose low bits hold Calc's code.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Sequence
from itertools import chain, repeat
from math import isnan
from typing import Any

from smm_xl.catalog.kpi import Takes
from smm_xl.cells import dates
from smm_xl.cells.cell import DIV0, ERRORS, NA, NUM, VALUE
from smm_xl.functions.compiled import REQUIRED
from smm_xl.hosts.libreoffice.signatures import REST, Signature

_CODES = {DIV0: 532, VALUE: 519, "#REF!": 524, "#NAME?": 525, NUM: 503, NA: 32767, "#NULL!": 521}
_ERRORS = {code: error for error, code in _CODES.items()}
_MISSING = "Err:511"  # a needed argument was left out
_CLIPPED_FROM = 1000  # rows: a block of this height may be a whole column, whose end is blank
_AT_ONCE = 1024  # rows that are compared with blank ones in one go
_BLANK = {"", None}
_DATE = 2  # com.sun.star.util.NumberFormat.DATE
_CONTENT = 1 | 2 | 4 | 16  # com.sun.star.sheet.CellFlags: numbers, dates, text, formulas


def nan_of(code: int) -> float:
    """The number that Calc takes for the error of a code."""
    made: float = struct.unpack("<d", struct.pack("<II", code, 0x7FF80000))[0]
    return made


def error_in(number: float) -> str:
    """The error in a nan of Calc; #VALUE! for one that Excel does not know."""
    low, _ = struct.unpack("<II", struct.pack("<d", number))
    return _ERRORS.get(low, VALUE)


_NANS = {error: nan_of(_CODES.get(error, 519)) for error in set(ERRORS.values())} | {_MISSING: nan_of(511)}


# --- results --------------------------------------------------------------------------------------------------------


def shown(result: object) -> Any:
    """A result as Calc takes it: a float or text; errors as their numbers; a block as rows of one length."""
    if isinstance(result, list):
        return tuple(tuple(map(_cell, row)) for row in result)
    return _cell(result)


def block_of(result: object) -> tuple[tuple[Any, ...], ...]:
    """A result as a block, one cell high and wide for a single value."""
    made = shown(result)
    return made if isinstance(made, tuple) else ((made,),)


def _cell(value: object) -> Any:
    if isinstance(value, str):
        return _NANS.get(value, value)
    return "" if value is None else float(value)  # type: ignore[arg-type]


# --- arguments ------------------------------------------------------------------------------------------------------


def method_of(signature: Signature, log: Callable[[Exception], None]) -> Callable[..., object]:
    """The method of a function: it takes the arguments as Calc hands them over, and gives the result as Calc takes it.

    It never raises: what goes wrong is #VALUE!, and is told to ``log``.
    """
    function = signature.function
    spills = function.spills
    finish = block_of if spills else shown
    declared = signature.arguments[signature.needs_caller :]
    takes = [given.parameter.takes for given in declared if given.parameter is not None]
    defaults = function.defaults
    has_rest = declared[-1].type == REST
    plain = set(takes) == {Takes.NUMBERS} and not has_rest
    floats = (float,) * len(declared) if plain else None

    def method(_self: object, *given: Any) -> object:
        try:
            if tuple(map(type, given)) == floats:
                result = function.call(*given)  # most cells; half of the time in here is saved
                return result if type(result) is float and not spills else finish(result)
            return finish(call(given))
        except Exception as error:
            log(error)
            return finish(VALUE)

    def call(given: Sequence[Any]) -> object:
        book = None
        if signature.needs_caller:
            book, given = Book(given[0]), given[1:]
        if has_rest:
            given = (*given[:-1], *(given[-1] or ()))
        values: list[Any] = []
        for value, kind, default in zip(_clipped(given), chain(takes, repeat(takes[-1])), chain(defaults, repeat(())), strict=False):
            if value is not None:
                values.append(_argument(value, kind, book))
            elif default is REQUIRED:
                return _MISSING
            else:
                values.append(None if default == () else default)
        return function.call(*values)

    return method


class Book:
    """The book that a function stands in: how many days later than usual its days begin, and which cells it shows as dates."""

    def __init__(self, settings: Any) -> None:
        self._settings = settings
        start = settings.NullDate
        self.shift = dt.date(start.Year, start.Month, start.Day).toordinal() - dates.DAY_0

    def is_date(self, number_format: int) -> bool:
        kind: int = self._settings.getNumberFormats().getByKey(number_format).Type
        return bool(kind & _DATE)

    def day(self, number: float) -> object:
        """The moment that a number means where it is shown as a date; the number itself where there is none."""
        try:
            return dt.datetime.fromordinal(dates.DAY_0) + dt.timedelta(days=number + self.shift)
        except OverflowError:
            return number


def _argument(value: Any, takes: Takes, book: Book | None) -> Any:
    if isinstance(value, tuple):
        rows = _block(value)
        return [[_moved(cell, book) for cell in row] for row in rows] if takes is Takes.DAY and book is not None else rows
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        if value == 0 and takes in (Takes.WORD, Takes.DAY):
            return None  # no word and no day is 0: the cell is blank
        return _moved(value, book) if takes is Takes.DAY else _of_block(value)
    return _range(value, book)


def _moved(cell: Any, book: Book | None) -> Any:
    return cell + book.shift if book is not None and isinstance(cell, float) else cell


def _block(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The rows of a block with None for blank cells and errors by their names."""
    flat = list(chain.from_iterable(rows))
    if set(map(type, flat)) == {float} and not isnan(sum(flat)):
        return rows
    return [[_of_block(cell) for cell in row] for row in rows]


def _of_block(cell: Any) -> Any:
    if cell == "":
        return None
    return error_in(cell) if cell != cell else cell


def _clipped(given: Sequence[Any]) -> Sequence[Any]:
    """The arguments without the blank end of high blocks and of ranges: of whole columns only what is used.

    Blocks of one height stay of one height, and so does a range beside a block, of which it may be the partner. By the time that a
    block is here Calc has made all its rows, most of what a whole column costs: an argument that may be a number is never a range.
    """
    used: dict[int, int] = {}
    for value in given:
        if isinstance(value, tuple):
            height = len(value)
            used[height] = max(used.get(height, 1), _used(value) if height >= _CLIPPED_FROM else height)
    clipped = list(given)
    for place, value in enumerate(given):
        if _is_range(value):
            address = value.getRangeAddress()
            height, width = address.EndRow - address.StartRow + 1, address.EndColumn - address.StartColumn + 1
            rows, columns = _in_use(value, address)
            if height in used:
                rows, columns = max(rows, used[height]), width
                used[height] = rows
            clipped[place] = value.getCellRangeByPosition(0, 0, columns - 1, rows - 1)
    return [value[: used[len(value)]] if isinstance(value, tuple) and used[len(value)] < len(value) else value for value in clipped]


def _used(rows: Sequence[Sequence[Any]]) -> int:
    """How many rows there are up to the last one that holds something."""
    height = len(rows)
    blank = (("",) * len(rows[0]),) * _AT_ONCE
    while height >= _AT_ONCE and rows[height - _AT_ONCE : height] == blank:  # an eighth of the time that single rows take
        height -= _AT_ONCE
    while height and _BLANK.issuperset(rows[height - 1]):
        height -= 1
    return height


# --- ranges of a sheet ----------------------------------------------------------------------------------------------


def _is_range(value: Any) -> bool:
    return value is not None and not isinstance(value, (float, str, tuple))


def _range(cells: Any, book: Book | None) -> list[list[Any]]:
    """The cells of a range of a sheet: None where blank, errors by their names.

    In a book whose days begin elsewhere, numbers that are shown as dates become dates.
    """
    rows = [list(row) for row in cells.getDataArray()]
    shifted = book is not None and book.shift
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell == "":
                row[column] = None
            elif cell is None:  # getDataArray has no value for an error
                row[column] = _ERRORS.get(cells.getCellByPosition(column, place).getError(), VALUE)
            elif shifted and book is not None and isinstance(cell, float) and book.is_date(cells.getCellByPosition(column, place).NumberFormat):
                row[column] = book.day(cell)
    return rows


def _in_use(cells: Any, asked: Any) -> tuple[int, int]:
    """How many rows and columns of a range lie in the used area of its sheet, at least one; of many rows, up to the last with content."""
    cursor = cells.getSpreadsheet().createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.getRangeAddress()
    rows, columns = max(min(asked.EndRow, end.EndRow) - asked.StartRow + 1, 1), max(min(asked.EndColumn, end.EndColumn) - asked.StartColumn + 1, 1)
    # the used area is that of all columns: one cell far below, in another table, makes a million rows of each
    return (_up_to_content(cells, rows, columns) if rows >= _CLIPPED_FROM else rows), columns


def _up_to_content(cells: Any, rows: int, columns: int) -> int:
    """How many of the first rows of a range there are up to the last one that holds something, at least one."""

    def holds(first: int, behind: int) -> bool:
        return bool(cells.getCellRangeByPosition(0, first, columns - 1, behind - 1).queryContentCells(_CONTENT).hasElements())

    if holds(rows - 1, rows):
        return rows
    low, high = 0, rows - 1  # from high on there is nothing; from low on there is something, unless all is blank
    while high - low > 1:
        middle = (low + high) // 2
        if holds(middle, high):
            low = middle
        else:
            high = middle
    return high
