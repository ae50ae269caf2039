"""What users wait for: whole commands, started cold, beside what a careful person would write: ``python -m tests.benchmarks.commands``.

Each run is a process of its own, which reads the file, works and prints. Ours and its alternatives take turns, so that what else the
machine does hits all of them; a line has the least of some rounds. The table is Markdown, for CONTRIBUTING.md:

time, CPU       from start to end; processor seconds of all threads together
memory          the largest that the process ever held
ratios          ours by the alternative's: 0.5 says that ours takes half. On a busy machine trust that of CPU: a long run waits for others
                in every round, a short one finds a gap
goal, met       what is wanted, and whether it was so in this run. A line without a goal is there to be watched.

Before anything is timed, ours and the alternatives have to give the same figures, every KPI of every group; where they do not, the
program stops with an AssertionError. The alternatives are the scripts of ``by_hand``, and a Python that starts and does nothing.

``--quick`` leaves out Parquet of 10,000,000 rows, ``--large`` adds 50,000,000. The data is made once and takes 0.4 GB in the cache
folder, 1.5 GB with ``--large``.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import data, spent
from tests.benchmarks.by_hand import HERE

SMM_XL = str(Path(sys.executable).parent / "smm-xl")
GIGABYTE = 1_000_000_000
OF_CAMPAIGNS = (
    "impressions", "orders", "total_views", "engagements", "er_views", "virality", "clicks", "ctr", "leads", "conversions", "customers", "revenue", "cr_click_lead",
    "cr_lead_customer", "cr_click_customer", "aov", "spend", "cpm", "cpc", "cpl", "cpa", "cac", "cpe", "cpv", "romi", "roas", "drr",
)  # fmt: skip
HEADINGS = ("command", "time", "CPU", "memory", "alternative", "time", "CPU", "memory", "time ratio", "CPU ratio", "memory ratio", "goal", "met")


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds on the clock, seconds of processors, bytes of memory at the most."""

    seconds: float
    processor: float
    memory: float


@dataclass(frozen=True)
class Goal:
    """The most that ours may take, where it is not None: times the alternative's time or memory, bytes, seconds more than the alternative's."""

    time: float | None = None
    memory: float | None = None
    bytes: float | None = None
    seconds_more: float | None = None

    def held(self, ours: Cost, theirs: Cost) -> dict[str, bool]:
        """Each part of the goal in words, and whether it was met."""
        parts = (
            (f"time at most {self.time:g}x", self.time, ours.seconds / theirs.seconds) if self.time else None,
            (f"memory at most {self.memory:g}x", self.memory, ours.memory / theirs.memory) if self.memory else None,
            (f"under {shown_bytes(self.bytes)}", self.bytes, ours.memory) if self.bytes else None,
            (f"at most {shown(self.seconds_more)} more", self.seconds_more, ours.seconds - theirs.seconds) if self.seconds_more else None,
        )
        return {words: taken <= most for words, most, taken in filter(None, parts)}


@dataclass(frozen=True)
class Alternative:
    """Another way to the same: its name, the command, and what is wanted of ours beside it."""

    name: str
    command: Sequence[str]
    goal: Goal = Goal()


@dataclass(frozen=True)
class Case:
    """A command and its alternatives. ``keys``: what the rows of the report are told apart by, () for its total; None: nothing to compare."""

    what: str
    command: Sequence[str]
    alternatives: Sequence[Alternative]
    rounds: int
    keys: Sequence[str] | None = None


@dataclass(frozen=True)
class Line:
    """One line of the table."""

    what: str
    ours: Cost
    alternative: str
    theirs: Cost
    goal: Goal


@dataclass(frozen=True)
class Sizes:
    """Rows of the tables; 0 leaves a table out."""

    csv: int = 1_000_000
    parquet: int = 10_000_000
    large: int = 0
    of_campaigns: int = 1_000_000
    campaigns: int = 100_000
    xlsx: int = 100_000
    small: int = 500


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.commands")
    parser.add_argument("--quick", action="store_true", help=f"without Parquet of {Sizes.parquet:,} rows")
    parser.add_argument("--large", action="store_true", help="with Parquet of 50,000,000 rows")
    asked = parser.parse_args()
    show(Sizes(parquet=0 if asked.quick else Sizes.parquet, large=50_000_000 if asked.large else 0))


