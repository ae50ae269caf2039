"""What a cell means: number, blank, text, error, date. One rule for every surface."""

from __future__ import annotations

import datetime as dt
import numbers
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from math import isfinite
from typing import Any, TypeVar

from smm_xl.cells import currencies, dates

T = TypeVar("T")

DIV0, NA, VALUE, NUM = "#DIV/0!", "#N/A", "#VALUE!", "#NUM!"

# How Excel writes its errors; in files saved by a Russian Excel as CSV they are text in Russian
ERRORS = {code: code for code in (DIV0, NA, VALUE, NUM, "#NULL!", "#REF!", "#NAME?", "#SPILL!", "#CALC!", "#GETTING_DATA")} | {
    "#ДЕЛ/0!": DIV0,
    "#Н/Д": NA,
    "#ЗНАЧ!": VALUE,
    "#ЧИСЛО!": NUM,
    "#ПУСТО!": "#NULL!",
    "#ССЫЛКА!": "#REF!",
    "#ИМЯ?": "#NAME?",
    # of German, French, Spanish, Italian and Portuguese Excel, where they differ
    "#NV": NA,
    "#WERT!": VALUE,
    "#ZAHL!": NUM,
    "#BEZUG!": "#REF!",
    "#ÜBERLAUF!": "#SPILL!",
    "#KALK!": "#CALC!",
    "#VALEUR!": VALUE,
    "#NOMBRE!": NUM,
    "#NOM?": "#NAME?",
    "#NUL!": "#NULL!",
    "#N/D": NA,
    "#¡VALOR!": VALUE,
    "#¡DIV/0!": DIV0,
    "#¡NUM!": NUM,
    "#¿NOMBRE?": "#NAME?",
    "#¡REF!": "#REF!",
    "#¡NULO!": "#NULL!",
    "#VALORE!": VALUE,
    "#RIF!": "#REF!",
    "#NOME?": "#NAME?",
    "#VALOR!": VALUE,
    "#NÚM!": NUM,
    "#NULO!": "#NULL!",
}

_GROUP_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009\u2007", " ") | {"\u2212": "-", "’": "'"})
_ABBREVIATIONS = {"тыс": 1e3, "k": 1e3, "к": 1e3, "млн": 1e6, "m": 1e6, "м": 1e6, "млрд": 1e9, "bn": 1e9}
# Patterns are compiled when the first text is read: it takes longer than many a function
_NUMBER = (
    rf"(?i)(?P<sign>[+-]?) ?(?:(?P<before>{currencies.BESIDE}) ?)?(?P<inner>[+-]?)(?P<body>[0-9.,][0-9 .,']*?)"
    rf"(?: ?(?P<short>тыс|млн|млрд|bn|k|m|к|м)\.?)?(?: ?(?P<percent>%)| ?(?P<after>{currencies.BESIDE}))?"
)
_EXPONENT = r"(?ai)-?\d+(?:\.\d+)?e[+-]?\d{1,3}"
_PLAIN = r"\d+"
_AMBIGUOUS = r"[1-9]\d{0,2}[.,]\d{3}"
_DECIMAL = r"(\d*)([.,])(\d+)"
_SPACED = r"([1-9]\d{0,2}(?:(?: \d{3})+|(?:'\d{3})+))(?:([.,])(\d+))?"
_IN_BRACKETS = r"\(([^()+-]*)\)"  # how accountants write what is below zero
_GROUPED = r"([1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?|([1-9]\d{0,2}(?:\.\d{3})+)(?:,(\d+))?"

_ISO_DATE = r"(?a)(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{1,2}:\d{2}.*)?"
_DOTTED_DATE = r"(?a)(\d{1,2})\.(\d{1,2})\.(\d{4})(?: \d{1,2}:\d{2}.*)?"


