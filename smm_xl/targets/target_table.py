"""A table of targets: its rows, and the target of a KPI for a period and a channel.

A target holds for exactly the period and channel of its row. That of a longer period, or of all channels, is brought together
from its parts where it is not set itself: what adds up is added, followers are those of the last month, and a ratio is the
quotient of the plans of its parts; never a mean. Where a part is missing the target is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from smm_xl.catalog import registry
from smm_xl.catalog.headers import recognised
from smm_xl.catalog.kpi import Dimension, Field, Kpi, Limits, Total, fields_of
from smm_xl.catalog.registry import KPIS, folded, spellings
from smm_xl.cells import cell as cells
from smm_xl.cells import dates
from smm_xl.cells import period as periods
from smm_xl.cells.block import Block
from smm_xl.cells.cell import NA, VALUE, CellError, unless_error
from smm_xl.cells.names import one_name
from smm_xl.cells.period import Period
from smm_xl.engine.totals import Cell, added_cells, checked_division
from smm_xl.errors import UnknownName
from smm_xl.formula import Expr, Operation
from smm_xl.language import Text

T = TypeVar("T")

COLUMNS = {
    "kpi": Text("KPI", "KPI"),
    "target": Text("target", "план"),
    "channel": Text("channel", "канал"),
    "period": Text("period", "период"),
    "weight": Text("weight", "вес"),
    "base": Text("base", "база"),
}
_ALIASES = {
    "kpi": ("key", "ключ", "показатель", "метрика", "metric", "indicator", "ключ kpi", "показатель kpi"),
    "target": ("plan", "goal", "цель", "целевое значение", "план на период"),
    "weight": ("вес kpi", "kpi weight"),
    "base": ("baseline", "база на старте", "значение на старте", "start value", "было"),
}
_COLUMN_OF = {folded(name): key for key, words in COLUMNS.items() for name in (key, *words, *_ALIASES.get(key, ()))}

# The KPI that is a field and nothing else: its target is the plan of that field
_PLANNED_BY = {kpi.formula.key: kpi for kpi in reversed(KPIS) if isinstance(kpi.formula, Field) and not kpi.bounds}


class TargetRow(NamedTuple):
    """One row: the name as it was typed, the KPI that it means (None: unknown); a cell that cannot be read is its error."""

    place: int
    typed: str
    kpi: Kpi | None
    target: Cell | None
    channel: str | None
    period: Period | None
    weight: Cell | None
    base: Cell | None


class Aim(NamedTuple):
    """A target, and the value at the start where there is one."""

    target: Cell
    base: Cell | None


class Region(NamedTuple):
    """What a target is for: a period (None: not told) and a channel, folded (None: all of them).

    is_part: whether it is a month or quarter of what was asked for. A target without a period is for what is asked for, and
    never for each part of it: whether 50 leads are meant for a month or for the quarter is not known.
    """

    period: Period | None
    channel: str | None
    is_part: bool = False


def columns_of(headers: Sequence[object]) -> dict[str, int]:
    """The place of each column of COLUMNS that a header row has. Raises CellError #VALUE! where one is there twice, or KPI or target is not."""
    found: dict[str, int] = {}
    for place, header in enumerate(headers):
        key = column_of(header)
        if key is not None and found.setdefault(key, place) != place:
            raise CellError(VALUE)
    if not {"kpi", "target"} <= set(found):
        raise CellError(VALUE)
    return found


def column_of(header: object) -> str | None:
    """The key of COLUMNS that a header means, in either language, or None."""
    if not isinstance(header, str):
        return None
    own = next((_COLUMN_OF[spelling] for spelling in spellings(header) if spelling in _COLUMN_OF), None)
    meant = recognised(header)
    if own is None and meant is not None and isinstance(meant[0], Dimension):
        own = {"channel": "channel", "period": "period", "date": "period"}.get(meant[0].key)
    return own


