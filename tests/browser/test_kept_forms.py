"""Somebody types, the session locks: what they typed is there afterwards, and one button saves it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.conftest import PASSWORD

NOTE = "Le code n'arrive pas sur son téléphone."


def sign_in(page: Page) -> None:
    """A session of this test's own: others would find theirs locked."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill("bram@example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/accounts/" not in address)


@pytest.mark.parametrize(("width", "javascript"), [(1280, True), (360, False)])
def test_a_session_that_locks_while_somebody_types_loses_nothing(
    new_page: Callable[..., Page], width: int, javascript: bool
) -> None:
    page = new_page(width=width, javascript=javascript)
    sign_in(page)
    page.goto("/caban/rue-de-la-poste/visits/new/")
    page.get_by_label("Banque").first.check()
    page.locator("input[name=outcome]").first.check()
    page.locator("textarea[name=note]").fill(f"{NOTE} ({width})")
    token = page.locator("main input[name=csrfmiddlewaretoken]").first.input_value()
    page.context.request.post("/accounts/lock/", form={"csrfmiddlewaretoken": token}, max_redirects=0)

    page.get_by_role("button", name="Enregistrer la visite").click()
    page.wait_for_url("**/accounts/unlock/**")
    assert NOTE not in page.content()
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Déverrouiller", exact=True).click()
    page.wait_for_url("**/accounts/kept/")
    expect(page.locator("h1")).to_have_text("Votre saisie est encore là")
    if javascript:
        assert_accessible(page)
    page.get_by_role("button", name="Envoyer ma saisie").click()

    page.wait_for_url(lambda address: "/accounts/" not in address)
    page.goto("/caban/rue-de-la-poste/visits/")
    expect(page.get_by_text(f"{NOTE} ({width})")).to_have_count(1)


def test_half_a_text_comes_back_into_its_form_from_every_window(new_page: Callable[..., Page]) -> None:
    page = new_page(width=360)
    sign_in(page)
    beside = page.context.new_page()
    beside.goto("/caban/rue-de-la-poste/visits/desk/new/")
    beside.locator("textarea, input[name=note]").first.fill("Une autre fenêtre")
    page.goto("/caban/rue-de-la-poste/visits/new/")
    page.get_by_label("Banque").first.check()
    page.locator("textarea[name=note]").fill("À moitié")

    page.keyboard.press("Control+Alt+l")
    page.wait_for_url("**/accounts/unlock/**")
    beside.wait_for_url("**/accounts/unlock/**")
    page.locator("input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/kept/")
    expect(page.get_by_role("link", name="Continuer ma saisie")).to_have_count(2)
    assert_accessible(page)
    page.locator("a[href*='visits/new/']").click()

    expect(page.locator("textarea[name=note]")).to_have_value("À moitié")
    expect(page.get_by_label("Banque").first).to_be_checked()
    assert page.url.endswith("/visits/new/")
    page.locator("input[name=outcome]").first.check()
    page.get_by_role("button", name="Enregistrer la visite").click()
    page.wait_for_url(lambda address: not address.endswith("/new/"))
    page.goto("/accounts/kept/")
    expect(page.get_by_role("link", name="Continuer ma saisie")).to_have_count(1)
