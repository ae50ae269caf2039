"""Totals and the arithmetic on them, cell by cell: what every way of counting shares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, fsum, isfinite, ulp

from smm_xl.cells.cell import DIV0, NUM, CellError, first_error, shielded
from smm_xl.formula import Expr

_DIGITS = r"(\d+)"

Label = tuple[str | None, ...]
Cell = float | str  # a number, or the Excel error that stands in its place


def natural(text: str | None) -> tuple[bool, list[str | int], str]:
    """A key that sorts text as people do: 916 before 1178, blank last."""
    words, *others = re.split(_DIGITS, (text or "").casefold())
    key: list[str | int] = [words]
    for digits, words in zip(others[::2], others[1::2], strict=True):
        number = digits.lstrip("0")  # by its length and then its digits, which needs no conversion of a number of any length
        key += (len(number), number, words)
    return text is None, key, text or ""


def in_order(labels: Iterable[Label]) -> list[Label]:
    """Labels in the natural order of their parts."""
    found = list(labels)
    for place in reversed(range(len(found[0]) if found else 0)):  # part by part, each distinct one looked at once
        keys = {part: natural(part) for part in {label[place] for label in found}}
        found.sort(key=lambda label: keys[label[place]])
    return found


def added(numbers: Iterable[float]) -> Cell:
    """The exact sum, so that the order never matters; #NUM! where it is not finite."""
    try:
        total = fsum(numbers)
    except (OverflowError, ValueError):
        return NUM
    return total if isfinite(total) else NUM


def added_cells(cells: Sequence[Cell]) -> Cell:
    """The exact sum of cells, or the ``first_error`` of them."""
    return first_error(cells) or added(cell for cell in cells if not isinstance(cell, str))


def checked_division(left: float, right: float) -> float:
    """left / right; raises CellError #DIV/0! for a divisor of zero."""
    if right == 0:
        raise CellError(DIV0)
    return left / right


def no_division(left: float, right: float) -> float:
    """The division of formulas that go row by row: they have none, because totals come first."""
    raise TypeError("a formula that goes row by row does not divide")


def worked_out(formula: Expr, totals: Mapping[str, Cell]) -> Cell:
    """The formula on totals: a number, the ``first_error`` of the totals, or its own."""
    error = first_error(totals.values())
    if error is not None:
        return error
    result: Cell = shielded(lambda: float(formula.evaluate(totals, checked_division)))
    return result


def rounded_up(number: float) -> float:
    """The next whole number; what is whole but for the noise of floating point stays, so that 9 / 0.072 is 125.

    Nine digits behind the point count. Large numbers have fewer, and there a few of the last bits do not count.
    """
    if not isfinite(number):
        raise CellError(NUM)
    nearest = float(round(number))
    return nearest if abs(number - nearest) <= max(5e-10, 4 * ulp(number)) else float(ceil(number))
