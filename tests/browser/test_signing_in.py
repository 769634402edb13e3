"""Signing in with more than a password, in a real Chromium: an app, a passkey, another provider, a locked session.

Passkeys are of an authenticator that Chromium plays. Each test signs in for itself: others' sessions aren't locked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.browser.windows import Windows
from tests.conftest import PASSWORD
from tests.signing_in.conftest import code_of
from tests.thoroughness import SCREENS

Opened = Callable[..., Page]
MINUTE = 60_000


@pytest.fixture
def window(new_page: Opened) -> Opened:
    """Whatever the policy of the page refuses ends up in `page.refused`."""

    def opened(**options: Any) -> Page:
        page = new_page(**options)
        if not hasattr(page, "refused"):
            page.on("console", lambda said: page.refused.append(said.text) if "Content Security" in said.text else None)  # type: ignore[attr-defined]
        page.refused = []  # type: ignore[attr-defined]
        return page

    return opened


def with_password(page: Page, name: str, *, shared: bool = False) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(f"{name.lower()}@example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[type=checkbox][name=shared]").set_checked(shared)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/accounts/login/" not in address)


def authenticator(page: Page) -> Any:
    """A telephone with a fingerprint, as Chromium plays it."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
               "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    key = device.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    return device, key


def accessible(page: Page) -> None:
    assert_accessible(page)
    assert page.refused == []  # type: ignore[attr-defined]


def test_the_page_to_sign_in_has_every_way_and_is_accessible(window: Opened) -> None:
    page = window()

    page.goto("/accounts/login/")

    expect(page.get_by_role("button", name="Se connecter avec une clé d’accès")).to_be_visible()
    expect(page.get_by_role("link", name="Se connecter avec Itsme")).to_be_visible()
    accessible(page)
    page.set_viewport_size({"width": 360, "height": 740})
    accessible(page)
    plain = window(width=360, javascript=False)
    plain.goto("/accounts/login/")
    expect(plain.get_by_role("button", name="Se connecter avec une clé d’accès")).to_be_hidden()


