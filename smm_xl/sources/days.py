"""Days and periods in the cells of files: read by the distinct values of a column, which decide the order of day and month together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from smm_xl.cells import cell as cells
from smm_xl.cells import period as periods
from smm_xl.engine.rows import Moment

Read = Callable[[object], "Moment | None"]

_DAY_FIRST_OR_MONTH_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d{2}.*)?", re.ASCII)
_RUN_TOGETHER = re.compile(r"(?:19|20|21)\d{6}", re.ASCII)  # 20260801, as analytics systems write it


def _in_either_order(value: object) -> re.Match[str] | None:
    match = _DAY_FIRST_OR_MONTH_FIRST.fullmatch(value.strip()) if isinstance(value, str) else None
    return match if match and match[2] != "." else None  # with points the day stands first


def is_ambiguous(value: object) -> bool:
    """Whether text is a date whichever of day and month stands first."""
    match = _in_either_order(value)
    return match is not None and max(int(match[1]), int(match[3])) <= 12


def reader(key: str, found: Iterable[object], order: str | None) -> Read:
    """What reads a cell of the column ``date`` or ``period``: CellError for what is none. ``found``: its distinct cells; ``order``: what the user says."""
    return _period if key == "period" else _date(found, order)


def _period(value: object) -> Moment | None:
    period = periods.parse(value)
    return None if period is None else Moment(period.first, period.last)


def _date(found: Iterable[object], order: str | None) -> Read:
    """A reader of dates in the order (dmy or mdy) that the column itself, or the user, decides."""
    matches = [match for value in found if (match := _in_either_order(value))]
    orders = {order for match in matches for order in ("dmy",) * (int(match[1]) > 12) + ("mdy",) * (int(match[3]) > 12)}
    settled = order or (orders.pop() if len(orders) == 1 else None)

    def read(value: object) -> Moment | None:
        if settled and (match := _in_either_order(value)):
            month, day = (int(match[3]), int(match[1])) if settled == "dmy" else (int(match[1]), int(match[3]))
            return _on(cells.ordinal(int(match[4]), month, day))
        if isinstance(value, str) and _RUN_TOGETHER.fullmatch(value.strip()):
            value = int(value)
        if isinstance(value, int | float) and 19000101 <= value <= 21991231:
            return _on(cells.ordinal(int(value) // 10000, int(value) // 100 % 100, int(value) % 100))
        day_ = cells.day(value)
        return None if day_ is None else _on(day_)

    return read


def _on(day: int) -> Moment:
    return Moment(day, day)
