"""Files as rows of our fields: the same rows that a report counts, and what became of each row of the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from math import inf
from typing import Any, NamedTuple

import narwhals as nw
import polars as pl

from smm_xl.catalog.kpi import Field, Total, Unit
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells import currencies
from smm_xl.cells import period as periods
from smm_xl.engine import total_rows
from smm_xl.engine.rows import KINDS, Moment
from smm_xl.engine.spellings import FOLDED, shown
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources.compaction import DIMENSIONS, TIMES
from smm_xl.sources.exports import EXPORTS
from smm_xl.sources.intake import COUNTED, Source
from smm_xl.sources.loading import ROW, Published, Unfit, Why
from smm_xl.sources.profiles import Profile
from smm_xl.sources.recognising import Recognised
from smm_xl.sources.tables import counted_once, no_count

_LOOKED_AT = 1000  # rows, which mostly tell whether a column holds fractions
_MOST_LINES = 1000  # that are named of one reason
_FIRST, _LAST = "first", "last"  # the days of a row, in a frame that is not finished
_NET = "_net"  # behind the name of a column that says gained less lost, which nobody may write otherwise
_MAY_BE_NET = frozenset(key for profile in EXPORTS for key in profile.net)
_EPOCH = dt.date(1970, 1, 1).toordinal()


class Gone(NamedTuple):
    """Rows that were left out for one reason: how many, and the first lines on which they stand, none where rows have no order."""

    why: Why
    rows: int
    lines: tuple[int, ...]


class Account(NamedTuple):
    """What became of one table of a file.

    days:  the first and the last one that its rows are about. read, kept: how many rows.
    sums:  of fields whose amounts add, over the rows that were kept, by key.
    """

    file: str
    recognised: Recognised
    profile: Profile | None
    channel: str | None
    days: Moment | None
    read: int
    kept: int
    gone: tuple[Gone, ...]
    published: tuple[Published, ...]
    sums: Mapping[str, float]
    remarks: tuple[Text, ...]


class Tidy(NamedTuple):
    """Rows of one kind: of channels, campaigns, posts or effort. The columns are called by the keys of dimensions and fields.

    Days stand in ``date``, months, quarters and years in ``period``, other spans in ``starts`` and ``ends``; a blank cell is null.
    """

    kind: str
    frame: pl.DataFrame


def tidied(sources: Sequence[Source]) -> tuple[list[Tidy], list[Account]]:
    """The rows of sources, those that are one table together, and what became of each source.

    Raises InputError for a cell that cannot be read, with its place, and for what has to be asked.
    """
    together = sorted(counted_once(sources), key=lambda members: min(KINDS.index(source.kind) for source in members))
    frames = {id(source): _rows_of(source) for source in sources}
    for source in sources:
        for key in [key for key in COUNTED if _is_share(source, frames, key)]:
            if all(_is_share(other, frames, key) for other in sources if key in frames[id(other)].columns):
                for other in sources:
                    if key in frames[id(other)].columns:
                        other.take_away(key, no_count(other, key))
                        frames[id(other)] = frames[id(other)].drop(key)
    accounts = [_account(source, frames[id(source)]) for source in sources]
    names = {dim: _shown(dim, frames.values()) for dim in FOLDED}
    tables = []
    for members in together:
        frame = pl.concat([frames[id(source)] for source in members], how="diagonal")
        frame = frame.with_columns(pl.col(dim).replace(names[dim]) for dim in FOLDED if dim in frame.columns and names[dim])
        tables.append(Tidy(min((source.kind for source in members), key=KINDS.index), _finished(frame)))
    return tables, accounts


def _rows_of(source: Source) -> pl.DataFrame:
    try:
        return _read(source)
    except Unfit:  # what turned out further down; the table is text now
        return _read(source)


def _read(source: Source) -> pl.DataFrame:
    """The rows of a source that count, with the days of each, its names and its numbers."""
    source.load(list(source.matching.columns))
    source.take_no_words(list(source.matching.columns))
    if "budget" in source.matching.columns:
        source.settle_budget()
    for key in source.matching.ambiguous:
        source.column(key)  # raises the error of two columns that are one field
    there = source.matching.columns
    numbers = source.blank_is_none({key: source.number(key) for key in there if key in FIELDS_BY_KEY})
    source.must_be_no_micros(numbers)
    dims, times = [dim for dim in DIMENSIONS if dim in there], [key for key in TIMES if key in there]
    cells = source.collected(
        source.frame.select(
            *(source.name_key(dim).alias(dim) for dim in dims),
            *(source.time_key(key).alias(key) for key in times),
            *(number.cast(nw.Float64).alias(key) for key, number in numbers.items()),
        )
    ).to_polars()
    for key in numbers:
        if _looks_wrong(FIELDS_BY_KEY[key], cells[key]):
            source.check_limits(key)
        source.tell_abbreviations(key)
    columns = [_labelled(source, dim, cells[dim]) for dim in dims]
    if times:
        first, last = _days_of(source, {key: cells[key] for key in times})
        columns += [first.alias(_FIRST), last.alias(_LAST)]
    if source.channel:
        columns.append(pl.repeat(source.channel, len(cells), eager=True).alias("channel"))
    if "currency" not in there and (code := _currency(source, numbers)):
        columns.append(pl.repeat(code, len(cells), eager=True).alias("currency"))
    figures = [cells[key].fill_nan(None) for key in numbers]
    return pl.DataFrame([*columns, *(column for column in figures if column.null_count() < len(column) or not len(column))])


def _looks_wrong(given: Field, cells: pl.Series) -> bool:
    """Whether some number may be none that the field may be, or is a credit, which is said."""
    low, high, low_allowed = given.limits.value
    least, most = cells.min(), cells.max()
    if least is None or most is None:
        return False
    return bool(least < low or (least == low and not low_allowed) or most > high or most == inf or least == -inf)  # type: ignore[operator]


def _labelled(source: Source, dim: str, cells: pl.Series) -> pl.Series:
    """The names in a column; null where it is unknown."""
    distinct = cells.drop_nulls().unique().to_list()
    labels = source.labels(dim, distinct)
    if cells.dtype == pl.String and distinct == labels:
        return cells
    return cells.replace_strict(distinct, labels, default=None, return_dtype=pl.String).alias(dim)


def _days_of(source: Source, columns: Mapping[str, pl.Series]) -> tuple[pl.Series, pl.Series]:
    """The first and the last day of each row: of its date, or else of its period, or else of where it starts and ends."""
    starts, ends = list[pl.Series](), list[pl.Series]()
    for key, cells in columns.items():
        if key == "ends":
            continue
        first, last = _bounds(source, key, cells)
        if key == "starts":
            end = _bounds(source, "ends", columns["ends"])[1]
            last = end.zip_with((end >= first).fill_null(value=False), last)
        starts.append(first)
        ends.append(last)
    return tuple(pl.select(pl.coalesce(some)).to_series() for some in (starts, ends))  # type: ignore[return-value]


def _bounds(source: Source, key: str, cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    distinct = cells.drop_nulls().unique().to_list()
    moments = source.days(key, distinct)
    known = [(cell, moment) for cell in distinct if (moment := moments.get(cell)) is not None]
    values = [cell for cell, _ in known]

    def column(days: list[int]) -> pl.Series:
        if not days:
            return pl.repeat(None, len(cells), dtype=pl.Date, eager=True)
        return cells.replace_strict(values, [day - _EPOCH for day in days], default=None, return_dtype=pl.Int32).cast(pl.Date)

    return column([moment.first for _, moment in known]), column([moment.last for _, moment in known])


def _currency(source: Source, numbers: Mapping[str, nw.Expr]) -> str | None:
    """The currency of all money of a source, None where none is told. Raises InputError for two."""
    found: dict[str, Text] = {}
    for key in numbers:
        if FIELDS_BY_KEY[key].unit is Unit.MONEY:
            found = source.currencies(key) | found
    apart = sorted(currencies.apart(found))
    if len(apart) > 1:
        one, other = apart[:2]
        raise InputError(
            Text(
                f"two currencies stand in one table: {one} ({found[one].en}) and {other} ({found[other].en})",
                f"в одной таблице две валюты: {one} ({found[one].ru}) и {other} ({found[other].ru})",
            ),
            cure=Text(
                "put them into files of their own, or say the currency of each row in a column «currency»",
                "разнесите их по разным файлам или укажите валюту каждой строки в столбце «Валюта»",
            ),
        )
    return apart[0] if apart else None


def _is_share(source: Source, frames: Mapping[int, pl.DataFrame], key: str) -> bool:
    """Whether a column that should count holds shares."""
    frame = frames[id(source)]
    if key not in frame.columns:
        return False
    column = frame[key]
    may_be = len(column) <= 1_000 or column.sum() < len(column) - column.null_count()
    return may_be and source.holds_shares(key, source.number(key))


def _shown(dim: str, frames: Any) -> dict[str, str]:
    """The spellings of names over all sources that are shown otherwise."""
    counts: dict[str, float] = {}
    for frame in frames:
        if dim in frame.columns:
            for spelling, count in frame[dim].drop_nulls().value_counts().iter_rows():
                counts[spelling] = counts.get(spelling, 0) + count
    return {spelling: name for spelling, name in shown(counts).items() if spelling != name}


def _finished(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns in the order of the catalog, days first; whole numbers as such."""
    keys = [key for key in (*DIMENSIONS, *FIELDS_BY_KEY) if key in frame.columns]
    figures = [_whole(frame[key]) for key in dict.fromkeys(keys)]
    figures = [column.alias(f"{column.name}{_NET}") if column.name in _MAY_BE_NET and (column.min() or 0) < 0 else column for column in figures]  # type: ignore[operator]
    return pl.DataFrame([*(_time_columns(frame[_FIRST], frame[_LAST]) if _FIRST in frame.columns else []), *figures])


