"""A table as numpy arrays: what reports over many rows are worked out on. See ``engine.Rows``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from smm_xl.catalog.kpi import Total
from smm_xl.cells import dates
from smm_xl.cells import period as periods
from smm_xl.cells.cell import NA, VALUE, CellError
from smm_xl.engine.rows import TIME, Moment
from smm_xl.engine.totals import Cell, Label
from smm_xl.formula import Expr
from smm_xl.sources.groupsums import Floats, Ints, Split, added, added_parts, by_code, paired, split_sums, the_one

Bools = npt.NDArray[np.bool_]
Days = tuple[Ints, Ints]

NO_DAY = -1  # the ordinal of a row without a date
_UNIT = {"date": "D", "month": "M", "quarter": "M", "year": "Y"}


@dataclass(eq=False)
class Column:
    """Numbers of one field, NaN where unknown; ``number`` tells columns apart."""

    values: Floats
    number: int = field(default_factory=count().__next__)

    @cached_property
    def _raw_edges(self) -> tuple[float, float]:
        """The least and the largest value, both NaN where a value is."""
        return (float(self.values.min()), float(self.values.max())) if len(self.values) else (0.0, 0.0)

    @cached_property
    def has_blanks(self) -> bool:
        return self._raw_edges[0] != self._raw_edges[0]

    @cached_property
    def edges(self) -> tuple[float, ...]:
        """The least and the largest known value; nothing where none is known."""
        if self.has_blanks:
            least, most = (float(edge.reduce(self.values)) for edge in (np.fmin, np.fmax))
            return (least, most) if least == least else ()
        return self._raw_edges if len(self.values) else ()

    @cached_property
    def largest(self) -> float:
        """The largest value without its sign; 0 where nothing is known."""
        return max(map(abs, self.edges), default=0.0)


@dataclass(eq=False)
class Mask:
    """Which rows count; ``rows`` None: all. Masks of equal ``key`` are equal."""

    rows: Bools | None
    key: frozenset[int | frozenset[str | None]]


class Coded(NamedTuple):
    """A dimension: one code a row, and what the codes stand for."""

    codes: Ints
    labels: list[str | None]


@dataclass(eq=False)
class ArrayRows:
    """Rows of a report's table.

    Columns are made when they are needed, and may refuse the input then: text in a column that does not matter does no harm.

    given:      the column of each field.
    texts:      the codes of each text dimension.
    time:       first and last day of each row, as ordinals, NO_DAY where unknown: what orders the rows; None without time.
    filed:      the same for grouping, where it differs: figures of a year ago are filed under this year.
    kind:       one of KINDS.
    whole:      the table that these rows were picked from, which tells what a channel never reports.
    """

    name: str
    size: int
    given: Mapping[str, Callable[[], Column]]
    texts: Mapping[str, Callable[[], Coded]]
    time: Callable[[], Days] | None
    filed: Days | None = None
    whole: ArrayRows | None = None
    kind: str = ""
    _columns: dict[str, Column] = field(default_factory=dict)
    _coded: dict[str, Coded] = field(default_factory=dict)
    _totals: dict[Any, Any] = field(default_factory=dict)
    _splits: dict[Any, dict[tuple[str, ...], Split]] = field(default_factory=dict)
    _present: dict[Any, frozenset[str | None]] = field(default_factory=dict)
    _counts: dict[Any, tuple[Ints, Ints]] = field(default_factory=dict)
    _groups: dict[tuple[str, ...], tuple[Ints, list[Label]]] = field(default_factory=dict)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.given)

    @cached_property
    def dims(self) -> frozenset[str]:
        return frozenset(self.texts) | ({"time"} if self.time is not None else frozenset())

    @cached_property
    def days(self) -> Days | None:
        return None if self.time is None else self.time()

    def coded(self, dim: str) -> Coded:
        if dim not in self._coded:
            self._coded[dim] = self.texts[dim]()
        return self._coded[dim]

    def column(self, key: str) -> Column:
        if key not in self._columns:
            self._columns[key] = self.given[key]()
        return self._columns[key]

    def combined(self, formula: Expr, columns: Mapping[str, Column]) -> Column:
        values = formula.evaluate({key: column.values for key, column in columns.items()}, np.divide)
        return Column(np.broadcast_to(values, (self.size,)))

    def filled(self, column: Column, other: Column) -> Column:
        return Column(np.where(np.isnan(column.values), other.values, column.values)) if column.has_blanks else column

    def silent_as_zero(self, column: Column, key: str) -> Column:
        if not column.has_blanks:
            return column
        whole = self.whole or self  # rows of another month may be those in which the channel reports it
        codes, channels = whole._channels()
        speaking = np.bincount(codes, weights=~np.isnan(whole.column(key).values), minlength=channels) > 0
        return Column(np.where(speaking[self._channels()[0]], column.values, 0.0))

    def _channels(self) -> tuple[Ints, int]:
        """A code of the channel of each row, and how many there are."""
        if "channel" not in self.texts:
            return np.zeros(self.size, dtype=np.int64), 1
        codes, labels = self.coded("channel")
        return codes, len(labels)

    def complete(self, columns: Sequence[Column]) -> Mask:
        partial = [column for column in columns if column.has_blanks]
        rows: Bools | None = None
        for column in partial:
            known = ~np.isnan(column.values)
            rows = known if rows is None else rows & known
        return Mask(rows, frozenset(column.number for column in partial))

    def among(self, complete: Mask, channels: frozenset[str | None]) -> Mask:
        codes, labels = self.coded("channel")
        wanted = np.array([label in channels for label in labels], dtype=bool)
        if wanted.all():
            return complete
        rows = wanted[codes] if complete.rows is None else complete.rows & wanted[codes]
        return Mask(rows, complete.key | {channels})

    def has_blanks(self, column: Column) -> bool:
        return column.has_blanks

    def left_out(self, complete: Mask) -> int:
        return 0 if complete.rows is None else int(np.count_nonzero(~complete.rows))

    def channels_of(self, complete: Mask) -> frozenset[str | None]:
        # several KPIs ask it of the same rows
        if complete.key not in self._present:
            codes, labels = self.coded("channel")
            present = np.bincount(codes if complete.rows is None else codes[complete.rows], minlength=len(labels)) > 0
            self._present[complete.key] = frozenset(label for label, there in zip(labels, present, strict=True) if there)
        return self._present[complete.key]

    def grain(self) -> str | None:
        assert self.days is not None
        first, last = self.days
        fitting = (grain for grain in ("month", "quarter", "year") if np.array_equal(_numbered(first, grain), _numbered(last, grain)))
        return next(fitting, None)

    # --- groups ---

    def labels(self, by: tuple[str, ...]) -> list[Label]:
        return self._grouped(by)[1]

    def _grouped(self, by: tuple[str, ...]) -> tuple[Ints, list[Label]]:
        """The group of each row as a code, and the label of each code; groups without rows do not occur."""
        if by not in self._groups:
            if not by:
                self._groups[by] = np.zeros(self.size, dtype=np.int64), [()]
            else:
                self._groups[by] = _crossed([self._dimension(dim) for dim in by])
        return self._groups[by]

    def _dimension(self, dim: str) -> Coded:
        return self._time(dim) if dim in TIME else self.coded(dim)

    def _time(self, grain: str) -> Coded:
        """Days, months, quarters or years as codes. Raises CellError #VALUE! where a row spans several."""
        days = self.filed or self.days
        assert days is not None
        if days[0] is days[1] and self.size and (start := int(days[0].min())) != NO_DAY:
            end = int(days[0].max())
            if end - start < self.size:  # each day is turned into its month once
                table = _numbered(np.arange(start, end + 1), grain)
                return Coded((table - table[0])[days[0] - start], [_label(number, grain) for number in range(int(table[0]), int(table[-1]) + 1)])
        first = _numbered(days[0], grain)
        if days[0] is not days[1] and not np.array_equal(first, _numbered(days[1], grain)):
            raise CellError(VALUE)
        known = days[0] != NO_DAY
        if known.all():
            start = int(first.min()) if self.size else 0
            codes = first - start
        else:
            start = int(first[known].min()) if known.any() else 0
            codes = np.where(known, first - start, first[known].max() - start + 1 if known.any() else 0)
        labels: list[str | None] = [_label(start + code, grain) for code in range(int(codes.max()) + 1 if self.size else 0)]
        if labels and not known.all():
            labels[-1] = None
        return Coded(codes, labels)

    # --- totals ---

    def total(self, column: Column, complete: Mask, how: Total, by: tuple[str, ...]) -> tuple[Floats, frozenset[int]]:
        key = (column.number, how, by, complete.key)
        if how is Total.SUM:
            return self._sums(column, complete, by), frozenset()
        if key not in self._totals:
            codes, labels = self._grouped(by)
            mask = complete.rows
            rows = _Kept(codes, column.values, None) if mask is None else _Kept(codes[mask], column.values[mask], mask)
            found = self._total_of(rows, how, len(labels))
            known = np.bincount(rows.codes, minlength=len(labels)) > 0
            self._totals[key] = found, frozenset(np.flatnonzero(np.isnan(found) & known).tolist())
        totals, refused = self._totals[key]
        return totals, refused

    def _sums(self, column: Column, complete: Mask, by: tuple[str, ...]) -> Floats:
        """Sums by group; those over all rows come from those by group where these are there already."""
        splits: dict[tuple[str, ...], Split] = self._splits.setdefault((column.number, complete.key), {})
        if by not in splits:
            if not by and splits:
                return next(iter(splits.values())).whole
            codes, labels = self._grouped(by)
            counted = (by, complete.key)
            if counted not in self._counts:
                # rows that do not count get a code of their own, which is quicker than picking the others from every column
                marked = codes if complete.rows is None else np.where(complete.rows, codes, len(labels))
                self._counts[counted] = marked, np.bincount(marked, minlength=len(labels))[: len(labels)]
            splits[by] = split_sums(self._counts[counted][0], column.values, self._counts[counted][1], column.largest)
        return splits[by].sums

    def _total_of(self, rows: _Kept, how: Total, count: int) -> Floats:
        if how is Total.LARGEST:
            return by_code(rows.codes, rows.values, count, "max")
        if how is Total.RATE:
            return the_one(rows.codes, rows.values, count)
        if how is Total.UNIQUE:
            once = np.bincount(rows.codes, minlength=count) == 1
            return np.where(once, np.bincount(rows.codes, weights=rows.values, minlength=count), np.nan)
        if how.is_shared:
            moments = rows.of(self._moment_codes())
            return added_parts(rows.codes, moments, rows.values, count)
        channels = rows.of(self._channels()[0])
        parts, groups = paired(rows.codes, channels)
        edge = self._edge(rows, last=how is Total.LAST)
        furthest = by_code(parts, edge, len(groups), "max")
        at_edge = edge == furthest[parts]
        return added(groups, the_one(parts[at_edge], rows.values[at_edge], len(groups)), count)

    def _edge(self, rows: _Kept, *, last: bool) -> Floats:
        """A number a row that is largest at the last (or first) moment; rows without a date stand farthest from it."""
        if self.days is None:
            return np.zeros(len(rows.codes))
        days = rows.of(self.days[1] if last else -self.days[0])
        undated = rows.of(self.days[0] == NO_DAY)
        return np.where(undated, -np.inf, days.astype(np.float64))

    def _moment_codes(self) -> Ints:
        """A code of the days that a row is about."""
        if self.days is None:
            return np.zeros(self.size, dtype=np.int64)
        return pd.factorize(self.days[0] * 4_000_000 + self.days[1])[0].astype(np.int64)

    def ends(self, complete: Mask, by: tuple[str, ...]) -> list[Moment | None]:
        assert self.days is not None
        codes, labels = self._grouped(by)
        first, last = self.days
        counts = (first != NO_DAY) if complete.rows is None else complete.rows & (first != NO_DAY)
        codes, first, last = codes[counts], first[counts], last[counts]
        furthest = np.full(len(labels), NO_DAY)
        np.maximum.at(furthest, codes, last)
        start = np.full(len(labels), NO_DAY)
        at_the_end = last == furthest[codes]
        np.maximum.at(start, codes[at_the_end], first[at_the_end])
        return [Moment(begins, ends) if ends != NO_DAY else None for begins, ends in zip(start.tolist(), furthest.tolist(), strict=True)]

    def last_day(self) -> int | None:
        if self.days is None:
            return None
        first, last = self.days
        single = last[(first == last) & (first != NO_DAY)]
        return int(single.max()) if len(single) else None

    def final(self, formula: Expr, totals: Mapping[str, Floats]) -> Floats:
        with np.errstate(all="ignore"):
            values = np.asarray(formula.evaluate(totals, _divided), dtype=np.float64)
        unknown = ~np.isfinite(values)
        for total in totals.values():
            unknown |= np.isnan(total)
        return np.where(unknown, np.nan, values)

    def listed(self, totals: Floats) -> list[Cell]:
        return [NA if value != value else value for value in totals.tolist()]

    # --- other views of the same rows ---

    def kept(self, rows: Bools) -> ArrayRows:
        """The rows of a mask."""
        if rows.all():
            return self

        def picked(key: str) -> Callable[[], Column]:
            return lambda: Column(self.column(key).values[rows])

        def texts(key: str) -> Callable[[], Coded]:
            return lambda: Coded(self.coded(key).codes[rows], self.coded(key).labels)

        return ArrayRows(
            self.name,
            int(np.count_nonzero(rows)),
            {key: picked(key) for key in self.given},
            {key: texts(key) for key in self.texts},
            None if self.time is None else lambda: _picked(self.days, rows),  # type: ignore[arg-type, return-value]
            _picked(self.filed, rows),
            self.whole or self,
            self.kind,
        )

    def refiled(self, change: Callable[[int, int], tuple[int, int]]) -> ArrayRows:
        """The same rows filed under other days: ``change`` maps the first and last day of a row."""
        assert self.days is not None
        spans, where = np.unique(np.column_stack(self.days), axis=0, return_inverse=True)

        def changed(first: int, last: int) -> tuple[int, int]:
            try:
                moved = (NO_DAY, NO_DAY) if first == NO_DAY else change(first, last)
                return moved if moved[1] <= dates.LAST_DAY else (NO_DAY, NO_DAY)
            except CellError:  # beyond the calendar: 31.12.9999 stands for «no end» in some exports
                return NO_DAY, NO_DAY

        filed = np.array([changed(int(first), int(last)) for first, last in spans], dtype=np.int64)
        first, last = filed.reshape(-1, 2)[where.ravel()].T
        return replace(self, filed=(first, last), _totals={}, _splits={}, _counts={}, _groups={})