class CellError(Exception):
    """A cell that is not what is meant there; ``code`` is the Excel error that stands for it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Ambiguous(CellError):
    """Text that two languages read as different numbers, such as ``1,234``."""


def number(value: object) -> float | None:
    """The number in a cell, or None for a blank one.

    Raises CellError: the error that the cell holds, or #VALUE! for what is not plainly a number. An infinite number is
    given back as it is, because whether it may be is a matter of limits.
    """
    if type(value) is float:  # most cells
        return value if value == value else None
    if value is None:
        return None
    if isinstance(value, str):
        return number_in(value) if value else None
    if isinstance(value, bool):
        raise CellError(VALUE)
    if _is_nan(value):
        return None
    if isinstance(value, numbers.Real | Decimal):
        try:
            result = float(value)
        except OverflowError:
            raise CellError(NUM) from None
        except (TypeError, ValueError):
            raise CellError(VALUE) from None
        return result
    if isinstance(value, dt.date):  # datetime too
        return dates.serial_with_time(value)
    raise CellError(VALUE)


def _is_nan(value: object) -> bool:
    """Whether a value is a nan, or what dataframes put for a missing date."""
    if isinstance(value, Decimal):
        return value.is_nan()  # comparing a signalling one raises
    return isinstance(value, numbers.Real | dt.date) and value != value


def number_in(text: str, *, decimal: str | None = None, imported: bool = False) -> float:
    """The number that a text plainly is, in Russian or English writing; with % it is a hundredth.

    decimal:  "," or "." where the file's decimal mark is known; without it ``1,234`` is Ambiguous.
    imported: read ``12 тыс.``, ``2,3K`` and ``1.5e-05`` as well, which people and programs put into files.
    Raises CellError.
    """
    text = _bare(text)
    if imported and re.fullmatch(_EXPONENT, text):
        return float(text)
    below = re.fullmatch(_IN_BRACKETS, text)
    match = re.fullmatch(_NUMBER, below[1].strip() if below else text)
    if match is None or not currencies.may_stand_around(match["before"], match["after"]):
        raise CellError(VALUE)
    if (match["sign"] and match["inner"]) or (match["short"] and not imported):
        raise CellError(VALUE)
    try:
        result = float(_digits(match["body"], decimal))
    except OverflowError:
        raise CellError(NUM) from None
    if match["short"]:
        result *= _ABBREVIATIONS[match["short"].lower()]
    if match["percent"]:
        # 5.7 / 100 is 0.05699999...; moving the point in the text gives 0.057
        result = float(Decimal(_digits(match["body"], decimal)).scaleb(-2))
    return -result if below or "-" in (match["sign"], match["inner"]) else result


def _bare(text: str) -> str:
    """A text with plain blanks and minus signs and nothing around it. Raises CellError for the text of an error."""
    bare = text.translate(_GROUP_BLANKS).strip()
    if bare.upper() in ERRORS:
        raise CellError(ERRORS[bare.upper()])
    return bare


def is_abbreviated(text: str) -> bool:
    """Whether a number is written short, as in ``12 тыс.`` and ``2,3K``."""
    match = re.fullmatch(_NUMBER, text.translate(_GROUP_BLANKS).strip())
    return match is not None and bool(match["short"])


def _digits(body: str, decimal: str | None) -> str:
    """The digits of a number with a point for the decimal mark and no grouping."""
    if re.fullmatch(_PLAIN, body):
        return body
    if match := re.fullmatch(_SPACED, body):
        if decimal and match[2] and match[2] != decimal:
            raise CellError(VALUE)
        return match[1].replace(" ", "").replace("'", "") + (f".{match[3]}" if match[3] else "")
    if re.fullmatch(_AMBIGUOUS, body):
        if decimal is None:
            raise Ambiguous(VALUE)
        return body.replace(decimal, ".") if decimal in body else body.replace(",", "").replace(".", "")
    if (match := re.fullmatch(_DECIMAL, body)) and decimal in (None, match[2]):
        return f"{match[1]}.{match[3]}"
    if match := re.fullmatch(_GROUPED, body):
        mark, whole, rest = (".", match[1], match[2]) if match[1] else (",", match[3], match[4])
        if decimal in (None, mark):
            return whole.replace(",", "").replace(".", "") + (f".{rest}" if rest else "")
    raise CellError(VALUE)


def text(value: object) -> str | None:
    """The text in a cell, for names and ids, or None for a blank one. A whole number keeps no ``.0``.

    Raises CellError for an error cell and for what is no text.
    """
    if value is None:
        return None
    if isinstance(value, str):
        _bare(value)
        return value.strip() or None
    if isinstance(value, bool):
        raise CellError(VALUE)
    if _is_nan(value):
        return None
    if isinstance(value, numbers.Real | Decimal):
        try:
            # not through float: ids of 17 digits would lose digits and become one
            whole = int(value)  # type: ignore[arg-type]
            return str(whole) if value == whole else str(value)
        except (ArithmeticError, ValueError):
            raise CellError(VALUE) from None
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    raise CellError(VALUE)


def day(value: object) -> int | None:
    """The day in a cell as a proleptic ordinal (``date.toordinal``), or None for a blank cell.

    A date, an Excel serial of the 1900 system, ISO text or dd.mm.yyyy. Raises CellError #VALUE! for anything else,
    dates with slashes and impossible dates among them.
    """
    if isinstance(value, dt.date):
        return None if _is_nan(value) else value.toordinal()
    if isinstance(value, str):
        if not value:
            return None
        stripped = _bare(value)
        if match := re.fullmatch(_ISO_DATE, stripped):
            return ordinal(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(_DOTTED_DATE, stripped):
            return ordinal(int(match[3]), int(match[2]), int(match[1]))
        raise CellError(VALUE)
    found = number(value)
    if found is None:
        return None
    if not 1 <= found < dates.LAST_SERIAL + 1 or int(found) == dates.NO_SERIAL:
        raise CellError(VALUE)
    return dates.ordinal_of(found)


def ordinal(year: int, month: int, day_of_month: int) -> int:
    """The proleptic ordinal of a day; CellError #VALUE! for an impossible one."""
    try:
        return dt.date(year, month, day_of_month).toordinal()
    except ValueError:
        raise CellError(VALUE) from None


