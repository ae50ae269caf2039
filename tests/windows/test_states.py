"""What can keep the add-in from working, found by the real Python for Windows in a real registry and in real files, over Wine.

Wine keeps a second stream of a file as a file of that name, colon and all; that Windows' own streams are read alike is not shown here.
"""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

import smm_xl
from smm_xl.hosts.excel_addin import states
from tests import test_states
from tests.windows import PYTHON, XLWINGS, Computer

EXCEL = r"C:\Program Files\Microsoft Office\root\Office16\EXCEL.EXE"
OF_STORE = r"C:\Program Files\WindowsApps\Microsoft.Office.Desktop.Excel_16051.1_x86__8wekyb3d8bbwe\Office16\EXCEL.EXE"
XLSTART = r"AppData\Roaming\Microsoft\Excel\XLSTART"
SETTINGS = rf"HKEY_CURRENT_USER\{test_states.OFFICE}\Excel"
POLICIES = rf"HKEY_CURRENT_USER\{test_states.POLICIES}\Excel\Security"
RULES = rf"HKEY_LOCAL_MACHINE\{test_states.RULES}"
DRIVES = r"HKEY_LOCAL_MACHINE\Software\Wine\Drives"
DISABLED = b"\2\0\0\0" + (36).to_bytes(4, "little") + b"\2\0\0\0" + "c:\\users\\smm.xlam\0\0".encode("utf-16-le")
LOOK = """
import json, os, sys
os.environ["APPDATA"] = sys.argv[1] if sys.argv[1:] else os.environ["APPDATA"]  # here, because Wine gives each program its own
from smm_xl.hosts.excel_addin import states, windows
computer = windows.this_computer()
print(json.dumps({state.key: state.said(computer).en for state in states.STATES if state.check(computer)}))
"""
# installs while a program has the add-in open as Excel has it: others may read it, and neither write nor delete
HELD = """
import ctypes, json
from ctypes import wintypes
from dataclasses import replace
from smm_xl.errors import InputError
from smm_xl.hosts.excel_addin import build, installing, windows

kernel = ctypes.WinDLL("kernel32")
kernel.CreateFileW.restype = wintypes.HANDLE
kernel.CreateFileW.argtypes = [wintypes.LPCWSTR, wintypes.DWORD, wintypes.DWORD, ctypes.c_void_p, wintypes.DWORD, wintypes.DWORD, wintypes.HANDLE]
kernel.CloseHandle.argtypes = [wintypes.HANDLE]
computer = windows.this_computer()
installing.install(computer)
build.xlam = lambda python: b"new"
held = kernel.CreateFileW(str(computer.addin), 0x80000000, 1, None, 3, 0, None)
said = []
for seen in (computer, replace(computer, is_open=lambda path: False)):  # the second one is Excel's that was started after the look
    try:
        installing.install(seen)
    except InputError as error:
        said.append(str(error))
before = windows.version_of(computer.addin)
kernel.CloseHandle(held)
installing.install(computer)
print(json.dumps([said, before, computer.addin.read_bytes().decode(), sorted(path.name for path in computer.start_folder.parent.rglob("*"))]))
"""


@pytest.fixture
def pc(pc: Computer) -> Computer:
    """A computer with an Excel, as far as files tell."""
    pc.add("pyOpenVBA")
    pc.add_excel(EXCEL)
    return pc


def register(pc: Computer, keys: dict[str, dict[str, str | int | bytes]]) -> None:
    """Write values into the registry with Windows' own program for it."""
    lines = ["Windows Registry Editor Version 5.00"]
    for key, values in keys.items():
        lines += ["", f"[{key}]", *(f"{name_of(name)}={data(value)}" for name, value in values.items())]
    pc.at(r"C:\values.reg").write_bytes("\r\n".join([*lines, ""]).encode("utf-16"))
    done = pc.run("reg", "import", r"C:\values.reg")
    assert done.returncode == 0, done.stderr


def name_of(name: str) -> str:
    return f'"{name}"' if name else "@"


def data(value: str | int | bytes) -> str:
    if isinstance(value, bytes):
        return f"hex:{value.hex(',')}"
    if isinstance(value, int):
        return f"dword:{value:08x}"
    return '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"'))


