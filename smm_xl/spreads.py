"""One calculation (a target, a score, a statistic) from cells and ranges: what its worksheet function works out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import Any

from smm_xl.cells import DIV0, NA, NUM, CellError
from smm_xl.kpi import Argument, Calculation, Input, Omitted, Spread
from smm_xl.ranges import Value, aligned, block, single, totalled


def function_of(entry: Calculation) -> Callable[[Sequence[object]], Value]:
    """What works the calculation out from its arguments: a value, a block of values, or an error string. It never raises."""
    if entry.spread is Spread.TOTALS:
        arguments = [Argument(given.name, given.field, given.optional, given.default) for given in entry.inputs if given.field is not None]
        return lambda values: shielded(lambda: entry.work(*totalled(arguments, values)))
    if entry.spread is Spread.WHOLE:
        return lambda values: shielded(lambda: entry.work(*_read(entry.inputs, _single_where_meant(entry.inputs, values))))
    return lambda values: _by_rows(entry, values)


def _single_where_meant(inputs: Sequence[Input], values: Sequence[object]) -> list[object]:
    """The arguments with the cell of a range of one cell, where no range is meant. Raises CellError #VALUE! for a larger one."""
    return [value if given.is_whole else single(value) for given, value in zip(inputs, values, strict=True)]


def _by_rows(entry: Calculation, values: Sequence[object]) -> Value:
    """One result for each row; one value where all arguments are single cells."""
    try:
        tables = [[[value]] if given.is_whole else block(value) or [[value]] for given, value in zip(entry.inputs, values, strict=True)]
        height, width, places = aligned(tables)
    except CellError as error:
        return error.code
    results = [shielded(lambda cells=cells: entry.work(*_read(entry.inputs, cells))) for cells in places]  # type: ignore[misc]
    if (height, width) == (1, 1):
        only: Value = results[0]
        return only
    return [results[start : start + width] for start in range(0, len(results), width)]


def _read(inputs: Sequence[Input], cells: Sequence[object]) -> list[Any]:
    """The values of the arguments, None for one that was left out. Raises CellError: that of the first bad one, #N/A for a blank one last."""
    values = [None if isinstance(cell, Omitted) else given.read(cell) for given, cell in zip(inputs, cells, strict=True)]
    for given, cell, value in zip(inputs, cells, values, strict=True):
        if value is None and not given.may_be_unknown and not isinstance(cell, Omitted):
            raise CellError(NA)
    return values


def shielded(work: Callable[[], Any]) -> Any:
    """A result as a cell shows it: its error where it has none."""
    try:
        result = work()
    except CellError as error:
        return error.code
    except ZeroDivisionError:
        return DIV0
    except OverflowError:
        return NUM
    if not isinstance(result, float):
        return result
    return result + 0.0 if isfinite(result) else NUM
