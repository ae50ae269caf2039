"""The sheet Reference: how each KPI is counted."""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.registry import formula_text
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import TOP
from smm_xl.workbook.sheets.shared import frame, kpi_lines, put_heads, set_widths


def build(draft: Draft, page: Page) -> None:
    about = Text("How each KPI is counted, and which direction is good.", "Как считается каждый KPI и какое направление хорошее.")
    frame(draft, page, about, 6)
    set_widths(page, (40, 50, 26, 9, 16, 80))
    heads = (
        Text("KPI", "Показатель"),
        Text("Formula", "Формула"),
        Text("Function", "Функция"),
        Text("Unit", "Ед."),
        Text("Better when", "Лучше, когда"),
        Text("About", "О показателе"),
    )
    put_heads(draft, page, TOP, heads, (1, 2, 3, 4, 5, 6))
    for row, entry in kpi_lines(draft, page, 6):
        kpi = entry.kpi
        wrap = look.LINE | {"text_wrap": True, "valign": "top", "font_size": 10}
        told = draft.say(kpi.about)
        texts = (
            draft.say(kpi.name),
            formula_text(kpi, draft.language),
            kpi.function or look.DASH,
            draft.unit(kpi.unit),
            f"{look.SIGNS[kpi.better]} {draft.say(kpi.better.words)}",
            told,
        )
        for column, text in enumerate(texts, start=1):
            page.put(row, column, text, wrap | {"bold": column == 1})
        lines = max(-(-len(texts[1]) // 46), -(-len(told) // 82), -(-len(texts[0]) // 36))
        page.heights[row] = 14 * lines + 4
    last = draft.last_kpi_row

    def finish(sheet: Any, _: Pages) -> None:
        sheet.freeze_panes(TOP + 1, 2)
        sheet.repeat_rows(TOP)
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, last, 6)

    page.finish.append(finish)


SHEET = Sheet("reference", Text("Reference", "Справочник"), Text("formulas and functions", "формулы и функции"), False, build)
