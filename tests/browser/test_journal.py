"""The pages around the journal in a real browser: by keyboard and without a script, at 360 px too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.accessibility.axe import assert_accessible
from tests.thoroughness import SCREENS

VISITS = "/caban/rue-de-la-poste/visits/"
LINES = "Jour;Durée;Sujet;Suite\n05/01/2026;20;Impôts;Résolu\nhier;20;Papiers;Résolu\n"

NewPage = Callable[..., Page]
SignIn = Callable[[Page, str], None]


@pytest.mark.parametrize("width", SCREENS)
def test_a_spreadsheet_is_led_to_its_bad_line_and_every_page_is_accessible(
    new_page: NewPage, sign_in: SignIn, width: int, tmp_path: Path
) -> None:
    page = new_page(width=width)
    sign_in(page, "Amina")
    file = tmp_path / "visites.csv"
    file.write_text(LINES)

    page.goto(f"{VISITS}imports/")
    assert_accessible(page)
    page.set_input_files("[name=file]", file)
    page.get_by_role("button", name="Lire ce fichier").click()
    assert_accessible(page)
    page.select_option("[name=all_mode]", "individual")
    page.get_by_role("button", name="Continuer").click()
    assert_accessible(page)
    if page.locator("main select").count():  # the second time, the word is remembered
        page.select_option("main select", "tax")
    page.get_by_role("button", name="Vérifier chaque ligne").click()

    expect(page.locator("tbody th")).to_have_text("3")
    assert_accessible(page)


@pytest.mark.parametrize("width", SCREENS)
def test_lines_are_ticked_corrected_and_put_back(new_page: NewPage, sign_in: SignIn, width: int) -> None:
    page = new_page(width=width)
    sign_in(page, "Amina")

    page.goto(f"{VISITS}?mode=individual")
    page.locator("tbody input[type=checkbox]").first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Corriger les lignes cochées").click()
    assert_accessible(page)
    page.select_option("[name=to_mode]", "course")
    page.get_by_role("button", name="Voir ce qui changerait").click()
    assert_accessible(page)
    page.get_by_role("button", name="Corriger 1 visite").click()
    page.get_by_role("button", name="Annuler cette action").click()
    expect(page.locator("#messages")).to_contain_text("comme avant")

    page.get_by_role("link", name="Historique").last.click()
    assert_accessible(page)
    for address in ("views/?theme=tax", "files/?download=xlsx", "?shown=deleted"):
        page.goto(f"{VISITS}{address}")
        assert_accessible(page)
