"""Somebody leaves: what they have booked or planned from today on goes to another one."""

from __future__ import annotations

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.numbers import day_label
from tenants.activity.rules import problem
from tenants.appointments.enums import State, StopState
from tenants.appointments.models import Appointment, Stop
from tenants.appointments.selectors import is_busy
from tenants.appointments.services import change


def appointments_to_come(person_id: int, today: dt.date | None = None) -> QuerySet[Appointment]:
    found: QuerySet[Appointment] = Appointment.objects.filter(
        animator=person_id, state=State.BOOKED, date__gte=today or timezone.localdate()
    )
    return found.select_related("site").order_by("date", "starts", "pk")


def stops_to_come(person_id: int, today: dt.date | None = None) -> QuerySet[Stop]:
    found: QuerySet[Stop] = Stop.objects.filter(
        animator=person_id, state=StopState.PLANNED, date__gte=today or timezone.localdate()
    )
    return found.select_related("site").order_by("date", "starts", "pk")


def pass_appointment_on(*, appointment: Appointment, to_id: int) -> None:
    """Raises ValidationError when the other one is taken at that time."""
    change(appointment=appointment, animator_id=to_id)


@transaction.atomic
def pass_stops_on(*, series: uuid.UUID, from_id: int, to_id: int) -> int:
    """All that are to come of a series. Raises ValidationError, naming the first day when the other one is taken."""
    rows = list(stops_to_come(from_id).filter(series=series).select_for_update(of=("self",)))
    for one in rows:
        if is_busy(animator_id=to_id, site_id=one.site_id, day=one.date, span=(one.starts, one.ends), without=None) or (
            stops_to_come(to_id).filter(date=one.date, starts__lt=one.ends, ends__gt=one.starts).exists()
        ):
            text = _("This person is already taken on %(day)s. Choose another one.")
            raise ValidationError([problem(text, "busy", day=day_label(one.date))])
    now = timezone.now()
    for one in rows:
        Stop.objects.filter(pk=one.pk).update(animator=to_id, updated_at=now)
        record(verb="stop.changed", target=one.pk)
    return len(rows)
