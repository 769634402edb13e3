"""What can't be under a contract type, and what is unusual: age, hours, length, numbers. Nothing is written here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label
from maillage.reference.models import ContractType
from maillage.reference.selectors import RuleUnknown, rule_value
from tenants.staff.enums import Concern
from tenants.staff.requirements import AT_MOST_28, ENTERPRISE, HALF_TIME, HOURS, SIX_TO_TWELVE, YEARLY, ages_of, pieces
from tenants.staff.wording import Problems, hours_text, problem

OLDEST = 110
SHORTEST, LONGEST = 6, 12  # months
CEILINGS = {YEARLY: "student_hours_year", HOURS: "article17_hours_year"}


def age_on(day: dt.date, born_on: dt.date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of a later month; the last one of a month that is too short."""
    month = day.month - 1 + months
    first = dt.date(day.year + month // 12, month % 12 + 1, 1)
    last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    return min(first + dt.timedelta(days=day.day - 1), last)


def birth_problem(born_on: dt.date) -> Problems:
    if not 0 <= age_on(timezone.localdate(), born_on) <= OLDEST:
        return {"born_on": [problem(_("Check the year of birth: %(year)s."), "not_a_birth", year=born_on.year)]}
    return {}


def problems_of_type(kind: ContractType, facts: Mapping[str, Any], born_on: dt.date | None) -> Problems:
    """By field. A fact that isn't known yet is no problem."""
    asked = set(pieces(kind))
    found: Problems = {}
    starts = facts.get("starts_on")
    if starts is not None and born_on is not None:
        found |= birth_problem(born_on) or _age(kind, starts, born_on)
    if AT_MOST_28 in asked and starts is not None:
        found |= _weekly_hours(facts.get("hours_per_week"), starts)
    if SIX_TO_TWELVE in asked and starts is not None and facts.get("planned_end") is not None:
        found |= _length(starts, facts["planned_end"])
    if ENTERPRISE in asked and _is_mistyped(facts.get("reference") or ""):
        text = _("One of the digits is wrong: the last two of an enterprise number check the others. Type it again.")
        found["reference"] = [problem(text, "mistyped")]
    return found


def _age(kind: ContractType, starts: dt.date, born_on: dt.date) -> Problems:
    ages = ages_of(kind)
    if ages is None or ages[0] <= age_on(starts, born_on) <= ages[1]:
        return {}
    text = _(
        "At the start this person is %(age)s years old, and this type is for people from %(youngest)s to %(oldest)s."
        " Correct the date of birth or the start, or choose another type."
    )
    words = {"age": age_on(starts, born_on), "youngest": ages[0], "oldest": ages[1]}
    return {"born_on": [problem(text, "age", **words)]}


def _weekly_hours(hours: Decimal | None, starts: dt.date) -> Problems:
    try:
        most = rule_value("civic_service_hours_week", "be", starts)
    except RuleUnknown:
        return {}
    if hours is None or hours <= most:
        return {}
    text = _(
        "Civic service is at most %(most)s hours a week, and this is %(hours)s. Correct the hours; if more is worked,"
        " this is another type of contract."
    )
    words = {"most": hours_text(most), "hours": hours_text(hours)}
    return {"hours_per_week": [problem(text, "too_many_hours", **words)]}


def _length(starts: dt.date, planned_end: dt.date) -> Problems:
    earliest, latest = months_after(starts, SHORTEST) - dt.timedelta(days=1), months_after(starts, LONGEST)
    if earliest <= planned_end <= latest or planned_end < starts:
        return {}
    text = _(
        "Civic service lasts 6 to 12 months: with this start, the planned end is between %(earliest)s and %(latest)s."
    )
    words = {"earliest": day_label(earliest), "latest": day_label(latest)}
    return {"planned_end": [problem(text, "length", **words)]}


def _is_mistyped(reference: str) -> bool:
    """Of a Belgian enterprise number: ten digits, the last two 97 minus the rest of the others by 97."""
    digits = re.sub(r"[ .]|^BE", "", reference.upper())
    if not re.fullmatch(r"[01]\d{9}", digits):
        return False
    return 97 - int(digits[:8]) % 97 != int(digits[8:])


def concerns_of_type(kind: ContractType, facts: Mapping[str, Any]) -> dict[str, str]:
    """What is to be confirmed under this type, by code, in words."""
    asked = set(pieces(kind))
    found: dict[str, str] = {}
    if HALF_TIME in asked and facts["hours_per_week"] / facts["full_time_hours"] < Decimal("0.5"):
        found[Concern.UNDER_HALF_TIME] = _("A contract of this type is at least half-time; this one is less.")
    yearly, rule = facts.get("hours_per_year"), next((CEILINGS[one] for one in CEILINGS if one in asked), "")
    if rule and yearly is not None:
        try:
            most = rule_value(rule, "be", facts["starts_on"])
        except RuleUnknown:
            return found
        if yearly > most:
            text = _("The ceiling of this type is %(most)s hours a year, and this is %(hours)s.")
            found[Concern.TOO_MANY_HOURS] = text % {"most": hours_text(most), "hours": hours_text(yearly)}
    return found
