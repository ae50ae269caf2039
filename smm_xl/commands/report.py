"""``smm-xl report``: of files of data, or of a workbook that was made from the template."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from smm_xl.commands import report_of_book, report_of_files, results
from smm_xl.commands.console import PATH, errors_in_words, force_option, language_option
from smm_xl.commands.reading import Reading, no_file_twice, reading_options
from smm_xl.commands.report_of_files import Asked
from smm_xl.commands.results import format_option, output_option
from smm_xl.errors import InputError
from smm_xl.language import Text


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1, type=PATH)
@click.option("--by", default="", help="Groups: channel, campaign, post, currency, date, month, quarter, year, or several with commas. / Разрез.")
@click.option("--kpi", default="", help="Keys or names with commas: cpc,cpl. All that can be counted without it. / Какие KPI.")
@click.option("--where", multiple=True, help="Keep rows: channel=VK; may be repeated. / Отбор строк.")
@click.option("--period", help="2026-03, 2026-Q1, 2026 or 2026-06-01..2026-06-15. / Период.")
@click.option("--compare", metavar="previous|year", help="Add the previous period, or the year before, and the change. / Сравнение.")
@click.option("--targets", type=PATH, help="Table of targets: KPI, target, channel, period, weight, base: plan against fact. / Файл с планами.")
@click.option("--targets-sheet", help="Its sheet, the first without it. / Лист с планами.")
@click.option("--as-of", help="With targets: last day of the data, 2026-06-15. / По какой день данные.")
@reading_options
@click.option("--until", metavar="common", help="Count all files to the day that the shortest of them reaches. / До общего последнего дня.")
@click.option("--rates", type=PATH, help="Table of rates: currency, rate, date. / Файл с курсами валют.")
@click.option("--currency", help="Of the report, to which --rates bring amounts: RUB. / Валюта отчёта.")
@language_option
@format_option
@output_option
@force_option
@click.option("--values", is_flag=True, help="Of a workbook of the template: numbers without formulas, to send. / Без формул.")
@click.option("--pdf", is_flag=True, help="With -o report.xlsx: as PDF too, through LibreOffice. / Ещё и PDF.")
@click.option("--title", help="Heading of report.xlsx. / Заголовок книги.")
@click.option("--client", help="For whom report.xlsx is made, stands before the heading. / Клиент, перед заголовком.")
@click.option("--example", is_flag=True, help="Use the example that comes with the package. / Взять встроенный пример.")
@errors_in_words
def report(
    files: Sequence[Path],
    by: str,
    kpi: str,
    where: Sequence[str],
    period: str | None,
    compare: str | None,
    targets: Path | None,
    targets_sheet: str | None,
    as_of: str | None,
    until: str | None,
    rates: Path | None,
    currency: str | None,
    lang: str | None,
    format_: str,
    output: Path | None,
    force: bool,
    values: bool,
    pdf: bool,
    title: str | None,
    client: str | None,
    example: bool,
    **reading: Any,
) -> None:
    """KPIs from files (CSV, Excel, Parquet), folders of them, or a filled template. / KPI из файлов.

    FILE: Tables with one header row, a folder, a pattern such as exports/*.csv, a zip. / Таблицы с одной строкой заголовков, папка, шаблон имени, zip.
    """
    results.must_be_a_format(format_)
    if example == bool(files):
        raise InputError(
            Text("--example comes with its own data", "у --example свои данные") if example else Text("no data was named", "данные не указаны"),
            cure=Text("name the files of data, or say --example", "укажите файлы с данными или --example"),
        )
    if targets is None and (as_of or targets_sheet):
        raise InputError(
            Text("--as-of and --targets-sheet go with --targets", "--as-of и --targets-sheet указывают вместе с --targets"),
            cure=Text("name the table of targets too, or leave them out", "укажите и таблицу планов или уберите их"),
        )
    if (rates is None) != (currency is None):
        raise InputError(
            Text("--rates and --currency go together", "--rates и --currency указывают вместе"),
            cure=Text("say both: --rates rates.csv --currency RUB", "укажите обе: --rates rates.csv --currency RUB"),
        )
    if targets is not None and compare is not None:
        raise InputError(
            Text("--compare and --targets do not go together", "--compare и --targets вместе не работают"), cure=Text("ask for one of them", "выберите одно")
        )
    paths = list(files)
    no_file_twice(paths)
    results.must_be_writable(output, [*paths, *(given for given in (targets, rates) if given)], force=force)
    if report_of_book.is_one(paths):
        report_of_book.report(paths[0], output, _options_of_files(), lang, values=values, pdf=pdf, force=force)
        return
    if values:
        raise InputError(
            Text("--values goes with a workbook of the template", "--values — для книги по шаблону"),
            cure=Text("leave it out, or make such a workbook: smm-xl template", "уберите её или сделайте такую книгу: smm-xl template"),
        )
    asked = Asked(paths, Reading(**reading), by, kpi, where, period, compare, targets, targets_sheet, as_of, until, rates, currency, title, client)
    report_of_files.report(asked, output, lang, format_, pdf=pdf, force=force)


_OF_BOOKS = frozenset(("output", "force", "lang", "values", "pdf"))


def _options_of_files() -> list[str]:
    """The options that were given and say something of files that are not made from the template."""
    context = click.get_current_context()
    typed = [option for option in context.command.params if context.get_parameter_source(option.name or "") is click.core.ParameterSource.COMMANDLINE]
    return [option.opts[0] for option in typed if isinstance(option, click.Option) and option.name not in _OF_BOOKS]
