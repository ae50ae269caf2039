"""Plan against fact: SMM_PLAN, SMM_SCORECARD, targets of reports, the reverse funnel, on screen and as files."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import Result

import smm_xl
from smm_xl import functions as f
from smm_xl.catalog.kpi import Group
from smm_xl.targets import calculations
from smm_xl.targets.target_table import columns_of
from tests.samples import golden

Run = Callable[..., Result]
Table = list[list[Any]]

CASES = golden("plan_fact.csv", ";")
SHOWN = ("target", "fact", "gap", "gap_pct", "attainment", "forecast")
# which fields make a KPI come out at its fact
FIELDS: dict[str, Callable[[float], dict[str, float]]] = {
    "leads": lambda fact: {"leads": fact},
    "clicks": lambda fact: {"clicks": fact},
    "revenue": lambda fact: {"revenue": fact},
    "spend": lambda fact: {"spend": fact},
    "unfollows": lambda fact: {"unfollows": fact},
    "followers": lambda fact: {"followers_end": fact},
    "cpl": lambda fact: {"spend": fact, "leads": 1.0},
    "er": lambda fact: {"engagements": fact * 10_000, "followers_end": 10_000.0},
}


def cell(text: str) -> object:
    """A cell of the golden file: blank, a number or text."""
    try:
        return float(text) if text else None
    except ValueError:
        return text


def facts_of(rows: list[dict[str, str]]) -> Table:
    fields: dict[str, object] = {"period": rows[0]["period"] or "2026-06"}
    for row in rows:
        fields |= FIELDS[row["kpi"]](float(row["fact"])) if row["fact"] else dict.fromkeys(FIELDS[row["kpi"]](1.0))
    return [list(fields), list(fields.values())]


def targets_of(rows: list[dict[str, str]]) -> Table:
    return [["KPI", "target", "base", "weight"], *([row["kpi"], *(cell(row[key]) for key in ("target", "base", "weight"))] for row in rows)]


def by_header(table: object) -> list[dict[str, Any]]:
    assert isinstance(table, list)
    keys = ("kpi", "unit", "better", "target", "fact", "gap", "gap_pct", "attainment", "status", "forecast", "forecast_attainment")
    return [dict(zip(keys, row, strict=True)) for row in table[1:]]


def expected(row: dict[str, str], key: str) -> object:
    if key in ("target", "fact"):
        return float(row[key]) if row[key] else "#N/A"
    found = cell(row[key])
    return pytest.approx(found, abs=1e-9) if isinstance(found, float) else found


@pytest.mark.parametrize("row", CASES, ids=lambda row: f"{row['case']}: {row['kpi']}")
def test_the_golden_file_as_a_function(row: dict[str, str]) -> None:
    (line,) = by_header(f.SMM_PLAN(facts_of([row]), targets_of([row]), row["period"] or None, None, row["as_of"] or None))
    assert line["status"] == row["status"]
    for key in SHOWN[:5] + (("forecast",) if row["forecast"] else ()):
        assert line[key] == expected(row, key), key


@pytest.mark.parametrize("row", CASES, ids=lambda row: f"{row['case']}: {row['kpi']}")
def test_the_golden_file_as_a_report(row: dict[str, str]) -> None:
    headers, values = facts_of([row])
    table, (target_headers, *targets) = pd.DataFrame([values], columns=headers), targets_of([row])
    frame = smm_xl.report(table, targets=pd.DataFrame(targets, columns=target_headers), as_of=row["as_of"] or None, period=row["period"] or None)
    line = frame.iloc[0]
    assert line["status"] == row["status"]
    for key in SHOWN[:5] + (("forecast",) if row["forecast"] else ()):
        wanted = expected(row, key)
        assert pd.isna(line[key]) if isinstance(wanted, str) else line[key] == wanted, key


@pytest.mark.parametrize("name", dict.fromkeys(row["scorecard"] for row in CASES if row["scorecard"]))
def test_the_scorecards_of_the_golden_file(name: str) -> None:
    rows = [row for row in CASES if row["scorecard"] == name]
    card = f.SMM_SCORECARD(facts_of(rows), targets_of(rows), None, None, 10000)
    assert isinstance(card, list)
    score, known, bonus = card[-3:]
    assert [score[0], known[0], bonus[0]] == ["score", "known share of the weight", "bonus"]
    assert [score[3], known[3], bonus[3]] == pytest.approx([float(rows[0][key]) for key in ("score", "known", "bonus")])
    lines = card[1:-3]
    assert [line[1] for line in lines] == [float(row["weight"]) for row in rows]
    assert sum(line[3] for line in lines if isinstance(line[3], float)) == pytest.approx(float(rows[0]["score"]))
    headers, values = facts_of(rows)
    target_headers, *targets = targets_of(rows)
    frame = smm_xl.report(pd.DataFrame([values], columns=headers), targets=pd.DataFrame(targets, columns=target_headers))
    assert [frame.attrs["score"], frame.attrs["known_share"]] == pytest.approx([float(rows[0]["score"]), float(rows[0]["known"])])


def test_the_status_agrees_with_the_functions_it_is_made_of() -> None:
    for row in CASES:
        if row["fact"] and row["target"] and row["status"] != "○ no verdict":
            attained = f.SMM_ATTAINMENT(float(row["fact"]), float(row["target"]), row["kpi"], *([float(row["base"])] if row["base"] else []))
            assert f.SMM_STATUS(attained) == row["status"]


# --- headers, languages, bad input ---


def test_the_headers_and_words_of_the_plan_in_both_languages() -> None:
    data, targets = [["month", "leads"], ["2026-06", 90]], [["Показатель", "План"], ["Лиды (заявки)", "100"], ["ctr", "5 %"]]
    english, russian = f.SMM_PLAN(data, targets), f.SMM_PLAN(data, targets, None, None, None, "ru")
    assert isinstance(english, list)
    assert isinstance(russian, list)
    assert english[0] == [
        "KPI", "unit", "better", "target", "fact", "gap", "gap, %", "attainment", "status", "forecast to the end of the period",
        "attainment of the forecast",
    ]  # fmt: skip
    assert russian[1] == ["Лиды (заявки)", "шт.", "больше", 100.0, 90.0, -10.0, -0.1, 0.9, "▲ риск", 90.0, 0.9]
    assert english[2][:5] == ["ctr", "%; gap in pp", "higher", 0.05, "#N/A"]
    assert russian[2][1] == "%; отклонение в п. п."
    assert f.SMM_PLAN(data, targets, None, None, None, "de") == "#VALUE!"


def test_the_borders_of_the_status_are_arguments() -> None:
    data, targets = [["month", "leads"], ["2026-06", 80]], [["KPI", "target"], ["leads", 100]]
    assert by_header(f.SMM_PLAN(data, targets, None, None, None, "en", 0.8, 0.7))[0]["status"] == "● on plan"
    assert by_header(f.SMM_PLAN(data, targets, None, None, None, "en", 0.7, 0.8))[0]["status"] == "#NUM!"


def test_a_name_that_is_no_kpi_stands_with_its_error_and_the_others_are_counted() -> None:
    lines = by_header(f.SMM_PLAN([["month", "leads"], ["2026-06", 90]], [["KPI", "target"], ["cplx", 5], ["leads", 100]]))
    assert [(line["kpi"], line["attainment"]) for line in lines] == [("cplx", "#N/A"), ("leads", 0.9)]


@pytest.mark.parametrize(("target", "error"), [("много", "#VALUE!"), ("1,234", "#VALUE!"), ("#REF!", "#REF!"), (float("inf"), "#NUM!")])
def test_a_bad_target_is_an_error_in_its_line(target: object, error: str) -> None:
    (line,) = by_header(f.SMM_PLAN([["month", "leads"], ["2026-06", 90]], [["KPI", "target"], ["leads", target]]))
    assert (line["target"], line["gap"], line["status"]) == (error, error, error)


@pytest.mark.parametrize("headers", [["KPI", "sum"], ["name of it", "target"], ["KPI", "target", "план"]])
def test_a_table_without_the_columns_of_targets_is_refused(headers: list[str]) -> None:
    assert f.SMM_PLAN([["month", "leads"], ["2026-06", 90]], [headers, ["leads", 1, 1][: len(headers)]]) == "#VALUE!"
    with pytest.raises(smm_xl.InputError, match=r"has no column «(KPI|target)»|both mean target"):
        smm_xl.report(pd.DataFrame({"leads": [1]}), targets=pd.DataFrame([["leads", 1, 1][: len(headers)]], columns=headers))


def test_the_columns_of_targets_are_known_by_many_names() -> None:
    assert columns_of(["Показатель", "План, ₽", "Площадка", "Месяц", "Вес, %", "База"]) == {
        "kpi": 0,
        "target": 1,
        "channel": 2,
        "period": 3,
        "weight": 4,
        "base": 5,
    }
    assert columns_of(["Key", "Goal", "channel", "date"]) == {"kpi": 0, "target": 1, "channel": 2, "period": 3}


def test_an_undefined_fact_shows_its_error_and_not_no_data() -> None:
    (line,) = by_header(f.SMM_PLAN([["month", "spend", "leads"], ["2026-06", 90, 0]], [["KPI", "target"], ["cpl", 100]]))
    assert (line["fact"], line["status"]) == ("#DIV/0!", "#DIV/0!")


def test_two_targets_for_the_same_are_an_error() -> None:
    (line,) = by_header(f.SMM_PLAN([["month", "leads"], ["2026-06", 90]], [["KPI", "target"], ["leads", 100], ["заявки", 120]]))
    assert line["target"] == "#VALUE!"


# --- targets of longer periods and of all channels ---

MONTHS = ["2026-01", "2026-02", "2026-03"]
FACTS: Table = [["month", "spend", "leads", "followers"], ["2026-01", 100, 1, 10], ["2026-02", 300, 2, 20], ["2026-03", 500, 3, 30]]


def monthly(**targets: list[object]) -> Table:
    return [["KPI", "target", "period"], *([key, value, month] for key, values in targets.items() for month, value in zip(MONTHS, values, strict=True))]


def quarter_target(targets: Table, kpi: str) -> object:
    return next(line["target"] for line in by_header(f.SMM_PLAN(FACTS, targets, "2026-Q1")) if line["kpi"] == kpi)


def test_the_target_of_a_quarter_is_the_sum_of_its_months_for_what_adds_up() -> None:
    assert quarter_target(monthly(leads=[1, 2, 3]), "leads") == 6.0
    assert quarter_target([*monthly(leads=[1, 2, 3]), ["leads", 7, "2026-Q1"]], "leads") == 7.0
    assert quarter_target(monthly(leads=[1, None, 3]), "leads") == "#N/A"
    assert quarter_target([*monthly(leads=[1, None, 3]), ["leads", 50, None]], "leads") == "#N/A"
    assert quarter_target([["KPI", "target"], ["leads", 50]], "leads") == 50.0


def test_the_target_of_a_year_is_that_of_its_quarters_and_months() -> None:
    quarters: Table = [["KPI", "target", "period"], *(["leads", place, f"2026-Q{place}"] for place in (2, 3, 4)), *(["leads", 10, month] for month in MONTHS)]
    assert by_header(f.SMM_PLAN(FACTS, quarters, "2026"))[0]["target"] == 39.0


def test_the_target_of_followers_in_a_quarter_is_that_of_its_last_month() -> None:
    assert quarter_target(monthly(followers=[11, 22, 33]), "followers") == 33.0


def test_the_target_of_a_ratio_is_weighted_by_the_plan_of_its_parts_and_never_a_mean() -> None:
    ratios: list[object] = [100, 150, 500 / 3]
    # all spend planned by all leads planned; the mean of the months would be 138.89
    assert quarter_target(monthly(cpl=ratios, spend=[100, 300, 500], leads=[1, 2, 3]), "cpl") == 150.0
    assert quarter_target(monthly(cpl=ratios, leads=[1, 2, 3]), "cpl") == pytest.approx(150.0)
    assert quarter_target(monthly(cpl=ratios, spend=[100, 300, 500]), "cpl") == pytest.approx(150.0)
    assert quarter_target(monthly(cpl=ratios), "cpl") == "#N/A"
    assert quarter_target([*monthly(cpl=ratios), ["cpl", 140, "1 кв. 2026"]], "cpl") == 140.0
    assert quarter_target(monthly(leads=[1, 2, 3]) + [["reach", 5, month] for month in MONTHS], "reach") == "#N/A"


def test_the_base_goes_with_its_target() -> None:
    targets: Table = [["KPI", "target", "period", "base"], *(["leads", 10 + place, month, 5] for place, month in enumerate(MONTHS))]
    facts: Table = [["month", "leads"], *([month, 8] for month in MONTHS)]
    (line,) = by_header(f.SMM_PLAN(facts, targets, "2026-Q1"))
    assert (line["target"], line["attainment"]) == (33.0, (24 - 15) / (33 - 15))
    targets[2][3] = None
    assert by_header(f.SMM_PLAN(facts, targets, "2026-Q1"))[0]["attainment"] == "#N/A"


CHANNELS: Table = [["month", "channel", "spend", "leads"], ["2026-06", "VK", 300, 10], ["2026-06", "Telegram", 100, 5]]


def test_the_target_of_all_channels_is_the_sum_where_each_has_one() -> None:
    targets: Table = [["KPI", "target", "channel"], ["leads", 20, "vk"], ["leads", 10, "Telegram"], ["spend", 400, "VK"]]
    total = {line["kpi"]: line["target"] for line in by_header(f.SMM_PLAN(CHANNELS, targets))}
    assert total == {"leads": 30.0, "spend": "#N/A"}
    (leads, spend) = by_header(f.SMM_PLAN(CHANNELS, targets, None, "VK"))
    assert (leads["target"], leads["fact"], leads["attainment"], spend["target"]) == (20.0, 10.0, 0.5, 400.0)


def test_a_target_of_all_channels_is_not_that_of_one() -> None:
    targets: Table = [["KPI", "target", "channel"], ["leads", 30, None], ["leads", 10, "Telegram"]]
    assert by_header(f.SMM_PLAN(CHANNELS, targets))[0]["target"] == 30.0
    assert by_header(f.SMM_PLAN(CHANNELS, targets, None, "VK"))[0]["target"] == "#N/A"
    frame = smm_xl.report(pd.DataFrame(CHANNELS[1:], columns=CHANNELS[0]), "channel", targets=pd.DataFrame({"KPI": ["leads"], "target": [30]}))
    assert frame["target"].isna().all()


# --- forecast and part periods ---


def june(last_day: int) -> Table:
    return [["date", "spend", "leads"], *([dt.date(2026, 6, day), 100, 2] for day in range(1, last_day + 1))]


def test_a_part_period_is_marked_and_forecast_from_the_last_day_of_the_data() -> None:
    plan = f.SMM_PLAN(june(15), [["KPI", "target"], ["leads", 60], ["cpl", 50], ["spend", 2500]], "2026-06")
    assert isinstance(plan, list)
    assert plan[0][4] == "fact (part period, to 2026-06-15)"
    assert [(line["fact"], line["forecast"], line["forecast_attainment"]) for line in by_header(plan)] == [
        (30.0, 60.0, 1.0),
        (50.0, 50.0, 1.0),
        (1500.0, 3000.0, 1.2),
    ]
    whole = f.SMM_PLAN(june(30), [["KPI", "target"], ["leads", 60]], "2026-06")
    assert isinstance(whole, list)
    assert (whole[0][4], whole[1][9]) == ("fact", 60.0)


def test_days_that_are_not_reported_yet_do_not_count_as_passed() -> None:
    data = june(15)
    for row in data[11:]:
        row[2] = None  # leads of the last five days are not in yet
    leads, spend = by_header(f.SMM_PLAN(data, [["KPI", "target"], ["leads", 60], ["spend", 2500]], "2026-06"))
    assert (leads["fact"], leads["forecast"], spend["forecast"]) == (20.0, 60.0, 3000.0)


def test_a_day_without_a_row_is_a_day_on_which_nothing_happened() -> None:
    data: Table = [["date", "channel", "leads"], ["2026-05-10", "VK", 31], ["2026-06-10", "VK", 20], ["2026-06-15", "Telegram", 5]]
    targets = [["KPI", "target"], ["leads", 60]]
    # May is over, because the data goes on in June; in June the data of all channels ends on the 15th
    may, june_of_vk = f.SMM_PLAN(data, targets, "2026-05"), f.SMM_PLAN(data, targets, "2026-06", "VK")
    assert isinstance(may, list)
    assert isinstance(june_of_vk, list)
    assert (may[0][4], may[1][9]) == ("fact", 31.0)
    assert (june_of_vk[0][4], june_of_vk[1][9]) == ("fact (part period, to 2026-06-15)", 40.0)
    only_vk = [row for row in data if row[1] != "Telegram"]
    assert by_header(f.SMM_PLAN(only_vk, targets, "2026-06"))[0]["forecast"] == 60.0
    vk = smm_xl.report(pd.DataFrame(data[1:], columns=data[0]), "month, channel", targets=pd.DataFrame({"KPI": ["leads"], "target": [60]}))
    assert dict(zip(zip(vk["month"], vk["channel"], strict=True), vk["forecast"], strict=True)) == {
        ("2026-05", "VK"): 31.0, ("2026-06", "Telegram"): 10.0, ("2026-06", "VK"): 40.0,
    }  # fmt: skip
    assert by_header(f.SMM_PLAN(data, targets, "2026-06", "VK", "2026-06-20"))[0]["forecast"] == 30.0


def test_the_day_of_the_data_says_how_far_a_monthly_row_goes_and_leaves_out_later_rows() -> None:
    monthly_row: Table = [["period", "leads"], ["2026-06", 30], ["2026-07", 5]]
    line, *_ = by_header(f.SMM_PLAN(monthly_row, [["KPI", "target"], ["leads", 60]], "2026-Q2", None, "15.06.2026"))
    assert line["forecast"] == pytest.approx(30 / 76 * 91)
    first, *_ = by_header(f.SMM_PLAN(june(15), [["KPI", "target"], ["leads", 60]], "2026-06", None, 46183))  # 10 June 2026
    assert (first["fact"], first["forecast"]) == (20.0, 60.0)
    assert f.SMM_PLAN(june(15), [["KPI", "target"], ["leads", 60]], "2026-06", None, "06/15/2026") == "#VALUE!"


def test_a_monthly_row_beside_daily_ones_has_no_forecast_until_its_day_is_said() -> None:
    ads = pd.DataFrame({"date": pd.date_range("2026-06-01", "2026-06-15"), "spend": 100})
    crm = pd.DataFrame({"month": ["2026-06"], "leads": [30]})
    targets = pd.DataFrame({"KPI": ["spend", "leads", "cpl"], "target": [3000, 60, 50]})
    frame = smm_xl.report({"ads": ads, "crm": crm}, targets=targets)
    assert frame["forecast"].tolist() == pytest.approx([3000.0, float("nan"), float("nan")], nan_ok=True)
    said = smm_xl.report({"ads": ads, "crm": crm}, targets=targets, as_of="2026-06-15")
    assert said["forecast"].tolist() == [3000.0, 60.0, 50.0]
    assert "2026-06 is a part period: the data ends on 2026-06-15" in said.attrs["notes"]


def test_without_dates_there_is_no_forecast() -> None:
    (line,) = by_header(f.SMM_PLAN([["leads"], [5]], [["KPI", "target"], ["leads", 10]]))
    assert (line["fact"], line["forecast"]) == (5.0, "#N/A")


def test_a_period_without_rows_has_no_data() -> None:
    (line,) = by_header(f.SMM_PLAN(june(15), [["KPI", "target"], ["leads", 10]], "2026-08"))
    assert (line["target"], line["fact"], line["status"], line["forecast"]) == (10.0, "#N/A", "— no data", "#N/A")


# --- reports ---

ADS = pd.DataFrame({"date": ["2026-01-05", "2026-02-05", "2026-02-06"], "channel": ["VK", "VK", "Telegram"], "spend": [100, 200, 300], "leads": [1, 4, 5]})


def test_a_report_by_channel_and_month_has_a_row_for_each_group_and_kpi() -> None:
    targets = pd.DataFrame(
        {
            "KPI": ["leads", "leads", "leads", "cpl"],
            "target": [2, 4, 8, 60],
            "channel": ["VK", "VK", "TikTok", "Telegram"],
            "period": ["2026-01", "2026-02", "2026-02", None],
        }
    )
    frame = smm_xl.report(ADS, "month, channel", targets=targets)
    assert frame[["month", "channel", "kpi"]].to_numpy().tolist() == [
        ["2026-01", "VK", "leads"], ["2026-01", "VK", "cpl"], ["2026-02", "Telegram", "leads"], ["2026-02", "Telegram", "cpl"],
        ["2026-02", "TikTok", "leads"], ["2026-02", "TikTok", "cpl"], ["2026-02", "VK", "leads"], ["2026-02", "VK", "cpl"],
    ]  # fmt: skip
    status = dict(zip(zip(frame["month"], frame["channel"], frame["kpi"], strict=True), frame["status"], strict=True))
    assert status["2026-01", "VK", "leads"] == "■ behind"
    assert status["2026-02", "VK", "leads"] == "● on plan"
    assert status["2026-02", "Telegram", "cpl"] == "● on plan"
    assert status["2026-02", "TikTok", "leads"] == "— no data"


def test_some_channels_have_the_sum_of_their_targets() -> None:
    targets = pd.DataFrame({"KPI": ["leads"] * 3, "target": [10, 20, 100], "channel": ["VK", "Telegram", None]})
    both = smm_xl.report(ADS, targets=targets, where={"channel": ["VK", "Telegram"]})
    assert (both["target"].iloc[0], both["fact"].iloc[0]) == (30.0, 10.0)
    one = smm_xl.report(ADS, targets=targets, where={"channel": "VK"})
    assert (one["target"].iloc[0], one["fact"].iloc[0]) == (10.0, 5.0)


def test_a_report_says_what_its_targets_are_held_against() -> None:
    frame = smm_xl.report(ADS, targets=pd.DataFrame({"KPI": ["leads"], "target": [12]}), language="ru")
    assert frame.attrs["notes"][0] == "планы сравниваются с периодом 2026-01-01..2026-02-28"


def test_a_share_typed_as_a_whole_number_is_named() -> None:
    data = pd.DataFrame({"clicks": [100], "leads": [4]})
    frame = smm_xl.report(data, targets=pd.DataFrame({"KPI": ["cr_click_lead"], "target": [5]}))
    assert frame.attrs["notes"] == ["cr_click_lead: the target is 500%; if 5 % is meant, write 5% or 0.05"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"KPI": "cplx"}, "table «targets», row 1, column «KPI»: unknown KPI «cplx»; did you mean cpl?"),
        ({"KPI": "reach_bounds"}, "table «targets», row 1, column «KPI»: reach_bounds has two values and takes no target; take the row out"),
        ({"KPI": None}, "table «targets», row 1, column «KPI»: the name of the KPI is missing; write its key or name"),
        (
            {"target": "many"},
            "table «targets», row 1, column «target»: «many» is not accepted here; write a number such as 1500 or 5 %, or leave the cell blank",
        ),
        (
            {"target": "1,234"},
            "table «targets», row 1, column «target»: «1,234» can be read in two ways; say --decimal point or --decimal comma (decimal= in Python)",
        ),
        ({"period": "Juny"}, "table «targets», row 1, column «period»: «Juny» is no period; write 2026-03, 2026-Q1 or 2026"),
        ({"weight": -1}, "table «targets», row 1, column «weight»: a weight cannot be below 0; write 0 or a positive number"),
        (
            {"weight": "half"},
            "table «targets», row 1, column «weight»: «half» is not accepted here; write a number such as 1500 or 5 %, or leave the cell blank",
        ),
    ],
)
def test_a_bad_cell_of_the_targets_is_named_with_its_place(change: dict[str, object], message: str) -> None:
    row = {"KPI": "leads", "target": 5, "period": "2026-01", "weight": 1} | change
    with pytest.raises(smm_xl.InputError) as caught:
        smm_xl.report(ADS, targets=pd.DataFrame([row]))
    assert str(caught.value) == message


def test_what_does_not_go_together_is_refused() -> None:
    targets = pd.DataFrame({"KPI": ["leads"], "target": [12]})
    with pytest.raises(smm_xl.InputError, match="compare and targets do not go together"):
        smm_xl.report(ADS, "month", targets=targets, compare="previous")
    with pytest.raises(smm_xl.InputError, match="targets are not set by date; group and filter by channel, month, quarter, year"):
        smm_xl.report(ADS, "date", targets=targets)
    with pytest.raises(smm_xl.InputError, match="as_of goes with targets"):
        smm_xl.report(ADS, as_of="2026-01-05")
    with pytest.raises(smm_xl.InputError, match="as_of «05/01/2026» is no date"):
        smm_xl.report(ADS, targets=targets, as_of="05/01/2026")
    with pytest.raises(smm_xl.InputError, match="no target for cpl in the table of targets"):
        smm_xl.report(ADS, kpis="cpl", targets=targets)
    with pytest.raises(smm_xl.InputError, match=r"row 1.* and .*row 2.*: two targets of leads .*; leave one"):
        smm_xl.report(ADS, targets=pd.DataFrame({"KPI": ["leads", "заявки"], "target": [12, 13]}))


def random_case(seed: int) -> tuple[Table, Table, dict[str, Any]]:
    """A small table of daily or monthly rows of two channels with blanks, targets of all kinds, and what is asked for."""
    chance = random.Random(seed)
    daily = chance.random() < 0.5
    moments = [
        (f"{month}-{day:02}" if day else month, channel)
        for month in MONTHS
        for channel in ("VK", "Telegram")
        for day in (chance.sample(range(1, 28), 2) if daily else [0])
    ]
    rows = [[*moment, *(chance.choice([None, 0, 1, 2, 5, 10]) for _ in range(5))] for moment in moments if chance.random() < 0.8]
    channels = ("VK", "Telegram", None) if chance.random() < 0.5 else (None,)
    periods = (*MONTHS, "2026-Q1", None) if chance.random() < 0.6 else (None,)
    kpis = ("leads", "spend", "cpl", "followers", "cr_click_lead", "cac")
    targets = [
        [kpi, chance.choice([None, 0, 1, 4, 10, 100]), channel, period, chance.choice([None, 1, 2]), chance.choice([None, None, 2])]
        for kpi, channel, period in itertools.product(kpis, channels, periods)
        if chance.random() < 0.5
    ]
    headers = ["date" if daily else "month", "channel", "spend", "leads", "clicks", "followers", "customers"]
    asked = {"period": chance.choice([None, "2026-Q1", "2026-02"]), "channel": chance.choice([None, "VK"]), "as_of": chance.choice([None, "2026-02-14"])}
    return [headers, *rows], [["KPI", "target", "channel", "period", "weight", "base"], *targets], asked


def test_the_function_and_the_report_give_the_same_plan() -> None:
    compared = 0
    for seed in range(150):
        (headers, *rows), (target_headers, *targets), asked = random_case(seed)
        by_function = f.SMM_PLAN([headers, *rows], [target_headers, *targets], asked["period"], asked["channel"], asked["as_of"])
        where = {"channel": asked["channel"]} if asked["channel"] else None
        try:
            frame = smm_xl.report(
                pd.DataFrame(rows, columns=headers),
                targets=pd.DataFrame(targets, columns=target_headers),
                period=asked["period"],
                where=where,
                as_of=asked["as_of"],
            )
        except smm_xl.InputError:  # no rows in the period, no such channel
            assert isinstance(by_function, str) or {line["fact"] for line in by_header(by_function)} <= {"#N/A"}
            continue
        for line, (_, row) in zip(by_header(by_function), frame.iterrows(), strict=True):
            compared += 1
            for key, value in line.items():
                if isinstance(value, float):
                    assert row[key] == pytest.approx(value, rel=1e-9, abs=1e-12), (seed, key)
                elif value.startswith("#") and key != "status":
                    assert pd.isna(row[key]), (seed, key)
                else:
                    assert row[key] == value, (seed, key)
    assert compared > 300


def test_a_channel_that_is_asked_for_keeps_its_targets_where_it_has_no_rows_yet() -> None:
    targets = pd.DataFrame({"KPI": ["leads", "leads"], "target": [10, 20], "channel": ["VK", "Telegram"]})
    frame = smm_xl.report(ADS, targets=targets, where={"channel": "Telegram"}, as_of="2026-01-31", period="2026-02")
    assert (frame["target"].iloc[0], frame["status"].iloc[0]) == (20.0, "— no data")
    both = smm_xl.report(ADS, targets=targets, where={"channel": ["VK", "Telegram"]}, period="2026-01")
    assert (both["target"].iloc[0], both["fact"].iloc[0]) == (30.0, 1.0)


# --- the command ---


@pytest.fixture
def plan_files(tmp_path: Path) -> tuple[Path, Path]:
    data, targets = tmp_path / "ads.csv", tmp_path / "targets.csv"
    ADS.to_csv(data, index=False)
    targets.write_text("KPI;План;Вес;База\nзаявки;12;60;\ncpl;60,50;40;\nspend;500;;\nctr;1,5%;;\n", encoding="utf-8")
    return data, targets


def test_the_command_prints_the_plan_in_the_language(run: Run, plan_files: tuple[Path, Path]) -> None:
    data, targets = map(str, plan_files)
    printed = run("report", data, "--targets", targets, "--lang", "ru")
    assert printed.exit_code == 0
    assert "отставание" in printed.stdout
    assert "без оценки" in printed.stdout
    assert "оценка: 90,3 %" in printed.stdout  # (10/12 * 60 + 60.5/60 * 40) / 100
    assert "известная доля веса: 100,0 %" in printed.stdout


def test_the_command_as_json_and_csv(run: Run, plan_files: tuple[Path, Path]) -> None:
    data, targets = map(str, plan_files)
    document = json.loads(run("report", data, "--targets", targets, "--format", "json", "--kpi", "leads,ctr").stdout)
    rows = document["rows"]
    assert rows[0] | {"forecast": None, "forecast_attainment": None} == {
        "kpi": "leads", "unit": "count", "better": "higher", "target": 12.0, "fact": 10.0, "gap": -2.0, "gap_pct": pytest.approx(-1 / 6),
        "attainment": pytest.approx(10 / 12), "status": "■ behind", "forecast": None, "forecast_attainment": None,
    }  # fmt: skip
    assert (rows[1]["fact"], rows[1]["status"]) == (None, "— no data")
    assert (document["schema"], document["total"]) == (1, {"score": pytest.approx(10 / 12), "known_share": 1.0})
    assert "the targets are held against 2026-01-01..2026-02-28" in document["notes"]
    assert document["recognised"] == [
        {"source": "ads", "columns": {"date": "date", "channel": "channel", "spend": "spend", "leads": "leads"}, "guessed": [], "ignored": []}
    ]
    table = list(csv.DictReader(io.StringIO(run("report", data, "--targets", targets, "--format", "csv", "--by", "month").stdout)))
    assert [row["month"] for row in table] == ["2026-01"] * 4 + ["2026-02"] * 4


@pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl does not know data bars
def test_the_plan_as_a_workbook(run: Run, plan_files: tuple[Path, Path], tmp_path: Path) -> None:
    data, targets = map(str, plan_files)
    output = tmp_path / "plan.xlsx"
    assert run("report", data, "--targets", targets, "-o", str(output), "--lang", "ru").exit_code == 0
    book = openpyxl.load_workbook(output)
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == ["План-факт", "Диаграммы", "Примечания", "Как считается"]
    rows = [[value for value in row if value is not None] for row in book["План-факт"].iter_rows(min_row=4, values_only=True)]
    assert rows[0] == [
        "KPI",
        "Единица",
        "Лучше",
        "План",
        "Факт",
        "Отклонение",
        "Отклонение, %",
        "Выполнение",
        "Статус",
        "Прогноз на конец периода",
        "Выполнение по прогнозу",
    ]
    assert rows[1][:6] == ["Лиды (заявки)", "шт.", "▲ больше", 12, 10, -2]
    assert rows[1][8] == "■ отставание"
    assert rows[4][:5] == ["CTR", "%", "▲ больше", 0.015, "—"]
    assert ["Оценка", pytest.approx(0.9033333333)] in rows
    assert run("report", data, "--targets", targets, "-o", targets.replace(".csv", ".xlsx")).exit_code == 0
    refused = run("report", data, "--targets", targets, "-o", targets, "--force")
    assert (refused.exit_code, "this is an input" in refused.stderr) == (2, True)


@pytest.mark.filterwarnings("ignore:(Unknown|Conditional Formatting) extension")  # openpyxl does not know data bars
def test_a_gap_of_shares_is_in_points_on_screen_and_in_the_workbook(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("engagements,followers,month\n292,10000,2026-01\n", encoding="utf-8")
    (tmp_path / "t.csv").write_text("KPI,target\ner,2.64%\n", encoding="utf-8")
    arguments = ("report", str(tmp_path / "a.csv"), "--targets", str(tmp_path / "t.csv"))
    printed = run(*arguments, "-o", str(tmp_path / "p.xlsx")).stdout
    assert "+0.28 pp" in printed
    assert "+10.6 %" in printed
    cells = openpyxl.load_workbook(tmp_path / "p.xlsx")["Plan and fact"][5]
    assert cells[6].value == pytest.approx(0.28)
    assert cells[6].number_format.startswith('+0.00" pp"')


def test_targets_may_be_a_sheet_of_a_workbook_and_their_mistakes_name_the_cell(run: Run, plan_files: tuple[Path, Path], tmp_path: Path) -> None:
    data, _ = plan_files
    with pd.ExcelWriter(tmp_path / "book.xlsx") as writer:
        ADS.to_excel(writer, sheet_name="Data", index=False)
        pd.DataFrame({"KPI": ["leads", "cpll"], "План": [12, 60]}).to_excel(writer, sheet_name="Планы", index=False)
    failed = run("report", str(data), "--targets", str(tmp_path / "book.xlsx"), "--targets-sheet", "Планы", "--lang", "ru")
    assert failed.exit_code == 2
    assert "лист «Планы», ячейка A3: не найдено: KPI «cpll»; может быть, cpl?" in failed.stderr
    alone = run("report", str(data), "--as-of", "2026-06-15")
    assert (alone.exit_code, "--as-of and --targets-sheet go with --targets" in alone.stderr) == (2, True)


FUNNEL = ("plan", "--customers", "50", "--cr-lead-customer", "0.2", "--cr-click-lead", "0.05", "--cpc", "40")


def funnel(run: Run, *more: str) -> dict[str, float | None]:
    return {line["key"]: line["value"] for line in json.loads(run(*FUNNEL, *more, "--format", "json").stdout)["rows"]}


def test_the_reverse_funnel_says_what_each_stage_must_be_and_what_a_lead_may_cost(run: Run) -> None:
    assert funnel(run) == {"customers": 50.0, "plan_leads": 250.0, "plan_clicks": 5000.0, "plan_budget": 200000.0, "cpl": 800.0, "max_cpl": None, "cac": 4000.0}
    assert funnel(run, "--aov", "5 000 ₽", "--margin", "40%")["max_cpl"] == 400.0
    printed = run(*FUNNEL, "--lang", "ru", "--aov", "5000", "--margin", "0,4").stdout
    assert "Предельная стоимость заявки" in printed
    assert "план убыточен" in printed
    assert "at least 4000.00 of gross profit" in run(*FUNNEL).stdout
    assert "loses money" not in run(*FUNNEL, "--aov", "50000", "--margin", "0.4").stdout


def test_the_reverse_funnel_as_a_document_has_no_total_and_no_sources(run: Run) -> None:
    document = json.loads(run(*FUNNEL, "--format", "json").stdout)
    assert document["rows"][1] == {"key": "plan_leads", "name": "Leads needed", "value": 250.0, "formula": "ROUNDUP(customers / cr_lead_customer)"}
    assert (document["schema"], document["total"], document["recognised"]) == (1, {}, [])
    assert document["notes"] == [
        "the break-even cost per lead is not known without --aov and --margin; each customer must bring at least 4000.00 of gross profit"
    ]


def test_the_reverse_funnel_as_files(run: Run, tmp_path: Path) -> None:
    assert "written: funnel.xlsx" in run(*FUNNEL, "-o", "funnel.xlsx").stderr
    book = openpyxl.load_workbook(tmp_path / "funnel.xlsx")
    assert book.sheetnames == ["Reverse funnel", "Notes"]
    rows = [row[1:4] for row in book["Reverse funnel"].iter_rows(min_row=4, values_only=True)]
    assert rows[:2] == [("Name", "Value", "Formula"), ("Customers wanted", 50, "the goal")]
    assert rows[6][:2] == ("Break-even cost per lead", "—")
    assert run(*FUNNEL, "-o", "funnel.csv").exit_code == 0
    table = list(csv.reader(io.StringIO((tmp_path / "funnel.csv").read_text(encoding="utf-8-sig"))))
    assert table[:2] == [["key", "name", "value", "formula"], ["customers", "Customers wanted", "50.0", "the goal"]]
    refused = run(*FUNNEL, "-o", "funnel.csv")
    assert (refused.exit_code, "the file is already there" in refused.stderr) == (2, True)
    assert run(*FUNNEL, "-o", "funnel.csv", "--force").exit_code == 0


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--customers", "много", "--customers: «много» is not accepted"),
        ("--cr-lead-customer", "20", "a share above 0 and at most 1"),
        ("--cpc", "-1", "--cpc: «-1» is not accepted"),
    ],
)
def test_a_bad_number_of_the_funnel_is_named_by_its_option(run: Run, option: str, value: str, told: str) -> None:
    arguments = list(FUNNEL)
    arguments[arguments.index(option) + 1] = value
    failed = run(*arguments)
    assert (failed.exit_code, told in failed.stderr) == (2, True)


def test_the_reference_tells_of_each_goal_function_when_to_use_it_and_what_goes_wrong(run: Run) -> None:
    for language, use, pitfalls in (("en", "when to use:", "pitfalls:"), ("ru", "когда нужно:", "подводные камни:")):
        printed = run("kpis", "--group", "goals", "--lang", language).stdout
        assert printed.count(use) == printed.count(pitfalls) == len(calculations.entries(Group.GOALS))
    assert run("calc", "attainment", "360", "300", "cpl").stdout == "0.833333333333333\n"
    assert f.SMM_INFO("SMM_SCORE", "pitfalls") != ""
    listed = f.SMM_LIST("statistics", "ru")
    assert isinstance(listed, list)
    assert [row[1] for row in listed[1:]] == [row["function"] for row in golden("kpis.csv", ";") if row["group"] == "statistics"]
