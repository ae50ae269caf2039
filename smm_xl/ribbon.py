"""Commands of ``smm-xl`` for the buttons of the add-in in Excel, each in a process of its own: Excel can be used while they run.

The functions here are called in the Python process that serves Excel; run as ``python -m smm_xl.ribbon COPY WORDS...`` this is the
process of a command, which deletes the copy of a workbook that was made for it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

from smm_xl import language
from smm_xl.hosts import excel_addin, faults
from smm_xl.hosts.excel_addin.server import FLAGS
from smm_xl.language import Text

_COPY, _DAY = "smm-xl-copy-", 86400  # how names of copies begin; seconds
_GONE = Text("The command was ended before it was done; please try again.", "Команда была прервана; повторите, пожалуйста.")


class _Running(NamedTuple):
    process: subprocess.Popen[bytes]
    said: IO[bytes]
    language: str


_running: dict[str, _Running] = {}


def new_path(ending: str) -> str:
    """A path for a copy of a workbook, in a folder for temporary files. Copies of commands that Excel took along when it ended are removed."""
    folder = Path(tempfile.gettempdir())
    for left in folder.glob(f"{_COPY}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _DAY:
                left.unlink()
    return str(folder / f"{_COPY}{uuid.uuid4().hex}{ending}")


def start(speaks: str, copy: str, words: Sequence[str]) -> str:
    """Start a command; by what comes back ``answer`` knows it.

    speaks: the language of its messages, "ru" or "en". copy: a file that is deleted when it has ended, "" for none. words: those of
    the command line: ``("check", "book.xlsx")``.
    """
    said = tempfile.TemporaryFile()  # noqa: SIM115  # it stays open while the command runs
    process = subprocess.Popen(
        [sys.executable, *FLAGS, "-X", "utf8", "-m", "smm_xl.ribbon", copy, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=said,
        stderr=subprocess.STDOUT,
        env=os.environ | {language.SETTING: speaks},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    name = uuid.uuid4().hex
    _running[name] = _Running(process, said, speaks)
    return name


def answer(name: str) -> str:
    """The exit code of a command, a line feed, and what it said: ``"0\\n12 rows with data, ..."``; "" while it runs. It is given once."""
    if name not in _running:
        return f"2\n{_GONE.in_language(language.of_the_user())}"
    process, said, speaks = _running[name]
    code = process.poll()
    if code is None:
        return ""
    del _running[name]
    with said:
        said.seek(0)
        text = said.read().decode("utf-8", errors="replace").replace("\r\n", "\n").strip()
    if code not in (0, 1, 2):  # ended from outside, or by a fault that was noted in the log
        text = text.splitlines()[-1] if text else _GONE.in_language(speaks)
        code = 2
    return f"{code}\n{text}"


def main(copy: str, *words: str) -> None:
    """Run a command and delete the copy that was made for it."""
    from smm_xl.commands.main import app

    try:
        app(list(words))
    except Exception as error:
        faults.note(excel_addin.log(), f"{words[0]}: {faults.place(error)}")
        print(f"{type(error).__name__}: {error}")
        sys.exit(3)
    finally:
        if copy:
            Path(copy).unlink(missing_ok=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
