"""Which rows of a table in memory are data: totals are found by what stands in the other rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np

from smm_xl.catalog import headers
from smm_xl.catalog.kpi import Total
from smm_xl.catalog.registry import FIELDS_BY_KEY, plainly
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.engine import total_rows
from smm_xl.engine.total_rows import Body, Candidate
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources import days, texts
from smm_xl.sources.loading import Published, Why
from smm_xl.sources.table import values_of

if TYPE_CHECKING:
    from smm_xl.sources.intake import Source

_ROW = "row"
_TIME = ("date", "period", "starts", "ends")
_MOST_LOOKED_THROUGH = 50_000  # rows, cell by cell
_NO_FACTS = frozenset(
    ("цель", "goal", "target", "прошлый год", "прошлый период", "прошлый месяц", "last year", "previous", "previous period", "бюджет", "budget")
)
_MOST_COMPARED = 20_000_000  # rows, each as often as there are rows that may be its total
_FEW = 6  # words in a column that tells plan and fact apart
_MOST = 20_000  # candidates; a column of names that end in a word of totals is one of names


def leave_out_totals(source: Source, may_be: nw.Expr, no_totals: frozenset[int] = frozenset()) -> None:
    """Leave out the rows among some that are totals of the others. Raises InputError for one that has to be asked about.

    no_totals: rows that were found to be none, though other rows are of shorter spans of time, or a label of totals stands above them.
    """
    source.take_all()
    if len(source.frame) <= _MOST_LOOKED_THROUGH:
        _leave_out_what_is_no_data(source)
        if odd := set(_of_other_spans(source)) - no_totals:
            may_be |= nw.col(_ROW).is_in(sorted(odd))
    else:
        odd = set()
    found = source.frame.filter(may_be).sort(_ROW)
    if len(found) > _MOST:
        return
    rows, cells = _shown(source, found)
    labels = [row for place, row in enumerate(rows) if _is_label([column[place] for column in cells])]
    under = {row + 1 for row in labels} - set(rows) - no_totals
    if under:
        may_be |= nw.col(_ROW).is_in(sorted(under))
        rows, cells = _shown(source, source.frame.filter(may_be).sort(_ROW))
    read_with_totals = _numbers(source)  # a total may decide the decimal mark of its column
    marks = {key: source.mark_of(key) for key in read_with_totals}
    with source.without(may_be):
        amounts, rest = _amounts(source, read_with_totals), source.frame
    candidates = [_candidate(source, row, [column[place] for column in cells], marks, odd)._replace(under_label=row in under) for place, row in enumerate(rows)]
    names = [candidate.row for candidate in candidates if candidate.begins and not candidate.word]
    if len(names) * len(rest) > _MOST_COMPARED:  # nobody has so many totals: it is a campaign that is called so
        leave_out_totals(source, may_be & ~nw.col(_ROW).is_in(names), no_totals.union(names))
        return
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
        leave_out_totals(source, may_be & ~nw.col(_ROW).is_in(list(decided.names)), no_totals.union(decided.names))
        return
    totals = list(decided.totals)
    asked = list(decided.asked)
    if not keep and len(rest) <= _MOST_LOOKED_THROUGH and body.name_columns:
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
    source.leave_out(totals, Why.TOTAL)
    source.leave_out(footers, Why.FOOTER)
    if totals:
        source.remarks.append(total_rows.left_out(source.name, len(totals)))
    if decided.kept:
        source.remarks.append(_kept(source, decided.kept, next(candidate for candidate in candidates if candidate.row == decided.kept[0])))
    source.published += [Published(*differing) for differing in decided.differing]
    source.remarks += [total_rows.differs(source.name, FIELDS_BY_KEY[key].name, published, total) for key, published, total in decided.differing]


def _leave_out_what_is_no_data(source: Source) -> None:
    """Leave out rows of plans, changes and other figures about the rows. Raises InputError where a name alone says so."""
    for place in source.name_columns:
        column = str(place)
        in_time = any(source.matching.columns.get(key) == place for key in _TIME)
        rows, values = source.frame[_ROW].to_list(), [source.shown(column, value) for value in values_of(source.frame[column])]
        known = [value for value in values if not texts.is_blank(value)]
        said = {row: str(value) for row, value in zip(rows, values, strict=True) if total_rows.is_no_data(value, in_time=in_time)}
        if in_time:
            _name_what_is_no_day(source, place, [row for row, value in zip(rows, values, strict=True) if row not in said and _is_no_day(value)], known)
        if not said or len(said) == len(known):
            continue
        if not in_time and source.options.totals != "drop":
            if source.options.totals is None and any(_has_amounts(source, row) for row in said):
                raise _asked_of_words(source, next(iter(said)), place, next(iter(said.values())))
            continue
        source.leave_out(list(said), Why.NO_DATA)
        source.remarks.append(_no_data(source.name, list(said.values())))
    for place in source.matching.ignored:
        if not source.is_text(place):
            continue
        column = str(place)
        cells = {value: source.shown(column, value) for value in source.distinct(column) if value is not None}
        words = {value: cell for value, cell in cells.items() if isinstance(cell, str) and not texts.is_blank(cell)}
        plans = [value for value, cell in words.items() if total_rows.is_no_data(cell, in_time=False) or plainly(cell) in _NO_FACTS]
        if plans and len(words) <= _FEW and any(headers.says_fact(cell) for cell in words.values()):
            where = nw.col(column).is_in(plans)
            source.remarks.append(_no_data(source.name, [words[value] for value in values_of(source.frame.filter(where)[column])]))
            source.leave_out([int(row) for row in source.frame.filter(where)[_ROW].to_list()], Why.NO_DATA)


def _is_no_day(value: object) -> bool:
    """Whether a cell in a column of days holds words without a figure, and neither a month nor a total."""
    if not isinstance(value, str) or texts.is_blank(value) or any(sign.isdigit() for sign in value) or total_rows.may_be_total(value):
        return False
    return periods.month_number(value) is None and not total_rows.is_footer(value)


def _name_what_is_no_day(source: Source, place: int, rows: Sequence[int], known: Sequence[object]) -> None:
    """Say of rows with figures that words stand where their day should; a column without any day is left to whoever needs it."""
    rows = [row for row in rows if _has_amounts(source, row)] if len(rows) < len(known) else []
    where = source.table.place
    if rows and where is not None:
        at, more = where(rows[0], place), len(rows) - 1
        source.remarks.append(
            Text(
                f"{at.en}: no day stands there; the row was counted, please check" + (f" (and {more} more)" if more else ""),
                f"{at.ru}: здесь стоит не день; строка учтена, проверьте" + (f" (и ещё {more})" if more else ""),
            )
        )


def _has_amounts(source: Source, row: int) -> bool:
    frame = source.frame.filter(nw.col(_ROW) == row)
    places = [place for key, place in source.matching.columns.items() if key in FIELDS_BY_KEY]
    return any(not texts.is_blank(source.shown(str(place), value)) for place in places for value in values_of(frame[str(place)]))


def _no_data(name: str, said: Sequence[str]) -> Text:
    listed = ", ".join(f"«{word}»" for word in list(dict.fromkeys(said))[:3])
    return Text(f"{name}: rows that are no facts were left out: {len(said)} ({listed})", f"{name}: пропущены строки, где не факт: {len(said)} ({listed})")


def _asked_of_words(source: Source, row: int, column: int, said: str) -> InputError:
    place = source.table.place
    return InputError(
        Text(f"the name of this row is «{said}»: it may be no row of data", f"строка называется «{said}»: возможно, это не данные"),
        cure=Text(
            "say --totals drop to leave it out, --totals keep where it counts", "укажите --totals drop, чтобы пропустить её, или --totals keep, чтобы учесть"
        ),
        place=source.name if place is None else place(row, column),
    )


def _shown(source: Source, found: Any) -> tuple[list[int], list[list[object]]]:
    """The numbers of some rows, and their cells by column."""
    cells = [[source.shown(str(place), value) for value in values_of(found[str(place)])] for place in range(len(source.table.headers))]
    return [int(row) for row in found[_ROW].to_list()], cells


def _is_label(cells: Sequence[object]) -> bool:
    """Whether a row says total and nothing else: its figures stand in the next one."""
    filled = [value for value in cells if not texts.is_blank(value)]
    return len(filled) == 1 and total_rows.says_total(filled[0])


def _numbers(source: Source) -> dict[str, nw.Expr]:
    """The amounts of the rows by field; a column that cannot be read is left to whoever needs it."""
    found = {}
    for key in source.matching.columns:
        if key in FIELDS_BY_KEY and FIELDS_BY_KEY[key].total is Total.SUM:
            with suppress(InputError):
                found[key] = source.number(key)
    return found


def _amounts(source: Source, known: Mapping[str, nw.Expr]) -> dict[str, Sequence[float]]:
    """The figures of the rows by field, NaN where unknown. ``known``: what was read with other rows beside them."""
    found: dict[str, Sequence[float]] = {}
    for key, number in {**_numbers(source), **known}.items():
        column: Any = source.frame.select(number.alias(key))[key].cast(nw.Float64)
        found[key] = column.to_numpy().astype(np.float64).tolist()
    return found


def _of_other_spans(source: Source) -> list[int]:
    """Rows of which the time is of another kind than that of most: a month among days, a quarter among months."""
    found = list[int]()
    for key in ("date", "period"):
        if key not in source.matching.columns:
            continue
        column = source.frame[str(source.matching.columns[key])]
        shown = [source.shown(str(source.matching.columns[key]), value) for value in values_of(column)]
        kinds = {value: _span(value) for value in {value for value in shown if isinstance(value, str) and not texts.is_blank(value)}}
        counted = Counter(kinds.get(value, "day") if isinstance(value, str) else "day" for value in shown if not texts.is_blank(value))
        usual, count = max(counted.items(), key=lambda each: each[1], default=("", 0))
        if usual and 2 * count > sum(counted.values()) and count < sum(counted.values()):
            found += [
                row for row, value in zip(source.frame[_ROW].to_list(), shown, strict=True) if isinstance(value, str) and kinds.get(value, usual) != usual
            ]
    return found


def _span(text: str) -> str:
    """What a cell in a column of time is: a day, a month, a quarter, a year, or words."""
    try:
        if (period := periods.named(text)) is not None:
            return period.grain
        return "words" if days.reader("date", [text], "dmy")(text) is None else "day"
    except CellError:
        pass
    try:
        days.reader("date", [text], "mdy")(text)
    except CellError:
        return "words"
    return "day"


def _candidate(source: Source, row: int, cells: Sequence[object], marks: Mapping[str, str], odd: Collection[int] = ()) -> Candidate:
    names = {str(place): cells[place] for place in source.name_columns}
    filled = [value for value in cells if not texts.is_blank(value)]
    first = next((value for value in names.values() if not texts.is_blank(value)), None)
    word = next((str(value) for value in (first, filled[0] if filled else None) if total_rows.says_total(value)), "")
    known = total_rows.names_in(names)
    of = next((name for value in names.values() if (name := total_rows.name_of_total(value))), "")
    begins = any(total_rows.begins_with_total(value) for value in names.values())
    time = {str(source.matching.columns[key]) for key in _TIME if key in source.matching.columns}
    in_time = any(total_rows.may_be_total(value) for column, value in names.items() if column in time)
    if row in odd and not any(total_rows.says_total(value) for value in names.values()):
        begins = True
        known = {column: name for column, name in known.items() if column not in time}
        of = of or next(str(names[column]) for column in names if column in time)
    inner = next((str(value) for value in names.values() if total_rows.says_total(value)), "")
    said = next((str(value) for value in names.values() if total_rows.may_be_total(value)), word)
    amounts = {}
    for key, place in source.matching.columns.items():
        given = FIELDS_BY_KEY.get(key)
        if given is None or given.total is not Total.SUM:
            continue
        value = texts.read(cells[place], marks.get(key) or source.mark_of(key), given)
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
            "no name tells what this row is, and its figures are nearly the sums of the others: it may be a total",
            "по названию не видно, что это за строка, а её числа почти равны суммам остальных: возможно, это итог",
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
