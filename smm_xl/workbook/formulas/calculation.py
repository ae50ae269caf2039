"""Works out the formulas of a workbook that is about to be written, so that each is written with its value.

It knows the functions that our workbooks use and refuses all others, and it is strict: text in arithmetic, ranges of
different shapes, a name that is not there raise ``FormulaError`` where a spreadsheet would show an error. Tests let LibreOffice work
out the same workbooks and compare every cell.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np

from smm_xl.functions import FUNCTIONS
from smm_xl.workbook.formulas.formulatext import AREA, NOT_AVAILABLE, Failed, Formula, FormulaError, column_number, parsed

_DAY_0 = dt.date(1899, 12, 30)
_ERRORS = ("#N/A", "#DIV/0!", "#VALUE!", "#NUM!", "#REF!", "#NAME?")


class Area(NamedTuple):
    """A range: the sheet, and its first and last row and column, counted from 0."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


class Cells(NamedTuple):
    """A range that was looked up: what stands in it, and its numbers with nan for everything else."""

    area: Area
    values: np.ndarray[Any, Any]
    numbers: np.ndarray[Any, Any]


class Calculation:
    """The cells of a workbook.

    sheets:  by name, what stands in each cell (row, column): a number, text, True or False, or a Formula.
    names:   defined names, as the text that they stand for.
    columns: the area of each column of each table, by ``table[column]``.
    """

    def __init__(self, sheets: Mapping[str, Mapping[tuple[int, int], Any]], names: Mapping[str, str], columns: Mapping[str, Area]) -> None:
        self._sheets, self._names, self._columns = sheets, names, columns
        self._found: dict[tuple[str, int, int], Any] = {}
        self._cells: dict[Area, Cells] = {}
        self._masks: dict[tuple[Area, Any], np.ndarray[Any, Any]] = {}
        self._waiting: set[tuple[str, int, int]] = set()

    def value(self, sheet: str, row: int, column: int) -> Any:
        """What a cell shows: a float, text, True or False, a Failed, None where it is blank."""
        content = self._sheets[sheet].get((row, column))
        if not isinstance(content, Formula):
            return float(content) if isinstance(content, int) and not isinstance(content, bool) else content
        place = (sheet, row, column)
        if place not in self._found:
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

    def name(self, name: str) -> Any:
        if name not in self._names:
            raise FormulaError(f"there is no name {name}")
        return parsed(self._names[name])

    def column(self, column: str) -> Area:
        if column not in self._columns:
            raise FormulaError(f"there is no column {column}")
        return self._columns[column]

    def cells(self, area: Area) -> Cells:
        if area not in self._cells:
            rows = range(area.top, area.bottom + 1)
            listed = [[self.value(area.sheet, row, column) for column in range(area.left, area.right + 1)] for row in rows]
            values = np.empty((len(rows), area.right - area.left + 1), dtype=object)
            values[:] = listed
            numbers = np.array([[value if type(value) is float else np.nan for value in row] for row in listed], dtype=np.float64)
            self._cells[area] = Cells(area, values, numbers)
        return self._cells[area]

    def mask(self, cells: Cells, criterion: Any) -> np.ndarray[Any, Any]:
        key = (cells.area, criterion)
        if key not in self._masks:
            self._masks[key] = np.asarray(_matches(cells, criterion)).reshape(-1)
        mask: np.ndarray[Any, Any] = self._masks[key]
        return mask


def _matches(cells: Cells, criterion: Any) -> np.ndarray[Any, Any]:
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
        test: Callable[[Any], bool] = lambda value: isinstance(value, str) and value != ""  # noqa: E731
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


def _number(value: Any) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool | float | int):
        return float(value)
    raise FormulaError(f"«{value}» stands where a number is needed")


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {"+": np.add, "-": np.subtract, "*": np.multiply}
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": np.equal, "<>": np.not_equal, "<": np.less, ">": np.greater, "<=": np.less_equal, ">=": np.greater_equal,
}  # fmt: skip


