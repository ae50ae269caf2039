"""A workbook while its sheets are built: its data and language, its pages, where each KPI stands. What fills the pages are the sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from smm_xl.catalog.kpi import Group, Unit
from smm_xl.language import Text
from smm_xl.outputs import look
from smm_xl.workbook.content import Filled
from smm_xl.workbook.formulas import terms
from smm_xl.workbook.formulas.formulatext import ArrayFormula, Formula
from smm_xl.workbook.formulas.sums import MEMBERS, Sums
from smm_xl.workbook.formulas.terms import Measure
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import FORMULAS_PROPERTY, FUNCTIONS, LANGUAGE_PROPERTY, MOST_CHANNELS, PROPERTY, TOP, VERSION

GROUPS = (Group.RESULTS, Group.COSTS, Group.EFFORT)  # of the article
HIDDEN = "calc"  # the name of the hidden page


@dataclass(frozen=True)
class Sheet:
    """A sheet of the workbook.

    key:     by which other sheets find its page.
    name:    on its tab; about: a few words for the contents on the sheet Start, None for one that does not stand there.
    printed: whether it is an output, which is printed for others.
    build:   fills its page.
    """

    key: str
    name: Text
    about: Text | None
    printed: bool
    build: Callable[[Draft, Page], None]


class Draft:
    """A workbook with the data of ``filled``; ``language``: "en" or "ru".

    calls_functions: whether KPIs that have a function call it; otherwise all formulas work without the add-in.
    spare:    whether the input sheets get empty rows to fill in.
    sheets:   in their order; by_key: their pages.
    hidden:   the page of what no reader looks at; ``sums`` are the totals on it.
    measures: the KPIs; kpi_rows: the row of each on the sheets that have a row for each.
    places:   where each KPI stands in each scope of ``sums.SCOPES``, and its FORECAST: its sheet, row and column.
    """

    def __init__(self, filled: Filled, language: str, formulas: str, sheets: Sequence[Sheet], *, spare: bool) -> None:
        self.filled, self.language, self.sheets, self.spare = filled, language, sheets, spare
        self.calls_functions = formulas == FUNCTIONS
        self.month_format = look.MONTH_FORMAT[language].format("")
        title = self.say(Text("SMM KPIs", "KPI в SMM"))
        self.pages = Pages({"title": title, "comments": "smm-xl"}, {PROPERTY: VERSION, LANGUAGE_PROPERTY: language, FORMULAS_PROPERTY: formulas})
        self.by_key = {sheet.key: self.pages.page(self.say(sheet.name)) for sheet in sheets}
        self.hidden = self.pages.page(HIDDEN, hidden=True)
        self.measures = terms.measures()
        self.kpi_rows = {measure.kpi.key: row for row, measure in _rows(self.measures) if isinstance(measure, Measure)}
        self.places: dict[tuple[str, str], tuple[str, int, int]] = {}
        self.sums = Sums(self.pages, self.hidden, calls_functions=self.calls_functions)

    def say(self, words: Text) -> str:
        return words.in_language(self.language)

    def unit(self, unit: Unit) -> str | Formula:
        """What stands in a column of units; the currency is that of Settings, and changes with it."""
        return Formula("p_currency") if unit is Unit.MONEY else self.say(look.UNIT_WORDS[unit])

    @property
    def outputs(self) -> list[str]:
        """The names of the sheets that are printed for others."""
        return [self.say(sheet.name) for sheet in self.sheets if sheet.printed]

    def covered(self, name: str, scopes: Sequence[str]) -> None:
        """Fill a hidden block, a row for each KPI as on the sheets and a column for each scope, with the shares that figures rest on, and name it."""
        width = sum(len(MEMBERS.get(scope, [scope])) for scope in scopes)
        left = self.hidden.columns(width)
        for row, measure in _rows(self.measures):
            if not isinstance(measure, Measure):
                continue
            at = left
            for scope in scopes:
                covered, many = self.sums.covered(measure, scope), len(MEMBERS.get(scope, [scope]))
                if covered and scope in MEMBERS:
                    self.hidden.put_array(row, at, ArrayFormula(covered, 1, many))
                else:
                    for place in range(at, at + many):
                        self.hidden.put(row, place, Formula(covered) if covered else 1)
                at += many
        self.pages.names[name] = self.hidden.ref(TOP + 1, left, self.last_kpi_row, left + width - 1)

    def total_cell(self, key: str) -> str:
        """The cell with a KPI of the chosen period over all channels."""
        return self.by_key["kpi"].ref(self.kpi_rows[key], 3 + MOST_CHANNELS)

    @property
    def kpi_lines(self) -> Iterator[tuple[int, Group | Measure]]:
        """The rows of a sheet with a row for each KPI: the headings of the article's groups, and the KPIs below them."""
        return _rows(self.measures)

    @property
    def last_kpi_row(self) -> int:
        """The last row of such a sheet."""
        return max(self.kpi_rows.values())


def _rows(measures: Sequence[Measure]) -> Iterator[tuple[int, Group | Measure]]:
    row = TOP
    for group in GROUPS:
        row += 1
        yield row, group
        for measure in measures:
            if measure.kpi.group is group:
                row += 1
                yield row, measure
