"""``smm-xl check``: what is wrong in a filled workbook."""

from __future__ import annotations

from pathlib import Path

import click

from smm_xl.commands import books, console
from smm_xl.commands.console import PATH, errors_in_words, language_option, one_of
from smm_xl.language import Text
from smm_xl.outputs.text import json_text


@click.command()
@click.argument("workbook", metavar="WORKBOOK", type=PATH)
@click.option("--format", "format_", metavar="text|json", default="text", help="How to print. / Формат.")
@language_option
@errors_in_words
def check(workbook: Path, format_: str, lang: str | None) -> None:
    """What is wrong in a filled workbook, cell by cell. / Проверить заполненную книгу."""
    from smm_xl.workbook import reader

    one_of(format_, ("text", "json"), "--format")
    books.must_be_there(workbook)
    book = reader.read(workbook)
    language = lang or book.language
    books.warn_of_open(workbook, language)
    if format_ == "json":
        listed = [
            {
                "sheet": problem.sheet,
                "cell": problem.cell,
                "severity": "error" if problem.is_error else "warning",
                "message": problem.words.in_language(language),
            }
            for problem in book.problems
        ]
        console.data(json_text({"version": book.version, "problems": listed}))
    else:
        for remark in book.remarks:
            console.tell(remark.in_language(language))
        for line in reader.lines(book.problems, language):
            console.tell(line)
        rows = sum(map(len, book.filled.rows.values()))
        errors, warnings = len(book.errors), len(book.problems) - len(book.errors)
        summary = Text(f"{rows} rows with data, {errors} errors, {warnings} warnings", f"строк с данными: {rows}, ошибок: {errors}, замечаний: {warnings}")
        console.tell(summary.in_language(language))
    if book.errors:
        raise click.exceptions.Exit(1)
