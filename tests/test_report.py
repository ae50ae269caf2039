"""Reports from dataframes: grouping, filters, several tables, comparison, refusals."""

from __future__ import annotations

from random import Random
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

import smm_xl
from smm_xl import functions as f
from smm_xl.catalog.definitions import FIELDS, KPIS
from smm_xl.catalog.kpi import Limits

Frame = pd.DataFrame
NAN = float("nan")


def records(frame: Frame) -> list[dict[str, Any]]:
    return [{str(key): None if value != value else value for key, value in row.items()} for row in frame.to_dict("records")]


def notes(frame: Frame) -> list[str]:
    return list(frame.attrs["notes"])


ADS = Frame(
    {
        "Дата": ["2026-01-10", "2026-01-20", "2026-02-10", "2026-02-20"],
        "Канал": ["VK", "Telegram", "VK", "Telegram"],
        "Кампания": [916, 1178, 916, 936],
        "Расход": [100, 50, 200, 80],
        "Клики": [10, 10, 40, 8],
        "Заявки": [5, 0, 10, None],
    }
)


def test_by_campaign_ids_are_text_and_in_natural_order() -> None:
    report = smm_xl.report(ADS, by="campaign", kpis="cpc,cpl")
    assert records(report) == [
        {"campaign": "916", "cpc": 6.0, "cpl": 20.0},
        {"campaign": "936", "cpc": 10.0, "cpl": None},
        {"campaign": "1178", "cpc": 5.0, "cpl": None},
    ]
    assert report.attrs["total"] == {"cpc": 430 / 68, "cpl": 350 / 15}


def test_by_several_dimensions_in_the_order_that_was_asked_for() -> None:
    assert records(smm_xl.report(ADS, by=["month", "канал"], kpis="spend")) == [
        {"month": "2026-01", "channel": "Telegram", "spend": 50.0},
        {"month": "2026-01", "channel": "VK", "spend": 100.0},
        {"month": "2026-02", "channel": "Telegram", "spend": 80.0},
        {"month": "2026-02", "channel": "VK", "spend": 200.0},
    ]


@pytest.mark.parametrize(("by", "labels"), [("date", 4), ("month", ["2026-01", "2026-02"]), ("quarter", ["2026-Q1"]), ("year", ["2026"]), ("период", 2)])
def test_by_time(by: str, labels: list[str] | int) -> None:
    report = smm_xl.report(ADS, by=by, kpis="spend")
    found = report.iloc[:, 0].tolist()
    assert (found if isinstance(labels, list) else len(found)) == labels


def test_without_kpis_all_that_can_be_counted_in_the_order_of_the_catalog() -> None:
    assert list(smm_xl.report(ADS)) == ["clicks", "leads", "cr_click_lead", "spend", "total_cost", "cpc", "cpl"]


@pytest.mark.parametrize(
    ("where", "spend"),
    [({"channel": "VK"}, 300.0), ({"канал": "vk"}, 300.0), ({"channel": ["VK", "Telegram"]}, 430.0), ({"month": "2026-01"}, 150.0),
     ({"channel": "VK", "period": "2026-02"}, 200.0), ({"campaign": "916"}, 300.0), ({"date": "2026-01-10"}, 100.0)],
)  # fmt: skip
def test_filters(where: dict[str, Any], spend: float) -> None:
    assert records(smm_xl.report(ADS, kpis="spend", where=where)) == [{"spend": spend}]


@pytest.mark.parametrize(
    ("period", "spend"), [("2026-01", 150.0), ("2026-Q1", 430.0), ("2026", 430.0), ("2026-01-20..2026-02-10", 250.0), ("январь 2026", 150.0)]
)
def test_a_period(period: str, spend: float) -> None:
    assert records(smm_xl.report(ADS, kpis="spend", period=period)) == [{"spend": spend}]


def test_blank_dimension_values_are_a_group_at_the_end() -> None:
    frame = Frame({"channel": ["VK", None, "  ", float("nan")], "spend": [1, 2, 4, 8]})
    assert records(smm_xl.report(frame, by="channel", kpis="spend")) == [{"channel": "VK", "spend": 1.0}, {"channel": None, "spend": 14.0}]


def test_the_data_is_not_changed() -> None:
    before = ADS.copy(deep=True)
    smm_xl.report(ADS, by="month", compare="previous")
    pd.testing.assert_frame_equal(ADS, before)


@pytest.mark.parametrize("dtype", ["float64", "int64", "Int64", "Float64", "object", "str", "category", "float32", "int64[pyarrow]"])
def test_columns_of_any_number_type(dtype: Any) -> None:
    frame = Frame({"spend": pd.Series([1, 2, 3]).astype(dtype), "clicks": [1, 1, 1]}).set_axis([7, 7, 9])
    assert records(smm_xl.report(frame, kpis="cpc")) == [{"cpc": 2.0}]


