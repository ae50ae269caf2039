"""The sheet Targets: what is aimed at in a month."""

from __future__ import annotations

import re
from typing import Any

from smm_xl.catalog.kpi import Better, Total
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.calculation import Content
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.sums import FORECAST
from smm_xl.workbook.formulas.terms import Measure
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import MOST_CHANNELS, TOP
from smm_xl.workbook.sheets.shared import frame, kpi_lines, put_heads, put_name, set_widths, validate


def build(draft: Draft, page: Page) -> None:
    """One row for each KPI; hidden beside it what Plan-fact looks up."""
    about = Text(
        "The plan of one month. Over several months counts and amounts are multiplied, rates and prices stay. Leave blank what has no target.",
        "План на один месяц. За несколько месяцев количества и суммы умножаются, доли и цены остаются. Где цели нет, оставьте пусто.",
    )
    frame(draft, page, about, 7, protect=False)
    set_widths(page, (46, 7, 14, 16, 12, 16, 40))
    heads = (Text("KPI", "Показатель"), Text("Unit", "Ед."), Text("Better when", "Лучше, когда"), Text("Target for a month", "План на месяц"),
             Text("Weight", "Вес"), Text("Value at the start", "Значение на старте"), Text("Comment", "Комментарий"))  # fmt: skip
    put_heads(draft, page, TOP, heads, (1, 7))
    given = {row["kpi"]: row for row in draft.filled.targets}
    kpi_page, total = draft.by_key["kpi"], 3 + MOST_CHANNELS
    first, last = TOP + 1, draft.last_kpi_row
    hidden_columns = 9
    names = ("t_place", "t_target", "t_fact", "t_better", "t_unit", "t_short", "t_covered", "t_forecast")
    for row, entry in kpi_lines(draft, page, 7):
        kpi, aim = entry.kpi, given.get(entry.kpi.key, {})
        put_name(draft, page, row, kpi)
        form = {"num_format": look.FORMATS[kpi.unit]}
        page.put(row, 3, f"{look.SIGNS[kpi.better]} {draft.say(kpi.better.words)}", look.QUIET | {"align": "center"})
        target = page.put(row, 4, aim.get("target"), look.INPUT | form)
        page.put(row, 5, aim.get("weight"), look.INPUT | {"num_format": look.WEIGHT})
        page.put(row, 6, aim.get("base"), look.INPUT | form)
        page.put(row, 7, aim.get("comment"), look.INPUT)
        scope = f"{target}*p_count" if _multiplies(entry) else target
        hidden: list[Content] = [
            Formula(f"IF(ISNUMBER({target}),COUNT({page.ref(first, 4, row, 4)}),0)"),
            Formula(f'IF(ISNUMBER({target}),{scope},"")'),
            Formula(kpi_page.ref(draft.kpi_rows[kpi.key], total)),
            {Better.HIGHER: 1, Better.LOWER: -1, Better.NEUTRAL: 0}[kpi.better],
            kpi.unit.key,
            _short_name(draft.say(kpi.name)),
            Formula(f"INDEX(k_covered,{row - TOP},{MOST_CHANNELS + 1})"),
            Formula(draft.sums.kpi(entry, FORECAST)),
        ]
        draft.places[kpi.key, FORECAST] = (page.name, row, hidden_columns + len(hidden) - 1)
        for column, content in enumerate(hidden, start=hidden_columns):
            page.put(row, column, content, {"font_color": look.GREY})
    for column, name in enumerate(names, start=hidden_columns):
        draft.pages.names[name] = page.ref(first, column, last, column)
    for column, name in ((1, "t_kpi"), (2, "t_unit_word"), (3, "t_direction"), (4, "t_month_target"), (5, "t_weight"), (6, "t_base"), (7, "t_comment")):
        draft.pages.names[name] = page.ref(first, column, last, column)
    for column in (4, 6):
        validate(draft, page, first, column, last, column, {"validate": "decimal", "criteria": ">=", "value": -1e15}, heads[column - 1])
    validate(draft, page, first, 5, last, 5, {"validate": "decimal", "criteria": ">=", "value": 0}, heads[4])

    def finish(sheet: Any, _: Pages) -> None:
        sheet.set_row(TOP, 32)
        sheet.freeze_panes(TOP + 1, 2)
        sheet.repeat_rows(TOP)
        sheet.set_portrait()
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, last, 7)
        sheet.set_column(hidden_columns, hidden_columns + len(names) - 1, 10, None, {"hidden": True})

    page.finish.append(finish)


def _multiplies(measure: Measure) -> bool:
    """Whether the target of a month is multiplied over several: what is added over months."""
    return not measure.formula.divides() and all(part.total is Total.SUM for part in measure.terms) and not measure.scalars


def _short_name(name: str) -> str:
    """The abbreviation of a KPI where its name has one, else the name without what stands in brackets."""
    abbreviation = re.search(r"\(([A-Z]{2,}[A-Z /]*)\)", name)
    return abbreviation[1] if abbreviation else re.sub(r" \(.*\)", "", name)


SHEET = Sheet("targets", Text("Targets", "Цели"), Text("the plan of a month", "план на месяц"), False, build)
