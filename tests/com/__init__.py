"""xlwings' own code for Windows, on any system: its COM server, its calls and its imports of functions, on stand-ins for pywin32.

The stand-ins hold what xlwings imports and calls on the way of a worksheet function, and no more. ``Excel`` hands values over as
COM does and counts how often Python asks Excel back.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib
import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest import mock

MISSING = -2147352572  # DISP_E_PARAMNOTFOUND, an argument that was left out
ERROR = {"#NULL!": -2146826288, "#DIV/0!": -2146826281, "#VALUE!": -2146826273, "#REF!": -2146826265, "#NAME?": -2146826259, "#NUM!": -2146826252,
         "#N/A": -2146826246}  # fmt: skip
RANGE = "{00020846-0000-0000-C000-000000000046}"


class _Identifier:
    """An IID, which compares without case."""

    def __init__(self, text: str) -> None:
        self.text = str(text).upper()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identifier) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


class ComError(Exception):
    """pywintypes.com_error."""


class Dispatched:
    """win32com.client.CDispatch: an object of Excel's as Python holds it."""


class Range(Dispatched):
    """A range of Excel's as an argument: its values, and a count of the times that Python asks for something."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self.asked = 0
        self._oleobj_ = self

    def GetTypeInfo(self) -> Any:
        self.asked += 1
        return SimpleNamespace(GetTypeAttr=self._attributes)

    def _attributes(self) -> Any:
        self.asked += 1
        return SimpleNamespace(iid=_Identifier(RANGE))

    @property
    def Value(self) -> Any:
        self.asked += 1
        return self._value

    def __getattr__(self, name: str) -> Any:
        """Everything else that xlwings asks of a range on the way: its sheet, its book, its program."""
        if name.startswith("__"):
            raise AttributeError(name)
        self.__dict__["asked"] = self.__dict__.get("asked", 0) + 1
        return mock.MagicMock()


class _Anything:
    """A library of Windows whose functions do nothing."""

    def __getattr__(self, name: str) -> _Anything:
        return _Anything()

    def __call__(self, *arguments: object) -> int:
        return 0


def _modules() -> dict[str, ModuleType]:
    made: dict[str, ModuleType] = {}

    def module(name: str, **content: Any) -> ModuleType:
        made[name] = ModuleType(name)
        vars(made[name]).update(content)
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(made[parent], child, made[name])
        return made[name]

    def nothing(*arguments: object, **named: object) -> None:
        del arguments, named

    dispatch = "{00020400-0000-0000-C000-000000000046}"
    module("pythoncom", __file__="pythoncom.dll", IID_IDispatch=dispatch, IID_IEnumVARIANT="{00020404-0000-0000-C000-000000000046}",
           TypeIIDs={dispatch: type("PyIDispatch", (), {})}, CoInitialize=nothing, com_error=ComError)  # fmt: skip
    module("pywintypes", com_error=ComError, IID=_Identifier, TimeType=type("TimeType", (), {}))
    for name in ("win32api", "win32con", "win32event", "win32gui", "win32timezone"):
        module(name)
    module("win32process", GetWindowThreadProcessId=lambda window: (1, 1))
    module("win32com")
    module("win32com.client", CDispatch=Dispatched, CoClassBaseClass=type("C", (), {}), DispatchBaseClass=type("D", (), {}), VARIANT=type("V", (), {}),
           Dispatch=lambda given, *rest, **named: given, DispatchEx=nothing, gencache=SimpleNamespace(EnsureModule=nothing))  # fmt: skip
    module("win32com.client.dynamic")
    module("win32com.server")
    module("win32com.server.dispatcher")
    module("win32com.server.policy", DefaultPolicy=object)

    def unwrap(given: object) -> object:
        if type(given).__name__ == "XLPythonObject":
            return given
        raise ComError(given)  # a value, none of the server's own objects

    module("win32com.server.util", wrap=lambda given, *rest, **named: given, unwrap=unwrap)
    return made


@functools.cache
def _xlwings_for_windows() -> tuple[Any, Any]:
    """xlwings' modules for functions and for the server, loaded once: they keep an event loop open."""
    import xlwings

    with (
        mock.patch.dict(sys.modules, _modules()),
        mock.patch.multiple(ctypes, windll=_Anything(), oledll=_Anything(), PyDLL=lambda *rest: _Anything(), create=True),
    ):
        windows_side, udfs, server = modules = [importlib.import_module(f"xlwings.{name}") for name in ("_xlwindows", "udfs", "com_server")]
    sys.modules.update({module.__name__: module for module in modules})  # xlwings imports from them at each call
    xlwings.engines.add(xlwings.Engine(impl=windows_side.engine))
    return udfs, server


@contextlib.contextmanager
def windows() -> Iterator[Excel]:
    """Excel with xlwings, as it is on Windows; the modules of ours that register functions are loaded there anew."""
    import xlwings

    udfs, server = _xlwings_for_windows()
    ours = ("smm_xl.hosts.excel", "smm_xl.hosts.lite")
    kept = {name: sys.modules.pop(name) for name in ours if name in sys.modules}
    with mock.patch.multiple(xlwings, func=udfs.xlfunc, arg=udfs.xlarg, ret=udfs.xlret):
        yield Excel(udfs, server)
    for name in ours:
        udfs.udf_modules.pop(name, None)
        sys.modules.pop(name, None)
    sys.modules.update(kept)


class Excel:
    """What Excel does to a function: imports it, and calls it over COM."""

    def __init__(self, udfs: Any, server: Any) -> None:
        self.udfs = udfs
        self.server = server.XLPython()
        self.module = importlib.import_module("smm_xl.hosts.excel")

    def call(self, name: str, *arguments: Any, module: str = "smm_xl.hosts.excel") -> Any:
        """What COM takes back from a function for arguments as COM hands them over."""
        return self.server.CallUDF(module, name, arguments)


def over_com(value: Any) -> Any:
    """A cell or rows as they go to Python: errors by their codes, rows as tuples, a single row as one tuple, as VBA arrays do."""
    if not isinstance(value, list):
        return ERROR.get(value, value) if isinstance(value, str) else value
    rows = tuple(tuple(map(over_com, row)) for row in value)
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
