"""The add-in on a Windows computer: where Excel and its start folder are, installing, removing."""

from __future__ import annotations

import os
import re
import struct
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import unescape

from smm_xl import writing
from smm_xl.errors import InputError
from smm_xl.hosts.xlam import FILE, PROJECT, build, folder, log
from smm_xl.language import Text

NO_WINDOWS = Text(
    "Excel starts Python for worksheet functions on Windows alone. On a Windows PC run the same command there; "
    "to carry the add-in to one, or to look at it: smm-xl addin build --host excel -o smm.xlam (or smm.bas). "
    "In Excel on a Mac, on the web and without Python: xlwings Lite, see the README. In LibreOffice: --host libreoffice",
    "Excel запускает Python для функций листа только в Windows. На компьютере с Windows выполните ту же команду там; "
    "чтобы перенести надстройку или посмотреть на неё: smm-xl addin build --host excel -o smm.xlam (или smm.bas). "
    "В Excel на Mac, в браузере и без Python: xlwings Lite, см. README. В LibreOffice: --host libreoffice",
)
_MACHINES = {0x8664: 64, 0xAA64: 64, 0x14C: 32}
_LONGEST = 1000  # signs of the path of Python


@dataclass(frozen=True)
class Computer:
    """What of a computer matters here. encoding: of the text that programs of the older kind, such as xlwings' DLL, take; short_name: the
    name of eight letters and an ending that Windows may keep beside a path, the path itself where it keeps none.
    """

    is_windows: bool
    start_folder: Path
    excel: Path | None
    interpreter: Path
    encoding: str
    short_name: Callable[[Path], Path]

    @property
    def addin(self) -> Path:
        return self.start_folder / FILE


def this_computer() -> Computer:
    is_windows = sys.platform == "win32"
    roaming = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    start_folder = roaming / "Microsoft" / "Excel" / "XLSTART"
    encoding = "mbcs" if is_windows else "utf-8"
    return Computer(is_windows, start_folder, _excel() if is_windows else None, Path(sys.executable), encoding, _short_name)


def _short_name(path: Path) -> Path:
    if sys.platform != "win32":
        return path
    import ctypes

    found = ctypes.create_unicode_buffer(_LONGEST)
    taken = ctypes.windll.kernel32.GetShortPathNameW(str(path), found, _LONGEST)
    return Path(found.value) if 0 < taken < _LONGEST else path


def _excel() -> Path | None:
    """EXCEL.EXE as Windows knows it; None where Excel is not installed."""
    if sys.platform != "win32":
        return None
    import winreg

    for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        try:
            found = Path(winreg.QueryValue(hive, r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe").strip('"'))
        except OSError:
            continue
        if found.is_file():
            return found
    return None


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


# --- installing -----------------------------------------------------------------------------------------------------


def install(computer: Computer) -> None:
    """Put the add-in where Excel loads it at its start; it holds the path of Python. Raises InputError."""
    _must_be_windows(computer)
    if computer.excel is None:
        raise InputError("Excel is not installed on this computer", "на этом компьютере не установлен Excel")
    if "WindowsApps" in computer.interpreter.parts or "PythonSoftwareFoundation" in str(computer.interpreter):
        raise InputError(
            f"{computer.interpreter}: Python of the Microsoft Store writes into a folder that Excel does not see; install Python from python.org and smm-xl in it",
            f"{computer.interpreter}: Python из Microsoft Store пишет в папку, которую Excel не видит; установите Python с python.org и в него smm-xl",
        )
    built = build.xlam(interpreter(computer))
    computer.start_folder.mkdir(parents=True, exist_ok=True)
    writing.write_bytes(computer.addin, built)
    _of_older_versions().unlink(missing_ok=True)


def interpreter(computer: Computer) -> str:
    """The path of Python as the add-in holds it: as it is, or its short name where xlwings' DLL could not take it. Raises InputError."""
    for path in (computer.interpreter, computer.short_name(computer.interpreter)):
        if _fits(str(path), computer.encoding):
            return str(path)
    raise InputError(
        f"{computer.interpreter}: Excel cannot start a Python whose path has letters of another language than Windows, «$(», or more than {_LONGEST} signs. "
        "Make a virtual environment in another folder, for instance C:\\smm, and install smm-xl in it",
        f"{computer.interpreter}: Excel не запустит Python, в пути к которому есть буквы не того языка, что у Windows, «$(» или больше {_LONGEST} знаков. "
        "Создайте виртуальное окружение в другой папке, например C:\\smm, и установите smm-xl в него",
    )


def _fits(path: str, encoding: str) -> bool:
    """Whether the DLL takes a path: it knows one code page, reads $(NAME) as a setting, and has room for a command of 2,047 bytes."""
    try:
        return len(path.encode(encoding)) <= _LONGEST and "$(" not in path
    except UnicodeEncodeError:
        return False


def _of_older_versions() -> Path:
    """The settings that the add-in read up to version 0.1: nothing reads them now."""
    return folder() / f"{PROJECT}.conf"


def uninstall(computer: Computer) -> None:
    """Remove the add-in and its log. Raises InputError, also for an add-in that is another one."""
    _must_be_windows(computer)
    if not computer.addin.exists():
        raise InputError(f"{computer.addin}: there is no add-in to remove", f"{computer.addin}: надстройки нет, удалять нечего")
    if version_of(computer.addin) is None:
        raise InputError(f"{computer.addin}: this is not the add-in of smm-xl; it was left", f"{computer.addin}: это не надстройка smm-xl; файл оставлен")
    try:
        computer.addin.unlink()
    except PermissionError:
        raise InputError(f"{computer.addin}: close Excel and try again", f"{computer.addin}: закройте Excel и повторите") from None
    for file in (_of_older_versions(), log()):
        file.unlink(missing_ok=True)


def _must_be_windows(computer: Computer) -> None:
    if not computer.is_windows:
        raise InputError(*NO_WINDOWS)


# --- what is installed ----------------------------------------------------------------------------------------------


def version_of(addin: Path) -> tuple[str, str] | None:
    """The versions of smm-xl and xlwings that an add-in was built with; None for a file that is none of ours."""
    try:
        with zipfile.ZipFile(addin) as archive:
            properties = archive.read("docProps/core.xml").decode(errors="replace")
    except (OSError, KeyError, zipfile.BadZipFile):
        return None
    found = re.search(r"<dc:description>smm-xl (\S+), xlwings (\S+)</dc:description>", properties)
    return (found[1], found[2]) if found else None


def python_of(addin: Path) -> Path | None:
    """The Python that an add-in starts; None for a file that names none."""
    try:
        with zipfile.ZipFile(addin) as archive:
            first = re.search(r'<c r="B1"[^>]*><is><t[^>]*>([^<]*)</t></is></c>', archive.read("xl/worksheets/sheet1.xml").decode())
    except (OSError, KeyError, zipfile.BadZipFile):
        return None
    return Path(unescape(first[1])) if first else None
