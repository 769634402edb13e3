"""Programs at the door: a client with a person's token, and a year that may be read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from maillage.accounts.models import Person
from tenants.premises.models import Site
from tenants.registry.models import Epn, Federation
from tenants.registry.services import make_token
from tests.api.serving import Served, serving
from tests.conftest import Cast, inside
from tests.databases import connected_to

POSTE = "/caban/rue-de-la-poste/api/v1"
ABATTOIRS = "/caban/abattoirs/api/v1"
CABAN = "/caban/api/v1"


class Program(Client):
    """Sends and reads JSON; `last` is the answer as it came."""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.generic(method, path, headers=headers or None, **sent)


@pytest.fixture(scope="session")
def server(django_db_setup: None, django_db_blocker: Any) -> Iterator[Served]:
    with django_db_blocker.unblock(), serving() as one, django_db_blocker.block():
        yield one


@pytest.fixture(scope="module")
def served(server: Served, django_db_blocker: Any) -> Iterator[Served]:
    """The same for every module: a test counts from what it finds. Meanwhile its database is the default one."""
    with django_db_blocker.unblock(), connected_to(server.database):
        yield server


@pytest.fixture(autouse=True)
def _a_new_minute() -> None:
    cache.clear()


@pytest.fixture
def program(cast: Cast) -> Callable[..., Program]:
    """`program(person, epn_or_federation)` gives a client with a token; without a person, one without."""

    def with_token(person: Person | None = None, place: Epn | Federation | None = None) -> Program:
        if person is None or place is None:
            return Program()
        _token, secret = make_token(person=person, space=place.space)
        return Program(headers={"Authorization": f"Token {secret}"})

    return with_token


@pytest.fixture
def site_id(cast: Cast) -> int:
    with inside(cast.poste):
        return int(Site.objects.order_by("pk").values_list("pk", flat=True)[0])


@pytest.fixture
def a_visit(site_id: int) -> Callable[..., dict[str, Any]]:
    """The body of a visit; a test says only what matters to it."""

    def body(**said: Any) -> dict[str, Any]:
        return {
            "date": "2026-10-30", "minutes": 25, "site": site_id, "mode": "individual", "themes": ["tax"],
            "outcome": "solved", **said,
        }  # fmt: skip

    return body
