"""Article 60 as Amina meets it, and what Bram sees of his own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.article60.models import Convention, Evaluation
from tenants.article60.selectors import clock_of, end_of
from tenants.article60.services import add_evaluation, save_convention
from tenants.handover.selectors import leaving
from tenants.staff.fte.selectors import fte_of_person
from tenants.staff.models import Contract, StaffMember
from tenants.staff.selectors import other_contracts
from tests.conftest import Cast, inside

BASE = "/caban/rue-de-la-poste/article-60/"
TODAY = dt.date(2026, 11, 16)
SignIn = Callable[[Person], Client]


@pytest.fixture(autouse=True)
def _the_day_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_args, **_others: TODAY)


@pytest.fixture
def amina(cast: Cast, signed_in: SignIn) -> Client:
    return signed_in(cast.amina)


@pytest.fixture
def bram(cast: Cast) -> Contract:
    """Bram's contract: full time, from April; Zoé has one as well."""
    with inside(cast.poste):
        made = [
            Contract.objects.create(
                member=StaffMember.objects.create(name=name, account_id=account), type="art60",
                legal_employer="CPAS de Schaerbeek", starts_on=dt.date(2026, 4, 1), planned_end=dt.date(2027, 3, 31),
                hours_per_week=Decimal(38),
            )
            for name, account in (("Bram Peeters", cast.bram.pk), ("Zoé Dupont", None))
        ]  # fmt: skip
    first: Contract = made[0]
    return first


def typed(**others: str) -> dict[str, str]:
    return {
        "cpas": "CPAS de Schaerbeek", "cpas_end": "", "contribution": "", "tasks": "", "hours_per_week": "",
        "hours_per_day": "", "signed_on": "", "prior_days": "", "contact": "", **others,
    }  # fmt: skip


def main_of(response: Any) -> str:
    html: str = response.content.decode()
    html = html.replace("&#x27;", "’").replace("'", "’")
    return " ".join(html.split("<main", 1)[1].split("</main>")[0].replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize(
    ("ended", "cpas", "planned", "estimated", "expected"),
    [
        ("2026-09-01", "2027-01-31", "2027-03-31", "2027-02-28", ("real", "2026-09-01")),
        (None, "2027-01-31", "2027-03-31", "2027-02-28", ("cpas", "2027-01-31")),
        (None, "2027-06-30", "2027-03-31", "2027-02-28", ("cpas", "2027-06-30")),
        (None, None, "2027-03-31", "2027-02-28", ("planned", "2027-03-31")),
        (None, None, None, "2027-02-28", ("estimate", "2027-02-28")),
        (None, None, None, None, ("estimate", None)),
    ],
)
def test_what_is_known_wins_over_what_is_reckoned(
    ended: str | None, cpas: str | None, planned: str | None, estimated: str | None, expected: tuple[str, str | None]
) -> None:
    def day(text: str | None) -> dt.date | None:
        return dt.date.fromisoformat(text) if text else None

    contract = Contract(starts_on=dt.date(2026, 4, 1), planned_end=day(planned), ended_on=day(ended))

    by, ends_on = end_of(contract, Convention(cpas_end=day(cpas)), day(estimated))

    assert (by.value, ends_on) == (expected[0], day(expected[1]))


def test_from_an_unknown_convention_to_the_date_of_the_cpas_in_the_contract(
    cast: Cast, amina: Client, bram: Contract
) -> None:
    page = main_of(amina.get(f"{BASE}{bram.pk}/"))
    for words in ("31 mars 2027", "Estimation", "312 jours", "UVCW art-9743", "1er mars 2026", "Pas connu", "195"):
        assert words in page, words

    sent = typed(cpas_end="2027-01-31", contribution="250,50", prior_days="52", tasks="Aide au guichet", contact="02")
    assert amina.post(f"{BASE}{bram.pk}/convention/", sent).status_code == 302
    page = main_of(amina.get(f"{BASE}{bram.pk}/"))
    assert "31 janvier 2027" in page
    assert "250,50 €" in page
    assert "Le CPAS dit : 31 janvier 2027" in page
    # 312 − 52 = 260 days: ten months of 26.
    assert "Estimation : 31 janvier 2027." in page
    home = main_of(amina.get(BASE))
    assert "Le contrat lui-même dit : 31 mars 2027" in home
    assert home.index("Bram Peeters") < home.index("Zoé Dupont")
    assert "Bram Peeters" in amina.get(BASE, {"download": "csv"}).getvalue().decode()

    assert amina.post(f"{BASE}{bram.pk}/take-date/").status_code == 302
    with inside(cast.poste):
        bram.refresh_from_db()
        assert bram.planned_end == dt.date(2027, 1, 31)
        kept = Convention.objects.get()
        assert (kept.cpas, kept.contribution_cents, kept.contribution) == ("", 25050, Decimal("250.5"))
    assert "Le CPAS dit" not in main_of(amina.get(f"{BASE}{bram.pk}/"))
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"convention.saved", "contract.changed"}

    # Nothing to pay is known; an empty field isn't.
    amina.post(f"{BASE}{bram.pk}/convention/", typed(contribution="0"))
    with inside(cast.poste):
        assert Convention.objects.get().contribution_cents == 0
        assert clock_of(Contract.objects.get(pk=bram.pk), TODAY).estimate.day == dt.date(2027, 3, 31)


