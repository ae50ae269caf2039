"""Workbooks for tests: random data of the input sheets, and what LibreOffice makes of the formulas."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from smm_xl.cells import dates
from smm_xl.cells.columns import letters
from smm_xl.workbook.content import COUNTED_BY_CAMPAIGN, COUNTED_BY_CHANNEL, Filled, Row, Settings
from smm_xl.workbook.draft import Draft
from smm_xl.workbook.formulas.formulatext import ArrayFormula, Failed, Formula
from smm_xl.workbook.formulas.formulatext import Filled as InArray
from smm_xl.workbook.schema import CAMPAIGNS, CHANNELS, EFFORT, INPUT_SHEETS, MOST_CHANNELS, MOST_MONTHS, POSTS, InputSheet, Kind
from tests.office import Calc

_FIRST, _MONTHS, _CHANNELS = dt.date(2025, 4, 1), 15, ("ВК", "TG", "YT")


def scattered(seed: int) -> Filled:
    """Data with holes of every kind: blank cells, columns and sheets that are not filled in, channels that report nothing at all."""
    chance = random.Random(seed)
    blank, absent = chance.choice([0.0, 0.1, 0.3]), chance.choice([0.0, 0.15, 0.4])
    unused = {sheet.key: {column.key for column in sheet.inputs if chance.random() < absent} for sheet in INPUT_SHEETS}
    told = chance.random() < 0.6  # whether hours are told by channel
    rows: dict[str, list[Row]] = {sheet.key: [] for sheet in INPUT_SHEETS}

    def row(sheet: InputSheet, **known: Any) -> Row:
        made: Row = dict(known)
        for column in sheet.columns:
            if column.kind is Kind.NUMBER and column.key not in unused[sheet.key] and chance.random() >= blank:
                made[column.key] = chance.choice([0, chance.randint(1, 9), chance.randint(10, 1000)])
        return made

    for number in range(_MONTHS):
        month, site = dates.months_later(_FIRST, number), chance.randint(100, 1000)
        for channel in _CHANNELS:
            if chance.random() < 0.9:
                made = row(CHANNELS, period=month, channel=channel)
                rows["channels"].append(made | ({"all_visits": site} if "all_visits" in made else {}))
            for _ in range(chance.randint(0, 3)):
                rows["campaigns"].append(row(CAMPAIGNS, date=month + dt.timedelta(chance.randint(0, 27)), channel=channel, campaign="x"))
            for _ in range(chance.randint(0, 2)):
                rows["posts"].append(row(POSTS, date=month + dt.timedelta(chance.randint(0, 27)), channel=channel, post=f"p{chance.random()}"))
            if chance.random() < 0.8:
                rows["effort"].append(row(EFFORT, date=month + dt.timedelta(3), task="t", **({"channel": channel} if told else {})))
    for key in rows:
        if chance.random() < 0.1:
            rows[key] = []
    first = dates.months_later(_FIRST, chance.randint(3, _MONTHS - 1))
    last = dates.months_later(first, chance.choice([0, 0, 2, 3]))
    settings = Settings(
        channels=_CHANNELS, margin=chance.choice([None, 0.4]), orders_per_customer=chance.choice([None, 1.5]), hourly_rate=chance.choice([None, 500.0]),
        leads_from=chance.choice([COUNTED_BY_CHANNEL, COUNTED_BY_CAMPAIGN]), as_of=chance.choice([None, *(last + dt.timedelta(days) for days in (14, 14, 45, -20))]), first=first, last=last,
    )  # fmt: skip
    aims = [{"kpi": key, "target": chance.choice([0.5, 5.0, 500.0])} for key in ("leads", "cpl", "er_views", "spend", "followers", "roi")]
    return Filled(settings, rows, aims)


def full(kind: str, months: int, seed: int = 1) -> Filled:
    """A workbook in which every row of every table is filled: 12 channels in 60 months, of which the last so many are the period.

    kind: "channels", all inputs stand on the sheet Channels; "mixed", what is bought stands in Campaigns only, and every tenth cell is blank.
    """
    chance = random.Random(seed)
    names, first = tuple(f"Канал {number}" for number in range(1, MOST_CHANNELS + 1)), dt.date(2022, 1, 1)
    every = [dates.months_later(first, number) for number in range(MOST_MONTHS)]
    holes = 0.1 if kind == "mixed" else 0.0
    elsewhere = {column.key for sheet in (CAMPAIGNS, POSTS) for column in sheet.columns} if kind == "mixed" else set()

    def row(sheet: InputSheet, without: Container[str] = (), **known: Any) -> Row:
        keys = [column.key for column in sheet.columns if column.kind is Kind.NUMBER and column.key not in without]
        return known | {key: float(chance.randint(1, 400)) for key in keys if chance.random() >= holes}

    rows: dict[str, list[Row]] = {sheet.key: [] for sheet in INPUT_SHEETS}
    for month in every:
        for name in names:
            made = row(CHANNELS, elsewhere, period=month, channel=name)
            rows["channels"].append(made | ({"all_visits": float(month.year)} if "all_visits" in made else {}))
    for sheet, word in ((CAMPAIGNS, "campaign"), (POSTS, "post"), (EFFORT, "task")):
        for number in range(sheet.rows):
            date = chance.choice(every) + dt.timedelta(chance.randint(0, 27))
            rows[sheet.key].append(row(sheet, date=date, channel=chance.choice(names), **{word: f"{word} {number}"}))
    settings = Settings(channels=names, margin=0.4, orders_per_customer=2.4, hourly_rate=500.0, first=dates.months_later(every[-1], 1 - months), last=every[-1])
    return Filled(settings, rows, [])


def differences(template: Draft, path: Path, calc: Calc) -> Iterator[str]:
    """Each formula of a written workbook of which LibreOffice makes something else than what was written with it."""
    calculation = template.pages.calculated()
    book = calc.remote.ask("open", path=str(path))
    try:
        for number, page in enumerate(template.pages.pages):
            bottom, right = max(row for row, _ in page.cells), max(column for _, column in page.cells)
            shown = calc.remote.ask("read", book=book, area=f"A1:{letters(right)}{bottom + 1}", sheet=number)
            for (row, column), content in page.cells.items():
                if isinstance(content, Formula | ArrayFormula | InArray):
                    written, found = calculation.value(page.name, row, column), shown[row][column]
                    if not _same(written, found):
                        yield f"{page.name}!{letters(column)}{row + 1}: {written!r} was written, LibreOffice gives {found!r}: {content}"
    finally:
        calc.remote.ask("close", book=book)


def _same(written: Any, found: Any) -> bool:
    if isinstance(written, Failed):
        # which of two errors a function is given shows is the host's own affair
        return bool(found == {"error": written.code}) or (written.code == "#N/A" and found == {"error": "#DIV/0!"})
    if isinstance(written, bool | float) and isinstance(found, float):
        return abs(written - found) <= 1e-9 * max(1.0, abs(written))
    return bool(written == found)
