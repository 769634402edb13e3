"""Add an EPN, rename, archive, restore, label: by the network's coordinator, and nobody else's network moves."""

import re

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from network.directory.cards import copy_cards
from network.directory.models import Card
from tenants.premises.models import Site
from tenants.registry.enums import Role
from tenants.registry.models import Domain, Epn, Membership, Space
from tests.conftest import Cast, inside

LIST, ADD = "/caban/epn/", "/caban/epn/add_one/"
NEW = {"name": "Maison du Numérique", "commune": "21013", "address": "Rue du Fort 1"}


def added(client, **fields):
    return client.post(ADD, {**NEW, **fields})


def error_of(response, field: str) -> str:
    return " ".join(response.context["form"].errors.get(field, []))


class TestAdding:
    def test_the_list_and_the_form_render(self, cast: Cast, signed_in) -> None:
        client = signed_in(cast.dries)

        for path in (LIST, ADD, f"{LIST}?archived=yes", f"{LIST}?q=poste"):
            response = client.get(path)
            assert response.status_code == 200
            assert "⟦undefined" not in response.content.decode()

    def test_a_new_epn_has_its_space_its_site_and_its_card(self, cast: Cast, signed_in) -> None:
        response = added(signed_in(cast.dries))

        assert response.status_code == 302
        epn = Epn.objects.get(slug="maison-du-numerique")
        with inside(epn):
            site = Site.objects.get()
            assert (site.commune, site.postcode, site.town) == ("21013", "1060", "Saint-Gilles")
        with inside(cast.caban):
            card = Card.objects.get(epn_id=epn.pk)
            assert (card.name, card.address, card.commune) == ("Maison du Numérique", "Rue du Fort 1", "21013")

    def test_adding_an_epn_in_caban_touches_nothing_of_loire(self, cast: Cast, signed_in) -> None:
        before = list(Space.objects.exclude(pk=cast.caban.pk).order_by("pk").values())

        added(signed_in(cast.dries), slug="nevers")

        assert list(Space.objects.filter(pk__in=[row["id"] for row in before]).order_by("pk").values()) == before
        assert Domain.objects.get(domain="loire/nevers").tenant_id == cast.nevers.pk
        with inside(cast.loire):
            assert not Card.objects.exists()

    @pytest.mark.parametrize(
        "slug",
        [
            "api",
            "cadastre",
            "epn",
            "Été",
            "a",
            "x" * 60,
            "a\0b",
            "rue-de-la-poste",
            "-a",
            "a--b",
            "a/b",
            "admin",
            " ",
            "1 2",
        ],
    )
    def test_an_address_that_cannot_be_has_a_message_and_the_form_keeps_its_content(
        self, cast: Cast, signed_in, slug: str
    ) -> None:
        before = Epn.objects.count()

        response = added(signed_in(cast.dries), slug=slug, coordinator_email="new@example.org")

        if not slug.strip():
            assert response.status_code == 302
            return
        assert response.status_code == 200
        assert error_of(response, "slug")
        text = response.content.decode()
        assert "Rue du Fort 1" in text and "Maison du Numérique" in text and "⟦undefined" not in text
        assert Epn.objects.count() == before
        assert not Person.objects.filter(email="new@example.org").exists()

    def test_without_an_address_one_is_made_from_the_name_around_what_is_reserved_or_taken(
        self, cast: Cast, signed_in
    ) -> None:
        client = signed_in(cast.dries)

        for name in ("Cadastre", "Rue de la Poste", "É", "<b>=1+1"):
            assert added(client, name=name).status_code == 302

        slugs = set(Epn.objects.filter(affiliations__federation=cast.caban).values_list("slug", flat=True))
        assert {"cadastre-2", "rue-de-la-poste-2", "epn-e"} <= slugs

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"name": ""}, "name"),
            ({"name": "x" * 200}, "name"),
            ({"name": "a\0b"}, "name"),
            ({"commune": ""}, "commune"),
            ({"commune": "99999"}, "commune"),
            ({"commune": "elsewhere"}, "postcode"),
            ({"postcode": "9000"}, "postcode"),
            ({"coordinator_email": "not an address"}, "coordinator_email"),
        ],
    )
    def test_a_field_that_is_wrong_says_so(self, cast: Cast, signed_in, fields: dict[str, str], field: str) -> None:
        response = added(signed_in(cast.dries), **fields)

        assert response.status_code == 200
        assert error_of(response, field)

    def test_a_place_outside_the_list_goes_by_postcode_and_town(self, cast: Cast, signed_in) -> None:
        added(signed_in(cast.dries), commune="elsewhere", postcode="1500", town="Halle")

        with inside(Epn.objects.get(slug="maison-du-numerique")):
            assert Site.objects.get().commune_key == "1500 Halle"

    def test_only_the_coordinator_of_the_network_may(self, cast: Cast, signed_in, client) -> None:
        for person in (cast.amina, cast.eva, cast.farid):
            assert added(signed_in(person)).status_code in (403, 404)
        assert added(client).status_code == 302
        assert not Epn.objects.filter(slug="maison-du-numerique").exists()


