"""An EPN and its label: sees where it stands, declares, signs. It reaches its own application and nobody else's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction

from network.cadastre.recognition import dossiers
from network.cadastre.recognition.models import Application, Benefit, Decision
from network.cadastre.recognition.selectors import standings
from network.cadastre.recognition.services import ask_for_recheck, decide
from network.directory.cards import copy_card
from network.directory.models import Card
from network.directory.sites import sites_of
from tenants.premises.equipment.models import Equipment
from tenants.premises.equipment.services import count_equipment
from tenants.premises.models import Site
from tenants.registry.crossing import CROSSING_ROLE, entered
from tenants.registry.database.base import Place
from tests.conftest import Cast, inside
from tests.recognition.conftest import TODAY

HOME, APPLY = "/caban/rue-de-la-poste/recognition/", "/caban/rue-de-la-poste/recognition/apply/"
SIGNED = {"seen": 0, "nobody_refused": "1", "signed_name": "Amina", "signed_role": "Coordination", "do": "sign"}


def text_of(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_amina_finds_her_hours_filled_in_declares_the_rest_and_signs(network: Cast, signed_in: Any) -> None:
    client = signed_in(network.amina)
    page = text_of(client.get(HOME))
    assert "20 h" in page and "7 appareils" in page and "⟦undefined" not in page
    assert "⟦undefined" not in text_of(client.get(APPLY))

    kept = client.post(APPLY, {"seen": 0, "remark": "=1+1 <b>", "do": "keep"})
    assert kept.status_code == 302
    unsigned = client.post(APPLY, {"seen": 1, "do": "sign", "remark": "Gardez ceci"})
    assert set(unsigned.context["form"].errors) == {"nobody_refused", "signed_name", "signed_role"}
    assert "Gardez ceci" in text_of(unsigned)
    stale = client.post(APPLY, SIGNED)
    assert stale.status_code == 200 and stale.context["form"].non_field_errors()
    for wrong in ({"signed_name": "a\0b"}, {"signed_role": "x" * 200}, {"seen": "x"}, {"nobody_refused": "2"}):
        assert client.post(APPLY, {**SIGNED, "seen": 1, **wrong}).context["form"].errors
    assert client.post(APPLY, {**SIGNED, "seen": 1}).status_code == 302

    with inside(network.caban):
        one = Application.objects.get()
        assert (one.epn_id, one.state, one.signed_name) == (network.poste.pk, "signed", "Amina")
        assert [row["outcome"] for row in one.evidence] == ["met", "met", "met"]
        assert standings(network.caban.pk, epn_id=network.poste.pk)[0].to_decide
    assert "Amina, Coordination" in text_of(client.get(HOME))
    assert client.get(APPLY).status_code == 302
    assert client.post(f"{HOME}take-back/").status_code == 302
    with inside(network.caban):
        assert Application.objects.get().state == "taken_back"
    assert "⟦undefined" not in text_of(client.get(f"{HOME}take-back/"))


def test_a_decision_settles_the_application_and_undoing_it_opens_it_again(network: Cast, signed_in: Any) -> None:
    signed_in(network.amina).post(APPLY, SIGNED)
    with inside(network.caban):
        decide(epn_id=network.poste.pk, verdict="refused", decided_on=TODAY, reason="Visite à refaire")
        assert Application.objects.get().state == "decided"
        Benefit.objects.create(epn_id=network.poste.pk, on=TODAY, kind="kit", value_eur=40)
        Benefit.objects.create(epn_id=network.abattoirs.pk, on=TODAY, kind="kit", label="d'un autre")

    page = text_of(signed_in(network.amina).get(HOME))

    assert "Visite à refaire" in page and "40 €" in page and "d&#x27;un autre" not in page
    url = f"/caban/recognition/{network.poste.pk}/"
    assert "Visite à refaire" in text_of(signed_in(network.dries).get(url))
    signed_in(network.dries).post(f"{url}undo/1/")
    with inside(network.caban):
        assert Application.objects.get().state == "signed"
        assert Decision.objects.get().undone_at is not None
    assert "Visite à refaire" not in text_of(signed_in(network.amina).get(HOME))


def test_a_re_check_that_was_asked_for_stays_asked_for(network: Cast, signed_in: Any) -> None:
    with inside(network.caban):
        decide(epn_id=network.poste.pk, verdict="recognised", decided_on=TODAY, since=dt.date(2021, 9, 1),
               recheck_on=TODAY + dt.timedelta(days=30))  # fmt: skip
        ask_for_recheck(epn_id=network.poste.pk, due_on=TODAY + dt.timedelta(days=20))
    client = signed_in(network.amina)
    assert "regarde à nouveau votre label" in text_of(client.get(HOME))

    client.post(APPLY, {**SIGNED, "seen": 1})
    client.post(f"{HOME}take-back/")

    with inside(network.caban):
        one = Application.objects.get()
        assert (one.purpose, one.state, one.declared) == ("recheck", "draft", {"nobody_refused": "1"})


def test_an_epn_reaches_its_own_application_and_no_other(network: Cast, signed_in: Any) -> None:
    with inside(network.abattoirs):
        dossiers.save_application(answers={"nobody_refused": None}, remark="Secret des Abattoirs")
        assert dossiers.own_file().own.remark == "Secret des Abattoirs"
    with inside(network.nevers):
        elsewhere = dossiers.own_file()
        assert elsewhere.region == "fr" and elsewhere.own.id is None

    with inside(network.poste):
        mine = dossiers.own_file()
        assert (mine.own.id, mine.own.remark) == (None, "")
        dossiers.save_application(answers={}, remark="La Poste")
        for table in ("recognition_application", "recognition_decision"):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Site.objects.raw(f"SELECT id FROM {network.caban.space.schema_name}.{table}")[0]
        with pytest.raises(ValidationError):
            dossiers.take_back()

    with inside(network.caban):
        assert sorted(Application.objects.values_list("epn_id", "remark")) == sorted(
            [(network.poste.pk, "La Poste"), (network.abattoirs.pk, "Secret des Abattoirs")]
        )
    with inside(network.loire):
        assert not Application.objects.exists()
    # The crossing writes applications, and nothing that decides.
    here = network.caban.space
    with (
        entered(Place(here.schema_name, here.kind, CROSSING_ROLE, here.pk)),
        pytest.raises(ProgrammingError),
        transaction.atomic(),
    ):
        Decision.objects.create(epn_id=network.poste.pk, number=1, verdict="confirmed", decided_on=TODAY)
    for person in (network.bram, network.dries, network.farid):
        assert signed_in(person).get(HOME).status_code in (403, 404)


def test_equipment_is_counted_by_site_and_crosses_with_the_card(
    network: Cast, signed_in: Any, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in(network.amina)
    with inside(network.poste):
        site = Site.objects.get()
    url = f"/caban/rue-de-la-poste/sites/{site.pk}/equipment/"
    for wrong, field in (
        ({"computer": -1}, "computer"), ({"tablet": 1000}, "tablet"), ({"counted_on": "2062-01-01"}, "counted_on"),
        ({"counted_on": ""}, "counted_on"), ({"tablet": "a\0b"}, "tablet"),
    ):  # fmt: skip
        response = client.post(url, {"computer": 3, "counted_on": TODAY, **wrong})
        assert response.status_code == 200 and field in response.context["form"].errors, wrong

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {"computer": 3, "tablet": 0, "counted_on": TODAY}).status_code == 302

    page = text_of(client.get("/caban/rue-de-la-poste/sites/equipment/"))
    assert "Ordinateur fixe" in page and "⟦undefined" not in page
    assert (
        "computer;3;"
        in b"".join(client.get("/caban/rue-de-la-poste/sites/equipment/?download=csv").streaming_content).decode()
    )
    with inside(network.caban):
        door = sites_of(Card.objects.get(epn_id=network.poste.pk))[0]
        assert (door.equipment, door.equipment_on) == ({"computer": 3, "tablet": 0}, TODAY.isoformat())
        found = {line.asked.kind: line for line in standings(network.caban.pk, epn_id=network.poste.pk)[0].lines}
        assert (found["devices"].fact.value, found["devices"].outcome) == (3, "not_met")
    with inside(network.poste), pytest.raises(ValidationError):
        count_equipment(site, counts={"no such": 1}, counted_on=TODAY)
    with inside(network.abattoirs):
        assert not Equipment.objects.exists()
    assert not copy_card(network.poste.pk)
