"""Writing registrations: a place while there is one, else the waiting list. The journal has ids, never a name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.rules import problem
from tenants.workshops.enums import State
from tenants.workshops.models import Presence, Registration, Series
from tenants.workshops.registrations.rules import KEEP_FOR, registration_problems


def register(*, series: Series, name: str, level: str = "", key: uuid.UUID | None = None) -> Registration:
    """A place, or the waiting list when every place is taken. The same `key` again is the same registration.

    Raises ValidationError by field.
    """
    name = " ".join(name.split()) if name.isprintable() else name
    if found := registration_problems(name, level):
        raise ValidationError(dict(found))
    with transaction.atomic():
        full = _is_full(series)
        before: Registration | None = None if key is None else Registration.objects.filter(key=key).first()
        if before is not None:
            return before
        made: Registration = Registration.objects.create(
            key=key or uuid.uuid4(), series_id=series.pk, name=name, level=level, waiting=full
        )
        record(verb="registration.added", target=made.pk)
    return made


def _is_full(series: Series) -> bool:
    """Holds the series until the transaction ends: two people don't get the last place."""
    stored = Series.objects.select_for_update().get(pk=series.pk)
    return bool(Registration.objects.filter(series=stored, waiting=False).count() >= stored.capacity)


def change_registration(*, registration: Registration, name: str, level: str) -> Registration:
    name = " ".join(name.split()) if name.isprintable() else name
    if found := registration_problems(name, level):
        raise ValidationError(dict(found))
    with transaction.atomic():
        registration.name, registration.level = name, level
        registration.save(update_fields=["name", "level"])
        record(verb="registration.changed", target=registration.pk)
    return registration


def give_place(*, registration: Registration) -> Registration:
    """From the waiting list to a place. Twice is once. Raises ValidationError while every place is taken."""
    with transaction.atomic():
        full = _is_full(registration.series)
        registration.refresh_from_db(fields=["waiting"])
        if not registration.waiting:
            return registration
        if full:
            raise problem(_("Every place is taken. Remove somebody, or add places to the series."), "full")
        registration.waiting = False
        registration.save(update_fields=["waiting"])
        record(verb="registration.placed", target=registration.pk)
    return registration


def remove_registration(*, registration: Registration) -> None:
    with transaction.atomic():
        record(verb="registration.removed", target=registration.pk)
        registration.delete()


def note_presences(*, registration: Registration, presences: Mapping[int, bool | None]) -> None:
    """Of one person, by date: came, didn't, or (None) not noted. Dates that were not held are passed over."""
    held = registration.series.dates.filter(state=State.HELD, pk__in=presences).values_list("pk", flat=True)
    said = {pk: presences[pk] for pk in held}
    with transaction.atomic():
        before = dict(registration.presences.filter(date__in=said).values_list("date", "present"))
        if all(before.get(pk) == came for pk, came in said.items()):
            return
        registration.presences.filter(date__in=said).delete()
        Presence.objects.bulk_create(
            [Presence(registration=registration, date_id=pk, present=came) for pk, came in said.items()
             if came is not None]
        )  # fmt: skip
        record(verb="registration.changed", target=registration.pk)


@transaction.atomic
def erase_registrations(*, older_than: dt.timedelta = KEEP_FOR, count_only: bool = False) -> int:
    """Forget who was registered for series that ended longer ago. Returns how many; attendance stays as it is."""
    before = timezone.localdate() - older_than
    series = Series.objects.annotate(last=Max("dates__date")).filter(
        Q(last__lt=before) | Q(last__isnull=True, created_at__date__lt=before)
    )
    old = Registration.objects.filter(series__in=series.order_by().values("pk"))
    gone = int(old.count())
    if gone and not count_only:
        old.delete()
        record(verb="registrations.erased", target=f"{gone} registrations")
    return gone
