"""Inviting, joining, changing a role, leaving. Whatever changes the team of a space waits for its turn.

Called outside the space, whose own role can neither read nor write memberships.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.accounts.services import create_person
from maillage.audit.services import acting, record, visitor
from tenants.registry.enums import COORDINATOR_OF, ROLES_OF_KIND, Kind, Role
from tenants.registry.models import Invitation, Membership, Space
from tenants.registry.selectors import digest_of, running
from tenants.registry.services import end_membership, grant_membership, withdraw_invitations
from tenants.registry.team.letters import write
from tenants.registry.team.selectors import State, is_last_coordinator, state_of

LIVES = dt.timedelta(days=14)
SECRET_BYTES = 32
MOST_OPEN = 200  # a coordinator's account in the wrong hands must not become a machine for unasked mail


class NotOpenError(Exception):
    """The invitation can't be accepted (any more); `state` says why."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


def _in_turn(space_id: int) -> Space:
    """Until COMMIT, nobody else changes who is in this space: two last coordinators would both see another one."""
    return Space.objects.select_for_update(no_key=True).get(pk=space_id)


@contextmanager
def in_turn(space_id: int) -> Iterator[Space]:
    """For a look and a write that belong together."""
    with transaction.atomic():
        yield _in_turn(space_id)


@transaction.atomic
def invite(
    *,
    space: Space,
    email: str,
    role: str,
    language: str,
    by: Person,
    name: str = "",
    funder: str = "",
    through: Space | None = None,
    key: uuid.UUID | None = None,
) -> tuple[Invitation, str | None]:
    """Ask somebody in, and the secret of the link that is to be sent to them: it is kept nowhere.

    `through` is the network, when it is the network that asks. The same `key` with the same facts gives the same
    invitation and no secret: its letter was sent the first time. Raises ValidationError, by field.
    """
    space = _in_turn(space.pk)
    email = email.strip().lower()
    validate_email(email)
    facts = {"email": email, "role": role, "language": language, "name": name.strip(), "funder": funder.strip()}
    known = Invitation.objects.filter(space=space, key=key).select_related("space").first() if key else None
    if known is not None:
        if any(getattr(known, field) != value for field, value in facts.items()):
            raise ValidationError(_("This key was used for somebody else."), code="key_reused")
        return known, None
    if space.archived_at is not None:
        raise ValidationError(_("This space is closed: nobody can enter it."), code="closed")
    _check_role(space, role, facts["funder"])
    if Membership.objects.filter(running(), space=space, person__email=email).exists():
        raise ValidationError({"email": _("This person is in the team already.")})
    now = timezone.now()
    waiting = Invitation.objects.filter(space=space, accepted_at__isnull=True, revoked_at__isnull=True)
    for one in waiting.filter(email=email):
        if one.expires_at > now:
            raise ValidationError({"email": _("This person is invited already. You can send the invitation again.")})
        revoke(invitation=one)
    if waiting.count() >= MOST_OPEN:
        raise ValidationError(_("Too many invitations wait for an answer. Withdraw some first."), code="too_many")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invitation = Invitation.objects.create(
        **facts,
        space=space,
        key=key,
        digest=digest_of(secret),
        invited_by=by,
        invited_from=through or space,
        created_at=now,
        updated_at=now,
        expires_at=now + LIVES,
    )
    record(verb="invitation.made", target=invitation.pk, space_id=space.pk)
    return invitation, secret


def _check_role(space: Space, role: str, funder: str) -> None:
    if role not in ROLES_OF_KIND[Kind(space.kind)]:
        raise ValidationError({"role": _("This role doesn't exist here.")})
    if role == Role.FUNDER_REVIEWER and not funder:
        raise ValidationError({"funder": _("Say for which funder this person reviews.")})
    if role != Role.FUNDER_REVIEWER and funder:
        raise ValidationError({"funder": _("Only a funder's reviewer has a funder.")})


@transaction.atomic
def renew(*, invitation: Invitation, by: Person, through: Space | None = None) -> tuple[Invitation, str]:
    """A new link, fourteen days from now, on `by`'s word; the former link is dead.

    Raises NotOpenError when it is answered or withdrawn.
    """
    _in_turn(invitation.space_id)
    found = Invitation.objects.select_for_update(of=("self",)).select_related("space").get(pk=invitation.pk)
    if (state := state_of(found)) not in (State.OPEN, State.EXPIRED):
        raise NotOpenError(state)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    found.digest, found.invited_by, found.invited_from = digest_of(secret), by, through or found.space
    found.updated_at = timezone.now()
    found.expires_at = found.updated_at + LIVES
    found.sent_at, found.problem = None, ""
    found.save(update_fields=["digest", "invited_by", "invited_from", "updated_at", "expires_at", "sent_at", "problem"])
    record(verb="invitation.renewed", target=found.pk, space_id=found.space_id)
    return found, secret


