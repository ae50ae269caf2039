"""Works out the formulas of a workbook that is about to be written, so that each is written with its value.

It knows the functions that our workbooks use and refuses all others, and it is strict: text in arithmetic, ranges of
different shapes, a name that is not there raise ``FormulaError`` where a spreadsheet would show an error, and so does a logical compared with a
number or text, of which spreadsheets make different things. Tests let LibreOffice and Apache POI work out the same workbooks and compare every cell.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from smm_xl.cells import dates
from smm_xl.functions import FUNCTIONS
from smm_xl.workbook.formulas.at_once import AtOnce
from smm_xl.workbook.formulas.formulatext import (
    NOT_AVAILABLE,
    ArrayFormula,
    Call,
    CellOfRow,
    CellsOfRow,
    Constant,
    Failed,
    Filled,
    Formula,
    FormulaError,
    Named,
    Node,
    Operation,
    Reference,
    TableColumn,
    TableColumns,
    Value,
    parsed,
)

Array = np.ndarray[Any, Any]  # of numbers, of truths, or of what stands in cells: numpy has no narrower type for what may be each of them
_ERRORS = ("#N/A", "#DIV/0!", "#VALUE!", "#NUM!", "#REF!", "#NAME?")


class Area(NamedTuple):
    """A range: the sheet, and its first and last row and column, counted from 0."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Cells:
    """A range that was looked up: what stands in it, and its numbers with nan for everything else."""

    area: Area
    values: Array
    numbers: Array

    @cached_property
    def calculated_with(self) -> Array:
        """Its numbers with 0 for what is blank. Raises FormulaError where text, a logical or an error stands."""
        if any(isinstance(one, str | bool | Failed) for one in self.values.reshape(-1)):
            raise FormulaError("text, a logical or an error stands in a range that is calculated with")
        return np.nan_to_num(self.numbers)

    @property
    def only(self) -> Value:
        """The value of a range of one cell."""
        found: Value = self.values[0, 0]
        return found


Found = Value | Cells | Array  # what a part of a formula gives: one value, a range, or an array that was worked out
Content = float | str | bool | Formula | ArrayFormula | Filled  # what stands in a cell before anything is worked out


