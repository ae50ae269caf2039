"""The input sheets: the tables that a user fills in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from functools import partial
from typing import Any

from smm_xl.errors import CatalogError
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.pages import Page, Pages, Table
from smm_xl.workbook.schema import CAMPAIGNS, CHANNELS, FAR, INPUT_SHEETS, MOST_CHANNELS, ORDER, POSTS, TOP, TOTAL_WORDS, Column, InputSheet, Kind
from smm_xl.workbook.sheets.shared import frame, sign_colours, validate

_MOST_ACROSS, _FEW = 16, 8  # columns of one printed page; of one that is upright, so that it holds more rows
_BLANK_LINES = 30  # that are printed of a table in which nothing stands


def _build(sheet: InputSheet, draft: Draft, page: Page) -> None:
    rows = draft.filled.rows_of(sheet)
    count = max(sheet.rows, len(rows) + 50 if rows else 0) if draft.spare else max(len(rows), 1)
    shown = [column for column in sheet.columns if column.kind is not Kind.HELPER]
    frame(draft, page, sheet.about, len(shown), protect=False, height=None)
    headings = [draft.say(column.title) for column in sheet.columns]
    for column, heading in zip(sheet.columns, headings, strict=True):
        _must_be_a_heading(heading)
        draft.pages.names[f"{sheet.prefix}_{column.key}"] = f"{sheet.table}[{heading}]"

    def text_of(column: Column) -> str:
        def here(match: re.Match[str]) -> str:
            first, last = (headings[sheet.place(key or match[1])] for key in match.groups())
            return f"{sheet.table}[[#This Row],[{first}]" + (f":[{last}]]" if last != first else "]")

        made = re.sub(r"\[(\w+)(?::(\w+))?\]", here, column.formula or _check_formula(draft, sheet))
        return re.sub(r"\{(\w+)\}", lambda match: f"{sheet.prefix}_{match[1]}", made)

    worked = {place: text_of(column) for place, column in enumerate(sheet.columns) if column.kind in (Kind.HELPER, Kind.CHECK)}
    page.tables.append(Table(sheet.table, TOP, 1, count, headings, worked))
    for place, column in enumerate(sheet.columns):
        at = place + 1
        page.put(TOP - 1, at, _unit_of(draft, column), look.UNIT_ROW)
        page.put(TOP, at, headings[place], look.HEAD_CALCULATED if place in worked else look.HEAD)
        style = _input_style(draft, column)
        for number in range(count):
            row = TOP + 1 + number
            if place in worked:
                page.put(row, at, Formula(worked[place]), style)
            elif number < len(rows):
                page.put(row, at, rows[number].get(column.key), style)
        _rules(draft, page, column, at, count)
    printed = TOP + (len(rows) or _BLANK_LINES)

    def finish(written: Any, pages: Pages) -> None:
        for place, column in enumerate(sheet.columns, start=1):
            hidden = {"hidden": True} if column.kind is Kind.HELPER else {}
            # blank cells get the look of their column: tens of thousands of them would be most of the file
            style = pages.style(_input_style(draft, column)) if column in sheet.inputs else None
            written.set_column(place, place, column.width, style, hidden)
        area = (TOP + 1, 1, TOP + count, len(sheet.inputs))
        written.conditional_format(*area, {"type": "formula", "criteria": "=TRUE", "format": pages.book.add_format(look.INPUT_AREA)})
        written.set_row(TOP, 46)
        written.freeze_panes(TOP + 1, 3)
        written.repeat_rows(TOP - 1, TOP)
        if len(shown) > _MOST_ACROSS:
            written.fit_to_pages(2, 0)
            written.repeat_columns(0, 2)  # a row is told by its month and its channel or name
        else:
            written.fit_to_pages(1, 0)
            if len(shown) <= _FEW:
                written.set_portrait()
        page.printed = (0, 0, printed, len(shown))
        at = 1 + sheet.place("check")
        cells = (TOP + 1, at, TOP + count, at)
        sign_colours(written, pages, cells)

    page.finish.append(finish)


def _unit_of(draft: Draft, column: Column) -> str | Formula:
    words = {
        Kind.MONTH: Text("month", "месяц"),
        Kind.DAY: Text("date", "дата"),
        Kind.CHANNEL: Text("from the list", "из списка"),
        Kind.WORD: Text("text", "текст"),
        Kind.HELPER: Text("auto", "авто"),
        Kind.CHECK: Text("auto", "авто"),
    }
    return draft.say(words[column.kind]) if column.kind in words else draft.unit(column.field.unit)


def _input_style(draft: Draft, column: Column) -> look.Style:
    if column.kind is Kind.HELPER:
        return {"font_color": look.GREY, "num_format": look.WITHOUT_ZERO}
    if column.kind is Kind.CHECK:
        return look.TEXT | {"font_size": 9}
    if column.kind is Kind.MONTH:
        return look.TYPED | {"num_format": draft.month_format, "align": "center"}
    if column.kind is Kind.DAY:
        return look.TYPED | {"num_format": look.DATE_FORMAT[draft.language], "align": "center"}
    if column.kind in (Kind.CHANNEL, Kind.WORD):
        return look.TYPED
    return look.TYPED | {"num_format": look.FORMATS[column.field.unit]}


def _rules(draft: Draft, page: Page, column: Column, at: int, count: int) -> None:
    area = (TOP + 1, at, TOP + count, at)
    if column.kind is Kind.CHANNEL:
        validate(draft, page, *area, {"validate": "list", "source": "=channel_list"}, column.title)
    elif column.kind in (Kind.MONTH, Kind.DAY):
        latest = "=IF(ISNUMBER(s_as_of),s_as_of,TODAY())" if column.kind is Kind.DAY else "=EOMONTH(TODAY(),0)"
        validate(draft, page, *area, {"validate": "date", "criteria": "between", "minimum": dt.date(2000, 1, 1), "maximum": latest}, column.title)
    elif column.kind is Kind.NUMBER:
        lowest, _, _ = column.field.limits_in_rows.value
        rule = {"validate": "decimal", "criteria": ">=", "value": 0} if lowest == 0 else {"validate": "decimal", "criteria": ">=", "value": -1e15}
        validate(draft, page, *area, rule, column.title)


def _check_formula(draft: Draft, sheet: InputSheet) -> str:
    """What is wrong with a row, the first thing that is: the rules of ``check`` as far as a formula can say them."""
    inputs = sheet.inputs
    filled = f"COUNTA({_cells_of_row(sheet, inputs)})=0"
    when = inputs[0]

    def said(words: Text, sign: str = look.ERROR) -> str:
        return f'"{sign} {draft.say(words)}"'

    tests: list[tuple[str, str]] = [(f"NOT(ISNUMBER([{when.key}]))", said(Text(f"no {when.title.en.lower()}", f"нет даты: «{when.title.ru}»")))]
    far = Text("the date is years away from the others", "дата на годы отличается от остальных")
    tests.append((f"ABS([month]-p_usual)>{FAR}", said(far)))
    named = f"[no]>{MOST_CHANNELS}"
    needed = next(column for column in inputs if column.kind is Kind.CHANNEL).needed
    tests.append((named if needed else f'AND([channel]<>"",{named})', said(Text("channel is not in the list", "канала нет в списке"))))
    numbers = [column for column in inputs if column.kind is Kind.NUMBER]
    listed = _cells_of_row(sheet, numbers)
    tests.append((f"COUNTA({listed})>COUNT({listed})", said(Text("text instead of a number", "текст вместо числа"))))
    bounded = _cells_of_row(sheet, [column for column in numbers if column.field.limits_in_rows.value[0] == 0])
    tests.append((f"MIN({bounded},0)<0", said(Text("a number below 0", "отрицательное число"))))
    if sheet is CAMPAIGNS:  # a post, or a task, may well be called so
        named = ",".join(f'[campaign]="{word}"' for word in TOTAL_WORDS)
        tests.append((f"OR({named})", said(Text("a row of totals counts twice", "строка итогов учтётся дважды"))))
    if sheet is POSTS:
        twice = "SUMPRODUCT(({post}=[post])*({date}=[date])*({channel}=[channel]))>1"
        tests.append(
            (f'IF([post]="",FALSE,{twice})', said(Text("the post stands twice, and counts twice", "публикация повторяется и учтена дважды"), look.REMARK))
        )
    if sheet is CHANNELS:
        tests.append(("[site_differs]=1", said(Text("site visits differ in the month", "визиты сайта в месяце разные"))))
        tests.append(("COUNTIFS({month},[month],{channel},[channel])>1", said(Text("month and channel stand twice", "месяц и канал повторяются"))))
    for small, large, words in ORDER:
        if all(any(column.key == key for column in numbers) for key in (small, large)):
            tests.append((f"AND(ISNUMBER([{small}]),ISNUMBER([{large}]),[{small}]>[{large}])", said(words, look.REMARK)))
    made = f'"{look.FINE} OK"'
    for test, message in reversed(tests):
        made = f"IF({test},{message},{made})"
    return f'IF({filled},"",{made})'


def _cells_of_row(sheet: InputSheet, columns: Sequence[Column]) -> str:
    """The cells of a row in some columns, which stand in their order: those beside each other as one range, which is much shorter."""
    runs: list[list[Column]] = []
    for column in columns:
        if runs and sheet.place(column.key) == sheet.place(runs[-1][-1].key) + 1:
            runs[-1].append(column)
        else:
            runs.append([column])
    return ",".join(f"[{run[0].key}:{run[-1].key}]" if len(run) > 1 else f"[{run[0].key}]" for run in runs)


def _must_be_a_heading(heading: str) -> None:
    """Refuse a heading that structured references would have to escape. Raises CatalogError."""
    if not re.fullmatch(r"[\w ()]+", heading):
        raise CatalogError(f"«{heading}» cannot head a column of the workbook: only letters, digits, blanks and brackets")


SHEETS = tuple(Sheet(sheet.key, sheet.name, sheet.contents, False, partial(_build, sheet)) for sheet in INPUT_SHEETS)