def test_the_date_of_the_cpas_is_that_of_the_contract_and_of_every_list(
    cast: Cast, amina: Client, bram: Contract
) -> None:
    lists, form = "/caban/rue-de-la-poste/contracts/", f"{BASE}{bram.pk}/convention/"
    assert f'href="{form}"' in main_of(amina.get(f"{lists}{bram.pk}/")), "nothing is written: straight to the form"
    assert amina.get(form).context["form"]["in_contract"].value() is True
    assert amina.post(form, typed(cpas_end="2026-12-15", in_contract="on")).status_code == 302
    with inside(cast.poste):
        bram.refresh_from_db()
    assert bram.planned_end == dt.date(2026, 12, 15)
    assert "31 mars 2027 <" in main_of(amina.get(f"{lists}{bram.pk}/")), "its history says what stood there"

    # Who leaves on that day may be hired from the next one on: that isn't two full times at once.
    assert amina.post(form, typed(cpas_end="2026-12-10")).status_code == 302
    hired = {"member": str(bram.member_id), "type": "cdi", "role": "animation", "legal_employer": "ASBL",
             "starts_on": "2026-12-11", "hours_per_week": "38", "full_time_hours": "38"}  # fmt: skip
    with inside(cast.poste):
        assert other_contracts(bram.member_id)[0].ends_on == dt.date(2026, 12, 10)
    assert amina.post(f"{lists}add/", {**hired, "starts_on": "2026-12-10"}).status_code == 200
    assert amina.post(f"{lists}add/", hired).status_code == 302
    with inside(cast.poste):
        Contract.objects.filter(type="cdi").delete()

    # Left apart on purpose: the contract keeps its day, and no list believes it.
    assert amina.post(form, typed(cpas_end="2026-11-10")).status_code == 302
    assert amina.get(form).context["form"]["in_contract"].value() is False
    assert "Bram Peeters" not in main_of(amina.get(lists)).split("En cours")[1]
    assert "10 novembre 2026" in main_of(amina.get(f"{lists}ended/"))
    assert amina.post(form, typed(cpas_end="2027-01-31")).status_code == 302
    running = main_of(amina.get(lists))
    assert "1er avril 2026 – 31 janvier 2027" in running
    assert "Bram Peeters" not in main_of(amina.get(f"{lists}ended/"))
    with inside(cast.poste):
        assert [one.last_day for one in leaving()] == [dt.date(2027, 1, 31)], "so does the end of his access"
        year = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
        assert fte_of_person(bram.member_id, *year) == Decimal(31) / 365, "and so do his FTE"


def test_of_two_coordinators_at_one_convention_the_second_sees_both_versions(
    cast: Cast, amina: Client, bram: Contract
) -> None:
    form = f"{BASE}{bram.pk}/convention/"
    version = amina.get(form).context["form"]["version"].value()
    assert amina.post(form, typed(contribution="100", version=version)).status_code == 302

    both = amina.post(form, typed(contribution="200", version=version))

    assert both.status_code == 200
    assert [one.name for one in both.context["differences"]] == ["contribution"]
    newer = both.context["form"]["version"].value()
    chosen = typed(contribution="200", version=newer, differs="contribution", keep="mine")
    assert amina.post(form, chosen).status_code == 302
    with inside(cast.poste):
        assert Convention.objects.get().contribution_cents == 20000


BAD = [
    ("cpas_end", "2026-03-31", "avant le début"),
    ("cpas_end", "2062-01-31", "dix ans"),
    ("cpas_end", "31 février", ""),
    ("contribution", "-5", "entre 0 et"),
    ("contribution", "20620000", "entre 0 et"),
    ("contribution", "9" * 30, ""),
    ("contribution", "=1+1", ""),
    ("prior_days", "-1", "Entre 0 et"),
    ("prior_days", "9" * 30, "Entre 0 et"),
    ("hours_per_week", "39", "Entre 0,25 et 38"),
    ("hours_per_day", "25", "Entre 0,25 et 12"),
    ("signed_on", "2062-01-31", "Vérifiez l’année"),
    ("tasks", "Appeler le 0470 12 34 56", "donnée personnelle"),
    ("tasks", "a\0b", ""),
    ("contact", "x" * 161, ""),
]


def test_bad_input_is_refused_in_words_and_comes_back_as_it_was_typed(
    cast: Cast, amina: Client, bram: Contract
) -> None:
    for field, value, words in BAD:
        response = amina.post(f"{BASE}{bram.pk}/convention/", typed(**{"contact": "<b>=1+1</b>", field: value}))

        html = response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&#x27;", "’")
        assert response.status_code == 200, (field, value)
        assert words in html.replace("'", "’"), (field, value)
        assert "<b>=1+1" not in html
        if field != "contact":
            assert "&lt;b&gt;=1+1&lt;/b&gt;" in html
    with inside(cast.poste):
        assert not Convention.objects.exists()
    assert amina.post(f"{BASE}{bram.pk}/convention/", typed(contact="=1+1 <b>")).status_code == 302
    assert "=1+1 &lt;b&gt;" in main_of(amina.get(f"{BASE}{bram.pk}/"))


