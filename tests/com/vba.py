"""The VBA of the add-in, run by pyOpenVBA's interpreter in a workbook of its own: its calls go through xlwings into our Python."""

from __future__ import annotations

import contextlib
import datetime as dt
import ntpath
import os
import re
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

from pyopenvba.apps.excel import ExcelApplication
from pyopenvba.apps.excel import _model as model
from pyopenvba.interpreter import _objects as objects
from pyopenvba.interpreter import _values as values

from smm_xl.cells.columns import letters
from smm_xl.hosts.excel_addin import ERROR_CODES, build, texts, wrappers
from tests.com import MISSING, ComError

_HRESULT_OF_0 = -2146828288
PYTHON = r"C:\smm\Scripts\python.exe"
WINDOW = 4711  # of Excel
# what the interpreter has no DLL for: it is called by other names, and gives back by its first argument
_LIBRARY = """
Public Function XLPyDLLActivateAuto(ByRef Result As Variant, Optional ByVal Config As String = "", Optional ByVal mode As Long = 1) As Long
    XLPyDLLActivateAuto = LibraryCalled(Config, mode)
    If XLPyDLLActivateAuto = 0 And mode = 1 Then Set Result = LibraryResult() Else Result = LibraryResult()
End Function
Public Sub NewSheet()
    Worksheets.Add After:=Worksheets(1)
End Sub
Public Function Described() As Boolean
    Dim done As Boolean
    SmmDescribe done
    Described = done
End Function
"""


class Library:
    """What stands in for xlwings' DLL and the files around it: it answers at once, with xlwings' own server in this process."""

    def __init__(self, server: Any) -> None:
        self.commands: list[str] = []  # with which Python was started
        self.ended: list[str] = []  # the commands whose processes were ended
        self.broken = ""  # why Python cannot be started
        self.files = {PYTHON, r"C:\smm\xlwings64-" + wrappers.xlwings_version() + ".dll"}
        self.log = ""
        self.loaded: list[str] = []
        self.server = server

    def file_exists(self, path: str) -> bool:
        return path in self.files

    def load(self, path: str) -> bool:
        if path in self.files:
            self.loaded.append(path)
        return path in self.files

    def activate(self, command: str, mode: int) -> tuple[int, Any]:
        """The code that the DLL gives, and the server or what is wrong."""
        if mode == -1:
            self.ended.append(command)
            return 0, None
        self.commands.append(command)
        return (-2147467259, self.broken) if self.broken else (0, self.server)

    def call_udf(self, server: Any, module: str, function: str, given: Sequence[Any]) -> Any:
        return server.CallUDF(module, function, tuple(from_vba(value, error=lambda number: _HRESULT_OF_0 + number, array=tuple) for value in given))

    def text_of_log(self) -> str:
        return self.log


