"""Tables that are brought together before they are counted: the same figures, notes and refusals as row by row, from every library."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import isclose
from pathlib import Path
from typing import Any, NamedTuple

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings

import smm_xl
from smm_xl.catalog.kpi import Limits, Total, Unit
from smm_xl.catalog.registry import FIELDS_BY_KEY, KPIS
from smm_xl.engine.rows import Rows
from smm_xl.engine.worksheet_table import table_of
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.reports import report, selection
from smm_xl.sources.compaction import Asked
from smm_xl.sources.frames import table_of_frame
from smm_xl.sources.intake import Source
from smm_xl.sources.rates import Rates
from smm_xl.sources.recognising import Options
from tests.libraries import LIBRARIES, Columns, Native, pandas_objects, polars

# --- the same as row by row ---

DAYS = ["2026-01-05", "2026-01-31", "2026-02-01", "2026-02-28", "2026-03-10"]
_NUMBERS = {
    Limits.ANY: st.integers(-900, 900), Limits.NOT_NEGATIVE: st.integers(0, 900), Limits.FRACTION: st.sampled_from([0.25, 0.5, 1.0]),
}  # fmt: skip


_LABELS: Mapping[str, list[Any]] = {"date": DAYS, "channel": ["VK", "Telegram", None], "campaign": ["a", "b"]}
_BY = {"date": ["month", "date", "quarter"], "channel": ["channel"], "campaign": ["campaign"], "post": ["post"]}


class Drawn(NamedTuple):
    """A table, and what is asked of it."""

    columns: dict[str, list[Any]]
    options: dict[str, Any]

    @property
    def with_days(self) -> dict[str, list[Any]]:
        """The table with days instead of their text."""
        return self.columns | {"date": [dt.date.fromisoformat(day) for day in self.columns["date"]]} if "date" in self.columns else self.columns


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A table of a few rows: dimensions, and fields that KPIs need, of which cells are blank; rates are often alike, as they are in life."""
    size = draw(st.integers(1, 9))
    dims = draw(st.sampled_from([[], ["date"], ["channel"], ["date", "channel"], ["date", "channel", "campaign"], ["campaign"], ["date", "post"]]))
    # a row without any name may be a total, which is another rule
    columns: dict[str, list[Any]] = {
        dim: draw(st.lists(st.sampled_from(_LABELS[dim][: None if len(dims) > 1 else -1]), min_size=size, max_size=size))
        if dim in _LABELS
        else [f"post {row}" for row in range(size)]
        for dim in dims
    }
    needed = {key for kpi in draw(st.lists(st.sampled_from(KPIS), min_size=1, max_size=3)) for key in Asked.of([kpi], (), None).fields}
    wanted = [FIELDS_BY_KEY[key] for key in draw(st.permutations(sorted(needed)))[:10]]
    for field in wanted:
        numbers = _NUMBERS[field.limits]
        if field.total is not Total.SUM:
            numbers = st.sampled_from(draw(st.lists(numbers, min_size=1, max_size=2)))
        cells = draw(st.lists(st.one_of(numbers, numbers, numbers, st.none()), min_size=size, max_size=size))
        columns[field.key] = [None if cell is None else cell / 8 if field.unit is Unit.MONEY else float(cell) for cell in cells]
    by = draw(st.lists(st.sampled_from([name for dim in dims for name in _BY[dim]]), max_size=2, unique=True)) if dims else []
    options: dict[str, Any] = {"by": by}
    if "channel" in dims and draw(st.booleans()):
        options["where"] = {"channel": "vk"}
    if "date" in dims and draw(st.booleans()):
        options["period"] = draw(st.sampled_from(["2026-02", "2026-Q1", "2026-01-10..2026-02-10"]))
    if options.get("period") or {"month", "date", "quarter"} & set(by):
        options["compare"] = draw(st.sampled_from([None, "previous", "year"]))
    return Drawn(columns, options)


Found = tuple[dict[tuple[str | None, ...], dict[str, float | None]], Mapping[str, float | None], tuple[Text, ...]] | str


