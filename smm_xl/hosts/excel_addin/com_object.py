"""Objects of Excel's as COM holds them, asked for each member by its name.

pywin32 has such a class, too. It takes most errors, also those of an Excel that is busy or has ended, for members that are not
there, and wants to know the types of everything beforehand. Here an error of COM stays one.
"""

from __future__ import annotations

from typing import Any

# the members that the self-test calls; all others are values
_CALLED = frozenset({"Add", "CalculateFull", "Close", "LanguageID", "Open", "Quit", "Range", "SaveAs"})
_METHOD, _GET, _PUT = 1, 2, 4  # DISPATCH_METHOD, DISPATCH_PROPERTYGET, DISPATCH_PROPERTYPUT
_DEFAULT = 0  # DISPID_VALUE: what ``Worksheets("name")`` calls


class ComObject:
    """An object behind an IDispatch; what its members give is wrapped alike. Raises what pywin32 raises for errors of COM."""

    def __init__(self, dispatch: Any) -> None:
        self.__dict__["_dispatch"] = dispatch

    def __getattr__(self, name: str) -> Any:
        number = self._dispatch.GetIDsOfNames(0, name)
        if name in _CALLED:
            return lambda *given: self._invoked(number, _METHOD | _GET, *given)
        return self._invoked(number, _GET)

    def __setattr__(self, name: str, value: Any) -> None:
        self._dispatch.Invoke(self._dispatch.GetIDsOfNames(0, name), 0, _PUT, False, value)

    def __call__(self, *given: Any) -> Any:
        return self._invoked(_DEFAULT, _METHOD | _GET, *given)

    def _invoked(self, number: int, how: int, *given: Any) -> Any:
        found = self._dispatch.Invoke(number, 0, how, True, *given)
        return ComObject(found) if hasattr(found, "GetIDsOfNames") else found
