"""The VBA of the add-in: one function for each of the catalog, and what they share.

A function in VBA hands its arguments over as values, calls Python, and turns the names of errors into errors, which Python cannot
return over COM. ``connection.bas`` starts Python and ``functions.bas`` holds what the functions share.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import smm_xl
from smm_xl.catalog.kpi import Takes
from smm_xl.cells import dates
from smm_xl.functions import FUNCTIONS
from smm_xl.functions.compiled import Function
from smm_xl.hosts.excel_addin import ERROR_CODES, MODULE, argument_name, log_in_profile, server
from smm_xl.hosts.excel_addin.texts import CONNECTION, by_command
from smm_xl.language import LANGUAGES

NAME = "smm_functions"
_FOLDER = Path(__file__).parent
_DATED = {Takes.DAY: "D", Takes.RANGE: "R"}  # arguments in which a number may be a day
_ARRAY = "values"
_LETTERS = 80  # of a text in one line; VBA takes lines of 1,023 signs, and a letter that is not ASCII has six


def xlwings_version() -> str:
    """The version of xlwings that is installed here, which the add-in is made for."""
    return metadata.version("xlwings")


def module(interpreter: str, name: str = NAME, command: str = "smm-xl") -> str:
    """The text of the module, ASCII with line feeds, as the editor of VBA exports one.

    interpreter: the lines of the VBA function SmmInterpreter, which gives the path of Python. command: by which smm-xl is called on that PC.
    """
    shared = "\n".join(source(file) for file in ("connection.bas", "functions.bas"))
    filled = shared
    for place, text in {
        "{module}": MODULE,
        "{version}": xlwings_version(),
        "{limit}": str(server.LIMIT),
        "{long}": str(server.LONG_LIMIT),
        "{log}": log_in_profile(),
        "{command}": _command(),
        "{words}": _words(command),
        "{shift}": str(dates.SHIFT_1904),
    }.items():
        filled = filled.replace(place, text)
    made = f"' Written by smm-xl {smm_xl.__version__} from its catalog; do not edit, the next version replaces it.\n"
    found = f"Private Function SmmInterpreter() As String\n    {interpreter}\nEnd Function\n"
    return f'Attribute VB_Name = "{name}"\nOption Explicit\n{made}{filled}\n{found}{_errors()}{"".join(map(_wrapper, FUNCTIONS.values()))}'


def ribbon() -> str:
    """What the buttons do: in the same module, because what they share with the functions is then private, and not in Excel's list."""
    return source("ribbon.bas")


def source(name: str) -> str:
    """The text of a file of VBA that is written by hand."""
    return (_FOLDER / name).read_text(encoding="ascii")


def _command() -> str:
    """What follows the path of Python in its command line, as an expression of VBA."""
    code = server.CODE.replace("{limit}", '" & limit & "').replace("{start}", '" & start & "')
    return f'""" {" ".join(server.FLAGS)} -c ""{code}"""'


def _words(command: str) -> str:
    said = {key: by_command(words, command) for key, words in CONNECTION.items()}
    return "".join(f'        Case "{key} {speaks}": SmmSaid = {literal(words.in_language(speaks))}\n' for key, words in said.items() for speaks in LANGUAGES)


def literal(text: str) -> str:
    """Any text as an expression of VBA in ASCII: other signs stand in braces, which SmmUnfolded reads."""
    parts = [text[start : start + _LETTERS] for start in range(0, len(text), _LETTERS)] or [""]
    quoted_parts = [f'"{"".join(_folded(sign) for sign in part)}"' for part in parts]
    joined = " & _\n            ".join(quoted_parts)
    return f"SmmUnfolded({joined})"


def _folded(sign: str) -> str:
    if sign == '"':
        return '""'
    if " " <= sign <= "~" and sign != "{":
        return sign
    return "".join(f"{{{unit:04X}}}" for unit in memoryview(sign.encode("utf-16-le")).cast("H"))


def _errors() -> str:
    cases = "".join(f'        Case "{name}": SmmError = CVErr({code})\n' for name, code in ERROR_CODES.items())
    return (
        "Private Function SmmError(ByVal given As String) As Variant\n    Select Case given\n"
        f"{cases}        Case Else: SmmError = given\n    End Select\nEnd Function\n"
    )


def _wrapper(function: Function) -> str:
    return "\n".join(["", *_lines(function), "End Function", ""])


def _lines(function: Function) -> Iterator[str]:
    name = function.name
    names = [argument_name(parameter.name) for parameter in function.parameters]
    kinds = [_DATED.get(parameter.takes, "-") for parameter in function.parameters]
    takes = "".join(kinds) if set(kinds) != {"-"} else ""
    has_rest = function.defaults[-1] == ()
    declared = [
        f"ParamArray {given}()" if default == () else f"Optional {given}" if parameter.optional else given
        for given, parameter, default in zip(names, function.parameters, function.defaults, strict=True)
    ]
    yield f"Public Function {name}({', '.join(declared)})"
    yield f'Attribute {name}.VB_Description = "{quoted(function.about.en)}"'
    yield f'Attribute {name}.VB_ProcData.VB_Invoke_Func = " \\n14"'
    if not has_rest:
        yield f'    {name} = SmmCall("{name}", "{takes}", Array({", ".join(names)}))'
        return
    *plain, rest = names
    yield f"    Dim {_ARRAY}() As Variant, place As Long"
    yield f"    {_ARRAY} = Array({', '.join(plain)})"
    yield f"    ReDim Preserve {_ARRAY}(0 To {len(plain)} + UBound({rest}))"
    yield f"    For place = 0 To UBound({rest})"
    yield f"        If IsObject({rest}(place)) Then Set {_ARRAY}({len(plain)} + place) = {rest}(place) Else {_ARRAY}({len(plain)} + place) = {rest}(place)"
    yield "    Next place"
    yield f'    {name} = SmmCall("{name}", "{takes}", {_ARRAY})'


def quoted(text: str) -> str:
    """Text inside the quotes of VBA: ASCII alone, which every code page of Windows holds alike."""
    plain = text.translate({0x2013: "-", 0x2014: "-", 0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x00D7: "x", 0x2212: "-", 0x2026: "..."})
    return plain.encode("ascii", "replace").decode("ascii")[:255].replace('"', '""')
