"""The network's pages: from a pack to a report that is signed, sent, and sent again, as Dries does it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.models import Person
from network.funding.models import Allocation, ReportDate
from network.reports import deciding
from network.reports.enums import PackState, State
from network.reports.models import ActivityKey, Pack, PackLine, Report, ReportValue
from tests.conftest import Cast, inside
from tests.reports.conftest import Told
from tests.reports.office import EVA, a_pack, a_report, a_sent_report, grant_of, written

SignIn = Callable[[Person], Client]
HOME = "/caban/reports/"


@pytest.fixture
def dries(told: Told, cast: Cast, signed_in: SignIn) -> Client:
    client = signed_in(cast.dries)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.post("/accounts/language/", {"language": "en"})
    return client


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def test_a_report_from_what_is_due_to_its_second_version(dries: Client, cast: Cast) -> None:
    with inside(cast.caban):
        pack, due = a_pack(), ReportDate.objects.get()
        grant = grant_of("region").pk
    home = text_of(dries, HOME)
    assert f"begin/?date={due.pk}" in home
    begin = f"{HOME}begin/?date={due.pk}"
    assert 'value="2025-12"' in text_of(dries, begin)
    said = {
        "pack": pack.pk, "grants": [grant], "first": "2025-01", "last": "12/2025", "title": "=1+1 <b>2025</b>",
        "language": "fr",
    }  # fmt: skip

    for wrong in ({"first": "2062-01"}, {"last": "2025-13"}, {"first": "a\0b"}, {"pack": "9" * 30}, {"title": ""},
                  {"last": "99/99999"}, {"grants": ["x"]}):  # fmt: skip
        refused = dries.post(begin, said | wrong)
        assert refused.status_code == 200 and 'role="alert"' in refused.content.decode(), wrong
    page = dries.post(begin, said, follow=True)
    address = page.redirect_chain[-1][0]
    text = page.content.decode()
    assert "=1+1 &lt;b&gt;2025&lt;/b&gt;" in text and "<b>2025" not in text
    assert "write the text" in text and "Rue de la Poste" in text and "40" in text
    assert dries.post(f"{address}sign/", {"name": "Dries", "role": "coord", "version": 1}).status_code == 200
    assert dries.post(f"{address}lines/done/", {"text": "x" * 8001}).status_code == 200
    assert dries.post(f"{address}lines/done/", {"text": "Des permanences."}).status_code == 302

    with inside(cast.caban):
        version = Report.objects.get().version
    signed = dries.post(f"{address}sign/", {"name": "Dries", "role": "coord", "version": version}, follow=True)
    assert "frozen" in signed.content.decode()
    assert "not sent" in text_of(dries, f"{address}versions/1/")
    assert dries.post(f"{address}send/", {"version": 1}, follow=True).content.decode().count("since you opened") == 1
    dries.post(f"{address}send/", {"version": version + 1})
    with inside(cast.caban):
        report = Report.objects.get()
        assert report.state == State.SENT
        assert ReportDate.objects.get().done_on is not None
        deciding.send_back(pk=report.pk, comment="Précisez <i>ceci</i>.", by=EVA)
    text = text_of(dries, address)
    assert "Précisez &lt;i&gt;ceci&lt;/i&gt;." in text and f"{address}sign/" in text
    assert dries.post(f"{address}comment/", {"comment": "C’est noté."}).status_code == 302
    assert "C’est noté." in text_of(dries, address)


def test_two_people_write_in_the_same_line_and_nothing_is_lost(dries: Client, cast: Cast) -> None:
    with inside(cast.caban):
        report = a_report()
        empty = ReportValue(report=report, code="done").version
        ReportValue.objects.create(report=report, code="done", text="Le texte de Nora.")
    address = f"{HOME}{report.pk}/lines/done/"

    answer = dries.post(address, {"text": "Mon texte.", "version": empty}).content.decode()

    assert "Le texte de Nora." in answer and "Mon texte." in answer and "two-versions" in answer
    with inside(cast.caban):
        now = ReportValue.objects.get().version
    kept = dries.post(address, {"text": "Mon texte.", "version": now, "differs": "text", "keep": "mine"})
    assert kept.status_code == 302
    with inside(cast.caban):
        assert ReportValue.objects.get().text == "Mon texte."


def test_keys_are_edited_for_one_or_for_all(dries: Client, cast: Cast) -> None:
    with inside(cast.caban):
        report = a_report()
        other = a_report("fondation")
        grant, gift, poste = grant_of("region").pk, grant_of("fondation").pk, cast.poste.pk
    address, name = f"{HOME}{report.pk}/keys/", f"key_{grant}_{poste}_2025"
    assert 'value="40' in text_of(dries, address)

    for typed in ("101", "-1", "1e30", "x", "80.01"):
        page = dries.post(address, {name: typed, "version": report.version})
        assert page.status_code == 200, typed
    assert "An allocation above 100" in page.content.decode()
    assert dries.post(address, {name: "12.5 %", "version": report.version}).status_code == 302
    assert dries.post(f"{HOME}{other.pk}/keys/", {"everybody": "10", "version": other.version}).status_code == 302
    with inside(cast.caban):
        assert ActivityKey.objects.get(grant=grant).percent == Decimal("12.5")
        assert list(ActivityKey.objects.filter(grant=gift).values_list("percent", flat=True)) == [10, 10]
        Allocation.objects.create(grant_id=grant, kind="epn", epn_id=cast.abattoirs.pk, amount_eur=500)
    assert "Keys are missing for Abattoirs" in text_of(dries, f"{HOME}{report.pk}/")
    assert dries.post(f"{HOME}{report.pk}/keys/add/").status_code == 302
    with inside(cast.caban):
        assert ActivityKey.objects.get(grant=grant, epn_id=cast.abattoirs.pk).percent == 2


def test_a_pack_is_made_changed_and_put_in_use(dries: Client, cast: Cast) -> None:
    with inside(cast.caban):
        funder = grant_of("region").funder_id
    made = dries.post(f"{HOME}packs/new/", {"funder": funder, "title": "Chiffres", "from_default": "on"}, follow=True)
    address = made.redirect_chain[-1][0]
    line = {"label_fr": "Aides <i>en plus</i>", "source": "visits.attendances", "target": "1 200", "required": "on"}

    for kind, facts in (("figure", line | {"source": ""}), ("figure", line | {"target": "1e30"}), ("text", {})):
        assert dries.post(f"{address}add/{kind}/", facts).status_code == 200
    assert dries.get(f"{address}add/nothing/").status_code == 404
    page = dries.post(f"{address}add/figure/", line, follow=True).content.decode()
    assert "Aides &lt;i&gt;en plus&lt;/i&gt;" in page and "1,200" in page
    with inside(cast.caban):
        row = PackLine.objects.get(label_fr__startswith="Aides <i>")
        visits = PackLine.objects.get(code="visits").pk
    dries.post(f"{address}lines/{row.pk}/move/", {"to": "up"})
    changed = line | {"label_fr": "Autrement", "target": ""}
    assert dries.post(f"{address}lines/{row.pk}/", changed).status_code == 302
    said = dries.post(f"{address}lines/{visits}/remove/", follow=True).content.decode()
    assert "divides by this line" in said
    dries.post(f"{address}lines/{row.pk}/remove/")
    assert dries.post(f"{address}write/", {"title": "Autre nom", "introduction": "Merci."}).status_code == 302
    dries.post(f"{address}use/")
    assert dries.get(f"{address}write/").status_code == 404
    dries.post(f"{address}next/")
    assert "Autre nom" in text_of(dries, f"{address}?version=1")
    dries.post(f"{address}delete/")
    dries.post(f"{address}restore/")
    with inside(cast.caban):
        pack = Pack.objects.get()
        assert {one.state for one in pack.versions.all()} == {PackState.IN_USE, PackState.DRAFT}
        assert pack.deleted_at is None


def test_a_draft_is_deleted_and_brought_back_and_files_hold_what_the_page_shows(dries: Client, cast: Cast) -> None:
    with inside(cast.caban):
        report = written(a_report(title="=HYPERLINK(1)"))
    address = f"{HOME}{report.pk}/"

    def rows(url: str) -> list[list[str]]:
        told = b"".join(dries.get(url).streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(told), delimiter=";"))

    lines = json.loads(b"".join(dries.get(f"{address}?download=json").streaming_content))["rows"]
    visits = next(one for one in lines if one["line"] == "Individual help" and not one["part"])
    assert visits["whole"] and visits["source"] == "visits.visits"
    assert rows(f"{address}?download=csv&table=epn")[1][0] == "Rue de la Poste"
    assert rows(f"{HOME}?download=csv")[1][0] == "'=HYPERLINK(1)"
    dries.post(f"{address}delete/")
    assert dries.get(address).status_code == 404
    assert "Bring back" in text_of(dries, HOME)
    dries.post(f"{address}restore/")
    assert dries.get(address).status_code == 200


def test_the_observer_reads_and_the_reviewer_of_a_funder_sees_nothing_here(
    told: Told, cast: Cast, signed_in: SignIn
) -> None:
    with inside(cast.caban):
        report = a_sent_report()
    client = signed_in(cast.eva)

    for path in ("", f"{report.pk}/", f"{report.pk}/versions/1/", "packs/"):
        assert client.get(f"{HOME}{path}").status_code == 403, path
    assert signed_in(cast.farid).get(HOME).status_code == 404


def test_a_report_of_many_epn_takes_few_statements(dries: Client, cast: Cast) -> None:
    with inside(cast.caban):
        report = a_report()
        grant = grant_of("region")
    address = f"{HOME}{report.pk}/"
    text_of(dries, address)

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            text_of(dries, address)
        return len(seen)

    one = statements()
    with inside(cast.caban):
        Allocation.objects.bulk_create(
            Allocation(grant=grant, kind="epn", epn_id=cast.abattoirs.pk + number, amount_eur=1)
            for number in range(200)
        )
    # Of these, five say who is at which door; one more names EPN that aren't members.
    assert one <= 5 + 13 and statements() <= one + 1
