"""Several tables together: what a figure covers, which end earlier, whose figure counts, and which are two cabinets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

import smm_xl
from smm_xl.commands.main import app


def asked(folder: Path, files: dict[str, str], *arguments: str) -> Any:
    """The document of a report of files; the refusal as text where there is one."""
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["report", *(str(folder / name) for name in files), *arguments, "--lang", "en", "--format", "json"])
    return json.loads(result.stdout) if result.exit_code == 0 else result.stderr


def days(channel: str, field: str, value: float, first: int, last: int) -> str:
    return "".join(f"2026-08-{day:02d},{channel},{value}\n" for day in range(first, last + 1))


# --- coverage ---


@pytest.mark.parametrize(
    ("rows", "cpl", "share"),
    [
        ("A,62,2\nB,38,\n", 31.0, 0.62),
        ("A,94,2\nB,6,\n", 47.0, 0.94),
        ("A,95,2\nB,5,\n", 47.5, None),
        ("A,0,2\nB,5,\n", 0.0, 0.0),
        ("A,62,2\nB,0,\n", 31.0, None),
        ("A,62,2\nB,,5\n", 31.0, None),
    ],
    ids=["62 %", "just below 95 %", "95 % is enough", "a free lead beside a cost", "nothing of the cost left out", "leads without a cost carry no cost"],
)
def test_a_kpi_is_marked_by_the_cost_that_it_covers(rows: str, cpl: float, share: float | None, tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": f"campaign,spend,leads\n{rows}"}, "--kpi", "cpl")
    assert made["total"] == {"cpl": cpl}
    assert made["marks"] == ([] if share is None else [{"kpi": "cpl", "why": "coverage", "share": share, "group": None}])


def test_the_note_says_how_much_is_covered_and_why(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": "campaign,spend,leads\nA,5030.11,2\nB,3000,\nC,83.90,\n"}, "--kpi", "cpl")
    assert made["notes"] == ["cpl: covers 62 % of spend (5,030.11 of 8,114.01); 2 rows have no leads"]


def test_without_a_cost_the_least_covered_input_counts(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": "campaign,clicks,leads\nA,100,4\nB,,6\nC,50,\n"}, "--kpi", "cr_click_lead")
    assert made["marks"] == [{"kpi": "cr_click_lead", "why": "coverage", "share": 0.4, "group": None}]  # 4 of 10 leads, 100 of 150 clicks
    assert made["notes"][0].startswith("cr_click_lead: covers 40 % of leads (4.00 of 10.00)")


def test_coverage_is_worked_out_on_absolute_values(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": "campaign,revenue,orders\nA,100,4\nB,-60,\n"}, "--kpi", "aov")
    assert made["marks"][0]["share"] == 0.625


def test_each_group_has_its_own_mark(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": "channel,campaign,spend,leads\nVK,A,50,2\nVK,B,50,\nTG,C,400,8\n"}, "--kpi", "cpl", "--by", "channel")
    assert made["marks"] == [
        {"kpi": "cpl", "why": "coverage", "share": 0.9, "group": None},
        {"kpi": "cpl", "why": "coverage", "share": 0.5, "group": {"channel": "VK"}},
    ]


def test_a_figure_that_is_not_there_has_no_mark(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": "channel,spend,leads\nVK,100,2\nTG,3,\n"}, "--kpi", "cpl", "--by", "channel")
    assert [row["cpl"] for row in made["rows"]] == [None, 50.0]
    assert made["marks"] == []


def test_a_month_without_clicks_does_not_make_the_others_dearer(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": "month,spend,clicks\n2026-01,100,\n2026-02,200,20\n"}, "--kpi", "cpc")
    assert made["total"] == {"cpc": 10.0}  # and not 15
    assert made["marks"][0]["share"] == pytest.approx(2 / 3)


def test_the_earlier_figure_of_a_comparison_is_marked_by_its_own_rows(tmp_path: Path) -> None:
    text = "date,spend,leads\n2026-01-05,50,1\n2026-01-06,50,\n2026-02-05,50,1\n2026-02-06,50,1\n"
    made = asked(tmp_path, {"a.csv": text}, "--kpi", "cpl", "--period", "2026-02", "--compare", "previous")
    assert made["marks"] == [{"kpi": "cpl_previous", "why": "coverage", "share": 0.5, "group": None}]


def test_plan_against_fact_marks_its_facts(tmp_path: Path) -> None:
    (tmp_path / "targets.csv").write_text("KPI,target\ncpl,30\n")
    made = asked(tmp_path, {"a.csv": "campaign,spend,leads\nA,62,2\nB,38,\n"}, "--targets", str(tmp_path / "targets.csv"))
    assert made["marks"] == [{"kpi": "cpl", "why": "coverage", "share": 0.62, "group": None}]


def test_a_marked_figure_has_a_sign_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("channel,campaign,spend,leads\nVK,A,50,2\nVK,B,50,\nTG,C,400,8\n")
    shown = CliRunner().invoke(app, ["report", str(tmp_path / "a.csv"), "--kpi", "cpl", "--by", "channel", "--lang", "en"]).stdout
    lines = {line.split()[0]: line for line in shown.splitlines() if line.strip()}
    assert (lines["TG"], lines["VK"], lines["Total"]) == (" TG                50.00", " VK                25.00*", " Total             45.00*")
    assert "* rests on a part of the data, see the notes" in shown


@pytest.mark.parametrize("arguments", [(), ("--by", "channel")], ids=["a KPI a row", "a group a row"])
def test_a_marked_figure_has_a_sign_in_a_workbook(arguments: tuple[str, ...], tmp_path: Path) -> None:
    import openpyxl

    (tmp_path / "a.csv").write_text("channel,campaign,spend,leads\nVK,A,50,2\nVK,B,50,\nTG,C,400,8\n")
    result = CliRunner().invoke(app, ["report", str(tmp_path / "a.csv"), "--kpi", "cpl", *arguments, "--lang", "en", "-o", str(tmp_path / "r.xlsx")])
    assert result.exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    formats = {cell.value: cell.number_format for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)}
    assert '"*"' in formats[45]
    assert all(('"*"' in form) == (value in (25, 45)) for value, form in formats.items())
    assert "* rests on a part of the data" in str(sheet["B2"].value)


# --- a table that ends earlier ---

CABINET = "date,channel,spend\n" + days("VK", "spend", 10, 1, 20)
CRM = "date,channel,leads\n" + days("VK", "leads", 4, 1, 10)


def test_a_crm_that_is_behind_is_marked_and_both_days_are_named(tmp_path: Path) -> None:
    made = asked(tmp_path, {"cab.csv": CABINET, "crm.csv": CRM}, "--kpi", "cpl")
    assert made["total"] == {"cpl": 5.0}
    assert made["marks"] == [{"kpi": "cpl", "why": "lag", "share": None, "group": None}]
    assert "crm ends on 2026-08-10, cab on 2026-08-20" in made["notes"][0]
    assert "--until common" in made["notes"][0]


def test_until_common_counts_all_to_the_earlier_day(tmp_path: Path) -> None:
    made = asked(tmp_path, {"cab.csv": CABINET, "crm.csv": CRM}, "--kpi", "cpl,spend", "--until", "common")
    assert (made["total"], made["marks"]) == ({"cpl": 2.5, "spend": 100.0}, [])
    assert made["notes"][0] == "all is counted to 2026-08-10 (last days: cab: 2026-08-20, crm: 2026-08-10)"


def test_until_common_of_one_table_says_that_it_changes_nothing(tmp_path: Path) -> None:
    made = asked(tmp_path, {"cab.csv": CABINET}, "--kpi", "spend", "--until", "common")
    assert made["total"] == {"spend": 200.0}
    assert made["notes"] == ["--until common changes nothing: fewer than two tables tell days"]


@pytest.mark.parametrize(
    ("last", "more", "is_marked"),
    [(18, "", False), (17, "", True), (10, "2026-08-17,VK,1\n", False), (31, "", False)],
    ids=["two days are none", "three days are", "no more than the longest gap before", "the longer one is the CRM"],
)
def test_how_far_apart_the_ends_may_be(last: int, more: str, is_marked: bool, tmp_path: Path) -> None:
    crm = "date,channel,leads\n" + days("VK", "leads", 4, 1, min(last, 20)) + more
    made = asked(tmp_path, {"cab.csv": CABINET, "crm.csv": crm}, "--kpi", "cpl")
    assert bool(made["marks"]) is is_marked


def test_only_the_month_in_which_a_table_ends_is_marked(tmp_path: Path) -> None:
    cabinet = "date,spend\n" + "".join(f"2026-{month:02d}-{day:02d},10\n" for month in (7, 8) for day in range(1, 29))
    crm = "date,leads\n" + "".join(f"2026-{month:02d}-{day:02d},1\n" for month, last in ((7, 28), (8, 9)) for day in range(1, last + 1))
    made = asked(tmp_path, {"cab.csv": cabinet, "crm.csv": crm}, "--kpi", "cpl", "--by", "month")
    assert [mark["group"] for mark in made["marks"]] == [None, {"month": "2026-08"}]
    july = asked(tmp_path, {"cab.csv": cabinet, "crm.csv": crm}, "--kpi", "cpl", "--period", "2026-07")
    assert july["marks"] == []


# --- channels and months together ---


def test_a_month_that_one_channel_lacks_leaves_the_sums_of_that_channel_alone(tmp_path: Path) -> None:
    cabinet = "month,channel,spend\n2026-01,VK,100\n2026-01,TG,100\n2026-02,VK,100\n2026-02,TG,300\n"
    crm = "month,channel,leads\n2026-01,VK,10\n2026-01,TG,10\n2026-02,VK,10\n"
    made = asked(tmp_path, {"cab.csv": cabinet, "crm.csv": crm}, "--kpi", "cpl")
    assert made["total"] == {"cpl": 10.0}  # and not 20, with the 300 of TG that nobody knows the leads of
    assert made["marks"][0]["share"] == 0.5
    assert "without TG 2026-02: spend 300.00" in made["notes"][0]
    joined = asked(
        tmp_path, {"one.csv": "month,channel,spend,leads\n2026-01,VK,100,10\n2026-01,TG,100,10\n2026-02,VK,100,10\n2026-02,TG,300,\n"}, "--kpi", "cpl"
    )
    assert joined["total"] == made["total"]


def test_where_one_table_does_not_tell_channels_they_meet_by_month(tmp_path: Path) -> None:
    cabinet = "month,channel,spend\n2026-01,VK,100\n2026-01,TG,100\n2026-02,VK,100\n"
    made = asked(tmp_path, {"cab.csv": cabinet, "crm.csv": "month,leads\n2026-01,10\n"}, "--kpi", "cpl")
    assert made["total"] == {"cpl": 20.0}


# --- a row a lead ---


@pytest.mark.parametrize(
    "crm",
    [
        "date,channel,leads\n2026-01-05,VK,1\n2026-01-06,VK,1\n",
        "date,channel,Lead ID\n2026-01-05,VK,a1\n2026-01-06,VK,a2\n",
        "date,channel,Lead ID\n2026-01-05,VK,a1\n2026-01-06,VK,a2\n2026-01-06,VK,a2\n",
    ],
    ids=["a column of 1", "ids of leads", "an id that stands twice"],
)
def test_a_channel_without_a_row_in_a_crm_of_single_leads_had_none(crm: str, tmp_path: Path) -> None:
    cabinet = "date,channel,spend\n2026-01-05,VK,100\n2026-01-06,VK,200\n2026-01-07,TG,200\n"
    made = asked(tmp_path, {"cab.csv": cabinet, "crm.csv": crm}, "--kpi", "cpl,leads", "--by", "channel")
    assert made["total"] == {"cpl": 250.0, "leads": 2.0}  # and not 150, as if TG had not been paid
    assert "leads: crm does not mention TG 2026-01, which counts as 0" in made["notes"]


def test_a_month_that_such_a_crm_does_not_reach_is_unknown(tmp_path: Path) -> None:
    cabinet = "date,channel,spend\n2026-01-05,VK,100\n2026-02-05,VK,900\n"
    made = asked(tmp_path, {"cab.csv": cabinet, "crm.csv": "date,channel,leads\n2026-01-05,VK,1\n2026-01-06,VK,1\n"}, "--kpi", "cpl")
    assert made["total"] == {"cpl": 50.0}


def test_a_crm_of_counts_that_is_silent_says_nothing_unless_it_is_said(tmp_path: Path) -> None:
    files = {"cab.csv": "date,channel,spend\n2026-01-05,VK,100\n2026-01-07,TG,200\n", "crm.csv": "date,channel,leads\n2026-01-05,VK,2\n"}
    assert asked(tmp_path, files, "--kpi", "cpl")["total"] == {"cpl": 50.0}
    assert asked(tmp_path, files, "--kpi", "cpl", "--blank-is-zero", "leads")["total"] == {"cpl": 150.0}


# --- whose figure counts ---


def test_from_says_which_file_counts(tmp_path: Path) -> None:
    files = {"ads.csv": "month,spend,leads\n2026-01,100,10\n", "crm.csv": "month,leads,customers\n2026-01,5,1\n"}
    assert asked(tmp_path, files, "--kpi", "cpl")["total"] == {"cpl": 20.0}
    for name in ("ads.csv", "ads", "ADS"):
        made = asked(tmp_path, files, "--kpi", "cpl", "--from", f"leads={name}")
        assert made["total"] == {"cpl": 10.0}
        assert f"crm: «leads» is not used, because leads is taken from {name}" in made["notes"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--from", "leads=zzz.csv"), "unknown file «zzz.csv»; known are: ads.csv, crm.csv"),
        (("--from", "spend=crm.csv"), "«crm.csv» has no column of spend"),
        (("--channel", "ads.cvs=VK"), "did you mean ads.csv?"),
        (("--until", "today"), "--until"),
        (("--from", "leads"), "write it as --from spend=FILE"),
    ],
)
def test_a_slip_in_such_an_option_is_answered(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    files = {"ads.csv": "month,spend,leads\n2026-01,100,10\n", "crm.csv": "month,leads,customers\n2026-01,5,1\n"}
    assert words in asked(tmp_path, files, *arguments)


ONE, OTHER = "date,spend,clicks\n2026-01-05,100,10\n2026-01-06,50,5\n", "date,spend,leads\n2026-01-05,40,2\n2026-01-06,60,3\n"


def test_two_cabinets_with_other_columns_are_asked_and_added_where_their_channels_are_said(tmp_path: Path) -> None:
    said = asked(tmp_path, {"a.csv": ONE, "b.csv": OTHER}, "--kpi", "spend")
    assert "both hold spend for the same days" in said
    assert "2026-01-05, 2026-01-06" in said
    assert "--channel FILE=NAME" in said
    made = asked(tmp_path, {"a.csv": ONE, "b.csv": OTHER}, "--kpi", "spend,cpc", "--by", "channel", "--channel", "a.csv=VK", "--channel", "b.csv=TG")
    assert (made["total"], made["rows"][1]) == ({"spend": 250.0, "cpc": 10.0}, {"channel": "VK", "spend": 150.0, "cpc": 10.0})
    taken = asked(tmp_path, {"a.csv": ONE, "b.csv": OTHER}, "--kpi", "spend", "--from", "spend=a.csv")
    assert taken["total"] == {"spend": 150.0}


def test_they_are_added_where_they_have_no_day_in_common(tmp_path: Path) -> None:
    made = asked(tmp_path, {"a.csv": ONE, "b.csv": OTHER.replace("-01-", "-02-")}, "--kpi", "spend")
    assert made["total"] == {"spend": 250.0}


def test_a_month_without_campaigns_is_added_to_one_with_them(tmp_path: Path) -> None:
    files = {"jan.csv": "date,spend\n2026-01-05,100\n", "feb.csv": "date,campaign,spend\n2026-02-05,A,40\n2026-02-06,B,60\n"}
    made = asked(tmp_path, files, "--kpi", "spend", "--by", "campaign")
    assert made["total"] == {"spend": 200.0}
    assert made["rows"] == [{"campaign": "A", "spend": 40.0}, {"campaign": "B", "spend": 60.0}, {"campaign": None, "spend": 100.0}]


def test_they_are_added_where_they_have_no_campaign_in_common(tmp_path: Path) -> None:
    files = {"a.csv": "date,campaign,spend,clicks\n2026-01-05,A,100,10\n", "b.csv": "date,campaign,spend,leads\n2026-01-05,B,40,2\n"}
    assert asked(tmp_path, files, "--kpi", "spend")["total"] == {"spend": 140.0}


def test_one_file_given_as_two_channels_counts_twice(tmp_path: Path) -> None:
    files = {"a.csv": "date,spend\n2026-01-05,100\n", "b.csv": "date,spend\n2026-01-05,100\n2026-01-06,1\n"}
    assert asked(tmp_path, files, "--kpi", "spend")["total"] == {"spend": 101.0}
    made = asked(tmp_path, files, "--kpi", "spend", "--channel", "a.csv=VK", "--channel", "b.csv=TG")
    assert made["total"] == {"spend": 201.0}


def test_a_file_that_tells_its_channels_takes_none(tmp_path: Path) -> None:
    assert "the column «channel» tells the channels already" in asked(tmp_path, {"a.csv": "channel,spend\nVK,1\n"}, "--channel", "a.csv=TG")


def test_the_same_money_by_other_dimensions_counts_once_or_is_refused(tmp_path: Path) -> None:
    by_month = "month,spend\n2026-01,100\n2026-02,100\n"
    by_campaign = "date,campaign,spend\n2026-01-05,A,60\n2026-02-05,B,90\n"
    made = asked(tmp_path, {"total.csv": by_month, "ads.csv": by_campaign}, "--kpi", "spend")
    assert made["total"] == {"spend": 200.0}
    assert "total: 200, ads: 150" in " ".join(made["notes"])
    longer = {"total.csv": by_month, "ads.csv": f"{by_campaign}2026-03-05,B,500\n"}
    said = asked(tmp_path, longer, "--kpi", "spend")
    assert "ads has 2026-03" in said
    assert "--from spend=ads" in said
    assert asked(tmp_path, longer, "--kpi", "spend", "--from", "spend=ads.csv")["total"] == {"spend": 650.0}
    assert asked(tmp_path, longer, "--kpi", "spend", "--period", "2026-01..2026-02")["total"] == {"spend": 200.0}


def test_python_takes_the_same_by_keyword() -> None:
    tables = {
        "a": pd.DataFrame({"date": ["2026-01-05"], "spend": [100.0], "clicks": [10]}),
        "b": pd.DataFrame({"date": ["2026-01-05"], "spend": [40.0], "leads": [2]}),
    }
    with pytest.raises(smm_xl.InputError, match="both hold spend"):
        smm_xl.report(tables, kpis="spend")
    assert smm_xl.report(tables, kpis="spend", channels={"a": "VK", "b": "TG"})["spend"].to_list() == [140.0]
    assert smm_xl.report(tables, kpis="spend", taken_from={"spend": "b"})["spend"].to_list() == [40.0]
    late = {"a": tables["a"], "b": pd.DataFrame({"date": ["2026-01-01"], "leads": [2]})}
    report = smm_xl.report(late, kpis="cpl", until="common")
    assert report.attrs["notes"][0] == "all is counted to 2026-01-01 (last days: a: 2026-01-05, b: 2026-01-01)"
    marked = smm_xl.report(late, kpis="cpl")
    assert marked.attrs["marks"] == [{"kpi": "cpl", "why": "lag", "share": None, "group": None}]
    with pytest.raises(smm_xl.UnknownName, match="until"):
        smm_xl.report(late, until="today")  # type: ignore[arg-type]
