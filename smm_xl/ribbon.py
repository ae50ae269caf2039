"""A command of ``smm-xl``, run inside the Python process of Excel for a button of the add-in."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from smm_xl.cli import app
from smm_xl.hosts import faults, xlam


def run(*words: str) -> str:
    """The exit code of a command, a line feed, and what it says: ``run("check", "book.xlsx")`` gives ``"0\\n12 rows with data, ..."``."""
    said = io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            app([str(word) for word in words])
        except SystemExit as end:
            code = end.code or 0
        except Exception as error:
            faults.note(xlam.log(), f"{words[0]}: {faults.place(error)}")
            code = 2
            said.write(f"{type(error).__name__}: {error}\n")
    return f"{code}\n{said.getvalue().strip()}"


def run_on_copy(copy: str, command: str, *options: str) -> str:
    """What ``run`` gives for a command on a workbook that was copied for it; the copy is deleted."""
    try:
        return run(command, copy, *options)
    finally:
        Path(copy).unlink(missing_ok=True)
