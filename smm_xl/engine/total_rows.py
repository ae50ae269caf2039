"""Rows of a table that are totals of its other rows: told by words, by «X Total» under the rows of X, and by arithmetic.

A total that is added to its own rows doubles every figure, so what cannot be told is asked, and what is left out is said.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from math import fsum
from typing import NamedTuple

from smm_xl.cells.names import is_unknown, one_name
from smm_xl.language import Text

_WORDS = (
    "totals?|grand totals?|sub-?totals?|overall|sum|average|итого|итог|итоги|общий итог|промежуточный итог|всего|сумма|среднее|gesamt|gesamtsumme|summe|"
    "total général|total general|totale|totales|итого и средние|всего и средние"
)
_BEGINS = r"(?:grand |sub-?)?totals?(?: of\b.*|:.*)|results from \d.*|(?:итого|всего)(?: по\b.*| за\b.*| ?:.*)|gesamt:.*"
# As engines of dataframes know them too; names ending in a word of totals are looked at, and left out only where their sums agree
MAY_BE_TOTAL = rf"(?i)^\s*(?:{_WORDS}|{_BEGINS}|.+\s(?:totals?|итог|итого))\s*:?\s*$"
# Compiled when one is first needed: a workbook may have many functions and no table
_WORD = rf"(?i)\s*(?:(?:{_WORDS})\s*:?|{_BEGINS})\s*"
_OF_A_NAME = r"(?i)\s*(.+?)\s+(?:totals?|итог|итого)\s*:?\s*"
_MEAN = r"(?i)\s*(?:average|среднее)\s*"
FOOTER = r"(?i)^\s*(?:showing (?:top|\d)|показан\S* (?:топ|перв|\d)|report generated|generated (?:on|by|at)|источник:|source:|\*\s).*$"
LEAST_SHARE, MOST_SHARE = 0.8, 1.25  # a row without a name whose figures lie so near to the sums of the others is asked about


def says_total(value: object) -> bool:
    """Whether a cell is wholly a word of totals, or begins with one that nothing else begins with."""
    return isinstance(value, str) and re.fullmatch(_WORD, value) is not None


def name_of_total(value: object) -> str:
    """X of «X Total», "" for another cell."""
    match = re.fullmatch(_OF_A_NAME, value) if isinstance(value, str) and not says_total(value) else None
    return match[1] if match else ""


def may_be_total(value: object) -> bool:
    return isinstance(value, str) and (re.fullmatch(_WORD, value) is not None or re.fullmatch(_OF_A_NAME, value) is not None)


def is_footer(value: object) -> bool:
    """Whether a cell is a line below a table that some programs write, such as «Showing top 500 results»."""
    return isinstance(value, str) and re.fullmatch(FOOTER, value) is not None


class Candidate(NamedTuple):
    """A row that may be a total.

    row:     its number in the table.
    names:   its known cells in columns of names and time, in their order, by column; words of totals are not among them.
    word:    the word of totals in the first of its known names, or in its first cell, "" where there is none.
    of:      X of a cell «X Total».
    amounts: its known figures, by field.
    said:    the cell that says total, as it stands.
    under_label: whether it has a name of its own, and stands under a row that says total and holds no figure.
    """

    row: int
    names: Mapping[str, str]
    word: str
    of: str
    amounts: Mapping[str, float]
    said: str = ""
    under_label: bool = False


class Body(NamedTuple):
    """The other rows: their numbers in order, their figures by field (NaN where unknown), what reads the names of one column."""

    rows: Sequence[int]
    amounts: Mapping[str, Sequence[float]]
    names: Callable[[str], Sequence[str | None]]
    name_columns: Sequence[str]


class Decided(NamedTuple):
    """Rows that are totals, those that have to be asked about, those that were kept though they say total, and published figures that differ."""

    totals: tuple[int, ...]
    asked: tuple[int, ...]
    kept: tuple[int, ...]
    differing: tuple[tuple[str, float, float], ...]


def decided(candidates: Sequence[Candidate], body: Body, *, by_words_alone: bool = False) -> Decided:
    """Which candidates are totals of the other rows. ``by_words_alone``: whether rows without a name count whatever they add up to."""
    totals, asked, kept, differing = list[int](), list[int](), list[int](), list[tuple[str, float, float]]()
    taken = {candidate.row: candidate for candidate in candidates}
    bounds = sorted(taken)
    under_a_label = False
    for candidate in sorted(candidates, key=lambda candidate: candidate.row):
        label_above, under_a_label = under_a_label, bool(candidate.word) and not candidate.amounts
        blocks = _Blocks(candidate, body, bounds)
        if candidate.word and not candidate.names:
            totals.append(candidate.row)
            if not re.fullmatch(_MEAN, candidate.word):
                differing += blocks.differing()
        elif candidate.word or candidate.of:
            if (not candidate.of or blocks.knows(candidate.of)) and any(blocks.agrees(members) for members in blocks.sets()):
                totals.append(candidate.row)
            else:
                kept.append(candidate.row)
        elif label_above and candidate.under_label:  # likewise, and words stand beside the figures
            if any(blocks.agrees(members) for members in blocks.sets()):
                totals.append(candidate.row)
        elif label_above and candidate.amounts:  # the label and the figures of a total stand in two lines
            totals.append(candidate.row)
            differing += blocks.differing()
        elif candidate.under_label or by_words_alone:
            continue
        elif any(blocks.agreeing(members) >= 2 for members in blocks.it_closes()):
            totals.append(candidate.row)
        elif candidate.amounts and not (blocks.above and blocks.below) and any(blocks.is_near(members) for members in blocks.sets()):
            asked.append(candidate.row)
    return Decided(tuple(totals), tuple(asked), tuple(kept), tuple(dict.fromkeys(differing)))


class _Blocks(NamedTuple):
    """The rows that a candidate may be the total of."""

    candidate: Candidate
    body: Body
    bounds: Sequence[int]  # rows of all candidates

    def _between(self, first: int, last: int) -> range:
        """The places of the rows of the body from one row to another."""
        return range(bisect_left(self.body.rows, first), bisect_right(self.body.rows, last))

    @property
    def above(self) -> range:
        at = bisect_left(self.bounds, self.candidate.row)
        return self._between(self.bounds[at - 1] if at else 0, self.candidate.row)

    @property
    def below(self) -> range:
        at = bisect_right(self.bounds, self.candidate.row)
        end = self.bounds[at] if at < len(self.bounds) else (self.body.rows[-1] if self.body.rows else 0)
        return self._between(self.candidate.row, end)

    def knows(self, name: str) -> bool:
        wanted = one_name(name)
        return any(label is not None and one_name(label) == wanted for column in self.body.name_columns for label in self.body.names(column))

    def sets(self) -> list[Sequence[int]]:
        """The sets of rows that the row may be the sum of: all, those next to it, those that share its names."""
        found: list[Sequence[int]] = [range(len(self.body.rows)), self.above, self.below]
        if self.candidate.names:
            found.insert(0, self._sharing(self.candidate.names))
        if self.candidate.of:
            wanted = one_name(self.candidate.of)
            for column in self.body.name_columns:
                members = [place for place, label in enumerate(self.body.names(column)) if label is not None and one_name(label) == wanted]
                if members:
                    found.insert(0, members)
        return [members for members in found if len(members)]

    def it_closes(self) -> list[Sequence[int]]:
        """The sets of rows of which a row without any name is the first or the last: those above it, those below it, and all where it stands at an end."""
        found: list[Sequence[int]] = [self.above, self.below]
        if not self.above or not self.below:
            found.append(range(len(self.body.rows)))
        return found

    def _sharing(self, names: Mapping[str, str]) -> Sequence[int]:
        members = set(range(len(self.body.rows)))
        for column, name in names.items():
            wanted = one_name(name)
            members &= {place for place, label in enumerate(self.body.names(column)) if label is not None and one_name(label) == wanted}
        return sorted(members)

    def _pairs(self, members: Sequence[int]) -> list[tuple[str, float, float, float]]:
        """For each figure: the field, what is published, the sum of the rows, and how far they may be apart by rounding."""
        found = []
        for key, published in self.candidate.amounts.items():
            column = self.body.amounts.get(key)
            if column is None:
                continue
            known = [column[place] for place in members if column[place] == column[place]]
            if known:
                found.append((key, published, fsum(known), _slack(published, known)))
        return found

    def agrees(self, members: Sequence[int]) -> bool:
        """Whether all figures are the sums of the rows, one of them other than 0."""
        pairs = self._pairs(members)
        return any(published for _, published, _, _ in pairs) and all(abs(published - total) <= slack for _, published, total, slack in pairs)

    def agreeing(self, members: Sequence[int]) -> int:
        """How many figures other than 0 are the sums of at least two rows."""
        if len(members) < 2:
            return 0
        return sum(published != 0 and abs(published - total) <= slack for _, published, total, slack in self._pairs(members))

    def is_near(self, members: Sequence[int]) -> bool:
        pairs = self._pairs(members)
        return len(members) >= 2 and bool(pairs) and all(total and LEAST_SHARE <= published / total <= MOST_SHARE for _, published, total, _ in pairs)

    def differing(self) -> list[tuple[str, float, float]]:
        """The figures that no set of rows adds up to, as they are published and as the rows of the likeliest set add up."""
        wrong = [
            [(key, published, total) for key, published, total, slack in self._pairs(members) if abs(published - total) > slack] for members in self.sets()
        ]
        return min(wrong, key=len, default=[])


def _slack(published: float, known: Sequence[float]) -> float:
    """How far a published sum may be from that of rounded figures."""
    noise = 1e-9 * max(abs(published), *map(abs, known))
    if published.is_integer() and all(number.is_integer() for number in known):
        return noise
    return noise + _half_step(published) + min(len(known), 200) * 0.5 * min(map(_half_step, known[:50]))


def _half_step(number: float) -> float:
    """Half of the last decimal that a number is written with, as far as six."""
    digits = next((digits for digits in range(7) if abs(round(number, digits) - number) <= 1e-9 * max(1.0, abs(number))), 6)
    return 0.5 * 10.0**-digits


def names_in(cells: Mapping[str, object]) -> dict[str, str]:
    """The cells of a row that are names, without those that say nothing or total."""
    found = {}
    for column, value in cells.items():
        text = str(value).strip() if value is not None else ""
        if text and not is_unknown(text) and not may_be_total(text):
            found[column] = text
    return found


def left_out(name: str, count: int) -> Text:
    return Text(f"{name}: {count} total {'row' if count == 1 else 'rows'} left out", f"{name}: пропущено строк с итогами: {count}")


def differs(name: str, field: Text, published: float, total: float) -> Text:
    return Text(
        f"{name}: the published total of {field.en} is {published:.10g}, its rows add up to {total:.10g}; the rows count",
        f"{name}: в файле итог по полю «{field.ru}» {published:.10g}, а сумма строк {total:.10g}; учтены строки",
    )
