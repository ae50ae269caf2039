"""A host: a program in which the worksheet functions live. What smm-xl does with it, or why it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

from smm_xl.errors import InputError
from smm_xl.hosts.checks import Check
from smm_xl.language import Text

_Ability = TypeVar("_Ability")
Say = Callable[[Text], None]


class Options(NamedTuple):
    """What a user may say that not every host takes; None where nothing is said. office: where LibreOffice is."""

    office: Path | None = None


class Built(NamedTuple):
    """An add-in as a file. how: what the user does with it. remark: what is to be known before."""

    content: bytes
    how: Text
    remark: Text | None = None


@dataclass(frozen=True)
class Files:
    """The files that an add-in can be written to: by the ending of its name what makes each. naming: what to call the file."""

    made: Mapping[str, Callable[[], Built]]
    naming: Text

    def for_name(self, output: Path) -> Callable[[], Built]:
        """What makes the file of a name. Raises InputError for one that ends otherwise."""
        made = self.made.get(output.suffix.lower())
        if made is None:
            raise InputError(f"{output}: {self.naming.en}", f"{output}: {self.naming.ru}")
        return made


class Tried(NamedTuple):
    """What was seen when the functions were tried: a page to report, its summary, whether all came out as expected."""

    content: bytes
    summary: str
    is_well: bool


@dataclass(frozen=True)
class Host:
    """A program, and what can be done with it: each a function, or the reason why there is none and what to do instead.

    key: as ``--host`` names it; name: as its users do. install: gives what may keep the functions from working. examine: finds out what is
    wrong. build: see ``Files``. try_out: gets the language of the page, and what tells the user how it goes. takes: those of ``Options``
    that mean something here. The functions raise InputError.
    """

    key: str
    name: str
    install: Callable[[Options], Sequence[Check]] | Text
    uninstall: Callable[[Options], None] | Text
    examine: Callable[[Options], Iterable[Check]] | Text
    build: Files | Text
    try_out: Callable[[str, Say], Tried] | Text
    takes: frozenset[str] = frozenset()


def able(ability: _Ability | Text) -> _Ability:
    """An ability of a host. Raises InputError with the reason where it has none."""
    if isinstance(ability, Text):
        raise InputError(*ability)
    return ability
