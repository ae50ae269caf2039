"""The sheet Plan-fact: how far the targets are reached."""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.kpi import Unit
from smm_xl.cells.columns import letters
from smm_xl.engine.coverage import ENOUGH
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import MOST_PLANNED, TOP
from smm_xl.workbook.sheets.shared import MARKED, clear_empty_rows, frame, period_line, put_heads, set_widths, status_colours

_PRINTED = 24  # lines at least, so that a few may be added


def lines(draft: Draft) -> int:
    """How many targets are shown: one for each KPI that may have one."""
    return min(MOST_PLANNED, len(draft.measures))


def printed_lines(draft: Draft) -> int:
    """How many lines are printed: those of the targets that are there, and some to add."""
    return min(lines(draft), max(_PRINTED, len(draft.filled.targets) + 2))


def build(draft: Draft, page: Page) -> None:
    about = Text(
        f"Where we stand against the target. Where lower is better, attainment is target by fact. {MARKED.en}.",
        f"Где мы относительно цели. Выполнение для «меньше — лучше» считается как план, делённый на факт. {MARKED.ru}.",
    )
    width = 12
    frame(draft, page, about, width)
    period_line(draft, page)
    set_widths(page, (44, 12, 14, 15, 15, 15, 13, 18, 18, 15, 13, 40))
    heads = (Text("KPI", "Показатель"), Text("Unit", "Ед."), Text("Better when", "Лучше, когда"), Text("Target", "План"), Text("Fact", "Факт"), Text("Gap", "Отклонение"),
             Text("Gap, %", "Отклонение, %"), Text("Attainment", "Выполнение"), Text("Status", "Статус"), Text("Forecast", "Прогноз"), Text("Forecast by target", "Прогноз к плану"), Text("Comment", "Комментарий"))  # fmt: skip
    put_heads(draft, page, TOP, heads, (1, width))
    first, last = TOP + 1, TOP + lines(draft)
    hidden = width + 2  # the row of the KPI in Targets, its direction, its value at the start, its unit, its rank
    for number in range(1, lines(draft) + 1):
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
            page.put(row, column, Formula(f'IF({where}=0,"",INDEX({name},{where}))'), look.NUMBER | {"num_format": look.DECIMAL, "bold": column == 5})
        target, fact = f"{letters(4)}{row + 1}", f"{letters(5)}{row + 1}"
        known = f"AND(ISNUMBER({target}),ISNUMBER({fact}))"
        page.put(
            row,
            6,
            Formula(f'IF({where}=0,"",IF({known},({fact}-{target})*IF({unit}="{Unit.SHARE.key}",100,1),"{look.DASH}"))'),
            look.NUMBER | {"num_format": look.GAP},
        )
        page.put(
            row,
            7,
            Formula(f'IF({where}=0,"",IF({known},IF({target}=0,"{look.DASH}",({fact}-{target})/ABS({target})),"{look.DASH}"))'),
            look.NUMBER | {"num_format": look.CHANGE},
        )
        page.put(
            row, 8, Formula(f'IF({where}=0,"",IF({known},{_attainment(fact, target, better, base)},"{look.DASH}"))'), look.NUMBER | {"num_format": look.PERCENT}
        )
        words = {status: f'"{status.in_language(draft.language)}"' for status in Status}
        attained = f"{letters(8)}{row + 1}"
        judged = f"IF(ROUND({attained},9)>=ROUND(p_green,9),{words[Status.ON_PLAN]},IF(ROUND({attained},9)>=ROUND(p_amber,9),{words[Status.AT_RISK]},{words[Status.BEHIND]}))"
        status = f"IF(NOT(ISNUMBER({attained})),{words[Status.NO_DATA]},IF({better}=0,{words[Status.NO_VERDICT]},{judged}))"
        page.put(row, 9, Formula(f'IF({where}=0,"",{status})'), look.TEXT | {"bold": True})
        ahead = f"AND(ISNUMBER({fact}),ISNUMBER(INDEX(t_forecast,{where})))"
        forecast = page.put(
            row, 10, Formula(f'IF({where}=0,"",IF({ahead},INDEX(t_forecast,{where}),"{look.DASH}"))'), look.NUMBER | {"num_format": look.DECIMAL}
        )
        forecast = forecast.split("!")[1].replace("$", "")
        reached = f'IF(AND(ISNUMBER({target}),ISNUMBER({forecast})),{_attainment(forecast, target, better, base)},"{look.DASH}")'
        page.put(row, 11, Formula(f'IF({where}=0,"",{reached})'), look.NUMBER | {"num_format": look.PERCENT})
        page.put(row, width, Formula(f'IF({where}=0,"",IF(INDEX(t_comment,{where})="","",INDEX(t_comment,{where})))'), look.TEXT)
        # equal attainments are told apart by their rows
        page.put(row, hidden + 6, Formula(f"IF({where}=0,1,INDEX(t_covered,{where}))"))
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
        draft.pages.names[name] = page.ref(first, column, last, column)

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.set_row(TOP, 32)
        sheet.freeze_panes(TOP + 1, 2)
        sheet.repeat_rows(TOP)
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, TOP + printed_lines(draft), width)
        sheet.set_column(hidden, hidden + 6, 10, None, {"hidden": True})
        unit, covered = (f"${letters(hidden + place)}{first + 1}" for place in (3, 6))
        for one in Unit:
            style = pages.book.add_format({"num_format": look.marked(look.FORMATS[one], is_marked=True)})
            rule = f'=AND({unit}="{one.key}",{covered}<{ENOUGH})'
            sheet.conditional_format(first, 5, last, 5, {"type": "formula", "criteria": rule, "format": style, "stop_if_true": True})
        for left, right in ((4, 5), (10, 10)):
            _number_formats(draft, sheet, pages, (first, left, last, right), f"${letters(hidden + 3)}{first + 1}")
        form = pages.book.add_format({"num_format": look.points(draft.language)})
        sheet.conditional_format(first, 6, last, 6, {"type": "formula", "criteria": f'=${letters(hidden + 3)}{first + 1}="{Unit.SHARE.key}"', "format": form})
        status_colours(sheet, pages, (first, 9, last, 9))
        sheet.conditional_format(first, 8, last, 8, look.data_bars())

    page.finish.append(finish)
    clear_empty_rows(page, (first, 1, last, width))