@pytest.mark.parametrize(
    "dates",
    [
        pd.to_datetime(pd.Series(["2026-01-31", None, "2026-02-01"])),
        pd.to_datetime(pd.Series(["2026-01-31T23:30:00+03:00", None, "2026-02-01T00:30:00+03:00"])),
        pd.array(["2026-01-31", None, "2026-02-01"], dtype="str"),
        [pd.Timestamp("2026-01-31").date(), None, pd.Timestamp("2026-02-01").date()],
    ],
    ids=["datetime64", "with time zone", "text", "dates"],
)
def test_dates_of_any_type(dates: Any) -> None:
    frame = Frame({"date": dates, "spend": [1, 2, 4]})
    assert records(smm_xl.report(frame, by="month", kpis="spend")) == [
        {"month": "2026-01", "spend": 1.0},
        {"month": "2026-02", "spend": 4.0},
        {"month": None, "spend": 2.0},
    ]


# --- stocks and shared figures ---

STOCKS = Frame(
    {
        "period": ["2026-01", "2026-02", "2026-01", "2026-02"],
        "channel": ["VK", "VK", "Telegram", "Telegram"],
        "followers": [1000, 1100, 300, None],
        "new_followers": [50, 110, 30, 40],
        "all_visits": [5000, 6000, 5000, 6000],
        "visits": [100, 200, 50, 60],
        "days": [31, 28, 31, 28],
        "likes": [10, 11, 3, 4],
        "comments": 0,
        "reposts": 0,
    }
)


def test_followers_are_the_last_known_value_of_each_channel_and_are_then_added() -> None:
    report = smm_xl.report(STOCKS, kpis="followers")
    assert records(report) == [{"followers": 1400.0}]
    assert "followers: followers_end of several channels are added as accounts, not as people" in notes(report)
    assert not [note for note in notes(smm_xl.report(STOCKS, by="channel", kpis="growth_rate", where={"channel": "VK"})) if "accounts" in note]
    assert records(smm_xl.report(STOCKS, by="month", kpis="followers")) == [
        {"month": "2026-01", "followers": 1300.0},
        {"month": "2026-02", "followers": 1100.0},
    ]


def test_a_row_without_followers_leaves_the_growth_rate() -> None:
    assert records(smm_xl.report(STOCKS, kpis="growth_rate")) == [{"growth_rate": (50 + 110 + 30) / 1400}]


def test_visits_of_the_site_are_taken_once_and_added_over_time() -> None:
    assert records(smm_xl.report(STOCKS, kpis="traffic_share")) == [{"traffic_share": 410 / 11000}]
    assert records(smm_xl.report(STOCKS, by="channel", kpis="traffic_share")) == [
        {"channel": "Telegram", "traffic_share": 110 / 11000},
        {"channel": "VK", "traffic_share": 300 / 11000},
    ]
    differing = STOCKS.assign(all_visits=[5000, 6000, 5001, 6000])
    report = smm_xl.report(differing, kpis="traffic_share")
    assert records(report) == [{"traffic_share": None}]
    assert "traffic_share: all_visits differs between rows of one moment, though it is one figure for all channels" in notes(report)


def test_days_are_those_of_the_period_and_not_added_over_channels() -> None:
    known = STOCKS.assign(followers=[1000, 1100, 300, 300])
    assert records(smm_xl.report(known, kpis="er_day")) == [{"er_day": 28 / 1400 / 59}]


def test_followers_without_dates_are_refused_with_the_reason() -> None:
    report = smm_xl.report(STOCKS.drop(columns="period").head(2), kpis="followers")
    assert records(report) == [{"followers": None}]
    assert notes(report) == [
        "followers: followers_end has several values for the last moment of a channel, or rows without dates: which one counts is not known"
    ]


def test_a_rate_that_all_rows_share_is_that_rate_and_one_that_differs_is_used_row_by_row_only() -> None:
    frame = Frame({"revenue": [100, 300], "margin": [0.5, 0.1], "spend": [10, 10], "orders": [1, 1], "orders_per_customer": [2, 2]})
    report = smm_xl.report(frame, kpis="romi,ltv")
    assert records(report) == [{"romi": 3.0, "ltv": None}]
    assert "ltv: margin differs between rows and cannot be totalled" in notes(report)
    assert records(smm_xl.report(frame.assign(margin=0.5), kpis="ltv")) == [{"ltv": 200 * 2 * 0.5}]


# --- derived inputs ---


def test_derived_inputs_and_what_the_notes_say_of_them() -> None:
    frame = Frame({"spend": [100, 50], "hours": [2, 1], "hourly_rate": [10, 30], "likes": 5, "comments": 3, "reposts": 2, "revenue": [500, 100], "margin": 0.5})
    report = smm_xl.report(frame, kpis="total_cost,cpe,roi")
    assert records(report) == [{"total_cost": 200.0, "cpe": 7.5, "roi": 0.5}]
    assert notes(report) == [
        "total_cost: content_cost, tools_cost not in the data, counted as 0",
        "engagements: saves not in the data, counted as 0",
        "gross_profit is worked out from revenue, margin",
    ]