class Calculation:
    """The cells of a workbook.

    sheets:  by name, what stands in each cell (row, column): a number, text, True or False, or a Formula.
    names:   defined names, as the text that they stand for.
    columns: the area of each column of each table, by ``table[column]``.
    worked:  the formulas of those that are calculated.
    """

    def __init__(
        self,
        sheets: Mapping[str, Mapping[tuple[int, int], Content]],
        names: Mapping[str, str],
        columns: Mapping[str, Area],
        worked: Mapping[str, str] | None = None,
    ) -> None:
        self._sheets, self._names, self._columns = sheets, names, columns
        self._tables = {(area.sheet, area.left): area for area in columns.values()}
        self._listed: dict[tuple[str, int], list[Value]] = {}  # columns of tables, by sheet and column
        self._worked = {(columns[key].sheet, columns[key].left): (columns[key], text) for key, text in (worked or {}).items()}
        self._found: dict[tuple[str, int, int], Value] = {}
        self._arrays: dict[tuple[str, int, int], Array] = {}  # what array formulas give, by where they begin
        self._cells: dict[Area, Cells] = {}
        self._masks: dict[tuple[Area, Value], Array] = {}
        self._waiting: set[tuple[str, int, int]] = set()

    def value(self, sheet: str, row: int, column: int) -> Value:
        """What a cell shows: a float, text, True or False, a Failed, None where it is blank."""
        content = self._sheets[sheet].get((row, column))
        if isinstance(content, ArrayFormula | Filled):
            return self._in_array(sheet, content, row, column)
        if not isinstance(content, Formula):
            return float(content) if isinstance(content, int) and not isinstance(content, bool) else content
        place = (sheet, row, column)
        if place not in self._found:
            area, text = self._worked.get((sheet, column), (None, ""))
            if area is not None and content.text == text and area.top <= row <= area.bottom:
                self._work_out(area, text)
                return self._found[place]
            if place in self._waiting:
                raise FormulaError(f"{sheet}, row {row + 1}, column {column + 1}: the formula refers to itself: ={content.text}")
            self._waiting.add(place)
            try:
                result = _At(self, sheet, row).scalar(parsed(content.text))
            except FormulaError as error:
                raise FormulaError(f"{sheet}, row {row + 1}, column {column + 1}: ={content.text}: {error}") from error
            self._waiting.discard(place)
            self._found[place] = 0.0 if result is None else result
        return self._found[place]

    def _work_out(self, area: Area, text: str) -> None:
        """A calculated column: all its rows that hold its formula."""
        place, sheet = (area.sheet, area.top, area.left), area.sheet
        if place in self._waiting:
            raise FormulaError(f"{sheet}, column {area.left + 1}: the formula refers to itself: ={text}")
        self._waiting.add(place)
        rows = [row for row in range(area.top, area.bottom + 1) if self._sheets[sheet].get((row, area.left)) == Formula(text)]
        try:
            values = AtOnce(self, sheet).values(parsed(text), rows)
        except FormulaError as error:
            raise FormulaError(f"{sheet}, column {area.left + 1}: ={text}: {error}") from error
        self._waiting.discard(place)
        for row, value in zip(rows, values, strict=True):
            self._found[sheet, row, area.left] = 0.0 if value is None else value

    def place(self, column: str) -> tuple[str, int]:
        """The sheet and the number of a column of a table."""
        area = self.column(column)
        return area.sheet, area.left

    def columns_between(self, first: str, last: str) -> list[tuple[str, int]]:
        sheet, left = self.place(first)
        return [(sheet, column) for column in range(left, self.place(last)[1] + 1)]

    def in_rows(self, place: tuple[str, int], rows: Sequence[int]) -> list[Value]:
        """The cells of a column of a table in some rows."""
        if place not in self._listed:
            sheet, column = place
            area = self._tables[place]
            self._listed[place] = [self.value(sheet, row, column) for row in range(area.top, area.bottom + 1)]
        listed, top = self._listed[place], self._tables[place].top
        if len(rows) == len(listed):
            return listed
        return [listed[row - top] for row in rows]

    def in_row(self, node: Node, sheet: str, row: int) -> Value:
        """A part of a formula that stands in a row."""
        return _At(self, sheet, row).scalar(node)

    def operation(self, sign: str, left: Value, right: Value) -> Value:
        return _of_two(sign, left, right)

    def truth(self, value: Value) -> bool:
        return bool(_number(value))

    def _in_array(self, sheet: str, content: ArrayFormula | Filled, row: int, column: int) -> float:
        top, left = (content.row, content.column) if isinstance(content, Filled) else (row, column)
        if (sheet, top, left) not in self._arrays:
            formula = self._sheets[sheet][top, left]
            assert isinstance(formula, ArrayFormula)
            try:
                found = _array(_At(self, sheet, top).any(parsed(formula.text)))
                self._arrays[sheet, top, left] = np.broadcast_to(np.asarray(found, dtype=np.float64), (formula.height, formula.width))
            except (FormulaError, ValueError) as error:
                raise FormulaError(f"{sheet}, row {top + 1}, column {left + 1}: {{={formula.text}}}: {error}") from error
        return float(self._arrays[sheet, top, left][row - top, column - left])

    def name(self, name: str) -> Node:
        if name not in self._names:
            raise FormulaError(f"there is no name {name}")
        return parsed(self._names[name])

    def column(self, column: str) -> Area:
        if column not in self._columns:
            raise FormulaError(f"there is no column {column}")
        return self._columns[column]

    def cells(self, area: Area) -> Cells:
        if area not in self._cells:
            self._cells[area] = self._of_array(area) or self._looked_at(area)
        return self._cells[area]

    def _of_array(self, area: Area) -> Cells | None:
        """A range that one array formula fills."""
        content = self._sheets[area.sheet].get((area.top, area.left))
        if not isinstance(content, ArrayFormula | Filled):
            return None
        top, left = (content.row, content.column) if isinstance(content, Filled) else (area.top, area.left)
        self.value(area.sheet, top, left)
        found = self._arrays[area.sheet, top, left][area.top - top : area.bottom - top + 1, area.left - left : area.right - left + 1]
        if found.shape != (area.bottom - area.top + 1, area.right - area.left + 1):
            return None
        return Cells(area, found.astype(object), found)

    def _looked_at(self, area: Area) -> Cells:
        rows = range(area.top, area.bottom + 1)
        table = self._tables.get((area.sheet, area.left))
        if table is not None and area.left == area.right and table.top <= area.top and area.bottom <= table.bottom:
            column = self.in_rows((area.sheet, area.left), rows)
            found = np.empty((len(rows), 1), dtype=object)
            found[:, 0] = column
            return Cells(area, found, np.array([[value] if type(value) is float else [np.nan] for value in column], dtype=np.float64))
        listed = [[self.value(area.sheet, row, column) for column in range(area.left, area.right + 1)] for row in rows]
        values = np.empty((len(rows), area.right - area.left + 1), dtype=object)
        values[:] = listed
        numbers = np.array([[value if type(value) is float else np.nan for value in row] for row in listed], dtype=np.float64)
        return Cells(area, values, numbers)

    def are_formulas(self, area: Area) -> Array:
        """Which cells of a range hold a formula."""
        content = self._sheets[area.sheet]
        rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
        return np.array([[isinstance(content.get((row, column)), Formula | ArrayFormula | Filled) for column in columns] for row in rows])

    def area(self, reference: Reference, own: str) -> Area:
        """Where a reference points; ``own``: the sheet of the formula."""
        sheet = reference.sheet or own
        if sheet not in self._sheets:
            raise FormulaError(f"there is no sheet {sheet}")
        return Area(sheet, reference.top, reference.left, reference.bottom, reference.right)

    def mask(self, cells: Cells, criterion: Value) -> Array:
        key = (cells.area, criterion)
        if key not in self._masks:
            self._masks[key] = _matches(cells, criterion).reshape(-1)
        return self._masks[key]


