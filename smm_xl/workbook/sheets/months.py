"""The sheet Months: all KPIs month by month."""

from __future__ import annotations

from typing import Any

from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.sums import MONTHS, month
from smm_xl.workbook.formulas.terms import SHOWN_MONTHS
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import TOP
from smm_xl.workbook.sheets.shared import MARKED, frame, kpi_lines, mark_figures, pale_errors, put_name, set_widths


def build(draft: Draft, page: Page) -> None:
    about = Text(
        f"The {SHOWN_MONTHS} months up to the last month of the chosen period. {MARKED.en}.",
        f"{SHOWN_MONTHS} месяцев до последнего месяца периода. {MARKED.ru}.",
    )
    width = 2 + SHOWN_MONTHS
    frame(draft, page, about, width)
    set_widths(page, (40, 7, *[11.5] * SHOWN_MONTHS))
    page.put(TOP, 1, draft.say(Text("KPI", "Показатель")), look.HEAD_LEFT)
    page.put(TOP, 2, draft.say(Text("Unit", "Ед.")), look.HEAD)
    for place, cell in enumerate(draft.sums.shown_months):
        page.put(TOP, 3 + place, Formula(cell), look.HEAD | {"num_format": draft.month_format})
        part = f'IF(AND(ISNUMBER(s_as_of),s_as_of<EOMONTH({cell},0),s_as_of>={cell}),"{draft.say(Text("part", "неполный"))}","")'
        page.put(TOP - 1, 3 + place, Formula(part), look.UNIT_ROW)
    for row, entry in kpi_lines(draft, page, width):
        kpi = entry.kpi
        put_name(draft, page, row, kpi)
        for place in range(SHOWN_MONTHS):
            draft.places[kpi.key, month(place)] = (page.name, row, 3 + place)
            page.put(row, 3 + place, Formula(draft.sums.kpi(entry, month(place))), look.NUMBER | {"num_format": look.FORMATS[kpi.unit]})
    draft.covered("n_covered", [MONTHS])
    last = draft.last_kpi_row

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.set_row(TOP, 24)
        sheet.freeze_panes(TOP + 1, 3)
        sheet.repeat_rows(TOP - 1, TOP)
        pale_errors(draft, sheet, pages, (TOP + 1, 3, last, width))
        mark_figures(draft, sheet, pages, "n_covered", 3, width)
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, last, width)

    page.finish.append(finish)


SHEET = Sheet("months", Text("Months", "Динамика"), Text("all KPIs by month", "все показатели по месяцам"), True, build)
