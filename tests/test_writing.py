"""Writing files: what is refused before the work, what stays when writing fails, and which file a message names."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result

from smm_xl.errors import InputError
from smm_xl.outputs import writing
from smm_xl.workbook.demo import blank
from smm_xl.workbook.template import build

Run = Callable[..., Result]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files and folders that the system was asked to make and refused, as Windows refuses them; whoever runs the tests may make them all."""
    asked: list[str] = []
    opened = os.open

    def refuse(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if not flags & os.O_CREAT:
            return opened(path, flags, *more, **named)
        asked.append(Path(path).name)
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    def refuse_folder(path: Any, *_: Any, **__: Any) -> None:
        asked.append(Path(path).name)
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(os, "open", refuse)
    monkeypatch.setattr(os, "mkdir", refuse_folder)
    return asked


# --- a folder that takes no files -----------------------------------------------------------------------------------


def test_a_folder_that_takes_no_files_is_asked_once_and_named_before_the_work(tmp_path: Path, refused: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        writing.must_be_writable(tmp_path / "out.xlsx", [], force=False)
    assert len(refused) == 1
    assert str(caught.value) == f"{tmp_path / 'out.xlsx'}: the folder «{tmp_path}» takes no new files (Permission denied); name a file in another folder"
    assert f"папка «{tmp_path}» не принимает новых файлов" in caught.value.text.ru


def test_a_folder_that_takes_no_files_any_more_is_asked_once_when_the_file_is_written(tmp_path: Path, refused: list[str]) -> None:
    with pytest.raises(InputError, match="takes no new files"):
        writing.write_bytes(tmp_path / "out.xlsx", b"x")
    assert len(refused) == 1


def test_a_name_that_is_taken_by_chance_is_no_reason_to_try_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "same")
    (tmp_path / ".smm-xl-same.csv").write_text("of somebody else")
    with pytest.raises(InputError, match="takes no new files"):
        writing.write_bytes(tmp_path / "out.csv", b"x")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(".smm-xl-same.csv", "of somebody else")]


def test_a_folder_from_which_nothing_can_be_removed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(InputError, match="takes no new files"):
        writing.must_be_writable(tmp_path / "out.csv", [], force=False)


def test_looking_at_a_folder_leaves_nothing_in_it(tmp_path: Path) -> None:
    writing.must_be_writable(tmp_path / "out.csv", [], force=False)
    assert list(tmp_path.iterdir()) == []


def test_a_place_for_temporary_files_that_takes_no_folders_is_asked_once(refused: list[str]) -> None:
    tempfile.gettempdir()
    with pytest.raises(InputError, match=r"no folder for temporary files can be made \(Permission denied\); set the variable"), writing.scratch():
        pass
    assert len(refused) == 1


def test_a_system_without_any_place_for_temporary_files_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found")

    monkeypatch.setattr(tempfile, "gettempdir", nowhere)
    with pytest.raises(InputError) as caught, writing.scratch():
        pass
    assert "не удаётся создать папку для временных файлов (No usable" in caught.value.text.ru


def test_a_scratch_folder_is_of_its_user_and_gone_afterwards() -> None:
    with writing.scratch() as folder:
        (folder / "inside").mkdir()
        mode = folder.stat().st_mode & 0o777
    assert (mode, folder.exists()) == (0o700, False)


# --- the file itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_who_may_read_a_new_file_is_what_the_user_has_set(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        writing.write_bytes(tmp_path / "out.csv", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "out.csv").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_file_that_cannot_be_replaced_is_named_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path), None, str(target))

    monkeypatch.setattr(Path, "replace", refuse)
    (tmp_path / "out.csv").write_text("mine")
    with pytest.raises(InputError, match=r"out\.csv: the file cannot be replaced; close it in Excel and try again"):
        writing.write_bytes(tmp_path / "out.csv", b"x")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "mine")]


def test_an_input_that_cannot_be_read_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    def reads(_: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "input.xlsx")

    with pytest.raises(PermissionError) as caught:
        writing.write(tmp_path / "out.csv", reads)
    assert caught.value.filename == "input.xlsx"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrapped", [False, True], ids=["the system's error", "an error that brings it along"])
def test_a_message_names_the_file_of_the_user_and_no_temporary_one(tmp_path: Path, wrapped: bool) -> None:
    def fails(path: Path) -> None:
        error = OSError(errno.EINVAL, "Invalid argument", str(path))
        raise RuntimeError(error) if wrapped else error

    with pytest.raises(InputError) as caught:
        writing.write(tmp_path / "a?b.xlsx", fails)
    assert str(caught.value) == f"{tmp_path / 'a?b.xlsx'}: the file cannot be written (Invalid argument); make room there, or name a file elsewhere"
    assert ".smm-xl" not in caught.value.text.ru


