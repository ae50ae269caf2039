"""``smm-xl report``: of files of data, or of a workbook that was made from the template."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smm_xl.commands import report_of_book, report_of_files, results
from smm_xl.commands.console import ForceOption, LanguageOption, errors_in_words
from smm_xl.commands.report_of_files import Asked
from smm_xl.commands.results import FormatOption, OutputOption
from smm_xl.errors import InputError
from smm_xl.outputs import writing


@errors_in_words
def report(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", readable=False, help="Tables with one header row. / Таблицы с одной строкой заголовков.")
    ] = None,
    by: Annotated[str, typer.Option(help="Groups: channel, campaign, post, date, month, quarter, year, or several with commas. / Разрез.")] = "",
    kpi: Annotated[str, typer.Option(help="Keys or names with commas: cpc,cpl. All that can be counted without it. / Какие KPI.")] = "",
    where: Annotated[list[str] | None, typer.Option(help="Keep rows: channel=VK; may be repeated. / Отбор строк.")] = None,
    period: Annotated[str | None, typer.Option(help="2026-03, 2026-Q1, 2026 or 2026-06-01..2026-06-15. / Период.")] = None,
    compare: Annotated[
        str | None, typer.Option(metavar="previous|year", help="Add the previous period, or the year before, and the change. / Сравнение.")
    ] = None,
    targets: Annotated[
        Path | None, typer.Option(readable=False, help="Table of targets: KPI, target, channel, period, weight, base: plan against fact. / Файл с планами.")
    ] = None,
    targets_sheet: Annotated[str | None, typer.Option(help="Its sheet, the first without it. / Лист с планами.")] = None,
    as_of: Annotated[str | None, typer.Option(help="With targets: last day of the data, 2026-06-15. / По какой день данные.")] = None,
    map_: Annotated[list[str] | None, typer.Option("--map", help="FIELD=COLUMN: which column holds a field; may be repeated. / Столбец поля.")] = None,
    sheet: Annotated[list[str] | None, typer.Option(help="Sheet of an Excel file, the first without it; may be repeated. / Лист.")] = None,
    decimal: Annotated[str | None, typer.Option(metavar="point|comma", help="Decimal mark of the files, where they leave it open. / Десятичный знак.")] = None,
    dates: Annotated[str | None, typer.Option(metavar="dmy|mdy", help="Day or month first, where the files leave it open. / Порядок в датах.")] = None,
    lang: LanguageOption = None,
    format_: FormatOption = "table",
    output: OutputOption = None,
    force: ForceOption = False,
    values: Annotated[bool, typer.Option("--values", help="Of a workbook of the template: numbers without formulas, to send. / Без формул.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Of a workbook of the template: the outputs as PDF too, through LibreOffice. / Ещё и PDF.")] = False,
    example: Annotated[bool, typer.Option("--example", help="Use the example that comes with the package. / Взять встроенный пример.")] = False,
) -> None:
    results.must_be_a_format(format_)
    if example == bool(files):
        raise InputError("name the files of data, or say --example", "укажите файлы с данными или --example")
    if targets is None and (as_of or targets_sheet):
        raise InputError("--as-of and --targets-sheet go with --targets", "--as-of и --targets-sheet указывают вместе с --targets")
    if targets is not None and compare is not None:
        raise InputError("--compare and --targets do not go together; ask for one of them", "--compare и --targets вместе не работают; выберите одно")
    paths = list(files or ())
    if twice := [path for place, path in enumerate(paths) if any(writing.same_file(path, earlier) for earlier in paths[:place])]:
        raise InputError(f"{twice[0]}: the file is named twice, it would count twice", f"{twice[0]}: файл указан дважды и был бы учтён дважды")
    results.must_be_writable(output, [*paths, *([targets] if targets else [])], force=force)
    if report_of_book.is_one(paths):
        given = {"--by": by, "--kpi": kpi, "--where": where, "--period": period, "--compare": compare, "--targets": targets, "--map": map_, "--sheet": sheet}
        report_of_book.report(paths[0], output, [option for option, value in given.items() if value], lang, values=values, pdf=pdf, force=force)
        return
    if values or pdf:
        raise InputError("--values and --pdf go with a workbook of the template: smm-xl template", "--values и --pdf — для книги по шаблону: smm-xl template")
    asked = Asked(paths, by, kpi, where or [], period, compare, targets, targets_sheet, as_of, map_ or [], sheet or [], decimal, dates)
    report_of_files.report(asked, output, lang, format_)
