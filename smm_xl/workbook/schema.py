"""The input sheets of the workbook: their columns, in one place for the writer, the formulas, the reader and the checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from smm_xl.catalog.kpi import Field
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.language import Text


class Kind(Enum):
    """What stands in a column."""

    MONTH = "month"
    DAY = "day"
    CHANNEL = "channel"
    WORD = "word"
    NUMBER = "number"
    HELPER = "helper"  # worked out from the row, hidden
    CHECK = "check"  # what is wrong with the row


@dataclass(frozen=True)
class Column:
    """A column of an input sheet.

    key:     its field's or dimension's key.
    formula: of a helper, over the columns of the row as ``[key]``, and other columns of the table as ``{key}``.
    """

    key: str
    title: Text
    kind: Kind
    width: float = 11
    needed: bool = False
    formula: str = ""

    @property
    def field(self) -> Field:
        return FIELDS_BY_KEY[self.key]


@dataclass(frozen=True)
class InputSheet:
    """An input sheet: one table that starts below its heading.

    prefix: of the names of its columns in formulas: ``ch_spend``.
    """

    key: str
    prefix: str
    name: Text
    about: Text
    rows: int
    columns: tuple[Column, ...]

    @property
    def table(self) -> str:
        return f"tbl{self.key.capitalize()}"

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind not in (Kind.HELPER, Kind.CHECK))

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The keys of the fields that formulas may take from it, those of helpers among them."""
        return tuple(column.key for column in self.columns if column.kind is Kind.NUMBER or (column.kind is Kind.HELPER and column.key in FIELDS_BY_KEY))

    def place(self, key: str) -> int:
        """The number of a column in the table, from 0."""
        return next(place for place, column in enumerate(self.columns) if column.key == key)


def _numbers(keys: str) -> tuple[Column, ...]:
    return tuple(Column(key, _heading(FIELDS_BY_KEY[key]), Kind.NUMBER, 13.5) for key in keys.split())


def _heading(given: Field) -> Text:
    """The name of a field without its unit, which stands above the heading."""
    return Text(given.name.en.split(",")[0], given.name.ru.split(",")[0])


def _helper(key: str, title: Text, formula: str) -> Column:
    return Column(key, title, Kind.HELPER, formula=formula)


_CHANNEL = Column("channel", Text("Channel", "Канал"), Kind.CHANNEL, 16, needed=True)
_DATE = Column("date", Text("Date", "Дата"), Kind.DAY, 12, needed=True)
_CHECK = Column("check", Text("Check", "Проверка"), Kind.CHECK, 24)
# days before the first month count as no month: 0 is no day of 1900 that anybody reports
_MONTH = _helper("month", Text("Month (auto)", "Месяц (авто)"), "IF(ISNUMBER([date]),DATE(YEAR([date]),MONTH([date]),1),0)")
# whether something is wrong with a row, for the sheet Data checks
_FLAG = _helper("flag", Text("Flag (auto)", "Метка (авто)"), 'IF(OR(LEFT([check],1)="■",LEFT([check],1)="▲"),1,0)')
_KNOWS_SAVES = 'OR(ISNUMBER([saves]),COUNTIFS({channel},[channel],{saves},">-1E+300")=0)'
_ENGAGEMENTS = _helper(
    "engagements",
    Text("Engagements (auto)", "Вовлечения (авто)"),
    f'IF(AND(ISNUMBER([likes]),ISNUMBER([comments]),ISNUMBER([reposts]),{_KNOWS_SAVES}),SUM([likes],[comments],[reposts],[saves]),"")',
)

