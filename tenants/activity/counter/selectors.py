"""Reading the counter: half-days, who waits, what isn't finished, what is common here."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import dataclass

from django.db import connection
from django.db.models import Aggregate, DurationField, ExpressionWrapper, F, Max, Q, QuerySet
from django.utils import timezone

from tenants.activity.counter.hours import half_day_at, usual_half_day
from tenants.activity.counter.tables import CounterTap, OpenRequest, Ticket, minutes_between
from tenants.activity.models import CounterSession, Visit
from tenants.activity.selectors import HABIT_OF, Tally, open_sites, tally, today, visits
from tenants.activity.undo import undoable_since

COMMONEST = 6  # obstacles that are one tap


class Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def counter_sessions() -> QuerySet[CounterSession]:
    found: QuerySet[CounterSession] = CounterSession.objects.select_related("site")
    return found.order_by("-date", "-starts_at", "-pk")


def sessions_with_waiting() -> QuerySet[CounterSession]:
    """With `waited` and `waited_longest`: how long those who were called had waited. None where nobody was."""
    wait = ExpressionWrapper(F("queue__called_at") - F("queue__taken_at"), output_field=DurationField())
    return counter_sessions().annotate(
        waited=Median(wait, output_field=DurationField()), waited_longest=Max(wait, output_field=DurationField())
    )


def waited_of(session: CounterSession) -> dt.timedelta | None:
    """Of a row of `sessions_with_waiting`."""
    found: dt.timedelta | None = getattr(session, "waited", None)
    return found


def usual_session() -> dict[str, object]:
    """What the form of a half-day proposes: the last one's site and hours, today."""
    last = counter_sessions().order_by("-pk").first()
    if last is None:
        site = next(iter(open_sites()), None)
        starts, ends = usual_half_day(site, today())
        return {"date": today(), "site": site.pk if site else None, "starts_at": starts, "ends_at": ends}
    return {"date": today(), "site": last.site_id, "starts_at": last.starts_at, "ends_at": last.ends_at}


def session_to_open(site_id: int | None, person_id: int) -> dict[str, object]:
    """What opening the desk proposes: now, until the end that the opening hours name; tickets as the last time."""
    sites = {one.pk: one for one in open_sites()}
    opened = counter_sessions().filter(opened_at__isnull=False).order_by("-pk")
    last = (opened.filter(site=site_id) if site_id in sites else opened).first()
    site = sites.get(site_id or 0) or (sites.get(last.site_id) if last else None) or next(iter(sites.values()), None)
    starts, ends = half_day_at(site, today(), timezone.localtime().time())
    return {
        "site": site.pk if site else None,
        "starts_at": starts,
        "ends_at": ends,
        "animators": [person_id],
        "ticket_limit": last.ticket_limit if last else None,
    }


# --- the queue --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Desk:
    """The open half-day as the counter shows it."""

    session: CounterSession
    next_number: int
    waiting: list[Ticket]
    mine: list[Ticket]  # called by this person, the one called first at the head
    others: int  # with colleagues
    last_tap: CounterTap | None

    @property
    def gives_tickets(self) -> bool:
        return self.session.ticket_limit is not None or self.next_number > 1

    @property
    def is_full(self) -> bool:
        return self.session.ticket_limit is not None and self.next_number > self.session.ticket_limit

    @property
    def state(self) -> tuple[object, ...]:
        """What the page shows of it, but for the clocks: two that are equal look alike."""
        session = self.session
        return (
            (session.pk, session.starts_at, session.ends_at, session.turned_away, session.ticket_limit),
            self.next_number,
            [(one.pk, one.number, one.taken_at) for one in self.waiting],
            [(one.pk, one.called_at) for one in self.mine],
            self.others,
            self.last_tap and self.last_tap.pk,
        )

    @property
    def longest_wait(self) -> int:
        return max((minutes_between(one.taken_at, timezone.now()) for one in self.waiting), default=0)

    @property
    def waits_since(self) -> dt.datetime | None:
        return min((one.taken_at for one in self.waiting), default=None)

    @property
    def since(self) -> dt.datetime | None:
        return self.mine[0].called_at if self.mine else None


def open_sessions() -> list[CounterSession]:
    """Half-days that are open at the moment, or were left so; the oldest first."""
    return list(counter_sessions().filter(opened_at__isnull=False, closed_at__isnull=True).order_by("opened_at"))


