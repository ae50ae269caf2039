"""Holds the formulas of a workbook against the engine before it is given to anybody: both have to say the same."""

from __future__ import annotations

import datetime as dt
from math import isclose, isnan

from smm_xl.catalog.registry import kpi as kpi_named
from smm_xl.cells import cell as cells
from smm_xl.cells import dates
from smm_xl.engine.measure import Engine
from smm_xl.errors import CatalogError, InputError
from smm_xl.reports import report as reporting
from smm_xl.reports import selection
from smm_xl.sources.frames import table_of_columns
from smm_xl.sources.intake import Source
from smm_xl.sources.recognising import Options
from smm_xl.targets import plan_against_fact
from smm_xl.targets.target_table import Region, Targets
from smm_xl.workbook.content import Filled
from smm_xl.workbook.draft import Draft
from smm_xl.workbook.formulas.sums import FORECAST, channel, month
from smm_xl.workbook.formulas.terms import PREVIOUS, SHOWN_MONTHS, TOTAL, YEAR_BEFORE
from smm_xl.workbook.schema import MOST_MONTHS

Values = dict[tuple[str, str], float | None]  # by KPI and scope; None: undefined


def of_engine(filled: Filled, kpis: list[str]) -> Values:
    """What the engine says of KPIs in each scope of the workbook."""
    span = filled.span()
    found: Values = {}
    if span is None:
        return found
    first, last = span
    count = dates.months_between(first, last) + 1
    spans = {
        TOTAL: (first, last),
        PREVIOUS: (dates.months_later(first, -count), dates.months_later(first, -1)),
        YEAR_BEFORE: (dates.months_later(first, -12), dates.months_later(last, -12)),
    }
    for scope, (start, end) in spans.items():
        is_in_grid = dates.months_between(start, last) < MOST_MONTHS  # the workbook compares with nothing before
        made = _report(filled, kpis, "", start, end) if is_in_grid else None
        found |= {(key, scope): None if made is None else _number(made.total[key]) for key in kpis}
    found |= {(key, FORECAST): value for key, value in _forecasts(filled, kpis, first, last).items()}
    by_channel = _report(filled, kpis, "channel", first, last) if any("channel" in frame for frame in filled.tables().values()) else None
    for place, name in enumerate(filled.settings.channels):
        found |= {(key, channel(place)): _of_group(by_channel, "channel", name, key) for key in kpis}
    by_month = _report(filled, kpis, "month", dates.months_later(last, 1 - SHOWN_MONTHS), last)
    for place in range(SHOWN_MONTHS):
        label = f"{dates.months_later(last, place + 1 - SHOWN_MONTHS):%Y-%m}"
        found |= {(key, month(place)): _of_group(by_month, "month", label, key) for key in kpis}
    return found


def _sources(filled: Filled) -> list[Source]:
    return [Source(table_of_columns(name, columns), Options()) for name, columns in filled.tables().items()]


def _report(filled: Filled, kpis: list[str], by: str, first: dt.date, last: dt.date) -> reporting.Report | None:
    try:
        return reporting.build(_sources(filled), by, kpis, period=f"{first}..{dates.last_of_month(last)}")
    except InputError:  # no rows in the period, or nothing of what the KPIs need
        return None


def _forecasts(filled: Filled, kpis: list[str], first: dt.date, last: dt.date) -> dict[str, float | None]:
    """The KPIs at the end of the period, at the pace up to the day of the data."""
    as_of = filled.settings.as_of
    try:
        chosen = selection.select(_sources(filled), "", None, f"{first}..{dates.last_of_month(last)}", map(kpi_named, kpis), days=True)
    except InputError:
        return dict.fromkeys(kpis)
    engine = Engine(chosen.tables, chosen.dims, chosen.filtered)
    asked = plan_against_fact.Asked(None if as_of is None else cells.day(as_of))
    rows = plan_against_fact.plan_rows(engine, Targets([]), [kpi_named(key) for key in kpis], [()], lambda _: Region(chosen.window, None), asked)
    return {row.kpi.key: None if isinstance(row.forecast, str) else row.forecast for row in rows}


def _of_group(made: reporting.Report | None, dim: str, label: str, key: str) -> float | None:
    if made is None:
        return None
    group = tuple(label if name == dim else None for name in made.by)
    return _number(made.values[key][made.labels.index(group)]) if group in made.labels else None


def _number(value: float) -> float | None:
    return None if isnan(value) else float(value)


def of_formulas(draft: Draft) -> Values:
    """What the formulas of a workbook say."""
    calculation = draft.pages.calculated()
    found: Values = {}
    for key, place in draft.places.items():
        value = calculation.value(*place)
        found[key] = value if isinstance(value, float) else None
    return found


def confirm(draft: Draft) -> None:
    """Raises CatalogError where a formula and the engine differ: such a workbook must not be given away."""
    said = of_formulas(draft)
    for key, expected in of_engine(draft.filled, list(dict.fromkeys(kpi for kpi, _ in draft.places))).items():
        found = said[key]
        if (found is None) != (expected is None) or (found is not None and expected is not None and not isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9)):
            raise CatalogError(f"{key[0]}, {key[1]}: the formula gives {found}, the engine {expected}; please report this")
