"""The stand-in for Excel as a program of its own on Windows, reached as Excel is: by pywin32, over COM, between processes.

``python -m tests.com.served Hanging`` makes COM start the stand-in of that name for ``Excel.Application``. Run by a Python of Windows.
"""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path
from typing import Any

import pythoncom
import win32gui
import winerror
from win32com.server import register
from win32com.server.exception import COMException
from win32com.server.policy import DynamicPolicy
from win32com.server.util import wrap

from tests.com import excel

CLASS = "{6C2E1F0A-3B7D-4B0C-9C55-5D1B7A0E2F11}"
_PLAIN = (str, float, int, bool, type(None))


class Policy(DynamicPolicy):  # type: ignore[misc]
    """Knows the members of the stand-in alone, as Excel knows its own."""

    def _getdispid_(self, name: str, flags: int) -> Any:
        inner = self._obj_.inner
        if not (hasattr(inner, name) or (isinstance(inner, excel.Range) and name in excel.Range.MEMBERS - (set() if inner.has_spills else {"Formula2"}))):
            raise COMException("Unknown name", winerror.DISP_E_UNKNOWNNAME)
        return super()._getdispid_(name, flags)


class Served:
    """An object of the stand-in, whose members COM asks for by their names."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def _dynamic_(self, name: str, lcid: int, flags: int, given: tuple[Any, ...]) -> Any:
        try:
            if flags & (pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF):
                setattr(self.inner, name, given[0])
                return None
            found = self.inner if name == "_value_" else getattr(self.inner, name)
            if name == "_value_" or inspect.isroutine(found):
                found = found(*given)
            return _out(found)
        except excel.ComError as error:
            raise COMException(error.said, error.code) from None
        except AttributeError:
            raise COMException("Member not found", winerror.DISP_E_MEMBERNOTFOUND) from None


def _out(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)  # of a tuple pywin32 takes the first for the result, the rest for arguments that come back
    return value if isinstance(value, _PLAIN) else wrap(Served(value), usePolicy=Policy)


def _class(kind: type[excel.Application]) -> type:
    """What COM makes: the stand-in with a window, by which its process is found."""

    def start(self: Served) -> None:
        program = kind()
        program.Hwnd = win32gui.CreateWindowEx(0, "STATIC", "Excel", 0, 0, 0, 0, 0, -3, 0, 0, None)  # type: ignore[attr-defined]
        Served.__init__(self, program)

    return type(kind.__name__, (Served,), {"__init__": start})


class Killed(excel.Application):
    """The process of Excel ends in the middle."""

    def called(self, name: str, given: list[Any], book: excel.Book) -> Any:
        if name == "SMM_ENGAGEMENTS":
            os._exit(1)
        return super().called(name, given, book)


for name, kind in list((vars(excel) | {"Killed": Killed}).items()):
    if isinstance(kind, type) and issubclass(kind, excel.Application) and kind is not excel.Busy:
        globals()[name] = _class(kind)


def main(kind: str) -> None:
    register.RegisterServer(
        CLASS, f"tests.com.served.{kind}", "Excel of the tests", "Excel.Application", policy="tests.com.served.Policy",
        clsctx=pythoncom.CLSCTX_LOCAL_SERVER, addnPath=str(Path(__file__).parents[2]),
    )  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1])
