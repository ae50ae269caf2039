"""How the totals that a KPI is made of are written as formulas: the rules of the engine, for a spreadsheet without the add-in.

A *basis* is a set of inputs that are needed together: a row in which one of them is blank leaves the sums of all. Where the inputs
of a basis stand in different sheets they are joined by month, and by channel where all of them tell it, as the engine joins them. Which sheet serves an input
depends on what is filled in, so the formulas ask a cell for it.

Formulas that join tables use one array of months down and one of channels across; SUMPRODUCT and MMULT make them work without
array entry in Excel 2013 and LibreOffice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from smm_xl.catalog.kpi import Field, Kpi, Total, fields_of
from smm_xl.catalog.registry import FIELDS_BY_KEY, KPIS
from smm_xl.engine import coverage as coverages
from smm_xl.engine.planner import Planner
from smm_xl.formula import Expr, Operation, OverRows
from smm_xl.workbook.schema import BY_PREFIX, DAYS, INPUT_SHEETS, SCALARS

ANYTHING = "<>§§"  # a criterion that every cell meets, blank ones too
NUMBER = ">-1E+300"  # one that every number meets, and nothing else
NO_CHANNEL = "§"  # stands where fewer channels are listed
_COST_PARTS = FIELDS_BY_KEY["total_cost"].derived[0].optional


class _Shape(NamedTuple):
    """A table as far as a plan depends on it."""

    fields: frozenset[str]
    dims: frozenset[str]


class Scope(NamedTuple):
    """For which months and channels totals are taken. All are references to cells.

    first, last: the months; the same cell twice for one month.
    months:      the months one below the other, -1 where there are fewer; the same cell for one month.
    days:        the days of these months.
    channel:     the cell of a channel, or of ANYTHING for all channels.
    channels, shares, ones: for all channels: their names in a row, 1 for each that takes part, and ones below each other; else "".
    all_take_part: for all channels: the cell that says whether every one does in every month, so that they need not be told apart.
    apart:       whether each channel stands in a column of its own, beside the others.
    """

    first: str
    last: str
    months: str
    days: str
    channel: str
    channels: str = ""
    shares: str = ""
    ones: str = ""
    all_take_part: str = ""
    apart: bool = False

    @property
    def together(self) -> Scope:
        """All channels without telling them apart."""
        return self._replace(channels="")

    @property
    def told_apart(self) -> Scope:
        """All channels, each in each month for itself."""
        return self._replace(apart=True)

    @property
    def is_of_all(self) -> bool:
        return bool(self.ones)

    @property
    def is_one_month(self) -> bool:
        return self.first == self.last


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
    def may_be_mixed(self) -> bool:
        return len(self.prefixes) > 1

    @property
    def meets_by_channel(self) -> bool:
        """Whether its sheets are joined by channel too: a figure of the whole site or of the calendar stands beside every channel."""
        return self.may_be_mixed and not any(FIELDS_BY_KEY[field].total.is_shared for field in self.fields)


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


def number_of(prefix: str) -> int:
    return [sheet.prefix for sheet in INPUT_SHEETS].index(prefix) + 1


# --- formulas -------------------------------------------------------------------------------------------------------


def _conditions(basis: Basis, prefix: str) -> str:
    """The criteria that the rows of a sheet have to meet to be complete."""
    known = BY_PREFIX[prefix].fields
    return "".join(f",{prefix}_{field},{criterion(field, prefix)}" for field in basis.fields if field in known and field != DAYS)


def _serves(fields: Sequence[str], prefix: str) -> str:
    """Whether a sheet serves one of some fields, as 1 or 0."""
    asked = [f"{source(field)}={number_of(prefix)}" for field in fields if field in BY_PREFIX[prefix].fields]
    return f"(({'+'.join(f'({one})' for one in asked)})>0)" if len(asked) > 1 else f"({asked[0]})"


def is_mixed(basis: Basis) -> str:
    """A formula: whether the inputs stand in different sheets."""
    if not basis.may_be_mixed:
        return "FALSE"  # there is nothing to add, and in Excel a logical is more than every number
    return "+".join(_serves(basis.fields, prefix) for prefix in basis.prefixes) + ">1"


def is_known(basis: Basis) -> str:
    """A formula: whether all needed inputs are in the data."""
    asked = [f"{source(field)}>0" for field in basis.fields if field not in basis.parts and field != DAYS]
    if basis.parts:
        asked.append(f"{'+'.join(source(field) for field in sorted(basis.parts))}>0")
    return f"AND({','.join(asked)})"


def tells_channels(basis: Basis) -> str:
    """A formula: whether all sheets that serve the basis tell channels, as 1 or 0."""
    return "*".join(f"(1-{_serves(basis.fields, prefix)}*(1-told_{prefix}))" for prefix in basis.prefixes)


def is_whole(basis: Basis, scope: Scope) -> str:
    """A formula: whether each channel and month that one of the sheets knows is known by all of them."""
    cells = {prefix: _over_months("COUNTIFS(", basis, prefix, scope.told_apart) for prefix in basis.prefixes}
    known = "*".join(f"(1-{_serves(basis.fields, prefix)}*({made}=0))" for prefix, made in cells.items())
    some = "+".join(f"{_serves(basis.fields, prefix)}*{made}" for prefix, made in cells.items())
    return f"IF({tells_channels(basis)}=1,SUMPRODUCT((({some})>0)*(1-{known}))=0,TRUE)"


def share(basis: Basis, scope: Scope, channel: str) -> str:
    """A formula: 1 where a channel is reported by all sheets that serve the basis and tell channels, else 0."""
    parts = []
    of_channels = [field for field in basis.fields if field != DAYS and FIELDS_BY_KEY[field].total is not Total.SITE]
    for prefix in basis.prefixes:
        if set(of_channels) & set(BY_PREFIX[prefix].fields):
            counted = f'COUNTIFS({prefix}_month,">="&{scope.first},{prefix}_month,"<="&{scope.last},{prefix}_channel,{channel}{_conditions(basis, prefix)})>0'
            parts.append(f"IF({_serves(of_channels, prefix)}*told_{prefix},{counted},TRUE)")
    return f"IF(AND({','.join(parts)}),1,0)"


def _over_months(call: str, basis: Basis, prefix: str, scope: Scope) -> str:
    """COUNTIFS or SUMIFS of complete rows of a sheet for each month of a scope, one below the other."""
    by_month = f"{prefix}_month,{scope.months}"
    conditions = _conditions(basis, prefix)
    if not scope.channels:
        channel = "" if scope.is_of_all else f",{prefix}_channel,{scope.channel}"
        return f"{call}{by_month}{channel}{conditions})"
    if scope.apart:
        return f"{call}{by_month},{prefix}_channel,{scope.channels}{conditions})"
    by_channel = f"MMULT({call}{by_month},{prefix}_channel,{scope.channels}{conditions})*{scope.shares},{scope.ones})"
    if prefix == "ch":
        return by_channel
    return f"(told_{prefix}*{by_channel}+(1-told_{prefix})*{call}{by_month}{conditions}))"


def _known_months(basis: Basis, scope: Scope) -> str:
    """1 for each month that all sheets know, 0 for others."""
    parts = []
    for prefix in basis.prefixes:
        known = f"({_over_months('COUNTIFS(', basis, prefix, scope)}>0)"
        parts.append(f"(1-{_serves(basis.fields, prefix)}*(1-{known}))" if basis.may_be_mixed else known)
    return "*".join(parts)


def _values(field: str, basis: Basis, scope: Scope, *, counted: bool = False) -> str:
    """The total of a field in each month of a scope; ``counted``: how many rows it comes from."""
    call = "COUNTIFS(" if counted else "SUMIFS({prefix}_{field},"
    parts = []
    for prefix in homes(field):
        made = _over_months(call.format(prefix=prefix, field=field), basis, prefix, scope)
        parts.append(f"({source(field)}={number_of(prefix)})*{made}" if len(homes(field)) > 1 else made)
    return f"({'+'.join(parts)})"


def _in_one(call: str, basis: Basis, prefix: str, scope: Scope) -> str:
    """COUNTIFS or SUMIFS of all complete rows of a scope."""
    month = f"{prefix}_month"
    span = f"{month},{scope.first}" if scope.is_one_month else f'{month},">="&{scope.first},{month},"<="&{scope.last}'
    channel = "" if scope.is_of_all else f",{prefix}_channel,{scope.channel}"
    return f"{call}{span}{channel}{_conditions(basis, prefix)})"


def count(basis: Basis, scope: Scope, known: str, mixed: str) -> str:
    """A formula: how many rows, or months where sheets are joined, know all of the basis; 0 means unknown.

    known, mixed: the cells with ``is_known`` and ``is_mixed``.
    """
    alone = _chosen(basis, [(prefix, _in_one("COUNTIFS(", basis, prefix, scope)) for prefix in basis.prefixes])
    if basis.may_be_mixed:
        alone = f"IF({mixed},{_joined(lambda scope: f'SUMPRODUCT({_known_months(basis, scope)}*1)', basis, scope)},{alone})"
    if not scope.is_of_all:
        known = f'AND({scope.channel}<>"{NO_CHANNEL}",{known})'
    if not scope.is_of_all and (untold := [prefix for prefix in basis.prefixes if prefix != "ch"]):
        # a sheet that tells no channels knows nothing of one channel
        known = f"AND({known},{','.join(f'{_serves(basis.fields, prefix)}*(1-told_{prefix})=0' for prefix in untold)})"
    return f"IF({known},{alone},0)"


def _joined(formula: Callable[[Scope], str], basis: Basis, scope: Scope) -> str:
    """A formula that joins sheets; over all channels it tells them apart only where one of them does not take part, which is slow."""
    if not scope.is_of_all:
        return formula(scope)
    told = f"IF({tells_channels(basis)}=1,{formula(scope.told_apart)},{formula(scope)})" if basis.meets_by_channel else formula(scope)
    return f"IF({scope.all_take_part},{formula(scope.together)},{told})"


def _chosen(basis: Basis, choices: Sequence[tuple[str, str]]) -> str:
    """The formula of the first sheet that serves the basis."""
    *others, (_, last) = choices
    for prefix, formula in reversed(others):
        last = f"IF({_serves(basis.fields, prefix)},{formula},{last})"
    return last


def term(given: Field, basis: Basis, scope: Scope, counted: str, mixed: str, block: str = "") -> str:
    """A formula: the total of a field over what knows the basis; "" where there is none.

    counted: the cell with ``count``. block: for a stock over all channels of several months, the cells of ``stock`` of each channel.
    """
    if given.key == DAYS:
        days = _joined(lambda scope: f"SUMPRODUCT({_known_months(basis, scope)}*{scope.days})", basis, scope)
        return f'IF({counted}=0,"",{days})'
    if given.total.is_stock and not (scope.is_one_month and scope.is_of_all):
        body = f"SUM({block})" if block else _stock(given, basis, scope, _known_months(basis, scope), scope)
    elif given.total is Total.SITE:

        def once(scope: Scope) -> str:
            rows = _values(given.key, basis, scope, counted=True)
            return f"SUMPRODUCT({_known_months(basis, scope)}*{_values(given.key, basis, scope)}/({rows}+({rows}=0)))"

        # visits of the site that differ between the rows of a month are a mistake in the data, not something to take a mean of
        differs = f'SUMIFS(ch_site_differs,ch_month,">="&{scope.first},ch_month,"<="&{scope.last})>0'
        body = f'IF({differs},"",{_joined(once, basis, scope)})'
    else:
        alone = _home_of(given.key, [(prefix, _in_one(f"SUMIFS({prefix}_{given.key},", basis, prefix, scope)) for prefix in homes(given.key)])
        joined = _joined(lambda scope: f"SUMPRODUCT({_known_months(basis, scope)}*{_values(given.key, basis, scope)})", basis, scope)
        body = f"IF({mixed},{joined},{alone})" if basis.may_be_mixed else alone
    if given.total is Total.UNIQUE:
        alone = _home_of(given.key, [(prefix, _in_one("COUNTIFS(", basis, prefix, scope)) for prefix in homes(given.key)])
        rows = _joined(lambda scope: f"SUMPRODUCT({_known_months(basis, scope)}*{_values(given.key, basis, scope, counted=True)})", basis, scope)
        return f'IF({f"IF({mixed},{rows},{alone})" if basis.may_be_mixed else alone}=1,IF({counted}=0,"",{body}),"")'
    return f'IF({counted}=0,"",{body})'


def _home_of(field: str, choices: Sequence[tuple[str, str]]) -> str:
    """The formula of the sheet that serves a field; 0 where none does."""
    made = "0"
    for prefix, formula in reversed(choices):
        made = f"IF({source(field)}={number_of(prefix)},{formula},{made})"
    return made


def stock(given: Field, basis: Basis, whole: Scope, channel: Scope, mixed: str, shared: str) -> str:
    """A formula: what a channel adds to the total of a stock over all channels.

    whole, channel: the scopes of all channels and of this one. shared: the cell with ``share`` of the channel.
    """
    alone = _stock(given, basis, channel, _known_months(basis, channel), channel)
    if not basis.may_be_mixed:
        return alone
    # where all sheets tell channels, the months of the others do not matter
    joined = _joined(lambda scope: alone if scope.apart else _stock(given, basis, scope, _known_months(basis, scope), channel), basis, whole)
    return f"IF({mixed},IF({shared}=0,0,{joined}),{alone})"


def _stock(given: Field, basis: Basis, scope: Scope, known: str, channel: Scope) -> str:
    """The value of a channel in the last (first) of the known months in which it reports."""
    (prefix,) = homes(given.key)
    reported = f"({_over_months('COUNTIFS(', basis, prefix, channel)}>0)"
    if given.total is Total.LAST:
        month = f"SUMPRODUCT(MAX({known}*{reported}*{scope.months}))"
    else:
        month = f"100000-SUMPRODUCT(MAX({known}*{reported}*(100000-{scope.months})))"
    return f"SUMIFS({prefix}_{given.key},{prefix}_month,{month},{prefix}_channel,{channel.channel}{_conditions(basis, prefix)})"


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


def covered(parts: Sequence[tuple[str, str]]) -> str:
    """A formula: the share of the least covered input; 1 where nothing is left out. parts: for each input the cells of its total and of its whole."""
    shares = [f"IF(ISNUMBER({total}),IF({all_}>0,{total}/{all_},1),1)" for total, all_ in parts]
    return f"MIN({','.join(shares)},1)"


# --- forecasts -------------------------------------------------------------------------------------------------------


def last_known(basis: Basis, scope: Scope, counted: str, mixed: str) -> str:
    """A formula: the last month of a scope that knows all of a basis; 0 for none. ``counted``, ``mixed``: as for ``term``."""
    alone = f"SUMPRODUCT(MAX({_known_months(basis, scope.together)}*{scope.months}))"
    if not basis.may_be_mixed:
        return f"IF({counted}=0,0,{alone})"
    joined = _joined(lambda scope: f"SUMPRODUCT(MAX({_known_months(basis, scope)}*{scope.months}))", basis, scope)
    return f"IF({counted}=0,0,IF({mixed},{joined},{alone}))"


def known_until(basis: Basis, latest: str, mixed: str) -> str:
    """A formula: the last day that the totals of a basis hold; "" where they are unknown. ``latest``: the cell with ``last_known``.

    A later row that leaves an input blank is a month that is not reported yet; else the figures hold to the day of the data.
    """
    reported = "MAX(" + ",".join(f"{_serves(basis.fields, prefix)}*a_{prefix}" for prefix in basis.prefixes) + ")"
    whole = "MAX(" + ",".join(f"{_serves(basis.fields, prefix)}*w_{prefix}" for prefix in basis.prefixes) + ")"
    end = f"EOMONTH({latest},0)"
    to_the_end = f"IF({mixed},{end},EOMONTH({whole},0))"
    return f'IF({latest}=0,"",IF({reported}>{latest},MIN({end},IF(ISNUMBER(s_as_of),s_as_of,{end})),IF(ISNUMBER(s_as_of),s_as_of,{to_the_end})))'


def forecast(given: Field, total: str, until: str) -> str:
    """A formula: the total of a field at the end of the chosen period: what grows goes on at its pace, a rate stays."""
    if given.total.stays:
        return f"{total}"
    ahead = f"{total}/({until}-p_first+1)*(p_end-p_first+1)" if given.total.grows else '""'
    return f'IF(AND(ISNUMBER({total}),ISNUMBER({until})),IF({until}>=p_end,{total},IF({until}<p_first,"",{ahead})),"")'


# --- the KPI itself -------------------------------------------------------------------------------------------------


def native(measure: Measure, cells: dict[str, str], undefined: str = '"—"') -> str:
    """The formula of a KPI over the cells of its totals and of Settings; it says where it is undefined, and hides no failure."""
    defaults = {argument.key: argument.default for argument in measure.kpi.arguments if isinstance(argument.default, int | float)}
    cells = {key: f"IF(ISNUMBER({cell}),{cell},{defaults[key]:g})" if key in SCALARS and key in defaults else cell for key, cell in cells.items()}
    spell = lambda name: cells[name.key]  # noqa: E731
    fields = [cells[name.key] for name in measure.formula.names()]
    made = measure.formula.excel(spell)
    for divisor in _divisors(measure.formula):
        made = f"IF({divisor.excel(spell)}=0,{undefined},{made})"
    for name in measure.formula.names():
        if isinstance(name, Field) and name.has_credits:  # more was given back than spent
            made = f"IF({cells[name.key]}<0,{undefined},{made})"
    return f"IF(COUNT({','.join(fields)})<{len(fields)},{undefined},{made})"


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