def desk_of(session: CounterSession, person_id: int) -> Desk:
    tickets = list(Ticket.objects.filter(session=session.pk).select_related("visit").order_by("number"))
    called = sorted((one for one in tickets if one.is_with_somebody), key=lambda one: (one.called_at, one.number))
    mine = [one for one in called if one.called_by_id == person_id]
    last = CounterTap.objects.filter(
        session=session.pk, by=person_id, undone_at__isnull=True, at__gte=undoable_since()
    ).order_by("-pk")
    return Desk(
        session=session,
        next_number=tickets[-1].number + 1 if tickets else 1,
        waiting=[one for one in tickets if one.waits],
        mine=mine,
        others=len(called) - len(mine),
        last_tap=last.first(),
    )


def open_requests() -> list[OpenRequest]:
    """What isn't finished. A visit that was just taken back leaves its request open again."""
    taken_back = Q(visit__deleted_at__isnull=False, visit__created_at__gte=undoable_since())
    found = OpenRequest.objects.filter(Q(visit__isnull=True) | taken_back, dropped_at__isnull=True)
    return list(found.select_related("ticket", "animator").order_by("started_at", "pk"))


# --- what is common here ----------------------------------------------------------------------------------------


def common_obstacles(day: dt.date) -> list[tuple[str, str, str]]:
    """(provider, channel, kind) that this EPN met most in the 90 days before, the commonest first."""
    found = (
        visits()
        .filter(date__gte=day - HABIT_OF, date__lte=day)
        .exclude(obstacle_provider="", obstacle_kind="")
        .order_by()
        .values_list("obstacle_provider", "obstacle_channel", "obstacle_kind")
    )
    with connection.cursor() as cursor:
        # In one pass over the index on the date; the ORM would count and order alike, in twice the words.
        sql, parameters = found.query.sql_with_params()
        cursor.execute(
            f"SELECT p, c, k FROM ({sql}) AS met(p, c, k) GROUP BY p, c, k"
            f" ORDER BY count(*) DESC, p, c, k LIMIT {COMMONEST}",
            parameters,
        )
        return [tuple(row) for row in cursor.fetchall()]


def usual_minutes(day: dt.date) -> tuple[dict[str, int], int | None]:
    """How long a help of each theme takes here (the median of 90 days), and of all themes together."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.code, percentile_disc(0.5) WITHIN GROUP (ORDER BY v.minutes)"
            " FROM activity_visit v CROSS JOIN LATERAL unnest(v.themes || ARRAY['']::varchar[]) AS t(code)"
            " WHERE v.deleted_at IS NULL AND v.date >= %s AND v.date <= %s GROUP BY t.code",
            [day - HABIT_OF, day],
        )
        found: dict[str, int] = dict(cursor.fetchall())
    return {code: minutes for code, minutes in found.items() if code}, found.get("")


# --- the end of a half-day --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Summary:
    """What the register knows of a half-day, to be corrected by who was there."""

    visits: Tally
    tickets: int
    waiting: int
    called: int
    gone: int
    wait_median: int | None
    wait_longest: int | None


def summary_of(session: CounterSession) -> Summary:
    """Visits of its site and day; of a half-day that was opened at the counter, those logged while it was open."""
    found: QuerySet[Visit] = visits().filter(date=session.date, site=session.site_id)
    if session.opened_at is not None:
        found = found.filter(created_at__gte=session.opened_at)
        if session.closed_at is not None:
            found = found.filter(created_at__lte=session.closed_at)
    tickets = list(Ticket.objects.filter(session=session.pk))
    waits = [minutes_between(one.taken_at, one.called_at) for one in tickets if one.called_at is not None]
    return Summary(
        visits=tally(found),
        tickets=len(tickets),
        waiting=sum(one.waits for one in tickets),
        called=len(waits),
        gone=sum(one.left_at is not None for one in tickets),
        wait_median=round(statistics.median(waits)) if waits else None,
        wait_longest=max(waits, default=None),
    )


def proposed_end(session: CounterSession) -> dict[str, object]:
    """What closing proposes: today, the end is now; of a day that is over, what the opening hours said."""
    known = summary_of(session)
    now = timezone.localtime().time().replace(second=0, microsecond=0)
    ends = now if session.date == today() and now > session.starts_at else session.ends_at
    came = known.tickets or known.visits.attendances
    return {
        "ends_at": ends,
        "tickets": known.tickets or None,
        "arrivals": came + session.turned_away if came or session.turned_away else None,
    }


# --- sheets of strokes ------------------------------------------------------------------------------------------


def session_of_day(site_id: int, day: dt.date) -> CounterSession | None:
    """The half-day that a sheet's turned-away people belong to: the day's last one at that site."""
    found: CounterSession | None = CounterSession.objects.filter(site=site_id, date=day).order_by("-starts_at").first()
    return found
