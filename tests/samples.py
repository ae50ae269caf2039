"""Made-up values for every KPI, so that one test per property can run over the whole catalog."""

from __future__ import annotations

import csv
from pathlib import Path

from smm_xl.catalog.definitions import KPIS
from smm_xl.catalog.kpi import Argument, Kpi, Limits
from smm_xl.functions import FUNCTIONS

GOLDEN = Path(__file__).parent / "golden"
ALL = KPIS
WITH_FUNCTION = [kpi for kpi in KPIS if kpi.has_function]
ADDITIVE = [kpi for kpi in WITH_FUNCTION if all(argument.total.adds_in_a_function for argument in kpi.arguments)]


def value_of(argument: Argument, row: int = 0) -> float:
    """A plausible value, different for each argument and row."""
    if argument.limits is Limits.FRACTION:
        return 0.4
    place = sum(map(ord, argument.key)) % 17
    return float(100 + 13 * place + 7 * row * (place + 1))


def values_of(kpi: Kpi, row: int = 0) -> list[float]:
    return [value_of(argument, row) for argument in kpi.arguments]


def call(kpi: Kpi, *arguments: object) -> object:
    return FUNCTIONS[kpi.function].call(*arguments)


def golden(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    with (GOLDEN / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))
