"""What readers of files hand over: types told by the first lines, and right where the file goes on otherwise; folders, patterns, archives."""

from __future__ import annotations

import datetime as dt
import gzip
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import narwhals as nw
import openpyxl
import polars as pl
import pytest

from smm_xl.errors import InputError
from smm_xl.reports.report import build
from smm_xl.sources import csvs, files, loading
from smm_xl.sources.intake import Source
from smm_xl.sources.recognising import Options
from smm_xl.sources.table import Table, rows_of
from tests.office import needed


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def only(path: Path, decimal: str | None = None) -> Table:
    (table,) = files.read(path, (), decimal)
    return table


def types(table: Table) -> list[str]:
    schema = table.frame.collect_schema()
    return [str(schema[str(place)]) for place in range(len(table.headers))]


def total(tables: Sequence[Table], kpi: str, **options: str) -> float | None:
    return build([Source(table, Options(**options)) for table in tables], "", kpi).result().total[kpi]  # type: ignore[arg-type]


def refusal(tables: Callable[[], Sequence[Table]], kpi: str = "spend,leads") -> str:
    with pytest.raises(InputError) as caught:
        build([Source(table, Options()) for table in tables()], "", kpi)
    return str(caught.value)


# --- types of CSV ---


def test_numbers_of_fields_are_read_as_such_and_names_as_text(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "date,campaign,clicks,spend,note\n2026-01-01,007,5,1.5,1\n2026-01-02,008,,200.25,2\n")
    table = only(path)
    assert isinstance(table.frame, nw.LazyFrame)
    assert table.headers == ("date", "campaign", "clicks", "spend", "note")
    assert types(table) == ["String", "String", "Int64", "Float64", "String"]


@pytest.mark.parametrize(
    ("cells", "decimal", "type_"),
    [
        (["1.500", "12.345"], None, "String"),  # thousands in Germany, and nothing says where this file is from
        (["1.500", "12.3"], None, "Float64"),
        (["1.500", "12.345"], ".", "Float64"),
        (["1.5", "2.5"], ",", "String"),
        (["1,5", "2"], None, "String"),
        (["0.500", "2"], None, "Float64"),
        (["5", "-7"], None, "Int64"),
        (["5", "+7"], None, "String"),
        (["5", "12345678901234567890"], None, "String"),
        (["5", "-"], None, "String"),
        (["", ""], None, "String"),
    ],
)
def test_the_type_of_a_column_of_numbers(tmp_path: Path, cells: list[str], decimal: str | None, type_: str) -> None:
    path = written(tmp_path / "a.csv", "channel;spend\n" + "".join(f"VK;{cell}\n" for cell in cells))
    assert types(only(path, decimal)) == ["String", type_]


LATE = 30_000  # rows after which the first lines, which tell the types, are long over


@pytest.mark.parametrize(
    ("late", "spend"),
    [("12.5", LATE + 12.5), ("1 200", LATE + 1200.0), ('"1,200.5"', LATE + 1200.5), ("-", float(LATE)), ("5 ₽", LATE + 5.0), ("1e3", LATE + 1000.0)],
)
def test_a_cell_far_down_that_the_first_lines_did_not_tell_of_is_read_by_the_same_rules(tmp_path: Path, late: str, spend: float) -> None:
    path = written(tmp_path / "a.csv", "channel,spend\n" + "VK,1\n" * LATE + f"VK,{late}\n")
    assert total(files.read(path), "spend") == spend


@pytest.mark.parametrize(
    ("late", "message"), [("1.500", "«1.500» can be read in two ways"), ("abc", "«abc» is not accepted here"), ("-5", "«-5» is not accepted here")]
)
def test_a_cell_far_down_that_cannot_be_used_is_named_as_it_stands_there(tmp_path: Path, late: str, message: str) -> None:
    path = written(tmp_path / "a.csv", "channel,leads\n" + "VK,1\n" * LATE + f"VK,{late}\n")
    said = refusal(lambda: files.read(path))
    assert f"line {LATE + 2}, column 2 («leads»)" in said
    assert message in said


def test_a_row_that_is_too_long_is_refused_also_where_only_some_columns_are_needed(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "spend,channel,note\n" + "1,VK,x\n" * LATE + "1,5,VK,x\n")
    said = refusal(lambda: files.read(path))
    assert f"a.csv, line {LATE + 2}: 4 columns, where the lines before have 3" in said


def test_a_comma_behind_the_last_cell_is_no_further_cell(tmp_path: Path) -> None:
    assert total(files.read(written(tmp_path / "a.csv", "channel,spend\nVK,1,\nVK,2,,\n")), "spend") == 3.0


def test_rows_of_text_and_rows_by_types_are_the_same_rows(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'channel,note,leads\n\nVK,"two\nlines",1\n  \nVK,x,-2\n')
    assert "line 6, column 3 («leads»): «-2»" in refusal(lambda: files.read(path))
    assert rows_of(only(path)) == [(None, None, None), ("VK", "two\nlines", "1"), ("  ", None, None), ("VK", "x", "-2")]


