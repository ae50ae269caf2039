"""``smm_xl.report``: dataframes in, a tidy dataframe out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from smm_xl.catalog.registry import field as field_or_dimension
from smm_xl.catalog.registry import listed
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import LANGUAGES, Text
from smm_xl.reports.comparison import Compare
from smm_xl.reports.plan import build_plan
from smm_xl.reports.report import build
from smm_xl.reports.result import Plain, Result, about
from smm_xl.reports.target_source import TargetSource
from smm_xl.sources import files
from smm_xl.sources.csvs import AS_IT_STANDS, OF_TARGETS, Layout
from smm_xl.sources.frames import table_of_frame
from smm_xl.sources.rates import Rates, code_named, rates_of
from smm_xl.sources.table import Table
from smm_xl.sources.tables import options_of, sources_of

Data = Any  # a dataframe, lazy frame or relation that narwhals knows; or a path


def report(
    data: Data | Mapping[str, Data],
    by: str | Sequence[str] = (),
    kpis: str | Sequence[str] | None = None,
    *,
    where: Mapping[str, str | Sequence[str]] | None = None,
    period: str | None = None,
    compare: Compare | None = None,
    targets: Data | None = None,
    as_of: str | dt.date | None = None,
    columns: Mapping[str, str] | None = None,
    decimal: Literal[".", ","] | None = None,
    dates: Literal["dmy", "mdy"] | None = None,
    totals: Literal["drop", "keep"] | None = None,
    overlap: Literal["last", "add"] | None = None,
    blank_is_zero: str | Sequence[str] = (),
    scale: Mapping[str, float] | None = None,
    channels: Mapping[str, str] | None = None,
    taken_from: Mapping[str, str] | None = None,
    until: Literal["common"] | None = None,
    rates: Data | None = None,
    currency: str | None = None,
    language: str = "en",
) -> pd.DataFrame:
    """KPIs of one dataframe, or of several named ones (channels, campaigns, posts, effort, ...), as a tidy dataframe of pandas.

    data:     of pandas, polars, pyarrow, a DuckDB relation, or what else narwhals knows; a lazy one stays lazy, and only what the report needs
              is taken from it. Or the path of a file, of a folder or a pattern too, read as ``smm-xl report`` reads it.
    by:       any of channel, campaign, post, currency, date, month, quarter, year; one row a combination that occurs, in natural order.
              Without it, one row over everything.
    kpis:     keys or names in either language; without it, all that the data has inputs for.
    where:    rows to keep: ``{"channel": "VK"}`` or ``{"channel": ["VK", "Telegram"]}``.
    period:   a month, quarter, year or span ("2026-03", "2026-Q1", "2026-06-01..2026-06-15").
    compare:  "previous" (the period of the same length before) or "year" (a year before): adds ``KPI_previous`` and
              ``KPI_change``, which is relative (0.1 is 10 % more). A part period is compared with the same part.
    columns:  columns that the headers do not tell, by field: ``{"leads": "Total_Conversion"}``.
    decimal, dates: the decimal mark and the order of dates in text columns that do not decide it themselves.
    totals:   "drop" or "keep": what becomes of rows that may be totals of the others; without it they are refused.
    overlap:  "last" or "add": which rows count that several tables hold with other figures; without it they are refused.
    channels: the channel of a whole dataframe or file, by its name: ``{"vk.csv": "VK"}``.
    taken_from: the dataframe or file that counts for a field which several hold: ``{"leads": "crm"}``.
    until:    "common": all is counted to the day that the shortest of several tables of days reaches.
    rates, currency: a table of rates (currency, rate, optionally date) and the currency that amounts are brought to; a rate says how much of it one unit is.
    blank_is_zero: fields of which a blank cell means none. scale: what the numbers of a field are multiplied by, ``{"spend": 1000}``.

    targets:  a table of targets: KPI (key or name), target, and optionally channel, period, weight, base. The result is then plan
              against fact, a row for each group and KPI: kpi, unit, better, target, fact, gap, gap_pct, attainment, status,
              forecast, forecast_attainment; groups are by channel, month, quarter, year. A blank target is not set, 0 is zero.
    as_of:    with targets: the last day of the data, where its rows do not tell it; the forecast starts there.

    Inputs are totalled first and divided once; a row in which a needed input is blank leaves all the sums of that KPI.
    Values are floats: shares as fractions, money in the data's currency; what is undefined is NaN. ``attrs`` holds what
    ``smm-xl report --format json`` does beside the rows: ``schema`` (1), ``total`` (the columns over all rows by key; of plan against fact
    ``score`` and ``known_share``, where targets have weights and there are no groups), ``notes`` in the ``language``, ``marks`` (figures that
    rest on a part of the data: kpi, why, share, group), ``recognised`` (how the columns of each dataframe were taken: source, columns, guessed, ignored); the score is also ``attrs["score"]`` and
    ``attrs["known_share"]``.

    Raises InputError for what cannot be used, with its place and the way out; UnknownName for a misspelt name; TypeError for
    data that is neither a dataframe nor a path.

    >>> import pandas, smm_xl
    >>> ads = pandas.DataFrame({"channel": ["VK", "VK", "Telegram"], "spend": [1000, 500, 300], "leads": [20, 10, None]})
    >>> smm_xl.report(ads, by="channel", kpis="spend, cpl").to_dict("records")
    [{'channel': 'Telegram', 'spend': 300.0, 'cpl': nan}, {'channel': 'VK', 'spend': 1500.0, 'cpl': 50.0}]
    """
    for argument, value, known in (
        ("language", language, LANGUAGES),
        ("decimal", decimal, (".", ",")),
        ("dates", dates, ("dmy", "mdy")),
        ("totals", totals, ("drop", "keep")),
        ("overlap", overlap, ("last", "add")),
        ("until", until, ("common",)),
    ):
        if value is not None and value not in known:
            raise UnknownName(Text(f"value of {argument}", f"значение {argument}"), str(value), known)
    tables = _tables(data, decimal)
    headers = [header for table in tables for header in table.headers]
    more = {
        "totals": totals,
        "overlap": overlap,
        "blank_is_zero": frozenset(field_or_dimension(name).key for name in listed(blank_is_zero)),
        "scale": {field_or_dimension(name).key: float(factor) for name, factor in (scale or {}).items()},
    }
    options = options_of(columns or {}, headers, decimal, dates, more)
    sources = sources_of(tables, options, channels or {}, {field_or_dimension(name).key: of for name, of in (taken_from or {}).items()})
    if (rates is None) != (currency is None):
        raise InputError(Text("rates and currency go together", "rates и currency указывают вместе"), cure=Text("give both", "передайте оба"))
    of_currencies: Rates | None = None
    if rates is not None and currency is not None:
        (of_rates,) = _tables({"rates": rates}, decimal, OF_TARGETS)
        of_currencies = rates_of(of_rates, code_named(currency), decimal, dates)
    if targets is not None:
        if compare is not None:
            raise InputError(
                Text("compare and targets do not go together", "compare и targets вместе не работают"), cure=Text("ask for one of them", "выберите одно")
            )
        (of_targets,) = _tables({"targets": targets}, decimal, OF_TARGETS)
        source = TargetSource.of(of_targets, "targets", decimal)
        plan = build_plan(sources, source, by, kpis, where=where, period=period, as_of=as_of, until=until, rates=of_currencies)
        result = plan.result()
        frame = _frame(result, language)
        if plan.score is not None:
            frame.attrs |= {"score": plan.score.score, "known_share": plan.score.known}
        frame.attrs |= about(result.total, plan.notes, plan.recognised, plan.marks, plan.by, language)
        return frame
    if as_of is not None:
        raise InputError(
            Text("as_of goes with targets", "as_of указывают вместе с targets"),
            cure=Text("give the targets too, or leave it out", "передайте и targets или уберите as_of"),
        )
    made = build(sources, by, kpis, where=where, period=period, compare=compare, until=until, rates=of_currencies)
    shown: dict[str, object] = {dim: pd.Series([label[place] for label in made.labels], dtype=object) for place, dim in enumerate(made.by)}
    shown |= {column.key: pd.Series(made.values[column.key], dtype=np.float64) for column in made.columns}
    frame = pd.DataFrame(shown, index=range(len(made.labels)))
    frame.attrs |= about(made.total, made.notes, made.recognised, made.marks, made.by, language)
    return frame


def _tables(data: Data | Mapping[str, Data], decimal: str | None, layout: Layout = AS_IT_STANDS) -> list[Table]:
    """The tables of dataframes, or of the files that a path means."""
    if isinstance(data, str | PathLike):
        return [table for path in files.expanded([Path(data)]) for table in files.read(path, decimal=decimal, layout=layout)]
    if not isinstance(data, Mapping):
        return [table_of_frame("data", data)]
    found = []
    for name, given in data.items():
        if isinstance(given, str | PathLike):
            read = files.read(Path(given), decimal=decimal, layout=layout)
            found += [replace(table, name=str(name)) for table in read] if len(read) == 1 else read
        else:
            found.append(table_of_frame(str(name), given))
    return found


def _frame(result: Result, language: str) -> pd.DataFrame:
    """The rows as a dataframe: numbers are NaN where undefined, also in a column that has none."""
    columns: dict[str, list[Plain]] = {column.key: [] for column in result.columns}
    for record in result.records(language):
        for key, value in record.items():
            columns[key].append(value)
    kinds = {column.key: np.dtype(np.float64) if column.kind.is_number else None for column in result.columns}
    return pd.DataFrame({key: pd.Series(values, dtype=kinds[key]) for key, values in columns.items()})
