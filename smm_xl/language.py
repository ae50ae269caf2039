"""Words in the two languages of the users, and which of the two is meant."""

from __future__ import annotations

import os
from enum import Enum
from typing import NamedTuple, Self

LANGUAGES = ("en", "ru")
SETTING = "SMM_XL_LANG"


class Text(NamedTuple):
    """The same words in English and in Russian."""

    en: str
    ru: str

    def in_language(self, language: str) -> str:
        return self.ru if language == "ru" else self.en


def same(words: str) -> Text:
    """Words that are the same in both languages."""
    return Text(words, words)


class Worded(Enum):
    """Members with a key, by which data and programs know them, and words, which users read and which may change.

    A member is written as ``COUNT = "count", Text("count", "шт.")``; its value is the key.
    What a class has beside them, its ``__init__`` takes.
    """

    words: Text

    def __new__(cls, key: str, words: Text, *_more: object) -> Self:
        member = object.__new__(cls)
        member._value_, member.words = key, words
        return member

    @property
    def key(self) -> str:
        return str(self.value)


def setting() -> str:
    """The language that the package's setting (the environment variable SMM_XL_LANG) asks for; English without one."""
    return "ru" if os.environ.get(SETTING, "").strip().lower().startswith("ru") else "en"


def of_the_user() -> str:
    """The setting where there is one, else the language that the user's system speaks."""
    if os.environ.get(SETTING):
        return setting()
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if os.environ.get(variable):
            return "ru" if os.environ[variable].lower().startswith("ru") else "en"
    import locale  # 5 ms, and only Windows, which sets none of the variables, gets here

    return "ru" if (locale.getlocale()[0] or "").lower().startswith("ru") else "en"


def printable(text: str) -> str:
    """Text of a file without the control characters that a terminal would obey."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
