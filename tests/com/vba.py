"""The VBA of the add-in, run by pyOpenVBA's interpreter in a workbook of its own: its calls go through xlwings into our Python."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from unittest import mock

from openpyxl.utils import get_column_letter
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel import _model as model
from pyopenvba.interpreter import _objects as objects
from pyopenvba.interpreter import _values as values

from smm_xl.hosts.xlam import wrappers
from tests.com import MISSING, Excel

_HRESULT_OF_0 = -2146828288
_CONNECTION = """
Public Function XLPy() As Object
    Set XLPy = CreateObject("xlwings.XLPython")
End Function
"""


class Vba:
    """A workbook with the functions of the add-in."""

    def __init__(self, excel: Excel) -> None:
        self.started = 0  # how often Python was started
        self.failures = 0  # how many of the next calls the connection loses
        self.broken = False  # whether Python cannot be started
        self.handed_over: list[Any] = []  # the arguments of the last call, as COM hands them to Python
        self.resized: list[int] = []  # to how many rows ranges were cut
        self.is_1904 = False
        self._excel = excel
        self._app = ExcelApplication()
        self._app.add_workbook()
        source = [line for line in wrappers.module().splitlines() if not line.startswith("Attribute SMM_")]  # which the interpreter does not read
        self._app.add_module("\n".join(source), name=wrappers.NAME)
        self._app.add_module(_CONNECTION, name="connection")

    def call(self, name: str, *arguments: Any) -> Any:
        """What a function gives: lists of rows stand for ranges, MISSING for nothing. Errors come back by their numbers."""
        return self.run(name, *[self._argument(value, place) for place, value in enumerate(arguments)])

    def run(self, name: str, *arguments: Any) -> Any:
        """What a function gives for arguments as VBA holds them."""
        with self._what_the_interpreter_lacks():
            result = self._app.interpreter.run(name, list(arguments))
        return _from_vba(result, error=lambda number: f"Error {number}", array=list)

    @property
    def said(self) -> list[str]:
        """What message boxes said."""
        return [str(words) for _, words, *_ in self._app.interpreter.dialogs]

    def area(self, address: str) -> Any:
        """A range of the sheet as an object."""
        return self._app.interpreter.host.call_global("Range", [address], {})

    def _argument(self, value: Any, place: int) -> Any:
        if value == MISSING:
            return values.MISSING
        if not isinstance(value, list):
            return value
        height, width = len(value), len(value[0])
        left = 1 + 12 * place
        area = self.area(f"{get_column_letter(left)}1:{get_column_letter(left + width - 1)}{height}")
        for row, cells in enumerate(value):
            for column, cell in enumerate(cells):
                single = area.vba_get("Cells", [row + 1, column + 1], {})
                single.vba_set("Value", _to_vba(cell), [], {}, by_ref=False)
        return area

    @contextlib.contextmanager
    def _what_the_interpreter_lacks(self) -> Iterator[None]:
        """The calling cell, the calendar of the book, and COM."""
        of_book, of_application, of_range = model.Workbook.vba_get, model.Application.vba_get, model.Range.vba_get

        def book(workbook: Any, name: str, *rest: Any, **named: Any) -> Any:
            return self.is_1904 if name.lower() == "date1904" else of_book(workbook, name, *rest, **named)

        def application(program: Any, name: str, *rest: Any, **named: Any) -> Any:
            return self.area("ZZ1") if name.lower() == "caller" else of_application(program, name, *rest, **named)

        def cells(area: Any, name: str, *rest: Any, **named: Any) -> Any:
            if name.lower() == "resize":
                self.resized.append(int(rest[0][0]))
            return of_range(area, name, *rest, **named)

        with (
            mock.patch.object(model.Range, "vba_get", cells),
            mock.patch.object(model.Workbook, "vba_get", book),
            mock.patch.object(model.Application, "vba_get", application),
            mock.patch.object(type(self._app.interpreter.host), "create", lambda host, name: self._connect(name)),
        ):
            yield

    def _connect(self, name: str) -> Any:
        del name
        self.started += 1
        if self.broken:
            raise values.error(1000, "Could not load xlwings64.dll")
        vba = self

        class Server(objects.VBAObject):
            vba_type_name = "XLPython"

            @objects.method(name="CallUDF")  # type: ignore[untyped-decorator]
            def CallUDF(self, module: Any, function: Any, given: Any) -> Any:
                if vba.failures:
                    vba.failures -= 1
                    raise values.error(462, "The remote server machine does not exist or is unavailable")
                vba.handed_over = [_from_vba(item, error=lambda number: _HRESULT_OF_0 + number, array=tuple) for item in given.items]
                return _to_vba(vba._excel.call(function, *vba.handed_over, module=module))

        return Server()


def _to_vba(value: Any) -> Any:
    """A Python value as VBA holds it when pywin32 has handed it over: rows as an array from 0 on."""
    if isinstance(value, list | tuple):
        rows = value if value and isinstance(value[0], list | tuple) else None
        if rows is None:
            return values.VBAArray([(0, len(value) - 1)], items=[_to_vba(cell) for cell in value])
        columns = zip(*rows, strict=True)
        return values.VBAArray([(0, len(rows) - 1), (0, len(rows[0]) - 1)], items=[_to_vba(cell) for column in columns for cell in column])
    if isinstance(value, dt.date):
        return values.VBADate.from_datetime(value)
    if value is None:
        return values.EMPTY
    return value


def _from_vba(value: Any, error: Any, array: Any) -> Any:
    if isinstance(value, values.VBAArray):
        items = [_from_vba(item, error, array) for item in value.items]
        sizes = [upper - lower + 1 for lower, upper in value.bounds]
        if len(sizes) == 1:
            return array(items)
        height = sizes[0]
        return array(array(items[row::height]) for row in range(height))
    if isinstance(value, values.VBAErrorValue):
        return error(value.number)
    if isinstance(value, values.VBADate):
        return value.to_datetime()
    if value is values.EMPTY:
        return None
    if value is values.MISSING:
        return MISSING
    if isinstance(value, values.VBAInt):
        return int(value)
    if isinstance(value, Decimal):
        return Decimal(value)
    return value