class TestTheFirstCoordinator:
    def test_a_newcomer_accepts_by_the_link_of_the_letter_and_enters(self, cast: Cast, signed_in, client) -> None:
        added(
            signed_in(cast.dries),
            coordinator_email="Zoe@Example.org",
            coordinator_name="Zoé",
            coordinator_language="nl",
        )

        letter = mail.outbox[0]
        assert letter.to == ["zoe@example.org"]
        assert letter.subject == "Dries nodigt u uit: Maison du Numérique"
        link = re.search(r"http://testserver(/invitations/\S+)", letter.body)
        assert link, letter.body
        secret = "une phrase assez longue"
        facts = {"name": "Zoé", "password1": secret, "password2": secret}
        assert client.post(link.group(1), facts)["Location"] == "/caban/maison-du-numerique/"
        zoe = Person.objects.get(email="zoe@example.org")
        assert (zoe.name, zoe.language) == ("Zoé", "nl")
        membership = Membership.objects.get(person=zoe)
        assert (membership.role, membership.space.name) == (Role.EPN_COORDINATOR, "Maison du Numérique")

    def test_somebody_with_an_account_says_yes_to_a_second_space(self, cast: Cast, signed_in) -> None:
        added(signed_in(cast.dries), coordinator_email=cast.amina.email)
        link = re.search(r"http://testserver(/invitations/\S+)", mail.outbox[0].body)
        assert link

        answer = signed_in(cast.amina).post(link.group(1))

        assert answer["Location"] == "/caban/maison-du-numerique/"
        assert cast.amina.memberships.count() == 2

    def test_when_the_mail_fails_the_epn_is_there_and_the_message_says_so(
        self, cast: Cast, signed_in, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*args: object, **kwargs: object) -> int:
            raise ConnectionRefusedError("no mail server")

        monkeypatch.setattr(EmailBackend, "send_messages", refuse)
        client = signed_in(cast.dries)

        response = added(client, coordinator_email="zoe@example.org")

        assert response.status_code == 302
        assert "n’a pas pu partir" in client.get(LIST).content.decode()
        epn = Epn.objects.get(slug="maison-du-numerique")
        assert epn.space.invitations.get().problem == "unreachable"

    def test_a_name_on_several_lines_adds_no_header_to_the_mail(self, cast: Cast, signed_in) -> None:
        added(signed_in(cast.dries), name="Salle\r\nBcc: all@example.org", coordinator_email="zoe@example.org")

        assert mail.outbox[0].to == ["zoe@example.org"]
        assert "\n" not in mail.outbox[0].subject

    def test_an_epn_without_a_coordinator_can_be_reached_again(self, cast: Cast, signed_in) -> None:
        Membership.objects.filter(person=cast.chloe).update(until=timezone.now())
        client = signed_in(cast.dries)
        page = f"/caban/epn/{cast.abattoirs.pk}/coordinator/"
        assert page in client.get(LIST).content.decode()

        asked = client.post(page, {"email": "zoe@example.org", "name": "", "language": "fr"}, follow=True)

        assert asked.status_code == 200
        assert "zoe@example.org" in asked.content.decode()
        assert "⟦undefined" not in asked.content.decode()
        invitation = cast.abattoirs.space.invitations.get()
        assert (invitation.role, invitation.invited_from_id) == (Role.EPN_COORDINATOR, cast.caban.pk)
        client.post(f"{page}{invitation.pk}/resend/")
        assert len(mail.outbox) == 2
        client.post(f"{page}{invitation.pk}/revoke/")
        assert "zoe@example.org" not in client.get(page).content.decode().split("<form method")[0]

    def test_an_epn_with_a_coordinator_invites_its_own_people(self, cast: Cast, signed_in) -> None:
        client = signed_in(cast.dries)
        page = f"/caban/epn/{cast.abattoirs.pk}/coordinator/"

        answer = client.post(page, {"email": "zoe@example.org", "language": "fr"})

        assert answer.status_code == 200
        assert "a déjà une personne à la coordination" in answer.content.decode()
        assert not cast.abattoirs.space.invitations.exists()
        assert page not in client.get(LIST).content.decode()

    def test_nobody_is_asked_into_an_epn_that_is_archived(self, cast: Cast, signed_in) -> None:
        Membership.objects.filter(person=cast.chloe).update(until=timezone.now())
        Space.objects.filter(pk=cast.abattoirs.pk).update(archived_at=timezone.now())

        answer = signed_in(cast.dries).post(
            f"/caban/epn/{cast.abattoirs.pk}/coordinator/", {"email": "z@example.org", "language": "fr"}
        )

        assert "personne ne peut y entrer" in answer.content.decode()
        assert not mail.outbox

    def test_the_network_of_another_federation_asks_nobody(self, cast: Cast, signed_in) -> None:
        Membership.objects.filter(person=cast.farid).update(until=timezone.now())
        page = f"/caban/epn/{cast.nevers.pk}/coordinator/"

        assert signed_in(cast.dries).post(page, {"email": "z@example.org", "language": "fr"}).status_code == 404


