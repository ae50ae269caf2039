"""What can go wrong, as one small tree.

SmmError
├── CatalogError      a definition in the catalog contradicts the rules (found on import, by developers)
└── InputError        what the user gave cannot be used
    └── UnknownName   a key, column or name that is not known; says what is near to it
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike

from smm_xl.language import Text, same


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
    """Input that cannot be used, in both languages.

    found:    what was found there, or what is wrong.
    accepted: what is accepted in its place, where the cure does not say it.
    cure:     what to do about it.
    place:    where: the file with line and column, or sheet and cell; the option or argument; "" where it is the whole command.

    ``error.text`` is all of it as one sentence, ``str(error)`` that sentence in English.

    >>> import pandas, smm_xl
    >>> smm_xl.report(pandas.DataFrame({"leads": [20, "many"]}), kpis="leads")
    Traceback (most recent call last):
    smm_xl.errors.InputError: table «data», row 2, column «leads»: «many» is not accepted here...
    """

    def __init__(self, found: Text, *, cure: Text, accepted: Text | None = None, place: Text | str | PathLike[str] = "") -> None:
        self.place = place if isinstance(place, Text) else same(str(place))
        self.found, self.accepted, self.cure = found, accepted, cure
        super().__init__(self.text.en)

    @property
    def text(self) -> Text:
        """Place, what was found, what is accepted, and the cure."""
        told = one_sentence(self.found, self.accepted, self.cure)
        return Text(f"{self.place.en}: {told.en}", f"{self.place.ru}: {told.ru}") if self.place.en else told

    def at(self, place: Text) -> InputError:
        """The same error of what stands at a place."""
        within = Text(f"{place.en}: {self.place.en}", f"{place.ru}: {self.place.ru}") if self.place.en else place
        return InputError(self.found, cure=self.cure, accepted=self.accepted, place=within)


class UnknownName(InputError):
    """A name that is not known, with what the user may have meant.

    >>> from smm_xl.functions import calculate
    >>> calculate("clp", 1000, 20)
    Traceback (most recent call last):
    smm_xl.errors.UnknownName: unknown KPI «clp»; did you mean cpl?
    """

    def __init__(self, what: Text, name: str, known: Sequence[str], *, show: Iterable[str] = ()) -> None:
        near = did_you_mean(name, known)
        shown = ", ".join(show) or ", ".join(known[:12])
        super().__init__(
            Text(f"unknown {what.en} «{name}»", f"не найдено: {what.ru} «{name}»"),
            cure=Text(f"did you mean {near}?", f"может быть, {near}?") if near else Text(f"known are: {shown}", f"есть: {shown}"),
        )


def one_sentence(*parts: Text | None) -> Text:
    """The parts of a message one after the other, in each language; without those that are None."""
    told = [part for part in parts if part is not None]
    return Text("; ".join(part.en for part in told), "; ".join(part.ru for part in told))


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """The known name that is spelt most like the given one, or None when none is near."""
    import difflib  # 7 ms, needed only where something was misspelt

    by_folded = {candidate.casefold(): candidate for candidate in known}
    folded = name.casefold()
    near = difflib.get_close_matches(folded, by_folded, n=5, cutoff=0.6)
    near.sort(key=lambda candidate: sorted(candidate) != sorted(folded))  # swapped letters are the likeliest slip
    return by_folded[near[0]] if near else None
