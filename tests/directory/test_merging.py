"""Two EPN that are one place: proposed, merged with their past left where it was, and undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from network.cadastre.recognition.handing_over import Label, Plan, plan
from network.cadastre.recognition.models import Application, Decision
from network.cadastre.recognition.selectors import running_labels
from network.cadastre.recognition.services import ask_for_recheck, decide
from network.cadastre.services import grant_recognition
from network.directory.cards import copy_card
from network.directory.merging import services
from network.directory.merging.models import Apart, Merge
from network.directory.merging.similarity import Door, likeness, metres_between, near_duplicates
from network.directory.models import Card
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.models import Affiliation, Domain, Epn, Space
from tests.conftest import Cast, inside

Clients = Callable[[Person], Client]
PAGE = "/caban/duplicates/"


def pairs(*doors: Door) -> list[tuple[int, int]]:
    return [(found.first, found.second) for found in near_duplicates(doors)]


class TestLikeness:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (Door(1, "MSAP Sainte Croix en Bresse", "180 Route du Bourg", "71470", "SAINTE CROIX EN BRESSE"),
             Door(2, "MSAP Sainte-Croix", "180 route du Bourg", "71470", "SAINTE-CROIX")),
            (Door(1, "Pôle Emploi - Cosne", "45bis rue du Général Binot", "58200", "Cosne"),
             Door(2, "Agence Pôle Emploi Cosne", "45bis  rue Général Binot", "58200", "COSNE")),
            (Door(1, "L'inter'COW", "Parc de la Gare", "71800", "Baudemont", 46.27, 4.27, "03 85 00 00 01"),
             Door(2, "L'InterCOW espace de coworking", "", "71801", "BAUDEMONT", 46.2701, 4.2701, "+33385000001")),
            (Door(1, "FabLab du Morvan", "114 route d'Avallon", "58140", "Lormes", phone="03 86 22 51 17"),
             Door(2, "Mission numérique du pays Nivernais Morvan", "114 Route d'Avallon", "58140", "LORMES",
                  phone="0386225117")),
        ],
    )  # fmt: skip
    def test_a_place_that_was_written_twice_is_found(self, one: Door, other: Door) -> None:
        assert pairs(one, other) == [(1, 2)] == pairs(other, one)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            (Door(1, "EPN de Saint-Gilles", "Rue du Fort 1", "1060", "Saint-Gilles"),
             Door(2, "EPN de Forest", "Rue du Fort 1", "1190", "Forest")),
            (Door(1, "Espace public numérique Nord", "1 rue Haute", "1000", "Bruxelles", 50.84, 4.35),
             Door(2, "Espace public numérique Sud", "9 rue Basse", "1000", "Bruxelles", 50.85, 4.36)),
            (Door(1, "Médiathèque", "1 place", "58000", "Nevers", 46.99, 3.16),
             Door(2, "Médiathèque", "1 place", "71000", "Mâcon", 46.30, 4.83)),
            (Door(1, "Mairie", "", "58000", "Nevers"), Door(1, "Mairie", "", "58000", "Nevers")),
        ],
    )  # fmt: skip
    def test_two_places_are_left_in_peace(self, one: Door, other: Door) -> None:
        assert pairs(one, other) == []

    def test_whoever_was_told_apart_is_not_proposed_and_any_two_can_be_compared(self) -> None:
        one, other = Door(1, "Le Phare", "1 quai", "58000", "Nevers"), Door(2, "Le Phare", "1 quai", "58000", "Nevers")

        assert near_duplicates([one, other], apart={(1, 2)}) == []
        far = likeness([one], [Door(3, "Atelier", "", "1000", "Bruxelles")])
        assert far is not None and far.score < 50 and likeness([one], []) is None
        here, there = Door(1, "", latitude=50.85, longitude=4.35), Door(2, "", latitude=50.85, longitude=4.36)
        assert metres_between(here, there) == 702


@pytest.fixture
def twins(cast: Cast) -> Cast:
    """Abattoirs, written twice: once more under the name of Rue de la Poste, with a second door of its own."""
    with inside(cast.poste):
        Site.objects.update(address="Rue Haute 1", phone="02 000 12 34")
    with inside(cast.abattoirs):
        Site.objects.update(name="EPN rue de la Poste", address="rue haute, 1", postcode="1030", town="Schaerbeek")
        Site.objects.create(name="Le kiosque", address="Place 7", postcode="1030", town="Schaerbeek", country="be")
    for epn in (cast.poste, cast.abattoirs):
        copy_card(epn.pk)
    return cast


def path_of(cast: Cast) -> str:
    first, second = sorted((cast.poste.pk, cast.abattoirs.pk))
    return f"{PAGE}{first}/{second}/"


def test_a_coordinator_finds_the_two_merges_them_and_undoes_it(twins: Cast, signed_in: Clients) -> None:
    client = signed_in(twins.dries)
    affiliations = list(Affiliation.objects.order_by("pk").values())
    listed = client.get(PAGE).content.decode()
    assert path_of(twins) in listed and "⟦undefined" not in listed

    with inside(twins.caban):
        decide(epn_id=twins.abattoirs.pk, verdict="refused", decided_on=timezone.localdate(), reason="Heures")
    page = client.get(path_of(twins)).content.decode()
    assert "Le kiosque" in page and "⟦undefined" not in page
    label, kept_label = (f"/caban/recognition/{one.pk}/" for one in (twins.abattoirs, twins.poste))
    assert label in page and kept_label not in page, "only one of the two has papers of the label"
    with inside(twins.abattoirs):
        kiosque = Site.objects.get(name="Le kiosque")
        done_there = Visit.objects.count()
    answer = client.post(
        path_of(twins), {"kept": twins.poste.pk, "doors": [f"{twins.abattoirs.pk}-{kiosque.pk}"]}, follow=True
    )
    assert answer.status_code == 200
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert set(letters) == {twins.amina.email, twins.chloe.email}
    assert "/caban/rue-de-la-poste/" in letters[twins.chloe.email].body
    assert "Abattoirs" in letters[twins.amina.email].subject and "⟦" not in letters[twins.amina.email].body

    with inside(twins.caban):
        merge = Merge.objects.get()
        cards = dict(Card.objects.order_by("pk").values_list("epn_id", "archived_at"))
    assert cards[twins.poste.pk] is None and cards[twins.abattoirs.pk] is not None
    assert Space.objects.get(pk=twins.abattoirs.pk).archived_at is not None
    former = Domain.objects.get(domain="caban/abattoirs")
    assert (former.tenant_id, former.is_primary) == (twins.poste.pk, False)
    assert signed_in(twins.amina).get("/caban/abattoirs/journal/")["Location"].startswith("/caban/rue-de-la-poste/")
    assert Client().get("/caban/epn/abattoirs/hours.ics").status_code == 301
    assert Client().get("/caban/epn/abattoirs/")["Location"] == "/caban/epn/rue-de-la-poste/"
    with inside(twins.poste):
        assert list(Site.objects.order_by("pk").values_list("name", flat=True))[1:] == ["Le kiosque"]
    # The papers of the label stay with the one that went, and each page leads to the other.
    assert "Heures" in (page := client.get(label).content.decode()) and kept_label in page
    assert label in client.get(kept_label).content.decode()
    # What was is where it was: the affiliations, and everything in the space of the one that went.
    assert list(Affiliation.objects.order_by("pk").values()) == affiliations
    with inside(twins.abattoirs):
        assert Visit.objects.count() == done_there and Site.objects.count() == 2

    # Opened again by the other door it would have no address of its own.
    client.post(f"/caban/epn/{twins.abattoirs.pk}/restore/")
    assert Space.objects.get(pk=twins.abattoirs.pk).archived_at is not None

    assert client.get(f"{PAGE}merges/{merge.pk}/undo/").status_code == 200
    client.post(f"{PAGE}merges/{merge.pk}/undo/")
    assert len(mail.outbox) == 4 and "/caban/abattoirs/" in mail.outbox[-1].body
    assert Space.objects.get(pk=twins.abattoirs.pk).archived_at is None
    assert Epn.objects.get(pk=twins.abattoirs.pk).slug == "abattoirs"
    back = Domain.objects.filter(tenant=twins.abattoirs.pk).order_by("domain").values_list("domain", "is_primary")
    assert list(back) == [("caban/abattoirs", True)]
    assert "Heures" in (page := client.get(label).content.decode()) and kept_label not in page
    with inside(twins.poste):
        assert Site.objects.get(name="Le kiosque").is_retired
    assert client.post(f"{PAGE}merges/{merge.pk}/undo/").status_code == 404
    assert set(Entry.objects.filter(verb__startswith="epn.merge").values_list("verb", flat=True)) == {
        "epn.merged", "epn.merge_undone",
    }  # fmt: skip


def test_two_places_are_told_apart_until_somebody_asks_again(twins: Cast, signed_in: Clients) -> None:
    client = signed_in(twins.dries)

    client.post(f"{path_of(twins)}apart/")
    client.post(f"{path_of(twins)}apart/")
    assert path_of(twins) not in client.get(PAGE).content.decode()
    with inside(twins.caban):
        apart = Apart.objects.get()
    client.post(f"{PAGE}apart/{apart.pk}/again/")
    assert path_of(twins) in client.get(PAGE).content.decode()


def test_what_cannot_be_merged_is_refused_and_nothing_is_written(twins: Cast, signed_in: Clients) -> None:
    client = signed_in(twins.dries)
    poste, abattoirs, nevers = twins.poste.pk, twins.abattoirs.pk, twins.nevers.pk

    for fields in ({}, {"kept": "2062"}, {"kept": nevers}, {"kept": poste, "doors": ["999-1"]}, {"kept": "\0"}):
        assert client.post(path_of(twins), fields).status_code == 200
    assert client.get(f"{PAGE}{poste}/{nevers}/").status_code == 404
    assert client.get(f"{PAGE}{poste}/{poste}/").status_code == 404
    assert client.get(f"{PAGE}?first={poste}&second={poste}").status_code == 200
    assert client.get(f"{PAGE}?first={abattoirs}&second={poste}")["Location"] == path_of(twins)
    with inside(twins.caban):
        for kept, merged, doors in ((poste, poste, ()), (poste, nevers, ()), (poste, abattoirs, (999,))):
            with pytest.raises(ValidationError):
                services.merge(federation_id=twins.caban.pk, kept_id=kept, merged_id=merged, doors=doors)
        assert not Merge.objects.exists()
    assert Epn.objects.get(pk=abattoirs).slug == "abattoirs"


def test_of_two_merges_in_a_row_the_later_one_is_undone_first(twins: Cast) -> None:
    with inside(twins.caban):
        third = Card.objects.get(epn_id=twins.poste.pk)
        first = services.merge(federation_id=twins.caban.pk, kept_id=third.epn_id, merged_id=twins.abattoirs.pk)
        assert services.undo(federation_id=twins.caban.pk, merge_id=first.pk)[1]
        again = services.merge(federation_id=twins.caban.pk, kept_id=twins.abattoirs.pk, merged_id=third.epn_id)
        with pytest.raises(ValidationError):
            services.undo(federation_id=twins.caban.pk, merge_id=first.pk)
        services.undo(federation_id=twins.caban.pk, merge_id=again.pk)
    assert Epn.objects.get(pk=twins.poste.pk).slug == "rue-de-la-poste"


def test_the_label_and_an_open_application_go_on_with_the_kept_one_and_come_back(
    twins: Cast, signed_in: Clients
) -> None:
    client, today = signed_in(twins.dries), timezone.localdate()
    going, kept = twins.abattoirs.pk, twins.poste.pk
    recheck = today + dt.timedelta(days=200)
    with inside(twins.caban):
        decide(
            epn_id=going, verdict="conditional", decided_on=today, since=today, recheck_on=recheck, conditions="Rampe",
        )  # fmt: skip
        asked = ask_for_recheck(epn_id=going, due_on=today + dt.timedelta(days=30))
    page = client.get(path_of(twins)).content.decode()
    assert "Abattoirs" in page and page.count('class="mb-1"><strong>') == 2 and "⟦undefined" not in page

    assert client.post(path_of(twins), {"kept": kept}, follow=True).status_code == 200
    with inside(twins.caban):
        merge = Merge.objects.get()
        made = Decision.objects.get(epn_id=kept)
        assert (made.verdict, made.since, made.recheck_on, made.conditions) == ("conditional", today, recheck, "Rampe")
        assert "Abattoirs" in made.reason and made.by_name == twins.dries.name
        assert running_labels([kept]) == {kept: today} and Application.objects.get(pk=asked.pk).epn_id == kept
        assert Decision.objects.get(epn_id=going).undone_at is None, "its own papers stay as they were"
    assert all("label" in letter.body and "⟦" not in letter.body for letter in mail.outbox[-2:])

    client.post(f"{PAGE}merges/{merge.pk}/undo/", follow=True)
    with inside(twins.caban):
        assert set(running_labels([kept, going])) == {going}
        assert Application.objects.get(pk=asked.pk).epn_id == going
        assert Decision.objects.get(epn_id=kept).undone_at is not None

        # What the network has decided since stays so, and it is said.
        again = services.merge(federation_id=twins.caban.pk, kept_id=kept, merged_id=going)
        decide(epn_id=kept, verdict="confirmed", decided_on=today, recheck_on=recheck)
    answer = client.post(f"{PAGE}merges/{again.pk}/undo/", follow=True)
    assert len(answer.context["messages"]) == 2
    with inside(twins.caban):
        assert set(running_labels([kept, going])) == {going, kept}
        assert Application.objects.get(pk=asked.pk).epn_id == going


def test_what_goes_along_of_the_label_is_what_the_kept_one_lacks(twins: Cast) -> None:
    going, kept, today = twins.abattoirs.pk, twins.poste.pk, timezone.localdate()

    def application(purpose: str, state: str = "draft") -> Application:
        return Application(purpose=purpose, state=state)

    first, signed, recheck = application("first"), application("first", "signed"), application("recheck")
    decided = Decision(recheck_on=today)
    for one, other, found in (
        (Label(False), Label(False), Plan()),
        (Label(False, first), Label(False), Plan(moves=True)),
        (Label(False, first), Label(True), Plan(stays=True)),
        (Label(False, first), Label(False, signed), Plan(stays=True, own=True)),
        (Label(True, recheck, decided), Label(False, signed), Plan(label=True, answered=True, moves=True)),
        (Label(True, recheck), Label(False, signed), Plan(label=True, stays=True, own=True)),
        (Label(True), Label(True), Plan()),
    ):
        assert plan(going=one, kept=other) == found

    # A label that nobody decided goes along without a day for its re-check, and back.
    with inside(twins.caban):
        grant_recognition(epn_id=going, since=today)
        done = services.merge(federation_id=twins.caban.pk, kept_id=kept, merged_id=going)
        assert running_labels([kept]) and not Decision.objects.filter(epn_id=kept).exists()
        assert services.undo(federation_id=twins.caban.pk, merge_id=done.pk)[1:] == (True, True, True)
        assert set(running_labels([kept, going])) == {going}
