"""The questionnaire as data: new versions, what a used one refuses, and rules that contradict each other."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from network.cadastre.editions.models import Indicator, Questionnaire, Rule
from tests.conftest import Cast, inside
from tests.editions.office import opened

NEW = {
    "code": "rooms", "kind": "number", "label_fr": "Salles", "section_fr": "Le matériel", "decimals": "0",
    "minimum": "0", "maximum": "40", "required": "on",
}  # fmt: skip


class Desk:
    def __init__(self, cast: Cast, client: Client) -> None:
        self.cast, self.client = cast, client

    def post(self, path: str, **said: Any) -> Any:
        return self.client.post(f"/caban/editions/questionnaires/{path}", said, follow=True)

    def indicator(self, code: str, number: int = 2) -> Indicator:
        with inside(self.cast.caban):
            return Indicator.objects.get(questionnaire__number=number, code=code)


@pytest.fixture
def desk(cast: Cast, signed_in) -> Desk:
    """Version 1 is used by an edition; version 2 has just been made from it."""
    opened(cast, year=dt.date.today().year)
    client = signed_in(cast.dries)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    found = Desk(cast, client)
    assert "copy of the last one" in found.post("add/").content.decode()
    return found


def test_a_version_that_an_edition_uses_is_never_changed(desk: Desk) -> None:
    first = desk.indicator("visits", number=1)

    refused = desk.post(f"1/indicators/{first.pk}/", **NEW | {"code": "visits"})

    assert "An edition uses version 1" in str(refused.context["form"].non_field_errors())
    for path in (f"1/indicators/{first.pk}/remove/", f"1/indicators/{first.pk}/move/", "1/remove/"):
        assert "An edition uses version 1" in desk.post(path).content.decode()
    assert desk.indicator("visits", number=1).label_fr == first.label_fr
    assert "No edition uses version 2 yet" in desk.post("add/").content.decode()


def test_indicators_are_added_changed_moved_and_removed(desk: Desk) -> None:
    assert desk.client.get("/caban/editions/questionnaires/2/indicators/add/").status_code == 200
    desk.post("2/indicators/add/", **NEW | {"replaces": "computers, eid_readers"})
    added = desk.indicator("rooms")
    assert (added.maximum, added.replaces) == (40, ["computers", "eid_readers"])

    desk.post(f"2/indicators/{added.pk}/", **NEW | {"label_nl": "Zalen", "maximum": "12.5"})
    desk.post(f"2/indicators/{added.pk}/move/", to="up")
    changed = desk.indicator("rooms")
    assert (changed.label_nl, changed.position) == ("Zalen", added.position - 1)
    page = desk.client.get("/caban/editions/questionnaires/2/").content.decode()
    assert "0 – 12.5" in page

    desk.post(f"2/indicators/{added.pk}/remove/")
    with inside(desk.cast.caban):
        assert not Indicator.objects.filter(code="rooms").exists()
        assert Questionnaire.objects.get(number=2).rules.count() == 3
    assert "The version is removed" in desk.post("2/remove/").content.decode()


NO_SENSE: list[tuple[dict[str, str], str, str]] = [
    ({"code": "visits"}, "code", "already"),
    ({"code": "=1+1"}, "code", "small letters"),
    ({"minimum": "5", "maximum": "4"}, "maximum", "no answer would do"),
    ({"minimum": "9" * 40}, "minimum", "."),
    ({"kind": "choice"}, "choices", "two answers"),
    ({"kind": "choice", "choices": "a | A\na | B"}, "choices", "code of its own"),
    ({"kind": "choice", "choices": "Ünö"}, "choices", "Line 1"),
    ({"kind": "table"}, "columns", "a column at least"),
    ({"kind": "table", "columns": "a | date | A"}, "columns", "text or number"),
    ({"replaces": "unheard_of"}, "replaces", "No earlier version has: unheard_of"),
    ({"label_fr": "\x00"}, "label_fr", "."),
]


def test_what_makes_no_sense_is_refused_at_its_field(desk: Desk) -> None:
    for said, field, words in NO_SENSE:
        response = desk.post("2/indicators/add/", **NEW | said)

        assert re.search(words, str(response.context["form"].errors[field])), said


def test_a_rule_that_contradicts_another_is_refused_with_both_names(desk: Desk) -> None:
    visits, attendances = desk.indicator("visits"), desk.indicator("attendances")
    with inside(desk.cast.caban):
        Indicator.objects.filter(pk=visits.pk).update(minimum=10)
        Indicator.objects.filter(pk=attendances.pk).update(maximum=50)
    rule = {"left": "attendances", "comparison": "at_least", "right": ["visits", "workshops"], "message_fr": "M"}
    assert "Saved" in desk.post("2/rules/add/", **rule).content.decode()

    refused = desk.post(f"2/indicators/{visits.pk}/", **_said(visits) | {"minimum": "60"})

    text = str(refused.context["form"].non_field_errors())
    assert "No answer could meet all of these" in text
    assert "“Attendances at these visits” is from 0 to 50" in text and "“Visits” is 60 at least" in text
    assert "Workshops" not in text
    with inside(desk.cast.caban):
        assert Rule.objects.filter(left="attendances").count() == 1
    kept = desk.post(f"2/indicators/{attendances.pk}/remove/")
    assert "A rule compares this indicator" in kept.content.decode()
    itself = desk.post("2/rules/add/", **rule | {"right": ["attendances"]})
    assert "isn&#x27;t compared with itself" in itself.content.decode()


def _said(one: Indicator) -> dict[str, str]:
    return {
        "code": one.code, "kind": one.kind, "label_fr": one.label_fr, "label_en": one.label_en, "decimals": "0",
        "section_fr": one.section_fr, "required": "on", "source": one.source,
    }  # fmt: skip
