"""Made-up but plausible data of a small company's SMM: what the demo workbooks and the tests are filled with.

Everything follows from fixed numbers, no random ones: the same package gives the same workbook.
"""

from __future__ import annotations

import datetime as dt
from math import sin

from smm_xl.cells import dates
from smm_xl.language import Text
from smm_xl.workbook.content import Filled, Row, Settings
from smm_xl.workbook.schema import CAMPAIGNS, TEST_COUNTS, Kind

_FIRST, _MONTHS = dt.date(2025, 1, 1), 18
# name; followers at first; posts, impressions, likes in a month; share of clicks, leads of clicks, customers of leads; order; spend; rate of growth
_CHANNELS = (
    (Text("Instagram", "ВКонтакте"), 16800, 22, 348_000, 8_100, 0.0165, 0.061, 0.192, 5_150, 128_000, 0.013),
    (Text("Telegram", "Telegram"), 7600, 27, 172_000, 5_300, 0.0238, 0.073, 0.221, 5_680, 79_000, 0.021),
    (Text("Facebook", "Дзен"), 4300, 12, 231_000, 2_900, 0.0139, 0.041, 0.165, 4_790, 56_000, 0.016),
    (Text("YouTube", "YouTube"), 6100, 8, 151_000, 4_900, 0.0118, 0.052, 0.213, 6_500, 88_000, 0.014),
    (Text("TikTok", "Одноклассники"), 5400, 11, 92_000, 1_240, 0.0123, 0.038, 0.134, 4_380, 32_000, 0.014),
)
_TASKS = (
    Text("Content plan and texts", "Контент-план и тексты"),
    Text("Design and video", "Дизайн и видео"),
    Text("Community and replies", "Комьюнити и ответы"),
)
_POSTS = (Text("A guide for the audience", "Гайд по аудитории"), Text("Five ideas for a content plan", "5 идей для контент-плана"), Text("A prize draw", "Розыгрыш для подписчиков"),
          Text("The story of the brand", "История бренда"), Text("Live with an expert", "Прямой эфир с экспертом"))  # fmt: skip
_FUNNEL = {"customers": 250.0, "cr_lead_customer": 0.2, "cr_click_lead": 0.058}
_PRICES = {"cpc": 23.5, "aov": 5_400.0}
_TESTS = (
    (Text("Landing page: short form", "Лендинг: короткая форма"), (2140.0, 118.0, 2095.0, 161.0)),
    (Text("Post: question in the first line", "Пост: вопрос в первой строке"), (830.0, 41.0, 842.0, 47.0)),
    (Text("Advertisement: price in the picture", "Объявление: цена на картинке"), (3600.0, 214.0, 3550.0, 160.0)),
)
_LAST_DAY = 25  # of the last month, which is not over
_RUBLES = Text("$", "₽")


def blank(language: str) -> Filled:
    """The template as it is handed out: the usual channels of the language, no data."""
    filled = demo(language)
    return Filled(Settings(currency=filled.settings.currency, channels=filled.settings.channels))


def demo(language: str) -> Filled:
    """The data of the demo workbook; ``language``: "en" or "ru"."""
    scale = 1 if language == "ru" else 0.011  # roubles to dollars, about
    channels: list[Row] = []
    campaigns: list[Row] = []
    posts: list[Row] = []
    effort: list[Row] = []
    for number, channel in enumerate(_CHANNELS):
        name = channel[0].in_language(language)
        followers = float(channel[1])
        for month in range(_MONTHS):
            row = _month(number, month, round(followers), scale)
            channels.append({"period": dates.months_later(_FIRST, month), "channel": name} | row)
            followers = row["followers_end"]
            campaigns += _campaigns(name, month, row, language)
            if month >= _MONTHS - 6:
                posts += _posts(name, number, month, row, language)
            effort += _effort(name, number, month, scale, language)
    channels.sort(key=lambda row: row["period"])
    for rows in (campaigns, posts, effort):
        rows.sort(key=lambda row: row["date"])
    last = dates.months_later(_FIRST, _MONTHS - 1)
    settings = Settings(
        currency=_RUBLES.in_language(language), channels=tuple(channel[0].in_language(language) for channel in _CHANNELS), margin=0.45,
        orders_per_customer=2.4, hourly_rate=round(900 * scale, 2), bonus=round(60_000 * scale), first=dates.months_later(last, -2), last=last,
        as_of=last.replace(day=_LAST_DAY),
    )  # fmt: skip
    return Filled(
        settings,
        {"channels": channels, "campaigns": campaigns, "posts": posts, "effort": effort},
        _targets(scale, language),
        _FUNNEL | {key: round(value * scale, 2) for key, value in _PRICES.items()},
        [{"test": words.in_language(language)} | dict(zip(TEST_COUNTS, counts, strict=True)) for words, counts in _TESTS],
        {"base_rate": 0.058, "lift": 0.2, "power": 0.8, "alpha": 0.05},
    )


def _wave(*seeds: int) -> float:
    """A number near 1 that differs from place to place."""
    return 1 + 0.09 * sin(sum((place + 2.3) * (seed + 1.7) for place, seed in enumerate(seeds)))


