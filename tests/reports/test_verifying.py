"""The public page that says whether a file was signed and sent, and the kept files for the members of the network."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from network.reports.enums import Format, State
from network.reports.models import FrozenReport, Report, ReportFile
from network.reports.papers.verifying import LARGEST
from tests.conftest import Cast, as_owner_of, inside
from tests.reports.invented import content
from tests.reports.signed import frozen

PAGE = "/caban/verify/"
UNKNOWN = "Nous ne connaissons pas ce fichier"


def files_of(cast: Cast, version: FrozenReport) -> dict[str, ReportFile]:
    with inside(cast.caban):
        return {one.format: one for one in ReportFile.objects.filter(frozen=version)}


def answer(client: Client, **said: Any) -> str:
    response = client.post(PAGE, said, follow=True)
    assert response.status_code == 200
    assert response["X-Robots-Tag"] == "noindex"
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def core(page: str) -> str:
    """Without what differs from one answer to the next: the hash that was asked, and the form's secret."""
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    return re.sub(r"[0-9a-f]{64}|name=\"csrfmiddlewaretoken\" value=\"\w+\"|value=\"[^\"]*\"", "", page)


def test_whoever_holds_a_file_asks_by_the_file_by_its_hash_or_by_the_link(cast: Cast, client: Client) -> None:
    version = frozen(cast)
    files = files_of(cast, version)

    for kind, file in files.items():
        upload = SimpleUploadedFile(f"a.{kind}", bytes(file.content), content_type="text/html")
        page = answer(client, file=upload)
        for piece in ("Oui : ce fichier a été signé", "Rapport 2026", "Région de Bruxelles-Capitale", "Caban",
                      "2 sur 2", "3 février 2027", Format(kind).label, "dernière version envoyée"):  # fmt: skip
            assert str(piece) in page, (kind, piece)
        assert "1 234" not in page and "Dries" not in page and "Une histoire" not in page, "nothing else of it"
        for typed in (
            file.sha256.upper(),
            f"  {file.sha256}  rapport.pdf\n",
            f"https://x.org/caban/verify/{file.sha256}/",
        ):
            assert "Oui : ce fichier" in answer(client, hash=typed)
    link = client.get(f"{PAGE}{version.sha256.upper()}/").content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "Oui : ce fichier" in link and '<meta name="robots" content="noindex">' in link
    with inside(cast.caban):
        Report.objects.update(state=State.ACCEPTED)
    assert "Le financeur l’a accepté" in client.get(f"{PAGE}{version.sha256}/").content.decode()


def test_what_was_never_sent_is_as_unknown_as_what_was_never_made(cast: Cast, client: Client) -> None:
    draft = frozen(cast, sent=False, state=State.SIGNED)
    nobody = "0" * 64
    page = answer(client, hash=nobody)

    for said in (
        {"hash": draft.sha256}, {"hash": "=1+1"}, {"hash": "<b>" * 9}, {"hash": draft.sha256[:63]},
        {"file": SimpleUploadedFile("a.pdf", bytes(files_of(cast, draft)["pdf"].content))},
        {"file": SimpleUploadedFile("a.json", b"")},
    ):  # fmt: skip
        assert UNKNOWN in answer(client, **said), said
    assert core(client.get(f"{PAGE}{draft.sha256}/").content.decode()) == core(page)
    assert UNKNOWN in Client().get(f"/loire/verify/{draft.sha256}/").content.decode()
    for address in ("g" * 64, "0" * 63, "%3Cb%3E", "=1+1"):
        assert UNKNOWN in client.get(f"{PAGE}{address}/").content.decode(), address


def test_every_answer_costs_one_statement(cast: Cast, client: Client) -> None:
    sent, draft = frozen(cast), frozen(cast, replace(content(), title="Autre"), sent=False)
    client.get(PAGE)

    def statements(sha256: str) -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(f"{PAGE}{sha256}/")
        return len([one for one in found.captured_queries if "reports_" in one["sql"]])

    assert [statements(one) for one in (sent.sha256, draft.sha256, "0" * 64)] == [1, 1, 1]


def test_a_later_version_takes_its_place_once_it_is_sent(cast: Cast, client: Client) -> None:
    first = frozen(cast, content(number=1))
    second = frozen(cast, content(number=2), sent=False, state=State.SIGNED)
    page = client.get(f"{PAGE}{first.sha256}/").content.decode()
    assert "1 sur 1" in page and "dernière version envoyée" in page

    with inside(cast.caban):
        FrozenReport.objects.filter(pk=second.pk).update(sent_at=second.signed_at)
        Report.objects.update(state=State.ACCEPTED)

    page = client.get(f"{PAGE}{first.sha256}/").content.decode()
    assert "1 sur 2" in page and "Une version plus récente l’a remplacé" in page and "accepté" not in page
    assert "accepté" in client.get(f"{PAGE}{second.sha256}/").content.decode()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Choisissez le fichier"),
        ({"hash": "a\0b"}, "caract"),
        ({"hash": "x" * 3000}, "2000"),
        ({"file": SimpleUploadedFile("a.pdf", b"a" * (LARGEST + 1))}, "4 Mo"),
    ],
    ids=range(4),
)
def test_what_cant_be_asked_is_said(cast: Cast, client: Client, said: dict[str, Any], words: str) -> None:
    page = answer(client, **said)

    assert words in page and UNKNOWN not in page
    assert client.post(PAGE, {"file": SimpleUploadedFile("a.pdf", b"a" * 6_000_000)}).status_code == 413


def test_the_kept_bytes_are_the_same_whenever_they_are_taken(cast: Cast, signed_in: Any) -> None:
    version = frozen(cast)
    files, dries = files_of(cast, version), signed_in(cast.dries)
    where = f"/caban/reports/{version.report_id}/versions/2/"
    with inside(cast.caban):
        Report.objects.update(title="Renommé = autre")

    for kind, file in files.items():
        taken = dries.get(f"{where}{kind}/")
        assert taken.content == bytes(file.content), kind
        assert taken["ETag"] == f'"{file.sha256}"' and taken["X-Content-Type-Options"] == "nosniff"
        assert taken["Content-Disposition"] == f'attachment; filename="caban-renomme-autre-v2.{kind}"'
        assert dries.get(f"{where}{kind}/", headers={"if-none-match": taken["ETag"]}).status_code == 304
    for path in ("exe/", "../3/pdf/", "../9999999999999/pdf/", f"../../../{10**30}/versions/1/pdf/"):
        assert dries.get(f"{where}{path}").status_code == 404, path
    assert signed_in(cast.eva).get(f"{where}pdf/").status_code == 403, "a funder has a space of its own"


def test_what_is_kept_is_checked_against_its_hash(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    version = frozen(cast)
    call_command("verify_reports", federation="caban")
    assert "1 versions with 4 files: 0 differences." in capsys.readouterr().out

    with as_owner_of(cast.caban), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("reports_reportfile", "reports_frozenreport"):  # what only a breaking disk can do
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        ReportFile.objects.filter(frozen=version, format="csv").update(content=b"1;2")
        ReportFile.objects.filter(frozen=version, format="xlsx").delete()
        FrozenReport.objects.filter(pk=version.pk).update(content=b"{}")
    with pytest.raises(SystemExit):
        call_command("verify_reports", json=True)

    told = capsys.readouterr().out
    assert '"differences": 3' in told and "the csv isn't what was made" in told and "the xlsx is missing" in told
    with pytest.raises(CommandError):
        call_command("verify_reports", federation="nowhere")
