"""A table as it came: what readers of files and dataframes hand over, before anything is known of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

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