def test_without_profit_and_margin_roi_is_unknown() -> None:
    report = smm_xl.report(Frame({"spend": [100], "revenue": [500]}), kpis="roi,roas")
    assert records(report) == [{"roi": None, "roas": 5.0}]
    assert "roi: unknown, because the data has no gross_profit" in notes(report)


def test_parts_fill_what_is_not_given_and_a_blank_part_leaves_its_row() -> None:
    frame = Frame({"spend": [100, 100], "labour_cost": [10, None]})
    assert records(smm_xl.report(frame, kpis="total_cost")) == [{"total_cost": 110.0}]
    assert records(smm_xl.report(frame.assign(total_cost=[NAN, 7.0]), kpis="total_cost")) == [{"total_cost": 117.0}]
    assert records(smm_xl.report(Frame({"visits": [5, None], "clicks": [9, 9], "all_visits": [100, 100]}), kpis="traffic_share")) == [{"traffic_share": 0.14}]


def test_derived_ratios_are_divided_once() -> None:
    frame = Frame({"revenue": [100, 300], "orders": [1, 9], "orders_per_customer": 2, "margin": 0.5, "spend": [30, 50], "customers": [1, 3]})
    assert records(smm_xl.report(frame, kpis="ltv_cac,aov")) == [{"ltv_cac": 40 * 2 * 0.5 / 20, "aov": 40.0}]


# --- several tables ---

CRM = Frame({"month": ["2026-01", "2026-02"], "leads": [10, 20], "customers": [1, 4]})
COSTS = Frame({"date": ["2026-01-05", "2026-02-05", "2026-03-05"], "campaign": ["a", "b", "a"], "spend": [100, 200, 400]})
TIME = Frame({"month": ["2026-01", "2026-02", "2026-02"], "task": ["x", "x", "y"], "hours": [10, 5, 5], "hourly_rate": [10, 10, 20]})


def test_inputs_of_several_tables_are_totalled_by_group_and_month_and_unknown_months_leave() -> None:
    report = smm_xl.report({"ads": COSTS, "crm": CRM}, kpis="cpl,spend")
    assert records(report) == [{"cpl": 10.0, "spend": 700.0}]
    assert "cpl: groups or months left out because one of ads, crm does not know them: 1 (without 2026-03: spend 400.00)" in notes(report)
    assert records(smm_xl.report({"ads": COSTS, "crm": CRM}, by="month", kpis="cpl")) == [
        {"month": "2026-01", "cpl": 10.0},
        {"month": "2026-02", "cpl": 10.0},
        {"month": "2026-03", "cpl": None},
    ]


def test_a_cost_in_several_tables_and_work_by_the_hour() -> None:
    report = smm_xl.report({"ads": COSTS.head(2), "crm": CRM, "effort": TIME}, by="month", kpis="total_cost,cac_full,hours_per_lead")
    assert records(report) == [
        {"month": "2026-01", "total_cost": 200.0, "cac_full": 200.0, "hours_per_lead": 1.0},
        {"month": "2026-02", "total_cost": 350.0, "cac_full": 87.5, "hours_per_lead": 0.5},
    ]


def test_a_table_that_does_not_know_the_groups_makes_the_kpi_unknown_and_says_so() -> None:
    report = smm_xl.report({"ads": COSTS, "crm": CRM}, by="campaign", kpis="cpl,spend")
    assert records(report) == [{"campaign": "a", "cpl": None, "spend": 500.0}, {"campaign": "b", "cpl": None, "spend": 200.0}]
    assert "cpl: unknown by campaign, which the table «crm» does not tell" in notes(report)
    assert report.attrs["total"]["cpl"] == 10.0


def test_files_with_the_same_columns_are_one_table() -> None:
    january = Frame({"Канал": ["VK"], "Расход": ["1 000,50"], "Клики": [10]})
    february = Frame({"channel": ["VK"], "spend": [999.5], "clicks": [10]})
    assert records(smm_xl.report({"jan": january, "feb": february}, kpis="cpc")) == [{"cpc": 100.0}]


def test_an_input_in_two_tables_counts_once_and_the_difference_is_told() -> None:
    channels = Frame({"channel": ["VK"], "spend": [700], "leads": [7]})
    campaigns = Frame({"campaign": ["a", "b"], "spend": [500, 250], "clicks": [50, 25]})
    report = smm_xl.report({"campaigns": campaigns, "channels": channels}, kpis="spend,cpl")
    assert records(report) == [{"spend": 700.0, "cpl": 100.0}]
    assert "spend stands in two tables (channels: 700, campaigns: 750); only channels counts in totals; --from spend=FILE says otherwise" in notes(report)
    by_campaign = smm_xl.report({"campaigns": campaigns, "channels": channels}, by="campaign", kpis="spend")
    assert records(by_campaign) == [{"campaign": "a", "spend": 500.0}, {"campaign": "b", "spend": 250.0}]


