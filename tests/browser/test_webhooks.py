"""Dries has another program told, on a telephone and without JavaScript too."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.thoroughness import WAYS
from tests.webhooks.receiver import receiving

Opened = Callable[..., Page]
SignIn = Callable[[Page, str], None]


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_webhook_is_made_tried_and_deleted(new_page: Opened, sign_in: SignIn, width: int, javascript: bool) -> None:
    def looked_at() -> None:
        if javascript:
            assert_accessible(page)

    page = new_page(width=width, javascript=javascript)
    sign_in(page, "Dries")
    page.goto("/caban/settings/")
    page.locator("main a[href$='/webhooks/']").click()
    looked_at()
    page.locator("main a[href$='/webhooks/add/']").click()
    page.locator("main form .btn-primary").click()
    looked_at()

    with receiving() as receiver:
        page.locator("[name=description]").fill(f"Site web {width} {javascript}")
        page.locator("[name=url]").fill(receiver.url)
        for box in page.locator("[name=events]").all():
            box.check()
        page.locator("main form .btn-primary").click()
        expect(page.locator("main code")).to_have_text(re.compile(r"^\s*whsec_"))
        looked_at()
        page.locator("main form[action$='/test/'] button").click()

    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main code")).to_have_count(0)
    looked_at()
    page.locator("main a[href$='/delete/']").click()
    looked_at()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/caban/webhooks/")
