"""Which charts a result has: its KPIs by month and by channel, and how far its plan is attained. How they are drawn is another matter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from smm_xl.catalog.kpi import Kpi, Unit
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.outputs.layout import labels
from smm_xl.reports.result import Column, Kind, Result, Row
from smm_xl.targets.arithmetic import Status

MOST_KPIS = 6
MOST_SHOWN = 1.5  # of an attainment: where its axis ends
MOST_MONTHS, MOST_CHANNELS, MOST_ATTAINMENTS = 24, 12, 15
# shown before others where nobody said which: what the article begins with, and what is paid for it
_FIRST = ("spend", "leads", "cpl", "revenue", "roi", "er_views", "total_cost", "romi", "roas", "clicks", "ctr", "cpc")
_MONTH = re.compile(r"\d{4}-\d{2}")
_JUDGED = (Status.ON_PLAN, Status.AT_RISK, Status.BEHIND)


class Series(NamedTuple):
    """Values of one colour; None where there is none."""

    name: Text
    values: tuple[float | None, ...]
    colour: str


class Chart(NamedTuple):
    """A chart as it is meant.

    shape:   "columns" or "line" for time, "bars" for names.
    labels:  under its values; one that rests on a part of the data ends with the sign of marks.
    form:    the number format of values. caption: what a reader has to know; "" for nothing. line: a value at which a line stands.
    """

    title: str
    shape: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    form: str
    caption: str = ""
    line: float | None = None


def charts_of(result: Result, language: str) -> list[list[Chart]]:
    """The charts of a result, those together that stand beside each other: attainment alone and first, then each KPI by month and by channel."""
    found = [[made for part in result.breakdowns if (made := _by(part, kpi, result.currency, language)) is not None] for kpi in _charted(result)]
    if all(len(line) < 2 for line in found):  # by one of them only
        alone = [chart for line in found for chart in line]
        found = [alone[place : place + 2] for place in range(0, len(alone), 2)]
    attained = _attainment(result, language)
    return [*([] if attained is None else [[attained]]), *(line for line in found if line)]


def _charted(result: Result) -> list[Kpi]:
    """The KPIs that have charts: those that a reader of many looks for first."""
    kpis = list(result.kpis)
    if len(kpis) > MOST_KPIS:
        kpis.sort(key=lambda kpi: _FIRST.index(kpi.key) if kpi.key in _FIRST else len(_FIRST))
    return kpis[:MOST_KPIS]


def _by(part: Result, kpi: Kpi, currency: str, language: str) -> Chart | None:
    """A KPI by the one group of a breakdown; None where fewer than two of its figures are known."""
    (group,) = part.groups
    is_time = group.key == "month"
    place, column = next(((place, column) for place, column in enumerate(part.columns) if column.key in kpi.columns), (0, None))
    if column is None:
        return None
    told: list[tuple[str, float | None]] = [
        (f"{label}{look.MARK}" if part.is_marked(column, row) else label, value)
        for label, row in zip(labels(part, language), part.rows, strict=True)
        if (value := _figure(row.values[place])) is not None or is_time
    ]
    if is_time:
        told = _without_holes(told)
    if sum(value is not None for _, value in told) < 2:
        return None
    caption = list[str]()
    if is_time:
        shown = told[-MOST_MONTHS:]
        if len(shown) < len(told):
            caption.append(Text(f"the last {MOST_MONTHS} of {len(told)} months", f"последние месяцы: {MOST_MONTHS} из {len(told)}").in_language(language))
    else:
        shown = sorted(told, key=lambda pair: -abs(pair[1] or 0.0))[:MOST_CHANNELS]
        if len(shown) < len(told):
            caption.append(Text(f"the {MOST_CHANNELS} largest of {len(told)}", f"самые большие: {MOST_CHANNELS} из {len(told)}").in_language(language))
    if any(label.endswith(look.MARK) for label, _ in shown):
        caption.append(look.MARKED.in_language(language))
    words = Text("by month", "по месяцам") if is_time else Text("by channel", "по каналам")
    named = f"{column.title.in_language(language)}, {currency}" if column.unit is Unit.MONEY and currency else column.title.in_language(language)
    values = tuple(value for _, value in shown)
    adds_up = column.unit in (Unit.COUNT, Unit.MONEY, Unit.HOURS)
    return Chart(
        f"{named} {words.in_language(language)}",
        ("columns" if adds_up else "line") if is_time else "bars",
        tuple(label for label, _ in shown),
        (Series(column.title, values, look.COLUMNS if adds_up else look.LEADS),),
        look.FORMATS[column.unit] if column.unit is not None else look.DECIMAL,
        "; ".join(caption),
    )


def _without_holes(told: Sequence[tuple[str, float | None]]) -> list[tuple[str, float | None]]:
    """Months and their figures with those between them of which there are no rows, so that a line breaks there. One without a month is left out."""
    by_month = {int(label[:4]) * 12 + int(label[5:7]) - 1: (label, value) for label, value in told if _MONTH.match(label)}
    if not by_month:
        return []
    return [by_month.get(month, (f"{month // 12:04}-{month % 12 + 1:02}", None)) for month in range(min(by_month), max(by_month) + 1)]


def _attainment(result: Result, language: str) -> Chart | None:
    """How far the plan is attained: KPIs with most weight, or else those farthest from the plan, in the colours of their status."""
    at = next((place for place, column in enumerate(result.columns) if column.kind is Kind.REACHED and column.has_bar), None)
    if at is None:
        return None
    weights: dict[Kpi | None, float | str] = {} if result.score is None else {scored.kpi: scored.weight for scored in result.score.lines}
    groups = labels(result, language) or [""] * len(result.rows)
    rows: list[tuple[str, Row, float]] = []
    for label, row in zip(groups, result.rows, strict=True):
        value = row.values[at]
        if isinstance(value, float) and row.kpi is not None:
            fact = _fact(result)
            sign = look.MARK if fact is not None and result.is_marked(fact, row) else ""
            rows.append((f"{row.kpi.name.in_language(language)}{f' · {label}' if label else ''}{sign}", row, value))
    if not rows:
        return None
    rows.sort(key=lambda told: (-_number(weights.get(told[1].kpi)), -abs(told[2] - 1)))
    shown = rows[:MOST_ATTAINMENTS]
    series = [
        Series(
            Text(status.in_language("en"), status.in_language("ru")),
            tuple(value if row.status is status else None for _, row, value in shown),
            look.STATUS_BARS[status],
        )
        for status in _JUDGED
    ]
    others = tuple(None if row.status in _JUDGED else value for _, row, value in shown)
    without = Status.NO_VERDICT
    series.append(Series(Text(without.in_language("en"), without.in_language("ru")), others, look.STATUS_BARS[without]))
    caption = list[str]()
    if len(shown) < len(rows):
        caption.append(
            Text(
                f"the {len(shown)} of {len(rows)} with most weight or farthest from the plan",
                f"{len(shown)} из {len(rows)}: с наибольшим весом или дальше всего от плана",
            ).in_language(language)
        )
    if any(value > MOST_SHOWN for *_, value in shown):
        caption.append(
            Text("a bar that ends at the edge goes further, as its figure says", "столбик до края графика длиннее, сколько — говорит число").in_language(
                language
            )
        )
    if any(name.endswith(look.MARK) for name, *_ in shown):
        caption.append(look.MARKED.in_language(language))
    title = Text("Attainment of the plan, the line is 100 %", "Выполнение плана, линия — 100 %").in_language(language)
    return Chart(
        title, "bars", tuple(name for name, *_ in shown), tuple(one for one in series if _is_there(one.values)), look.PERCENT, "; ".join(caption), line=1.0
    )


def _fact(result: Result) -> Column | None:
    return next((column for column in result.columns if column.is_main), None)


def _is_there(values: Sequence[float | None]) -> bool:
    return any(value is not None for value in values)


def _figure(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _number(weight: float | str | None) -> float:
    return weight if isinstance(weight, float | int) else 0.0
