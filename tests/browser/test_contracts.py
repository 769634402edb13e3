"""Amina records a contract in a real browser, with and without JavaScript."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.conftest import PASSWORD
from tests.thoroughness import LOOKS

# Each language and each width once: what a page breaks with is one or the other.
HERE = "/caban/rue-de-la-poste/contracts/"
NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]


def somebody() -> str:
    """The site is shared by the whole run: everybody that a test adds has a name of their own."""
    return f"Fatou {uuid.uuid4().hex[:8]}"


def save(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Enregistrer le contrat|Het contract bewaren|Save the contract")).click()


def test_the_form_says_the_fte_and_proposes_the_employer_while_one_types(new_page: NewPage, sign_in: SignIn) -> None:
    page, name = new_page(), somebody()
    sign_in(page, "Amina")
    page.goto(f"{HERE}add/")

    page.get_by_label("Nom", exact=False).first.fill(name)
    page.get_by_label("Type de contrat").select_option("art60")
    expect(page.get_by_label("Employeur légal")).to_have_value(re.compile("^CPAS "))
    expect(page.locator("p[data-requires]")).to_contain_text("convention de mise à disposition")
    page.get_by_label("Début").fill("2026-01-05")
    page.get_by_label("Fin prévue").fill("2036-01-04")
    page.get_by_label("Heures par semaine (Q)").fill("28,5")
    expect(page.locator("p[data-fte]")).to_have_text("Cela fait 0,75 ETP.")
    page.get_by_label("Type de contrat").select_option("volunteer")
    expect(page.get_by_label("Employeur légal")).to_have_value("")
    expect(page.locator("p[data-fte]")).to_contain_text("ne compte pas en ETP")
    page.get_by_label("Type de contrat").select_option("art60")
    save(page)

    expect(page.get_by_role("status")).to_contain_text(f"Le contrat de {name} est enregistré : 0,75 ETP.")
    page.get_by_role("link", name="Contrats", exact=True).first.click()
    expect(page.get_by_role("row", name=re.compile(name))).to_contain_text("0,75")


def test_an_employer_that_was_typed_is_not_replaced(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page()
    sign_in(page, "Amina")
    page.goto(f"{HERE}add/")

    page.get_by_label("Employeur légal").fill("CPAS Evere")
    page.get_by_label("Type de contrat").select_option("cdi")

    expect(page.get_by_label("Employeur légal")).to_have_value("CPAS Evere")


def test_without_javascript_a_contract_is_added_ended_and_deleted_with_a_way_back(
    new_page: NewPage, sign_in: SignIn
) -> None:
    page, name = new_page(width=360, javascript=False), somebody()
    sign_in(page, "Amina")
    page.goto(HERE)
    page.get_by_role("link", name="Ajouter un contrat").first.click()
    page.locator("[name=name]").fill(name)
    page.get_by_label("Type de contrat").select_option("cdd")
    page.get_by_label("Début").fill("2026-01-05")
    page.get_by_label("Heures par semaine (Q)").fill("19")
    save(page)

    expect(page.get_by_role("alert")).to_contain_text("Nous proposons")
    expect(page.get_by_label("Employeur légal")).not_to_have_value("")
    page.get_by_label("Fin prévue").fill("2036-01-04")
    save(page)
    page.get_by_role("link", name=re.compile("erreur")).click()
    page.get_by_role("button", name="Supprimer le contrat").click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()
    page.goto(HERE)

    page.get_by_role("link", name=f"Terminer le contrat de {name}").click()
    page.get_by_label("Dernier jour").fill("2026-02-27")
    page.get_by_role("button", name="Enregistrer le dernier jour").click()
    expect(page.get_by_role("status")).to_contain_text("dernier jour")
    page.goto(HERE)
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    page.get_by_role("link", name=re.compile("^1 contrat terminé")).click()
    expect(page.get_by_role("link", name=name, exact=True)).to_have_count(1)


def test_a_contract_is_recorded_by_keyboard_alone(new_page: NewPage, sign_in: SignIn) -> None:
    page, name = new_page(), somebody()
    sign_in(page, "Amina")
    page.goto(f"{HERE}add/")

    page.locator("[name=name]").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("CDI")
    page.locator("[name=starts_on]").fill("2026-01-05")
    page.locator("[name=hours_per_week]").focus()
    page.keyboard.type("19")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text(name)


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_the_pages_of_contracts_are_accessible(
    new_page: NewPage, sign_in: SignIn, site_url: str, width: int, language: str
) -> None:
    page, name = new_page(width=width), somebody()
    sign_in(page, "Amina")
    page.context.add_cookies([{"name": "django_language", "value": language, "url": site_url}])
    page.goto(f"{HERE}add/?type=volunteer")
    page.locator("[name=name]").fill(name)
    page.locator("[name=starts_on]").fill("2026-01-05")
    page.locator("[name=hours_per_week]").fill("4")
    save(page)
    expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()
    assert_accessible(page)
    address = page.url

    for there in (HERE, f"{HERE}add/", f"{address}change/", f"{address}end/"):
        page.goto(there)
        assert_accessible(page)
    page.goto(f"{HERE}add/")
    save(page)
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_the_front_door_is_accessible(new_page: NewPage, width: int, language: str) -> None:
    page = new_page(width=width, language=language)

    for there in ("/", "/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"):
        page.goto(there)
        assert_accessible(page)
    page.goto("/caban/rue-de-la-poste/")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.goto("/")
    page.get_by_role("link", name="Caban").click()
    expect(page).to_have_url(re.compile("/caban/$"))


def test_whoever_has_one_space_is_in_it_after_signing_in_and_goes_out_again(new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Se connecter").last.click()

    # A session of its own: signing out must not end the one that other tests share.
    page.locator("[name=login]").fill("bram@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    expect(page).to_have_url(re.compile("/caban/rue-de-la-poste/$"))

    page.locator(".m-account summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("link", name="Se connecter").first).to_be_visible()
