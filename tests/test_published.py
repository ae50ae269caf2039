"""Figures that somebody published, and cases that naive sheets get wrong."""

from __future__ import annotations

import pandas as pd
import pytest

import smm_xl
from smm_xl import functions as f
from smm_xl.cells import cell as cells
from tests.samples import golden


@pytest.mark.parametrize("row", golden("published.csv"), ids=lambda row: f"{row['function']}({row['arguments']})")
def test_a_published_figure(row: dict[str, str]) -> None:
    result = f.FUNCTIONS[row["function"]].call(*map(float, row["arguments"].split(";")))
    assert result == pytest.approx(float(row["expected"]), abs=0.5 * 10 ** -int(row["decimals"]))


def column(*values: object) -> list[list[object]]:
    return [[value] for value in values]


def only(frame: pd.DataFrame, key: str) -> float:
    (value,) = frame[key]
    return float(value)


def test_ctr_of_a_table_is_no_mean_of_rows() -> None:
    assert f.SMM_CTR(column(10, 5, 10), column(1000, 5000, 500)) == pytest.approx(25 / 6500)


def test_pitfall_1_an_average_of_ratios() -> None:
    frame = pd.DataFrame({"campaign": ["A", "B"], "spend": [90000, 1000], "clicks": [1000, 100]})
    assert f.SMM_CPC(column(90000, 1000), column(1000, 100)) == pytest.approx(82.72727272727273)
    assert only(smm_xl.report(frame, kpis="cpc"), "cpc") == pytest.approx(82.72727272727273)
    assert smm_xl.report(frame, by="campaign", kpis="cpc").attrs["total"] == {"cpc": pytest.approx(82.72727272727273)}


def test_pitfall_2_reach_summed() -> None:
    daily = [700, 690, 710, 680, 696, 692, 700]
    assert sum(daily) == 4868
    assert f.SMM_REACH(column(*daily)) == "#N/A"
    assert f.SMM_REACH(3962) == 3962.0
    assert f.SMM_REACH_BOUNDS(column(*daily)) == [[710.0, 4868.0]]
    frame = pd.DataFrame({"date": pd.date_range("2026-01-01", periods=7), "reach": daily})
    report = smm_xl.report(frame, kpis="reach,reach_bounds")
    assert report.isna()["reach"].all()
    assert report[["reach_bounds_low", "reach_bounds_high"]].to_numpy().tolist() == [[710.0, 4868.0]]
    assert any("cannot be added over rows" in note for note in report.attrs["notes"])
    assert only(smm_xl.report(frame.head(1), kpis="reach"), "reach") == 700.0


def test_pitfall_3_division_by_zero_is_undefined_and_its_spend_stays_in_the_total() -> None:
    assert f.SMM_CPL(5000, 0) == "#DIV/0!"
    frame = pd.DataFrame({"channel": ["VK", "TG"], "spend": [5000, 1000], "leads": [0, 10]})
    report = smm_xl.report(frame, by="channel", kpis="cpl")
    assert report["cpl"].isna().tolist() == [False, True]
    assert report.attrs["total"]["cpl"] == 600.0


def test_pitfall_4_a_blank_is_not_zero() -> None:
    # 30 days: 68 653 spent, 15 161 purchases; the day with 1 835 has none reported
    spend, orders = column(66818, 1835), column(15161, None)
    assert f.SMM_CPA(spend, orders) == pytest.approx(4.407229074599301)
    frame = pd.DataFrame({"spend": [66818, 1835], "conversions": [15161, None]})
    report = smm_xl.report(frame, kpis="cpa")
    assert only(report, "cpa") == pytest.approx(4.407229074599301)
    assert report.attrs["notes"] == ["cpa: covers 97 % of spend (66,818.00 of 68,653.00); 1 row has no conversions"]


def test_pitfall_5_an_audience_that_shrinks() -> None:
    assert f.SMM_NET_FOLLOWERS(150, 400) == -250.0
    assert f.SMM_NET_GROWTH_RATE(10000, 9750) == -0.025
    assert f.SMM_GROWTH_RATE(150, 9750) == pytest.approx(0.015384615384615385)


def test_pitfall_7_a_percent_as_text_and_a_bare_five() -> None:
    for share in (0.05, "5%", "5 %", "5,0%"):
        assert cells.number(share) == 0.05
        assert f.SMM_ROMI(1000, 10, share) == pytest.approx(4.0)
    assert f.SMM_ROMI(1000, 10, 5) == "#NUM!"


