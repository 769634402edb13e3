"""What a half-day at the desk must be, and who may change it. Pure checks: nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, TypedDict

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.activity.models import LONGEST_DAY, CounterSession
from tenants.activity.rules import (
    MOST_PEOPLE,
    OWN_FOR,
    Actor,
    NotYours,
    Problems,
    date_problems,
    note_problems,
    number_problems,
    problem,
)

MOST_PRESENT = 60  # animators at one desk


class SessionFacts(TypedDict, total=False):
    """What one says of a half-day at the desk. A new one needs date, site_id, starts_at and ends_at."""

    date: dt.date
    site_id: int
    starts_at: dt.time
    ends_at: dt.time
    animators: list[int]
    ticket_limit: int | None
    tickets: int | None
    arrivals: int | None
    turned_away: int
    open_access_minutes: int | None
    open_access_users: int | None
    workstations: int | None
    note: str


SESSION_FIELDS: tuple[str, ...] = tuple(SessionFacts.__annotations__)
COUNTS = ("ticket_limit", "tickets", "arrivals", "turned_away", "open_access_users", "workstations")


def may_change_session(session: CounterSession, actor: Actor) -> bool:
    """Coordinators: every session. Others: those of the last seven days."""
    return actor.coordinates or session.date >= timezone.localdate() - OWN_FOR


def check_may_change_session(session: CounterSession, actor: Actor | None) -> None:
    if actor is not None and not may_change_session(session, actor):
        raise NotYours(_("You may change half-days of the last 7 days. Ask your coordinator for this one."))


def session_problems(facts: Mapping[str, Any], kept_note: str = "") -> Problems:
    found: Problems = {"date": date_problems(facts.get("date")), "note": note_problems(facts.get("note"), kept_note)}
    for field in COUNTS:
        value = facts.get(field)
        if value is not None or field == "turned_away":
            found[field] = number_problems(value, 0, MOST_PEOPLE)
    if facts.get("open_access_minutes") is not None:
        found["open_access_minutes"] = number_problems(facts["open_access_minutes"], 0, LONGEST_DAY)
    starts, ends = facts.get("starts_at"), facts.get("ends_at")
    if not isinstance(starts, dt.time):
        found["starts_at"] = [problem(_("Enter a time."), "required")]
    if not isinstance(ends, dt.time):
        found["ends_at"] = [problem(_("Enter a time."), "required")]
    if isinstance(starts, dt.time) and isinstance(ends, dt.time) and ends <= starts:
        found["ends_at"] = [problem(_("The end must be after the start."), "end_before_start")]
    return {field: problems for field, problems in found.items() if problems}
