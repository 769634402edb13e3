"""From a path to a space, among those that a person may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils import timezone

from tenants.registry.addresses import Located, names_in
from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind
from tenants.registry.models import Domain, Membership
from tenants.registry.roles import ANYBODY, who_may

if TYPE_CHECKING:
    from maillage.accounts.models import Person
    from tenants.registry.way_in import WayIn


def is_for_anybody(rest: str, method: str | None) -> bool:
    """Whether this is the path, inside an EPN, of a page that the role table opens to anybody."""
    try:
        match = resolve(rest, urlconf_of(Kind.EPN))
    except Resolver404:
        return False
    return who_may(Kind.EPN, match.view_name, method or "GET") == ANYBODY


def locate(
    path: str, *, person: Person | None, way: WayIn | None = None, method: str | None = "POST"
) -> tuple[Located, Membership | None]:
    """The space that a path leads to, and the person's membership there: none on a page that is open to anybody.

    `way` is a token's: it holds what its call was found to open, and nobody else's rights are asked for.
    """
    nowhere = Located(space=None, prefix="", rest=path)
    names = names_in(path)
    if not names:
        return nowhere, None
    if way is not None:
        found, memberships = way.domains, way.memberships
    else:
        found = {
            domain.domain: domain
            for domain in Domain.objects.filter(domain__in=names, tenant__archived_at__isnull=True).select_related(
                "tenant"
            )
        }
        memberships = _memberships(person, [domain.tenant_id for domain in found.values()])
    for name in reversed(names):
        domain = found.get(name)
        if domain is None:
            continue
        membership = memberships.get(domain.tenant_id)
        rest = path[len(name) + 1 :]
        if domain.tenant.kind == Kind.EPN and membership is None and not is_for_anybody(rest, method):
            continue
        primary = None if domain.is_primary else domain.tenant.domains.get(is_primary=True).domain
        if primary is None:
            domain.tenant.__dict__["_path"] = domain.domain
        return Located(space=domain.tenant, prefix=f"/{name}/", rest=rest, primary=primary), membership
    return nowhere, None


def _memberships(person: Person | None, spaces: list[int]) -> dict[int, Membership]:
    if person is None or not spaces:
        return {}
    running = Q(until__isnull=True) | Q(until__gt=timezone.now())
    return {
        one.space_id: one
        for one in Membership.objects.filter(running, person=person, space__in=spaces)
        if one.space_id is not None
    }
