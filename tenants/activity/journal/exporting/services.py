"""Large files of the journal: asked for by a person, made by a job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from maillage.audit.services import record
from tenants.activity.journal.enums import FileState
from tenants.activity.journal.models import ExportedFile
from tenants.activity.journal.tasks import put_in_file

GIVEN_UP_AFTER = dt.timedelta(minutes=3)


def ask_for_file(*, by_id: int, filters: Mapping[str, str], rows: int, filename: str, language: str) -> ExportedFile:
    """A file of the visits that answer these filters. A job makes it; the page shows how far it is."""
    with transaction.atomic():
        file: ExportedFile = ExportedFile.objects.create(
            by_id=by_id, filters=dict(filters), rows=rows, filename=filename, language=language
        )
        record(verb="visits.exported", target=f"{rows} visits")
        put_in_file(file.pk)
    return file


def has_stopped(file: ExportedFile) -> bool:
    """Failed, or nobody has been at work on it for a while."""
    if file.state == FileState.FAILED:
        return True
    return file.state != FileState.READY and timezone.now() - file.updated_at > GIVEN_UP_AFTER


@transaction.atomic
def ask_again(*, file: ExportedFile) -> None:
    if has_stopped(file):
        ExportedFile.objects.filter(pk=file.pk).update(state=FileState.WAITING, updated_at=timezone.now())
        put_in_file(file.pk)
