"""One KPI from cells and ranges: what a worksheet function works out when its arguments are not all plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, repeat
from math import inf, isfinite
from typing import Any, NamedTuple

from smm_xl import cells
from smm_xl.cells import NA, VALUE, CellError
from smm_xl.formula import Expr, OverRows
from smm_xl.kpi import Argument, Kpi, Limits, Omitted, Total, fields_of
from smm_xl.totals import Cell, added, check_limits, no_division, worked_out

Block = Sequence[Sequence[object]]
Value = float | int | str | bool | list[list[Any]]

_ROWS = {list, tuple}
_NUMBERS = {float, int}
_NUMBERS_AND_BLANKS = {float, int, type(None)}


class Range(NamedTuple):
    """The cells of a range in reading order, None where blank, and how many of them are known."""

    cells: Sequence[float | None]
    known: int


def function_of(entry: Kpi) -> Callable[[Sequence[object]], Value]:
    """What works the KPI out from its arguments: the value, one row for bounds, or an error string. It never raises."""
    arguments, formulas = entry.arguments, entry.parts
    leaves = {leaf.key: leaf for formula in formulas for leaf in formula.leaves()}
    # an input that is worked out row by row may hold as many rates, or reaches, as there are rows
    row_wise = {part.key for leaf in leaves.values() if isinstance(leaf, OverRows) for part in fields_of(leaf)}

    def work_out(values: Sequence[object]) -> Value:
        try:
            given = _read(arguments, values)
            for argument, read in zip(arguments, given, strict=True):
                adds = argument.field.total.adds_in_a_function or argument.field.key in row_wise
                if isinstance(read, Range) and not adds and read.known > 1:
                    raise CellError(NA)  # months or channels? a function cannot know, and either guess is silently wrong
            by_key = {argument.field.key: read for argument, read in zip(arguments, given, strict=True)}
            columns = _complete({key: read for key, read in by_key.items() if isinstance(read, Range)})
            single = {key: read for key, read in by_key.items() if not isinstance(read, Range)}
            totals = {key: _total(leaf, columns, single) for key, leaf in leaves.items()}
            results = [worked_out(formula, totals) for formula in formulas]
        except CellError as error:
            return error.code
        error_code = next((result for result in results if isinstance(result, str)), None)
        if error_code or len(results) == 1:
            return error_code or results[0]
        return [results]

    return work_out


def block(value: object) -> Block | None:
    """A block as a list of rows, or None for a single value. A flat list is one row.

    Raises CellError: #VALUE! for rows of different length, #N/A for a block without cells.
    """
    if not isinstance(value, list | tuple):
        return None
    rows = value if value and isinstance(value[0], list | tuple) else [value]
    if not rows[0]:
        raise CellError(NA)
    if not set(map(type, rows)) <= _ROWS or set(map(len, rows)) != {len(rows[0])}:
        raise CellError(VALUE)
    return rows


def single(value: object) -> object:
    """The cell of a block of one cell; any other value as it is. Raises CellError #VALUE! for a larger block."""
    rows = block(value)
    if rows is None:
        return value
    if len(rows) > 1 or len(rows[0]) > 1:
        raise CellError(VALUE)
    return rows[0][0]


def _read(arguments: Sequence[Argument], values: Sequence[object]) -> list[float | Range]:
    """The arguments as numbers and ranges of one shape. Raises CellError for the first that cannot be used, #N/A for a blank one last."""
    blocks = [block(value) for value in values]
    shapes = {(len(rows), len(rows[0])) for rows in blocks if rows is not None} - {(1, 1)}
    if len(shapes) > 1:
        raise CellError(VALUE)
    given: list[float | Range | None] = []
    for argument, value, rows in zip(arguments, values, blocks, strict=True):
        if rows is None or (len(rows) == 1 and len(rows[0]) == 1):
            given.append(_number(value if rows is None else rows[0][0], argument.field.limits))
            continue
        read = _range(list(chain.from_iterable(rows)), argument.field.limits)
        # a platform that reports no saves, a team that has no cost of tools
        given.append(0.0 if argument.optional and argument.default == 0 and not read.known else read)
    if None in given:
        raise CellError(NA)
    return [read for read in given if read is not None]


def _number(value: object, limits: Limits) -> float | None:
    if isinstance(value, Omitted):
        return inf  # a bound that is not given does not bind
    number = cells.number(value)
    if number is not None:
        check_limits(number, limits)
    return number


def _range(flat: list[Any], limits: Limits) -> Range:
    """The cells of a range as numbers. Raises CellError for the first that is none, then for one that is out of its limits."""
    kinds = set(map(type, flat))
    known = flat if kinds <= _NUMBERS else [cell for cell in flat if cell is not None] if kinds <= _NUMBERS_AND_BLANKS else None
    if known is None or not _finite(known):
        flat = [cells.number(cell) for cell in flat]
        known = [cell for cell in flat if cell is not None]
    if known:
        check_limits(min(known), limits)
        check_limits(max(known), limits)
    return Range(flat, len(known))


def _finite(numbers: list[Any]) -> bool:
    """Whether neither nan nor infinity is among the numbers, nor a whole number too large for a float."""
    try:
        return isfinite(sum(numbers)) and (not numbers or (isfinite(min(numbers)) and isfinite(max(numbers))))
    except OverflowError:
        return False


def _complete(ranges: dict[str, Range]) -> dict[str, Sequence[float]]:
    """The ranges without the rows in which one of them is blank. Raises CellError #N/A when no row is left."""
    if all(len(read.cells) == read.known for read in ranges.values()):
        return {key: read.cells for key, read in ranges.items()}  # type: ignore[misc]
    rows = [row for row in zip(*(read.cells for read in ranges.values()), strict=True) if None not in row]
    if not rows:
        raise CellError(NA)
    return dict(zip(ranges, zip(*rows, strict=True), strict=True))


def _total(leaf: Expr, columns: dict[str, Sequence[float]], singles: dict[str, float]) -> Cell:
    """The total of a leaf over ranges; a single cell counts once, as it is, and beside a range it stands in every row."""
    parts = {part.key: part for part in fields_of(leaf)}
    keys = list(parts)
    if not isinstance(leaf, OverRows):
        return added(columns[keys[0]]) if keys[0] in columns else singles[keys[0]]
    if not any(key in columns for key in keys):
        return leaf.inner.evaluate(singles, no_division)  # type: ignore[no-any-return]
    if len(next(iter(columns.values()))) > 1 and any(key not in columns and part.total is Total.SUM for key, part in parts.items()):
        return NA  # ten hours beside two rates: in which row they were worked is not known, and they count once
    rows = zip(*(columns[key] if key in columns else repeat(singles[key]) for key in keys), strict=False)
    values = [leaf.inner.evaluate(dict(zip(keys, row, strict=True)), no_division) for row in rows]
    return max(values) if leaf.how == "MAX" else added(values)
