"""``smm-xl check``: what is wrong in a filled workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smm_xl.commands import books, console
from smm_xl.commands.console import LanguageOption, errors_in_words, one_of
from smm_xl.language import Text
from smm_xl.outputs.text import json_text


@errors_in_words
def check(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", readable=False, help="A filled workbook. / Заполненная книга.")],
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print. / Формат.")] = "text",
    lang: LanguageOption = None,
) -> None:
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
        raise typer.Exit(1)
