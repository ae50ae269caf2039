"""The workbook: empty as the template, or filled with data; one builder for both, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Any

from smm_xl.kpi import Better, Group, Unit
from smm_xl.language import Text
from smm_xl.registry import formula_text
from smm_xl.targets import Status
from smm_xl.workbook import look, terms
from smm_xl.workbook.calculation import Formula
from smm_xl.workbook.filled import COUNTED_BY_CAMPAIGN, COUNTED_BY_CHANNEL, NAMES_OF_COUNTS, Filled
from smm_xl.workbook.pages import Page, Pages, Table, letters
from smm_xl.workbook.sheets import CHANNELS, MOST_CHANNELS, SHEETS, Column, InputSheet, Kind
from smm_xl.workbook.sums import PREVIOUS, SHOWN_MONTHS, TOTAL, YEAR_BEFORE, Sums, channel, month
from smm_xl.workbook.terms import Measure

VERSION = "1"
PROPERTY = "smm-xl template"  # the custom property that our workbooks are known by
NAMES = {
    "start": Text("Start", "Старт"),
    "dashboard": Text("Dashboard", "Дашборд"),
    "settings": Text("Settings", "Настройки"),
    "targets": Text("Targets", "Цели"),
    "kpi": Text("KPI by channel", "KPI по каналам"),
    "months": Text("Months", "Динамика"),
    "plan": Text("Plan-fact", "План-факт"),
    "reference": Text("Reference", "Справочник"),
    "sums": Text("calc", "calc"),
}
TOP = 4  # the row of the headings of tables, counted from 0; the first column stays empty
_DAY_0 = dt.date(1899, 12, 30)
_DASH = "—"
_MOST_PLANNED = 24


def serial(day: dt.date) -> int:
    """A day as spreadsheets count it."""
    return (day - _DAY_0).days


def build(filled: Filled, language: str) -> Pages:
    """A workbook with native formulas and the data of ``filled``; ``language``: "en" or "ru"."""
    return _Builder(filled, language).pages


class _Builder:
    def __init__(self, filled: Filled, language: str) -> None:
        self.filled, self.language = filled, language
        title = self.say(Text("SMM KPIs", "KPI в SMM"))
        self.pages = Pages({"title": title, "comments": "smm-xl"}, {PROPERTY: VERSION, "smm-xl language": language, "smm-xl formulas": "native"})
        self.measures = terms.measures()
        self.by_key = {name: self.pages.page(self.say(words)) for name, words in self._order().items()}
        self.by_key["sums"].hidden = True
        self._settings()
        for sheet in SHEETS:
            self._input(sheet)
        self.sums = Sums(self.pages, self.by_key["sums"])
        self._kpis()
        self._months()
        self._targets()
        self._plan()
        self._dashboard()
        self._reference()
        self._start()

    def _order(self) -> dict[str, Text]:
        inputs = {sheet.key: sheet.name for sheet in SHEETS}
        return {key: NAMES[key] for key in ("start", "dashboard", "settings")} | inputs | {key: NAMES[key] for key in ("targets", "kpi", "months", "plan", "reference", "sums")}

    def say(self, words: Text) -> str:
        return words.in_language(self.language)

    def unit(self, unit: Unit) -> str:
        return self.filled.settings.currency if unit is Unit.MONEY else self.say(look.UNIT_WORDS[unit])

    # --- what all sheets share ---

    def _frame(self, page: Page, title: Text, about: Text, width: int, *, landscape: bool = True, protect: bool = True) -> None:
        """The heading of a sheet, and how it is printed."""
        page.put(0, 1, self.say(title), look.TITLE)
        page.put(1, 1, self.say(about), look.SUBTITLE)
        for column in range(1, width + 1):
            page.put(2, column, None, look.RULE)
        start = self.say(NAMES["start"])
        if page.name != start:
            page.put(0, width, f"← {start}", look.LINK | {"align": "right"})
            page.links[0, width] = f"internal:'{start}'!A1"
        footer = f"&L&8SMM KPI · smm-xl {VERSION}&C&8&A&R&8&P / &N"

        def finish(sheet: Any, _: Pages) -> None:
            sheet.hide_gridlines(2)
            sheet.set_paper(9)
            if landscape:
                sheet.set_landscape()
            sheet.set_margins(0.4, 0.4, 0.5, 0.6)
            sheet.set_footer(footer)
            sheet.set_row(0, 30)
            sheet.set_row(1, 18)
            sheet.set_row(2, 6)
            sheet.set_column(0, 0, 2)
            if protect:
                sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True, "insert_hyperlinks": False})

        page.finish.append(finish)

    def _widths(self, page: Page, widths: Sequence[float], first: int = 1) -> None:
        def finish(sheet: Any, _: Pages) -> None:
            for column, width in enumerate(widths, start=first):
                sheet.set_column(column, column, width)

        page.finish.append(finish)

    # --- settings ---

    def _settings(self) -> None:
        page, settings = self.by_key["settings"], self.filled.settings
        about = Text("What the formulas ask for. Change the yellow cells only.", "То, что спрашивают формулы. Меняйте только жёлтые ячейки.")
        self._frame(page, NAMES["settings"], about, 6, protect=False)
        self._widths(page, (44, 22, 64, 3, 30, 3))
        counts = [self.say(NAMES_OF_COUNTS[key]) for key in (COUNTED_BY_CHANNEL, COUNTED_BY_CAMPAIGN)]
        yes, no = self.say(Text("yes", "да")), self.say(Text("no", "нет"))
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
            ("s_as_of", Text("Data up to (date)", "Данные по (дата)"), settings.as_of and serial(settings.as_of), look.DATE_FORMAT[self.language],
             {"validate": "date", "criteria": ">", "value": dt.date(2000, 1, 1)}, Text("blank: whole months", "пусто: месяцы закрыты полностью")),
        ]  # fmt: skip
        for row, (name, label, value, form, validation, about) in enumerate(lines, start=TOP):
            page.put(row, 1, self.say(label), look.TEXT)
            self.pages.names[name] = page.put(row, 2, value, look.INPUT | {"num_format": form, "align": "center"})
            page.put(row, 3, self.say(about), look.QUIET)
            if validation:
                self._validate(page, row, 2, row, 2, validation, label)
        self.pages.names["s_by_campaign"] = self.by_key["sums"].put(0, 60, counts[1])
        page.put(TOP - 1, 5, self.say(Text(f"Channels (up to {MOST_CHANNELS})", f"Каналы (до {MOST_CHANNELS})")), look.SECTION)
        for place in range(MOST_CHANNELS):
            named = settings.channels[place] if place < len(settings.channels) else None
            page.put(TOP + place, 5, named, look.INPUT)
        self.pages.names["channel_list"] = page.ref(TOP, 5, TOP + MOST_CHANNELS - 1, 5)

    def _validate(self, page: Page, top: int, left: int, bottom: int, right: int, rule: dict[str, Any], title: Text) -> None:
        """A rule for cells, with a message in the language of the book that says what is allowed."""
        message = self.say(_allowed(rule))
        wanted = rule | {"error_title": self.say(title)[:32], "error_message": message, "ignore_blank": True}
        page.finish.append(lambda sheet, _: sheet.data_validation(top, left, bottom, right, wanted))

    # --- inputs ---

    def _input(self, sheet: InputSheet) -> None:
        page, rows = self.by_key[sheet.key], self.filled.rows_of(sheet)
        count = max(sheet.rows, len(rows) + 50 if rows else 0)
        shown = [column for column in sheet.columns if column.kind is not Kind.HELPER]
        self._frame(page, sheet.name, sheet.about, len(shown), protect=False)
        headings = [self.say(column.title) for column in sheet.columns]
        for column, heading in zip(sheet.columns, headings, strict=True):
            self.pages.names[f"{sheet.prefix}_{column.key}"] = f"{sheet.table}[{_escaped(heading)}]"

        def text_of(column: Column) -> str:
            def here(match: re.Match[str]) -> str:
                return f"{sheet.table}[[#This Row],[{_escaped(headings[sheet.place(match[1])])}]]"

            made = re.sub(r"\[(\w+)\]", here, column.formula or self._check_formula(sheet))
            return re.sub(r"\{(\w+)\}", lambda match: f"{sheet.prefix}_{match[1]}", made)

        worked = {place: text_of(column) for place, column in enumerate(sheet.columns) if column.kind in (Kind.HELPER, Kind.CHECK)}
        page.tables.append(Table(sheet.table, TOP, 1, count, headings, worked))
        for place, column in enumerate(sheet.columns):
            at = place + 1
            page.put(TOP - 1, at, self._unit_of(column), look.UNIT_ROW)
            page.put(TOP, at, headings[place], look.HEAD_CALCULATED if place in worked else look.HEAD)
            style = self._input_style(column)
            for number in range(count):
                row = TOP + 1 + number
                if place in worked:
                    page.put(row, at, Formula(worked[place]), style)
                else:
                    value = rows[number].get(column.key) if number < len(rows) else None
                    page.put(row, at, serial(value) if isinstance(value, dt.date) else value, style)
            self._rules(page, column, at, count)
        printed = TOP + max(len(rows), 30)

        def finish(written: Any, pages: Pages) -> None:
            for place, column in enumerate(sheet.columns, start=1):
                written.set_column(place, place, column.width, None, {"hidden": True} if column.kind is Kind.HELPER else {})
            written.set_row(TOP, 46)
            written.freeze_panes(TOP + 1, 3)
            written.repeat_rows(TOP - 1, TOP)
            written.fit_to_pages(2 if len(shown) > 16 else 1, 0)
            written.print_area(0, 0, printed, len(shown))
            at = 1 + sheet.place("check")
            cells = (TOP + 1, at, TOP + count, at)
            for status, sign in ((Status.ON_PLAN, "●"), (Status.BEHIND, "■")):
                look_of = {"font_color": look.STATUS_COLOURS[status][1]}
                written.conditional_format(*cells, {"type": "text", "criteria": "begins with", "value": sign, "format": pages.style(look_of)})

        page.finish.append(finish)

    def _unit_of(self, column: Column) -> str:
        words = {
            Kind.MONTH: Text("month", "месяц"),
            Kind.DAY: Text("date", "дата"),
            Kind.CHANNEL: Text("from the list", "из списка"),
            Kind.WORD: Text("text", "текст"),
            Kind.HELPER: Text("auto", "авто"),
            Kind.CHECK: Text("auto", "авто"),
        }
        return self.say(words[column.kind]) if column.kind in words else self.unit(column.field.unit)

    def _input_style(self, column: Column) -> look.Style:
        if column.kind is Kind.HELPER:
            return {"font_color": look.GREY, "num_format": "0;-0;;@"}
        if column.kind is Kind.CHECK:
            return look.TEXT | {"font_size": 9}
        if column.kind is Kind.MONTH:
            return look.INPUT | {"num_format": look.MONTH_FORMAT, "align": "center"}
        if column.kind is Kind.DAY:
            return look.INPUT | {"num_format": look.DATE_FORMAT[self.language], "align": "center"}
        if column.kind in (Kind.CHANNEL, Kind.WORD):
            return look.INPUT
        return look.INPUT | {"num_format": look.FORMATS[column.field.unit]}

    def _rules(self, page: Page, column: Column, at: int, count: int) -> None:
        area = (TOP + 1, at, TOP + count, at)
        if column.kind is Kind.CHANNEL:
            self._validate(page, *area, {"validate": "list", "source": "=channel_list"}, column.title)
        elif column.kind in (Kind.MONTH, Kind.DAY):
            latest = "=IF(ISNUMBER(s_as_of),s_as_of,TODAY()+1)" if column.kind is Kind.DAY else "=TODAY()+31"
            self._validate(page, *area, {"validate": "date", "criteria": "between", "minimum": dt.date(2000, 1, 1), "maximum": latest}, column.title)
        elif column.kind is Kind.NUMBER:
            lowest, _, _ = column.field.limits.value
            rule = {"validate": "decimal", "criteria": ">=", "value": 0} if lowest == 0 else {"validate": "decimal", "criteria": ">=", "value": -1e15}
            self._validate(page, *area, rule, column.title)

    def _check_formula(self, sheet: InputSheet) -> str:
        """What is wrong with a row, the first thing that is: the rules of ``check`` as far as a formula can say them."""
        inputs = sheet.inputs
        filled = "COUNTA(" + ",".join(f"[{column.key}]" for column in inputs) + ")=0"
        when = inputs[0]
        said = lambda words: f'"■ {self.say(words)}"'  # noqa: E731
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
            tests.append(("COUNTIFS({month},[month],{channel},[channel])>1", said(Text("month and channel stand twice", "месяц и канал повторяются"))))
        for small, large, words in _ORDER:
            if all(any(column.key == key for column in numbers) for key in (small, large)):
                tests.append((f"AND(ISNUMBER([{small}]),ISNUMBER([{large}]),[{small}]>[{large}])", said(words)))
        made = '"● OK"'
        for test, words in reversed(tests):
            made = f"IF({test},{words},{made})"
        return f'IF({filled},"",{made})'

    # --- KPIs ---

    def _grouped(self) -> list[Group | Measure]:
        """The KPIs below the headings of the article's groups."""
        found: list[Group | Measure] = []
        for group in (Group.RESULTS, Group.COSTS, Group.EFFORT):
            found += [group, *(measure for measure in self.measures if measure.kpi.group is group)]
        return found

    def _group_row(self, page: Page, row: int, group: Group, width: int) -> None:
        for column in range(1, width + 1):
            words = Text(f"By {group.value.en}", group.value.ru)
            page.put(row, column, self.say(words).upper() if column == 1 else None, look.GROUP)
        page.finish.append(lambda sheet, _: sheet.set_row(row, 24))

    def _period_line(self, page: Page) -> None:
        page.put(TOP - 1, 1, self.say(Text("Period", "Период")), look.SUBTITLE | {"align": "right"})
        for column, name in ((2, "p_first"), (3, "p_last")):
            page.put(TOP - 1, column, Formula(name), {"bold": True, "num_format": look.MONTH_FORMAT, "align": "center", "font_color": look.NAVY})

    def _kpis(self) -> None:
        page = self.by_key["kpi"]
        listed = max(5, len(self.filled.settings.channels))
        width = 2 + MOST_CHANNELS + 6
        about = Text(
            "For the period chosen on the dashboard. «—»: a figure is missing, or there is nothing to divide by.",
            "За период, выбранный на дашборде. «—» значит: данных не хватает или делить не на что.",
        )
        self._frame(page, NAMES["kpi"], about, width)
        self._period_line(page)
        self._widths(page, (40, 7, *(12.5 if place < listed else 2 for place in range(MOST_CHANNELS)), 14, 14, 10, 14, 16, 52))
        heads = [Text("KPI", "Показатель"), Text("Unit", "Ед."), *[None] * MOST_CHANNELS, Text("Total", "Итого"), Text("Period before", "Период до"),
                 Text("Change", "Изменение"), Text("Year before", "Год назад"), Text("Last 12 months", "12 месяцев"), Text("How it is counted", "Как считается")]  # fmt: skip
        for column, head in enumerate(heads, start=1):
            content: Any = Formula(f'IF(INDEX(channel_list,{column - 2})="","",INDEX(channel_list,{column - 2}))') if head is None else self.say(head)
            page.put(TOP, column, content, look.HEAD_LEFT if column in (1, width) else look.HEAD)
        self.kpi_rows: dict[str, int] = {}
        row = TOP
        total = 3 + MOST_CHANNELS
        for entry in self._grouped():
            row += 1
            if isinstance(entry, Group):
                self._group_row(page, row, entry, width)
                continue
            kpi = entry.kpi
            self.kpi_rows[kpi.key] = row
            form = {"num_format": look.FORMATS[kpi.unit]}
            page.put(row, 1, self.say(kpi.name), look.NAME)
            page.put(row, 2, self.unit(kpi.unit), look.QUIET | {"align": "center"})
            for place in range(MOST_CHANNELS):
                formula = f'IF(INDEX(channel_list,{place + 1})="","",{self.sums.kpi(entry, channel(place))})'
                page.put(row, 3 + place, Formula(formula), look.NUMBER | form)
            now = page.put(row, total, Formula(self.sums.kpi(entry, TOTAL)), look.TOTAL | form)
            before = page.put(row, total + 1, Formula(self.sums.kpi(entry, PREVIOUS)), look.NUMBER | form)
            change = f'IF(AND(ISNUMBER({now}),ISNUMBER({before})),IF({before}=0,"{_DASH}",({now}-{before})/ABS({before})),"{_DASH}")'
            page.put(row, total + 2, Formula(change), look.NUMBER | {"num_format": "+0.0%;-0.0%;0.0%"})
            page.put(row, total + 3, Formula(self.sums.kpi(entry, YEAR_BEFORE)), look.NUMBER | form)
            page.put(row, total + 4, None, look.LINE)
            page.put(row, total + 5, formula_text(kpi, self.language), look.QUIET | {"indent": 1})
        last, months = row, self.say(NAMES["months"])

        def finish(sheet: Any, pages: Pages) -> None:
            sheet.set_row(TOP, 32)
            sheet.freeze_panes(TOP + 1, 3)
            sheet.repeat_rows(TOP - 1, TOP)
            sheet.fit_to_pages(1, 0)
            sheet.print_area(0, 0, last, width)
            for row in self.kpi_rows.values():
                line = f"'{months}'!{letters(3)}{row + 1}:{letters(2 + SHOWN_MONTHS)}{row + 1}"
                sheet.add_sparkline(row, total + 4, {"range": line, "type": "column", "series_color": "#A8C1F5", "last_point": True, "last_color": look.NAVY})

        page.finish.append(finish)

    def _months(self) -> None:
        page = self.by_key["months"]
        about = Text(
            f"The {SHOWN_MONTHS} months up to the last month of the chosen period.", f"{SHOWN_MONTHS} месяцев до последнего месяца выбранного периода."
        )
        width = 2 + SHOWN_MONTHS
        self._frame(page, NAMES["months"], about, width)
        self._widths(page, (40, 7, *[11.5] * SHOWN_MONTHS))
        page.put(TOP, 1, self.say(Text("KPI", "Показатель")), look.HEAD_LEFT)
        page.put(TOP, 2, self.say(Text("Unit", "Ед.")), look.HEAD)
        for place, cell in enumerate(self.sums.shown_months):
            page.put(TOP, 3 + place, Formula(cell), look.HEAD | {"num_format": look.MONTH_FORMAT})
            part = f'IF(AND(ISNUMBER(s_as_of),s_as_of<EOMONTH({cell},0),s_as_of>={cell}),"{self.say(Text("part", "неполный"))}","")'
            page.put(TOP - 1, 3 + place, Formula(part), look.UNIT_ROW)
        row = TOP
        for entry in self._grouped():
            row += 1
            if isinstance(entry, Group):
                self._group_row(page, row, entry, width)
                continue
            kpi = entry.kpi
            page.put(row, 1, self.say(kpi.name), look.NAME)
            page.put(row, 2, self.unit(kpi.unit), look.QUIET | {"align": "center"})
            for place in range(SHOWN_MONTHS):
                page.put(row, 3 + place, Formula(self.sums.kpi(entry, month(place))), look.NUMBER | {"num_format": look.FORMATS[kpi.unit]})
        last = row

        def finish(sheet: Any, _: Pages) -> None:
            sheet.set_row(TOP, 24)
            sheet.freeze_panes(TOP + 1, 3)
            sheet.repeat_rows(TOP - 1, TOP)
            sheet.fit_to_pages(1, 0)
            sheet.print_area(0, 0, last, width)

        page.finish.append(finish)


