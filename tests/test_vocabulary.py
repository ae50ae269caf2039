"""The vocabulary of the catalog: what follows from how a field totals."""

from __future__ import annotations

import pytest

from smm_xl.catalog.kpi import Total


@pytest.mark.parametrize(
    ("property_name", "members"),
    [
        ("adds_in_a_function", {Total.SUM, Total.SITE}),
        ("grows", {Total.SUM, Total.SITE, Total.CALENDAR}),
        ("stays", {Total.RATE, Total.FIRST}),
        ("is_stock", {Total.LAST, Total.FIRST}),
        ("is_shared", {Total.SITE, Total.CALENDAR}),
        ("goes_by_rows", {Total.SUM, Total.RATE}),
    ],
)
def test_what_follows_from_how_a_field_totals(property_name: str, members: set[Total]) -> None:
    assert {total for total in Total if getattr(total, property_name)} == members