def test_a_channel_that_does_not_report_an_input_leaves_the_total_and_is_named() -> None:
    ads = Frame({"channel": ["VK", "Telegram"], "spend": [100, 900]})
    crm = Frame({"channel": ["VK"], "leads": [10]})
    report = smm_xl.report({"ads": ads, "crm": crm}, kpis="cpl")
    assert records(report) == [{"cpl": 10.0}]
    assert "cpl: left out of the total, because an input of theirs is not reported at all: Telegram" in notes(report)
    assert records(smm_xl.report({"ads": ads, "crm": crm}, by="channel", kpis="cpl")) == [{"channel": "Telegram", "cpl": None}, {"channel": "VK", "cpl": 10.0}]


def test_one_figure_of_the_site_stands_beside_each_channel() -> None:
    social = Frame({"channel": ["VK", "Telegram"], "month": "2026-01", "visits": [100, 300]})
    site = Frame({"month": ["2026-01"], "all_visits": [1000]})
    report = smm_xl.report({"social": social, "site": site}, by="channel", kpis="traffic_share")
    assert records(report) == [{"channel": "Telegram", "traffic_share": 0.3}, {"channel": "VK", "traffic_share": 0.1}]
    assert report.attrs["total"] == {"traffic_share": 0.4}


# --- comparison ---

MONTHS = Frame({"month": ["2025-03", "2026-02", "2026-03"], "spend": [50, 100, 150], "clicks": [10, 10, 0]})


def test_compare_by_month_with_the_month_before() -> None:
    assert records(smm_xl.report(MONTHS, by="month", kpis="spend,cpc", compare="previous"))[1:] == [
        {"month": "2026-02", "spend": 100.0, "spend_previous": None, "spend_change": None, "cpc": 10.0, "cpc_previous": None, "cpc_change": None},
        {"month": "2026-03", "spend": 150.0, "spend_previous": 100.0, "spend_change": 0.5, "cpc": None, "cpc_previous": 10.0, "cpc_change": None},
    ]


def test_compare_with_a_year_before() -> None:
    assert records(smm_xl.report(MONTHS, by="month", kpis="spend", compare="year"))[2] == {
        "month": "2026-03", "spend": 150.0, "spend_previous": 50.0, "spend_change": 2.0,
    }  # fmt: skip


def test_compare_one_period_by_channel() -> None:
    assert records(smm_xl.report(ADS, by="channel", kpis="spend", period="2026-02", compare="previous")) == [
        {"channel": "Telegram", "spend": 80.0, "spend_previous": 50.0, "spend_change": pytest.approx(0.6)},
        {"channel": "VK", "spend": 200.0, "spend_previous": 100.0, "spend_change": 1.0},
    ]
    whole = smm_xl.report(ADS, kpis="spend", period="2026-02-05..2026-02-14", compare="previous")
    assert records(whole) == [{"spend": 200.0, "spend_previous": None, "spend_change": None}]
    assert "nothing to compare with: there are no rows for the earlier period" in notes(whole)


def test_a_quarter_that_has_begun_is_compared_with_the_same_part_of_the_one_before() -> None:
    days = pd.date_range("2026-01-01", "2026-05-15")
    frame = Frame({"date": days, "clicks": 1})
    report = smm_xl.report(frame, by="quarter", kpis="clicks", compare="previous")
    assert records(report)[1] == {"quarter": "2026-Q2", "clicks": 45.0, "clicks_previous": 46.0, "clicks_change": pytest.approx(-1 / 46)}
    assert "2026-Q2 is a part period: the data ends on 2026-05-15" in notes(report)


def test_followers_of_the_period_before_keep_their_own_order_in_time() -> None:
    frame = Frame({"date": pd.to_datetime(["2026-01-30", "2026-01-31", "2026-02-28"]), "followers": [100, 110, 120]})
    assert records(smm_xl.report(frame, by="month", kpis="followers", compare="previous"))[1]["followers_previous"] == 110.0


def test_a_total_over_all_months_has_nothing_to_be_compared_with() -> None:
    total = smm_xl.report(MONTHS, by="month", kpis="spend", compare="previous").attrs["total"]
    assert total["spend"] == 300.0
    assert total["spend_previous"] != total["spend_previous"]


def test_dates_at_the_end_of_the_calendar_are_compared_with_nothing() -> None:
    frame = Frame({"date": ["2026-02-28", "2026-03-31", "9999-12-31"], "spend": [1, 3, 5]})
    for by in ("month", "date"):
        assert records(smm_xl.report(frame, by=by, kpis="spend", compare="previous"))[1]["spend"] == 3.0
    assert records(smm_xl.report(frame, kpis="spend", period="2026-03", compare="year"))[0]["spend_previous"] is None
    assert records(smm_xl.report(frame, kpis="spend", period="9999-12", compare="previous"))[0]["spend"] == 5.0


