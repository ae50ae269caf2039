"""KPIs over tables: which column serves an input, what is derived from what, and how several tables are combined.

The rules are those of the contract ("row rule", "an input is taken from one table only"). They stand here once, for the
worksheet functions (``listrows``, standard library) and for reports (``arrayrows``, numpy): both give the engine their
tables as ``Rows``. Totals come first, one division at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum, inf, isfinite
from typing import Any, Protocol

from smm_xl.cells import DIV0, NA, NUM, CellError
from smm_xl.formula import Expr, Number, Operation, OverRows
from smm_xl.kpi import Derivation, Field, Kpi, Limits, Total, fields_of
from smm_xl.language import Text
from smm_xl.registry import FIELDS_BY_KEY

Label = tuple[str | None, ...]
Cell = float | str  # a number, or the Excel error that stands in its place
TIME = ("date", "month", "quarter", "year")
BY = ("channel", "campaign", "post", *TIME)
KINDS = ("channels", "campaigns", "posts", "effort")


def natural(text: str | None) -> tuple[bool, list[tuple[bool, int, str]]]:
    """A key that sorts text as people do: 916 before 1178, blank last."""
    pieces = re.findall(r"\d+|\D+", (text or "").casefold())
    return text is None, [(not piece.isdecimal(), int(piece) if piece.isdecimal() else 0, piece) for piece in pieces]


class Rows(Protocol):
    """One table: columns of fields, rows told apart by dimensions. Unknown numbers are NaN in its columns."""

    @property
    def name(self) -> str:
        """What notes call the table."""

    @property
    def fields(self) -> frozenset[str]:
        """Keys of the fields of which at least one value is known."""

    @property
    def dims(self) -> frozenset[str]:
        """Which of channel, campaign, post and time tell its rows apart."""

    def column(self, key: str) -> Any:
        """The column of a field, as it was given."""

    def combined(self, formula: Expr, columns: Mapping[str, Any]) -> Any:
        """A column worked out row by row."""

    def filled(self, column: Any, other: Any) -> Any:
        """The column, and the other one where it is unknown."""

    def silent_as_zero(self, column: Any) -> Any:
        """The column with 0 for channels that report none of it."""

    def complete(self, columns: Sequence[Any], channels: frozenset[str | None] | None) -> Any:
        """Which rows know all the columns, of these channels only where some are given."""

    def has_blanks(self, column: Any) -> bool:
        """Whether some row does not know the column."""

    def left_out(self, columns: Sequence[Any], complete: Any, *, wholly_blank: bool) -> int:
        """How many rows know some of the columns and not all; ``wholly_blank`` counts rows that know none as well."""

    def channels_of(self, complete: Any) -> frozenset[str | None]:
        """The channels of those rows."""

    def labels(self, by: tuple[str, ...]) -> list[Label]:
        """The groups by some dimensions, in an order that ``total`` keeps."""

    def total(self, column: Any, complete: Any, how: Total | None, by: tuple[str, ...]) -> tuple[Any, int]:
        """The total of each group over complete rows (``how`` None: the largest), and how many groups were refused one."""

    def final(self, formula: Expr, totals: Mapping[str, Any]) -> Any:
        """The formula on totals, group by group."""

    def listed(self, totals: Any) -> list[Cell]:
        """Totals as numbers and errors."""


@dataclass(frozen=True)
class Leaf:
    """A part of a formula that is totalled before the formula is worked out, and the table that it comes from."""

    key: str
    row_formula: Expr
    how: Total | None
    table: int


@dataclass(frozen=True)
class Plan:
    """How one KPI is got from the tables at hand. ``missing``: inputs that are nowhere, which make it unknown."""

    kpi: Kpi
    formulas: tuple[Expr, ...]
    leaves: tuple[Leaf, ...]
    missing: tuple[Field, ...]
    notes: tuple[Text, ...]

    @property
    def tables(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(leaf.table for leaf in self.leaves))


@dataclass(frozen=True)
class Measured:
    """The values of one KPI: for each of its formulas, one value a label. Values are as ``Rows.final`` gives them."""

    labels: list[Label]
    values: tuple[Any, ...]


class Engine:
    """Plans and measures KPIs over tables, grouped ``by`` dimensions of BY. ``notes`` collects what a reader has to know."""

    def __init__(self, tables: Sequence[Rows], by: Sequence[str] = ()) -> None:
        self.tables = tuple(tables)
        self.by = tuple(by)
        self.notes: list[Text] = []
        self._left_out: dict[tuple[str, int, tuple[str, ...]], list[str]] = {}
        self._refused: dict[str, list[str]] = {}
        self._columns: dict[tuple[int, str], Any] = {}
        self._homes: dict[str, int | None] = {}

    # --- which table serves an input ---

    def _has_dims(self, table: int, by: Iterable[str]) -> bool:
        dims = self.tables[table].dims
        return all(("time" if dim in TIME else dim) in dims for dim in by)

    def _in_rows(self, given: Field, table: int) -> bool:
        """Whether each row of the table can know the field: it is there, or follows from what is there."""
        return given.key in self.tables[table].fields or bool(self._row_derivations(given, table))

    def _row_derivations(self, given: Field, table: int) -> list[Derivation]:
        return [way for way in given.derived if given.total is Total.SUM and self._derives_in_rows(way, table)]

    def _derives_in_rows(self, way: Derivation, table: int) -> bool:
        if way.formula.divides() or any(part.total not in (Total.SUM, Total.RATE) for part in way.inputs):
            return False
        here = [self._in_rows(part, table) for part in way.inputs]
        # a part that another table holds must not count 0 because this one lacks it
        return any(here) and all(known or (part in way.optional and not self._anywhere(part)) for part, known in zip(way.inputs, here, strict=True))

    def _anywhere(self, given: Field) -> bool:
        return any(self._in_rows(given, table) for table in range(len(self.tables)))

    def _home(self, given: Field) -> int | None:
        """The one table from which a field is taken: one that has the dimensions, given before derived, the first of these."""
        if given.key not in self._homes:
            ranked = [
                (not self._has_dims(table, self.by), given.key not in rows.fields, table)
                for table, rows in enumerate(self.tables)
                if self._in_rows(given, table)
            ]
            self._homes[given.key] = min(ranked)[2] if ranked else None
        return self._homes[given.key]

    # --- plans ---

    def plan(self, kpi: Kpi) -> Plan:
        """Where the KPI's inputs come from; ``missing`` names those that are nowhere."""
        missing: dict[str, Field] = {}
        notes: list[Text] = []
        defaults = {argument.field.key: argument.default for argument in kpi.arguments if argument.optional}

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
            how, formula = (None if node.how == "MAX" else Total.SUM), node.inner
        else:
            home, how, formula = self._home(node), node.total, node
        assert home is not None
        return Leaf(node.key, formula, how, home)

    def _derivation_notes(self, given: Field) -> list[Text]:
        home = self._home(given)
        assert home is not None
        ways = self._row_derivations(given, home)
        if not ways:
            return []
        found = []
        for way in ways:
            found += _counts_zero(given, [part for part in way.inputs if part in way.optional and not self._anywhere(part)])
        if found:
            return found
        if given.key not in self.tables[home].fields:
            parts = [part for part in ways[0].inputs if self._in_rows(part, home)]
            found.append(
                Text(
                    f"{given.key} is worked out from {', '.join(part.key for part in parts)}",
                    f"«{given.name.ru}» посчитано по полям: {', '.join(part.name.ru for part in parts)}",
                )
            )
        return found

    # --- columns, row by row ---

    def _column(self, table: int, given: Field) -> Any:
        key = (table, given.key)
        if key not in self._columns:
            rows = self.tables[table]
            column = rows.column(given.key) if given.key in rows.fields else None
            for way in self._row_derivations(given, table):
                worked_out = self._derived_column(table, way)
                column = worked_out if column is None else rows.filled(column, worked_out)
            self._columns[key] = column
        return self._columns[key]

    def _derived_column(self, table: int, way: Derivation) -> Any:
        rows = self.tables[table]
        present = [part for part in way.inputs if self._in_rows(part, table)]
        columns = {part.key: self._column(table, part) for part in present}
        if way.by_channel:
            columns |= {part.key: rows.silent_as_zero(columns[part.key]) for part in way.optional if part.key in columns}
        formula = way.formula.inner if isinstance(way.formula, OverRows) else way.formula
        return rows.combined(formula.replaced(lambda node: Number(0) if isinstance(node, Field) and node not in present else None), columns)

    # --- values ---

    def measure(self, plan: Plan) -> Measured:
        """The values of a KPI for each group; of a KPI that misses inputs there are no groups."""
        if plan.missing:
            words = [part.key for part in plan.missing], [f"«{part.name.ru}»" for part in plan.missing]
            self._note(
                Text(
                    f"{plan.kpi.key}: unknown, because the data has no {' and no '.join(words[0])}",
                    f"{plan.kpi.key}: неизвестно, в данных нет {' и '.join(words[1])}",
                )
            )
            return Measured([], tuple([] for _ in plan.formulas))
        for note in plan.notes:
            self._note(note)
        if lacking := [leaf for leaf in plan.leaves if not self._has_dims(leaf.table, self.by) and not _is_shared(leaf)]:
            name = self.tables[lacking[0].table].name
            self._note(
                Text(
                    f"{plan.kpi.key}: unknown by {', '.join(self.by)}, because the table «{name}» does not tell them apart",
                    f"{plan.kpi.key}: неизвестно в разрезе {', '.join(self.by)}, таблица «{name}» их не различает",
                )
            )
            return Measured([], tuple([] for _ in plan.formulas))
        if len(plan.tables) == 1 and self._has_dims(plan.tables[0], self.by):
            return self._measure_in_one(plan, plan.tables[0])
        return self._measure_across(plan)

    def _totals(self, plan: Plan, table: int, by: tuple[str, ...], channels: frozenset[str | None] | None = None) -> dict[str, Any]:
        """The totals of the leaves that this table holds, over rows that know all that the KPI takes from it."""
        rows = self.tables[table]
        leaves = [leaf for leaf in plan.leaves if leaf.table == table]
        inputs = {part.key: part for leaf in leaves for part in fields_of(leaf.row_formula)}
        columns = {key: self._column(table, part) for key, part in inputs.items()}
        complete = rows.complete(list(columns.values()), channels)
        # what this table does not know, another one may: then a blank row leaves something out too
        if left_out := rows.left_out(list(columns.values()), complete, wholly_blank=len(plan.tables) > 1):
            blank = tuple(key for key, column in columns.items() if rows.has_blanks(column))
            self._left_out.setdefault((rows.name, left_out, blank), []).append(plan.kpi.key)
        totals = {}
        for leaf in leaves:
            column = columns[leaf.key] if leaf.key in columns else rows.combined(leaf.row_formula, columns)
            totals[leaf.key], refused = rows.total(column, complete, leaf.how, by)
            if refused:
                self._refused.setdefault(leaf.key, []).append(plan.kpi.key)
        return totals

    def _measure_in_one(self, plan: Plan, table: int) -> Measured:
        totals = self._totals(plan, table, self.by)
        rows = self.tables[table]
        return Measured(rows.labels(self.by), tuple(rows.final(formula, totals) for formula in plan.formulas))

    def _measure_across(self, plan: Plan) -> Measured:
        """Each input totalled by group and month; a group and month that one of them does not know leaves all the sums."""
        tables = [self.tables[table] for table in plan.tables]
        monthly = all("time" in rows.dims for rows in tables) and not {"date", "month"} & set(self.by)
        by = (*self.by, "month") if monthly else self.by
        channels = self._shared_channels(plan) if "channel" not in self.by else None
        found: dict[str, dict[Label, Cell]] = {}
        shared: dict[str, tuple[tuple[int, ...], dict[Label, Cell]]] = {}
        for table in plan.tables:
            kept = tuple(dim for dim in by if self._has_dims(table, (dim,)))
            totals = self._totals(plan, table, kept, channels)
            for key, values in totals.items():
                cells = dict(zip(self.tables[table].labels(kept), self.tables[table].listed(values), strict=True))
                if kept == by:
                    found[key] = cells
                else:  # one value for the whole site: it stands beside every channel
                    shared[key] = tuple(by.index(dim) for dim in kept), cells
        places = list(dict.fromkeys(label for cells in found.values() for label in cells))
        for key, (kept_places, cells) in shared.items():
            found[key] = {label: cells.get(tuple(label[i] for i in kept_places), NA) for label in places}
        return self._joined(plan, found, places, len(self.by))

    def _joined(self, plan: Plan, found: dict[str, dict[Label, Cell]], places: list[Label], width: int) -> Measured:
        groups: dict[Label, list[Label]] = {}
        for place in places:
            groups.setdefault(place[:width], []).append(place)
        labels, values, left_out = [], tuple([] for _ in plan.formulas), 0  # type: ignore[var-annotated]
        for label, members in groups.items():
            known = [
                place
                for place in sorted(members, key=lambda place: natural(place[-1] if place else None))
                if all(cells.get(place, NA) != NA for cells in found.values())
            ]
            left_out += len(members) - len(known)
            totals = {leaf.key: _over_time([found[leaf.key][place] for place in known], leaf.how) for leaf in plan.leaves}
            labels.append(label)
            for column, formula in zip(values, plan.formulas, strict=True):
                column.append(worked_out(formula, totals))
        if left_out:
            names = ", ".join(self.tables[table].name for table in plan.tables)
            self._note(
                Text(
                    f"{plan.kpi.key}: {left_out} groups or months left out, because one of {names} does not know them",
                    f"{plan.kpi.key}: не учтено групп или месяцев: {left_out}, их нет в одной из таблиц: {names}",
                )
            )
        return Measured(labels, values)

    def _shared_channels(self, plan: Plan) -> frozenset[str | None] | None:
        """The channels that all tables of the KPI report, where all tell channels apart and some channel is missing in one."""
        reporting = []
        for table in plan.tables:
            rows = self.tables[table]
            inputs = {part.key: part for leaf in plan.leaves if leaf.table == table for part in fields_of(leaf.row_formula)}
            if all(part.total is Total.SITE for part in inputs.values()):
                continue
            if "channel" not in rows.dims:
                return None
            reporting.append(rows.channels_of(rows.complete([self._column(table, part) for part in inputs.values()], None)))
        if not reporting:
            return None
        everywhere, anywhere = frozenset.intersection(*reporting), frozenset.union(*reporting)
        if everywhere == anywhere:
            return None
        silent = ", ".join(sorted(channel or "—" for channel in anywhere - everywhere))
        self._note(
            Text(
                f"{plan.kpi.key}: left out of the total, because an input of theirs is not reported at all: {silent}",
                f"{plan.kpi.key}: не вошли в итог, потому что одно из полей по ним не сообщается: {silent}",
            )
        )
        return everywhere

    # --- notes ---

    def _note(self, note: Text) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def all_notes(self) -> list[Text]:
        """Everything that a reader of the figures has to know, each once."""
        found = list(self.notes)
        for (table, count, inputs), kpis in self._left_out.items():
            where = f"{table}: " if len(self.tables) > 1 else ""
            keys = ", ".join(dict.fromkeys(kpis))
            russian = ", ".join(f"«{FIELDS_BY_KEY[key].name.ru}»" for key in inputs)
            found.append(
                Text(
                    f"{where}{count} {'row' if count == 1 else 'rows'} left out of {keys}: {' or '.join(inputs)} is blank there",
                    f"{where}не учтено строк: {count} (в {keys}), там пусто: {russian}",
                )
            )
        for key, kpis in self._refused.items():
            given = FIELDS_BY_KEY[key]
            why = _WHY_REFUSED[given.total]
            keys = ", ".join(dict.fromkeys(kpis))
            found.append(Text(f"{keys}: {why.en.format(key)}", f"{keys}: {why.ru.format(f'«{given.name.ru}»')}"))
        return found


