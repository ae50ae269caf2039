"""Several sources as tables: options looked up, sources with the same columns stacked, rows brought together before they are counted."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np

from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.catalog.registry import field as field_or_dimension
from smm_xl.engine.rows import KINDS, Coded, Column, Moment, Rows
from smm_xl.errors import UnknownName
from smm_xl.formula import Expr
from smm_xl.language import Text
from smm_xl.sources import arrays
from smm_xl.sources.arrays import ArrayColumn, Bools
from smm_xl.sources.compaction import Asked, Part, compacted, product_of
from smm_xl.sources.intake import Options, Source

T = TypeVar("T")


def options_of(columns: Mapping[str, str], headers_: Sequence[Hashable], decimal: str | None, dates: str | None) -> Options:
    """Options with the fields of ``columns`` looked up. Raises UnknownName for a field or a header that is not there."""
    known = [str(header) for header in headers_]
    for header in columns.values():
        if header not in known:
            raise UnknownName(Text("column", "столбец"), header, known)
    return Options({field_or_dimension(name).key: header for name, header in columns.items()}, decimal, dates)


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
    alike: dict[tuple[str, frozenset[str]], list[Source]] = {}
    for source in sources:
        alike.setdefault((source.kind, source.keys), []).append(source)
    if len(alike) > 1:
        # tables are brought together by months, and what they have in common and apart is told by all their columns
        asked = asked._replace(fields=frozenset(FIELDS_BY_KEY), time="day")
    ordered = sorted(alike.items(), key=lambda entry: KINDS.index(entry[0][0]))
    return [_table(kind, [source.name for source in members], [compacted(source, asked) for source in members]) for (kind, _), members in ordered]


def _table(kind: str, names: Sequence[str], parts: Sequence[Part]) -> Rows:
    def numbers(key: str) -> Callable[[], ArrayColumn]:
        return cache(lambda: _stacked([part.numbers[key]() if key in part.numbers else _unknown(part.size) for part in parts]))

    def texts(key: str) -> Callable[[], Coded[str | None]]:
        return cache(lambda: _joined([part.texts[key]() for part in parts]))

    def moments() -> Coded[Moment | None]:
        return _joined([part.times() for part in parts if part.times is not None])

    first = parts[0]
    products = {
        name: _stacked([part.products[name] if name in part.products else _unknown(part.size) for part in parts])
        for name in dict.fromkeys(name for part in parts for name in part.products)
    }
    keys = dict.fromkeys(key for part in parts for key in part.numbers)
    given = ArrayColumns({key: numbers(key) for key in keys}, products, {key: texts(key) for key in first.texts}, cache(moments) if first.times else None)
    counts = np.concatenate([part.counts for part in parts])
    return Rows(arrays, given, len(counts), " + ".join(names), kind, counts)


def _unknown(size: int) -> ArrayColumn:
    return ArrayColumn(np.full(size, np.nan))


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
