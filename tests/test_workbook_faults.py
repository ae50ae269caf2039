"""What makes the figures of a filled-in workbook wrong is said twice: by the workbook itself, and by ``check`` with its cell and a cure."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries

from smm_xl.catalog.registry import KPIS
from smm_xl.cells import dates
from smm_xl.cells.columns import letters
from smm_xl.outputs import look
from smm_xl.targets.arithmetic import Status
from smm_xl.workbook import reader
from smm_xl.workbook.content import Filled
from smm_xl.workbook.demo import demo
from smm_xl.workbook.draft import Draft
from smm_xl.workbook.formulas.formulatext import Reference
from smm_xl.workbook.schema import CAMPAIGNS, CHANNELS, TOP
from smm_xl.workbook.template import build
from tests.office import Calc

TODAY = dt.date(2026, 11, 24)
DEMO = demo("en")
LATEST = max(row["date"] for row in DEMO.rows["campaigns"])
pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning")


def with_settings(**changes: Any) -> Filled:
    return dataclasses.replace(DEMO, settings=dataclasses.replace(DEMO.settings, **changes))


@cache
def sound() -> Draft:
    return build(DEMO, "en", spare=False)


def verdict(template: Draft, words: str) -> str:
    """What the sheet Data checks says beside some words."""
    page = template.by_key["checks"]
    (row,) = {row for (row, column), content in page.cells.items() if column == 1 and isinstance(content, str) and content.startswith(words)}
    said = template.pages.calculated().value(page.name, row, 3)
    assert isinstance(said, str)
    return said


@pytest.mark.parametrize(
    ("words", "filled"),
    [
        ("Channels that stand twice", with_settings(channels=(*DEMO.settings.channels, DEMO.settings.channels[0].upper()))),
        ("The period begins after its end", with_settings(first=dt.date(2025, 12, 1), last=dt.date(2025, 3, 1))),
        ("The period begins after its end", with_settings(first=dt.date(2031, 12, 1), last=None)),
        ("The data ends before the period", with_settings(first=dt.date(2029, 1, 1), last=dt.date(2029, 3, 1))),
        ("Shares that are no share", with_settings(margin=1.4)),
        ("Shares that are no share", dataclasses.replace(DEMO, funnel={**DEMO.funnel, "cr_click_lead": 1.2})),
        ("Shares that are no share", dataclasses.replace(DEMO, size={**DEMO.size, "power": 80.0})),
        ("Thresholds of the status", with_settings(green=None)),
        ("Thresholds of the status", with_settings(green=0.8, amber=0.9)),
    ],
)
def test_the_workbook_itself_says_it(words: str, filled: Filled) -> None:
    assert verdict(sound(), words).startswith(look.FINE)
    assert verdict(build(filled, "en", spare=False), words) == f"{look.ERROR} mend"


def test_a_period_of_which_a_sheet_has_no_rows_is_worth_a_look() -> None:
    rows = {**DEMO.rows, "campaigns": [row for row in DEMO.rows["campaigns"] if row["date"].year < 2025]}
    old = {**DEMO.rows["campaigns"][0], "date": dt.date(2024, 2, 1)}
    template = build(dataclasses.replace(DEMO, rows={**rows, "campaigns": [*rows["campaigns"], old]}), "en", spare=False)
    assert verdict(template, "Sheets with data, but none") == f"{look.REMARK} look"
    long = build(
        dataclasses.replace(DEMO, settings=dataclasses.replace(DEMO.settings, first=dt.date(2022, 1, 1), last=dt.date(2025, 12, 1))), "en", spare=False
    )
    assert verdict(long, "The period before lies beyond") == f"{look.REMARK} look"


def test_without_thresholds_nothing_is_reached_that_is_not() -> None:
    """A blank threshold was 0, and every target met."""
    statuses = [_statuses(template) for template in (sound(), build(with_settings(green=None, amber=None), "en", spare=False))]
    assert statuses[0] == statuses[1]
    assert any(status.startswith(Status.BEHIND.sign) for status in statuses[0])


def _statuses(template: Draft) -> list[str]:
    calculation = template.pages.calculated()
    reference = calculation.name("f_status")
    assert isinstance(reference, Reference)
    return [str(value) for value in calculation.cells(calculation.area(reference, "")).values[:, 0] if value]


def test_a_channel_that_stands_twice_is_not_added_twice() -> None:
    twice = with_settings(channels=(DEMO.settings.channels[0], *DEMO.settings.channels))
    place = sound().places["followers", "total"]
    assert build(twice, "en", spare=False).pages.calculated().value(*place) == sound().pages.calculated().value(*place)


def test_all_targets_are_shown() -> None:
    """The 25th vanished."""
    keys = [kpi.key for kpi in KPIS if not kpi.bounds]
    template = build(dataclasses.replace(DEMO, targets=[{"kpi": key, "target": 5.0, "weight": 1} for key in keys]), "en", spare=False)
    assert len(_statuses(template)) == len(keys) > 60
    for key in ("plan", "score"):
        page = template.by_key[key]
        for finish in page.finish:
            finish(_Anything(), template.pages if template.pages.book else _with_book(template))
        assert page.printed is not None
        assert page.printed[2] >= TOP + len(keys)


class _Anything:
    """A sheet of which nothing is asked but to take what it is told."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return lambda *_, **__: _Anything()


