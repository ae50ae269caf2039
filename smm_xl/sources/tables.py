"""Several sources as tables: dataframes and files named, options looked up, sources with the same columns stacked."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np
import pandas as pd

from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.catalog.registry import field as field_or_dimension
from smm_xl.engine.rows import KINDS, Coded, Column, Moment, Rows
from smm_xl.errors import UnknownName
from smm_xl.language import Text
from smm_xl.sources import arrays
from smm_xl.sources.arrays import ArrayColumn, Bools, moments_of
from smm_xl.sources.intake import Options, Place, Source

T = TypeVar("T")


def in_frame(name: str) -> Place:
    """The place of a row in a dataframe that was handed over, counted from 1."""
    return lambda row, header: Text(f"table «{name}», row {row + 1}, column «{header}»", f"таблица «{name}», строка {row + 1}, столбец «{header}»")


def frames_of(data: pd.DataFrame | Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """One dataframe, or several, by name. Raises TypeError for anything else."""
    frames = {"data": data} if isinstance(data, pd.DataFrame) else data
    if not isinstance(frames, Mapping):
        raise TypeError(f"a pandas DataFrame, or several by name, is expected, not {type(data).__name__}")
    for name, frame in frames.items():
        if not isinstance(frame, pd.DataFrame):
            raise TypeError(f"table «{name}»: a pandas DataFrame is expected, not {type(frame).__name__}")
    return {str(name): frame for name, frame in frames.items()}


def sources_of(frames: Mapping[str, pd.DataFrame], options: Options) -> list[Source]:
    """Dataframes as sources, with their names."""
    return [Source(name, frame, in_frame(name), options) for name, frame in frames.items()]


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

    numbers: Mapping[str, Callable[[], Column]]
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

    def coded(self, dim: str) -> Coded[str | None]:
        return self.texts[dim]()

    def moments(self) -> Coded[Moment | None]:
        assert self.times is not None
        return self.times()

    def kept(self, flags: Bools) -> ArrayColumns:
        """The columns of some rows; they are read as a whole, because the whole is asked for too."""

        def column(read: Callable[[], Column]) -> Callable[[], Column]:
            return cache(lambda: ArrayColumn(read().values[flags]))

        def coded(read: Callable[[], Coded[T]]) -> Callable[[], Coded[T]]:
            return cache(lambda: Coded(read().codes[flags], read().labels))

        return ArrayColumns(
            {key: column(read) for key, read in self.numbers.items()},
            {dim: coded(read) for dim, read in self.texts.items()},
            None if self.times is None else coded(self.times),
        )


def tables_of(sources: Sequence[Source]) -> list[Rows]:
    """Sources as tables in the order channels, campaigns, posts, effort; those with the same columns are one table."""
    alike: dict[tuple[str, frozenset[str]], list[Source]] = {}
    for source in sources:
        alike.setdefault((source.kind, source.keys), []).append(source)
    ordered = sorted(alike.items(), key=lambda entry: KINDS.index(entry[0][0]))
    return [_table(kind, keys, members) for (kind, keys), members in ordered]


def _table(kind: str, keys: frozenset[str], members: Sequence[Source]) -> Rows:
    def numbers(key: str) -> Callable[[], Column]:
        return cache(lambda: _stacked([source.numbers(key) for source in members]))

    def texts(key: str) -> Callable[[], Coded[str | None]]:
        return cache(lambda: _joined([source.coded(key) for source in members]))

    def moments() -> Coded[Moment | None]:
        parts = [source.days() for source in members]
        if len(parts) == 1:
            return moments_of(*parts[0])
        return moments_of(np.concatenate([first for first, _ in parts]), np.concatenate([last for _, last in parts]))

    given = ArrayColumns(
        {key: numbers(key) for key in keys if key in FIELDS_BY_KEY and any(source.known(key) for source in members)},
        {key: texts(key) for key in ("channel", "campaign", "post") if key in keys},
        cache(moments) if {"date", "period"} & keys else None,
    )
    name = " + ".join(source.name for source in members)
    return Rows(arrays, given, sum(len(source.frame) for source in members), name, kind)


def _stacked(parts: Sequence[ArrayColumn]) -> ArrayColumn:
    return parts[0] if len(parts) == 1 else ArrayColumn(np.concatenate([part.values for part in parts]))


def _joined(parts: Sequence[Coded[str | None]]) -> Coded[str | None]:
    """Codes of several sources with one list of labels."""
    if len(parts) == 1:
        return parts[0]
    distinct: dict[str | None, int] = {}
    codes = []
    for part in parts:
        renumbered = np.array([distinct.setdefault(label, len(distinct)) for label in part.labels], dtype=np.int64)
        codes.append(renumbered[part.codes])
    return Coded(np.concatenate(codes), list(distinct))
