"""Lines of ``run.py`` on Excel's Windows: the real DLL of xlwings and the real Python, on Wine, our connection beside xlwings' stock route.

stock route    xlwings' own command, through cmd, and a function registered by ``@xlwings.func`` alone. pandas and numpy cannot be loaded
               by this Wine; where they are installed, which is everywhere, stock loads them at its start and ours does not. What that
               is worth shows the line on loading, which is natively measured: a Python that starts and loads what a server needs.
start          from no server to the first value of SMM_CPL, a fresh process each time
calls, rows    SMM_CPL of two numbers; of two columns of 100,000 cells, the making of the arrays not included

Excel itself is not in it: reading cells takes the same time on both ways, and more on stock, which hands over Range objects.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from smm_xl.hosts.excel_addin import server
from tests.benchmarks.table import Goal, Line
from tests.windows import PYTHON, XLWINGS, Program, Remote, as_argument, computer, package

STARTS, ROUNDS, CALLS, ROWS = 9, 15, 200, 100_000
NEVER_SLOWER = Goal("ours/alt under 1, 0.6", lambda ours, theirs: ours < theirs)
# one function as xlwings registers it by itself, and the command of its module; the number makes each command another one
STOCK = "import xlwings\nfrom smm_xl import functions\n\n@xlwings.func\ndef SMM_CPL(spend, leads):\n    return functions.SMM_CPL(spend, leads)\n"
STOCK_COMMAND = (
    'cmd.exe  /K ""{python}" -B -c "import sys, os;import xlwings.utils;xlwings.utils.prepare_sys_path(\\"false;C:\\\\book{start}.xlsx;C:\\\\smm.xlam;;;;\\");'
    "import xlwings; xlwings.serve('$(CLSID)')\"\""
)


def windows_lines() -> Iterator[Line]:
    yield _loading()
    with tempfile.TemporaryDirectory(prefix="smm-xl-") as folder:
        built = package(Path(folder))
        with computer(Path(folder) / "c", built) as pc:
            pc.replace(r"C:\python\Lib\site-packages\stock.py", STOCK)
            done = pc.run(PYTHON, "-m", "compileall", "-q", r"C:\python\Lib\site-packages\stock.py")
            assert done.returncode == 0, done.stderr
            with pc.program() as program:
                assert program.load(rf"C:\python\xlwings64-{XLWINGS}.dll")
                yield from _lines(program)


def _loading() -> Line:
    """Native, with pandas and numpy: the modules that either server loads before its first call."""
    barred = f"import sys; sys.modules.update(dict.fromkeys({server._BARRED!r}))"
    commands = {"ours": [*server.FLAGS, "-c", f"{barred}; from smm_xl.hosts import excel"], "stock": ["-B", "-c", "import xlwings, smm_xl.functions"]}
    taken: dict[str, list[float]] = {which: [] for which in commands}
    for turn in range(STARTS):
        for which in commands if turn % 2 else reversed(commands):
            before = time.perf_counter()
            subprocess.run([sys.executable, *commands[which]], check=True)
            taken[which].append(time.perf_counter() - before)
    ours, theirs = (median(taken[which]) for which in commands)
    return Line(f"native: a server's modules {ours:.2f} s, stock {theirs:.2f} s", ours, theirs, NEVER_SLOWER)


def _lines(program: Program) -> Iterator[Line]:
    commands = {"smm_xl.hosts.excel": lambda start: server.command(PYTHON, start), "stock": lambda start: STOCK_COMMAND.format(python=PYTHON, start=start)}
    taken: dict[str, list[float]] = {module: [] for module in commands}
    servers: dict[str, Remote] = {}
    for start in range(STARTS):
        for module in commands if start % 2 else reversed(commands):
            before = time.perf_counter()
            code, remote = program.activate(commands[module](start), 1)
            assert code == 0, remote
            assert remote.CallUDF(module, "SMM_CPL", [1000.0, 20.0]) == 50.0
            taken[module].append(time.perf_counter() - before)
            servers[module] = remote
    ours, theirs = (median(taken[module]) for module in commands)
    yield Line(f"Windows: start to first value {ours:.2f} s, stock {theirs:.2f} s", ours, theirs, NEVER_SLOWER)
    column = [[float(row)] for row in range(1, ROWS + 1)]
    for what, arguments, times in (("calls of two numbers", [1000.0, 20.0], CALLS), (f"{ROWS:,} rows", list(map(as_argument, (column, column))), 1)):
        measured: dict[str, list[float]] = {module: [] for module in commands}
        for turn in range(ROUNDS):
            for module in commands if turn % 2 else reversed(commands):
                given = [module, "SMM_CPL", arguments]
                measured[module].append(program.ask("many", on=servers[module].number, name="CallUDF", given=given, times=times))
        ours, theirs = (median(measured[module]) for module in commands)
        shown = f"{1 / ours:,.0f}/s, stock {1 / theirs:,.0f}/s" if times > 1 else f"{ours:.2f} s, stock {theirs:.2f} s"
        yield Line(f"Windows: {what} {shown}", ours, theirs, NEVER_SLOWER)
