"""6, 3 and 1 month before an article 60 contract ends, its EPN's coordinators are told: once, and in their language.

The mail names nobody: it goes through other hands. It says when something ends and where to read more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.translation import ngettext, override

from maillage.accounts.models import Person
from maillage.audit.services import record
from tenants.article60.models import Alert
from tenants.article60.selectors import Clock, running_clocks
from tenants.registry.mailing import coordinators_of, link_to, send
from tenants.registry.models import Space

SAME_END = dt.timedelta(days=31)  # an end that moves by less was told already


def due(day: dt.date) -> list[Clock]:
    """Contracts whose 6, 3 or 1 month has come, and of which nobody was told at that."""
    clocks = [one for one in running_clocks(day) if one.step is not None]
    told: dict[tuple[int, int], list[dt.date]] = {}
    for alert in Alert.objects.filter(contract__in=[one.contract.pk for one in clocks]):
        told.setdefault((alert.contract_id, alert.months), []).append(alert.ends_on)
    return [one for one in clocks if not _was_told(one, told.get((one.contract.pk, one.step or 0), ()))]


def _was_told(clock: Clock, ends: Iterable[dt.date]) -> bool:
    return clock.ends_on is not None and any(abs(end - clock.ends_on) <= SAME_END for end in ends)


def tell_of_ends(*, space: Space, day: dt.date) -> int:
    """In an EPN: tell its coordinators what is due. Returns how many mails were sent.

    The alerts are written before the mails, so that a job that runs twice tells once; when no mail at all could be
    sent, they are taken back, and the next day tries again.
    """
    claimed: list[tuple[Clock, Alert]] = []
    for clock in due(day):
        alert, made = Alert.objects.get_or_create(
            contract=clock.contract, months=clock.step, ends_on=clock.ends_on, defaults={"told_on": day}
        )
        if made:
            claimed.append((clock, alert))
    if not claimed:
        return 0
    people = coordinators_of(space)
    sent = sum(_write(person, space, [clock for clock, _alert in claimed]) for person in people)
    alerts = Alert.objects.filter(pk__in=[alert.pk for _clock, alert in claimed])
    if people and not sent:
        alerts.delete()
        return 0
    alerts.update(people=sent)
    for clock, _alert in claimed:
        record(verb="contract_end.told", target=clock.contract.pk)
    return sent


def _write(person: Person, space: Space, clocks: list[Clock]) -> bool:
    with override(person.language):
        subject = ngettext(
            "%(epn)s: an article 60 contract ends soon", "%(epn)s: %(n)s article 60 contracts end soon", len(clocks)
        ) % {"epn": space.name, "n": len(clocks)}
        lines = [(one, link_to(space, "article60:contract", contract_id=one.contract.pk)) for one in clocks]
        body = render_to_string("article60/email/ending.txt", {"epn": space.name, "lines": lines})
    return send(person, subject=subject, body=body, about=f"ends of article 60 contracts of {space.schema_name}")
