"""What the headers of a table are where one row does not say it: groups of columns above them, units below them; and tables that lie on their side."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from smm_xl.catalog import headers
from smm_xl.catalog.kpi import Dimension, Field
from smm_xl.catalog.registry import plainly
from smm_xl.cells import period as periods
from smm_xl.cells.cell import CellError
from smm_xl.cells.names import visible
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.sources import header_row

_WEEK = re.compile(r"(?:w|wk|week|нед|неделя)\.? ?№? ?\d{1,2}|\d{1,2}[- ]?(?:я|ая|st|nd|rd|th)? ?(?:нед|неделя|week)\.?|\d{4}-w\d{1,2}")
_YEARS = range(1990, 2101)  # that social media have figures of, and a plan may
_DAY = re.compile(r"\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\d{4}-\d{2}-\d{2}(?: 00:00:00)?|(?:[qк]|кв\.?) ?[1-4]|[1-4] ?(?:q|кв\.?|квартал)")
_MOST_ASIDE = 40  # rows in which names of fields are looked for
_SHOWN, _MOST_SHOWN = 3, 80  # lines of a file in a message, and the signs of each


class Headings(NamedTuple):
    """The headers of a table by column, the first and the last of the rows that they stand in, and what is to be said of it."""

    headers: tuple[str, ...]
    first: int
    last: int
    remark: Text | None = None


def read(where: str, rows: Sequence[header_row.Row], at: int, merged: Mapping[int, Sequence[tuple[int, int]]] | None = None) -> Headings:
    """The headers of the table whose header row was found at a place.

    merged: the first and last column of merged cells by row; None where a file knows none, and a group reaches to the next one.
    Raises InputError for a table with periods or channels side by side, or with fields below one another.
    """
    first = last = at
    if at + 1 < len(rows) and _is_second(rows, at):
        last = at + 1
    elif at and _is_group(rows[at - 1], rows[at]):
        first = at - 1
    own = _padded(rows, last)
    found = own
    if first < last:
        groups = _groups(rows[first], len(own), None if merged is None else merged.get(first, ()))
        _refuse_aside(where, rows, first, groups, own)
        found = _together(_padded(rows, first, len(own)), groups, own)
    else:
        _refuse_wide(where, rows, at)
    if found == own:
        first = last  # what stands above says nothing of the columns
    if last + 1 < len(rows) and _is_of_units(rows, last):
        last += 1
        units = _padded(rows, last, len(found))
        found = [headers.with_unit(header, unit) if unit else header for header, unit in zip(found, units, strict=False)]
    return Headings(tuple(found), first, last, _said(where, first, last, found) if first < last else None)


def opening(rows: Sequence[header_row.Row]) -> tuple[str, ...]:
    """The first lines of a file that are not blank, cut to a length that a message can hold."""
    lines = (header_row.title(row) for row in rows[:20])
    return tuple(line if len(line) <= _MOST_SHOWN else f"{line[: _MOST_SHOWN - 1]}…" for line in lines if line)[:_SHOWN]


def _padded(rows: Sequence[header_row.Row], at: int, width: int = 0) -> list[str]:
    cells = ["" if value is None else visible(_text(value)).strip() for value in rows[at]]
    return cells + [""] * (width - len(cells))


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.date().isoformat() if isinstance(value, dt.datetime) and value.time() == dt.time() else str(value)


# --- two rows ---


def _is_group(upper: header_row.Row, lower: header_row.Row) -> bool:
    """Whether a row above the headers groups them: words or periods in it, and not by themselves in the first column, as a title is."""
    cells = _padded([upper], 0)
    filled = [place for place, cell in enumerate(cells) if cell]
    if not filled or filled == [0] or cells[0].startswith("#") or len(cells) > len(lower):
        return False
    if any(len(cells[place]) > _MOST_SHOWN for place in filled) or all(cells[place].endswith(":") for place in filled[:1]):
        return False
    return all(is_period(cells[place]) or (isinstance(upper[place], str) and not header_row.reads_as_number(upper[place])) for place in filled)


def _is_second(rows: Sequence[header_row.Row], at: int) -> bool:
    """Whether the row below a header row says further what stands below it: names of fields, plan and fact, periods, platforms."""
    upper, lower = _padded(rows, at), _padded(rows, at + 1)
    below = next((row for row in rows[at + 2 : at + 5] if not header_row.is_blank(row)), None)
    if below is None or len(lower) > len(upper) or header_row.is_blank(rows[at + 1]):
        return False
    upper += [""] * (len(lower) - len(upper))
    beside = False
    for place, cell in enumerate(lower):
        if not cell or plainly(cell) == plainly(upper[place]):
            continue
        above, meant = headers.recognised(upper[place]), headers.recognised(cell)
        if meant is None and (above is not None and isinstance(above.entry, Dimension)):
            return False
        if meant is None and not (headers.says_no_fact(cell) or headers.says_fact(cell) or is_period(cell) or headers.is_platform(cell)):
            return False
        beside = beside or above is None or isinstance(above.entry, Field)
        if header_row.reads_as_number(cell) and not is_period(cell):
            return False
    return beside and any(header_row.reads_as_number(value) for value in below)


def _is_of_units(rows: Sequence[header_row.Row], at: int) -> bool:
    """Whether the row below a header says in what its numbers are."""
    cells = [cell for cell in _padded(rows, at + 1) if cell]
    return bool(cells) and all(headers.is_unit(cell) for cell in cells) and any(plainly(cell) not in ("дата", "date", "текст", "text") for cell in cells)


def _groups(upper: header_row.Row, width: int, merged: Sequence[tuple[int, int]] | None) -> list[str]:
    """The group of each column: it reaches as far as its cell is merged, or where nothing is to the next one."""
    cells = _padded([upper], 0, width)
    if merged:
        for first, last in merged:
            for place in range(first + 1, min(last + 1, width)):
                cells[place] = cells[first]
        return cells
    found, group = [], ""
    for cell in cells:
        group = cell or group
        found.append(group)
    return found


def _together(upper: Sequence[str], groups: Sequence[str], lower: Sequence[str]) -> list[str]:
    """One header for each column: the lower one; with its group where that tells it from another or changes what it means."""
    count = Counter(plainly(cell) for cell in lower if cell)
    of_units = all(headers.is_unit(own) for own, cell in zip(upper, lower, strict=False) if own and cell)
    found = []
    for own, group, cell in zip(upper, groups, lower, strict=False):
        if not cell:
            found.append(own)
        elif not group or plainly(group) == plainly(cell):
            found.append(cell)
        elif headers.is_unit(group):
            found.append(headers.with_unit(cell, group) if of_units else cell)
        elif count[plainly(cell)] > 1 or headers.says_no_fact(group) or headers.says_no_fact(cell) or headers.says_fact(cell):
            found.append(f"{group}{headers.BETWEEN}{cell}")
        else:
            found.append(cell)
    return found


def _said(where: str, first: int, last: int, found: Sequence[str]) -> Text:
    listed = ", ".join(f"«{header[:40]}»" for header in found[:8] if header) + (", …" if len(found) > 8 else "")
    count = last - first + 1
    return Text(
        f"{where}: {count} header rows were read as one: {listed}; --header-row says that one of them is the header",
        f"{where}: строк заголовков — {count}, они прочитаны как одна: {listed}; взять одну из них: --header-row",
    )


# --- tables on their side ---


def is_period(text: str) -> bool:
    """Whether a header is a month, with or without its year, a week, a quarter, a year or a day."""
    plain = text.replace("\u00a0", " ").strip().casefold()
    if _WEEK.fullmatch(plain) or _DAY.fullmatch(plain):
        return True
    if plain.isdigit() and len(plain) == len("2026") and int(plain) not in _YEARS:  # a figure
        return False
    try:
        return (not plain.isdigit() and periods.month_number(plain) is not None) or periods.named(plain) is not None
    except CellError:
        return False


def _field_of_period(header: str) -> tuple[str, bool]:
    """The field of a header such as «Расход январь», and whether a period stands in it."""
    words = header.replace("(", " ").replace(")", " ").replace(",", " ").split()
    for size in (1, 2):
        for rest, period in ((words[size:], words[:size]), (words[:-size], words[-size:])):
            meant = headers.recognised(" ".join(rest))
            if rest and is_period(" ".join(period)) and meant is not None and isinstance(meant.entry, Field):
                return meant.entry.key, True
    return "", False


def _refuse_wide(where: str, rows: Sequence[header_row.Row], at: int) -> None:
    """Refuse a table with a column for each month or channel, or with a row for each field."""
    cells = _padded(rows, at)
    known = [meant.entry for cell in cells if (meant := headers.recognised(cell)) is not None]
    if any(isinstance(entry, Field) for entry in known):
        return
    across = [cell for cell in cells if cell and is_period(cell)]
    fields = [(cell, found[0]) for cell in cells if (found := _field_of_period(cell))[1]]
    platforms = [cell for cell in cells if cell and headers.is_platform(cell)]
    numbers = any(header_row.reads_as_number(value) for row in rows[at + 1 : at + 6] for value in row[1:])
    downwards = _fields_below(rows, at)
    if len(downwards) > 1 and numbers:
        raise _aside(where, rows, at, Text("the KPIs stand below one another", "показатели стоят в строках"), downwards)
    if not numbers:
        return
    if len(across) > 1:
        raise _aside(where, rows, at, _PERIODS, across)
    if len(fields) > 1 and len({key for _, key in fields}) < len(fields):
        raise _aside(where, rows, at, _PERIODS, [cell for cell, _ in fields])
    if len(platforms) > 1:
        raise _aside(where, rows, at, _CHANNELS, platforms)


_PERIODS = Text("the periods stand side by side", "периоды стоят в столбцах")
_CHANNELS = Text("the channels stand side by side", "каналы стоят в столбцах")


def _refuse_aside(where: str, rows: Sequence[header_row.Row], first: int, groups: Sequence[str], own: Sequence[str]) -> None:
    """Refuse periods or channels side by side in one of two header rows, where each has the same figures."""
    for one, other in ((groups, own), (own, groups)):
        for what, test in ((_PERIODS, is_period), (_CHANNELS, headers.is_platform)):
            by_field: dict[str, list[str]] = {}
            for name, field in zip(one, other, strict=False):
                meant = headers.recognised(field)
                if test(name) and meant is not None and isinstance(meant.entry, Field):
                    by_field.setdefault(meant.entry.key, []).append(name)
            across = list(dict.fromkeys(name for names in by_field.values() if len(names) > 1 for name in names))
            if len(across) > 1:
                raise _aside(where, rows, first, what, across)


def _fields_below(rows: Sequence[header_row.Row], at: int) -> list[str]:
    """Names of fields in the first filled column of the rows below a header."""
    found = []
    for row in rows[at + 1 : at + 1 + _MOST_ASIDE]:
        place, cell = next(((place, value) for place, value in enumerate(row) if isinstance(value, str) and value.strip()), (0, ""))
        meant = headers.recognised(cell)
        rest = [value for value in row[place + 1 :] if not header_row.is_blank([value])]
        if meant is not None and isinstance(meant.entry, Field) and rest and all(header_row.reads_as_number(value) or value == "-" for value in rest):
            found.append(cell.strip())
    return found


def _aside(where: str, rows: Sequence[header_row.Row], at: int, what: Text, found: Sequence[str]) -> InputError:
    listed = ", ".join(f"«{name[:30]}»" for name in found[:3]) + (", …" if len(found) > 3 else "")
    return InputError(
        Text(f"this is a wide table: {what.en} ({listed})", f"это широкая таблица: {what.ru} ({listed})"),
        accepted=Text(
            "needed is one row for each period and channel, with columns such as date, channel, spend, clicks",
            "нужна строка на каждый период и канал, столбцы — например, дата, канал, расход, клики",
        ),
        cure=Text(
            "turn it (in Excel: Power Query, Unpivot Columns), or export the data by day; where the headers stand in another row: --header-row N",
            "разверните её (в Excel: Power Query, «Отменить свёртывание столбцов») или выгрузите данные по дням; "
            "если заголовки в другой строке: --header-row N",
        ),
        place=Text(f"{where}, row {at + 1}", f"{where}, строка {at + 1}"),
    )
