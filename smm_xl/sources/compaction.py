"""A table of any size to an equivalent small one, by one group-by in the engine that holds it.

Rows that no report can tell apart become one: those of the same names in the dimensions that are asked for, of the same days where days matter
(of the same month, where months do, with the first and the last day), and with the same inputs unknown. What adds is added; of what does not, the least and the largest value is kept; products of fields are worked out
row by row before. How many rows each stands for goes on with it. So there is one set of rules, and it works on the small table.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeVar

import narwhals as nw
import numpy as np
import numpy.typing as npt

from smm_xl.catalog.kpi import Field, Kpi, Limits, Total, Unit, fields_of
from smm_xl.catalog.registry import FIELDS_BY_KEY, KPIS
from smm_xl.engine.rows import Coded, Moment
from smm_xl.errors import CatalogError, InputError
from smm_xl.formula import Expr, Operation
from smm_xl.sources.arrays import ArrayColumn
from smm_xl.sources.groupsums import Floats
from smm_xl.sources.intake import COUNTED, Source
from smm_xl.sources.loading import Unfit
from smm_xl.sources.recognising import ONE_EACH, PAID
from smm_xl.sources.table import values_of

T = TypeVar("T")
DIMENSIONS = ("channel", "campaign", "post", "currency")
TIMES = ("date", "period", "starts", "ends")
_COUNT, _BLANKS, _DAY = "rows", "blanks", "day"
_TRUNCATED = {"month": "1mo", "quarter": "1q", "year": "1y"}


class Asked(NamedTuple):
    """What a report needs of a table: fields, text dimensions (``channel`` always), and what it tells apart in time: day, month, quarter, year, None."""

    fields: frozenset[str]
    dims: frozenset[str]
    time: str | None

    @staticmethod
    def of(kpis: Iterable[Kpi], dims: Iterable[str], time: str | None) -> Asked:
        """What KPIs need by some dimensions, those that are filtered by among them. Stocks and figures that channels share go by days."""
        fields = frozenset(given for kpi in kpis for given in _reached(kpi))
        by_days = any(FIELDS_BY_KEY[key].total.is_stock or FIELDS_BY_KEY[key].total.is_shared for key in fields)
        return Asked(fields, frozenset(dims) & frozenset(DIMENSIONS), "day" if by_days else time)


@cache
def _reached(kpi: Kpi) -> frozenset[str]:
    """The fields that a KPI may be worked out from."""
    found: dict[str, Field] = {}
    open_ = [given for formula in kpi.formulas for given in fields_of(formula)]
    while open_:
        given = open_.pop()
        if given.key not in found:
            found[given.key] = given
            open_ += [part for way in given.derived for part in way.inputs]
    return frozenset(found)


def product_of(formula: Expr) -> str | None:
    """The name of a product of two fields; None for a formula that gives the same on sums as on the rows that are added, as sums of fields do."""
    if isinstance(formula, Operation) and formula.symbol == "*" and all(isinstance(part, Field) for part in formula.parts):
        return formula.text(lambda name: name.key)
    if any(isinstance(node, Operation) and node.symbol in "*/" and len(node.names()) > 1 for node in formula.walk()):
        raise CatalogError(f"{formula.text(lambda name: name.key)}: rows can be added before sums and products of two fields only")
    return None


def _products() -> dict[str, Expr]:
    """The products of two fields that formulas of the catalog add up row by row, by name."""
    formulas = [formula for kpi in KPIS for formula in kpi.formulas] + [way.formula for given in FIELDS_BY_KEY.values() for way in given.derived]
    nodes = [node for formula in formulas for node in formula.walk() if isinstance(node, Operation) and all(isinstance(part, Field) for part in node.parts)]
    return {name: node for node in nodes if node.symbol == "*" and (name := product_of(node))}


PRODUCTS = _products()


@dataclass(frozen=True, eq=False)
class Part:
    """A table brought together: a row for each group, with what reads its columns."""

    size: int
    counts: Floats
    numbers: Mapping[str, Callable[[], ArrayColumn]]
    products: Mapping[str, ArrayColumn]
    texts: Mapping[str, Callable[[], Coded[str | None]]]
    times: Callable[[], Coded[Moment | None]] | None
    shares: frozenset[str] = frozenset()  # columns that should count and hold shares
    ones: frozenset[str] = frozenset()  # columns of leads, customers or orders that hold nothing but 1


def compacted(source: Source, asked: Asked) -> Part:
    """The small table of a source. A cell that cannot be used is an error when its column is read, not before: it may not matter."""
    try:
        return _compacted(source, asked)
    except Unfit:  # what turned out further down; the table is text now
        return _compacted(source, asked)


def _compacted(source: Source, asked: Asked) -> Part:
    there = source.matching.columns
    fields = [key for key in there if key in asked.fields]
    dims = [key for key in DIMENSIONS if key in there and (key in ("channel", "currency") or key in asked.dims)]
    times = [key for key in TIMES if key in there] if asked.time else []
    by = _TRUNCATED.get(asked.time or "") if times == ["date"] and source.is_of_days("date") else None
    tells_currency = "currency" in asked.dims and "currency" not in source.keys
    money = [key for key in there if key in FIELDS_BY_KEY and FIELDS_BY_KEY[key].unit is Unit.MONEY] if tells_currency else []
    source.load([*fields, *dims, *times, *money, *(PAID if source.profile or "spend" in fields else ())])
    source.take_no_words(fields)
    if "budget" in fields:
        source.settle_budget()
    there = source.matching.columns
    fields = [key for key in fields if key in there]
    numbers, refused = _readable(source, fields)
    beside, _ = _readable(source, [key for key in PAID if key in there and key not in fields and (source.profile or "spend" in fields)])
    numbers = {key: number for key, number in source.blank_is_none(numbers | beside).items() if key in fields}
    source.must_be_no_micros(numbers | beside)
    grouped = _grouped(source, numbers, dims, times, by)
    if any(np.isnan(_floats(grouped, f"sum {key}")).any() for key in numbers):  # not a number stands for a blank, and spoils every sum
        numbers = {key: _without_nan(number) for key, number in numbers.items()}
        grouped = _grouped(source, numbers, dims, times, by)
    blanks = _floats(grouped, _BLANKS).astype(np.int64)
    known = {key: (blanks >> place) & 1 == 0 for place, key in enumerate(numbers)}
    columns: dict[str, Callable[[], ArrayColumn]] = {
        key: cache(_checked(source, grouped, key, _column(grouped, key, known[key]))) for key in numbers if known[key].any()
    }
    columns |= {key: _failing(error) for key, error in refused.items()}
    columns |= {key: _two_columns(source, key) for key in source.matching.ambiguous if key in FIELDS_BY_KEY}
    products = {}
    for name in _products_of(numbers):
        values = _floats(grouped, f"sum {name}")
        values[~np.logical_and.reduce([known[part.key] for part in fields_of(PRODUCTS[name])])] = np.nan
        products[name] = ArrayColumn(values)
    texts: dict[str, Callable[[], Coded[str | None]]] = {dim: cache(_coded(source, grouped, dim)) for dim in DIMENSIONS if dim in source.keys}
    if source.channel:  # of all rows, because no column tells it
        channel: Coded[str | None] = Coded(np.zeros(len(grouped), dtype=np.int64), [source.channel])
        texts["channel"] = lambda: channel
    source.currency = source.currency_of(money)
    if source.currency:  # likewise, where headers or signs tell one
        currency: Coded[str | None] = Coded(np.zeros(len(grouped), dtype=np.int64), [source.currency])
        texts["currency"] = lambda: currency
    moments = cache(_spans(grouped) if by else _moments(source, grouped, times)) if set(TIMES) & source.keys else None
    counts = _floats(grouped, _COUNT)
    shares = frozenset(key for key in COUNTED if key in numbers and _may_be_share(columns, counts, grouped, key) and source.holds_shares(key, numbers[key]))
    ones = frozenset(key for key in ONE_EACH if key in numbers and known[key].any() and _are_ones(grouped, key, counts, known[key]))
    return Part(len(grouped), counts, columns, products, texts, moments, shares, ones)


def _are_ones(frame: Any, key: str, counts: Floats, known: npt.NDArray[np.bool_]) -> bool:
    """Whether a column holds nothing but 1."""
    return bool((_floats(frame, f"sum {key}")[known] == counts[known]).all() and (_floats(frame, f"least {key}")[known] == 1).all())


def _may_be_share(columns: Mapping[str, Any], counts: Floats, frame: Any, key: str) -> bool:
    """Whether the figures of a column are less than one each on average, which those of a count seldom are."""
    values = _floats(frame, f"sum {key}")
    return (key in columns and bool(np.nansum(values) < counts[~np.isnan(values)].sum())) or frame.shape[0] <= 1_000


def _without_nan(number: nw.Expr) -> nw.Expr:
    return nw.when(~number.is_nan()).then(number)


def _readable(source: Source, fields: Sequence[str]) -> tuple[dict[str, nw.Expr], dict[str, InputError]]:
    """The fields as numbers, and why others cannot be read."""
    numbers: dict[str, nw.Expr] = {}
    refused: dict[str, InputError] = {}
    for key in fields:
        try:
            numbers[key] = source.number(key)
        except InputError as error:
            refused[key] = error
    return numbers, refused


def _grouped(source: Source, numbers: Mapping[str, nw.Expr], dims: Sequence[str], times: Sequence[str], by: str | None) -> Any:
    """The groups, in memory. ``by``: what days are brought to (1mo, 1q, 1y), None where each stands for itself."""
    keys = [source.name_key(dim).alias(dim) for dim in dims]
    if by:
        keys += [source.time_key("date").dt.truncate(by).alias("date"), source.time_key("date").alias(_DAY)]
    else:
        keys += [source.time_key(key).alias(key) for key in times]
    products = _products_of(numbers)
    named = dict(numbers) | {name: PRODUCTS[name].evaluate(numbers, operator.truediv) for name in products}
    cells = source.frame.select(*keys, *(number.alias(name) for name, number in named.items())) if keys or named else source.frame.select("0")
    whole = nw.Int32 if len(numbers) < 32 else nw.Int64  # the narrower one takes a fifth less of the whole
    blanks = nw.lit(0).cast(whole)
    for place, key in enumerate(numbers):
        blanks = blanks + nw.col(key).is_null().cast(whole) * nw.lit(1 << place).cast(whole)
    totals = {key: FIELDS_BY_KEY[key].total for key in numbers}
    days = [nw.col(_DAY).min().alias(f"first {_DAY}"), nw.col(_DAY).max().alias(f"last {_DAY}")] if by else []
    found = [
        *days,
        nw.len().alias(_COUNT),
        *(nw.col(name).sum().alias(f"sum {name}") for name in named),
        *(nw.col(key).min().alias(f"least {key}") for key, total in totals.items() if total is not Total.SUM or FIELDS_BY_KEY[key].limits is not Limits.ANY),
        *(nw.col(key).max().alias(f"most {key}") for key, total in totals.items() if total is not Total.SUM),
    ]
    with np.errstate(over="ignore"):  # a sum that is too large is infinite, which the engine knows
        grouped = source.collected(cells.with_columns(blanks.alias(_BLANKS)).group_by(*dims, *times, _BLANKS).agg(*found))
    for key in (*dims, *(() if by else times)):  # each cell by its place among the distinct ones, which its library finds quicker than Python
        distinct = grouped.select(key).drop_nulls().unique().with_row_index(f"code {key}")
        grouped = grouped.join(distinct, on=key, how="left")
    return grouped


def _products_of(numbers: Mapping[str, nw.Expr]) -> list[str]:
    return [name for name, product in PRODUCTS.items() if all(part.key in numbers for part in fields_of(product))]


def _floats(frame: Any, name: str) -> Floats:
    """A column of numbers, NaN where it is null."""
    found: Floats = frame[name].cast(nw.Float64).to_numpy().astype(np.float64)
    return found


def _column(frame: Any, key: str, known: npt.NDArray[np.bool_]) -> ArrayColumn:
    """The numbers of a field by group, NaN where it is unknown."""
    values = np.where(known, _floats(frame, f"sum {key}"), np.nan)
    if FIELDS_BY_KEY[key].total is Total.SUM:
        return ArrayColumn(values)
    return ArrayColumn(values, edges_by_row=(_floats(frame, f"least {key}"), _floats(frame, f"most {key}")))


def _checked(source: Source, frame: Any, key: str, column: ArrayColumn) -> Callable[[], ArrayColumn]:
    """The column of a field; InputError where a number in it is none that the field may be."""
    low, high, low_allowed = FIELDS_BY_KEY[key].limits.value
    least = np.fmin.reduce(_floats(frame, f"least {key}"), initial=np.inf) if f"least {key}" in frame.columns else np.inf
    most = np.fmax.reduce(column.most, initial=-np.inf)
    looks_wrong = least < low or (least == low and not low_allowed) or most > high or np.isinf(column.values).any()

    def read() -> ArrayColumn:
        if looks_wrong:  # a sum that is too large is infinite as well, and no cell of it is wrong
            source.check_limits(key)
        source.tell_abbreviations(key)
        return column

    return read


def _failing(error: InputError) -> Callable[[], Any]:
    """What raises an error when it is read."""

    def read() -> Any:
        raise error

    return read


def _two_columns(source: Source, key: str) -> Callable[[], Any]:
    """What raises the error of two columns that are one field."""
    return lambda: source.column(key)


def _coded(source: Source, frame: Any, dim: str) -> Callable[[], Coded[str | None]]:
    def read() -> Coded[str | None]:
        source.column(dim)  # an error where two columns are that
        codes, cells = _distinct(frame, dim)
        places, labels = _by_codes(source.labels(dim, cells))  # several spellings may be one name
        return Coded(places[codes], labels)

    return read


def _moments(source: Source, frame: Any, times: Sequence[str]) -> Callable[[], Coded[Moment | None]]:
    """The days of each group: of its date, or else of its period."""

    def read() -> Coded[Moment | None]:
        for key in source.keys.intersection(TIMES):
            source.column(key)  # an error where two columns are that
        found: list[Moment | None] = [None] * len(frame)
        for key in times:
            if key == "ends":
                continue
            codes, cells = _distinct(frame, key)
            days = source.days(key, cells)
            moments = [days.get(cell) for cell in cells]
            if key == "starts":
                found = [moment or whole for moment, whole in zip(found, _spanned(source, frame, codes, moments), strict=True)]
                continue
            found = [moment or moments[code] for moment, code in zip(found, codes.tolist(), strict=True)]
        return _by_codes(found)

    return read


def _spanned(source: Source, frame: Any, codes: Any, first: Sequence[Moment | None]) -> list[Moment | None]:
    """From the day on which each row starts to the one on which it ends."""
    ends, cells = _distinct(frame, "ends")
    read = source.days("ends", cells)
    last = [read.get(cell) for cell in cells]
    found: list[Moment | None] = []
    for start, end in zip(codes.tolist(), ends.tolist(), strict=True):
        one, other = first[start], last[end]
        found.append(one if other is None or one is None or other.last < one.first else Moment(one.first, other.last))
    return found


def _spans(frame: Any) -> Callable[[], Coded[Moment | None]]:
    """From the first to the last day of each group."""

    def read() -> Coded[Moment | None]:
        first, last = (values_of(frame[f"{edge} {_DAY}"]) for edge in ("first", "last"))
        return _by_codes([None if day is None else Moment(day.toordinal(), end.toordinal()) for day, end in zip(first, last, strict=True)])

    return read


def _distinct(frame: Any, key: str) -> Coded[Any]:
    """A code a group, and the distinct cells that they stand for, None the last of them where some are blank."""
    at = f"code {key}"
    distinct = frame.select(key, at).drop_nulls().unique().sort(at)
    cells, codes = values_of(distinct[key]), frame[at]
    if codes.null_count():
        codes = codes.fill_null(len(cells))
        cells.append(None)
    return Coded(codes.cast(nw.Int64).to_numpy(), cells)


def _by_codes(values: Sequence[T]) -> Coded[T]:
    distinct: dict[T, int] = {}
    codes = [distinct.setdefault(value, len(distinct)) for value in values]
    return Coded(np.array(codes, dtype=np.int64), list(distinct))
