"""Workbooks of the template, for the commands: read without errors, made in agreement with the engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from smm_xl.commands.console import say
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.outputs import writing

if TYPE_CHECKING:
    from smm_xl.workbook.content import Filled
    from smm_xl.workbook.draft import Draft
    from smm_xl.workbook.reader import Book

_SHOWN = 5


def sound(workbook: Path, lang: str | None) -> Book:
    """A filled workbook without errors. Raises InputError with the first of them."""
    from smm_xl.workbook import reader

    book = reader.read(workbook)
    if book.errors:
        shown = "\n".join(f"  {problem.in_language(lang or book.language)}" for problem in book.errors[:_SHOWN])
        count = len(book.errors)
        more = Text(f"\n  … {count - _SHOWN} more", f"\n  … ещё {count - _SHOWN}") if count > _SHOWN else Text("", "")
        raise InputError(
            Text(f"{count} errors in the data, so no report was made", f"ошибок в данных: {count}, поэтому отчёт не сделан"),
            cure=Text(f"mend them, smm-xl check lists all:\n{shown}{more.en}", f"исправьте их, все показывает smm-xl check:\n{shown}{more.ru}"),
            place=workbook,
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
        raise InputError(
            Text("this is no name of a workbook", "это не имя книги Excel"), cure=Text("let it end in .xlsx", "имя должно кончаться на .xlsx"), place=output
        )


def must_be_there(workbook: Path) -> None:
    if not workbook.is_file():
        raise InputError(Text("there is no such file", "такого файла нет"), cure=Text("check the name and the folder", "проверьте имя и папку"), place=workbook)


def warn_of_open(workbook: Path, language: str) -> None:
    if program := writing.opened_by(workbook):
        say(language, f"{workbook} is open in {program}: only what was saved is read", f"{workbook} открыт в {program}: читается только сохранённое")
