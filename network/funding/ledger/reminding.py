"""30 and 7 days before something about money is due, the network's coordinators are told: once, in their language."""

from __future__ import annotations

import datetime as dt

from django.template.loader import render_to_string
from django.utils.translation import ngettext, override

from maillage.accounts.models import Person
from maillage.audit.services import record
from network.funding.ledger.overview import Due, due
from network.funding.models import Reminder
from tenants.registry.mailing import coordinators_of, link_to, send
from tenants.registry.models import Space

STEPS = (7, 30)  # days before


def to_tell(day: dt.date) -> list[tuple[Due, int]]:
    """What is due within a step of which nobody was told. A day that moved is told again."""
    told = {(one.kind, one.item_id, one.due_on, one.days) for one in Reminder.objects.filter(due_on__gte=day)}
    found = []
    for one in due(day):
        step = next((step for step in STEPS if 0 <= one.days(day) <= step), None)
        if step is not None and (one.kind, one.item_id, one.on, step) not in told:
            found.append((one, step))
    return found


def tell_of_dues(*, space: Space, day: dt.date) -> int:
    """In a federation: tell its coordinators what is due. Returns how many letters were sent.

    The reminders are written before the letters, so that a job that runs twice tells once; when no letter at all could
    be sent, they are taken back, and the next day tries again.
    """
    claimed: list[tuple[Due, Reminder]] = []
    for one, step in to_tell(day):
        reminder, made = Reminder.objects.get_or_create(
            kind=one.kind, item_id=one.item_id, due_on=one.on, days=step, defaults={"told_on": day}
        )
        if made:
            claimed.append((one, reminder))
    if not claimed:
        return 0
    people = coordinators_of(space)
    sent = sum(_write(person, space, [one for one, _reminder in claimed]) for person in people)
    if people and not sent:
        Reminder.objects.filter(pk__in=[reminder.pk for _one, reminder in claimed]).delete()
        return 0
    record(verb="money.due_told", target=f"{len(claimed)} lines", space_id=space.pk)
    return sent


def _write(person: Person, space: Space, items: list[Due]) -> bool:
    with override(person.language):
        subject = ngettext(
            "%(network)s: something about money is due soon", "%(network)s: %(n)s things about money are due soon",
            len(items),
        ) % {"network": space.name, "n": len(items)}  # fmt: skip
        lines = [
            (
                one,
                link_to(space, "funding:grant", pk=one.grant_id) if one.grant_id else link_to(space, "funding:funders"),
            )
            for one in items
        ]
        words = {"network": space.name, "lines": lines, "page": link_to(space, "funding:home")}
        body = render_to_string("funding/email/due.txt", words)
    return send(person, subject=subject, body=body, about=f"money that is due in {space.schema_name}")


def _link(space: Space, one: Due) -> str:
    if one.grant_id is None:
        return link_to(space, "funding:funders")
    return link_to(space, "funding:grant", pk=one.grant_id)
