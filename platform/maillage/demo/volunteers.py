"""The volunteers' papers and what was paid back to them: notes, an insurance, and days since the year before the last.

Nothing is drawn by lot: a volunteer's number in their EPN says what is written of them. The first is nearly at the
ceiling, the second has never signed the note, and is paid the real costs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from maillage.demo.calendar import months, open_days
from maillage.demo.places import EpnPlan
from maillage.demo.visits import ZONE
from tenants.staff.models import Contract
from tenants.volunteers.enums import CostsPolicy, DefrayalKind, MustDeclare, Status
from tenants.volunteers.models import Defrayal, Organisation, VolunteerFile
from tenants.volunteers.selectors import VOLUNTEER

BELGIUM = "be"
FLAT = {2025: 3000, 2026: 3500}  # cents a day
AIMS = {
    "fr": "Accompagner gratuitement les habitantes et habitants du quartier dans leurs démarches numériques.",
    "nl": "De bewoners van de wijk gratis helpen met hun digitale stappen.",
}
OTHER_COVER = {"fr": "Accidents des volontaires : Assurances de l’Exemple.",
               "nl": "Ongevallen van vrijwilligers: Verzekeringen Voorbeeld."}  # fmt: skip
PAID_HOW = {
    "fr": "35 € par mardi, payés à la fin du mois.",
    "nl": "35 € per dinsdag, betaald op het einde van de maand.",
}
BOUGHT = {"fr": ("Papier et encre, reçu {n}", "Visite à domicile d’une dame du quartier"),
          "nl": ("Papier en inkt, bewijs {n}", "Huisbezoek bij een buurvrouw")}  # fmt: skip


def write_volunteers(plan: EpnPlan, until: dt.date) -> None:
    """In the space of an EPN whose contracts are written. The law is Belgian: nothing for the others."""
    contracts = list(Contract.objects.filter(type=VOLUNTEER).order_by("pk"))
    if not contracts or plan.country != BELGIUM:
        return
    language = plan.language if plan.language in AIMS else "fr"
    evening = dt.datetime.combine(until, dt.time(17, 30), ZONE)
    Organisation.objects.create(
        pk=1,
        name=f"{'vzw' if language == 'nl' else 'ASBL'} {plan.name}",
        status=Status.ASSOCIATION,
        aim=AIMS[language],
        insurer="Verzekeringen Voorbeeld" if language == "nl" else "Assurances de l’Exemple",
        policy=f"RC-{sum(map(ord, plan.slug)):06d}",
        insured_until=dt.date(until.year, 12, 31),
        other_cover=OTHER_COVER[language],
        costs=CostsPolicy.FLAT_AND_TRAVEL,
        costs_details=PAID_HOW[language],
        updated_at=evening,
    )
    VolunteerFile.objects.bulk_create(
        [
            _file(number, contract, language, evening)
            for number, contract in enumerate(contracts)
            if number % 2 == 0  # the others have nothing written down yet
        ]
    )
    Defrayal.objects.bulk_create(
        [line for number, contract in enumerate(contracts) for line in _lines(number, contract, plan, language, until)]
    )


def _file(number: int, contract: Contract, language: str, evening: dt.datetime) -> VolunteerFile:
    must = number % 4 == 0
    return VolunteerFile(
        contract=contract,
        note_signed_on=contract.starts_on - dt.timedelta(days=4),
        note_language=language,
        must_declare=MustDeclare.YES if must else MustDeclare.NO,
        declared_on=contract.starts_on - dt.timedelta(days=3) if must else None,
        updated_at=evening,
    )


def _lines(number: int, contract: Contract, plan: EpnPlan, language: str, until: dt.date) -> Iterator[Defrayal]:
    for month in months(dt.date(2025, 1, 1), until):
        days = [
            day
            for day in open_days(
                plan.sites[0].week, month, country=plan.country, until=until, closed_in_august=plan.trait == "august"
            )
            if day >= contract.starts_on and (contract.ends_on is None or day <= contract.ends_on)
        ]
        receipt, trip = BOUGHT[language]
        if number % 2 == 0:
            for day in days:
                if day.weekday() == 1:
                    yield _line(contract, day, DefrayalKind.FLAT, FLAT.get(day.year, 3500))
            if days and month.month % 2 == 0:
                yield _line(contract, days[-1], DefrayalKind.TRAVEL, 510, trip, Decimal(12))
        elif days:
            what = receipt.format(n=month.month)
            yield _line(contract, days[0], DefrayalKind.REAL, 1180 + 45 * month.month, what)


def _line(
    contract: Contract, day: dt.date, kind: str, cents: int, what: str = "", km: Decimal | None = None
) -> Defrayal:
    moment = dt.datetime.combine(day, dt.time(17, 30), ZONE)
    return Defrayal(contract=contract, day=day, kind=kind, cents=cents, what=what, km=km, created_at=moment)
