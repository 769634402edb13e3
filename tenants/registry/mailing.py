"""Writing to the people of a space: to whom, with which links, and what becomes of a letter that can't be sent."""

from __future__ import annotations

import logging
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from maillage.accounts.models import Person
from tenants.registry.crossing import address_of, outside
from tenants.registry.enums import COORDINATOR_OF, Kind
from tenants.registry.models import Membership, Space
from tenants.registry.selectors import running

logger = logging.getLogger(__name__)


def coordinators_of(space: Space) -> list[Person]:
    """Who coordinates an EPN or a network now. Memberships are the register's, so this looks outside the space."""
    with outside():
        members = Membership.objects.filter(
            running(), space=space, role=COORDINATOR_OF[Kind(space.kind)], person__is_active=True
        ).select_related("person")
        return [one.person for one in members.order_by("pk")]


def link_to(space: Space | None, name: str, /, *args: Any, **kwargs: Any) -> str:
    """The whole address of a page, as a letter needs it: `https://epn.example.org/caban/…`."""
    with outside():
        return f"{settings.PUBLIC_URL}{address_of(space, name, *args, **kwargs)}"


def send(person: Person, *, subject: str, body: str, about: str) -> bool:
    """Hand a letter to the mail server, outside transactions. Returns whether it left. `about`: for the log, by ids."""
    try:
        EmailMessage(subject=" ".join(subject.split()), body=body, to=[person.email]).send()
    except (OSError, UnicodeError, smtplib.SMTPException) as error:
        # A server's answer quotes addresses: only its kind is told.
        logger.warning("a letter about %s could not be sent (%s)", about, type(error).__name__)
        return False
    return True
