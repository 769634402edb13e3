"""What somebody leaves behind, and who leaves when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from maillage.design.numbers import day_label
from tenants.appointments.handing_over import appointments_to_come, stops_to_come
from tenants.followup.codes import shown
from tenants.followup.selectors import held_by
from tenants.handover.enums import Work
from tenants.handover.models import AccessKept, Handover, HeldThing
from tenants.handover.rules import TOLD_BEFORE, first_day_without, last_day
from tenants.premises.opening_hours import clock
from tenants.staff.known_ends import known_ends
from tenants.staff.models import Contract, StaffMember
from tenants.workshops.handing_over import dates_to_come, series_to_come

ROUTES = {
    Work.THREAD: "followup:thread",
    Work.APPOINTMENT: "appointments:change",
    Work.SERIES: "workshops:series",
    Work.STOPS: "appointments:stop_edit",
}


@dataclass(frozen=True)
class Item:
    """One thing that goes on without the person who leaves. `pk` is that of its row (of the first stop of a series)."""

    work: Work
    pk: int
    label: str

    @property
    def route(self) -> str:
        """Where it can be read; empty for a thing."""
        return ROUTES.get(self.work, "")

    @property
    def field(self) -> str:
        return f"{self.work}-{self.pk}"


def items_of(member: StaffMember, today: dt.date | None = None) -> list[Item]:
    """Everything of a person's that runs: under their account, and what they hold."""
    day = today or timezone.localdate()
    found: list[Item] = []
    if member.account_id is not None:
        found += _threads(member.account_id)
        found += _appointments(member.account_id, day)
        found += _series(member.account_id, day)
        found += _stops(member.account_id, day)
    return found + [
        Item(Work.THING, one.pk, f"{one.label} ({one.get_kind_display()})") for one in things_held_by(member)
    ]


def _threads(account_id: int) -> list[Item]:
    return [
        Item(Work.THREAD, one.pk, _("Follow-up %(code)s") % {"code": shown(one.code)}) for one in held_by(account_id)
    ]


def _appointments(account_id: int, day: dt.date) -> list[Item]:
    return [
        Item(Work.APPOINTMENT, one.pk, f"{day_label(one.date)}, {clock(one.starts)} · {one.site.name}")
        for one in appointments_to_come(account_id, day)
    ]


def _series(account_id: int, day: dt.date) -> list[Item]:
    counts: dict[int, int] = {}
    for one in dates_to_come(account_id, day):
        counts[one.series_id] = counts.get(one.series_id, 0) + 1
    found = []
    for series in series_to_come(account_id, day):
        count = counts.get(series.pk, 0)
        dates = ngettext("%(count)s date to come", "%(count)s dates to come", count) % {"count": count}
        found.append(Item(Work.SERIES, series.pk, f"{series.title} · {dates}"))
    return found


def _stops(account_id: int, day: dt.date) -> list[Item]:
    """One line a series of stops, under the first that is to come."""
    of_a_series: dict[object, list[tuple[int, str]]] = {}
    for one in stops_to_come(account_id, day):
        of_a_series.setdefault(one.series, []).append((one.pk, f"{one.site.name} · {day_label(one.date)}"))
    found = []
    for stops in of_a_series.values():
        (pk, label), more = stops[0], len(stops) - 1
        if more:
            label += " " + ngettext("and %(count)s more", "and %(count)s more", more) % {"count": more}
        found.append(Item(Work.STOPS, pk, label))
    return found


def things_held_by(member: StaffMember) -> QuerySet[HeldThing]:
    found: QuerySet[HeldThing] = HeldThing.objects.filter(member=member, returned_on__isnull=True)
    return found


def things() -> QuerySet[HeldThing]:
    """What is held by anybody now."""
    found: QuerySet[HeldThing] = HeldThing.objects.filter(returned_on__isnull=True).select_related("member")
    return found


def handovers_of(member: StaffMember) -> QuerySet[Handover]:
    found: QuerySet[Handover] = Handover.objects.filter(member=member).select_related("by")
    return found


# --- access ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Leaving:
    """Somebody whose contracts have an end. `shut_on` is the first day on which they get in no more, once told."""

    member: StaffMember
    last_day: dt.date
    told_on: dt.date | None
    kept_until: dt.date | None

    @property
    def is_told_next(self) -> bool:
        """The day of the letter has come: the coming night writes it."""
        return self.told_on is None and self.last_day - timezone.localdate() <= TOLD_BEFORE

    @property
    def shut_on(self) -> dt.date | None:
        """None before the person was told, and while their access is kept."""
        if self.told_on is None:
            return None
        day = first_day_without(self.last_day, self.told_on)
        return max(day, self.kept_until + dt.timedelta(days=1)) if self.kept_until is not None else day


def leaving(members: Iterable[StaffMember] | None = None) -> list[Leaving]:
    """Everybody with an account whose contracts all have an end, the nearest first. Five statements."""
    rows = StaffMember.objects.filter(account__isnull=False)
    if members is not None:
        rows = rows.filter(pk__in=[one.pk for one in members])
    people = rows.select_related("account").prefetch_related(
        Prefetch("contracts", queryset=Contract.objects.all()), "access_ends", "access_kept"
    )
    found, elsewhere = [], known_ends()
    for one in people:
        last = last_day(one.contracts.all(), elsewhere)
        if last is not None:
            told = next((end.told_on for end in one.access_ends.all() if end.last_day == last), None)
            kept: AccessKept | None = getattr(one, "access_kept", None)
            found.append(Leaving(one, last, told, kept.until if kept is not None else None))
    return sorted(found, key=lambda one: (one.last_day, one.member.pk))


def leaving_soon(today: dt.date | None = None) -> list[Leaving]:
    """Whose last day is in the next weeks, or was in the last ones."""
    day = today or timezone.localdate()
    return [one for one in leaving() if abs(one.last_day - day) <= 2 * TOLD_BEFORE]
