"""What the coordinator reads of each end: whose it is, and how the week after it stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from maillage.reference.selectors import label_of
from tenants.cover.ends import End
from tenants.cover.selectors import Known, Outlook
from tenants.cover.timetable import ONE_DAY
from tenants.cover.weeks import ONE_WEEK, Week, monday_of
from tenants.staff.models import Contract


@dataclass(frozen=True)
class EndLine:
    """`after` is the first whole week without these hours; None when it is beyond the weeks that are known."""

    end: End
    contract: Contract
    type_label: str
    days_left: int
    after: Week | None

    @property
    def name(self) -> str:
        return self.contract.member.name


def end_lines(known: Known, found: Outlook) -> list[EndLine]:
    contracts = {one.pk: one for one in known.contracts}
    weeks = {one.monday: one for one in found.weeks}
    return [
        EndLine(
            end=end,
            contract=contracts[end.contract_id],
            type_label=label_of("contract_type", contracts[end.contract_id].type),
            days_left=(end.last_day - found.day).days,
            after=weeks.get(_monday_after(end.last_day)),
        )
        for end in found.ends
    ]


def _monday_after(day: dt.date) -> dt.date:
    return monday_of(day + ONE_DAY) if (day + ONE_DAY).weekday() == 0 else monday_of(day) + ONE_WEEK