def test_pitfall_8_text_numbers() -> None:
    texts = ["1\u00a0234,56 ₽", "1\u202f234,56", "1.234,56 €", "1,234.56", "\u22125", "12 тыс.", "2,3K", "—", "1 234"]
    frame = pd.DataFrame({"revenue": texts, "date": pd.date_range("2026-01-01", periods=len(texts))})
    # both decimal marks stand in this column, as they never do in one file: each value by itself
    values = [smm_xl.report(frame.iloc[[row]].assign(spend=1), kpis="revenue,spend")["revenue"].iloc[0] for row in range(len(texts))]
    assert values == pytest.approx([1234.56, 1234.56, 1234.56, 1234.56, -5, 12000, 2300, float("nan"), 1234], nan_ok=True)
    assert f.SMM_ROAS("12 тыс.", 1) == "#VALUE!"


def test_pitfall_8_the_decimal_mark_belongs_to_the_file() -> None:
    frame = pd.DataFrame({"spend": ["1,234", "2,50"]})
    assert only(smm_xl.report(frame, kpis="spend"), "spend") == pytest.approx(3.734)
    with pytest.raises(smm_xl.InputError, match=r"row 1, column «spend»: «1,234» can be read in two ways.*--decimal point or --decimal comma"):
        smm_xl.report(frame.head(1), kpis="spend")
    assert only(smm_xl.report(frame.head(1), kpis="spend", decimal="."), "spend") == 1234.0
    with pytest.raises(smm_xl.InputError, match="row 2, column «spend»: «2,50» is not accepted"):
        smm_xl.report(pd.DataFrame({"spend": ["1,234.5", "2,50"]}), kpis="spend")


def test_pitfall_9_two_currencies_are_not_added() -> None:
    mixed = pd.DataFrame({"revenue": ["5 000 ₽", "95 $"], "spend": [1000, 10]})
    with pytest.raises(smm_xl.InputError, match=r"two currencies would be added: \$ .*row 2.* and RUB .*row 1"):
        smm_xl.report(mixed, kpis="roas")
    headers = pd.DataFrame({"Amount spent (USD)": [10], "Выручка, руб.": [5000]})
    with pytest.raises(smm_xl.InputError, match=r"RUB .*«Выручка, руб.».* and USD .*«Amount spent \(USD\)»"):
        smm_xl.report(headers, kpis="roas")
    assert only(smm_xl.report(headers, kpis="revenue"), "revenue") == 5000.0
    assert only(smm_xl.report(pd.DataFrame({"Spend, ₽": ["100 р.", "50 руб", "7"]}), kpis="spend"), "spend") == 157.0


def test_pitfall_10_a_part_period_against_a_whole_one() -> None:
    may = pd.DataFrame({"date": pd.date_range("2026-05-01", "2026-05-31"), "leads": [7] * 28 + [8] * 3})
    june = pd.DataFrame({"date": pd.date_range("2026-06-01", "2026-06-15"), "leads": [10] * 9 + [11] * 6})
    assert (may["leads"].sum(), june["leads"].sum()) == (220, 156)
    report = smm_xl.report(pd.concat([may, june]), by="month", kpis="leads", compare="previous")
    assert report.to_dict("records")[1] == {"month": "2026-06", "leads": 156.0, "leads_previous": 105.0, "leads_change": pytest.approx(51 / 105)}
    assert report.attrs["notes"] == [
        "2026-06 is a part period: the data ends on 2026-06-15",
        "2026-06 (to 2026-06-15) is compared with the same part of the earlier period",
    ]


@pytest.mark.parametrize("total", ["Total", "Итого", "Итого:", "Grand total", "Total: Campaigns", "Итого и средние", "всего"])
def test_pitfall_11_a_total_row_in_the_data(total: str) -> None:
    frame = pd.DataFrame({"campaign": ["Total Fitness", "b", total], "cost": [1000.5, 1565.43, 2565.93]})
    report = smm_xl.report(frame, by="campaign", kpis="spend")
    assert report["spend"].tolist() == [1565.43, 1000.5]
    assert report.attrs["notes"] == ["data: 1 total row left out"]
    below = pd.DataFrame({"date": ["2026-01-01", None], "campaign": ["a", total], "cost": [7, 7]})
    assert only(smm_xl.report(below, kpis="spend"), "spend") == 7.0


def test_pitfall_12_duplicated_rows() -> None:
    posts = pd.DataFrame({"post": ["a", "b", "a"], "views": [100, 50, 100], "date": "2026-01-05"})
    report = smm_xl.report(posts, kpis="total_views,posts")
    assert report.iloc[0].tolist() == [150.0, 2.0]
    assert report.attrs["notes"] == ["data: posts that stand twice were counted once: 1 (a)"]
    daily = posts.assign(date=["2026-01-05", "2026-01-05", "2026-01-06"])
    assert only(smm_xl.report(daily, kpis="total_views"), "total_views") == 250.0
    ads = pd.DataFrame({"campaign": ["a", "a"], "spend": [10, 10]})
    report = smm_xl.report(ads, kpis="spend")
    assert only(report, "spend") == 20.0
    assert report.attrs["notes"] == ["data: rows that are the same as another one: 1; they were counted, please check"]


