"""The sheets Scorecard and Funnel: what the targets are worth, and from the customers wanted back to the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smm_xl.catalog.kpi import Unit
from smm_xl.language import Text
from smm_xl.targets.calculations import named
from smm_xl.workbook import look
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.layout import DASH, NAMES
from smm_xl.workbook.pages import Pages, letters

if TYPE_CHECKING:
    from smm_xl.workbook.template import Template

# What the funnel is planned from: by key the name, the unit, and the KPI that says how it is now
FUNNEL_INPUTS: dict[str, tuple[Text, Unit, str]] = {
    "customers": (Text("Customers wanted in a period", "Нужно клиентов за период"), Unit.COUNT, "customers"),
    "cr_lead_customer": (Text("Conversion lead to customer", "Конверсия из заявки в клиента"), Unit.SHARE, "cr_lead_customer"),
    "cr_click_lead": (Text("Conversion click to lead", "Конверсия из клика в заявку"), Unit.SHARE, "cr_click_lead"),
    "cpc": (Text("Cost per click", "Цена клика"), Unit.MONEY, "cpc"),
    "aov": (Text("Average order value", "Средний чек"), Unit.MONEY, "aov"),
}


def scorecard(template: Template, top: int, rows: int) -> None:
    """Weights, attainments after cap and floor, the score and the bonus. ``top``: the row of the headings; ``rows``: as many as Plan-fact has."""
    page, say = template.by_key["score"], template.say
    about = Text(
        "Weighted attainment of the KPIs that have a weight on the sheet Targets. What is unknown or has no verdict leaves the score.",
        "Взвешенное выполнение показателей, у которых на листе «Цели» есть вес. Неизвестное и «без оценки» в оценку не входит.",
    )
    template.frame(page, NAMES["score"], about, 6)
    template.widths(page, (44, 12, 16, 20, 16, 30))
    heads = (Text("KPI", "Показатель"), Text("Weight", "Вес"), Text("Attainment", "Выполнение"), Text("After cap and floor", "С потолком и полом"), Text("Contribution", "Вклад"), Text("Status", "Статус"))  # fmt: skip
    for column, head in enumerate(heads, start=1):
        page.put(top, column, say(head), look.HEAD_LEFT if column == 1 else look.HEAD)
    hidden, first, last = 8, top + 1, top + rows
    share = {"num_format": "0.0%"}
    for number in range(1, rows + 1):
        row = top + number
        # Plan-fact tells the KPIs with a target; of these, those with a weight stand here
        place = f"INDEX(t_weight,MATCH({number},t_place,0))"
        weighed = page.put(row, hidden, Formula(f"IF({number}>MAX(t_place),0,IF(ISNUMBER({place}),IF({place}>=0,1,0),0))"))
        column_of = f"{letters(hidden)}${first + 1}:{letters(hidden)}{row + 1}"
        page.put(row, hidden + 1, Formula(f"IF({weighed}=1,SUM({column_of}),0)"))
    ranks = page.ref(first, hidden + 1, last, hidden + 1)
    for number in range(1, rows + 1):
        row = top + number
        where = page.put(row, hidden + 2, Formula(f"IF({number}>MAX({ranks}),0,MATCH({number},{ranks},0))"))
        weight, attained, capped = (f"{letters(column)}{row + 1}" for column in (2, 3, 4))
        page.put(row, 1, Formula(f'IF({where}=0,"",INDEX(f_kpi,{where}))'), look.NAME)
        page.put(row, 2, Formula(f'IF({where}=0,"",INDEX(t_weight,MATCH({where},t_place,0)))'), look.NUMBER)
        known = f"ISNUMBER(INDEX(f_rank,{where}))"
        page.put(row, 3, Formula(f'IF({where}=0,"",IF({known},INDEX(f_attainment,{where}),"{DASH}"))'), look.NUMBER | share)
        page.put(row, 4, Formula(f'IF({where}=0,"",IF({known},MIN(MAX({attained},s_floor),s_cap),"{DASH}"))'), look.NUMBER | share)
        page.put(
            row,
            5,
            Formula(f'IF({where}=0,"",IF(AND(ISNUMBER({capped}),score_known_weight>0),{weight}*{capped}/score_known_weight,"{DASH}"))'),
            look.TOTAL | share,
        )
        page.put(row, 6, Formula(f'IF({where}=0,"",INDEX(f_status,{where}))'), look.TEXT | {"bold": True})
    weights, values = page.ref(first, 2, last, 2), page.ref(first, 4, last, 4)
    template.pages.names["score_known_weight"] = page.put(first, hidden + 3, Formula(f"SUMPRODUCT(ISNUMBER({values})*1,{weights})"))
    contributions = page.ref(first, 5, last, 5)
    lines = (
        (Text("Score", "Оценка"), Formula(f'IF(score_known_weight>0,SUM({contributions}),"{DASH}")'), "0.0%", "score"),
        (
            Text("Known share of the weight", "Известная доля веса"),
            Formula(f'IF(SUM({weights})>0,score_known_weight/SUM({weights}),"{DASH}")'),
            "0.0%",
            "score_known",
        ),
        (
            Text("Bonus", "Премия"),
            Formula(f'IF(AND(ISNUMBER(score),ISNUMBER(s_bonus)),IF(ROUND(score,9)>=0.8,s_bonus*MIN(score,1.2),0),"{DASH}")'),
            look.FORMATS[Unit.MONEY],
            "score_bonus",
        ),
    )
    for under, (words, formula, form, name) in enumerate(lines, start=2):
        page.put(last + under, 1, say(words), look.NAME)
        for column in (2, 3, 4):
            page.put(last + under, column, None, look.LINE)
        template.pages.names[name] = page.put(last + under, 5, formula, look.TOTAL | {"num_format": form, "font_size": 13})
    note = Text(
        "Bonus: nothing below a score of 80 %, the score itself up to 120 %, 120 % above. The full bonus, cap and floor stand in Settings.",
        "Премия: ниже 80 % — ничего, до 120 % — сама оценка, выше — 120 %. Полная премия, потолок и пол заданы в «Настройках».",
    )
    page.put(last + 6, 1, say(note), look.SUBTITLE | {"italic": True, "font_size": 9})

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.set_row(top, 32)
        sheet.fit_to_pages(1, 1)
        page.printed = (0, 0, last + 6, 6)
        sheet.set_column(hidden, hidden + 3, 10, None, {"hidden": True})
        template.status_colours(sheet, pages, (first, 6, last, 6))

    page.finish.append(finish)


def funnel(template: Template, top: int) -> None:
    """From the customers wanted to leads, clicks and budget, each stage rounded up; what a lead may cost at most beside it."""
    page, say = template.by_key["funnel"], template.say
    about = Text(
        "From the customers wanted back to leads, clicks and budget. Fill in the yellow cells; the fact of the period helps.",
        "От нужных клиентов назад к заявкам, кликам и бюджету. Заполните жёлтые ячейки; факт за период — подсказка.",
    )
    template.frame(page, NAMES["funnel"], about, 5)
    template.widths(page, (44, 10, 18, 18, 60))
    for column, head in enumerate((Text("Given", "Дано"), Text("Unit", "Ед."), Text("Plan", "План"), Text("Fact", "Факт")), start=1):
        page.put(top, column, say(head), look.HEAD_LEFT if column == 1 else look.HEAD)
    row = top
    for key, (words, unit, kpi) in FUNNEL_INPUTS.items():
        row += 1
        form = {"num_format": look.FORMATS[unit]}
        page.put(row, 1, say(words), look.NAME)
        page.put(row, 2, template.unit(unit), look.QUIET | {"align": "center"})
        template.pages.names[f"g_{key}"] = page.put(row, 3, template.filled.funnel.get(key), look.INPUT | form)
        page.put(row, 4, Formula(template.total_cell(kpi)), look.NUMBER | form)
        limits = (
            {"validate": "decimal", "criteria": "between", "minimum": 1e-9, "maximum": 1}
            if unit is Unit.SHARE
            else {"validate": "decimal", "criteria": ">=", "value": 0}
        )
        template.validate(page, row, 3, row, 3, limits, words)
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
        ("plan_leads", named("plan_leads").name, _formula("plan_leads"), Unit.COUNT, f'IF({known("g_customers", "g_cr_lead_customer")},{up("g_customers/g_cr_lead_customer")},"{DASH}")'),
        ("plan_clicks", named("plan_clicks").name, _formula("plan_clicks"), Unit.COUNT, f'IF({known("g_plan_leads", "g_cr_click_lead")},{up("g_plan_leads/g_cr_click_lead")},"{DASH}")'),
        ("plan_budget", named("plan_budget").name, _formula("plan_budget"), Unit.MONEY, f'IF({known("g_plan_clicks", "g_cpc")},g_plan_clicks*g_cpc,"{DASH}")'),
        ("cpl", Text("Cost per lead in this plan", "Стоимость заявки в этом плане (CPL)"), Text("budget / leads", "бюджет / заявки"), Unit.MONEY, f'IF({known("g_plan_budget", "g_plan_leads")},IF(g_plan_leads=0,"{DASH}",g_plan_budget/g_plan_leads),"{DASH}")'),
        ("max_cpl", named("max_cpl").name, _formula("max_cpl"), Unit.MONEY, f'IF({known("g_aov", "s_margin", "g_cr_lead_customer")},g_aov*s_margin*g_cr_lead_customer,"{DASH}")'),
        ("cac", Text("Cost per customer in this plan", "Стоимость клиента в этом плане (CAC)"), Text("budget / customers", "бюджет / клиенты"), Unit.MONEY, f'IF({known("g_plan_budget", "g_customers")},IF(g_customers=0,"{DASH}",g_plan_budget/g_customers),"{DASH}")'),
    )  # fmt: skip
    for key, words, how, unit, formula in lines:
        row += 1
        page.put(row, 1, say(words), look.NAME)
        page.put(row, 2, template.unit(unit), look.QUIET | {"align": "center"})
        template.pages.names[f"g_plan_{key}" if key in ("cpl", "cac") else f"g_{key}"] = page.put(
            row, 3, Formula(formula), look.TOTAL | {"num_format": look.FORMATS[unit]}
        )
        page.put(row, 4, None, look.LINE)
        page.put(row, 5, say(how), look.QUIET | {"indent": 1})
    loses = Text("■ this plan loses money: a lead costs more than it may", "■ план убыточен: заявка стоит больше, чем может")
    warning = f'IF({known("g_plan_cpl", "g_max_cpl")},IF(ROUND(g_plan_cpl-g_max_cpl,9)>0,"{say(loses)}",""),"")'
    page.put(row + 2, 1, Formula(warning), {"bold": True, "font_color": "#A61B1B"})
    bottom = row + 2

    def finish(sheet: Any, _: Pages) -> None:
        sheet.fit_to_pages(1, 1)
        page.printed = (0, 0, bottom, 5)

    page.finish.append(finish)


def _formula(key: str) -> Text:
    formula = named(key).formula
    assert isinstance(formula, Text)
    return formula
