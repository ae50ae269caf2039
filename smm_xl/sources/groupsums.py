"""Sums, extremes and shared values of groups of rows, as numpy arrays; sums are as good as exact, so that the order of rows never matters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_CHUNK = 1 << 15


class Split(NamedTuple):
    """Sums of groups in two parts: one that is exact, because it adds multiples of a coarse unit, and a small rest."""

    coarse: Floats
    rest: Floats
    counts: Ints

    @property
    def sums(self) -> Floats:
        """NaN for a group without rows."""
        return np.where(self.counts > 0, self.coarse + self.rest, np.nan)

    @property
    def whole(self) -> Floats:
        """The sum over all groups, as exact as that of each."""
        return np.array([float(self.coarse.sum() + self.rest.sum()) if self.counts.any() else np.nan])


def split_sums(codes: Ints, values: Floats, counts: Ints, largest: float) -> Split:
    """The sum of each group, as good as exact, so that the order of rows does not matter.

    counts: how many rows each group has. largest: no value is larger than that, sign apart.
    """

    count = len(counts)
    coarse, rest = np.zeros(count), np.zeros(count)
    with np.errstate(over="ignore"):
        unit = np.exp2(np.ceil(np.log2(largest * max(len(values), 1))) - 51) if largest else 1.0
    if not np.isfinite(unit * 2.0**54) or unit == 0:
        return Split(coarse + np.bincount(codes, weights=values, minlength=count)[:count], rest, counts)
    rounder = 1.5 * 2.0**52 * unit  # adding and taking away a large number rounds to multiples of the unit
    size = max(_CHUNK, 8 * count)  # pieces that stay in the processor's cache
    rounded, left = np.empty(size), np.empty(size)
    for start in range(0, len(values), size):
        piece, where = values[start : start + size], codes[start : start + size]
        high, low = rounded[: len(piece)], left[: len(piece)]
        np.add(piece, rounder, out=high)
        np.subtract(high, rounder, out=high)
        np.subtract(piece, high, out=low)
        coarse += np.bincount(where, weights=high, minlength=count)[:count]
        if low.any():
            rest += np.bincount(where, weights=low, minlength=count)[:count]
    return Split(coarse, rest, counts)


def by_code(codes: Ints, values: Floats, count: int, how: str) -> Floats:
    """The largest or smallest value of each group, NaN for a group without rows."""
    found = pd.Series(values).groupby(codes).agg(how)
    result = np.full(count, np.nan)
    result[found.index.to_numpy(dtype=np.int64)] = found.to_numpy()
    return result


def the_one(codes: Ints, values: Floats, count: int) -> Floats:
    """The value that all rows of a group share, NaN where they differ."""
    low, high = (by_code(codes, values, count, how) for how in ("min", "max"))
    return np.where(low == high, low, np.nan)


def paired(codes: Ints, others: Ints) -> tuple[Ints, Ints]:
    """Two codes as one without gaps, and the first code of each pair."""
    width = int(others.max()) + 1 if len(others) else 1
    pairs, present = pd.factorize(codes * width + others)
    return pairs.astype(np.int64), np.asarray(present, dtype=np.int64) // width


def added(groups: Ints, parts: Floats, count: int) -> Floats:
    """Parts of groups added up; NaN where one of them is, or there is none."""
    result = np.full(count, np.nan)
    known = np.nan_to_num(parts)
    largest = float(np.abs(known).max()) if len(known) else 0.0
    sums = split_sums(groups, known, np.bincount(groups, minlength=count), largest).sums
    unknown = np.bincount(groups, weights=np.isnan(parts), minlength=count) > 0
    result[~unknown] = sums[~unknown]
    return result


def added_parts(codes: Ints, moments: Ints, values: Floats, count: int) -> Floats:
    """One value for each group and moment, added over the moments."""
    parts, groups = paired(codes, moments)
    return added(groups, the_one(parts, values, len(groups)), count)
