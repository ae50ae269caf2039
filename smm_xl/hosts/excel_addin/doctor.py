"""What is wrong with the add-in in Excel: one thing after another, each with its cure."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import smm_xl
from smm_xl.hosts.checks import FORMULA, RESULT, Check, logged
from smm_xl.hosts.excel_addin import log, states, windows
from smm_xl.hosts.excel_addin.server import FLAGS
from smm_xl.hosts.excel_addin.states import Of
from smm_xl.hosts.excel_addin.windows import Computer
from smm_xl.language import Text, same
from smm_xl.outputs import writing

_REINSTALL = Text(
    "install smm-xl anew, as its README says, and then from there: smm-xl addin install --host excel",
    "установите smm-xl заново, как сказано в README, и затем оттуда: smm-xl addin install --host excel",
)
_WAIT = 120  # seconds: a virus scanner may look through pandas at the first start
# asked of the Python that Excel starts, which may be another than this one
_ASKED = """
import importlib.metadata as metadata, importlib.util as util, json, platform, sys
facts = {"python": platform.python_version(), "base": sys.base_prefix, "pywin32": util.find_spec("win32api") is not None, "xlwings": metadata.version("xlwings")}
from smm_xl.hosts import excel
import smm_xl
from smm_xl.outputs import writing
print(json.dumps(facts | {"smm-xl": smm_xl.__version__, "answer": excel.SMM_CPL(1000.0, 20.0)[0][0]}))
"""


def examine(computer: Computer | None = None) -> Iterator[Check]:
    """What there is and what is wrong, as it is found out; the last check tells whether a function answers."""
    computer = computer or windows.this_computer()
    if computer.is_windows:
        yield Check(same(f"Windows: {platform.system()} {platform.release()}"))
    missing = next(states.found(computer, Of.START), None)
    if missing is not None:
        yield missing
        return
    assert computer.excel is not None
    bits = windows.bits(computer.excel)
    shown = f"{bits} bit" if bits else "?"
    yield Check(Text(f"Excel: {shown}, {computer.excel}", f"Excel: {shown.replace('bit', 'бита' if bits == 64 else 'бит')}, {computer.excel}"))
    yield from states.found(computer, Of.COMPUTER)
    addin = _loaded(computer)
    yield _addin(addin, computer)
    yield from states.found(computer, Of.ADDIN)
    interpreter = windows.python_of(addin)
    if interpreter is not None:
        yield from _python(replace(computer, interpreter=interpreter), addin, bits)
    yield from logged(log())


def _loaded(computer: Computer) -> Path:
    """The add-in that Excel loads: the installed one, or one that was carried here and is opened from another place."""
    carried = [path for path in states.others(computer) if path.is_file()]
    return carried[0] if carried and not computer.addin.exists() else computer.addin


def _addin(addin: Path, computer: Computer) -> Check:
    if not addin.exists():
        return Check(Text(f"Add-in: not in {computer.start_folder}", f"Надстройка: нет в {computer.start_folder}"), states.INSTALL)
    versions = windows.version_of(addin)
    if versions is None:
        return Check(
            Text(f"Add-in: {addin} is another one of that name", f"Надстройка: {addin} — чужая с тем же именем"),
            Text(f"move that file elsewhere, then {states.INSTALL.en}", f"перенесите этот файл в другое место, затем {states.INSTALL.ru}"),
        )
    found = Text(f"Add-in: {versions[0]}, {addin}", f"Надстройка: {versions[0]}, {addin}")
    return Check(found, None if versions[0] == smm_xl.__version__ else states.INSTALL)


def _python(computer: Computer, addin: Path, bits: int | None) -> Iterator[Check]:
    """The Python that Excel starts, what is installed there, and whether a function answers."""
    interpreter = computer.interpreter
    if not interpreter.is_file():
        yield Check(Text(f"Python: {interpreter} is no longer there", f"Python: {interpreter} больше нет"), states.INSTALL)
        return
    facts = _facts(interpreter)
    if isinstance(facts, Text):
        yield Check(Text(f"Python: {interpreter} does not answer: {facts.en}", f"Python: {interpreter} не отвечает: {facts.ru}"), _REINSTALL)
        return
    yield Check(same(f"Python: {facts['python']}, {interpreter}"))
    yield from states.found(replace(computer, base_prefix=Path(facts["base"])), Of.PYTHON)
    yield (
        Check(Text("pywin32: installed", "pywin32: установлен"))
        if facts["pywin32"]
        else Check(
            Text("pywin32: not installed", "pywin32: не установлен"),
            Text(f'run: "{interpreter}" -m pip install pywin32', f'выполните: "{interpreter}" -m pip install pywin32'),
        )
    )
    yield _xlwings(addin, interpreter, facts["xlwings"], bits)
    answer = Text(f"{FORMULA} gives {facts['answer']:g}", f"{FORMULA} даёт {facts['answer']:g}")
    yield Check(answer, None if facts["answer"] == RESULT else _REINSTALL)


def _xlwings(addin: Path, interpreter: Path, version: str, bits: int | None) -> Check:
    """Its version, which the add-in holds too, and its library, which Excel loads from beside Python or from the folder above."""
    found = same(f"xlwings: {version}")
    built = windows.version_of(addin)
    if built is not None and built[1] != version:
        return Check(Text(f"xlwings: {version}, but the add-in is for {built[1]}", f"xlwings: {version}, а надстройка для {built[1]}"), states.INSTALL)
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


def _facts(interpreter: Path) -> dict[str, Any] | Text:
    """What the Python of the add-in says of itself, started as Excel starts it; or what went wrong, the last line of it."""
    with writing.scratch() as own:  # nothing of the current folder may run
        asked = [str(interpreter), *FLAGS, "-c", _ASKED]
        said, wrong = own / "said", own / "wrong"
        try:
            # into files: a program that Python starts in its turn, and that outlives it, would keep a pipe open and the doctor waiting
            with said.open("wb") as out, wrong.open("wb") as errors:
                done = subprocess.run(asked, cwd=own, stdin=subprocess.DEVNULL, stdout=out, stderr=errors, check=False, timeout=_WAIT)
        except (OSError, subprocess.TimeoutExpired) as error:
            return same(str(error))
        answer, reason = (path.read_text(errors="replace").strip().splitlines() for path in (said, wrong))
    if done.returncode:
        if reason and reason[0].lower().startswith("unknown option"):
            return Text("it is older than 3.11", "его версия ниже 3.11")
        last = (reason or ["?"])[-1]
        return same(last)
    facts: dict[str, Any] = json.loads(answer[-1])
    return facts
