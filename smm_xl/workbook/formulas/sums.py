"""The hidden sheet of totals: which sheet serves each input, the months and channels of the report, and the totals that KPIs are made of."""

from __future__ import annotations

from smm_xl.cells.columns import letters
from smm_xl.workbook.formulas import terms
from smm_xl.workbook.formulas.calculation import Content
from smm_xl.workbook.formulas.formulatext import Formula
from smm_xl.workbook.formulas.terms import ANYTHING, NUMBER, Basis, Measure, Scope
from smm_xl.workbook.pages import Page, Pages, quoted
from smm_xl.workbook.schema import CHOSEN, INPUT_SHEETS, MOST_CHANNELS, MOST_MONTHS, NEEDED_REACTIONS, OPTIONAL_REACTIONS, REACTIONS

SHOWN_MONTHS = 12
TOTAL, PREVIOUS, YEAR_BEFORE = "total", "previous", "year"
FORECAST = "forecast"  # of the chosen period, to its end
_SPANS = (TOTAL, PREVIOUS, YEAR_BEFORE)
_BLOCKS = 4 * MOST_CHANNELS  # shares: of the three spans, and of the last months
_WHOLE = 3  # columns: whether all channels take part, of the three spans and of the last months
_FIRST = _WHOLE + 4


def month(place: int) -> str:
    return f"month {place}"


def channel(place: int) -> str:
    return f"channel {place}"


SCOPES = (TOTAL, *map(channel, range(MOST_CHANNELS)), PREVIOUS, YEAR_BEFORE, *map(month, range(SHOWN_MONTHS)))
_WIDTH = _FIRST + _BLOCKS + len(SCOPES) + 2  # behind the scopes: the forecast, or until when and what is known


