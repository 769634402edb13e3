"""A real server at the other end: it answers, fails, hangs, redirects, hangs up, goes away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from network.webhooks.delivering import JITTER, TRIES, WAITS, Run, deliver_due, due, remove_old
from network.webhooks.enums import DeliveryStatus, Failure, OffReason
from network.webhooks.models import Delivery, SigningKey, Subscription
from network.webhooks.services import change_subscription, replay, replay_failed, rotate_secret, send_test
from network.webhooks.tasks import deliver
from tests.conftest import Cast, inside
from tests.webhooks.conftest import BOTH, make_due, the_delivery
from tests.webhooks.receiver import Behaviour, Receiver, answers, drips, hangs, hangs_up

Told = Callable[..., Run]


def test_a_message_arrives_and_its_signature_holds(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], a_test_message: Delivery, told: Told
) -> None:
    told()

    (message,) = receiver.messages
    assert message.is_signed_with(subscribed[1])
    assert not message.is_signed_with("whsec_" + "A" * 44)
    assert message.headers["webhook-id"] == str(a_test_message.event_id)
    assert message.headers["content-type"] == "application/json"
    assert message.json["type"] == "webhook.test"
    assert message.json["data"] == {"federation": "caban"}
    with inside(cast.caban):
        row = the_delivery()
    assert (row.status, row.attempts, row.status_code, row.failure) == (DeliveryStatus.DELIVERED, 1, 204, "")
    assert row.duration_ms is not None and row.claimed_until is None


def test_what_is_taken_is_not_sent_again(receiver: Receiver, a_test_message: Delivery, told: Told) -> None:
    told()
    told()

    assert len(receiver.messages) == 1


@pytest.mark.parametrize(
    ("behaviour", "failure", "code"),
    [
        (answers(500), Failure.REFUSED, 500),
        (answers(404), Failure.REFUSED, 404),
        (answers(302, Location="http://169.254.169.254/"), Failure.REDIRECT, 302),
        (hangs_up, Failure.BROKEN, None),
        (hangs(60), Failure.TIMEOUT, None),
        (drips(60), Failure.TIMEOUT, None),
    ],
)
def test_a_failure_is_written_down_and_tried_again_later(
    cast: Cast,
    receiver: Receiver,
    a_test_message: Delivery,
    told: Told,
    settings: Any,
    behaviour: Behaviour,
    failure: Failure,
    code: int | None,
) -> None:
    settings.WEBHOOKS_TIMEOUT_SECONDS = 0.6 if failure == Failure.TIMEOUT else 60
    receiver.plan = [behaviour]

    told()

    with inside(cast.caban):
        row = the_delivery()
        assert (row.status, row.failure, row.status_code) == (DeliveryStatus.WAITING, failure, code)
        assert row.next_attempt_at is not None and row.next_attempt_at > timezone.now()
        make_due()
    told()
    assert len(receiver.messages) == 2
    assert receiver.messages[0].headers["webhook-id"] == receiver.messages[1].headers["webhook-id"]
    with inside(cast.caban):
        assert the_delivery().status == DeliveryStatus.DELIVERED


def test_a_receiver_that_fails_three_times_gets_it_the_fourth(
    cast: Cast, receiver: Receiver, a_test_message: Delivery, told: Told
) -> None:
    receiver.plan = [answers(503)] * 3

    for _ in range(4):
        told()
        with inside(cast.caban):
            make_due()

    with inside(cast.caban):
        assert (the_delivery().status, the_delivery().attempts) == (DeliveryStatus.DELIVERED, 4)
        assert Subscription.objects.get().failing_since is None


def test_eight_tries_in_about_a_day_then_it_is_given_up(
    cast: Cast, receiver: Receiver, a_test_message: Delivery, told: Told
) -> None:
    receiver.plan = [answers(500)] * 20
    waits = []

    for _ in range(TRIES + 2):
        told()
        with inside(cast.caban):
            row = the_delivery()
            if row.next_attempt_at is not None:
                waits.append(row.next_attempt_at - timezone.now())
            make_due()

    assert len(receiver.messages) == TRIES == 8
    with inside(cast.caban):
        assert the_delivery().status == DeliveryStatus.GIVEN_UP
    assert sum(WAITS, dt.timedelta()) > dt.timedelta(hours=23)
    for planned, real in zip(WAITS, waits, strict=True):
        assert planned * (1 - JITTER) - dt.timedelta(seconds=5) <= real <= planned * (1 + JITTER)


def test_nobody_listens(cast: Cast, a_test_message: Delivery, told: Told) -> None:
    with inside(cast.caban):
        Subscription.objects.update(url="http://127.0.0.1:9/")

    told()

    with inside(cast.caban):
        assert the_delivery().failure == Failure.UNREACHABLE


def test_a_receiver_that_is_gone_is_switched_off_and_its_coordinators_are_told(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], a_test_message: Delivery
) -> None:
    receiver.plan = [answers(410)]

    run_job(cast, subscribed[0])

    with inside(cast.caban):
        row = Subscription.objects.get()
    assert (row.active, row.off_reason) == (False, OffReason.GONE)
    (message,) = mail.outbox
    assert message.to == ["dries@example.org"]
    assert "410" in message.body and "Website" in message.body
    assert f"\nhttp://localhost:8000/caban/webhooks/{row.pk}/" in message.body
    assert "127.0.0.1" not in message.body + message.subject


def run_job(cast: Cast, subscription: Subscription) -> None:
    """As the worker calls it."""

    class Context:
        @staticmethod
        def should_abort() -> bool:
            return False

    deliver(Context(), space_id=cast.caban.pk, subscription_id=subscription.pk)  # type: ignore[arg-type]


def test_days_of_failures_switch_it_off_and_one_success_starts_again(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], a_test_message: Delivery, settings: Any
) -> None:
    receiver.plan = [answers(500), answers(204), answers(500), answers(500)]
    long_ago = timezone.now() - dt.timedelta(days=settings.WEBHOOKS_OFF_AFTER_DAYS, minutes=1)

    run_job(cast, subscribed[0])
    with inside(cast.caban):
        assert Subscription.objects.get().failing_since is not None
        make_due()
    run_job(cast, subscribed[0])
    with inside(cast.caban):
        assert Subscription.objects.get().failing_since is None
        send_test(subscription=subscribed[0])
    run_job(cast, subscribed[0])
    with inside(cast.caban):
        assert Subscription.objects.get().active
        Subscription.objects.update(failing_since=long_ago)
        make_due()
    run_job(cast, subscribed[0])

    with inside(cast.caban):
        assert Subscription.objects.get().off_reason == OffReason.FAILING
        make_due()
        assert list(due()) == []
    assert len(mail.outbox) == 1
    run_job(cast, subscribed[0])
    assert len(receiver.messages) == 4 and len(mail.outbox) == 1


def test_switched_on_again_it_gets_what_has_been_waiting(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], a_test_message: Delivery, told: Told
) -> None:
    same = {"url": receiver.url, "events": BOTH, "description": "Website"}
    with inside(cast.caban):
        off = change_subscription(subscription=subscribed[0], **same, active=False)  # type: ignore[arg-type]
    told()
    assert receiver.messages == []

    with inside(cast.caban):
        change_subscription(subscription=off, **same, active=True)  # type: ignore[arg-type]
    told()

    assert len(receiver.messages) == 1


def test_a_run_stops_after_three_failures_so_that_a_receiver_that_hangs_holds_nobody_up(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], told: Told
) -> None:
    with inside(cast.caban):
        for _ in range(5):
            send_test(subscription=subscribed[0])
    receiver.plan = [answers(500)] * 9

    told()

    assert len(receiver.messages) == 3


def test_a_worker_that_is_told_to_stop_leaves_the_rest_to_the_next(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], a_test_message: Delivery
) -> None:
    with inside(cast.caban):
        assert deliver_due(subscribed[0].pk, should_stop=lambda: True) == Run(more=True)

    assert receiver.messages == []


def test_a_message_that_another_worker_holds_is_left_alone_until_its_lease_has_run_out(
    cast: Cast, receiver: Receiver, a_test_message: Delivery, told: Told
) -> None:
    with inside(cast.caban):
        Delivery.objects.update(claimed_until=timezone.now() + dt.timedelta(seconds=30))
    told()
    assert receiver.messages == []

    with inside(cast.caban):
        Delivery.objects.update(claimed_until=timezone.now() - dt.timedelta(seconds=1))
    told()

    assert len(receiver.messages) == 1


def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one_alone(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], a_test_message: Delivery, told: Told
) -> None:
    with inside(cast.caban):
        new = rotate_secret(subscription=subscribed[0])
    told()
    assert receiver.messages[0].is_signed_with(subscribed[1]) and receiver.messages[0].is_signed_with(new)

    with inside(cast.caban):
        SigningKey.objects.filter(expires_at__isnull=False).update(expires_at=timezone.now())
        send_test(subscription=subscribed[0])
    told()

    assert receiver.messages[1].is_signed_with(new) and not receiver.messages[1].is_signed_with(subscribed[1])
    with inside(cast.caban):
        remove_old()
        assert SigningKey.objects.count() == 1


def test_one_or_all_that_failed_are_sent_again_under_the_same_id(
    cast: Cast, receiver: Receiver, subscribed: tuple[Subscription, str], a_test_message: Delivery, told: Told
) -> None:
    with inside(cast.caban):
        send_test(subscription=subscribed[0])
        Delivery.objects.update(status=DeliveryStatus.GIVEN_UP, next_attempt_at=None, attempts=TRIES)
    told()
    assert receiver.messages == []

    with inside(cast.caban):
        assert replay_failed(subscription=subscribed[0]) == 2
    told()
    assert len(receiver.messages) == 2
    with inside(cast.caban):
        replay(delivery=Delivery.objects.get(pk=a_test_message.pk))
    told()

    assert len(receiver.messages) == 3
    assert receiver.messages[2].headers["webhook-id"] == str(a_test_message.event_id)


def test_the_log_goes_back_thirty_days(cast: Cast, a_test_message: Delivery) -> None:
    with inside(cast.caban):
        assert remove_old() == 0
        Delivery.objects.update(created_at=timezone.now() - dt.timedelta(days=31))

        assert remove_old() == 1
