"""The workbook: empty as the template, or filled with data; one builder for both, in both languages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from smm_xl.errors import CatalogError
from smm_xl.kpi import Better, Group, Total, Unit
from smm_xl.language import Text
from smm_xl.registry import formula_text
from smm_xl.targets import Status
from smm_xl.workbook import abtest, dashboard, datachecks, goalsheets, look, terms
from smm_xl.workbook.calculation import Formula
from smm_xl.workbook.filled import COUNTED_BY_CAMPAIGN, COUNTED_BY_CHANNEL, NAMES_OF_COUNTS, Filled
from smm_xl.workbook.layout import DASH, NAMES, TOP, serial, short_name
from smm_xl.workbook.pages import Page, Pages, Table, letters
from smm_xl.workbook.sheets import CHANNELS, MOST_CHANNELS, SHEETS, Column, InputSheet, Kind
from smm_xl.workbook.sums import FORECAST, PREVIOUS, SHOWN_MONTHS, TOTAL, YEAR_BEFORE, Sums, channel, month
from smm_xl.workbook.terms import Measure

VERSION = "1"
NATIVE, FUNCTIONS = "native", "functions"
PROPERTY = "smm-xl template"  # the custom property that our workbooks are known by
_MOST_PLANNED = 24


class Template:
    """A workbook with the data of ``filled``; ``language``: "en" or "ru".

    formulas: NATIVE ones work everywhere; FUNCTIONS calls SMM_... for each KPI that has a function, and needs the add-in.
    pages:  what is written.
    spare:  whether the input sheets get empty rows to fill in.
    places: where each KPI stands in each scope of ``sums.SCOPES``, and its FORECAST: its sheet, row and column.
    """

    def __init__(self, filled: Filled, language: str, formulas: str = NATIVE, *, spare: bool = True) -> None:
        self.filled, self.language, self.spare = filled, language, spare
        self.calls_functions = formulas == FUNCTIONS
        self.places: dict[tuple[str, str], tuple[str, int, int]] = {}
        self.month_format = look.MONTH_FORMAT[language].format("")
        title = self.say(Text("SMM KPIs", "KPI в SMM"))
        self.pages = Pages({"title": title, "comments": "smm-xl"}, {PROPERTY: VERSION, "smm-xl language": language, "smm-xl formulas": formulas})
        self.measures = terms.measures()
        self.by_key = {name: self.pages.page(self.say(words)) for name, words in self._order().items()}
        self.by_key["sums"].hidden = True
        self._settings()
        for sheet in SHEETS:
            self._input(sheet)
        self.sums = Sums(self.pages, self.by_key["sums"], calls_functions=self.calls_functions)
        self._kpis()
        self._months()
        self._targets()
        self._plan()
        goalsheets.scorecard(self, TOP, _MOST_PLANNED)
        goalsheets.funnel(self, TOP)
        abtest.ab_tests(self, TOP)
        datachecks.data_checks(self, TOP)
        dashboard.dashboard(self)
        self._reference()
        self._start()

    def _order(self) -> dict[str, Text]:
        inputs = {sheet.key: sheet.name for sheet in SHEETS}
        return (
            {key: NAMES[key] for key in ("start", "dashboard", "settings")}
            | inputs
            | {key: NAMES[key] for key in ("targets", "kpi", "months", "plan", "score", "funnel", "ab", "checks", "reference", "sums")}
        )

    def say(self, words: Text) -> str:
        return words.in_language(self.language)

    def unit(self, unit: Unit) -> str | Formula:
        """What stands in a column of units; the currency is that of Settings, and changes with it."""
        return Formula("p_currency") if unit is Unit.MONEY else self.say(look.UNIT_WORDS[unit])

    @property
    def outputs(self) -> list[str]:
        """The names of the sheets that are printed for others."""
        return [self.say(NAMES[key]) for key in ("dashboard", "kpi", "months", "plan", "score")]

    def total_cell(self, key: str) -> str:
        """The cell with a KPI of the chosen period over all channels."""
        return self.by_key["kpi"].ref(self.kpi_rows[key], 3 + MOST_CHANNELS)

    # --- what all sheets share ---

    first_row = TOP + 1  # of the data of input sheets, less one, as users count rows


    def frame(self, page: Page, title: Text, about: Text, width: int, *, protect: bool = True, height: float | None = 18) -> None:
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
            sheet.set_landscape()
            sheet.set_margins(0.4, 0.4, 0.5, 0.6)
            sheet.set_footer(footer)
            sheet.center_horizontally()
            sheet.set_row(0, 30)
            sheet.set_row(1, 18)
            sheet.set_row(2, 6)
            sheet.set_column(0, 0, 2)
            if height:
                sheet.set_default_row(height)
            if protect:
                sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True, "insert_hyperlinks": False})

        page.finish.append(finish)

    def widths(self, page: Page, widths: Sequence[float], first: int = 1) -> None:
        def finish(sheet: Any, _: Pages) -> None:
            for column, width in enumerate(widths, start=first):
                sheet.set_column(column, column, width)

        page.finish.append(finish)

    # --- settings ---

    def _settings(self) -> None:
        page, settings = self.by_key["settings"], self.filled.settings
        about = Text("What the formulas ask for. Change the yellow cells only.", "То, что спрашивают формулы. Меняйте только жёлтые ячейки.")
        self.frame(page, NAMES["settings"], about, 6, protect=False)
        self.widths(page, (44, 28, 64, 3, 46, 3))
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
            ("s_bonus", Text("Full bonus", "Полная премия"), settings.bonus, "#,##0", amount, Text("for a score of 100 %", "за оценку 100 %")),
            ("s_cap", Text("Cap of an attainment", "Потолок выполнения"), settings.cap, "0%", amount, Text("for the score", "для оценки")),
            ("s_floor", Text("Floor of an attainment", "Пол выполнения"), settings.floor, "0%", amount, Text("for the score", "для оценки")),
            ("s_as_of", Text("Data up to (date)", "Данные по (дата)"), settings.as_of and serial(settings.as_of), look.DATE_FORMAT[self.language],
             {"validate": "date", "criteria": ">", "value": dt.date(2000, 1, 1)}, Text("blank: whole months", "пусто: месяцы закрыты полностью")),
        ]  # fmt: skip
        for row, (name, label, value, form, validation, about) in enumerate(lines, start=TOP):
            page.put(row, 1, self.say(label), look.TEXT)
            self.pages.names[name] = page.put(row, 2, value, look.INPUT | {"num_format": form, "align": "center"})
            page.put(row, 3, self.say(about), look.QUIET)
            if validation:
                self.validate(page, row, 2, row, 2, validation, label)
        self.pages.names["s_by_campaign"] = self.by_key["sums"].put(0, 60, counts[1])
        page.put(TOP - 1, 5, self.say(Text(f"Channels (up to {MOST_CHANNELS})", f"Каналы (до {MOST_CHANNELS})")), look.SECTION)
        for place in range(MOST_CHANNELS):
            named = settings.channels[place] if place < len(settings.channels) else None
            page.put(TOP + place, 5, named, look.INPUT)
        top = TOP + MOST_CHANNELS + 2
        page.put(top - 1, 5, self.say(Text("KPIs on the dashboard", "KPI на дашборде")), look.SECTION)
        by_key = {measure.kpi.key: measure.kpi for measure in self.measures}
        for place in range(dashboard.TILES):
            key = settings.tiles[place] if place < len(settings.tiles) else ""
            self.pages.names[f"s_tile_{place + 1}"] = page.put(top + place, 5, self.say(by_key[key].name) if key else None, look.INPUT)
        names = [self.say(measure.kpi.name) for measure in self.measures]
        for place, name in enumerate(names):  # a list validation may not be longer than 255 characters, so it is a range
            self.by_key["sums"].put(place, 62, name)
        self.pages.names["kpi_list"] = self.by_key["sums"].ref(0, 62, len(names) - 1, 62)
        self.validate(
            page, top, 5, top + dashboard.TILES - 1, 5, {"validate": "list", "source": "=kpi_list"}, Text("KPIs on the dashboard", "KPI на дашборде")
        )
        page.finish.append(lambda sheet, _: sheet.fit_to_pages(1, 1))
        self.pages.names["channel_list"] = page.ref(TOP, 5, TOP + MOST_CHANNELS - 1, 5)

    def validate(self, page: Page, top: int, left: int, bottom: int, right: int, rule: dict[str, Any], title: Text) -> None:
        """A rule for cells, with a message in the language of the book that says what is allowed."""
        message = self.say(_allowed(rule))
        wanted = rule | {"error_title": self.say(title)[:32], "error_message": message, "ignore_blank": True}
        page.finish.append(lambda sheet, _: sheet.data_validation(top, left, bottom, right, wanted))

    # --- inputs ---

    def _input(self, sheet: InputSheet) -> None:
        page, rows = self.by_key[sheet.key], self.filled.rows_of(sheet)
        count = max(sheet.rows, len(rows) + 50 if rows else 0) if self.spare else max(len(rows), 1)
        shown = [column for column in sheet.columns if column.kind is not Kind.HELPER]
        self.frame(page, sheet.name, sheet.about, len(shown), protect=False, height=None)
        headings = [self.say(column.title) for column in sheet.columns]
        for column, heading in zip(sheet.columns, headings, strict=True):
            _must_be_a_heading(heading)
            self.pages.names[f"{sheet.prefix}_{column.key}"] = f"{sheet.table}[{heading}]"

        def text_of(column: Column) -> str:
            def here(match: re.Match[str]) -> str:
                return f"{sheet.table}[[#This Row],[{headings[sheet.place(match[1])]}]]"

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
            page.printed = (0, 0, printed, len(shown))
            at = 1 + sheet.place("check")
            cells = (TOP + 1, at, TOP + count, at)
            for status, sign in ((Status.ON_PLAN, "●"), (Status.AT_RISK, "▲"), (Status.BEHIND, "■")):
                look_of = {"font_color": look.STATUS_COLOURS[status][1]}
                written.conditional_format(*cells, {"type": "text", "criteria": "begins with", "value": sign, "format": pages.style(look_of)})

        page.finish.append(finish)

    def _unit_of(self, column: Column) -> str | Formula:
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
            return look.INPUT | {"num_format": self.month_format, "align": "center"}
        if column.kind is Kind.DAY:
            return look.INPUT | {"num_format": look.DATE_FORMAT[self.language], "align": "center"}
        if column.kind in (Kind.CHANNEL, Kind.WORD):
            return look.INPUT
        return look.INPUT | {"num_format": look.FORMATS[column.field.unit]}

    def _rules(self, page: Page, column: Column, at: int, count: int) -> None:
        area = (TOP + 1, at, TOP + count, at)
        if column.kind is Kind.CHANNEL:
            self.validate(page, *area, {"validate": "list", "source": "=channel_list"}, column.title)
        elif column.kind in (Kind.MONTH, Kind.DAY):
            latest = "=IF(ISNUMBER(s_as_of),s_as_of,TODAY()+1)" if column.kind is Kind.DAY else "=TODAY()+31"
            self.validate(page, *area, {"validate": "date", "criteria": "between", "minimum": dt.date(2000, 1, 1), "maximum": latest}, column.title)
        elif column.kind is Kind.NUMBER:
            lowest, _, _ = column.field.limits.value
            rule = {"validate": "decimal", "criteria": ">=", "value": 0} if lowest == 0 else {"validate": "decimal", "criteria": ">=", "value": -1e15}
            self.validate(page, *area, rule, column.title)

    def _check_formula(self, sheet: InputSheet) -> str:
        """What is wrong with a row, the first thing that is: the rules of ``check`` as far as a formula can say them."""
        inputs = sheet.inputs
        filled = "COUNTA(" + ",".join(f"[{column.key}]" for column in inputs) + ")=0"
        when = inputs[0]

        def said(words: Text, sign: str = "■") -> str:
            return f'"{sign} {self.say(words)}"'

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
        page.heights[row] = 24

    def _period_line(self, page: Page) -> None:
        page.put(TOP - 1, 1, self.say(Text("Period", "Период")), look.SUBTITLE | {"align": "right"})
        for column, name in ((3, "p_first"), (4, "p_last")):
            page.put(TOP - 1, column, Formula(name), {"bold": True, "num_format": self.month_format, "align": "center", "font_color": look.NAVY})
        self.part_note(page, TOP - 1, 5)

    def part_note(self, page: Page, row: int, column: int) -> None:
        """In two cells: that the chosen period is not over, and up to which day it is known."""
        note = Text("▲ part of the period, data up to", "▲ период не закончен, данные по")
        style = {"bold": True, "font_size": 9, "font_color": look.STATUS_COLOURS[Status.AT_RISK][1]}
        page.put(row, column, Formula(f'IF(p_is_part=1,"{self.say(note)}","")'), style)
        page.put(row, column + 2, Formula('IF(p_is_part=1,s_as_of,"")'), style | {"num_format": look.DATE_FORMAT[self.language], "align": "right"})

    def _kpis(self) -> None:
        page = self.by_key["kpi"]
        listed = max(5, len(self.filled.settings.channels))
        width = 2 + MOST_CHANNELS + 6
        about = Text(
            "For the period chosen on the dashboard. «—»: a figure is missing, or there is nothing to divide by.",
            "За период, выбранный на дашборде. «—» значит: данных не хватает или делить не на что.",
        )
        self.frame(page, NAMES["kpi"], about, width)
        self._period_line(page)
        self.widths(page, (40, 7, *(12.5 if place < listed else 2 for place in range(MOST_CHANNELS)), 14, 14, 10, 14, 16, 52))
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
                self.places[kpi.key, channel(place)] = (page.name, row, 3 + place)
            for number, scope in ((0, TOTAL), (1, PREVIOUS), (3, YEAR_BEFORE)):
                self.places[kpi.key, scope] = (page.name, row, total + number)
            now = page.put(row, total, Formula(self.sums.kpi(entry, TOTAL)), look.TOTAL | form)
            before = page.put(row, total + 1, Formula(self.sums.kpi(entry, PREVIOUS)), look.NUMBER | form)
            change = f'IF(AND(ISNUMBER({now}),ISNUMBER({before})),IF({before}=0,"{DASH}",({now}-{before})/ABS({before})),"{DASH}")'
            page.put(row, total + 2, Formula(change), look.NUMBER | {"num_format": "+0.0%;-0.0%;0.0%"})
            page.put(row, total + 3, Formula(self.sums.kpi(entry, YEAR_BEFORE)), look.NUMBER | form)
            page.put(row, total + 4, None, look.LINE)
            page.put(row, total + 5, formula_text(kpi, self.language), look.QUIET | {"indent": 1})
        note = Text(
            "The best channel of a row is green and bold. KPIs of several months are counted from totals, not from averages.",
            "Лучший канал строки — зелёный и жирный. За несколько месяцев KPI считается по суммам, а не как среднее.",
        )
        page.put(row + 2, 1, self.say(note), look.SUBTITLE | {"italic": True, "font_size": 9})
        last, months = row + 2, self.say(NAMES["months"])

        def finish(sheet: Any, pages: Pages) -> None:
            sheet.set_row(TOP, 32)
            sheet.freeze_panes(TOP + 1, 3)
            sheet.repeat_rows(TOP - 1, TOP)
            sheet.fit_to_pages(1, 0)
            page.printed = (0, 0, last, width)
            best = pages.book.add_format(
                {"bold": True, "font_color": look.STATUS_COLOURS[Status.ON_PLAN][1], "bg_color": look.STATUS_COLOURS[Status.ON_PLAN][0]}
            )
            self.pale_errors(sheet, pages, (TOP + 1, 3, last, total + 3))
            for measure in self.measures:
                row, kpi = self.kpi_rows[measure.kpi.key], measure.kpi
                if kpi.formula.divides() and kpi.better is not Better.NEUTRAL:
                    first, end = f"${letters(3)}{row + 1}", f"${letters(2 + MOST_CHANNELS)}{row + 1}"
                    extreme = f"{'MAX' if kpi.better is Better.HIGHER else 'MIN'}({first}:{end})"
                    rule = f"=AND(ISNUMBER({letters(3)}{row + 1}),COUNT({first}:{end})>1,{letters(3)}{row + 1}={extreme})"
                    sheet.conditional_format(row, 3, row, 2 + MOST_CHANNELS, {"type": "formula", "criteria": rule, "format": best})
                line = f"'{months}'!{letters(3)}{row + 1}:{letters(2 + SHOWN_MONTHS)}{row + 1}"
                sheet.add_sparkline(row, total + 4, {"range": line, "type": "column", "series_color": "#A8C1F5", "last_point": True, "last_color": look.NAVY})

        page.finish.append(finish)

    def pale_errors(self, sheet: Any, pages: Pages, area: tuple[int, int, int, int]) -> None:
        """The functions show true errors where a KPI is undefined: quietly."""
        if self.calls_functions:
            sheet.conditional_format(*area, {"type": "errors", "format": pages.book.add_format({"font_color": "#B8BDC9"})})

    def _months(self) -> None:
        page = self.by_key["months"]
        about = Text(
            f"The {SHOWN_MONTHS} months up to the last month of the chosen period.", f"{SHOWN_MONTHS} месяцев до последнего месяца выбранного периода."
        )
        width = 2 + SHOWN_MONTHS
        self.frame(page, NAMES["months"], about, width)
        self.widths(page, (40, 7, *[11.5] * SHOWN_MONTHS))
        page.put(TOP, 1, self.say(Text("KPI", "Показатель")), look.HEAD_LEFT)
        page.put(TOP, 2, self.say(Text("Unit", "Ед.")), look.HEAD)
        for place, cell in enumerate(self.sums.shown_months):
            page.put(TOP, 3 + place, Formula(cell), look.HEAD | {"num_format": self.month_format})
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
                self.places[kpi.key, month(place)] = (page.name, row, 3 + place)
                page.put(row, 3 + place, Formula(self.sums.kpi(entry, month(place))), look.NUMBER | {"num_format": look.FORMATS[kpi.unit]})
        last = row

        def finish(sheet: Any, pages: Pages) -> None:
            sheet.set_row(TOP, 24)
            sheet.freeze_panes(TOP + 1, 3)
            sheet.repeat_rows(TOP - 1, TOP)
            self.pale_errors(sheet, pages, (TOP + 1, 3, last, width))
            sheet.fit_to_pages(1, 0)
            page.printed = (0, 0, last, width)

        page.finish.append(finish)

    # --- targets ---

    def _targets(self) -> None:
        """One row for each KPI; hidden beside it what Plan-fact looks up."""
        page = self.by_key["targets"]
        about = Text(
            "The plan of one month. Over several months counts and amounts are multiplied, rates and prices stay. Leave blank what has no target.",
            "План на один месяц. За несколько месяцев количества и суммы умножаются, доли и цены остаются. Где цели нет, оставьте пусто.",
        )
        self.frame(page, NAMES["targets"], about, 7, protect=False)
        self.widths(page, (46, 7, 14, 16, 12, 16, 40))
        heads = (Text("KPI", "Показатель"), Text("Unit", "Ед."), Text("Better when", "Лучше, когда"), Text("Target for a month", "План на месяц"),
                 Text("Weight", "Вес"), Text("Value at the start", "Значение на старте"), Text("Comment", "Комментарий"))  # fmt: skip
        for column, head in enumerate(heads, start=1):
            page.put(TOP, column, self.say(head), look.HEAD_LEFT if column in (1, 7) else look.HEAD)
        given = {row["kpi"]: row for row in self.filled.targets}
        kpi_page, total = self.by_key["kpi"], 3 + MOST_CHANNELS
        row = first = TOP + 1
        last = TOP + len(self._grouped())
        self.hidden_of_targets = 9
        for entry in self._grouped():
            if isinstance(entry, Group):
                self._group_row(page, row, entry, 7)
                row += 1
                continue
            kpi, aim = entry.kpi, given.get(entry.kpi.key, {})
            form = {"num_format": look.FORMATS[kpi.unit]}
            page.put(row, 1, self.say(kpi.name), look.NAME)
            page.put(row, 2, self.unit(kpi.unit), look.QUIET | {"align": "center"})
            page.put(row, 3, f"{_SIGNS[kpi.better]} {self.say(kpi.better.value)}", look.QUIET | {"align": "center"})
            target = page.put(row, 4, aim.get("target"), look.INPUT | form)
            page.put(row, 5, aim.get("weight"), look.INPUT | {"num_format": "0.##"})
            page.put(row, 6, aim.get("base"), look.INPUT | form)
            page.put(row, 7, aim.get("comment"), look.INPUT)
            scope = f"{target}*p_count" if _multiplies(entry) else target
            hidden = [
                Formula(f"IF(ISNUMBER({target}),COUNT({page.ref(first, 4, row, 4)}),0)"),
                Formula(f'IF(ISNUMBER({target}),{scope},"")'),
                Formula(kpi_page.ref(self.kpi_rows[kpi.key], total)),
                {Better.HIGHER: 1, Better.LOWER: -1, Better.NEUTRAL: 0}[kpi.better],
                kpi.unit.key,
                short_name(self.say(kpi.name)),
                Formula(self.sums.kpi(entry, FORECAST)),
            ]
            self.places[kpi.key, FORECAST] = (page.name, row, self.hidden_of_targets + len(hidden) - 1)
            for column, content in enumerate(hidden, start=self.hidden_of_targets):
                page.put(row, column, content, {"font_color": look.GREY})
            row += 1
        names = ("t_place", "t_target", "t_fact", "t_better", "t_unit", "t_short", "t_forecast")
        for column, name in enumerate(names, start=self.hidden_of_targets):
            self.pages.names[name] = page.ref(first, column, last, column)
        for column, name in ((1, "t_kpi"), (2, "t_unit_word"), (3, "t_direction"), (4, "t_month_target"), (5, "t_weight"), (6, "t_base"), (7, "t_comment")):
            self.pages.names[name] = page.ref(first, column, last, column)
        for column in (4, 6):
            self.validate(page, first, column, last, column, {"validate": "decimal", "criteria": ">=", "value": -1e15}, heads[column - 1])
        self.validate(page, first, 5, last, 5, {"validate": "decimal", "criteria": ">=", "value": 0}, heads[4])

        def finish(sheet: Any, _: Pages) -> None:
            sheet.set_row(TOP, 32)
            sheet.freeze_panes(TOP + 1, 2)
            sheet.repeat_rows(TOP)
            sheet.fit_to_pages(1, 0)
            page.printed = (0, 0, last, 7)
            sheet.set_column(self.hidden_of_targets, self.hidden_of_targets + len(names) - 1, 10, None, {"hidden": True})

        page.finish.append(finish)

    # --- plan against fact ---

    def _plan(self) -> None:
        page = self.by_key["plan"]
        about = Text(
            "Where we stand against the target. Where lower is better, attainment is target by fact.",
            "Где мы относительно цели. Выполнение для «меньше — лучше» считается как план, делённый на факт.",
        )
        width = 12
        self.frame(page, NAMES["plan"], about, width)
        self._period_line(page)
        self.widths(page, (44, 12, 14, 15, 15, 15, 13, 18, 18, 15, 13, 40))
        heads = (Text("KPI", "Показатель"), Text("Unit", "Ед."), Text("Better when", "Лучше, когда"), Text("Target", "План"), Text("Fact", "Факт"), Text("Gap", "Отклонение"),
                 Text("Gap, %", "Отклонение, %"), Text("Attainment", "Выполнение"), Text("Status", "Статус"), Text("Forecast", "Прогноз"), Text("Forecast by target", "Прогноз к плану"), Text("Comment", "Комментарий"))  # fmt: skip
        for column, head in enumerate(heads, start=1):
            page.put(TOP, column, self.say(head), look.HEAD_LEFT if column in (1, width) else look.HEAD)
        first, last = TOP + 1, TOP + _MOST_PLANNED
        hidden = width + 2  # the row of the KPI in Targets, its direction, its value at the start, its unit, its rank
        for number in range(1, _MOST_PLANNED + 1):
            row = TOP + number
            where = page.put(row, hidden, Formula(f"IF({number}>MAX(t_place),0,MATCH({number},t_place,0))"))
            better = page.put(row, hidden + 1, Formula(f"IF({where}=0,0,INDEX(t_better,{where}))"))
            base = page.put(row, hidden + 2, Formula(f'IF({where}=0,"",IF(ISNUMBER(INDEX(t_base,{where})),INDEX(t_base,{where}),""))'))
            unit = page.put(row, hidden + 3, Formula(f'IF({where}=0,"",INDEX(t_unit,{where}))'))
            for column, name, style in (
                (1, "t_kpi", look.NAME),
                (2, "t_unit_word", look.QUIET | {"align": "center"}),
                (3, "t_direction", look.QUIET | {"align": "center"}),
            ):
                page.put(row, column, Formula(f'IF({where}=0,"",INDEX({name},{where}))'), style)
            for column, name in ((4, "t_target"), (5, "t_fact")):
                page.put(row, column, Formula(f'IF({where}=0,"",INDEX({name},{where}))'), look.NUMBER | {"num_format": "#,##0.00", "bold": column == 5})
            target, fact = f"{letters(4)}{row + 1}", f"{letters(5)}{row + 1}"
            known = f"AND(ISNUMBER({target}),ISNUMBER({fact}))"
            page.put(
                row,
                6,
                Formula(f'IF({where}=0,"",IF({known},({fact}-{target})*IF({unit}="{Unit.SHARE.key}",100,1),"{DASH}"))'),
                look.NUMBER | {"num_format": "+#,##0.00;-#,##0.00;0"},
            )
            page.put(
                row,
                7,
                Formula(f'IF({where}=0,"",IF({known},IF({target}=0,"{DASH}",({fact}-{target})/ABS({target})),"{DASH}"))'),
                look.NUMBER | {"num_format": "+0.0%;-0.0%;0.0%"},
            )
            page.put(row, 8, Formula(f'IF({where}=0,"",IF({known},{_attainment(fact, target, better, base)},"{DASH}"))'), look.NUMBER | {"num_format": "0.0%"})
            words = {status: f'"{status.in_language(self.language)}"' for status in Status}
            attained = f"{letters(8)}{row + 1}"
            judged = f"IF(ROUND({attained},9)>=ROUND(s_green,9),{words[Status.ON_PLAN]},IF(ROUND({attained},9)>=ROUND(s_amber,9),{words[Status.AT_RISK]},{words[Status.BEHIND]}))"
            status = f"IF(NOT(ISNUMBER({attained})),{words[Status.NO_DATA]},IF({better}=0,{words[Status.NO_VERDICT]},{judged}))"
            page.put(row, 9, Formula(f'IF({where}=0,"",{status})'), look.TEXT | {"bold": True})
            ahead = f"AND(ISNUMBER({fact}),ISNUMBER(INDEX(t_forecast,{where})))"
            forecast = page.put(
                row, 10, Formula(f'IF({where}=0,"",IF({ahead},INDEX(t_forecast,{where}),"{DASH}"))'), look.NUMBER | {"num_format": "#,##0.00"}
            )
            forecast = forecast.split("!")[1].replace("$", "")
            reached = f"IF(AND(ISNUMBER({target}),ISNUMBER({forecast})),{_attainment(forecast, target, better, base)},\"{DASH}\")"
            page.put(row, 11, Formula(f'IF({where}=0,"",{reached})'), look.NUMBER | {"num_format": "0.0%"})
            page.put(row, width, Formula(f'IF({where}=0,"",IF(INDEX(t_comment,{where})="","",INDEX(t_comment,{where})))'), look.TEXT)
            # equal attainments are told apart by their rows
            page.put(row, hidden + 5, Formula(f'IF({where}=0,"",INDEX(t_short,{where}))'))
            page.put(row, hidden + 4, Formula(f'IF(AND(ISNUMBER({attained}),{better}<>0),{attained}+{row}/1000000000,"")'))
        for column, name in (
            (1, "f_kpi"),
            (4, "f_target"),
            (5, "f_fact"),
            (8, "f_attainment"),
            (9, "f_status"),
            (hidden + 4, "f_rank"),
            (hidden + 5, "f_short"),
        ):
            self.pages.names[name] = page.ref(first, column, last, column)

        def finish(sheet: Any, pages: Pages) -> None:
            sheet.set_row(TOP, 32)
            sheet.freeze_panes(TOP + 1, 2)
            sheet.fit_to_pages(1, 0)
            page.printed = (0, 0, last, width)
            sheet.set_column(hidden, hidden + 5, 10, None, {"hidden": True})
            for left, right in ((4, 5), (10, 10)):
                self._number_formats(sheet, pages, (first, left, last, right), f"${letters(hidden + 3)}{first + 1}")
            points = self.say(Text("pp", "п. п."))
            form = pages.book.add_format({"num_format": f'+0.00" {points}";-0.00" {points}";0.00" {points}"'})
            sheet.conditional_format(
                first, 6, last, 6, {"type": "formula", "criteria": f'=${letters(hidden + 3)}{first + 1}="{Unit.SHARE.key}"', "format": form}
            )
            self.status_colours(sheet, pages, (first, 9, last, 9))
            bars = {"type": "data_bar", "bar_solid": True, "bar_color": "#B9CCF5", "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1.5}
            sheet.conditional_format(first, 8, last, 8, bars)

        page.finish.append(finish)

    def _number_formats(self, sheet: Any, pages: Pages, area: tuple[int, int, int, int], unit: str) -> None:
        """Numbers of an area as the unit in a cell asks for: a KPI that is looked up has no format of its own."""
        for one in (Unit.SHARE, Unit.COUNT, Unit.HOURS, Unit.MONEY):
            rule = {"type": "formula", "criteria": f'={unit}="{one.key}"', "format": pages.book.add_format({"num_format": look.FORMATS[one]})}
            sheet.conditional_format(*area, rule)

    def status_colours(self, sheet: Any, pages: Pages, area: tuple[int, int, int, int]) -> None:
        for status, (back, front) in look.STATUS_COLOURS.items():
            form = pages.book.add_format({"bg_color": back, "font_color": front})
            sheet.conditional_format(*area, {"type": "text", "criteria": "begins with", "value": status.value[0], "format": form})

    # --- reference ---

    def _reference(self) -> None:
        page = self.by_key["reference"]
        self.frame(
            page, NAMES["reference"], Text("How each KPI is counted, and which direction is good.", "Как считается каждый KPI и какое направление хорошее."), 6
        )
        self.widths(page, (40, 50, 26, 9, 16, 80))
        heads = (
            Text("KPI", "Показатель"),
            Text("Formula", "Формула"),
            Text("Function", "Функция"),
            Text("Unit", "Ед."),
            Text("Better when", "Лучше, когда"),
            Text("About", "О показателе"),
        )
        for column, head in enumerate(heads, start=1):
            page.put(TOP, column, self.say(head), look.HEAD_LEFT)
        row = TOP
        for entry in self._grouped():
            row += 1
            if isinstance(entry, Group):
                self._group_row(page, row, entry, 6)
                continue
            kpi = entry.kpi
            wrap = look.LINE | {"text_wrap": True, "valign": "top", "font_size": 10}
            about = self.say(kpi.about)
            texts = (
                self.say(kpi.name),
                formula_text(kpi, self.language),
                kpi.function or DASH,
                self.unit(kpi.unit),
                f"{_SIGNS[kpi.better]} {self.say(kpi.better.value)}",
                about,
            )
            for column, text in enumerate(texts, start=1):
                page.put(row, column, text, wrap | {"bold": column == 1})
            lines = max(-(-len(texts[1]) // 46), -(-len(about) // 82), -(-len(texts[0]) // 36))
            page.heights[row] = 14 * lines + 4
        last = row

        def finish(sheet: Any, _: Pages) -> None:
            sheet.freeze_panes(TOP + 1, 2)
            sheet.repeat_rows(TOP)
            sheet.fit_to_pages(1, 0)
            page.printed = (0, 0, last, 6)

        page.finish.append(finish)

    # --- start ---

    def _start(self) -> None:
        page = self.by_key["start"]
        title = Text("SMM KPIs: results, costs, effort and targets", "KPI в SMM: результаты, затраты, труд и план")
        about = Text(
            "A workbook for SMM specialists: fill in the data, get KPIs, gaps to the plan and a dashboard.",
            "Рабочая книга SMM-специалиста: вносите данные — получайте KPI, отклонения от плана и дашборд.",
        )
        self.frame(page, title, about, 6)
        self.widths(page, (6, 26, 30, 3, 24, 52))
        self._start_steps(page)
        self._start_state(page)
        self._start_legend(page)

        def finish(sheet: Any, _: Pages) -> None:
            sheet.fit_to_pages(1, 1)

        page.finish.append(finish)

    def _start_steps(self, page: Page) -> None:
        page.put(TOP, 1, self.say(Text("How to work", "Как работать")), look.SECTION)
        for column in (2, 3):
            page.put(TOP, column, None, look.SECTION)
        steps = (
            (
                "settings",
                Text("Set up", "Настройте"),
                Text("Channels, margin, rates on the sheet Settings.", "Каналы, маржинальность, ставки — лист «Настройки»."),
            ),
            (
                "channels",
                Text("Fill in the data", "Внесите данные"),
                Text("Sheet Channels: one row for each month and channel.", "Лист «Каналы»: одна строка на месяц и канал."),
            ),
            (
                "campaigns",
                Text("Add details", "Добавьте детали"),
                Text("Campaigns, posts and effort, if you have them.", "Кампании, посты и трудозатраты — по желанию."),
            ),
            ("targets", Text("Set targets", "Поставьте цели"), Text("Target for a month and weight of each KPI.", "План на месяц и вес каждого KPI.")),
            (
                "dashboard",
                Text("Choose the period", "Выберите период"),
                Text("On the dashboard: from and to, a month, quarter or year.", "На дашборде: «с» и «по» — месяц, квартал, год."),
            ),
            ("plan", Text("Act", "Действуйте"), Text("Plan-fact shows where you are behind.", "«План-факт» покажет, где отставание.")),
        )
        for number, (key, words, about) in enumerate(steps, start=1):
            row = TOP - 1 + 2 * number
            name = self.by_key[key].name
            page.put(row, 1, number, {"bold": True, "font_size": 14, "font_color": "#FFFFFF", "bg_color": look.BLUE, "align": "center"})
            page.put(row + 1, 1, None, {"bg_color": look.BLUE, "bottom": 2, "bottom_color": "#FFFFFF"})
            page.put(row, 2, f"{self.say(words)} →", look.LINK | {"bold": True, "font_size": 12, "indent": 1, "underline": 0})
            page.links[row, 2] = f"internal:'{name}'!A1"
            page.put(row + 1, 2, self.say(about), look.SUBTITLE | {"indent": 1})

    def _start_state(self, page: Page) -> None:
        row = TOP + 15
        page.put(row, 1, self.say(Text("State of the workbook", "Состояние книги")), look.SECTION)
        for column in (2, 3):
            page.put(row, column, None, look.SECTION)
        works, missing = Text("call SMM_…, the add-in works", "вызывают SMM_…, надстройка есть"), Text("the SMM add-in is missing!", "нет надстройки SMM!")
        words: Any = self.say(Text("native, no add-in needed", "встроенные, без надстройки"))
        if self.calls_functions:
            words = Formula(f'IF(ISNUMBER(SMM_CPL(1000,20)),"{self.say(works)}","{self.say(missing)}")')
        verdicts = "COUNTIF(period_verdicts,\"{0}*\")+COUNTIF(twice_verdicts,\"{0}*\")"
        lines: tuple[tuple[Text, Any, str], ...] = (
            (Text("Rows with data", "Строк с данными"), Formula("SUM(rows_filled)"), "0"),
            (Text("Errors ■ (see Data checks)", "Ошибок ■ (лист «Проверка данных»)"), Formula(f"SUM(errors_found)+{verdicts.format('■')}"), "0"),
            (Text("Remarks ▲", "Замечаний ▲"), Formula(f"SUM(remarks_found)+{verdicts.format('▲')}"), "0"),
            (Text("Period of the report", "Период отчёта"), Formula("p_first"), self.month_format),
            (Text("to", "по"), Formula("p_last"), self.month_format),
            (Text("Currency", "Валюта"), Formula("p_currency"), "@"),
            (Text("On plan from", "«В плане» от"), Formula("s_green"), "0%"),
            (Text("At risk from", "«Риск» от"), Formula("s_amber"), "0%"),
            (Text("Language", "Язык"), self.say(Text("English", "русский")), "@"),
            (Text("Formulas", "Формулы"), words, "@"),
            (Text("Version of the template", "Версия шаблона"), VERSION, "@"),
        )
        for place, (label, content, form) in enumerate(lines, start=1):
            page.put(row + place, 1, self.say(label), look.LINE)
            page.put(row + place, 2, None, look.LINE)
            page.put(row + place, 3, content, look.LINE | {"bold": True, "num_format": form, "align": "left"})

    def _start_legend(self, page: Page) -> None:
        page.put(TOP, 5, self.say(Text("Legend", "Обозначения")), look.SECTION)
        page.put(TOP, 6, None, look.SECTION)
        colours = look.STATUS_COLOURS
        lines: list[tuple[Any, look.Style, Text]] = [
            (12345, look.INPUT | {"num_format": "#,##0", "align": "center"}, Text("input: you fill in these cells", "ввод: эти ячейки заполняете вы")),
            (12345, look.LINE | {"num_format": "#,##0", "align": "center"}, Text("a formula: nothing to change", "расчёт: формула, менять не нужно")),
            (12345, look.TOTAL | {"num_format": "#,##0", "align": "center"}, Text("the total of the period", "итог за период")),
            (DASH, look.LINE | {"align": "center"}, Text("a figure is missing, or nothing to divide by", "данных не хватает или делить не на что")),
        ]
        about = {
            Status.ON_PLAN: Text("the target is reached", "план достигнут"),
            Status.AT_RISK: Text("below the target, not below the threshold", "ниже плана, но не ниже порога"),
            Status.BEHIND: Text("below the threshold: act", "ниже порога: нужны действия"),
            Status.NO_DATA: Text("no fact for the period", "нет факта за период"),
            Status.NO_VERDICT: Text("neither more nor less is better", "не оценивается: ни больше, ни меньше не лучше"),
        }
        for status, words in about.items():
            back, front = colours[status]
            lines.append(
                (
                    status.in_language(self.language),
                    {"bg_color": back, "font_color": front, "bold": True, "align": "center", "bottom": 1, "bottom_color": "#FFFFFF"},
                    words,
                )
            )
        for place, (content, style, words) in enumerate(lines, start=1):
            page.put(TOP + place, 5, content, style | {"locked": True})
            page.put(TOP + place, 6, self.say(words), look.LINE | {"indent": 1})
        row = TOP + 12
        page.put(row, 5, self.say(Text("Sheets", "Листы")), look.SECTION)
        page.put(row, 6, None, look.SECTION)
        about_sheets = {
            "dashboard": Text("one page for the boss or the client", "одна страница для руководителя или клиента"),
            "channels": Text("data by month and channel", "данные по месяцам и каналам"),
            "campaigns": Text("advertising", "реклама"),
            "posts": Text("posts and their reach", "публикации и их охват"),
            "effort": Text("hours and their cost", "часы и их стоимость"),
            "targets": Text("the plan of a month", "план на месяц"),
            "kpi": Text("all KPIs by channel", "все показатели по каналам"),
            "months": Text("all KPIs by month", "все показатели по месяцам"),
            "plan": Text("plan, fact, status", "план, факт, статус"),
            "score": Text("weights, score, bonus", "веса, оценка, премия"),
            "funnel": Text("from customers back to the budget", "от клиентов назад к бюджету"),
            "ab": Text("which variant is better, how large a test", "какой вариант лучше, какой нужен объём"),
            "checks": Text("what is wrong with the data", "что не так с данными"),
            "reference": Text("formulas and functions", "формулы и функции"),
        }
        for place, (key, words) in enumerate(about_sheets.items(), start=1):
            name = self.by_key[key].name
            page.put(row + place, 5, name, look.LINK | look.LINE)
            page.links[row + place, 5] = f"internal:'{name}'!A1"
            page.put(row + place, 6, self.say(words), look.LINE | {"font_color": look.GREY, "indent": 1})


_SIGNS = {Better.HIGHER: "▲", Better.LOWER: "▼", Better.NEUTRAL: "○"}


def _multiplies(measure: Measure) -> bool:
    """Whether the target of a month is multiplied over several: what is added over months."""
    return not measure.formula.divides() and all(part.total is Total.SUM for part in measure.terms) and not measure.scalars


def _attainment(fact: str, target: str, better: str, base: str) -> str:
    """How far a target is reached, as ``targets.attainment`` says."""
    from_base = (
        f'IF({target}={base},"{DASH}",IF(OR(AND({better}=-1,{target}>{base}),AND({better}=1,{target}<{base})),"{DASH}",({fact}-{base})/({target}-{base})))'
    )
    reached = f"IF({better}=-1,IF({fact}<={target},1,0),IF({fact}>={target},1,0))"
    lower = f'IF({fact}<0,"{DASH}",{target}/{fact})'
    plain = f'IF({target}<0,"{DASH}",IF(OR({target}=0,AND({better}=-1,{fact}=0)),{reached},IF({better}=-1,{lower},{fact}/{target})))'
    return f"IF(ISNUMBER({base}),{from_base},{plain})"


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
        return Text(
            "Write a number of 0 or more; leave the cell empty where it is not known.", "Введите число от 0; если оно неизвестно, оставьте ячейку пустой."
        )
    return Text("Write a number; leave the cell empty where it is not known.", "Введите число; если оно неизвестно, оставьте ячейку пустой.")
