"""The worksheet functions: cells, ranges, rows, tables, reference."""

from __future__ import annotations

import datetime as dt
import inspect
from decimal import Decimal

import pandas as pd
import pytest

from smm_xl import functions as f
from smm_xl.catalog.kpi import OMITTED
from tests.samples import golden

DIV0, NA, VALUE, NUM = "#DIV/0!", "#N/A", "#VALUE!", "#NUM!"


def column(*cells: object) -> list[list[object]]:
    return [[cell] for cell in cells]


# --- cells ---


@pytest.mark.parametrize(
    ("spend", "leads", "result"),
    [
        (1000.0, 20.0, 50.0),
        (1000, 20, 50.0),
        (Decimal(1000), 20, 50.0),
        ("1 000 ₽", "20", 50.0),
        (1000, 0, DIV0),
        (1000.0, 0.0, DIV0),
        (0, 0, DIV0),
        (0.0, 20.0, 0.0),
        (None, 20, NA),
        (1000, None, NA),
        (1000, "", NA),
        (float("nan"), 20.0, NA),
        ("abc", 20, VALUE),
        (1000, True, VALUE),
        ("1,234", 20, VALUE),
        ("12 тыс.", 20, VALUE),
        ("#REF!", 20, "#REF!"),
        (1000, "#DIV/0!", DIV0),
        (-1, 20, NUM),
        (1000.0, -20.0, NUM),
        (float("inf"), 20.0, NUM),
        (1000.0, float("inf"), NUM),
        (1e308, 1e-308, NUM),
        (10**400, 1, NUM),
        ([[1000]], [[20]], 50.0),
        (((1000,),), ((20,),), 50.0),
        (1000, dt.date(1900, 1, 20), 50.0),
        ("abc", None, VALUE),
        ("#N/A", "abc", VALUE),
        (None, 0, NA),
    ],
)
def test_cpl_of_single_cells(spend: object, leads: object, result: object) -> None:
    assert f.SMM_CPL(spend, leads) == result


def test_results_are_plain_floats() -> None:
    assert type(f.SMM_CPL(1000, 20)) is float
    assert type(f.SMM_TOTAL_VIEWS(7)) is float


def test_money_that_may_be_negative_may() -> None:
    assert f.SMM_ROAS(-50.0, 100.0) == -0.5
    assert f.SMM_ROI(-100.0, 50.0) == -3.0
    assert f.SMM_NET_FOLLOWERS(150, 400) == -250.0


@pytest.mark.parametrize("margin", [0, 0.0, -0.1, 5, 1.01])
def test_a_margin_is_a_share_above_zero_and_a_bare_five_is_refused(margin: float) -> None:
    assert f.SMM_ROMI(300.0, 100.0, margin) == NUM


def test_an_omitted_margin_is_one_and_a_blank_one_is_unknown() -> None:
    assert f.SMM_ROMI(300.0, 100.0) == 2.0
    assert f.SMM_ROMI(300.0, 100.0, 0.4) == pytest.approx(0.2)
    assert f.SMM_ROMI(300.0, 100.0, "40 %") == pytest.approx(0.2)
    assert f.SMM_ROMI(300.0, 100.0, None) == NA
    assert f.SMM_ROMI(column(300.0, 1.0), column(100.0, 1.0), column(None, None)) == NA


def test_omitted_saves_and_parts_of_a_cost_count_zero_and_blank_cells_of_them_do_not() -> None:
    assert f.SMM_ENGAGEMENTS(1, 2, 3) == 6.0
    assert f.SMM_ENGAGEMENTS(1, 2, 3, None) == NA
    assert f.SMM_ENGAGEMENTS(column(1, 10), column(2, 20), column(3, 30), column(None, "")) == 66.0
    assert f.SMM_ENGAGEMENTS(column(1, 10), column(2, 20), column(3, 30), column(4, None)) == 10.0
    assert f.SMM_TOTAL_COST(100, 50) == 150.0
    assert f.SMM_TOTAL_COST(column(100, 200), column(None, None), column(1, 2)) == 303.0
    assert f.SMM_TOTAL_COST(column(None, None), column(1, 2)) == NA


