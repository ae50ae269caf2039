"""A Windows for the tests, on Linux: Wine with the real Python for Windows, pywin32, and xlwings with its DLL.

``install.sh`` makes it once, in the user's cache folder. Each test has a computer of its own: a user with a folder, a registry and a
Python that may be broken, over the same system files. What Wine does not show: Excel and its objects, how Windows' own cmd reads quotes,
and code pages of the console.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.caches import CACHE
from tests.com import MISSING, ComError
from tests.com.vba import from_vba
from tests.office import missing
from tests.wheels import wheel

HERE = Path(__file__).parent
XLWINGS = metadata.version("xlwings")
SYSTEM = CACHE / f"windows-2-{XLWINGS}"
PYTHON = r"C:\python\python.exe"
ENGLISH, RUSSIAN = "en_US", "ru_RU"  # with the code pages 1252 and 1251
_HRESULT_OF_0 = -2146828288
_WAIT = 120  # seconds for a program that ends by itself


def needed() -> Path:
    """The system, made if need be; where it cannot be had the test is skipped, or fails where CI is set."""
    ready = SYSTEM / "ready"
    if not ready.exists():
        SYSTEM.parent.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([HERE / "install.sh", SYSTEM, XLWINGS, sys.executable], capture_output=True, text=True, check=False)
        if done.returncode or shutil.which("wine") is None:
            missing(f"no Wine with Python for Windows for the tests: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
        ready.touch()
    return SYSTEM


class Computer:
    """A Windows computer of a user. path: the folder that is C: there."""

    def __init__(self, folder: Path, user: str, language: str) -> None:
        self.path = folder / "drive_c"
        self.home = rf"C:\users\{user}"
        self._environment = {
            "WINEPREFIX": str(folder), "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml=", "USER": user, "PATH": os.environ["PATH"],
            "HOME": str(folder), "LC_ALL": f"{language}.UTF-8", "LOCPATH": str(SYSTEM / "locales"),
        }  # fmt: skip

    def run(self, *words: str, within: str | None = None, timeout: int = _WAIT, **variables: str) -> subprocess.CompletedProcess[str]:
        """A program that ends by itself; its output comes through a pipe of its own, which Wine needs. within: the current folder."""
        folder = self.path if within is None else self.at(within)
        done = subprocess.run(
            ["wine", *words], env=self._environment | variables, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=timeout
        )
        texts = [stream.decode("utf-8", errors="replace").replace("\r\n", "\n") for stream in (done.stdout, done.stderr)]
        return subprocess.CompletedProcess(words, done.returncode, *texts)

    def running(self) -> list[str]:
        """The command lines of the programs that run on this computer, as this system sees them."""
        mark = f"WINEPREFIX={self._environment['WINEPREFIX']}\0".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                if mark in (process / "environ").read_bytes():
                    found.append((process / "cmdline").read_bytes().decode(errors="replace").replace("\0", " "))
        return found

    def at(self, path: str) -> Path:
        """A path of Windows as this system names it."""
        assert path.startswith("C:\\"), path
        return self.path.joinpath(*path[3:].split("\\"))

    def add_excel(self, path: str = r"C:\EXCEL.EXE") -> None:
        """Let Windows know an Excel of 64 bits, which cannot be started."""
        self.at(path).parent.mkdir(parents=True, exist_ok=True)
        self.at(path).write_bytes(b"MZ".ljust(0x3C) + b"\x40\0\0\0" + b"PE\0\0\x64\x86")
        done = self.run("reg", "add", r"HKCU\Software\Microsoft\Windows\CurrentVersion\App Paths\excel.exe", "/ve", "/d", path, "/f")
        assert done.returncode == 0, done.stderr

    @property
    def addin(self) -> Path:
        """Where Excel loads the add-in from."""
        return self.at(rf"{self.home}\AppData\Roaming\Microsoft\Excel\XLSTART\smm.xlam")

    def log(self) -> str:
        """The log of the add-in."""
        path = self.at(rf"{self.home}\.smm_xl\smm-xl.log")
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def add(self, *distributions: str) -> None:
        """Put packages without compiled parts beside those of the Windows Python, and what they need."""
        for name in distributions:
            for file in metadata.files(name) or []:
                if ".." not in file.parts and file.suffix != ".pyc":
                    target = self.path / "python" / "Lib" / "site-packages" / file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(Path(str(file.locate())), target)

    def replace(self, path: str, text: str) -> None:
        """Put a file in place of one of Windows; the file of the system stays what it was."""
        target = self.at(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_text(text, encoding="utf-8")

    @contextlib.contextmanager
    def program(self, python: str = PYTHON) -> Iterator[Program]:
        """A program that stands for Excel, for as long as it is needed."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(_WAIT)
            port = server.getsockname()[1]
            shutil.copy(HERE / "host.py", self.path / "host.py")
            with subprocess.Popen(
                ["wine", python, r"C:\host.py", str(port)], env=self._environment, cwd=self.path, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            ) as process:  # fmt: skip
                connection, _ = server.accept()
                with connection, connection.makefile("rwb") as stream:
                    yield Program(self, stream)
                process.wait(_WAIT)


