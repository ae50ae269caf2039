"""Exports that give a wrong number that looks right, where they are read as any table is: each was once read so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from smm_xl.commands.main import app


def total(path: Path, text: str, kpis: str) -> dict[str, Any]:
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["report", str(path), "--kpi", kpis, "--format", "json", "--lang", "en"])
    assert result.exit_code == 0, result.stderr
    made: dict[str, Any] = json.loads(result.stdout)["total"]
    return made


def test_the_first_row_of_youtube_in_russian_is_a_total(tmp_path: Path) -> None:
    text = 'Контент,Время публикации видео,Просмотры,Подписчики\nИтоговое значение,,221,6\naaa,"Mar 15, 2026",130,3\nbbb,"Apr 15, 2026",90,2\n'
    assert total(tmp_path / "a.csv", text, "total_views,new_followers") == {"total_views": 220, "new_followers": 5}


def test_days_of_views_are_not_the_day_on_which_a_video_was_published(tmp_path: Path) -> None:
    text = (
        "Date,Content,Video publish time,Views\n"
        '2026-08-01,aaa,"Mar 15, 2026",60\n2026-08-01,bbb,"Apr 15, 2026",40\n2026-08-02,aaa,"Mar 15, 2026",70\n2026-08-02,bbb,"Apr 15, 2026",50\n'
    )
    assert total(tmp_path / "Chart data.csv", text, "total_views") == {"total_views": 220}


@pytest.mark.parametrize(
    "header",
    [
        "Kampagnenname,Berichtsstart,Berichtsende,Ausgegebener Betrag (EUR),Impressionen,Ergebnisse,Ergebnisindikator",
        "Nombre de la campaña,Inicio del informe,Fin del informe,Importe gastado (EUR),Impresiones,Resultados,Indicador de resultado",
        "Nom de la campagne,Début des rapports,Fin des rapports,Montant dépensé (EUR),Impressions,Résultats,Indicateur de résultats",
    ],
)
def test_results_of_meta_are_what_their_indicator_says_in_each_language(header: str, tmp_path: Path) -> None:
    text = f"{header}\nA,2026-08-01,2026-08-31,100,1000,12,actions:lead\nB,2026-08-01,2026-08-31,50,900,7,reach\n"
    assert total(tmp_path / "a.csv", text, "spend,leads") == {"spend": 150, "leads": 12}


_META = "Reporting starts,Reporting ends,Campaign name,Amount spent (USD),Impressions,Link clicks,Results,Result indicator\n"


@pytest.mark.parametrize(
    "other",
    [
        _META + "2026-08-01,2026-08-31,Brand,200,2000,20,2,actions:lead\n",
        "Day,Campaign name,Amount spent (USD),Impressions,Link clicks\n2026-08-01,Brand,40,400,4\n2026-08-02,Brand,60,600,6\n",
    ],
    ids=["two accounts or two exports of one", "days and their month"],
)
def test_a_campaign_in_two_files_of_the_same_days_is_asked(other: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(_META + "2026-08-01,2026-08-31,Brand,100,1000,10,1,actions:lead\n")
    (tmp_path / "b.csv").write_text(other)
    files = [str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "--lang", "en"]
    refused = CliRunner().invoke(app, ["report", *files])
    assert refused.exit_code == 2
    assert "hold the same rows with other figures" in refused.stderr
    asked = ["report", *files, "--kpi", "spend", "--format", "json", "--overlap"]
    added, last = (json.loads(CliRunner().invoke(app, [*asked, option]).stdout)["total"]["spend"] for option in ("add", "last"))
    of_b = 200 if "200" in other.split(",") else 100
    assert (added, last) == (100 + of_b, of_b)


def asked(folder: Path, files: dict[str, str], *arguments: str) -> Any:
    """The document of a report of files; the refusal as text where there is one."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["report", *(str(folder / name) for name in files), *arguments, "--lang", "en", "--format", "json"])
    return json.loads(result.stdout) if result.exit_code == 0 else result.stderr


