"""Targets: gap, attainment, status, forecast, score, bonus, reverse funnel.

Plain functions of numbers; days are proleptic ordinals (``date.toordinal``). They raise CellError with the Excel error that
stands for what is undefined, and ZeroDivisionError, which stands for #DIV/0!.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import NamedTuple

from smm_xl.catalog.kpi import Better
from smm_xl.cells.cell import DIV0, NA, NUM, VALUE, CellError
from smm_xl.engine.totals import rounded_up
from smm_xl.language import Text, Worded

GREEN, AMBER = 1.0, 0.9
CAP, FLOOR = 1.2, 0.0
_LEAST_PAID = 0.8
_DIGITS = 9  # 0.35*0.8 + 0.35*0.8 + 0.3*0.8 is 0.7999999999999999


class Method(Worded):
    """How a KPI for which lower is better is held against its target: ``t / a``, or ``2 - a / t``, the habit of some scorecards."""

    RATIO = "ratio", Text("ratio", "отношение")
    MIRROR = "mirror", Text("mirror", "зеркало")


class Status(Worded):
    """What an attainment says: a sign and words, never a colour alone."""

    ON_PLAN = "on_plan", Text("on plan", "в плане"), "●"
    AT_RISK = "at_risk", Text("at risk", "риск"), "▲"
    BEHIND = "behind", Text("behind", "отставание"), "■"
    NO_DATA = "no_data", Text("no data", "нет данных"), "—"
    NO_VERDICT = "no_verdict", Text("no verdict", "без оценки"), "○"

    def __init__(self, _key: str, _words: Text, sign: str) -> None:
        self.sign = sign

    def in_language(self, language: str) -> str:
        return f"{self.sign} {self.words.in_language(language)}"


def gap(fact: float, target: float) -> float:
    """fact - target, in the KPI's unit; of a share it is in percentage points (0.0028 is 0.28 pp)."""
    return fact - target


def relative_gap(fact: float, other: float) -> float:
    """(fact - other) / abs(other); raises ZeroDivisionError for 0."""
    return (fact - other) / abs(other)


def attainment(fact: float, target: float, better: Better = Better.HIGHER, baseline: float | None = None, method: Method = Method.RATIO) -> float:
    """How far a target is reached, as a fraction: 1 at the target in either direction.

    baseline: the value at the start; with it the part of the way from there to the target, whatever the method.
    Raises CellError #NUM! for a target below 0, or a fact below 0 where lower is better, because the quotient would turn the
    sign round, and for a target on the worse side of the baseline; ZeroDivisionError for a target at the baseline.
    """
    lower = better is Better.LOWER
    if baseline is not None:
        if (target > baseline and lower) or (target < baseline and better is Better.HIGHER):
            raise CellError(NUM)
        return (fact - baseline) / (target - baseline)
    if target < 0:
        raise CellError(NUM)
    if target == 0 or (lower and fact == 0):
        return float(fact <= target if lower else fact >= target)
    if not lower:
        return fact / target
    if method is Method.MIRROR:
        return max(2 - fact / target, 0.0)
    if fact < 0:
        raise CellError(NUM)
    return target / fact


def status(attained: float | None, green: float = GREEN, amber: float = AMBER) -> Status:
    """The status of an attainment, None for an unknown one. Raises CellError #NUM! where amber lies above green."""
    if amber > green:
        raise CellError(NUM)
    if attained is None:
        return Status.NO_DATA
    if round(attained, _DIGITS) >= round(green, _DIGITS):
        return Status.ON_PLAN
    return Status.AT_RISK if round(attained, _DIGITS) >= round(amber, _DIGITS) else Status.BEHIND


def days_passed(as_of: int, start: int, end: int) -> int:
    """How many days of a period had passed at the end of a day, at most all of them.

    Raises CellError: #NUM! for a start after the end, #N/A for a day before the period.
    """
    if start > end:
        raise CellError(NUM)
    if as_of < start:
        raise CellError(NA)
    return min(as_of, end) - start + 1


