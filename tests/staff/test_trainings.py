"""Trainings and badges, and what somebody reads of their own contract."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from tenants.staff.models import StaffMember, Training
from tenants.staff.trainings.services import purge_removed_trainings, remove_training
from tests.conftest import Cast, inside
from tests.staff.test_contract_pages import BASE, SignIn, save, words


def test_a_badge_is_added_corrected_removed_and_listed_before_it_expires(cast: Cast, signed_in: SignIn) -> None:
    amina, today = signed_in(cast.amina), timezone.localdate()
    contract, gone = save(cast), save(cast, "Gone", ended_on=dt.date(2026, 2, 1))
    there = f"{BASE}people/{contract.member_id}/trainings/"
    badge = {"kind": "badge", "title": "<b>Aidant", "obtained_on": "2026-01-05", "hours": "",
             "expires_on": (today + dt.timedelta(days=30)).isoformat()}  # fmt: skip

    amina.post(f"{there}add/", badge)
    amina.post(f"{there}add/", badge | {"title": "Later", "kind": "training", "expires_on": "", "hours": "12,5"})
    amina.post(f"{BASE}people/{gone.member_id}/trainings/add/", badge | {"title": "Of somebody who left"})
    amina.get(BASE)  # says what was saved
    soon = words(amina.get(f"{BASE}trainings/?show=soon").content.decode())
    every = words(amina.get(f"{BASE}trainings/").content.decode())

    assert "&lt;b&gt;Aidant" in soon and "dans 30 jours" in soon and "Later" not in soon
    assert "Later" in every and "somebody who left" not in every
    for wrong, said in (
        ({"expires_on": "2025-01-01"}, "ne peut pas expirer"), ({"title": ""}, "obligatoire"), ({"kind": "x"}, "choix"),
        ({"obtained_on": "2062-01-01"}, "Vérifiez"), ({"hours": "9e9"}, "chiffres"), ({"title": "a\0"}, "caractère"),
    ):  # fmt: skip
        response = amina.post(f"{there}add/", badge | wrong)
        assert response.status_code == 200 and said in words(response.content.decode()), wrong

    with inside(cast.poste):
        one = Training.objects.get(title="<b>Aidant")
    amina.post(f"{there}{one.pk}/", badge | {"title": "Aidants", "expires_on": "2026-02-01"})
    shown = words(amina.get(f"{BASE}people/{contract.member_id}/").content.decode())
    assert "Aidants" in shown and "expiré" in shown
    assert amina.get(f"{BASE}people/{gone.member_id}/trainings/{one.pk}/").status_code == 404
    removed = amina.post(f"{there}{one.pk}/remove/", follow=True).content.decode()
    assert f"{there}{one.pk}/restore/" in removed
    with inside(cast.poste):
        assert not Training.objects.filter(pk=one.pk).exists()
    assert "Aidants" in words(amina.post(f"{there}{one.pk}/restore/", follow=True).content.decode())
    with inside(cast.poste):
        assert Training.objects.filter(pk=one.pk).exists()
        remove_training(training=one)
        purge_removed_trainings()
        assert Training.with_deleted.filter(pk=one.pk).exists()
        purge_removed_trainings(older_than=dt.timedelta())
        assert not Training.with_deleted.filter(pk=one.pk).exists()


def test_an_animator_reads_their_own_contract_and_nothing_of_others(cast: Cast, signed_in: SignIn) -> None:
    own, other = save(cast, note="for the coordinator"), save(cast, "Victor", legal_employer="Another employer")
    bram, nobody = signed_in(cast.bram), words(signed_in(cast.bram).get(f"{BASE}mine/").content.decode())
    with inside(cast.poste):
        StaffMember.objects.filter(pk=own.member_id).update(account=cast.bram.pk)

    seen = bram.get(f"{BASE}mine/").content.decode()

    assert "Rien n’est encore noté" in nobody
    assert "CDI" in words(seen) and "19 / 38" in words(seen)
    assert "Another employer" not in seen and "for the coordinator" not in seen
    assert bram.get(f"{BASE}{other.pk}/").status_code == 403 == bram.get(f"{BASE}{own.pk}/").status_code
    assert signed_in(cast.amina).get(f"{BASE}mine/").status_code == 403
