"""The sheet Data checks: what is wrong with rows, inputs that two sheets tell differently, periods with holes."""

from __future__ import annotations

from typing import Any

from smm_xl.catalog.kpi import Limits, Unit
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells.columns import letters
from smm_xl.engine.coverage import ENOUGH
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas import terms
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.terms import NUMBER
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import FUNNEL_INPUTS, INPUT_SHEETS, POSTS, SIZE_INPUTS, TOLERANCE, TOP, twice_told
from smm_xl.workbook.sheets.shared import frame, put_heads, set_widths, sign_colours

_LISTED = 20
_LOOKED_AT_BELOW = 2000  # rows
_ABOVE = 4  # cells of the first column of an input sheet above its table
_LATEST = f"MAX({','.join(f'w_{sheet.prefix}' for sheet in INPUT_SHEETS)})"
_WITHOUT = "+".join(f"IF(AND(w_{sheet.prefix}>0,a_{sheet.prefix}=0),1,0)" for sheet in INPUT_SHEETS)
_WIDTH = 7
_FINE = f"{look.FINE} OK"


def build(draft: Draft, page: Page) -> None:
    about = Text(
        f"{look.ERROR} makes figures wrong: mend it. {look.REMARK} is worth a look. The command smm-xl check names the same by cell.",
        f"{look.ERROR} — из-за этого цифры неверны, исправьте. {look.REMARK} — стоит проверить. Команда smm-xl check называет то же по ячейкам.",
    )
    frame(draft, page, about, _WIDTH)
    set_widths(page, (72, 20, 18, 20, 18, 14, 44))
    row = _sheets(draft, page, TOP)
    row = _periods(draft, page, row + 2)
    row = _twice(draft, page, row + 2)
    bottom = _rows(draft, page, row + 2)

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.fit_to_pages(1, 0)
        page.printed = (0, 0, bottom, _WIDTH)
        sheet.set_column(_WIDTH + 2, _WIDTH + 4 + len(INPUT_SHEETS), 10, None, {"hidden": True})
        sign_colours(sheet, pages, (TOP, 1, bottom, _WIDTH))

    page.finish.append(finish)


def _head(draft: Draft, page: Page, row: int, *heads: Text) -> None:
    put_heads(draft, page, row, heads, (1, len(heads)))


def _sheets(draft: Draft, page: Page, row: int) -> int:
    """How many rows of each input sheet have something wrong, and where the first stands."""
    _head(
        draft,
        page,
        row,
        Text("Sheet", "Лист"),
        Text("Rows with data", "Строк с данными"),
        Text(f"Errors {look.ERROR}", f"Ошибки {look.ERROR}"),
        Text(f"Remarks {look.REMARK}", f"Замечания {look.REMARK}"),
        Text("First row", "Первая строка"),
    )
    for sheet in INPUT_SHEETS:
        row += 1
        checked, flags, name = f"{sheet.prefix}_check", f"{sheet.prefix}_flag", draft.say(sheet.name)
        page.put(row, 1, name, look.LINK | look.LINE | {"indent": 1})
        page.links[row, 1] = f"internal:'{name}'!A1"
        for column, pattern in ((2, "?*"), (3, f"{look.ERROR}*"), (4, f"{look.REMARK}*")):
            page.put(row, column, Formula(f'COUNTIF({checked},"{pattern}")'), look.NUMBER | {"num_format": look.UNGROUPED, "align": "center"})
        page.put(
            row, 5, Formula(f'IF(SUM({flags})=0,"{look.DASH}",MATCH(1,{flags},0)+{TOP + 1})'), look.NUMBER | {"num_format": look.UNGROUPED, "align": "center"}
        )
    first = row - len(INPUT_SHEETS) + 1
    for name, column in (("rows_filled", 2), ("errors_found", 3), ("remarks_found", 4)):
        draft.pages.names[name] = page.ref(first, column, row, column)
    return row


