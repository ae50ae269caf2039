"""The reference: what each KPI and each function of the goals is called, how it is counted, in which unit, which direction is good."""

from __future__ import annotations

from smm_xl.catalog.kpi import Calculation, Kpi
from smm_xl.catalog.registry import folded, formula_text
from smm_xl.language import Text

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
    "use": Text("when to use", "когда нужно"),
    "pitfalls": Text("pitfalls", "подводные камни"),
}
_OTHER_WORDS = {
    "direction": "better",
    "направление": "better",
    "help": "about",
    "справка": "about",
    "единица измерения": "unit",
    "имя": "name",
    "ловушки": "pitfalls",
    "применение": "use",
    "когда применять": "use",
}
_COLUMN_OF = {folded(word): key for key, words in COLUMNS.items() for word in (key, *words)} | _OTHER_WORDS


def row(entry: Kpi | Calculation, language: str = "en") -> dict[str, str]:
    """What the reference says of an entry, by the keys of COLUMNS. A count that has no function has no arguments either.

    When to use it and what goes wrong is said of calculations; of a KPI the description says it.
    """
    if isinstance(entry, Calculation):
        formula, unit, use, pitfalls = entry.formula, entry.unit, entry.use, entry.pitfalls
    else:
        formula, unit = Text(formula_text(entry), formula_text(entry, "ru")), entry.unit.words
        use = pitfalls = Text("", "")
    words = {"name": entry.name, "formula": formula, "unit": unit, "better": entry.better.words, "group": entry.group.words}
    words |= {"about": entry.about, "use": use, "pitfalls": pitfalls}
    arguments = ", ".join(argument.signature for argument in entry.arguments) if entry.function else ""
    return {"key": entry.key, "function": entry.function, "arguments": arguments} | {key: text.in_language(language) for key, text in words.items()}


def column(name: str) -> str | None:
    """The key of a column of the reference by its name in either language, or None."""
    return _COLUMN_OF.get(folded(name))
