"""KPIs over tables: totals first, one division at the end.

The rules are those of the contract: a row in which a needed input is blank leaves all the sums; what stands in several
tables is totalled by group and month before it is combined. What holds for one table stands in ``rows``, what holds
for several of them here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import fsum
from typing import NamedTuple

from smm_xl.catalog.kpi import Derivation, Field, Kpi, Total, Unit, fields_of
from smm_xl.catalog.registry import FIELDS_BY_KEY
from smm_xl.cells import currencies
from smm_xl.cells import period as periods
from smm_xl.cells.cell import NA, NUM, VALUE, first_error
from smm_xl.cells.names import one_name
from smm_xl.engine import coverage as coverages
from smm_xl.engine.coverage import Coverage, Mark
from smm_xl.engine.planner import Leaf, Plan, Planner
from smm_xl.engine.rows import TIME, Column, Mask, Moment, Rows, Totals, tells
from smm_xl.engine.totals import Cell, Label, added, in_order, natural, worked_out
from smm_xl.formula import Number, OverRows
from smm_xl.language import Text

_REFUSED = "refused"  # stands for a total that cannot be had, where an unknown one is #N/A
_GRAINS = ("month", "quarter", "year")
_SHORTEST_LAG = 3  # days


class Measured(NamedTuple):
    """The values of one KPI: for each of its formulas, one value a label."""

    labels: list[Label]
    values: tuple[list[Cell], ...]


class End(NamedTuple):
    """How far a figure reaches: to the days of a row; ``is_reported``: and no later row leaves it blank, so that later days may count as passed."""

    moment: Moment
    is_reported: bool


class _LeftOut(NamedTuple):
    """Rows of a table that leave the sums: how many, and the inputs that some of them leave blank."""

    table: str
    rows: int
    blank: tuple[str, ...]


class _Lag(NamedTuple):
    """A table whose days end before those of another one in the same month."""

    table: str
    ends: int
    other: str
    until: int


class Parts(NamedTuple):
    """What one KPI is made of: for each label the totals of its leaves, by key of the leaf, and how far each of them reaches.

    ends: None where no row that counts has a date.
    """

    labels: list[Label]
    totals: list[dict[str, Cell]]
    ends: list[dict[str, End | None]]


class Engine:
    """Measures KPIs over tables, grouped ``by`` dimensions of GROUPINGS; rows were ``filtered`` by some dimensions before."""

    def __init__(self, tables: Sequence[Rows], by: Sequence[str] = (), filtered: Sequence[str] = ()) -> None:
        self.tables = tuple(tables)
        self.by = tuple(by)
        self._planner = Planner(self.tables, (*self.by, *filtered))
        self._columns: dict[tuple[int, str], Column] = {}
        self._notes: dict[Text, None] = {}
        self._left_out: dict[_LeftOut, dict[str, None]] = {}  # KPIs, in their order
        self._coverage: dict[str, dict[Label, Coverage]] = {}
        self._lagging: dict[str, dict[Label, None]] = {}
        self._overpaid: dict[str, None] = {}  # KPIs of which some group has more credits than spend
        self._lags: dict[_Lag, dict[str, None]] = {}
        self._unlike: dict[tuple[str, str, str], dict[str, None]] = {}  # tables that call a channel otherwise than an export does
        self._refused: dict[str, dict[str, None]] = {}

    def plan(self, kpi: Kpi) -> Plan:
        """Where the KPI's inputs come from; ``missing`` names those that are nowhere."""
        return self._planner.plan(kpi)

    # --- columns, row by row ---

    def _column(self, table: int, given: Field) -> Column:
        key = (table, given.key)
        if key not in self._columns:
            rows = self.tables[table]
            derived = (self._derived_column(table, way) for way in self._planner.row_derivations(given, table))
            column = rows.column(given.key) if given.key in rows.fields else next(derived)
            for other in derived:
                column = rows.filled(column, other)
            self._columns[key] = column
        return self._columns[key]

    def _derived_column(self, table: int, way: Derivation) -> Column:
        rows = self.tables[table]
        present = [part for part in way.inputs if self._planner.in_rows(part, table)]
        columns = {part.key: self._column(table, part) for part in present}
        if way.by_channel:
            columns |= {part.key: rows.silent_as_zero(columns[part.key], part.key) for part in way.optional if part.key in columns}
        formula = way.formula.inner if isinstance(way.formula, OverRows) else way.formula
        given = formula.replaced(lambda node: Number(0) if isinstance(node, Field) and node not in present else None)
        return columns[given.key] if isinstance(given, Field) else rows.combined(given, columns)

    # --- values ---

    def measure(self, plan: Plan) -> Measured:
        """The values of a KPI for each group; there are no groups where it cannot be measured, and a note says why."""
        if not self._measurable(plan):
            return Measured([], tuple([] for _ in plan.formulas))
        if self._stands_in_one(plan):
            rows, totals, _ = self._totals_in_one(plan)
            return Measured(rows.labels(self.by), tuple(rows.final(formula, totals) for formula in plan.formulas))
        across = self._totals_across(plan)
        return Measured(across.labels, tuple([worked_out(formula, totals) for totals in across.totals] for formula in plan.formulas))

    def parts(self, plan: Plan) -> Parts:
        """What a KPI is made of in each group; there are no groups where it cannot be measured, and a note says why."""
        if not self._measurable(plan):
            return Parts([], [], [])
        if not self._stands_in_one(plan):
            return self._totals_across(plan)
        rows, totals, complete = self._totals_in_one(plan)
        columns = {key: rows.listed(found) for key, found in totals.items()}
        ends = list(_ends(rows, complete, rows.complete([]), self.by).values())
        places = range(len(ends))
        return Parts(
            rows.labels(self.by), [{key: column[place] for key, column in columns.items()} for place in places], [dict.fromkeys(columns, end) for end in ends]
        )

    def _measurable(self, plan: Plan) -> bool:
        """Whether the inputs are there, by the groups that are asked for; a note says what is missing."""
        key = plan.kpi.key
        if plan.missing:
            names = Text(" and no ".join(part.key for part in plan.missing), " и ".join(f"«{part.name.ru}»" for part in plan.missing))
            self._note(f"{key}: unknown, because the data has no {names.en}", f"{key}: неизвестно, в данных нет {names.ru}")
            return False
        for note in plan.notes:
            self._note(*note)
        told = self._planner.told
        if lacking := [leaf for leaf in plan.leaves if not tells(self.tables[leaf.table], *told) and not leaf.how.is_shared]:
            dims = ", ".join(dim for dim in told if not tells(self.tables[lacking[0].table], dim))
            name = self.tables[lacking[0].table].name
            self._note(f"{key}: unknown by {dims}, which the table «{name}» does not tell", f"{key}: неизвестно в разрезе {dims}: в таблице «{name}» его нет")
            return False
        return True

    def _stands_in_one(self, plan: Plan) -> bool:
        return len(plan.tables) == 1 and tells(self.tables[plan.tables[0]], *self.by)

    def _inputs(self, plan: Plan, table: int) -> dict[str, Field]:
        """What the KPI takes from a table."""
        return {part.key: part for leaf in plan.leaves if leaf.table == table for part in fields_of(leaf.row_formula)}

    def _typed(self, plan: Plan, table: int) -> dict[str, Field]:
        """What the KPI takes from a table as it stands there: in the place of what is worked out row by row, the needed parts of it."""
        rows, found, open_ = self.tables[table], dict[str, Field](), list(self._inputs(plan, table).values())
        while open_:
            given = open_.pop(0)
            ways = [] if given.key in rows.fields else self._planner.row_derivations(given, table)
            if ways:
                open_ = [
                    part for part in ways[0].inputs if self._planner.in_rows(part, table) and not (ways[0].by_channel and part in ways[0].optional)
                ] + open_
            else:
                found.setdefault(given.key, given)
        return found

    def _complete(self, plan: Plan, table: int) -> Mask:
        """The rows of a table that know all that the KPI takes from it."""
        return self.tables[table].complete([self._column(table, part) for part in self._inputs(plan, table).values()])

    def _rows_that_count(self, plan: Plan, table: int, channels: frozenset[str | None] | None) -> Mask:
        """The complete rows of a table, of these channels only where some are given; what is left out is noted."""
        rows = self.tables[table]
        complete = self._complete(plan, table)
        if left_out := rows.left_out(complete):
            blank = tuple(key for key, part in self._typed(plan, table).items() if self._column(table, part).has_blanks)
            self._left_out.setdefault(_LeftOut(rows.name, left_out, blank), {})[plan.kpi.key] = None
        return rows.among(complete, channels) if channels is not None and tells(rows, "channel") else complete

    def _total(self, leaf: Leaf, complete: Mask, by: tuple[str, ...]) -> tuple[Totals, frozenset[int]]:
        """The totals of a leaf over complete rows, by some dimensions, and the places of refused ones."""
        rows, formula = self.tables[leaf.table], leaf.row_formula
        if isinstance(formula, Field):
            column = self._column(leaf.table, formula)
        else:
            column = rows.combined(formula, {part.key: self._column(leaf.table, part) for part in fields_of(formula)})
        return rows.total(column, complete, leaf.how, by)

    def _money(self, plan: Plan, table: int) -> list[str]:
        """The amounts of money that a KPI takes from a table, as they stand there."""
        return [key for key, given in self._typed(plan, table).items() if given.unit is Unit.MONEY]

    def _refuse_credits(self, plan: Plan, table: int, complete: Mask, totals: dict[str, Totals]) -> None:
        """#NUM! for groups in which a cost is less than nothing."""
        rows = self.tables[table]
        for given in [given for given in self._typed(plan, table).values() if given.has_credits]:
            values = rows.kernel.listed(rows.total(self._column(table, given), complete, Total.SUM, self.by)[0].values)
            below = {place: NUM for place, value in enumerate(values) if value < 0}
            if below:
                self._below_zero(plan.kpi)
                first = next(iter(totals))
                totals[first] = Totals(totals[first].values, below | dict(totals[first].errors))

    def _below_zero(self, kpi: Kpi) -> str:
        self._overpaid[kpi.key] = None
        return NUM

    def _refuse(self, leaf: Leaf, kpi: Kpi) -> None:
        self._refused.setdefault(fields_of(leaf.row_formula)[0].key, {})[kpi.key] = None

    def _totals_in_one(self, plan: Plan) -> tuple[Rows, dict[str, Totals], Mask]:
        """The table that holds all inputs, the totals of the leaves by group, and the rows that count."""
        (table,) = plan.tables
        rows = self.tables[table]
        if tells(rows, "channel") and "channel" not in self.by:
            complete = self._complete(plan, table)
            if rows.left_out(complete):
                everywhere = rows.channels_of(rows.complete([]))
                self._name_silent(plan.kpi, everywhere - rows.channels_of(complete))
        complete = self._rows_that_count(plan, table, None)
        self._name_accounts(plan)
        totals = {}
        for leaf in plan.leaves:
            totals[leaf.key], refused = self._total(leaf, complete, self.by)
            if refused:
                self._refuse(leaf, plan.kpi)
        self._refuse_credits(plan, table, complete, totals)
        if "currency" not in self.by and currencies.apart(rows.given.currencies(self._money(plan, table)))[1:]:
            totals = {key: Totals(total.values, dict.fromkeys(range(len(rows.labels(self.by))), VALUE)) for key, total in totals.items()}
        if rows.left_out(complete):
            labels = rows.labels(self.by)
            for given in coverages.weighed(self._typed(plan, table).values()):
                column = self._column(table, given)
                covered, whole = rows.sizes(column, complete, self.by), rows.sizes(column, rows.complete([column]), self.by)
                self._note_coverage(plan.kpi, given, labels, covered, whole)
        return rows, totals, complete

    def _note_coverage(self, kpi: Kpi, given: Field, labels: Sequence[Label], covered: Sequence[float], whole: Sequence[float]) -> None:
        """Keep how much of an input a KPI rests on in each group, where that is less than of the inputs before and not enough, or of the total."""
        most = 1.0 if labels == [()] else coverages.ENOUGH
        found = self._coverage.setdefault(kpi.key, {})
        for label, part, all_ in zip(labels, covered, whole, strict=True):
            if part < most * all_ and (coverage := Coverage(given, part, all_)).share < (found[label].share if label in found else 1.0):
                found[label] = coverage

    # --- several tables ---

    def _totals_across(self, plan: Plan) -> Parts:
        """Each input totalled by group and month; a group and month that one of them does not know leaves all the sums."""
        by = self._aligned_by(plan)
        self._name_accounts(plan)
        channels = self._shared_channels(plan) if "channel" not in self.by else None
        found: dict[str, dict[Label, dict[str | None, Cell]]] = {}
        ends: dict[str, dict[Label, End | None]] = {}
        counting = {table: self._rows_that_count(plan, table, channels) for table in plan.tables}
        for leaf in plan.leaves:
            rows = self.tables[leaf.table]
            # the last followers of each channel are added, and the last month of one may not be that of another
            stock = leaf.how.is_stock and tells(rows, "channel") and "channel" not in by
            kept = tuple(dim for dim in by if tells(self.tables[leaf.table], dim))
            dims = (*kept, "channel") if stock else kept
            totals, refused = self._total(leaf, counting[leaf.table], dims)
            cells = [_REFUSED if place in refused else cell for place, cell in enumerate(rows.listed(totals))]
            everything = rows.complete([])
            if channels is not None and tells(rows, "channel"):
                everything = rows.among(everything, channels)
            ends[leaf.key] = _ends(rows, counting[leaf.table], everything, kept)
            places = found.setdefault(leaf.key, {})
            for label, cell in zip(rows.labels(dims), cells, strict=True):
                if cell != NA:
                    places.setdefault(label[: len(kept)], {})[label[-1] if stock else None] = cell
        self._none_where_silent(plan, by, found)
        whole = {leaf.key for leaf in plan.leaves if tells(self.tables[leaf.table], *by)}
        labels = list(dict.fromkeys(label for table in plan.tables if tells(self.tables[table], *by) for label in self.tables[table].labels(by)))
        for leaf in plan.leaves:
            if leaf.key not in whole:  # one value for the whole site stands beside every channel
                kept_places = [place for place, dim in enumerate(by) if tells(self.tables[leaf.table], dim)]
                short = {label: tuple(label[place] for place in kept_places) for label in labels}
                found[leaf.key] = {label: found[leaf.key][short[label]] for label in labels if short[label] in found[leaf.key]}
                ends[leaf.key] = {label: ends[leaf.key][short[label]] for label in found[leaf.key]}
        joined, known = self._joined(plan, by, found, ends, labels)
        self._cover(plan, by, counting, known)
        self._compare_ends(plan, by, known)
        return joined

    def _none_where_silent(self, plan: Plan, by: tuple[str, ...], found: Mapping[str, dict[Label, dict[str | None, Cell]]]) -> None:
        """Count 0 for channels and months that a table does not mention, where each of its rows is one lead, or the user says so; a note says it."""
        time = next((place for place, dim in enumerate(by) if dim in TIME), None)
        for leaf in plan.leaves:
            rows = self.tables[leaf.table]
            keys = {part.key for part in fields_of(leaf.row_formula)}
            if leaf.how is not Total.SUM or not keys <= rows.none_if_silent or not tells(rows, *by):
                continue
            span, mentioned = (rows.whole or rows).span(), set(rows.labels(by))
            others = {label for table in plan.tables if tells(self.tables[table], *by) for label in self.tables[table].labels(by)}
            silent = [label for label in in_order(others - mentioned) if time is None or _covers(span, label[time])]
            found[leaf.key].update({label: {None: 0.0} for label in silent})
            if silent:
                listed = "; ".join(" ".join(part or "—" for part in label) for label in silent[:5]) + ("; …" if len(silent) > 5 else "")
                self._note(
                    f"{leaf.key}: {rows.name} does not mention {listed}, which counts as 0",
                    f"«{FIELDS_BY_KEY[next(iter(keys))].name.ru}»: в {rows.name} нет {listed}, это учтено как 0",
                )

    def _cover(self, plan: Plan, by: tuple[str, ...], counting: Mapping[int, Mask], known: Mapping[Label, Sequence[Label]]) -> None:
        """How much of its inputs a KPI over several tables rests on. ``known``: what counts of each group."""
        groups = list(known)
        inputs = {part.key: (part, table) for table in plan.tables for part in self._typed(plan, table).values()}
        weighed = coverages.weighed(part for part, _ in inputs.values())
        for given in weighed:
            table = inputs[given.key][1]
            if not tells(self.tables[table], *self.by):
                continue
            kept = [place for place, dim in enumerate(by) if tells(self.tables[table], dim)]
            rows, column = self.tables[table], self._column(table, given)
            dims = tuple(by[place] for place in kept)
            parts = dict(zip(rows.labels(dims), rows.sizes(column, counting[table], dims), strict=True))
            whole = dict(zip(rows.labels(self.by), rows.sizes(column, rows.complete([column]), self.by), strict=True))
            there = ({tuple(label[place] for place in kept) for label in known[group]} for group in groups)
            covered = [fsum(parts.get(label, 0.0) for label in members) for members in there]
            self._note_coverage(plan.kpi, given, groups, covered, [whole.get(group, 0.0) for group in groups])

    def _compare_ends(self, plan: Plan, by: tuple[str, ...], known: Mapping[Label, Sequence[Label]]) -> None:
        """Mark groups of the month in which one table of days ends before another: nobody can tell one that is behind from days without anything."""
        grain = next((dim for dim in TIME if dim in by), "date")
        telling = {leaf.table for leaf in plan.leaves if not leaf.how.is_shared}
        tables = [self.tables[table] for table in plan.tables if table in telling and tells(self.tables[table], "time")]
        lags = [lag for rows in tables for other in tables if rows is not other and (lag := _lag(rows, other)) is not None]
        if grain == "date" or not lags:  # days that one of them does not have leave the sums
            return
        lag = max(lags, key=lambda lag: lag.until - lag.ends)
        period = periods.around(lag.ends, grain).label
        if groups := [group for group, members in known.items() if any(label[by.index(grain)] == period for label in members)]:
            self._lagging[plan.kpi.key] = dict.fromkeys(groups)
            self._lags.setdefault(lag, {})[plan.kpi.key] = None

    def _aligned_by(self, plan: Plan) -> tuple[str, ...]:
        """The groups, and the channels and months (or what the rows can be told by) in which the tables are brought together."""
        tables = [self.tables[table] for table in plan.tables]
        by = self.by
        # a figure of the whole site stands beside every channel, and is not one more of each
        if "channel" not in by and self._meet_by_channel(plan) and not any(leaf.how.is_shared for leaf in plan.leaves):
            by = (*by, "channel")
        if {"date", "month"} & set(by) or not all(tells(rows, "time") for rows in tables):
            return by
        grains = [rows.grain() for rows in tables]
        if None in grains:
            return by
        grain = max((grain for grain in grains if grain is not None), key=_GRAINS.index)
        return by if grain in by else (*by, grain)

    def _meet_by_channel(self, plan: Plan, *, only_those_that_tell: bool = False) -> bool:
        """Whether the tables of a KPI tell their channels, and call them alike: what the platform of an export is called, its user may call otherwise."""
        tables = [self.tables[table] for table in plan.tables]
        telling = [rows for rows in tables if tells(rows, "channel")]
        if len(telling) < len(tables) and not only_those_that_tell:
            return False
        for rows in telling:
            for other in telling:
                others = {one_name(label) for label in (other.whole or other).coded("channel").labels if label is not None}
                if strange := sorted(name for name in rows.implied_channels if one_name(name) not in others):
                    self._unlike.setdefault((rows.name, other.name, strange[0]), {})[plan.kpi.key] = None
                    return False
        return True

    def _joined(
        self,
        plan: Plan,
        by: tuple[str, ...],
        found: dict[str, dict[Label, dict[str | None, Cell]]],
        ends: dict[str, dict[Label, End | None]],
        labels: list[Label],
    ) -> tuple[Parts, dict[Label, list[Label]]]:
        """The groups, and what counts of each."""
        width = len(self.by)
        channel = by.index("channel") if "channel" in by[width:] else None
        groups: dict[Label, list[Label]] = {}
        for label in in_order(labels):
            groups.setdefault(label[:width], []).append(label)
        joined = Parts(list(groups), [], [])
        left_out: list[Label] = []
        counted: dict[Label, list[Label]] = {}
        for group, members in groups.items():
            known = counted[group] = [label for label in members if all(label in places for places in found.values())]
            left_out += [label for label in members if label not in known and any(label in places for places in found.values())]
            totals: dict[str, Cell] = {}
            for leaf in plan.leaves:
                places = [found[leaf.key][label] for label in known]
                if channel is not None:  # stocks of channels are added, each of its own last month
                    places = [dict.fromkeys((label[channel],), *cells.values()) for label, cells in zip(known, places, strict=True)]
                total = _over_time(places, leaf.how)
                if total == _REFUSED:
                    self._refuse(leaf, plan.kpi)
                totals[leaf.key] = self._below_zero(plan.kpi) if _is_below_zero(leaf, total) else NA if total == _REFUSED else total
            joined.totals.append(totals)
            to_the_end = _latest_time(known, by) == _latest_time(members, by)
            joined.ends.append({leaf.key: _latest((ends[leaf.key].get(label) for label in known), to_the_end=to_the_end) for leaf in plan.leaves})
        if left_out:
            key, names = plan.kpi.key, ", ".join(self.tables[table].name for table in plan.tables)
            without = "; ".join(_held(label, found) for label in left_out[:5]) + ("; …" if len(left_out) > 5 else "")
            self._note(
                f"{key}: groups or months left out because one of {names} does not know them: {len(left_out)} (without {without})",
                f"{key}: не учтено групп или месяцев, которых нет в одной из таблиц {names}: {len(left_out)} (без {without})",
            )
        return joined, counted

    def _shared_channels(self, plan: Plan) -> frozenset[str | None] | None:
        """The channels that all tables of the KPI report that tell channels apart, where a channel is missing in one of them."""
        if not self._meet_by_channel(plan, only_those_that_tell=True):
            return None
        reporting = []
        for table in plan.tables:
            rows = self.tables[table]
            here = [leaf for leaf in plan.leaves if leaf.table == table]
            silent_is_none = all(part.key in rows.none_if_silent for leaf in here for part in fields_of(leaf.row_formula))
            if tells(rows, "channel") and not silent_is_none and not all(leaf.how.is_shared for leaf in here):
                reporting.append(rows.channels_of(self._complete(plan, table)))
        if not reporting:
            return None
        everywhere, anywhere = frozenset.intersection(*reporting), frozenset.union(*reporting)
        self._name_silent(plan.kpi, anywhere - everywhere)
        return everywhere

    # --- notes ---

    def _note(self, en: str, ru: str) -> None:
        self._notes[Text(en, ru)] = None

    def _name_accounts(self, plan: Plan) -> None:
        """Say of followers of several channels that accounts were added: one person may follow several."""
        if "channel" in self.by:
            return
        for leaf in plan.leaves:
            rows = self.tables[leaf.table]
            if leaf.how.is_stock and tells(rows, "channel") and len(rows.channels_of(self._complete(plan, leaf.table))) > 1:
                key, name = plan.kpi.key, Text(leaf.key, f"«{FIELDS_BY_KEY[leaf.key].name.ru}»")
                self._note(
                    f"{key}: {name.en} of several channels are added as accounts, not as people",
                    f"{key}: {name.ru} нескольких каналов сложены как аккаунты, а не как люди",
                )

    def _name_silent(self, kpi: Kpi, channels: frozenset[str | None]) -> None:
        if channels:
            names = ", ".join(sorted((channel or "—" for channel in channels), key=natural))
            self._note(
                f"{kpi.key}: left out of the total, because an input of theirs is not reported at all: {names}",
                f"{kpi.key}: не вошли в итог, потому что одно из полей по ним не сообщается совсем: {names}",
            )

    def marks(self, kpi: Kpi) -> list[Mark]:
        """What a reader of a KPI that was measured has to know of its figures, group by group."""
        return coverages.marks(kpi.key, self._coverage.get(kpi.key, {}), self._lagging.get(kpi.key, ()))

    def all_notes(self, beside: Engine | None = None) -> list[Text]:
        """Everything that a reader of the figures has to know, each once. ``beside``: the engine of the total, which says itself what it leaves out."""
        found = list(self._notes)
        covered: dict[tuple[Coverage, tuple[Text, ...]], dict[str, None]] = {}
        told: dict[str, list[Text]] = {}
        for left_out, kpis in self._left_out.items():
            mine = [key for key in kpis if beside is None or key not in beside._left_out.get(left_out, {})]
            names = Text(" or no ".join(left_out.blank), " или ".join(f"«{FIELDS_BY_KEY[key].name.ru}»" for key in left_out.blank))
            where = f"{left_out.table}: " if len(self.tables) > 1 else ""
            rows = Text("1 row has" if left_out.rows == 1 else f"{left_out.rows} rows have", f"строк: {left_out.rows}")
            why = Text(f"{where}{rows.en} no {names.en}", f"{where}без {names.ru} {rows.ru}")
            for key in mine:
                told.setdefault(key, []).append(why)
            if whole := [key for key in mine if () not in self._coverage.get(key, ())]:
                found.append(Text(f"{', '.join(whole)}: {why.en}, left out", f"{', '.join(whole)}: {why.ru}, они не учтены"))
        for key, by_group in self._coverage.items():
            if () in by_group:
                covered.setdefault((by_group[()], tuple(told.get(key, ()))), {})[key] = None
        for (coverage, because), kpis in covered.items():
            keys, words = ", ".join(kpis), (coverage.words, *because)
            found.append(Text(f"{keys}: {'; '.join(each.en for each in words)}", f"{keys}: {'; '.join(each.ru for each in words)}"))
        if self._overpaid:
            keys = ", ".join(self._overpaid)
            found.append(Text(f"{keys}: unknown where credits are more than what was spent", f"{keys}: неизвестно там, где возвраты больше расхода"))
        for lag, kpis in self._lags.items():
            keys, one, other = ", ".join(kpis), periods.around(lag.ends, "day").label, periods.around(lag.until, "day").label
            found.append(
                Text(
                    f"{keys}: {lag.table} ends on {one}, {lag.other} on {other}: either {lag.table} is behind, or nothing happened on the days between; "
                    "--until common counts both to the earlier day",
                    f"{keys}: {lag.table} кончается {one}, {lag.other} — {other}: либо {lag.table} отстаёт, либо в эти дни ничего не было; "
                    "--until common считает обе по более ранний день",
                )
            )
        for (table, other_table, channel), kpis in self._unlike.items():
            keys = ", ".join(kpis)
            found.append(
                Text(
                    f"{keys}: {other_table} has no channel «{channel}», so it was brought together with {table} without channels; --channel FILE=NAME names them alike",
                    f"{keys}: в {other_table} нет канала «{channel}», поэтому с {table} данные сопоставлены без каналов; --channel ФАЙЛ=НАЗВАНИЕ назовёт их одинаково",
                )
            )
        for key, kpis in self._refused.items():
            given = FIELDS_BY_KEY[key]
            name, why = Text(key, f"«{given.name.ru}»"), _WHY_REFUSED[given.total]
            keys = ", ".join(kpis)
            found.append(Text(f"{keys}: {why.en.format(name.en)}", f"{keys}: {why.ru.format(name.ru)}"))
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


