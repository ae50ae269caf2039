"""Several sources as tables: options looked up, sources with the same columns stacked, rows brought together before they are counted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import numpy as np

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
from smm_xl.sources.intake import Options, Source
from smm_xl.sources.joining import PAID_KEYS, brought_together, count_once, posts_once

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


def tables_of(sources: Sequence[Source], asked: Asked) -> list[Rows]:
    """Sources as tables in the order channels, campaigns, posts, effort; those with the same columns are one table."""
    together = brought_together(sources, _channels(sources))
    if len(together) > 1:
        # tables are brought together by months, and what they have in common and apart is told by all their columns
        asked = asked._replace(fields=frozenset(FIELDS_BY_KEY), time="day")
    for members in together:
        for source in members:
            source.beside = [other for other in members if other is not source]
        if members[0].has_posts:
            posts_once(members, _spans(members))
        elif len(members) > 1:
            count_once(members, _spans(members))
    parts = {id(source): compacted(source, asked) for source in sources}
    for source in sources:
        if wrong := _no_counts(source, sources, parts):
            for key in wrong:
                source.take_away(key, _no_count(source, key))
            parts[id(source)] = compacted(source, asked)
    ordered = sorted(together, key=lambda members: min(KINDS.index(source.kind) for source in members))
    tables = [
        _table(min((source.kind for source in members), key=KINDS.index), [source.name for source in members], [parts[id(source)] for source in members])
        for members in ordered
    ]
    spellings = Spellings(tables)
    for table in tables:
        table.spellings = spellings
    return tables


def _channels(sources: Sequence[Source]) -> dict[int, frozenset[str]]:
    """The channels that a column tells, of sources that pay for advertising, by their ids; none where one source stands alone."""
    found = {}
    for source in sources if len(sources) > 1 else ():
        if "channel" in source.matching.columns and PAID_KEYS & source.keys:
            try:
                labels = compacted(source, Asked(frozenset(), frozenset(), None)).texts["channel"]().labels
            except InputError:  # whoever needs the channels says what is wrong with them
                continue
            found[id(source)] = frozenset("" if label is None else one_name(label) for label in labels)
    return found


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


def _no_count(source: Source, key: str) -> Text:
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
