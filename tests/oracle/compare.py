"""``python -m tests.oracle.compare --figures 200000``: smm-xl and the oracle side by side, figure by figure; ends with 1 on a difference.

The run of 27 November 2026, with ``--seed 1000`` and all shapes, took two minutes: ``--surface report`` 109,282 figures (with the marks of
totals), ``--surface command`` 30,445, ``--surface table`` 60,242, ``--surface function`` 60,123; none of them differed.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.oracle import engine, shapes

SURFACES = ("function", "table", "report", "command")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Figure:
    """One comparison; ``fault`` is empty where both agree."""

    where: str
    fault: str = ""


class Driver:
    """A process that knows smm_xl, asked line by line."""

    def __enter__(self) -> Driver:
        command = [sys.executable, "-W", "ignore", "-m", "tests.oracle.driver"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", cwd=ROOT)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.process.communicate()  # its input ends, so does it

    def ask(self, **asked: Any) -> dict[str, Any]:
        """{"value": ...} or {"error": ...}."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        told: dict[str, Any] = json.loads(self.process.stdout.readline())
        return told


def same(found: object, right: Fraction | str | None) -> bool:
    """Within 1e-9 of the right value; unknown is None, not a number, or an error; an error code is compared where the oracle has one."""
    if isinstance(right, str):
        return found == right
    if right is None:
        return found is None or (isinstance(found, float) and not math.isfinite(found)) or (isinstance(found, str) and found.startswith("#"))
    return isinstance(found, int | float) and math.isclose(found, float(right), rel_tol=1e-9, abs_tol=1e-12)


def figure(where: str, found: object, right: Fraction | str | None) -> Figure:
    return Figure(where, "" if same(found, right) else f"{found!r} (oracle: {right if right is None or isinstance(right, str) else float(right)!r})")


def _cells(values: Sequence[Fraction | None] | None) -> object:
    told = [None if value is None else float(value) for value in values or ()]
    return told[0] if len(told) == 1 else [[value] for value in told]


def functions(driver: Driver, seed: int) -> Iterator[Figure]:
    """One plain function over ranges."""
    key, given = shapes.ranges(seed)
    right = engine.function(key, given)
    args = [_cells(values) for values in given if values is not None]
    found = driver.ask(ask="function", name=f"SMM_{key.upper()}", args=args)
    where = f"function seed {seed} SMM_{key.upper()}({', '.join(map(str, args))})"
    value = found.get("value", found.get("error"))
    while isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(right, str) or len(right) == 1:
        yield figure(where, value, right if isinstance(right, str) else right[0])
    else:
        flat = [one for row in value for one in (row if isinstance(row, list) else [row])] if isinstance(value, list) else [value, value]
        for one, wanted in zip(flat, right, strict=True):
            yield figure(where, one, wanted)


def _rows(where: str, by: Sequence[str], rows: Sequence[dict[str, Any]], right: engine.Report) -> Iterator[Figure]:
    places: dict[engine.Group, dict[str, Any]] = {}
    for row in rows:
        place = tuple(engine.folded(str(row.get(d) or "")) if d in engine.NAMES else str(row.get(d) or "") for d in by)
        if place in places:
            yield Figure(f"{where} {place}", "stands in two rows")
        if place not in right.rows:
            yield Figure(f"{where} {place}", "is no group of the oracle")
        places[place] = row
    for place, wanted in right.rows.items():
        row = places.get(place, {})
        for at, dimension in enumerate(by):
            if row and place[at] and str(row[dimension]) not in right.names[place][at]:
                yield Figure(f"{where} {place}", f"shown as {row[dimension]!r} (oracle: {sorted(right.names[place][at])})")
        for key, value in wanted.items():
            yield figure(f"{where} {place} {key}", row.get(key), value)


def _refused(where: str, told: dict[str, Any], right: engine.Report) -> Iterator[Figure]:
    yield Figure(where, f"refused: {' '.join(str(told['error']).split())[:300]}")
    yield from (Figure(where) for _ in range(sum(len(row) for row in right.rows.values()) - 1))


def tables(driver: Driver, case: shapes.Case, where: str) -> Iterator[Figure]:
    """SMM_REPORT for each grouping and SMM_KPI for some keys, over the sheet of the case."""
    if not case.sheet or case.where:
        return
    sheet = [list(row) for row in case.sheet]
    for by in case.by:
        right = engine.report(case.tables, by)
        right = right if by else engine.Report({(): right.total}, right.total, {(): ()})
        at = f"table {where} by {by}"
        told = driver.ask(ask="function", name="SMM_REPORT", args=[sheet, ", ".join(by) or None])
        value = told.get("value")
        if not isinstance(value, list):
            yield from _refused(at, {"error": told.get("error", value)}, right)
            continue
        yield from _rows(at, by, [dict(zip(value[0], row, strict=True)) for row in value[1:]], right)
    for key in ("cpl", "ctr", "roas", "er", "followers", "total_cost"):
        months = sorted({engine.month_of(row) for table in case.tables for row in table.rows} - {""})
        for period in (None, *(months[:1] if {"date", "period"} & set(sheet[0]) else ())):
            total = engine.report(case.tables, period=period or "").total
            found = driver.ask(ask="function", name="SMM_KPI", args=[key, sheet, period])
            yield figure(f"table {where} SMM_KPI {key} {period}", found.get("value", found.get("error")), total[key])


