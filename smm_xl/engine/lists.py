"""A table as lists of cells, in the standard library alone: what SMM_KPI and SMM_REPORT are worked out on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import nan
from typing import NamedTuple

from smm_xl.catalog.headers import match
from smm_xl.catalog.kpi import Total
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells import cell as cells
from smm_xl.cells import period as periods
from smm_xl.cells.block import Block
from smm_xl.cells.cell import NA, CellError, first_error
from smm_xl.engine.rows import TIME, Moment
from smm_xl.engine.totals import Cell, Label, added, added_cells, no_division, worked_out
from smm_xl.formula import Expr

UNKNOWN = nan


class Column(NamedTuple):
    """Numbers, NaN where unknown, and the errors of the rows whose cell is not a number that may stand there."""

    values: list[float]
    bad: dict[int, str]


@dataclass(frozen=True)
class ListRows:
    """Rows of a worksheet table, see ``engine.Rows``: the cells of fields, of dimensions and of time, by key.

    Cells are read where they are needed, so that text in a column that does not matter does no harm.
    """

    cells: Mapping[str, list[object]]
    dimensions: Mapping[str, list[object]]
    times: Mapping[str, list[object]]
    size: int
    name: str = "table"
    whole: ListRows | None = None  # the table that these rows were picked from: it tells what is nowhere in the data

    @cached_property
    def fields(self) -> frozenset[str]:
        if self.whole is not None:
            return self.whole.fields
        return frozenset(key for key, column in self.cells.items() if any(value is not None and value != "" for value in column))

    @cached_property
    def dims(self) -> frozenset[str]:
        return frozenset(self.dimensions) | ({"time"} if self.times else set())

    @cached_property
    def moments(self) -> list[Moment | None]:
        """The days of each row. Raises CellError for a cell that is no date or period."""
        nothing: list[object] = [None] * self.size
        dates, named = self.times.get("date", nothing), self.times.get("period", nothing)
        return [moment_of(date, period) for date, period in zip(dates, named, strict=True)]

    def texts(self, dimension: str) -> list[str | None]:
        """The values of a dimension; all None where the table does not have it. Raises CellError for an error cell."""
        return [cells.text(value) for value in self.dimensions.get(dimension) or [None] * self.size]

    def column(self, key: str) -> Column:
        given = FIELDS_BY_KEY[key]
        column = Column([], {})
        for row, value in enumerate(self.cells[key]):
            try:
                number = given.limits.read(value)
            except CellError as error:
                column.bad[row] = error.code
                number = None
            column.values.append(UNKNOWN if number is None else number)
        return column

    def combined(self, formula: Expr, columns: Mapping[str, Column]) -> Column:
        keys = list(columns)
        values = [
            formula.evaluate(dict(zip(keys, row, strict=True)), no_division)
            for row in zip(*(columns[key].values for key in keys), strict=True)
        ]  # fmt: skip
        errors: dict[int, list[str]] = {}
        for key in keys:
            for row, code in columns[key].bad.items():
                errors.setdefault(row, []).append(code)
        return Column(values, {row: first_error(codes) or NA for row, codes in errors.items()})

    def filled(self, column: Column, other: Column) -> Column:
        values = [a if a == a or row in column.bad else b for row, (a, b) in enumerate(zip(column.values, other.values, strict=True))]
        return Column(values, {row: code for row, code in (other.bad | column.bad).items() if row in column.bad or values[row] != values[row]})

    def silent_as_zero(self, column: Column, key: str) -> Column:
        whole = self.whole or self
        speaking = {channel for channel, cell in zip(whole.texts("channel"), whole.cells[key], strict=True) if cell is not None and cell != ""}
        values = [value if channel in speaking else 0.0 for value, channel in zip(column.values, self.texts("channel"), strict=True)]
        return Column(values, column.bad)

    def complete(self, columns: Sequence[Column]) -> list[bool]:
        if not columns:
            return [True] * self.size
        return [all(value == value for value in row) for row in zip(*(column.values for column in columns), strict=True)]

    def among(self, complete: list[bool], channels: frozenset[str | None]) -> list[bool]:
        return [there and channel in channels for there, channel in zip(complete, self.texts("channel"), strict=True)]

    def has_blanks(self, column: Column) -> bool:
        return any(value != value for value in column.values)

    def left_out(self, complete: list[bool]) -> int:
        return complete.count(False)

    def channels_of(self, complete: list[bool]) -> frozenset[str | None]:
        return frozenset(channel for channel, there in zip(self.texts("channel"), complete, strict=True) if there)

    def grain(self) -> str | None:
        moments = [moment for moment in self.moments if moment is not None]
        fitting = (grain for grain in ("month", "quarter", "year") if all(periods.around(first, grain).last >= last for first, last in moments))
        return next(fitting, None)

    def _places(self, by: tuple[str, ...]) -> list[Label]:
        columns = [self._time_labels(dim) if dim in TIME else self.texts(dim) for dim in by]
        return list(zip(*columns, strict=True)) if columns else [()] * self.size

    def _time_labels(self, grain: str) -> list[str | None]:
        return [None if moment is None else label_of(moment, grain) for moment in self.moments]

    def labels(self, by: tuple[str, ...]) -> list[Label]:
        return list(dict.fromkeys(self._places(by))) if by else [()]

    def total(self, column: Column, complete: list[bool], how: Total, by: tuple[str, ...]) -> tuple[list[Cell], frozenset[int]]:
        groups: dict[Label, list[int]] = {label: [] for label in self.labels(by)}
        errors: dict[Label, list[str]] = {}
        for row, label in enumerate(self._places(by)):
            if row in column.bad:
                errors.setdefault(label, []).append(column.bad[row])
            if complete[row]:
                groups[label].append(row)
        totals: list[Cell] = []
        refused: set[int] = set()
        for place, (label, rows) in enumerate(groups.items()):
            total = first_error(errors.get(label, ())) or (self._total_of(column.values, rows, how) if rows else NA)
            if total == NA and rows and label not in errors:
                refused.add(place)
            totals.append(total)
        return totals, frozenset(refused)

    def _total_of(self, values: list[float], rows: list[int], how: Total) -> Cell:
        if how is Total.SUM:
            return added(values[row] for row in rows)
        if how is Total.LARGEST:
            return max(values[row] for row in rows)
        if how is Total.RATE:
            return _the_one(values[row] for row in rows)
        if how is Total.UNIQUE:
            return values[rows[0]] if len(rows) == 1 else NA
        moments = self.moments
        if how.is_shared:
            per_moment: dict[Moment | None, list[float]] = {}
            for row in rows:
                per_moment.setdefault(moments[row], []).append(values[row])
            return added_cells([_the_one(shared) for shared in per_moment.values()])
        channels = self.texts("channel")
        per_channel: dict[str | None, list[int]] = {}
        for row in rows:
            per_channel.setdefault(channels[row], []).append(row)
        return added_cells([_at_the_edge(values, moments, members, how is Total.LAST) for members in per_channel.values()])

    def ends(self, complete: list[bool], by: tuple[str, ...]) -> list[Moment | None]:
        found: dict[Label, Moment | None] = dict.fromkeys(self.labels(by))
        for label, moment, counts in zip(self._places(by), self.moments, complete, strict=True):
            if counts and moment is not None:
                before = found[label]
                if before is None or (before.last, before.first) < (moment.last, moment.first):
                    found[label] = moment
        return list(found.values())

    def last_day(self) -> int | None:
        return max((moment.last for moment in self.moments if moment is not None and moment.first == moment.last), default=None)

    def final(self, formula: Expr, totals: Mapping[str, list[Cell]]) -> list[Cell]:
        keys = list(totals)
        return [worked_out(formula, dict(zip(keys, row, strict=True))) for row in zip(*totals.values(), strict=True)]

    def listed(self, totals: list[Cell]) -> list[Cell]:
        return totals

    def kept(self, rows: Sequence[int]) -> ListRows:
        """The same table with some of its rows."""
        return ListRows(
            {key: [column[row] for row in rows] for key, column in self.cells.items()},
            {key: [column[row] for row in rows] for key, column in self.dimensions.items()},
            {key: [column[row] for row in rows] for key, column in self.times.items()},
            len(rows),
            self.name,
            self.whole or self,
        )


def _the_one(values: Iterable[float]) -> Cell:
    """The value that all share, or #N/A."""
    different = set(values)
    return different.pop() if len(different) == 1 else NA


