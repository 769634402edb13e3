"""What a feed of changes stands on: stamps of the database's own clock, and the moment up to which they are all there.

A row is stamped while its transaction holds the lock of every writer on the table, and that lock is let go when the
commit can be seen. So once nobody who held it at a moment holds it any more, no row with an older stamp can turn up.
"""

from __future__ import annotations

import datetime as dt
import time

from django.db import connection
from django.db.models import DateTimeField, Func, Model

LONGEST_WAIT = 1.0  # seconds that a reader waits for those who are writing
BETWEEN_LOOKS = 0.01

# Everybody may look at the locks; since when somebody has been writing isn't told, so they are waited for.
WRITERS = """
SELECT virtualtransaction FROM pg_catalog.pg_locks
WHERE locktype = 'relation' AND relation = %s::regclass AND granted AND pid IS DISTINCT FROM pg_backend_pid()
    AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
    AND mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')"""


class ClockTime(Func):
    """The moment at which the row is written: unlike now(), not the one at which its transaction began."""

    function = "clock_timestamp"
    output_field = DateTimeField()


def settled_until(model: type[Model]) -> dt.datetime | None:
    """A moment before which every stamp of this space's table is there to be read by a later statement.

    None while somebody goes on writing: then nothing can be said yet. To be asked outside transactions.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: dt.datetime = cursor.fetchone()[0]
        waited_for: set[str] | None = None
        until = time.monotonic() + LONGEST_WAIT
        while True:
            cursor.execute(WRITERS, [table])
            writing = {row[0] for row in cursor.fetchall()}
            waited_for = writing if waited_for is None else waited_for & writing
            if not waited_for:
                return moment
            if time.monotonic() > until:
                return None
            time.sleep(BETWEEN_LOOKS)
