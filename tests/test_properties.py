"""One property a test, over every KPI of the catalog."""

from __future__ import annotations

import math
from typing import Any

import formualizer
import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import example, given, settings

import smm_xl
from smm_xl import functions as f
from smm_xl.catalog.kpi import Kpi, Unit, fields_of
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.formula import Name, OverRows
from tests.samples import ADDITIVE, ALL, WITH_FUNCTION, call, value_of, values_of

every = pytest.mark.parametrize("kpi", WITH_FUNCTION, ids=lambda kpi: kpi.key)
every_additive = pytest.mark.parametrize("kpi", ADDITIVE, ids=lambda kpi: kpi.key)
every_with_a_divisor = pytest.mark.parametrize("kpi", [kpi for kpi in WITH_FUNCTION if kpi.parts[0].divides()], ids=lambda kpi: kpi.key)
ROWS = 3


def flat(value: object) -> list[Any]:
    """One value, or the two of bounds, as a list."""
    return [cell for row in value for cell in row] if isinstance(value, list) else [value]


@every
def test_scaling_money_scales_money_and_leaves_the_rest_alone(kpi: Kpi) -> None:
    once = flat(call(kpi, *values_of(kpi)))
    scaled = [value * (1000 if FIELDS_BY_KEY[argument.key].unit is Unit.MONEY else 1) for argument, value in zip(kpi.arguments, values_of(kpi), strict=True)]
    assert flat(call(kpi, *scaled)) == pytest.approx([value * (1000 if kpi.unit is Unit.MONEY else 1) for value in once], rel=1e-12)


@every
@pytest.mark.parametrize(("cell", "error"), [(None, "#N/A"), ("", "#N/A"), ("abc", "#VALUE!"), (True, "#VALUE!"), ("#REF!", "#REF!"), (math.inf, "#NUM!")])
def test_one_bad_cell_among_the_arguments_is_the_answer(kpi: Kpi, cell: object, error: str) -> None:
    for place in range(len(kpi.arguments)):
        arguments: list[object] = [*values_of(kpi)]
        arguments[place] = cell
        assert call(kpi, *arguments) == error


@every
def test_a_negative_count_or_cost_is_out_of_range(kpi: Kpi) -> None:
    for place, argument in enumerate(kpi.arguments):
        arguments = values_of(kpi)
        arguments[place] = -arguments[place]
        may_be_negative = argument.key in ("revenue", "gross_profit", "aov", "ltv")
        assert (call(kpi, *arguments) == "#NUM!") is not may_be_negative


@every_with_a_divisor
def test_a_divisor_of_zero_is_undefined(kpi: Kpi) -> None:
    # at least one argument is a divisor; with zeros only, a divisor is zero
    zeros = [0.4 if FIELDS_BY_KEY[argument.key].unit is Unit.SHARE else 0.0 for argument in kpi.arguments]
    assert call(kpi, *zeros) == "#DIV/0!"
    assert call(kpi, *map(int, [0] * len(zeros))) in ("#DIV/0!", "#NUM!")


@every_with_a_divisor
def test_nothing_but_a_zero_divisor_is_undefined(kpi: Kpi) -> None:
    divisors = {name.key for node in kpi.parts[0].walk() if getattr(node, "symbol", "") == "/" for name in node.parts[1].names()}
    for place, argument in enumerate(kpi.arguments):
        if FIELDS_BY_KEY[argument.key].unit is Unit.SHARE:
            continue
        arguments = values_of(kpi)
        arguments[place] = 0.0
        assert (call(kpi, *arguments) == "#DIV/0!") is (argument.key in divisors)


@every_additive
def test_a_range_is_the_formula_of_the_totals(kpi: Kpi) -> None:
    columns = [[[value_of(argument, row)] for row in range(ROWS)] for argument in kpi.arguments]
    totals = [math.fsum(cell for (cell,) in column) for column in columns]
    assert call(kpi, *columns) == pytest.approx(call(kpi, *totals), rel=1e-15)


@every
def test_the_order_of_rows_never_matters_because_what_has_an_order_is_not_totalled(kpi: Kpi) -> None:
    columns = [[[value_of(argument, row) / 7] for row in range(ROWS)] for argument in kpi.arguments]
    assert call(kpi, *columns) == call(kpi, *(column[::-1] for column in columns))
    if kpi in ADDITIVE or kpi.key in ("labour_cost", "reach_bounds"):
        assert "#" not in str(call(kpi, *columns))
    else:
        assert call(kpi, *columns) == "#N/A"


@every
def test_keys_of_functions_rows_and_tables_give_one_value(kpi: Kpi) -> None:
    values = values_of(kpi)
    table = [[argument.name for argument in kpi.arguments], values]
    expected = call(kpi, *values)
    assert flat(f.SMM_ROWS(kpi.key, *values)) == flat(expected)
    assert f.SMM_KPI(kpi.key, table) == expected
    assert f.SMM_REPORT(table, None, kpi.key)[1] == flat(expected)  # type: ignore[index]
    assert f.calculate(kpi.key, *values) == expected


@every
def test_function_report_and_printed_excel_formula_give_one_value(kpi: Kpi) -> None:
    values = values_of(kpi)
    expected = flat(call(kpi, *values))
    reported = smm_xl.report(pd.DataFrame([values], columns=[argument.key for argument in kpi.arguments]), kpis=kpi.key)
    assert reported.iloc[0].tolist() == pytest.approx(expected, rel=1e-12)
    assert _excel(kpi, [[value] for value in values]) == pytest.approx(expected, rel=1e-12)


