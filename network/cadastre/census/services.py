"""Writing a census: a federation, its EPN with their sites, their cards and every cell, all of it or nothing.

One transaction holds everything, so that a failure, Ctrl-C or a killed process leaves no schema, no role and no
row behind. Figures come after it (`count_figures`): they can be counted again at any time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.audit.services import record
from network.cadastre.census.capacity import check_room
from network.cadastre.census.parsing import Census, Doubt, ParsedPlace
from network.cadastre.census.planning import ChangedPlace, NewPlace, Plan, plan_import
from network.cadastre.models import CensusPlace
from network.directory.cards import FROM_SITE, copy_card
from network.directory.doors import door_of
from network.directory.models import Card, Door
from network.directory.sites import kept, sites_of
from network.figures.services import sweep
from tenants.premises.models import Site
from tenants.premises.selectors import proposed_commune
from tenants.registry.crossing import within_transaction
from tenants.registry.enums import Country, Kind, Role
from tenants.registry.models import Epn, Federation, Membership, Space
from tenants.registry.provisioning.services import blueprint, provision_epn, provision_federation
from tenants.registry.services import grant_membership

LOCK_CLASS = 0x4365  # advisory locks of this kind: the import into one federation

Progress = Callable[[int, int], None]  # how many places are written, of how many


class RowsRefused(Exception):
    """The file has rows that can't become places, and nobody asked to do without them."""


@dataclass(frozen=True)
class NewFederation:
    name: str
    country: str
    region: str


@dataclass(frozen=True)
class Imported:
    federation: Federation
    made: bool
    plan: Plan
    granted: int


def federation_at(slug: str) -> Federation | None:
    return Federation.objects.select_related("space").filter(slug=slug).first()


def new_federation(census: Census, *, slug: str, name: str) -> NewFederation:
    """What a federation made for this file would be: its country and its dated rules' region, of its postcodes."""
    if census.country == Country.FRANCE:
        return NewFederation(name or _name_of(slug), Country.FRANCE, "fr")
    regions = [_region_of(place.postcode) for place in census.places]
    return NewFederation(name or _name_of(slug), Country.BELGIUM, max(sorted(set(regions)), key=regions.count))


