"""KPIs of social media marketing for spreadsheets: one catalog, many surfaces.

``smm_xl.functions`` holds the worksheet functions, ``smm_xl.report`` makes a report of a dataframe. Importing this package
imports the standard library alone; pandas is loaded when a report is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smm_xl.errors import CatalogError, InputError, SmmError, UnknownName

if TYPE_CHECKING:
    from smm_xl.reports.frames import report

__version__ = "0.2.0"
__all__ = ["CatalogError", "InputError", "SmmError", "UnknownName", "__version__", "report"]


def __getattr__(name: str) -> Any:
    if name == "report":
        from smm_xl.reports.frames import report  # pandas: half a second that a worksheet function must not wait for

        return report
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
