"""The sheet A-B test: tests side by side with their verdict, and how many visitors the next one needs."""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.kpi import Limits, Unit
from smm_xl.cells.columns import letters
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.targets.calculations import named
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import MOST_TESTS, SIZE_INPUTS, TEST_COUNTS, TEST_NAME, TOP
from smm_xl.workbook.sheets.shared import frame, pale_errors, put_heads, set_widths, sign_colours, validate

_SHARE = look.FORMATS[Unit.SHARE]
_RESULTS = (Text("Conversion of A", "Конверсия A"), Text("Conversion of B", "Конверсия B"), Text("Lift of B", "Прирост B"), Text("p-value", "p-value"), Text("Verdict", "Вывод"))  # fmt: skip


def build(draft: Draft, page: Page) -> None:
    """Up to MOST_TESTS tests, one in a row from below the headings, and the size of the next one below them."""
    about = Text(
        "Which of two variants is better, or whether chance alone explains the difference. Write any pair: clicks and leads, views and clicks.",
        "Какой из двух вариантов лучше и не случайна ли разница. Подойдёт любая пара: клики и заявки, показы и клики.",
    )
    width = 1 + len(TEST_COUNTS) + len(_RESULTS)
    frame(draft, page, about, width)
    set_widths(page, (34, 12, 12, 12, 12, 13, 13, 12, 12, 40))
    put_heads(draft, page, TOP, (Text("Test", "Тест"), *TEST_COUNTS.values(), *_RESULTS), (1, width))
    first, last = TOP + 1, TOP + MOST_TESTS
    for number in range(MOST_TESTS):
        given = draft.filled.tests[number] if number < len(draft.filled.tests) else {}
        page.put(first + number, 1, given.get(TEST_NAME), look.INPUT)
        for column, key in enumerate(TEST_COUNTS, start=2):
            page.put(first + number, column, given.get(key), look.INPUT | {"num_format": look.WHOLE})
        _results(draft, page, first + number)
    for column, key in enumerate((TEST_NAME, *TEST_COUNTS), start=1):
        draft.pages.names[f"ab_{key}"] = page.ref(first, column, last, column)
    validate(draft, page, first, 2, last, 1 + len(TEST_COUNTS), {"validate": "decimal", "criteria": ">=", "value": 0}, Text("A/B test", "A/B-тест"))
    bottom = _size(draft, page, last + 2)

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.set_row(TOP, 32)
        sheet.fit_to_pages(1, 1)
        page.printed = (0, 0, bottom, width)
        pale_errors(draft, sheet, pages, (first, 6, bottom, width))
        sign_colours(sheet, pages, (first, width, last, width), (look.FINE, look.ERROR))

    page.finish.append(finish)


def _results(draft: Draft, page: Page, row: int) -> None:
    say = draft.say
    trials_a, wins_a, trials_b, wins_b = (f"{letters(column)}{row + 1}" for column in range(2, 6))
    filled = f"COUNT({trials_a}:{wins_b})"
    # "" where the row is empty; what cannot be worked out is a dash
    sound = f"AND({filled}=4,{trials_a}>0,{trials_b}>0,{wins_a}<={trials_a},{wins_b}<={trials_b},MIN({trials_a}:{wins_b})>=0)"

    def shown(formula: str, also: str = "TRUE") -> Formula:
        return Formula(f'IF({filled}=0,"",IF({sound},IF({also},{formula},"{look.DASH}"),"{look.DASH}"))')

    share = look.NUMBER | {"num_format": _SHARE}
    page.put(row, 6, shown(f"{wins_a}/{trials_a}"), share)
    page.put(row, 7, shown(f"{wins_b}/{trials_b}"), share)
    lift, some = f"({wins_b}/{trials_b})/({wins_a}/{trials_a})-1", f"{wins_a}>0"
    pooled = f"({wins_a}+{wins_b})/({trials_a}+{trials_b})"
    score = f"({wins_b}/{trials_b}-{wins_a}/{trials_a})/SQRT({pooled}*(1-{pooled})*(1/{trials_a}+1/{trials_b}))"
    chance, differ = f"2*NORMSDIST(-ABS({score}))", f"AND({wins_a}+{wins_b}>0,{wins_a}+{wins_b}<{trials_a}+{trials_b})"
    if draft.calls_functions:
        arms = ",".join(f"{cell}:{cell}" for cell in (wins_a, trials_a, wins_b, trials_b))  # ranges: LibreOffice takes a single blank cell for 0
        page.put(row, 8, Formula(f'IF({filled}=0,"",{named("ab_lift").function}({arms}))'), look.NUMBER | {"num_format": look.CHANGE})
        page.put(row, 9, Formula(f'IF({filled}=0,"",{named("ab_pvalue").function}({arms}))'), look.NUMBER | {"num_format": look.PROBABILITY})
    else:
        page.put(row, 8, shown(lift, some), look.NUMBER | {"num_format": look.CHANGE})
        page.put(row, 9, shown(chance, differ), look.NUMBER | {"num_format": look.PROBABILITY})
    a, b, p = (f"{letters(column)}{row + 1}" for column in (6, 7, 9))
    words = {
        "short": Text("— give all four numbers", "— нужны все четыре числа"),
        "wrong": Text(f"{look.ERROR} more successes than trials, or no trials", f"{look.ERROR} успехов больше, чем попыток, или попыток нет"),
        "even": Text("— no difference to test", "— разницы нет, сравнивать нечего"),
        "a": Text(f"{look.FINE} A is better", f"{look.FINE} лучше A"),
        "b": Text(f"{look.FINE} B is better", f"{look.FINE} лучше B"),
        "chance": Text("— chance alone may explain it", "— разница может быть случайной"),
    }
    said = {key: f'"{say(text)}"' for key, text in words.items()}
    judged = f"IF(ROUND({p},9)<n_alpha,IF({b}>{a},{said['b']},{said['a']}),{said['chance']})"
    verdict = f"IF({filled}<4,{said['short']},IF(NOT({sound}),{said['wrong']},IF(NOT(ISNUMBER({p})),{said['even']},{judged})))"
    page.put(row, 10, Formula(f'IF({filled}=0,"",{verdict})'), look.TEXT | {"bold": True})


