"""The page for those who write programs: readable by everybody, and a list of visits tried from it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.accessibility.axe import assert_accessible, fits
from tests.conftest import PASSWORD
from tests.thoroughness import LOOKS, THOROUGH

Opened = Callable[..., Page]
SignIn = Callable[[Page, str], None]
# The template writes each call alike: of those of one method the first stays, and four shapes.
ONE_OF_EACH = """() => {
  const met = new Set();
  for (const call of document.querySelectorAll("main section")) {
    const method = call.querySelector("code").innerText.split(" ")[0];
    if (met.has(method)) call.remove();
    met.add(method);
  }
  const shapes = [...document.querySelectorAll("main details")].filter(one => !one.closest("section"));
  shapes.slice(4).forEach(one => one.remove());
}"""
EPN = "/caban/rue-de-la-poste/api/v1/docs/"


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_everything_on_it_can_be_read(new_page: Opened, sign_in: SignIn, width: int, language: str) -> None:
    page = new_page(width=width, language=language)
    sign_in(page, "Amina")
    page.goto(EPN)

    page.eval_on_selector_all("main details", "all => all.forEach(one => one.open = true)")

    assert fits(page)
    if not THOROUGH:
        page.evaluate(ONE_OF_EACH)
    assert_accessible(page)


def test_a_call_is_tried_without_javascript(new_page: Opened, sign_in: SignIn) -> None:
    page = new_page(javascript=False)
    sign_in(page, "Bram")
    page.goto("/accounts/tokens/")
    if "/reauthenticate/" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("main form[action$='/reauthenticate/'] button[type=submit]").click()
    page.locator("main a[href$='/api/v1/docs/']").click()
    page.locator("main a[href$='/caban/rue-de-la-poste/api/v1/docs/']").click()

    section = page.locator("section", has=page.locator("#visits_list"))
    section.locator("summary").last.click()
    section.locator("[name=page_size]").fill("3")
    section.locator("[name=fields]").fill("id,date")
    section.locator("button").click()

    page.wait_for_url("**/visits/?*page_size=3*")
    assert page.locator("body").inner_text().count('"date"') == 3
