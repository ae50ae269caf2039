"""Files in: separators, encodings, numbers, sheets; and every refusal with its place."""

from __future__ import annotations

import datetime as dt
import os
import zipfile
from collections.abc import Callable
from math import nan
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from smm_xl.errors import InputError
from smm_xl.outputs import writing
from smm_xl.reports.report import build
from smm_xl.sources import files
from smm_xl.sources.intake import Source
from smm_xl.sources.recognising import Options

RUSSIAN = "Дата;Канал;Расход, ₽;Заявки\n31.01.2026;ВКонтакте;1 234,50;10\n28.02.2026;Telegram;765,50;10\n"


def report(path: Path, kpis: str = "spend,cpl", by: str = "", sheets: tuple[str, ...] = (), **options: Any) -> list[list[Any]]:
    sources = [Source(table, Options(**options)) for table in files.read(path, sheets, options.get("decimal"))]
    rows = build(sources, by, kpis).result().rows
    return [[nan if value is None and place >= len(by.split(",")) * bool(by) else value for place, value in enumerate(row.values)] for row in rows]


def refusal(path: Path, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        report(path, **options)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_of_any_usual_make(tmp_path: Path, encoding: str, separator: str, line_end: str) -> None:
    text = RUSSIAN.replace(";", separator).replace("\n", line_end)
    if encoding == "cp1251":
        text = text.replace("₽", "руб.")
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert report(tmp_path / "a.csv", by="channel,month") == [["Telegram", "2026-02", 765.5, 76.55], ["ВКонтакте", "2026-01", 1234.5, 123.45]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("spend,leads\n100,10\n", [100.0, 10.0]),
        ("sep=;\nspend;leads\n1,5;1\n", [1.5, 1.5]),
        ('"sep=;"\nspend;leads\n1,5;1\n', [1.5, 1.5]),
        ("\n\nspend,leads\n\n100,10\n\n", [100.0, 10.0]),
        ('spend,leads,note\n100,10,"two\nlines, one cell"\n50,5,x\n', [150.0, 10.0]),
        ('spend,leads\n"1,234.50",10\n"25,881",0.5\n', [27115.5, 27115.5 / 10.5]),
        ("spend,leads\n100,10\n50,--\n25,\n", [175.0, 10.0]),
        ("spend,leads\n100\n50,5\n", [150.0, 10.0]),
        ("spend,leads\n1e2,10\n1.5E-1,0\n", [100.15, 10.015]),
    ],
)
def test_csv_details(tmp_path: Path, text: str, expected: list[float]) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    assert report(tmp_path / "a.csv")[0] == pytest.approx(expected)


