"""The workbook: empty as the template, or filled with data; one builder for both, in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from smm_xl.kpi import Better, Group, Unit
from smm_xl.language import Text
from smm_xl.workbook import look, terms
from smm_xl.workbook.calculation import Formula
from smm_xl.workbook.filled import COUNTED_BY_CAMPAIGN, COUNTED_BY_CHANNEL, NAMES_OF_COUNTS, Filled, days_of
from smm_xl.workbook.pages import Page, Pages, Table
from smm_xl.workbook.sheets import MOST_CHANNELS, SHEETS, InputSheet, Kind
from smm_xl.workbook.sums import PREVIOUS, SHOWN_MONTHS, TOTAL, YEAR_BEFORE, Sums, channel, month
from smm_xl.workbook.terms import Measure

VERSION = "1.0"
NAMES = {
    "start": Text("Start", "Старт"),
    "dashboard": Text("Dashboard", "Дашборд"),
    "settings": Text("Settings", "Настройки"),
    "targets": Text("Targets", "Цели"),
    "kpi": Text("KPI by channel", "KPI по каналам"),
    "months": Text("Months", "Динамика"),
    "plan": Text("Plan-fact", "План-факт"),
    "reference": Text("Reference", "Справочник"),
    "sums": Text("calc", "calc"),
}
