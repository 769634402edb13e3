"""Which rules hold for an EPN, and what was forgotten. The first is the register's: outside the space."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from maillage.reference.selectors import contract_types, label_of
from tenants.privacy.forgetting import years_kept
from tenants.privacy.models import ForgettingRun
from tenants.registry.models import Federation
from tenants.staff.models import StaffMember
from tenants.staff.selectors import federation_here


def regions_of(epn_id: int) -> tuple[str, ...]:
    """The regions whose dated rules hold for an EPN, the narrowest first: `be-bru`, then `be`."""
    found = Federation.objects.filter(affiliations__epn=epn_id, affiliations__until__isnull=True)
    region = found.values_list("region", flat=True).first()
    if region is None:
        return ()
    country = region.split("-")[0]
    return (region,) if region == country else (region, country)


@dataclass(frozen=True)
class Kept:
    """How long the contracts of a type are kept: `years` is None when no rule is known."""

    label: str
    years: int | None


def how_long(regions: Iterable[str], day: dt.date) -> list[Kept]:
    asked = tuple(regions)
    types = contract_types(federation_here())
    return [Kept(label_of("contract_type", one.code), years_kept(one.code, asked, day)) for one in types]


def runs() -> QuerySet[ForgettingRun]:
    found: QuerySet[ForgettingRun] = ForgettingRun.objects.all()
    return found


def member_of_account(account_id: int) -> StaffMember | None:
    found: StaffMember | None = StaffMember.objects.filter(account=account_id).first()
    return found
