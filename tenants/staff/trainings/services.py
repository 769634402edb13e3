"""Writing what somebody learned, and until when a badge is valid."""

from __future__ import annotations

import datetime as dt
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from maillage.audit.services import record
from tenants.staff.models import StaffMember, Training
from tenants.staff.trainings.rules import TrainingFacts, training_problems

COMES_BACK_FOR = dt.timedelta(days=30)


def _checked(facts: TrainingFacts) -> TrainingFacts:
    problems = training_problems(facts)
    if problems:
        raise ValidationError(dict(problems))
    return {**facts, "title": facts["title"].strip(), "provider": facts["provider"].strip()}


@transaction.atomic
def add_training(*, member: StaffMember, **facts: Unpack[TrainingFacts]) -> Training:
    """Raises ValidationError by field."""
    made: Training = Training.objects.create(member=member, **_checked(facts))
    record(verb="training.added", target=made.pk)
    return made


@transaction.atomic
def change_training(*, training: Training, **facts: Unpack[TrainingFacts]) -> None:
    """Raises ValidationError by field."""
    checked = _checked(facts)
    for name, value in checked.items():
        setattr(training, name, value)
    training.save(update_fields=list(checked))
    record(verb="training.changed", target=training.pk)


@transaction.atomic
def remove_training(*, training: Training) -> None:
    """Take out one that was a mistake; `restore_training` undoes it. Twice is once."""
    if Training.objects.filter(pk=training.pk).update(deleted_at=timezone.now()):
        record(verb="training.removed", target=training.pk)


@transaction.atomic
def restore_training(*, training: Training) -> None:
    if Training.with_deleted.filter(pk=training.pk, deleted_at__isnull=False).update(deleted_at=None):
        record(verb="training.restored", target=training.pk)


def purge_removed_trainings(*, older_than: dt.timedelta = COMES_BACK_FOR) -> None:
    Training.with_deleted.filter(deleted_at__lt=timezone.now() - older_than).delete()
