"""A table as it came: what readers of files and dataframes hand over, before anything is known of its columns."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from smm_xl.language import Text

Frame = nw.DataFrame[object] | nw.LazyFrame[object]  # eager: in memory, its rows have an order; lazy: asked for what is needed

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
    remarks: what a reader should know of how it was read.
    as_text: of a file that was read by types: the same table, row by row, with every cell as the text that stands in the file. It is for
             messages, which show a cell as it was written, and for files that turn out to hold something else further down. Raises
             InputError with the place of what makes the file unreadable.
    held:    whether a lazy table is small enough to be read into memory, so that it is read once.
    """

    name: str
    headers: tuple[str, ...]
    frame: Frame
    cells: Mapping[int, Sequence[object]] = field(default_factory=dict)
    place: Place | None = None
    remarks: tuple[Text, ...] = ()
    as_text: Callable[[], Table] | None = None
    held: bool = True


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


def values_of(column: nw.Series[Any]) -> list[Any]:
    """The cells of a column as Python values, None for each that is null, whatever its library has for that."""
    if not column.null_count():
        return column.to_list()
    return [None if is_null else value for value, is_null in zip(column.to_list(), column.is_null().to_list(), strict=True)]