def test_pitfall_13_dates() -> None:
    def months(*dates: object, **options: object) -> list[str]:
        frame = pd.DataFrame({"date": list(dates), "spend": 1})
        return smm_xl.report(frame, by="date", kpis="spend", **options)["date"].tolist()  # type: ignore[arg-type]

    assert months("01.08.2026", "1.08.2019", "2026-08-02", 46238) == ["2019-08-01", "2026-08-01", "2026-08-02", "2026-08-04"]
    assert months("08/31/2026", "08/01/2026") == ["2026-08-01", "2026-08-31"]
    assert months("31/08/2026", "01/08/2026") == ["2026-08-01", "2026-08-31"]
    assert months("31-08-2026", "01-08-2026") == ["2026-08-01", "2026-08-31"]
    assert months("01/08/2026", dates="mdy") == ["2026-01-08"]
    assert months(20260801) == ["2026-08-01"]
    with pytest.raises(smm_xl.InputError, match=r"row 1, column «date»: «01/08/2026» can be read in two ways.*--dates dmy or --dates mdy"):
        months("01/08/2026")
    with pytest.raises(smm_xl.InputError, match=r"row 2, column «date»: «31\.02\.2026» is not accepted here"):
        months("01.02.2026", "31.02.2026")
    with pytest.raises(smm_xl.InputError):
        months("31/08/2026", "08/31/2026")


def test_pitfall_14_followers_over_months() -> None:
    frame = pd.DataFrame({"period": ["2026-01", "2026-02", "2026-03"], "followers": [1000, 1100, 1210], "followers_start": [1000, 1000, 1100]})
    report = smm_xl.report(frame, kpis="followers,net_growth_rate")
    assert only(report, "followers") == 1210.0
    assert only(report, "net_growth_rate") == pytest.approx(0.21)
    assert f.SMM_NET_GROWTH_RATE(1000, 1210) == pytest.approx(0.21)
    assert f.SMM_ER(10, column(1000, 1100, 1210)) == "#N/A"


def test_pitfall_18_err_in_telegram() -> None:
    assert f.SMM_VIEW_RATE(800, 1, 2000) == 0.4
    assert f.SMM_VIEW_RATE(5600, 7, 2000) == 0.4
    assert f.SMM_ER_VIEWS(24, 800) == 0.03


def test_pitfall_19_more_leads_than_clicks() -> None:
    assert f.SMM_CR_CLICK_LEAD(column(2, 3262), column(1, 38164)) == pytest.approx(3264 / 38165)
    assert f.SMM_CR_CLICK_LEAD(2, 0) == "#DIV/0!"


def test_pitfall_21_labour_cost() -> None:
    assert f.SMM_LABOUR_COST(column(10, 2), column(500, 2000)) == 9000.0
    frame = pd.DataFrame({"hours": [10, 2], "hourly_rate": [500, 2000]})
    assert only(smm_xl.report(frame, kpis="labour_cost"), "labour_cost") == 9000.0
    assert only(smm_xl.report(pd.DataFrame({"hours": ["1:30", "2"]}), kpis="hours"), "hours") == 3.5


def test_pitfall_22_three_returns_with_three_names() -> None:
    assert f.SMM_ROMI(300000, 100000) == 2.0
    assert f.SMM_ROMI(300000, 100000, 0.4) == pytest.approx(0.2)
    assert f.SMM_ROI(120000, 140000) == pytest.approx(-0.14285714285714285)
    frame = pd.DataFrame({"revenue": [300000], "margin": ["40 %"], "spend": [100000], "labour_cost": [40000]})
    assert smm_xl.report(frame, kpis="romi,roi").iloc[0].tolist() == pytest.approx([0.2, -1 / 7])


def test_pitfall_24_conversions_of_platforms_are_not_added_to_those_of_the_crm() -> None:
    report = smm_xl.report(
        {
            "campaigns": pd.DataFrame({"campaign": ["Meta", "Google"], "conversions": [30, 25], "spend": [300, 110]}),
            "channels": pd.DataFrame({"channel": ["social"], "conversions": [41]}),
        },
        kpis="conversions,cpa",
    )
    assert only(report, "conversions") == 41.0
    assert only(report, "cpa") == 10.0
    assert (
        "conversions stands in two tables (channels: 41, campaigns: 55); only channels counts in totals; --from conversions=FILE says otherwise"
        in report.attrs["notes"]
    )