_UNORDERED = Text(
    "{} has several values for the last moment of a channel, or rows without dates: which one counts is not known",
    "у поля {} несколько значений на один момент канала или нет дат: неизвестно, какое брать",
)
_SHARED_DIFFERS = Text(
    "{} differs between rows of one moment, though it is one figure for all channels",
    "поле {} различается в строках одного момента, хотя это одна цифра на все каналы",
)
_WHY_REFUSED = {
    Total.LAST: _UNORDERED,
    Total.FIRST: _UNORDERED,
    Total.SITE: _SHARED_DIFFERS,
    Total.CALENDAR: _SHARED_DIFFERS,
    Total.RATE: Text("{} differs between rows and cannot be totalled", "поле {} в строках разное, складывать его нельзя"),
    Total.UNIQUE: Text(
        "{} counts people once and cannot be added over rows; ask the platform for exactly this period, or see reach_bounds",
        "{} считает людей один раз и по строкам не складывается; возьмите цифру площадки за этот период или reach_bounds",
    ),
}


def _is_shared(leaf: Leaf) -> bool:
    """Whether a leaf is one figure for the whole site, which may stand beside each channel."""
    return leaf.how is Total.SITE or leaf.how is Total.CALENDAR


def _counts_zero(given: Field, absent: Sequence[Field]) -> list[Text]:
    if not absent:
        return []
    return [
        Text(
            f"{given.key}: {', '.join(part.key for part in absent)} not in the data, counted as 0",
            f"«{given.name.ru}»: в данных нет полей {', '.join(f'«{part.name.ru}»' for part in absent)}, они считаются нулём",
        )
    ]