def test_a_disk_that_is_full_while_a_workbook_is_written_is_an_error_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __init__(self, *_: object, **__: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("xlsxwriter.workbook.ZipFile", Full)
    made = build(blank("en"), "en", "native")
    with pytest.raises(InputError, match=r"out\.xlsx: the file cannot be written \(No space left on device\)"):
        writing.write(tmp_path / "out.xlsx", made.pages.write)
    assert list(tmp_path.iterdir()) == []


def test_convert_names_an_input_that_is_locked(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    book["Sheet"]["A1"] = "=SMM_CPL(1000,20)"
    book.save(tmp_path / "in.xlsx")

    def locked(_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")  # what reading a locked part gives on Windows names no file

    monkeypatch.setattr("zipfile.ZipFile.testzip", locked)
    said = run("addin", "convert", "in.xlsx", "-o", "out.xlsx")
    assert said.exit_code == 2
    assert "in.xlsx: the file cannot be read (Permission denied); close it in other programs" in said.stderr
    assert "out.xlsx" not in said.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.xlsx"]


# --- an input by another name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", [os.link, os.symlink], ids=["a hard link", "a symbolic link"])
def test_an_input_is_not_replaced_by_any_of_its_names(run: Run, tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    (tmp_path / "in.csv").write_text("channel,spend\nVK,1\n")
    link(tmp_path / "in.csv", tmp_path / "other.csv")
    said = run("report", "in.csv", "-o", "other.csv", "--force")
    assert said.exit_code == 2
    assert "other.csv: this is an input" in said.stderr
    assert (tmp_path / "in.csv").read_text() == "channel,spend\nVK,1\n"


@pytest.mark.parametrize("link", [os.link, os.symlink], ids=["a hard link", "a symbolic link"])
def test_one_file_by_two_names_does_not_count_twice(run: Run, tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    (tmp_path / "in.csv").write_text("channel,spend\nVK,1\n")
    link(tmp_path / "in.csv", tmp_path / "other.csv")
    said = run("report", "in.csv", "other.csv")
    assert (said.exit_code, "other.csv: the file is named twice" in said.stderr) == (2, True)


def test_a_file_that_is_not_there_is_no_other_one(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert not writing.same_file(tmp_path / "in.csv", tmp_path / "no.csv")
    assert not writing.same_file(tmp_path / "in.csv", tmp_path / "loop")


# --- names on Windows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["con.xlsx", "nul", "NUL.xlsx", "prn.csv", "aux.tar.xlsx", "com1.csv", "LPT9.xlsx", "com².csv", "nul .xlsx", "nul. ", "con..xlsx", "folder/nul.csv"]
)
def test_the_name_of_a_device_is_refused_on_windows(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="is the name of a device on Windows; name the file otherwise, such as"):
        writing.must_be_writable(tmp_path / name, [], force=True, windows=True)
    writing.must_be_writable(tmp_path / name, [], force=True, windows=False)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("a?b.xlsx", "?"), ("a<b>.csv", "< >"), ("report:1.xlsx", ":"), ('a"b|c*.csv', '" * |'), ("a\tb.csv", r"\x09"), ("a\x1bb.csv", r"\x1b")],
)  # fmt: skip
def test_signs_that_windows_cannot_write_are_refused(name: str, shown: str) -> None:
    with pytest.raises(InputError) as caught:
        writing.must_be_writable(Path(name), [], force=True, windows=True)
    assert f": names of files on Windows may not hold {shown}; leave that out" in str(caught.value)
    assert "не бывает" in caught.value.text.ru
    assert caught.value.text.en.isprintable()


@pytest.mark.parametrize("name", ["console.xlsx", "nulled.csv", "com0.csv", "com10.csv", "отчёт «май».xlsx", "report.v2.xlsx", "my.con"])
def test_other_names_are_names_on_windows(tmp_path: Path, name: str) -> None:
    writing.must_be_writable(tmp_path / name, [], force=False, windows=True)


def test_the_colon_of_a_drive_and_the_long_spelling_of_a_path_are_no_forbidden_signs() -> None:
    for path in (r"C:\no such folder\out.xlsx", r"\\?\C:\no such folder\out.xlsx"):
        with pytest.raises(InputError) as caught:
            writing.must_be_writable(Path("no such folder") / path, [], force=False, windows=True)
        assert "there is no folder" in str(caught.value)
