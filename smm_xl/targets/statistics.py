"""Statistics of rates: the Wilson interval, the A/B test, the sample size. The standard library alone."""

from __future__ import annotations

from math import erfc, inf, sqrt

from smm_xl.cells.cell import DIV0, NUM, CellError
from smm_xl.engine.totals import rounded_up


def _z(upper_tail: float) -> float:
    """The point that a standard normal variable exceeds with some probability; infinite for 0."""
    from statistics import NormalDist  # 15 ms, which a cost per lead must not wait for

    return -NormalDist().inv_cdf(upper_tail) if upper_tail else inf


def wilson(successes: float, trials: float, confidence: float = 0.95) -> tuple[float, float]:
    """The bounds of a rate: the Wilson score interval, as fractions.

    successes, trials: counts; confidence: a share above 0, at most 1. Raises CellError: #DIV/0! without trials, #NUM! for more
    successes than trials. Source: Wilson, E. B. (1927), Probable inference, JASA 22; statsmodels ``proportion_confint(method="wilson")``.
    """
    _check(successes, trials)
    z = _z((1 - confidence) / 2)
    if z == inf:
        return 0.0, 1.0
    rate, failing, spread = successes / trials, (trials - successes) / trials, z / trials * z
    reach = rate + spread / 2 + z * sqrt(rate * failing / trials + (z / (2 * trials)) ** 2)
    # the product of both bounds is known, so neither needs a difference of near numbers, which would lose its digits
    return rate * rate / reach if rate else 0.0, reach / (1 + spread) if failing else 1.0


def cr_low(successes: float, trials: float, confidence: float = 0.95) -> float:
    """The lower Wilson bound, see ``wilson``."""
    return wilson(successes, trials, confidence)[0]


def cr_high(successes: float, trials: float, confidence: float = 0.95) -> float:
    """The upper Wilson bound, see ``wilson``."""
    return wilson(successes, trials, confidence)[1]


def z_score(successes_a: float, trials_a: float, successes_b: float, trials_b: float) -> float:
    """How many standard errors the rate of B lies above that of A, with the pooled rate.

    Raises CellError: #DIV/0! without trials or where the pooled rate is 0 or 1, #NUM! for more successes than trials.
    """
    _check(successes_a, trials_a)
    _check(successes_b, trials_b)
    successes, failures = successes_a + successes_b, (trials_a - successes_a) + (trials_b - successes_b)
    if successes == 0 or failures == 0:
        raise CellError(DIV0)
    trials = trials_a + trials_b
    error = sqrt(successes / trials * (failures / trials) * (1 / trials_a + 1 / trials_b))
    return (successes_b / trials_b - successes_a / trials_a) / error


def ab_pvalue(successes_a: float, trials_a: float, successes_b: float, trials_b: float) -> float:
    """The two-sided p-value of the pooled two-proportion z test. Errors as in ``z_score``.

    Source: the textbook test; statsmodels ``proportions_ztest``.
    """
    return erfc(abs(z_score(successes_a, trials_a, successes_b, trials_b)) / sqrt(2))


def ab_lift(successes_a: float, trials_a: float, successes_b: float, trials_b: float) -> float:
    """How much higher the rate of B is, relative to that of A: 0.18 is 18 % more, not 18 points.

    Raises CellError: #DIV/0! without trials or successes of A, #NUM! for more successes than trials.
    """
    _check(successes_a, trials_a)
    _check(successes_b, trials_b)
    if successes_a == 0:
        raise CellError(DIV0)
    return (successes_b / trials_b) / (successes_a / trials_a) - 1


def ab_sample(base_rate: float, lift: float, power: float = 0.8, alpha: float = 0.05) -> float:
    """How many trials each arm needs to find a relative lift, a whole number.

    base_rate: the rate of A; lift: relative, 0.2 is 20 % more; power, alpha: shares. Raises CellError: #NUM! where the rate of B,
    base_rate * (1 + lift), is not between 0 and 1 or the number is infinite, #DIV/0! for a lift of 0.
    Source: (z(1 - alpha / 2) + z(power))^2 * (p1 q1 + p2 q2) / (p2 - p1)^2.
    """
    if lift == 0:
        raise CellError(DIV0)
    other = base_rate * (1 + lift)
    if not 0 < other < 1:
        raise CellError(NUM)
    z = _z(alpha / 2) + _z(1 - power)
    return rounded_up(z**2 * (base_rate * (1 - base_rate) + other * (1 - other)) / (base_rate * lift) ** 2)


def _check(successes: float, trials: float) -> None:
    if successes > trials:
        raise CellError(NUM)
    if trials == 0:
        raise CellError(DIV0)
