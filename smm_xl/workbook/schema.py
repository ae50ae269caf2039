"""What the reader of a workbook and its writer have to agree on: the columns of the input sheets, where tables begin, the names of cells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from smm_xl.catalog.definitions import FIELDS
from smm_xl.catalog.kpi import Field, Limits, Total, Unit
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.errors import CatalogError
from smm_xl.language import Text
from smm_xl.outputs import look

VERSION = "3"  # of the template; 2 had other hidden sheets, which were wrong in twelve cells of Excel, 1 no KPIs of the dashboard in Settings and no A/B tests
PROPERTY = "smm-xl template"  # the custom property that our workbooks are known by; it holds the version
LANGUAGE_PROPERTY, FORMULAS_PROPERTY = "smm-xl language", "smm-xl formulas"
NATIVE, FUNCTIONS = "native", "functions"  # the two kinds of formulas
TOP = 4  # the row of the headings of tables, counted from 0; the first column stays empty
MOST_CHANNELS = 12
MOST_MONTHS = 60  # in a report
MOST_PLANNED = 100  # targets that are shown
GREEN, AMBER = 1.0, 0.9  # the attainments from which a target is reached, or at risk, where Settings say none
FAR = 2192  # days from the middle of the data at which a date is taken for a slip: six years, where a book holds five


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

    prefix:   of the names of its columns in formulas: ``ch_spend``.
    about:    below its heading; contents: a few words for the contents on the sheet Start.
    rows:     how many a new workbook has.
    """

    key: str
    prefix: str
    name: Text
    about: Text
    contents: Text
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


def _numbers(sheet: str, first: str = "") -> tuple[Column, ...]:
    """The columns of the fields that are typed on a sheet, in the order of the catalog but for the one that comes first."""
    asked = sorted((given for given in FIELDS if sheet in given.typed_on), key=lambda given: given.key != first)
    return tuple(Column(given.key, _heading(given), Kind.NUMBER, 13.5) for given in asked)


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
_FLAG = _helper("flag", Text("Flag (auto)", "Метка (авто)"), f'IF(OR(LEFT([check],1)="{look.ERROR}",LEFT([check],1)="{look.REMARK}"),1,0)')

# the place of the channel in the list of Settings, by which the hidden grid adds rows up; all other names share the place behind the last
_NUMBER = _helper(
    "no",
    Text("Channel number (auto)", "Номер канала (авто)"),
    f"IF(COUNTIF(channel_list,[channel])=0,{MOST_CHANNELS + 1},MATCH([channel],channel_list,0))",
)

# Reactions are taken from one sheet together; the optional ones count 0 for a channel that never reports them
_WAY = FIELDS_BY_KEY["engagements"].derived[0]
OPTIONAL_REACTIONS = tuple(given.key for given in _WAY.optional)
NEEDED_REACTIONS = tuple(given.key for given in _WAY.inputs if given.key not in OPTIONAL_REACTIONS)
REACTIONS = (*NEEDED_REACTIONS, *OPTIONAL_REACTIONS)
_KNOWN = [
    *(f"ISNUMBER([{key}])" for key in NEEDED_REACTIONS),
    *(f'OR(ISNUMBER([{key}]),COUNTIFS({{channel}},[channel],{{{key}}},">-1E+300")=0)' for key in OPTIONAL_REACTIONS),
]
_ENGAGEMENTS = _helper(
    "engagements",
    Text("Engagements (auto)", "Вовлечения (авто)"),
    f'IF(AND({",".join(_KNOWN)}),SUM({",".join(f"[{key}]" for key in REACTIONS)}),"")',
)
# Figures of the whole site stand beside every channel, the same in all rows of a month: 1 where one of them differs
OF_THE_SITE = tuple(given.key for given in FIELDS if given.total is Total.SITE and "channels" in given.typed_on)
_DIFFERS = [f'IF(ISNUMBER([{key}]),IF(COUNTIFS({{month}},[month],{{{key}}},"<>"&[{key}],{{{key}}},">-1E+300")>0,1,0),0)' for key in OF_THE_SITE]

