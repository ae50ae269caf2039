"""The component that LibreOffice loads, in the office's own Python: an object with one method for each function.

Nothing of the package imports it. An exception in a function becomes #VALUE! and a line in ``smm-xl.log`` of the user's
profile, which ``smm-xl addin doctor`` shows.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import uno
import unohelper
from com.sun.star.lang import XServiceInfo

# before other copies of the package that this Python may see: the functions and the type library are of one version
sys.path.insert(0, str(Path(__file__).resolve().parent / "pythonpath"))

from smm_xl.hosts.faults import LOG, note, place
from smm_xl.hosts.libreoffice import IDENTIFIER, LEAST_PYTHON

_IMPLEMENTATION = f"{IDENTIFIER}.Functions"


def _log(message: str) -> None:
    """Write a line to the log of the user's profile; where there is no profile nothing is written."""
    with contextlib.suppress(Exception):
        context = uno.getComponentContext()
        paths = context.ServiceManager.createInstanceWithContext("com.sun.star.util.PathSubstitution", context)
        note(Path(uno.fileUrlToSystemPath(paths.getSubstituteVariableValue("$(user)"))) / LOG, message)


try:
    if sys.version_info < LEAST_PYTHON:
        needed = ".".join(map(str, LEAST_PYTHON))
        raise RuntimeError(f"the office's Python is {sys.version.split()[0]}; needed: {needed} or newer")
    from org.smmxl.calc import XFunctions

    from smm_xl.hosts.libreoffice.signatures import SERVICE, SIGNATURES, Signature
    from smm_xl.hosts.libreoffice.values import method_of
except Exception as error:
    _log(f"the functions could not be loaded: {place(error)}: {error}")
    raise


def _log_of(signature: Signature) -> Callable[[Exception], None]:
    return lambda error: _log(f"{signature.function.name}: {place(error)}")


class _Functions(unohelper.Base, XFunctions, XServiceInfo):
    """What LibreOffice asks of a component beside its functions."""

    def __init__(self, context: object) -> None:
        del context

    def getImplementationName(self) -> str:
        return _IMPLEMENTATION

    def supportsService(self, name: str) -> bool:
        return name == SERVICE

    def getSupportedServiceNames(self) -> tuple[str, ...]:
        return (SERVICE,)


Functions = type("Functions", (_Functions,), {name: method_of(signature, _log_of(signature)) for name, signature in SIGNATURES.items()})

g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Functions, _IMPLEMENTATION, (SERVICE,))
