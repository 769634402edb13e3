"""Reading an account, on every request of somebody who is signed in."""

from __future__ import annotations

from functools import cache

from django.db import connection
from django.db.models import Model

from maillage.accounts.models import Credential, Person


def person_with_credential(person_id: int) -> Person | None:
    """Somebody who may still sign in, and what proves it: select_related by hand, whose words are made once."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(), [person_id])
        row = cursor.fetchone()
    if row is None:
        return None
    names, others = _columns(Person), _columns(Credential)
    person = Person.from_db(connection.alias, names, row[: len(names)])
    credential = None
    if row[len(names)] is not None:
        credential = Credential.from_db(connection.alias, others, row[len(names) :])
        credential._state.fields_cache["person"] = person
    person._state.fields_cache["credential"] = credential
    return person


@cache
def _columns(model: type[Model]) -> tuple[str, ...]:
    return tuple(str(one.attname) for one in model._meta.concrete_fields)


@cache
def _statement() -> str:
    quoted = connection.ops.quote_name
    listed = [
        f"{alias}.{quoted(str(one.column))}"
        for alias, model in (("person", Person), ("credential", Credential))
        for one in model._meta.concrete_fields
    ]
    return (
        f"SELECT {', '.join(listed)} FROM {quoted(Person._meta.db_table)} person"
        f" LEFT JOIN {quoted(Credential._meta.db_table)} credential ON credential.person_id = person.id"
        " WHERE person.id = %s AND person.is_active"
    )
