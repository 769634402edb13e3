"""The public pages of a network, and two EPN that may be one place, for the walk of the role table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from maillage.accounts.models import Person
from network.directory.cards import copy_card
from network.directory.merging.models import Apart, Merge
from tenants.premises.models import Site
from tests.conftest import Cast, inside

Arguments = dict[str, Any]


def a_calendar(cast: Cast, person: Person | None) -> Arguments:
    copy_card(cast.poste.pk)
    return {"slug": cast.poste.slug}


def a_calendar_of_a_site(cast: Cast, person: Person | None) -> Arguments:
    with inside(cast.poste):
        site = Site.objects.get()
    return {**a_calendar(cast, person), "site_id": site.pk}


def a_pair(cast: Cast, person: Person | None) -> Arguments:
    for epn in (cast.poste, cast.abattoirs):
        copy_card(epn.pk)
    first, second = sorted((cast.poste.pk, cast.abattoirs.pk))
    return {"first": first, "second": second}


def two_told_apart(cast: Cast, person: Person | None) -> Arguments:
    two = a_pair(cast, person)
    with inside(cast.caban):
        return {"pk": Apart.objects.get_or_create(first_id=two["first"], second_id=two["second"])[0].pk}


def a_merge(cast: Cast, person: Person | None) -> Arguments:
    two = {"kept_id": cast.poste.pk, "merged_id": cast.abattoirs.pk, "undone_at": None}
    told = {"kept_name": "Rue de la Poste", "merged_name": "Abattoirs", "slug": "abattoirs"}
    with inside(cast.caban):
        return {"pk": Merge.objects.get_or_create(**two, defaults=told)[0].pk}


OPEN_DATA: list[tuple[str, Callable[[Cast, Person | None], Arguments]]] = [
    ("open_data:file", lambda cast, person: {"name": "places", "kind": "csv"}),
    ("merging:again", two_told_apart),
    ("merging:undo", a_merge),
    ("merging:*", a_pair),
]
