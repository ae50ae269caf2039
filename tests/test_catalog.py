"""The catalog against the contract, and the check that refuses a bad one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smm_xl.catalog import definitions as c
from smm_xl.catalog import headers, reference, registry
from smm_xl.catalog.kpi import Dimension, Field, Kpi, Unit
from smm_xl.errors import CatalogError, UnknownName
from smm_xl.functions import FUNCTIONS
from smm_xl.language import Text
from smm_xl.targets import calculations
from tests.samples import golden


@pytest.mark.parametrize("row", golden("kpis.csv", ";"), ids=lambda row: row["key"])
def test_each_kpi_is_as_the_contract_has_it(row: dict[str, str]) -> None:
    english, russian = (reference.row(calculations.named(row["key"]), language) for language in ("en", "ru"))
    told = english | {"name_en": english["name"], "name_ru": russian["name"], "article": "yes" if calculations.named(row["key"]).article else "no"}
    assert {column: told[column] for column in row} == row


def test_the_catalog_has_nothing_beside_the_contract() -> None:
    assert [entry.key for entry in calculations.entries()] == [row["key"] for row in golden("kpis.csv", ";")]


def test_help_of_every_function_fits_into_excel_in_both_languages() -> None:
    texts = [text for function in FUNCTIONS.values() for about in (function.about, *(p.about for p in function.parameters)) for text in about]
    assert all(0 < len(text) <= 255 for text in texts)


def test_russian_texts_are_russian_and_english_ones_are_not() -> None:
    cyrillic = [text for kpi in c.KPIS for text in (kpi.name.en, kpi.about.en) if any("а" <= sign <= "я" for sign in text.lower())]
    assert cyrillic == []
    latin_only = [kpi.about.ru for kpi in c.KPIS if not any("а" <= sign <= "я" for sign in kpi.about.ru.lower())]
    assert latin_only == []


KPI = c.KPIS[0]


@pytest.mark.parametrize(
    ("dimensions", "fields", "kpis", "message"),
    [
        (c.DIMENSIONS, c.FIELDS, (*c.KPIS, KPI), "the KPI followers is there twice"),
        (c.DIMENSIONS, (*c.FIELDS, c.spend), c.KPIS, "the dimension or field spend is there twice"),
        (c.DIMENSIONS, c.FIELDS, (replace(KPI, about=Text("x", " ")),), "followers: a name or help is missing in one language"),
        (c.DIMENSIONS, c.FIELDS, (replace(KPI, about=Text("x" * 256, "я")),), "followers: help of 256 characters"),
        (c.DIMENSIONS, c.FIELDS, (replace(KPI, takes="leads"),), "KPI followers: its formula has no input leads"),
        (c.DIMENSIONS, c.FIELDS, (replace(KPI, defaults={"margin": 1.0}),), "KPI followers: a default for margin"),
        ((Dimension("city", Text("Leads", "Город")),), c.FIELDS, c.KPIS, "the header «leads» stands for city and for leads"),
    ],
)
def test_a_catalog_that_breaks_a_rule_is_refused(dimensions: tuple[Dimension, ...], fields: tuple[Field, ...], kpis: tuple[Kpi, ...], message: str) -> None:
    with pytest.raises(CatalogError, match="^" + message):
        registry.check(dimensions, fields, kpis)


def test_the_catalog_breaks_no_rule() -> None:
    registry.check(c.DIMENSIONS, c.FIELDS, c.KPIS)
    calculations.check(calculations.CALCULATIONS)


@pytest.mark.parametrize("name", ["end", "date", "caller", "q1", "охват", "a b"])
def test_an_argument_may_be_no_reserved_word_cell_address_or_foreign_letter(name: str) -> None:
    bad = Field(name, Text("A field", "Поле"), Unit.COUNT)
    with pytest.raises(CatalogError, match=f"«{name}» cannot be the name of an argument"):
        registry.check((), (bad,), (replace(KPI, formula=bad),))


@pytest.mark.parametrize("name", ["cpl", "CPL", "smm_cpl", "Cost per lead", "стоимость заявки (CPL)", " cpl "])
def test_a_kpi_is_found_by_key_function_and_names(name: str) -> None:
    assert registry.kpi(name).key == "cpl"


@pytest.mark.parametrize(("slip", "meant"), [("clp", "cpl"), ("engagments", "engagements"), ("roisa", "roi"), ("SMM_CPZ", "SMM_CP")])
def test_an_unknown_kpi_says_what_was_meant(slip: str, meant: str) -> None:
    with pytest.raises(UnknownName) as caught:
        registry.kpi(slip)
    assert f"did you mean {meant}" in str(caught.value)
    assert f"может быть, {meant}" in caught.value.text.ru


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("Amount spent (USD)", "spend"),
        ("Потрачено всего, ₽", "spend"),
        ("РАСХОД", "spend"),
        ("кол-во лидов", "leads"),
        ("Подписчики", "followers_end"),
        ("followers", "followers_end"),
        ("Показы", "impressions"),
        ("Impr.", "impressions"),
        ("total_cost", "total_cost"),
        ("Total cost", "total_cost"),
        ("Канал", "channel"),
    ],
)
def test_headers_are_recognised(header: str, key: str) -> None:
    meant = headers.recognised(header)
    assert meant is not None
    assert meant.entry.key == key
