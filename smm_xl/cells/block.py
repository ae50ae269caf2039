"""The shapes of ranges: blocks of cells, their cells in reading order, and blocks beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple

from smm_xl.cells.cell import NA, VALUE, CellError

Block = Sequence[Sequence[object]]
Value = float | int | str | bool | list[list[Any]]  # what a worksheet function gives: a value, or rows of values

_ROWS = {list, tuple}


class Flat(NamedTuple):
    """The cells of a block in reading order, and its shape."""

    height: int
    width: int
    cells: list[Any]


def as_block(value: object) -> Block | None:
    """A block as a list of rows, or None for a single value. A flat list is one row.

    Raises CellError: #VALUE! for rows of different length, #N/A for a block without cells.
    """
    rows = _rows(value)
    if rows is not None and set(map(len, rows)) != {len(rows[0])}:
        raise CellError(VALUE)
    return rows


def _rows(value: object) -> Block | None:
    if not isinstance(value, list | tuple):
        return None
    rows = value if value and isinstance(value[0], list | tuple) else [value]
    if not rows[0]:
        raise CellError(NA)
    if not set(map(type, rows)) <= _ROWS:
        raise CellError(VALUE)
    return rows


def flat_block(value: object) -> Flat | None:
    """A block as its cells, or None for a single value. Raises CellError as ``as_block`` does."""
    rows = _rows(value)
    if rows is None:
        return None
    width = len(rows[0])
    if width > 1:
        as_block(rows)
        return Flat(len(rows), width, list(chain.from_iterable(rows)))
    try:
        return Flat(len(rows), 1, [cell for (cell,) in rows])  # a column: three times as fast as the general way
    except ValueError:
        raise CellError(VALUE) from None


def single(value: object) -> object:
    """The cell of a block of one cell; any other value as it is. Raises CellError #VALUE! for a larger block."""
    rows = as_block(value)
    if rows is None:
        return value
    if len(rows) > 1 or len(rows[0]) > 1:
        raise CellError(VALUE)
    return rows[0][0]


def aligned(tables: Sequence[Block]) -> tuple[int, int, Iterator[tuple[object, ...]]]:
    """Height and width of the largest of some blocks, and for each of its places, row by row, the cells of all blocks.

    A single cell, row or column is repeated. Raises CellError #VALUE! for any other difference of shape.
    """
    height, width = max(len(table) for table in tables), max(len(table[0]) for table in tables)
    if any(len(table) not in (1, height) or len(table[0]) not in (1, width) for table in tables):
        raise CellError(VALUE)
    return height, width, zip(*(_repeated(table, height, width) for table in tables), strict=True)


def _repeated(table: Block, height: int, width: int) -> Iterable[object]:
    """The cells of a block, row by row, as often as it takes to fill a height and a width."""
    if len(table) == height and len(table[0]) == width:
        return chain.from_iterable(table)
    if len(table) == 1:
        return chain.from_iterable(repeat(table[0] if len(table[0]) == width else list(table[0]) * width, height))
    return chain.from_iterable(list(row) * width for row in table)
