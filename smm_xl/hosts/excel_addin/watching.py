"""The Excel of the self-test and the process that drives it: started, listened to, and ended where they do not answer.

Calls over COM block for as long as Excel pleases. So they are made by a process of their own (``drive``), which tells as lines of JSON
what it sees; ``watch`` listens, and where nothing is told for a while it ends that process and the Excel that it started, no other one.
"""

from __future__ import annotations

import gc
import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from smm_xl.hosts.excel_addin import cleaning, selftest
from smm_xl.hosts.excel_addin.com_object import ComObject
from smm_xl.hosts.excel_addin.selftest import Event
from smm_xl.language import Text

PATIENCE = 180.0  # seconds without a word; the first value may wait for Python two minutes
_GRACE = 15.0  # seconds for a process to end by itself
_CODE = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from smm_xl.hosts.excel_addin import watching; watching.drive(watching.excel, sys.argv[2], sys.argv[3])"

_ENDED = Event("stopped", "", Text("Excel no longer answered and was ended", "Excel перестал отвечать и был завершён"))
_LEFT = Event(
    "stopped", "", Text("Excel did not answer to its start; end it in the Task Manager", "Excel не ответил на запуск; завершите его в Диспетчере задач")
)

End = Callable[[float], None]


# --- the process that drives Excel ----------------------------------------------------------------------------------


def command(addin: Path, folder: Path) -> list[str]:
    """What starts it: this Python with what this one finds, and nothing of the current folder."""
    return [sys.executable, "-B", "-I", "-c", _CODE, json.dumps([place for place in sys.path if place]), str(addin), str(folder)]


def drive(start: Callable[[], Any], addin: str, folder: str) -> None:
    """Start an Excel, try the list in it and tell what is seen on the standard output."""
    clean = cleaning.of_this_computer()
    try:
        application = start()
    except Exception as error:
        _tell(Event("refused", "", selftest.reason(error, clean)))
        return
    try:
        selftest.examine(application, Path(addin), Path(folder), clean, _tell, process_of)
    except Exception as error:
        _tell(Event("stopped", "", selftest.reason(error, clean)))
    del application
    gc.collect()  # Excel ends when nobody holds it any longer


def _tell(event: Event) -> None:
    print(json.dumps(event), flush=True)


def excel() -> Any:
    """A new Excel, never one that runs already."""
    import pythoncom

    (started,) = pythoncom.CoCreateInstanceEx("Excel.Application", None, pythoncom.CLSCTX_LOCAL_SERVER, None, (pythoncom.IID_IDispatch,))
    return ComObject(started)


def process_of(application: Any) -> int | None:
    """The number of an Excel's process, by its window; None where there is none, as of a stand-in."""
    window = getattr(application, "Hwnd", None)
    if not window or sys.platform != "win32":
        return None
    import win32process

    number: int = win32process.GetWindowThreadProcessId(window)[1]
    return number


# --- the process that listens ---------------------------------------------------------------------------------------


def watch(started: Sequence[str], folder: Path, *, patience: float = PATIENCE, hold: Callable[[int], End] | None = None) -> list[Event]:
    """What a process that drives Excel tells, to its end or until it has told nothing for so many seconds.

    folder: the current folder of that process. hold: gives, for the number of Excel's process, what ends it.
    """
    ends: list[End] = []
    events: list[Event] = []
    child = subprocess.Popen(started, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8", cwd=folder)
    wait = _GRACE
    try:
        for event in _heard(child, patience):
            if event.kind == "process":
                if event.key:
                    ends.append((hold or held)(int(event.key)))
                continue
            if event.kind == "silent":
                wait = 0.0
                event = _ENDED if ends else _LEFT
            events.append(event)
    finally:  # also after Ctrl+C, which both processes get
        if not _ended(child, wait):
            child.kill()
            child.wait()
        for end in ends:
            end(wait)
    if child.returncode and wait:
        events.append(
            _stopped(f"the process that drives Excel ended with code {child.returncode}", f"процесс, управляющий Excel, завершился с кодом {child.returncode}")
        )
    return events


def _heard(child: subprocess.Popen[str], patience: float) -> Iterator[Event]:
    """What the process tells; at last an event «silent» where it stopped to tell and did not end."""
    assert child.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_read, args=(child.stdout, lines), daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=patience)
        except queue.Empty:
            yield Event("silent", "")
            return
        if line is None:
            return
        with suppress(ValueError):  # a line that is cut off, where the process was ended
            kind, key, words = json.loads(line)
            yield Event(kind, key, Text(*words))


def _read(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    with stream:
        for line in stream:
            lines.put(line)
    lines.put(None)


def _ended(child: subprocess.Popen[str], wait: float) -> bool:
    with suppress(subprocess.TimeoutExpired):
        child.wait(wait)
    return child.returncode is not None


def _stopped(en: str, ru: str) -> Event:
    return Event("stopped", "", Text(en, ru))


def held(number: int) -> End:
    """What ends a process of Windows that has not ended by itself in so many seconds. It is held from now on: numbers are given anew."""
    import win32api
    import win32con
    import win32event

    handle = win32api.OpenProcess(win32con.SYNCHRONIZE | win32con.PROCESS_TERMINATE, False, number)

    def end(wait: float) -> None:
        if win32event.WaitForSingleObject(handle, round(wait * 1000)) != win32event.WAIT_OBJECT_0:
            win32api.TerminateProcess(handle, 1)

    return end
