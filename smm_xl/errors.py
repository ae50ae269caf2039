"""What can go wrong, as one small tree.

SmmError
├── CatalogError      a definition in the catalog contradicts the rules (found on import, by developers)
└── InputError        what the user gave cannot be used
    └── UnknownName   a key, column or name that is not known; says what is near to it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from smm_xl.language import Text


class SmmError(Exception):
    """The base of all errors of this package.

    >>> import smm_xl.functions
    >>> try:
    ...     smm_xl.functions.calculate("clp", 1000, 20)
    ... except smm_xl.SmmError as error:
    ...     print(type(error).__name__)
    UnknownName
    """


class CatalogError(SmmError):
    """A catalog entry breaks a rule; the message names the entry and the rule.

    >>> from smm_xl.catalog import definitions, registry
    >>> registry.check((), definitions.FIELDS, (*definitions.KPIS, definitions.KPIS[0]))
    Traceback (most recent call last):
    smm_xl.errors.CatalogError: the KPI followers is there twice
    """


class InputError(SmmError):
    """Input that cannot be used.

    The message names the place, what was found, what is accepted and how to mend it. ``str(error)`` is English,
    ``error.text.ru`` is Russian.

    >>> import pandas, smm_xl
    >>> smm_xl.report(pandas.DataFrame({"leads": [20, "many"]}), kpis="leads")
    Traceback (most recent call last):
    smm_xl.errors.InputError: table «data», row 2, column «leads»: «many» is not accepted here...
    """

    def __init__(self, en: str, ru: str) -> None:
        super().__init__(en)
        self.text = Text(en, ru)


class UnknownName(InputError):
    """A name that is not known, with what the user may have meant.

    >>> from smm_xl.functions import calculate
    >>> calculate("clp", 1000, 20)
    Traceback (most recent call last):
    smm_xl.errors.UnknownName: unknown KPI «clp»: did you mean cpl?
    """

    def __init__(self, what: Text, name: str, known: Sequence[str], *, show: Iterable[str] = ()) -> None:
        near = did_you_mean(name, known)
        shown = ", ".join(show) or ", ".join(known[:12])
        if near:
            super().__init__(f"unknown {what.en} «{name}»: did you mean {near}?", f"не найдено: {what.ru} «{name}». Может быть, {near}?")
        else:
            super().__init__(f"unknown {what.en} «{name}»; known are: {shown}", f"не найдено: {what.ru} «{name}». Есть: {shown}")


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The known name that is spelt most like the given one, or None when none is near."""
    import difflib  # 7 ms, needed only where something was misspelt

    by_folded = {candidate.casefold(): candidate for candidate in known}
    folded = name.casefold()
    near = difflib.get_close_matches(folded, by_folded, n=5, cutoff=0.6)
    near.sort(key=lambda candidate: sorted(candidate) != sorted(folded))  # swapped letters are the likeliest slip
    return by_folded[near[0]] if near else None
