"""What the tests of volunteers share: Hugo, who volunteers at Rue de la Poste since 5 January 2026."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from tenants.staff.models import Contract, StaffMember
from tenants.volunteers.models import Organisation
from tests.conftest import Cast, inside

BASE = "/caban/rue-de-la-poste/volunteers/"
NewVolunteer = Callable[..., Contract]
FACTS = {
    "name": "ASBL de la Poste",
    "status": "association",
    "responsible": "",
    "aim": "Aider chacun avec le numérique.",
    "insurer": "Assurances de l'Exemple",
    "policy": "RC-1",
    "insured_until": "",
    "other_cover": "",
    "costs": "flat",
    "costs_details": "",
    "secrecy": "on",
}


TODAY = dt.date(2026, 11, 10)  # a Tuesday


@pytest.fixture
def that_day() -> Iterator[None]:
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(11), dt.UTC), tick=False):
        yield


@pytest.fixture
def new_volunteer(cast: Cast) -> NewVolunteer:
    def made(name: str = "Hugo", **said: Any) -> Contract:
        usual = {"type": "volunteer", "starts_on": dt.date(2026, 1, 5), "hours_per_week": Decimal(4)}
        account = said.pop("account", None)
        with inside(cast.poste):
            member, _ = StaffMember.objects.get_or_create(name=name, defaults={"account": account})
            contract: Contract = Contract.objects.create(member=member, **{**usual, **said})
        return contract

    return made


@pytest.fixture
def hugo(new_volunteer: NewVolunteer) -> Contract:
    return new_volunteer()


@pytest.fixture
def organisation(cast: Cast) -> Organisation:
    facts: dict[str, Any] = {**FACTS, "insured_until": None, "secrecy": True}
    with inside(cast.poste):
        made: Organisation = Organisation.objects.create(pk=1, **facts)
    return made


@pytest.fixture
def amina(cast: Cast, signed_in: Any, that_day: None) -> Client:
    client: Client = signed_in(cast.amina)
    client.cookies["django_language"] = "en"
    return client


def words(response: Any) -> str:
    """What a page says, without its tags."""
    html = unescape(response.content.decode())
    assert "⟦undefined" not in html
    return " ".join(re.sub(r"<[^>]*>", " ", html.split("<main", 1)[1].split("</main>")[0]).split())