def test_a_share_above_one_is_allowed_where_it_happens() -> None:
    assert f.SMM_CTR(3, 2) == 1.5
    assert f.SMM_CR_CLICK_LEAD(2, 1) == 2.0
    assert f.SMM_REACH_RATE(300, 100) == 3.0


# --- ranges ---


def test_a_range_is_a_total_and_never_a_mean_of_rows() -> None:
    assert f.SMM_CPC(column(90000, 1000), column(1000, 100)) == pytest.approx(82.72727272727273)


def test_rows_with_a_blank_leave_all_sums_and_rows_with_zero_stay() -> None:
    assert f.SMM_CPL(column(100, 100, 50), column(10, None, 5)) == 10.0
    assert f.SMM_CPL(column(100, 100, 50), column(10, 0, 5)) == pytest.approx(250 / 15)
    assert f.SMM_CPL(column(100, "", 50), column("", 5, None)) == NA
    assert f.SMM_CPL(column(1, 2), column(0, 0)) == DIV0


@pytest.mark.parametrize(
    ("leads", "result"),
    [(column(10, "abc"), VALUE), (column(10, "#REF!"), "#REF!"), (column(10, -1), NUM), (column(10, float("inf")), NUM), (column(10, True), VALUE)],
)
def test_one_bad_cell_is_the_answer_of_the_whole_range(leads: object, result: str) -> None:
    assert f.SMM_CPL(column(100, 100), leads) == result


def test_text_that_is_a_number_counts_in_a_range() -> None:
    assert f.SMM_CPL(column("1 000 ₽", 500), column(10, "5")) == 100.0


def test_ranges_must_have_one_shape() -> None:
    assert f.SMM_CPL(column(1, 2), column(1, 2, 3)) == VALUE
    assert f.SMM_CPL(column(1, 2), [[1, 2]]) == VALUE
    assert f.SMM_CPL([[1, 2], [3]], [[1, 2], [3]]) == VALUE
    assert f.SMM_CPL([[1, 2], [3, 4]], [[1, 1], [1, 2]]) == 2.0
    assert f.SMM_CPL([1, 2], [1, 2]) == 1.0
    assert f.SMM_CPL([], []) == NA
    assert f.SMM_CPL([[]], [[]]) == NA


def test_a_single_cell_beside_a_range_counts_once() -> None:
    assert f.SMM_CPL(1000, column(10, 10)) == 50.0
    assert f.SMM_CPL([[1000]], column(10, 10)) == 50.0
    assert f.SMM_ER(column(10, 20), 1000) == 0.03


@pytest.mark.parametrize(
    ("name", "additive", "other"),
    [
        ("SMM_ER", column(10, 20), column(100, 200)),
        ("SMM_CHURN_RATE", column(1, 2), column(100, 100)),
        ("SMM_FREQUENCY", column(10, 20), column(5, 5)),
    ],
)
def test_what_does_not_add_up_is_not_totalled(name: str, additive: object, other: object) -> None:
    assert f.FUNCTIONS[name].call(additive, other) == NA


def test_one_value_in_a_range_is_taken_as_it_is_with_its_row() -> None:
    assert f.SMM_REACH(column(None, 500)) == 500.0
    assert f.SMM_REACH(column(500, 500)) == NA
    assert f.SMM_ER(column(10, 20), column(None, 1000)) == 0.02
    # two followers are known, though one of their rows is not complete
    assert f.SMM_ER(column(10, None), column(500, 1000)) == NA
    assert f.SMM_ROMI(column(300, 300), column(100, 100), column(0.4, 0.4)) == NA
    assert f.SMM_ER_DAY(column(10, 20), 1000, column(31, 28)) == NA


def test_labour_cost_goes_row_by_row() -> None:
    assert f.SMM_LABOUR_COST(column(10, 2), column(500, 2000)) == 9000.0
    assert f.SMM_LABOUR_COST(column(10, 2), 500) == 6000.0
    assert f.SMM_LABOUR_COST(column(10, 2), column(500, None)) == 5000.0
    assert f.SMM_LABOUR_COST(10, 500) == 5000.0
    assert f.SMM_LABOUR_COST(10, column(500, 2000)) == NA  # ten hours count once, and in which row is not known


