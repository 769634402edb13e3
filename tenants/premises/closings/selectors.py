"""Reading when the door stays shut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet

from tenants.premises.models import Closing, Site


def closings() -> QuerySet[Closing]:
    """All of them with their site, the latest first."""
    found: QuerySet[Closing] = Closing.objects.select_related("site")
    return found.order_by("-first_day", "-pk")


def closings_by_site(
    sites: Iterable[Site], *, since: dt.date | None = None, until: dt.date | None = None
) -> dict[int, list[Closing]]:
    """Of each site, with those of the whole EPN, by day: those that touch the days asked for. One statement."""
    ids = [one.pk for one in sites]
    asked = Q(site__in=ids) | Q(site__isnull=True)
    if since is not None:
        asked &= Q(last_day__gte=since)
    if until is not None:
        asked &= Q(first_day__lte=until)
    rows = list(Closing.objects.filter(asked).order_by("first_day", "pk"))
    return {pk: [one for one in rows if one.site_id in (None, pk)] for pk in ids}


def days_in(found: Iterable[Closing], first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """Their days, from first to last."""
    for one in found:
        start = max(one.first_day, first)
        for number in range((min(one.last_day, last) - start).days + 1):
            yield start + dt.timedelta(days=number)


def closed_days(site: Site, first: dt.date, last: dt.date) -> frozenset[dt.date]:
    return frozenset(days_in(closings_by_site([site], since=first, until=last)[site.pk], first, last))
