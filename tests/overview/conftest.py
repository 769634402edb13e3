"""Two years of an EPN with two sites, a deleted visit, a leap day, and a timetable with a public holiday."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tenants.activity.models import CounterSession, Ticket, Visit
from tenants.premises.models import Closing, Site
from tenants.workshops.models import Series, SeriesDate
from tests.conftest import Cast, inside

TODAY = dt.date(2025, 3, 14)
FIRST = dt.date(2023, 2, 20)  # the register begins in the middle of a month
HELD_FIRST = dt.date(2023, 11, 7)  # the first workshop
THEMES = ["tax", "bank", "housing", "digital_id", "health"]
OUTCOMES = ["solved", "must_return", "abandoned", "redirected"]


def visit(site: Site, day: dt.date, rng: random.Random, **said: Any) -> Visit:
    people = rng.choice([1, 1, 1, 2, 5])
    obstacle = rng.random() < 0.3
    margins: dict[str, dict[str, int]] = {}
    if rng.random() < 0.5:
        margins = {"gender": {"woman": people}, "audience": {"senior": 1, "worker": people}}
    if rng.random() < 0.3:
        margins["age_band"] = {rng.choice(["25_39", "60_69"]): people}
    facts = {
        "date": day,
        "minutes": rng.randrange(5, 90),
        "site": site,
        "mode": rng.choice(["individual", "appointment"]),
        "themes": rng.sample(THEMES, rng.choice([1, 1, 2, 3])),
        "outcome": rng.choice(OUTCOMES),
        "autonomy": rng.choice(["", "done_with", "alone_after"]),
        "attendances": people,
        "obstacle_provider": rng.choice(["", "irisbox", "energy"]) if obstacle else "",
        "obstacle_channel": rng.choice(["", "web", "phone"]) if obstacle else "",
        "obstacle_kind": rng.choice(["lost_code", "cost", ""]) if obstacle else "",
        "obstacle_cost_eur": rng.choice([None, "22.59", "4.10"]) if obstacle else None,
        "obstacle_minutes_lost": rng.choice([None, 15, 90]) if obstacle else None,
        "exceptional": rng.random() < 0.1,
        "causes": rng.choice([[], ["skill"], ["coverage", "cost"]]),
        "referral": rng.choice(["", "", "cpas", "shop"]),
        "margins": margins,
        **said,
    }
    return Visit(**facts)


@pytest.fixture
def lived(cast: Cast) -> Cast:
    rng = random.Random("two years")
    with inside(cast.poste):
        poste = Site.objects.get()
        Closing.objects.create(first_day=dt.date(2024, 7, 15), last_day=dt.date(2024, 7, 26))
        Closing.objects.create(site=poste, first_day=dt.date(2024, 12, 27), last_day=dt.date(2025, 1, 3))
        made = dt.datetime(2024, 12, 1, 9, tzinfo=dt.UTC)
        Site.objects.update(opening_hours="Mo-Fr 09:00-12:00; We 13:00-17:00; PH off", created_at=made)
        annexe = Site.objects.create(
            name="=Annexe", opening_hours='Sa 10:00-12:30; Su 10:00-11:00 "sur RDV"', country="be", created_at=made,
            retired_at=dt.datetime(2025, 2, 10, 17, tzinfo=dt.UTC),
        )  # fmt: skip
        days = [FIRST + dt.timedelta(days=n) for n in range((TODAY - FIRST).days + 8)]
        chosen = [*(rng.choice(days) for _ in range(200)), FIRST, dt.date(2024, 2, 29), dt.date(2024, 2, 29), TODAY]
        rows = [visit(rng.choice([poste, poste, annexe]), max(day, FIRST), rng) for day in chosen]
        rows += [visit(poste, rng.choice(days), rng, deleted_at=timezone.now()) for _ in range(20)]
        rows.append(visit(poste, dt.date(2022, 6, 1), rng, deleted_at=timezone.now()))  # no beginning of anything
        Visit.objects.bulk_create(rows)
        CounterSession.objects.bulk_create(
            CounterSession(
                date=day,
                site=rng.choice([poste, annexe]),
                starts_at=dt.time(9),
                ends_at=rng.choice([dt.time(12), dt.time(11, 45)]),
                tickets=8,
                arrivals=rng.choice([None, 7, 12]),
                turned_away=rng.choice([0, 0, 4]),
                open_access_minutes=rng.choice([None, 90]),
                open_access_users=rng.choice([None, 3]),
            )
            for day in days[400:]
            if day.weekday() == 1
        )
        nine = dt.datetime(2024, 1, 1, 9, tzinfo=dt.UTC)
        Ticket.objects.bulk_create(
            Ticket(
                session=session,
                date=session.date,
                number=number,
                taken_at=nine,
                called_at=nine + dt.timedelta(seconds=rng.randrange(4000)) if rng.random() < 0.8 else None,
            )
            for session in CounterSession.objects.order_by("pk")[5:]
            for number in (1, 2)
        )
        series = Series.objects.create(title="Café clavier", themes=["email", "tax"], capacity=8, site=poste)
        SeriesDate.objects.bulk_create(
            SeriesDate(
                series=series,
                date=HELD_FIRST + dt.timedelta(weeks=3 * number),
                starts_at=dt.time(14),
                ends_at=rng.choice([dt.time(16), dt.time(15, 30)]),
                site=rng.choice([poste, annexe]),
                animators=rng.choice([[], [cast.bram.pk], [cast.amina.pk, cast.bram.pk]]),
                state="planned" if number % 4 == 1 else "held",
                total=None if number % 4 == 1 else rng.randrange(9),
                margins={"gender": {"woman": 3, "man": 1}, "age_band": {"60_69": 2}, "audience": {"senior": 4}}
                if number % 3
                else {},
            )
            for number in range(26)
        )
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return cast
