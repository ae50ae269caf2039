"""The examples in the docstrings of what is public: each name has one, and each gives what it says."""

from __future__ import annotations

import doctest

import pytest

import smm_xl
from smm_xl import functions

PUBLIC = {f"{module.__name__}.{name}": (module, name) for module in (smm_xl, functions) for name in module.__all__ if callable(getattr(module, name))}


@pytest.mark.parametrize("path", PUBLIC)
def test_the_example_of_each_public_name_gives_what_it_says(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    module, name = PUBLIC[path]
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    (found,) = doctest.DocTestFinder(recurse=False).find(
        getattr(module, name), name, module=False, globs={other: getattr(module, other) for other in module.__all__}
    )
    runner.run(found)
    assert found.examples
    assert runner.failures == 0, capsys.readouterr().out


def test_help_of_a_function_shows_its_example(capsys: pytest.CaptureFixture[str]) -> None:
    help(functions.FUNCTIONS["SMM_CPL"].call)
    assert ">>> SMM_CPL(1000, 20)\n    50.0\n" in capsys.readouterr().out
