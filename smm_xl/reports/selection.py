"""Which rows a report is about: its groups, its filters, its span of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from smm_xl.catalog.kpi import Kpi
from smm_xl.catalog.registry import FIELDS_BY_KEY, GROUPINGS, grouping, listed
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.names import one_name
from smm_xl.cells.period import Period
from smm_xl.engine.rows import TIME, Moment, Rows, tells
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text
from smm_xl.sources.compaction import Asked
from smm_xl.sources.intake import Source
from smm_xl.sources.rates import Rates
from smm_xl.sources.tables import tables_of

_LONGEST, _MOST_HEADERS = 60, 40  # of headers in messages


class Selected(NamedTuple):
    """What a report is about: its groups, the dimensions that are filtered by, the span of days, the tables without and with the span, and what was cut."""

    dims: tuple[str, ...]
    filtered: list[str]
    window: Period | None
    kept: list[Rows]
    tables: list[Rows]
    cut: list[Text]


def select(
    sources: Sequence[Source],
    by: str | Sequence[str],
    where: Mapping[str, str | Sequence[str]] | None,
    period: str | None,
    kpis: Iterable[Kpi],
    *,
    days: bool = False,
    until: str | None = None,
    rates: Rates | None = None,
) -> Selected:
    """The rows of sources that a report of some KPIs is about. Raises InputError for a group, filter or period that the data does not have.

    days:  whether the days of rows matter though neither a group nor a filter asks for them.
    rates: of currencies, by which amounts are brought to one.
    until: "common": all is counted to the day that the shortest table of days reaches.
    """
    if until not in (None, "common"):
        raise UnknownName(Text("value of until", "значение until"), str(until), ["common"])
    dims = tuple(dict.fromkeys(grouping(name) for name in listed(by)))
    told = {*dims, *map(grouping, where or {})}
    by_days = days or until is not None or period is not None or any(grouping(name) in TIME for name in where or {}) or "date" in dims
    tables = tables_of(sources, Asked.of(kpis, told, "day" if by_days else finest_time(dims)), rates)
    tables, cut = _to_the_common_day(tables) if until else (tables, [])
    filtered, window, kept = _filters(tables, sources, where or {}, period)
    for dim in dims:
        if not any(tells(rows, dim) for rows in tables):
            raise _no_dimension(dim, sources)
    return Selected(dims, filtered, window, kept, _within(kept, window), [*cut, *_without_days(kept, window)])


def _to_the_common_day(tables: Sequence[Rows]) -> tuple[list[Rows], list[Text]]:
    """The tables to the day that all tables of days reach, and a note that says so."""
    ends = {rows.name: rows.days()[-1] for rows in tables if tells(rows, "time") and rows.days()}
    if len(ends) < 2:
        nothing = Text(
            "--until common changes nothing: fewer than two tables tell days", "--until common ничего не меняет: дни есть меньше чем в двух таблицах"
        )
        return list(tables), [nothing]
    day = min(ends.values())
    shown = periods.around(day, "day").label
    listed = ", ".join(f"{name}: {periods.around(end, 'day').label}" for name, end in ends.items())
    kept = [rows.begun_by(day) if rows.name in ends else rows for rows in tables]
    return kept, [Text(f"all is counted to {shown} (last days: {listed})", f"всё посчитано по {shown} (последние дни: {listed})")]


def headers_of(sources: Sequence[Source]) -> str:
    """The headers of all tables, each once, for messages."""
    found = list(dict.fromkeys(f"«{header[:_LONGEST]}{'…' * (len(header) > _LONGEST)}»" for source in sources for header in source.table.headers))
    return ", ".join(found[:_MOST_HEADERS]) + (", …" if len(found) > _MOST_HEADERS else "")


def opening_of(sources: Sequence[Source]) -> Text:
    """The first lines of a file, "" where another one has a known field or none is read from a file."""
    opened = [source for source in sources if source.table.opening]
    if not opened or any(key in FIELDS_BY_KEY for source in sources for key in source.keys):
        return Text("", "")
    lines = "; ".join(f"«{line}»" for line in opened[0].table.opening)
    return Text(f". The first lines of {opened[0].name}: {lines}", f". Первые строки {opened[0].name}: {lines}")


def _no_dimension(dim: str, sources: Sequence[Source]) -> InputError:
    headers = headers_of(sources)
    key = "date" if dim in TIME else dim
    return InputError(
        Text(f"no column tells the {dim}; columns found: {headers}", f"нет столбца для разреза {dim}; найдены столбцы: {headers}"),
        cure=Text(f"name it: --map {key}=COLUMN (columns={{...}} in Python)", f"укажите его: --map {key}=СТОЛБЕЦ (columns={{...}} в Python)"),
    )


def _filters(
    tables: Sequence[Rows], sources: Sequence[Source], where: Mapping[str, str | Sequence[str]], period: str | None
) -> tuple[list[str], Period | None, list[Rows]]:
    """The dimensions that are filtered by, the span of days, and the tables with the rows that are asked for.

    A table that does not tell a dimension keeps its rows: the engine knows that its figures are not those of one channel.
    """
    kept, filtered = list(tables), []
    for name, wanted in where.items():
        dim = grouping(name)
        values = [str(wanted)] if isinstance(wanted, str | int | float) else [str(value) for value in wanted]
        if dim in TIME:
            if period is not None or len(values) != 1:
                raise InputError(Text("two periods are asked for", "указаны два периода"), cure=Text("say one period only", "укажите только один"))
            period = values[0]
            continue
        known = list(dict.fromkeys(label for rows in kept if tells(rows, dim) for label in rows.names(dim)))
        if not any(tells(rows, dim) for rows in kept):
            raise _no_dimension(dim, sources)
        by_folded = {one_name(label) for label in known}
        for value in values:
            if one_name(value) not in by_folded:
                raise UnknownName(Text(dim, GROUPINGS[dim].ru.lower()), value, known)
        filtered.append(dim)
        kept = [rows.where(dim, frozenset(map(one_name, values))) if tells(rows, dim) else rows for rows in kept]
    if period is None:
        return filtered, None, kept
    try:
        window = periods.parse_exactly(period)
    except CellError:
        window = None
    if window is None:
        raise InputError(
            Text(f"period «{period}» is not understood", f"не удалось разобрать период «{period}»"),
            cure=Text("write 2026-03, 2026-Q1, 2026, or 2026-06-01..2026-06-15", "напишите 2026-03, 2026-Q1, 2026 или 2026-06-01..2026-06-15"),
        )
    return filtered, window, kept


def _within(tables: Sequence[Rows], window: Period | None) -> list[Rows]:
    """The rows of a span of days. Raises InputError for a table without dates, a row that lies partly outside, and where no row is left."""
    if window is None:
        return list(tables)
    found = []
    for rows in tables:
        if not tells(rows, "time"):
            raise InputError(
                Text(f"table «{rows.name}» has no dates, so a period cannot be taken from it", f"в таблице «{rows.name}» нет дат, период из неё не выбрать"),
                cure=Text("name its column: --map date=COLUMN", "укажите столбец: --map date=СТОЛБЕЦ"),
            )
        inside, crosses = rows.within(window)
        if crosses:
            raise InputError(
                Text(f"some rows lie only partly in {window.label}", f"часть строк лишь частично попадает в {window.label}"),
                cure=Text("ask for a longer period", "возьмите более длинный период"),
                place=Text(f"table «{rows.name}»", f"таблица «{rows.name}»"),
            )
        found.append(inside)
    if not any(rows.size for rows in found):
        raise InputError(Text(f"no rows in {window.label}", f"в периоде {window.label} нет строк"), cure=_covered(tables))
    return found


def _without_days(tables: Sequence[Rows], window: Period | None) -> list[Text]:
    """A word on rows that a span of days leaves out because no day of theirs is known."""
    if window is None:
        return []
    names = ", ".join(rows.name for rows in tables if rows.without_days().size)
    said = Text(f"rows without a day are not counted in {window.label}: {names}", f"строки без даты не вошли в {window.label}: {names}")
    return [said] if names else []


def _covered(tables: Sequence[Rows]) -> Text:
    days = span(tables)
    if days is None:
        return Text("the data has no dates", "дат в данных нет")
    label = Period(*days, "range").label
    return Text(f"the data covers {label}", f"в данных есть {label}")


def span(tables: Sequence[Rows]) -> Moment | None:
    """From the first to the last day of all rows, None where no day is known."""
    known = [days for rows in tables if (days := rows.span()) is not None]
    return Moment(min(days.first for days in known), max(days.last for days in known)) if known else None


def last_day(tables: Sequence[Rows]) -> int | None:
    days = span(tables)
    return None if days is None else days.last


def finest_time(by: Iterable[str]) -> str | None:
    """The finest time dimension among some."""
    return min((dim for dim in by if dim in TIME), key=TIME.index, default=None)
