"""The names of columns and cells, both ways."""

from __future__ import annotations

import pytest

from smm_xl.cells import columns


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")])
def test_letters_and_numbers_of_columns_are_inverse(column: int, letters: str) -> None:
    assert columns.letters(column) == letters
    assert columns.number(letters) == column


def test_the_name_of_a_cell_and_its_place_are_inverse() -> None:
    assert (columns.address(11, 27), columns.address(0, 0, absolute=True)) == ("AB12", "$A$1")
    assert (columns.place("AB12"), columns.place("$A$1")) == ((11, 27), (0, 0))


@pytest.mark.parametrize("text", ["A0", "12", "ab12", "A1:B2", "AB", ""])
def test_what_is_no_name_of_a_cell_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not the name of a cell"):
        columns.place(text)
