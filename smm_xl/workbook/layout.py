"""What all sheets of the workbook agree on: their names, where tables begin, how short names are written."""

from __future__ import annotations

import re

from smm_xl.language import Text
from smm_xl.outputs import look

NAMES = {
    "start": Text("Start", "Старт"),
    "dashboard": Text("Dashboard", "Дашборд"),
    "settings": Text("Settings", "Настройки"),
    "targets": Text("Targets", "Цели"),
    "kpi": Text("KPI by channel", "KPI по каналам"),
    "months": Text("Months", "Динамика"),
    "plan": Text("Plan-fact", "План-факт"),
    "score": Text("Scorecard", "Оценка и премия"),
    "funnel": Text("Funnel", "Воронка"),
    "ab": Text("A-B test", "A-B тест"),
    "checks": Text("Data checks", "Проверка данных"),
    "reference": Text("Reference", "Справочник"),
    "sums": Text("calc", "calc"),
}
TOP = 4  # the row of the headings of tables, counted from 0; the first column stays empty
DASH = look.DASH
VERSION = "2"  # of the template; 1 had no KPIs of the dashboard in Settings and no A/B tests


def short_name(name: str) -> str:
    """The abbreviation of a KPI where its name has one, else the name without what stands in brackets."""
    abbreviation = re.search(r"\(([A-Z]{2,}[A-Z /]*)\)", name)
    return abbreviation[1] if abbreviation else re.sub(r" \(.*\)", "", name)
