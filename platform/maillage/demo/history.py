"""What the history of an EPN says of the demo's last visits."""

import datetime as dt

from django.db import connection

from tenants.registry.models import Space


def remember(space: Space, since: dt.datetime) -> None:
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
