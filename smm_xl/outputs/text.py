"""CSV as every spreadsheet program reads it: no text becomes a formula in any of them, whichever separator it looks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

# Where a cell begins for some program: at the start of a text, and after what a Russian Excel (;), a program told so (tab), or LibreOffice
# (a carriage return) takes for the end of a cell, also where text stands in quotes. A comma ends a cell only for those who heed the quotes.
_WOULD_BE_A_FORMULA = re.compile(r'(^|[;\t\r\n])([\s"]*)(?=[=+\-@])')
_QUOTED = re.compile(r'[",;\t\r\n]')


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV with commas and line feeds. Text that a spreadsheet would take for a formula gets an apostrophe before it; None is an
    empty cell; numbers stay what they are.
    """
    return "".join(",".join(map(_cell, row)) + "\n" for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return float.__repr__(value)  # also of numpy's
    if not isinstance(value, str):
        return str(value)
    safe = _WOULD_BE_A_FORMULA.sub(r"\1\2'", value)
    doubled = safe.replace('"', '""')
    return f'"{doubled}"' if _QUOTED.search(safe) else safe
