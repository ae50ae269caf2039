"""Several sources as tables: options looked up, sources with the same columns stacked, rows brought together before they are counted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np

from smm_xl.catalog.kpi import Total
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.catalog.registry import field as field_or_dimension
from smm_xl.cells.names import one_name
from smm_xl.engine.rows import KINDS, Coded, Column, Moment, Rows
from smm_xl.engine.spellings import Spellings
from smm_xl.errors import InputError, UnknownName
from smm_xl.formula import Expr
from smm_xl.language import Text
from smm_xl.sources import arrays
from smm_xl.sources.arrays import ArrayColumn, Bools
from smm_xl.sources.compaction import TIMES, Asked, Part, compacted, product_of
from smm_xl.sources.intake import Source
from smm_xl.sources.joining import PAID_KEYS, Held, brought_together, count_once, posts_once
from smm_xl.sources.rates import Rates, in_one_currency
from smm_xl.sources.recognising import ONE_EACH, Options
from smm_xl.sources.table import Table

T = TypeVar("T")


def options_of(
    columns: Mapping[str, str], headers_: Sequence[Hashable], decimal: str | None, dates: str | None, more: Mapping[str, Any] | None = None
) -> Options:
    """Options with the fields of ``columns`` looked up; ``more``: others of them as they are. Raises UnknownName for a field or a header that is not there."""
    known = [str(header) for header in headers_]
    for header in columns.values():
        if header not in known:
            raise UnknownName(Text("column", "столбец"), header, known)
    return Options({field_or_dimension(name).key: header for name, header in columns.items()}, decimal, dates, **(more or {}))


def sources_of(tables: Sequence[Table], options: Options, channels: Mapping[str, str], taken_from: Mapping[str, str]) -> list[Source]:
    """Sources of tables that were read.

    channels:   of whole files, by their names. taken_from: the file from which a field is taken, by the key of the field.
    Raises InputError where a file tells its channels itself, or does not have the field; UnknownName for a file that is not there.
    """
    told = {id(table): channel.strip() for name, channel in channels.items() for table in _called(tables, name)}
    sources = [Source(table, options._replace(channel=told.get(id(table)))) for table in tables]
    for source in sources:
        if source.options.channel and "channel" in {*source.matching.columns, *source.matching.ambiguous}:
            header = source.table.headers[source.matching.columns.get("channel", 0)]
            raise InputError(
                Text(f"the column «{header}» tells the channels already", f"каналы уже указаны в столбце «{header}»"),
                cure=Text("leave out --channel for this file", "уберите --channel для этого файла"),
                place=source.name,
            )
    for key, name in taken_from.items():
        chosen = set(map(id, _called(tables, name)))
        if not any(id(source.table) in chosen and key in source.keys for source in sources):
            raise InputError(
                Text(f"«{name}» has no column of {key}", f"в «{name}» нет столбца для {key}"),
                cure=Text(f"name the file that has it, or the column: --map {key}=COLUMN", f"укажите файл, где он есть, или столбец: --map {key}=СТОЛБЕЦ"),
                place=f"--from {key}={name}",
            )
        for source in sources:
            if id(source.table) not in chosen and key in source.matching.columns:
                header = source.table.headers[source.matching.columns[key]]
                source.take_away(
                    key,
                    Text(
                        f"{source.name}: «{header}» is not used, because {key} is taken from {name}",
                        f"{source.name}: «{header}» не использован: {key} берётся из {name}",
                    ),
                )
    return sources


def _called(tables: Sequence[Table], name: str) -> list[Table]:
    """The tables of a file, or that which is called so. Raises UnknownName where there is none."""
    found = [table for table in tables if table.file is not None and name in (str(table.file), table.file.name)]
    found = found or [table for table in tables if one_name(table.name) == one_name(name) or (table.file is not None and table.file.stem == name)]
    if not found:
        raise UnknownName(Text("file", "файл"), name, list(dict.fromkeys(table.file.name if table.file else table.name for table in tables)))
    return found


@dataclass(frozen=True, eq=False)
class ArrayColumns:
    """What reads the columns of fields, of text dimensions and of time, each once, see ``engine.rows.Given``."""

    numbers: Mapping[str, Callable[[], ArrayColumn]]
    products: Mapping[str, ArrayColumn]
    texts: Mapping[str, Callable[[], Coded[str | None]]]
    times: Callable[[], Coded[Moment | None]] | None

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.numbers)

    @property
    def dims(self) -> frozenset[str]:
        return frozenset(self.texts) | ({"time"} if self.times is not None else frozenset())

    def column(self, key: str) -> Column:
        return self.numbers[key]()

    def product(self, formula: Expr) -> Column | None:
        name = product_of(formula)
        return None if name is None else self.products[name]

    def coded(self, dim: str) -> Coded[str | None]:
        return self.texts[dim]()

    def moments(self) -> Coded[Moment | None]:
        assert self.times is not None
        return self.times()

    def currencies(self, keys: Sequence[str]) -> tuple[str, ...]:
        """None: what a report adds up was looked at with its places."""
        return ()

    def kept(self, flags: Bools) -> ArrayColumns:
        """The columns of some rows; they are read as a whole, because the whole is asked for too."""

        def column(read: Callable[[], ArrayColumn]) -> Callable[[], ArrayColumn]:
            return cache(lambda: read().kept(flags))

        def coded(read: Callable[[], Coded[T]]) -> Callable[[], Coded[T]]:
            return cache(lambda: Coded(read().codes[flags], read().labels))

        return ArrayColumns(
            {key: column(read) for key, read in self.numbers.items()},
            {name: product.kept(flags) for name, product in self.products.items()},
            {dim: coded(read) for dim, read in self.texts.items()},
            None if self.times is None else coded(self.times),
        )


def tables_of(sources: Sequence[Source], asked: Asked, rates: Rates | None = None) -> list[Rows]:
    """Sources as tables in the order channels, campaigns, posts, effort; those with the same columns are one table. ``rates``: to one currency."""
    if rates is not None and rates.has_days:
        asked = asked._replace(time="day")
    together = counted_once(sources)
    if len(together) > 1:
        # tables are brought together by months, and what they have in common and apart is told by all their columns
        asked = asked._replace(fields=frozenset(FIELDS_BY_KEY), time="day")
    parts = {id(source): compacted(source, asked) for source in sources}
    for source in sources:
        if wrong := _no_counts(source, sources, parts):
            for key in wrong:
                source.take_away(key, no_count(source, key))
            parts[id(source)] = compacted(source, asked)
    if rates is not None:
        parts = {id(source): in_one_currency(source, parts[id(source)], rates) for source in sources}
    ordered = sorted(together, key=lambda members: min(KINDS.index(source.kind) for source in members))
    tables = [
        _table(min((source.kind for source in members), key=KINDS.index), [source.name for source in members], [parts[id(source)] for source in members])
        for members in ordered
    ]
    for table, members in zip(tables, ordered, strict=True):
        table.none_if_silent = _none_if_silent(members, [parts[id(source)] for source in members])
        table.implied_channels = frozenset(source.implied_channel for source in members if source.implied_channel)
    spellings = Spellings(tables)
    for table in tables:
        table.spellings = spellings
    return tables


def counted_once(sources: Sequence[Source]) -> list[list[Source]]:
    """The sources, those that are one table together, without the rows that another one has as well. Raises InputError where that has to be asked."""
    known: dict[int, Held] = {}

    def held(source: Source) -> Held:
        if id(source) not in known:
            known[id(source)] = _held(source)
        return known[id(source)]

    together = brought_together(sources, held)
    for members in together:
        for source in members:
            source.beside = [other for other in members if other is not source]
        posts, others = ([source for source in members if source.has_posts is told] for told in (True, False))
        if posts:
            posts_once(posts, _spans(posts))
        if len(others) > 1:
            count_once(others, _spans(others))
    return together


def _held(source: Source) -> Held:
    """What a source tells of; what cannot be read of it is said by whoever needs it."""
    dims = [dim for dim in ("channel", "campaign", "post") if dim in source.matching.columns]
    names, days = dict[str, frozenset[str]](), frozenset[Moment]()
    for dim in dims:
        with suppress(InputError):
            labels = compacted(source, Asked(frozenset(), frozenset((dim,)), None)).texts[dim]().labels
            names[dim] = frozenset("" if label is None else one_name(label) for label in labels)
    if source.channel:
        names["channel"] = frozenset((one_name(source.channel),))
    if set(TIMES) & source.matching.columns.keys():
        with suppress(InputError):
            part = compacted(source, Asked(frozenset(), frozenset(), "day"))
            days = frozenset(moment for moment in part.times().labels if moment is not None) if part.times else days
    return Held(days, names)


def _spans(sources: Sequence[Source]) -> dict[int, Moment]:
    """From the first to the last day of each source that tells its days, by its id."""
    found = {}
    for source in sources:
        times = [key for key in TIMES if key in source.matching.columns]
        if not times or not (len(sources) > 1):
            continue
        part = compacted(source, Asked(frozenset(), frozenset(), "day"))
        try:
            known = [moment for moment in part.times().labels if moment is not None] if part.times else []
        except InputError:  # whoever needs the days says what is wrong with them
            continue
        if known:
            found[id(source)] = Moment(min(moment.first for moment in known), max(moment.last for moment in known))
    return found


def _no_counts(source: Source, sources: Sequence[Source], parts: Mapping[int, Part]) -> list[str]:
    """Columns that should count and hold shares, in all of the sources that have them."""
    return [key for key in parts[id(source)].shares if all(key in parts[id(other)].shares for other in sources if key in parts[id(other)].numbers)]


def no_count(source: Source, key: str) -> Text:
    header = source.table.headers[source.matching.columns[key]]
    return Text(
        f"{source.name}: «{header}» holds shares, which are no counts; it is not taken as {key}",
        f"{source.name}: в «{header}» доли, а не количества; столбец не взят как {key}",
    )


def _table(kind: str, names: Sequence[str], parts: Sequence[Part]) -> Rows:
    def numbers(key: str) -> Callable[[], ArrayColumn]:
        return cache(lambda: _stacked([part.numbers[key]() if key in part.numbers else _unknown(part.size) for part in parts]))

    def texts(key: str) -> Callable[[], Coded[str | None]]:
        return cache(lambda: _joined([part.texts[key]() if key in part.texts else _no_names(part.size) for part in parts]))

    def moments() -> Coded[Moment | None]:
        return _joined([part.times() if part.times is not None else _no_names(part.size) for part in parts])

    products = {
        name: _stacked([part.products[name] if name in part.products else _unknown(part.size) for part in parts])
        for name in dict.fromkeys(name for part in parts for name in part.products)
    }
    keys = dict.fromkeys(key for part in parts for key in part.numbers)
    times = cache(moments) if any(part.times is not None for part in parts) else None
    given = ArrayColumns(
        {key: numbers(key) for key in keys}, products, {dim: texts(dim) for dim in dict.fromkeys(dim for part in parts for dim in part.texts)}, times
    )
    counts = np.concatenate([part.counts for part in parts])
    return Rows(arrays, given, len(counts), " + ".join(names), kind, counts)


def _none_if_silent(sources: Sequence[Source], parts: Sequence[Part]) -> frozenset[str]:
    """The fields of which channels and months that a table does not mention had none: all amounts where each row is one lead, and what the user says."""
    said = frozenset(key for source in sources for key in source.options.blank_is_zero)
    fields = {key for source in sources for key in source.keys & FIELDS_BY_KEY.keys()}
    counting = [key for key in ONE_EACH if key in fields]
    each_is_one = bool(counting) and all(key in part.ones for key in counting for part in parts if key in part.numbers)
    if PAID_KEYS & fields or not (each_is_one or any(source.has_ids_of_leads for source in sources)):
        return said
    return said | {key for key in fields if FIELDS_BY_KEY[key].total is Total.SUM}


def _unknown(size: int) -> ArrayColumn:
    return ArrayColumn(np.full(size, np.nan))


def _no_names(size: int) -> Coded[Any]:
    """What rows of a source that lacks a dimension are called."""
    return Coded(np.zeros(size, dtype=np.int64), [None])


def _stacked(parts: Sequence[ArrayColumn]) -> ArrayColumn:
    if len(parts) == 1:
        return parts[0]
    edges = np.concatenate([part.least for part in parts]), np.concatenate([part.most for part in parts])
    return ArrayColumn(np.concatenate([part.values for part in parts]), edges_by_row=edges)


def _joined(parts: Sequence[Coded[T]]) -> Coded[T]:
    """Codes of several sources with one list of labels."""
    if len(parts) == 1:
        return parts[0]
    distinct: dict[T, int] = {}
    codes = []
    for part in parts:
        renumbered = np.array([distinct.setdefault(label, len(distinct)) for label in part.labels], dtype=np.int64)
        codes.append(renumbered[part.codes])
    return Coded(np.concatenate(codes), list(distinct))
