"""Figures of smm-xl beside those of an independent oracle (``tests/oracle``), which is written from the contract; more: python -m tests.oracle.compare."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.oracle import compare, shapes

SHAPES = tuple(shapes.SHAPES)
ORACLE = Path(compare.__file__).parent


@pytest.mark.parametrize("shape", SHAPES)
def test_a_report_gives_the_figures_of_the_oracle(shape: str, tmp_path: Path) -> None:
    figures = list(compare.compare(300, 1, ["report"], [shape], tmp_path))
    assert len(figures) >= 300
    assert [figure for figure in figures if figure.fault] == []


def test_the_oracle_shares_no_code_with_what_it_judges() -> None:
    imports = {path.name for path in ORACLE.glob("*.py") if re.search(r"^\s*(?:from|import) smm_xl", path.read_text(encoding="utf-8"), re.MULTILINE)}
    assert imports == {"driver.py"}
