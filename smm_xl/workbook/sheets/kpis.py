"""The sheet KPI by channel: all KPIs of the chosen period, of each channel and together."""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.kpi import Better
from smm_xl.catalog.registry import formula_text
from smm_xl.cells.columns import letters
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.sums import CHANNELS, channel
from smm_xl.workbook.formulas.terms import PREVIOUS, SHOWN_MONTHS, TOTAL, YEAR_BEFORE
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import MOST_CHANNELS, TOP
from smm_xl.workbook.sheets.shared import MARKED, frame, kpi_lines, mark_figures, pale_errors, period_line, put_name, set_widths


def build(draft: Draft, page: Page) -> None:
    listed = max(5, len(draft.filled.settings.channels))
    width = 2 + MOST_CHANNELS + 6
    about = Text(
        "For the period chosen on the dashboard. «—»: a figure is missing, or there is nothing to divide by.",
        "За период, выбранный на дашборде. «—» значит: данных не хватает или делить не на что.",
    )
    frame(draft, page, about, width)
    period_line(draft, page)
    set_widths(page, (40, 7, *(12.5 if place < listed else 2 for place in range(MOST_CHANNELS)), 14, 14, 10, 14, 16, 52))
    heads = [Text("KPI", "Показатель"), Text("Unit", "Ед."), *[None] * MOST_CHANNELS, Text("Total", "Итого"), Text("Period before", "Период до"),
             Text("Change", "Изменение"), Text("Year before", "Год назад"), Text("Last 12 months", "12 месяцев"), Text("How it is counted", "Как считается")]  # fmt: skip
    for column, head in enumerate(heads, start=1):
        content: str | Formula = Formula(f'IF(INDEX(channel_list,{column - 2})="","",INDEX(channel_list,{column - 2}))') if head is None else draft.say(head)
        page.put(TOP, column, content, look.HEAD_LEFT if column in (1, width) else look.HEAD)
    total = 3 + MOST_CHANNELS
    for row, entry in kpi_lines(draft, page, width):
        kpi = entry.kpi
        put_name(draft, page, row, kpi)
        draft.kpi_rows[kpi.key] = row
        form = {"num_format": look.FORMATS[kpi.unit]}
        for place in range(MOST_CHANNELS):
            formula = f'IF(INDEX(channel_list,{place + 1})="","",{draft.sums.kpi(entry, channel(place))})'
            page.put(row, 3 + place, Formula(formula), look.NUMBER | form)
            draft.places[kpi.key, channel(place)] = (page.name, row, 3 + place)
        for number, scope in ((0, TOTAL), (1, PREVIOUS), (3, YEAR_BEFORE)):
            draft.places[kpi.key, scope] = (page.name, row, total + number)
        now = page.put(row, total, Formula(draft.sums.kpi(entry, TOTAL)), look.TOTAL | form)
        before = page.put(row, total + 1, Formula(draft.sums.kpi(entry, PREVIOUS)), look.NUMBER | form)
        change = f'IF(AND(ISNUMBER({now}),ISNUMBER({before})),IF({before}=0,"{look.DASH}",({now}-{before})/ABS({before})),"{look.DASH}")'
        page.put(row, total + 2, Formula(change), look.NUMBER | {"num_format": look.CHANGE})
        page.put(row, total + 3, Formula(draft.sums.kpi(entry, YEAR_BEFORE)), look.NUMBER | form)
        page.put(row, total + 4, None, look.LINE)
        page.put(row, total + 5, formula_text(kpi, draft.language), look.QUIET | {"indent": 1})
    draft.covered("k_covered", [CHANNELS, TOTAL])
    note = Text(
        f"{MARKED.en}. The best channel of a row is green and bold. KPIs of several months are counted from totals, not from averages.",
        f"{MARKED.ru}. Лучший канал строки — зелёный и жирный. За несколько месяцев KPI считается по суммам, а не как среднее.",
    )
    last, months = draft.last_kpi_row + 2, draft.by_key["months"].name
    page.put(last, 1, draft.say(note), look.SUBTITLE | {"italic": True, "font_size": 9})

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.set_row(TOP, 32)
        sheet.freeze_panes(TOP + 1, 3)
        sheet.repeat_rows(TOP - 1, TOP)
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, last, width)
        best = pages.book.add_format({"bold": True, "font_color": look.STATUS_COLOURS[Status.ON_PLAN][1], "bg_color": look.STATUS_COLOURS[Status.ON_PLAN][0]})
        pale_errors(draft, sheet, pages, (TOP + 1, 3, last, total + 3))
        mark_figures(draft, sheet, pages, "k_covered", 3, total)
        for measure in draft.measures:
            row, kpi = draft.kpi_rows[measure.kpi.key], measure.kpi
            if kpi.formula.divides() and kpi.better is not Better.NEUTRAL:
                first, end = f"${letters(3)}{row + 1}", f"${letters(2 + MOST_CHANNELS)}{row + 1}"
                extreme = f"{'MAX' if kpi.better is Better.HIGHER else 'MIN'}({first}:{end})"
                rule = f"=AND(ISNUMBER({letters(3)}{row + 1}),COUNT({first}:{end})>1,{letters(3)}{row + 1}={extreme})"
                sheet.conditional_format(row, 3, row, 2 + MOST_CHANNELS, {"type": "formula", "criteria": rule, "format": best})
            line = f"'{months}'!{letters(3)}{row + 1}:{letters(2 + SHOWN_MONTHS)}{row + 1}"
            sheet.add_sparkline(row, total + 4, {"range": line, "type": "column", "series_color": look.COLUMNS, "last_point": True, "last_color": look.NAVY})

    page.finish.append(finish)


SHEET = Sheet("kpi", Text("KPI by channel", "KPI по каналам"), Text("all KPIs by channel", "все показатели по каналам"), True, build)
