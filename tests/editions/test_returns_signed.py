"""A census return is signed by name and role, taken back, sent back with a comment, and read-only once decided."""

from __future__ import annotations

import csv
import io
import json
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from python_calamine import CalamineWorkbook

from maillage.audit.models import Entry
from network.cadastre.editions.answering import By, Given, save_answers
from network.cadastre.editions.enums import State, Step
from network.cadastre.editions.models import CensusReturn, Edition, ReturnStep
from network.webhooks.announcing import forget_subscribers
from network.webhooks.models import Delivery
from network.webhooks.publishing import publish_changes
from network.webhooks.services import subscribe
from tests.conftest import inside
from tests.editions.returns import DECLARED, Poste


def test_a_complete_return_is_signed_by_name_and_role_and_a_second_signature_says_whose_is_there(poste: Poste) -> None:
    with inside(poste.cast.caban):
        subscribe(url="https://example.org/hook", events=["return.signed"])
    forget_subscribers()
    incomplete = unescape(poste.sign().content.decode())
    assert "Not everything is answered yet: " in incomplete and poste.row.state == State.OPEN
    assert poste.save({"then": "sign"}, **DECLARED)["Location"] == poste.address("sign")
    page = poste.page("sign")
    assert "25,000" in page and 'value="Amina"' in page, "what one signs stands on the page, and who one is"
    assert "A return is signed" not in page and "This field is required" in poste.sign(role=" ").content.decode()

    assert poste.sign(role="coordinator <b>")["Location"] == poste.address()

    row = poste.row
    assert (row.state, row.signed_name, row.signed_role) == (State.SUBMITTED, "Amina", "coordinator <b>")
    assert row.submitted_at is not None and not row.on_behalf
    shown = poste.page()
    assert "Signed by Amina (coordinator &lt;b&gt;)" in shown and 'name="value_visits"' not in shown
    again = poste.sign(name="Bram")
    assert "This return was signed already, by Amina" in again.content.decode() and poste.row.signed_name == "Amina"
    late = poste.client.post(poste.address(), {"value_computers": "7", "version": str(row.version)}).content.decode()
    assert "signed already" in late and poste.answers["computers"].value == "6"
    told = Entry.objects.filter(space_id=poste.cast.poste.pk, verb__startswith="census_return")
    assert set(told.values_list("verb", "target")) == {
        ("census_return.saved", f"return {row.pk}"),
        ("census_return.signed", f"return {row.pk}"),
    }
    with inside(poste.cast.caban):
        publish_changes()
        data = Delivery.objects.get().payload["data"]
    assert data == {
        "federation": "caban",
        "epn": {"id": poste.cast.poste.pk, "address": "caban/rue-de-la-poste"},
        "returns": [row.pk],
    }


def test_it_is_taken_back_while_nobody_has_decided_and_the_comment_of_the_network_stays_on_top(poste: Poste) -> None:
    poste.save(**DECLARED)
    poste.sign()
    assert poste.client.post(poste.address("take-back"))["Location"] == poste.address()
    assert poste.client.post(poste.address("take-back")).status_code == 302
    assert (poste.row.state, poste.row.signed_name, poste.row.submitted_at) == (State.OPEN, "", None)
    poste.sign()
    decide(poste, state=State.RETURNED, comment="Les recettes?\n<i>Merci</i>")

    page = poste.page()
    assert "The network has sent this return back" in page and "Les recettes?\n&lt;i&gt;Merci" in page
    poste.save(income="26000")
    poste.sign()
    assert poste.row.state == State.SUBMITTED and "sent this return back" not in poste.page()
    poste.client.post(poste.address("take-back"))
    assert poste.row.state == State.RETURNED and "Les recettes?" in poste.page()
    with inside(poste.cast.caban):
        steps = list(ReturnStep.objects.order_by("pk").values_list("step", flat=True))
    assert steps == [
        Step.SAVED, Step.SUBMITTED, Step.REOPENED, Step.SUBMITTED, Step.SAVED, Step.SUBMITTED, Step.REOPENED,
    ]  # fmt: skip


def decide(poste: Poste, **written: object) -> None:
    """What the network decides, without its pages."""
    pk = poste.row.pk
    with inside(poste.cast.caban):
        CensusReturn.objects.filter(pk=pk).update(**written)


@pytest.mark.parametrize(
    ("state", "frozen", "said"),
    [(State.VALIDATED, False, "The network has validated this return"), (State.OPEN, True, "This edition is closed")],
)
def test_what_is_decided_or_frozen_is_read_only_at_every_door(
    poste: Poste, state: State, frozen: bool, said: str
) -> None:
    poste.save(**DECLARED)
    if state == State.VALIDATED:
        poste.sign()
        decide(poste, state=state)
    else:
        with inside(poste.cast.caban):
            Edition.objects.update(frozen_at=timezone.now())
    row = poste.row

    assert said in poste.page() and "value_computers" not in poste.page()
    for door in ("take-back", "fill-again"):
        assert poste.client.post(poste.address(door)).status_code == 302
    for door in ("tables/contracts", "files/yearly_report", "import"):
        assert poste.client.get(poste.address(*door.split("/")))["Location"] == poste.address()
    poste.client.post(poste.address("files", "yearly_report", "remove"))
    poste.client.post(poste.address("import", "write"), {"value_computers": "9"})
    assert unescape(poste.sign(name="Eve").content.decode()).count("stay") >= 1
    poste.client.post(poste.address(), {"value_computers": "9"})
    now = poste.row
    assert (now.state, now.version, poste.answers["computers"].value) == (row.state, row.version, "6")
    with inside(poste.cast.caban), transaction.atomic(), pytest.raises(ValidationError):
        save_answers(census_return=now, seen="", given={"computers": Given("9")}, by=By(None, "Dries", True))


def test_it_is_printed_and_taken_as_a_file(poste: Poste) -> None:
    poste.save({"why_volunteers": "=1+1"}, **DECLARED)

    paper = poste.page("paper")
    assert "25,000" in paper and "Declared by Amina" in paper and "<button" not in paper.split("<main")[1]
    told = b"".join(poste.client.get(poste.address() + "?download=csv").streaming_content).decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(told), delimiter=";" if ";" in told[:40] else ",")}
    assert rows["visits"][3] == "3" and "visits.count" in rows["visits"]
    assert rows["volunteers"][6] == "'=1+1", "a formula is none"
    told = json.loads(b"".join(poste.client.get(poste.address() + "?download=json").streaming_content))
    assert {one["code"]: one["answer"] for one in told["rows"]}["income"] == 25000
    book = b"".join(poste.client.get(poste.address() + "?download=xlsx").streaming_content)
    assert len(CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()) == 24
    assert poste.client.get("/caban/rue-de-la-poste/census/?download=csv").status_code == 200
