"""Keys, accounts and equipment in people's hands: what somebody passes on when they leave."""

from __future__ import annotations

import datetime as dt

from maillage.demo.visits import ZONE
from tenants.handover.models import HeldThing
from tenants.staff.models import Contract
from tenants.staff.selectors import in_force

WHERE = ("rue-de-la-poste", "abattoirs", "marolles")
HELD = (
    ("key", "Clé de la porte d'entrée"),
    ("account", "Compte de l'imprimante"),
    ("equipment", "Ordinateur portable n° 4"),
    ("key", "Badge de l'alarme"),
)


def write_holdings(slug: str, until: dt.date) -> None:
    """In the space that one is in: the people whose contracts run on the last day hold one thing each."""
    if slug not in WHERE:
        return
    running = Contract.objects.filter(in_force(until)).order_by("starts_on", "pk")
    HeldThing.objects.bulk_create(
        HeldThing(
            member_id=one.member_id, kind=kind, label=label, since=one.starts_on,
            created_at=dt.datetime.combine(one.starts_on, dt.time(9, 0), ZONE),
        )
        for one, (kind, label) in zip(running, HELD, strict=False)
    )  # fmt: skip
