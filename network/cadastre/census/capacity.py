"""Whether the server can hold the locks of one transaction that makes many schemas.

Every table, index, sequence and type made in a transaction stays locked until it ends, and the server keeps all
locks in one table of a size fixed when it starts. Running out half-way is only found after all the work.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from tenants.registry.enums import Kind
from tenants.registry.provisioning.templates import template_schema

BESIDE = 4  # the schema itself, its role, and what the two belong to
SHARE = 0.9  # of the lock table: others work meanwhile


class NoRoomError(Exception):
    """The message names the setting, what it is, and what it must be."""


@dataclass(frozen=True)
class LockTable:
    """Sizes in locks. `per_transaction` and `transactions` are PostgreSQL's settings."""

    per_transaction: int
    transactions: int

    @property
    def size(self) -> int:
        return self.per_transaction * self.transactions


def lock_table() -> LockTable:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_locks_per_transaction')::int,"
            " current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int"
        )
        return LockTable(*cursor.fetchone())


def locks_of(kind: str) -> int:
    """What making one schema of this kind locks, by its template: relations with their toast tables, the row type of
    each table, constraints, functions, and a few more. A little more than was measured."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH here AS (SELECT oid FROM pg_namespace WHERE nspname = %s) SELECT"
            " (SELECT count(*) + 2 * count(nullif(reltoastrelid, 0)) + count(*) FILTER (WHERE relkind = 'r')"
            " FROM pg_class WHERE relnamespace = (SELECT oid FROM here))"
            " + (SELECT count(*) FROM pg_constraint WHERE connamespace = (SELECT oid FROM here) AND contype <> 'n')"
            " + (SELECT count(*) FROM pg_proc WHERE pronamespace = (SELECT oid FROM here))",
            [template_schema(kind)],
        )
        return int(cursor.fetchone()[0]) + BESIDE


def check_room(*, epn: int, federations: int = 0) -> None:
    """Raise NoRoomError when so many new schemas don't fit in one transaction on this server."""
    if not epn and not federations:
        return
    needed = epn * locks_of(Kind.EPN) + federations * locks_of(Kind.FEDERATION)
    table = lock_table()
    if needed > table.size * SHARE:
        raise NoRoomError(
            _(
                "The server can't make %(epn)s EPN in one go: that takes %(needed)s locks, and it holds %(size)s. Set"
                " max_locks_per_transaction to %(wanted)s or more (it is %(now)s) and restart it, or cut the file."
            )
            % {
                "epn": epn,
                "needed": needed,
                "size": table.size,
                "wanted": math.ceil(needed / SHARE / table.transactions / 64) * 64,
                "now": table.per_transaction,
            }
        )
