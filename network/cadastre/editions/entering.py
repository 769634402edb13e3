"""A return that the network enters for an EPN: the EPN's own deeds, inside the federation, and marked so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from maillage.audit.services import record
from network.cadastre.editions.models import CensusReturn
from tenants.registry.crossing import current_place

T = TypeVar("T")


@transaction.atomic
def change_for_epn(pk: int, deed: Callable[[CensusReturn], T], *, verb: str) -> T:
    """Do something to one return, found and locked. What the deed raises undoes it.

    Raises CensusReturn.DoesNotExist.
    """
    row = CensusReturn.objects.select_for_update().get(pk=pk)  # its edition is read after the wait
    done = deed(row)
    if done is not False and done != 0:  # where nothing was done there is nothing to say
        record(verb=verb, target=f"{row.edition.year}/{row.epn_id}", space_id=current_place().space_id)
    return done
