"""Reports and the reference as tables on a terminal."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text as Cell

from smm_xl.catalog import reference
from smm_xl.catalog.kpi import Unit
from smm_xl.catalog.registry import GROUPINGS
from smm_xl.language import printable
from smm_xl.outputs.look import DASH, POINTS
from smm_xl.outputs.workbook_report import TOTAL, stands_as_rows
from smm_xl.reports.plan import PlanReport, shown
from smm_xl.reports.report import Report, ReportColumn
from smm_xl.targets import plan_against_fact
from smm_xl.targets.funnel import Funnel
from smm_xl.targets.plan_against_fact import PlanRow

_MOST_DECIMALS = 6
_WORDS = ("kpi", "unit", "better", "status")
_TABLED = ("key", "function", "arguments", "name", "formula", "unit", "better", "group")


def print_report(made: Report, language: str) -> None:
    """Print a report to stdout, with its total and its notes. Numbers have as many decimals, up to six, as their column needs."""
    rows = [list(record) for record in made.frame.itertuples(index=False, name=None)]
    labels = [" / ".join(DASH if part is None else printable(str(part)) for part in row[: len(made.by)]) for row in rows]
    groups = list(zip(labels, (row[len(made.by) :] for row in rows), strict=True))
    total = [made.total[column.key] for column in made.columns]
    shown = [_shown_column(column, [values[place] for _, values in groups] + [total[place]], language) for place, column in enumerate(made.columns)]
    if stands_as_rows(made):
        table = _table([*(labels if made.by else []), TOTAL.in_language(language)], language)
        for column, texts in zip(made.columns, shown, strict=True):
            table.add_row(_name(column, language), column.key, *(texts if made.by else texts[-1:]))
    else:
        titles = [GROUPINGS[dim].in_language(language) for dim in made.by]
        table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
        for place, title in enumerate(titles):
            table.add_column(Cell(title), footer=Cell(TOTAL.in_language(language) if place == 0 else ""), no_wrap=True)
        for column, texts in zip(made.columns, shown, strict=True):
            head = "\n".join([*textwrap.wrap(printable(column.title.in_language(language)), 18), f"({column.key})"])
            table.add_column(Cell(head), footer=Cell(texts[-1]), justify="right", no_wrap=True, vertical="bottom")
        for place, row in enumerate(rows):
            table.add_row(
                *(Cell(DASH if part is None else printable(str(part))) for part in row[: len(made.by)]),
                *(Cell(texts[place]) for texts in shown),
            )
    _print(table)
    for note in made.notes:
        print(f"* {printable(note.in_language(language))}")


def print_plan(made: PlanReport, language: str) -> None:
    """Print plan against fact to stdout, with the score and the notes."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for dim in made.by:
        table.add_column(Cell(GROUPINGS[dim].in_language(language)), no_wrap=True)
    for key, words in plan_against_fact.COLUMNS.items():
        head = "\n".join(textwrap.wrap(words.in_language(language), 14))
        table.add_column(Cell(head), justify="left" if key in _WORDS else "right", no_wrap=True, vertical="bottom")
    for row in made.rows:
        told = shown(row, language) | {"kpi": f"{row.kpi.name.in_language(language)} [{row.kpi.key}]"}
        cells = [told[key] if key in _WORDS else _plan_cell(row, key, told[key], language) for key in plan_against_fact.COLUMNS]
        table.add_row(*(Cell(DASH if part is None else printable(str(part))) for part in row.label), *map(Cell, cells))
    _print(table)
    if made.score is not None:
        for words, value in ((plan_against_fact.SCORE, made.score.score), (plan_against_fact.KNOWN, made.score.known)):
            text = DASH if isinstance(value, str) else f"{_number(value * 100, 1, language)} %"
            print(f"{words.in_language(language)}: {text}")
    for note in made.notes:
        print(f"* {printable(note.in_language(language))}")


def _plan_cell(row: PlanRow, key: str, value: float, language: str) -> str:
    """A figure of a plan as people read it: relative ones with one decimal, gaps with their sign, gaps of shares in points."""
    if value != value:
        return DASH
    signed = key in ("gap", "gap_pct") and value > 0
    if key in ("gap_pct", "attainment", "forecast_attainment"):
        text = f"{_number(value * 100, 1, language)} %"
    elif row.kpi.unit is Unit.SHARE:
        points = POINTS.in_language(language) if key == "gap" else "%"
        text = f"{_number(value * 100, 2, language)} {points}"
    else:
        text = _number(value, 0 if row.kpi.unit is Unit.COUNT and float(value).is_integer() else 2, language)
    return f"+{text}" if signed else text


def print_funnel(made: Funnel, language: str) -> None:
    """Print the reverse funnel to stdout, each figure with how it follows."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    for line in made.lines:
        value = DASH if line.value is None else _number(line.value, 2 if line.is_money else 0 if line.value.is_integer() else 2, language)
        table.add_row(Cell(line.name.in_language(language)), Cell(value), Cell(line.formula.in_language(language)))
    _print(table)
    for note in made.notes:
        print(f"* {note.in_language(language)}")


def print_reference(rows: Sequence[Mapping[str, str]], language: str) -> None:
    """Print rows of the reference to stdout: KPIs as a table; functions that say when to use them one by one, with all their words."""
    kpis, told = [row for row in rows if not row["use"]], [row for row in rows if row["use"]]
    if kpis:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for key in _TABLED:
            words = reference.COLUMNS[key]
            table.add_column(Cell(words.in_language(language)), no_wrap=key in ("key", "function", "unit", "better"), overflow="fold")
        for row in kpis:
            table.add_row(*(Cell(row[key]) for key in _TABLED))
        _print(table)
    for row in told:
        print(f"{row['function']}({row['arguments']})  —  {row['name']} [{row['group']}]")
        for key in ("about", "formula", "unit", "better", "use", "pitfalls"):
            label = reference.COLUMNS[key].in_language(language)
            print(textwrap.fill(row[key], 110, initial_indent=f"    {label}: ", subsequent_indent=" " * 8))
        print()


def _table(heads: Sequence[str], language: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("KPI", no_wrap=True)
    table.add_column(Cell(reference.COLUMNS["key"].in_language(language)), no_wrap=True)
    for head in heads:
        table.add_column(Cell(head), justify="right", no_wrap=True)
    return table


def _print(table: Table) -> None:
    """Print without cutting anything: a figure that lost its last digits would be a wrong figure."""
    width = max(shutil.get_terminal_size((160, 24)).columns, Console(width=10_000).measure(table).maximum)
    Console(file=sys.stdout, width=width, highlight=False, soft_wrap=True).print(table)


def _name(column: ReportColumn, language: str) -> Cell:
    return Cell(printable(column.title.in_language(language)))


def _shown_column(column: ReportColumn, values: Sequence[float], language: str) -> list[str]:
    """Values of one column with the same number of decimals, the fewest that show them to six places."""
    scale = 100 if column.unit is Unit.SHARE else 1
    known = [f"{value * scale:.{_MOST_DECIMALS}f}" for value in values if value == value]
    decimals = max((len(text.rstrip("0").partition(".")[2]) for text in known), default=0)
    if column.unit is Unit.MONEY:
        decimals = max(decimals, 2)
    sign = " %" if scale == 100 else ""
    return [DASH if value != value else _number(value * scale, decimals, language) + sign for value in values]


def _number(value: float, decimals: int, language: str) -> str:
    text = f"{value + 0.0:,.{decimals}f}"
    return text.replace(",", "\u00a0").replace(".", ",") if language == "ru" else text
