"""Nadia's first day: from the link in her letter to a visit in the register, on a phone, having read nothing."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.browser.hand import Hand
from tests.browser.site import NEWCOMER, NEWCOMERS_LINK
from tests.team.conftest import NEW_PASSWORD

AT_MOST = 60.0  # seconds


def phone(new_page: Callable[..., Page]) -> Page:
    return new_page(width=360, has_touch=True, is_mobile=True)


def log_a_visit(hand: Hand) -> None:
    """The first tile and the first outcome that the eye meets."""
    for thing in (".v-what label", ".v-how label", ".v-save button"):
        hand.tap(hand.page.locator(thing).first)
    expect(hand.page.locator(".v-last-saved")).to_contain_text("Visite enregistrée")


def test_a_new_animator_logs_the_first_visit_within_a_minute(new_page: Callable[..., Page]) -> None:
    page = phone(new_page)
    hand = Hand(page)
    page.goto(f"/invitations/{NEWCOMERS_LINK}/")

    hand.look("Vous avez une invitation")
    hand.fill("Accepter l’invitation", password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    hand.look("Noter une visite")
    assert_accessible(page)
    log_a_visit(hand)

    assert hand.seconds <= AT_MOST, (hand.looks, hand.taps, hand.keys)
    assert hand.taps == 3 + 3, "three to come in, three for the visit"

    # Another phone, another morning: the address and the password lead straight to the same page.
    page = phone(new_page)
    hand = Hand(page)
    page.goto("/accounts/login/")
    hand.look("Se connecter")
    hand.fill("Se connecter", login=NEWCOMER, password=NEW_PASSWORD)
    hand.look("Noter une visite")
    log_a_visit(hand)

    assert hand.seconds <= AT_MOST, (hand.looks, hand.taps, hand.keys)
