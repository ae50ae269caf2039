"""Plan against fact as a workbook: the table with its status, the score where there are weights, notes, and how each KPI is counted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import xlsxwriter

from smm_xl.catalog.kpi import Unit
from smm_xl.catalog.registry import GROUPINGS
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.outputs.workbook_report import HEAD, HEADER_ROW, ROW_HEIGHT, Writer
from smm_xl.reports.plan import PlanReport
from smm_xl.targets import plan_against_fact
from smm_xl.targets.arithmetic import Status
from smm_xl.targets.plan_against_fact import PlanRow

_WIDTHS = {
    "kpi": 38,
    "unit": 10,
    "better": 13,
    "target": 14,
    "fact": 14,
    "gap": 15,
    "gap_pct": 13,
    "attainment": 16,
    "status": 18,
    "forecast": 17,
    "forecast_attainment": 18,
}


def write_plan(made: PlanReport, path: Path, *, language: str, title: str) -> None:
    """Write plan against fact to a new xlsx file. Text stays text: nothing that came from a file becomes a formula or a link."""
    with xlsxwriter.Workbook(str(path), look.SAFE) as book:
        writer = Writer(book, language)
        _table(writer, made, title)
        writer.notes(made)
        writer.reference(list(dict.fromkeys(row.kpi for row in made.rows)))


def _table(writer: Writer, made: PlanReport, title: str) -> None:
    subtitle = Text(
        f"{title}. Where lower is better the attainment is target by fact; «—» is undefined or not set.",
        f"{title}. Если лучше меньше, выполнение — план, делённый на факт; «—» значит «не определено» или «план не задан».",
    )
    sheet = writer.sheet(
        Text("Plan and fact", "План-факт"), writer.say(Text("Plan and fact", "План-факт")), subtitle, len(made.by) + len(plan_against_fact.COLUMNS)
    )
    sheet.set_row(HEADER_ROW, 34)
    heads = [*(GROUPINGS[dim] for dim in made.by), *plan_against_fact.COLUMNS.values()]
    left = [*made.by, "kpi", "unit", "better", "status"]
    for place, (key, words) in enumerate(zip([*made.by, *plan_against_fact.COLUMNS], heads, strict=True), start=1):
        sheet.set_column(place, place, _WIDTHS.get(key, 14))
        text = writer.say(words)
        sheet.write_string(
            HEADER_ROW, place, text[:1].upper() + text[1:], writer.style(**HEAD | {"align": "left" if key in left else "right", "indent": int(key == "status")})
        )
    for row, record in enumerate(made.rows, start=HEADER_ROW + 1):
        _row(writer, sheet, row, record)
    first, last = HEADER_ROW + 1, HEADER_ROW + len(made.rows)
    bars = len(made.by) + 1 + list(plan_against_fact.COLUMNS).index("attainment")
    sheet.conditional_format(
        first,
        bars,
        last,
        bars,
        look.data_bars(),
    )
    sheet.freeze_panes(first, len(made.by) + 2)
    sheet.repeat_rows(HEADER_ROW)
    if made.score is not None:
        _score(writer, sheet, last + 2, made)


def _row(writer: Writer, sheet: Any, row: int, record: PlanRow) -> None:
    sheet.set_row(row, ROW_HEIGHT)
    for place, label in enumerate(record.label, start=1):
        sheet.write_string(row, place, look.DASH if label is None else str(label), writer.style(**look.LINE))
    kpi, share = record.kpi, record.kpi.unit is Unit.SHARE
    own = look.FORMATS[kpi.unit]
    gap = look.points(writer.language) if share else look.SIGNED[kpi.unit]
    grey = writer.style(font_color=look.GREY, **look.LINE)
    texts = {"kpi": (writer.say(kpi.name), writer.style(bold=True, **look.LINE)), "unit": (writer.say(look.UNIT_WORDS[kpi.unit]), grey)}
    texts["better"] = f"{look.SIGNS[kpi.better]} {writer.say(kpi.better.value)}", grey
    formats = {"target": own, "fact": own, "gap": gap, "gap_pct": look.CHANGE, "attainment": look.PERCENT, "forecast": own, "forecast_attainment": look.PERCENT}
    for place, key in enumerate(plan_against_fact.COLUMNS, start=len(record.label) + 1):
        if key in texts:
            sheet.write_string(row, place, *texts[key])
        elif key == "status":
            _status(writer, sheet, row, place, record.status)
        else:
            value = getattr(record, key)
            if isinstance(value, str):
                sheet.write_string(row, place, look.DASH, writer.style(align="right", font_color=look.GREY, **look.LINE))
            else:  # a gap of shares is written in points, which the format names
                shown = value * 100 if share and key == "gap" else value
                sheet.write_number(row, place, shown, writer.style(num_format=formats[key], **look.LINE | ({"bold": True} if key == "fact" else {})))


def _status(writer: Writer, sheet: Any, row: int, place: int, status: Status | str) -> None:
    if isinstance(status, str):
        sheet.write_string(row, place, status, writer.style(font_color=look.GREY, **look.LINE))
        return
    background, colour = look.STATUS_COLOURS[status]
    sheet.write_string(row, place, status.in_language(writer.language), writer.style(bold=True, font_color=colour, bg_color=background, indent=1, **look.LINE))


def _score(writer: Writer, sheet: Any, row: int, made: PlanReport) -> None:
    """The score below the table, with what each weighted KPI adds to it."""
    assert made.score is not None
    for place, words in enumerate(plan_against_fact.SCORECARD_COLUMNS.values(), start=1):
        text = writer.say(words)
        sheet.write_string(
            row,
            place,
            text[:1].upper() + text[1:],
            writer.style(bold=True, font_color=look.NAVY, bottom=1, bottom_color=look.NAVY, text_wrap=True, align="left" if place == 1 else "right"),
        )
    sheet.set_row(row, 50)
    for line in made.score.lines:
        row += 1
        sheet.write_string(row, 1, writer.say(line.kpi.name), writer.style(**look.LINE))
        for place, (value, form) in enumerate(((line.weight, "General"), (line.attainment, look.PERCENT), (line.contribution, look.PERCENT)), start=2):
            _number(writer, sheet, row, place, value, form)
    for words, value in ((plan_against_fact.SCORE, made.score.score), (plan_against_fact.KNOWN, made.score.known)):
        row += 1
        sheet.write_string(row, 1, writer.say(words).capitalize(), writer.style(bold=True, **look.LINE))
        for place in (2, 3):
            sheet.write_blank(row, place, None, writer.style(**look.LINE))
        _number(writer, sheet, row, 4, value, look.PERCENT, bold=True)


def _number(writer: Writer, sheet: Any, row: int, place: int, value: float | str, form: str, **more: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(row, place, look.DASH, writer.style(align="right", font_color=look.GREY, **look.LINE))
    else:
        sheet.write_number(row, place, value, writer.style(num_format=form, **look.LINE | more))