def reports(driver: Driver, case: shapes.Case, where: str, folder: Path, command: bool) -> Iterator[Figure]:
    """smm_xl.report, or the command in a process of its own, over the files of the case."""
    for name, text in case.files:
        (folder / name).write_text(text, encoding="utf-8")
    for by in case.by[-1:] if command else case.by:
        right = engine.report(case.tables, by, dict(case.where))
        at = f"{'command' if command else 'report'} {where} by {by}"
        if command:
            options = [f"--where={name}={value}" for name, value in case.where] + ([f"--by={','.join(by)}"] if by else [])
            files = [str(folder / name) for name, _ in case.files]
            line = [sys.executable, "-m", "smm_xl", "report", *files, *options, "--lang", "en", "--format", "json"]
            done = subprocess.run(line, capture_output=True, text=True, encoding="utf-8", cwd=ROOT, check=False)
            told = {"error": done.stderr} if done.returncode else {"value": json.loads(done.stdout)}
        else:
            paths = {name.removesuffix(".csv"): str(folder / name) for name, _ in case.files}
            told = driver.ask(ask="report", paths=paths if len(paths) > 1 else next(iter(paths.values())), by=list(by), where=dict(case.where))
        if "error" in told:
            yield from _refused(at, told, right)
            continue
        made: Any = told["value"]
        if by:
            yield from _rows(at, by, made["rows"], right)
        total = made["total"] if by else (made["total"] or made["rows"][0])
        marked = {(mark["kpi"], mark["why"]): mark["share"] for mark in made["marks"] if mark["group"] is None}
        wanted: dict[tuple[str, str], Fraction | None] = {(key, "coverage"): share for key, share in right.covered.items()}
        wanted |= dict.fromkeys(((key, "lag") for key in right.late), None)
        for mark in {key: None for key in (*marked, *wanted) if key[0] in right.total}:
            if (mark in marked) != (mark in wanted):
                yield Figure(f"{at} mark {mark}", f"{marked.get(mark, 'none')} (oracle: {float(wanted[mark] or 0) if mark in wanted else 'none'})")
            else:
                yield figure(f"{at} mark {mark}", marked[mark], wanted[mark])
        if total is not None:
            for key, value in right.total.items():
                yield figure(f"{at} total {key}", total.get(key), value)


def compare(figures: int, seed: int, surfaces: Sequence[str], kinds: Sequence[str], keep: Path) -> Iterator[Figure]:
    """At least so many figures, the surfaces and shapes in turn; the files of a case lie in ``keep``/SHAPE-SEED."""
    made = 0
    with Driver() as driver:
        while made < figures:
            for surface in surfaces:
                found: list[Figure] = []
                if surface == "function":
                    found = [one for at in range(200) for one in functions(driver, seed * 200 + at)]
                else:
                    for shape in kinds[seed % len(kinds) :][:1] if surface == "command" else kinds:
                        case, where = shapes.make(shape, seed), f"--shape {shape} --seed {seed}"
                        folder = keep / f"{shape}-{seed}"
                        folder.mkdir(parents=True, exist_ok=True)
                        found += tables(driver, case, where) if surface == "table" else reports(driver, case, where, folder, surface == "command")
                made += len(found)
                yield from found
            seed += 1


def main() -> int:
    """Prints what differs and how much was compared; 1 on a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--surface", choices=SURFACES, action="append")
    parser.add_argument("--shape", choices=sorted(shapes.SHAPES), action="append")
    parser.add_argument("--keep", type=Path, help="folder for the files; a temporary one without it")
    told = parser.parse_args()
    compared = differ = 0
    keep = told.keep or Path(tempfile.mkdtemp(prefix="smm-oracle-"))
    for one in compare(told.figures, told.seed, told.surface or SURFACES, told.shape or sorted(shapes.SHAPES), keep):
        compared += 1
        if one.fault:
            differ += 1
            print(f"{one.where}: {one.fault}")
    print(f"{compared} figures compared, {differ} differ; files in {keep}")
    return int(differ > 0)


if __name__ == "__main__":
    sys.exit(main())