def _matches(cells: Cells, criterion: Value) -> Array:
    """Which cells meet a criterion of SUMIFS."""
    if criterion is None:
        criterion = 0.0
    if isinstance(criterion, float):
        return np.asarray(cells.numbers == criterion)
    match = re.match(r"(<>|<=|>=|=|<|>)?(.*)", str(criterion), re.DOTALL)
    assert match is not None
    operator, wanted = match[1] or "=", match[2]
    try:
        number: float | None = float(wanted)
    except ValueError:
        number = None
    if number is not None:
        with np.errstate(invalid="ignore"):
            compared = {"=": np.equal, "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal, "<>": np.not_equal}[operator]
            return np.asarray(compared(cells.numbers, number))
    if wanted == "?*" and operator == "=":
        test: Callable[[Value], bool] = lambda value: isinstance(value, str) and value != ""  # noqa: E731
    elif operator == "=" and wanted.endswith("*"):
        start = wanted[:-1].casefold()
        test = lambda value: isinstance(value, str) and value.casefold().startswith(start)  # noqa: E731
    elif operator == "=" and wanted:
        test = lambda value: isinstance(value, str) and value.casefold() == wanted.casefold()  # noqa: E731
    elif operator == "<>":
        test = lambda value: not (isinstance(value, str) and value.casefold() == wanted.casefold()) and not (wanted == "" and value is None)  # noqa: E731
    else:
        raise FormulaError(f"the criterion «{criterion}» is not known")
    return np.array([[test(value) for value in row] for row in cells.values], dtype=bool)


def _number(value: Found) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool | float | int):
        return float(value)
    raise FormulaError(f"«{value}» stands where a number is needed")


_ARITHMETIC: dict[str, Callable[[float | Array, float | Array], Array]] = {"+": np.add, "-": np.subtract, "*": np.multiply}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


_FALSE, _ONE = Constant(False), Constant(1.0)