def _over_time(values: Sequence[Cell], how: Total | None) -> Cell:
    """Totals of a group's months, in order of time, brought to one."""
    if not values:
        return NA
    for value in values:
        if isinstance(value, str):
            return value
    numbers: list[float] = [value for value in values if not isinstance(value, str)]
    if how is None:
        return max(numbers)
    if how in (Total.SUM, Total.SITE, Total.CALENDAR):
        return added(numbers)
    if how is Total.LAST:
        return numbers[-1]
    if how is Total.FIRST or len(numbers) == 1:
        return numbers[0]
    return numbers[0] if how is Total.RATE and len(set(numbers)) == 1 else NA


def added(numbers: Iterable[float]) -> Cell:
    """The exact sum, so that the order never matters; #NUM! where it is not finite."""
    try:
        total = fsum(numbers)
    except (OverflowError, ValueError):
        return NUM
    return total if isfinite(total) else NUM


def checked_division(left: float, right: float) -> float:
    """left / right; raises CellError #DIV/0! for a divisor of zero."""
    if right == 0:
        raise CellError(DIV0)
    return left / right


def check_limits(number: float, limits: Limits) -> None:
    """Raises CellError #NUM! for a number that its field may not be."""
    low, high, low_allowed = limits.value
    if not (low < number <= high or (low_allowed and number == low)) or not isfinite(number):
        raise CellError(NUM)


def no_division(left: float, right: float) -> float:
    """The division of formulas that go row by row: they have none, because totals come first."""
    raise TypeError("a formula that goes row by row does not divide")


def worked_out(formula: Expr, totals: Mapping[str, Cell]) -> Cell:
    """The formula on totals: a number, or the error of the first total that has one; #N/A gives way to other errors."""
    errors = [total for total in totals.values() if isinstance(total, str)]
    if errors:
        return next((error for error in errors if error != NA), NA)
    try:
        result = float(formula.evaluate(totals, checked_division))
    except CellError as error:
        return error.code
    except OverflowError:
        return NUM
    return result if isfinite(result) else NUM
