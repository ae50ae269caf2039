"""Numbers in the text of files: most are read by vectorised expressions, what these leave is read value by value."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import narwhals as nw

from smm_xl.catalog.kpi import Field, Unit
from smm_xl.cells import cell as cells
from smm_xl.cells.cell import CellError

# What files put where nothing is known
BLANKS = frozenset(("", "-", "--", "–", "—", "null", "none", "nan", "n/a", "na", "#n/a", "#н/д", "н/д", "(not set)"))
MARKS = (".", ",")

_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
# as text, not as escapes: not every engine that reads these patterns knows the escapes
_BLANK = " \u00a0\u202f\u2009\u2007"
_GROUPS = f"[1-9][0-9]{{0,2}}(?:[{_BLANK}][0-9]{{3}})+"
_EITHER = f"[0-9]+|{_GROUPS}"
_TWO_WAYS = "[1-9][0-9]{0,2}[.,][0-9]{3}"


def _marked(mark: str, group: str) -> str:
    grouped = f"[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})"
    return f"[0-9]*{mark}[0-9]+|{_GROUPS}{mark}[0-9]+|{grouped}+{mark}[0-9]+|{grouped}{{2,}}"


def _whole(pattern: str) -> str:
    return f"^[\\s{_BLANK}]*[+\u2212-]?(?:{pattern})[\\s{_BLANK}]*$"


# Numbers that read the same whatever the decimal mark is, in two ways, with a point for the mark, with a comma. In this order: text of the second
# kind has the shape of the others too. They are what ``cells.number_in`` reads, but for signs of currencies and the like.
EITHER, TWO_WAYS = _whole(_EITHER), _whole(_TWO_WAYS)
MARKED = {".": _whole(_marked(r"\.", ",")), ",": _whole(_marked(",", r"\."))}
# 12,400 as a number of whole things: it would be a fraction with this mark for the decimal one
_NO_ROUND = "(?:[1-9][0-9][0-9]|[0-9][1-9][0-9]|[0-9][0-9][1-9])"
NO_WHOLE = {".": _whole(f"[1-9][0-9]{{0,2}}\\.{_NO_ROUND}"), ",": _whole(f"[1-9][0-9]{{0,2}},{_NO_ROUND}")}
_READ = (EITHER, TWO_WAYS, *MARKED.values())
A_NUMBER = f"^[\\s{_BLANK}]*[+\u2212-]?[0-9][0-9.,{_BLANK}]*%?[\\s{_BLANK}]*$"  # of any make, or a share


@dataclass(frozen=True)
class Texts:
    """What the cells of a column of numbers hold.

    two_ways: whether some text reads differently by decimal mark. marked: the marks that some text plainly has.
    no_whole: the marks with which some text that reads in two ways is no whole number.
    others:   the distinct cells that no pattern reads, and that are not blank.
    """

    two_ways: bool = False
    marked: frozenset[str] = frozenset()
    no_whole: frozenset[str] = frozenset()
    others: tuple[object, ...] = ()

    def readings(self, mark: str, given: Field) -> list[float | CellError | None]:
        """What each of the others is with a decimal mark."""
        return [read(value, mark, given) for value in self.others]

    def marks_of_whole_numbers(self, marks: Sequence[str]) -> Sequence[str]:
        """Those of some decimal marks with which all text that reads in two ways is whole numbers, where that decides."""
        return [mark for mark in marks if mark not in self.no_whole] or marks if len(self.no_whole) == 1 else marks

    def usable(self, marks: Sequence[str], given: Field) -> dict[str, list[float | CellError | None]]:
        """The decimal marks with which every cell is a number, and the readings of the others."""
        found = {}
        for mark in marks:
            readings = self.readings(mark, given)
            if self.marked <= {mark} and not any(isinstance(value, CellError) for value in readings):
                found[mark] = readings
        return found

    def differs(self, usable: dict[str, list[float | CellError | None]]) -> bool:
        """Whether two usable marks give other numbers."""
        return len(usable) == 2 and (self.two_ways or usable["."] != usable[","])


def of_values(values: Iterable[object]) -> Texts:
    """What distinct values hold."""
    found = Texts()
    others = []
    for value in values:
        if is_blank(value):
            continue
        kind = _kind(value)
        if kind is None:
            others.append(value)
        elif kind == TWO_WAYS:
            no_whole = {mark for mark, pattern in NO_WHOLE.items() if re.match(pattern, str(value))}
            found = replace(found, two_ways=True, no_whole=found.no_whole | no_whole)
        elif kind != EITHER:
            found = replace(found, marked=found.marked | {mark for mark, pattern in MARKED.items() if pattern == kind})
    return replace(found, others=tuple(others))


def _kind(value: object) -> str | None:
    """The pattern that a value has, None for none."""
    return next((pattern for pattern, compiled in _patterns().items() if compiled.match(value)), None) if isinstance(value, str) else None


@cache  # when it is first asked for: a report whose columns are all numbers need not wait for them
def _patterns() -> dict[str, re.Pattern[str]]:
    return {pattern: re.compile(pattern) for pattern in _READ}


def is_blank(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().casefold() in BLANKS
    return value is None or value != value


# --- the same by expressions ---


def has(text: nw.Expr, pattern: str) -> nw.Expr:
    """Where text has a pattern, and none that goes before it."""
    found = text.str.contains(pattern)
    return found & ~text.str.contains(TWO_WAYS) if pattern in MARKED.values() else found


def blank(text: nw.Expr) -> nw.Expr:
    """Where text says that nothing is known; null is not among them."""
    return text.str.strip_chars().str.to_lowercase().is_in(sorted(BLANKS))


def unread(text: nw.Expr) -> nw.Expr:
    """Where text has none of the patterns and is not blank."""
    known = blank(text)
    for pattern in _READ:
        known = known | text.str.contains(pattern)
    return ~known


def numbers(text: nw.Expr, mark: str, others: Sequence[object], readings: Sequence[float | None]) -> nw.Expr:
    """Text as numbers, null where it is blank. ``readings``: what the others are."""
    plain = text.str.contains(EITHER) | text.str.contains(TWO_WAYS) | text.str.contains(MARKED[mark])
    bare = text.str.replace_all(f"[\\s{_BLANK}+{'.' if mark == ',' else ','}]", "").str.replace_all("\u2212", "-", literal=True)
    if mark == ",":
        bare = bare.str.replace_all(",", ".", literal=True)
    found = nw.when(plain).then(bare).cast(nw.Float64)
    known = {value: reading for value, reading in zip(others, readings, strict=True) if reading is not None}
    if not known:
        return found
    listed = text.replace_strict(list(known), list(known.values()), default=None, return_dtype=nw.Float64)
    return nw.when(text.is_in(list(known))).then(listed).otherwise(found)


# --- one value ---


def read(value: object, decimal: str, given: Field) -> float | CellError | None:
    """One cell of a file or dataframe as a number, None when blank, or what is wrong with it."""
    if is_blank(value):
        return None
    try:
        if given.unit is Unit.HOURS and (hours := clock(value)) is not None:
            return hours
        if isinstance(value, str):
            return cells.number_in(value, decimal=decimal, imported=True)
        if isinstance(value, dt.date):
            return CellError(cells.VALUE)
        return cells.number(value)
    except CellError as error:
        return error


def clock(value: object) -> float | None:
    """Hours of a clock time: 1:30 is 1.5."""
    if isinstance(value, dt.timedelta):
        return value.total_seconds() / 3600
    if isinstance(value, dt.time):
        return value.hour + value.minute / 60 + value.second / 3600
    if isinstance(value, str) and (match := _CLOCK.fullmatch(value.strip())):
        return int(match[1]) + int(match[2]) / 60 + int(match[3] or 0) / 3600
    return None
