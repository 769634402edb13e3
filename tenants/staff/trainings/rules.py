"""What can't be in a training or a badge. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.design.numbers import day_label
from tenants.staff.enums import TrainingKind
from tenants.staff.rules import END_AHEAD, FIRST_DAY
from tenants.staff.wording import Problems, problem

LONGEST = 160
MOST_HOURS = Decimal(5000)


class TrainingFacts(TypedDict):
    kind: str
    title: str
    provider: str
    obtained_on: dt.date
    expires_on: dt.date | None
    hours: Decimal | None


def training_problems(facts: TrainingFacts) -> Problems:
    found: Problems = {}
    if facts["kind"] not in TrainingKind.values:
        found["kind"] = [problem(_("This answer doesn't exist. Choose one from the list."), "unknown_kind")]
    for name in ("title", "provider"):
        text = facts[name]
        if "\0" in text:
            found[name] = [problem(_("There is a character in it that can't be saved. Type it again."), "null")]
        elif len(text) > LONGEST or (name == "title" and not text.strip()):
            said = _("Give it a name of at most %(longest)s characters.")
            found[name] = [problem(said, "length", longest=LONGEST)]
    day, expires = facts["obtained_on"], facts["expires_on"]
    if not FIRST_DAY <= day <= timezone.localdate() + dt.timedelta(days=366):
        found["obtained_on"] = [problem(_("Check the year: %(year)s."), "not_a_year", year=day.year)]
    if expires is not None and expires < day:
        text = _("It can't expire before %(day)s, the day it was obtained.")
        found["expires_on"] = [problem(text, "expires_before", day=day_label(day))]
    elif expires is not None and expires > timezone.localdate() + 3 * END_AHEAD:
        found["expires_on"] = [problem(_("Check the year: %(year)s."), "not_a_year", year=expires.year)]
    if facts["hours"] is not None and not 0 < facts["hours"] <= MOST_HOURS:
        text = _("Between %(lowest)s and %(highest)s hours.")
        found["hours"] = [problem(text, "out_of_range", lowest=1, highest=MOST_HOURS)]
    return found
