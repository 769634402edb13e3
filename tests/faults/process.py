"""What the stress test runs in processes of their own (tests/processes.py).

A writer makes N random writes; a refresher sweeps until it is ended. Nothing comes from the test's process: these are
what a web worker and a sweeper are to PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Callable


class Undone(Exception):
    """A rollback on purpose."""


def write(seed: int, number: int) -> None:
    from tenants.registry.models import Epn

    dice = random.Random(seed)
    spaces = [epn.space for epn in Epn.objects.select_related("space").order_by("pk")]
    for done in range(number):
        one_write(dice, dice.choice(spaces))
        if done % 10 == 0:
            print(done, flush=True)


def one_write(dice: random.Random, space: object) -> None:
    """One of the ways in which an EPN's data changes, each followed by what a service does."""
    from django.db import connection, transaction

    from tenants.activity.models import CounterSession, Visit
    from tenants.premises.models import Site
    from tenants.registry.crossing import OWNER_ROLE, entered
    from tenants.registry.database.base import Place
    from tenants.registry.hooks import epn_written
    from tenants.staff.models import Contract, StaffMember

    def day() -> dt.date:
        return dt.date(2026, dice.randint(1, 10), dice.randint(1, 28))

    def fresh() -> Visit:
        return Visit(
            date=day(),
            minutes=dice.randint(1, 90),
            site=dice.choice(list(Site.objects.order_by("pk"))),
            mode=dice.choice(["individual", "phone"]),
            themes=dice.sample(["tax", "bank", "health", "jobs"], k=dice.randint(1, 3)),
            outcome="solved",
            attendances=dice.randint(1, 3),
            margins={"gender": {"woman": 1}} if dice.random() < 0.3 else {},
        )

    def some(n: int) -> list[int]:
        """Ids of a few visits, locked in their order, so that only the figures could deadlock."""
        ids = list(Visit.objects.values_list("pk", flat=True))
        chosen = dice.sample(ids, k=min(n, len(ids)))
        return list(Visit.objects.filter(pk__in=chosen).order_by("pk").select_for_update().values_list("pk", flat=True))

    def insert() -> None:
        fresh().save()

    def bulk() -> None:
        Visit.objects.bulk_create([fresh() for _ in range(dice.randint(2, 12))])

    def move_month() -> None:
        Visit.objects.filter(pk__in=some(1)).update(date=day())

    def move_site() -> None:
        Visit.objects.filter(pk__in=some(1)).update(site=dice.choice(list(Site.objects.order_by("pk"))))

    def change_many() -> None:
        Visit.objects.filter(pk__in=some(8)).update(date=day(), minutes=dice.randint(1, 90))

    def soft_delete() -> None:
        Visit.objects.filter(pk__in=some(2)).update(deleted_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))

    def restore() -> None:
        Visit.objects.filter(pk__in=some(3)).update(deleted_at=None)

    def delete() -> None:
        Visit.objects.filter(pk__in=some(2)).delete()

    def session() -> None:
        CounterSession.objects.create(
            date=day(), site=Site.objects.first(), starts_at="09:00", ends_at="12:00", turned_away=dice.randint(0, 3)
        )

    def contract() -> None:
        start = day()
        Contract.objects.create(
            member=StaffMember.objects.create(name="somebody"),
            type=dice.choice(["cdi", "art60", "volunteer"]),
            legal_employer="CPAS",
            starts_on=start,
            planned_end=start + dt.timedelta(days=dice.randint(1, 300)),
            hours_per_week=19,
        )

    def end_contract() -> None:
        found = Contract.objects.order_by("?").select_for_update(skip_locked=True).first()
        if found is not None:
            Contract.objects.filter(pk=found.pk).update(ended_on=found.starts_on + dt.timedelta(days=3))

    def move_commune() -> None:
        first = Site.objects.order_by("pk").select_for_update().first()
        Site.objects.filter(pk=first.pk).update(commune=dice.choice(["21015", "21001", ""]))

    def rolled_back() -> None:
        bulk()
        epn_written()
        raise Undone

    def savepoint_rolled_back_then_another_write() -> None:
        try:
            with transaction.atomic():
                delete()
                epn_written()
                raise Undone
        except Undone:
            insert()

    def savepoint_kept() -> None:
        with transaction.atomic():
            insert()
            epn_written()
        move_month()

    ways: list[tuple[int, Callable[[], None]]] = [
        (30, insert), (10, bulk), (10, move_month), (6, move_site), (5, change_many), (5, soft_delete), (3, restore),
        (5, delete), (4, session), (4, contract), (3, end_contract), (2, move_commune), (5, rolled_back),
        (5, savepoint_rolled_back_then_another_write), (4, savepoint_kept),
    ]  # fmt: skip
    if dice.random() < 0.01:
        # An operator with raw SQL: no service, no hook; the sweeper finds the mark.
        with entered(Place(space.schema_name, space.kind, OWNER_ROLE, space.pk)), connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {dice.choice(['activity_visit', 'activity_countersession'])} CASCADE")
        return
    way = dice.choices([one for _, one in ways], weights=[weight for weight, _ in ways])[0]
    with entered(space.place):
        try:
            with transaction.atomic():
                way()
                if dice.random() < 0.95:  # now and then somebody forgets: the sweeper takes it
                    epn_written()
        except Undone:
            return


def refresh(number: int) -> None:
    from network.figures.services import sweep

    began = time.monotonic()
    while time.monotonic() - began < number:
        sweep()
        print("swept", flush=True)
        time.sleep(0.2)
