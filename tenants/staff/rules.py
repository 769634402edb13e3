"""What a contract must be, and what is worth a second look. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label, fte
from maillage.reference.models import ContractType
from tenants.staff.by_type import concerns_of_type, problems_of_type
from tenants.staff.enums import AfterEnd, Concern, ContractRole, Employer, EndReason
from tenants.staff.models import LONGEST_WEEK, Contract
from tenants.staff.requirements import always_ends, counts_in_fte, known_type
from tenants.staff.wording import Problems, hours_text, problem

FIRST_DAY = dt.date(1970, 1, 1)
START_AHEAD = dt.timedelta(days=366)
END_AHEAD = dt.timedelta(days=3653)  # ten years
SHORTEST_WEEK = Decimal("0.25")
SHORTEST_FULL_TIME = Decimal(20)
LONGEST_NAME = 120
LONGEST_EMPLOYER = 160
LONGEST_NOTE = 2000
LONGEST_REFERENCE = 60
MOST_HOURS_A_YEAR = Decimal(2500)
LAST_DAY = dt.date.max


class ContractFacts(TypedDict, total=False):
    """What one says of a contract. A new one needs type, starts_on and hours_per_week."""

    type: str
    role: str
    legal_employer: str
    starts_on: dt.date
    planned_end: dt.date | None
    ended_on: dt.date | None
    hours_per_week: Decimal
    full_time_hours: Decimal
    host: str
    reference: str
    replaces_id: int | None
    hours_per_year: Decimal | None
    end_reason: str
    after_end: str
    note: str


FIELDS: tuple[str, ...] = tuple(ContractFacts.__annotations__)
TEXTS = {
    "legal_employer": LONGEST_EMPLOYER,
    "host": LONGEST_EMPLOYER,
    "reference": LONGEST_REFERENCE,
    "note": LONGEST_NOTE,
}


def contract_problems(facts: Mapping[str, Any], kept_type: str = "", *, born_on: dt.date | None = None) -> Problems:
    """What is wrong, by field. `kept_type`: the type that the contract has already, even if retired since.

    Only what can't be is a problem: what a type asks for and isn't known yet stops nobody (`requirements.missing`).
    """
    found: Problems = {}

    def wrong(field: str, text: str, code: str, **values: object) -> None:
        found.setdefault(field, []).append(problem(text, code, **values))

    kind = known_type(str(facts.get("type") or ""))
    if kind is None or (kind.retired_at is not None and kind.code != kept_type):
        wrong("type", _("This contract type doesn't exist. Choose one from the list."), "unknown_type")
    if facts.get("role") not in ContractRole.values:
        wrong("role", _("This role doesn't exist. Choose one from the list."), "unknown_role")
    for field, values in (("end_reason", EndReason.values), ("after_end", AfterEnd.values)):
        if facts.get(field) and facts[field] not in values:
            wrong(field, _("This answer doesn't exist. Choose one from the list."), "unknown_answer")
    for field, longest in TEXTS.items():
        text = facts.get(field) or ""
        if "\0" in text:
            wrong(field, _("There is a character in it that can't be saved. Type it again."), "null")
        elif len(text) > longest:
            wrong(field, _("This is too long: at most %(longest)s characters."), "too_long", longest=longest)
    if kind is not None and kind.legal_employer != Employer.NONE and not facts.get("legal_employer"):
        wrong("legal_employer", _("Who is the legal employer? This contract type has one."), "required")
    _check_dates(facts, kind, wrong)
    _check_hours(facts, wrong)
    if kind is not None:
        for field, more in problems_of_type(kind, facts, born_on).items():
            found.setdefault(field, more)
    return found


def _check_dates(facts: Mapping[str, Any], kind: ContractType | None, wrong: Any) -> None:
    today = timezone.localdate()
    starts, planned, ended = facts.get("starts_on"), facts.get("planned_end"), facts.get("ended_on")
    if starts is None:
        wrong("starts_on", _("On which day does the contract start?"), "required")
    elif starts < FIRST_DAY:
        wrong("starts_on", _("Check the year: %(year)s is too long ago."), "too_early", year=starts.year)
    elif starts > today + START_AHEAD:
        wrong(
            "starts_on", _("Check the year: %(day)s is more than a year from now."), "too_late", day=day_label(starts)
        )
    for field, day in (("planned_end", planned), ("ended_on", ended)):
        if day is None:
            continue
        if starts is not None and day < starts:
            wrong(
                field,
                _("The end is before the start (%(day)s): correct one of the two days."),
                "end_before_start",
                day=day_label(starts),
            )
        elif day > today + END_AHEAD:
            wrong(field, _("Check the year: %(day)s is more than ten years from now."), "too_late", day=day_label(day))
    if planned is None and kind is not None and always_ends(kind):
        wrong("planned_end", _("This contract type always has a planned end."), "required")
    if planned is not None and ended is not None and ended > planned:
        wrong(
            "ended_on",
            _("The real end is after the planned end (%(day)s). If it was prolonged, change the planned end too."),
            "after_planned_end",
            day=day_label(planned),
        )


def _check_hours(facts: Mapping[str, Any], wrong: Any) -> None:
    hours, full_time = facts.get("hours_per_week"), facts.get("full_time_hours")
    for field, value, lowest in (
        ("hours_per_week", hours, SHORTEST_WEEK),
        ("full_time_hours", full_time, SHORTEST_FULL_TIME),
    ):
        if value is None:
            wrong(field, _("How many hours a week?"), "required")
        elif not lowest <= value <= LONGEST_WEEK:
            wrong(
                field,
                _("Between %(lowest)s and %(highest)s hours a week."),
                "out_of_range",
                lowest=hours_text(lowest),
                highest=hours_text(LONGEST_WEEK),
            )
    yearly = facts.get("hours_per_year")
    if yearly is not None and not 1 <= yearly <= MOST_HOURS_A_YEAR:
        text = _("Between %(lowest)s and %(highest)s hours a year.")
        wrong("hours_per_year", text, "out_of_range", lowest=1, highest=hours_text(MOST_HOURS_A_YEAR))
    if hours is not None and full_time is not None and hours > full_time:
        wrong(
            "hours_per_week",
            _("Q (%(hours)s hours) can't be more than S (%(full_time)s hours): nobody works more than full time."),
            "beyond_full_time",
            hours=hours_text(hours),
            full_time=hours_text(full_time),
        )


def contract_concerns(facts: Mapping[str, Any], others: Iterable[Contract]) -> dict[str, str]:
    """What is unusual in a contract without problems, to be confirmed. `others`: the person's other contracts."""
    found: dict[str, str] = {}
    if counts_in_fte(facts["type"]):
        peak = highest_fte(facts, others)
        if peak > 1:
            text = _(
                "With this contract, this person is at %(fte)s FTE at the same time: more than one full time. End or"
                " shorten one of the contracts, or correct its hours."
            )
            found[Concern.BEYOND_FULL_TIME] = text % {"fte": fte(peak)}
    kind = known_type(facts["type"])
    return found | concerns_of_type(kind, facts) if kind is not None else found


