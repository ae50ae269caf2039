"""The benchmark of whole commands itself: what it measures, what it holds to a goal, and that it refuses wrong figures."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from tests.benchmarks import data
from tests.benchmarks.by_hand import HERE
from tests.benchmarks.commands import SMM_XL, Alternative, Case, Cost, Goal, Line, least, lines, must_agree, row, spend

MADE = {"rows": [{"channel": "VK", "cpl": 50.0, "leads": 20.0}, {"channel": "OK", "cpl": 25.0, "leads": 4.0}], "total": {"cpl": 45.8, "leads": 24.0}}


@pytest.fixture(autouse=True)
def _data_of_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "FOLDER", tmp_path / "data")


def test_a_goal_is_met_up_to_its_bound() -> None:
    ours, theirs = Cost(1.0, 1.0, 200e6), Cost(0.5, 0.5, 400e6)
    assert Goal(time=2.0, memory=0.4).held(ours, theirs) == {"time at most 2x": True, "memory at most 0.4x": False}
    assert Goal(time=1.9).held(ours, theirs) == {"time at most 1.9x": False}
    assert Goal(bytes=1e9).held(ours, theirs) == {"under 1.00 GB": True}
    assert Goal(bytes=150e6).held(ours, theirs) == {"under 150 MB": False}
    assert Goal(seconds_more=0.5).held(ours, theirs) == {"at most 500 ms more": True}
    assert Goal(seconds_more=0.4).held(ours, theirs) == {"at most 400 ms more": False}


def test_without_a_goal_nothing_is_held() -> None:
    assert Goal().held(Cost(9.0, 9.0, 9.0), Cost(1.0, 1.0, 1.0)) == {}


def test_a_line_says_each_goal_and_which_was_missed() -> None:
    line = Line("`report`", Cost(16.3, 17.1, 740e6), "polars by hand", Cost(0.82, 1.2, 1.48e9), Goal(time=2.5, memory=0.6))
    assert row(line) == (
        "| `report` | 16.30 s | 17.10 s | 740 MB | polars by hand | 820 ms | 1.20 s | 1.48 GB | 19.88x | 14.25x | 0.50x "
        "| time at most 2.5x, memory at most 0.6x | **NO**, yes |"
    )


def test_a_line_has_the_least_of_each_measure() -> None:
    assert least([Cost(1.0, 30.0, 200.0), Cost(2.0, 10.0, 300.0), Cost(9.0, 20.0, 100.0)]) == Cost(1.0, 10.0, 100.0)


def test_the_same_figures_in_another_order_agree() -> None:
    must_agree(MADE, "channel,cpl,leads\nOK,25,4\nVK,50.0,20\n", ["channel"], "report")
    must_agree(MADE, "leads\n24\n", [], "total")


def test_what_is_unknown_to_both_agrees_and_to_one_does_not() -> None:
    must_agree({"rows": [], "total": {"cpl": None, "leads": 4.0}}, "cpl,leads\n,4\n", [], "total")
    with pytest.raises(AssertionError, match=r"cpl of \(\) is None, by hand inf"):
        must_agree({"rows": [], "total": {"cpl": None}}, "cpl\ninf\n", [], "total")
    with pytest.raises(AssertionError, match=r"cpl of \(\) is 5.0, by hand None"):
        must_agree({"rows": [], "total": {"cpl": 5.0, "leads": 4.0}}, "cpl,leads\n,4\n", [], "total")


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("channel,cpl,leads\nOK,25,4\nVK,50.001,20\n", r"cpl of \('VK',\) is 50.0, by hand 50.001"),
        ("channel,cpl,leads\nOK,25,4\n", "other groups"),
        ("channel,cpl\nOK,25\nVK,50\n", r"other KPIs, \['leads'\]"),
        ("", "other groups"),
    ],
    ids=["another figure", "a group less", "a KPI less", "nothing"],
)
def test_other_figures_stop_the_benchmark(printed: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        must_agree(MADE, printed, ["channel"], "report")


def test_the_data_is_the_same_each_time_and_is_made_once() -> None:
    first = data.csv(200)
    text = first.read_text(encoding="utf-8")
    assert text.splitlines()[0] == '"date","channel","campaign","spend","impressions","clicks","leads","customers","revenue","orders","conversions"'
    first.unlink()
    assert data.csv(200).read_text(encoding="utf-8") == text
    first.write_text("kept", encoding="utf-8")
    assert data.csv(200).read_text(encoding="utf-8") == "kept"


def test_large_tables_are_made_of_parts_that_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "PART", 400)
    spend = pyarrow.parquet.read_table(data.parquet(1000))["spend"].to_pylist()
    assert len(spend) == 1000
    assert len(set(spend)) > 900


def test_one_in_a_hundred_leads_is_blank() -> None:
    leads = pyarrow.parquet.read_table(data.parquet(10_000))["leads"]
    assert 50 < leads.null_count < 200


def test_a_command_is_measured_without_what_started_it(tmp_path: Path) -> None:
    held = bytearray(400_000_000)
    held[::4096] = b"x" * len(held[::4096])  # so that the memory is really there
    cost, printed = spend(tmp_path, [sys.executable, "-c", "import time; block = bytearray(60_000_000); time.sleep(0.2); print('done')"])
    assert printed == "done\n"
    assert 60e6 < cost.memory < 200e6
    assert 0.2 <= cost.seconds < 60
    assert 0 < cost.processor < 60


def test_a_command_that_fails_stops_the_benchmark_with_its_words(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"ended with 3: no such thing"):
        spend(tmp_path, [sys.executable, "-c", "import sys; sys.stderr.write('no such thing'); sys.exit(3)"])


def test_the_report_and_the_script_by_hand_give_the_same_figures(tmp_path: Path) -> None:
    path = str(data.csv(3000))
    script = Alternative("pandas by hand", [sys.executable, str(HERE / "with_pandas.py"), path], Goal(time=1000))
    made = list(lines(Case("report", [SMM_XL, "report", path, "--by", "month,channel"], [script], 1, ["month", "channel"]), tmp_path))
    assert [(line.what, line.alternative) for line in made] == [("report", "pandas by hand")]
    assert made[0].goal.held(made[0].ours, made[0].theirs) == {"time at most 1000x": True}