def _at_the_edge(values: list[float], moments: Sequence[Moment | None], rows: list[int], last: bool) -> Cell:
    """The value at the last or first moment; #N/A where rows of that moment differ. Rows without a date stand farthest from it."""

    def when(row: int) -> int:
        moment = moments[row]
        if moment is None:
            return -1
        return moment.last if last else -moment.first

    edge = max(map(when, rows)) if last else max((when(row) for row in rows if moments[row] is not None), default=-1)
    return _the_one(values[row] for row in rows if when(row) == edge)


def label_of(moment: Moment, grain: str) -> str:
    """The day, month, quarter or year of a row. Raises CellError #VALUE! where the row spans several."""
    period = periods.around(moment.first, "day" if grain == "date" else grain)
    if moment.last > period.last:
        raise CellError(cells.VALUE)
    return period.label


def table_of(block: Block) -> ListRows:
    """A block with a header row as rows; wholly blank rows are dropped. Raises CellError #VALUE! where two columns are one field."""
    headers, body = block[0], [row for row in block[1:] if any(value is not None and value != "" for value in row)]
    matching = match(headers)
    if matching.ambiguous:
        raise CellError(cells.VALUE)
    columns = matching.columns
    given = {key: [row[place] for row in body] for key, place in columns.items() if key in FIELDS_BY_KEY}
    if "post" in columns and all(cell is None or cell == "" for cell in given.get("posts", ())):
        given["posts"] = [1.0] * len(body)

    def taken(keys: Sequence[str]) -> dict[str, list[object]]:
        return {key: [row[columns[key]] for row in body] for key in keys if key in columns}

    return ListRows(given, taken(("channel", "campaign", "post")), taken(("date", "period")), len(body))


def moment_of(date: object, period: object) -> Moment | None:
    """The days of a row: its date, or else its period, in which a date stands for its month. Raises CellError."""
    day = cells.day(date)
    if day is not None:
        return Moment(day, day)
    found = periods.parse(period)
    return None if found is None else Moment(found.first, found.last)
