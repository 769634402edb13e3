"""What an EPN sees of the network's money, and the posts that it says a grant pays."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from network.figures.services import refresh_epn
from network.figures.verification import verify
from network.funding.ledger.posts import posts_paid_by
from network.funding.models import Allocation, Funder, Grant
from network.funding.own.crossing import grants_that_pay_here, own_money
from tenants.staff.course.rules import Share
from tenants.staff.course.services import set_payers
from tenants.staff.models import Contract, PayerShare, StaffMember
from tests.conftest import Cast, inside

POSTE = "/caban/rue-de-la-poste/money/"


def a_grant(cast: Cast, title: str, *epn: int) -> int:
    """Two years, 730 days; 100 euros a day for each EPN."""
    with inside(cast.caban):
        funder, _made = Funder.objects.get_or_create(code="region", name="Région")
        grant = Grant.objects.create(
            funder=funder, title=title, starts_on=dt.date(2025, 1, 1), ends_on=dt.date(2026, 12, 31), amount_eur=146_000
        )
        for one in epn:
            Allocation.objects.create(grant=grant, kind="epn", epn_id=one, amount_eur=73_000, label=f"Pour {one}")
        return int(grant.pk)


def rows_of(client: Client, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(client.get(address).getvalue())["rows"]
    return found


def a_contract(name: str, hours: int) -> Contract:
    member = StaffMember.objects.create(name=name)
    made: Contract = Contract.objects.create(
        member=member, type="cdi", starts_on=dt.date(2024, 1, 1), hours_per_week=hours, full_time_hours=38
    )
    return made


def test_an_epn_sees_what_is_allocated_to_it_and_nothing_of_the_others(cast: Cast) -> None:
    ours, theirs = a_grant(cast, "Aide A", cast.poste.pk), a_grant(cast, "Aide B", cast.abattoirs.pk)
    amina = Client()
    amina.force_login(cast.amina)

    page = amina.get(POSTE).content.decode()
    assert "Aide A" in page
    assert "Aide B" not in page
    assert f"Pour {cast.abattoirs.pk}" not in page
    rows = rows_of(amina, f"{POSTE}?download=json")
    assert [(row["grant"], row["amount_eur"]) for row in rows] == [("Aide A", 73000)]
    with inside(cast.poste):
        assert [one.by_year for one in own_money()] == [{2025: Decimal("36500.00"), 2026: Decimal("36500.00")}]
        assert [one.number for one in grants_that_pay_here()] == [ours]
    with inside(cast.abattoirs):
        assert [one.number for one in grants_that_pay_here()] == [theirs]


def test_an_epn_without_money_is_told_who_writes_it_down(cast: Cast) -> None:
    amina = Client()
    amina.force_login(cast.amina)
    assert "Rien n’est encore attribué" in amina.get(POSTE, headers={"Accept-Language": "fr"}).content.decode()


def test_a_share_names_only_a_grant_of_this_epn_each_once(cast: Cast) -> None:
    ours, theirs = a_grant(cast, "Aide A", cast.poste.pk), a_grant(cast, "Aide B", cast.abattoirs.pk)
    with inside(cast.poste):
        contract = a_contract("Bram", 38)
        for wrong in (
            [Share("Région", Decimal(100), theirs)],
            [Share("Région", Decimal(100), 2**40)],
            [Share("Région", Decimal(50), ours), Share("La Région", Decimal(50), ours)],
        ):
            with pytest.raises(ValidationError):
                set_payers(contract=contract, shares=wrong)
        assert not PayerShare.objects.exists()


def test_the_form_offers_the_grants_and_gives_the_funder_its_name(cast: Cast) -> None:
    ours = a_grant(cast, "Aide A", cast.poste.pk)
    a_grant(cast, "Aide B", cast.abattoirs.pk)
    with inside(cast.poste):
        contract = a_contract("Bram", 38)
    amina = Client()
    amina.force_login(cast.amina)
    address = f"/caban/rue-de-la-poste/contracts/{contract.pk}/payers/"

    page = amina.get(address).content.decode()
    assert "Aide A" in page
    assert "Aide B" not in page
    rows = {f"form-{number}-{name}": "" for number in range(3) for name in ("payer", "percent", "grant")}
    data = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0", **rows}
    wrong = amina.post(address, data | {"form-0-grant": str(ours + 10**6), "form-0-percent": "100"})
    assert wrong.status_code == 200
    assert amina.post(address, data | {"form-0-grant": str(ours), "form-0-percent": "100"}).status_code == 302
    with inside(cast.poste):
        share = PayerShare.objects.get()
        assert (share.payer, share.percent, share.grant_id) == ("Région", 100, ours)
    assert "Région" in amina.get(f"/caban/rue-de-la-poste/contracts/{contract.pk}/").content.decode()

    # The grant is taken back: what was said stays, and can still be saved.
    with inside(cast.caban):
        Allocation.objects.all().delete()
    again = data | {"form-0-payer": "Région", "form-0-grant": str(ours), "form-0-percent": "100,0"}
    assert amina.post(address, again).status_code == 302


def test_the_network_sees_how_many_posts_a_grant_pays_and_never_whose(cast: Cast) -> None:
    ours = a_grant(cast, "Aide A", cast.poste.pk, cast.abattoirs.pk)
    with inside(cast.poste):
        set_payers(
            contract=a_contract("Bram Secret", 38),
            shares=[Share("Région", Decimal(50), ours), Share("Nous", Decimal(50))],
        )
        set_payers(contract=a_contract("Zoé Secrète", 19), shares=[Share("Région", Decimal(100), ours)])
    with inside(cast.abattoirs):
        a_contract("Personne", 38)
    for epn in (cast.poste, cast.abattoirs):
        refresh_epn(epn.pk)

    names = {cast.poste.pk: "Poste", cast.abattoirs.pk: "Abattoirs"}
    with inside(cast.caban):
        found = posts_paid_by(ours, names, dt.date.today())
        assert [(one.epn, one.heads, one.fte) for one in found.rows] == [(cast.poste.pk, 2, Decimal("1.0000000000"))]
    dries = Client()
    dries.force_login(cast.dries)
    page = dries.get(f"/caban/funding/grants/{ours}/").content.decode()
    assert "Secr" not in page
    assert rows_of(dries, f"/caban/funding/grants/{ours}/?download=json&table=posts")[0]["heads"] == 2

    with inside(cast.poste), connection.cursor() as cursor:  # by raw SQL: the share's own table leaves the mark
        cursor.execute("UPDATE staff_payershare SET percent = 25 WHERE payer = 'Nous'")
        cursor.execute("UPDATE staff_payershare SET percent = 75 WHERE grant_id = %s AND percent = 50", [ours])
    refresh_epn(cast.poste.pk)
    with inside(cast.caban):
        assert [one.fte for one in posts_paid_by(ours, names, dt.date.today()).rows] == [Decimal("1.2500000000")]
    assert verify(cast.caban).differences == []
