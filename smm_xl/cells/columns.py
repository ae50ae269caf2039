"""The names of cells, such as ``AB12``. Rows and columns are counted from 0."""

from __future__ import annotations

import re
from functools import cache

_CELL = re.compile(r"\$?([A-Z]+)\$?([1-9]\d*)", re.ASCII)


@cache
def letters(column: int) -> str:
    """The letters of a column: A for 0, AA for 26."""
    rest, last = divmod(column, 26)
    return (letters(rest - 1) if rest else "") + chr(ord("A") + last)


def number(letters: str) -> int:
    """The column of some capital letters."""
    found = 0
    for letter in letters:
        found = found * 26 + ord(letter) - ord("A") + 1
    return found - 1


def address(row: int, column: int, *, absolute: bool = False) -> str:
    """The name of a cell: ``AB12``; ``$AB$12`` for an absolute one."""
    return f"${letters(column)}${row + 1}" if absolute else f"{letters(column)}{row + 1}"


def place(address: str) -> tuple[int, int]:
    """The row and the column of a cell by its name, absolute or not. ValueError for what is no name of a cell."""
    match = _CELL.fullmatch(address)
    if match is None:
        raise ValueError(f"«{address}» is not the name of a cell")
    return int(match[2]) - 1, number(match[1])