def _periods(draft: Draft, page: Page, row: int) -> int:
    """What concerns periods, channels, dates and settings rather than a row."""
    say = draft.say
    across = draft.sums.across
    dated = "+".join(f'COUNTIF({sheet.prefix}_{sheet.inputs[0].key},">"&s_as_of)' for sheet in INPUT_SHEETS)
    shares = (
        "s_margin",
        *(f"g_{key}" for key, (_, unit, _) in FUNNEL_INPUTS.items() if unit is Unit.SHARE),
        *(f"n_{key}" for key, (_, limits, _) in SIZE_INPUTS.items() if limits is Limits.FRACTION),
    )
    no_shares = "+".join(f'IF(ISNUMBER({name}),IF(OR({name}>1,{name}<=0),1,0),IF({name}="",0,1))' for name in shares)
    tables = [(sheet, next(table for other in draft.pages.pages for table in other.tables if table.name == sheet.table)) for sheet in INPUT_SHEETS]
    worked = [f"{table.name}[[{table.headings[min(table.formulas)]}]:[{table.headings[max(table.formulas)]}]]" for _, table in tables]
    no_formulas = "+".join(f"SUMPRODUCT(1-_xlfn.ISFORMULA({columns}))" for columns in worked)
    whole = [draft.by_key[sheet.key].ref(0, 1, TOP + table.rows + _LOOKED_AT_BELOW, 1) for sheet, table in tables]
    # in the first column stand the title, the words below it, the unit and the heading, then the table
    below = "+".join(f"COUNTA({column})-{_ABOVE}-COUNTA({sheet.prefix}_{sheet.inputs[0].key})" for column, sheet in zip(whole, INPUT_SHEETS, strict=True))
    lines: tuple[tuple[Text, str, str], ...] = (
        (Text("The period begins after its end", "Период начинается после своего конца"), "IF(ISNUMBER(p_from),IF(p_from>p_end,1,0),0)", look.ERROR),
        (Text("The data ends before the period begins", "Данные кончаются раньше, чем начинается период"),
         f"IF({_LATEST}>0,IF({_LATEST}<p_first,1,0),0)", look.ERROR),
        (Text("Sheets with data, but none in the period", "Листов с данными, но без строк за период"), _WITHOUT, look.REMARK),
        (Text("The period before lies beyond the 60 months of the workbook", "Период для сравнения дальше 60 месяцев, которые есть в книге"), "1-p_has_previous", look.REMARK),
        (Text("Channels that stand twice in Settings", "Каналов, указанных в «Настройках» дважды"), "SUMPRODUCT((COUNTIF(channel_list,g_names)>1)*1)", look.ERROR),
        (Text("Shares that are no share: above 100 %, 0 or words (margin, funnel, A/B tests)", "Доли вне границ: больше 100 %, 0 или текст (маржинальность, воронка, A/B-тест)"), no_shares, look.ERROR),
        (Text("Thresholds of the status: blank, or at risk above on plan", "Пороги статусов: пусто или «риск» выше «в плане»"), "IF(COUNT(s_green,s_amber)<2,1,IF(s_amber>s_green,1,0))", look.ERROR),
        (Text("Cells that hold no formula any more (a row was inserted, a cell overwritten)", "Ячеек, где больше нет формулы (вставлена строка, ячейка переписана)"), no_formulas, look.ERROR),
        (Text("Rows below a table, which no formula sees", "Строк под таблицей: формулы их не видят"), below, look.ERROR),
        (Text("Months of the period without rows in Channels", "Месяцев периода без строк на листе «Каналы»"), "IF(MAX(ch_month)=0,0,p_count-SUMPRODUCT((COUNTIFS(ch_month,g_month)>0)*in_total))", look.REMARK),
        (Text("Listed channels without rows in the period", "Каналов из списка без строк за период"),
         f'IF(MAX(ch_month)=0,0,SUMPRODUCT(({across}<>"{terms.NO_CHANNEL}")*(COUNTIFS(ch_channel,{across},ch_month,">="&p_first,ch_month,"<="&p_last)=0)))', look.REMARK),
        (Text("Rows later than the date of the data", "Строк позже даты данных"), f"IF(ISNUMBER(s_as_of),{dated},0)", look.ERROR),
        (Text("The chosen period is not over", "Выбранный период не закончен"), "p_is_part", look.REMARK),
        (Text("Rows whose site visits differ within the month", "Строк, где визиты сайта за месяц разные"), "SUM(ch_site_differs)", look.ERROR),
        (Text("Rows of Effort without a channel, others have one", "Строк трудозатрат без канала, хотя у других он есть"), 'IF(told_ef=1,COUNTIF(ef_check,"?*")-COUNTIF(ef_channel,"?*"),0)', look.ERROR),
        (Text("Hours without a rate", "Строк с часами без ставки"), "COUNT(ef_hours)-COUNT(ef_labour_cost)", look.REMARK),
        (Text("Revenue without a margin: ROI is unknown", "Есть выручка, но нет маржинальности: ROI неизвестен"), "IF(AND(src_revenue>0,NOT(ISNUMBER(s_margin))),1,0)", look.REMARK),
        (Text("KPIs of the period that rest on less than 95 % of the data", "Показателей, посчитанных меньше чем по 95 % данных"), f'COUNTIF(t_covered,"<{ENOUGH}")', look.REMARK),
        (Text("KPIs with a weight and no target", "Показателей с весом, но без цели"), "SUMPRODUCT(ISNUMBER(t_weight)*(1-ISNUMBER(t_month_target)))", look.REMARK),
    )  # fmt: skip
    _head(draft, page, row, Text("Periods, dates and settings", "Периоды, даты и настройки"), Text("Found", "Найдено"), Text("Verdict", "Вывод"))
    look_at, mend = say(Text("look", "проверьте")), say(Text("mend", "исправьте"))
    first = row + 1
    for words, formula, sign in lines:
        row += 1
        page.put(row, 1, say(words), look.TEXT)
        page.put(row, 2, Formula(formula), look.NUMBER | {"num_format": look.UNGROUPED, "align": "center"})
        page.put(
            row,
            3,
            Formula(f'IF({letters(2)}{row + 1}=0,"{_FINE}","{sign} {mend if sign == look.ERROR else look_at}")'),
            look.TEXT | {"bold": True, "align": "center"},
        )
    draft.pages.names["period_verdicts"] = page.ref(first, 3, row, 3)
    return row


