"""The worksheet functions, made from the catalog: ``SMM_CPL(spend, leads)`` and its kin. There is no host in here.

Arguments are what hosts hand over: a number, text, None for a blank cell, or a block (a list of rows). For a KPI a block is a
total: what adds up is added over the rows in which no needed input is blank, and the formula is applied once. The functions
of targets work row by row and give a block. Results are float, int, str, bool or lists of rows; errors come back as the
strings ``#DIV/0!``, ``#N/A``, ``#VALUE!``, ``#NUM!`` and whatever error an argument cell held. Nothing raises. What editors and
type checkers know of them stands in the stub beside this file, written by ``python -m tests.make_stub``.
"""

from __future__ import annotations

from collections.abc import Callable

from smm_xl.catalog.kpi import Argument
from smm_xl.cells.block import Value
from smm_xl.functions.compiled import Function, calculate, registered
from smm_xl.functions.over_tables import TABLE_FUNCTIONS

FUNCTIONS: dict[str, Function] = {function.name: function for function in (*registered(), *TABLE_FUNCTIONS)}
__all__ = ["FUNCTIONS", "Argument", "Function", "calculate", *FUNCTIONS]


def __getattr__(name: str) -> Callable[..., Value]:
    if name not in FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return globals().setdefault(name, FUNCTIONS[name].call)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
