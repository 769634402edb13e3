"""What happens in the course of contracts at one EPN: a leave and who replaces, half a year at half-time, payers.

The days follow from the demo's last one. What was counted of 2022 stays as it was.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from maillage.demo.visits import ZONE
from tenants.staff.enums import BreakKind, ChangeKind, ContractRole, TrainingKind
from tenants.staff.models import (
    Contract,
    ContractBreak,
    ContractChange,
    FormerTerms,
    PayerShare,
    StaffMember,
    Training,
)
from tenants.staff.selectors import in_force

WHERE = "rue-de-la-poste"
LEAVE = (15, 135)  # days after the last one
HALF_TIME = (dt.timedelta(days=245), dt.timedelta(days=61))  # before the last day
PAYERS = (("Actiris", Decimal(85)), ("ASBL Rue de la Poste", Decimal(15)))
REPLACES = "Nour Delacordée"
REFERENCE = "ACS-1030-0417"


def write_courses(slug: str, until: dt.date) -> None:
    """In the space that one is in, as its own role."""
    if slug != WHERE:
        return
    running = list(
        Contract.objects.filter(in_force(until), starts_on__lt=until - HALF_TIME[0]).order_by("starts_on", "pk")
    )
    by_type = {(one.type, one.role): one for one in running}
    if (away := by_type.get(("cdi", ContractRole.ANIMATION))) is not None:
        _leave(away, until)
    if (coordinator := by_type.get(("cdi", ContractRole.COORDINATION))) is not None:
        _half_time(coordinator, until)
    if (paid := by_type.get(("acs", ContractRole.ANIMATION))) is not None:
        Contract.objects.filter(pk=paid.pk).update(reference=REFERENCE)
        PayerShare.objects.bulk_create(
            [PayerShare(contract=paid, payer=payer, percent=share) for payer, share in PAYERS]
        )
    _learned(running, until)


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9, 0), ZONE)


def _leave(away: Contract, until: dt.date) -> None:
    first, last = (until + dt.timedelta(days=days) for days in LEAVE)
    at = _morning(until)
    ContractBreak.objects.create(contract=away, kind=BreakKind.LONG_LEAVE, starts_on=first, ends_on=last, created_at=at)
    member = StaffMember.objects.create(name=REPLACES, created_at=at)
    Contract.objects.create(
        member=member,
        type="replacement",
        role=away.role,
        legal_employer=away.legal_employer,
        replaces=away,
        starts_on=first,
        planned_end=last,
        hours_per_week=away.hours_per_week,
        created_at=at,
        updated_at=at,
    )
    said = {"kind": BreakKind.LONG_LEAVE, "starts_on": first.isoformat(), "ends_on": last.isoformat()}
    ContractChange.objects.create(contract=away, kind=ChangeKind.BREAK_ADDED, after=said, at=at)


def _half_time(contract: Contract, until: dt.date) -> None:
    """Half the hours for half a year, then those of before again."""
    whole, half = contract.hours_per_week, contract.hours_per_week / 2
    for before, (was, became) in zip(HALF_TIME, ((whole, half), (half, whole)), strict=True):
        last = until - before
        FormerTerms.objects.create(
            contract=contract,
            until=last,
            hours_per_week=was,
            full_time_hours=contract.full_time_hours,
            created_at=_morning(last),
        )
        ContractChange.objects.create(
            contract=contract,
            kind=ChangeKind.AMENDED,
            before={"hours_per_week": str(was)},
            after={"starts_on": (last + dt.timedelta(days=1)).isoformat(), "hours_per_week": str(became)},
            at=_morning(last),
        )


def _learned(running: list[Contract], until: dt.date) -> None:
    """A badge each, valid for two years: the first two expire within 60 days."""
    made = []
    for number, one in enumerate(running):
        obtained = until - dt.timedelta(days=690 - 30 * number if number < 2 else 200 + 40 * number)
        made.append(
            Training(
                member_id=one.member_id,
                kind=TrainingKind.BADGE,
                title="Accompagner une démarche en ligne",
                provider="Caban",
                obtained_on=max(obtained, one.starts_on),
                expires_on=obtained + dt.timedelta(days=730),
                created_at=_morning(until),
            )
        )
    if running:
        made.append(
            Training(
                member_id=running[0].member_id,
                kind=TrainingKind.TRAINING,
                title="Accueillir sans juger",
                provider="Caban",
                obtained_on=until - dt.timedelta(days=120),
                hours=Decimal(12),
                created_at=_morning(until),
            )
        )
    Training.objects.bulk_create(made)
