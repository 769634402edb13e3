"""What the tests of workshops share: a series in Rue de la Poste, as a service makes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from tenants.premises.models import Site
from tenants.workshops.models import Series
from tenants.workshops.services import create_series

HOME = "/caban/rue-de-la-poste/workshops/"
NINE, ELEVEN = dt.time(9), dt.time(11)
NewSeries = Callable[..., Series]


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def new_series(today: dt.date) -> NewSeries:
    """`new_series(days=[-7, 0])`: a series with dates so many days from today, in the space that one is in."""

    def made(*, days: tuple[int, ...] = (0,), **said: Any) -> Series:
        facts = {"title": "Mes premiers e-mails", "themes": ["email"], "capacity": 2}
        dates = [{"date": today + dt.timedelta(days=number), "starts_at": NINE, "ends_at": ELEVEN} for number in days]
        site = Site.objects.order_by("pk").values_list("pk", flat=True)[0]
        return create_series(dates=dates, **{"site_id": site, **facts, **said})  # type: ignore[arg-type]

    return made