class Program:
    """What stands for Excel; see ``host.py``."""

    def __init__(self, computer: Computer, stream: Any) -> None:
        self.computer = computer
        self._stream = stream
        self.commands: list[str] = []
        self.ended: list[str] = []
        self.seconds = 0.0  # that the last start took

    def ask(self, do: str, **arguments: Any) -> Any:
        self._stream.write(json.dumps({"do": do, **arguments}).encode() + b"\n")
        self._stream.flush()
        answer = json.loads(self._stream.readline())
        if "com error" in answer:
            raise ComError(answer["com error"])
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    # --- what the VBA asks of a library, see tests.com.vba

    def file_exists(self, path: str) -> bool:
        return bool(self.ask("exists", path=path))

    def load(self, path: str) -> bool:
        return bool(self.ask("load", path=path))

    def activate(self, command: str, mode: int) -> tuple[int, Any]:
        (self.ended if mode == -1 else self.commands).append(command)
        answer = self.ask("activate", command=command, mode=mode)
        if answer["code"] and "Could not create Python process" in answer["result"]:  # Wine could not for once, seen in one of hundreds of starts
            time.sleep(1)
            answer = self.ask("activate", command=command, mode=mode)
        self.seconds = answer["seconds"]
        result = answer["result"]
        return answer["code"], Remote(self, result["object"]) if isinstance(result, dict) else result

    def call_udf(self, server: Remote, module: str, function: str, given: Sequence[Any]) -> Any:
        values = [from_vba(value, error=lambda number: {"error": _HRESULT_OF_0 + number}, array=list) for value in given]
        return server.CallUDF(module, function, [as_argument(value) for value in values])

    def text_of_log(self) -> str:
        return self.computer.log()


class Remote:
    """An object behind COM, such as xlwings' server."""

    def __init__(self, program: Program, number: int) -> None:
        self.program = program
        self.number = number

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*given: Any) -> Any:
            return self._out(self.program.ask("call", on=self.number, name=name, given=[self._in(value) for value in given]))

        return call

    def ask(self, expression: str) -> str:
        """What an expression gives in that Python, as text."""
        return str(self.Str(self.Eval(expression)))

    def _in(self, value: Any) -> Any:
        if isinstance(value, Remote):
            return {"object": value.number}
        return [self._in(cell) for cell in value] if isinstance(value, list | tuple) else value

    def _out(self, value: Any) -> Any:
        if isinstance(value, list):
            return tuple(map(self._out, value))
        return Remote(self.program, value["object"]) if isinstance(value, dict) else value


def as_argument(value: Any) -> Any:
    """A value, a row or rows of values as Excel hands them over, see ``host.py``."""
    if not isinstance(value, list):
        return as_cell(value)
    if value and isinstance(value[0], list):
        return {"block": [list(map(as_cell, row)) for row in value]}
    return list(map(as_cell, value))


def as_cell(value: Any) -> Any:
    if value is None:
        return {"empty": True}
    if isinstance(value, dt.datetime):
        return {"date": (value - dt.datetime(1899, 12, 30)).total_seconds() / 86400}
    return {"missing": True} if value == MISSING else value


@contextlib.contextmanager
def computer(folder: Path, package: Path, user: str = "Maria", language: str = ENGLISH) -> Iterator[Computer]:
    """A computer in an empty folder, with the package of a folder installed in its Python."""
    system = needed()
    made = Computer(folder, user, language)
    (folder / "drive_c").mkdir(parents=True)
    (folder / "dosdevices").mkdir()
    for file in (".update-timestamp", "system.reg", "user.reg", "userdef.reg"):
        shutil.copy2(system / "prefix" / file, folder / file)
    (folder / "dosdevices" / "c:").symlink_to("../drive_c")
    (folder / "drive_c" / "windows").symlink_to(system / "prefix" / "drive_c" / "windows")
    for source, target in ((system / "prefix" / "drive_c" / "python", "python"), (package, r"python/Lib/site-packages")):
        shutil.copytree(source, folder / "drive_c" / target, copy_function=_linked, dirs_exist_ok=True)
    try:
        yield made
    finally:
        subprocess.run(["wineserver", "-k"], env=made._environment, check=False, stderr=subprocess.DEVNULL)
        subprocess.run(["wineserver", "-w"], env=made._environment, check=False, stderr=subprocess.DEVNULL)


def _linked(source: str, target: str) -> None:
    """The same file in another place, without a copy where the disk is the same."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def package(folder: Path) -> Path:
    """A folder with our wheel unpacked and compiled, as an installer for Windows leaves it."""
    unpacked = folder / "site-packages"
    with zipfile.ZipFile(wheel(folder)) as archive:
        archive.extractall(unpacked)
    compiled = folder / "compiled"
    with computer(compiled, unpacked) as made:
        shutil.rmtree(made.path / "python" / "Lib" / "site-packages" / "smm_xl")
        shutil.copytree(unpacked / "smm_xl", made.path / "python" / "Lib" / "site-packages" / "smm_xl")
        done = made.run(PYTHON, "-m", "compileall", "-q", r"C:\python\Lib\site-packages\smm_xl")
        assert done.returncode == 0, done.stderr
        shutil.copytree(made.path / "python" / "Lib" / "site-packages" / "smm_xl", unpacked / "smm_xl", dirs_exist_ok=True)
    shutil.rmtree(compiled)
    return unpacked
