"""Former staff are made anonymous when the legal period is over, each contract type by its own rule.

How long is a dated rule: `retention_years_<type>`, else `retention_years_staff`, of the network's region or country.
Where neither is known nobody is forgotten, and the page says so. The figures of the past stay exact: what they are
counted from (type, hours, dates) stays, without a person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from maillage.audit.services import record
from maillage.reference.selectors import RuleUnknown, rule_value
from tenants.privacy.about_people import paths, with_deleted
from tenants.privacy.models import ForgettingRun
from tenants.staff.known_ends import known_ends
from tenants.staff.models import Contract, StaffMember
from tenants.staff.wording import anonymous_name

MISTAKE_KEPT = dt.timedelta(days=30)  # long enough to bring back a contract that was deleted in error
KEEP = "keep"  # nothing in it tells who it is about once the person has no name
DELETE = "delete"

# What becomes of each table about people: KEEP, DELETE, or the fields that are emptied. A test compares with
# `about_people.paths()`: a table that is not named here can't be added.
FATE: dict[str, str | dict[str, Any]] = {
    "staff.StaffMember": {"account": None, "born_on": None},  # and the name, see `anonymous_name`
    "staff.Contract": {"note": "", "reference": ""},
    "staff.ContractChange": DELETE,
    "staff.FormerTerms": KEEP,
    "staff.ContractBreak": KEEP,
    "staff.PayerShare": KEEP,
    "staff.ImportedContract": KEEP,
    "staff.Training": DELETE,
    "article60.Convention": {"tasks": "", "contact": "", "prior_days": None},
    "article60.Evaluation": DELETE,
    "article60.Alert": DELETE,
    "handover.HeldThing": DELETE,
    "handover.Handover": DELETE,
    "handover.AccessEnd": DELETE,
    "handover.AccessKept": DELETE,
    "volunteers.VolunteerFile": DELETE,
    "volunteers.Defrayal": DELETE,
}


def years_kept(kind: str, regions: Iterable[str], day: dt.date) -> int | None:
    """How many years after its end a contract of this type is kept; None when no rule is known for that day."""
    for region in regions:
        for rule in (f"retention_years_{kind}", "retention_years_staff"):
            try:
                return int(rule_value(rule, region, day))
            except RuleUnknown:
                continue
    return None


def forgotten_from(
    contracts: Iterable[Contract], years: Callable[[str], int | None], elsewhere: Mapping[int, dt.date] | None = None
) -> dt.date | None:
    """The first day on which no law keeps a person's name; None while a contract runs or a rule is missing.

    `elsewhere`: ends that another app knows better than the contract.
    """
    days = []
    for one in contracts:
        kept, ends_on = years(one.type), (elsewhere or {}).get(one.pk, one.ends_on)
        if kept is None or ends_on is None:
            return None
        days.append(_years_after(ends_on, kept) + dt.timedelta(days=1))
    return max(days, default=None)


def _years_after(day: dt.date, years: int) -> dt.date:
    """The same day of a later year; 29 February becomes 1 March, never a day too early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


@dataclass(frozen=True)
class Former:
    member: StaffMember
    from_day: dt.date


def former_staff(regions: Iterable[str], today: dt.date | None = None) -> list[Former]:
    """Who will be made anonymous, or should have been, the first first. Those who are already are left out."""
    day = today or timezone.localdate()
    asked = tuple(regions)
    known: dict[str, int | None] = {}

    def years(kind: str) -> int | None:
        if kind not in known:
            known[kind] = years_kept(kind, asked, day)
        return known[kind]

    found, elsewhere = [], known_ends()
    people = StaffMember.objects.prefetch_related(models.Prefetch("contracts", queryset=Contract.with_deleted.all()))
    for one in people:
        if one.name == anonymous_name(one.pk):
            continue
        contracts = list(one.contracts.all())
        standing = [contract for contract in contracts if contract.deleted_at is None]
        from_day = forgotten_from(standing, years, elsewhere) if standing else _after_mistakes(contracts)
        if from_day is not None:
            found.append(Former(one, from_day))
    return sorted(found, key=lambda former: (former.from_day, former.member.pk))


def _after_mistakes(deleted: Iterable[Contract]) -> dt.date | None:
    """For somebody all of whose contracts were deleted as mistakes: no law asks to keep the name."""
    days = [timezone.localdate(one.deleted_at) for one in deleted if one.deleted_at is not None]
    return max(days) + MISTAKE_KEPT if days else None


@transaction.atomic
def forget_former_staff(regions: Iterable[str], today: dt.date | None = None) -> ForgettingRun | None:
    """Make anonymous whoever's time is over. Returns the count that is kept of it; None when nobody was due."""
    day = today or timezone.localdate()
    due = [one.member.pk for one in former_staff(regions, day) if one.from_day <= day]
    if not due:
        return None
    for pk in due:
        _forget(pk)
    run: ForgettingRun = ForgettingRun.objects.create(day=day, people=len(due))
    record(verb="staff_members.forgotten", target=f"{len(due)} people")
    return run


def _forget(pk: int) -> None:
    # The tables that hang on others first: a row that is deleted must not be pointed at.
    for model, path in reversed(paths().items()):
        manager = with_deleted(model)
        rows = manager.filter(**{path or "pk": pk})
        fate = FATE[model._meta.label]
        if fate == DELETE:
            rows.delete()
        elif isinstance(fate, dict):
            rows.update(**fate, **({"name": anonymous_name(pk)} if model is StaffMember else {}))
