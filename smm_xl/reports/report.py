"""Reports: KPIs by channel, campaign and period from dataframes, with a comparison and with notes on what a reader must know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import NamedTuple

import pandas as pd

from smm_xl.catalog.kpi import Kpi, Unit
from smm_xl.catalog.registry import GROUPINGS, KPIS, listed
from smm_xl.catalog.registry import kpi as kpi_named
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.period import Period
from smm_xl.engine.measure import Engine
from smm_xl.engine.planner import Plan
from smm_xl.engine.rows import TIME, tells
from smm_xl.engine.totals import Label, natural
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text
from smm_xl.reports.comparison import Compare, before, change
from smm_xl.reports.notes import Notes, part_note
from smm_xl.reports.result import UNTITLED, Column, Kind, Result, Row, number
from smm_xl.reports.selection import finest_time, last_day, select
from smm_xl.sources.intake import Recognised, Source

_NAME = Text("Report", "Отчёт")
_SUBTITLE = Text(
    "Totals are divided once, over all rows; «—» is undefined: nothing to divide by, or an input unknown.",
    "Итоги делятся один раз, по всем строкам; «—» значит «не определено»: делить не на что или неизвестны данные.",
)


class ReportColumn(NamedTuple):
    """A column of a report: ``of`` is "value", "previous" or "change" (a share: 0.1 is 10 % more)."""

    key: str
    title: Text
    kpi: Kpi
    of: str

    @property
    def unit(self) -> Unit:
        return Unit.SHARE if self.of == "change" else self.kpi.unit


@dataclass(frozen=True)
class Report:
    """A finished report.

    frame:      one row a group: the dimensions in ``by`` as text, then a float column for each of ``columns``, NaN where undefined.
    total:      the same columns over all rows; it is worked out from totals, not from the rows of the frame.
    notes:      what a reader has to know: rows left out, parts counted as 0, part periods, totals refused.
    recognised: how the columns of each source were taken.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    columns: tuple[ReportColumn, ...]
    total: dict[str, float]
    notes: tuple[Text, ...]
    recognised: tuple[Recognised, ...]

    def result(self, title: Text = UNTITLED) -> Result:
        """For outputs: a row for each group, a column for each KPI, the total under them."""
        groups = [Column(dim, GROUPINGS[dim], Kind.GROUP, width=None) for dim in self.by]
        figures = [Column(column.key, column.title, Kind.FIGURE, column.unit, column.kpi) for column in self.columns]
        many = len(self.by)
        rows = tuple(Row((*record[:many], *map(number, record[many:]))) for record in self.frame.itertuples(index=False, name=None))
        total = {key: number(value) for key, value in self.total.items()}
        return Result(_NAME, title, _SUBTITLE, (*groups, *figures), rows, total, self.notes, self.recognised)


def build(
    sources: Sequence[Source],
    by: str | Sequence[str] = (),
    kpis: str | Sequence[str] | None = None,
    *,
    where: Mapping[str, str | Sequence[str]] | None = None,
    period: str | None = None,
    compare: Compare | None = None,
) -> Report:
    """The report of sources, with all that a surface needs to show it. Arguments and errors as in ``frames.report``."""
    if compare not in (None, "previous", "year"):
        raise UnknownName(Text("comparison", "сравнение"), str(compare), ["previous", "year"])
    asked = tuple(dict.fromkeys(kpi_named(name) for name in listed(kpis or ()))) or KPIS
    dims, filtered, window, kept, shown_tables = select(sources, by, where, period, asked, days=compare is not None)
    engine = Engine(shown_tables, dims, filtered)
    wanted = _wanted(engine, kpis, sources)
    values, labels = _measured(engine, wanted)
    overall = Engine(shown_tables, (), filtered)
    total = {column: found.get((), nan) for column, found in _measured(overall, wanted)[0].items()}
    notes = Notes()
    notes.add(engine.all_notes() if dims else [])
    notes.add(overall.all_notes())
    notes.add_checks(sources, shown_tables, [overall.plan(entry) for entry in wanted])
    timed = window is not None or compare is not None or bool(set(dims) & set(TIME))
    end = last_day(kept) if timed else None  # dates that nobody asked for are not read, and may be anything
    if window is not None and end is not None:
        end = min(end, window.last)
    part = _part_period(dims, window, end)
    if part is not None and end is not None:
        notes.add([part_note(part, end)])
    columns = [ReportColumn(key, title, entry, "value") for entry in wanted for key, title in zip(entry.columns, entry.titles, strict=True)]
    if compare:
        earlier_rows = before(kept, dims, window, compare, end if part is not None else None)
        earlier, _ = _measured(Engine(earlier_rows.tables, dims, filtered), wanted)
        # over all rows there is something to compare with only where the rows are those of one period
        earlier_total = _measured(Engine(earlier_rows.tables, (), filtered), wanted)[0] if window is not None else {}
        notes.add(earlier_rows.notes(part, end))
        columns = [made for column in columns for made in _with_comparison(column, compare)]
        values |= {f"{key}_previous": earlier[key] for key in list(values)}
        values |= {
            f"{key}_change": {label: change(now.get(label), earlier[key].get(label)) for label in labels} for key, now in list(values.items()) if key in earlier
        }
        for key in list(total):
            total[f"{key}_previous"] = earlier_total.get(key, {}).get((), nan)
            total[f"{key}_change"] = change(total[key], total[f"{key}_previous"])
    shown: dict[str, object] = {dim: pd.Series([label[place] for label in labels], dtype=object) for place, dim in enumerate(dims)}
    for column in columns:
        found = values[column.key]
        shown[column.key] = pd.Series([found.get(label, nan) for label in labels], dtype="float64")
    frame = pd.DataFrame(shown, index=range(len(labels)))
    return Report(frame, dims, tuple(columns), {column.key: total[column.key] for column in columns}, notes.all, tuple(source.recognised for source in sources))


