"""A table as it came: what readers of files and dataframes hand over, before anything is known of its columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import narwhals as nw

from smm_xl.language import Text

UNCALCULATED = " = ?"  # stands behind a formula that was never calculated
_MOST_EXACT = 2**53  # whole numbers above are not all floats
_OF_ONE_KIND: dict[type, str] = {str: "String", dt.date: "Date", dt.datetime: "Datetime"}  # their types in polars

Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]  # eager: in memory, its rows have an order; lazy: asked for what is needed

Place = Callable[[int, int], Text]  # of a row (0: the first under the header, as it stands in the frame) and a column, as people find them


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it came.

    name:    what notes call it.
    headers: as they stand in the file, blank for a column without one; some may be the same.
    frame:   the cells; its columns are named by their places: "0", "1", ... A blank cell is null; "", "-", n/a are still text.
    cells:   of columns whose cells are of unlike kinds (text and numbers in one column of a sheet): what the whole numbers that stand
             in the frame for them mean, by place of the column. Null is a blank cell there too.
    place:   where a cell stands, for messages; None where rows have no order (a relation of a database, a lazy frame that was handed over).
    line:    the line or row of the file on which a row stands, the first is 1; None where rows have no order.
    beyond:  further columns of the frame, in which nothing may stand: cells of rows that are longer than the headers.
    remarks: what a reader should know of how it was read.
    as_text: of a file that was read by types: the same table, row by row, with every cell as the text that stands in the file. It is for
             messages, which show a cell as it was written, and for files that turn out to hold something else further down. Raises
             InputError with the place of what makes the file unreadable.
    held:    whether a lazy table is small enough to be read into memory, so that it is read once.
    file:    the file that it was read from.
    opening: the first lines of it, for messages.
    """

    name: str
    headers: tuple[str, ...]
    frame: Frame
    cells: Mapping[int, Sequence[object]] = field(default_factory=dict)
    place: Place | None = None
    beyond: tuple[str, ...] = ()
    remarks: tuple[Text, ...] = ()
    as_text: Callable[[], Table] | None = None
    held: bool = True
    file: Path | None = None
    line: Callable[[int], int] | None = None
    opening: tuple[str, ...] = ()


def is_uncalculated(value: object) -> bool:
    """Whether a cell holds a formula that no program has calculated yet."""
    return isinstance(value, str) and value.startswith("=") and value.endswith(UNCALCULATED)


def coded(values: Sequence[object]) -> tuple[list[int | None], list[object]]:
    """Unlike cells as codes, None for a blank one, and the distinct values that they stand for; 1 and True are two."""
    distinct: dict[Hashable, int] = {}
    found: list[object] = []
    codes: list[int | None] = []
    for value in values:
        if value is None or value != value:
            codes.append(None)
            continue
        kept = str(value) if isinstance(value, list | dict | set) else value
        key = (type(kept), kept)
        code = distinct.get(key)
        if code is None:
            code = distinct[key] = len(found)
            found.append(kept)
        codes.append(code)
    return codes, found


def of_columns(columns: Sequence[Sequence[object]]) -> tuple[Frame, dict[int, Sequence[object]]]:
    """The frame and the unlike cells of columns of plain values; None, empty text and not a number are blank cells."""
    import polars as pl  # most commands need no table

    made, cells = list[pl.Series](), dict[int, Sequence[object]]()
    for place, column in enumerate(columns):
        kinds = set(map(type, column)) - {type(None)}
        values: Sequence[Any] = column
        if str in kinds and "" in column:
            values = [None if value == "" else value for value in column]
            kinds = set(map(type, values)) - {type(None)}
        if kinds <= {int, float} and (int not in kinds or all(value is None or abs(value) <= _MOST_EXACT for value in values)):
            made.append(pl.Series(str(place), values, pl.Float64, strict=False).fill_nan(None))
        elif len(kinds) == 1 and (kind := next(iter(kinds))) in _OF_ONE_KIND:
            made.append(pl.Series(str(place), values, getattr(pl, _OF_ONE_KIND[kind])))
        else:
            codes, cells[place] = coded(values)
            made.append(pl.Series(str(place), codes, pl.Int64))
    return nw.from_native(pl.DataFrame(made)), cells


def rows_of(table: Table) -> list[tuple[object, ...]]:
    """The rows of a table as Python values, None for a blank cell."""
    frame = (table.as_text().frame if table.as_text else table.frame).lazy().collect()
    columns = []
    for place in range(len(table.headers)):
        values = values_of(frame[str(place)])
        known = table.cells.get(place)
        columns.append([None if value is None or value != value else value if known is None else known[int(value)] for value in values])
    return list(zip(*columns, strict=True))


def values_of(column: nw.Series[Any]) -> list[Any]:
    """The cells of a column as Python values, None for each that is null, whatever its library has for that."""
    if not column.null_count():
        return column.to_list()
    return [None if is_null else value for value, is_null in zip(column.to_list(), column.is_null().to_list(), strict=True)]
