"""A calculated column of a table, worked out for all its rows together: they hold the same formula, and there may be a hundred thousand of them.

Conditions, comparisons and counts over cells of the row go through all rows one after the other. Every other part, such as COUNTIFS over the
whole table, is worked out once for each combination of the cells of the row that it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from smm_xl.workbook.formulas.formulatext import Call, CellOfRow, CellsOfRow, Constant, Failed, FormulaError, Node, Operation, Value

Rows = Sequence[int]  # numbers of rows in the sheet
_ROW_BY_ROW = frozenset(("IF", "AND", "OR", "NOT", "ISNUMBER"))
_OVER_CELLS: dict[str, Callable[[list[Value]], float]] = {
    "COUNTA": lambda cells: float(sum(cell is not None for cell in cells)),
    "COUNT": lambda cells: float(sum(type(cell) is float for cell in cells)),
    "SUM": lambda cells: float(sum(_numbers(cells))),
    "MIN": lambda cells: min(_numbers(cells), default=0.0),
    "MAX": lambda cells: max(_numbers(cells), default=0.0),
}


class Book(Protocol):
    """What a calculation offers: cells, and the parts of formulas that stand in one row."""

    def in_rows(self, place: tuple[str, int], rows: Rows) -> list[Value]: ...
    def place(self, column: str) -> tuple[str, int]: ...
    def columns_between(self, first: str, last: str) -> list[tuple[str, int]]: ...
    def in_row(self, node: Node, sheet: str, row: int) -> Value: ...
    def operation(self, sign: str, left: Value, right: Value) -> Value: ...
    def truth(self, value: Value) -> bool: ...


class AtOnce:
    """A formula in many rows of a sheet."""

    def __init__(self, book: Book, sheet: str) -> None:
        self.book, self.sheet = book, sheet

    def values(self, node: Node, rows: Rows) -> list[Value]:
        """What a part of the formula gives in each row. Raises FormulaError."""
        if isinstance(node, Constant):
            return [node.value] * len(rows)
        if isinstance(node, CellOfRow):
            return self.book.in_rows(self.book.place(node.column), rows)
        if isinstance(node, Operation):
            operation, sign = self.book.operation, node.sign
            return [operation(sign, left, right) for left, right in zip(self.values(node.left, rows), self.values(node.right, rows), strict=True)]
        if isinstance(node, Call) and node.function in _ROW_BY_ROW:
            return self._row_by_row(node, rows)
        if isinstance(node, Call) and node.function in _OVER_CELLS and all(isinstance(part, CellOfRow | CellsOfRow | Constant) for part in node.parts):
            work = _OVER_CELLS[node.function]
            columns = [cells for part in node.parts for cells in self._columns(part, rows)]
            return [work(list(cells)) for cells in zip(*columns, strict=True)]
        return self._by_combination(node, rows)

    def _row_by_row(self, node: Call, rows: Rows) -> list[Value]:
        truth = self.book.truth
        if node.function == "IF":
            return self._chosen(self.values(node.parts[0], rows), node.parts[1], node.parts[2] if len(node.parts) > 2 else Constant(False), rows)
        columns = [self.values(part, rows) for part in node.parts]
        if node.function == "ISNUMBER":
            return [type(value) is float for value in columns[0]]
        if node.function == "NOT":
            return [not truth(value) for value in columns[0]]
        together = all if node.function == "AND" else any
        return [together([truth(value) for value in values]) for values in zip(*columns, strict=True)]

    def _chosen(self, conditions: list[Value], then: Node, otherwise: Node, rows: Rows) -> list[Value]:
        """Each branch is worked out in the rows that it is chosen in, as spreadsheets do."""
        found: list[Value] = list(conditions)  # an error stays where it stands
        places: tuple[list[int], list[int]] = ([], [])
        for place, condition in enumerate(conditions):
            if not isinstance(condition, Failed):
                places[not self.book.truth(condition)].append(place)
        for node, chosen in zip((then, otherwise), places, strict=True):
            if chosen:
                for place, value in zip(chosen, self.values(node, [rows[place] for place in chosen]), strict=True):
                    found[place] = value
        return found

    def _columns(self, part: Node, rows: Rows) -> list[list[Value]]:
        if isinstance(part, CellsOfRow):
            return [self.book.in_rows(place, rows) for place in self.book.columns_between(part.first, part.last)]
        return [self.values(part, rows)]

    def _by_combination(self, node: Node, rows: Rows) -> list[Value]:
        columns = [cells for part in _cells_of_row(node) for cells in self._columns(part, rows)]
        if not columns:
            return [self.book.in_row(node, self.sheet, rows[0])] * len(rows)
        known: dict[tuple[tuple[type, Value], ...], Value] = {}
        found = []
        for row, cells in zip(rows, zip(*columns, strict=True), strict=True):
            key = tuple((type(cell), cell) for cell in cells)  # 1 and TRUE are equal to Python
            if key not in known:
                known[key] = self.book.in_row(node, self.sheet, row)
            found.append(known[key])
        return found


def _cells_of_row(node: Node) -> Iterator[Node]:
    """The parts of a formula that are cells of its row."""
    if isinstance(node, CellOfRow | CellsOfRow):
        yield node
    elif isinstance(node, Operation):
        yield from _cells_of_row(node.left)
        yield from _cells_of_row(node.right)
    elif isinstance(node, Call):
        for part in node.parts:
            yield from _cells_of_row(part)


def _numbers(cells: list[Value]) -> list[float]:
    if any(isinstance(cell, Failed) for cell in cells):
        raise FormulaError("an error stands among numbers")
    return [cell for cell in cells if type(cell) is float]
