"""What a report, plan against fact and the reverse funnel have in common: the one shape that every output writes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, overload

from smm_xl.catalog.kpi import Kpi, Unit
from smm_xl.engine.coverage import Mark
from smm_xl.engine.totals import Label
from smm_xl.language import Text
from smm_xl.targets.arithmetic import Status
from smm_xl.targets.plan_against_fact import Scorecard

if TYPE_CHECKING:
    from smm_xl.sources.recognising import Recognised  # pandas: half a second that the reverse funnel must not wait for

SCHEMA = 1  # of documents; it grows when a key of them goes or changes its meaning

UNTITLED = Text("", "")  # of a result of which no page is made

Plain = str | float | None


class Kind(Enum):
    """What a column holds, from which an output knows how to write it.

    KEY:     a name for programs, which people are not shown.
    GROUP:   what a row is about (a channel, a month) as text; None where the data does not say it.
    WORDS:   plain words.
    KPI, UNIT, BETTER, STATUS: what its name says of the KPI of the row, which ``Row`` has as more than words.
    FIGURE:  a number in the unit of the column, or else of the row; a share is a fraction.
    GAP:     a difference in the unit of the row, written with its sign; of a share in percentage points (0.0028 is 0.28 pp).
    CHANGE:  a relative difference, written with its sign: 0.1 is 10 % more.
    REACHED: how much of something there is: 1 is all of it.
    """

    KEY = "key"
    GROUP = "group"
    WORDS = "words"
    KPI = "kpi"
    UNIT = "unit"
    BETTER = "better"
    STATUS = "status"
    FIGURE = "figure"
    GAP = "gap"
    CHANGE = "change"
    REACHED = "reached"

    @property
    def is_number(self) -> bool:
        return self is Kind.FIGURE or self is Kind.GAP or self is Kind.CHANGE or self is Kind.REACHED


class Column(NamedTuple):
    """A column of a result.

    unit:    of all its figures; None where each row has its own.
    kpi:     whose figures it holds; None where each row is about another KPI, or about none.
    width:   in characters, on a sheet; None: as wide as its texts.
    is_main: what a reader looks for first.
    has_bar: shown as a bar too, where an output can.
    """

    key: str
    title: Text
    kind: Kind
    unit: Unit | None = None
    kpi: Kpi | None = None
    width: int | None = 15
    is_main: bool = False
    has_bar: bool = False


class Row(NamedTuple):
    """A row of a result: a value for each column, None where it is undefined or unknown; and the KPI, unit and status that it is about."""

    values: tuple[Text | Plain, ...]
    kpi: Kpi | None = None
    unit: Unit | None = None
    status: Status | None = None


class Columnar(Sequence[Row]):
    """Rows of groups and figures that are held by columns, and made when they are asked for: there may be a hundred thousand of them.

    labels: the names of each row. figures: the floats of each column, NaN where undefined.
    """

    def __init__(self, labels: Sequence[Label], figures: Sequence[Sequence[float]]) -> None:
        self.labels, self.figures = labels, figures

    def __len__(self) -> int:
        return len(self.labels)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return Columnar(self.labels[place], [column[place] for column in self.figures])
        return Row((*self.labels[place], *(number(column[place]) for column in self.figures)))

    def __iter__(self) -> Iterator[Row]:
        numbers = [[None if value != value else value for value in column] for column in self.figures]
        for label, *figures in zip(self.labels, *numbers, strict=True):
            yield Row((*label, *figures))


@dataclass(frozen=True)
class Result:
    """A report, plan against fact or reverse funnel, finished.

    name:       what it is: a report.
    heading, subtitle: what stands above it on a page.
    columns:    those of its groups first.
    total:      what stands under the rows, by key. Of a report its columns over all rows, worked out from totals and not from the rows; of plan
                against fact ``score`` and ``known_share`` where targets have weights and there are no groups; else nothing.
    notes:      what a reader has to know: rows left out, parts counted as 0, part periods, totals refused.
    recognised: how the columns of each source were taken; none where there are no sources.
    marks:      figures that need a sign beside them, because they rest on a part of the data.
    score:      how the score comes about.
    speaks_for_itself: whether the rows need no titles above them on a screen.
    currency:   of all amounts, a code or a sign; "" where none is known, or there are several.
    client:     for whom it is made; "" where nobody said so.
    breakdowns: the same KPIs by month and by channel, for charts; each has one group.
    """

    name: Text
    heading: Text
    subtitle: Text
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    total: Mapping[str, float | None]
    notes: tuple[Text, ...]
    recognised: tuple[Recognised, ...] = ()
    marks: tuple[Mark, ...] = ()
    score: Scorecard | None = None
    speaks_for_itself: bool = False
    currency: str = ""
    client: str = ""
    breakdowns: tuple[Result, ...] = ()

    @property
    def groups(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.kind is Kind.GROUP)

    def is_marked(self, column: Column, row: Row | None) -> bool:
        """Whether a figure rests on a part of the data; ``row`` None: of the total."""
        return column.kind is Kind.FIGURE and (self._label_of(row), self._key_of(column, row)) in self._marked

    @cached_property
    def _marked(self) -> frozenset[tuple[Label | None, str]]:
        return frozenset((mark.group, mark.kpi) for mark in self.marks)

    def _label_of(self, row: Row | None) -> Label | None:
        """The group of a row; None for the total, which a report without groups shows as its row."""
        names = () if row is None else tuple(name for name, column in zip(row.values, self.columns, strict=True) if column.kind is Kind.GROUP)
        return names or None  # type: ignore[return-value] # names are text

    @staticmethod
    def _key_of(column: Column, row: Row | None) -> str:
        """The figure that a column holds, as marks call it: a fact by its KPI."""
        if column.kpi is not None:
            return column.key
        return row.kpi.key if row is not None and row.kpi is not None and column.is_main else ""

    @property
    def kpis(self) -> tuple[Kpi, ...]:
        """The KPIs that it tells of, each once."""
        named = (*(column.kpi for column in self.columns), *(row.kpi for row in self.rows))
        return tuple(dict.fromkeys(kpi for kpi in named if kpi is not None))

    def records(self, language: str) -> list[dict[str, Plain]]:
        """The rows in a language as plain values by key: words as text, numbers, None for what is undefined."""
        keys = [column.key for column in self.columns]
        return [{key: plain(value, language) for key, value in zip(keys, row.values, strict=True)} for row in self.rows]

    def document(self, language: str) -> dict[str, object]:
        """All of it in a language as plain values: ``rows``, and what ``about`` tells."""
        told = about(self.total, self.notes, self.recognised, self.marks, [column.key for column in self.groups], language)
        return {"schema": told.pop("schema"), "rows": self.records(language)} | told


def about(
    total: Mapping[str, float | None], notes: Iterable[Text], recognised: Iterable[Recognised], marks: Iterable[Mark], by: Sequence[str], language: str
) -> dict[str, object]:
    """What is told beside the rows, as plain values: ``schema``, ``total``, ``notes``, ``marks``, ``recognised``; the same keys for every result.

    Each entry of ``marks`` has the ``kpi``, ``why`` it is marked ("coverage" or "lag"), the ``share`` that is covered (None for a lag) and the
    ``group``: its names by dimension, None for the total. Each entry of ``recognised`` has the ``source``, its ``columns`` (header by
    field), the fields that were ``guessed`` by spelling, and the headers that were ``ignored``.
    """
    taken = [
        {"source": source.source, "columns": dict(source.columns), "guessed": sorted(source.guessed), "ignored": list(source.ignored)} for source in recognised
    ]
    marked = [
        {"kpi": mark.kpi, "why": mark.why, "share": mark.share, "group": None if mark.group is None else dict(zip(by, mark.group, strict=True))}
        for mark in marks
    ]
    return {"schema": SCHEMA, "total": dict(total), "notes": [note.in_language(language) for note in notes], "marks": marked, "recognised": taken}


def plain(value: Text | Plain, language: str) -> Plain:
    return value.in_language(language) if isinstance(value, Text) else value


def number(value: float | str) -> float | None:
    """A cell of the engine as a value of a row: None for an error and for what is no number."""
    return None if isinstance(value, str) or value != value else float(value)
