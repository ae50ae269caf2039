"""Arithmetic kept as data: one tree is evaluated, compiled to Python and printed as an Excel formula.

Nothing here knows about marketing. A formula is built with the ordinary operators from names and numbers
(``spend / leads``); division is passed in when it is evaluated, because hosts disagree about x / 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

Divide = Callable[[Any, Any], Any]
Spell = Callable[["Name"], str]

_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}


class _Writing(NamedTuple):
    spell: Spell
    blank: str
    product_of_rows: str


class Expr:
    """A node of a formula. Combine nodes and numbers with ``+ - * /``."""

    __slots__ = ()

    def __add__(self, other: Expr | float) -> Expr:
        return Operation("+", self, expr(other))

    def __sub__(self, other: Expr | float) -> Expr:
        return Operation("-", self, expr(other))

    def __mul__(self, other: Expr | float) -> Expr:
        return Operation("*", self, expr(other))

    def __truediv__(self, other: Expr | float) -> Expr:
        return Operation("/", self, expr(other))

    def __radd__(self, other: float) -> Expr:
        return expr(other) + self

    def __rsub__(self, other: float) -> Expr:
        return expr(other) - self

    def __rmul__(self, other: float) -> Expr:
        return expr(other) * self

    def __rtruediv__(self, other: float) -> Expr:
        return expr(other) / self

    @property
    def parts(self) -> tuple[Expr, ...]:
        """The nodes directly below this one, in writing order."""
        return ()

    def rebuilt(self, parts: tuple[Expr, ...]) -> Expr:
        """The same node over other parts."""
        return self

    def evaluate(self, values: Mapping[str, Any], divide: Divide) -> Any:
        """The value of the formula.

        values: what each leaf key stands for: floats, arrays or dataframe columns, all of one kind.
        divide: called for every division.
        """
        raise TypeError(type(self).__name__)

    def text(self, spell: Spell) -> str:
        """The formula for people: ``spend / leads``; ``spell`` gives the word for each name."""
        return self.render(_Writing(spell, blank=" ", product_of_rows="SUM"), 0)

    def excel(self, cell: Spell) -> str:
        """The formula as Excel text without the ``=``; ``cell`` gives the reference of each name."""
        # SUM over a product of ranges needs array entry before Excel 2021, SUMPRODUCT does not
        return self.render(_Writing(cell, blank="", product_of_rows="SUMPRODUCT"), 0)

    def render(self, writing: _Writing, outer: int) -> str:
        """The node in infix writing, in brackets where ``outer`` binds stronger."""
        raise TypeError(type(self).__name__)

    def walk(self) -> Iterator[Expr]:
        """This node and all below it, depth first, in writing order."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def names(self) -> tuple[Name, ...]:
        """The names in the formula, each once, in the order in which they are first written."""
        found: dict[str, Name] = {}
        for node in self.walk():
            if isinstance(node, Name):
                found.setdefault(node.key, node)
        return tuple(found.values())

    def leaves(self) -> tuple[Name | OverRows, ...]:
        """What has to be totalled before the formula can be evaluated: names, and nodes that go row by row."""
        found: dict[str, Name | OverRows] = {}

        def collect(node: Expr) -> None:
            if isinstance(node, Name | OverRows):
                found.setdefault(node.key, node)
                return
            for part in node.parts:
                collect(part)

        collect(self)
        return tuple(found.values())

    def replaced(self, change: Callable[[Expr], Expr | None]) -> Expr:
        """A copy in which each node for which ``change`` gives another is exchanged, from the top down."""
        other = change(self)
        if other is not None:
            return other
        if not self.parts:
            return self
        return self.rebuilt(tuple(part.replaced(change) for part in self.parts))

    def divides(self) -> bool:
        """Whether there is a division anywhere in the formula."""
        return any(isinstance(node, Operation) and node.symbol == "/" for node in self.walk())


class Number(Expr):
    """A constant."""

    __slots__ = ("value",)

    def __init__(self, value: float) -> None:
        self.value = value

    def evaluate(self, values: Mapping[str, Any], divide: Divide) -> Any:
        return self.value

    def render(self, writing: _Writing, outer: int) -> str:
        return f"{self.value:g}"


