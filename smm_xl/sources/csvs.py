"""CSV: encoding, separator and header row told by the first lines; then read by types, and as text where the types do not fit."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import narwhals as nw
import polars as pl

from smm_xl.catalog import headers as catalog_headers
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources.table import Frame, Table

_DELIMITERS = ";,\t|"
_HEAD = 1 << 16  # bytes of which the make of a file is told
_HELD = 256 << 20  # a larger file is not read into memory
_BEYOND = ("beyond 1", "beyond 2", "beyond 3")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_WITH_POINT = re.compile(r"-?[0-9]+\.[0-9]+")
_TWO_WAYS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


@dataclass(frozen=True)
class Make:
    """How a file is made: what its first lines tell. ``lines``: how many stand up to the end of the header row."""

    delimiter: str
    headers: tuple[str, ...]
    lines: int
    rows: Sequence[Sequence[str]]


def read(path: Path | str, name: str, data: Path | bytes, decimal: str | None) -> Table:
    """A file, or what it holds. ``path``: what messages call it; ``decimal``: the mark that the user says. Raises InputError for what is no table."""
    if isinstance(data, Path):
        with data.open("rb") as file:
            head = file.read(_HEAD)
    else:
        head = data[:_HEAD]
    whole = len(head) < _HEAD
    plain = _utf8(head, whole=whole)
    if not plain or "\r" in plain.replace("\r\n", "\n") or "\0" in plain:  # nothing: the first line is longer than that
        text = _decoded(path, data if isinstance(data, bytes) else data.read_bytes())
        data, plain, whole = text.encode(), *_head(text)
    make = _make(path, plain, whole=whole)
    content = data if isinstance(data, Path) else data.removeprefix(codecs.BOM_UTF8)
    types = [_type(header, [row[place] if place < len(row) else "" for row in make.rows], decimal) for place, header in enumerate(make.headers)]
    held = isinstance(content, bytes) or content.stat().st_size <= _HELD
    place = partial(_place, path, content, make)
    return Table(
        name, make.headers, _scanned(content, make, types), place=place, beyond=_BEYOND, as_text=partial(_as_text, path, name, content, make), held=held
    )


def unpacked(path: Path) -> bytes:
    """The content of a file that gzip has packed. Raises InputError for a damaged one."""
    try:
        return gzip.decompress(path.read_bytes())
    except (OSError, EOFError, ValueError) as error:
        raise InputError(
            Text(f"the file cannot be unpacked ({error})", f"файл не распаковывается ({error})"),
            cure=Text("download it anew, or unpack it yourself", "скачайте его заново или распакуйте сами"),
            place=path,
        ) from None


def _utf8(head: bytes, *, whole: bool) -> str | None:
    """The beginning of a file in UTF-8 with or without its mark, None where it is not that."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=whole)
    except UnicodeDecodeError:
        return None
    return text if whole else text[: text.rfind("\n") + 1]


def _head(text: str) -> tuple[str, bool]:
    """The first lines of a text, and whether they are all."""
    end = text.find("\n", _HEAD)
    return (text, True) if end < 0 else (text[: end + 1], False)


