"""Reports and the reference as tables on a terminal."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from smm_xl.catalog import reference
from smm_xl.catalog.kpi import Unit
from smm_xl.language import Text, printable
from smm_xl.outputs.layout import TOTAL, has_total, labels, shown, stands_as_rows
from smm_xl.outputs.look import DASH, MARK, MARKED, POINTS
from smm_xl.reports.result import Column, Kind, Plain, Result, Row, plain
from smm_xl.targets import plan_against_fact

_MOST_DECIMALS = 6
_TABLED = ("key", "function", "arguments", "name", "formula", "unit", "better", "group")


@dataclass(frozen=True)
class _Column:
    """A column of a table on a terminal: its head, which may have several lines, its cells, and what stands under them."""

    head: str
    cells: Sequence[str]
    foot: str = ""
    is_number: bool = False


def print_result(result: Result, language: str) -> None:
    """Print a result to stdout, with its total or score, and its notes."""
    columns = _turned(result, language) if stands_as_rows(result) else _as_it_is(result, language)
    print(_table(columns, has_head=not result.speaks_for_itself))
    if result.marks:
        print(MARKED.in_language(language) + "\n")
    if result.score is not None:
        for words, value in ((plan_against_fact.SCORE, result.score.score), (plan_against_fact.KNOWN, result.score.known)):
            text = DASH if isinstance(value, str) else f"{_number(value * 100, 1, language)} %"
            print(f"{words.in_language(language)}: {text}")
    for note in result.notes:
        print(f"* {printable(note.in_language(language))}")


def _table(columns: Sequence[_Column], *, has_head: bool = True) -> str:
    """Columns side by side. Nothing is cut: a figure that lost its last digits would be a wrong figure."""
    heads = [column.head.split("\n") if has_head else [] for column in columns]
    high = max(map(len, heads), default=0)
    has_foot = any(column.foot for column in columns)
    filled = []
    for column, head in zip(columns, heads, strict=True):
        texts = [*[""] * (high - len(head)), *head, *column.cells, *(["", column.foot] if has_foot else [])]
        if column.is_number and any(text.endswith(MARK) for text in texts):  # units stand under units
            texts = [text if text.endswith(MARK) else f"{text} " for text in texts]
        widths = list(map(cell_len, texts))
        width = max(widths, default=0)
        blanks = [" " * (width - each) for each in widths]
        filled.append([blank + text if column.is_number else text + blank for text, blank in zip(texts, blanks, strict=True)])
    lines = [" " + "   ".join(cells).rstrip() for cells in zip(*filled, strict=True)]
    if high:
        across = sum(map(cell_len, (cells[0] for cells in filled))) + 3 * (len(filled) - 1)
        lines.insert(high, " " + _rule() * across)
    return "\n".join(["", *(line.rstrip() for line in lines), ""])


def _rule() -> str:
    """The sign of a line across, or what the output can write of it."""
    try:
        "─".encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return "-"
    return "─"


def _as_it_is(result: Result, language: str) -> list[_Column]:
    texts, found = _texts(result, language), list[_Column]()
    for place, column in shown(result):
        *cells, last = texts[column.key] if column.key in result.total else (*texts[column.key][: len(result.rows)], "")
        foot = TOTAL.in_language(language) if place == 0 and not last and has_total(result) else last
        found.append(_Column(_head(column, language), cells, foot, column.kind.is_number))
    return found


def _turned(result: Result, language: str) -> list[_Column]:
    """A KPI a row, a group a column."""
    texts = _texts(result, language)
    kpis = [column for column in result.columns if column.kpi is not None]
    heads = [*(printable(label) for label in labels(result, language)), TOTAL.in_language(language)]
    names = _Column("KPI", [printable(column.title.in_language(language)) for column in kpis])
    keys = _Column(reference.COLUMNS["key"].in_language(language), [column.key for column in kpis])
    figures = [texts[column.key][-len(heads) :] for column in kpis]
    return [names, keys, *(_Column(head, cells, is_number=True) for head, cells in zip(heads, zip(*figures, strict=True), strict=True))]


def _head(column: Column, language: str) -> str:
    title = printable(column.title.in_language(language))
    if column.kind is Kind.GROUP:
        return title
    if column.kpi is None:
        return "\n".join(textwrap.wrap(title, 14))
    return "\n".join([*textwrap.wrap(title, 18), f"({column.key})"])


def _texts(result: Result, language: str) -> dict[str, list[str]]:
    """The texts of each column, of its rows and then of its total."""
    found = {}
    for column, *values in zip(result.columns, *(row.values for row in result.rows), strict=True):
        if column.kind.is_number and column.unit is not None:
            numbers = [value if isinstance(value, float) else None for value in (*values, result.total.get(column.key))]
            marked = [result.is_marked(column, row) for row in (*result.rows, None)]
            found[column.key] = [text + MARK * is_marked for text, is_marked in zip(_alike(column.unit, numbers, language), marked, strict=True)]
        else:
            found[column.key] = [
                _text(column, row, value, language) + MARK * result.is_marked(column, row) for row, value in zip(result.rows, values, strict=True)
            ]
    return found


def _text(column: Column, row: Row, value: Text | Plain, language: str) -> str:
    """A value as people read it: relative figures with one decimal, gaps with their sign, gaps of shares in points."""
    if value is None:
        return DASH
    if not isinstance(value, float):
        words = printable(str(plain(value, language)))
        return f"{row.kpi.name.in_language(language)} [{words}]" if column.kind is Kind.KPI and row.kpi is not None else words
    if column.kind in (Kind.CHANGE, Kind.REACHED):
        text = f"{_number(value * 100, 1, language)} %"
    elif row.unit is Unit.SHARE:
        text = f"{_number(value * 100, 2, language)} {POINTS.in_language(language) if column.kind is Kind.GAP else '%'}"
    else:
        text = _number(value, 0 if row.unit is Unit.COUNT and value.is_integer() else 2, language)
    return f"+{text}" if column.kind in (Kind.GAP, Kind.CHANGE) and value > 0 else text


def print_reference(rows: Sequence[Mapping[str, str]], language: str) -> None:
    """Print rows of the reference to stdout: KPIs as a table; functions that say when to use them one by one, with all their words."""
    from rich import box  # folds long words, and takes as long to load as all the rest
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text as Cell

    kpis, told = [row for row in rows if not row["use"]], [row for row in rows if row["use"]]
    if kpis:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for key in _TABLED:
            words = reference.COLUMNS[key]
            table.add_column(Cell(words.in_language(language)), no_wrap=key in ("key", "function", "unit", "better"), overflow="fold")
        for row in kpis:
            table.add_row(*(Cell(row[key]) for key in _TABLED))
        width = max(shutil.get_terminal_size((160, 24)).columns, Console(width=10_000).measure(table).maximum)
        Console(file=sys.stdout, width=width, highlight=False, soft_wrap=True).print(table)
    for row in told:
        print(f"{row['function']}({row['arguments']})  —  {row['name']} [{row['group']}]")
        for key in ("about", "formula", "unit", "better", "use", "pitfalls"):
            label = reference.COLUMNS[key].in_language(language)
            print(textwrap.fill(row[key], 110, initial_indent=f"    {label}: ", subsequent_indent=" " * 8))
        print()


def _alike(unit: Unit, values: Sequence[float | None], language: str) -> list[str]:
    """Values of one unit with the same number of decimals, the fewest that show them to six places."""
    scale = 100 if unit is Unit.SHARE else 1
    known = [f"{value * scale:.{_MOST_DECIMALS}f}" for value in values if value is not None]
    decimals = max((len(text.rstrip("0").partition(".")[2]) for text in known), default=0)
    if unit is Unit.MONEY:
        decimals = max(decimals, 2)
    sign = " %" if scale == 100 else ""
    return [DASH if value is None else _number(value * scale, decimals, language) + sign for value in values]


def _number(value: float, decimals: int, language: str) -> str:
    text = f"{value + 0.0:,.{decimals}f}"
    return text.replace(",", "\u00a0").replace(".", ",") if language == "ru" else text