class Name(Expr):
    """Something that the formula is about, known by ``key``; domain classes derive from it."""

    __slots__ = ("key",)
    key: str

    def evaluate(self, values: Mapping[str, Any], divide: Divide) -> Any:
        return values[self.key]

    def render(self, writing: _Writing, outer: int) -> str:
        return writing.spell(self)


class Operation(Expr):
    """Two nodes joined by ``+``, ``-``, ``*`` or ``/``."""

    __slots__ = ("left", "right", "symbol")

    def __init__(self, symbol: str, left: Expr, right: Expr) -> None:
        self.symbol, self.left, self.right = symbol, left, right

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.left, self.right)

    def rebuilt(self, parts: tuple[Expr, ...]) -> Expr:
        left, right = parts
        if self.symbol == "+":  # a part that was exchanged for nothing is no work
            if isinstance(right, Number) and right.value == 0:
                return left
            if isinstance(left, Number) and left.value == 0:
                return right
        return Operation(self.symbol, left, right)

    def evaluate(self, values: Mapping[str, Any], divide: Divide) -> Any:
        left = self.left.evaluate(values, divide)
        right = self.right.evaluate(values, divide)
        if self.symbol == "/":
            return divide(left, right)
        if self.symbol == "*":
            return left * right
        return left + right if self.symbol == "+" else left - right

    def render(self, writing: _Writing, outer: int) -> str:
        binding = _BINDING[self.symbol]
        # a - (b - c) and a / (b / c) need their brackets, a - b - c does not
        left = self.left.render(writing, binding)
        right = self.right.render(writing, binding + (self.symbol in "-/"))
        text = f"{left}{writing.blank}{self.symbol}{writing.blank}{right}"
        return f"({text})" if binding < outer else text


class OverRows(Expr):
    """A formula that is worked out row by row and only then brought to one value, by ``SUM`` or ``MAX``.

    On single values it is simply the inner formula.
    """

    __slots__ = ("how", "inner", "key")

    def __init__(self, how: str, inner: Expr) -> None:
        self.how, self.inner = how, inner
        self.key = f"{how}({inner.text(lambda name: name.key)})"

    @property
    def parts(self) -> tuple[Expr, ...]:
        return (self.inner,)

    def rebuilt(self, parts: tuple[Expr, ...]) -> Expr:
        return OverRows(self.how, *parts)

    def evaluate(self, values: Mapping[str, Any], divide: Divide) -> Any:
        if self.key in values:
            return values[self.key]
        return self.inner.evaluate(values, divide)

    def render(self, writing: _Writing, outer: int) -> str:
        how = writing.product_of_rows if self.how == "SUM" and self.inner.parts else self.how
        return f"{how}({self.inner.render(writing, 0)})"


class Least(Expr):
    """The smaller of two parts."""

    __slots__ = ("_parts",)

    def __init__(self, *parts: Expr) -> None:
        self._parts = parts

    @property
    def parts(self) -> tuple[Expr, ...]:
        return self._parts

    def rebuilt(self, parts: tuple[Expr, ...]) -> Expr:
        return Least(*parts)

    def evaluate(self, values: Mapping[str, Any], divide: Divide) -> Any:
        first, second = (part.evaluate(values, divide) for part in self._parts)
        if hasattr(first, "clip"):  # an array: element by element
            return first.clip(max=second)
        return min(first, second)

    def render(self, writing: _Writing, outer: int) -> str:
        return f"MIN({f',{writing.blank}'.join(part.render(writing, 0) for part in self._parts)})"


def expr(value: Expr | float) -> Expr:
    """A number as a node; a node as itself."""
    return value if isinstance(value, Expr) else Number(value)


def over_rows(inner: Expr) -> OverRows:
    """The sum over rows of a formula: ``over_rows(hours * hourly_rate)``."""
    return OverRows("SUM", inner)


def largest(inner: Expr) -> OverRows:
    """The largest value of a formula over rows."""
    return OverRows("MAX", inner)
