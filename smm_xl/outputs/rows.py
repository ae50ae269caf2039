"""Rows of our fields as files: CSV and Parquet hold one table, a workbook a sheet for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_xl.outputs import look, text

if TYPE_CHECKING:
    import polars as pl

    from smm_xl.sources.tidy import Tidy

_WIDTH = 14
MOST_ROWS_OF_A_SHEET = 1_048_575


def write_csv(tables: Sequence[Tidy], path: Path) -> None:
    """The rows of a table as CSV with commas, with the mark by which Excel knows UTF-8. Text that a spreadsheet would take for a formula gets an apostrophe."""
    (table,) = tables
    frame = table.frame.with_columns(_safe(column) if column.dtype == _string() else _as_plain_numbers(column) for column in table.frame.get_columns())
    frame.write_csv(path, include_bom=True)


def write_parquet(tables: Sequence[Tidy], path: Path) -> None:
    (table,) = tables
    table.frame.write_parquet(path)


def write_workbook(tables: Sequence[Tidy], path: Path) -> None:
    """A sheet for each table, called by what its rows are about. Text stays text: nothing that came from a file becomes a formula or a link."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {**look.SAFE, "constant_memory": True}) as book:
        head, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
        for table in tables:
            sheet = book.add_worksheet(table.kind)
            sheet.freeze_panes(1, 0)
            columns = table.frame.get_columns()
            sheet.set_column(0, max(0, len(columns) - 1), _WIDTH)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column.name, head)
            put = [_put(sheet, column, day) for column in columns]
            for line, row in enumerate(table.frame.iter_rows(), start=1):
                for place, (value, cell) in enumerate(zip(row, put, strict=True)):
                    if value is not None:
                        cell(line, place, value)


def _put(sheet: Any, column: pl.Series, day: Any) -> Callable[[int, int, Any], None]:
    if column.dtype == _string():
        return lambda line, place, value: sheet.write_string(line, place, value)
    if column.dtype.is_temporal():
        return lambda line, place, value: sheet.write_datetime(line, place, value, day)
    return lambda line, place, value: sheet.write_number(line, place, value)


def _string() -> Any:
    import polars as pl  # most commands need no table

    return pl.String


def _safe(column: pl.Series) -> pl.Series:
    """Text without what a spreadsheet would take for a formula."""
    distinct = [name for name in column.unique().to_list() if name is not None]
    changed = {name: safe for name in distinct if (safe := text.no_formula(name)) != name}
    return column.replace(changed) if changed else column


def _as_plain_numbers(column: pl.Series) -> pl.Series:
    """Numbers that read in one way: 1.234 alone may be a thousand to a reader, and is 1.2340 where no other number of the column has another length."""
    if not column.dtype.is_float():
        return column
    fractions = column.filter(column != column.floor())
    if not len(fractions) or not bool((fractions.abs() < 1000).all() and (fractions.round(3) == fractions).all() and (fractions.round(2) != fractions).all()):
        return column
    return column.map_elements(lambda value: f"{value:.4f}", return_dtype=_string())


# by the ending of the file
WRITERS: dict[str, Callable[[Sequence[Tidy], Path], None]] = {".csv": write_csv, ".parquet": write_parquet, ".xlsx": write_workbook}
