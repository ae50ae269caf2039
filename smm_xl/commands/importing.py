"""``smm-xl import``: exports as rows of our fields, and what became of each row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smm_xl.cells import period as periods
from smm_xl.commands import console, reading
from smm_xl.commands.console import PATH, errors_in_words, force_option, language_option, one_of, speaks, tell
from smm_xl.commands.reading import Reading, reading_options
from smm_xl.errors import InputError
from smm_xl.language import Text, printable
from smm_xl.outputs import rows, writing

if TYPE_CHECKING:
    from smm_xl.sources.tidy import Account, Gone, Tidy

_FORMATS = ("text", "json")
_LINES = 8  # that are named of one reason, in words


@click.command("import")
@click.argument("files", metavar="EXPORT...", nargs=-1, required=True, type=PATH)
@click.option("-o", "--output", type=PATH, metavar="FILE", help=f"Write {', '.join(rows.WRITERS)}; without it nothing is written. / Записать файл.")
@reading_options
@language_option
@click.option("--format", "format_", metavar="|".join(_FORMATS), default="text", help="What is said of what was done: words, or JSON. / Вид отчёта.")
@force_option
@errors_in_words
def importing(files: Sequence[Path], output: Path | None, lang: str | None, format_: str, force: bool, **options: Any) -> None:
    """Rows of known fields from exports as they are downloaded. / Выгрузки в одну таблицу.

    EXPORT: files as for report, of any platform (smm-xl exports lists those that are known), folders, a zip. / Файлы, папки, zip.
    """
    language = speaks(lang)
    one_of(format_, _FORMATS, "--format")
    paths = list(files)
    reading.no_file_twice(paths)
    if output is not None:
        if output.suffix.lower() not in rows.WRITERS:
            raise InputError(
                Text("files of this kind cannot be written", "такие файлы не записываются"),
                cure=Text(f"write {', '.join(rows.WRITERS)}", f"можно записать {', '.join(rows.WRITERS)}"),
                place=output,
            )
        writing.must_be_writable(output, paths, force=force)
    from smm_xl.sources import tidy

    tables, accounts = tidy.tidied(Reading(**options).sources(paths))
    if output is not None:
        _must_fit(tables, output)
        write = rows.WRITERS[output.suffix.lower()]
        writing.write(output, lambda path: write(tables, path))
    if format_ == "json":
        from smm_xl.outputs.text import json_text

        console.data(json_text(_document(tables, accounts, output, language)))
    else:
        for line in _words(tables, accounts, output):
            tell(line.in_language(language), err=True)


def _must_fit(tables: Sequence[Tidy], output: Path) -> None:
    """Refuse a file that cannot hold the tables. Rows of a cabinet and of a CRM in one table would count a lead twice."""
    if len(tables) > 1 and output.suffix.lower() != ".xlsx":
        kinds = ", ".join(table.kind for table in tables)
        raise InputError(
            Text(
                f"the files are {len(tables)} tables that do not add up to one ({kinds}): they hold the same figures, or are about other things",
                f"файлы — это {len(tables)} таблицы, которые нельзя сложить в одну ({kinds}): в них одни и те же показатели или они о разном",
            ),
            cure=Text(
                "write .xlsx, which has a sheet for each, or import them one after the other",
                "запишите .xlsx, где у каждой свой лист, или импортируйте по одной",
            ),
            place=output,
        )
    longest = max(len(table.frame) for table in tables)
    if output.suffix.lower() == ".xlsx" and longest > rows.MOST_ROWS_OF_A_SHEET:
        raise InputError(
            Text(f"{longest} rows are more than a sheet holds", f"{longest} строк — больше, чем вмещает лист"),
            cure=Text("write .csv or .parquet", "запишите .csv или .parquet"),
            place=output,
        )


def _document(tables: Sequence[Tidy], accounts: Sequence[Account], output: Path | None, language: str) -> dict[str, Any]:
    """What was done, for programs."""
    return {
        "schema": 1,
        "output": None if output is None else str(output),
        "tables": [{"kind": table.kind, "rows": len(table.frame), "columns": table.frame.columns} for table in tables],
        "files": [_of_file(account, language) for account in accounts],
    }


def _of_file(account: Account, language: str) -> dict[str, Any]:
    days = account.days
    return {
        "file": account.file,
        "table": account.recognised.source,
        "export": account.profile.key if account.profile else None,
        "channel": account.channel,
        "first_day": None if days is None else periods.around(days.first, "day").label,
        "last_day": None if days is None else periods.around(days.last, "day").label,
        "read": account.read,
        "kept": account.kept,
        "left_out": [{"why": gone.why.key, "rows": gone.rows, "lines": list(gone.lines)} for gone in account.gone],
        "recognised": {key: header for key, header in account.recognised.columns.items() if key not in account.recognised.guessed},
        "guessed": {key: header for key, header in account.recognised.columns.items() if key in account.recognised.guessed},
        "ignored": list(account.recognised.ignored),
        "published_totals_that_differ": [{"field": one.key, "published": one.published, "sum": one.total} for one in account.published],
        "sums": dict(account.sums),
        "notes": [remark.in_language(language) for remark in account.remarks],
    }


def _words(tables: Sequence[Tidy], accounts: Sequence[Account], output: Path | None) -> list[Text]:
    """What was done, for people: of each file, and of what was written."""
    lines = [line for account in accounts for line in _words_of(account)]
    for table in tables:
        many, columns = len(table.frame), ", ".join(table.frame.columns)
        lines.append(Text(f"{table.kind}: {many} rows: {columns}", f"{table.kind}: строк {many}: {columns}"))
    if output is None:
        lines.append(Text("nothing was written; -o data.csv writes these rows", "ничего не записано; -o data.csv запишет эти строки"))
    else:
        lines.append(Text(f"written: {output}", f"записано: {output}"))
    return [Text(*map(printable, line)) for line in lines]


def _words_of(account: Account) -> list[Text]:
    name = account.recognised.source
    export = account.profile.name if account.profile else Text("no known export", "не из известных выгрузок")
    days = "" if account.days is None else f", {periods.around(account.days.first, 'day').label}..{periods.around(account.days.last, 'day').label}"
    channel = Text(f", channel {account.channel}", f", канал {account.channel}") if account.channel else Text("", "")
    lines = [
        Text(
            f"{account.file}: {export.en}{channel.en}{days}; rows read: {account.read}, kept: {account.kept}",
            f"{account.file}: {export.ru}{channel.ru}{days}; строк прочитано: {account.read}, взято: {account.kept}",
        )
    ]
    lines += [Text(f"{name}: left out, {gone.why.words.en}: {_where(gone)}", f"{name}: не взяты, {gone.why.words.ru}: {_where(gone)}") for gone in account.gone]
    return [*lines, *reading.recognised_words([account.recognised]), *account.remarks]


def _where(gone: Gone) -> str:
    """How many rows, and on which lines."""
    listed = ", ".join(map(str, gone.lines[:_LINES])) + (", …" if gone.rows > _LINES else "")
    return f"{gone.rows} ({listed})" if gone.lines else str(gone.rows)
