"""Formulas as data: built with operators, evaluated, printed."""

from __future__ import annotations

import operator

import pytest

from smm_xl.catalog import definitions as c
from smm_xl.formula import Expr, Least, Number, largest, over_rows


def key(name: object) -> str:
    return name.key  # type: ignore[attr-defined, no-any-return]


def test_the_example_of_the_design() -> None:
    formula = c.spend / c.leads
    assert formula.evaluate({"spend": 1000.0, "leads": 20.0}, divide=operator.truediv) == 50.0
    assert formula.excel(lambda field: {"spend": "C7", "leads": "D7"}[field.key]) == "C7/D7"


@pytest.mark.parametrize(
    ("formula", "text", "excel"),
    [
        (c.spend / c.leads, "spend / leads", "spend/leads"),
        ((c.revenue * c.margin - c.spend) / c.spend, "(revenue * margin - spend) / spend", "(revenue*margin-spend)/spend"),
        (c.spend - (c.leads - c.clicks), "spend - (leads - clicks)", "spend-(leads-clicks)"),
        (c.spend - c.leads - c.clicks, "spend - leads - clicks", "spend-leads-clicks"),
        (c.spend / (c.leads / c.clicks), "spend / (leads / clicks)", "spend/(leads/clicks)"),
        (c.spend / c.leads / c.clicks, "spend / leads / clicks", "spend/leads/clicks"),
        (c.spend * (c.leads + 1), "spend * (leads + 1)", "spend*(leads+1)"),
        (1000 * c.spend / c.impressions, "1000 * spend / impressions", "1000*spend/impressions"),
        (1 - c.spend, "1 - spend", "1-spend"),
        (2 / c.spend + 1, "2 / spend + 1", "2/spend+1"),
        (over_rows(c.hours * c.hourly_rate), "SUM(hours * hourly_rate)", "SUMPRODUCT(hours*hourly_rate)"),
        (over_rows(c.reach), "SUM(reach)", "SUM(reach)"),
        (largest(c.reach), "MAX(reach)", "MAX(reach)"),
        (Least(over_rows(c.reach), c.impressions), "MIN(SUM(reach), impressions)", "MIN(SUM(reach),impressions)"),
    ],
)
def test_printing_has_the_brackets_that_it_needs(formula: Expr, text: str, excel: str) -> None:
    assert formula.text(key) == text
    assert formula.excel(key) == excel


def test_a_part_exchanged_for_zero_is_left_out_of_a_sum() -> None:
    formula = (c.spend + c.leads + c.clicks).replaced(lambda node: Number(0) if node in (c.spend, c.clicks) else None)
    assert formula is c.leads


def test_names_come_once_and_in_writing_order() -> None:
    formula = (c.revenue - c.spend) / c.spend
    assert [name.key for name in formula.names()] == ["revenue", "spend"]


def test_division_is_passed_in() -> None:
    seen: list[tuple[float, float]] = []

    def divide(left: float, right: float) -> float:
        seen.append((left, right))
        return 7.0

    assert (c.spend / c.leads + 1).evaluate({"spend": 5.0, "leads": 0.0}, divide) == 8.0
    assert seen == [(5.0, 0.0)]


def test_what_goes_row_by_row_is_the_inner_formula_on_single_values_and_its_total_where_one_is_given() -> None:
    formula = over_rows(c.hours * c.hourly_rate) / c.leads
    assert formula.evaluate({"hours": 2.0, "hourly_rate": 500.0, "leads": 4.0}, operator.truediv) == 250.0
    assert formula.evaluate({"SUM(hours * hourly_rate)": 9000.0, "leads": 4.0}, operator.truediv) == 2250.0
