"""The add-in on a Windows computer: where Excel and its start folder are, installing, removing, and the settings that xlwings reads."""

from __future__ import annotations

import os
import re
import struct
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

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
_SETTING = re.compile(r'"([^"]*)","([^"]*)"')


@dataclass(frozen=True)
class Computer:
    """What of a computer matters here. encoding: in which VBA reads files of text."""

    is_windows: bool
    start_folder: Path
    excel: Path | None
    interpreter: Path
    encoding: str

    @property
    def addin(self) -> Path:
        return self.start_folder / FILE

    @property
    def settings(self) -> Path:
        return folder() / f"{PROJECT}.conf"


def this_computer() -> Computer:
    is_windows = sys.platform == "win32"
    roaming = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    return Computer(
        is_windows, roaming / "Microsoft" / "Excel" / "XLSTART", _excel() if is_windows else None, Path(sys.executable), "mbcs" if is_windows else "utf-8"
    )


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
    """Put the add-in where Excel loads it at its start, and the settings where xlwings looks for them. Raises InputError."""
    _must_be_windows(computer)
    if computer.excel is None:
        raise InputError("Excel is not installed on this computer", "на этом компьютере не установлен Excel")
    if "WindowsApps" in computer.interpreter.parts or "PythonSoftwareFoundation" in str(computer.interpreter):
        raise InputError(
            f"{computer.interpreter}: Python of the Microsoft Store writes into a folder that Excel does not see; install Python from python.org and smm-xl in it",
            f"{computer.interpreter}: Python из Microsoft Store пишет в папку, которую Excel не видит; установите Python с python.org и в него smm-xl",
        )
    settings = _settings(computer)
    built = build.xlam()
    computer.settings.parent.mkdir(parents=True, exist_ok=True)
    computer.start_folder.mkdir(parents=True, exist_ok=True)
    writing.write_bytes(computer.settings, settings)
    writing.write_bytes(computer.addin, built)


def _settings(computer: Computer) -> bytes:
    """The settings for xlwings: which Python, and that folders of workbooks are none of its places to look for modules."""
    lines = {"INTERPRETER_WIN": str(computer.interpreter), "ADD_WORKBOOK_TO_PYTHONPATH": "false"}
    text = "".join(f'"{name}","{value}"\r\n' for name, value in lines.items())
    try:
        return text.encode(computer.encoding)
    except UnicodeEncodeError:
        raise InputError(
            f"{computer.interpreter}: Excel cannot start a Python whose path has letters of another language than Windows. "
            "Make a virtual environment in another folder, for instance C:\\smm, and install smm-xl in it",
            f"{computer.interpreter}: Excel не запустит Python, в пути к которому есть буквы не того языка, что у Windows. "
            "Создайте виртуальное окружение в другой папке, например C:\\smm, и установите smm-xl в него",
        ) from None


def uninstall(computer: Computer) -> None:
    """Remove the add-in, its settings and its log. Raises InputError, also for an add-in that is another one."""
    _must_be_windows(computer)
    if not computer.addin.exists():
        raise InputError(f"{computer.addin}: there is no add-in to remove", f"{computer.addin}: надстройки нет, удалять нечего")
    if version_of(computer.addin) is None:
        raise InputError(f"{computer.addin}: this is not the add-in of smm-xl; it was left", f"{computer.addin}: это не надстройка smm-xl; файл оставлен")
    try:
        computer.addin.unlink()
    except PermissionError:
        raise InputError(f"{computer.addin}: close Excel and try again", f"{computer.addin}: закройте Excel и повторите") from None
    for file in (computer.settings, log()):
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


def setting(computer: Computer, name: str) -> str | None:
    """A setting that is written down; None where there is none."""
    try:
        text = computer.settings.read_text(encoding=computer.encoding, errors="replace")
    except OSError:
        return None
    return dict(_SETTING.findall(text)).get(name)