def _month(number: int, month: int, followers: int, scale: float) -> Row:
    _, _, posts, impressions, likes, ctr, to_lead, to_customer, order, spend, growth = _CHANNELS[number]
    season = 1 + 0.012 * month + (0.12 if month % 12 in (10, 11) else 0)
    passed = _LAST_DAY / 30 if month == _MONTHS - 1 else 1  # of the month
    season *= passed
    seen = round(impressions * season * _wave(number, month))
    clicks = round(seen * ctr * _wave(month, number, 3))
    leads = round(clicks * to_lead * _wave(month, number, 5) * (1.12 if month == _MONTHS - 1 else 1))
    customers = round(leads * to_customer * _wave(month, number, 7))
    orders = round(customers * 1.15)
    new = round(followers * growth * _wave(number, month, 2) + 60)
    gone = round(followers * 0.004 * _wave(number, month, 4))
    reactions = likes * season * _wave(number, month, 6)
    row: Row = {
        "followers_start": followers, "followers_end": followers + new - gone, "new_followers": new, "unfollows": gone,
        "posts": round(posts * passed * _wave(month, number, 8)), "posts_planned": posts, "impressions": seen, "views": round(seen * 0.86), "reach": round(seen * 0.51),
        "likes": round(reactions), "comments": round(reactions * 0.07), "reposts": round(reactions * 0.05), "saves": round(reactions * 0.03),
        "clicks": clicks, "visits": round(clicks * 0.93), "all_visits": round(31_000 * season), "leads": leads, "conversions": round(leads * 1.9), "customers": customers,
        "orders": orders, "revenue": round(orders * order * scale), "spend": round(spend * season * scale * _wave(number, month, 9)), "budget": round(spend * season * scale),
        "content_cost": round(14_000 * scale * (1 + number % 3 / 4)), "tools_cost": round(3_500 * scale), "incoming": round(leads * 2.2), "answered": round(leads * 2.2 * min(0.99, 0.93 * _wave(number, month, 1))),
    }  # fmt: skip
    if number == 2:
        del row["saves"]  # this platform reports none: they count 0
    if number == 3 and month == 9:
        del row["leads"]  # not known: the month leaves CPL and its kin
    return row


def _campaigns(name: str, month: int, row: Row, language: str) -> list[Row]:
    found = []
    for place, (share, words) in enumerate(((0.6, Text("Sales", "Продажи")), (0.4, Text("Retargeting", "Ретаргетинг")))):
        part = {column.key: round(row[column.key] * share) for column in CAMPAIGNS.columns if column.kind is Kind.NUMBER and column.key in row}
        found.append(
            {
                "date": dates.months_later(_FIRST, month) + dt.timedelta(days=14 * place),
                "channel": name,
                "campaign": f"{words.in_language(language)} {month % 12 + 1:02d}",
            }
            | part
        )
    return found


def _posts(name: str, number: int, month: int, row: Row, language: str) -> list[Row]:
    found = []
    for place, words in enumerate(_POSTS[: 3 + number % 3]):
        part = 0.9 / row["posts"] * _wave(number, month, place)
        found.append(
            {
                "date": dates.months_later(_FIRST, month) + dt.timedelta(days=3 + 5 * place),
                "channel": name,
                "post": words.in_language(language),
                "post_reach": round(row["reach"] * part),
                "views": round(row["views"] * part),
                "likes": round(row["likes"] * part),
                "comments": round(row["comments"] * part),
                "reposts": round(row["reposts"] * part),
            }
        )
    return found


def _effort(name: str, number: int, month: int, scale: float, language: str) -> list[Row]:
    found = []
    for place, words in enumerate(_TASKS):
        row: Row = {
            "date": dates.months_later(_FIRST, month) + dt.timedelta(days=4 + 9 * place),
            "channel": name,
            "task": words.in_language(language),
            "hours": round((9 - number) * (1 + place / 2) * _wave(number, month, place), 1),
        }
        if place == 1:
            row["hourly_rate"] = round(1_200 * scale, 2)  # others have the rate of Settings
        found.append(row)
    return found


def _targets(scale: float, language: str) -> list[Row]:
    comment = Text("Move budget to Telegram", "Сместить бюджет в Telegram").in_language(language)
    aims = (  # in the order of the catalog
        ("followers", 54_000, 5), ("total_views", 1_080_000, 5), ("reach", 620_000, None), ("er_views", 0.03, 10), ("ctr", 0.0165, None), ("leads", 1_130, 20),
        ("customers", 240, 15), ("revenue", round(1_420_000 * scale), 15), ("cr_click_lead", 0.058, None), ("spend", round(480_000 * scale), None),
        ("cpl", round(400 * scale, 2), 15), ("cac", round(1_750 * scale, 2), 10), ("roi", 0.0, 5), ("hours_per_lead", 0.16, None), ("response_rate", 0.95, None),
    )  # fmt: skip
    return [
        {"kpi": key, "target": target} | ({"weight": weight} if weight else {}) | ({"comment": comment} if key == "cac" else {}) for key, target, weight in aims
    ]