def _with_book(template: Draft) -> Any:
    template.pages.book = _Anything()
    return template.pages


def test_a_date_of_another_decade_does_not_empty_the_dashboard() -> None:
    slip = {**DEMO.rows["campaigns"][0], "date": dt.date(2062, 1, 5)}
    open_ = dataclasses.replace(DEMO.settings, first=None, last=None)
    before = build(dataclasses.replace(DEMO, settings=open_), "en", spare=False)
    after = build(dataclasses.replace(DEMO, settings=open_, rows={**DEMO.rows, "campaigns": [*DEMO.rows["campaigns"], slip]}), "en", spare=False)
    months = []
    for template in (before, after):
        calculation = template.pages.calculated()
        reference = calculation.name("p_last")
        assert isinstance(reference, Reference)
        months.append(calculation.value(reference.sheet, reference.top, reference.left))
    assert months == [dates.serial(dates.first_of_month(LATEST))] * 2
    page = after.by_key["campaigns"]
    place = 1 + CAMPAIGNS.place("check")
    assert after.pages.calculated().value(page.name, TOP + len(DEMO.rows["campaigns"]) + 1, place) == f"{look.ERROR} the date is years away from the others"


# --- formulas that are no more, in LibreOffice ---


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("faults") / "demo.xlsx"
    build(DEMO, "en").pages.write(path)
    return path


def changed(path: Path, to: Path, cells: Mapping[tuple[str, str], Any]) -> Path:
    """A copy of a workbook with other contents in cells: of sheets, or of names."""
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in cells.items():
        if sheet:
            book[sheet][cell] = value
        else:
            ((title, place),) = book.defined_names[cell].destinations
            book[title][place.replace("$", "")] = value
    book.save(to)
    return to


FIRST_FREE = TOP + 2 + len(DEMO.rows["campaigns"])
BELOW = TOP + 2 + CAMPAIGNS.rows


def column(key: str) -> str:
    return letters(1 + CAMPAIGNS.place(key))