def show(sizes: Sizes) -> None:
    """Print the table, each line when it is known."""
    print(f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.machine()}\n")
    print(f"| {' | '.join(HEADINGS)} |\n|{'---|' * len(HEADINGS)}")
    with tempfile.TemporaryDirectory(prefix="smm-xl-") as folder:
        for case in cases(sizes, Path(folder)):
            for line in lines(case, Path(folder)) if case.alternatives else ():
                print(row(line), flush=True)


def cases(sizes: Sizes, folder: Path) -> Iterator[Case]:
    """``folder``: where workbooks are written."""

    def by_hand(name: str, goal: Goal, *arguments: str) -> list[Alternative]:
        return [Alternative(name, (sys.executable, str(HERE / f"with_{name.split()[0]}.py"), *arguments), goal)]

    def by_pandas(goal: Goal, path: Path) -> list[Alternative]:
        return by_hand("pandas by hand", goal, str(path))

    def by_polars(goal: Goal, path: Path, by: str) -> list[Alternative]:
        return by_hand("polars by hand", goal, str(path), by)

    def by_openpyxl(does: str, goal: Goal, what: str, path: Path) -> list[Alternative]:
        return by_hand(f"openpyxl {does}", goal, what, str(path))

    def bare(goal: Goal) -> list[Alternative]:
        return [Alternative("bare Python", (sys.executable, "-c", "pass"), goal)]

    def report(what: str, path: Path, *options: str) -> tuple[str, tuple[str, ...]]:
        return f"`report` {what}", (SMM_XL, "report", str(path), *options)

    months, keys = "month,channel", ("month", "channel")
    if rows := sizes.csv:
        path = data.csv(rows)
        ways = by_pandas(Goal(time=1.0), path) + by_polars(Goal(time=2.5), path, months)
        yield Case(*report(f"by month and channel, CSV, {rows:,} rows", path, "--by", months), ways, 5, keys)
        alone = Alternative("pandas.read_csv alone", (sys.executable, "-c", f"import pandas; pandas.read_csv({str(path)!r})"), Goal(time=2.0))
        yield Case(f"`import -o data.csv`, CSV, {rows:,} rows", (SMM_XL, "import", str(path), "-o", str(folder / "data.csv"), "--force"), [alone], 5)
    if rows := sizes.parquet:
        path = data.parquet(rows)
        ways = by_pandas(Goal(time=0.5, memory=0.2), path) + by_polars(Goal(time=2.0), path, months)
        yield Case(*report(f"by month and channel, Parquet, {rows:,} rows", path, "--by", months), ways, 3, keys)
    if rows := sizes.large:
        path = data.parquet(rows)
        ways = by_polars(Goal(bytes=GIGABYTE), path, months)
        yield Case(*report(f"by month and channel, Parquet, {rows:,} rows", path, "--by", months), ways, 1, keys)
    if rows := sizes.of_campaigns:
        path = data.parquet(rows, sizes.campaigns, data.REACTIONS)
        options = ("--by", "campaign", "--kpi", ",".join(OF_CAMPAIGNS), "--format", "csv")
        what = f"of {sizes.campaigns:,} campaigns by {len(OF_CAMPAIGNS)} KPIs, Parquet, {rows:,} rows"
        yield Case(*report(what, path, *options), by_polars(Goal(time=3.0), path, "campaign"), 3, ("campaign",))
    if rows := sizes.xlsx:
        path = data.xlsx(rows)
        ways = by_openpyxl("reads it, read-only", Goal(time=1 / 8), "rows", path)
        yield Case(*report(f"by month and channel, xlsx, {rows:,} rows", path, "--by", months), ways, 3, ())
    yield Case(*report(f"by channel, CSV, {sizes.small:,} rows", data.csv(sizes.small), "--by", "channel"), bare(Goal(time=40)), 11)
    yield Case("`calc cpl 1000 20`", (SMM_XL, "calc", "cpl", "1000", "20"), bare(Goal(time=12)), 15)
    yield Case("`kpis`", (SMM_XL, "kpis"), bare(Goal()), 15)
    yield Case("`import smm_xl.functions`", (sys.executable, "-c", "import smm_xl.functions"), bare(Goal(seconds_more=0.05)), 25)
    book = folder / "book.xlsx"
    written = (SMM_XL, "template", "--force", "-o", str(book))
    yield Case("`template -o`", written, by_openpyxl("reads and saves it", Goal(), "again", book), 3)
    spend(folder, (*written, "--demo"))
    yield Case("`check` of the demo", (SMM_XL, "check", str(book)), by_openpyxl("reads its cells", Goal(), "cells", book), 5)


