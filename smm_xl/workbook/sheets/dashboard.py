"""The dashboard: main KPIs, charts and what needs attention, on one page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from smm_xl.catalog.kpi import Unit
from smm_xl.cells.columns import letters
from smm_xl.engine.coverage import ENOUGH
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook.content import DASHBOARD
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.terms import SHOWN_MONTHS
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import MOST_CHANNELS, TOP
from smm_xl.workbook.sheets.plan import lines
from smm_xl.workbook.sheets.shared import MARKED, frame, part_note, set_widths, validate

_PLAIN = (Unit.SHARE, Unit.RATIO, Unit.HOURS)  # units whose numbers are never shortened
_TILE_WIDTHS = [12.5, 10.5, 1.5]  # of the dashboard: two columns of a tile and the gap
TILES = len(DASHBOARD)
_BARS = {status: look.STATUS_BARS[status] for status in (Status.ON_PLAN, Status.AT_RISK, Status.BEHIND, Status.NO_VERDICT)}
_SENTENCES = 3
_ROSE, _FELL = Text(" rose by ", ": рост на "), Text(" fell by ", ": снижение на ")
_AGAINST = Text(" % against the period before", " % к периоду до")
_GOOD, _BAD = Text(": good", " — хорошо"), Text(": bad", " — плохо")
_WITH_ERRORS = Text(
    "The data has errors, so nothing is said about changes: see Data checks", "В данных ошибки, поэтому об изменениях ничего не сказано: см. «Проверка данных»"
)
_NOT_OVER = Text("The period is not over: changes are told when it is", "Период не закончен: об изменениях — когда он закончится")
_NO_BEFORE = Text("Nothing to compare with: the period before has no such figures", "Сравнить не с чем: за период до таких цифр нет")
_SHOWN_BARS = 10
_SHOWN_POSTS = 5


def build(draft: Draft, page: Page) -> None:
    settings = draft.filled.settings
    about = Text("The main KPIs of the chosen period against the plan", "Главные показатели за выбранный период против плана")
    width = len(_TILE_WIDTHS) * TILES - 1
    frame(draft, page, about, width, title=Formula(f'IF(s_client="","",s_client&" · ")&"{page.name}"'), height=None)
    set_widths(page, _TILE_WIDTHS * TILES)
    page.put(1, 11, draft.say(Text("Report period", "Период отчёта")), look.SUBTITLE | {"align": "right"})
    for column, name, day, words in ((13, "p_from", settings.first, Text("from", "с")), (16, "p_to", settings.last, Text("to", "по"))):
        style = look.INPUT | {
            "num_format": look.MONTH_FORMAT[draft.language].format(f'"{draft.say(words)} "'),
            "align": "center",
            "bold": True,
            "font_size": 12,
        }
        draft.pages.names[name] = page.put(1, column, day, style)
        page.merged.append((1, column, 1, column + 1))
        validate(draft, page, 1, column, 1, column, {"validate": "date", "criteria": ">", "value": dt.date(2000, 1, 1)}, words)
    # what is shown stands there also where nothing is chosen, which is usual
    shown = {"bold": True, "font_size": 14, "font_color": look.NAVY}
    none = draft.say(Text("no data yet", "данных пока нет"))
    page.put(0, 13, Formula(f'IF(p_usual=0,"{none}",p_first)'), shown | {"num_format": draft.month_format, "align": "right"})
    page.put(
        0, 14, Formula('IF(OR(p_usual=0,p_last=p_first),"",p_last)'), shown | {"num_format": look.MONTH_FORMAT[draft.language].format('"– "'), "align": "left"}
    )
    page.merged.append((0, 14, 0, 16))
    hint = Text("choose months in the yellow cells; empty: the last month with data", "выберите месяцы в жёлтых ячейках; пусто — последний месяц с данными")
    page.put(3, width, draft.say(hint), look.SUBTITLE | {"italic": True, "font_size": 8, "align": "right"})
    looked_up = draft.hidden.columns(4 + SHOWN_MONTHS)
    for number in range(TILES):
        _tile(draft, page, 4, 1 + 3 * number, number, looked_up)
    part_note(draft, page, 3, 1, 4)
    wrong = draft.say(Text(f"{look.ERROR} errors in the data, see the sheet Data checks", f"{look.ERROR} в данных ошибки, см. лист «Проверка данных»"))
    errors = f'SUM(errors_found)+COUNTIF(period_verdicts,"{look.ERROR}*")+COUNTIF(twice_verdicts,"{look.ERROR}*")'
    page.put(3, 7, Formula(f'IF({errors}>0,"{wrong}","")'), {"bold": True, "font_size": 9, "font_color": look.BAD})
    _sentences(draft, page, looked_up, f"{errors}>0")
    _charts(draft, page, width)


def _sentences(draft: Draft, page: Page, looked_up: int, has_errors: str) -> None:
    """What happened: the three KPIs of the tiles that changed most, and whether that is good. None where the figures cannot be held against each other."""
    grid, say, left = draft.hidden, draft.say, draft.hidden.columns(5)
    changes = draft.by_key["kpi"].ref(TOP + 1, 5 + MOST_CHANNELS, max(draft.kpi_rows.values()), 5 + MOST_CHANNELS)
    for number in range(TILES):
        at, at_aim = grid.ref(number, looked_up), grid.ref(number, looked_up + 1)
        change = grid.put(number, left, Formula(f'IF({at}=0,"",INDEX({changes},{at}))'))
        # of equal changes that of the first tile comes first
        grid.put(number, left + 1, Formula(f'IF(ISNUMBER({change}),IF({change}=0,"",ABS({change})+{TILES - number}/1000000000),"")'))
        grid.put(number, left + 2, Formula(f'IF({at}=0,"",INDEX(t_short,{at_aim}))'))
        grid.put(number, left + 3, Formula(f"IF({at}=0,0,INDEX(t_better,{at_aim}))"))
    change, orders, names, better = (grid.ref(0, left + column, TILES - 1, left + column) for column in range(4))
    point = {"en": ".", "ru": ","}[draft.language]
    for place in range(1, _SENTENCES + 1):
        which = grid.put(place - 1, left + 4, Formula(f"IF(COUNT({orders})<{place},0,MATCH(LARGE({orders},{place}),{orders},0))"))
        by = f"ROUND(ABS(INDEX({change},{which}))*1000,0)"
        share = f'INT({by}/10)&IF(MOD({by},10)=0,"","{point}"&MOD({by},10))'
        is_good = f"INDEX({better},{which})*INDEX({change},{which})"
        verdict = f'IF({is_good}=0,"",IF({is_good}>0,"{say(_GOOD)}","{say(_BAD)}"))'
        moved = f'IF(INDEX({change},{which})>0,"{say(_ROSE)}","{say(_FELL)}")'
        said = f'INDEX({names},{which})&{moved}&{share}&"{say(_AGAINST)}"&{verdict}'
        alone = {words: f'"{say(words)}"' if place == 1 else '""' for words in (_WITH_ERRORS, _NOT_OVER, _NO_BEFORE)}
        said = f"IF({which}=0,{alone[_NO_BEFORE]},{said})"
        said = f'IF(p_usual=0,"",IF({has_errors},{alone[_WITH_ERRORS]},IF(p_is_part=1,{alone[_NOT_OVER]},{said})))'
        page.put(9 + place, 1, Formula(said), {"font_color": look.SLATE, "font_size": 11, "indent": 1})


def _tile(draft: Draft, page: Page, top: int, left: int, number: int, where: int) -> None:
    """The KPI that Settings name for this place: its value, the plan, the status, and its last months.

    where: the first of the hidden columns for what is looked up: where the KPI stands in KPI by channel and Months, in Targets, in
    Plan-fact, each 0 where it does not; its unit; its months.
    """
    grid, row, months = draft.hidden, number, draft.by_key["months"]
    name = f"s_tile_{number + 1}"
    kpis, last = draft.by_key["kpi"], max(draft.kpi_rows.values())
    first_month = where + 4
    listed = kpis.ref(TOP + 1, 1, last, 1)
    at = grid.put(row, where, Formula(f'IF({name}="",0,IF(COUNTIF(kpi_list,{name})=0,0,MATCH({name},{listed},0)))'))
    at_aim = grid.put(row, where + 1, Formula(f"IF({at}=0,0,MATCH({name},t_kpi,0))"))
    at_plan = grid.put(row, where + 2, Formula(f"IF({at}=0,0,IF(COUNTIF(f_kpi,{name})=0,0,MATCH({name},f_kpi,0)))"))
    unit = grid.put(row, where + 3, Formula(f'IF({at}=0,"",INDEX(t_unit,{at_aim}))'))
    for place in range(SHOWN_MONTHS):
        shown = months.ref(TOP + 1, 3 + place, last, 3 + place)
        grid.put(row, first_month + place, Formula(f"IF({at}=0,NA(),IF(ISNUMBER(INDEX({shown},{at})),INDEX({shown},{at}),NA()))"))
    spark = grid.ref(row, first_month, row, first_month + SHOWN_MONTHS - 1)
    back = {"bg_color": look.PALE}
    for line in range(6):
        for column in range(left, left + 2):
            page.put(top + line, column, None, back | ({"top": 5, "top_color": look.BLUE} if line == 0 else {}))
    form = _tile_format(draft)
    total = kpis.ref(TOP + 1, 3 + MOST_CHANNELS, last, 3 + MOST_CHANNELS)
    marked = f'IF(INDEX(t_covered,{at_aim})<{ENOUGH}," {look.MARK}","")'
    title = f'IF({at}=0,"",INDEX(t_short,{at_aim})&IF(AND({unit}="{Unit.MONEY.key}",p_currency<>""),", "&p_currency,"")&{marked})'
    page.put(top, left, Formula(title), back | {"bold": True, "font_color": look.SLATE, "indent": 1, "shrink": True, "top": 5, "top_color": look.BLUE})
    page.put(
        top + 1,
        left,
        Formula(f'IF({at}=0,"",INDEX({total},{at}))'),
        back | {"bold": True, "font_size": 20, "font_color": look.NAVY, "indent": 1, "num_format": form, "align": "left"},
    )
    none = draft.say(Text("no target", "цели нет"))
    target = f'IF({at}=0,"",IF({at_plan}=0,"{none}",INDEX(f_target,{at_plan})))'
    planned = draft.say(Text("plan ", "план "))
    plan_form = _tile_format(draft, f'"{planned}"')
    page.put(top + 2, left, Formula(target), back | {"font_color": look.GREY, "indent": 1, "num_format": plan_form, "align": "left"})
    page.put(top + 3, left, Formula(f'IF({at_plan}=0,"",INDEX(f_status,{at_plan}))'), back | {"bold": True, "indent": 1})
    page.put(
        top + 3, left + 1, Formula(f'IF({at_plan}=0,"",INDEX(f_attainment,{at_plan}))'), back | {"bold": True, "num_format": look.PERCENT, "align": "right"}
    )
    page.merged += [(top + line, left, top + line, left + 1) for line in range(3)] + [(top + 4, left, top + 5, left + 1)]

    def finish(sheet: Any, pages: Pages) -> None:
        sheet.add_sparkline(top + 4, left, {"range": spark, "type": "column", "series_color": look.COLUMNS, "last_point": True, "last_color": look.NAVY})
        sheet.set_row(top, 20)
        sheet.set_row(top + 1, 30)
        for line, before in ((1, ""), (2, f'"{planned}"')):
            for one, shape in ((Unit.COUNT, _tile_format(draft, before, look.WHOLE)), *((one, f"{before}{look.FORMATS[one]}") for one in _PLAIN)):
                rule = f'=f_tile_{number + 1}="{one.key}"'
                style = pages.book.add_format({"num_format": shape})
                sheet.conditional_format(top + line, left, top + line, left + 1, {"type": "formula", "criteria": rule, "format": style})
        _font_colours(draft, sheet, pages, (top + 3, left, top + 3, left + 1), f"${letters(left)}${top + 4}")

    draft.pages.names[f"f_tile_{number + 1}"] = unit
    page.finish.append(finish)


def _tile_format(draft: Draft, before: str = "", small: str = look.DECIMAL) -> str:
    """A short form of large numbers; a format has room for two conditions."""
    millions = f'[>=1000000]{before}{look.DECIMAL},," {draft.say(Text("m", "млн"))}"'
    return f"{millions};[>=1000]{before}{look.WHOLE};{before}{small}"


def _font_colours(draft: Draft, sheet: Any, pages: Pages, area: tuple[int, int, int, int], cell: str) -> None:
    for status, (_, front) in look.STATUS_COLOURS.items():
        form = pages.book.add_format({"font_color": front})
        sheet.conditional_format(*area, {"type": "formula", "criteria": f'=LEFT({cell},1)="{status.sign}"', "format": form})


def _charts(draft: Draft, page: Page, width: int) -> None:
    """Charts read a hidden grid in which what is undefined is #N/A, so that a line breaks and does not fall to zero."""
    grid = draft.hidden
    by_month, by_channel, late_ones, attained_by = grid.columns(3), grid.columns(3), grid.columns(1), grid.columns(3 + len(_BARS))
    months_page, kpi_page = draft.by_key["months"], draft.by_key["kpi"]

    def number(cell: str) -> Formula:
        return Formula(f"IF(ISNUMBER({cell}),{cell},NA())")

    for place, cell in enumerate(draft.sums.shown_months):
        grid.put(place, by_month, Formula(cell), {"num_format": draft.month_format.replace("yyyy", "yy")})
        for column, key in enumerate(("total_cost", "leads"), start=1):
            grid.put(place, by_month + column, number(months_page.ref(draft.kpi_rows[key], 3 + place)))
    for place in range(MOST_CHANNELS):
        named = f"INDEX(channel_list,{place + 1})"
        grid.put(place, by_channel, Formula(f'IF({named}="","",{named})'))
        for column, key in enumerate(("cpl", "revenue"), start=1):
            grid.put(place, by_channel + column, number(kpi_page.ref(draft.kpi_rows[key], 3 + place)))
    _attainments(draft, attained_by)
    section = 14
    titles = (
        (1, 8, Text("Full cost and leads by month", "Полные затраты и заявки по месяцам")),
        (10, 17, Text("Attainment of the plan, the line is 100 %", "Выполнение плана, линия — 100 %")),
    )
    lower = (
        (1, 5, Text("Cost per lead by channel", "CPL по каналам")),
        (7, 11, Text("Where revenue comes from", "Откуда выручка")),
        (13, 17, Text("Needs attention", "Требует внимания")),
    )
    amounts = (titles[0][2], lower[0][2])
    # what a chart shows, and what to fill in where it shows nothing
    filled = {
        titles[0][2]: (
            grid.ref(0, by_month + 1, SHOWN_MONTHS - 1, by_month + 2),
            Text("fill in spend or hours, and leads", "внесите расход или часы и заявки"),
        ),
        titles[1][2]: (
            grid.ref(0, attained_by + 3, _SHOWN_BARS - 1, attained_by + 2 + len(_BARS)),
            Text("fill in the sheet Targets", "внесите цели на лист «Цели»"),
        ),
        lower[0][2]: (grid.ref(0, by_channel + 1, MOST_CHANNELS - 1, by_channel + 1), Text("fill in spend and leads", "внесите расход и заявки")),
        lower[1][2]: (grid.ref(0, by_channel + 2, MOST_CHANNELS - 1, by_channel + 2), Text("fill in revenue", "внесите выручку")),
    }
    for row, blocks in ((section, titles), (section + 15, lower)):
        for first, last, words in blocks:
            said: str | Formula = draft.say(words)
            if words in filled:
                cells, hint = filled[words]
                currency = 'IF(p_currency="","",", "&p_currency)&' if words in amounts else ""
                said = Formula(f'"{said}"&{currency}IF(COUNT({cells})=0,": {draft.say(hint)}","")')
            for column in range(first, last + 1):
                page.put(row, column, said if column == first else None, look.SECTION)
    shown = 6
    row = section + 16
    for place in range(1, shown + 1):
        rank = f"SMALL(f_rank,{place})"
        enough = f"COUNT(f_rank)>={place}"
        late = f"IF({enough},IF(ROUND({rank},6)<ROUND(p_green,6),MATCH({rank},f_rank,0),0),0)"
        where = grid.put(place - 1, late_ones, Formula(late))
        for column, name in ((13, "f_short"), (16, "f_status"), (17, "f_attainment")):
            style = look.LINE | ({"num_format": look.PERCENT, "align": "right", "bold": True} if column == 17 else {"bold": column == 16})
            page.put(row + place - 1, column, Formula(f'IF({where}=0,"",INDEX({name},{where}))'), style)
        for column in (14, 15):
            page.put(row + place - 1, column, None, look.LINE)
    nothing = Text("nothing: all targets are met, or none are set", "ничего: все цели достигнуты или не поставлены")
    page.put(row + shown, 13, Formula(f'IF({grid.ref(0, late_ones)}=0,"{draft.say(nothing)}","")'), look.SUBTITLE | {"italic": True, "font_size": 9})
    _best_posts(draft, page, row + shown + 2)
    states = "   ".join((*(status.in_language(draft.language) for status in Status), draft.say(MARKED)))
    page.put(section + 30, 1, states, look.SUBTITLE | {"font_size": 9})
    sums = grid.name

    def finish(sheet: Any, pages: Pages) -> None:
        book = pages.book
        font = {"name": look.FONT_NAME, "size": 9, "color": look.GREY}
        quiet = {"num_font": font, "line": {"color": look.HAIR}, "major_gridlines": {"visible": True, "line": {"color": look.GRID}}}

        def size(chart: Any, columns: int, rows: int, title: Text) -> dict[str, Any]:
            chart.set_title({"none": True})
            chart.set_chartarea({"border": {"none": True}})
            chart.set_plotarea({"border": {"none": True}})
            chart.set_size({"width": sum(round(width * 7 + 5) for width in (_TILE_WIDTHS * 6)[:columns]) - 4, "height": rows * 20 - 4})
            chart.show_blanks_as("gap")
            return {"description": draft.say(title), "object_position": 1, "x_offset": 2, "y_offset": 4}

        cost = book.add_chart({"type": "column"})
        cost.add_series(
            {
                "name": _name_of(draft, "total_cost"),
                "categories": [sums, 0, by_month, SHOWN_MONTHS - 1, by_month],
                "values": [sums, 0, by_month + 1, SHOWN_MONTHS - 1, by_month + 1],
                "fill": {"color": look.COLUMNS},
                "gap": 50,
            }
        )
        leads = book.add_chart({"type": "line"})
        leads.add_series({"name": _name_of(draft, "leads"), "categories": [sums, 0, by_month, SHOWN_MONTHS - 1, by_month], "values": [sums, 0, by_month + 2, SHOWN_MONTHS - 1, by_month + 2], "y2_axis": True,
                          "line": {"color": look.LEADS, "width": 2.25}, "marker": {"type": "circle", "size": 6, "fill": {"color": look.LEADS}, "border": {"color": look.LEADS}},
                          "data_labels": {"value": True, "position": "above", "font": {"name": look.FONT_NAME, "size": 9, "bold": True, "color": look.LEADS_TEXT}, "num_format": f"{look.WHOLE};;;"}})  # fmt: skip
        cost.combine(leads)
        cost.set_x_axis({"num_font": font, "num_format": draft.month_format.replace("yyyy", "yy"), "line": {"color": look.HAIR}, "text_axis": True})
        cost.set_y_axis(
            quiet
            | {
                "num_format": f'[>=1000000]0.0,," {draft.say(Text("m", "млн"))}";[>=1000]0," {draft.say(Text("k", "тыс."))}";0',
                "line": {"none": True},
                "min": 0,
            }
        )
        leads.set_y2_axis({"num_format": ";;;", "line": {"none": True}, "major_tick_mark": "none", "min": 0})
        cost.set_legend({"position": "top", "font": font})
        sheet.insert_chart(section + 1, 1, cost, size(cost, 8, 13, titles[0][2]))
        attained = book.add_chart({"type": "bar"})
        for number, (status, colour) in enumerate(_BARS.items(), start=3):
            attained.add_series(
                {
                    "name": status.in_language(draft.language),
                    "categories": [sums, 0, attained_by + 2, _SHOWN_BARS - 1, attained_by + 2],
                    "values": [sums, 0, attained_by + number, _SHOWN_BARS - 1, attained_by + number],
                    "fill": {"color": colour},
                    "gap": 40,
                    "overlap": 100,
                    "data_labels": {
                        "value": True,
                        "position": "inside_end",
                        "num_format": f"{look.PERCENT};;;",
                        "font": {"name": look.FONT_NAME, "size": 9, "bold": True},
                    },
                }
            )
        attained.set_y_axis({"reverse": True, "num_font": font, "line": {"color": look.HAIR}})
        line = {"visible": True, "line": {"color": look.NAVY, "dash_type": "dash", "width": 1}}  # at 100 %
        attained.set_x_axis(quiet | {"num_format": look.WHOLE_PERCENT, "min": 0, "max": 1.5, "major_unit": 1, "major_gridlines": line})
        attained.set_legend({"position": "top", "font": font})
        sheet.insert_chart(section + 1, 10, attained, size(attained, 8, 13, titles[1][2]))
        channels = max(1, len(draft.filled.settings.channels))
        cpl = book.add_chart({"type": "column"})
        cpl.add_series({"name": _name_of(draft, "cpl"), "categories": [sums, 0, by_channel, channels - 1, by_channel], "values": [sums, 0, by_channel + 1, channels - 1, by_channel + 1], "fill": {"color": look.COST_OF_LEAD}, "gap": 60,
                        "data_labels": {"value": True, "num_format": look.FORMATS[Unit.MONEY], "font": {"name": look.FONT_NAME, "size": 9, "bold": True}}})  # fmt: skip
        cpl.set_x_axis({"num_font": font, "line": {"color": look.HAIR}})
        cpl.set_y_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
        cpl.set_legend({"none": True})
        sheet.insert_chart(section + 16, 1, cpl, size(cpl, 5, 13, lower[0][2]))
        revenue = book.add_chart({"type": "doughnut"})
        revenue.add_series({"name": _name_of(draft, "revenue"), "categories": [sums, 0, by_channel, channels - 1, by_channel], "values": [sums, 0, by_channel + 2, channels - 1, by_channel + 2],
                            "points": [{"fill": {"color": colour}} for colour in look.CHANNELS[:channels]], "data_labels": {"percentage": True, "font": {"name": look.FONT_NAME, "size": 9, "bold": True, "color": look.WHITE}}})  # fmt: skip
        revenue.set_legend({"position": "right", "font": font})
        revenue.set_hole_size(50)
        sheet.insert_chart(section + 16, 7, revenue, size(revenue, 5, 13, lower[1][2]))
        _font_colours(draft, sheet, pages, (row, 16, row + shown - 1, 17), f"$Q{row + 1}")
        sheet.fit_to_pages(1, 1)
        page.printed = (0, 0, section + 30, width)

    page.finish.append(finish)


