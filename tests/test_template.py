"""The template workbook: its formulas say what the engine says and what LibreOffice makes of them; the files are sound."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import smm_xl
from smm_xl.catalog.kpi import Unit
from smm_xl.catalog.registry import FIELDS_BY_KEY, KPIS, KPIS_BY_KEY
from smm_xl.cells import columns, dates
from smm_xl.engine.coverage import ENOUGH
from smm_xl.errors import CatalogError
from smm_xl.functions import FUNCTIONS as FUNCTIONS_BY_NAME
from smm_xl.hosts.spelling import Spelling, convert
from smm_xl.language import Text
from smm_xl.reports import funnel, target_source
from smm_xl.reports import plan as planreport
from smm_xl.sources.frames import table_of_columns
from smm_xl.sources.intake import Source
from smm_xl.sources.recognising import Options
from smm_xl.targets.arithmetic import Status, bonus
from smm_xl.workbook import agreement
from smm_xl.workbook.content import Filled
from smm_xl.workbook.demo import blank, demo
from smm_xl.workbook.draft import Draft, Sheet
from smm_xl.workbook.formulas import terms
from smm_xl.workbook.formulas.calculation import Calculation, Content
from smm_xl.workbook.formulas.formulatext import Failed, Formula, FormulaError, Reference
from smm_xl.workbook.formulas.sums import FORECAST, SCOPES, channel, month
from smm_xl.workbook.formulas.terms import PREVIOUS, SHOWN_MONTHS, TOTAL, YEAR_BEFORE
from smm_xl.workbook.pages import Page
from smm_xl.workbook.schema import CHANNELS, FUNCTIONS, INPUT_SHEETS, NATIVE, PROPERTY, SIZE_INPUTS, TEST_COUNTS, TOP, VERSION
from smm_xl.workbook.sheets.shared import frame
from smm_xl.workbook.template import SHEETS, build
from tests import node
from tests.books import differences, full, scattered
from tests.office import Calc

NAMES = {sheet.key: sheet.name for sheet in SHEETS}
KEPT = Path(__file__).parent.parent / "workbook_templates"
MADE = {
    f"smm_kpi_{language}{suffix}": (fill, language, formulas)
    for language in ("ru", "en")
    for suffix, fill, formulas in (("", blank, NATIVE), ("_demo", demo, NATIVE), ("_functions", blank, FUNCTIONS))
}
_NATIVE = [name for name in MADE if not name.endswith("functions")]
Written = tuple[Draft, Path]
pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")  # what openpyxl would lose in saving


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Written]:
    """A workbook of MADE as it is built now, written once."""
    folder, known = tmp_path_factory.mktemp("templates"), {}

    def write(name: str) -> Written:
        if name not in known:
            fill, language, formulas = MADE[name]
            template = build(fill(language), language, formulas)
            template.pages.write(folder / f"{name}.xlsx")
            known[name] = (template, folder / f"{name}.xlsx")
        return known[name]

    return write


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}  # it holds the time of writing


# --- the numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(12))
def test_formulas_say_what_the_engine_says_of_scattered_data_and_mark_what_a_report_marks(seed: int) -> None:
    template = build(scattered(seed), "ru", spare=False)
    agreement.confirm(template)
    assert any(value is not None for value in agreement.of_formulas(template).values())
    calculation, filled = template.pages.calculated(), template.filled
    reference = calculation.name("t_covered")
    assert isinstance(reference, Reference)
    shares = calculation.cells(calculation.area(reference, "")).numbers[:, 0]
    span = filled.span()
    assert span is not None
    first, last = span
    report = smm_xl.report({name: pd.DataFrame(columns) for name, columns in filled.tables().items()}, period=f"{first}..{dates.last_of_month(last)}")
    marked = {mark["kpi"]: mark["share"] for mark in report.attrs["marks"]}
    for measure in template.measures:
        typed_in = not any(FIELDS_BY_KEY[field].derived for field in measure.basis.fields)
        if terms.weighed(measure.basis) and typed_in and isinstance(calculation.value(*template.places[measure.kpi.key, TOTAL]), float):
            share = shares[template.kpi_rows[measure.kpi.key] - TOP - 1]
            assert (share if share < ENOUGH else None) == pytest.approx(marked.get(measure.kpi.key)), measure.kpi.key


@pytest.mark.parametrize("name", MADE)
def test_formulas_say_what_the_engine_says_of_the_templates(written: Callable[[str], Written], name: str) -> None:
    template, _ = written(name)
    agreement.confirm(template)
    said = agreement.of_formulas(template)
    if name.endswith("demo"):
        assert sum(value is not None for value in said.values()) > 0.6 * len(said)
    else:
        assert set(said.values()) == {None}


@pytest.mark.parametrize("name", [name for name in MADE if not name.endswith("demo")])
def test_an_empty_workbook_can_be_sent(written: Callable[[str], Written], name: str) -> None:
    assert written(name)[1].stat().st_size <= 450_000


def test_a_formula_that_differs_from_the_engine_is_not_given_away() -> None:
    template = build(scattered(1), "ru", spare=False)
    sheet, row, column = template.places["spend", TOTAL]
    page = next(page for page in template.pages.pages if page.name == sheet)
    page.cells[row, column] = Formula("12345")
    with pytest.raises(CatalogError, match="spend, total: the formula gives 12345"):
        agreement.confirm(template)


@pytest.mark.parametrize("name", _NATIVE)
def test_libreoffice_gives_the_values_that_formulas_were_written_with(written: Callable[[str], Written], calc: Calc, name: str) -> None:
    assert list(differences(*written(name), calc)) == []


@pytest.mark.parametrize(
    "fill", [demo, blank, lambda _: scattered(2), lambda _: scattered(9), lambda _: full("mixed", 12)], ids=["demo", "empty", "scattered", "more", "full"]
)
def test_the_functions_in_libreoffice_say_what_the_engine_says(calc: Calc, tmp_path: Path, fill: Callable[[str], Filled]) -> None:
    template = build(fill("en"), "en", FUNCTIONS, spare=False)
    agreement.confirm(template)
    called = {match for text in _formulas(template) for match in re.findall(r"SMM_\w+", text)}
    without = {"SMM_REACH_BOUNDS", "SMM_ENGAGEMENTS", "SMM_NET_FOLLOWERS", "SMM_LABOUR_COST"}  # two values, and sums of rows
    assert called == {kpi.function for kpi in KPIS if kpi.function} - without | {"SMM_AB_LIFT", "SMM_AB_PVALUE", "SMM_AB_SAMPLE"}
    template.pages.write(tmp_path / "functions.xlsx")
    convert(tmp_path / "functions.xlsx", tmp_path / "dotted.xlsx", Spelling.LIBREOFFICE)
    assert list(differences(template, tmp_path / "dotted.xlsx", calc)) == []


@pytest.mark.parametrize(("kind", "months"), [("channels", 60), ("mixed", 12), ("mixed", 30)])
def test_a_full_book_says_what_the_engine_and_libreoffice_say(calc: Calc, tmp_path: Path, kind: str, months: int) -> None:
    template = build(full(kind, months), "ru", spare=False)
    agreement.confirm(template)
    said = agreement.of_formulas(template)
    assert sum(value is not None for value in said.values()) > 0.7 * len(said)
    template.pages.write(tmp_path / "full.xlsx")
    assert list(differences(template, tmp_path / "full.xlsx", calc)) == []


def test_what_begins_before_the_months_of_the_grid_is_compared_with_nothing() -> None:
    template = build(full("mixed", 31), "ru", spare=False)
    agreement.confirm(template)
    said = agreement.of_formulas(template)
    assert {said[kpi.key, PREVIOUS] for kpi in KPIS if not kpi.bounds} == {None}
    assert said["cpl", YEAR_BEFORE] is not None


@pytest.mark.parametrize("seed", [0, 7])
def test_libreoffice_gives_the_same_for_scattered_data(calc: Calc, tmp_path: Path, seed: int) -> None:
    template = build(scattered(seed), "en", spare=False)
    template.pages.write(tmp_path / "scattered.xlsx")
    assert list(differences(template, tmp_path / "scattered.xlsx", calc)) == []


def test_every_kpi_of_one_value_stands_in_every_scope() -> None:
    template = build(demo("en"), "en", spare=False)
    assert {kpi for kpi, _ in template.places} == {kpi.key for kpi in KPIS if not kpi.bounds}
    assert {scope for _, scope in template.places} == {*SCOPES, FORECAST}


def test_a_total_is_no_average_and_a_blank_month_leaves_it() -> None:
    filled = Filled(
        blank("en").settings,
        {
            "channels": [
                {"period": pd.Timestamp(2026, 1, 1).date(), "channel": "Instagram", "spend": 100, "leads": 1},
                {"period": pd.Timestamp(2026, 1, 1).date(), "channel": "Telegram", "spend": 100, "leads": 9},
                {"period": pd.Timestamp(2026, 1, 1).date(), "channel": "YouTube", "spend": 500},
            ]
        },
    )
    template = build(filled, "en", spare=False)
    said = agreement.of_formulas(template)
    assert said["cpl", TOTAL] == 20  # not the average of 100 and 11.11, and without the row whose leads are not known
    assert said["spend", TOTAL] == 700
    assert said["cpl", channel(filled.settings.channels.index("YouTube"))] is None


def test_targets_of_a_month_are_multiplied_for_amounts_and_stay_for_prices(written: Callable[[str], Written]) -> None:
    template, _ = written("smm_kpi_en_demo")
    calculation, plan = template.pages.calculated(), NAMES["plan"].en
    rows = {str(calculation.value(plan, row, 1)): row for row in range(TOP + 1, TOP + 20) if calculation.value(plan, row, 1)}
    leads, cpl, spend = (rows[KPIS_BY_KEY[key].name.en] for key in ("leads", "cpl", "spend"))

    def value(row: int, column: int) -> Any:
        return calculation.value(plan, row, column)

    assert value(leads, 4) == 3 * 1130
    assert value(leads, 8) == pytest.approx(value(leads, 5) / 3390)
    assert value(cpl, 4) == pytest.approx(400 * 0.011)
    assert value(cpl, 8) == pytest.approx(value(cpl, 4) / value(cpl, 5))  # lower is better
    assert value(spend, 9) == "○ no verdict"
    shown = {str(value(row, 9))[0] for row in rows.values()}
    assert shown >= {"●", "▲", "■", "○"}, "the demo shows all states"


@pytest.mark.parametrize("fill", [demo, lambda _: scattered(3), lambda _: scattered(8), lambda _: scattered(20)], ids=["demo", "scattered", "more", "most"])
def test_plan_fact_and_score_are_those_of_the_engine(fill: Callable[[str], Filled]) -> None:
    """Where no row is later than the day of the data: the workbook names such rows, a report leaves them out."""
    filled = fill("en")
    weighed = [dict(row) | {"weight": row.get("weight", 10.0)} for row in filled.targets]
    filled = Filled(filled.settings, filled.rows, weighed)
    template = build(filled, "en", spare=False)
    calculation, plan = template.pages.calculated(), NAMES["plan"].en
    span = filled.span()
    assert span is not None
    months = (span[1].year - span[0].year) * 12 + span[1].month - span[0].month + 1
    targets = [row | {"target": row["target"] * (months if row["kpi"] in _ADDED else 1)} for row in weighed]
    made = planreport.build_plan(
        [Source(table_of_columns(name, columns), Options()) for name, columns in filled.tables().items()],
        target_source.TargetSource.of(table_of_columns("targets", {key: [row[key] for row in targets] for key in ("kpi", "target", "weight")}), "targets"),
        period=f"{span[0]}..{dates.last_of_month(span[1])}",
        as_of=filled.settings.as_of,
    )
    shown = {calculation.value(plan, row, 1): row for row in range(TOP + 1, TOP + 25) if calculation.value(plan, row, 1)}
    assert list(shown) == [row.kpi.name.en for row in sorted(made.rows, key=lambda row: KPIS.index(row.kpi))]
    for expected in made.rows:
        row = shown[expected.kpi.name.en]
        points = 100 if expected.kpi.unit is Unit.SHARE else 1
        for column, value in (
            (4, expected.target),
            (5, expected.fact),
            (7, expected.gap_pct),
            (8, expected.attainment),
            (10, expected.forecast),
            (11, expected.forecast_attainment),
        ):
            _same_or_undefined(calculation.value(plan, row, column), value)
        _same_or_undefined(calculation.value(plan, row, 6), expected.gap if isinstance(expected.gap, str) else expected.gap * points)
        status = expected.status.in_language("en") if isinstance(expected.status, Status) else "— no data"
        assert calculation.value(plan, row, 9) == status

    assert made.score is not None
    if made.score.score == "#DIV/0!":  # a cost per result without a result leaves the score of the workbook, and has no score in the engine
        assert any(row.attainment == "#DIV/0!" for row in made.rows)
        return
    _same_or_undefined(named(template, "score"), made.score.score)
    _same_or_undefined(named(template, "score_known"), made.score.known)
    if filled.settings.bonus is not None:
        _same_or_undefined(
            named(template, "score_bonus"), str(made.score.score) if isinstance(made.score.score, str) else bonus(filled.settings.bonus, made.score.score)
        )


def named(template: Draft, name: str) -> Any:
    """What stands in a cell that has a name."""
    sheet, cell = template.pages.names[name].split("!")
    return template.pages.calculated().value(sheet.strip("'"), *columns.place(cell))


_ADDED = {"leads", "spend", "total_views", "customers", "revenue"}  # of the targets above, what is multiplied over months


def _same_or_undefined(shown: Any, expected: float | str) -> None:
    assert shown == "—" if isinstance(expected, str) else shown == pytest.approx(expected)


def test_a_month_that_is_not_over_is_marked_and_goes_on_at_its_pace() -> None:
    month = dt.date(2026, 6, 1)
    settings = dataclasses.replace(blank("en").settings, channels=("VK",), as_of=dt.date(2026, 6, 12), first=month, last=month)
    row = {"period": month, "channel": "VK", "leads": 40.0, "spend": 8000.0, "followers_start": 900.0, "followers_end": 1000.0}
    template = build(Filled(settings, {"channels": [row]}, [{"kpi": "leads", "target": 90.0}]), "en", spare=False)
    said = agreement.of_formulas(template)
    assert said["leads", FORECAST] == pytest.approx(40 / 12 * 30)
    assert said["cpl", FORECAST] == said["cpl", TOTAL] == 200  # both parts go on
    assert said["followers", FORECAST] is None  # nobody knows how many there will be
    calculation = template.pages.calculated()
    for key in ("kpi", "plan"):
        assert calculation.value(NAMES[key].en, TOP - 1, 5) == "▲ part of the period, data up to"
    assert calculation.value(NAMES["plan"].en, TOP + 1, 11) == pytest.approx(100 / 90)


@pytest.mark.parametrize("counts", [(1000.0, 50.0, 1000.0, 59.0), (2140.0, 118.0, 2095.0, 161.0), (10.0, 10.0, 12.0, 1.0), (40.0, 0.0, 41.0, 3.0)])
@pytest.mark.parametrize("formulas", [NATIVE, FUNCTIONS])
def test_an_ab_test_is_that_of_the_functions(counts: tuple[float, ...], formulas: str) -> None:
    given = dict(zip(TEST_COUNTS, counts, strict=True))
    template = build(Filled(blank("en").settings, tests=[{"test": "t"} | given]), "en", formulas, spare=False)
    sheet = NAMES["ab"].en
    lift, chance, verdict = (template.pages.calculated().value(sheet, TOP + 1, column) for column in (8, 9, 10))
    arms = [given[key] for key in ("successes_a", "trials_a", "successes_b", "trials_b")]
    expected = FUNCTIONS_BY_NAME["SMM_AB_LIFT"].call(*arms)
    assert lift == (pytest.approx(expected) if isinstance(expected, float) else Failed(str(expected)) if formulas == FUNCTIONS else "—")
    expected = FUNCTIONS_BY_NAME["SMM_AB_PVALUE"].call(*arms)
    assert isinstance(chance, float)
    assert chance == pytest.approx(expected)
    better = "B" if counts[3] / counts[2] > counts[1] / counts[0] else "A"
    assert verdict == (f"● {better} is better" if chance < 0.05 else "— chance alone may explain it")


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        ({"trials_a": 10.0, "successes_a": 1.0}, "— give all four numbers"),
        (dict(zip(TEST_COUNTS, (10.0, 11.0, 10.0, 1.0), strict=True)), "■ more successes than trials, or no trials"),
        (dict(zip(TEST_COUNTS, (0.0, 0.0, 10.0, 1.0), strict=True)), "■ more successes than trials, or no trials"),
        (dict(zip(TEST_COUNTS, (10.0, 0.0, 10.0, 0.0), strict=True)), "— no difference to test"),
    ],
)
def test_what_no_ab_test_can_tell_is_said(counts: dict[str, float], verdict: str) -> None:
    template = build(Filled(blank("en").settings, tests=[{}, counts]), "en", spare=False)
    calculation, sheet = template.pages.calculated(), NAMES["ab"].en
    assert calculation.value(sheet, TOP + 2, 10) == verdict
    assert [calculation.value(sheet, TOP + 2, column) for column in (8, 9)] == ["—", "—"]
    assert [calculation.value(sheet, TOP + 1, column) for column in range(6, 11)] == [""] * 5


@pytest.mark.parametrize("size", [(0.05, 0.2, 0.8, 0.05), (0.058, -0.3, 0.9, 0.01), (0.6, 0.9, 0.8, 0.05), (0.05, 0, 0.8, 0.05)])
@pytest.mark.parametrize("formulas", [NATIVE, FUNCTIONS])
def test_the_size_of_a_test_is_that_of_the_function(size: tuple[float, ...], formulas: str) -> None:
    template = build(Filled(blank("en").settings, size=dict(zip(SIZE_INPUTS, size, strict=True))), "en", formulas, spare=False)
    expected = FUNCTIONS_BY_NAME["SMM_AB_SAMPLE"].call(*size)
    assert named(template, "ab_size") == (expected if isinstance(expected, float) else Failed(str(expected)) if formulas == FUNCTIONS else "—")


def test_the_dashboard_shows_what_settings_name_in_their_currency() -> None:
    settings = dataclasses.replace(demo("ru").settings, tiles=("hours_per_lead", "cac", "", "spend", "leads", "followers"), currency="BYN")
    template = build(dataclasses.replace(demo("ru"), settings=settings), "ru", spare=False)
    calculation, sheet, said = template.pages.calculated(), NAMES["dashboard"].ru, agreement.of_formulas(template)
    assert [calculation.value(sheet, 4, column) for column in range(1, 18, 3)] == [
        "Часов на заявку", "CAC, BYN", "", "Рекламный бюджет, BYN", "Лиды", "Подписчики на конец периода",
    ]  # fmt: skip
    assert calculation.value(sheet, 5, 4) == said["cac", TOTAL]
    assert calculation.value(sheet, 5, 7) == ""
    assert calculation.value(NAMES["kpi"].ru, template.kpi_rows["cpl"], 2) == "BYN"


@pytest.mark.parametrize("given", [(50, 0.2, 0.05, 40, 5000), (7, 0.072, 0.031, 12.5, 900), (9, 0.072, 1, 1, 1)])
def test_the_funnel_is_that_of_the_command(given: tuple[float, ...]) -> None:
    inputs = dict(zip(("customers", "cr_lead_customer", "cr_click_lead", "cpc", "aov"), map(float, given), strict=True))
    settings = dataclasses.replace(blank("en").settings, margin=0.4)
    template = build(Filled(settings, funnel=inputs), "en", spare=False)
    expected = {line.key: line.value for line in funnel.reverse(**inputs, margin=0.4).lines}
    sheet = NAMES["funnel"].en
    page = next(page for page in template.pages.pages if page.name == sheet)
    for name, key in (
        ("g_plan_leads", "plan_leads"),
        ("g_plan_clicks", "plan_clicks"),
        ("g_plan_budget", "plan_budget"),
        ("g_plan_cpl", "cpl"),
        ("g_max_cpl", "max_cpl"),
        ("g_plan_cac", "cac"),
    ):
        place = next(place for place in page.cells if page.ref(*place) == template.pages.names[name])
        assert template.pages.calculated().value(sheet, *place) == pytest.approx(expected[key])


# --- data checks ----------------------------------------------------------------------------------------------------


def faulty() -> Filled:
    """Data with one of each fault that the sheet Data checks knows."""
    may, june = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
    settings = dataclasses.replace(blank("en").settings, channels=("VK", "TG", "YT"), as_of=dt.date(2026, 6, 12), first=dt.date(2026, 4, 1), last=june)
    rows: dict[str, list[dict[str, Any]]] = {
        "channels": [
            {"period": may, "channel": "VK", "spend": 100.0, "all_visits": 500.0, "views": 10.0, "revenue": 7.0},
            {"period": may, "channel": "TG", "spend": 100.0, "all_visits": 501.0, "leads": 9.0, "clicks": 8.0},
            {"period": june, "channel": "VK", "clicks": 20.0, "leads": 5.0, "spend": -3.0, "views": -1.0},
            {"period": june, "channel": "VK", "clicks": 20.0, "leads": "five"},
        ],
        "campaigns": [
            {"date": may, "channel": "vkontakte", "spend": 150.0},
            {"date": dt.date(2026, 6, 20), "channel": "VK", "campaign": "Total", "clicks": 40.0},
        ],
        "posts": [
            {"date": may, "channel": "VK", "post": "a", "views": 30.0, "likes": 1.0},
            {"date": may, "channel": "VK", "post": "a", "likes": 2.0},
            {"date": may, "channel": "VK", "likes": 2.0},
            {"date": may, "channel": "VK", "likes": 2.0},
        ],
        "effort": [{"date": may, "channel": "VK", "hours": 5.0}, {"date": may, "hours": 5.0, "hourly_rate": 4.0}],
    }
    return Filled(settings, rows, [{"kpi": "leads", "weight": 3.0}])


def test_data_checks_find_every_fault(calc: Calc, tmp_path: Path) -> None:
    template = build(faulty(), "en", spare=False)
    calculation, sheet = template.pages.calculated(), NAMES["checks"].en

    def line(row: int, columns: int) -> list[Any]:
        return [calculation.value(sheet, row, column) for column in range(1, columns + 1)]

    assert [line(TOP + place, 5) for place in range(1, 5)] == [
        ["Channels", 4, 4, 0, 6], ["Campaigns", 2, 2, 0, 6], ["Posts", 4, 0, 2, 6], ["Effort", 2, 0, 0, "—"],
    ]  # fmt: skip
    periods = {str(line(row, 3)[0]): tuple(line(row, 3)[1:]) for row in range(TOP + 7, TOP + 26)}
    periods = {words: found for words, found in periods.items() if found[1] != "● OK"}
    assert periods == {
        "Months of the period without rows in Channels": (1, "▲ look"),
        "Listed channels without rows in the period": (1, "▲ look"),
        "Rows later than the date of the data": (1, "■ mend"),
        "The chosen period is not over": (1, "▲ look"),
        "Rows whose site visits differ within the month": (2, "■ mend"),
        "Rows of Effort without a channel, others have one": (1, "■ mend"),
        "Hours without a rate": (1, "▲ look"),
        "Revenue without a margin: ROI is unknown": (1, "▲ look"),
        "KPIs of the period that rest on less than 95 % of the data": (8, "▲ look"),
        "KPIs with a weight and no target": (1, "▲ look"),
    }
    twice = {row[0]: row[1:] for row in (line(row, 7) for row in range(TOP + 28, TOP + 41))}
    assert twice["Ad spend"] == ["Channels", 197, "Campaigns", 150, pytest.approx(-47 / 197), "▲ totals differ by more than 1 %"]
    assert twice["Clicks"][-1] == "▲ totals differ by more than 1 %"
    assert twice["Views"][-1] == "▲ totals differ by more than 1 %"  # of posts, and more than the channel has
    assert twice["Leads"][-1] == "— in one sheet only"
    wrong = [line(row, 3) for row in range(TOP + 43, TOP + 49)]
    assert wrong == [
        ["■ site visits differ in the month", "Channels", 6],
        ["■ site visits differ in the month", "Channels", 7],
        ["■ a number below 0", "Channels", 8],
        ["■ text instead of a number", "Channels", 9],
        ["■ channel is not in the list", "Campaigns", 6],
        ["■ a row of totals counts twice", "Campaigns", 7],
    ]
    assert calculation.value(NAMES["dashboard"].en, 3, 7) == "■ errors in the data, see the sheet Data checks"
    assert build(demo("en"), "en", spare=False).pages.calculated().value(NAMES["dashboard"].en, 3, 7) == ""
    template.pages.write(tmp_path / "faulty.xlsx")
    assert list(differences(template, tmp_path / "faulty.xlsx", calc)) == []


def test_more_faults_than_are_listed_are_counted() -> None:
    rows = [{"period": dt.date(2026, 1, 1), "channel": "nowhere", "spend": 1.0} for _ in range(27)]
    template = build(Filled(blank("en").settings, {"channels": rows}), "en", spare=False)
    calculation, sheet = template.pages.calculated(), NAMES["checks"].en
    listed = [calculation.value(sheet, row, 3) for row in range(TOP + 43, TOP + 63)]
    assert listed == list(range(6, 26))
    assert calculation.value(sheet, TOP + 63, 3) == 7


def test_visits_of_the_site_that_differ_are_unknown_and_no_mean() -> None:
    rows = [{"period": dt.date(2026, 1, 1), "channel": name, "visits": 10.0, "all_visits": visits} for name, visits in (("VK", 100.0), ("TG", 120.0))]
    template = build(Filled(dataclasses.replace(blank("en").settings, channels=("VK", "TG")), {"channels": rows}), "en", spare=False)
    said = agreement.of_formulas(template)
    assert said["traffic_share", TOTAL] is None


# --- the builder ----------------------------------------------------------------------------------------------------


def _notes(draft: Draft, page: Page) -> None:
    """What a sheet needs at least: a heading and a cell."""
    frame(draft, page, Text("What there is to say", "Что сказать"), 3)
    page.put(TOP, 1, Formula(draft.total_cell("leads")))


def test_a_new_sheet_is_one_module_and_one_entry(tmp_path: Path) -> None:
    notes = Sheet("notes", Text("Notes", "Заметки"), Text("what there is to say", "что сказать"), True, _notes)
    draft = build(demo("en"), "en", spare=False, sheets=(*SHEETS[:3], notes, *SHEETS[3:]))
    draft.pages.write(tmp_path / "book.xlsx")
    book = openpyxl.load_workbook(tmp_path / "book.xlsx", data_only=True)
    assert book.sheetnames[2:5] == ["Settings", "Notes", "Channels"]
    assert book["Notes"].cell(TOP + 1, 2).value == agreement.of_formulas(draft)["leads", TOTAL]
    contents = {row[5].value: row[6].value for row in book["Start"].iter_rows(min_row=TOP + 13)}
    assert (contents["Notes"], contents["Channels"]) == ("what there is to say", "data by month and channel")
    assert draft.outputs == ["Dashboard", "Notes", "KPI by channel", "Months", "Plan-fact", "Scorecard"]


_NEW_FIELD = """
import datetime as dt, json, sys
from pathlib import Path
from smm_xl.catalog import definitions
from smm_xl.catalog.kpi import Better, Field, Group, Kpi, Unit
from smm_xl.language import Text

