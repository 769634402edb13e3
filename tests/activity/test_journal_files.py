"""A large file is asked for, made by a job piece by piece, shown on the way, taken, and forgotten."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.utils import timezone
from python_calamine import CalamineWorkbook

from tenants.activity.journal.enums import FileState
from tenants.activity.journal.exporting import making
from tenants.activity.journal.models import ExportedFile, FilePiece
from tenants.activity.journal.tasks import make, remove_old
from tests.conftest import Cast, inside

HOME = "/caban/rue-de-la-poste/"
VISITS = f"{HOME}visits/"


@pytest.fixture
def asked_for(cast: Cast, signed_in: Any, log: Any) -> ExportedFile:
    with inside(cast.poste):
        for number in range(12):
            log(minutes=number + 1, note="=1+1")
        log(themes=["bank"])
    response = signed_in(cast.bram).post(f"{VISITS}files/?theme=tax&download=xlsx")
    with inside(cast.poste):
        file = ExportedFile.objects.get()
    assert response.url == f"{VISITS}files/{file.pk}/" and (file.rows, file.state) == (12, FileState.WAITING)
    return file


def test_a_table_too_large_to_wait_for_leads_to_the_page_of_files(
    cast: Cast, signed_in: Any, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tenants.activity.journal.views.MOST_AT_ONCE", 1)
    with inside(cast.poste):
        log()
    client, address = signed_in(cast.bram), f"{VISITS}export/?theme=tax&download=xlsx"
    assert client.get(address).streaming

    with inside(cast.poste):
        log()

    assert client.get(address).url == f"{VISITS}files/?theme=tax&download=xlsx"
    assert "Fabriquer" in client.get(client.get(address).url, headers={"accept-language": "fr"}).content.decode()
    assert client.get(address.replace("xlsx", "csv")).streaming


def test_the_job_makes_the_file_and_the_page_shows_how_far_it_is(
    cast: Cast, signed_in: Any, asked_for: ExportedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, page = signed_in(cast.bram), f"{VISITS}files/{asked_for.pk}/"
    monkeypatch.setattr(making, "PIECE", 500)
    waiting = client.get(page).content.decode()

    make(space_id=cast.poste.space.pk, file_id=asked_for.pk)

    ready = client.get(page).content.decode()
    assert "hx-trigger" in waiting and "<progress" in waiting
    assert "hx-trigger" not in ready and "/content/" in ready and "⟦undefined" not in waiting + ready
    response = client.get(f"{page}content/")
    data = b"".join(response.streaming_content)
    assert len(data) == int(response["Content-Length"]) and asked_for.filename in response["Content-Disposition"]
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    rows, about = (book.get_sheet_by_index(number).to_python() for number in range(2))
    assert sorted(row[rows[0].index("minutes")] for row in rows[1:]) == [float(number) for number in range(1, 13)]
    assert {row[rows[0].index("note")] for row in rows[1:]} == {"=1+1"}
    assert ["Périmètre", "caban/rue-de-la-poste"] in about and [row[0] for row in about[1:4]] == rows[0][:3]
    with inside(cast.poste):
        assert FilePiece.objects.count() >= 3


def test_a_job_that_was_cut_short_makes_the_file_once_more(
    cast: Cast, signed_in: Any, asked_for: ExportedFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **options: Any) -> Any:
        yield b"half a file"
        raise RuntimeError("the machine went away")

    whole = making.xlsx_chunks
    monkeypatch.setattr(making, "xlsx_chunks", broken)
    with pytest.raises(RuntimeError):
        make(space_id=cast.poste.space.pk, file_id=asked_for.pk)
    client, page = signed_in(cast.bram), f"{VISITS}files/{asked_for.pk}/"
    assert "again/" in client.get(page).content.decode() and client.get(f"{page}content/").status_code == 302

    monkeypatch.setattr(making, "xlsx_chunks", whole)
    client.post(f"{page}again/")
    for _twice in range(2):
        make(space_id=cast.poste.space.pk, file_id=asked_for.pk)

    assert b"".join(client.get(f"{page}content/").streaming_content).startswith(b"PK")


def test_a_file_is_for_whoever_asked_for_it_and_for_a_day(cast: Cast, signed_in: Any, asked_for: ExportedFile) -> None:
    make(space_id=cast.poste.space.pk, file_id=asked_for.pk)
    for action in ("", "content/"):
        assert signed_in(cast.amina).get(f"{VISITS}files/{asked_for.pk}/{action}").status_code == 404

    remove_old(timestamp=0)
    with inside(cast.poste):
        assert ExportedFile.objects.exists()
        ExportedFile.objects.update(created_at=timezone.now() - dt.timedelta(hours=25))
    remove_old(timestamp=0)

    with inside(cast.poste):
        assert not ExportedFile.objects.exists() and not FilePiece.objects.exists()


def test_nobody_asks_for_a_file_by_filters_that_cannot_be_read(cast: Cast, signed_in: Any) -> None:
    response = signed_in(cast.bram).post(f"{VISITS}files/?since=x&download=xlsx")

    assert response.status_code == 200
    with inside(cast.poste):
        assert not ExportedFile.objects.exists()
