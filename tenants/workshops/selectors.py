"""Reading series and their dates: what is today, what waits to be noted, what comes, what was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from maillage.accounts.models import Person
from maillage.reference.selectors import label_of, terms
from maillage.reference.sorting import Alphabetical
from tenants.activity.enums import Margin
from tenants.activity.rules import EACH_PERSON_ONCE, Actor
from tenants.premises.models import Closing
from tenants.workshops.enums import State
from tenants.workshops.models import Registration, Series, SeriesDate
from tenants.workshops.rules import may_change_attendance, not_given

CALLED_OFF = (State.CANCELLED, State.MOVED)


def series_with_dates() -> QuerySet[Any]:
    """Series, those with the latest dates first; `first`, `last` and `next` are of dates that were not called off."""
    today = timezone.localdate()
    standing = ~Q(dates__state__in=CALLED_OFF)
    found: QuerySet[Any] = Series.objects.select_related("site").annotate(
        first=Min("dates__date", filter=standing),
        last=Max("dates__date", filter=standing),
        next=Min("dates__date", filter=standing & Q(dates__date__gte=today)),
        held=Count("dates", filter=Q(dates__state=State.HELD)),
        planned=Count("dates", filter=Q(dates__state=State.PLANNED)),
    )
    return found.order_by("-last", "-pk")


def running_series() -> QuerySet[Any]:
    """Those that go on, or have no date yet."""
    return series_with_dates().filter(Q(next__isnull=False) | Q(last__isnull=True)).order_by("next", "-pk")


def dates() -> QuerySet[SeriesDate]:
    found: QuerySet[SeriesDate] = SeriesDate.objects.select_related("series", "site", "moved_to")
    return found.order_by("date", "starts_at", "pk")


def dates_of(series: Series) -> QuerySet[SeriesDate]:
    return dates().filter(series=series)


def to_note(today: dt.date) -> QuerySet[SeriesDate]:
    """Today's dates and those that nobody has noted yet, the latest first."""
    return dates().filter(state=State.PLANNED, date__lte=today).order_by("-date", "starts_at", "pk")


def coming(today: dt.date) -> QuerySet[SeriesDate]:
    return dates().filter(date__gt=today)


def past(today: dt.date) -> QuerySet[SeriesDate]:
    """What was held or called off, up to today, the latest first."""
    over = dates().filter(date__lte=today).exclude(state=State.PLANNED)
    return over.order_by("-date", "-starts_at", "-pk")


# --- lines of a list --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Places:
    """How full a series is."""

    capacity: int
    taken: int
    waiting: int

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)


def places_of(series: Iterable[Series]) -> dict[int, Places]:
    """In one statement, however many series."""
    capacities = {one.pk: one.capacity for one in series}
    rows = (
        Registration.objects.filter(series__in=capacities)
        .order_by()
        .values_list("series")
        .annotate(taken=Count("pk", filter=Q(waiting=False)), waiting=Count("pk", filter=Q(waiting=True)))
    )
    counted = {pk: (taken, waiting) for pk, taken, waiting in rows}
    return {pk: Places(capacity, *counted.get(pk, (0, 0))) for pk, capacity in capacities.items()}


@dataclass(frozen=True)
class DateLine:
    date: SeriesDate
    where: str
    places: Places
    may_note: bool


def where(date: SeriesDate) -> str:
    return date.place or date.site.name


def lines(found: Iterable[SeriesDate], actor: Actor) -> list[DateLine]:
    shown = list(found)
    places = places_of({one.series_id: one.series for one in shown}.values())
    today = timezone.localdate()
    return [
        DateLine(
            date=one,
            where=where(one),
            places=places[one.series_id],
            may_note=one.date <= today and one.state not in CALLED_OFF and may_change_attendance(one, actor),
        )
        for one in shown
    ]


# --- who came, in words -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MarginLine:
    """A margin of an attendance: its counts, and of how many nothing was said (None where people may overlap)."""

    label: str
    counts: list[tuple[str, int]]
    not_given: int | None


def margin_lines(margins: dict[str, dict[str, int]], total: int) -> list[MarginLine]:
    """Every margin, its counts in the vocabulary's order; of one that nobody counted, nothing was given."""
    order = {margin: [term.code for term in terms(margin, retired=True)] for margin in Margin}
    return [
        MarginLine(
            label=str(margin.label),
            counts=[
                (label_of(margin, code), margins.get(margin, {})[code])
                for code in order[margin]
                if code in margins.get(margin, {})
            ],
            not_given=not_given(margins, margin, total) if margin in EACH_PERSON_ONCE else None,
        )
        for margin in Margin
    ]


def people_by_id(ids: Iterable[int]) -> dict[int, Person]:
    """Those of these who work or worked here; the wall shows a space no others."""
    return Person.objects.in_bulk(list(set(ids)))


def names_of(ids: Iterable[int]) -> list[str]:
    people = Person.objects.filter(pk__in=set(ids)).order_by(Alphabetical("name"), "pk")
    return list(people.values_list("name", flat=True))


def usual_site_id() -> int | None:
    found: int | None = Series.objects.order_by("-pk").values_list("site", flat=True).first()
    return found


# --- days that are about to be closed ---------------------------------------------------------------------------


def planned_in(closing: Closing) -> str:
    days = Q(date__range=(closing.first_day, closing.last_day), date__gte=timezone.localdate(), state=State.PLANNED)
    here = days if closing.site_id is None else days & Q(site=closing.site_id)
    found = SeriesDate.objects.filter(here).count()
    text = ngettext(
        "%(n)s workshop is planned on these days. Move it, or cancel it.",
        "%(n)s workshops are planned on these days. Move them, or cancel them.",
        found,
    )
    return text % {"n": found} if found else ""
