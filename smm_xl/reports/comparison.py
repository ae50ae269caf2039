"""The same KPIs before: the rows of the earlier period, filed under the time that they are compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from smm_xl.cells import dates
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.period import Period
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.reports.selection import finest_time, span_of
from smm_xl.sources.arrays import NO_DAY, ArrayRows

Compare = Literal["previous", "year"]


@dataclass(frozen=True)
class Before:
    """Tables of the time before, filed under the time that they are compared with."""

    tables: list[ArrayRows]
    compare: Compare

    def notes(self, part: Period | None, end: int | None) -> list[Text]:
        if not any(rows.size for rows in self.tables):
            return [Text("nothing to compare with: there are no rows for the earlier period", "сравнить не с чем: за прежний период нет строк")]
        if part is None or end is None:
            return []
        day = periods.around(end, "day").label
        return [
            Text(
                f"{part.label} (to {day}) is compared with the same part of the earlier period",
                f"{part.label} (по {day}) сравнивается с такой же частью прежнего периода",
            )
        ]


def before(tables: Sequence[ArrayRows], by: Sequence[str], window: Period | None, compare: Compare, cut: int | None) -> Before:
    """The tables with their rows filed under the period that each is compared with; after ``cut`` no day is taken."""
    grain = finest_time(by)
    if grain is None and window is None:
        raise InputError(
            "compare needs to know which period: group by month (--by month), or say it (--period 2026-03)",
            "для сравнения нужно знать период: сгруппируйте по месяцам (--by month) или укажите его (--period 2026-03)",
        )
    move = _shift(grain, window, compare)
    found = []
    for rows in tables:
        if rows.days is None:
            found.append(rows.kept(np.zeros(rows.size, dtype=bool)))
            continue
        moved = rows.refiled(move)
        assert moved.filed is not None
        keep = moved.filed[0] != NO_DAY
        if window is not None:
            keep &= span_of(moved, window)[0]
        if cut is not None:
            keep &= moved.filed[1] <= cut
        found.append(moved.kept(keep))
    return Before(found, compare)


def _shift(grain: str | None, window: Period | None, compare: Compare) -> Callable[[int, int], tuple[int, int]]:
    """What moves the days of a row to the days that they are compared with."""
    if compare == "year":
        months = 12
    elif grain == "date":
        return lambda first, last: (first + 1, last + 1)
    elif grain is not None:
        months = periods.MONTHS_OF[grain]
    else:
        assert window is not None
        earlier = _previous(window)
        months = dates.months_between(dt.date.fromordinal(earlier.first), dt.date.fromordinal(window.first))
        if earlier.shifted(months)[:2] != window[:2]:
            days = window.first - earlier.first
            return lambda first, last: (first + days, last + days)

    def move(first: int, last: int) -> tuple[int, int]:
        if first == last:
            day = periods.shift(first, months)
            return day, day
        return Period(first, last, "range").shifted(months)[:2]

    return move


def _previous(window: Period) -> Period:
    try:
        return periods.previous(window)
    except CellError:
        raise InputError(f"there is no period before {window.label}", f"перед {window.label} нет периода") from None


def change(now: float | None, before: float | None) -> float:
    """(now - before) / |before|; NaN where one is unknown or before is 0."""
    if now is None or not before or now != now or before != before:
        return float("nan")
    return (now - before) / abs(before)
