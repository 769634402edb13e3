"""A hand on a telephone, at the pace of somebody who sees a page for the first time."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

# Somebody who sees these pages for the first time. Reckoned is what a hand does, never how fast this machine is.
A_LOOK = 3.0  # seconds on each new page, before the first movement
A_TAP = 1.2  # to find a thing and tap it
A_KEY = 0.2  # on the keyboard of a phone


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

    def choose(self, name: str, value: str) -> None:
        """A list opens with one tap and closes with another."""
        field = self.page.locator(f"main [name={name}]")
        field.scroll_into_view_if_needed()
        self.tap(field)
        field.select_option(value)
        self.taps += 1

    def date(self, name: str, day: str) -> None:
        """Eight digits; how a browser asks for them is its own affair."""
        field = self.page.locator(f"main [name={name}]")
        field.scroll_into_view_if_needed()
        self.tap(field)
        field.fill(day)
        self.keys += 8

    def press(self, thing: Locator) -> None:
        """What stands below the screen is brought there by a thumb."""
        thing.scroll_into_view_if_needed()
        self.tap(thing)

    def type(self, name: str, text: str) -> None:
        field = self.page.locator(f"main [name={name}]")
        field.scroll_into_view_if_needed()
        self.tap(field)
        self.page.keyboard.type(text)
        self.keys += len(text)

    def fill(self, button: str, **fields: str) -> None:
        """A form that goes on below the screen is scrolled by a thumb, from each field to the next, to its button."""
        for name, text in fields.items():
            self.type(name, text)
        send = self.page.locator("main").get_by_role("button", name=button, exact=True)
        send.scroll_into_view_if_needed()
        self.tap(send)
