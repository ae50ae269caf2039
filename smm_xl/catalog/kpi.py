"""The vocabulary of the catalog: what a field and a KPI are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from smm_xl.errors import CatalogError
from smm_xl.formula import Expr, Name
from smm_xl.language import Text


class Omitted(Enum):
    """The default of an optional argument that has no number for one."""

    OMITTED = "omitted"


OMITTED = Omitted.OMITTED


class Unit(Enum):
    """What a number counts. Shares are fractions: 0.05 is 5 %."""

    COUNT = Text("count", "шт.")
    MONEY = Text("money", "деньги")
    SHARE = Text("share", "доля")
    RATIO = Text("ratio", "отношение")
    HOURS = Text("hours", "ч")
    DAYS = Text("days", "дн.")

    @property
    def key(self) -> str:
        return self.value.en


class Total(Enum):
    """How an input is brought to one value.

    SUM       added up.
    LAST      the last known value in time, per channel; channels are added.
    FIRST     the first known value in time, per channel; channels are added.
    SITE      added over time; the channels share one value, which is taken once. A range in a function is added.
    CALENDAR  added over time; the channels share one value. A function cannot total it.
    RATE      a price or a rate: cannot be totalled, is used row by row. A report takes a value that all rows share.
    UNIQUE    people counted once: cannot be totalled at all.
    """

    SUM = Text("sum of {}", "сумма: {}")
    LAST = Text("last known value of {}", "последнее известное значение: {}")
    FIRST = Text("first known value of {}", "первое известное значение: {}")
    SITE = Text("sum of {} over time, once for all channels", "сумма по времени, одна на все каналы: {}")
    CALENDAR = Text("{} of the period, once for all channels", "за период, одно значение на все каналы: {}")
    RATE = Text("{}, never totalled", "{}, не складывается")
    UNIQUE = Text("{} as the platform gives it, never added up", "{} по данным площадки, не складывается")

    @property
    def adds_in_a_function(self) -> bool:
        """Whether a plain function, which sees neither dates nor channels, may add up a range of it."""
        return self in (Total.SUM, Total.SITE)


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


class Better(Enum):
    """Which direction of a KPI is good."""

    HIGHER = Text("higher", "больше")
    LOWER = Text("lower", "меньше")
    NEUTRAL = Text("neutral", "без оценки")

    @property
    def key(self) -> str:
        return self.value.en


class Group(Enum):
    """The three groups of the source article, into which KPIs fall; and what is done with KPIs: targets, and statistics of rates."""

    RESULTS = Text("results", "по результатам")
    COSTS = Text("costs", "по затратам")
    EFFORT = Text("effort", "по трудозатратам")
    GOALS = Text("goals", "цели")
    STATISTICS = Text("statistics", "статистика")

    @property
    def key(self) -> str:
        return self.value.en


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
    derived:     ways to get it where it is not given, the best first.
    """

    key: str
    name: Text
    unit: Unit
    total: Total = Total.SUM
    limits: Limits = Limits.NOT_NEGATIVE
    other_names: tuple[str, ...] = ()
    typed_on: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    derived: tuple[Derivation, ...] = ()


@dataclass(frozen=True, eq=False)
class Dimension:
    """Something that rows are told apart by. Values are text; those of a time dimension are dates or periods."""

    key: str
    name: Text
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Argument:
    """One argument of a KPI's function. ``default`` is present only where ``optional``."""

    name: str
    field: Field
    optional: bool = False
    default: Any = None

    @property
    def signature(self) -> str:
        if not self.optional:
            return self.name
        return f"[{self.name} = {self.default:g}]" if isinstance(self.default, int | float) and self.default else f"[{self.name}]"


@dataclass(frozen=True, eq=False)
class Kpi:
    """A formula over fields, with what people need to read it.

    name, about:  what it is called, and one sentence of help; each at most 255 characters.
    formula:      over fields. A KPI of several values (``bounds``) has one formula each.
    takes:        argument names in their order, where it is not the order of the formula; ``defaults`` makes some optional.
    function:     whether there is a worksheet function of it (counts have none).
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

    @property
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
        return tuple(Argument(name, fields[name], name in self.defaults, self.defaults.get(name)) for name in names)

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


class Takes(Enum):
    """What an argument takes, as far as hosts treat it apart.

    NUMBERS a number, a cell or a range; WORD a word, a name or a period, for which no number 0 stands; DAY a date, to which hosts
    add 1462 in books of the 1904 system; RANGE a range whose cells count as they stand, errors among them.
    """

    NUMBERS = "numbers"
    WORD = "word"
    DAY = "day"
    RANGE = "range"


@dataclass(frozen=True)
class Input:
    """One argument of a calculation.

    about:   help, at most 255 characters.
    read:    a cell as the value that the calculation takes, None for a blank one; raises CellError. Of a whole range, the range.
    default: present only where ``optional``; OMITTED where the calculation has no number for it.
    field:   how it totals, for a calculation of totals.
    takes:   what hosts hand over for it.
    may_be_unknown, is_whole: whether the calculation takes None; whether it takes the range and not a cell of it.
    """

    name: str
    about: Text
    read: Callable[[Any], Any]
    optional: bool = False
    default: float | Omitted = OMITTED
    field: Field | None = None
    takes: Takes = Takes.NUMBERS
    may_be_unknown: bool = False
    is_whole: bool = False

    @property
    def signature(self) -> str:
        """As the reference writes it: ``fact``, ``[cap = 1.2]``, ``[scale]``."""
        if not self.optional:
            return self.name
        return f"[{self.name}]" if isinstance(self.default, Omitted) else f"[{self.name} = {self.default:g}]"


@dataclass(frozen=True, eq=False)
class Calculation:
    """A worksheet function that is no arithmetic over fields: target, gap, forecast, score, statistics.

    formula:    how it is counted, for people.
    unit:       what the result counts, for people.
    inputs:     its arguments in their order.
    work:       called with the values of the inputs, by position; raises CellError and ZeroDivisionError.
    use:        when to use it.
    pitfalls:   what goes wrong with it.
    article:    whether the source article asks for it.
    """

    key: str
    name: Text
    about: Text
    formula: Text
    unit: Text
    better: Better
    group: Group
    inputs: tuple[Input, ...]
    work: Callable[..., Any]
    use: Text
    pitfalls: Text
    spread: Spread = Spread.ROWS
    article: bool = False

    @property
    def function(self) -> str:
        """The name of the worksheet function."""
        return f"SMM_{self.key.upper()}"

    @property
    def arguments(self) -> tuple[Input, ...]:
        return self.inputs


def fields_of(formula: Expr) -> tuple[Field, ...]:
    """The fields in a formula, in the order in which they are first written."""
    return tuple(name for name in formula.names() if isinstance(name, Field))
