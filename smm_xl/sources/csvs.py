"""CSV: encoding, separator and header row told by the first lines; then read by types, and as text where the types do not fit."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import narwhals as nw
import polars as pl

from smm_xl.catalog import headers as catalog_headers
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells.names import visible
from smm_xl.engine.total_rows import says_grand_total
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources import header_row, headings
from smm_xl.sources.table import Frame, Table

_DELIMITERS = ";,\t|"
_HEAD = 1 << 16  # bytes of which the make of a file is told
_HELD = 256 << 20  # a larger file is not read into memory
# Exports of several tables are small; in a larger file the header of another table is refused as text in a column of numbers
_MOST_SECTIONS = 8 << 20
_BLANK_LINE = re.compile(rb'\n[ \r",;|\t]*(?=\n)')
_BEYOND = ("beyond 1", "beyond 2", "beyond 3")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_WITH_POINT = re.compile(r"-?[0-9]+\.[0-9]+")
_TWO_WAYS = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")


class Layout(NamedTuple):
    """What the user says of how files are laid out: the row of the headers (the first is 1), which of several tables of a file, the encoding of text."""

    header_row: int | None = None
    section: int | None = None
    encoding: str | None = None
    first_row: bool = False  # whether the headers are the first row that is not blank, as in a table of targets, and nothing is looked for


AS_IT_STANDS = Layout()
OF_TARGETS = Layout(first_row=True)


@dataclass(frozen=True, eq=False)
class Make:
    """How a file is made: what its first lines tell.

    lines: how many stand up to the end of the header row. rows: those under it that were looked at. above: what stands over it.
    remark: on headers of several rows. opening: the first lines of the file, for messages.
    """

    delimiter: str
    headers: tuple[str, ...]
    lines: int
    rows: Sequence[Sequence[str]]
    above: Sequence[Sequence[str]] = ()
    remark: Text | None = None
    opening: tuple[str, ...] = ()


def read(path: Path | str, name: str, data: Path | bytes, decimal: str | None, layout: Layout = AS_IT_STANDS) -> Table:
    """A file, or what it holds. ``path``: what messages call it; ``decimal``: the mark that the user says. Raises InputError for what is no table."""
    if isinstance(data, Path):
        with data.open("rb") as file:
            head = file.read(_HEAD)
    else:
        head = data[:_HEAD]
    whole, settled = len(head) < _HEAD, layout.first_row or layout.header_row is not None
    plain = None if layout.encoding else _utf8(head, whole=whole)
    remarks, before = [], 0
    other = not plain or "\r" in plain.replace("\r\n", "\n") or "\0" in plain  # nothing: the first line is longer than that
    if other or plain is None or layout.section or layout.header_row or _has_blank_lines(data, plain):
        decoded = _decoded(path, data if isinstance(data, bytes) else data.read_bytes(), layout.encoding)
        if decoded.remark:
            remarks.append(decoded.remark)
        text = decoded.text
        cut = _cut(path, text, layout)
        if other or layout.encoding or cut is not None:
            text = text if cut is None else cut.text
            data, (plain, whole) = text.encode(), _head(text)
            remarks += [] if cut is None else cut.remarks
        if cut is not None:
            plain, whole, before = text, True, cut.before
            layout = layout._replace(header_row=cut.header)
    assert plain is not None
    make = _make(path, plain, whole=whole, header_row_at=1 if layout.first_row else layout.header_row, settled=settled)
    remarks += [remark for remark in (header_row.passed_over(str(path), make.above[before:]), make.remark) if remark is not None]
    content = data if isinstance(data, Path) else data.removeprefix(codecs.BOM_UTF8)
    types = [_type(header, [row[place] if place < len(row) else "" for row in make.rows], decimal) for place, header in enumerate(make.headers)]
    held = isinstance(content, bytes) or content.stat().st_size <= _HELD
    place = partial(_place, path, content, make)
    as_text = partial(_as_text, path, name, content, make)
    line, said, scanned = partial(_line, path, content, make), tuple(remarks), _scanned(content, make, types)
    return Table(name, make.headers, scanned, place=place, beyond=_BEYOND, as_text=as_text, held=held, remarks=said, line=line, opening=make.opening)


class _Cut(NamedTuple):
    """One table of a file that holds several: the text up to its end, the number of its header row, how many rows belong to those before, what is to be said."""

    text: str
    header: int
    before: int
    remarks: list[Text]


def _has_blank_lines(data: Path | bytes, head: str) -> bool:
    """Whether a blank line stands somewhere inside, after which another table may begin: only then each row has to be looked at."""
    first = head.partition("\n")[0]
    mark = max(_DELIMITERS, key=first.count) if head else ","
    signs = [b"\n\n", b"\n\r\n"] if "\r" in first else [b"\n\n"]
    signs += [b"\n#", b'\n"#']  # comments, which may stand below a table
    signs += [b"\n" + mark.encode() * 2] if first.count(mark) > 1 else [b"\n" + mark.encode() + b"\n", b"\n" + mark.encode() + b"\r"]
    if isinstance(data, bytes):
        return _has_blank_line(data, signs)
    return data.stat().st_size <= _MOST_SECTIONS and _has_blank_line(data.read_bytes(), signs)


def _has_blank_line(content: bytes, signs: Sequence[bytes]) -> bool:
    if not any(sign in content for sign in signs):
        return False
    commented = b"\n#" in content or b'\n"#' in content
    return commented or any(content[match.end() : match.end() + 2000].strip(b' \r\n",;|\t') for match in _BLANK_LINE.finditer(content))


def _cut(path: Path | str, text: str, layout: Layout) -> _Cut | None:
    """The table that is meant where a file holds several; None where it holds one and the user asks for none. Raises InputError where there is none."""
    delimiter, start = _delimiter_of(text)
    lines = list(_numbered(text, delimiter, start))
    rows = [row for _, row in lines]
    if layout.header_row is not None or layout.first_row:
        return None
    found = header_row.sections(rows)
    number = layout.section or 1
    if layout.section is not None and number > len(found):
        raise InputError(
            Text(f"there is no table {number} in this file; it holds {len(found)}", f"таблицы {number} в этом файле нет; всего таблиц: {len(found)}"),
            cure=Text("say --section with a smaller number, or leave it out", "укажите --section с меньшим числом или уберите его"),
            place=path,
        )
    if not found or (len(found) == 1 and found[0].end == len(rows)):
        return None
    chosen = found[number - 1]
    remarks = []
    others = [header_row.title(rows[section.header]) for place, section in enumerate(found) if place != number - 1]
    if layout.section is None and (remark := header_row.left_below(str(path), others)):
        remarks.append(remark)
    remarks += [remark for remark in (header_row.comments_below(str(path), rows[chosen.end : _next(found, number, len(rows))]),) if remark]
    end = lines[chosen.end][0] - 1 if chosen.end < len(lines) else None
    kept = text if end is None else "".join(line + "\n" for line in text.split("\n")[:end])
    return _Cut(kept, lines[chosen.header][0], found[number - 2].end if number > 1 else 0, remarks)


def _next(found: Sequence[header_row.Section], number: int, end: int) -> int:
    """Where the table after one of several begins, or the file ends."""
    return found[number].header if number < len(found) else end


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


class _Decoded(NamedTuple):
    """The text of a file, and a word on its encoding where that was a choice."""

    text: str
    remark: Text | None = None


def _decoded(path: Path | str, data: bytes, encoding: str | None = None) -> _Decoded:
    """The text of a file with line ends as \\n: UTF-8, UTF-16, else windows-1251 or windows-1252, whichever knows more of the headers.

    Raises InputError for what is no text, or where both know as many.
    """
    if encoding is not None:
        try:
            return _Decoded(_lines_of(data.decode("utf-8-sig" if encoding.lower().replace("-", "") == "utf8" else encoding)))
        except (UnicodeDecodeError, LookupError):
            raise InputError(
                Text(f"the file cannot be read as {encoding}", f"файл не читается в кодировке {encoding}"),
                cure=Text("say another one: --encoding utf-8, cp1251, cp1252 or utf-16", "укажите другую: --encoding utf-8, cp1251, cp1252 или utf-16"),
                place=path,
            ) from None
    for known in _unicode_of(data):
        try:
            text = data.decode(known)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return _Decoded(_lines_of(text))
    if b"\0" not in data:
        return _of_one_byte(path, data)
    raise InputError(
        Text("this is not a text file", "это не текстовый файл"), cure=Text("save the table as CSV in UTF-8", "сохраните таблицу как CSV в UTF-8"), place=path
    )


def _unicode_of(data: bytes) -> list[str]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ["utf-16"]
    head = data[: min(len(data), 200) // 2 * 2]
    for known, high in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(high) > 3 and sum(byte in (0, 4) for byte in high) * 10 > 9 * len(high) and b"\0" in high:  # Latin or Cyrillic, and no mark before it
            return [known]
    return ["utf-8-sig"]


def _of_one_byte(path: Path | str, data: bytes) -> _Decoded:
    texts = {}
    for known in ("cp1251", "cp1252"):
        try:
            texts[known] = _lines_of(data.decode(known))
        except UnicodeDecodeError:
            continue
    if not texts:
        raise InputError(
            Text("this is not a text file", "это не текстовый файл"),
            cure=Text("save the table as CSV in UTF-8", "сохраните таблицу как CSV в UTF-8"),
            place=path,
        )
    scores = {known: _known_headers(text) for known, text in texts.items()}
    best = [known for known, score in scores.items() if score == max(scores.values())]
    if len(best) > 1:
        pure, mixed = _words_of(texts["cp1251"])
        best = best if pure is mixed else ["cp1251"] if pure else ["cp1252"]
    if len(best) > 1:
        raise InputError(
            Text("the encoding of the file cannot be told: windows-1251 or windows-1252", "кодировку файла не определить: windows-1251 или windows-1252"),
            cure=Text("say it: --encoding cp1251 or --encoding cp1252", "укажите её: --encoding cp1251 или --encoding cp1252"),
            place=path,
        )
    return _Decoded(
        texts[best[0]], Text(f"{path}: read as {best[0]}; --encoding says another", f"{path}: прочитано как {best[0]}; другая кодировка: --encoding")
    )


def _known_headers(text: str) -> int:
    """How many headers of a text are known."""
    delimiter, start = _delimiter_of(text)
    rows = [row for _, row in islice(_numbered(text, delimiter, start), 60)]
    header = header_row.header_of(rows)
    return 0 if header is None else len(header_row.known_columns(rows[header]))


def _words_of(text: str) -> tuple[bool, bool]:
    """Whether a text has words of Cyrillic letters alone, and words that mix them with Latin ones: read in the wrong encoding, Montant dépensé does."""
    words = [word for word in re.findall(r"[^\W\d_]{2,}", text) if re.search("[а-яё]", word, re.IGNORECASE)]
    mixed = [word for word in words if re.search("[a-z]", word, re.IGNORECASE)]
    return len(words) > len(mixed), bool(mixed)


def _lines_of(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _head(text: str) -> tuple[str, bool]:
    """The first lines of a text, and whether they are all."""
    end = text.find("\n", _HEAD)
    return (text, True) if end < 0 else (text[: end + 1], False)


def _make(path: Path | str, head: str, *, whole: bool, header_row_at: int | None = None, settled: bool = False) -> Make:
    """What the first lines tell. ``whole``: whether they are all; ``header_row_at``: the line of the headers, where it is known; ``settled``: by the user."""
    if not head.strip():
        raise InputError(
            Text("the file is empty", "файл пуст"),
            cure=Text("a header row and rows of data are expected", "нужна строка заголовков и строки данных"),
            place=path,
        )
    if re.match(r"\s*<(?:!doctype|html|table|\?xml|meta|head|style)\b", head, re.IGNORECASE):
        raise InputError(
            Text("this is a web page or XML under another name, not a table of text", "это веб-страница или XML под другим именем, а не текстовая таблица"),
            cure=Text("open it in Excel and save it as xlsx", "откройте её в Excel и сохраните как xlsx"),
            place=path,
        )
    delimiter, skipped = _delimiter_of(head)
    lines = list(_numbered(head, delimiter, skipped))
    rows = [row for _, row in lines]
    if header_row_at is None:
        at = header_row.header_of(rows)
        assert at is not None
    else:
        places = [place for place, (line, row) in enumerate(lines) if line >= header_row_at and not header_row.is_blank(row)]
        if not places:
            raise InputError(
                Text(f"there is no row {header_row_at} in this file", f"строки {header_row_at} в этом файле нет"),
                cure=Text("say the row of the headers, the first is 1", "укажите номер строки заголовков, первая — 1"),
                place=path,
            )
        at = places[0]
    if whole and not any(any(row) for row in rows[at + 1 :]):
        raise InputError(
            Text("there is a header row and no data under it", "есть заголовки, но нет ни одной строки данных"),
            cure=Text("add rows", "добавьте строки"),
            place=path,
        )
    read = headings.Headings(tuple(rows[at]), at, at) if settled else headings.read(str(path), rows, at)
    last = read.last
    end = lines[last + 1][0] - 1 if last + 1 < len(lines) else lines[last][0] + sum(cell.count("\n") for cell in rows[last])
    below, headers = rows[last + 1 :], list(read.headers)
    while len(headers) > 1 and not headers[-1].strip() and not any(len(row) >= len(headers) and row[len(headers) - 1].strip() for row in below):
        headers.pop()  # a separator at the end of each line
    shown = tuple(visible(header).strip() for header in headers)
    return Make(delimiter, shown, end, below if whole else below[:-1], rows[: read.first], read.remark, headings.opening(rows))


def _delimiter_of(text: str) -> tuple[str, int]:
    """The delimiter, and how many lines say it: the one that gives most known headers, of these the one that the header row has most of."""
    first, _, _ = text[:200].partition("\n")
    if match := re.fullmatch(r'"?sep=(.)"?', first.strip(" \r"), re.IGNORECASE):
        return match[1], 1
    head = text[: 1 << 15]
    best, score = ",", (-1, -1)
    for mark in _DELIMITERS:
        rows = [row for _, row in islice(_numbered(head, mark, 0), 60)]
        at = header_row.header_of(rows)
        if at is None:
            continue
        found = len(header_row.known_columns(rows[at])), len(rows[at])
        if found > score:
            best, score = mark, found
    return best, 0


def _numbered(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text with the line on which each begins, blank ones too, up to a quote that nothing closes."""
    lines = io.StringIO(text, newline="\n")
    for _ in range(skipped):
        lines.readline()
    reader = csv.reader(lines, delimiter=delimiter)
    start = 1
    try:
        for row in reader:
            yield start + skipped, row
            start = reader.line_num + 1
    except csv.Error:  # reading the file says so
        return


