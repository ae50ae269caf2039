"""A table of a worksheet, a block of cells with a header row: what SMM_KPI and SMM_REPORT are worked out on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress
from math import nan
from typing import Any, TypeVar

from smm_xl.catalog.headers import match
from smm_xl.catalog.kpi import Total
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells import cell as cells
from smm_xl.cells import currencies, names
from smm_xl.cells import period as periods
from smm_xl.cells.block import Block
from smm_xl.cells.cell import CellError
from smm_xl.engine import lists, total_rows
from smm_xl.engine.lists import ListColumn
from smm_xl.engine.rows import Coded, Moment, Rows
from smm_xl.engine.spellings import Spellings
from smm_xl.engine.total_rows import Body, Candidate
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
    headers: Mapping[str, str] = field(default_factory=dict)  # of fields, by key

    @cached_property
    def fields(self) -> frozenset[str]:
        return frozenset(key for key, column in self.cells.items() if any(value is not None and value != "" for value in column))

    @cached_property
    def dims(self) -> frozenset[str]:
        return frozenset(self.dimensions) | ({"time"} if self.times else set())

    def column(self, key: str) -> ListColumn:
        """Numbers, NaN where unknown, and the errors of cells that may not stand there."""
        read, values, bad = FIELDS_BY_KEY[key].limits_in_rows.read, list[float](), dict[int, str]()
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
        return _distinct(_currency if dim == "currency" else _name, self.dimensions[dim])

    def moments(self) -> Coded[Moment | None]:
        """The days of each row. Raises CellError for a cell that is no date or period."""
        return self._moments

    @cached_property
    def _moments(self) -> Coded[Moment | None]:
        nothing: list[object] = [None] * self.size
        return _distinct(moment_of, self.times.get("date", nothing), self.times.get("period", nothing))

    def product(self, formula: Expr) -> None:
        """Each row stands for itself."""

    def currencies(self, keys: Sequence[str]) -> list[str]:
        """The currencies of some amounts: of a column of currencies where the table has one, else of their headers and cells."""
        found: dict[str, None] = {}
        if not keys:
            return []
        if "currency" in self.dimensions:
            named = dict.fromkeys(value for value in self.dimensions["currency"] if isinstance(value, str) and not names.is_unknown(value))
            return list(dict.fromkeys(currencies.code_of(value) or value.strip() for value in named))
        for key in keys:
            told = currencies.of_header(self.headers.get(key, ""))
            texts = dict.fromkeys(value for value in self.cells.get(key, ()) if type(value) is str)
            found |= dict.fromkeys(code for code in (told, *map(currencies.of_cell, texts)) if code is not None)
        return list(found)

    def kept(self, flags: list[bool]) -> WorksheetCells:
        """The cells of some rows; none of them is read for it."""

        def picked(columns: Mapping[str, list[object]]) -> dict[str, list[object]]:
            return {key: list(compress(column, flags)) for key, column in columns.items()}

        found = WorksheetCells(picked(self.cells), picked(self.dimensions), picked(self.times), flags.count(True), self.headers)
        if "_moments" in self.__dict__:  # what was read already is not read again
            found.__dict__["_moments"] = Coded(list(compress(self._moments.codes, flags)), self._moments.labels)
        return found


def _name(value: object) -> str | None:
    """The name in a cell; None where it says that none is known."""
    return None if isinstance(value, str) and names.is_unknown(value) else cells.text(value)


def _currency(value: object) -> str | None:
    name = _name(value)
    return None if name is None else currencies.code_of(name) or name


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
    """A block with a header row as rows; wholly blank rows and totals are left out, posts counted once.

    Raises CellError #VALUE! where two columns are one field, and for a row that may be a total.
    """
    headers, body = block[0], [row for row in block[1:] if any(value is not None and value != "" for value in row)]
    matching = match(headers)
    if matching.ambiguous:
        raise CellError(cells.VALUE)
    columns = matching.columns
    body = _posts_once(columns, _without_totals(columns, matching.ignored, body))

    def taken(keys: Sequence[str]) -> dict[str, list[object]]:
        return {key: [row[columns[key]] for row in body] for key in keys if key in columns}

    given = WorksheetCells(
        taken([key for key in columns if key in FIELDS_BY_KEY]), taken(("channel", "campaign", "post", "currency")), taken(("date", "period")), len(body),
        {key: str(headers[place]) for key, place in columns.items() if key in FIELDS_BY_KEY},
    )  # fmt: skip
    rows = Rows(lists, given, len(body))
    rows.spellings = Spellings([rows])
    return rows


def _without_totals(
    columns: Mapping[str, int], ignored: Sequence[int], body: list[Sequence[object]], only_names: frozenset[int] = frozenset()
) -> list[Sequence[object]]:
    """The rows that are no totals of others, by the rules of files; one that has to be asked about is #VALUE!. ``only_names``: those that only seem to be."""
    named = [place for key, place in columns.items() if key not in FIELDS_BY_KEY and key != "currency"]
    if not named:
        return body
    words = {place: {value for value in {row[place] for row in body if type(row[place]) is str} if total_rows.may_be_total(value)} for place in named}
    beside = [place for place in ignored if any(type(row[place]) is str and row[place] for row in body)]
    places = [*named, *beside]
    may_be = [
        at
        for at, row in enumerate(body)
        if at not in only_names
        and (
            any(row[place] in words[place] for place in named if words[place] and type(row[place]) is str)
            or _says_total_first(row)
            or all(row[place] is None or row[place] == "" for place in places)
        )
    ]
    if not may_be:
        return body
    amounts = {key: place for key, place in columns.items() if key in FIELDS_BY_KEY and FIELDS_BY_KEY[key].total is Total.SUM}
    asked = set(may_be)
    rest = [at for at in range(len(body)) if at not in asked]

    def figures(at: int) -> dict[str, float]:
        found = {key: _amount(body[at][place]) for key, place in amounts.items()}
        return {key: value for key, value in found.items() if value is not None}

    candidates = []
    for at in may_be:
        row = body[at]
        cells_ = {str(place): row[place] for place in named}
        word = next((str(value) for value in (*cells_.values(), *row[:1]) if total_rows.says_total(value)), "")
        of = next((name for value in cells_.values() if (name := total_rows.name_of_total(value))), "")
        begins = any(total_rows.begins_with_total(value) for value in cells_.values())
        candidates.append(Candidate(at, total_rows.names_in(cells_), word, "" if word else of, figures(at), begins=begins))
    known = [{key: nan if (value := _amount(body[at][place])) is None else value for key, place in amounts.items()} for at in rest]

    def names_of(column: str) -> list[str | None]:
        shown = (body[at][int(column)] for at in rest)
        return [None if value is None or value == "" else str(value) for value in shown]

    found = total_rows.decided(candidates, Body(rest, {key: [row[key] for row in known] for key in amounts}, names_of, [str(place) for place in named]))
    if found.names:
        return _without_totals(columns, ignored, body, only_names.union(found.names))
    if found.asked:
        raise CellError(cells.VALUE)
    gone = set(found.totals)
    return [row for at, row in enumerate(body) if at not in gone]


