"""The ways to write a result: a further one is a function and an entry here. What they need is loaded when they are used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from smm_xl.outputs import text

if TYPE_CHECKING:
    from smm_xl.reports.result import Result


class Output(NamedTuple):
    """A way to write a result in a language.

    show:  print it, for people. text: as text, for programs too. write: into a file that is empty.
    """

    show: Callable[[Result, str], None] | None = None
    text: Callable[[Result, str], str] | None = None
    write: Callable[[Result, str, Path], None] | None = None


def _on_the_terminal(result: Result, language: str) -> None:
    from smm_xl.outputs import terminal

    terminal.print_result(result, language)


def _as_a_workbook(result: Result, language: str, path: Path) -> None:
    from smm_xl.outputs import workbook_result

    workbook_result.write(result, language, path)


# by the word of --format, which is also the ending of the files
OUTPUTS = {
    "table": Output(show=_on_the_terminal),
    "json": Output(text=text.json_of),
    "xlsx": Output(write=_as_a_workbook),
    "csv": Output(text=text.csv_of, write=text.write_csv),
}


def formats() -> list[str]:
    """What --format takes: all that can be printed."""
    return [name for name, way in OUTPUTS.items() if way.show is not None or way.text is not None]


def endings() -> list[str]:
    """The endings of the files that can be written."""
    return [f".{name}" for name, way in OUTPUTS.items() if way.write is not None]
