"""Which rows a report is about: its groups, its filters, its span of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from smm_xl.catalog.registry import GROUPINGS, folded, grouping, listed
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.period import Period
from smm_xl.engine.rows import TIME, tells
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text
from smm_xl.sources.arrays import NO_DAY, ArrayRows, Bools
from smm_xl.sources.intake import Source
from smm_xl.sources.tables import tables_of


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


def _no_dimension(dim: str, sources: Sequence[Source]) -> InputError:
    headers = ", ".join(f"«{header}»" for source in sources for header in source.frame.columns)
    key = "date" if dim in TIME else dim
    return InputError(
        Text(f"no column tells the {dim}; columns found: {headers}", f"нет столбца для разреза {dim}; найдены столбцы: {headers}"),
        cure=Text(f"name it: --map {key}=COLUMN (columns={{...}} in Python)", f"укажите его: --map {key}=СТОЛБЕЦ (columns={{...}} в Python)"),
    )


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
                raise InputError(Text("two periods are asked for", "указаны два периода"), cure=Text("say one period only", "укажите только один"))
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
            Text(f"period «{period}» is not understood", f"не удалось разобрать период «{period}»"),
            cure=Text("write 2026-03, 2026-Q1, 2026, or 2026-06-01..2026-06-15", "напишите 2026-03, 2026-Q1, 2026 или 2026-06-01..2026-06-15"),
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
                Text(f"table «{rows.name}» has no dates, so a period cannot be taken from it", f"в таблице «{rows.name}» нет дат, период из неё не выбрать"),
                cure=Text("name its column: --map date=COLUMN", "укажите столбец: --map date=СТОЛБЕЦ"),
            )
        inside, crossing = span_of(rows, window)
        if crossing.any():
            raise InputError(
                Text(f"some rows lie only partly in {window.label}", f"часть строк лишь частично попадает в {window.label}"),
                cure=Text("ask for a longer period", "возьмите более длинный период"),
                place=Text(f"table «{rows.name}»", f"таблица «{rows.name}»"),
            )
        found.append(rows.kept(inside))
    if not any(rows.size for rows in found):
        raise InputError(Text(f"no rows in {window.label}", f"в периоде {window.label} нет строк"), cure=_covered(tables))
    return found


def span_of(rows: ArrayRows, window: Period) -> tuple[Bools, Bools]:
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


def finest_time(by: Iterable[str]) -> str | None:
    """The finest time dimension among some."""
    return min((dim for dim in by if dim in TIME), key=TIME.index, default=None)
