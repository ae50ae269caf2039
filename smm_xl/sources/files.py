"""Files of data with one header row (CSV, Excel, Parquet) as sources."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from smm_xl.cells import columns
from smm_xl.errors import InputError, did_you_mean
from smm_xl.language import Text
from smm_xl.sources.intake import Place

SPREADSHEETS = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")
CSV = (".csv", ".tsv", ".txt")
_MOST_CELLS = 100_000_000
_DELIMITERS = ";,\t|"


class Table(NamedTuple):
    """A table of a file as it came: headers, cells, and what tells where a row stands."""

    name: str
    frame: pd.DataFrame
    place: Place
    remark: Text | None = None


def read(path: Path, sheets: Sequence[str] = ()) -> list[Table]:
    """The tables of a file: one, or one for each sheet that is named. Raises InputError for what cannot be read."""
    _must_be_readable(path)
    suffix = path.suffix.lower()
    if suffix in SPREADSHEETS:
        return _spreadsheet(path, sheets)
    if sheets and suffix in (*CSV, *PARQUET):
        raise InputError(
            Text("only Excel files have sheets", "листы бывают только в файлах Excel"), cure=Text("leave out --sheet", "уберите --sheet"), place=path
        )
    if suffix in CSV:
        return [_csv(path)]
    if suffix in PARQUET:
        return [_parquet(path)]
    accepted = ", ".join((*CSV, *SPREADSHEETS, *PARQUET))
    raise InputError(
        Text("files of this kind cannot be read", "такие файлы не читаются"),
        accepted=Text(f"accepted: {accepted}", f"подходят: {accepted}"),
        cure=Text("save the table as CSV or xlsx", "сохраните таблицу как CSV или xlsx"),
        place=path,
    )


def _must_be_readable(path: Path) -> None:
    try:
        there = path.is_file()
    except OSError as error:
        raise InputError(
            Text(f"the file cannot be reached ({error.strerror})", f"до файла не добраться ({error.strerror})"),
            cure=Text("check the name and the folder", "проверьте имя и папку"),
            place=path,
        ) from None
    if there:
        try:
            path.open("rb").close()
        except OSError as error:
            raise InputError(
                Text(f"the file cannot be opened ({error.strerror})", f"файл не открывается ({error.strerror})"),
                cure=Text("close it in other programs and check who may read it", "закройте его в других программах и проверьте права"),
                place=path,
            ) from None
        return
    if path.is_dir():
        raise InputError(Text("this is a folder", "это папка"), cure=Text("name a file in it", "укажите файл в ней"), place=path)
    folder = path.parent
    if not folder.is_dir():
        raise InputError(Text(f"there is no folder «{folder}»", f"папки «{folder}» нет"), cure=Text("check its name", "проверьте её имя"), place=path)
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    near = did_you_mean(path.name, names)
    readable = ", ".join([name for name in names if name.lower().endswith((*CSV, *SPREADSHEETS, *PARQUET))][:5])
    if near:
        cure = Text(f"did you mean «{near}»?", f"может быть, «{near}»?")
    elif readable:
        cure = Text(f"files that can be read there: {readable}", f"файлы, которые можно прочитать: {readable}")
    else:
        cure = Text("check the name and the folder", "проверьте имя и папку")
    raise InputError(Text("there is no such file", "такого файла нет"), cure=cure, place=path)


def _table(name: str, where: str, rows: list[Sequence[Any]], place: Callable[[int, int], Text], remark: Text | None = None) -> Table:
    """Rows with their header first. ``place`` gives the place of a row (0: the first under the header) and a column."""
    if not rows:
        raise InputError(
            Text("the table is empty", "таблица пуста"),
            cure=Text("a header row and rows of data are expected", "нужна строка заголовков и строки данных"),
            place=where,
        )
    headers = ["" if header is None else str(header).strip() for header in rows[0]]
    if len(rows) == 1:
        raise InputError(
            Text("there is a header row and no data under it", "есть заголовки, но нет ни одной строки данных"),
            cure=Text("add rows", "добавьте строки"),
            place=where,
        )
    frame = pd.DataFrame(rows[1:], columns=pd.Index(headers, dtype=object), dtype=object)
    return Table(name, frame, lambda row, header: place(row, headers.index(header)), remark)


# --- CSV ---


def _csv(path: Path) -> Table:
    text = _decoded(path)
    skipped = 0
    delimiter = None
    first, _, rest = text.partition("\n")
    if match := re.fullmatch(r'"?sep=(.)"?', first.strip(" \r"), re.IGNORECASE):
        delimiter, text, skipped = match[1], rest, 1
    if not text.strip():
        raise InputError(
            Text("the file is empty", "файл пуст"),
            cure=Text("a header row and rows of data are expected", "нужна строка заголовков и строки данных"),
            place=path,
        )
    delimiter = delimiter or _delimiter(text)
    try:
        frame = pd.read_csv(io.StringIO(text), sep=delimiter, header=None, dtype=str, keep_default_na=False, na_values=[""], skip_blank_lines=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise _unreadable(path, str(error), skipped) from None
    headers = ["" if header != header else str(header).strip() for header in frame.iloc[0]]
    body = frame.iloc[1:].dropna(how="all")
    positions = body.index.to_numpy()
    if not len(body):
        raise InputError(
            Text("there is a header row and no data under it", "есть заголовки, но нет ни одной строки данных"),
            cure=Text("add rows", "добавьте строки"),
            place=path,
        )
    body = body.reset_index(drop=True)
    body.columns = pd.Index(headers, dtype=object)

    def place(row: int, header: str) -> Text:
        line = _line_of(text, delimiter, int(positions[row])) + skipped
        column = headers.index(header) + 1
        return Text(f"{path}, line {line}, column {column} («{header}»)", f"{path}, строка {line}, столбец {column} («{header}»)")

    return Table(path.stem, body, place)


def _unreadable(path: Path, detail: str, skipped: int) -> InputError:
    if match := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", detail):
        expected, line, found = int(match[1]), int(match[2]) + skipped, int(match[3])
        return InputError(
            Text(f"{found} columns, where the lines before have {expected}", f"столбцов {found}, а в строках выше {expected}"),
            cure=Text("put text that holds the separator in quotes", "текст с разделителем внутри возьмите в кавычки"),
            place=Text(f"{path}, line {line}", f"{path}, строка {line}"),
        )
    detail = detail.removeprefix("Error tokenizing data. ").removeprefix("C error: ").strip()
    return InputError(
        Text(f"the table cannot be read ({detail})", f"таблица не читается ({detail})"),
        cure=Text("open it in Excel and save it as xlsx", "откройте её в Excel и сохраните как xlsx"),
        place=path,
    )


def _decoded(path: Path) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, else windows-1251, with line ends as \\n."""
    data = path.read_bytes()
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ["utf-16"] if marked else ["utf-8-sig", "cp1251"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InputError(
        Text("this is not a text file", "это не текстовый файл"), cure=Text("save the table as CSV in UTF-8", "сохраните таблицу как CSV в UTF-8"), place=path
    )


def _delimiter(text: str) -> str:
    """The delimiter that the header row has most of, outside quotes."""
    header = next(line for line in text.split("\n") if line.strip())
    bare = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=lambda mark: bare.count(mark))


