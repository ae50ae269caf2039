"""The workbook: empty as the template, or filled with data; one builder for both, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from smm_xl.catalog.kpi import Group, Unit
from smm_xl.language import Text
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook import look
from smm_xl.workbook.content import Filled
from smm_xl.workbook.formulas import terms
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.sums import Sums
from smm_xl.workbook.formulas.terms import Measure
from smm_xl.workbook.layout import NAMES, TOP, VERSION
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import MOST_CHANNELS, SHEETS
from smm_xl.workbook.sheets import abtest, checks, dashboard, goals, inputs, kpis, start, targets

NATIVE, FUNCTIONS = "native", "functions"
_GROUPS = (Group.RESULTS, Group.COSTS, Group.EFFORT)  # of the article
PROPERTY = "smm-xl template"  # the custom property that our workbooks are known by


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
        self.kpi_rows: dict[str, int] = {}  # of the sheets KPI by channel and Months
        inputs.settings_sheet(self)
        for sheet in SHEETS:
            inputs.input_sheet(self, sheet)
        self.sums = Sums(self.pages, self.by_key["sums"], calls_functions=self.calls_functions)
        kpis.kpis(self)
        kpis.months(self)
        targets.targets(self)
        targets.plan_fact(self)
        goals.scorecard(self, TOP, targets.MOST_PLANNED)
        goals.funnel(self, TOP)
        abtest.ab_tests(self, TOP)
        checks.data_checks(self, TOP)
        dashboard.dashboard(self)
        kpis.reference(self)
        start.start(self)

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

    def validate(self, page: Page, top: int, left: int, bottom: int, right: int, rule: dict[str, Any], title: Text) -> None:
        """A rule for cells, with a message in the language of the book that says what is allowed."""
        message = self.say(_allowed(rule))
        wanted = rule | {"error_title": self.say(title)[:32], "error_message": message, "ignore_blank": True}
        page.finish.append(lambda sheet, _: sheet.data_validation(top, left, bottom, right, wanted))

    @property
    def last_kpi_row(self) -> int:
        """The last row of a sheet with a row for each KPI."""
        return TOP + len(_GROUPS) + len(self.measures)

    def kpi_lines(self, page: Page, width: int) -> Iterator[tuple[int, Measure]]:
        """A row for each KPI below the headings of the article's groups, its name and unit filled in. ``width``: of the sheet, in columns."""
        row = TOP
        for group in _GROUPS:
            row += 1
            words = Text(f"By {group.value.en}", group.value.ru)
            for column in range(1, width + 1):
                page.put(row, column, self.say(words).upper() if column == 1 else None, look.GROUP)
            page.heights[row] = 24
            for measure in self.measures:
                if measure.kpi.group is group:
                    row += 1
                    page.put(row, 1, self.say(measure.kpi.name), look.NAME)
                    page.put(row, 2, self.unit(measure.kpi.unit), look.QUIET | {"align": "center"})
                    yield row, measure

    def period_line(self, page: Page) -> None:
        page.put(TOP - 1, 1, self.say(Text("Period", "Период")), look.SUBTITLE | {"align": "right"})
        for column, name in ((3, "p_first"), (4, "p_last")):
            page.put(TOP - 1, column, Formula(name), {"bold": True, "num_format": self.month_format, "align": "center", "font_color": look.NAVY})
        self.part_note(page, TOP - 1, 5, 7)

    def part_note(self, page: Page, row: int, column: int, day_column: int) -> None:
        """In two cells: that the chosen period is not over, and up to which day it is known."""
        note = Text("▲ part of the period, data up to", "▲ период не закончен, данные по")
        style = {"bold": True, "font_size": 9, "font_color": look.STATUS_COLOURS[Status.AT_RISK][1]}
        page.put(row, column, Formula(f'IF(p_is_part=1,"{self.say(note)}","")'), style)
        page.put(row, day_column, Formula('IF(p_is_part=1,s_as_of,"")'), style | {"num_format": look.DATE_FORMAT[self.language], "align": "right"})

    def pale_errors(self, sheet: Any, pages: Pages, area: tuple[int, int, int, int]) -> None:
        """The functions show true errors where a KPI is undefined: quietly."""
        if self.calls_functions:
            sheet.conditional_format(*area, {"type": "errors", "format": pages.book.add_format({"font_color": "#B8BDC9"})})

    def status_colours(self, sheet: Any, pages: Pages, area: tuple[int, int, int, int]) -> None:
        for status, (back, front) in look.STATUS_COLOURS.items():
            form = pages.book.add_format({"bg_color": back, "font_color": front})
            sheet.conditional_format(*area, {"type": "text", "criteria": "begins with", "value": status.value[0], "format": form})


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
