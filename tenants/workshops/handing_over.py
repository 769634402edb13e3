"""Somebody leaves: the series that they animate, and the dates to come, go to another one."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tenants.workshops.enums import State
from tenants.workshops.models import Series, SeriesDate
from tenants.workshops.services import change_date, change_series


def dates_to_come(person_id: int, today: dt.date | None = None) -> QuerySet[SeriesDate]:
    found: QuerySet[SeriesDate] = SeriesDate.objects.filter(
        animators__contains=[person_id], state=State.PLANNED, date__gte=today or timezone.localdate()
    )
    return found.order_by("date", "starts_at", "pk")


def series_to_come(person_id: int, today: dt.date | None = None) -> QuerySet[Series]:
    """Series with a date to come, in which this person is named."""
    day = today or timezone.localdate()
    planned = SeriesDate.objects.filter(state=State.PLANNED, date__gte=day)
    named = Q(animators__contains=[person_id]) | Q(pk__in=dates_to_come(person_id, day).order_by().values("series"))
    found: QuerySet[Series] = Series.objects.filter(named, pk__in=planned.values("series"))
    return found.order_by("title", "pk")


def instead(people: list[int], from_id: int, to_id: int) -> list[int]:
    return list(dict.fromkeys(to_id if one == from_id else one for one in people))


@transaction.atomic
def pass_series_on(*, series: Series, from_id: int, to_id: int) -> int:
    """The series and its dates to come. Returns how many dates changed hands."""
    if from_id in series.animators:
        change_series(series=series, animators=instead(series.animators, from_id, to_id))
    dates = list(dates_to_come(from_id).filter(series=series.pk))
    for one in dates:
        change_date(series_date=one, animators=instead(one.animators, from_id, to_id))
    return len(dates)