def _size(draft: Draft, page: Page, row: int) -> int:
    """How many trials each variant of the next test needs; the last row is the answer."""
    say = draft.say
    for column in range(1, 5):
        page.put(row, column, say(Text("How large the next test has to be", "Какого объёма нужен следующий тест")) if column == 1 else None, look.SECTION)
    for key, (words, limits, default) in SIZE_INPUTS.items():
        row += 1
        page.put(row, 1, say(words), look.TEXT | {"text_wrap": True})
        page.heights[row] = 32 if len(say(words)) > 34 else 18
        value = draft.filled.size.get(key, default)
        draft.pages.names[f"n_{key}"] = page.put(row, 2, value, look.INPUT | {"num_format": look.TYPED_PERCENT, "align": "center"})
        rule: dict[str, Any] = {"validate": "decimal", "criteria": "between", "minimum": 1e-9, "maximum": 1}
        if limits is Limits.ANY:
            rule = {"validate": "decimal", "criteria": ">=", "value": -1}
        validate(draft, page, row, 2, row, 2, rule, words)
    row += 1
    other = "n_base_rate*(1+n_lift)"
    z = "(NORMSINV(1-n_alpha/2)+NORMSINV(n_power))"
    needed = f"{z}*{z}*(n_base_rate*(1-n_base_rate)+{other}*(1-{other}))/((n_base_rate*n_lift)*(n_base_rate*n_lift))"
    names = ("n_base_rate", "n_lift", "n_power", "n_alpha")
    known = f"COUNT({','.join(names)})=4"
    possible = f"AND(n_lift<>0,{other}>0,{other}<1,n_alpha<1,n_power<1)"
    formula = f'IF({known},IF({possible},ROUNDUP(ROUND({needed},9),0),"{look.DASH}"),"{look.DASH}")'
    if draft.calls_functions:
        cells = ",".join(f"{(cell := draft.pages.names[name])}:{cell.split('!')[1]}" for name in names)
        formula = f'IF({known},{named("ab_sample").function}({cells}),"{look.DASH}")'
    page.put(row, 1, say(named("ab_sample").name), look.NAME)
    draft.pages.names["ab_size"] = page.put(row, 2, Formula(formula), look.TOTAL | {"num_format": look.WHOLE, "font_size": 13})
    note = Text(
        "Fix the size first and look once, at the end: who looks every day and stops at the first significant result finds differences that are not there.",
        "Сначала задайте объём и смотрите один раз, в конце: кто смотрит каждый день и останавливается на первой значимой разнице, находит то, чего нет.",
    )
    page.put(row + 2, 1, say(note), look.SUBTITLE | {"italic": True, "font_size": 9})
    return row + 2


SHEET = Sheet("ab", Text("A-B test", "A-B тест"), Text("which variant is better, how large a test", "какой вариант лучше, какой нужен объём"), False, build)