class Sums:
    """The sheet of totals. Names that it expects: of the columns of inputs, ``s_...`` of Settings, ``p_from``, ``p_to``, ``channel_list``."""

    def __init__(self, pages: Pages, page: Page, *, calls_functions: bool = False) -> None:
        self.pages, self.page, self.calls_functions = pages, page, calls_functions
        self._left = page.columns(_WIDTH)
        self.scopes: dict[str, Scope] = {}
        self._cells: dict[tuple[str, str, str], str] = {}  # (basis, term or "", scope)
        self._row = 0
        self._sources()
        self._told()
        self._months()
        self._channels()
        self._scopes()

    def _put(self, row: int, column: int, content: Content) -> str:
        """Fill a cell; references to this sheet itself are written without its name, which halves the file."""
        if isinstance(content, Formula):
            content = Formula(content.text.replace(f"{quoted(self.page.name)}!", ""))
        return self.page.put(row, self._left + column, content)

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
        latest = ",".join(f"{sheet.prefix}_month" for sheet in INPUT_SHEETS)
        self._named("p_latest", f"IF(MAX({latest})>0,MAX({latest}),DATE(2026,1,1))")
        self._named("p_last", "IF(ISNUMBER(p_to),DATE(YEAR(p_to),MONTH(p_to),1),p_latest)")
        self._named("p_first", f"MAX(EDATE(p_last,-{MOST_MONTHS - 1}),MIN(p_last,IF(ISNUMBER(p_from),DATE(YEAR(p_from),MONTH(p_from),1),p_last)))")
        self._named("p_count", "(YEAR(p_last)-YEAR(p_first))*12+MONTH(p_last)-MONTH(p_first)+1")
        self._named("p_previous_first", "EDATE(p_first,-p_count)")
        self._named("p_previous_last", "EDATE(p_first,-1)")
        self._named("p_year_first", "EDATE(p_first,-12)")
        self._named("p_year_last", "EDATE(p_last,-12)")
        self._named("p_window_first", f"EDATE(p_last,-{SHOWN_MONTHS - 1})")
        top, number = self._row, f"${letters(self._left)}"
        for place in range(MOST_MONTHS):
            contents: list[Content | None] = [place]
            for first in ("p_first", "p_previous_first", "p_year_first"):
                contents += [Formula(f"IF({number}{self._row + 1}<p_count,EDATE({first},{number}{self._row + 1}),-1)"), None]
            row = self._line(*contents)
            for column in (1, 3, 5):
                self._days(row, column)
        self._named("p_end", "EOMONTH(p_last,0)")
        self._named("p_is_part", "IF(ISNUMBER(s_as_of),IF(s_as_of<p_end,1,0),0)")
        for sheet in INPUT_SHEETS:  # how far each sheet goes: of all its rows, and of those of the period
            own = f"{sheet.prefix}_month"
            self._named(f"w_{sheet.prefix}", f"MAX({own})")
            self._named(f"a_{sheet.prefix}", f"SUMPRODUCT(MAX(({own}>=p_first)*({own}<=p_last)*{own}))")
        self._month_columns = {}
        for span, column in zip(_SPANS, (1, 3, 5), strict=True):
            names = (f"m_{span}", f"d_{span}")
            for name, left in zip(names, (column, column + 1), strict=True):
                # no longer than the period: arrays of months are what takes time
                whole = self._ref(top, left, top + MOST_MONTHS - 1, left)
                self.pages.names[name] = f"{self._ref(top, left)}:INDEX({whole},p_count)"
            self._month_columns[span] = names
        top = self._row
        for place in range(SHOWN_MONTHS):
            self._days(self._line(place, Formula(f"EDATE(p_window_first,{number}{self._row + 1})")), 1)
        self.shown_months = [self._ref(top + place, 1) for place in range(SHOWN_MONTHS)]
        self._all_shown = self._ref(top, 1, top + SHOWN_MONTHS - 1, 1)
        self._shown_days = [self._ref(top + place, 2) for place in range(SHOWN_MONTHS)]

    def _days(self, row: int, column: int) -> None:
        cell = self._ref(row, column)
        end = f"MIN(EOMONTH({cell},0),IF(ISNUMBER(s_as_of),s_as_of,EOMONTH({cell},0)))"
        self._put(row, column + 1, Formula(f"IF({cell}<0,0,MAX(0,{end}-{cell}+1))"))

    def _channels(self) -> None:
        row = self._line(
            "channels",
            *(Formula(f'IF(INDEX(channel_list,{place})="","{terms.NO_CHANNEL}",INDEX(channel_list,{place}))') for place in range(1, MOST_CHANNELS + 1)),
        )
        self._channel_cells = [self._ref(row, place) for place in range(1, MOST_CHANNELS + 1)]
        self.across = self._ref(row, 1, row, MOST_CHANNELS)
        top = self._row
        for _ in range(MOST_CHANNELS):
            self._line("", 1)
        self._ones = self._ref(top, 1, top + MOST_CHANNELS - 1, 1)
        self._all = self._ref(self._line("all", ANYTHING), 1)
        row = self._line("shares", *([1] * MOST_CHANNELS))
        self._all_shares = self._ref(row, 1, row, MOST_CHANNELS)

    def _scopes(self) -> None:
        spans = {TOTAL: ("p_first", "p_last"), PREVIOUS: ("p_previous_first", "p_previous_last"), YEAR_BEFORE: ("p_year_first", "p_year_last")}
        for span, (first, last) in spans.items():
            months, days = self._month_columns[span]
            self.scopes[span] = Scope(first, last, months, days, self._all, self.across, "", self._ones)
            for place, cell in enumerate(self._channel_cells):
                self.scopes[channel(place) if span == TOTAL else f"{span} {channel(place)}"] = Scope(first, last, months, days, cell)
        for place, (cell, days) in enumerate(zip(self.shown_months, self._shown_days, strict=True)):
            self.scopes[month(place)] = Scope(cell, cell, cell, days, self._all, self.across, "", self._ones)
        self._window = Scope("p_window_first", "p_last", self._all_shown, "", self._all, self.across, "", self._ones)

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
        mixed = self._put(row, 2, Formula(terms.is_mixed(basis)))
        self._cells[basis.key, "known", ""], self._cells[basis.key, "mixed", ""] = known, mixed
        if basis.may_be_mixed:
            spans = [*(self.scopes[span] for span in _SPANS), self._window]
            for number, span in enumerate(spans):
                for place, cell in enumerate(self._channel_cells):
                    share = terms.share(basis, span, cell)
                    self._put(row, _FIRST + number * MOST_CHANNELS + place, Formula(f'IF({mixed},IF({cell}="{terms.NO_CHANNEL}",1,{share}),1)'))
                left = _FIRST + number * MOST_CHANNELS
                take_part = f"MIN({self._ref(row, left, row, left + MOST_CHANNELS - 1)})=1"
                if basis.meets_by_channel:
                    take_part = f"IF({mixed},IF({take_part},{terms.is_whole(basis, span)},FALSE),TRUE)"
                self._put(row, _WHOLE + number, Formula(take_part))
        for column, scope in enumerate(SCOPES, start=_FIRST + _BLOCKS):
            formula = Formula(terms.count(basis, self._shared(basis, row, scope), known, mixed))
            self._cells[basis.key, "", scope] = self._put(row, column, formula)
        self._cells[basis.key, "row", ""] = str(row)
        whole, counted = self._shared(basis, row, TOTAL), self._cells[basis.key, "", TOTAL]
        column = _FIRST + _BLOCKS + len(SCOPES)
        latest = self._put(row, column + 1, Formula(terms.last_known(basis, whole, counted, mixed)))
        self._cells[basis.key, "until", ""] = self._put(row, column, Formula(terms.known_until(basis, latest, mixed)))

    def _shared(self, basis: Basis, row: int, scope: str) -> Scope:
        """A scope with the shares of a basis, whose row is given."""
        made = self.scopes[scope]
        if not made.channels:
            return made
        if not basis.may_be_mixed:
            return made._replace(shares=self._all_shares, all_take_part="TRUE")
        number = _SPANS.index(scope) if scope in _SPANS else len(_SPANS)
        left = _FIRST + number * MOST_CHANNELS
        return made._replace(shares=self._ref(row, left, row, left + MOST_CHANNELS - 1), all_take_part=self._ref(row, _WHOLE + number))

    def _term(self, measure: Measure, key: str) -> None:
        basis = measure.basis
        given = next(part for part in measure.terms if part.key == key)
        counts_row = int(self._cells[basis.key, "row", ""])
        mixed = self._cells[basis.key, "mixed", ""]
        row = self._line(f"{basis.key}: {key}")
        for column, scope in enumerate(SCOPES, start=_FIRST + _BLOCKS):
            block = ""
            if given.total.is_stock and scope in _SPANS:
                left = _FIRST + _SPANS.index(scope) * MOST_CHANNELS
                whole = self._shared(basis, counts_row, scope)
                for place in range(MOST_CHANNELS):
                    of_channel = self.scopes[channel(place) if scope == TOTAL else f"{scope} {channel(place)}"]
                    shared = self._ref(counts_row, left + place)
                    self._put(row, left + place, Formula(terms.stock(given, basis, whole, of_channel, mixed, shared)))
                block = self._ref(row, left, row, left + MOST_CHANNELS - 1)
            counted = self._cells[basis.key, "", scope]
            self._cells[basis.key, key, scope] = self._put(
                row, column, Formula(terms.term(given, basis, self._shared(basis, counts_row, scope), counted, mixed, block))
            )

        total, until = self._cells[basis.key, key, TOTAL], self._cells[basis.key, "until", ""]
        self._cells[basis.key, key, FORECAST] = self._put(row, _FIRST + _BLOCKS + len(SCOPES), Formula(terms.forecast(given, total, until)))

    def covered(self, measure: Measure, scope: str) -> str:
        """The formula of the share of its inputs that a KPI rests on in a scope."""
        self.add(measure)
        parts = []
        for given in terms.weighed(measure.basis):
            if (given.key, "whole", scope) not in self._cells:
                if (given.key, "whole", "") not in self._cells:
                    self._cells[given.key, "whole", ""] = str(self._line(f"{given.key}: all"))
                row, column = int(self._cells[given.key, "whole", ""]), _FIRST + _BLOCKS + SCOPES.index(scope)
                self._cells[given.key, "whole", scope] = self._put(row, column, Formula(terms.whole(given, self.scopes[scope])))
            parts.append((self._cells[measure.basis.key, given.key, scope], self._cells[given.key, "whole", scope]))
        return terms.covered(parts) if parts else "1"

    def kpi(self, measure: Measure, scope: str) -> str:
        """The formula of a KPI in a scope or as its FORECAST: native, or a call of its function where the workbook calls functions."""
        self.add(measure)
        cells = {given.key: self._cells[measure.basis.key, given.key, scope] for given in measure.terms} | {key: f"s_{key}" for key in measure.scalars}
        made = None
        if self.calls_functions:
            made = terms.calling(measure, cells | {key: self.pages.names[f"s_{key}"] for key in measure.scalars})
        made = made or terms.native(measure, cells)
        if measure.otherwise is None:
            return made
        return f"IF({self._cells[measure.basis.key, 'known', '']},{made},{self.kpi(measure.otherwise, scope)})"
