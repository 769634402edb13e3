"""Reading the register: spaces, addresses, memberships."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.registry.models import Domain, Epn, Federation, Membership, Space


def running(now: dt.datetime | None = None) -> Q:
    """Memberships that haven't ended."""
    return Q(until__isnull=True) | Q(until__gt=now or timezone.now())


def federations() -> QuerySet[Federation]:
    return (
        Federation.objects.filter(space__archived_at__isnull=True)
        .select_related("space")
        .prefetch_related(_primary_addresses("space__domains"))
        .order_by("space__name")
    )


def memberships_of(person: Person) -> list[Membership]:
    """The spaces that a person may enter, networks first, then by name."""
    found = (
        Membership.objects.filter(running(), person=person, space__archived_at__isnull=True)
        .select_related("space")
        .order_by("-space__kind", "space__name")
    )
    memberships = list(found)
    paths = dict(
        Domain.objects.filter(is_primary=True, tenant__in=[one.space_id for one in memberships]).values_list(
            "tenant_id", "domain"
        )
    )
    for one in memberships:
        if one.space is not None:
            one.space.__dict__["_path"] = paths[one.space_id]
    return memberships


def epn_of(federation_id: int, *, archived: bool | None = None) -> QuerySet[Epn]:
    """The EPN that are members of a federation now, by name. `archived`: None gives both kinds."""
    found = Epn.objects.filter(affiliations__federation=federation_id, affiliations__until__isnull=True).select_related(
        "space"
    )
    if archived is not None:
        found = found.filter(space__archived_at__isnull=not archived)
    return found.order_by("space__name", "pk")


def space_at(path: str) -> Space:
    """The space at `caban` or `caban/rue-de-la-poste`, by its present or a former address. Raises Space.DoesNotExist."""
    return Space.objects.get(domains__domain=path.strip("/"))


def _primary_addresses(lookup: str) -> Prefetch[Domain]:
    return Prefetch(lookup, queryset=Domain.objects.filter(is_primary=True))
