"""What commands that read files of data share: the options that say how files are meant, and the sources that they give."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from smm_xl.catalog.registry import field as field_or_dimension
from smm_xl.catalog.registry import listed
from smm_xl.commands.console import one_of
from smm_xl.errors import InputError
from smm_xl.language import Text, printable, same
from smm_xl.outputs import writing

if TYPE_CHECKING:
    from smm_xl.sources.intake import Source
    from smm_xl.sources.recognising import Recognised

_MARKS = {"point": ".", "comma": ","}

_OPTIONS = (
    click.option("--map", "map_", multiple=True, help="FIELD=COLUMN: which column holds a field; may be repeated. / Столбец поля."),
    click.option("--sheet", multiple=True, help="Sheet of an Excel file, the first without it; may be repeated. / Лист."),
    click.option("--decimal", metavar="point|comma", help="Decimal mark of the files, where they leave it open. / Десятичный знак."),
    click.option("--dates", metavar="dmy|mdy", help="Day or month first, where the files leave it open. / Порядок в датах."),
    click.option("--totals", metavar="drop|keep", help="What becomes of a row that may be a total. / Строки, похожие на итог."),
    click.option("--overlap", metavar="last|add", help="Rows in several files: the newer file counts, or all. / Одни и те же строки в нескольких файлах."),
    click.option("--blank-is-zero", default="", help="Fields of which a blank cell means none: leads,customers. / Поля, где пусто значит 0."),
    click.option("--scale", multiple=True, help="FIELD=1000 or FIELD=micros: what a column is multiplied by. / Множитель столбца."),
    click.option("--channel", multiple=True, help="FILE=NAME: the channel of a whole file. / Канал всего файла."),
    click.option("--from", "from_", multiple=True, help="FIELD=FILE: which file counts for a field that several hold. / Из какого файла брать поле."),
    click.option("--header-row", type=int, help="The row of the headers, the first is 1. / Строка заголовков."),
    click.option("--section", type=int, help="Which of several tables of a file. / Какая из таблиц файла."),
    click.option("--encoding", help="Of text files: utf-8, cp1251, cp1252, utf-16. / Кодировка."),
)  # fmt: skip


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with the options of ``Reading``, which it takes by keyword."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


class Reading(NamedTuple):
    """How files are meant, as the options say it."""

    map_: Sequence[str] = ()
    sheet: Sequence[str] = ()
    decimal: str | None = None
    dates: str | None = None
    totals: str | None = None
    overlap: str | None = None
    blank_is_zero: str = ""
    scale: Sequence[str] = ()
    channel: Sequence[str] = ()
    from_: Sequence[str] = ()
    header_row: int | None = None
    section: int | None = None
    encoding: str | None = None

    @property
    def mark(self) -> str | None:
        """The decimal mark. Raises UnknownName."""
        return None if self.decimal is None else _MARKS[one_of(self.decimal, tuple(_MARKS), "--decimal")]

    def sources(self, paths: Sequence[Path]) -> list[Source]:
        """The tables of files and folders, their columns taken. Raises InputError for what cannot be read, and for a file that is there twice."""
        from smm_xl.sources import files, tables
        from smm_xl.sources.csvs import Layout

        layout = Layout(self.header_row, self.section, self.encoding)
        expanded = files.expanded(paths)
        read = [table for path in expanded for table in files.read(path, self.sheet, self.mark, layout)]
        _no_copies(expanded)
        options = tables.options_of(
            dict(pair(text, "--map", Text("FIELD=COLUMN", "ПОЛЕ=СТОЛБЕЦ")) for text in self.map_),
            [header for table in read for header in table.headers],
            self.mark,
            None if self.dates is None else one_of(self.dates, ("dmy", "mdy"), "--dates"),
            {
                "totals": None if self.totals is None else one_of(self.totals, ("drop", "keep"), "--totals"),
                "overlap": None if self.overlap is None else one_of(self.overlap, ("last", "add"), "--overlap"),
                "blank_is_zero": frozenset(field_or_dimension(name).key for name in listed(self.blank_is_zero)),
                "scale": dict(_scale(*pair(text, "--scale", same("spend=1000"))) for text in self.scale),
            },
        )
        return tables.sources_of(
            read,
            options,
            dict(pair(text, "--channel", Text("FILE=NAME", "ФАЙЛ=НАЗВАНИЕ")) for text in self.channel),
            {field_or_dimension(key).key: name for key, name in (pair(text, "--from", Text("spend=FILE", "spend=ФАЙЛ")) for text in self.from_)},
        )


def no_file_twice(paths: Sequence[Path]) -> None:
    """Refuse a file that is named twice."""
    if twice := [path for place, path in enumerate(paths) if any(writing.same_file(path, earlier) for earlier in paths[:place])]:
        raise InputError(
            Text("the file is named twice, it would count twice", "файл указан дважды и был бы учтён дважды"),
            cure=Text("name it once", "укажите его один раз"),
            place=twice[0],
        )


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
                        Text(
                            f"{other} and {path} hold the same data, which would count twice",
                            f"{other} и {path} содержат одни и те же данные и были бы учтены дважды",
                        ),
                        cure=Text("leave one out", "уберите один файл"),
                    )


def _scale(name: str, factor: str) -> tuple[str, float]:
    """A field, and what its column is multiplied by."""
    try:
        return field_or_dimension(name).key, 1e-6 if factor.casefold() == "micros" else float(factor.replace(",", "."))
    except ValueError:
        raise InputError(
            Text(f"«{factor}» is no number", f"«{factor}» — не число"),
            cure=Text("write 1000, 0.001 or micros", "напишите 1000, 0.001 или micros"),
            place=f"--scale {name}={factor}",
        ) from None


def pair(text: str, option: str, shape: Text) -> tuple[str, str]:
    """The two sides of an option that is written with =. Raises InputError where it is not."""
    key, equals, value = text.partition("=")
    if not equals or not key.strip() or not value.strip():
        raise InputError(
            Text("this cannot be read", "это не читается"),
            cure=Text(f"write it as {option} {shape.en}", f"пишется так: {option} {shape.ru}"),
            place=f"{option} {text}",
        )
    return key.strip(), value.strip()


def recognised_words(sources: Iterable[Recognised]) -> list[Text]:
    """How the columns were taken, a line each: recognised, guessed, ignored."""
    lines = []
    for source in sources:
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
