"""The command ``smm-xl``: report, calc, plan, kpis."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

import smm_xl
from smm_xl import functions
from smm_xl.catalog import reference, registry
from smm_xl.commands import books, console
from smm_xl.commands.addin import addin
from smm_xl.commands.console import LanguageOption, errors_in_words, one_of, speaks, tell
from smm_xl.errors import InputError
from smm_xl.language import Text, printable
from smm_xl.outputs import writing
from smm_xl.outputs.text import csv_text
from smm_xl.targets import calculations

EXAMPLE = "campaigns.csv"
EXAMPLE_TITLE = Text("Example: four campaigns, January to March", "Пример: четыре кампании, январь — март")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="KPIs of social media marketing. / KPI для SMM.",
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.add_typer(addin)
app.command(name="template", help="The template workbook: fill it in, print it, send it. / Книга-шаблон.")(books.template)
app.command(name="check", help="What is wrong in a filled workbook, cell by cell. / Проверить заполненную книгу.")(books.check)

FormatOption = Annotated[str, typer.Option("--format", metavar="table|json|csv", help="What is printed. / Вид вывода.")]
FORMATS = ("table", "json", "csv")
MARKS = {"point": ".", "comma": ","}


def _version(wanted: bool) -> None:
    if wanted:
        tell(f"smm-xl {smm_xl.__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version. / Версия.")] = False,
) -> None:
    """What stands before the commands."""


# --- report ---------------------------------------------------------------------------------------------------------


@app.command(help="KPIs from files (CSV, Excel, Parquet). / KPI из файлов.")
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
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write .xlsx or .csv. / Записать файл.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the output file if it is there. / Заменить файл результата.")] = False,
    values: Annotated[bool, typer.Option("--values", help="Of a workbook of the template: numbers without formulas, to send. / Без формул.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Of a workbook of the template: the outputs as PDF too, through LibreOffice. / Ещё и PDF.")] = False,
    example: Annotated[bool, typer.Option("--example", help="Use the example that comes with the package. / Взять встроенный пример.")] = False,
) -> None:
    language = speaks(lang)
    one_of(format_, FORMATS, "--format")
    if example == bool(files):
        raise InputError("name the files of data, or say --example", "укажите файлы с данными или --example")
    if targets is None and (as_of or targets_sheet):
        raise InputError("--as-of and --targets-sheet go with --targets", "--as-of и --targets-sheet указывают вместе с --targets")
    if targets is not None and compare is not None:
        raise InputError("--compare and --targets do not go together; ask for one of them", "--compare и --targets вместе не работают; выберите одно")
    paths = list(files or ())
    if twice := [path for place, path in enumerate(paths) if any(writing.same_file(path, earlier) for earlier in paths[:place])]:
        raise InputError(f"{twice[0]}: the file is named twice, it would count twice", f"{twice[0]}: файл указан дважды и был бы учтён дважды")
    if output is not None:
        _check_output(output, [*paths, *([targets] if targets else [])], force=force)
    if books.is_one(paths):
        asked = {"--by": by, "--kpi": kpi, "--where": where, "--period": period, "--compare": compare, "--targets": targets, "--map": map_, "--sheet": sheet}
        books.report_of_book(paths[0], output, [option for option, value in asked.items() if value], lang, values=values, pdf=pdf, force=force)
        return
    if values or pdf:
        raise InputError("--values and --pdf go with a workbook of the template: smm-xl template", "--values и --pdf — для книги по шаблону: smm-xl template")
    with resources.as_file(resources.files("smm_xl") / "examples" / EXAMPLE) as example_path:
        made, remarks = _made(
            paths or [example_path], _Wanted(by, kpi, where or [], period, compare, targets, targets_sheet, as_of), mapping=map_ or [],
            sheets=sheet or [], decimal=decimal, dates=dates,
        )  # fmt: skip
    title = EXAMPLE_TITLE.in_language(language) if example else ", ".join(path.name for path in paths)
    for remark in (*remarks, *_recognised(made)):
        tell(remark.in_language(language), err=True)
    if output is not None:
        _write(made, output, language, title)
    if format_ == "table":
        from smm_xl.outputs import terminal

        (terminal.print_plan if hasattr(made, "score") else terminal.print_report)(made, language)
    else:
        text = _json(_rows(made, language)) if format_ == "json" else _csv(made, language)
        console.data(text)
        for note in made.notes:
            tell(note.in_language(language), err=True)
    if output is not None:
        tell(Text(f"written: {output}", f"записано: {output}").in_language(language), err=True)


class _Wanted(NamedTuple):
    """What the options ask for."""

    by: str
    kpi: str
    where: Sequence[str]
    period: str | None
    compare: str | None
    targets: Path | None
    targets_sheet: str | None
    as_of: str | None


def _made(
    paths: Sequence[Path], wanted: _Wanted, *, mapping: Sequence[str], sheets: Sequence[str], decimal: str | None, dates: str | None
) -> tuple[Any, list[Text]]:
    """The report of files, or their plan against fact, and what a reader should know of how they were read."""
    from smm_xl.reports import report as reporting
    from smm_xl.sources import files, intake, tables

    read = [table for path in paths for table in files.read(path, sheets)]
    _no_copies(paths)
    headers = [header for table in read for header in table.frame.columns]
    options = tables.options_of(
        dict(_pair(text, "--map", "FIELD=COLUMN", "ПОЛЕ=СТОЛБЕЦ") for text in mapping),
        headers,
        None if decimal is None else MARKS[one_of(decimal, tuple(MARKS), "--decimal")],
        None if dates is None else one_of(dates, ("dmy", "mdy"), "--dates"),
    )
    sources = [intake.Source(table.name, table.frame, table.place, options) for table in read]
    filters: dict[str, list[str]] = {}
    for text in wanted.where:
        key, value = _pair(text, "--where", "channel=VK", "channel=VK")
        filters.setdefault(key, []).append(value)
    made: Any
    if wanted.targets is not None:
        from smm_xl.reports import plan as planreport
        from smm_xl.reports import target_source

        (given,) = files.read(wanted.targets, [wanted.targets_sheet] if wanted.targets_sheet else [])
        read.append(given)
        source = target_source.TargetSource(given.frame, str(wanted.targets), given.place, options.decimal)
        made = planreport.build_plan(sources, source, wanted.by, wanted.kpi, where=filters, period=wanted.period, as_of=wanted.as_of)
    else:
        made = reporting.build(sources, wanted.by, wanted.kpi, where=filters, period=wanted.period, compare=_comparison(wanted.compare))
    return made, list(dict.fromkeys(table.remark for table in read if table.remark))


def _no_copies(paths: Sequence[Path]) -> None:
    """Refuse two files of the same content: their figures would count twice."""
    by_size: dict[int, list[Path]] = {}
    for path in paths:
        by_size.setdefault(path.stat().st_size, []).append(path)
    for alike in by_size.values():
        for place, path in enumerate(alike):
            for other in alike[:place]:
                if path.read_bytes() == other.read_bytes():
                    raise InputError(
                        f"{other} and {path} hold the same data, which would count twice; leave one out",
                        f"{other} и {path} содержат одни и те же данные и были бы учтены дважды; уберите один файл",
                    )


def _comparison(text: str | None) -> Literal["previous", "year"] | None:
    if text is None:
        return None
    return "previous" if one_of(text, ("previous", "year"), "--compare") == "previous" else "year"


def _pair(text: str, option: str, shape: str, shape_ru: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or not value.strip():
        raise InputError(f"{option} {text}: write it as {option} {shape}", f"{option} {text}: пишется так: {option} {shape_ru}")
    return key.strip(), value.strip()


def _recognised(made: Any) -> list[Text]:
    """How the columns were taken, a line each: recognised, guessed, ignored."""
    lines = []
    for source in made.recognised:
        sure = ", ".join(f"{key} = {header}" for key, header in source.columns.items() if key not in source.guessed)
        guesses = ", ".join(f"{key} = {header}" for key, header in source.columns.items() if key in source.guessed)
        named = [header for header in source.ignored if header]
        unnamed = len(source.ignored) - len(named)
        ignored = ", ".join([*named, *([f"«» × {unnamed}"] if unnamed else [])])
        if sure:
            lines.append(Text(f"{source.source}: recognised: {sure}", f"{source.source}: опознаны: {sure}"))
        if guesses:
            lines.append(Text(f"{source.source}: guessed by spelling, please check: {guesses}", f"{source.source}: угаданы по написанию, проверьте: {guesses}"))
        if ignored:
            lines.append(Text(f"{source.source}: ignored: {ignored}", f"{source.source}: не использованы: {ignored}"))
    return [Text(*map(printable, line)) for line in lines]


def _check_output(output: Path, inputs: Sequence[Path], *, force: bool) -> None:
    if output.suffix.lower() not in (".xlsx", ".csv"):
        raise InputError(f"{output}: write .xlsx or .csv", f"{output}: можно записать .xlsx или .csv")
    writing.must_be_writable(output, inputs, force=force)


def _write(made: Any, output: Path, language: str, title: str) -> None:
    if output.suffix.lower() == ".csv":
        text = _csv(made, language)

        def write_text(path: Path) -> None:
            path.write_text(text, encoding="utf-8-sig", newline="")

        writing.write(output, write_text)
        return
    if hasattr(made, "score"):
        from smm_xl.outputs.workbook_plan import write_plan

        writing.write(output, lambda path: write_plan(made, path, language=language, title=title))
        return
    from smm_xl.outputs.workbook_report import write_report

    writing.write(output, lambda path: write_report(made, path, language=language, title=title))


def _rows(made: Any, language: str) -> list[dict[str, Any]]:
    """The rows of a report as plain values: dimensions as text, numbers, None where undefined."""
    frame = made.frame(language) if callable(made.frame) else made.frame
    keys = list(frame.columns)
    return [
        {key: None if value is None or value != value else value for key, value in zip(keys, record, strict=True)}
        for record in frame.itertuples(index=False, name=None)
    ]


def _json(rows: object) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def _csv(made: Any, language: str) -> str:
    rows = _rows(made, language)
    return csv_text([list(rows[0]), *(list(row.values()) for row in rows)])


# --- calc, kpis -----------------------------------------------------------------------------------------------------


@app.command(help="One KPI or target function from numbers: calc cpl 1000 20. / Один KPI из чисел.", context_settings={"ignore_unknown_options": True})
@errors_in_words
def calc(
    key: Annotated[str, typer.Argument(help="Key, function or name of the KPI. / Ключ или название KPI.")],
    values: Annotated[list[str] | None, typer.Argument(help="Its arguments in their order. / Аргументы по порядку.")] = None,
    lang: LanguageOption = None,
) -> None:
    entry = calculations.named(key)
    given = values or []
    least = sum(not argument.optional for argument in entry.arguments)
    if not least <= len(given) <= len(entry.arguments):
        takes = ", ".join(argument.signature for argument in entry.arguments)
        raise InputError(
            f"{entry.key} takes {takes}; {len(given)} values were given: {' '.join(given) or '—'}",
            f"для {entry.key} нужны {takes}; указано значений: {len(given)} ({' '.join(given) or '—'})",
        )
    tell(_shown(functions.calculate(entry.key, *given)))


def _shown(value: object) -> str:
    """A result as a cell shows it: up to 15 digits, no point in whole numbers."""
    if isinstance(value, list):
        return " ".join(_shown(cell) for row in value for cell in row)
    return f"{value + 0.0:.15g}" if isinstance(value, float) else str(value)


@app.command(help="Back from the goal: how many leads, clicks and how much budget. / Обратная воронка: от цели к бюджету.")
@errors_in_words
def plan(
    customers: Annotated[str, typer.Option(help="Customers wanted. / Сколько клиентов нужно.")],
    cr_lead_customer: Annotated[str, typer.Option(help="Conversion lead to customer: 0.2 or 20%. / Конверсия заявка — клиент.")],
    cr_click_lead: Annotated[str, typer.Option(help="Conversion click to lead. / Конверсия клик — заявка.")],
    cpc: Annotated[str, typer.Option(help="Cost per click. / Цена клика.")],
    aov: Annotated[str | None, typer.Option(help="Average order value, for the break-even CPL. / Средний чек.")] = None,
    margin: Annotated[str | None, typer.Option(help="Margin, for the break-even CPL: 0.4 or 40%. / Маржинальность.")] = None,
    lang: LanguageOption = None,
    format_: FormatOption = "table",
) -> None:
    from smm_xl.reports import funnel

    language = speaks(lang)
    one_of(format_, FORMATS, "--format")
    made = funnel.reverse(customers=customers, cr_lead_customer=cr_lead_customer, cr_click_lead=cr_click_lead, cpc=cpc, aov=aov, margin=margin)
    rows = [
        {"key": line.key, "name": line.name.in_language(language), "value": line.value, "formula": line.formula.in_language(language)} for line in made.lines
    ]
    if format_ == "json":
        console.data(_json(rows))
    elif format_ == "csv":
        console.data(csv_text([list(rows[0]), *(list(row.values()) for row in rows)]))
    else:
        from smm_xl.outputs.terminal import print_funnel

        print_funnel(made, language)
    for note in made.notes if format_ != "table" else ():
        tell(note.in_language(language), err=True)


@app.command(help="The reference of all KPIs, targets and statistics. / Справочник.")
@errors_in_words
def kpis(
    group: Annotated[str | None, typer.Option(help="results, costs, effort, goals or statistics. / Группа.")] = None,
    lang: LanguageOption = None,
    format_: FormatOption = "table",
) -> None:
    language = speaks(lang)
    one_of(format_, FORMATS, "--format")
    wanted = registry.group(group) if group else None
    rows = [reference.row(entry, language) for entry in calculations.entries(wanted)]
    if format_ == "json":
        console.data(_json(rows))
    elif format_ == "csv":
        console.data(csv_text([list(reference.COLUMNS), *(list(row.values()) for row in rows)]))
    else:
        from smm_xl.outputs.terminal import print_reference

        print_reference(rows, language)


def run() -> None:
    """The command as a program of its own."""
    console.prepare()
    app()


if __name__ == "__main__":
    run()
