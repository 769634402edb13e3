"""From a path to a space, among those that a person may know of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import Resolver404, resolve

from tenants.registry.addresses import Located, names_in
from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind
from tenants.registry.models import Membership
from tenants.registry.roles import ANYBODY, who_may
from tenants.registry.way_in import Way, way_of

if TYPE_CHECKING:
    from maillage.accounts.models import Person


def is_for_anybody(rest: str, method: str | None) -> bool:
    """Whether this is the path, inside an EPN, of a page that the role table opens to anybody."""
    try:
        match = resolve(rest, urlconf_of(Kind.EPN))
    except Resolver404:
        return False
    return who_may(Kind.EPN, match.view_name, method or "GET") == ANYBODY


def locate(
    path: str, *, person: Person | None, way: Way | None = None, method: str | None = "POST"
) -> tuple[Located, Membership | None]:
    """The space that a path leads to, and the person's membership there: none on a page that is open to anybody.

    `way` is a token's: it holds what its call was found to open, and nobody else's rights are asked for.
    """
    nowhere = Located(space=None, prefix="", rest=path)
    names = names_in(path)
    if not names:
        return nowhere, None
    if way is None:
        way = way_of(person, names)
    found, memberships = way.domains, way.memberships
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
