"""Hostile by default: a real PostgreSQL with the real walls, and two federations with two EPN each, made once.

The cast: Amina coordinates the EPN Rue de la Poste, Bram animates there under article 60, Chloé coordinates
another EPN of the same federation, Dries coordinates the federation, Eva reviews for a funder, Farid
belongs to another federation.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client, TestCase
from django.utils import translation
from xdist.scheduler import LoadFileScheduling

from maillage.accounts.models import Person
from maillage.accounts.services import create_person
from maillage.reference import selectors as reference
from maillage.reference.services import load_reference
from tenants.premises.models import Site
from tenants.registry.crossing import OWNER_ROLE, entered, leave
from tenants.registry.database.base import Place
from tenants.registry.enums import Role
from tenants.registry.models import Epn, Federation, Space
from tenants.registry.provisioning.scratch import pattern_database, scratch_database
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tenants.registry.services import grant_membership
from tests import thoroughness  # noqa: F401 (before any test is read: how Hypothesis makes up its examples)
from tests.economy import client_of, frugal, sign_in_for_good

gc.disable()  # until the last test is read: what is loaded stays

# Files of few tests that take long. Each goes to one process whole: begun last, one would work while the others wait.
LONG_FILES = (
    "browser/",
    "demo/test_network.py",
    "registry/test_roles.py",
    "api/test_exploring_epn.py",
    "faults/test_figures_under_stress.py",
    "accessibility/",
    "cadastre/test_census_whole.py",
    "api/test_exploring_network.py",
    "api/test_lost_answers.py",
    "observability/test_serving.py",
    "jobs/test_worker.py",
    "api/test_changes.py",
    "api/test_tours.py",
    "backup/",
)


# Each goes to one process whole: it has one site and one Chromium.
TOGETHER = ("tests/browser/",)


class Scheduling(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Scheduling:
    return Scheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[None]:
    """Of files that nobody has compiled yet, each of the processes that read them all compiles its share first."""
    share = getattr(session.config, "workerinput", None)
    if share is not None and session.config.args == session.config.getini("testpaths"):
        files = sorted(Path(__file__).parent.rglob("test_*.py"))
        for path in files[int(share["workerid"].removeprefix("gw")) :: share["workercount"]]:
            if "image" not in path.parts:
                import_module(".".join(path.relative_to(session.config.rootpath).with_suffix("").parts))
    return (yield)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = os.path.dirname(__file__)

    def place(item: pytest.Item) -> int:
        path = os.path.relpath(item.path, here)
        return next((at for at, name in enumerate(LONG_FILES) if path.startswith(name)), len(LONG_FILES))

    items.sort(key=place)
    # The collector would go through all of it again and again: it looks at the rest only.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


PASSWORD = "a long enough sentence"


@pytest.fixture(scope="session", autouse=True)
def _frugal(django_test_environment: None) -> Iterator[None]:
    with frugal():
        yield


@pytest.fixture(autouse=True)
def _in_the_language_of_the_installation() -> None:
    """A request leaves its thread in its own language; the next test, in whatever order, begins in ours."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _what_is_known_of_places_stays() -> Iterator[None]:
    """Reference facts are read before any test and don't grow old: none meets their statements among those it counts.
    Who writes some and reads them takes them along at the end."""
    here = connection.settings_dict["NAME"]
    known = reference._snapshot
    if known is not None and _known is not None and known.database != here == _known.database:
        known = reference._snapshot = _known  # what was read last was of another test's own database
    yield
    if known is not None:
        reference._snapshot = known


@dataclass
class Cast:
    """The people and places of the tests. Spaces are never changed by a test that doesn't roll back."""

    caban: Federation
    poste: Epn
    abattoirs: Epn
    loire: Federation
    nevers: Epn
    decize: Epn
    amina: Person
    bram: Person
    chloe: Person
    dries: Person
    eva: Person
    farid: Person


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_db_blocker: object) -> Iterator[None]:
    """A database of this process's own, migrated and walled like a real one."""
    global _known
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with (
        django_db_blocker.unblock(),  # type: ignore[attr-defined]
        pattern_database(f"maillage_pattern_{os.getpid()}_{worker}"),
        scratch_database(f"maillage_test_{os.getpid()}_{worker}"),
    ):
        load_reference()
        reference.edition()
        _known = reference._snapshot
        _make_cast()
        assert _cast is not None
        sign_in_for_good([one for one in vars(_cast).values() if isinstance(one, Person)])
        connection.close()
        with django_db_blocker.block():  # type: ignore[attr-defined]
            yield


