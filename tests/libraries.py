"""Dataframes of the libraries that reports take, made of columns of plain values; the tests of rules run on each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa

Columns = Mapping[str, Sequence[Any]]
Native = Callable[[Columns], Any]


def pandas(columns: Columns) -> Any:
    """Days are points in time, as pandas has them."""
    frame = pd.DataFrame({key: list(values) for key, values in columns.items()})
    for key, values in columns.items():
        if {type(value) for value in values if value is not None} == {dt.date} and len(frame):
            frame[key] = pd.to_datetime(frame[key])
    return frame


def pandas_objects(columns: Columns) -> Any:
    """Every cell as the Python value that it is."""
    return pd.DataFrame({key: pd.Series(list(values), dtype=object) for key, values in columns.items()})


def polars(columns: Columns) -> Any:
    return pl.DataFrame({key: pl.Series(list(values), strict=False) for key, values in columns.items()})


def polars_lazy(columns: Columns) -> Any:
    return polars(columns).lazy()


def pyarrow(columns: Columns) -> Any:
    return pa.table({key: pa.array(list(values)) for key, values in columns.items()})


def duckdb_relation(columns: Columns) -> Any:
    return duckdb.from_arrow(pyarrow(columns))


LIBRARIES: tuple[Native, ...] = (pandas, pandas_objects, polars, polars_lazy, pyarrow, duckdb_relation)
