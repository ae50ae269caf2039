"""Months, quarters, years and days: what names them, where they start and end, what came before."""

from __future__ import annotations

import datetime as dt
import numbers
import re
from typing import Any, NamedTuple

from smm_xl.cells import cell as cells
from smm_xl.cells import dates

GRAINS = ("day", "month", "quarter", "year")
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
_MONTH_NAMES = (
    "янв январь января jan january", "фев февр февраль февраля feb february", "мар март марта mar march",
    "апр апрель апреля apr april", "май мая may", "июн июнь июня jun june", "июл июль июля jul july",
    "авг август августа aug august", "сен сент сентябрь сентября sep sept september", "окт октябрь октября oct october",
    "ноя нояб ноябрь ноября nov november", "дек декабрь декабря dec december",
)  # fmt: skip
_MONTH_NUMBERS = {name: index for index, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
# Patterns that re keeps once they are used: compiled here, they would cost every start two milliseconds
_ISO_MONTH = r"(\d{4})[-/](\d{1,2})"
_RUN_TOGETHER = r"((?:19|20)\d{2})(0[1-9]|1[0-2])"
_DOTTED_MONTH = r"(\d{1,2})\.(\d{4})"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_IN_QUARTER = r"(?:-?(?:й|ый) )?(?:q|кв\.?|кварт(?:ал)?\.?)"
_QUARTER = (
    rf"(\d{{4}})[- ]?{_IN_QUARTER} ?([1-4])|{_IN_QUARTER} ?([1-4])[- ]?(\d{{4}})|"
    rf"([1-4]|iv|i{{1,3}})[- ]?{_IN_QUARTER} ?(\d{{4}})(?: ?(?:г|год|года)\.?)?"
)
_YEAR = r"(\d{4})(?: ?(?:г|год)\.?)?"
# janvier, Jan-26, янв.26, март 2026 г.: as Excel shows months, and as people write them
_NAMED_MONTH = r"([a-zа-я]+)(?:\.? (\d{4})|(?:[.-]|\. )(\d{4}|\d{2}))(?: ?(?:г|год|года)\.?)?"

_FIRST_SERIAL, _LAST_SERIAL = 32874, 73415  # of 1990-01-01 and 2100-12-31


class Period(NamedTuple):
    """Days from ``first`` to ``last``, both in it, as proleptic ordinals; ``grain`` is one of GRAINS, or "range"."""

    first: int
    last: int
    grain: str

    @property
    def label(self) -> str:
        """``2026-03-01``, ``2026-03``, ``2026-Q1``, ``2026``, or first..last; sorts in time."""
        start = dt.date.fromordinal(self.first)
        if self.grain == "range":
            return f"{start.isoformat()}..{dt.date.fromordinal(self.last).isoformat()}"
        if self.grain == "day":
            return start.isoformat()
        if self.grain == "month":
            return f"{start.year:04}-{start.month:02}"
        return f"{start.year:04}-Q{(start.month + 2) // 3}" if self.grain == "quarter" else f"{start.year:04}"

    @property
    def days(self) -> int:
        return self.last - self.first + 1

    def shifted(self, months: int) -> Period:
        """The same part of the calendar some months later; an end of month stays one where it has to."""
        first, last = shift(self.first, months), shift(self.last, months)
        ends_a_month = month_of(self.last).last == self.last
        return Period(first, month_of(last).last if ends_a_month else last, self.grain)


def month_number(name: str) -> int | None:
    """1 to 12 for the name of a month in English or Russian, or its number; None for what is none."""
    bare = name.strip().casefold().rstrip(".")
    return int(bare) if bare.isascii() and bare.isdigit() and 1 <= int(bare) <= 12 else _MONTH_NUMBERS.get(bare)


def month_of(day: int) -> Period:
    return around(day, "month")


def around(day: int, grain: str) -> Period:
    """The day, month, quarter or year in which a day lies."""
    if grain == "day":
        return Period(day, day, "day")
    date = dt.date.fromordinal(day)
    length = MONTHS_OF[grain]
    return _of_months(date.year, (date.month - 1) // length * length + 1, length, grain)


def months(first: int, last: int) -> Period:
    """The whole months that cover some days."""
    start, end = month_of(first), month_of(last)
    return start if start == end else Period(start.first, end.last, "range")


def _of_months(year: int, month: int, length: int, grain: str) -> Period:
    """A period that starts with a month and is some months long, all in one year. Raises CellError #VALUE! for an impossible one."""
    try:
        first, last = dt.date(year, month, 1), dates.last_of_month(dt.date(year, month + length - 1, 1))
    except ValueError:
        raise cells.CellError(cells.VALUE) from None
    return Period(first.toordinal(), last.toordinal(), grain)


def shift(day: int, months: int) -> int:
    """The same day of the month some months later; the last day where the month is shorter."""
    try:
        return dates.months_later(dt.date.fromordinal(day), months).toordinal()
    except ValueError:
        raise cells.CellError(cells.VALUE) from None


def previous(period: Period) -> Period:
    """The period of the same length just before: the month before a month, the 15 days before 15 days."""
    start, end = dt.date.fromordinal(period.first), dt.date.fromordinal(period.last)
    if start.day == 1 and month_of(period.last).last == period.last:
        return period.shifted(-(dates.months_between(start, end) + 1))
    if period.days >= period.first:
        raise cells.CellError(cells.VALUE)
    return Period(period.first - period.days, period.first - 1, period.grain)


def parse(value: object) -> Period | None:
    """The period that a cell names, or None for a blank cell.

    Text such as ``2026-03``, ``03.2026``, ``март 2026``, ``янв.26``, ``2026-Q1``, ``I кв. 2026``, ``2026``; a date, a serial or
    the text of a date stand for their month; a whole number from 1990 to 2100 is a year, one such as 202603 a month. Raises CellError #VALUE!,
    also for the number of a month without its year.
    """
    if isinstance(value, str):
        if not value:
            return None
        found = named(value)
        if found is not None:
            return found
    elif isinstance(value, numbers.Real) and not isinstance(value, bool):
        if _is_year(value):
            return _of_months(int(float(value)), 1, 12, "year")
        if _is_month(value):
            return _month(int(float(value)) // 100, int(float(value)) % 100)
        cells.number(value)  # one that is too large is #NUM!
        if not _FIRST_SERIAL <= value < _LAST_SERIAL + 1:  # type: ignore[operator] # a number of any size; a month needs its year
            raise cells.CellError(cells.VALUE)
    day = cells.day(value)
    return None if day is None else month_of(day)


def parse_range(value: object) -> Period | None:
    """Like ``parse``, and also a span of days: ``2026-06-01..2026-06-15``, or two periods so joined."""
    if not isinstance(value, str) or ".." not in value:
        return parse(value)
    start, end = (parse_exactly(part.strip()) for part in value.split("..", 1))
    if start is None or end is None or end.last < start.first:
        raise cells.CellError(cells.VALUE)
    return Period(start.first, end.last, "range")


def parse_exactly(value: str) -> Period | None:
    """Like ``parse_range``, but a date stands for its day and not for its month."""
    if ".." in value:
        return parse_range(value)
    try:
        day = cells.day(value)
    except cells.CellError:
        return parse(value)
    return None if day is None else around(day, "day")


def named(text: str) -> Period | None:
    """The month, quarter or year that a text names; None for another text, that of a day too. Raises CellError for an impossible one."""
    return _named(text.replace("\u00a0", " ").strip().casefold())


def _is_year(number: Any) -> bool:
    return bool(1990 <= number <= 2100) and float(number).is_integer()


def _is_month(number: Any) -> bool:
    """Whether a number is a month as in 202603. Serials of these days lie in the years 2444 to 2475."""
    return bool(199001 <= number <= 210012) and float(number).is_integer() and 1 <= number % 100 <= 12


def _named(text: str) -> Period | None:
    if match := re.fullmatch(_ISO_MONTH, text, re.ASCII):
        return _month(int(match[1]), int(match[2]))
    if match := re.fullmatch(_DOTTED_MONTH, text, re.ASCII):
        return _month(int(match[2]), int(match[1]))
    if match := re.fullmatch(_QUARTER, text, re.ASCII):
        year = int(match[1] or match[4] or match[6])
        told = match[2] or match[3] or match[5]
        quarter = _ROMAN.get(told) or int(told)
        return _of_months(year, quarter * 3 - 2, 3, "quarter")
    if match := re.fullmatch(_YEAR, text, re.ASCII):
        return _of_months(int(match[1]), 1, 12, "year")
    if match := re.fullmatch(_RUN_TOGETHER, text, re.ASCII):
        return _month(int(match[1]), int(match[2]))
    if match := re.fullmatch(_NAMED_MONTH, text):
        month, year = _MONTH_NUMBERS.get(match[1]), int(match[2] or match[3])
        return _month(year if year > 99 else 2000 + year, month) if month else None
    return None


def _month(year: int, month: int) -> Period:
    return _of_months(year, month, 1, "month")