def _name_of(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def _region_of(postcode: str) -> str:
    """Belgian postcodes by region: 10xx–12xx Brussels; 13xx, 14xx and 4xxx–7xxx Wallonia; the others Flanders."""
    if "1000" <= postcode < "1300":
        return "be-bru"
    return "be-wal" if "1300" <= postcode < "1500" or postcode[:1] in ("4", "5", "6", "7") else "be-vlg"


def import_census(
    *,
    census: Census,
    slug: str,
    create: NewFederation | None = None,
    people: Iterable[Person] = (),
    skip_refused: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Write what the plan says. To be called where no space is, outside any transaction.

    `create` makes the federation when there is none. `people` become coordinators of the federation and of each EPN
    of the file. Raises RowsRefused, NoRoomError, Federation.DoesNotExist; nothing is written then.
    """
    if census.refusals and not skip_refused:
        raise RowsRefused
    for kind in (Kind.FEDERATION, Kind.EPN):
        blueprint(kind)
    with transaction.atomic():
        _one_at_a_time(slug)
        federation = federation_at(slug)
        plan = plan_import(census, federation, slug=slug)
        check_room(epn=len(plan.created), federations=federation is None)
        made = federation is None
        if federation is None:
            if create is None:
                raise Federation.DoesNotExist(slug)
            federation = provision_federation(name=create.name, slug=slug, country=create.country, region=create.region)
        steps, done = len(plan.created) + len(plan.changed), 0
        written: list[tuple[Epn, NewPlace, Site]] = []
        for new in plan.created:
            epn = provision_epn(federation=federation, name=new.place.name, slug=new.slug, savepoint=False)
            written.append((epn, new, Site(**_with_commune(new.place))))
            done += 1
            if progress:
                progress(done, steps)
        _furnish(written)
        _keep(written, federation)
        for change in plan.changed:
            _update(change, federation)
            done += 1
            if progress:
                progress(done, steps)
        ids = [epn.pk for epn, _new, _site in written]
        ids += [change.known.epn_id for change in plan.changed] + [known.epn_id for known in plan.unchanged]
        granted = sum(_let_in(person, federation, ids) for person in people)
        if plan.writes or made:
            record(verb="census.imported", target=federation.pk, space_id=federation.pk)
    return Imported(federation, made, plan, granted)


def count_figures(imported: Imported) -> None:
    """Count what was written, so that the federation's figures have an as-of. The sweeper does it again anyway."""
    if imported.made or imported.plan.writes:
        sweep(federations=[imported.federation])


def _one_at_a_time(slug: str) -> None:
    """Two imports into one federation follow each other: the second finds what the first has made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_CLASS, slug])


def _furnish(written: list[tuple[Epn, NewPlace, Site]]) -> None:
    """Save the sites, after the last schema is made: PostgreSQL keeps the plans of each table's triggers, and goes
    through all that it keeps whenever another table is made."""
    for epn, _new, site in written:
        with within_transaction(epn.space.place):
            site.save(force_insert=True)


def _keep(written: list[tuple[Epn, NewPlace, Site]], federation: Federation) -> None:
    """Cards, their doors and the rows of the new places, in three statements."""
    with within_transaction(federation.space.place):
        cards = [
            Card(epn_id=epn.pk, slug=new.slug, name=new.place.name, labels=new.place.labels, sites=kept([site], {}),
                 contact_phone=site.phone, **{name: getattr(site, name) for name in FROM_SITE})
            for epn, new, site in written
        ]  # fmt: skip
        Card.objects.bulk_create(cards)
        Door.objects.bulk_create(
            Door(card=card, **door_of(card.name, site)) for card in cards for site in sites_of(card)
        )
        CensusPlace.objects.bulk_create(
            [
                CensusPlace(source_id=new.place.source_id, epn_id=epn.pk, **_row(new.place))
                for epn, new, _site in written
            ]
        )


def _with_commune(place: ParsedPlace) -> dict[str, Any]:
    """The fields of a site, with the official code: the row's own, else what the list of communes has."""
    return {"commune": proposed_commune(place.postcode, place.country, place.town), **place.site()}


def _row(place: ParsedPlace) -> dict[str, Any]:
    return {"department": place.department, "cells": place.cells, "doubts": [_kept(one) for one in place.doubts]}


def _kept(doubt: Doubt) -> dict[str, str]:
    return {"column": doubt.column, "value": doubt.value, "reason": doubt.code}


def _update(change: ChangedPlace, federation: Federation) -> None:
    """What the changed cells feed, and nothing else: the EPN's own edits of other fields stay."""
    epn_id, after = change.known.epn_id, change.after
    space = Space.objects.get(pk=epn_id)
    if "name" in change.fields:
        Space.objects.filter(pk=epn_id).update(name=after.name)
        record(verb="epn.renamed", target=epn_id, space_id=federation.pk)
    of_site = {name: value for name, value in after.site().items() if name in change.fields}
    if {"postcode", "town", "commune"} & of_site.keys():
        of_site["commune"] = _with_commune(after)["commune"]
    if of_site:
        with within_transaction(space.place):
            # The site that the import made is the EPN's first one. Once the EPN has closed it, it stays as it was.
            site = Site.objects.select_for_update().order_by("pk").first()
            if site is not None and site.retired_at is None:
                Site.objects.filter(pk=site.pk).update(**of_site)
        record(verb="site.changed", target=epn_id, space_id=epn_id)
    copy_card(epn_id)
    with within_transaction(federation.space.place):
        if "labels" in change.fields:
            Card.objects.filter(epn_id=epn_id).update(labels=after.labels, updated_at=timezone.now())
        CensusPlace.objects.filter(source_id=after.source_id).update(**_row(after), imported_at=timezone.now())


def _let_in(person: Person, federation: Federation, epn_ids: list[int]) -> int:
    """Make somebody coordinator of the federation and of these EPN. Returns how many roles were given."""
    wanted = {federation.pk: Role.NETWORK_COORDINATOR.value} | dict.fromkeys(epn_ids, Role.EPN_COORDINATOR.value)
    has = dict(
        Membership.objects.filter(person=person, space__in=wanted, until__isnull=True).values_list("space_id", "role")
    )
    lacking = {space: role for space, role in wanted.items() if has.get(space) != role}
    for space in Space.objects.filter(pk__in=lacking).order_by("pk"):
        grant_membership(person=person, space=space, role=lacking[space.pk])
    return len(lacking)
