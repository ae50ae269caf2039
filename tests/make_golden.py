"""Writes the text of the add-in's VBA that a person has looked at: ``python -m tests.make_golden``, then look at what changed."""

from __future__ import annotations

from smm_xl.hosts.excel_addin import build
from tests.samples import GOLDEN

if __name__ == "__main__":
    (GOLDEN / "smm_functions.bas").write_text(build.xlam_module(), encoding="ascii")
