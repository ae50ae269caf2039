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
    "total général|total general|totale|totales|итоговое значение|итого и средние|всего и средние|в среднем|"
    r"и\s+т\s+о\s+г\s+о|в\s+с\s+е\s+г\s+о|t\s+o\s+t\s+a\s+l"
)
_BEGINS = r"(?:grand |sub-?)?totals?(?: of\b.*|:.*)|results from \d.*|(?:итого|всего)(?: по\b.*| за\b.*| ?:.*)|gesamt:.*|(?:average|среднее|в среднем) (?:за|по|per|for|на)\b.*"
_BEFORE_A_NAME = r"(?:sub-?totals?|totals?|итого|итог|всего)(?:\s|[,(:–—-])+.*\w.*"
# What may be the name of a total and of a row; it is one where its figures say so
_ALL = (
    r"(?:все|всё|all|overall|общ(?:ее|ий|ая|ие))(?:\s+\w+)?|вместе|суммарно|combined|together|"
    r"за (?:весь |всю |всё |все )?(?:месяц|недел|период|день|год|квартал|время).*"
)
# As engines of dataframes know them too; names ending in a word of totals are looked at, and left out only where their sums agree
MAY_BE_TOTAL = rf"(?i)^\s*(?:{_WORDS}|{_BEGINS}|.+\s(?:totals?|итог|итого)|{_BEFORE_A_NAME}|{_ALL})\s*:?\s*$"
# Compiled when one is first needed: a workbook may have many functions and no table
_WORD = rf"(?i)\s*(?:(?:{_WORDS})\s*:?|{_BEGINS})\s*"
_OF_A_NAME = r"(?i)\s*(.+?)\s+(?:totals?|итог|итого)\s*:?\s*"
_OF_A_PART = r"(?i)\s*(?:totals?\s*:|totals? of\b|(?:итого|всего) (?:по|за)\b)\s*\S"
_FIRST_OF_A_NAME = r"(?i)\s*(?:sub-?totals?|totals?|итого|итог|всего)[\s,(:–—-]+(.*\w.*?)\)?\s*:?\s*"
_MEAN = r"(?i)\s*(?:average|среднее|в среднем)\b.*"
# What stands beside rows of data and is none: in a column of names only where the word stands alone, since Max and Target are names
_EARLIER = r"(?:прошл(?:ый|ая|ое)|предыдущ(?:ий|ая)|previous|last) (?:месяц|период|год|неделя|квартал|month|period|year|week|quarter)"
_ABOUT = rf"{_EARLIER}|план|plan|прогноз|forecast|медиана|median|изменение|прирост|отклонение|change|variance|δ|дельта|delta|бюджет|budget|ндс|vat"
_NO_DATA = rf"(?i)\s*(?:{_ABOUT}|остаток(?:\s.*)?)\s*\d*\s*[,:]?\s*%?\s*"
_NO_DATA_IN_TIME = rf"(?i)\s*(?:{_ABOUT}|остаток|цель|goal|target|макс|max|мин|min|доля|share|выполнение|разница|difference|%)(?!\w*\d).*"
_IS_NO_NAME = r"(?i)\s*(?:sub-?totals?|итого|итог|всего)\b.*"  # «Итого X»; but Total Fitness is one
_GRAND_TOTALS = frozenset(("grand total", "grand totals", "общий итог", "total général", "gesamtsumme", "total general"))
FOOTER = r"(?i)^\s*(?:showing (?:top|\d)|показан\S* (?:топ|перв|\d)|report generated|generated (?:on|by|at)|источник:|source:|\*\s).*$"
LEAST_SHARE, MOST_SHARE = 0.8, 1.25  # a row without a name whose figures lie so near to the sums of the others is asked about


def says_total(value: object) -> bool:
    """Whether a cell is wholly a word of totals, or begins with one that nothing else begins with."""
    return isinstance(value, str) and re.fullmatch(_WORD, value) is not None


def says_grand_total(value: object) -> bool:
    """Whether a cell is what analytics systems write behind the figures of a total, beyond the headers."""
    return isinstance(value, str) and " ".join(value.split()).casefold() in _GRAND_TOTALS


def name_of_total(value: object) -> str:
    """X of «X Total» and «Total X», "" for another cell."""
    if not isinstance(value, str) or says_total(value):
        return ""
    match = re.fullmatch(_FIRST_OF_A_NAME, value) or re.fullmatch(_OF_A_NAME, value)
    if match is None and _says_all(value):
        return value.strip()
    return match[1] if match else ""


