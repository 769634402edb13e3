"""What the funder does with a report: sends it back, accepts it, refuses it, comments on it, or takes that back.

Each deed locks the report and asks for the version that the person saw. The other side gets a letter once it stands.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from network.reports.content import from_bytes
from network.reports.counting import months_between
from network.reports.enums import State, Step
from network.reports.filling import place_of
from network.reports.keys import lock_keys
from network.reports.letters import tell_after_commit
from network.reports.models import Report
from network.reports.overlapping import refuse_overlap
from network.reports.perimeter import perimeter
from network.reports.steps import By, comment_of, done, locked, require

WAITING = (State.SENT,)
DECIDED = (State.RETURNED, State.ACCEPTED, State.REFUSED)


@transaction.atomic
def send_back(*, pk: int, comment: str, by: By, version: int | None = None, at: dt.datetime | None = None) -> Report:
    """To be corrected. Raises ValidationError without a comment, or when the report isn't waiting."""
    words = comment_of(comment, _("Say what is to be corrected: the network can't guess it."))
    return _decide(pk, version, State.RETURNED, Step.RETURNED, by, words, at)


@transaction.atomic
def accept(
    *, pk: int, by: By, comment: str = "", version: int | None = None, at: dt.datetime | None = None
) -> Report:  # fmt: skip
    return _decide(pk, version, State.ACCEPTED, Step.ACCEPTED, by, comment_of(comment), at)


@transaction.atomic
def refuse(*, pk: int, reason: str, by: By, version: int | None = None, at: dt.datetime | None = None) -> Report:
    """For good: another report may be made of the same months. Raises ValidationError without a reason."""
    try:
        words = comment_of(reason, _("Say why: the network has a right to know it."))
    except ValidationError as error:
        raise ValidationError({"reason": error.messages}) from error
    return _decide(pk, version, State.REFUSED, Step.REFUSED, by, words, at)


def _decide(
    pk: int, version: int | None, state: State, step: Step, by: By, text: str, at: dt.datetime | None
) -> Report:  # fmt: skip
    one = locked(pk, version)
    require(one, WAITING, _("Only a report that was sent and waits is decided on."))
    one.state = state
    tell_after_commit(done(one, step, by, text=text, at=at))
    return one


@transaction.atomic
def comment(*, pk: int, comment: str, by: By, version: int | None = None, at: dt.datetime | None = None) -> Report:
    """A word to the other side, which decides nothing. Of a report that never left, nobody else knows."""
    words = comment_of(comment, _("Write your comment."))
    one = locked(pk, version)
    if not one.frozen.filter(sent_at__isnull=False).exists():
        raise ValidationError(_("This report wasn't sent: the funder can't read a comment on it."), code="state")
    tell_after_commit(done(one, Step.COMMENTED, by, text=words, at=at))
    return one


@transaction.atomic
def undo_decision(*, pk: int, by: By, version: int | None = None, at: dt.datetime | None = None) -> Report:
    """The report waits again, as before. Not once the network has signed anew, has made another one instead, or has
    changed the keys that were free meanwhile."""
    one = locked(pk, version)
    require(one, DECIDED, _("There is no decision to take back."))
    if one.state != State.ACCEPTED:
        lock_keys()
        if not _keys_are_as_sent(one):
            raise ValidationError(_("The network has changed the keys of this report since: it has to sign it again."))
    if one.state == State.REFUSED:
        refuse_overlap(one.pack_version.pack_id, list(one.grants.all()), one.first, one.last, beside=one.pk)
    one.state = State.SENT
    tell_after_commit(done(one, Step.REOPENED, by, at=at))
    return one


def _keys_are_as_sent(report: Report) -> bool:
    """Else the same work could count for two funders by now."""
    months = months_between(report.first, report.last)
    around = perimeter(list(report.grants.order_by("starts_on", "pk")), report.first, report.last)
    now = {one.epn: place_of(one, months) for one in around.places}
    sent = report.frozen.filter(sent_at__isnull=False).order_by("-number").first()
    told = from_bytes(bytes(sent.content)).places if sent is not None else ()
    return all(one.epn in now and (now[one.epn].key, now[one.epn].keys) == (one.key, one.keys) for one in told)
