"""Reading the register: spaces, addresses, memberships."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from django.db.models import Q, QuerySet
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.reference.sorting import Alphabetical
from tenants.registry.models import FOLLOWUP_MONTHS, Affiliation, ApiToken, Domain, Epn, Federation, Membership, Space


def running(now: dt.datetime | None = None) -> Q:
    """Memberships that haven't ended."""
    return Q(until__isnull=True) | Q(until__gt=now or timezone.now())


def federations() -> list[Federation]:
    """Open networks by name, each with its address already known."""
    found = list(
        Federation.objects.filter(space__archived_at__isnull=True)
        .select_related("space")
        .order_by(Alphabetical("space__name"))
    )
    _learn_addresses([one.space for one in found])
    return found


def memberships_of(person: Person) -> list[Membership]:
    """The spaces that a person may enter, networks first, then by name."""
    found = (
        Membership.objects.filter(running(), person=person, space__archived_at__isnull=True)
        .select_related("space")
        .order_by("-space__kind", Alphabetical("space__name"))
    )
    memberships = list(found)
    _learn_addresses([one.space for one in memberships if one.space is not None])
    return memberships


def network_names(epn: Iterable[int | None]) -> dict[int, str]:
    """The name of the network that each of these EPN belongs to now."""
    running_now = Affiliation.objects.filter(epn__in=[one for one in epn if one], until__isnull=True)
    return dict(running_now.values_list("epn", "federation__space__name"))


def networks_of(epn: Epn | int) -> list[Space]:
    """The spaces of the networks that an EPN belongs to now, by name. To be called outside spaces."""
    found = Space.objects.filter(federation__affiliations__epn=epn, federation__affiliations__until__isnull=True)
    return list(found.order_by(Alphabetical("name")))


def people_of(space_id: int) -> list[Person]:
    """Who may enter a space now, by name."""
    found = Membership.objects.filter(running(), space=space_id, person__is_active=True).select_related("person")
    return [one.person for one in found.order_by(Alphabetical("person__name"), "person")]


def with_role(space_id: int, role: str, accounts: Iterable[int]) -> set[int]:
    """Who of these accounts has a role in a space now."""
    found = Membership.objects.filter(running(), space=space_id, role=role, person__in=set(accounts))
    return set(found.values_list("person_id", flat=True))


def followup_months(epn_id: int) -> int:
    """How long an EPN's network keeps a follow-up after its last activity. An EPN of no network: the usual time."""
    networks = Federation.objects.filter(affiliations__epn=epn_id, affiliations__until__isnull=True)
    found: int | None = networks.values_list("followup_months", flat=True).first()
    return FOLLOWUP_MONTHS if found is None else found


def epn_ever_in(federation_id: int) -> QuerySet[Epn]:
    """The EPN that are or were members of a federation: its figures keep those that left."""
    return Epn.objects.filter(affiliations__federation=federation_id).distinct()


def space_at(path: str) -> Space:
    """The space at `caban` or `caban/rue-de-la-poste`, by a present or former address. Raises Space.DoesNotExist."""
    if "\0" in path:
        raise Space.DoesNotExist
    return Space.objects.get(domains__domain=path.strip("/"))


def digest_of(secret: str) -> str:
    """What is kept of a token's secret. It is random and long: a slow hash would protect nothing more."""
    return hashlib.sha256(secret.encode()).hexdigest()


def tokens_of(person: Person) -> QuerySet[ApiToken]:
    """A person's tokens that still open something, the latest first."""
    found = ApiToken.objects.filter(person=person, revoked_at__isnull=True, expires_at__gt=timezone.now())
    return found.select_related("space").order_by("-created_at", "-pk")


def membership_in(person: Person, path: str) -> Membership | None:
    """A person's running membership of the open space at an address; None where there is either none."""
    if "\0" in path:
        return None
    return (
        Membership.objects.filter(running(), person=person, space__archived_at__isnull=True)
        .filter(space__domains__domain=path.strip("/"))
        .select_related("space")
        .first()
    )


def _learn_addresses(spaces: list[Space]) -> None:
    """One query for the addresses of many spaces, where `path_of` would make one for each."""
    primary = Domain.objects.filter(is_primary=True, tenant__in=[space.pk for space in spaces])
    paths = dict(primary.values_list("tenant_id", "domain"))
    for space in spaces:
        space.__dict__["_path"] = paths[space.pk]
