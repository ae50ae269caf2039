"""The rules of totals: on lists, and on numpy after the rows of dataframes of every library were brought together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from math import inf, nan
from random import Random

import numpy as np
import pytest

from smm_xl.catalog.kpi import Total
from smm_xl.catalog.registry import FIELDS_BY_KEY, kpi
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.engine import lists
from smm_xl.engine.measure import Engine
from smm_xl.engine.rows import Coded, Kernel, Moment, Rows
from smm_xl.engine.totals import Cell, Label, natural
from smm_xl.engine.worksheet_table import table_of
from smm_xl.sources import arrays
from smm_xl.sources.arrays import ArrayColumn
from smm_xl.sources.compaction import DIMENSIONS, Asked
from smm_xl.sources.frames import table_of_frame
from smm_xl.sources.intake import Source
from smm_xl.sources.recognising import Options
from smm_xl.sources.tables import ArrayColumns, tables_of
from tests.libraries import LIBRARIES, Native

NA = "#N/A"
Make = Callable[..., Rows]


def on_lists(headers: str, *body: Sequence[object]) -> Rows:
    return table_of([headers.split(), *map(list, body)])


def on_arrays(native: Native) -> Make:
    def make(headers: str, *body: Sequence[object]) -> Rows:
        columns = {header: [row[place] for row in body] for place, header in enumerate(headers.split())}
        source = Source(table_of_frame("table", native(columns)), Options())
        (rows,) = tables_of([source], Asked(frozenset(FIELDS_BY_KEY), frozenset(DIMENSIONS), "day"))
        return rows

    return make


def on_numpy_alone(headers: str, *body: Sequence[object]) -> Rows:
    """The rows as they are, none of them brought together."""
    rows = on_lists(headers, *body)
    numbers = {key: partial(ArrayColumn, np.array(rows.column(key).values)) for key in rows.given.fields}
    texts = {dim: partial(Coded, np.array(rows.coded(dim).codes), rows.coded(dim).labels) for dim in rows.dims - {"time"}}
    times = partial(Coded, np.array(rows.moments.codes), rows.moments.labels) if "time" in rows.dims else None
    return replace(rows, kernel=arrays, given=ArrayColumns(numbers, {}, texts, times))


@pytest.fixture(params=[on_lists, on_numpy_alone], ids=["lists", "numpy"])
def alone(request: pytest.FixtureRequest) -> Make:
    """A table of headers and rows, which stay as they are, on each kernel."""
    made: Make = request.param
    return made


@pytest.fixture(params=[on_lists, *map(on_arrays, LIBRARIES)], ids=["lists", *(library.__name__ for library in LIBRARIES)])
def make(request: pytest.FixtureRequest) -> Make:
    """A table of headers and rows on each kernel."""
    made: Make = request.param
    return made


@pytest.fixture(params=[lists, arrays], ids=["lists", "numpy"])
def kernel(request: pytest.FixtureRequest) -> Kernel:
    found: Kernel = request.param
    return found


def day(year: int, month: int, of_month: int) -> int:
    return dt.date(year, month, of_month).toordinal()


def month(text: str) -> Moment:
    found = periods.parse(text)
    assert found is not None
    return Moment(found.first, found.last)


def measured(rows: Rows, key: str, *by: str) -> dict[Label, Cell]:
    """The KPI of each group, in natural order."""
    engine = Engine([rows], by)
    found = engine.measure(engine.plan(kpi(key)))
    return dict(sorted(zip(found.labels, found.values[0], strict=True), key=lambda pair: [natural(part) for part in pair[0]]))


def notes(rows: Rows, key: str, *by: str) -> list[str]:
    engine = Engine([rows], by)
    engine.measure(engine.plan(kpi(key)))
    return [note.en for note in engine.all_notes()]


def total(rows: Rows, key: str, how: Total, *by: str) -> tuple[dict[Label, Cell], set[Label]]:
    """The total of each group over the rows that know the field, and the groups that were refused one."""
    column = rows.column(key)
    totals, refused = rows.total(column, rows.complete([column]), how, by)
    labels = rows.labels(by)
    return dict(zip(labels, rows.listed(totals), strict=True)), {labels[place] for place in refused}


# --- sums ---


def test_a_ratio_is_one_of_sums(make: Make) -> None:
    rows = make("month spend leads", ["2026-01", 1000, 20], ["2026-02", 100, 5], ["2026-02", 400, 5])
    assert measured(rows, "cpl") == {(): 50.0}
    assert measured(rows, "cpl", "month") == {("2026-01",): 50.0, ("2026-02",): 50.0}


def test_a_row_with_a_blank_leaves_all_sums_and_is_counted(make: Make) -> None:
    rows = make("spend leads", [1000, 20], [500, None])
    assert measured(rows, "cpl") == {(): 50.0}
    assert notes(rows, "cpl") == ["cpl: covers 67 % of spend (1,000.00 of 1,500.00); 1 row has no leads"]


def test_a_row_with_a_zero_stays(make: Make) -> None:
    assert measured(make("spend leads", [1000, 20], [500, 0]), "cpl") == {(): 75.0}


def test_a_group_without_a_complete_row_is_unknown(make: Make) -> None:
    assert measured(make("channel spend leads", ["VK", 1000, 20], ["TG", 500, None]), "cpl", "channel") == {("TG",): NA, ("VK",): 50.0}


def test_a_divisor_of_zero_is_undefined(make: Make) -> None:
    undefined = "#DIV/0!" if make is on_lists else NA  # a report has one sign for all that is undefined
    assert measured(make("channel spend leads", ["VK", 1000, 20], ["TG", 500, 0]), "cpl", "channel") == {("TG",): undefined, ("VK",): 50.0}


def test_sums_over_all_rows_are_those_of_the_groups(make: Make) -> None:
    rows = make("channel spend", ["VK", 0.1], ["TG", 0.2], ["TG", None], ["OK", None])
    by_channel, refused = total(rows, "spend", Total.SUM, "channel")
    assert (by_channel, refused) == ({("VK",): 0.1, ("TG",): 0.2, ("OK",): NA}, set())
    whole, _ = total(rows, "spend", Total.SUM)
    assert whole == {(): pytest.approx(0.3, rel=1e-15)}


def test_a_sum_that_is_too_large_for_a_number_is_out_of_range(make: Make) -> None:
    assert total(make("spend", [1.7e308], [1.7e308]), "spend", Total.SUM) == ({(): "#NUM!"}, set())


def test_a_product_is_worked_out_row_by_row(make: Make) -> None:
    assert measured(make("hours hourly_rate", [10, 100], [1, 1000]), "labour_cost") == {(): 2000.0}


def test_a_given_value_wins_over_one_that_is_worked_out(make: Make) -> None:
    assert measured(make("labour_cost hours hourly_rate", [5, 10, 100], [None, 1, 1000]), "labour_cost") == {(): 1005.0}


# --- what does not add ---


def test_the_last_known_followers_of_each_channel_are_added(make: Make) -> None:
    rows = make("month channel followers", ["2026-02", "VK", 110], ["2026-01", "VK", 100], ["2026-01", "TG", 7], ["2026-02", "TG", None])
    assert total(rows, "followers_end", Total.LAST) == ({(): 117.0}, set())
    assert total(rows, "followers_end", Total.LAST, "month") == ({("2026-02",): 110.0, ("2026-01",): 107.0}, set())


def test_the_first_known_followers_of_each_channel_are_added(make: Make) -> None:
    rows = make("month channel followers_start", ["2026-02", "VK", 110], ["2026-01", "VK", 100], ["2026-02", "TG", 7])
    assert total(rows, "followers_start", Total.FIRST) == ({(): 107.0}, set())


def test_several_followers_of_one_moment_are_refused_and_equal_ones_are_not(make: Make) -> None:
    rows = make("month channel followers", ["2026-01", "VK", 100], ["2026-01", "VK", 90], ["2026-01", "TG", 7], ["2026-01", "TG", 7])
    assert total(rows, "followers_end", Total.LAST, "channel") == ({("VK",): NA, ("TG",): 7.0}, {("VK",)})
    assert total(rows, "followers_end", Total.LAST) == ({(): NA}, {()})


@pytest.mark.parametrize("how", [Total.LAST, Total.FIRST], ids=lambda how: how.name)
def test_a_row_without_a_date_is_neither_last_nor_first(make: Make, how: Total) -> None:
    assert total(make("month followers", [None, 1], ["2026-01", 100], [None, 2]), "followers_end", how) == ({(): 100.0}, set())


def test_without_dates_one_value_counts_and_two_are_refused(make: Make) -> None:
    assert total(make("channel followers", ["VK", 5], ["TG", 7]), "followers_end", Total.LAST) == ({(): 12.0}, set())
    assert total(make("channel followers", ["VK", 5], ["VK", 7]), "followers_end", Total.LAST) == ({(): NA}, {()})


def test_unique_reach_is_taken_alone_and_never_added(make: Make) -> None:
    rows = make("channel reach", ["VK", 5], ["TG", 7], ["VK", 5], ["OK", None])
    assert total(rows, "reach", Total.UNIQUE, "channel") == ({("VK",): NA, ("TG",): 7.0, ("OK",): NA}, {("VK",)})


def test_a_rate_that_all_rows_share_is_taken(make: Make) -> None:
    rows = make("channel margin", ["VK", 0.4], ["TG", 0.4], ["VK", 0.5], ["TG", 0.4])
    assert total(rows, "margin", Total.RATE, "channel") == ({("VK",): NA, ("TG",): 0.4}, {("VK",)})


def test_visits_of_the_site_are_taken_once_a_moment_and_added_over_time(make: Make) -> None:
    rows = make("month channel all_visits", ["2026-01", "VK", 100], ["2026-01", "TG", 100], ["2026-02", "VK", 50])
    assert total(rows, "all_visits", Total.SITE) == ({(): 150.0}, set())
    assert total(make("month all_visits", ["2026-01", 100], ["2026-01", 90]), "all_visits", Total.SITE) == ({(): NA}, {()})


def test_the_largest_of_all_rows(make: Make) -> None:
    assert total(make("channel reach", ["VK", 5], ["TG", 7], ["VK", 6]), "reach", Total.LARGEST, "channel") == ({("VK",): 6.0, ("TG",): 7.0}, set())


def test_a_channel_that_never_reports_saves_has_none_and_another_does_not_know_them(make: Make) -> None:
    rows = make(
        "month channel likes comments reposts saves",
        ["2026-01", "VK", 1, 1, 1, None], ["2026-01", "IG", 1, 1, 1, 5], ["2026-02", "IG", 1, 1, 1, None],
    )  # fmt: skip
    assert measured(rows, "engagements", "channel") == {("IG",): 8.0, ("VK",): 3.0}
    february, _ = rows.within(periods.Period(day(2026, 2, 1), day(2026, 2, 28), "month"))
    assert measured(february, "engagements", "channel") == {("IG",): NA}


def test_in_a_table_of_posts_each_row_is_one_unless_they_are_counted(make: Make) -> None:
    assert measured(make("post likes", ["a", 1], ["b", 2]), "posts") == {(): 2.0}
    assert measured(make("post posts", ["a", 3], ["b", None]), "posts") == {(): 3.0}


# --- groups and time ---


def test_only_groups_that_occur_are_there(make: Make) -> None:
    rows = make("date channel spend", ["2026-01-31", "VK", 1], ["2026-02-01", "TG", 2], [None, "VK", 4])
    assert total(rows, "spend", Total.SUM, "month", "channel") == ({("2026-01", "VK"): 1.0, ("2026-02", "TG"): 2.0, (None, "VK"): 4.0}, set())
    assert set(rows.labels(("quarter",))) == {("2026-Q1",), (None,)}


def test_a_row_of_a_quarter_has_no_month(make: Make) -> None:
    rows = make("period spend", ["2026-Q1", 1], ["2026-04", 2])
    assert set(rows.labels(("quarter",))) == {("2026-Q1",), ("2026-Q2",)}
    with pytest.raises(CellError):
        rows.labels(("month",))
    april, _ = rows.within(periods.Period(day(2026, 4, 1), day(2026, 4, 30), "month"))
    assert april.labels(("month",)) == [("2026-04",)]


@pytest.mark.parametrize(("last", "grain"), [("2026-02", "month"), ("2026-Q2", "quarter"), ("2026", "year")])
def test_the_grain_is_that_of_the_longest_row(make: Make, last: str, grain: str) -> None:
    assert make("period spend", ["2026-01", 1], [None, 1], [last, 1]).grain() == grain


def test_the_days_that_rows_are_about(make: Make) -> None:
    rows = make("date period spend", ["2026-01-05", None, 1], [None, "2026-03", 1], [None, None, 1])
    assert rows.span() == (day(2026, 1, 5), day(2026, 3, 31))
    assert rows.last_day() == day(2026, 1, 5)
    assert make("spend", [1]).span() is None
    assert make("spend", [1]).last_day() is None


def ends(rows: Rows) -> dict[Label, Moment | None]:
    complete = rows.complete([rows.column("spend")])
    return dict(zip(rows.labels(("channel",)), rows.ends(complete, ("channel",)), strict=True))


def test_a_figure_ends_with_the_last_row_that_knows_it(make: Make) -> None:
    rows = make("period channel spend", ["2026-Q1", "VK", 1], ["2026-02", "VK", 1], ["2026-02", "TG", 1], ["2026-03", "TG", None])
    assert ends(rows) == {("VK",): month("2026-Q1"), ("TG",): month("2026-02")}


def test_of_rows_that_end_together_the_one_that_starts_last_is_the_last(make: Make) -> None:
    periods_of = {"VK": ["2026-03", "2026-Q1"], "TG": ["2025-Q4", "2025-12", "2025"], "OK": ["2024", "2024-Q4"], "YT": ["2023-Q3", "2023-09"]}
    rows = make("period channel spend", *([period, channel, 1] for channel, named in periods_of.items() for period in named))
    assert ends(rows) == {("VK",): month("2026-03"), ("TG",): month("2025-12"), ("OK",): month("2024-Q4"), ("YT",): month("2023-09")}


def test_a_group_of_which_no_day_is_known_has_no_end(make: Make) -> None:
    rows = make("period spend", [None, 1], ["2026-03", None])
    assert rows.ends(rows.complete([rows.column("spend")]), ()) == [None]


# --- some of the rows ---


def spent(rows: Rows) -> list[float]:
    """The spend of each row, in order of size."""
    return sorted(rows.kernel.listed(rows.column("spend").values))


def test_a_filter_knows_names_without_case_and_blanks(make: Make) -> None:
    rows = make("channel spend", ["VK", 1], ["Telegram", 2], [None, 4], ["vk ", 8])
    assert spent(rows.where("channel", frozenset({"vk"}))) == [1.0, 8.0]
    assert rows.where("campaign", frozenset({"vk"})).size == 0


def test_the_names_in_a_dimension_are_those_of_the_whole_table(make: Make) -> None:
    rows = make("channel spend", ["VK", 1], ["Telegram", 2], [None, 4], ["VK", 8])
    assert rows.names("channel") == ["Telegram", "VK"]
    assert rows.where("channel", frozenset({"telegram"})).names("channel") == ["Telegram", "VK"]


def test_a_table_is_cut_to_a_span_of_days_and_tells_of_rows_that_cross_it(make: Make) -> None:
    rows = make("date period spend", ["2026-01-31", None, 1], ["2026-02-01", None, 2], [None, "2026-02", 4], [None, "2026-Q1", 8], [None, None, 160])
    inside, crosses = rows.within(periods.Period(day(2026, 2, 1), day(2026, 2, 28), "month"))
    assert (spent(inside), crosses) == ([2.0, 4.0], True)
    inside, crosses = rows.within(periods.Period(day(2026, 1, 31), day(2026, 1, 31), "day"))
    assert (spent(inside), crosses) == ([1.0], True)
    inside, crosses = rows.within(periods.Period(day(2026, 1, 1), day(2026, 12, 31), "year"))
    assert (spent(inside), crosses) == ([1.0, 2.0, 4.0, 8.0], False)


def test_rows_that_have_begun_or_ended_by_a_day(make: Make) -> None:
    rows = make("date period spend", ["2026-01-31", None, 1], [None, "2026-02", 2], [None, "2026-03", 4], [None, None, 80])
    assert spent(rows.begun_by(day(2026, 2, 1))) == [1.0, 2.0, 80.0]
    assert spent(rows.ended_by(day(2026, 2, 27))) == [1.0]
    assert spent(rows.ended_by(day(2026, 2, 28))) == [1.0, 2.0]


def test_a_table_without_dates_has_begun_and_has_nothing_in_a_span(make: Make) -> None:
    rows = make("spend", [1])
    assert spent(rows.begun_by(1)) == [1.0]
    inside, crosses = rows.within(periods.Period(1, 2, "range"))
    assert (inside.size, crosses) == (0, False)


def test_rows_of_a_year_ago_are_filed_under_this_year_and_keep_their_order_in_time(make: Make) -> None:
    def a_year_later(moment: Moment) -> Moment:
        return Moment(*(periods.shift(end, 12) for end in moment))

    rows = make("date followers", ["2025-01-01", 5], ["2025-01-31", 7], ["9999-12-31", 9], [None, 11])
    filed = rows.refiled(a_year_later)
    assert total(filed, "followers_end", Total.LAST, "month") == ({("2026-01",): 7.0}, set())
    assert filed.span() == (day(2025, 1, 1), day(2025, 1, 31))
    assert filed.within(periods.Period(day(2026, 1, 1), day(2026, 1, 31), "month"))[0].size == 2
    assert filed.ended_by(day(2026, 1, 30)).size == 1
    assert make("spend", [1]).refiled(a_year_later).size == 0


def test_the_calendar_ends_and_no_row_is_filed_beyond_it(make: Make) -> None:
    rows = make("date spend", ["9999-12-30", 1], ["9999-12-31", 2])
    assert spent(rows.refiled(lambda moment: Moment(moment.first + 1, moment.last + 1))) == [1.0]


def test_rows_know_the_table_that_they_were_picked_from(make: Make) -> None:
    rows = make("channel spend leads", ["VK", 1, None], ["TG", 2, 3])
    kept = rows.where("channel", frozenset({"vk"}))
    assert kept.whole is rows
    assert kept.where("channel", frozenset({"tg"})).whole is rows
    assert kept.fields == {"spend", "leads"}
    assert rows.where("channel", frozenset({"vk", "tg"})) is rows


def test_rows_of_other_channels_can_be_left_out(make: Make) -> None:
    rows = make("channel spend leads", ["VK", 1, 5], ["TG", 2, None], ["OK", 4, 7])
    complete = rows.complete([rows.column("spend"), rows.column("leads")])
    assert rows.channels_of(complete) == {"VK", "OK"}
    assert rows.channels_of(rows.among(complete, frozenset({"TG", "OK"}))) == {"OK"}
    assert rows.among(complete, frozenset({"VK", "TG", "OK"})) is complete


# --- cells that may not stand there: files refuse them, worksheets show their error ---


def test_a_bad_cell_is_the_error_of_its_group_and_of_no_other() -> None:
    rows = on_lists("channel spend leads", ["VK", 1000, 20], ["TG", "abc", 5], ["TG", 10, 5])
    assert measured(rows, "cpl", "channel") == {("TG",): "#VALUE!", ("VK",): 50.0}
    assert measured(rows, "cpl") == {(): "#VALUE!"}


def test_a_bad_cell_is_not_filled_with_what_is_worked_out() -> None:
    assert measured(on_lists("labour_cost hours hourly_rate", ["abc", 10, 100]), "labour_cost") == {(): "#VALUE!"}


def test_of_several_bad_cells_that_of_the_first_row_counts() -> None:
    rows = on_lists("labour_cost hours hourly_rate", ["#REF!", 1, 1], [None, "abc", 1])
    assert measured(rows, "labour_cost") == {(): "#REF!"}


def test_a_channel_with_a_bad_cell_reports_the_field() -> None:
    rows = on_lists("month channel likes comments reposts saves", ["2026-01", "VK", 1, 1, 1, "abc"], ["2026-02", "VK", 1, 1, 1, None])
    february, _ = rows.within(periods.Period(day(2026, 2, 1), day(2026, 2, 28), "month"))
    assert measured(february, "engagements") == {(): NA}


def test_days_are_not_read_where_a_bad_cell_decides() -> None:
    assert total(on_lists("month all_visits", ["no month", "abc"]), "all_visits", Total.SITE) == ({(): "#VALUE!"}, set())


def test_a_name_of_1_is_not_a_bad_name_of_true() -> None:
    with pytest.raises(CellError):
        on_lists("channel spend", [1, 1], [True, 1]).labels(("channel",))


# --- rows that stand for several ---


def standing_for(rows: Rows, *counts: float) -> Rows:
    """The table, of which each row stands for so many."""
    return replace(rows, counts=rows.kernel.vector(counts, float))


def test_rows_are_left_out_as_often_as_they_stand_for_one(alone: Make) -> None:
    rows = standing_for(alone("spend leads", [1000, 20], [500, None], [1, None]), 3, 5, 2)
    assert measured(rows, "cpl") == {(): 50.0}
    assert notes(rows, "cpl") == ["cpl: covers 67 % of spend (1,000.00 of 1,501.00); 7 rows have no leads"]


def test_posts_are_counted_by_what_rows_stand_for(alone: Make) -> None:
    rows = standing_for(alone("post channel likes", ["a", "VK", 1], ["b", "TG", 2]), 3, 5)
    assert measured(rows, "posts") == {(): 8.0}
    assert measured(rows.where("channel", frozenset({"tg"})), "posts") == {(): 5.0}


def test_a_reach_that_stands_for_several_rows_is_refused(alone: Make) -> None:
    rows = standing_for(alone("channel reach", ["VK", 5], ["TG", 7]), 2, 1)
    assert total(rows, "reach", Total.UNIQUE, "channel") == ({("VK",): NA, ("TG",): 7.0}, {("VK",)})


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("by", [(), ("channel",), ("month", "channel")], ids="-".join)
def test_a_table_with_counts_gives_what_it_gives_written_out_row_by_row(alone: Make, seed: int, by: tuple[str, ...]) -> None:
    random = Random(seed)
    fields, keys = "spend clicks leads customers", ["spend", "cpc", "cpl", "cac", "cr_click_lead"]
    body = [
        (random.choice(["2026-01", "2026-02"]), random.choice(["VK", "TG"]), *(random.choice([None, 0, 3, 10]) for _ in fields.split()))
        for _ in range(random.randint(1, 30))
    ]  # fmt: skip

    def alike(row: tuple[object, ...]) -> tuple[object, ...]:
        return (*row[:2], *(cell is None for cell in row[2:]))

    together = [list(members) for _, members in groupby(sorted(body, key=lambda row: tuple(map(str, alike(row)))), key=alike)]
    summed = [[*members[0][:2], *(None if column[0] is None else sum(column) for column in list(zip(*members, strict=True))[2:])] for members in together]
    written_out = alone(f"month channel {fields}", *body)
    compact = standing_for(alone(f"month channel {fields}", *summed), *map(len, together))
    for key in keys:
        assert measured(compact, key, *by) == pytest.approx(measured(written_out, key, *by))
        assert notes(compact, key, *by) == notes(written_out, key, *by)


# --- the operations of a kernel ---


def test_elements_are_taken_by_code_and_picked_by_flag(kernel: Kernel) -> None:
    numbers, codes = kernel.vector([1.0, 2.0, nan], float), kernel.vector([2, 0, 0], int)
    assert kernel.listed(kernel.taken(numbers, codes)) == [pytest.approx(nan, nan_ok=True), 1.0, 1.0]
    assert kernel.listed(kernel.picked(codes, kernel.known(numbers))) == [2, 0]
    assert kernel.listed(kernel.taken(numbers, kernel.alike(2))) == [1.0, 1.0]


def test_flags_are_joined_and_choose(kernel: Kernel) -> None:
    one, other = kernel.vector([True, True, False], bool), kernel.vector([True, False, False], bool)
    assert kernel.listed(kernel.both(one, other)) == [True, False, False]
    assert kernel.listed(kernel.chosen(one, kernel.vector([1, 2, 3], int), 9)) == [1, 2, 9]
    assert kernel.listed(kernel.chosen(other, kernel.vector([1, 2, 3], int), kernel.vector([7, 8, 9], int))) == [1, 8, 9]
    assert kernel.listed(kernel.equal(kernel.vector([1.0, 2.0, -inf], float), kernel.vector([1.0, 3.0, -inf], float))) == [True, False, True]
    assert kernel.listed(kernel.equal(kernel.vector([1.0, 2.0], float), 2)) == [False, True]


def test_rows_are_counted_with_and_without_weights(kernel: Kernel) -> None:
    flags, weights = kernel.vector([True, False, True], bool), kernel.vector([2.0, 3.0, 4.0], float)
    assert kernel.counted(flags, None) == 2
    assert kernel.counted(flags, weights) == 6
    codes = kernel.vector([0, 2, 3], int)  # 3 is no group
    assert kernel.listed(kernel.counts(codes, 3, None)) == [1, 0, 1]
    assert kernel.listed(kernel.counts(codes, 3, weights)) == [2, 0, 3]


def test_numbers_by_code(kernel: Kernel) -> None:
    codes, numbers = kernel.vector([0, 2, 2, 0], int), kernel.vector([5.0, -inf, -1.0, 5.0], float)
    unknown = pytest.approx(nan, nan_ok=True)
    assert kernel.listed(kernel.largest(codes, numbers, 3)) == [5.0, unknown, -1.0]
    assert kernel.listed(kernel.some(codes, numbers, 3))[:2] == [5.0, unknown]
    assert kernel.listed(kernel.some(codes, numbers, 3))[2] in (-inf, -1.0)


def test_sums_are_exact_and_leave_out_what_belongs_to_no_group(kernel: Kernel) -> None:
    column = kernel.column(kernel.vector([1e16, 1.0, -1e16, 2.0, nan], float), {})
    codes = kernel.vector([0, 0, 0, 2, 3], int)
    sums = kernel.sums(codes, column, kernel.counts(codes, 3, None))
    assert kernel.listed(sums.by_group) == [1.0, pytest.approx(nan, nan_ok=True), 2.0]
    assert kernel.listed(sums.whole) == [3.0]


@pytest.mark.parametrize("size", [20, 1_000_000])
def test_codes_are_crossed_and_counted_anew(kernel: Kernel, size: int) -> None:
    pairs = kernel.crossed(kernel.vector([1, 0, 1], int), kernel.vector([4, 3, 4], int), 5)
    assert kernel.listed(pairs) == [9, 3, 9]
    codes, present = kernel.renumbered(pairs, size)
    assert (kernel.listed(codes), present) == ([1, 0, 1], [3, 9])
    codes, present = kernel.renumbered(kernel.vector([1, 0, 1], int), 2)
    assert (kernel.listed(codes), present) == ([1, 0, 1], [0, 1])
