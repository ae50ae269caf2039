"""A stand-in for Excel's object model, as far as the self-test uses it, whose functions are our own Python; and ways of answering wrongly.

It holds what Excel holds over COM: numbers as float, errors as whole numbers, nothing as None. Workbooks are really saved: what is
opened again is what was saved, worked out anew when that is asked for.
"""

from __future__ import annotations

import copy
import datetime as dt
import inspect
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from smm_xl.catalog.kpi import Takes
from smm_xl.cells import columns
from smm_xl.functions import FUNCTIONS
from smm_xl.functions.compiled import REQUIRED
from smm_xl.hosts import excel as host
from smm_xl.hosts.excel_addin import ERROR_CODES

_HRESULT_OF_0 = -2146828288
ERROR = {name: _HRESULT_OF_0 + code for name, code in ERROR_CODES.items()}
_ERROR_TYPES = {ERROR[name]: number for number, name in enumerate(("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"), 1)}
MISSING = object()  # an argument that was left out
AUTOMATIC, MANUAL = -4105, -4135
REJECTED, UNAVAILABLE, REFUSED, _EXCEPTION = -2147418111, -2147023174, -2146827284, -2147352567
_NO_SUCH_INDEX, _UNKNOWN_NAME = -2147352565, -2147352570
_1904 = 1462  # days between the two date systems
_TOKEN = re.compile(r'\s*("(?:[^"]|"")*"|\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?|[A-Z]{1,3}:[A-Z]{1,3}|[A-Z_][A-Z0-9_.]*|\d+(?:\.\d+)?|[-/(),=])')


class ComError(Exception):
    """What pywin32 raises. code: of COM itself, or Excel's own, which then stands inside of another one, with what Excel says."""

    def __init__(self, code: int, said: str) -> None:
        is_of_excel = code == REFUSED
        self.code, self.said = code, said
        self.hresult, self.strerror = (_EXCEPTION, "Exception occurred.") if is_of_excel else (code, said)
        self.excepinfo = (0, "Microsoft Excel", said, "xlmain11.chm", 0, code) if is_of_excel else None
        super().__init__(self.hresult, self.strerror, self.excepinfo, None)


@dataclass
class Cell:
    """formula: as it was typed; value: as Value2 gives it; spill: the place of the formula whose result stands here."""

    formula: str = ""
    value: Any = None
    how: str = "General"
    kind: str = ""
    height: int = 1
    width: int = 1
    spill: tuple[int, int] | None = None


@dataclass
class Sheet:
    """A worksheet: cells by row and column, counted from one."""

    book: Book
    Name: str = "Sheet1"
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def Range(self, address: str) -> Range:
        return Range(self, *_corners(address))


class Range:
    """Cells of a sheet from one corner to another. Ranges of one cell give a value, others rows."""

    MEMBERS = frozenset({"Value2", "NumberFormat", "Formula", "Formula2", "FormulaArray", "FormulaLocal"})

    def __init__(self, sheet: Sheet, top: int, left: int, bottom: int, right: int) -> None:
        self.__dict__.update(sheet=sheet, places=[[(row, column) for column in range(left, right + 1)] for row in range(top, bottom + 1)])

    @property
    def has_spills(self) -> bool:
        return bool(self.sheet.book.program.has_spills)

    def _cell(self, place: tuple[int, int]) -> Cell:
        cell: Cell = self.sheet.cells.setdefault(place, Cell())
        return cell

    def __getattr__(self, name: str) -> Any:
        program = self.sheet.book.program
        program.asked(name)
        if name == "Value2":
            rows = tuple(tuple(program.shown(self.sheet.cells.get(place, Cell()), self.sheet.book) for place in row) for row in self.places)
            return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows
        if name in ("Formula", "Formula2") and (name == "Formula" or program.has_spills):
            return self._cell(self.places[0][0]).formula
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        program = self.sheet.book.program
        program.asked(name)
        if name == "NumberFormat":
            self._cell(self.places[0][0]).how = value
        elif name == "Value2":
            cell = self._cell(self.places[0][0])
            cell.formula, cell.value = "", float(value) if type(value) is int else value
            if program.Calculation == AUTOMATIC:
                self.sheet.book.calculate(self.sheet)
        elif name == "FormulaLocal":
            comma, point = program.International[4], program.International[2]
            self._enter("Formula", value.replace(point, ".").replace(comma, ","))
        elif name in ("Formula", "FormulaArray") or (name == "Formula2" and program.has_spills):
            self._enter(name, value)
        else:
            raise AttributeError(f"Property '<unknown>.{name}' can not be set.")

    def _enter(self, kind: str, formula: str) -> None:
        book = self.sheet.book
        for row in self.places if kind != "FormulaArray" else self.places[:1]:
            for place in row if kind != "FormulaArray" else row[:1]:
                cell = self._cell(place)
                cell.formula, cell.kind, cell.height, cell.width = formula, kind, len(self.places), len(self.places[0])
                book.program.calculate(self.sheet, place)


