"""What users read: both languages say the same, and an error says where, what, what is accepted, and how to mend it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pandas
import pytest

import smm_xl
from smm_xl.errors import InputError, UnknownName
from smm_xl.language import Text

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "smm_xl").rglob("*.py"))


def texts(path: Path) -> Iterator[ast.Call]:
    """The calls that make a Text of two sentences in a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_text = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text"
        if isinstance(node, ast.Call) and is_text and [type(words) for words in node.args if isinstance(words, ast.JoinedStr | ast.Constant)][1:]:
            yield node


def placeholders(node: ast.expr) -> set[str]:
    """What a text in one language is filled with, without the language: ``{hint.en}`` and ``{hint.ru}`` are one."""
    inserted = [part.value for part in ast.walk(node) if isinstance(part, ast.FormattedValue)]
    names = {ast.unparse(inner) for part in inserted for inner in ast.walk(part) if isinstance(inner, ast.Name)}
    template = "".join(part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str))
    return names | set(re.findall(r"\{(\w*)\}", template))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_both_languages_are_filled_with_the_same(path: Path) -> None:
    apart = {call.lineno: placeholders(call.args[0]) ^ placeholders(call.args[1]) for call in texts(path)}
    assert {line: names for line, names in apart.items() if names} == {}


def test_the_texts_are_found() -> None:
    assert sum(1 for path in MODULES for _ in texts(path)) > 700


def test_an_error_is_one_sentence_of_its_parts_in_each_language() -> None:
    error = InputError(
        Text("«5» is not accepted here", "«5» здесь не подходит"),
        accepted=Text("accepted: a share", "принимается: доля"),
        cure=Text("write 5 %", "впишите 5 %"),
        place=Text("ads.csv, line 2", "ads.csv, строка 2"),
    )
    assert str(error) == "ads.csv, line 2: «5» is not accepted here; accepted: a share; write 5 %"
    assert error.text.ru == "ads.csv, строка 2: «5» здесь не подходит; принимается: доля; впишите 5 %"
    assert (error.place.ru, error.found.en, error.cure.ru) == ("ads.csv, строка 2", "«5» is not accepted here", "впишите 5 %")


def test_an_error_without_a_place_is_of_the_whole_command() -> None:
    assert str(InputError(Text("no data was named", "данные не указаны"), cure=Text("name a file", "укажите файл"))) == "no data was named; name a file"


def test_an_unknown_name_at_a_place_keeps_what_may_have_been_meant() -> None:
    error = UnknownName(Text("KPI", "KPI"), "clp", ["cpl", "cpc"]).at(Text("plan.csv, line 3", "plan.csv, строка 3"))
    assert str(error) == "plan.csv, line 3: unknown KPI «clp»; did you mean cpl?"
    assert error.cure == Text("did you mean cpl?", "может быть, cpl?")


def test_an_input_that_is_missing_is_the_one_that_the_cure_names() -> None:
    with pytest.raises(InputError) as caught:
        smm_xl.report(pandas.DataFrame({"spend": [1.0]}), kpis="roas")
    assert caught.value.found.en == "nothing can be counted: roas needs revenue. Columns found: «spend»"
    assert caught.value.cure.ru == "переименуйте столбец или укажите его: --map revenue=СТОЛБЕЦ (columns={...} в Python)"