class _At:
    """Evaluation in one cell."""

    def __init__(self, book: Calculation, sheet: str, row: int) -> None:
        self.book, self.sheet, self.row = book, sheet, row

    def scalar(self, node: Node) -> Value:
        """One value."""
        found = self.any(node)
        if isinstance(found, Cells):
            if found.values.size != 1:
                raise FormulaError("a range stands where one value is needed")
            return found.only
        if isinstance(found, np.ndarray):
            raise FormulaError("an array stands where one value is needed")
        return found

    def any(self, node: Node) -> Found:
        """A value, Cells for a reference, or an array for what is worked out of ranges."""
        if isinstance(node, CellOfRow):  # the most frequent first: a large workbook asks millions of times
            area = self.book.column(node.column)
            return self.book.value(area.sheet, self.row, area.left)
        if isinstance(node, Constant):
            return node.value
        if isinstance(node, Operation):
            return self._operation(node.sign, self.any(node.left), self.any(node.right))
        if isinstance(node, Call):
            method = _method_of(node.function)
            return method(self, *node.parts) if method else self._own_function(node)
        if isinstance(node, Reference):
            return self.book.cells(self.book.area(node, self.sheet))
        if isinstance(node, Named):
            return self.any(self.book.name(node.name))
        if isinstance(node, TableColumn):
            return self.book.cells(self.book.column(node.column))
        if isinstance(node, TableColumns):
            area = self.book.column(node.first)
            return self.book.cells(area._replace(right=self.book.column(node.last).left))
        if isinstance(node, CellsOfRow):
            first, last = self.book.column(node.first), self.book.column(node.last)
            return self.book.cells(Area(first.sheet, self.row, first.left, self.row, last.left))
        start = self.book.area(node.start, self.sheet) if isinstance(node.start, Reference) else self._looked_up(node.start)
        end = self._looked_up(node.end)
        return self.book.cells(start._replace(bottom=end.bottom, right=end.right))

    def cells(self, node: Node) -> Cells:
        """A range."""
        found = self.any(node)
        if not isinstance(found, Cells):
            raise FormulaError("a range is needed")
        return found

    def _operation(self, sign: str, left: Found, right: Found) -> Value | Array:
        if isinstance(left, Cells) and left.values.size == 1:
            left = left.only
        if isinstance(right, Cells) and right.values.size == 1:
            right = right.only
        if isinstance(left, Cells | np.ndarray) or isinstance(right, Cells | np.ndarray):
            return self._of_arrays(sign, left, right)
        return _of_two(sign, left, right)

    def _of_arrays(self, sign: str, left: Found, right: Found) -> Array:
        for word, other in ((left, right), (right, left)):
            if sign in ("=", "<>") and isinstance(word, str) and isinstance(other, Cells):
                same = np.array([[_is_text(value, word.casefold()) for value in row] for row in other.values])
                return same if sign == "=" else ~same
        if sign in _COMPARISONS and _are_logicals(left) != _are_logicals(right):
            raise FormulaError("logicals are compared with what is none")
        first, second = _array(left), _array(right)
        if sign in _COMPARISONS:
            compared: Array = _COMPARISONS[sign](first, second)
            return compared
        if sign == "/":
            if np.any(np.equal(second, 0)):
                raise FormulaError("a divisor of an array is 0")
            return np.divide(first, second)
        return _ARITHMETIC[sign](first, second)

    def _own_function(self, call: Call) -> Value:
        """A worksheet function of ours: the same code as in a cell."""
        given = [value.code if isinstance(value := self.any(part), Failed) else value for part in call.parts]
        if any(isinstance(value, np.ndarray) for value in given):
            raise FormulaError(f"{call.function} is given an array")
        result = FUNCTIONS[call.function].call(*(value.values.tolist() if isinstance(value, Cells) else value for value in given))
        if isinstance(result, list):
            raise FormulaError(f"{call.function} gives several values")
        return Failed(result) if isinstance(result, str) and result in _ERRORS else result

    # --- functions: logic ---

    def do_if(self, condition: Node, then: Node, otherwise: Node = _FALSE) -> Found:
        asked = self.any(condition)
        if isinstance(asked, np.ndarray):  # cell by cell; what does not meet the condition may be anything
            chosen = (np.nan_to_num(found.numbers) if isinstance(found, Cells) else _array(found) for found in map(self.any, (then, otherwise)))
            return np.where(asked.astype(bool), *chosen)
        if isinstance(asked, Cells):
            asked = self.scalar(condition)
        if isinstance(asked, Failed):
            return asked
        return self.any(then if _number(asked) else otherwise)

    def do_choose(self, number: Node, *choices: Node) -> Found:
        return self.any(choices[int(_number(self.scalar(number))) - 1])

    def do_and(self, *parts: Node) -> bool:
        return all(self._truths(parts))

    def do_or(self, *parts: Node) -> bool:
        return any(self._truths(parts))

    def _truths(self, parts: tuple[Node, ...]) -> list[bool]:
        return [bool(_number(self.scalar(part))) for part in parts]

    def do_not(self, part: Node) -> bool:
        return not _number(self.scalar(part))

    def do_isnumber(self, part: Node) -> bool | Array:
        found = self.any(part)
        if isinstance(found, Cells) and found.values.size > 1:
            return ~np.isnan(found.numbers)
        return type(self.scalar(part)) is float

    def do_isformula(self, part: Node) -> Array:
        area = self.book.column(part.first)._replace(right=self.book.column(part.last).left) if isinstance(part, TableColumns) else self._area_of(part)
        return self.book.are_formulas(area)

    def do_na(self) -> Failed:
        return NOT_AVAILABLE

    # --- functions: counting ---

    def _all(self, parts: tuple[Node, ...]) -> Iterator[Value]:
        for part in parts:
            found = self.any(part)
            if isinstance(found, Cells):
                yield from found.values.reshape(-1)
            elif isinstance(found, np.ndarray):
                yield from found.astype(float).reshape(-1).tolist()
            else:
                yield found

    def _numbers(self, parts: tuple[Node, ...]) -> list[float]:
        found = list(self._all(parts))
        if any(isinstance(value, Failed) for value in found):
            raise FormulaError("an error stands among numbers")
        return [value for value in found if type(value) is float]

    def do_sum(self, *parts: Node) -> float:
        return float(sum(self._numbers(parts)))

    def do_max(self, *parts: Node) -> float:
        return max(self._numbers(parts), default=0.0)

    def do_min(self, *parts: Node) -> float:
        return min(self._numbers(parts), default=0.0)

    def do_count(self, *parts: Node) -> float:
        return float(sum(type(value) is float for value in self._all(parts)))

    def do_counta(self, *parts: Node) -> float:
        return float(sum(value is not None for value in self._all(parts)))

    def _of_place(self, pick: Callable[[list[float], int], float], part: Node, place: Node) -> Value:
        numbers, asked = sorted(self._numbers((part,))), int(_number(self.scalar(place)))
        return pick(numbers, asked) if 1 <= asked <= len(numbers) else Failed("#NUM!")

    def do_large(self, part: Node, place: Node) -> Value:
        return self._of_place(lambda numbers, asked: numbers[-asked], part, place)

    def do_small(self, part: Node, place: Node) -> Value:
        return self._of_place(lambda numbers, asked: numbers[asked - 1], part, place)

    def do_sumifs(self, summed: Node, *conditions: Node) -> float | Array:
        return self._by_criteria(conditions, np.nan_to_num(self.cells(summed).numbers.reshape(-1)))

    def do_countifs(self, *conditions: Node) -> float | Array:
        return self._by_criteria(conditions, None)

    do_countif = do_countifs

    def _by_criteria(self, conditions: tuple[Node, ...], weights: Array | None) -> float | Array:
        """The sum over the cells that meet all criteria: of each cell of an array of criteria, where some criteria are arrays."""
        kept: Array | None = None
        arrays: list[tuple[Array, Array]] = []  # the criteria, and the masks of each
        for place in range(0, len(conditions), 2):
            cells, criterion = self.cells(conditions[place]), self.any(conditions[place + 1])
            if isinstance(criterion, Cells):
                criterion = criterion.values if criterion.values.size > 1 else criterion.only
            if isinstance(criterion, np.ndarray):
                flat = criterion.reshape(-1)
                arrays.append((criterion, np.array([self.book.mask(cells, one if isinstance(one, str) else float(one)) for one in flat])))
            else:
                mask = self.book.mask(cells, criterion)
                kept = mask if kept is None else kept & mask
        size = arrays[0][1].shape[1] if kept is None else kept.shape[0]
        base = (np.ones(size) if weights is None else weights) * (1.0 if kept is None else kept)
        if base.shape[0] != size or any(masks.shape[1] != size for _, masks in arrays):
            raise FormulaError("ranges of different shapes")
        if not arrays:
            return _added(base)
        if len(arrays) == 1:
            criteria, masks = arrays[0]
            totals: Array = (masks * base).sum(axis=1).reshape(criteria.shape)
            return totals
        if len(arrays) > 2:
            raise FormulaError("more than two arrays of criteria")
        (rows, down), (columns, across) = arrays if arrays[0][0].shape[1] == 1 else arrays[::-1]
        row_by_row = rows.shape[1] == columns.shape[1] == 1
        joined: Array = (down * across * base).sum(axis=1).reshape(rows.shape) if row_by_row else (down * base) @ across.T
        return joined

    # --- functions: arrays ---

    def do_sumproduct(self, *parts: Node) -> float:
        """Text in a range counts 0."""
        product = np.ones(())
        for part in parts:
            found = self.any(part)
            product = product * (np.nan_to_num(found.numbers) if isinstance(found, Cells) else np.asarray(_array(found), dtype=float))
        return _added(product.reshape(-1))

    def _numbers_of(self, part: Node) -> Array:
        return np.asarray(_array(self.any(part)), dtype=float)

    def do_transpose(self, part: Node) -> Array:
        return np.atleast_2d(self._numbers_of(part)).T

    def do_row(self, area: Node) -> Array:
        found = self.cells(area).area
        return np.arange(found.top + 1.0, found.bottom + 2.0).reshape(-1, 1)

    def do_mmult(self, left: Node, right: Node) -> Array:
        product: Array = np.atleast_2d(self._numbers_of(left)) @ np.atleast_2d(self._numbers_of(right))
        return product

    # --- functions: looking up ---

    def do_index(self, area: Node, row: Node, column: Node = _ONE) -> Value:
        values = self.cells(area).values
        across, down = int(_number(self.scalar(column))), int(_number(self.scalar(row)))
        if values.shape[0] == 1 and across == 1:
            across, down = down, 1
        found: Value = values[down - 1, across - 1]
        return found

    def _looked_up(self, node: Node) -> Area:
        """The cell that an INDEX(column, row) refers to."""
        if not isinstance(node, Call) or node.function != "INDEX" or len(node.parts) != 2:
            raise FormulaError("a range begins and ends with a cell or with INDEX of a column")
        area, row = self._area_of(node.parts[0]), int(_number(self.scalar(node.parts[1])))
        return area._replace(top=area.top + row - 1, bottom=area.top + row - 1)

    def _area_of(self, node: Node) -> Area:
        if isinstance(node, Named):
            return self._area_of(self.book.name(node.name))
        if isinstance(node, TableColumn):
            return self.book.column(node.column)
        if isinstance(node, Reference):
            return self.book.area(node, self.sheet)
        raise FormulaError("INDEX of a column is needed")

    def do_rows(self, area: Node) -> float:
        return float(self.cells(area).values.shape[0])

    def do_left(self, part: Node, count: Node) -> str:
        return _as_text(self.scalar(part))[: int(_number(self.scalar(count)))]

    def do_match(self, wanted: Node, area: Node, exactly: Node) -> Value:
        if self.scalar(exactly) != 0.0:
            raise FormulaError("MATCH is known with 0 only")
        asked = self.scalar(wanted)
        for place, value in enumerate(self.cells(area).values.reshape(-1), start=1):
            same = value.casefold() == asked.casefold() if isinstance(value, str) and isinstance(asked, str) else value == asked
            if same and type(value) is type(asked):
                return float(place)
        return NOT_AVAILABLE

    # --- functions: numbers and days ---

    def do_round(self, part: Node, digits: Node) -> Value:
        value = self.scalar(part)
        if isinstance(value, Failed):
            return value
        shifted = abs(_number(value)) * 10 ** int(_number(self.scalar(digits)))
        return float(np.sign(_number(value)) * np.floor(shifted + 0.5 + 1e-9 * (shifted < 1e6)) / 10 ** int(_number(self.scalar(digits))))

    def do_roundup(self, part: Node, digits: Node) -> float:
        if self.scalar(digits) != 0.0:
            raise FormulaError("ROUNDUP is known to whole numbers only")
        value = _number(self.scalar(part))
        return float(np.sign(value) * np.ceil(abs(value)))

    def do_int(self, part: Node) -> float:
        return float(math.floor(_number(self.scalar(part))))

    def do_mod(self, part: Node, divisor: Node) -> float:
        return _number(self.scalar(part)) % _number(self.scalar(divisor))

    def do_abs(self, part: Node) -> float:
        return abs(_number(self.scalar(part)))

    def do_sqrt(self, part: Node) -> float:
        return math.sqrt(_number(self.scalar(part)))

    def do_normsdist(self, part: Node) -> float:
        return math.erfc(-_number(self.scalar(part)) / math.sqrt(2)) / 2

    def do_normsinv(self, part: Node) -> float:
        return NormalDist().inv_cdf(_number(self.scalar(part)))

    def _day(self, part: Node) -> dt.date:
        return dt.date.fromordinal(dates.DAY_0 + int(_number(self.scalar(part))))

    def do_year(self, part: Node) -> float:
        return float(self._day(part).year)

    def do_month(self, part: Node) -> float:
        return float(self._day(part).month)

    def do_day(self, part: Node) -> float:
        return float(self._day(part).day)

    def do_date(self, year: Node, month: Node, day: Node) -> float:
        return _serial(*(int(_number(self.scalar(part))) for part in (year, month, day)))

    def do_edate(self, start: Node, months: Node) -> float:
        day = self._day(start)
        if day.day > 28:
            raise FormulaError("EDATE is known for days up to the 28th only")
        return _serial(day.year, day.month + int(_number(self.scalar(months))), day.day)

    def do_eomonth(self, start: Node, months: Node) -> float:
        day = self._day(start)
        return _serial(day.year, day.month + int(_number(self.scalar(months))) + 1, 1) - 1


