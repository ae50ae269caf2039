"""Plan against fact from dataframes: a table of targets beside the data, by channel and by month, quarter or year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from smm_xl.catalog.kpi import Kpi, Limits, Unit
from smm_xl.catalog.registry import GROUPINGS, folded, grouping
from smm_xl.catalog.registry import kpi as kpi_named
from smm_xl.catalog.registry import kpis as kpis_named
from smm_xl.cells import cell as cells
from smm_xl.cells import period as periods
from smm_xl.cells.cell import Ambiguous, CellError
from smm_xl.cells.period import Period
from smm_xl.engine.measure import Engine
from smm_xl.engine.planner import TIME, tells
from smm_xl.engine.totals import Label, natural
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text
from smm_xl.reports.report import Notes, Selected, last_day, part_note, select
from smm_xl.sources.arrays import ArrayRows
from smm_xl.sources.intake import BLANKS, Place, Recognised, Source
from smm_xl.targets import plan_against_fact, target_table
from smm_xl.targets.arithmetic import Status
from smm_xl.targets.plan_against_fact import PlanRow, Scorecard
from smm_xl.targets.target_table import Region, TargetRow, Targets

GROUPS = ("channel", "month", "quarter", "year")
_MUCH = 20  # a share that is planned so many times as high as it is was probably typed as 5 for 5 %


@dataclass(frozen=True)
class PlanReport:
    """Plan against fact: a row for each group and KPI, what a reader has to know, and the score where there are weights and no groups."""

    rows: tuple[PlanRow, ...]
    by: tuple[str, ...]
    notes: tuple[Text, ...]
    recognised: tuple[Recognised, ...]
    score: Scorecard | None

    def frame(self, language: str) -> pd.DataFrame:
        """As a dataframe: the groups as text, then the columns of ``plan_against_fact.COLUMNS``; numbers are NaN where undefined."""
        records = [dict(zip(self.by, row.label, strict=True)) | shown(row, language) for row in self.rows]
        return pd.DataFrame(records, columns=[*self.by, *plan_against_fact.COLUMNS])


def shown(row: PlanRow, language: str) -> dict[str, Any]:
    """A row by the keys of ``plan_against_fact.COLUMNS``: words in the language, NaN for what is undefined."""
    status = row.status.in_language(language) if isinstance(row.status, Status) else row.status
    words = {"kpi": row.kpi.key, "unit": row.unit.in_language(language), "better": row.kpi.better.words.in_language(language), "status": status}
    numbers = {key: float("nan") if isinstance(value := getattr(row, key), str) else value for key in plan_against_fact.COLUMNS if key not in words}
    return {key: (words | numbers)[key] for key in plan_against_fact.COLUMNS}


@dataclass(frozen=True)
class TargetSource:
    """A table of targets as it came, its name, what tells a reader where a cell of it stands, and the decimal mark where the user said it."""

    frame: pd.DataFrame
    name: str
    place: Place
    decimal: str | None = None

    def read(self) -> list[TargetRow]:
        """Its rows. Raises InputError for a column that is missing and for a cell that cannot be used, with its place."""
        headers = list(self.frame.columns)
        columns = self._columns(headers)
        body = [[None if _is_missing(value) else value for value in record] for record in self.frame.itertuples(index=False, name=None)]
        rows = target_table.rows_of(columns, body, self._number)
        for row in rows:
            self._check(row, {key: (str(headers[place]), body[row.place][place]) for key, place in columns.items()})
        self._refuse_contradictions(rows, str(headers[columns["target"]]))
        return rows

    def _columns(self, headers: Sequence[object]) -> dict[str, int]:
        found: dict[str, int] = {}
        listed = ", ".join(f"«{header}»" for header in headers)
        for place, header in enumerate(headers):
            key = target_table.column_of(header)
            if key is not None and found.setdefault(key, place) != place:
                one, other = headers[found[key]], header
                raise InputError(
                    f"{self.name}: the columns «{one}» and «{other}» both mean {key}; leave one",
                    f"{self.name}: столбцы «{one}» и «{other}» значат одно и то же ({key}); оставьте один",
                )
        for key in ("kpi", "target"):
            if key not in found:
                words = target_table.COLUMNS[key]
                raise InputError(
                    f"{self.name}: the table of targets has no column «{words.en}». Columns found: {listed}. Needed are «KPI» and «target»; channel, period, weight, base may stand beside them",
                    f"{self.name}: в таблице планов нет столбца «{words.ru}». Найдены столбцы: {listed}. Нужны «KPI» и «план»; рядом могут быть канал, период, вес, база",
                )
        return found

    def _number(self, value: object) -> float | None:
        if isinstance(value, str):
            if value.strip().casefold() in BLANKS:
                return None
            number = cells.number_in(value, decimal=self.decimal, imported=True)
        else:
            read = cells.number(value)
            if read is None:
                return None
            number = read
        Limits.ANY.check(number)
        return number

    def _check(self, row: TargetRow, given: Mapping[str, tuple[str, object]]) -> None:
        def where(key: str) -> Text:
            return self.place(row.place, given[key][0])

        if row.kpi is None:
            place = where("kpi")
            if not row.typed:
                raise InputError(f"{place.en}: the name of the KPI is missing", f"{place.ru}: не указан KPI")
            try:
                kpi_named(row.typed)
            except UnknownName as error:
                raise InputError(f"{place.en}: {error.text.en}", f"{place.ru}: {error.text.ru}") from None
            raise InputError(f"{place.en}: {row.typed} has two values and takes no target", f"{place.ru}: у {row.typed} два значения, плана у него нет")
        if "period" in given and isinstance(row.target, str) and row.period is None and not _readable(periods.parse_range, given["period"][1]):
            place, found = where("period"), given["period"][1]
            raise InputError(
                f"{place.en}: «{found}» is no period; write 2026-03, 2026-Q1 or 2026", f"{place.ru}: «{found}» — не период; напишите 2026-03, 2026-Q1 или 2026"
            )
        for key, value in (("target", row.target), ("weight", row.weight), ("base", row.base)):
            if isinstance(value, str):
                raise self._bad_number(where(key), given[key][1])
        if not isinstance(row.weight, str) and row.weight is not None and row.weight < 0:
            place = where("weight")
            raise InputError(f"{place.en}: a weight cannot be below 0", f"{place.ru}: вес не может быть меньше 0")

    def _bad_number(self, place: Text, found: object) -> InputError:
        try:
            cells.number_in(str(found), decimal=self.decimal, imported=True)
        except Ambiguous:
            return InputError(
                f"{place.en}: «{found}» can be read in two ways; say --decimal point or --decimal comma (decimal= in Python)",
                f"{place.ru}: «{found}» читается двояко; укажите --decimal point или --decimal comma (decimal= в Python)",
            )
        except CellError:
            pass
        return InputError(
            f"{place.en}: «{found}» is not accepted here; write a number such as 1500 or 5 %, or leave the cell blank",
            f"{place.ru}: «{found}» здесь не подходит; напишите число, например 1500 или 5 %, или оставьте ячейку пустой",
        )

    def _refuse_contradictions(self, rows: Sequence[TargetRow], header: str) -> None:
        seen: dict[object, TargetRow] = {}
        for row in rows:
            key = (row.kpi.key if row.kpi else row.typed, folded(row.channel or ""), row.period and row.period[:2])
            other = seen.setdefault(key, row)
            if row.target is not None and other.target is not None and (row.target, row.base) != (other.target, other.base):
                one, two = self.place(other.place, header), self.place(row.place, header)
                raise InputError(
                    f"two targets of {row.kpi.key if row.kpi else row.typed} for the same period and channel: {one.en} and {two.en}; leave one",
                    f"два плана по {row.kpi.key if row.kpi else row.typed} на один период и канал: {one.ru} и {two.ru}; оставьте один",
                )


def _is_missing(value: object) -> bool:
    return value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and value != value)


def _readable(read: Any, value: object) -> bool:
    try:
        read(value)
    except CellError:
        return False
    return True


def build_plan(
    sources: Sequence[Source],
    targets: TargetSource,
    by: str | Sequence[str] = (),
    kpis: str | Sequence[str] | None = None,
    *,
    where: Mapping[str, str | Sequence[str]] | None = None,
    period: str | None = None,
    as_of: str | dt.date | None = None,
) -> PlanReport:
    """Plan against fact of sources; arguments and errors as in ``frames.report``. ``kpis``: some of those that have targets."""
    given = targets.read()
    chosen = select(sources, by, where, period)
    for dim in (*chosen.dims, *chosen.filtered):
        if dim not in GROUPS:
            raise InputError(
                f"targets are not set by {dim}; group and filter by {', '.join(GROUPS)}",
                f"планы не ставятся в разрезе «{GROUPINGS[dim].ru.lower()}»; группируйте и отбирайте по {', '.join(GROUPS)}",
            )
    entries = list(dict.fromkeys(row.kpi for row in given if row.kpi is not None))
    if kpis:
        wanted = kpis_named(kpis)
        if absent := [entry.key for entry in wanted if entry not in entries]:
            raise InputError(f"there is no target for {', '.join(absent)} in the table of targets", f"в таблице планов нет плана для {', '.join(absent)}")
        entries = list(wanted)
    day = _day(as_of)
    tables = [_until(rows, day) for rows in chosen.tables]
    engine = Engine(tables, chosen.dims, chosen.filtered)
    facts = _Facts(chosen, tables, day, _channels_of(where or {}))
    table = facts.targets(given)
    asked = plan_against_fact.Asked(day)
    labels = facts.labels(given, table)
    rows = plan_against_fact.plan_rows(engine, table, entries, labels, facts.region, asked)
    notes = Notes()
    notes.add(engine.all_notes())
    notes.add_checks(sources, tables, [engine.plan(entry) for entry in entries])
    notes.add(facts.period_notes(labels))
    notes.add(_typed_as_percent(rows))
    weighed = not chosen.dims and any(row.weight is not None for row in given)
    score = plan_against_fact.scorecard(rows, table) if weighed else None
    return PlanReport(tuple(rows), chosen.dims, notes.all, tuple(source.recognised for source in sources), score)


def _channels_of(where: Mapping[str, str | Sequence[str]]) -> frozenset[str]:
    """The channels that are filtered by, folded; none where all are meant."""
    named = [values for name, values in where.items() if grouping(name) == "channel"]
    return frozenset(folded(str(value)) for values in named for value in ([values] if isinstance(values, str | int | float) else values))


def _day(as_of: str | dt.date | None) -> int | None:
    try:
        return cells.day(as_of)
    except CellError:
        raise InputError(f"as_of «{as_of}» is no date; write 2026-06-15", f"«{as_of}» — не дата (as_of); напишите 2026-06-15") from None


def _until(rows: ArrayRows, day: int | None) -> ArrayRows:
    """The rows that had begun on a day."""
    return rows if day is None or rows.days is None else rows.kept(rows.days[0] <= day)


@dataclass(frozen=True)
class _Facts:
    """The tables of the facts, and which period and channel each group of them is."""

    chosen: Selected
    tables: Sequence[ArrayRows]
    as_of: int | None
    asked: frozenset[str]  # the channels that are filtered by, folded

    @property
    def end(self) -> int | None:
        """The day of the data: what was said, or the last day of all rows, those of other periods and channels too."""
        return last_day([rows.whole or rows for rows in self.tables]) if self.as_of is None else self.as_of

    @property
    def span(self) -> Period | None:
        """The period that is asked for, or else the months that the data covers."""
        starts = [first for rows in self.tables if (first := _first_day(rows)) is not None]
        end = last_day(self.tables)
        return self.chosen.window or (periods.months(min(starts), end) if starts and end is not None else None)

    @property
    def channels(self) -> dict[str, str]:
        """The channels of the facts, by their folded names."""
        named = (label for rows in self.tables if tells(rows, "channel") for (label,) in rows.labels(("channel",)))
        return {folded(label): label for label in named if label is not None}

    def targets(self, given: Sequence[TargetRow]) -> Targets:
        channels = self.asked or frozenset(self.channels)
        return Targets(given, channels, selected=len(self.asked) > 1, apart="channel" in self.chosen.dims)

    def region(self, label: Label) -> Region:
        told = dict(zip(self.chosen.dims, label, strict=True))
        times = [dim for dim in TIME if dim in told]
        period = periods.parse(told[times[0]]) if times else self.span
        if "channel" in told:
            return Region(period, folded(told["channel"] or ""))
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
            told = {"channel": row.channel and channels.get(folded(row.channel), row.channel)} | ({row.period.grain: row.period.label} if row.period else {})
            label = tuple(told.get(dim) for dim in dims)
            if None not in label and not (self.asked and folded(row.channel or "") not in self.asked):
                found.setdefault(label)
        return sorted(found, key=lambda label: [natural(part) for part in label])

    def period_notes(self, labels: Iterable[Label]) -> list[Text]:
        """Which period the targets are held against, where no group tells it, and which periods are not over."""
        told = {period for label in labels if (period := self.region(label).period) is not None}
        end = self.end
        over_all = [] if self.chosen.window or set(self.chosen.dims) & set(TIME) else told
        return [
            *(Text(f"the targets are held against {period.label}", f"планы сравниваются с периодом {period.label}") for period in over_all),
            *(part_note(period, end) for period in sorted(told) if end is not None and period.first <= end < period.last),
        ]


def _first_day(rows: ArrayRows) -> int | None:
    if rows.days is None:
        return None
    known = rows.days[0][rows.days[0] >= 0]
    return int(known.min()) if len(known) else None


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
