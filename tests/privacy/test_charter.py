"""The network publishes its charter, each EPN agrees, and is asked again when another version comes."""

from __future__ import annotations

from django.test import Client

from tenants.registry.charter.models import Agreement, Charter
from tests.conftest import Cast

SETTINGS = "/caban/settings/charter/"
EPN = "/caban/rue-de-la-poste/charter/"
TEXTS = {"text_fr": "Pourquoi ?\n\nParce que.", "text_nl": "Waarom?", "text_en": "Why?"}


def signed_in(person: object) -> Client:
    client = Client()
    client.force_login(person)  # type: ignore[arg-type]
    return client


def test_a_charter_is_published_agreed_to_and_asked_for_again(cast: Cast) -> None:
    dries, amina, bram = signed_in(cast.dries), signed_in(cast.amina), signed_in(cast.bram)
    assert "pas publié" in amina.get(EPN).content.decode()
    assert "pas publié" in amina.post(EPN, {"version": "1", "quality": "x"}).content.decode()
    draft = dries.get(f"{SETTINGS}publish/").content.decode()
    assert draft.count("Caban") >= 3, "a draft in each language"

    lacking = dries.post(f"{SETTINGS}publish/", {**TEXTS, "text_nl": " "}).content.decode()
    assert "Waarom" not in lacking
    assert "Parce que" in lacking
    assert Charter.objects.count() == 0
    dries.post(f"{SETTINGS}publish/", TEXTS)
    dries.post(f"{SETTINGS}publish/", TEXTS)
    assert Charter.objects.get().number == 1, "the same text again is no other version"

    contracts = amina.get("/caban/rue-de-la-poste/contracts/").content.decode()
    assert "demande" in contracts
    read_only = bram.get(EPN).content.decode()
    assert "Parce que" in read_only
    assert "coordination peut" in read_only
    assert bram.post(EPN, {"version": "1", "quality": "animateur"}).status_code == 403
    for quality in ("", "a\0b", "x" * 121):
        assert amina.post(EPN, {"version": "1", "quality": quality}).status_code == 200
    assert amina.post(EPN, {"version": "1", "quality": "coordinatrice"}).status_code == 302
    assert "coordinatrice" in amina.get(EPN).content.decode()

    board = dries.get(SETTINGS).content.decode()
    assert "1 EPN n’a pas encore" in board
    file = b"".join(dries.get(f"{SETTINGS}?download=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "coordinatrice" in file
    dries.post(f"{SETTINGS}publish/", {**TEXTS, "text_en": "Why then?"})
    late = amina.post(EPN, {"version": "1", "quality": "coordinatrice"}).content.decode()
    assert "autre version" in late
    assert 'name="version" value="2"' in late
    assert Agreement.objects.count() == 1, "the agreement to the first version stays"
    farid = signed_in(cast.farid)
    assert farid.get(SETTINGS).status_code in (403, 404)
