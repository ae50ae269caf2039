"""Day numbers, serials of spreadsheets, the arithmetic of months; years and months in columns of their own."""

from __future__ import annotations

import calendar
import datetime as dt
import json
import re
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from smm_xl.cells import dates
from smm_xl.commands.main import app


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


# --- a year and a month in columns of their own ---


@pytest.mark.parametrize(
    "text",
    [
        "year,month,spend\n2025,12,100\n2026,1,20\n2026,1,3\n",
        "Год;Месяц;Расход\n2025;Декабрь;100\n2026;январь;20\n2026;янв;3\n",
        "Month,Year,Spend\nDec,2025,100\n2026-01,2026,20\n1,2026,3\n",
        "Месяц;Год;Расход\n2025-12;;100\n2026-01;;20\n01.2026;;3\n",
    ],
    ids=["numbers", "names", "a month that has its year", "blank years"],
)
def test_a_year_and_a_month_are_read_together(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    made = json.loads(CliRunner().invoke(app, ["report", str(tmp_path / "a.csv"), "--by", "month", "--kpi", "spend", "--format", "json"]).stdout)
    assert made["rows"] == [{"month": "2025-12", "spend": 100.0}, {"month": "2026-01", "spend": 23.0}]
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book["Sheet"].append([float(cell) if cell.isdigit() else cell or None for cell in re.split("[,;]", line)])
    book.save(tmp_path / "a.xlsx")
    made = json.loads(CliRunner().invoke(app, ["report", str(tmp_path / "a.xlsx"), "--by", "month", "--kpi", "spend", "--format", "json"]).stdout)
    assert made["rows"] == [{"month": "2025-12", "spend": 100.0}, {"month": "2026-01", "spend": 23.0}]


def test_two_exports_of_years_and_months_count_the_same_rows_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("year,month,campaign,spend\n2025,1,A,100\n2026,1,A,20\n")
    (tmp_path / "b.csv").write_text("year,month,campaign,spend\n2026,1,A,20\n2026,2,A,5\n")
    made = json.loads(CliRunner().invoke(app, ["report", str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--kpi", "spend", "--format", "json"]).stdout)
    assert made["total"] == {"spend": 125.0}


def test_a_month_that_is_none_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("year,month,spend\n2026,1,20\n2026,13,3\n")
    refused = CliRunner().invoke(app, ["report", str(tmp_path / "a.csv"), "--by", "month", "--kpi", "spend", "--lang", "en"])
    assert refused.exit_code == 2
    assert "line 3, column 2 («month»)" in refused.stderr
