"""When a subscription is switched off: its coordinators are told, in their language."""

from __future__ import annotations

import logging
import smtplib

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from network.webhooks.enums import OffReason
from tenants.registry.crossing import address_of, outside
from tenants.registry.enums import Role
from tenants.registry.models import Membership, Space
from tenants.registry.selectors import running

logger = logging.getLogger(__name__)


def tell_that_it_is_off(*, space: Space, subscription_id: int, description: str, reason: OffReason) -> int:
    """Write to the coordinators of a federation. Returns to how many; a mail that can't be sent is logged.

    The address of the receiver isn't in the mail: it may hold a secret.
    """
    with outside():
        members = Membership.objects.filter(
            running(), space=space, role=Role.NETWORK_COORDINATOR, person__is_active=True
        ).select_related("person")
        people = [one.person for one in members.order_by("pk")]
        path = address_of(space, "webhooks:one", pk=subscription_id)
    sent = 0
    for person in people:
        with override(person.language):
            subject = gettext("A webhook of %(network)s is switched off") % {"network": space.name}
            context = {"network": space.name, "what": description, "reason": reason.label, "path": path}
            body = render_to_string("webhooks/email/switched_off.txt", context)
        try:
            EmailMessage(subject=" ".join(subject.split()), body=body, to=[person.email]).send()
            sent += 1
        except (OSError, smtplib.SMTPException):
            logger.exception("nobody could be told that webhook %s of %s is off", subscription_id, space.schema_name)
    return sent
