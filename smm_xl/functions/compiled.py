"""The function of each KPI and of each calculation, compiled from its entry when it is first used, and what hosts need to register a function.

A workbook calls a few of the functions, and every host waits for the import of all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from inspect import signature
from typing import Any

from smm_xl.catalog import registry
from smm_xl.catalog.kpi import OMITTED, Argument, Calculation, Kpi, Limits, Omitted, Spread
from smm_xl.catalog.registry import KPIS
from smm_xl.cells.block import Value
from smm_xl.cells.cell import DIV0, NUM
from smm_xl.formula import OverRows
from smm_xl.functions import of_calculation, of_kpi
from smm_xl.language import Text
from smm_xl.targets import calculations

REQUIRED = object()
_LARGEST = 1.7976931348623157e308


@dataclass(frozen=True)
class Function:
    """A worksheet function as hosts register it.

    source: the entry that it is compiled from, or the function itself. spills: it may give a block and not one value.

    >>> FUNCTIONS["SMM_CPL"].call(1000, 20)
    50.0
    """

    name: str
    source: Kpi | Calculation | Callable[..., Value]
    parameters: tuple[Argument, ...]
    about: Text
    spills: bool

    @cached_property
    def call(self) -> Callable[..., Value]:
        """The function."""
        return call_of(self.source) if isinstance(self.source, Kpi | Calculation) else self.source

    @cached_property
    def defaults(self) -> tuple[object, ...]:
        """What stands for each argument that is left out, in their order; REQUIRED where it may not be left out, () for a rest of any length."""
        if isinstance(self.source, Kpi | Calculation):
            return tuple(_default(given) if given.optional else REQUIRED for given in self.parameters)
        declared = signature(self.source).parameters.values()
        return tuple(() if given.kind is given.VAR_POSITIONAL else REQUIRED if given.default is given.empty else given.default for given in declared)


_TEMPLATE = """
def {name}({signature}):
    if {plain}:
        try:
            result = {formula} + 0.0
        except ZeroDivisionError:
            return {div0!r}
        except OverflowError:
            return {num!r}
        if -LARGEST <= result <= LARGEST:
            return result
    return work_out(({arguments},))
"""
_WITHOUT_FORMULA = """
def {name}({signature}):
    return work_out(({arguments},))
"""
_PLAIN = {
    Limits.ANY: "-LARGEST <= {0} <= LARGEST",
    Limits.NOT_NEGATIVE: "0.0 <= {0} <= LARGEST",
    Limits.FRACTION: "0.0 < {0} <= 1.0",
}


@cache
def call_of(entry: Kpi | Calculation) -> Callable[..., Value]:
    """The function of an entry; of a KPI that has no worksheet function too."""
    return _of_kpi(entry) if isinstance(entry, Kpi) else _of_calculation(entry)


def _of_kpi(entry: Kpi) -> Callable[..., Value]:
    """The function of a KPI, compiled so that plain floats in their limits cost a few comparisons and no more."""
    arguments = entry.arguments
    names = {argument.key: argument.name for argument in arguments}
    source = (_WITHOUT_FORMULA if entry.bounds else _TEMPLATE).format(
        name=entry.function or f"SMM_{entry.key.upper()}",
        signature=", ".join(map(_declared, arguments)),
        arguments=", ".join(names.values()),
        plain=" and ".join(
            [f"(type({argument.name}) is float or type({argument.name}) is int)" for argument in arguments]
            + [_PLAIN[argument.limits].format(argument.name) for argument in arguments]
        ),
        formula=entry.parts[0].replaced(lambda node: node.inner if isinstance(node, OverRows) else None).text(lambda name: names[name.key]),
        div0=DIV0,
        num=NUM,
    )
    doc = _documented(entry, registry.formula_text(entry))
    return _compiled(entry.function or f"SMM_{entry.key.upper()}", source, doc, of_kpi.function_of(entry))


def _of_calculation(entry: Calculation) -> Callable[..., Value]:
    """The function of a calculation, with its arguments by name."""
    source = _WITHOUT_FORMULA.format(
        name=entry.function,
        signature=", ".join(map(_declared, entry.arguments)),
        arguments=", ".join(given.name for given in entry.arguments),
    )
    return _compiled(entry.function, source, _documented(entry, entry.formula.en), of_calculation.function_of(entry))


def _documented(entry: Kpi | Calculation, formula: str) -> str:
    """The docstring of a function: help, formula, and the example, which ``help()`` shows and doctest runs."""
    words = f"{entry.about.en} Source: {formula}."
    if entry.example is None:
        return words
    return f"{words}\n\n>>> {entry.function}({entry.example.arguments})\n{entry.example.gives}\n"


def _compiled(name: str, source: str, doc: str, work_out: Callable[..., Value]) -> Callable[..., Value]:
    namespace: dict[str, Any] = {"work_out": work_out, "LARGEST": _LARGEST, "OMITTED": OMITTED, "__name__": __name__}
    exec(compile(source, f"<smm_xl {name}>", "exec"), namespace)
    made: Callable[..., Value] = namespace[name]
    made.__doc__ = doc
    return made


def _declared(argument: Argument) -> str:
    if not argument.optional:
        return argument.name
    return f"{argument.name}={'OMITTED' if argument.default is OMITTED else repr(_default(argument))}"


def _default(argument: Argument) -> float | Omitted:
    return argument.default if isinstance(argument.default, Omitted) else float(argument.default)


def calculate(key: str, *arguments: object) -> Value:
    """The KPI or calculation of a key from its arguments in their order, as its worksheet function gives it; KPIs without a function too.

    Raises UnknownName for an unknown key, TypeError for a wrong number of arguments.

    >>> calculate("followers", [["7 500"]])
    7500.0
    """
    return call_of(calculations.named(key))(*arguments)


def registered() -> list[Function]:
    """The functions of all KPIs that have one, and of all calculations, as hosts register them."""
    of_kpis = [Function(entry.function, entry, entry.arguments, entry.about, bool(entry.bounds)) for entry in KPIS if entry.has_function]
    of_calculations = [Function(entry.function, entry, entry.arguments, entry.about, entry.spread is Spread.ROWS) for entry in calculations.CALCULATIONS]
    return [*of_kpis, *of_calculations]
