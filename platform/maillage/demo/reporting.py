"""What the demo's network has told its funders: two years to the Region, of which the last came back once, and one to
the foundation. The grants of those years are written here, since the reports are what they are for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from maillage.demo.visits import ZONE
from network.funding.enums import AllocationKind, ExpenseCategory
from network.funding.models import Allocation, Expense, Funder, Grant, Instalment
from network.reports import deciding, services
from network.reports.default_pack import DEFAULT_LINES
from network.reports.enums import PackState
from network.reports.letters import without_letters
from network.reports.models import Pack, PackLine, PackVersion, Report, ReportValue
from network.reports.steps import By
from tenants.registry.crossing import entered
from tenants.registry.enums import Role
from tenants.registry.models import Federation, Membership

ROLE = "coordinateur du réseau"
DONE = (
    "Trois EPN ont ouvert plus d’heures, et la coordination a tenu les permanences de remplacement.\n\n"
    "Les demandes d’aide pour l’administration en ligne restent les plus nombreuses."
)
DONE_AGAIN = f"{DONE}\n\nLes heures en plus ont été tenues le soir et le samedi matin, comme la convention le demande."
DIFFICULTIES = "Deux contrats article 60 ont pris fin en cours d’année ; les guichets ont renvoyé du monde."
COMMENT = "Le texte ne dit pas quand les heures en plus ont été tenues. Pouvez-vous le préciser ?"
TARGETS = {"visits": Decimal(900), "hours_open": Decimal(400)}
SPENT = (  # month, day, category, what, euros
    (2, 14, ExpenseCategory.STAFF, "Coordination, mi-temps, premier semestre", "12400.00"),
    (5, 6, ExpenseCategory.EQUIPMENT, "Six ordinateurs reconditionnés", "2994.00"),
    (8, 29, ExpenseCategory.STAFF, "Coordination, mi-temps, second semestre", "12400.00"),
    (10, 3, ExpenseCategory.RENT, "Salle du samedi", "3600.00"),
    (11, 20, ExpenseCategory.RUNNING, "Papier, toner, connexions", "1815.40"),
)


def report_to_funders(federation: Federation, labelled: Sequence[int], until: dt.date) -> None:
    """Once the closed years are released. What was done after the demo's last day isn't there."""
    people = {
        one.role: By(one.person_id, one.person.name, for_funder=one.role == Role.FUNDER_REVIEWER)
        for one in Membership.objects.filter(space=federation.space).select_related("person").order_by("-pk")
    }
    network = people[Role.NETWORK_COORDINATOR]
    reviewer = people.get(Role.FUNDER_REVIEWER, By(None, "Eva", for_funder=True))
    with entered(federation.space), without_letters(), transaction.atomic():
        if until < dt.date(2025, 3, 31) or len(labelled) < 5 or not Funder.objects.filter(code="region").exists():
            return
        region, foundation = Funder.objects.get(code="region"), Funder.objects.get(code="fondation")
        first, second = sorted(labelled[:3]), sorted(labelled[2:5])
        pack = _pack(region, "Indicateurs de la Région", _at(2024, 12, 2), TARGETS)
        report = _report(pack, _grant(region, 2024, first, 12_000, "REG/2024/071"), network, _at(2025, 1, 20))
        _sign_and_send(report, network, _at(2025, 2, 10), DONE)
        deciding.accept(pk=report.pk, by=reviewer, at=_at(2025, 3, 3))
        if until < dt.date(2026, 4, 30):
            return
        grant = _grant(region, 2025, first, 12_000, "REG/2025/093")
        gift = _grant(foundation, 2025, second, 5_000, "FD-25-17")
        report = _report(pack, grant, network, _at(2026, 1, 19))
        _sign_and_send(report, network, _at(2026, 2, 9), DONE)
        deciding.send_back(pk=report.pk, comment=COMMENT, by=reviewer, at=_at(2026, 3, 2))
        _sign_and_send(report, network, _at(2026, 3, 20), DONE_AGAIN)
        pack = _pack(foundation, "Ce que la Fondation demande", _at(2025, 12, 8), {})
        report = _report(pack, gift, network, _at(2026, 1, 26))
        _sign_and_send(report, network, _at(2026, 2, 16), DONE)
        deciding.accept(pk=report.pk, by=By(None, "Fondation de démonstration", for_funder=True), at=_at(2026, 3, 9))


def _at(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 10, 0, tzinfo=ZONE)


def _grant(funder: Funder, year: int, epn: Sequence[int], each: int, reference: str) -> Grant:
    moment = _at(year, 1, 15)
    dated = {"created_at": moment, "updated_at": moment}
    coordination = 12_000 if len(epn) * each > 20_000 else 0
    grant: Grant = Grant.objects.create(
        funder=funder, title=f"{'Subvention régionale' if coordination else 'Aide de la Fondation'} {year}",
        reference=reference, starts_on=dt.date(year, 1, 1), ends_on=dt.date(year, 12, 31),
        amount_eur=Decimal(len(epn) * each + coordination), **dated,
    )  # fmt: skip
    Instalment.objects.create(
        grant=grant, label="En une fois", due_on=dt.date(year, 2, 1), amount_eur=grant.amount_eur,
        asked_on=dt.date(year, 1, 20), received_on=dt.date(year, 3, 4), **dated,
    )  # fmt: skip
    Allocation.objects.bulk_create(
        Allocation(
            grant=grant, kind=AllocationKind.EPN, epn_id=one, label="heures d’ouverture", amount_eur=each, **dated
        )
        for one in epn
    )
    part = grant.amount_eur / Decimal(48_000)
    Expense.objects.bulk_create(
        Expense(
            grant=grant, spent_on=dt.date(year, month, day), category=category, label=label,
            reference=f"{year}-{number:03}", amount_eur=(Decimal(euros) * part).quantize(Decimal("0.01")), **dated,
        )
        for number, (month, day, category, label, euros) in enumerate(SPENT, 1)
    )  # fmt: skip
    return grant


def _pack(funder: Funder, title: str, moment: dt.datetime, targets: dict[str, Decimal]) -> Pack:
    pack: Pack = Pack.objects.create(funder=funder, title=title, created_at=moment, updated_at=moment)
    version = PackVersion.objects.create(
        pack=pack, number=1, state=PackState.IN_USE, created_at=moment, used_since=moment,
        introduction="Les chiffres de l’année, ce qui a été fait et ce qui a manqué.",
    )  # fmt: skip
    PackLine.objects.bulk_create(
        PackLine(version=version, position=position, target=targets.get(row["code"]), **row)
        for position, row in enumerate(DEFAULT_LINES, 1)
    )
    return pack


def _report(pack: Pack, grant: Grant, by: By, moment: dt.datetime) -> Report:
    year = grant.starts_on.year
    return services.begin(
        pack=pack, grants=[grant], first=dt.date(year, 1, 1), last=dt.date(year, 12, 1), title=f"Rapport {year}",
        language="fr", by=by, at=moment, today=moment.date(),
    )  # fmt: skip


def _sign_and_send(report: Report, by: By, moment: dt.datetime, done: str) -> None:
    for code, text in (("done", done), ("difficulties", DIFFICULTIES)):
        ReportValue.objects.update_or_create(report=report, code=code, defaults={"text": text})
    services.sign(pk=report.pk, name=by.name, role=ROLE, by=by, at=moment)
    services.send(pk=report.pk, by=by, at=moment + dt.timedelta(hours=1))
