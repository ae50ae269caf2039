"""The hidden sheet of totals: which sheet serves each input, the months and channels of the report, and the totals that KPIs are made of."""

from __future__ import annotations

from smm_xl.workbook.formulas import terms
from smm_xl.workbook.formulas.calculation import Content
from smm_xl.workbook.formulas.formulatext import ArrayFormula, Formula
from smm_xl.workbook.formulas.grid import Grid
from smm_xl.workbook.formulas.terms import (
    ANYTHING,
    HEIGHT,
    NUMBER,
    PREVIOUS,
    SHOWN,
    SHOWN_MONTHS,
    SHOWN_NAME,
    SPANS,
    TOTAL,
    WINDOW,
    YEAR_BEFORE,
    Basis,
    Joined,
    Measure,
    Scope,
    Slice,
)
from smm_xl.workbook.pages import Page, Pages, quoted
from smm_xl.workbook.schema import AMBER, CHOSEN, FAR, GREEN, INPUT_SHEETS, MOST_CHANNELS, MOST_MONTHS, NEEDED_REACTIONS, OPTIONAL_REACTIONS, REACTIONS

FORECAST = "forecast"  # of the chosen period, to its end
_FIRST = 4  # the first column of shares, and of the stocks of channels; before it what concerns a basis as a whole
_BLOCKS = len(SPANS) * HEIGHT


def month(place: int) -> str:
    return f"month {place}"


def channel(place: int) -> str:
    return f"channel {place}"


MONTHS, CHANNELS = "months", "channels"  # scopes of several cells
MEMBERS = {MONTHS: list(map(month, range(SHOWN_MONTHS))), CHANNELS: list(map(channel, range(MOST_CHANNELS)))}
SCOPES = (TOTAL, *map(channel, range(MOST_CHANNELS)), PREVIOUS, YEAR_BEFORE, *map(month, range(SHOWN_MONTHS)))
_PLACES = {  # the first column of each scope
    scope: _FIRST + _BLOCKS + SCOPES.index(MEMBERS.get(scope, [scope])[0]) for scope in (TOTAL, CHANNELS, PREVIOUS, YEAR_BEFORE, MONTHS)
}
_WIDTH = _FIRST + _BLOCKS + len(SCOPES) + 2  # behind the scopes: the forecast, or until when and what is known


