"""What holds for every template and every file we serve."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.translation import override

from maillage.design.templatetags.design import icon_names
from maillage.design.views import set_language
from tests.design.gallery import rendered_error, rendered_gallery

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "platform" / "maillage" / "design" / "static"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_has_no_inline_style_script_or_handler(template: Path) -> None:
    text = re.sub(r"{[%#].*?[%#]}", "", template.read_text("utf-8"))

    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=|<style|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_asks_only_for_drawings_that_exist(template: Path) -> None:
    asked = re.findall(r'{% icon "([^"]+)"|\bicon="([^"]+)"', template.read_text("utf-8"))

    assert {one or other for one, other in asked} <= icon_names()


@pytest.mark.parametrize("template", TEMPLATES, ids=named)
def test_a_template_fetches_nothing_from_elsewhere(template: Path) -> None:
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", template.read_text("utf-8"))


def test_style_sheets_fetch_nothing() -> None:
    for sheet in STATIC.rglob("*.css"):
        assert "url(" not in sheet.read_text("utf-8")
        assert "@import" not in sheet.read_text("utf-8")


def test_vendored_files_are_those_that_were_reviewed() -> None:
    listed = dict(
        re.findall(r"^\| `([^`]+)` \|.*\| `([0-9a-f]{64})` \|$", (STATIC / "vendor/VENDOR.md").read_text(), re.M)
    )
    vendored = {path.name for path in (STATIC / "vendor").iterdir() if path.suffix in (".css", ".js")}

    assert listed.keys() == vendored
    for name, digest in listed.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == digest


def test_everything_a_first_page_fetches_leaves_fifteen_kilobytes_for_its_words() -> None:
    """One's first page is that of the network, or to sign in; the counter has two files more."""
    every = [path for path in STATIC.rglob("*") if path.suffix in (".css", ".js", ".svg")]
    fetched = [path for path in every if path.stem not in ("visits", "five")]

    assert sum(compressed(path) for path in fetched) <= 45_000


def test_a_page_with_every_component_stays_under_fifteen_kilobytes() -> None:
    assert len(gzip.compress(rendered_gallery("fr").encode(), 6)) <= 15_000


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "500.html"])
def test_an_error_page_needs_nothing_and_tells_nothing(template: str, language: str) -> None:
    html = rendered_error(template, language)

    assert f'<html lang="{language}">' in html
    assert "<form" not in html
    assert "csrf" not in html
    assert "undefined" not in html


def test_the_missing_page_speaks_the_reader_s_language() -> None:
    assert "Page introuvable" in rendered_error("404.html", "fr")
    assert "Pagina niet gevonden" in rendered_error("404.html", "nl")


def test_every_page_says_its_language_and_offers_the_others() -> None:
    with override("nl"):
        html = rendered_gallery("nl")

    assert '<html lang="nl">' in html
    assert re.findall(r'name="language" value="(\w+)"', html) == ["fr", "nl", "en"]
    assert 'action="/language/"' in html


def chosen(language: str, target: str) -> HttpResponse:
    request = RequestFactory().post("/language/", {"language": language, "next": target})
    return set_language(request)


def test_choosing_a_language_remembers_it_for_a_year_and_goes_back() -> None:
    response = chosen("nl", "/caban/rue-de-la-poste/?page=2")

    assert response["Location"] == "/caban/rue-de-la-poste/?page=2"
    cookie = response.cookies["django_language"]
    assert cookie.value == "nl"
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 31_536_000


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "", "http:///x", "\\\\x"]
)
def test_choosing_a_language_never_leads_away_from_us(target: str) -> None:
    assert chosen("fr", target)["Location"] == "/"


@pytest.mark.parametrize("language", ["", "xx", "fr\r\nSet-Cookie: a=b", "\x00"])
def test_an_unknown_language_changes_nothing(language: str) -> None:
    assert "django_language" not in chosen(language, "/").cookies


def test_reading_the_language_address_changes_nothing() -> None:
    assert set_language(RequestFactory().get("/language/")).status_code == 405


def test_an_action_can_be_undone_by_a_button_that_posts() -> None:
    html = rendered_gallery("fr")

    assert re.search(r'<form method="post" action="/undo/">\s*<input type="hidden" name="csrf', html)
    assert "Annuler cette action" in html
