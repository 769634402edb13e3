"""A follow-up from the yes to the tick, without JavaScript too; a number in a text goes with one key."""

import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.browser.midday import ZONE

Opened = Callable[..., Page]
SignIn = Callable[[Page, str], None]
FOLLOWUP = "/caban/rue-de-la-poste/follow-up/"


@pytest.mark.parametrize(("width", "javascript"), [(1280, False), (360, True)])
def test_a_follow_up_is_opened_found_by_its_code_and_ticked_off(
    new_page: Opened, sign_in: SignIn, width: int, javascript: bool
) -> None:
    page = new_page(width=width, javascript=javascript)
    sign_in(page, "Bram")
    page.goto(f"{FOLLOWUP}new/")
    page.locator("[name=consent][value=oral]").check()
    page.locator("main [name=language][value=nl]").check()
    page.locator("main form[method=post].v-whole .btn-primary").click()
    page.wait_for_url("**/card/")

    card = page.locator(".f-card")
    expect(card).to_have_attribute("lang", "nl")
    code = page.locator(".f-card-code").inner_text()
    if javascript:
        assert_accessible(page)
    page.goto(FOLLOWUP)
    page.locator("[name=code]").fill(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/follow-up/\d+/$"))
    assert code not in page.url and code not in page.title()

    page.locator("[name=text]").fill("Rappeler au 0470 12 34 56")
    page.locator("[name=day]").fill(timezone.localdate(timezone=ZoneInfo(ZONE)).isoformat())
    page.locator("section form .btn-primary").click()
    expect(page.locator("[name=personal_data][value=remove]")).to_be_focused()
    if javascript:
        assert_accessible(page)
    page.keyboard.press("Enter")  # the one tap
    expect(page.locator(".f-step .f-text")).to_have_text("Rappeler au […]")

    page.goto(FOLLOWUP)
    mine = page.locator(".f-step", has_text=code)
    mine.locator("button").click()
    expect(page.locator(".m-message button")).to_be_visible()
    expect(mine).to_have_count(0)