def found(sources: Sequence[Source], options: Mapping[str, Any]) -> Found:
    """The rows of a report by their labels, its total and its notes; what it says where it refuses."""
    try:
        result = report.build(sources, **options).result()
    except InputError as error:
        return error.text.en
    keys = [column.key for column in result.columns]
    width = len(result.groups)
    rows = {tuple(row.values[:width]): dict(zip(keys[width:], row.values[width:], strict=True)) for row in result.rows}
    return rows, result.total, result.notes  # type: ignore[return-value]


def row_by_row(source: Source, columns: dict[str, list[Any]]) -> Callable[[Sequence[Source], Asked, Rates | None], list[Rows]]:
    """What stands for the tables of a report where nothing is brought together: rows of the kernel that worksheet functions have."""
    headers = list(columns)
    block: list[list[object]] = [list(headers), *map(list, zip(*columns.values(), strict=True))]
    return lambda _sources, _asked, _rates: [replace(table_of(block), name=source.name, kind=source.kind)]


def alike(one: Found, other: Found) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    (rows, total, notes), (other_rows, other_total, other_notes) = one, other
    same = rows.keys() == other_rows.keys() and all(_near(rows[label], other_rows[label]) for label in rows)
    return same and _near(total, other_total) and sorted(notes) == sorted(other_notes)


def _near(one: Mapping[str, float | None], other: Mapping[str, float | None]) -> bool:
    if one.keys() != other.keys():
        return False
    pairs = [(one[key], other[key]) for key in one]
    return all(a == b or (a is not None and b is not None and isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)) for a, b in pairs)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=drawn(), library=st.sampled_from(LIBRARIES))
def test_figures_notes_and_refusals_are_those_of_row_by_row(asked: Drawn, library: Native, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = asked.with_days if library.__name__ != "pandas_objects" and len(asked.columns) % 2 else asked.columns
    source = Source(table_of_frame("data", library(columns)), Options())
    brought_together = found([source], asked.options)
    with monkeypatch.context() as patched:
        patched.setattr(selection, "tables_of", row_by_row(source, asked.columns))
        alone = found([source], asked.options)
    assert alike(brought_together, alone)


@settings(max_examples=60, deadline=None)
@given(asked=drawn(), data=st.data())
def test_neither_the_order_of_rows_nor_how_they_are_parted_into_tables_matters(asked: Drawn, data: st.DataObject) -> None:
    size = len(next(iter(asked.columns.values())))
    order = data.draw(st.permutations(range(size)))
    turned = {key: [column[place] for place in order] for key, column in asked.columns.items()}
    cut = data.draw(st.integers(0, size))
    parts = [{key: column[start:end] for key, column in turned.items()} for start, end in ((0, cut), (cut, size)) if start < end]
    whole = found([source_of(asked.columns)], asked.options)
    assert alike(found([source_of(turned)], asked.options), whole)
    # what is said of rows that are alike is said of each table for itself
    assert alike(without_remarks(found([source_of(part) for part in parts], asked.options)), without_remarks(whole))


def source_of(columns: Columns) -> Source:
    return Source(table_of_frame("data", polars(columns)), Options(overlap="add", totals="keep"))  # what is asked depends on what stands in which table


def without_remarks(report: Found) -> Found:
    if isinstance(report, str):
        return report
    rows, total, notes = report
    return rows, total, tuple(note for note in notes if not note.en.startswith("data"))


# --- every library ---


@pytest.fixture(params=LIBRARIES, ids=lambda library: library.__name__)
def native(request: pytest.FixtureRequest) -> Native:
    """A dataframe of each library, of columns of plain values."""
    made: Native = request.param
    return made


def test_a_report_is_the_same_from_every_library(native: Native) -> None:
    columns: Columns = {
        "Дата": ["05.01.2026", "20.01.2026", "05.02.2026", None], "Канал": ["VK", "Telegram", "VK", " "], "Расход": ["1 234,50", "765,5", "12 тыс.", "-"],
        "Заявки": [10, None, 5, 1], "Охват": [7.0, 8.0, 9.0, 10.0], "Заметка": ["x", "y", "x", "y"],
    }  # fmt: skip
    report = smm_xl.report(native(columns), by="channel", kpis="spend,cpl")
    assert [{key: None if value != value else value for key, value in row.items()} for row in report.to_dict("records")] == [
        {"channel": "Telegram", "spend": 765.5, "cpl": None},
        {"channel": "VK", "spend": 13234.5, "cpl": pytest.approx(13234.5 / 15)},
        {"channel": None, "spend": None, "cpl": None},
    ]
    assert "data: abbreviated numbers were read in «Расход», such as «12 тыс.» = 12000" in report.attrs["notes"]
    by_month = smm_xl.report(native(columns), by="month", kpis="spend", where={"channel": "vk"})
    assert by_month.to_dict("records") == [{"month": "2026-01", "spend": 1234.5}, {"month": "2026-02", "spend": 12000.0}]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (["1", "abc", "2", "abc", "x"], "«abc» is not accepted here; accepted: a number such as 1234.56, 1 234,56 or 5 %"),
        (["1,234", "2"], "«1,234» can be read in two ways"),
        (["1.5", "2,5"], "is not accepted here; accepted: a number such as"),
        ([1.0, None, -5.0], "«-5.0» is not accepted here; accepted: zero or a positive number"),
        ([True, False], "«True» is not accepted here"),
        ([dt.date(2026, 1, 1), None], "«2026-01-01"),
        ([1.0, float("inf")], "«inf» is not accepted here"),
    ],
)
def test_what_is_no_number_is_refused_with_its_place_or_where_rows_have_no_order_with_an_example(native: Native, column: list[Any], message: str) -> None:
    with pytest.raises(InputError) as refused:
        smm_xl.report(native({"channel": ["VK"] * len(column), "content_cost": column}), kpis="cost_per_post,total_cost")
    said = str(refused.value)
    assert message in said
    assert column[1] is not None or "more, such as" not in said  # a blank cell is not among them
    lazy = native.__name__ in ("polars_lazy", "duckdb_relation")
    assert ("data, column «content_cost»" if lazy else "table «data», row ") in said


