"""An edition with its returns, as the network opens it: for tests of what an EPN does with its own."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.db import transaction

from network.cadastre import editions
from network.cadastre.editions.enums import Kind
from network.cadastre.editions.models import CensusReturn, Edition, Indicator, Questionnaire, ReturnValue, Rule
from network.cadastre.editions.prefilling import prefill_all
from tenants.registry.models import Epn, Federation
from tests.conftest import inside

QUESTIONS: dict[str, Any] = json.loads((Path(editions.__file__).parent / "data" / "questionnaire.json").read_text())
TEXTS = ("label", "help")


def a_questionnaire(number: int = 1) -> Questionnaire:
    """The default one, in the federation that one is in."""
    found = Questionnaire.objects.create(number=number)
    Indicator.objects.bulk_create(
        Indicator(
            questionnaire=found,
            position=position,
            **{f"section_{lang}": text for lang, text in QUESTIONS["sections"][one["section"]].items()},
            **{f"{name}_{lang}": text for name in TEXTS for lang, text in one.get(name, {}).items()},
            **{key: value for key, value in one.items() if key not in (*TEXTS, "section")},
        )
        for position, one in enumerate(QUESTIONS["indicators"])
    )
    Rule.objects.bulk_create(
        Rule(
            questionnaire=found,
            **{f"message_{lang}": text for lang, text in one["message"].items()},
            **{key: value for key, value in one.items() if key != "message"},
        )
        for one in QUESTIONS["rules"]
    )
    return found


def an_edition(
    federation: Federation, *epn: Epn, year: int = 2022, questionnaire: Questionnaire | None = None, fill: bool = True
) -> Edition:
    with inside(federation), transaction.atomic():
        edition = Edition.objects.create(
            year=year,
            questionnaire=questionnaire or a_questionnaire(year),
            reference_day=dt.date(year, 12, 31),
            due_on=dt.date(year + 1, 1, 31),
        )
        returns = [CensusReturn.objects.create(edition=edition, epn_id=one.pk, name=one.slug) for one in epn]
        if fill:
            prefill_all(edition, returns)
    return edition


def return_of(federation: Federation, epn: Epn, year: int = 2022) -> CensusReturn:
    with inside(federation):
        return CensusReturn.objects.select_related("edition").get(epn_id=epn.pk, edition__year=year)


def answers_of(federation: Federation, epn: Epn, year: int = 2022) -> dict[str, ReturnValue]:
    with inside(federation):
        found = ReturnValue.objects.filter(census_return__epn_id=epn.pk, census_return__edition__year=year)
        return {one.indicator.code: one for one in found.select_related("indicator").order_by("pk")}


def indicator_of(kind: Kind = Kind.NUMBER, **said: Any) -> Indicator:
    return Indicator(code="x", position=1, kind=kind, label_fr="X", section_fr="S", **said)
