"""Reading what stands at each site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from tenants.premises.equipment.models import Equipment
from tenants.premises.models import Site


@dataclass(frozen=True)
class Stock:
    """What was counted at a site, by kind, and when; nothing when nobody counted yet."""

    counts: dict[str, int] = field(default_factory=dict)
    counted_on: dt.date | None = None


def stock_by_site(sites: Iterable[Site]) -> dict[int, Stock]:
    """One statement, whatever the number of sites. The oldest day stands for all kinds of a site."""
    found: dict[int, Stock] = {one.pk: Stock() for one in sites}
    for row in Equipment.objects.filter(site__in=list(found)).order_by("site", "kind"):
        known = found[row.site_id]
        days = [day for day in (known.counted_on, row.counted_on) if day is not None]
        found[row.site_id] = Stock({**known.counts, row.kind: row.count}, min(days))
    return found