def _time_columns(first: pl.Series, last: pl.Series) -> list[pl.Series]:
    """The days of rows as they are read again: a date, a period, or a start and an end."""
    spans = pl.DataFrame({_FIRST: first, _LAST: last}).unique().drop_nulls()
    grains = {_grain(Moment(start.toordinal(), end.toordinal())) for start, end in spans.iter_rows()}
    starts_of_months = spans[_FIRST].dt.day().eq(1).all()
    if grains <= {"day"} and not (starts_of_months and len(spans) > 1):  # dates that are all the first of a month would be read as months
        return [first.alias("date")]
    if "day" not in grains and "range" not in grains:
        labels = {start: periods.Period(start.toordinal(), end.toordinal(), grain).label for start, end, grain in _with_grains(spans)}
        if len(labels) == len(spans):  # a year and its January begin on one day
            return [first.replace_strict(list(labels), list(labels.values()), default=None, return_dtype=pl.String).alias("period")]
    return [first.alias("starts"), last.alias("ends")]


def _with_grains(spans: pl.DataFrame) -> list[tuple[dt.date, dt.date, str]]:
    return [(start, end, _grain(Moment(start.toordinal(), end.toordinal()))) for start, end in spans.iter_rows()]


def _grain(moment: Moment) -> str:
    """Which part of the calendar some days are: day, month, quarter, year, else range."""
    return next((grain for grain in periods.GRAINS if periods.around(moment.first, grain)[:2] == tuple(moment)), "range")


