"""What a text may hold and what it may not. Every number here is invented or the usual example of its kind."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.design.personal_data import REMOVED, Kind, findings, named, without

CAUGHT = [
    # e-mail
    (Kind.EMAIL, "ada.lovelace@example.org"),
    (Kind.EMAIL, "écrire à «ada@example.org»", "ada@example.org"),
    (Kind.EMAIL, "a+b_c@mail.example.co.uk."),
    (Kind.EMAIL, "André.Müller@exämple.be"),
    # Belgian mobiles
    (Kind.PHONE, "0470123456"),
    (Kind.PHONE, "0470 12 34 56"),
    (Kind.PHONE, "0470/12.34.56"),
    (Kind.PHONE, "0470/12 34 56"),
    (Kind.PHONE, "0470-123456"),
    (Kind.PHONE, "0470 123 456"),
    (Kind.PHONE, "0470.12.34.56"),
    (Kind.PHONE, "0470 / 12 34 56"),
    (Kind.PHONE, "(0470) 12 34 56", "0470) 12 34 56"),
    (Kind.PHONE, "+32470123456"),
    (Kind.PHONE, "+32 470 12 34 56"),
    (Kind.PHONE, "+32 (0)470 12 34 56"),
    (Kind.PHONE, "+32(0)470123456"),
    (Kind.PHONE, "0032 470 12 34 56"),
    (Kind.PHONE, "0032470123456"),
    (Kind.PHONE, "gsm0470123456", "0470123456"),
    (Kind.PHONE, "0470\u00a012\u00a034\u00a056"),
    # Belgian lines
    (Kind.PHONE, "02 123 45 67"),
    (Kind.PHONE, "02/123.45.67"),
    (Kind.PHONE, "02/123 45 67"),
    (Kind.PHONE, "021234567"),
    (Kind.PHONE, "02-123-45-67"),
    (Kind.PHONE, "04 223 45 67"),
    (Kind.PHONE, "010 12 34 56"),
    (Kind.PHONE, "065/12.34.56"),
    (Kind.PHONE, "081/123.456"),
    (Kind.PHONE, "+32 2 123 45 67"),
    (Kind.PHONE, "+32 (0)2/123.45.67"),
    # French, and others
    (Kind.PHONE, "06 12 34 56 78"),
    (Kind.PHONE, "06.12.34.56.78"),
    (Kind.PHONE, "06-12-34-56-78"),
    (Kind.PHONE, "0612345678"),
    (Kind.PHONE, "01 23 45 67 89"),
    (Kind.PHONE, "+33 6 12 34 56 78"),
    (Kind.PHONE, "+33 (0)6 12 34 56 78"),
    (Kind.PHONE, "0033612345678"),
    (Kind.PHONE, "06-12345678"),
    (Kind.PHONE, "+212 6 12 34 56 78"),
    (Kind.PHONE, "+31 6 12345678"),
    # Belgian national numbers, of both centuries, and a bis number
    (Kind.NATIONAL_NUMBER, "85073003328"),
    (Kind.NATIONAL_NUMBER, "85.07.30-033.28"),
    (Kind.NATIONAL_NUMBER, "85 07 30 033 28"),
    (Kind.NATIONAL_NUMBER, "850730-033-28"),
    (Kind.NATIONAL_NUMBER, "85/07/30-033/28"),
    (Kind.NATIONAL_NUMBER, "01020300467"),
    (Kind.NATIONAL_NUMBER, "01.02.03-004.67"),
    (Kind.NATIONAL_NUMBER, "85.47.30-033.17"),
    # French social security numbers, the second one Corsican
    (Kind.NIR, "185057800608491"),
    (Kind.NIR, "1 85 05 78 006 084 91"),
    (Kind.NIR, "1 85 05 78 006 084 / 91"),
    (Kind.NIR, "2 85 05 2A 004 005 27"),
    # accounts
    (Kind.IBAN, "BE71 0961 2345 6769"),
    (Kind.IBAN, "BE71096123456769"),
    (Kind.IBAN, "be71 0961 2345 6769"),
    (Kind.IBAN, "BE71-0961-2345-6769"),
    (Kind.IBAN, "FR76 3000 6000 0112 3456 7890 189"),
    (Kind.IBAN, "FR1420041010050500013M02606"),
    (Kind.IBAN, "NL91ABNA0417164300"),
    (Kind.IBAN, "LU28 0019 4006 4475 0000"),
    # cards
    (Kind.CARD, "4111 1111 1111 1111"),
    (Kind.CARD, "4111111111111111"),
    (Kind.CARD, "5500-0000-0000-0004"),
    (Kind.CARD, "3782 822463 10005"),
]

MAY_STAY = [
    "Déclaration d'impôts, 2 heures",
    "Rendez-vous le 12/05/2026 à 10:30",
    "le 01/02/2026 10 personnes",
    "le 01.02.2026 à 14h30",
    "01-02-2026",
    "2026-02-01 09:00",
    "né en 1985, revenu en 2010",
    "2024-2025, 2025-2026",
    "ouvert 09:00-12:30 et 13:30-17:00",
    "09.00-12.30 / 13.00-16.30",
    "lu ma je 0900-1200",
    "loyer 1 234,56 € et charges 85,00 €",
    "1.234.567,89 EUR",
    "123456789 €",
    "12 345 678 habitants",
    "22.59 € le recommandé, 3 fois",
    "+30 % en 2025",
    "+ 12 000 visites",
    "1030 Schaerbeek",
    "75001 Paris, 58000 Nevers",
    "rue de la Poste 156, 1030 Bruxelles",
    "dossier 2024/0470123456",
    "dossier 2026/12345",
    "réf. CAS-2026-00012345",
    "n° de dossier 1234567890",
    "réf 20240012345678",
    "facture 2026123456",
    "communication +++090/9337/55493+++",
    "BE 0403.019.261",
    "TVA BE 0403019261",
    "entreprise 0403.019.261",
    "85.07.30-033.29 ne tombe pas juste",
    "85073003329",
    "99993312345",
    "BE71 0961 2345 6768",
    "4111 1111 1111 1112",
    "0000 0000 0000 0000",
    "1111 2222 3333",
    "1 85 05 78 006 084 92",
    "0800 12 345, numéro gratuit",
    "appelez le 1819",
    "le 112 ou le 105",
    "070 23 30 33",
    "078 15 16 17",
    "0800 35 123 Actiris",
    "iPhone 12 Pro 256 GB, iOS 17.4.1",
    "version 10.0.19045.3803",
    "adresse 192.168.10.254",
    "écran 1920x1080",
    "@home, @work",
    "voir sur facebook @example",
    "prix : 5@2",
    "code 4711",
    "03 2025 : 1200 visites",
    "09/2024 : 125 visites",
    "latitude 50.8503396, longitude 4.3517103",
    "ISBN 978-2-07-036822-8",
    "be12",
    "fr14 nl91",
    "",
    "\x00\ud800 😀",
]


@pytest.mark.parametrize("case", CAUGHT, ids=lambda case: case[1])
def test_personal_data_is_found_whole(case: tuple[Kind, str] | tuple[Kind, str, str]) -> None:
    kind, text, *part = case
    expected = part[0] if part else text.rstrip(".")

    for around in ("{}", "Rappeler : {}, merci.", "({})", "vu 2 fois {} ce matin", "le 12/05 {}\n1030 Schaerbeek"):
        written = around.format(text)
        assert [(one.kind, written[one.start : one.end]) for one in findings(written)] == [(kind, expected)], around


@pytest.mark.parametrize("text", MAY_STAY)
def test_other_numbers_may_stay(text: str) -> None:
    assert findings(text) == []
    assert without(text) == text


def test_several_findings_come_in_order_and_go_at_once() -> None:
    text = "Ada ada@example.org, 0470 12 34 56 ou BE71 0961 2345 6769 : rappeler lundi 12/05."

    assert [one.kind for one in findings(text)] == [Kind.EMAIL, Kind.PHONE, Kind.IBAN]
    assert without(text) == f"Ada {REMOVED}, {REMOVED} ou {REMOVED} : rappeler lundi 12/05."
    assert "0470 12 34 56" in named(text)


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="0123456789 .-/+()@abBE:,", max_size=80))
def test_what_was_removed_is_not_found_again(text: str) -> None:
    assert findings(without(text)) == []
    found = findings(text)
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize("nasty", ["1 " * 1000, "a" * 2000, "a.@" * 700, "BE1" * 700, "0470 " * 400, "+32" * 700])
def test_no_text_takes_long(nasty: str) -> None:
    began = time.process_time()

    findings(nasty)

    assert time.process_time() - began < 2  # of this process, however busy the machine
