"""Papers of the label behind the addresses that have arguments, for the walk of the role table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from maillage.accounts.models import Person
from network.cadastre.recognition.models import Benefit, CriteriaSet, Inspection
from network.cadastre.recognition.services import decide
from tenants.registry.enums import Kind
from tests.conftest import Cast, inside


def a_refusal(cast: Cast, person: Person | None) -> dict[str, Any]:
    """A decision that is the last one, and can be undone."""
    with inside(cast.caban):
        made = decide(epn_id=cast.abattoirs.pk, verdict="refused", decided_on=dt.date.today(), reason="=Heures")
    return {"epn_id": cast.abattoirs.pk, "number": made.number}


def a_visit_on_the_spot(cast: Cast, person: Person | None) -> dict[str, Any]:
    with inside(cast.caban):
        made = Inspection.objects.create(epn_id=cast.abattoirs.pk, on=dt.date(2026, 3, 2), by_name="=Dries")
    return {"epn_id": cast.abattoirs.pk, "pk": made.pk}


def a_benefit(cast: Cast, person: Person | None) -> dict[str, Any]:
    with inside(cast.caban):
        made = Benefit.objects.create(epn_id=cast.abattoirs.pk, on=dt.date(2026, 3, 2), kind="kit")
    return {"epn_id": cast.abattoirs.pk, "pk": made.pk}


def a_set_of_criteria(cast: Cast, person: Person | None) -> dict[str, Any]:
    """To come: one that holds is never taken back."""
    with inside(cast.caban):
        day = dt.date(2040, 1, 1) + dt.timedelta(days=CriteriaSet.objects.count())
        return {"set_id": CriteriaSet.objects.create(region="be-bru", valid_from=day).pk}


OF_THE_LABEL: list[tuple[str, str, Callable[[Cast, Person | None], dict[str, Any]]]] = [
    (Kind.FEDERATION, "recognition:undo", a_refusal),
    (Kind.FEDERATION, "recognition:inspection*", a_visit_on_the_spot),
    (Kind.FEDERATION, "recognition:benefit_remove", a_benefit),
    (Kind.FEDERATION, "recognition:criteria_drop", a_set_of_criteria),
]
