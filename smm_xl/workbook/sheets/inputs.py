"""The input sheets: Settings, and the tables that a user fills in."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from smm_xl.errors import CatalogError
from smm_xl.language import Text
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook import look
from smm_xl.workbook.content import COUNTED_BY_CAMPAIGN, COUNTED_BY_CHANNEL, DASHBOARD, NAMES_OF_COUNTS
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.layout import NAMES, TOP, serial
from smm_xl.workbook.pages import Page, Pages, Table
from smm_xl.workbook.schema import CHANNELS, MOST_CHANNELS, Column, InputSheet, Kind

if TYPE_CHECKING:
    from smm_xl.workbook.template import Template


def settings_sheet(template: Template) -> None:
    page, settings = template.by_key["settings"], template.filled.settings
    about = Text("What the formulas ask for. Change the yellow cells only.", "То, что спрашивают формулы. Меняйте только жёлтые ячейки.")
    template.frame(page, NAMES["settings"], about, 6, protect=False)
    template.widths(page, (44, 28, 64, 3, 46, 3))
    counts = [template.say(NAMES_OF_COUNTS[key]) for key in (COUNTED_BY_CHANNEL, COUNTED_BY_CAMPAIGN)]
    yes, no = template.say(Text("yes", "да")), template.say(Text("no", "нет"))
    share = {"validate": "decimal", "criteria": "between", "minimum": 1e-9, "maximum": 1}
    amount = {"validate": "decimal", "criteria": ">=", "value": 0}
    lines: list[tuple[str, Text, Any, str, dict[str, Any] | None, Text]] = [
        ("s_currency", Text("Currency", "Валюта"), settings.currency, "@", None, Text("a word for your reports; figures are not converted", "подпись в отчётах; суммы не пересчитываются")),
        ("s_vat", Text("Spend includes VAT", "Расход с НДС"), yes if settings.includes_vat else no, "@", {"validate": "list", "source": [yes, no]},
         Text("keep all amounts alike; the workbook takes them as they are", "держите все суммы одинаково: книга берёт их как есть")),
        ("s_margin", Text("Margin", "Маржинальность"), settings.margin, "0%", share,
         Text("share of revenue that is gross profit; blank: ROI is unknown, ROMI is counted on revenue", "доля валовой прибыли в выручке; пусто: ROI неизвестен, ROMI считается по выручке")),
        ("s_orders_per_customer", Text("Orders per customer", "Заказов на клиента"), settings.orders_per_customer, "0.0", amount, Text("for LTV", "для LTV")),
        ("s_hourly_rate", Text("Rate of an hour", "Ставка часа"), settings.hourly_rate, "#,##0", amount,
         Text("for rows of Effort without a rate of their own", "для строк листа «Трудозатраты» без своей ставки")),
        ("s_leads_from", Text("Whose leads and customers count", "Чьи заявки и клиенты считаются"), counts[settings.leads_from == COUNTED_BY_CAMPAIGN], "@",
         {"validate": "list", "source": counts}, Text("the other sheet serves where this one has none", "если там их нет, берутся с другого листа")),
        ("s_green", Text("On plan from", "«В плане» от"), settings.green, "0%", {"validate": "decimal", "criteria": ">", "value": 0}, Text("attainment", "выполнение")),
        ("s_amber", Text("At risk from", "«Риск» от"), settings.amber, "0%", {"validate": "decimal", "criteria": ">", "value": 0}, Text("below it: behind", "ниже — «отставание»")),
        ("s_bonus", Text("Full bonus", "Полная премия"), settings.bonus, "#,##0", amount, Text("for a score of 100 %", "за оценку 100 %")),
        ("s_cap", Text("Cap of an attainment", "Потолок выполнения"), settings.cap, "0%", amount, Text("for the score", "для оценки")),
        ("s_floor", Text("Floor of an attainment", "Пол выполнения"), settings.floor, "0%", amount, Text("for the score", "для оценки")),
        ("s_as_of", Text("Data up to (date)", "Данные по (дата)"), settings.as_of and serial(settings.as_of), look.DATE_FORMAT[template.language],
         {"validate": "date", "criteria": ">", "value": dt.date(2000, 1, 1)}, Text("blank: whole months", "пусто: месяцы закрыты полностью")),
    ]  # fmt: skip
    for row, (name, label, value, form, validation, about) in enumerate(lines, start=TOP):
        page.put(row, 1, template.say(label), look.TEXT)
        template.pages.names[name] = page.put(row, 2, value, look.INPUT | {"num_format": form, "align": "center"})
        page.put(row, 3, template.say(about), look.QUIET)
        if validation:
            template.validate(page, row, 2, row, 2, validation, label)
    template.pages.names["s_by_campaign"] = template.by_key["sums"].put(0, 60, counts[1])
    page.put(TOP - 1, 5, template.say(Text(f"Channels (up to {MOST_CHANNELS})", f"Каналы (до {MOST_CHANNELS})")), look.SECTION)
    for place in range(MOST_CHANNELS):
        named = settings.channels[place] if place < len(settings.channels) else None
        page.put(TOP + place, 5, named, look.INPUT)
    top = TOP + MOST_CHANNELS + 2
    page.put(top - 1, 5, template.say(Text("KPIs on the dashboard", "KPI на дашборде")), look.SECTION)
    by_key = {measure.kpi.key: measure.kpi for measure in template.measures}
    for place in range(len(DASHBOARD)):
        key = settings.tiles[place] if place < len(settings.tiles) else ""
        template.pages.names[f"s_tile_{place + 1}"] = page.put(top + place, 5, template.say(by_key[key].name) if key else None, look.INPUT)
    names = [template.say(measure.kpi.name) for measure in template.measures]
    for place, name in enumerate(names):  # a list validation may not be longer than 255 characters, so it is a range
        template.by_key["sums"].put(place, 62, name)
    template.pages.names["kpi_list"] = template.by_key["sums"].ref(0, 62, len(names) - 1, 62)
    template.validate(page, top, 5, top + len(DASHBOARD) - 1, 5, {"validate": "list", "source": "=kpi_list"}, Text("KPIs on the dashboard", "KPI на дашборде"))
    page.finish.append(lambda sheet, _: sheet.fit_to_pages(1, 1))
    template.pages.names["channel_list"] = page.ref(TOP, 5, TOP + MOST_CHANNELS - 1, 5)


def input_sheet(template: Template, sheet: InputSheet) -> None:
    page, rows = template.by_key[sheet.key], template.filled.rows_of(sheet)
    count = max(sheet.rows, len(rows) + 50 if rows else 0) if template.spare else max(len(rows), 1)
    shown = [column for column in sheet.columns if column.kind is not Kind.HELPER]
    template.frame(page, sheet.name, sheet.about, len(shown), protect=False, height=None)
    headings = [template.say(column.title) for column in sheet.columns]
    for column, heading in zip(sheet.columns, headings, strict=True):
        _must_be_a_heading(heading)
        template.pages.names[f"{sheet.prefix}_{column.key}"] = f"{sheet.table}[{heading}]"

    def text_of(column: Column) -> str:
        def here(match: re.Match[str]) -> str:
            return f"{sheet.table}[[#This Row],[{headings[sheet.place(match[1])]}]]"

        made = re.sub(r"\[(\w+)\]", here, column.formula or _check_formula(template, sheet))
        return re.sub(r"\{(\w+)\}", lambda match: f"{sheet.prefix}_{match[1]}", made)

    worked = {place: text_of(column) for place, column in enumerate(sheet.columns) if column.kind in (Kind.HELPER, Kind.CHECK)}
    page.tables.append(Table(sheet.table, TOP, 1, count, headings, worked))
    for place, column in enumerate(sheet.columns):
        at = place + 1
        page.put(TOP - 1, at, _unit_of(template, column), look.UNIT_ROW)
        page.put(TOP, at, headings[place], look.HEAD_CALCULATED if place in worked else look.HEAD)
        style = _input_style(template, column)
        for number in range(count):
            row = TOP + 1 + number
            if place in worked:
                page.put(row, at, Formula(worked[place]), style)
            else:
                value = rows[number].get(column.key) if number < len(rows) else None
                page.put(row, at, serial(value) if isinstance(value, dt.date) else value, style)
        _rules(template, page, column, at, count)
    printed = TOP + max(len(rows), 30)

    def finish(written: Any, pages: Pages) -> None:
        for place, column in enumerate(sheet.columns, start=1):
            written.set_column(place, place, column.width, None, {"hidden": True} if column.kind is Kind.HELPER else {})
        written.set_row(TOP, 46)
        written.freeze_panes(TOP + 1, 3)
        written.repeat_rows(TOP - 1, TOP)
        written.fit_to_pages(2 if len(shown) > 16 else 1, 0)
        page.printed = (0, 0, printed, len(shown))
        at = 1 + sheet.place("check")
        cells = (TOP + 1, at, TOP + count, at)
        for status, sign in ((Status.ON_PLAN, "●"), (Status.AT_RISK, "▲"), (Status.BEHIND, "■")):
            look_of = {"font_color": look.STATUS_COLOURS[status][1]}
            written.conditional_format(*cells, {"type": "text", "criteria": "begins with", "value": sign, "format": pages.style(look_of)})

    page.finish.append(finish)


def _unit_of(template: Template, column: Column) -> str | Formula:
    words = {
        Kind.MONTH: Text("month", "месяц"),
        Kind.DAY: Text("date", "дата"),
        Kind.CHANNEL: Text("from the list", "из списка"),
        Kind.WORD: Text("text", "текст"),
        Kind.HELPER: Text("auto", "авто"),
        Kind.CHECK: Text("auto", "авто"),
    }
    return template.say(words[column.kind]) if column.kind in words else template.unit(column.field.unit)


def _input_style(template: Template, column: Column) -> look.Style:
    if column.kind is Kind.HELPER:
        return {"font_color": look.GREY, "num_format": "0;-0;;@"}
    if column.kind is Kind.CHECK:
        return look.TEXT | {"font_size": 9}
    if column.kind is Kind.MONTH:
        return look.INPUT | {"num_format": template.month_format, "align": "center"}
    if column.kind is Kind.DAY:
        return look.INPUT | {"num_format": look.DATE_FORMAT[template.language], "align": "center"}
    if column.kind in (Kind.CHANNEL, Kind.WORD):
        return look.INPUT
    return look.INPUT | {"num_format": look.FORMATS[column.field.unit]}


def _rules(template: Template, page: Page, column: Column, at: int, count: int) -> None:
    area = (TOP + 1, at, TOP + count, at)
    if column.kind is Kind.CHANNEL:
        template.validate(page, *area, {"validate": "list", "source": "=channel_list"}, column.title)
    elif column.kind in (Kind.MONTH, Kind.DAY):
        latest = "=IF(ISNUMBER(s_as_of),s_as_of,TODAY())" if column.kind is Kind.DAY else "=EOMONTH(TODAY(),0)"
        template.validate(page, *area, {"validate": "date", "criteria": "between", "minimum": dt.date(2000, 1, 1), "maximum": latest}, column.title)
    elif column.kind is Kind.NUMBER:
        lowest, _, _ = column.field.limits.value
        rule = {"validate": "decimal", "criteria": ">=", "value": 0} if lowest == 0 else {"validate": "decimal", "criteria": ">=", "value": -1e15}
        template.validate(page, *area, rule, column.title)


def _check_formula(template: Template, sheet: InputSheet) -> str:
    """What is wrong with a row, the first thing that is: the rules of ``check`` as far as a formula can say them."""
    inputs = sheet.inputs
    filled = "COUNTA(" + ",".join(f"[{column.key}]" for column in inputs) + ")=0"
    when = inputs[0]

    def said(words: Text, sign: str = "■") -> str:
        return f'"{sign} {template.say(words)}"'

    tests: list[tuple[str, str]] = [(f"NOT(ISNUMBER([{when.key}]))", said(Text(f"no {when.title.en.lower()}", f"нет даты: «{when.title.ru}»")))]
    named = "COUNTIF(channel_list,[channel])=0"
    needed = next(column for column in inputs if column.kind is Kind.CHANNEL).needed
    tests.append((named if needed else f'AND([channel]<>"",{named})', said(Text("channel is not in the list", "канала нет в списке"))))
    numbers = [column for column in inputs if column.kind is Kind.NUMBER]
    listed = ",".join(f"[{column.key}]" for column in numbers)
    tests.append((f"COUNTA({listed})>COUNT({listed})", said(Text("text instead of a number", "текст вместо числа"))))
    bounded = ",".join(f"[{column.key}]" for column in numbers if column.field.limits.value[0] == 0)
    tests.append((f"MIN({bounded},0)<0", said(Text("a number below 0", "отрицательное число"))))
    if sheet is CHANNELS:
        tests.append(("[site_differs]=1", said(Text("site visits differ in the month", "визиты сайта в месяце разные"))))
        tests.append(("COUNTIFS({month},[month],{channel},[channel])>1", said(Text("month and channel stand twice", "месяц и канал повторяются"))))
    for small, large, words in ORDER:
        if all(any(column.key == key for column in numbers) for key in (small, large)):
            tests.append((f"AND(ISNUMBER([{small}]),ISNUMBER([{large}]),[{small}]>[{large}])", said(words, "▲")))
    made = '"● OK"'
    for test, message in reversed(tests):
        made = f"IF({test},{message},{made})"
    return f'IF({filled},"",{made})'


ORDER = (
    ("reach", "impressions", Text("reach above impressions", "охват больше показов")),
    ("clicks", "impressions", Text("clicks above impressions", "кликов больше показов")),
    ("leads", "clicks", Text("leads above clicks", "заявок больше кликов")),
    ("customers", "leads", Text("customers above leads", "клиентов больше заявок")),
    ("answered", "incoming", Text("answered above received", "отвечено больше, чем получено")),
)


def _must_be_a_heading(heading: str) -> None:
    """Refuse a heading that structured references would have to escape. Raises CatalogError."""
    if not re.fullmatch(r"[\w ()]+", heading):
        raise CatalogError(f"«{heading}» cannot head a column of the workbook: only letters, digits, blanks and brackets")
