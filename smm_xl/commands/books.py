"""``smm-xl template`` and ``smm-xl check``, and the report of a workbook that was made from the template."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smm_xl.commands import console
from smm_xl.commands.console import LanguageOption, errors_in_words, one_of, speaks
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.outputs import writing

if TYPE_CHECKING:
    from smm_xl.hosts.libreoffice.office import Office
    from smm_xl.workbook.content import Filled
    from smm_xl.workbook.draft import Draft
    from smm_xl.workbook.reader import Book

_SHOWN = 5
_LONG = 5_000  # rows from which on a report takes seconds, so that it says what it does
ForceOption = Annotated[bool, typer.Option("--force", help="Replace the output file if it is there. / Заменить файл результата.")]


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
    must_be_a_book(output)
    writing.must_be_writable(output, [], force=force)
    from smm_xl.workbook.demo import blank
    from smm_xl.workbook.demo import demo as filled

    made = built(filled(language) if demo else blank(language), language, formulas)
    writing.write(output, made.pages.write)
    _say(lang, f"written: {output}; open it and begin with the sheet Start", f"записано: {output}; откройте и начните с листа «Старт»")


@errors_in_words
def check(
    workbook: Annotated[Path, typer.Argument(metavar="WORKBOOK", readable=False, help="A filled workbook. / Заполненная книга.")],
    format_: Annotated[str, typer.Option("--format", metavar="text|json", help="How to print. / Формат.")] = "text",
    lang: LanguageOption = None,
) -> None:
    from smm_xl.workbook import reader

    one_of(format_, ("text", "json"), "--format")
    must_be_there(workbook)
    book = reader.read(workbook)
    language = lang or book.language
    _warn_of_open(workbook, language)
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
        console.data(json.dumps({"version": book.version, "problems": listed}, ensure_ascii=False, indent=2) + "\n")
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


def is_one(paths: Sequence[Path]) -> bool:
    """Whether the files of a report are one workbook that was made from the template. Raises InputError where it is one of several."""
    if not any(path.suffix.lower() in (".xlsx", ".xlsm") for path in paths):
        return False
    from smm_xl.workbook import reader

    ours = [path for path in paths if reader.is_ours(path)]
    if ours and len(paths) > 1:
        raise InputError(f"{ours[0]}: a workbook of the template is reported alone", f"{ours[0]}: книга по шаблону обрабатывается одна, без других файлов")
    return bool(ours)


def report_of_book(workbook: Path, output: Path | None, options: Sequence[str], lang: str | None, *, values: bool, pdf: bool, force: bool) -> None:
    """Write a new workbook with the data of a filled one, and a PDF beside it. Raises InputError where the data has errors."""
    if options:
        raise InputError(
            f"{', '.join(options)}: a workbook of the template says itself what to report; choose period and channels in it",
            f"{', '.join(options)}: книга по шаблону сама задаёт отчёт; период и каналы выбирают в ней",
        )
    if output is None:
        raise InputError(f"{workbook}: name the report to write: -o report.xlsx", f"{workbook}: укажите файл отчёта: -o report.xlsx")
    must_be_a_book(output)
    office = None
    if pdf:
        from smm_xl.hosts.libreoffice import office as offices

        office = offices.find()
        if office is None:
            raise InputError(*offices.NO_OFFICE)
        writing.must_be_writable(output.with_suffix(".pdf"), [], force=force)
    book = sound(workbook, lang)
    language = lang or book.language
    _warn_of_open(workbook, language)
    for remark in book.remarks:
        _say(language, *remark)
    rows = sum(map(len, book.filled.rows.values()))
    is_long = rows >= _LONG
    if is_long:
        _say(language, f"read: {rows} rows; working out the formulas", f"прочитано строк: {rows}; вычисляю формулы")
    made = built(book.filled, book.language, book.formulas)
    if is_long:
        _say(language, "all KPIs agree with the engine; writing", "все показатели сошлись с расчётом; записываю")
    writing.write(output, lambda path: made.pages.write(path, formulas=not values))
    _say(language, f"written: {output}", f"записано: {output}")
    if office is not None:
        writing.write(output.with_suffix(".pdf"), lambda path: _print(made, office, path))
        _say(language, f"written: {output.with_suffix('.pdf')}", f"записано: {output.with_suffix('.pdf')}")


def _print(made: Draft, office: Office, path: Path) -> None:
    """The outputs alone, as pages."""
    from smm_xl.hosts.libreoffice import office as offices

    with writing.scratch() as folder:
        book = folder / "report.xlsx"
        made.pages.write(book, shown=made.outputs)
        offices.print_pdf(office, book, path)


def sound(workbook: Path, lang: str | None) -> Book:
    """A filled workbook without errors. Raises InputError with the first of them."""
    from smm_xl.workbook import reader

    book = reader.read(workbook)
    if book.errors:
        shown = "\n".join(f"  {problem.in_language(lang or book.language)}" for problem in book.errors[:_SHOWN])
        count = len(book.errors)
        more = Text(f"\n  … {count - _SHOWN} more", f"\n  … ещё {count - _SHOWN}") if count > _SHOWN else Text("", "")
        raise InputError(
            f"{workbook}: {count} errors in the data, so no report was made; mend them, smm-xl check lists all:\n{shown}{more.en}",
            f"{workbook}: ошибок в данных: {count}, поэтому отчёт не сделан; исправьте их, все показывает smm-xl check:\n{shown}{more.ru}",
        )
    return book


def built(filled: Filled, language: str, formulas: str) -> Draft:
    """A workbook whose formulas agree with the engine, not written yet."""
    from smm_xl.workbook import agreement
    from smm_xl.workbook.template import build

    made = build(filled, language, formulas)
    agreement.confirm(made)
    return made


def must_be_a_book(output: Path) -> None:
    if output.suffix.lower() != ".xlsx":
        raise InputError(f"{output}: the workbook has to end in .xlsx", f"{output}: имя книги должно кончаться на .xlsx")


def must_be_there(workbook: Path) -> None:
    if not workbook.is_file():
        raise InputError(f"{workbook}: there is no such file", f"{workbook}: такого файла нет")


def _warn_of_open(workbook: Path, language: str) -> None:
    if program := writing.opened_by(workbook):
        _say(language, f"{workbook} is open in {program}: only what was saved is read", f"{workbook} открыт в {program}: читается только сохранённое")


def _say(lang: str | None, en: str, ru: str) -> None:
    console.tell(Text(en, ru).in_language(speaks(lang)), err=True)
