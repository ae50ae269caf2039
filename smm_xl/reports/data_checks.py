"""What would make a total wrong though every cell of it is right: two currencies, one figure in two tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import nan

from smm_xl.catalog.kpi import Field, Total, Unit, fields_of
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells import currencies
from smm_xl.cells.period import Period
from smm_xl.engine.planner import Plan
from smm_xl.engine.rows import Rows, tells
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources.intake import Source
from smm_xl.sources.rates import Rates
from smm_xl.sources.recognising import PAID


def _used(plans: Iterable[Plan]) -> dict[str, tuple[Field, int]]:
    """The fields that plans take, by key, and the table of each."""
    return {part.key: (part, leaf.table) for plan in plans for leaf in plan.leaves for part in fields_of(leaf.row_formula)}


def currencies_of(sources: Sequence[Source], tables: Sequence[Rows], plans: Iterable[Plan]) -> dict[str, Text]:
    """The currencies of the money that plans take, each with a place: of the rows where a column tells them, else of headers and signs in cells."""
    money = {given for given, _ in _used(plans).values() if given.unit is Unit.MONEY}
    # parts of a derived cost are not named by the plan, but they are money of the same sum
    money |= {part for given in money for way in given.derived for part in way.inputs if part.unit is Unit.MONEY}
    found: dict[str, Text] = {}
    if not money:
        return found
    for rows in tables:
        if "currency" in rows.dims:
            codes, labels = rows.coded("currency")
            many = rows.kernel.listed(rows.kernel.counts(codes, len(labels), None))
            there = [label for label, count in zip(labels, many, strict=True) if label is not None and count]
            found = {currencies.code_of(label) or label: Text(f"table «{rows.name}»", f"таблица «{rows.name}»") for label in there} | found
    for source in sources:
        for given in sorted(money, key=lambda given: given.key):
            if given.key in source.matching.columns and "currency" not in source.keys and source.currency is None:
                found = source.currencies(given.key) | found
    return found


def currency_of(sources: Sequence[Source], tables: Sequence[Rows], plans: Iterable[Plan], rates: Rates | None) -> str:
    """The one currency of the money that plans take, or to which rates bring it; "" where none is told, or several are."""
    if rates is not None:
        return rates.currency
    told = currencies.apart(currencies_of(sources, tables, plans))
    return told[0] if len(told) == 1 else ""


def one_currency(sources: Sequence[Source], tables: Sequence[Rows], plans: Iterable[Plan]) -> None:
    """Refuse money in two currencies. Raises InputError, which names both."""
    found = currencies_of(sources, tables, plans)
    apart = sorted(currencies.apart(found))
    if len(apart) > 1:
        one, other = apart[:2]
        where, elsewhere = found[one], found[other]
        raise InputError(
            Text(
                f"two currencies would be added: {one} ({where.en}) and {other} ({elsewhere.en})",
                f"складывались бы две валюты: {one} ({where.ru}) и {other} ({elsewhere.ru})",
            ),
            cure=_ways_out(one, any("currency" in rows.dims for rows in tables)),
        )


def without_currency(sources: Sequence[Source], tables: Sequence[Rows], plans: Sequence[Plan], wanted: str | None) -> list[Text]:
    """Amounts that no currency is told of beside others that have one, and signs that several currencies have. ``wanted``: of the report, if rates are given."""
    found = currencies_of(sources, tables, plans)
    codes = [code for code in currencies.apart(found) if code not in ("$", "¥")]
    taken = wanted or (codes[0] if len(codes) == 1 else None)
    if taken is None:
        return []
    notes = [
        Text(f"«{sign}» is taken as {code} ({found[sign].en})", f"«{sign}» принят за {code} ({found[sign].ru})")
        for sign, code in currencies.taken_together(found)
    ]
    money = sorted(key for key, (given, _) in _used(plans).items() if given.unit is Unit.MONEY)
    for source in sources:
        if "currency" in source.keys or source.currency is not None:
            continue
        for key in money:
            if key in source.matching.columns and not source.currencies(key):
                header = source.table.headers[source.matching.columns[key]]
                notes.append(
                    Text(
                        f"{source.name}: no currency is told of «{header}», it is taken as {taken}",
                        f"{source.name}: у «{header}» не указана валюта, она считается {taken}",
                    )
                )
    for rows in tables:
        if money and "currency" in rows.dims:
            codes_, labels = rows.coded("currency")
            counts = rows.kernel.listed(rows.kernel.counts(codes_, len(labels), rows.counts))
            blank = sum(count for label, count in zip(labels, counts, strict=True) if label is None)
            if blank:
                notes.append(
                    Text(
                        f"{rows.name}: rows without a currency: {blank:g}, taken as {taken}",
                        f"{rows.name}: строк без валюты: {blank:g}, они считаются в {taken}",
                    )
                )
    return notes


def _ways_out(one: str, has_column: bool) -> Text:
    if has_column:
        return Text(
            f"report one of them (--where currency={one}) or each apart (--by currency), or bring them to one: --rates rates.csv --currency {one}",
            f"возьмите одну (--where currency={one}), стройте отчёт по валютам (--by currency) или приведите к одной: --rates rates.csv --currency {one}",
        )
    return Text(
        f"bring them to one: --rates rates.csv --currency {one}; or report them apart",
        f"приведите к одной: --rates rates.csv --currency {one}; или стройте отчёты раздельно",
    )


def overlaps(tables: Sequence[Rows], plans: Iterable[Plan]) -> list[Text]:
    """Inputs that several tables hold with different totals: only one table counts, and the reader is told which.

    Raises InputError where the other table plainly goes on with the first: its figures must not be lost.
    """
    notes = []
    for key, (given, home) in _used(plans).items():
        if given.total is not Total.SUM or key not in tables[home].fields:
            continue
        counted = _total(tables[home], key)
        for place, rows in enumerate(tables):
            if place == home or key not in rows.fields:
                continue
            if _goes_on(tables[home], rows):
                raise _continued(tables[home], rows, key)
            if beyond := _beyond(tables[home], rows):
                raise _of_other_days(tables[home], rows, key, beyond)
            other = _total(rows, key)
            if abs(other - counted) > 1e-9 * max(abs(other), abs(counted)):
                name, other_name, field_name = tables[home].name, rows.name, Text(key, f"«{FIELDS_BY_KEY[key].name.ru}»")
                notes.append(
                    Text(
                        f"{field_name.en} stands in two tables ({name}: {counted:g}, {other_name}: {other:g}); only {name} counts in totals; --from {key}=FILE says otherwise",
                        f"{field_name.ru} есть в двух таблицах ({name}: {counted:g}, {other_name}: {other:g}); в итогах учтена только {name}; иначе — --from {key}=ФАЙЛ",
                    )
                )
    return notes


_CLAIMED = ("leads", "conversions", "customers", "orders", "revenue")  # what a platform counts as its own doing


def claimed_twice(sources: Sequence[Source], tables: Sequence[Rows], plans: Iterable[Plan]) -> list[Text]:
    """A word on results of several advertising platforms that are added: each claims a customer who saw both."""
    platforms = frozenset(source.implied_channel for source in sources if source.implied_channel and set(PAID) & source.keys)
    by_channels: dict[tuple[str, ...], list[str]] = {}
    for key, (given, home) in _used(plans).items():
        rows = tables[home]
        if key in _CLAIMED and key in rows.fields and rows.implied_channels:
            column = rows.column(given.key)
            claiming = sorted(channel for channel in platforms & rows.implied_channels & rows.channels_of(rows.complete([column])) if channel)
            if len(claiming) > 1:
                by_channels.setdefault(tuple(claiming), []).append(key)
    return [
        Text(
            f"{', '.join(keys)}: {', '.join(channels)} each count what they claim, so one customer may be counted twice; a table of a CRM or shop beside them counts each once",
            f"{', '.join(keys)}: {', '.join(channels)} считают каждый своё, один клиент может быть учтён дважды; таблица CRM или магазина рядом учтёт каждого один раз",
        )
        for channels, keys in by_channels.items()
    ]


def _total(rows: Rows, key: str) -> float:
    """The sum of a field over all rows, NaN where none knows it."""
    column = rows.column(key)
    (total,) = rows.listed(rows.total(column, rows.complete([column]), Total.SUM, ())[0])
    return nan if isinstance(total, str) else total


def _beyond(rows: Rows, other: Rows) -> str:
    """The days of another table of the same money beyond those of the one that counts; "" where there are none. Posts are a part of their channel."""
    if "posts" in (rows.kind, other.kind) or _is_paid(rows) != _is_paid(other) or not (tells(rows, "time") and tells(other, "time")):
        return ""
    mine, others = rows.span(), other.span()
    if mine is None or others is None:
        return ""
    if rows.days() and other.days():
        if mine.first <= others.first and others.last <= mine.last:
            return ""
        return Period(*others, "range").label
    months = {month.first for month in rows.months()}
    return ", ".join(month.label for month in other.months() if month.first not in months)


def _is_paid(rows: Rows) -> bool:
    return bool(rows.fields & frozenset(PAID))


def _of_other_days(rows: Rows, other: Rows, key: str, beyond: str) -> InputError:
    return InputError(
        Text(
            f"«{rows.name}» and «{other.name}» both hold {key}, by other dimensions and for other days: {other.name} has {beyond}",
            f"«{rows.name}» и «{other.name}» содержат {key} в разных разрезах и за разные дни: в {other.name} есть {beyond}",
        ),
        cure=Text(
            f"say which counts: --from {key}={other.name} or --from {key}={rows.name}; or ask for the days that both have: --period",
            f"укажите, что считать: --from {key}={other.name} или --from {key}={rows.name}; или возьмите общие дни: --period",
        ),
    )


def _goes_on(rows: Rows, other: Rows) -> bool:
    """Whether two tables of one kind tell the same dimensions and have no month and channel in common."""
    dims = tuple(dim for dim in ("month", "channel") if tells(rows, dim))
    if not dims or rows.kind != other.kind or rows.dims != other.dims or (tells(rows, "time") and (rows.grain(), other.grain()) != ("month", "month")):
        return False
    return not set(rows.labels(dims)) & set(other.labels(dims))


def _continued(rows: Rows, other: Rows, key: str) -> InputError:
    apart = ", ".join(sorted(rows.fields ^ other.fields)) or "—"
    return InputError(
        Text(
            f"«{rows.name}» and «{other.name}» both hold {key} for different months or channels, but their columns differ ({apart}), so they are not one table",
            f"«{rows.name}» и «{other.name}» содержат {key} за разные месяцы или каналы, но их столбцы различаются ({apart}), поэтому это не одна таблица",
        ),
        cure=Text(
            "give both the same columns (a blank column will do), or report them apart",
            "добавьте недостающие столбцы (можно пустые) или стройте отчёты раздельно",
        ),
    )
