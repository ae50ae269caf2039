"""The add-in put where Excel loads it, and removed again."""

from __future__ import annotations

import contextlib
from pathlib import Path

from smm_xl.errors import InputError
from smm_xl.hosts.checks import Check
from smm_xl.hosts.excel_addin import FILE, PROJECT, build, folder, log, states, windows
from smm_xl.hosts.excel_addin.states import Of
from smm_xl.hosts.excel_addin.windows import Computer


def install(computer: Computer) -> tuple[Check, ...]:
    """Put the add-in where Excel loads it at its start; it holds the path of Python. What may keep it from working is given back. Raises
    InputError where it cannot work, before anything is written, and where it cannot be written.
    """
    states.must_work(computer)
    built = build.xlam(interpreter(computer))
    # not in the start folder, where Excel would open it if the installation were killed; whatever an earlier one left is replaced
    new = computer.start_folder.parent / f"{FILE}.new"
    try:
        computer.start_folder.mkdir(parents=True, exist_ok=True)
        new.write_bytes(built)
        _put_in_place(new, computer)
    except OSError as error:
        raise InputError(
            f"{error.filename or new}: cannot be written ({error.strerror}); see to it that you may write to {computer.start_folder}",
            f"{error.filename or new}: не удаётся записать ({error.strerror}); проверьте, можно ли вам писать в {computer.start_folder}",
        ) from None
    finally:
        with contextlib.suppress(OSError):  # the first error is the one to be told
            new.unlink(missing_ok=True)
    _of_older_versions().unlink(missing_ok=True)
    return tuple(states.found(computer, Of.COMPUTER))


def _put_in_place(new: Path, computer: Computer) -> None:
    """The new add-in for the earlier one, in one step; what was left in the start folder goes. Raises InputError where Excel has it open."""
    try:
        new.replace(computer.addin)
        for left in computer.leftovers:
            left.unlink()
    except PermissionError:
        raise _in_use(computer) from None


def interpreter(computer: Computer) -> str:
    """The path of Python as the add-in holds it. Raises InputError where Excel could not start it."""
    states.PATH.refuse(computer)
    assert computer.held is not None
    return computer.held


def _in_use(computer: Computer) -> InputError:
    return InputError(f"{computer.addin}: close Excel and try again", f"{computer.addin}: закройте Excel и повторите")


def _of_older_versions() -> Path:
    """The settings that the add-in read up to version 0.1: nothing reads them now."""
    return folder() / f"{PROJECT}.conf"


def uninstall(computer: Computer) -> None:
    """Remove the add-in and its log. Raises InputError, also for an add-in that is another one."""
    states.NO_WINDOWS.refuse(computer)
    if not computer.addin.exists():
        raise InputError(f"{computer.addin}: there is no add-in to remove", f"{computer.addin}: надстройки нет, удалять нечего")
    if windows.version_of(computer.addin) is None:
        raise InputError(f"{computer.addin}: this is not the add-in of smm-xl; it was left", f"{computer.addin}: это не надстройка smm-xl; файл оставлен")
    try:
        computer.addin.unlink()
    except PermissionError:
        raise _in_use(computer) from None
    for file in (_of_older_versions(), log()):
        file.unlink(missing_ok=True)
