"""From inside an EPN to what its federation keeps of it: the way of the third crossing, the documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.db import connection, transaction

from tenants.registry.crossing import CROSSING_ROLE, current_place, within_transaction
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.errors import NoSpaceError

# The home of an EPN asks for it at each view: put into words by the ORM it takes five times as long.
NETWORK_OF = """
SELECT a.federation_id, s.schema_name, s.name
FROM registry_affiliation a JOIN registry_space s ON s.id = a.federation_id
WHERE a.epn_id = %s AND a.until IS NULL"""


class NotInANetworkError(LookupError):
    """The EPN is in no network now."""


class Belonging(NamedTuple):
    """The EPN that one came from, and the federation that one is in now."""

    epn: int
    federation: int
    network: str


@contextmanager
def at_the_federation() -> Iterator[Belonging]:
    """Inside the federation of the EPN that one is in, as the role of the crossings, in one transaction.

    Whoever uses it filters by the EPN's number: the role reads what is there of all EPN. Raises NotInANetworkError.
    """
    here = current_place()
    if here.kind != Kind.EPN or here.space_id is None:
        raise NoSpaceError("An EPN's own documents are reached from inside the EPN.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(NETWORK_OF, [here.space_id])
            belongs = cursor.fetchone()
        if belongs is None:
            raise NotInANetworkError("This EPN is in no network.")
        federation_id, schema, network = belongs
        with within_transaction(Place(schema, Kind.FEDERATION, CROSSING_ROLE, federation_id)):
            yield Belonging(here.space_id, federation_id, network)
