"""The posts that a grant pays, as the EPN say in their contracts: heads and full-time equivalents, never a name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from network.figures.catalogue import PAID_BY
from network.figures.selectors import moment_of, stocks


@dataclass(frozen=True)
class Posts:
    """Of one EPN on a day. `fte`: by the share of each contract that the grant bears."""

    epn: int
    name: str
    heads: int
    fte: Decimal


@dataclass(frozen=True)
class PaidPosts:
    rows: list[Posts]
    as_of: dt.datetime | None

    @property
    def fte(self) -> Decimal:
        return sum((one.fte for one in self.rows), Decimal(0))


def posts_paid_by(grant_id: int, names: Mapping[int, str], day: dt.date) -> PaidPosts:
    """On a day, by EPN in the order of `names`, which says whose are asked for. Inside the federation."""
    moment = moment_of(day)
    found = {
        one.epn_id: one
        for one in stocks(moment, [PAID_BY.name], epn_ids=names, by_epn=True)
        if one.value == str(grant_id) and one.epn_id is not None
    }
    rows = [Posts(epn, name, found[epn].heads, found[epn].fte) for epn, name in names.items() if epn in found]
    return PaidPosts(rows, moment.as_of)
