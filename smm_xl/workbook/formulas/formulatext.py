"""The formulas of our workbooks as text and as trees: what is written into a cell, and what ``calculation`` works out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from smm_xl.errors import CatalogError


class FormulaError(CatalogError):
    """A formula of ours that cannot be worked out: a mistake in the builder, never in a user's data."""


class Failed(NamedTuple):
    """An error value in a cell."""

    code: str


NOT_AVAILABLE = Failed("#N/A")


class Formula(NamedTuple):
    """The text of a formula without the equals sign."""

    text: str


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
AREA = re.compile(r"(?:(?P<sheet>'(?:[^']|'')+'|[^\W\d]\w*)!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
_BINDING = dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1) | {"&": 2} | dict.fromkeys("+-", 3) | dict.fromkeys("*/", 4)


@cache
def parsed(text: str) -> Any:
    """A formula as a tree of tuples: (kind, parts...)."""
    tokens = [*_tokens(text), ("end", "")]
    place = 0

    def peek() -> tuple[str, str]:
        return tokens[place]

    def take(kind: str | None = None, value: str | None = None) -> str:
        nonlocal place
        found = peek()
        if (kind and found[0] != kind) or (value and found[1] != value):
            raise FormulaError(f"={text}: {value or kind} is expected before «{found[1]}»")
        place += 1
        return found[1]

    def level(lowest: int) -> Any:
        left = sign()
        while peek()[0] == "sign" and (binding := _BINDING.get(peek()[1], 0)) > lowest:
            operator = take()
            left = ("operation", operator, left, level(binding))
        return left

    def sign() -> Any:
        if peek() == ("sign", "-"):
            take()
            return ("operation", "-", ("value", 0.0), sign())
        return single()

    def single() -> Any:
        kind, value = peek()
        if kind == "sign" and value == "(":
            take()
            inner = level(0)
            take("sign", ")")
            return inner
        take()
        if kind == "number":
            return ("value", float(value))
        if kind == "text":
            return ("value", value[1:-1].replace('""', '"'))
        if kind == "error":
            return ("value", Failed(value))
        if kind == "name" and value in ("TRUE", "FALSE"):
            return ("value", value == "TRUE")
        if kind == "area" and peek() == ("sign", ":"):  # a range up to a cell that is looked up: A1:INDEX(A1:A9,3)
            take()
            return ("range", value, single())
        if kind == "column" and "[[#This Row]," in value:
            return ("cell of row", value.replace("[[#This Row],[", "[").removesuffix("]"))
        if kind in ("area", "column", "name"):
            return (kind, value)
        if kind == "call":
            parts: list[Any] = []
            while peek() != ("sign", ")"):
                parts.append(("value", None) if peek() == ("sign", ",") else level(0))
                if peek() == ("sign", ","):
                    take()
            take()
            call = ("call", value, tuple(parts))
            if peek() == ("sign", ":"):  # a range between cells that are looked up
                take()
                return ("range", call, single())
            return call
        raise FormulaError(f"={text}: «{value}» is not expected")

    tree = level(0)
    if peek()[0] != "end":
        raise FormulaError(f"={text}: «{peek()[1]}» is left over")
    return tree


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            raise FormulaError(f"={text}: not understood from «{text[place : place + 20]}»")
        yield match.lastgroup, match[match.lastgroup]
        place = match.end()


def column_number(letters: str) -> int:
    """The number of a column, counted from 0."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
