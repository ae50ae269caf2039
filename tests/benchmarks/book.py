"""The workbook beside openpyxl: writing the same cells, and reading the same file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import openpyxl

from smm_xl.workbook import agreement, reader
from smm_xl.workbook.content import Filled
from smm_xl.workbook.demo import blank, demo
from smm_xl.workbook.draft import Draft
from smm_xl.workbook.formulas.formulatext import ArrayFormula, Formula
from smm_xl.workbook.formulas.formulatext import Filled as InArray
from smm_xl.workbook.template import build
from tests.benchmarks.table import WATCHED, Line

_CAMPAIGNS = 100_000
_ROUNDS = 3


def book_lines() -> Iterator[Line]:
    """Building the template, reporting 100,000 rows of campaigns, checking a full workbook."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl says what it would lose in saving
        path, other = Path(folder) / "ours.xlsx", Path(folder) / "theirs.xlsx"
        large = _large()
        empty, full = build(blank("en"), "en"), build(large, "en")
        yield _line("template: build and write", lambda: _build(blank("en"), path), lambda: _same_cells(empty, other))
        rows = sum(map(len, large.rows.values()))
        yield _line(f"report of {rows:,} rows: build and write", lambda: _build(large, path), lambda: _same_cells(full, other), rounds=1)
        _build(demo("en"), path)
        yield _line("check of the demo", lambda: reader.read(path), lambda: _all_cells(path))


def _line(what: str, ours: Callable[[], object], theirs: Callable[[], object], rounds: int = _ROUNDS) -> Line:
    taken = [(_timed(ours), _timed(theirs)) for _ in range(rounds)]
    return Line(what, median(own for own, _ in taken), median(other for _, other in taken), WATCHED)


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _build(filled: Filled, path: Path) -> None:
    made = build(filled, "en")
    agreement.confirm(made)
    made.pages.write(path)


def _same_cells(template: Draft, path: Path) -> None:
    """The same contents through openpyxl, without formats and without values of formulas."""
    book = openpyxl.Workbook(write_only=True)
    for page in template.pages.pages:
        sheet = book.create_sheet(page.name)
        by_row: dict[int, dict[int, object]] = {}
        for (row, column), content in page.cells.items():
            by_row.setdefault(row, {})[column] = (
                f"={content.text}" if isinstance(content, Formula | ArrayFormula) else None if isinstance(content, InArray) else content
            )
        for row in range(max(by_row, default=-1) + 1):
            cells = by_row.get(row, {})
            sheet.append([cells.get(column) for column in range(max(cells, default=-1) + 1)])
    book.save(path)


def _all_cells(path: Path) -> int:
    book = openpyxl.load_workbook(path, data_only=True)
    return sum(value is not None for sheet in book for row in sheet.iter_rows(values_only=True) for value in row)


def _large() -> Filled:
    filled = demo("en")
    given = filled.rows["campaigns"]
    rows = [dict(given[place % len(given)], date=given[place % len(given)]["date"] + dt.timedelta(days=place % 10)) for place in range(_CAMPAIGNS)]
    return dataclasses.replace(filled, rows=dict(filled.rows) | {"campaigns": rows})
