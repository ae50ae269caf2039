"""A result as a workbook: its table with its total or score, what a reader has to know of it, and how each KPI is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from smm_xl.catalog.kpi import Unit
from smm_xl.language import Text
from smm_xl.outputs import charts, look, workbook_charts
from smm_xl.outputs.layout import TOTAL, has_total, labels, shown, stands_as_rows
from smm_xl.outputs.workbook_writer import HEAD, HEADER_ROW, ROW_HEIGHT, Writer
from smm_xl.reports.result import Column, Kind, Plain, Result, Row, number, plain
from smm_xl.targets import plan_against_fact
from smm_xl.targets.plan_against_fact import Scorecard

_LEAST_WIDE, _MOST_WIDE = 12, 42  # of a column that is as wide as its texts
_MOST_ON_A_PAGE, _SCALE_OF_MANY = 14, 70  # columns of a printed page; how small more of them are printed, in per cent
_INDENTED = (Kind.STATUS, Kind.WORDS)  # they may stand behind a figure
_BOLD_LINE: look.Style = look.LINE | {"bold": True}
_BORDER_OF_TOTAL: look.Style = {"top": 1, "top_color": look.NAVY, "bold": True}


def write(result: Result, language: str, path: Path) -> None:
    """Write a result to a new xlsx file. Text stays text: nothing that came from a file becomes a formula or a link."""
    with xlsxwriter.Workbook(str(path), look.SAFE) as book:
        writer = Writer(book, language, result.currency)
        columns = len(result.rows) + 3 if stands_as_rows(result) else len(shown(result))
        subtitle = Text(*(f"{words} {sign}." for words, sign in zip(result.subtitle, look.MARKED, strict=True))) if result.marks else result.subtitle
        heading = Text(*(f"{result.client} · {words}" if result.client else words for words in result.heading))
        book.set_properties({"title": writer.say(heading), "comments": "smm-xl"})
        sheet = writer.sheet(result.name, heading, subtitle, max(6, columns))
        if columns > _MOST_ON_A_PAGE and not stands_as_rows(result):  # on one page they could not be read
            sheet.fit_to_pages(0, 0)
            sheet.set_print_scale(_SCALE_OF_MANY)
            sheet.repeat_columns(0, max(1, len(result.groups)))
        if stands_as_rows(result):
            _kpis_as_rows(writer, sheet, result)
        else:
            _as_it_is(writer, sheet, result)
        workbook_charts.draw(writer, charts.charts_of(result, language))
        if result.notes or result.recognised or result.marks:
            writer.notes(result)
        if result.kpis:
            writer.reference(result.kpis)


def _as_it_is(writer: Writer, sheet: Any, result: Result) -> None:
    columns = shown(result)
    with_units = any(column.unit is not None for _, column in columns)
    first = HEADER_ROW + 1 + with_units
    sheet.set_row(HEADER_ROW, 48 if with_units else 34)
    for place, (among_all, column) in enumerate(columns, start=1):
        texts = [plain(row.values[among_all], writer.language) for row in result.rows]
        sheet.set_column(place, place, _width(column, texts))
        sheet.write_string(HEADER_ROW, place, _capitalised(writer, column.title), writer.style(**HEAD | _place_of_head(column)))
        if with_units:
            _unit(writer, sheet, HEADER_ROW + 1, place, column.unit)
    for line, row in enumerate(result.rows, start=first):
        sheet.set_row(line, ROW_HEIGHT)
        for place, (among_all, column) in enumerate(columns, start=1):
            _value(writer, sheet, (line, place), column, row, row.values[among_all], is_marked=result.is_marked(column, row))
    after = first + len(result.rows)
    if has_total(result):
        sheet.set_row(after, ROW_HEIGHT)
        sheet.write_string(after, 1, writer.say(TOTAL), writer.style(**_BORDER_OF_TOTAL))
        for place, (_, column) in list(enumerate(columns, start=1))[1:]:
            if column.unit is None:
                sheet.write_blank(after, place, None, writer.style(**_BORDER_OF_TOTAL))
            else:
                form = look.marked(look.FORMATS[column.unit], is_marked=result.is_marked(column, None))
                writer.number(sheet, after, place, result.total[column.key], form, **_BORDER_OF_TOTAL)
    for place, (_, column) in enumerate(columns, start=1):
        if column.has_bar:
            sheet.conditional_format(first, place, after - 1, place, look.data_bars())
    sheet.freeze_panes(first, 1 + sum(column.kind in (Kind.GROUP, Kind.KPI) for _, column in columns))
    sheet.repeat_rows(HEADER_ROW, first - 1)
    if result.score is not None:
        _score(writer, sheet, after + 1, result.score)


def _width(column: Column, texts: list[Plain]) -> int:
    if column.width is not None:
        return column.width
    return max(_LEAST_WIDE, min(max((len(str(text or "")) for text in texts), default=0) + 2, _MOST_WIDE))


def _place_of_head(column: Column) -> look.Style:
    if column.kpi is not None:
        return {"align": "center"}
    return {"align": "right" if column.kind.is_number else "left", "indent": int(column.kind in _INDENTED)}


def _value(writer: Writer, sheet: Any, place: tuple[int, int], column: Column, row: Row, value: Text | Plain, *, is_marked: bool) -> None:
    """A value as its column, and the KPI that the row is about, want it."""
    if column.kind.is_number:
        unit = column.unit or row.unit
        assert unit is not None
        points = column.kind is Kind.GAP and unit is Unit.SHARE  # they are written in the cell, and the format names them
        figure = value * (100 if points else 1) if isinstance(value, float) else None
        writer.number(
            sheet,
            *place,
            figure,
            look.marked(_format(writer, column, unit), is_marked=is_marked),
            **_BOLD_LINE if column.is_main and figure is not None else look.LINE,
        )
        return
    text, style = look.DASH if value is None else str(plain(value, writer.language)), look.LINE
    if column.kind is Kind.KPI and row.kpi is not None:
        text, style = writer.say(row.kpi.name), _BOLD_LINE
    elif column.kind is Kind.UNIT and row.kpi is not None:
        text, style = writer.unit(row.kpi.unit), style | {"font_color": look.GREY}
    elif column.kind is Kind.BETTER and row.kpi is not None:
        text, style = f"{look.SIGNS[row.kpi.better]} {text}", style | {"font_color": look.GREY}
    elif column.kind is Kind.STATUS and row.status is not None:
        background, colour = look.STATUS_COLOURS[row.status]
        style = style | {"bold": True, "font_color": colour, "bg_color": background, "indent": 1}
    elif column.kind is Kind.STATUS:
        style = style | {"font_color": look.GREY}
    elif column.kind in _INDENTED:
        style = style | {"indent": 1}
    sheet.write_string(*place, text, writer.style(**style))


def _format(writer: Writer, column: Column, unit: Unit) -> str:
    if column.kind is Kind.GAP:
        return look.points(writer.language) if unit is Unit.SHARE else look.SIGNED[unit]
    if column.kind is Kind.CHANGE:
        return look.CHANGE
    return look.PERCENT if column.kind is Kind.REACHED else look.FORMATS[unit]


def _unit(writer: Writer, sheet: Any, row: int, place: int, unit: Unit | None) -> None:
    style = writer.style(italic=True, font_size=9, font_color=look.GREY, align="right", bottom=1, bottom_color=look.NAVY)
    if unit is None:
        sheet.write_blank(row, place, None, style)
    else:
        sheet.write_string(row, place, writer.unit(unit), style)


def _kpis_as_rows(writer: Writer, sheet: Any, result: Result) -> None:
    """Many KPIs of a few groups: a KPI a row, under the headings of the article's three groups."""
    groups = labels(result, writer.language)
    heads = [*groups, writer.say(TOTAL)]
    sheet.set_row(HEADER_ROW, 24)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, 2, 10)
    for place, head in enumerate(("KPI", writer.say(Text("Unit", "Единица")), *heads), start=1):
        if place > 2:
            sheet.set_column(place, place, max(15, min(len(head) + 2, 30)))
        sheet.write_string(HEADER_ROW, place, head, writer.style(**HEAD | ({"align": "right"} if place > 2 else {})))
    line, kind = HEADER_ROW + 1, None
    for among_all, column in _by_group(result):
        assert column.kpi is not None
        assert column.unit is not None
        if column.kpi.group is not kind:
            kind = column.kpi.group
            sheet.set_row(line, ROW_HEIGHT + 6)
            for place in range(1, len(heads) + 3):
                text = writer.say(kind.words).capitalize() if place == 1 else ""
                sheet.write_string(line, place, text, writer.style(bold=True, font_color=look.NAVY, valign="bottom", bottom=1, bottom_color=look.NAVY))
            line += 1
        sheet.set_row(line, ROW_HEIGHT)
        sheet.write_string(line, 1, writer.say(column.title), writer.style(**look.LINE))
        sheet.write_string(line, 2, writer.unit(column.unit), writer.style(italic=True, font_size=9, font_color=look.GREY, **look.LINE))
        for place, row in enumerate(result.rows[: len(groups)], start=3):
            _value(writer, sheet, (line, place), column, row, row.values[among_all], is_marked=result.is_marked(column, row))
        form = look.marked(look.FORMATS[column.unit], is_marked=result.is_marked(column, None))
        writer.number(sheet, line, len(heads) + 2, result.total[column.key], form, **_BOLD_LINE)
        line += 1
    sheet.freeze_panes(HEADER_ROW + 1, 2)
    sheet.repeat_rows(HEADER_ROW)


