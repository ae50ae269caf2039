"""Tables that are brought together before they are counted: the same figures, notes and refusals as row by row, from every library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import isclose
from typing import Any, NamedTuple

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from smm_xl.catalog.kpi import Limits, Total, Unit
from smm_xl.catalog.registry import FIELDS_BY_KEY, KPIS
from smm_xl.engine.rows import Rows
from smm_xl.engine.worksheet_table import table_of
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.reports import report, selection
from smm_xl.sources.compaction import Asked
from smm_xl.sources.frames import table_of_frame
from smm_xl.sources.intake import Options, Source
from tests.libraries import LIBRARIES, Native

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


@st.composite
def drawn(draw: st.DrawFn) -> Drawn:
    """A table of a few rows: dimensions, and fields that KPIs need, of which cells are blank; rates are often alike, as they are in life."""
    size = draw(st.integers(1, 9))
    dims = draw(st.sampled_from([[], ["date"], ["channel"], ["date", "channel"], ["date", "channel", "campaign"], ["campaign"], ["date", "post"]]))
    columns: dict[str, list[Any]] = {
        dim: draw(st.lists(st.sampled_from(_LABELS[dim]), min_size=size, max_size=size)) if dim in _LABELS else [f"post {row}" for row in range(size)]
        for dim in dims
    }
    needed = {key for kpi in draw(st.lists(st.sampled_from(KPIS), min_size=1, max_size=3)) for key in Asked.of([kpi], (), days=False).fields}
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


def found(source: Source, options: Mapping[str, Any]) -> Found:
    """The rows of a report by their labels, its total and its notes; what it says where it refuses."""
    try:
        result = report.build([source], **options).result()
    except InputError as error:
        return error.text.en
    keys = [column.key for column in result.columns]
    width = len(result.groups)
    rows = {tuple(row.values[:width]): dict(zip(keys[width:], row.values[width:], strict=True)) for row in result.rows}
    return rows, result.total, result.notes  # type: ignore[return-value]


def row_by_row(source: Source, columns: dict[str, list[Any]]) -> Callable[[Sequence[Source], Asked], list[Rows]]:
    """What stands for the tables of a report where nothing is brought together: rows of the kernel that worksheet functions have."""
    headers = list(columns)
    block: list[list[object]] = [list(headers), *map(list, zip(*columns.values(), strict=True))]
    return lambda _sources, _asked: [replace(table_of(block), name=source.name, kind=source.kind)]


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
    source = Source(table_of_frame("data", library(asked.columns)), Options())
    brought_together = found(source, asked.options)
    with monkeypatch.context() as patched:
        patched.setattr(selection, "tables_of", row_by_row(source, asked.columns))
        alone = found(source, asked.options)
    assert alike(brought_together, alone)
