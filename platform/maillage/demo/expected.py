"""Who is expected: appointments of a few EPN around the last day, and the itinerant one's stops with their kit.

Past appointments are those of visits that were drawn with that mode; coming ones are drawn day by day, with a
generator of their own, so that the same day has the same ones whatever day the demo goes up to.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence

from maillage.demo import habits
from maillage.demo.calendar import Span, open_days
from maillage.demo.places import EpnPlan, SitePlan
from maillage.demo.visits import ZONE, Choice, Helper
from tenants.activity.models import Visit
from tenants.appointments.enums import State, StopReason, StopState
from tenants.appointments.models import Appointment, SlotRule, Stop

# Minutes an appointment, and how many at the same time.
BY_APPOINTMENT = {
    "rue-de-la-poste": (30, 2),
    "canal": (45, 1),
    "de-klik": (30, 1),
    "guichet-du-miroir": (20, 1),
    "kiosque-de-nevers": (30, 1),
}
BACK, AHEAD = dt.timedelta(days=21), dt.timedelta(days=70)
BUSY_FOR = dt.timedelta(days=14)
FIRST_NAMES = (
    "Fatou", "Marie", "Youssef", "Jeanne", "Karim", "Lucia", "Pierre", "Aïcha", "Omar", "Thérèse", "K7-4821", "B2-1177",
)  # fmt: skip
NOT_CAME = (State.PERSON_CANCELLED, State.NO_SHOW, State.EPN_CANCELLED)
KIT = {"tablet": 4, "laptop": 2, "printer": 1, "scanner": 1, "router": 1, "power": 3, "leaflets": 1, "sign": 1}
WEEKS_ON_THE_ROAD = (44, 10)


def expect_people_and_stops(plan: EpnPlan, site_ids: Sequence[int], team: Sequence[Helper], until: dt.date) -> None:
    """In the space of an EPN whose visits are written."""
    _expect_people(plan, site_ids, team, until)
    _plan_the_road(plan, site_ids, team, until)


def _expect_people(plan: EpnPlan, site_ids: Sequence[int], team: Sequence[Helper], until: dt.date) -> None:
    """Appointments of the last three weeks, each with its visit, and those of the coming weeks."""
    if plan.slug not in BY_APPOINTMENT:
        return
    minutes, places = BY_APPOINTMENT[plan.slug]
    site, site_id = plan.sites[-1], site_ids[-1]
    evening = dt.datetime.combine(until, dt.time(17, 30), ZONE)
    SlotRule.objects.create(site_id=site_id, slot_minutes=minutes, places=places, updated_at=evening)
    rows = [*_past(plan, site, site_id, minutes, until), *_coming(plan, site, site_id, minutes, places, team, until)]
    Appointment.objects.bulk_create(rows)


def _times(spans: Sequence[Span], minutes: int) -> list[int]:
    found: list[int] = []
    for start, end in spans:
        first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
        found += range(first, last - minutes + 1, minutes)
    return found


def _appointment(rng: random.Random, made_at: dt.datetime, **said: object) -> Appointment:
    name = rng.choice(FIRST_NAMES) if rng.random() < 0.8 else ""
    keys = [uuid.UUID(int=rng.getrandbits(128), version=4) for _ in range(2)]
    return Appointment(key=keys[0], visit_key=keys[1], name=name, created_at=made_at, updated_at=made_at, **said)


def _past(plan: EpnPlan, site: SitePlan, site_id: int, minutes: int, until: dt.date) -> Iterator[Appointment]:
    visits = Visit.objects.filter(mode="appointment", site=site_id, date__gt=until - BACK, date__lt=until)
    free: dict[dt.date, list[int]] = {}
    for visit in visits.order_by("date", "pk"):
        times = free.setdefault(visit.date, _times(site.week[visit.date.weekday()], minutes))
        if not times:
            continue
        rng = random.Random(f"{plan.slug} came {visit.key}")
        starts = times.pop(rng.randrange(len(times)))
        came = _appointment(
            rng, visit.created_at, site_id=site_id, date=visit.date, starts=starts, ends=starts + minutes,
            theme=visit.themes[0], animator_id=visit.animator_id, booked_by_id=visit.recorded_by_id,
            state=State.CAME, visit_id=visit.pk,
        )  # fmt: skip
        came.visit_key = visit.key
        yield came
        if times and rng.random() < 0.3:
            starts = times.pop(rng.randrange(len(times)))
            yield _appointment(
                rng, visit.created_at, site_id=site_id, date=visit.date, starts=starts, ends=starts + minutes,
                theme=visit.themes[0], booked_by_id=visit.recorded_by_id, state=rng.choice(NOT_CAME),
            )  # fmt: skip


def _coming(
    plan: EpnPlan, site: SitePlan, site_id: int, minutes: int, places: int, team: Sequence[Helper], until: dt.date
) -> Iterator[Appointment]:
    themes = Choice(habits.themes_of(plan.country, until, procedures_only=site.procedures_only))
    for day in _open_days(plan, site, until, until + AHEAD):
        rng = random.Random(f"{plan.slug} expects {day}")
        share = 0.35 if day <= until + BUSY_FOR else 0.1
        there = [one for one in team if one.since <= day <= one.until]
        for starts in _times(site.week[day.weekday()], minutes):
            busy: set[int] = set()
            for place in range(1, places + 1):
                draw, helper = rng.random(), rng.choice(there) if there else None
                booked = _appointment(
                    rng, dt.datetime.combine(until, dt.time(16, 0), ZONE) - dt.timedelta(hours=rng.randrange(72)),
                    site_id=site_id, date=day, starts=starts, ends=starts + minutes, place=place,
                    theme=themes(rng) if rng.random() < 0.9 else "", booked_by_id=helper.account_id if helper else None,
                )  # fmt: skip
                if helper is not None and rng.random() < 0.6 and helper.account_id not in busy:
                    booked.animator_id = helper.account_id
                if draw < share and not (places > 1 and place > 1 and not busy):
                    busy.add(booked.animator_id or 0)
                    yield booked


def _open_days(plan: EpnPlan, site: SitePlan, first: dt.date, last: dt.date) -> Iterator[dt.date]:
    month = first.replace(day=1)
    while month <= last:
        for day in open_days(
            site.week, month, country=plan.country, until=last, closed_in_august=plan.trait == "august"
        ):
            if day >= first:
                yield day
        month = (month + dt.timedelta(days=32)).replace(day=1)


def _plan_the_road(plan: EpnPlan, site_ids: Sequence[int], team: Sequence[Helper], until: dt.date) -> None:
    """A stop a week at each place of the itinerant EPN: the year behind, ten weeks ahead."""
    if plan.trait != "itinerant":
        return
    back, ahead = (dt.timedelta(weeks=weeks) for weeks in WEEKS_ON_THE_ROAD)
    visited = set(Visit.objects.filter(date__gte=until - back).values_list("site", "date"))
    rows = []
    for site, site_id in zip(plan.sites, site_ids, strict=True):
        series = uuid.UUID(int=random.Random(f"{plan.slug} {site.name}").getrandbits(128), version=4)
        for day in _open_days(plan, site, until - back, until + ahead):
            rng = random.Random(f"{plan.slug} {site.name} {day}")
            there = [one.account_id for one in team if one.since <= day <= one.until]
            spans = site.week[day.weekday()]
            planned_at = dt.datetime.combine(until - back, dt.time(9, 0), ZONE)
            stop = Stop(
                series=series, site_id=site_id, date=day, kit=KIT, kit_other="Café, thé, 10 tasses",
                starts=spans[0][0].hour * 60 + spans[0][0].minute, ends=spans[-1][1].hour * 60 + spans[-1][1].minute,
                animator_id=rng.choice(there) if there else None, created_at=planned_at, updated_at=planned_at,
            )  # fmt: skip
            if day <= until:
                stop.state = StopState.HELD
                stop.packed = [*KIT, "other"]
                if (site_id, day) not in visited and rng.random() < 0.5:
                    stop.state, stop.reason = StopState.CANCELLED, rng.choice(list(StopReason)[:4])
            elif day <= until + dt.timedelta(days=4):
                stop.packed = list(KIT)[:5]
            rows.append(stop)
    Stop.objects.bulk_create(rows)
