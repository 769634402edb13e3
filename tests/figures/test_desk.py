"""Open access and waiting cross to the federation by exactly what the half-days and their tickets say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from network.figures.services import sweep
from network.figures.verification import verify
from tenants.activity.counter.services import change_counter_session
from tenants.activity.models import CounterSession, Ticket
from tenants.premises.models import Site
from tests.conftest import Cast
from tests.figures.conftest import JUNE, MAY, Writing, totals


@pytest.fixture(autouse=True)
def _nothing_differs_in_the_end(cast: Cast) -> Any:
    yield
    sweep()
    assert verify(cast.caban).differences == []


def session(**said: Any) -> CounterSession:
    return CounterSession.objects.create(
        date=MAY, site=Site.objects.get(), starts_at=dt.time(9), ends_at=dt.time(12), **said
    )


def test_open_access_counts_half_days_people_and_accompanied_minutes(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        session(open_access_minutes=90, open_access_users=4)
        session(open_access_users=2)
        session(open_access_minutes=0)
    assert totals(cast.caban, "open_access") == {("2026-05", ""): (2, 6, 90)}
    assert totals(cast.caban, "open_access", "commune") == {("2026-05", "21015"): (2, 6, 90)}

    with writing(cast.poste):
        CounterSession.objects.update(open_access_minutes=None, open_access_users=None)
    assert totals(cast.caban, "open_access") == {}


def test_waiting_counts_the_tickets_called_and_the_minutes_before(cast: Cast, writing: Writing) -> None:
    nine = dt.datetime(2026, 5, 4, 7, tzinfo=dt.UTC)
    with writing(cast.poste):
        half_day = session()
        for number, (seconds, left) in enumerate([(0, None), (119, None), (1800, None), (None, nine)], start=1):
            called = None if seconds is None else nine + dt.timedelta(seconds=seconds)
            Ticket.objects.create(
                session=half_day, date=MAY, number=number, taken_at=nine, called_at=called, left_at=left
            )
    assert totals(cast.caban, "waiting") == {("2026-05", ""): (3, 0, 31)}

    with writing(cast.poste):
        change_counter_session(session=half_day, date=JUNE, ends_at=dt.time(13))
    assert totals(cast.caban, "waiting") == {("2026-06", ""): (3, 0, 31)}

    with writing(cast.poste):
        half_day.delete()
    assert totals(cast.caban, "waiting") == {}
