"""Any table of our fields, written in any way that people and programs write it, reads back to the same rows, or is asked about.

What is right is worked out here from the table before it is written, and by nothing of the package: which rows there are, which numbers stand in
them. A refusal has to name the option that settles it. ``SMM_XL_EXAMPLES=20000 pytest tests/test_reads_back.py`` runs as many.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from smm_xl.commands.reading import Reading
from smm_xl.errors import InputError
from smm_xl.sources import tidy

EXAMPLES = int(os.environ.get("SMM_XL_EXAMPLES", "120"))
OPTIONS = ("--decimal", "--dates", "--encoding", "--totals", "--header-row", "--section", "--map", "--sheet", "--scale")

# headers of a field, and what its numbers are: whole, amounts of money, shares, hours
FIELDS: dict[str, tuple[Sequence[str], str]] = {
    "impressions": (("impressions", "Impressions", "Показы"), "whole"),
    "clicks": (("clicks", "Clicks", "Клики", "Переходы"), "whole"),
    "likes": (("likes", "Likes", "Лайки"), "whole"),
    "leads": (("leads", "Leads", "Лиды (заявки)", "Заявки"), "count"),
    "conversions": (("conversions", "Conversions", "Конверсии"), "count"),
    "spend": (("spend", "Ad spend", "Расход на рекламу", "Amount spent", "Потрачено"), "money"),
    "revenue": (("revenue", "Revenue", "Выручка"), "money"),
    "hours": (("hours", "Hours", "Часы"), "hours"),
}
NAMES = ("Summer sale", "Лето: скидки", "VK", "ВКонтакте", "a;b", 'say "hi"', "50 % off", "№ 7", "Total Wellness", "O'Reilly", "x, y", "2026", "=1+1")
MONTHS_EN = "January February March April May June July August September October November December".split()
MONTHS_RU = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
NAMES_OF_MONTHS = "Январь Февраль Март Апрель Май Июнь Июль Август Сентябрь Октябрь Ноябрь Декабрь".split()
DAYS: dict[str, Callable[[dt.date], str]] = {
    "iso": lambda day: day.isoformat(),
    "iso with time": lambda day: f"{day.isoformat()} 10:30:00",
    "dotted": lambda day: f"{day:%d.%m.%Y}",
    "month first": lambda day: f"{day:%m/%d/%Y}",
    "day first": lambda day: f"{day:%d/%m/%Y}",
    "run together": lambda day: f"{day:%Y%m%d}",
    "year first": lambda day: f"{day:%Y/%m/%d}",
    "in words": lambda day: f"{MONTHS_EN[day.month - 1][:3]} {day.day}, {day.year}",
    "in Russian words": lambda day: f"{day.day} {MONTHS_RU[day.month - 1]} {day.year} г.",
}
MONTHS: dict[str, Callable[[dt.date], str]] = {
    "iso": lambda day: f"{day:%Y-%m}",
    "dotted": lambda day: f"{day:%m.%Y}",
    "in words": lambda day: f"{MONTHS_EN[day.month - 1]} {day.year}",
    "in Russian words": lambda day: f"{NAMES_OF_MONTHS[day.month - 1]} {day.year}",
    "short": lambda day: f"{MONTHS_EN[day.month - 1][:3]}-{day:%y}",
}


class Look(NamedTuple):
    """How a table is written."""

    mark: str
    group: str
    blank: str
    sign: str  # of money: in the cell before, behind, or in the header
    day: str
    separator: str
    line: str
    quoting: int
    encoding: str
    above: tuple[str, ...]
    total: str  # none, last, first, without a label
    trailing: bool
    blank_lines: tuple[int, ...]


class Made(NamedTuple):
    """A table: its keys with their headers, its rows as Python values, how it is written."""

    headers: dict[str, str]
    rows: list[dict[str, Any]]
    look: Look


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp1252")
LOOKS = st.builds(
    Look,
    mark=st.sampled_from(".,"),
    group=st.sampled_from(("", "", " ", "\u00a0", "\u202f", "other")),
    blank=st.sampled_from(("", "", "-", "—", "n/a")),
    sign=st.sampled_from(("", "", "$ before", "₽ behind", "header USD", "header ₽")),
    day=st.sampled_from(tuple(DAYS)),
    separator=st.sampled_from(";,\t|"),
    line=st.sampled_from(("\n", "\r\n", "\r")),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    encoding=st.sampled_from(ENCODINGS),
    above=st.sampled_from(
        ((), (), ("Campaign report", '"August 1, 2026 - August 31, 2026"'), ("# ----", "# Account: 7"), ("Статистика", ""), ("", ""), ("sep=",))
    ),
    total=st.sampled_from(("none", "none", "last", "first", "without a label")),
    trailing=st.booleans(),
    blank_lines=st.sampled_from(((), (), (1,), (2,))),
)


@st.composite
def tables(draw: st.DrawFn) -> Made:
    keys = draw(st.lists(st.sampled_from(tuple(FIELDS)), min_size=1, max_size=5, unique=True))
    headers = {key: draw(st.sampled_from(FIELDS[key][0])) for key in keys}
    time = draw(st.sampled_from(("date", "period", "")))
    dims = draw(st.sampled_from((("campaign",), ("channel",), ("channel", "campaign"), ())))
    assume(time or dims)
    names = {
        "channel": ("channel", "Channel", "Канал"),
        "campaign": ("campaign", "Campaign", "Кампания"),
        "date": ("date", "Date", "Дата"),
        "period": ("month", "Месяц"),
    }
    told = {key: draw(st.sampled_from(names[key])) for key in (*([time] if time else []), *dims)}
    many = draw(st.integers(1, 7))
    rows = [
        {key: draw(_dimension(key)) for key in told} | {key: draw(st.one_of(st.none(), _number(FIELDS[key][1]), _number(FIELDS[key][1]))) for key in keys}
        for _ in range(many)
    ]
    assume(all(any(row[key] is not None for row in rows) for key in keys))  # a column that is wholly blank says nothing
    return Made(told | headers, rows, draw(LOOKS))


def _dimension(key: str) -> st.SearchStrategy[Any]:
    if key in ("date", "period"):
        return (
            st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31))
            if key == "date"
            else st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)).map(lambda day: day.replace(day=1))
        )
    return st.sampled_from(NAMES)


def _number(kind: str) -> st.SearchStrategy[Any]:
    if kind == "whole":
        return st.one_of(st.integers(0, 999), st.integers(1000, 9_999_999))
    if kind == "count":
        return st.one_of(st.integers(0, 5000), st.integers(1, 5000).map(lambda number: number / 100))
    if kind == "hours":
        return st.integers(1, 400).map(lambda number: number / 4)
    return st.one_of(
        st.integers(0, 10**9).map(lambda number: number / 100), st.integers(0, 10**6).map(lambda number: number / 1000), st.integers(0, 90_000).map(float)
    )


def spelled(value: float, look: Look) -> str:
    """A number as people of a locale write it."""
    text = repr(value) if isinstance(value, int) or value != int(value) else str(int(value))
    whole, _, fraction = text.partition(".")
    group = ("," if look.mark == "." else ".") if look.group == "other" else look.group
    whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", group, whole) if group and len(whole) > 3 else whole
    return whole + (look.mark + fraction if fraction else "")


def cell(key: str, value: Any, look: Look) -> str:
    if value is None:
        return look.blank
    if key == "date":
        return DAYS[look.day](value)
    if key == "period":
        return MONTHS.get(look.day, MONTHS["iso"])(value)
    if key not in FIELDS:
        return str(value)
    text = spelled(value, look)
    if FIELDS[key][1] == "money" and look.sign == "$ before":
        return f"${text}"
    return f"{text} ₽" if FIELDS[key][1] == "money" and look.sign == "₽ behind" else text


def header_of(key: str, name: str, look: Look) -> str:
    if key in FIELDS and FIELDS[key][1] == "money" and look.sign.startswith("header"):
        return f"{name} (USD)" if look.sign == "header USD" else f"{name}, ₽"
    return name


def written(made: Made) -> bytes:
    """The table as a file. ``assume`` drops what the encoding cannot write."""
    look, keys = made.look, list(made.headers)
    lines = [[header_of(key, made.headers[key], look) for key in keys]]
    body = [[cell(key, row[key], look) for key in keys] for row in made.rows]
    if look.total != "none":
        total = total_of(made)
        body.insert(0 if look.total == "first" else len(body), total)
    for place in look.blank_lines:
        if place < len(body):
            body.insert(place, [""] * len(keys))
    lines += body
    if look.trailing and len(keys) > 1:
        lines = [[*line, ""] for line in lines]
    out = io.StringIO()
    for line in look.above:
        out.write(f"sep={look.separator}" if line == "sep=" else line)
        out.write("\n")
    csv.writer(out, delimiter=look.separator, quoting=look.quoting, lineterminator="\n").writerows(lines)  # type: ignore[arg-type]
    text = out.getvalue().replace("\n", look.line)
    try:
        return text.encode(look.encoding)
    except UnicodeEncodeError:
        assume(False)
        raise


def total_of(made: Made) -> list[str]:
    """The row of sums; its label stands in the first column of names."""
    keys, look = list(made.headers), made.look
    sums = {key: sum(row[key] for row in made.rows if row[key] is not None) for key in keys if key in FIELDS}
    sums = {key: round(value, 4) if value != int(value) else int(value) for key, value in sums.items()}
    total = [cell(key, sums.get(key), look) if key in sums else "" for key in keys]
    label = next(place for place, key in enumerate(keys) if key not in FIELDS)
    # without a label a row is a total where it is the sum of at least two rows in at least two amounts that are not 0
    is_told = len(made.rows) < 2 or sum(bool(value) for value in sums.values()) < 2
    total[label] = "" if look.total == "without a label" and not is_told else "Итого" if look.encoding != "cp1252" else "Total"
    return total


def is_open(made: Made) -> bool:
    """Whether the table is one that no reader can take in one way only: it may be asked about, and its figures are not compared."""
    days = {row["date"] for row in made.rows if row.get("date")}
    return bool(days) and all(day.day == 1 for day in days)  # days that are all the first of a month may be months


def rows_of(path: Path) -> list[dict[str, Any]]:
    found, _ = tidy.tidied(Reading().sources([path]))
    (table,) = found
    return [{key: value for key, value in row.items() if value is not None and key != "currency"} for row in table.frame.iter_rows(named=True)]


def right(made: Made) -> list[dict[str, Any]]:
    """The rows that have to come back."""
    found = []
    for row in made.rows:
        there = {key: value for key, value in row.items() if value is not None}
        if "period" in there:
            there["period"] = f"{there['period']:%Y-%m}"
        found.append(there)
    return found


def same(found: Sequence[dict[str, Any]], wanted: Sequence[dict[str, Any]]) -> bool:
    """Whether all rows with a figure came back. One with a name alone behind a blank line is as good as the title of another table."""
    mine, right = ([row for row in rows if FIELDS.keys() & row.keys()] for rows in (found, wanted))
    return len(mine) == len(right) and all(
        one.keys() == other.keys() and all(one[key] == (pytest.approx(value, rel=1e-12) if key in FIELDS else value) for key, value in other.items())
        for one, other in zip(mine, right, strict=True)
    )


def must_read_back(path: Path, made: Made) -> None:
    asked = ""
    found = list[dict[str, Any]]()
    try:
        found = rows_of(path)
    except InputError as error:
        asked = error.text.en
    event("asked" if asked else "read")
    assert any(option in asked for option in OPTIONS) if asked else same(found, right(made)), asked or (found, right(made))


SETTINGS = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES <= 200, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large], database=None
)  # fmt: skip


class Sheet(NamedTuple):
    """How a table stands in a workbook: numbers and days as such or as text, titles above it, other sheets."""

    numbers_are_text: bool
    days_are_text: bool
    above: tuple[str, ...]
    cover: bool
    blank_row: bool


SHEETS = st.builds(
    Sheet,
    numbers_are_text=st.booleans(),
    days_are_text=st.booleans(),
    above=st.sampled_from(((), ("Отчёт по рекламе",), ("Report", "August 2026"))),
    cover=st.booleans(),
    blank_row=st.booleans(),
)


def as_workbook(made: Made, sheet: Sheet, path: Path) -> None:
    """The table as an xlsx; its look says how text is written."""
    look, keys = made.look, list(made.headers)
    book = openpyxl.Workbook()
    page = book["Sheet"]
    if sheet.cover:
        page.append(["Notes"])
        page.append(["made by hand, see the next sheet"])
        page = book.create_sheet("Data")
    for line in sheet.above:
        page.append([line])
    page.append([header_of(key, made.headers[key], look) for key in keys])
    rows = [[_in_workbook(key, row[key], look, sheet) for key in keys] for row in made.rows]
    if look.total != "none":
        rows.append(
            [_number_or(text) if not sheet.numbers_are_text else text for text in total_of(made._replace(look=PLAIN if not sheet.numbers_are_text else look))]
        )
    if sheet.blank_row and len(rows) > 1:
        rows.insert(1, [None] * len(keys))
    for values in rows:
        page.append(values)
    for cells in page.iter_rows():
        for one in cells:
            if isinstance(one.value, str):
                one.data_type = "s"  # text that begins with = is none of openpyxl's formulas
    book.save(path)


def _in_workbook(key: str, value: Any, look: Look, sheet: Sheet) -> Any:
    if value is None:
        return look.blank or None
    if key == "date" and not sheet.days_are_text:
        return value
    return cell(key, value, look) if key not in FIELDS or sheet.numbers_are_text else value


def _number_or(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text or None


PLAIN = Look(".", "", "", "", "iso", ",", "\n", csv.QUOTE_MINIMAL, "utf-8", (), "last", trailing=False, blank_lines=())


@SETTINGS
@given(tables(), SHEETS)
def test_any_sheet_reads_back_or_is_asked_about(tmp_path_factory: pytest.TempPathFactory, made: Made, sheet: Sheet) -> None:
    assume(not is_open(made))
    path = tmp_path_factory.mktemp("back") / "table.xlsx"
    as_workbook(made, sheet, path)
    must_read_back(path, made)


@SETTINGS
@given(tables())
def test_any_csv_reads_back_or_is_asked_about(tmp_path_factory: pytest.TempPathFactory, made: Made) -> None:
    assume(not is_open(made))
    path = tmp_path_factory.mktemp("back") / "table.csv"
    path.write_bytes(written(made))
    must_read_back(path, made)
