"""Plan against fact: targets beside what was reached, with gap, attainment, status, forecast; and the scorecard made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from smm_xl.catalog.kpi import Better, Kpi, Unit
from smm_xl.cells.cell import NA, first_error, shielded, unless_error
from smm_xl.cells.period import Period
from smm_xl.engine.measure import End, Engine
from smm_xl.engine.planner import Plan
from smm_xl.engine.totals import Cell, Label, worked_out
from smm_xl.language import Text
from smm_xl.targets import arithmetic
from smm_xl.targets.arithmetic import AMBER, CAP, FLOOR, GREEN, Score, Status
from smm_xl.targets.target_table import Region, Targets

COLUMNS = {
    "kpi": Text("KPI", "KPI"),
    "unit": Text("unit", "единица"),
    "better": Text("better", "лучше"),
    "target": Text("target", "план"),
    "fact": Text("fact", "факт"),
    "gap": Text("gap", "отклонение"),
    "gap_pct": Text("gap, %", "отклонение, %"),
    "attainment": Text("attainment", "выполнение"),
    "status": Text("status", "статус"),
    "forecast": Text("forecast to the end of the period", "прогноз на конец периода"),
    "forecast_attainment": Text("attainment of the forecast", "выполнение по прогнозу"),
}
SCORECARD_COLUMNS = {
    "kpi": COLUMNS["kpi"],
    "weight": Text("weight", "вес"),
    "attainment": Text("attainment after cap and floor", "выполнение с потолком и полом"),
    "contribution": Text("contribution", "вклад"),
}
SCORE, KNOWN, BONUS = Text("score", "оценка"), Text("known share of the weight", "известная доля веса"), Text("bonus", "премия")


class PlanRow(NamedTuple):
    """One KPI of one group. Cells are numbers or errors: #N/A where a target is not set or a fact not known."""

    label: Label
    kpi: Kpi
    region: Region
    target: Cell
    fact: Cell
    gap: Cell
    gap_pct: Cell
    attainment: Cell
    status: Status | str
    forecast: Cell
    forecast_attainment: Cell

    @property
    def unit(self) -> Text:
        """The unit; of a share it says that its gap is in percentage points."""
        return Text("%; gap in pp", "%; отклонение в п. п.") if self.kpi.unit is Unit.SHARE else self.kpi.unit.words


class Asked(NamedTuple):
    """How rows are asked for: the day of the data where it was said, and the borders of the status."""

    as_of: int | None = None
    green: float = GREEN
    amber: float = AMBER


def plan_rows(
    engine: Engine, table: Targets, kpis: Sequence[Kpi], labels: Sequence[Label], region_of: Callable[[Label], Region], asked: Asked
) -> list[PlanRow]:
    """A row for each group and KPI. ``region_of``: the period and channel of a group."""
    found = {}
    for kpi in kpis:
        plan = engine.plan(kpi)
        parts = engine.parts(plan)
        found[kpi.key] = plan, dict(zip(parts.labels, zip(parts.totals, parts.ends, strict=True), strict=True))
    last_day = max((day for rows in engine.tables if (day := (rows.whole or rows).last_day()) is not None), default=None)
    made = []
    for label in labels:
        region = region_of(label)
        for kpi in kpis:
            plan, by_label = found[kpi.key]
            totals, ends = by_label.get(label, ({}, {}))
            fact = worked_out(plan.formulas[0], totals) if totals else NA
            ahead = _forecast(plan, totals, ends, region.period, asked.as_of, last_day) if not isinstance(fact, str) else fact
            made.append(_row(label, kpi, region, table, fact, ahead, asked))
    return made


def _row(label: Label, kpi: Kpi, region: Region, table: Targets, fact: Cell, ahead: Cell, asked: Asked) -> PlanRow:
    aim = table.aim(kpi, region)
    target, base = (NA, None) if aim is None else aim

    def attained(value: Cell) -> Cell:
        result: Cell = unless_error(arithmetic.attainment, value, target, kpi.better, base)
        return result

    attainment = attained(fact)
    return PlanRow(
        label, kpi, region, target, fact,
        unless_error(arithmetic.gap, fact, target), unless_error(arithmetic.relative_gap, fact, target), attainment,
        _status(kpi, attainment, asked), ahead, attained(ahead),
    )  # fmt: skip


