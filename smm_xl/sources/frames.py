"""Dataframes and relations of any library that narwhals knows as tables."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from smm_xl.language import Text
from smm_xl.sources.table import Frame, Place, Table, coded, of_columns


def table_of_frame(name: str, native: Any) -> Table:
    """A dataframe, lazy frame or relation. Raises TypeError for what is none."""
    if _is_pandas(native):
        return _of_pandas(name, native)
    try:
        frame: Frame = nw.from_native(native)
    except TypeError:
        raise TypeError(
            f"table «{name}»: a dataframe is expected (pandas, polars, pyarrow, a DuckDB relation or what else narwhals knows), not {type(native).__name__}"
        ) from None
    headers = frame.collect_schema().names()
    renamed = frame.select(*(nw.col(header).alias(str(place)) for place, header in enumerate(headers)))
    place = in_frame(name, headers) if isinstance(renamed, nw.DataFrame) else None
    return Table(name, tuple(headers), renamed, place=place, held=False)


def table_of_columns(name: str, columns: Mapping[str, Sequence[object]]) -> Table:
    """Columns of plain values by their headers, all of one length; None and not a number are blank cells."""
    frame, cells = of_columns(list(columns.values()))
    return Table(name, tuple(columns), frame, cells, in_frame(name, list(columns)))


def in_frame(name: str, headers: list[str]) -> Place:
    """The place of a cell in a dataframe that was handed over, rows counted from 1."""
    return lambda row, column: Text(
        f"table «{name}», row {row + 1}, column «{headers[column]}»", f"таблица «{name}», строка {row + 1}, столбец «{headers[column]}»"
    )


def _is_pandas(native: Any) -> bool:
    pandas = sys.modules.get("pandas")  # where it is not loaded, nothing is of it
    return pandas is not None and isinstance(native, pandas.DataFrame)


def _of_pandas(name: str, native: Any) -> Table:
    """A pandas dataframe, whose headers may be anything and twice the same, and whose columns may hold anything."""
    headers = [str(header) for header in native.columns]
    plain = native.set_axis([str(place) for place in range(len(headers))], axis="columns").reset_index(drop=True)
    cells: dict[int, list[object]] = {}
    for place in range(len(headers)):
        column = plain[str(place)]
        if not _is_of_one_kind(column):
            values = column.astype(object).where(column.notna(), None).tolist()
            codes, cells[place] = coded([_plainly(value) for value in values])
            plain[str(place)] = _whole_numbers(plain, codes)
    return Table(name, tuple(headers), nw.from_native(plain, eager_only=True), cells, in_frame(name, headers), held=False)


def _is_of_one_kind(column: Any) -> bool:
    """Whether all cells of a pandas column are numbers, text, days, times or truth values."""
    dtype = nw.from_native(column, series_only=True).dtype
    if dtype == nw.Categorical:
        return bool(nw.from_native(column.cat.categories.to_series(), series_only=True).dtype == nw.String)
    return dtype not in (nw.Object, nw.Unknown) and not dtype.is_nested()


def _plainly(value: Any) -> object:
    """A value of pandas as one of Python; a period as its text."""
    if type(value).__name__ == "Period":
        return str(value)
    return value.item() if hasattr(value, "item") and not isinstance(value, str) else value


def _whole_numbers(plain: Any, codes: list[int | None]) -> Any:
    pandas = sys.modules["pandas"]
    return pandas.Series(codes, index=plain.index, dtype="Int64")