class _Kept(NamedTuple):
    """The rows that count for a total: their groups and values."""

    codes: Ints
    values: Floats
    mask: Bools | None

    def of(self, whole: Any) -> Any:
        """The same rows of another array."""
        return whole if self.mask is None else whole[self.mask]


def _picked(days: Days | None, rows: Bools) -> Days | None:
    return None if days is None else (days[0][rows], days[1][rows])


def _crossed(dimensions: Sequence[Coded]) -> tuple[Ints, list[Label]]:
    """Several dimensions as one: only combinations that occur get a code."""
    codes = dimensions[0].codes
    labels: list[Label] = [(label,) for label in dimensions[0].labels]
    codes, labels = _occurring(codes, labels)
    for dimension in dimensions[1:]:
        width = max(len(dimension.labels), 1)
        paired = codes * width + dimension.codes
        present = np.flatnonzero(np.bincount(paired)) if len(labels) * width <= 4 * len(paired) + 1000 else np.unique(paired)
        labels = [(*labels[code // width], dimension.labels[code % width]) for code in present.tolist()]
        codes = _renumbered(paired, present, len(labels) and int(present[-1]) + 1)
    return codes, labels


def _occurring(codes: Ints, labels: list[Label]) -> tuple[Ints, list[Label]]:
    present = np.flatnonzero(np.bincount(codes, minlength=len(labels)))
    if len(present) == len(labels):
        return codes, labels
    return _renumbered(codes, present, len(labels)), [labels[code] for code in present.tolist()]


def _renumbered(codes: Ints, present: Ints, largest: int) -> Ints:
    """Codes counted without gaps, where ``present`` are those that occur, in order."""
    if len(present) == largest:
        return codes
    if largest > 4 * len(codes) + 1000:
        return np.searchsorted(present, codes)
    table = np.zeros(max(largest, 1), dtype=np.int64)
    table[present] = np.arange(len(present))
    return table[codes]


def _numbered(ordinals: Ints, grain: str) -> Ints:
    """Days since 1970, months since then, quarters or years, as whole numbers."""
    days = ordinals - dates.EPOCH
    if grain == "date":
        return days
    units = days.astype("datetime64[D]").astype(f"datetime64[{_UNIT[grain]}]").astype(np.int64)
    return units // 3 if grain == "quarter" else units


def _label(number: int, grain: str) -> str:
    scale = 3 if grain == "quarter" else 1
    day = np.datetime64(number * scale, _UNIT[grain]).astype("datetime64[D]").astype(np.int64)  # type: ignore[call-overload]
    return periods.around(int(day) + dates.EPOCH, "day" if grain == "date" else grain).label


def _divided(left: Any, right: Any) -> Any:
    return np.divide(left, np.where(np.equal(right, 0), np.nan, right))