def test_ids_keep_their_leading_zeros_and_all_digits(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign,spend\n007,1\n17900000000000001,2\n17900000000000002,4\n", encoding="utf-8")
    assert report(tmp_path / "a.csv", "spend", "campaign") == [["007", 1.0], ["17900000000000001", 2.0], ["17900000000000002", 4.0]]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("spend,leads\n100,10\nabc,5\n", "a.csv, line 3, column 1 («spend»): «abc»"),
        ("spend,leads\n1,1\n\n2,1\n3,-5\n", "a.csv, line 5, column 2 («leads»): «-5»"),
        ('leads,note,spend\n1,"two\nlines",1\n2,"x\ny\nz",abc\n', "a.csv, line 4, column 3 («spend»): «abc»"),
        ("sep=;\nspend;leads\n1;1\nabc;1\n", "a.csv, line 4, column 1 («spend»): «abc»"),
        ("spend,leads\n100,#REF!\n", "a.csv, line 2, column 2 («leads»): «#REF!»"),
    ],
)
def test_a_bad_cell_of_a_csv_is_named_by_line_and_column(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert str(refusal(tmp_path / "a.csv")).startswith(str(tmp_path / place))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty; a header row and rows of data are expected"),
        (b"\n \n", "the file is empty"),
        (b"spend,leads\n", "there is a header row and no data under it; add rows"),
        (b"spend,leads\n1,2\n1,2,3,4\n", "a.csv, line 3: 4 columns, where the lines before have 2; put text that holds the separator in quotes"),
        (b"PK\x03\x04\0\0\x98\x99", "this is not a text file; save the table as CSV in UTF-8"),
        (b"spend,spend,leads\n1,2,3\n", "the columns «spend» and «spend» are both spend"),
    ],
)
def test_a_csv_that_cannot_be_used(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert message in str(refusal(tmp_path / "a.csv"))


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for line in sheet.iter_rows():
            for cell in line:
                if str(cell.value).startswith("#"):
                    cell.data_type = "e"
    book.save(path)
    return path


ROWS: list[list[Any]] = [
    [None, None],
    ["Дата", "Часы", "Расход", "Заявки"],
    [dt.date(2026, 1, 31), dt.time(1, 30), 100, 4],
    [dt.datetime(2026, 2, 1), dt.timedelta(hours=30), "1 100,5", None],
]


def test_xlsx_with_dates_times_and_text_numbers(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Ads": ROWS})
    assert report(path, "hours,spend,cpl", "month") == [["2026-01", 1.5, 100.0, 25.0], ["2026-02", 30.0, 1100.5, pytest.approx(float("nan"), nan_ok=True)]]


def test_the_sheet_with_most_known_columns_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Ads": [["spend"], [1]], "CRM": [["leads"], [10]]})
    assert "several sheets hold known columns: «Ads», «CRM»; say which to read: --sheet NAME" in str(refusal(path, kpis="spend"))
    more = workbook(tmp_path / "b.xlsx", {"CRM": [["leads"], [10]], "Ads": [["spend", "clicks"], [1, 2]]})
    assert report(more, "spend") == [[1.0]]
    (table,) = files.read(more)
    assert "sheet «Ads» was read, not CRM" in table.remarks[0].en
    assert report(path, "cpl", sheets=("Ads", "CRM")) == [[0.1]]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[], ["Расход", "Заявки"], [1, 1], ["12 тысяч", 1]], "sheet «Ads», cell A4: «12 тысяч» is not accepted here"),
        ([["x", "Расход"], [1, "#DIV/0!"]], "sheet «Ads», cell B2: «#DIV/0!» is not accepted here"),
        ([["Расход"]], "there is a header row and no data under it"),
        ([], "the table is empty"),
        ([["Расход"], [True]], "cell A2: «True» is not accepted here"),
        ([["Расход"], [dt.date(2026, 1, 1)]], "cell A2: «2026-01-01» is not accepted here"),
    ],
)
def test_a_bad_cell_of_a_workbook_is_named_by_its_address(tmp_path: Path, rows: list[list[Any]], message: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Ads": rows})
    assert message in str(refusal(path, kpis="spend"))


def test_a_formula_that_was_never_calculated_is_no_blank(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Ads": [["spend", "clicks"], ["=50+50", 1], [50, 1]], "Итоги": [["x"], ["y"]]})
    assert "sheet «Ads», cell A2: «=50+50 = ?» is not accepted here" in str(refusal(path, kpis="spend"))
    assert report(path, kpis="clicks") == [[2.0]]


def test_a_title_sheet_before_the_data_is_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Обложка": [["Отчёт"]], "Данные": [["spend"], [1]]})
    assert report(path, "spend") == [[1.0]]


def test_a_cell_very_far_away_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["A2"], sheet["XFD1048576"] = "spend", 1, " "
    book.save(tmp_path / "a.xlsx")
    assert "delete what stands far from the table" in str(refusal(tmp_path / "a.xlsx"))


@pytest.mark.parametrize("at", range(0, 40, 4), ids="{} bytes into it".format)
def test_a_workbook_with_a_damaged_part_is_refused(tmp_path: Path, at: int) -> None:
    pd.DataFrame({"spend": [100] * 50, "leads": [4] * 50}).to_excel(tmp_path / "a.xlsx", index=False)
    content = bytearray((tmp_path / "a.xlsx").read_bytes())
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    content[part.header_offset + 30 + len(part.filename) + len(part.extra) + at] ^= 0xFF
    (tmp_path / "a.xlsx").write_bytes(content)
    assert "a.xlsx: the file cannot be read as a workbook" in str(refusal(tmp_path / "a.xlsx"))


def test_lists_in_a_parquet_file_are_refused(tmp_path: Path) -> None:
    pd.DataFrame({"spend": [[1], [2]]}).to_parquet(tmp_path / "a.parquet")
    assert "column «spend»: a list or structure in a cell" in str(refusal(tmp_path / "a.parquet"))


def test_a_sheet_that_is_not_there(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Реклама": [["spend"], [1]], "CRM": [["leads"], [10]]})
    assert "there is no sheet «Рекламы»; did you mean «Реклама»? sheets: Реклама, CRM" in str(refusal(path, sheets=("Рекламы",)))
    (tmp_path / "a.csv").write_text("spend\n1\n")
    assert "only Excel files have sheets" in str(refusal(tmp_path / "a.csv", sheets=("x",)))


def test_parquet(tmp_path: Path) -> None:
    frame = pd.DataFrame({"date": pd.to_datetime(["2026-01-01", "2026-02-01"]), "campaign": [916, 1178], "spend": [10.0, 20.0], "clicks": [5, 0]})
    frame.to_parquet(tmp_path / "a.parquet")
    assert report(tmp_path / "a.parquet", "cpc", "campaign,month")[0] == ["916", "2026-01", 2.0]
    frame.assign(spend="x").to_parquet(tmp_path / "b.parquet")
    assert "b.parquet, row 1, column «spend»: «x»" in str(refusal(tmp_path / "b.parquet"))
    frame.head(0).to_parquet(tmp_path / "c.parquet")
    assert "the table has no rows" in str(refusal(tmp_path / "c.parquet"))


def test_a_parquet_file_of_whole_numbers_that_may_be_unknown_is_read(tmp_path: Path) -> None:
    pd.DataFrame({"spend": [100, 50], "clicks": pd.array([40, None], dtype="Int64")}).to_parquet(tmp_path / "a.parquet")
    assert report(tmp_path / "a.parquet", "cpc", "")[0] == [2.5]


@pytest.mark.parametrize("name", ["a.xlsx", "a.parquet"])
def test_a_broken_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not what its name says")
    assert "the file cannot be read as" in str(refusal(tmp_path / name))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "reklama.csv").write_text("spend\n1\n")
    assert "there is no such file; did you mean «reklama.csv»?" in str(refusal(tmp_path / "rekalma.csv"))
    assert "there is no such file; files that can be read there: reklama.csv" in str(refusal(tmp_path / "zzz.csv"))
    (tmp_path / "empty").mkdir()
    assert "there is no such file; check the name and the folder" in str(refusal(tmp_path / "empty" / "zzz.csv"))
    assert "there is no folder" in str(refusal(tmp_path / "no" / "a.csv"))
    assert "this is a folder" in str(refusal(tmp_path))
    (tmp_path / "a.docx").write_text("x")
    assert "files of this kind cannot be read; accepted: .csv" in str(refusal(tmp_path / "a.docx"))


# --- writing ---


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.csv"

    def fails(path: Path) -> None:
        path.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        writing.write(target, fails)
    assert list(tmp_path.iterdir()) == []

    def succeeds(path: Path) -> None:
        path.write_text("whole")

    writing.write(target, succeeds)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.csv", "whole")]


@pytest.mark.parametrize(
    ("name", "message"),
    [("in.csv", "this is an input"), ("there.csv", "the file is already there; name another one, or add --force"), ("no/out.csv", "there is no folder")],
)
def test_what_may_not_be_written_is_refused_beforehand(tmp_path: Path, name: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    check: Callable[..., None] = writing.must_be_writable
    for existing in ("in.csv", "there.csv"):
        (tmp_path / existing).write_text("x")
    with pytest.raises(InputError, match=message):
        check(Path(name), [tmp_path / "in.csv"], force=False)
    check(Path("there.csv"), [], force=True)


@pytest.mark.parametrize(("mark", "program"), [("~$there.xlsx", "Excel"), (".~lock.there.xlsx#", "LibreOffice")])
def test_a_file_that_is_open_is_refused_beforehand(tmp_path: Path, mark: str, program: str) -> None:
    (tmp_path / "there.xlsx").write_text("x")
    (tmp_path / mark).write_text("")
    with pytest.raises(InputError, match=f"the file is open in {program}; close it there"):
        writing.must_be_writable(tmp_path / "there.xlsx", [], force=True)
    writing.must_be_writable(tmp_path / "other.xlsx", [], force=True)


def test_a_protected_file_is_refused_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there.xlsx").write_text("x")
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "there.xlsx")  # whoever runs the tests may be allowed everything
    with pytest.raises(InputError, match="write-protected"):
        writing.must_be_writable(tmp_path / "there.xlsx", [], force=True)


@pytest.mark.parametrize("rows", [[["channel", "spend"], ["VK", "=50+50"]], [["channel", "spend"], ["=1&2", 5]]], ids=["a figure", "a name"])
def test_what_is_to_be_done_about_such_a_formula_is_said(tmp_path: Path, rows: list[list[Any]]) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Ads": rows})
    with pytest.raises(InputError, match="the formula has no value: open the file in Excel or LibreOffice and save it"):
        report(path, by="channel", kpis="spend")
