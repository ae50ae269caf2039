"""KPIs over clean tables, in exact fractions and in the plainest way: read the rules, loop over the rows.

Written from the contract (kpi.csv, inputs.md, cells.md), never from smm_xl, which it must not import. Values are Fractions in the unit of
the KPI (money in the data's currency, shares as fractions, hours); unknown and undefined are None in tables, an error code in functions.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from statistics import NormalDist

Cell = Fraction | str | None
Row = Mapping[str, Cell]
Group = tuple[str, ...]
Totals = Mapping[str, Fraction]

DIMENSIONS = ("date", "month", "channel", "campaign", "post", "currency")
NAMES = ("channel", "campaign")
UNKNOWN_WORDS = ("", "-", "--", "—", "NULL", "N/A", "#N/A", "н/д", "(not set)")
UNKNOWN = ""  # the group of rows whose name is one of the unknown words

ADDED = (
    *("spend", "labour_cost", "content_cost", "tools_cost", "revenue", "gross_profit", "budget"),
    *("impressions", "views", "clicks", "visits", "likes", "comments", "reposts", "saves", "engagements"),
    *("leads", "conversions", "customers", "orders", "new_followers", "unfollows"),
    *("posts", "posts_planned", "hours", "answered", "incoming", "post_reach", "social_visits"),
)
STOCKS = {"followers_end": -1, "followers_start": 0}  # which of the known values in time: the last, the first
SITE = "all_visits"  # one site: the same number beside each channel of a day, taken once
UNIQUE = "reach"
FROM_CRM = ("leads", "conversions", "customers", "orders", "revenue")  # who saw them counts, not who claims them


@dataclass(frozen=True)
class Table:
    """Clean rows. ``kind``: ads (cabinets, channels), crm, posts, effort. ``columns``: the headers that it has, known cells or not.

    ``cabinet`` is the same text for files of one cabinet; rows of such files that are known again count once.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    cabinet: str = ""


@dataclass(frozen=True)
class Kpi:
    """One formula: the inputs that it needs and what it makes of their totals. ZeroDivisionError means #DIV/0!."""

    needs: tuple[str, ...]
    formula: Callable[[Totals], Fraction]


def _sum_of(name: str) -> Kpi:
    return Kpi((name,), lambda t: t[name])


def _ratio(above: str, *below: str, times: int = 1) -> Kpi:
    def formula(t: Totals) -> Fraction:
        result = t[above] * times
        for name in below:
            result /= t[name]
        return result

    return Kpi((above, *below), formula)


