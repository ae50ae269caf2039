"""Amounts in several currencies brought to one, by a table of rates that the user gives."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import inf
from typing import NamedTuple

import numpy as np

from smm_xl.catalog.kpi import Field, Unit, fields_of
from smm_xl.catalog.registry import FIELDS_BY_KEY, folded
from smm_xl.cells import cell as cells
from smm_xl.cells import currencies
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.engine.rows import Moment
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text
from smm_xl.sources import days
from smm_xl.sources.arrays import ArrayColumn
from smm_xl.sources.compaction import PRODUCTS, Part
from smm_xl.sources.groupsums import Floats
from smm_xl.sources.intake import Source
from smm_xl.sources.table import Table, rows_of
from smm_xl.sources.texts import MARKS, is_blank

_NAMES = {
    "currency": ("currency", "code", "currency code", "валюта", "код", "код валюты", "букв. код"),
    "rate": ("rate", "exchange rate", "course", "курс", "курс валюты"),
    "date": ("date", "day", "дата", "день"),
    "units": ("units", "nominal", "unit", "единиц", "номинал", "количество"),
}
_COLUMN_OF = {name: key for key, names in _NAMES.items() for name in names}


class Rate(NamedTuple):
    """From a day on, how much of the report's currency one unit is; without a day always."""

    day: float
    value: float


@dataclass(frozen=True)
class Rates:
    """How much of the report's ``currency`` one unit of others is, by code in the order of time; ``name``: of the table."""

    currency: str
    by_code: Mapping[str, Sequence[Rate]]
    name: str

    @property
    def has_days(self) -> bool:
        return any(rate.day > -inf for rates in self.by_code.values() for rate in rates)

    def of(self, code: str, moment: Moment | None) -> float:
        """The rate of a row: the last one not after it. Raises InputError where there is none."""
        if code == self.currency:
            return 1.0
        known = self.by_code.get(code) or self._of_family(code)
        if not known:
            raise InputError(
                Text(f"there is no rate of {code}", f"нет курса {code}"), cure=Text("add a row for it", "добавьте для неё строку"), place=self.name
            )
        if known[0].day == -inf and len(known) == 1:
            return known[0].value
        if moment is None:
            raise InputError(
                Text(f"an amount in {code} has no date, and its rates have", f"у суммы в {code} нет даты, а курсы — по датам"),
                cure=Text("name the column: --map date=COLUMN, or give one rate without a date", "укажите столбец: --map date=СТОЛБЕЦ, или один курс без даты"),
                place=self.name,
            )
        place = bisect_right(known, float(moment.last), key=lambda rate: rate.day)
        if not place:
            day = periods.around(moment.last, "day").label
            raise InputError(
                Text(f"there is no rate of {code} on {day} or before", f"нет курса {code} на {day} и раньше"),
                cure=Text("add a row with an earlier date", "добавьте строку с более ранней датой"),
                place=self.name,
            )
        return known[place - 1].value

    def _of_family(self, code: str) -> Sequence[Rate]:
        """The rates of the one currency that a sign such as $ can mean here."""
        meant = [other for other in self.by_code if currencies.apart((code, other)) == [other]]
        return self.by_code[meant[0]] if len(meant) == 1 else ()

    @property
    def words(self) -> Text:
        """What a reader has to know of them."""
        told = [f"{code} {rates[0].value:g}" + (f" … {rates[-1].value:g}" if len(rates) > 1 else "") for code, rates in self.by_code.items()]
        return Text(f"amounts are in {self.currency}, by {self.name}: {', '.join(told)}", f"суммы — в {self.currency}, по {self.name}: {', '.join(told)}")


def code_named(text: str) -> str:
    """The code of the currency of a report. Raises UnknownName."""
    code = currencies.code_of(text)
    if code is None or code not in currencies.CODES:
        raise UnknownName(Text("currency", "валюта"), text, sorted(currencies.CODES))
    return code


def rates_of(table: Table, currency: str, decimal: str | None = None, dates: str | None = None) -> Rates:
    """The rates in a table: currency, rate, optionally date and units. Raises InputError with the place of what cannot be used."""
    columns = {_COLUMN_OF[folded(header)]: place for place, header in enumerate(table.headers) if folded(header) in _COLUMN_OF}
    if missing := [key for key in ("currency", "rate") if key not in columns]:
        listed = ", ".join(f"«{header}»" for header in table.headers)
        raise InputError(
            Text(
                f"the table of rates has no column «{missing[0]}»; columns found: {listed}", f"в таблице курсов нет столбца «{missing[0]}»; найдены: {listed}"
            ),
            accepted=Text("needed are «currency» and «rate», and «date» may stand beside them", "нужны «валюта» и «курс», рядом может быть «дата»"),
            cure=Text("write the heading above its column", "напишите заголовок над этим столбцом"),
            place=table.name,
        )
    rows = _Rows(table, columns, decimal, dates)
    found: dict[str, dict[float, float]] = {}
    for row in rows.numbers:
        code, value, day = rows.code(row), rows.positive(row, "rate"), rows.day(row)
        if "units" in columns:
            value /= rows.positive(row, "units")
        if found.setdefault(code, {}).setdefault(day, value) != value:
            raise InputError(
                Text(f"two rates of {code} for one day", f"два курса {code} на один день"),
                cure=Text("leave one", "оставьте один"),
                place=rows.where(row, "rate"),
            )
    by_code = {code: [Rate(day, values[day]) for day in sorted(values)] for code, values in found.items()}
    return Rates(currency, by_code, table.file.name if table.file else table.name)