def _type(header: str, cells: Sequence[str], decimal: str | None) -> pl.DataType | type[pl.DataType]:
    """The type of a column by its first cells: numbers where they can be nothing else, and where the header does not say that they are names."""
    entry = catalog_headers.recognised(header)
    known = [cell for cell in cells if cell]
    if entry is None or entry.entry.key not in FIELDS_BY_KEY or not known:
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
    text = _decoded(path, content if isinstance(content, bytes) else content.read_bytes()).text
    data = text.encode()
    try:
        frame = _scanned(data, make, [pl.String] * len(make.headers)).lazy().collect(backend="polars")
        beyond = frame[_BEYOND[0]]
        if any(not frame[column].is_null().all() for column in _BEYOND[1:]) or not all(map(says_grand_total, beyond.drop_nulls().to_list())):
            raise _broken(path, text, make, "")
    except (pl.exceptions.PolarsError, nw.exceptions.NarwhalsError) as error:
        raise _broken(path, text, make, str(error).splitlines()[0]) from None
    return Table(name, make.headers, frame, place=partial(_place, path, data, make), beyond=_BEYOND, line=partial(_line, path, data, make))


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


def _line(path: Path | str, content: Path | bytes, make: Make, row: int) -> int:
    text = _decoded(path, content if isinstance(content, bytes) else content.read_bytes()).text
    return _lines_of_rows(text, make)[row]


@lru_cache(1)  # it is asked for one row after the other
def _lines_of_rows(text: str, make: Make) -> list[int]:
    return [line for line, _ in _rows(text, make)]


def _place(path: Path | str, content: Path | bytes, make: Make, row: int, column: int) -> Text:
    line = _line(path, content, make, row)
    header, number = make.headers[column], column + 1
    return Text(f"{path}, line {line}, column {number} («{header}»)", f"{path}, строка {line}, столбец {number} («{header}»)")
