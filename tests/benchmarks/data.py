"""Data that the benchmarks are run on: made up, the same each time, kept in the cache folder between runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import xlsxwriter

from tests.benchmarks.by_hand.with_pandas import SUMS
from tests.caches import CACHE

FOLDER = CACHE / "benchmarks-1"  # the number rises when this module makes other data
CHANNELS = ["VK", "Telegram", "OK", "Dzen", "YouTube", "TikTok", "Instagram", "Facebook"]
REACTIONS = ("views", "likes", "comments", "reposts", "saves")
MONEY = ("spend", "revenue")
PART = 1_000_000  # rows that are made at once: the tables of many parts do not fit into memory


def advertising(rows: int, part: int = 0, campaigns: int = 50, more: tuple[str, ...] = ()) -> pd.DataFrame:
    """Rows of two years: whole counts, and money to the kopeck, as advertising systems export them. ``more``: further counts."""
    random = np.random.default_rng([2, part])
    data = pd.DataFrame(
        {
            "date": np.datetime64("2024-01-01", "ns") + random.integers(0, 731, rows) * np.timedelta64(1, "D"),
            "channel": np.array(CHANNELS)[random.integers(0, len(CHANNELS), rows)],
            "campaign": np.array([f"campaign {number}" for number in range(campaigns)])[random.integers(0, campaigns, rows)],
        }
    )
    for name in (*SUMS, *more):
        data[name] = random.integers(0, 1_000_000, rows) / 100 if name in MONEY else random.integers(0, 1000, rows).astype(float)
    return data


def csv(rows: int) -> Path:
    """The table as CSV, 1 % of leads blank."""
    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    return _kept(f"advertising-{rows}.csv", lambda path: pyarrow.csv.write_csv(_with_blanks(advertising(rows)), path, options))


def parquet(rows: int, campaigns: int = 50, more: tuple[str, ...] = ()) -> Path:
    """The table as Parquet, 1 % of leads blank, days as points in time: what pandas writes and reads best."""

    def write(path: Path) -> None:
        writer = None
        for part, first in enumerate(range(0, rows, PART)):
            table = _with_blanks(advertising(min(PART, rows - first), part, campaigns, more), part)
            table = table.set_column(0, "date", table["date"].cast(pa.timestamp("us")))
            writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
        if writer:
            writer.close()

    return _kept(f"advertising-{rows}-{campaigns}-{len(more)}.parquet", write)


def xlsx(rows: int) -> Path:
    """The table as a workbook of one sheet, days as dates, 1 % of leads blank."""

    def write(path: Path) -> None:
        table = _with_blanks(advertising(rows))
        with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, table.column_names)
            for place, row in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True), 1):
                sheet.write_row(place, 0, row)

    return _kept(f"advertising-{rows}.xlsx", write)


def _with_blanks(data: pd.DataFrame, part: int = 0) -> pa.Table:
    """Days as days, counts as whole numbers, 1 % of leads blank."""
    blank = np.random.default_rng([3, part]).random(len(data)) < 0.01
    columns = {"date": pa.array(data["date"].to_numpy().astype("datetime64[D]"))}
    for name in data.columns.drop("date"):
        column = data[name].to_numpy()
        is_count = column.dtype == float and name not in MONEY
        columns[name] = pa.array(column.astype(int) if is_count else column, mask=blank if name == "leads" else None)
    return pa.table(columns)


def _kept(name: str, write: Callable[[Path], object]) -> Path:
    """The path of a file that is there, or is written now: whole, or not at all."""
    path = FOLDER / name
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = FOLDER / f"unfinished-{name}"
        write(unfinished)
        unfinished.replace(path)
    return path
