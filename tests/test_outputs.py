"""The shape that reports, plan against fact and the reverse funnel have in common, and the outputs that write it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result as Said

import smm_xl
from smm_xl.outputs.ways import OUTPUTS, Output
from smm_xl.reports.result import Plain, Result

Run = Callable[..., Said]
DATA = "channel,spend,leads\nVK,10,4\n|Telegram|,5,0\n"
FUNNEL = ("plan", "--customers", "50", "--cr-lead-customer", "0.2", "--cr-click-lead", "0.05", "--cpc", "40")


# --- a further output: all that one takes ---


def markdown(result: Result, language: str) -> str:
    """The rows of a result as a table of Markdown, and its notes."""
    titles = [column.title.in_language(language) for column in result.columns]
    lines = [titles, ["--:" if column.kind.is_number else "---" for column in result.columns]]
    lines += [[_in_markdown(value) for value in record.values()] for record in result.records(language)]
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return table + "".join(f"\n* {note.in_language(language)}\n" for note in result.notes)


def _in_markdown(value: Plain) -> str:
    return "—" if value is None else f"{value:g}" if isinstance(value, float) else value.replace("|", "\\|")


def write_markdown(result: Result, language: str, path: Path) -> None:
    path.write_text(markdown(result, language), encoding="utf-8")


@pytest.fixture
def _with_markdown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for word in OUTPUTS.keys() - {"table", "json", "xlsx", "csv"}:
        monkeypatch.delitem(OUTPUTS, word)
    monkeypatch.setitem(OUTPUTS, "md", Output(text=markdown, write=write_markdown))
    (tmp_path / "a.csv").write_text(DATA, encoding="utf-8")
    (tmp_path / "t.csv").write_text("KPI,target\nleads,5\n", encoding="utf-8")


@pytest.mark.usefixtures("_with_markdown")
def test_a_further_output_is_a_function_and_an_entry_and_serves_the_report(run: Run, tmp_path: Path) -> None:
    said = run("report", "a.csv", "--by", "channel", "--kpi", "cpl,spend", "--format", "md", "-o", "a.md").stdout
    assert said == "| Channel | Cost per lead | Ad budget spent |\n| --- | --: | --: |\n| VK | 2.5 | 10 |\n| \\|Telegram\\| | — | 5 |\n"
    assert (tmp_path / "a.md").read_text(encoding="utf-8") == said


@pytest.mark.usefixtures("_with_markdown")
def test_it_serves_plan_against_fact_and_the_reverse_funnel_too(run: Run) -> None:
    said = run("report", "a.csv", "--targets", "t.csv", "--format", "md", "--lang", "ru").stdout.splitlines()
    assert said[0].startswith("| KPI | единица | лучше | план | факт |")
    assert said[2] == "| leads | шт. | больше | 5 | 4 | -1 | -0.2 | 0.8 | ■ отставание | — | — |"
    assert "| plan_leads | Leads needed | 250 | ROUNDUP(customers / cr_lead_customer) |" in run(*FUNNEL, "--format", "md").stdout.splitlines()


@pytest.mark.usefixtures("_with_markdown")
def test_what_can_be_written_follows_from_the_entries(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "known are: table, json, csv, md" in run("report", "a.csv", "--format", "xml").stderr
    assert "out.pdf: files of this kind cannot be written; write .xlsx, .csv or .md" in run("report", "a.csv", "-o", "out.pdf").stderr
    assert "out.pdf: такие файлы не записываются; можно записать .xlsx, .csv или .md" in run(*FUNNEL, "-o", "out.pdf", "--lang", "ru").stderr
    monkeypatch.delitem(OUTPUTS, "md")
    assert "out.pdf: files of this kind cannot be written; write .xlsx or .csv\n" in run("report", "a.csv", "-o", "out.pdf").stderr
    assert "out.pdf: такие файлы не записываются; можно записать .xlsx или .csv\n" in run(*FUNNEL, "-o", "out.pdf", "--lang", "ru").stderr


def test_outputs_know_the_shape_and_not_who_made_it() -> None:
    for path in (Path(smm_xl.__file__).parent / "outputs").glob("*.py"):
        assert not re.search(r"reports\.(report|plan|funnel)|reports import|hasattr", path.read_text(encoding="utf-8")), path.name


# --- the Python API holds the same ---

ADS = pd.DataFrame({"channel": ["VK", "Telegram"], "spend": [10, 5], "leads": [4, 0], "x": [1, 1]})
TAKEN = {"source": "data", "columns": {"channel": "channel", "spend": "spend", "leads": "leads"}, "guessed": [], "ignored": ["x"]}


def test_the_dataframe_of_a_report_holds_what_the_document_does() -> None:
    assert smm_xl.report(ADS, "channel", "cpl").attrs == {"schema": 1, "total": {"cpl": 3.75}, "notes": [], "marks": [], "recognised": [TAKEN]}


def test_the_dataframe_of_a_plan_holds_it_too_and_the_score() -> None:
    targets = pd.DataFrame({"KPI": ["leads"], "target": [5], "weight": [1]})
    assert smm_xl.report(ADS, targets=targets).attrs == {
        "schema": 1, "total": {"score": 0.8, "known_share": 1.0}, "notes": [], "marks": [], "recognised": [TAKEN], "score": 0.8, "known_share": 1.0,
    }  # fmt: skip
    assert smm_xl.report(ADS, targets=targets.drop(columns="weight")).attrs["total"] == {}


def test_a_column_of_a_plan_in_which_nothing_is_known_is_of_numbers() -> None:
    frame = smm_xl.report(ADS, targets=pd.DataFrame({"KPI": ["clicks"], "target": [None]}))
    assert frame["fact"].dtype == float
    assert frame["fact"].isna().all()
