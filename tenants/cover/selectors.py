"""Reading the cover of the EPN that one is in: the next 53 weeks, as far as is known on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q

from tenants.cover.ends import End, Staff, add_months, ends, staff_ahead, staff_by_holding, staff_on
from tenants.cover.engagements import NOTHING, Engagement, engagements
from tenants.cover.enums import Holding, WeekState
from tenants.cover.timetable import ONE_DAY, Place, Timetable, timetable
from tenants.cover.weeks import ONE_WEEK, WEEKS, Week, monday_of, weeks
from tenants.premises.closings.selectors import closings_by_site, days_in
from tenants.premises.selectors import sites, week_of
from tenants.staff.enums import ContractRole
from tenants.staff.known_ends import known_ends
from tenants.staff.models import Contract
from tenants.staff.requirements import counts_in_fte
from tenants.staff.selectors import with_terms

WHO_ANIMATES = (ContractRole.ANIMATION,)
A_YEAR = 12  # months


@dataclass(frozen=True)
class Known:
    """What is written in the EPN: whatever is asked of it, it is read once."""

    day: dt.date
    first: dt.date  # a Monday
    last: dt.date
    times: Timetable
    contracts: list[Contract]
    in_fte: frozenset[str]

    def people(self) -> list[Engagement]:
        return engagements(self.contracts, self.in_fte, self.first, self.last)


@dataclass(frozen=True)
class Outlook:
    """The next 53 weeks of an EPN, and whose work ends in the next 12 months."""

    day: dt.date
    times: Timetable
    weeks: list[Week]
    ends: list[End]
    staff: Staff
    by_holding: dict[Holding, Staff]
    ahead: list[tuple[dt.date, Staff]]

    def ending(self, months: int) -> list[End]:
        until = add_months(self.day, months)
        return [one for one in self.ends if one.last_day <= until]

    @property
    def uncovered(self) -> Decimal:
        return sum((one.uncovered for one in self.weeks), NOTHING)

    @property
    def half_days(self) -> int:
        return sum(one.half_days for one in self.weeks)

    @property
    def needed(self) -> int:
        """Minutes."""
        return sum(one.needed for one in self.weeks)

    @property
    def covered(self) -> Decimal:
        """Minutes."""
        return sum((one.covered_minutes for one in self.weeks), NOTHING)

    @property
    def share(self) -> Decimal | None:
        return self.covered / self.needed if self.needed else None

    def weeks_in(self, *states: WeekState) -> list[Week]:
        return [one for one in self.weeks if one.state in states]

    @property
    def nobody(self) -> list[Week]:
        return self.weeks_in(WeekState.NOBODY)

    @property
    def one_person(self) -> list[Week]:
        """Whether that one person is enough or not."""
        return [one for one in self.weeks if one.people == 1]

    def share_of(self, holding: Holding) -> Decimal | None:
        """Of the hours a week of today, those that rest on such contracts."""
        if not self.staff.hours:
            return None
        return self.by_holding.get(holding, Staff()).hours / self.staff.hours


def read(day: dt.date, roles: Collection[str] = WHO_ANIMATES) -> Known:
    """The sites and contracts of the EPN that one is in, in six statements."""
    first = monday_of(day)
    last = max(first + WEEKS * ONE_WEEK, add_months(day, A_YEAR + 1))
    last_week = first + WEEKS * ONE_WEEK - ONE_DAY
    elsewhere = known_ends()
    still = Q(ended_on__gte=first) | Q(ended_on__isnull=True, planned_end__gte=first)
    endless = Q(ended_on__isnull=True, planned_end__isnull=True)
    found = Contract.objects.filter(role__in=[str(role) for role in roles], starts_on__lte=last)
    found = (
        found.filter(still | endless | Q(pk__in=[pk for pk, end in elsewhere.items() if end >= first]))
        .select_related("member")
        .order_by("pk")
    )
    contracts = list(with_terms(found))
    for one in contracts:
        if one.ended_on is None and one.pk in elsewhere:
            one.planned_end = elsewhere[one.pk]  # in memory: nothing is written
    return Known(
        day=day,
        first=first,
        last=last,
        times=timetable(_places(first, last_week), first, last_week),
        contracts=contracts,
        in_fte=frozenset(code for code in {one.type for one in contracts} if counts_in_fte(code)),
    )


def _places(first: dt.date, last: dt.date) -> list[Place]:
    found = list(sites())
    shut = closings_by_site(found, since=first, until=last)
    return [Place(week_of(one), one.country, frozenset(days_in(shut[one.pk], first, last))) for one in found]


def outlook_of(known: Known, people: Sequence[Engagement] | None = None) -> Outlook:
    """What follows from what is known; with `people`, from others than those who are there."""
    people = known.people() if people is None else people
    return Outlook(
        day=known.day,
        times=known.times,
        weeks=weeks(known.times, people, known.first),
        ends=ends(people, known.day, add_months(known.day, A_YEAR)),
        staff=staff_on(people, known.day),
        by_holding=staff_by_holding(people, known.day),
        ahead=staff_ahead(people, known.day),
    )


def outlook(day: dt.date, roles: Collection[str] = WHO_ANIMATES) -> Outlook:
    return outlook_of(read(day, roles))
