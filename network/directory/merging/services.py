"""Two EPN that are one place: one is kept, the other is archived and its addresses lead to the kept one. And back.

Nothing of what an EPN recorded is moved: visits, contracts and figures stay in the space in which they were written,
and the past counts where it was. What the kept one gets is doors (those that one chooses), addresses, the label
that the other had and its open application. Called inside the federation's space; one transaction writes all of it
or nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.audit.services import record
from network.cadastre.recognition.handing_over import HandedOver, give_back, hand_over
from network.directory.cards import copy_card
from network.directory.merging.models import Apart, Merge
from network.directory.selectors import epn_here
from tenants.premises.models import Closing, Site
from tenants.registry.addresses import free_slug
from tenants.registry.crossing import outside, within_transaction
from tenants.registry.models import Domain, Epn, Federation
from tenants.registry.services import archive_epn, restore_epn

LOCK_CLASS = 0x4D65  # advisory locks of this kind: the merges of one federation
LONGEST_REASON = 200  # of a label's note
NOT_COPIED = frozenset({"id", "key", "created_at", "retired_at"})


class Undone(NamedTuple):
    """Each is True when it is as it was before the merge."""

    merge: Merge
    doors: bool  # an EPN keeps its last open door
    label: bool  # the network has decided about it since
    application: bool


def merge(
    *,
    federation_id: int,
    kept_id: int,
    merged_id: int,
    doors: Collection[int] = (),
    by_id: int | None = None,
    by_name: str = "",
) -> Merge:
    """`doors` are sites of the merged EPN that the kept one gets too. Raises ValidationError, by field."""
    with outside():
        federation = Federation.objects.select_related("space").get(pk=federation_id)
        with transaction.atomic():
            _one_at_a_time(federation_id)
            kept, merged = _open(federation, kept_id), _open(federation, merged_id)
            if kept.pk == merged.pk:
                raise ValidationError({"kept": _("Choose two different EPN.")})
            done = Merge(
                kept_id=kept.pk,
                merged_id=merged.pk,
                kept_name=kept.space.name,
                merged_name=merged.space.name,
                slug=merged.slug,
                doors=_copy_doors(merged, kept, doors),
            )
            archive_epn(epn=merged, federation=federation)
            done.paths = _hand_over_addresses(merged, kept, federation)
            _copy_cards(kept.pk, merged.pk)
            with within_transaction(federation.space.place):
                reason = gettext("Handed over by %(epn)s: the two are one place.") % {"epn": merged.space.name}
                handed = hand_over(
                    going_id=merged.pk, kept_id=kept.pk, reason=reason[:LONGEST_REASON], by_id=by_id, by_name=by_name
                )
                done.label_decision, done.label_id = handed.decision, handed.label_id
                done.application_id = handed.application_id
                done.save(force_insert=True)
            record(verb="epn.merged", target=merged.pk, space_id=federation.pk)
    return done


def undo(*, federation_id: int, merge_id: int, by_name: str = "") -> Undone:
    """Open the merged EPN again, at its former address; the doors that the kept one got are closed there again.

    Label and application go back too, unless something was decided about them since. Raises ValidationError
    when a later merge must be undone first, or one of the two has left the network.
    """
    with outside():
        federation = Federation.objects.select_related("space").get(pk=federation_id)
        with transaction.atomic():
            _one_at_a_time(federation_id)
            with within_transaction(federation.space.place):
                done: Merge | None = Merge.objects.filter(pk=merge_id, undone_at__isnull=True).first()
                later = done and Merge.objects.filter(merged_id=done.kept_id, undone_at__isnull=True).first()
            if done is None:
                raise ValidationError(_("This was undone already."), code="undone")
            if later:
                text = _("%(epn)s was merged into another one since: undo that first.")
                raise ValidationError(text % {"epn": done.kept_name}, code="merged_since")
            merged, kept = epn_here(federation_id, done.merged_id), epn_here(federation_id, done.kept_id)
            if merged is None or kept is None:
                raise ValidationError(_("One of the two has left the network since."), code="left")
            restore_epn(epn=merged, federation=federation)
            _take_back_addresses(done, merged, kept, federation)
            closed = _close_doors(kept, [door["to"] for door in done.doors])
            _copy_cards(kept.pk, merged.pk)
            done.undone_at = timezone.now()
            with within_transaction(federation.space.place):
                label, application = give_back(
                    going_id=merged.pk, kept_id=kept.pk, since=done.merged_at, by_name=by_name,
                    handed=HandedOver(done.label_decision, done.label_id, done.application_id),
                )  # fmt: skip
                Merge.objects.filter(pk=done.pk).update(undone_at=done.undone_at)
            record(verb="epn.merge_undone", target=merged.pk, space_id=federation.pk)
    return Undone(done, closed, label, application)


def tell_apart(*, federation_id: int, first_id: int, second_id: int) -> None:
    """These are two places: they aren't proposed again. Twice is once."""
    with transaction.atomic():
        first, second = sorted((first_id, second_id))
        _made, new = Apart.objects.get_or_create(first_id=first, second_id=second)
        if new:
            record(verb="epn.told_apart", target=first, space_id=federation_id)