def _whole(column: pl.Series) -> pl.Series:
    """A column of whole numbers as such."""
    if column.dtype != pl.Float64 or _has_fractions(column.head(_LOOKED_AT)):
        return column
    whole = column.cast(pl.Int64, strict=False)
    if whole.null_count() != column.null_count() or _has_fractions(column) or (column.abs().max() or 0) >= 2**53:  # type: ignore[operator]
        return column
    return whole


def _has_fractions(column: pl.Series) -> bool:
    return bool((column != column.floor()).any())


def _account(source: Source, frame: pl.DataFrame) -> Account:
    known = frame[_FIRST].drop_nulls() if _FIRST in frame.columns else None
    days = None if known is None or not len(known) else Moment(known.min().toordinal(), frame[_LAST].drop_nulls().max().toordinal())  # type: ignore[union-attr]
    sums = {key: float(frame[key].sum()) for key in frame.columns if key in FIELDS_BY_KEY and FIELDS_BY_KEY[key].total is Total.SUM}
    gone = _gone(source)
    counted = [total_rows.left_out(source.name, reason.rows) for reason in gone]  # said with the lines of the rows
    read = source.collected(source.all_rows.select(nw.len())).row(0)[0]
    return Account(
        str(source.table.file or source.name), source.recognised, source.profile, source.channel, days, int(read), len(frame), gone,
        tuple(source.published), sums, tuple(remark for remark in (*source.table.remarks, *source.remarks) if remark not in counted),
    )  # fmt: skip


def _gone(source: Source) -> tuple[Gone, ...]:
    """Which rows were left out, and why."""
    loaded: Any = source.all_rows
    if not isinstance(loaded, nw.DataFrame):
        left = source.collected(loaded.select(nw.len())).row(0)[0] - source.collected(source.frame.select(nw.len())).row(0)[0]
        return (Gone(Why.BLANK_OR_TOTAL, int(left), ()),) if left else ()
    reasons = {why: sorted(rows) for why, rows in source.gone.items()}
    if source.gone_further:
        reasons[Why.AGAIN] = sorted(set(source.gone_further))
    if len(loaded) > len(source.frame):
        told = {row for rows in reasons.values() for row in rows}
        kept = source.frame[ROW].to_list()
        if blank := sorted(set(range(len(loaded))).difference(kept, told)):
            reasons[Why.BLANK] = blank
    line = source.table.line
    return tuple(Gone(why, len(rows), tuple(line(row) for row in rows[:_MOST_LINES]) if line else ()) for why, rows in reasons.items() if rows)
