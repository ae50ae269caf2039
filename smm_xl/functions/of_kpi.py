"""One KPI from cells and ranges: what a worksheet function works out when its arguments are not all plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from itertools import compress, repeat
from math import fsum, inf, isfinite
from typing import Any, NamedTuple

from smm_xl.catalog.kpi import OMITTED, Argument, Kpi, Limits, Total, Unit, fields_of
from smm_xl.cells import currencies
from smm_xl.cells.block import Flat, Value, flat_block
from smm_xl.cells.cell import NA, VALUE, CellError, each_read, first_error
from smm_xl.engine.totals import Cell, added, no_division, worked_out
from smm_xl.formula import Expr, OverRows

_NUMBERS = {float, int}
_NUMBERS_AND_BLANKS = {float, int, type(None)}


class Range(NamedTuple):
    """The cells of a range in reading order, None where blank; the places of the blanks; the exact sum of the others; the cells that were text."""

    cells: Sequence[float | None]
    blanks: Sequence[int]
    total: float
    texts: Sequence[str] = ()

    @property
    def known(self) -> int:
        return len(self.cells) - len(self.blanks)


def function_of(entry: Kpi) -> Callable[[Sequence[object]], Value]:
    """What works the KPI out from its arguments: the value, one row for bounds, or an error string. It never raises."""
    arguments, formulas = entry.arguments, entry.parts
    keys = [argument.key for argument in arguments]
    leaves = {leaf.key: leaf for formula in formulas for leaf in formula.leaves()}
    # an input that is worked out row by row may hold as many rates, or reaches, as there are rows
    row_wise = {part.key for leaf in leaves.values() if isinstance(leaf, OverRows) for part in fields_of(leaf)}

    def shown(results: list[Cell]) -> Value:
        return first_error(results) or (results[0] if len(results) == 1 else [results])

    def of_cells(values: Sequence[object]) -> Value:
        numbers = each_read(_number, arguments, values)
        if None in numbers:
            raise CellError(NA)
        if str in set(map(type, values)):
            _must_be_one_currency(arguments, [[value] for value in values])
        singles: dict[str, Any] = dict(zip(keys, numbers, strict=True))
        return shown([worked_out(formula, singles) for formula in formulas])

    def work_out(values: Sequence[object]) -> Value:
        try:
            if not any(isinstance(value, list | tuple) for value in values):
                return of_cells(values)
            columns, single = _inputs(arguments, values, row_wise)
            totals = {key: _total(leaf, columns, single) for key, leaf in leaves.items()}
            results = [worked_out(formula, totals) for formula in formulas]
            return shown(results)
        except CellError as error:
            return error.code

    return work_out


def totalled(arguments: Sequence[Argument], values: Sequence[object]) -> list[float]:
    """The total of each argument, over the rows in which none of them is blank; a single cell as it is. Raises CellError."""
    columns, singles = _inputs(arguments, values, frozenset())
    keys = [argument.key for argument in arguments]
    return [columns[key].total if key in columns else singles[key] for key in keys]


def _inputs(arguments: Sequence[Argument], values: Sequence[object], row_wise: Container[str]) -> tuple[dict[str, Range], dict[str, float]]:
    """The arguments that are ranges, without the rows in which one of them is blank, and those that are single cells.

    row_wise: inputs that are used row by row, and so may hold as many rates as there are rows. Raises CellError.
    """
    given = _read(arguments, values)
    for argument, read in zip(arguments, given, strict=True):
        adds = argument.total.adds_in_a_function or argument.key in row_wise
        if isinstance(read, Range) and not adds and read.known > 1:
            raise CellError(NA)  # months or channels? a function cannot know, and either guess is silently wrong
    by_key = {argument.key: read for argument, read in zip(arguments, given, strict=True)}
    columns = _complete({key: read for key, read in by_key.items() if isinstance(read, Range)})
    for argument in arguments:
        if argument.limits_in_rows is not argument.limits and argument.key in columns:
            argument.limits.check(columns[argument.key].total)  # credits may not exceed what they are credits of
    return columns, {key: read for key, read in by_key.items() if not isinstance(read, Range)}


def _read(arguments: Sequence[Argument], values: Sequence[object]) -> list[float | Range]:
    """The arguments as numbers and ranges of one shape. Raises CellError #VALUE! for ranges of several shapes, else see ``cells.first_error``."""
    blocks = [flat_block(value) for value in values]
    shapes = {(flat.height, flat.width) for flat in blocks if flat is not None} - {(1, 1)}
    if len(shapes) > 1:
        raise CellError(VALUE)

    def read(argument: Argument, value: object, flat: Flat | None) -> float | Range | None:
        if flat is None or len(flat.cells) == 1:
            return _number(argument, value if flat is None else flat.cells[0])
        found = _range(flat.cells, argument.limits_in_rows)
        # a platform that reports no saves, a team that has no cost of tools
        return 0.0 if argument.counts_zero and not found.known else found

    found = each_read(read, arguments, values, blocks)
    if None in found:
        raise CellError(NA)
    _must_be_one_currency(
        arguments,
        [
            read.texts if isinstance(read, Range) else [value if flat is None else flat.cells[0]]
            for read, value, flat in zip(found, values, blocks, strict=True)
        ],
    )
    return [known for known in found if known is not None]


