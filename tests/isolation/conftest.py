"""What the attacks need: a visit in two EPN, and connections that no test's transaction wraps."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.models import Epn
from tests.conftest import Cast, as_owner_of, inside

Elsewhere = Callable[[Callable[[], Any]], Any]


def log_visit(note: str, day: dt.date = dt.date(2026, 5, 4)) -> Visit:
    """A visit in the space that the caller is in."""
    return Visit.objects.create(
        date=day,
        minutes=20,
        site=Site.objects.get(),
        mode="individual",
        themes=["tax"],
        outcome="solved",
        note=note,
    )


@pytest.fixture
def visits(cast: Cast) -> dict[int, Visit]:
    """One visit in each EPN, by the EPN's id; each has a note that names its EPN."""
    found = {}
    for epn in (cast.poste, cast.abattoirs, cast.nevers):
        with inside(epn):
            found[epn.pk] = log_visit(f"secret of {epn.slug}")
    return found


@pytest.fixture
def elsewhere(cast: Cast) -> Elsewhere:
    """Run a function in a thread of its own: in autocommit, on a connection like a server's."""

    def run(function: Callable[[], Any]) -> Any:
        outcome: dict[str, Any] = {}

        def work() -> None:
            try:
                outcome["result"] = function()
            except BaseException as error:
                outcome["error"] = error
            finally:
                connection.throw_away()

        thread = threading.Thread(target=work)
        thread.start()
        thread.join(timeout=300)
        assert not thread.is_alive(), "the thread waits for something that doesn't come"
        if "error" in outcome:
            raise outcome["error"]
        return outcome["result"]

    return run


@pytest.fixture
def committed(cast: Cast, elsewhere: Elsewhere) -> Iterator[None]:
    """The visits of `visits`, really committed, and taken away afterwards."""
    three: list[Epn] = [cast.poste, cast.abattoirs, cast.nevers]

    def make() -> None:
        for epn in three:
            with inside(epn):
                log_visit(f"secret of {epn.slug}")

    def take_away() -> None:
        for epn in three:
            with as_owner_of(epn), connection.cursor() as cursor:
                cursor.execute("DELETE FROM activity_visit")
                cursor.execute("DELETE FROM marks_mark")

    elsewhere(make)
    yield
    elsewhere(take_away)


@pytest.fixture
def bad_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The views of `tests.isolation.urls` in the place of every EPN's pages."""
    from django.conf import settings

    from tenants.registry.enums import Kind
    from tenants.registry.roles import EPN_STAFF, ROUTES
    from tests.isolation.urls import closed_in, urlpatterns

    monkeypatch.setitem(settings.TENANT_TYPES["epn"], "URLCONF", "tests.isolation.urls")
    monkeypatch.setitem(ROUTES, Kind.EPN, {str(one.name): {"GET": EPN_STAFF} for one in urlpatterns})
    closed_in.clear()
