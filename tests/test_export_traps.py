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
