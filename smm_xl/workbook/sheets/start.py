"""The sheet Start: what to do, the state of the workbook, the legend, the way to all sheets."""

from __future__ import annotations

from typing import Any

from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import TOP, VERSION
from smm_xl.workbook.sheets.shared import frame, set_widths


def build(draft: Draft, page: Page) -> None:
    title = Text("SMM KPIs: results, costs, effort and targets", "KPI в SMM: результаты, затраты, труд и план")
    about = Text(
        "A workbook for SMM specialists: fill in the data, get KPIs, gaps to the plan and a dashboard.",
        "Рабочая книга SMM-специалиста: вносите данные — получайте KPI, отклонения от плана и дашборд.",
    )
    frame(draft, page, about, 6, title=title)
    set_widths(page, (6, 26, 30, 3, 24, 52))
    _start_steps(draft, page)
    _start_state(draft, page)
    _start_legend(draft, page)

    def finish(sheet: Any, _: Pages) -> None:
        sheet.fit_to_pages(1, 1)

    page.finish.append(finish)


def _start_steps(draft: Draft, page: Page) -> None:
    page.put(TOP, 1, draft.say(Text("How to work", "Как работать")), look.SECTION)
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
        name = draft.by_key[key].name
        page.put(row, 1, number, {"bold": True, "font_size": 14, "font_color": look.WHITE, "bg_color": look.BLUE, "align": "center"})
        page.put(row + 1, 1, None, {"bg_color": look.BLUE, "bottom": 2, "bottom_color": look.WHITE})
        page.put(row, 2, f"{draft.say(words)} →", look.LINK | {"bold": True, "font_size": 12, "indent": 1, "underline": 0})
        page.links[row, 2] = f"internal:'{name}'!A1"
        page.put(row + 1, 2, draft.say(about), look.SUBTITLE | {"indent": 1})


def _start_state(draft: Draft, page: Page) -> None:
    row = TOP + 15
    page.put(row, 1, draft.say(Text("State of the workbook", "Состояние книги")), look.SECTION)
    for column in (2, 3):
        page.put(row, column, None, look.SECTION)
    works, missing = Text("call SMM_…, the add-in works", "вызывают SMM_…, надстройка есть"), Text("the SMM add-in is missing!", "нет надстройки SMM!")
    words: str | Formula = draft.say(Text("native, no add-in needed", "встроенные, без надстройки"))
    if draft.calls_functions:
        words = Formula(f'IF(ISNUMBER(SMM_CPL(1000,20)),"{draft.say(works)}","{draft.say(missing)}")')
    verdicts = 'COUNTIF(period_verdicts,"{0}*")+COUNTIF(twice_verdicts,"{0}*")'
    lines: tuple[tuple[Text, str | Formula, str], ...] = (
        (Text("Rows with data", "Строк с данными"), Formula("SUM(rows_filled)"), look.UNGROUPED),
        (
            Text(f"Errors {look.ERROR} (see Data checks)", f"Ошибок {look.ERROR} (лист «Проверка данных»)"),
            Formula(f"SUM(errors_found)+{verdicts.format(look.ERROR)}"),
            look.UNGROUPED,
        ),
        (Text(f"Remarks {look.REMARK}", f"Замечаний {look.REMARK}"), Formula(f"SUM(remarks_found)+{verdicts.format(look.REMARK)}"), look.UNGROUPED),
        (Text("Period of the report", "Период отчёта"), Formula("p_first"), draft.month_format),
        (Text("to", "по"), Formula("p_last"), draft.month_format),
        (Text("Currency", "Валюта"), Formula("p_currency"), look.WORDS),
        (Text("On plan from", "«В плане» от"), Formula("p_green"), look.WHOLE_PERCENT),
        (Text("At risk from", "«Риск» от"), Formula("p_amber"), look.WHOLE_PERCENT),
        (Text("Language", "Язык"), draft.say(Text("English", "русский")), look.WORDS),
        (Text("Formulas", "Формулы"), words, look.WORDS),
        (Text("Version of the template", "Версия шаблона"), VERSION, look.WORDS),
    )
    for place, (label, content, form) in enumerate(lines, start=1):
        page.put(row + place, 1, draft.say(label), look.LINE)
        page.put(row + place, 2, None, look.LINE)
        page.put(row + place, 3, content, look.LINE | {"bold": True, "num_format": form, "align": "left"})


def _start_legend(draft: Draft, page: Page) -> None:
    page.put(TOP, 5, draft.say(Text("Legend", "Обозначения")), look.SECTION)
    page.put(TOP, 6, None, look.SECTION)
    colours = look.STATUS_COLOURS
    lines: list[tuple[float | str, look.Style, Text]] = [
        (12345, look.INPUT | {"num_format": look.WHOLE, "align": "center"}, Text("input: you fill in these cells", "ввод: эти ячейки заполняете вы")),
        (12345, look.LINE | {"num_format": look.WHOLE, "align": "center"}, Text("a formula: nothing to change", "расчёт: формула, менять не нужно")),
        (12345, look.TOTAL | {"num_format": look.WHOLE, "align": "center"}, Text("the total of the period", "итог за период")),
        (look.DASH, look.LINE | {"align": "center"}, Text("a figure is missing, or nothing to divide by", "данных не хватает или делить не на что")),
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
                status.in_language(draft.language),
                {"bg_color": back, "font_color": front, "bold": True, "align": "center", "bottom": 1, "bottom_color": look.WHITE},
                words,
            )
        )
    for place, (content, style, words) in enumerate(lines, start=1):
        page.put(TOP + place, 5, content, style | {"locked": True})
        page.put(TOP + place, 6, draft.say(words), look.LINE | {"indent": 1})
    row = TOP + 12
    page.put(row, 5, draft.say(Text("Sheets", "Листы")), look.SECTION)
    page.put(row, 6, None, look.SECTION)
    listed = [(sheet, sheet.about) for sheet in draft.sheets if sheet.about is not None]
    for place, (sheet, words) in enumerate(listed, start=1):
        name = draft.say(sheet.name)
        page.put(row + place, 5, name, look.LINK | look.LINE)
        page.links[row + place, 5] = f"internal:'{name}'!A1"
        page.put(row + place, 6, draft.say(words), look.LINE | {"font_color": look.GREY, "indent": 1})


SHEET = Sheet("start", Text("Start", "Старт"), None, False, build)
