"""The command: what it prints, writes and answers to mistakes."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import Result

from smm_xl import goals

Run = Callable[..., Result]

# made up, in the shape of an export of Facebook ads
ADS = """ad_id,xyz_campaign_id,fb_campaign_id,Impressions,Clicks,Spent,Total_Conversion,Approved_Conversion
708746,916,103916,7350,1,1.43,2,1
708749,916,103917,17861,3,2.82,2,0
708771,1178,103920,693,0,0,1,0
708815,1178,103928,4259,10,10.25,4,1
"""
ADS_OPTIONS = ("--map", "campaign=xyz_campaign_id", "--map", "leads=Total_Conversion", "--map", "customers=Approved_Conversion")


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    path = tmp_path / "ads.csv"
    path.write_text(ADS, encoding="utf-8")
    return path


def test_json_has_a_row_a_group_ids_as_text_shares_as_fractions_and_no_total(run: Run, ads: Path) -> None:
    result = run("report", ads, *ADS_OPTIONS, "--by", "campaign", "--kpi", "cpc,cpl,cr_click_lead", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == [
        {"campaign": "916", "cpc": 4.25 / 4, "cpl": 4.25 / 4, "cr_click_lead": 1.0},
        {"campaign": "1178", "cpc": 1.025, "cpl": 2.05, "cr_click_lead": 0.5},
    ]
    assert "recognised: campaign = xyz_campaign_id, leads = Total_Conversion, customers = Approved_Conversion, impressions = Impressions" in result.stderr
    assert "ignored: ad_id, fb_campaign_id" in result.stderr


def test_missing_is_null_in_json_and_blank_in_csv(run: Run, ads: Path) -> None:
    ads.write_text("channel,spend,leads\nVK,10,0\n,5,1\n")
    assert json.loads(run("report", ads, "--by", "channel", "--kpi", "cpl", "--format", "json").stdout) == [
        {"channel": "VK", "cpl": None},
        {"channel": None, "cpl": 5.0},
    ]
    assert run("report", ads, "--by", "channel", "--kpi", "cpl", "--format", "csv").stdout == "channel,cpl\nVK,\n,5.0\n"


def test_the_table_has_a_total_and_six_decimals_where_they_are_needed(run: Run, ads: Path) -> None:
    result = run("report", ads, *ADS_OPTIONS, "--by", "campaign", "--kpi", "cpc,spend,cr_click_lead")
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["916", "1.062500", "4.25", "100.000000", "%"] in lines
    assert ["Total", "1.035714", "14.50", "64.285714", "%"] in lines


def test_the_table_in_russian(run: Run, ads: Path) -> None:
    result = run("report", ads, *ADS_OPTIONS, "--lang", "ru", "--kpi", "cpc,spend,cr_click_lead")
    assert "Цена клика (CPC)" in result.stdout
    assert "64,285714 %" in result.stdout
    assert "опознаны" in result.stderr


def test_many_kpis_stand_as_rows(run: Run, ads: Path) -> None:
    result = run("report", ads, *ADS_OPTIONS, "--by", "campaign")
    assert re.search(r"Cost per click +cpc +1\.062500 +1\.025000 +1\.035714", result.stdout)
    assert "* total_cost: labour_cost, content_cost, tools_cost not in the data, counted as 0" in result.stdout


def test_nothing_of_a_table_is_cut_on_a_narrow_screen(run: Run, ads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    result = run("report", ads, *ADS_OPTIONS, "--by", "campaign", "--kpi", "cpc,cpl,cac,cpm,ctr,spend,leads")
    assert "…" not in result.stdout
    assert "1,035.714286" not in result.stdout
    assert "1.035714" in result.stdout


def test_where_period_and_compare(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,channel,spend\n2026-01-05,VK,10\n2026-02-05,VK,15\n2026-02-06,TG,100\n")
    result = run("report", "a.csv", "--where", "channel=VK", "--period", "2026-02", "--compare", "previous", "--kpi", "spend", "--format", "json")
    assert json.loads(result.stdout) == [{"spend": 15.0, "spend_previous": 10.0, "spend_change": 0.5}]


def test_several_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ads.csv").write_text("month,spend\n2026-01,100\n2026-02,50\n")
    (tmp_path / "crm.csv").write_text("month;leads\n2026-01;10\n2026-02;0\n")
    result = run("report", "ads.csv", "crm.csv", "--by", "month", "--kpi", "cpl", "--format", "json")
    assert json.loads(result.stdout) == [{"month": "2026-01", "cpl": 10.0}, {"month": "2026-02", "cpl": None}]


def test_the_example_that_comes_with_the_package(run: Run, tmp_path: Path) -> None:
    result = run("report", "--example", "-o", "report.xlsx")
    assert result.exit_code == 0
    assert "Cost per lead" in result.stdout
    assert "written: report.xlsx" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


# --- output files ---


def test_the_workbook_holds_the_figures_and_text_never_becomes_a_formula(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('channel,spend,leads\n"=HYPERLINK(""http://x"")",10,4\n@cmd,5,0\n', encoding="utf-8")
    assert run("report", "a.csv", "--by", "channel", "--kpi", "cpl,spend", "-o", "out.xlsx").exit_code == 0
    with zipfile.ZipFile(tmp_path / "out.xlsx") as archive:
        sheets = "".join(archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/"))
    assert "<f>" not in sheets
    assert "hyperlink" not in sheets
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Report"]
    table = [[cell.value for cell in row[1:4]] for row in sheet.iter_rows(min_row=4)]
    assert table == [
        ["Channel", "Cost per lead", "Ad budget spent"],
        [None, "money", "money"],
        ['=HYPERLINK("http://x")', 2.5, 10],
        ["@cmd", "—", 5],
        ["Total", 3.75, 15],
    ]
    assert sheet["C6"].number_format == "#,##0.00"
    assert sheet["B6"].data_type == "s"


def test_the_workbook_in_russian_says_how_each_kpi_is_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Расход;Заявки;Прочее\n10;4;x\n10;;y\n", encoding="utf-8")
    run("report", "a.csv", "--lang", "ru", "--kpi", "cpl", "-o", "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["Отчёт", "Примечания", "Как считается"]
    assert [row[1] for row in book["Примечания"].iter_rows(min_row=4, values_only=True)] == [
        "не учтено строк: 1 (в cpl), там пусто: «Лиды (заявки)»",
        "a: взяты столбцы: spend = «Расход», leads = «Заявки»",
        "a: не использованы столбцы: «Прочее»",
    ]
    assert [cell.value for cell in book["Как считается"][5]][1:4] == [
        "Стоимость заявки (CPL)",
        "Расход на рекламу / Лиды (заявки)",
        "меньше",
    ]


def test_csv_output_opens_in_excel_and_holds_no_formula(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign,spend\n=1+1,10\n+7,1\n-5%,2\nЛето,5\n", encoding="utf-8")
    run("report", "a.csv", "--by", "campaign", "--kpi", "spend", "-o", "out.csv")
    raw = (tmp_path / "out.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert sorted(row[0] for row in csv.reader(io.StringIO(raw.decode("utf-8-sig")))) == ["'+7", "'-5%", "'=1+1", "campaign", "Лето"]


def test_an_existing_file_is_replaced_only_by_force(run: Run, ads: Path, tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine")
    refused = run("report", ads, "-o", "out.csv")
    assert refused.exit_code == 2
    assert "out.csv: the file is already there" in refused.stderr
    assert refused.stdout == ""
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert run("report", ads, "-o", "out.csv", "--force").exit_code == 0
    assert "mine" not in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    assert run("report", ads, "-o", ads, "--force").exit_code == 2
    assert ads.read_text() == ADS


# --- mistakes ---


@pytest.mark.parametrize(
    ("arguments", "english", "russian"),
    [
        (("report", "asd.csv"), "there is no such file; did you mean «ads.csv»?", "такого файла нет; может быть, «ads.csv»?"),
        (("report",), "name the files of data, or say --example", "укажите файлы"),
        (("report", "ads.csv", "--kpi", "clp"), "unknown KPI «clp»: did you mean cpl?", "Может быть, cpl?"),
        (("report", "ads.csv", "--map", "leads=Total_Conversoin"), "unknown column «Total_Conversoin»: did you mean Total_Conversion?", "столбец"),
        (("report", "ads.csv", "--map", "leads"), "--map leads: write it as --map FIELD=COLUMN", "пишется так"),
        (("report", "ads.csv", "--where", "channel"), "--where channel: write it as --where channel=VK", "пишется так"),
        (("report", "ads.csv", "--by", "campain"), "unknown grouping «campain»: did you mean campaign?", "разрез"),
        (("report", "ads.csv", "--by", "channel"), "no column tells the channel", "нет столбца для разреза"),
        (("report", "ads.csv", "-o", "out.pdf"), "out.pdf: write .xlsx or .csv", "можно записать"),
        (("report", "ads.csv", "./ads.csv"), "the file is named twice", "указан дважды"),
        (("report", "ads.csv", "--map", "leads=ad_id", "--map", "clicks=Clicks", "--kpi", "roas"), "roas needs revenue", "для roas не хватает: «Выручка»"),
        (("report", "text.csv"), "text.csv, line 3, column 2 («leads»): «много» is not accepted here", "строка 3, столбец 2 («leads»): значение «много»"),
        (("report", "empty.csv"), "empty.csv: the file is empty", "файл пуст"),
        (("report", "header.csv"), "header.csv: there is a header row and no data under it", "нет ни одной строки данных"),
        (("calc", "clp", "1", "2"), "unknown KPI «clp»: did you mean cpl?", "Может быть, cpl?"),
        (("calc", "cpl", "1"), "cpl takes spend, leads; 1 values were given: 1", "для cpl нужны spend, leads"),
        (("report", "ads.csv", "--format", "xml"), "unknown value of --format «xml»; known are: table, json, csv", "не найдено: значение --format «xml»"),
        (("report", "ads.csv", "--compare", "previus"), "did you mean previous?", "Может быть, previous?"),
        (("report", "ads.csv", "--decimal", "dot"), "unknown value of --decimal «dot»", "значение --decimal"),
        (("report", "ads.csv", "copy.csv"), "ads.csv and copy.csv hold the same data", "содержат одни и те же данные"),
        (("report", "ads.csv", "-o", "folder.csv"), "folder.csv: this is a folder", "это папка"),
        (("report", "x" * 300 + ".csv"), "the file cannot be reached", "до файла не добраться"),
        (("kpis", "--group", "cost"), "unknown group «cost»: did you mean costs?", "группа"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_the_place_and_the_cure_in_either_language(
    run: Run, ads: Path, tmp_path: Path, arguments: tuple[str, ...], english: str, russian: str
) -> None:
    (tmp_path / "text.csv").write_text("spend,leads\n1,1\n2,много\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "copy.csv").write_text(ADS, encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "header.csv").write_text("spend,leads\n")
    for language, message in (("en", english), ("ru", russian)):
        result = run(*arguments, "--lang", language)
        assert result.exit_code == 2
        assert message in result.stderr
        assert result.stdout == ""


def test_unknown_options_end_with_2(run: Run) -> None:
    assert run("report", "--no-such-option").exit_code == 2
    assert run("report", "a.csv", "--format", "pdf").exit_code == 2
    assert run("no-such-command").exit_code == 2
    assert "unknown value of --lang «de»" in run("kpis", "--lang", "de").stderr


def test_control_characters_of_a_file_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("channel,spend,x\x1b[2Jy\n\x1b[31mVK,1,1\n", encoding="utf-8")
    result = run("report", "a.csv", "--by", "channel", "--kpi", "spend")
    assert "\x1b[2J" not in result.output
    assert "\x1b[31m" not in result.output


def test_square_brackets_are_shown_as_they_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("channel,spend\n[red]VK[/red],1\n", encoding="utf-8")
    assert "[red]VK[/red]" in run("report", "a.csv", "--by", "channel", "--kpi", "spend").stdout


# --- calc and kpis ---


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (("cpl", "1000", "20"), "50"),
        (("cpl", "1000", "0"), "#DIV/0!"),
        (("CPL", "1 000,50 ₽", "20"), "50.025"),
        (("SMM_CPL", "", "20"), "#N/A"),
        (("cpl", "1,234", "20"), "#VALUE!"),
        (("roas", "-50", "100"), "-0.5"),
        (("drr", "0", "-5"), "0"),
        (("romi", "300000", "100000"), "2"),
        (("romi", "300000", "100000", "40%"), "0.2"),
        (("reach_bounds", "5"), "5 5"),
        (("clicks", "5"), "5"),
        (("cpl", "1", "3"), "0.333333333333333"),
    ],
)
def test_calc(run: Run, arguments: tuple[str, ...], printed: str) -> None:
    result = run("calc", *arguments)
    assert (result.exit_code, result.stdout) == (0, printed + "\n")


def test_kpis_as_json_csv_and_table(run: Run) -> None:
    rows = json.loads(run("kpis", "--format", "json").stdout)
    assert [row["key"] for row in rows] == [entry.key for entry in goals.entries()]
    cpl = next(row for row in rows if row["key"] == "cpl")
    about = cpl.pop("about")
    assert cpl == {
        "key": "cpl", "function": "SMM_CPL", "arguments": "spend, leads", "name": "Cost per lead", "formula": "spend / leads",
        "unit": "money", "better": "lower", "group": "costs", "use": "", "pitfalls": "",
    }  # fmt: skip
    assert about.startswith("Ad spend divided by leads.")
    table = list(csv.DictReader(io.StringIO(run("kpis", "--format", "csv", "--lang", "ru").stdout)))
    assert next(row for row in table if row["key"] == "romi")["arguments"] == "revenue, spend, [margin = 1]"
    assert next(row for row in table if row["key"] == "cpl")["name"] == "Стоимость заявки (CPL)"
    printed = run("kpis", "--group", "effort").stdout
    assert "SMM_HOURS_PER_POST" in printed
    assert "SMM_CPL" not in printed


def test_version(run: Run) -> None:
    assert re.fullmatch(r"smm-xl \d+\.\d+\.\d+\n", run("--version").stdout)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_example_workbooks_in_the_repository_are_what_the_command_writes(run: Run, tmp_path: Path, language: str) -> None:
    run("report", "--example", "--by", "campaign", "--lang", language, "-o", "made.xlsx")
    kept = Path(__file__).parent.parent / "workbook_templates" / f"example_report_{language}.xlsx"

    def parts(path: Path) -> dict[str, bytes]:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"}  # it holds the time of writing

    assert parts(tmp_path / "made.xlsx") == parts(kept)