class Vba:
    """A workbook with the functions of the add-in: of the .xlam, or of a module that was imported.

    library: a ``Library``, or what does the same on a Windows computer (``tests.windows.Program``). source: the text of the module.
    """

    def __init__(self, library: Any, source: str | None = None, python: str = PYTHON, home: str = r"C:\Users\Maria") -> None:
        self.library = library
        self.failures = 0  # how many of the next calls the connection loses
        self.dead: set[int] = set()  # the starts whose servers answer no more
        self.handed_over: list[Any] = []  # the arguments of the last call, as COM hands them to Python
        self.is_1904 = False
        self.answer = 6  # what popups answer: yes
        self.popups: list[str] = []
        self.later: list[str] = []  # what Excel was asked to run later
        self.status: list[Any] = []
        self.intrinsics: dict[str, Callable[..., Any]] = {
            "strptr": _first, "smmloadlibrary": self._load, "librarycalled": self._activate, "libraryresult": lambda *rest: self._result,
            "smmbox": self._box,
        }  # fmt: skip
        self.environment = {"USERPROFILE": home}
        # members of Excel's objects that the interpreter lacks, by their names in small letters
        self.members: dict[Any, dict[str, Callable[..., Any]]] = {
            model.Workbook: {"date1904": lambda book: self.is_1904},
            model.Application: {
                "caller": lambda program: self.area("ZZ1"), "pathseparator": lambda program: os.sep, "ontime": lambda program, when, what: self.later.append(what),
                "hwnd": lambda program: values.VBAInt(WINDOW, "Long"), "visible": lambda program: True, "usercontrol": lambda program: True, "interactive": lambda program: True, "displayalerts": lambda program: True,
            },
        }  # fmt: skip
        self._result: Any = None
        self.set_language(1033)
        self._app = ExcelApplication()
        self._app.add_workbook()
        # lines of attributes inside functions are not read by the interpreter, and declarations of DLLs not called
        lines = [line for line in (source or build.xlam_module()).splitlines() if not line.startswith("Attribute SMM_") and "Declare PtrSafe" not in line]
        self._app.add_module("\n".join(lines), name=wrappers.NAME)
        self._app.add_module(_LIBRARY, name="library")
        if source is None:
            self.write(texts.rows(python))  # the first sheet is that of the add-in, the second one of the user
        self.run("NewSheet")
        self.shows_a_workbook = True
        self.refused = ""  # the function whose help Excel does not take

    def call(self, name: str, *arguments: Any) -> Any:
        """What a function gives: lists of rows stand for ranges, MISSING for nothing. Errors come back by their numbers."""
        return self.run(name, *[self._argument(value, place) for place, value in enumerate(arguments)])

    def run(self, name: str, *arguments: Any) -> Any:
        """What a function gives for arguments as VBA holds them."""
        with self._what_the_interpreter_lacks():
            result = self._app.interpreter.run(name, list(arguments))
        return from_vba(result, error=lambda number: f"Error {number}", array=list)

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

    @property
    def started(self) -> int:
        """How often Python was started."""
        return len(self.library.commands)

    # --- the buttons, and what of Excel they need

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Fill the first sheet, which is that of the add-in."""
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(map(_to_vba, row), 1):
                self.area(f"{letters(column - 1)}{number}").vba_set("Value", cell, [], {}, by_ref=False)

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

    def let_it_be(self, now: Callable[[], dt.datetime]) -> None:
        """Let the clock of VBA show another time."""
        self.intrinsics["now"] = lambda *rest: values.VBADate.from_datetime(now())

    def wait(self) -> None:
        """Let time pass until Excel has nothing to run later."""
        until = time.monotonic() + 60
        while self.later:
            assert time.monotonic() < until
            time.sleep(0.05)
            (what,) = {self.later.pop() for _ in range(len(self.later))}
            self.run(what.split("!")[1])

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

    def formulas(self, cells: dict[str, tuple[str, str]], *, spills: bool = True, text: str = "") -> list[str]:
        """Let the cells of each sheet of the user hold formulas that give errors; the cells that are typed again from now on.

        spills: whether Excel knows Formula2. text: a cell that is formatted as text.
        """
        typed: list[str] = []
        errors = _Com({"cells": lambda _: _Several([_Formula(name, *cells[name], typed, spills=spills, is_text=name == text) for name in cells])})
        area = _Com({"specialcells": lambda _, kind, which: errors if (int(kind), int(which)) == (-4123, 16) else None})
        own = model.Worksheet.vba_get  # of the add-in's sheet
        self.members[model.Worksheet] = {"usedrange": lambda sheet: area if sheet.vba_get("Index") == 2 else own(sheet, "UsedRange")}
        return typed

    def new_sheet(self, height: int) -> list[list[Any]]:
        """The first rows of the workbook that was added last."""
        area = self._app.interpreter.host.call_global("ActiveSheet", [], {}).vba_get("Range", [f"A1:E{height}"])
        rows: list[list[Any]] = from_vba(area.vba_get("Value2"), error=int, array=list)
        return rows

    def describe(self) -> tuple[bool, dict[str, dict[str, Any]]]:
        """Whether Excel takes the help of the functions, and what it is told of them; it refuses while no workbook is shown."""
        told: dict[str, dict[str, Any]] = {}

        def options(program: Any, **named: Any) -> None:
            if not self.shows_a_workbook or named["Macro"] == f"'smm.xlam'!{self.refused}":
                raise values.error(1004, "Cannot edit a macro on a hidden workbook.")
            told[named["Macro"]] = {key: from_vba(value, error=int, array=list) for key, value in named.items()}

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
        area = self.area(f"{letters(left - 1)}1:{letters(left + width - 2)}{height}")
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
            stack.enter_context(mock.patch.object(model.Application, "vba_set", self._set(model.Application.vba_set)))
            stack.enter_context(mock.patch.dict(self._app.interpreter._intrinsics, self.intrinsics))
            stack.enter_context(mock.patch.object(type(self._app.interpreter.host), "create", lambda host, name: self._created(name)))
            yield

    def _set(self, before: Callable[..., Any]) -> Callable[..., Any]:
        def set_(target: Any, name: str, value: Any, *rest: Any, **named: Any) -> None:
            if name.lower() == "statusbar":
                self.status.append(value)
            else:
                before(target, name, value, *rest, **named)

        return set_

    def _load(self, interpreter: Any, given: list[Any], named: Any) -> Any:
        del interpreter, named
        assert int(given[2]) == 0x900  # from that path, and nothing that it needs from the current folder
        return values.VBAInt(int(self.library.load(str(given[0]))), "Long")

    def _activate(self, interpreter: Any, given: list[Any], named: Any) -> Any:
        del interpreter, named
        code, result = self.library.activate(str(given[0]), int(given[1]))
        self._result = self._server(result) if code == 0 and int(given[1]) == 1 else _to_vba(result)
        return values.VBAInt(code, "Long")

    def _server(self, server: Any) -> Any:
        start = self.started
        methods = {name.lower(): self._asked(start, _passed_on(getattr(server, name))) for name in ("Str", "Call", "Module", "TupleFromArray", "Bool")}
        return _Com({"calludf": self._asked(start, partial(self._call_python, server))} | methods)

    def _asked(self, start: int, method: Callable[..., Any]) -> Callable[..., Any]:
        """A method of a server that may have died."""

        def ask(*given: Any) -> Any:
            if self.failures:
                self.failures -= 1
                self.dead.add(start)
            if start in self.dead:
                raise values.error(462, "The remote server machine does not exist or is unavailable")
            try:
                return method(*given)
            except ComError as error:
                raise values.error(462, str(error)) from error

        return ask

    def _created(self, name: str) -> Any:
        return {
            "WScript.Shell": lambda: _Com({"expandenvironmentstrings": self._expanded}),
            "Scripting.FileSystemObject": lambda: _Com(
                {"fileexists": lambda _, path: self.library.file_exists(path), "getparentfoldername": lambda _, path: ntpath.dirname(path)}
            ),
            "ADODB.Stream": lambda: _Com({"open": _nothing, "close": _nothing, "loadfromfile": self._opened, "readtext": lambda _: self.library.text_of_log()}),
        }[name]()

    def _expanded(self, _shell: Any, text: Any) -> str:
        return re.sub("%(.*?)%", lambda found: self.environment[found[1]], str(text))

    def _opened(self, _stream: Any, path: Any) -> None:
        assert path == self.environment["USERPROFILE"] + r"\.smm_xl\smm-xl.log"
        if not self.library.text_of_log():
            raise values.error(3002, "File could not be opened.")

    def _box(self, interpreter: Any, given: list[Any], named: Any) -> Any:
        del interpreter, named
        assert int(given[0]) == WINDOW  # it belongs to Excel
        self.popups.append(str(given[1]))
        return values.VBAInt(self.answer, "Long")

    def _call_python(self, server: Any, _server: Any, module: Any, function: Any, given: Any) -> Any:
        self.handed_over = [from_vba(item, error=lambda number: _HRESULT_OF_0 + number, array=tuple) for item in given.items]
        return _to_vba(self.library.call_udf(server, str(module), str(function), given.items))


def _first(interpreter: Any, given: list[Any], named: Any) -> Any:
    del interpreter, named
    return given[0]


def _nothing(*given: Any) -> None:
    del given


class _Com(objects.VBAObject):
    """An object behind COM: its members by their names in small letters."""

    vba_type_name = "Com"

    def __init__(self, members: dict[str, Callable[..., Any]], held: Any = None, kind: str = "Com") -> None:
        self.members = members
        self.held = held
        self.vba_type_name = kind

    def vba_get(self, name: str, args: Sequence[object] = (), named: Any = None) -> Any:
        return self.members[name.lower()](self, *args, **(named or {}))

    def vba_set(self, name: str, value: Any, *rest: Any, **named: Any) -> None:
        assert name == "Charset", name
        assert value == "utf-8"


class _Several(objects.VBACollection):
    """Objects that For Each goes through."""

    def __init__(self, items: list[Any]) -> None:
        self._items = items

    def vba_items(self) -> list[object]:
        return self._items


class _Formula(_Com):
    """A cell with a formula that gives an error."""

    def __init__(self, name: str, formula: str, error: str, typed: list[str], *, spills: bool, is_text: bool) -> None:
        new = {"formula2": lambda _: formula} if spills else {}
        value = values.VBAErrorValue(ERROR_CODES[error])
        super().__init__(
            {"value2": lambda _: value, "formula": lambda _: formula, "hasarray": lambda _: False, "numberformat": lambda _: "@" if is_text else "General"}
            | new
        )
        self._name, self._formula, self._typed, self._writes = name, formula, typed, "Formula2" if spills else "Formula"

    def vba_get(self, name: str, args: Sequence[object] = (), named: Any = None) -> Any:
        if name.lower() not in self.members:
            raise values.error(438, "Object doesn't support this property or method")
        return super().vba_get(name, args, named)

    def vba_set(self, name: str, value: Any, *rest: Any, **named: Any) -> None:
        assert (name, value) == (self._writes, self._formula)
        self._typed.append(self._name)


def _passed_on(function: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the server as VBA calls it; what it gives stays an object there."""

    def call(_server: Any, *given: Any) -> Any:
        result = function(*[value.held if isinstance(value, _Com) else from_vba(value, error=int, array=tuple) for value in given])
        return result if isinstance(result, str) else _Com({}, result)

    return call


def _with(before: Callable[..., Any], members: dict[str, Callable[..., Any]]) -> Callable[..., Any]:
    def get(target: Any, name: str, args: Sequence[object] = (), named: Any = None) -> Any:
        if name.lower() in members:
            return members[name.lower()](target, *args, **(named or {}))
        return before(target, name, args, named)

    return get


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


def from_vba(value: Any, error: Any, array: Any) -> Any:
    if isinstance(value, values.VBAArray):
        items = [from_vba(item, error, array) for item in value.items]
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
