"""The sheet Scorecard: what the targets reached are worth."""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.kpi import Unit
from smm_xl.cells.columns import letters
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import TOP
from smm_xl.workbook.sheets.plan import lines as lines_of_plan
from smm_xl.workbook.sheets.plan import printed_lines
from smm_xl.workbook.sheets.shared import clear_empty_rows, frame, put_heads, set_widths, status_colours


def build(draft: Draft, page: Page) -> None:
    """Weights, attainments after cap and floor, the score and the bonus; as many rows as Plan-fact has."""
    say = draft.say
    about = Text(
        "Weighted attainment of the KPIs that have a weight on the sheet Targets. What is unknown or has no verdict leaves the score.",
        "Взвешенное выполнение показателей, у которых на листе «Цели» есть вес. Неизвестное и «без оценки» в оценку не входит.",
    )
    frame(draft, page, about, 6)
    set_widths(page, (44, 12, 16, 20, 16, 30))
    heads = (Text("KPI", "Показатель"), Text("Weight", "Вес"), Text("Attainment", "Выполнение"), Text("After cap and floor", "С потолком и полом"), Text("Contribution", "Вклад"), Text("Status", "Статус"))  # fmt: skip
    head = TOP + 6  # below the score and what it is made of
    put_heads(draft, page, head, heads)
    hidden, first, last = 8, head + 1, head + lines_of_plan(draft)
    share = {"num_format": look.PERCENT}
    for number in range(1, lines_of_plan(draft) + 1):
        row = head + number
        # Plan-fact tells the KPIs with a target; of these, those with a weight stand here
        place = f"INDEX(t_weight,MATCH({number},t_place,0))"
        weighed = page.put(row, hidden, Formula(f"IF({number}>MAX(t_place),0,IF(ISNUMBER({place}),IF({place}>=0,1,0),0))"))
        column_of = f"{letters(hidden)}${first + 1}:{letters(hidden)}{row + 1}"
        page.put(row, hidden + 1, Formula(f"IF({weighed}=1,SUM({column_of}),0)"))
    ranks = page.ref(first, hidden + 1, last, hidden + 1)
    for number in range(1, lines_of_plan(draft) + 1):
        row = head + number
        where = page.put(row, hidden + 2, Formula(f"IF({number}>MAX({ranks}),0,MATCH({number},{ranks},0))"))
        weight, attained, capped = (f"{letters(column)}{row + 1}" for column in (2, 3, 4))
        page.put(row, 1, Formula(f'IF({where}=0,"",INDEX(f_kpi,{where}))'), look.NAME)
        page.put(row, 2, Formula(f'IF({where}=0,"",INDEX(t_weight,MATCH({where},t_place,0)))'), look.NUMBER)
        known = f"ISNUMBER(INDEX(f_rank,{where}))"
        page.put(row, 3, Formula(f'IF({where}=0,"",IF({known},INDEX(f_attainment,{where}),"{look.DASH}"))'), look.NUMBER | share)
        page.put(row, 4, Formula(f'IF({where}=0,"",IF({known},MIN(MAX({attained},s_floor),s_cap),"{look.DASH}"))'), look.NUMBER | share)
        page.put(
            row,
            5,
            Formula(f'IF({where}=0,"",IF(AND(ISNUMBER({capped}),score_known_weight>0),{weight}*{capped}/score_known_weight,"{look.DASH}"))'),
            look.TOTAL | share,
        )
        page.put(row, 6, Formula(f'IF({where}=0,"",INDEX(f_status,{where}))'), look.TEXT | {"bold": True})
    weights, values = page.ref(first, 2, last, 2), page.ref(first, 4, last, 4)
    draft.pages.names["score_known_weight"] = page.put(first, hidden + 3, Formula(f"SUMPRODUCT(ISNUMBER({values})*1,{weights})"))
    contributions = page.ref(first, 5, last, 5)
    lines = (
        (Text("Score", "Оценка"), Formula(f'IF(score_known_weight>0,SUM({contributions}),"{look.DASH}")'), look.PERCENT, "score"),
        (
            Text("Known share of the weight", "Известная доля веса"),
            Formula(f'IF(SUM({weights})>0,score_known_weight/SUM({weights}),"{look.DASH}")'),
            look.PERCENT,
            "score_known",
        ),
        (
            Text("Bonus", "Премия"),
            Formula(f'IF(AND(ISNUMBER(score),ISNUMBER(s_bonus)),IF(ROUND(score,9)>=0.8,s_bonus*MIN(score,1.2),0),"{look.DASH}")'),
            look.FORMATS[Unit.MONEY],
            "score_bonus",
        ),
    )
    for row, (words, formula, form, name) in enumerate(lines, start=TOP - 1):
        page.put(row, 1, say(words), look.NAME)
        draft.pages.names[name] = page.put(row, 2, formula, look.TOTAL | {"num_format": form, "font_size": 13})
    note = Text(
        "Bonus: nothing below a score of 80 %, the score itself up to 120 %, 120 % above. The full bonus, cap and floor stand in Settings.",
        "Премия: ниже 80 % — ничего, до 120 % — сама оценка, выше — 120 %. Полная премия, потолок и пол заданы в «Настройках».",
    )
    page.put(TOP + 3, 1, say(note), look.SUBTITLE | {"italic": True, "font_size": 9})

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.set_row(head, 32)
        sheet.repeat_rows(head)
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, head + printed_lines(draft), 6)
        sheet.set_column(hidden, hidden + 3, 10, None, {"hidden": True})
        status_colours(sheet, pages, (first, 6, last, 6))

    page.finish.append(finish)
    clear_empty_rows(page, (first, 1, last, 6))


SHEET = Sheet("score", Text("Scorecard", "Оценка и премия"), Text("weights, score, bonus", "веса, оценка, премия"), True, build)