def rows_of(columns: Mapping[str, int], body: Iterable[Sequence[object]], number: Callable[[object], float | None] = Limits.ANY.read) -> list[TargetRow]:
    """The rows of a table of targets; wholly blank ones are left out. ``number``: what reads a number."""
    found = []
    for place, row in enumerate(body):
        given = {key: row[column] for key, column in columns.items()}
        if all(value is None or value == "" for value in given.values()):
            continue
        typed = _or_error(lambda value: cells.text(value) or "", given["kpi"]) or ""
        numbers = {key: _or_error(number, given.get(key)) for key in ("target", "weight", "base")}
        period, channel = _or_error(periods.parse_range, given.get("period")), _or_error(cells.text, given.get("channel"))
        if isinstance(period, str):  # which period is meant is not known: the error stands wherever the KPI is asked for
            numbers["target"], period = period, None
        found.append(TargetRow(place, typed, _kpi(typed), channel=channel, period=period, **numbers))
    return found


def _or_error(read: Callable[[object], T], value: object) -> T | str:
    try:
        return read(value)
    except CellError as error:
        return error.code


def _kpi(typed: str) -> Kpi | None:
    """The KPI of a name; None for an unknown one, and for one of two values, which has no target."""
    try:
        found = registry.kpi(typed)
    except UnknownName:
        return None
    return None if found.bounds else found


def table_of(block: Block) -> list[TargetRow]:
    """A block with a header row as rows of targets. Raises CellError #VALUE! where the columns are not those of targets."""
    return rows_of(columns_of(block[0]), block[1:])


