"""An EPN coordinator fills in the census return of the EPN: typed, corrected, explained, and nothing is lost."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from django.db import transaction

from network.cadastre.editions.answering import By, Given, save_answers
from network.cadastre.editions.enums import Provenance, State, Step
from network.cadastre.editions.models import ReturnStep
from tests.activity.test_two_versions import filled
from tests.conftest import inside
from tests.editions.returns import DECLARED, Poste, an_edition, return_of


def test_what_is_typed_is_kept_with_who_and_when_and_what_is_missing_is_said(poste: Poste) -> None:
    before = poste.page()
    answer = poste.save(income="25 000,5", visits="4", refused="no")
    after = poste.page()

    assert re.search(r"10 of 19 answered", before) and 'href="#id_value_computers"' in before
    assert answer["Location"] == poste.address()
    assert "12 of 19 answered" in after and "Saved. 7 answers are missing." in after
    kept = poste.answers
    assert (kept["income"].value, kept["income"].provenance, kept["income"].by_name) == (
        "25000.50", Provenance.DECLARED, "Amina",
    )  # fmt: skip
    assert (kept["visits"].value, kept["visits"].computed, kept["visits"].provenance) == (
        "4", "3", Provenance.CORRECTED,
    )  # fmt: skip
    assert "Corrected by Amina" in after and "Computed value: <strong>3" in after
    assert "Computed: people at the visits of the year, as of" in after
    with inside(poste.cast.caban):
        assert [one.step for one in ReturnStep.objects.all()] == [Step.SAVED]

    poste.save({"take_computed": "visits"}, computers="6")

    assert (poste.answers["visits"].value, poste.answers["visits"].provenance) == ("3", Provenance.COMPUTED)
    assert poste.answers["computers"].value == "6", "what was typed beside the button is saved too"
    with inside(poste.cast.caban):
        assert ReturnStep.objects.count() == 1, "one sitting is one line of the history"


WRONG = {
    "computers": ("douze", "This isn't a number"),
    "eid_readers": ("9" * 30, "too large"),
    "fte": ("1,234", "Do you mean 1234 or 1.234?"),
    "income": ("1.234,567", "At most 2 digits after the comma"),
    "volunteers": ("a\0b", "Null characters"),
    "visits": ("-1", "can't be below nought"),
    "sites": ("501", "At most 500"),
    "workshops": ("1,5", "A whole number is asked for"),
    "what_is_missing": ("Appelez le 0470 12 34 56", "This looks like personal data"),
    "price": ("gratuit", "Choose one of the answers that are offered"),
}


def test_a_wrong_answer_is_said_stays_as_it_was_typed_and_keeps_nothing_else_back(poste: Poste) -> None:
    before = poste.answers

    answer = poste.save(expenses="1", refused="no", **{code: typed for code, (typed, _said) in WRONG.items()})

    page = unescape(answer.content.decode())
    assert answer.status_code == 200 and "What is right is saved" in page
    for code, (typed, said) in WRONG.items():
        assert said in page and (typed in page or code in ("price", "volunteers")), code
    after = poste.answers
    assert (after.pop("expenses").value, after.pop("refused").value) == ("1.00", "no")
    assert {code: one.value for code, one in after.items()} == {code: one.value for code, one in before.items()}
    assert filled(page)["version"] == [str(poste.row.version)], "the next attempt isn't taken for somebody else's"
    kept = poste.client.post(poste.address(), filled(page) | {"personal_data": ["keep"]}).content.decode()
    assert "This looks like personal data" not in kept
    assert poste.answers["what_is_missing"].value == "Appelez le 0470 12 34 56"
    assert poste.save(what_is_missing="x" * 5001).status_code == 200


def test_numbers_are_read_as_people_write_them(poste: Poste) -> None:
    poste.save(
        income="1 234 567,89", subsidies="25.000", expenses="1,250.5 €", computers="1'200", volunteers="1.000",
        help_hours="12.5",
    )  # fmt: skip

    kept = {code: one.value for code, one in poste.answers.items()}
    assert [kept[code] for code in ("income", "subsidies", "expenses", "computers", "volunteers", "help_hours")] == [
        "1234567.89", "25000.00", "1250.50", "1200", "1000", "12.5",
    ]  # fmt: skip


def test_an_explained_gap_counts_as_answered_and_html_stays_text(poste: Poste) -> None:
    poste.save({"why_computers": "Nobody <b>under contract</b> May–August"}, eid_readers="=1+1")

    page = poste.page()
    assert "11 of 19 answered" in page and "&lt;b&gt;under contract&lt;/b&gt;" in page
    assert poste.answers["computers"].explanation.startswith("Nobody") and poste.answers["computers"].value is None
    assert "Explained by Amina" in page


def test_answers_that_do_not_agree_are_said_and_nothing_is_signed(poste: Poste) -> None:
    answer = poste.save({"then": "sign"}, **{**DECLARED, "article60_contracts": "5"})

    page = poste.page()
    assert answer["Location"] == poste.address()
    assert page.count("Article 60 contracts are among the animation contracts") == 3, "on top, and at both answers"
    assert "It can't be signed yet" in unescape(poste.page("sign"))
    assert "there can" in poste.sign().content.decode() and poste.row.state == State.OPEN


def test_the_answer_of_the_edition_before_stands_beside_and_is_taken_in_one_tap(poste: Poste) -> None:
    cast = poste.cast
    an_edition(cast.caban, cast.poste, year=2021)
    before = return_of(cast.caban, cast.poste, 2021)
    with inside(cast.caban), transaction.atomic():
        given = {"computers": Given("6"), "eid_readers": Given("2"), "price": Given("free"), "visits": Given("900")}
        save_answers(census_return=before, seen="", given=given, by=By(cast.amina.pk, "Amina"))
    assert "In 2021" not in poste.page(), "what was never signed was never said"
    with inside(cast.caban), transaction.atomic():
        type(before).objects.filter(pk=before.pk).update(
            state=State.SUBMITTED, submitted_at=before.edition.opened_at, signed_name="A", signed_role="B"
        )

    page = poste.page()
    assert "In 2021: 6" in page and "The same as in 2021" in page and "In 2021: 900" in page
    assert 'name="take_before" value="visits"' not in page, "daily work tells it better"
    poste.save({"take_before": "*"}, computers="8")

    kept = {code: one.value for code, one in poste.answers.items()}
    assert (kept["computers"], kept["eid_readers"], kept["price"], kept["visits"]) == ("8", "2", "free", "3")


def test_two_people_at_once_the_second_sees_both_versions_and_chooses(poste: Poste) -> None:
    cast = poste.cast
    typed = filled(poste.page()) | {"value_computers": ["6"]}
    row = poste.row
    with inside(cast.caban), transaction.atomic():
        save_answers(census_return=row, seen="", given={"computers": Given("9")}, by=By(cast.bram.pk, "Bram"))

    page = poste.client.post(poste.address(), typed).content.decode()

    assert "Somebody has changed this meanwhile" in page and "Yours:</span> 6" in page and "Theirs:</span> 9" in page
    assert poste.answers["computers"].value == "9", "nothing is saved yet"
    again = poste.client.post(poste.address(), filled(page)).content.decode()
    assert "Somebody has changed this meanwhile" in again, "no choice was made"
    assert poste.client.post(poste.address(), {**filled(page), "keep": "mine"}).status_code == 302
    assert poste.answers["computers"].value == "6"


def test_what_somebody_else_changed_elsewhere_asks_nothing(poste: Poste) -> None:
    """The typed page and the stored one say the same: there is nothing to choose."""
    typed = filled(poste.page()) | {"value_computers": ["6"]}
    assert poste.client.post(poste.address("fill-again")).status_code == 302
    row = poste.row
    with inside(poste.cast.caban), transaction.atomic():
        save_answers(census_return=row, seen="", given={"computers": Given("6")}, by=By(None, "Bram"))

    assert poste.client.post(poste.address(), typed).status_code == 302


def test_a_table_is_corrected_on_its_own_page_and_the_computed_one_taken_again(poste: Poste) -> None:
    address = poste.address("tables", "contracts")
    assert poste.save({"then": "table-contracts"})["Location"] == address
    page = poste.client.get(address).content.decode()
    typed = filled(page) | {"r0_heads": ["4"], "r3_contract_type": ["Étudiant"], "r3_heads": ["1"], "r3_fte": ["0,5"]}

    wrong = poste.client.post(address, typed | {"r0_heads": ["four"]}).content.decode()
    assert "four" in wrong and "This isn't a number" in unescape(wrong)
    assert poste.client.post(address, typed).status_code == 302

    kept = poste.answers["contracts"]
    assert kept.provenance == Provenance.CORRECTED
    assert kept.value == [
        {"contract_type": "art60", "heads": "4", "fte": "1"},
        {"contract_type": "cdi", "heads": "2", "fte": "1.00"},
        {"contract_type": "volunteer", "heads": "1", "fte": "0.00"},
        {"contract_type": "student", "heads": "1", "fte": "0.5"},
    ]
    assert poste.client.post(address, {"take_computed": "1"}).status_code == 302
    assert poste.answers["contracts"].provenance == Provenance.COMPUTED
    assert poste.save({"then": "table-../../x"})["Location"] == poste.address(), "an invented address leads nowhere"
    untouched: dict[str, Any] = filled(poste.client.get(address).content.decode())
    poste.client.post(address, untouched)
    assert poste.answers["contracts"].provenance == Provenance.COMPUTED, "saving it as it is corrects nothing"
