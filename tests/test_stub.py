"""What editors and type checkers know of the worksheet functions."""

from __future__ import annotations

import ast

import pytest

from smm_xl import functions
from tests.make_stub import STUB, stub


def test_the_stub_is_what_the_catalog_makes_it() -> None:
    assert STUB.read_text(encoding="utf-8") == stub(), "run: .ci/regenerate"


def test_the_stub_has_each_name_that_the_module_shows() -> None:
    tree = ast.parse(STUB.read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    imported = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert defined | imported | {"FUNCTIONS"} == {*functions.__all__, "Value"}


def test_a_slip_is_told_by_the_type_checker_too() -> None:
    """mypy looks at these lines as well: strict, it refuses an ignore of an error that the stub does not make."""
    with pytest.raises(TypeError):
        functions.SMM_CPL(1000)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        functions.SMM_CPL(1000, leeds=20)  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        functions.SMM_CLP(1000, 20)  # type: ignore[attr-defined]
