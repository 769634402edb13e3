"""Each way to write moves the federation's figures, at once and by exactly what it wrote."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from network.figures import services
from network.figures.catalogue import FLOWS
from network.figures.selectors import Cut, NotAPartitionError, flows
from network.figures.services import refresh_epn, sweep
from network.figures.verification import verify
from tenants.activity.models import CounterSession, Visit
from tenants.marks.models import Mark
from tenants.premises.models import Site
from tenants.registry.errors import NoSpaceError
from tenants.registry.hooks import epn_written
from tenants.registry.models import Affiliation
from tests.conftest import Cast, as_owner_of, inside
from tests.figures.conftest import JUNE, MAY, Writing, log_visit, totals


@pytest.fixture(autouse=True)
def _nothing_differs_in_the_end(cast: Cast) -> Any:
    yield
    sweep()
    for federation in (cast.caban, cast.loire):
        assert verify(federation).differences == []


def marks_left(epn: Any) -> int:
    with as_owner_of(epn):
        return int(Mark.objects.count())


def test_insert_update_move_and_delete(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        visit = log_visit(minutes=20)
    assert totals(cast.caban) == {("2026-05", ""): (1, 1, 20)}

    with writing(cast.poste):
        Visit.objects.filter(pk=visit.pk).update(minutes=45, attendances=3)
    assert totals(cast.caban) == {("2026-05", ""): (1, 3, 45)}

    with writing(cast.poste):
        Visit.objects.filter(pk=visit.pk).update(date=JUNE)
    assert totals(cast.caban) == {("2026-06", ""): (1, 3, 45)}

    with writing(cast.poste):
        Visit.objects.filter(pk=visit.pk).delete()
    assert totals(cast.caban) == {}
    assert marks_left(cast.poste) == 0


def test_a_visit_moved_to_another_site_moves_to_another_commune(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        visit = log_visit()
    with writing(cast.poste):
        visit.site = Site.objects.create(name="second", commune="21001")
        visit.save()

    assert totals(cast.caban, dimension="commune") == {("2026-05", "21001"): (1, 1, 20)}
    assert totals(cast.caban) == {("2026-05", ""): (1, 1, 20)}


def test_a_site_that_changes_commune_takes_every_month_along(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        log_visit(MAY)
        log_visit(JUNE)
    with writing(cast.poste):
        Site.objects.update(commune="", postcode="58000", town="Nevers")

    assert totals(cast.caban, dimension="commune") == {
        ("2026-05", "58000 Nevers"): (1, 1, 20),
        ("2026-06", "58000 Nevers"): (1, 1, 20),
    }


def test_a_deleted_visit_that_comes_back_counts_again(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        log_visit()
    with writing(cast.poste):
        Visit.objects.update(deleted_at=timezone.now())
    assert totals(cast.caban) == {}

    with writing(cast.poste):
        Visit.objects.update(deleted_at=None)
    assert totals(cast.caban) == {("2026-05", ""): (1, 1, 20)}


def test_bulk_writes_of_many_months_are_one_refresh(
    cast: Cast, writing: Writing, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(services, "refresh_epn", lambda epn_id: asked.append(epn_id) or refresh_epn(epn_id))

    with writing(cast.poste):
        site = Site.objects.get()
        Visit.objects.bulk_create(
            Visit(date=dt.date(2026, month, 1), minutes=10, site=site, mode="m", themes=["tax"], outcome="solved")
            for month in range(1, 11)
        )
        epn_written()
        epn_written()

    assert asked == [cast.poste.pk]
    assert len(totals(cast.caban)) == 10


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE activity_visit CASCADE",
        "TRUNCATE premises_site CASCADE",
        "DELETE FROM activity_visit",
        "UPDATE activity_visit SET date = '2026-06-04'",
    ],
)
def test_raw_sql_leaves_marks_for_the_sweeper(cast: Cast, writing: Writing, statement: str) -> None:
    with writing(cast.poste):
        log_visit()
        CounterSession.objects.create(
            date=MAY, site=Site.objects.get(), starts_at="09:00", ends_at="12:00", turned_away=2
        )
    with as_owner_of(cast.poste), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)
    assert totals(cast.caban) == {("2026-05", ""): (1, 1, 20)}
    assert marks_left(cast.poste) > 0

    sweep()

    assert totals(cast.caban) == ({("2026-06", ""): (1, 1, 20)} if statement.startswith("UPDATE") else {})
    gone = "premises_site" in statement
    assert totals(cast.caban, "turned_away") == ({} if gone else {("2026-05", ""): (2, 0, 0)})


def test_a_rollback_moves_nothing(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    def undone() -> None:
        with transaction.atomic():
            log_visit()
            epn_written()
            raise ZeroDivisionError

    capturing = django_capture_on_commit_callbacks(execute=True)
    with inside(cast.poste), capturing as callbacks, pytest.raises(ZeroDivisionError):
        undone()

    assert callbacks == []
    assert totals(cast.caban) == {}


def test_after_a_rollback_to_a_savepoint_another_write_on_the_same_connection_still_refreshes(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with inside(cast.poste), django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            log_visit(MAY)
            epn_written()
            raise ZeroDivisionError
        log_visit(JUNE)
        epn_written()

    assert len(callbacks) == 1
    assert totals(cast.caban) == {("2026-06", ""): (1, 1, 20)}


def test_a_write_in_a_kept_savepoint_and_one_after_it_are_one_refresh(
    cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    with inside(cast.poste), django_capture_on_commit_callbacks(execute=True) as callbacks, transaction.atomic():
        with transaction.atomic():
            log_visit(MAY)
            epn_written()
        log_visit(JUNE)
        epn_written()

    assert len(callbacks) == 1
    assert len(totals(cast.caban)) == 2


def test_a_refresh_is_asked_for_inside_an_epn_only(cast: Cast) -> None:
    with pytest.raises(NoSpaceError):
        epn_written()
    with inside(cast.caban), pytest.raises(NoSpaceError):
        epn_written()


def test_a_failing_refresh_does_not_fail_the_write_and_the_sweeper_repairs_it(
    cast: Cast, writing: Writing, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with monkeypatch.context() as patched:
        patched.setattr(services, "write_flows", fail)
        with writing(cast.poste):
            log_visit()

    with inside(cast.poste):
        assert Visit.objects.count() == 1
    assert "wait for the sweeper" in caplog.text
    assert totals(cast.caban) == {}
    sweep()
    assert totals(cast.caban) == {("2026-05", ""): (1, 1, 20)}


def as_of(cast: Cast) -> dt.datetime | None:
    from network.figures.models import Sweep

    with inside(cast.caban):
        found = Sweep.objects.first()
        return found.as_of if found else None


def test_as_of_does_not_move_while_an_epn_is_stuck_and_the_others_are_refreshed(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sweep()
    before = as_of(cast)
    for epn in (cast.poste, cast.abattoirs):
        with inside(epn):
            log_visit()

    def stuck(epn_id: int, **others: Any) -> bool:
        if epn_id == cast.poste.pk:
            raise RuntimeError("stuck")
        return refresh_epn(epn_id, **others)

    with monkeypatch.context() as patched:
        patched.setattr(services, "refresh_epn", stuck)
        result = next(one for one in sweep() if one.federation == "caban")

    assert result.stuck == [cast.poste.space.schema_name]
    assert as_of(cast) == before
    assert totals(cast.caban, dimension="commune") == {("2026-05", "21001"): (1, 1, 20)}
    assert logging.getLevelName(caplog.records[-1].levelno) == "ERROR"
    sweep()
    assert as_of(cast) > before  # type: ignore[operator]


def test_a_visit_with_two_themes_counts_once_in_each_and_nothing_adds_them_up(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        log_visit(themes=["tax", "bank"])

    assert totals(cast.caban) == {("2026-05", ""): (1, 1, 20)}
    assert totals(cast.caban, dimension="theme") == {
        ("2026-05", "tax"): (1, 1, 20),
        ("2026-05", "bank"): (1, 1, 20),
    }
    themes = next(one for one in FLOWS["visits"].dimensions if one.name == "theme")
    assert not themes.partition
    with inside(cast.caban), pytest.raises(NotAPartitionError):
        flows([Cut("visits", "theme")], first=MAY.replace(day=1), last=JUNE)


def test_dimensions_that_are_partitions_add_up_to_the_figure(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        log_visit(mode="individual", outcome="solved")
        log_visit(mode="phone", outcome="referred", minutes=5, attendances=2)

    for dimension in ("mode", "outcome", "commune"):
        cells = totals(cast.caban, dimension=dimension).values()
        assert tuple(map(sum, zip(*cells, strict=True))) == (2, 3, 25)


def test_margins_count_people_and_invent_none(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        log_visit(attendances=3, margins={"gender": {"woman": 2}, "audience": {"senior": 1, "job_seeker": 1}})

    assert totals(cast.caban, dimension="gender") == {("2026-05", "woman"): (1, 2, 0)}
    assert totals(cast.caban, dimension="audience") == {
        ("2026-05", "senior"): (1, 1, 0),
        ("2026-05", "job_seeker"): (1, 1, 0),
    }


def test_obstacles_are_counted_with_what_they_cost_people(cast: Cast, writing: Writing) -> None:
    met = {"obstacle_provider": "union", "obstacle_channel": "desk", "obstacle_kind": "no_desk"}
    with writing(cast.poste):
        log_visit(causes=["skill", "cost"], referral="cpas")
        log_visit(**met, obstacle_minutes_lost=90, attendances=2, exceptional=True, causes=["skill"])
        log_visit(**met, obstacle_cost_eur="22.59")
        log_visit(obstacle_kind="cost", obstacle_cost_eur="0.41", obstacle_minutes_lost=5)

    month = "2026-05"
    assert totals(cast.caban, "obstacles") == {(month, ""): (3, 4, 95)}
    assert totals(cast.caban, "obstacles", "provider×channel") == {(month, "union×desk"): (2, 3, 90)}
    assert totals(cast.caban, "obstacles", "obstacle") == {
        (month, "no_desk"): (2, 3, 90),
        (month, "cost"): (1, 1, 5),
    }
    assert totals(cast.caban, "obstacles", "exceptional") == {(month, "yes"): (1, 2, 90)}
    assert totals(cast.caban, "obstacle_cost_cents") == {(month, ""): (2300, 2, 0)}
    assert totals(cast.caban, "obstacle_cost_cents", "obstacle") == {
        (month, "no_desk"): (2259, 1, 0),
        (month, "cost"): (41, 1, 0),
    }
    assert totals(cast.caban, dimension="cause") == {(month, "skill"): (2, 3, 40), (month, "cost"): (1, 1, 20)}
    assert totals(cast.caban, dimension="referral") == {(month, "cpas"): (1, 1, 20)}


def test_an_epn_that_changes_federation_leaves_its_past_where_it_was(cast: Cast, writing: Writing) -> None:
    with writing(cast.poste):
        log_visit(MAY)
        log_visit(JUNE)
    june = dt.date(2026, 6, 1)
    Affiliation.objects.filter(epn=cast.poste).update(until=june)
    Affiliation.objects.create(epn=cast.poste, federation=cast.loire, since=june)
    assert {one.federation for one in verify(cast.caban).differences} == {"caban"}

    with writing(cast.poste):
        Mark.objects.bulk_create([Mark(source="flow"), Mark(source="stock")])

    assert totals(cast.caban) == {("2026-05", ""): (1, 1, 20)}
    assert totals(cast.loire) == {("2026-06", ""): (1, 1, 20)}
    with writing(cast.poste):
        log_visit(MAY)
        log_visit(JUNE)
    assert totals(cast.caban) == {("2026-05", ""): (2, 2, 40)}
    assert totals(cast.loire) == {("2026-06", ""): (2, 2, 40)}


def test_an_epn_that_comes_back_has_two_stretches_in_its_federation(cast: Cast, writing: Writing) -> None:
    may, june = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
    Affiliation.objects.filter(epn=cast.poste).update(until=may)
    Affiliation.objects.create(epn=cast.poste, federation=cast.loire, since=may, until=june)
    Affiliation.objects.create(epn=cast.poste, federation=cast.caban, since=june)

    with writing(cast.poste):
        for day in (dt.date(2026, 4, 4), MAY, JUNE):
            log_visit(day)

    assert set(totals(cast.caban)) == {("2026-04", ""), ("2026-06", "")}
    assert set(totals(cast.loire)) == {("2026-05", "")}