@cache
def _method_of(name: str) -> Callable[..., Found] | None:
    """What works out a function of spreadsheets; None for one of ours."""
    if name in FUNCTIONS:
        return None
    method: Callable[..., Found] | None = getattr(_At, f"do_{name.lower()}", None)
    if method is None:
        raise FormulaError(f"the function {name} is not known")
    return method


def _serial(year: int, month: int, day: int) -> float:
    return float(dates.months_later(dt.date(year, 1, 1), month - 1).toordinal() - dates.DAY_0 + day - 1)


def _of_two(sign: str, left: Value, right: Value) -> Value:
    """An operation on two values."""
    for side in (left, right):
        if isinstance(side, Failed):
            return side
    if sign == "&":
        return _as_text(left) + _as_text(right)
    if sign in _COMPARISONS:
        return _compared(sign, left, right)
    if sign == "/":
        return Failed("#DIV/0!") if _number(right) == 0 else _number(left) / _number(right)
    return float(_ARITHMETIC[sign](_number(left), _number(right)))


def _added(values: Array) -> float:
    # in the order of the cells, as spreadsheets add
    return float(np.add.accumulate(values)[-1]) if values.size else 0.0


def _array(value: Found) -> float | Array:
    if isinstance(value, Cells):
        return value.calculated_with
    return value.astype(np.float64) if isinstance(value, np.ndarray) else _number(value)