def _twice(draft: Draft, page: Page, row: int) -> int:
    """Inputs that two sheets tell: one of them counts, a difference is shown, nothing is added up twice."""
    say = draft.say
    _head(
        draft, page, row, Text("An input in two sheets, chosen period", "Поле на двух листах, за период"), Text("Counts", "В расчёте"), Text("Total", "Сумма"),
        Text("Not counted", "Не в расчёте"), Text("Total", "Сумма"), Text("Difference", "Разница"), Text("Verdict", "Вывод"),
    )  # fmt: skip
    names = {sheet.prefix: say(sheet.name) for sheet in INPUT_SHEETS}
    unlike, alone = (
        Text(f"{look.REMARK} totals differ by more than 1 %", f"{look.REMARK} суммы расходятся больше чем на 1 %"),
        Text(f"{look.DASH} in one sheet only", f"{look.DASH} только на одном листе"),
    )
    some = Text(f"{look.FINE} only some posts are listed", f"{look.FINE} перечислены не все публикации")
    start = row + 1
    for key, (first, second) in twice_told():
        row += 1
        span = {prefix: f'{prefix}_month,">="&p_first,{prefix}_month,"<="&p_last' for prefix in (first.prefix, second.prefix)}
        has = {prefix: f'COUNTIFS({prefix}_{key},"{NUMBER}",{span[prefix]})>0' for prefix in span}
        total = {prefix: f"SUMIFS({prefix}_{key},{span[prefix]})" for prefix in span}
        swapped = f"{terms.source(key)}={terms.number_of(second.prefix)}"
        page.put(row, 1, say(FIELDS_BY_KEY[key].name), look.TEXT)
        counting, other = [f'IF({swapped},"{names[second.prefix]}","{names[first.prefix]}")', f'IF({swapped},"{names[first.prefix]}","{names[second.prefix]}")']
        totals = [f'IF({has[prefix]},{total[prefix]},"{look.DASH}")' for prefix in (first.prefix, second.prefix)]
        counting, other = (f'IF({terms.source(key)}=0,"{look.DASH}",{name})' for name in (counting, other))
        page.put(row, 2, Formula(counting), look.QUIET | {"align": "center"})
        page.put(row, 3, Formula(f"IF({swapped},{totals[1]},{totals[0]})"), look.NUMBER | {"num_format": look.WHOLE})
        page.put(row, 4, Formula(other), look.QUIET | {"align": "center"})
        page.put(row, 5, Formula(f"IF({swapped},{totals[0]},{totals[1]})"), look.NUMBER | {"num_format": look.WHOLE})
        counts, left = f"{letters(3)}{row + 1}", f"{letters(5)}{row + 1}"
        both = f"AND(ISNUMBER({counts}),ISNUMBER({left}))"
        page.put(
            row,
            6,
            Formula(f'IF({both},IF({counts}=0,"{look.DASH}",({left}-{counts})/{counts}),"{look.DASH}")'),
            look.NUMBER | {"num_format": look.CHANGE},
        )
        apart = f"ABS({left}-{counts})>{TOLERANCE}*MAX(ABS({left}),ABS({counts}))"
        judged = f'IF({apart},"{say(unlike)}","{_FINE}")'
        if second is POSTS:
            judged = f'IF(AND({apart},IF({swapped},{left},{counts})>IF({swapped},{counts},{left})),"{say(some)}",{judged})'
        none = f"AND(NOT(ISNUMBER({counts})),NOT(ISNUMBER({left})))"
        page.put(row, 7, Formula(f'IF({both},{judged},IF({none},"{look.DASH}","{say(alone)}"))'), look.TEXT | {"bold": True})
    draft.pages.names["twice_verdicts"] = page.ref(start, 7, row, 7)
    return row


