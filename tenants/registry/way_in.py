"""What a token's call needs of the register, in one statement: programs call often, and each look-up has its price.

Nothing of it outlives the call: a token that is revoked, or a role that ends, stops with the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection, models
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.registry.models import ApiToken, Domain, Membership, Space
from tenants.registry.selectors import digest_of


@dataclass(frozen=True)
class WayIn:
    """A token that is valid now, and the open spaces at the addresses asked for.

    `memberships` are the person's running ones in the token's own space: elsewhere it gives no role.
    """

    token: ApiToken
    domains: dict[str, Domain] = field(default_factory=dict)
    memberships: dict[int, Membership] = field(default_factory=dict)


@cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(str(one.attname) for one in model._meta.concrete_fields)


@cache
def _statement() -> str:
    def table(model: type[models.Model]) -> str:
        return connection.ops.quote_name(model._meta.db_table)

    def columns(model: type[models.Model], alias: str) -> str:
        return ", ".join(f"{alias}.{connection.ops.quote_name(str(one.column))}" for one in model._meta.concrete_fields)

    return f"""
        SELECT {columns(ApiToken, "token")}, {columns(Person, "person")}, {columns(Domain, "address")},
               {columns(Space, "space")}, {columns(Membership, "membership")}
          FROM {table(ApiToken)} token
          JOIN {table(Person)} person ON person.id = token.person_id AND person.is_active
          LEFT JOIN ({table(Domain)} address
                     JOIN {table(Space)} space ON space.id = address.tenant_id AND space.archived_at IS NULL)
                 ON address.domain IN (%(first)s, %(both)s)
          LEFT JOIN {table(Membership)} membership
                 ON membership.person_id = token.person_id AND membership.space_id = token.space_id
                    AND membership.space_id = space.id
                    AND (membership.until IS NULL OR membership.until > %(now)s)
         WHERE token.digest = %(digest)s AND token.revoked_at IS NULL AND token.expires_at > %(now)s
    """


def way_in(secret: str, addresses: Sequence[str]) -> WayIn | None:
    """What this secret opens at these (at most two) addresses; None when the token is unknown, expired or
    revoked, or its person left."""
    first, both = [*addresses, None, None][:2]
    now: dt.datetime = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(_statement(), {"first": first, "both": both, "now": now, "digest": digest_of(secret)})
        rows = cursor.fetchall()
    found: WayIn | None = None
    for row in rows:
        token, person, domain, space, membership = _models(row)
        if found is None:
            _point(token, "person", person)
            found = WayIn(token)
        if domain is not None:
            _point(domain, "tenant", space)
            found.domains[domain.domain] = domain
        if membership is not None:
            found.memberships[membership.space_id] = membership
    return found


def _models(row: tuple[Any, ...]) -> list[Any]:
    """The five models of a row, in the statement's order; None for what a LEFT JOIN didn't find."""
    made: list[Any] = []
    start = 0
    for model in (ApiToken, Person, Domain, Space, Membership):
        names = _columns(model)
        values = row[start : start + len(names)]
        start += len(names)
        made.append(None if values[0] is None else model.from_db(connection.alias, names, values))
    return made


def _point(one: models.Model, name: str, to: models.Model) -> None:
    """As select_related does it."""
    one._state.fields_cache[name] = to
