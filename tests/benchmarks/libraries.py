"""At what size to leave pandas: ``smm_xl.report`` of one Parquet file as each library holds it. ``python -m tests.benchmarks.libraries``.

Each run is a process of its own, which loads the library, takes the file and prints the total of the report; a line has the least of some
rounds, in which the libraries take turns. pandas and polars hold the columns that are needed, the others are asked for what the report needs.
The table is Markdown, for ``.docs/large-data.md``. ``--large`` adds 50,000,000 rows, without pandas, which would take 13 GB.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import data
from tests.benchmarks.by_hand.with_pandas import SUMS
from tests.benchmarks.commands import Cost, least, shown, shown_bytes, spend

COLUMNS = ["date", "channel", *SUMS]
TAKES = {
    "pandas": f"import pandas; data = pandas.read_parquet(path, columns={COLUMNS})",
    "polars": f"import polars; data = polars.read_parquet(path, columns={COLUMNS})",
    "polars, lazy": "import polars; data = polars.scan_parquet(path)",
    "DuckDB": "import duckdb; data = duckdb.read_parquet(path)",
    "path": "data = path",
}
REPORTS = "import json, sys, smm_xl; path = sys.argv[1]; {}; print(); print(json.dumps(smm_xl.report(data, by='month,channel').attrs['total']))"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.libraries")
    parser.add_argument("--large", action="store_true", help="with 50,000,000 rows")
    sizes = [10_000, 1_000_000, 10_000_000, *([50_000_000] if parser.parse_args().large else [])]
    print(f"| rows | {' | '.join(TAKES)} |\n|{'---|' * (len(TAKES) + 1)}")
    with tempfile.TemporaryDirectory(prefix="smm-xl-") as folder:
        for rows in sizes:
            print(f"| {rows:,} | {' | '.join(cells(rows, Path(folder)))} |", flush=True)


def cells(rows: int, folder: Path) -> list[str]:
    """Time and memory of each library for so many rows, after all were seen to give the same total."""
    path, most = data.parquet(rows), 10_000_000
    left = {name: code for name, code in TAKES.items() if rows <= most or name not in ("pandas", "polars")}
    commands = {name: (sys.executable, "-c", REPORTS.format(code), str(path)) for name, code in left.items()}
    totals = {name: json.loads(spend(folder, command)[1].splitlines()[-1]) for name, command in commands.items()}  # DuckDB prints how far it is
    first = next(iter(totals.values()))
    for name, total in totals.items():
        assert total.keys() == first.keys(), name
        assert all(abs(total[key] - first[key]) <= 1e-9 * abs(first[key]) for key in first), name
    taken: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(3):
        for name, command in commands.items():
            taken[name].append(spend(folder, command)[0])
    costs = {name: least(found) for name, found in taken.items()}
    return [f"{shown(costs[name].seconds)}, {shown_bytes(costs[name].memory)}" if name in costs else "—" for name in TAKES]


if __name__ == "__main__":
    main()
