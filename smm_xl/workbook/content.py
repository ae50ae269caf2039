"""What stands in the input sheets of a workbook, and the same as tables for the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from smm_xl.cells import dates
from smm_xl.language import Text
from smm_xl.targets.arithmetic import CAP, FLOOR
from smm_xl.workbook.schema import (
    AMBER,
    CHANNELS,
    CHOSEN,
    DAYS,
    EFFORT,
    FAR,
    GREEN,
    INPUT_SHEETS,
    MOST_MONTHS,
    NEEDED_REACTIONS,
    POSTS,
    REACTIONS,
    SCALARS,
    InputSheet,
    Kind,
)

Row = dict[str, Any]
COUNTED_BY_CHANNEL, COUNTED_BY_CAMPAIGN = "channels", "campaigns"
DASHBOARD = ("total_views", "er_views", "leads", "cpl", "revenue", "roi")  # the KPIs that a new workbook shows there


@dataclass(frozen=True)
class Settings:
    """What a user sets. Shares are fractions.

    client:     the client or the project, for the dashboard.
    currency:   the sign behind amounts.
    leads_from: COUNTED_BY_CHANNEL or COUNTED_BY_CAMPAIGN: whose count of leads and customers comes first.
    bonus:      the full bonus; cap, floor: of an attainment in the score.
    as_of:      the last day of the data; None: not said.
    first, last: the months of the report; None: the last month with data.
    tiles:      the keys of the KPIs on the dashboard; "" for a place that stays empty.
    """

    currency: str = "₽"
    includes_vat: bool = True
    channels: tuple[str, ...] = ()
    margin: float | None = None
    orders_per_customer: float | None = None
    hourly_rate: float | None = None
    leads_from: str = COUNTED_BY_CHANNEL
    green: float = GREEN
    amber: float = AMBER
    bonus: float | None = None
    cap: float = CAP
    floor: float = FLOOR
    as_of: dt.date | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    tiles: tuple[str, ...] = DASHBOARD
    client: str = ""


@dataclass(frozen=True)
class Filled:
    """The content of a workbook: for each input sheet its rows, by column; blank cells are not there.

    targets: one row for each KPI with a target, a weight or a comment. funnel: what the plan begins with, by key.
    tests:   A/B tests; size: what the size of the next one follows from, by key.
    """

    settings: Settings = Settings()
    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    targets: Sequence[Row] = ()
    funnel: Mapping[str, float] = field(default_factory=dict)
    tests: Sequence[Row] = ()
    size: Mapping[str, float] = field(default_factory=dict)

    def rows_of(self, sheet: InputSheet) -> Sequence[Row]:
        return self.rows.get(sheet.key, ())

    def holds(self, sheet: InputSheet, key: str) -> bool:
        """Whether a column has a number anywhere."""
        return any(isinstance(row.get(key), int | float) for row in self.rows_of(sheet))

    # --- for the engine ---

    def home(self, key: str) -> str | None:
        """The sheet that serves an input: one only, so that nothing is counted twice."""
        sheets = [sheet for sheet in INPUT_SHEETS if any(column.key == key and column.kind is Kind.NUMBER for column in sheet.columns)]
        if key in REACTIONS:
            return self._home_of_engagements().key if self.holds(self._home_of_engagements(), key) else None
        if key in CHOSEN and self.settings.leads_from == COUNTED_BY_CAMPAIGN:
            sheets.reverse()
        return next((sheet.key for sheet in sheets if self.holds(sheet, key)), None)

    def _home_of_engagements(self) -> InputSheet:
        """Reactions are taken from one sheet together: from Posts only where Channels does not have them all."""
        for sheet in (CHANNELS, POSTS):
            if all(self.holds(sheet, key) for key in NEEDED_REACTIONS):
                return sheet
        return CHANNELS if any(self.holds(CHANNELS, key) for key in REACTIONS) else POSTS

    def tables(self) -> dict[str, dict[str, list[object]]]:
        """The tables for the engine, columns by their keys: each input in one of them only, settings in every row."""
        made = {}
        for sheet in INPUT_SHEETS:
            rows = self.rows_of(sheet)
            if not rows:
                continue
            keys = [column.key for column in sheet.inputs if column.kind is not Kind.NUMBER or self.home(column.key) == sheet.key]
            table: dict[str, list[object]] = {key: [row.get(key) for row in rows] for key in keys if key not in ("task", "campaign", "post")}
            when = "period" if "period" in table else "date"  # the workbook counts in months
            table["period"] = [f"{day:%Y-%m}" for day in table.pop(when)]
            if all(name is None for name in table.get("channel", [""])):
                del table["channel"]
            self._add_settings(sheet, rows, table)
            made[sheet.key] = table
        return made

    def _add_settings(self, sheet: InputSheet, rows: Sequence[Row], table: dict[str, list[object]]) -> None:
        settings = self.settings
        if self.home("revenue") == sheet.key:
            for key in SCALARS:
                table[key] = [getattr(settings, key)] * len(rows)
        if sheet is CHANNELS:
            table[DAYS] = [days_of(row["period"], settings.as_of) for row in rows]
        if sheet is EFFORT and self.home("hours") == sheet.key:
            rates = [row.get("hourly_rate", settings.hourly_rate) for row in rows]
            if any(rate is not None for rate in rates):
                table["hourly_rate"] = rates
        if sheet is POSTS and self.home("posts") is None:
            table["posts"] = [1] * len(rows)

    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first days of the first and last month of the report; None where there is no data."""
        last = self.settings.last or max((dates.first_of_month(day) for day in self._days() if not self.is_far(day)), default=None)
        if last is None:
            return None
        last = dates.first_of_month(last)
        first = dates.first_of_month(self.settings.first) if self.settings.first else last
        return max(dates.months_later(last, 1 - MOST_MONTHS), min(first, last)), last

    def is_far(self, day: dt.date) -> bool:
        """Whether a date lies so far behind the middle of those of the sheet with most rows that it is a slip, as 2062 among days of 2026."""
        return (dates.first_of_month(day) - self._usual).days > FAR

    def is_far_off(self, day: dt.date) -> bool:
        """Whether it lies as far from the middle on either side."""
        return abs((dates.first_of_month(day) - self._usual).days) > FAR

    @cached_property
    def _usual(self) -> dt.date:
        months: list[dt.date] = []
        for sheet in INPUT_SHEETS:
            own = sorted(dates.first_of_month(row[key]) for row in self.rows_of(sheet) for key in ("period", "date") if isinstance(row.get(key), dt.date))
            months = max(months, own, key=len)
        return months[len(months) // 2] if months else dt.date(2026, 1, 1)

    def _days(self) -> list[dt.date]:
        return [row[key] for sheet in INPUT_SHEETS for row in self.rows_of(sheet) for key in ("period", "date") if isinstance(row.get(key), dt.date)]


def days_of(month: dt.date, as_of: dt.date | None) -> int:
    """How many days of a month are in the data."""
    end = dates.last_of_month(month)
    return max(0, (min(end, as_of) if as_of else end).toordinal() - dates.first_of_month(month).toordinal() + 1)


NAMES_OF_COUNTS = {
    COUNTED_BY_CHANNEL: Text("by channel (own or CRM)", "по каналам (свои или CRM)"),
    COUNTED_BY_CAMPAIGN: Text("by campaign (ad cabinets)", "по кампаниям (кабинеты)"),
}