@every
def test_over_rows_function_report_and_excel_formula_over_ranges_give_one_value(kpi: Kpi) -> None:
    row_wise = kpi.key in ("labour_cost", "reach_bounds")
    columns = [[value_of(argument, row if argument.total.adds_in_a_function or row_wise else 0) for row in range(ROWS)] for argument in kpi.arguments]
    ranges: list[object] = [
        [[cell] for cell in column] if argument.total.adds_in_a_function or row_wise else column[0]
        for argument, column in zip(kpi.arguments, columns, strict=True)
    ]
    expected = flat(call(kpi, *ranges))
    assert _excel(kpi, [column if isinstance(given_, list) else column[:1] for column, given_ in zip(columns, ranges, strict=True)]) == pytest.approx(
        expected, rel=1e-12
    )
    frame = pd.DataFrame(dict(zip([argument.key for argument in kpi.arguments], columns, strict=True)))
    frame["date"] = [f"2026-01-{day + 1:02}" for day in range(ROWS)]
    reported = smm_xl.report(frame, kpis=kpi.key).iloc[0].tolist()
    if {"reach", "days", "all_visits"} & set(frame.columns) and not row_wise:
        # reach cannot be added; days, and visits of the site, of three dates add up to more than the one cell of the function
        assert reported != pytest.approx(expected)
    else:
        assert reported == pytest.approx(expected, rel=1e-12)


def _excel(kpi: Kpi, columns: list[list[float]]) -> list[float]:
    """The printed formula evaluated by a spreadsheet engine; a column of several cells is a range, which the formula adds up."""
    book = formualizer.Workbook()
    book.add_sheet("S")
    cells: dict[str, str] = {}
    for place, (argument, column) in enumerate(zip(kpi.arguments, columns, strict=True)):
        letter = chr(ord("A") + place)
        for row, value in enumerate(column, start=1):
            book.set_value("S", row, place + 1, value)
        cells[argument.key] = f"{letter}1:{letter}{len(column)}" if len(column) > 1 else f"{letter}1"
    found = []
    for number, formula in enumerate(kpi.parts):
        row_wise = {part.key for node in formula.walk() if isinstance(node, OverRows) for part in fields_of(node)}

        def spell(name: Name, row_wise: set[str] = row_wise) -> str:
            reference = cells[name.key]
            return f"SUM({reference})" if ":" in reference and name.key not in row_wise else reference

        book.set_formula("S", 1, 10 + number, f"={formula.excel(spell)}")
        found.append(book.evaluate_cell("S", 1, 10 + number))
    return found


@pytest.mark.parametrize("kpi", ALL, ids=lambda kpi: kpi.key)
def test_in_a_report_the_order_of_rows_never_matters(kpi: Kpi) -> None:
    rows = 6
    frame = pd.DataFrame(
        {argument.key: [value_of(argument, row) / 3 if argument.total.adds_in_a_function else value_of(argument, row) for row in range(rows)]
         for argument in kpi.arguments}
    )  # fmt: skip
    frame["date"] = [f"2026-0{1 + row // 2}-15" for row in range(rows)]
    frame["channel"] = ["VK", "Telegram"] * (rows // 2)
    straight = smm_xl.report(frame, by="channel,month", kpis=kpi.key)
    turned = smm_xl.report(frame.iloc[[3, 0, 5, 2, 4, 1]], by="channel,month", kpis=kpi.key)
    pd.testing.assert_frame_equal(straight, turned, check_exact=True)
    assert straight[list(kpi.columns)].notna().all(axis=None)
    totals = [smm_xl.report(shuffled, kpis=kpi.key).iloc[0].tolist() for shuffled in (frame, frame.iloc[::-1])]
    assert totals[0] == pytest.approx(totals[1], rel=0, abs=0, nan_ok=True)


# --- nothing raises ---

_cells = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=8), st.sampled_from(["#N/A", "1 234,5", "5 %", "2026-03", "cpl", "channel"]),
    st.dates(), st.decimals(), st.complex_numbers(), st.just(object()),
)  # fmt: skip
_arguments = st.one_of(_cells, st.lists(st.lists(_cells, max_size=3), max_size=3), st.lists(_cells, max_size=3), st.tuples(_cells))


def _plain(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(row, list) and all(not isinstance(cell, list) and _plain(cell) for cell in row) for row in value)
    return type(value) in (int, str, bool) or (type(value) is float and math.isfinite(value))


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(sorted(f.FUNCTIONS)), st.lists(_arguments, min_size=6, max_size=6))
@example("SMM_CPL", [[[]], [], None, None, None, None])
@example("SMM_KPI", ["cpl", [[]], None, None, None, None])
def test_nothing_raises_and_only_plain_values_come_out(name: str, arguments: list[object]) -> None:
    function = f.FUNCTIONS[name]
    assert _plain(function.call(*arguments[: len(function.parameters)]))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(_cells, st.sampled_from(["Расход", "leads", "Дата", "Период", "Канал", "reach", "followers"])), min_size=3, max_size=3), max_size=4
    )
)
def test_no_table_raises(table: list[list[object]]) -> None:
    assert _plain(f.SMM_REPORT(table, "channel, month"))
    assert _plain(f.SMM_KPI("cpl", table, "2026-03", "VK"))