CHANNELS = InputSheet(
    "channels",
    "ch",
    Text("Channels", "Каналы"),
    Text(
        "One row for each month and channel. An empty cell means unknown, not zero.", "Одна строка на месяц и канал. Пустая ячейка — «неизвестно», а не ноль."
    ),
    Text("data by month and channel", "данные по месяцам и каналам"),
    720,
    (
        Column("period", Text("Month", "Месяц"), Kind.MONTH, 11, needed=True),
        _CHANNEL,
        *_numbers("channels"),
        _CHECK,
        _FLAG,
        _helper(
            "site_differs",
            Text("Site visits differ (auto)", "Визиты сайта разные (авто)"),
            _DIFFERS[0] if len(_DIFFERS) == 1 else f"MAX({','.join(_DIFFERS)})",
        ),
        _helper("month", Text("Month (auto)", "Месяц (авто)"), "IF(ISNUMBER([period]),DATE(YEAR([period]),MONTH([period]),1),0)"),
        _NUMBER,
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
    Text("advertising", "реклама"),
    1000,
    (
        _DATE,
        _CHANNEL,
        Column("campaign", Text("Campaign", "Кампания"), Kind.WORD, 28),
        *_numbers("campaigns", first="spend"),
        _CHECK,
        _FLAG,
        _MONTH,
        _NUMBER,
        _helper("social_visits", Text("Social visits (auto)", "Визиты из соцсетей (авто)"), 'IF(ISNUMBER([clicks]),[clicks],"")'),
    ),
)
POSTS = InputSheet(
    "posts",
    "po",
    Text("Posts", "Посты"),
    Text("One row for each post.", "Одна строка на публикацию."),
    Text("posts and their reach", "публикации и их охват"),
    500,
    (
        _DATE,
        _CHANNEL,
        Column("post", Text("Post", "Публикация"), Kind.WORD, 36),
        *_numbers("posts"),
        _CHECK,
        _FLAG,
        _MONTH,
        _NUMBER,
        _ENGAGEMENTS,
        _helper("posts", Text("Posts (auto)", "Публикаций (авто)"), 'IF(ISNUMBER([date]),1,"")'),
        # of the chosen period, for the best ones: by the reach of posts where some have it, else by their views
        _helper(
            "rate",
            Text("Engagement rate (auto)", "Вовлечённость (авто)"),
            "IF(AND([month]>=p_first,[month]<=p_last,ISNUMBER([engagements])),"
            'IF(p_posts_reach=1,IF(SUM([post_reach])>0,[engagements]/[post_reach],""),IF(SUM([views])>0,[engagements]/[views],"")),"")',
        ),
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
    Text("hours and their cost", "часы и их стоимость"),
    500,
    (
        _DATE,
        Column("channel", Text("Channel", "Канал"), Kind.CHANNEL, 16),
        Column("task", Text("Task", "Задача"), Kind.WORD, 36),
        *_numbers("effort"),
        _CHECK,
        _FLAG,
        _MONTH,
        _NUMBER,
        _helper(
            "labour_cost",
            Text("Labour cost (auto)", "Стоимость труда (авто)"),
            'IF(AND(ISNUMBER([hours]),OR(ISNUMBER([hourly_rate]),ISNUMBER(s_hourly_rate))),[hours]*IF(ISNUMBER([hourly_rate]),[hourly_rate],s_hourly_rate),"")',
        ),
    ),
)
INPUT_SHEETS = (CHANNELS, CAMPAIGNS, POSTS, EFFORT)
BY_PREFIX = {sheet.prefix: sheet for sheet in INPUT_SHEETS}
SCALARS = ("margin", "orders_per_customer")  # inputs that stand in Settings, once for all
TOTAL_WORDS = ("total", "totals", "grand total", "итого", "всего", "общий итог")  # what a row of totals is called among campaigns
DAYS = "days"  # of the period: an input that nobody types in
CHOSEN = ("leads", "customers")  # whose count is used is a setting
if unknown := {key for given in FIELDS for key in given.typed_on} - {sheet.key for sheet in INPUT_SHEETS}:
    raise CatalogError(f"a field is typed on {', '.join(sorted(unknown))}, which is no input sheet")

# What can hardly be: the first of two inputs of a row above the second
ORDER = (
    ("reach", "impressions", Text("reach above impressions", "охват больше показов")),
    ("clicks", "impressions", Text("clicks above impressions", "кликов больше показов")),
    ("leads", "clicks", Text("leads above clicks", "заявок больше кликов")),
    ("customers", "leads", Text("customers above leads", "клиентов больше заявок")),
    ("answered", "incoming", Text("answered above received", "отвечено больше, чем получено")),
)
TOLERANCE = 0.01  # totals of two sheets that differ by more are worth a look


def twice_told() -> list[tuple[str, list[InputSheet]]]:
    """The inputs that two sheets have columns for, with these sheets in the order in which they count."""
    found: dict[str, list[InputSheet]] = {}
    for sheet in INPUT_SHEETS:
        for column in sheet.columns:
            if column.kind is Kind.NUMBER:
                found.setdefault(column.key, []).append(sheet)
    return [(key, sheets) for key, sheets in found.items() if len(sheets) > 1]


def differ(first: float, second: float, *, of_posts: bool) -> bool:
    """Whether the totals of an input in two sheets are worth a look; ``of_posts``: the second counts posts, and not all need be listed."""
    return abs(first - second) > TOLERANCE * max(abs(first), abs(second)) and not (of_posts and second < first)


# --- Funnel ---------------------------------------------------------------------------------------------------------

# What the funnel is planned from: by key the name, the unit, and the KPI that says how it is now
FUNNEL_INPUTS: dict[str, tuple[Text, Unit, str]] = {
    "customers": (Text("Customers wanted in a period", "Нужно клиентов за период"), Unit.COUNT, "customers"),
    "cr_lead_customer": (Text("Conversion lead to customer", "Конверсия из заявки в клиента"), Unit.SHARE, "cr_lead_customer"),
    "cr_click_lead": (Text("Conversion click to lead", "Конверсия из клика в заявку"), Unit.SHARE, "cr_click_lead"),
    "cpc": (Text("Cost per click", "Цена клика"), Unit.MONEY, "cpc"),
    "aov": (Text("Average order value", "Средний чек"), Unit.MONEY, "aov"),
}

# --- A/B tests ------------------------------------------------------------------------------------------------------

MOST_TESTS = 10
TEST_NAME = "test"
TEST_COUNTS: dict[str, Text] = {  # of a test, in the order of the columns
    "trials_a": Text("Clicks of A", "Клики A"),
    "successes_a": Text("Leads of A", "Заявки A"),
    "trials_b": Text("Clicks of B", "Клики B"),
    "successes_b": Text("Leads of B", "Заявки B"),
}
# How large the next test has to be is worked out from these: by key the name, what is accepted, and the value at first
SIZE_INPUTS: dict[str, tuple[Text, Limits, float | None]] = {
    "base_rate": (Text("Conversion of A today", "Конверсия A сейчас"), Limits.FRACTION, None),
    "lift": (Text("Relative lift to be found (20 %: from 5 % to 6 %)", "Относительный прирост, который нужно увидеть (20 %: с 5 % до 6 %)"), Limits.ANY, None),
    "power": (Text("Chance to find it", "Вероятность его увидеть"), Limits.FRACTION, 0.8),
    "alpha": (Text("Chance of a false alarm", "Вероятность ложной тревоги"), Limits.FRACTION, 0.05),
}