class TestRenaming:
    def test_a_new_address_leads_there_and_the_former_one_redirects(self, cast: Cast, signed_in) -> None:
        copy_cards(cast.caban)
        url = f"{LIST}{cast.poste.pk}/rename/"
        client = signed_in(cast.dries)
        assert "⟦undefined" not in client.get(url).content.decode()

        assert client.post(url, {"name": "La Poste", "slug": "la-poste"}).status_code == 302

        with inside(cast.caban):
            card = Card.objects.get(epn_id=cast.poste.pk)
            assert (card.name, card.slug) == ("La Poste", "la-poste")
        moved = signed_in(cast.amina).get("/caban/rue-de-la-poste/")
        assert (moved.status_code, moved["Location"]) == (301, "/caban/la-poste/")

    @pytest.mark.parametrize("slug", ["abattoirs", "epn", "Été", "a\0", ""])
    def test_a_bad_address_changes_nothing(self, cast: Cast, signed_in, slug: str) -> None:
        response = signed_in(cast.dries).post(f"{LIST}{cast.poste.pk}/rename/", {"name": "Other", "slug": slug})

        assert error_of(response, "slug")
        assert Space.objects.get(pk=cast.poste.pk).name == "Rue de la Poste"

    @pytest.mark.parametrize("verb", ["rename", "archive"])
    def test_an_epn_of_another_federation_is_not_found(self, cast: Cast, signed_in, verb: str) -> None:
        client = signed_in(cast.dries)

        for number in (cast.nevers.pk, 10**30):
            assert client.get(f"{LIST}{number}/{verb}/").status_code == 404
            assert client.post(f"{LIST}{number}/{verb}/", {"name": "x", "slug": "xx"}).status_code == 404


class TestArchiving:
    def test_nobody_enters_an_archived_epn_and_its_data_is_there_when_it_opens_again(
        self, cast: Cast, signed_in
    ) -> None:
        client, amina = signed_in(cast.dries), signed_in(cast.amina)
        confirm = client.get(f"{LIST}{cast.poste.pk}/archive/")
        assert confirm.status_code == 200 and "⟦undefined" not in confirm.content.decode()
        assert Space.objects.get(pk=cast.poste.pk).archived_at is None

        client.post(f"{LIST}{cast.poste.pk}/archive/")

        assert amina.get("/caban/rue-de-la-poste/").status_code == 404
        assert "Rue de la Poste" in client.get(f"{LIST}?archived=yes").content.decode()
        client.post(f"{LIST}{cast.poste.pk}/restore/")
        with inside(cast.poste):
            assert Site.objects.count() == 1
        assert Space.objects.get(pk=cast.poste.pk).archived_at is None
        verbs = set(Entry.objects.filter(actor_id=cast.dries.pk).values_list("verb", flat=True))
        assert {"epn.archived", "epn.restored"} <= verbs


def test_the_label_of_an_epn_has_a_page_of_its_own(cast: Cast, signed_in) -> None:
    client = signed_in(cast.dries)

    response = client.get(f"{LIST}{cast.poste.pk}/label/")

    assert client.get(f"{LIST}{cast.nevers.pk}/label/").status_code == 404
    assert response.url == f"/caban/recognition/{cast.poste.pk}/"


def test_members_see_the_labels_that_the_census_gives(cast: Cast, signed_in) -> None:
    copy_cards(cast.caban)
    with inside(cast.caban):
        Card.objects.filter(epn_id=cast.poste.pk).update(labels=["MFS", "CTL"])
    client = signed_in(cast.dries)

    page = client.get("/caban/epn/").content.decode()
    file = b"".join(client.get("/caban/epn/?download=csv").streaming_content).decode()

    assert page.count("au recensement : MFS, CTL") == 1 and "⟦undefined" not in page
    assert file.count(";MFS|CTL;") == 1
    assert "MFS" not in client.get("/caban/").content.decode()
