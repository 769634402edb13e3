"""The third crossing: a document of an EPN, kept by its federation. The one door to an EPN's own census returns.

Whose returns they are is never asked: they are those of the EPN that one stands in. So no page and no number in an
address leads to another EPN's. What is read comes out whole; what is written is a deed on one return, which is found
and locked here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import connection, transaction

from maillage.audit.services import record
from network.cadastre.editions.answers import WRITABLE, ReturnInFull, in_full
from network.cadastre.editions.models import CensusReturn, ReturnFile
from network.cadastre.editions.overview import OwnReturn, with_how_far
from tenants.registry.to_the_federation import NotInANetworkError, at_the_federation

T = TypeVar("T")
# The home of an EPN asks at each view: put into words by the ORM it takes five times as long.
ANY_TO_DO = """
SELECT EXISTS (SELECT FROM editions_censusreturn r JOIN editions_edition e ON e.id = r.edition_id
WHERE r.epn_id = %s AND r.state = ANY(%s) AND e.frozen_at IS NULL)"""


def own_returns() -> list[OwnReturn]:
    """All of them, the latest first, each with how far it is."""
    try:
        with at_the_federation() as (epn_id, *_network):
            found = CensusReturn.objects.filter(epn_id=epn_id).select_related("edition").order_by("-edition__year")
            return with_how_far(list(found))
    except NotInANetworkError:
        return []


def own_todo() -> OwnReturn | None:
    """The one to fill in that is due first, if any; where there is none, it costs two short statements."""
    try:
        with at_the_federation() as (epn_id, *_network):
            with connection.cursor() as cursor:
                cursor.execute(ANY_TO_DO, [epn_id, list(WRITABLE)])
                if not cursor.fetchone()[0]:
                    return None
            found = CensusReturn.objects.filter(epn_id=epn_id, state__in=WRITABLE, edition__frozen_at__isnull=True)
            todo = with_how_far(list(found.select_related("edition").order_by("edition__year")))
    except NotInANetworkError:
        return None
    return min(todo, key=lambda one: one.due_on, default=None)


def own_return(pk: int) -> ReturnInFull:
    """Raises CensusReturn.DoesNotExist for a number that is none of this EPN's; as all here, NotInANetworkError."""
    with at_the_federation() as (epn_id, *_network):
        return in_full(CensusReturn.objects.select_related("edition").get(pk=pk, epn_id=epn_id))


def own_file(pk: int, code: str) -> ReturnFile:
    """What is attached to an answer, with its content. Raises ReturnFile.DoesNotExist, CensusReturn.DoesNotExist."""
    with at_the_federation() as (epn_id, *_network):
        found: ReturnFile = ReturnFile.objects.get(
            value__census_return=pk, value__census_return__epn_id=epn_id, value__indicator__code=code
        )
        return found


def change_own(pk: int, deed: Callable[[CensusReturn], T], *, verb: str) -> T:
    """Do something to one return, found and locked; the journal of the EPN says so. What the deed raises undoes it.

    Raises CensusReturn.DoesNotExist for a number that is none of this EPN's.
    """
    with transaction.atomic():
        with at_the_federation() as (epn_id, *_network):
            # Its edition is read after the wait for the lock: it may have been frozen meanwhile.
            done = deed(CensusReturn.objects.select_for_update().get(pk=pk, epn_id=epn_id))
        if done is not False and done != 0:  # where nothing was done there is nothing to say
            record(verb=verb, target=f"return {pk}")
    return done