@pytest.mark.parametrize(("name", "width", "javascript"), [("Hugo", 1280, True), ("Ines", 360, False)])
def test_an_app_is_set_up_and_asked_for_with_and_without_javascript(
    window: Opened, name: str, width: int, javascript: bool
) -> None:
    page = window(width=width, javascript=javascript)
    check = accessible if javascript else lambda _page: None
    with_password(page, name)

    page.goto("/accounts/2fa/")
    check(page)
    page.get_by_role("link", name="Installer l’application").click()
    secret = page.locator("[data-secret]").inner_text().replace(" ", "")
    check(page)
    page.locator("input[name=code]").fill("000000")
    page.get_by_role("button", name="Activer").click()
    expect(page.locator(".m-field-invalid")).to_contain_text("Ce code n’est pas bon")
    expect(page.locator("[data-secret]")).to_have_text(re.compile(r"\s*".join(secret)))
    page.locator("input[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="Activer").click()
    codes = page.locator("[data-codes] code").all_inner_texts()
    check(page)

    assert len(codes) == 10
    other = window(width=width, javascript=javascript)
    with_password(other, name)
    other.wait_for_url("**/accounts/2fa/authenticate/")
    check(other)
    other.locator("input[name=code]").fill(codes[0])
    other.locator("main form button[type=submit]").first.click()
    other.wait_for_url(lambda address: "/accounts/" not in address)


def test_a_passkey_is_added_signs_in_alone_unlocks_and_is_removed(window: Opened) -> None:
    page = window(alone=True)
    device, key = authenticator(page)
    with_password(page, "Jade")
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    accessible(page)
    page.locator("input[name=name]").fill("Mon téléphone")
    page.get_by_role("button", name="Ajouter une clé d’accès").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    kept = device.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
    assert [one["isResidentCredential"] for one in kept] == [True]

    # Out, and in again by the passkey alone, back to where one was going.
    page.context.clear_cookies()
    page.goto("/caban/abattoirs/contracts/")
    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()
    page.wait_for_url("**/caban/abattoirs/contracts/")

    # Locked, and opened by the passkey.
    page.get_by_role("button", name="Verrouiller").click()
    page.wait_for_url("**/accounts/unlock/**")
    accessible(page)
    page.get_by_role("button", name="Déverrouiller avec une clé d’accès").click()
    page.wait_for_url("**/caban/abattoirs/contracts/")

    # As a second factor, after the password.
    page.context.clear_cookies()
    with_password(page, "Jade")
    page.get_by_role("button", name="Prendre une clé d’accès").click()
    page.wait_for_url("**/caban/abattoirs/")

    page.goto("/accounts/2fa/")
    expect(page.get_by_text("Mon téléphone").first).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Retirer Mon téléphone").click()
    accessible(page)
    page.get_by_role("button", name="Retirer une clé d’accès").click()
    page.wait_for_url("**/accounts/2fa/")
    expect(page.get_by_text("Mon téléphone")).to_have_count(0)


def test_a_passkey_of_nobody_here_says_so_on_the_page(window: Opened) -> None:
    page = window(alone=True)
    device, key = authenticator(page)
    device.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.goto("/accounts/login/")

    page.get_by_role("button", name="Se connecter avec une clé d’accès").click()

    expect(page.locator("[data-passkey-failed]")).to_be_visible()
    accessible(page)


def test_another_provider_is_reached_by_its_link_and_leads_back(window: Opened, issuer: str) -> None:
    page = window()
    page.goto("/caban/rue-de-la-poste/")

    page.get_by_role("link", name="Se connecter avec Itsme").click()
    page.wait_for_url(f"{issuer}/**")
    page.locator("button", has_text="bram").first.click()

    page.wait_for_url("**/caban/rue-de-la-poste/")
    assert page.refused == []  # type: ignore[attr-defined]


def test_a_locked_session_shows_nothing_by_going_back_and_in_no_other_window(window: Opened) -> None:
    page = window()
    with_password(page, "Kenza")
    page.goto("/caban/rue-de-la-poste/contracts/")
    page.goto("/caban/rue-de-la-poste/visits/")
    beside = page.context.new_page()
    beside.goto("/caban/rue-de-la-poste/contracts/")

    page.keyboard.press("Control+Alt+l")
    page.wait_for_url("**/accounts/unlock/**")
    beside.wait_for_url("**/accounts/unlock/**")
    expect(beside.locator("main")).to_contain_text("La session de Kenza est verrouillée")
    page.go_back()
    page.wait_for_url("**/accounts/unlock/**")

    expect(page.locator("main")).to_contain_text("La session de Kenza est verrouillée")
    accessible(page)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Déverrouiller", exact=True).click()
    page.wait_for_url("**/caban/rue-de-la-poste/**")


@pytest.mark.parametrize("javascript", [True, False])
def test_nor_does_the_browser_s_own_memory_of_pages(remembering: Windows, site_url: str, javascript: bool) -> None:
    with remembering.lent(site_url) as opened:
        page = opened(javascript=javascript)
        with_password(page, "Kenza")
        page.goto("/caban/rue-de-la-poste/contracts/")
        page.get_by_role("button", name="Verrouiller").click()
        page.wait_for_url("**/accounts/unlock/**")

        page.go_back(wait_until="commit")
        page.wait_for_url("**/accounts/unlock/**")

        expect(page.locator("main")).to_contain_text("La session de Kenza est verrouillée")
        expect(page.get_by_text("Contrats")).to_have_count(0)


@pytest.mark.parametrize("width", SCREENS)
def test_the_lock_works_without_javascript(window: Opened, width: int) -> None:
    page = window(width=width, javascript=False)
    with_password(page, "Bram")

    page.get_by_role("button", name="Verrouiller").click()
    page.goto("/caban/rue-de-la-poste/visits/")
    assert "/accounts/unlock/" in page.url
    page.get_by_role("button", name="Ce n’est pas moi").click()

    page.wait_for_url(lambda address: "unlock" not in address)
    page.goto("/caban/rue-de-la-poste/")
    assert "/accounts/login/" in page.url


def test_a_shared_pc_locks_by_itself_while_nobody_is_there(window: Opened) -> None:
    page = window(alone=True)
    page.clock.install()
    with_password(page, "Bram", shared=True)
    page.goto("/caban/rue-de-la-poste/visits/")
    page.clock.run_for(10 * MINUTE)
    page.mouse.move(40, 40)
    page.clock.run_for(10 * MINUTE)  # the clock goes on by itself too: the rest is left for a busy machine
    assert page.url.endswith("/visits/")

    page.clock.run_for(16 * MINUTE)

    page.wait_for_url("**/accounts/unlock/**")


@pytest.mark.parametrize("width", SCREENS)
def test_the_settings_of_a_network_say_who_is_concerned(window: Opened, width: int) -> None:
    page = window(width=width)
    with_password(page, "Dries")

    page.goto("/caban/settings/")
    accessible(page)
    page.get_by_role("link", name="Demander la vérification en deux étapes").click()

    accessible(page)
    expect(page.locator("table")).to_contain_text("Coordination d’EPN")
