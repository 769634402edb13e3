"""The yearly report: the EPN's own words as words, figures that stay, versions beside each other, bad input."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from maillage.audit.models import Entry
from tenants.activity.models import Visit
from tenants.overview.changes import changes
from tenants.overview.logo import png
from tenants.overview.models import Logo, ReportVersion, YearlyReport
from tenants.overview.paper import pdf_of, version_paper
from tenants.overview.services import make_version, save_report
from tenants.overview.workbook import workbook_of
from tests.conftest import Cast, inside
from tests.overview.conftest import TODAY

POSTE = "/caban/rue-de-la-poste"
REPORT = f"{POSTE}/overview/reports/2024/"
LOGO = png(20, 20, b"\x0b\x56\x5c" * 400)
HOSTILE = '#panic() = *x* $y$ @a <b> "); #read("/etc/passwd")\n=1+1\n\nDeuxième paragraphe : <script>alert(1)</script>'


@pytest.fixture(autouse=True)
def _on_a_friday() -> Any:
    with time_machine.travel(dt.datetime.combine(TODAY, dt.time(11), dt.UTC), tick=False):
        yield


def text_of(pdf: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def said(**words: Any) -> dict[str, Any]:
    plain = {"introduction": "", "highlights": "", "thanks": "", "language": "fr"}
    return {**plain, **words}


def made(cast: Cast, **words: Any) -> ReportVersion:
    with inside(cast.poste):
        report = save_report(of_year=2024, **said(**words))
        return make_version(report, epn="Rue de la Poste", network="Caban", by=cast.amina.pk)


def test_a_coordinator_writes_makes_and_takes_it_with_their_logo_and_words(lived: Cast, signed_in: Any) -> None:
    client = signed_in(lived.amina)
    logo = SimpleUploadedFile("logo.svg", LOGO, content_type="image/svg+xml")  # what it says of itself isn't asked

    response = client.post(REPORT, {**said(introduction=HOSTILE, thanks="Merci."), "logo": logo, "make": "1"})

    assert response.status_code == 302
    page = client.get(REPORT).content.decode()
    assert "fait, version 1" in page and "&lt;script&gt;" in page and "⟦" not in page
    assert client.get(f"{REPORT}logo/").content == LOGO
    pdf = client.get(f"{REPORT}1/pdf/")
    text = text_of(pdf.content)
    assert "Rapport annuel 2024" in text and "Rue de la Poste" in text and "Caban" in text
    for piece in ('#panic() = *x* $y$ @a <b> "); #read("/etc/passwd")', "=1+1", "<script>alert(1)</script>", "Merci."):
        assert piece.replace('"', "") in text.replace('"', "").replace("“", "").replace("”", "")
    read = PdfReader(io.BytesIO(pdf.content))
    assert read.trailer["/Root"]["/StructTreeRoot"] and len(read.pages[0].images) == 1
    about = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{REPORT}1/xlsx/").content)).get_sheet_by_index(0)
    assert "Deuxième paragraphe : <script>alert(1)</script>" in [row[1] for row in about.to_python()]
    with inside(lived.poste):
        verbs = list(Entry.objects.filter(verb__startswith="report.").order_by("at").values_list("verb", flat=True))
    assert set(verbs) == {"report.changed", "report.made"}


def test_figures_stay_as_they_were_and_the_same_report_is_the_same_bytes(lived: Cast) -> None:
    first = made(lived, introduction="Une année.", picture=LOGO)
    with inside(lived.poste):
        before = pdf_of(version_paper(first)), workbook_of(version_paper(first))
        Visit.objects.filter(date__year=2024).delete()
        YearlyReport.objects.update(introduction="Autre chose.")
        kept = ReportVersion.objects.select_related("report", "logo").get(pk=first.pk)

        assert (pdf_of(version_paper(kept)), workbook_of(version_paper(kept))) == before


@pytest.mark.parametrize(("language", "title"), [("nl", "Jaarverslag 2024"), ("en", "Yearly report 2024")])
def test_a_report_speaks_the_language_that_was_chosen(lived: Cast, language: str, title: str) -> None:
    version = made(lived, language=language)
    with inside(lived.poste):
        read = PdfReader(io.BytesIO(pdf_of(version_paper(version))))

    assert read.trailer["/Root"]["/Lang"] == language
    assert title in text_of(pdf_of(version_paper(version)))
    labels = {line["key"]: line["label"] for line in version.figures["sections"]["outcome"]}
    assert labels["solved"] == {"nl": "Opgelost", "en": "Solved"}[language]


def test_making_again_adds_a_version_and_says_what_changed(lived: Cast, signed_in: Any) -> None:
    first = made(lived, introduction="Une année.")
    client = signed_in(lived.amina)
    with inside(lived.poste):
        gone = Visit.objects.filter(date__year=2024, deleted_at__isnull=True).order_by("pk").first()
        assert gone is not None
        Visit.objects.filter(pk=gone.pk).update(deleted_at=dt.datetime.now(dt.UTC))

    client.post(REPORT, said(introduction="Une belle année."))
    assert "changé depuis la version 1" in client.get(REPORT).content.decode()
    client.post(REPORT, {**said(introduction="Une belle année."), "make": "1"})

    with inside(lived.poste):
        second = ReportVersion.objects.get(number=2)
        found = {(one.where, one.what): (one.earlier, one.later) for one in changes(first, second)}
        whole = [version.figures["numbers"]["visits"]["whole"][0] for version in (first, second)]
        assert ReportVersion.objects.get(number=1).figures == first.figures
    assert whole[0] - whole[1] == 1
    assert found["2024", "Visites"] == (str(whole[0]), str(whole[1]))
    assert found["Vos mots", "Introduction"] == ("Une année.", "Une belle année.")
    page = client.get(f"{REPORT}2/changes/").content.decode()
    assert "Une belle année." in page
    assert client.get(f"{REPORT}1/changes/").status_code == 404
    assert b"Une belle" in b"".join(client.get(f"{REPORT}2/changes/?download=csv").streaming_content)


def test_words_with_personal_data_are_asked_about_and_nothing_typed_is_lost(lived: Cast, signed_in: Any) -> None:
    client = signed_in(lived.amina)
    words = said(thanks="Merci à fatima@example.org.")

    page = client.post(REPORT, {**words, "make": "1"}).content.decode()
    assert "fatima@example.org" in page and 'name="personal_data"' in page
    with inside(lived.poste):
        assert not YearlyReport.objects.exists()
        with pytest.raises(ValidationError):
            save_report(of_year=2024, **words)
    client.post(REPORT, {**words, "personal_data": "keep"})
    with inside(lived.poste):
        assert YearlyReport.objects.get().thanks == "Merci à fatima@example.org."


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"introduction": "a" * 5001}, "5"), ({"introduction": "a\0b"}, "caract"), ({"language": "xx"}, "xx"),
        ({"logo": SimpleUploadedFile("a.png", b"<svg/>")}, "PNG ou JPEG"),
        ({"logo": SimpleUploadedFile("a.png", LOGO + b"\0" * 600_000)}, "500"),
        ({"logo": SimpleUploadedFile("a.png", b"")}, "vide"),
        ({"thanks": "Merci \N{PARTY POPPER}", "make": "1"}, "petit dessin"),
    ],
    ids=range(7),
)  # fmt: skip
def test_what_cant_be_kept_or_printed_is_said_and_the_words_stay(
    lived: Cast, signed_in: Any, wrong: dict[str, Any], words: str
) -> None:
    client = signed_in(lived.amina)
    response = client.post(REPORT, {**said(highlights="Une cuisine neuve."), **wrong})

    page = response.content.decode()
    assert response.status_code == 200 and words in page and "Une cuisine neuve." in page
    with inside(lived.poste):
        assert not ReportVersion.objects.exists() and not Logo.objects.exists()


def test_a_logo_lasts_until_it_is_taken_away_and_old_reports_keep_theirs(lived: Cast, signed_in: Any) -> None:
    version = made(lived, picture=LOGO)
    client = signed_in(lived.amina)

    assert (
        'src="/caban/rue-de-la-poste/overview/reports/2025/logo/"'
        in client.get(f"{POSTE}/overview/reports/2025/").content.decode()
    )
    client.post(REPORT, said(without_logo="on"))
    with inside(lived.poste):
        assert YearlyReport.objects.get().logo is None
        assert ReportVersion.objects.get(pk=version.pk).logo is not None
    assert client.get(f"{REPORT}logo/").status_code == 404


def test_years_and_versions_that_do_not_exist_are_nowhere(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    for path in ("1999/", "2026/", "99999999999/", "2024/1/pdf/", f"2024/{10**12}/xlsx/", "2024/0/changes/"):
        assert client.get(f"{POSTE}/overview/reports/{path}").status_code == 404, path
    page = client.get(f"{POSTE}/overview/reports/").content.decode()
    assert "2025" in page and "pas commencé" in page
