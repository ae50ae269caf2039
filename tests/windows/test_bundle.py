"""The true bundle, unpacked on a Windows computer into a folder with an awkward name, and installed by its install.cmd.

Left out are the packages that this Wine cannot load (numpy lacks functions of Windows' C library there, polars is written in Rust), and some of
many small files. Wine's cmd misreads a folder with % in its name.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import smm_xl
from smm_xl.hosts.excel_addin import server, windows, wrappers
from tests.bundles import SITE, true_bundle
from tests.com.vba import Vba
from tests.windows import ENGLISH, Computer, computer

UNPACKED = r"C:\users\Мария\Мои файлы & (1)!\smm-xl-windows"
INSTALLED = r"C:\users\Мария\AppData\Local\Programs\smm-xl"
PROGRAM = rf"{INSTALLED}\python\python.exe"


class Done(NamedTuple):
    """What install.cmd did, on which computer."""

    pc: Computer
    code: int
    said: str

    def python(self, code: str) -> tuple[int, str]:
        """What the installed Python prints, started as Excel starts it."""
        done = self.pc.run(PROGRAM, *server.FLAGS, "-X", "utf8", "-c", code)
        return done.returncode, done.stdout.strip() or done.stderr


@pytest.fixture(scope="module")
def done(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Done]:
    with computer(tmp_path_factory.mktemp("bundle") / "c", installed, user="Мария", language=ENGLISH) as pc:
        left = tuple(f"{SITE}{name}" for name in ("numpy", "polars", "_polars_runtime_32", "tzdata", "pygments"))
        bundle: zipfile.ZipFile = true_bundle()
        bundle.extractall(pc.at(UNPACKED).parent, [name for name in bundle.namelist() if not name.startswith(left)])
        pc.add_excel()
        ended = pc.run("cmd", "/c", "install.cmd", within=UNPACKED, timeout=300)
        yield Done(pc, ended.returncode, ended.stdout)


def test_install_cmd_installs_and_says_what_to_type(done: Done) -> None:
    assert done.code == 0, done.said
    assert "type =SMM_CPL(1000;20)" in done.said
    assert windows.version_of(done.pc.addin) == (smm_xl.__version__, wrappers.xlwings_version())
    assert {path.name for path in done.pc.at(INSTALLED).parent.iterdir()} == {"smm-xl"}
    assert list(done.pc.at(UNPACKED).rglob("*.pyc")) == []


def test_excel_gets_the_answer_through_what_was_installed(done: Done) -> None:
    python = str(windows.python_of(done.pc.addin))
    assert python.isascii()  # this Windows knows no Russian letters, so the path is a short one
    with done.pc.program() as program:
        vba = Vba(program, python=python, home=done.pc.home)
        assert vba.call("SMM_CPL", 1000.0, 20.0) == 50.0
        assert vba.popups == []
        _, remote = program.activate(program.commands[0], 1)
        assert remote.ask("__import__('sys').version_info[:2]") == "(3, 13)"


def test_the_installed_python_has_what_talks_to_excel_and_writes_workbooks(done: Done) -> None:
    modules = "win32api, win32com.client, pythoncom, pywintypes, openpyxl, xlsxwriter, pyopenvba, rich, click"
    library = f"ctypes.WinDLL(os.path.join(sys.prefix, 'xlwings64-{wrappers.xlwings_version()}.dll')).XLPyDLLActivateAuto"
    assert done.python(f"import ctypes, os, sys, {modules}; {library}; print('all')") == (0, "all")


def test_the_installed_python_takes_modules_from_its_own_folders_alone(done: Done) -> None:
    done.pc.at(rf"{done.pc.home}\AppData\Roaming\Python\Python313\site-packages").mkdir(parents=True, exist_ok=True)
    code = "import os, sys; root = os.path.dirname(sys.executable); print([p for p in sys.path if not p.startswith(root)], len(sys.path))"
    assert done.python(code) == (0, "[] 5")


def test_a_copy_that_is_in_use_is_left_alone(done: Done) -> None:
    before = done.pc.addin.stat().st_mtime_ns
    (done.pc.at(INSTALLED) / "mark").touch()
    code = f"import subprocess; print(subprocess.run(['cmd', '/c', 'install.cmd'], cwd={UNPACKED!r}, stdin=subprocess.DEVNULL).returncode)"
    _, said = done.python(code)
    assert "is in use, nothing was changed; close Excel" in said
    assert said.endswith("2")
    assert (done.pc.at(INSTALLED) / "mark").exists()
    assert done.pc.addin.stat().st_mtime_ns == before


def test_install_cmd_alone_says_that_the_zip_is_to_be_unpacked(done: Done) -> None:
    folder = done.pc.path / "alone"
    folder.mkdir()
    shutil.copy(done.pc.at(UNPACKED) / "install.cmd", folder)
    ended = done.pc.run("cmd", "/c", "install.cmd", within=r"C:\alone")
    assert ended.returncode == 1
    assert 'choose "Extract All"' in ended.stdout


def test_uninstall_cmd_removes_the_add_in_and_the_folder(done: Done) -> None:
    """The last one, for it takes away what the others look at."""
    ended = done.pc.run("cmd", "/c", "uninstall.cmd", within=INSTALLED)
    assert ended.returncode == 0, ended.stdout
    assert not done.pc.addin.exists()
    assert list(done.pc.at(INSTALLED).glob("*")) == []  # Wine keeps a .cmd open that is run, and with it the empty folder
