"""The hidden grid of months and channels: each input that may be needed together with one of another sheet, once for all KPIs.

A block has a row for each channel of Settings, one more for all names that are not listed there, and a column for each month up to the last of the
chosen period. What is worked out of blocks costs next to nothing, where one SUMIFS over a full table costs more than a whole product of blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smm_xl.workbook.formulas.formulatext import ArrayFormula, Formula
from smm_xl.workbook.formulas.terms import (
    DAYS_OF_MONTH,
    MONTH,
    PLACE,
    PREVIOUS,
    SHOWN_MONTHS,
    SPANS,
    TOTAL,
    WHOLE,
    WINDOW,
    YEAR_BEFORE,
    Slice,
    homes,
    inside,
    number_in,
    number_of,
    source,
    used,
)
from smm_xl.workbook.pages import Page, Pages
from smm_xl.workbook.schema import INPUT_SHEETS, MOST_CHANNELS, MOST_MONTHS, TOP

HEIGHT = MOST_CHANNELS + 1  # of a block: names that are not listed stand in the last row
_NUMBER = "g_channel"  # the column of the numbers of channels
_LEFT = 2  # the first column of months


class Grid:
    """Blocks on the hidden page. Names that it expects: of the columns of inputs, ``src_...``, ``p_last`` and the other ends of periods."""

    def __init__(self, pages: Pages, page: Page) -> None:
        self.pages, self.page = pages, page
        self._left = page.columns(_LEFT + MOST_MONTHS)
        self._row = 0
        self._tops: dict[str, int] = {}
        self._tables()
        self._spans()
        self._channels()

    # --- what stands above the blocks ---

    def _tables(self) -> None:
        """How many rows of each table are in use, and the columns as far as that: a table has hundreds of empty rows, and they cost as much."""
        for sheet in INPUT_SHEETS:
            column = f"{sheet.prefix}_month"
            cell = self._put(self._line(f"n_{sheet.prefix}"), 1, Formula(f"MAX(1,SUMPRODUCT(MAX(({column}>0)*ROW({column})))-{TOP + 1})"))
            self.pages.names[f"n_{sheet.prefix}"] = cell
            for key in dict.fromkeys(("month", "no", *sheet.fields)):
                column = f"{sheet.prefix}_{key}"
                self.pages.names[used(sheet.prefix, key)] = f"INDEX({column},1):INDEX({column},n_{sheet.prefix})"

    def _spans(self) -> None:
        place = self._line(PLACE)
        month, days = self._line(MONTH), self._line(DAYS_OF_MONTH)
        within = {
            TOTAL: "AND({0}>=p_first,{0}<=p_last)",
            PREVIOUS: "AND(p_has_previous=1,{0}>=p_previous_first,{0}<=p_previous_last)",
            YEAR_BEFORE: "AND(p_has_year=1,{0}>=p_year_first,{0}<=p_year_last)",
        }
        self._days = days
        rows = {span: self._line(inside(span)) for span in SPANS}
        for number in range(MOST_MONTHS):
            at = _LEFT + number
            self._put(place, at, number + 1)
            here = self._local(self._put(month, at, Formula(f"EDATE(p_last,-{MOST_MONTHS - 1 - number})")))
            self._put(days, at, Formula(f"MAX(0,MIN(EOMONTH({here},0),IF(ISNUMBER(s_as_of),s_as_of,EOMONTH({here},0)))-{here}+1)"))
            for span, formula in within.items():
                self._put(rows[span], at, Formula(f"IF({formula.format(here)},1,0)"))
            self._put(rows[WINDOW], at, int(number >= MOST_MONTHS - SHOWN_MONTHS))
        for name, row in ((PLACE, place), (MONTH, month), (DAYS_OF_MONTH, days), *((inside(span), row) for span, row in rows.items())):
            self.pages.names[name] = self.page.ref(row, self._left + _LEFT, row, self._left + _LEFT + MOST_MONTHS - 1)
        self.shown_months = [self.page.ref(month, self._left + _LEFT + self.shown(number)) for number in range(SHOWN_MONTHS)]

    def _channels(self) -> None:
        top = self._row  # beside the first block
        for number in range(HEIGHT):
            self._put(top + number, 1, number + 1)
        self.pages.names[_NUMBER] = self.page.ref(top, self._left + 1, top + HEIGHT - 1, self._left + 1)

    @staticmethod
    def shown(place: int) -> int:
        """The column of one of the months that are shown one by one."""
        return MOST_MONTHS - SHOWN_MONTHS + place

    def days(self, part: Slice) -> str:
        """The days of the months of a part."""
        return DAYS_OF_MONTH if part.column is None else self._local(self.page.ref(self._days, self._left + _LEFT + part.column))

    # --- blocks ---

    def value(self, field: str, part: Slice = WHOLE) -> str:
        """The totals of an input: of the rows that know it, in the sheet that serves it."""
        return self._block(f"v_{field}", self._of_homes(field, lambda prefix: number_in(used(prefix, field))), part)

    def rows(self, field: str, part: Slice = WHOLE) -> str:
        """How many rows know an input, in the sheet that serves it."""
        return self._block(f"h_{field}", self._of_homes(field, lambda prefix: f"ISNUMBER({used(prefix, field)})"), part)

    def joint_rows(self, prefix: str, fields: Sequence[str], part: Slice = WHOLE) -> str:
        """How many rows of a sheet know all of some inputs that the sheet serves."""
        return self._block(f"h_{prefix}_{'_'.join(fields)}", _added_up(prefix, _complete(prefix, fields)), part)

    def joint_value(self, prefix: str, fields: Sequence[str], field: str, part: Slice = WHOLE) -> str:
        """The totals of an input over these rows."""
        rows = f"{_complete(prefix, fields)}*{number_in(used(prefix, field))}"
        return self._block(f"v_{prefix}_{'_'.join(fields)}_{field}", _added_up(prefix, rows), part)

    def _of_homes(self, field: str, row: Callable[[str], str]) -> str:
        made = "0"
        for prefix in reversed(homes(field)):
            made = f"IF({source(field)}={number_of(prefix)},{_added_up(prefix, row(prefix))},{made})"
        return made

    def _block(self, key: str, formula: str, part: Slice) -> str:
        if key not in self._tops:
            self._tops[key] = top = self._row
            self._row += HEIGHT
            self.page.put(top, self._left, key)
            self.page.put_array(top, self._left + _LEFT, ArrayFormula(formula, HEIGHT, MOST_MONTHS))
        top, left = self._tops[key], self._left + _LEFT
        first, last = (top, top + HEIGHT - 1) if part.row is None else (top + part.row, top + part.row)
        start, end = (left, left + MOST_MONTHS - 1) if part.column is None else (left + part.column, left + part.column)
        return self._local(self.page.ref(first, start, last, end))

    # --- cells ---

    def _local(self, reference: str) -> str:
        """A reference for formulas of the page itself, which are many."""
        return reference.rpartition("!")[2].replace("$", "")

    def _line(self, name: str) -> int:
        self.page.put(self._row, self._left, name)
        self._row += 1
        return self._row - 1

    def _put(self, row: int, column: int, content: float | Formula) -> str:
        return self.page.put(row, self._left + column, content)


def _complete(prefix: str, fields: Sequence[str]) -> str:
    """For each row of a sheet whether it knows all of some inputs that the sheet serves."""
    return "*".join(f"(({source(field)}<>{number_of(prefix)})+ISNUMBER({used(prefix, field)})>0)" for field in fields)


def _added_up(prefix: str, rows: str) -> str:
    """What stands in the rows of a sheet, added by channel and month."""
    return f"MMULT((TRANSPOSE({used(prefix, 'no')})={_NUMBER})*1,({used(prefix, 'month')}={MONTH})*{rows})"
