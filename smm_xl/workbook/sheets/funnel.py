"""The sheet Funnel: from the customers wanted back to the budget."""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.kpi import Unit
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.targets.calculations import named
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import FUNNEL_INPUTS, TOP
from smm_xl.workbook.sheets.shared import frame, put_heads, set_widths, validate


def build(draft: Draft, page: Page) -> None:
    """From the customers wanted to leads, clicks and budget, each stage rounded up; what a lead may cost at most beside it."""
    say = draft.say
    about = Text(
        "From the customers wanted back to leads, clicks and budget. Fill in the yellow cells; the fact of the period helps.",
        "От нужных клиентов назад к заявкам, кликам и бюджету. Заполните жёлтые ячейки; факт за период — подсказка.",
    )
    frame(draft, page, about, 5)
    set_widths(page, (44, 10, 18, 18, 60))
    put_heads(draft, page, TOP, (Text("Given", "Дано"), Text("Unit", "Ед."), Text("Plan", "План"), Text("Fact", "Факт")))
    row = TOP
    for key, (words, unit, kpi) in FUNNEL_INPUTS.items():
        row += 1
        form = {"num_format": look.FORMATS[unit]}
        page.put(row, 1, say(words), look.NAME)
        page.put(row, 2, draft.unit(unit), look.QUIET | {"align": "center"})
        draft.pages.names[f"g_{key}"] = page.put(row, 3, draft.filled.funnel.get(key), look.INPUT | form)
        page.put(row, 4, Formula(draft.total_cell(kpi)), look.NUMBER | form)
        limits = (
            {"validate": "decimal", "criteria": "between", "minimum": 1e-9, "maximum": 1}
            if unit is Unit.SHARE
            else {"validate": "decimal", "criteria": ">=", "value": 0}
        )
        validate(draft, page, row, 3, row, 3, limits, words)
    row += 2
    for column, words in (
        (1, Text("Follows", "Следует")),
        (2, Text("Unit", "Ед.")),
        (3, Text("Plan", "План")),
        (4, Text("", "")),
        (5, Text("How it is counted", "Как считается")),
    ):
        page.put(row, column, say(words) or None, look.HEAD_LEFT if column in (1, 5) else look.HEAD)

    def up(quotient: str) -> str:
        return f"ROUNDUP(ROUND({quotient},9),0)"

    def known(*names: str) -> str:
        return f"COUNT({','.join(names)})={len(names)}"

    lines: tuple[tuple[str, Text, Text, Unit, str], ...] = (
        ("plan_leads", named("plan_leads").name, _formula("plan_leads"), Unit.COUNT, f'IF({known("g_customers", "g_cr_lead_customer")},{up("g_customers/g_cr_lead_customer")},"{look.DASH}")'),
        ("plan_clicks", named("plan_clicks").name, _formula("plan_clicks"), Unit.COUNT, f'IF({known("g_plan_leads", "g_cr_click_lead")},{up("g_plan_leads/g_cr_click_lead")},"{look.DASH}")'),
        ("plan_budget", named("plan_budget").name, _formula("plan_budget"), Unit.MONEY, f'IF({known("g_plan_clicks", "g_cpc")},g_plan_clicks*g_cpc,"{look.DASH}")'),
        ("cpl", Text("Cost per lead in this plan", "Стоимость заявки в этом плане (CPL)"), Text("budget / leads", "бюджет / заявки"), Unit.MONEY, f'IF({known("g_plan_budget", "g_plan_leads")},IF(g_plan_leads=0,"{look.DASH}",g_plan_budget/g_plan_leads),"{look.DASH}")'),
        ("max_cpl", named("max_cpl").name, _formula("max_cpl"), Unit.MONEY, f'IF({known("g_aov", "s_margin", "g_cr_lead_customer")},g_aov*s_margin*g_cr_lead_customer,"{look.DASH}")'),
        ("cac", Text("Cost per customer in this plan", "Стоимость клиента в этом плане (CAC)"), Text("budget / customers", "бюджет / клиенты"), Unit.MONEY, f'IF({known("g_plan_budget", "g_customers")},IF(g_customers=0,"{look.DASH}",g_plan_budget/g_customers),"{look.DASH}")'),
    )  # fmt: skip
    for key, words, how, unit, formula in lines:
        row += 1
        page.put(row, 1, say(words), look.NAME)
        page.put(row, 2, draft.unit(unit), look.QUIET | {"align": "center"})
        draft.pages.names[f"g_plan_{key}" if key in ("cpl", "cac") else f"g_{key}"] = page.put(
            row, 3, Formula(formula), look.TOTAL | {"num_format": look.FORMATS[unit]}
        )
        page.put(row, 4, None, look.LINE)
        page.put(row, 5, say(how), look.QUIET | {"indent": 1})
    loses = Text(f"{look.ERROR} this plan loses money: a lead costs more than it may", f"{look.ERROR} план убыточен: заявка стоит больше, чем может")
    warning = f'IF({known("g_plan_cpl", "g_max_cpl")},IF(ROUND(g_plan_cpl-g_max_cpl,9)>0,"{say(loses)}",""),"")'
    page.put(row + 2, 1, Formula(warning), {"bold": True, "font_color": look.BAD})
    bottom = row + 2

    def finish(sheet: Any, _: Pages) -> None:
        sheet.fit_to_pages(1, 1)
        page.printed = (0, 0, bottom, 5)

    page.finish.append(finish)


def _formula(key: str) -> Text:
    formula = named(key).formula
    assert isinstance(formula, Text)
    return formula


SHEET = Sheet("funnel", Text("Funnel", "Воронка"), Text("from customers back to the budget", "от клиентов назад к бюджету"), False, build)
