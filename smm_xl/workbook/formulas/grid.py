"""The hidden grid of months and channels: each input that may be needed together with one of another sheet, once for all KPIs.

A block has a row for each channel of Settings, one more for all names that are not listed there, and a column for each month up to the last of the
chosen period. What is worked out of blocks costs next to nothing, where one SUMIFS over a full table costs more than a whole product of blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from smm_xl.workbook.formulas.formulatext import ArrayFormula, Formula
from smm_xl.workbook.formulas.terms import (
    DAYS_OF_MONTH,
    HEIGHT,
    MONTH,
    ONES,
    PLACE,
    PLACE_DOWN,
    PREVIOUS,
    SHOWN,
    SHOWN_NAME,
    SPANS,
    TOTAL,
    UNKNOWN,
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
from smm_xl.workbook.schema import INPUT_SHEETS, MOST_MONTHS, TOP

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
            self._put(rows[WINDOW], at, int(number in SHOWN))
        for name, row in ((PLACE, place), (MONTH, month), (DAYS_OF_MONTH, days), *((inside(span), row) for span, row in rows.items())):
            self.pages.names[name] = self.page.ref(row, self._left + _LEFT, row, self._left + _LEFT + MOST_MONTHS - 1)
        self.shown_months = [self.page.ref(month, self._left + _LEFT + number) for number in range(SHOWN.start, SHOWN.stop)]
        self.pages.names[SHOWN_NAME] = self.page.ref(month, self._left + _LEFT + SHOWN.start, month, self._left + _LEFT + SHOWN.stop - 1)

    def _channels(self) -> None:
        ones = self._line(ONES)
        for number in range(HEIGHT):
            self._put(ones, _LEFT + number, 1)
        top = self._row  # beside the first block
        for number in range(HEIGHT):
            self._put(top + number, 1, number + 1)
        below = self.page.columns(1)
        for number in range(MOST_MONTHS):
            self.page.put(number, below, number + 1)
        self.pages.names[PLACE_DOWN] = self.page.ref(0, below, MOST_MONTHS - 1, below)
        self.pages.names[ONES] = self.page.ref(ones, self._left + _LEFT, ones, self._left + _LEFT + HEIGHT - 1)
        self.pages.names[_NUMBER] = self.page.ref(top, self._left + 1, top + HEIGHT - 1, self._left + 1)

    def days(self, part: Slice) -> str:
        """The days of the months of a part."""
        if part.columns is None:
            return DAYS_OF_MONTH
        first, last = part.columns
        return self._local(self.page.ref(self._days, self._left + _LEFT + first, self._days, self._left + _LEFT + last))

    # --- blocks ---

    def of(self, field: str, part: Slice = WHOLE) -> str:
        """The totals of an input, over the rows that know it in the sheet that serves it; UNKNOWN where none does, 0 where no sheet has it."""
        return self._block(field, self._of_homes(field, lambda prefix: _known_sums(prefix, f"ISNUMBER({used(prefix, field)})", field)), part)

    def rows(self, field: str, part: Slice = WHOLE) -> str:
        """How many rows know an input, in the sheet that serves it."""
        return self._block(f"rows: {field}", self._of_homes(field, lambda prefix: _sums(prefix, f"ISNUMBER({used(prefix, field)})")), part)

    def joint(self, prefix: str, fields: Sequence[str], field: str, part: Slice = WHOLE) -> str:
        """The totals of an input over the rows of a sheet that know all of some inputs that it serves; UNKNOWN where there are none."""
        known = "*".join(f"(({source(each)}<>{number_of(prefix)})+ISNUMBER({used(prefix, each)})>0)" for each in fields)
        return self._block(f"{prefix}: {'+'.join(fields)}: {field}", _known_sums(prefix, known, field), part)

    def _of_homes(self, field: str, made_of: Callable[[str], str]) -> str:
        made = "0"
        for prefix in reversed(homes(field)):
            made = f"IF({source(field)}={number_of(prefix)},{made_of(prefix)},{made})"
        return made

    def _block(self, key: str, formula: str, part: Slice) -> str:
        if key not in self._tops:
            self._tops[key] = self._row
            self.page.put(self._row, self._left, key)
            self.page.put_array(self._row, self._left + _LEFT, ArrayFormula(formula, HEIGHT, MOST_MONTHS))
            self._row += HEIGHT
        top, left = self._tops[key], self._left + _LEFT
        (first, last), (start, end) = part.rows or (0, HEIGHT - 1), part.columns or (0, MOST_MONTHS - 1)
        return self._local(self.page.ref(top + first, left + start, top + last, left + end))

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


def _sums(prefix: str, rows: str) -> str:
    """What stands in the rows of a sheet, added by channel and month."""
    return f"MMULT((TRANSPOSE({used(prefix, 'no')})={_NUMBER})*1,({used(prefix, 'month')}={MONTH})*{rows})"


def _known_sums(prefix: str, known: str, field: str) -> str:
    """A field added by channel and month over the rows that count; UNKNOWN where there are none."""
    return f"IF({_sums(prefix, known)}>0,{_sums(prefix, f'{known}*{number_in(used(prefix, field))}')},{UNKNOWN})"
