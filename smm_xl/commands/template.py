"""``smm-xl template``: the workbook to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smm_xl.commands import books
from smm_xl.commands.console import ForceOption, LanguageOption, errors_in_words, one_of, say, speaks
from smm_xl.outputs import writing


@errors_in_words
def template(
    output: Annotated[Path, typer.Option("-o", "--output", help="The workbook to write (.xlsx). / Файл книги.")],
    formulas: Annotated[
        str, typer.Option(metavar="native|functions", help="native: works everywhere; functions: KPIs call SMM_..., needs the add-in. / Формулы.")
    ] = "native",
    demo: Annotated[bool, typer.Option("--demo", help="Filled with made-up data. / С примером данных.")] = False,
    force: ForceOption = False,
    lang: LanguageOption = None,
) -> None:
    language = speaks(lang)
    one_of(formulas, ("native", "functions"), "--formulas")
    books.must_be_a_book(output)
    writing.must_be_writable(output, [], force=force)
    from smm_xl.workbook.demo import blank
    from smm_xl.workbook.demo import demo as filled

    made = books.built(filled(language) if demo else blank(language), language, formulas)
    writing.write(output, made.pages.write)
    say(lang, f"written: {output}; open it and begin with the sheet Start", f"записано: {output}; откройте и начните с листа «Старт»")
