"""Spreadsheets: xlsx, xlsm, xls, ods; the first visible sheet, or those that are named."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from smm_xl.cells import columns
from smm_xl.errors import InputError, did_you_mean
from smm_xl.language import Text
from smm_xl.sources.table import Table, of_columns

_MOST_CELLS = 100_000_000
_OF_XML = (".xlsx", ".xlsm")


def read(path: Path, sheets: Sequence[str]) -> list[Table]:
    """The tables of a workbook. Raises InputError for what cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    _must_fit(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            names = [sheet.name for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet and sheet.visible is SheetVisibleEnum.Visible]
            for sheet in sheets:
                if sheet not in names:
                    near = did_you_mean(sheet, names)
                    hint = Text(f"did you mean «{near}»? ", f"может быть, «{near}»? ") if near else Text("", "")
                    raise InputError(
                        Text(f"there is no sheet «{sheet}»", f"листа «{sheet}» нет"),
                        cure=Text(f"{hint.en}sheets: {', '.join(names)}", f"{hint.ru}листы: {', '.join(names)}"),
                        place=path,
                    )
            chosen = list(sheets) or names[:1]
            cells = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in chosen}
    except (CalamineError, OSError) as error:
        if "password" in str(error).lower():
            raise InputError(
                Text("the file is protected by a password", "файл защищён паролем"),
                cure=Text("save a copy without it in Excel", "снимите пароль в Excel и сохраните копию"),
                place=path,
            ) from None
        raise InputError(
            Text(f"the file cannot be read as a workbook ({error})", f"файл повреждён или это не книга Excel ({error})"),
            cure=Text("open it in Excel and save it as xlsx", "откройте его в Excel и сохраните как xlsx"),
            place=path,
        ) from None
    errors = _odd_cells(path, chosen) if path.suffix.lower() in _OF_XML else {}
    others = [name for name in names if name not in chosen]
    remarks = _errors_in_ods(path)
    remark = (
        Text(
            f"{path}: sheet «{chosen[0]}» was read, not {', '.join(others)}; choose with --sheet",
            f"{path}: прочитан лист «{chosen[0]}», а не {', '.join(others)}; выбрать: --sheet",
        )
        if others and not sheets
        else None
    )
    try:
        said = (*remarks, *([remark] if remark else []))
        return [_sheet(path, name, cells[name], errors.get(name, {}), said, named=bool(sheets)) for name in chosen]
    except InputError as error:
        if remark is None:
            raise
        listed = ", ".join(others)
        cure = Text(f"{error.cure.en}. Other sheets: {listed}; choose with --sheet", f"{error.cure.ru}. Другие листы: {listed}; выбрать: --sheet")
        raise InputError(error.found, cure=cure, accepted=error.accepted, place=error.place) from None


def _must_fit(path: Path) -> None:
    """Refuse a workbook with a cell so far away that its sheet cannot be held: the fast reader would end the whole program."""
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.startswith("xl/worksheets/"):
                    with archive.open(name) as part:
                        head = part.read(4096)
                    if match := re.search(rb'<dimension ref="[A-Z]+\d+:([A-Z]+)(\d+)"', head):
                        width, height = columns.number(match[1].decode()) + 1, int(match[2])
                        if height * width > _MOST_CELLS:
                            raise InputError(
                                Text(f"a sheet reaches to {match[1].decode()}{height}", f"лист занят до {match[1].decode()}{height}"),
                                cure=Text("delete what stands far from the table", "удалите то, что стоит далеко от таблицы"),
                                place=path,
                            )
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError):
        return  # the reader says what is wrong with it


def _sheet(path: Path, sheet: str, cells: list[list[Any]], errors: dict[tuple[int, int], str], remarks: tuple[Text, ...], *, named: bool) -> Table:
    for (line, column), code in errors.items():
        cells[line][column] = code
    numbers = [number for number, row in enumerate(cells) if row[0] != "" or any(value != "" for value in row)] if cells and cells[0] else []
    rows = [cells[number] for number in numbers] if len(numbers) < len(cells) else cells
    where = f"{path}, «{sheet}»"
    if not rows:
        raise InputError(
            Text("the table is empty", "таблица пуста"),
            cure=Text("a header row and rows of data are expected", "нужна строка заголовков и строки данных"),
            place=where,
        )
    if len(rows) == 1:
        raise InputError(
            Text("there is a header row and no data under it", "есть заголовки, но нет ни одной строки данных"),
            cure=Text("add rows", "добавьте строки"),
            place=where,
        )
    headers = tuple(str(header).strip() for header in rows[0])

    def place(row: int, column: int) -> Text:
        cell = columns.address(numbers[row + 1], column)
        return Text(f"{path}, sheet «{sheet}», cell {cell}", f"{path}, лист «{sheet}», ячейка {cell}")

    frame, unlike = of_columns(list(zip(*rows[1:], strict=True)))
    return Table(sheet if named else path.stem, headers, frame, unlike, place, remarks=remarks)


def _errors_in_ods(path: Path) -> tuple[Text, ...]:
    """A word on cells of an ods that hold errors: the reader gives them as blank. What xls says of its errors nobody reads."""
    if path.suffix.lower() != ".ods":
        return ()
    with zipfile.ZipFile(path) as archive:
        count = archive.read("content.xml").count(b'calcext:value-type="error"')
    if not count:
        return ()
    return (
        Text(
            f"{path}: cells that hold an error: {count}; they count as blank, to see which matter save the file as xlsx",
            f"{path}: ячеек с ошибкой: {count}; они считаются пустыми, чтобы увидеть, какие важны, сохраните файл как xlsx",
        ),
    )


_UNCALCULATED = re.compile(rb"<f(?:/>| [^>]*/>|[ >][^<]*(?:<(?!/f>)[^<]*)*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")


def _odd_cells(path: Path, sheets: Sequence[str]) -> dict[str, dict[tuple[int, int], str]]:
    """Error cells, and formulas that were never calculated, by sheet and place.

    The fast reader gives both as blank, and neither is an unknown figure.
    """
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    found: dict[str, dict[tuple[int, int], str]] = {sheet: {} for sheet in sheets}
    if any(b't="e"' in part for part in parts):
        for sheet, place, value, kind in _slowly(path, sheets, values=True):
            if kind == "e":
                found[sheet][place] = str(value)
    if any(_UNCALCULATED.search(part) for part in parts):
        known = {(sheet, place) for sheet, place, value, _ in _slowly(path, sheets, values=True) if value is not None}
        for sheet, place, value, kind in _slowly(path, sheets, values=False):
            if kind == "f" and (sheet, place) not in known:
                found[sheet][place] = f"{value} = ?"
    return found


def _slowly(path: Path, sheets: Sequence[str], *, values: bool) -> Iterator[tuple[str, tuple[int, int], Any, str]]:
    """Every cell with its sheet, place, value (or formula) and kind."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=values)
    try:
        for sheet in sheets:
            for row in book[sheet].iter_rows():
                for cell in row:
                    if getattr(cell, "column", None) is not None:
                        yield sheet, (cell.row - 1, cell.column - 1), cell.value, cell.data_type
    finally:
        book.close()
