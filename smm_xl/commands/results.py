"""What commands do with a result: they look at its options before the work, and print and write it after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smm_xl.commands import console
from smm_xl.commands.console import one_of, say, tell
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.outputs import ways, writing
from smm_xl.outputs.ways import OUTPUTS

if TYPE_CHECKING:
    from smm_xl.reports.result import Result


def _any_of(names: Sequence[str], word: str) -> str:
    *others, last = names
    return f"{', '.join(others)} {word} {last}"


format_option = click.option("--format", "format_", metavar="|".join(ways.formats()), default="table", help="What is printed. / Вид вывода.")
output_option = click.option("-o", "--output", type=console.PATH, metavar="FILE", help=f"Write {_any_of(ways.endings(), 'or')}. / Записать файл.")


def must_be_a_format(format_: str) -> None:
    one_of(format_, ways.formats(), "--format")


def must_be_writable(output: Path | None, inputs: Sequence[Path], *, force: bool) -> None:
    """Refuse, before any work is done, a file of a kind that is not written, and one that may not be."""
    if output is None:
        return
    endings = ways.endings()
    if output.suffix.lower() not in endings:
        raise InputError(
            Text("files of this kind cannot be written", "такие файлы не записываются"),
            cure=Text(f"write {_any_of(endings, 'or')}", f"можно записать {_any_of(endings, 'или')}"),
            place=output,
        )
    writing.must_be_writable(output, inputs, force=force)


def deliver(result: Result, language: str, format_: str, output: Path | None) -> None:
    """Write a result to its file, where there is one, and print it. Where data is printed, the notes are said beside it."""
    if output is not None:
        write = OUTPUTS[output.suffix.lower().removeprefix(".")].write
        assert write is not None
        writing.write(output, lambda path: write(result, language, path))
    way = OUTPUTS[format_]
    if way.show is not None:
        way.show(result, language)
    elif way.text is not None:
        console.data(way.text(result, language))
        for note in result.notes:
            tell(note.in_language(language), err=True)
    if output is not None:
        say(language, f"written: {output}", f"записано: {output}")
