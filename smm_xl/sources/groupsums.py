"""Sums of groups of rows, as numpy arrays; they are as good as exact, so that the order of rows never matters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_CHUNK = 1 << 15


class Split(NamedTuple):
    """Sums of groups in two parts: one that is exact, because it adds multiples of a coarse unit, and a small rest."""

    coarse: Floats
    rest: Floats
    counts: Ints

    @property
    def by_group(self) -> Floats:
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
