"""Amina invites somebody, who comes in by the link of the letter; on a telephone and without JavaScript too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.team.conftest import NEW_PASSWORD, link_in
from tests.thoroughness import SCREENS, WAYS

Opened = Callable[..., Page]
SignIn = Callable[[Page, str], None]
SUBMIT = "main form button[type=submit]"


def check(page: Page, javascript: bool) -> None:
    if javascript:
        assert_accessible(page)


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_the_whole_journey_of_an_invitation(
    new_page: Opened, sign_in: SignIn, letterbox: Controller, width: int, javascript: bool
) -> None:
    email = f"zoe.{width}.{'with' if javascript else 'without'}@example.org"
    amina = new_page(width=width, javascript=javascript)
    sign_in(amina, "Amina")
    amina.goto("/caban/rue-de-la-poste/")
    amina.locator("nav.m-nav summary").click()
    amina.locator("nav.m-nav a[href$='/people/']:visible").click()
    amina.locator("main a[href$='/people/invite/']").click()
    check(amina, javascript)
    amina.locator("[name=email]").fill(email)
    amina.locator("[name=role][value=animator]").check()
    amina.locator(SUBMIT).click()
    amina.wait_for_url("**/people/")
    expect(amina.locator("#messages")).to_contain_text(f"Nous avons écrit à {email}")
    check(amina, javascript)

    letter = next(one for one in letterbox.handler.letters if one["To"] == email)
    zoe = new_page(width=width, javascript=javascript)
    zoe.goto(link_in(letter))
    expect(zoe.locator("main")).to_contain_text("Amina vous invite")
    check(zoe, javascript)
    zoe.locator("[name=name]").fill("Zoé")
    for field in ("password1", "password2"):
        zoe.locator(f"[name={field}]").fill(NEW_PASSWORD)
    zoe.locator(SUBMIT).click()
    zoe.wait_for_url("**/caban/rue-de-la-poste/")
    zoe.goto("/accounts/profile/")
    expect(zoe.locator("main table")).to_contain_text("Rue de la Poste")
    check(zoe, javascript)

    amina.reload()
    row = amina.locator("tr", has_text=email)
    row.locator("a[href$='/role/']").click()
    check(amina, javascript)
    amina.locator("[name=role][value=volunteer]").check()
    amina.locator(SUBMIT).click()
    amina.wait_for_url("**/people/")
    amina.locator("tr", has_text=email).locator("a[href$='/end/']").click()
    check(amina, javascript)
    amina.locator(SUBMIT).click()
    amina.wait_for_url("**/people/")
    expect(amina.locator("tr", has_text=email)).to_have_count(0)
    answer = zoe.goto("/caban/rue-de-la-poste/")
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize("width", SCREENS)
def test_the_other_pages_of_the_link_and_the_way_out_are_for_everybody(
    new_page: Opened, sign_in: SignIn, letterbox: Controller, width: int
) -> None:
    email = f"yann.{width}@example.org"
    amina = new_page(width=width)
    sign_in(amina, "Amina")
    amina.goto("/caban/rue-de-la-poste/people/invite/")
    amina.locator("[name=email]").fill(email)
    amina.locator("[name=role][value=volunteer]").check()
    amina.locator(SUBMIT).click()
    amina.wait_for_url("**/people/")
    link = link_in(next(one for one in letterbox.handler.letters if one["To"] == email))

    bram = new_page(width=width)
    sign_in(bram, "Bram")
    for address, said in (
        (link, "pour quelqu’un d’autre"),
        ("/invitations/no-such-link/", "ne marche plus"),
        ("/caban/rue-de-la-poste/people/leave/", "Quitter"),
    ):
        bram.goto(address)
        expect(bram.locator("main")).to_contain_text(said)
        check(bram, True)
    amina.locator("tr", has_text=email).locator("form[action$='/revoke/'] button").click()
    amina.wait_for_url("**/people/")
    expect(amina.locator("tr", has_text=email)).to_have_count(0)
    amina.goto("/caban/rue-de-la-poste/people/leave/")
    check(amina, True)