def _decoded(path: Path | str, data: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, else windows-1251, with line ends as \\n."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1251"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InputError(
        Text("this is not a text file", "это не текстовый файл"), cure=Text("save the table as CSV in UTF-8", "сохраните таблицу как CSV в UTF-8"), place=path
    )


def _make(path: Path | str, head: str, *, whole: bool) -> Make:
    """What the first lines tell. ``whole``: whether they are all."""
    delimiter, skipped = None, 0
    first, _, rest = head.partition("\n")
    if match := re.fullmatch(r'"?sep=(.)"?', first.strip(" \r"), re.IGNORECASE):
        delimiter, head, skipped = match[1], rest, 1
    if not head.strip():
        raise InputError(
            Text("the file is empty", "файл пуст"),
            cure=Text("a header row and rows of data are expected", "нужна строка заголовков и строки данных"),
            place=path,
        )
    delimiter = delimiter or _delimiter(head)
    reader = csv.reader(io.StringIO(head, newline="\n"), delimiter=delimiter)
    headers = next(row for row in reader if any(cell.strip() for cell in row))
    lines = reader.line_num + skipped
    try:
        rows = list(reader)
    except csv.Error:  # a quote that nothing closes: reading the file says so
        rows = []
    if whole and not any(any(row) for row in rows):
        raise InputError(
            Text("there is a header row and no data under it", "есть заголовки, но нет ни одной строки данных"),
            cure=Text("add rows", "добавьте строки"),
            place=path,
        )
    return Make(delimiter, tuple(header.strip() for header in headers), lines, rows if whole else rows[:-1])


def _delimiter(text: str) -> str:
    """The delimiter that the header row has most of, outside quotes."""
    header = next(line for line in text.split("\n") if line.strip())
    bare = "".join(header.split('"')[::2])
    return max(_DELIMITERS, key=lambda mark: bare.count(mark))


def _type(header: str, cells: Sequence[str], decimal: str | None) -> pl.DataType | type[pl.DataType]:
    """The type of a column by its first cells: numbers where they can be nothing else, and where the header does not say that they are names."""
    entry = catalog_headers.recognised(header)
    known = [cell for cell in cells if cell]
    if entry is None or entry[0].key not in FIELDS_BY_KEY or not known:
        return pl.String
    if all(_WHOLE.fullmatch(cell) for cell in known):
        return pl.Int64
    marked = [cell for cell in known if _WITH_POINT.fullmatch(cell)]
    decides = decimal == "." or any(not _TWO_WAYS.fullmatch(cell) for cell in marked)
    if decimal != "," and decides and all(_WHOLE.fullmatch(cell) or _WITH_POINT.fullmatch(cell) for cell in known):
        return pl.Float64
    return pl.String


def _scanned(content: Path | bytes, make: Make, types: Sequence[pl.DataType | type[pl.DataType]]) -> Frame:
    schema = {str(place): type_ for place, type_ in enumerate(types)} | dict.fromkeys(_BEYOND, pl.String)
    # a row that is longer than the headers is seen in the columns beyond them; one that is shorter ends in blank cells, a blank line is a row of them
    scanned = pl.scan_csv(
        io.BytesIO(content) if isinstance(content, bytes) else content,
        has_header=False, skip_lines=make.lines, separator=make.delimiter, schema=schema, missing_columns="insert", glob=False,
    )  # fmt: skip
    texts = [name for name, type_ in schema.items() if type_ == pl.String]
    return nw.from_native(scanned.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)) for name in texts))  # "" in quotes is as blank as nothing


def _as_text(path: Path | str, name: str, content: Path | bytes, make: Make) -> Table:
    """The table with every cell as text. Raises InputError with the line of a row that is too long."""
    text = _decoded(path, content if isinstance(content, bytes) else content.read_bytes())
    head, whole = _head(text)
    again = _make(path, head, whole=whole)
    data = text.encode()
    try:
        frame = _scanned(data, again, [pl.String] * len(again.headers)).lazy().collect(backend="polars")
        if any(not frame[column].is_null().all() for column in _BEYOND):
            raise _broken(path, text, again, "")
        frame = frame.drop(*_BEYOND)
    except (pl.exceptions.PolarsError, nw.exceptions.NarwhalsError) as error:
        raise _broken(path, text, again, str(error).splitlines()[0]) from None
    return Table(name, make.headers, frame, place=partial(_place, path, data, again))


def _broken(path: Path | str, text: str, make: Make, detail: str) -> InputError:
    """What is wrong with a table, by its line: the first row with more cells than there are headers, or a quote that nothing closes."""
    width, rows = len(make.headers), _rows(text, make)
    for line, row in rows:
        if len(row) > width and any(row[width:]):
            return InputError(
                Text(f"{len(row)} columns, where the lines before have {width}", f"столбцов {len(row)}, а в строках выше {width}"),
                cure=Text("put text that holds the separator in quotes", "текст с разделителем внутри возьмите в кавычки"),
                place=Text(f"{path}, line {line}", f"{path}, строка {line}"),
            )
    line, last = rows[-1]
    if any("\n" in cell for cell in last):
        return InputError(
            Text("a quotation mark that nothing closes", "кавычка, которая нигде не закрыта"),
            cure=Text("close it, or take it out", "закройте её или уберите"),
            place=Text(f"{path}, line {line}", f"{path}, строка {line}"),
        )
    return InputError(
        Text(f"the table cannot be read ({detail})", f"таблица не читается ({detail})"),
        cure=Text("open it in Excel and save it as xlsx", "откройте её в Excel и сохраните как xlsx"),
        place=path,
    )


def _rows(text: str, make: Make) -> list[tuple[int, list[str]]]:
    """The rows under the header, blank ones too, with the line on which each begins."""
    lines = io.StringIO(text, newline="\n")
    for _ in range(make.lines):
        lines.readline()
    reader = csv.reader(lines, delimiter=make.delimiter)
    found, start = [], 1
    try:
        for row in reader:
            found.append((start + make.lines, row))
            start = reader.line_num + 1
    except csv.Error:  # a cell that is longer than any: its quote is not closed
        found.append((start + make.lines, ["\n"]))
    return found


def _place(path: Path | str, content: Path | bytes, make: Make, row: int, column: int) -> Text:
    text = _decoded(path, content if isinstance(content, bytes) else content.read_bytes())
    line, _ = _rows(text, make)[row]
    header, number = make.headers[column], column + 1
    return Text(f"{path}, line {line}, column {number} («{header}»)", f"{path}, строка {line}, столбец {number} («{header}»)")
