"""What somebody has in hands at the counter: a ticket that they called, a help that isn't finished; and its end."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Unpack

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.counter.tables import OpenRequest, Ticket, minutes_between
from tenants.activity.models import LONGEST_DAY, Visit
from tenants.activity.rules import Actor, VisitFacts, code_problems, problem
from tenants.activity.services import record_visit


@dataclass(frozen=True)
class Work:
    """Since when, and what the next visit closes. `saved`: it has become this visit already."""

    since: dt.datetime | None = None
    ticket: Ticket | None = None
    request: OpenRequest | None = None
    saved: Visit | None = None

    @property
    def is_over(self) -> bool:
        return self.saved is not None and self.saved.deleted_at is None

    @property
    def minutes(self) -> int | None:
        """What the clock says: at least one, at most a day."""
        if self.since is None:
            return None
        return min(max(1, minutes_between(self.since, timezone.now())), LONGEST_DAY)


def work_at_hand(*, ticket_id: int | None, request_id: int | None) -> Work:
    """By what the page says that it is about; a ticket or request that isn't there counts for nothing."""
    if request_id is not None:
        request = OpenRequest.objects.select_related("ticket", "visit").filter(pk=request_id).first()
        if request is not None and request.dropped_at is None:
            return Work(request.started_at, request.ticket, request, request.visit)
    if ticket_id is not None:
        ticket = Ticket.objects.select_related("visit").filter(pk=ticket_id, called_at__isnull=False).first()
        if ticket is not None:
            return Work(ticket.called_at, ticket, None, ticket.visit)
    return Work()


def log_at_counter(*, key: uuid.UUID, work: Work, by: Actor, **facts: Unpack[VisitFacts]) -> Visit:
    """`record_visit`, and what was in hands is done with it. Sent twice, it is the first visit, whatever the clock
    says by then."""
    if work.since is None:
        return record_visit(key=key, by=by, **facts)
    if work.saved is not None and work.saved.key == key:
        return work.saved
    with transaction.atomic():
        visit = record_visit(key=key, by=by, **facts)
        close_work(work=work, visit=visit)
    return visit


def close_work(*, work: Work, visit: Visit) -> None:
    if work.ticket is not None:
        Ticket.objects.filter(pk=work.ticket.pk).update(done_at=timezone.now(), visit=visit)
    if work.request is not None:
        OpenRequest.objects.filter(pk=work.request.pk).update(visit=visit)


def keep_open(*, key: uuid.UUID, work: Work, by: Actor, site_id: int, mode: str, themes: list[str],
              animator_id: int | None) -> OpenRequest:  # fmt: skip
    """A help that isn't finished. Kept again, it is the same one with what one knows now. The key holds once."""
    wrong = [one for code in themes for one in code_problems(_("Theme"), "theme", code)]
    wrong += code_problems(_("Mode"), "mode", mode)
    if not themes:
        wrong = [problem(_("Choose at least one theme."), "required")]
    if wrong:
        raise wrong[0]
    if work.request is not None:
        OpenRequest.objects.filter(pk=work.request.pk).update(themes=themes, mode=mode, animator=animator_id)
        return work.request
    with transaction.atomic():
        request: OpenRequest
        request, made = OpenRequest.objects.get_or_create(
            key=key,
            defaults={
                "site_id": site_id, "mode": mode, "themes": themes, "animator_id": animator_id,
                "recorded_by_id": by.person_id, "ticket": work.ticket, "started_at": work.since or timezone.now(),
            },
        )  # fmt: skip
        if made:
            if work.ticket is not None:  # it is in the request's hands now
                Ticket.objects.filter(pk=work.ticket.pk, done_at__isnull=True).update(done_at=timezone.now())
            record(verb="open_request.kept", target=request.pk)
    return request


def drop_request(*, request: OpenRequest) -> None:
    """It won't become a visit. Twice is once."""
    with transaction.atomic():
        if OpenRequest.objects.filter(pk=request.pk, dropped_at__isnull=True).update(dropped_at=timezone.now()):
            record(verb="open_request.dropped", target=request.pk)


def restore_request(*, request: OpenRequest) -> None:
    with transaction.atomic():
        if OpenRequest.objects.filter(pk=request.pk, dropped_at__isnull=False).update(dropped_at=None):
            record(verb="open_request.restored", target=request.pk)
