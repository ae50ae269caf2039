"""What every workbook of results has: sheets with a heading, styles made once, what a reader has to know, and how each KPI is counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import xlsxwriter

from smm_xl.catalog.kpi import Kpi, Unit
from smm_xl.catalog.registry import formula_text
from smm_xl.language import Text, same
from smm_xl.outputs import look
from smm_xl.reports.result import Result

HEAD = look.HEAD | {"align": "left"}
HEADER_ROW = 3
ROW_HEIGHT = 19
_LINE_HEIGHT = 16
_MOST_MARKS = 200  # that the notes tell one by one


class Writer:
    """The sheets of one result in a language."""

    def __init__(self, book: xlsxwriter.Workbook, language: str, currency: str = "") -> None:
        self.book, self.language, self._currency = book, language, currency
        self._formats: dict[frozenset[tuple[str, Any]], Any] = {}

    def say(self, words: Text) -> str:
        return words.in_language(self.language)

    def unit(self, unit: Unit) -> str:
        return self.say(look.unit_words(unit, self._currency))

    def style(self, **properties: Any) -> Any:
        """A cell format of the one font of the book, made once."""
        key = frozenset(properties.items())
        if key not in self._formats:
            self._formats[key] = self.book.add_format(look.FONT | properties)
        return self._formats[key]

    def sheet(self, name: Text, heading: Text, subtitle: Text, width: int) -> Any:
        """A new sheet with a heading over so many columns. Its table begins in the row ``HEADER_ROW`` and the second column."""
        sheet = self.book.add_worksheet(self.say(name))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&L&8smm-xl&C&8&A&R&8&P / &N")
        sheet.set_column(0, 0, 2)
        sheet.set_row(0, 30)
        sheet.write_string(0, 1, self.say(heading), self.style(**look.TITLE))
        sheet.write_string(1, 1, self.say(subtitle), self.style(**look.SUBTITLE))
        for column in range(1, width + 1):
            sheet.write_blank(2, column, None, self.style(**look.RULE))
        sheet.set_row(1, 20)
        sheet.set_row(2, 6)
        return sheet

    def number(self, sheet: Any, row: int, place: int, value: float | None, form: str, **style: Any) -> None:
        """A number in a format, or the dash of what is undefined."""
        if value is None:
            sheet.write_string(row, place, look.DASH, self.style(align="right", font_color=look.GREY, **style))
        else:
            sheet.write_number(row, place, value, self.style(num_format=form, **style))

    def notes(self, result: Result) -> None:
        """What a reader has to know, and how the columns of each source were taken."""
        name, subtitle = Text("Notes", "Примечания"), Text("What a reader of the figures has to know.", "Что нужно знать, читая цифры.")
        sheet = self.sheet(name, name, subtitle, 1)
        sheet.set_column(1, 1, 120)
        lines = [*result.notes, *_of_marks(result)] or [Text("Nothing was left out.", "Ничего не пропущено.")]
        for source in result.recognised:
            taken = ", ".join(f"{key} = «{header}»" for key, header in source.columns.items())
            lines.append(Text(f"{source.source}: columns taken: {taken}", f"{source.source}: взяты столбцы: {taken}"))
            if source.guessed:
                guesses = ", ".join(f"{key} = «{source.columns[key]}»" for key in sorted(source.guessed))
                lines.append(Text(f"{source.source}: guessed by spelling: {guesses}", f"{source.source}: угаданы по написанию: {guesses}"))
            if source.ignored:
                ignored = ", ".join(f"«{header}»" for header in source.ignored)
                lines.append(Text(f"{source.source}: columns ignored: {ignored}", f"{source.source}: не использованы столбцы: {ignored}"))
        for row, line in enumerate(map(self.say, lines), start=HEADER_ROW):
            self._height(sheet, row, (line, 120))
            sheet.write_string(row, 1, line, self.style(text_wrap=True, valign="top"))

    def reference(self, kpis: Iterable[Kpi]) -> None:
        """How KPIs are counted."""
        name = Text("How counted", "Как считается")
        sheet = self.sheet(
            name, name, Text("How each KPI is counted, and which direction is good.", "Как считается каждый KPI и какое направление хорошее."), 5
        )
        titles = (Text("KPI", "KPI"), Text("Formula", "Формула"), Text("Better", "Лучше"), Text("Group", "Группа"), Text("About", "Описание"))
        widths = (38, 44, 12, 20, 70)
        for place, (words, width) in enumerate(zip(titles, widths, strict=True), start=1):
            sheet.set_column(place, place, width)
            sheet.write_string(HEADER_ROW, place, self.say(words), self.style(bold=True, font_color=look.WHITE, bg_color=look.NAVY))
        for row, entry in enumerate(kpis, start=HEADER_ROW + 1):
            said = map(self.say, (entry.name, entry.better.words, entry.group.words, entry.about))
            texts = [next(said), formula_text(entry, self.language), *said]
            self._height(sheet, row, *zip(texts, widths, strict=True))
            for place, text in enumerate(texts, start=1):
                sheet.write_string(row, place, text, self.style(text_wrap=True, valign="top", **look.LINE))
        sheet.repeat_rows(HEADER_ROW)

    def _height(self, sheet: Any, row: int, *texts: tuple[str, int]) -> None:
        """A height for wrapped texts in columns of some widths; not every program finds it by itself."""
        sheet.set_row(row, _LINE_HEIGHT * max(-(-len(text) // (width - 4)) for text, width in texts) + 3)


def _of_marks(result: Result) -> list[Text]:
    """A line for each figure of a group that has a sign: which it is, and why. The notes tell it of the totals."""
    marks = [mark for mark in result.marks if mark.group]
    titles = {column.key: column.title for column in result.columns if column.kpi is not None} | {kpi.key: kpi.name for kpi in result.kpis}
    lines = []
    for mark in marks[:_MOST_MARKS]:
        group = " / ".join(look.DASH if name is None else str(name) for name in mark.group or ())
        title = titles.get(mark.kpi, same(mark.kpi))
        why = {
            "coverage": Text(f"rests on {mark.share or 0:.1%} of the data", f"посчитано по {f'{(mark.share or 0) * 100:.1f}'.replace('.', ',')} % данных"),
            "lag": Text("one of its tables ends earlier than another", "одна из таблиц кончается раньше другой"),
        }[mark.why]
        lines.append(Text(f"{look.MARK} {title.en}, {group}: {why.en}", f"{look.MARK} {title.ru}, {group}: {why.ru}"))
    if more := len(marks) - len(lines):
        lines.append(Text(f"{look.MARK} figures marked beside these: {more}", f"{look.MARK} отмечено ещё цифр: {more}"))
    return lines