def begins_with_total(value: object) -> bool:
    """Whether a cell is «Total X»: X may be called otherwise in the rows, as a month is."""
    if not isinstance(value, str) or says_total(value):
        return False
    return re.fullmatch(_FIRST_OF_A_NAME, value) is not None or _says_all(value)


def _says_all(text: str) -> bool:
    return re.fullmatch(rf"(?i)\s*(?:{_ALL})\s*:?\s*", text) is not None


def may_be_total(value: object) -> bool:
    return says_total(value) or bool(name_of_total(value))


def is_no_data(value: object, *, in_time: bool) -> bool:
    """Whether a cell says that its row is a plan, a change or another figure about the rows. ``in_time``: whether a day should stand in its place."""
    return isinstance(value, str) and re.fullmatch(_NO_DATA_IN_TIME if in_time else _NO_DATA, value) is not None


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
    begins:  whether such a cell begins with the word of totals. in_time: whether it stands where a day or a period should.
    under_label: whether it has a name of its own, and stands under a row that says total and holds no figure.
    """

    row: int
    names: Mapping[str, str]
    word: str
    of: str
    amounts: Mapping[str, float]
    said: str = ""
    begins: bool = False
    in_time: bool = False
    under_label: bool = False


class Body(NamedTuple):
    """The other rows: their numbers in order, their figures by field (NaN where unknown), what reads the names of one column."""

    rows: Sequence[int]
    amounts: Mapping[str, Sequence[float]]
    names: Callable[[str], Sequence[str | None]]
    name_columns: Sequence[str]


class Decided(NamedTuple):
    """Rows that are totals, those that have to be asked about, those that were kept though they say total, and published figures that differ.

    names: rows that only begin with a word of totals, as Total Fitness does, and are no sums: they belong to the body, by which the others are to be decided.
    """

    totals: tuple[int, ...]
    asked: tuple[int, ...]
    kept: tuple[int, ...]
    differing: tuple[tuple[str, float, float], ...]
    names: tuple[int, ...] = ()


def decided(candidates: Sequence[Candidate], body: Body, *, by_words_alone: bool = False) -> Decided:
    """Which candidates are totals of the other rows. ``by_words_alone``: whether rows without a name count whatever they add up to."""
    totals, asked, kept, differing = list[int](), list[int](), list[int](), list[tuple[str, float, float]]()
    of_parts, some_agree = list[tuple[str, float, float]](), False
    only_names = list[int]()
    taken = {candidate.row: candidate for candidate in candidates}
    bounds = sorted(taken)
    under_a_label = False
    known_for = {
        one_name(each.of)
        for each in candidates
        if each.begins and any(_Blocks(each, body, bounds).agrees(some, 2) for some in _Blocks(each, body, bounds).sets())
    }
    for candidate in sorted(candidates, key=lambda candidate: candidate.row):
        label_above, under_a_label = under_a_label, bool(candidate.word) and not candidate.amounts
        blocks = _Blocks(candidate, body, bounds)
        if (candidate.word or (candidate.in_time and body.rows)) and not candidate.names:
            totals.append(candidate.row)
            if not re.fullmatch(_MEAN, candidate.word):
                wrong = blocks.differing()
                (of_parts if re.match(_OF_A_PART, candidate.word) else differing).extend(wrong)
                some_agree = some_agree or (bool(candidate.amounts) and not wrong)
        elif candidate.word or candidate.of:
            least = 1 if not candidate.begins or blocks.knows(candidate.of) or one_name(candidate.of) in known_for else 2
            not_a_name = _says_all(candidate.of) or re.fullmatch(_IS_NO_NAME, candidate.said) is not None
            is_of = not candidate.of or candidate.begins or blocks.knows(candidate.of)
            is_sum = is_of and any(blocks.agrees(members, least) for members in blocks.sets())
            if is_sum or (candidate.begins and is_no_data(candidate.of, in_time=False)):  # «Итого план»
                # Total Wellness may be a name, and one figure agrees by chance
                by_chance = candidate.begins and not candidate.word and not blocks.knows(candidate.of) and not not_a_name
                by_chance = by_chance and all(blocks.agreeing(members) < 2 for members in blocks.sets())
                (totals if not by_chance else kept if by_words_alone else asked).append(candidate.row)
            elif candidate.begins and not by_words_alone and not_a_name and any(blocks.is_near(members) for members in blocks.sets()):
                asked.append(candidate.row)
            elif candidate.begins and not candidate.word and not re.fullmatch(_IS_NO_NAME, candidate.said):
                only_names.append(candidate.row)
            else:
                kept.append(candidate.row)
        elif label_above and (candidate.under_label or candidate.names):  # words stand beside the figures of a total, or a row of data begins
            sets = blocks.closed_by_label()
            if any(blocks.agreeing(members) for members in sets):
                totals.append(candidate.row)
            elif not by_words_alone and any(blocks.agrees(members) for members in sets):  # of one row: it may be the same by chance
                asked.append(candidate.row)
        elif label_above and candidate.amounts:  # the label and the figures of a total stand in two lines
            totals.append(candidate.row)
            differing += blocks.differing()
        elif candidate.under_label or by_words_alone:
            continue
        elif any(blocks.agreeing(members) >= 2 for members in blocks.it_closes()):
            totals.append(candidate.row)
        elif candidate.amounts and not (blocks.above and blocks.below) and any(blocks.is_near(members) for members in blocks.sets()):
            asked.append(candidate.row)
    if not some_agree:  # else «Total: Display» is that of rows which only a column tells that is none of ours
        differing += of_parts
    return Decided(tuple(totals), tuple(asked), tuple(kept), tuple(dict.fromkeys(differing)), tuple(only_names))


def of_fewer_names(body: Body) -> tuple[list[int], list[int]]:
    """The rows that lack a name which the others have, and whose figures are the sums of the rows that share the names they do have.

    First those that are totals, as in a pivot table with a line for each channel above its campaigns; then those that have to be asked about, since
    nothing but one figure says so.
    """
    filled = [[_filled(label) for label in body.names(column)] for column in body.name_columns]
    patterns = list(zip(*filled, strict=True))
    full = max(set(patterns), key=sum, default=())
    if not full or all(pattern == full for pattern in patterns):
        return [], []
    totals, asked = list[int](), list[int]()
    for pattern in sorted({pattern for pattern in patterns if sum(pattern) and all(has <= more for has, more in zip(pattern, full, strict=True))} - {full}):
        named = [column for column, has in zip(body.name_columns, pattern, strict=True) if has]
        keys = list(zip(*([one_name(label or "") for label in body.names(column)] for column in named), strict=True))
        members: dict[tuple[str, ...], list[int]] = {}
        for place, key in enumerate(keys):
            if patterns[place] == full:
                members.setdefault(key, []).append(place)
        sure, single = list[int](), list[int]()
        others = 0
        for place, key in enumerate(keys):
            if patterns[place] != pattern:
                continue
            count = _agreeing(body, place, members.get(key, ()))
            several = len(members.get(key, ())) > 1
            if not count:
                others += 1
            elif several and count > 1:
                sure.append(place)
            else:
                single.append(place)
        if not others and (sure or len(single) > 1):
            sure, single = sorted([*sure, *single]), []
        totals += [body.rows[place] for place in sure]
        asked += [body.rows[place] for place in single if len(members[keys[place]]) > 1]
    return sorted(totals), sorted(asked)


def among_names(body: Body) -> list[int]:
    """Rows with names as all others, that have to be asked about: their figures are the sums of the rows below them, all through the table; or of all others."""
    count = len(body.rows)
    if count < 3 or not body.amounts:
        return []
    for alone, rest in ((0, range(1, count)), (count - 1, range(count - 1))):
        if _agreeing(body, alone, rest) > 1 and _adds_several(body, rest) and _digits(body, [alone]) >= _CERTAIN:
            return [body.rows[alone]]
    parents, children, at = list[int](), 0, 0
    while at < count:
        end = _end_of_sum(body, at)
        if end is None:
            return []
        parents.append(at)
        children += end - at - 1
        at = end
    certain = len(parents) > 1 and children > len(parents) and _digits(body, parents) >= _CERTAIN
    return [body.rows[place] for place in parents] if certain else []


_CERTAIN = 6  # digits that would have to agree by chance


def _end_of_sum(body: Body, at: int) -> int | None:
    """The place after the rows below a row whose sums it holds; None where there are none."""
    sums = dict.fromkeys(body.amounts, 0.0)
    for place in range(at + 1, len(body.rows)):
        for key, column in body.amounts.items():
            sums[key] += column[place] if column[place] == column[place] else 0.0
        below = range(at + 1, place + 1)
        if _agreeing(body, at, below) and (len(below) == 1 or _adds_several(body, below)):
            return place + 1
        if any(column[at] == column[at] and sums[key] > column[at] * 1.001 + 1 for key, column in body.amounts.items()):
            return None
    return None


def _agreeing(body: Body, place: int, members: Sequence[int]) -> int:
    """How many figures of a row other than 0 are the sums of some rows; 0 where one of them is not."""
    count = 0
    for column in body.amounts.values():
        published, known = column[place], [column[member] for member in members if column[member] == column[member]]
        if published != published or (not published and not known):
            continue
        if not known or abs(published - fsum(known)) > _slack(published, known):
            return 0
        count += published != 0
    return count


def _adds_several(body: Body, members: Sequence[int]) -> bool:
    """Whether several of the rows have a figure of one kind: else each sum of theirs is but the figure of one row."""
    return any(sum(column[member] == column[member] and column[member] != 0 for member in members) > 1 for column in body.amounts.values())


def _digits(body: Body, places: Sequence[int]) -> int:
    """How many digits the figures of some rows have, without zeros at their ends."""
    known = (column[place] for column in body.amounts.values() for place in places if column[place] == column[place])
    return sum(len(f"{abs(number) * 100:.0f}".strip("0")) for number in known)


def _filled(label: str | None) -> bool:
    return label is not None and not is_unknown(label)


class _Pair(NamedTuple):
    """A figure of a candidate beside that of other rows: their sum, how far the two may be apart by rounding.

    rows:  in how many of them it is known. added: in how many it is not 0.
    """

    key: str
    published: float
    total: float
    slack: float
    rows: int
    added: int

    @property
    def agrees(self) -> bool:
        return abs(self.published - self.total) <= self.slack


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

    def closed_by_label(self) -> list[Sequence[int]]:
        """The sets of rows that a total in two lines may close: all above its label, and those as far as the total before it."""
        label = bisect_left(self.bounds, self.candidate.row) - 1
        above = [self._between(0, self.candidate.row), self._between(self.bounds[label - 1] if label > 0 else 0, self.candidate.row)]
        return [members for members in above if members]

    def _sharing(self, names: Mapping[str, str]) -> Sequence[int]:
        members = set(range(len(self.body.rows)))
        for column, name in names.items():
            wanted = one_name(name)
            members &= {place for place, label in enumerate(self.body.names(column)) if label is not None and one_name(label) == wanted}
        return sorted(members)

    def _pairs(self, members: Sequence[int]) -> list[_Pair]:
        """For each figure what is published beside the sum of the rows that have one."""
        found = []
        for key, published in self.candidate.amounts.items():
            column = self.body.amounts.get(key)
            if column is None:
                continue
            known = [column[place] for place in members if column[place] == column[place]]
            found.append(_Pair(key, published, fsum(known), _slack(published, known) if known else 0.0, len(known), sum(number != 0 for number in known)))
        return found

    def agrees(self, members: Sequence[int], least: int = 1) -> bool:
        """Whether all figures are the sums of the rows, one of them other than 0, and one the sum of at least so many others."""
        pairs = self._pairs(members)
        return any(pair.published for pair in pairs) and any(pair.added >= least for pair in pairs) and all(pair.agrees for pair in pairs)

    def agreeing(self, members: Sequence[int]) -> int:
        """How many figures other than 0 are the sums of at least two rows."""
        return sum(pair.published != 0 and pair.rows >= 2 and pair.agrees for pair in self._pairs(members))

    def is_near(self, members: Sequence[int]) -> bool:
        pairs = self._pairs(members)
        several = any(pair.rows >= 2 for pair in pairs)
        return several and all(pair.total and LEAST_SHARE <= pair.published / pair.total <= MOST_SHARE for pair in pairs)

    def differing(self) -> list[tuple[str, float, float]]:
        """The figures that no set of rows adds up to, as they are published and as the rows of the likeliest set add up."""
        wrong = [[(pair.key, pair.published, pair.total) for pair in self._pairs(members) if pair.rows and not pair.agrees] for members in self.sets()]
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
