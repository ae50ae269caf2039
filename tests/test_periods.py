"""Months, quarters, years: read, named, moved."""

from __future__ import annotations

import datetime as dt

import pytest

from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.period import Period


def label(value: object) -> str:
    found = periods.parse_range(value)
    assert found is not None
    return found.label


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("2026-03", "2026-03"), ("2026-3", "2026-03"), ("03.2026", "2026-03"), ("март 2026", "2026-03"), ("Марта 2026 г.", "2026-03"),
        ("March 2026", "2026-03"), ("май 2026", "2026-05"), ("May 2026", "2026-05"), ("2026-Q1", "2026-Q1"), ("2026 q1", "2026-Q1"),
        ("Q1 2026", "2026-Q1"), ("1 кв. 2026", "2026-Q1"), ("1 квартал 2026", "2026-Q1"), ("2026", "2026"), (2026, "2026"), (2026.0, "2026"),
        ("2026 год", "2026"), ("2026-03-15", "2026-03"), ("15.03.2026", "2026-03"), (46096, "2026-03"), (dt.date(2026, 3, 15), "2026-03"),
        ("2026-06-01..2026-06-15", "2026-06-01..2026-06-15"), ("2026-01..2026-02", "2026-01-01..2026-02-28"),
    ],
)  # fmt: skip
def test_a_period_is_read_in_both_languages(value: object, name: str) -> None:
    assert label(value) == name


@pytest.mark.parametrize("value", ["2026-13", "2026-Q5", "мартобря 2026", "31.02.2026", "03/2026", "2026-06-15..2026-06-01", "..", True, "ма 2026", "0000"])
def test_what_is_no_period_is_refused(value: object) -> None:
    with pytest.raises(CellError):
        periods.parse_range(value)


def test_blank_is_no_period() -> None:
    assert periods.parse("") is None
    assert periods.parse(None) is None


@pytest.mark.parametrize(
    ("period", "before"),
    [("2026-03", "2026-02"), ("2026-01", "2025-12"), ("2026-Q1", "2025-Q4"), ("2026", "2025"), ("2026-06-01..2026-06-15", "2026-05-17..2026-05-31"),
     ("2026-01..2026-02", "2025-11-01..2025-12-31")],
)  # fmt: skip
def test_the_period_before_has_the_same_length(period: str, before: str) -> None:
    found = periods.parse_range(period)
    assert found is not None
    assert periods.previous(found).label == before


def test_days_and_shifts_end_with_the_month() -> None:
    february = periods.parse("2026-02")
    assert february is not None
    assert february.days == 28
    assert february.shifted(1).label == "2026-03"
    assert february.shifted(1).days == 31
    assert dt.date.fromordinal(periods.shift(dt.date(2026, 3, 31).toordinal(), -1)) == dt.date(2026, 2, 28)
    leap_day = dt.date(2024, 2, 29).toordinal()
    assert Period(leap_day, leap_day, "day").shifted(-12).label == "2023-02-28"