def test_a_whole_period_is_no_part_period_because_the_data_ends_later() -> None:
    frame = Frame({"date": ["2026-02-10", "2026-03-31", "2026-05-20"], "spend": [1, 2, 3]})
    report = smm_xl.report(frame, by="month", kpis="spend", period="2026-03", compare="previous")
    assert records(report) == [{"month": "2026-03", "spend": 2.0, "spend_previous": 1.0, "spend_change": 1.0}]
    assert notes(report) == []


# --- what a review found ---


def test_long_ids_keep_all_digits() -> None:
    frame = Frame({"campaign": [23842704770620123, 23842704770620124], "spend": [1, 2]})
    assert smm_xl.report(frame, by="campaign", kpis="spend")["campaign"].tolist() == ["23842704770620123", "23842704770620124"]


def test_what_a_channel_never_reports_is_told_by_the_whole_table_and_not_by_the_rows_of_a_period() -> None:
    frame = Frame({"month": ["2026-01", "2026-02"], "channel": "VK", "likes": 1, "comments": 1, "reposts": 1, "saves": [None, 5]})
    assert records(smm_xl.report(frame, by="month", kpis="engagements"))[0]["engagements"] is None
    assert records(smm_xl.report(frame, kpis="engagements", period="2026-01"))[0]["engagements"] is None
    table = [list(frame), *frame.astype(object).where(frame.notna(), None).to_numpy().tolist()]
    assert f.SMM_KPI("engagements", table, "2026-01") == "#N/A"
    margins = [["month", "channel", "revenue", "spend", "margin"], ["2026-01", "VK", 300, 100, None], ["2026-02", "TG", 300, 100, 0.4]]
    assert f.SMM_KPI("romi", margins, "2026-01") == "#N/A"
    assert f.SMM_KPI("romi", margins, None, "VK") == "#N/A"


CHANNELS = Frame({"channel": ["VK", "TG"], "spend": [100, 100], "customers": [1, 1], "visits": [10, 30]})


def test_costs_that_are_not_told_by_channel_do_not_count_zero_for_one_channel() -> None:
    effort = Frame({"hours": [10], "hourly_rate": [5]})
    report = smm_xl.report({"channels": CHANNELS, "effort": effort}, kpis="cac_full,spend", where={"channel": "VK"})
    assert records(report) == [{"cac_full": None, "spend": 100.0}]
    assert "cac_full: unknown by channel, which the table «effort» does not tell" in notes(report)
    assert records(smm_xl.report({"channels": CHANNELS, "effort": effort}, kpis="cac_full")) == [{"cac_full": 125.0}]
    site = Frame({"all_visits": [100]})
    assert records(smm_xl.report({"channels": CHANNELS, "site": site}, kpis="traffic_share", where={"channel": "VK"})) == [{"traffic_share": 0.1}]


def test_followers_beside_another_table_are_the_last_of_each_channel_too() -> None:
    channels = Frame({"channel": ["VK", "TG", "VK"], "month": ["2026-01", "2026-01", "2026-02"], "followers": [1000, 500, 1100]})
    posts = Frame({"channel": ["VK", "TG", "VK"], "post": [1, 2, 3], "date": ["2026-01-05", "2026-01-07", "2026-02-05"], "engagements": [16, 16, 16]})
    assert records(smm_xl.report({"channels": channels, "posts": posts}, kpis="er,followers")) == [{"er": 0.03, "followers": 1600.0}]


def test_a_refused_total_is_not_left_out_as_if_it_were_blank() -> None:
    shown = Frame({"month": ["2026-01", "2026-02"], "impressions": [1000, 2000]})
    daily = Frame({"date": ["2026-01-01", "2026-01-15", "2026-02-01"], "reach": [100, 200, 300]})
    for reach in (daily, Frame({"month": ["2026-01", "2026-02"], "reach": [300, 300]})):
        report = smm_xl.report({"channels": shown, "r": reach}, kpis="frequency")
        assert records(report) == [{"frequency": None}]
        assert any(note.startswith("frequency: reach counts people once") for note in notes(report))


def test_a_table_without_channels_does_not_hide_a_channel_that_reports_nothing() -> None:
    tables = {
        "channels": Frame({"channel": ["VK", "TG"], "spend": [100, 500]}),
        "crm": Frame({"channel": ["VK"], "customers": [10]}),
        "effort": Frame({"hours": [1], "hourly_rate": [10]}),
    }
    report = smm_xl.report(tables, kpis="cac_full,cac")
    assert records(report) == [{"cac_full": 11.0, "cac": 10.0}]
    assert "cac_full: left out of the total, because an input of theirs is not reported at all: TG" in notes(report)


def test_a_silent_channel_of_one_table_is_named() -> None:
    frame = Frame({"channel": ["VK", "TG", "TG"], "spend": [100, 50, 60], "leads": [10, None, None]})
    assert notes(smm_xl.report(frame, kpis="cpl")) == [
        "cpl: left out of the total, because an input of theirs is not reported at all: TG",
        "cpl: covers 48 % of spend (100.00 of 210.00); 2 rows have no leads",
    ]


