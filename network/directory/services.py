"""Managing the EPN of a federation: add, rename, archive, restore; each with its card, in one transaction.

Called inside the federation's space; the register is written outside of it, where its role may not.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from network.directory.cards import copy_card
from network.directory.merging.models import Merge
from tenants.premises.models import Site
from tenants.registry.addresses import check_slug, free_slug
from tenants.registry.crossing import outside
from tenants.registry.enums import Kind, Role
from tenants.registry.models import Domain, Epn, Federation, Invitation
from tenants.registry.provisioning.services import blueprint, provision_epn
from tenants.registry.services import archive_epn, rename_epn, restore_epn
from tenants.registry.team.selectors import without_coordinator
from tenants.registry.team.services import invite


@dataclass(frozen=True)
class FirstSite:
    """Where a new EPN receives people."""

    address: str
    postcode: str
    town: str
    commune: str
    country: str


@dataclass(frozen=True)
class FirstCoordinator:
    email: str
    name: str
    language: str


@dataclass(frozen=True)
class Added:
    """`invitation` is that of the first coordinator, if there is one, and `secret` that of its letter's link."""

    epn: Epn
    invitation: Invitation | None = None
    secret: str = ""


def add_epn(
    *,
    federation_id: int,
    name: str,
    slug: str,
    site: FirstSite,
    by: Person,
    coordinator: FirstCoordinator | None = None,
) -> Added:
    """Make an EPN with its first site, its card and, if given, its coordinator's invitation: all of it or nothing.

    The letter is still to be sent. An empty slug is made from the name. Raises ValidationError, by field, on a slug
    that can't be.
    """
    with outside():
        federation = Federation.objects.select_related("space").get(pk=federation_id)
        blueprint(Kind.EPN)
        wanted = slug or _proposed(federation, name)
        try:
            with transaction.atomic():
                return _add(federation, name, wanted, site, by, coordinator)
        except IntegrityError:
            # Somebody took the address in this very moment: then the check says so; else it is something else.
            _check(wanted, federation)
            raise


def _add(
    federation: Federation, name: str, slug: str, site: FirstSite, by: Person, coordinator: FirstCoordinator | None
) -> Added:
    _check(slug, federation)

    def seed(epn: Epn) -> None:
        Site.objects.create(
            name=name,
            address=site.address,
            postcode=site.postcode,
            town=site.town,
            commune=site.commune,
            country=site.country,
        )

    epn = provision_epn(federation=federation, name=name, slug=slug, seed=seed)
    copy_card(epn.pk)
    if coordinator is None:
        return Added(epn)
    invitation, secret = invite_coordinator(epn=epn, federation=federation, by=by, coordinator=coordinator)
    return Added(epn, invitation, secret)


def invite_coordinator(
    *, epn: Epn, federation: Federation, by: Person, coordinator: FirstCoordinator
) -> tuple[Invitation, str]:
    """The network lets the first coordinator into an EPN; that one lets in the others. To be called outside spaces.

    Raises ValidationError when the EPN has one already.
    """
    if not without_coordinator([epn.pk]):
        raise ValidationError(_("This EPN has a coordinator: that person invites the others."))
    invitation, secret = invite(
        space=epn.space,
        role=Role.EPN_COORDINATOR,
        by=by,
        through=federation.space,
        email=coordinator.email,
        name=coordinator.name,
        language=coordinator.language,
    )
    assert secret is not None
    return invitation, secret


def _check(slug: str, federation: Federation, epn: Epn | None = None) -> None:
    try:
        check_slug(slug, federation=federation, own=None if epn is None else epn.space)
    except ValidationError as error:
        raise ValidationError({"slug": error}) from error


def _proposed(federation: Federation, name: str) -> str:
    prefix = f"{federation.slug}/"
    paths = Domain.objects.filter(domain__startswith=prefix).values_list("domain", flat=True)
    return free_slug(name, taken={path.removeprefix(prefix) for path in paths})


def give_name(*, federation_id: int, epn: Epn, name: str, slug: str) -> Epn:
    """Rename an EPN; its former address goes on leading to it. Raises ValidationError, by field, on a bad slug."""
    with outside():
        federation = Federation.objects.select_related("space").get(pk=federation_id)
        try:
            with transaction.atomic():
                if slug != epn.slug:
                    _check(slug, federation, epn)
                renamed = rename_epn(epn=epn, federation=federation, name=name, slug=slug)
                copy_card(epn.pk)
                return renamed
        except IntegrityError:
            _check(slug, federation, epn)
            raise


def close(*, federation_id: int, epn: Epn) -> None:
    """Archive an EPN: nobody enters it any more, its data and its figures stay, its card isn't shown."""
    with outside(), transaction.atomic():
        archive_epn(epn=epn, federation=Federation.objects.get(pk=federation_id))
        copy_card(epn.pk)


def reopen(*, federation_id: int, epn: Epn) -> None:
    """Raises ValidationError for an EPN that was merged into another one: its addresses lead there."""
    if Merge.objects.filter(merged_id=epn.pk, undone_at__isnull=True).exists():
        raise ValidationError(_("This EPN was merged into another one: undo the merge instead."), code="merged")
    with outside(), transaction.atomic():
        restore_epn(epn=epn, federation=Federation.objects.get(pk=federation_id))
        copy_card(epn.pk)
