"""Spreadsheets: xlsx, xlsm, xls, ods; the first visible sheet, or those that are named."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from smm_xl.cells import columns
from smm_xl.cells.names import visible
from smm_xl.errors import InputError, did_you_mean
from smm_xl.language import Text
from smm_xl.sources import header_row, headings
from smm_xl.sources.csvs import AS_IT_STANDS, Layout
from smm_xl.sources.table import UNCALCULATED, Table, of_columns

_MOST_CELLS = 100_000_000
_OF_XML = (".xlsx", ".xlsm")


class _Sheet(NamedTuple):
    """The cells of a sheet, and what a fast reader does not say of them."""

    cells: list[list[Any]]
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]


def read(path: Path, sheets: Sequence[str], layout: Layout = AS_IT_STANDS) -> list[Table]:
    """The tables of a workbook: of the sheets that are named, else of the one that holds known columns. Raises InputError for what cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    _must_fit(path)
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            of_cells = [sheet for sheet in book.sheets_metadata if sheet.typ is SheetTypeEnum.WorkSheet]
            names = [sheet.name for sheet in of_cells if sheet.visible is SheetVisibleEnum.Visible]
            concealed = [sheet.name for sheet in of_cells if sheet.name not in names]
            for sheet in sheets:
                if sheet in concealed:
                    raise InputError(
                        Text(f"the sheet «{sheet}» is hidden", f"лист «{sheet}» скрыт"),
                        cure=Text("unhide it in Excel and save the file", "отобразите его в Excel и сохраните файл"),
                        place=path,
                    )
                if sheet not in names:
                    near = did_you_mean(sheet, names)
                    hint = Text(f"did you mean «{near}»? ", f"может быть, «{near}»? ") if near else Text("", "")
                    raise InputError(
                        Text(f"there is no sheet «{sheet}»", f"листа «{sheet}» нет"),
                        cure=Text(f"{hint.en}sheets: {', '.join(names)}", f"{hint.ru}листы: {', '.join(names)}"),
                        place=path,
                    )
            read_sheets = {name: _sheet_of(book, name) for name in (sheets or names)}
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
    chosen = list(sheets) or (names[:1] if layout.first_row else []) or _with_known_columns(path, {name: read_sheets[name].cells for name in names})
    errors = _odd_cells(path, chosen) if path.suffix.lower() in _OF_XML else {}
    others = [name for name in names if name not in chosen]
    remarks = _errors_in_ods(path)
    if concealed and not sheets and not layout.first_row:
        listed = ", ".join(f"«{name}»" for name in concealed[:5]) + (", …" if len(concealed) > 5 else "")
        remarks += (Text(f"{path}: hidden sheets were not read: {listed}", f"{path}: скрытые листы не прочитаны: {listed}"),)
    remark = (
        Text(
            f"{path}: sheet «{chosen[0]}» was read, not {', '.join(others)}; choose with --sheet",
            f"{path}: прочитан лист «{chosen[0]}», а не {', '.join(others)}; выбрать: --sheet",
        )
        if others and not sheets
        else None
    )
    hidden = _hidden_rows(path, chosen) if path.suffix.lower() in _OF_XML else {}
    try:
        said = (*remarks, *([remark] if remark else []))
        return [_sheet(path, name, read_sheets[name], errors.get(name, {}), said, layout, hidden.get(name, ()), named=bool(sheets)) for name in chosen]
    except InputError as error:
        if remark is None:
            raise
        listed = ", ".join(others)
        cure = Text(f"{error.cure.en}. Other sheets: {listed}; choose with --sheet", f"{error.cure.ru}. Другие листы: {listed}; выбрать: --sheet")
        raise InputError(error.found, cure=cure, accepted=error.accepted, place=error.place) from None


def _sheet_of(book: Any, name: str) -> _Sheet:
    sheet = book.get_sheet_by_name(name)
    return _Sheet(sheet.to_python(skip_empty_area=False), sheet.merged_cell_ranges or ())


def _with_known_columns(path: Path, sheets: Mapping[str, list[list[Any]]]) -> list[str]:
    """The sheet whose table has known columns; the first where none has. Raises InputError where several have as many."""
    if len(sheets) < 2:
        return list(sheets)
    known = {}
    for name, cells in sheets.items():
        at = header_row.header_of(cells)
        known[name] = 0 if at is None else sum(header_row.known_columns(cells[at]).values())
    most = max(known.values())
    best = [name for name, count in known.items() if count == most] if most else list(sheets)[:1]
    fields = {name: known[name] for name in sheets if known[name]}
    if len(fields) > 1 and len(best) > 1:
        listed = ", ".join(f"«{name}»" for name in best)
        raise InputError(
            Text(f"several sheets hold known columns: {listed}", f"известные столбцы есть на нескольких листах: {listed}"),
            cure=Text("say which to read: --sheet NAME; it may be repeated", "укажите, какой читать: --sheet ИМЯ; можно несколько раз"),
            place=path,
        )
    return best[:1]


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


