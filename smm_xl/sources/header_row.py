"""Where a table begins and ends among the rows of a file: titles before it, other tables below it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import NamedTuple

from smm_xl.catalog import headers
from smm_xl.catalog.kpi import Field
from smm_xl.cells import cell as cells
from smm_xl.cells.cell import CellError
from smm_xl.engine.rows import Moment
from smm_xl.language import Text
from smm_xl.sources import days, texts

_SCALED = r"(?i)\b(?:в\s+|in\s+)?(?:тыс\b|тысяч|млн\b|миллион|thousands\b|millions\b)"
_LOOKED_AT = 60  # rows; what stands above a table is a title, a period, a few comments

Row = Sequence[object]


class Section(NamedTuple):
    """One of the tables of a file: the places of its header row, and of the row after its last one."""

    header: int
    end: int


def sections(rows: Sequence[Row], start: int = 0) -> list[Section]:
    """The tables among the rows of a file. A table ends at a blank row that another title or header follows."""
    found = list[Section]()
    while start < len(rows):
        header = header_of(rows, start)
        if header is None:
            break
        end = _end(rows, header)
        if found and _same(rows[found[-1].header], rows[header]):  # a further page of the same table
            found[-1] = Section(found[-1].header, end)
        else:
            found.append(Section(header, end))
        start = end
    return found


def _same(row: Row, other: Row) -> bool:
    """Whether two rows hold the same."""
    return [value for value in row if not is_blank([value])] == [value for value in other if not is_blank([value])]


def header_of(rows: Sequence[Row], start: int = 0) -> int | None:
    """The place of the header: the first row in which two cells are known columns (one, where no row has two) and under which data stands.

    The first row that is not blank where no row has a known column; None where all are blank or comments.
    """
    first, single = None, None
    for place in range(start, min(len(rows), start + _LOOKED_AT)):
        if is_blank(rows[place]):
            continue
        known = known_columns(rows[place])
        if is_comment(rows[place], known):
            continue
        if first is None:
            first = place
        if not known or not _has_data_below(rows, place):
            continue
        if len(known) >= 2:
            return place
        if single is None and not any(reads_as_number(value) for value in rows[place]):  # «Расход;1;2» is a row of a table with fields below one another
            single = place
    return first if single is None else single


def is_comment(row: Row, known: dict[int, bool]) -> bool:
    """Whether a row begins with #, and holds no figure: a campaign may be called after a hashtag, and a header # of Impressions."""
    first = next((value for value in row if not is_blank([value])), None)
    return isinstance(first, str) and first.lstrip().startswith("#") and not (known and (known_columns(row) or is_data(row, known)))


def reads_as_number(value: object) -> bool:
    """Whether a cell may be a number, whatever the decimal mark is."""
    return not is_blank([value]) and _reads(value, is_number=True)


def is_blank(row: Row) -> bool:
    return all(value is None or (isinstance(value, str) and not value.strip()) for value in row)


def known_columns(row: Row) -> dict[int, bool]:
    """The places of known columns in a header row, and whether each is one of numbers."""
    found = {}
    for place, value in enumerate(row):
        meant = headers.recognised(value)
        if meant is not None:
            found[place] = isinstance(meant.entry, Field)
    return found


def is_data(row: Row, known: dict[int, bool]) -> bool:
    """Whether a row has a number or a day where the header says that one stands, or a mark that there is no number, such as a dash."""
    return any(
        place < len(row) and (_reads(row[place], is_number=is_number) or (is_number and texts.is_blank(row[place]) and not is_blank([row[place]])))
        for place, is_number in known.items()
    )


def _reads(value: object, *, is_number: bool) -> bool:
    if value is None or isinstance(value, bool):
        return False
    if not isinstance(value, str):
        return True
    try:
        if is_number:
            if texts.clock(value) is not None:  # hours as h:mm:ss are figures too
                return True
            cells.number_in(value, decimal=".", imported=True)
            return True
        return _moment(value) is not None
    except CellError:
        pass
    try:
        return is_number and cells.number_in(value, decimal=",", imported=True) is not None
    except CellError:
        return False