def test_bounds_of_reach_spill_as_two_cells() -> None:
    assert f.SMM_REACH_BOUNDS(column(400, 300)) == [[400.0, 700.0]]
    assert f.SMM_REACH_BOUNDS(column(400, 300), column(450, 350)) == [[400.0, 700.0]]
    assert f.SMM_REACH_BOUNDS(column(400, 300), column(300, 350)) == [[400.0, 650.0]]
    assert f.SMM_REACH_BOUNDS(column(400, 300), 500) == [[400.0, 500.0]]
    assert f.SMM_REACH_BOUNDS(7) == [[7.0, 7.0]]
    assert f.SMM_REACH_BOUNDS(column(400, 300), OMITTED) == [[400.0, 700.0]]
    assert f.SMM_REACH_BOUNDS(column(400, 300), None) == NA
    assert f.SMM_REACH_BOUNDS(None) == NA
    assert f.SMM_REACH_BOUNDS(column(400, -1)) == NUM


def test_sums_are_exact_so_that_the_order_of_rows_does_not_matter() -> None:
    cells = column(1e16, 1.0, -1e16, 0.1)
    assert f.SMM_ROAS(cells, 1.0) == 1.1
    assert f.SMM_ROAS(cells[::-1], 1.0) == 1.1


def test_arguments_are_not_changed() -> None:
    spend, leads = column("1 000", None, 5), column(1, 2, "")
    f.SMM_CPL(spend, leads)
    assert spend == column("1 000", None, 5)
    assert leads == column(1, 2, "")


def test_what_broke_once_does_not_raise() -> None:
    assert f.SMM_CPL(pd.NaT, 1.0) == NA
    assert f.SMM_KPI("followers", [["date", "followers"], [pd.NaT, 5]]) == 5.0
    assert f.SMM_LTV([[10**400, -(10**400)]], 1, 1) == NUM
    assert f.SMM_CPL(Decimal("sNaN"), 1) == NA
    assert f.SMM_ENGAGEMENTS(10**308, 10**308, 0) == NUM
    assert f.SMM_ENGAGEMENTS(column(1e308, 0), column(1e308, 0), column(0, 0)) == NUM
    assert f.SMM_TOTAL_VIEWS(column(1e308, 1e308)) == NUM
    assert f.SMM_CPL(column([1], 2), column(1, 2)) == VALUE
    assert f.SMM_REPORT([["channel", "spend"], ["9" * 5000, 1]], "channel", "spend") == [["channel", "spend"], ["9" * 5000, 1.0]]
    assert f.SMM_REPORT([["channel", "spend"], [10**5000, 1]], "channel", "spend") == VALUE


# --- SMM_ROWS ---


def test_rows_gives_one_value_a_row() -> None:
    assert f.SMM_ROWS("cpl", column(100, 50, 7), column(10, 0, None)) == [[10.0], [DIV0], [NA]]
    assert f.SMM_ROWS("cpl", [[100, 50]], [[10, 5]]) == [[10.0, 10.0]]


def test_rows_repeats_a_single_cell_row_or_column_as_excel_does() -> None:
    assert f.SMM_ROWS("cpl", column(100, 50), 10) == [[10.0], [5.0]]
    assert f.SMM_ROWS("cpl", column(100, 50), [[10, 5]]) == [[10.0, 20.0], [5.0, 10.0]]
    assert f.SMM_ROWS("cpl", column(1, 2), column(1, 2, 3)) == VALUE
    assert f.SMM_ROWS("cpl", [[1, 2, 3]], [[1, 2]]) == VALUE


def test_rows_of_single_cells_is_one_value_and_omitted_arguments_have_their_default() -> None:
    assert f.SMM_ROWS("cpl", 100, 10) == 10.0
    assert f.SMM_ROWS("romi", column(300, 200), column(100, 100)) == [[2.0], [1.0]]
    assert f.SMM_ROWS("engagements", column(1, 2), column(1, 2), column(1, 2), column(None, None)) == [[3.0], [6.0]]
    assert f.SMM_ROWS("engagements", column(1, 2), column(1, 2), column(1, 2), column(None, 1)) == [[NA], [7.0]]


