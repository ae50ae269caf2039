"""What Excel does to the add-in, done by a Python for Windows: it loads xlwings' DLL, hands it a command, and calls over COM what it gets.

Run as ``python host.py PORT``: it takes requests, one JSON object a line, from that port of this computer, and answers each with one.
Its standard output is left alone, because the processes that the DLL starts inherit it. Values go as JSON; what JSON has no word for
stands in an object: ``{"error": -2146826246}``, ``{"missing": true}``, ``{"empty": true}``, ``{"date": 46174.5}``, ``{"currency": "1.5"}``,
``{"object": 3}``, and rows in ``{"block": [[1, 2], [3, 4]]}``; a list is an array of one dimension.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime
import decimal
import json
import os
import socket
import sys
import time
from pathlib import Path
from typing import Any

import comtypes
from comtypes import _safearray as safearrays
from comtypes.automation import DISPATCH_METHOD, DISPATCH_PROPERTYGET, VARIANT, VT_ARRAY, VT_BSTR, VT_DISPATCH, VT_ERROR, VT_VARIANT, IDispatch
from comtypes.client.dynamic import _Dispatch

assert sys.platform == "win32"
LOADED_FROM_THERE_ALONE = 0x900


class Host:
    """A program of Windows that has no Python in it, as far as the DLL can tell."""

    def __init__(self) -> None:
        self._objects: dict[int, Any] = {}
        self._activate: Any = None

    def do_load(self, path: str) -> bool:
        load = ctypes.windll.kernel32.LoadLibraryExW
        load.argtypes, load.restype = [ctypes.c_wchar_p, ctypes.c_void_p, ctypes.c_uint], ctypes.c_void_p
        handle = load(path, None, LOADED_FROM_THERE_ALONE)
        if handle:
            self._activate = ctypes.WinDLL(path, handle=handle).XLPyDLLActivateAuto
            self._activate.argtypes, self._activate.restype = [ctypes.POINTER(VARIANT), ctypes.c_char_p, ctypes.c_int], ctypes.c_long
        return bool(handle)

    def do_activate(self, command: str, mode: int) -> dict[str, Any]:
        """What the DLL gives for a command, and the seconds for which the program stands still."""
        result, before = VARIANT(), time.perf_counter()
        code = self._activate(ctypes.byref(result), command.encode("mbcs"), mode)
        taken = time.perf_counter() - before
        assert result.vt == (VT_BSTR if code else VT_DISPATCH if mode == 1 else 0), result.vt
        held = result._.c_void_p or 0
        return {"code": code, "seconds": taken, "result": result.value if code else self._known(at(held)) if mode == 1 else None}

    def do_call(self, on: int, name: str, given: list[Any]) -> Any:
        return self._out(self._invoke(self._objects[on], name, list(map(self._in, given))))

    def do_many(self, on: int, name: str, given: list[Any], times: int) -> float:
        """The seconds that a call takes."""
        arguments, target = list(map(self._in, given)), self._objects[on]
        before = time.perf_counter()
        for _ in range(times):
            self._invoke(target, name, arguments)
        return (time.perf_counter() - before) / times

    def _invoke(self, target: Any, name: str, arguments: list[Any]) -> Any:
        (number,) = target.GetIDsOfNames(name)
        return target.Invoke(number, *arguments, _invkind=DISPATCH_METHOD | DISPATCH_PROPERTYGET)

    def do_forget(self) -> None:
        self._objects.clear()

    def do_enter(self, folder: str) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        os.chdir(folder)

    def do_set(self, **variables: str) -> None:
        os.environ.update(variables)

    def do_get(self, name: str) -> str | None:
        return os.environ.get(name)

    def do_exists(self, path: str) -> bool:
        return Path(path).is_file()

    def do_read(self, path: str) -> str | None:
        return Path(path).read_text(encoding="utf-8") if Path(path).is_file() else None

    def do_kill(self, process: int) -> None:
        os.kill(process, 9)

    def do_facts(self) -> dict[str, Any]:
        return {"python": sys.executable, "code page": ctypes.windll.kernel32.GetACP(), "folder": str(Path.cwd())}

    # --- values

    def _known(self, value: Any) -> dict[str, int]:
        number = len(self._objects)
        self._objects[number] = value
        return {"object": number}

    def _in(self, value: Any) -> Any:
        if isinstance(value, list):
            return array([[self._in(cell)] for cell in value], 1)
        if isinstance(value, str):
            return text(value)
        if not isinstance(value, dict):
            return value
        ((kind, held),) = value.items()
        if kind == "block":
            return array([list(map(self._in, row)) for row in held], 2)
        if kind == "error":
            return error(held)
        if kind == "date":
            return datetime.datetime(1899, 12, 30) + datetime.timedelta(days=held)
        if kind == "currency":
            return decimal.Decimal(held)
        if kind == "object":
            return self._objects[held]
        return {"missing": VARIANT.missing, "empty": VARIANT.empty}[kind]

    def _out(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return [self._out(cell) for cell in value]
        return self._known(value._comobj) if isinstance(value, _Dispatch) else value

    def answer(self, do: str, **arguments: Any) -> dict[str, Any]:
        try:
            result = getattr(self, f"do_{do}")(**arguments)
            json.dumps(result)
        except comtypes.COMError as error:
            return {"com error": error.hresult}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}
        return {"result": result}


def at(address: int) -> Any:
    """The object at an address, which it keeps."""
    held = ctypes.cast(address, ctypes.POINTER(IDispatch))
    held.AddRef()
    return held


def error(number: int) -> VARIANT:
    made = VARIANT()
    made.vt = VT_ERROR
    made._.VT_I4 = number
    return made


def text(value: str) -> VARIANT:
    """Text; comtypes counts letters where Windows counts units of two bytes, and would cut an emoji."""
    made, units = VARIANT(), value.encode("utf-16-le")
    allocate = ctypes.windll.oleaut32.SysAllocStringLen
    allocate.argtypes, allocate.restype = [ctypes.c_char_p, ctypes.c_uint], ctypes.c_void_p
    made.vt = VT_BSTR
    made._.c_void_p = allocate(units, len(units) // 2)
    return made


def array(rows: list[list[Any]], dimensions: int) -> VARIANT:
    """Rows as an array of variants, from 0 on; with one dimension the first cells of the rows."""
    sizes = [len(rows), len(rows[0]) if rows else 0][:dimensions]
    bounds = (safearrays.SAFEARRAYBOUND * dimensions)(*[safearrays.SAFEARRAYBOUND(size, 0) for size in sizes])
    made = VARIANT()
    made.vt = VT_ARRAY | VT_VARIANT
    made._.c_void_p = ctypes.cast(safearrays.SafeArrayCreate(VT_VARIANT, dimensions, bounds), ctypes.c_void_p).value
    place = (ctypes.c_long * dimensions)()
    put = ctypes.windll.oleaut32.SafeArrayPutElement
    put.argtypes, put.restype = [ctypes.c_void_p, ctypes.c_void_p, ctypes.POINTER(VARIANT)], ctypes.HRESULT
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            place[:] = [number, column][:dimensions]
            put(made._.c_void_p, place, ctypes.byref(cell if isinstance(cell, VARIANT) else VARIANT(cell)))
    return made


def main(port: int) -> None:
    host = Host()
    with contextlib.suppress(ConnectionError), socket.create_connection(("127.0.0.1", port)) as connection, connection.makefile("rwb") as stream:
        for line in stream:
            stream.write(json.dumps(host.answer(**json.loads(line))).encode() + b"\n")
            stream.flush()
    os._exit(0)  # as Excel goes: the processes that the DLL started go with it


if __name__ == "__main__":
    main(int(sys.argv[1]))
