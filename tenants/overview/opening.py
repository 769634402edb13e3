"""Hours open, by the timetable of the sites as it is today (the register keeps no former one), but for closing days."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from maillage.reference.holidays import public_holidays
from tenants.overview.periods import Period, month_of
from tenants.premises.opening_hours import OpeningHoursError, Week, parse

# A site is there since the first thing that was noted in it, whenever it was written in the register.
SITES = """
    SELECT s.id, s.name, s.opening_hours, s.country, s.created_at, s.retired_at, least(
        (SELECT v.date FROM activity_visit v WHERE v.site_id = s.id AND v.deleted_at IS NULL ORDER BY v.date LIMIT 1),
        (SELECT min(c.date) FROM activity_countersession c WHERE c.site_id = s.id)), shut.first, shut.last
    FROM premises_site s CROSS JOIN LATERAL (
        SELECT array_agg(first_day ORDER BY id) AS first, array_agg(last_day ORDER BY id) AS last
        FROM premises_closing WHERE coalesce(site_id, s.id) = s.id) shut
    ORDER BY s.id"""


@dataclass(frozen=True)
class Place:
    """A site with the days on which it is one: from `since` to the day before it was closed."""

    key: int
    name: str
    week: Week | None  # None: its hours are not known
    country: str
    since: dt.date
    closed: dt.date | None
    shut: Sequence[tuple[dt.date, dt.date]] = ()  # closings, from their first to their last day

    def is_shut(self, day: dt.date) -> bool:
        return any(first <= day <= last for first, last in self.shut)

    def days(self, period: Period) -> Iterator[dt.date]:
        first, last = max(period.first, self.since), period.last
        if self.closed is not None:
            last = min(last, self.closed - dt.timedelta(days=1))
        for number in range(max(0, (last - first).days + 1)):
            yield first + dt.timedelta(days=number)

    def minutes_by_month(self, period: Period) -> Counter[dt.date]:
        """Minutes in which anybody may walk in."""
        found: Counter[dt.date] = Counter()
        if self.week is None:
            return found
        a_day = [sum(one.end - one.start for one in day.intervals if one.certain) for day in self.week.days]
        for day in self.days(period):
            holiday = self.week.closed_on_holidays and day in public_holidays(day.year, self.country)
            if not holiday and not self.is_shut(day):
                found[month_of(day)] += a_day[day.weekday()]
        return found


def places() -> list[Place]:
    with connection.cursor() as cursor:
        cursor.execute(SITES)
        rows = cursor.fetchall()
    return [_place(*row) for row in rows]


def _place(
    key: int,
    name: str,
    hours: str,
    country: str,
    created: dt.datetime,
    retired: dt.datetime | None,
    first_used: dt.date | None,
    shut_from: list[dt.date] | None,
    shut_to: list[dt.date] | None,
) -> Place:
    week = None
    if hours:
        try:
            week = parse(hours)
        except OpeningHoursError:
            week = None
    made = timezone.localdate(created)
    closed = None if retired is None else timezone.localdate(retired)
    shut = tuple(zip(shut_from or (), shut_to or (), strict=True))
    return Place(key, name, week, country, min(made, first_used or made), closed, shut)


def first_day(found: Iterable[Place]) -> dt.date | None:
    """Since when hours are known of a site."""
    return min((one.since for one in found if one.week is not None), default=None)


def minutes_by_month(found: Iterable[Place], period: Period) -> Counter[dt.date]:
    total: Counter[dt.date] = Counter()
    for one in found:
        total.update(one.minutes_by_month(period))
    return total
