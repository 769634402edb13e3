"""What the coordinator of a network sees and does."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from maillage.audit.models import Entry
from network.webhooks.enums import DeliveryStatus
from network.webhooks.models import Delivery, Subscription
from tests.conftest import Cast, inside
from tests.webhooks.conftest import BOTH, the_delivery
from tests.webhooks.receiver import Receiver, answers

LIST, ADD = "/caban/webhooks/", "/caban/webhooks/add/"
SECRET = re.compile(r"whsec_[\w+/=]{44}")
SignedIn = Callable[[object], Client]


@pytest.fixture
def dries(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.dries)


def text_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    text = response.content.decode()
    assert "⟦undefined" not in text
    return text


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_an_empty_list_says_what_webhooks_are_for(cast: Cast, dries: Client, language: str) -> None:
    dries.cookies["django_language"] = language

    text = text_of(dries, LIST)

    assert {"fr": "Pas encore de webhook", "nl": "Nog geen webhook", "en": "No webhook yet"}[language] in text


def test_the_secret_is_shown_once(cast: Cast, dries: Client, receiver: Receiver) -> None:
    said = {"description": "Site web", "url": receiver.url, "events": BOTH}

    made = dries.post(ADD, said)

    (secret,) = SECRET.findall(made.content.decode())
    assert "no-store" in made["Cache-Control"]
    with inside(cast.caban):
        subscription = Subscription.objects.get()
        assert subscription.keys.get().secret == secret
    page = text_of(dries, f"{LIST}{subscription.pk}/")
    assert secret not in page and "Site web" in page
    assert secret not in text_of(dries, LIST)
    assert list(Entry.objects.filter(verb="webhook.made").values_list("target", flat=True)) == [str(subscription.pk)]


@pytest.mark.parametrize(
    "fields",
    [{"url": "http://example.org/"}, {"url": "https://10.0.0.1/"}, {"url": ""}, {"events": []}, {"description": ""}],
)
def test_what_cannot_be_is_refused_at_its_field(cast: Cast, dries: Client, fields: dict[str, object]) -> None:
    said = {"description": "Site web", "url": "https://example.org/hook", "events": BOTH, **fields}

    response = dries.post(ADD, said)

    assert set(response.context["form"].errors) == set(fields)
    with inside(cast.caban):
        assert not Subscription.objects.exists()


def test_a_test_is_sent_seen_in_the_log_and_sent_again(
    cast: Cast, dries: Client, receiver: Receiver, subscribed: tuple[Subscription, str], told: Callable[[], object]
) -> None:
    page = f"{LIST}{subscribed[0].pk}/"
    receiver.plan = [answers(500)]

    assert dries.post(f"{page}test/").status_code == 302
    assert "En attente" in text_of(dries, page)
    told()
    assert "500" in text_of(dries, page) and "a refusé le message" in text_of(dries, page)
    with inside(cast.caban):
        delivery = the_delivery()
    dries.post(f"{page}replay/{delivery.pk}/")
    told()

    assert len(receiver.messages) == 2
    assert "204" in text_of(dries, page)


def test_all_that_was_given_up_is_sent_again(
    cast: Cast, dries: Client, subscribed: tuple[Subscription, str], a_test_message: Delivery
) -> None:
    page = f"{LIST}{subscribed[0].pk}/"
    assert "Renvoyer tout" not in text_of(dries, page)
    with inside(cast.caban):
        Delivery.objects.update(status=DeliveryStatus.GIVEN_UP, next_attempt_at=None)
    assert "Renvoyer tout" in text_of(dries, page)

    dries.post(f"{page}replay/")

    with inside(cast.caban):
        assert the_delivery().status == DeliveryStatus.WAITING


def test_it_is_changed_switched_off_and_deleted(
    cast: Cast, dries: Client, subscribed: tuple[Subscription, str]
) -> None:
    page = f"{LIST}{subscribed[0].pk}/"
    assert 'value="Website"' in text_of(dries, f"{page}change/")

    dries.post(f"{page}change/", {"description": "Tableau", "url": "https://example.org/", "events": BOTH[:1]})
    with inside(cast.caban):
        changed = Subscription.objects.get()
    assert (changed.description, changed.active, changed.events) == ("Tableau", False, BOTH[:1])
    dries.post(f"{page}test/")
    text_of(dries, f"{page}delete/")
    dries.post(f"{page}delete/")

    with inside(cast.caban):
        assert not Subscription.objects.exists() and not Delivery.objects.exists()


def test_a_new_secret_is_asked_for_on_a_page_of_its_own(
    cast: Cast, dries: Client, subscribed: tuple[Subscription, str]
) -> None:
    page = f"{LIST}{subscribed[0].pk}/secret/"
    text_of(dries, page)

    (secret,) = SECRET.findall(dries.post(page).content.decode())

    assert secret != subscribed[1]


def test_another_federation_and_other_roles_get_nothing(
    cast: Cast, signed_in: SignedIn, subscribed: tuple[Subscription, str]
) -> None:
    for stranger in (cast.eva, cast.amina, cast.farid, cast.chloe):
        for path in (LIST, f"{LIST}{subscribed[0].pk}/"):
            assert signed_in(stranger).get(path).status_code in (403, 404)
    assert Client().get(LIST).status_code == 302


def test_a_message_of_another_webhook_is_not_sent_again_from_here(
    cast: Cast, dries: Client, subscribed: tuple[Subscription, str], a_test_message: Delivery
) -> None:
    assert dries.post(f"{LIST}{subscribed[0].pk + 1}/replay/{a_test_message.pk}/").status_code == 404
    assert dries.post(f"{LIST}{subscribed[0].pk}/replay/{a_test_message.pk + 1}/").status_code == 404
