"""Results as text: JSON, and CSV as every spreadsheet program reads it: no text becomes a formula in any of them, whichever separator it looks for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smm_xl.reports.result import Result

# Where a cell begins for some program: at the start of a text, and after what a Russian Excel (;), a program told so (tab), or LibreOffice
# (a carriage return) takes for the end of a cell, also where text stands in quotes. A comma ends a cell only for those who heed the quotes.
_WOULD_BE_A_FORMULA = re.compile(r'(^|[;\t\r\n])([\s"]*)(?=[=+\-@])')
_QUOTED = re.compile(r'[",;\t\r\n]')


_AT_ONCE = 10_000  # rows whose texts are held apart


def json_of(result: Result, language: str) -> str:
    """The document of a result; what is undefined is null."""
    return json_text(result.document(language))


def csv_of(result: Result, language: str) -> str:
    """The rows of a result under the keys of its columns; what is undefined is blank."""
    from smm_xl.reports.result import Columnar, plain  # the reference needs no report

    head = ",".join([column.key for column in result.columns])
    if isinstance(result.rows, Columnar):  # most cells are numbers, which are many
        lines = list[str]()
        for start in range(0, len(result.rows), _AT_ONCE):
            names = [list(map(_cell, column)) for column in zip(*result.rows.labels[start : start + _AT_ONCE], strict=True)]
            figures = (column[start : start + _AT_ONCE] for column in result.rows.figures)
            numbers = [["" if value != value else float.__repr__(value) for value in column] for column in figures]  # numpy has its own
            lines += map(",".join, zip(*names, *numbers, strict=True))
    else:
        lines = [",".join([_cell(plain(cell, language)) for cell in row.values]) for row in result.rows]
    return "\n".join([head, *lines, ""])


def write_csv(result: Result, language: str, path: Path) -> None:
    """Write the rows of a result to a file, with the mark by which Excel knows UTF-8."""
    path.write_text(csv_of(result, language), encoding="utf-8-sig", newline="")


def json_text(value: object) -> str:
    """Plain values as JSON for people to read too. Raises ValueError for NaN, which JSON does not know."""
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV with commas and line feeds. Text that a spreadsheet would take for a formula gets an apostrophe before it; None is an
    empty cell; numbers stay what they are.
    """
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def no_formula(value: str) -> str:
    """Text with an apostrophe where a spreadsheet program would take it for a formula."""
    return _WOULD_BE_A_FORMULA.sub(r"\1\2'", value)


def _cell(value: object) -> str:
    if type(value) is float:  # most cells
        return repr(value)
    if value is None:
        return ""
    if isinstance(value, float):
        return float.__repr__(value)  # of numpy's
    if not isinstance(value, str):
        return str(value)
    safe = no_formula(value)
    doubled = safe.replace('"', '""')
    return f'"{doubled}"' if _QUOTED.search(safe) else safe
