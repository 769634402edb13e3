"""Sites and their hours, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.thoroughness import LOOKS

SITES = "/caban/rue-de-la-poste/sites/"

NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_sites_and_their_form_are_accessible(new_page: NewPage, sign_in: SignIn, width: int, language: str) -> None:
    page = new_page(width=width)
    sign_in(page, "Amina")
    page.goto(SITES)
    page.locator(f".m-languages button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert_accessible(page)

    page.goto(f"{SITES}add/")
    assert_accessible(page)

    page.locator("[name=mo_am_from]").fill("25h")
    page.locator("[name=su_pm_from]").fill("14h")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".m-summary li")).to_have_count(3)
    assert_accessible(page)


def test_a_week_is_typed_without_javascript_and_read_in_words(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(width=360, javascript=False)
    sign_in(page, "Amina")
    page.goto(f"{SITES}add/")

    page.get_by_label("Nom du lieu").fill("Bibliothèque du Parc")
    page.get_by_label("lundi matin, de").fill("8h30")
    page.get_by_label("lundi matin, à").fill("12")
    page.get_by_label("Les heures du lundi valent aussi").check()
    page.get_by_role("button", name="Enregistrer").click()

    card = page.locator(".m-sites > li", has_text="Bibliothèque du Parc")
    expect(card).to_contain_text("lundi à vendredi")
    expect(card).to_contain_text("17 h 30 par semaine")
    card.get_by_role("link", name="Fermer ce lieu").click()
    page.get_by_role("button", name="Fermer ce lieu").click()
    expect(page.locator(".m-sites")).not_to_contain_text("Bibliothèque du Parc")
