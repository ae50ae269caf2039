"""The catalog, looked up by what people write: keys, names in either language, function names, headers of tables.

A test checks the catalog (``check``): it is the same for everybody, and who imports the functions need not wait for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from smm_xl.catalog.definitions import DIMENSIONS, FIELDS, GRAINS
from smm_xl.catalog.definitions import KPIS as KPIS
from smm_xl.catalog.kpi import Dimension, Field, Group, Kpi
from smm_xl.catalog.reserved_words import RESERVED_IN_VBA
from smm_xl.cells.names import visible
from smm_xl.errors import CatalogError, UnknownName
from smm_xl.language import Text

MOST_HELP = 255  # Excel cuts descriptions there

# What no argument may be called: words of VBA, those too that it takes for names and that begin statements, and what xlwings and references of
# the kind R1C1 keep for themselves. The contract calls an argument of SMM_BONUS scale; in Excel that is scale_.
_KEPT = (RESERVED_IN_VBA - {"scale"}) | set("error lib line name object property step time caller r c".split())
_ARGUMENT = r"[a-z][a-z_]*[a-z]"  # no digits: such a name is no cell address

_FOLDED = str.maketrans({"ё": "е"} | dict.fromkeys("№_-.:", " "))
_BRACKETS = str.maketrans(dict.fromkeys("()[],;/", " "))


def folded(header: str) -> str:
    """A header as it is compared: without case, ё, repeated blanks, underscores, the sign № and signs that nobody sees."""
    return " ".join(visible(header).casefold().translate(_FOLDED).split())


@lru_cache(4096)  # each name of the catalog is asked for several times, and so are the headers of a table
def plainly(header: str) -> str:
    """The folded words of a header, without brackets and commas."""
    return " ".join(folded(header).translate(_BRACKETS).split())


def spellings(name: str) -> tuple[str, ...]:
    """The folded name, and the same without what stands in brackets or behind a comma: ``Стоимость заявки (CPL)``."""
    whole = folded(name)
    bare = folded(re.sub(r"\([^)]*\)|\[[^]]*\]|,[^,]*$", " ", name))
    return (whole, bare) if bare and bare != whole else (whole,)


def names_of(entry: Field | Dimension) -> tuple[str, ...]:
    """All headers under which a table may hold a field or a dimension."""
    others = entry.other_names if isinstance(entry, Field) else ()
    return (entry.key, *others, entry.name.en, entry.name.ru, *entry.aliases, *entry.best, *entry.second)


def check(dimensions: Sequence[Dimension], fields: Sequence[Field], kpis: Sequence[Kpi]) -> None:
    """Refuse a catalog that breaks a rule. Raises CatalogError, which names the entry and the rule."""
    unique("dimension or field", [*(d.key for d in dimensions), *(f.key for f in fields), *(n for f in fields for n in f.other_names)])
    unique("KPI", [kpi.key for kpi in kpis])
    headers: dict[str, str] = {}
    entries: list[Field | Dimension] = [*dimensions, *fields]
    for entry in entries:
        _both_languages(entry.key, entry.name)
        for name in names_of(entry):
            other = headers.setdefault(plainly(name), entry.key)
            if other != entry.key:
                raise CatalogError(f"the header «{plainly(name)}» stands for {other} and for {entry.key}")
    known = {id(entry) for entry in fields}
    for kpi in kpis:
        check_help(kpi.key, kpi.name)
        check_help(kpi.key, kpi.about)
        for argument in kpi.arguments:
            if not may_name_an_argument(argument.name):
                raise CatalogError(f"KPI {kpi.key}: «{argument.name}» cannot be the name of an argument")
            if id(argument.field) not in known:
                raise CatalogError(f"KPI {kpi.key}: {argument.key} is not in FIELDS")
        if unused := set(kpi.defaults) - {argument.name for argument in kpi.arguments}:
            raise CatalogError(f"KPI {kpi.key}: a default for {', '.join(unused)}, which is no argument")


def unique(what: str, keys: Sequence[str]) -> None:
    """Raises CatalogError where a key stands twice."""
    seen = set[str]()
    for key in keys:
        if key in seen:
            raise CatalogError(f"the {what} {key} is there twice")
        seen.add(key)


def check_help(key: str, words: Text) -> None:
    """Refuse help that is missing in a language or longer than Excel shows. Raises CatalogError."""
    _both_languages(key, words)
    for text in words:
        if len(text) > MOST_HELP:
            raise CatalogError(f"{key}: help of {len(text)} characters, at most {MOST_HELP}: {text}")


def may_name_an_argument(name: str) -> bool:
    """Whether a name is ASCII without digits and no word that VBA or xlwings keep for themselves."""
    return name.isascii() and re.fullmatch(_ARGUMENT, name) is not None and name not in _KEPT


def _both_languages(key: str, words: Text) -> None:
    if not words.en.strip() or not words.ru.strip():
        raise CatalogError(f"{key}: a name or help is missing in one language")


FIELDS_BY_KEY = {name: entry for entry in FIELDS for name in (entry.key, *entry.other_names)}
KPIS_BY_KEY = {kpi.key: kpi for kpi in KPIS}
# What a report may be grouped by, and how it is called; a period is grouped by as its month
_SPANS = frozenset(("period", "starts", "ends"))
GROUPINGS = {entry.key: entry.name for entry in DIMENSIONS if entry.key not in _SPANS} | GRAINS


@cache
def meanings() -> dict[str, Field | Dimension]:
    """What each header stands for, by its folded words."""
    return {plainly(name): entry for entry in (*DIMENSIONS, *FIELDS) for name in names_of(entry)}


@cache
def _groupings() -> dict[str, str]:
    return {folded(name): key for key, names in GROUPINGS.items() for name in (key, *names)}


@cache
def _kpi_names() -> dict[str, Kpi]:
    """KPIs by all that people call them: names before the same without brackets, and those before the headers of a field that a KPI only counts."""
    official = {folded(name): kpi for kpi in reversed(KPIS) for name in (kpi.name.en, kpi.name.ru, kpi.function, kpi.key) if name}
    others: dict[str, set[str]] = {}
    for kpi in KPIS:
        shortened = {spelling for name in kpi.name for spelling in spellings(name)}
        counted = {folded(name) for name in names_of(kpi.formula)} if isinstance(kpi.formula, Field) and not kpi.bounds else set()
        for name in shortened | counted:
            others.setdefault(name, set()).add(kpi.key)
    return {name: KPIS_BY_KEY[keys.pop()] for name, keys in others.items() if len(keys) == 1} | official


def kpi(name: str, also: Iterable[str] = ()) -> Kpi:
    """The KPI of a key, a function name or a name in either language. Raises UnknownName, which says what is near, of ``also`` too."""
    found = _kpi_names().get(folded(name))
    if found is None:
        known = [*KPIS_BY_KEY, *also, *(text for entry in KPIS for text in (entry.function, *entry.name) if text)]
        raise UnknownName(Text("KPI", "KPI"), name, known, show=[*list(KPIS_BY_KEY)[:8], "…"])
    return found


def kpis(names: str | Iterable[str]) -> tuple[Kpi, ...]:
    """Several KPIs; a text is split at commas, semicolons and line ends. Raises UnknownName."""
    return tuple(dict.fromkeys(kpi(name) for name in listed(names)))


def listed(names: str | Iterable[str]) -> list[str]:
    """Names from one text (split at commas, semicolons, line ends) or from several. A KPI name that holds a comma stays whole."""
    if not isinstance(names, str):
        return [part for name in names for part in listed(name)]
    if folded(names) in _kpi_names():
        return [names.strip()]
    return [name.strip() for name in re.split(r"[,;\n]", names) if name.strip()]


def field(name: str) -> Field | Dimension:
    """The field or dimension of a key, name or alias. Raises UnknownName."""
    if found := meanings().get(plainly(name)):
        return found
    raise UnknownName(Text("field", "поле"), name, [entry.key for entry in (*DIMENSIONS, *FIELDS)])


def grouping(name: str) -> str:
    """The key of GROUPINGS of a key, name or alias in either language. Raises UnknownName."""
    if found := _groupings().get(folded(name)):
        return found
    entry = meanings().get(plainly(name))
    if isinstance(entry, Dimension):
        return "month" if entry.key in _SPANS else entry.key
    raise UnknownName(Text("grouping", "разрез"), name, [*GROUPINGS, *_groupings()], show=GROUPINGS)


def group(name: str) -> Group:
    """The group of a key or a name in either language. Raises UnknownName."""
    for entry in Group:
        if folded(name) in map(folded, (entry.key, *entry.words)):
            return entry
    raise UnknownName(Text("group", "группа"), name, [entry.key for entry in Group])


def formula_text(entry: Kpi, language: str = "en") -> str:
    """The formula of a KPI for people: argument names in English, names of the fields in Russian."""
    arguments = {argument.key: argument.name for argument in entry.arguments}

    def spell(name: object) -> str:
        assert isinstance(name, Field)
        return name.name.ru if language == "ru" else arguments[name.key]

    parts = [part.text(spell) for part in entry.parts]
    if entry.bounds:
        return "; ".join(f"{suffix} = {part}" for (suffix, _, _), part in zip(entry.bounds, parts, strict=True))
    (alone,) = entry.parts
    if isinstance(alone, Field):
        return alone.total.words.in_language(language).format(spell(alone))
    return parts[0]