def asked(pc: Computer, code: str, *words: str, python: str = PYTHON, path: str = "") -> str:
    """What the Windows Python prints last. path: where it looks for packages as well."""
    pc.replace(r"C:\asked.py", code)
    done = pc.run(python, "-B", r"C:\asked.py", *words, PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_on_a_sound_computer_nothing_is_found_and_the_doctor_hears_an_answer(pc: Computer) -> None:
    assert json.loads(asked(pc, LOOK)) == {}
    doctor = """
import json
from smm_xl.hosts.excel_addin import doctor, installing, windows
doubts = installing.install(windows.this_computer())
print(json.dumps([len(doubts), [[check.found.en, check.cure and check.cure.en] for check in doctor.examine()]]))
"""
    version = asked(pc, "import platform; print(platform.python_version())")
    doubts, found = json.loads(asked(pc, doctor))
    assert doubts == 0
    assert [words for words, cure in found if cure] == []
    assert [words.split(",")[0] for words, _ in found][1:] == [
        "Excel: 64 bit", f"Add-in: {smm_xl.__version__}", f"Python: {version}", "pywin32: installed", f"xlwings: {XLWINGS}", "=SMM_CPL(1000;20) gives 50",
    ]  # fmt: skip
    assert pc.at(rf"{pc.home}\{XLSTART}\smm.xlam").is_file()


def test_the_states_of_the_registry_and_of_drives_are_found(pc: Computer, tmp_path: Path) -> None:
    pc.add_excel(OF_STORE)
    share = tmp_path / "share"
    (share / r"Microsoft/Excel/XLSTART").mkdir(parents=True)
    (share / r"Microsoft/Excel/XLSTART/smm.xlam").write_bytes(test_states.OLD)
    (pc.path.parent / "dosdevices" / "n:").symlink_to(share)
    register(pc, {
        f"{POLICIES}": {"VBAWarnings": 4, "RequireAddinSig": 1},
        rf"{POLICIES}\Trusted Locations": {"AllLocationsDisabled": 1},
        rf"{SETTINGS}\Security": {"disablealladdins": 1, "VBAWarnings": 1},
        rf"{SETTINGS}\Resiliency\DisabledItems": {"A1B2C3": DISABLED},
        rf"{SETTINGS}\Options": {"OPEN": r'/R "C:\add-ins\smm.xlam"'},
        RULES: {"D4F940AB-401B-4EFC-AADC-AD5F3C50688A": "1", "92e97fa1-2edf-4476-bdd6-9dd0b4dddc7b": "6"},
        DRIVES: {"n:": "network"},
    })  # fmt: skip
    found = json.loads(asked(pc, LOOK, "N:\\"))
    assert list(found) == [state.key for state in states.STATES if state.of is states.Of.COMPUTER]
    assert r"(HKCU\Software\Policies\Microsoft\Office\16.0\Excel\Security\VBAWarnings = 4)" in found["macros off"]
    assert r"c:\users\smm.xlam" in found["disabled by Excel"]
    assert r"C:\add-ins\smm.xlam" in found["two add-ins"]
    register(pc, {rf"{POLICIES}\Trusted Locations": {"AllLocationsDisabled": 0, "AllowNetworkLocations": 1}})
    left = json.loads(asked(pc, LOOK, "N:\\"))
    assert set(found) - set(left) == {"start folder on the network", "no trusted folders", "macros off"}


def test_a_marked_add_in_and_what_a_killed_installation_left_are_found(pc: Computer) -> None:
    folder = rf"{pc.home}\{XLSTART}"
    pc.addin.parent.mkdir(parents=True)
    pc.addin.write_bytes(test_states.OLD)
    pc.replace(rf"{folder}\smm.xlam:Zone.Identifier", "[ZoneTransfer]\r\nZoneId=3\r\nHostUrl=about:internet\r\n")
    pc.replace(rf"{folder}\.smm-xl-a1b2.xlam", "half")
    assert set(json.loads(asked(pc, LOOK))) == {"mark of the web", "installation interrupted"}


def test_an_add_in_that_excel_has_open_is_left_as_it_is_and_the_next_installation_replaces_it(pc: Computer) -> None:
    said, before, after, there = json.loads(asked(pc, HELD))
    assert ["in use or write-protected; close Excel" in said[0], said[1].endswith("smm.xlam: the add-in is in use; close Excel and try again")] == [True, True]
    assert before == [smm_xl.__version__, XLWINGS]
    assert (after, there) == ("new", ["XLSTART", "smm.xlam"])


def test_a_virtual_environment_of_the_stores_python_is_known(pc: Computer) -> None:
    home = r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.11_3.11.2544.0_x64__qbz5n2kfra8p0"
    pc.at(home).parent.mkdir(parents=True, exist_ok=True)
    (pc.path / "python").rename(pc.at(home))
    with zipfile.ZipFile(pc.at(home) / "python311.zip") as archive:  # an installed Python has it as files, which it knows itself by
        archive.extractall(pc.at(home) / "Lib")
    scripts = pc.at(r"C:\venv\Scripts")
    scripts.mkdir(parents=True)
    for file in [pc.at(home) / "python.exe", *pc.at(home).glob("*.dll")]:
        os.link(file, scripts / file.name)
    pc.replace(r"C:\venv\pyvenv.cfg", f"home = {home}\ninclude-system-site-packages = true\n")
    found = json.loads(asked(pc, LOOK, python=r"C:\venv\Scripts\python.exe", path=rf"{home}\Lib\site-packages"))
    assert list(found) == ["Python of the Store"]
    assert found["Python of the Store"].startswith(rf"Python: C:\venv\Scripts\python.exe is one of the Microsoft Store ({home}")
