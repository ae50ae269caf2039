"""What is wrong with the add-in in Excel: one thing after another, each with its cure."""

from __future__ import annotations

import json
import platform
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import smm_xl
from smm_xl.hosts.checks import Check, logged
from smm_xl.hosts.xlam import log, windows
from smm_xl.hosts.xlam.server import FLAGS
from smm_xl.hosts.xlam.windows import Computer
from smm_xl.language import Text

_INSTALL = Text("close Excel and run: smm-xl addin install --host excel", "закройте Excel и выполните: smm-xl addin install --host excel")
_REINSTALL = Text(
    "install smm-xl anew, as its README says, and then from there: smm-xl addin install --host excel",
    "установите smm-xl заново, как сказано в README, и затем оттуда: smm-xl addin install --host excel",
)
_FORMULA, _RESULT = "=SMM_CPL(1000;20)", 50.0
_WAIT = 120  # seconds: a virus scanner may look through pandas at the first start
# asked of the Python that Excel starts, which may be another than this one
_ASKED = """
import importlib.metadata as metadata, importlib.util as util, json, platform
facts = {"python": platform.python_version(), "pywin32": util.find_spec("win32api") is not None, "xlwings": metadata.version("xlwings")}
from smm_xl.hosts import excel
import smm_xl
print(json.dumps(facts | {"smm-xl": smm_xl.__version__, "answer": excel.SMM_CPL(1000.0, 20.0)[0][0]}))
"""


def examine(computer: Computer | None = None) -> Iterator[Check]:
    """What there is and what is wrong, as it is found out; the last check tells whether a function answers."""
    computer = computer or windows.this_computer()
    system = f"{platform.system()} {platform.release()}"
    if not computer.is_windows:
        yield Check(Text(f"Windows: no, this is {system}", f"Windows: нет, это {system}"), windows.NO_WINDOWS)
        return
    yield Check(Text(f"Windows: {system}", f"Windows: {system}"))
    if computer.excel is None:
        yield Check(
            Text("Excel: not found", "Excel: не найден"),
            Text(
                "install Microsoft Excel for Windows; Excel in the browser takes xlwings Lite",
                "установите Microsoft Excel для Windows; для Excel в браузере есть xlwings Lite",
            ),
        )
        return
    bits = windows.bits(computer.excel)
    shown = f"{bits} bit" if bits else "?"
    yield Check(Text(f"Excel: {shown}, {computer.excel}", f"Excel: {shown.replace('bit', 'бита' if bits == 64 else 'бит')}, {computer.excel}"))
    yield _addin(computer)
    interpreter = windows.python_of(computer.addin)
    if interpreter is not None:
        yield from _python(computer, interpreter, bits)
    if log().is_file():
        yield logged(log())


def _addin(computer: Computer) -> Check:
    if not computer.addin.exists():
        return Check(Text(f"Add-in: not in {computer.start_folder}", f"Надстройка: нет в {computer.start_folder}"), _INSTALL)
    versions = windows.version_of(computer.addin)
    if versions is None:
        return Check(
            Text(f"Add-in: {computer.addin} is another one of that name", f"Надстройка: {computer.addin} — чужая с тем же именем"),
            Text(f"move that file elsewhere, then {_INSTALL.en}", f"перенесите этот файл в другое место, затем {_INSTALL.ru}"),
        )
    found = Text(f"Add-in: {versions[0]}, {computer.addin}", f"Надстройка: {versions[0]}, {computer.addin}")
    return Check(found, None if versions[0] == smm_xl.__version__ else _INSTALL)


def _python(computer: Computer, interpreter: Path, bits: int | None) -> Iterator[Check]:
    """The Python that Excel starts, what is installed there, and whether a function answers."""
    if not interpreter.is_file():
        yield Check(Text(f"Python: {interpreter} is no longer there", f"Python: {interpreter} больше нет"), _INSTALL)
        return
    facts = _facts(interpreter)
    if isinstance(facts, str):
        yield Check(Text(f"Python: {interpreter} does not answer: {facts}", f"Python: {interpreter} не отвечает: {facts}"), _REINSTALL)
        return
    yield Check(Text(f"Python: {facts['python']}, {interpreter}", f"Python: {facts['python']}, {interpreter}"))
    yield (
        Check(Text("pywin32: installed", "pywin32: установлен"))
        if facts["pywin32"]
        else Check(
            Text("pywin32: not installed", "pywin32: не установлен"),
            Text(f'run: "{interpreter}" -m pip install pywin32', f'выполните: "{interpreter}" -m pip install pywin32'),
        )
    )
    yield _xlwings(computer, interpreter, facts["xlwings"], bits)
    answer = Text(f"{_FORMULA} gives {facts['answer']:g}", f"{_FORMULA} даёт {facts['answer']:g}")
    yield Check(answer, None if facts["answer"] == _RESULT else _REINSTALL)


def _xlwings(computer: Computer, interpreter: Path, version: str, bits: int | None) -> Check:
    """Its version, which the add-in holds too, and its library, which Excel loads from beside Python or from the folder above."""
    found = Text(f"xlwings: {version}", f"xlwings: {version}")
    built = windows.version_of(computer.addin)
    if built is not None and built[1] != version:
        return Check(Text(f"xlwings: {version}, but the add-in is for {built[1]}", f"xlwings: {version}, а надстройка для {built[1]}"), _INSTALL)
    library = f"xlwings{bits or 64}-{version}.dll"
    if any((place / library).is_file() for place in (interpreter.parent, interpreter.parent.parent)):
        return Check(found)
    return Check(
        Text(f"xlwings: {version}, but {library} is not beside Python", f"xlwings: {version}, но {library} нет рядом с Python"),
        Text(
            f'run: "{interpreter}" -m pip install --force-reinstall --no-deps xlwings=={version}; where pip installs with --user use a virtual environment instead',
            f'выполните: "{interpreter}" -m pip install --force-reinstall --no-deps xlwings=={version}; если pip ставит с --user, используйте виртуальное окружение',
        ),
    )


def _facts(interpreter: Path) -> dict[str, Any] | str:
    """What the Python of the add-in says of itself, started as Excel starts it; or the last line of what went wrong."""
    with tempfile.TemporaryDirectory(prefix="smm-xl-") as own:  # nothing of the current folder may run
        asked = [str(interpreter), *FLAGS, "-c", _ASKED]
        try:
            done = subprocess.run(asked, cwd=own, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=_WAIT)
        except (OSError, subprocess.TimeoutExpired) as error:
            return str(error)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["?"])[-1]
    facts: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return facts
