"""What is tried in Excel: the check list, read from ``checklist.toml``, and how what was found is judged."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from smm_xl.hosts.excel_addin import ERROR_CODES, ERRORS_OVER_COM
from smm_xl.language import Text, same

_FILE = Path(__file__).with_name("checklist.toml")
_CLOSE = 1e-12  # as a part of the number: formulas of Excel's own do not differ by more

Cell = float | int | str | bool | dt.date
Rows = Sequence[Sequence[Any]]


class Step(StrEnum):
    """Where and when something is tried; the head of the file says it in words."""

    CELL = "cell"
    LOCAL = "local"
    KNOWN = "known"
    CHANGED = "changed"
    THOUSAND = "thousand"
    SECOND = "second"
    IN_1904 = "1904"
    REOPENED = "reopened"
    HAND = "hand"


@dataclass(frozen=True)
class Check:
    """One line of the list. ``expected`` is rows of cells, one row of one cell for a single value; an error stands there by its name."""

    key: str
    about: Text
    step: Step
    formula: str = ""
    expected: Rows = ()
    cells: dict[str, Cell] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    then: dict[str, Cell] = field(default_factory=dict)

    @property
    def is_block(self) -> bool:
        return len(self.expected) > 1 or len(self.expected[0]) > 1


def checks() -> tuple[Check, ...]:
    """The list in its order."""
    return tuple(_check(**entry) for entry in tomllib.loads(_FILE.read_text(encoding="utf-8"))["check"])


def _check(*, key: str, en: str, ru: str, step: str = Step.CELL.value, expected: Any = None, **rest: Any) -> Check:
    rows = expected if isinstance(expected, list) else [] if expected is None else [[expected]]
    return Check(key, Text(en, ru), Step(step), expected=rows, **rest)


# --- what was found -------------------------------------------------------------------------------------------------


def difference(expected: Rows, found: Rows) -> Text | None:
    """What differs first, in words; None where all is as expected.

    found: the cells where the result has to stand, with one row and one column more, which have to be empty.
    """
    for row, cells in enumerate(found):
        for column, cell in enumerate(cells):
            is_inside = row < len(expected) and column < len(expected[0])
            wanted = expected[row][column] if is_inside else None
            if not _is(wanted, cell):
                where = same("") if len(expected) == len(expected[0]) == 1 and is_inside else _place(row + 1, column + 1)
                meant, seen = _meant(wanted), in_words(cell)
                return Text(f"{where.en}expected {meant.en}, found {seen.en}", f"{where.ru}ожидалось {meant.ru}, получено {seen.ru}")
    return None


def _place(row: int, column: int) -> Text:
    return Text(f"row {row}, column {column} of the result: ", f"строка {row}, столбец {column} ответа: ")


def _is(wanted: Any, found: Any) -> bool:
    """Whether a cell's Value2 is what is wanted, in kind too: an error is no text, a Boolean no number, currency none either."""
    if isinstance(wanted, str) and wanted in ERROR_CODES:
        return type(found) is int and ERRORS_OVER_COM.get(found) == wanted
    if isinstance(wanted, (bool, str)) or wanted is None:
        return type(found) is type(wanted) and bool(found == wanted)
    return type(found) is float and math.isclose(found, wanted, rel_tol=_CLOSE)


def _meant(wanted: Any) -> Text:
    if isinstance(wanted, str) and wanted in ERROR_CODES:
        return _error(wanted)
    return in_words(float(wanted) if type(wanted) is int else wanted)


def in_words(value: Any) -> Text:
    """A cell's Value2 with its kind, so that an error and its name as text can be told apart."""
    match value:
        case None:
            return Text("an empty cell", "пустая ячейка")
        case bool():
            return Text(f"{str(value).upper()} (Boolean)", f"{'ИСТИНА' if value else 'ЛОЖЬ'} (логическое)")
        case int():
            return _error(ERRORS_OVER_COM.get(value, f"0x{value & 0xFFFFFFFF:08X}"))
        case float():
            return Text(f"{value!r} (number)", f"{value!r} (число)")
        case str():
            return Text(f"«{value}» (text)", f"«{value}» (текст)")
    return same(f"{value} ({type(value).__name__})")


def _error(name: str) -> Text:
    return Text(f"{name} (error)", f"{name} (ошибка)")