def _sheet(
    path: Path, sheet: str, read: _Sheet, errors: dict[tuple[int, int], str], remarks: tuple[Text, ...], layout: Layout, hidden: Sequence[int], *, named: bool
) -> Table:
    cells, where, said = read.cells, f"{path}, «{sheet}»", list(remarks)
    for (line, column), code in errors.items():
        cells[line][column] = code
    _name_all_rows(cells, read.merged)
    table = _table_in(where, cells, layout)
    headed = headings.Headings(tuple(map(str, cells[table.header])), table.header, table.header)
    if layout.header_row is None and not layout.first_row:
        headed = headings.read(where, cells[: table.end], table.header, _side_by_side(read.merged))
    told = (
        header_row.passed_over(where, cells[table.start : headed.first]), headed.remark, header_row.left_below(where, table.others),
        header_row.comments_below(where, cells[table.end : table.below]),
    )  # fmt: skip
    said += [remark for remark in told if remark is not None]
    numbers = [headed.last, *(number for number in range(headed.last + 1, table.end) if any(value != "" for value in cells[number]))]
    if len(numbers) == 1:
        raise InputError(
            Text("there is a header row and no data under it", "есть заголовки, но нет ни одной строки данных"),
            cure=Text("add rows", "добавьте строки"),
            place=where,
        )
    if concealed := [row + 1 for row in hidden if row in set(numbers[1:])]:
        listed = ", ".join(map(str, concealed[:5])) + (", …" if len(concealed) > 5 else "")
        said.append(
            Text(f"{where}: hidden rows are counted in: {len(concealed)} (row {listed})", f"{where}: скрытые строки учтены: {len(concealed)} (строка {listed})")
        )
    rows = [cells[number] for number in numbers] if len(numbers) < len(cells) else cells
    headers = tuple(visible(header).strip() for header in headed.headers)

    def place(row: int, column: int) -> Text:
        cell = columns.address(numbers[row + 1], column)
        return Text(f"{path}, sheet «{sheet}», cell {cell}", f"{path}, лист «{sheet}», ячейка {cell}")

    frame, unlike = of_columns(list(zip(*rows[1:], strict=True)))
    return Table(
        sheet if named else path.stem,
        headers,
        frame,
        unlike,
        place,
        remarks=tuple(said),
        line=lambda row: numbers[row + 1] + 1,
        opening=headings.opening(cells),
    )


class _Place(NamedTuple):
    """Where a table stands on a sheet: the row from which its titles may stand, its header, its end, where the next one begins, and what others are called."""

    start: int
    header: int
    end: int
    below: int
    others: list[str]


def _table_in(where: str, cells: list[list[Any]], layout: Layout) -> _Place:
    """The place of the table of a sheet that is meant. Raises InputError where there is none."""
    whole = len(cells)
    if layout.header_row is not None and 0 < layout.header_row <= whole:
        return _Place(0, layout.header_row - 1, whole, whole, [])
    if layout.first_row:
        return _Place(0, next((number for number, row in enumerate(cells) if not header_row.is_blank(row)), 0), whole, whole, [])
    found = header_row.sections(cells)
    if not found:
        raise InputError(
            Text("the table is empty", "таблица пуста"),
            cure=Text("a header row and rows of data are expected", "нужна строка заголовков и строки данных"),
            place=where,
        )
    number = layout.section or 1
    if number > len(found):
        raise InputError(
            Text(f"there is no table {number} on this sheet; it holds {len(found)}", f"таблицы {number} на этом листе нет; всего таблиц: {len(found)}"),
            cure=Text("say --section with a smaller number, or leave it out", "укажите --section с меньшим числом или уберите его"),
            place=where,
        )
    others = [header_row.title(cells[section.header]) for place, section in enumerate(found) if place != number - 1]
    start = found[number - 2].end if number > 1 else 0
    below = found[number].header if number < len(found) else whole
    return _Place(start, *found[number - 1], below, [] if layout.section else others)


def _side_by_side(merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> dict[int, list[tuple[int, int]]]:
    """The first and the last column of each cell that is merged over several, by its row."""
    found: dict[int, list[tuple[int, int]]] = {}
    for (row, first), (_, last) in merged:
        if last > first:
            found.setdefault(row, []).append((first, last))
    return found


def _name_all_rows(cells: list[list[Any]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    """Give the name in a merged cell to all its rows. A number is left where it stands: an amount for three rows is no amount for each."""
    for (first, column), (last, _) in merged:
        if first == last or not (first < len(cells) and column < len(cells[first])):
            continue
        value = cells[first][column]
        if isinstance(value, bool | int | float) or value == "":
            continue
        for row in range(first + 1, min(last + 1, len(cells))):
            if cells[row][column] == "":
                cells[row][column] = value


_HIDDEN_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"[^>]*?\bhidden="(?:1|true)"')


def _hidden_rows(path: Path, sheets: Sequence[str]) -> dict[str, list[int]]:
    """The rows of sheets that are hidden, by hand or by a filter, counted from 0."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        found = {name: [int(row) - 1 for row in _HIDDEN_ROW.findall(part)] for name in names if b' hidden="' in (part := archive.read(name))}
        if not any(found.values()):
            return {}
    import openpyxl

    book = openpyxl.load_workbook(path)  # which part is which sheet is told in three places
    return {name: [row - 1 for row, about in book[name].row_dimensions.items() if about.hidden] for name in sheets}


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
                found[sheet][place] = f"{value}{UNCALCULATED}"
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
