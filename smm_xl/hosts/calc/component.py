"""The component that LibreOffice loads, in the office's own Python: an object with one method for each function.

Nothing of the package imports it. An exception in a function becomes #VALUE! and a line in ``smm-xl.log`` of the user's
profile, which ``smm-xl addin doctor`` shows. The log names the function and the place in the code, never what stood in a cell.
"""

from __future__ import annotations

import contextlib
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import uno
import unohelper
from com.sun.star.lang import XServiceInfo

# before other copies of the package that this Python may see: the functions and the type library are of one version
sys.path.insert(0, str(Path(__file__).resolve().parent / "pythonpath"))

from smm_xl.hosts.calc import IDENTIFIER, LEAST_PYTHON, LOG

_IMPLEMENTATION = f"{IDENTIFIER}.Functions"
_LARGEST_LOG = 100_000  # characters
_written: set[str] = set()


def _log(message: str) -> None:
    """Write a line to the log, each message once in a run of the office; a log that cannot be written stops nothing."""
    if message in _written:
        return
    _written.add(message)
    with contextlib.suppress(Exception):
        context = uno.getComponentContext()
        paths = context.ServiceManager.createInstanceWithContext("com.sun.star.util.PathSubstitution", context)
        log = Path(uno.fileUrlToSystemPath(paths.getSubstituteVariableValue("$(user)"))) / LOG
        kept = log.read_text(encoding="utf-8")[-_LARGEST_LOG:] if log.exists() else ""
        if not kept.rstrip().endswith(message):
            log.write_text(f"{kept}{time.strftime('%Y-%m-%d %H:%M:%S')} {message}\n", encoding="utf-8")


def _place(error: BaseException) -> str:
    """What kind of error it is, and where in the code it arose."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"


try:
    if sys.version_info < LEAST_PYTHON:
        needed = ".".join(map(str, LEAST_PYTHON))
        raise RuntimeError(f"the office's Python is {sys.version.split()[0]}; needed: {needed} or newer")
    from org.smmxl.calc import XFunctions

    from smm_xl.hosts.calc.signatures import SERVICE, SIGNATURES, Signature
    from smm_xl.hosts.calc.values import method_of
except Exception as error:
    _log(f"the functions could not be loaded: {_place(error)}: {error}")
    raise


def _log_of(signature: Signature) -> Callable[[Exception], None]:
    return lambda error: _log(f"{signature.function.name}: {_place(error)}")


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
