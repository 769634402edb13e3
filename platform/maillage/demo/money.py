"""The money of the demo's first network: what was asked in 2022 and refused, and a grant that runs in 2026."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from network.funding.enums import (
    AllocationKind,
    ApplicationState,
    ExpenseCategory,
    FunderKind,
    GrantKind,
    WhoMayApply,
)
from network.funding.models import (
    Allocation,
    Application,
    ApplicationStep,
    Call,
    Expense,
    Funder,
    Grant,
    Instalment,
    Kept,
    ReportDate,
)

Line = TypeVar("Line", bound=Kept)
HALF_TIME = Decimal(25_000)  # euros a year for one EPN
GRANTED = dt.date(2026, 1, 19)
CALL_KNOWN = dt.date(2026, 9, 15)
SPENT = (  # day, category, what, reference, euros, share
    (dt.date(2026, 2, 6), ExpenseCategory.EQUIPMENT, "Quatre ordinateurs portables reconditionnés", "2026-014",
     "1996.00", 100),
    (dt.date(2026, 2, 27), ExpenseCategory.STAFF, "Coordination, mi-temps, février", "P-02", "2140.55", 50),
    (dt.date(2026, 3, 31), ExpenseCategory.STAFF, "Coordination, mi-temps, mars", "P-03", "2140.55", 50),
    (dt.date(2026, 4, 30), ExpenseCategory.STAFF, "Coordination, mi-temps, avril", "P-04", "2140.55", 50),
    (dt.date(2026, 5, 12), ExpenseCategory.RUNNING, "Papier et toner pour les ateliers", "2026-047", "318.20", 100),
    (dt.date(2026, 6, 18), ExpenseCategory.TRAINING, "Journée de formation des animateurs", "2026-061", "1450.00", 100),
    (dt.date(2026, 9, 9), ExpenseCategory.COMMUNICATION, "Affiches des permanences", "2026-088", "624.90", 100),
)  # fmt: skip


def write_money(labelled: Sequence[int], *, by_id: int, until: dt.date) -> None:
    """In the space of the federation, a handful of statements. `labelled`: the EPN that carry the label, in order."""
    if not labelled:
        return
    region, foundation, own = Funder.objects.bulk_create(
        _dated(Funder(code=code, name=name, kind=kind), dt.date(2022, 2, 1))
        for code, name, kind in (
            ("region", "Région (démonstration)", FunderKind.REGION),
            ("fondation", "Fondation de démonstration", FunderKind.FOUNDATION),
            ("propre", "Caban, fonds propres", FunderKind.OWN),
        )
    )
    _refused(region, labelled, by_id)
    if until >= GRANTED:
        _running(region, own, labelled, by_id, until)
    if until >= CALL_KNOWN:
        call = Call(
            funder=foundation, title="Aller vers les publics éloignés du numérique 2027",
            opens_on=CALL_KNOWN, deadline=dt.date(2027, 1, 15), budget_eur=Decimal(300_000), who=WhoMayApply.SEVERAL,
            rules="De 5 000 à 40 000 € par projet, 20 % de cofinancement. Pas de matériel seul.",
            url="https://fondation.example.org/appel-2027",
        )  # fmt: skip
        _dated(call, CALL_KNOWN).save(force_insert=True)


def _dated(line: Line, day: dt.date) -> Line:
    line.created_at = line.updated_at = _at(day)
    return line


def _at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(9), dt.UTC)


def _steps(application: Application, by_id: int, *steps: tuple[ApplicationState, dt.date, str, Decimal | None]) -> None:
    ApplicationStep.objects.bulk_create(
        ApplicationStep(
            application=application, state=state, on=day, reason=reason, amount_eur=amount, by_id=by_id, at=_at(day)
        )
        for state, day, reason, amount in steps
    )


def _refused(region: Funder, labelled: Sequence[int], by_id: int) -> None:
    asked = Application(
        funder=region, title="Un mi-temps dans chacun des 22 EPN labellisés", year=2022, epn_ids=sorted(labelled),
        asked_eur=HALF_TIME * len(labelled), state=ApplicationState.REFUSED,
        purpose="Un employé à mi-temps, 25 000 € par an, dans chaque EPN labellisé : 22 × 25 000 € = 550 000 €.",
    )  # fmt: skip
    _dated(asked, dt.date(2022, 3, 1)).save(force_insert=True)
    _steps(
        asked, by_id,
        (ApplicationState.SENT, dt.date(2022, 3, 15), "", None),
        (ApplicationState.REFUSED, dt.date(2022, 9, 20), "Pas de ligne budgétaire structurelle.", None),
    )  # fmt: skip


def _running(region: Funder, own: Funder, labelled: Sequence[int], by_id: int, until: dt.date) -> None:
    chosen = sorted(labelled[:3])
    asked = Application(
        funder=region, title="Coordination et trois EPN en 2026", year=2026, epn_ids=chosen,
        asked_eur=Decimal(80_000), cofunding_eur=Decimal(8_000), granted_eur=Decimal(60_000),
        state=ApplicationState.REDUCED,
        purpose="Heures d’ouverture en plus dans trois EPN, un mi-temps de coordination, du matériel.",
    )  # fmt: skip
    _dated(asked, dt.date(2025, 9, 1)).save(force_insert=True)
    _steps(
        asked, by_id,
        (ApplicationState.SENT, dt.date(2025, 9, 30), "", None),
        (ApplicationState.REDUCED, GRANTED, "Enveloppe partagée entre plus de demandes que prévu.", Decimal(60_000)),
    )  # fmt: skip
    first, last = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    grant, added = Grant.objects.bulk_create([
        _dated(Grant(
            funder=region, application=asked, title="Subvention régionale 2026", reference="REG/2026/118",
            starts_on=first, ends_on=last, amount_eur=Decimal(60_000),
            conditions="Dépenses payées en 2026 au plus tard. Logo de la Région sur les affiches.",
        ), GRANTED),
        _dated(Grant(
            funder=own, kind=GrantKind.OWN, title="Part propre 2026", starts_on=first, ends_on=last,
            amount_eur=Decimal(8_000),
        ), GRANTED),
    ])  # fmt: skip
    Instalment.objects.bulk_create([
        _dated(Instalment(
            grant=grant, label="Première tranche, 70 %", due_on=dt.date(2026, 1, 31), amount_eur=Decimal(42_000),
            asked_on=GRANTED, received_on=GRANTED,
        ), GRANTED),
        _dated(Instalment(
            grant=grant, label="Solde, 30 %", due_on=dt.date(2027, 2, 15), amount_eur=Decimal(18_000),
        ), GRANTED),
    ])  # fmt: skip
    ReportDate.objects.bulk_create([
        _dated(ReportDate(grant=grant, label="Rapport final et comptes", due_on=dt.date(2027, 1, 31)), GRANTED)
    ])  # fmt: skip
    amount = Decimal(12_000)
    Allocation.objects.bulk_create([
        *(_dated(Allocation(grant=grant, kind=AllocationKind.EPN, epn_id=epn, label="heures d’ouverture",
                            amount_eur=amount), GRANTED) for epn in chosen),
        _dated(Allocation(grant=grant, kind=AllocationKind.POST, label="coordination du réseau, mi-temps",
                          percent=Decimal(30)), GRANTED),
        _dated(Allocation(grant=added, kind=AllocationKind.NETWORK, label="frais de coordination",
                          percent=Decimal(100)), GRANTED),
    ])  # fmt: skip
    Expense.objects.bulk_create(
        _dated(Expense(
            grant=account, spent_on=day, category=category, label=label, reference=reference,
            amount_eur=Decimal(euros), percent=share,
        ), day)
        for day, category, label, reference, euros, share in SPENT
        if day <= until
        for account in ((grant, added) if share == 50 else (grant,))
    )  # fmt: skip
