"""Reports: KPIs by channel, campaign and period from dataframes, with a comparison and with notes on what a reader must know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import nan
from typing import NamedTuple

from smm_xl.catalog.kpi import Kpi, Unit
from smm_xl.catalog.registry import GROUPINGS, KPIS, listed
from smm_xl.catalog.registry import kpi as kpi_named
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.period import Period
from smm_xl.engine.coverage import Mark
from smm_xl.engine.measure import Engine
from smm_xl.engine.planner import Plan
from smm_xl.engine.rows import TIME, tells
from smm_xl.engine.totals import Cell, Label, in_order
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text
from smm_xl.reports import data_checks
from smm_xl.reports.comparison import Compare, before, change
from smm_xl.reports.notes import Notes, part_note
from smm_xl.reports.result import UNTITLED, Column, Columnar, Kind, Result, number
from smm_xl.reports.selection import finest_time, headers_of, last_day, opening_of, select
from smm_xl.sources.intake import Source
from smm_xl.sources.rates import Rates
from smm_xl.sources.recognising import Recognised

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

    labels:     one row a group, in natural order: its names in the dimensions of ``by``.
    values:     for each of ``columns`` the floats of the rows, NaN where undefined.
    total:      the same columns over all rows; it is worked out from totals, not from the rows.
    notes:      what a reader has to know: rows left out, parts counted as 0, part periods, totals refused.
    recognised: how the columns of each source were taken.
    marks:      figures that need a sign beside them, by the keys of their columns.
    currency:   of all amounts; "" where none is known, or there are several.
    """

    labels: list[Label]
    values: dict[str, list[float]]
    by: tuple[str, ...]
    columns: tuple[ReportColumn, ...]
    total: dict[str, float]
    notes: tuple[Text, ...]
    recognised: tuple[Recognised, ...]
    marks: tuple[Mark, ...]
    currency: str = ""

    def result(self, title: Text = UNTITLED) -> Result:
        """For outputs: a row for each group, a column for each KPI, the total under them."""
        groups = [Column(dim, GROUPINGS[dim], Kind.GROUP, width=None) for dim in self.by]
        figures = [Column(column.key, column.title, Kind.FIGURE, column.unit, column.kpi) for column in self.columns]
        rows = Columnar(self.labels, [self.values[column.key] for column in self.columns])
        total = {key: number(value) for key, value in self.total.items()}
        return Result(_NAME, title, _SUBTITLE, (*groups, *figures), rows, total, self.notes, self.recognised, self.marks, currency=self.currency)