def _says_total_first(row: Sequence[object]) -> bool:
    first = next((value for value in row if value is not None and value != ""), None)
    return type(first) is str and total_rows.says_total(first)


def _amount(value: object) -> float | None:
    try:
        return cells.number(value)
    except CellError:
        return None


def _posts_once(columns: Mapping[str, int], body: list[Sequence[object]]) -> list[Sequence[object]]:
    """The rows of a table of posts in which each post of a channel and day stands once, with the later figures."""
    if "post" not in columns or {"spend", "campaign"} & columns.keys():
        return body
    apart = [columns[key] for key in ("channel", "post", "date", "period") if key in columns]
    last: dict[Hashable, int] = {}
    for at, row in enumerate(body):
        post = row[columns["post"]]
        is_named = post is not None and post != "" and not (isinstance(post, str) and names.is_unknown(post))
        last[tuple(_alike(row[place], is_channel=place == columns.get("channel")) for place in apart) if is_named else at] = at
    return body if len(last) == len(body) else [body[at] for at in sorted(last.values())]


def _alike(value: object, *, is_channel: bool) -> Hashable:
    return names.one_name(value) if is_channel and isinstance(value, str) else repr(value)


def moment_of(date: object, period: object) -> Moment | None:
    """The days of a row: its date, or else its period, in which a date stands for its month. Raises CellError."""
    day = cells.day(date)
    if day is not None:
        return Moment(day, day)
    found = periods.parse(period)
    return None if found is None else Moment(found.first, found.last)
