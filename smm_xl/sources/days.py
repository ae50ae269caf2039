"""Days and periods in the cells of files: read by the distinct values of a column, which decide the order of day and month together."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence

from smm_xl.cells import cell as cells
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.engine.rows import Moment
from smm_xl.language import Text

YEAR_AND_MONTH = "¦"  # between the two where they stand in columns of their own
Read = Callable[[object], "Moment | None"]

_DAY_FIRST_OR_MONTH_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d{2}.*)?", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?", re.ASCII)
_WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*|(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье))\.?,? "
_TIME = r"(?:,? (?:в |at )?\d{1,2}:\d{2}.*)?"
# Thu, 5 Feb 2026; 5 февраля 2026 г.; Mar 15, 2025
_IN_WORDS = (
    rf"(?:{_WEEKDAY})?(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[ .-]+(?P<month>[a-zа-я]+)\.?,?[ -]+(?P<year>\d{{4}})|"
    rf"(?P<month_>[a-z]+)\.? (?P<day_>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year_>\d{{4}}))(?: ?г(?:ода|\.)?)?{_TIME}"
)
_SPAN = re.compile(r"(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})\s*(?:\s[-–—]\s|–|—|\.\.|\sto\s|\sпо\s)\s*(\d{1,4}[./-]\d{1,2}[./-]\d{1,4})", re.IGNORECASE)
_FIRST_SERIAL, _LAST_SERIAL = 32874, 73415  # 1990-01-01 and 2100-12-31: what lies beyond is another number in the place of a date
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
    cells_ = [cell for value in found for cell in _cells_of(value)]
    one = _period if key == "period" else _date(cells_, order)

    def read(value: object) -> Moment | None:
        ends = _ends_of(value)
        if ends is None:
            return one(value)
        first, last = map(one, ends)
        if first is None or last is None or last.last < first.first:
            raise CellError(cells.VALUE)
        return Moment(first.first, last.last)

    return read


def _cells_of(value: object) -> Sequence[object]:
    return _ends_of(value) or [value]


def _ends_of(value: object) -> list[str] | None:
    """The two days of a span in one cell, «01.08.2026 - 07.08.2026»; None for another cell."""
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    return None if match is None else [match[1], match[2]]


def order_is_open(found: Iterable[object]) -> bool:
    """Whether some dates of a column can be read in two orders, and no other one decides."""
    matches = [match for value in found if (match := _in_either_order(value))]
    return any(int(match[1]) <= 12 and int(match[3]) <= 12 for match in matches) and len(_orders_of(matches)) != 1


def why_not(value: object) -> Text:
    """What is to be done about a cell that is no date or period: what it seems to be."""
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if number is None and isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        number = int(value)
    if number is not None and 1 <= number <= 12:
        return Text("a month needs its year: write 2026-01", "у месяца нужен год: напишите 2026-01")
    if number is not None:
        return Text(
            "a number that is no day from 1990 to 2100: write the date as 2026-08-31, or name another column with --map",
            "это число — не день с 1990 по 2100 год: напишите дату как 31.08.2026 или укажите другой столбец через --map",
        )
    return Text("correct the date", "исправьте дату")


def are_months(found: Iterable[object]) -> bool:
    """Whether all known cells of a column are texts of months, quarters or years, and none of a day."""
    some = False
    for value in found:
        if not isinstance(value, str):
            return False
        try:
            period = periods.named(value)
        except CellError:
            return False
        if period is None:
            return False
        some = True
    return some


def _period(value: object) -> Moment | None:
    if isinstance(value, str) and YEAR_AND_MONTH in value:
        year, _, month = (part.strip().removesuffix(".0") for part in value.partition(YEAR_AND_MONTH))
        number = periods.month_number(month)
        value = f"{year}-{number:02}" if number else month
    if isinstance(value, str) and (match := _YEAR_FIRST.fullmatch(value.strip())):
        value = f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"
    elif isinstance(value, str) and (found := _in_words(value)) is not None:
        value = dt.date.fromordinal(found)
    period = periods.parse(value)
    return None if period is None else Moment(period.first, period.last)


def _date(found: Iterable[object], order: str | None) -> Read:
    """A reader of dates in the order (dmy or mdy) that the column itself, or the user, decides."""
    matches = [match for value in found if (match := _in_either_order(value))]
    orders = _orders_of(matches)
    settled = order or (orders.pop() if len(orders) == 1 else None)

    def read(value: object) -> Moment | None:
        if settled and (match := _in_either_order(value)):
            month, day = (int(match[3]), int(match[1])) if settled == "dmy" else (int(match[1]), int(match[3]))
            return _on(cells.ordinal(int(match[4]), month, day))
        if isinstance(value, str):
            if match := _YEAR_FIRST.fullmatch(value.strip()):
                return _on(cells.ordinal(int(match[1]), int(match[2]), int(match[3])))
            if _RUN_TOGETHER.fullmatch(value.strip()):
                value = int(value)
            elif (found := _in_words(value)) is not None:
                return _on(found)
        if isinstance(value, int | float) and 19000101 <= value <= 21991231:
            return _on(cells.ordinal(int(value) // 10000, int(value) // 100 % 100, int(value) % 100))
        _must_be_plausible(value)
        day_ = cells.day(value)
        return None if day_ is None else _on(day_)

    return read


def _orders_of(matches: Iterable[re.Match[str]]) -> set[str]:
    """The orders that some dates can only have."""
    return {order for match in matches for order in ("dmy",) * (int(match[1]) > 12) + ("mdy",) * (int(match[3]) > 12)}


def _in_words(text: str) -> int | None:
    """The day that is written with the name of its month; None for another text. Raises CellError for an impossible one."""
    # made when a day is written so: it takes as long as reading a small file
    match = re.fullmatch(_IN_WORDS, " ".join(text.replace("\u00a0", " ").casefold().split()))
    if match is None:
        return None
    month = periods.month_number(match["month"] or match["month_"])
    return None if month is None else cells.ordinal(int(match["year"] or match["year_"]), month, int(match["day"] or match["day_"]))


def _must_be_plausible(value: object) -> None:
    """Refuse a number that as a serial would be a day of another century: 1 is a month, 500 an amount, 10800 an hour."""
    if _is_number(value) and not _FIRST_SERIAL <= value < _LAST_SERIAL + 1:  # type: ignore[operator]
        raise CellError(cells.VALUE)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _on(day: int) -> Moment:
    return Moment(day, day)
