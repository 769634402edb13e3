"""Papers: tagged, in their language, the same bytes twice; and what somebody types is a word, never a command."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import pytest
from django.utils.functional import SimpleLazyObject
from pypdf import PdfReader

from maillage.design import pdf

MOMENT = dt.datetime(2026, 10, 30, 9, 30, tzinfo=dt.UTC)
PAGE = """
#title()
= #data.name
#table(columns: 2, table.header[Month][Visits], [October], [#data.visits])
"""


@pytest.fixture(autouse=True)
def _a_template_of_its_own(tmp_path: Path, settings: SimpleLazyObject) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.typ").write_text(PAGE)
    settings.ROOT = tmp_path  # type: ignore[attr-defined]


def made(name: str = "Fatima", language: str = "fr") -> bytes:
    return pdf.render("page.typ", {"name": name, "visits": 12}, title="Le mois", language=language, moment=MOMENT)


def test_a_paper_is_tagged_has_a_title_a_language_and_a_date() -> None:
    read = PdfReader(io.BytesIO(made(language="nl-be")))

    root = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]
    assert root["/Lang"] == "nl"
    assert read.metadata is not None and read.metadata.title == "Le mois"
    assert read.metadata.creation_date == MOMENT
    text = read.pages[0].extract_text()
    assert "Fatima" in text and "12" in text


def test_the_same_words_and_moment_make_the_same_bytes() -> None:
    assert made() == made()
    assert made() != made(name="Bilal")


@pytest.mark.parametrize("name", ["#panic()", "*b* _i_ $x$ @a <b>", "= Title", '"); #read("/etc/passwd")', "A" * 400])
def test_a_name_is_a_name_whatever_it_looks_like(name: str) -> None:
    text = PdfReader(io.BytesIO(made(name))).pages[0].extract_text()

    assert name.replace(" ", "") in text.replace("\n", "").replace(" ", "")


def test_names_are_printed_in_the_scripts_of_those_who_come_and_others_are_refused() -> None:
    for name in ("Ștefan Łukasz Đorđe", "Ольга", "Ελένη", "فاطمة"):
        assert made(name)

    with pytest.raises(pdf.Unprintable):
        made("小明")