def forecast(fact: float, as_of: int, period_start: int, period_end: int) -> float:
    """The run rate: fact / days passed * days of the period, the day of the data included. Errors as in ``days_passed``."""
    passed, whole = days_passed(as_of, period_start, period_end), period_end - period_start + 1
    return fact if passed == whole else fact / passed * whole


def pace(fact: float, target: float, as_of: int, period_start: int, period_end: int) -> float:
    """fact / (target * share of the period passed): 1 is exactly in step. Errors as in ``days_passed``; #NUM! for a target below 0."""
    if target < 0:
        raise CellError(NUM)
    return fact / (target * (days_passed(as_of, period_start, period_end) / (period_end - period_start + 1)))


def need_per_day(fact: float, target: float, as_of: int, period_end: int) -> float:
    """(target - fact) / days left after the day of the data; below 0 once the target is passed. Raises CellError #DIV/0! when no day is left."""
    if as_of >= period_end:
        raise CellError(DIV0)
    return (target - fact) / (period_end - as_of)


class Score(NamedTuple):
    """A weighted score, and the share of the weight whose attainment was known."""

    value: float
    known: float


def within(attained: float, cap: float = CAP, floor: float = FLOOR) -> float:
    """An attainment after cap and floor. Raises CellError #NUM! for a floor above the cap."""
    if floor > cap:
        raise CellError(NUM)
    return min(max(attained, floor), cap)


def score(attainments: Sequence[float | None], weights: Sequence[float | None], cap: float = CAP, floor: float = FLOOR) -> Score:
    """Σ w · attainment after cap and floor / Σ w, over the KPIs whose attainment and weight are known; weights need not add up to 1.

    Raises CellError: #NUM! for a weight below 0, #N/A where no weight is known, #DIV/0! where all weights are 0.
    """
    if floor > cap:
        raise CellError(NUM)
    weighed = [
        (None if attained is None else within(attained, cap, floor), weight)
        for attained, weight in zip(attainments, weights, strict=True)
        if weight is not None
    ]
    if any(weight < 0 for _, weight in weighed):
        raise CellError(NUM)
    whole = fsum(weight for _, weight in weighed)
    known = fsum(weight for attained, weight in weighed if attained is not None)
    if known == 0:
        raise CellError(DIV0 if weighed and all(attained is not None for attained, _ in weighed) else NA)
    total = fsum(weight * attained for attained, weight in weighed if attained is not None) / known
    return Score(min(max(total, floor), cap), known / whole)  # rounding must not carry it over the cap


def bonus(full_bonus: float, score: float, scale: Sequence[tuple[float, float]] | None = None) -> float:
    """full_bonus * payout(score), in the unit of the bonus.

    scale: steps of (score from, payout), in any order; below the lowest step nothing. Without it nothing below 0.8, the score
    itself up to 1.2, and 1.2 above. Scores are compared after rounding to 9 digits.
    """
    reached = round(score, _DIGITS)
    if scale is None:
        return full_bonus * min(score, CAP) if reached >= _LEAST_PAID else 0.0
    return full_bonus * max(((start, payout) for start, payout in scale if reached >= round(start, _DIGITS)), default=(0.0, 0.0))[1]


def stage(wanted: float, rate: float) -> float:
    """How many must enter a stage of a funnel for ``wanted`` to leave it, a whole number. ``rate``: the share that gets through."""
    return rounded_up(wanted / rate)


def product(*factors: float) -> float:
    """Factors multiplied: a budget of clicks at a price, or what a lead may cost at most (order value * margin * conversion)."""
    result = 1.0
    for factor in factors:
        result *= factor
    return result


def steps(rows: Sequence[tuple[float | None, float | None]]) -> list[tuple[float, float]]:
    """The steps of a bonus scale without blank rows.

    Raises CellError: #N/A for a half blank row or no steps, #NUM! for a payout below 0, #VALUE! for one score with two payouts.
    """
    found: dict[float, float] = {}
    for start, payout in rows:
        if start is None and payout is None:
            continue
        if start is None or payout is None:
            raise CellError(NA)
        if payout < 0:
            raise CellError(NUM)
        if found.setdefault(round(start, _DIGITS), payout) != payout:
            raise CellError(VALUE)
    if not found:
        raise CellError(NA)
    return list(found.items())
