"""Nadia's first day: from the link in her letter to a visit in the register, on a phone, having read nothing."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.accessibility.axe import assert_accessible
from tests.browser.site import NEWCOMER, NEWCOMERS_LINK
from tests.team.conftest import NEW_PASSWORD

# Somebody who sees these pages for the first time. Reckoned is what a hand does, never how fast this machine is.
A_LOOK = 3.0  # seconds on each new page, before the first movement
A_TAP = 1.2  # to find a thing and tap it
A_KEY = 0.2  # on the keyboard of a phone
AT_MOST = 60.0


class Hand:
    """What it taps must be on the screen without looking for it: seen at once, or brought there by the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.looks = self.taps = self.keys = 0

    @property
    def seconds(self) -> float:
        return self.looks * A_LOOK + self.taps * A_TAP + self.keys * A_KEY

    def look(self, heading: str) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(heading)
        self.looks += 1

    def tap(self, thing: Locator) -> None:
        expect(thing).to_be_in_viewport()
        thing.tap()
        self.taps += 1

    def fill(self, button: str, **fields: str) -> None:
        """A form that goes on below the screen is scrolled by a thumb, from each field to the next, to its button."""
        for name, text in fields.items():
            field = self.page.locator(f"main [name={name}]")
            field.scroll_into_view_if_needed()
            self.tap(field)
            self.page.keyboard.type(text)
            self.keys += len(text)
        send = self.page.locator("main").get_by_role("button", name=button, exact=True)
        send.scroll_into_view_if_needed()
        self.tap(send)

    def log_a_visit(self) -> None:
        """The first tile and the first outcome that the eye meets."""
        for thing in (".v-what label", ".v-how label", ".v-save button"):
            self.tap(self.page.locator(thing).first)
        expect(self.page.locator(".v-last-saved")).to_contain_text("Visite enregistrée")


def phone(new_page: Callable[..., Page]) -> Page:
    return new_page(width=360, has_touch=True, is_mobile=True, reduced_motion="reduce")


def test_a_new_animator_logs_the_first_visit_within_a_minute(new_page: Callable[..., Page]) -> None:
    page = phone(new_page)
    hand = Hand(page)
    page.goto(f"/invitations/{NEWCOMERS_LINK}/")

    hand.look("Vous avez une invitation")
    hand.fill("Accepter l’invitation", password1=NEW_PASSWORD, password2=NEW_PASSWORD)
    hand.look("Noter une visite")
    assert_accessible(page)
    hand.log_a_visit()

    assert hand.seconds <= AT_MOST, (hand.looks, hand.taps, hand.keys)
    assert hand.taps == 3 + 3, "three to come in, three for the visit"

    # Another phone, another morning: the address and the password lead straight to the same page.
    page = phone(new_page)
    hand = Hand(page)
    page.goto("/accounts/login/")
    hand.look("Se connecter")
    hand.fill("Se connecter", login=NEWCOMER, password=NEW_PASSWORD)
    hand.look("Noter une visite")
    hand.log_a_visit()

    assert hand.seconds <= AT_MOST, (hand.looks, hand.taps, hand.keys)
