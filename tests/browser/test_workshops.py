"""A workshop of twelve people, noted as somebody does who has just said goodbye to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.accessibility.axe import assert_accessible
from tests.thoroughness import LOOKS, WAYS

HOME = "/caban/rue-de-la-poste/"
NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]


@pytest.mark.parametrize(("width", "javascript"), WAYS[:2])
def test_twelve_people_take_six_interactions_at_most(
    new_page: NewPage, sign_in: SignIn, width: int, javascript: bool
) -> None:
    """Each tap, and the field that is filled in, is one. Two dates of today wait: one for each way."""
    page = new_page(width=width, javascript=javascript)
    sign_in(page, "Bram")
    page.goto(HOME)
    taken = 0

    def tap(what: Locator) -> None:
        nonlocal taken
        what.click()
        taken += 1

    if width < 600:
        tap(page.locator(".m-nav summary"))
    tap(page.get_by_role("link", name="Ateliers", exact=True).locator("visible=true"))
    tap(page.locator(".w-todo a").first)
    page.get_by_label("Personnes présentes").fill("12")
    taken += 1
    tap(page.get_by_role("button", name="Enregistrer les présences"))

    expect(page.get_by_text("Les présences sont enregistrées.")).to_be_visible()
    expect(page.locator(".m-stat-value").first).to_have_text("12")
    assert taken <= 6


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_every_page_is_for_everybody(new_page: NewPage, sign_in: SignIn, width: int, language: str) -> None:
    page = new_page(width=width, language=language)
    sign_in(page, "Amina")
    page.goto(f"{HOME}workshops/")
    assert_accessible(page)
    for path in ("2/", "dates/1/", "find/?theme=smartphone"):
        page.goto(f"{HOME}workshops/{path}")
        page.eval_on_selector_all("main details", "all => all.forEach(one => { one.open = true; })")
        assert_accessible(page)
