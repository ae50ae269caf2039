"""A LibreOffice of its own that obeys: run by the office's Python, as ``python remote.py PROGRAM PROFILE``.

It starts a headless office on a profile, takes requests from its standard input, one JSON object a line, and answers each with
one. ``{"do": "evaluate", "cells": {...}}`` calls the method ``do_evaluate(cells=...)``; an exception is answered as ``{"error": ...}``.
The office ends with the input. Other programs may add methods by subclassing ``Session``.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import time
import uuid
from typing import Any

import uno
import unohelper
from com.sun.star.awt import XCallback
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

_STARTING, _ENDING = 120, 20  # seconds


class Office:
    """A headless office on a profile, started here and ended here; it and what it started, and nothing else."""

    def __init__(self, program: str, profile: str) -> None:
        pipe = f"smmxl{uuid.uuid4().hex}"
        self._process = subprocess.Popen(
            [
                os.path.join(program, "soffice"),
                f"-env:UserInstallation={uno.systemPathToFileUrl(os.path.abspath(profile))}",
                "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", f"--accept=pipe,name={pipe};urp;",
            ],
            cwd=program, stdin=subprocess.DEVNULL, stdout=sys.stderr, stderr=sys.stderr, start_new_session=os.name == "posix",
        )  # fmt: skip
        try:
            self.context = self._connected(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except BaseException:
            self._end()
            raise
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def _connected(self, address: str) -> Any:
        here = uno.getComponentContext()
        resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
        until = time.monotonic() + _STARTING
        while True:
            try:
                return resolver.resolve(address)
            except NoConnectException:
                if self._process.poll() is not None:
                    raise RuntimeError(f"soffice ended with {self._process.returncode}") from None
                if time.monotonic() > until:
                    raise RuntimeError(f"soffice did not answer within {_STARTING} s") from None
                time.sleep(0.1)

    def service(self, name: str) -> Any:
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def close(self) -> None:
        with contextlib.suppress(Exception):  # the bridge may break before the answer comes
            self.desktop.terminate()
        try:
            self._process.wait(_ENDING)
        except subprocess.TimeoutExpired:
            self._end()

    def _end(self) -> None:
        if os.name == "posix":  # soffice is a script that starts the office: both are in its own group
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        else:
            self._process.kill()
        self._process.wait()


def properties(**values: object) -> tuple[PropertyValue, ...]:
    """Named values as the office takes them."""
    return tuple(PropertyValue(name, 0, value, 0) for name, value in values.items())


class Session:
    """What an office can be asked. Books are known by the numbers that ``new`` and ``open`` give."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._caller = office.service("com.sun.star.awt.AsyncCallback")
        self.books: dict[int, Any] = {}

    def do_new(self) -> int:
        """A new book of one sheet."""
        return self._known(self.office.desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, properties(Hidden=True)))

    def do_open(self, path: str) -> int:
        """A book of a file, in any format that Calc reads; all its formulas are worked out anew."""
        book = self.office.desktop.loadComponentFromURL(uno.systemPathToFileUrl(os.path.abspath(path)), "_blank", 0, properties(Hidden=True))
        if book is None:
            raise ValueError(f"LibreOffice does not open {path}: it is damaged, or the lock file of another office lies beside it")
        book.calculateAll()
        return self._known(book)

    def _known(self, book: Any) -> int:
        number = len(self.books)
        self.books[number] = book
        return number

    def do_close(self, book: int) -> None:
        self.books.pop(book).close(True)

    def do_fill(self, book: int, cells: dict[str, Any], sheet: int = 0) -> None:
        """Put numbers, text and formulas, as they are typed, into cells: ``{"A1": 5, "A2": "=SMM_CPL(A1;2)"}``.

        A key that is a range, "A1:C3", takes rows of numbers and text, or an array formula as files hold it.
        """
        page = self.books[book].Sheets.getByIndex(sheet)
        for name, value in cells.items():
            place = page.getCellRangeByName(name)
            if isinstance(value, list):
                place.setDataArray(tuple(map(tuple, value)))
            elif ":" in name:
                place.setArrayFormula(value)
            elif isinstance(value, str) and value.startswith("="):
                place.FormulaLocal = value
            elif isinstance(value, str):
                place.setString(value)
            else:
                place.setValue(value)

    def do_calculate(self, book: int) -> float:
        """Work all formulas out anew; the seconds that it took."""
        start = time.perf_counter()
        self.books[book].calculateAll()
        return time.perf_counter() - start

    def do_read(self, book: int, area: str, sheet: int | str = 0) -> list[list[Any]]:
        """The cells of a range: a number, text, '' for a blank cell, ``{"error": "#N/A"}`` for an error."""
        sheets = self.books[book].Sheets
        place = (sheets.getByName(sheet) if isinstance(sheet, str) else sheets.getByIndex(sheet)).getCellRangeByName(area)
        rows = [list(row) for row in place.getDataArray()]
        for row, found in enumerate(rows):
            for column, value in enumerate(found):
                if value is None:  # an error
                    found[column] = {"error": place.getCellByPosition(column, row).getString()}
        return rows

    def serve(self) -> None:
        """Answer requests until there are none."""
        for line in sys.stdin:
            request = json.loads(line)
            answers: queue.Queue[dict[str, Any]] = queue.Queue()
            self._caller.addCallback(_Errand(self, request, answers), None)
            sys.stdout.write(json.dumps(answers.get()) + "\n")
            sys.stdout.flush()

    def answer(self, do: str, **arguments: Any) -> dict[str, Any]:
        try:
            return {"result": getattr(self, f"do_{do}")(**arguments)}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}


class _Errand(unohelper.Base, XCallback):
    """A request that the office carries out in its main thread, as it does what a user asks.

    What is called from within ``notify`` runs in the office's thread that waits for it. In other threads the office makes and drops
    a Python state for each call of a function, which takes three times as long.
    """

    def __init__(self, session: Session, request: dict[str, Any], answers: queue.Queue[dict[str, Any]]) -> None:
        self._session, self._request, self._answers = session, request, answers

    def notify(self, _data: object) -> None:
        self._answers.put(self._session.answer(**self._request))


def main(session: type[Session] = Session) -> None:
    """Serve requests with an office on the profile that the command line names."""
    office = Office(*sys.argv[1:3])
    try:
        session(office).serve()
    finally:
        office.close()


if __name__ == "__main__":
    main()
