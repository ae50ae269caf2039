"""``smm-xl template``: the workbook to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from smm_xl.commands import books
from smm_xl.commands.console import PATH, errors_in_words, force_option, language_option, one_of, say, speaks
from smm_xl.outputs import writing


@click.command()
@click.option("-o", "--output", type=PATH, metavar="FILE", required=True, help="The workbook to write (.xlsx). / Файл книги.")
@click.option(
    "--formulas",
    metavar="native|functions",
    default="native",
    help="native: works everywhere; functions: KPIs call SMM_..., needs the add-in. / Формулы.",
)
@click.option("--demo", is_flag=True, help="Filled with made-up data. / С примером данных.")
@force_option
@language_option
@errors_in_words
def template(output: Path, formulas: str, demo: bool, force: bool, lang: str | None) -> None:
    """The template workbook: fill it in, print it, send it. / Книга-шаблон."""
    language = speaks(lang)
    one_of(formulas, ("native", "functions"), "--formulas")
    books.must_be_a_book(output)
    writing.must_be_writable(output, [], force=force)
    from smm_xl.workbook.demo import blank
    from smm_xl.workbook.demo import demo as filled

    made = books.built(filled(language) if demo else blank(language), language, formulas)
    writing.write(output, made.pages.write)
    say(lang, f"written: {output}; open it and begin with the sheet Start", f"записано: {output}; откройте и начните с листа «Старт»")
