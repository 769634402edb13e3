"""Every component on one page, in a real browser, at two widths and in three languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route, expect

from tests.accessibility.axe import STILL, assert_accessible, chromium, fits
from tests.design.gallery import CSP, rendered_error, rendered_gallery
from tests.thoroughness import COMPONENT_LOOKS

pytestmark = pytest.mark.browser
Opened = Callable[..., Page]
ADDRESS = "http://maillage.test/"


@pytest.fixture(scope="module")
def window() -> Iterator[Callable[..., Page]]:
    """`window(html, 360)`: a page whose HTML and static files come from memory and from the source: no server, no
    database. The window is everybody's, the page as it was when it is opened."""
    shown: dict[bool, Page] = {}
    bodies: dict[bool, str] = {}

    def answer(route: Route, javascript: bool) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=bodies[javascript], content_type="text/html", headers={"Content-Security-Policy": CSP})
        elif found := finders.find(path.removeprefix(settings.STATIC_URL)):
            route.fulfill(path=Path(found))
        else:
            route.fulfill(status=404)

    with chromium() as browser:

        def opened(html: str, width: int, *, javascript: bool = True) -> Page:
            if javascript not in shown:
                page = shown[javascript] = browser.new_context(java_script_enabled=javascript, **STILL).new_page()
                page.route("**/*", lambda route: answer(route, javascript))
                page.on("console", lambda message: page.refused.append(message.text))  # type: ignore[attr-defined]
                page.on("pageerror", lambda error: page.refused.append(str(error)))  # type: ignore[attr-defined]
            page, bodies[javascript] = shown[javascript], html
            page.refused = []  # type: ignore[attr-defined]
            page.emulate_media(media="null", forced_colors="null")
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(ADDRESS)
            return page

        yield opened


@pytest.fixture
def gallery(window: Opened) -> Page:
    return window(rendered_gallery("fr"), 1280)


@pytest.mark.parametrize(("width", "language"), COMPONENT_LOOKS)
def test_every_component_is_accessible(window: Opened, width: int, language: str) -> None:
    page = window(rendered_gallery(language), width)

    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")

    assert_accessible(page)


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "500.html"])
def test_an_error_page_is_accessible(window: Opened, template: str) -> None:
    page = window(rendered_error(template, "fr"), 360)  # narrow breaks first; nothing of it is for one width

    assert_accessible(page)


def test_the_strict_policy_refuses_nothing_of_ours(gallery: Page) -> None:
    assert gallery.refused == []  # type: ignore[attr-defined]


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(gallery: Page) -> None:

    assert gallery.evaluate("document.activeElement.classList.contains('m-summary')")
    for link in gallery.locator(".m-summary a").all():
        link.click()
        expect(gallery.locator(link.get_attribute("href") or "#none")).to_be_visible()


def test_a_digit_presses_its_tile_only_while_the_tiles_have_the_focus(gallery: Page) -> None:
    gallery.evaluate(
        "document.addEventListener('click', event => {"
        " const tile = event.target.closest('.m-tile');"
        " if (tile) { event.preventDefault(); window.pressed = tile.value; } })"
    )

    gallery.keyboard.press("2")
    assert gallery.evaluate("window.pressed") is None

    gallery.locator(".m-tile").first.focus()
    gallery.keyboard.press("2")
    assert gallery.evaluate("window.pressed") == "tax"


def test_a_second_click_does_not_send_a_form_twice(gallery: Page) -> None:
    gallery.evaluate(
        "window.sent = 0;"
        "document.querySelector('.m-message form').addEventListener('submit', () => {});"
        "window.addEventListener('submit', event => {"
        " if (!event.defaultPrevented) window.sent += 1; event.preventDefault(); })"
    )

    gallery.locator(".m-message button").click()
    gallery.locator(".m-message button").click()

    assert gallery.evaluate("window.sent") == 1


def test_every_target_is_big_enough_for_a_thumb(window: Opened) -> None:
    page = window(rendered_gallery("fr"), 360)

    targets = page.locator(
        ".btn, .m-tile, .m-nav a, .m-languages button, summary, select, .m-pagination a,"
        " input:not([type=hidden], [type=checkbox], [type=radio])"
    ).locator("visible=true")
    sizes = targets.evaluate_all("all => all.map(one => [one.getBoundingClientRect().height, one.innerText])")

    assert len(sizes) > 50
    assert [text for height, text in sizes if round(height, 1) < 44] == []
    assert fits(page)


def test_the_page_is_whole_without_javascript(window: Opened) -> None:
    page = window(rendered_gallery("fr"), 360, javascript=False)

    page.locator(".m-details summary").first.click()

    expect(page.locator(".m-details table").first).to_be_visible()


def test_words_of_forced_colours_stay_visible(gallery: Page) -> None:
    gallery.emulate_media(forced_colors="active")

    colours = gallery.evaluate(
        "[...document.querySelectorAll('figure svg[role=img] text')].map(one => getComputedStyle(one).fill)"
    )

    assert len(set(colours)) == 1


def test_paper_gets_the_words_and_not_the_buttons(gallery: Page) -> None:
    gallery.emulate_media(media="print")

    expect(gallery.locator("figure svg[role=img]").first).to_be_visible()
    expect(gallery.locator(".m-nav")).to_be_hidden()
    expect(gallery.locator(".btn").first).to_be_hidden()
