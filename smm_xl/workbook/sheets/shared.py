"""What the sheets of the workbook have in common: headings, widths, rules for cells, lines of KPIs, colours."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from smm_xl.catalog.kpi import Kpi
from smm_xl.cells.columns import letters
from smm_xl.engine.coverage import ENOUGH
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook.draft import Draft
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.terms import Measure
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import TOP, VERSION

MARKED = Text(
    f"{look.MARK} rests on less than {ENOUGH:.0%} of the data, see Data checks",
    f"{look.MARK} посчитано меньше чем по {ENOUGH:.0%} данных, см. «Проверка данных»",
)


def frame(draft: Draft, page: Page, about: Text, width: int, *, title: Text | Formula | None = None, protect: bool = True, height: float | None = 18) -> None:
    """The heading of a sheet, its name where no ``title`` is given, with a way back to the first sheet; and how it is printed."""
    page.put(0, 1, draft.say(title) if isinstance(title, Text) else title or page.name, look.TITLE)
    page.put(1, 1, draft.say(about), look.SUBTITLE)
    for column in range(1, width + 1):
        page.put(2, column, None, look.RULE)
    start = draft.pages.pages[0].name
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


def set_widths(page: Page, widths: Sequence[float]) -> None:
    """How wide the columns are, from the second on."""

    def finish(sheet: Any, _: Pages) -> None:
        for column, width in enumerate(widths, start=1):
            sheet.set_column(column, column, width)

    page.finish.append(finish)


def put_heads(draft: Draft, page: Page, row: int, heads: Iterable[Text], left: Container[int] = (1,)) -> None:
    """The headings of a table in a row; ``left``: the columns whose heading is not centred."""
    for column, head in enumerate(heads, start=1):
        page.put(row, column, draft.say(head), look.HEAD_LEFT if column in left else look.HEAD)


def validate(draft: Draft, page: Page, top: int, left: int, bottom: int, right: int, rule: dict[str, Any], title: Text) -> None:
    """A rule for cells, with a message in the language of the book that says what is allowed."""
    message = draft.say(_allowed(rule))
    wanted = rule | {"error_title": draft.say(title)[:32], "error_message": message, "ignore_blank": True}
    page.finish.append(lambda sheet, _: sheet.data_validation(top, left, bottom, right, wanted))


def kpi_lines(draft: Draft, page: Page, width: int) -> Iterator[tuple[int, Measure]]:
    """A row for each KPI below the headings of the article's groups, which are filled in. ``width``: of the sheet, in columns."""
    for row, line in draft.kpi_lines:
        if isinstance(line, Measure):
            yield row, line
        else:
            words = Text(f"By {line.words.en}", line.words.ru)
            for column in range(1, width + 1):
                page.put(row, column, draft.say(words).upper() if column == 1 else None, look.GROUP)
            page.heights[row] = 24


def put_name(draft: Draft, page: Page, row: int, kpi: Kpi) -> None:
    """The name and the unit of a KPI, which begin its row."""
    page.put(row, 1, draft.say(kpi.name), look.NAME)
    page.put(row, 2, draft.unit(kpi.unit), look.QUIET | {"align": "center"})


def period_line(draft: Draft, page: Page) -> None:
    page.put(TOP - 1, 1, draft.say(Text("Period", "Период")), look.SUBTITLE | {"align": "right"})
    for column, name in ((3, "p_first"), (4, "p_last")):
        page.put(TOP - 1, column, Formula(name), {"bold": True, "num_format": draft.month_format, "align": "center", "font_color": look.NAVY})
    part_note(draft, page, TOP - 1, 5, 7)


def part_note(draft: Draft, page: Page, row: int, column: int, day_column: int) -> None:
    """In two cells: that the chosen period is not over, and up to which day it is known."""
    note = Text(f"{look.REMARK} part of the period, data up to", f"{look.REMARK} период не закончен, данные по")
    style = {"bold": True, "font_size": 9, "font_color": look.STATUS_COLOURS[Status.AT_RISK][1]}
    page.put(row, column, Formula(f'IF(p_is_part=1,"{draft.say(note)}","")'), style)
    page.put(row, day_column, Formula('IF(p_is_part=1,s_as_of,"")'), style | {"num_format": look.DATE_FORMAT[draft.language], "align": "right"})


def clear_empty_rows(page: Page, area: tuple[int, int, int, int]) -> None:
    """White lines and backgrounds in the rows of a list that are not filled in their first column: they are not to be printed as lines.

    Of filled rows nothing is said here: LibreOffice takes but one of two conditional formats that overlap.
    """
    first, left, last, right = area

    def finish(sheet: Any, pages: Pages) -> None:
        white = pages.book.add_format({"bottom": 4, "bottom_color": look.WHITE, "bg_color": look.WHITE})
        sheet.conditional_format(first, left, last, right, {"type": "formula", "criteria": f'=${letters(left)}{first + 1}=""', "format": white})

    page.finish.append(finish)


def pale_errors(draft: Draft, sheet: Any, pages: Pages, area: tuple[int, int, int, int]) -> None:
    """The functions show true errors where a KPI is undefined: quietly."""
    if draft.calls_functions:
        sheet.conditional_format(*area, {"type": "errors", "format": pages.book.add_format({"font_color": look.FAINT})})


def mark_figures(draft: Draft, sheet: Any, pages: Pages, name: str, first: int, last: int) -> None:
    """A sign behind figures that rest on a part of the data. ``name``: of the block of ``Draft.covered`` of these columns."""
    for measure in draft.measures:
        row = draft.kpi_rows[measure.kpi.key]
        style = pages.book.add_format({"num_format": look.marked(look.FORMATS[measure.kpi.unit], is_marked=True)})
        rule = f"=INDEX({name},{row - TOP},COLUMN()-{first})<{ENOUGH}"
        sheet.conditional_format(row, first, row, last, {"type": "formula", "criteria": rule, "format": style})


def sign_colours(sheet: Any, pages: Pages, area: tuple[int, int, int, int], signs: Sequence[str] = tuple(look.SIGN_COLOURS)) -> None:
    """Words of an area in the colour of the sign before them."""
    for sign in signs:
        style = pages.book.add_format({"font_color": look.SIGN_COLOURS[sign]})
        sheet.conditional_format(*area, {"type": "text", "criteria": "begins with", "value": sign, "format": style})


def status_colours(sheet: Any, pages: Pages, area: tuple[int, int, int, int]) -> None:
    for status, (back, front) in look.STATUS_COLOURS.items():
        form = pages.book.add_format({"bg_color": back, "font_color": front})
        sheet.conditional_format(*area, {"type": "text", "criteria": "begins with", "value": status.sign, "format": form})


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
