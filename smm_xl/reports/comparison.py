"""The same KPIs before: the rows of the earlier period, filed under the time that they are compared with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from smm_xl.cells import dates
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.period import Period
from smm_xl.engine.rows import Moment, Rows
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.reports.selection import finest_time

Compare = Literal["previous", "year"]


@dataclass(frozen=True)
class Before:
    """Tables of the time before, filed under the time that they are compared with."""

    tables: list[Rows]
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


def before(tables: Sequence[Rows], by: Sequence[str], window: Period | None, compare: Compare, cut: int | None) -> Before:
    """The tables with their rows filed under the period that each is compared with; after ``cut`` no day is taken."""
    grain = finest_time(by)
    if grain is None and window is None:
        raise InputError(
            Text("compare needs to know which period", "для сравнения нужно знать период"),
            cure=Text("group by month (--by month), or say it (--period 2026-03)", "сгруппируйте по месяцам (--by month) или укажите его (--period 2026-03)"),
        )
    move = _shift(grain, window, compare)
    found = []
    for rows in tables:
        moved = rows.refiled(move)
        if window is not None:
            moved, _ = moved.within(window)
        found.append(moved if cut is None else moved.ended_by(cut))
    return Before(found, compare)


def _shift(grain: str | None, window: Period | None, compare: Compare) -> Callable[[Moment], Moment]:
    """What moves the days of a row to the days that they are compared with."""
    if compare == "year":
        months = 12
    elif grain == "date":
        return _days_later(1)
    elif grain is not None:
        months = periods.MONTHS_OF[grain]
    else:
        assert window is not None
        earlier = _previous(window)
        months = dates.months_between(dt.date.fromordinal(earlier.first), dt.date.fromordinal(window.first))
        if earlier.shifted(months)[:2] != window[:2]:
            return _days_later(window.first - earlier.first)

    def move(moment: Moment) -> Moment:
        first, last = moment
        if first == last:
            day = periods.shift(first, months)
            return Moment(day, day)
        return Moment(*Period(first, last, "range").shifted(months)[:2])

    return move


def _days_later(days: int) -> Callable[[Moment], Moment]:
    return lambda moment: Moment(moment.first + days, moment.last + days)


def _previous(window: Period) -> Period:
    try:
        return periods.previous(window)
    except CellError:
        raise InputError(
            Text(f"there is no period before {window.label}", f"перед {window.label} нет периода"), cure=Text("compare a later one", "сравните более поздний")
        ) from None


def change(now: float | None, before: float | None) -> float:
    """(now - before) / |before|; NaN where one is unknown or before is 0."""
    if now is None or not before or now != now or before != before:
        return float("nan")
    return (now - before) / abs(before)