@dataclass
class Book:
    """A workbook. name: its path once it was saved."""

    program: Application
    name: str = ""
    sheets: list[Sheet] = field(default_factory=list)
    Date1904: bool = False

    @property
    def Worksheets(self) -> _Collection:
        return _Collection(self.sheets, self.add)

    def add(self) -> Sheet:
        sheet = Sheet(self, f"Sheet{len(self.sheets) + 1}")
        self.sheets.append(sheet)
        return sheet

    def SaveAs(self, path: str, kind: int) -> None:
        assert kind == 51
        self.program.asked("SaveAs")
        self.name = path
        Path(path).write_bytes(b"")
        self.program.saved[path] = [(sheet.Name, copy.deepcopy(sheet.cells)) for sheet in self.sheets]

    def Close(self, save: bool) -> None:
        assert save is False
        self.program.books.remove(self)

    def calculate(self, sheet: Sheet) -> None:
        for place, cell in list(sheet.cells.items()):
            if cell.formula:
                self.program.calculate(sheet, place)


class _Collection:
    """Sheets of a workbook, or workbooks, by their places or names."""

    def __init__(self, items: list[Any], add: Any) -> None:
        self.items, self.Add = items, add

    @property
    def Count(self) -> int:
        return len(self.items)

    def __call__(self, key: int | str) -> Any:
        found = self.items[key - 1] if isinstance(key, int) else next((item for item in self.items if item.Name == key), None)
        if found is None:
            raise ComError(_NO_SUCH_INDEX, "Invalid index.")
        return found


class _Workbooks(_Collection):
    def __init__(self, program: Application) -> None:
        super().__init__(program.books, self.add)
        self.program = program

    def add(self) -> Book:
        book = Book(self.program)
        book.add()
        self.program.books.append(book)
        return book

    def Open(self, path: str, links: int, read_only: bool = False) -> Book:
        assert links == 0
        self.program.asked("Open")
        if path.endswith(".xlam"):
            assert read_only
            self.program.has_addin = self.program.AutomationSecurity == 1
            return Book(self.program, path)
        book = Book(self.program, path)
        for name, cells in self.program.saved[path]:
            book.sheets.append(Sheet(book, name, copy.deepcopy(cells)))
        self.program.books.append(book)
        self.program.opened(book)
        return book


class Application:
    """Excel, as a program that started it sees it: macros are blocked unless it is told otherwise."""

    Version, OperatingSystem, UserName = "16.0", "Windows (64-bit) NT 10.00", "Author"
    Build: int | str = 17928
    International: tuple[Any, ...] = (7, 1, ",", " ", ";")
    LanguageSettings = SimpleNamespace(LanguageID=lambda which: 1049)
    has_spills = True
    Visible, DisplayAlerts = True, True

    def __init__(self) -> None:
        self.books: list[Book] = []
        self.saved: dict[str, list[tuple[str, dict[tuple[int, int], Cell]]]] = {}
        self.AutomationSecurity, self.Calculation = 3, MANUAL
        self.has_addin = False
        self.quits = 0

    @property
    def Workbooks(self) -> _Workbooks:
        return _Workbooks(self)

    def CalculateFull(self) -> None:
        self.asked("CalculateFull")
        for book in self.books:
            for sheet in book.sheets:
                book.calculate(sheet)

    def Quit(self) -> None:
        assert not self.books
        assert self.DisplayAlerts is False
        self.quits += 1

    # what the wrong ones change

    def asked(self, what: str) -> None:
        """Something is asked of Excel."""

    def shown(self, cell: Cell, book: Book) -> Any:
        """A cell as Value2 gives it."""
        return cell.value

    def argument(self, cell: Cell) -> Any:
        """A cell as the add-in hands it to Python."""
        return cell.value

    def omitted(self) -> Any:
        """What stands for an argument that is left out."""
        return MISSING

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        """What a function of the add-in gives: a value, or rows."""
        return called(name, given) if self.has_addin else ERROR["#NAME?"]

    def spilled(self, rows: list[list[Any]]) -> list[list[Any]]:
        """The cells that a result fills."""
        return rows

    def opened(self, book: Book) -> None:
        """A workbook was opened."""

    # calculating

    def calculate(self, sheet: Sheet, place: tuple[int, int]) -> None:
        cell = sheet.cells[place]
        for other in [key for key, held in sheet.cells.items() if held.spill == place]:
            sheet.cells[other].value, sheet.cells[other].spill = None, None
        result = _Formula(self, sheet, cell.formula).value()
        rows = self.spilled(result) if isinstance(result, list) else [[result]]
        if cell.kind == "FormulaArray":
            rows = [[row[column] if column < len(row) else ERROR["#N/A"] for column in range(cell.width)] for row in rows[: cell.height]]
        elif cell.kind != "Formula2":
            rows = [rows[0][:1]]
        for down, row in enumerate(rows):
            for across, value in enumerate(row):
                target = sheet.cells.setdefault((place[0] + down, place[1] + across), Cell())
                target.value = value
                target.spill = place if (down, across) != (0, 0) else None


