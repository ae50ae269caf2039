"""The formulas of our workbooks as text and as trees: what is written into a cell, and what ``calculation`` works out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from smm_xl.cells import columns
from smm_xl.errors import CatalogError


class FormulaError(CatalogError):
    """A formula of ours that cannot be worked out: a mistake in the builder, never in a user's data."""


class Failed(NamedTuple):
    """An error value in a cell."""

    code: str


NOT_AVAILABLE = Failed("#N/A")
NEWER = "_xlfn."  # how files mark functions that Excel of 2010 does not have


Value = float | str | bool | Failed | None  # what a cell shows; None where it is blank


class Formula(NamedTuple):
    """The text of a formula without the equals sign."""

    text: str


class ArrayFormula(NamedTuple):
    """A formula that fills several cells at once: its text without the equals sign, and how many rows and columns."""

    text: str
    height: int
    width: int


class Filled(NamedTuple):
    """A cell that an array formula fills: the row and column where that begins."""

    row: int
    column: int


# --- the nodes of the tree ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that is written into the formula; None for an argument that is left out."""

    value: Value


@dataclass(frozen=True, slots=True)
class Operation:
    """Two parts with an operator between them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Reference:
    """A cell or a range: its first and last row and column, counted from 0; ``sheet``: "" for that of the formula."""

    sheet: str
    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Named:
    """A defined name."""

    name: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table: ``table[column]``."""

    column: str


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Several columns of a table beside each other: the first and the last one."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class CellOfRow:
    """The cell of a column of a table, as TableColumn writes it, in the row of the formula."""

    column: str


@dataclass(frozen=True, slots=True)
class CellsOfRow:
    """The cells of several columns of a table in the row of the formula: the first and the last column."""

    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Span:
    """A range from a cell, which may be looked up, to one that is looked up: ``A1:INDEX(A1:A9,3)``."""

    start: Reference | Call
    end: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    parts: tuple[Node, ...]


Node = Constant | Operation | Reference | Named | TableColumn | TableColumns | CellOfRow | CellsOfRow | Span | Call


# --- from text to tree ----------------------------------------------------------------------------------------------


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number>\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?)
      | (?P<text>"(?:[^"]|"")*")
      | (?P<error>\#N/A|\#DIV/0!|\#VALUE!|\#NUM!|\#REF!|\#NAME\?)
      | (?P<column>\w+\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\])
      | (?P<area>(?:(?:'(?:[^']|'')+'|[^\W\d]\w*)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\w(]))
      | (?P<call>[A-Z][A-Z0-9_.]*)\(
      | (?P<name>[^\W\d]\w*)
      | (?P<sign><>|<=|>=|[-+*/^&=<>(),%:])
    )""",
    re.VERBOSE,
)
_AREA = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d]\w*)!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"))
_BINDING = {("sign", sign): binding for binding, signs in enumerate(_LEVELS, start=1) for sign in signs}


@cache
def parsed(text: str) -> Node:
    """A formula as a tree. Raises FormulaError where it is not understood."""
    tokens = _tokens(text)
    place = 0

    def must_be(value: str) -> None:
        nonlocal place
        if tokens[place] != ("sign", value):
            raise FormulaError(f"={text}: {value} is expected before «{tokens[place][1]}»")
        place += 1

    def level(lowest: int) -> Node:
        nonlocal place
        left = single()
        while (binding := _BINDING.get(tokens[place], 0)) > lowest:
            operator = tokens[place][1]
            place += 1
            left = Operation(operator, left, level(binding))
        return left

    def span(start: Reference | Call) -> Node:
        """What begins with a cell: a range where a colon follows."""
        nonlocal place
        if tokens[place] != _COLON:
            return start
        place += 1
        return Span(start, single())

    def single() -> Node:
        nonlocal place
        kind, value = tokens[place]
        place += 1
        if kind == "area":
            return span(_reference(value))
        if kind == "call":
            parts: list[Node] = []
            while tokens[place] != _CLOSED:
                parts.append(_LEFT_OUT if tokens[place] == _COMMA else level(0))
                if tokens[place] == _COMMA:
                    place += 1
                elif tokens[place] != _CLOSED:
                    must_be(")")
            place += 1
            return span(Call(value, tuple(parts)))
        if kind != "sign" and kind != "end":
            return _leaf(kind, value)
        if value == "(":
            inner = level(0)
            must_be(")")
            return inner
        if value == "-":
            return Operation("-", _ZERO, single())
        raise FormulaError(f"={text}: «{value}» is not expected")

    tree = level(0)
    if tokens[place][0] != "end":
        raise FormulaError(f"={text}: «{tokens[place][1]}» is left over")
    return tree


_COLON, _CLOSED, _COMMA = ("sign", ":"), ("sign", ")"), ("sign", ",")
_LEFT_OUT, _ZERO = Constant(None), Constant(0.0)


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place = 0
    text = text.replace(NEWER, "")
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is None or match.start() != place:
            break
        found.append((kind, match[kind]))
        place = match.end()
    if place < len(text):
        raise FormulaError(f"={text}: not understood from «{text[place : place + 20]}»")
    found.append(("end", ""))
    return found


@cache
def _leaf(kind: str, value: str) -> Node:
    """A token that is a node by itself. The same ones stand in thousands of formulas, so that each is made once."""
    if kind == "number":
        return Constant(float(value))
    if kind == "text":
        return Constant(value[1:-1].replace('""', '"'))
    if kind == "error":
        return Constant(Failed(value))
    if kind == "name":
        return Constant(value == "TRUE") if value in ("TRUE", "FALSE") else Named(value)
    if "[[#This Row]," in value:
        if "]:[" in value:
            table, _, columns = value.removesuffix("]]").partition("[[#This Row],[")
            first, last = columns.split("]:[")
            return CellsOfRow(f"{table}[{first}]", f"{table}[{last}]")
        return CellOfRow(value.replace("[[#This Row],[", "[").removesuffix("]"))
    if "]:[" in value:
        table, _, columns = value.removesuffix("]]").partition("[[")
        first, last = columns.split("]:[")
        return TableColumns(f"{table}[{first}]", f"{table}[{last}]")
    return TableColumn(value)


@cache
def _reference(text: str) -> Reference:
    match = _AREA.fullmatch(text)
    assert match is not None
    sheet = match["sheet"].strip("'").replace("''", "'") if match["sheet"] else ""
    left, top = columns.number(match[2]), int(match[3]) - 1
    return Reference(sheet, top, left, int(match[5]) - 1 if match[5] else top, columns.number(match[4]) if match[4] else left)
