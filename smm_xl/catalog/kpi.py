"""The vocabulary of the catalog: what a field and a KPI are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from math import isfinite
from typing import Any, NamedTuple

from smm_xl.cells import cell as cells
from smm_xl.cells.cell import NUM, CellError
from smm_xl.errors import CatalogError
from smm_xl.formula import Expr, Name
from smm_xl.language import Text, Worded


class Omitted(Enum):
    """The default of an optional argument that has no number for one."""

    OMITTED = "omitted"


OMITTED = Omitted.OMITTED


class Unit(Worded):
    """What a number counts. Shares are fractions: 0.05 is 5 %."""

    COUNT = "count", Text("count", "шт.")
    MONEY = "money", Text("money", "деньги")
    SHARE = "share", Text("share", "доля")
    RATIO = "ratio", Text("ratio", "отношение")
    HOURS = "hours", Text("hours", "ч")
    DAYS = "days", Text("days", "дн.")


class Total(Worded):
    """How an input is brought to one value.

    SUM       added up.
    LAST      the last known value in time, per channel; channels are added.
    FIRST     the first known value in time, per channel; channels are added.
    SITE      added over time; the channels share one value, which is taken once. A range in a function is added.
    CALENDAR  added over time; the channels share one value. A function cannot total it.
    RATE      a price or a rate: cannot be totalled, is used row by row. A report takes a value that all rows share.
    UNIQUE    people counted once: cannot be totalled at all.
    LARGEST   the largest of all rows, as ``largest`` in a formula asks for it.

    What follows from it stands in the properties below, once for the engine, targets, reports and workbook.
    """

    SUM = "sum", Text("sum of {}", "сумма: {}")
    LAST = "last", Text("last known value of {}", "последнее известное значение: {}")
    FIRST = "first", Text("first known value of {}", "первое известное значение: {}")
    SITE = "site", Text("sum of {} over time, once for all channels", "сумма по времени, одна на все каналы: {}")
    CALENDAR = "calendar", Text("{} of the period, once for all channels", "за период, одно значение на все каналы: {}")
    RATE = "rate", Text("{}, never totalled", "{}, не складывается")
    UNIQUE = "unique", Text("{} as the platform gives it, never added up", "{} по данным площадки, не складывается")
    LARGEST = "largest", Text("largest {}", "наибольшее значение: {}")

    @property
    def adds_in_a_function(self) -> bool:
        """Whether a plain function, which sees neither dates nor channels, may add up a range of it: visits of the site may be one figure told twice."""
        return self is Total.SUM

    @property
    def grows(self) -> bool:
        """Whether it is added over time: it goes on at its pace to the end of a period, and the targets of months are added."""
        return self in (Total.SUM, Total.SITE, Total.CALENDAR)

    @property
    def stays(self) -> bool:
        """Whether it is known from the first day of a period and is the same at the end of it: a rate, or what the period started with."""
        return self in (Total.RATE, Total.FIRST)

    @property
    def is_stock(self) -> bool:
        """Whether it is a number of followers at a moment: the one moment of each channel counts, and channels are added as accounts."""
        return self in (Total.LAST, Total.FIRST)

    @property
    def is_shared(self) -> bool:
        """Whether it is one figure for the whole site, which stands beside each channel and is taken once."""
        return self in (Total.SITE, Total.CALENDAR)

    @property
    def goes_by_rows(self) -> bool:
        """Whether rows may be combined before they are totalled: an amount, or the rate that it is multiplied by."""
        return self in (Total.SUM, Total.RATE)


class Limits(Enum):
    """Which numbers an input may be; each is (lowest, highest, whether the lowest itself is allowed)."""

    ANY = (float("-inf"), float("inf"), False)
    NOT_NEGATIVE = (0.0, float("inf"), True)
    FRACTION = (0.0, 1.0, False)

    @property
    def words(self) -> Text:
        return {
            Limits.ANY: Text("any number", "любое число"),
            Limits.NOT_NEGATIVE: Text("zero or a positive number", "ноль или положительное число"),
            Limits.FRACTION: Text("a share above 0 and at most 1, such as 0.4 or 40 %", "доля больше 0 и не больше 1, например 0,4 или 40 %"),
        }[self]

    def check(self, number: float) -> None:
        """Raises CellError #NUM! for a number that may not stand there."""
        lowest, highest, is_lowest_allowed = self.value
        if not (lowest < number <= highest or (is_lowest_allowed and number == lowest)) or not isfinite(number):
            raise CellError(NUM)

    def read(self, cell: object) -> float | None:
        """The number in a cell, None for a blank one. Raises CellError for what is no number, or none that may stand there."""
        found = cells.number(cell)
        if found is not None:
            self.check(found)
        return found


class Better(Worded):
    """Which direction of a KPI is good."""

    HIGHER = "higher", Text("higher", "больше")
    LOWER = "lower", Text("lower", "меньше")
    NEUTRAL = "neutral", Text("neutral", "без оценки")