def _best_posts(draft: Draft, page: Page, row: int) -> None:
    """The posts of the period with the highest engagement rates."""
    grid, left, rates = draft.hidden, draft.hidden.columns(2), "po_rate"
    by_reach, by_views = (
        draft.say(words)
        for words in (
            Text("Best posts by ER, of reach", "Лучшие посты по ER, к охвату"),
            Text("Best posts by ER, of views", "Лучшие посты по ER, к просмотрам"),
        )
    )
    for column in range(13, 18):
        page.put(row, column, Formula(f'IF(p_posts_reach=1,"{by_reach}","{by_views}")') if column == 13 else None, look.SECTION)
    above = ""
    for place in range(1, _SHOWN_POSTS + 1):
        rate = grid.put(place, left, Formula(f'IF(COUNT({rates})<{place},"",LARGE({rates},{place}))'))
        where = f"MATCH({rate},{rates},0)"
        if above:  # of posts with the same rate each is shown
            further = f"{above}+MATCH({rate},INDEX({rates},{above}+1):INDEX({rates},ROWS({rates})),0)"
            where = f"IF({rate}={grid.ref(place - 1, left)},{further},{where})"
        above = grid.put(place, left + 1, Formula(f"IF(ISNUMBER({rate}),{where},0)"))
        named = f'IF(INDEX(po_post,{above})="","{look.DASH}",INDEX(po_post,{above}))'
        page.put(row + place, 13, Formula(f'IF({above}=0,"",{named})'), look.LINE)
        for column in (14, 15, 16):
            page.put(row + place, column, None, look.LINE)
        page.merged.append((row + place, 13, row + place, 16))
        page.put(row + place, 17, Formula(rate), look.LINE | {"num_format": look.FORMATS[Unit.SHARE], "align": "right", "bold": True, "font_color": look.GOOD})
    none = Text("no posts with reactions and reach or views in the period", "за период нет постов с реакциями и охватом или просмотрами")
    page.put(row + _SHOWN_POSTS + 1, 13, Formula(f'IF(COUNT({rates})=0,"{draft.say(none)}","")'), look.SUBTITLE | {"italic": True, "font_size": 9})


