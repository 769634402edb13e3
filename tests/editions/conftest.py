from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from network.cadastre.services import grant_recognition
from network.funding.services import set_cost_model
from tests.cadastre.conftest import after_commit, year_2022
from tests.conftest import Cast, inside, lasting
from tests.editions.office import Office, opened
from tests.editions.returns import Poste, an_edition, live_2022

__all__ = ["after_commit", "office", "poste", "year_2022"]


@pytest.fixture(scope="module")
def asked_2022(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The year of `year_2022`, and the edition that asks both EPN about it: made once for all tests of a file."""
    with lasting(django_db_blocker) as cast:
        with django_db_blocker.unblock():
            live_2022(cast)
            an_edition(cast.caban, cast.poste, cast.abattoirs)
        yield cast


@pytest.fixture
def poste(asked_2022: Cast, cast: Cast, signed_in: Any) -> Poste:
    """Amina before the return of Rue de la Poste for 2022, that daily work filled in; Abattoirs has its own."""
    client: Client = signed_in(cast.amina)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return Poste(cast, client)


@pytest.fixture(scope="module")
def opened_2022(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The same year, whose edition the network has just opened, with today's deadline a month away."""
    with lasting(django_db_blocker) as cast:
        with django_db_blocker.unblock():
            live_2022(cast)
            with inside(cast.caban):
                grant_recognition(epn_id=cast.poste.pk, since=dt.date(2021, 9, 1))
                set_cost_model(valid_from=dt.date(2022, 1, 1), amount_eur=Decimal(25000), source="study")
            opened(cast)
        yield cast


@pytest.fixture
def office(opened_2022: Cast, cast: Cast, signed_in: Any) -> Office:
    """Dries before the edition of 2022, open for both EPN."""
    client: Client = signed_in(cast.dries)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return Office(cast, client)