@pytest.mark.parametrize("column", [[dt.date(2026, 1, 1), None], [True, False], ["1.5", "2,5"], ["abc", "1"]])
def test_with_a_decimal_mark_that_was_said_what_is_no_number_is_refused_as_well(native: Native, column: list[Any]) -> None:
    with pytest.raises(InputError, match="is not accepted here"):
        smm_xl.report(native({"channel": ["VK", "TG"], "spend": column}), kpis="spend", decimal=".")


def test_a_date_that_is_none_is_refused_only_where_days_matter(native: Native) -> None:
    data = native({"date": ["2026-01-05", "2026-02-31"], "spend": [1, 2]})
    assert smm_xl.report(data, kpis="spend")["spend"].to_list() == [3.0]
    with pytest.raises(InputError, match="«2026-02-31» is not accepted here; accepted: a date such as"):
        smm_xl.report(data, by="month", kpis="spend")


def test_rows_that_are_no_data_are_left_out(native: Native) -> None:
    columns: Columns = {"channel": ["VK", None, "TG", "Итого"], "note": [None, None, "x", None], "spend": [1, None, 2, 3]}
    report = smm_xl.report(native(columns), by="channel", kpis="spend")
    assert report.to_dict("records") == [{"channel": "TG", "spend": 2.0}, {"channel": "VK", "spend": 1.0}]
    assert "data: 1 total row left out" in report.attrs["notes"]


def test_posts_that_stand_twice_count_once_or_where_rows_have_no_order_a_note_says_that_they_may_not(native: Native) -> None:
    report = smm_xl.report(native({"post": ["a", "a", "b"], "likes": [1, 1, 2]}), kpis="posts")
    lazy = native.__name__ in ("polars_lazy", "duckdb_relation")
    said = "posts that stand twice were not looked for, because the rows" if lazy else "posts that stand twice were counted once: 1"
    assert report["posts"].to_list() == [3.0 if lazy else 2.0]
    assert any(said in note for note in report.attrs["notes"])


def test_not_a_number_is_a_blank(native: Native) -> None:
    report = smm_xl.report(native({"spend": [1.0, float("nan"), 2.0], "leads": [1.0, 5.0, 1.0]}), kpis="spend,cpl")
    assert report.to_dict("records") == [{"spend": 3.0, "cpl": 1.5}]
    assert "spend, cpl: 1 row has no spend, left out" in report.attrs["notes"]


