"""Two people at one PC: a name and six digits, by keyboard, and nothing of the one before is left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.browser.windows import Windows
from tests.conftest import PASSWORD
from tests.thoroughness import THOROUGH, WIDTHS

Opened = Callable[..., Page]
SignIn = Callable[[Page, str], None]
PIN = "258036"


@pytest.mark.parametrize("width", WIDTHS if THOROUGH else [1280])
def test_amina_takes_over_from_bram_in_eight_keystrokes(
    new_page: Opened, sign_in: SignIn, remembering: Windows, site_url: str, width: int
) -> None:
    """A PC that is shared stands on a desk."""
    keystrokes = 0
    own = new_page(width=width)
    sign_in(own, "Amina")
    own.goto("/accounts/pin/")
    if "/reauthenticate/" in own.url:  # not when the same session has just said the password
        own.locator("input[name=password]").fill(PASSWORD)
        own.keyboard.press("Enter")
    own.locator("input[name=new_pin]").fill(PIN)
    own.locator("input[name=new_pin_again]").fill(PIN)
    assert_accessible(own)
    own.keyboard.press("Enter")
    own.wait_for_url("**/accounts/profile/")
    with remembering.lent(site_url) as opened:
        page = opened(width=width)
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill("bram@example.org")
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[type=checkbox][name=shared]").check()
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(lambda address: "/accounts/login/" not in address)
        page.goto("/accounts/profile/")
        expect(page.locator("input[name=name]")).to_have_value("Bram")

        page.get_by_role("button", name="Changer").click()
        page.wait_for_url("**/accounts/switch/**")
        assert "bram@" not in page.content()
        assert_accessible(page)
        for key in ("1", *PIN, "Enter"):
            if key == PIN[0]:
                page.wait_for_url("**/accounts/switch/?who=**")
                assert_accessible(page)
            page.keyboard.press(key)
            keystrokes += 1
        page.wait_for_url("**/caban/rue-de-la-poste/")

        assert keystrokes == 8
        expect(page.locator("header")).to_contain_text("Amina")
        expect(page.locator("header")).not_to_contain_text("Bram")
        for _step in range(3):
            page.go_back(wait_until="commit")
            page.wait_for_load_state()
            page.wait_for_function("() => !document.documentElement.hidden")
            expect(page.locator("input[name=name]")).to_have_count(0)
            assert "bram@" not in page.content()
        page.goto("/caban/rue-de-la-poste/shared-pcs/")
        assert_accessible(page)
