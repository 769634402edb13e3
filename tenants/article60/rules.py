"""What a convention and its evaluations must be. Pure checks: nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.free_text import problems as personal_data_problems
from maillage.design.numbers import day_label, euros, number
from tenants.article60.models import LONGEST_DAY, LONGEST_LINE, MOST_CENTS, MOST_PRIOR_DAYS, Convention
from tenants.staff.models import Contract
from tenants.staff.rules import END_AHEAD, FIRST_DAY, SHORTEST_WEEK, START_AHEAD
from tenants.staff.wording import Problems, hours_text, problem

LONGEST_TEXT = 1000


class ConventionFacts(TypedDict, total=False):
    """What one says of a convention. Nothing of it is needed; empty is "not known"."""

    cpas: str
    contribution_cents: int | None
    tasks: str
    hours_per_week: Decimal | None
    hours_per_day: Decimal | None
    signed_on: dt.date | None
    cpas_end: dt.date | None
    prior_days: int | None
    contact: str


class EvaluationFacts(TypedDict, total=False):
    planned_on: dt.date | None
    done_on: dt.date | None
    conclusion: str


CONVENTION_FIELDS = tuple(ConventionFacts.__annotations__)
EVALUATION_FIELDS = tuple(EvaluationFacts.__annotations__)


def _text_problems(text: Any, longest: int) -> list[ValidationError]:
    if not isinstance(text, str) or "\0" in text:
        return [problem(_("There is a character in it that can't be saved. Type it again."), "null")]
    if len(text) > longest:
        return [problem(_("This is too long: at most %(longest)s characters."), "too_long", longest=longest)]
    return []


def convention_problems(facts: Mapping[str, Any], contract: Contract, kept: Convention | None = None) -> Problems:
    """What is wrong, by field; a text that stood there before isn't asked about again."""
    found: Problems = {
        "cpas": _text_problems(facts["cpas"], LONGEST_LINE),
        "contact": _text_problems(facts["contact"], LONGEST_LINE),
        "tasks": _text_problems(facts["tasks"], LONGEST_TEXT)
        or personal_data_problems(facts["tasks"], kept.tasks if kept else ""),
        "contribution_cents": _contribution_problems(facts["contribution_cents"]),
        "hours_per_week": _hours_problems(facts["hours_per_week"], contract.full_time_hours),
        "hours_per_day": _hours_problems(facts["hours_per_day"], LONGEST_DAY),
        "signed_on": _signature_problems(facts["signed_on"]),
        "cpas_end": _end_problems(facts["cpas_end"], contract),
        "prior_days": _prior_problems(facts["prior_days"]),
    }
    return {field: problems for field, problems in found.items() if problems}


def _contribution_problems(cents: int | None) -> list[ValidationError]:
    if cents is None or 0 <= cents <= MOST_CENTS:
        return []
    text = _("A contribution is between 0 and %(most)s a month. Leave it empty if you don't know it.")
    return [problem(text, "out_of_range", most=euros(Decimal(MOST_CENTS) / 100))]


def _hours_problems(hours: Decimal | None, most: Decimal) -> list[ValidationError]:
    if hours is None or SHORTEST_WEEK <= hours <= most:
        return []
    text = _("Between %(lowest)s and %(highest)s hours.")
    return [problem(text, "out_of_range", lowest=hours_text(SHORTEST_WEEK), highest=hours_text(most))]


def _signature_problems(day: dt.date | None) -> list[ValidationError]:
    if day is None or FIRST_DAY <= day <= timezone.localdate() + START_AHEAD:
        return []
    return [problem(_("Check the year: a convention signed on %(day)s?"), "out_of_range", day=day_label(day))]


def _end_problems(day: dt.date | None, contract: Contract) -> list[ValidationError]:
    if day is None:
        return []
    if day < contract.starts_on:
        text = _("The end is before the start (%(day)s): correct one of the two days.")
        return [problem(text, "end_before_start", day=day_label(contract.starts_on))]
    if day > timezone.localdate() + END_AHEAD:
        text = _("Check the year: %(day)s is more than ten years from now.")
        return [problem(text, "too_late", day=day_label(day))]
    return []


def _prior_problems(days: int | None) -> list[ValidationError]:
    if days is None or 0 <= days <= MOST_PRIOR_DAYS:
        return []
    text = _("Between 0 and %(most)s days. Leave it empty if you don't know it.")
    return [problem(text, "out_of_range", most=number(MOST_PRIOR_DAYS))]


def evaluation_problems(
    facts: Mapping[str, Any], *, starts_on: dt.date, ends_on: dt.date | None, kept: str = ""
) -> Problems:
    """`starts_on` … `ends_on`: the contract's days, by whatever end is the truth. `kept`: the conclusion of before."""
    found: Problems = {
        "conclusion": _text_problems(facts["conclusion"], LONGEST_TEXT)
        or personal_data_problems(facts["conclusion"], kept)
    }
    planned, done = facts["planned_on"], facts["done_on"]
    if planned is None and done is None:
        found["planned_on"] = [problem(_("On which day is it planned, or was it done?"), "required")]
    for field, day in (("planned_on", planned), ("done_on", done)):
        if day is not None and (day < starts_on or (ends_on is not None and day > ends_on)):
            text = _("This day is outside the contract, which runs from %(start)s to %(end)s.")
            if ends_on is None:
                text = _("This day is outside the contract, which starts on %(start)s.")
            values = {"start": day_label(starts_on), "end": day_label(ends_on)}
            found[field] = [problem(text, "outside_contract", **values)]
    if done is not None and "done_on" not in found and done > timezone.localdate():
        text = _("An evaluation that was done isn't in the future. Write this day as planned.")
        found["done_on"] = [problem(text, "future")]
    return {field: problems for field, problems in found.items() if problems}
