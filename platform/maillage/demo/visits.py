"""The visits and half-days at the desk of one EPN, month by month.

Each month has a generator of its own, seeded with the EPN and the month: the same month gives the same
visits whatever day the demo goes up to.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import uuid
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from maillage.demo import details, habits, queues
from maillage.demo.calendar import SEASONS, Span, growth, months, open_days
from maillage.demo.places import EpnPlan, SitePlan

T = TypeVar("T")

ZONE = ZoneInfo("Europe/Brussels")  # Paris keeps the same time
A_MONTH = 20.0  # visits of an ordinary EPN in an ordinary month of 2023
# Six years at most, so that there are never more than 60,000 visits.
LONGEST_MONTHS = 72
FIRST_MONTH = dt.date(2021, 1, 1)
# The social desk: 8 tickets at nine, ten people at the door. Its requests grew from 1,000 to 1,300 a year.
DESK_YEARS = {2021: 950, 2022: 1000, 2023: 1100, 2024: 1200, 2025: 1300}
# Who keeps half-days at a desk: on which weekdays, with how many tickets.
DESKS = {
    "guichet-du-miroir": ((0, 1, 2, 3, 4), 8),
    "rue-de-la-poste": ((1, 3), 12),
    "canal": ((0,), 10),
    "laeken": ((4,), 10),
    "nord": ((2,), 8),
}
# How many more people than tickets stand at the door; in summer, fewer.
BEYOND = ((-1, 0, 1, 2, 3, 4, 5), (4, 8, 14, 50, 12, 8, 4))

COLUMNS = (
    "key", "date", "minutes", "site_id", "mode", "themes", "autonomy", "outcome", "attendances", "obstacle_provider",
    "obstacle_channel", "obstacle_kind", "obstacle_cost_eur", "margins", "note", "animator_id", "contract_id",
    "recorded_by_id", "created_at", "updated_at", *details.COLUMNS,
)  # fmt: skip
SESSION_COLUMNS = (
    "date", "site_id", "starts_at", "ends_at", "tickets", "arrivals", "turned_away", "note", "created_at", "updated_at",
    "opened_at", "closed_at", "ticket_limit", "open_access_minutes", "open_access_users", "workstations",
)  # fmt: skip


class Choice(Generic[T]):
    """Drawing by weight, prepared once: `random.choices` would add the weights up again for each visit."""

    def __init__(self, weights: dict[T, float]) -> None:
        self.values = list(weights)
        self.limits = list(accumulate(weights.values()))

    def __call__(self, rng: random.Random) -> T:
        return self.values[bisect(self.limits, rng.random() * self.limits[-1], 0, len(self.limits) - 1)]


MINUTES = {mode: Choice(weights) for mode, weights in habits.MINUTES.items()}
AUTONOMY = Choice(habits.AUTONOMY)
OUTCOMES = Choice(habits.OUTCOMES)
OUTCOMES_WITH_OBSTACLE = Choice(habits.OUTCOMES_WITH_OBSTACLE)
GENDERS = Choice(habits.GENDERS)
AGES = Choice(habits.AGES)
YOUNG = Choice(habits.YOUNG)
AUDIENCES = Choice(habits.AUDIENCES)
WORKSHOPS = Choice(habits.WORKSHOPS)


@dataclass(frozen=True)
class Helper:
    """Somebody who could have helped: their account, contract, first and last day, and whether they may act for one."""

    account_id: int
    contract_id: int
    since: dt.date
    until: dt.date
    hours: float
    acts_for: bool = True


def first_month(until: dt.date) -> dt.date:
    """2021, or later, so that the demo never grows beyond its bounds."""
    back = until.year * 12 + until.month - LONGEST_MONTHS
    return max(FIRST_MONTH, dt.date(back // 12, back % 12 + 1, 1))


def visits(plan: EpnPlan, site_ids: Sequence[int], team: Sequence[Helper], until: dt.date) -> Iterator[tuple[Any, ...]]:
    """Rows of `activity_visit`, in the order of COLUMNS, day by day."""
    for month in months(first_month(until), until):
        rng = random.Random(f"{plan.slug} {month:%Y-%m}")
        theme = Choice(habits.themes_of(plan.country, month, procedures_only=False))
        procedure = Choice(habits.themes_of(plan.country, month, procedures_only=True))
        for (site, site_id), expected in zip(
            zip(plan.sites, site_ids, strict=True), _expected(plan, month), strict=True
        ):
            whole = list(
                open_days(site.week, month, country=plan.country, until=dt.date.max,
                          closed_in_august=plan.trait == "august")
            )  # fmt: skip
            if not whole:
                continue
            number = int(expected) + (rng.random() < expected % 1)
            # The whole month is drawn, then cut: what comes after `until` changes nothing before it.
            days = sorted(rng.choice(whole) for _ in range(number))
            mode = Choice({name: habits.MODES.get(name, 1.0) for name in site.modes} | _elsewhere(site))
            for day in days:
                row = _visit(rng, plan, site, site_id, day, mode, procedure if site.procedures_only else theme, team)
                if row is not None and day <= until:
                    yield row


def _elsewhere(site: SitePlan) -> dict[str, float]:
    """Help that is given without a door."""
    return {} if "itinerant" in site.modes or site.procedures_only else {"remote": 3.0, "home": 1.0}


def _expected(plan: EpnPlan, month: dt.date) -> list[float]:
    """How many visits each site has in a month."""
    if plan.trait == "host":
        return [0.45 * A_MONTH * SEASONS[month.month - 1] * growth(month.year), _desk_share(month)]
    whole = A_MONTH * plan.weight * SEASONS[month.month - 1] * growth(month.year)
    return [whole / len(plan.sites)] * len(plan.sites)


def _desk_share(month: dt.date) -> float:
    """The social desk's year, cut into twelve whole numbers that add up to it."""
    year = DESK_YEARS.get(month.year, DESK_YEARS[max(DESK_YEARS)] + 50)
    ends = [round(year * part / sum(SEASONS)) for part in accumulate(SEASONS)]
    return float(ends[month.month - 1] - (ends[month.month - 2] if month.month > 1 else 0))


