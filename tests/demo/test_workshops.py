"""The demo's workshops, before they are written: within the rules, and the same whatever day the demo goes up to."""

from __future__ import annotations

import datetime as dt

from maillage.demo.places import federations
from maillage.demo.visits import Helper
from maillage.demo.workshops import EPN, Drawn, workshops
from maillage.reference.models import Commune
from tenants.workshops.enums import State
from tenants.workshops.registrations.rules import registration_problems
from tenants.workshops.rules import DATE_FIELDS, SERIES_FIELDS, attendance_problems, date_problems, series_problems
from tests.conftest import Cast

UNTIL = dt.date(2026, 10, 31)
TEAM = [Helper(number, number, dt.date(2020, 1, 1), dt.date.max, 19) for number in (1, 2, 3)]


def drawn(slug: str = "rue-de-la-poste", until: dt.date = UNTIL) -> list[Drawn]:
    communes = {one.nis: one for one in Commune.objects.all()}
    plan = next(one for federation in federations(communes) for one in federation.epn if one.slug == slug)
    return list(workshops(plan, [1], TEAM, until))


def test_every_series_date_and_name_would_pass_the_forms(cast: Cast) -> None:
    for slug in sorted(EPN):
        found = drawn(slug)
        assert found
        for one in found:
            assert series_problems({name: getattr(one.series, name) for name in SERIES_FIELDS}) == {}
            for each in one.registrations:
                assert registration_problems(each.name, each.level) == {}
            for date in one.dates:
                assert date_problems({name: getattr(date, name) for name in DATE_FIELDS}) == {}
                assert (date.state == State.HELD) == (date.total is not None)
                ticked = sum(presence.present for presence in one.presences if presence.date is date)
                if date.state == State.HELD:
                    facts = {"total": date.total, "margins": date.margins}
                    assert date.date <= UNTIL
                    assert attendance_problems(facts, date=date, ticked=ticked) == {}


def test_a_shorter_demo_is_the_beginning_of_a_longer_one(cast: Cast) -> None:
    day = dt.date(2026, 4, 20)
    held = {
        (date.key, date.total) for one in drawn() for date in one.dates if date.total is not None and date.date <= day
    }

    shorter = drawn(until=day)
    assert {(date.key, date.total) for one in shorter for date in one.dates if date.total is not None} == held
    assert any(date.state == State.PLANNED for one in shorter for date in one.dates)
    assert any(one.registrations for one in shorter) and not shorter[0].registrations
