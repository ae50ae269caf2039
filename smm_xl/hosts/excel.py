"""Excel on Windows through xlwings: every function of the catalog, registered so that xlwings can call it and import it.

This is the UDF module for xlwings; ``smm_xl.hosts.excel_addin`` makes the add-in whose VBA calls it. Arguments are what COM hands over:
float, text, bool, None for a blank cell, whole numbers for the codes of errors, Decimal for currency, datetime, and for a range a
tuple of rows (a tuple of cells where there is one row). Results are lists of rows of float, text and bool; errors are their names,
which VBA turns into errors, because Python can return none over COM. A function never raises: what goes wrong is #VALUE! and a
line in ``.smm_xl/smm-xl.log`` of the user's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from xlwings.conversion import Accessor

from smm_xl.cells.cell import VALUE
from smm_xl.functions import FUNCTIONS
from smm_xl.functions.compiled import Function
from smm_xl.hosts import excel_addin, faults
from smm_xl.hosts.registering import registered

_ANY_ERROR = range(excel_addin.HRESULT_OF_0 + 2000, excel_addin.HRESULT_OF_0 + 2100)
_PLAIN = {float, str, bool, type(None)}  # what means the same to the engine


class AsItIs(Accessor):
    """What xlwings does with an argument and a result here: nothing, beyond reading the values of a Range.

    xlwings' own conversion squeezes columns into rows and takes error cells for blank ones; it also takes longer than a KPI.
    """

    @classmethod
    def reader(cls, options: object) -> Callable[[Any], None]:
        del options
        return _read

    @classmethod
    def writer(cls, options: object) -> Callable[[Any], None]:
        del options
        return _pass


def _read(context: Any) -> None:
    if context.range is not None:
        context.value = context.range.raw_value


def _pass(context: Any) -> None:
    del context


def _body(function: Function) -> Callable[..., list[list[Any]]]:
    def body(*given: Any) -> list[list[Any]]:
        try:
            if _PLAIN.issuperset(map(type, given)):
                return shown(function.call(*given))
            return shown(function.call(*map(argument, given)))
        except Exception as error:
            faults.note(excel_addin.log(), f"{function.name}: {faults.place(error)}")
            return [[VALUE]]

    return body


def argument(value: Any) -> Any:
    """An argument as the engine takes it: errors by their names, a range as rows."""
    if type(value) is int:
        return _named(value)
    if isinstance(value, tuple):
        return _rows(value)
    return value


def _named(value: int) -> int | str:
    return excel_addin.ERRORS_OVER_COM.get(value, VALUE) if value in _ANY_ERROR else value


def _rows(value: tuple[Any, ...]) -> Sequence[Sequence[Any]]:
    rows = value if value and isinstance(value[0], tuple) else (value,)
    kinds: set[type] = set()
    for row in rows:
        kinds.update(map(type, row))
    if int not in kinds:
        return rows
    return [[_named(cell) if type(cell) is int else cell for cell in row] for row in rows]


def shown(result: Any) -> list[list[Any]]:
    """A result as rows of what COM and Excel take: whole numbers as float, nothing as empty text."""
    if type(result) is float:
        return [[result]]
    return [[_cell(cell) for cell in row] for row in result] if isinstance(result, list) else [[_cell(result)]]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return float(value) if type(value) is int else value


globals().update({name: registered(function, _body(function), options={"convert": AsItIs}, result={"convert": AsItIs}) for name, function in FUNCTIONS.items()})
