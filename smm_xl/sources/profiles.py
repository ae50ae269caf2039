"""Exports of known platforms: what tells them, what their headers mean there, in which columns a blank says that nothing happened."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smm_xl.catalog.headers import without_currency
from smm_xl.catalog.registry import plainly
from smm_xl.language import Text

# Events and their values: what a platform that leaves a blank for «none» leaves blank
_EVENTS = frozenset(("leads", "conversions", "orders", "clicks", "likes", "comments", "reposts", "saves", "revenue", "new_followers", "views"))


@dataclass(frozen=True)
class Profile:
    """One kind of export.

    sure:    headers, plainly, all of which must be there. some: others, of which one must be.
    means:   what headers mean in it, by header: the key of a field or dimension, "" for none of ours.
    none_is_blank: whether it leaves a cell of an event blank where nothing happened.
    net:     fields that may be negative in it.
    """

    key: str
    name: Text
    sure: tuple[str, ...]
    some: frozenset[str]
    means: Mapping[str, str] = field(default_factory=dict)
    none_is_blank: bool = False
    net: frozenset[str] = frozenset()
    in_brackets: bool = False


def _named(*headers: str) -> frozenset[str]:
    return frozenset(map(plainly, headers))


_META_SPEND = ("amount spent", "сумма затрат", "valor usado", "valor gasto", "importe gastado", "montant dépensé", "ausgegebener betrag")

PROFILES = (
    Profile("youtube", Text("YouTube Studio", "YouTube Studio"), ("video publish time",), frozenset(),
            {"content": "post", "video title": "", "subscribers": "new_followers"}, net=frozenset(("new_followers",))),
    Profile("youtube", Text("YouTube Studio", "YouTube Studio"), ("views", "subscribers"), _named("watch time hours", "impressions click-through rate %"),
            {"subscribers": "new_followers"}, net=frozenset(("new_followers",))),
    Profile("linkedin page", Text("LinkedIn (page)", "LinkedIn (страница)"), ("total followers",), _named("sponsored followers", "organic followers"),
            {"total followers": "new_followers"}, net=frozenset(("new_followers",))),
    Profile("meta posts", Text("Meta Business Suite", "Meta Business Suite"), ("publish time", "post id"), frozenset(), {"publish time": "date", "date": ""}),
    Profile("x", Text("X", "X"), ("tweet id",), frozenset(), {"time": "date"}),
    *(
        Profile("meta", Text("Meta Ads", "Meta Ads"), (spend,),
                _named("link clicks", "clicks all", "reporting starts", "results", "ad set name", "ad name", "campaign name", "frequency", "результаты",
                       "клики по ссылке", "уникальные клики по ссылке", "дата начала отчетности", "cliques no link", "cliques todos", "início dos relatórios",
                       "resultados", "nome do anúncio", "nom de la campagne", "jour"), none_is_blank=True, in_brackets=True)
        for spend in _META_SPEND
    ),
    Profile("tiktok", Text("TikTok Ads", "TikTok Ads"), ("cost",),
            _named("clicks destination", "2-second video views", "6-second video views", "stat time day", "stat time hour"), none_is_blank=True),
    Profile("yandex", Text("Yandex Direct", "Яндекс Директ"), ("расход руб",),
            _named("№ кампании", "ср цена клика руб", "ctr %", "отказы %", "глубина просмотра", "глубина стр", "конверсия %", "название группы"), none_is_blank=True),
    Profile("vk", Text("VK Ads", "VK Реклама"), ("потрачено всего",), _named("результат", "цена за результат", "id кампании", "id группы", "id объявления"),
            {"результат": "conversions"}, none_is_blank=True),
    Profile("linkedin", Text("LinkedIn Ads", "LinkedIn Ads"), ("total spent",), _named("start date in utc", "one click leads", "campaign group name"),
            none_is_blank=True),
    Profile("google", Text("Google Ads", "Google Ads"), ("cost",),
            _named("impr", "conv value", "cost / conv", "avg cpc", "campaign status", "campaign type", "interactions", "interaction rate", "conv rate")),
)  # fmt: skip


def of(headers: Sequence[str]) -> Profile | None:
    """The profile of an export with some headers; None for a table of another kind."""
    there = {plainly(without_currency(header)) for header in headers}
    has_code = any(_CODE.search(header) for header in headers)
    return next((profile for profile in PROFILES if _fits(profile, there) and (has_code or not profile.in_brackets)), None)


_CODE = re.compile(r"\([A-Z]{3}\)")


def _fits(profile: Profile, there: set[str]) -> bool:
    return there.issuperset(map(plainly, profile.sure)) and (not profile.some or bool(there & profile.some))


def events(profile: Profile) -> frozenset[str]:
    """The fields of which a blank is none in an export."""
    return _EVENTS if profile.none_is_blank else frozenset()


# What a column of results counts, by words of the indicator beside it
RESULTS = _named("results", "результаты", "resultados", "résultats", "ergebnisse")
INDICATORS = _named("result indicator", "indicador de resultados", "индикатор результата", "result type", "indicateur de résultat", "тип результата")
COUNTED: tuple[tuple[str, str], ...] = (
    ("leads", "lead"), ("leads", "messaging_conversation"), ("leads", "лид"), ("orders", "purchase"), ("orders", "покуп"), ("clicks", "link_click"),
    ("clicks", "клики по ссылке"), ("clicks", "link click"),
)  # fmt: skip
# What tells the rows of a CRM apart, each of which is one lead or one deal
IDS_OF_LEADS = _named("lead id", "leadid", "id лида", "id заявки", "номер заявки", "номер лида", "ид лида")
IDS_OF_DEALS = _named("deal id", "dealid", "id сделки", "номер сделки", "ид сделки")
BUDGET_TYPES = _named("budget type", "тип бюджета", "campaign budget type")
DAILY = ("daily", "дневной", "ежедневный")
