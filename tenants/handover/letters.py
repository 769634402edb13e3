"""Two weeks before: whoever leaves is told, and who coordinates. No name is in a subject, none in the second letter."""

from __future__ import annotations

import datetime as dt

from django.template.loader import render_to_string
from django.utils.translation import gettext, override

from maillage.accounts.models import Person
from tenants.handover.rules import first_day_without
from tenants.registry.mailing import coordinators_of, link_to, send
from tenants.registry.models import Space


def tell(space: Space, *, person: Person, member_id: int, told_on: dt.date, last_day: dt.date) -> bool:
    """Write to the person, then to who coordinates. Returns whether the person's own letter left; else none is sent."""
    facts = {"space": space.name, "last_day": last_day, "shut_on": first_day_without(last_day, told_on)}
    about = f"the end of access of member {member_id} of {space.schema_name}"
    with override(person.language):
        subject = gettext("Your access to %(space)s ends") % facts
        if not send(person, subject=subject, body=render_to_string("emails/access_ends.txt", facts), about=about):
            return False
    facts["link"] = link_to(space, "handover:pack", member_id)
    for reader in coordinators_of(space):
        if reader.pk != person.pk:
            with override(reader.language):
                subject = gettext("Somebody leaves %(space)s: pass their work on") % facts
                body = render_to_string("emails/somebody_leaves.txt", facts)
            send(reader, subject=subject, body=body, about=about)
    return True