class Sums:
    """The sheet of totals. Names that it expects: of the columns of inputs, ``s_...`` of Settings, ``p_from``, ``p_to``, ``channel_list``."""

    def __init__(self, pages: Pages, page: Page, *, calls_functions: bool = False) -> None:
        self.pages, self.page, self.calls_functions = pages, page, calls_functions
        self._left = page.columns(_WIDTH)
        self.grid = Grid(pages, page)
        self.scopes: dict[str, Scope] = {}
        self._cells: dict[tuple[str, str, str], str] = {}  # (basis, term or "", scope)
        self._joined: dict[str, Joined | None] = {}  # by the key of the basis
        self._row = 0
        self._sources()
        self._told()
        self._months()
        self._channels()
        self._scopes()

    def _put(self, row: int, column: int, content: Content) -> str:
        """Fill a cell; references to this sheet itself are written without its name, which halves the file."""
        if isinstance(content, Formula):
            content = Formula(self._own(content.text))
        return self.page.put(row, self._left + column, content)

    def _own(self, text: str) -> str:
        return text.replace(f"{quoted(self.page.name)}!", "")

    def _ref(self, row: int, column: int, last_row: int | None = None, last_column: int | None = None) -> str:
        return self.page.ref(row, self._left + column, last_row, None if last_column is None else self._left + last_column)

    def _line(self, *contents: Content | None) -> int:
        row = self._row
        for column, content in enumerate(contents):
            if content is not None:
                self._put(row, column, content)
        self._row += 1
        return row

    def _named(self, name: str, formula: str, *more: Content) -> int:
        row = self._line(name, Formula(formula), *more)
        self.pages.names[name] = self._ref(row, 1)
        return row

    # --- what serves what ---

    def _sources(self) -> None:
        for field in dict.fromkeys(field for sheet in INPUT_SHEETS for field in sheet.fields):
            homes = terms.homes(field)
            row = self._named(terms.source(field), self._source(field))
            for column, prefix in enumerate(homes, start=2):
                formula = Formula(f'IF({terms.source(field)}={terms.number_of(prefix)},"{NUMBER}","{ANYTHING}")')
                self.pages.names[terms.criterion(field, prefix)] = self._put(row, column, formula)

    def _source(self, field: str) -> str:
        homes = list(terms.homes(field))
        numbers = {prefix: terms.number_of(prefix) for prefix in homes}
        if field == "engagements":
            first, *others = NEEDED_REACTIONS
            together = [f"src_{first}=src_{key}" for key in others]
            for key in OPTIONAL_REACTIONS:
                counted = "+".join(f"COUNT({prefix}_{key})" for prefix in homes)
                together.append(f"OR(src_{key}=src_{first},{counted}=0,src_{key}=0)")
            return f"IF(AND(src_{first}>0,{','.join(together)}),src_{first},0)"
        if field in REACTIONS:
            whole = {prefix: f"AND({','.join(f'COUNT({prefix}_{key})>0' for key in NEEDED_REACTIONS)})" for prefix in homes}
            some = f"{'+'.join(f'COUNT(ch_{key})' for key in REACTIONS)}>0"
            home = f"IF({whole['ch']},1,IF({whole['po']},{numbers['po']},IF({some},1,{numbers['po']})))"
            return f"IF({home}=1,IF(COUNT(ch_{field})>0,1,0),IF(COUNT(po_{field})>0,{numbers['po']},0))"
        if field == "net_followers":
            return "IF(AND(src_new_followers>0,src_unfollows>0),1,0)"
        if field == "labour_cost":
            return f"IF(AND(src_hours>0,COUNT(ef_hourly_rate)+COUNT(s_hourly_rate)>0),{numbers['ef']},0)"
        if field == "social_visits":
            return f"IF(COUNT(ch_visits)+(src_clicks=1)*COUNT(ch_clicks)>0,1,IF(src_clicks={numbers['ca']},{numbers['ca']},0))"

        def first_of(order: list[str]) -> str:
            made = "0"
            for prefix in reversed(order):
                made = f"IF(COUNT({prefix}_{field})>0,{numbers[prefix]},{made})"
            return made

        if field in CHOSEN:
            return f"IF(s_leads_from=s_by_campaign,{first_of(homes[::-1])},{first_of(homes)})"
        return first_of(homes)

    def _told(self) -> None:
        for sheet in INPUT_SHEETS:
            self._named(f"told_{sheet.prefix}", f'IF(COUNTIF({sheet.prefix}_channel,"?*")>0,1,0)')

    # --- months and channels ---

    def _months(self) -> None:
        self._named("p_currency", 'IF(s_currency="","",s_currency)')
        self._named("p_green", f"IF(ISNUMBER(s_green),s_green,{GREEN})")
        self._named("p_amber", f"IF(ISNUMBER(s_amber),s_amber,{AMBER})")
        # the middle of the months of the sheet with most rows; what is decades away from it is a slip of the keyboard, and no latest month
        many = {sheet.prefix: f'COUNTIF({sheet.prefix}_month,">0")' for sheet in INPUT_SHEETS}
        for prefix, counted in many.items():
            self._named(f"p_rows_{prefix}", counted)
        most, usual = f"MAX({','.join(f'p_rows_{prefix}' for prefix in many)})", "0"
        for prefix in reversed(many):
            usual = f"IF(p_rows_{prefix}={most},LARGE({prefix}_month,ROUNDUP(p_rows_{prefix}/2,0)),{usual})"
        self._named("p_usual", f"IF({most}=0,0,{usual})")
        near = ",".join(f"SUMPRODUCT(MAX(({prefix}_month<=p_usual+{FAR})*{prefix}_month))" for prefix in many)
        self._named("p_latest", f"IF(p_usual>0,MAX({near}),DATE(2026,1,1))")
        self._named("p_last", "IF(ISNUMBER(p_to),DATE(YEAR(p_to),MONTH(p_to),1),p_latest)")
        self._named("p_first", f"MAX(EDATE(p_last,-{MOST_MONTHS - 1}),MIN(p_last,IF(ISNUMBER(p_from),DATE(YEAR(p_from),MONTH(p_from),1),p_last)))")
        self._named("p_count", "(YEAR(p_last)-YEAR(p_first))*12+MONTH(p_last)-MONTH(p_first)+1")
        self._named("p_previous_first", "EDATE(p_first,-p_count)")
        self._named("p_previous_last", "EDATE(p_first,-1)")
        self._named("p_year_first", "EDATE(p_first,-12)")
        self._named("p_year_last", "EDATE(p_last,-12)")
        # what begins before the months of the grid is compared with nothing
        self._named(f"p_has_{PREVIOUS}", f"IF(2*p_count<={MOST_MONTHS},1,0)")
        self._named(f"p_has_{YEAR_BEFORE}", f"IF(p_count+12<={MOST_MONTHS},1,0)")
        self._named("p_window_first", f"EDATE(p_last,-{SHOWN_MONTHS - 1})")
        self._named("p_end", "EOMONTH(p_last,0)")
        self._named("p_posts_reach", "IF(COUNT(po_post_reach)>0,1,0)")
        self._named("p_is_part", "IF(ISNUMBER(s_as_of),IF(s_as_of<p_end,1,0),0)")
        for sheet in INPUT_SHEETS:  # how far each sheet goes: of all its rows, and of those of the period
            own = f"{sheet.prefix}_month"
            self._named(f"w_{sheet.prefix}", f"MAX({own})")
            self._named(f"a_{sheet.prefix}", f"SUMPRODUCT(MAX(({own}>=p_first)*({own}<=p_last)*{own}))")
        self.shown_months = self.grid.shown_months

    def _channels(self) -> None:
        row = self._line(
            "channels",
            *(Formula(f'IF(INDEX(channel_list,{place})="","{terms.NO_CHANNEL}",INDEX(channel_list,{place}))') for place in range(1, MOST_CHANNELS + 1)),
        )
        self.across = self.pages.names["g_names"] = self._ref(row, 1, row, MOST_CHANNELS)

    def _scopes(self) -> None:
        spans = {TOTAL: ("p_first", "p_last"), PREVIOUS: ("p_previous_first", "p_previous_last"), YEAR_BEFORE: ("p_year_first", "p_year_last")}
        self.scopes = {span: Scope(first, last, span) for span, (first, last) in spans.items()}
        self.scopes[MONTHS] = Scope(SHOWN_NAME, SHOWN_NAME, WINDOW, part=Slice(columns=(SHOWN.start, SHOWN.stop - 1)))
        self.scopes[CHANNELS] = Scope("p_first", "p_last", TOTAL, "g_names", Slice(rows=(0, MOST_CHANNELS - 1)))

    # --- totals ---

    def add(self, measure: Measure) -> None:
        """The totals that a KPI needs, once for all KPIs of one basis."""
        basis = measure.basis
        if (basis.key, "", TOTAL) not in self._cells:
            self._count(basis)
        for given in measure.terms:
            if (basis.key, given.key, TOTAL) not in self._cells:
                self._term(measure, given.key)

    def _count(self, basis: Basis) -> None:
        row = self._line(basis.key)
        known = self._put(row, 1, Formula(terms.is_known(basis)))
        tells = self._put(row, 2, Formula(terms.tells_channels(basis)))
        way = self._put(row, 3, Formula(terms.way(basis, tells))) if basis.may_be_joined else ""
        joined = self._joined[basis.key] = Joined(basis, self.grid) if basis.may_be_joined else None
        self._cells[basis.key, "known", ""], self._cells[basis.key, "way", ""] = known, way
        self._cells[basis.key, "row", ""] = str(row)
        if joined is not None:
            for number, span in enumerate(SPANS):
                self._array(row, _FIRST + number * HEIGHT, joined.shares(span, way), HEIGHT)
        for scope in self.scopes:
            self._fill(basis.key, "", scope, row, terms.count(basis, self._shared(basis, scope), known, way, tells, joined))
        column = _FIRST + _BLOCKS + len(SCOPES)
        counted = self._cells[basis.key, "", TOTAL]
        latest = self._put(row, column + 1, Formula(terms.last_known(basis, self._shared(basis, TOTAL), counted, way, joined)))
        self._cells[basis.key, "until", ""] = self._put(row, column, Formula(terms.known_until(basis, latest, way)))

    def _shared(self, basis: Basis, scope: str) -> Scope:
        """A scope with the shares of a basis."""
        made = self.scopes[scope]
        if not made.is_of_all or not basis.may_be_joined:
            return made
        row, left = int(self._cells[basis.key, "row", ""]), _FIRST + SPANS.index(made.span) * HEIGHT
        return made._replace(shares=self._own(self._ref(row, left, row, left + HEIGHT - 1)))

    def _term(self, measure: Measure, key: str) -> None:
        basis = measure.basis
        given = next(part for part in measure.terms if part.key == key)
        way, joined = self._cells[basis.key, "way", ""], self._joined[basis.key]
        row = self._line(f"{basis.key}: {key}")
        for scope in self.scopes:
            if given.total.is_stock and scope != MONTHS:
                formula = Joined(basis, self.grid).stock(given, self._shared(basis, scope), way)
                self._fill(basis.key, key, scope, row, formula, is_array=True)
            else:
                self._fill(basis.key, key, scope, row, terms.term(given, basis, self._shared(basis, scope), way, joined))
        total, until = self._cells[basis.key, key, TOTAL], self._cells[basis.key, "until", ""]
        self._cells[basis.key, key, FORECAST] = self._put(row, _FIRST + _BLOCKS + len(SCOPES), Formula(terms.forecast(given, total, until)))

    def _fill(self, basis: str, key: str, scope: str, row: int, formula: str, *, is_array: bool = False) -> None:
        """Put a total into the cell of its scope, or into those of its months or channels; ``is_array``: whether one cell needs an array formula too."""
        column = _PLACES[scope]
        names = MEMBERS.get(scope, [scope])
        if scope in MEMBERS or is_array:
            self._array(row, column, formula, len(names))
        else:
            self._put(row, column, Formula(formula))
        for place, name in enumerate(names):
            self._cells[basis, key, name] = self._ref(row, column + place)

    def _array(self, row: int, column: int, formula: str, width: int) -> None:
        self.page.put_array(row, self._left + column, ArrayFormula(self._own(formula), 1, width))

    def covered(self, measure: Measure, scope: str) -> str:
        """The formula of the shares of its inputs that a KPI rests on in a scope, or in all MONTHS or CHANNELS; "" where it is always all."""
        self.add(measure)
        parts = []
        for given in terms.weighed(measure.basis):
            if (given.key, "whole", TOTAL) not in self._cells:
                row = self._line(f"{given.key}: all")
                for one, where in self.scopes.items():
                    self._fill(given.key, "whole", one, row, terms.whole(given, where))
            parts.append((self._cell(measure.basis.key, given.key, scope), self._cell(given.key, "whole", scope)))
        return self._own(terms.covered(self._cell(measure.basis.key, "", scope), parts)) if parts else ""

    def _cell(self, basis: str, key: str, scope: str) -> str:
        """The cell of a total, or those of all months or channels."""
        names = MEMBERS.get(scope, [scope])
        first, last = self._cells[basis, key, names[0]], self._cells[basis, key, names[-1]]
        return first if first == last else f"{first}:{last.rpartition('!')[2]}"

    def kpi(self, measure: Measure, scope: str) -> str:
        """The formula of a KPI in a scope or as its FORECAST: native, or a call of its function where the workbook calls functions."""
        self.add(measure)
        cells = {given.key: self._cells[measure.basis.key, given.key, scope] for given in measure.terms} | {key: f"s_{key}" for key in measure.scalars}
        counted = "" if scope == FORECAST else self._cells[measure.basis.key, "", scope]
        made = None
        if self.calls_functions:
            made = terms.calling(measure, cells | {key: self.pages.names[f"s_{key}"] for key in measure.scalars})
            if made and counted:
                made = f"IF({counted}=0,NA(),{made})"
        made = made or terms.native(measure, cells, counted)
        if measure.otherwise is None:
            return made
        return f"IF({self._cells[measure.basis.key, 'known', '']},{made},{self.kpi(measure.otherwise, scope)})"
