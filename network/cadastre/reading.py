"""What is read of a year, once, for everybody who shows it: who is counted on which day, and what was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from network.cadastre.enums import Perimeter
from network.cadastre.members import Member, members
from network.figures.catalogue import ARTICLE60_ENDS, COUNTER_SESSIONS, TURNED_AWAY, VISITS
from network.figures.selectors import Cut, FlowCell, Moment, StockCell, flows, moment_of, stocks
from network.funding.models import CostModel
from network.funding.selectors import cost_model_on

FIRST_YEAR, LAST_YEAR = 2000, 2100
CUTS = (
    Cut(VISITS.name, by=frozenset({"month", "commune"})),
    Cut(TURNED_AWAY.name, by=frozenset({"month", "commune"})),
    Cut(VISITS.name, "theme", frozenset({"value"})),
    Cut(VISITS.name, "contract_type", frozenset({"value"})),
    # Half-days at the desk show that an EPN was at work in a month without visits.
    *(Cut(figure.name, by=frozenset({"epn"}), latest=True) for figure in (VISITS, TURNED_AWAY, COUNTER_SESSIONS)),
    Cut(ARTICLE60_ENDS.name, by=frozenset({"month"})),
    Cut(ARTICLE60_ENDS.name, "after_end", frozenset({"value"})),
)


def years_of(moment: Moment) -> list[int]:
    """The years that can be chosen, the latest first: those with figures, and the running one."""
    this = timezone.localdate().year
    first = moment.first_month.year if moment.first_month else this
    last = max(this, moment.last_month.year if moment.last_month else this)
    return list(range(last, max(min(first, this), FIRST_YEAR) - 1, -1))


@dataclass(frozen=True)
class Year:
    """What is read first of a year, in three statements: who is counted, on which day, by which cost model."""

    year: int
    perimeter: Perimeter
    moment: Moment
    first: dt.date
    last: dt.date
    day: dt.date
    members: list[Member]
    cost_model: CostModel | None

    @property
    def epn_ids(self) -> list[int]:
        """Whose contracts count: the open members of the perimeter."""
        labelled = self.perimeter == Perimeter.LABELLED
        return [one.epn_id for one in self.members if one.open and (one.labelled or not labelled)]

    @property
    def flow_ids(self) -> list[int] | None:
        """Whose visits count: everybody's, those that closed or left during the year too, or the labelled ones'."""
        return self.epn_ids if self.perimeter == Perimeter.LABELLED else None


def check_year(year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValidationError(
            _("Choose a year from %(first)s to %(last)s."), params={"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
        )


def read_year(federation_id: int, year: int, perimeter: str) -> Year:
    check_year(year)
    asked = dt.date(year, 12, 31)
    moment = moment_of(asked)
    first = dt.date(year, 1, 1)
    day = max(min(asked, max(moment.day, timezone.localdate())), first)
    return Year(
        year=year,
        perimeter=Perimeter(perimeter),
        moment=moment,
        first=first,
        last=dt.date(year, 12, 1),
        day=day,
        members=members(federation_id, first, day),
        cost_model=cost_model_on(day),
    )


@dataclass(frozen=True)
class Counted:
    """What was counted in a year, for one who shows it several ways: flows by these cuts and others, staff by EPN."""

    cells: list[FlowCell]
    held: list[StockCell]


def read_counted(known: Year, cuts: Iterable[Cut] = CUTS) -> Counted:
    """In two statements. Cells of cuts that a reader doesn't know are left alone by it."""
    cells = flows(list(cuts), first=known.first, last=known.last, epn_ids=known.flow_ids)
    return Counted(cells, stocks(known.moment, ["", "role×type"], epn_ids=known.epn_ids, by_epn=True))
