"""Writing recognitions: since when, and until when, an EPN carries the network's label."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from network.cadastre.models import Recognition
from tenants.registry.crossing import current_place

EARLIEST = dt.date(2000, 1, 1)


def _check_day(day: dt.date, field: str) -> None:
    if day < EARLIEST:
        raise ValidationError({field: _("Choose a day from the year 2000 on.")})
    if day > timezone.localdate():
        raise ValidationError({field: _("This day is still to come.")})


@transaction.atomic
def grant_recognition(*, epn_id: int, since: dt.date, note: str = "") -> Recognition:
    """The label begins on this day. Raises ValidationError when it runs already or would overlap an earlier one."""
    _check_day(since, "since")
    if Recognition.objects.filter(epn_id=epn_id, until__isnull=True).exists():
        raise ValidationError({"since": _("This EPN has the label already.")})
    overlapping = Recognition.objects.filter(Q(until__gt=since), epn_id=epn_id).order_by("-until").first()
    if overlapping is not None:
        raise ValidationError(
            {
                "since": _("An earlier label ended on %(day)s: choose that day or a later one.")
                % {"day": overlapping.until}
            }
        )
    try:
        with transaction.atomic():
            recognition: Recognition = Recognition.objects.create(epn_id=epn_id, since=since, note=note.strip())
    except IntegrityError as error:  # somebody else was quicker
        raise ValidationError({"since": _("This EPN has the label already.")}) from error
    record(verb="recognition.granted", target=epn_id, space_id=current_place().space_id)
    return recognition


@transaction.atomic
def withdraw_recognition(*, epn_id: int, until: dt.date) -> Recognition:
    """From this day on the label is gone; the time before it stays. Raises ValidationError when there is none."""
    _check_day(until, "until")
    running = Recognition.objects.select_for_update().filter(epn_id=epn_id, until__isnull=True)
    recognition: Recognition | None = running.first()
    if recognition is None:
        raise ValidationError({"until": _("This EPN doesn't have the label.")})
    if until <= recognition.since:
        raise ValidationError(
            {"until": _("The label began on %(day)s: choose a later day.") % {"day": recognition.since}}
        )
    recognition.until = until
    recognition.save(update_fields=["until"])
    record(verb="recognition.withdrawn", target=epn_id, space_id=current_place().space_id)
    return recognition


@transaction.atomic
def take_back_recognition(*, recognition_id: int) -> None:
    """The label was given by mistake: as if it had never begun. Raises ValidationError once something followed it."""
    recognition = Recognition.objects.select_for_update().filter(pk=recognition_id, until__isnull=True).first()
    if recognition is None:
        raise ValidationError(_("The label has been changed since: this can't be undone."), code="too_late")
    recognition.delete()
    record(verb="recognition.taken_back", target=recognition.epn_id, space_id=current_place().space_id)


@transaction.atomic
def give_recognition_back(*, recognition_id: int) -> None:
    """The label was withdrawn by mistake: it never ended. Raises ValidationError once another one has begun."""
    recognition = Recognition.objects.select_for_update().filter(pk=recognition_id, until__isnull=False).first()
    if recognition is None or Recognition.objects.filter(epn_id=recognition.epn_id, until__isnull=True).exists():
        raise ValidationError(_("The label has been changed since: this can't be undone."), code="too_late")
    recognition.until = None
    recognition.save(update_fields=["until"])
    record(verb="recognition.given_back", target=recognition.epn_id, space_id=current_place().space_id)