CHANNELS = InputSheet(
    "channels",
    "ch",
    Text("Channels", "Каналы"),
    Text(
        "One row for each month and channel. An empty cell means unknown, not zero.", "Одна строка на месяц и канал. Пустая ячейка — «неизвестно», а не ноль."
    ),
    720,
    (
        Column("period", Text("Month", "Месяц"), Kind.MONTH, 11, needed=True),
        _CHANNEL,
        *_numbers(
            "followers_start followers_end new_followers unfollows posts posts_planned impressions views reach likes comments reposts saves "
            "clicks visits all_visits leads conversions customers orders revenue spend budget content_cost tools_cost incoming answered"
        ),
        _CHECK,
        _FLAG,
        _helper(
            "site_differs",
            Text("Site visits differ (auto)", "Визиты сайта разные (авто)"),
            'IF(ISNUMBER([all_visits]),IF(COUNTIFS({month},[month],{all_visits},"<>"&[all_visits],{all_visits},">-1E+300")>0,1,0),0)',
        ),
        _helper("month", Text("Month (auto)", "Месяц (авто)"), "IF(ISNUMBER([period]),DATE(YEAR([period]),MONTH([period]),1),0)"),
        _ENGAGEMENTS,
        _helper(
            "net_followers",
            Text("Net new followers (auto)", "Прирост (авто)"),
            'IF(AND(ISNUMBER([new_followers]),ISNUMBER([unfollows])),[new_followers]-[unfollows],"")',
        ),
        _helper(
            "social_visits", Text("Social visits (auto)", "Визиты из соцсетей (авто)"), 'IF(ISNUMBER([visits]),[visits],IF(ISNUMBER([clicks]),[clicks],""))'
        ),
    ),
)
CAMPAIGNS = InputSheet(
    "campaigns",
    "ca",
    Text("Campaigns", "Кампании"),
    Text(
        "Advertising, a row for each day or month and campaign (for a month write its first day).",
        "Реклама: строка на день или месяц и кампанию (для месяца — первое число).",
    ),
    1000,
    (
        _DATE,
        _CHANNEL,
        Column("campaign", Text("Campaign", "Кампания"), Kind.WORD, 28),
        *_numbers("spend impressions clicks leads conversions customers orders revenue"),
        _CHECK,
        _FLAG,
        _MONTH,
        _helper("social_visits", Text("Social visits (auto)", "Визиты из соцсетей (авто)"), 'IF(ISNUMBER([clicks]),[clicks],"")'),
    ),
)
POSTS = InputSheet(
    "posts",
    "po",
    Text("Posts", "Посты"),
    Text("One row for each post.", "Одна строка на публикацию."),
    500,
    (
        _DATE,
        _CHANNEL,
        Column("post", Text("Post", "Публикация"), Kind.WORD, 36),
        *_numbers("post_reach views likes comments reposts saves"),
        _CHECK,
        _FLAG,
        _MONTH,
        _ENGAGEMENTS,
        _helper("posts", Text("Posts (auto)", "Публикаций (авто)"), 'IF(ISNUMBER([date]),1,"")'),
    ),
)
EFFORT = InputSheet(
    "effort",
    "ef",
    Text("Effort", "Трудозатраты"),
    Text(
        "Hours by task. Give the channel in every row or in none; without a rate the one from Settings counts.",
        "Часы по задачам. Канал указывайте во всех строках или ни в одной; без ставки действует ставка из листа «Настройки».",
    ),
    500,
    (
        _DATE,
        Column("channel", Text("Channel", "Канал"), Kind.CHANNEL, 16),
        Column("task", Text("Task", "Задача"), Kind.WORD, 36),
        *_numbers("hours hourly_rate"),
        _CHECK,
        _FLAG,
        _MONTH,
        _helper(
            "labour_cost",
            Text("Labour cost (auto)", "Стоимость труда (авто)"),
            'IF(AND(ISNUMBER([hours]),OR(ISNUMBER([hourly_rate]),ISNUMBER(s_hourly_rate))),[hours]*IF(ISNUMBER([hourly_rate]),[hourly_rate],s_hourly_rate),"")',
        ),
    ),
)
SHEETS = (CHANNELS, CAMPAIGNS, POSTS, EFFORT)
BY_PREFIX = {sheet.prefix: sheet for sheet in SHEETS}
MOST_CHANNELS = 12
