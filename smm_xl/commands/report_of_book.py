"""``smm-xl report`` of a workbook that was made from the template and filled in: the same workbook with values, and pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smm_xl.commands import books
from smm_xl.commands.console import say
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.outputs import writing

if TYPE_CHECKING:
    from smm_xl.hosts.libreoffice.office import Office
    from smm_xl.workbook.draft import Draft

_LONG = 5_000  # rows from which on a report takes seconds, so that it says what it does


def is_one(paths: Sequence[Path]) -> bool:
    """Whether the files of a report are one workbook that was made from the template. Raises InputError where it is one of several."""
    if not any(path.suffix.lower() in (".xlsx", ".xlsm") for path in paths):
        return False
    from smm_xl.workbook import reader

    ours = [path for path in paths if reader.is_ours(path)]
    if ours and len(paths) > 1:
        raise InputError(
            Text("a workbook of the template is reported alone", "книга по шаблону обрабатывается одна, без других файлов"),
            cure=Text("leave the other files out", "уберите другие файлы"),
            place=ours[0],
        )
    return bool(ours)


def report(workbook: Path, output: Path | None, options: Sequence[str], lang: str | None, *, values: bool, pdf: bool, force: bool) -> None:
    """Write a new workbook with the data of a filled one, and a PDF beside it. Raises InputError where the data has errors."""
    if options:
        raise InputError(
            Text("a workbook of the template says itself what to report", "книга по шаблону сама задаёт отчёт"),
            cure=Text("choose period and channels in it", "период и каналы выбирают в ней"),
            place=", ".join(options),
        )
    if output is None:
        raise InputError(
            Text("a report of a workbook is a workbook", "отчёт по книге — тоже книга"),
            cure=Text("name the file to write: -o report.xlsx", "укажите файл отчёта: -o report.xlsx"),
            place=workbook,
        )
    books.must_be_a_book(output)
    office = None
    if pdf:
        from smm_xl.hosts.libreoffice import office as offices

        office = offices.must_be_found()
        writing.must_be_writable(output.with_suffix(".pdf"), [], force=force)
    book = books.sound(workbook, lang)
    language = lang or book.language
    books.warn_of_open(workbook, language)
    for remark in book.remarks:
        say(language, *remark)
    rows = sum(map(len, book.filled.rows.values()))
    is_long = rows >= _LONG
    if is_long:
        say(language, f"read: {rows} rows; working out the formulas", f"прочитано строк: {rows}; вычисляю формулы")
    made = books.built(book.filled, book.language, book.formulas)
    if is_long:
        say(language, "all KPIs agree with the engine; writing", "все показатели сошлись с расчётом; записываю")
    writing.write(output, lambda path: made.pages.write(path, formulas=not values))
    say(language, f"written: {output}", f"записано: {output}")
    if office is not None:
        writing.write(output.with_suffix(".pdf"), lambda path: _print(made, office, path))
        say(language, f"written: {output.with_suffix('.pdf')}", f"записано: {output.with_suffix('.pdf')}")


def _print(made: Draft, office: Office, path: Path) -> None:
    """The outputs alone, as pages."""
    from smm_xl.hosts.libreoffice import office as offices

    with writing.scratch() as folder:
        book = folder / "report.xlsx"
        made.pages.write(book, shown=made.outputs)
        offices.print_pdf(office, book, path)