def _by_group(result: Result) -> list[tuple[int, Column]]:
    """The columns of KPIs with their places, those of one group of KPIs together."""
    columns = [(place, column, column.kpi.group) for place, column in enumerate(result.columns) if column.kpi is not None]
    order = list(dict.fromkeys(group for *_, group in columns))
    return [(place, column) for place, column, group in sorted(columns, key=lambda told: order.index(told[2]))]


def _score(writer: Writer, sheet: Any, line: int, score: Scorecard) -> None:
    """The score below the table, with what each weighted KPI adds to it."""
    for place, words in enumerate(plan_against_fact.SCORECARD_COLUMNS.values(), start=1):
        style: look.Style = {"bold": True, "font_color": look.NAVY, "bottom": 1, "bottom_color": look.NAVY, "text_wrap": True}
        sheet.write_string(line, place, _capitalised(writer, words), writer.style(align="left" if place == 1 else "right", **style))
    sheet.set_row(line, 50)
    for scored in score.lines:
        line += 1
        sheet.write_string(line, 1, writer.say(scored.kpi.name), writer.style(**look.LINE))
        for place, (value, form) in enumerate(((scored.weight, "General"), (scored.attainment, look.PERCENT), (scored.contribution, look.PERCENT)), start=2):
            writer.number(sheet, line, place, number(value), form, **look.LINE)
    for words, value in ((plan_against_fact.SCORE, score.score), (plan_against_fact.KNOWN, score.known)):
        line += 1
        sheet.write_string(line, 1, writer.say(words).capitalize(), writer.style(**_BOLD_LINE))
        for place in (2, 3):
            sheet.write_blank(line, place, None, writer.style(**look.LINE))
        writer.number(sheet, line, 4, number(value), look.PERCENT, **look.LINE if isinstance(value, str) else _BOLD_LINE)


def _capitalised(writer: Writer, words: Text) -> str:
    text = writer.say(words)
    return text[:1].upper() + text[1:]
