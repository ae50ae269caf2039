"""Whether a table tells its rows apart by a dimension."""

from __future__ import annotations

import pytest

from smm_xl.engine.rows import tells
from smm_xl.engine.worksheet_table import table_of


@pytest.mark.parametrize(
    ("headers", "dims", "expected"),
    [
        (["Channel", "Leads"], ("channel",), True),
        (["Channel", "Leads"], ("channel", "campaign"), False),
        (["Channel", "Leads"], ("month",), False),
        (["Date", "Leads"], ("date", "month", "quarter", "year"), True),
        (["Month", "Leads"], ("time",), True),
        (["Leads"], (), True),
    ],
)
def test_a_table_tells_a_dimension_that_it_has_a_column_for_and_every_length_of_time_by_any_of_time(
    headers: list[str], dims: tuple[str, ...], expected: bool
) -> None:
    assert tells(table_of([headers, [None] * len(headers)]), *dims) is expected
