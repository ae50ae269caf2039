"""Columns as numpy arrays: the kernel (``engine.rows.Kernel``) of reports over many rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from smm_xl.cells.cell import NA
from smm_xl.engine.rows import Column
from smm_xl.engine.totals import Cell
from smm_xl.formula import Expr
from smm_xl.sources.groupsums import Floats, Ints, Split, split_sums

Bools = npt.NDArray[np.bool_]
Vector = npt.NDArray[Any]


@dataclass(eq=False)
class ArrayColumn:
    """See ``engine.rows.Column``; what may not stand there was refused when it was read."""

    values: Floats
    bad: Mapping[int, str] = field(default_factory=dict)
    edges_by_row: tuple[Floats, Floats] | None = None
    number: int = field(default_factory=count().__next__)

    @property
    def least(self) -> Floats:
        return self.values if self.edges_by_row is None else self.edges_by_row[0]

    @property
    def most(self) -> Floats:
        return self.values if self.edges_by_row is None else self.edges_by_row[1]

    def kept(self, flags: Bools) -> ArrayColumn:
        """The numbers of the rows that are flagged."""
        edges = self.edges_by_row
        return ArrayColumn(self.values[flags], edges_by_row=None if edges is None else (edges[0][flags], edges[1][flags]))

    @cached_property
    def _raw_edges(self) -> tuple[float, float]:
        """The least and the largest value, both NaN where a value is."""
        return (float(self.values.min()), float(self.values.max())) if len(self.values) else (0.0, 0.0)

    @cached_property
    def has_blanks(self) -> bool:
        return self._raw_edges[0] != self._raw_edges[0]

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """The least and the largest known value; nothing where none is known."""
        if self.has_blanks:
            least, most = (float(edge.reduce(self.values)) for edge in (np.fmin, np.fmax))
            return (least, most) if least == least else ()
        return self._raw_edges if len(self.values) else ()

    @cached_property
    def largest(self) -> float:
        """The largest value without its sign; 0 where nothing is known."""
        return max(map(abs, self.edges), default=0.0)


def vector(values: Sequence[Any], kind: type) -> Vector:
    return np.array(values, dtype=kind)


def listed(vector: Vector) -> list[Any]:
    found: list[Any] = vector.tolist()
    return found


def column(values: Floats, bad: Mapping[int, str]) -> ArrayColumn:
    return ArrayColumn(values, bad)


def sizes(column: Column) -> Column:
    assert isinstance(column, ArrayColumn)
    return ArrayColumn(np.abs(column.values), column.bad) if column.edges and column.edges[0] < 0 else column


def alike(size: int) -> Ints:
    return np.zeros(size, dtype=np.int64)


def taken(vector: Vector, codes: Ints) -> Vector:
    return vector[codes]


def picked(vector: Vector, flags: Bools) -> Vector:
    return vector[flags]


def known(numbers: Floats) -> Bools:
    return ~np.isnan(numbers)


def both(flags: Bools, others: Bools) -> Bools:
    return flags & others


def equal(numbers: Vector, others: Any) -> Bools:
    found: Bools = np.equal(numbers, others)
    return found


def chosen(flags: Bools, numbers: Vector, others: Any) -> Vector:
    return np.where(flags, numbers, others)


def counted(flags: Bools, weights: Floats | None) -> float:
    return float(np.count_nonzero(flags) if weights is None else weights[flags].sum())


def counts(codes: Ints, size: int, weights: Floats | None) -> Vector:
    return np.bincount(codes, weights, minlength=size)[:size]


def some(codes: Ints, numbers: Floats, size: int) -> Floats:
    found = np.full(size, np.nan)
    found[codes] = numbers
    return found


def largest(codes: Ints, numbers: Floats, size: int) -> Floats:
    found = np.full(size, np.nan)
    np.fmax.at(found, codes, numbers)
    return found


def sums(codes: Ints, column: Column, counts: Vector) -> Split:
    assert isinstance(column, ArrayColumn)
    return split_sums(codes, column.values, counts, column.largest)


def crossed(codes: Ints, others: Ints, width: int) -> Ints:
    found = codes * width
    found += others  # in place: a second array as long costs as much as the sum
    return found


def renumbered(codes: Ints, size: int) -> tuple[Ints, list[int]]:
    if size > 4 * len(codes) + 1000:  # few of many codes occur: to sort them is quicker than to count them all
        distinct, found = np.unique(codes, return_inverse=True)
        return found, distinct.tolist()
    present = np.flatnonzero(np.bincount(codes, minlength=size))
    if len(present) == size:
        return codes, present.tolist()
    table = np.zeros(size, dtype=np.int64)
    table[present] = np.arange(len(present))
    return table[codes], present.tolist()


def row_by_row(formula: Expr, columns: Mapping[str, Floats]) -> Floats:
    found: Floats = formula.evaluate(columns, np.divide)
    return found


def worked_out(formula: Expr, totals: Mapping[str, Floats]) -> list[Cell]:
    """What is undefined, for whatever reason, is #N/A: a report has one sign for it."""
    with np.errstate(all="ignore"):
        values = np.asarray(formula.evaluate(totals, _divided), dtype=np.float64)
    undefined = ~np.isfinite(values)
    for total in totals.values():
        undefined = undefined | ~np.isfinite(total)
    values = np.broadcast_to(values, undefined.shape)
    if not undefined.any():
        return listed(values)
    cells = values.astype(object)
    cells[undefined] = NA
    return listed(cells)


def _divided(left: Any, right: Any) -> Any:
    return np.divide(left, np.where(np.equal(right, 0), np.nan, right))
