"""What ``smm-xl addin doctor`` finds out: one line for each thing, and the cure where something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from smm_xl.language import Text, same


class Check(NamedTuple):
    """One thing that was looked at. ``cure``: what to do about it; None where it is as it should be."""

    found: Text
    cure: Text | None = None


_LINES = 5
FORMULA, RESULT = "=SMM_CPL(1000;20)", 50.0  # what is asked of the functions to see whether they answer


def in_words(doubt: Check) -> Text:
    """What an installation says of something that may keep the functions from working."""
    cure = doubt.cure or same("")
    return Text(f"but it may not work yet. {doubt.found.en}\n  {cure.en}", f"но может не заработать. {doubt.found.ru}\n  {cure.ru}")


def logged(log: Path) -> Iterator[Check]:
    """The end of a log, which is there only where functions failed."""
    if not log.is_file():
        return
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    shown = "".join(f"\n    {line}" for line in lines[-_LINES:])
    yield Check(
        Text(f"Log: {len(lines)} lines in {log}, the last:{shown}", f"Журнал: строк {len(lines)} в {log}, последние:{shown}"),
        Text("functions failed; please report these lines, then delete the file", "в функциях были сбои; сообщите об этих строках и удалите файл"),
    )
