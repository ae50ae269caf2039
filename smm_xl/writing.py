"""Safe writing of new files: nothing is replaced unasked, and a file is there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from smm_xl.errors import InputError


def must_be_writable(path: Path, inputs: Sequence[Path], *, force: bool) -> None:
    """Refuse, before any work is done, a file that may not be written: an input, an existing or open file, a folder that is not there."""
    if any(path.resolve() == given.resolve() for given in inputs):
        raise InputError(f"{path}: this is an input; name another file to write", f"{path}: это исходный файл; укажите для результата другой")
    if not path.parent.is_dir():
        raise InputError(f"{path}: there is no folder «{path.parent}»; make it first", f"{path}: папки «{path.parent}» нет; сначала создайте её")
    if path.is_dir():
        raise InputError(f"{path}: this is a folder; name a file", f"{path}: это папка; укажите имя файла")
    if path.exists() and not force:
        raise InputError(
            f"{path}: the file is already there; name another one, or add --force to replace it",
            f"{path}: такой файл уже есть; укажите другой или добавьте --force, чтобы заменить его",
        )
    if opened_by(path):
        raise InputError(
            f"{path}: the file is open in {opened_by(path)}; close it there and try again", f"{path}: файл открыт в {opened_by(path)}; закройте его и повторите"
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError(f"{path}: the file is write-protected; name another one", f"{path}: файл защищён от записи; укажите другой")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"{path}: nothing may be written to «{path.parent.resolve()}»", f"{path}: в папку «{path.parent.resolve()}» нельзя писать")


def opened_by(path: Path) -> str:
    """The program that has a file open, as the mark that it lays beside it says; "" for none."""
    marks = {"Excel": f"~${path.name}", "LibreOffice": f".~lock.{path.name}#"}
    return next((program for program, mark in marks.items() if path.with_name(mark).exists()), "")


def write(path: Path, content: Callable[[Path], None]) -> None:
    """Write a file through a temporary one beside it, so that it is there whole or not at all."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".smm-xl-", suffix=path.suffix)
    os.close(handle)
    try:
        content(Path(temporary))
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except PermissionError:
        raise InputError(
            f"{path}: the file cannot be replaced; close it in Excel and try again", f"{path}: файл не удаётся заменить; закройте его в Excel и повторите"
        ) from None
    finally:
        Path(temporary).unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write the bytes of a file as ``write`` does."""

    def put(temporary: Path) -> None:
        temporary.write_bytes(content)

    write(path, put)
