"""What is attached to a census return, and a return that is kept as a spreadsheet."""

from __future__ import annotations

import hashlib
import io
import zipfile
from html import unescape

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from network.cadastre.editions.attachments import LARGEST
from network.cadastre.editions.enums import Step
from network.cadastre.editions.models import ReturnFile, ReturnStep
from tests.activity.test_two_versions import filled
from tests.conftest import inside
from tests.editions.returns import Poste

PDF = b"%PDF-1.7\n%a report\n"


def archive(*names: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as one:
        if mimetype:
            one.writestr("mimetype", mimetype)
        for name in names:
            one.writestr(name, "x")
    return made.getvalue()


def workbook(*rows: tuple[object, ...]) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return made.getvalue()


def upload(poste: Poste, content: bytes, name: str = "rapport.pdf", *parts: str) -> str:
    file = SimpleUploadedFile(name, content)
    answer = poste.client.post(poste.address(*(parts or ("files", "yearly_report"))), {"file": file})
    return unescape(answer.content.decode()) if answer.status_code == 200 else str(answer["Location"])


def test_a_file_is_known_by_what_it_holds_kept_with_its_hash_and_given_back_as_a_file(poste: Poste) -> None:
    for content, name, said in (
        (b"<html><script>alert(1)</script>", "rapport.pdf", "Choose a PDF"),
        (b"MZ\x90\x00", "rapport.xlsx", "Choose a PDF"),
        (archive("evil.exe"), "rapport.docx", "Choose a PDF"),
        (archive("word/document.xml", "word/vbaProject.bin"), "rapport.docx", "macros"),
        (b"PK\x03\x04 broken", "rapport.ods", "can't be opened"),
        (b"", "rapport.pdf", "empty"),
        (PDF + b"x" * LARGEST, "rapport.pdf", "larger than 5 MB"),
    ):
        assert said in upload(poste, content, name), (name, said)
    assert "yearly_report" not in poste.answers
    assert upload(poste, PDF, "../../ét\u202ecé.html").endswith("#q-yearly_report")

    served = poste.client.get(poste.address("files", "yearly_report", "content"))

    assert served.content == PDF and served["Content-Type"] == "application/pdf"
    assert served["X-Content-Type-Options"] == "nosniff" and "no-store" in served["Cache-Control"]
    assert served["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert served["Content-Disposition"].startswith("attachment") and ".html.pdf" in served["Content-Disposition"]
    kept = poste.answers["yearly_report"].value
    assert kept == {"name": "étcé.html.pdf", "sha256": hashlib.sha256(PDF).hexdigest(), "bytes": len(PDF)}
    ods = archive(mimetype="application/vnd.oasis.opendocument.spreadsheet")
    upload(poste, ods, "rapport.ods")
    with inside(poste.cast.caban):
        assert ReturnFile.objects.get().sha256 == hashlib.sha256(ods).hexdigest(), "in the place of the former"
    poste.client.post(poste.address("files", "yearly_report", "remove"))
    assert poste.client.get(poste.address("files", "yearly_report", "content")).status_code == 404
    assert poste.answers["yearly_report"].value is None


def test_a_return_kept_as_a_spreadsheet_shows_what_it_would_change_and_is_taken_whole(poste: Poste) -> None:
    sheet = workbook(
        ("Vraag", "Antwoord", "Uitleg"),
        ("Computers en tablets voor het publiek", 6),
        ("eid_readers", "=1+1"),
        ("Recettes de l’année", "25 000,5", "avec le fonds Maribel"),
        ("Activity", None),
        ("price", "Rien"),
        ("refused", "perhaps"),
        ("Visits", 3),
        ("contracts", "3"),
        ("volunteers", None, "On compte autrement."),
    )

    page = upload(poste, sheet, "census.xlsx", "import")

    assert "Computers and tablets for the public" in page and "€25,000.50" in page and "avec le fonds" in page
    assert "1 answer is there already" in page and "None of the answers that are offered: No, nobody, Yes" in page
    assert page.count("Line 3:") == page.count("Line 7:") == page.count("Line 9:") == 1 and "Take these 4" in page
    assert "computers" not in poste.answers, "nothing is saved yet"
    carried = filled(page)
    assert poste.client.post(poste.address("import", "write"), carried)["Location"] == poste.address()
    kept = {code: one.value for code, one in poste.answers.items()}
    assert (kept["computers"], kept["income"], kept["price"]) == ("6", "25000.50", "free")
    assert poste.answers["volunteers"].explanation == "On compte autrement." and kept["volunteers"] == "1"
    assert "eid_readers" not in kept and "refused" not in kept
    with inside(poste.cast.caban):
        assert ReturnStep.objects.get().step == Step.IMPORTED
    late = poste.client.post(poste.address("import", "write"), carried, follow=True).content.decode()
    assert "somebody has changed the return meanwhile" in late


def test_a_wrong_line_holds_back_the_whole_file(poste: Poste) -> None:
    csv = "Question;Answer\ncomputers;6\nComputers and tablets for the public;7\ncomputerz;5\neid_readers;9999\n"

    page = upload(poste, csv.encode(), "census.csv", "import")

    assert "Nothing is saved: these lines are wrong" in page and "Line 2 answers the same question." in page
    assert "No question is called so." in page and "At most 5,000." in page and "Take this" not in page
    crooked = {"value_computers": "many", "version": str(poste.row.version)}
    assert poste.client.post(poste.address("import", "write"), crooked)["Location"] == poste.address("import")
    assert "computers" not in poste.answers
    for content in (b"", b"\x00\x01\x02" * 50, b"<html>"):
        assert "error" in upload(poste, content, "a.csv", "import")


def test_the_file_to_fill_in_holds_what_is_known_and_is_read_as_it_is(poste: Poste) -> None:
    made = b"".join(poste.client.get(poste.address("import", "model")).streaming_content)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()

    assert ["Visits", 3.0, "", "visits"] in rows and len(rows) == 1 + 20
    assert "The file changes nothing" in upload(poste, made, "census.xlsx", "import")
