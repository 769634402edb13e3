"""A report as its funder reads and decides it: what was sent, never a draft, and nothing of another funder."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from network.funding.models import Allocation, Expense
from network.reports import services
from network.reports.content import from_bytes
from network.reports.enums import State
from network.reports.models import Report
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership
from tests.conftest import inside
from tests.reports.conftest import Told
from tests.reports.office import DRIES, a_report, a_sent_report, written

URL = "/caban/funder/"
EN = {"Accept-Language": "en"}
ANNA = "Anna Naamloos"


@pytest.fixture
def eva(told: Told, signed_in: Any) -> Client:
    client: Client = signed_in(told.cast.eva)
    return client


@pytest.fixture
def report(told: Told) -> Report:
    with inside(told.cast.caban):
        return a_sent_report()


def page(client: Client, path: str) -> str:
    answer = client.get(f"{URL}{path}", headers=EN)
    assert answer.status_code == 200, path
    text = answer.content.decode()
    assert "⟦undefined" not in text
    return text


def state_of(told: Told, pk: int) -> str:
    with inside(told.cast.caban):
        return str(Report.objects.get(pk=pk).state)


def version_of(told: Told, pk: int) -> int:
    with inside(told.cast.caban):
        return int(Report.objects.get(pk=pk).version)


def decide(client: Client, pk: int, **fields: Any) -> Any:
    return client.post(f"{URL}reports/{pk}/decide/", fields, headers=EN)


def signed_again(told: Told, pk: int, text: str, *, send: bool) -> None:
    with inside(told.cast.caban):
        services.write_value(pk=pk, code="done", text=text)
        services.sign(pk=pk, name="Dries", role="coordinateur", by=DRIES)
        if send:
            services.send(pk=pk, by=DRIES)


def test_one_version_is_sent_back_and_the_second_accepted(told: Told, eva: Client, report: Report) -> None:
    home = page(eva, "")
    assert "Rapport 2025" in home and "version 1, sent on" in home
    text = page(eva, f"reports/{report.pk}/")
    assert "Des permanences toute l’année." in text and "Send it back to be corrected" in text

    refused = decide(eva, report.pk, decision="return", comment=" ", version=version_of(told, report.pk))
    assert "the network can&#x27;t guess it" in refused.content.decode() and state_of(told, report.pk) == State.SENT
    assert decide(eva, report.pk, comment="x").status_code == 200
    done = decide(
        eva, report.pk, decision="return", comment="<b>Le total</b> de mars ?", version=version_of(told, report.pk)
    )
    assert done.status_code == 302 and state_of(told, report.pk) == State.RETURNED
    text = page(eva, f"reports/{report.pk}/")
    assert "&lt;b&gt;Le total&lt;/b&gt; de mars" in text and "Take the decision back" in text

    with inside(told.cast.caban):
        services.rename(pk=report.pk, title="Titre en chantier", language="fr")
    signed_again(told, report.pk, "Un brouillon signé.", send=False)
    for path in ("", f"reports/{report.pk}/", f"reports/{report.pk}/versions/1/"):
        text = page(eva, path)
        assert "chantier" not in text and "brouillon" not in text and "Rapport 2025" in text
    for path in (
        f"reports/{report.pk}/versions/2/",
        f"reports/{report.pk}/versions/2/pdf/",
        f"reports/{report.pk}/versions/2/changes/",
    ):
        assert eva.get(f"{URL}{path}").status_code == 404
    assert eva.post(f"{URL}reports/{report.pk}/undo/").status_code == 302
    assert state_of(told, report.pk) == State.SIGNED  # too late: the next version is signed

    with inside(told.cast.caban):
        services.send(pk=report.pk, by=DRIES)
    text = page(eva, f"reports/{report.pk}/")
    assert "Un brouillon signé." in text and "version 2" in text
    changes = page(eva, f"reports/{report.pk}/versions/1/changes/?against=2")
    assert "From version 1 to version 2" in changes and "today" not in changes
    for wrong in ("live", "3", "x", "%00"):
        assert "today" not in page(eva, f"reports/{report.pk}/versions/1/changes/?against={wrong}")
    assert "Version 2 has replaced it" in page(eva, f"reports/{report.pk}/versions/1/")
    assert decide(eva, report.pk, decision="accept", version=version_of(told, report.pk)).status_code == 302
    assert state_of(told, report.pk) == State.ACCEPTED
    assert "Accepted" in page(eva, "") and "No report waits" in page(eva, "")
    assert eva.post(f"{URL}reports/{report.pk}/undo/").status_code == 302
    assert state_of(told, report.pk) == State.SENT


def test_two_reviewers_at_once_and_a_comment(told: Told, eva: Client, report: Report) -> None:
    seen = version_of(told, report.pk)
    said = {"comment": "Combien de visites en mars ?", "version": seen}
    assert eva.post(f"{URL}reports/{report.pk}/comment/", said).status_code == 302
    assert "Combien de visites" in page(eva, f"reports/{report.pk}/")
    assert eva.post(f"{URL}reports/{report.pk}/comment/", {"comment": "\0"}, headers=EN).status_code == 200

    late = decide(eva, report.pk, decision="refuse", comment="Rien ne va", version=seen).content.decode()
    assert "Somebody has changed this report" in late and "Rien ne va" in late
    assert state_of(told, report.pk) == State.SENT
    assert decide(eva, report.pk, decision="accept", version=version_of(told, report.pk)).status_code == 302
    late = decide(eva, report.pk, decision="refuse", comment="Trop tard", version=seen).content.decode()
    assert "Somebody has changed this report" in late and "Trop tard" in late
    assert state_of(told, report.pk) == State.ACCEPTED
    for wrong in ({"decision": "burn"}, {"decision": "return", "comment": "x" * 9000}, {"version": "9" * 40}):
        assert decide(eva, report.pk, **wrong).status_code == 200


def test_nothing_of_another_funder_and_no_draft_is_there(
    told: Told, eva: Client, report: Report, signed_in: Any
) -> None:
    cast = told.cast
    with inside(cast.caban):
        other = a_sent_report("fondation", title="Rapport de la fondation")
    grant_membership(person=cast.farid, space=cast.caban.space, role=Role.FUNDER_REVIEWER, funder="fondation")
    farid = signed_in(cast.farid)
    assert "Rapport de la fondation" in page(farid, "") and "Rapport 2025" not in page(farid, "")
    assert "fondation" not in page(eva, "").lower()

    for client, pk in ((farid, report.pk), (eva, other.pk), (eva, 999_999)):
        for path in ("", "versions/1/", "versions/1/pdf/", "versions/1/json/", "versions/1/changes/"):
            answer = client.get(f"{URL}reports/{pk}/{path}")
            assert answer.status_code == 404 and b"fondation" not in answer.content.lower()
        for path in ("decide/", "comment/", "undo/"):
            assert client.post(f"{URL}reports/{pk}/{path}", {"decision": "accept", "comment": "x"}).status_code == 404
    assert state_of(told, report.pk) == state_of(told, other.pk) == State.SENT
    for kind in ("zip", "PDF", "x"):
        assert eva.get(f"{URL}reports/{report.pk}/versions/1/{kind}/").status_code == 404
    assert eva.get(f"/caban/reports/{report.pk}/versions/1/pdf/").status_code == 403  # the network's own address

    dries = signed_in(cast.dries)
    assert "You are looking at what Fondation sees" in page(dries, f"reports/{other.pk}/")
    assert dries.post(f"{URL}reports/{other.pk}/decide/", {"decision": "accept"}).status_code == 403


def test_a_draft_isnt_there(told: Told, eva: Client) -> None:
    with inside(told.cast.caban):
        draft = written(a_report(title="Brouillon"))
        services.sign(pk=draft.pk, name="Dries", role="coordinateur", by=DRIES)

    assert "Brouillon" not in page(eva, "")
    for path in ("", "versions/1/", "versions/1/json/"):
        assert eva.get(f"{URL}reports/{draft.pk}/{path}").status_code == 404


def test_no_name_of_the_ledger_is_in_any_file_of_a_report(told: Told, eva: Client) -> None:
    with inside(told.cast.caban):
        Expense.objects.update(label=f"Salaire {ANNA}", reference=ANNA)
        Allocation.objects.update(label=f"Poste de {ANNA}")
        report = a_sent_report()

    address = f"reports/{report.pk}/versions/1/"
    texts = [page(eva, address)]
    for kind in ("json", "csv", "xlsx", "pdf"):
        file = eva.get(f"{URL}{address}{kind}/")
        assert file.status_code == 200 and file["Content-Disposition"].startswith("attachment")
        texts.append(file.content.decode("latin-1"))
        if kind == "pdf":
            texts += [one.extract_text() for one in PdfReader(io.BytesIO(file.content)).pages]
        if kind == "json":
            assert from_bytes(file.content).title == json.loads(file.content)["title"] == "Rapport 2025"
    assert not any("Naamloos" in text for text in texts)
