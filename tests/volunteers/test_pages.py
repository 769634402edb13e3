"""The pages of volunteers, as Amina and Hugo meet them; and what nobody else sees."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from maillage.audit.models import Entry
from tenants.staff.models import Contract
from tenants.volunteers.models import Defrayal, Organisation, VolunteerFile
from tenants.volunteers.services import add_defrayals
from tests.conftest import Cast, inside
from tests.volunteers.conftest import BASE, FACTS, NewVolunteer, words

TUESDAYS = ["2026-10-06", "2026-10-13", "2026-10-20", "2026-10-27"]


def line(**said: Any) -> dict[str, Any]:
    """What the form sends, as it was filled in."""
    usual = {"days": TUESDAYS, "kind": "flat", "amount": "35,00", "km": "", "what": "", "justification": ""}
    return {"month": "2026-10", "key": "00000000-0000-4000-8000-000000000001", **usual, **said}


def written(cast: Cast) -> list[tuple[str, str, int]]:
    with inside(cast.poste):
        return [(one.day.isoformat(), one.kind, one.cents) for one in Defrayal.objects.order_by("day", "pk")]


def text_of(pdf: Any) -> str:
    assert pdf["Content-Type"] == "application/pdf" and "no-store" in pdf["Cache-Control"]
    pages = PdfReader(io.BytesIO(pdf.content)).pages
    return " ".join("\n".join(page.extract_text() for page in pages).replace("\xa0", " ").split())


# --- before the first day ---------------------------------------------------------------------------------------------


def test_the_note_is_the_first_thing_to_do_and_is_made_from_what_the_epn_says_once(
    cast: Cast, amina: Client, hugo: Contract
) -> None:
    page = f"{BASE}contracts/{hugo.pk}/"
    first = words(amina.get(BASE))
    assert first.index("started on Jan. 5, 2026 without a signed information note") < first.index("Write your insurer")
    assert amina.get(f"{page}note/")["Location"].endswith("/organisation/")

    assert amina.post(f"{BASE}organisation/", {**FACTS, "insured_until": "2026-12-31"}).status_code == 302
    notes = {code: text_of(amina.get(f"{page}note/?language={code}")) for code in ("fr", "nl", "en")}

    for text in notes.values():
        assert "ASBL de la Poste" in text and "Assurances de l'Exemple" in text and "RC-1" in text and "Hugo" in text
    assert "loi du 3 juillet 2005" in notes["fr"] and "44,02 €" in notes["fr"] and "secret professionnel" in notes["fr"]
    assert "wet van 3 juli 2005" in notes["nl"] and "beroepsgeheim" in notes["nl"]
    assert "we answer for it (article 5" in notes["en"] and "C45B" in notes["en"]
    said = {"note_language": "nl", "must_declare": "unknown", "declared_on": ""}
    after = amina.post(page, {**said, "note_signed_on": "2026-01-06"}, follow=True)
    assert "signed on Jan. 6, 2026, after the first day" in after.content.decode()
    amina.post(page, {**said, "note_signed_on": "2026-01-05", "must_declare": "yes"})
    listed = words(amina.get(BASE))
    assert "without a signed information note" not in listed and "Fill in form C45B together" in listed
    assert "insurance of your volunteers expires on Dec. 31, 2026" in listed
    amina.post(page, {**said, "note_signed_on": "2026-01-05", "must_declare": "yes", "declared_on": "2026-01-03"})
    assert "sent on Jan. 3, 2026" in words(amina.get(BASE))
    with inside(cast.poste):
        assert VolunteerFile.objects.get().note_language == "nl"
    contract = words(amina.get(f"/caban/rue-de-la-poste/contracts/{hugo.pk}/"))
    assert "Volunteer: before the first day" in contract and "signed on Jan. 5, 2026" in contract
    assert "for 0 days of 2026" in words(amina.get(f"/caban/rue-de-la-poste/contracts/people/{hugo.member_id}/"))


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"note_signed_on": "2062-01-05"}, "hasn't come yet"),
        ({"note_signed_on": "1999-01-05"}, "before the law on volunteers"),
        ({"must_declare": "no", "declared_on": "2026-01-03"}, "or leave the day empty"),
        ({"must_declare": "<b>"}, "is not in the list"),
        ({"note_language": "tlh"}, "is not in the list"),
    ],
)
def test_a_file_that_can_t_be_is_refused_in_words(
    cast: Cast, amina: Client, hugo: Contract, said: dict[str, str], message: str
) -> None:
    usual = {"note_signed_on": "", "note_language": "fr", "must_declare": "yes", "declared_on": ""}

    assert message in words(amina.post(f"{BASE}contracts/{hugo.pk}/", usual | said))
    with inside(cast.poste):
        assert not VolunteerFile.objects.exists()


def test_the_facts_of_an_organisation_say_what_the_law_asks_for(cast: Cast, amina: Client) -> None:
    form = f"{BASE}organisation/"
    assert "What is the number of the policy?" in words(amina.post(form, {**FACTS, "policy": ""}))
    assert "The law asks for their names" in words(amina.post(form, {**FACTS, "status": "de_facto"}))
    back = amina.post(form, {**FACTS, "aim": "<b>=1+1</b>", "name": "", "insured_until": "9999-01-01"})
    assert "What is the name of your organisation?" in words(back) and "Check the year" in words(back)
    assert "&lt;b&gt;=1+1&lt;/b&gt;</textarea>" in back.content.decode()
    assert "null" in words(amina.post(form, {**FACTS, "policy": "a\0b"})).lower()
    with inside(cast.poste):
        assert not Organisation.objects.exists()
    assert amina.post(form, {**FACTS, "status": "de_facto", "responsible": "A. B.", "insurer": ""}).status_code == 302


# --- the ledger ---------------------------------------------------------------------------------------------------


def test_every_tuesday_of_a_month_is_added_with_three_presses_and_taken_back_with_one(
    cast: Cast, amina: Client, hugo: Contract
) -> None:
    form = f"{BASE}contracts/{hugo.pk}/add/"
    shown = amina.post(form, line(days=[], show="2026-10", amount="35,00"))
    ticked = amina.post(form, line(days=["2026-10-06"], tick="1"))
    html = ticked.content.decode()
    assert 'value="35,00"' in shown.content.decode() and 'value="35,00"' in html
    assert "At most €44.02 a day" in words(shown)
    assert re.findall(r'value="([\d-]+)" checked', html) == TUESDAYS and written(cast) == []
    assert "checked" not in amina.post(form, line(tick="1")).content.decode().split("id_kind")[0]

    after = amina.post(form, line(), follow=True)
    again = amina.post(form, line())

    assert written(cast) == [(day, "flat", 3500) for day in TUESDAYS]
    assert "4 days are added: €140 in all." in words(after) and again.status_code == 302
    assert "€35" in words(amina.get(f"{form}?month=2026-10")) and 'value="35"' in amina.get(form).content.decode()
    undo = re.search(r'action="([^"]+/undo/)"', after.content.decode())
    assert undo is not None
    amina.post(undo[1])
    assert written(cast) == []
    verbs = sorted(Entry.objects.filter(verb__startswith="defrayal").values_list("verb", flat=True))
    assert verbs == ["defrayal.added"] * 4 + ["defrayal.deleted"] * 4


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"amount": "44,03"}, "the day's ceiling is €44.02. Pay less, or write under “Justification”"),
        ({"days": ["2026-11-11"]}, "Nov. 11, 2026 hasn't come yet"),
        ({"days": ["2026-01-04"]}, "before the contract, which starts on Jan. 5, 2026"),
        ({"days": []}, "Choose at least one day"),
        ({"days": ["2026-10-06", "<i>"]}, "is not a day"),
        ({"days": [f"2026-{month:02}-{day:02}" for month in (9, 10) for day in range(1, 31)]}, "At most 31 days"),
        ({"amount": "-5"}, "Write an amount above zero"),
        ({"amount": "0"}, "Write an amount above zero"),
        ({"amount": ""}, "How much is paid back?"),
        ({"amount": "99999999"}, "Check the amount"),
        ({"amount": "9" * 40}, "Ensure that there are no more than"),
        ({"amount": "=1+1"}, "Enter a number"),
        ({"amount": "3\x005"}, "Enter a number"),
        ({"kind": "gift"}, "is not in the list"),
        ({"kind": "real", "what": " "}, "Real costs need a receipt"),
        ({"kind": "travel"}, "How many kilometres?"),
        ({"kind": "travel", "km": "-3"}, "above zero"),
        ({"km": "12"}, "Kilometres belong to travel"),
        ({"what": "x" * 161}, "too long"),
        ({"justification": "a\0"}, "Null characters are not allowed"),
        ({"key": "no key"}, "Enter a valid UUID"),
    ],
)
def test_a_line_that_can_t_be_is_refused_in_words_and_the_form_keeps_what_was_typed(
    cast: Cast, amina: Client, hugo: Contract, said: dict[str, Any], message: str
) -> None:
    sent = line(**{"what": "<b>Thé</b>", **said})

    response = amina.post(f"{BASE}contracts/{hugo.pk}/add/", sent)

    assert response.status_code == 200 and message in words(response)
    html = response.content.decode()
    assert html.count(" checked>") >= len(set(sent["days"]) & set(TUESDAYS)) and "<b>Thé" not in html
    assert sent["what"] != "<b>Thé</b>" or "&lt;b&gt;Thé&lt;/b&gt;" in html
    assert written(cast) == []


def test_above_a_ceiling_a_justification_is_kept_and_shown_and_a_year_without_a_value_says_so(
    cast: Cast, amina: Client, new_volunteer: NewVolunteer, organisation: Organisation
) -> None:
    hugo = new_volunteer(starts_on=dt.date(2022, 1, 3))
    second = new_volunteer(starts_on=dt.date(2025, 12, 1))
    with inside(cast.poste):
        for contract, count in ((hugo, 31), (second, 8)):
            days = [dt.date(2026, 1 if count == 31 else 2, number) for number in range(1, count + 1)]
            add_defrayals(contract=contract, days=days, kind="flat", cents=4402)
        add_defrayals(contract=hugo, days=[dt.date(2022, 3, 1)], kind="flat", cents=3684)
    form, page = f"{BASE}contracts/{hugo.pk}/add/", f"{BASE}people/{hugo.member_id}/"

    assert "the year's ceiling is €1,760.83, and €4.05 is left" in words(amina.post(form, line(amount="40")))
    last = amina.post(form, line(days=["2026-10-06"], amount="44.02"), follow=True)
    assert "the ceiling of €1,760.83 is near, €0.03 is left" in words(last)
    over = line(days=["2026-10-13"], amount="60", justification="Ticket 7, folder 2026", key="")
    after = words(amina.post(form, over, follow=True))
    assert "above the ceiling of €1,760.83. Keep the documents." in after and "Ticket 7, folder 2026" in after
    paper = text_of(amina.get(f"{page}2026/statement/?language=fr"))
    assert "13 octobre 2026 – Ticket 7, folder 2026" in paper and "Securex 2026" in paper and "1 820,80 €" in paper
    assert "autres organisations" in paper
    assert "A ceiling of 2022 isn't known" in words(amina.get(f"{page}?year=2022"))
    assert "plafond de l’année 2022 n’est pas connu" in text_of(amina.get(f"{page}2022/statement/?language=fr"))
    rows = json.loads(b"".join(amina.get(f"{page}?year=2026&download=json").streaming_content))["rows"]
    assert len(rows) == 41 and rows[-1]["amount_eur"] == 60 and rows[-1]["justification"] == "Ticket 7, folder 2026"


def test_flat_and_real_never_in_one_year_and_travel_up_to_two_thousand_kilometres(
    cast: Cast, amina: Client, hugo: Contract
) -> None:
    form = f"{BASE}contracts/{hugo.pk}/add/"
    amina.post(form, line(days=["2026-02-03"], kind="real", what="=Stylos, reçu 3", amount="12,50", key=""))
    assert "This person got real costs in 2026" in words(amina.post(form, line()))
    with inside(cast.poste):
        number = Defrayal.objects.get().pk
    amina.post(f"{BASE}lines/{number}/delete/")
    assert amina.post(form, line()).status_code == 302
    trip = {"kind": "travel", "amount": "400", "km": "1000", "what": "Formation", "key": ""}
    assert amina.post(form, line(days=TUESDAYS[:2], **trip)).status_code == 302
    assert "That makes 2,000.1 km in 2026" in words(
        amina.post(form, line(**{**trip, "km": "0.1", "days": TUESDAYS[:1]}))
    )
    back = words(amina.post(f"{BASE}lines/{number}/restore/", follow=True))
    assert "This person got flat amounts in 2026" in back and len(written(cast)) == 6
    assert "2,000" in words(amina.get(BASE)) or "€940" in words(amina.get(BASE))


def test_a_line_is_corrected_and_the_correction_undone(cast: Cast, amina: Client, hugo: Contract) -> None:
    with inside(cast.poste):
        first, _ = add_defrayals(
            contract=hugo, days=[dt.date(2026, 10, 6), dt.date(2026, 10, 7)], kind="flat", cents=3000
        )
    page = f"{BASE}lines/{first.pk}/"
    said = {"day": "2026-10-07", "kind": "flat", "amount": "32", "km": "", "what": "", "justification": ""}

    assert "There is a flat amount for this day already" in words(amina.post(page, said))
    assert "hasn't come yet" in words(amina.post(page, {**said, "day": "2026-12-24"}))
    after = amina.post(page, {**said, "day": "2026-10-08"}, follow=True)
    assert written(cast) == [("2026-10-07", "flat", 3000), ("2026-10-08", "flat", 3200)]
    assert amina.get(page).status_code == 404
    undo = re.search(r'action="([^"]+/restore/)"', after.content.decode())
    assert undo is not None
    amina.post(undo[1])
    amina.post(undo[1])
    assert written(cast) == [("2026-10-06", "flat", 3000), ("2026-10-07", "flat", 3000)]


# --- who sees what ------------------------------------------------------------------------------------------------


def test_hugo_reads_his_own_lines_and_nobody_else_s(
    cast: Cast, signed_in: Any, that_day: None, new_volunteer: NewVolunteer
) -> None:
    """Bram stands in for Hugo: his account is linked to a volunteer's contract."""
    own, other = new_volunteer("Bram", account=cast.bram), new_volunteer("Zoé")
    with inside(cast.poste):
        add_defrayals(contract=own, days=[dt.date(2026, 3, 3)], kind="flat", cents=2345)
        add_defrayals(contract=other, days=[dt.date(2026, 3, 4)], kind="flat", cents=4111)
    bram, amina = signed_in(cast.bram), signed_in(cast.amina)

    assert "23,45 €" in words(bram.get("/caban/rue-de-la-poste/contracts/mine/"))
    mine = words(bram.get(f"{BASE}mine/"))
    assert "23,45" in mine and "41,11" not in mine and "Corriger" not in mine
    rows = list(csv.reader(io.StringIO(b"".join(bram.get(f"{BASE}mine/?download=csv").streaming_content).decode())))
    assert len(rows) == 2 and "41,11" not in str(rows)
    assert "23,45 €" in text_of(bram.get(f"{BASE}mine/2026/statement/"))
    assert bram.get(f"{BASE}people/{other.member_id}/").status_code == 403
    assert "lié" in words(amina.get(f"{BASE}mine/")) and amina.get(f"{BASE}mine/2026/statement/").status_code == 404
    assert "mine/" not in amina.get(BASE).content.decode()
    assert signed_in(cast.chloe).get(f"{BASE}people/{other.member_id}/").status_code == 404


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_every_page_is_whole_in_every_language(
    cast: Cast, amina: Client, hugo: Contract, organisation: Organisation, language: str
) -> None:
    amina.cookies["django_language"] = language
    with inside(cast.poste):
        add_defrayals(
            contract=hugo, days=[dt.date(2026, 3, 3)], kind="travel", cents=500, km=Decimal("12.5"), what="=1+1"
        )
        number = Defrayal.objects.get().pk
    for page in ("", "organisation/", f"contracts/{hugo.pk}/", f"contracts/{hugo.pk}/add/", f"people/{hugo.member_id}/",
                 f"people/{hugo.member_id}/?year=2022", f"lines/{number}/", "mine/"):  # fmt: skip
        response = amina.get(BASE + page)
        html = response.content.decode()
        assert response.status_code == 200 and f'<html lang="{language}">' in html and "⟦undefined" not in html, page
    rows = b"".join(amina.get(f"{BASE}?table=lines&download=csv").streaming_content).decode()
    assert "'=1+1" in rows and "12,5" in rows


def test_in_france_the_ledger_keeps_days_and_asks_for_no_belgian_paper(
    cast: Cast, signed_in: Any, that_day: None
) -> None:
    """Farid's network is French."""
    with inside(cast.nevers):
        from tenants.staff.models import StaffMember

        contract = Contract.objects.create(
            member=StaffMember.objects.create(name="Luce"), type="volunteer", starts_on=dt.date(2026, 1, 5),
            hours_per_week=4,
        )  # fmt: skip
    farid, base = signed_in(cast.farid), "/loire/nevers/volunteers/"
    farid.cookies["django_language"] = "en"

    assert farid.post(f"{base}contracts/{contract.pk}/add/", line(amount="60")).status_code == 302
    listed = words(farid.get(base))
    assert "are Belgian rules" in listed and "Information note" not in listed and "ceiling of 2026 not known" in listed
    assert farid.get(f"{base}contracts/{contract.pk}/").status_code == 404
    assert "costs paid back" in words(farid.get(f"/loire/nevers/contracts/{contract.pk}/"))