def _rows(draft: Draft, page: Page, row: int) -> int:
    """The first rows that have something wrong, sheet by sheet."""
    _head(draft, page, row, Text("What is wrong with rows", "Что не так в строках"), Text("Sheet", "Лист"), Text("Row", "Строка"))
    where, place, told = _WIDTH + 2, _WIDTH + 3, _WIDTH + 4  # hidden: the number of the sheet, of the problem in it, and the row of its table
    sums = ["0"]  # how many rows with something wrong there are up to each sheet
    for order, sheet in enumerate(INPUT_SHEETS, start=1):
        sums.append(page.put(row, told + order, Formula(f"{sums[-1]}+SUM({sheet.prefix}_flag)")).split("!")[1])
    for number in range(1, _LISTED + 1):
        row += 1
        above = f"{letters(told)}{row}"
        of_sheet, of_place, of_row, shown, names = "0", "0", "0", '""', '""'
        here, count = f"{letters(where)}{row + 1}", f"{letters(place)}{row + 1}"
        for order, sheet in reversed(list(enumerate(INPUT_SHEETS, start=1))):
            flags = f"{sheet.prefix}_flag"
            of_sheet = f"IF({number}<={sums[order]},{order},{of_sheet})"
            of_place = f"IF({here}={order},{number}-{sums[order - 1]},{of_place})"
            further = f"{above}+MATCH(1,INDEX({flags},{above}+1):INDEX({flags},ROWS({flags})),0)"
            of_row = f"IF({here}={order},IF({count}=1,MATCH(1,{flags},0),{further}),{of_row})"
            shown = f"IF({here}={order},INDEX({sheet.prefix}_check,{letters(told)}{row + 1}),{shown})"
            names = f'IF({here}={order},"{draft.say(sheet.name)}",{names})'
        page.put(row, where, Formula(of_sheet))
        page.put(row, place, Formula(of_place))
        page.put(row, told, Formula(of_row))
        page.put(row, 1, Formula(shown), look.TEXT | {"bold": True})
        page.put(row, 2, Formula(names), look.QUIET | {"align": "center"})
        page.put(row, 3, Formula(f'IF({here}=0,"",{letters(told)}{row + 1}+{TOP + 1})'), look.NUMBER | {"num_format": look.UNGROUPED, "align": "center"})
    row += 1
    more = f"{sums[-1]}-{_LISTED}"
    page.put(row, 1, draft.say(Text("and more rows:", "и ещё строк:")), look.SUBTITLE | {"align": "right"})
    page.put(row, 3, Formula(f'IF({more}>0,{more},"{look.DASH}")'), look.SUBTITLE | {"align": "center"})
    return row


SHEET = Sheet("checks", Text("Data checks", "Проверка данных"), Text("what is wrong with the data", "что не так с данными"), False, build)
