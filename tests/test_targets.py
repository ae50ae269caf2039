"""The functions of targets: every sentence of the contract that they decide, and the properties that hold for all numbers."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import assume, example, given

from smm_xl import functions as f
from smm_xl.catalog.kpi import Spread, Takes
from smm_xl.targets.calculations import CALCULATIONS

positive = st.floats(min_value=1e-6, max_value=1e9)
anything = st.floats(min_value=-1e9, max_value=1e9)


def column(*cells: object) -> list[list[object]]:
    return [[cell] for cell in cells]


def number(value: object) -> float:
    assert isinstance(value, float), value
    return value


# --- gap and change ---


def test_a_gap_in_units_and_relative() -> None:
    assert f.SMM_GAP(120, 100) == 20.0
    assert f.SMM_GAP_PCT(120, 100) == 0.2
    assert f.SMM_GAP_PCT(-50, -100) == 0.5
    assert f.SMM_GAP_PCT(5, 0) == "#DIV/0!"
    assert f.SMM_CHANGE(156, 220) == pytest.approx(-0.2909090909090909)
    assert f.SMM_CHANGE(5, -10) == 1.5


def test_pitfall_23_a_gap_of_shares_in_points_or_in_percent() -> None:
    assert f.SMM_GAP("2,92 %", "2,64 %") == pytest.approx(0.0028)
    assert f.SMM_GAP_PCT("2,92 %", "2,64 %") == pytest.approx(0.10606060606060597)


# --- attainment ---


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ((120, 100), 1.2),
        ((45, 50), 0.9),
        ((360, 300, "cpl"), 0.8333333333333334),
        ((240, 300, "lower"), 1.25),
        ((360, 300, -1), 0.8333333333333334),
        ((360, 300, "SMM_CPL"), 0.8333333333333334),
        ((360, 300, "Стоимость заявки (CPL)"), 0.8333333333333334),
        ((360, 300, "меньше"), 0.8333333333333334),
        ((120, 100, "leads"), 1.2),
        ((120, 100, 1), 1.2),
        ((130, 100, "spend"), 1.3),
        ((130, 100, "neutral"), 1.3),
        ((-50, 100), -0.5),
        ((0, 100), 0.0),
        ((0, 0), 1.0),
        ((5, 0), 1.0),
        ((-5, 0), 0.0),
        ((0, 0, "lower"), 1.0),
        ((5, 0, "lower"), 0.0),
        ((0, 300, "lower"), 1.0),
        ((5, -1), "#NUM!"),
        ((5, -1, "lower"), "#NUM!"),
        ((-5, 10, "lower"), "#NUM!"),
        ((150, 200, "higher", 100), 0.5),
        ((90, 200, "higher", 100), -0.1),
        ((350, 300, "cpl", 400), 0.5),
        ((-50, -20, "higher", -100), 0.625),
        ((5, 10, "higher", 10), "#DIV/0!"),
        ((5, 9, "higher", 10), "#NUM!"),
        ((5, 11, "lower", 10), "#NUM!"),
        ((5, 9, "neutral", 10), 5.0),
    ],
)
def test_attainment(arguments: tuple[object, ...], wanted: object) -> None:
    assert f.SMM_ATTAINMENT(*arguments) == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)


@pytest.mark.parametrize(("fact", "ratio", "mirror"), [(360, 0.8333333333333334, 0.8), (240, 1.25, 1.2), (300, 1.0, 1.0), (900, 1 / 3, 0.0), (0, 1.0, 1.0)])
def test_pitfall_6_two_methods_where_lower_is_better(fact: float, ratio: float, mirror: float) -> None:
    assert f.SMM_ATTAINMENT(fact, 300, "cpl") == pytest.approx(ratio)
    assert f.SMM_ATTAINMENT(fact, 300, "cpl", method="ratio") == pytest.approx(ratio)
    assert f.SMM_ATTAINMENT(fact, 300, "cpl", method="mirror") == pytest.approx(mirror)
    assert f.SMM_ATTAINMENT(fact, 300, "cpl", method="зеркало") == pytest.approx(mirror)


def test_a_published_band_is_the_mirror() -> None:
    # SAP: 100 - |55 - 50| / 50 * 100 = 90 %
    assert f.SMM_ATTAINMENT(55, 50, "lower", method="mirror") == pytest.approx(0.9)


def test_a_base_overrides_the_method() -> None:
    assert f.SMM_ATTAINMENT(350, 300, "lower", 400, "mirror") == 0.5


@pytest.mark.parametrize(
    ("place", "value", "error"),
    [(2, "cplx", "#VALUE!"), (2, 2, "#VALUE!"), (2, True, "#VALUE!"), (2, None, "#N/A"), (3, None, "#N/A"), (4, "", "#N/A"), (4, "x", "#VALUE!")],
)
def test_an_optional_argument_that_is_blank_is_unknown_and_not_its_default(place: int, value: object, error: str) -> None:
    arguments: list[object] = [200, 300, "lower", 400, "ratio"]
    arguments[place] = value
    assert f.SMM_ATTAINMENT(*arguments) == error


directions = st.sampled_from(["higher", "lower"])


@given(target=positive, better=directions, method=st.sampled_from(["ratio", "mirror"]))
def test_attainment_is_one_at_the_target_in_either_direction(target: float, better: str, method: str) -> None:
    assert f.SMM_ATTAINMENT(target, target, better, method=method) == 1.0


@given(target=anything, base=anything, better=directions)
def test_attainment_is_one_at_the_target_from_a_base(target: float, base: float, better: str) -> None:
    assume(target > base if better == "higher" else target < base)
    assert f.SMM_ATTAINMENT(target, target, better, base) == 1.0


@given(one=anything, other=anything, target=st.floats(min_value=0, max_value=1e9), better=directions, method=st.sampled_from(["ratio", "mirror"]))
@example(one=0.001, other=0.0, target=0.0, better="lower", method="ratio")
def test_a_better_fact_never_lowers_the_attainment(one: float, other: float, target: float, better: str, method: str) -> None:
    worse, best = sorted((one, other), reverse=better == "lower")
    assume(target == 0 or better == "higher" or best != 0)  # the one point that the contract names
    low, high = (f.SMM_ATTAINMENT(fact, target, better, method=method) for fact in (worse, best))
    if isinstance(low, float) and isinstance(high, float) and not (better == "lower" and worse <= 0 < target):
        assert high >= low


@given(one=anything, other=anything, target=anything, base=anything, better=directions)
def test_a_better_fact_never_lowers_the_attainment_from_a_base(one: float, other: float, target: float, base: float, better: str) -> None:
    worse, best = sorted((one, other), reverse=better == "lower")
    low, high = (f.SMM_ATTAINMENT(fact, target, better, base) for fact in (worse, best))
    if isinstance(low, float) and isinstance(high, float):
        assert high >= low


# --- status ---


@pytest.mark.parametrize(
    ("attained", "english", "russian"),
    [
        (1, "● on plan", "● в плане"),
        (1.7, "● on plan", "● в плане"),
        (0.9, "▲ at risk", "▲ риск"),
        (0.9999, "▲ at risk", "▲ риск"),
        (0.8999, "■ behind", "■ отставание"),
        (-1, "■ behind", "■ отставание"),
        (None, "— no data", "— нет данных"),
        ("", "— no data", "— нет данных"),
        ("#N/A", "— no data", "— нет данных"),
        ("#DIV/0!", "#DIV/0!", "#DIV/0!"),
        ("soon", "#VALUE!", "#VALUE!"),
        (0.35 * 0.8 + 0.35 * 0.8 + 0.3 * 0.8 + 0.2, "● on plan", "● в плане"),
    ],
)
def test_status(attained: object, english: str, russian: str) -> None:
    assert f.SMM_STATUS(attained) == english
    assert f.SMM_STATUS(attained, language="ru") == russian


def test_status_borders_and_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert f.SMM_STATUS(0.85, 0.8, 0.5) == "● on plan"
    assert f.SMM_STATUS(0.85, 0.8, 0.9) == "#NUM!"
    assert f.SMM_STATUS(0.85, None) == "#N/A"
    assert f.SMM_STATUS(1, language="de") == "#VALUE!"
    monkeypatch.setenv("SMM_XL_LANG", "ru")
    assert f.SMM_STATUS(1) == "● в плане"
    assert f.SMM_STATUS(1, 1, 0.9, None) == "● в плане"
    assert f.SMM_STATUS(1, 1, 0.9, "en") == "● on plan"


@given(attained=st.floats(min_value=-5, max_value=5), green=st.floats(min_value=0.5, max_value=2), amber=st.floats(min_value=0, max_value=0.5))
def test_the_status_never_contradicts_the_attainment(attained: float, green: float, amber: float) -> None:
    word = str(f.SMM_STATUS(attained, green, amber))[2:]
    assert (word == "on plan") == (round(attained, 9) >= round(green, 9))
    assert (word == "behind") == (round(attained, 9) < round(amber, 9))


# --- forecast, pace, days left ---

JUNE = ("2026-06-01", "2026-06-30")


@pytest.mark.parametrize("as_of", ["2026-06-15", "15.06.2026", dt.date(2026, 6, 15), dt.datetime(2026, 6, 15, 23, 59), 46188, 46188.9, "46188"])
def test_a_day_is_read_in_every_usual_form(as_of: object) -> None:
    if as_of == "46188":  # text that is a number is no date
        assert f.SMM_FORECAST(156, as_of, *JUNE) == "#VALUE!"
    else:
        assert f.SMM_FORECAST(156, as_of, *JUNE) == 312.0


@pytest.mark.parametrize("as_of", ["31.02.2026", "2026-02-31", "06/15/2026", "15/06/2026", "июнь", True, 0, -5])
def test_an_impossible_day_or_one_with_slashes_is_refused(as_of: object) -> None:
    assert f.SMM_FORECAST(156, as_of, *JUNE) == "#VALUE!"


@pytest.mark.parametrize(
    ("as_of", "wanted"), [("2026-06-01", 4680.0), ("2026-06-15", 312.0), ("2026-06-30", 156.0), ("2026-07-20", 156.0), ("2026-05-31", "#N/A"), (None, "#N/A")]
)
def test_a_forecast_counts_the_day_of_the_data(as_of: object, wanted: object) -> None:
    assert f.SMM_FORECAST(156, as_of, *JUNE) == wanted


def test_a_period_that_ends_before_it_starts_is_out_of_range() -> None:
    assert f.SMM_FORECAST(1, "2026-06-15", "2026-06-30", "2026-06-01") == "#NUM!"
    assert f.SMM_PACE(1, 2, "2026-06-15", "2026-06-30", "2026-06-01") == "#NUM!"


def test_pace_is_the_fact_by_the_part_of_the_target_that_is_due() -> None:
    assert f.SMM_PACE(50, 100, "2026-06-15", *JUNE) == 1.0
    assert f.SMM_PACE(40, 100, "2026-06-15", *JUNE) == 0.8
    assert f.SMM_PACE(80, 100, "2026-07-15", *JUNE) == 0.8
    assert f.SMM_PACE(80, 0, "2026-06-15", *JUNE) == "#DIV/0!"
    assert f.SMM_PACE(80, -1, "2026-06-15", *JUNE) == "#NUM!"
    assert f.SMM_PACE(80, 100, "2026-05-15", *JUNE) == "#N/A"


def test_what_each_day_that_is_left_must_bring() -> None:
    assert f.SMM_NEED_PER_DAY(100, 250, "2026-06-15", "2026-06-30") == 10.0
    assert f.SMM_NEED_PER_DAY(300, 250, "2026-06-25", "2026-06-30") == -10.0
    assert f.SMM_NEED_PER_DAY(100, 250, "2026-06-30", "2026-06-30") == "#DIV/0!"
    assert f.SMM_NEED_PER_DAY(100, 250, "2026-07-01", "2026-06-30") == "#DIV/0!"


def test_a_published_forecast_by_the_last_seven_days_is_another_method() -> None:
    # adpulse: 20000 + 15 days at 1500 is 42500; the run rate of 15 of 30 days gives 40000
    assert f.SMM_FORECAST(20000, "2026-06-15", *JUNE) == 40000.0


# --- score and bonus ---


@pytest.mark.parametrize(
    ("attainments", "weights", "more", "wanted"),
    [
        ((3, 0.5), (0.5, 0.5), (), 0.85),
        ((1.1, 0.9, None), (50, 30, 20), (), 1.025),
        ((1.1, 0.9, "#N/A"), (50, 30, 20), (), 1.025),
        ((0.8, 0.8, 0.8), (0.35, 0.35, 0.3), (), 0.8),
        ((22 / 20, 17 / 20, 30 / 20), (0.5, 0.25, 0.25), (5,), 1.1375),
        ((-1, 1), (1, 1), (), 0.5),
        ((-1, 1), (1, 1), (1.2, -2), 0.0),
        ((0.2, 1), (1, 1), (1.2, 0.5), 0.75),
        ((1, "85 %"), (1, 1), (), 0.925),
        ((1, "#DIV/0!"), (1, 1), (), "#DIV/0!"),
        ((1, 1), (1, -1), (), "#NUM!"),
        ((None, None), (1, 1), (), "#N/A"),
        ((1, 1), (None, None), (), "#N/A"),
        ((1, 1), (0, 0), (), "#DIV/0!"),
        ((1, None), (0, 50), (), "#N/A"),
        ((1, 0.5), (1, None), (), 1.0),
        ((1, 1), (1, 1, 1), (), "#VALUE!"),
        ((1, 1), (1, 1), (0.5, 1), "#NUM!"),
        ((1, 1), (1, 1), (None,), "#N/A"),
        ((1, "x"), (1, 1), (), "#VALUE!"),
    ],
)
def test_score(attainments: tuple[object, ...], weights: tuple[object, ...], more: tuple[object, ...], wanted: object) -> None:
    assert f.SMM_SCORE(column(*attainments), column(*weights), *more) == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)


def test_a_score_needs_ranges_of_one_shape() -> None:
    assert f.SMM_SCORE([[1, 1]], [[1], [1]]) == "#VALUE!"
    assert f.SMM_SCORE(1.1, 5) == pytest.approx(1.1)


lines = st.lists(st.tuples(st.one_of(st.none(), st.floats(min_value=-5, max_value=5)), st.floats(min_value=0.001, max_value=1000)), min_size=1, max_size=8)


@given(rows=lines, cap=st.floats(min_value=1, max_value=3), floor=st.floats(min_value=-1, max_value=1), times=st.sampled_from([0.01, 3.0, 100.0]))
def test_a_score_lies_between_floor_and_cap_whatever_the_scale_of_weights_and_the_order(
    rows: list[tuple[float | None, float]], cap: float, floor: float, times: float
) -> None:
    attained, weights = [row[0] for row in rows], [row[1] for row in rows]
    score = f.SMM_SCORE(column(*attained), column(*weights), cap, floor)
    if all(value is None for value in attained):
        assert score == "#N/A"
        return
    assert floor <= number(score) <= cap
    assert f.SMM_SCORE(column(*attained), column(*(weight * times for weight in weights)), cap, floor) == pytest.approx(score, abs=1e-9)
    assert f.SMM_SCORE(column(*attained[::-1]), column(*weights[::-1]), cap, floor) == pytest.approx(score, abs=1e-12)


@pytest.mark.parametrize(
    ("score", "scale", "wanted"),
    [
        (0.79, None, 0.0),
        (0.7999999999999999, None, 8000.0),
        (0.8, None, 8000.0),
        (1.05, None, 10500.0),
        (1.5, None, 12000.0),
        (0.95, [[1, 1], [0.8, 0.5], [0.9, 0.7]], 7000.0),
        (0.7, [[1, 1], [0.8, 0.5], [0.9, 0.7]], 0.0),
        (0.9999999999999, [[0.8, 0.5], [1, 1]], 10000.0),
        (2, [[0.8, "50 %"], [None, None], [1, "100 %"]], 10000.0),
        (1, [[0.8, None]], "#N/A"),
        (1, [[None, None]], "#N/A"),
        (1, None, 10000.0),
        (1, [[0.8, 0.5, 1]], "#VALUE!"),
        (1, [["from", "payout"], [0.8, 0.5]], "#VALUE!"),
        (1, [[0.8, -0.5]], "#NUM!"),
        (1, [[0.8, 0.5], [0.8, 0.6]], "#VALUE!"),
        (None, [[0.8, 0.5]], "#N/A"),
    ],
)
def test_bonus(score: object, scale: list[list[object]] | None, wanted: object) -> None:
    found = f.SMM_BONUS(10000, score) if scale is None else f.SMM_BONUS(10000, score, scale)
    assert found == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)


def test_a_blank_scale_is_unknown_and_not_the_default() -> None:
    assert f.SMM_BONUS(10000, 1, None) == "#N/A"
    assert f.SMM_BONUS(-1, 1) == "#NUM!"


def test_a_scale_is_one_for_a_column_of_scores() -> None:
    assert f.SMM_BONUS(column(10000, 5000), column(0.85, 1.1), [[0.8, 0.5], [1, 1]]) == [[5000.0], [5000.0]]


# --- the reverse funnel ---


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ((f.SMM_PLAN_LEADS, 50, 0.2), 250.0),
        ((f.SMM_PLAN_CLICKS, 250, 0.05), 5000.0),
        ((f.SMM_PLAN_CLICKS, 9, 0.072), 125.0),
        ((f.SMM_PLAN_CLICKS, 900_000_000, 0.072), 12_500_000_000.0),
        ((f.SMM_PLAN_LEADS, 7, "30 %"), 24.0),
        ((f.SMM_PLAN_LEADS, 0, 0.5), 0.0),
        ((f.SMM_PLAN_LEADS, 5, 20), "#NUM!"),
        ((f.SMM_PLAN_LEADS, 5, 0), "#NUM!"),
        ((f.SMM_PLAN_LEADS, -5, 0.5), "#NUM!"),
        ((f.SMM_PLAN_LEADS, 1e308, 1e-300), "#NUM!"),
        ((f.SMM_PLAN_BUDGET, 5000, 40), 200_000.0),
        ((f.SMM_PLAN_BUDGET, 5000, -1), "#NUM!"),
        ((f.SMM_MAX_CPL, 1000, 0.4, 0.2), 80.0),
        ((f.SMM_MAX_CPL, 2000, 1, 0.2), 400.0),
        ((f.SMM_MAX_CPL, 1000, 40, 0.2), "#NUM!"),
        ((f.SMM_MAX_CPC, 120, 0.6, 0.025), 1.8),
    ],
)
def test_the_reverse_funnel(call: tuple[Any, ...], wanted: object) -> None:
    function, *arguments = call
    assert function(*arguments) == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)


@given(customers=st.integers(min_value=1, max_value=10**6), lead=st.floats(min_value=0.001, max_value=1), click=st.floats(min_value=0.001, max_value=1))
def test_the_funnel_run_forward_reaches_the_customers_wanted_and_one_less_does_not(customers: int, lead: float, click: float) -> None:
    leads = number(f.SMM_PLAN_LEADS(customers, lead))
    clicks = number(f.SMM_PLAN_CLICKS(leads, click))
    assert leads.is_integer()
    assert clicks.is_integer()
    assert leads * lead >= customers * (1 - 1e-9)
    assert (leads - 1) * lead < customers
    assert clicks * click >= leads * (1 - 1e-9)
    assert (clicks - 1) * click < leads


# --- what all of them have in common ---

BY_ROWS = [entry for entry in CALCULATIONS if entry.spread is Spread.ROWS]
VALUES: dict[str, object] = {
    "as_of": 46188,
    "period_start": 46174,
    "period_end": 46203,
    "cr_lead_customer": 0.2,
    "cr_click_lead": 0.1,
    "cr_click_customer": 0.1,
    "margin": 0.4,
    "base_rate": 0.05,
    "lift": 0.2,
}


def required(key: str) -> tuple[list[str], list[object]]:
    entry = next(entry for entry in CALCULATIONS if entry.key == key)
    names = [given.name for given in entry.arguments if not given.optional]
    return names, [VALUES.get(name, 7) for name in names]


@pytest.mark.parametrize("key", [entry.key for entry in BY_ROWS])
def test_row_by_row_with_single_cells_repeated(key: str) -> None:
    call = f.FUNCTIONS[f"SMM_{key.upper()}"].call
    names, values = required(key)
    alone = call(*values)
    assert not isinstance(alone, list)
    assert alone not in ("#N/A", "#VALUE!", "#NUM!")
    assert call(column(values[0], values[0]), *values[1:]) == [[alone], [alone]]
    assert call(*([[value, value]] for value in values)) == [[alone, alone]]
    if len(names) > 1:
        assert call(column(1, 2), column(1, 2, 3), *values[2:]) == "#VALUE!"


@pytest.mark.parametrize("key", [entry.key for entry in BY_ROWS if entry.key != "status"])
@pytest.mark.parametrize(
    ("bad", "error"), [(None, "#N/A"), ("", "#N/A"), ("abc", "#VALUE!"), (True, "#VALUE!"), ("#REF!", "#REF!"), (math.inf, ("#NUM!", "#VALUE!"))]
)
def test_one_bad_cell_is_the_answer_of_its_row_alone(key: str, bad: object, error: str | tuple[str, ...]) -> None:
    call = f.FUNCTIONS[f"SMM_{key.upper()}"].call
    _, values = required(key)
    for place in range(len(values)):
        cells: list[object] = [*values]
        cells[place] = column(values[place], bad)
        found = call(*cells)
        assert isinstance(found, list)
        (good,), (other,) = found
        assert good == call(*values)
        assert other in (error if isinstance(error, tuple) else (error,))


@pytest.mark.parametrize("entry", CALCULATIONS, ids=lambda entry: entry.key)
def test_dates_are_told_to_hosts_and_words_are_in_both_languages(entry: Any) -> None:
    parameters = f.FUNCTIONS[entry.function].parameters
    assert [parameter.name for parameter in parameters if parameter.takes is Takes.DAY] == [
        name for name in ("as_of", "period_start", "period_end") if name in [p.name for p in parameters]
    ]
    for words in (entry.name, entry.about, entry.use, entry.pitfalls):
        assert any("а" <= sign <= "я" for sign in words.ru.lower())
        assert not any("а" <= sign <= "я" for sign in words.en.lower())
        assert max(map(len, words)) <= 255


def test_a_range_of_one_cell_is_that_cell() -> None:
    assert f.SMM_SCORE([[1.3], [1.0]], [[50], [50]], [[1.1]], [[0.5]]) == pytest.approx(1.05)
    assert f.SMM_SCORE([[1.3], [1.0]], [[50], [50]], [[1.1], [1.2]]) == "#VALUE!"
