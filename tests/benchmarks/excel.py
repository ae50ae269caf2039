"""Lines of ``run.py`` on Excel: xlwings' own ``call_udf``, on stand-ins for pywin32, and Pyodide, which xlwings Lite runs in.

call_udf   our registration beside xlwings' stock one (``@xlwings.func`` and nothing else) of the same function, in one run. The way
           through COM from Excel and back is not in it; on a PC it adds the same to both, and more to stock where a Range is handed
           over, which asks Excel 13 times for each argument.
Pyodide    the same function of ``hosts.lite`` in Pyodide and in this Python.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from timeit import Timer
from types import ModuleType
from typing import Any

import xlwings

from smm_xl import functions
from tests.benchmarks.table import WATCHED, Goal, Line
from tests.com import windows
from tests.node import in_pyodide, pure_xlwings
from tests.wheels import wheel

TIMES, ROUNDS, HEIGHT = 5_000, 15, 1_000
HALF_AS_FAST_AGAIN = Goal("alt/ours above 1.5", lambda ours, theirs: theirs > 1.5 * ours)
IN_LITE = """
import json, time
from smm_xl.hosts.lite import SMM_CPL
def timed(times=20_000):
    started = time.perf_counter()
    for _ in range(times):
        SMM_CPL([[1000.0]], [[20.0]])
    return (time.perf_counter() - started) / times
timed()
result = json.dumps(min(timed() for _ in range(5)))
"""


def excel_lines() -> Iterator[Line]:
    with windows() as excel:
        stock = stock_module()
        cells = tuple((float(row),) for row in range(1, HEIGHT + 1))
        for what, arguments, times in (("two numbers", (1000.0, 20.0), TIMES), (f"two ranges of {HEIGHT:,} rows", (cells, cells), TIMES // 50)):
            ours, theirs = (partial(excel.udfs.call_udf, module, "SMM_CPL", arguments) for module in (excel.module.__name__, stock))
            assert ours() == theirs()
            mine, other = compared(ours, theirs, times)
            yield Line(f"call_udf, {what}: {1 / mine:,.0f}/s, stock {1 / other:,.0f}/s", mine, other, HALF_AS_FAST_AGAIN)
    yield lite_line()


def stock_module() -> str:
    """A module with the function as xlwings registers it by itself; its name."""
    module = ModuleType("stock")
    module.__file__ = "stock.py"
    function = functions.FUNCTIONS["SMM_CPL"].call

    @xlwings.func
    def SMM_CPL(spend, leads):  # type: ignore[no-untyped-def]
        return function(spend, leads)

    module.SMM_CPL = SMM_CPL  # type: ignore[attr-defined]
    sys.modules["stock"] = module
    return "stock"


def compared(ours: Callable[[], object], theirs: Callable[[], object], times: int) -> tuple[float, float]:
    """Median seconds of one call of either, over rounds that take both, in turn first."""
    timers = (Timer(ours), Timer(theirs))
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS):
        for which in (0, 1) if turn % 2 else (1, 0):
            taken[which].append(timers[which].timeit(times) / times)
    return median(taken[0]), median(taken[1])


def lite_line() -> Line:
    with tempfile.TemporaryDirectory(prefix="smm-xl-") as folder:
        made: float = in_pyodide(IN_LITE, None, Path(folder), packages=[pure_xlwings(), wheel(Path(folder))], data={})
    namespace: dict[str, Any] = {}
    exec(IN_LITE, namespace)
    here = float(namespace["result"])
    return Line(f"Pyodide: {1 / made:,.0f}/s, this Python {1 / here:,.0f}/s", made, here, WATCHED)