stories = Field("stories", Text("Stories shown", "Показано сторис"), Unit.COUNT, typed_on=("channels", "campaigns"))
definitions.FIELDS += (stories,)
about = Text("Stories divided by posts.", "Сторис, делённые на публикации.")
definitions.KPIS += (Kpi("stories_share", Text("Stories per post", "Сторис на публикацию"), about, stories / definitions.posts, Unit.RATIO, Better.HIGHER, Group.RESULTS),)

from smm_xl.workbook import agreement, reader, template
from smm_xl.workbook.content import Filled, Settings

month = dt.date(2026, 1, 1)
rows = {
    "channels": [{"period": month, "channel": "VK", "stories": 30.0, "posts": 12.0}],
    "campaigns": [{"date": month, "channel": "VK", "stories": 20.0}],
}
for formulas in ("native", "functions"):
    draft = template.build(Filled(Settings(channels=("VK",)), rows), "en", formulas, spare=False)
    agreement.confirm(draft)
draft.pages.write(Path(sys.argv[1]))
read = reader.read(Path(sys.argv[1]), dt.date(2026, 2, 1))
said = {scope: value for (key, scope), value in agreement.of_formulas(draft).items() if key == "stories_share" and value is not None}
print(json.dumps([read.filled.rows["channels"][0]["stories"], [problem.words.en for problem in read.problems], said]))
"""


def test_a_new_field_is_one_entry_in_the_catalog(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _NEW_FIELD, str(tmp_path / "book.xlsx")], capture_output=True, text=True, check=False, cwd=KEPT.parent)
    assert done.returncode == 0, done.stderr
    read, remarks, said = json.loads(done.stdout)
    assert read == 30
    assert remarks == ["«Stories shown» adds up to 20 here and to 30 on the sheet «Channels», which counts; check which is right"]
    assert said == {TOTAL: 2.5, channel(0): 2.5, month(SHOWN_MONTHS - 1): 2.5, FORECAST: 2.5}
    book = openpyxl.load_workbook(tmp_path / "book.xlsx")
    for name in ("Channels", "Campaigns"):
        assert "Stories shown" in [cell.value for cell in book[name][TOP + 1]]
    for name in ("KPI by channel", "Months", "Targets", "Reference"):
        assert "Stories per post" in [cell.value for cell in book[name]["B"]]
    assert "Stories shown" in [cell.value for cell in book["Data checks"]["B"]]


def test_a_filled_cell_is_not_filled_again() -> None:
    page = Page("A sheet")
    page.put(2, 1, None, {"bold": True})
    page.put(2, 1, "first")
    with pytest.raises(CatalogError, match="A sheet!B3: filled twice, with 'first' and 'second'"):
        page.put(2, 1, "second")
    assert page.cells == {(2, 1): "first"}


def test_columns_of_the_hidden_sheet_are_given_to_one_only() -> None:
    page = Page("calc")
    assert [page.columns(3), page.columns(1), page.columns(2)] == [0, 3, 4]
    draft = build(blank("en"), "en", spare=False)
    width = draft.hidden.taken
    assert draft.hidden.columns(1) == width > max(column for _, column in draft.hidden.cells)


# --- the files ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MADE)
def test_the_files_of_the_repository_are_what_the_builder_writes(written: Callable[[str], Written], name: str) -> None:
    assert parts(written(name)[1]) == parts(KEPT / f"{name}.xlsx"), "run: python -m tests.make_templates"


@pytest.fixture(scope="module")
def validator() -> Path:
    """Microsoft's validator of Open XML, from npm."""
    return node.tool(node.VALIDATOR, "ooxml-validator")


