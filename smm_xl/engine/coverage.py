"""How much of the data a figure rests on: what is left out of it is not wrong, but a reader who divides the spend by the leads beside it sees another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import floor, isfinite
from typing import NamedTuple

from smm_xl.catalog.kpi import Field, Total
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.engine.totals import Label
from smm_xl.language import Text

ENOUGH = 0.95  # of a cost, or of the least covered input: below it a figure is marked
_COST = FIELDS_BY_KEY["total_cost"]
COSTS = frozenset((_COST, *(part for way in _COST.derived for part in way.inputs)))


class Mark(NamedTuple):
    """A figure that needs a sign beside it.

    kpi:   the key of the KPI, or of the column that holds it for an earlier period.
    why:   "coverage": rows that carry more than a twentieth are left out; "lag": one of its tables ends earlier than another.
    group: of the figure; None for the total.
    share: how much is covered, as a fraction; None where that is not why.
    """

    kpi: str
    why: str
    group: Label | None
    share: float | None


class Coverage(NamedTuple):
    """How much of an input a figure rests on, both without signs."""

    given: Field
    covered: float
    whole: float

    @property
    def share(self) -> float:
        return self.covered / self.whole if isfinite(self.whole) and self.whole else 1.0

    @property
    def words(self) -> Text:
        """«62 % of spend (5,030.11 of 8,114.01)»."""
        name, percent = Text(self.given.key, f"«{self.given.name.ru}»"), _written(_percent(self.share))
        covered, whole = _written(f"{self.covered:,.2f}"), _written(f"{self.whole:,.2f}")
        return Text(f"covers {percent.en} % of {name.en} ({covered.en} of {whole.en})", f"учтено {percent.ru} % поля {name.ru} ({covered.ru} из {whole.ru})")


def _written(number: str) -> Text:
    """A number as each language writes it."""
    return Text(number, number.replace(",", "\u00a0").replace(".", ","))


def _percent(share: float) -> str:
    """A share in per cent; with a decimal, cut off, where a whole number would say more than there is."""
    rounded = f"{share * 100:.0f}"
    hides = (share < 1 and rounded == "100") or (share < ENOUGH and rounded == f"{ENOUGH * 100:.0f}") or (share > 0 and rounded == "0")
    return f"{floor(share * 1000) / 10:g}" if hides else rounded


def weighed(inputs: Iterable[Field]) -> list[Field]:
    """The inputs by which coverage is told: the costs, where there are some, else all amounts."""
    amounts = [given for given in inputs if given.total is Total.SUM]
    return [given for given in amounts if given in COSTS] or amounts


def marks(kpi: str, coverage: Mapping[Label, Coverage], lagging: Iterable[Label]) -> list[Mark]:
    """The marks of a KPI by group."""
    found = [Mark(kpi, "coverage", label, each.share) for label, each in coverage.items() if each.share < ENOUGH]
    return [*found, *(Mark(kpi, "lag", label, None) for label in lagging)]