def build(
    sources: Sequence[Source],
    by: str | Sequence[str] = (),
    kpis: str | Sequence[str] | None = None,
    *,
    where: Mapping[str, str | Sequence[str]] | None = None,
    period: str | None = None,
    compare: Compare | None = None,
    until: str | None = None,
    rates: Rates | None = None,
) -> Report:
    """The report of sources, with all that a surface needs to show it. Arguments and errors as in ``frames.report``."""
    if compare not in (None, "previous", "year"):
        raise UnknownName(Text("comparison", "сравнение"), str(compare), ["previous", "year"])
    asked = tuple(dict.fromkeys(kpi_named(name) for name in listed(kpis or ()))) or KPIS
    dims, filtered, window, kept, shown_tables, cut = select(sources, by, where, period, asked, days=compare is not None, until=until, rates=rates)
    engine = Engine(shown_tables, dims, filtered)
    wanted = _wanted(engine, kpis, sources)
    with _periods_told_apart(dims):
        measured = _measured(engine, wanted)
        labels = _labels(engine, wanted, measured)
    values = _aligned(measured, labels)
    overall = Engine(shown_tables, (), filtered)
    with _periods_told_apart(dims):
        total = {key: figures[0] for key, figures in _aligned(_measured(overall, wanted), [()]).items()}
    notes = Notes()
    notes.add(cut)
    notes.add(engine.all_notes(overall) if dims else [])
    notes.add(overall.all_notes())
    plans = [overall.plan(entry) for entry in wanted]
    notes.add_checks(sources, shown_tables, plans, dims, rates)
    if rates is None and "currency" in dims and len(data_checks.currencies_of(sources, shown_tables, plans)) > 1:
        money = {key for plan in plans if data_checks.currencies_of(sources, shown_tables, [plan]) for key in plan.kpi.columns}
        total = {key: nan if key in money else value for key, value in total.items()}
        notes.add([Text("amounts in several currencies have no total", "у сумм в разных валютах нет общего итога")])
    timed = window is not None or compare is not None or bool(set(dims) & set(TIME))
    end = last_day(kept) if timed else None  # dates that nobody asked for are not read, and may be anything
    if window is not None and end is not None:
        end = min(end, window.last)
    part = _part_period(dims, window, end)
    if part is not None and end is not None:
        notes.add([part_note(part, end)])
    marks = [*_marks(overall, wanted, {key: [value] for key, value in total.items()}, [()]), *(_marks(engine, wanted, values, labels) if dims else ())]
    columns = [ReportColumn(key, title, entry, "value") for entry in wanted for key, title in zip(entry.columns, entry.titles, strict=True)]
    if compare:
        earlier_rows = before(kept, dims, window, compare, end if part is not None else None)
        earlier_engine, earlier_overall = Engine(earlier_rows.tables, dims, filtered), Engine(earlier_rows.tables, (), filtered)
        with _periods_told_apart(dims):
            earlier = _aligned(_measured(earlier_engine, wanted), labels)
        # over all rows there is something to compare with only where the rows are those of one period
        earlier_total = _aligned(_measured(earlier_overall, wanted), [()]) if window is not None else {}
        marked = [
            *(_marks(earlier_overall, wanted, earlier_total, [()]) if window is not None else ()),
            *(_marks(earlier_engine, wanted, earlier, labels) if dims else ()),
        ]
        marks += [mark._replace(kpi=f"{mark.kpi}_previous") for mark in marked]
        notes.add(earlier_rows.notes(part, end))
        columns = [made for column in columns for made in _with_comparison(column, compare)]
        for key, now in list(values.items()):
            values[f"{key}_previous"] = earlier[key]
            values[f"{key}_change"] = [change(*pair) for pair in zip(now, earlier[key], strict=True)]
        for key in list(total):
            total[f"{key}_previous"] = earlier_total[key][0] if key in earlier_total else nan
            total[f"{key}_change"] = change(total[key], total[f"{key}_previous"])
    shown_total = {column.key: total[column.key] for column in columns}
    currency = data_checks.currency_of(sources, shown_tables, plans, rates)
    return Report(labels, values, dims, tuple(columns), shown_total, notes.all, tuple(source.recognised for source in sources), tuple(marks), currency)


def _marks(engine: Engine, wanted: Sequence[Kpi], values: Mapping[str, Sequence[float]], labels: Sequence[Label]) -> list[Mark]:
    """The marks of figures that are there, by the keys of their columns; those of the group of all rows are those of the total."""
    places: dict[Label | None, int] = {label: place for place, label in enumerate(labels)}
    return [
        mark._replace(kpi=key, group=mark.group or None)
        for entry in wanted
        for mark in engine.marks(entry)
        for key in entry.columns
        if mark.group in places and values[key][places[mark.group]] == values[key][places[mark.group]]
    ]


