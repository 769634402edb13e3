from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.cadastre.conftest import after_commit, year_2022
from tests.conftest import Cast, lasting
from tests.editions.returns import Poste, an_edition, live_2022

__all__ = ["after_commit", "poste", "year_2022"]


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