def test_what_a_report_does_not_need_is_not_read() -> None:
    def fails(_: pl.Series) -> pl.Series:
        raise AssertionError("this column was read")

    data = pl.LazyFrame({"spend": [1.0, 2.0], "leads": [1, 2], "note": ["x", "y"], "clicks": [1, 2]})
    data = data.with_columns(pl.col("note", "clicks").map_batches(fails, return_dtype=pl.String))
    assert smm_xl.report(data, kpis="cpl")["cpl"].to_list() == [1.0]


@pytest.mark.parametrize("dtype", [pl.Int8, pl.Int32, pl.UInt32, pl.UInt64, pl.Int64, pl.Float32, pl.Decimal(20, 2), pl.String, pl.Categorical])
def test_numbers_of_any_type_are_added_without_an_overflow(dtype: Any) -> None:
    top = 100 if dtype == pl.Int8 else 2_000_000_000
    column = pl.Series("clicks", [str(top)] * 9).cast(pl.Int64).cast(pl.String if dtype == pl.Categorical else dtype).cast(dtype)
    assert smm_xl.report(pl.DataFrame({"channel": ["VK"] * 9, "clicks": column}), kpis="clicks")["clicks"].to_list() == [9.0 * top]


def test_a_sum_of_whole_numbers_does_not_begin_anew_where_it_is_too_large(native: Native) -> None:
    data = native({"channel": ["VK"] * 2000, "clicks": [9 * 10**15] * 2000})
    assert smm_xl.report(data, kpis="clicks")["clicks"].to_list() == [1.8e19]


@pytest.mark.parametrize(
    "days",
    [
        pl.Series(["2026-01-31", "2026-02-01"]),
        pl.Series([dt.date(2026, 1, 31), dt.date(2026, 2, 1)]),
        pl.Series([dt.datetime(2026, 1, 31, 23, 30), dt.datetime(2026, 2, 1, 0, 30)]),
        pl.Series([dt.datetime(2026, 1, 31, 23, 30), dt.datetime(2026, 2, 1, 0, 30)]).dt.replace_time_zone("Europe/Moscow"),
        pl.Series([20260131, 20260201]),
        pl.Series(["2026-01-31", "2026-02-01"], dtype=pl.Categorical),
    ],
    ids=["text", "days", "times", "times of a zone", "numbers", "categories"],
)
def test_days_of_any_type(days: pl.Series) -> None:
    frame = pl.DataFrame({"date": days, "spend": [1, 2]})
    for data in (frame, frame.lazy(), frame.to_arrow()):
        assert smm_xl.report(data, by="month", kpis="spend").to_dict("records") == [{"month": "2026-01", "spend": 1.0}, {"month": "2026-02", "spend": 2.0}]


def test_hours_as_times_are_hours() -> None:
    for hours in ([dt.timedelta(hours=1, minutes=30), dt.timedelta(hours=30)], [dt.time(1, 30), "30:00"], ["1:30", "30"]):
        data = pandas_objects({"hours": hours, "hourly_rate": [100, 10]})
        assert smm_xl.report(data, kpis="labour_cost")["labour_cost"].to_list() == [450.0]
    lasted = pl.DataFrame({"hours": [dt.timedelta(hours=1, minutes=30), None], "hourly_rate": [100, 10]})
    assert smm_xl.report(lasted.lazy(), kpis="labour_cost")["labour_cost"].to_list() == [150.0]


def test_a_path_is_read_as_the_command_reads_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("channel;spend\nVK;1,5\n", encoding="utf-8")
    (tmp_path / "b.csv").write_text("channel;spend\nTG;2,5\n", encoding="utf-8")
    assert smm_xl.report(tmp_path / "a.csv")["spend"].to_list() == [1.5]
    assert smm_xl.report(str(tmp_path), by="channel", kpis="spend").to_dict("records") == [{"channel": "TG", "spend": 2.5}, {"channel": "VK", "spend": 1.5}]
    report = smm_xl.report({"ads": tmp_path / "a.csv", "more": polars({"channel": ["VK"], "leads": [3]})}, kpis="cpl")
    assert report["cpl"].to_list() == [0.5]
    assert smm_xl.report(tmp_path / "a.csv", targets=pl.DataFrame({"kpi": ["spend"], "target": [3.0]}).lazy())["gap"].to_list() == [-1.5]
    with pytest.raises(InputError, match=r"there is no such file; did you mean «a\.csv»"):
        smm_xl.report(tmp_path / "aa.csv")