def highest_fte(facts: Mapping[str, Any], others: Iterable[Contract]) -> Decimal:
    """The most FTE that one person holds at once while this contract runs, this contract included."""
    first, last = facts["starts_on"], facts.get("ended_on") or facts.get("planned_end") or LAST_DAY
    beside = [
        (one.starts_on, one.ends_on or LAST_DAY, one.fte)
        for one in others
        if counts_in_fte(one.type) and one.starts_on <= last and (one.ends_on or LAST_DAY) >= first
    ]
    # A sum can only rise on a day when something starts.
    days = {first, *(starts for starts, _ends, _share in beside if starts > first)}
    own: Decimal = facts["hours_per_week"] / facts["full_time_hours"]
    rises = [sum((share for starts, ends, share in beside if starts <= day <= ends), Decimal(0)) for day in days]
    return own + max(rises)


def most_at_once(contracts: Iterable[Contract], since: dt.date) -> Decimal:
    """The most FTE of one person's contracts together on any day from `since` on."""
    held = [one for one in contracts if counts_in_fte(one.type) and (one.ends_on or LAST_DAY) >= since]
    days = {since, *(one.starts_on for one in held if one.starts_on > since)}
    return max(
        sum((one.fte for one in held if one.starts_on <= day <= (one.ends_on or LAST_DAY)), Decimal(0)) for day in days
    )
