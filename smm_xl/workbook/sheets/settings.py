"""The sheet Settings: what the formulas ask for."""

from __future__ import annotations

import datetime as dt
from typing import Any

from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.workbook.content import COUNTED_BY_CAMPAIGN, COUNTED_BY_CHANNEL, DASHBOARD, NAMES_OF_COUNTS
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.pages import Page
from smm_xl.workbook.schema import MOST_CHANNELS, TOP
from smm_xl.workbook.sheets.shared import frame, set_widths, validate


def build(draft: Draft, page: Page) -> None:
    settings = draft.filled.settings
    about = Text("What the formulas ask for. Change the yellow cells only.", "То, что спрашивают формулы. Меняйте только жёлтые ячейки.")
    frame(draft, page, about, 6, protect=False)
    set_widths(page, (44, 28, 64, 3, 46, 3))
    counts = [draft.say(NAMES_OF_COUNTS[key]) for key in (COUNTED_BY_CHANNEL, COUNTED_BY_CAMPAIGN)]
    yes, no = draft.say(Text("yes", "да")), draft.say(Text("no", "нет"))
    share = {"validate": "decimal", "criteria": "between", "minimum": 1e-9, "maximum": 1}
    amount = {"validate": "decimal", "criteria": ">=", "value": 0}
    lines: list[tuple[str, Text, float | str | dt.date | None, str, dict[str, Any] | None, Text]] = [
        ("s_currency", Text("Currency", "Валюта"), settings.currency, look.WORDS, None, Text("a word for your reports; figures are not converted", "подпись в отчётах; суммы не пересчитываются")),
        ("s_vat", Text("Spend includes VAT", "Расход с НДС"), yes if settings.includes_vat else no, look.WORDS, {"validate": "list", "source": [yes, no]},
         Text("keep all amounts alike; the workbook takes them as they are", "держите все суммы одинаково: книга берёт их как есть")),
        ("s_margin", Text("Margin", "Маржинальность"), settings.margin, look.WHOLE_PERCENT, share,
         Text("share of revenue that is gross profit; blank: ROI is unknown, ROMI is counted on revenue", "доля валовой прибыли в выручке; пусто: ROI неизвестен, ROMI считается по выручке")),
        ("s_orders_per_customer", Text("Orders per customer", "Заказов на клиента"), settings.orders_per_customer, look.ONE_DECIMAL, amount, Text("for LTV", "для LTV")),
        ("s_hourly_rate", Text("Rate of an hour", "Ставка часа"), settings.hourly_rate, look.WHOLE, amount,
         Text("for rows of Effort without a rate of their own", "для строк листа «Трудозатраты» без своей ставки")),
        ("s_leads_from", Text("Whose leads and customers count", "Чьи заявки и клиенты считаются"), counts[settings.leads_from == COUNTED_BY_CAMPAIGN], look.WORDS,
         {"validate": "list", "source": counts}, Text("the other sheet serves where this one has none", "если там их нет, берутся с другого листа")),
        ("s_green", Text("On plan from", "«В плане» от"), settings.green, look.WHOLE_PERCENT, {"validate": "decimal", "criteria": ">", "value": 0}, Text("attainment", "выполнение")),
        ("s_amber", Text("At risk from", "«Риск» от"), settings.amber, look.WHOLE_PERCENT, {"validate": "decimal", "criteria": ">", "value": 0}, Text("below it: behind", "ниже — «отставание»")),
        ("s_bonus", Text("Full bonus", "Полная премия"), settings.bonus, look.WHOLE, amount, Text("for a score of 100 %", "за оценку 100 %")),
        ("s_cap", Text("Cap of an attainment", "Потолок выполнения"), settings.cap, look.WHOLE_PERCENT, amount, Text("for the score", "для оценки")),
        ("s_floor", Text("Floor of an attainment", "Пол выполнения"), settings.floor, look.WHOLE_PERCENT, amount, Text("for the score", "для оценки")),
        ("s_as_of", Text("Data up to (date)", "Данные по (дата)"), settings.as_of, look.DATE_FORMAT[draft.language],
         {"validate": "date", "criteria": ">", "value": dt.date(2000, 1, 1)}, Text("blank: whole months", "пусто: месяцы закрыты полностью")),
        ("s_client", Text("Client or project", "Клиент или проект"), settings.client or None, look.WORDS, None, Text("stands on the dashboard", "стоит на дашборде")),
    ]  # fmt: skip
    for row, (name, label, value, form, validation, about) in enumerate(lines, start=TOP):
        page.put(row, 1, draft.say(label), look.TEXT)
        draft.pages.names[name] = page.put(row, 2, value, look.INPUT | {"num_format": form, "align": "center"})
        page.put(row, 3, draft.say(about), look.QUIET)
        if validation:
            validate(draft, page, row, 2, row, 2, validation, label)
    draft.pages.names["s_by_campaign"] = draft.hidden.put(0, draft.hidden.columns(1), counts[1])
    page.put(TOP - 1, 5, draft.say(Text(f"Channels (up to {MOST_CHANNELS})", f"Каналы (до {MOST_CHANNELS})")), look.SECTION)
    for place in range(MOST_CHANNELS):
        named = settings.channels[place] if place < len(settings.channels) else None
        page.put(TOP + place, 5, named, look.INPUT)
    top = TOP + MOST_CHANNELS + 2
    page.put(top - 1, 5, draft.say(Text("KPIs on the dashboard", "KPI на дашборде")), look.SECTION)
    by_key = {measure.kpi.key: measure.kpi for measure in draft.measures}
    for place in range(len(DASHBOARD)):
        key = settings.tiles[place] if place < len(settings.tiles) else ""
        draft.pages.names[f"s_tile_{place + 1}"] = page.put(top + place, 5, draft.say(by_key[key].name) if key else None, look.INPUT)
    names = [draft.say(measure.kpi.name) for measure in draft.measures]
    listed = draft.hidden.columns(1)
    for place, name in enumerate(names):  # a list validation may not be longer than 255 characters, so it is a range
        draft.hidden.put(place, listed, name)
    draft.pages.names["kpi_list"] = draft.hidden.ref(0, listed, len(names) - 1, listed)
    validate(draft, page, top, 5, top + len(DASHBOARD) - 1, 5, {"validate": "list", "source": "=kpi_list"}, Text("KPIs on the dashboard", "KPI на дашборде"))
    page.finish.append(lambda sheet, _: sheet.fit_to_pages(1, 1))
    draft.pages.names["channel_list"] = page.ref(TOP, 5, TOP + MOST_CHANNELS - 1, 5)


SHEET = Sheet("settings", Text("Settings", "Настройки"), None, False, build)
