"""Reading who is in a space, and who is asked to come in. To be asked outside the space: its role can't read this."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from maillage.reference.sorting import Alphabetical
from tenants.registry.enums import COORDINATOR_OF, Kind, Role
from tenants.registry.models import Invitation, Membership, Space
from tenants.registry.selectors import digest_of, running


class State(models.TextChoices):
    """What has become of an invitation."""

    OPEN = "open", _("open")
    EXPIRED = "expired", _("too old")
    ACCEPTED = "accepted", _("accepted")
    REVOKED = "revoked", _("withdrawn")
    CLOSED = "closed", _("the space is closed")


def members(space_id: int) -> QuerySet[Membership]:
    """The running memberships of a space, with their people."""
    return Membership.objects.filter(running(), space=space_id).select_related("person", "space")


def members_by_name(space_id: int) -> list[Membership]:
    return list(members(space_id).order_by(Alphabetical("person__name"), "pk"))


def coordinators(space_ids: Iterable[int]) -> QuerySet[Membership]:
    """Those who can let others into these spaces, as far as one can say: without an end, with an open account."""
    return Membership.objects.filter(
        space__in=list(space_ids), role__in=COORDINATOR_OF.values(), until__isnull=True, person__is_active=True
    )


def without_coordinator(space_ids: Iterable[int]) -> set[int]:
    wanted = set(space_ids)
    return wanted - set(coordinators(wanted).values_list("space_id", flat=True))


def is_last_coordinator(membership: Membership) -> bool:
    assert membership.space is not None
    if membership.role != COORDINATOR_OF[Kind(membership.space.kind)]:
        return False
    return not coordinators([membership.space.pk]).exclude(pk=membership.pk).exists()


def invitations(space_id: int) -> QuerySet[Invitation]:
    """Those that wait for an answer, the expired ones too: they can be sent again."""
    waiting = Invitation.objects.filter(space=space_id, accepted_at__isnull=True, revoked_at__isnull=True)
    return waiting.select_related("invited_by", "space")


def coordinators_asked(space_id: int) -> list[Invitation]:
    """Who is asked to coordinate a space, the latest first."""
    roles = list(COORDINATOR_OF.values())
    return list(invitations(space_id).filter(role__in=roles).order_by("-created_at", "-pk"))


def invitation_behind(secret: str) -> Invitation | None:
    """The invitation that a link leads to, whatever has become of it."""
    return (
        Invitation.objects.filter(digest=digest_of(secret))
        .select_related("space", "invited_by", "invited_from")
        .first()
    )


def state_of(invitation: Invitation) -> State:
    if invitation.accepted_at is not None:
        return State.ACCEPTED
    if invitation.revoked_at is not None:
        return State.REVOKED
    if invitation.has_expired:
        return State.EXPIRED
    return State.CLOSED if invitation.space.archived_at is not None else State.OPEN


def sent_by(membership: Membership) -> int:
    """How many invitations would end with this membership."""
    return Invitation.objects.filter(
        invited_by=membership.person_id,
        invited_from=membership.space_id,
        accepted_at__isnull=True,
        revoked_at__isnull=True,
    ).count()


def roles_of(space: Space) -> list[tuple[str, str]]:
    """The roles of this kind of space, the one that lets others in last: nobody gets it by not looking."""
    kind = Kind(space.kind)
    order = {
        Kind.FEDERATION: (Role.NETWORK_OBSERVER, Role.FUNDER_REVIEWER),
        Kind.EPN: (Role.ANIMATOR, Role.VOLUNTEER),
    }[kind]
    return [(role.value, str(role.label)) for role in (*order, COORDINATOR_OF[kind])]
