"""The VBA of the add-in, run by pyOpenVBA's interpreter in a workbook of its own: its calls go through xlwings into our Python."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

from openpyxl.utils import get_column_letter
from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel import _model as model
from pyopenvba.interpreter import _objects as objects
from pyopenvba.interpreter import _values as values

from smm_xl.hosts.xlam import build, wrappers
from tests.com import MISSING, Excel

_HRESULT_OF_0 = -2146828288
_CONNECTION = """
Public Function XLPy() As Object
    Set XLPy = CreateObject("xlwings.XLPython")
End Function
Public Function Described() As Boolean
    Dim done As Boolean
    SmmDescribe done
    Described = done
End Function
"""


class Vba:
    """A workbook with the functions of the add-in."""

    def __init__(self, excel: Excel) -> None:
        self.started = 0  # how often Python was started
        self.failures = 0  # how many of the next calls the connection loses
        self.broken = False  # whether Python cannot be started
        self.handed_over: list[Any] = []  # the arguments of the last call, as COM hands them to Python
        self.is_1904 = False
        self.answer = 6  # what popups answer: yes
        self.popups: list[str] = []
        # members of Excel's objects that the interpreter lacks, by their names in small letters
        self.members: dict[Any, dict[str, Callable[..., Any]]] = {
            model.Workbook: {"date1904": lambda book: self.is_1904},
            model.Application: {"caller": lambda program: self.area("ZZ1"), "pathseparator": lambda program: os.sep},
        }
        self._excel = excel
        self._app = ExcelApplication()
        self._app.add_workbook()
        # lines of attributes inside functions are not read by the interpreter
        source = [line for line in build.functions_module().splitlines() if not line.startswith("Attribute SMM_")]
        self._app.add_module("\n".join(source), name=wrappers.NAME)
        self._app.add_module(_CONNECTION, name="connection")
        self.shows_a_workbook = True

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

    def resizes(self) -> list[int]:
        """To how many rows ranges are cut from now on."""
        found: list[int] = []
        before = model.Range.vba_get

        def resize(area: Any, rows: Any) -> Any:
            found.append(int(rows))
            return before(area, "Resize", [rows])

        self.members[model.Range] = {"resize": resize}
        return found

    # --- the buttons, and what of Excel they need

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Fill the first sheet, which is that of the add-in."""
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row, 1):
                self.area(f"{get_column_letter(column)}{number}").vba_set("Value", cell, [], {}, by_ref=False)

    def set_language(self, number: int) -> None:
        settings = _Com({"languageid": lambda _, kind: number if kind == 2 else 0})
        self.members[model.Application]["languagesettings"] = lambda program: settings

    def press(self, button: str) -> None:
        self.run("SmmPressed", self._control(button))

    def label(self, button: str) -> str:
        return self._words("SmmLabel", button)

    def tip(self, button: str) -> str:
        return self._words("SmmTip", button)

    def _words(self, sub: str, button: str) -> str:
        """What a sub puts into its second argument, as Excel takes it."""
        self._app.add_module(
            f"Public Function Ask{sub}(control)\n{sub} control, Ask{sub}\nEnd Function", name=f"ask_{sub}_{len(self._app.interpreter.modules)}"
        )
        return str(self.run(f"Ask{sub}", self._control(button)))

    def _control(self, button: str) -> Any:
        return _Com({"id": lambda _: button}, kind="IRibbonControl")

    def dialog(self, answer: Any) -> list[str]:
        """Let the dialog for a file give an answer; the workbooks that are opened from now on."""
        opened: list[str] = []
        self.members[model.Application]["getsaveasfilename"] = lambda program, *rest: answer
        self.members[model.Workbooks] = {"open": lambda books, path, *rest: opened.append(path)}
        return opened

    def work_on(self, path: Path) -> None:
        """Let the active workbook be one of a file."""
        self.members[model.Workbook] |= {"name": lambda book: path.name, "savecopyas": lambda book, to: shutil.copy(path, to)}

    def close_all(self) -> None:
        """Let no workbook be shown."""
        self.members[model.Application]["activeworkbook"] = lambda program: values.NOTHING

    def links(self, links: list[str], own: str) -> list[Any]:
        """Let the active workbook have links, and the add-in a path; what is done to them."""
        done: list[Any] = []
        self.members[model.Workbook] |= {
            "linksources": lambda book, kind: _to_vba(links) if links else values.EMPTY,
            "changelink": lambda book, link, to, kind: done.append((link, to, int(kind))),
            "fullname": lambda book: own,
            "name": lambda book: "smm.xlam",
        }
        self.members[model.Application]["calculatefullrebuild"] = lambda program: done.append("calculated anew")
        return done

    def new_sheet(self, height: int) -> list[list[Any]]:
        """The first rows of the workbook that was added last."""
        area = self._app.interpreter.host.call_global("ActiveSheet", [], {}).vba_get("Range", [f"A1:E{height}"])
        rows: list[list[Any]] = _from_vba(area.vba_get("Value2"), error=int, array=list)
        return rows

    def describe(self) -> tuple[bool, dict[str, dict[str, Any]]]:
        """Whether Excel takes the help of the functions, and what it is told of them; it refuses while no workbook is shown."""
        told: dict[str, dict[str, Any]] = {}

        def options(program: Any, **named: Any) -> None:
            if not self.shows_a_workbook:
                raise values.error(1004, "Cannot edit a macro on a hidden workbook.")
            told[named["Macro"]] = {key: _from_vba(value, error=int, array=list) for key, value in named.items()}

        self.members[model.Application]["macrooptions"] = options
        self.members[model.Workbook]["name"] = lambda book: "smm.xlam"
        return bool(self.run("Described")), told

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
        """Members of Excel's objects, and COM."""
        with contextlib.ExitStack() as stack:
            for kind, members in self.members.items():
                stack.enter_context(mock.patch.object(kind, "vba_get", _with(kind.vba_get, members)))
            stack.enter_context(mock.patch.object(model.Application, "vba_set", _without(model.Application.vba_set, "cursor")))
            stack.enter_context(mock.patch.dict(self._app.interpreter._intrinsics, {"environ$": _environment, "environ": _environment}))
            stack.enter_context(mock.patch.object(type(self._app.interpreter.host), "create", lambda host, name: self._created(name)))
            yield

    def _created(self, name: str) -> Any:
        if name == "WScript.Shell":
            return _Com({"popup": self._popup})
        self.started += 1
        if self.broken:
            raise values.error(1000, "Could not load xlwings64.dll")
        server = self._excel.server
        return _Com({"calludf": self._call_python} | {name.lower(): _passed_on(getattr(server, name)) for name in ("Str", "Call", "Module", "TupleFromArray")})

    def _popup(self, _shell: Any, words: Any, *rest: Any) -> Any:
        self.popups.append(str(words))
        return values.VBAInt(self.answer, "Long")

    def _call_python(self, _server: Any, module: Any, function: Any, given: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise values.error(462, "The remote server machine does not exist or is unavailable")
        self.handed_over = [_from_vba(item, error=lambda number: _HRESULT_OF_0 + number, array=tuple) for item in given.items]
        return _to_vba(self._excel.call(function, *self.handed_over, module=module))


class _Com(objects.VBAObject):
    """An object behind COM: its members by their names in small letters."""

    vba_type_name = "Com"

    def __init__(self, members: dict[str, Callable[..., Any]], held: Any = None, kind: str = "Com") -> None:
        self.members = members
        self.held = held
        self.vba_type_name = kind

    def vba_get(self, name: str, args: Sequence[object] = (), named: Any = None) -> Any:
        del named
        return self.members[name.lower()](self, *args)


def _passed_on(function: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the server as VBA calls it; what it gives stays an object there."""

    def call(_server: Any, *given: Any) -> Any:
        result = function(*[value.held if isinstance(value, _Com) else _from_vba(value, error=int, array=tuple) for value in given])
        return result if isinstance(result, str) else _Com({}, result)

    return call


def _with(before: Callable[..., Any], members: dict[str, Callable[..., Any]]) -> Callable[..., Any]:
    def get(target: Any, name: str, args: Sequence[object] = (), named: Any = None) -> Any:
        if name.lower() in members:
            return members[name.lower()](target, *args, **(named or {}))
        return before(target, name, args, named)

    return get


def _without(before: Callable[..., Any], property_: str) -> Callable[..., Any]:
    def set_(target: Any, name: str, *rest: Any, **named: Any) -> None:
        if name.lower() != property_:
            before(target, name, *rest, **named)

    return set_


def _environment(interpreter: Any, given: list[Any], named: Any) -> str:
    del interpreter, named
    return os.environ[str(given[0])]


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
