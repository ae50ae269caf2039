"""The vocabulary of the catalog: what follows from how a field totals, what an argument says of itself, keys and words."""

from __future__ import annotations

import pytest

from smm_xl.catalog.kpi import Argument, Better, Field, Group, Limits, Total, Unit
from smm_xl.cells.cell import CellError
from smm_xl.functions import FUNCTIONS
from smm_xl.language import Text, Worded
from smm_xl.sources.loading import Why
from smm_xl.sources.profiles import Seen
from smm_xl.targets.arithmetic import Method, Status


@pytest.mark.parametrize(
    ("property_name", "members"),
    [
        ("adds_in_a_function", {Total.SUM}),
        ("grows", {Total.SUM, Total.SITE, Total.CALENDAR}),
        ("stays", {Total.RATE, Total.FIRST}),
        ("is_stock", {Total.LAST, Total.FIRST}),
        ("is_shared", {Total.SITE, Total.CALENDAR}),
        ("goes_by_rows", {Total.SUM, Total.RATE}),
    ],
)
def test_what_follows_from_how_a_field_totals(property_name: str, members: set[Total]) -> None:
    assert {total for total in Total if getattr(total, property_name)} == members


NAME = Text("Saves", "Сохранения")
SAVES = Field("saves", NAME, Unit.COUNT)


@pytest.mark.parametrize(
    ("argument", "signature"),
    [
        (Argument("fact", NAME), "fact"),
        (Argument("cap", NAME, optional=True, default=1.2), "[cap = 1.2]"),
        (Argument("floor", NAME, optional=True, default=0.0), "[floor = 0]"),
        (Argument("scale", NAME, optional=True), "[scale]"),
        (Argument("saves", NAME, optional=True, default=0.0, field=SAVES), "[saves]"),  # a part of a sum: that it counts 0 goes without saying
    ],
)
def test_an_argument_is_written_with_what_stands_for_it_when_it_is_left_out(argument: Argument, signature: str) -> None:
    assert argument.signature == signature


def test_an_argument_says_what_its_field_does_and_takes_any_number_where_it_has_none() -> None:
    kept, plain = Argument("kept", NAME, field=SAVES), Argument("fact", NAME)
    assert (kept.key, kept.limits, kept.total) == ("saves", Limits.NOT_NEGATIVE, Total.SUM)
    assert (plain.key, plain.limits, plain.total) == ("fact", Limits.ANY, Total.RATE)


def test_the_arguments_of_all_functions_are_of_one_kind_and_those_of_kpis_read_their_cells() -> None:
    assert {type(argument) for function in FUNCTIONS.values() for argument in function.parameters} == {Argument}
    spend, leads = FUNCTIONS["SMM_CPL"].parameters
    assert (spend.read("1 000 ₽"), spend.read(None), leads.read(20)) == (1000.0, None, 20.0)
    with pytest.raises(CellError, match="#NUM!"):
        spend.read(-1)


WORDED = [Unit, Total, Better, Group, Method, Status, Why, Seen]


def test_these_are_all_that_have_words() -> None:
    assert {made for made in Worded.__subclasses__() if made.__module__.startswith("smm_xl.")} == set(WORDED)


@pytest.mark.parametrize("kind", WORDED, ids=lambda kind: kind.__name__)
def test_keys_are_those_of_one_member_each_and_made_for_programs(kind: type[Worded]) -> None:
    assert len(kind.__members__) == len(list(kind)) > 1  # a key that is there twice would make one member of two
    for member in kind:
        assert member.key.isidentifier()
        assert member.key.isascii()
        assert member.key == member.key.lower()
        assert member.value == member.key
        assert all(member.words)


def test_keys_do_not_hang_on_words() -> None:
    class Sign(Worded):
        PLUS = "plus", Text("sign", "знак")
        MINUS = "minus", Text("sign", "знак")

    assert [member.key for member in Sign] == ["plus", "minus"]
    assert Sign.PLUS.words == Sign.MINUS.words == Text("sign", "знак")


def test_a_status_has_a_sign_beside_its_words() -> None:
    assert (Status.AT_RISK.key, Status.AT_RISK.sign, Status.AT_RISK.in_language("ru")) == ("at_risk", "▲", "▲ риск")
