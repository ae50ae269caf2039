"""What a cell means."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from smm_xl.cells import cell as cells
from smm_xl.cells import dates
from smm_xl.cells.cell import Ambiguous, CellError

NBSP, THIN, NARROW = "\u00a0", "\u2009", "\u202f"


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (5, 5.0),
        (5.5, 5.5),
        (Decimal("12.50"), 12.5),
        (None, None),
        ("", None),
        (float("nan"), None),
        (f"1{NBSP}234,56 ₽", 1234.56),
        (f"1{NARROW}234,56", 1234.56),
        (f"1{THIN}234", 1234.0),
        ("1.234,56 €", 1234.56),
        ("1,234.56", 1234.56),
        ("\u22125", -5.0),
        ("1 234", 1234.0),
        ("5 %", 0.05),
        ("5%", 0.05),
        ("5,0%", 0.05),
        ("5.7%", 0.057),
        ("0,500", 0.5),
        ("0.500", 0.5),
        ("1234.567", 1234.567),
        ("1,234,567", 1234567.0),
        ("1.234.567", 1234567.0),
        ("12,5", 12.5),
        ("12.50", 12.5),
        (" 7 ", 7.0),
        ("+7", 7.0),
        ("$1,234.50", 1234.5),
        ("-$5", -5.0),
        ("100 руб.", 100.0),
        ("1 500 р.", 1500.0),
        (dt.date(2026, 8, 1), 46235.0),
        (dt.datetime(2026, 8, 1, 12), 46235.5),
    ],
)
def test_a_number(cell: object, value: float | None) -> None:
    assert cells.number(cell) == value


@pytest.mark.parametrize("cell", ["1,234", "12.345", "-1,234", "123,456", "1,234 ₽", "1.234 %"])
def test_one_mark_and_three_digits_is_never_guessed(cell: str) -> None:
    with pytest.raises(Ambiguous) as caught:
        cells.number(cell)
    assert caught.value.code == "#VALUE!"


@pytest.mark.parametrize(
    "cell",
    [
        "abc", True, False, "12 тыс.", "2,3K", "—", "-", " ", "1 23", "12 34", "1,23,456", "5 % ₽", "--5", "1e5", "5.", "1:30", "01.08.2026",
        "٣", "(-5)", object(), [], dt.time(1, 30), dt.timedelta(hours=1), 1j, b"5", "1.234.56", "1,2,3",
    ],
)  # fmt: skip
def test_anything_else_is_no_number(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        cells.number(cell)
    assert caught.value.code == "#VALUE!"


@pytest.mark.parametrize(
    ("cell", "code"),
    [("#DIV/0!", "#DIV/0!"), ("#N/A", "#N/A"), ("#REF!", "#REF!"), ("#name?", "#NAME?"), (" #NULL! ", "#NULL!"), ("#ДЕЛ/0!", "#DIV/0!"), ("#Н/Д", "#N/A")],
)
def test_an_error_is_itself_and_a_russian_excel_writes_it_in_russian(cell: str, code: str) -> None:
    for read in (cells.number, cells.day, cells.text):
        with pytest.raises(CellError) as caught:
            read(cell)
        assert caught.value.code == code


def test_too_large_for_a_float_is_out_of_range() -> None:
    with pytest.raises(CellError) as caught:
        cells.number(10**400)
    assert caught.value.code == "#NUM!"


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [("1,234", ",", 1.234), ("1,234", ".", 1234.0), ("1.234", ",", 1234.0), ("1.234", ".", 1.234), ("12,5", ",", 12.5), ("1 234,5", ",", 1234.5)],
)
def test_a_known_decimal_mark_decides(text: str, decimal: str, value: float) -> None:
    assert cells.number_in(text, decimal=decimal) == value


@pytest.mark.parametrize(("text", "decimal"), [("12,5", "."), ("12.5", ","), ("1 234,5", "."), ("1,234.56", ",")])
def test_a_text_against_the_known_decimal_mark_is_no_number(text: str, decimal: str) -> None:
    with pytest.raises(CellError):
        cells.number_in(text, decimal=decimal)


@pytest.mark.parametrize(
    ("text", "value"), [("12 тыс.", 12000.0), ("2,3K", 2300.0), ("1,2 млн", 1.2e6), ("3M", 3e6), ("1 млрд ₽", 1e9), ("5 к", 5000.0), ("1.5e-05", 1.5e-5)]
)
def test_imports_read_abbreviations(text: str, value: float) -> None:
    assert cells.number_in(text, imported=True) == pytest.approx(value, rel=1e-15)


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        (46235, "2026-08-01"),
        (46235.75, "2026-08-01"),
        (1, "1900-01-01"),
        (59, "1900-02-28"),
        (61, "1900-03-01"),
        ("2026-08-01", "2026-08-01"),
        ("2026-08-01T10:30:00", "2026-08-01"),
        ("01.08.2026", "2026-08-01"),
        ("1.08.2019", "2019-08-01"),
        (dt.date(2026, 8, 1), "2026-08-01"),
        (dt.datetime(2026, 8, 1, 23, 59), "2026-08-01"),
    ],
)
def test_a_date(cell: object, iso: str) -> None:
    day = cells.day(cell)
    assert day is not None
    assert dt.date.fromordinal(day).isoformat() == iso


@pytest.mark.parametrize("cell", ["31.02.2026", "08/31/2026", "31/08/2026", "2026-13-01", "03-Mar-21", 60, 0, -5, True, "abc", 3e6])
def test_slashes_and_impossible_dates_are_not_read(cell: object) -> None:
    with pytest.raises(CellError) as caught:
        cells.day(cell)
    assert caught.value.code == "#VALUE!"


@pytest.mark.parametrize("day", [dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 3, 1), dt.date(2026, 8, 1)])
def test_serials_and_days_are_inverse(day: dt.date) -> None:
    assert cells.day(dates.serial(day)) == day.toordinal()


@pytest.mark.parametrize(("cell", "text"), [(916, "916"), (916.0, "916"), (1.5, "1.5"), ("  VK ", "VK"), ("007", "007"), ("", None), (None, None)])
def test_ids_stay_text(cell: object, text: str | None) -> None:
    assert cells.text(cell) == text
