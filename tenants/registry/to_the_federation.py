"""From inside an EPN to what its federation keeps of it: the way of the third crossing, the documents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from tenants.registry.crossing import CROSSING_ROLE, current_place, within_transaction
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.errors import NoSpaceError
from tenants.registry.models import Affiliation


class NotInANetworkError(NoSpaceError):
    """The EPN is in no network now."""


@contextmanager
def at_the_federation() -> Iterator[int]:
    """Inside the federation of the EPN that one is in, as the role of the crossings. Gives that EPN's id.

    Whoever uses it filters by that id: the role reads what is there of all EPN. Raises NotInANetworkError.
    """
    here = current_place()
    if here.kind != Kind.EPN or here.space_id is None:
        raise NoSpaceError("An EPN's own documents are reached from inside the EPN.")
    with transaction.atomic():
        belongs = (
            Affiliation.objects.filter(epn=here.space_id, until__isnull=True)
            .values_list("federation__space__schema_name", "federation")
            .first()
        )
        if belongs is None:
            raise NotInANetworkError("This EPN is in no network.")
        schema, federation_id = belongs
        with within_transaction(Place(schema, Kind.FEDERATION, CROSSING_ROLE, federation_id)):
            yield here.space_id
