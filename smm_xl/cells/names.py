"""Names of channels, campaigns and posts: which are one and the same, which say that nothing is known, which only look alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# What files put where no name is known, folded; «NA» may be a name
UNKNOWN = frozenset(("", "-", "--", "–", "—", "null", "n/a", "#n/a", "#н/д", "н/д", "(not set)"))

_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x200E, 0x200F))
# Cyrillic letters by the Latin ones that look like them; both cases, because Н looks like H and н like none
_LOOKS = str.maketrans("АВЕКМНОРСТУХІЅЈЗаеорсухіѕј", "ABEKMHOPCTYXISJ3aeopcyxisj")


def visible(text: str) -> str:
    """A text without signs that nobody sees: soft hyphens, blanks of no width, marks of byte order."""
    return text.translate(_INVISIBLE)


def one_name(text: str) -> str:
    """What two spellings of one name have in common: compared without case and after NFKC, any run of blanks as one and none at the ends.

    >>> one_name(" Facebook\\u00a0 Ads") == one_name("FACEBOOK ADS")
    True
    """
    if text.isascii():  # most names, and nothing to normalise
        return " ".join(text.casefold().split())
    return " ".join(unicodedata.normalize("NFKC", visible(text)).casefold().split())


def is_unknown(text: str) -> bool:
    """Whether a text stands for a name that is not known."""
    return one_name(text) in UNKNOWN


def alike(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Names that are not the same and look alike, such as ВК in Cyrillic and BK in Latin letters, in the order of the first of them."""
    names = list(names)
    if all(name.isascii() for name in names):  # each looks like itself alone
        return []
    found: dict[str, dict[str, str]] = {}
    for name in names:
        whole = unicodedata.normalize("NFKC", visible(name))
        look = " ".join(whole.upper().translate(_LOOKS).casefold().split())
        found.setdefault(look, {}).setdefault(one_name(name), name)
    return [tuple(together.values()) for together in found.values() if len(together) > 1]