KPIS: dict[str, Kpi] = {
    "followers": _sum_of("followers_end"),
    "new_followers": _sum_of("new_followers"),
    "unfollows": _sum_of("unfollows"),
    "net_followers": Kpi(("net_followers",), lambda t: t["net_followers"]),
    "growth_rate": _ratio("new_followers", "followers_end"),
    "net_growth_rate": Kpi(("followers_start", "followers_end"), lambda t: (t["followers_end"] - t["followers_start"]) / t["followers_start"]),
    "churn_rate": _ratio("unfollows", "followers_start"),
    "total_views": _sum_of("views"),
    "impressions": _sum_of("impressions"),
    "reach": _sum_of("reach"),
    "reach_rate": _ratio("reach", "followers_end"),
    "avg_reach": _ratio("post_reach", "posts"),
    "frequency": _ratio("impressions", "reach"),
    "engagements": _sum_of("engagements"),
    "likes": _sum_of("likes"),
    "comments": _sum_of("comments"),
    "reposts": _sum_of("reposts"),
    "saves": _sum_of("saves"),
    "er": _ratio("engagements", "followers_end"),
    "err": _ratio("engagements", "post_reach"),
    "er_views": _ratio("engagements", "views"),
    "er_post": _ratio("engagements", "followers_end", "posts"),
    "er_day": _ratio("engagements", "followers_end", "days"),
    "view_rate": _ratio("views", "posts", "followers_end"),
    "love_rate": _ratio("likes", "followers_end"),
    "talk_rate": _ratio("comments", "followers_end"),
    "amplification": _ratio("reposts", "followers_end"),
    "virality": _ratio("reposts", "impressions"),
    "save_rate": _ratio("saves", "post_reach"),
    "engagements_per_post": _ratio("engagements", "posts"),
    "clicks": _sum_of("clicks"),
    "visits": _sum_of("visits"),
    "ctr": _ratio("clicks", "impressions"),
    "traffic_share": _ratio("social_visits", "all_visits"),
    "leads": _sum_of("leads"),
    "conversions": _sum_of("conversions"),
    "customers": _sum_of("customers"),
    "orders": _sum_of("orders"),
    "revenue": _sum_of("revenue"),
    "conversion_rate": _ratio("conversions", "visits"),
    "cr_click_lead": _ratio("leads", "clicks"),
    "cr_lead_customer": _ratio("customers", "leads"),
    "cr_click_customer": _ratio("customers", "clicks"),
    "aov": _ratio("revenue", "orders"),
    "ltv": Kpi(("aov", "orders_per_customer", "margin"), lambda t: t["aov"] * t["orders_per_customer"] * t["margin"]),
    "spend": _sum_of("spend"),
    "total_cost": _sum_of("total_cost"),
    "budget_use": _ratio("spend", "budget"),
    "cpm": _ratio("spend", "impressions", times=1000),
    "cpc": _ratio("spend", "clicks"),
    "cpl": _ratio("spend", "leads"),
    "cpa": _ratio("spend", "conversions"),
    "cac": _ratio("spend", "customers"),
    "cac_full": _ratio("total_cost", "customers"),
    "cpe": _ratio("spend", "engagements"),
    "cpv": _ratio("spend", "views"),
    "cpf": _ratio("spend", "new_followers"),
    "cost_per_post": _ratio("total_cost", "posts"),
    "roi": Kpi(("gross_profit", "total_cost"), lambda t: (t["gross_profit"] - t["total_cost"]) / t["total_cost"]),
    "romi": Kpi(("revenue_by_margin", "spend"), lambda t: (t["revenue_by_margin"] - t["spend"]) / t["spend"]),
    "roas": _ratio("revenue", "spend"),
    "drr": _ratio("spend", "revenue"),
    "ltv_cac": _ratio("ltv", "cac"),
    "hours": _sum_of("hours"),
    "labour_cost": _sum_of("labour_cost"),
    "posts": _sum_of("posts"),
    "plan_done": _ratio("posts", "posts_planned"),
    "hours_per_post": _ratio("hours", "posts"),
    "hours_per_lead": _ratio("hours", "leads"),
    "engagements_per_hour": _ratio("engagements", "hours"),
    "response_rate": _ratio("answered", "incoming"),
}
# In tables the contract does not say how days, orders_per_customer or a margin over several rows of LTV are taken.
ONLY_FUNCTIONS = ("er_day", "ltv", "ltv_cac")
MONEY = ("revenue", "aov", "spend", "total_cost", "cpm", "cpc", "cpl", "cpa", "cac", "cac_full", "cpe", "cpv", "cpf", "cost_per_post", "labour_cost")


# --- names -----------------------------------------------------------------------------------------------------------------------------


def trimmed(name: str) -> str:
    return re.sub(r"\s+", " ", name).strip()


def folded(name: str) -> str:
    """What two spellings of one channel or campaign have in common; the unknown group for the unknown words."""
    if trimmed(name) in UNKNOWN_WORDS:
        return UNKNOWN
    return trimmed(unicodedata.normalize("NFKC", name)).casefold()


def shown(spellings: Iterable[str]) -> set[str]:
    """The names that may be shown for one group: the most frequent spelling, then the first by code points.

    The contract leaves open whether a spelling is told after NFKC, so there may be two.
    """

    def first(names: Iterable[str]) -> str:
        counts = Counter(names)
        return min(counts, key=lambda name: (-counts[name], name))

    told = list(spellings)
    return {first(trimmed(name) for name in told), first(trimmed(unicodedata.normalize("NFKC", name)) for name in told)}


def group_of(row: Row, by: Sequence[str]) -> Group:
    return tuple(_place(row, dimension) for dimension in by)


def _place(row: Row, dimension: str) -> str:
    if dimension == "month":
        return month_of(row)
    told = str(row.get(dimension) or "")
    if dimension in NAMES:
        return folded(told)
    return UNKNOWN if told in UNKNOWN_WORDS else told


def month_of(row: Row) -> str:
    return str(row.get("month") or str(row.get("date") or "")[:7])


