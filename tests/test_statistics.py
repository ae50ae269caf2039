"""Statistics of rates, held against scipy and against exact arithmetic."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import pytest
from scipy import stats  # type: ignore[import-untyped]

from smm_xl import functions as f

COUNTS = [(0, 1), (1, 1), (0, 2), (1, 2), (2, 2), (0, 50), (1, 50), (7, 50), (49, 50), (50, 50), (1, 10), (24, 113), (3264, 38165), (999_999, 1_000_000)]
HUGE = [(0, 10**9), (1, 10**9), (10**9 - 1, 10**9), (10**9, 10**9), (0, 10**12), (1, 10**12), (5 * 10**11, 10**12), (10**12 - 1, 10**12), (10**12, 10**12)]
CONFIDENCES = [0.5, 0.8, 0.95, 0.999]
ARMS = [
    (250, 5000, 295, 5000),
    (120, 1000, 150, 1000),
    (100, 1000, 130, 1000),
    (0, 10, 1, 10),
    (1, 2, 2, 2),
    (1, 1, 0, 1),
    (10**6, 10**9, 10**6 + 3000, 10**9),
    (3, 7, 1, 10**12),
]


def column(*cells: object) -> list[list[object]]:
    return [[cell] for cell in cells]


def exact_wilson(successes: int, trials: int, confidence: float) -> tuple[float, float]:
    """The textbook formula in fifty digits."""
    with localcontext() as context:
        context.prec = 50
        z, n = Decimal(float(stats.norm.isf((1 - confidence) / 2))), Decimal(trials)
        p = Decimal(successes) / n
        middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)).sqrt()
        return float((middle - half) / (1 + z * z / n)), float((middle + half) / (1 + z * z / n))


@pytest.mark.parametrize("confidence", CONFIDENCES)
@pytest.mark.parametrize(("successes", "trials"), COUNTS)
def test_the_bounds_of_a_rate_are_those_of_scipy(successes: int, trials: int, confidence: float) -> None:
    wanted = stats.binomtest(successes, trials).proportion_ci(confidence, method="wilson")
    assert f.SMM_CR_LOW(successes, trials, confidence) == pytest.approx(wanted.low, abs=1e-12)
    assert f.SMM_CR_HIGH(successes, trials, confidence) == pytest.approx(wanted.high, abs=1e-12)


@pytest.mark.parametrize("confidence", CONFIDENCES)
@pytest.mark.parametrize(("successes", "trials"), [*COUNTS, *HUGE])
def test_the_bounds_keep_their_digits_however_small_they_are(successes: int, trials: int, confidence: float) -> None:
    low, high = exact_wilson(successes, trials, confidence)
    assert f.SMM_CR_LOW(successes, trials, confidence) == pytest.approx(low, rel=1e-12, abs=1e-30)
    assert f.SMM_CR_HIGH(successes, trials, confidence) == pytest.approx(high, rel=1e-12)


def test_none_and_all_have_a_bound_that_is_exact() -> None:
    assert f.SMM_CR_LOW(0, 50) == 0.0
    assert f.SMM_CR_HIGH(50, 50) == 1.0
    assert (f.SMM_CR_LOW(7, 50, 1), f.SMM_CR_HIGH(7, 50, 1)) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (7, 50, 0.06950833427016292, 0.26186193710585537),
        (0, 50, 0.0, 0.07134759913335868),
        (50, 50, 0.9286524008666414, 1.0),
        (1, 10, 0.017876213095072896, 0.40415002679523837),
        (24, 113, 0.14708453967449378, 0.2966060761731777),
        (3264, 38165, 0.08275921173241149, 0.08837098790615275),
    ],
)
def test_published_wilson_bounds_among_them_pitfall_20(successes: int, trials: int, low: float, high: float) -> None:
    assert f.SMM_CR_LOW(successes, trials) == pytest.approx(low, abs=1e-12)
    assert f.SMM_CR_HIGH(successes, trials) == pytest.approx(high, abs=1e-12)


@pytest.mark.parametrize("arms", ARMS)
def test_the_p_value_is_that_of_the_pooled_test(arms: tuple[int, int, int, int]) -> None:
    a, m, b, n = arms
    with localcontext() as context:
        context.prec = 50
        pooled = Decimal(a + b) / Decimal(m + n)
        z = (Decimal(b) / n - Decimal(a) / m) / (pooled * (1 - pooled) * (1 / Decimal(m) + 1 / Decimal(n))).sqrt()
    assert f.SMM_AB_PVALUE(a, m, b, n) == pytest.approx(2 * stats.norm.sf(abs(float(z))), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("arms", [arms for arms in ARMS if max(arms) < 10**6])
def test_the_p_value_is_that_of_the_chi_square_test(arms: tuple[int, int, int, int]) -> None:
    a, m, b, n = arms
    wanted = stats.chi2_contingency([[a, m - a], [b, n - b]], correction=False).pvalue
    assert f.SMM_AB_PVALUE(a, m, b, n) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(
    ("arms", "pvalue"),
    [((250, 5000, 295, 5000), 0.04743846786449464), ((120, 1000, 150, 1000), 0.04964038686536881), ((100, 1000, 130, 1000), 0.03548845046647473)],
)
def test_published_p_values(arms: tuple[int, int, int, int], pvalue: float) -> None:
    assert f.SMM_AB_PVALUE(*arms) == pytest.approx(pvalue, abs=1e-12)
    assert f.SMM_AB_PVALUE(arms[2], arms[3], arms[0], arms[1]) == f.SMM_AB_PVALUE(*arms)


def test_the_lift_is_relative() -> None:
    assert f.SMM_AB_LIFT(250, 5000, 295, 5000) == pytest.approx(0.18)
    assert f.SMM_AB_LIFT(10, 100, 20, 200) == 0.0
    assert f.SMM_AB_LIFT(10, 100, 0, 100) == -1.0


@pytest.mark.parametrize("base_rate", [0.001, 0.05, 0.5, 0.9])
@pytest.mark.parametrize("lift", [-0.5, -0.01, 0.05, 0.1])
@pytest.mark.parametrize(("power", "alpha"), [(0.8, 0.05), (0.9, 0.01), (0.5, 1.0)])
def test_the_sample_size_is_that_of_the_formula(base_rate: float, lift: float, power: float, alpha: float) -> None:
    other = base_rate * (1 + lift)
    z = stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(power)
    wanted = z**2 * (base_rate * (1 - base_rate) + other * (1 - other)) / (other - base_rate) ** 2
    assert f.SMM_AB_SAMPLE(base_rate, lift, power, alpha) == math.ceil(round(wanted, 6))


def test_a_sample_size_by_hand() -> None:
    # (1.959964 + 0.841621)^2 * (0.05 * 0.95 + 0.06 * 0.94) / 0.01^2 = 8154.9...
    assert f.SMM_AB_SAMPLE(0.05, 0.2) == 8155.0
    assert f.SMM_AB_SAMPLE(column(0.05, "10 %"), 0.2) == [[8155.0], [3839.0]]


@pytest.mark.parametrize(
    ("name", "arguments", "error"),
    [
        ("SMM_CR_LOW", (5, 4), "#NUM!"),
        ("SMM_CR_HIGH", (5, 4), "#NUM!"),
        ("SMM_CR_HIGH", (0, 0), "#DIV/0!"),
        ("SMM_CR_LOW", (1, 4, 0), "#NUM!"),
        ("SMM_CR_LOW", (1, 4, 95), "#NUM!"),
        ("SMM_CR_LOW", (1, 4, None), "#N/A"),
        ("SMM_CR_LOW", (-1, 4), "#NUM!"),
        ("SMM_CR_LOW", ("many", 4), "#VALUE!"),
        ("SMM_CR_LOW", (None, 4), "#N/A"),
        ("SMM_CR_LOW", ("#REF!", 4), "#REF!"),
        ("SMM_AB_PVALUE", (0, 10, 0, 10), "#DIV/0!"),
        ("SMM_AB_PVALUE", (10, 10, 10, 10), "#DIV/0!"),
        ("SMM_AB_PVALUE", (1, 0, 1, 10), "#NUM!"),
        ("SMM_AB_PVALUE", (0, 0, 1, 10), "#DIV/0!"),
        ("SMM_AB_PVALUE", (11, 10, 1, 10), "#NUM!"),
        ("SMM_AB_LIFT", (0, 10, 1, 10), "#DIV/0!"),
        ("SMM_AB_LIFT", (1, 10, 1, 0), "#NUM!"),
        ("SMM_AB_LIFT", (1, 10, None, 10), "#N/A"),
        ("SMM_AB_SAMPLE", (0.05, 0), "#DIV/0!"),
        ("SMM_AB_SAMPLE", (0.5, 1), "#NUM!"),
        ("SMM_AB_SAMPLE", (0.5, -1), "#NUM!"),
        ("SMM_AB_SAMPLE", (5, 0.2), "#NUM!"),
        ("SMM_AB_SAMPLE", (0.05, 0.2, 1), "#NUM!"),
    ],
)
def test_what_is_undefined_or_out_of_range(name: str, arguments: tuple[object, ...], error: str) -> None:
    assert f.FUNCTIONS[name].call(*arguments) == error


def test_ranges_are_totals_over_their_complete_rows() -> None:
    assert f.SMM_CR_LOW(column(3, None, 4), column(20, 100, 30)) == f.SMM_CR_LOW(7, 50)
    assert f.SMM_AB_PVALUE(column(100, 150), column(2000, 3000), column(195, 100), column(2500, 2500)) == f.SMM_AB_PVALUE(250, 5000, 295, 5000)
    # more successes than trials in one row, as in exports with view-through, but not in the total
    assert f.SMM_CR_LOW(column(2, 5), column(1, 49)) == f.SMM_CR_LOW(7, 50)
    assert f.SMM_CR_LOW(column(1, 2), column(1, 2, 3)) == "#VALUE!"
    assert f.SMM_CR_LOW(column(None, 1), column(1, None)) == "#N/A"
    assert f.SMM_CR_LOW(column(1, 2), column(10, 20), column(0.9, 0.95)) == "#N/A"