def _wanted(engine: Engine, kpis: str | Sequence[str] | None, sources: Sequence[Source]) -> tuple[Kpi, ...]:
    """The KPIs that were asked for, or all that can be counted. Raises InputError when there is none."""
    names = listed(kpis or ())
    wanted = tuple(dict.fromkeys(kpi_named(name) for name in names)) or KPIS
    plans = [engine.plan(entry) for entry in wanted]
    if not names:
        wanted = tuple(plan.kpi for plan in plans if not plan.missing)
    if wanted and not all(plan.missing for plan in plans):
        return wanted
    headers = ", ".join(f"«{header}»" for source in sources for header in source.table.headers)
    wants = plans[0].missing[0].key if names else "leads"
    needs = _needs(plans) if names else Text("no column is a known field", "ни один столбец не опознан")
    raise InputError(
        Text(
            f"nothing can be counted: {needs.en}. Columns found: {headers}",
            f"считать нечего: {needs.ru}. Найдены столбцы: {headers}",
        ),
        accepted=Text("smm-xl kpis lists all inputs", "все поля показывает smm-xl kpis"),
        cure=Text(
            f"rename a column, or name it: --map {wants}=COLUMN (columns={{...}} in Python)",
            f"переименуйте столбец или укажите его: --map {wants}=СТОЛБЕЦ (columns={{...}} в Python)",
        ),
    )


def _needs(plans: Sequence[Plan]) -> Text:
    return Text(
        "; ".join(f"{plan.kpi.key} needs {', '.join(part.key for part in plan.missing)}" for plan in plans),
        "; ".join(f"для {plan.kpi.key} не хватает: {', '.join(f'«{part.name.ru}»' for part in plan.missing)}" for plan in plans),
    )


def _measured(engine: Engine, wanted: Sequence[Kpi]) -> tuple[dict[str, dict[Label, float]], list[Label]]:
    """The values of each report column by label, and all labels in natural order."""
    values: dict[str, dict[Label, float]] = {}
    groups: dict[int, list[Label]] = {}  # by identity: most KPIs share one list, which may be long
    try:
        for entry in wanted:
            plan = engine.plan(entry)
            measured = engine.measure(plan)
            told = [rows.labels(engine.by) for table in plan.tables if tells(rows := engine.tables[table], *engine.by)]
            for members in (measured.labels, *told):  # a group does not vanish because a KPI is unknown by it
                groups.setdefault(id(members), members)
            for key, found in zip(entry.columns, measured.values, strict=True):
                values[key] = {label: nan if isinstance(value, str) else value for label, value in zip(measured.labels, found, strict=True)}
    except CellError:
        raise InputError(
            Text(
                f"a row covers more than one {finest_time(engine.by) or 'month'}, so its figures cannot be told apart",
                f"строка охватывает больше одного периода ({finest_time(engine.by) or 'month'}), разделить её нельзя",
            ),
            cure=Text("group by a longer period", "сгруппируйте по более длинному периоду"),
        ) from None
    labels = dict.fromkeys(label for members in groups.values() for label in members)
    return values, sorted(labels, key=lambda label: [natural(part) for part in label])


def _part_period(by: Sequence[str], window: Period | None, end: int | None) -> Period | None:
    """The period of the report that the data does not reach the end of: the last group, or the period that was asked for."""
    if end is None:
        return None
    grain = finest_time(by)
    if grain is not None and grain != "date":
        last = periods.around(end, grain)
    elif window is not None:
        last = window
    else:
        return None
    return last if last.first <= end < last.last else None


def _with_comparison(column: ReportColumn, compare: Compare) -> list[ReportColumn]:
    before = Text("previous period", "прошлый период") if compare == "previous" else Text("a year before", "год назад")
    return [
        column,
        ReportColumn(f"{column.key}_previous", Text(f"{column.title.en}: {before.en}", f"{column.title.ru}: {before.ru}"), column.kpi, "previous"),
        ReportColumn(f"{column.key}_change", Text(f"{column.title.en}: change, %", f"{column.title.ru}: изменение, %"), column.kpi, "change"),
    ]
