"""The Python process that Excel starts for the worksheet functions: environment, log, watchdog, functions, xlwings' COM server.

The DLL of xlwings starts ``command(python, start)`` and then asks COM for the server every tenth of a second, for two minutes or until the
process has ended. So a start that fails has to end, and soon: Excel stands still meanwhile. The DLL tells servers by their commands, and
one that died stays dead for it; therefore the number of the start is part of the command.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from smm_xl.hosts import excel_addin, faults

# no .pyc beside the packages, no variables such as PYTHONPATH and PYTHONHOME of other programs, no modules from the current folder, which
# in Excel is that of the last workbook
FLAGS = ("-B", "-E", "-P")
# The first statement ends Python in so many seconds, whatever hangs, unless the server is there by then; its report goes to stderr. VBA
# fills in the seconds and the number of the start, the DLL an identifier of its own.
CODE = (
    "import faulthandler as f,time;f.dump_traceback_later({limit},exit=True,file=2);t=time.monotonic();"
    "from smm_xl.hosts.excel_addin.server import serve;serve('$(CLSID)',t+{limit},{start})"
)
LIMIT = 4  # seconds; with what the DLL adds a failed start is answered within five
LONG_LIMIT = 20  # seconds, from the third start on: a PC that is too slow for the short limit gets there in the end
_SPARE = 0.5  # seconds that are left to write down where a start hangs
_PAID = "pro"  # the part of xlwings that is not free for companies
# what ``import xlwings`` would load where it is there, in up to 1.5 s, and does without; no function needs it, and buttons have processes
# of their own
_BARRED = ("pandas", "numpy", "matplotlib", "PIL", "ssl", f"xlwings.{_PAID}")
# folders of the user as Windows knows them: the DLL hands the environment on in the wrong code page
_KNOWN_FOLDERS = {
    "USERPROFILE": "5E6C858F-0E22-4760-9AFE-EA3317B67173",
    "APPDATA": "3EB685DB-65F9-4CF6-A03A-E3EF65729F3D",
    "LOCALAPPDATA": "F1B32785-6FBA-4FCF-9D55-7B8E7F157091",
}


def command(python: str, start: int, limit: int = LIMIT) -> str:
    """The command line of a start, as the VBA makes it."""
    return f'"{python}" {" ".join(FLAGS)} -c "{CODE.format(limit=limit, start=start)}"'


def serve(identifier: str, until: float, start: int) -> None:
    """Serve the functions to Excel until it goes.

    identifier: of the COM class, from the DLL. until: by ``time.monotonic()``, when the start has to be over. start: its number, of which
    nothing depends here. What goes wrong is written into the log, its reason as the last line; then the process ends with 1.
    """
    del start
    try:
        with _noted_where_it_hangs(until) as ready:
            _mend_environment()
            _leave_current_folder()
            for name in _BARRED:
                sys.modules[name] = None  # type: ignore[assignment]  # importing it then fails as if it were not installed
            from xlwings import com_server, udfs

            from smm_xl.hosts import excel

            # without a time xlwings does not look at each call whether the file has changed, to load it anew in the middle of a calculation
            udfs.udf_modules[excel_addin.MODULE] = {"filename": excel.__file__, "filetime": None, "module": excel}
            _when_registered(ready)
            com_server.serve(identifier)  # type: ignore[no-untyped-call]
    except BaseException as error:
        _note(f"{type(error).__name__}: {error}", traceback.format_exc())
        _end()


# --- the watchdog ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def _noted_where_it_hangs(until: float) -> Iterator[Callable[[], None]]:
    """Just before the watchdog ends a start that hangs, write down where; the function that is given calls watchdog and note off."""
    main = threading.get_ident()

    def too_late() -> None:
        stack = traceback.format_stack(sys._current_frames()[main])
        _note("the start took too long and was ended", "".join(stack))
        _end()

    soft = threading.Timer(max(until - time.monotonic() - _SPARE, 0), too_late)
    soft.daemon = True
    soft.start()

    def ready() -> None:
        import faulthandler

        soft.cancel()
        faulthandler.cancel_dump_traceback_later()

    try:
        yield ready
    finally:
        soft.cancel()


def _when_registered(told: Callable[[], None]) -> None:
    """Let a function be called when COM knows the server, which xlwings ends its registration with; then it waits for ever."""
    import pythoncom

    resume = pythoncom.CoResumeClassObjects

    def resumed() -> None:
        resume()
        told()

    pythoncom.CoResumeClassObjects = resumed


def _end() -> NoReturn:
    """End this process at once: what is half loaded may hang while Python ends in order, and Windows while it unloads libraries."""
    if sys.platform == "win32":
        os.kill(os.getpid(), signal.SIGTERM)  # which Windows does at once and asks nobody
    os._exit(1)


def _note(reason: str, details: str) -> None:
    faults.note(excel_addin.log(), f"start of Python: {' '.join(reason.split())}", details)


# --- the environment ------------------------------------------------------------------------------------------------


def _mend_environment() -> None:
    """Put the folders of the user right, and a folder for temporary files that can be used."""
    for variable, identifier in _KNOWN_FOLDERS.items():
        folder = _known_folder(identifier)
        if folder:
            os.environ[variable] = folder
    home = Path(os.environ.get("USERPROFILE", str(Path.home())))
    if home.drive:
        os.environ["HOMEDRIVE"], os.environ["HOMEPATH"] = home.drive, str(home)[len(home.drive) :]
    usual = Path(os.environ.get("LOCALAPPDATA", str(home))) / "Temp"
    given = [Path(os.environ[name]) for name in ("TEMP", "TMP") if os.environ.get(name)]
    for place in (*given, usual, excel_addin.folder() / "temp"):
        # a name that came in the wrong code page is not made into a folder
        if _takes_files(place, make=place not in given):
            os.environ["TEMP"] = os.environ["TMP"] = tempfile.tempdir = str(place)
            return


def _takes_files(folder: Path, *, make: bool) -> bool:
    """Whether a folder takes a new file. make: whether it is made where it is not there."""
    probe = folder / f"smm-xl-{os.getpid()}-{time.monotonic_ns()}.tmp"
    try:
        if make:
            folder.mkdir(parents=True, exist_ok=True)
        with probe.open("xb"):
            pass
        probe.unlink()
    except (OSError, ValueError):
        return False
    return True


def _known_folder(identifier: str) -> str | None:
    """A folder as Windows knows it; None where there is none, and on other systems."""
    if sys.platform != "win32":
        return None
    import ctypes
    import uuid

    found = ctypes.c_wchar_p()
    shell = ctypes.windll.shell32
    failed = shell.SHGetKnownFolderPath(ctypes.c_char_p(uuid.UUID(identifier).bytes_le), 0, None, ctypes.byref(found))
    folder = None if failed else found.value
    ctypes.windll.ole32.CoTaskMemFree(found)
    return folder


def _leave_current_folder() -> None:
    """Go where nobody else puts files: a workbook's folder may hold modules and libraries of its own, and must not be kept in use."""
    folder = excel_addin.folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.chdir(folder)
    except OSError:
        os.chdir(sys.prefix)
