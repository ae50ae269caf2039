"""Columns as lists, in the standard library alone: the kernel (``engine.rows.Kernel``) of the worksheet functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, compress, count, repeat
from math import fsum, inf, nan
from typing import Any

from smm_xl.engine.rows import Column, cells_of
from smm_xl.engine.totals import Cell, no_division
from smm_xl.engine.totals import worked_out as worked_out_of_cells
from smm_xl.formula import Expr


@dataclass(eq=False)
class ListColumn:
    """See ``engine.rows.Column``."""

    values: list[float]
    bad: Mapping[int, str]
    number: int = field(default_factory=count().__next__)

    @property
    def least(self) -> list[float]:
        return self.values

    @property
    def most(self) -> list[float]:
        return self.values

    @cached_property
    def has_blanks(self) -> bool:
        return any(value != value for value in self.values)


@dataclass(eq=False)
class ListSums:
    """See ``engine.rows.Sums``."""

    groups: list[list[float]]

    @property
    def by_group(self) -> list[float]:
        return [_exact(group) for group in self.groups]

    @property
    def whole(self) -> list[float]:
        return [_exact(list(chain.from_iterable(self.groups)))]


def _exact(numbers: Sequence[float]) -> float:
    """The exact sum; NaN of nothing, infinite where it is too large for a number."""
    try:
        return fsum(numbers) if numbers else nan
    except OverflowError:
        return inf


def vector(values: Sequence[Any], kind: type) -> list[Any]:
    return list(values)


def listed(vector: list[Any]) -> list[Any]:
    return vector


def column(values: list[float], bad: Mapping[int, str]) -> ListColumn:
    return ListColumn(values, bad)


def sizes(column: Column) -> Column:
    return ListColumn([abs(value) for value in column.values], column.bad) if any(value < 0 for value in column.values) else column


def alike(size: int) -> list[int]:
    return [0] * size


def taken(vector: list[Any], codes: list[int]) -> list[Any]:
    return [vector[code] for code in codes]


def picked(vector: list[Any], flags: list[bool]) -> list[Any]:
    return list(compress(vector, flags))


def known(numbers: list[float]) -> list[bool]:
    return [number == number for number in numbers]


def both(flags: list[bool], others: list[bool]) -> list[bool]:
    return [flag and other for flag, other in zip(flags, others, strict=True)]


def equal(numbers: list[float], others: Any) -> list[bool]:
    return [number == other for number, other in zip(numbers, _many(others, len(numbers)), strict=True)]


def chosen(flags: list[bool], numbers: list[Any], others: Any) -> list[Any]:
    return [number if flag else other for flag, number, other in zip(flags, numbers, _many(others, len(flags)), strict=True)]


def _many(others: Any, size: int) -> Any:
    return others if isinstance(others, list) else repeat(others, size)


def counted(flags: list[bool], weights: list[float] | None) -> float:
    return flags.count(True) if weights is None else fsum(compress(weights, flags))


def counts(codes: list[int], size: int, weights: list[float] | None) -> list[float]:
    if weights is None:
        found = Counter(codes)
        return [found[code] for code in range(size)]
    result = [0.0] * size
    for code, weight in zip(codes, weights, strict=True):
        if code < size:
            result[code] += weight
    return result


def some(codes: list[int], numbers: list[float], size: int) -> list[float]:
    result = [nan] * size
    for code, number in zip(codes, numbers, strict=True):
        result[code] = number
    return result


def largest(codes: list[int], numbers: list[float], size: int) -> list[float]:
    result = [nan] * size
    for code, number in zip(codes, numbers, strict=True):
        if not number <= result[code]:
            result[code] = number
    return result


def sums(codes: list[int], column: Column, counts: list[float]) -> ListSums:
    groups: list[list[float]] = [[] for _ in range(len(counts) + 1)]
    for code, number in zip(codes, column.values, strict=True):
        groups[code].append(number)
    return ListSums(groups[:-1])


def crossed(codes: list[int], others: list[int], width: int) -> list[int]:
    return [code * width + other for code, other in zip(codes, others, strict=True)]


def renumbered(codes: list[int], size: int) -> tuple[list[int], list[int]]:
    present = sorted(set(codes))
    if len(present) == size:
        return codes, present
    places = {code: place for place, code in enumerate(present)}
    return [places[code] for code in codes], present


def row_by_row(formula: Expr, columns: Mapping[str, list[float]]) -> list[float]:
    keys = list(columns)
    return [formula.evaluate(dict(zip(keys, row, strict=True)), no_division) for row in zip(*columns.values(), strict=True)]


def worked_out(formula: Expr, totals: Mapping[str, list[float]]) -> list[Cell]:
    keys, cells = list(totals), [cells_of(numbers) for numbers in totals.values()]
    return [worked_out_of_cells(formula, dict(zip(keys, row, strict=True))) for row in zip(*cells, strict=True)]
