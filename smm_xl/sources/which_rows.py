"""Which rows of a table in memory are data: totals are found by what stands in the other rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from smm_xl.catalog.kpi import Total
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells.cell import CellError
from smm_xl.engine import total_rows
from smm_xl.engine.total_rows import Body, Candidate
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources import texts
from smm_xl.sources.table import values_of

if TYPE_CHECKING:
    from smm_xl.sources.intake import Source

_ROW = "row"
_TIME = ("date", "period", "starts", "ends")
_MOST = 20_000  # candidates; a column of names that end in a word of totals is one of names


def leave_out_totals(source: Source, may_be: nw.Expr) -> None:
    """Leave out the rows among some that are totals of the others. Raises InputError for one that has to be asked about."""
    source.take_all()
    found = source.frame.filter(may_be).sort(_ROW)
    if len(found) > _MOST:
        return
    rows, cells = _shown(source, found)
    labels = [row for place, row in enumerate(rows) if _is_label([column[place] for column in cells])]
    under = {row + 1 for row in labels} - set(rows)
    if under:
        may_be |= nw.col(_ROW).is_in(sorted(under))
        rows, cells = _shown(source, source.frame.filter(may_be).sort(_ROW))
    with source.without(may_be):
        amounts, rest = _amounts(source), source.frame
    candidates = [_candidate(source, row, [column[place] for column in cells])._replace(under_label=row in under) for place, row in enumerate(rows)]
    footers = [row for place, row in enumerate(rows) if _is_footer([column[place] for column in cells]) and not candidates[place].amounts]
    candidates = [candidate for candidate in candidates if candidate.row not in footers]

    def named(column: str) -> Sequence[str | None]:
        if column not in read:
            shown = (source.shown(column, value) for value in values_of(rest[column]))
            read[column] = [None if value is None or value != value else str(value) for value in shown]
        return read[column]

    read: dict[str, Sequence[str | None]] = {}
    body = Body([int(row) for row in rest[_ROW].to_list()], amounts, named, [str(place) for place in source.name_columns])
    keep = source.options.totals == "keep"
    decided = total_rows.decided(candidates, body, by_words_alone=keep)
    if decided.names:
        leave_out_totals(source, may_be & ~nw.col(_ROW).is_in(list(decided.names)))
        return
    totals = list(decided.totals)
    asked = list(decided.asked)
    if not keep and len(rest) <= _MOST and body.name_columns:
        sums, may_be_sums = total_rows.of_fewer_names(body)
        if not sums and not may_be_sums:
            may_be_sums = total_rows.among_names(body)
        totals += sums
        if may_be_sums and source.options.totals is None:
            raise _asked_of_sums(source, may_be_sums)
        asked += may_be_sums
    if decided.asked and source.options.totals is None:
        raise _asked(source, decided.asked[0])
    if source.options.totals == "drop":
        totals += asked
    if gone := [*totals, *footers]:
        source.leave_out(gone)
    if totals:
        source.remarks.append(total_rows.left_out(source.name, len(totals)))
    if decided.kept:
        source.remarks.append(_kept(source, decided.kept, next(candidate for candidate in candidates if candidate.row == decided.kept[0])))
    source.remarks += [total_rows.differs(source.name, FIELDS_BY_KEY[key].name, published, total) for key, published, total in decided.differing]


def _shown(source: Source, found: Any) -> tuple[list[int], list[list[object]]]:
    """The numbers of some rows, and their cells by column."""
    cells = [[source.shown(str(place), value) for value in values_of(found[str(place)])] for place in range(len(source.table.headers))]
    return [int(row) for row in found[_ROW].to_list()], cells


def _is_label(cells: Sequence[object]) -> bool:
    """Whether a row says total and nothing else: its figures stand in the next one."""
    filled = [value for value in cells if not texts.is_blank(value)]
    return len(filled) == 1 and total_rows.says_total(filled[0])


def _amounts(source: Source) -> dict[str, Sequence[float]]:
    """The figures of the rows by field, NaN where unknown; a column that cannot be read is left to whoever needs it."""
    found: dict[str, Sequence[float]] = {}
    for key in source.matching.columns:
        if key in FIELDS_BY_KEY and FIELDS_BY_KEY[key].total is Total.SUM:
            try:
                number = source.number(key)
            except InputError:
                continue
            column: Any = source.frame.select(number.alias(key))[key].cast(nw.Float64)
            found[key] = column.to_numpy().astype(np.float64).tolist()
    return found


def _candidate(source: Source, row: int, cells: Sequence[object]) -> Candidate:
    names = {str(place): cells[place] for place in source.name_columns}
    filled = [value for value in cells if not texts.is_blank(value)]
    first = next((value for value in names.values() if not texts.is_blank(value)), None)
    word = next((str(value) for value in (first, filled[0] if filled else None) if total_rows.says_total(value)), "")
    known = total_rows.names_in(names)
    of = next((name for value in names.values() if (name := total_rows.name_of_total(value))), "")
    begins = any(total_rows.begins_with_total(value) for value in names.values())
    time = {str(source.matching.columns[key]) for key in _TIME if key in source.matching.columns}
    in_time = any(total_rows.may_be_total(value) for column, value in names.items() if column in time)
    inner = next((str(value) for value in names.values() if total_rows.says_total(value)), "")
    said = next((str(value) for value in names.values() if total_rows.may_be_total(value)), word)
    amounts = {}
    for key, place in source.matching.columns.items():
        given = FIELDS_BY_KEY.get(key)
        if given is None or given.total is not Total.SUM:
            continue
        value = texts.read(cells[place], source.mark_of(key), given)
        if isinstance(value, float | int):
            amounts[key] = float(value) * source.factor(key)
        elif isinstance(value, CellError):
            continue
    return Candidate(row, known, word or inner, "" if word or inner else of, amounts, said, begins, in_time)


def _is_footer(cells: Sequence[object]) -> bool:
    filled = [value for value in cells if not texts.is_blank(value)]
    return bool(filled) and total_rows.is_footer(filled[0])


def _asked(source: Source, row: int) -> InputError:
    place = source.table.place
    return InputError(
        Text(
            "this row has no name and its figures are nearly the sums of the others: it may be a total",
            "у этой строки нет названия, а её числа почти равны суммам остальных: возможно, это итог",
        ),
        cure=Text(
            "say --totals drop where it is one, --totals keep where it counts", "укажите --totals drop, если это итог, или --totals keep, если её надо учесть"
        ),
        place=source.name if place is None else place(row, source.name_columns[0]),
    )


def _asked_of_sums(source: Source, rows: Sequence[int]) -> InputError:
    place, more = source.table.place, len(rows) - 1
    first = Text(source.name, source.name) if place is None else place(rows[0], source.name_columns[0])
    return InputError(
        Text(
            "the figures of this row are the sums of other rows: it may be a total" + (f" (and {more} more)" if more else ""),
            "числа этой строки равны суммам других строк: возможно, это итог" + (f" (и ещё {more})" if more else ""),
        ),
        cure=Text(
            "say --totals drop where it is one, --totals keep where it counts", "укажите --totals drop, если это итог, или --totals keep, если её надо учесть"
        ),
        place=first,
    )


def _kept(source: Source, rows: Sequence[int], first: Candidate) -> Text:
    place = source.table.place
    assert place is not None
    where = place(rows[0], source.name_columns[0])
    more, called = len(rows) - 1, first.said
    return Text(
        f"{where.en}: the name says total («{called}»), but its figures are not the sums of other rows; it was counted"
        + (f" (and {more} more)" if more else ""),
        f"{where.ru}: название похоже на итог («{called}»), но числа не равны суммам других строк; строка учтена" + (f" (и ещё {more})" if more else ""),
    )
