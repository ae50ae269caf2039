"""A Windows computer as the add-in needs to know it: where Excel, its start folder and Python are, settings, and the add-in that is there."""

from __future__ import annotations

import os
import re
import struct
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import unescape

from smm_xl.hosts.excel_addin import FILE

_MACHINES = {0x8664: 64, 0xAA64: 64, 0x14C: 32}
_LONGEST = 1000  # signs of the path of Python


def _no_values(hive: str, path: str) -> Mapping[str, object]:
    return {}


def _is_open(path: Path) -> bool:
    """Whether a file cannot be written to, as Excel lets nobody write to the add-ins that it has loaded."""
    try:
        with path.open("r+b"):
            return False
    except PermissionError:
        return True
    except OSError:
        return False


@dataclass(frozen=True)
class Computer:
    """What of a computer matters here. encoding: of the text that programs of the older kind, such as xlwings' DLL, take; short_name: the
    name of eight letters and an ending that Windows may keep beside a path, the path itself where it keeps none; base_prefix: the Python
    that a virtual environment was made of; values: of a key of the registry ("HKCU" or "HKLM", the path), by their names in small letters;
    drive_type: as GetDriveTypeW numbers it; stream: the text of a stream that a file may have beside its content, "" for none.
    """

    is_windows: bool
    start_folder: Path
    excel: Path | None
    interpreter: Path
    encoding: str
    short_name: Callable[[Path], Path]
    base_prefix: Path = Path(sys.base_prefix)
    values: Callable[[str, str], Mapping[str, object]] = _no_values
    drive_type: Callable[[Path], int] = lambda path: 0
    stream: Callable[[str, str], str] = lambda path, name: ""
    is_open: Callable[[Path], bool] = _is_open

    @property
    def addin(self) -> Path:
        return self.start_folder / FILE

    @property
    def held(self) -> str | None:
        """The path of Python as the add-in holds it: as it is, or its short name where xlwings' DLL could not take it; None for neither."""
        paths = (str(self.interpreter), str(self.short_name(self.interpreter)))
        return next((path for path in paths if _fits(path, self.encoding)), None)

    @property
    def office(self) -> str:
        """The number that the Office of the installed Excel has in the registry; its folder is Office15 for 2013, Office16 for all later ones."""
        found = re.search(r"[\\/]Office(\d\d)[\\/][^\\/]*$", str(self.excel), flags=re.IGNORECASE)
        return f"{found[1] if found else 16}.0"

    @property
    def leftovers(self) -> tuple[Path, ...]:
        """What installations that were killed have left in the start folder, where Excel opens it."""
        return tuple(sorted(self.start_folder.glob(".smm-xl-*")))


def _fits(path: str, encoding: str) -> bool:
    """Whether the DLL takes a path: it knows one code page, reads $(NAME) as a setting, and has room for a command of 2,047 bytes."""
    try:
        return len(path.encode(encoding)) <= _LONGEST and "$(" not in path
    except UnicodeEncodeError:
        return False


def this_computer() -> Computer:
    is_windows = sys.platform == "win32"
    roaming = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    start_folder = roaming / "Microsoft" / "Excel" / "XLSTART"
    excel, encoding = (_excel(), "mbcs") if is_windows else (None, "utf-8")
    return Computer(is_windows, start_folder, excel, Path(sys.executable), encoding, _short_name, values=_values, drive_type=_drive_type, stream=_stream)


def _short_name(path: Path) -> Path:
    if sys.platform != "win32":
        return path
    import ctypes

    found = ctypes.create_unicode_buffer(_LONGEST)
    taken = ctypes.windll.kernel32.GetShortPathNameW(str(path), found, _LONGEST)
    return Path(found.value) if 0 < taken < _LONGEST else path


def _excel() -> Path | None:
    """EXCEL.EXE as Windows knows it; None where Excel is not installed."""
    for hive in ("HKCU", "HKLM"):
        found = Path(str(_values(hive, r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe").get("", "")).strip('"'))
        if found.is_file():
            return found
    return None


def _values(hive: str, path: str) -> Mapping[str, object]:
    """The values of a key of the registry, as a program of 64 bits sees it; none where there is no such key, or it may not be read."""
    if sys.platform != "win32":
        return {}
    import winreg

    root = winreg.HKEY_CURRENT_USER if hive == "HKCU" else winreg.HKEY_LOCAL_MACHINE
    try:
        with winreg.OpenKey(root, path, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY) as key:
            found = [winreg.EnumValue(key, number) for number in range(winreg.QueryInfoKey(key)[1])]
    except OSError:
        return {}
    return {name.lower(): value for name, value, _ in found}


def _drive_type(path: Path) -> int:
    if sys.platform != "win32":
        return 0
    import ctypes

    return int(ctypes.windll.kernel32.GetDriveTypeW(path.anchor))


def _stream(path: str, name: str) -> str:
    if sys.platform != "win32":
        return ""
    try:
        return Path(f"{path}:{name}").read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError):
        return ""


def bits(program: Path) -> int | None:
    """Whether a program of Windows has 32 or 64 bits, as its own header says; None where that cannot be read."""
    try:
        with program.open("rb") as file:
            file.seek(0x3C)
            (header,) = struct.unpack("<I", file.read(4))
            file.seek(header)
            mark, machine = struct.unpack("<4sH", file.read(6))
    except (OSError, struct.error):
        return None
    return _MACHINES.get(machine) if mark == b"PE\0\0" else None


# --- what is installed ----------------------------------------------------------------------------------------------


def version_of(addin: Path) -> tuple[str, str] | None:
    """The versions of smm-xl and xlwings that an add-in was built with; None for a file that is none of ours."""
    found = re.search(r"<dc:description>smm-xl (\S+), xlwings (\S+)</dc:description>", _part(addin, "docProps/core.xml"))
    return (found[1], found[2]) if found else None


def python_of(addin: Path) -> Path | None:
    """The Python that an add-in starts; None for a file that names none."""
    first = re.search(r'<c r="B1"[^>]*><is><t[^>]*>([^<]*)</t></is></c>', _part(addin, "xl/worksheets/sheet1.xml"))
    return Path(unescape(first[1])) if first else None


def _part(addin: Path, name: str) -> str:
    """The text of a part of an add-in; none where there is no such file or part."""
    try:
        with zipfile.ZipFile(addin) as archive:
            return archive.read(name).decode(errors="replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return ""