def _covers(span: Moment | None, label: str | None) -> bool:
    """Whether days reach into a month, quarter or year that is called so."""
    period = None if label is None else periods.parse_exactly(label)
    return span is not None and period is not None and span.first <= period.last and period.first <= span.last


def _lag(rows: Rows, other: Rows) -> _Lag | None:
    """By how much a table of days ends before another: by more than it is ever silent before, and at least three days."""
    ended, until = (rows.whole or rows).days(), other.span()
    if not ended or until is None or not other.days():
        return None
    last = min(until.last, periods.around(ended[-1], "month").last)
    longest = max((later - day for day, later in pairwise(ended)), default=0)
    return _Lag(rows.name, ended[-1], other.name, last) if last - ended[-1] > max(longest, _SHORTEST_LAG - 1) else None


def _is_below_zero(leaf: Leaf, total: Cell) -> bool:
    """Whether a cost is less than nothing: more was given back than spent."""
    return leaf.row_formula in coverages.COSTS and not isinstance(total, str) and total < 0


def _ends(rows: Rows, complete: Mask, everything: Mask, by: tuple[str, ...]) -> dict[Label, End | None]:
    """How far the figures of each group reach.

    A day without a row is a day on which nothing happened, as exports have it, to the end of the whole table; a row that leaves an
    input blank is a day that is not reported yet.
    """
    labels = rows.labels(by)
    if not tells(rows, "time"):
        return dict.fromkeys(labels)
    table: Rows = rows.whole or rows  # rows of other months and channels tell to which day the data goes
    (whole,) = table.ends(table.complete([]), ())
    found: dict[Label, End | None] = {}
    for label, counted, present in zip(labels, rows.ends(complete, by), rows.ends(everything, by), strict=True):
        if counted is None or present is None or whole is None:
            found[label] = None
        elif present.last > counted.last:
            found[label] = End(counted, False)
        else:
            found[label] = End(_not_after(whole, label, by), True)
    return found


