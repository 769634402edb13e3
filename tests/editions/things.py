"""Something real behind each address of the census, an EPN's and the network's, for the walk of the role table."""

from __future__ import annotations

from typing import Any

from maillage.accounts.models import Person
from network.cadastre.editions.freezing import freeze_edition
from network.cadastre.editions.models import Edition, Indicator, Questionnaire, Rule
from tenants.registry.enums import Kind
from tests.conftest import Cast, inside
from tests.editions.returns import a_file_of_a_return, a_return, a_table_of_a_return, an_edition

Arguments = dict[str, Any]


def an_edition_of_a_year(cast: Cast, person: Person | None) -> Arguments:
    a_return(cast, person)
    return {"year": 2030}


def a_frozen_edition(cast: Cast, person: Person | None) -> Arguments:
    """Made once: nothing can be done to it."""
    with inside(cast.caban):
        there = Edition.objects.filter(year=2031).exists()
    if not there:
        edition = an_edition(cast.caban, cast.poste, year=2031, fill=False)
        with inside(cast.caban):
            freeze_edition(pk=edition.pk, missing=1)
    return {"year": 2031}


def a_questionnaire_to_change(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        number = max(Questionnaire.objects.values_list("number", flat=True), default=0) + 1
        Questionnaire.objects.create(number=number)
    return {"number": number}


def an_indicator(cast: Cast, person: Person | None) -> Arguments:
    found = a_questionnaire_to_change(cast, person)
    with inside(cast.caban):
        of = Questionnaire.objects.get(**found)
        made = Indicator.objects.create(
            questionnaire=of, code="x", position=1, section_fr="S", label_fr="X", kind="number"
        )
    return found | {"pk": made.pk}


def a_rule(cast: Cast, person: Person | None) -> Arguments:
    found = a_questionnaire_to_change(cast, person)
    with inside(cast.caban):
        of = Questionnaire.objects.get(**found)
        made = Rule.objects.create(questionnaire=of, left="x", comparison="equal", right=["y"], message_fr="M")
    return found | {"pk": made.pk}


OF_THE_CENSUS = [
    (Kind.EPN, "census:table", a_table_of_a_return),
    (Kind.EPN, "census:file*", a_file_of_a_return),
    (Kind.EPN, "census:detach", a_file_of_a_return),
    (Kind.EPN, "census:*", a_return),
    (Kind.FEDERATION, "editions:verify", a_frozen_edition),
    (Kind.FEDERATION, "editions:file", a_frozen_edition),
    (Kind.FEDERATION, "editions:questionnaire*", a_questionnaire_to_change),
    (Kind.FEDERATION, "editions:indicator_add", a_questionnaire_to_change),
    (Kind.FEDERATION, "editions:rule_add", a_questionnaire_to_change),
    (Kind.FEDERATION, "editions:indicator*", an_indicator),
    (Kind.FEDERATION, "editions:rule*", a_rule),
    (Kind.FEDERATION, "editions:enter_table", a_table_of_a_return),
    (Kind.FEDERATION, "editions:enter_file*", a_file_of_a_return),
    (Kind.FEDERATION, "editions:enter_detach", a_file_of_a_return),
    (Kind.FEDERATION, "editions:attachment", a_file_of_a_return),
    (Kind.FEDERATION, "editions:enter_*", a_return),
    (Kind.FEDERATION, "editions:return", a_return),
    (Kind.FEDERATION, "editions:send_back", a_return),
    (Kind.FEDERATION, "editions:validate", a_return),
    (Kind.FEDERATION, "editions:undo", a_return),
    (Kind.FEDERATION, "editions:extend", a_return),
    (Kind.FEDERATION, "editions:remind", a_return),
    (Kind.FEDERATION, "editions:called", a_return),
    (Kind.FEDERATION, "editions:*", an_edition_of_a_year),
]
