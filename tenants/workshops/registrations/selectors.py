"""Reading who is registered, what fits somebody who asks, and what a certificate may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from maillage.reference.sorting import Alphabetical
from tenants.registry.crossing import outside
from tenants.registry.enums import Role
from tenants.registry.models import Membership
from tenants.registry.selectors import running
from tenants.workshops.enums import Kind, State
from tenants.workshops.models import Presence, Registration, Series, SeriesDate
from tenants.workshops.selectors import Places, dates_of, places_of, running_series


def registrations_of(series: Series) -> QuerySet[Registration]:
    """Those who have a place by name, then those who wait, in their turn. `came`: to how many dates."""
    found: QuerySet[Registration] = Registration.objects.filter(series=series).annotate(
        came=Count("presences", filter=Q(presences__present=True))
    )
    return found.order_by("waiting", "created_at", "pk")


def expected_at(date: SeriesDate) -> list[Registration]:
    """Who has a place, by name: to tick, or to sign."""
    found = Registration.objects.filter(series=date.series_id, waiting=False)
    return list(found.order_by(Alphabetical("name"), "pk"))


def came_to(date: SeriesDate) -> set[int]:
    return set(Presence.objects.filter(date=date, present=True).values_list("registration", flat=True))


def noted_of(registration: Registration) -> dict[int, bool]:
    """By date: whether this person came. A date that isn't here was not noted."""
    return dict(registration.presences.values_list("date", "present"))


def held_dates(series: Series) -> list[SeriesDate]:
    return list(dates_of(series).filter(state=State.HELD))


def attended(registration: Registration) -> list[SeriesDate]:
    """What a certificate may say: the dates that were held and at which this person was ticked."""
    came = registration.presences.filter(present=True).values("date")
    return list(dates_of(registration.series).filter(state=State.HELD, pk__in=came))


# --- triage -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A series of this EPN that fits, and what doesn't fit quite."""

    series: Series
    next_date: dt.date
    places: Places
    other_level: bool
    other_language: bool
    has_begun: bool

    @property
    def order(self) -> tuple[bool, bool, bool, bool, dt.date, int]:
        return (self.other_level, self.other_language, not self.places.free, self.has_begun, self.next_date,
                self.series.pk)  # fmt: skip


def proposals(*, theme: str, level: str, language: str) -> list[Proposal]:
    """Coming series about a theme, what fits best first: level, language, a free place, a beginning to come."""
    today = timezone.localdate()
    found = list(running_series().filter(themes__contains=[theme], next__isnull=False))
    places = places_of(found)
    made = [
        Proposal(
            series=one,
            next_date=one.next,
            places=places[one.pk],
            other_level=bool(level and one.level and one.level != level),
            other_language=bool(language and one.language != language),
            has_begun=one.kind == Kind.COURSE and one.first < today,
        )
        for one in found
    ]
    return sorted(made, key=lambda one: one.order)


def helpers(space_id: int) -> dict[str, list[str]]:
    """Names of those who may help one person at a time, volunteers apart. Memberships are the register's."""
    with outside():
        rows = (
            Membership.objects.filter(
                running(), space=space_id, person__is_active=True, role__in=[Role.VOLUNTEER, Role.ANIMATOR]
            )
            .order_by(Alphabetical("person__name"), "person")
            .values_list("role", "person__name")
        )
        found = list(rows)
    return {role: [name for one, name in found if one == role] for role in (Role.VOLUNTEER, Role.ANIMATOR)}


def waiting_turns(registrations: Iterable[Registration]) -> dict[int, int]:
    """Whose turn it is on the waiting list, from 1."""
    waiting = [one.pk for one in registrations if one.waiting]
    return {pk: turn for turn, pk in enumerate(waiting, start=1)}