def _line_of(text: str, delimiter: str, record: int) -> int:
    """The line, counted from 1, on which a record (counted from 0, blank lines left out) starts."""
    lines = iter(text.splitlines(keepends=True))
    reader = csv.reader(lines, delimiter=delimiter)
    start, found = 1, -1
    for row in reader:
        if row:
            found += 1
            if found == record:
                return start
        start = reader.line_num + 1
    return start


# --- Excel ---


def _spreadsheet(path: Path, sheets: Sequence[str]) -> list[Table]:
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
    errors = _odd_cells(path, chosen)
    others = [name for name in names if name not in chosen]
    remark = (
        Text(
            f"{path}: sheet «{chosen[0]}» was read, not {', '.join(others)}; choose with --sheet",
            f"{path}: прочитан лист «{chosen[0]}», а не {', '.join(others)}; выбрать: --sheet",
        )
        if others and not sheets
        else None
    )
    try:
        return [_sheet(path, name, cells[name], errors.get(name, {}), remark, named=bool(sheets)) for name in chosen]
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


def _sheet(path: Path, sheet: str, cells: list[list[Any]], errors: dict[tuple[int, int], str], remark: Text | None, *, named: bool) -> Table:
    for (line, column), code in errors.items():
        cells[line][column] = code
    rows: list[Sequence[Any]] = []
    numbers: list[int] = []
    for number, row in enumerate(cells):
        if any(value not in ("", None) for value in row):
            rows.append([None if value == "" else value for value in row])
            numbers.append(number)

    def place(row: int, column: int) -> Text:
        cell = columns.address(numbers[row + 1], column)
        return Text(f"{path}, sheet «{sheet}», cell {cell}", f"{path}, лист «{sheet}», ячейка {cell}")

    return _table(sheet if named else path.stem, f"{path}, «{sheet}»", rows, place, remark)


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


# --- Parquet ---


def _parquet(path: Path) -> Table:
    try:
        import pyarrow as pa
    except ModuleNotFoundError:  # the bundle for Windows leaves it out
        raise InputError(
            Text("Parquet needs pyarrow, which is not installed here", "для Parquet нужен pyarrow, здесь он не установлен"),
            cure=Text(
                "save the table as .csv or .xlsx, or use smm-xl where pip has installed it with pyarrow",
                "сохраните таблицу как .csv или .xlsx или возьмите smm-xl, установленный через pip вместе с pyarrow",
            ),
            place=path,
        ) from None
    try:
        frame = pd.read_parquet(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            Text(f"the file cannot be read as Parquet ({str(error).splitlines()[0]})", f"файл не читается как Parquet ({str(error).splitlines()[0]})"),
            cure=Text("write it anew, or save the table as CSV", "запишите его заново или сохраните таблицу как CSV"),
            place=path,
        ) from None
    for header in frame.columns:
        if any(pd.api.types.is_list_like(value) for value in frame[header].head(1)):
            raise InputError(
                Text("a list or structure in a cell", "в ячейке список"),
                cure=Text("export plain columns", "нужны простые столбцы"),
                place=Text(f"{path}, column «{header}»", f"{path}, столбец «{header}»"),
            )
    if not isinstance(frame.index, pd.RangeIndex):
        frame = frame.reset_index()
    if not len(frame):
        raise InputError(Text("the table has no rows", "в таблице нет строк"), cure=Text("add rows", "добавьте строки"), place=path)
    return Table(path.stem, frame, lambda row, header: Text(f"{path}, row {row + 1}, column «{header}»", f"{path}, строка {row + 1}, столбец «{header}»"))