def test_rows_of_quarters_are_brought_together_by_quarter() -> None:
    tables = {"channels": Frame({"period": ["2026-Q1", "2026-Q2"], "spend": [100, 50]}), "crm": Frame({"period": ["2026-Q1"], "leads": [10]})}
    assert records(smm_xl.report(tables, kpis="cpl")) == [{"cpl": 10.0}]
    assert records(smm_xl.report(tables, by="quarter", kpis="cpl")) == [{"quarter": "2026-Q1", "cpl": 10.0}, {"quarter": "2026-Q2", "cpl": None}]
    months = {"channels": Frame({"month": ["2026-01", "2026-02"], "spend": [60, 40]}), "crm": tables["crm"]}
    assert records(smm_xl.report(months, kpis="cpl")) == [{"cpl": 10.0}]


def test_blank_rows_are_no_posts_and_a_blank_count_of_posts_is_none() -> None:
    frame = Frame({"post": ["a", "b", None], "likes": [1, 2, None], "posts": None})
    assert records(smm_xl.report(frame, kpis="posts")) == [{"posts": 2.0}]
    assert f.SMM_REPORT([["post", "likes", "posts"], ["a", 1, None], ["b", 2, None], [None, None, None]], None, "posts") == [["posts"], [2.0]]


def test_bad_cells_after_blank_rows_keep_their_place() -> None:
    with pytest.raises(smm_xl.InputError, match="row 3, column «spend»"):
        smm_xl.report(Frame({"spend": [1, None, "x"]}), kpis="spend")


@pytest.mark.parametrize(
    "years", [[2025, 2026], pd.array([2025, 2026], dtype="Int64"), [2025.0, 2026.0], ["2025", "2026"], pd.period_range("2025", "2026", freq="Y")]
)
def test_years_of_any_type(years: Any) -> None:
    assert smm_xl.report(Frame({"year": years, "spend": [1, 2]}), by="year", kpis="spend")["year"].tolist() == ["2025", "2026"]


def test_groups_do_not_vanish_because_a_kpi_is_unknown_by_them() -> None:
    effort = Frame({"hours": [10], "hourly_rate": [5]})
    report = smm_xl.report({"channels": CHANNELS, "effort": effort}, by="channel", kpis="cac_full")
    assert records(report) == [{"channel": "TG", "cac_full": None}, {"channel": "VK", "cac_full": None}]


def test_a_file_that_goes_on_with_another_one_is_not_lost_because_it_has_one_column_more() -> None:
    january = Frame({"date": ["2026-01-05"], "spend": [150]})
    february = Frame({"date": ["2026-02-05"], "spend": [270], "clicks": [9]})
    for first in (january, january.assign(clicks=None)):
        both = smm_xl.report({"jan": first, "feb": february}, kpis="spend,cpc")
        assert records(both) == [{"spend": 420.0, "cpc": 30.0}]


def test_a_day_is_a_day() -> None:
    for period in ("2026-01-10", "10.01.2026", "2026-01-10..2026-01-10"):
        assert records(smm_xl.report(ADS, kpis="spend", period=period)) == [{"spend": 100.0}]


def test_two_time_dimensions_are_compared_by_the_finer_one() -> None:
    report = smm_xl.report(MONTHS, by="quarter,month", kpis="spend", compare="previous")
    assert records(report)[2] == {"quarter": "2026-Q1", "month": "2026-03", "spend": 150.0, "spend_previous": 100.0, "spend_change": 0.5}


def test_the_decimal_mark_that_one_column_decides_is_that_of_the_file() -> None:
    frame = Frame({"Amount spent": ["1,234.56", "1,000.00"], "Impressions": ["12,400", "1,600"]})
    assert records(smm_xl.report(frame, kpis="cpm,spend")) == [{"cpm": 2234.56 / 14, "spend": 2234.56}]


def test_abbreviated_numbers_are_read_and_reported() -> None:
    report = smm_xl.report(Frame({"spend": ["12 тыс.", "500"]}), kpis="spend")
    assert records(report) == [{"spend": 12500.0}]
    assert "data: abbreviated numbers were read in «spend», such as «12 тыс.» = 12000" in notes(report)


def test_ids_that_a_spreadsheet_has_rounded_are_refused_where_they_matter() -> None:
    frame = Frame({"campaign": [1.7900000000000001e16, 2.0], "spend": [1, 2]})
    assert records(smm_xl.report(frame, kpis="spend")) == [{"spend": 3.0}]
    with pytest.raises(smm_xl.InputError, match="a spreadsheet has rounded it: export as CSV"):
        smm_xl.report(frame, by="campaign", kpis="spend")


