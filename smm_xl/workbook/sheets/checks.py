"""The sheet Data checks: what is wrong with rows, inputs that two sheets tell differently, periods with holes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.language import Text
from smm_xl.workbook import look
from smm_xl.workbook.formulas import terms
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.terms import NUMBER
from smm_xl.workbook.layout import DASH, NAMES
from smm_xl.workbook.pages import Page, Pages, letters
from smm_xl.workbook.schema import POSTS, SHEETS, InputSheet, Kind

if TYPE_CHECKING:
    from smm_xl.workbook.template import Template

TOLERANCE = 0.01  # totals of two sheets that differ by more are worth a look
_LISTED = 20
_WIDTH = 7
_FINE = "● OK"


def twice_told() -> list[tuple[str, list[InputSheet]]]:
    """The inputs that two sheets have columns for, with these sheets in the order in which they count."""
    found: dict[str, list[InputSheet]] = {}
    for sheet in SHEETS:
        for column in sheet.columns:
            if column.kind is Kind.NUMBER:
                found.setdefault(column.key, []).append(sheet)
    return [(key, sheets) for key, sheets in found.items() if len(sheets) > 1]


def differ(first: float, second: float, *, of_posts: bool) -> bool:
    """Whether the totals of an input in two sheets are worth a look; ``of_posts``: the second counts posts, and not all need be listed."""
    return abs(first - second) > TOLERANCE * max(abs(first), abs(second)) and not (of_posts and second < first)


def data_checks(template: Template, top: int) -> None:
    page = template.by_key["checks"]
    about = Text(
        "■ makes figures wrong: mend it. ▲ is worth a look. The command smm-xl check names the same by cell.",
        "■ — из-за этого цифры неверны, исправьте. ▲ — стоит проверить. Команда smm-xl check называет то же по ячейкам.",
    )
    template.frame(page, NAMES["checks"], about, _WIDTH)
    template.widths(page, (54, 20, 18, 20, 18, 14, 44))
    row = _sheets(template, page, top)
    row = _periods(template, page, row + 2)
    row = _twice(template, page, row + 2)
    bottom = _rows(template, page, row + 2)

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, bottom, _WIDTH)
        sheet.set_column(_WIDTH + 2, _WIDTH + 4 + len(SHEETS), 10, None, {"hidden": True})
        for sign, colour in (("●", look.GOOD), ("▲", look.WARNING), ("■", look.BAD)):
            style = {"type": "text", "criteria": "begins with", "value": sign, "format": pages.book.add_format({"font_color": colour})}
            sheet.conditional_format(top, 1, bottom, _WIDTH, style)

    page.finish.append(finish)


def _head(template: Template, page: Page, row: int, *heads: Text) -> None:
    for column, head in enumerate(heads, start=1):
        page.put(row, column, template.say(head), look.HEAD_LEFT if column in (1, len(heads)) else look.HEAD)


def _sheets(template: Template, page: Page, row: int) -> int:
    """How many rows of each input sheet have something wrong, and where the first stands."""
    _head(
        template,
        page,
        row,
        Text("Sheet", "Лист"),
        Text("Rows with data", "Строк с данными"),
        Text("Errors ■", "Ошибки ■"),
        Text("Remarks ▲", "Замечания ▲"),
        Text("First row", "Первая строка"),
    )
    for sheet in SHEETS:
        row += 1
        checked, flags, name = f"{sheet.prefix}_check", f"{sheet.prefix}_flag", template.say(sheet.name)
        page.put(row, 1, name, look.LINK | look.LINE | {"indent": 1})
        page.links[row, 1] = f"internal:'{name}'!A1"
        for column, pattern in ((2, "?*"), (3, "■*"), (4, "▲*")):
            page.put(row, column, Formula(f'COUNTIF({checked},"{pattern}")'), look.NUMBER | {"num_format": "0", "align": "center"})
        page.put(row, 5, Formula(f'IF(SUM({flags})=0,"{DASH}",MATCH(1,{flags},0)+{template.first_row})'), look.NUMBER | {"num_format": "0", "align": "center"})
    first = row - len(SHEETS) + 1
    for name, column in (("rows_filled", 2), ("errors_found", 3), ("remarks_found", 4)):
        template.pages.names[name] = page.ref(first, column, row, column)
    return row


def _periods(template: Template, page: Page, row: int) -> int:
    """What concerns periods, channels, dates and settings rather than a row."""
    say = template.say
    across = template.sums.across
    dated = "+".join(f'COUNTIF({sheet.prefix}_{sheet.inputs[0].key},">"&s_as_of)' for sheet in SHEETS)
    lines: tuple[tuple[Text, str, str], ...] = (
        (Text("Months of the period without rows in Channels", "Месяцев периода без строк на листе «Каналы»"), "IF(MAX(ch_month)=0,0,p_count-SUMPRODUCT((COUNTIFS(ch_month,m_total)>0)*1))", "▲"),
        (Text("Listed channels without rows in the period", "Каналов из списка без строк за период"),
         f'IF(MAX(ch_month)=0,0,SUMPRODUCT(({across}<>"{terms.NO_CHANNEL}")*(COUNTIFS(ch_channel,{across},ch_month,">="&p_first,ch_month,"<="&p_last)=0)))', "▲"),
        (Text("Rows later than the date of the data", "Строк позже даты данных"), f"IF(ISNUMBER(s_as_of),{dated},0)", "■"),
        (Text("The chosen period is not over", "Выбранный период не закончен"), "p_is_part", "▲"),
        (Text("Rows whose site visits differ within the month", "Строк, где визиты сайта за месяц разные"), "SUM(ch_site_differs)", "■"),
        (Text("Rows of Effort without a channel, others have one", "Строк трудозатрат без канала, хотя у других он есть"), 'IF(told_ef=1,COUNTIF(ef_check,"?*")-COUNTIF(ef_channel,"?*"),0)', "■"),
        (Text("Hours without a rate", "Строк с часами без ставки"), "COUNT(ef_hours)-COUNT(ef_labour_cost)", "▲"),
        (Text("Revenue without a margin: ROI is unknown", "Есть выручка, но нет маржинальности: ROI неизвестен"), "IF(AND(src_revenue>0,NOT(ISNUMBER(s_margin))),1,0)", "▲"),
        (Text("KPIs with a weight and no target", "Показателей с весом, но без цели"), "SUMPRODUCT(ISNUMBER(t_weight)*(1-ISNUMBER(t_month_target)))", "▲"),
    )  # fmt: skip
    _head(template, page, row, Text("Periods, dates and settings", "Периоды, даты и настройки"), Text("Found", "Найдено"), Text("Verdict", "Вывод"))
    look_at, mend = say(Text("look", "проверьте")), say(Text("mend", "исправьте"))
    first = row + 1
    for words, formula, sign in lines:
        row += 1
        page.put(row, 1, say(words), look.TEXT)
        page.put(row, 2, Formula(formula), look.NUMBER | {"num_format": "0", "align": "center"})
        page.put(
            row, 3, Formula(f'IF({letters(2)}{row + 1}=0,"{_FINE}","{sign} {mend if sign == "■" else look_at}")'), look.TEXT | {"bold": True, "align": "center"}
        )
    template.pages.names["period_verdicts"] = page.ref(first, 3, row, 3)
    return row


def _twice(template: Template, page: Page, row: int) -> int:
    """Inputs that two sheets tell: one of them counts, a difference is shown, nothing is added up twice."""
    say = template.say
    _head(
        template, page, row, Text("An input in two sheets, chosen period", "Поле на двух листах, за период"), Text("Counts", "В расчёте"), Text("Total", "Сумма"),
        Text("Not counted", "Не в расчёте"), Text("Total", "Сумма"), Text("Difference", "Разница"), Text("Verdict", "Вывод"),
    )  # fmt: skip
    names = {sheet.prefix: say(sheet.name) for sheet in SHEETS}
    unlike, alone = Text("▲ totals differ by more than 1 %", "▲ суммы расходятся больше чем на 1 %"), Text("— in one sheet only", "— только на одном листе")
    some = Text("● only some posts are listed", "● перечислены не все публикации")
    start = row + 1
    for key, (first, second) in twice_told():
        row += 1
        span = {prefix: f'{prefix}_month,">="&p_first,{prefix}_month,"<="&p_last' for prefix in (first.prefix, second.prefix)}
        has = {prefix: f'COUNTIFS({prefix}_{key},"{NUMBER}",{span[prefix]})>0' for prefix in span}
        total = {prefix: f"SUMIFS({prefix}_{key},{span[prefix]})" for prefix in span}
        swapped = f"{terms.source(key)}={terms.number_of(second.prefix)}"
        page.put(row, 1, say(FIELDS_BY_KEY[key].name), look.TEXT)
        counting, other = [f'IF({swapped},"{names[second.prefix]}","{names[first.prefix]}")', f'IF({swapped},"{names[first.prefix]}","{names[second.prefix]}")']
        totals = [f'IF({has[prefix]},{total[prefix]},"{DASH}")' for prefix in (first.prefix, second.prefix)]
        counting, other = (f'IF({terms.source(key)}=0,"{DASH}",{name})' for name in (counting, other))
        page.put(row, 2, Formula(counting), look.QUIET | {"align": "center"})
        page.put(row, 3, Formula(f"IF({swapped},{totals[1]},{totals[0]})"), look.NUMBER | {"num_format": "#,##0"})
        page.put(row, 4, Formula(other), look.QUIET | {"align": "center"})
        page.put(row, 5, Formula(f"IF({swapped},{totals[0]},{totals[1]})"), look.NUMBER | {"num_format": "#,##0"})
        counts, left = f"{letters(3)}{row + 1}", f"{letters(5)}{row + 1}"
        both = f"AND(ISNUMBER({counts}),ISNUMBER({left}))"
        page.put(
            row,
            6,
            Formula(f'IF({both},IF({counts}=0,"{DASH}",({left}-{counts})/{counts}),"{DASH}")'),
            look.NUMBER | {"num_format": "+0.0%;-0.0%;0.0%"},
        )
        apart = f"ABS({left}-{counts})>{TOLERANCE}*MAX(ABS({left}),ABS({counts}))"
        judged = f'IF({apart},"{say(unlike)}","{_FINE}")'
        if second is POSTS:
            judged = f'IF(AND({apart},IF({swapped},{left},{counts})>IF({swapped},{counts},{left})),"{say(some)}",{judged})'
        none = f"AND(NOT(ISNUMBER({counts})),NOT(ISNUMBER({left})))"
        page.put(row, 7, Formula(f'IF({both},{judged},IF({none},"{DASH}","{say(alone)}"))'), look.TEXT | {"bold": True})
    template.pages.names["twice_verdicts"] = page.ref(start, 7, row, 7)
    return row


def _rows(template: Template, page: Page, row: int) -> int:
    """The first rows that have something wrong, sheet by sheet."""
    _head(template, page, row, Text("What is wrong with rows", "Что не так в строках"), Text("Sheet", "Лист"), Text("Row", "Строка"))
    where, place, told = _WIDTH + 2, _WIDTH + 3, _WIDTH + 4  # hidden: the number of the sheet, of the problem in it, and the row of its table
    sums = ["0"]  # how many rows with something wrong there are up to each sheet
    for order, sheet in enumerate(SHEETS, start=1):
        sums.append(page.put(row, told + order, Formula(f"{sums[-1]}+SUM({sheet.prefix}_flag)")).split("!")[1])
    for number in range(1, _LISTED + 1):
        row += 1
        above = f"{letters(told)}{row}"
        of_sheet, of_place, of_row, shown, names = "0", "0", "0", '""', '""'
        here, count = f"{letters(where)}{row + 1}", f"{letters(place)}{row + 1}"
        for order, sheet in reversed(list(enumerate(SHEETS, start=1))):
            flags = f"{sheet.prefix}_flag"
            of_sheet = f"IF({number}<={sums[order]},{order},{of_sheet})"
            of_place = f"IF({here}={order},{number}-{sums[order - 1]},{of_place})"
            further = f"{above}+MATCH(1,INDEX({flags},{above}+1):INDEX({flags},ROWS({flags})),0)"
            of_row = f"IF({here}={order},IF({count}=1,MATCH(1,{flags},0),{further}),{of_row})"
            shown = f"IF({here}={order},INDEX({sheet.prefix}_check,{letters(told)}{row + 1}),{shown})"
            names = f'IF({here}={order},"{template.say(sheet.name)}",{names})'
        page.put(row, where, Formula(of_sheet))
        page.put(row, place, Formula(of_place))
        page.put(row, told, Formula(of_row))
        page.put(row, 1, Formula(shown), look.TEXT | {"bold": True})
        page.put(row, 2, Formula(names), look.QUIET | {"align": "center"})
        page.put(row, 3, Formula(f'IF({here}=0,"",{letters(told)}{row + 1}+{template.first_row})'), look.NUMBER | {"num_format": "0", "align": "center"})
    row += 1
    more = f"{sums[-1]}-{_LISTED}"
    page.put(row, 1, template.say(Text("and more rows:", "и ещё строк:")), look.SUBTITLE | {"align": "right"})
    page.put(row, 3, Formula(f'IF({more}>0,{more},"{DASH}")'), look.SUBTITLE | {"align": "center"})
    return row
