"""Something real behind the addresses of the money's pages, for the walk of the role table."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from maillage.accounts.models import Person
from network.funding.importing.services import take_in
from network.funding.models import (
    Application,
    ApplicationStep,
    CostModel,
    Funder,
    Grant,
    Proposal,
    Scenario,
    ScenarioMeasure,
)
from tenants.registry.enums import Kind
from tests.conftest import Cast, inside

Arguments = dict[str, Any]


def a_grant(cast: Cast, person: Person | None) -> Arguments:

    with inside(cast.caban):
        funder = Funder.objects.create(code=secrets.token_hex(4), name="Région")
        first, last = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
        return {
            "pk": Grant.objects.create(funder=funder, title="Aide", starts_on=first, ends_on=last, amount_eur=100).pk
        }


def a_kind_of_line(cast: Cast, person: Person | None) -> Arguments:
    return {"what": "funder"}


def a_line_of_money(cast: Cast, person: Person | None) -> Arguments:
    return {"what": "grant", "pk": a_grant(cast, person)["pk"]}


def an_application(cast: Cast, person: Person | None) -> Arguments:

    with inside(cast.caban):
        funder = Funder.objects.create(code=secrets.token_hex(4), name="Région")
        return {"pk": Application.objects.create(funder=funder, title="Demande", year=2026, asked_eur=100).pk}


def a_step_of_an_application(cast: Cast, person: Person | None) -> Arguments:

    application = an_application(cast, person)["pk"]
    with inside(cast.caban):
        step = ApplicationStep.objects.create(application_id=application, state="sent", on="2026-01-05")
    return {"pk": application, "step": step.pk}


def an_import_of_expenses(cast: Cast, person: Person | None) -> Arguments:

    pk = a_grant(cast, person)["pk"]
    with inside(cast.caban):
        file = b"Date;Libelle;Montant\n2026-02-03;Toner;12,50\n"
        grant = Grant.objects.get(pk=pk)
        return {"pk": take_in(grant=grant, content=file, filename="a.csv", by_id=cast.dries.pk).pk}


def a_cost(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        made = CostModel.objects.get_or_create(valid_from=dt.date(2019, 1, 1), defaults={"amount_eur": 25_000})
        return {"pk": made[0].pk}


def a_scenario(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.caban):
        return {"pk": Scenario.objects.create(name="Mi-temps", year=2026, hours_per_fte=30, weeks_open=46).pk}


def a_kind_of_measure(cast: Cast, person: Person | None) -> Arguments:
    return {**a_scenario(cast, person), "kind": "each"}


def a_measure(cast: Cast, person: Person | None) -> Arguments:
    scenario = a_scenario(cast, person)["pk"]
    with inside(cast.caban):
        return {"pk": ScenarioMeasure.objects.create(scenario_id=scenario, kind="each", amount_eur=1).pk}


def a_proposal(cast: Cast, person: Person | None) -> Arguments:
    scenario = a_scenario(cast, person)["pk"]
    with inside(cast.caban):
        return {"pk": Proposal.objects.create(title="Demande", language="fr", scenario_ids=[scenario]).pk}


OF_MONEY = [
    (Kind.FEDERATION, "funding:cost_items", a_cost),
    (Kind.FEDERATION, "funding:scenario*", a_scenario),
    (Kind.FEDERATION, "funding:measure_add", a_kind_of_measure),
    (Kind.FEDERATION, "funding:measure*", a_measure),
    (Kind.FEDERATION, "funding:proposal*", a_proposal),
    (Kind.FEDERATION, "funding:add", a_kind_of_line),
    (Kind.FEDERATION, "funding:grant", a_grant),
    (Kind.FEDERATION, "funding:import_file", a_grant),
    (Kind.FEDERATION, "funding:import*", an_import_of_expenses),
    (Kind.FEDERATION, "funding:application_undo", a_step_of_an_application),
    (Kind.FEDERATION, "funding:application*", an_application),
    (Kind.FEDERATION, "funding:*", a_line_of_money),
]
