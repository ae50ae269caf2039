"""Several sources as tables: dataframes and files named, options looked up, sources with the same columns stacked."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd

from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.catalog.registry import field as field_or_dimension
from smm_xl.engine.rows import KINDS
from smm_xl.errors import UnknownName
from smm_xl.language import Text
from smm_xl.sources.arrays import ArrayRows, Coded, Column
from smm_xl.sources.groupsums import Ints
from smm_xl.sources.intake import Options, Place, Source


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


def tables_of(sources: Sequence[Source]) -> list[ArrayRows]:
    """Sources as tables in the order channels, campaigns, posts, effort; those with the same columns are one table."""
    alike: dict[tuple[str, frozenset[str]], list[Source]] = {}
    for source in sources:
        alike.setdefault((source.kind, source.keys), []).append(source)
    ordered = sorted(alike.items(), key=lambda entry: KINDS.index(entry[0][0]))
    return [_table(kind, keys, members) for (kind, keys), members in ordered]


def _table(kind: str, keys: frozenset[str], members: Sequence[Source]) -> ArrayRows:
    size = sum(len(source.frame) for source in members)

    def numbers(key: str) -> Callable[[], Column]:
        if len(members) == 1:
            return lambda: members[0].numbers(key)
        return lambda: Column(np.concatenate([source.numbers(key).values for source in members]))

    given = {key: numbers(key) for key in keys if key in FIELDS_BY_KEY and any(source.known(key) for source in members)}
    if "post" in keys and "posts" not in given:
        given["posts"] = lambda: Column(np.ones(size))  # each row is one post

    def texts(key: str) -> Callable[[], Coded]:
        return lambda: _joined([source.coded(key) for source in members])

    def days() -> tuple[Ints, Ints]:
        parts = [source.days() for source in members]
        if len(parts) == 1:
            return parts[0]
        return np.concatenate([first for first, _ in parts]), np.concatenate([last for _, last in parts])

    dimensions: dict[str, Callable[[], Coded]] = {key: texts(key) for key in ("channel", "campaign", "post") if key in keys}
    name = " + ".join(source.name for source in members)
    return ArrayRows(name, size, given, dimensions, days if {"date", "period"} & keys else None, kind=kind)


def _joined(parts: Sequence[Coded]) -> Coded:
    """Codes of several sources with one list of labels."""
    if len(parts) == 1:
        return parts[0]
    distinct: dict[str | None, int] = {}
    codes = []
    for part in parts:
        renumbered = np.array([distinct.setdefault(label, len(distinct)) for label in part.labels], dtype=np.int64)
        codes.append(renumbered[part.codes])
    return Coded(np.concatenate(codes), list(distinct))
