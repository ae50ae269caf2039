"""Parquet, of which only the columns are read that are needed."""

from __future__ import annotations

from pathlib import Path

import narwhals as nw
import polars as pl

from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources.table import Table

_HELD = 64 << 20  # a larger file is read once for each question, column by column


def read(path: Path) -> Table:
    """The table of a file. Raises InputError for what is none."""
    try:
        scanned = pl.scan_parquet(path, glob=False)
        schema = scanned.collect_schema()
        size = scanned.select(pl.len()).collect().item()
    except (pl.exceptions.PolarsError, OSError) as error:
        detail = str(error).splitlines()[0]
        raise InputError(
            Text(f"the file cannot be read as Parquet ({detail})", f"файл не читается как Parquet ({detail})"),
            cure=Text("write it anew, or save the table as CSV", "запишите его заново или сохраните таблицу как CSV"),
            place=path,
        ) from None
    for header, dtype in schema.items():
        if dtype.is_nested():
            raise InputError(
                Text("a list or structure in a cell", "в ячейке список"),
                cure=Text("export plain columns", "нужны простые столбцы"),
                place=Text(f"{path}, column «{header}»", f"{path}, столбец «{header}»"),
            )
    if not size:
        raise InputError(Text("the table has no rows", "в таблице нет строк"), cure=Text("add rows", "добавьте строки"), place=path)
    headers = tuple(schema)

    def place(row: int, column: int) -> Text:
        header = headers[column]
        return Text(f"{path}, row {row + 1}, column «{header}»", f"{path}, строка {row + 1}, столбец «{header}»")

    frame = scanned.select(pl.col(header).alias(str(at)) for at, header in enumerate(headers))
    return Table(path.stem, headers, nw.from_native(frame), place=place, held=path.stat().st_size <= _HELD)