class _At:
    """Evaluation in one cell."""

    def __init__(self, book: Calculation, sheet: str, row: int) -> None:
        self.book, self.sheet, self.row = book, sheet, row

    def scalar(self, tree: Any) -> Any:
        """One value."""
        found = self.any(tree)
        if isinstance(found, Cells):
            if found.values.size != 1:
                raise FormulaError("a range stands where one value is needed")
            return found.values[0, 0]
        if isinstance(found, np.ndarray):
            raise FormulaError("an array stands where one value is needed")
        return found

    def any(self, tree: Any) -> Any:
        """A scalar, Cells for a reference, or an array for what is worked out of ranges."""
        kind = tree[0]  # the most frequent first: a large workbook asks millions of times
        if kind == "cell of row":
            area = self.book.column(tree[1])
            return self.book.value(area.sheet, self.row, area.left)
        if kind == "value":
            return tree[1]
        if kind == "operation":
            return self._operation(tree[1], self.any(tree[2]), self.any(tree[3]))
        if kind == "area":
            return self.book.cells(self._area(tree[1]))
        if kind == "name":
            return self.any(self.book.name(tree[1]))
        if kind == "column":
            return self.book.cells(self.book.column(tree[1]))
        if kind == "range":
            start, end = self._area(tree[1]) if isinstance(tree[1], str) else self._looked_up(tree[1]), self._looked_up(tree[2])
            return self.book.cells(start._replace(bottom=end.bottom, right=end.right))
        method = _method_of(tree[1])
        return method(self, *tree[2]) if method else self._own_function(tree[1], tree[2])

    def _area(self, text: str) -> Area:
        match = AREA.fullmatch(text)
        assert match is not None
        sheet = match["sheet"].strip("'").replace("''", "'") if match["sheet"] else self.sheet
        if sheet not in self.book._sheets:
            raise FormulaError(f"there is no sheet {sheet}")
        left, top = column_number(match[2]), int(match[3]) - 1
        return Area(sheet, top, left, int(match[5]) - 1 if match[5] else top, column_number(match[4]) if match[4] else left)

    def _operation(self, operator: str, left: Any, right: Any) -> Any:
        left, right = (side.values[0, 0] if isinstance(side, Cells) and side.values.size == 1 else side for side in (left, right))
        if isinstance(left, Cells | np.ndarray) or isinstance(right, Cells | np.ndarray):
            return self._of_arrays(operator, left, right)
        for side in (left, right):
            if isinstance(side, Failed):
                return side
        if operator == "&":
            return "".join(_as_text(side) for side in (left, right))
        if operator in _COMPARISONS:
            return _compared(operator, left, right)
        if operator == "/":
            return Failed("#DIV/0!") if _number(right) == 0 else _number(left) / _number(right)
        return float(_ARITHMETIC[operator](_number(left), _number(right)))

    def _of_arrays(self, operator: str, left: Any, right: Any) -> Any:
        if operator in ("=", "<>") and any(isinstance(side, str) for side in (left, right)):
            cells, word = (left, right) if isinstance(left, Cells) else (right, left)
            same = np.array([[isinstance(value, str) and value.casefold() == word.casefold() for value in row] for row in cells.values])
            return same if operator == "=" else ~same
        arrays = [_array(side) for side in (left, right)]
        if operator in _COMPARISONS:
            return _COMPARISONS[operator](*arrays)
        if operator == "/":
            if (arrays[1] == 0).any():
                raise FormulaError("a divisor of an array is 0")
            return arrays[0] / arrays[1]
        return _ARITHMETIC[operator](*arrays)

    def _own_function(self, name: str, parts: tuple[Any, ...]) -> Any:
        """A worksheet function of ours: the same code as in a cell."""
        given = [value.code if isinstance(value := self.any(part), Failed) else value for part in parts]
        if any(isinstance(value, np.ndarray) for value in given):
            raise FormulaError(f"{name} is given an array")
        result = FUNCTIONS[name].call(*(value.values.tolist() if isinstance(value, Cells) else value for value in given))
        return Failed(result) if isinstance(result, str) and result in _ERRORS else result

    # --- functions: logic ---

    def do_if(self, condition: Any, then: Any, otherwise: Any = ("value", False)) -> Any:
        asked = self.scalar(condition)
        if isinstance(asked, Failed):
            return asked
        return self.any(then if _number(asked) else otherwise)

    def do_choose(self, number: Any, *choices: Any) -> Any:
        return self.any(choices[int(_number(self.scalar(number))) - 1])

    def do_and(self, *parts: Any) -> Any:
        return all(self._truths(parts))

    def do_or(self, *parts: Any) -> Any:
        return any(self._truths(parts))

    def _truths(self, parts: tuple[Any, ...]) -> list[bool]:
        return [bool(_number(self.scalar(part))) for part in parts]

    def do_not(self, part: Any) -> Any:
        return not _number(self.scalar(part))

    def do_isnumber(self, part: Any) -> Any:
        found = self.any(part)
        if isinstance(found, Cells) and found.values.size > 1:
            return ~np.isnan(found.numbers)
        return type(self.scalar(part)) is float

    def do_na(self) -> Any:
        return NOT_AVAILABLE

    # --- functions: counting ---

    def _all(self, parts: tuple[Any, ...]) -> Iterator[Any]:
        for part in parts:
            found = self.any(part)
            if isinstance(found, Cells):
                yield from found.values.reshape(-1)
            elif isinstance(found, np.ndarray):
                yield from found.astype(float).reshape(-1).tolist()
            else:
                yield found

    def _numbers(self, parts: tuple[Any, ...]) -> list[float]:
        found = list(self._all(parts))
        if any(isinstance(value, Failed) for value in found):
            raise FormulaError("an error stands among numbers")
        return [value for value in found if type(value) is float]

    def do_sum(self, *parts: Any) -> Any:
        return float(sum(self._numbers(parts)))

    def do_max(self, *parts: Any) -> Any:
        return max(self._numbers(parts), default=0.0)

    def do_min(self, *parts: Any) -> Any:
        return min(self._numbers(parts), default=0.0)

    def do_count(self, *parts: Any) -> Any:
        return float(sum(type(value) is float for value in self._all(parts)))

    def do_counta(self, *parts: Any) -> Any:
        return float(sum(value is not None for value in self._all(parts)))

    def _of_place(self, pick: Callable[[list[float], int], float], part: Any, place: Any) -> Any:
        numbers, asked = sorted(self._numbers((part,))), int(_number(self.scalar(place)))
        return pick(numbers, asked) if 1 <= asked <= len(numbers) else Failed("#NUM!")

    def do_large(self, part: Any, place: Any) -> Any:
        return self._of_place(lambda numbers, asked: numbers[-asked], part, place)

    def do_small(self, part: Any, place: Any) -> Any:
        return self._of_place(lambda numbers, asked: numbers[asked - 1], part, place)

    def do_sumifs(self, summed: Any, *conditions: Any) -> Any:
        cells = self.any(summed)
        weights = np.nan_to_num(cells.numbers.reshape(-1))
        return self._by_criteria(conditions, weights)

    def do_countifs(self, *conditions: Any) -> Any:
        return self._by_criteria(conditions, None)

    do_countif = do_countifs

    def _by_criteria(self, conditions: tuple[Any, ...], weights: np.ndarray[Any, Any] | None) -> Any:
        """The sum over the cells that meet all criteria: of each cell of an array of criteria, where some criteria are arrays."""
        kept: np.ndarray[Any, Any] | None = None
        arrays: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]] = []  # the criteria, and the masks of each
        for place in range(0, len(conditions), 2):
            cells, criterion = self.any(conditions[place]), self.any(conditions[place + 1])
            if isinstance(criterion, Cells) and criterion.values.size > 1:
                criterion = criterion.values
            elif isinstance(criterion, Cells):
                criterion = criterion.values[0, 0]
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
            return float(_added(base))
        if len(arrays) == 1:
            criteria, masks = arrays[0]
            return (masks * base).sum(axis=1).reshape(criteria.shape)
        if len(arrays) > 2:
            raise FormulaError("more than two arrays of criteria")
        (rows, down), (columns, across) = arrays if arrays[0][0].shape[1] == 1 else arrays[::-1]
        if rows.shape[1] == columns.shape[1] == 1:
            return (down * across * base).sum(axis=1).reshape(rows.shape)
        return (down * base) @ across.T

    # --- functions: arrays ---

    def do_sumproduct(self, *parts: Any) -> Any:
        arrays = [self._product_part(part) for part in parts]
        product = arrays[0]
        for array in arrays[1:]:
            product = product * array
        return float(_added(np.asarray(product).reshape(-1)))

    def _product_part(self, part: Any) -> Any:
        found = self.any(part)
        return np.nan_to_num(found.numbers) if isinstance(found, Cells) else np.asarray(_array(found), dtype=float)

    def do_mmult(self, left: Any, right: Any) -> Any:
        return _array(self.any(left)).astype(float) @ _array(self.any(right)).astype(float)

    # --- functions: looking up ---

    def do_index(self, area: Any, row: Any, column: Any = ("value", 1.0)) -> Any:
        cells = self.any(area)
        across, down = int(_number(self.scalar(column))), int(_number(self.scalar(row)))
        if cells.values.shape[0] == 1 and across == 1:
            across, down = down, 1
        return cells.values[down - 1, across - 1]

    def _looked_up(self, tree: Any) -> Area:
        """The cell that an INDEX(column, row) refers to."""
        if tree[:2] != ("call", "INDEX") or len(tree[2]) != 2:
            raise FormulaError("a range begins and ends with a cell or with INDEX of a column")
        area, row = self._area_of(tree[2][0]), int(_number(self.scalar(tree[2][1])))
        return area._replace(top=area.top + row - 1, bottom=area.top + row - 1)

    def _area_of(self, tree: Any) -> Area:
        kind, text = tree
        if kind == "name":
            return self._area_of(self.book.name(text))
        return self.book.column(text) if kind == "column" else self._area(text)

    def do_rows(self, area: Any) -> Any:
        return float(self.any(area).values.shape[0])

    def do_left(self, part: Any, count: Any) -> Any:
        return _as_text(self.scalar(part))[: int(_number(self.scalar(count)))]

    def do_match(self, wanted: Any, area: Any, exactly: Any) -> Any:
        if self.scalar(exactly) != 0.0:
            raise FormulaError("MATCH is known with 0 only")
        asked = self.scalar(wanted)
        for place, value in enumerate(self.any(area).values.reshape(-1), start=1):
            if type(value) is type(asked) and (value.casefold() == asked.casefold() if isinstance(value, str) else value == asked):
                return float(place)
        return NOT_AVAILABLE

    # --- functions: numbers and days ---

    def do_round(self, part: Any, digits: Any) -> Any:
        value = self.scalar(part)
        if isinstance(value, Failed):
            return value
        shifted = abs(_number(value)) * 10 ** int(_number(self.scalar(digits)))
        return float(np.sign(_number(value)) * np.floor(shifted + 0.5 + 1e-9 * (shifted < 1e6)) / 10 ** int(_number(self.scalar(digits))))

    def do_roundup(self, part: Any, digits: Any) -> Any:
        if self.scalar(digits) != 0.0:
            raise FormulaError("ROUNDUP is known to whole numbers only")
        value = _number(self.scalar(part))
        return float(np.sign(value) * np.ceil(abs(value)))

    def do_abs(self, part: Any) -> Any:
        return abs(_number(self.scalar(part)))

    def do_sqrt(self, part: Any) -> Any:
        return math.sqrt(_number(self.scalar(part)))

    def do_normsdist(self, part: Any) -> Any:
        return math.erfc(-_number(self.scalar(part)) / math.sqrt(2)) / 2

    def do_normsinv(self, part: Any) -> Any:
        return NormalDist().inv_cdf(_number(self.scalar(part)))

    def _day(self, part: Any) -> dt.date:
        return _DAY_0 + dt.timedelta(days=int(_number(self.scalar(part))))

    def do_year(self, part: Any) -> Any:
        return float(self._day(part).year)

    def do_month(self, part: Any) -> Any:
        return float(self._day(part).month)

    def do_day(self, part: Any) -> Any:
        return float(self._day(part).day)

    def do_date(self, year: Any, month: Any, day: Any) -> Any:
        return _serial(*(int(_number(self.scalar(part))) for part in (year, month, day)))

    def do_edate(self, start: Any, months: Any) -> Any:
        day = self._day(start)
        if day.day > 28:
            raise FormulaError("EDATE is known for days up to the 28th only")
        return _serial(day.year, day.month + int(_number(self.scalar(months))), day.day)

    def do_eomonth(self, start: Any, months: Any) -> Any:
        day = self._day(start)
        return _serial(day.year, day.month + int(_number(self.scalar(months))) + 1, 1) - 1


