"""A table of a worksheet, a block of cells with a header row: what SMM_KPI and SMM_REPORT are worked out on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from math import nan
from typing import Any, TypeVar

from smm_xl.catalog.headers import match
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells import cell as cells
from smm_xl.cells import period as periods
from smm_xl.cells.block import Block
from smm_xl.cells.cell import CellError
from smm_xl.engine import lists
from smm_xl.engine.lists import ListColumn
from smm_xl.engine.rows import Coded, Moment, Rows
from smm_xl.formula import Expr

T = TypeVar("T")
_PLAIN = frozenset((str, int, float, type(None), dt.date, dt.datetime))  # equal cells of one of these types say the same


@dataclass(frozen=True, eq=False)
class WorksheetCells:
    """The cells of fields, of dimensions and of time, by key, see ``engine.rows.Given``."""

    cells: Mapping[str, list[object]]
    dimensions: Mapping[str, list[object]]
    times: Mapping[str, list[object]]
    size: int

    @cached_property
    def fields(self) -> frozenset[str]:
        return frozenset(key for key, column in self.cells.items() if any(value is not None and value != "" for value in column))

    @cached_property
    def dims(self) -> frozenset[str]:
        return frozenset(self.dimensions) | ({"time"} if self.times else set())

    def column(self, key: str) -> ListColumn:
        """Numbers, NaN where unknown, and the errors of cells that may not stand there."""
        read, values, bad = FIELDS_BY_KEY[key].limits.read, list[float](), dict[int, str]()
        for row, value in enumerate(self.cells[key]):
            try:
                number = read(value)
            except CellError as error:
                bad[row] = error.code
                number = None
            values.append(nan if number is None else number)
        return ListColumn(values, bad)

    def coded(self, dim: str) -> Coded[str | None]:
        """The names in a dimension. Raises CellError for an error cell."""
        return _distinct(cells.text, self.dimensions[dim])

    def moments(self) -> Coded[Moment | None]:
        """The days of each row. Raises CellError for a cell that is no date or period."""
        return self._moments

    @cached_property
    def _moments(self) -> Coded[Moment | None]:
        nothing: list[object] = [None] * self.size
        return _distinct(moment_of, self.times.get("date", nothing), self.times.get("period", nothing))

    def product(self, formula: Expr) -> None:
        """Each row stands for itself."""

    def kept(self, flags: list[bool]) -> WorksheetCells:
        """The cells of some rows; none of them is read for it."""

        def picked(columns: Mapping[str, list[object]]) -> dict[str, list[object]]:
            return {key: list(compress(column, flags)) for key, column in columns.items()}

        found = WorksheetCells(picked(self.cells), picked(self.dimensions), picked(self.times), flags.count(True))
        if "_moments" in self.__dict__:  # what was read already is not read again
            found.__dict__["_moments"] = Coded(list(compress(self._moments.codes, flags)), self._moments.labels)
        return found


def _distinct(read: Callable[..., T], *columns: Sequence[object]) -> Coded[T]:
    """What is read of the rows of some columns: a code a row, and the distinct readings, in their order. Cells that are alike are read once."""
    codes, places, seen = list[int](), dict[T, int](), dict[Hashable, int]()
    for row in zip(*columns, strict=True):
        key: Any = (row, tuple(map(type, row)))  # 1 and True are equal, and are not the same
        is_plain = _PLAIN.issuperset(key[1])
        code = seen.get(key) if is_plain else None
        if code is None:
            code = places.setdefault(read(*row), len(places))
            if is_plain:
                seen[key] = code
        codes.append(code)
    return Coded(codes, list(places))


def table_of(block: Block) -> Rows:
    """A block with a header row as rows; wholly blank rows are dropped. Raises CellError #VALUE! where two columns are one field."""
    headers, body = block[0], [row for row in block[1:] if any(value is not None and value != "" for value in row)]
    matching = match(headers)
    if matching.ambiguous:
        raise CellError(cells.VALUE)
    columns = matching.columns

    def taken(keys: Sequence[str]) -> dict[str, list[object]]:
        return {key: [row[columns[key]] for row in body] for key in keys if key in columns}

    given = WorksheetCells(
        taken([key for key in columns if key in FIELDS_BY_KEY]), taken(("channel", "campaign", "post")), taken(("date", "period")), len(body)
    )
    return Rows(lists, given, len(body))


def moment_of(date: object, period: object) -> Moment | None:
    """The days of a row: its date, or else its period, in which a date stands for its month. Raises CellError."""
    day = cells.day(date)
    if day is not None:
        return Moment(day, day)
    found = periods.parse(period)
    return None if found is None else Moment(found.first, found.last)
