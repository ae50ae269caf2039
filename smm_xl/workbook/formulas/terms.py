"""How the totals that a KPI is made of are written as formulas: the rules of the engine, for a spreadsheet without the add-in.

A *basis* is a set of inputs that are needed together: a row in which one of them is blank leaves the sums of all. Where the inputs
of a basis stand in different sheets they are joined by month, and by channel where all of them tell it, as the engine joins them. Which sheet serves an input
depends on what is filled in, so the formulas ask a cell for it.

Where the inputs stand in different sheets the formulas take them from the grid of channels and months, see ``grid``; SUMPRODUCT makes these
formulas work without array entry in Excel 2013 and LibreOffice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from smm_xl.catalog.kpi import Field, Kpi, Total, fields_of
from smm_xl.catalog.registry import FIELDS_BY_KEY, KPIS
from smm_xl.engine import coverage as coverages
from smm_xl.engine.planner import Planner
from smm_xl.formula import Expr, Operation, OverRows
from smm_xl.workbook.schema import BY_PREFIX, DAYS, INPUT_SHEETS, MOST_CHANNELS, MOST_MONTHS, SCALARS

if TYPE_CHECKING:
    from smm_xl.workbook.formulas.grid import Grid

# how a basis is totalled: over the rows of the one sheet that serves it, over the cells of the grid, over months
ALONE, BY_CELL, BY_MONTH = 0, 1, 2
SHOWN_MONTHS = 12
SHOWN = range(MOST_MONTHS - SHOWN_MONTHS, MOST_MONTHS)  # the columns of the grid that are shown one by one
HEIGHT = MOST_CHANNELS + 1  # of the grid: names that are not listed stand in the last row
TOTAL, PREVIOUS, YEAR_BEFORE = "total", "previous", "year"
WINDOW = "window"  # the last months, which are shown one by one
SPANS = (TOTAL, PREVIOUS, YEAR_BEFORE, WINDOW)
PLACE, MONTH, DAYS_OF_MONTH = "g_place", "g_month", "g_days"  # rows above the grid: numbers of the months, their first days, how many days they have
PLACE_DOWN = "g_place_down"  # the numbers of the months once more, one below the other
SHOWN_NAME, ONES = "g_shown", "g_ones"  # the last of these months; as many ones as the grid has rows
UNKNOWN, IS_KNOWN = "-9E+99", ">-9E+98"  # what stands in the grid for an unknown total: a number, so that 0 times it is 0
ANYTHING = "<>§§"  # a criterion that every cell meets, blank ones too
NUMBER = ">-1E+300"  # one that every number meets, and nothing else
NO_CHANNEL = "§"  # stands where fewer channels are listed
_COST_PARTS = FIELDS_BY_KEY["total_cost"].derived[0].optional


class _Shape(NamedTuple):
    """A table as far as a plan depends on it."""

    fields: frozenset[str]
    dims: frozenset[str]


class Slice(NamedTuple):
    """A part of the grid: its first and last row and column, counted from 0; None for all."""

    rows: tuple[int, int] | None = None
    columns: tuple[int, int] | None = None


WHOLE = Slice()


class Scope(NamedTuple):
    """For which months and channels totals are taken: one span over all channels, or several months or channels beside each other.

    first, last: the cells of its months; the same cells twice for one month, or several.
    span:        the key of the months; part: the part of the grid.
    channel:     the cell of a channel, or those of several; "" for all.
    shares:      for all channels: the cells that say which of them count where months are joined, in a row.
    """

    first: str
    last: str
    span: str
    channel: str = ""
    part: Slice = WHOLE
    shares: str = ""

    @property
    def is_of_all(self) -> bool:
        return not self.channel

    @property
    def is_of_months(self) -> bool:
        return self.first == self.last

    def folded(self, cells: str) -> str:
        """The sum over the cells of its part of the grid: one, or one for each of its months or channels."""
        if self.is_of_months:
            return f"MMULT({ONES},{cells})"
        return f"SUMPRODUCT({cells}*{inside(self.span)})" if self.is_of_all else f"TRANSPOSE(MMULT({cells},TRANSPOSE({inside(self.span)})))"

    def over_months(self, months: str) -> str:
        """The sum over its months: one, or each for itself."""
        return months if self.is_of_months else f"SUMPRODUCT({months}*{inside(self.span)})"


@dataclass(frozen=True)
class Basis:
    """Inputs that are needed together. Not Settings: those are the same in every row.

    parts: those of a sum, such as the full cost; one of them has to be in the data, others count 0 where they are nowhere.
    """

    fields: tuple[str, ...]
    parts: frozenset[str]

    @property
    def key(self) -> str:
        return "+".join(self.fields)

    @cached_property
    def prefixes(self) -> tuple[str, ...]:
        """The sheets that may serve one of the fields."""
        return tuple(sheet.prefix for sheet in INPUT_SHEETS if set(sheet.fields) & set(self.fields))

    @property
    def is_shared(self) -> bool:
        """Whether it has a figure of the whole site or of the calendar, which stands beside every channel: its months are always joined."""
        return any(FIELDS_BY_KEY[field].total.is_shared for field in self.fields)

    @property
    def may_be_joined(self) -> bool:
        """Whether its inputs may stand in different sheets, or are totalled by months anyway."""
        return self.is_shared or (len(self.prefixes) > 1 and len(self.fields) > 1)

    @property
    def meets_by_channel(self) -> bool:
        """Whether its sheets are joined by channel too."""
        return self.may_be_joined and not self.is_shared


@dataclass(frozen=True)
class Measure:
    """A KPI as the workbook counts it: its formula over totals of a basis and over Settings."""

    kpi: Kpi
    formula: Expr
    basis: Basis
    scalars: tuple[str, ...]
    otherwise: Measure | None = None  # another way, where the needed inputs of this one are nowhere

    @property
    def terms(self) -> tuple[Field, ...]:
        """The totals in the formula."""
        return tuple(part for part in fields_of(self.formula) if part.key not in SCALARS)


def measures() -> tuple[Measure, ...]:
    """All KPIs of one value, planned over sheets in which everything is filled in."""
    shapes = []
    for sheet in INPUT_SHEETS:
        own = {column.key for column in sheet.inputs if column.key in FIELDS_BY_KEY}
        if sheet.prefix == "ch":
            own |= {*SCALARS, DAYS}
        shapes.append(_Shape(frozenset(own), frozenset(("time", "channel"))))
    planner = Planner(shapes, ("channel",))
    found = []
    for kpi in KPIS:
        if not kpi.bounds:
            (formula,) = planner.plan(kpi).formulas
            other = kpi.formula.derived[1:] if isinstance(kpi.formula, Field) else ()
            found.append(_measure(kpi, formula, _measure(kpi, other[0].formula) if other else None))
    return tuple(found)


def _measure(kpi: Kpi, planned: Expr, otherwise: Measure | None = None) -> Measure:
    formula = planned.replaced(_without_rows)
    fields = fields_of(formula)
    keys = tuple(sorted({part.key for part in fields} - set(SCALARS)))
    parts = frozenset(part.key for part in _COST_PARTS) if {part.key for part in _COST_PARTS} <= set(keys) else frozenset()
    return Measure(kpi, formula, Basis(keys, parts), tuple(part.key for part in fields if part.key in SCALARS), otherwise)


def _without_rows(node: Expr) -> Expr | None:
    """Settings are one value, so a sum over rows of an amount times a setting is the sum times the setting."""
    if isinstance(node, OverRows):
        return node.inner
    if isinstance(node, Field) and node.key == "gross_profit":
        return FIELDS_BY_KEY["revenue"] * FIELDS_BY_KEY["margin"]
    return None


# --- which sheet serves an input ------------------------------------------------------------------------------------


def homes(field: str) -> tuple[str, ...]:
    """The sheets that may serve a field, the first that holds it wins."""
    return tuple(sheet.prefix for sheet in INPUT_SHEETS if field in sheet.fields)


def source(field: str) -> str:
    """The name of the cell that says which sheet serves a field: the number of its sheet, 0 for none."""
    return f"src_{field}"


def criterion(field: str, prefix: str) -> str:
    """The name of the cell with the criterion that a row of a sheet has to meet in a field."""
    return f"c_{prefix}_{field}"


def used(prefix: str, key: str) -> str:
    """The name of a column of a table as far as its rows are in use: a table has hundreds of empty rows, which cost as much as full ones."""
    return f"x_{prefix}_{key}"


def inside(span: str) -> str:
    """The name of the row above the grid that says which months a span has, as 1 and 0."""
    return f"in_{span}"


def number_of(prefix: str) -> int:
    return [sheet.prefix for sheet in INPUT_SHEETS].index(prefix) + 1


# --- formulas -------------------------------------------------------------------------------------------------------


def number_in(cells: str) -> str:
    """The numbers of a range, 0 for what is none."""
    return f"IF(ISNUMBER({cells}),{cells},0)"


def _conditions(basis: Basis, prefix: str) -> str:
    """The criteria that the rows of a sheet have to meet to be complete."""
    known = BY_PREFIX[prefix].fields
    return "".join(f",{prefix}_{field},{criterion(field, prefix)}" for field in basis.fields if field in known and field != DAYS)


def _serves(fields: Sequence[str], prefix: str) -> str:
    """Whether a sheet serves one of some fields, as 1 or 0."""
    asked = [f"{source(field)}={number_of(prefix)}" for field in fields if field in BY_PREFIX[prefix].fields]
    return f"IF(OR({','.join(asked)}),1,0)" if len(asked) > 1 else f"IF({asked[0]},1,0)"


def is_known(basis: Basis) -> str:
    """A formula: whether all needed inputs are in the data."""
    asked = [f"{source(field)}>0" for field in basis.fields if field not in basis.parts and field != DAYS]
    if basis.parts:
        asked.append(f"{'+'.join(source(field) for field in sorted(basis.parts))}>0")
    return f"AND({','.join(asked)})"


def tells_channels(basis: Basis) -> str:
    """A formula: whether all sheets that serve the basis tell channels, as 1 or 0."""
    return "*".join(f"(1-{_serves(basis.fields, prefix)}*(1-told_{prefix}))" for prefix in basis.prefixes)


def way(basis: Basis, tells: str) -> str:
    """A formula: how the basis is totalled, see ALONE, BY_CELL and BY_MONTH. ``tells``: the cell with ``tells_channels``."""
    if not basis.meets_by_channel:
        return f"{BY_MONTH}"
    mixed = "+".join(_serves(basis.fields, prefix) for prefix in basis.prefixes)
    return f"IF({mixed}>1,IF({tells}=1,{BY_CELL},{BY_MONTH}),{ALONE})"


class Joined:
    """What is worked out of the grid for a basis of which the inputs may stand in different sheets.

    A cell of the grid, a channel in a month, counts where all inputs are known. Where one of the sheets tells no channels, or an input is one
    figure for all of them, the months count that all sheets know, over the channels that all of those report that tell them.
    """

    def __init__(self, basis: Basis, grid: Grid) -> None:
        self.basis, self.grid = basis, grid
        self._fields = tuple(field for field in basis.fields if field != DAYS)
        # inputs of one long sheet of which a row may know one and not the other; of two alone it is no matter of several sheets
        own = {prefix: tuple(field for field in self._fields if field in BY_PREFIX[prefix].fields) for prefix in basis.prefixes if prefix != "ch"}
        self._together = {prefix: fields for prefix, fields in own.items() if len(fields) > 1 and len(self._fields) > 2}

    # --- the cells of a part of the grid ---

    def _knows(self, field: str, otherwise: str, part: Slice) -> str:
        """Whether an input is known, or its source is such that it is no matter here."""
        return f"(({source(field)}{otherwise})+({self.grid.of(field, part)}{IS_KNOWN})>0)"

    def _knows_together(self, prefix: str, part: Slice) -> str:
        """Whether a sheet knows all of several inputs that it serves; so it does where it serves none of them."""
        fields = self._together[prefix]
        served = "+".join(f"({source(field)}={number_of(prefix)})" for field in fields)
        return f"(({served}=0)+({self.grid.joint(prefix, fields, fields[0], part)}{IS_KNOWN})>0)"

    def _known_to(self, prefix: str, part: Slice) -> str:
        """1 where a sheet knows what it serves, or serves nothing."""
        together = self._together.get(prefix, ())
        found = [self._knows_together(prefix, part)] if together else []
        for field in (field for field in self._fields if prefix in homes(field) and field not in together):
            is_here = f"({self.grid.of(field, part)}{IS_KNOWN})"
            found.append(is_here if len(homes(field)) == 1 else self._knows(field, f"<>{number_of(prefix)}", part))
        return "*".join([*found, "1"])

    def _known(self, part: Slice) -> str:
        """1 where all inputs are known."""
        alone = [field for field in self._fields if not any(field in fields for fields in self._together.values())]
        found = [f"({self.grid.of(field, part)}{IS_KNOWN})" for field in alone]
        for prefix, fields in self._together.items():
            found.append(self._knows_together(prefix, part))
            found += [self._knows(field, f"={number_of(prefix)}", part) for field in fields]
        return "*".join([*found, "1"])

    def _value(self, field: str, part: Slice) -> str:
        """The total of an input, where it is known."""
        for prefix, fields in self._together.items():
            if field in fields:
                served = f"{source(field)}{{}}{number_of(prefix)}"
                joint = self.grid.joint(prefix, fields, field, part)
                return f"(({served.format('=')})*{joint}+({served.format('<>')})*{self.grid.of(field, part)})"
        return self.grid.of(field, part)

    # --- months ---

    def shares(self, span: str, way: str) -> str:
        """An array formula: for each channel 1 where all sheets that serve the basis and tell channels report it in a span, else 0."""
        parts = []
        of_channels = [field for field in self._fields if FIELDS_BY_KEY[field].total is not Total.SITE]
        for prefix in self.basis.prefixes:
            if set(of_channels) & set(BY_PREFIX[prefix].fields):
                reported = f"TRANSPOSE(MMULT({self._known_to(prefix, WHOLE)},TRANSPOSE({inside(span)})))>0"
                parts.append(f"((1-{_serves(of_channels, prefix)}*told_{prefix})+({reported})>0)")
        return f"IF({way}={BY_MONTH},{'*'.join([*parts, '1'])},1)"

    def _months(self, scope: Scope, part: Slice) -> str:
        """1 for each month that all sheets know."""
        return "*".join(f"(MMULT({_weights(prefix, scope)},{self._known_to(prefix, part)})>0)" for prefix in self.basis.prefixes)

    def _of_months(self, field: str, scope: Scope, cells: str) -> str:
        """What stands in cells for an input, added by month over the channels that count."""
        made = []
        for prefix in homes(field):
            total = f"MMULT({_weights(prefix, scope)},{self._known_to(prefix, scope.part)}*{cells})"
            made.append(f"({source(field)}={number_of(prefix)})*{total}" if len(homes(field)) > 1 else total)
        return f"({'+'.join(made)})"

    # --- totals ---

    def count(self, scope: Scope, way: str) -> str:
        """A formula: how many cells or months know all of the basis. ``way``: the cell with ``way``."""
        return self._chosen(scope, way, self._known(scope.part), f"{self._months(scope, scope.part)}*1")

    def rows(self, field: str, scope: Scope, way: str) -> str:
        """A formula: how many rows of an input count."""
        rows = self.grid.rows(field, scope.part)
        by_month = f"{self._months(scope, scope.part)}*{self._of_months(field, scope, rows)}"
        return self._chosen(scope, way, f"{self._known(scope.part)}*{rows}", by_month)

    def total(self, given: Field, scope: Scope, way: str) -> str:
        """A formula: the total of an input over what counts."""
        known, months, part = self._known(scope.part), self._months(scope, scope.part), scope.part
        if given.key == DAYS:
            days = self.grid.days(part)
            return self._chosen(scope, way, f"{known}*{days}", f"{months}*{days}")
        value = self._value(given.key, part)
        by_cell, by_month = f"{known}*{value}", f"{months}*{self._of_months(given.key, scope, value)}"
        if given.total is Total.SITE:  # the same figure stands in each row of a month
            rows = self.grid.rows(given.key, part)
            many = self._of_months(given.key, scope, rows)
            by_cell, by_month = f"{by_cell}/({rows}+({rows}=0))", f"{by_month}/({many}+({many}=0))"
        return self._chosen(scope, way, by_cell, by_month)

    def _chosen(self, scope: Scope, way: str, by_cell: str, by_month: str) -> str:
        if not scope.is_of_all:  # what is known of one channel is known in its cells
            return scope.folded(by_cell)
        return f"IF({way}={BY_CELL},{scope.folded(by_cell)},{scope.over_months(by_month)})"

    def last(self, scope: Scope, way: str) -> str:
        """A formula: the last month that counts."""
        by_cell = f"SUMPRODUCT(MAX({self._known(WHOLE)}*{inside(scope.span)}*{MONTH}))"
        return f"IF({way}={BY_CELL},{by_cell},SUMPRODUCT(MAX({self._months(scope, WHOLE)}*{inside(scope.span)}*{MONTH})))"

    def stock(self, given: Field, scope: Scope, way: str) -> str:
        """An array formula: a stock over all channels, or that of each: of every channel its value in the last (first) month that counts.

        ``way``: the cell with ``way``, "" where one sheet serves all.
        """
        cells = self._at_one_moment(given, scope, self._known(scope.part))
        if not scope.is_of_all:  # what is known of one channel is known in its cells
            return f"TRANSPOSE(MMULT({cells},TRANSPOSE({PLACE}>0)*1))"
        if not way:
            return f"SUMPRODUCT({cells})"
        counting = f"{self._months(scope, WHOLE)}*{self._known_to(homes(given.key)[0], WHOLE)}*TRANSPOSE({scope.shares})"
        return f"IF({way}={BY_MONTH},SUMPRODUCT({self._at_one_moment(given, scope, counting)}),SUMPRODUCT({cells}))"

    def _at_one_moment(self, given: Field, scope: Scope, known: str) -> str:
        """The value of each channel in the last (first) of its known months of a span, 0 in all other cells."""
        known = f"{known}*{inside(scope.span)}"
        beyond = f"MMULT({known},({PLACE_DOWN}{'>' if given.total is Total.LAST else '<'}{PLACE})*1)"
        return f"{known}*({beyond}=0)*{self._value(given.key, scope.part)}"


def _weights(prefix: str, scope: Scope) -> str:
    """Which channels of a sheet count, as a row of 1 and 0: all, where it tells none."""
    return f"(1-told_{prefix}*(1-{scope.shares}))"


def _in_one(call: str, basis: Basis, prefix: str, scope: Scope) -> str:
    """COUNTIFS or SUMIFS of all complete rows of a scope."""
    month = f"{prefix}_month"
    span = f"{month},{scope.first}" if scope.is_of_months else f'{month},">="&{scope.first},{month},"<="&{scope.last}'
    channel = "" if scope.is_of_all else f",{prefix}_channel,{scope.channel}"
    return f"{call}{span}{channel}{_conditions(basis, prefix)})"


def count(basis: Basis, scope: Scope, known: str, way: str, tells: str, joined: Joined | None) -> str:
    """A formula: how many rows, cells or months know all of the basis; 0 means that its totals are not known.

    known, way, tells: the cells with ``is_known``, ``way`` and ``tells_channels``. joined: None where one sheet serves all.
    """
    made = "" if basis.is_shared else _chosen(basis, [(prefix, _in_one("COUNTIFS(", basis, prefix, scope)) for prefix in basis.prefixes])
    if joined is not None:
        together = joined.count(scope, way)
        made = f"IF({way}={ALONE},{made},{together})" if made else together
    for field in basis.fields:
        total = FIELDS_BY_KEY[field].total
        if total is Total.UNIQUE:  # people of two rows are not added
            rows = _home_of(field, [(prefix, _in_one("COUNTIFS(", basis, prefix, scope)) for prefix in homes(field)])
            rows = rows if joined is None else f"IF({way}={ALONE},{rows},{joined.rows(field, scope, way)})"
            made = f"{made}*({rows}=1)"
        elif total is Total.SITE:  # visits of the site that differ between the rows of a month are a mistake in the data, not something to take a mean of
            month = f"ch_month,{scope.first}" if scope.is_of_months else f'ch_month,">="&{scope.first},ch_month,"<="&{scope.last}'
            made = f"{made}*(SUMIFS(ch_site_differs,{month})=0)"
    if not scope.is_of_all:  # a sheet that tells no channels knows nothing of one channel
        known = f"AND({known},{tells}=1)"
        made = f'{made}*({scope.channel}<>"{NO_CHANNEL}")'
    elif scope.span in (PREVIOUS, YEAR_BEFORE):
        known = f"AND({known},p_has_{scope.span}=1)"
    return f"IF({known},{made},0)"


def _chosen(basis: Basis, choices: Sequence[tuple[str, str]]) -> str:
    """The formula of the first sheet that serves the basis."""
    *others, (_, last) = choices
    for prefix, formula in reversed(others):
        last = f"IF({_serves(basis.fields, prefix)}=1,{formula},{last})"
    return last


def term(given: Field, basis: Basis, scope: Scope, way: str, joined: Joined | None) -> str:
    """A formula: the total of a field over what knows the basis, where ``count`` says that it is known."""
    body = (
        ""
        if basis.is_shared
        else _home_of(given.key, [(prefix, _in_one(f"SUMIFS({prefix}_{given.key},", basis, prefix, scope)) for prefix in homes(given.key)])
    )
    if joined is None:
        return body
    together = joined.total(given, scope, way)
    return f"IF({way}={ALONE},{body},{together})" if body else together


def _home_of(field: str, choices: Sequence[tuple[str, str]]) -> str:
    """The formula of the sheet that serves a field; 0 where none does."""
    made = "0"
    for prefix, formula in reversed(choices):
        made = f"IF({source(field)}={number_of(prefix)},{formula},{made})"
    return made


def _complete_rows(basis: Basis, prefix: str) -> str:
    """For each row of a sheet whether it knows all of the basis that the sheet serves."""
    own = [field for field in basis.fields if field in BY_PREFIX[prefix].fields]
    return "*".join(f"(({source(field)}<>{number_of(prefix)})+ISNUMBER({used(prefix, field)})>0)" for field in own)


# --- coverage ---


def weighed(basis: Basis) -> list[Field]:
    """The inputs by which coverage is told, see ``engine.coverage``: of those that are typed in."""
    if len(basis.fields) == 1:
        return []
    return coverages.weighed(given for field in basis.fields if not (given := FIELDS_BY_KEY[field]).derived)


def whole(given: Field, scope: Scope) -> str:
    """A formula: the total of a field over all rows that know it, whatever else they leave blank."""
    alone = Basis((given.key,), frozenset())
    return _home_of(given.key, [(prefix, _in_one(f"SUMIFS({prefix}_{given.key},", alone, prefix, scope)) for prefix in homes(given.key)])


def covered(counted: str, parts: Sequence[tuple[str, str]]) -> str:
    """A formula: the share of the least covered input; 1 where nothing is left out, or known. For one scope, or for several beside each other.

    counted: the cells with ``count``. parts: for each input the cells of its total and of its whole.
    """
    # an array divides in all its cells, so that none may be 0
    first, *others = (f"IF({all_}>0,{total}/({all_}*({all_}>0)+({all_}<=0)),1)" for total, all_ in parts)
    least = f"IF({first}>1,1,{first})"
    for share in others:  # MIN would be that of all scopes
        least = f"IF({share}<{least},{share},{least})"
    return f"IF({counted}=0,1,{least})"


# --- forecasts -------------------------------------------------------------------------------------------------------


def last_known(basis: Basis, scope: Scope, counted: str, way: str, joined: Joined | None) -> str:
    """A formula: the last month of a scope that knows all of a basis; 0 for none. ``counted``, ``way``: as for ``term``."""
    alone = []
    for prefix in () if basis.is_shared else basis.prefixes:
        month = used(prefix, "month")
        alone.append((prefix, f"SUMPRODUCT(MAX(({month}>={scope.first})*({month}<={scope.last})*{_complete_rows(basis, prefix)}*{month}))"))
    made = _chosen(basis, alone) if alone else ""
    if joined is not None:
        made = f"IF({way}={ALONE},{made},{joined.last(scope, way)})" if made else joined.last(scope, way)
    return f"IF({counted}=0,0,{made})"


def known_until(basis: Basis, latest: str, way: str) -> str:
    """A formula: the last day that the totals of a basis hold; "" where they are unknown. ``latest``: the cell with ``last_known``.

    A later row that leaves an input blank is a month that is not reported yet; else the figures hold to the day of the data.
    """
    reported = "MAX(" + ",".join(f"{_serves(basis.fields, prefix)}*a_{prefix}" for prefix in basis.prefixes) + ")"
    whole = "MAX(" + ",".join(f"{_serves(basis.fields, prefix)}*w_{prefix}" for prefix in basis.prefixes) + ")"
    end = f"EOMONTH({latest},0)"
    to_the_end = f"IF({way}={ALONE},EOMONTH({whole},0),{end})" if basis.may_be_joined else f"EOMONTH({whole},0)"
    return f'IF({latest}=0,"",IF({reported}>{latest},MIN({end},IF(ISNUMBER(s_as_of),s_as_of,{end})),IF(ISNUMBER(s_as_of),s_as_of,{to_the_end})))'


def forecast(given: Field, total: str, until: str) -> str:
    """A formula: the total of a field at the end of the chosen period: what grows goes on at its pace, a rate stays."""
    if given.total.stays:
        return f'IF(ISNUMBER({until}),{total},"")'
    ahead = f"{total}/({until}-p_first+1)*(p_end-p_first+1)" if given.total.grows else '""'
    return f'IF(ISNUMBER({until}),IF({until}>=p_end,{total},IF({until}<p_first,"",{ahead})),"")'


# --- the KPI itself -------------------------------------------------------------------------------------------------


def native(measure: Measure, cells: dict[str, str], counted: str, undefined: str = '"—"') -> str:
    """The formula of a KPI over the cells of its totals and of Settings; it says where it is undefined, and hides no failure.

    counted: the cell with ``count``; "" where the totals themselves say whether they are known.
    """
    defaults = {argument.key: argument.default for argument in measure.kpi.arguments if isinstance(argument.default, int | float)}
    cells = {key: f"IF(ISNUMBER({cell}),{cell},{defaults[key]:g})" if key in SCALARS and key in defaults else cell for key, cell in cells.items()}
    spell = lambda name: cells[name.key]  # noqa: E731
    asked = [cells[name.key] for name in measure.formula.names() if not counted or name.key in SCALARS]
    made = measure.formula.excel(spell)
    for divisor in _divisors(measure.formula):
        made = f"IF({divisor.excel(spell)}=0,{undefined},{made})"
    for name in measure.formula.names():
        if isinstance(name, Field) and name.has_credits:  # more was given back than spent
            made = f"IF({cells[name.key]}<0,{undefined},{made})"
    if asked:
        made = f"IF(COUNT({','.join(asked)})<{len(asked)},{undefined},{made})"
    return f"IF({counted}=0,{undefined},{made})" if counted else made


def calling(measure: Measure, cells: dict[str, str]) -> str | None:
    """The formula of a KPI that calls its worksheet function; None where it has none, or none that takes totals.

    cells: of its totals and of Settings, whole references. Ranges of one cell: LibreOffice takes a single blank cell for 0.
    """
    if not measure.kpi.function:
        return None
    given: list[str] = []
    shorter: list[str] = []  # without what Settings leave blank and the function has a default for
    asked = ""
    for argument in measure.kpi.arguments:
        written = _argument(FIELDS_BY_KEY[argument.key], cells)
        if written is None:
            return None
        given.append(written)
        if argument.optional and argument.key in SCALARS:
            asked = f"ISNUMBER({cells[argument.key]})"
        else:
            shorter.append(written)
    call = f"{measure.kpi.function}({','.join(given)})"
    return f"IF({asked},{call},{measure.kpi.function}({','.join(shorter)}))" if asked else call


def _argument(given: Field, cells: dict[str, str]) -> str | None:
    """An argument over the totals at hand, worked out of them where it is no total itself; None where it is not to be had."""
    if given.key in cells:
        return f"{cells[given.key]}:{cells[given.key].split('!')[1]}"
    for way in given.derived:
        formula = way.formula.replaced(lambda node: node.derived[0].formula if isinstance(node, Field) and node.key not in cells and node.derived else None)
        parts = [part.key for part in fields_of(formula)]
        if not isinstance(formula, OverRows) and parts and all(key in cells for key in parts):
            known = ",".join(cells[key] for key in parts)
            return f"IF(COUNT({known})<{len(parts)},NA(),{formula.excel(lambda name: cells[name.key])})"
    return None


def _divisors(formula: Expr) -> list[Expr]:
    """What is divided by, outer divisions before those that they are made of: the last one is tested first."""
    return [node.parts[1] for node in formula.walk() if isinstance(node, Operation) and node.symbol == "/"]
