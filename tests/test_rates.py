"""Amounts in several currencies: brought to one by rates, refused without, and named where none is told."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import smm_xl
from tests.test_together import asked

ADS = "date,channel,currency,spend,leads\n2026-01-05,VK,RUB,1000,10\n2026-01-06,FB,USD,10,5\n2026-02-06,FB,USD,10,5\n"


def with_rates(folder: Path, rates: str, ads: str = ADS, *more: str) -> object:
    (folder / "rates.csv").write_text(rates, encoding="utf-8")
    return asked(folder, {"ads.csv": ads}, *more, "--rates", str(folder / "rates.csv"), "--currency", "RUB")


def test_without_rates_two_currencies_are_refused_with_the_ways_out(tmp_path: Path) -> None:
    said = asked(tmp_path, {"ads.csv": ADS}, "--kpi", "spend")
    for words in ("RUB", "USD", "--by currency", "--where currency=RUB", "--rates rates.csv --currency RUB"):
        assert words in said


@pytest.mark.parametrize(
    ("rates", "spend"),
    [
        ("currency,rate\nUSD,90\n", 2800.0),
        ("Валюта;Курс\nдоллар США;1\nUSD;90,5\n", None),
        ("Валюта;Курс\nUSD;90,5\n", 2810.0),
        ("currency,rate,date\nUSD,80,2026-01-01\nUSD,100,2026-02-01\n", 2800.0),
        ("currency,rate,date\nUSD,100,2026-02-01\nUSD,80,2025-12-31\n", 2800.0),
        ("currency,rate,date\nUSD,80,2026-01-06\nUSD,100,2026-02-06\nUSD,500,2026-02-07\n", 2800.0),
        ("Код;Номинал;Курс\nUSD;10;900\n", 2800.0),
    ],
    ids=["one rate", "a name that is no code", "with a decimal comma", "by dates", "in any order", "the last one not after the row", "for ten units"],
)
def test_amounts_are_brought_to_the_currency_of_the_report(rates: str, spend: float | None, tmp_path: Path) -> None:
    made = with_rates(tmp_path, rates, ADS, "--kpi", "spend,cpl")
    if spend is None:
        assert "rates, line 2" in str(made) or "«доллар США» is not accepted here" in str(made)
        return
    assert isinstance(made, dict)
    assert made["total"] == {"spend": spend, "cpl": spend / 20}
    assert any(note.startswith("amounts are in RUB, by rates.csv: USD") for note in made["notes"])


def test_each_group_and_month_is_in_that_currency(tmp_path: Path) -> None:
    made = with_rates(tmp_path, "currency,rate,date\nUSD,80,2026-01-01\nUSD,100,2026-02-01\n", ADS, "--kpi", "spend", "--by", "month")
    assert isinstance(made, dict)
    assert made["rows"] == [{"month": "2026-01", "spend": 1800.0}, {"month": "2026-02", "spend": 1000.0}]


def test_currencies_of_headers_are_brought_to_one_too(tmp_path: Path) -> None:
    made = with_rates(tmp_path, "currency,rate\nUSD,90\n", "channel,Amount spent (USD),Revenue (RUB)\nFB,10,1800\n", "--kpi", "roas")
    assert isinstance(made, dict)
    assert made["total"] == {"roas": 2.0}


def test_a_dollar_sign_takes_the_rate_of_the_one_dollar_there_is(tmp_path: Path) -> None:
    made = with_rates(tmp_path, "currency,rate\nUSD,90\nEUR,100\n", "channel,spend\nFB,$10\n", "--kpi", "spend")
    assert isinstance(made, dict)
    assert made["total"] == {"spend": 900.0}


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ("currency,rate\nEUR,100\n", "there is no rate of USD"),
        ("currency,rate,date\nUSD,100,2026-02-01\n", "there is no rate of USD on 2026-01-06 or before"),
        ("currency,rate\nUSD,0\n", "line 2, column 2 («rate»): «0» is not accepted here"),
        ("currency,rate\nUSD,90\nUSD,91\n", "two rates of USD for one day"),
        ("currency,price\nUSD,90\n", "the table of rates has no column «rate»"),
        ("currency,rate,date\nUSD,90,yesterday\n", "«yesterday» is not accepted here"),
    ],
)
def test_what_cannot_be_used_of_rates_is_named(rates: str, words: str, tmp_path: Path) -> None:
    assert words in str(with_rates(tmp_path, rates))


def test_a_rate_that_nothing_asks_for_may_be_missing(tmp_path: Path) -> None:
    made = with_rates(tmp_path, "currency,rate\nEUR,100\n", ADS, "--kpi", "leads")
    assert isinstance(made, dict)
    assert made["total"] == {"leads": 20.0}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("--rates", "rates.csv"), "go together"), (("--currency", "RUB"), "go together"), (("--rates", "rates.csv", "--currency", "XYZ"), "currency «XYZ»")],
)
def test_options_of_rates_go_together(arguments: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rates.csv").write_text("currency,rate\nUSD,90\n")
    assert words in asked(tmp_path, {"ads.csv": ADS}, *arguments)


def test_by_currency_amounts_have_no_total(tmp_path: Path) -> None:
    made = asked(tmp_path, {"ads.csv": ADS}, "--kpi", "spend,leads", "--by", "currency")
    assert made["total"] == {"spend": None, "leads": 20.0}


@pytest.mark.parametrize(
    ("files", "note"),
    [
        ({"a.csv": "campaign,Spend (USD)\nA,1\n", "b.csv": "campaign,Spend\nB,2\n"}, "b: no currency is told of «Spend», it is taken as USD"),
        ({"a.csv": "campaign,Spend (USD)\nA,1\n", "b.csv": "campaign,Spend\nB,$2\n"}, "«$» is taken as USD"),
        ({"a.csv": "campaign,Spend,Currency\nA,1,USD\nB,2,\n"}, "a: rows without a currency: 1, taken as USD"),
    ],
    ids=["a column without", "a sign of several", "a blank cell"],
)
def test_an_amount_without_a_currency_beside_one_that_is_known_is_named(files: dict[str, str], note: str, tmp_path: Path) -> None:
    made = asked(tmp_path, files, "--kpi", "spend")
    assert made["total"] == {"spend": 3.0}
    assert any(said.startswith(note) for said in made["notes"]), made["notes"]


def test_where_no_currency_is_told_at_all_nothing_is_said(tmp_path: Path) -> None:
    assert asked(tmp_path, {"a.csv": "campaign,spend\nA,1\n"}, "--kpi", "spend")["notes"] == []


def test_python_takes_rates_as_a_dataframe() -> None:
    ads = pd.DataFrame({"currency": ["USD", "RUB"], "spend": [10.0, 100.0], "hours": [1.0, 1.0], "hourly_rate": [5.0, 300.0]})
    rates = pd.DataFrame({"currency": ["USD"], "rate": [90.0]})
    report = smm_xl.report(ads, kpis="spend,labour_cost,total_cost", rates=rates, currency="RUB")
    assert report.to_dict("records") == [{"spend": 1000.0, "labour_cost": 750.0, "total_cost": 1750.0}]
    with pytest.raises(smm_xl.InputError, match="go together"):
        smm_xl.report(ads, rates=rates)
