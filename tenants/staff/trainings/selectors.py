"""Reading trainings and badges: one person's, everybody's, those that expire soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.utils import timezone

from maillage.design.csv_export import Cell
from maillage.reference.sorting import Alphabetical
from tenants.staff.models import Training
from tenants.staff.selectors import in_force_members

SOON = 60  # days
NAMES = ("person", "kind", "title", "provider", "obtained_on", "expires_on", "days_left", "hours")


@dataclass(frozen=True)
class Line:
    """`days_left` is negative once it has expired, None where it doesn't."""

    training: Training
    days_left: int | None

    @property
    def expired(self) -> bool:
        return self.days_left is not None and self.days_left < 0

    @property
    def expires_soon(self) -> bool:
        return self.days_left is not None and 0 <= self.days_left <= SOON


def _lines(found: QuerySet[Training], day: dt.date) -> list[Line]:
    return [Line(one, None if one.expires_on is None else (one.expires_on - day).days) for one in found]


def trainings_of(member_id: int) -> list[Line]:
    """The latest first."""
    found = Training.objects.filter(member=member_id).select_related("member").order_by("-obtained_on", "pk")
    return _lines(found, timezone.localdate())


def trainings_here(day: dt.date, *, soon: bool = False) -> list[Line]:
    """Of all who work here on `day` or later, the nearest expiry first; `soon`: expired, or within 60 days."""
    found = Training.objects.filter(member__in=in_force_members(day)).select_related("member")
    if soon:
        found = found.filter(expires_on__lte=day + dt.timedelta(days=SOON))
    order = (F("expires_on").asc(nulls_last=True), Alphabetical("member__name"), "-obtained_on", "pk")
    return _lines(found.order_by(*order), day)


def rows_of(lines: list[Line]) -> Iterator[list[Cell]]:
    for line in lines:
        one = line.training
        yield [
            one.member.name, one.get_kind_display(), one.title, one.provider, one.obtained_on, one.expires_on,
            line.days_left, one.hours,
        ]  # fmt: skip
