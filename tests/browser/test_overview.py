"""The EPN's dashboard and its yearly report, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.thoroughness import LOOKS

OVERVIEW = "/caban/rue-de-la-poste/overview/"

NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_the_dashboard_and_the_report_are_accessible(
    new_page: NewPage, sign_in: SignIn, width: int, language: str
) -> None:
    page = new_page(width=width)
    sign_in(page, "Amina")
    page.goto(OVERVIEW)
    page.locator(f".m-languages button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
    assert_accessible(page)

    page.goto(f"{OVERVIEW}reports/")
    assert_accessible(page)
    page.locator("tbody td:last-child a").first.click()
    assert_accessible(page)
    page.locator("button[name=make]").click()
    with page.expect_download() as download:
        page.locator("main a[href$='/pdf/']").first.click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