def _attainments(draft: Draft, left: int) -> None:
    """For the chart, the KPIs with most weight, then those farthest from the plan: their places in Plan-fact, names, and attainments by status."""
    grid = draft.hidden
    for number in range(lines(draft)):
        # the weight counts before all else; the number of the line tells equal ones apart
        weight = f"INDEX(t_weight,MATCH({number + 1},t_place,0))"
        rank = f"INDEX(f_attainment,{number + 1})"
        order = f"IF(ISNUMBER({weight}),{weight},0)*1000+MIN(ABS({rank}-1),99)+{lines(draft) - number}/1000000"
        grid.put(number, left, Formula(f'IF({number + 1}>MAX(t_place),"",IF(ISNUMBER({rank}),{order},""))'))
    orders = grid.ref(0, left, lines(draft) - 1, left)
    for number in range(_SHOWN_BARS):
        at = grid.put(number, left + 1, Formula(f"IF({number + 1}>COUNT({orders}),0,MATCH(LARGE({orders},{number + 1}),{orders},0))"))
        grid.put(number, left + 2, Formula(f'IF({at}=0,"",INDEX(f_short,{at}))'))
        for column, status in enumerate(_BARS, start=left + 3):
            is_it = f'LEFT(INDEX(f_status,{at}),1)="{status.sign}"'
            grid.put(number, column, Formula(f"IF({at}=0,NA(),IF({is_it},INDEX(f_attainment,{at}),NA()))"))


def _name_of(draft: Draft, key: str) -> str:
    return draft.say(next(measure.kpi.name for measure in draft.measures if measure.kpi.key == key))


SHEET = Sheet("dashboard", Text("Dashboard", "Дашборд"), Text("one page for the boss or the client", "одна страница для руководителя или клиента"), True, build)
