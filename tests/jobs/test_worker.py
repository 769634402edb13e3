"""A worker is told to stop, is killed, comes back; nothing is lost, and nobody waits for it in vain."""

from __future__ import annotations

import datetime as dt
import re
import signal
import time
from collections.abc import Callable

from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from network.figures.tasks import refresh_figures
from network.webhooks.enums import DeliveryStatus
from network.webhooks.models import Delivery, Subscription
from network.webhooks.services import replay_failed, send_test
from network.webhooks.tasks import publish, remove_old_deliveries
from tenants.activity.models import Visit
from tenants.activity.tasks import purge
from tenants.marks.models import Mark
from tenants.premises.models import Site
from tenants.registry.crossing import OWNER_ROLE, entered
from tenants.registry.database.base import Place
from tenants.registry.jobs import defer, jobs_by_status
from tenants.registry.tasks import remove_old_jobs, remove_the_expired, rescue_jobs
from tests.jobs.conftest import House, Worker
from tests.webhooks.receiver import Receiver, hangs

NOTE = "Zoé forgot her password"


def until(true: Callable[[], object], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def status_of(house: House, delivery: Delivery) -> str:
    with entered(house.federation.space):
        return str(Delivery.objects.get(pk=delivery.pk).status)


def a_message(house: House, subscription: Subscription) -> Delivery:
    with entered(house.federation.space):
        return send_test(subscription=subscription)


def test_a_message_that_is_asked_for_is_sent_by_the_worker(
    house: House, subscription: Subscription, receiver: Receiver, worker: Worker
) -> None:
    delivery = a_message(house, subscription)
    assert receiver.messages == []

    assert worker("--once").wait(timeout=300) == 0

    assert status_of(house, delivery) == DeliveryStatus.DELIVERED
    assert receiver.types() == ["webhook.test"]


def test_told_to_stop_it_finishes_what_it_has_begun(
    house: House, subscription: Subscription, receiver: Receiver, worker: Worker
) -> None:
    receiver.plan = [hangs(0), lambda handler: (time.sleep(1.5), handler.send_response(204), handler.end_headers())]
    process = worker()
    first = a_message(house, subscription)
    until(lambda: receiver.messages)
    second = a_message(house, subscription)
    until(lambda: len(receiver.messages) == 2)

    process.send_signal(signal.SIGTERM)

    _, said = process.communicate(timeout=300)
    assert process.returncode == 0
    assert "Worker: stopped." in said and "Traceback" not in said
    assert status_of(house, second) == DeliveryStatus.DELIVERED
    assert status_of(house, first) == DeliveryStatus.WAITING
    assert jobs_by_status()["doing"] == 0


def test_killed_in_the_middle_it_is_delivered_afterwards_by_another(
    house: House, subscription: Subscription, receiver: Receiver, worker: Worker
) -> None:
    receiver.plan = [hangs(60)]
    process = worker()
    delivery = a_message(house, subscription)
    until(lambda: receiver.messages)

    process.kill()
    process.wait()

    assert status_of(house, delivery) == DeliveryStatus.WAITING
    time.sleep(1.1)  # the lease of the dead one
    defer(publish, timestamp=0)  # the next minute
    assert worker("--once").wait(timeout=300) == 0
    assert status_of(house, delivery) == DeliveryStatus.DELIVERED
    ids = {message.headers["webhook-id"] for message in receiver.messages}
    # At least once: on a busy machine the first worker's lease may have ended before the worker did.
    assert len(receiver.messages) >= 2 and ids == {str(delivery.event_id)}


def test_a_job_that_died_with_its_worker_runs_again_and_one_whose_like_waits_is_given_up(
    house: House, empty_queue: None, worker: Worker
) -> None:
    defer(refresh_figures, timestamp=0)
    dead = ProcrastinateJob.objects.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)],
        )
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
            [cursor.fetchone()[0], dead.pk],
        )
    defer(rescue_jobs, timestamp=0)

    assert worker("--once").wait(timeout=300) == 0
    dead.refresh_from_db()

    assert dead.status in ("succeeded", "failed")
    others = ProcrastinateJob.objects.filter(task_name="refresh_figures").exclude(pk=dead.pk)
    assert dead.status == "succeeded" or others.filter(status="succeeded").exists()
    assert jobs_by_status()["doing"] == 0


def test_the_sweeper_takes_what_raw_sql_left_behind(house: House, empty_queue: None, worker: Worker) -> None:
    owner = Place(house.epn.space.schema_name, "epn", OWNER_ROLE, house.epn.pk)
    with entered(owner), connection.cursor() as cursor:
        cursor.execute("TRUNCATE activity_visit CASCADE")
    defer(refresh_figures, timestamp=0)

    assert worker("--once").wait(timeout=300) == 0

    with entered(owner):
        assert not Mark.objects.exists()


def test_no_job_ever_carries_anything_but_ids(
    house: House, subscription: Subscription, receiver: Receiver, worker: Worker
) -> None:
    """A day of a network: visits, a refresh, messages that fail and are sent again, the house-keeping."""
    from tenants.registry.hooks import card_changed, epn_written

    with entered(house.epn.space), transaction.atomic():
        site = Site.objects.get()
        Visit.objects.create(
            date=dt.date(2026, 10, 30), minutes=20, site=site, mode="individual", themes=["bank"], outcome="solved",
            note=NOTE,
        )  # fmt: skip
        epn_written()
        card_changed()
    a_message(house, subscription)
    tasks = (publish, rescue_jobs, remove_old_jobs, remove_the_expired, refresh_figures, purge, remove_old_deliveries)
    for task in tasks:
        defer(task, timestamp=1)
    assert worker("--once").wait(timeout=300) == 0
    with entered(house.federation.space):
        replay_failed(subscription=subscription)
    assert worker("--once").wait(timeout=300) == 0

    jobs = list(ProcrastinateJob.objects.all())
    assert {"deliver_webhooks", "publish_webhooks", "refresh_figures"} <= {job.task_name for job in jobs}
    for job in jobs:
        assert set(job.args) <= {"timestamp", "space_id", "subscription_id"}, job.args
        assert all(type(value) is int for value in job.args.values()), job.args
        assert re.fullmatch(r"[\w ]*", job.queueing_lock or "") and not job.lock
    assert {job.status for job in jobs} <= {"succeeded", "todo"}
    assert "figures.refreshed" in receiver.types()