def test_a_sign_far_down_that_is_not_utf_8_makes_the_file_windows_1251(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"channel,spend\n" + b"VK,1\n" * LATE + "Дзен,2\n".encode("cp1251"))
    made = build([Source(only(path), Options())], "channel", "spend").result()
    assert [row.values for row in made.rows] == [("VK", float(LATE)), ("Дзен", 2.0)]


def test_a_quote_that_nothing_closes_is_refused(tmp_path: Path) -> None:
    for more in (1, LATE):  # a cell of so many lines is more than the csv module takes
        said = refusal(lambda: files.read(written(tmp_path / "a.csv", 'channel,spend\nVK,1\n"VK,2\n' + "VK,3\n" * more)))  # noqa: B023
        assert "a.csv, line 3: a quotation mark that nothing closes; close it, or take it out" in said


# --- folders, patterns, archives ---

AD = "date;channel;spend\n2026-01-0{};VK;1{}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two tables, and what is none."""
    for number in (1, 2):
        written(tmp_path / f"ads{number}.csv", AD.format(number, number))
    written(tmp_path / ".hidden.csv", "x")
    written(tmp_path / "~$ads.xlsx", "x")
    written(tmp_path / "read me.md", "x")
    return tmp_path


def test_a_folder_is_the_tables_in_it(folder: Path) -> None:
    assert files.expanded([folder]) == [folder / "ads1.csv", folder / "ads2.csv"]
    assert total([table for path in files.expanded([folder]) for table in files.read(path)], "spend") == 23.0


def test_a_pattern_that_the_shell_left_is_the_files_that_it_fits(folder: Path) -> None:
    assert files.expanded([folder / "ads*.csv", folder / "other.csv"]) == [folder / "ads1.csv", folder / "ads2.csv", folder / "other.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    path = written(tmp_path / "ads [1].csv", "spend\n1\n")
    assert files.expanded([path]) == [path]


def test_a_folder_and_a_pattern_without_tables_are_refused(folder: Path) -> None:
    (folder / "empty").mkdir()
    with pytest.raises(InputError, match=r"empty: no file in this folder can be read.*\.csv.*here is: nothing"):
        files.expanded([folder / "empty"])
    with pytest.raises(InputError, match=r"zzz\*\.csv: no file fits this pattern"):
        files.expanded([folder / "zzz*.csv"])


def test_the_command_takes_folders_and_patterns_and_refuses_the_same_data_twice(folder: Path, run: Callable[..., object]) -> None:
    result = run("report", folder, "--kpi", "spend", "--format", "csv")
    assert result.stdout == "spend\n23.0\n"  # type: ignore[attr-defined]
    twice = run("report", folder, folder / "ads1.csv", "--kpi", "spend")
    assert "ads1.csv" in twice.stderr  # type: ignore[attr-defined]
    assert "count twice" in twice.stderr  # type: ignore[attr-defined]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_a_table_that_gzip_has_packed(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ads.csv.gz"
    path.write_bytes(gzip.compress("Канал;Расход\nДзен;1,5\n".encode(encoding)))
    table = only(path)
    assert (table.name, total([table], "spend")) == ("ads", 1.5)


def test_of_a_packed_table_too_only_the_first_lines_tell_the_types(tmp_path: Path) -> None:
    path = tmp_path / "ads.csv.gz"
    path.write_bytes(gzip.compress(b"channel,spend\n" + b"VK,1\n" * LATE + b"VK,12.5\n"))
    assert types(only(path)) == ["String", "Int64"]
    assert total([only(path)], "spend") == LATE + 12.5


def test_a_damaged_gzip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"spend\n1\n")[:-6])
    with pytest.raises(InputError, match=r"a\.csv\.gz: the file cannot be unpacked"):
        files.read(tmp_path / "a.csv.gz")