def look_again(*, apart_id: int) -> None:
    Apart.objects.filter(pk=apart_id).delete()


def _one_at_a_time(federation_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, federation_id])


def _open(federation: Federation, epn_id: int) -> Epn:
    epn = epn_here(federation.pk, epn_id)
    if epn is None or epn.space.archived_at is not None:
        raise ValidationError({"kept": _("One of the two isn't open in this network any more.")})
    return epn


def _copy_cards(*epn_ids: int) -> None:
    """Each takes its EPN's lock: in one order, so that two merges can't wait for each other."""
    for epn_id in sorted(epn_ids):
        copy_card(epn_id)


def _copy_doors(merged: Epn, kept: Epn, wanted: Collection[int]) -> list[dict[str, int]]:
    """What is said of a site, and its closings from today on. Nothing that was done there comes along."""
    if not wanted:
        return []
    today = timezone.localdate()
    with within_transaction(merged.space.place):
        sites = list(Site.objects.filter(pk__in=wanted, retired_at__isnull=True).order_by("pk"))
        closings: dict[int, list[dict[str, Any]]] = {site.pk: [] for site in sites}
        for one in Closing.objects.filter(site__in=wanted, last_day__gte=today).order_by("pk"):
            closings.setdefault(one.site_id, []).append(
                {"first_day": one.first_day, "last_day": one.last_day, "reason": one.reason}
            )
    if len(sites) != len(set(wanted)):
        raise ValidationError({"doors": _("One of these places is closed by now. Look again.")})
    done = []
    with within_transaction(kept.space.place):
        for site in sites:
            copy = Site(**{name: getattr(site, name) for name in _said(site)})
            copy.save(force_insert=True)
            Closing.objects.bulk_create([Closing(site=copy, **one) for one in closings[site.pk]])
            done.append({"from": site.pk, "to": copy.pk})
    for door in done:
        record(verb="site.added", target=door["to"], space_id=kept.pk)
    return done


def _said(site: Site) -> Iterable[str]:
    return (str(field.attname) for field in site._meta.concrete_fields if field.attname not in NOT_COPIED)


def _close_doors(kept: Epn, sites: Collection[int]) -> bool:
    with within_transaction(kept.space.place):
        rows = Site.objects.select_for_update().filter(retired_at__isnull=True).order_by("pk")
        still_open = list(rows.values_list("pk", flat=True))
        closing = [pk for pk in sites if pk in still_open]
        all_of_them = len(closing) == len(still_open)
        if all_of_them:
            closing = closing[1:]
        Site.objects.filter(pk__in=closing).update(retired_at=timezone.now())
    for pk in closing:
        record(verb="site.retired", target=pk, space_id=kept.pk)
    return not all_of_them or not sites


def _hand_over_addresses(merged: Epn, kept: Epn, federation: Federation) -> list[str]:
    """The merged one, which nobody enters, gets an address that nobody types; its own lead to the kept one."""
    paths = list(merged.space.domains.order_by("domain").values_list("domain", flat=True))
    prefix = f"{federation.slug}/"
    taken = Domain.objects.filter(domain__startswith=prefix).values_list("domain", flat=True)
    slug = free_slug(f"{merged.slug[:38]} {merged.pk}", taken={path.removeprefix(prefix) for path in taken})
    Domain.objects.filter(domain__in=paths).update(is_primary=False)
    Domain.objects.create(domain=f"{prefix}{slug}", tenant=merged.space, is_primary=True)
    Domain.objects.filter(domain__in=paths).update(tenant=kept.space)
    Epn.objects.filter(pk=merged.pk).update(slug=slug)
    return paths


def _take_back_addresses(done: Merge, merged: Epn, kept: Epn, federation: Federation) -> None:
    """An address that the kept one has taken for its own meanwhile stays with it."""
    Domain.objects.filter(domain__in=done.paths, tenant=kept.space, is_primary=False).update(tenant=merged.space)
    own = f"{federation.slug}/{done.slug}"
    if not Domain.objects.filter(domain=own, tenant=merged.space).exists():
        return
    Domain.objects.filter(tenant=merged.space, is_primary=True).exclude(domain=own).delete()
    Domain.objects.filter(domain=own).update(is_primary=True)
    Epn.objects.filter(pk=merged.pk).update(slug=done.slug)
