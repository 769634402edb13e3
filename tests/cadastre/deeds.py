"""What people of an EPN do, so that its federation has something to read."""

import datetime as dt
from decimal import Decimal

from django.db import transaction

from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.hooks import epn_written
from tenants.registry.models import Epn
from tenants.staff.models import Contract, StaffMember
from tests.conftest import inside


def visits(epn: Epn, *days: str, themes: tuple[str, ...] = ("tax",), minutes: int = 20) -> None:
    with inside(epn), transaction.atomic():
        for day in days:
            Visit.objects.create(
                date=dt.date.fromisoformat(day),
                minutes=minutes,
                site=Site.objects.get(),
                mode="individual",
                themes=list(themes),
                outcome="solved",
            )
        epn_written()


def contract(
    epn: Epn, kind: str, *, role: str = "animation", start: str = "2022-01-03", end: str | None = "2022-12-31"
) -> None:
    with inside(epn), transaction.atomic():
        Contract.objects.create(
            member=StaffMember.objects.create(name=f"{kind} {role}"),
            type=kind,
            role=role,
            legal_employer="CPAS",
            starts_on=dt.date.fromisoformat(start),
            planned_end=end and dt.date.fromisoformat(end),
            hours_per_week=Decimal(19),
            full_time_hours=Decimal(38),
        )
        epn_written()
