"""The worksheet functions, made from the catalog: ``SMM_CPL(spend, leads)`` and its kin. There is no host in here.

Arguments are what hosts hand over: a number, text, None for a blank cell, or a block (a list of rows). For a KPI a block is a
total: what adds up is added over the rows in which no needed input is blank, and the formula is applied once. The functions
of targets work row by row and give a block. Results are float, int, str, bool or lists of rows; errors come back as the
strings ``#DIV/0!``, ``#N/A``, ``#VALUE!``, ``#NUM!`` and whatever error an argument cell held. Nothing raises. What editors and
type checkers know of them stands in the stub beside this file, written by ``python -m tests.make_stub``.
"""

from __future__ import annotations

from smm_xl.catalog.kpi import Argument
from smm_xl.functions.compiled import Function, calculate, registered
from smm_xl.functions.over_tables import TABLE_FUNCTIONS

FUNCTIONS: dict[str, Function] = {function.name: function for function in (*registered(), *TABLE_FUNCTIONS)}
__all__ = ["FUNCTIONS", "Argument", "Function", "calculate", *FUNCTIONS]
globals().update({name: function.call for name, function in FUNCTIONS.items()})