def _must_be_one_currency(arguments: Sequence[Argument], texts: Sequence[Iterable[object]]) -> None:
    """Refuse amounts of money in two currencies, which is told by the texts of cells. Raises CellError #VALUE!."""
    found: dict[str, None] = {}
    for argument, told in zip(arguments, texts, strict=True):
        if argument.field is not None and argument.field.unit is Unit.MONEY:
            found |= dict.fromkeys(code for text in told if type(text) is str and (code := currencies.of_cell(text)) is not None)
    if currencies.apart(found)[1:]:
        raise CellError(VALUE)


def _number(argument: Argument, value: object) -> float | None:
    # a bound that is not given does not bind
    return inf if value is OMITTED else argument.read(value)


def _range(flat: list[Any], limits: Limits) -> Range:
    """The cells of a range as numbers. Raises CellError, see ``cells.first_error``."""
    kinds = set(map(type, flat))
    blanks: list[int] = []
    known, texts = flat, list[str]()
    total = _finite_sum(flat) if kinds <= _NUMBERS else None
    if total is None and kinds <= _NUMBERS_AND_BLANKS:
        blanks, known = _without_blanks(flat)
        total = _finite_sum(known)
    if total is None:  # text, dates, or a nan or infinity among the numbers
        texts = [cell for cell in flat if type(cell) is str] if str in kinds else []
        flat = each_read(limits.read, flat)
        blanks, known = _without_blanks(flat)
        exact = added(known)
        if isinstance(exact, str):
            raise CellError(exact)
        total = exact
    if known:
        limits.check(min(known))
        if limits is Limits.FRACTION:
            limits.check(max(known))
    return Range(flat, blanks, total, texts)


def _finite_sum(numbers: list[Any]) -> float | None:
    """The exact sum of numbers, or None where one of them, or the sum, is no finite float."""
    try:
        total = fsum(numbers)
    except (OverflowError, ValueError):
        return None
    return total if isfinite(total) else None


def _without_blanks(flat: list[Any]) -> tuple[list[int], list[float]]:
    """The places of the blanks, and the other cells."""
    return [place for place, cell in enumerate(flat) if cell is None], [cell for cell in flat if cell is not None]


def _complete(ranges: dict[str, Range]) -> dict[str, Range]:
    """The ranges without the rows in which one of them is blank. Raises CellError #N/A when no row is left."""
    gaps = set().union(*(read.blanks for read in ranges.values()))
    if not gaps:
        return ranges
    complete = {}
    for key, read in ranges.items():
        kept = bytearray(b"\1") * len(read.cells)
        for place in gaps:
            kept[place] = 0
        cells_kept: list[Any] = list(compress(read.cells, kept))
        if not cells_kept:
            raise CellError(NA)
        complete[key] = Range(cells_kept, (), fsum(cells_kept))
    return complete


def _total(leaf: Expr, ranges: dict[str, Range], singles: dict[str, float]) -> Cell:
    """The total of a leaf over complete ranges; a single cell counts once, as it is, and a single rate stands in every row."""
    parts = {part.key: part for part in fields_of(leaf)}
    keys = list(parts)
    if not isinstance(leaf, OverRows):
        return ranges[keys[0]].total if keys[0] in ranges else singles[keys[0]]
    beside = [ranges[key] for key in keys if key in ranges]
    if not beside:
        return leaf.inner.evaluate(singles, no_division)  # type: ignore[no-any-return]
    if beside[0].known > 1 and any(key in singles and part.total is Total.SUM for key, part in parts.items()):
        return NA  # ten hours beside two rates: in which row they were worked is not known, and they count once
    rows = zip(*(ranges[key].cells if key in ranges else repeat(singles[key]) for key in keys), strict=False)
    values = [leaf.inner.evaluate(dict(zip(keys, row, strict=True)), no_division) for row in rows]
    return max(values) if leaf.how == "MAX" else added(values)
