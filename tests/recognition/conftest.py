"""A network whose first EPN is open 20 hours with seven devices, and whose second one says nothing of itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.db import connection

from network.directory.cards import copy_cards
from tenants.premises.equipment.services import count_equipment
from tenants.premises.models import Site
from tests.conftest import Cast, inside, lasting

TODAY = dt.date.today()
TWENTY_HOURS = "Mo-Fr 09:00-13:00"


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: object) -> Iterator[Cast]:
    with lasting(django_db_blocker) as cast:
        with django_db_blocker.unblock():  # type: ignore[attr-defined]
            with inside(cast.poste):
                Site.objects.update(opening_hours=TWENTY_HOURS, modes=["open_access"])
                count_equipment(Site.objects.get(), counts={"computer": 5, "tablet": 2, "printer": 1}, counted_on=TODAY)
            connection.run_on_commit.clear()  # else the next card to copy in a test finds this one still waiting
            copy_cards(cast.caban)
        yield cast


@pytest.fixture
def network(made: Cast, db: None) -> Cast:
    return made