def lines(case: Case, folder: Path) -> Iterator[Line]:
    """What the command takes beside each alternative, the least over rounds that take all of them, in turn first."""
    commands = [case.command, *(alternative.command for alternative in case.alternatives)]
    if case.keys is not None:
        plain = [argument for argument in case.command if argument not in ("--format", "csv")]
        made = json.loads(spend(folder, (*plain, "--format", "json"))[1])
        for alternative in case.alternatives:
            must_agree(made, spend(folder, alternative.command)[1], case.keys, f"{case.what}, {alternative.name}")
    else:
        for command in commands:  # writes the compiled files, which are there when users wait
            spend(folder, command)
    taken: list[list[Cost]] = [[] for _ in commands]
    for turn in range(case.rounds):
        for which in range(len(commands)) if turn % 2 else reversed(range(len(commands))):
            taken[which].append(spend(folder, commands[which])[0])
    ours, *others = map(least, taken)
    for alternative, theirs in zip(case.alternatives, others, strict=True):
        yield Line(case.what, ours, alternative.name, theirs, alternative.goal)


def spend(folder: Path, command: Sequence[str]) -> tuple[Cost, str]:
    """What a command took in a process of its own, and what it printed."""
    output = folder / "printed"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    measured = subprocess.run([sys.executable, "-I", "-S", spent.__file__, output, *command], capture_output=True, text=True, check=True, env=environment)
    seconds, processor, memory, ended = json.loads(measured.stdout)
    assert ended == 0, f"{' '.join(command)} ended with {ended}: {Path(f'{output}.err').read_text(encoding='utf-8')[-1000:]}"
    return Cost(seconds, processor, memory), output.read_text(encoding="utf-8")


def least(costs: Sequence[Cost]) -> Cost:
    """The least of each measure for itself: what else the machine does only adds."""
    return Cost(min(cost.seconds for cost in costs), min(cost.processor for cost in costs), min(cost.memory for cost in costs))


def must_agree(made: Mapping[str, Any], by_hand: str, keys: Sequence[str], what: str) -> None:
    """A benchmark of wrong figures is none. made: the report's JSON; by_hand: the CSV of the alternative, blank where unknown. Without keys its one row is
    held against the total, which may know more."""
    found = list(csv.DictReader(io.StringIO(by_hand)))
    rows = made["rows"] if keys else [made["total"]]
    ours = {tuple(row[key] for key in keys): row for row in rows}
    theirs = {tuple(row[key] for key in keys): row for row in found}
    assert ours.keys() == theirs.keys(), f"{what}: other groups"
    assert theirs, f"{what}: nothing was made"
    for group, row in theirs.items():
        assert not keys or row.keys() == ours[group].keys(), f"{what}: other KPIs, {sorted(row.keys() ^ ours[group].keys())}"
        for key in row.keys() - set(keys):
            mine, other = ours[group][key], row[key]
            same = (mine is None and other == "") or (mine is not None and other != "" and math.isclose(mine, float(other), rel_tol=1e-9))
            assert same, f"{what}: {key} of {group} is {mine}, by hand {other or None}"


def row(line: Line) -> str:
    """A line of the table in Markdown."""
    goals = line.goal.held(line.ours, line.theirs)
    cells = (
        line.what, *shown_cost(line.ours), line.alternative, *shown_cost(line.theirs),
        f"{line.ours.seconds / line.theirs.seconds:.2f}x", f"{line.ours.processor / line.theirs.processor:.2f}x", f"{line.ours.memory / line.theirs.memory:.2f}x",
        ", ".join(goals), ", ".join("yes" if met else "**NO**" for met in goals.values()),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def shown_cost(cost: Cost) -> tuple[str, str, str]:
    return shown(cost.seconds), shown(cost.processor), shown_bytes(cost.memory)


def shown(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def shown_bytes(memory: float) -> str:
    return f"{memory / GIGABYTE:.2f} GB" if memory >= GIGABYTE else f"{memory / 1e6:.0f} MB"


if __name__ == "__main__":
    main()
