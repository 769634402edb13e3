"""What happens in the course of a contract: its hours, breaks and who replaces, who pays, its history."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client

from tenants.staff.models import Contract, ContractBreak, ContractChange, FormerTerms, PayerShare, StaffMember
from tenants.staff.requirements import missing
from tenants.staff.services import add_contract
from tests.conftest import Cast, inside
from tests.staff.test_contract_pages import BASE, SignIn, save, typed, words


@pytest.fixture
def amina(cast: Cast, signed_in: SignIn) -> Client:
    return signed_in(cast.amina)


@pytest.fixture
def contract(cast: Cast) -> Contract:
    return save(cast, hours_per_week=Decimal(38))


def page(client: Client, contract: Contract) -> str:
    return words(client.get(f"{BASE}{contract.pk}/").content.decode())


def test_other_hours_from_a_day_on_keep_what_was_before(cast: Cast, amina: Client, contract: Contract) -> None:
    there = f"{BASE}{contract.pk}/hours/"

    saved = amina.post(there, {"starts_on": "2026-03-01", "hours_per_week": "19", "full_time_hours": "38"})
    again = amina.post(there, {"starts_on": "2026-03-01", "hours_per_week": "12", "full_time_hours": "38"})
    shown = page(amina, contract)

    assert saved.status_code == 302
    assert "changent déjà le 1er mars 2026" in words(again.content.decode())
    assert (
        "5 janvier 2026 – 28 février 2026 : 38 / 38" in shown
        and "à partir du 1er mars 2026 : 19 / 38 · 0,50 ETP" in shown
    )
    assert "D’autres heures à partir d’un jour" in shown and "Amina" in shown
    with inside(cast.poste):
        assert list(FormerTerms.objects.values_list("until", "hours_per_week")) == [(dt.date(2026, 2, 28), 38)]

    removed = amina.post(f"{there}remove/", follow=True)
    with inside(cast.poste):
        assert Contract.objects.get().hours_per_week == 38
        line = ContractChange.objects.order_by("-pk")[0]
    assert f"put-back/{line.pk}/" in removed.content.decode()
    amina.post(f"{BASE}{contract.pk}/put-back/{line.pk}/")
    with inside(cast.poste):
        assert Contract.objects.get().hours_per_week == 19 and FormerTerms.objects.count() == 1

    # One that was forgotten, before the other: it holds up to that one.
    assert (
        amina.post(there, {"starts_on": "2026-02-01", "hours_per_week": "30", "full_time_hours": "38"}).status_code
        == 302
    )
    shown = page(amina, contract)
    assert (
        "5 janvier 2026 – 31 janvier 2026 : 38 / 38" in shown
        and "1er février 2026 – 28 février 2026 : 30 / 38" in shown
    )
    assert "à partir du 1er mars 2026 : 19 / 38" in shown
    amina.post(f"{there}remove/")
    assert "à partir du 1er février 2026 : 30 / 38" in page(amina, contract)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"starts_on": "2026-01-05"}, "commence le 5 janvier 2026"),
        ({"starts_on": "2062-01-01"}, "plus tôt"),
        ({"hours_per_week": "40"}, "personne ne travaille plus"),
        ({"hours_per_week": "38"}, "rien ne changerait"),
        ({"hours_per_week": "a\0"}, "nombre"),
        ({"starts_on": ""}, "obligatoire"),
    ],
)
def test_a_change_of_hours_that_cannot_be_says_why(
    amina: Client, contract: Contract, wrong: dict[str, str], said: str
) -> None:
    usual = {"starts_on": "2026-03-01", "hours_per_week": "19", "full_time_hours": "38"}

    response = amina.post(f"{BASE}{contract.pk}/hours/", usual | wrong)

    assert response.status_code == 200 and said in words(response.content.decode())


def test_a_break_is_added_corrected_removed_put_back_and_says_who_replaces(
    cast: Cast, amina: Client, contract: Contract
) -> None:
    there = f"{BASE}{contract.pk}/breaks/"
    with time_machine.travel(dt.datetime(2026, 4, 15, 10, tzinfo=dt.UTC), tick=False):
        amina.post(f"{there}add/", {"kind": "long_leave", "starts_on": "2026-04-01", "ends_on": ""})
        with inside(cast.poste):
            pause = ContractBreak.objects.get()
        beside = amina.post(f"{there}add/", {"kind": "other", "starts_on": "2026-05-01", "ends_on": ""})
        amina.post(BASE + "add/", typed(name="Rania", type="replacement", replaces_id=str(contract.pk)))
        listed = words(amina.get(BASE).content.decode())
        shown = page(amina, contract)
        amina.post(f"{there}{pause.pk}/", {"kind": "long_leave", "starts_on": "2026-04-01", "ends_on": "2026-06-30"})
        removed = amina.post(f"{there}{pause.pk}/remove/", follow=True).content.decode()
        with inside(cast.poste):
            assert not ContractBreak.objects.exists()
            line = ContractChange.objects.filter(contract=contract.pk).order_by("-pk")[0]
        amina.post(f"{BASE}{contract.pk}/put-back/{line.pk}/")
        twice = words(amina.post(f"{BASE}{contract.pk}/put-back/{line.pk}/", follow=True).content.decode())

    assert "Il y a déjà une pause" in words(beside.content.decode())
    assert "congé de longue durée" in listed and "0,50 ETP" in listed  # hers alone: the other one is away
    assert "replaced by" not in shown and "remplacé par Rania" in shown
    assert f"put-back/{line.pk}/" in removed and "chevauche" in twice
    with inside(cast.poste):
        assert ContractBreak.objects.get().ends_on == dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"starts_on": "2025-12-31"}, "après cette pause"),
        ({"ends_on": "2026-03-31"}, "avant le début"),
        ({"ends_on": "2062-01-01"}, "plus tôt"),
        ({"kind": "flu"}, "flu"),
        ({"starts_on": "31/02/2026"}, "date"),
    ],
)
def test_a_break_that_cannot_be_says_why(amina: Client, contract: Contract, wrong: dict[str, str], said: str) -> None:
    usual = {"kind": "other", "starts_on": "2026-04-01", "ends_on": ""}

    response = amina.post(f"{BASE}{contract.pk}/breaks/add/", usual | wrong)

    assert response.status_code == 200 and said in words(response.content.decode())


def rows(*shares: tuple[str, str]) -> dict[str, str]:
    filled = {"form-TOTAL_FORMS": str(len(shares)), "form-INITIAL_FORMS": "0"}
    for number, (payer, percent) in enumerate(shares):
        filled |= {f"form-{number}-payer": payer, f"form-{number}-percent": percent}
    return filled


def test_shares_of_who_pays_are_a_whole_or_it_is_said_what_is_missing(
    cast: Cast, amina: Client, contract: Contract
) -> None:
    there = f"{BASE}{contract.pk}/payers/"

    for shares, said in (
        ([("CPAS", "60"), ("COCOF", "30")], "il manque 10 %"),
        ([("CPAS", "60"), ("COCOF", "50,5")], "10,5 % de trop"),
        ([("CPAS", "60"), ("cpas", "40")], "deux fois"),
        ([("CPAS", "")], "Quelle part"),
        ([("", "100")], "Qui paie cette part"),
        ([("CPAS", "abc")], "nombre"),
        ([("a\0b", "100")], "caractère"),
    ):
        response = amina.post(there, rows(*shares))
        assert response.status_code == 200 and said in words(response.content.decode()), shares
    assert amina.post(there, {"form-TOTAL_FORMS": "x"}).status_code == 200
    with inside(cast.poste):
        assert not PayerShare.objects.exists()

    amina.post(there, rows(("CPAS", "66,67"), ("<b>COCOF", "33,33"), ("", "")))
    shown = page(amina, contract)
    assert "CPAS : 66,67 %" in shown and "CPAS 66,67 %, &lt;b&gt;COCOF 33,33 %" in shown
    amina.post(there, rows(("", "")))
    assert "Pas indiqué" in page(amina, contract)


def test_who_comes_second_sees_both_versions(cast: Cast, amina: Client, signed_in: SignIn, contract: Contract) -> None:
    there = f"{BASE}{contract.pk}/change/"
    form = amina.get(there).context["form"]
    mine = typed(name="", member=str(contract.member_id), hours_per_week="30", version=form["version"].value())
    amina.post(there, mine | {"hours_per_week": "38", "role": "reception", "note": "a secret"})

    second = amina.post(there, mine)
    chosen = mine | {"version": second.context["form"].data["version"], "differs": ["hours_per_week", "role", "note"],
                     "keep-hours_per_week": "mine", "keep-role": "theirs", "keep-note": "theirs"}  # fmt: skip
    undecided = amina.post(there, {**chosen, "keep-role": ""})
    saved = amina.post(there, chosen)

    assert "m-versions" in second.content.decode() and "Accueil" in words(second.content.decode())
    assert undecided.status_code == 200 and saved.status_code == 302
    with inside(cast.poste):
        stored = Contract.objects.get()
        assert (stored.hours_per_week, stored.role, stored.note) == (30, "reception", "a secret")
        assert not ContractChange.objects.filter(after__contains={"note": "a secret"}).exists()


def test_a_prolongation_and_an_end_are_in_the_history(cast: Cast, amina: Client) -> None:
    contract = save(cast, type="cdd", planned_end=dt.date(2026, 6, 30))
    prolonged = typed(name="", type="cdd", member=str(contract.member_id), planned_end="2026-12-31")
    amina.post(f"{BASE}{contract.pk}/change/", prolonged | {"legal_employer": "ASBL"})
    amina.post(f"{BASE}{contract.pk}/end/", {"ended_on": "2026-09-30", "end_reason": "left", "after_end": ""})
    unknown = page(amina, contract)
    amina.post(f"{BASE}{contract.pk}/end/", {"ended_on": "2026-09-30", "end_reason": "left", "after_end": "job"})
    shown = page(amina, contract)

    assert "Fin prévue : 30 juin 2026 → devient 31 décembre 2026" in shown
    assert "pas encore indiqué" in unknown and "un emploi ailleurs" in shown
    wrong = amina.post(f"{BASE}{contract.pk}/end/", {"ended_on": "2026-09-30", "end_reason": "x"})
    assert wrong.status_code == 200


def test_what_a_type_asks_for_and_nobody_wrote_is_said_and_stops_nobody(cast: Cast, amina: Client) -> None:
    asked = {
        "acs": ("reference",), "maribel": (), "cpe": ("born_on",), "replacement": ("replaces_id",),
        "student": ("hours_per_year",), "art17": ("hours_per_year",), "freelance": ("reference",), "cdi": (),
        "art61": ("reference",), "internship": ("reference",), "volunteer": (), "seconded": (),
    }  # fmt: skip
    for kind, fields in asked.items():
        contract = save(cast, f"P {kind}", type=kind)
        assert tuple(one.field for one in missing(contract)) == fields, kind
    old = save(cast, "Old", type="art60", starts_on=dt.date(2024, 1, 1), planned_end=dt.date(2025, 6, 30))
    new = save(cast, "New", type="art60", starts_on=dt.date(2026, 1, 1), planned_end=dt.date(2026, 12, 31))
    assert [one.field for one in missing(old)] == ["born_on"] and missing(new) == []

    listed = words(amina.get(BASE).content.decode())
    assert "incomplet : numéro de poste Actiris" in listed.replace("Numéro", "numéro")


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"type": "cpe", "born_on": dt.date(1999, 12, 31)}, "born_on", "age"),
        ({"type": "cpe", "born_on": dt.date(2062, 1, 1)}, "born_on", "not_a_birth"),
        ({"type": "freelance", "reference": "0123.456.789"}, "reference", "mistyped"),
        ({"type": "replacement", "replaces_id": 4711}, "replaces_id", "unknown_contract"),
        ({"type": "student", "hours_per_year": Decimal(700)}, "confirmed", "too_many_hours"),
        ({"type": "maribel", "hours_per_week": Decimal(18)}, "confirmed", "under_half_time"),
        ({"type": "cdi", "hours_per_year": Decimal(9000)}, "hours_per_year", "out_of_range"),
        ({"type": "cdi", "host": "x" * 161}, "host", "too_long"),
        ({"type": "cdi", "reference": "a\0"}, "reference", "null"),
        ({"type": "cdi", "end_reason": "x"}, "end_reason", "unknown_answer"),
    ],
)
def test_what_cannot_be_under_a_type_is_refused(cast: Cast, facts: dict[str, Any], field: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        save(cast, **facts)

    assert [one.code for one in caught.value.error_dict[field]] == [code]


def test_a_date_of_birth_is_kept_only_where_a_rule_needs_it(cast: Cast, amina: Client) -> None:
    amina.post(BASE + "add/", typed(name="Ines", type="cpe", born_on="2004-05-06"))
    amina.post(BASE + "add/", typed(name="Karl", type="cdi", born_on="2004-05-06"))
    amina.post(BASE + "add/", typed(name="Lea", type="freelance", reference="0403.019.261", legal_employer="Léa"))

    with inside(cast.poste):
        ages = dict(StaffMember.objects.values_list("name", "born_on"))
        ines, karl = StaffMember.objects.get(name="Ines"), StaffMember.objects.get(name="Karl")
        with pytest.raises(ValidationError):
            add_contract(member=karl, type="cdi", legal_employer="ASBL", starts_on=dt.date(2026, 1, 5),
                         hours_per_week=Decimal(19), replaces_id=karl.contracts.get().pk)  # fmt: skip
    assert ages == {"Ines": dt.date(2004, 5, 6), "Karl": None, "Lea": None}
    assert 'name="born_on"' in amina.get(f"{BASE}people/{ines.pk}/change/").content.decode()
    assert 'name="born_on"' not in amina.get(f"{BASE}people/{karl.pk}/change/").content.decode()
