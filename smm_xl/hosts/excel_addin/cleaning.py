"""Texts of other programs without what belongs to the user: names, paths, addresses, names of files."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from smm_xl.hosts.excel_addin import FILE
from smm_xl.language import Text, printable

_LONGEST, _READ = 300, 2000  # characters
_VARIABLES = ("USERNAME", "USER", "LOGNAME", "USERDOMAIN", "COMPUTERNAME", "USERDNSDOMAIN", "LOGONSERVER")
# a path may hold blanks, so that nobody can say where it ends: it goes up to a sign that paths do not hold
_PATHS = re.compile(r"""(?:\w{2,}://|\b[A-Za-z]:[\\/]|\\\\|(?<![\w/)<])~?/(?=[^\s/]+/))[^'"«»<>|*?\r\n]*""")
_FILES = re.compile(r"""[^'"«»<>|*?\r\n()\[\]]*\.(?:xl[a-z]{1,2}|csv|docx?|pptx?|pdf|txt|exe|dll|py|zip)\b""", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")


@dataclass(frozen=True)
class Cleaner:
    """Cleans texts; ``names`` are those of the user and of the computer."""

    names: tuple[str, ...] = ()

    def knowing(self, *names: object) -> Cleaner:
        """The same with more names, each as a whole and by its words."""
        return Cleaner(_longest_first([*self.names, *map(str, names)]))

    def __call__(self, text: str) -> str:
        cleaned = _PATHS.sub("<path>", printable(text[:_READ]))
        cleaned = _MAIL.sub("<mail>", cleaned)
        cleaned = _FILES.sub(lambda found: found[0] if found[0].strip() == FILE else "<file>", cleaned)
        for name in self.names:
            cleaned = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "<name>", cleaned, flags=re.IGNORECASE)
        return cleaned if len(cleaned) <= _LONGEST else f"{cleaned[:_LONGEST]}…"

    def both(self, words: Text) -> Text:
        return Text(self(words.en), self(words.ru))


def of_this_computer() -> Cleaner:
    """Knows what the system says of the user and of the computer."""
    return Cleaner().knowing(Path.home().name, platform.node(), *(os.environ.get(variable, "") for variable in _VARIABLES))


def _longest_first(names: Iterable[str]) -> tuple[str, ...]:
    """The names and the words of each: whoever is «Anna Li» may be called by either; one letter is nobody's name."""
    whole = [name.strip().strip("\\") for name in names]
    words = [word for name in whole for word in re.split(r"[\s._@-]+", name) if len(word) > 2]
    return tuple(sorted({name for name in [*whole, *words] if len(name) > 1}, key=lambda name: (-len(name), name)))