@cache
def _method_of(name: str) -> Callable[..., Any] | None:
    """What works out a function of spreadsheets; None for one of ours."""
    if name in FUNCTIONS:
        return None
    method: Callable[..., Any] | None = getattr(_At, f"do_{name.lower()}", None)
    if method is None:
        raise FormulaError(f"the function {name} is not known")
    return method


def _serial(year: int, month: int, day: int) -> float:
    years, month = divmod(month - 1, 12)
    return float((dt.date(year + years, month + 1, 1) - _DAY_0).days + day - 1)


def _added(values: np.ndarray[Any, Any]) -> float:
    # in the order of the cells, as spreadsheets add
    return float(np.add.accumulate(values)[-1]) if values.size else 0.0


def _array(value: Any) -> Any:
    if isinstance(value, Cells):
        if any(isinstance(one, str | Failed) for one in value.values.reshape(-1)):
            raise FormulaError("text or an error stands in a range that is calculated with")
        return np.nan_to_num(value.numbers)
    return value if isinstance(value, np.ndarray) else _number(value)


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)


def _compared(operator: str, left: Any, right: Any) -> bool:
    """A comparison of two cells: numbers come before text; a blank cell is 0 beside a number and "" beside text."""
    first, second = _as_compared(left, right), _as_compared(right, left)
    return {"=": first == second, "<>": first != second, "<": first < second, ">": first > second, "<=": first <= second, ">=": first >= second}[operator]


def _as_compared(side: Any, other: Any) -> tuple[int, float, str]:
    if side is None:
        side = "" if isinstance(other, str) else 0.0
    return (1, 0.0, side.casefold()) if isinstance(side, str) else (0, float(side), "")
