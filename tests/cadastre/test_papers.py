"""The whole cadastre as a document: what stands in it, that it is made apart, and that nobody else takes it."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from network.cadastre.papers.enums import Format
from network.cadastre.papers.making import KEEP_FOR, made, make_paper, remove_old_papers
from network.cadastre.papers.models import Paper
from network.cadastre.papers.services import GIVEN_UP_AFTER
from network.directory.cards import copy_cards
from tenants.activity.journal.enums import FileState
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.conftest import Cast, inside

URL = "/caban/cadastre/documents/"
ASKED = {"year": "2022", "perimeter": "labelled", "format": "pdf"}


def bytes_of(cast: Cast, kind: Format, language: str = "fr") -> bytes:
    from django.utils.translation import override

    with inside(cast.caban), override(language):
        return made(kind, cast.caban.pk, "Caban", 2022, "labelled", language)


def test_a_member_asks_waits_and_takes_a_tagged_pdf(year_2022: Cast, signed_in: Any) -> None:
    copy_cards(year_2022.caban)
    client = signed_in(year_2022.dries)

    where = client.post(URL, ASKED).headers["Location"]
    assert "en préparation" in client.get(where).content.decode()
    assert client.get(f"{where}content/").status_code == 302, "nothing to take yet"
    with inside(year_2022.caban):
        paper = Paper.objects.get()
        make_paper(paper_id=paper.pk, federation_id=year_2022.caban.pk, network="Caban")
        paper.refresh_from_db()
        assert (paper.state, paper.percent) == (FileState.READY, 100)
    taken = client.get(f"{where}content/")

    assert "Prendre le document" in client.get(where).content.decode()
    assert taken.headers["Content-Type"] == "application/pdf"
    assert b"pdfuaid" in taken.content
    assert "caban-cadastre-2022-labelled.pdf" in taken.headers["Content-Disposition"]


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
def test_the_same_figures_are_the_same_bytes_in_each_language(year_2022: Cast, language: str) -> None:
    copy_cards(year_2022.caban)

    assert bytes_of(year_2022, Format.PDF, language) == bytes_of(year_2022, Format.PDF, language)


def test_the_workbook_holds_every_table_with_numbers_as_numbers(year_2022: Cast) -> None:
    copy_cards(year_2022.caban)

    content = bytes_of(year_2022, Format.XLSX)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    summary = {row[0]: row[1] for row in book.get_sheet_by_name("Résumé").to_python()}

    assert len(book.sheet_names) == 10
    assert summary["contrats d’animation"] == 3
    assert content == bytes_of(year_2022, Format.XLSX)


def test_nobody_else_takes_it(year_2022: Cast, signed_in: Any) -> None:
    cast = year_2022
    where = signed_in(cast.dries).post(URL, ASKED).headers["Location"]
    grant_membership(person=cast.chloe, space=cast.caban.space, role=Role.NETWORK_OBSERVER)

    for path in (where, f"{where}content/"):
        assert signed_in(cast.chloe).get(path).status_code == 404
        assert signed_in(cast.eva).get(path).status_code == 403, "a funder reads releases only"


@pytest.mark.parametrize(
    "said", [{"year": "2062"}, {"year": "x"}, {"perimeter": "mine"}, {"format": "exe"}, {"year": "1"}]
)
def test_a_bad_wish_is_a_message(cast: Cast, signed_in: Any, said: dict[str, str]) -> None:
    response = signed_in(cast.dries).post(URL, {**ASKED, **said})

    assert response.status_code == 200
    assert re.search(r"invalid-feedback|is-invalid|m-error", response.content.decode())
    assert signed_in(cast.dries).get(f"{URL}?year=%00&perimeter=x").status_code == 200


def test_one_that_nobody_works_on_is_asked_for_again_and_old_ones_go(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.dries)
    where = client.post(URL, ASKED).headers["Location"]
    with inside(cast.caban):
        Paper.objects.update(updated_at=timezone.now() - 2 * GIVEN_UP_AFTER)
    assert "réessayez" in client.get(where).content.decode()

    client.post(f"{where}again/")
    assert "en préparation" in client.get(where).content.decode()
    with inside(cast.caban):
        assert remove_old_papers() == 0
        Paper.objects.update(asked_at=timezone.now() - 2 * KEEP_FOR)
        assert remove_old_papers() == 1
