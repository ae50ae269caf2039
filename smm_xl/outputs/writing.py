"""Safe writing of new files: nothing is replaced unasked, and a file is there whole or not at all.

No temporary name is tried twice: where a folder refuses new files, ``tempfile`` on Windows tries the next name, 2^31 times.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PureWindowsPath

from smm_xl.errors import InputError
from smm_xl.language import Text, printable

_BESIDE = ".smm-xl-"  # how the name of a file begins that is not finished
_TEMP = "TEMP" if os.name == "nt" else "TMPDIR"
_FORBIDDEN = '<>:"|?*'  # in names on Windows, beside slashes and control characters
# devices on Windows, whatever follows the dot
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$", *(f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³")}


def must_be_writable(path: Path, inputs: Sequence[Path], *, force: bool, windows: bool = os.name == "nt") -> None:
    """Refuse, before any work is done, a file that may not be written: an input, an existing or open file, a folder that takes none.

    windows: whether the names are those of Windows.
    """
    if windows:
        _must_be_a_name(path)
    if any(same_file(path, given) for given in inputs):
        raise InputError(Text("this is an input", "это исходный файл"), cure=Text("name another file to write", "укажите для результата другой"), place=path)
    if not path.parent.is_dir():
        raise InputError(
            Text(f"there is no folder «{path.parent}»", f"папки «{path.parent}» нет"), cure=Text("make it first", "сначала создайте её"), place=path
        )
    if path.is_dir():
        raise InputError(Text("this is a folder", "это папка"), cure=Text("name a file", "укажите имя файла"), place=path)
    if path.exists() and not force:
        raise InputError(
            Text("the file is already there", "такой файл уже есть"),
            cure=Text("name another one, or add --force to replace it", "укажите другой или добавьте --force, чтобы заменить его"),
            place=path,
        )
    if opened_by(path):
        raise InputError(
            Text(f"the file is open in {opened_by(path)}", f"файл открыт в {opened_by(path)}"),
            cure=Text("close it there and try again", "закройте его и повторите"),
            place=path,
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise InputError(Text("the file is write-protected", "файл защищён от записи"), cure=Text("name another one", "укажите другой"), place=path)
    probe = _begun(path)  # os.access tells nothing of folders on Windows
    try:
        probe.unlink()
    except OSError as error:
        raise _refused(path, error) from None


def same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file: spelt in another way, through a link, or by another name of the file."""
    try:
        return one.resolve() == other.resolve() or one.samefile(other)
    except (OSError, RuntimeError):  # one of them is not there, or is a link to itself
        return False


def _must_be_a_name(path: Path) -> None:
    """Refuse a name that Windows keeps for a device or cannot write."""
    name = PureWindowsPath(path).name
    found = sorted({sign for sign in name if sign in _FORBIDDEN or ord(sign) < 32})
    if found:
        shown = " ".join(sign if sign.isprintable() else f"\\x{ord(sign):02x}" for sign in found)
        raise InputError(
            Text(f"names of files on Windows may not hold {shown}", f"в именах файлов Windows не бывает {shown}"),
            cure=Text("leave that out", "уберите это из имени"),
            place=printable(str(path)),
        )
    device = name.partition(".")[0].rstrip(" ")
    if device.lower() in _RESERVED:
        raise InputError(
            Text(f"«{device}» is the name of a device on Windows", f"«{device}» в Windows — имя устройства"),
            cure=Text(f"name the file otherwise, such as «{device}-1{path.suffix}»", f"назовите файл иначе, например «{device}-1{path.suffix}»"),
            place=path,
        )


def opened_by(path: Path) -> str:
    """The program that has a file open, as the mark that it lays beside it says; "" for none."""
    marks = {"Excel": f"~${path.name}", "LibreOffice": f".~lock.{path.name}#"}
    return next((program for program, mark in marks.items() if path.with_name(mark).exists()), "")


def write(path: Path, content: Callable[[Path], None]) -> None:
    """Write a file through a temporary one beside it, so that it is there whole or not at all.

    Raises InputError where the file cannot be written. What ``content`` reads fails with the errors of its own.
    """
    temporary = _begun(path)
    try:
        try:
            content(temporary)
        except Exception as error:
            fault = _fault(error)
            if fault is None or (fault is error and fault.filename != str(temporary)):
                raise
            raise InputError(
                Text(f"the file cannot be written ({fault.strerror})", f"файл не удаётся записать ({fault.strerror})"),
                cure=Text("make room there, or name a file elsewhere", "освободите место или укажите файл в другом месте"),
                place=path,
            ) from None
        try:
            temporary.replace(path)
        except PermissionError:
            raise InputError(
                Text("the file cannot be replaced", "файл не удаётся заменить"),
                cure=Text("close it in Excel and try again", "закройте его в Excel и повторите"),
                place=path,
            ) from None
        except OSError as error:
            raise _refused(path, error) from None
    finally:
        with contextlib.suppress(OSError):  # the first error is the one to be told
            temporary.unlink(missing_ok=True)


def _begun(path: Path) -> Path:
    """A new, empty file beside another that is to be written. Raises InputError where the folder takes none."""
    made = path.with_name(f"{_BESIDE}{secrets.token_hex(8)}{path.suffix}")
    try:
        os.close(os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o666))
    except OSError as error:
        raise _refused(path, error) from None
    return made


def _refused(path: Path, error: OSError) -> InputError:
    folder = path.parent.resolve()
    return InputError(
        Text(f"the folder «{folder}» takes no new files ({error.strerror})", f"папка «{folder}» не принимает новых файлов ({error.strerror})"),
        cure=Text("name a file in another folder", "укажите файл в другой папке"),
        place=path,
    )


def _fault(error: Exception) -> OSError | None:
    """The error of the system that another one is or, as XlsxWriter's do, brings along."""
    return next((cause for cause in (error, *error.args) if isinstance(cause, OSError)), None)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """An empty folder of the user's own, for as long as it is needed. Raises InputError where the system gives none."""
    try:
        parent = Path(tempfile.gettempdir())  # the first of the usual places in which it could write a file
        folder = parent / f"smm-xl-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise InputError(
            Text(
                f"{where}no folder for temporary files can be made ({error.strerror})",
                f"{where}не удаётся создать папку для временных файлов ({error.strerror})",
            ),
            cure=Text(f"set the variable {_TEMP} to a folder that you may write to", f"укажите в переменной {_TEMP} папку, в которую можно писать"),
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write the bytes of a file as ``write`` does."""

    def put(temporary: Path) -> None:
        temporary.write_bytes(content)

    write(path, put)
