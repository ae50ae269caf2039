"""Which column of which table serves an input of a KPI, and what is derived from what.

An input is taken from one table only: the first, in the order channels, campaigns, posts, effort, that has the dimensions
that are asked for, and one where it is given before one where it is derived.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf
from typing import Any, NamedTuple

from smm_xl.catalog.kpi import Derivation, Field, Kpi, Total, fields_of
from smm_xl.engine.rows import Shape, tells
from smm_xl.formula import Expr, Number, Operation, OverRows
from smm_xl.language import Text

_SEEN = frozenset(("leads", "conversions", "customers", "orders", "revenue"))
_PAID = frozenset(("spend", "impressions"))


class Leaf(NamedTuple):
    """A part of a formula that is totalled before the formula is worked out, and the table that it comes from."""

    key: str
    row_formula: Expr
    how: Total
    table: int


class Plan(NamedTuple):
    """How one KPI is got from the tables at hand. ``missing``: inputs that are nowhere, which make it unknown."""

    kpi: Kpi
    formulas: tuple[Expr, ...]
    leaves: tuple[Leaf, ...]
    missing: tuple[Field, ...]
    notes: tuple[Text, ...]

    @property
    def tables(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(leaf.table for leaf in self.leaves))


class Planner:
    """Plans KPIs over tables in which the dimensions ``told`` matter: those of the groups and those that are filtered by."""

    def __init__(self, tables: Sequence[Shape], told: Iterable[str]) -> None:
        self.tables = tuple(tables)
        self.told = tuple(told)
        self._homes: dict[str, int | None] = {}
        self._plans: dict[str, Plan] = {}

    # --- which table serves an input ---

    def in_rows(self, given: Field, table: int) -> bool:
        """Whether each row of the table can know the field: it is there, or follows from what is there."""
        return given.key in self.tables[table].fields or bool(self.row_derivations(given, table))

    def row_derivations(self, given: Field, table: int) -> list[Derivation]:
        return [way for way in given.derived if given.total is Total.SUM and self._derives_in_rows(way, table)]

    def _derives_in_rows(self, way: Derivation, table: int) -> bool:
        if way.formula.divides() or any(not part.total.goes_by_rows for part in way.inputs):
            return False
        here = [self.in_rows(part, table) for part in way.inputs]
        # a part that another table holds must not count 0 because this one lacks it
        return any(here) and all(known or (part in way.optional and not self._anywhere(part)) for part, known in zip(way.inputs, here, strict=True))

    def _anywhere(self, given: Field) -> bool:
        return any(self.in_rows(given, table) for table in range(len(self.tables)))

    def _saw(self, given: Field, rows: Shape) -> bool:
        """Whether a table is a CRM or a shop, which sees leads and orders that an advertising cabinet only attributes."""
        return given.key in _SEEN and given.key in rows.fields and not _PAID & rows.fields

    def _home(self, given: Field) -> int | None:
        """The one table from which a field is taken: one that has the dimensions, that which saw it before one that attributes it, given before derived, the first of these."""
        if given.key not in self._homes:
            ranked = [
                (not tells(rows, *self.told), not self._saw(given, rows), given.key not in rows.fields, table)
                for table, rows in enumerate(self.tables)
                if self.in_rows(given, table)
            ]
            self._homes[given.key] = min(ranked)[3] if ranked else None
        return self._homes[given.key]

    # --- plans ---

    def plan(self, kpi: Kpi) -> Plan:
        """Where the KPI's inputs come from; ``missing`` names those that are nowhere."""
        if kpi.key not in self._plans:
            self._plans[kpi.key] = self._planned(kpi)
        return self._plans[kpi.key]

    def _planned(self, kpi: Kpi) -> Plan:
        missing: dict[str, Field] = {}
        notes: list[Text] = []
        defaults = {argument.key: argument.default for argument in kpi.arguments if argument.optional}

        def settle(node: Expr) -> Expr | None:
            if isinstance(node, OverRows):
                homes = {self._home(part) for part in fields_of(node)}
                return node if len(homes) == 1 and None not in homes else node.inner.replaced(settle)
            if isinstance(node, Operation) and node.symbol == "*" and self._goes_by_rows(node):
                return OverRows("SUM", node)
            return settle_field(node) if isinstance(node, Field) else None

        def settle_field(given: Field) -> Expr:
            if self._home(given) is not None:
                return given
            way = next(filter(self._resolvable, given.derived), None)
            if way is not None:
                absent = [part for part in way.inputs if part in way.optional and not self._resolvable(part)]
                notes.extend(_counts_zero(given, absent))
                return way.formula.replaced(lambda node: Number(0) if node in absent else settle(node))
            if given.key in defaults:
                default = defaults[given.key]
                if isinstance(default, int | float):
                    notes.append(
                        Text(
                            f"{kpi.key}: {given.key} is not in the data and counts {default:g}",
                            f"{kpi.key}: в данных нет поля «{given.name.ru}», оно считается равным {default:g}",
                        )
                    )
                    return Number(default)
                return Number(inf)  # a bound that is not there does not bind
            missing[given.key] = given
            return given

        formulas = tuple(formula.replaced(settle) for formula in kpi.formulas)
        leaves: dict[str, Leaf] = {}
        if not missing:
            for formula in formulas:
                for node in formula.leaves():
                    leaves.setdefault(node.key, self._leaf(node))
            for given in {part.key: part for leaf in leaves.values() for part in fields_of(leaf.row_formula)}.values():
                notes.extend(self._derivation_notes(given))
        return Plan(kpi, formulas, tuple(leaves.values()), tuple(missing.values()), tuple(notes))

    def _goes_by_rows(self, node: Operation) -> bool:
        """Whether a product is of an amount and a rate in one table: such a product is added, never its parts."""
        parts = node.parts
        if not all(isinstance(part, Field) for part in parts):
            return False
        fields = fields_of(node)
        homes = {self._home(part) for part in fields}
        return {part.total for part in fields} == {Total.SUM, Total.RATE} and len(homes) == 1 and None not in homes

    def _resolvable(self, what: Derivation | Field) -> bool:
        if isinstance(what, Field):
            return self._home(what) is not None or any(self._resolvable(way) for way in what.derived)
        known = [self._resolvable(part) for part in what.inputs]
        return any(known) and all(there or part in what.optional for part, there in zip(what.inputs, known, strict=True))

    def _leaf(self, node: Any) -> Leaf:
        if isinstance(node, OverRows):
            home = self._home(fields_of(node)[0])
            how, formula = (Total.LARGEST if node.how == "MAX" else Total.SUM), node.inner
        else:
            home, how, formula = self._home(node), node.total, node
        assert home is not None
        return Leaf(node.key, formula, how, home)

    def _derivation_notes(self, given: Field) -> list[Text]:
        home = self._home(given)
        assert home is not None
        ways = self.row_derivations(given, home)
        if not ways:
            return []
        found = []
        for way in ways:
            found += _counts_zero(given, [part for part in way.inputs if part in way.optional and not self._anywhere(part)])
        if found:
            return found
        if given.key not in self.tables[home].fields:
            parts = [part for part in ways[0].inputs if self.in_rows(part, home)]
            found.append(
                Text(
                    f"{given.key} is worked out from {', '.join(part.key for part in parts)}",
                    f"«{given.name.ru}» посчитано по полям: {', '.join(part.name.ru for part in parts)}",
                )
            )
        return found


def _counts_zero(given: Field, absent: Sequence[Field]) -> list[Text]:
    if not absent:
        return []
    return [
        Text(
            f"{given.key}: {', '.join(part.key for part in absent)} not in the data, counted as 0",
            f"«{given.name.ru}»: в данных нет полей {', '.join(f'«{part.name.ru}»' for part in absent)}, они считаются нулём",
        )
    ]
