"""Writes the stub from which editors and type checkers know the worksheet functions: ``python -m tests.make_stub``."""

from __future__ import annotations

import inspect
from pathlib import Path

from smm_xl import functions
from smm_xl.catalog.kpi import Omitted
from smm_xl.functions import FUNCTIONS, Function

STUB = Path(functions.__file__).with_suffix(".pyi")
HEAD = '"""The worksheet functions. Written by ``python -m tests.make_stub`` from the catalog; do not edit."""\n'
LONGEST = 160


def stub() -> str:
    """The text of the stub, written as ruff would format it."""
    shown = sorted(functions.__all__, key=lambda name: (not name.isupper(), name))
    homes = {name: getattr(functions, name).__module__ for name in shown if name not in FUNCTIONS and name != "FUNCTIONS"} | {"Value": "smm_xl.cells.block"}
    imports = [f"from {module} import {', '.join(name for name in homes if homes[name] == module)}" for module in sorted(set(homes.values()))]
    listed = ["FUNCTIONS: dict[str, Function]", "__all__ = [", *(f'    "{name}",' for name in shown), "]"]
    return "\n".join([HEAD, *imports, "", *listed, "", "\n\n".join(map(_declared, FUNCTIONS.values())), ""])


def _declared(function: Function) -> str:
    """A function with its arguments and one line of help. Whatever a cell may hold can be an argument, so each is an object."""
    arguments = [_argument(given) for given in inspect.signature(function.call).parameters.values()]
    line = f"def {function.name}({', '.join(arguments)}) -> Value:"
    if len(line) > LONGEST:
        together = f"    {', '.join(arguments)}"
        lines = [together] if len(together) <= LONGEST else [f"    {argument}," for argument in arguments]
        line = "\n".join([f"def {function.name}(", *lines, ") -> Value:"])
    return f"{line}\n    {_quoted(function.about.en)}"


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
