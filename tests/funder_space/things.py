"""A funder with a grant, released cells, and what stands behind the addresses of the funder's space."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from maillage.accounts.models import Person
from network.directory.models import Card
from network.funding.models import Allocation, Funder, Grant
from network.releases.catalogue import TABLES
from network.releases.models import Release, ReleasedCell
from network.releases.periods import read
from tenants.registry.enums import Kind, Role
from tenants.registry.models import Membership
from tests.conftest import Cast, inside
from tests.reports.signed import a_version

Arguments = dict[str, Any]
FIRST, LAST = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
Cells = Mapping[tuple[str, str, str], tuple[int, ...] | None]  # period, place, value → numbers; None: withheld


def a_grant(code: str = "region", *, title: str = "Aide 2025", epn: Iterable[int] = (), **facts: Any) -> Grant:
    """In the network: 12,000 € for 2025, the same part for each EPN that is named, all of it together."""
    funder = Funder.objects.get_or_create(code=code, defaults={"name": f"Bailleur {code}"})[0]
    said = {"title": title, "starts_on": FIRST, "ends_on": LAST, "amount_eur": Decimal(12_000), **facts}
    grant: Grant = Grant.objects.create(funder=funder, **said)
    named = list(epn)
    Allocation.objects.bulk_create(
        Allocation(grant=grant, kind="epn", epn_id=one, amount_eur=grant.amount_eur / len(named)) for one in named
    )
    return grant


def cards(ids: Iterable[int], commune: str = "21015") -> None:
    Card.objects.bulk_create(
        Card(epn_id=one, slug=f"epn-{one}", name=f"EPN {one}", commune=commune) for one in ids
    )  # fmt: skip


def released(tables: Mapping[str, Cells], *, number: int = 1, of: str = "2025") -> Release:
    """A release of a period with these cells, as if it had been prepared. All its periods are told, zero too."""
    period = read(of)
    counted = {"cells": 0, "primary": 0, "complementary": 0, "earlier": 0, "counted": 0, "shown": 0, "left_out": False}
    told = []
    for name, cells in tables.items():
        by_kind: dict[str, set[str]] = {}
        for code, _place, _value in cells:
            by_kind.setdefault(str(read(code).kind), set()).add(code)
        told += [{"name": name, "kind": kind, "periods": sorted(codes), **counted} for kind, codes in by_kind.items()]
    release: Release = Release.objects.create(
        kind=period.kind, first=period.first, state="draft", as_of=dt.datetime(2026, 1, 15, 9, 0, tzinfo=dt.UTC),
        minimum_cell=5, tables=told,
    )  # fmt: skip
    ReleasedCell.objects.bulk_create(
        ReleasedCell(
            release=release, table=name, period=code, place=place, value=value,
            numbers=list(numbers or [3] * len(TABLES[name].measures)), withheld=0 if numbers is not None else 1,
        )
        for name, cells in tables.items()
        for (code, place, value), numbers in cells.items()
    )  # fmt: skip
    release.number, release.state, release.released_at = number, "released", timezone.now()
    release.save()
    return release


def reviews_for(person: Person | None, cast: Cast, code: str) -> None:
    """A reviewer at the door of the role walk becomes this funder's."""
    Membership.objects.filter(person=person, space=cast.caban.space, role=Role.FUNDER_REVIEWER).update(funder=code)


def a_grant_of_ones_own(cast: Cast, person: Person | None) -> Arguments:
    code = secrets.token_hex(4)
    reviews_for(person, cast, code)
    with inside(cast.caban):
        return {"pk": a_grant(code).pk}


def a_version_of_ones_own(cast: Cast, person: Person | None) -> Arguments:
    made = a_version(cast, person)
    reviews_for(person, cast, "region")
    return made


def a_report_of_ones_own(cast: Cast, person: Person | None) -> Arguments:
    return {"pk": a_version_of_ones_own(cast, person)["pk"]}


def a_version_for_a_program(cast: Cast, person: Person | None) -> Arguments:
    made = a_version_of_ones_own(cast, person)
    return {"report": made["pk"], "number": made["number"]}


def a_file_of_ones_own(cast: Cast, person: Person | None) -> Arguments:
    return a_version_of_ones_own(cast, person) | {"kind": "json"}


OF_A_FUNDER = [
    (Kind.FEDERATION, "funder:grant", a_grant_of_ones_own),
    (Kind.FEDERATION, "funder:differences", a_version_of_ones_own),
    (Kind.FEDERATION, "funder:version", a_version_of_ones_own),
    (Kind.FEDERATION, "funder:file", a_file_of_ones_own),
    (Kind.FEDERATION, "api:funder_report_version", a_version_for_a_program),
    (Kind.FEDERATION, "api:funder_report_versions", a_report_of_ones_own),
    (Kind.FEDERATION, "funder:*", a_report_of_ones_own),
]