def test_odd_values_are_refused_and_not_confused() -> None:
    for odd in (True, [1], {"a": 1}):
        with pytest.raises(smm_xl.InputError, match="row 2, column «spend»"):
            smm_xl.report(Frame({"spend": [1, odd]}), kpis="spend")
    assert records(smm_xl.report(Frame({"campaign": [916, 1], "spend": [1, 2]}), kpis="spend", where={"campaign": [916]})) == [{"spend": 1.0}]  # type: ignore[list-item]


# --- refusals ---


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: smm_xl.report(ADS, kpis="clp"), "unknown KPI «clp»; did you mean cpl?"),
        (lambda: smm_xl.report(ADS, by="chanel"), "unknown grouping «chanel»; did you mean channel?"),
        (lambda: smm_xl.report(ADS, columns={"leeds": "Заявки"}), "unknown field «leeds»; did you mean leads?"),
        (lambda: smm_xl.report(ADS, columns={"leads": "Заявкы"}), "unknown column «Заявкы»; did you mean Заявки?"),
        (lambda: smm_xl.report(ADS, where={"channel": "VKK"}), "unknown channel «VKK»; did you mean VK?"),
        (lambda: smm_xl.report(ADS, kpis="roas"), "nothing can be counted: roas needs revenue. Columns found: «Дата», «Канал»"),
        (lambda: smm_xl.report(Frame({"x": [1]})), "nothing can be counted: no column is a known field. Columns found: «x»"),
        (lambda: smm_xl.report(ADS, by="post", kpis="cpc"), "no column tells the post; columns found: «Дата»"),
        (lambda: smm_xl.report(ADS, period="2027"), "no rows in 2027; the data covers 2026-01-10..2026-02-20"),
        (lambda: smm_xl.report(ADS, period="весной"), "period «весной» is not understood"),
        (lambda: smm_xl.report(ADS, compare="previous"), "compare needs to know which period"),
        (lambda: smm_xl.report(ADS.drop(columns="Дата"), period="2026"), "table «data» has no dates"),
        (lambda: smm_xl.report(Frame({"period": ["2026-Q1"], "spend": [1]}), by="month"), "a row covers more than one month"),
        (lambda: smm_xl.report(Frame({"period": ["2026-Q1"], "spend": [1]}), period="2026-02"), "table «data»: some rows lie only partly in 2026-02"),
        (lambda: smm_xl.report(Frame({"clicks": [1, -5]})), r"table «data», row 2, column «clicks»: «-5» is not accepted here; accepted: zero or a positive"),
        (lambda: smm_xl.report(Frame({"spend": [1, np.inf]})), "table «data», row 2, column «spend»: «inf» is not accepted here"),
        (lambda: smm_xl.report(Frame({"spend": ["1", "abc", "x"]})), r"row 2, column «spend»: «abc» is not accepted here; … and 1 more, such as … row 3"),
        (lambda: smm_xl.report(Frame({"spend": [True, False]})), "row 1, column «spend»: «True» is not accepted here"),
        (lambda: smm_xl.report(Frame({"spend": ["5", "#REF!"]})), "row 2, column «spend»: «#REF!» is not accepted here"),
        (lambda: smm_xl.report(Frame({"revenue": [1], "spend": [1], "margin": [40]}), kpis="romi"), "«40» is not accepted here; accepted: a share above 0"),
        (
            lambda: smm_xl.report(Frame({"Cost": [1], "Spent": [2]}), kpis="spend"),
            'data: the columns «Cost» and «Spent» are both spend; rename one, or say which counts: --map "spend=Cost"',
        ),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_way_out(call: Any, message: str) -> None:
    with pytest.raises(smm_xl.InputError) as caught:
        call()
    assert all(part in str(caught.value) for part in message.split(" … "))
    assert any("а" <= sign <= "я" for sign in caught.value.text.ru.lower())


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("language", "de", "unknown value of language «de»; known are: en, ru"),
        ("decimal", "comma", "unknown value of decimal «comma»; known are: ., ,"),
        ("dates", "ymd", "unknown value of dates «ymd»; did you mean mdy?"),
    ],
)
def test_a_value_that_an_argument_does_not_take_is_refused(argument: str, value: Any, message: str) -> None:
    with pytest.raises(smm_xl.UnknownName, match=message):
        smm_xl.report(ADS, **{argument: value})


@pytest.mark.parametrize("data", [[ADS], {"ads": [1]}, None, 5])
def test_what_is_no_dataframe_is_a_type_error(data: Any) -> None:
    with pytest.raises(TypeError, match="a dataframe is expected \\(pandas, polars, pyarrow, a DuckDB relation"):
        smm_xl.report(data)


def test_text_in_a_column_that_is_not_needed_does_no_harm() -> None:
    frame = Frame({"spend": [10], "clicks": [5], "leads": ["много"], "date": ["вчера"]})
    assert records(smm_xl.report(frame, kpis="cpc")) == [{"cpc": 2.0}]


