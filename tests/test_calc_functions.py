"""Every function, typed into a cell of LibreOffice Calc, against the same function in Python."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from smm_xl.cells.columns import letters
from smm_xl.functions import FUNCTIONS
from tests.calccases import ALL, ERROR, OMITTED, PROGRAMMATIC, Case
from tests.office import Calc


class Sheet:
    """A sheet that is filled from top to bottom: each case has rows of its own."""

    def __init__(self) -> None:
        self.cells: dict[str, Any] = {}
        self.row = 1

    def put(self, case: Case) -> tuple[str, int, int]:
        """Write the arguments of a case and its formula; the place of the result, its height and width."""
        references, column, height = [], 20, 1  # results stand left of the arguments
        for value in case.arguments:
            if value is OMITTED:
                references.append("")
                continue
            rows = value if isinstance(value, list) else [[value]]
            width = len(rows[0])
            first, last = f"{letters(column)}{self.row}", f"{letters(column + width - 1)}{self.row + len(rows) - 1}"
            self.cells[f"{first}:{last}"] = [["" if cell in (None, ERROR) else cell for cell in row] for row in rows]
            for down, row in enumerate(rows):
                for right, cell in enumerate(row):
                    if cell == ERROR:
                        self.cells[f"{letters(column + right)}{self.row + down}"] = "=1/0"
            single = len(rows) == width == 1
            references.append(literal(value) if case.name == "numbers" and not isinstance(value, list) else first if single else f"{first}:{last}")
            column, height = column + width, max(height, len(rows))
        expected = case.expected
        size = (len(expected), len(expected[0])) if isinstance(expected, list) else (1, 1)
        formula = case.formula(references)
        place = f"A{self.row}"
        if size == (1, 1):
            self.cells[place] = formula
        else:  # typed as an array formula, which the office's own way of setting one takes by the programmatic name
            place += f":{letters(size[1] - 1)}{self.row + size[0] - 1}"
            self.cells[place] = formula.replace(case.function.name, PROGRAMMATIC[case.function.name])
        row, self.row = self.row, self.row + max(height, size[0])
        return f"A{row}:{letters(size[1] - 1)}{row + size[0] - 1}", *size


def literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


def rows_of(expected: Any) -> list[list[Any]]:
    """What Python gives as cells show it."""
    rows = expected if isinstance(expected, list) else [[expected]]
    return [["" if cell is None else cell for cell in row] for row in rows]


@pytest.fixture(scope="module")
def answers(calc: Calc) -> dict[str, dict[str, list[list[Any]]]]:
    """What Calc gives for every case, by function and case."""
    sheet = Sheet()
    places = [(case, sheet.put(case)) for case in ALL]
    book = calc.remote.ask("new")
    calc.remote.ask("fill", book=book, cells=sheet.cells)
    calc.remote.ask("calculate", book=book)
    everything = calc.remote.ask("read", book=book, area=f"A1:S{sheet.row}")
    calc.remote.ask("close", book=book)
    found: dict[str, dict[str, list[list[Any]]]] = defaultdict(dict)
    for case, (area, height, width) in places:
        top = int(area[1 : area.index(":")]) - 1
        found[case.function.name][case.name] = [
            [cell["error"] if isinstance(cell, dict) else cell for cell in row[:width]] for row in everything[top : top + height]
        ]
    return found


@pytest.mark.parametrize("name", FUNCTIONS)
def test_in_a_cell_each_function_gives_what_python_gives(name: str, answers: dict[str, dict[str, list[list[Any]]]]) -> None:
    for case in ALL:
        if case.function.name != name:
            continue
        found = answers[name][case.name]
        if case.has_error_in_numbers:
            assert {cell for row in found for cell in row} == {"Err:504"}, case.name
        elif case.has_error_cell:
            assert {cell for row in found for cell in row} == {ERROR}, case.name
        else:
            assert found == rows_of(case.expected), (case.name, case.arguments)


def test_the_cases_tell_something() -> None:
    """Plain numbers give a value for every function, and each kind of bad cell gives an error somewhere."""
    for case in ALL:
        if case.name == "numbers":
            assert not any(isinstance(cell, str) and cell.startswith("#") for row in rows_of(case.expected)[:1] for cell in row), case.function.name
    seen = {str(case.expected) for case in ALL}
    assert {"#DIV/0!", "#N/A", "#VALUE!", "#NUM!"} <= seen
    assert len(ALL) > 1500
