"""Which column of a table holds which field or dimension, told by its header.

An exact name or alias is taken first. After that only a closed list of words may be cut off: currencies, pieces, platforms and what says that
figures are actual. Words of scale multiply. Anything else changes the meaning, and the column is another one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from smm_xl.catalog.kpi import Dimension, Field, Unit
from smm_xl.catalog.registry import FIELDS_BY_KEY, meanings, plainly
from smm_xl.cells import currencies
from smm_xl.cells.names import visible

_IN_PROFILE, _SECOND_IN_PROFILE = -3, -2
_NEAR = 0.85  # of difflib; a slip of one letter in seven

_ACTUAL = frozenset("шт штук pcs pieces факт fact actual".split())
_PLATFORMS = frozenset(
    "vk вк вконтакте facebook fb meta instagram инстаграм telegram tg телеграм tiktok youtube linkedin pinterest twitter "
    "google yandex яндекс директ ок одноклассники дзен".split()
)
_SCALES = {
    "тыс": 1e3, "тысяч": 1e3, "тысячи": 1e3, "thousand": 1e3, "thousands": 1e3, "k": 1e3, "млн": 1e6, "миллионов": 1e6, "million": 1e6, "millions": 1e6,
    "mln": 1e6, "m": 1e6, "micros": 1e-6, "micro": 1e-6,
}  # fmt: skip
_WORDS_TOO = frozenset(("ALL", "TOP", "TRY", "CUP", "MOP", "GEL", "PEN"))  # in a header that is all in capitals they are no currencies
_ONE_LETTER = frozenset("km")
_BESIDE_A_SCALE = frozenset(("in", "в"))
# Words that make another figure of the one beside them: what holds one is never taken for a slip of the pen
_CHANGES = frozenset(
    "% plan planned goal target план цель прошлый прошлого прошлая previous last start начало growth прирост cost стоимость цена rate ставка доля share organic "
    "all все per на за unique уникальные visitors visitor посетители users lead avg average mean средний средняя среднее".split()
)
# Words of a group of columns that say that they hold no figures of what happened
_NO_FACT = frozenset(
    "plan planned plans goal goals target targets forecast план плана плану плановый плановые планы цель цели прогноз прогнозный прошлый прошлого прошлая прошлое "
    "прошлом предыдущий предыдущего previous prev last lastyear назад ago growth прирост отклонение deviation variance difference разница изменение change "
    "% δ выполнение выполнения исполнение доля share lfl yoy mom".split()
)
_PIECES = frozenset("чел человек ед раз единиц people persons units unit count number дата date текст text мин сек в in".split())
_OF_DAYS = r"(?:дд|мм|гг|гггг|dd|mm|yy|yyyy)(?: (?:дд|мм|гг|гггг|dd|mm|yy|yyyy)){1,2}|yyyy-mm-dd|гггг-мм-дд"
BETWEEN = " > "  # stands between a group of columns and the header below it
# Names of figures that are none of ours, and nearer to one of ours than a slip
_OTHERS = frozenset(("visitors", "share", "visitor", "viewers", "followings", "following", "viewer", "reaches"))
_MONTHS, _YEARS = frozenset(("month", "месяц")), frozenset(("year", "год"))
_WORD = r"[^\s,;:()\[\]{}/|]+|/"
_APART = r"\(([^)]*)\)|\[([^\]]*)\]|,([^,(]*)$"  # in brackets, or behind the last comma


class Meaning(NamedTuple):
    """What a header says.

    standing: 0 where it is a key or name, 1 an alias, two more after words were cut off, -1 and 5 what goes before and after, -3 and -2 what the profile
              of an export says; the lower goes first.
    factor:   what the numbers below it are multiplied by, as ``тыс.`` or ``micros`` or ``%`` on a share says.
    """

    entry: Field | Dimension
    standing: int
    factor: float = 1.0


class Matching(NamedTuple):
    """Columns by key of the field or dimension; keys that were guessed by spelling; columns that are one and the same field; the rest.

    factors: what the numbers of a column are multiplied by, by key, where that is not 1.
    """

    columns: dict[str, int]
    guessed: frozenset[str]
    ambiguous: dict[str, tuple[int, ...]]
    ignored: tuple[int, ...]
    factors: dict[str, float]


def match(
    headers: Sequence[object], named: Mapping[str, int] | None = None, *, guess: bool = False, means: Mapping[str, tuple[str, bool]] | None = None
) -> Matching:
    """Match headers against the catalog.

    named: columns that the user named for a key; they are not matched again. guess: take near spellings as well.
    means: what headers, plainly, mean in an export of this kind: the key of a field or dimension, "" for none; and whether others of it go before.
    A header that is a key or full name goes before an alias, and that before one that needed words cut off.
    """
    columns = dict(named or {})
    factors = {key: meant.factor for key, place in columns.items() if (meant := _scaled(headers[place])) is not None}
    standing: dict[str, dict[int, list[tuple[int, float]]]] = {}
    unmatched = []
    for place, header in enumerate(headers):
        if place in columns.values():
            continue
        found = _in_profile(header, means or {})
        if found is None or found.entry.key in columns:  # the user named another column for it
            unmatched.append(place)
        else:
            standing.setdefault(found.entry.key, {}).setdefault(found.standing, []).append((place, found.factor))
    ambiguous: dict[str, tuple[int, ...]] = {}
    for key, by_standing in standing.items():
        best, *others = (places for _, places in sorted(by_standing.items()))
        if len(best) == 1:
            columns[key], factors[key] = best[0]
            unmatched += [place for places in others for place, _ in places]
        else:
            ambiguous[key] = tuple(place for place, _ in best)
            unmatched += [place for places in others for place, _ in places]
    guessed = _guesses(headers, unmatched, {*columns, *ambiguous}) if guess else {}
    columns |= guessed
    _in_context(headers, columns, ambiguous, frozenset(named or {}))
    taken = {*columns.values(), *(place for places in ambiguous.values() for place in places)}
    ignored = tuple(place for place in range(len(headers)) if place not in taken)
    return Matching(columns, frozenset(guessed), ambiguous, ignored, {key: factor for key, factor in factors.items() if factor != 1 and key in columns})


def _in_context(headers: Sequence[object], columns: dict[str, int], ambiguous: dict[str, tuple[int, ...]], named: frozenset[str]) -> None:
    """What a column means beside others: of posts, of advertising, of time."""

    def says(key: str, *words: str) -> bool:
        header = headers[columns[key]] if key in columns and key not in named else None
        return isinstance(header, str) and plainly(header) in words

    if "post" in columns:
        if "reach" in columns and "post_reach" not in columns and not {"reach", "post_reach"} & {*named, *ambiguous}:
            columns["post_reach"] = columns.pop("reach")  # in a table of posts the reach is that of each post
        if says("answered", "replies", "reply count", "replycount"):
            place = columns.pop("answered")  # in a table of posts they are answers of the audience
            if "comments" not in {*columns, *ambiguous}:
                columns["comments"] = place
    if "spend" in columns and says("engagements", "interactions"):
        del columns["engagements"]  # of Google Ads: clicks and views of an ad, no feedback
    if "date" not in columns and "period" in ambiguous:
        months, years = ([place for place in ambiguous["period"] if _is_called(headers[place], words)] for words in (_MONTHS, _YEARS))
        if len(months) == len(years) == 1 and len(ambiguous["period"]) == 2:  # the year of a month stands in a column of its own
            columns["period"] = months[0]
            del ambiguous["period"]
    for key in ("period", "starts", "ends"):
        if "date" in columns and key not in named:  # what says less than the date beside it does not get in its way
            if key != "period" or "period" in ambiguous:
                columns.pop(key, None)
            ambiguous.pop(key, None)
    if "starts" in columns and "ends" not in columns and not {"date", "starts"} & {*named, *ambiguous, *columns} - {"starts"}:
        columns["date"] = columns.pop("starts")  # a start without an end is the day of the row
    if "ends" in columns and "starts" not in columns:
        del columns["ends"]


def year_beside(headers: Sequence[object], month: int) -> int | None:
    """The column of years beside one of months that may lack theirs."""
    if not _is_called(headers[month], _MONTHS):
        return None
    years = [place for place, header in enumerate(headers) if _is_called(header, _YEARS)]
    return years[0] if len(years) == 1 else None


def _is_called(header: object, words: frozenset[str]) -> bool:
    return isinstance(header, str) and plainly(header) in words


def _in_profile(header: object, means: Mapping[str, tuple[str, bool]]) -> Meaning | None:
    if not means or not isinstance(header, str):
        return recognised(header)
    found = means.get(plainly(header)) or means.get(plainly(without_currency(header)))
    if found is None:
        return recognised(header)
    key, is_second = found
    if not key:
        return None
    return Meaning(meanings()[plainly(key)], _SECOND_IN_PROFILE if is_second else _IN_PROFILE, _cut(header)[1])


def recognised(header: object) -> Meaning | None:
    """What a header means; None for one that is unknown, or of another figure."""
    return _recognised(header) if isinstance(header, str) else None


@cache
def _recognised(header: str) -> Meaning | None:
    whole = plainly(header)
    if not whole:
        return None
    if entry := meanings().get(whole):
        return Meaning(entry, _standing(entry, whole))
    group, between, below = header.rpartition(BETWEEN)
    if between:
        return _in_group(group, below)
    bare, factor, percent = _cut(header)
    entry = meanings().get(bare)
    if entry is None or (isinstance(entry, Dimension) and (factor != 1 or percent)):
        return None
    if percent:
        if not (isinstance(entry, Field) and entry.unit is Unit.SHARE):
            return None  # a rate that is called after what it is a share of
        factor *= 0.01
    return Meaning(entry, 2 + _standing(entry, bare), factor)


def _in_group(group: str, below: str) -> Meaning | None:
    """What a header says under a group of columns, such as «Факт > Расход» or «Расход > Факт»; None under one that holds no facts."""
    if says_no_fact(group) or says_no_fact(below):
        return None
    return _recognised(below) or (_recognised(group) if all(plainly(word) in _ACTUAL for word in below.split()) else None)


def says_no_fact(text: str) -> bool:
    """Whether a group of columns holds what was planned, what was before, or how far apart the two are: «План», «Прошлый год», «Δ»."""
    return any(plainly(word) in _NO_FACT for word in re.split(r"[\s,;:()/]+", text.replace("%", " % ")) if word)


def says_fact(text: str) -> bool:
    return bool(text.strip()) and all(plainly(word) in _ACTUAL for word in text.split())


def is_platform(text: str) -> bool:
    """Whether a header is wholly the name of a platform."""
    words = [plainly(match[0]) for match in re.finditer(_WORD, visible(text))]
    return bool(words) and all(word in _PLATFORMS or word in ("ads", "реклама") for word in words) and any(word in _PLATFORMS for word in words)


def is_unit(text: str) -> bool:
    """Whether a cell under a header says in what its numbers are: «руб.», «тыс. шт.», «%»."""
    words = [match[0] for match in re.finditer(_WORD, visible(text).replace("%", " % "))]
    return bool(words) and all(_is_unit(word) for word in words)


def with_unit(header: str, unit: str) -> str:
    """A header with the unit that stands in a row of its own; of pieces and people it needs none."""
    return header if not header or all(_is_piece(word) for word in unit.split()) else f"{header}, {unit}"


def _is_unit(word: str) -> bool:
    plain = plainly(word)
    return word == "%" or plain in _SCALES or plain in ("шт", "штук", "pcs", "pieces") or currencies.code_of(word) is not None or _is_piece(word)


def _is_piece(word: str) -> bool:
    return plainly(word) in _PIECES or re.fullmatch(_OF_DAYS, plainly(word)) is not None


def _scaled(header: object) -> Meaning | None:
    """The scale of a column that was named for a field, whatever it is called."""
    if not isinstance(header, str):
        return None
    _, factor, _ = _cut(header)
    return None if factor == 1 else Meaning(FIELDS_BY_KEY["spend"], 0, factor)


def _standing(entry: Field | Dimension, spelling: str) -> int:
    others = entry.other_names if isinstance(entry, Field) else ()
    if spelling in map(plainly, entry.best):
        return -1
    if spelling in map(plainly, (entry.key, *others, *entry.name)):
        return 0
    return 5 if spelling in map(plainly, entry.second) else 1


def _cut(header: str) -> tuple[str, float, bool]:
    """A header without the words that may be cut off, plainly; what its words of scale multiply by; whether it says per cent."""
    header = visible(header)
    words = [match[0] for match in re.finditer(_WORD, header.replace("%", " % ").replace("№", " "))]
    if "_" in header and len(words) == 1:
        words = header.split("_")
    inside = {match[0] for part in re.findall(_APART, header) for match in re.finditer(_WORD, "".join(part))}
    kept: list[str] = []
    factor, percent = 1.0, False
    for place, word in enumerate(words):
        plain = plainly(word)
        last = place == len(words) - 1
        if word == "%":
            percent = True
        elif plain in _SCALES and (plain not in _ONE_LETTER or word in inside or (last and len(words) > 1 and word.isupper())):
            factor *= _SCALES[plain]
        elif (
            (plain in _BESIDE_A_SCALE and not last and (plainly(words[place + 1]) in _SCALES or currencies.code_of(words[place + 1]) is not None))
            or plain in _ACTUAL
            or (plain in _PLATFORMS and len(words) > 1)
            or (_is_currency(word, named_last=last or word in inside, lower="_" in header) and not (header.isupper() and word in _WORDS_TOO))
        ):
            continue
        else:
            kept.append(word)
    return plainly(" ".join(kept)), factor, percent


def _is_currency(word: str, *, named_last: bool, lower: bool) -> bool:
    """Whether a word of a header is a currency: a sign, руб., or an ISO code in capitals that stands last or in brackets."""
    if currencies.is_sign(word):
        return True
    if not named_last:
        return False
    return (word.isupper() and currencies.is_code(word)) or (lower and word in ("usd", "eur", "gbp", "rub", "kzt", "byn", "uah", "brl", "local"))


def without_currency(header: str) -> str:
    """A header without the sign or code of a currency, which differs from account to account, and without what is in no export's name."""
    words = [match[0] for match in re.finditer(_WORD, visible(header).replace("%", " % "))]
    return " ".join(word for place, word in enumerate(words) if not _is_currency(word, named_last=True, lower=False) or word.casefold().startswith("руб"))


