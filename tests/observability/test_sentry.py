"""A crash in each layer, as the real SDK would send it: where it was and of what kind, and no word that was typed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.test import Client
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from maillage.observability import sentry
from tenants.activity.models import Visit
from tenants.registry.crossing import entered
from tenants.registry.models import Space
from tests.conftest import Cast
from tests.observability.conftest import POSTE, Events
from tests.observability.pages import CRASHES
from tests.observability.poison import MARK, POISON

pytestmark = pytest.mark.usefixtures("crashing_pages", "visit")


def assert_harmless(events: Events) -> None:
    assert events.all
    assert MARK not in events.text.lower()
    assert "sessionid" not in events.text
    for event in events.all:
        assert {"request", "user", "extra", "breadcrumbs", "modules", "contexts"} & set(event) == set()
        for value in event.get("exception", {}).get("values", []):
            assert all("vars" not in frame for frame in value["stacktrace"]["frames"])


@pytest.mark.parametrize("page", CRASHES)
def test_a_crash_of_a_page_says_where_and_which_space_and_nothing_of_the_visit(
    visitor: Client, events: Events, page: str
) -> None:
    response = visitor.post(f"{POSTE}{page}?q={POISON['query']}", {"password": POISON["password"]})

    assert response.status_code == 500
    assert_harmless(events)
    event = events.all[-1]
    route = "invitation" if "invitation" in page else page.strip("/")
    assert event["transaction"] == f"epn:{route}"
    assert event["tags"]["federation"] == "caban"
    assert event["tags"]["epn"] == "rue-de-la-poste"
    assert event["tags"]["request_id"] == response["X-Request-ID"]
    assert event["environment"] == "production"
    assert event["release"] == "maillage@1.2.3"
    frames = event["exception"]["values"][-1]["stacktrace"]["frames"]
    assert any(frame["filename"].endswith("observability/pages.py") and frame["lineno"] for frame in frames)


def test_an_event_names_the_kinds_of_the_errors_and_the_constraint(visitor: Client, events: Events) -> None:
    visitor.get(f"{POSTE}constraint/")

    values = events.only["exception"]["values"]
    assert [one["type"] for one in values] == ["CheckViolation", "IntegrityError"]
    assert {one["value"] for one in values} == {"SQLSTATE 23514, constraint visit_minutes_within_a_day"}


def test_a_crash_of_the_api_says_nothing_of_its_body_or_its_token(program: Client, events: Events) -> None:
    response = program.post(f"{POSTE}api/v1/call/", {"note": POISON["note"]}, content_type="application/json")

    assert response.status_code == 500
    assert_harmless(events)
    secret = program.defaults["HTTP_AUTHORIZATION"].removeprefix("Token ")
    assert len(secret) > 40
    assert not [at for at in range(len(secret) - 11) if secret[at : at + 12] in events.text]
    assert events.only["transaction"] == "epn:call"
    assert events.only["tags"]["epn"] == "rue-de-la-poste"
    assert events.only["exception"]["values"][-1]["type"] == "TypeError"


def test_an_error_that_a_service_caught_and_logged_is_an_event_too(visitor: Client, events: Events) -> None:
    assert visitor.get(f"{POSTE}told/").status_code == 200

    assert_harmless(events)
    assert events.only["logentry"]["message"] == "person 12 is not there"
    assert events.only["exception"]["values"][-1]["type"] == "Person.DoesNotExist"


def test_a_crash_of_a_job_says_which_space_it_worked_in(cast: Cast, events: Events) -> None:
    queue = App(connector=InMemoryConnector())

    @queue.task(name="crashing")
    def crashing(space_id: int, words: str) -> None:
        try:
            with entered(Space.objects.get(pk=space_id)):
                raise ValueError(f"cannot make sense of {words}")
        finally:
            connection.close()  # of the job's own thread

    crashing.defer(space_id=cast.poste.pk, words=POISON["note"])
    queue.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    assert_harmless(events)
    event = events.all[-1]
    assert event["tags"]["federation"] == "caban"
    assert event["tags"]["epn"] == "rue-de-la-poste"
    assert event["exception"]["values"][-1]["type"] == "ValueError"


def test_a_crash_of_a_command_is_an_event_and_names_its_space(
    cast: Cast, events: Events, uncaught: Callable[[BaseException], None], capsys: pytest.CaptureFixture[str]
) -> None:
    class Command(BaseCommand):
        def handle(self, *args: Any, **options: Any) -> None:
            with entered(cast.poste.space):
                raise ValueError(f"{Visit.objects.get().note} {POISON['email']}")

    with pytest.raises(ValueError) as caught:
        call_command(Command())
    uncaught(caught.value)

    assert_harmless(events)
    assert events.only["level"] == "fatal"
    assert events.only["tags"]["epn"] == "rue-de-la-poste"
    assert MARK not in "".join(capsys.readouterr()).lower()


def test_a_crash_of_a_thread_is_an_event(events: Events, monkeypatch: pytest.MonkeyPatch) -> None:
    from maillage.observability.crashes import _uncaught_in_thread

    monkeypatch.setattr(threading, "excepthook", _uncaught_in_thread)

    def crash() -> None:
        raise ValueError(POISON["note"])

    thread = threading.Thread(target=crash)
    thread.start()
    thread.join()

    assert_harmless(events)


def test_without_a_dsn_nothing_is_started(settings: Any) -> None:
    import sentry_sdk

    settings.SENTRY_DSN = ""

    sentry.start()

    assert not sentry_sdk.get_client().is_active()


def test_no_integration_looks_into_requests_or_queries(events: Events) -> None:
    import sentry_sdk

    options = sentry_sdk.get_client().options

    assert set(sentry_sdk.get_client().integrations) == {"logging", "dedupe", "atexit"}
    assert not options["send_default_pii"]
    assert options["include_local_variables"] is False
    assert options["max_request_body_size"] == "never"
    assert not options["traces_sample_rate"]
