"""Who must have a second factor, who has one, whether this session has shown it; and which forms wait for whom."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from cryptography.fernet import MultiFernet
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.registry.enums import Kind, Role
from tenants.registry.models import Federation, Membership, Space
from tenants.registry.selectors import digest_of, running
from tenants.registry.signing_in.models import KeptForm
from tenants.registry.signing_in.secrets_box import secrets_box

# Whoever sees the figures of a whole network, or the contracts and people of an EPN. At the counter, a telephone
# for each animator and volunteer can't be asked for.
CONCERNED = frozenset({Role.NETWORK_COORDINATOR, Role.NETWORK_OBSERVER, Role.FUNDER_REVIEWER, Role.EPN_COORDINATOR})
BY_PROVIDER = "second_factor_by_provider"


def factors_of(person: Person | OuterRef) -> QuerySet[Authenticator]:
    """Apps and passkeys. Recovery codes only stand in for one of these."""
    return Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.RECOVERY_CODES)


def has_factor(person: Person) -> bool:
    return factors_of(person).exists()


def shown_in(request: HttpRequest, person: Person) -> bool:
    """Whether a second factor was used (or set up) in this session, here or at a provider that we trust with it."""
    if request.session.get(BY_PROVIDER) == person.pk:
        return True
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, person))


def federation_requires(space: Space) -> Q:
    """The federation of a space, if it asks for a second factor. An EPN that left a network owes it nothing."""
    if space.kind == Kind.FEDERATION:
        return Q(pk=space.pk, second_factor_required=True)
    return Q(affiliations__epn=space.pk, affiliations__until__isnull=True, second_factor_required=True)


def is_required(membership: Membership | None, space: Space) -> bool:
    if membership is None or membership.role not in CONCERNED:
        return False
    known: bool | None = membership.__dict__.get("_asks_for_factor")  # read with it, on the way in (way_in.way_of)
    if known is not None and membership.space_id == space.pk:
        return known
    return Federation.objects.filter(federation_requires(space)).exists()


def roles_that_require(person: Person | OuterRef) -> QuerySet[Membership]:
    """The roles of a person (or of each person of another query) for which a network asks for a second factor."""
    mine = Membership.objects.filter(running(), person=person, role__in=CONCERNED, space__archived_at__isnull=True)
    direct = Q(space__federation__second_factor_required=True)
    through = Q(
        space__epn__affiliations__until__isnull=True,
        space__epn__affiliations__federation__second_factor_required=True,
    )
    return mine.filter(direct | through)


def is_required_of(person: Person) -> bool:
    """Whether any role of the person asks for a second factor."""
    return roles_that_require(person).exists()


@dataclass(frozen=True)
class Concerned:
    """How many people of one role, and how many of these would first have to set up a factor."""

    role: str
    people: int
    without: int


def concerned_by(federation: Federation) -> list[Concerned]:
    """Roles and numbers: a network never reads the names of the people of an EPN."""
    here = Q(space=federation.pk) | Q(
        space__epn__affiliations__federation=federation.pk, space__epn__affiliations__until__isnull=True
    )
    found = (
        Membership.objects.filter(running(), here, role__in=CONCERNED, person__is_active=True)
        .filter(space__archived_at__isnull=True)
        .annotate(has_factor=Exists(factors_of(OuterRef("person"))))
        .values_list("role", "person", "has_factor")
        .distinct()
    )
    rows = list(found)
    return [
        Concerned(
            role=str(Role(role).label),
            people=sum(1 for one, _person, _has in rows if one == role),
            without=sum(1 for one, _person, has in rows if one == role and not has),
        )
        for role in Role.values
        if any(one == role for one, _person, _has in rows)
    ]


def box_of_forms(secret: str) -> MultiFernet:
    """What is kept opens with our key and the browser's secret together, and with neither alone."""
    return secrets_box(f"kept forms:{secret}")


def forms_kept_for(person: Person, secret: str) -> QuerySet[KeptForm]:
    """What this person was sending in the browser that has the secret, the latest first."""
    found = KeptForm.objects.filter(person=person, digest=digest_of(secret), expires_at__gt=timezone.now())
    return found.order_by("-created_at", "-pk")


def has_kept(person: Person, secret: str) -> bool:
    return forms_kept_for(person, secret).exists()
