"""How formulas in Excel files spell our functions, and rewriting a copy of a file from one spelling to another.

Excel and later versions of LibreOffice write ``SMM_CPL(...)``; LibreOffice 7.4 reads and writes ``SMM.CPL(...)``, which later
versions read too. A file that Excel saved while the functions came from an add-in of somebody else, or from another kind of add-in,
names that too: ``[1]!SMM_CPL(...)``, ``'C:\\Users\\x\\smm.xlam'!SMM_CPL(...)``, ``_xldudf_SMM_CPL(...)``; such a formula shows #NAME? or
old values elsewhere, and is brought back to the plain name. Only the names of our functions in formulas are changed: not text, not names of sheets or columns, and no other
byte of the parts of the file.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from enum import Enum
from html import unescape
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from smm_xl.errors import InputError
from smm_xl.hosts.libreoffice.signatures import SERVICE, SIGNATURES
from smm_xl.language import Text


class Spelling(Enum):
    """For which programs a file is spelt."""

    EXCEL = "excel"
    LIBREOFFICE = "libreoffice"


BOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")
_MOST_CHARACTERS = 4_000_000_000
_DOTTED = {signature.function.name: signature.programmatic for signature in SIGNATURES.values()}
# the names that a spelling puts in place of those of the other
_NAMES = {
    Spelling.LIBREOFFICE: _DOTTED,
    Spelling.EXCEL: {dotted: name for name, dotted in _DOTTED.items()},
}
_OTHER = {Spelling.EXCEL: Spelling.LIBREOFFICE, Spelling.LIBREOFFICE: Spelling.EXCEL}
# the elements of a workbook that hold a formula, with any prefix
_FORMULA = re.compile(r"(<(?:\w+:)?(?:f|formula|formula1|formula2|definedName|calculatedColumnFormula|totalsRowFormula)(?:\s[^<>]*)?(?<!/)>)([^<]+)(?=</)")
# what ties a call to one add-in: the number of a linked file, the path of an add-in, the marks of Office.js and of compiled add-ins
_TIE = r"""\[\d+\]!|'(?:[^']|'')*\.xla[ms]?'!|[\w.\[\]]*\.xla[ms]?\]?!|_xldudf_|_xll\."""
# text, the name of a sheet and that of a column are passed over; what is left is a name before a bracket
_WORD = re.compile(
    rf"""(?<![\w.!])(?P<tie>{_TIE})?(?P<name>(?:SMM_|SMM\.)[\w.]+)(?=\s*\()"""
    r"""|"(?:[^"]|"")*"|'(?:[^']|'')*'|\[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]""",
    re.IGNORECASE,
)


class Converted(NamedTuple):
    """What was done: how the copy is spelt, how often each function was renamed, which names are none of our functions."""

    spelling: Spelling
    renamed: Counter[str]
    unknown: tuple[str, ...]
    remarks: tuple[Text, ...]


def convert(source: Path, target: Path, spelling: Spelling | None = None) -> Converted:
    """Write a copy of a workbook in which the formulas spell our functions in another way. Raises InputError.

    spelling: without it the other one than the file has; Excel's where functions are tied to an add-in.
    """
    archive = _opened(source)
    with archive:
        found, tied, unknown = _spelt(archive)
        if not found:
            names = ", ".join(sorted(unknown))
            more = Text(f" ({names}: no such function)", f" ({names}: такой функции нет)") if unknown else Text("", "")
            raise InputError(
                Text(f"no formula calls an SMM function{more.en}", f"ни одна формула не вызывает функций SMM{more.ru}"),
                cure=Text("there is nothing to convert", "переводить нечего"),
                place=source,
            )
        if spelling is None and tied:
            spelling = Spelling.EXCEL
        if spelling is None:
            if len(found) > 1:
                raise InputError(
                    Text(f"formulas call SMM_... and {SERVICE}....", f"в формулах есть и SMM_..., и {SERVICE}...."),
                    cure=Text("say --to excel or --to libreoffice", "укажите --to excel или --to libreoffice"),
                    place=source,
                )
            spelling = _OTHER[found.pop()]
        renamed: Counter[str] = Counter()
        _copy(archive, target, lambda formula: _respelt(formula, spelling, renamed))
        signed = any(name.startswith("_xmlsignatures/") for name in archive.namelist())
        linked = tied and any(name.startswith("xl/externalLinks/") for name in archive.namelist())
    remarks = [Text("the digital signature of the file does not hold for the copy", "цифровая подпись файла для копии недействительна")] if signed else []
    if linked:
        remarks.append(
            Text(
                "the file still lists links to other files; if one of them is the old add-in, break it in Excel: Data, Edit Links",
                "в файле остались связи с другими файлами; если среди них старая надстройка, разорвите её в Excel: Данные, Изменить связи",
            )
        )
    return Converted(spelling, renamed, tuple(sorted(unknown)), tuple(remarks))


