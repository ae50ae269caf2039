"""The report of files as a workbook: its charts, heading, currency, notes, and its pages. What is right is worked out by pandas or by hand."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from click.testing import Result as Said

from smm_xl.outputs import charts, look
from smm_xl.targets.arithmetic import Status
from tests.office import Calc

Run = Callable[..., Said]
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
ADS = pd.DataFrame(
    {
        "date": ["2026-01-05", "2026-01-20", "2026-02-03", "2026-02-17", "2026-03-08"],
        "channel": ["VK", "Telegram", "VK", "Telegram", "VK"],
        "spend": [100.0, 50.0, 300.0, 150.0, 90.0],
        "leads": [10.0, 5.0, 20.0, 0.0, 30.0],
    }
)


@pytest.fixture
def ads(tmp_path: Path) -> Path:
    path = tmp_path / "ads.csv"
    ADS.rename(columns={"spend": "Spend (USD)"}).to_csv(path, index=False)
    return path


def opened(path: Path) -> openpyxl.Workbook:
    """What stands in the cells of a workbook; the file is closed."""
    return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)


def drawn(path: Path) -> dict[str, list[list[tuple[str, float | None]]]]:
    """The charts of a workbook by their alternative texts: the labels and values of each series, read as Excel does, from the cells that it names."""
    book = opened(path)
    found: dict[str, list[list[tuple[str, float | None]]]] = {}
    with zipfile.ZipFile(path) as parts:
        drawing = parts.read("xl/drawings/drawing1.xml").decode()
        names = re.findall(r'descr="([^"]*)"', drawing)
        for number, name in enumerate(names, start=1):
            tree = ET.fromstring(parts.read(f"xl/charts/chart{number}.xml"))
            found[name] = []
            for series in tree.iter(f"{_C}ser"):
                texts = [next(part.iter(f"{_C}f")).text or "" for tag in ("cat", "val") for part in series.iter(f"{_C}{tag}")]
                columns = []
                for text in texts:
                    sheet, area = text.rsplit("!", 1)
                    columns.append([cell.value for (cell,) in book[sheet.strip("'")][area.replace("$", "")]])
                found[name].append(list(zip(*columns, strict=True)))
    return found


def chart(path: Path) -> str:
    """The first chart of a workbook as it is written."""
    with zipfile.ZipFile(path) as parts:
        return parts.read("xl/charts/chart1.xml").decode()


# --- charts ---


def test_it_has_charts_by_month_and_by_channel_though_nobody_asked_for_groups(run: Run, ads: Path) -> None:
    assert run("report", ads, "-o", "r.xlsx", "--kpi", "spend,cpl", "--lang", "en").exit_code == 0
    found = drawn(ads.parent / "r.xlsx")
    months, channels = (ADS.assign(month=ADS["date"].str[:7]).groupby(by)[["spend", "leads"]].sum() for by in ("month", "channel"))
    assert list(found) == ["Ad budget spent, USD by month", "Ad budget spent, USD by channel", "Cost per lead, USD by month", "Cost per lead, USD by channel"]
    assert found["Ad budget spent, USD by month"] == [list(months["spend"].items())]
    assert found["Ad budget spent, USD by channel"] == [list(channels["spend"].sort_values(ascending=False).items())]
    assert found["Cost per lead, USD by month"] == [[(month, row["spend"] / row["leads"]) for month, row in months.iterrows()]]
    assert dict(found["Cost per lead, USD by channel"][0]) == {name: row["spend"] / row["leads"] for name, row in channels.iterrows()}


def test_charts_show_what_is_filtered_and_nothing_else(run: Run, ads: Path) -> None:
    assert run("report", ads, "-o", "r.xlsx", "--kpi", "spend", "--where", "channel=VK", "--period", "2026-01-01..2026-02-28").exit_code == 0
    assert drawn(ads.parent / "r.xlsx") == {"Ad budget spent, USD by month": [[("2026-01", 100), ("2026-02", 300)]]}


def test_a_month_without_a_figure_is_a_gap_and_no_zero(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,spend,leads\n2026-01-05,10,2\n2026-02-05,10,0\n2026-03-05,12,4\n", encoding="utf-8")
    assert run("report", "a.csv", "-o", "r.xlsx", "--kpi", "cpl").exit_code == 0
    assert drawn(tmp_path / "r.xlsx") == {"Cost per lead by month": [[("2026-01", 5), ("2026-02", None), ("2026-03", 3)]]}
    assert "dispBlanksAs" not in chart(tmp_path / "r.xlsx")  # then Excel and LibreOffice leave a gap


def test_a_month_without_rows_stands_in_the_chart_and_rows_without_a_month_do_not(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,spend,leads\n2025-12-05,10,2\n2026-02-05,12,4\n,7,1\n", encoding="utf-8")
    assert run("report", "a.csv", "-o", "r.xlsx", "--kpi", "cpl").exit_code == 0
    assert drawn(tmp_path / "r.xlsx") == {"Cost per lead by month": [[("2025-12", 5), ("2026-01", None), ("2026-02", 3)]]}


def test_a_figure_that_rests_on_a_part_is_marked_in_the_chart_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,spend,leads\n2026-01-05,10,2\n2026-01-06,10,\n2026-02-05,12,4\n", encoding="utf-8")
    assert run("report", "a.csv", "-o", "r.xlsx", "--by", "month", "--kpi", "cpl", "--lang", "en").exit_code == 0
    assert drawn(tmp_path / "r.xlsx") == {"Cost per lead by month": [[("2026-01*", 5), ("2026-02", 3)]]}
    book = opened(tmp_path / "r.xlsx")
    assert book["Charts"]["B5"].value == look.MARKED.en
    notes = [row[1].value for row in book["Notes"].iter_rows(min_row=4)]
    assert "* Cost per lead, 2026-01: rests on 50.0% of the data" in notes  # 10 of 20


def test_data_that_tells_neither_months_nor_channels_has_no_charts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("campaign,spend\na,10\nb,20\n", encoding="utf-8")
    assert run("report", "a.csv", "-o", "r.xlsx", "--lang", "en").exit_code == 0
    assert "Charts" not in opened(tmp_path / "r.xlsx").sheetnames


def test_the_largest_channels_and_the_last_months_are_drawn_and_it_is_said(run: Run, tmp_path: Path) -> None:
    days = [f"{2024 + month // 12}-{month % 12 + 1:02}-01" for month in range(30)]
    rows = [f"{day},c{place % 15},{place + 1}" for place, day in enumerate(days)]
    (tmp_path / "a.csv").write_text("\n".join(["date,channel,spend", *rows, ""]), encoding="utf-8")
    assert run("report", "a.csv", "-o", "r.xlsx", "--kpi", "spend", "--lang", "ru").exit_code == 0
    found = list(drawn(tmp_path / "r.xlsx").values())
    assert [label for label, _ in found[0][0]] == [day[:7] for day in days[-24:]]
    assert found[1][0] == [(f"c{place}", 2 * place + 17.0) for place in range(14, 2, -1)]
    sheet = opened(tmp_path / "r.xlsx")["Диаграммы"]
    assert (sheet["B5"].value, sheet["J5"].value) == ("последние месяцы: 24 из 30", "самые большие: 12 из 15")


def test_of_many_kpis_those_that_a_reader_looks_for_have_charts(run: Run, tmp_path: Path) -> None:
    header = "date,impressions,clicks,spend,leads,revenue,likes,comments,views,reach"
    (tmp_path / "a.csv").write_text(f"{header}\n2026-01-05,900,90,10,2,50,1,1,5,9\n2026-02-05,800,80,12,4,60,1,1,6,8\n", encoding="utf-8")
    assert run("report", "a.csv", "-o", "r.xlsx", "--by", "month", "--lang", "en").exit_code == 0
    assert [name.removesuffix(" by month") for name in drawn(tmp_path / "r.xlsx")][:4] == ["Ad budget spent", "Leads", "Cost per lead", "Revenue"]
    assert len(drawn(tmp_path / "r.xlsx")) == charts.MOST_KPIS


# --- attainment ---


@pytest.mark.filterwarnings("ignore:.* extension is not supported")  # data bars, which openpyxl does not read
def test_attainment_has_the_kpis_with_most_weight_first_in_the_colours_of_their_status(run: Run, ads: Path) -> None:
    (ads.parent / "t.csv").write_text("kpi,target,weight\nspend,1000,\nleads,40,0.3\ncpl,5,0.7\n", encoding="utf-8")
    assert run("report", ads, "--targets", "t.csv", "-o", "r.xlsx", "--lang", "en").exit_code == 0
    found = drawn(ads.parent / "r.xlsx")
    (attained,) = (series for name, series in found.items() if "Attainment" in name)
    cpl = ADS["spend"].sum() / ADS["leads"].sum()
    by_kpi = {"Cost per lead": 5 / cpl, "Leads": ADS["leads"].sum() / 40, "Ad budget spent": ADS["spend"].sum() / 1000}
    assert [label for label, _ in attained[0]] == list(by_kpi)
    assert {label: value for series in attained for label, value in series if value is not None} == pytest.approx(by_kpi)
    fills = re.findall(r'srgbClr val="(\w{6})"', chart(ads.parent / "r.xlsx"))
    assert {look.STATUS_BARS[Status.ON_PLAN].removeprefix("#"), look.STATUS_BARS[Status.BEHIND].removeprefix("#")} <= set(fills)
    caption = opened(ads.parent / "r.xlsx")["Charts"]["B5"].value
    assert caption == "a bar that ends at the edge goes further, as its figure says"  # 65 of 40 leads


# --- heading, currency, safety ---


def test_title_client_and_currency_stand_where_they_are_read(run: Run, ads: Path) -> None:
    assert (
        run("report", ads, "-o", "r.xlsx", "--title", "=1+1", "--client", "Ромашка", "--kpi", "spend,leads", "--by", "channel", "--lang", "ru").exit_code == 0
    )
    book = opened(ads.parent / "r.xlsx")
    sheet = book["Отчёт"]
    assert (sheet["B1"].value, sheet["B1"].data_type) == ("Ромашка · =1+1", "s")
    assert [cell.value for cell in sheet[5]][1:4] == [None, "USD", "шт."]
    assert book.properties.title == "Ромашка · =1+1"


def test_where_no_currency_or_several_are_told_money_stands(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("currency,spend\nUSD,10\nEUR,20\n", encoding="utf-8")
    assert run("report", "a.csv", "-o", "r.xlsx", "--by", "currency", "--lang", "en").exit_code == 0
    assert "money" in [cell.value for cell in opened(tmp_path / "r.xlsx")["Report"][5]]
    (tmp_path / "b.csv").write_text("channel,spend\nVK,10\nTG,20\n", encoding="utf-8")
    assert run("report", "b.csv", "-o", "s.xlsx", "--by", "channel", "--lang", "en").exit_code == 0
    assert "money" in [cell.value for cell in opened(tmp_path / "s.xlsx")["Report"][5]]


@pytest.mark.parametrize("options", [("--title", "T"), ("--client", "C", "-o", "r.csv"), ("--pdf",), ("--pdf", "-o", "r.csv")])
def test_what_only_a_workbook_has_is_refused_without_one(run: Run, ads: Path, options: tuple[str, ...]) -> None:
    said = run("report", ads, *options, "--lang", "en")
    assert said.exit_code == 2
    assert f"only a workbook has {options[0]}; name one: -o report.xlsx" in said.stderr
    assert not (ads.parent / "r.csv").exists()


def test_a_pdf_that_is_there_is_not_overwritten_and_nothing_is_written(run: Run, ads: Path, calc: Calc) -> None:
    assert calc is not None
    (ads.parent / "r.pdf").write_text("mine", encoding="utf-8")
    assert run("report", ads, "-o", "r.xlsx", "--pdf").exit_code == 2
    assert (ads.parent / "r.pdf").read_text(encoding="utf-8") == "mine"
    assert not (ads.parent / "r.xlsx").exists()


def test_libreoffice_prints_the_report_with_its_charts(run: Run, ads: Path, calc: Calc) -> None:
    assert calc is not None
    assert run("report", ads, "-o", "r.xlsx", "--pdf", "--kpi", "spend,cpl").exit_code == 0
    printed = (ads.parent / "r.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) == 4  # the table, the charts, the notes, how it is counted


def test_dates_that_the_report_did_not_need_do_not_stop_its_charts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("date,channel,spend\nsoon,VK,10\nlater,TG,20\n", encoding="utf-8")
    assert run("report", "a.csv", "-o", "r.xlsx", "--by", "channel", "--lang", "en").exit_code == 0
    assert list(drawn(tmp_path / "r.xlsx")) == ["Ad budget spent by channel", "Full cost of SMM by channel"]
