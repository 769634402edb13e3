"""The pure rules of a census return: numbers, completeness, agreement, and what an earlier edition said."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from network.cadastre.editions import amounts, checking
from network.cadastre.editions.answers import Answer, _of_before
from network.cadastre.editions.enums import Comparison, Kind, Provenance
from network.cadastre.editions.forms import TableForm
from network.cadastre.editions.models import Indicator, ReturnValue, Rule
from tests.editions.returns import indicator_of


@settings(max_examples=60)
@given(st.decimals(-(10**9), 10**9, places=2), st.sampled_from(["fr", "nl", "en"]))
def test_a_number_that_is_shown_is_read_as_the_same(value: Decimal, language: str) -> None:
    money = indicator_of(Kind.MONEY, decimals=2)
    with translation.override(language):
        assert Decimal(amounts.read_number(amounts.shown(str(value)), money)) == value


@settings(max_examples=60)
@given(st.text(max_size=50))
def test_whatever_is_typed_is_a_number_or_is_said_not_to_be(text: str) -> None:
    with suppress(amounts.NotANumber):
        kept = amounts.read_number(text, indicator_of(decimals=2))
        assert kept == "" or checking.decimal_of(kept) is not None


def value(one: Indicator, kept: object, explanation: str = "") -> ReturnValue:
    return ReturnValue(indicator=one, value=kept, explanation=explanation)


def numbered(*codes: str) -> dict[str, Indicator]:
    return {
        code: Indicator(pk=at, code=code, kind=Kind.NUMBER, decimals=2, label_fr=code) for at, code in enumerate(codes)
    }


@pytest.mark.parametrize(
    ("comparison", "left", "broken"),
    [
        ("at_most", "7", True),
        ("at_most", "6", False),
        ("at_least", "5", True),
        ("equal", "6.0", False),
        ("equal", "5", True),
    ],
)
def test_a_number_stands_to_the_sum_of_others_as_the_rule_says(comparison: str, left: str, broken: bool) -> None:
    asked = numbered("a", "b", "c")
    rule = Rule(left="a", comparison=Comparison(comparison), right=["b", "c"], message_fr="Non.")
    answers = {0: value(asked["a"], left), 1: value(asked["b"], "4"), 2: value(asked["c"], "2")}

    found = checking.problems(list(asked.values()), [rule], answers)

    assert [(one.codes, one.message) for one in found] == ([(("a", "b", "c"), "Non.")] if broken else [])
    del answers[2]
    assert checking.problems(list(asked.values()), [rule], answers) == [], "not while one of them is unknown"


def test_an_explained_gap_is_answered_and_an_empty_answer_is_not() -> None:
    asked = numbered("a", "b", "c", "d")
    asked["d"].required = False
    answers = {0: value(asked["a"], None, "Personne sous contrat de mai à août."), 1: value(asked["b"], "")}

    found = checking.completeness(asked.values(), answers)

    assert (found.answered, found.asked, [one.code for one in found.missing]) == (1, 3, ["b", "c"])


def test_a_value_beside_a_computed_one_is_a_correction_until_it_says_the_same() -> None:
    assert checking.provenance_of(None, "3") == Provenance.DECLARED
    assert checking.provenance_of("4", "3") == Provenance.CORRECTED
    assert checking.provenance_of("4", "4") == Provenance.COMPUTED
    assert checking.provenance_of("4", None) == ""


def test_a_table_with_rows_of_its_own_keeps_their_codes_and_asks_for_the_rest_only() -> None:
    asked = indicator_of(
        Kind.TABLE,
        rows=[{"code": "day", "fr": "En journée"}, {"code": "evening", "fr": "En soirée"}],
        columns=[{"code": "when", "kind": "text", "fr": "Quand"}, {"code": "hours", "kind": "number", "fr": "Heures"}],
    )
    full: Any = SimpleNamespace(census_return=SimpleNamespace(version=1))

    form = TableForm({"r0_hours": "", "r1_hours": "3,50"}, answer=Answer(asked, None), full=full)

    assert [(name, len(cells)) for name, cells in form.grid()] == [("En journée", 1), ("En soirée", 1)]
    assert form.is_valid() and form.rows() == [{"when": "evening", "hours": "3.5"}]


def test_an_indicator_that_replaces_several_is_compared_with_their_sum_and_only_if_all_are_known() -> None:
    one = indicator_of(replaces=["desktops", "tablets"])
    kept = {"desktops": (Kind.NUMBER, "4"), "tablets": (Kind.NUMBER, "2")}

    assert _of_before(one, kept) == "6"
    assert _of_before(one, {"desktops": (Kind.NUMBER, "4")}) is None
    assert _of_before(one, {**kept, "x": (Kind.NUMBER, "9")}) == "9", "its own code says it"
    assert _of_before(indicator_of(Kind.CHOICE, replaces=["tablets"]), kept) is None