# --- total rows ------------------------------------------------------------------------------------------------------------------------

WORDS = (
    *("total", "totals", "grand total", "subtotal", "overall", "sum", "average", "итого", "итог", "итоги", "общий итог"),
    *("промежуточный итог", "всего", "сумма", "среднее", "gesamt", "summe", "total général", "totale", "totales"),
)
BEGINNINGS = re.compile(r"(total of|total:|results from \d+|итого по|итого за|всего по|всего за)(\W|$)")
NAMED_TOTAL = re.compile(r"(.+) (total|итог)")


def without_totals(rows: Sequence[Row], dimensions: Sequence[str], inputs: Sequence[str]) -> list[Row]:
    """The rows that are no totals: by words, as ``X Total`` below the rows of X, and by arithmetic (first or last, without any name)."""
    kept: list[Row] = []
    for row in rows:
        names = [trimmed(str(row.get(name) or "")) for name in dimensions]
        told = [name.casefold() for name in names if name]
        if told and _by_words(told, rows, row, dimensions, inputs):
            continue
        if len(told) >= 1 and (match := NAMED_TOTAL.fullmatch(told[0])):
            own = [above for above in kept if match[1] in [folded(str(above.get(name) or "")) for name in dimensions]]
            if own and _agree(row, own, inputs):
                continue
        kept.append(row)
    for at in (0, -1):
        if len(kept) >= 3 and not any(kept[at].get(name) for name in dimensions):
            others = kept[1:] if at == 0 else kept[:-1]
            if _agree(kept[at], others, inputs) and sum(1 for name in inputs if kept[at].get(name)) >= 2:
                kept = others
    return kept


def _by_words(told: list[str], rows: Sequence[Row], row: Row, dimensions: Sequence[str], inputs: Sequence[str]) -> bool:
    if not (told[0] in WORDS or BEGINNINGS.match(told[0])):
        return False
    if len(told) == 1:
        return True
    others = [other for other in rows if other is not row and not any(str(other.get(name) or "").casefold() in WORDS for name in dimensions)]
    return _agree(row, others, inputs)


def _agree(row: Row, others: Sequence[Row], inputs: Sequence[str]) -> bool:
    """Whether every amount that the row holds is the sum of the others, to a cent."""
    compared = 0
    for name in inputs:
        found = row.get(name)
        if isinstance(found, Fraction):
            compared += 1
            if abs(sum((value for other in others if isinstance(value := other.get(name), Fraction)), Fraction()) - found) > Fraction(1, 100):
                return False
    return compared > 0


# --- from tables to sources ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Source:
    """Tables that count as one: its rows and the inputs that it has a column for."""

    columns: frozenset[str]
    rows: tuple[Row, ...]


def sources_of(tables: Sequence[Table]) -> dict[str, Source]:
    """Cabinets brought together, posts counted once, each other kind a source of its own."""
    made: dict[str, Source] = {}
    for kind in dict.fromkeys(table.kind for table in tables):
        these = [table for table in tables if table.kind == kind]
        columns = frozenset(name for table in these for name in table.columns)
        if kind == "posts":
            made[kind] = _posts(these, columns)
            continue
        rows: list[Row] = []
        for cabinet in dict.fromkeys(table.cabinet or table.name for table in these):
            rows += _known_once([_with_saves(table, columns) for table in these if (table.cabinet or table.name) == cabinet])
        made[kind] = Source(columns, tuple(rows))
    return made


def _with_saves(table: Table, columns: frozenset[str]) -> list[Row]:
    """Saves count 0 where a platform does not report them; any other column that a table lacks stays unknown there."""
    lacks = "saves" in columns and "saves" not in table.columns
    return [{**row, "saves": Fraction(0)} if lacks else row for row in table.rows]


def _known_once(files: Sequence[Sequence[Row]]) -> list[Row]:
    """A row with the same days, names and figures counts as often as in the file that has it most often."""
    rows: list[Row] = []
    counted: Counter[tuple[tuple[str, Cell], ...]] = Counter()
    for file in files:
        here: Counter[tuple[tuple[str, Cell], ...]] = Counter()
        for row in file:
            key = tuple(sorted((name, value) for name, value in row.items() if value is not None))
            here[key] += 1
            if here[key] > counted[key]:
                counted[key] += 1
                rows.append(row)
    return rows


