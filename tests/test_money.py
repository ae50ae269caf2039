"""Money in worksheet functions: two currencies are never added or divided, and a credit takes away from what was spent."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import smm_xl
from smm_xl import functions as f
from tests.test_together import asked


def column(*cells: object) -> list[list[object]]:
    return [[cell] for cell in cells]


@pytest.mark.parametrize(
    ("spend", "leads", "cpl"),
    [
        (column("100 $", "100 ₽"), column(1, 1), "#VALUE!"),
        (column("100 $", "US$50.00"), column(1, 1), 75.0),
        (column("100 $", 50), column(1, 1), 75.0),
        (column("Rp 150.000,00", "150 IDR"), column(1, 1), 75075.0),
        (column("100 zł", "100 PLN"), column(1, 1), 100.0),
        (column("R$ 100", "₹ 100"), column(1, 1), "#VALUE!"),
        (column("¥100", "100 CNY"), column(1, 1), 100.0),
        (column("¥100", "100 EUR"), column(1, 1), "#VALUE!"),
        (column("100 USD", "100 CAD", "100 $"), column(1, 1, 1), "#VALUE!"),
        ("100 $", 4, 25.0),
    ],
)
def test_a_range_is_of_one_currency(spend: object, leads: object, cpl: object) -> None:
    assert f.SMM_CPL(spend, leads) == cpl


@pytest.mark.parametrize(
    ("revenue", "spend", "roas"),
    [
        ("100 USD", "50 BRL", "#VALUE!"),
        ("100 USD", "50 $", 2.0),
        ("100 USD", 50, 2.0),
        (column("100 €"), column("50 ₽"), "#VALUE!"),
        (column("100 €"), "50 ₽", "#VALUE!"),
        ("100 €", column("20 €", "30 €"), 2.0),
    ],
)
def test_a_kpi_is_of_one_currency(revenue: object, spend: object, roas: object) -> None:
    assert f.SMM_ROAS(revenue, spend) == roas


def test_rows_are_each_for_themselves() -> None:
    assert f.SMM_ROWS("cpl", column("100 $", "100 ₽"), column(1, 2)) == [[100.0], [50.0]]
    assert f.SMM_ROWS("roas", column("100 $", "100 ₽"), column("50 $", "50 $")) == [[2.0], ["#VALUE!"]]


HEADERS = [["channel", "Spend (USD)", "Revenue, ₽", "leads"], ["VK", 100, 200, 2], ["TG", 50, 100, 1]]
COLUMN = [["channel", "Spend", "Currency", "leads"], ["VK", 100, "USD", 2], ["TG", 50, "rub", 1]]
CELLS = [["channel", "Spend", "leads"], ["VK", "100 $", 2], ["TG", "50 ₽", 1]]


@pytest.mark.parametrize("table", [COLUMN, CELLS], ids=["a column of currencies", "signs in cells"])
def test_a_table_is_of_one_currency(table: list[list[object]]) -> None:
    assert f.SMM_KPI("cpl", table) == "#VALUE!"
    assert f.SMM_KPI("leads", table) == 3.0
    assert f.SMM_KPI("cpl", table, None, "VK") == 50.0
    assert f.SMM_REPORT(table, "channel", "cpl, leads") == [["channel", "cpl", "leads"], ["TG", "#VALUE!", 1.0], ["VK", "#VALUE!", 2.0]]
    plan = f.SMM_PLAN(table, [["KPI", "target"], ["cpl", 5], ["leads", 3]], language="en")
    assert isinstance(plan, list)
    assert [row[4] for row in plan[1:]] == ["#VALUE!", 3.0]
    score = f.SMM_SCORECARD(table, [["KPI", "target", "weight"], ["cpl", 5, 1]], language="en")
    assert isinstance(score, list)
    assert score[1][2] == "#VALUE!"


def test_headers_tell_currencies_of_their_columns() -> None:
    assert f.SMM_REPORT(HEADERS, None, "cpl, roas, revenue") == [["cpl", "roas", "revenue"], [50.0, "#VALUE!", 300.0]]


def test_by_currency_each_group_is_of_one() -> None:
    assert f.SMM_REPORT([*COLUMN, ["TG", 10, "₽", 1]], "currency", "cpl") == [["currency", "cpl"], ["RUB", 30.0], ["USD", 50.0]]


def test_codes_and_signs_of_one_currency_are_one_group_in_reports_too(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": "campaign,Spend,Валюта\nA,1,usd\nB,2,USD\nC,4,₽\n"}, "--by", "currency", "--kpi", "spend")
    assert made["rows"] == [{"currency": "RUB", "spend": 4.0}, {"currency": "USD", "spend": 3.0}]


# --- credits ---


@pytest.mark.parametrize(
    ("spend", "leads", "cpl"),
    [
        (column(100, -20, 50), column(2, 1, 2), 26.0),
        (column(100, "(20)", "50"), column(2, 1, 2), 26.0),
        (column(100, -20, 50), column(2, None, 2), 37.5),
        (-20, 1, "#NUM!"),
        (column(-20), 1, "#NUM!"),
        (column(-20, 10), column(1, 1), "#NUM!"),
        (column(-20, 20), column(1, 1), 0.0),
        (column(100, 20), column(-2, 1), "#NUM!"),
    ],
    ids=["added", "in brackets", "a blank row leaves", "alone", "alone in a range", "more than was spent", "all of it", "no count is a credit"],
)
def test_a_negative_spend_in_a_range_is_a_credit(spend: object, leads: object, cpl: object) -> None:
    assert f.SMM_CPL(spend, leads) == cpl


def test_a_credit_in_a_row_for_itself_is_none() -> None:
    assert f.SMM_ROWS("cpl", column(100, -20), column(2, 1)) == [[50.0], ["#NUM!"]]


def test_a_credit_in_a_table_of_a_sheet() -> None:
    table = [["channel", "spend", "leads"], ["VK", 100, 2], ["VK", -20, 1], ["TG", -5, 1]]
    assert f.SMM_KPI("cpl", table) == 18.75
    assert f.SMM_REPORT(table, "channel", "cpl,leads") == [["channel", "cpl", "leads"], ["TG", "#NUM!", 1.0], ["VK", 80 / 3, 3.0]]


def test_a_credit_in_a_report_is_added_and_named(tmp_path: Path) -> None:
    text = "channel,campaign,spend,leads\nVK,A,100,2\nVK,B,-20,1\nTG,C,-5,1\n"
    made = asked(tmp_path, {"a.csv": text}, "--kpi", "spend,cpl,total_cost", "--by", "channel")
    assert made["total"] == {"spend": 75.0, "cpl": 18.75, "total_cost": 75.0}
    assert made["rows"][0] == {"channel": "TG", "spend": None, "cpl": None, "total_cost": None}
    assert "spend, cpl, total_cost: unknown where credits are more than what was spent" in made["notes"]
    assert "a: rows with a negative spend are credits and were added: 2 (-25.00)" in made["notes"]


@pytest.mark.parametrize("field", ["clicks", "leads", "content_cost"])
def test_another_negative_number_is_refused(field: str, tmp_path: Path) -> None:
    assert "«-3» is not accepted here" in asked(tmp_path, {"a.csv": f"channel,spend,{field}\nVK,100,-3\n"})


def test_a_credit_across_tables_may_be_more_than_the_spend_of_its_month() -> None:
    ads = pd.DataFrame({"month": ["2026-01", "2026-02"], "spend": [100.0, -20.0]})
    crm = pd.DataFrame({"month": ["2026-01", "2026-02"], "leads": [3, 1]})
    assert smm_xl.report({"ads": ads, "crm": crm}, kpis="cpl")["cpl"].to_list() == [20.0]
    by_month = smm_xl.report({"ads": ads, "crm": crm}, "month", "cpl")["cpl"]
    assert by_month.isna().to_list() == [False, True]


def test_visits_of_the_whole_site_are_not_added_by_a_function_that_sees_no_dates() -> None:
    assert f.SMM_TRAFFIC_SHARE(column(10, 20), column(100, 100)) == "#N/A"  # one site told twice, or two months? not 30 of 200
    assert f.SMM_TRAFFIC_SHARE(column(10, 20), column(100, None)) == 0.1
    assert f.SMM_TRAFFIC_SHARE(column(10, 20), 100) == 0.3