def called(name: str, given: list[Any]) -> Any:
    """A function of ours as the VBA of the add-in calls it: defaults for what is left out, names of errors made errors."""
    defaults = FUNCTIONS[name].defaults
    filled = [defaults[place] if value is MISSING else value for place, value in enumerate(given)]
    missing = defaults[len(filled) :]
    if REQUIRED in filled or REQUIRED in missing:
        return ERROR["#VALUE!"]
    result = getattr(host, name)(*filled)
    rows = [[ERROR.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in result]
    return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows


class _Formula:
    """A formula of the list, worked out."""

    def __init__(self, program: Application, sheet: Sheet, formula: str) -> None:
        self.program, self.sheet = program, sheet
        self.tokens = _TOKEN.findall(formula.removeprefix("=")) if "!" not in formula else ["MISSING_FILE", "(", ")"]

    def value(self) -> Any:
        value = self._of(self._quotient())
        if self.tokens and self.tokens.pop(0) == "=":
            other = self._of(self._quotient())
            value = value if type(value) is int else bool(value == other)
        assert not self.tokens, self.tokens
        return value

    def _quotient(self) -> Any:
        value = self._one()
        while self.tokens and self.tokens[0] == "/":
            self.tokens.pop(0)
            divisor = self._of(self._one())
            value = self._of(value) / divisor if divisor else ERROR["#DIV/0!"]
        return value

    def _one(self) -> Any:
        token = self.tokens.pop(0)
        if token == "-":
            return -self._one()
        if token.startswith('"'):
            return token[1:-1].replace('""', '"')
        if token[0].isdigit():
            return float(token)
        if self.tokens and self.tokens[0] == "(":
            return self._call(token, list(self._arguments()))
        return Range(self.sheet, *_corners(token, last=max((row for row, _ in self.sheet.cells), default=1)))

    def _arguments(self) -> Iterator[Any]:
        self.tokens.pop(0)
        if self.tokens[0] == ")":
            self.tokens.pop(0)
            return
        while True:
            yield MISSING if self.tokens[0] in ",)" else self._quotient()
            if self.tokens.pop(0) == ")":
                return

    def _of(self, value: Any) -> Any:
        return self.sheet.cells.get(value.places[0][0], Cell()).value if isinstance(value, Range) else value

    def _call(self, name: str, given: list[Any]) -> Any:
        if name == "IFERROR":
            return given[1] if type(given[0]) is int else given[0]
        if name == "ERROR.TYPE":
            return float(_ERROR_TYPES[given[0]]) if type(given[0]) is int else ERROR["#N/A"]
        if name == "DATE":
            year, month, number = map(int, given)
            day = dt.datetime(year, month, number)
            return float((day - dt.datetime(1899, 12, 30)).days - (_1904 if self.sheet.book.Date1904 else 0))
        if name not in FUNCTIONS:
            return ERROR["#NAME?"]
        takes = [parameter.takes for parameter in FUNCTIONS[name].parameters]
        handed = [self._handed(value, takes[min(place, len(takes) - 1)]) for place, value in enumerate(given)]
        return self.program.called(name, handed, self.sheet.book)

    def _handed(self, value: Any, takes: Takes) -> Any:
        """An argument as the VBA of the add-in hands it over; days of the 1904 system as dates."""
        if value is MISSING:
            return self.program.omitted()
        is_1904 = self.sheet.book.Date1904 and takes in (Takes.DAY, Takes.RANGE)
        if not isinstance(value, Range):
            return value + _1904 if is_1904 and isinstance(value, float) and takes is Takes.DAY else value
        rows = tuple(tuple(self._cell(self.sheet.cells.get(place, Cell()), is_1904=is_1904) for place in row) for row in value.places)
        return rows[0][0] if len(rows) == len(rows[0]) == 1 else rows

    def _cell(self, cell: Cell, *, is_1904: bool) -> Any:
        if is_1904 and cell.how.startswith("yyyy"):
            return dt.datetime(1899, 12, 30) + dt.timedelta(days=cell.value + _1904)
        return self.program.argument(cell)


def _corners(address: str, last: int = 1) -> tuple[int, int, int, int]:
    """The rows and columns of an address; last: the last row in use, for whole columns."""
    first, _, second = address.replace("$", "").partition(":")
    (left, top), (right, bottom) = [re.fullmatch(r"([A-Z]+)(\d*)", part).groups() for part in (first, second or first)]  # type: ignore[union-attr]
    return int(top or 1), columns.number(left) + 1, int(bottom or last), columns.number(right) + 1


class Dispatched:
    """An object of the stand-in as pywin32 holds one: members by their numbers, objects as objects like this."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.names = inner, ["the default"]

    def GetIDsOfNames(self, lcid: int, name: str) -> int:
        assert lcid == 0
        inner = self.inner
        if not (name in Range.MEMBERS if isinstance(inner, Range) else hasattr(inner, name)) or (name == "Formula2" and not inner.has_spills):
            raise ComError(_UNKNOWN_NAME, "Unknown name.")
        self.names.append(name)
        return len(self.names) - 1

    def Invoke(self, number: int, lcid: int, flags: int, wants_result: bool, *given: Any) -> Any:
        assert lcid == 0
        if flags == 4:
            assert not wants_result
            setattr(self.inner, self.names[number], *given)
            return None
        found = self.inner if number == 0 else getattr(self.inner, self.names[number])
        assert wants_result
        assert flags == (3 if number == 0 or inspect.isroutine(found) else 2)
        if flags == 3:
            found = found(*given)
        return found if isinstance(found, (str, float, int, tuple, type(None))) else Dispatched(found)


# --- Excels that answer wrongly -------------------------------------------------------------------------------------


class WithoutFunctions(Application):
    """1. The add-in's macros do not run: no function is known."""

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        return ERROR["#NAME?"]


class ErrorsAsText(Application):
    """2. Errors come as their names."""

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        names = {code: error for error, code in ERROR.items()}
        result = super().called(name, given, book)
        if isinstance(result, list):
            return [[names.get(cell, cell) if type(cell) is int else cell for cell in row] for row in result]
        return names.get(result, result) if type(result) is int else result


class EmptyAsZero(Application):
    """3. An empty cell counts as nought."""

    def argument(self, cell: Cell) -> Any:
        return 0.0 if cell.value is None else cell.value


class CurrencyShifted(Application):
    """4. A currency cell comes as the whole number that COM holds it in."""

    def argument(self, cell: Cell) -> Any:
        return cell.value * 10000 if cell.how.startswith("$") else cell.value


class OmittedAsBlank(Application):
    """5. An argument that is left out counts as a blank cell, also at the end."""

    def omitted(self) -> Any:
        return None

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        optional = [parameter.optional for parameter in FUNCTIONS[name].parameters[len(given) :]]
        return super().called(name, [*given, *([None] * sum(optional))], book)


class FirstCellAlone(Application):
    """6. Of a table the first cell appears."""

    def spilled(self, rows: list[list[Any]]) -> list[list[Any]]:
        return [rows[0][:1]]


class QuestionMarks(Application):
    """7. Russian text does not survive, on its way in and out."""

    def argument(self, cell: Cell) -> Any:
        return cell.value.encode("ascii", "replace").decode() if isinstance(cell.value, str) else cell.value

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        result = super().called(name, given, book)
        if isinstance(result, list):
            return [[cell.encode("ascii", "replace").decode() if isinstance(cell, str) else cell for cell in row] for row in result]
        return result.encode("ascii", "replace").decode() if isinstance(result, str) else result


class LostWhenReopened(Application):
    """8. In a workbook that is opened again the functions are not known."""

    def opened(self, book: Book) -> None:
        self.has_addin = False


class LinkedWhenReopened(Application):
    """8. A workbook that is opened again asks for the add-in by its path."""

    def opened(self, book: Book) -> None:
        for sheet in book.sheets:
            for cell in sheet.cells.values():
                cell.formula = cell.formula.replace("=SMM", "='C:\\Users\\Ivan Petrov\\XLSTART\\smm.xlam'!SMM")


class OneWorkbookAlone(Application):
    """9. In a second workbook nothing works."""

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        return super().called(name, given, book) if book is self.books[0] else ERROR["#VALUE!"]


class Hanging(Application):
    """10. Excel stops to answer in the middle."""

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        if name == "SMM_ENGAGEMENTS":
            time.sleep(600)
        return super().called(name, given, book)


class Busy(Application):
    """10. Excel rejects calls from a certain one on, so many of them."""

    def __init__(self, rejections: float) -> None:
        super().__init__()
        self.left, self.rejections = 40, rejections

    def asked(self, what: str) -> None:
        self.left -= 1
        if self.left < 0 < self.rejections:
            self.rejections -= 1
            raise ComError(REJECTED, "Call was rejected by callee.")


class Dying(Application):
    """10. Excel ends in the middle."""

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        if name == "SMM_ENGAGEMENTS":
            self.books.clear()
            raise ComError(UNAVAILABLE, "The RPC server is unavailable.")
        return super().called(name, given, book)


class Stale(Application):
    """11. Values do not follow when cells are changed."""

    Calculation = property(lambda self: MANUAL, lambda self, value: None)


class AddinRefused(Application):
    """12. The policies of the PC do not let the add-in be opened."""

    def asked(self, what: str) -> None:
        if what == "Open":
            raise ComError(REFUSED, "Не удалось открыть файл 'C:\\Users\\Ivan Petrov\\smm.xlam'.")


class NearlyRight(Application):
    """13. Numbers are off by a billionth."""

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        result = super().called(name, given, book)
        return result + 1e-9 if isinstance(result, float) else result


class NotSaved(Application):
    """14. Workbooks cannot be saved."""

    def asked(self, what: str) -> None:
        if what == "SaveAs":
            raise ComError(REFUSED, "Документ не сохранен.")


class ErrorCellsAsBlank(Application):
    """15. A cell with an error counts as empty, as with xlwings' own conversion."""

    def argument(self, cell: Cell) -> Any:
        return None if type(cell.value) is int else cell.value


class BooleansAsNumbers(Application):
    """16. TRUE counts as one."""

    def argument(self, cell: Cell) -> Any:
        return float(cell.value) if isinstance(cell.value, bool) else cell.value


class DaysOf1900(Application):
    """17. Days of the 1904 system are read as if they were of 1900."""

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        serials = [(value - dt.datetime(1899, 12, 30)).days - _1904 - 40000.0 if isinstance(value, dt.datetime) else value for value in given]
        return super().called(name, serials, book)


class TooMuch(Application):
    """18. A result fills cells that are not its own."""

    def spilled(self, rows: list[list[Any]]) -> list[list[Any]]:
        return [*rows, [0.0] * len(rows[0])]


class OlderExcel(Application):
    """Not wrong: Excel 2019, whose tables do not spill."""

    has_spills = False


class EnglishExcel(Application):
    """Not wrong: an English Excel."""

    International = (1, 1, ".", ",", ",")


class SomebodysExcel(Application):
    """Not ours: somebody works in it."""

    def __init__(self) -> None:
        super().__init__()
        self.Workbooks.Add()


class Telltale(Application):
    """Every text that it gives holds what belongs to the user, and nothing is right."""

    SECRET = "Ivan Petrov wrote C:\\Users\\Ivan Petrov\\Отчёт секретный.xlsx and \\\\FILESERVER\\buh\\план.xlsx for ivan.petrov@example.com on PC-BUH-7"
    Version = Build = OperatingSystem = SECRET
    UserName = "Ivan Petrov"
    LanguageSettings = SimpleNamespace(LanguageID=lambda which: Telltale.SECRET)

    def called(self, name: str, given: list[Any], book: Book) -> Any:
        if name == "SMM_STATUS":
            raise ComError(REFUSED, self.SECRET)
        if name == "SMM_FORECAST":
            raise RuntimeError(self.SECRET)
        if name == "SMM_INFO":
            return "План Ивана.xlsx"
        return self.SECRET if name == "SMM_CPL" else [["PC-BUH-7", "Отчёт секретный.xlsx"], ["[План Ивана.xlsx]Лист1", "Petrov"]]

    def opened(self, book: Book) -> None:
        for sheet in book.sheets:
            for cell in sheet.cells.values():
                cell.formula = "='C:\\Users\\Ivan Petrov\\[План Ивана.xlsx]Лист1'!A1"
