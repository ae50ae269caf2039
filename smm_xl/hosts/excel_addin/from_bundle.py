"""What ``install.cmd`` and ``uninstall.cmd`` of the bundle for Windows start: ``python -I -m smm_xl.hosts.excel_addin.from_bundle install``.

The unpacked Python copies the whole folder to the user's programs, and the copy installs the add-in. An earlier copy stays until the
new one has done that.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from smm_xl.errors import InputError
from smm_xl.hosts import checks
from smm_xl.hosts.excel_addin import installing, windows
from smm_xl.language import Text, of_the_user, same

_PATIENCE = 5.0  # seconds: a virus scanner holds new files for a moment
_BUSY = 0.25


def main(arguments: list[str]) -> int:
    """The exit code: 0, or 2 where something was refused, which is then said."""
    actions = {"install": install, "register": register, "uninstall": uninstall}
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")  # a pipe in the code page of another language
    try:
        return actions[arguments[0]]()
    except InputError as error:
        _say(error.text)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _say(same(f"{where}{error.strerror or error}"))
    return 2


def target() -> Path:
    """Where programs of the user alone lie."""
    return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Programs" / "smm-xl"


def install() -> int:
    """Copy the folder of the Python that runs, and let the copy install the add-in; in place of the copy itself only that."""
    source = Path(sys.executable).parent.parent
    if source.resolve() == target().resolve():
        return register()
    must_be_idle(target(), "*.exe", "*.dll")
    _say(Text("Copying smm-xl into your folder; this takes up to a minute ...", "Копирование smm-xl в вашу папку; до минуты ..."))
    return put(source, target(), _register_from)


def _register_from(folder: Path) -> int:
    command = [str(folder / "python" / "python.exe"), "-I", "-m", "smm_xl.hosts.excel_addin.from_bundle", "register"]
    sys.stdout.flush()
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False).returncode


def register() -> int:
    """Install the add-in with the Python that runs."""
    doubts = installing.install(windows.this_computer())
    _say(
        Text(
            f"Installed: {target()}\nStart Excel and type =SMM_CPL(1000;20) (or =SMM_CPL(1000,20), with a comma): it gives 50.",
            f"Установлено: {target()}\nЗапустите Excel и введите =SMM_CPL(1000;20) (или =SMM_CPL(1000,20), через запятую): получится 50.",
        )
    )
    for doubt in doubts:
        _say(checks.in_words(doubt))
    return 0


def uninstall() -> int:
    """Remove the add-in if it is there; the folder is then removed by uninstall.cmd, as no program deletes itself on Windows."""
    must_be_idle(target(), "xlwings*.dll")  # of which Excel has one open; python.exe may be what runs here
    computer = windows.this_computer()
    if computer.addin.exists():
        installing.uninstall(computer)
    _say(Text(f"The add-in is removed; now {target()} ...", f"Надстройка удалена; теперь {target()} ..."))
    return 0


# --- the folder -----------------------------------------------------------------------------------------------------


def put(source: Path, target: Path, register: Callable[[Path], int]) -> int:
    """Copy a folder in place of an earlier copy, which comes back if ``register`` refuses the new one; its exit code.

    register: gets the folder, and says itself what it refuses. Raises InputError where the earlier copy is in use or the new one cannot
    be written; the earlier one is then as it was.
    """
    new, old = (target.with_name(f"{target.name}.{word}") for word in ("new", "old"))
    if old.exists() and not target.exists():
        _rename(old, target)  # an installation was broken off in between
    for rest in (new, old):
        _remove(rest)
    _copy(source, new, target)
    try:
        if target.exists():
            _rename(target, old)
        try:
            _rename(new, target)
        except InputError:
            if old.exists():
                _rename(old, target)
            raise
    except InputError:
        _remove(new)
        raise
    code = register(target)
    if code != 0:
        _rename(target, new)
        if old.exists():
            _rename(old, target)
        _remove(new)
    _remove(old)
    return code


def must_be_idle(folder: Path, *patterns: str) -> None:
    """Raise InputError where a program of the folder runs, or Excel has its library open: neither can then be written to."""
    for pattern in patterns:
        for file in sorted((folder / "python").glob(pattern)):
            try:
                with file.open("r+b"):
                    pass
            except OSError:
                raise _in_use(folder) from None


def _in_use(folder: Path) -> InputError:
    return InputError(
        f"{folder} is in use: close Excel and start this again; nothing was changed",
        f"{folder} сейчас используется: закройте Excel и запустите ещё раз; ничего не изменено",
    )


def _copy(source: Path, new: Path, target: Path) -> None:
    """Copy and compile: Excel starts Python so that it writes nothing, and would compile everything at each start."""
    new.parent.mkdir(parents=True, exist_ok=True)
    try:
        shutil.copytree(source, new, copy_function=shutil.copyfile)  # contents alone: the mark of a download stays behind
    except (OSError, shutil.Error) as error:
        _remove(new)
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(
            f"smm-xl could not be copied to {target} ({reason}); see that there are 300 MB free and try again",
            f"не удалось скопировать smm-xl в {target} ({reason}); проверьте, что свободно 300 МБ, и повторите",
        ) from None
    compileall.compile_dir(new / "python" / "Lib", quiet=2, stripdir=str(new), prependdir=str(target))


def _rename(source: Path, to: Path) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            source.rename(to)
            return
        except PermissionError:
            if time.monotonic() > end:
                break
        time.sleep(_BUSY)
    raise _in_use(source)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _say(text: Text) -> None:
    print(text.in_language(of_the_user()), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
