"""Which column of a table holds which field or dimension, told by its header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from smm_xl.catalog.kpi import Dimension, Field
from smm_xl.catalog.registry import HEADERS, folded, spellings

_NEAR = 0.85  # of difflib; a slip of one letter in seven


class Matching(NamedTuple):
    """Columns by key of the field or dimension; keys that were guessed by spelling; columns that are one and the same field; the rest."""

    columns: dict[str, int]
    guessed: frozenset[str]
    ambiguous: dict[str, tuple[int, ...]]
    ignored: tuple[int, ...]


def match(headers: Sequence[object], named: Mapping[str, int] | None = None, *, guess: bool = False) -> Matching:
    """Match headers against the catalog.

    named: columns that the user named for a key; they are not matched again. guess: take near spellings as well.
    A header that is a key or full name goes before an alias, and that before one that needed its unit cut off.
    """
    columns = dict(named or {})
    standing: dict[str, dict[int, list[int]]] = {}
    unmatched = []
    for place, header in enumerate(headers):
        if place in columns.values():
            continue
        found = recognised(header)
        if found is None:
            unmatched.append(place)
        elif found[0].key in columns:
            unmatched.append(place)  # the user named another column for it
        else:
            standing.setdefault(found[0].key, {}).setdefault(found[1], []).append(place)
    ambiguous: dict[str, tuple[int, ...]] = {}
    for key, by_standing in standing.items():
        best, *others = (places for _, places in sorted(by_standing.items()))
        if len(best) == 1:
            columns[key] = best[0]
            unmatched += [place for places in others for place in places]
        else:
            ambiguous[key] = tuple(best)
    guessed = _guesses(headers, unmatched, {*columns, *ambiguous}) if guess else {}
    columns |= guessed
    if "post" in columns and "reach" in columns and not {"reach", "post_reach"} & {*(named or {}), *ambiguous} and "post_reach" not in columns:
        columns["post_reach"] = columns.pop("reach")  # in a table of posts the reach is that of each post
    ignored = tuple(place for place in sorted(unmatched) if place not in columns.values())
    return Matching(columns, frozenset(guessed), ambiguous, ignored)


def recognised(header: object) -> tuple[Field | Dimension, int] | None:
    """The field or dimension of a header, with 0 when it is named by key or name, 1 by an alias, 2 or 3 after its unit was cut off."""
    if not isinstance(header, str) or not header.strip():
        return None
    for loss, spelling in enumerate(spellings(header)):
        if entry := HEADERS.get(spelling):
            others = entry.other_names if isinstance(entry, Field) else ()
            official = spelling in map(folded, (entry.key, *others, *entry.name))
            return entry, 2 * loss + (not official)
    return None


def _guesses(headers: Sequence[object], places: Sequence[int], taken: set[str]) -> dict[str, int]:
    """Columns whose header is a misspelt name of a field that no other column is; two that are near to one field are left alone."""
    from difflib import SequenceMatcher  # 7 ms, needed by imports only

    near: dict[str, list[int]] = {}
    for place in places:
        header = headers[place]
        if not isinstance(header, str) or len(header) < 4:
            continue
        spelling = spellings(header)[-1]
        alike = ((SequenceMatcher(None, spelling, name).ratio(), entry.key) for name, entry in HEADERS.items() if abs(len(name) - len(spelling)) <= 2)
        ratio, key = max(alike, default=(0.0, ""))
        if ratio >= _NEAR and key not in taken:
            near.setdefault(key, []).append(place)
    return {key: found[0] for key, found in near.items() if len(found) == 1}
