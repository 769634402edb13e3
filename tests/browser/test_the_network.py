"""Dries adds an EPN, labels it and reads the cadastre, as he would: on a telephone and without JavaScript too."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.thoroughness import SCREENS, THOROUGH

Opened = Callable[..., Page]
SignIn = Callable[[Page, str], None]
OPEN_TO_ALL = (
    "open-data/", "open-data/conformance/", "coverage/map/", "figures/", "figures/1/", "figures/1/visits_by_theme/",
    "verify/", f"verify/{'0' * 64}/",
)  # fmt: skip


def test_an_epn_is_added_labelled_renamed_and_archived_without_javascript(new_page: Opened, sign_in: SignIn) -> None:
    """The list is a table on his desk and cards on his telephone: he begins on the one and ends on the other."""
    page = new_page(javascript=False)
    sign_in(page, "Dries")
    name = "Maison des Tests"

    page.goto("/caban/epn/add_one/")
    page.locator("[name=name]").fill(name)
    page.locator("[name=commune]").select_option("21013")
    page.locator("[name=slug]").fill("api")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#id_slug_error")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value(name)
    page.locator("[name=slug]").fill("maison-des-tests")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/caban/epn/")
    row = page.locator("tr", has_text="/caban/maison-des-tests/")
    expect(row).to_have_count(1)

    row.get_by_role("link", name=re.compile("Label")).click()
    page.get_by_role("link", name="Décider").click()
    page.locator("[name=verdict][value=recognised]").check()
    page.locator("[name=since]").fill("2026-01-05")
    page.locator("[name=recheck_on]").fill("2029-01-05")
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".m-badge-success").first).to_be_visible()
    page.goto("/caban/epn/")
    expect(row.locator(".m-badge-success")).to_have_count(1)

    page.set_viewport_size({"width": 360, "height": 740})
    row.get_by_role("link", name=re.compile("Renommer")).click()
    page.locator("[name=slug]").fill("la-maison")
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/caban/epn/")

    visitor = new_page(width=360, javascript=False)
    visitor.goto("/caban/?commune=21013")
    expect(visitor.get_by_role("heading", name=name)).to_have_count(1)

    page.locator("tr", has_text="/caban/la-maison/").get_by_role("link", name=re.compile("Archiver")).click()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/caban/epn/")
    visitor.goto("/caban/")
    expect(visitor.get_by_role("heading", name=name)).to_have_count(0)


@pytest.mark.parametrize("width", SCREENS)
def test_the_pages_of_the_network_are_accessible_and_fit(new_page: Opened, sign_in: SignIn, width: int) -> None:
    page = new_page(width=width)
    sign_in(page, "Dries")

    for path in ("", "cadastre/", "cadastre/?perimeter=labelled&year=2015", "epn/", "epn/add_one/", "funding/needs/",
                 "duplicates/", "releases/", "editions/", "recognition/", "coverage/", "funding/",
                 "funding/scenarios/add/"):  # fmt: skip
        page.goto(f"/caban/{path}")
        assert_accessible(page)


def test_the_public_pages_are_accessible_in_three_languages(new_page: Opened) -> None:
    """On a telephone, each language by its own address; and the browser has nothing to complain of.

    The other public pages every day in French only: their templates are the same.
    """
    page = new_page(width=360, alone=True)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/caban/?q=nowhere&language=xx")
    assert_accessible(page)
    site = page.url.partition("caban/")[0]  # of a page further down, a cookie would be that page's alone
    for language in ("fr", "nl", "en"):
        page.context.add_cookies([{"name": "django_language", "value": language, "url": site}])
        more = OPEN_TO_ALL if language == "fr" or THOROUGH else ()
        for path in (*more, "", "epn/abattoirs/"):  # the place last: what search engines read there is looked at below
            page.goto(f"/caban/{path}?lang={language}")
            expect(page.locator("html")).to_have_attribute("lang", language)
            assert_accessible(page)
    assert page.evaluate("JSON.parse(document.querySelector('[type=\"application/ld+json\"]').textContent).name")
    page.locator(".m-languages button[value=nl]").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    assert refused == []


def test_the_cadastre_is_read_and_taken_away_as_a_file(new_page: Opened, sign_in: SignIn) -> None:
    page = new_page()
    sign_in(page, "Dries")
    page.goto("/caban/cadastre/")

    page.locator("[name=perimeter]").select_option("all")
    page.locator(".m-filter button[type=submit]").click()
    page.wait_for_url("**perimeter=all**")
    expect(page.locator("#months svg").first).to_be_visible()
    with page.expect_download() as download:
        page.locator("a[href*='table=epn&download=csv']").click()

    assert download.value.suggested_filename.startswith("caban-epn-")