class Group(Worded):
    """The three groups of the source article, into which KPIs fall; and what is done with KPIs: targets, and statistics of rates."""

    RESULTS = "results", Text("results", "по результатам")
    COSTS = "costs", Text("costs", "по затратам")
    EFFORT = "effort", Text("effort", "по трудозатратам")
    GOALS = "goals", Text("goals", "цели")
    STATISTICS = "statistics", Text("statistics", "статистика")


@dataclass(frozen=True, eq=False)
class Derivation:
    """How a field follows from others where it is not given itself.

    formula:  over other fields.
    optional: parts that count 0 where they are absent: nowhere in the data, or, ``by_channel``, for a channel that never reports them.
    """

    formula: Expr
    optional: tuple[Field, ...] = ()
    by_channel: bool = False

    @property
    def inputs(self) -> tuple[Field, ...]:
        return fields_of(self.formula)


@dataclass(frozen=True, eq=False)
class Field(Name):
    """Something that a user types in: it owns its names, its unit and how it totals.

    other_names: further keys, accepted as argument names of KPIs.
    typed_on:    the keys of the input sheets of the workbook that ask for it, none for what only follows from others.
    aliases:     headers under which tables hold it, beside its key and names.
    best, second: headers that go before the names, and after all others, where several columns are the field.
    derived:     ways to get it where it is not given, the best first.
    has_credits: whether a number below 0 among others gives something back, such as a correction of the platform.
    is_attributed: whether one may be shared between several channels or campaigns, so that they have fractions of it.
    """

    key: str
    name: Text
    unit: Unit
    total: Total = Total.SUM
    limits: Limits = Limits.NOT_NEGATIVE
    other_names: tuple[str, ...] = ()
    typed_on: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    best: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    derived: tuple[Derivation, ...] = ()
    has_credits: bool = False
    is_attributed: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it counts whole things, and none of them is shared between several."""
        return self.unit is Unit.COUNT and not self.is_attributed

    @property
    def limits_in_rows(self) -> Limits:
        """What it may be among others that it is added to: a credit takes away, though no total may be below 0."""
        return Limits.ANY if self.has_credits else self.limits


@dataclass(frozen=True, eq=False)
class Dimension:
    """Something that rows are told apart by. Values are text; those of a time dimension are dates or periods.

    best, second: as of a field: the id of a post tells it before its link does, the name of a campaign before its id.
    """

    key: str
    name: Text
    aliases: tuple[str, ...] = ()
    best: tuple[str, ...] = ()
    second: tuple[str, ...] = ()


class Takes(Enum):
    """What an argument takes, as far as hosts treat it apart.

    NUMBERS a number, a cell or a range; WORD a word, a name or a period, for which no number 0 stands; DAY a date, to which hosts
    add 1462 in books of the 1904 system; RANGE a range whose cells count as they stand, errors among them.
    """

    NUMBERS = "numbers"
    WORD = "word"
    DAY = "day"
    RANGE = "range"


def as_it_stands(cell: Any) -> Any:
    """How an argument is read that the function itself looks into, such as a table."""
    return cell


@dataclass(frozen=True)
class Argument:
    """One argument of a worksheet function, as the function, the reference and the hosts need it.

    about:    help, at most 255 characters.
    takes:    what hosts hand over for it.
    read:     a cell as the value that the function takes, None for a blank one; raises CellError. Of a whole range, the range.
    default:  present only where ``optional``; OMITTED where the function has no number for it.
    field:    what it is, where ranges of it are totals: every argument of a KPI, and the counts of a calculation.
    may_be_unknown, is_whole: whether the function takes None; whether it takes the range and not a cell of it.

    >>> FUNCTIONS["SMM_CPL"].parameters[1].name
    'leads'
    """

    name: str
    about: Text
    optional: bool = False
    takes: Takes = Takes.NUMBERS
    read: Callable[[Any], Any] = as_it_stands
    default: float | Omitted = OMITTED
    field: Field | None = None
    may_be_unknown: bool = False
    is_whole: bool = False

    @property
    def key(self) -> str:
        """The key of its field; its name, which may be another, where it has none."""
        return self.name if self.field is None else self.field.key

    @property
    def limits(self) -> Limits:
        """What its field may be; any number where it has none."""
        return Limits.ANY if self.field is None else self.field.limits

    @property
    def limits_in_rows(self) -> Limits:
        """What its field may be in a cell of a range, which is added to others."""
        return Limits.ANY if self.field is None else self.field.limits_in_rows

    @property
    def total(self) -> Total:
        """How its field totals; what has none stands in each row for itself."""
        return Total.RATE if self.field is None else self.field.total

    @property
    def counts_zero(self) -> bool:
        """Whether it is a part of a sum that may be absent: left out, or wholly blank, it counts 0."""
        return self.optional and self.field is not None and self.default == 0

    @property
    def signature(self) -> str:
        """As the reference writes it: ``fact``, ``[cap = 1.2]``, ``[scale]``, ``[saves]``."""
        if not self.optional:
            return self.name
        return f"[{self.name}]" if isinstance(self.default, Omitted) or self.counts_zero else f"[{self.name} = {self.default:g}]"


class Example(NamedTuple):
    """One call of a worksheet function and what it gives, as Python writes both: ``Example("1000, 20", "50.0")``.

    ``...`` in the result stands for digits that do not matter.
    """

    arguments: str
    gives: str


@dataclass(frozen=True, eq=False)
class Kpi:
    """A formula over fields, with what people need to read it.

    name, about:  what it is called, and one sentence of help; each at most 255 characters.
    formula:      over fields. A KPI of several values (``bounds``) has one formula each.
    takes:        argument names in their order, where it is not the order of the formula; ``defaults`` makes some optional.
    function:     whether there is a worksheet function of it (counts have none).
    example:      of the function, for its docstring; a test runs it.
    """

    key: str
    name: Text
    about: Text
    formula: Expr
    unit: Unit
    better: Better
    group: Group
    takes: str = ""
    defaults: dict[str, float | Omitted] = field(default_factory=dict)
    has_function: bool = True
    article: bool = False
    bounds: tuple[tuple[str, Text, Expr], ...] = ()
    example: Example | None = None

    @property
    def function(self) -> str:
        """The name of the worksheet function, or "" for a KPI without one."""
        return f"SMM_{self.key.upper()}" if self.has_function else ""

    @property
    def formulas(self) -> tuple[Expr, ...]:
        """One formula for each value of the KPI: one, but for bounds."""
        return tuple(formula for _, _, formula in self.bounds) or (self.formula,)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns in a report: its key, or one for each bound."""
        return tuple(f"{self.key}_{suffix}" for suffix, _, _ in self.bounds) or (self.key,)

    @property
    def titles(self) -> tuple[Text, ...]:
        """The headings of its columns in a report."""
        return tuple(title for _, title, _ in self.bounds) or (self.name,)

    @cached_property
    def arguments(self) -> tuple[Argument, ...]:
        """The arguments of the function, in their order.

        A KPI that is a derived field and nothing else takes the parts of that field.
        """
        fields = {name: given for given in self.inputs for name in (given.key, *given.other_names)}
        names = [name.strip() for name in self.takes.split(",")] if self.takes else [given.key for given in self.inputs]
        if unknown := [name for name in names if name not in fields]:
            raise CatalogError(f"KPI {self.key}: its formula has no input {', '.join(unknown)}")
        if absent := [given.key for given in self.inputs if not {given.key, *given.other_names} & set(names)]:
            raise CatalogError(f"KPI {self.key}: no argument for {', '.join(absent)}")
        return tuple(
            Argument(name, _help_of(given), name in self.defaults, read=given.limits.read, default=self.defaults.get(name, OMITTED), field=given)
            for name, given in zip(names, map(fields.__getitem__, names), strict=True)
        )

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The formulas as the worksheet function works them out: a derived field that stands alone is replaced by its parts."""
        alone = self.formula
        if isinstance(alone, Field) and alone.derived:
            return (alone.derived[0].formula,)
        return self.formulas

    @property
    def inputs(self) -> tuple[Field, ...]:
        """The fields that the function needs, each once, in the order in which the formulas name them."""
        found: dict[str, Field] = {}
        for formula in self.parts:
            for given in fields_of(formula):
                found.setdefault(given.key, given)
        return tuple(found.values())


class Spread(Enum):
    """What a calculation makes of ranges: ``ROWS`` one result a row, ``TOTALS`` one result of added counts, ``WHOLE`` one result of whole ranges."""

    ROWS = "rows"
    TOTALS = "totals"
    WHOLE = "whole"


@dataclass(frozen=True, eq=False)
class Calculation:
    """A worksheet function that is no arithmetic over fields: target, gap, forecast, score, statistics.

    formula:    how it is counted, for people.
    unit:       what the result counts, for people.
    arguments:  in their order.
    work:       called with their values, by position; raises CellError and ZeroDivisionError.
    use:        when to use it.
    pitfalls:   what goes wrong with it.
    article:    whether the source article asks for it.
    example:    of the function, for its docstring; a test runs it.
    """

    key: str
    name: Text
    about: Text
    formula: Text
    unit: Text
    better: Better
    group: Group
    arguments: tuple[Argument, ...]
    work: Callable[..., Any]
    use: Text
    pitfalls: Text
    spread: Spread = Spread.ROWS
    article: bool = False
    example: Example | None = None

    @property
    def function(self) -> str:
        """The name of the worksheet function."""
        return f"SMM_{self.key.upper()}"


def _help_of(given: Field) -> Text:
    """Help of an argument of a KPI: what it is, and what a range of it means."""
    if given.total.adds_in_a_function:
        return Text(f"{given.name.en}: a number, a cell or a range, which is added up", f"{given.name.ru}: число, ячейка или диапазон, который складывается")
    return Text(
        f"{given.name.en}: one number or cell; a range with several values gives #N/A, see SMM_KPI",
        f"{given.name.ru}: одно число или ячейка; диапазон с несколькими значениями даёт #Н/Д, см. SMM_KPI",
    )


def fields_of(formula: Expr) -> tuple[Field, ...]:
    """The fields in a formula, in the order in which they are first written."""
    return tuple(name for name in formula.names() if isinstance(name, Field))
