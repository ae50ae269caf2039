"""What goes wrong inside a function of a host: where it arose, and a line for the log that ``smm-xl addin doctor`` shows.

The log names the function and the place in the code, never what stood in a cell.
"""

from __future__ import annotations

import contextlib
import time
import traceback
from pathlib import Path

LOG = "smm-xl.log"  # in the folder of the user that belongs to the host
_LARGEST = 100_000  # characters
_written: set[tuple[Path, str]] = set()


def place(error: BaseException) -> str:
    """What kind of error it is, and where in the code it arose."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}, line {frame.lineno}"


def note(log: Path, message: str, details: str | None = None) -> None:
    """Add a line to a log, each message once in a run of the host; a log that cannot be written stops nothing.

    details: lines that explain the message and stand before it; with them it is written each time.
    """
    if details is None and (log, message) in _written:
        return
    _written.add((log, message))
    with contextlib.suppress(OSError):
        log.parent.mkdir(parents=True, exist_ok=True)
        kept = log.read_text(encoding="utf-8", errors="replace")[-_LARGEST:] if log.exists() else ""
        if details is not None or not kept.rstrip().endswith(message):
            explained = "".join(f"    {line}\n" for line in (details or "").splitlines())
            log.write_text(f"{kept}{explained}{time.strftime('%Y-%m-%d %H:%M:%S')} {message}\n", encoding="utf-8")
