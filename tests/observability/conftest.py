from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import sentry_sdk
from django.conf import settings as django_settings
from django.test import Client
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from maillage.accounts.models import Person
from maillage.observability import crashes, sentry
from maillage.observability.log_lines import ContentFreeFormatter, JsonLines
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.enums import Kind
from tenants.registry.roles import EPN_STAFF, ROUTES
from tenants.registry.services import make_token
from tests.conftest import Cast, inside
from tests.isolation.conftest import elsewhere, log_visit
from tests.observability.pages import urlpatterns
from tests.observability.poison import POISON

__all__ = ["elsewhere"]  # a fixture

SignedIn = Callable[[Person], Client]
POSTE = "/caban/rue-de-la-poste/"


@pytest.fixture
def crashing_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(django_settings.TENANT_TYPES["epn"], "URLCONF", "tests.observability.pages")
    everything = {"GET": EPN_STAFF, "POST": EPN_STAFF}
    monkeypatch.setitem(ROUTES, Kind.EPN, {str(one.name): everything for one in urlpatterns})


@pytest.fixture
def visit(cast: Cast) -> Visit:
    with inside(cast.poste):
        Site.objects.update(name=POISON["name"])
        return log_visit(POISON["note"])


@pytest.fixture
def visitor(cast: Cast, signed_in: SignedIn) -> Client:
    """Amina's browser, which carries something to hide wherever a browser can."""
    Person.objects.filter(pk=cast.amina.pk).update(name=POISON["name"], email=POISON["email"])
    client = signed_in(cast.amina)
    client.raise_request_exception = False
    client.cookies["preference"] = POISON["cookie"]
    client.defaults |= {
        "HTTP_USER_AGENT": POISON["name"],
        "HTTP_REFERER": f"http://testserver/{POISON['secret']}",
        "HTTP_X_REQUEST_ID": POISON["token"],
        "HTTP_BAGGAGE": f"sentry-trace_id={'a' * 32},sentry-transaction={POISON['secret']},user={POISON['cookie']}",
        "HTTP_SENTRY_TRACE": f"{'a' * 32}-{'b' * 16}-1",
        "HTTP_X_FORWARDED_FOR": POISON["cookie"],
    }
    return client


@pytest.fixture
def program(visitor: Client, cast: Cast) -> Client:
    _token, secret = make_token(person=cast.amina, space=cast.poste.space, name=POISON["name"])
    visitor.defaults["HTTP_AUTHORIZATION"] = f"Token {secret}"
    return visitor


@dataclass
class Lines:
    """What the handlers wrote: JSON for machines, and lines for people."""

    machine: io.StringIO
    human: io.StringIO

    @property
    def text(self) -> str:
        return self.machine.getvalue() + self.human.getvalue()

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.machine.getvalue().splitlines()]

    def of(self, logger: str) -> list[dict[str, Any]]:
        return [one for one in self.records if one["logger"] == logger]


@pytest.fixture
def lines(settings: Any) -> Iterator[Lines]:
    """Everything that any logger says, from DEBUG on, as both formatters write it."""
    root, found, handlers = logging.getLogger(), Lines(io.StringIO(), io.StringIO()), []
    before = root.level
    for stream, formatter in (
        (found.machine, JsonLines(json_ensure_ascii=False)),
        (found.human, ContentFreeFormatter("{levelname} {name} {message}{where}", style="{")),
    ):
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handlers.append(handler)
        root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield found
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)


@dataclass
class Events:
    envelopes: list[Envelope]

    @property
    def text(self) -> str:
        """Every byte that would have gone over the wire."""
        return b"".join(one.serialize() for one in self.envelopes).decode()

    @property
    def all(self) -> list[dict[str, Any]]:
        return [dict(event) for one in self.envelopes if (event := one.get_event()) is not None]

    @property
    def only(self) -> dict[str, Any]:
        (event,) = self.all
        return event


@pytest.fixture
def events(settings: Any) -> Iterator[Events]:
    """The real SDK, with a transport that keeps what it should send."""
    found = Events([])

    class Keeping(Transport):
        def capture_envelope(self, envelope: Envelope) -> None:
            found.envelopes.append(envelope)

    settings.SENTRY_DSN = "https://key@sentry.example.org/1"
    settings.SENTRY_ENVIRONMENT, settings.SENTRY_RELEASE = "production", "maillage@1.2.3"
    sentry.start(transport=Keeping)
    yield found
    sentry_sdk.get_client().close()
    sentry_sdk.get_global_scope().set_client(None)


@pytest.fixture
def uncaught() -> Callable[[BaseException], None]:
    """What Python does with an error that ends the process."""
    return lambda error: crashes._uncaught(type(error), error, error.__traceback__)
