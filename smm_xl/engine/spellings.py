"""One name, one group: spellings of the same channel or campaign over all tables of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from smm_xl.cells.cell import CellError
from smm_xl.cells.names import alike, one_name
from smm_xl.errors import InputError
from smm_xl.language import Text

if TYPE_CHECKING:
    from smm_xl.engine.rows import Coded, Rows

FOLDED = ("channel", "campaign")  # posts and currencies are told by ids and codes, which are compared exactly


def most_frequent(spellings: Mapping[str, float]) -> str:
    """The spelling that is shown of a name: the most frequent one, of these the first by code points."""
    if len(spellings) == 1:
        return _plain(next(iter(spellings)))
    counts: dict[str, float] = {}
    for spelling, count in spellings.items():
        counts[_plain(spelling)] = counts.get(_plain(spelling), 0.0) + count
    return min(counts, key=lambda one: (-counts[one], one))


def _plain(name: str) -> str:
    """A name with one blank for any run of blanks, which nobody sees."""
    return " ".join(name.split())


def shown(counts: Mapping[str, float]) -> dict[str, str]:
    """By spelling the one that is shown of its name. ``counts``: how often each stands."""
    by_name: dict[str, dict[str, float]] = {}
    for spelling, count in counts.items():
        by_name.setdefault(one_name(spelling), {})[spelling] = count
    return {spelling: name for spellings in by_name.values() for name in (most_frequent(spellings),) for spelling in spellings}


class Spellings:
    """Which spelling of a name is shown: the most frequent one, of these the first by code points."""

    def __init__(self, tables: Sequence[Rows]) -> None:
        self._tables = tuple(tables)
        self._counts: dict[str, dict[str, dict[str, float]]] = {}
        self._shown: dict[str, dict[str, str]] = {}

    def _counted(self, dim: str) -> dict[str, dict[str, float]]:
        """How often each spelling stands in the tables, by name."""
        if dim not in self._counts:
            found: dict[str, dict[str, float]] = {}
            for rows in self._tables:
                if dim not in rows.dims:
                    continue
                try:
                    codes, labels = rows.given.coded(dim)
                except (CellError, InputError):  # whoever needs this table says what is wrong with it
                    continue
                many = rows.kernel.listed(rows.kernel.counts(codes, len(labels), rows.counts))
                for label, count in zip(labels, many, strict=True):
                    if label is not None and count:
                        spellings = found.setdefault(one_name(label), {})
                        spellings[label] = spellings.get(label, 0.0) + count
            self._counts[dim] = found
        return self._counts[dim]

    def folded(self, rows: Rows, dim: str, coded: Coded[str | None]) -> Coded[str | None]:
        """The names of a dimension, each in the one spelling that is shown."""
        if dim not in self._shown:
            self._shown[dim] = shown({spelling: count for spellings in self._counted(dim).values() for spelling, count in spellings.items()})
        as_shown = self._shown[dim]
        distinct: dict[str | None, int] = {}
        places = [distinct.setdefault(label if label is None else as_shown.get(label, label), len(distinct)) for label in coded.labels]
        if len(distinct) == len(places) and list(distinct) == coded.labels:
            return coded
        return type(coded)(rows.kernel.taken(rows.kernel.vector(places, int), coded.codes), list(distinct))

    def notes(self, dims: Sequence[str]) -> list[Text]:
        """What was brought together, of campaigns, and which names only look alike."""
        found = []
        for dim in dims:
            if dim not in FOLDED:
                continue
            counted = self._counted(dim)
            together = [sorted(spellings) for spellings in counted.values() if len(spellings) > 1]
            if dim == "campaign" and together:
                listed = "; ".join(" = ".join(f"«{spelling}»" for spelling in spellings) for spellings in together[:3]) + ("; …" if len(together) > 3 else "")
                found.append(Text(f"spellings of one campaign were brought together: {listed}", f"написания одной кампании объединены: {listed}"))
            for names in alike(map(most_frequent, counted.values())):
                listed = " / ".join(f"«{name}»" for name in names)
                found.append(
                    Text(
                        f"names that look alike and are not the same were not brought together: {listed} (Cyrillic and Latin letters?)",
                        f"похожие, но разные названия не объединены: {listed} (кириллица и латиница?)",
                    )
                )
        return found
