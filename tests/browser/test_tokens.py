"""Bram gives a program access and takes it away again, on a telephone and without JavaScript too."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.conftest import PASSWORD
from tests.thoroughness import WAYS

Opened = Callable[..., Page]
SignIn = Callable[[Page, str], None]


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_token_is_made_and_taken_away(new_page: Opened, sign_in: SignIn, width: int, javascript: bool) -> None:
    page = new_page(width=width, javascript=javascript)
    sign_in(page, "Bram")
    page.goto("/accounts/password/change/")
    page.locator("main a[href$='/accounts/tokens/']").click()
    if "/reauthenticate/" in page.url:  # not when the same session has just said the password
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form[action$='/reauthenticate/'] button[type=submit]").click()
    page.wait_for_url("**/accounts/tokens/")
    purpose = f"Fiches {width} {javascript}"

    page.locator("[name=name]").fill(purpose)
    page.locator("main form[action$='/tokens/'] button[type=submit]").click()

    expect(page.locator("main code")).to_have_text(re.compile(r"^\s*\S{43}\s*$"))
    if javascript:
        assert_accessible(page)
    row = page.locator("tr", has_text=purpose)
    row.locator("button").click()
    page.wait_for_url("**/accounts/tokens/")
    expect(row).to_have_count(0)
