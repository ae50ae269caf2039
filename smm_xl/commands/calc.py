"""``smm-xl calc``: one KPI, or one function of the targets and statistics, from numbers."""

from __future__ import annotations

from collections.abc import Sequence

import click

from smm_xl import functions
from smm_xl.commands.console import errors_in_words, language_option, tell
from smm_xl.errors import InputError
from smm_xl.language import Text
from smm_xl.targets import calculations


@click.command(context_settings={"ignore_unknown_options": True})  # -5 is a number
@click.argument("key", metavar="KPI")
@click.argument("values", metavar="[VALUE]...", nargs=-1)
@language_option
@errors_in_words
def calc(key: str, values: Sequence[str], lang: str | None) -> None:
    """One KPI or target function from numbers: calc cpl 1000 20. / Один KPI из чисел.

    KPI is its key, function or name, the values are its arguments in their order. / Ключ или название KPI и аргументы по порядку.
    """
    entry = calculations.named(key)
    given = list(values)
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