def _are_logicals(value: Found) -> bool:
    """Whether an array or a value is one of logicals: in a range they are refused where they are calculated with."""
    return value.dtype == bool if isinstance(value, np.ndarray) else isinstance(value, bool)


def _as_text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def _compared(sign: str, left: Value, right: Value) -> bool:
    """A comparison of two cells that hold the same kind; a number and text are unlike, whatever they hold."""
    if type(left) is float and type(right) is float:  # most are, and millions are compared
        return bool(_COMPARISONS[sign](left, right))
    first, second = _as_compared(left, right), _as_compared(right, left)
    if type(first) is not type(second):
        if sign not in ("=", "<>") or bool in (type(first), type(second)):
            raise FormulaError(f"{_written(left)} {sign} {_written(right)} compares what is not of one kind")
        return sign == "<>"
    return bool(_COMPARISONS[sign](first, second))


def _is_text(value: Value, word: str) -> bool:
    """Whether a cell of a range is equal to text, which is given without its case."""
    if isinstance(value, str):
        return value.casefold() == word
    return not word if value is None else _compared("=", value, word)


def _as_compared(side: Value, other: Value) -> float | str | bool:
    """A side of a comparison: text without its case; a blank cell is 0 beside a number, "" beside text, FALSE beside a logical."""
    if side is None:
        side = type(other)() if isinstance(other, str | bool) else 0.0
    if isinstance(side, str):
        return side.casefold()
    return side if isinstance(side, bool) else _number(side)


def _written(value: Value) -> str:
    """A value as a formula writes it."""
    if isinstance(value, bool):
        return str(value).upper()
    return f'"{value}"' if isinstance(value, str) else _as_text(value) or "a blank cell"