def _status(kpi: Kpi, attainment: Cell, asked: Asked) -> Status | str:
    if isinstance(attainment, str):
        return Status.NO_DATA if attainment == NA else attainment
    if kpi.better is Better.NEUTRAL:
        return Status.NO_VERDICT
    found: Status | str = unless_error(arithmetic.status, attainment, asked.green, asked.amber)
    return found


def _forecast(plan: Plan, totals: dict[str, Cell], ends: dict[str, End | None], period: Period | None, as_of: int | None, last_day: int | None) -> Cell:
    """The KPI from the forecasts of its parts at the end of the period.

    What grows goes on at its pace; rates and what the period started with stay; what else there is (followers at the end,
    unique reach) has no run rate, so that it is known only when the period is over.
    """
    if period is None:
        return NA
    ahead: dict[str, Cell] = {}
    for leaf in plan.leaves:
        total, until = totals[leaf.key], _known_until(ends[leaf.key], as_of, last_day)
        if isinstance(total, str) or leaf.how.stays:
            ahead[leaf.key] = total
        elif until is None:
            ahead[leaf.key] = NA
        elif until >= period.last:
            ahead[leaf.key] = total
        elif leaf.how.grows:
            ahead[leaf.key] = unless_error(arithmetic.forecast, total, until, period.first, period.last)
        else:
            ahead[leaf.key] = NA
    return worked_out(plan.formulas[0], ahead)


def _known_until(end: End | None, as_of: int | None, last_day: int | None) -> int | None:
    """The last day that a figure holds, None where it cannot be known.

    A row for a month may be that of a month that has only begun: where other rows tell days and end inside it, only the user
    knows to which day it counts.
    """
    if end is None:
        return None
    moment = end.moment
    if as_of is not None:
        return as_of if end.is_reported else min(moment.last, as_of)
    if last_day is not None and moment.first < moment.last and moment.first <= last_day < moment.last:
        return None
    return moment.last


# --- scorecard ---


class Scored(NamedTuple):
    """A line of the scorecard: the attainment after cap and floor, and what it adds to the score."""

    kpi: Kpi
    weight: Cell
    attainment: Cell
    contribution: Cell


class Scorecard(NamedTuple):
    """The lines of all KPIs that have a weight, the score, the share of the weight that was known, and the bonus where one was asked for."""

    lines: tuple[Scored, ...]
    score: Cell
    known: Cell
    bonus: Cell | None


def scorecard(
    rows: Iterable[PlanRow],
    table: Targets,
    *,
    cap: float = CAP,
    floor: float = FLOOR,
    full_bonus: float | None = None,
    scale: Sequence[tuple[float, float]] | None = None,
) -> Scorecard:
    """The score of plan rows of one group. A KPI without a verdict (spend, frequency) is shown, but nothing is earned by it: it does not count as known."""
    lines = []
    for row in rows:
        weight = table.weight(row.kpi, row.region)
        if weight is None:
            continue
        attained = NA if row.status is Status.NO_VERDICT else row.attainment
        lines.append((row.kpi, weight, unless_error(arithmetic.within, attained, cap, floor)))
    # as SMM_SCORE has it: an attainment that is not known leaves the score, a weight does not
    wrong = first_error([*(attained for _, _, attained in lines if attained != NA), *(weight for _, weight, _ in lines)])
    found: Score | str = wrong or _score(lines, cap, floor)
    if isinstance(found, str):
        shown = tuple(Scored(kpi, weight, attained, NA) for kpi, weight, attained in lines)
        return Scorecard(shown, found, NA, None if full_bonus is None else found)
    known = sum(weight for _, weight, attained in lines if not isinstance(weight, str) and not isinstance(attained, str))
    shown = tuple(
        Scored(kpi, weight, attained, unless_error(lambda weight, attained: weight * attained / known, weight, attained)) for kpi, weight, attained in lines
    )
    bonus = None if full_bonus is None else unless_error(arithmetic.bonus, full_bonus, found.value, scale)
    return Scorecard(shown, found.value, found.known, bonus)


def _score(lines: Sequence[tuple[Kpi, Cell, Cell]], cap: float, floor: float) -> Score | str:
    attainments = [None if isinstance(attained, str) else attained for _, _, attained in lines]
    weights = [weight for _, weight, _ in lines if not isinstance(weight, str)]
    found: Score | str = shielded(lambda: arithmetic.score(attainments, weights, cap, floor))
    return found
