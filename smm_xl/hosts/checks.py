"""What ``smm-xl addin doctor`` finds out: one line for each thing, and the cure where something is wrong."""

from __future__ import annotations

from typing import NamedTuple

from smm_xl.language import Text


class Check(NamedTuple):
    """One thing that was looked at. ``cure``: what to do about it; None where it is as it should be."""

    found: Text
    cure: Text | None = None