@pytest.mark.parametrize("name", MADE)
def test_the_validator_finds_nothing(validator: Path, name: str) -> None:
    done = subprocess.run([str(validator), str(KEPT / f"{name}.xlsx")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", MADE)
def test_what_the_validator_misses(name: str) -> None:
    with zipfile.ZipFile(KEPT / f"{name}.xlsx") as archive:
        text = {part: archive.read(part).decode() for part in archive.namelist() if part.endswith(".xml")}
    sheets = re.findall(r'<sheet name="([^"]+)"', text["xl/workbook.xml"])
    names = re.findall(r'<definedName name="([^"]+)"', text["xl/workbook.xml"])
    assert len({folded.casefold() for folded in names if not folded.startswith("_xlnm")}) == len([one for one in names if not one.startswith("_xlnm")])
    for part, content in text.items():
        for reference in re.findall(r"<c:f>'?([^'!<]+)'?!", content):
            assert reference in sheets, f"{part}: a chart reads the sheet {reference}"
        for listed in re.findall(r'<dataValidation type="list".*?<formula1>(.*?)</formula1>', content):
            assert len(listed) <= 257
        for formula in re.findall(r"<f>(.*?)</f>", content):
            assert len(formula) <= 8192
            assert not re.search(r"\b(UNIQUE|XLOOKUP|LET|LAMBDA|OFFSET|INDIRECT|TEXT|IFERROR|TODAY|NOW|RAND)\(", formula), f"{part}: {formula}"
        if part.startswith("xl/worksheets/sheet"):
            assert "[[#" not in "".join(re.findall(r"<(?:cfRule|dataValidation).*?</(?:cfRule|dataValidation)>", content))
            assert not re.search(r"<c [^>]*><f>[^<]*</f></c>", content), f"{part}: a formula without a value"


@pytest.mark.parametrize("name", MADE)
def test_tables_begin_with_the_headings_of_their_columns(name: str) -> None:
    book = openpyxl.load_workbook(KEPT / f"{name}.xlsx")
    tables = {table.name: (sheet, table) for sheet in book for table in sheet.tables.values()}
    assert set(tables) == {sheet.table for sheet in INPUT_SHEETS}
    for sheet, table in tables.values():
        (header, *_) = sheet[table.ref]
        assert [cell.value for cell in header] == [column.name for column in table.tableColumns]
        assert len({str(cell.value).casefold() for cell in header}) == len(header)


@pytest.mark.parametrize(("name", "count"), [("channels", 720), ("campaigns", 1000), ("posts", 500), ("effort", 500)])
def test_there_is_room_in_the_template(name: str, count: int) -> None:
    table = next(sheet for sheet in INPUT_SHEETS if sheet.key == name)
    book = openpyxl.load_workbook(KEPT / "smm_kpi_ru.xlsx")
    top, bottom = re.findall(r"\d+", book[table.name.ru].tables[table.table].ref)
    assert int(bottom) - int(top) >= count
    allowed = {str(rule.sqref): rule for rule in book[table.name.ru].data_validations.dataValidation}
    assert len(allowed) == len([column for column in table.inputs if column.kind.value != "word"])
    for rule in allowed.values():
        assert re.search("[а-яё]", rule.error), "the message is in the language of the book"


@pytest.mark.parametrize("name", _NATIVE)
def test_no_cell_holds_an_error_but_the_gaps_of_charts(written: Callable[[str], Written], name: str) -> None:
    template, _ = written(name)
    for page in template.pages.pages:
        for (row, column), content in page.cells.items():
            if isinstance(content, Formula):
                value = template.pages.calculated().value(page.name, row, column)
                assert not isinstance(value, Failed) or (page.hidden and value.code == "#N/A"), f"{page.name} {row} {column}"


def test_pandas_and_phones_see_the_values(written: Callable[[str], Written]) -> None:
    template, path = written("smm_kpi_en_demo")
    sheet, row, column = template.places["cpl", TOTAL]
    frame = pd.read_excel(path, sheet_name=sheet, header=None, engine="openpyxl")
    assert frame.iloc[row, column] == pytest.approx(agreement.of_formulas(template)["cpl", TOTAL])


def test_text_of_a_user_never_becomes_a_formula(tmp_path: Path) -> None:
    filled = demo("en")
    rows = {key: [dict(row) for row in found] for key, found in filled.rows.items()}
    rows["campaigns"][0]["campaign"] = "=1+1"
    rows["posts"][0]["post"] = "http://example.com"
    build(Filled(filled.settings, rows, [{"kpi": "cpl", "target": 5.0, "comment": "=HYPERLINK()"}]), "en", spare=False).pages.write(tmp_path / "text.xlsx")
    book = openpyxl.load_workbook(tmp_path / "text.xlsx")
    place = 2 + [column.key for column in next(sheet for sheet in INPUT_SHEETS if sheet.key == "campaigns").columns].index("campaign")
    cell = book["Campaigns"].cell(TOP + 2, place)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    assert all(cell.hyperlink is None for row in book["Posts"].iter_rows(min_row=TOP + 2) for cell in row)


def test_the_groups_and_kpis_of_the_article_are_on_the_outputs(written: Callable[[str], Written]) -> None:
    _, path = written("smm_kpi_ru_demo")
    book = openpyxl.load_workbook(path)
    assert book.custom_doc_props[PROPERTY].value == VERSION
    for name in ("kpi", "months", "targets"):
        shown = {cell.value for row in book[NAMES[name].ru].iter_rows(max_col=2) for cell in row}
        assert {"ПО РЕЗУЛЬТАТАМ", "ПО ЗАТРАТАМ", "ПО ТРУДОЗАТРАТАМ"} <= shown
        assert {kpi.name.ru for kpi in KPIS if kpi.article and not kpi.bounds} <= shown


def test_inputs_are_open_and_outputs_protected() -> None:
    book = openpyxl.load_workbook(KEPT / "smm_kpi_en.xlsx")
    closed = {sheet.title for sheet in book if sheet.protection.sheet}
    assert closed == {NAMES[name].en for name in ("start", "dashboard", "kpi", "months", "plan", "score", "funnel", "ab", "checks", "reference")}
    assert not any(sheet.protection.password for sheet in book)
    for cell in (book["Dashboard"]["N2"], book["Dashboard"]["Q2"]):
        assert not cell.protection.locked, "the period can be chosen"


# --- the calculation ------------------------------------------------------------------------------------------------


def _value(text: str, cells: dict[tuple[int, int], Content] | None = None) -> object:
    return Calculation({"S": (cells or {}) | {(9, 9): Formula(text)}}, {}, {}).value("S", 9, 9)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1+2*3-4/2", 5.0), ("-(2-5)*2", 6.0), ('"a"&1.5&"b"', "a1.5b"), ('IF(1>2,"x","y")', "y"), ("1/0", Failed("#DIV/0!")), ("EDATE(45000-14,-12)", 44621.0),
        ("EOMONTH(45000,0)", 45016.0), ('COUNTIFS(A1:A3,">1")', 2.0), ('SUMIFS(B1:B3,A1:A3,">=2",B1:B3,"<>5")', 6.0), ("SUMPRODUCT((A1:A3>1)*B1:B3)", 11.0),
        ("SMALL(A1:A3,2)", 2.0), ("SMALL(A1:A3,4)", Failed("#NUM!")), ('MATCH("B",C1:C3,0)', 2.0), ("INDEX(C1:C3,3)", "c"), ('COUNTIF(C1:C3,"b*")', 1.0),
        ("SUM(A1:INDEX(A1:A3,2))", 3.0), ("ROUND(2.5,0)", 3.0), ("ROUND(-1.005,2)", -1.01), ("SUMPRODUCT(SUMIFS(B1:B3,A1:A3,A1:A2))", 9.0), ("AND(TRUE,1=1)", True),
        ("A9", 0.0), ("COUNT(A1:C3)", 6.0), ("COUNTA(C1:C3)", 3.0), ("NA()", Failed("#N/A")), ('IF(""="",1,2)', 1.0), ("MAX(A1:A3)-MIN(A1:A3)", 2.0),
        ('A1="a"', False), ('A1<>"a"', True), ('C1="A"', True), ('"b">"A"', True), ("TRUE>FALSE", True), ("(A1=1)=TRUE", True), ("(A1=1)+(A2=2)>1", True),
        ('A9=""', True), ("A9=0", True), ("A9=FALSE", True), ("A9<1", True), ('A9<"a"', True), ("A9<TRUE", True), ("A9=A8", True), ('0=""', False),
        ('SUMPRODUCT((C1:C4="")*1)', 1.0), ('SUMPRODUCT((A1:C1="A")*1)', 1.0), ('SUMPRODUCT((A1:C1<>"A")*1)', 2.0), ("SUMPRODUCT(((A1:A3>1)=TRUE)*1)", 2.0),
    ],
)  # fmt: skip
def test_formulas_are_worked_out(text: str, value: object) -> None:
    lines: tuple[tuple[Content, ...], ...] = ((1, 4, "a"), (2, 5, "b"), (3, 6, "c"))
    cells = {(row, column): content for row, line in enumerate(lines) for column, content in enumerate(line)}
    assert _value(text, cells) == value


