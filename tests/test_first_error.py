"""Which error is shown where several cells have one: one rule on every surface, see ``cells.first_error``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from smm_xl import functions as f
from smm_xl.cells.cell import CellError, each_read, first_error, number, unless_error

PAIRS = [
    ("#REF!", "#NULL!", "#REF!"),  # in the order of arguments
    ("#NULL!", "#REF!", "#NULL!"),
    ("#N/A", "#REF!", "#REF!"),  # what is not known gives way to what is wrong
    ("#REF!", "#N/A", "#REF!"),
    ("#N/A", "abc", "#VALUE!"),
    ("abc", "#N/A", "#VALUE!"),
    ("#N/A", -1, "#NUM!"),
    (-1, "abc", "#NUM!"),
    ("abc", -1, "#VALUE!"),
    (None, "#REF!", "#REF!"),  # a blank cell is not known either
    ("#REF!", None, "#REF!"),
    (None, -1, "#NUM!"),
    ("#N/A", None, "#N/A"),
    ("#N/A", 0, "#N/A"),  # before the error of the work itself
]


def table(first: Any, second: Any) -> list[list[Any]]:
    """Two such rows, and one that knows both: of a column that is wholly blank a table knows nothing."""
    return [["Clicks", "Impressions"], [first, second], [first, second], [1, 1]]


def plan(first: Any, second: Any) -> Any:
    """The fact, where the same stands for what follows from it: gap, gap in per cent, attainment."""
    made: Any = f.SMM_PLAN(table(first, second), [["KPI", "target"], ["ctr", 100]])
    shown = set(made[1][4:8])
    return shown.pop() if len(shown) == 1 else made[1]


SURFACES: dict[str, Callable[[Any, Any], Any]] = {
    "a call with cells": lambda first, second: f.SMM_CTR(first, second),
    "calculate": lambda first, second: f.calculate("ctr", first, second),
    "a call with ranges": lambda first, second: f.SMM_CTR([[first], [first]], [[second], [second]]),
    "a call with a range and a cell": lambda first, second: f.SMM_CTR([[first], [first]], second),
    "a KPI of two values": lambda first, second: f.SMM_REACH_BOUNDS(first, second),
    "a calculation, row by row": lambda first, second: f.SMM_STATUS(1, first, second) if -1 not in (first, second) else f.SMM_CR_LOW(first, second),
    "a calculation of totals": lambda first, second: f.SMM_CR_LOW([[first], [first]], [[second], [second]]),
    "SMM_ROWS": lambda first, second: f.SMM_ROWS("ctr", [[first], [first]], [[second], [second]])[1][0],  # type: ignore[index]
    "SMM_KPI": lambda first, second: f.SMM_KPI("ctr", table(first, second)),
    "SMM_REPORT": lambda first, second: f.SMM_REPORT(table(first, second), "", "ctr")[1][0],  # type: ignore[index]
    "SMM_PLAN": plan,
}


@pytest.mark.parametrize(("first", "second", "error"), PAIRS)
@pytest.mark.parametrize("surface", SURFACES)
def test_the_error_of_two_arguments_is_the_same_on_every_surface(surface: str, first: object, second: object, error: str) -> None:
    assert SURFACES[surface](first, second) == error


IN_A_RANGE = [(["#N/A", "#REF!", "#NULL!"], "#REF!"), (["abc", -1, "#REF!"], "#VALUE!"), ([-1, "abc"], "#NUM!"), (["#N/A", -1], "#NUM!"), (["#N/A", 5], "#N/A")]


@pytest.mark.parametrize(("cells", "error"), IN_A_RANGE)
def test_within_a_range_the_first_counts_in_reading_order(cells: list[object], error: str) -> None:
    column, ones = [[cell] for cell in cells], [[1]] * len(cells)
    assert f.SMM_CTR(column, ones) == error
    assert f.SMM_KPI("ctr", [["Clicks", "Impressions"], *([cell, 1] for cell in cells)]) == error
    assert f.SMM_CR_LOW(column, ones) == error


def test_within_a_range_that_is_taken_whole_too() -> None:
    assert f.SMM_SCORE([[1], [1]], [["#N/A"], ["#REF!"]]) == "#REF!"
    assert f.SMM_BONUS(1000, 1, [["#N/A", 1], [1, "#REF!"]]) == "#REF!"


def test_targets_of_months_are_brought_together_by_the_same_rule() -> None:
    rows = [["Month", "Leads"], ["2026-01", 1], ["2026-02", 2], ["2026-03", 3]]
    targets = [["KPI", "target", "period"], ["leads", "#N/A", "2026-01"], ["leads", "#REF!", "2026-02"], ["leads", "#NULL!", "2026-03"]]
    assert f.SMM_PLAN(rows, targets, "2026-Q1")[1][3] == "#REF!"  # type: ignore[index]


def test_the_score_of_a_plan_and_of_cells_show_the_same_error() -> None:
    targets = [["KPI", "target", "weight"], ["clicks", 1, "#NULL!"], ["impressions", "#REF!", 1]]
    (score,) = (row[3] for row in f.SMM_SCORECARD(table(1, 1), targets) if row[0] == "score")  # type: ignore[union-attr]
    assert score == f.SMM_SCORE([["#N/A"], ["#REF!"]], [["#NULL!"], [1]]) == "#REF!"


def test_numbers_have_no_error() -> None:
    assert first_error([1.0, 2]) is None
    assert each_read(number, [1, None, "2,5"]) == [1.0, None, 2.5]


def test_an_error_of_the_work_comes_last() -> None:
    assert unless_error(lambda first, second: first / second, 1, 0) == "#DIV/0!"
    assert unless_error(lambda first, second: first / second, "#REF!", 0) == "#REF!"
    with pytest.raises(CellError, match="#REF!"):
        each_read(number, ["#N/A", "#REF!"])