def zipped(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_the_tables_of_a_zip_are_read_and_their_places_named(tmp_path: Path) -> None:
    path = zipped(tmp_path / "export.zip", {"ads/jan.csv": AD.format(1, 1), "ads/feb.csv": AD.format(2, 2), "__MACOSX/ads/jan.csv": "x", "read me.txt~": "x"})
    tables = files.read(path)
    assert [table.name for table in tables] == ["jan", "feb"]
    assert total(tables, "spend") == 23.0
    bad = zipped(tmp_path / "bad.zip", {"jan.csv": "spend\n1\nabc\n"})
    assert "bad.zip, jan.csv, line 3, column 1 («spend»): «abc»" in refusal(lambda: files.read(bad))


def test_a_zip_without_tables_and_one_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table in this archive can be read"):
        files.read(zipped(tmp_path / "a.zip", {"read me.md": "x"}))
    with pytest.raises(InputError, match="the archive cannot be read"):
        files.read(written(tmp_path / "b.zip", "not what its name says"))


def test_a_file_that_would_unpack_to_too_much_is_refused_before_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": "spend\n" + "1\n" * 1000})
    monkeypatch.setattr(files, "_MOST_UNPACKED", 1000)
    with pytest.raises(InputError, match=r"a\.zip, a\.csv: the file is too large to be read from an archive"):
        files.read(path)


# --- Parquet ---


def test_of_a_large_parquet_file_only_the_columns_that_are_needed_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_MOST_COMPARED", 1)  # rows that may be alike are looked for in fewer rows only
    pl.DataFrame({"channel": ["VK", "TG"], "spend": [1.5, 2.0], "note": ["x", "y"]}).write_parquet(tmp_path / "a.parquet")
    source = Source(only(tmp_path / "a.parquet"), Options())
    source.load(["spend"])
    assert source.frame.columns == ["row", "0", "1"]  # the channel stands before the first number: it may say that a row is a total


def test_a_larger_parquet_file_is_asked_and_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from smm_xl.sources import parquet

    pl.DataFrame({"channel": ["VK", "TG", "Total"], "leads": [1.5, -2.0, 3.0]}).write_parquet(tmp_path / "a.parquet")
    monkeypatch.setattr(parquet, "_HELD", 1)
    source = Source(only(tmp_path / "a.parquet"), Options())
    source.load(["leads"])
    assert isinstance(source.frame, nw.LazyFrame)
    assert "a.parquet, row 2, column «leads»: «-2.0» is not accepted here" in refusal(lambda: files.read(tmp_path / "a.parquet"))


def test_a_csv_that_is_too_large_to_be_held_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.csv", "channel,spend,note\n" + "VK,1,x\n" * LATE + '\nVK,"1,200.5",y\nTotal,5,\n')
    monkeypatch.setattr(csvs, "_HELD", 1)
    (table,) = files.read(path)
    assert not table.held
    assert total([table], "spend") == LATE + 1200.5


# --- spreadsheets ---


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_table_of_another_spreadsheet_program_is_read_as_xlsx_is(tmp_path: Path, kind: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Дата", "Канал", "Лиды", "Часы", "x"],
        [dt.date(2026, 1, 31), "VK", 100.5, dt.time(1, 30), "=1/0"],
        [dt.date(2026, 2, 1), 916, "1 100,5"],
        ["x", "y", -1, 1],
    ):
        sheet.append(row)
    book.save(tmp_path / "ads.xlsx")
    office = needed()
    done = subprocess.run(
        [office.soffice, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to", kind, "--outdir", tmp_path, tmp_path / "ads.xlsx"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    path = tmp_path / f"ads.{kind}"
    assert path.exists(), done.stderr
    assert f"ads.{kind}, sheet «Sheet», cell C4: «-1" in refusal(lambda: files.read(path))
    if kind == "ods":
        assert "ads.ods: cells that hold an error: 1; they count as blank" in only(path).remarks[0].en
    made = build([Source(only(path), Options())], "channel", "hours").result()
    assert [row.values for row in made.rows] == [("916", None), ("VK", 1.5), ("y", 1.0)]


@pytest.mark.parametrize("name", ["a.xls", "a.ods"])
def test_a_broken_spreadsheet_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="the file cannot be read as a workbook"):
        files.read(written(tmp_path / name, "not what its name says"))


def test_nothing_in_quotes_is_as_blank_as_nothing(tmp_path: Path) -> None:
    source = Source(only(written(tmp_path / "a.csv", 'channel,note,spend\n"",x,1\n,x,1\nVK,"",""\n')), Options())
    made = build([source], "channel", "spend").result()
    assert [row.values for row in made.rows] == [("VK", None), (None, 2.0)]
    assert "a: rows that are the same as another one: 1; they were counted, please check" in [note.en for note in made.notes]


def test_columns_that_were_read_with_a_point_have_a_say_in_what_the_decimal_mark_is(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'channel,clicks,spend,revenue\nVK,5,12.5,"1,234"\nVK,6,7.25,"5,678"\n')
    assert total(files.read(path), "revenue") == 6912.0
    mixed = written(tmp_path / "b.csv", "channel;leads;spend;revenue\nVK;1,5;12.5;1,234\nVK;2,5;7.25;5,678\n")
    assert "line 2, column 4 («revenue»): «1,234» can be read in two ways" in refusal(lambda: files.read(mixed), "revenue")


def test_a_first_line_that_is_longer_than_any_is_still_the_header(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", f"spend,{'x' * 100_000}\n1.5,y\n")
    assert total(files.read(path), "spend") == 1.5


def test_a_total_is_known_by_its_first_known_cell_also_where_numbers_stand_before_it(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "clicks,leads,channel,note,spend\n5,1,VK,x,1.5\n7,2,Total,y,2.5\n,,Total,,4.5\n")
    made = build([Source(only(path), Options())], "channel", "spend").result()
    assert [row.values for row in made.rows] == [("VK", 1.5)]
    assert "a: 2 total rows left out" in [note.en for note in made.notes]
