"""How a result lies on a page: what of it is shown, what stands under it, and when it is easier to read with a KPI a row."""

from __future__ import annotations

from smm_xl.language import Text
from smm_xl.outputs.look import DASH
from smm_xl.reports.result import Column, Kind, Result, plain

TOTAL = Text("Total", "Итого")
_WIDE = 8


def shown(result: Result) -> list[tuple[int, Column]]:
    """The columns that people are shown, each with its place among all."""
    return [(place, column) for place, column in enumerate(result.columns) if column.kind is not Kind.KEY]


def has_total(result: Result) -> bool:
    """Whether the total is one of the columns, a row under the others."""
    return any(column.key in result.total for column in result.columns)


def stands_as_rows(result: Result) -> bool:
    """Whether a result is easier to read with a KPI a row: many KPIs of a few groups, or of no groups at all."""
    kpis = sum(column.kpi is not None for column in result.columns)
    return kpis > 0 and (not result.groups or (kpis > _WIDE and len(result.rows) <= _WIDE))


def labels(result: Result, language: str) -> list[str]:
    """What each row is about, as one text; none where there are no groups."""
    many = len(result.groups)
    return [" / ".join(DASH if part is None else str(plain(part, language)) for part in row.values[:many]) for row in result.rows if many]
