"""The check list, tried in an Excel that was started for it: what is typed, saved, opened again, and what its cells hold then.

``examine`` takes Excel's object model, over COM or a stand-in, and tells what it sees while it sees it, because a call over COM may
never come back. Over COM it is ``com_object.ComObject``, which knows the members that are called by their names and takes no named arguments.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from smm_xl.cells import columns
from smm_xl.functions import FUNCTIONS
from smm_xl.hosts import faults
from smm_xl.hosts.excel_addin import ERRORS_OVER_COM
from smm_xl.hosts.excel_addin.checklist import Cell, Check, Step, checks, difference
from smm_xl.hosts.excel_addin.cleaning import Cleaner
from smm_xl.language import Text, same

PLACE_COLUMN, PLACE = "H", "H1"  # where the formula goes
_MANY = 1000
_MACROS_AS_THE_PROGRAM_SAYS = 1  # msoAutomationSecurityLow: the add-in's macros are meant to run
_AUTOMATIC = -4105  # xlCalculationAutomatic
_XLSX = 51  # xlOpenXMLWorkbook
_LANGUAGE = 2  # msoLanguageIDUI
_DECIMAL, _LIST = 3 - 1, 5 - 1  # xlDecimalSeparator and xlListSeparator, as places in all of them

# HRESULTs, unsigned
_BUSY = {0x80010001, 0x8001010A}  # RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER
_GONE = {0x800706BA, 0x800706BE, 0x80010007, 0x80010108, 0x80010012}  # the server is unavailable, failed, died, disconnected
_NO_SUCH_MEMBER = {0x80020003, 0x80020006}
_EXCEPTION = 0x80020009  # DISP_E_EXCEPTION
BUSY_FOR = 30.0  # seconds that a call is tried again where Excel is busy


class Event(NamedTuple):
    """Something that was seen. kind: fact, begins, ok, differs, impossible, process, refused or stopped; key: of the check or the fact."""

    kind: str
    key: str
    words: Text = same("")


Tell = Callable[[Event], None]


class _Stopped(Exception):
    """Nothing more can be tried; the reason was told."""


@dataclass(frozen=True)
class _Bench:
    """Excel at work. has_spills: whether results of several cells spill by themselves, as from 365 and 2021 on."""

    application: Any
    has_spills: bool
    clean: Cleaner
    tell: Tell


def examine(application: Any, addin: Path, folder: Path, clean: Cleaner, tell: Tell, process_of: Callable[[Any], int | None]) -> None:
    """Try the whole list in an Excel of its own, which is quit in any case; its workbooks are closed and not saved, but for one in the folder.

    An Excel that has workbooks is somebody's and is left alone. process_of: the number of Excel's process, for the one who may have to
    end it; None where it cannot be told.
    """
    if _patiently(lambda: application.Workbooks.Count):
        tell(Event("stopped", "", Text("this Excel has workbooks already; it was left alone", "в этом Excel уже есть книги; его не трогали")))
        return
    try:
        tell(Event("process", str(_patiently(lambda: process_of(application)) or "")))
        _patiently(lambda: _settle(application))
        clean = clean.knowing(_patiently(lambda: application.UserName))
        for key, value in _facts(application).items():
            tell(Event("fact", key, Text(clean(value), clean(value))))
        _open(application, addin, clean, tell)
        _run(application, folder, clean, tell)
    except _Stopped:
        pass
    except Exception as error:
        tell(Event("stopped", "", reason(error, clean)))
    finally:
        _quit(application)


def _settle(application: Any) -> None:
    """No window, no questions."""
    application.Visible = False
    application.DisplayAlerts = False


def _facts(application: Any) -> dict[str, str]:
    return {
        "version": str(_patiently(lambda: application.Version)),
        "build": str(_patiently(lambda: application.Build)),
        "system": str(_patiently(lambda: application.OperatingSystem)),
        "language": str(_patiently(lambda: application.LanguageSettings.LanguageID(_LANGUAGE))),
    }


def _open(application: Any, addin: Path, clean: Cleaner, tell: Tell) -> None:
    """Load the add-in: an Excel that a program starts loads none by itself. Its macros are allowed for this one file."""

    def load() -> None:
        before = application.AutomationSecurity
        application.AutomationSecurity = _MACROS_AS_THE_PROGRAM_SAYS
        try:
            application.Workbooks.Open(str(addin), 0, True)
        finally:
            application.AutomationSecurity = before

    try:
        _patiently(load)
    except Exception as error:
        why = reason(error, clean)
        tell(Event("stopped", "", Text(f"Excel did not open the add-in: {why.en}", f"Excel не открыл надстройку: {why.ru}")))
        raise _Stopped from None


def _quit(application: Any) -> None:
    # what hangs here is ended from outside
    with contextlib.suppress(Exception):
        for book in [application.Workbooks(place) for place in range(application.Workbooks.Count, 0, -1)]:
            book.Close(False)
    with contextlib.suppress(Exception):
        _patiently(application.Quit)


# --- the steps ------------------------------------------------------------------------------------------------------


def _run(application: Any, folder: Path, clean: Cleaner, tell: Tell) -> None:
    book = _patiently(application.Workbooks.Add)
    _patiently(lambda: setattr(application, "Calculation", _AUTOMATIC))
    bench = _Bench(application, _patiently(lambda: _has_spills(book)), clean, tell)
    spills = Text("spill", "заполняются сами") if bench.has_spills else Text("array formulas", "формулы массива")
    tell(Event("fact", "tables", spills))
    by_step = {step: [check for check in checks() if check.step is step] for step in Step}
    for number, check in enumerate(by_step[Step.CELL]):
        _try(bench, check, lambda check=check, first=number == 0: _typed(bench, book, check, first=first))  # type: ignore[misc]
    _each(bench, by_step[Step.LOCAL], lambda check: _as_people_type(bench, book, check))
    _each(bench, by_step[Step.KNOWN], lambda check: _all_known(book, check))
    _each(bench, by_step[Step.CHANGED], lambda check: _followed(bench, book, check))
    _each(bench, by_step[Step.THOUSAND], lambda check: _many(bench, book, check))
    with _another(application) as second:
        _each(bench, by_step[Step.SECOND], lambda check: _typed(bench, second, check))
    with _another(application) as old:
        _each(bench, by_step[Step.IN_1904], lambda check: _in_1904(bench, old, check))
    _saved_and_reopened(bench, book, by_step[Step.REOPENED], folder)


def _each(bench: _Bench, tried: Iterable[Check], look: Callable[[Check], Text | None]) -> None:
    for check in tried:
        _try(bench, check, lambda check=check: look(check))  # type: ignore[misc]


def _try(bench: _Bench, check: Check, look: Callable[[], Text | None]) -> None:
    """Tell how one check ends. look: gives what differs; what it raises is told as well, and where Excel is gone nothing more is tried."""
    bench.tell(Event("begins", check.key))
    try:
        differs = _patiently(look)
    except Exception as error:
        bench.tell(Event("impossible", check.key, reason(error, bench.clean)))
        _stop_if_lost(bench, error)
        return
    bench.tell(Event("ok", check.key) if differs is None else Event("differs", check.key, bench.clean.both(differs)))


def _stop_if_lost(bench: _Bench, error: Exception) -> None:
    """Nothing more is tried in an Excel that has ended, or that was busy for so long that somebody would have to look at it."""
    code = _code(error)
    if code in _GONE:
        bench.tell(Event("stopped", "", Text("Excel has ended", "Excel завершился")))
    elif code in _BUSY:
        bench.tell(Event("stopped", "", Text("Excel stayed busy", "Excel всё время занят")))
    else:
        return
    raise _Stopped from None


@contextlib.contextmanager
def _another(application: Any) -> Iterator[Any]:
    """One more workbook, closed afterwards and not saved."""
    book = _patiently(application.Workbooks.Add)
    yield book
    _patiently(lambda: book.Close(False))


def _typed(bench: _Bench, book: Any, check: Check, *, first: bool = False) -> Text | None:
    sheet = _prepared(book, check)
    began = time.perf_counter()
    _enter(bench, sheet, check)
    if first:
        _tell_seconds(bench, "first value", began)
    return difference(check.expected, _cells(sheet, check))


def _as_people_type(bench: _Bench, book: Any, check: Check) -> Text | None:
    sheet = _prepared(book, check)
    separators = bench.application.International
    signs = {",": str(separators[_LIST]), ".": str(separators[_DECIMAL])}
    sheet.Range(PLACE).FormulaLocal = "".join(signs.get(sign, sign) for sign in check.formula)
    return difference(check.expected, _cells(sheet, check))


def _all_known(book: Any, check: Check) -> Text | None:
    sheet = _prepared(book, check)
    for row, name in enumerate(FUNCTIONS, 1):
        sheet.Range(f"{PLACE_COLUMN}{row}").Formula = f"={name}()"
    found = sheet.Range(f"{PLACE}:{PLACE_COLUMN}{len(FUNCTIONS)}").Value2
    unknown = [name for name, (value,) in zip(FUNCTIONS, found, strict=True) if ERRORS_OVER_COM.get(value) == "#NAME?"]
    if not unknown:
        return None
    shown = ", ".join(unknown[:5]) + (", …" if len(unknown) > 5 else "")
    return Text(f"{len(unknown)} of {len(found)} give #NAME?: {shown}", f"{len(unknown)} из {len(found)} дают #NAME?: {shown}")


def _followed(bench: _Bench, book: Any, check: Check) -> Text | None:
    sheet = _prepared(book, check)
    _enter(bench, sheet, check)
    _fill(sheet, check.then)
    return difference(check.expected, _cells(sheet, check))


def _many(bench: _Bench, book: Any, check: Check) -> Text | None:
    sheet = _prepared(book, check)
    area = sheet.Range(f"{PLACE}:{PLACE_COLUMN}{_MANY}")
    began = time.perf_counter()
    area.Formula = check.formula
    found = area.Value2
    _tell_seconds(bench, "1000 calls", began)
    wrong = [differs for (cell,) in found if (differs := difference(check.expected, [[cell]])) is not None]
    if not wrong:
        return None
    return Text(f"{len(wrong)} of {len(found)} cells, the first: {wrong[0].en}", f"{len(wrong)} из {len(found)} ячеек, первая: {wrong[0].ru}")


def _in_1904(bench: _Bench, book: Any, check: Check) -> Text | None:
    book.Date1904 = True
    return _typed(bench, book, check)


def _saved_and_reopened(bench: _Bench, book: Any, tried: Sequence[Check], folder: Path) -> None:
    """Type, save, close, open again; what the cells hold then, before and after they are worked out anew, and what formulas are called."""
    try:
        for check in tried:
            _patiently(lambda check=check: _enter(bench, _prepared(book, check), check))  # type: ignore[misc]
        path = str(folder / "smm-xl-selftest.xlsx")
        _patiently(lambda: book.SaveAs(path, _XLSX))
        _patiently(lambda: book.Close(False))
        again = _patiently(lambda: bench.application.Workbooks.Open(path, 0))
        kept = {check.key: _cells(again.Worksheets(check.key), check) for check in tried}
        _patiently(bench.application.CalculateFull)
    except Exception as error:
        why = reason(error, bench.clean)
        for check in tried:
            bench.tell(Event("impossible", check.key, why))
        _stop_if_lost(bench, error)
        return
    _each(bench, tried, lambda check: _as_before(bench, again.Worksheets(check.key), check, kept[check.key]))


def _as_before(bench: _Bench, sheet: Any, check: Check, kept: Any) -> Text | None:
    """What differs in a workbook that was opened again. kept: what its cells held before they were worked out anew."""
    place = sheet.Range(PLACE)
    formula = str(place.Formula2 if bench.has_spills else place.Formula)
    before, after = difference(check.expected, kept), difference(check.expected, _cells(sheet, check))
    found = [
        *([] if before is None else [Text(f"as it was opened: {before.en}", f"сразу после открытия: {before.ru}")]),
        *([] if formula == check.formula else [bench.clean.both(Text(f"the formula has become {formula}", f"формула стала {formula}"))]),
        *([] if after is None else [Text(f"worked out anew: {after.en}", f"после пересчёта: {after.ru}")]),
    ]
    return Text("; ".join(part.en for part in found), "; ".join(part.ru for part in found)) if found else None


# --- cells ----------------------------------------------------------------------------------------------------------


def _prepared(book: Any, check: Check) -> Any:
    """A sheet for one check, named after it, with what is put into cells before."""
    try:
        sheet = book.Worksheets(check.key)  # it was tried before, and Excel was busy
    except Exception as error:
        if _code(error) in _BUSY | _GONE:
            raise
        sheet = book.Worksheets.Add()
        sheet.Name = check.key
    for place, how in check.formats.items():
        sheet.Range(place).NumberFormat = how
    _fill(sheet, check.cells)
    return sheet


def _fill(sheet: Any, cells: dict[str, Cell]) -> None:
    for place, value in cells.items():
        cell = sheet.Range(place)
        if isinstance(value, dt.date):
            cell.NumberFormat = "yyyy-mm-dd"
            cell.Formula = f"=DATE({value.year},{value.month},{value.day})"
        elif isinstance(value, str) and value.startswith("="):
            cell.Formula = value
        else:
            cell.Value2 = value


def _has_spills(book: Any) -> bool:
    try:
        return isinstance(book.Worksheets(1).Range(PLACE).Formula2, str)
    except Exception as error:
        if isinstance(error, AttributeError) or _code(error) in _NO_SUCH_MEMBER:
            return False
        raise


def _enter(bench: _Bench, sheet: Any, check: Check) -> None:
    """Type the formula; where tables do not spill, as an array formula into the cells that are expected."""
    if bench.has_spills:
        sheet.Range(PLACE).Formula2 = check.formula
    elif check.is_block:
        sheet.Range(f"{PLACE}:{_corner(check, 0)}").FormulaArray = check.formula
    else:
        sheet.Range(PLACE).Formula = check.formula


def _cells(sheet: Any, check: Check) -> Any:
    """The rows where the result has to stand, with one row and one column more."""
    return sheet.Range(f"{PLACE}:{_corner(check, 1)}").Value2


def _corner(check: Check, beyond: int) -> str:
    return columns.address(len(check.expected) - 1 + beyond, columns.number(PLACE_COLUMN) + len(check.expected[0]) - 1 + beyond)


def _tell_seconds(bench: _Bench, what: str, began: float) -> None:
    seconds = f"{time.perf_counter() - began:.2f}"
    bench.tell(Event("fact", what, Text(f"{seconds} s", f"{seconds} с")))


# --- what COM says --------------------------------------------------------------------------------------------------


def _patiently(call: Callable[[], Any]) -> Any:
    """What a call gives; while Excel is busy it is tried again, for a while."""
    until = time.monotonic() + BUSY_FOR
    while True:
        try:
            return call()
        except Exception as error:
            if _code(error) not in _BUSY or time.monotonic() > until:
                raise
        time.sleep(0.2)


def _code(error: Exception) -> int | None:
    """The HRESULT of an error of COM, unsigned; where COM says no more than that the program raised one, the program's. None for another error."""
    code = getattr(error, "hresult", None)
    if not isinstance(code, int):
        return None
    more = getattr(error, "excepinfo", None)
    if code & 0xFFFFFFFF == _EXCEPTION and more and isinstance(more[5], int):
        code = more[5]
    return code & 0xFFFFFFFF


def reason(error: Exception, clean: Cleaner) -> Text:
    """What an error says, without anything of the user: the number that COM gives it, the words of COM and of Excel."""
    code = _code(error)
    if code is None:
        told = f"{faults.place(error)}: {clean(str(error))}"
    else:
        more = getattr(error, "excepinfo", None)
        parts = [str(getattr(error, "strerror", "") or ""), str(more[2] or "") if more else ""]
        told = f"0x{code:08X} {clean(' '.join(part for part in parts if part))}".strip()
    if code in _BUSY:
        return Text(f"Excel was busy ({told})", f"Excel был занят ({told})")
    return same(told)