def test_rows_of_bounds_are_rows_of_two_cells() -> None:
    assert f.SMM_ROWS("reach_bounds", column(5, None)) == [[5.0, 5.0], [NA, NA]]


def test_rows_knows_counts_that_have_no_function_of_their_own() -> None:
    assert f.SMM_ROWS("clicks", column(5, None)) == [[5.0], [NA]]


def test_rows_with_a_wrong_key_or_number_of_arguments() -> None:
    assert f.SMM_ROWS("clp", 1, 2) == NA
    assert f.SMM_ROWS(None, 1, 2) == NA
    assert f.SMM_ROWS("cpl", 1) == VALUE
    assert f.SMM_ROWS("cpl", 1, 2, 3) == VALUE
    assert f.SMM_ROWS(column("cpl", "cpc"), 1, 2) == VALUE
    assert f.SMM_ROWS([["cpl"]], 100, 10) == 10.0


# --- SMM_KPI ---

TABLE = [
    ["Дата", "Канал", "Расход, ₽", "Заявки", "Подписчики", "Охват"],
    ["2026-01-31", "VK", 100, 10, 1000, 500],
    ["28.02.2026", "VK", 100, None, 1100, 600],
    [46081, "Telegram", 50, 5, 300, None],
    [None, None, None, None, None, None],
]


@pytest.mark.parametrize(
    ("key", "period", "channel", "result"),
    [
        ("cpl", None, None, 10.0),
        ("spend", None, None, 250.0),
        ("spend", "2026-02", None, 150.0),
        ("spend", "февраль 2026", "vk", 100.0),
        ("spend", "2026-Q1", "VK", 200.0),
        ("spend", 2026, "Telegram", 50.0),
        ("spend", dt.date(2026, 1, 5), None, 100.0),
        ("cpl", "2026-02", "VK", NA),
        ("Стоимость заявки (CPL)", "2026-01", None, 10.0),
        ("followers", None, None, 1400.0),
        ("followers", "2026-01", None, 1000.0),
        ("followers", None, "VK", 1100.0),
        ("reach", None, None, NA),
        ("reach", "2026-01", None, 500.0),
        ("reach_bounds", None, "VK", [[600.0, 1100.0]]),
        ("roi", None, None, NA),
        ("clp", None, None, NA),
        ("spend", "2027", None, NA),
        ("spend", None, "Instagram", NA),
        ("spend", "31.02.2026", None, VALUE),
        ("spend", "", "", 250.0),
        ([["spend"]], [["2026-01"]], [["VK"]], 100.0),
    ],
)
def test_a_kpi_from_a_table(key: object, period: object, channel: object, result: object) -> None:
    assert f.SMM_KPI(key, TABLE, period, channel) == result


def test_a_table_without_what_is_needed() -> None:
    assert f.SMM_KPI("cpl", [["Расход", "Заявки"]]) == NA
    assert f.SMM_KPI("cpl", 5) == VALUE
    assert f.SMM_KPI("cpl", [["Расход", "Заявки"], [100, 10]], "2026-01") == NA
    assert f.SMM_KPI("cpl", [["Расход", "Расход", "Заявки"], [100, 1, 10]]) == VALUE
    assert f.SMM_KPI("cpl", [["Расход", "Затраты", "Заявки"], [100, 1, 10]]) == VALUE
    assert f.SMM_KPI("cpl", [["spend", "Затраты", "Заявки"], [100, 1, 10]]) == 10.0


def test_bad_cells_matter_where_they_are_needed_only() -> None:
    table = [["Канал", "Расход", "Заявки", "Дата"], ["VK", 100, 10, "когда-то"], ["TG", "сто", 5, "2026-01-01"], ["OK", -1, 1, "2026-01-01"]]
    assert f.SMM_KPI("leads", table) == 16.0
    assert f.SMM_KPI("cpl", table, None, "VK") == 10.0
    assert f.SMM_KPI("cpl", table, None, "TG") == VALUE
    assert f.SMM_KPI("cpl", table, None, "OK") == NUM
    assert f.SMM_KPI("cpl", table) == VALUE
    assert f.SMM_KPI("leads", table, "2026-01") == VALUE


