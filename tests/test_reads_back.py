"""Any table of our fields, written in any way that people and programs write it, reads back to the same rows and sums, or is asked about.

What is right is worked out here from the table before it is written, and by nothing of the package: which rows there are, which numbers stand in
them, what they add up to. A question names an option; it is answered with what the table was written with, and then the table has to read back.
``SMM_XL_EXAMPLES=20000 pytest tests/test_reads_back.py`` runs as many of each test, other ones each time.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from smm_xl.commands.reading import Reading
from smm_xl.errors import InputError
from smm_xl.reports import report
from smm_xl.sources import tidy

EXAMPLES = int(os.environ.get("SMM_XL_EXAMPLES", "60"))
SETTINGS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="SMM_XL_EXAMPLES" not in os.environ,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    database=None,
)

# headers of a field, and what its numbers are: whole, counts that may be shared out, money, hours, shares; "below": may be less than 0
FIELDS: dict[str, tuple[Sequence[str], str]] = {
    "impressions": (("impressions", "Impressions", "Показы", "Impr.", "Показы рекламы"), "whole"),
    "clicks": (("clicks", "Clicks", "Клики", "Переходы", "Link clicks"), "whole"),
    "likes": (("likes", "Likes", "Лайки", "Reactions"), "whole"),
    "comments": (("comments", "Comments", "Комментарии"), "whole"),
    "reposts": (("reposts", "Reposts", "Репосты", "Shares", "Поделились"), "whole"),
    "saves": (("saves", "Saves", "Сохранения", "Сохранили"), "whole"),
    "visits": (("visits", "Visits to the site", "Визиты", "Сеансы"), "whole"),
    "followers_end": (("followers_end", "Followers at the end", "Подписчики на конец", "Подписчики"), "whole"),
    "new_followers": (("new_followers", "New followers", "Новые подписчики"), "whole"),
    "net_followers": (("net_followers", "Net new followers", "Чистый прирост подписчиков"), "whole below"),
    "leads": (("leads", "Leads", "Лиды (заявки)", "Заявки"), "count"),
    "conversions": (("conversions", "Conversions", "Конверсии", "Key events"), "count"),
    "orders": (("orders", "Orders", "Заказы", "Purchases"), "count"),
    "spend": (("spend", "Ad spend", "Расход на рекламу", "Amount spent", "Потрачено", "Cost"), "money"),
    "revenue": (("revenue", "Revenue", "Выручка", "Total revenue", "Доход"), "money below"),
    "content_cost": (("content_cost", "Content cost", "Затраты на контент"), "money"),
    "hours": (("hours", "Hours worked", "Трудозатраты, ч", "Часы"), "hours"),
    "margin": (("margin", "Margin", "Маржинальность", "Маржа"), "share"),
}
ADDED_UP = [key for key, (_, kind) in FIELDS.items() if kind != "share" and key not in ("followers_end", "net_followers", "content_cost")]  # that are KPIs
DIMENSIONS = {
    "channel": ("channel", "Channel", "Канал", "Площадка"),
    "campaign": ("campaign", "Campaign", "Кампания", "Campaign name", "Название кампании"),
    "post": ("post", "Post", "Публикация", "Post ID"),
    "date": ("date", "Date", "Дата", "День"),
    "period": ("period", "Period", "Период", "month", "Месяц"),
}
NAMES = (
    *("Summer sale", "Лето: скидки", "VK", "ВКонтакте", "a;b", 'say "hi"', "50 % off", "№ 7", "Total Wellness", "O'Reilly", "x, y", "2026", "=1+1"),
    *("tab\there", "a|b", "Итоги года", "1.5", "1,234", "Été", "Leads", "12.03.2026", "0", "-5", "# tag"),
)
MONTHS_EN = "January February March April May June July August September October November December".split()
MONTHS_RU = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
NAMES_OF_MONTHS = "Январь Февраль Март Апрель Май Июнь Июль Август Сентябрь Октябрь Ноябрь Декабрь".split()
DAYS: dict[str, Callable[[dt.date], str]] = {
    "iso": lambda day: day.isoformat(),
    "iso with time": lambda day: f"{day.isoformat()} 10:30:00",
    "dotted": lambda day: f"{day:%d.%m.%Y}",
    "month first": lambda day: f"{day:%m/%d/%Y}",
    "month first, short": lambda day: f"{day.month}/{day.day}/{day.year}",
    "month first with time": lambda day: f"{day:%m/%d/%Y} 09:05",
    "day first": lambda day: f"{day:%d/%m/%Y}",
    "run together": lambda day: f"{day:%Y%m%d}",
    "year first": lambda day: f"{day:%Y/%m/%d}",
    "in words": lambda day: f"{MONTHS_EN[day.month - 1][:3]} {day.day}, {day.year}",
    "in Russian words": lambda day: f"{day.day} {MONTHS_RU[day.month - 1]} {day.year} г.",
}
MONTHS: dict[str, Callable[[dt.date], str]] = {
    "dotted": lambda day: f"{day:%m.%Y}",
    "in words": lambda day: f"{MONTHS_EN[day.month - 1]} {day.year}",
    "in Russian words": lambda day: f"{NAMES_OF_MONTHS[day.month - 1]} {day.year}",
    "month first": lambda day: f"{MONTHS_EN[day.month - 1][:3]}-{day:%y}",
}
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1251", "cp1251", "cp1252")
ABOVE = (
    *((), (), (), ("Campaign report", '"August 1, 2026 - August 31, 2026"'), ("# ----", "# Account: 7", "# 20260801-20260831"), ("Статистика", "")),
    *(("", ""), ("sep=",), ("Account{0}7", "Период{0}01.08.2026 - 31.08.2026", ""), ("Leads and clicks",), ("Клики",), ("Total{0}3",)),
)
LABELS = ("Итого", "Total", "Grand Total", "Всего:", "ИТОГО", "Total: Campaigns", "Общий итог", "Итого за период")


class Look(NamedTuple):
    """How a table is written."""

    mark: str = "."
    group: str = ""
    blanks: tuple[str, ...] = ("",)  # by row and column in turn
    sign: str = ""  # of money: in the cell before, behind, or in the header
    minus: str = "-"
    share: str = "0.4"  # or per cent in the cell, or in the header
    clock: bool = False  # hours as h:mm:ss
    day: str = "iso"
    spelling: str = ""  # of headers
    separator: str = ","
    line: str = "\n"
    quoting: int = csv.QUOTE_MINIMAL
    encoding: str = "utf-8"
    above: tuple[str, ...] = ()
    total: str = "none"
    label: str = "Total"
    trailing: bool = False
    blank_lines: tuple[int, ...] = ()
    blank_line: str = ""  # wholly, or of separators
    end: str = "\n"  # of the file


class Made(NamedTuple):
    """A table: its keys with their headers, its rows as Python values, how it is written. Keys that are no fields of ours are columns of something else."""

    headers: dict[str, str]
    rows: list[dict[str, Any]]
    look: Look


LOOKS = st.builds(
    Look,
    mark=st.sampled_from(".,"),
    group=st.sampled_from(("", "", " ", "\u00a0", "\u202f", "\u2009", "'", "other", "other")),
    blanks=st.sampled_from((("",), ("",), ("-",), ("--",), ("—",), ("n/a",), ("", "-"), ("NULL",), (" --",))),
    sign=st.sampled_from(("", "", "$ before", "₽ behind", "header USD", "header ₽", "руб. behind", "€ before")),
    minus=st.sampled_from(("-", "\u2212", "()")),
    share=st.sampled_from(("0.4", "40%", "40 %", "header %")),
    clock=st.booleans(),
    day=st.sampled_from(tuple(DAYS)),
    spelling=st.sampled_from(("", "", "", "upper", "blanks", "soft")),
    separator=st.sampled_from(";,\t|"),
    line=st.sampled_from(("\n", "\r\n", "\r")),
    quoting=st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)),
    encoding=st.sampled_from(ENCODINGS),
    above=st.sampled_from(ABOVE),
    total=st.sampled_from(("none", "none", "last", "first", "inside", "of those above", "without a label", "in two lines", "first and last")),
    label=st.sampled_from(LABELS),
    trailing=st.booleans(),
    blank_lines=st.sampled_from(((), (), (), (0,), (1,), (2,), (1, 2))),
    blank_line=st.sampled_from(("", "separators")),
    end=st.sampled_from(("\n", "", "\n\n", "\n\n\nShowing top 500 results\n")),
)


@st.composite
def tables(draw: st.DrawFn) -> Made:
    keys = draw(st.lists(st.sampled_from(tuple(FIELDS)), min_size=1, max_size=6, unique=True))
    time = draw(st.sampled_from(("date", "date", "period", "")))
    dims = draw(st.sampled_from((("campaign",), ("channel",), ("channel", "campaign"), ("post",), ("channel", "post"), ())))
    assume(time or dims)
    more = draw(st.sampled_from(((), (), ("Status",), ("Description",), ("CTR (%)",), ("Status", "CPM"))))
    told = [*([time] if time else []), *dims]
    order = draw(st.sampled_from(("dimensions first", "dimensions first", "mixed")))
    all_keys = draw(st.permutations([*told, *more, *keys])) if order == "mixed" else [*told, *more, *keys]
    headers = {key: draw(st.sampled_from(DIMENSIONS[key] if key in told else FIELDS[key][0])) if key not in more else key for key in all_keys}
    many = draw(st.integers(1, 7))
    rows = []
    for number in range(many):
        row = {key: draw(value_of(key, number)) for key in headers}
        if dims and time and "post" not in dims and draw(st.integers(0, 9)) == 0:
            row[dims[0]] = None  # a name that is unknown; a day stands beside it
        rows.append(row)
    assume(all(any(row[key] is not None for row in rows) for key in keys))  # a column that is wholly blank says nothing
    return Made(headers, rows, draw(LOOKS))


def value_of(key: str, number: int) -> st.SearchStrategy[Any]:
    if key in FIELDS:
        known = numbers(FIELDS[key][1])
        return st.one_of(st.none(), known, known, known)
    if key == "date":
        return st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31))
    if key == "period":
        return st.dates(dt.date(2025, 1, 1), dt.date(2026, 12, 31)).map(lambda day: day.replace(day=1))
    if key == "post":  # a post that stands twice counts once
        return st.sampled_from((f"1790123456789012{number}", f"Post № {number}", f"https://vk.com/wall-1_{number}"))
    if key in DIMENSIONS:
        return st.sampled_from(NAMES)
    if key == "Description":
        return st.sampled_from(("", "one\ntwo", 'a "quoted" word; and, more'))
    return st.sampled_from(("1,5%", "0.3%", "12 %")) if key == "CTR (%)" else st.sampled_from(("active", "paused", "")) if key == "Status" else st.just("100")


def numbers(kind: str) -> st.SearchStrategy[Any]:
    found: st.SearchStrategy[Any]
    if kind.startswith("whole"):
        found = st.one_of(st.integers(0, 999), st.integers(1000, 9_999_999))
    elif kind == "count":
        found = st.one_of(st.integers(0, 5000), st.integers(1, 5000).map(lambda number: number / 100))
    elif kind == "hours":
        found = st.integers(1, 400).map(lambda number: number / 4)
    elif kind == "share":
        found = st.integers(1, 100).map(lambda number: number / 100)
    else:
        found = st.one_of(
            st.integers(0, 10**9).map(lambda number: number / 100), st.integers(0, 10**6).map(lambda number: number / 1000), st.integers(0, 90_000).map(float)
        )
    return st.one_of(found, found, found.map(lambda number: -number)) if kind.endswith("below") else found


# --- writing ---


def spelled(value: float, look: Look) -> str:
    """A number of at least 0 as people of a locale write it."""
    text = str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")
    whole, _, fraction = text.partition(".")
    group = ("," if look.mark == "." else ".") if look.group == "other" else look.group
    whole = re.sub(r"(?<=\d)(?=(\d{3})+$)", group, whole) if group and len(whole) > 3 else whole
    return whole + (look.mark + fraction if fraction else "")


def cell(key: str, value: Any, look: Look, place: int = 0) -> str:
    if value is None:
        return look.blanks[place % len(look.blanks)]
    if key == "date":
        return DAYS[look.day](value)
    if key == "period":
        return MONTHS[look.day](value) if look.day in MONTHS else f"{value:%Y-%m}"
    if key not in FIELDS:
        return str(value)
    kind = FIELDS[key][1]
    if kind == "hours" and look.clock and value <= 900:
        return f"{int(value)}:{int(value * 60) % 60:02}:00"
    if kind == "share":
        if look.share == "0.4":
            return spelled(value, look)
        return spelled(round(value * 100), look) + {"40%": "%", "40 %": " %"}.get(look.share, "")
    text = spelled(abs(value), look)
    if kind.startswith("money"):
        text = {"$ before": f"${text}", "€ before": f"€ {text}", "₽ behind": f"{text} ₽", "руб. behind": f"{text} руб."}.get(look.sign, text)
    return text if value >= 0 else f"({text})" if look.minus == "()" else f"{look.minus}{text}"


def header_of(key: str, name: str, look: Look) -> str:
    kind = FIELDS[key][1] if key in FIELDS else ""
    if kind.startswith("money") and look.sign.startswith("header"):
        name = f"{name} (USD)" if look.sign == "header USD" else f"{name}, ₽"
    if kind == "share" and look.share == "header %":
        name = f"{name}, %"
    if look.spelling == "upper" and not look.sign.startswith("header"):
        return name.upper()
    return f" {name}\u00a0" if look.spelling == "blanks" else f"{name[:2]}\u00ad{name[2:]}" if look.spelling == "soft" else name


def body_of(made: Made) -> list[list[str]]:
    """The rows as text, with those of totals."""
    look, keys = made.look, list(made.headers)
    body = [[cell(key, row[key], look, at + place) for at, key in enumerate(keys)] for place, row in enumerate(made.rows)]
    total = total_of(made, made.rows)
    if look.total in ("last", "without a label", "first and last"):
        body.append(total)
    if look.total in ("first", "first and last"):
        body.insert(0, total)
    half = len(made.rows) // 2
    if look.total == "inside":
        body.insert(half, total)
    if look.total == "of those above" and half:
        body.insert(half, total_of(made, made.rows[:half]))
    if look.total == "in two lines":
        body += [[cell if key not in FIELDS else "" for key, cell in zip(keys, total, strict=True)]]
        body += [[cell if key in FIELDS else "" for key, cell in zip(keys, total, strict=True)]]
    for place in look.blank_lines:
        if place < len(body):
            body.insert(place, [""] * len(keys))
    return body


def total_of(made: Made, rows: Sequence[dict[str, Any]]) -> list[str]:
    """The row of sums; its label stands in the first column of names."""
    keys, look = list(made.headers), made.look
    sums = {
        key: round(sum(known), 4)
        for key in keys
        if key in FIELDS and FIELDS[key][1] != "share" and key != "followers_end" and (known := [row[key] for row in rows if row[key] is not None])
    }
    total = [cell(key, sums[key], look) if key in sums else "" for key in keys]
    label = next(place for place, key in enumerate(keys) if key in DIMENSIONS)
    # without a label a row is a total where it is the sum of at least two rows in at least two amounts that are not 0
    many = {key: sum(row[key] is not None for row in rows) for key in sums}
    is_told = len(rows) >= 2 and sum(bool(value) and many[key] >= 2 for key, value in sums.items()) >= 2
    total[label] = "" if look.total == "without a label" and is_told else look.label
    return total


def written(made: Made) -> bytes:
    """The table as a file. ``assume`` drops what the encoding cannot write."""
    look, keys = made.look, list(made.headers)
    out = io.StringIO()
    for line in look.above:
        out.write(f"sep={look.separator}" if line == "sep=" else line.format(look.separator))
        out.write("\n")
    writer = csv.writer(out, delimiter=look.separator, quoting=look.quoting, lineterminator="\n")  # type: ignore[arg-type]
    end = [""] if look.trailing and len(keys) > 1 else []
    writer.writerow([*(header_of(key, made.headers[key], look) for key in keys), *end])
    for row in body_of(made):
        if any(row):
            writer.writerow([*row, *end])
        else:
            out.write((look.separator * (len(keys) - 1 + len(end)) if look.blank_line else "") + "\n")
    text = (out.getvalue()[:-1] + look.end).replace("\n", look.line)
    try:
        return text.encode(look.encoding)
    except UnicodeEncodeError:
        assume(False)
        raise


class Sheet(NamedTuple):
    """How a table stands in a workbook: numbers and days as such or as text, titles above it, other sheets, merged cells of names and of a title."""

    numbers_are_text: bool
    days_are_text: bool
    above: tuple[str, ...]
    other: str  # none, a cover before it, a sheet of notes behind it
    merged: bool


SHEETS = st.builds(
    Sheet,
    numbers_are_text=st.booleans(),
    days_are_text=st.booleans(),
    above=st.sampled_from(((), ("Отчёт по рекламе",), ("Report", "August 2026"), ("Report", ""))),
    other=st.sampled_from(("", "before", "behind")),
    merged=st.booleans(),
)


def as_workbook(made: Made, sheet: Sheet, path: Path) -> None:
    """The table as an xlsx; its look says how text is written."""
    keys = list(made.headers)
    book = openpyxl.Workbook()
    page = book["Sheet"]
    if sheet.other == "before":
        page.append(["Notes"])
        page.append(["made by hand, see the next sheet"])
        page = book.create_sheet("Data")
    if sheet.other == "behind":
        notes = book.create_sheet("Notes")
        notes.append(["Leads are counted by the CRM"])
        notes.append(["Clicks", "as the platform tells them"])
    for line in sheet.above:
        page.append([line or None])
    if sheet.above and sheet.merged:
        page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=max(2, len(keys)))
    page.append([header_of(key, made.headers[key], made.look) for key in keys])
    first = page.max_row + 1
    share = "header %" if made.look.share == "header %" else "0.4"
    look = made.look if sheet.numbers_are_text else made.look._replace(mark=".", group="", sign="", minus="-", clock=False, share=share)
    for row in body_of(made._replace(look=look)):
        page.append([_in_workbook(key, text, sheet) for key, text in zip(keys, row, strict=True)])
    if not sheet.days_are_text and "date" in keys:
        known = {DAYS[made.look.day](row["date"]): row["date"] for row in made.rows}
        for (one,) in page.iter_rows(min_row=first, min_col=keys.index("date") + 1, max_col=keys.index("date") + 1):
            one.value = known.get(one.value, one.value)
    if sheet.merged and "channel" in keys:
        _merge_names(page, first, keys.index("channel") + 1, {str(row["channel"]) for row in made.rows})
    for cells in page.iter_rows():
        for one in cells:
            if isinstance(one.value, str):
                one.data_type = "s"  # text that begins with = is none of openpyxl's formulas
    book.save(path)


def _in_workbook(key: str, text: str, sheet: Sheet) -> Any:
    if key in FIELDS and not sheet.numbers_are_text:
        try:
            return float(text)
        except ValueError:
            pass
    return text or None


def _merge_names(page: Any, first: int, column: int, names: set[str]) -> None:
    """Merge cells of one name that stand under one another."""
    values = [page.cell(row, column).value for row in range(first, page.max_row + 1)]
    start = 0
    for place in range(1, len(values) + 1):
        if place == len(values) or values[place] != values[start]:
            if place - start > 1 and values[start] in names:
                page.merge_cells(start_row=first + start, end_row=first + place - 1, start_column=column, end_column=column)
            start = place


# --- reading, and what is right ---


def is_open(made: Made) -> bool:
    """Whether the table is one that no reader can take in one way only."""
    days = {row["date"] for row in made.rows if row.get("date")}
    if days and all(day.day == 1 for day in days):  # they may be months
        return True
    # a name by itself below a blank line may be the title of something else, one that begins with # a comment, which is told: nothing stands in it
    # that could be lost, neither a figure nor a day
    told = [[(key, text) for key, text in zip(made.headers, row, strict=True) if text] for row in body_of(made)]
    if any(row and row[0][1].startswith("#") and not any(key in FIELDS or key in ("date", "period") for key, _ in row) for row in told):
        return len(made.headers) > 1
    names = [[key not in FIELDS for key, text in zip(made.headers, row, strict=True) if text] for row in body_of(made)]
    return len(made.headers) > 1 and any(not above and row == [True] for above, row in pairwise(names))


def answer(asked: str, made: Made, reading: Reading, totals: str) -> Reading | None:
    """The reading with the answer to a question, ``totals`` to whether a row is one; None for what is no question, or was answered already."""
    answers: dict[str, dict[str, Any]] = {
        "--decimal": {"decimal": "point" if made.look.mark == "." else "comma"},
        "--dates": {"dates": "dmy" if made.look.day == "day first" else "mdy"},
        "--encoding": {"encoding": made.look.encoding},
        "--totals": {"totals": totals},
        "--scale": {"scale": ("spend=1",)},
        "--sheet": {"sheet": ("Sheet",)},  # asked only where notes that name a field stand behind the table
    }
    given_ = {name for name, value in reading._asdict().items() if value}
    for option, more in answers.items():
        if option in asked and not given_ & more.keys():
            event(f"asked {option}")
            return reading._replace(**more)
    return None


def read(path: Path, made: Made, way: str, totals: str) -> tuple[Any, Reading]:
    """What a table reads as, its questions answered, and the answers. Raises InputError for a refusal that is no question, or is asked again."""
    reading = Reading()
    while True:
        try:
            if way != "rows":
                return sums_of(path, reading, made, way), reading
            # headers that only one platform writes are its export: it is the channel of all rows, which is said and is right for what is asked here
            told = {"channel"} - made.headers.keys()
            return [{key: value for key, value in row.items() if key not in told} for row in rows_of(path, reading)], reading
        except InputError as error:
            answered = answer(error.text.en, made, reading, totals)
            if answered is None:
                raise
            reading = answered


def rows_of(path: Path, reading: Reading) -> list[dict[str, Any]]:
    found, _ = tidy.tidied(reading.sources([path]))
    (table,) = found
    return [{key: value for key, value in row.items() if value is not None and key != "currency"} for row in table.frame.iter_rows(named=True)]


def right_rows(made: Made) -> list[dict[str, Any]]:
    """The rows that have to come back."""
    found = []
    for row in made.rows:
        there = {key: value for key, value in row.items() if value is not None and key in (*FIELDS, *DIMENSIONS)}
        if "period" in there:
            there["period"] = f"{there['period']:%Y-%m}"
        there = {key: " ".join(value.split()) if isinstance(value, str) else value for key, value in there.items()}  # any run of blanks in a name is one
        found.append(there)
    return found


def sums_of(path: Path, reading: Reading, made: Made, by: str) -> dict[tuple[str, Any], float]:
    """The figures of a report by field and group, and of its total by field."""
    keys = [key for key in made.headers if key in ADDED_UP]
    found = report.build(reading.sources([path]), by, keys)
    sums = {
        (key, _name(label[0])): value
        for key in keys
        for label, value in zip(found.labels, found.values[key], strict=True)
        if by and value == value
    }  # fmt: skip
    return sums | {(key, "all"): found.total[key] for key in keys if found.total[key] == found.total[key]}


def _name(label: Any) -> Any:
    return getattr(label, "label", label)


def right_sums(made: Made, by: str) -> dict[tuple[str, Any], float]:
    sums: dict[tuple[str, Any], float] = {}
    for row in made.rows:
        for key in ADDED_UP:
            if row.get(key) is not None:
                groups = ["all"]
                if by == "period":
                    groups.append(f"{row['period'] if 'period' in row else row['date']:%Y-%m}")
                elif by:
                    groups.append(row[by] and " ".join(row[by].split()))
                for group in groups:
                    sums[key, group] = sums.get((key, group), 0) + row[key]
    return sums


def same(found: Any, wanted: Any) -> bool:
    """Whether numbers and names are the same. 0 may stand for what is blank: exports known to write blanks for none, by a header, have it so, and say it."""
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(same(one, other) for one, other in zip(found, wanted, strict=True))
    if isinstance(wanted, Mapping):
        more = found.keys() - wanted.keys()
        return not wanted.keys() - found.keys() and all(found[key] == 0 for key in more) and all(same(found[key], value) for key, value in wanted.items())
    if isinstance(wanted, float | int):
        return isinstance(found, float | int) and found == pytest.approx(wanted, rel=1e-9, abs=1e-9)
    return bool(found == wanted)


def must_read_back(path: Path, made: Made, way: str) -> None:
    by = {"by time": "period", "by name": next((key for key in ("channel", "campaign") if key in made.headers), "")}.get(way, "")
    if way == "by time" and not {"date", "period"} & made.headers.keys():
        by = ""
    if way != "rows" and not any(key in ADDED_UP for key in made.headers):
        way = "rows"
    wanted = right_rows(made) if way == "rows" else right_sums(made, by)
    found, reading = read(path, made, "rows" if way == "rows" else by, "drop")
    if reading.totals and not same(found, wanted):  # what was asked about is a row of data, which has the figures of a total by chance
        found, reading = read(path, made, "rows" if way == "rows" else by, "keep")
    assert same(found, wanted), (found, wanted, reading)


WAYS = st.sampled_from(("rows", "rows", "by time", "by name", "in all"))


@SETTINGS
@given(tables(), SHEETS, WAYS)
def test_any_sheet_reads_back_or_is_asked_about(tmp_path_factory: pytest.TempPathFactory, made: Made, sheet: Sheet, way: str) -> None:
    assume(not is_open(made))
    path = tmp_path_factory.getbasetemp() / "table.xlsx"
    as_workbook(made, sheet, path)
    must_read_back(path, made, way)


@SETTINGS
@given(tables(), WAYS)
def test_any_csv_reads_back_or_is_asked_about(tmp_path_factory: pytest.TempPathFactory, made: Made, way: str) -> None:
    assume(not is_open(made))
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(written(made))
    must_read_back(path, made, way)


def test_hours_by_the_clock_after_a_blank_line_belong_to_the_table(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Date,Hours worked\n2026-08-01,0:30:00\n\n2026-08-02,1:00:00\n", encoding="utf-8")
    assert [row["hours"] for row in rows_of(path, Reading())] == [0.5, 1]


def test_a_row_below_a_total_without_figures_is_data_though_its_figure_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Post,Comments,Saves\nPost 0,,\nTotal:,,\n\nPost 1,,598881\nPost 2,84,598881\n", encoding="utf-8")
    assert sum(row.get("saves", 0) for row in rows_of(path, Reading())) == 2 * 598_881


def test_a_name_that_begins_with_total_is_none_where_one_row_has_the_same_figure(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Campaign,Visits\nSale,\nAutumn,372263\nTotal Wellness,372263\nSpring,234\nTotal: Campaigns,744760\n", encoding="utf-8")
    assert sum(row.get("visits", 0) for row in rows_of(path, Reading())) == 744_760


def test_a_line_above_the_headers_that_holds_a_figure_is_no_row_of_headers(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Total,3\nLikes,Net new followers,Date\n5,790,2026-08-01\n6,-20,2026-08-02\n", encoding="utf-8")
    assert [row["net_followers"] for row in rows_of(path, Reading())] == [790, -20]


def test_a_row_that_is_asked_about_can_be_kept(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Channel,Orders\nSale,44\nTotal Wellness,4418\nSpring,0.06\nAutumn,4418\nTotal,8880.06\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"--totals keep"):
        rows_of(path, Reading())
    assert [row["orders"] for row in rows_of(path, Reading(totals="keep"))] == [44, 4418, 0.06, 4418]
    assert [row["orders"] for row in rows_of(path, Reading(totals="drop"))] == [44, 0.06, 4418]


def test_a_channel_called_leads_with_a_figure_that_could_be_a_year_long_ago_is_no_second_row_of_headers(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("Channel,Orders,Likes\nLeads,,1000\n№ 7,895,\n", encoding="utf-8")
    assert rows_of(path, Reading()) == [{"channel": "Leads", "likes": 1000}, {"channel": "№ 7", "orders": 895}]


def test_a_name_that_begins_with_total_below_a_label_of_totals_is_looked_at_once(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    book = openpyxl.Workbook()
    (sheet,) = book.worksheets
    for row in (("channel", "Margin"), ("Всего:",), ("Total Wellness", "--"), ("VK", 0.74)):
        sheet.append(row)
    book.save(path)
    assert [row["channel"] for row in rows_of(path, Reading())] == ["Total Wellness", "VK"]
