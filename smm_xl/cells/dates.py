"""Days as ordinals (``date.toordinal``), as serials of spreadsheets and as days since 1970; and the arithmetic of months."""

from __future__ import annotations

import datetime as dt

DAY_0 = 693594  # the ordinal of 30 December 1899, from which spreadsheets count days
LAST_DAY = 3652059  # the ordinal of 31 December 9999
LAST_SERIAL = LAST_DAY - DAY_0
NO_SERIAL = 60  # 29 February 1900, which Excel counts and which never was: days before it are one nearer to DAY_0
SHIFT_1904 = 1462  # how many days later the days of a book begin that counts from 1904
EPOCH = 719163  # the ordinal of 1 January 1970, day 0 of datetime64


def serial(day: dt.date) -> int:
    """The serial of a day in Excel's system of 1900; the time of day does not count."""
    found = day.toordinal() - DAY_0
    return found - (found <= NO_SERIAL)


def serial_with_time(moment: dt.date) -> float:
    """The serial of a day, with the time of day as its fraction where there is one."""
    whole = serial(moment)
    if not isinstance(moment, dt.datetime):
        return float(whole)
    return whole + (moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6) / 86400


def ordinal_of(serial: float) -> int:
    """The day of a serial of Excel's system of 1900, from 1 to LAST_SERIAL, as an ordinal. NO_SERIAL has none."""
    return int(serial) + DAY_0 + (serial < NO_SERIAL)


def first_of_month(day: dt.date) -> dt.date:
    return dt.date(day.year, day.month, 1)


def last_of_month(day: dt.date) -> dt.date:
    return dt.date(day.year, day.month, _length(day.year, day.month))


def _length(year: int, month: int) -> int:
    """How many days a month has; the standard library's ``calendar`` takes 3 ms to load."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month some months later; the last day where the month is shorter. ValueError outside the years 1 to 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = dt.date(year, month + 1, 1)
    return first.replace(day=min(day.day, _length(year, month + 1)))


def months_between(first: dt.date, last: dt.date) -> int:
    """How many months the month of a day lies after that of another."""
    return (last.year - first.year) * 12 + last.month - first.month
