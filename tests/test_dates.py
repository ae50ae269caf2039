"""Day numbers, serials of spreadsheets, and the arithmetic of months."""

from __future__ import annotations

import calendar
import datetime as dt

import pytest

from smm_xl.cells import dates


@pytest.mark.parametrize(
    ("day", "serial"),
    [(dt.date(1900, 1, 1), 1), (dt.date(1900, 2, 28), 59), (dt.date(1900, 3, 1), 61), (dt.date(2026, 8, 1), 46235), (dt.date(9999, 12, 31), 2958465)],
)
def test_a_day_and_its_serial_are_as_excel_counts_them(day: dt.date, serial: int) -> None:
    assert dates.serial(day) == serial
    assert dt.date.fromordinal(dates.ordinal_of(serial)) == day


def test_a_serial_holds_the_time_of_day_as_its_fraction_where_it_is_asked_for() -> None:
    noon = dt.datetime(2026, 8, 1, 12)
    assert (dates.serial_with_time(noon), dates.serial_with_time(noon.date()), dates.serial(noon)) == (46235.5, 46235.0, 46235)
    assert dates.ordinal_of(46235.5) == noon.toordinal()


def test_the_days_from_which_others_count() -> None:
    assert dt.date(1899, 12, 30).toordinal() == dates.DAY_0
    assert dt.date(1904, 1, 1).toordinal() - dates.DAY_0 == dates.SHIFT_1904
    assert dt.date(1970, 1, 1).toordinal() == dates.EPOCH
    assert dt.date.max.toordinal() == dates.LAST_DAY


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (dt.date(2026, 3, 31), -1, dt.date(2026, 2, 28)),
        (dt.date(2024, 2, 29), 12, dt.date(2025, 2, 28)),
        (dt.date(2026, 1, 15), -13, dt.date(2024, 12, 15)),
        (dt.date(2026, 11, 1), 14, dt.date(2028, 1, 1)),
    ],
)
def test_the_same_day_some_months_later(day: dt.date, months: int, expected: dt.date) -> None:
    assert dates.months_later(day, months) == expected


def test_there_is_no_month_after_the_last_year() -> None:
    with pytest.raises(ValueError, match="year"):
        dates.months_later(dt.date(9999, 12, 1), 1)


def test_the_first_and_last_day_of_a_month_and_the_months_between_two() -> None:
    assert (dates.first_of_month(dt.date(2024, 2, 10)), dates.last_of_month(dt.date(2024, 2, 10))) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert (dates.months_between(dt.date(2025, 11, 30), dt.date(2026, 2, 1)), dates.months_between(dt.date(2026, 2, 1), dt.date(2025, 11, 30))) == (3, -3)


def test_the_last_day_of_each_month_is_that_of_the_calendar() -> None:
    for year in (1, 1900, 1999, 2000, 2023, 2024, 2100, 9999):
        for month in range(1, 13):
            assert dates.last_of_month(dt.date(year, month, 1)).day == calendar.monthrange(year, month)[1]
