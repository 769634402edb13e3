"""Writing half-days at the desk. Every write is journalled and moves the figures."""

from __future__ import annotations

from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.counter.rules import SESSION_FIELDS, SessionFacts, check_may_change_session, session_problems
from tenants.activity.models import CounterSession
from tenants.activity.rules import Actor, Problems, problem, tidied
from tenants.premises.models import Site
from tenants.registry.hooks import epn_written


def record_counter_session(**facts: Unpack[SessionFacts]) -> CounterSession:
    """Raises ValidationError by field; also when a session of that site begins at the same time already."""
    session = CounterSession(**tidied({**facts, "note": facts.get("note", "")}))
    _check_session(session)
    return _save_session(session, "counter_session.recorded")


def change_counter_session(
    *, session: CounterSession, by: Actor | None = None, **changes: Unpack[SessionFacts]
) -> CounterSession:
    check_may_change_session(session, by)
    kept_note = session.note
    for name, value in tidied(dict(changes)).items():
        setattr(session, name, value)
    _check_session(session, kept_note)
    session.updated_at = timezone.now()
    return _save_session(session, "counter_session.changed")


def delete_counter_session(*, session: CounterSession, by: Actor | None = None) -> None:
    check_may_change_session(session, by)
    with transaction.atomic():
        record(verb="counter_session.deleted", target=session.pk)
        session.delete()
        epn_written()


def _check_session(session: CounterSession, kept_note: str = "") -> None:
    found: Problems = session_problems({name: getattr(session, name) for name in SESSION_FIELDS}, kept_note)
    if not Site.objects.filter(pk=session.site_id).exists():
        found["site_id"] = [problem(_("This site doesn't exist here."), "unknown_site")]
    if not found:
        twin = CounterSession.objects.filter(
            date=session.date, site=session.site_id, starts_at=session.starts_at
        ).exclude(pk=session.pk)
        if twin.exists():
            found["starts_at"] = [
                problem(_("A half-day that begins at this time is in already. Change that one."), "twin")
            ]
    if found:
        raise ValidationError(dict(found))


def _save_session(session: CounterSession, verb: str) -> CounterSession:
    with transaction.atomic():
        session.save()
        record(verb=verb, target=session.pk)
        epn_written()
    return session