def _wanted(engine: Engine, kpis: str | Sequence[str] | None, sources: Sequence[Source]) -> tuple[Kpi, ...]:
    """The KPIs that were asked for, or all that can be counted. Raises InputError when there is none."""
    names = listed(kpis or ())
    wanted = tuple(dict.fromkeys(kpi_named(name) for name in names)) or KPIS
    plans = [engine.plan(entry) for entry in wanted]
    if not names:
        wanted = tuple(plan.kpi for plan in plans if not plan.missing)
    if wanted and not all(plan.missing for plan in plans):
        return wanted
    headers, opening = headers_of(sources), opening_of(sources)
    wants = plans[0].missing[0].key if names else "leads"
    elsewhere = Text(
        "; where the headers stand in another row or on another sheet: --header-row N, --sheet NAME; where letters look wrong: --encoding"
        if opening.en
        else "",
        "; если заголовки в другой строке или на другом листе: --header-row N, --sheet ИМЯ; если буквы не те: --encoding" if opening.en else "",
    )
    needs = _needs(plans) if names else Text("no column is a known field", "ни один столбец не опознан")
    raise InputError(
        Text(
            f"nothing can be counted: {needs.en}. Columns found: {headers}{opening.en}",
            f"считать нечего: {needs.ru}. Найдены столбцы: {headers}{opening.ru}",
        ),
        accepted=Text("smm-xl kpis lists all inputs", "все поля показывает smm-xl kpis"),
        cure=Text(
            f"rename a column, or name it: --map {wants}=COLUMN (columns={{...}} in Python){elsewhere.en}",
            f"переименуйте столбец или укажите его: --map {wants}=СТОЛБЕЦ (columns={{...}} в Python){elsewhere.ru}",
        ),
    )


def _needs(plans: Sequence[Plan]) -> Text:
    return Text(
        "; ".join(f"{plan.kpi.key} needs {', '.join(part.key for part in plan.missing)}" for plan in plans),
        "; ".join(f"для {plan.kpi.key} не хватает: {', '.join(f'«{part.name.ru}»' for part in plan.missing)}" for plan in plans),
    )


@contextmanager
def _periods_told_apart(by: Sequence[str]) -> Iterator[None]:
    """Refuse rows that cover several of the periods that figures are asked for by."""
    try:
        yield
    except CellError:
        raise InputError(
            Text(
                f"a row covers more than one {finest_time(by) or 'month'}, so its figures cannot be told apart",
                f"строка охватывает больше одного периода ({finest_time(by) or 'month'}), разделить её нельзя",
            ),
            cure=Text("group by a longer period", "сгруппируйте по более длинному периоду"),
        ) from None


def _measured(engine: Engine, wanted: Sequence[Kpi]) -> dict[str, tuple[list[Label], list[Cell]]]:
    """The cells of each report column with their labels."""
    found: dict[str, tuple[list[Label], list[Cell]]] = {}
    for entry in wanted:
        measured = engine.measure(engine.plan(entry))
        found |= {key: (measured.labels, cells) for key, cells in zip(entry.columns, measured.values, strict=True)}
    return found


def _labels(engine: Engine, wanted: Sequence[Kpi], measured: Mapping[str, tuple[list[Label], list[Cell]]]) -> list[Label]:
    """All groups in natural order; one does not vanish because a KPI is unknown by it."""
    groups = {id(labels): labels for labels, _ in measured.values()}  # by identity: most KPIs share one list, which may be long
    for table in dict.fromkeys(table for entry in wanted for table in engine.plan(entry).tables):
        if tells(rows := engine.tables[table], *engine.by):
            groups.setdefault(id(rows.labels(engine.by)), rows.labels(engine.by))
    return in_order(dict.fromkeys(label for labels in groups.values() for label in labels))


def _aligned(measured: Mapping[str, tuple[list[Label], list[Cell]]], labels: Sequence[Label]) -> dict[str, list[float]]:
    """The figures of each column in the order of some labels, NaN for errors and for groups that it does not have."""
    places: dict[int, list[int]] = {}
    found = {}
    for key, (members, cells) in measured.items():
        if id(members) not in places:
            at = {label: place for place, label in enumerate(members)}
            places[id(members)] = [at.get(label, -1) for label in labels]
        figures = [*cells, nan]  # at -1
        if str in set(map(type, cells)):
            figures = [nan if isinstance(cell, str) else cell for cell in figures]
        found[key] = list(map(figures.__getitem__, places[id(members)]))
    return found  # type: ignore[return-value] # no text is left


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