def _moment(text: str) -> Moment | None:
    if not any(sign.isdigit() for sign in text):
        return None
    try:
        return days.reader("date", [text], "dmy")(text)
    except CellError:
        return days.reader("period", [text], None)(text)


def _has_data_below(rows: Sequence[Row], header: int) -> bool:
    """Whether the next row that is not blank is no header itself."""
    below = next((row for row in rows[header + 1 : header + _LOOKED_AT] if not is_blank(row)), None)
    if below is None:
        return True  # a header alone: the reader says that no data stands under it
    known = known_columns(rows[header])
    return is_data(below, known) or len(known_columns(below)) < max(1, len(known) - 1)


def _end(rows: Sequence[Row], header: int) -> int:
    known, blank, closes = known_columns(rows[header]), False, None
    for place in range(header + 1, len(rows)):
        if is_blank(rows[place]):
            blank = True
        elif is_comment(rows[place], known):
            blank, closes = True, place if closes is None else closes
            continue
        elif blank:
            if not is_data(rows[place], known) and _begins_another(rows, place, known, len(rows[header])):
                return place if closes is None else closes
            blank, closes = False, None
    return len(rows) if closes is None else closes  # comments under the last row


def _begins_another(rows: Sequence[Row], place: int, known: dict[int, bool], width: int) -> bool:
    """Whether a row after a blank one is the title or the header of something else: text where numbers should stand, or a line by itself."""
    row = rows[place]
    filled = [at for at, value in enumerate(row) if not is_blank([value])]
    if any(known.get(at) and isinstance(row[at], str) and not texts.is_blank(row[at]) for at in filled):
        return True
    if len(filled) != 1 or width <= 1:
        return False
    # a row with a name and no figure belongs to the table; a line by itself is a title where no row of data follows before the next blank one
    following = takewhile(lambda other: not is_blank(other), rows[place + 1 :])
    for below in following:
        if is_data(below, known):
            return False
        if known_columns(below):
            return True
    return True


def passed_over(where: str, rows: Iterable[Row]) -> Text | None:
    """A word on the lines above the header."""
    lines = [" ".join(_shown(row)) for row in rows]
    shown = [line for line in lines if line]
    if not shown:
        return None
    listed = ", ".join(f"«{line[:60]}»" for line in shown[:3]) + (", …" if len(shown) > 3 else "")
    scaled = next((line for line in shown if re.search(_SCALED, line)), None)
    if scaled is not None:
        return Text(
            f"{where}: a line above the header says «{scaled[:60]}», and the numbers count as they stand: --scale spend=1000 multiplies them",
            f"{where}: над заголовками написано «{scaled[:60]}», а числа взяты как есть: умножить — --scale spend=1000",
        )
    return Text(f"{where}: lines above the header were passed over: {listed}", f"{where}: строки над заголовками пропущены: {listed}")


def left_below(where: str, titles: Sequence[str]) -> Text | None:
    """A word on further tables below the one that is read."""
    if not titles:
        return None
    listed = ", ".join(f"«{title[:60]}»" for title in titles)
    return Text(
        f"{where}: further tables below were not read: {listed}; choose one with --section 2",
        f"{where}: другие таблицы ниже не прочитаны: {listed}; выбрать: --section 2",
    )


def comments_below(where: str, rows: Iterable[Row]) -> Text | None:
    """A word on lines that begin with # below the table."""
    shown = [title(row) for row in rows if is_comment(row, {})]
    if not shown:
        return None
    listed = ", ".join(f"«{line[:60]}»" for line in shown[:3]) + (", …" if len(shown) > 3 else "")
    return Text(f"{where}: comments below the table were passed over: {listed}", f"{where}: комментарии под таблицей пропущены: {listed}")


def title(row: Row) -> str:
    """What a row says, in short."""
    return ", ".join(_shown(row))[:80]


def _shown(row: Row) -> list[str]:
    cells = (int(value) if isinstance(value, float) and value.is_integer() else value for value in row if value is not None)
    return [text for value in cells if (text := str(value).strip())]
