"""The wheel of the project, built from the working copy."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def wheel(folder: Path) -> Path:
    """Build the wheel into a folder; its path."""
    shutil.copytree(ROOT / "smm_xl", folder / "src" / "smm_xl", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "src")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], check=True, capture_output=True, cwd=folder / "src")
    (made,) = folder.glob("*.whl")
    return made
