"""The lock that LibreOffice's installer of extensions lays into a profile, and which stays there when the installer is killed.

The office's own lock it recognises itself as left behind. The installer's it never does: it says that it is running already, and to
delete the file. The file names the computer and no process, so whether its owner lives is seen by what runs on this computer.
"""

from __future__ import annotations

import locale
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

FILE = ".lock"
_PROGRAMS = {"soffice", "soffice.bin", "soffice.exe", "oosplash", "unopkg", "unopkg.bin", "unopkg.exe", "unopkg.com"}
PROFILE = "-env:UserInstallation="
_WAIT = 20  # seconds for an installer that still works: its smm-xl was ended and it was not; it takes one or two


class Process(NamedTuple):
    """A program that runs. words: its command line; user: the number of whose it is; None where that is not known."""

    name: str
    words: tuple[str, ...] | None = None
    user: int | None = None


def free(profile: Path) -> None:
    """Remove the lock of an installer that is gone. One that still works is waited for; every other lock stays as it is."""
    until = time.monotonic() + _WAIT
    while (found := _of_an_installer_here(profile / FILE)) is not None:
        if not is_in_use(profile, running()):
            if _of_an_installer_here(profile / FILE) == found:  # each lock has a stamp of its own: it is not another one by now
                (profile / FILE).unlink(missing_ok=True)
            return
        if time.monotonic() > until:
            return
        time.sleep(0.2)


def _of_an_installer_here(lock: Path) -> dict[str, str] | None:
    """What stands in the lock of an installer on this computer; None where there is none, or it is of an office or of another computer."""
    try:
        lines = lock.read_bytes().decode(locale.getpreferredencoding(False), "replace").splitlines()
    except OSError:
        return None
    said = dict(line.split("=", 1) for line in lines if "=" in line)
    return said if said.get("IPCServer") == "false" and said.get("Host", "").upper() == _host().upper() else None


def _host() -> str:
    """The name of this computer as the lock has it: on Windows the short one."""
    return os.environ.get("COMPUTERNAME", "") if sys.platform == "win32" else platform.node()


def is_in_use(profile: Path, processes: Iterator[Process] | None) -> bool:
    """Whether an office or an installer may work on a profile: one that is known to work on another one does not, nor does where nothing runs.

    processes: what runs; None where that cannot be found out.
    """
    return processes is None or any(process.name.lower() in _PROGRAMS and not _is_elsewhere(process, profile) for process in processes)


def _is_elsewhere(process: Process, profile: Path) -> bool:
    """Whether a program works on another profile: it says so, or it names none and is another user's, root aside, who may use any."""
    if process.words is None:
        return False
    named = [word.removeprefix(PROFILE) for word in process.words if word.startswith(PROFILE)]
    try:
        if not named:
            return process.user not in (None, 0, profile.stat().st_uid)
        return named[-1].startswith("file:///") and Path(unquote(named[-1].removeprefix("file://"))).resolve() != profile.resolve()
    except (OSError, RuntimeError):
        return False


def running() -> Iterator[Process] | None:
    """The programs that run on this computer; None where that cannot be found out."""
    if sys.platform == "linux":
        return _of_linux(Path("/proc"))
    if sys.platform == "win32":
        listed = _said([str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "tasklist.exe"), "/FO", "CSV", "/NH"])
        return None if listed is None else (Process(line.split('","')[0].strip('"')) for line in listed)
    listed = _said(["/bin/ps", "-axo", "comm="])
    return None if listed is None else (Process(line.rpartition("/")[2].strip()) for line in listed)


def _of_linux(processes: Path) -> Iterator[Process]:
    for folder in processes.glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="surrogateescape").split("\0")
            name = (folder / "comm").read_text(errors="replace").strip()
            user = folder.stat().st_uid
        except OSError:
            continue  # it has ended
        if words[0]:  # else it has ended too, and nobody has asked how
            yield Process(name, tuple(words), user)


def _said(command: list[str]) -> list[str] | None:
    """The lines that a command of the system says; None where it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL, timeout=_WAIT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.splitlines() if done.returncode == 0 and done.stdout.strip() else None
