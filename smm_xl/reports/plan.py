"""Plan against fact from dataframes: a table of targets beside the data, by channel and by month, quarter or year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from smm_xl.catalog.kpi import Kpi, Unit
from smm_xl.catalog.registry import GROUPINGS, grouping
from smm_xl.catalog.registry import kpis as kpis_named
from smm_xl.cells import cell as cells
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.names import one_name
from smm_xl.cells.period import Period
from smm_xl.engine.coverage import Mark
from smm_xl.engine.measure import Engine
from smm_xl.engine.rows import TIME, Rows, tells
from smm_xl.engine.totals import Label, in_order
from smm_xl.errors import InputError
from smm_xl.language import LANGUAGES, Text
from smm_xl.reports import data_checks
from smm_xl.reports.notes import Notes, part_note
from smm_xl.reports.result import UNTITLED, Column, Kind, Result, Row, number
from smm_xl.reports.selection import Selected, last_day, select, span
from smm_xl.reports.target_source import TargetSource
from smm_xl.sources.intake import Source
from smm_xl.sources.rates import Rates
from smm_xl.sources.recognising import Recognised
from smm_xl.targets import plan_against_fact
from smm_xl.targets.arithmetic import Status
from smm_xl.targets.plan_against_fact import COLUMNS, PlanRow, Scorecard
from smm_xl.targets.target_table import Region, TargetRow, Targets

GROUPS = ("channel", "month", "quarter", "year")
_MUCH = 20  # a share that is planned so many times as high as it is was probably typed as 5 for 5 %
_NAME = Text("Plan and fact", "План-факт")
_COLUMNS = (
    Column("kpi", COLUMNS["kpi"], Kind.KPI, width=38),
    Column("unit", COLUMNS["unit"], Kind.UNIT, width=10),
    Column("better", COLUMNS["better"], Kind.BETTER, width=13),
    Column("target", COLUMNS["target"], Kind.FIGURE, width=14),
    Column("fact", COLUMNS["fact"], Kind.FIGURE, width=14, is_main=True),
    Column("gap", COLUMNS["gap"], Kind.GAP, width=15),
    Column("gap_pct", COLUMNS["gap_pct"], Kind.CHANGE, width=13),
    Column("attainment", COLUMNS["attainment"], Kind.REACHED, width=16, has_bar=True),
    Column("status", COLUMNS["status"], Kind.STATUS, width=18),
    Column("forecast", COLUMNS["forecast"], Kind.FIGURE, width=17),
    Column("forecast_attainment", COLUMNS["forecast_attainment"], Kind.REACHED, width=18),
)


@dataclass(frozen=True)
class PlanReport:
    """Plan against fact: a row for each group and KPI, what a reader has to know, and the score where there are weights and no groups."""

    rows: tuple[PlanRow, ...]
    by: tuple[str, ...]
    notes: tuple[Text, ...]
    recognised: tuple[Recognised, ...]
    score: Scorecard | None
    marks: tuple[Mark, ...]
    currency: str = ""

    def result(self, title: Text = UNTITLED) -> Result:
        """For outputs: a row for each group and KPI with the columns of ``COLUMNS``."""
        groups = [Column(dim, GROUPINGS[dim], Kind.GROUP, width=14) for dim in self.by]
        about = Text(
            f"{title.en}. Where lower is better the attainment is target by fact; «—» is undefined or not set.",
            f"{title.ru}. Если лучше меньше, выполнение — план, делённый на факт; «—» значит «не определено» или «план не задан».",
        )
        total = {} if self.score is None else {"score": number(self.score.score), "known_share": number(self.score.known)}
        rows = tuple(_shown(row) for row in self.rows)
        return Result(_NAME, _NAME, about, (*groups, *_COLUMNS), rows, total, self.notes, self.recognised, self.marks, self.score, currency=self.currency)


def _shown(row: PlanRow) -> Row:
    status = row.status if isinstance(row.status, Status) else None
    judged = row.status if isinstance(row.status, str) else Text(*map(row.status.in_language, LANGUAGES))
    values = (
        *row.label, row.kpi.key, row.unit, row.kpi.better.words, number(row.target), number(row.fact), number(row.gap), number(row.gap_pct),
        number(row.attainment), judged, number(row.forecast), number(row.forecast_attainment),
    )  # fmt: skip
    return Row(values, row.kpi, row.kpi.unit, status)


def build_plan(
    sources: Sequence[Source],
    targets: TargetSource,
    by: str | Sequence[str] = (),
    kpis: str | Sequence[str] | None = None,
    *,
    where: Mapping[str, str | Sequence[str]] | None = None,
    period: str | None = None,
    as_of: str | dt.date | None = None,
    until: str | None = None,
    rates: Rates | None = None,
) -> PlanReport:
    """Plan against fact of sources; arguments and errors as in ``frames.report``. ``kpis``: some of those that have targets."""
    given = targets.read()
    entries = list(dict.fromkeys(row.kpi for row in given if row.kpi is not None))
    chosen = select(sources, by, where, period, entries, days=True, until=until, rates=rates)
    for dim in (*chosen.dims, *chosen.filtered):
        if dim not in GROUPS:
            name = Text(dim, f"«{GROUPINGS[dim].ru.lower()}»")
            raise InputError(
                Text(f"targets are not set by {name.en}", f"планы не ставятся в разрезе {name.ru}"),
                cure=Text(f"group and filter by {', '.join(GROUPS)}", f"группируйте и отбирайте по {', '.join(GROUPS)}"),
            )
    if kpis:
        wanted = kpis_named(kpis)
        if absent := [entry.key for entry in wanted if entry not in entries]:
            raise InputError(
                Text(f"there is no target for {', '.join(absent)} in the table of targets", f"в таблице планов нет плана для {', '.join(absent)}"),
                cure=Text("add a row for it, or do not ask for that KPI", "добавьте строку или не запрашивайте этот KPI"),
            )
        entries = list(wanted)
    day = _day(as_of)
    tables = [rows if day is None else rows.begun_by(day) for rows in chosen.tables]
    engine = Engine(tables, chosen.dims, chosen.filtered)
    facts = _Facts(chosen, tables, day, _channels_of(where or {}))
    table = facts.targets(given)
    asked = plan_against_fact.Asked(day)
    labels = facts.labels(given, table)
    rows = plan_against_fact.plan_rows(engine, table, entries, labels, facts.region, asked)
    notes = Notes()
    notes.add(chosen.cut)
    notes.add(engine.all_notes())
    plans = [engine.plan(entry) for entry in entries]
    notes.add_checks(sources, tables, plans, (*chosen.dims, *chosen.filtered), rates)
    notes.add(facts.period_notes(labels))
    notes.add(_typed_as_percent(rows))
    weighed = not chosen.dims and any(row.weight is not None for row in given)
    score = plan_against_fact.scorecard(rows, table) if weighed else None
    there = {(row.kpi.key, row.label) for row in rows if not isinstance(row.fact, str)}
    marks = [mark for entry in entries for mark in engine.marks(entry) if (mark.kpi, mark.group) in there]
    recognised = tuple(source.recognised for source in sources)
    currency = data_checks.currency_of(sources, tables, plans, rates)
    return PlanReport(tuple(rows), chosen.dims, notes.all, recognised, score, tuple(mark._replace(group=mark.group or None) for mark in marks), currency)


def _channels_of(where: Mapping[str, str | Sequence[str]]) -> frozenset[str]:
    """The channels that are filtered by, folded; none where all are meant."""
    named = [values for name, values in where.items() if grouping(name) == "channel"]
    return frozenset(one_name(str(value)) for values in named for value in ([values] if isinstance(values, str | int | float) else values))


def _day(as_of: str | dt.date | None) -> int | None:
    try:
        return cells.day(as_of)
    except CellError:
        raise InputError(Text(f"as_of «{as_of}» is no date", f"«{as_of}» — не дата (as_of)"), cure=Text("write 2026-06-15", "напишите 2026-06-15")) from None


@dataclass(frozen=True)
class _Facts:
    """The tables of the facts, and which period and channel each group of them is."""

    chosen: Selected
    tables: Sequence[Rows]
    as_of: int | None
    asked: frozenset[str]  # the channels that are filtered by, folded

    @property
    def end(self) -> int | None:
        """The day of the data: what was said, or the last day of all rows, those of other periods and channels too."""
        return last_day([rows.whole or rows for rows in self.tables]) if self.as_of is None else self.as_of

    @property
    def span(self) -> Period | None:
        """The period that is asked for, or else the months that the data covers."""
        if self.chosen.window is not None:
            return self.chosen.window
        days = span(self.tables)
        return None if days is None else periods.months(*days)

    @property
    def channels(self) -> dict[str, str]:
        """The channels of the facts, by their folded names."""
        named = (label for rows in self.tables if tells(rows, "channel") for (label,) in rows.labels(("channel",)))
        return {one_name(label): label for label in named if label is not None}

    def targets(self, given: Sequence[TargetRow]) -> Targets:
        channels = self.asked or frozenset(self.channels)
        return Targets(given, channels, selected=len(self.asked) > 1, apart="channel" in self.chosen.dims)

    def region(self, label: Label) -> Region:
        told = dict(zip(self.chosen.dims, label, strict=True))
        times = [dim for dim in TIME if dim in told]
        period = periods.parse(told[times[0]]) if times else self.span
        if "channel" in told:
            return Region(period, one_name(told["channel"] or ""))
        (only,) = self.asked if len(self.asked) == 1 else (None,)
        return Region(period, only)

    def labels(self, given: Sequence[TargetRow], table: Targets) -> list[Label]:
        """The groups of the facts, and those that have a target and no fact within the time of the facts."""
        dims = self.chosen.dims
        if not dims:
            return [()]
        found = {label: None for rows in self.tables if tells(rows, *dims) for label in rows.labels(dims)}
        span, channels = self.span, self.channels
        for row in given:
            if row.target is None or (row.period is not None and (span is None or row.period.first < span.first or row.period.last > span.last)):
                continue
            told = {"channel": row.channel and channels.get(one_name(row.channel), row.channel)} | ({row.period.grain: row.period.label} if row.period else {})
            label = tuple(told.get(dim) for dim in dims)
            if None not in label and not (self.asked and one_name(row.channel or "") not in self.asked):
                found.setdefault(label)
        return in_order(found)

    def period_notes(self, labels: Iterable[Label]) -> list[Text]:
        """Which period the targets are held against, where no group tells it, and which periods are not over."""
        told = {period for label in labels if (period := self.region(label).period) is not None}
        end = self.end
        over_all = [] if self.chosen.window or set(self.chosen.dims) & set(TIME) else told
        return [
            *(Text(f"the targets are held against {period.label}", f"планы сравниваются с периодом {period.label}") for period in over_all),
            *(part_note(period, end) for period in sorted(told) if end is not None and period.first <= end < period.last),
        ]


def _typed_as_percent(rows: Sequence[PlanRow]) -> list[Text]:
    """Shares that were probably typed as 5 for 5 %: they are not guessed, but the reader is told."""
    found: dict[Kpi, float] = {}
    for row in rows:
        if (
            row.kpi.unit is Unit.SHARE
            and not isinstance(row.target, str)
            and not isinstance(row.fact, str)
            and row.target >= 1
            and abs(row.fact) * _MUCH < row.target
        ):
            found.setdefault(row.kpi, row.target)
    return [
        Text(
            f"{kpi.key}: the target is {target:.0%}; if {target:g} % is meant, write {target:g}% or {target / 100:g}",
            f"{kpi.key}: план равен {target * 100:g} %; если имелось в виду {target:g} %, напишите {target:g}% или {f'{target / 100:g}'.replace('.', ',')}",
        )
        for kpi, target in found.items()
    ]
