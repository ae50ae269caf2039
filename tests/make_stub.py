"""Writes the stub from which editors and type checkers know the worksheet functions: ``python -m tests.make_stub``."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path

from smm_xl import functions
from smm_xl.catalog.kpi import Omitted
from smm_xl.functions import FUNCTIONS, Function

STUB = Path(functions.__file__).with_suffix(".pyi")
HEAD = '"""The worksheet functions. Written by ``python -m tests.make_stub`` from the catalog; do not edit."""\n\n'


def stub() -> str:
    """The text of the stub, as ruff formats it."""
    shown = sorted(functions.__all__, key=lambda name: (not name.isupper(), name))
    named = {name: getattr(functions, name).__module__ for name in shown if name not in FUNCTIONS and name != "FUNCTIONS"}
    imports = [("Value", "smm_xl.cells.block"), *named.items()]
    lines = [f"from {module} import {', '.join(name for name, home in imports if home == module)}" for module in sorted({home for _, home in imports})]
    lines += ["", "FUNCTIONS: dict[str, Function]", f"__all__ = {shown}"]
    text = HEAD + "\n".join(lines) + "\n" + "".join(map(_declared, FUNCTIONS.values()))
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(STUB), "-"]
    return subprocess.run(command, input=text, capture_output=True, check=True, encoding="utf-8").stdout


def _declared(function: Function) -> str:
    """A function with its arguments and one line of help. Whatever a cell may hold can be an argument, so each is an object."""
    arguments = ", ".join(map(_argument, inspect.signature(function.call).parameters.values()))
    return f"\ndef {function.name}({arguments}) -> Value:\n    {_quoted(function.about.en)}\n"


def _argument(given: inspect.Parameter) -> str:
    star = "*" if given.kind is given.VAR_POSITIONAL else ""
    if given.default is given.empty:
        return f"{star}{given.name}: object"
    return f"{given.name}: object = {'...' if isinstance(given.default, Omitted) else repr(given.default)}"


def _quoted(help_text: str) -> str:
    """A docstring; help that ends with a quotation mark would end it too early."""
    assert '"""' not in help_text
    assert not help_text.endswith(('"', "\\"))
    return f'"""{help_text}"""'


def main() -> None:
    STUB.write_text(stub(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
