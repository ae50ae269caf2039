"""Reports: KPIs by channel, campaign and period from dataframes, with a comparison and with notes on what a reader must know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from smm_xl.catalog.kpi import Kpi, Unit
from smm_xl.catalog.registry import GROUPINGS, KPIS, folded, grouping, listed
from smm_xl.catalog.registry import kpi as kpi_named
from smm_xl.cells import dates
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.period import Period
from smm_xl.engine.measure import Engine
from smm_xl.engine.planner import TIME, Plan, tells
from smm_xl.engine.totals import Label, natural
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text
from smm_xl.reports import data_checks
from smm_xl.sources.arrays import NO_DAY, ArrayRows, Bools
from smm_xl.sources.intake import Recognised, Source
from smm_xl.sources.tables import tables_of

Compare = Literal["previous", "year"]


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
    dims, filtered, window, kept, shown_tables = select(sources, by, where, period)
    engine = Engine(shown_tables, dims, filtered)
    wanted = _wanted(engine, kpis, sources)
    values, labels = _measured(engine, wanted)
    overall = Engine(shown_tables, (), filtered)
    total = {column: found.get((), float("nan")) for column, found in _measured(overall, wanted)[0].items()}
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
        before = _before(kept, dims, window, compare, end if part is not None else None)
        earlier, _ = _measured(Engine(before.tables, dims, filtered), wanted)
        # over all rows there is something to compare with only where the rows are those of one period
        earlier_total = _measured(Engine(before.tables, (), filtered), wanted)[0] if window is not None else {}
        notes.add(before.notes(part, end))
        columns = [made for column in columns for made in _with_comparison(column, compare)]
        values |= {f"{key}_previous": earlier[key] for key in list(values)}
        values |= {
            f"{key}_change": {label: _change(now.get(label), earlier[key].get(label)) for label in labels}
            for key, now in list(values.items())
            if key in earlier
        }
        for key in list(total):
            total[f"{key}_previous"] = earlier_total.get(key, {}).get((), float("nan"))
            total[f"{key}_change"] = _change(total[key], total[f"{key}_previous"])
    shown: dict[str, object] = {dim: pd.Series([label[place] for label in labels], dtype=object) for place, dim in enumerate(dims)}
    for column in columns:
        found = values[column.key]
        shown[column.key] = np.array([found.get(label, np.nan) for label in labels], dtype=np.float64)
    frame = pd.DataFrame(shown, index=range(len(labels)))
    return Report(frame, dims, tuple(columns), {column.key: total[column.key] for column in columns}, notes.all, tuple(source.recognised for source in sources))


class Selected(NamedTuple):
    """What a report is about: its groups, the dimensions that are filtered by, the span of days, the tables without and with the span."""

    dims: tuple[str, ...]
    filtered: list[str]
    window: Period | None
    kept: list[ArrayRows]
    tables: list[ArrayRows]


def select(sources: Sequence[Source], by: str | Sequence[str], where: Mapping[str, str | Sequence[str]] | None, period: str | None) -> Selected:
    """The rows of sources that a report is about. Raises InputError for a group, filter or period that the data does not have."""
    dims = tuple(dict.fromkeys(grouping(name) for name in listed(by)))
    tables = tables_of(sources)
    filtered, window, kept = _filters(tables, sources, where or {}, period)
    for dim in dims:
        if not any(tells(rows, dim) for rows in tables):
            raise _no_dimension(dim, sources)
    return Selected(dims, filtered, window, kept, _within(kept, window))


def part_note(period: Period, end: int) -> Text:
    """What a reader has to know of a period that the data does not reach the end of."""
    day = periods.around(end, "day").label
    return Text(f"{period.label} is a part period: the data ends on {day}", f"{period.label} — неполный период: данные по {day}")


class Notes:
    """Notes in their order, each once."""

    def __init__(self) -> None:
        self._notes: dict[Text, None] = {}

    def add(self, notes: Iterable[Text]) -> None:
        self._notes |= dict.fromkeys(notes)

    def add_checks(self, sources: Sequence[Source], tables: Sequence[ArrayRows], plans: Sequence[Plan]) -> None:
        """Add what the checks of the data say. Raises InputError for what would make a total wrong."""
        data_checks.one_currency(sources, plans)
        self.add(data_checks.overlaps(tables, plans))
        self.add(remark for source in sources for remark in source.remarks)

    @property
    def all(self) -> tuple[Text, ...]:
        return tuple(self._notes)


def _wanted(engine: Engine, kpis: str | Sequence[str] | None, sources: Sequence[Source]) -> tuple[Kpi, ...]:
    """The KPIs that were asked for, or all that can be counted. Raises InputError when there is none."""
    names = listed(kpis or ())
    wanted = tuple(dict.fromkeys(kpi_named(name) for name in names)) or KPIS
    plans = [engine.plan(entry) for entry in wanted]
    if not names:
        wanted = tuple(plan.kpi for plan in plans if not plan.missing)
    if wanted and not all(plan.missing for plan in plans):
        return wanted
    headers = ", ".join(f"«{header}»" for source in sources for header in source.frame.columns)
    needs = _needs(plans) if names else Text("no column is a known field", "ни один столбец не опознан")
    raise InputError(
        f"nothing can be counted: {needs.en}. Columns found: {headers}. Rename a column, or name it: --map leads=COLUMN (columns={{...}} in Python); smm-xl kpis lists all inputs",
        f"считать нечего: {needs.ru}. Найдены столбцы: {headers}. Переименуйте столбец или укажите его: --map leads=СТОЛБЕЦ (columns={{...}} в Python); все поля показывает smm-xl kpis",
    )


def _needs(plans: Sequence[Plan]) -> Text:
    return Text(
        "; ".join(f"{plan.kpi.key} needs {', '.join(part.key for part in plan.missing)}" for plan in plans),
        "; ".join(f"для {plan.kpi.key} не хватает: {', '.join(f'«{part.name.ru}»' for part in plan.missing)}" for plan in plans),
    )


def _no_dimension(dim: str, sources: Sequence[Source]) -> InputError:
    headers = ", ".join(f"«{header}»" for source in sources for header in source.frame.columns)
    key = "date" if dim in TIME else dim
    return InputError(
        f"no column tells the {dim}. Columns found: {headers}. Name it: --map {key}=COLUMN (columns={{...}} in Python)",
        f"нет столбца для разреза {dim}. Найдены столбцы: {headers}. Укажите его: --map {key}=СТОЛБЕЦ (columns={{...}} в Python)",
    )


def _measured(engine: Engine, wanted: Sequence[Kpi]) -> tuple[dict[str, dict[Label, float]], list[Label]]:
    """The values of each report column by label, and all labels in natural order."""
    values: dict[str, dict[Label, float]] = {}
    labels: dict[Label, None] = {}
    try:
        for entry in wanted:
            plan = engine.plan(entry)
            measured = engine.measure(plan)
            labels |= dict.fromkeys(measured.labels)
            for rows in (engine.tables[table] for table in plan.tables):
                if tells(rows, *engine.by):
                    labels |= dict.fromkeys(rows.labels(engine.by))  # a group does not vanish because a KPI is unknown by it
            for key, found in zip(entry.columns, measured.values, strict=True):
                listed_values = found.tolist() if isinstance(found, np.ndarray) else [np.nan if isinstance(value, str) else value for value in found]
                values[key] = dict(zip(measured.labels, listed_values, strict=True))
    except CellError:
        raise InputError(
            f"a row covers more than one {_finest(engine.by) or 'month'}, so its figures cannot be told apart; group by a longer period",
            f"строка охватывает больше одного периода ({_finest(engine.by) or 'month'}), разделить её нельзя; сгруппируйте по более длинному периоду",
        ) from None
    return values, sorted(labels, key=lambda label: [natural(part) for part in label])


def _finest(by: Iterable[str]) -> str | None:
    """The finest time dimension among some."""
    return min((dim for dim in by if dim in TIME), key=TIME.index, default=None)


# --- rows that are kept ---


def _filters(
    tables: Sequence[ArrayRows], sources: Sequence[Source], where: Mapping[str, str | Sequence[str]], period: str | None
) -> tuple[list[str], Period | None, list[ArrayRows]]:
    """The dimensions that are filtered by, the span of days, and the tables with the rows that are asked for.

    A table that does not tell a dimension keeps its rows: the engine knows that its figures are not those of one channel.
    """
    kept, filtered = list(tables), []
    for name, wanted in where.items():
        dim = grouping(name)
        values = [str(wanted)] if isinstance(wanted, str | int | float) else [str(value) for value in wanted]
        if dim in TIME:
            if period is not None or len(values) != 1:
                raise InputError("say one period only", "укажите только один период")
            period = values[0]
            continue
        known = list(dict.fromkeys(label for rows in kept if tells(rows, dim) for label in rows.coded(dim).labels if label is not None))
        if not any(tells(rows, dim) for rows in kept):
            raise _no_dimension(dim, sources)
        by_folded = {folded(label) for label in known}
        for value in values:
            if folded(value) not in by_folded:
                raise UnknownName(Text(dim, GROUPINGS[dim].ru.lower()), value, known)
        filtered.append(dim)
        kept = [_where(rows, dim, {folded(value) for value in values}) if tells(rows, dim) else rows for rows in kept]
    if period is None:
        return filtered, None, kept
    try:
        window = periods.parse_exactly(period)
    except CellError:
        window = None
    if window is None:
        raise InputError(
            f"period «{period}» is not understood; write 2026-03, 2026-Q1, 2026, or 2026-06-01..2026-06-15",
            f"не удалось разобрать период «{period}»; напишите 2026-03, 2026-Q1, 2026 или 2026-06-01..2026-06-15",
        )
    return filtered, window, kept


def _where(rows: ArrayRows, dim: str, wanted: set[str]) -> ArrayRows:
    codes, labels = rows.coded(dim)
    return rows.kept(np.array([label is not None and folded(label) in wanted for label in labels], dtype=bool)[codes])


def _within(tables: Sequence[ArrayRows], window: Period | None) -> list[ArrayRows]:
    """The rows of a span of days. Raises InputError for a table without dates, a row that lies partly outside, and where no row is left."""
    if window is None:
        return list(tables)
    found = []
    for rows in tables:
        if rows.days is None:
            raise InputError(
                f"table «{rows.name}» has no dates, so a period cannot be taken from it; name its column: --map date=COLUMN",
                f"в таблице «{rows.name}» нет дат, период из неё не выбрать; укажите столбец: --map date=СТОЛБЕЦ",
            )
        inside, crossing = _span(rows, window)
        if crossing.any():
            raise InputError(
                f"table «{rows.name}»: some rows lie only partly in {window.label}; ask for a longer period",
                f"таблица «{rows.name}»: часть строк лишь частично попадает в {window.label}; возьмите более длинный период",
            )
        found.append(rows.kept(inside))
    if not any(rows.size for rows in found):
        raise InputError(f"no rows in {window.label}; {_covered(tables).en}", f"в периоде {window.label} нет строк; {_covered(tables).ru}")
    return found


def _span(rows: ArrayRows, window: Period) -> tuple[Bools, Bools]:
    """Which rows lie in a span of days, and which only partly."""
    days = rows.filed or rows.days
    assert days is not None
    first, last = days
    touching = (first != NO_DAY) & (last >= window.first) & (first <= window.last)
    inside = touching & (first >= window.first) & (last <= window.last)
    return inside, touching & ~inside


def _covered(tables: Sequence[ArrayRows]) -> Text:
    known = [days[0][days[0] != NO_DAY] for rows in tables if (days := rows.days) is not None]
    starts = [int(first.min()) for first in known if len(first)]
    end = last_day(tables)
    if not starts or end is None:
        return Text("the data has no dates", "дат в данных нет")
    span = Period(min(starts), end, "range").label
    return Text(f"the data covers {span}", f"в данных есть {span}")


def last_day(tables: Sequence[ArrayRows]) -> int | None:
    ends = [int(days[1].max()) for rows in tables if rows.size and (days := rows.days) is not None]
    return max((end for end in ends if end != NO_DAY), default=None)


def _part_period(by: Sequence[str], window: Period | None, end: int | None) -> Period | None:
    """The period of the report that the data does not reach the end of: the last group, or the period that was asked for."""
    if end is None:
        return None
    grain = _finest(by)
    if grain is not None and grain != "date":
        last = periods.around(end, grain)
    elif window is not None:
        last = window
    else:
        return None
    return last if last.first <= end < last.last else None


# --- the same KPIs before ---


@dataclass(frozen=True)
class _Before:
    """Tables of the time before, filed under the time that they are compared with."""

    tables: list[ArrayRows]
    compare: Compare

    def notes(self, part: Period | None, end: int | None) -> list[Text]:
        if not any(rows.size for rows in self.tables):
            return [Text("nothing to compare with: there are no rows for the earlier period", "сравнить не с чем: за прежний период нет строк")]
        if part is None or end is None:
            return []
        day = periods.around(end, "day").label
        return [
            Text(
                f"{part.label} (to {day}) is compared with the same part of the earlier period",
                f"{part.label} (по {day}) сравнивается с такой же частью прежнего периода",
            )
        ]


def _before(tables: Sequence[ArrayRows], by: Sequence[str], window: Period | None, compare: Compare, cut: int | None) -> _Before:
    """The tables with their rows filed under the period that each is compared with; after ``cut`` no day is taken."""
    grain = _finest(by)
    if grain is None and window is None:
        raise InputError(
            "compare needs to know which period: group by month (--by month), or say it (--period 2026-03)",
            "для сравнения нужно знать период: сгруппируйте по месяцам (--by month) или укажите его (--period 2026-03)",
        )
    change = _shift(grain, window, compare)
    found = []
    for rows in tables:
        if rows.days is None:
            found.append(rows.kept(np.zeros(rows.size, dtype=bool)))
            continue
        moved = rows.refiled(change)
        assert moved.filed is not None
        keep = moved.filed[0] != NO_DAY
        if window is not None:
            keep &= _span(moved, window)[0]
        if cut is not None:
            keep &= moved.filed[1] <= cut
        found.append(moved.kept(keep))
    return _Before(found, compare)


def _shift(grain: str | None, window: Period | None, compare: Compare) -> Callable[[int, int], tuple[int, int]]:
    """What moves the days of a row to the days that they are compared with."""
    if compare == "year":
        months = 12
    elif grain == "date":
        return lambda first, last: (first + 1, last + 1)
    elif grain is not None:
        months = periods.MONTHS_OF[grain]
    else:
        assert window is not None
        earlier = _previous(window)
        months = dates.months_between(dt.date.fromordinal(earlier.first), dt.date.fromordinal(window.first))
        if earlier.shifted(months)[:2] != window[:2]:
            days = window.first - earlier.first
            return lambda first, last: (first + days, last + days)

    def move(first: int, last: int) -> tuple[int, int]:
        if first == last:
            day = periods.shift(first, months)
            return day, day
        return Period(first, last, "range").shifted(months)[:2]

    return move


def _previous(window: Period) -> Period:
    try:
        return periods.previous(window)
    except CellError:
        raise InputError(f"there is no period before {window.label}", f"перед {window.label} нет периода") from None


def _with_comparison(column: ReportColumn, compare: Compare) -> list[ReportColumn]:
    before = Text("previous period", "прошлый период") if compare == "previous" else Text("a year before", "год назад")
    return [
        column,
        ReportColumn(f"{column.key}_previous", Text(f"{column.title.en}: {before.en}", f"{column.title.ru}: {before.ru}"), column.kpi, "previous"),
        ReportColumn(f"{column.key}_change", Text(f"{column.title.en}: change, %", f"{column.title.ru}: изменение, %"), column.kpi, "change"),
    ]


def _change(now: float | None, before: float | None) -> float:
    """(now - before) / |before|; NaN where one is unknown or before is 0."""
    if now is None or not before or now != now or before != before:
        return float("nan")
    return (now - before) / abs(before)
