"""Writing what happened in one EPN: its days at the counter, and what hangs on them. In its space, as its own role."""

from __future__ import annotations

import datetime as dt

from maillage.demo import reports
from maillage.demo.conventions import write_conventions
from maillage.demo.copying import copy_rows
from maillage.demo.courses import write_courses
from maillage.demo.expected import expect_people_and_stops
from maillage.demo.followups import write_followups
from maillage.demo.history import remember
from maillage.demo.holdings import write_holdings
from maillage.demo.places import EpnPlan, FederationPlan
from maillage.demo.queues import write_queues
from maillage.demo.visits import COLUMNS, SESSION_COLUMNS, ZONE, Helper, counter_sessions, visits
from maillage.demo.volunteers import write_volunteers
from maillage.demo.workshops import write_workshops
from tenants.premises.models import Site
from tenants.registry.models import Space

OPENED = dt.datetime(2021, 1, 4, 9, 0, tzinfo=ZONE)
IN_THE_HISTORY = dt.timedelta(days=30)  # how far back it begins: nobody wrote it before there was one


def write_what_happened(
    plan: EpnPlan, of: FederationPlan, space: Space, team: list[Helper], at_work: list[int], until: dt.date
) -> None:
    """`at_work`: accounts of those who have a contract on the last day, animators first."""
    sites = list(Site.objects.order_by("pk").values_list("pk", flat=True))
    copy_rows("activity_visit", COLUMNS, visits(plan, sites, team, until))
    copy_rows("activity_countersession", SESSION_COLUMNS, counter_sessions(plan, sites, until))
    write_queues(plan.slug, ZONE)
    write_workshops(plan, sites, team, until)
    write_followups(plan.slug, at_work, until)
    write_holdings(plan.slug, until)
    write_courses(plan.slug, until)
    write_conventions(plan, until)
    write_volunteers(plan, until)
    if plan.slug == reports.EPN:
        reports.write_reports(plan.name, of.name, until, OPENED)
    expect_people_and_stops(plan, sites, team, until)
    remember(space, dt.datetime.combine(until - IN_THE_HISTORY, dt.time(), ZONE))
