"""A report as a workbook: the KPI table, what a reader has to know of it, and how each KPI is counted."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import Any

import xlsxwriter

from smm_xl.catalog.kpi import Kpi
from smm_xl.catalog.registry import GROUPINGS, formula_text
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.reports.plan import PlanReport
from smm_xl.reports.report import Report, ReportColumn

TOTAL = Text("Total", "Итого")

HEAD = look.HEAD | {"align": "left"}
HEADER_ROW, _UNIT_ROW, _FIRST_ROW = 3, 4, 5
ROW_HEIGHT = 19
_LINE_HEIGHT = 16
_WIDE = 8


def stands_as_rows(made: Report) -> bool:
    """Whether a report is easier to read with a KPI a row: many KPIs of a few groups, or of no groups at all."""
    return not made.by or (len(made.columns) > _WIDE and len(made.frame) <= _WIDE)


def write_report(made: Report, path: Path, *, language: str, title: str) -> None:
    """Write a report to a new xlsx file. Text stays text: nothing that came from a file becomes a formula or a link."""
    with xlsxwriter.Workbook(str(path), look.SAFE) as book:
        Writer(book, language).write(made, title)


class Writer:
    """The sheets of one report."""

    def __init__(self, book: xlsxwriter.Workbook, language: str) -> None:
        self.book, self.language = book, language
        self._formats: dict[str, Any] = {}

    def say(self, words: Text) -> str:
        return words.in_language(self.language)

    def style(self, **properties: Any) -> Any:
        """A cell format of the one font of the book, made once."""
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(look.FONT | properties)
        return self._formats[key]

    def write(self, made: Report, title: str) -> None:
        self._report(made, title)
        self.notes(made)
        self.reference(list(dict.fromkeys(column.kpi for column in made.columns)))

    def sheet(self, name: Text, heading: str, subtitle: Text, width: int) -> Any:
        sheet = self.book.add_worksheet(self.say(name))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8smm-xl&C&8&A&R&8&P / &N")
        sheet.set_column(0, 0, 2)
        sheet.set_row(0, 30)
        sheet.write_string(0, 1, heading, self.style(bold=True, font_size=20, font_color=look.NAVY))
        sheet.write_string(1, 1, self.say(subtitle), self.style(font_color=look.GREY))
        for column in range(1, width + 1):
            sheet.write_blank(2, column, None, self.style(top=5, top_color=look.NAVY))
        sheet.set_row(1, 20)
        sheet.set_row(2, 6)
        return sheet

    def _report(self, made: Report, title: str) -> None:
        subtitle = Text(
            "Totals are divided once, over all rows; «—» is undefined: nothing to divide by, or an input unknown.",
            "Итоги делятся один раз, по всем строкам; «—» значит «не определено»: делить не на что или неизвестны данные.",
        )
        lying = stands_as_rows(made)
        sheet = self.sheet(Text("Report", "Отчёт"), title, subtitle, max(6, 3 + len(made.frame) if lying else len(made.by) + len(made.columns)))
        if lying:
            self._kpis_as_rows(sheet, made)
        else:
            self._kpis_as_columns(sheet, made)

    def _kpis_as_columns(self, sheet: Any, made: Report) -> None:
        sheet.set_row(HEADER_ROW, 48)
        unit = self.style(italic=True, font_size=9, font_color=look.GREY, align="right", bottom=1, bottom_color=look.NAVY)
        for place, dim in enumerate(made.by, start=1):
            sheet.set_column(place, place, max(12, *(min(len(str(label or "")), 40) + 2 for label in made.frame[dim])))
            sheet.write_string(HEADER_ROW, place, self.say(GROUPINGS[dim]), self.style(**HEAD))
            sheet.write_blank(_UNIT_ROW, place, None, unit)
        for place, column in enumerate(made.columns, start=len(made.by) + 1):
            sheet.set_column(place, place, 15)
            sheet.write_string(HEADER_ROW, place, self.say(column.title), self.style(**HEAD | {"align": "center"}))
            sheet.write_string(_UNIT_ROW, place, self._unit(column), unit)
        for row, record in enumerate(made.frame.itertuples(index=False, name=None), start=_FIRST_ROW):
            sheet.set_row(row, ROW_HEIGHT)
            for place, label in enumerate(record[: len(made.by)], start=1):
                sheet.write_string(row, place, look.DASH if label is None else str(label), self.style(**look.LINE))
            for place, (column, value) in enumerate(zip(made.columns, record[len(made.by) :], strict=True), start=len(made.by) + 1):
                self._value(sheet, row, place, column, value, look.LINE)
        row = _FIRST_ROW + len(made.frame)
        sheet.set_row(row, ROW_HEIGHT)
        border = {"top": 1, "top_color": look.NAVY, "bold": True}
        sheet.write_string(row, 1, self.say(TOTAL), self.style(**border))
        for place in range(2, len(made.by) + 1):
            sheet.write_blank(row, place, None, self.style(**border))
        for place, column in enumerate(made.columns, start=len(made.by) + 1):
            self._value(sheet, row, place, column, made.total[column.key], border)
        sheet.freeze_panes(_FIRST_ROW, len(made.by) + 1)
        sheet.repeat_rows(HEADER_ROW, _UNIT_ROW)

    def _kpis_as_rows(self, sheet: Any, made: Report) -> None:
        """Many KPIs of a few groups: a KPI a row, under the headings of the article's three groups."""
        labels = [" / ".join(look.DASH if part is None else str(part) for part in label) for label in made.frame[list(made.by)].itertuples(index=False)]
        heads = [*(labels if made.by else []), self.say(TOTAL)]
        sheet.set_row(HEADER_ROW, 24)
        sheet.set_column(1, 1, 44)
        sheet.set_column(2, 2, 10)
        for place, head in enumerate(("KPI", self.say(Text("Unit", "Единица")), *heads), start=1):
            if place > 2:
                sheet.set_column(place, place, max(15, min(len(head) + 2, 30)))
            sheet.write_string(HEADER_ROW, place, head, self.style(**HEAD | ({"align": "right"} if place > 2 else {})))
        row = HEADER_ROW + 1
        for group in dict.fromkeys(column.kpi.group for column in made.columns):
            sheet.set_row(row, ROW_HEIGHT + 6)
            for place in range(1, len(heads) + 3):
                text = self.say(group.value).capitalize() if place == 1 else ""
                sheet.write_string(row, place, text, self.style(bold=True, font_color=look.NAVY, valign="bottom", bottom=1, bottom_color=look.NAVY))
            row += 1
            for column in (column for column in made.columns if column.kpi.group is group):
                sheet.set_row(row, ROW_HEIGHT)
                sheet.write_string(row, 1, self.say(column.title), self.style(**look.LINE))
                sheet.write_string(row, 2, self._unit(column), self.style(italic=True, font_size=9, font_color=look.GREY, **look.LINE))
                values = [*(made.frame[column.key].tolist() if made.by else []), made.total[column.key]]
                for place, value in enumerate(values, start=3):
                    self._value(sheet, row, place, column, value, look.LINE | ({"bold": True} if place == len(heads) + 2 else {}))
                row += 1
        sheet.freeze_panes(HEADER_ROW + 1, 2)
        sheet.repeat_rows(HEADER_ROW)

    def _unit(self, column: ReportColumn) -> str:
        return self.say(look.UNIT_WORDS[column.unit])

    def _value(self, sheet: Any, row: int, place: int, column: ReportColumn, value: float, border: dict[str, Any]) -> None:
        if isnan(value):
            sheet.write_string(row, place, look.DASH, self.style(align="right", font_color=look.GREY, **border))
        else:
            sheet.write_number(row, place, value, self.style(num_format=look.FORMATS[column.unit], **border))

    def _height(self, sheet: Any, row: int, *texts: tuple[str, int]) -> None:
        """A height for wrapped texts in columns of some widths; not every program finds it by itself."""
        sheet.set_row(row, _LINE_HEIGHT * max(-(-len(text) // (width - 4)) for text, width in texts) + 3)

    def notes(self, made: Report | PlanReport) -> None:
        subtitle = Text("What a reader of the figures has to know.", "Что нужно знать, читая цифры.")
        sheet = self.sheet(Text("Notes", "Примечания"), self.say(Text("Notes", "Примечания")), subtitle, 1)
        sheet.set_column(1, 1, 120)
        lines = [self.say(note) for note in made.notes] or [self.say(Text("Nothing was left out.", "Ничего не пропущено."))]
        for source in made.recognised:
            taken = ", ".join(f"{key} = «{header}»" for key, header in source.columns.items())
            lines.append(self.say(Text(f"{source.source}: columns taken: {taken}", f"{source.source}: взяты столбцы: {taken}")))
            if source.guessed:
                guesses = ", ".join(f"{key} = «{source.columns[key]}»" for key in sorted(source.guessed))
                lines.append(self.say(Text(f"{source.source}: guessed by spelling: {guesses}", f"{source.source}: угаданы по написанию: {guesses}")))
            if source.ignored:
                ignored = ", ".join(f"«{header}»" for header in source.ignored)
                lines.append(self.say(Text(f"{source.source}: columns ignored: {ignored}", f"{source.source}: не использованы столбцы: {ignored}")))
        for row, line in enumerate(lines, start=HEADER_ROW):
            self._height(sheet, row, (line, 120))
            sheet.write_string(row, 1, line, self.style(text_wrap=True, valign="top"))

    def reference(self, kpis: list[Kpi]) -> None:
        subtitle = Text("How each KPI is counted, and which direction is good.", "Как считается каждый KPI и какое направление хорошее.")
        sheet = self.sheet(Text("How counted", "Как считается"), self.say(Text("How counted", "Как считается")), subtitle, 5)
        titles = (Text("KPI", "KPI"), Text("Formula", "Формула"), Text("Better", "Лучше"), Text("Group", "Группа"), Text("About", "Описание"))
        widths = (38, 44, 12, 20, 70)
        for place, (words, width) in enumerate(zip(titles, widths, strict=True), start=1):
            sheet.set_column(place, place, width)
            sheet.write_string(HEADER_ROW, place, self.say(words), self.style(bold=True, font_color=look.WHITE, bg_color=look.NAVY))
        for row, entry in enumerate(kpis, start=HEADER_ROW + 1):
            about: tuple[Text | str, ...] = (entry.name, formula_text(entry, self.language), entry.better.value, entry.group.value, entry.about)
            texts = [self.say(told) if isinstance(told, Text) else told for told in about]
            self._height(sheet, row, *zip(texts, widths, strict=True))
            for place, text in enumerate(texts, start=1):
                sheet.write_string(row, place, text, self.style(text_wrap=True, valign="top", **look.LINE))
        sheet.repeat_rows(HEADER_ROW)
