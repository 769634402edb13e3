"""Documents of the cadastre: asked for by a member of the network, made by a job, kept a day."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from maillage.audit.services import record
from network.cadastre.papers.enums import Format
from network.cadastre.papers.models import Paper
from network.cadastre.papers.tasks import put_in_paper
from tenants.activity.journal.enums import FileState
from tenants.registry.crossing import current_place

GIVEN_UP_AFTER = dt.timedelta(minutes=3)


def ask_for_paper(*, by_id: int, year: int, perimeter: str, kind: Format, language: str, network: str) -> Paper:
    """A job makes it; the page shows how far it is."""
    with transaction.atomic():
        paper: Paper = Paper.objects.create(
            by_id=by_id,
            year=year,
            perimeter=perimeter,
            format=kind,
            language=language,
            filename=f"{network}-cadastre-{year}-{perimeter}.{kind.value}",
        )
        record(verb="cadastre.paper_asked", target=paper.pk, space_id=current_place().space_id)
        put_in_paper(paper.pk)
    return paper


def papers_of(person_id: int) -> QuerySet[Paper]:
    """One's own, without their bytes."""
    found: QuerySet[Paper] = Paper.objects.filter(by=person_id).defer("content")
    return found


def has_stopped(paper: Paper) -> bool:
    """Failed, or nobody has been at work on it for a while."""
    if paper.state == FileState.FAILED:
        return True
    return paper.state != FileState.READY and timezone.now() - paper.updated_at > GIVEN_UP_AFTER


@transaction.atomic
def ask_again(*, paper: Paper) -> None:
    if has_stopped(paper):
        Paper.objects.filter(pk=paper.pk).update(state=FileState.WAITING, done=0, updated_at=timezone.now())
        put_in_paper(paper.pk)
