"""A workbook as it is put together: what stands in each cell, worked out before anything is written.

Pages are filled in any order; formulas may refer to any page. ``write`` gives every formula its value; a formula that cannot
be worked out is a mistake in the builder and raises FormulaError.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter
import xlsxwriter.worksheet
from xlsxwriter.worksheet import CellArrayFormulaTuple, CellFormulaTuple, CellNumberTuple

from smm_xl.cells import dates
from smm_xl.cells.columns import address
from smm_xl.errors import CatalogError
from smm_xl.outputs.look import FONT, SAFE, Style
from smm_xl.workbook.formulas.calculation import Area, Calculation, Content
from smm_xl.workbook.formulas.formulatext import ArrayFormula, Failed, Filled, Formula


def quoted(sheet: str) -> str:
    """The name of a sheet as formulas write it."""
    return f"'{sheet.replace(chr(39), chr(39) * 2)}'"


@dataclass
class Table:
    """A table of an input sheet: where its header stands, its rows, and the headings of its columns."""

    name: str
    top: int
    left: int
    rows: int
    headings: Sequence[str]
    formulas: dict[int, str] = field(default_factory=dict)  # of calculated columns


@dataclass
class Page:
    """One sheet. ``finish`` are calls for what is no cell: widths, validations, charts."""

    name: str
    cells: dict[tuple[int, int], Content] = field(default_factory=dict)
    styles: dict[tuple[int, int], Style] = field(default_factory=dict)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    tables: list[Table] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first row, first column, last row, last column
    printed: tuple[int, int, int, int] | None = None  # the area that is printed
    heights: dict[int, float] = field(default_factory=dict)  # of rows
    finish: list[Callable[[Any, Pages], None]] = field(default_factory=list)
    hidden: bool = False
    taken: int = 0  # columns that are given out

    def columns(self, count: int) -> int:
        """The first of so many columns side by side that nobody else is given: of a page whose columns nobody looks at."""
        first = self.taken
        self.taken += count
        return first

    def put(self, row: int, column: int, content: Content | dt.date | None = None, style: Style | None = None) -> str:
        """Fill a cell; the reference to it from any sheet is the answer. Text never becomes a formula: that is a ``Formula``.

        Raises CatalogError where something stands in the cell: two parts of the builder want it.
        """
        if content is not None:
            if (row, column) in self.cells:
                raise CatalogError(f"{self.name}!{address(row, column)}: filled twice, with {self.cells[row, column]!r} and {content!r}")
            self.cells[row, column] = dates.serial(content) if isinstance(content, dt.date) else content
        self.styles[row, column] = style or {}
        return self.ref(row, column)

    def put_array(self, row: int, column: int, content: ArrayFormula) -> None:
        """Fill an area with one formula."""
        for down in range(content.height):
            for across in range(content.width):
                self.put(row + down, column + across, Filled(row, column) if down or across else content)

    def ref(self, row: int, column: int, last_row: int | None = None, last_column: int | None = None) -> str:
        """The absolute reference to a cell or a range, with the sheet."""
        made = f"{quoted(self.name)}!{address(row, column, absolute=True)}"
        if last_row is None and last_column is None:
            return made
        return f"{made}:{address(row if last_row is None else last_row, column if last_column is None else last_column, absolute=True)}"


def _tight(packed: io.BytesIO) -> bytes:
    """A zip packed as tight as may be; a large one as it is. The highest level is not always the best: cells of the grid are larger with it."""
    with zipfile.ZipFile(packed) as given:
        if sum(entry.file_size for entry in given.infolist()) > _QUICKLY_PACKED:
            return packed.getvalue()
        found = io.BytesIO()
        with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as made:
            for entry in given.infolist():
                content = given.read(entry)
                made.writestr(entry, content, zipfile.ZIP_DEFLATED, min((6, 9), key=lambda level: len(zlib.compress(content, level))))
        return found.getvalue()


_QUICKLY_PACKED = 30_000_000  # bytes
_LARGE = 1e15  # whole numbers as far as that are written without a decimal


class _Worksheet(xlsxwriter.worksheet.Worksheet):  # type: ignore[misc]
    """A sheet whose formulas are written as they are.

    XlsxWriter searches each formula for the functions of newer Excel, which takes longer than all else; ours use none of them.
    """

    def _write_formula(self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0) -> int:
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = CellFormulaTuple(formula.removeprefix("="), cell_format, value)
        return 0

    def write_array(self, row: int, column: int, formula: ArrayFormula, values: Sequence[Sequence[float]]) -> None:
        """An array formula with the values of all its cells, which XlsxWriter would fill with zeros."""
        bottom, right = row + formula.height - 1, column + formula.width - 1
        self._check_dimensions(bottom, right)
        for down, line in enumerate(values):
            for across, value in enumerate(line):
                self.table[row + down][column + across] = CellNumberTuple(int(value) if value.is_integer() and abs(value) < _LARGE else value, None)
        self.table[row][column] = CellArrayFormulaTuple(formula.text, None, values[0][0], f"{address(row, column)}:{address(bottom, right)}", "static")


class Pages:
    """All sheets of one workbook, its names and properties."""

    def __init__(self, properties: dict[str, str], custom: dict[str, str]) -> None:
        self.properties, self.custom = properties, custom
        self.pages: list[Page] = []
        self.names: dict[str, str] = {}
        self.calculation: Calculation | None = None
        self._formats: dict[str, Any] = {}
        self._of_style: dict[int, tuple[Style, Any]] = {}  # by the id of the properties, which are kept so that no others get it
        self.book: Any = None

    def page(self, name: str, *, hidden: bool = False) -> Page:
        made = Page(name, hidden=hidden)
        self.pages.append(made)
        return made

    def calculated(self) -> Calculation:
        """Everything worked out."""
        columns = {
            f"{table.name}[{heading}]": Area(page.name, table.top + 1, table.left + place, table.top + table.rows, table.left + place)
            for page in self.pages
            for table in page.tables
            for place, heading in enumerate(table.headings)
        }
        if self.calculation is None:
            worked = {f"{table.name}[{table.headings[place]}]": text for page in self.pages for table in page.tables for place, text in table.formulas.items()}
            self.calculation = Calculation({page.name: page.cells for page in self.pages}, self.names, columns, worked)
        return self.calculation

    def style(self, properties: Style) -> Any:
        if id(properties) in self._of_style:  # thousands of cells share theirs, and each would be spelled out
            return self._of_style[id(properties)][1]
        key = repr(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(FONT | properties)
        self._of_style[id(properties)] = properties, self._formats[key]
        return self._formats[key]

    def write(self, path: Path, *, formulas: bool = True, shown: Container[str] | None = None) -> None:
        """Write the workbook to a new file.

        formulas: without them each cell gets its value only. shown: the names of the pages that are not hidden, all that are not hidden anyway.
        """
        calculation = self.calculated()
        packed = io.BytesIO()
        with xlsxwriter.Workbook(packed, SAFE) as book:
            self.book, self._formats, self._of_style = book, {}, {}
            book.set_properties(self.properties)
            for key, value in self.custom.items():
                book.set_custom_property(key, value, "text")
            book.set_calc_mode("auto")
            sheets = [book.add_worksheet(page.name, _Worksheet) for page in self.pages]
            for name, text in self.names.items():
                book.define_name(name, f"={text}")
            for page, sheet in zip(self.pages, sheets, strict=True):
                for table in page.tables:
                    self._table(sheet, table, formulas=formulas)
                for row, height in page.heights.items():
                    sheet.set_row(row, height)
                for area in page.merged:  # the cells are filled below
                    sheet.merge_range(*area, "", self.style(page.styles.get(area[:2], {})))
                self._cells(page, sheet, calculation, formulas=formulas)
                for finish in page.finish:
                    finish(sheet, self)
            visible = [not page.hidden and (shown is None or page.name in shown) for page in self.pages]
            first = sheets[visible.index(True)]
            first.activate()
            first.set_first_sheet()
            for page, sheet, seen in zip(self.pages, sheets, visible, strict=True):
                if not seen:
                    sheet.hide()
                elif page.printed is not None:  # LibreOffice prints hidden sheets that have a print area
                    sheet.print_area(*page.printed)
        path.write_bytes(_tight(packed))

    def _table(self, sheet: Any, table: Table, *, formulas: bool) -> None:
        columns = [
            {"header": heading} | ({"formula": f"={table.formulas[place]}"} if formulas and place in table.formulas else {})
            for place, heading in enumerate(table.headings)
        ]
        bottom, right = table.top + table.rows, table.left + len(columns) - 1
        sheet.add_table(table.top, table.left, bottom, right, {"name": table.name, "columns": columns, "style": None, "autofilter": False})

    def _cells(self, page: Page, sheet: Any, calculation: Calculation, *, formulas: bool) -> None:
        for row, column in sorted(page.cells.keys() | page.styles.keys()):
            content = page.cells.get((row, column))
            if isinstance(content, Filled):
                continue
            if isinstance(content, ArrayFormula):
                if formulas:
                    places = [[(row + down, column + across) for across in range(content.width)] for down in range(content.height)]
                    sheet.write_array(row, column, content, [[calculation.value(page.name, *place) for place in line] for line in places])
                continue
            # nobody looks at a hidden page
            style = None if page.hidden else self.style(page.styles.get((row, column), {}))
            if isinstance(content, Formula):
                value = calculation.value(page.name, row, column)
                shown = (
                    value.code
                    if isinstance(value, Failed)
                    else int(value)
                    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGE
                    else value
                )
                if formulas:
                    sheet.write_formula(row, column, f"={content.text}", style, shown)
                    continue
                content = shown
            if (row, column) in page.links:
                sheet.write_url(row, column, page.links[row, column], style, str(content))
            elif isinstance(content, str):
                sheet.write_string(row, column, content, style)
            elif isinstance(content, bool):
                sheet.write_boolean(row, column, content, style)
            elif content is None:
                sheet.write_blank(row, column, None, style)
            else:
                sheet.write_number(row, column, content, style)