def test_an_evaluation_is_planned_done_changed_and_deleted_within_the_contract(
    cast: Cast, amina: Client, bram: Contract
) -> None:
    add = f"{BASE}{bram.pk}/evaluations/add/"
    for planned, done, words in (
        ("", "", "prévu"), ("2026-03-31", "", "en dehors du contrat"), ("2027-04-01", "", "en dehors du contrat"),
        ("", "2026-12-24", "futur"), ("2062-01-01", "", "en dehors"),
    ):  # fmt: skip
        refused = amina.post(add, {"planned_on": planned, "done_on": done, "conclusion": "Va bien"})
        assert refused.status_code == 200
        assert words in refused.content.decode(), (planned, done)
        assert "Va bien" in refused.content.decode()
    asks = amina.post(add, {"planned_on": "2026-12-01", "done_on": "", "conclusion": "zoe@example.org"})
    assert "donnée personnelle" in asks.content.decode()

    assert amina.post(add, {"planned_on": "2026-12-01", "done_on": "", "conclusion": ""}).status_code == 302
    assert "1er décembre 2026" in main_of(amina.get(BASE))
    with inside(cast.poste):
        made = Evaluation.objects.get()
    change = {"planned_on": "2026-12-01", "done_on": "2026-11-10", "conclusion": "Va bien au guichet"}
    assert amina.post(f"{BASE}evaluations/{made.pk}/", change).status_code == 302
    assert "Va bien au guichet" in main_of(amina.get(f"{BASE}{bram.pk}/"))
    assert amina.post(f"{BASE}evaluations/{made.pk}/delete/").status_code == 302
    with inside(cast.poste):
        assert not Evaluation.objects.exists()


def test_what_if_answers_and_keeps_nothing(cast: Cast, amina: Client, bram: Contract) -> None:
    def ask(**said: str) -> str:
        usual = {"starts_on": "2026-04-01", "hours_per_week": "38", "full_time_hours": "38", "prior_days": ""}
        return main_of(amina.get(f"{BASE}what-if/", {**usual, **said}))

    assert "Estimation : 31 mars 2027." in ask()
    assert "Estimation : 10 août 2026." in ask(prior_days="200")
    assert "Estimation : 31 mars 2028." in ask(hours_per_week="19")
    assert "entre le 31 décembre 2024 et le 31 décembre 2025" in ask(starts_on="2024-01-01")
    assert "Estimation : 30 juin 2025." in ask(starts_on="2024-01-01", age="art60_days_36_49")
    for bad in ({"starts_on": "2062-01-01"}, {"hours_per_week": "40"}, {"prior_days": "-1"}, {"age": "=1"},
                {"starts_on": "a\0"}, {"hours_per_week": "1e9"}, {"full_time_hours": "0"}):  # fmt: skip
        assert "Estimation :" not in ask(**bad), bad
    assert "2026-04-01" in amina.get(f"{BASE}{bram.pk}/what-if/").content.decode()


def test_bram_sees_his_own_contract_and_nobody_elses(cast: Cast, signed_in: SignIn, bram: Contract) -> None:
    with inside(cast.poste):
        save_convention(contract=bram, tasks="Aide au guichet", prior_days=0)
        add_evaluation(contract=bram, planned_on=dt.date(2026, 12, 1))
    own = signed_in(cast.bram)

    page = main_of(own.get(f"{BASE}mine/"))

    assert f'href="{BASE}mine/"' in main_of(own.get("/caban/rue-de-la-poste/contracts/mine/"))
    assert "Aide au guichet" in page
    assert "1er décembre 2026" in page
    assert "Zoé" not in page
    for path in ("", f"{bram.pk}/", f"{bram.pk}/convention/", "outcomes/", "what-if/"):
        assert own.get(f"{BASE}{path}").status_code == 403, path
    assert signed_in(cast.chloe).get(f"{BASE}{bram.pk}/").status_code == 404
    assert "Vous n’avez pas" in main_of(signed_in(cast.amina).get(f"{BASE}mine/"))


def test_what_became_of_those_who_left_is_counted_by_year(cast: Cast, amina: Client, bram: Contract) -> None:
    with inside(cast.poste):
        for day, after in (("2025-06-30", "job"), ("2025-12-31", "unemployment"), ("2026-06-30", "")):
            Contract.objects.create(
                member=bram.member, type="art60", legal_employer="CPAS", starts_on=dt.date(2024, 1, 1),
                planned_end=dt.date.fromisoformat(day), hours_per_week=Decimal(38), after_end=after,
            )  # fmt: skip

    page = main_of(amina.get(f"{BASE}outcomes/"))
    rows = amina.get(f"{BASE}outcomes/", {"download": "json"})

    assert "1 sur 2" in page
    assert "30 juin 2026" in page
    assert b'"job": 1' in rows.getvalue()
