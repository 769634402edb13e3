"""The network and its label: sees where each EPN stands, decides, undoes, asks again, tries other numbers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob

from maillage.audit.models import Entry
from network.cadastre.models import Recognition
from network.cadastre.recognition.criteria import InForce
from network.cadastre.recognition.criteria_services import set_criteria
from network.cadastre.recognition.models import Application, Benefit, CriteriaSet, Decision, Inspection
from network.cadastre.recognition.selectors import standings
from network.cadastre.recognition.services import decide
from network.cadastre.recognition.tasks import write
from tenants.registry.models import Space
from tests.conftest import Cast, inside
from tests.recognition.conftest import TODAY

HOME = "/caban/recognition/"
IN_THREE_YEARS = TODAY.replace(day=1, year=TODAY.year + 3)


def body(response: Any) -> str:
    return b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()


def decision(**said: object) -> dict[str, object]:
    return {
        "seen": 0,
        "verdict": "recognised",
        "decided_on": TODAY,
        "since": TODAY,
        "recheck_on": IN_THREE_YEARS,
        **said,
    }


def recognise(cast: Cast, since: dt.date, recheck_on: dt.date = IN_THREE_YEARS) -> None:
    with inside(cast.caban):
        decide(
            epn_id=cast.poste.pk, verdict="recognised", decided_on=since, since=since, recheck_on=recheck_on,
            standing=standings(cast.caban.pk, epn_id=cast.poste.pk)[0],
        )  # fmt: skip


def test_dries_sees_each_criterion_with_its_value_threshold_source_and_day(network: Cast, signed_in: Any) -> None:
    client = signed_in(network.dries)
    one = network.poste.pk
    pages = [
        "", f"{one}/", f"{network.abattoirs.pk}/", "criteria/", "criteria/new/", "benefits/", f"{one}/decide/",
        f"{one}/visits/add/", f"{one}/benefits/add/",
    ]  # fmt: skip

    shown = {path: client.get(HOME + path) for path in pages}

    assert {path: (one.status_code, "⟦undefined" in body(one)) for path, one in shown.items()} == dict.fromkeys(
        pages, (200, False)
    )
    text = body(shown[f"{network.poste.pk}/"]).replace("\N{NO-BREAK SPACE}", " ")
    for words in (
        "20 h",
        "15 h au moins",
        "7 appareils",
        "Brussels EPN charter 2019",
        "pas connu",
    ):
        assert words in text
    file = body(client.get(f"{HOME}{network.poste.pk}/?download=csv"))
    assert "opening_hours" in file and "nobody_refused" in file
    assert "Abattoirs" in body(client.get(f"{HOME}?show=without&q=abatt&download=json"))


def test_the_list_asks_as_many_statements_whatever_the_epn(network: Cast, signed_in: Any) -> None:
    client = signed_in(network.dries)
    client.get(HOME)

    with CaptureQueriesContext(connection) as queries:
        client.get(HOME)

    assert len(queries) <= 16, "\n".join(query["sql"][:160] for query in queries)


def test_a_decision_begins_the_label_and_undoing_it_leaves_it_as_it_was(network: Cast, signed_in: Any) -> None:
    client, url = signed_in(network.dries), f"{HOME}{network.poste.pk}/"

    assert client.post(f"{url}decide/", decision()).status_code == 302

    with inside(network.caban):
        kept = Decision.objects.get()
        assert Recognition.objects.get().since == TODAY
        assert [(one["kind"], one["outcome"]) for one in kept.evidence] == [
            ("opening_hours", "met"), ("devices", "met"), ("nobody_refused", "unknown"),
        ]  # fmt: skip
    page = body(client.get(url))
    assert "Annuler cette décision" in page and "⟦undefined" not in page
    second = client.post(f"{url}decide/", decision(seen=1))
    assert "verdict" in second.context["form"].errors  # a label can't be given twice
    stale = client.post(f"{url}decide/", {**decision(verdict="confirmed")})
    assert stale.status_code == 200 and stale.context["form"].errors
    assert body(client.get(f"{url}undo/1/")).count("Annuler")
    assert client.post(f"{url}undo/1/").status_code == 302

    with inside(network.caban):
        assert not Recognition.objects.exists()
        assert Decision.objects.get().undone_at is not None
    assert client.post(f"{url}undo/1/").status_code == 302  # twice says so, and changes nothing
    verbs = set(Entry.objects.filter(space_id=network.caban.pk).values_list("verb", flat=True))
    assert verbs >= {
        "recognition.granted", "recognition.decided", "recognition.taken_back", "recognition.decision_undone",
    }  # fmt: skip


def test_a_withdrawal_ends_the_label_with_its_reason_and_can_be_undone(network: Cast, signed_in: Any) -> None:
    recognise(network, dt.date(2021, 9, 1))
    client, url = signed_in(network.dries), f"{HOME}{network.poste.pk}/"
    said = {"seen": 1, "verdict": "withdrawn", "decided_on": TODAY, "until": TODAY, "reason": "=1+1 <b>Fermé</b>"}

    for wrong, field in (
        ({"reason": ""}, "reason"), ({"until": "2021-09-01"}, "until"), ({"until": "2062-01-01"}, "until"),
        ({"decided_on": "2020-01-01"}, "decided_on"), ({"verdict": "refused"}, "verdict"),
        ({"reason": "a\0b"}, "reason"),
    ):  # fmt: skip
        response = client.post(f"{url}decide/", {**said, **wrong})
        assert response.status_code == 200 and field in response.context["form"].errors, wrong
    assert client.post(f"{url}decide/", said).status_code == 302

    with inside(network.caban):
        assert Recognition.objects.get().until == TODAY
    (letter,) = mail.outbox
    assert letter.to == ["amina@example.org"] and "label retiré" in letter.body and "Fermé" not in letter.body
    assert "&lt;b&gt;Fermé" in body(client.get(url))
    client.post(f"{url}undo/2/")
    with inside(network.caban):
        assert Recognition.objects.get().until is None


def test_a_re_check_is_asked_for_by_letter_and_keeps_the_label(network: Cast, signed_in: Any, settings: Any) -> None:
    settings.PUBLIC_URL = "https://epn.example.org"
    recognise(network, dt.date(2021, 9, 1), recheck_on=TODAY + dt.timedelta(days=30))
    client, url = signed_in(network.dries), f"{HOME}{network.poste.pk}/"
    assert "Rue de la Poste" in body(client.get(f"{HOME}?show=due")).split("</thead>")[1]
    for day in ("2062-01-01", TODAY, "x"):
        assert client.post(f"{url}ask/", {"due_on": day}).context["form"].errors

    assert client.post(f"{url}ask/", {"due_on": TODAY + dt.timedelta(days=20)}).status_code == 302

    assert [one.to for one in mail.outbox] == [["amina@example.org"]]
    assert "https://epn.example.org/caban/rue-de-la-poste/recognition/apply/" in mail.outbox[0].body
    assert client.get(f"{HOME}{network.abattoirs.pk}/ask/").status_code == 200
    assert (
        client.post(f"{HOME}{network.abattoirs.pk}/ask/", {"due_on": TODAY + dt.timedelta(days=20)})
        .context["form"]
        .errors
    )
    client.post(f"{url}decide/", {"seen": 1, "verdict": "confirmed", "decided_on": TODAY, "recheck_on": IN_THREE_YEARS})
    with inside(network.caban):
        assert Recognition.objects.get().until is None
        assert [one.recheck_on for one in Decision.objects.order_by("number")][-1] == IN_THREE_YEARS


def test_all_who_are_due_are_asked_at_once_and_a_job_writes_to_each(
    network: Cast, signed_in: Any, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.PUBLIC_URL = "https://epn.example.org"
    recognise(network, dt.date(2021, 9, 1), recheck_on=TODAY - dt.timedelta(days=3))
    client, url = signed_in(network.dries), f"{HOME}ask/"
    assert "Rue de la Poste" in body(client.get(url)) and url in body(client.get(HOME))
    assert client.post(url, {"due_on": "2062-01-01"}).context["form"].errors

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url, {"due_on": TODAY + dt.timedelta(days=20)}).status_code == 302
    with inside(network.caban):
        row = Application.objects.get()
    (job,) = ProcrastinateJob.objects.filter(task_name="write_about_a_recheck")
    assert job.args == {"space_id": network.caban.pk, "application_id": row.pk}
    write(**job.args)
    with inside(network.caban):
        Application.objects.update(state="signed", signed_at="2026-01-05T09:00Z", signed_name="A", signed_role="B")
    write(**job.args)  # who has signed meanwhile gets no letter

    assert [one.to for one in mail.outbox] == [["amina@example.org"]]
    assert "https://epn.example.org/caban/rue-de-la-poste/recognition/apply/" in mail.outbox[0].body
    assert "Rue de la Poste" not in body(client.get(url)).split("<main")[1]


def test_nothing_is_decided_about_an_archived_epn_or_somebody_elses(network: Cast, signed_in: Any) -> None:
    with inside(network.caban):
        for stranger in (network.nevers.pk, 999_999):
            with pytest.raises(ValidationError):
                decide(epn_id=stranger, verdict="refused", decided_on=TODAY, reason="x")
    assert signed_in(network.dries).get(f"{HOME}{network.nevers.pk}/decide/").status_code == 404
    Space.objects.filter(pk=network.poste.pk).update(archived_at="2026-01-05T09:00Z")

    with inside(network.caban), pytest.raises(ValidationError) as error:
        decide(epn_id=network.poste.pk, verdict="refused", decided_on=TODAY, reason="x")

    assert set(error.value.error_dict) == {"verdict"}
    client, url = signed_in(network.dries), f"{HOME}{network.poste.pk}/"
    assert "Décider" not in body(client.get(url))  # its papers can still be read
    assert "verdict" in client.post(f"{url}decide/", decision()).context["form"].errors


def test_a_visit_on_the_spot_and_what_was_received_are_noted_and_removed(network: Cast, signed_in: Any) -> None:
    client, url = signed_in(network.dries), f"{HOME}{network.poste.pk}/"
    soon = TODAY + dt.timedelta(days=9)

    assert client.post(f"{url}visits/add/", {"on": soon, "by_name": "Dries"}).status_code == 302
    with inside(network.caban):
        pk = Inspection.objects.get().pk
    early = {"on": soon, "by_name": "Dries", "devices-seen": "met"}
    assert "on" in client.post(f"{url}visits/{pk}/", early).context["form"].errors
    found = {"on": TODAY, "by_name": "Dries", "devices-seen": "not_met", "devices-note": "=cinq", "note": "Pour nous"}
    assert client.post(f"{url}visits/{pk}/", found).status_code == 302
    for wrong in ({"quantity": 0}, {"value_eur": -1}, {"on": "2062-01-01"}, {"kind": "gold"}, {"kind": "other"}):
        given = {"kind": "eid_reader", "on": TODAY, "quantity": 2, **wrong}
        assert client.post(f"{url}benefits/add/", given).context["form"].errors, wrong
    client.post(f"{url}benefits/add/", {"kind": "eid_reader", "on": TODAY, "quantity": 2, "value_eur": "35,50"})

    page = body(client.get(url))
    assert "=cinq" in page and "Pour nous" in page
    assert "2;35" in body(client.get(f"{HOME}benefits/?download=csv")).replace(",", ".")
    with inside(network.caban):
        benefit = Benefit.objects.get()
        assert (benefit.quantity, benefit.value_eur) == (2, Decimal("35.50"))
    client.post(f"{url}benefits/{benefit.pk}/remove/")
    client.post(f"{url}visits/{pk}/remove/")
    with inside(network.caban):
        assert not Benefit.objects.exists() and not Inspection.objects.exists()


def test_a_network_sets_its_own_criteria_from_a_day_on_and_never_rewrites_those_before(
    network: Cast, signed_in: Any
) -> None:
    client = signed_in(network.dries)
    first = {"region": "be-bru", "valid_from": TODAY - dt.timedelta(days=400), "opening_hours-threshold": "21,5"}
    for wrong, field in (
        ({"opening_hours-threshold": "-3"}, "opening_hours-threshold"), ({"valid_from": "2062-01-01"}, "valid_from"),
        ({"opening_hours-threshold": ""}, "__all__"), ({"region": "be-mars"}, "region"),
    ):  # fmt: skip
        response = client.post(f"{HOME}criteria/new/", {**first, **wrong})
        assert response.status_code == 200 and field in response.context["form"].errors, wrong

    assert client.post(f"{HOME}criteria/new/", {**first, "opening_hours-fr": "Heures <b>"}).status_code == 302
    later = {**first, "valid_from": TODAY + dt.timedelta(days=40), "opening_hours-threshold": "18"}
    assert client.post(f"{HOME}criteria/new/", later).status_code == 302

    page = body(client.get(f"{HOME}criteria/")).replace("\N{NO-BREAK SPACE}", " ")
    assert "21,5 h" in page and "18 h" in page and "Heures &lt;b&gt;" in page and "15 h" in page
    with inside(network.caban):
        asked = {
            day: InForce(day).of("be-bru").asked[0].threshold
            for day in (dt.date(2020, 1, 1), TODAY, later["valid_from"])
        }
        assert list(asked.values()) == [15, Decimal("21.5"), 18]
        assert standings(network.caban.pk, epn_id=network.poste.pk)[0].whole == "not_met"
        first_set, later_set = CriteriaSet.objects.order_by("valid_from")
    client.post(f"{HOME}criteria/{first_set.pk}/drop/")
    client.post(f"{HOME}criteria/{later_set.pk}/drop/")
    with inside(network.caban):
        assert list(CriteriaSet.objects.values_list("pk", flat=True)) == [first_set.pk]
        with pytest.raises(ValidationError):
            set_criteria(region="be-bru", valid_from=TODAY - dt.timedelta(days=500), chosen=["devices"],
                         thresholds={"devices": Decimal(4)})  # fmt: skip


def test_a_simulation_says_who_would_lose_the_label_and_writes_nothing(network: Cast, signed_in: Any) -> None:
    recognise(network, dt.date(2021, 9, 1))
    with inside(network.caban):
        Application.objects.create(
            epn_id=network.poste.pk, state="decided", declared={"nobody_refused": "1"}, signed_at="2021-08-01T09:00Z",
            signed_name="Amina", signed_role="coordination",
        )  # fmt: skip
        before = [list(model.objects.values()) for model in (Recognition, Decision, CriteriaSet)]
    client = signed_in(network.dries)

    keeps = client.get(f"{HOME}simulation/?opening_hours=20&devices=6")
    loses = client.get(f"{HOME}simulation/?opening_hours=20,5&devices=6")
    file = body(client.get(f"{HOME}simulation/?opening_hours=21&devices=6&download=csv"))

    assert keeps.context["counts"]["keeps"] == 1 and keeps.context["counts"]["loses"] == 0
    assert loses.context["counts"]["loses"] == 1
    assert [(name, one.loses, one.labelled) for name, one in loses.context["places"]] == [("Schaerbeek", 1, 1)]
    assert ";loses;" in file
    for query in ("", "opening_hours=-4", "opening_hours=x&devices=99999999999", "region=fr", "opening_hours=a%00b"):
        page = client.get(f"{HOME}simulation/?{query}")
        assert page.status_code == 200 and "⟦undefined" not in body(page)
    with inside(network.caban):
        assert [list(model.objects.values()) for model in (Recognition, Decision, CriteriaSet)] == before