def test_a_row_that_reaches_beyond_the_newer_file_is_not_lost(tmp_path: Path) -> None:
    both = {
        "a.csv": _META + "2026-07-01,2026-08-31,Brand,100,1000,10,1,actions:lead\n",
        "b.csv": _META + "2026-08-01,2026-08-31,Brand,60,600,6,1,actions:lead\n",
    }
    assert "holds rows of 2026-07-01..2026-08-31, and b only a part of these days" in asked(tmp_path, both, "--overlap", "last")
    assert asked(tmp_path, both, "--kpi", "spend", "--overlap", "add")["total"] == {"spend": 160.0}


def test_views_of_videos_since_they_were_published_and_by_day_are_not_added(tmp_path: Path) -> None:
    table = 'Content,Video title,Video publish time,Views,Subscribers\naaa,One,"Mar 15, 2026",220,5\n'
    chart = 'Date,Content,Video publish time,Views,Subscribers\n2026-08-01,aaa,"Mar 15, 2026",120,3\n2026-08-02,aaa,"Mar 15, 2026",100,2\n'
    refused = asked(tmp_path, {"Table data.csv": table, "Chart data.csv": chart})
    assert "hold the same posts" in refused
    assert asked(tmp_path, {"Chart data.csv": chart}, "--kpi", "total_views")["total"] == {"total_views": 220.0}


def test_a_post_in_two_tables_that_call_its_day_otherwise_counts_once(tmp_path: Path) -> None:
    files = {
        "a.csv": "Post ID,Publish time,Likes,Views\n1,2026-08-01,5,100\n2,2026-08-02,6,200\n",
        "b.csv": "Post ID,Date,Likes,Views\n2,2026-08-02,7,250\n3,2026-08-03,1,10\n",
    }
    assert asked(tmp_path, files, "--kpi", "likes,total_views")["total"] == {"likes": 13.0, "total_views": 360.0}


def test_parts_of_the_leads_of_meta_are_asked_about_and_their_sum_goes_before(tmp_path: Path) -> None:
    parts = "Day,Campaign name,Amount spent (USD),Meta leads,Website leads\n2026-08-01,A,100,5,7\n"
    assert "Meta leads" in asked(tmp_path, {"a.csv": parts}, "--kpi", "cpl")
    whole = "Day,Campaign name,Amount spent (USD),Leads,Meta leads,Website leads\n2026-08-01,A,120,12,5,7\n"
    assert asked(tmp_path, {"b.csv": whole}, "--kpi", "cpl,leads")["total"] == {"cpl": 10.0, "leads": 12.0}


@pytest.mark.parametrize("week", ["01.08.2026 - 07.08.2026", "2026-08-01 – 2026-08-07", "2026-08-01..2026-08-07", "01.08.2026—07.08.2026"])
@pytest.mark.parametrize("header", ["Период", "Дата"])
def test_a_span_in_one_cell_is_the_period_of_its_row(header: str, week: str, tmp_path: Path) -> None:
    text = f"{header};Кампания;Расход (руб., с НДС);Ср. цена клика (руб.);Клики;Конверсии\n{week};A;100;10;10;—\n08.08.2026 - 14.08.2026;A;50;5;10;2\n"
    made = asked(tmp_path, {"a.csv": text}, "--by", "month", "--kpi", "spend,conversions")
    assert made["rows"] == [{"month": "2026-08", "spend": 150.0, "conversions": 2.0}]


def test_google_ads_in_german_is_known(tmp_path: Path) -> None:
    text = "Tag;Kampagne;Währungscode;Kosten;Impr.;Klicks;Conversions;Conv.-Wert\n01.08.2026;Marke;EUR;120,50;25.881;1.150;12,50;840,00\n"
    made = asked(tmp_path, {"a.csv": text}, "--by", "channel", "--kpi", "spend,impressions,clicks,revenue")
    assert made["rows"] == [{"channel": "Google Ads", "spend": 120.5, "impressions": 25881.0, "clicks": 1150.0, "revenue": 840.0}]


def test_a_row_of_all_time_by_itself_is_no_total(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": "Период;Расход;Клики\nВсё время;100;10\n"}, "--kpi", "spend")
    assert made["total"] == {"spend": 100.0}
