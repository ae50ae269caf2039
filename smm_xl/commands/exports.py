"""``smm-xl exports``: the exports of platforms that are known, and where in the cabinet they are found."""

from __future__ import annotations

import click

from smm_xl.commands import console
from smm_xl.commands.console import errors_in_words, language_option, one_of, speaks
from smm_xl.language import Text

_FORMATS = ("table", "json", "csv")
_COLUMNS = ("key", "name", "channel", "found_at", "seen", "recognised", "blank_is_none")


@click.command()
@language_option
@click.option("--format", "format_", metavar="|".join(_FORMATS), default="table", help="What is printed. / Вид вывода.")
@errors_in_words
def exports(lang: str | None, format_: str) -> None:
    """Known exports, and where to download them. / Известные выгрузки."""
    from smm_xl.outputs.text import csv_text, json_text
    from smm_xl.sources.exports import EXPORTS

    language = speaks(lang)
    one_of(format_, _FORMATS, "--format")
    found = [
        {
            "key": profile.key,
            "name": profile.name.in_language(language),
            "channel": profile.channel or None,
            "found_at": profile.found_at.in_language(language),
            "seen": profile.seen.words.in_language(language),
            "recognised": [key for key in profile.headers if key],
            "blank_is_none": profile.blank_is_none,
        }
        for profile in EXPORTS
    ]
    if format_ == "json":
        console.data(json_text(found))
    elif format_ == "csv":
        console.data(csv_text([list(_COLUMNS), *([", ".join(cell) if isinstance(cell, list) else cell for cell in row.values()] for row in found)]))
    else:
        words = Text("headers seen in", "заголовки видели:")
        for row in found:
            channel = f" ({row['channel']})" if row["channel"] else ""
            console.tell(f"{row['name']}{channel}\n    {row['found_at']}\n    {row['key']}; {words.in_language(language)} {row['seen']}")
