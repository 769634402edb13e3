"""Two people at one PC: a name and six digits, by keyboard, and nothing of the one before is left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.accessibility.axe import assert_accessible
from tests.conftest import PASSWORD
from tests.thoroughness import THOROUGH, WIDTHS

PIN = "258036"


def with_password(page: Page, name: str, *, shared: bool) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(f"{name.lower()}@example.org")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[type=checkbox][name=shared]").set_checked(shared)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda address: "/accounts/login/" not in address)


@pytest.mark.parametrize("width", WIDTHS if THOROUGH else [1280])
def test_amina_takes_over_from_bram_in_eight_keystrokes(remembering: Browser, site_url: str, width: int) -> None:
    """A PC that is shared stands on a desk."""
    keystrokes = 0
    options = {"base_url": site_url, "viewport": {"width": width, "height": 800}, "locale": "fr"}
    with remembering.new_context(**options) as hers, remembering.new_context(**options) as shared:
        own = hers.new_page()
        with_password(own, "Amina", shared=False)
        own.goto("/accounts/pin/")
        own.locator("input[name=password]").fill(PASSWORD)
        own.keyboard.press("Enter")
        own.locator("input[name=new_pin]").fill(PIN)
        own.locator("input[name=new_pin_again]").fill(PIN)
        assert_accessible(own)
        own.keyboard.press("Enter")
        own.wait_for_url("**/accounts/profile/")
        page = shared.new_page()
        with_password(page, "Bram", shared=True)
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