def _posts(tables: Sequence[Table], columns: frozenset[str]) -> Source:
    """One row a post (channel, id, publish date): of the table that reaches further, else the later row."""
    order = sorted(tables, key=lambda table: max((str(row.get("date") or "") for row in table.rows), default=""))
    counted: dict[tuple[str, str, str], Row] = {}
    for table in order:
        for row in table.rows:
            counted[(_place(row, "channel"), str(row["post"]), str(row.get("date") or ""))] = row
    alone = "posts" not in columns
    rows = []
    for row in counted.values():
        own = {name: value for name, value in row.items() if name != "reach"}
        if "reach" in columns:
            own["post_reach"] = row.get("reach")
        rows.append({**own, "posts": Fraction(1)} if alone else own)
    renamed = {"post_reach" if name == "reach" else name for name in columns}
    return Source(frozenset(renamed | {"posts"}), tuple(rows))


# --- inputs ----------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """Inputs of one source that are multiplied row by row, then totalled in the way of the first of them."""

    source: str
    leaves: tuple[str, ...]
    sign: int = 1


def _holder(name: str, sources: Mapping[str, Source]) -> str | None:
    """The source that counts for an input: for results the one that saw them, else ads, posts, effort."""
    order = ("crm", "ads", "posts", "effort") if name in FROM_CRM else ("ads", "posts", "effort", "crm")
    return next((kind for kind in order if kind in sources and name in sources[kind].columns), None)


def _product(names: tuple[str, ...], sources: Mapping[str, Source]) -> list[Term] | None:
    holders = {_holder(name, sources) for name in names}
    found = holders.pop()
    return None if found is None or holders else [Term(found, names)]


def terms_of(name: str, sources: Mapping[str, Source]) -> list[Term] | None:
    """How an input is had from the data, None where it cannot be had. A column that is given wins over its parts."""
    if name == "revenue_by_margin":
        return terms_of("revenue", sources) if _holder("margin", sources) is None else _product(("revenue", "margin"), sources)
    if (found := _holder(name, sources)) is not None:
        return [Term(found, (name,))]
    if name == "engagements":
        return _added([terms_of(part, sources) for part in ("likes", "comments", "reposts")], [terms_of("saves", sources)])
    if name == "labour_cost":
        return _product(("hours", "hourly_rate"), sources)
    if name == "total_cost":
        parts = [terms_of(part, sources) for part in ("spend", "labour_cost", "content_cost", "tools_cost")]  # each counts 0 where it is nowhere
        return _added([], parts) if any(part is not None for part in parts) else None
    if name == "gross_profit":
        return _product(("revenue", "margin"), sources)
    if name == "social_visits":
        return terms_of("visits", sources) or terms_of("clicks", sources)
    if name == "net_followers":
        return _less("new_followers", "unfollows", sources) or _less("followers_end", "followers_start", sources)
    return None


def _added(needed: Sequence[list[Term] | None], optional: Sequence[list[Term] | None]) -> list[Term] | None:
    if any(part is None for part in needed):
        return None
    return [term for part in (*needed, *optional) for term in part or []]


def _less(above: str, below: str, sources: Mapping[str, Source]) -> list[Term] | None:
    first, second = terms_of(above, sources), terms_of(below, sources)
    if first is None or second is None:
        return None
    return [*first, *(Term(term.source, term.leaves, -term.sign) for term in second)]


def _total(term: Term, rows: Sequence[Row]) -> Fraction | None:
    """The total of a term over rows that all know its leaves."""
    if not rows:
        return None
    name = term.leaves[0]
    if name == UNIQUE:
        return _number(rows[0][name]) * term.sign if len(rows) == 1 else None
    if name == SITE:
        once = {(str(row.get("date") or row.get("month") or "")): _number(row[name]) for row in rows}
        return sum(once.values(), Fraction()) * term.sign
    if name in STOCKS:
        ordered = sorted(rows, key=lambda row: str(row.get("date") or row.get("month") or ""), reverse=STOCKS[name] == 0)
        last = {group_of(row, ("channel",)): _number(row[name]) for row in ordered}
        return sum(last.values(), Fraction()) * term.sign
    return sum((math.prod((_number(row[leaf]) for leaf in term.leaves), start=Fraction(1)) for row in rows), Fraction()) * term.sign