FAULTS: dict[str, tuple[dict[tuple[str, str], Any], str, str]] = {  # cells, what the workbook says it beside, what check says
    "a row without formulas": (
        {("Campaigns", f"{column('date')}{FIRST_FREE}"): dt.date(2026, 12, 5), ("Campaigns", f"{column('channel')}{FIRST_FREE}"): "Instagram", ("Campaigns", f"{column('spend')}{FIRST_FREE}"): 100,
         **{("Campaigns", f"{column(one.key)}{FIRST_FREE}"): None for one in CAMPAIGNS.columns if one not in CAMPAIGNS.inputs}},
        "Cells that hold no formula",
        f"Campaigns!B{FIRST_FREE}: the row has no formulas; fill the formulas down from the row above",
    ),
    "a helper that was typed over": (
        {("Campaigns", f"{column('month')}{TOP + 2}"): 40000},
        "Cells that hold no formula",
        f"Campaigns!{column('month')}{TOP + 2}: no formula stands in {column('month')}{TOP + 2}; fill the formulas down from the row above",
    ),
    "a row below the table": (
        {("Campaigns", f"B{BELOW}"): dt.date(2026, 12, 5), ("Campaigns", f"C{BELOW}"): "Instagram", ("Campaigns", f"E{BELOW}"): 100},
        "Rows below a table",
        f"Campaigns!B{BELOW}: the row stands below the table, and no formula of the workbook sees it; drag the corner of the table down to it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_formulas_that_are_missing_are_told(calc: Calc, written: Path, tmp_path: Path, name: str) -> None:
    cells, words, said = FAULTS[name]
    path = changed(written, tmp_path / "fault.xlsx", cells)
    assert said in [problem.in_language("en") for problem in reader.read(path, TODAY).problems]
    book = calc.remote.ask("open", path=str(path))
    shown = calc.remote.ask("read", book=book, area="B1:D60", sheet="Data checks")
    calc.remote.ask("close", book=book)
    (found,) = [line for line in shown if str(line[0]).startswith(words)]
    assert found[2] == f"{look.ERROR} mend"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({("Channels", f"D{TOP + 2}"): "=500+500"}, f"Channels!D{TOP + 2}: a formula without a value counts as blank; open the workbook in Excel or LibreOffice and save it"),
        ({("", "s_margin"): "=0.2+0.2"}, "a formula without a value counts as blank; open the workbook in Excel or LibreOffice and save it"),
        ({("", "s_green"): None}, "a threshold of the status is blank; write 100%"),
        ({("", "s_amber"): 1.2}, "«at risk» begins above «on plan»; exchange the two thresholds"),
        ({("", "s_margin"): 1.4}, "1.4 is not accepted here"),
        ({("", "p_from"): dt.date(2026, 5, 1), ("", "p_to"): dt.date(2026, 2, 1)}, "the period begins on 2026-05-01, after its end; exchange the two months"),
        ({("", "p_from"): dt.date(2029, 5, 1), ("", "p_to"): dt.date(2029, 6, 1)}, f"the data ends in {LATEST:%Y-%m}, before the period begins: the dashboard is empty"),
        ({("Channels", f"B{TOP + 2}"): dt.date(2006, 1, 1)}, f"Channels!B{TOP + 2}: 2006-01-01 lies years away from the other dates; mend the date"),
        ({("Settings", f"F{TOP + 1 + len(DEMO.settings.channels)}"): DEMO.settings.channels[0].upper()}, "stands twice; leave one"),
    ],
)  # fmt: skip
def test_check_names_the_cell_and_the_cure(written: Path, tmp_path: Path, cells: dict[tuple[str, str], Any], said: str) -> None:
    path = changed(written, tmp_path / "fault.xlsx", cells)
    assert [text for problem in reader.read(path, dt.date(2027, 1, 5)).problems if said in (text := problem.in_language("en"))]
    assert not any(said in problem.in_language("en") for problem in reader.read(written, dt.date(2027, 1, 5)).problems)


def test_the_table_of_a_new_book_ends_where_its_rows_end(written: Path) -> None:
    book = openpyxl.load_workbook(written)
    for sheet in (CHANNELS, CAMPAIGNS):
        assert range_boundaries(book[sheet.name.en].tables[sheet.table].ref)[3] == TOP + 1 + sheet.rows
