"""What a token's call is found to open: the ORM's own answers, in one statement, and nobody else's rights."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.registry.models import ApiToken, Domain, Membership, Space
from tenants.registry.services import archive_epn, end_membership, grant_membership, make_token, revoke_token
from tenants.registry.way_in import way_in
from tests.conftest import Cast

POSTE, ABATTOIRS = ["caban", "caban/rue-de-la-poste"], ["caban", "caban/abattoirs"]


def columns(one: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


def test_one_statement_finds_what_three_look_ups_would(cast: Cast) -> None:
    token, secret = make_token(person=cast.amina, space=cast.poste.space)

    with CaptureQueriesContext(connection) as sent:
        way = way_in(secret, POSTE)
        assert way is not None
        found = [way.token, way.token.person, *way.domains.values(), *way.memberships.values()]
        found += [domain.tenant for domain in way.domains.values()]

    assert len(sent) == 1
    assert way.token == token and way.token.person == cast.amina
    assert set(way.domains) == set(POSTE) and set(way.memberships) == {cast.poste.space.pk}
    assert all(columns(one) == columns(type(one)._default_manager.get(pk=one.pk)) for one in found)
    assert not any(one._state.adding for one in found)


def test_no_column_needs_a_conversion_that_the_statement_would_miss() -> None:
    found = [
        field
        for model in (ApiToken, Person, Domain, Space, Membership)
        for field in model._meta.concrete_fields
        if field.get_db_converters(connection) or connection.ops.get_db_converters(field.get_col(model._meta.db_table))
    ]

    assert found == []


def test_a_token_gives_no_role_outside_its_space_even_where_its_person_has_one(cast: Cast) -> None:
    grant_membership(person=cast.amina, space=cast.abattoirs.space, role="epn_coordinator")
    _token, secret = make_token(person=cast.amina, space=cast.poste.space)

    way = way_in(secret, ABATTOIRS)

    assert way is not None and set(way.domains) == set(ABATTOIRS)
    assert way.memberships == {}


def test_a_role_that_has_ended_and_a_space_that_was_archived_are_not_found(cast: Cast) -> None:
    _token, of_amina = make_token(person=cast.amina, space=cast.poste.space)
    _token, of_chloe = make_token(person=cast.chloe, space=cast.abattoirs.space)
    ended = Membership.objects.get(person=cast.amina, space=cast.poste.space)
    Membership.objects.filter(pk=ended.pk).update(until=timezone.now() - dt.timedelta(seconds=1))
    archive_epn(epn=cast.abattoirs, federation=cast.caban)

    amina, chloe = way_in(of_amina, POSTE), way_in(of_chloe, ABATTOIRS)

    assert amina is not None and amina.memberships == {}
    assert chloe is not None and set(chloe.domains) == {"caban"}
    assert chloe.memberships == {}


@pytest.mark.parametrize("why", ["revoked", "expired", "left", "role ended", "another secret"])
def test_a_token_that_opens_nothing_stops_with_the_next_call(cast: Cast, why: str) -> None:
    token, secret = make_token(person=cast.amina, space=cast.poste.space)
    assert way_in(secret, POSTE) is not None

    if why == "revoked":
        revoke_token(token=token)
    elif why == "expired":
        long_ago = timezone.now() - dt.timedelta(days=2)
        ApiToken.objects.filter(pk=token.pk).update(created_at=long_ago, expires_at=timezone.now())
    elif why == "left":
        Person.objects.filter(pk=cast.amina.pk).update(is_active=False)
    elif why == "role ended":
        end_membership(membership=Membership.objects.get(person=cast.amina, space=cast.poste.space))
    else:
        secret += "x"
    way = way_in(secret, POSTE)

    assert way is None


def test_a_path_that_names_no_space_gives_the_token_alone(cast: Cast) -> None:
    token, secret = make_token(person=cast.amina, space=cast.poste.space)

    way = way_in(secret, [])

    assert way is not None and way.token == token
    assert way.domains == {} and way.memberships == {}