def test_a_near_spelling_is_taken_as_a_guess_and_two_of_them_are_not() -> None:
    assert records(smm_xl.report(Frame({"Impresions": [1000], "spend": [10]}), kpis="cpm")) == [{"cpm": 10.0}]
    with pytest.raises(smm_xl.InputError, match="cpm needs impressions"):
        smm_xl.report(Frame({"Impresions": [1000], "Imprssions": [10], "spend": [10]}), kpis="cpm")


# --- one meaning on both engines ---

_GROUPS = st.sampled_from(["VK", "Telegram", None])
_DAYS = st.sampled_from(["2026-01-05", "2026-01-31", "2026-02-10", "2026-03-01"])
_FIELDS = [field for field in FIELDS if field.key != "posts"]


@st.composite
def tables(draw: st.DrawFn) -> list[list[object]]:
    """A table with some of the fields, blanks among them."""
    fields = draw(st.lists(st.sampled_from(_FIELDS), min_size=2, max_size=9, unique_by=lambda field: field.key))
    height = draw(st.integers(1, 7))

    def cell(share: bool) -> object:
        value = draw(st.one_of(st.none(), st.integers(0, 40)))
        return value / 41 + 0.01 if share and value is not None else value

    rows: list[list[object]] = [["channel", "date", *(field.key for field in fields)]]
    body = [[draw(_GROUPS), draw(_DAYS), *(cell(field.limits is Limits.FRACTION) for field in fields)] for _ in range(height)]
    return rows + body


@settings(max_examples=250, deadline=None)
@given(tables(), st.sampled_from(["", "channel", "month", "channel,month", "quarter"]))
def test_the_worksheet_report_and_the_dataframe_report_agree(table: list[list[object]], by: str) -> None:
    keys = [kpi.key for kpi in KPIS]
    worksheet = f.SMM_REPORT(table, by, ", ".join(keys))
    frame = Frame(table[1:], columns=table[0])
    assert isinstance(worksheet, list)
    width = len(by.split(",")) if by else 0
    if {cell for row in worksheet[1:] for cell in row[width:]} == {"#N/A"}:
        return  # where no KPI has its inputs a report is refused; that has a test of its own
    report = smm_xl.report(frame, by=by, kpis=keys)
    theirs = {tuple(row[:width]): [NAN if isinstance(cell, str) else cell for cell in row[width:]] for row in worksheet[1:]}
    ours = {tuple("" if part is None else part for part in row[:width]): list(row[width:]) for row in report.itertuples(index=False, name=None)}
    for label, values in theirs.items():
        assert ours.get(label, [NAN] * len(values)) == pytest.approx(values, rel=1e-9, nan_ok=True)


def random_table(random: Random) -> Frame:
    """Some fields and dimensions, with blanks, in no order."""
    height = random.randint(1, 8)
    columns: dict[str, list[object]] = {}
    if random.random() < 0.7:
        columns["channel"] = [random.choice(["VK", "Telegram", None]) for _ in range(height)]
    time = random.random()
    if time < 0.4:
        columns["date"] = [random.choice(["2025-12-31", "2026-01-05", "2026-01-31", "2026-02-10", None]) for _ in range(height)]
    elif time < 0.8:
        columns["period"] = [random.choice(["2026-01", "2026-02", None] if time < 0.7 else ["2026-Q1", "2025-Q4"]) for _ in range(height)]
    if random.random() < 0.3:
        columns["campaign"] = [random.choice(["a", "b", 1178]) for _ in range(height)]
    for field in random.sample(FIELDS, random.randint(1, 7)):
        share = field.limits is Limits.FRACTION
        columns[field.key] = [None if random.random() < 0.2 else random.uniform(0.1, 0.9) if share else random.randint(0, 50) for _ in range(height)]
    return Frame(columns)


@pytest.mark.parametrize("seed", range(8))
def test_several_tables_give_one_report_in_any_order_of_rows_or_a_refusal(seed: int) -> None:
    random = Random(seed)
    made = 0
    for _ in range(50):
        data = {name: random_table(random) for name in random.sample(["channels", "campaigns", "posts", "effort", "crm"], random.randint(1, 3))}
        asked: dict[str, Any] = {
            "by": random.choice(["", "channel", "month", "channel,month", "campaign", "quarter", "year", "date", "quarter,month"]),
            "compare": random.choice([None, None, "previous", "year"]),
            "period": random.choice([None, None, None, "2026-01", "2026-Q1", "2026-01-01..2026-01-31"]),
            "where": random.choice([None, None, {"channel": "VK"}]),
        }
        try:
            report = smm_xl.report(data, **asked)
        except smm_xl.InputError:
            continue
        made += 1
        assert not np.isinf(report.select_dtypes("number").to_numpy()).any()
        turned = {name: frame.iloc[::-1] for name, frame in data.items()}
        pd.testing.assert_frame_equal(report, smm_xl.report(turned, **asked), rtol=1e-12)
    assert made > 5
