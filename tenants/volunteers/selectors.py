"""Reading what is kept of volunteers: their files, the lines of a year with its ceilings, and what is still to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils import timezone

from maillage.reference.sorting import Alphabetical
from tenants.registry.crossing import current_place
from tenants.registry.models import Federation
from tenants.staff.models import Contract, StaffMember
from tenants.volunteers import rules
from tenants.volunteers.ceilings import BELGIUM, Limits, limits_of_year
from tenants.volunteers.enums import DefrayalKind
from tenants.volunteers.models import Defrayal, Organisation, VolunteerFile
from tenants.volunteers.rules import Entry, Sums

VOLUNTEER = "volunteer"


def region_here() -> str:
    """Whose rules hold: those of the country of the EPN's network. An EPN of no network: Belgium."""
    networks = Federation.objects.filter(
        affiliations__epn=current_place().space_id, affiliations__until__isnull=True
    ).values_list("country", flat=True)
    return str(networks.first() or BELGIUM)


def organisation() -> Organisation | None:
    found: Organisation | None = Organisation.objects.first()
    return found


# --- contracts and their files ----------------------------------------------------------------------------------------


def volunteer_contracts() -> QuerySet[Contract]:
    """Every contract of a volunteer that wasn't deleted, with its person and its file; the latest start first."""
    found: QuerySet[Contract] = Contract.objects.filter(type=VOLUNTEER).select_related("member", "volunteer_file")
    return found.order_by("-starts_on", "-pk")


def contract_of(contract_id: int) -> Contract | None:
    return volunteer_contracts().filter(pk=contract_id).first()


def file_of(contract: Contract) -> VolunteerFile:
    """The kept one, or an empty one that isn't saved."""
    found: VolunteerFile = getattr(contract, "volunteer_file", None) or VolunteerFile(contract=contract)
    return found


def runs_in(year: int) -> Q:
    """Contracts of which at least a day is in a calendar year."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    still = Q(ended_on__gte=first) | Q(ended_on__isnull=True, planned_end__gte=first)
    return Q(starts_on__lte=last) & (still | Q(ended_on__isnull=True, planned_end__isnull=True))


# --- the lines of a year ----------------------------------------------------------------------------------------------


def entry_of(line: Defrayal) -> Entry:
    return Entry(line.day, line.kind, line.cents, line.km or Decimal(0), line.justification)


def lines_of(member_ids: Iterable[int], year: int) -> list[Defrayal]:
    """What was paid back to people in a calendar year, over all their contracts here, day by day."""
    found = Defrayal.objects.filter(
        contract__member__in=list(member_ids), day__gte=dt.date(year, 1, 1), day__lte=dt.date(year, 12, 31)
    )
    return list(found.select_related("contract__member").order_by("day", "pk"))


@dataclass(frozen=True)
class YearOf:
    """One person's calendar year: lines, sums, and the limits that held."""

    member: StaffMember
    year: int
    lines: list[Defrayal]
    sums: Sums
    limits: Limits

    @property
    def share(self) -> Decimal | None:
        return rules.share_of_year(self.sums, self.limits)

    @property
    def is_near(self) -> bool:
        return rules.is_near(self.sums, self.limits)

    @property
    def is_above(self) -> bool:
        return rules.is_above(self.sums, self.limits)

    @property
    def days_left(self) -> int | None:
        return rules.days_left(self.sums, self.limits)

    @property
    def left(self) -> int | None:
        """Cents that the year still allows."""
        return None if self.limits.year.value is None else max(self.limits.year.value - self.sums.counted, 0)


def _year_of(member: StaffMember, year: int, lines: list[Defrayal], limits: Limits) -> YearOf:
    return YearOf(member, year, lines, rules.sums(entry_of(line) for line in lines), limits)


def year_of(member: StaffMember, year: int, region: str) -> YearOf:
    return _year_of(member, year, lines_of([member.pk], year), limits_of_year(year, region))


def years_of(member: StaffMember, today: dt.date) -> list[int]:
    """Those in which this person has lines or a volunteer contract, and this one; the latest first."""
    days = Defrayal.objects.filter(contract__member=member).dates("day", "year")
    contracts = volunteer_contracts().filter(member=member)
    spans = [range(one.starts_on.year, min(one.ends_on or today, today).year + 1) for one in contracts]
    return sorted({today.year, *(day.year for day in days), *(year for span in spans for year in span)}, reverse=True)


def last_line(member: StaffMember) -> Defrayal | None:
    """What was paid last for being there: the next one is often the same. Trips are told one by one."""
    lines = Defrayal.objects.filter(contract__member=member).exclude(kind=DefrayalKind.TRAVEL)
    found: Defrayal | None = lines.order_by("-created_at", "-day", "-pk").first()
    return found


def paid_on(member: StaffMember, first: dt.date, last: dt.date) -> dict[dt.date, int]:
    """Cents by day, of all kinds: what the calendar shows on days that have something already."""
    found: dict[dt.date, int] = {}
    for day, cents in Defrayal.objects.filter(contract__member=member, day__gte=first, day__lte=last).values_list(
        "day", "cents"
    ):
        found[day] = found.get(day, 0) + cents
    return found


# --- all of them ------------------------------------------------------------------------------------------------------


@dataclass
class Volunteer:
    """A person of the list: contracts of the year, latest first, and the year's money."""

    year: YearOf
    contracts: list[Contract] = field(default_factory=list)

    @property
    def member(self) -> StaffMember:
        return self.year.member

    @property
    def contract(self) -> Contract | None:
        """The one to look at: that runs now or starts next, else the latest."""
        today = timezone.localdate()
        running = [one for one in self.contracts if one.ends_on is None or one.ends_on >= today]
        return next(iter(sorted(running, key=lambda one: one.starts_on)), next(iter(self.contracts), None))

    @property
    def is_over(self) -> bool:
        """Whether no contract runs or is to come any more."""
        today = timezone.localdate()
        return all(one.ends_on is not None and one.ends_on < today for one in self.contracts)


def volunteers_in(year: int, region: str) -> list[Volunteer]:
    """Everybody who has a volunteer contract in that year, or lines of it: by name, four queries in all."""
    contracts = list(volunteer_contracts().filter(runs_in(year)))
    with_lines = Defrayal.objects.filter(day__gte=dt.date(year, 1, 1), day__lte=dt.date(year, 12, 31))
    ids = {one.member_id for one in contracts} | set(with_lines.values_list("contract__member", flat=True))
    members = StaffMember.objects.filter(pk__in=ids).order_by(Alphabetical("name"), "pk")
    by_member: dict[int, list[Defrayal]] = {}
    for line in lines_of(ids, year):
        by_member.setdefault(line.contract.member_id, []).append(line)
    limits = limits_of_year(year, region)
    return [
        Volunteer(
            _year_of(one, year, by_member.get(one.pk, []), limits),
            [contract for contract in contracts if contract.member_id == one.pk],
        )
        for one in members
    ]


def years_here(today: dt.date) -> list[int]:
    """Since the first volunteer contract."""
    first = volunteer_contracts().order_by("starts_on").values_list("starts_on", flat=True).first()
    begins = max(first.year, rules.FIRST_YEAR) if first else today.year
    return list(range(today.year, min(begins, today.year) - 1, -1))


def own_member(person_id: int) -> StaffMember | None:
    """Who of the staff signs in with this account."""
    found: StaffMember | None = StaffMember.objects.filter(account=person_id).order_by("pk").first()
    return found
