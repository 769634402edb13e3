"""A database of its own, and workers that are processes of their own: they can be told to stop, and killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from network.figures.services import refresh_epn
from network.webhooks.enums import EventType
from network.webhooks.models import Subscription
from network.webhooks.services import subscribe
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.models import Epn, Federation
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tests.databases import new_name
from tests.processes import Forked
from tests.webhooks.receiver import Receiver, receiving


@dataclass
class House:
    database: str
    federation: Federation
    epn: Epn


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: object) -> Iterator[House]:
    name = new_name("jobs")
    with django_db_blocker.unblock(), scratch_database(name):  # type: ignore[attr-defined]
        federation = provision_federation(name="Caban", slug="caban")
        epn = provision_epn(
            federation=federation,
            name="Rue de la Poste",
            slug="rue-de-la-poste",
            seed=lambda epn: Site.objects.create(name="here", postcode="1030", town="Schaerbeek", commune="21015"),
        )
        refresh_epn(epn.pk)  # what making it asked to count
        yield House(name, federation, epn)


@pytest.fixture
def empty_queue(house: House) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    yield
    with entered(house.federation.space):
        Subscription.objects.all().delete()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def subscription(house: House, empty_queue: None, receiver: Receiver) -> Subscription:
    with entered(house.federation.space):
        return subscribe(url=receiver.url, events=EventType.values, description="Zoé's website")[0]


Worker = Callable[..., Forked]


def work(*options: str) -> None:
    settings.WEBHOOKS_LEASE_SECONDS = 1
    call_command("worker", *options)


@pytest.fixture
def worker(house: House) -> Iterator[Worker]:
    """`worker("--once")`: a process; whatever is left of it is killed at the end."""
    started: list[Forked] = []

    def start(*options: str) -> Forked:
        started.append(Forked(house.database, work, *options))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
