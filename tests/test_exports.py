"""Exports as they are downloaded: a file of each with all its quirks, made up; what ``smm-xl import`` makes of it, row by row and word by word."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner

import smm_xl
from smm_xl.catalog.registry import FIELDS_BY_KEY, meanings, plainly
from smm_xl.commands.main import app
from smm_xl.sources.exports import EXPORTS
from smm_xl.sources.profiles import as_in_profiles

FOLDER = Path(__file__).parent / "exports"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, [*arguments, "--lang", "en"])


def imported(path: Path, output: Path, *arguments: str) -> tuple[list[dict[str, Any]], Any]:
    """The rows, without what is blank in them, and what was said."""
    result = run("import", str(path), "-o", str(output), "--format", "json", *arguments)
    assert result.exit_code == 0, result.stderr
    rows = [{key: value for key, value in row.items() if value is not None} for row in read(output).iter_rows(named=True)]
    return rows, json.loads(result.stdout)


def read(output: Path) -> pl.DataFrame:
    if output.suffix == ".parquet":
        return pl.read_parquet(output).with_columns(pl.col(pl.Date).cast(pl.String))
    return pl.read_csv(output, infer_schema_length=None, schema_overrides={"post": pl.String, "campaign": pl.String})


@pytest.mark.parametrize("name", EXPECTED)
def test_each_export_gives_its_rows_and_says_what_was_done(name: str, tmp_path: Path) -> None:
    rows, said = imported(FOLDER / name, tmp_path / "data.csv")
    right = EXPECTED[name]
    assert rows == right["rows"]
    (account,) = said["files"]
    assert {key: account[key] for key in right["said"]} == right["said"]
    assert [note.replace(str(FOLDER / name), name) for note in account["notes"]] == right["notes"]


def test_each_file_is_expected_and_each_export_has_one() -> None:
    assert set(EXPECTED) == {path.name for path in FOLDER.iterdir()} - {"expected.json"}
    assert {right["said"]["export"] for right in EXPECTED.values()} == {profile.key for profile in EXPORTS}


@pytest.mark.parametrize("name", EXPECTED)
def test_what_was_imported_gives_the_report_of_the_export(name: str, tmp_path: Path) -> None:
    imported(FOLDER / name, tmp_path / "data.csv")
    direct, again = (json.loads(run("report", str(path), "--format", "json").stdout) for path in (FOLDER / name, tmp_path / "data.csv"))
    assert direct["total"] == again["total"]
    assert direct["total"]


@pytest.mark.parametrize("profile", EXPORTS, ids=lambda profile: profile.key)
def test_an_export_maps_headers_to_what_is_there_and_each_header_once(profile: Any) -> None:
    keys = [key for key in profile.headers if key]
    assert all(key in FIELDS_BY_KEY or plainly(key) in meanings() for key in keys)
    headers = [plainly(header) for headers in profile.headers.values() for header in headers]
    assert len(headers) == len(set(headers))
    assert set(map(plainly, profile.second)) <= set(headers)
    assert all(header in (plainly(header), as_in_profiles(header)) for headers in profile.headers.values() for header in map(plainly, headers))
    assert profile.net <= FIELDS_BY_KEY.keys()


@pytest.mark.parametrize(
    "headers",
    [
        "Дата;Кампания;Показы;Клики;CTR (%);Расход (руб.)",
        "Дата;Канал;Расход, ₽;Клики;Отказы, %",
        "Кампания;Показы;Клики;Потрачено;Результат",
        "Date,Campaign,Cost,Clicks,Campaign type",
        "Дата;Расходы;Тип кампании;Клики",
        "Date,Views,CPM,Spent,Clicks",
        "Дата;Пришло;Ушло;Подписчики",
        "Date,Visitors,Subscribed,Likes",
        "Date,Sessions,Engagement rate,Views",
        "Post ID,Post text,Likes,Date",
        "Date,Amount spent,Campaign name,Impressions",
        "date,channel,campaign,spend,impressions,clicks,leads",
    ],
)
def test_a_table_that_somebody_made_is_no_export(headers: str) -> None:
    assert [profile.key for profile in EXPORTS if profile.fits(headers.split(";" if ";" in headers else ","))] == []


def test_the_list_says_where_each_is_found() -> None:
    listed = json.loads(run("exports", "--format", "json").stdout)
    assert [entry["key"] for entry in listed] == [profile.key for profile in EXPORTS]
    assert all(entry["found_at"] for entry in listed)
    shown = run("exports").stdout
    assert all(entry["found_at"] in shown for entry in listed)
    assert CliRunner().invoke(app, ["exports", "--lang", "ru", "--format", "csv"]).stdout.count("\n") == len(EXPORTS) + 1


# --- several exports ---


def test_a_folder_of_cabinets_is_one_table_each_with_its_channel(tmp_path: Path) -> None:
    files = [FOLDER / "meta-ads.csv", FOLDER / "tiktok-ads.csv", FOLDER / "linkedin-ads.csv"]
    result = run("import", *map(str, files), "-o", str(tmp_path / "data.csv"))
    assert result.exit_code == 0, result.stderr
    frame = read(tmp_path / "data.csv")
    assert frame["channel"].unique(maintain_order=True).to_list() == ["Meta", "TikTok", "LinkedIn"]
    assert frame["spend"].sum() == pytest.approx(2205.10 + 13400.75 + 606.0)
    report = json.loads(run("report", *map(str, files), "--by", "channel", "--kpi", "spend,leads", "--format", "json").stdout)
    again = json.loads(run("report", str(tmp_path / "data.csv"), "--by", "channel", "--kpi", "spend,leads", "--format", "json").stdout)
    assert report["rows"] == again["rows"]
    assert report["rows"][0] == {"channel": "LinkedIn", "spend": 606.0, "leads": 4.0}


def test_results_that_two_platforms_claim_are_added_and_named(tmp_path: Path) -> None:
    files = [str(FOLDER / "tiktok-ads.csv"), str(FOLDER / "vk-ads.xlsx")]
    made = json.loads(run("report", *files, "--kpi", "conversions", "--format", "json").stdout)
    assert made["total"] == {"conversions": 85 + 25}
    assert any("TikTok, VK each count what they claim" in note for note in made["notes"])
    (tmp_path / "crm.csv").write_text("date,channel,conversions\n2026-08-01,TikTok,40\n2026-08-02,VK,20\n")
    made = json.loads(run("report", *files, str(tmp_path / "crm.csv"), "--kpi", "conversions", "--format", "json").stdout)
    assert made["total"] == {"conversions": 60}
    assert not any("claim" in note for note in made["notes"])


def test_a_channel_that_the_user_names_goes_before_that_of_the_platform(tmp_path: Path) -> None:
    rows, said = imported(FOLDER / "google-ads.csv", tmp_path / "data.csv", "--channel", "google-ads.csv=Search")
    assert {row["channel"] for row in rows} == {"Search"}
    assert said["files"][0]["channel"] == "Search"


def test_a_crm_that_calls_channels_otherwise_is_brought_together_without_them(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text("date,channel,leads\n2026-08-01,facebook,10\n2026-08-02,instagram,15\n")
    made = json.loads(run("report", str(FOLDER / "meta-ads.csv"), str(tmp_path / "crm.csv"), "--kpi", "cpl", "--format", "json").stdout)
    assert made["total"] == {"cpl": pytest.approx(2205.10 / 25)}
    assert any("has no channel «Meta»" in note and "--channel FILE=NAME" in note for note in made["notes"])
    (tmp_path / "crm.csv").write_text("date,channel,leads\n2026-08-01,Meta,10\n2026-08-02,other,15\n")
    made = json.loads(run("report", str(FOLDER / "meta-ads.csv"), str(tmp_path / "crm.csv"), "--kpi", "cpl", "--format", "json").stdout)
    assert made["total"] == {"cpl": pytest.approx(2205.10 / 10)}  # by channel, because both call it Meta


def test_a_table_that_tells_facebook_is_not_added_to_the_cabinet_of_meta(tmp_path: Path) -> None:
    (tmp_path / "channels.csv").write_text("month,channel,spend,impressions\n2026-08,Facebook,2000,70000\n2026-08,VK,500,9000\n")
    made = json.loads(run("report", str(FOLDER / "meta-ads.csv"), str(tmp_path / "channels.csv"), "--kpi", "spend", "--format", "json").stdout)
    assert made["total"] == {"spend": 2500.0}
    assert any("spend stands in two tables" in note for note in made["notes"])
    (tmp_path / "channels.csv").write_text("date,channel,spend,impressions\n2026-08-01,TG,2000,70000\n2026-08-02,VK,500,9000\n")
    made = json.loads(run("report", str(FOLDER / "meta-ads.csv"), str(tmp_path / "channels.csv"), "--kpi", "spend", "--format", "json").stdout)
    assert made["total"] == {"spend": pytest.approx(2500 + 2205.10)}


def test_tables_that_do_not_add_up_to_one_are_written_as_sheets(tmp_path: Path) -> None:
    (tmp_path / "crm.csv").write_text("date,channel,leads\n2026-08-01,Meta,10\n2026-08-02,Meta,15\n")
    files = [str(FOLDER / "meta-ads.csv"), str(tmp_path / "crm.csv")]
    refused = run("import", *files, "-o", str(tmp_path / "data.csv"))
    assert refused.exit_code == 2
    assert "do not add up to one" in refused.stderr
    assert ".xlsx" in refused.stderr
    assert not (tmp_path / "data.csv").exists()
    assert run("import", *files, "-o", str(tmp_path / "data.xlsx")).exit_code == 0
    sheets = ["--sheet", "campaigns", "--sheet", "channels"]
    again = json.loads(run("report", str(tmp_path / "data.xlsx"), *sheets, "--kpi", "cpl,leads", "--format", "json").stdout)
    assert again["total"] == json.loads(run("report", *files, "--kpi", "cpl,leads", "--format", "json").stdout)["total"]


# --- what is written ---


def test_nothing_is_written_without_a_file_and_what_would_be_is_said(tmp_path: Path) -> None:
    result = run("import", str(FOLDER / "youtube.csv"))
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "left out, totals: 1 (2)" in result.stderr
    assert "left out, words under the table: 1 (5)" in result.stderr
    assert "posts: 2 rows: date, channel, post, new_followers_net, impressions, views" in result.stderr
    assert "nothing was written" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_each_kind_of_file_holds_the_same(ending: str, tmp_path: Path) -> None:
    output = tmp_path / f"data.{ending}"
    assert run("import", str(FOLDER / "google-ads.csv"), "-o", str(output)).exit_code == 0
    made = json.loads(run("report", str(output), "--by", "campaign", "--kpi", "spend,conversions,revenue", "--format", "json").stdout)
    assert made["rows"] == [
        {"campaign": "Display", "spend": 0.0, "conversions": 0.0, "revenue": 0.0},
        {"campaign": "Search brand", "spend": pytest.approx(218.8), "conversions": 19.5, "revenue": 1350.0},
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_name_becomes_a_formula(ending: str, tmp_path: Path) -> None:
    import openpyxl

    (tmp_path / "a.csv").write_text('campaign,spend\n"=HYPERLINK(""http://example.com"")",1\n@x,2\nplain,3\n')
    output = tmp_path / f"data.{ending}"
    assert run("import", str(tmp_path / "a.csv"), "-o", str(output)).exit_code == 0
    if ending == "csv":
        assert "'=HYPERLINK" in output.read_text(encoding="utf-8")
        assert "\n'@x,2" in output.read_text(encoding="utf-8")
    else:
        sheet = openpyxl.load_workbook(output)["campaigns"]
        assert [(cell.value, cell.data_type) for cell in sheet["A"]][1:] == [('=HYPERLINK("http://example.com")', "s"), ("@x", "s"), ("plain", "s")]


def test_an_existing_file_and_an_input_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign,spend\nA,1\n")
    (tmp_path / "b.csv").write_text("mine")
    refused = run("import", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv"))
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert (tmp_path / "b.csv").read_text() == "mine"
    assert run("import", str(tmp_path / "a.csv"), "-o", str(tmp_path / "a.csv"), "--force").exit_code == 2
    assert run("import", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.txt")).exit_code == 2
    assert run("import", str(tmp_path / "a.csv"), "-o", str(tmp_path / "b.csv"), "--force").exit_code == 0


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("month,spend\n2026-01,1\n2026-02,2\n", {"period": ["2026-01", "2026-02"]}),
        ("period,spend\n2026-Q1,1\n2026,2\n", {"starts": ["2026-01-01", "2026-01-01"], "ends": ["2026-03-31", "2026-12-31"]}),
        ("Reporting starts,Reporting ends,spend\n2026-01-01,2026-01-07,1\n2026-01-08,2026-01-08,2\n", {"starts": ["2026-01-01", "2026-01-08"]}),
        ("date,spend\n2026-01-05,1\n2026-01-06,2\n", {"date": ["2026-01-05", "2026-01-06"]}),
        ("date,spend\n2026-01-01,1\n2026-03-01,2\n", {"starts": ["2026-01-01", "2026-03-01"], "ends": ["2026-01-01", "2026-03-01"]}),
    ],
    ids=["months", "a quarter and its year begin on one day", "spans", "days", "days that would be read as months"],
)
def test_days_stand_as_they_are_read_again(text: str, columns: dict[str, list[str]], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text)
    imported(tmp_path / "a.csv", tmp_path / "data.csv", *(["--map", "date=date"] if text.startswith("date,spend\n2026-01-01") else []))
    frame = pl.read_csv(tmp_path / "data.csv", infer_schema=False)
    assert {name: frame[name].to_list() for name in columns} == columns
    assert ("date" in frame.columns) == ("date" in columns)
    direct, again = (json.loads(run("report", str(tmp_path / name), "--kpi", "spend", "--format", "json").stdout) for name in ("a.csv", "data.csv"))
    assert direct["total"] == again["total"]


def test_an_amount_that_would_read_in_two_ways_is_written_so_that_it_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign;spend\nA;1,234\nB;2,345\n")
    imported(tmp_path / "a.csv", tmp_path / "data.csv", "--decimal", "comma")
    made = json.loads(run("report", str(tmp_path / "data.csv"), "--kpi", "spend", "--format", "json").stdout)
    assert made["total"] == {"spend": pytest.approx(3.579)}


def test_two_currencies_in_one_table_are_refused_and_in_two_files_told_row_by_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign,Spend (USD),Revenue (EUR)\nA,1,2\n")
    refused = run("import", str(tmp_path / "a.csv"))
    assert refused.exit_code == 2
    assert "USD" in refused.stderr
    assert "EUR" in refused.stderr
    (tmp_path / "b.csv").write_text("campaign,Spend (USD)\nA,1\n")
    (tmp_path / "c.csv").write_text("campaign,Spend (EUR)\nB,2\n")
    assert run("import", str(tmp_path / "b.csv"), str(tmp_path / "c.csv"), "-o", str(tmp_path / "data.csv")).exit_code == 0
    assert read(tmp_path / "data.csv").rows() == [("A", "USD", 1), ("B", "EUR", 2)]
    assert run("report", str(tmp_path / "data.csv"), "--kpi", "spend").exit_code == 2


def test_a_currency_in_a_header_is_that_of_all_rows_of_the_file(tmp_path: Path) -> None:
    files = [str(FOLDER / name) for name in ("meta-ads.csv", "tiktok-ads.csv", "vk-ads.xlsx")]  # (USD), a column of USD, ₽
    made = json.loads(run("report", *files, "--by", "currency", "--kpi", "spend", "--format", "json").stdout)
    assert made["rows"] == [{"currency": "RUB", "spend": 7500.5}, {"currency": "USD", "spend": pytest.approx(2205.10 + 13400.75)}]
    made = json.loads(run("report", *files, "--where", "currency=USD", "--kpi", "spend,clicks", "--format", "json").stdout)
    assert made["total"] == {"spend": pytest.approx(2205.10 + 13400.75), "clicks": 465 + 4400}
    made = json.loads(run("report", *files, "--where", "currency=RUB", "--kpi", "clicks", "--format", "json").stdout)
    assert made["total"] == {"clicks": 400}


def test_one_channel_has_one_spelling_and_what_is_unknown_is_blank(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("channel,campaign,spend,leads\nVK,A,1,-\nvk,A,2,3\nVK ,(not set),4,\n-,B,5,1\n")
    rows, _ = imported(tmp_path / "a.csv", tmp_path / "data.csv")
    assert rows == [
        {"channel": "VK", "campaign": "A", "spend": 1},
        {"channel": "VK", "campaign": "A", "spend": 2, "leads": 3},
        {"channel": "VK", "spend": 4},
        {"campaign": "B", "spend": 5, "leads": 1},
    ]


def test_a_cell_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign,spend\nA,1\nB,soon\n")
    refused = run("import", str(tmp_path / "a.csv"), "-o", str(tmp_path / "data.csv"))
    assert refused.exit_code == 2
    assert "line 3, column 2 («spend»)" in refused.stderr
    assert not (tmp_path / "data.csv").exists()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_column_of_remarks_is_no_count_of_comments(ending: str, tmp_path: Path) -> None:
    import openpyxl

    lines: list[list[object]] = [["Кампания", "Расход", "Комментарий"], ["A", 1, "хорошая"], ["B", 2, None]]
    path = tmp_path / f"a.{ending}"
    if ending == "csv":
        path.write_text("\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in lines), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        for line in lines:
            book["Sheet"].append(line)
        book.save(path)
    made = json.loads(run("report", str(path), "--format", "json").stdout)
    assert made["total"]["spend"] == 3.0
    assert "comments" not in made["total"]
    assert any("«Комментарий» holds words and no number; it is not taken as comments" in note for note in made["notes"])
    rows, said = imported(path, tmp_path / "data.csv")
    assert rows == [{"campaign": "A", "spend": 1}, {"campaign": "B", "spend": 2}]
    assert any("holds words" in note for note in said["files"][0]["notes"])
    if ending == "csv":  # but one number among them is one
        path.write_text("Кампания;Расход;Комментарии\nA;1;5\nB;2;хорошая\n", encoding="utf-8")
        assert "line 3, column 3" in run("report", str(path)).stderr


def test_blank_lines_and_totals_are_named_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign,spend,clicks\nA,1,10\n,,\nB,2,20\nTotal,3,30\n")
    _, said = imported(tmp_path / "a.csv", tmp_path / "data.csv")
    (account,) = said["files"]
    assert account["left_out"] == [{"why": "total", "rows": 1, "lines": [5]}, {"why": "blank", "rows": 1, "lines": [3]}]
    assert (account["read"], account["kept"]) == (4, 2)


def test_a_published_total_that_differs_is_told_with_both_figures(tmp_path: Path) -> None:
    _, said = imported(FOLDER / "youtube.csv", tmp_path / "data.csv")
    assert said["files"][0]["published_totals_that_differ"][0] == {"field": "views", "published": 15021.0, "sum": 15000.0}


def test_the_python_api_knows_exports_too() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.read_csv(FOLDER / "youtube.csv").iloc[1:3]
    report = smm_xl.report(frame, kpis="new_followers", by="channel")
    assert report.to_dict("records") == [{"channel": "YouTube", "new_followers": 75.0}]
