"""One line of the table that the benchmarks print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """What is wanted of a measurement: ``words`` for the reader, ``met`` for our time and the alternative's, in seconds."""

    words: str
    met: Callable[[float, float], bool]


WATCHED = Goal("", lambda ours, theirs: True)


@dataclass(frozen=True)
class Line:
    """One line of the table; times in seconds."""

    what: str
    ours: float
    theirs: float
    goal: Goal