@dataclass(frozen=True)
class Targets:
    """Targets by KPI, period and channel.

    rows:      those whose KPI is known.
    channels:  the channels of the facts, folded: all of them need a target where the target of all is brought together.
    selected:  whether these channels are only some of all, so that a target of all channels is not theirs.
    apart:     whether facts are asked for channel by channel, so that a target without a channel is that of all together.
    """

    rows: Sequence[TargetRow]
    channels: frozenset[str] = frozenset()
    selected: bool = False
    apart: bool = False
    _aims: dict[tuple[str, Region], Aim | None] = field(default_factory=dict)

    @property
    def tells_channels(self) -> bool:
        """Whether a row without a channel is about all channels; where no row names one, the targets are for whatever is asked for."""
        return self.apart or any(row.channel is not None for row in self.rows)

    def aim(self, kpi: Kpi, region: Region) -> Aim | None:
        """The target of a KPI, None where it is not set. A target that cannot be read, or is set twice, is its error."""
        key = (kpi.key, region)
        if key not in self._aims:
            self._aims[key] = self._found(kpi, region)
        return self._aims[key]

    def weight(self, kpi: Kpi, region: Region) -> Cell | None:
        """The weight of a KPI in a score, None where it has none; #N/A where the parts of the period have different ones."""
        rows = [row for row in self.rows if row.kpi is kpi and row.weight is not None and self._within(row, region)]
        own = [row for row in rows if self._stands_for(row, region.channel)]
        exact = [row for row in own if row.period is not None and _same(row.period, region.period)]
        standing = [row for row in own if row.period is None]
        weights = {row.weight for row in exact or standing or rows}
        return None if not weights else weights.pop() if len(weights) == 1 else NA

    # --- which rows ---

    def _stands_for(self, row: TargetRow, channel: str | None) -> bool:
        if not self.tells_channels:
            return True
        if channel is None:
            return row.channel is None and not self.selected
        return row.channel is not None and one_name(row.channel) == channel

    def _within(self, row: TargetRow, region: Region) -> bool:
        """Whether a row is about a part of a region, or all of it."""
        if row.period is not None and (region.period is None or not (region.period.first <= row.period.first and row.period.last <= region.period.last)):
            return False
        if self._stands_for(row, region.channel):
            return True
        return region.channel is None and row.channel is not None and (not self.selected or one_name(row.channel) in self.channels)

    def _found(self, kpi: Kpi, region: Region) -> Aim | None:
        rows = [row for row in self.rows if row.kpi is kpi and row.target is not None and self._within(row, region)]
        own = [row for row in rows if self._stands_for(row, region.channel)]
        if exact := [row for row in own if row.period is not None and _same(row.period, region.period)]:
            return _the_one(exact)
        standing = [row for row in own if row.period is None]
        if standing and len(standing) == len(own) and not region.is_part:  # months that are set come before a target without a period
            return _the_one(standing)
        for parts, in_time in self._splits(region):
            if (found := self._combined(kpi, region, parts, in_time=in_time)) is not None:
                return found
        return None

    def _splits(self, region: Region) -> Iterable[tuple[list[Region], bool]]:
        """The parts of a region: its quarters or months, in order of time; or its channels."""
        for grain in ("quarter", "month"):
            inner = _split(region.period, grain)
            if len(inner) > 1:
                yield [Region(part, region.channel, True) for part in inner], True
        if region.channel is None and self.tells_channels:
            of_targets = frozenset() if self.selected else frozenset(one_name(row.channel) for row in self.rows if row.channel is not None)
            yield [region._replace(channel=channel) for channel in sorted(self.channels | of_targets)], False

    # --- targets of parts, brought together ---

    def _combined(self, kpi: Kpi, region: Region, parts: Sequence[Region], *, in_time: bool) -> Aim | None:
        aims = [self.aim(kpi, part) for part in parts]
        known = [aim for aim in aims if aim is not None]
        if kpi.formula.divides():
            target = self._quotient(kpi, region, parts)
            return None if target is None else Aim(target, NA if any(aim.base is not None for aim in known) else None)
        how = kpi.formula.total if isinstance(kpi.formula, Field) else None
        if len(known) < len(aims) or how is None or not (how.grows or how is Total.LAST):
            return None
        targets, bases = [aim.target for aim in known], [aim.base for aim in known]
        some_base = any(base is not None for base in bases)
        if how is Total.LAST and in_time:
            return Aim(targets[-1], bases[0])
        return Aim(added_cells(targets), added_cells([NA if base is None else base for base in bases]) if some_base else None)

    def _quotient(self, kpi: Kpi, region: Region, parts: Sequence[Region]) -> Cell | None:
        """The target of a ratio from the plans of its parts; a part without a plan follows from the ratios that are set for parts of the region."""
        planned = self._planned(kpi.formula, region)
        if planned is not None:
            return planned
        formula = kpi.formula
        if not isinstance(formula, Operation) or formula.symbol != "/" or not all(map(_adds_up, (formula.left, formula.right))):
            return None
        sums: tuple[list[Cell], list[Cell]] = [], []
        for part in parts:
            aim = self.aim(kpi, part)
            above, below = self._planned(formula.left, part), self._planned(formula.right, part)
            if aim is None or (above is None and below is None):
                return None
            if above is None and below is not None:
                above = unless_error(lambda ratio, below: ratio * below, aim.target, below)
            elif below is None and above is not None:
                below = unless_error(lambda ratio, above: checked_division(above, ratio), aim.target, above)
            assert above is not None
            assert below is not None
            sums[0].append(above)
            sums[1].append(below)
        quotient: Cell = unless_error(checked_division, added_cells(sums[0]), added_cells(sums[1]))
        return quotient

    def _planned(self, formula: Expr, region: Region) -> Cell | None:
        """A formula over the plans of its fields, None where one of them has none."""
        plans: dict[str, Cell] = {}
        for given in fields_of(formula):
            kpi = _PLANNED_BY.get(given.key)
            aim = None if kpi is None else self.aim(kpi, region)
            if aim is None:
                return None
            plans[given.key] = aim.target
        planned: Cell = unless_error(lambda *values: formula.evaluate(dict(zip(plans, values, strict=True)), checked_division), *plans.values())
        return planned


def _adds_up(formula: Expr) -> bool:
    """Whether a formula may be added over months and channels."""
    return not formula.divides() and all(part.total.grows for part in fields_of(formula))


def _same(period: Period, other: Period | None) -> bool:
    return other is not None and period[:2] == other[:2]


def _the_one(rows: Sequence[TargetRow]) -> Aim:
    """The target of rows for the same; #VALUE! where they differ."""
    different = {(row.target, row.base) for row in rows}
    if len(different) > 1:
        return Aim(VALUE, None)
    (row, *_) = rows
    assert row.target is not None
    return Aim(row.target, row.base)


def _split(period: Period | None, grain: str) -> list[Period]:
    """The months or quarters that make up a period, in order; none where it is not made of whole ones."""
    if period is None:
        return []
    found, day = [], period.first
    while day <= period.last:
        part = periods.around(day, grain)
        if part.first != day or part.last > period.last:
            return []
        found.append(part)
        if part.last >= dates.LAST_DAY:
            break
        day = part.last + 1
    return found
