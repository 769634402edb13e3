"""Two weeks before: whoever leaves is told, and who coordinates. No name is in a subject, none in the second letter."""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from tenants.handover.rules import first_day_without
from tenants.registry.crossing import address_of, outside
from tenants.registry.models import Space

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reader:
    email: str
    language: str


def tell(
    space: Space, *, person: Reader, coordinators: Iterable[Reader], member_id: int, told_on: dt.date, last_day: dt.date
) -> int:
    """Returns how many letters left. One that can't be sent is logged by the number of the person's row."""
    facts = {"space": space.name, "last_day": last_day, "shut_on": first_day_without(last_day, told_on)}
    sent = 0
    with override(person.language):
        subject = gettext("Your access to %(space)s ends") % facts
        sent += _send(subject, "emails/access_ends.txt", facts, person, member_id)
    with outside():
        pack = address_of(space, "handover:pack", member_id)
    for reader in coordinators:
        with override(reader.language):
            subject = gettext("Somebody leaves %(space)s: pass their work on") % facts
            sent += _send(subject, "emails/somebody_leaves.txt", {**facts, "path": pack}, reader, member_id)
    return sent


def _send(subject: str, template: str, facts: dict[str, object], reader: Reader, member_id: int) -> int:
    letter = EmailMessage(subject=" ".join(subject.split()), body=render_to_string(template, facts), to=[reader.email])
    try:
        letter.send()
    except (OSError, smtplib.SMTPException) as error:
        # A server's answer quotes addresses: only its kind is told.
        logger.warning("a letter about the end of access %s could not be sent (%s)", member_id, type(error).__name__)
        return 0
    return 1
