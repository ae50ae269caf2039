"""CSV that no spreadsheet takes for formulas: what is written, and what the standard library and LibreOffice read."""

from __future__ import annotations

import csv
import io
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smm_xl.outputs.text import csv_text
from tests.office import Calc

ATTACKS = [
    "=1+1", "+1+1", "-1+1", "@SUM(1)", " =1+1", "\t=1+1", "\r=1+1", "\n=1+1", '"=1+1', "a;=1+1", "a\t=1+1", "a\r=1+1", "a\n=1+1", "a\r\n=1+1", 'a;"=1+1', "a; =1+1", "a;;=1+1",
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Лето", "Лето"),
        ("a,b", '"a,b"'),
        ('ООО "Ромашка"', '"ООО ""Ромашка"""'),
        ("=1+1", "'=1+1"),
        ("-5%", "'-5%"),
        (" @a", " '@a"),
        ("a;b", '"a;b"'),
        ("a;=1", "\"a;'=1\""),
        ("a\r=1", "\"a\r'=1\""),
        ("VK, -50 %", '"VK, -50 %"'),
        ("a - b = c", "a - b = c"),
        ("2026-01", "2026-01"),
        (-2.5, "-2.5"),
        (1e-7, "1e-07"),
        (10, "10"),
        (True, "True"),
        (None, ""),
        ("", ""),
    ],
)  # fmt: skip
def test_what_stands_in_a_cell(value: object, written: str) -> None:
    assert csv_text([[value]]) == f"{written}\n"


@given(
    st.lists(
        st.lists(st.one_of(st.text(st.sampled_from(string.ascii_letters + ' ,;"\t\r\nЖ🎁')), st.integers(), st.floats(allow_nan=False)), min_size=2), min_size=1
    )
)
def test_what_needs_no_apostrophe_is_read_back_as_it_was(rows: list[list[object]]) -> None:
    read = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert read == [[float.__repr__(cell) if isinstance(cell, float) else str(cell) for cell in row] for row in rows]


# tokens as LibreOffice counts them: the separators of a Russian Excel, of a tab, of a comma, and all three together
@pytest.mark.parametrize("separators", ["59", "9", "44", "44/59/9"])
def test_no_text_becomes_a_formula_whatever_separates(separators: str, calc: Calc) -> None:
    rows: list[list[object]] = [
        ["campaign", "spend", "note"],
        *([attack, -2.5, f"x{attack}"] for attack in ATTACKS),
        *([5.0, attack, attack] for attack in ATTACKS),
    ]
    path = calc.profile.parent / "names.csv"
    path.write_text(csv_text(rows), encoding="utf-8", newline="")
    path.chmod(0o644)
    formulas, cells = calc.remote.ask("csv", path=str(path), separators=separators)
    assert formulas == []
    assert cells > len(rows)
    path.write_text("".join(f"{attack},1\n" for attack in ("=1+1", "a;=1+1", "a\t=1+1", "a\r=1+1")), encoding="utf-8", newline="")
    assert calc.remote.ask("csv", path=str(path), separators=separators)[0] != []  # without any care there are some