_cast: Cast | None = None
_known: reference._Snapshot | None = None


def _make_cast() -> None:
    global _cast
    caban = provision_federation(name="Caban", slug="caban")
    loire = provision_federation(name="Terres de Loire", slug="loire", country="fr", region="fr")

    def epn(federation: Federation, name: str, slug: str, site: dict[str, str]) -> Epn:
        return provision_epn(
            federation=federation,
            name=name,
            slug=slug,
            seed=lambda epn: Site.objects.create(name=name, **site),
        )

    schaerbeek = {"postcode": "1030", "town": "Schaerbeek", "commune": "21015", "country": "be"}
    anderlecht = {"postcode": "1070", "town": "Anderlecht", "commune": "21001", "country": "be"}
    poste = epn(caban, "Rue de la Poste", "rue-de-la-poste", schaerbeek)
    abattoirs = epn(caban, "Abattoirs", "abattoirs", anderlecht)
    nevers = epn(loire, "Kiosque de Nevers", "nevers", {"postcode": "58000", "town": "Nevers", "country": "fr"})
    decize = epn(loire, "Maison de Decize", "decize", {"postcode": "58300", "town": "Decize", "country": "fr"})

    def person(name: str, space: Space, role: str, funder: str = "") -> Person:
        email = f"{name.lower().replace('é', 'e')}@example.org"
        one = create_person(email=email, name=name, language="fr", password=PASSWORD)
        grant_membership(person=one, space=space, role=role, funder=funder)
        return one

    _cast = Cast(
        caban=caban,
        poste=poste,
        abattoirs=abattoirs,
        loire=loire,
        nevers=nevers,
        decize=decize,
        amina=person("Amina", poste.space, Role.EPN_COORDINATOR),
        bram=person("Bram", poste.space, Role.ANIMATOR),
        chloe=person("Chloé", abattoirs.space, Role.EPN_COORDINATOR),
        dries=person("Dries", caban.space, Role.NETWORK_COORDINATOR),
        eva=person("Eva", caban.space, Role.FUNDER_REVIEWER, funder="region"),
        farid=person("Farid", nevers.space, Role.EPN_COORDINATOR),
    )


@contextmanager
def lasting(blocker: Any) -> Iterator[Cast]:
    """For a fixture of a module: its rows are made once, every test finds them as they were, and then they are gone.

    Each test's own transaction becomes a savepoint in this one, which counts as a TestCase's: else no space could be
    entered. Not where a test closes the connection.
    """
    assert _cast is not None
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with blocker.unblock(), block:
        try:
            with blocker.block():
                yield _cast
        finally:
            leave()
            transaction.set_rollback(True)
            reference._snapshot = _known


@pytest.fixture
def cast(db: None) -> Cast:
    assert _cast is not None
    return _cast


@pytest.fixture(autouse=True)
def _nobody_stays_in_a_space(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that forgot to leave would lend its space to the next one."""
    yield
    if {"db", "cast", "transactional_db"} & set(request.fixturenames):
        leave()


@pytest.fixture
def django_capture_on_commit_callbacks() -> object:
    """pytest-django's, but what was executed is forgotten, as after a real COMMIT: else the next write in the same
    test finds the first one's refresh still waiting, and asks for none."""

    @contextmanager
    def capture(*, using: str = "default", execute: bool = False) -> Iterator[list[Callable[[], object]]]:
        with TestCase.captureOnCommitCallbacks(using=using, execute=execute) as callbacks:
            yield callbacks
        if execute:
            connection.run_on_commit.clear()

    return capture


@pytest.fixture
def signed_in(cast: Cast) -> object:
    """`signed_in(person)` gives a client with that person's session; the second time, with another one."""
    given: set[int] = set()

    def client(person: Person) -> Client:
        anew = person.pk in given
        given.add(person.pk)
        return client_of(person, anew=anew)

    return client


@contextmanager
def inside(epn_or_federation: Epn | Federation) -> Iterator[None]:
    """Work in a space as its own request role, as a view would."""
    with entered(epn_or_federation.space):
        yield


@contextmanager
def as_owner_of(epn_or_federation: Epn | Federation) -> Iterator[None]:
    """Work on a space's tables as their owner: what an operator with raw SQL could do."""
    space = epn_or_federation.space
    with entered(Place(space.schema_name, space.kind, OWNER_ROLE, space.pk)):
        yield