def test_a_quarter_row_cannot_be_split_into_months() -> None:
    table = [["Период", "Расход"], ["2026-Q1", 300]]
    assert f.SMM_KPI("spend", table, "2026-Q1") == 300.0
    assert f.SMM_KPI("spend", table, "2026") == 300.0
    assert f.SMM_KPI("spend", table, "2026-02") == NA


def test_followers_of_one_moment_that_differ_are_not_guessed() -> None:
    table = [["Дата", "Подписчики"], ["2026-01-31", 1000], ["2026-01-31", 1001]]
    assert f.SMM_KPI("followers", table) == NA
    assert f.SMM_KPI("followers", [["Подписчики"], [1000], [1100]]) == NA
    assert f.SMM_KPI("followers", [["Подписчики"], [1000], [1000]]) == 1000.0


def test_in_a_table_of_posts_each_row_is_a_post_and_reach_is_that_of_the_post() -> None:
    table = [["Публикация", "Охват", "Лайки", "Комментарии", "Репосты"], ["a", 100, 5, 1, 0], ["b", 300, 10, 2, 2]]
    assert f.SMM_KPI("avg_reach", table) == 200.0
    assert f.SMM_KPI("err", table) == 0.05
    assert f.SMM_KPI("engagements_per_post", table) == 10.0
    assert f.SMM_KPI("reach", table) == NA


def test_saves_count_zero_for_a_channel_that_never_reports_them() -> None:
    head = ["Канал", "Лайки", "Комментарии", "Репосты", "Сохранения"]
    assert f.SMM_KPI("engagements", [head, ["VK", 1, 1, 1, 5], ["TG", 10, 0, 0, None]]) == 18.0
    assert f.SMM_KPI("engagements", [head, ["VK", 1, 1, 1, 5], ["VK", 10, 0, 0, None]]) == 8.0


def test_a_given_value_wins_over_its_parts_and_parts_fill_what_is_blank() -> None:
    table = [["Лайки", "Комментарии", "Репосты", "engagements"], [1, 1, 1, 50], [1, 1, 1, None]]
    assert f.SMM_KPI("engagements", table) == 53.0


# --- SMM_REPORT ---


def test_a_report_spills_with_headers_in_natural_order() -> None:
    table = [["Кампания", "Расход", "Заявки"], [1178, 300, 10], [916, 100, 0], ["916", 20, 6], ["936", None, 4]]
    assert f.SMM_REPORT(table, "campaign", "cpl") == [["campaign", "cpl"], ["916", 20.0], ["936", NA], ["1178", 30.0]]


def test_a_report_by_several_dimensions_keeps_the_headers_that_were_asked_for() -> None:
    assert f.SMM_REPORT(TABLE, "Канал, quarter", "Стоимость заявки (CPL)") == [
        ["Канал", "quarter", "Стоимость заявки (CPL)"],
        ["Telegram", "2026-Q1", 10.0],
        ["VK", "2026-Q1", 10.0],
    ]
    assert f.SMM_REPORT(TABLE, [["channel"], ["month"]], [["spend"], ["reach"]]) == [
        ["channel", "month", "spend", "reach"],
        ["Telegram", "2026-02", 50.0, NA],
        ["VK", "2026-01", 100.0, 500.0],
        ["VK", "2026-02", 100.0, 600.0],
    ]


def test_a_report_without_by_is_one_row_of_all_that_can_be_counted() -> None:
    assert f.SMM_REPORT([["Расход", "Заявки"], [100, 10], [50, 5]]) == [["leads", "spend", "total_cost", "cpl"], [15.0, 150.0, 150.0, 10.0]]


def test_a_report_shows_errors_in_the_group_that_has_them() -> None:
    table = [["Канал", "Расход", "Заявки"], ["VK", 100, 0], ["TG", "сто", 5], ["OK", 10, 5]]
    assert f.SMM_REPORT(table, "channel", "cpl") == [["channel", "cpl"], ["OK", 2.0], ["TG", VALUE], ["VK", DIV0]]