def _not_after(moment: Moment, label: Label, by: tuple[str, ...]) -> Moment:
    """A moment, or the end of the period of a group where that comes before."""
    for dim, part in zip(by, label, strict=True):
        period = periods.parse_exactly(part) if dim in TIME and part is not None else None
        if period is not None and period.last < moment.last:
            moment = Moment(min(moment.first, period.last), period.last)
    return moment


def _latest_time(labels: Sequence[Label], by: Sequence[str]) -> Label:
    """The time of the last of some labels, or the last label where none tells a time."""
    if by and by[-1] in TIME:
        return (max((label[-1] or "" for label in labels), default=None),)
    return labels[-1] if labels else ()


def _held(label: Label, found: dict[str, dict[Label, dict[str | None, Cell]]]) -> str:
    """What a group or month holds that is left out: «TG 2026-02: spend 300.00»."""
    figures = [
        f"{key} {sum(cell for cell in places[label].values() if not isinstance(cell, str)):.2f}"
        for key, places in found.items()
        if label in places and not all(isinstance(cell, str) for cell in places[label].values())
    ]
    return f"{' '.join(part or '—' for part in label) or '—'}: {', '.join(figures) or '—'}"


def _latest(ends: Iterable[End | None], *, to_the_end: bool) -> End | None:
    """The end that comes last; ``to_the_end``: whether no later part was left out."""
    last = max((end for end in ends if end is not None), key=lambda end: (end.moment.last, end.moment.first), default=None)
    return None if last is None else End(last.moment, last.is_reported and to_the_end)


def _over_time(places: Sequence[dict[str | None, Cell]], how: Total) -> Cell:
    """The totals of a group's months, in order of time, brought to one. Each place holds one total, of stocks one for each channel."""
    if not places:
        return NA
    errors = [cell for cells in places for cell in cells.values() if isinstance(cell, str)]
    if errors:
        return first_error(error for error in errors if error != _REFUSED) or _REFUSED
    by_channel: dict[str | None, list[float]] = {}
    for cells in places:
        for channel, cell in cells.items():
            if not isinstance(cell, str):
                by_channel.setdefault(channel, []).append(cell)
    if how is Total.LAST:
        return added(values[-1] for values in by_channel.values())
    if how is Total.FIRST:
        return added(values[0] for values in by_channel.values())
    numbers = [number for values in by_channel.values() for number in values]
    if how is Total.LARGEST:
        return max(numbers)
    if how.grows:
        return added(numbers)
    same = len(numbers) == 1 or (how is Total.RATE and len(set(numbers)) == 1)
    return numbers[0] if same else _REFUSED
