"""What a careful person would write without smm-xl, as scripts of one library each, which ``commands`` runs beside the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.caches import CACHE

HERE = Path(__file__).parent
POLARS = "2.1.0"


def python_with_polars() -> Path:
    """A Python of its own with polars, which the project does not need. OSError says why it cannot be had."""
    folder = CACHE / f"polars-{POLARS}"
    python = folder / "bin" / "python"
    if not _works([python, "-c", "import polars"]):
        commands: tuple[list[Path | str], ...] = (
            [sys.executable, "-m", "venv", "--clear", folder],
            [python, "-m", "pip", "install", "-q", f"polars=={POLARS}"],
        )
        for command in commands:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise OSError(f"no polars {POLARS}: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return python


def _works(command: list[Path | str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False