def test_a_report_that_cannot_be_made() -> None:
    assert f.SMM_REPORT(TABLE, "campaign", "cpl") == NA
    assert f.SMM_REPORT(TABLE, "chanel", "cpl") == NA
    assert f.SMM_REPORT(TABLE, "channel", "clp") == NA
    assert f.SMM_REPORT(7) == VALUE
    assert f.SMM_REPORT([["Период", "Расход"], ["2026-Q1", 300]], "month", "spend") == VALUE


def test_rows_without_a_channel_are_a_group_of_their_own() -> None:
    table = [["Канал", "Расход"], ["VK", 1], [None, 2]]
    assert f.SMM_REPORT(table, "channel", "spend") == [["channel", "spend"], ["VK", 1.0], ["", 2.0]]


# --- SMM_INFO, SMM_LIST ---


@pytest.mark.parametrize(
    ("what", "language", "text"),
    [
        (None, None, "Cost per lead"),
        ("name", "ru", "Стоимость заявки (CPL)"),
        ("formula", None, "spend / leads"),
        ("formula", "ru", "Расход на рекламу / Лиды (заявки)"),
        ("unit", "en", "money"),
        ("direction", "en", "lower"),
        ("направление", "ru", "меньше"),
        ("better", "ru", "меньше"),
        ("group", "en", "costs"),
        ("group", "ru", "по затратам"),
        ("function", None, "SMM_CPL"),
        ("arguments", None, "spend, leads"),
    ],
)
def test_what_the_reference_says(what: object, language: object, text: str) -> None:
    assert f.SMM_INFO("cpl", what, language) == text


def test_the_reference_of_an_unknown_key_says_what_was_meant() -> None:
    assert f.SMM_INFO("clp") == "unknown KPI «clp»; did you mean cpl?"
    assert f.SMM_INFO("clp", "name", "ru") == "не найдено: KPI «clp»; может быть, cpl?"


def test_a_wrong_word_or_language_is_a_value_error() -> None:
    assert f.SMM_INFO("cpl", "colour") == VALUE
    assert f.SMM_INFO("cpl", "name", "de") == VALUE
    assert f.SMM_INFO(None) == NA
    assert f.SMM_LIST("nothing") == NA


def test_the_setting_gives_the_language_where_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMM_XL_LANG", "ru")
    assert f.SMM_INFO("cpl") == "Стоимость заявки (CPL)"
    assert f.SMM_INFO("cpl", None, "en") == "Cost per lead"


def test_the_list_is_a_table_with_headers() -> None:
    everything = f.SMM_LIST()
    assert isinstance(everything, list)
    assert everything[0] == ["key", "function", "arguments", "name", "formula", "unit", "better", "group", "about", "when to use", "pitfalls"]
    assert len(everything) == 1 + len(golden("kpis.csv", ";"))
    effort = f.SMM_LIST("effort", "ru")
    assert isinstance(effort, list)
    assert [row[0] for row in effort[1:]] == [
        "hours", "labour_cost", "posts", "plan_done", "hours_per_post", "hours_per_lead", "engagements_per_hour", "response_rate",
    ]  # fmt: skip
    assert effort[2][4] == "SUM(Трудозатраты, ч * Ставка за час)"


# --- what hosts see ---


@pytest.mark.parametrize("function", f.FUNCTIONS.values(), ids=lambda function: function.name)
def test_hosts_see_a_plain_signature_that_matches_the_help(function: f.Function) -> None:
    parameters = list(inspect.signature(function.call).parameters.values())
    assert function.call.__name__ == function.name
    assert function.call.__doc__
    assert [parameter.name for parameter in parameters] == [parameter.name for parameter in function.parameters]
    for parameter, described in zip(parameters, function.parameters, strict=True):
        optional = parameter.default is not inspect.Parameter.empty or parameter.kind is inspect.Parameter.VAR_POSITIONAL
        assert optional == described.optional
    assert getattr(f, function.name) is function.call


def test_a_number_of_any_size_is_no_period_and_no_failure() -> None:
    assert f.SMM_KPI("cpl", [["month", "spend", "leads"], ["2026-01", 1, 1]], 10**400) == "#NUM!"
