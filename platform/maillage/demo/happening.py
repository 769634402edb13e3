"""Writing what happened in one EPN: its days at the counter, and what hangs on them. In its space, as its own role."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from maillage.demo import reports
from maillage.demo.copying import copy_rows
from maillage.demo.expected import expect_people, plan_the_road
from maillage.demo.followups import write_followups
from maillage.demo.places import EpnPlan, FederationPlan
from maillage.demo.queues import write_queues
from maillage.demo.visits import COLUMNS, SESSION_COLUMNS, ZONE, Helper, counter_sessions, visits
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
    if plan.slug == reports.EPN:
        reports.write_reports(plan.name, of.name, until, OPENED)
    expect_people(plan, sites, team, until)
    plan_the_road(plan, sites, team, until)
    _remember(space, dt.datetime.combine(until - IN_THE_HISTORY, dt.time(), ZONE))


def _remember(space: Space, since: dt.datetime) -> None:
    """The last visits in the history, as if they had been typed: by whom and when, signed by the space's own role."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_entry (id, at, actor_id, space_id, verb, target, door)"
            " SELECT md5(format('demo/%%s/%%s', %s::bigint, id))::uuid, created_at, recorded_by_id, %s,"
            " 'visit.recorded', id::text, 'page' FROM activity_visit WHERE created_at >= %s",
            [space.pk, space.pk, since],
        )
        # Some were corrected an hour later by whoever typed them, and say so.
        cursor.execute(
            "WITH corrected AS (UPDATE activity_visit SET updated_at = created_at + interval '1 hour'"
            " WHERE created_at >= %s AND id %% 12 = 0 RETURNING id, updated_at, recorded_by_id, minutes)"
            " INSERT INTO activity_visitchange (visit_id, at, by_id, kind, before, after)"
            " SELECT id, updated_at, recorded_by_id, 'changed', jsonb_build_object('minutes', minutes + 5),"
            " jsonb_build_object('minutes', minutes) FROM corrected ORDER BY id",
            [since],
        )
