"""When a subscription is switched off: its coordinators are told, in their language."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from network.webhooks.enums import OffReason
from tenants.registry.mailing import coordinators_of, link_to, send
from tenants.registry.models import Space


def tell_that_it_is_off(*, space: Space, subscription_id: int, description: str, reason: OffReason) -> int:
    """Write to the coordinators of a federation. Returns to how many; a mail that can't be sent is logged.

    The address of the receiver isn't in the mail: it may hold a secret.
    """
    link = link_to(space, "webhooks:one", pk=subscription_id)
    sent = 0
    for person in coordinators_of(space):
        with override(person.language):
            subject = gettext("A webhook of %(network)s is switched off") % {"network": space.name}
            context = {"network": space.name, "what": description, "reason": reason.label, "link": link}
            body = render_to_string("webhooks/email/switched_off.txt", context)
        sent += send(person, subject=subject, body=body, about=f"webhook {subscription_id} of {space.schema_name}")
    return sent
