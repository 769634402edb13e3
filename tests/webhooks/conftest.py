from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from network.figures.services import refresh_epn
from network.webhooks.announcing import forget_subscribers
from network.webhooks.delivering import Run, deliver_due
from network.webhooks.enums import EventType
from network.webhooks.models import Delivery, Subscription
from network.webhooks.publishing import publish_changes
from network.webhooks.services import send_test, subscribe
from tenants.registry.models import Federation
from tests.conftest import Cast, inside
from tests.webhooks.receiver import Receiver, receiving

BOTH = list(EventType.values)


@pytest.fixture(autouse=True)
def _nobody_is_remembered() -> Iterator[None]:
    forget_subscribers()
    yield
    forget_subscribers()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def subscribed(cast: Cast, receiver: Receiver) -> tuple[Subscription, str]:
    """Caban's website is told of everything; with the secret. What making the EPN asked to count is counted before."""
    for epn in (cast.poste, cast.abattoirs):
        refresh_epn(epn.pk)
    with inside(cast.caban):
        subscription, secret = subscribe(url=receiver.url, events=BOTH, description="Website")
    assert secret is not None
    forget_subscribers()
    return subscription, secret


@pytest.fixture
def told(cast: Cast) -> Callable[..., Run]:
    """`told()`: what the worker does for Caban each minute, at once: publish, then deliver to each subscription."""

    def tell(federation: Federation | None = None) -> Run:
        with inside(federation or cast.caban):
            publish_changes()
            runs = [deliver_due(one.pk) for one in Subscription.objects.order_by("pk")]
            return runs[-1] if runs else Run()

    return tell


@pytest.fixture
def a_test_message(cast: Cast, subscribed: tuple[Subscription, str]) -> Delivery:
    with inside(cast.caban):
        return send_test(subscription=subscribed[0])


def the_delivery() -> Delivery:
    delivery: Delivery = Delivery.objects.get()
    return delivery


def make_due() -> None:
    """The wait is over."""
    Delivery.objects.filter(next_attempt_at__isnull=False).update(
        next_attempt_at=timezone.now() - dt.timedelta(seconds=1), claimed_until=None
    )


def say_nothing_recent() -> None:
    """A minute has gone by since the last message."""
    for one in Delivery.objects.all():
        Delivery.objects.filter(pk=one.pk).update(created_at=one.created_at - dt.timedelta(minutes=1))