def send(*, invitation: Invitation, secret: str, origin: str) -> bool:
    """Send the letter, now, and note what became of it. Not in a transaction: a mail server takes its time.

    `origin` is `https://…` of this installation. When it fails the invitation stays, and can be sent again.
    """
    problem = write(invitation, secret, origin)
    invitation.problem = problem
    invitation.sent_at = None if problem else timezone.now()
    invitation.save(update_fields=["problem", "sent_at"])
    return not problem


@transaction.atomic
def revoke(*, invitation: Invitation) -> None:
    """Its link opens nothing any more. Twice is once."""
    now = timezone.now()
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True, revoked_at__isnull=True)
    if waiting.update(revoked_at=now, updated_at=now):
        record(verb="invitation.revoked", target=invitation.pk, space_id=invitation.space_id)


@transaction.atomic
def accept(*, invitation: Invitation, person: Person) -> Membership:
    """The person takes the role. Whoever has a role there already keeps it. Raises NotOpenError or ValidationError."""
    if person.email != invitation.email:
        raise ValidationError(_("This invitation is for another address."), code="somebody_else")
    _in_turn(invitation.space_id)
    found = Invitation.objects.select_for_update(of=("self",)).select_related("space").get(pk=invitation.pk)
    if (state := state_of(found)) != State.OPEN:
        raise NotOpenError(state)
    membership = Membership.objects.filter(running(), person=person, space=found.space).first()
    if membership is None:
        membership = grant_membership(person=person, space=found.space, role=found.role, funder=found.funder)
    found.accepted_at = found.updated_at = timezone.now()
    found.save(update_fields=["accepted_at", "updated_at"])
    record(verb="invitation.accepted", target=found.pk, space_id=found.space_id)
    return membership


@transaction.atomic
def join(*, invitation: Invitation, name: str, password: str, language: str) -> Person:
    """An account for somebody new, who proved the address by the link, and the role with it.

    Raises NotOpenError, or ValidationError when the address has got an account meanwhile.
    """
    _in_turn(invitation.space_id)
    if Person.objects.filter(email=invitation.email).exists():
        raise ValidationError(_("This address has an account."), code="has_account")
    person = create_person(email=invitation.email, name=name, language=language, password=password)
    with acting(actor_id=person.pk, space_id=invitation.space_id, door=visitor().door):
        record(verb="person.made", target=person.pk)
        accept(invitation=invitation, person=person)
    return person


@transaction.atomic
def change_role(*, membership: Membership, role: str, funder: str = "") -> Membership:
    """Raises ValidationError on a role that doesn't exist here, and for the last coordinator."""
    found = _member_in_turn(membership)
    assert found.space is not None
    _check_role(found.space, role, funder)
    if (found.role, found.funder) == (role, funder):
        return found
    coordinator = COORDINATOR_OF[Kind(found.space.kind)]
    if role != coordinator:
        _keep_a_coordinator(found)
        withdraw_invitations(sent_by=found.person_id, sent_from=found.space_id)
    found.role, found.funder, found.updated_at = role, funder, timezone.now()
    found.save(update_fields=["role", "funder", "updated_at"])
    record(verb="membership.role_changed", target=found.pk, space_id=found.space_id)
    return found


@transaction.atomic
def end_access(*, membership: Membership) -> None:
    """Take somebody's access away, at once and everywhere. Raises ValidationError for the last coordinator."""
    found = _member_in_turn(membership)
    _keep_a_coordinator(found)
    end_membership(membership=found)


@transaction.atomic
def leave_space(*, membership: Membership) -> None:
    """One's own access ends. Raises ValidationError for the last coordinator."""
    found = _member_in_turn(membership)
    _keep_a_coordinator(found)
    end_membership(membership=found, verb="membership.left")


def _member_in_turn(membership: Membership) -> Membership:
    """The membership as it is when it is our turn. Raises Membership.DoesNotExist when it has ended meanwhile."""
    assert membership.space_id is not None
    _in_turn(membership.space_id)
    waiting = Membership.objects.filter(running(), pk=membership.pk).select_related("space")
    return waiting.select_for_update(of=("self",)).get()


def _keep_a_coordinator(membership: Membership) -> None:
    if is_last_coordinator(membership):
        raise ValidationError(
            _("A space needs somebody who lets the others in. Make another person coordinator first."),
            code="last_coordinator",
        )