def _number_formats(draft: Draft, sheet: Any, pages: Pages, area: tuple[int, int, int, int], unit: str) -> None:
    """Numbers of an area as the unit in a cell asks for: a KPI that is looked up has no format of its own."""
    for one in (Unit.SHARE, Unit.COUNT, Unit.HOURS, Unit.MONEY):
        rule = {"type": "formula", "criteria": f'={unit}="{one.key}"', "format": pages.book.add_format({"num_format": look.FORMATS[one]})}
        sheet.conditional_format(*area, rule)


def _attainment(fact: str, target: str, better: str, base: str) -> str:
    """How far a target is reached, as ``targets.attainment`` says."""
    from_base = f'IF({target}={base},"{look.DASH}",IF(OR(AND({better}=-1,{target}>{base}),AND({better}=1,{target}<{base})),"{look.DASH}",({fact}-{base})/({target}-{base})))'
    reached = f"IF({better}=-1,IF({fact}<={target},1,0),IF({fact}>={target},1,0))"
    lower = f'IF({fact}<0,"{look.DASH}",{target}/{fact})'
    plain = f'IF({target}<0,"{look.DASH}",IF(OR({target}=0,AND({better}=-1,{fact}=0)),{reached},IF({better}=-1,{lower},{fact}/{target})))'
    return f"IF(ISNUMBER({base}),{from_base},{plain})"


SHEET = Sheet("plan", Text("Plan-fact", "План-факт"), Text("plan, fact, status", "план, факт, статус"), True, build)
