"""Writing the register: names, addresses, archives and memberships. Making a space is provisioning's."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.audit.services import record
from tenants.registry.addresses import check_slug
from tenants.registry.enums import ROLES_OF_KIND, Kind
from tenants.registry.models import FOLLOWUP_BOUNDS, ApiToken, Domain, Epn, Federation, Invitation, Membership, Space
from tenants.registry.selectors import digest_of, running
from tenants.registry.signing_in.selectors import has_factor, is_required

TOKEN_LIVES = dt.timedelta(days=30)
TOKEN_BYTES = 32
USE_IS_NOTED_AFTER = dt.timedelta(hours=1)


@transaction.atomic
def keep_followups(*, federation: Federation, months: int) -> None:
    """How long a follow-up stays after its last activity, in every EPN of the network, from the next night on."""
    lowest, highest = FOLLOWUP_BOUNDS
    if not lowest <= months <= highest:
        text = _("Enter from %(lowest)s to %(highest)s months.")
        raise ValidationError({"months": [ValidationError(text, code="out_of_range",
                                                          params={"lowest": lowest, "highest": highest})]})  # fmt: skip
    Federation.objects.filter(pk=federation.pk).update(followup_months=months)
    record(verb="followups.kept_for", target=federation.pk, space_id=federation.pk)


@transaction.atomic
def rename_epn(*, epn: Epn, federation: Federation, name: str, slug: str) -> Epn:
    """Give an EPN a new name, address or both. The former address goes on leading to it.

    Raises ValidationError on a slug that is malformed, reserved or taken by another space.
    """
    epn = Epn.objects.select_for_update().get(pk=epn.pk)
    space = Space.objects.get(pk=epn.pk)
    if slug != epn.slug:
        check_slug(slug, federation=federation, own=space)
        path = f"{federation.slug}/{slug}"
        space.domains.update(is_primary=False)
        Domain.objects.update_or_create(domain=path, defaults={"tenant": space, "is_primary": True})
        epn.slug = slug
        epn.save(update_fields=["slug"])
    if name != space.name:
        Space.objects.filter(pk=space.pk).update(name=name)
    record(verb="epn.renamed", target=epn.pk, space_id=federation.pk)
    return epn


@transaction.atomic
def archive_epn(*, epn: Epn, federation: Federation) -> None:
    """Close an EPN: nobody enters it any more; its data, its figures and its address stay."""
    Space.objects.filter(pk=epn.pk, archived_at__isnull=True).update(archived_at=timezone.now())
    record(verb="epn.archived", target=epn.pk, space_id=federation.pk)


@transaction.atomic
def restore_epn(*, epn: Epn, federation: Federation) -> None:
    Space.objects.filter(pk=epn.pk).update(archived_at=None)
    record(verb="epn.restored", target=epn.pk, space_id=federation.pk)


@transaction.atomic
def grant_membership(*, person: Person, space: Space, role: str, funder: str = "") -> Membership:
    """Let a person into a space, in one role; a running membership there takes the new role.

    Raises ValidationError when the role doesn't exist in a space of that kind.
    """
    if role not in ROLES_OF_KIND[Kind(space.kind)]:
        raise ValidationError(_("The role “%(role)s” doesn't exist here."), params={"role": role})
    membership, _created = Membership.objects.update_or_create(
        person=person, space=space, until=None, defaults={"role": role, "funder": funder, "updated_at": timezone.now()}
    )
    record(verb="membership.granted", target=membership.pk, space_id=space.pk)
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, verb: str = "membership.ended") -> None:
    """Access ends at once: the next request finds no role, tokens and invitations in this person's name hold no more.

    What the person recorded stays with the space. Twice is once.
    """
    now = timezone.now()
    if not Membership.objects.filter(running(now), pk=membership.pk).update(until=now, updated_at=now):
        return
    record(verb=verb, target=membership.pk, space_id=membership.space_id)
    for token in ApiToken.objects.filter(
        person=membership.person_id, space=membership.space_id, revoked_at__isnull=True
    ).order_by("pk"):
        revoke_token(token=token)
    withdraw_invitations(sent_by=membership.person_id, sent_from=membership.space_id)


@transaction.atomic
def withdraw_invitations(*, sent_by: int, sent_from: int | None) -> None:
    """Nobody comes in on the word of somebody who may not invite any more."""
    now = timezone.now()
    waiting = Invitation.objects.filter(
        invited_by=sent_by, invited_from=sent_from, accepted_at__isnull=True, revoked_at__isnull=True
    ).order_by("pk")
    for one in waiting.select_for_update():
        Invitation.objects.filter(pk=one.pk).update(revoked_at=now, updated_at=now)
        record(verb="invitation.revoked", target=one.pk, space_id=one.space_id)


@transaction.atomic
def make_token(
    *, person: Person, space: Space, name: str = "", lives: dt.timedelta = TOKEN_LIVES
) -> tuple[ApiToken, str]:
    """A token for one space, and its secret: whoever asks sees it this once, the register keeps a digest.

    Raises ValidationError when the person has no running role in that space, or has no second factor where one is
    required.
    """
    membership = Membership.objects.filter(running(), person=person, space=space).first()
    if membership is None:
        raise ValidationError(_("A token needs a role in that space."), code="no_role")
    if is_required(membership, space) and not has_factor(person):
        raise ValidationError(
            _("This network asks for a second factor. Set one up on a page of the site, then try again."),
            code="second_factor",
        )
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    token = ApiToken.objects.create(
        person=person, space=space, name=name, digest=digest_of(secret), created_at=now, expires_at=now + lives
    )
    record(verb="token.made", target=token.pk, space_id=space.pk)
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken) -> None:
    """It opens nothing any more, from now on. Twice is once."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        record(verb="token.revoked", target=token.pk, space_id=token.space_id)


def note_use(*, token: ApiToken) -> None:
    """When a token was last used, to the hour: a row that every call writes would be a hot one."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= USE_IS_NOTED_AFTER:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