def _number(value: Cell) -> Fraction:
    assert isinstance(value, Fraction)
    return value


def _complete(rows: Iterable[Row], leaves: Iterable[str]) -> list[Row]:
    names = tuple(leaves)
    return [row for row in rows if all(row.get(name) is not None for name in names)]


# --- KPIs ------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """KPIs by group, those over all rows, and the names that each group may be shown under."""

    rows: Mapping[Group, Mapping[str, Fraction | None]]
    total: Mapping[str, Fraction | None]
    names: Mapping[Group, tuple[set[str], ...]] = field(default_factory=dict)
    covered: Mapping[str, Fraction] = field(default_factory=dict)  # KPIs of the total that rest on less than enough
    late: frozenset[str] = frozenset()  # and those of which a table ends earlier


@dataclass(frozen=True)
class Counted:
    """What a KPI is worked out from: its terms, and the rows of each source that count, cell by cell of the grid."""

    terms: tuple[tuple[str, Term], ...]
    cells: tuple[Mapping[str, Sequence[Row]], ...]


def counted(key: str, sources: Mapping[str, Source]) -> Counted | None:
    """None where an input is nowhere."""
    plans = {name: terms_of(name, sources) for name in KPIS[key].needs}
    if any(plan is None for plan in plans.values()):
        return None
    terms = tuple((name, term) for name, plan in plans.items() for term in plan or [])
    needed: dict[str, set[str]] = {}
    for _, term in terms:
        needed.setdefault(term.source, set()).update(term.leaves)
    complete = {kind: _complete(sources[kind].rows, leaves) for kind, leaves in needed.items()}
    if len(needed) == 1:
        return Counted(terms, (complete,))
    # the grid: by month, and by channel where all of the tables tell it
    axes = ("month", "channel") if all("channel" in sources[kind].columns for kind in needed) else ("month",)
    places = {group_of(row, axes) for rows in complete.values() for row in rows}
    cells = [{kind: [row for row in rows if group_of(row, axes) == place] for kind, rows in complete.items()} for place in sorted(places)]
    return Counted(terms, tuple(cell for cell in cells if all(cell.values())))  # a cell in which one is unknown leaves all the sums


def kpi_over(key: str, sources: Mapping[str, Source]) -> Fraction | None:
    """One KPI over all rows of the sources, None where it is unknown or undefined."""
    found = counted(key, sources)
    if found is None or not found.cells:
        return None
    totals = dict.fromkeys(KPIS[key].needs, Fraction())
    spent = Fraction()
    for cell in found.cells:
        for name, term in found.terms:
            part = _total(term, cell[term.source])
            if part is None:
                return None
            totals[name] += part
            spent += part if term.leaves == ("spend",) else 0
    if spent < 0:  # more was given back than spent
        return None
    try:
        return KPIS[key].formula(totals)
    except ZeroDivisionError:
        return None


# --- what a figure rests on ------------------------------------------------------------------------------------------------------------

COSTS = ("spend", "labour_cost", "content_cost", "tools_cost", "total_cost")
ENOUGH = Fraction(95, 100)


def coverage(key: str, sources: Mapping[str, Source]) -> Fraction:
    """The share of the cost, or of the least covered amount, that counts; inputs.md 5."""
    found = counted(key, sources)
    assert found is not None
    leaves = {(term.source, leaf) for _, term in found.terms for leaf in term.leaves if leaf in ADDED}
    weighed = {(kind, leaf) for kind, leaf in leaves if leaf in COSTS} or leaves
    shares = [Fraction(1)]
    for kind, leaf in weighed:
        whole = sum((abs(value) for row in sources[kind].rows if isinstance(value := row.get(leaf), Fraction)), Fraction())
        part = sum((abs(_number(row[leaf])) for cell in found.cells for row in cell[kind]), Fraction())
        shares.append(part / whole if whole else Fraction(1))
    return min(shares)


