"""Excel with xlwings Lite (on a Mac, on the web, without Python): ``from smm_xl.hosts.lite import *`` in its ``main.py``.

Arguments are what xlwings Lite hands over: a number, text, bool, None for a blank cell, for a range a list of rows. Errors of cells
come and go by their names, which it turns into errors. A single blank cell for an argument that may be left out counts as left out,
because xlwings Lite does not tell the two apart.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from smm_xl.cells.cell import VALUE
from smm_xl.functions import FUNCTIONS
from smm_xl.functions.compiled import Function
from smm_xl.hosts.registering import registered

__all__ = list(FUNCTIONS)


def _body(function: Function) -> Callable[..., Any]:
    def body(*given: Any) -> Any:
        try:
            return _shown(function.call(*map(_argument, given)))
        except Exception as error:  # a traceback would stand in the cell as text
            print(f"{function.name}: {type(error).__name__}: {error}")  # xlwings Lite shows it below its editor
            return VALUE

    return body


def _argument(value: Any) -> Any:
    """An argument as the engine takes it: one cell as its value."""
    if isinstance(value, list) and len(value) == len(value[0]) == 1:
        return value[0][0]
    return value


def _shown(result: Any) -> Any:
    return [["" if cell is None else cell for cell in row] for row in result] if isinstance(result, list) else result


globals().update({name: registered(function, _body(function), options={"ndim": 2, "err_to_str": True}, result={}) for name, function in FUNCTIONS.items()})