@pytest.mark.parametrize("text", ["FOO(1)", "1+", "A1:", "nothing", "tbl[x]", '"a"+1', "A1:A2*1+C1", "J10", "Other!A1", "(1"])
def test_what_cannot_be_worked_out_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        _value(text, {(0, 0): 1, (1, 0): "x"})


@pytest.mark.parametrize(
    "text",
    [
        "TRUE>1", "(A1=1)>1", "TRUE=1", "TRUE<>A1", 'FALSE="a"', "TRUE>A2", 'A1<"a"', "A2>=A1", '1>""', "SUMPRODUCT(((B1:B2=0)>1)*1)", "SUMPRODUCT((B1:B2=FALSE)*1)",
        'SUMPRODUCT((A3:A4="a")*1)', "SUMPRODUCT((A3:A4>0)*1)", 'SUMPRODUCT((B1:B2>"a")*1)',
    ],
)  # fmt: skip
def test_unlike_kinds_are_not_compared(text: str) -> None:
    """Excel has an order of them, numbers before text before logicals, and other programs have another one."""
    with pytest.raises(FormulaError):
        _value(text, {(0, 0): 1, (1, 0): "x", (2, 0): True})


def test_every_cell_of_a_column_may_be_asked_for(written: Callable[[str], Written]) -> None:
    """The names that formulas use are all there, and each stands for a column of its table."""
    template, _ = written("smm_kpi_en")
    for column in CHANNELS.columns:
        assert template.pages.names[f"ch_{column.key}"] == f"tblChannels[{column.title.en}]"
    used = set(re.findall(r"\b(?:ch|ca|po|ef|src|c|s|p|t|f|told|m|d)_\w+", " ".join(_formulas(template))))
    assert used <= set(template.pages.names)


def _formulas(template: Draft) -> Iterator[str]:
    for page in template.pages.pages:
        yield from (content.text for content in page.cells.values() if isinstance(content, Formula))


@pytest.mark.parametrize("name", ["smm_kpi_en_demo", "smm_kpi_ru_demo"])
def test_pages_beside_each_other_repeat_the_columns_that_name_the_row(name: str) -> None:
    book = openpyxl.load_workbook(KEPT / f"{name}.xlsx")
    wide = [sheet for sheet in book if sheet.sheet_state == "visible" and sheet.page_setup.fitToWidth == 2]
    assert [sheet.print_title_cols for sheet in wide] == ["$A:$C"] * len(wide)
    assert wide
    upright = {sheet.title for sheet in book if sheet.page_setup.orientation == "portrait"}
    assert len(upright) == 2  # hours and targets: few columns, many rows