class _Rows:
    """The rows of a table of rates, cell by cell."""

    def __init__(self, table: Table, columns: Mapping[str, int], decimal: str | None, dates: str | None) -> None:
        self._table, self._columns = table, columns
        self._rows = rows_of(table)
        self.numbers = [number for number, row in enumerate(self._rows) if not all(value is None or is_blank(value) for value in row)]
        self._read_day = days.reader("date", [self._cell(number, "date") for number in self.numbers] if "date" in columns else [], dates)
        self._mark = decimal or self._decided()

    def _cell(self, number: int, key: str) -> object:
        return self._rows[number][self._columns[key]]

    def _decided(self) -> str | None:
        """The decimal mark that the rates themselves decide: one with which all of them are numbers."""
        texts = [value for number in self.numbers if isinstance(value := self._cell(number, "rate"), str)]
        fitting = [mark for mark in MARKS if all(_number(text, mark) is not None for text in texts)]
        return fitting[0] if len(fitting) == 1 else None

    def where(self, number: int, key: str) -> Text | str:
        return self._table.place(number, self._columns[key]) if self._table.place else self._table.name

    def _refused(self, number: int, key: str, accepted: Text) -> InputError:
        value = self._cell(number, key)
        return InputError(
            Text(f"«{value}» is not accepted here", f"значение «{value}» не подходит"),
            accepted=Text(f"accepted: {accepted.en}", f"принимается: {accepted.ru}"),
            cure=Text("correct the cell", "исправьте ячейку"),
            place=self.where(number, key),
        )

    def code(self, number: int) -> str:
        value = self._cell(number, "currency")
        code = currencies.code_of(str(value)) if value is not None else None
        if code is None:
            raise self._refused(number, "currency", Text("a code such as USD", "код, например USD"))
        return code

    def positive(self, number: int, key: str) -> float:
        value = self._cell(number, key)
        read = _number(value, self._mark) if isinstance(value, str) else float(value) if isinstance(value, int | float) else None
        if read is None or not 0 < read < inf:
            raise self._refused(number, key, Text("a number above 0, such as 90.52", "число больше 0, например 90,52"))
        return read

    def day(self, number: int) -> float:
        """The day of a row; before all days where none is told."""
        if "date" not in self._columns or self._cell(number, "date") is None:
            return -inf
        try:
            moment = self._read_day(self._cell(number, "date"))
        except CellError:
            moment = None
        if moment is None:
            raise self._refused(number, "date", Text("a date such as 2026-08-31", "дата, например 31.08.2026"))
        return float(moment.first)


def _number(text: str, mark: str | None) -> float | None:
    try:
        return cells.number_in(text, decimal=mark, imported=True)
    except CellError:
        return None


# --- the amounts of a table ---


def in_one_currency(source: Source, part: Part, rates: Rates) -> Part:
    """A table with its amounts in the currency of the report. What has no rate raises InputError when it is read."""
    rows = _rows_of(part)

    def factors(key: str) -> Floats:
        if "currency" in part.texts:
            codes, labels = part.texts["currency"]()
            by_row = [labels[code] for code in codes.tolist()]
        else:
            told = currencies.apart(source.currencies(key))
            if len(told) > 1:
                header = source.table.headers[source.matching.columns[key]]
                raise InputError(
                    Text(f"the cells of «{header}» are in several currencies: {', '.join(told)}", f"в «{header}» несколько валют: {', '.join(told)}"),
                    cure=Text("write the currency into a column of its own", "вынесите валюту в отдельный столбец"),
                    place=source.name,
                )
            by_row = [told[0] if told else None] * part.size
        known: dict[tuple[str | None, Moment | None], float] = {}
        for pair in set(zip(by_row, rows(), strict=True)):
            code = None if pair[0] is None else currencies.code_of(pair[0]) or pair[0]
            known[pair] = 1.0 if code is None else rates.of(code, pair[1])
        return np.array([known[pair] for pair in zip(by_row, rows(), strict=True)], dtype=np.float64)

    def number(key: str) -> Callable[[], ArrayColumn]:
        return cache(lambda: _times(part.numbers[key](), factors(key)))

    numbers = {key: number(key) if FIELDS_BY_KEY[key].unit is Unit.MONEY else read for key, read in part.numbers.items()}
    products = {name: _times(product, factors(money[0].key)) if (money := _money_in(name)) else product for name, product in part.products.items()}
    return replace(part, numbers=numbers, products=products)


def _rows_of(part: Part) -> Callable[[], list[Moment | None]]:
    @cache
    def read() -> list[Moment | None]:
        if part.times is None:
            return [None] * part.size
        codes, labels = part.times()
        return [labels[code] for code in codes.tolist()]

    return read


def _money_in(product: str) -> list[Field]:
    return [given for given in fields_of(PRODUCTS[product]) if given.unit is Unit.MONEY]


def _times(column: ArrayColumn, factors: Floats) -> ArrayColumn:
    edges = column.edges_by_row
    return ArrayColumn(column.values * factors, column.bad, None if edges is None else (edges[0] * factors, edges[1] * factors))