def first_error(values: Iterable[object]) -> str | None:
    """The error that stands for several numbers and errors, in the order of the arguments; None where all are numbers.

    The one rule of which error is shown, on every surface:

    1. what cannot be read is its error before anything is worked out: an error cell, text, a number out of its limits;
    2. of several errors the first counts, in the order of arguments, in a range in reading order, in a table row by row;
    3. but #N/A, which says that something is not known, gives way to the others, which say that something is wrong;
    4. a blank cell that is needed is not known either: #N/A;
    5. what is left is the error of the work itself, such as #DIV/0!.
    """
    errors = [value for value in values if isinstance(value, str)]
    return next((error for error in errors if error != NA), NA) if errors else None


def each_read(read: Callable[..., T], *given: Iterable[Any]) -> list[T]:
    """What is read of each cell, or of each argument and its cell, in their order. Raises the CellError that ``first_error`` would choose."""
    found, unknown = [], False
    for one in zip(*given, strict=True):
        try:
            found.append(read(*one))
        except CellError as error:
            if error.code != NA:
                raise
            unknown = True
    if unknown:
        raise CellError(NA)
    return found


def unless_error(work: Callable[..., Any], *values: object) -> Any:
    """What is worked out of numbers (and of other values that are no text), as a cell shows it; the ``first_error`` where one is an error."""
    return first_error(values) or shielded(lambda: work(*values))


def shielded(work: Callable[[], Any]) -> Any:
    """A result as a cell shows it: its error where it has none."""
    try:
        result = work()
    except CellError as error:
        return error.code
    except ZeroDivisionError:
        return DIV0
    except OverflowError:
        return NUM
    if not isinstance(result, float):
        return result
    return result + 0.0 if isfinite(result) else NUM
