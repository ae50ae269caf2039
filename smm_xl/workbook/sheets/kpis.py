"""The sheets with all KPIs: by channel, by month, and how each is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smm_xl.catalog.kpi import Better
from smm_xl.catalog.registry import formula_text
from smm_xl.language import Text
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook import look
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.sums import PREVIOUS, SHOWN_MONTHS, TOTAL, YEAR_BEFORE, channel, month
from smm_xl.workbook.layout import DASH, NAMES, TOP
from smm_xl.workbook.pages import Pages, letters
from smm_xl.workbook.schema import MOST_CHANNELS

if TYPE_CHECKING:
    from smm_xl.workbook.template import Template


def kpis(template: Template) -> None:
    page = template.by_key["kpi"]
    listed = max(5, len(template.filled.settings.channels))
    width = 2 + MOST_CHANNELS + 6
    about = Text(
        "For the period chosen on the dashboard. «—»: a figure is missing, or there is nothing to divide by.",
        "За период, выбранный на дашборде. «—» значит: данных не хватает или делить не на что.",
    )
    template.frame(page, NAMES["kpi"], about, width)
    template.period_line(page)
    template.widths(page, (40, 7, *(12.5 if place < listed else 2 for place in range(MOST_CHANNELS)), 14, 14, 10, 14, 16, 52))
    heads = [Text("KPI", "Показатель"), Text("Unit", "Ед."), *[None] * MOST_CHANNELS, Text("Total", "Итого"), Text("Period before", "Период до"),
             Text("Change", "Изменение"), Text("Year before", "Год назад"), Text("Last 12 months", "12 месяцев"), Text("How it is counted", "Как считается")]  # fmt: skip
    for column, head in enumerate(heads, start=1):
        content: Any = Formula(f'IF(INDEX(channel_list,{column - 2})="","",INDEX(channel_list,{column - 2}))') if head is None else template.say(head)
        page.put(TOP, column, content, look.HEAD_LEFT if column in (1, width) else look.HEAD)
    total = 3 + MOST_CHANNELS
    for row, entry in template.kpi_lines(page, width):
        kpi = entry.kpi
        template.kpi_rows[kpi.key] = row
        form = {"num_format": look.FORMATS[kpi.unit]}
        for place in range(MOST_CHANNELS):
            formula = f'IF(INDEX(channel_list,{place + 1})="","",{template.sums.kpi(entry, channel(place))})'
            page.put(row, 3 + place, Formula(formula), look.NUMBER | form)
            template.places[kpi.key, channel(place)] = (page.name, row, 3 + place)
        for number, scope in ((0, TOTAL), (1, PREVIOUS), (3, YEAR_BEFORE)):
            template.places[kpi.key, scope] = (page.name, row, total + number)
        now = page.put(row, total, Formula(template.sums.kpi(entry, TOTAL)), look.TOTAL | form)
        before = page.put(row, total + 1, Formula(template.sums.kpi(entry, PREVIOUS)), look.NUMBER | form)
        change = f'IF(AND(ISNUMBER({now}),ISNUMBER({before})),IF({before}=0,"{DASH}",({now}-{before})/ABS({before})),"{DASH}")'
        page.put(row, total + 2, Formula(change), look.NUMBER | {"num_format": "+0.0%;-0.0%;0.0%"})
        page.put(row, total + 3, Formula(template.sums.kpi(entry, YEAR_BEFORE)), look.NUMBER | form)
        page.put(row, total + 4, None, look.LINE)
        page.put(row, total + 5, formula_text(kpi, template.language), look.QUIET | {"indent": 1})
    note = Text(
        "The best channel of a row is green and bold. KPIs of several months are counted from totals, not from averages.",
        "Лучший канал строки — зелёный и жирный. За несколько месяцев KPI считается по суммам, а не как среднее.",
    )
    last, months = template.last_kpi_row + 2, template.say(NAMES["months"])
    page.put(last, 1, template.say(note), look.SUBTITLE | {"italic": True, "font_size": 9})

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.set_row(TOP, 32)
        sheet.freeze_panes(TOP + 1, 3)
        sheet.repeat_rows(TOP - 1, TOP)
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, last, width)
        best = pages.book.add_format({"bold": True, "font_color": look.STATUS_COLOURS[Status.ON_PLAN][1], "bg_color": look.STATUS_COLOURS[Status.ON_PLAN][0]})
        template.pale_errors(sheet, pages, (TOP + 1, 3, last, total + 3))
        for measure in template.measures:
            row, kpi = template.kpi_rows[measure.kpi.key], measure.kpi
            if kpi.formula.divides() and kpi.better is not Better.NEUTRAL:
                first, end = f"${letters(3)}{row + 1}", f"${letters(2 + MOST_CHANNELS)}{row + 1}"
                extreme = f"{'MAX' if kpi.better is Better.HIGHER else 'MIN'}({first}:{end})"
                rule = f"=AND(ISNUMBER({letters(3)}{row + 1}),COUNT({first}:{end})>1,{letters(3)}{row + 1}={extreme})"
                sheet.conditional_format(row, 3, row, 2 + MOST_CHANNELS, {"type": "formula", "criteria": rule, "format": best})
            line = f"'{months}'!{letters(3)}{row + 1}:{letters(2 + SHOWN_MONTHS)}{row + 1}"
            sheet.add_sparkline(row, total + 4, {"range": line, "type": "column", "series_color": "#A8C1F5", "last_point": True, "last_color": look.NAVY})

    page.finish.append(finish)


def months(template: Template) -> None:
    page = template.by_key["months"]
    about = Text(f"The {SHOWN_MONTHS} months up to the last month of the chosen period.", f"{SHOWN_MONTHS} месяцев до последнего месяца выбранного периода.")
    width = 2 + SHOWN_MONTHS
    template.frame(page, NAMES["months"], about, width)
    template.widths(page, (40, 7, *[11.5] * SHOWN_MONTHS))
    page.put(TOP, 1, template.say(Text("KPI", "Показатель")), look.HEAD_LEFT)
    page.put(TOP, 2, template.say(Text("Unit", "Ед.")), look.HEAD)
    for place, cell in enumerate(template.sums.shown_months):
        page.put(TOP, 3 + place, Formula(cell), look.HEAD | {"num_format": template.month_format})
        part = f'IF(AND(ISNUMBER(s_as_of),s_as_of<EOMONTH({cell},0),s_as_of>={cell}),"{template.say(Text("part", "неполный"))}","")'
        page.put(TOP - 1, 3 + place, Formula(part), look.UNIT_ROW)
    for row, entry in template.kpi_lines(page, width):
        kpi = entry.kpi
        for place in range(SHOWN_MONTHS):
            template.places[kpi.key, month(place)] = (page.name, row, 3 + place)
            page.put(row, 3 + place, Formula(template.sums.kpi(entry, month(place))), look.NUMBER | {"num_format": look.FORMATS[kpi.unit]})
    last = template.last_kpi_row

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.set_row(TOP, 24)
        sheet.freeze_panes(TOP + 1, 3)
        sheet.repeat_rows(TOP - 1, TOP)
        template.pale_errors(sheet, pages, (TOP + 1, 3, last, width))
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, last, width)

    page.finish.append(finish)


def reference(template: Template) -> None:
    page = template.by_key["reference"]
    template.frame(
        page, NAMES["reference"], Text("How each KPI is counted, and which direction is good.", "Как считается каждый KPI и какое направление хорошее."), 6
    )
    template.widths(page, (40, 50, 26, 9, 16, 80))
    heads = (
        Text("KPI", "Показатель"),
        Text("Formula", "Формула"),
        Text("Function", "Функция"),
        Text("Unit", "Ед."),
        Text("Better when", "Лучше, когда"),
        Text("About", "О показателе"),
    )
    for column, head in enumerate(heads, start=1):
        page.put(TOP, column, template.say(head), look.HEAD_LEFT)
    for row, entry in template.kpi_lines(page, 6):
        kpi = entry.kpi
        wrap = look.LINE | {"text_wrap": True, "valign": "top", "font_size": 10}
        about = template.say(kpi.about)
        texts = (
            template.say(kpi.name),
            formula_text(kpi, template.language),
            kpi.function or DASH,
            template.unit(kpi.unit),
            f"{look.SIGNS[kpi.better]} {template.say(kpi.better.value)}",
            about,
        )
        for column, text in enumerate(texts, start=1):
            page.put(row, column, text, wrap | {"bold": column == 1})
        lines = max(-(-len(texts[1]) // 46), -(-len(about) // 82), -(-len(texts[0]) // 36))
        page.heights[row] = 14 * lines + 4
    last = template.last_kpi_row

    def finish(sheet: Any, _: Pages) -> None:
        sheet.freeze_panes(TOP + 1, 2)
        sheet.repeat_rows(TOP)
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, last, 6)

    page.finish.append(finish)