def other_figure(header: str) -> Field | None:
    """The field that a header would name without the words that make another figure of it: clicks of «Clicks (all)», conversions of «Конверсия (%)»."""
    if recognised(header) is not None or len(header) > 80:
        return None
    bare, _, _ = _cut(re.sub(r"\([^)]*\)|\[[^]]*\]|,[^,]*$", " ", header))
    left = " ".join(word for word in bare.split() if word not in _CHANGES)
    near = (meanings().get(spelling) for spelling in (bare, left, *(f"{left[:-1]}{ending}" for ending in ("и", "ы", "s") if left), f"{left}s"))
    return next((entry for entry in near if isinstance(entry, Field)), None)


def _guesses(headers: Sequence[object], places: Sequence[int], taken: set[str]) -> dict[str, int]:
    """Columns whose header is a misspelt name of a field that no other column is; two that are near to one field are left alone."""
    from difflib import SequenceMatcher  # 7 ms, needed by imports only

    near: dict[str, list[int]] = {}
    for place in places:
        header = headers[place]
        if not isinstance(header, str) or len(header) < 4:
            continue
        spelling, factor, percent = _cut(header)
        if percent or factor != 1 or spelling in _OTHERS or _CHANGES & set(spelling.split()):
            continue
        alike = (
            (SequenceMatcher(None, spelling, name).ratio(), entry.key)
            for name, entry in meanings().items()
            if abs(len(name) - len(spelling)) <= 2 and len(name.split()) == len(spelling.split())
        )
        ratio, key = max(alike, default=(0.0, ""))
        if ratio >= _NEAR and key not in taken:
            near.setdefault(key, []).append(place)
    return {key: found[0] for key, found in near.items() if len(found) == 1}
