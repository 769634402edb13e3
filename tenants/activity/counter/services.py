"""Writing half-days at the desk. Every write is journalled and moves the figures."""

from __future__ import annotations

import datetime as dt
from typing import Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from maillage.design.numbers import day_label
from maillage.design.two_versions import locked_as_seen
from tenants.activity.counter.rules import (
    MOST_PRESENT,
    SESSION_FIELDS,
    SessionFacts,
    check_may_change_session,
    session_problems,
)
from tenants.activity.counter.tables import CounterTap, Ticket
from tenants.activity.models import CounterSession
from tenants.activity.rules import Actor, Problems, problem, tidied
from tenants.activity.selectors import known_people
from tenants.premises.models import Site
from tenants.registry.hooks import epn_written


def record_counter_session(**facts: Unpack[SessionFacts]) -> CounterSession:
    """Raises ValidationError by field; also when a session of that site begins at the same time already."""
    session = CounterSession(**tidied({**facts, "note": facts.get("note", "")}))
    _check_session(session)
    return _save_session(session, "counter_session.recorded")


def open_counter_session(*, hand_all_out: bool = False, **facts: Unpack[SessionFacts]) -> CounterSession:
    """Open the desk of a site: one at a time. A second opening on the same day is the first one.

    `hand_all_out`: every ticket that there is, at once. Raises ValidationError by field.
    """
    site_id = facts.get("site_id")
    running = CounterSession.objects.filter(site=site_id, opened_at__isnull=False, closed_at__isnull=True).first()
    if running is not None:
        return _the_one_running(running, facts.get("date"))
    moment = timezone.now()
    session = CounterSession(**tidied({**facts, "note": facts.get("note", ""), "opened_at": moment}))
    _check_session(session)
    if hand_all_out and not session.ticket_limit:
        raise ValidationError({"ticket_limit": [problem(_("Say how many tickets there are."), "required")]})
    try:
        with transaction.atomic():
            _save_session(session, "counter_session.opened")
            if hand_all_out:
                Ticket.objects.bulk_create(
                    Ticket(session=session, date=session.date, number=number, taken_at=moment)
                    for number in range(1, (session.ticket_limit or 0) + 1)
                )
    except IntegrityError:
        running = CounterSession.objects.filter(site=site_id, opened_at__isnull=False, closed_at__isnull=True).first()
        if running is None:
            raise
        return _the_one_running(running, facts.get("date"))
    return session


def _the_one_running(session: CounterSession, day: dt.date | None) -> CounterSession:
    if session.date == day:
        return session
    raise ValidationError({
        "site_id": [problem(_("The half-day of %(day)s is still open here. Close that one first."), "still_open",
                            day=day_label(session.date))]
    })  # fmt: skip


def close_counter_session(
    *, session: CounterSession, by: Actor, seen: str = "", **changes: Unpack[SessionFacts]
) -> CounterSession:
    """Close the desk with what one counted. Whoever still waits has gone; who was called has been helped.

    Raises ChangedMeanwhile when `seen` (two_versions.version_of) isn't the version that stands.
    """
    check_may_change_session(session, by)
    _apply(session, changes)
    moment = timezone.now()
    with transaction.atomic():
        locked_as_seen(CounterSession.objects.all(), session.pk, seen)
        if session.is_open:
            session.closed_at = moment
            waiting = Ticket.objects.filter(session=session.pk, left_at__isnull=True, done_at__isnull=True)
            waiting.filter(called_at__isnull=True).update(left_at=moment)
            waiting.filter(called_at__isnull=False).update(done_at=moment)
            CounterTap.objects.filter(session=session.pk).delete()  # nothing is left to take back
        return _save_session(session, "counter_session.closed")


def change_counter_session(
    *, session: CounterSession, by: Actor | None = None, seen: str = "", **changes: Unpack[SessionFacts]
) -> CounterSession:
    """Raises ValidationError by field, and ChangedMeanwhile as `close_counter_session` does."""
    check_may_change_session(session, by)
    _apply(session, changes)
    with transaction.atomic():
        locked_as_seen(CounterSession.objects.all(), session.pk, seen)
        return _save_session(session, "counter_session.changed")


def delete_counter_session(*, session: CounterSession, by: Actor | None = None) -> None:
    check_may_change_session(session, by)
    with transaction.atomic():
        record(verb="counter_session.deleted", target=session.pk)
        session.delete()
        epn_written()


def _apply(session: CounterSession, changes: SessionFacts) -> None:
    kept_note = session.note
    for name, value in tidied(dict(changes)).items():
        setattr(session, name, value)
    _check_session(session, kept_note)
    session.updated_at = timezone.now()


def _check_session(session: CounterSession, kept_note: str = "") -> None:
    found: Problems = session_problems({name: getattr(session, name) for name in SESSION_FIELDS}, kept_note)
    if not Site.objects.filter(pk=session.site_id).exists():
        found["site_id"] = [problem(_("This site doesn't exist here."), "unknown_site")]
    if session.animators:
        session.animators = sorted(set(session.animators))
        strangers = set(session.animators) - known_people(session.animators)
        if strangers or len(session.animators) > MOST_PRESENT:
            found["animators"] = [problem(_("This person doesn't work here."), "unknown_animator")]
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
        moved = not session._state.adding
        session.save()
        if moved:
            Ticket.objects.filter(session=session.pk).exclude(date=session.date).update(date=session.date)
        record(verb=verb, target=session.pk)
        epn_written()
    return session
