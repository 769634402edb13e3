"""The pages of contracts, as Amina meets them; and what nobody else sees."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.staff.models import Contract, StaffMember
from tenants.staff.services import NewMember, add_contract
from tests.conftest import Cast, inside

BASE = "/caban/rue-de-la-poste/contracts/"
SignIn = Callable[[Person], Client]


@pytest.fixture
def amina(cast: Cast, signed_in: SignIn) -> Client:
    return signed_in(cast.amina)


def typed(**others: Any) -> dict[str, Any]:
    return {
        "name": "Bram Peeters",
        "type": "cdi",
        "role": "animation",
        "legal_employer": "ASBL de la Poste",
        "starts_on": "2026-01-05",
        "planned_end": "",
        "hours_per_week": "19",
        "full_time_hours": "38",
        "note": "",
        **others,
    }


def save(cast: Cast, name: str = "Bram Peeters", **others: Any) -> Contract:
    usual: Any = {
        "type": "cdi",
        "legal_employer": "ASBL",
        "starts_on": dt.date(2026, 1, 5),
        "hours_per_week": Decimal(19),
    }
    with inside(cast.poste):
        return add_contract(member=NewMember(name), **{**usual, **others})


def main_of(html: str) -> str:
    return html.split("<main", 1)[1].split("</main>")[0]


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", main_of(html)).split())


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_whole_in_every_language(cast: Cast, amina: Client, language: str) -> None:
    today = timezone.localdate()
    contract = save(cast, type="cdd", planned_end=today + dt.timedelta(days=12))
    save(cast, "Victor", type="volunteer", legal_employer="", hours_per_week=Decimal("4.5"))
    save(cast, "Zoé", type="cdd", planned_end=dt.date(2026, 2, 5))
    save(cast, "Fatou", starts_on=today + dt.timedelta(days=9))
    amina.cookies["django_language"] = language

    for page in ("", "ended/", "add/", "add/?type=art60", f"{contract.pk}/", f"{contract.pk}/change/",
                 f"{contract.pk}/end/", f"{contract.pk}/delete/", f"people/{contract.member_id}/",
                 f"people/{contract.member_id}/change/"):  # fmt: skip
        response = amina.get(BASE + page)
        html = response.content.decode()
        assert response.status_code == 200, page
        assert f'<html lang="{language}">' in html
        assert "⟦undefined" not in html, page
        assert html.count("<h1>") == 1
        assert len(html.encode()) < 40_000


def test_an_empty_list_says_what_to_do(amina: Client) -> None:
    html = amina.get(BASE).content.decode()

    assert "Aucun contrat" in html
    assert f'href="{BASE}add/"' in html


def test_the_list_says_when_each_ends_and_keeps_volunteers_apart(cast: Cast, amina: Client) -> None:
    today = timezone.localdate()
    save(cast, "Amina", hours_per_week=Decimal("28.5"))
    save(cast, "Bram", type="art60", planned_end=today + dt.timedelta(days=12), hours_per_week=Decimal(38))
    save(cast, "Victor", type="volunteer", legal_employer="", hours_per_week=Decimal("4.5"))

    text = words(amina.get(BASE).content.decode())

    assert "finit dans 12 jours" in text
    assert "1,75" in text
    assert text.index("Bram") < text.index("Amina") < text.index("Victor")
    assert re.search(r"Bénévoles et autres 1 4,5 heures par semaine", text)


def test_a_contract_is_added_for_a_new_person(cast: Cast, amina: Client) -> None:
    response = amina.post(BASE + "add/", typed(hours_per_week="19,5", account=str(cast.bram.pk)), follow=True)

    with inside(cast.poste):
        saved = Contract.objects.get()
    assert response.redirect_chain == [(f"{BASE}{saved.pk}/", 302)]
    assert "Le contrat de Bram Peeters est enregistré : 0,51 ETP." in words(response.content.decode())
    with inside(cast.poste):
        contract = Contract.objects.select_related("member").get()
    assert contract.hours_per_week == Decimal("19.50")
    assert (contract.member.name, contract.member.account_id) == ("Bram Peeters", cast.bram.pk)


def test_a_second_contract_is_added_for_somebody_of_the_list(cast: Cast, amina: Client) -> None:
    first = save(cast)

    amina.post(BASE + "add/", typed(name="", member=str(first.member_id), hours_per_week="10"))

    with inside(cast.poste):
        assert Contract.objects.filter(member=first.member_id).count() == 2
        assert StaffMember.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": ""}, "écrivez le nom"),
        ({"name": "a\0b"}, "Le caractère"),
        ({"type": "nothing"}, "n’existe pas"),
        ({"type": ""}, "obligatoire"),
        ({"role": "king"}, "king"),
        ({"hours_per_week": "40"}, "personne ne travaille plus"),
        ({"hours_per_week": "abc"}, "nombre"),
        ({"hours_per_week": "NaN"}, "nombre"),
        ({"hours_per_week": "1e9"}, "chiffres"),
        ({"starts_on": "2062-01-01"}, "plus d’un an"),
        ({"starts_on": "31/02/2026"}, "date"),
        ({"planned_end": "2062-01-01"}, "dix ans"),
        ({"planned_end": "2025-01-01"}, "avant le début"),
        ({"type": "cdd"}, "toujours une fin"),
        ({"legal_employer": ""}, "Nous proposons « ASBL »"),
        ({"type": "art60", "planned_end": "2026-12-31", "legal_employer": ""}, "CPAS Schaerbeek"),
        ({"account": "999999"}, "999999"),
        ({"member": "999999", "name": ""}, "choix"),
        ({"legal_employer": "x" * 200}, "160"),
    ],
)
def test_what_is_wrong_is_said_and_the_form_keeps_what_was_typed(
    cast: Cast, amina: Client, wrong: dict[str, str], said: str
) -> None:
    save(cast, "Amina")

    response = amina.post(BASE + "add/", typed(note="à garder", **wrong))

    html = response.content.decode()
    assert response.status_code == 200
    assert "⟦undefined" not in html
    assert "à garder" in html
    assert said in words(html) or f'value="{said}"' in html
    assert "m-summary" in html
    with inside(cast.poste):
        assert Contract.objects.count() == 1


def test_markup_and_formulas_are_only_text(cast: Cast, amina: Client) -> None:
    amina.post(
        BASE + "add/", typed(name="<script>alert(1)</script>", legal_employer='=HYPERLINK("x")', note="@SUM(A1)")
    )

    html = amina.get(BASE).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html

    response = amina.get(BASE + "export/")
    table = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    header, row = list(csv.reader(io.StringIO(table), delimiter=";"))
    cells = dict(zip(header, row, strict=True))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    name = response["Content-Disposition"]
    assert re.search(r'filename="caban-rue-de-la-poste-contracts-\d{4}-\d\d-\d\d-\d\dh\d\d\.csv"', name)
    assert cells["Employeur légal"] == '\'=HYPERLINK("x")'
    assert cells["Note"] == "'@SUM(A1)"
    assert (cells["Heures par semaine (Q)"], cells["ETP"]) == ("19,00", "0,5000")


def test_more_than_full_time_is_saved_after_a_tick(cast: Cast, amina: Client) -> None:
    first = save(cast, hours_per_week=Decimal(38))
    again = typed(name="", member=str(first.member_id))

    asked = amina.post(BASE + "add/", again).content.decode()
    assert "1,50 ETP" in words(asked)
    assert 'value="beyond_full_time"' in asked
    assert "⟦undefined" not in asked

    saved = amina.post(BASE + "add/", {**again, "confirmed": "beyond_full_time"})
    assert saved.status_code == 302


def test_an_answer_to_a_question_of_before_is_no_answer_to_a_new_one(cast: Cast, amina: Client) -> None:
    first = save(cast, hours_per_week=Decimal(38))

    response = amina.post(BASE + "add/", typed(name="", member=str(first.member_id), confirmed="same_name"))

    assert response.status_code == 200
    assert 'value="beyond_full_time"' in response.content.decode()


def test_a_contract_is_changed_ended_deleted_and_brought_back(cast: Cast, amina: Client) -> None:
    contract = save(cast)
    page = f"{BASE}{contract.pk}/"
    with inside(cast.poste):
        member = contract.member_id

    amina.post(f"{page}change/", typed(name="", member=str(member), role="coordination", hours_per_week="38"))
    amina.post(f"{page}end/", {"ended_on": "2026-03-31"})
    with inside(cast.poste):
        contract.refresh_from_db()
    assert (contract.role, contract.fte, contract.ended_on) == ("coordination", 1, dt.date(2026, 3, 31))

    assert "Bram Peeters" in words(amina.get(BASE + "ended/").content.decode())

    deleted = amina.post(f"{page}delete/", follow=True).content.decode()
    assert f'action="{page}restore/"' in deleted
    assert amina.get(page).status_code == 404

    amina.post(f"{page}restore/")
    assert amina.get(page).status_code == 200


def test_a_bad_end_keeps_the_form(cast: Cast, amina: Client) -> None:
    contract = save(cast)

    for day, said in (("2025-01-01", "avant le début"), ("2062-01-01", "dix ans"), ("", "obligatoire")):
        response = amina.post(f"{BASE}{contract.pk}/end/", {"ended_on": day})
        assert response.status_code == 200
        assert said in words(response.content.decode())


def test_a_name_is_corrected_and_an_account_linked(cast: Cast, amina: Client) -> None:
    contract = save(cast)

    amina.post(f"{BASE}people/{contract.member_id}/change/", {"name": "Bram P.", "account": str(cast.bram.pk)})

    with inside(cast.poste):
        member = StaffMember.objects.get()
    assert (member.name, member.account_id) == ("Bram P.", cast.bram.pk)


def test_an_account_that_is_taken_says_whose_it_is(cast: Cast, amina: Client) -> None:
    with inside(cast.poste):
        add_contract(member=NewMember("Bram", cast.bram.pk), type="cdi", legal_employer="ASBL",
                     starts_on=dt.date(2026, 1, 5), hours_per_week=Decimal(19))  # fmt: skip
    other = save(cast, "Somebody")

    html = amina.post(
        f"{BASE}people/{other.member_id}/change/", {"name": "Somebody", "account": str(cast.bram.pk)}
    ).content.decode()

    assert "lié à Bram" in words(html)


@pytest.mark.parametrize("page", ["", "ended/", "add/", "export/", "1/", "1/change/", "people/1/"])
def test_an_animator_sees_nothing_of_contracts(cast: Cast, signed_in: SignIn, page: str) -> None:
    save(cast)
    bram = signed_in(cast.bram)

    assert bram.get(BASE + page).status_code == 403
    assert "contracts" not in main_of(bram.get("/caban/rue-de-la-poste/").content.decode())


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40, "9" * 5000])
def test_a_contract_that_is_not_there_is_a_404(amina: Client, number: str) -> None:
    assert amina.get(f"{BASE}{number}/").status_code == 404
    assert amina.post(f"{BASE}{number}/restore/").status_code == 404


def test_a_contract_of_another_epn_is_not_reached_by_its_number(cast: Cast, signed_in: SignIn) -> None:
    contract = save(cast)
    chloe = signed_in(cast.chloe)

    assert chloe.get(f"/caban/abattoirs/contracts/{contract.pk}/").status_code == 404
    assert chloe.post(f"/caban/abattoirs/contracts/{contract.pk}/restore/").status_code == 404


def test_a_page_number_that_is_none_gives_a_page(cast: Cast, amina: Client) -> None:
    for number in ("x", "-1", "0", "999"):
        assert amina.get(BASE + "ended/", {"page": number}).status_code == 200


def test_the_list_takes_a_handful_of_statements_whatever_its_length(
    cast: Cast, amina: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        save(cast, f"Person {number}")

    with django_assert_max_num_queries(20):
        amina.get(BASE)
