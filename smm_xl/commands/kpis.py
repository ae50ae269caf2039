"""``smm-xl kpis``: the reference."""

from __future__ import annotations

from typing import Annotated

import typer

from smm_xl.catalog import reference, registry
from smm_xl.commands import console
from smm_xl.commands.console import LanguageOption, errors_in_words, one_of, speaks
from smm_xl.outputs.text import csv_text, json_text
from smm_xl.targets import calculations

_FORMATS = ("table", "json", "csv")


@errors_in_words
def kpis(
    group: Annotated[str | None, typer.Option(help="results, costs, effort, goals or statistics. / Группа.")] = None,
    lang: LanguageOption = None,
    format_: Annotated[str, typer.Option("--format", metavar="|".join(_FORMATS), help="What is printed. / Вид вывода.")] = "table",
) -> None:
    language = speaks(lang)
    one_of(format_, _FORMATS, "--format")
    wanted = registry.group(group) if group else None
    rows = [reference.row(entry, language) for entry in calculations.entries(wanted)]
    if format_ == "json":
        console.data(json_text(rows))
    elif format_ == "csv":
        console.data(csv_text([list(reference.COLUMNS), *(list(row.values()) for row in rows)]))
    else:
        from smm_xl.outputs.terminal import print_reference

        print_reference(rows, language)
