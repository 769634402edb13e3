"""The history of a space, its files, and the calendars of the public page, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible, fits
from tests.thoroughness import LOOKS

HISTORY = "/caban/rue-de-la-poste/history/"

NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]


@pytest.mark.parametrize(("width", "language"), LOOKS)
def test_the_history_is_accessible_with_and_without_rows(
    new_page: NewPage, sign_in: SignIn, width: int, language: str
) -> None:
    page = new_page(width=width)
    sign_in(page, "Amina")
    page.goto(HISTORY)
    page.locator(f".m-languages button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.locator("tbody tr").count() >= 2
    assert_accessible(page)

    page.goto(f"{HISTORY}?verb=site.retired&until=2000-01-01")
    expect(page.locator("tbody tr")).to_have_count(0)
    assert_accessible(page)


def test_what_is_filtered_on_screen_is_what_the_file_holds(new_page: NewPage, sign_in: SignIn, tmp_path: Path) -> None:
    page = new_page(javascript=False)
    sign_in(page, "Amina")
    page.goto(HISTORY)

    page.get_by_text("Filtres").click()
    page.get_by_label("Quoi").select_option("membership.granted")
    page.get_by_role("button", name="Afficher").click()
    shown = page.locator("tbody tr").count()
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON").click()

    assert download.value.suggested_filename.startswith("caban-rue-de-la-poste-history-")
    download.value.save_as(tmp_path / "history.json")
    found = json.loads((tmp_path / "history.json").read_text())
    assert {row["verb"] for row in found["rows"]} == {"membership.granted"} and len(found["rows"]) == shown > 0


def test_every_table_offers_its_files_where_a_thumb_can_reach_them(new_page: NewPage, sign_in: SignIn) -> None:
    page = new_page(width=360)
    sign_in(page, "Amina")

    for path in ("history/", "visits/", "visits/desk/", "sites/"):
        page.goto(f"/caban/rue-de-la-poste/{path}")
        for kind in ("csv", "json"):
            link = page.locator(f"main a[href*='download={kind}']").first
            link.scroll_into_view_if_needed()
            expect(link).to_be_in_viewport(ratio=1)
            box = link.bounding_box()
            assert box is not None
            assert min(box["height"], box["width"]) >= 43.9, path
        assert fits(page), path
