"""Two requests at the same moment, on two connections: with real commits, in a database of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from maillage.accounts.models import Person
from maillage.accounts.services import create_person
from tenants.registry.models import Invitation, Membership, Space
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_federation
from tenants.registry.services import grant_membership
from tenants.registry.team.selectors import coordinators
from tenants.registry.team.services import NotOpenError, accept, change_role, end_access, invite, join, leave_space
from tests.databases import new_name

PATIENCE = 300  # seconds until a test that hangs fails


@pytest.fixture(scope="module")
def own_database(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), scratch_database(new_name("team")):
        yield


@pytest.fixture
def network(own_database: None, request: pytest.FixtureRequest) -> Space:
    """A federation of the test's own with two coordinators."""
    slug = f"network-{Space.objects.count()}"
    space = provision_federation(name=slug, slug=slug).space
    for number in (1, 2):
        person = create_person(email=f"{number}@{slug}.example", name=f"Coordinator {number}")
        grant_membership(person=person, space=space, role="network_coordinator")
    return space


def elsewhere(pool: ThreadPoolExecutor, deed: Callable[[], Any]) -> Future[Any]:
    """On a connection of its own."""

    def done() -> Any:
        try:
            return deed()
        finally:
            connection.close()

    return pool.submit(done)


def refused(future: Future[Any]) -> bool:
    error = future.exception(timeout=PATIENCE)
    if isinstance(error, ValidationError):
        return error.code == "last_coordinator"
    assert error is None
    return False


DEEDS = {
    "leaving": lambda one: leave_space(membership=one),
    "being ended": lambda one: end_access(membership=one),
    "another role": lambda one: change_role(membership=one, role="network_observer"),
}


@pytest.mark.parametrize("second", DEEDS)
@pytest.mark.parametrize("first", DEEDS)
def test_of_two_coordinators_who_go_while_the_other_isnt_looking_one_stays(
    network: Space, first: str, second: str
) -> None:
    one, other = coordinators([network.pk]).order_by("pk")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            DEEDS[first](one)
            # Not committed yet: the other one could still see two coordinators, if it didn't wait for its turn.
            waiting = elsewhere(pool, lambda: DEEDS[second](other))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert refused(waiting)

    assert coordinators([network.pk]).count() == 1


def test_whoever_is_first_one_coordinator_is_left(network: Space) -> None:
    memberships = list(coordinators([network.pk]))
    start = threading.Barrier(2)

    def leave(membership: Membership) -> None:
        start.wait(PATIENCE)
        leave_space(membership=membership)

    with ThreadPoolExecutor(2) as pool:
        tries = [elsewhere(pool, lambda one=one: leave(one)) for one in memberships]  # type: ignore[misc]
        outcomes = sorted(refused(one) for one in tries)

    assert outcomes == [False, True]
    assert coordinators([network.pk]).count() == 1


def test_a_link_that_is_opened_twice_at_once_makes_one_account_and_one_role(network: Space) -> None:
    inviter = Person.objects.get(email=f"1@{network.name}.example")
    email = f"zoe@{network.name}.example"
    invitation, _secret = invite(space=network, email=email, role="network_observer", language="fr", by=inviter)
    start = threading.Barrier(2)

    def opened() -> str:
        start.wait(PATIENCE)
        try:
            join(invitation=invitation, name="Zoé", password="a long enough sentence", language="fr")
        except (ValidationError, NotOpenError):
            return "too late"
        return "in"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(one.result(PATIENCE) for one in [elsewhere(pool, opened) for _ in range(2)])

    assert outcomes == ["in", "too late"]
    assert Membership.objects.filter(space=network, person__email=email).count() == 1


def test_two_coordinators_who_invite_the_same_person_at_once_send_one_invitation(network: Space) -> None:
    start = threading.Barrier(2)

    def asked(person: Person) -> str:
        start.wait(PATIENCE)
        try:
            invite(space=network, email="y@example.org", role="network_observer", language="fr", by=person)
        except ValidationError as error:
            return str(next(iter(error.message_dict)))
        return "sent"

    people = [one.person for one in coordinators([network.pk]).select_related("person")]
    with ThreadPoolExecutor(2) as pool:
        tries = [elsewhere(pool, lambda one=one: asked(one)) for one in people]  # type: ignore[misc]
        outcomes = sorted(one.result(PATIENCE) for one in tries)

    assert outcomes == ["email", "sent"]
    assert Invitation.objects.filter(space=network, email="y@example.org").count() == 1


def test_an_invitation_that_is_withdrawn_while_it_is_accepted_is_one_of_both(network: Space) -> None:
    """The inviter goes; the invited one says yes in the same moment."""
    first, _second = coordinators([network.pk]).select_related("person").order_by("pk")
    email = f"xavier@{network.name}.example"
    person = create_person(email=email, name="Xavier")
    invitation, _secret = invite(space=network, email=email, role="network_observer", language="fr", by=first.person)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            leave_space(membership=first)
            waiting = elsewhere(pool, lambda: accept(invitation=invitation, person=person))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert isinstance(waiting.exception(PATIENCE), NotOpenError)

    assert not Membership.objects.filter(person=person).exists()
