"""What the figures' tests share: visits, and a look at what the federation knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import transaction

from network.figures.models import FlowTotal, Stock
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.hooks import epn_written
from tenants.registry.models import Epn, Federation
from tenants.staff.models import Contract, StaffMember
from tests.conftest import inside

MAY, JUNE = dt.date(2026, 5, 4), dt.date(2026, 6, 4)
Writing = Callable[[Epn], AbstractContextManager[None]]


def log_visit(day: dt.date = MAY, minutes: int = 20, **others: Any) -> Visit:
    values = {"mode": "individual", "themes": ["tax"], "outcome": "solved", "site": Site.objects.order_by("pk").first()}
    return Visit.objects.create(date=day, minutes=minutes, **(values | others))


def sign_contract(starts_on: dt.date, planned_end: dt.date | None = None, **others: Any) -> Contract:
    values = {"type": "cdi", "legal_employer": "Commune", "hours_per_week": 19, "full_time_hours": 38}
    return Contract.objects.create(
        member=StaffMember.objects.create(name="Bram"),
        starts_on=starts_on,
        planned_end=planned_end,
        **(values | others),
    )


@pytest.fixture
def writing(django_capture_on_commit_callbacks: Any) -> Writing:
    """`with writing(epn): …`: one transaction in the EPN as a service makes it, and what follows its commit."""

    @contextmanager
    def write(epn: Epn) -> Iterator[None]:
        with inside(epn), django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            yield
            epn_written()

    return write


def totals(
    federation: Federation, figure: str = "visits", dimension: str = ""
) -> dict[tuple[str, str], tuple[int, int, int]]:
    """By month (`2026-05`) and value: count, attendances, minutes; empty cells left out."""
    with inside(federation):
        found = FlowTotal.objects.filter(figure=figure, dimension=dimension)
        cells = {(f"{one.month:%Y-%m}", one.value): (one.count, one.attendances, one.minutes) for one in found}
    return {key: cell for key, cell in cells.items() if any(cell)}


def stocks(federation: Federation, figure: str = "contracts", dimension: str = "") -> dict[tuple[str, str], int]:
    """Heads by day and value."""
    with inside(federation):
        found = Stock.objects.filter(figure=figure, dimension=dimension).order_by("day")
        return {(f"{one.day}", one.value): one.heads for one in found}
