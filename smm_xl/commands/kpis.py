"""``smm-xl kpis``: the reference."""

from __future__ import annotations

import click

from smm_xl.catalog import reference, registry
from smm_xl.commands import console
from smm_xl.commands.console import errors_in_words, language_option, one_of, speaks
from smm_xl.outputs.text import csv_text, json_text
from smm_xl.targets import calculations

_FORMATS = ("table", "json", "csv")


@click.command()
@click.option("--group", help="results, costs, effort, goals or statistics. / Группа.")
@language_option
@click.option("--format", "format_", metavar="|".join(_FORMATS), default="table", help="What is printed. / Вид вывода.")
@errors_in_words
def kpis(group: str | None, lang: str | None, format_: str) -> None:
    """The reference of all KPIs, targets and statistics. / Справочник."""
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
