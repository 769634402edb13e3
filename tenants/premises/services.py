"""Writing the sites of an EPN. Every write is journalled, and the EPN's card follows."""

from __future__ import annotations

import uuid
from typing import Any, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from maillage.design.two_versions import locked_as_seen
from tenants.premises.models import Site
from tenants.premises.rules import SiteFacts, problem, site_problems, tidied
from tenants.premises.selectors import every_site, proposed_commune, sites
from tenants.registry.hooks import card_changed, epn_written
from tenants.registry.keys import made_with

FIELDS = tuple(SiteFacts.__annotations__)


def add_site(*, key: uuid.UUID | None = None, **facts: Unpack[SiteFacts]) -> Site:
    """Open a site. Without `commune`, the only one that has the postcode is taken; "" means: not known.

    The same `key` with the same facts is one site: it is given back. Raises ValidationError by field, and with code
    `key_reused` when `key` stands for something else.
    """
    site = Site(key=key, **tidied(facts))
    if "commune" not in facts:
        site.commune = proposed_commune(site.postcode, site.country, site.town)
    before = _made_before(site)
    if before is not None:
        return before
    _check(site)
    try:
        with transaction.atomic():
            site.save(force_insert=True)
            record(verb="site.added", target=site.pk)
            card_changed()
    except IntegrityError:
        # Sent twice at the same moment: the other one was first.
        before = _made_before(site)
        if before is None:
            raise
        return before
    return site


def edit_site(*, site: Site, seen: str = "", **changes: Unpack[SiteFacts]) -> Site:
    """Change what is said of a site. Raises ValidationError by field; the site is then left as it was.

    A site that moves to another town loses its coordinates unless new ones are given: they would be wrong.
    Raises ChangedMeanwhile when `seen` (two_versions.version_of) isn't the version that stands.
    """
    with transaction.atomic():
        return _edit(locked_as_seen(every_site(), site.pk, seen) if seen else site, changes)


def _edit(site: Site, changes: SiteFacts) -> Site:
    edited = Site(**{field.attname: getattr(site, field.attname) for field in Site._meta.concrete_fields})
    edited._state.adding, edited._state.db = False, site._state.db
    for name, value in tidied(changes).items():
        setattr(edited, name, value)
    if _town(edited) != _town(site) and "latitude" not in changes and "longitude" not in changes:
        edited.latitude = edited.longitude = None
    _check(edited, kept=site)
    # Only what changed: a mention of the commune's columns alone would have every month counted again.
    changed = [name for name in FIELDS if getattr(edited, name) != getattr(site, name)]
    if not changed:
        return site
    edited.save(force_update=True, update_fields=changed)
    record(verb="site.changed", target=edited.pk)
    card_changed()
    if edited.commune_key != site.commune_key:
        epn_written()
    return edited


@transaction.atomic
def confirm_sites() -> int:
    """Say that what is written of the open sites is right today. Returns how many said so anew. Twice is once."""
    today = timezone.localdate()
    waiting = list(sites().select_for_update().exclude(verified_on=today).values_list("pk", flat=True))
    for pk in waiting:
        Site.objects.filter(pk=pk).update(verified_on=today)
        record(verb="site.verified", target=pk)
    if waiting:
        card_changed()
    return len(waiting)


def find_communes() -> int:
    """Give each site without a code the one that the list of communes has for it by now. Returns how many got one.

    Closed sites too: past visits are counted where they were. To be called in an EPN.
    """
    found = 0
    with transaction.atomic():
        for site in Site.objects.select_for_update().filter(commune="").order_by("pk"):
            code = proposed_commune(site.postcode, site.country, site.town)
            if code:
                Site.objects.filter(pk=site.pk).update(commune=code)
                record(verb="site.changed", target=site.pk)
                found += 1
        if found:
            card_changed()
            epn_written()
    return found


def retire_site(*, site: Site) -> None:
    """Close a site: no new visit there; those that are noted stay. Twice is once.

    Raises ValidationError when it is the last open one: an EPN without a door couldn't note a visit.
    """
    with transaction.atomic():
        # The rows are locked, so that two people can't each close one of the last two.
        open_ids = list(
            Site.objects.select_for_update().filter(retired_at__isnull=True).order_by("pk").values_list("pk", flat=True)
        )
        if site.pk not in open_ids:
            return
        if len(open_ids) == 1:
            raise problem(_("This is the last open site. Add another one first, then close this one."), "last_site")
        site.retired_at = timezone.now()
        Site.objects.filter(pk=site.pk).update(retired_at=site.retired_at)
        record(verb="site.retired", target=site.pk)
        card_changed()


def restore_site(*, site: Site) -> None:
    """Open a closed site again. Twice is once."""
    with transaction.atomic():
        if Site.objects.filter(pk=site.pk, retired_at__isnull=False).update(retired_at=None):
            record(verb="site.restored", target=site.pk)
            card_changed()
    site.retired_at = None


def _made_before(site: Site) -> Site | None:
    facts = {name: getattr(site, name) for name in FIELDS}
    found: Site | None = made_with(site.key, Site.objects.all(), {**facts, "retired_at": None})
    return found


def _town(site: Site) -> tuple[str, str, str]:
    return site.postcode, site.town.casefold(), site.country


def _check(site: Site, kept: Site | None = None) -> None:
    found: dict[str, Any] = site_problems(site, kept)
    if found:
        raise ValidationError(found)
