"""How fast smm_xl is beside what a careful person would write by hand: ``python -m tests.benchmarks.run`` in the project's folder.

It prints one line a measurement:

ours, alternative   medians of several rounds. Each round takes both, one right after the other and in turn first, so that
                    what else the machine does hits both. Trust the ratios, not the times.
ours/alt, alt/ours  the same ratio, both ways round: 0.5 and 2 say that ours takes half the time.
goal, met           what is wanted, and whether it was so in this run. A line without a goal is there to be watched.

Before anything is timed, ours and the alternative have to give the same figures; where they do not, the program stops with an
AssertionError. A goal that is missed is no error: on a busy machine that happens. The alternatives are:

one call        a division with a guard against a divisor of zero
range           pairs without blanks in a list comprehension, two sums, one guarded division
report          one groupby and sum in pandas, then a division of whole columns for each KPI. The month is ``dt.to_period`` or
                ``dt.strftime``, whichever is faster in this run. smm_xl.report also works out the totals over all rows and its
                notes in that time, the alternative does not. Where leads has blanks, the alternative too leaves a row without
                leads out of both sums of cost per lead; dividing the plain sums would be quicker, and wrong.
LibreOffice     native formulas, see ``calc.py``
Excel           xlwings' stock registration, and this Python beside Pyodide, see ``excel.py``
Windows         xlwings' stock route through its DLL, see ``windows.py``
workbook        openpyxl writing the same cells without formats and values, or reading the same file, see ``book.py``
import          a Python that starts and does nothing. Its start is taken off, so "ours" is what the import alone adds.

A second table is of whole commands with their memory, see ``commands.py``.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import isclose
from statistics import median
from timeit import Timer

import numpy as np
import pandas as pd

import smm_xl
from smm_xl import functions
from tests.benchmarks import commands
from tests.benchmarks.book import book_lines
from tests.benchmarks.by_hand.with_pandas import by_pandas, period_months, text_months
from tests.benchmarks.calc import calc_lines, workbook_lines
from tests.benchmarks.data import advertising
from tests.benchmarks.excel import excel_lines
from tests.benchmarks.table import WATCHED, Goal, Line
from tests.benchmarks.windows import windows_lines

Column = list[list[float | None]]
Call = Callable[[], object]

ROWS = 1_000_000
CELLS = 100_000
UNDER_2_US = Goal("ours under 2 µs", lambda ours, theirs: ours < 2e-6)
UNDER_TWICE = Goal("ours/alt under 2", lambda ours, theirs: ours < 2 * theirs)
FASTER = Goal("alt/ours above 1", lambda ours, theirs: ours < theirs)
UNDER_50_MS = Goal("ours under 50 ms", lambda ours, theirs: ours < 0.05)


def main() -> None:
    print(f"Python {platform.python_version()}, pandas {pd.__version__}, numpy {np.__version__}, {platform.machine()}\n")
    print(f"{'measured':64}{'ours':>12}{'alternative':>13}{'ours/alt':>10}{'alt/ours':>10}  {'goal':20}met")
    for line in lines():
        met = "" if line.goal is WATCHED else "yes" if line.goal.met(line.ours, line.theirs) else "NO"
        ratios = f"{line.ours / line.theirs:>10.2f}{line.theirs / line.ours:>10.2f}"
        print(f"{line.what:64}{shown(line.ours):>12}{shown(line.theirs):>13}{ratios}  {line.goal.words:20}{met}", flush=True)
    print()
    commands.show(commands.Sizes())


def lines() -> Iterator[Line]:
    yield from call_lines()
    yield from range_lines()
    yield from report_lines()
    yield from import_lines()
    yield from calc_lines()
    yield from workbook_lines()
    yield from book_lines()
    yield from excel_lines()
    yield from windows_lines()


def shown(seconds: float) -> str:
    """A time to three digits in the unit that suits it."""
    unit, scale = next((unit, scale) for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 0.0)) if seconds >= scale)
    return f"{seconds / (scale or 1e-9):.3g} {unit}"


def compared(ours: Call, theirs: Call, rounds: int, times: int = 1) -> tuple[float, float]:
    """Median seconds of one call of either, over rounds of so many calls."""
    timers = Timer(ours), Timer(theirs)
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(rounds):
        for which in (0, 1) if turn % 2 else (1, 0):
            taken[which].append(timers[which].timeit(times) / times)
    return median(taken[0]), median(taken[1])


# --- one call -------------------------------------------------------------------------------------------------------


def guarded(spend: float, leads: float) -> float | str:
    return spend / leads if leads else "#DIV/0!"


def call_lines() -> Iterator[Line]:
    cases = {"floats": (1000.0, 20.0), "int arguments": (1000, 20), "divisor of zero": (1000.0, 0.0)}
    for name, (spend, leads) in cases.items():
        assert functions.SMM_CPL(spend, leads) == guarded(spend, leads)
        times = compared(partial(functions.SMM_CPL, spend, leads), partial(guarded, spend, leads), 15, 20_000)
        yield Line(f"one call of SMM_CPL, {name}", *times, UNDER_2_US)


# --- a range --------------------------------------------------------------------------------------------------------


def guarded_totals(spend: Column, leads: Column) -> float | str:
    pairs = [(cost, count) for (cost,), (count,) in zip(spend, leads, strict=True) if cost is not None and count is not None]
    if not pairs:
        return "#N/A"
    return guarded(sum(cost for cost, _ in pairs), sum(count for _, count in pairs))


def range_lines() -> Iterator[Line]:
    random = np.random.default_rng(1)
    for name, share in (("", 0.0), (", 1 % blank", 0.01)):
        spend, leads = (with_blanks(random.integers(0, largest, CELLS // 2) / 100, share, random) for largest in (10_000_000, 10_000))
        ours, theirs = functions.SMM_CPL(spend, leads), guarded_totals(spend, leads)
        assert isinstance(ours, float)
        assert isinstance(theirs, float)
        assert isclose(ours, theirs, rel_tol=1e-9)
        times = compared(partial(functions.SMM_CPL, spend, leads), partial(guarded_totals, spend, leads), 25)
        yield Line(f"SMM_CPL over {CELLS:,} cells{name}", *times, UNDER_TWICE)


def with_blanks(numbers: Iterable[float], share: float, random: np.random.Generator) -> Column:
    """Numbers as a column of a sheet, some of them blank."""
    return [[None if random.random() < share else float(number)] for number in numbers]


# --- a report -------------------------------------------------------------------------------------------------------


def report_lines() -> Iterator[Line]:
    data = advertising(ROWS)
    blanked = data.assign(leads=data["leads"].mask(np.random.default_rng(3).random(ROWS) < 0.01))
    as_period, as_text = compared(partial(by_pandas, data, period_months), partial(by_pandas, data, text_months), 3)
    name, months = ("to_period", period_months) if as_period < as_text else ("strftime", text_months)
    for title, given in ((f"report, {ROWS:,} rows ({name})", data), ("the same, 1 % of leads blank", blanked)):
        expected = by_pandas(given, months)
        kpis = list(expected.columns)
        made = smm_xl.report(given, by=("month", "channel"), kpis=kpis)
        assert_same(made, expected)
        times = compared(partial(smm_xl.report, given, by=("month", "channel"), kpis=kpis), partial(by_pandas, given, months), 9)
        yield Line(title, *times, FASTER)


def assert_same(made: pd.DataFrame, expected: pd.DataFrame) -> None:
    """The same groups and figures; their order is a matter of taste."""
    named = expected.set_axis(pd.MultiIndex.from_tuples([(str(month), channel) for month, channel in expected.index]))
    ours = made.set_index(["month", "channel"])
    assert sorted(ours.index) == sorted(named.index)
    np.testing.assert_allclose(ours.loc[named.index, named.columns].to_numpy(), named.to_numpy(), rtol=1e-9)


# --- imports --------------------------------------------------------------------------------------------------------


def import_lines() -> Iterator[Line]:
    for module, goal in (("smm_xl", UNDER_50_MS), ("smm_xl.functions", WATCHED)):
        ours, bare = (partial(started, statement) for statement in (f"import {module}", "pass"))
        ours()  # writes the compiled files
        with_import, without = compared(ours, bare, 15)
        yield Line(f"import {module}", max(with_import - without, 1e-9), without, goal)


def started(statement: str) -> None:
    subprocess.run([sys.executable, "-c", statement], check=True)


if __name__ == "__main__":
    main()
