"""What if: some contracts go on, or somebody is hired. Nothing is written: the question is in the address."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from tenants.cover.ends import add_months
from tenants.cover.engagements import Engagement, engagements, imagined
from tenants.cover.selectors import Known, Outlook, outlook_of
from tenants.staff.models import Contract


@dataclass(frozen=True)
class Hiring:
    """Somebody new: hours a week, from a day on, for good or until another one."""

    hours: Decimal
    begins: dt.date
    until: dt.date | None = None


@dataclass(frozen=True)
class Scenario:
    """`renewed` are ids of contracts, which go on for `months` after their last day."""

    renewed: frozenset[int] = frozenset()
    months: int = 0
    hiring: Hiring | None = None

    def __bool__(self) -> bool:
        return bool(self.renewed) or self.hiring is not None


def with_changes(known: Known, scenario: Scenario) -> list[Engagement]:
    contracts = [_renewed(one, scenario.months) if one.pk in scenario.renewed else one for one in known.contracts]
    found = engagements(contracts, known.in_fte, known.first, known.last)
    if scenario.hiring is not None:
        new = scenario.hiring
        found.append(imagined(hours=new.hours, begins=new.begins, until=new.until, last=known.last))
    return found


def _renewed(contract: Contract, months: int) -> Contract:
    if contract.ends_on is None:
        return contract
    longer = copy.copy(contract)  # in memory: nothing is written
    longer.ended_on, longer.planned_end = None, add_months(contract.ends_on, months)
    return longer


def imagine(known: Known, scenario: Scenario) -> Outlook:
    return outlook_of(known, with_changes(known, scenario))
