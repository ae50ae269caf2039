"""Currencies as people and programs write them: codes of ISO 4217, signs, words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# ISO 4217, the codes of money that is in use
CODES = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK "
    "DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD "
    "KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON "
    "RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST "
    "XAF XCD XCG XOF XPF YER ZAR ZMW ZWG".split()
)
# Signs and words; $ and ¥ belong to several currencies and stand for themselves until another sign says which
_SIGNS = {
    "₽": "RUB", "€": "EUR", "£": "GBP", "₹": "INR", "₩": "KRW", "₺": "TRY", "₴": "UAH", "₸": "KZT", "₫": "VND", "₱": "PHP", "₪": "ILS", "₦": "NGN",
    "₾": "GEL", "֏": "AMD", "₼": "AZN", "฿": "THB", "₡": "CRC", "₲": "PYG", "zł": "PLN", "kč": "CZK", "r$": "BRL", "us$": "USD", "a$": "AUD", "c$": "CAD",
    "ca$": "CAD", "hk$": "HKD", "nz$": "NZD", "mx$": "MXN", "s$": "SGD", "rp": "IDR", "$": "$", "¥": "¥", "￥": "¥",
    "бел": "BYN", "руб": "RUB", "рублей": "RUB", "рубля": "RUB", "рубль": "RUB", "р": "RUB", "rur": "RUB",
    "рублях": "RUB", "rubles": "RUB", "roubles": "RUB", "долл": "$", "доллар": "$", "долларов": "$", "долларах": "$", "dollars": "$", "евро": "EUR", "euro": "EUR",
    "euros": "EUR", "тенге": "KZT", "грн": "UAH", "тг": "KZT",
}  # fmt: skip
_FAMILIES = {
    "$": frozenset("USD CAD AUD NZD SGD HKD MXN TWD ARS CLP COP BBD BSD BZD DOP FJD GYD JMD LRD NAD SBD SRD TTD XCD BMD BND KYD UYU".split()),
    "¥": frozenset(("JPY", "CNY")),
}

_ALONE = sorted((re.escape(sign) for sign in _SIGNS if not sign.isalpha()), key=len, reverse=True)
_WORDS = sorted((sign for sign in _SIGNS if sign.isalpha()), key=len, reverse=True)
# Beside a number, in any case: R$, US$, zł, руб., PLN. Three letters may be a code; ``may_stand_beside`` knows, because a pattern of all the codes
# takes longer to be made than everything else that a function needs.
BESIDE = rf"(?:{'|'.join(_ALONE)}|(?:{'|'.join(_WORDS)})\.?|[A-Za-z]{{3}})"
_IN_CELL = rf"(?i)(?<![^\W\d])(?:{BESIDE})(?![^\W\d])|{'|'.join(_ALONE)}"
_WORD_IN_HEADER = r"[^\s,;:()\[\]/|]+"


def is_code(word: str) -> bool:
    """Whether a word is a code of ISO 4217, in capitals."""
    return word in CODES


def is_sign(word: str) -> bool:
    """Whether a word is a sign of a currency, or a word for one such as ``руб.``."""
    return word.casefold().rstrip(".") in _SIGNS


def code_of(text: str) -> str | None:
    """The currency that a cell of a column of currencies names: its code, or a sign that several have; None for another text.

    >>> code_of("usd"), code_of("₽"), code_of("$"), code_of("abc")
    ('USD', 'RUB', '$', None)
    """
    bare = text.strip()
    return bare.upper() if bare.upper() in CODES else _SIGNS.get(bare.casefold().rstrip("."))


def of_cell(text: str) -> str | None:
    """The currency that stands beside a number: RUB in ``1 234 руб.``, USD in ``US$50.00``, the sign itself in ``$5``."""
    told = apart(code for match in re.finditer(_IN_CELL, text) if (code := code_of(match[0])) is not None)
    return told[0] if told else None


def may_stand_around(before: str | None, after: str | None) -> bool:
    """Whether what a pattern took for currencies before and after a number are ones, or nothing, and not two: ``$100 USD`` is one, ``€100 USD`` none."""
    codes = [code_of(text) for text in (before, after) if text]
    return None not in codes and len(apart(code for code in codes if code)) < 2


def of_header(header: str) -> str | None:
    """The currency in a header, as a sign, or as a code in capitals that stands last or in brackets: BRL in ``Valor usado (BRL)``."""
    words = [match[0] for match in re.finditer(_WORD_IN_HEADER, header)]
    found = list[str]()
    inside = {word for part in re.findall(r"[(\[]([^)\]]*)[)\]]", header) for word in part.replace(",", " ").split()}
    for place, word in enumerate(words):
        if is_sign(word) or (is_code(word) and (word in inside or place == len(words) - 1)):
            found.append(code_of(word) or "")
    if told := apart(found):
        return told[0]  # CAD in ``Spend ($ CAD)``
    parts = header.split("_")
    if len(words) == 1 and len(parts) > 1 and parts[-1] in ("usd", "eur", "gbp", "rub", "kzt", "byn", "uah", "brl"):
        return parts[-1].upper()
    return None


def apart(found: Iterable[str]) -> list[str]:
    """The currencies that are not one, in their order: ``$`` contradicts no dollar, ``¥`` neither the yen nor the yuan.

    >>> apart(["$", "USD"]), apart(["$", "EUR"]), apart(["USD", "CAD", "$"])
    (['USD'], ['$', 'EUR'], ['USD', 'CAD'])
    """
    codes = list(dict.fromkeys(found))
    return [code for code in codes if code not in _FAMILIES or not any(other in _FAMILIES[code] for other in codes)]


def taken_together(found: Mapping[str, object]) -> list[tuple[str, str]]:
    """Signs that several currencies have, each with the currency of the others that it was taken for."""
    return [(sign, code) for sign, family in _FAMILIES.items() if sign in found for code in found if code in family]
