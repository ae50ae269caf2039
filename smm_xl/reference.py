"""The reference: what each KPI is called, how it is counted, in which unit, which direction is good."""

from __future__ import annotations

from smm_xl.kpi import Kpi
from smm_xl.language import Text
from smm_xl.registry import folded, formula_text

COLUMNS = {
    "key": Text("key", "ключ"),
    "function": Text("function", "функция"),
    "arguments": Text("arguments", "аргументы"),
    "name": Text("name", "название"),
    "formula": Text("formula", "формула"),
    "unit": Text("unit", "единица"),
    "better": Text("better", "лучше"),
    "group": Text("group", "группа"),
    "about": Text("about", "описание"),
}
_OTHER_WORDS = {"direction": "better", "направление": "better", "help": "about", "справка": "about", "единица измерения": "unit", "имя": "name"}
_COLUMN_OF = {folded(word): key for key, words in COLUMNS.items() for word in (key, *words)} | _OTHER_WORDS


def row(entry: Kpi, language: str = "en") -> dict[str, str]:
    """What the reference says of a KPI, by the keys of COLUMNS. A count that has no function has no arguments either."""
    return {
        "key": entry.key,
        "function": entry.function,
        "arguments": ", ".join(argument.signature for argument in entry.arguments) if entry.has_function else "",
        "name": entry.name.in_language(language),
        "formula": formula_text(entry, language),
        "unit": entry.unit.value.in_language(language),
        "better": entry.better.value.in_language(language),
        "group": entry.group.value.in_language(language),
        "about": entry.about.in_language(language),
    }


def column(name: str) -> str | None:
    """The key of a column of the reference by its name in either language, or None."""
    return _COLUMN_OF.get(folded(name))
