"""What is known of an export of a platform: what tells it, what its headers mean, whose channel it is, how it writes what there was none of."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from smm_xl.catalog.headers import without_currency
from smm_xl.catalog.registry import plainly
from smm_xl.language import Text, Worded

# Events and their values: what a platform that leaves a blank for «none» leaves blank
_EVENTS = frozenset(("leads", "conversions", "orders", "clicks", "likes", "comments", "reposts", "saves", "revenue", "new_followers", "views"))
_CODE = re.compile(r"\([A-Z]{3}\)")


class Seen(Worded):
    """In what the headers of an export were seen."""

    REAL = "real", Text("real files", "настоящие файлы")
    CODE = "code", Text("programs that read them", "программы, которые их читают")
    DOC = "doc", Text("documentation", "документация")


@dataclass(frozen=True, eq=False)
class Profile:
    """One kind of export. Headers are written plainly: small letters, without brackets, commas and currencies.

    name, found_at: what people call it, and where in the cabinet they get it.
    needs:     what tells it: of each of these one header has to be there. has_currency_code: and one with a code of a currency in brackets.
    channel:   the platform whose figures it holds, "" for what tells of all of them. called: other names of that channel.
    headers:   by key of a field or dimension the headers that mean it; by "" those that are none of ours.
    second:    of these headers those that go after the others of their key.
    blank_is_none: whether it leaves a cell of an event blank where nothing happened.
    net:       fields that may be negative in it. dates: the order of its dates where they leave it open: "mdy" or "dmy".
    """

    key: str
    name: Text
    found_at: Text
    seen: Seen
    needs: tuple[tuple[str, ...], ...]
    channel: str = ""
    called: tuple[str, ...] = ()
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    second: tuple[str, ...] = ()
    blank_is_none: bool = False
    net: frozenset[str] = frozenset()
    dates: str | None = None
    has_currency_code: bool = False

    @cached_property
    def means(self) -> Mapping[str, tuple[str, bool]]:
        """By header, plainly: the key that it means, and whether others of that key go before it."""
        second = frozenset(map(plainly, self.second))
        return {(name := plainly(header)): (key, name in second) for key, headers in self.headers.items() for header in headers}

    @cached_property
    def _needs(self) -> tuple[frozenset[str], ...]:
        return tuple(frozenset(map(plainly, some)) for some in self.needs)

    def fits(self, headers: Sequence[str]) -> bool:
        """Whether a table with some headers is such an export."""
        there = frozenset(name for header in headers for name in (plainly(header), as_in_profiles(header)))
        return all(some & there for some in self._needs) and (not self.has_currency_code or any(_CODE.search(header) for header in headers))

    @property
    def events(self) -> frozenset[str]:
        """The fields of which a blank is none."""
        return _EVENTS if self.blank_is_none else frozenset()


@cache
def as_in_profiles(header: str) -> str:
    """A header as profiles write it: plainly, and without a currency, which differs from account to account."""
    return plainly(without_currency(header))


def _named(*headers: str) -> frozenset[str]:
    return frozenset(map(plainly, headers))


# What a column of results counts, by words of the indicator beside it
RESULTS = _named("results", "результаты", "resultados", "résultats", "ergebnisse")
INDICATORS = _named(
    "result indicator",
    "indicador de resultados",
    "индикатор результата",
    "result type",
    "indicateur de résultat",
    "тип результата",
    "indicador de resultado",
    "indicateur de résultats",
    "ergebnisindikator",
)
COUNTED: tuple[tuple[str, str], ...] = (
    ("leads", "lead"), ("leads", "messaging_conversation"), ("leads", "лид"), ("orders", "purchase"), ("orders", "покуп"), ("clicks", "link_click"),
    ("clicks", "клики по ссылке"), ("clicks", "link click"),
)  # fmt: skip
# What tells the rows of a CRM apart, each of which is one lead or one deal
IDS_OF_LEADS = _named("lead id", "leadid", "id лида", "id заявки", "номер заявки", "номер лида", "ид лида")
IDS_OF_DEALS = _named("deal id", "dealid", "id сделки", "номер сделки", "ид сделки")
BUDGET_TYPES = _named("budget type", "тип бюджета", "campaign budget type")
DAILY = ("daily", "дневной", "ежедневный")
