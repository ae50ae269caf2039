"""The VBA of the add-in: one function for each of the catalog, and what they share.

A function in VBA hands its arguments over as values, calls Python, and turns the names of errors into errors, which Python cannot
return over COM. ``functions.bas`` holds what they share.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import smm_xl
from smm_xl.calls import Function
from smm_xl.functions import FUNCTIONS
from smm_xl.hosts.xlam import ERROR_CODES, MODULE, argument_name
from smm_xl.kpi import Takes

NAME = "smm_functions"
_SHARED = Path(__file__).with_name("functions.bas")
_DATED = {Takes.DAY: "D", Takes.RANGE: "R"}  # arguments in which a number may be a day
_ARRAY = "values"


def module(name: str = NAME) -> str:
    """The text of the module, ASCII with line feeds, as the editor of VBA exports one."""
    return f'Attribute VB_Name = "{name}"\nOption Explicit\n{functions()}'


def functions() -> str:
    """What stands in the module below its head."""
    shared = _SHARED.read_text(encoding="ascii").replace("{module}", MODULE)
    made = f"' Written by smm-xl {smm_xl.__version__} from its catalog; do not edit, the next version replaces it.\n"
    return made + shared + _errors() + "".join(map(_wrapper, FUNCTIONS.values()))


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
    return plain.encode("ascii", "replace").decode("ascii").replace('"', '""')[:255]
