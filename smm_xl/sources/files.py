"""Files of data as tables: which are meant, and which reader a file has."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from glob import glob, has_magic
from pathlib import Path, PurePosixPath

from smm_xl.errors import InputError, did_you_mean
from smm_xl.language import Text
from smm_xl.sources import csvs, spreadsheets
from smm_xl.sources.csvs import AS_IT_STANDS, Layout
from smm_xl.sources.table import Table

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
PARQUET = (".parquet", ".pq")
CSV = (".csv", ".tsv", ".txt")
PACKED = tuple(f"{ending}.gz" for ending in CSV)
ARCHIVE = ".zip"
READABLE = (*CSV, *PACKED, *SPREADSHEETS, *PARQUET, ARCHIVE)
_MOST_UNPACKED = 2 << 30


def expanded(paths: Iterable[Path]) -> list[Path]:
    """The files that paths mean: a folder is the files in it that can be read, a pattern such as ``exports/*.csv`` those that it fits.

    Raises InputError where there are none.
    """
    found: list[Path] = []
    for path in paths:
        try:
            is_folder, is_pattern = path.is_dir(), has_magic(str(path)) and not path.exists()
        except OSError:  # reading it says why
            is_folder = is_pattern = False
        if is_folder:
            found += _in_folder(path)
        elif is_pattern:  # a shell that knows patterns has done it already; that of Windows knows none
            found += _fitting(path)
        else:
            found.append(path)
    return found


def _in_folder(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith((".", "~$")))
    readable = [path for path in files if path.name.lower().endswith(READABLE)]
    if not readable:
        names = ", ".join(path.name for path in files[:5])
        raise InputError(
            Text("no file in this folder can be read", "в этой папке нет файлов, которые можно прочитать"),
            accepted=Text(f"accepted: {', '.join(READABLE)}", f"подходят: {', '.join(READABLE)}"),
            cure=Text(f"name another folder; here is: {names or 'nothing'}", f"укажите другую папку; здесь есть: {names or 'ничего'}"),
            place=folder,
        )
    return readable


def _fitting(pattern: Path) -> list[Path]:
    fitting = sorted(
        path
        for name in glob(str(pattern))  # noqa: PTH207 - the pattern may be anything, also absolute
        if (path := Path(name)).is_file() and not path.name.startswith("~$")
    )
    if not fitting:
        raise InputError(
            Text("no file fits this pattern", "под этот шаблон не подходит ни один файл"),
            cure=Text("check the folder and the ending", "проверьте папку и расширение"),
            place=pattern,
        )
    return fitting


def read(path: Path, sheets: Sequence[str] = (), decimal: str | None = None, layout: Layout = AS_IT_STANDS) -> list[Table]:
    """The tables of a file: one, one for each sheet that is named, one for each file in an archive. Raises InputError for what cannot be read.

    decimal: the decimal mark that the user says. layout: what the user says of header rows, tables in one file, encodings.
    """
    return [replace(table, file=path) for table in _read(path, sheets, decimal, layout)]


def _read(path: Path, sheets: Sequence[str], decimal: str | None, layout: Layout) -> list[Table]:
    _must_be_readable(path)
    name = path.name.lower()
    if name.endswith(SPREADSHEETS):
        return spreadsheets.read(path, sheets, layout)
    if sheets and name.endswith(READABLE):
        raise InputError(
            Text("only Excel files have sheets", "листы бывают только в файлах Excel"), cure=Text("leave out --sheet", "уберите --sheet"), place=path
        )
    if name.endswith(CSV):
        return [csvs.read(path, path.stem, path, decimal, layout)]
    if name.endswith(PACKED):
        return [csvs.read(path, Path(path.stem).stem, csvs.unpacked(path), decimal, layout)]
    if name.endswith(PARQUET):
        from smm_xl.sources import parquet

        return [parquet.read(path)]
    if name.endswith(ARCHIVE):
        return _of_archive(path, decimal, layout)
    raise InputError(
        Text("files of this kind cannot be read", "такие файлы не читаются"),
        accepted=Text(f"accepted: {', '.join(READABLE)}", f"подходят: {', '.join(READABLE)}"),
        cure=Text("save the table as CSV or xlsx", "сохраните таблицу как CSV или xlsx"),
        place=path,
    )


def _must_be_readable(path: Path) -> None:
    try:
        there = path.is_file()
    except OSError as error:
        raise InputError(
            Text(f"the file cannot be reached ({error.strerror})", f"до файла не добраться ({error.strerror})"),
            cure=Text("check the name and the folder", "проверьте имя и папку"),
            place=path,
        ) from None
    if there:
        try:
            path.open("rb").close()
        except OSError as error:
            raise InputError(
                Text(f"the file cannot be opened ({error.strerror})", f"файл не открывается ({error.strerror})"),
                cure=Text("close it in other programs and check who may read it", "закройте его в других программах и проверьте права"),
                place=path,
            ) from None
        return
    if path.is_dir():
        raise InputError(Text("this is a folder", "это папка"), cure=Text("name a file in it", "укажите файл в ней"), place=path)
    folder = path.parent
    if not folder.is_dir():
        raise InputError(Text(f"there is no folder «{folder}»", f"папки «{folder}» нет"), cure=Text("check its name", "проверьте её имя"), place=path)
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    near = did_you_mean(path.name, names)
    readable = ", ".join([name for name in names if name.lower().endswith(READABLE)][:5])
    if near:
        cure = Text(f"did you mean «{near}»?", f"может быть, «{near}»?")
    elif readable:
        cure = Text(f"files that can be read there: {readable}", f"файлы, которые можно прочитать: {readable}")
    else:
        cure = Text("check the name and the folder", "проверьте имя и папку")
    raise InputError(Text("there is no such file", "такого файла нет"), cure=cure, place=path)


# --- archives ---


def _of_archive(path: Path, decimal: str | None, layout: Layout) -> list[Table]:
    """The tables of text in an archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir() and _is_table(member.filename)]
            if not members:
                raise InputError(
                    Text("no table in this archive can be read", "в этом архиве нет таблиц, которые можно прочитать"),
                    accepted=Text(f"accepted in it: {', '.join(CSV)}", f"подходят в нём: {', '.join(CSV)}"),
                    cure=Text("unpack it and name the files", "распакуйте его и укажите файлы"),
                    place=path,
                )
            return [_member(path, archive, member, decimal, layout) for member in members]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise InputError(
            Text(f"the archive cannot be read ({error})", f"архив не читается ({error})"),
            cure=Text("download it anew, or unpack it yourself", "скачайте его заново или распакуйте сами"),
            place=path,
        ) from None


def _is_table(name: str) -> bool:
    at = PurePosixPath(name)
    return at.name.lower().endswith(CSV) and not at.name.startswith(".") and "__MACOSX" not in at.parts


def _member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, decimal: str | None, layout: Layout) -> Table:
    where = f"{path}, {member.filename}"
    if member.flag_bits & 1:
        raise InputError(
            Text("the archive is protected by a password", "архив защищён паролем"), cure=Text("unpack it yourself", "распакуйте его сами"), place=where
        )
    if member.file_size > _MOST_UNPACKED:
        raise InputError(
            Text("the file is too large to be read from an archive", "файл слишком велик, чтобы читать его из архива"),
            cure=Text("unpack it and name the file", "распакуйте архив и укажите файл"),
            place=where,
        )
    return csvs.read(where, PurePosixPath(member.filename).stem, archive.read(member), decimal, layout)