def lags(key: str, sources: Mapping[str, Source]) -> bool:
    """Whether two tables of days that a KPI needs end on days of one month that are further apart than the shorter one is ever silent; inputs.md 2."""
    found = counted(key, sources)
    assert found is not None
    kinds = {term.source for _, term in found.terms}
    days = {kind: sorted({dt.date.fromisoformat(str(row["date"])) for row in sources[kind].rows}) for kind in kinds if "date" in sources[kind].columns}
    for shorter in days.values():
        for longer in days.values():
            end = shorter[-1]
            until = max((day for day in longer if (day.year, day.month) == (end.year, end.month)), default=end)
            if longer[-1] > until:  # it goes on in the next month
                until = (end.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
            gaps = [(later - day).days for day, later in pairwise(shorter)]
            if (until - end).days >= 3 and (until - end).days > max(gaps, default=0):
                return True
    return False


def report(tables: Sequence[Table], by: Sequence[str] = (), where: Mapping[str, str] | None = None, period: str = "") -> Report:
    """All KPIs of the tables by groups. ``where``: dimension and the name to keep. ``period``: a month, yyyy-mm."""
    sources = sources_of(tables)
    wanted = {dimension: group_of({dimension: name}, (dimension,)) for dimension, name in (where or {}).items()}
    kept = {
        kind: Source(
            source.columns,
            tuple(row for row in source.rows if all(group_of(row, (d,)) == name for d, name in wanted.items()) and (not period or month_of(row) == period)),
        )
        for kind, source in sources.items()
    }
    places = {group_of(row, by) for source in kept.values() for row in source.rows} if by else set()
    keys = [key for key in KPIS if key not in ONLY_FUNCTIONS]
    found = {
        place: {
            key: kpi_over(key, {kind: Source(s.columns, tuple(row for row in s.rows if group_of(row, by) == place)) for kind, s in kept.items()})
            for key in keys
        }
        for place in sorted(places)
    }
    every = [row for table in tables for row in table.rows]
    names = {place: tuple(_names(every, dimension, name) for dimension, name in zip(by, place, strict=True)) for place in places}
    total = {key: kpi_over(key, kept) for key in keys}
    shares = {key: coverage(key, kept) for key, value in total.items() if value is not None}
    late = frozenset(key for key, value in total.items() if value is not None and not period and not where and lags(key, kept))
    return Report(found, total, names, {key: share for key, share in shares.items() if share < ENOUGH}, late)


def _names(rows: Sequence[Row], dimension: str, name: str) -> set[str]:
    if dimension not in NAMES or name == UNKNOWN:
        return {name}
    return shown(str(row[dimension]) for row in rows if row.get(dimension) is not None and folded(str(row[dimension])) == name)


# --- plain functions on ranges ---------------------------------------------------------------------------------------------------------

NA, DIV0, NUM = "#N/A", "#DIV/0!", "#NUM!"
Range = Sequence[Fraction | None]
FUNCTIONS: dict[str, tuple[str, ...]] = {  # key of the KPI: its arguments in the order of kpi.csv; [x] is optional
    **{key: kpi.needs for key, kpi in KPIS.items() if len(kpi.needs) > 1 and key != "traffic_share"},
    "net_followers": ("new_followers", "unfollows"),
    "total_views": ("views",),
    "reach": ("reach",),
    "reach_bounds": ("reach", "[impressions]"),
    "engagements": ("likes", "comments", "reposts", "[saves]"),
    "view_rate": ("views", "posts", "followers_end"),
    "traffic_share": ("social_visits", "all_visits"),
    "total_cost": ("spend", "[labour_cost]", "[content_cost]", "[tools_cost]"),
    "romi": ("revenue", "spend", "[margin]"),
    "labour_cost": ("hours", "hourly_rate"),
}
NOT_TOTALLED = ("followers_end", "followers_start", "reach", "all_visits", "days", "margin", "orders_per_customer", "ltv", "cac", "aov")
SIGNED = ("revenue", "gross_profit", "aov", "ltv")  # may be below zero; new followers only where a profile gives them net


def function(key: str, ranges: Sequence[Range | None]) -> list[Fraction] | str:
    """A KPI of ranges of one length (a range of one value is a single cell): its value (two of reach_bounds), or the error code shown.

    None for an optional argument that is left out.
    """
    names = [name.strip("[]") for name in FUNCTIONS[key]]
    optional = {name.strip("[]") for name in FUNCTIONS[key] if name.startswith("[")}
    given = {name: values for name, values in zip(names, ranges, strict=False) if values is not None}
    for name, values in given.items():
        known = [value for value in values if value is not None]
        if any(value < 0 for value in known) and name not in SIGNED and (name != "spend" or len(values) == 1):
            return NUM
    size = max(len(values) for values in given.values())
    counting = {
        n: v for n, v in given.items() if not (n in optional and n not in ("margin", "impressions") and len(v) > 1 and all(value is None for value in v))
    }
    for name, values in counting.items():
        if name in NOT_TOTALLED and key != "reach_bounds" and sum(value is not None for value in values) > 1:
            return NA
    spread = {name: values if len(values) == size else [values[0]] * size for name, values in counting.items()}
    complete = [at for at in range(size) if all(values[at] is not None for values in spread.values())]
    if not complete:
        return NA
    columns = {name: [_number(values[at]) for at in complete] for name, values in spread.items()}
    # a single cell beside ranges counts once, as it is
    totals = {name: sum(values, Fraction()) if len(given[name]) == size and size > 1 else values[0] for name, values in columns.items()}
    if any(totals.get(name, Fraction()) < 0 for name in ("spend", "total_cost")):
        return NUM
    try:
        return _function(key, columns, totals)
    except ZeroDivisionError:
        return DIV0


def _function(key: str, columns: Mapping[str, Sequence[Fraction]], totals: dict[str, Fraction]) -> list[Fraction]:
    if key == "reach_bounds":
        sums = [totals[name] for name in ("reach", "impressions") if name in totals]
        return [max(columns["reach"]), min(sums)]
    if key == "labour_cost":
        return [sum((hours * rate for hours, rate in zip(columns["hours"], columns["hourly_rate"], strict=True)), Fraction())]
    if key == "romi":
        return [(totals["revenue"] * totals.get("margin", Fraction(1)) - totals["spend"]) / totals["spend"]]
    if key == "net_followers":
        return [totals["new_followers"] - totals["unfollows"]]
    if key in ("engagements", "total_cost", "total_views", "reach"):
        return [sum(totals.values(), Fraction())]
    return [KPIS[key].formula(totals)]


# --- goals and statistics --------------------------------------------------------------------------------------------------------------


def attainment(fact: Fraction, target: Fraction, better: str = "higher", method: str = "ratio", baseline: Fraction | None = None) -> Fraction | str:
    """The share of the target that is reached, targets.md; an error code where it is undefined."""
    if baseline is not None:
        if target == baseline:
            return DIV0
        if better != "neutral" and (target < baseline) != (better == "lower"):
            return NUM
        return (fact - baseline) / (target - baseline)
    if target < 0:
        return NUM
    if better == "lower" and method == "mirror" and target != 0:
        return max(Fraction(0), 2 - fact / target)
    if target == 0 or (fact == 0 and better == "lower"):
        return Fraction(int(fact <= target if better == "lower" else fact >= target))
    return target / fact if better == "lower" else fact / target


def score(attainments: Sequence[Fraction | None], weights: Sequence[Fraction], cap: Fraction = Fraction(6, 5), floor: Fraction = Fraction(0)) -> Fraction | str:
    """The weighted score over the known attainments."""
    known = [(min(max(a, floor), cap), w) for a, w in zip(attainments, weights, strict=True) if a is not None]
    weight = sum((w for _, w in known), Fraction())
    return sum((a * w for a, w in known), Fraction()) / weight if weight else NA


def plan_stage(wanted: Fraction, rate: Fraction) -> int:
    """How many of the stage before are needed, rounded up."""
    return math.ceil(wanted / rate)


def wilson(successes: int, trials: int, confidence: float = 0.95) -> tuple[float, float]:
    """The bounds of a conversion rate; ValueError where there are more successes than trials."""
    if successes > trials:
        raise ValueError(NUM)
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    p = successes / trials
    middle = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(p * (1 - p) / trials + z * z / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def ab_pvalue(successes_a: int, trials_a: int, successes_b: int, trials_b: int) -> float:
    """The two-sided p-value of a pooled z test of two proportions."""
    pooled = (successes_a + successes_b) / (trials_a + trials_b)
    z = (successes_b / trials_b - successes_a / trials_a) / math.sqrt(pooled * (1 - pooled) * (1 / trials_a + 1 / trials_b))
    return math.erfc(abs(z) / math.sqrt(2))
