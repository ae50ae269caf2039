"""Worksheet functions as xlwings registers them: one Python function each, un-hinted, with the signature and help of the catalog."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import xlwings

from smm_xl import language
from smm_xl.catalog.kpi import Argument
from smm_xl.functions.compiled import REQUIRED, Function
from smm_xl.hosts.excel_addin import argument_name

CATEGORY = "SMM"
_LONGEST = 255  # characters of help that Excel shows


def registered(function: Function, body: Callable[..., Any], *, options: dict[str, Any], result: dict[str, Any]) -> Callable[..., Any]:
    """A function of the catalog as xlwings knows it.

    body: takes the arguments in their order, as xlwings hands them over. options: how xlwings converts each argument; result: how it
    converts what comes back. Where xlwings has no host, as on Linux, it keeps none of this and the function is the body itself.
    """
    body.__name__ = body.__qualname__ = function.name
    body.__doc__ = short(function.about.in_language(_language()))
    body.__annotations__ = {}  # xlwings would convert by them
    declared = zip(function.parameters, function.defaults, strict=True)
    body.__signature__ = inspect.Signature([_declared(argument_name(given.name), default) for given, default in declared])  # type: ignore[attr-defined]
    for parameter in function.parameters:
        body = xlwings.arg(argument_name(parameter.name), doc=help_of(parameter), **options)(body)
    body = xlwings.ret(**result)(body)
    last: Any = xlwings.func(category=CATEGORY)  # arg and ret put the category back to xlwings' own
    made: Callable[..., Any] = last(body)
    return made


def _declared(name: str, default: object) -> inspect.Parameter:
    if default == ():
        return inspect.Parameter(name, inspect.Parameter.VAR_POSITIONAL)
    return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=inspect.Parameter.empty if default is REQUIRED else default)


def help_of(parameter: Argument) -> str:
    """Help of an argument in the language of the user."""
    return short(parameter.about.in_language(_language()))


def short(text: str) -> str:
    """A text that fits where Excel shows help; a longer one ends after a whole word."""
    if len(text) <= _LONGEST:
        return text
    return text[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def _language() -> str:
    return language.of_the_user()
