"""One person's data in one file, complete; and former staff are forgotten by the rule of their contract type."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.test import Client

from maillage.reference.models import DatedRule
from maillage.reference.selectors import forget
from tenants.handover.models import HeldThing
from tenants.privacy.about_people import paths
from tenants.privacy.forgetting import DELETE, FATE, KEEP, forget_former_staff, forgotten_from, years_kept
from tenants.staff.models import Contract, ContractBreak, StaffMember, Training
from tests.conftest import Cast, inside

DATA = "/caban/rue-de-la-poste/privacy/"
BRUSSELS = ("be-bru", "be")


def test_no_table_about_people_is_left_without_a_fate() -> None:
    assert {model._meta.label for model in paths()} == set(FATE)
    for model in paths():
        fate = FATE[model._meta.label]
        assert fate in (KEEP, DELETE) or set(fate) <= {field.name for field in model._meta.fields}


def hired(name: str, kind: str = "cdd", ended: dt.date | None = None, **account: object) -> StaffMember:
    member: StaffMember = StaffMember.objects.create(name=name, born_on=dt.date(1990, 5, 4), **account)
    contract = Contract.objects.create(
        member=member, type=kind, starts_on=dt.date(2015, 1, 1), ended_on=ended, hours_per_week=Decimal(19),
        note="note de Zoé", reference="ACS-123",
    )  # fmt: skip
    ContractBreak.objects.create(contract=contract, kind="long_leave", starts_on=dt.date(2016, 2, 1))
    Training.objects.create(member=member, kind="badge", title="Secourisme", obtained_on=dt.date(2016, 1, 1))
    HeldThing.objects.create(member=member, kind="key", label="Clé", since=dt.date(2016, 1, 1))
    return member


def test_everything_about_one_person_is_in_one_file_and_nothing_about_others(cast: Cast) -> None:
    with inside(cast.poste):
        zoe, bram = hired("Zoé"), hired("Bram", account=cast.bram)
        deleted = Contract.objects.get(member=bram)
        deleted.deleted_at = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
        deleted.save()
    amina, himself = Client(), Client()
    amina.force_login(cast.amina)
    himself.force_login(cast.bram)

    file = json.loads(amina.get(f"{DATA}people/{bram.pk}/?download=json").content)
    assert set(file["tables"]) == {
        "staff.StaffMember", "staff.Contract", "staff.ContractBreak", "staff.Training", "handover.HeldThing",
    }  # fmt: skip
    assert [row["note"] for row in file["tables"]["staff.Contract"]] == ["note de Zoé"], (
        "a deleted one is kept, so told"
    )
    assert file["account"]["email"] == cast.bram.email
    assert "Zoé" not in json.dumps(file["tables"]["staff.StaffMember"])
    page = himself.get(f"{DATA}me/").content.decode()
    assert "Secourisme" in page
    assert "ontrat à durée déterminée" in page or "CDD" in page, "in words, not in codes"
    assert not [code for code in ("Created at", "long_leave", ">cdd<", "19.00") if code in page]
    assert himself.get(f"{DATA}me/?download=json").json()["about"] == "Bram"
    assert himself.get(f"{DATA}people/{zoe.pk}/").status_code == 403
    assert "est lié à personne" in amina.get(f"{DATA}me/").content.decode()
    assert '<td class="m-num">7</td>' in amina.get(DATA).content.decode(), "years that volunteers are kept"
    assert amina.get(f"{DATA}people/999999/").status_code == 404


@pytest.mark.parametrize(
    ("kind", "ended", "first_day"),
    [
        ("cdd", dt.date(2020, 6, 30), dt.date(2025, 7, 1)),  # 5 years: royal decree of 8-8-1980, art. 25
        ("volunteer", dt.date(2020, 6, 30), dt.date(2027, 7, 1)),  # 7 years: Code of economic law, art. III.86
        ("cdi", dt.date(2020, 2, 29), dt.date(2025, 3, 2)),  # 29 February has no like five years later
        ("cdi", None, None),  # it runs
    ],
)
def test_a_name_is_kept_by_the_rule_of_its_contract(
    cast: Cast, kind: str, ended: dt.date | None, first_day: dt.date | None
) -> None:
    contract = Contract(type=kind, starts_on=dt.date(2015, 1, 1), ended_on=ended)
    day = dt.date(2026, 1, 1)
    assert forgotten_from([contract], lambda code: years_kept(code, BRUSSELS, day)) == first_day


def test_a_rule_is_changed_by_editing_data_and_a_missing_one_forgets_nobody(cast: Cast) -> None:
    day = dt.date(2026, 1, 1)
    assert years_kept("cdd", ("nl",), day) is None
    assert years_kept("cdd", BRUSSELS, dt.date(1970, 1, 1)) is None
    DatedRule.objects.create(
        rule="retention_years_cdd",
        region="be-bru",
        valid_from=dt.date(2025, 1, 1),
        value=8,
        unit="years",
        source="test",
    )
    forget()
    try:
        assert years_kept("cdd", BRUSSELS, day) == 8
        assert years_kept("cdi", BRUSSELS, day) == 5
    finally:
        DatedRule.objects.filter(rule="retention_years_cdd").delete()
        forget()


def test_former_staff_are_forgotten_and_what_figures_count_stays(cast: Cast) -> None:
    day = dt.date(2026, 1, 1)
    with inside(cast.poste):
        zoe = hired("Zoé", ended=dt.date(2020, 6, 30))
        hired("Yan", ended=dt.date(2022, 6, 30))
        before = list(Contract.objects.order_by("pk").values_list("type", "starts_on", "ended_on", "hours_per_week"))

        run = forget_former_staff(BRUSSELS, day)
        assert run is not None
        assert run.people == 1
        assert forget_former_staff(BRUSSELS, day) is None, "twice is once"

        after = StaffMember.objects.get(pk=zoe.pk)
        assert (after.name, after.born_on, after.account_id) == (f"n° {zoe.pk}", None, None)
        contract = Contract.objects.get(member=zoe)
        assert (contract.note, contract.reference) == ("", "")
        assert ContractBreak.objects.filter(contract=contract).exists()
        assert not Training.objects.filter(member=zoe).exists()
        assert not HeldThing.objects.filter(member=zoe).exists()
        assert StaffMember.objects.filter(name="Yan").exists()
        assert (
            list(Contract.objects.order_by("pk").values_list("type", "starts_on", "ended_on", "hours_per_week"))
            == before
        )


def test_whoever_was_never_hired_after_all_is_forgotten_thirty_days_after_the_mistake(cast: Cast) -> None:
    with inside(cast.poste):
        yan, zoe = hired("Yan"), hired("Zoé", ended=dt.date(2024, 6, 30))
        deleted = dt.datetime(2025, 11, 20, 12, tzinfo=dt.UTC)
        Contract.objects.filter(member=yan).update(deleted_at=deleted)
        Contract.objects.create(
            member=zoe, type="cdd", starts_on=dt.date(2025, 1, 1), hours_per_week=Decimal(19), deleted_at=deleted
        )

        assert forget_former_staff(BRUSSELS, dt.date(2025, 12, 19)) is None, "it may still be brought back"
        run = forget_former_staff(BRUSSELS, dt.date(2025, 12, 20))
        assert run is not None
        assert run.people == 1
        assert StaffMember.objects.get(pk=yan.pk).name == f"n° {yan.pk}"
        assert StaffMember.objects.get(pk=zoe.pk).name == "Zoé", "a contract that stands keeps the name by its own rule"
