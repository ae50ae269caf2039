"""The command: what it prints, writes and answers to mistakes."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import openpyxl
import pytest
from click.testing import Result

from smm_xl.commands import main as cli
from smm_xl.hosts.checks import Check
from smm_xl.language import Text
from smm_xl.targets import calculations

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


def test_json_has_a_row_a_group_ids_as_text_shares_as_fractions_and_the_total_apart(run: Run, ads: Path) -> None:
    result = run("report", ads, *ADS_OPTIONS, "--by", "campaign", "--kpi", "cpc,cpl,cr_click_lead", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "schema": 1,
        "rows": [
            {"campaign": "916", "cpc": 4.25 / 4, "cpl": 4.25 / 4, "cr_click_lead": 1.0},
            {"campaign": "1178", "cpc": 1.025, "cpl": 2.05, "cr_click_lead": 0.5},
        ],
        "total": {"cpc": 14.5 / 14, "cpl": 14.5 / 9, "cr_click_lead": 9 / 14},
        "notes": [],
        "marks": [],
        "recognised": [
            {
                "source": "ads",
                "columns": {
                    "campaign": "xyz_campaign_id", "leads": "Total_Conversion", "customers": "Approved_Conversion", "impressions": "Impressions",
                    "clicks": "Clicks", "spend": "Spent",
                },
                "guessed": [],
                "ignored": ["ad_id", "fb_campaign_id"],
            }
        ],
    }  # fmt: skip
    assert "recognised: campaign = xyz_campaign_id, leads = Total_Conversion, customers = Approved_Conversion, impressions = Impressions" in result.stderr
    assert "ignored: ad_id, fb_campaign_id" in result.stderr


def test_missing_is_null_in_json_and_blank_in_csv(run: Run, ads: Path) -> None:
    ads.write_text("channel,spend,leads\nVK,10,0\n,5,1\n")
    assert json.loads(run("report", ads, "--by", "channel", "--kpi", "cpl", "--format", "json").stdout)["rows"] == [
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
    assert json.loads(result.stdout)["rows"] == [{"spend": 15.0, "spend_previous": 10.0, "spend_change": 0.5}]


def test_several_files(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ads.csv").write_text("month,spend\n2026-01,100\n2026-02,50\n")
    (tmp_path / "crm.csv").write_text("month;leads\n2026-01;10\n2026-02;0\n")
    result = run("report", "ads.csv", "crm.csv", "--by", "month", "--kpi", "cpl", "--format", "json")
    assert json.loads(result.stdout)["rows"] == [{"month": "2026-01", "cpl": 10.0}, {"month": "2026-02", "cpl": None}]


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
    assert sheet["C6"].number_format == "[>=1000]#,##0;[<=-1000]-#,##0;#,##0.00"
    assert sheet["B6"].data_type == "s"


def test_the_workbook_in_russian_says_how_each_kpi_is_counted(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Расход;Заявки;Прочее\n10;4;x\n10;;y\n", encoding="utf-8")
    run("report", "a.csv", "--lang", "ru", "--kpi", "cpl", "-o", "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["Отчёт", "Примечания", "Как считается"]
    assert [row[1] for row in book["Примечания"].iter_rows(min_row=4, values_only=True)] == [
        "cpl: учтено 50 % поля «Расход на рекламу» (10,00 из 20,00); без «Лиды (заявки)» строк: 1",
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
        (("report", "ads.csv", "--kpi", "clp"), "unknown KPI «clp»; did you mean cpl?", "может быть, cpl?"),
        (("report", "ads.csv", "--map", "leads=Total_Conversoin"), "unknown column «Total_Conversoin»; did you mean Total_Conversion?", "столбец"),
        (("report", "ads.csv", "--map", "leads"), "--map leads: this cannot be read; write it as --map FIELD=COLUMN", "пишется так"),
        (("report", "ads.csv", "--where", "channel"), "--where channel: this cannot be read; write it as --where channel=VK", "пишется так"),
        (("report", "ads.csv", "--by", "campain"), "unknown grouping «campain»; did you mean campaign?", "разрез"),
        (("report", "ads.csv", "--by", "channel"), "no column tells the channel", "нет столбца для разреза"),
        (("report", "ads.csv", "-o", "out.pdf"), "out.pdf: files of this kind cannot be written; write .xlsx", "можно записать .xlsx"),
        (("report", "ads.csv", "./ads.csv"), "the file is named twice", "указан дважды"),
        (("report", "ads.csv", "--map", "leads=ad_id", "--map", "clicks=Clicks", "--kpi", "roas"), "roas needs revenue", "для roas не хватает: «Выручка»"),
        (("report", "text.csv"), "text.csv, line 3, column 2 («leads»): «много» is not accepted here", "строка 3, столбец 2 («leads»): значение «много»"),
        (("report", "empty.csv"), "empty.csv: the file is empty", "файл пуст"),
        (("report", "header.csv"), "header.csv: there is a header row and no data under it", "нет ни одной строки данных"),
        (("calc", "clp", "1", "2"), "unknown KPI «clp»; did you mean cpl?", "может быть, cpl?"),
        (("calc", "cpl", "1"), "values given: 1 (1); cpl takes spend, leads; give them in this order", "указано значений: 1 (1); для cpl нужны spend, leads"),
        (("report", "ads.csv", "--format", "xml"), "unknown value of --format «xml»; known are: table, json, csv", "не найдено: значение --format «xml»"),
        (("report", "ads.csv", "--compare", "previus"), "did you mean previous?", "может быть, previous?"),
        (("report", "ads.csv", "--decimal", "dot"), "unknown value of --decimal «dot»", "значение --decimal"),
        (("report", "ads.csv", "copy.csv"), "ads.csv and copy.csv hold the same data", "содержат одни и те же данные"),
        (("report", "ads.csv", "-o", "folder.csv"), "folder.csv: this is a folder", "это папка"),
        (("report", "x" * 300 + ".csv"), "the file cannot be reached", "до файла не добраться"),
        (("kpis", "--group", "cost"), "unknown group «cost»; did you mean costs?", "группа"),
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


@pytest.mark.parametrize(
    "arguments",
    [
        ("report", "bad.csv", "--kpi", "spend"),
        ("report", "a.csv", "--by", "channel", "--where", "channel=\x1b[31mK"),
        ("report", "a.csv", "--kpi", "sp\x1b[31mend"),
        ("report", "a.csv", "--map", "leads=\x1b[2J"),
        ("report", "\x1b[31m.csv"),
        ("report", "a.csv", "--sheet", "\x1b[31m"),
        ("calc", "\x1b[31mcpl", "1", "2"),
        ("check", "\x1b[31m.xlsx"),
        ("addin", "convert", "\x1b[31m.xlsx", "-o", "x.xlsx"),
    ],
)  # fmt: skip
def test_nor_do_they_in_a_message(run: Run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "a.csv").write_text("channel,spend,x\x1b[2Jy\n\x1b[31mVK,1,1\n", encoding="utf-8")
    (tmp_path / "bad.csv").write_text("channel,spe\x1b[2Jnd,spend\nVK,1,1\x1b[31m0\n", encoding="utf-8")
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("smm-xl: ")
    assert not [sign for sign in result.output if ord(sign) in {*range(10), *range(11, 32), *range(127, 160)}]


def test_square_brackets_are_shown_as_they_are(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("channel,spend\n[red]VK[/red],1\n", encoding="utf-8")
    assert "[red]VK[/red]" in run("report", "a.csv", "--by", "channel", "--kpi", "spend").stdout


# --- what the output can write ---

# a code page is what Python is told of the output; of the locale's it knows ASCII alone on Linux
CODE_PAGES = {
    "cp1251": {"PYTHONIOENCODING": "cp1251"},
    "cp1252": {"PYTHONIOENCODING": "cp1252"},
    "cp866": {"PYTHONIOENCODING": "cp866"},
    "ascii": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}
CAMPAIGNS = ["Акция 🎁", "Акция 🔥"]


def piped(*arguments: str, page: str, folder: Path, screen: int | None = None) -> subprocess.CompletedProcess[bytes]:
    """The command as a program of its own whose output is a pipe, or a screen, of a code page."""
    return subprocess.run(
        [sys.executable, "-m", "smm_xl", *arguments],
        stdout=subprocess.PIPE if screen is None else screen, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False, cwd=folder,
        env=os.environ | CODE_PAGES[page],
    )  # fmt: skip


def on_a_screen(*arguments: str, page: str, folder: Path) -> bytes:
    """What the command writes to a screen of a code page."""
    ours, its = os.openpty()
    try:
        assert piped(*arguments, page=page, folder=folder, screen=its).returncode == 0
        os.close(its)
        shown = b""
        try:
            while part := os.read(ours, 65536):
                shown += part
        except OSError:  # Linux tells so that the other end is closed
            pass
        return shown.replace(b"\r\n", b"\n")
    finally:
        os.close(ours)


def test_data_on_a_screen_shows_control_characters_as_their_codes_and_in_a_pipe_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign,spend\n\x1b[31mVK\x9b2J,1\n", encoding="utf-8")
    asked = ("report", "a.csv", "--by", "campaign", "--kpi", "spend", "--format")
    for how in ("csv", "json"):
        shown = on_a_screen(*asked, how, page="cp1251", folder=tmp_path).decode("cp1251")
        assert "\\u001b[31mVK\\u009b2J" in shown
        assert not {"\x1b", "\x9b"} & set(shown)
    assert "\x1b[31mVK\x9b2J" in piped(*asked, "csv", page="cp1251", folder=tmp_path).stdout.decode()


@pytest.fixture
def campaigns(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("campaign,spend\n" + "".join(f"{name},1\n" for name in CAMPAIGNS), encoding="utf-8")
    return path


@pytest.mark.parametrize("page", CODE_PAGES)
def test_csv_and_json_in_a_pipe_are_utf_8_on_every_code_page(campaigns: Path, tmp_path: Path, page: str) -> None:
    asked = ("report", campaigns.name, "--by", "campaign", "--kpi", "spend", "--format")
    assert [row["campaign"] for row in json.loads(piped(*asked, "json", page=page, folder=tmp_path).stdout)["rows"]] == CAMPAIGNS
    table = csv.DictReader(io.StringIO(piped(*asked, "csv", page=page, folder=tmp_path).stdout.decode("utf-8")))
    assert [row["campaign"] for row in table] == CAMPAIGNS
    names = [row["name"] for row in json.loads(piped("kpis", "--lang", "ru", "--format", "json", page=page, folder=tmp_path).stdout)]
    assert "Стоимость заявки (CPL)" in names


@pytest.mark.parametrize("format_", ["json", "csv"])
def test_the_plan_in_a_pipe_is_utf_8(tmp_path: Path, format_: str) -> None:
    asked = ("plan", "--customers", "10", "--cr-lead-customer", "0.2", "--cr-click-lead", "0.1", "--cpc", "5", "--lang", "ru", "--format", format_)
    assert "Нужно клиентов" in piped(*asked, page="cp1252", folder=tmp_path).stdout.decode("utf-8")


@pytest.mark.parametrize("page", ["cp1251", "cp1252"])
def test_two_names_stay_two_on_a_screen_that_cannot_show_them(campaigns: Path, tmp_path: Path, page: str) -> None:
    asked = ("report", campaigns.name, "--by", "campaign", "--kpi", "spend", "--format")
    # codes that JSON knows: what is copied from the screen is what was in the file
    assert [row["campaign"] for row in json.loads(on_a_screen(*asked, "json", page=page, folder=tmp_path).decode(page))["rows"]] == CAMPAIGNS
    shown = on_a_screen(*asked, "csv", page=page, folder=tmp_path).decode(page).splitlines()
    assert len({line.partition(",")[0] for line in shown[1:]}) == 2
    assert "\\ud83d\\udd25,1.0" in shown[2]


@pytest.mark.parametrize("page", CODE_PAGES)
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--help",), 0, b"KPIs of social media marketing"),
        (("report", "--help"), 0, b"Tables with one header row"),
        (("addin", "--help"), 0, b"install, check, build"),
        (("--version",), 0, b"smm-xl "),
        (("no-such-command-ы-🔥",), 2, b"No such command"),
        (("report", "--no-such-option-ы-🔥"), 2, b"No such option"),
        (("report", "a.csv", "--by", "campaign", "--kpi", "spend"), 0, b"Total"),
        (("report", "нет-🔥.csv"), 2, b"there is no such file"),
        (("kpis", "--lang", "ru"), 0, b"SMM_CPL"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)  # fmt: skip
def test_nothing_that_is_printed_fails_on_a_code_page(campaigns: Path, page: str, arguments: tuple[str, ...], code: int, words: bytes) -> None:
    done = piped(*arguments, page=page, folder=campaigns.parent)
    said = done.stdout + done.stderr
    assert b"Traceback" not in said
    assert (done.returncode, words in said) == (code, True), said


@pytest.mark.parametrize(("page", "marks"), [("cp1251", "[!] ->"), ("cp1252", "[!] ->"), ("ascii", "[!] ->"), ("utf-8", "✗ →")])
def test_the_marks_of_the_doctor_are_read_on_every_code_page(tmp_path: Path, page: str, marks: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CODE_PAGES, "utf-8", {"PYTHONIOENCODING": "utf-8"})
    done = piped("addin", "doctor", "--office", str(tmp_path), page=page, folder=tmp_path)
    found, cure = done.stdout.decode(page).splitlines()
    assert (found.split()[0], cure.split()[0]) == tuple(marks.split())
    assert "?" not in found + cure


def test_the_installed_command_prepares_the_output_before_it_prints() -> None:
    (installed,) = metadata.entry_points(group="console_scripts", name="smm-xl")
    assert installed.load() is cli.run


def test_what_is_well_has_a_mark_of_its_own_on_every_code_page(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smm_xl.hosts.libreoffice.doctor.examine", lambda *_: [Check(Text("Windows: yes", "Windows: да"))])
    assert run("addin", "doctor").stdout == "✓ Windows: yes\n"
    monkeypatch.setattr("smm_xl.commands.console.signs", lambda wanted, plain: plain)
    assert run("addin", "doctor").stdout == "[ok] Windows: yes\n"


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
    assert [row["key"] for row in rows] == [entry.key for entry in calculations.entries()]
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
