"""The counter on a full morning: the desk answers in place, a hand on the keyboard is enough, paper is one save."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.thoroughness import THOROUGH

HOME = "/caban/rue-de-la-poste/"
NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]

# Somebody who types with two fingers presses a key every 280 ms (about 40 words a minute is 300), and looks up
# between two visits: who was that, which tile, how did it end. An old PC on a slow line shows a page in two seconds.
A_KEY = 0.3
A_LOOK = 4.0
A_PAGE = 2.0
VISITS = 20 if THOROUGH else 10  # each digit at least once


def visits_today(page: Page) -> int:
    return int(page.locator(".v-tally strong").inner_text())


def expect_visits_today(page: Page, number: int) -> None:
    expect(page.locator(".v-tally strong")).to_have_text(str(number))


def test_visits_in_a_row_by_keyboard_come_to_twenty_in_three_minutes(new_page: NewPage, sign_in: SignIn) -> None:
    """Keys are really pressed and pages really load, and both are counted; the time of a human at an old PC is
    reckoned from that, since this machine is neither: keystrokes × A_KEY + pages × A_PAGE + visits × A_LOOK."""
    page = new_page(alone=True)
    sign_in(page, "Bram")
    page.goto(HOME)
    before = visits_today(page)
    keys = 0
    pages: list[str] = []
    page.on("response", lambda one: pages.append(one.url) if one.request.is_navigation_request() and one.ok else None)

    for number in range(VISITS):
        typed = (
            ["1", "+", "2", "1", "Enter"] if number % 5 == 4 else [str(number % 9 + 1), str(number % 5 + 1), "Enter"]
        )
        with page.expect_navigation(url=lambda url: "saved" in url):
            for key in typed:
                page.keyboard.press(key, delay=5)
        keys += len(typed)

    expect_visits_today(page, before + VISITS)
    assert keys * A_KEY + len(pages) * A_PAGE + VISITS * A_LOOK < VISITS / 20 * 180, (keys, pages)


def test_the_desk_answers_in_place_and_the_half_day_is_closed(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(width=360)
    sign_in(page, "Amina")
    page.goto(HOME)
    page.get_by_role("link", name="Ouvrir la permanence").click()
    page.get_by_label("Combien de tickets y a-t-il ?").fill("8")
    page.get_by_role("button", name="Ouvrir la permanence").click()
    for width, height in ((768, 1024), (360, 740)):
        page.set_viewport_size({"width": width, "height": height})
        page.goto(HOME)
        page.get_by_text("Banque", exact=True).click()
        expect(page.locator(".v-obstacles label")).to_have_count(1 + 6)
        for chip in page.locator(".v-obstacles label").all():
            expect(chip).to_be_in_viewport(ratio=1)

    page.get_by_role("button", name="Donner le ticket 1").click()
    page.get_by_role("button", name="Donner le ticket 2").click()
    page.get_by_role("button", name="Appeler le 1").click()
    page.get_by_role("button", name="Sans place : 0").click()
    expect(page.locator("#desk-said")).to_contain_text("Sans place")
    expect(page.locator("input[name=outcome]").first).to_be_focused()  # digits go on, and Enter turns nobody away
    page.get_by_role("button", name="Sans place : 1").press("Enter")
    expect(page.get_by_role("button", name="Sans place : 2")).to_be_focused()
    page.locator(".v-desk-last button").click()
    expect(page.get_by_role("button", name="Sans place : 1")).to_be_visible()

    expect(page.locator("#theme-bank")).to_be_checked()  # what was chosen stays chosen
    expect(page.get_by_label("Minutes")).to_have_value(re.compile("^[1-9]$"))  # since the call
    assert_accessible(page)
    page.get_by_text("Résolu", exact=True).click()
    page.get_by_role("button", name="Enregistrer la visite").click()
    expect(page.locator("#desk")).not_to_contain_text("est avec vous")
    page.get_by_role("link", name="Clôturer").click()
    assert_accessible(page)
    page.get_by_role("button", name="Clôturer la permanence").click()
    expect(page.locator(".m-message-success")).to_be_visible()


def test_a_tally_of_thirty_visits_is_one_save(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(javascript=False)
    sign_in(page, "Bram")
    page.goto(HOME)
    before = visits_today(page)
    page.goto(f"{HOME}visits/desk/tally/")
    page.get_by_label("Animateur").select_option(label="Pas dit")

    for theme, number in (("Banque", "12"), ("Impôts", "18")):
        page.get_by_label(theme, exact=True).fill(number)
    page.get_by_role("button", name="Enregistrer toute la feuille").click()

    expect(page.locator(".m-message-success")).to_contain_text("30 visites")
    expect_visits_today(page, before + 30)
    page.locator(".m-message-success").get_by_role("button", name="Annuler").click()
    expect_visits_today(page, before)
