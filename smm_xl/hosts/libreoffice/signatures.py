"""How each worksheet function looks to Calc: the name of its method, the types of its arguments and of its result.

Calc knows a function by SERVICE.METHOD, here ``SMM.CPL``; users type its display name, ``SMM_CPL``. Files of Excel hold
``SMM.CPL`` when LibreOffice 7.4 reads or writes them and ``SMM_CPL`` in later versions.
"""

from __future__ import annotations

from typing import NamedTuple

from smm_xl.catalog.kpi import Argument, Takes
from smm_xl.errors import CatalogError
from smm_xl.functions import FUNCTIONS
from smm_xl.functions.compiled import Function

SERVICE = "SMM"
MODULES = ("org", "smmxl", "calc")
INTERFACE = "XFunctions"
# the book itself, which Calc hands over without the user's doing
CALLER = "com::sun::star::beans::XPropertySet"
CELL_RANGE = "com::sun::star::table::XCellRange"
BLOCK = "sequence< sequence< any > >"
VALUE = "any"  # a number, text or a block; nothing for an argument that was left out
REST = "sequence< any >"


class Declared(NamedTuple):
    """An argument in the type library: its name there, its type, and what is known of it; None for the caller."""

    name: str
    type: str
    parameter: Argument | None


class Signature(NamedTuple):
    """A function as Calc sees it."""

    method: str
    arguments: tuple[Declared, ...]
    result: str
    function: Function

    @property
    def needs_caller(self) -> bool:
        return any(given.parameter is None for given in self.arguments)

    @property
    def programmatic(self) -> str:
        """The name in formulas of files that LibreOffice 7.4 reads: ``SMM.CPL``."""
        return f"{SERVICE}.{self.method.upper()}"


def _identifier(name: str) -> str:
    """A name as the type library allows it: no underscores."""
    return name.replace("_", "").lower()


def _declared(function: Function) -> tuple[Declared, ...]:
    arguments = [
        Declared(_identifier(given.name), REST if default == () else CELL_RANGE if given.takes is Takes.RANGE else VALUE, given)
        for given, default in zip(function.parameters, function.defaults, strict=True)
    ]
    if any(given.takes in (Takes.DAY, Takes.RANGE) for given in function.parameters):
        arguments.insert(0, Declared("caller", CALLER, None))  # its settings tell from which day dates count
    return tuple(arguments)


def _signatures() -> dict[str, Signature]:
    made: dict[str, Signature] = {}
    for function in FUNCTIONS.values():
        signature = Signature(_identifier(function.name.removeprefix("SMM_")), _declared(function), BLOCK if function.spills else VALUE, function)
        if signature.method in made:
            raise CatalogError(f"{function.name} and {made[signature.method].function.name} have one name in LibreOffice, where names hold no underscores")
        made[signature.method] = signature
    return made


SIGNATURES = _signatures()
