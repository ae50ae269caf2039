"""One calculation (a target, a score, a statistic) from cells and ranges: what its worksheet function works out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from smm_xl.catalog.kpi import Calculation, Spread
from smm_xl.cells.block import Value, aligned, as_block, single
from smm_xl.cells.cell import CellError, shielded
from smm_xl.functions.of_kpi import totalled
from smm_xl.targets.calculations import result_of


def function_of(entry: Calculation) -> Callable[[Sequence[object]], Value]:
    """What works the calculation out from its arguments: a value, a block of values, or an error string. It never raises."""
    if entry.spread is Spread.TOTALS:
        return lambda values: shielded(lambda: entry.work(*totalled(entry.arguments, values)))
    if entry.spread is Spread.WHOLE:
        return lambda values: _whole(entry, values)
    return lambda values: _by_rows(entry, values)


def _whole(entry: Calculation, values: Sequence[object]) -> Any:
    """One result; where no range is meant a range of one cell is its cell, and a larger one gives #VALUE!."""
    try:
        cells = [value if given.is_whole else single(value) for given, value in zip(entry.arguments, values, strict=True)]
    except CellError as error:
        return error.code
    return result_of(entry, cells)


def _by_rows(entry: Calculation, values: Sequence[object]) -> Value:
    """One result for each row; one value where all arguments are single cells."""
    try:
        tables = [[[value]] if given.is_whole else as_block(value) or [[value]] for given, value in zip(entry.arguments, values, strict=True)]
        height, width, places = aligned(tables)
    except CellError as error:
        return error.code
    results = [result_of(entry, cells) for cells in places]
    if (height, width) == (1, 1):
        only: Value = results[0]
        return only
    return [results[start : start + width] for start in range(0, len(results), width)]
