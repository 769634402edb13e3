"""The counter, as somebody with a queue at the door uses it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.thoroughness import LOOKS, SCREENS, WAYS

HOME = "/caban/rue-de-la-poste/"
NEW_EPN = "/caban/abattoirs/"

NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]


def visits_today(page: Page) -> int:
    return int(page.locator(".v-tally strong").inner_text())


def expect_visits_today(page: Page, number: int) -> None:
    expect(page.locator(".v-tally strong")).to_have_text(str(number))


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_visit_takes_three_taps(new_page: NewPage, sign_in: SignIn, width: int, javascript: bool) -> None:
    page = new_page(width=width, javascript=javascript)
    sign_in(page, "Bram")
    page.goto(HOME)
    before = visits_today(page)
    taps = [page.get_by_text("Impôts", exact=True), page.get_by_text("Doit revenir", exact=True),
            page.get_by_role("button", name="Enregistrer la visite")]  # fmt: skip

    for tap in taps:
        tap.click()

    expect(page.locator(".v-last-saved")).to_contain_text("Impôts · Doit revenir")
    assert len(taps) <= 3
    expect_visits_today(page, before + 1)


def test_choosing_needs_no_server(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page()
    sign_in(page, "Bram")
    page.goto(HOME)
    address = page.url

    page.get_by_text("Photos et fichiers", exact=True).click()
    page.get_by_text("Orienté", exact=True).click()
    assert page.url == address, "choosing asks the server nothing"
    page.get_by_role("button", name="Enregistrer la visite").click()

    expect(page.locator(".v-last-saved")).to_contain_text("Photos et fichiers")


def test_a_wrong_tap_is_taken_out_by_the_same_tap(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(javascript=False)
    sign_in(page, "Bram")
    page.goto(HOME)

    page.get_by_text("Banque", exact=True).click()
    page.get_by_text("Banque", exact=True).click()
    page.get_by_text("Logement", exact=True).click()
    page.get_by_text("Résolu", exact=True).click()
    page.get_by_role("button", name="Enregistrer la visite").click()

    expect(page.locator(".v-last-saved")).to_contain_text("Logement · Résolu")


def test_a_second_theme_and_an_obstacle_are_one_tap_more_each(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(javascript=False)
    sign_in(page, "Bram")
    page.goto(HOME)
    taps = [page.get_by_text("Impôts", exact=True), page.get_by_text("Banque", exact=True),
            page.get_by_text("Doit revenir", exact=True), page.locator(".v-obstacles label").nth(1),
            page.get_by_role("button", name="Enregistrer la visite")]  # fmt: skip

    for tap in taps:
        tap.click()

    expect(page.locator(".v-last-saved")).to_contain_text("Impôts, Banque · Doit revenir")
    page.get_by_role("link", name="Compléter").click()
    expect(page.get_by_label("Ce qui a coincé")).not_to_have_value("")
    assert len(taps) == 3 + 1 + 1


def test_by_keyboard_a_plus_is_another_theme_and_a_letter_an_obstacle(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page()
    sign_in(page, "Bram")
    page.goto(HOME)
    themes = [page.locator(f".v-what label[data-key='{key}'] .m-tile-label").inner_text() for key in "13"]

    for key in ("1", "+", "3", "2", "a", "Enter"):
        page.keyboard.press(key)

    expect(page.locator(".v-last-saved")).to_contain_text(f"{', '.join(themes)} · Résolu par téléphone")


def test_digits_and_enter_are_enough(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page()
    sign_in(page, "Bram")
    page.goto(HOME)
    second_theme = page.locator(".v-pick label[data-key='2']").first.locator(".m-tile-label").inner_text()
    before = visits_today(page)

    for key in ("2", "1", "Enter"):
        page.keyboard.press(key)

    expect(page.locator(".v-last-saved")).to_contain_text(f"{second_theme} · Résolu")
    expect_visits_today(page, before + 1)


@pytest.mark.parametrize("javascript", [True, False])
def test_tab_arrows_and_enter_are_enough_too(new_page: NewPage, sign_in: SignIn, javascript: bool) -> None:
    page = new_page(javascript=javascript)
    sign_in(page, "Bram")
    page.goto(HOME)
    before = visits_today(page)

    def tab_to(selector: str) -> None:
        wanted = page.locator(selector).first
        for _number in range(40):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            page.keyboard.press("Tab")
        pytest.fail(f"the Tab key doesn't lead to {selector}")

    tab_to("input[name=theme]")
    if javascript:
        page.keyboard.press("ArrowDown")  # one stop for all of them
        for key in ("Space", "Tab", "Space", "Enter"):
            page.keyboard.press(key)
    else:
        page.keyboard.press("Space")
        tab_to(".v-skip")  # past the nine big ones, on to the outcome
        for key in ("Enter", "Tab", "Space", "Enter"):
            page.keyboard.press(key)

    expect(page.locator(".v-last-saved")).to_be_visible()
    expect_visits_today(page, before + 1)


@pytest.mark.parametrize("javascript", [True, False])
def test_the_last_tap_can_be_undone_and_brought_back(new_page: NewPage, sign_in: SignIn, javascript: bool) -> None:
    page = new_page(width=360, javascript=javascript)
    sign_in(page, "Bram")
    page.goto(HOME)
    before = visits_today(page)
    page.get_by_text("Internet", exact=True).click()
    page.get_by_text("Résolu", exact=True).click()
    page.get_by_role("button", name="Enregistrer la visite").click()
    expect(page.locator(".v-last-saved")).to_contain_text("Internet")

    page.locator(".v-last").get_by_role("button", name="Annuler").click()

    expect(page.locator(".m-message-success")).to_be_visible()
    expect_visits_today(page, before)
    page.locator(".m-message-success").get_by_role("button", name="Annuler").click()
    page.goto(HOME)
    expect_visits_today(page, before + 1)


def test_back_in_history_shows_a_fresh_page_that_saves_another_visit(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page()
    sign_in(page, "Bram")
    page.goto(HOME)
    before = visits_today(page)
    for theme in ("Énergie et factures", "Transport"):
        page.get_by_text(theme, exact=True).click()
        page.get_by_text("Résolu", exact=True).click()
        page.get_by_role("button", name="Enregistrer la visite").click()
        expect(page.locator(".v-last-saved")).to_contain_text(theme)
        page.go_back()

    page.goto(HOME)
    expect_visits_today(page, before + 2)


def test_what_was_tapped_goes_along_to_the_whole_form(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(javascript=False)
    sign_in(page, "Bram")
    page.goto(HOME)
    page.get_by_text("Banque", exact=True).click()

    page.get_by_role("button", name=re.compile("En dire plus")).click()

    expect(page.get_by_label("Banque", exact=True).first).to_be_checked()
    page.get_by_text("Résolu", exact=True).click()
    page.get_by_text("Le public", exact=True).click()
    page.get_by_label("Femme", exact=True).fill("2")
    page.get_by_role("button", name="Enregistrer la visite").click()
    expect(page.locator(".m-summary")).to_contain_text("Genre")
    expect(page.get_by_label("Femme", exact=True)).to_have_value("2")
    page.get_by_label("Personnes présentes").fill("2")
    page.get_by_role("button", name="Enregistrer la visite").click()
    expect(page.locator(".v-last-saved")).to_contain_text("Banque")


def test_the_closed_part_says_what_will_be_saved_after_a_change(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page()
    sign_in(page, "Bram")
    page.goto(HOME)
    page.locator(".v-details summary").click()

    page.get_by_label("Mode", exact=True).select_option(label="Rendez-vous")

    expect(page.locator(".v-proposed")).to_contain_text("Rendez-vous")


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_the_counter_is_accessible(new_page: NewPage, sign_in: SignIn, width: int, language: str) -> None:
    page = new_page(width=width, language=language)
    sign_in(page, "Amina")

    for address in (HOME, f"{HOME}?day=2026-05-04", f"{HOME}visits/"):
        page.goto(address)
        assert_accessible(page)


@pytest.mark.parametrize("width", SCREENS)
def test_every_page_around_it_is_accessible(new_page: NewPage, sign_in: SignIn, width: int) -> None:
    page = new_page(width=width)
    sign_in(page, "Amina")

    for address in ("visits/new/", "visits/?since=x", "visits/?theme=ai", "visits/desk/", "visits/desk/new/",
                    "visits/desk/open/", "visits/desk/tally/?by_outcome=1",
                    "visits/export/columns/"):  # fmt: skip
        page.goto(f"{HOME}{address}")
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        assert_accessible(page)
    page.goto(f"{HOME}visits/new/")
    page.get_by_role("button", name="Enregistrer la visite").click()
    page.goto(f"{HOME}visits/")
    page.get_by_role("link", name=re.compile("^Corriger")).first.click()
    assert_accessible(page)


def test_a_new_epn_has_a_friendly_and_accessible_start(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(width=360)
    sign_in(page, "Chloé")

    for address in (NEW_EPN, f"{NEW_EPN}visits/", f"{NEW_EPN}visits/desk/"):
        page.goto(address)
        assert_accessible(page)


def test_nothing_is_blocked_by_the_content_policy_and_no_script_fails(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(alone=True)
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    sign_in(page, "Bram")
    complaints.clear()

    for address in (HOME, f"{HOME}visits/", f"{HOME}visits/new/"):
        page.goto(address)

    assert complaints == []
