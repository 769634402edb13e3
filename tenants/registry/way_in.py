"""What a call needs of the register, in one statement: of a token's, and of a page. Each look-up has its price.

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
from tenants.registry.models import Affiliation, ApiToken, Domain, Federation, Membership, Space
from tenants.registry.selectors import digest_of


@dataclass(frozen=True)
class Way:
    """The open spaces at the addresses asked for, and the person's running memberships there."""

    domains: dict[str, Domain] = field(default_factory=dict)
    memberships: dict[int, Membership] = field(default_factory=dict)


@dataclass(frozen=True)
class WayIn(Way):
    """The same with a token that is valid now; outside the token's own space it gives no role."""

    token: ApiToken = field(kw_only=True)


@cache
def _columns(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(str(one.attname) for one in model._meta.concrete_fields)


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _listed(model: type[models.Model], alias: str) -> str:
    return ", ".join(f"{alias}.{connection.ops.quote_name(str(one.column))}" for one in model._meta.concrete_fields)


@cache
def _statement() -> str:
    return f"""
        SELECT {_listed(ApiToken, "token")}, {_listed(Person, "person")}, {_listed(Domain, "address")},
               {_listed(Space, "space")}, {_listed(Membership, "membership")}
          FROM {_table(ApiToken)} token
          JOIN {_table(Person)} person ON person.id = token.person_id AND person.is_active
          LEFT JOIN ({_table(Domain)} address
                     JOIN {_table(Space)} space ON space.id = address.tenant_id AND space.archived_at IS NULL)
                 ON address.domain IN (%(first)s, %(both)s)
          LEFT JOIN {_table(Membership)} membership
                 ON membership.person_id = token.person_id AND membership.space_id = token.space_id
                    AND membership.space_id = space.id
                    AND (membership.until IS NULL OR membership.until > %(now)s)
         WHERE token.digest = %(digest)s AND token.revoked_at IS NULL AND token.expires_at > %(now)s
    """


@cache
def _statement_of_a_page() -> str:
    """`asks_for_factor` says of a space what signing_in.selectors.federation_requires asks of its federation."""
    return f"""
        SELECT {_listed(Domain, "address")}, {_listed(Space, "space")}, {_listed(Membership, "membership")},
               membership.id IS NOT NULL AND EXISTS (
                   SELECT FROM {_table(Federation)} federation
                    WHERE federation.second_factor_required AND (federation.space_id = space.id OR EXISTS (
                          SELECT FROM {_table(Affiliation)} affiliation
                           WHERE affiliation.federation_id = federation.space_id AND affiliation.epn_id = space.id
                             AND affiliation.until IS NULL))) AS asks_for_factor
          FROM {_table(Domain)} address
          JOIN {_table(Space)} space ON space.id = address.tenant_id AND space.archived_at IS NULL
          LEFT JOIN {_table(Membership)} membership
                 ON membership.person_id = %(person)s AND membership.space_id = space.id
                    AND (membership.until IS NULL OR membership.until > %(now)s)
         WHERE address.domain IN (%(first)s, %(both)s)
    """


def way_of(person: Person | None, addresses: Sequence[str]) -> Way:
    """What these (at most two) addresses lead to, and this person's roles there."""
    first, both = [*addresses, None, None][:2]
    now: dt.datetime = timezone.now()
    asked = {"first": first, "both": both, "now": now, "person": None if person is None else person.pk}
    with connection.cursor() as cursor:
        cursor.execute(_statement_of_a_page(), asked)
        rows = cursor.fetchall()
    found = Way()
    for row in rows:
        domain, space, membership = _models(row, (Domain, Space, Membership))
        _point(domain, "tenant", space)
        found.domains[domain.domain] = domain
        if membership is not None:
            membership.__dict__["_asks_for_factor"] = row[-1]
            found.memberships[membership.space_id] = membership
    return found


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
        token, person, domain, space, membership = _models(row, (ApiToken, Person, Domain, Space, Membership))
        if found is None:
            _point(token, "person", person)
            found = WayIn(token=token)
        if domain is not None:
            _point(domain, "tenant", space)
            found.domains[domain.domain] = domain
        if membership is not None:
            found.memberships[membership.space_id] = membership
    return found


def _models(row: tuple[Any, ...], wanted: Sequence[type[models.Model]]) -> list[Any]:
    """The models of a row, in the statement's order; None for what a LEFT JOIN didn't find."""
    made: list[Any] = []
    start = 0
    for model in wanted:
        names = _columns(model)
        values = row[start : start + len(names)]
        start += len(names)
        made.append(None if values[0] is None else model.from_db(connection.alias, names, values))
    return made


def _point(one: models.Model, name: str, to: models.Model) -> None:
    """As select_related does it."""
    one._state.fields_cache[name] = to