_ORDER = (
    ("reach", "impressions", Text("reach above impressions", "охват больше показов")),
    ("clicks", "impressions", Text("clicks above impressions", "кликов больше показов")),
    ("leads", "clicks", Text("leads above clicks", "заявок больше кликов")),
    ("customers", "leads", Text("customers above leads", "клиентов больше заявок")),
    ("answered", "incoming", Text("answered above received", "отвечено больше, чем получено")),
)


def _escaped(heading: str) -> str:
    """The heading of a column as a structured reference writes it."""
    return re.sub(r"(['\[\]#])", r"'\1", heading)


def _allowed(rule: dict[str, Any]) -> Text:
    """What a validation accepts."""
    kind = rule["validate"]
    if kind == "list":
        return Text("Choose from the list; channels are listed on the sheet Settings.", "Выберите из списка; каналы перечислены на листе «Настройки».")
    if kind == "date":
        return Text("Write a date that is not in the future.", "Введите дату не из будущего.")
    if rule.get("maximum") == 1:
        return Text("Write a share above 0 and at most 100 %, such as 40 %.", "Введите долю больше 0 и не больше 100 %, например 40 %.")
    if rule.get("value") == 0:
        return Text("Write a number of 0 or more; leave the cell empty where it is not known.", "Введите число от 0; если оно неизвестно, оставьте ячейку пустой.")
    return Text("Write a number; leave the cell empty where it is not known.", "Введите число; если оно неизвестно, оставьте ячейку пустой.")


_ = Better, Callable
