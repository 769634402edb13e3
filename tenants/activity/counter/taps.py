"""The buttons of the desk: one tap each, made once however often it is sent, and taken back by who made it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.audit.services import record
from tenants.activity.counter.tables import CounterTap, Ticket
from tenants.activity.enums import Tap
from tenants.activity.models import CounterSession
from tenants.activity.rules import MOST_PEOPLE, problem
from tenants.activity.undo import check_may_undo
from tenants.registry.hooks import epn_written

VERBS = {
    Tap.GIVEN: "ticket.given",
    Tap.CALLED: "ticket.called",
    Tap.LEFT: "ticket.left",
    Tap.TURNED_AWAY: "counter_session.turned_away",
}


def tap(*, session_id: int, kind: Tap, key: uuid.UUID, by_id: int, ticket_id: int | None = None) -> CounterTap:
    """One tap. Raises ValidationError when the desk is closed, or a colleague was faster with that ticket."""
    with transaction.atomic():
        # Taps on one desk come one after the other: two people never hand out the same number.
        session = CounterSession.objects.select_for_update().get(pk=session_id)
        before: CounterTap | None = CounterTap.objects.filter(key=key, kind=kind).first()
        if before is not None:
            return before
        if not session.is_open:
            raise problem(_("This half-day is closed. Open a new one."), "closed")
        made = CounterTap(key=key, kind=kind, session=session, by_id=by_id, at=timezone.now())
        _DEEDS[kind](made, session, ticket_id)
        made.save(force_insert=True)
        verb = VERBS[kind]
        record(verb=verb, target=made.ticket_id or session.pk)
        epn_written()
    return made


def undo_tap(*, tap: CounterTap, by_id: int) -> CounterTap:
    """Take one tap back. Twice is once. Raises ValidationError when it can't be, and says why."""
    with transaction.atomic():
        session = CounterSession.objects.select_for_update().get(pk=tap.session_id)
        tap.refresh_from_db()
        if tap.undone_at is not None:
            return tap
        if not session.is_open:
            raise problem(_("It is too late to take this back."), "too_late")
        check_may_undo(by_id=tap.by_id, at=tap.at, person_id=by_id)
        _UNDOING[Tap(tap.kind)](tap, session)
        tap.undone_at = timezone.now()
        tap.save(update_fields=["undone_at", "ticket"])
        record(verb="counter_tap.undone", target=tap.ticket_id or session.pk)
        epn_written()
    return tap


# --- each button ------------------------------------------------------------------------------------------------


def _give(made: CounterTap, session: CounterSession, ticket_id: int | None) -> None:
    last = Ticket.objects.filter(session=session).aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_PEOPLE:
        raise problem(_("There are no more tickets than %(most)s."), "no_more", most=MOST_PEOPLE)
    made.ticket = Ticket.objects.create(session=session, date=session.date, number=last + 1, taken_at=made.at)
    made.number = last + 1


def _chosen(session: CounterSession, ticket_id: int | None) -> Ticket:
    ticket: Ticket | None = Ticket.objects.filter(session=session, pk=ticket_id).first()
    if ticket is None:
        raise problem(_("This ticket isn't there any more."), "no_ticket")
    return ticket


def _call(made: CounterTap, session: CounterSession, ticket_id: int | None) -> None:
    ticket = _chosen(session, ticket_id)
    if not ticket.waits:
        raise problem(_("Ticket %(number)s doesn't wait any more: a colleague was faster."), "not_waiting",
                      number=ticket.number)  # fmt: skip
    ticket.called_at, ticket.called_by_id = max(made.at, ticket.taken_at), made.by_id
    ticket.save(update_fields=["called_at", "called_by"])
    made.ticket, made.number = ticket, ticket.number


def _leave(made: CounterTap, session: CounterSession, ticket_id: int | None) -> None:
    ticket = _chosen(session, ticket_id)
    if ticket.left_at is None and ticket.done_at is None:
        ticket.left_at = made.at
        ticket.save(update_fields=["left_at"])
    made.ticket, made.number = ticket, ticket.number


def _turn_away(made: CounterTap, session: CounterSession, ticket_id: int | None) -> None:
    if session.turned_away >= MOST_PEOPLE:
        raise problem(_("Enter a whole number from %(lowest)s to %(highest)s."), "out_of_range",
                      lowest=0, highest=MOST_PEOPLE)  # fmt: skip
    _move_turned_away(session, 1, made.at)
    made.number = session.turned_away + 1


def _move_turned_away(session: CounterSession, step: int, moment: dt.datetime) -> None:
    CounterSession.objects.filter(pk=session.pk).update(turned_away=F("turned_away") + step, updated_at=moment)


_DEEDS: dict[Tap, Callable[[CounterTap, CounterSession, int | None], None]] = {
    Tap.GIVEN: _give,
    Tap.CALLED: _call,
    Tap.LEFT: _leave,
    Tap.TURNED_AWAY: _turn_away,
}


# --- and back ---------------------------------------------------------------------------------------------------


def _take_ticket_back(tap: CounterTap, session: CounterSession) -> None:
    if tap.ticket is None:
        return
    if not tap.ticket.waits:
        raise problem(_("Ticket %(number)s has been called: it can't be taken back."), "called",
                      number=tap.ticket.number)  # fmt: skip
    tap.ticket.delete()
    tap.ticket = None


def _take_call_back(tap: CounterTap, session: CounterSession) -> None:
    if tap.ticket is None or tap.ticket.done_at is not None or tap.ticket.left_at is not None:
        raise problem(_("It is too late to take this back."), "too_late")
    Ticket.objects.filter(pk=tap.ticket_id).update(called_at=None, called_by=None)


def _bring_back(tap: CounterTap, session: CounterSession) -> None:
    Ticket.objects.filter(pk=tap.ticket_id).update(left_at=None)


def _turn_back(tap: CounterTap, session: CounterSession) -> None:
    if session.turned_away:
        _move_turned_away(session, -1, timezone.now())


_UNDOING: dict[Tap, Callable[[CounterTap, CounterSession], None]] = {
    Tap.GIVEN: _take_ticket_back,
    Tap.CALLED: _take_call_back,
    Tap.LEFT: _bring_back,
    Tap.TURNED_AWAY: _turn_back,
}