def _visit(
    rng: random.Random,
    plan: EpnPlan,
    site: SitePlan,
    site_id: int,
    day: dt.date,
    modes: Choice[str],
    themes: Choice[str],
    team: Sequence[Helper],
) -> tuple[Any, ...] | None:
    """None where nobody was there to help."""
    mode = modes(rng)
    group = mode == "workshop"
    theme = WORKSHOPS(rng) if group else themes(rng)
    chosen = [theme]
    while rng.random() < 0.17 and len(chosen) < 3 and not group:
        more = themes(rng)
        if more not in chosen:
            chosen.append(more)
    attendances = rng.randrange(3, 10) if group else (2 if rng.random() < 0.05 else 1)
    provider, channel, kind, cost = _obstacle(rng, plan, theme, day, group)
    outcome = OUTCOMES_WITH_OBSTACLE(rng) if kind else ("solved" if group else OUTCOMES(rng))
    autonomy = "alone_after" if group else AUTONOMY(rng)
    margins = _margins(rng, theme, attendances) if rng.random() < 0.35 else {}
    note = rng.choice(habits.NOTES[plan.language]) if rng.random() < 0.02 else ""
    at = _moment(rng, day, site.week[day.weekday()])
    key = uuid.UUID(int=rng.getrandbits(128), version=4)
    minutes = MINUTES[mode](rng)
    helper = _helper(rng, team, day)
    if helper is None:
        return None
    if autonomy == "done_for" and not helper.acts_for:
        autonomy = "done_with"
    besides = details.details(
        key, language=plan.language, theme=theme, kind=kind, outcome=outcome, margins=bool(margins)
    )
    return (
        key, day, minutes, site_id, mode, chosen, autonomy, outcome, attendances, provider, channel, kind, cost,
        json.dumps(margins), note, helper.account_id, helper.contract_id, helper.account_id, at, at, *besides,
    )  # fmt: skip


def _helper(rng: random.Random, team: Sequence[Helper], day: dt.date) -> Helper | None:
    there = [one for one in team if one.since <= day <= one.until]
    draw = rng.random()
    if not there:
        return None
    limits = list(accumulate(one.hours for one in there))
    return there[bisect(limits, draw * limits[-1], 0, len(limits) - 1)]


def _obstacle(
    rng: random.Random, plan: EpnPlan, theme: str, day: dt.date, group: bool
) -> tuple[str, str, str, str | None]:
    if group or rng.random() > habits.LIKELY.get(theme, habits.UNLIKELY):
        return "", "", "", None
    weights = habits.obstacles_of(plan.country, theme, day)
    provider, channel, kind = rng.choices(list(weights), list(weights.values()))[0]
    return provider, channel, kind, habits.REGISTERED_LETTER_EUR if (channel, kind) == ("letter", "cost") else None


def _margins(rng: random.Random, theme: str, attendances: int) -> dict[str, dict[str, int]]:
    """Who was there, as counts: gender and age once a person, audiences as they come."""
    return margins_of_a_group(rng, attendances, YOUNG if theme == "study_grant" else AGES)


def margins_of_a_group(rng: random.Random, attendances: int, ages: Choice[str] = AGES) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {"gender": {}, "age_band": {}, "audience": {}}
    for _ in range(attendances):
        for name, code in (("gender", GENDERS(rng)), ("age_band", ages(rng))):
            found[name][code] = found[name].get(code, 0) + 1
    if rng.random() < 0.6:
        found["audience"] = {AUDIENCES(rng): attendances if rng.random() < 0.7 else 1}
    return {name: dict(sorted(counts.items())) for name, counts in found.items() if counts}


def _moment(rng: random.Random, day: dt.date, spans: tuple[Span, ...]) -> dt.datetime:
    start, end = rng.choice(spans)
    first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
    minute = rng.randrange(first + 10, last + 1)
    return dt.datetime.combine(day, dt.time(minute // 60, minute % 60, rng.randrange(60)), ZONE)


def counter_sessions(plan: EpnPlan, site_ids: Sequence[int], until: dt.date) -> Iterator[tuple[Any, ...]]:
    """Rows of `activity_countersession`, in the order of SESSION_COLUMNS."""
    weekdays, tickets = DESKS.get(plan.slug, ((), 0))
    site, site_id = plan.sites[-1], site_ids[-1]
    week = {day: site.week[day] for day in weekdays}
    for month in months(first_month(until), until):
        rng = random.Random(f"{plan.slug} desk {month:%Y-%m}")
        for day in open_days(week, month, country=plan.country, until=dt.date.max, closed_in_august=False):
            arrivals = tickets + rng.choices(*BEYOND)[0] - (2 if month.month in (7, 8) else 0)
            start, end = week[day.weekday()][0]
            at = dt.datetime.combine(day, end, ZONE) + dt.timedelta(minutes=10)
            opened = dt.datetime.combine(day, start, ZONE) if day >= queues.SINCE else None
            if day <= until:
                yield (day, site_id, start, end, tickets, arrivals, max(0, arrivals - tickets), "", at, at,
                       opened, at if opened else None, tickets if opened else None,
                       *queues.open_access(plan.slug, day, start, end))  # fmt: skip
