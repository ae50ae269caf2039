"""The check list as the READMEs show it: ``python -m tests.make_checklist`` writes it into both."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from smm_xl.hosts.excel_addin.checklist import Check, Step, checks

ROOT = Path(__file__).parent.parent
READMES = {"en": ROOT / "README.md", "ru": ROOT / "README.ru.md"}
HEADS = {"en": "| what is tried | typed | comes out |\n|---|---|---|\n", "ru": "| что проверяется | ввод | ответ |\n|---|---|---|\n"}
RUSSIAN = {  # as Russian Excel spells it
    "IFERROR": "ЕСЛИОШИБКА", "ERROR.TYPE": "ТИП.ОШИБКИ", "DATE": "ДАТА", "TRUE": "ИСТИНА", "FALSE": "ЛОЖЬ",
    "#DIV/0!": "#ДЕЛ/0!", "#VALUE!": "#ЗНАЧ!", "#N/A": "#Н/Д", "#NUM!": "#ЧИСЛО!",
}  # fmt: skip


def listed(language: str) -> str:
    """The table of a README."""
    return HEADS[language] + "".join(_row(check, language) for check in checks())


def _row(check: Check, language: str) -> str:
    formula, gives = (_spelt(text, language) for text in (check.formula, "; ".join(", ".join(map(_cell, row)) for row in check.expected)))
    cells = ", ".join(f"{place} = {_spelt(_cell(value), language)}" for place, value in (check.cells | check.then).items())
    about = check.about.in_language(language) + (f" ({cells})" if cells and len(check.cells) == 1 else "")
    if check.step is Step.HAND:
        about = {"en": f"by hand: {about}", "ru": f"вручную: {about}"}[language]
    return f"| {about} | {formula and f'`{formula}`'} | {gives and f'`{gives}`'} |\n"


def _cell(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


def _spelt(text: str, language: str) -> str:
    if language == "en":
        return text
    parts = re.split(r'("[^"]*")', text)
    return "".join(part if part.startswith('"') else _in_russian(part, is_formula=text.startswith("=")) for part in parts)


def _in_russian(part: str, *, is_formula: bool) -> str:
    if is_formula:
        part = part.replace(",", ";")
    part = re.sub(r"(?<=\d)\.(?=\d)", ",", part)
    return re.sub("|".join(map(re.escape, RUSSIAN)), lambda found: RUSSIAN[found[0]], part)


def main() -> None:
    for language, path in READMES.items():
        text = path.read_text(encoding="utf-8")
        head = HEADS[language]
        assert text.count(head) == 1
        before, after = text.split(head)
        rest = re.sub(r"\A(?:\|.*\n)*", "", after)
        path.write_text(before + listed(language) + rest, encoding="utf-8")


if __name__ == "__main__":
    main()
