"""Who has a PIN and may use it, on which shared PCs, and how many tries are left."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from maillage.accounts.models import UNUSABLE, Person
from maillage.reference.sorting import Alphabetical
from tenants.registry.models import Membership, Space
from tenants.registry.selectors import digest_of, running
from tenants.registry.signing_in.models import Pin, PinTries, SharedPc
from tenants.registry.signing_in.selectors import factors_of, has_factor, is_required_of, roles_that_require

MOST_WRONG = 5  # of one person on one PC, until they sign in there in full
MOST_WRONG_IN_ALL = 20  # of one person on all PCs, until they choose another PIN


def may_have_pin(person: Person) -> bool:
    """A PIN stands in for a password, never for a second factor: who has one, or must have one, has no PIN."""
    return person.has_usable_password() and not has_factor(person) and not is_required_of(person)


def has_pin(person: Person) -> bool:
    return Pin.objects.filter(person=person).exists()


def people_with_pin(space: Space) -> list[Person]:
    """Who works in this EPN and can open a session by PIN, by name."""
    found = (
        Membership.objects.filter(running(), Exists(Pin.objects.filter(person=OuterRef("person"))), space=space)
        .filter(~Exists(factors_of(OuterRef("person"))), ~Exists(roles_that_require(OuterRef("person"))))
        .filter(person__is_active=True, person__credential__isnull=False)
        .exclude(person__credential__hash__startswith=UNUSABLE)
        .select_related("person__credential")
    )
    return [one.person for one in found.order_by(Alphabetical("person__name"), "person")]


def short_names(people: list[Person]) -> dict[int, str]:
    """First names; the whole name where two share one, since a shared screen shows no more than is needed."""
    first = {one.pk: (one.name.split() or [one.name])[0] for one in people}
    taken = list(first.values())
    return {one.pk: first[one.pk] if taken.count(first[one.pk]) == 1 else one.name for one in people}


def tries_left(*, pc: SharedPc, person: Person) -> int:
    here = PinTries.objects.filter(pc=pc, person=person).values_list("wrong", flat=True).first() or 0
    in_all = PinTries.objects.filter(person=person).aggregate(wrong=Sum("wrong"))["wrong"] or 0
    return max(min(MOST_WRONG - here, MOST_WRONG_IN_ALL - in_all), 0)


def shared_pc_with(secret: str) -> SharedPc | None:
    """The PC whose browser has this secret, while it lasts and its EPN is open."""
    return SharedPc.objects.filter(_usable(), digest=digest_of(secret)).select_related("space").first()


def is_usable(pc_id: int) -> bool:
    return SharedPc.objects.filter(_usable(), pk=pc_id).exists()


def shared_pcs_of(space: Space) -> QuerySet[SharedPc]:
    """Those that still work, the last used first."""
    found = SharedPc.objects.filter(_usable(), space=space).select_related("shared_by")
    return found.order_by("-used_at", "-pk")


def _usable() -> Q:
    return Q(revoked_at__isnull=True, expires_at__gt=timezone.now(), space__archived_at__isnull=True)
