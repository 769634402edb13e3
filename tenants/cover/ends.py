"""Whose work ends, and how many hours a week go with it. Ends that are known, and no others.

Who has another contract that begins within a week of the end, or that goes on after it, isn't lost: of such a contract
only the hours that the next one doesn't bring again are. A person who is in a break on the last day takes no hours
along, since none were there.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from tenants.cover.engagements import NOTHING, Engagement
from tenants.cover.enums import Holding
from tenants.cover.timetable import ONE_DAY

A_PAUSE = 7 * ONE_DAY  # until the next contract: over a week-end, or a holiday
WITHIN = (3, 6, 12)  # months


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of a later month, or its last one: as PostgreSQL adds months."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(day: dt.date) -> dt.date:
    return day.replace(day=monthrange(day.year, day.month)[1])


@dataclass(frozen=True)
class End:
    """`people` is 1 when the person is lost, 0 when they stay under another contract with fewer hours."""

    contract_id: int
    last_day: dt.date
    holding: Holding
    people: int
    hours: Decimal  # a week
    fte: Decimal


def ends(people: Sequence[Engagement], day: dt.date, until: dt.date) -> list[End]:
    """Of the contracts that run on `day`: those whose last day is `until` at the latest, the nearest first."""
    found: list[End] = []
    gone: set[int] = set()
    running = [one for one in people if one.runs_on(day) and one.last_day is not None and one.last_day <= until]
    for one in sorted(running, key=lambda one: (one.last_day or until, one.contract_id)):
        assert one.last_day is not None
        hours, fte = one.hours_on(one.last_day), one.fte_on(one.last_day)
        mine = [other for other in people if other.member_id == one.member_id and other is not one]
        following = [other for other in mine if day < other.begins <= one.last_day + A_PAUSE and _outlasts(other, one)]
        hours -= sum((other.hours_on(max(other.begins, one.last_day + ONE_DAY)) for other in following), NOTHING)
        fte -= sum((other.fte_on(max(other.begins, one.last_day + ONE_DAY)) for other in following), NOTHING)
        stays = bool(following) or any(other.runs_on(day) and _outlasts(other, one) for other in mine)
        lost = hours > 0 and not stays and one.member_id not in gone
        if hours > 0:
            gone |= {one.member_id} if lost else set()
            found.append(End(one.contract_id, one.last_day, one.holding, int(lost), hours, max(NOTHING, fte)))
    return found


def _outlasts(other: Engagement, one: Engagement) -> bool:
    return other.last_day is None or (one.last_day is not None and other.last_day > one.last_day)


@dataclass
class Staff:
    """Who is at work on a day: people, hours a week, FTE (of the types that count in it)."""

    people: int = 0
    hours: Decimal = NOTHING
    fte: Decimal = NOTHING


def staff_on(people: Iterable[Engagement], day: dt.date) -> Staff:
    at_work = [one for one in people if one.hours_on(day)]
    return Staff(
        len({one.member_id for one in at_work}),
        sum((one.hours_on(day) for one in at_work), NOTHING),
        sum((one.fte_on(day) for one in at_work), NOTHING),
    )


def staff_by_holding(people: Iterable[Engagement], day: dt.date) -> dict[Holding, Staff]:
    """A person with two contracts may stand in two of them."""
    every = list(people)
    found = {kind: staff_on([one for one in every if one.holding == kind], day) for kind in Holding}
    return {kind: staff for kind, staff in found.items() if staff.people}


def staff_ahead(people: Iterable[Engagement], day: dt.date, months: int = 12) -> list[tuple[dt.date, Staff]]:
    """On the last day of this month and of the eleven after it, as far as is known."""
    every = list(people)
    return [(end, staff_on(every, end)) for end in (month_end(add_months(day, number)) for number in range(months))]
