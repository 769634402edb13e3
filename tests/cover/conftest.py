"""An EPN that is open 28 hours a week, and people who come and go there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import transaction

from tenants.premises.models import Site
from tenants.registry.hooks import epn_written
from tenants.registry.models import Affiliation, Epn, Space
from tenants.staff.models import Contract, StaffMember
from tests.conftest import Cast, inside

# Four days of 4 and 3 hours: 28 hours in 8 half-days, 3.5 hours each.
HOURS = "Mo-Th 09:00-13:00,14:00-17:00; PH off"
TODAY = dt.date(2026, 11, 2)  # a Monday

Sign = Callable[..., Contract]


def sign(epn: Epn, name: str, ends: dt.date | None = None, hours: int = 28, **others: Any) -> Contract:
    """A contract as somebody has it here, without a refresh."""
    facts = {"type": "cdd" if ends else "cdi", "starts_on": dt.date(2025, 1, 6), "legal_employer": "ASBL"} | others
    with inside(epn), transaction.atomic():
        member = StaffMember.objects.filter(name=name).first() or StaffMember.objects.create(name=name)
        made: Contract = Contract.objects.create(
            member=member, planned_end=ends, hours_per_week=hours, full_time_hours=38, **facts
        )
        epn_written()
    return made


def open_at(epn: Epn, hours: str = HOURS) -> None:
    with inside(epn), transaction.atomic():
        Site.objects.update(opening_hours=hours)
        epn_written()


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> dt.date:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args: TODAY)
    return TODAY


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], AbstractContextManager[Any]]:
    """`with committed(): …`: what waits for the commit of a write runs."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def cliff(cast: Cast, today: dt.date, committed: Callable[[], AbstractContextManager[Any]]) -> Cast:
    """Rue de la Poste: Bram under article 60 until 30 January 2027, Zoé (7 h) until 31 March. Then nobody."""
    Space.objects.update(created_at=dt.datetime(2025, 1, 6, 9, tzinfo=dt.UTC))  # the tests' clock may stand earlier
    Affiliation.objects.update(since=dt.date(2025, 1, 1))
    with committed():
        open_at(cast.poste)
        sign(cast.poste, "Bram", dt.date(2027, 1, 30), type="art60")
        sign(cast.poste, "Zoé", dt.date(2027, 3, 31), hours=7)
    return cast
