"""What a thread and its steps must be. Pure checks: nothing is written here."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from maillage.accounts.enums import Language
from maillage.design.free_text import problems as personal_data_problems
from maillage.design.numbers import day_label
from tenants.activity.rules import FIRST_DAY, Problems, code_problems, date_problems, problem
from tenants.followup.enums import Consent, Ending
from tenants.followup.models import Step, Thread

LONGEST_TEXT = 1000
MOST_THEMES = 10
FURTHEST = dt.timedelta(days=366)  # a step to be done later than in a year is no next step
WARN_BEFORE = dt.timedelta(days=30)


class ThreadFacts(TypedDict, total=False):
    """What one says of a thread. A new one needs consent, animator_id and language."""

    consent: str
    language: str
    animator_id: int
    themes: list[str]
    about: str


class StepFacts(TypedDict, total=False):
    """What one says of a step. A new one needs text, animator_id, and one of the days."""

    text: str
    due_on: dt.date | None
    done_on: dt.date | None
    animator_id: int


def erased_on(last_activity: dt.date, months: int) -> dt.date:
    """The day on which a thread is erased: the same day of the month, or the month's last one."""
    year, month = divmod(last_activity.year * 12 + last_activity.month - 1 + months, 12)
    return dt.date(year, month + 1, min(last_activity.day, calendar.monthrange(year, month + 1)[1]))


def text_problems(text: Any, kept: str = "", *, required: bool = False) -> list[ValidationError]:
    if not isinstance(text, str) or "\0" in text:
        return [problem(_("This text holds a character that can't be kept."), "null_character")]
    if required and not text:
        return [problem(_("Say in a few words what it is."), "required")]
    if len(text) > LONGEST_TEXT:
        return [problem(_("This text is too long: at most %(most)s characters."), "too_long", most=LONGEST_TEXT)]
    return personal_data_problems(text, kept)


def thread_problems(thread: Thread, kept: Thread | None = None) -> Problems:
    found: Problems = {"about": text_problems(thread.about, kept.about if kept else "")}
    if thread.consent not in Consent.values:
        found["consent"] = [problem(_("Without the person's yes, nothing is kept. Ask them first."), "required")]
    if thread.language not in Language.values:
        found["language"] = [problem(_("Choose a language."), "required")]
    themes = thread.themes
    if len(themes) > MOST_THEMES:
        found["themes"] = [problem(_("Choose at most %(most)s themes."), "too_many", most=MOST_THEMES)]
    else:
        old = kept.themes if kept else ()
        label = Thread._meta.get_field("themes").verbose_name
        found["themes"] = [one for code in themes for one in code_problems(label, "theme", code, old)]
    return {field: problems for field, problems in found.items() if problems}


def due_problems(day: Any) -> list[ValidationError]:
    if not isinstance(day, dt.date):
        return [problem(_("Enter a date."), "required")]
    latest = timezone.localdate() + FURTHEST
    if not FIRST_DAY <= day <= latest:
        text = _("Enter a day up to %(latest)s: a next step is within a year.")
        return [problem(text, "out_of_range", latest=day_label(latest))]
    return []


def step_problems(step: Step, kept: Step | None = None) -> Problems:
    found: Problems = {"text": text_problems(step.text, kept.text if kept else "", required=True)}
    if step.done_on is not None:
        found["done_on"] = date_problems(step.done_on)
    if step.due_on is not None and (kept is None or kept.due_on != step.due_on):
        found["due_on"] = due_problems(step.due_on)
    if step.due_on is None and step.done_on is None:
        found["due_on"] = [problem(_("Enter a date."), "required")]
    return {field: problems for field, problems in found.items() if problems}


def ending_problems(ending: Any) -> list[ValidationError]:
    return [] if ending in Ending.values else [problem(_("Say how it ended."), "required")]


def tidied(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Browsers send a line's end as two characters; blanks around a text say nothing."""
    return {
        name: value.strip().replace("\r\n", "\n") if isinstance(value, str) else value for name, value in facts.items()
    }