def _opened(source: Path) -> zipfile.ZipFile:
    if source.suffix.lower() in (".ods", ".fods", ".ots"):
        raise InputError(
            Text("files of LibreOffice need no conversion", "файлы LibreOffice переводить не нужно"),
            cure=Text("open it, every version reads the functions in it", "откройте его: функции в нём читает любая версия"),
            place=source,
        )
    if source.suffix.lower() not in BOOKS:
        raise InputError(
            Text("files of this kind cannot be converted", "такие файлы не переводятся"),
            cure=Text(f"accepted are {', '.join(BOOKS)}", f"подходят {', '.join(BOOKS)}"),
            place=source,
        )
    try:
        archive = zipfile.ZipFile(source)
        if sum(part.file_size for part in archive.infolist() if _holds_formulas(part.filename)) > _MOST_CHARACTERS:
            raise InputError(
                Text("the file is too large", "файл слишком велик"),
                cure=Text("divide it into several workbooks", "разделите его на несколько книг"),
                place=source,
            )
        damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, ValueError):
        damaged = source.name
    except OSError as error:  # while it is read, so that nobody takes it for a fault of the copy
        raise InputError(
            Text(f"the file cannot be read ({error.strerror})", f"файл не читается ({error.strerror})"),
            cure=Text("close it in other programs and check who may read it", "закройте его в других программах и проверьте права"),
            place=source,
        ) from None
    if damaged is not None:
        raise InputError(
            Text("this is no readable Excel file, or it has a password", "это не читаемый файл Excel, или он закрыт паролем"),
            cure=Text("open it in Excel and save it as .xlsx without one", "откройте его в Excel и сохраните как .xlsx без пароля"),
            place=source,
        )
    return archive


def _holds_formulas(name: str) -> bool:
    return name.startswith("xl/") and name.endswith(".xml")


def _spelt(archive: zipfile.ZipFile) -> tuple[set[Spelling], bool, set[str]]:
    """How our functions are spelt in the formulas of a file, whether some are tied to an add-in, and names that look like ours and are none."""
    called = {
        (match["name"], bool(match["tie"]))
        for part in archive.infolist()
        if _holds_formulas(part.filename)
        for _, formula in _FORMULA.findall(_text(archive.read(part))[0])
        for match in _WORD.finditer(unescape(formula))
        if match["name"]
    }
    spelt = {name: next((spelling for spelling, other in _OTHER.items() if name.upper() in _NAMES[other]), None) for name, _ in called}
    tied = any(is_tied and spelt[name] for name, is_tied in called)
    return {spelling for spelling in spelt.values() if spelling}, tied, {name for name, spelling in spelt.items() if not spelling}


def _respelt(formula: str, spelling: Spelling, renamed: Counter[str]) -> str:
    """A formula with our functions by their names in a spelling; everything else as it was."""
    names = _NAMES[spelling]

    def new_name(match: re.Match[str]) -> str:
        found = (match["name"] or "").upper()
        name = names.get(found)
        if name is None and match["tie"] and found in names.values():
            name = found  # spelt as it should be, and tied
        if not name:
            return match[0]
        renamed[name] += 1
        return str(name)

    return _WORD.sub(new_name, formula)


def _text(content: bytes) -> tuple[str, str]:
    """The text of a part and its encoding."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return content.decode(encoding, "surrogateescape" if encoding == "utf-8" else "strict"), encoding


def _copy(archive: zipfile.ZipFile, target: Path, respell: Callable[[str], str]) -> None:
    """Write an archive part by part, each as it was but for the formulas."""

    def new_formula(match: re.Match[str]) -> str:
        before = unescape(match[2])
        after = respell(before)
        return match[0] if after == before else match[1] + escape(after)

    with zipfile.ZipFile(target, "w") as copy:
        copy.comment = archive.comment
        for part in archive.infolist():
            content = archive.read(part)
            if _holds_formulas(part.filename):
                text, encoding = _text(content)
                changed = _FORMULA.sub(new_formula, text)
                if changed != text:
                    content = changed.encode(encoding, "surrogateescape" if encoding == "utf-8" else "strict")
            copy.writestr(part, content, part.compress_type)
