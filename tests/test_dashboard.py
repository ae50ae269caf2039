"""What a client sees first: the period, the name, attainments by status, the best posts."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from smm_xl.cells import dates
from smm_xl.outputs import look
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook.content import Filled
from smm_xl.workbook.demo import blank, demo
from smm_xl.workbook.draft import Draft
from smm_xl.workbook.template import build

DEMO = demo("en")


def shown(template: Draft) -> dict[tuple[int, int], Any]:
    page = template.by_key["dashboard"]
    calculation = template.pages.calculated()
    return {place: calculation.value(page.name, *place) for place in page.cells}


def with_settings(**changes: Any) -> Filled:
    return dataclasses.replace(DEMO, settings=dataclasses.replace(DEMO.settings, **changes))


def test_the_period_is_shown_where_none_is_chosen() -> None:
    latest = dates.serial(dates.first_of_month(max(row["date"] for row in DEMO.rows["campaigns"])))
    cells = shown(build(with_settings(first=None, last=None), "en", spare=False))
    assert (cells[0, 13], cells[0, 14]) == (latest, "")
    cells = shown(build(with_settings(first=dt.date(2026, 1, 1), last=dt.date(2026, 3, 1)), "en", spare=False))
    assert (cells[0, 13], cells[0, 14]) == (dates.serial(dt.date(2026, 1, 1)), dates.serial(dt.date(2026, 3, 1)))


@pytest.mark.parametrize(("client", "title"), [("", "Dashboard"), ("Fox & Sons", "Fox & Sons · Dashboard"), ("=1+1", "=1+1 · Dashboard")])
def test_the_client_stands_before_the_title(client: str, title: str) -> None:
    assert shown(build(with_settings(client=client), "en", spare=False))[0, 1] == title


def test_the_best_posts_are_those_with_the_highest_rates_in_the_period() -> None:
    """Posts with the same rate are shown one by one."""
    period = (dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    twins = [
        {"date": dt.date(2026, 5, 2), "channel": "Telegram", "post": name, "post_reach": 10.0, "likes": 6.0, "comments": 1.0, "reposts": 1.0}
        for name in ("One", "Two")
    ]
    outside = {**twins[0], "date": dt.date(2025, 1, 1), "post": "Old", "likes": 9.0}
    posts = [*DEMO.rows["posts"], outside, *twins]
    filled = dataclasses.replace(with_settings(first=period[0], last=dt.date(2026, 6, 1)), rows={**DEMO.rows, "posts": posts})
    cells = shown(build(filled, "en", spare=False))
    (row,) = [row for (row, column), value in cells.items() if column == 13 and str(value).startswith("Best posts")]
    found = [(cells[row + place, 13], cells[row + place, 17]) for place in range(1, 6)]

    def rate(post: dict[str, Any]) -> float:
        return float(sum(post.get(key) or 0 for key in ("likes", "comments", "reposts", "saves")) / post["post_reach"])

    known = [
        post
        for post in posts
        if period[0] <= post["date"] <= period[1] and all(post.get(key) is not None for key in ("likes", "comments", "reposts", "post_reach"))
    ]
    wanted = sorted(((post["post"], rate(post)) for post in known), key=lambda each: -each[1])[:5]
    assert [name for name, _ in found[:2]] == ["One", "Two"]
    assert [value for _, value in found] == pytest.approx([value for _, value in wanted])
    assert {name for name, _ in found} <= {name for name, _ in wanted} | {post["post"] for post in known if rate(post) == pytest.approx(wanted[-1][1])}


def test_without_reach_the_best_posts_are_those_by_views_and_without_posts_it_says_so() -> None:
    posts = [{key: value for key, value in post.items() if key != "post_reach"} for post in DEMO.rows["posts"]]
    words = [str(value) for value in shown(build(dataclasses.replace(DEMO, rows={**DEMO.rows, "posts": posts}), "en", spare=False)).values()]
    assert "Best posts by ER, of views" in words
    assert "no posts with reactions and reach or views in the period" not in words
    assert "no posts with reactions and reach or views in the period" in [str(value) for value in shown(build(blank("en"), "en", spare=False)).values()]


def test_bars_are_the_kpis_with_most_weight_in_the_colour_of_their_status() -> None:
    aims = [
        {"kpi": "leads", "target": 1.0},
        {"kpi": "cpl", "target": 1000.0, "weight": 5},
        {"kpi": "revenue", "target": 10.0**9, "weight": 20},
        {"kpi": "spend", "target": 1.0, "weight": 1},
    ]
    template = build(dataclasses.replace(DEMO, targets=aims), "en", spare=False)
    page, calculation = template.hidden, template.pages.calculated()
    (left,) = {column - 1 for (row, column), content in page.cells.items() if row == 0 and "f_short" in str(content)}
    names = [calculation.value(page.name, row, left + 1) for row in range(5)]
    assert names == ["Revenue", "Cost per lead", "Ad budget spent", "Leads", ""]
    bars = [[isinstance(calculation.value(page.name, row, left + 2 + place), float) for place in range(4)] for row in range(4)]
    order = [Status.ON_PLAN, Status.AT_RISK, Status.BEHIND, Status.NO_VERDICT]
    assert [order[bar.index(True)] for bar in bars] == [Status.BEHIND, Status.ON_PLAN, Status.NO_VERDICT, Status.ON_PLAN]
    assert all(sum(bar) == 1 for bar in bars)
    assert set(look.STATUS_BARS) == set(order)


def test_an_empty_dashboard_says_what_to_fill_in() -> None:
    cells = shown(build(blank("en"), "en", spare=False))
    assert cells[0, 13] == "no data yet"
    titles = {str(value) for (row, _), value in cells.items() if row > 9}
    assert {"Attainment of the plan, the line is 100 %: fill in the sheet Targets", "Where revenue comes from: fill in revenue"} <= titles
    assert "Full cost and leads by month, $: fill in spend or hours, and leads" in titles
    assert not any("fill in" in str(value) for value in shown(build(DEMO, "en", spare=False)).values())


def _two_months(before: dict[str, float], now: dict[str, float], **settings: Any) -> Filled:
    """A workbook of two months of one channel, of which the later one is shown."""
    rows = [{"period": dt.date(2026, month, 1), "channel": "VK", **figures} for month, figures in ((1, before), (2, now))]
    return Filled(dataclasses.replace(blank("en").settings, channels=("VK",), first=None, last=None, **settings), {"channels": rows}, [])


@pytest.mark.parametrize(
    ("before", "now", "tiles", "english", "russian"),
    [
        ({"leads": 10, "spend": 100}, {"leads": 20, "spend": 100}, ("leads", "cpl"),
         ["Leads rose by 100 % against the period before: good", "Cost per lead fell by 50 % against the period before: good", ""],
         ["Лиды: рост на 100 % к периоду до — хорошо", "CPL: снижение на 50 % к периоду до — хорошо", ""]),
        ({"leads": 20, "spend": 100}, {"leads": 19, "spend": 120}, ("leads", "cpl", "spend"),
         ["Cost per lead rose by 26.3 % against the period before: bad", "Ad budget spent rose by 20 % against the period before", "Leads fell by 5 % against the period before: bad"],
         ["CPL: рост на 26,3 % к периоду до — плохо", "Рекламный бюджет: рост на 20 % к периоду до", "Лиды: снижение на 5 % к периоду до — плохо"]),
        ({"leads": 20}, {"leads": 20}, ("leads",),
         ["Nothing to compare with: the period before has no such figures", "", ""], ["Сравнить не с чем: за период до таких цифр нет", "", ""]),
        ({"leads": 20}, {"leads": 20, "clicks": -5}, ("leads",),
         ["The data has errors, so nothing is said about changes: see Data checks", "", ""], ["В данных ошибки, поэтому об изменениях ничего не сказано: см. «Проверка данных»", "", ""]),
    ],
)  # fmt: skip
def test_sentences_say_what_happened(before: dict[str, float], now: dict[str, float], tiles: tuple[str, ...], english: list[str], russian: list[str]) -> None:
    filled = _two_months(before, now, tiles=(*tiles, *[""] * (6 - len(tiles))))
    for language, words in (("en", english), ("ru", russian)):
        cells = shown(build(filled, language, spare=False))
        assert [cells[10 + place, 1] for place in range(3)] == words


def test_sentences_wait_for_the_end_of_the_period_and_for_data() -> None:
    filled = _two_months({"leads": 10}, {"leads": 20}, as_of=dt.date(2026, 2, 10))
    assert shown(build(filled, "en", spare=False))[10, 1] == "The period is not over: changes are told when it is"
    assert [shown(build(blank("en"), "en", spare=False))[10 + place, 1] for place in range(3)] == ["", "", ""]
