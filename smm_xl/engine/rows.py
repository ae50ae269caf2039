"""The rules of totals, once: what a table of rows makes of its columns, over a kernel that holds them.

A kernel is a module of a few operations on columns: ``engine.lists`` in the standard library, ``sources.arrays`` in numpy.
What LAST, UNIQUE, RATE, silent channels, grain and ends mean stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import inf, isinf, nan
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from smm_xl.catalog.kpi import Total
from smm_xl.cells import dates
from smm_xl.cells import period as periods
from smm_xl.cells.cell import NA, NUM, VALUE, CellError, first_error
from smm_xl.cells.names import one_name
from smm_xl.cells.period import Period
from smm_xl.engine.spellings import FOLDED, Spellings
from smm_xl.engine.totals import Cell, Label, natural, worked_out
from smm_xl.formula import Expr

TIME = ("date", "month", "quarter", "year")
KINDS = ("channels", "campaigns", "posts", "effort")

Numbers = Any  # a vector of floats, NaN where unknown
Codes = Any  # a vector of whole numbers from 0
Flags = Any  # a vector of bools
T = TypeVar("T")


class Moment(NamedTuple):
    """The days that a row is about, as ordinals."""

    first: int
    last: int


class Coded(NamedTuple, Generic[T]):
    """One code a row, and what the codes stand for; some of them may stand for no row."""

    codes: Codes
    labels: list[T]


class Column(Protocol):
    """Numbers of one field. ``bad``: the errors of rows whose cell may not stand there; ``number`` tells columns apart.

    A row may stand for several rows of the input: ``values`` is then their sum, ``least`` and ``most`` the edges of what they hold. Of rows that
    stand for themselves all three are the same.
    """

    values: Numbers
    bad: Mapping[int, str]
    number: int

    @property
    def least(self) -> Numbers:
        """The least of what each row holds."""

    @property
    def most(self) -> Numbers:
        """The largest of what each row holds."""

    @property
    def has_blanks(self) -> bool:
        """Whether some row does not know it."""


class Sums(Protocol):
    """The sums of one column."""

    @property
    def by_group(self) -> Numbers:
        """The sum of each group; NaN for one without rows, infinite where it is too large for a number."""

    @property
    def whole(self) -> Numbers:
        """The sum over all groups, as exact as each of them: a vector of one."""


class Kernel(Protocol):
    """What holds columns. Vectors are its own; of a size that is told, codes at or above it belong to no group."""

    def vector(self, values: Sequence[Any], kind: type) -> Any:
        """Values of a kind (float, int, bool) as a vector."""

    def listed(self, vector: Any) -> list[Any]:
        """A vector as a list."""

    def column(self, values: Numbers, bad: Mapping[int, str]) -> Column:
        """Numbers as a column."""

    def sizes(self, column: Column) -> Column:
        """The column without signs; the column itself where it has none."""

    def alike(self, size: int) -> Codes:
        """The code 0 so many times."""

    def taken(self, vector: Any, codes: Codes) -> Any:
        """The element that stands at each code."""

    def picked(self, vector: Any, flags: Flags) -> Any:
        """The elements that are flagged."""

    def known(self, numbers: Numbers) -> Flags:
        """Which are no NaN."""

    def both(self, flags: Flags, others: Flags) -> Flags:
        """What both flag."""

    def equal(self, numbers: Numbers, others: Any) -> Flags:
        """Where two vectors, or a vector and a number, are equal."""

    def chosen(self, flags: Flags, numbers: Any, others: Any) -> Any:
        """The one where it is flagged, else the other, which may be a single number."""

    def counted(self, flags: Flags, weights: Numbers | None) -> float:
        """How many are flagged, each counted as often as its weight."""

    def counts(self, codes: Codes, size: int, weights: Numbers | None) -> Numbers:
        """How many rows each code has, each counted as often as its weight."""

    def some(self, codes: Codes, numbers: Numbers, size: int) -> Numbers:
        """The number of one of the rows of each code, NaN where it has none."""

    def largest(self, codes: Codes, numbers: Numbers, size: int) -> Numbers:
        """The largest number of each code, NaN where it has no row."""

    def sums(self, codes: Codes, column: Column, counts: Numbers) -> Sums:
        """The sums by code, exact, so that the order of rows does not matter. ``counts``: how many rows each code has."""

    def crossed(self, codes: Codes, others: Codes, width: int) -> Codes:
        """Two codes as one: the first times ``width``, and the second, which is less than that."""

    def renumbered(self, codes: Codes, size: int) -> tuple[Codes, list[int]]:
        """Codes below ``size`` counted anew without gaps, and those that occur, in their order."""

    def row_by_row(self, formula: Expr, columns: Mapping[str, Numbers]) -> Numbers:
        """The formula on each row of its columns, of which there is at least one."""

    def worked_out(self, formula: Expr, totals: Mapping[str, Numbers]) -> list[Cell]:
        """The formula on totals, group by group: numbers, and errors where it is undefined."""


class Given(Protocol):
    """What a table was given, read when it is needed: text in a column that does not matter does no harm."""

    @property
    def fields(self) -> frozenset[str]:
        """Keys of the fields of which at least one value is known."""

    @property
    def dims(self) -> frozenset[str]:
        """Which of channel, campaign, post and time tell its rows apart."""

    def column(self, key: str) -> Column:
        """The column of a field."""

    def coded(self, dim: str) -> Coded[str | None]:
        """A dimension that it has."""

    def moments(self) -> Coded[Moment | None]:
        """The days of each row, in a table that has time; of a whole table only those that occur."""

    def product(self, formula: Expr) -> Column | None:
        """A product of fields that was worked out before rows were brought together; None where each row stands for itself."""

    def currencies(self, keys: Sequence[str]) -> Collection[str]:
        """The currencies of some amounts; none where they were looked at before."""

    def kept(self, flags: Flags) -> Given:
        """The same of some of the rows."""


class Shape(Protocol):
    """What a plan needs to know of a table."""

    @property
    def fields(self) -> frozenset[str]:
        """Keys of the fields of which at least one value is known."""

    @property
    def dims(self) -> frozenset[str]:
        """Which of channel, campaign, post and time tell its rows apart."""


def tells(rows: Shape, *dims: str) -> bool:
    """Whether a table tells its rows apart by all of some dimensions; a day, month, quarter or year needs its time."""
    return all(("time" if dim in TIME else dim) in rows.dims for dim in dims)


@dataclass(frozen=True, eq=False)
class Mask:
    """Which rows count; ``flags`` None: all. Masks of equal ``key`` are equal."""

    flags: Flags | None
    key: frozenset[int | frozenset[str | None]]


class Totals(NamedTuple):
    """The total of each group, NaN where it is unknown, and the errors that stand in the place of some."""

    values: Numbers
    errors: Mapping[int, str]


@dataclass(eq=False)
class Rows:
    """One table: columns of fields, rows told apart by dimensions.

    name:   what notes call it.
    kind:   one of KINDS, "" where it does not matter.
    counts: how many rows of the input each row stands for; None: one each.
    whole:  the table that these rows were picked from, which tells what is nowhere in the data; None where they are all of it.
    filed:  the days under which rows are grouped and cut, where these are others than their own: figures of a year ago stand
            under this year. Which row is the last one their own days tell.
    spellings: of names over all tables; None where each spelling is a name of its own.
    implied_channels: channels that no column tells, but the platform that an export is of; other tables may call them otherwise.
    none_if_silent: fields of which a channel and month that no row mentions had none: each row is one lead, or the user says so.
    """

    kernel: Kernel
    given: Given
    size: int
    name: str = "table"
    kind: str = ""
    counts: Numbers | None = None
    whole: Rows | None = None
    filed: Mapping[Moment, Moment | None] | None = None
    spellings: Spellings | None = None
    none_if_silent: frozenset[str] = frozenset()
    implied_channels: frozenset[str] = frozenset()
    _columns: dict[str, Column] = field(default_factory=dict, init=False)
    _sizes: dict[int, Column] = field(default_factory=dict, init=False)
    _coded: dict[str, Coded[str | None]] = field(default_factory=dict, init=False)
    _present: dict[Any, frozenset[str | None]] = field(default_factory=dict, init=False)
    _groups: dict[tuple[str, ...], Coded[Label]] = field(default_factory=dict, init=False)
    _counted: dict[Any, tuple[Codes, Numbers]] = field(default_factory=dict, init=False)
    _sums: dict[Any, dict[tuple[str, ...], Sums]] = field(default_factory=dict, init=False)
    _totals: dict[Any, tuple[Totals, frozenset[int]]] = field(default_factory=dict, init=False)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Keys of the fields of which at least one value is known, in the whole table."""
        if self.whole is not None:
            return self.whole.fields
        return self.given.fields | {"posts"} if "post" in self.dims else self.given.fields

    @property
    def dims(self) -> frozenset[str]:
        """Which of channel, campaign, post and time tell its rows apart."""
        return self.given.dims

    # --- columns ---

    def column(self, key: str) -> Column:
        """The column of a field, as it was given. In a table of posts without a count of posts each row is one."""
        if key not in self._columns:
            by_rows = key == "posts" and key not in (self.whole or self).given.fields
            self._columns[key] = self.kernel.column(self._rows_counted(), {}) if by_rows else self.given.column(key)
        return self._columns[key]

    def _rows_counted(self) -> Numbers:
        return self.kernel.taken(self.kernel.vector([1.0], float), self.kernel.alike(self.size)) if self.counts is None else self.counts

    def combined(self, formula: Expr, columns: Mapping[str, Column]) -> Column:
        """A column worked out row by row: a sum or difference of columns, or a product of fields."""
        if (product := self.given.product(formula)) is not None:
            return product
        values = self.kernel.row_by_row(formula, {key: column.values for key, column in columns.items()})
        errors: dict[int, list[str]] = {}
        for column in columns.values():
            for row, code in column.bad.items():
                errors.setdefault(row, []).append(code)
        return self.kernel.column(values, {row: first_error(codes) or NA for row, codes in errors.items()})

    def filled(self, column: Column, other: Column) -> Column:
        """The column, and the other one where it is unknown. A cell that may not stand there is not filled."""
        if not column.has_blanks:
            return column
        values = self.kernel.chosen(self.kernel.known(column.values), column.values, other.values)
        for row in column.bad:
            values[row] = nan
        return self.kernel.column(values, {row: code for row, code in {**other.bad, **column.bad}.items() if values[row] != values[row]})

    def silent_as_zero(self, column: Column, key: str) -> Column:
        """The column of a field with 0 for channels that report none of it, at any time."""
        if not column.has_blanks:
            return column
        whole = self.whole or self  # rows of another month may be those in which the channel reports it
        told, (codes, labels) = whole.column(key), whole.coded("channel")
        speaking = whole.channels_of(whole.complete([told])) | {labels[codes[row]] for row in told.bad}
        speaks = self._by_label("channel", lambda label: label in speaking)
        return self.kernel.column(self.kernel.chosen(speaks, column.values, 0.0), column.bad)

    # --- which rows count ---

    def complete(self, columns: Sequence[Column]) -> Mask:
        """Which rows know all the columns."""
        partial = [column for column in columns if column.has_blanks]
        flags: Flags | None = None
        for column in partial:
            known = self.kernel.known(column.values)
            flags = known if flags is None else self.kernel.both(flags, known)
        return Mask(flags, frozenset(column.number for column in partial))

    def among(self, complete: Mask, channels: frozenset[str | None]) -> Mask:
        """The same without rows of other channels."""
        if channels.issuperset(self.coded("channel").labels):
            return complete
        wanted = self._by_label("channel", lambda label: label in channels)
        return Mask(wanted if complete.flags is None else self.kernel.both(complete.flags, wanted), complete.key | {channels})

    def left_out(self, complete: Mask) -> int:
        """How many rows are not complete."""
        if complete.flags is None:
            return 0
        return round(self._many - self.kernel.counted(complete.flags, self.counts))

    @cached_property
    def _many(self) -> float:
        """How many rows of the input these are."""
        return self.size if self.counts is None else sum(self.kernel.listed(self.counts))

    def channels_of(self, complete: Mask) -> frozenset[str | None]:
        """The channels of the complete rows."""
        if complete.key not in self._present:  # several KPIs ask it of the same rows
            codes, labels = self.coded("channel")
            found = self.kernel.counts(_counting(self.kernel, codes, complete), len(labels), None)
            self._present[complete.key] = frozenset(label for label, count in zip(labels, self.kernel.listed(found), strict=True) if count)
        return self._present[complete.key]

    # --- dimensions and time ---

    def coded(self, dim: str) -> Coded[str | None]:
        """A text dimension: its names, in the order of the whole table, and one code a row. Unknown where the table does not have it."""
        if dim not in self._coded:
            found: Coded[str | None] = self.given.coded(dim) if dim in self.dims else Coded(self.kernel.alike(self.size), [None])
            if self.spellings is not None and dim in FOLDED and dim in self.dims:
                found = self.spellings.folded(self, dim, found)
            self._coded[dim] = found
        return self._coded[dim]

    def names(self, dim: str) -> list[str]:
        """The known names in a text dimension in natural order, those of rows that were not picked among them."""
        return sorted((label for label in (self.whole or self).coded(dim).labels if label is not None), key=natural)

    def _by_label(self, dim: str, test: Callable[[str | None], bool]) -> Flags:
        codes, labels = self.coded(dim)
        return self.kernel.taken(self.kernel.vector([test(label) for label in labels], bool), codes)

    @cached_property
    def moments(self) -> Coded[Moment | None]:
        """The days that rows are about; None where they are not known."""
        return self.given.moments() if "time" in self.dims else Coded(self.kernel.alike(self.size), [None])

    @cached_property
    def _there(self) -> list[bool]:
        """Whether some row is about each of the moments."""
        if self.whole is None:
            return [True] * len(self.moments.labels)
        return [count > 0 for count in self.kernel.listed(self.kernel.counts(self.moments.codes, len(self.moments.labels), None))]

    @cached_property
    def _own(self) -> list[Moment]:
        """The known moments that rows are about."""
        return [moment for moment, there in zip(self.moments.labels, self._there, strict=True) if there and moment is not None]

    @cached_property
    def _filed(self) -> list[Moment | None]:
        """Each of the moments, as rows are grouped by it; None where no row is about it."""
        filed = self.filed
        return [
            None if moment is None or not there else moment if filed is None else filed[moment]
            for moment, there in zip(self.moments.labels, self._there, strict=True)
        ]  # fmt: skip

    def grain(self) -> str | None:
        """The finest of month, quarter and year that no row exceeds; None where a row exceeds all."""
        fitting = (grain for grain in ("month", "quarter", "year") if all(periods.around(first, grain).last >= last for first, last in self._own))
        return next(fitting, None)

    def span(self) -> Moment | None:
        """From the first to the last day that rows are about, None where no day is known."""
        return Moment(min(moment.first for moment in self._own), max(moment.last for moment in self._own)) if self._own else None

    def days(self) -> list[int]:
        """The days that rows are about, in their order; none where some row is about more than one day."""
        return sorted({moment.first for moment in self._own}) if all(moment.first == moment.last for moment in self._own) else []

    def months(self) -> list[Period]:
        """The months that rows are about, in their order."""
        found = {}
        for moment in self._own:
            month = periods.month_of(moment.first)
            while month.first <= moment.last:
                found[month.first] = month
                month = periods.month_of(month.last + 1)
        return [found[first] for first in sorted(found)]

    def last_day(self) -> int | None:
        """The last day of the rows that are about one day, None where there is none."""
        return max((moment.last for moment in self._own if moment.first == moment.last), default=None)

    # --- some of the rows ---

    def kept(self, flags: Flags) -> Rows:
        """The rows that are flagged."""
        size = int(self.kernel.counted(flags, None))
        if size == self.size:
            return self
        counts = None if self.counts is None else self.kernel.picked(self.counts, flags)
        return Rows(
            self.kernel, self.given.kept(flags), size, self.name, self.kind, counts, self.whole or self, self.filed, self.spellings, self.none_if_silent
        )

    def where(self, dim: str, wanted: frozenset[str]) -> Rows:
        """The rows with one of some names, which are folded, in a text dimension."""
        return self.kept(self._by_label(dim, lambda label: label is not None and one_name(label) in wanted))

    def within(self, window: Period) -> tuple[Rows, bool]:
        """The rows that lie in a span of days, and whether some lie in it only partly."""
        inside, crosses = [], False
        for moment in self._filed:
            touches = moment is not None and moment.last >= window.first and moment.first <= window.last
            lies = moment is not None and moment.first >= window.first and moment.last <= window.last
            inside.append(lies)
            crosses |= touches and not lies
        return self._of_moments(inside), crosses

    def without_days(self) -> Rows:
        """The rows of which no day is known."""
        return self._of_moments([moment is None for moment in self._filed])

    def begun_by(self, day: int) -> Rows:
        """The rows that had begun on a day, and those of which no day is known."""
        return self._of_moments([moment is None or moment.first <= day for moment in self.moments.labels])

    def ended_by(self, day: int) -> Rows:
        """The rows that had ended on a day."""
        return self._of_moments([moment is not None and moment.last <= day for moment in self._filed])

    def refiled(self, move: Callable[[Moment], Moment]) -> Rows:
        """The same rows under other days, without those that no day is known or left for. ``move`` raises CellError where none is left."""
        filed: dict[Moment, Moment | None] = {}
        for moment in self._own:
            try:
                moved = move(moment)
            except CellError:  # beyond the calendar: 31.12.9999 stands for «no end» in some exports
                filed[moment] = None
            else:
                filed[moment] = moved if moved.last <= dates.LAST_DAY else None
        found = replace(self, filed=filed)
        return found._of_moments([moment is not None for moment in found._filed])

    def _of_moments(self, wanted: Sequence[bool]) -> Rows:
        return self.kept(self.kernel.taken(self.kernel.vector(wanted, bool), self.moments.codes))

    # --- groups ---

    def labels(self, by: tuple[str, ...]) -> list[Label]:
        """The groups by some dimensions, in an order that ``total`` keeps; none without rows, but for that of no dimension."""
        return self._grouped(by).labels

    def _grouped(self, by: tuple[str, ...]) -> Coded[Label]:
        if by not in self._groups:
            self._groups[by] = self._crossed([self._dimension(dim) for dim in by]) if by else Coded(self.kernel.alike(self.size), [()])
        return self._groups[by]

    def _crossed(self, dimensions: Sequence[Coded[str | None]]) -> Coded[Label]:
        """Several dimensions as one: only combinations that occur get a code."""
        first, *others = dimensions
        if not others:
            codes, present = self.kernel.renumbered(first.codes, len(first.labels))
            return Coded(codes, [(first.labels[code],) for code in present])
        codes = first.codes
        labels: list[Label] = [(label,) for label in first.labels]
        for other in others:
            width = len(other.labels)
            codes, present = self.kernel.renumbered(self.kernel.crossed(codes, other.codes, width), len(labels) * width)
            labels = [(*labels[code // width], other.labels[code % width]) for code in present]
        return Coded(codes, labels)

    def _dimension(self, dim: str) -> Coded[str | None]:
        if dim not in TIME:
            return self.coded(dim)
        distinct: dict[str | None, int] = {}
        table = [distinct.setdefault(label, len(distinct)) for label in _labels_of(self._filed, dim)]
        return Coded(self.kernel.taken(self.kernel.vector(table, int), self.moments.codes), list(distinct))

    # --- totals ---

    def total(self, column: Column, complete: Mask, how: Total, by: tuple[str, ...]) -> tuple[Totals, frozenset[int]]:
        """The total of each group over complete rows, and the places of groups that were refused one.

        A cell that may not stand there is the error of its group, whether its row is complete or not.
        """
        key = (column.number, how, by, complete.key)
        if key not in self._totals:
            errors = self._errors(column, by)
            if how is Total.SUM:
                self._totals[key] = Totals(self._added(column, complete, by), errors), frozenset()
            else:
                codes, labels = self._grouped(by)
                codes = _counting(self.kernel, codes, complete)
                counts = self.kernel.listed(self.kernel.counts(codes, len(labels), None))
                asked = [count > 0 and place not in errors for place, count in enumerate(counts)]
                # days and channels are not read where nothing asks for them: they may hold an error
                values = self._brought_to_one(how, column, complete, codes, len(labels)) if any(asked) else self.kernel.vector([nan] * len(labels), float)
                refused = [place for place, value in enumerate(self.kernel.listed(values)) if value != value and asked[place]]
                self._totals[key] = Totals(values, errors), frozenset(refused)
        return self._totals[key]

    def sizes(self, column: Column, complete: Mask, by: tuple[str, ...]) -> list[float]:
        """How much each group holds over complete rows, without signs: a credit takes away from a sum, and not from what is there."""
        if column.number not in self._sizes:
            self._sizes[column.number] = self.kernel.sizes(column)
        found: list[float] = self.kernel.listed(self._added(self._sizes[column.number], complete, by))
        return [0.0 if value != value else value for value in found]

    def _errors(self, column: Column, by: tuple[str, ...]) -> dict[int, str]:
        """The errors of groups, which are those of their rows."""
        if not column.bad:
            return {}
        codes, found = self._grouped(by).codes, dict[int, list[str]]()
        for row in sorted(column.bad):
            found.setdefault(codes[row], []).append(column.bad[row])
        return {place: first_error(errors) or NA for place, errors in found.items()}

    def _added(self, column: Column, complete: Mask, by: tuple[str, ...]) -> Numbers:
        """Sums by group; those over all rows come from those by group where these are there already."""
        sums = self._sums.setdefault((column.number, complete.key), {})
        if by not in sums:
            if not by and sums:
                return next(iter(sums.values())).whole
            counted = (by, complete.key)
            if counted not in self._counted:
                # rows that do not count get a code of their own, which is quicker than picking the others from every column
                codes, labels = self._grouped(by)
                marked = codes if complete.flags is None else self.kernel.chosen(complete.flags, codes, len(labels))
                self._counted[counted] = marked, self.kernel.counts(marked, len(labels), None)
            marked, counts = self._counted[counted]
            sums[by] = self.kernel.sums(marked, column, counts)
        return sums[by].by_group

    def _brought_to_one(self, how: Total, column: Column, complete: Mask, codes: Codes, size: int) -> Numbers:
        """The total of each group that is no plain sum. ``codes``: the groups of the rows that count."""
        kernel = self.kernel
        least, most = (_counting(kernel, edge, complete) for edge in (column.least, column.most))
        if how is Total.LARGEST:
            return kernel.largest(codes, most, size)
        if how is Total.RATE:
            return self._the_one(codes, least, most, size)
        if how is Total.UNIQUE:
            rows = kernel.counts(codes, size, None if self.counts is None else _counting(kernel, self.counts, complete))
            return kernel.chosen(kernel.equal(rows, 1), kernel.some(codes, least, size), nan)
        times = _counting(kernel, self.moments.codes, complete)
        if how.is_shared:  # one value for each moment
            apart, width = times, len(self.moments.labels)
        else:  # one value for each channel
            apart, width = _counting(kernel, self.coded("channel").codes, complete), len(self.coded("channel").labels)
        parts, present = kernel.renumbered(kernel.crossed(codes, apart, width), size * width)
        groups, many = kernel.vector([code // width for code in present], int), len(present)
        if how.is_stock:
            reached = kernel.taken(kernel.vector([_distance(moment, how) for moment in self.moments.labels], float), times)
            at_the_edge = kernel.equal(reached, kernel.taken(kernel.largest(parts, reached, many), parts))
            parts, least, most = (kernel.picked(vector, at_the_edge) for vector in (parts, least, most))
        ones = kernel.column(self._the_one(parts, least, most, many), {})
        return kernel.sums(groups, ones, kernel.counts(groups, size, None)).by_group

    def _the_one(self, codes: Codes, least: Numbers, most: Numbers, size: int) -> Numbers:
        """The value that all rows of a group share, NaN where they differ."""
        some = self.kernel.some(codes, least, size)
        shown = self.kernel.taken(some, codes)
        same = self.kernel.picked(codes, self.kernel.both(self.kernel.equal(least, shown), self.kernel.equal(most, shown)))
        shared = self.kernel.equal(self.kernel.counts(same, size, None), self.kernel.counts(codes, size, None))
        return self.kernel.chosen(shared, some, nan)

    def ends(self, complete: Mask, by: tuple[str, ...]) -> list[Moment | None]:
        """The days of the last complete row of each group (ends last, of these starts last)."""
        codes, labels = self._grouped(by)
        moments = self.moments.labels
        in_time = sorted({moment for moment in moments if moment is not None}, key=lambda moment: (moment.last, moment.first))
        order: dict[Moment | None, float] = {moment: place for place, moment in enumerate(in_time)}
        ranks = self.kernel.taken(self.kernel.vector([order.get(moment, -1.0) for moment in moments], float), self.moments.codes)
        last = self.kernel.largest(_counting(self.kernel, codes, complete), _counting(self.kernel, ranks, complete), len(labels))
        return [in_time[int(rank)] if rank >= 0 else None for rank in self.kernel.listed(last)]

    def final(self, formula: Expr, totals: Mapping[str, Totals]) -> list[Cell]:
        """The formula on totals, group by group: numbers, and errors where it is undefined."""
        if any(total.errors for total in totals.values()):
            keys, cells = list(totals), [self.listed(total) for total in totals.values()]
            return [worked_out(formula, dict(zip(keys, row, strict=True))) for row in zip(*cells, strict=True)]
        return self.kernel.worked_out(formula, {key: total.values for key, total in totals.items()})

    def listed(self, totals: Totals) -> list[Cell]:
        """Totals as numbers and errors."""
        found = cells_of(self.kernel.listed(totals.values))
        for place, error in totals.errors.items():
            found[place] = error
        return found


def cells_of(numbers: Sequence[float]) -> list[Cell]:
    """Totals as cells: what is not known is #N/A, what is too large for a number #NUM!."""
    return [NA if number != number else NUM if isinf(number) else number for number in numbers]


def _counting(kernel: Kernel, vector: Any, complete: Mask) -> Any:
    """The elements of the rows that count."""
    return vector if complete.flags is None else kernel.picked(vector, complete.flags)


def _distance(moment: Moment | None, how: Total) -> float:
    """A number that is largest at the last (or first) moment; rows without a date stand farthest from it."""
    if moment is None:
        return -inf
    return moment.last if how is Total.LAST else -moment.first


def _labels_of(moments: Sequence[Moment | None], grain: str) -> list[str | None]:
    """The day, month, quarter or year of each moment. Raises CellError #VALUE! where one spans several."""
    found: list[str | None] = []
    period, label = Period(0, -1, ""), ""
    for moment in moments:
        if moment is None:
            found.append(None)
            continue
        if not period.first <= moment.first <= period.last:  # most follow one another
            period = periods.around(moment.first, "day" if grain == "date" else grain)
            label = period.label
        if moment.last > period.last:
            raise CellError(VALUE)
        found.append(label)
    return found
