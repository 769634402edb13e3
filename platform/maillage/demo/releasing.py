"""What the demo's network has released: each closed year, then the closed months and quarters of the running one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from maillage.demo.visits import ZONE
from network.releases.enums import PeriodKind
from network.releases.periods import Period, quarters, year
from network.releases.services import begin_release, fill_draft, publish
from tenants.registry.crossing import entered
from tenants.registry.enums import Role
from tenants.registry.models import Federation, Membership

FIRST_YEAR = 2022


def closed_periods(until: dt.date) -> Iterator[Period]:
    """In the order in which they were released: a quarter after its three months."""
    for number in range(FIRST_YEAR, until.year):
        yield year(number)
    for quarter in quarters(until.year):
        for first in quarter.months:
            period = Period(first, PeriodKind.MONTH)
            if period.last < until:
                yield period
        if quarter.last < until:
            yield quarter


def release_what_is_closed(federation: Federation, until: dt.date) -> None:
    """A fortnight after each period, by the network's coordinator."""
    coordinator = Membership.objects.filter(space=federation.space, role=Role.NETWORK_COORDINATOR).earliest("pk")
    with entered(federation.space):
        for period in closed_periods(until):
            moment = dt.datetime.combine(min(period.last + dt.timedelta(days=14), until), dt.time(10, 0), ZONE)
            draft = begin_release(period=period, minimum_cell=federation.minimum_cell, today=until, at=moment)
            fill_draft(draft_id=draft.pk, federation_id=federation.pk)
            publish(draft_id=draft.pk, by_id=coordinator.person_id, at=moment)
