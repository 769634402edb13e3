import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from maillage.reference.holidays import public_holidays
from tenants.appointments.models import Appointment
from tenants.appointments.services import book
from tenants.premises.models import Site
from tests.conftest import Cast, inside

NINE, TEN, ELEVEN, NOON = 540, 600, 660, 720


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


@pytest.fixture
def open_day(today: dt.date) -> dt.date:
    """The next weekday that is no public holiday."""
    day = today + dt.timedelta(days=1)
    while day.weekday() > 4 or day in public_holidays(day.year, "be"):
        day += dt.timedelta(days=1)
    return day


@pytest.fixture
def poste(cast: Cast) -> Site:
    """Rue de la Poste is open in the mornings of the week, and on Saturdays by appointment."""
    with inside(cast.poste):
        site = Site.objects.get()
        Site.objects.filter(pk=site.pk).update(opening_hours='Mo-Fr 09:00-12:00; Sa "sur RDV"; PH off')
        return site


@pytest.fixture
def booked(cast: Cast, poste: Site, open_day: dt.date) -> Callable[..., Appointment]:
    """Books in Rue de la Poste at nine on the next open day; a test says only what matters to it."""

    def made(**said: Any) -> Appointment:
        with inside(cast.poste):
            return book(**{"site_id": poste.pk, "date": open_day, "starts": NINE, "theme": "tax", **said})

    return made


@pytest.fixture
def today_at(cast: Cast, poste: Site, today: dt.date) -> Callable[..., Appointment]:
    """One of today, whatever the clock says and the door."""

    def made(**said: Any) -> Appointment:
        with inside(cast.poste):
            plain = {"site_id": poste.pk, "date": today, "starts": NINE, "ends": NINE + 30, "theme": "tax"}
            return Appointment.objects.create(**{**plain, **said})

    return made
