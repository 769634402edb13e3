"""The policies in a real browser: what a page must not load isn't loaded, and no form fails in a foreign tongue."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

NewPage = Callable[..., Page]


def test_a_script_from_elsewhere_is_refused_and_so_is_the_camera(new_page: NewPage) -> None:
    page = new_page()
    page.goto("/")

    with page.expect_console_message(lambda one: "Content Security Policy" in one.text):
        page.evaluate(
            "() => { const one = document.createElement('script'); one.src = 'https://cdn.example.net/x.js';"
            " document.head.append(one) }"
        )

    assert page.evaluate("() => document.featurePolicy.allowedFeatures().includes('camera')") is False


def test_error_pages_are_whole_on_a_small_screen_and_give_a_number_to_quote(new_page: NewPage) -> None:
    for width in (360, 1280):
        page = new_page(width=width)
        page.goto("/accounts/login/")
        page.context.clear_cookies()
        page.locator("main form").first.evaluate("form => form.submit()")

        page.get_by_role("heading", name="Cette page est restée ouverte trop longtemps").wait_for()

        assert len(page.locator("main strong").inner_text()) == 32
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
