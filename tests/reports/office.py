"""A network that reports: 2025 released as a year, two funders with a grant each, and short ways to act."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from network.funding.enums import AllocationKind, ExpenseCategory
from network.funding.models import Allocation, Expense, Funder, Grant, Instalment, ReportDate
from network.funding.services import set_cost_model
from network.releases.periods import year
from network.reports import packs, services
from network.reports.models import Pack, Report
from network.reports.steps import By
from tests.conftest import Cast, inside
from tests.releases.networks import Network
from tests.releases.releasing import bring, release

MONTHS = [dt.date(2025, month, 1) for month in range(1, 13)]
FIRST, LAST = MONTHS[0], MONTHS[-1]
DRIES, EVA = By(None, "Dries"), By(None, "Eva", for_funder=True)


def a_year(cast: Cast) -> Network:
    """Six EPN; the two of the cast are number 1 and 2. A release holds the year with its months and quarters."""
    network = Network(11, epn=6, communes=2, busy=80, months=MONTHS)
    bring(cast.caban, network, epn={1: cast.poste.pk, 2: cast.abattoirs.pk})
    release(cast.caban, year(2025))
    return network


def money(cast: Cast) -> None:
    """Of the Region, 12,000 € of which 10,000 for Rue de la Poste; of a foundation, 10,000 € for both."""
    with inside(cast.caban):
        set_cost_model(valid_from=dt.date(2022, 1, 1), amount_eur=Decimal(25000), source="estimate")
        whole = {"starts_on": dt.date(2025, 1, 1), "ends_on": dt.date(2025, 12, 31)}
        region = Funder.objects.create(code="region", name="Région")
        foundation = Funder.objects.create(code="fondation", name="Fondation")
        aid = Grant.objects.create(funder=region, title="Aide 2025", reference="R/25", amount_eur=12000, **whole)
        gift = Grant.objects.create(funder=foundation, title="Don 2025", amount_eur=10000, **whole)
        for grant, epn, euros in ((aid, cast.poste, 10000), (gift, cast.poste, 5000), (gift, cast.abattoirs, 5000)):
            Allocation.objects.create(grant=grant, kind=AllocationKind.EPN, epn_id=epn.pk, amount_eur=euros)
        Instalment.objects.create(grant=aid, label="1", due_on=FIRST, amount_eur=9000, received_on=dt.date(2025, 2, 3))
        Instalment.objects.create(grant=aid, label="2", due_on=FIRST, amount_eur=3000)
        for day, category, euros, share in (
            (dt.date(2025, 3, 1), ExpenseCategory.STAFF, "4000.00", 50),
            (dt.date(2025, 9, 9), ExpenseCategory.EQUIPMENT, "999.99", 100),
        ):
            Expense.objects.create(
                grant=aid, spent_on=day, category=category, label="x", amount_eur=Decimal(euros), percent=share
            )
        ReportDate.objects.create(grant=aid, label="Rapport", due_on=dt.date(2026, 1, 31))


def grant_of(code: str) -> Grant:
    return Grant.objects.select_related("funder").get(funder__code=code)


def a_pack(code: str = "region") -> Pack:
    """The default one, in use."""
    made = packs.make_pack(funder=Funder.objects.get(code=code), title="Chiffres de l’année")
    packs.put_in_use(version_id=made.versions.get().pk)
    return made


def a_report(code: str = "region", pack: Pack | None = None, **facts: Any) -> Report:
    facts = {"first": FIRST, "last": LAST, "title": "Rapport 2025", "language": "fr", "by": DRIES} | facts
    return services.begin(pack=pack or a_pack(code), grants=[grant_of(code)], **facts)


def written(report: Report) -> Report:
    """With the text that the default pack requires."""
    services.write_value(pk=report.pk, code="done", text="Des permanences toute l’année.")
    return Report.objects.get(pk=report.pk)


def a_sent_report(code: str = "region", pack: Pack | None = None, **facts: Any) -> Report:
    report = written(a_report(code, pack, **facts))
    services.sign(pk=report.pk, name="Dries", role="coordinateur", by=DRIES)
    return services.send(pk=report.pk, by=DRIES)
