"""Apache POI for the tests: installed where it is not, and what it makes of the formulas of a workbook."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from smm_xl.cells.columns import address
from smm_xl.workbook.draft import Draft
from smm_xl.workbook.formulas.formulatext import Failed, Formula, Value
from tests.office import missing

HERE = Path(__file__).parent
JARS = (Path("/usr/share/java/poi.jar"), Path("/usr/share/java/commons-math3.jar"))
_SHORT = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")  # for a program of a few seconds: half the time
_ESCAPED = {"t": "\t", "r": "\r", "n": "\n"}


class Difference(NamedTuple):
    """A cell of which POI makes something else than what was written. ``found``: None where it sees no formula there."""

    cell: str
    written: Value
    found: Value


class Judge:
    """POI, with the program that asks it compiled in a folder."""

    def __init__(self, folder: Path) -> None:
        _needed()
        self._path = ":".join(map(str, (*JARS, folder)))
        # for any Java that runs it: javac and java need not be of one version
        compiler = ["javac", "--release", "11", "-nowarn", "-cp", self._path, "-d", str(folder), *map(str, HERE.glob("*.java"))]
        done = subprocess.run(compiler, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]

    def values(self, path: Path) -> dict[tuple[str, str], Value]:
        """What each formula of a workbook gives, by sheet and address; ``Failed`` with the reason for what POI cannot work out."""
        done = subprocess.run(["java", *_SHORT, "-cp", self._path, "Judge", path], check=False, capture_output=True, encoding="utf-8")
        assert done.returncode == 0, done.stderr[-2000:]
        lines = (line.split("\t") for line in done.stdout.split("\n") if line)
        return {(sheet, cell): _value(kind, text) for sheet, cell, kind, text in lines}

    def differences(self, template: Draft, path: Path) -> Iterator[Difference]:
        """Each cell with a formula of a written workbook of which POI makes something else than what was written with it."""
        calculation = template.pages.calculated()
        found = self.values(path)
        for page in template.pages.pages:
            places = {place for place, content in page.cells.items() if isinstance(content, Formula)}
            # array formulas fill cells that hold none themselves
            places |= {place for place in page.cells if (page.name, address(*place)) in found}
            for place in sorted(places):
                written, other = calculation.value(page.name, *place), found.get((page.name, address(*place)))
                if not _same(written, other):
                    yield Difference(f"{page.name}!{address(*place)}", written, other)


def _needed() -> None:
    """POI and Java, installed if need be; without them the test is skipped, or fails where CI is set."""
    if not _are_there():
        done = subprocess.run([HERE / "install.sh"], capture_output=True, text=True, check=False)
        if not _are_there():
            missing(f"no Apache POI for the tests: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")


def _are_there() -> bool:
    return all(jar.exists() for jar in JARS) and all(map(shutil.which, ("java", "javac")))


def _value(kind: str, text: str) -> Value:
    if kind == "number":
        return float(text)
    if kind == "logical":
        return text == "true"
    plain = re.sub(r"\\(.)", lambda match: _ESCAPED.get(match[1], match[1]), text)
    return plain if kind == "text" else Failed(plain)


def _same(written: Value, found: Value) -> bool:
    """Values of one kind that are equal, numbers to the ninth digit."""
    if type(written) is float and type(found) is float:
        return abs(written - found) <= 1e-9 * max(1.0, abs(written))
    return type(written) is type(found) and written == found
