"""``smm-xl calc``: one KPI, or one function of the targets and statistics, from numbers."""

from __future__ import annotations

from typing import Annotated

import typer

from smm_xl import functions
from smm_xl.commands.console import LanguageOption, errors_in_words, tell
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.targets import calculations


@errors_in_words
def calc(
    key: Annotated[str, typer.Argument(help="Key, function or name of the KPI. / Ключ или название KPI.")],
    values: Annotated[list[str] | None, typer.Argument(help="Its arguments in their order. / Аргументы по порядку.")] = None,
    lang: LanguageOption = None,
) -> None:
    entry = calculations.named(key)
    given = values or []
    least = sum(not argument.optional for argument in entry.arguments)
    if not least <= len(given) <= len(entry.arguments):
        shown = f" ({' '.join(given)})" if given else ""
        takes = ", ".join(argument.signature for argument in entry.arguments)
        raise InputError(
            Text(f"values given: {len(given)}{shown}", f"указано значений: {len(given)}{shown}"),
            accepted=Text(f"{entry.key} takes {takes}", f"для {entry.key} нужны {takes}"),
            cure=Text("give them in this order", "укажите их в этом порядке"),
        )
    tell(_shown(functions.calculate(entry.key, *given)))


def _shown(value: object) -> str:
    """A result as a cell shows it: up to 15 digits, no point in whole numbers."""
    if isinstance(value, list):
        return " ".join(_shown(cell) for row in value for cell in row)
    return f"{value + 0.0:.15g}" if isinstance(value, float) else str(value)
