"""Correct one fact of many visits: which may, what happens, and the way back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from maillage.audit.models import Entry
from tenants.activity.journal.bulk.planning import Selection
from tenants.activity.journal.bulk.services import correct_visits, take_back
from tenants.activity.journal.models import Correction
from tenants.activity.models import Visit
from tenants.activity.rules import Actor
from tenants.activity.selectors import history_of
from tenants.activity.services import change_visit, delete_visit
from tenants.registry.enums import Role
from tests.conftest import Cast, inside

VISITS = "/caban/rue-de-la-poste/visits/"


def amina(cast: Cast) -> Actor:
    return Actor(cast.amina.pk, Role.EPN_COORDINATOR)


def of(*visits: Visit) -> Selection:
    return Selection(ids=tuple(one.pk for one in visits))


def test_one_fact_of_many_visits_changes_with_its_history_and_comes_back(cast: Cast, log: Any) -> None:
    with inside(cast.poste):
        many = [log(recorded_by_id=cast.bram.pk) for _number in range(3)]
        same = log(outcome="must_return")

        correction, plan = correct_visits(
            selection=of(*many, same), what="outcome", value="must_return", by=amina(cast)
        )

        assert correction is not None and (len(plan.changes), plan.unchanged) == (3, 1)
        assert set(Visit.objects.values_list("outcome", flat=True)) == {"must_return"}
        line = history_of(Visit.objects.get(pk=many[0].pk))[-1]
        assert (line.by, line.before, line.after) == (cast.amina, {"outcome": "solved"}, {"outcome": "must_return"})
        assert Visit.objects.get(pk=many[0].pk).updated_at > many[0].updated_at

        change_visit(visit=Visit.objects.get(pk=many[2].pk), outcome="redirected")
        assert take_back(correction=correction, by=amina(cast)) == (2, 1)
        assert take_back(correction=correction, by=amina(cast)) == (0, 0)
        outcomes = list(Visit.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["solved", "solved", "redirected", "must_return"]
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"visits.corrected", "visits.correction_undone"}


def test_an_animator_corrects_their_own_and_is_told_why_not_the_others(cast: Cast, log: Any) -> None:
    bram = Actor(cast.bram.pk, Role.ANIMATOR)
    with inside(cast.poste):
        own, other = log(recorded_by_id=cast.bram.pk), log(recorded_by_id=cast.amina.pk)

        _correction, plan = correct_visits(selection=of(own, other), what="mode", value="course", by=bram)

        assert [after.pk for _before, after in plan.changes] == [own.pk]
        assert [(visit.pk, "7" in why) for visit, why in plan.refused] == [(other.pk, True)]
        assert Visit.objects.get(pk=other.pk).mode == "individual"


def test_the_last_theme_stays_and_a_second_is_added_once(cast: Cast, log: Any) -> None:
    with inside(cast.poste):
        one, two = log(), log(themes=["tax", "bank"])

        _correction, plan = correct_visits(selection=of(one, two), what="theme_remove", value="tax", by=amina(cast))
        assert [visit.pk for visit, _why in plan.refused] == [one.pk] and Visit.objects.get(pk=two.pk).themes == [
            "bank"
        ]
        correct_visits(selection=of(one, two), what="theme_add", value="bank", by=amina(cast))

        assert [visit.themes for visit in Visit.objects.order_by("pk")] == [["tax", "bank"], ["bank"]]


def test_a_new_animator_gets_no_day_of_more_than_24_hours(cast: Cast, log: Any) -> None:
    with inside(cast.poste):
        many = [log(minutes=700) for _number in range(3)]

        _correction, plan = correct_visits(selection=of(*many), what="animator", value=cast.bram.pk, by=amina(cast))

        assert (len(plan.changes), len(plan.refused)) == (2, 1)
        with pytest.raises(ValidationError):
            correct_visits(selection=of(*many), what="animator", value=cast.chloe.pk, by=amina(cast))


def test_it_is_too_late_after_a_quarter_of_an_hour(cast: Cast, signed_in: Any, log: Any) -> None:
    with inside(cast.poste):
        visit = log()
    client = signed_in(cast.amina)
    client.post(f"{VISITS}bulk/", {"visit": visit.pk, "to_mode": "course"})
    with inside(cast.poste):
        undo = f"{VISITS}bulk/{Correction.objects.get().pk}/undo/"
    assert undo in client.get(VISITS).content.decode()
    assert undo not in signed_in(cast.bram).get(VISITS).content.decode()
    assert signed_in(cast.bram).post(undo).status_code == 403
    with inside(cast.poste):
        Correction.objects.update(at=timezone.now() - dt.timedelta(minutes=16))

    page = client.post(undo, follow=True).content.decode()

    assert "m-message-error" in page and undo not in page
    with inside(cast.poste):
        assert Visit.objects.get().mode == "course"


def test_the_pages_count_name_and_do(cast: Cast, signed_in: Any, log: Any) -> None:
    client = signed_in(cast.amina)
    with inside(cast.poste):
        visits = [log(note="é") for _number in range(2)] + [log(themes=["bank"])]
        site = visits[0].site_id
    ticked = {"visit": [visits[0].pk, visits[2].pk]}

    chosen = client.get(f"{VISITS}bulk/", ticked).content.decode()
    nothing = client.get(f"{VISITS}bulk/", {**ticked, "preview": "1"}).content.decode()
    both = client.get(f"{VISITS}bulk/", {**ticked, "to_mode": "course", "to_site": site}).content.decode()
    preview = client.get(f"{VISITS}bulk/", {"all": "1", "theme": "tax", "to_mode": "course", "preview": "1"})
    done = client.post(f"{VISITS}bulk/", {"all": "1", "theme": "tax", "to_mode": "course", "preview": "1"}, follow=True)

    assert "<strong>2</strong>" in chosen and "to_outcome" in chosen
    assert "m-summary" in nothing and "m-summary" in both
    assert 'name="theme" value="tax"' in preview.content.decode() and preview.context["plan"].changes
    assert "/undo/" in done.content.decode() and "⟦undefined" not in chosen + nothing + done.content.decode()
    with inside(cast.poste):
        assert list(Visit.objects.order_by("pk").values_list("mode", flat=True)) == ["course", "course", "individual"]


@pytest.mark.parametrize(
    "said",
    [{}, {"visit": ["x", "-1", "9" * 30]}, {"visit": "1", "to_mode": "no-such"}, {"all": "1", "since": "x"},
     {"visit": "\0", "to_site": "999999"}, {"all": "1", "shown": "deleted"}],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(cast: Cast, signed_in: Any, log: Any, said: dict[str, Any]) -> None:
    with inside(cast.poste):
        delete_visit(visit=log())
        log()
    for method in ("get", "post"):
        assert getattr(signed_in(cast.amina), method)(f"{VISITS}bulk/", said).status_code == 200
    with inside(cast.poste):
        assert not Correction.objects.exists()


def test_a_thousand_visits_take_as_many_statements_as_ten(cast: Cast, log: Any) -> None:
    counts = []
    with inside(cast.poste):
        for many, what, value in ((2, "mode", "course"), (40, "mode", "remote")):
            visits = [log(minutes=1) for _number in range(many)]
            with CaptureQueriesContext(connection) as asked:
                correct_visits(selection=of(*visits), what=what, value=value, by=amina(cast))
            counts.append(len(asked))
    assert counts[0] == counts[1]
