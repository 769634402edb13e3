import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from maillage.audit.models import Entry
from maillage.reference.models import Term
from maillage.reference.selectors import forget
from network.figures.models import FlowTotal
from tenants.activity.models import Visit
from tenants.activity.rules import Actor, NotYours
from tenants.activity.services import (
    change_visit,
    delete_visit,
    purge_deleted_visits,
    record_visit,
    record_visits,
    restore_visit,
    undo_last_visit,
)
from tenants.premises.models import Site
from tenants.registry.enums import Role
from tenants.staff.models import Contract, StaffMember
from tests.conftest import Cast, inside


def codes_of(caught: pytest.ExceptionInfo[ValidationError]) -> dict[str, list[str]]:
    return {field: [one.code for one in errors] for field, errors in caught.value.error_dict.items()}


def test_a_visit_is_journalled_without_its_content_and_moves_the_figures(
    cast: Cast, log, today: dt.date, committed
) -> None:
    with inside(cast.poste), committed():
        visit = log(note="lost his code", animator_id=cast.bram.pk, recorded_by_id=cast.bram.pk)

    entry = Entry.objects.get(verb="visit.recorded")
    assert entry.target == str(visit.pk)
    with inside(cast.caban):
        total = FlowTotal.objects.get(figure="visits", dimension="", month=today.replace(day=1))
        assert (total.count, total.attendances, total.minutes) == (1, 1, 20)


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"date": dt.date(2062, 1, 1)}, "date", "future"),
        ({"date": dt.date(1999, 12, 31)}, "date", "too_early"),
        ({"minutes": 0}, "minutes", "out_of_range"),
        ({"minutes": 1441}, "minutes", "out_of_range"),
        ({"minutes": 10**12}, "minutes", "out_of_range"),
        ({"mode": "juggling"}, "mode", "unknown_code"),
        ({"mode": ""}, "mode", "unknown_code"),
        ({"outcome": "solv\0ed"}, "outcome", "unknown_code"),
        ({"autonomy": "unknown"}, "autonomy", "unknown_code"),
        ({"themes": []}, "themes", "required"),
        ({"themes": ["tax", "witchcraft"]}, "themes", "unknown_code"),
        ({"attendances": 0}, "attendances", "out_of_range"),
        ({"attendances": 100_000}, "attendances", "out_of_range"),
        ({"note": "a\0b"}, "note", "null_character"),
        ({"note": "x" * 2001}, "note", "too_long"),
        ({"obstacle_provider": "acme"}, "obstacle_provider", "unknown_code"),
        ({"obstacle_kind": "acme"}, "obstacle_kind", "unknown_code"),
        ({"obstacle_kind": "cost", "obstacle_channel": "pigeon"}, "obstacle_channel", "unknown_code"),
        ({"obstacle_kind": "cost", "obstacle_cost_eur": Decimal("-1")}, "obstacle_cost_eur", "out_of_range"),
        ({"obstacle_kind": "cost", "obstacle_cost_eur": Decimal("NaN")}, "obstacle_cost_eur", "out_of_range"),
        ({"obstacle_kind": "cost", "obstacle_cost_eur": Decimal("1E+30")}, "obstacle_cost_eur", "out_of_range"),
        ({"obstacle_cost_eur": Decimal(3)}, "obstacle_kind", "required"),
        ({"margins": {"gender": {"woman": 2}}}, "margins", "does_not_add_up"),
        ({"margins": {"age_band": {"18_24": 1, "25_39": 1}}}, "margins", "does_not_add_up"),
        ({"margins": {"audience": {"senior": 2}}}, "margins", "does_not_add_up"),
        ({"margins": {"audience": {"martian": 1}}}, "margins", "unknown_code"),
        ({"margins": {"shoe_size": {"42": 1}}}, "margins", "unknown_code"),
        ({"margins": {"gender": {"woman": -1}}}, "margins", "out_of_range"),
        ({"margins": ["woman"]}, "margins", "malformed"),
        ({"obstacle_minutes_lost": 30}, "obstacle_kind", "required"),
        ({"exceptional": True}, "obstacle_kind", "required"),
        ({"exceptional": "yes"}, "exceptional", "malformed"),
        ({"obstacle_kind": "cost", "obstacle_minutes_lost": -1}, "obstacle_minutes_lost", "out_of_range"),
        ({"obstacle_kind": "cost", "obstacle_minutes_lost": 10_081}, "obstacle_minutes_lost", "out_of_range"),
        ({"causes": ["laziness"]}, "causes", "unknown_code"),
        ({"causes": "skill"}, "causes", "unknown_code"),
        ({"referral": "pharmacy"}, "referral", "unknown_code"),
        ({"referral_to": "Union House"}, "referral", "required"),
        ({"referral": "union", "referral_to": "x" * 81}, "referral_to", "too_long"),
        ({"referral": "union", "referral_to": "a\0b"}, "referral_to", "null_character"),
        ({"referral": "union", "referral_to": "Ada, 0470 12 34 56"}, "referral_to", "personal_data"),
        ({"language": "klingon"}, "language", "unknown_code"),
        ({"accessibility": ["sight", "telepathy"]}, "accessibility", "unknown_code"),
        ({"accessibility": ["sight"], "margins": {"gender": {"woman": 1}}}, "accessibility", "recognisable"),
        ({"accessibility": ["sight"], "margins": {"age_band": {"70_plus": 1}}}, "accessibility", "recognisable"),
        ({"site_id": 10**30}, "site_id", "unknown_site"),
        ({"animator_id": 10**9}, "animator_id", "unknown_animator"),
    ],
)
def test_a_bad_fact_is_refused_by_the_name_of_its_field(cast: Cast, log, said, field: str, code: str) -> None:
    with inside(cast.poste):
        with pytest.raises(ValidationError) as caught:
            log(**said)

        assert codes_of(caught) == {field: [code]}
        assert not Visit.objects.exists()


def test_everything_that_there_is_to_say_is_kept(cast: Cast, log) -> None:
    said = {
        "obstacle_provider": "union", "obstacle_channel": "desk", "obstacle_kind": "no_desk",
        "obstacle_cost_eur": Decimal("22.59"), "obstacle_minutes_lost": 90, "exceptional": True,
        "causes": ["skill", "coverage", "skill"], "referral": "union", "referral_to": "  Union   House ",
        "language": "ti", "accessibility": ["reading"], "margins": {"audience": {"newcomer": 1}},
    }  # fmt: skip
    with inside(cast.poste):
        kept = Visit.objects.get(pk=log(**said).pk)

    wanted = said | {"causes": ["skill", "coverage"], "referral_to": "Union House"}
    assert {name: getattr(kept, name) for name in said} == wanted


def test_in_a_group_an_access_need_tells_nobody(cast: Cast, log) -> None:
    with inside(cast.poste):
        visit = log(accessibility=["hearing"], attendances=5, margins={"gender": {"woman": 3, "man": 2}})

        assert visit.accessibility == ["hearing"]


def test_a_code_that_is_not_in_a_vocabulary_is_named_with_its_field(cast: Cast, log) -> None:
    with inside(cast.poste), pytest.raises(ValidationError) as caught:
        log(themes=["witchcraft"])

    message = caught.value.message_dict["themes"][0]
    assert "witchcraft" in message


def test_somebody_of_another_epn_can_not_be_the_animator(cast: Cast, log) -> None:
    with inside(cast.poste), pytest.raises(ValidationError) as caught:
        log(animator_id=cast.chloe.pk)

    assert codes_of(caught) == {"animator_id": ["unknown_animator"]}


def test_an_animator_has_no_day_of_twenty_five_hours(cast: Cast, log, today: dt.date) -> None:
    with inside(cast.poste):
        log(minutes=1400, animator_id=cast.bram.pk)
        log(minutes=1400, animator_id=cast.amina.pk)
        log(minutes=1400, animator_id=cast.bram.pk, date=today - dt.timedelta(days=1))
        log(minutes=40, animator_id=cast.bram.pk)

        with pytest.raises(ValidationError) as caught:
            log(minutes=1, animator_id=cast.bram.pk)

    assert codes_of(caught) == {"minutes": ["too_long_a_day"]}


def test_a_deleted_visit_leaves_its_minutes_to_the_day(cast: Cast, log) -> None:
    with inside(cast.poste):
        first = log(minutes=1400, animator_id=cast.bram.pk)
        delete_visit(visit=first)

        assert log(minutes=1400, animator_id=cast.bram.pk).pk


def test_a_visit_may_be_lengthened_without_being_counted_against_itself(cast: Cast, log) -> None:
    with inside(cast.poste):
        visit = log(minutes=1000, animator_id=cast.bram.pk)

        assert change_visit(visit=visit, minutes=1400).minutes == 1400


def test_the_contract_is_the_animators_own_of_that_day(cast: Cast, log) -> None:
    with inside(cast.poste):
        member = StaffMember.objects.create(name="Bram", account=cast.bram)
        hours = {"hours_per_week": 38, "member": member, "legal_employer": "CPAS de Schaerbeek"}
        old = Contract.objects.create(
            type="article60", starts_on=dt.date(2025, 1, 1), planned_end=dt.date(2025, 6, 30), **hours
        )
        new = Contract.objects.create(type="cdd", starts_on=dt.date(2025, 7, 1), **hours)

        on_the_last_day = log(date=dt.date(2025, 6, 30), animator_id=cast.bram.pk)
        on_the_next = log(date=dt.date(2025, 7, 1), animator_id=cast.bram.pk)
        before_any = log(date=dt.date(2024, 12, 31), animator_id=cast.bram.pk)
        by_another = log(date=dt.date(2025, 7, 1), animator_id=cast.amina.pk)
        moved = change_visit(visit=on_the_next, date=dt.date(2025, 3, 3))

        assert [one.contract_id for one in (on_the_last_day, before_any, by_another, moved)] == [
            old.pk,
            None,
            None,
            old.pk,
        ]
        assert on_the_next.contract_id == new.pk


def test_the_same_key_twice_is_one_visit(cast: Cast, log) -> None:
    key = uuid.uuid4()
    with inside(cast.poste):
        first = log(key=key, margins={"gender": {"woman": 1, "man": 0}})
        second = log(key=key, margins={"gender": {"woman": 1}})

        assert first.pk == second.pk
        assert Visit.objects.count() == 1
    assert Entry.objects.filter(verb="visit.recorded").count() == 1


def test_a_key_that_comes_back_with_other_facts_loses_nothing_silently(cast: Cast, log) -> None:
    key = uuid.uuid4()
    with inside(cast.poste):
        log(key=key)

        with pytest.raises(ValidationError) as caught:
            log(key=key, themes=["bank"])

        assert caught.value.code == "key_reused"
        assert Visit.objects.get().themes == ["tax"]


def test_a_retired_theme_stays_on_the_visits_that_have_it_and_goes_on_no_other(cast: Cast, log) -> None:
    with inside(cast.poste):
        visit = log(themes=["tax"])
    Term.objects.filter(vocabulary="theme", code="tax").update(retired_at=timezone.now())
    forget()
    try:
        with inside(cast.poste):
            assert change_visit(visit=visit, minutes=45).themes == ["tax"]
            with pytest.raises(ValidationError):
                log(themes=["tax"])
    finally:
        Term.objects.filter(vocabulary="theme", code="tax").update(retired_at=None)
        forget()


def test_a_refused_change_leaves_the_visit_as_it_was(cast: Cast, log) -> None:
    with inside(cast.poste):
        visit = log()

        with pytest.raises(ValidationError):
            change_visit(visit=visit, minutes=0, note="other")

        assert (visit.minutes, visit.note) == (20, "")


def test_deleting_and_restoring_move_the_figures_there_and_back(cast: Cast, log, committed) -> None:
    def count() -> int:
        with inside(cast.caban):
            return sum(FlowTotal.objects.filter(figure="visits", dimension="").values_list("count", flat=True))

    with inside(cast.poste), committed():
        visit = log()
    assert count() == 1
    with inside(cast.poste), committed():
        delete_visit(visit=visit)
    assert count() == 0
    with inside(cast.poste), committed():
        restore_visit(visit=visit)
    assert count() == 1


def test_deleting_twice_is_journalled_once(cast: Cast, log) -> None:
    with inside(cast.poste):
        visit = log()
        delete_visit(visit=visit)
        delete_visit(visit=visit)

    assert Entry.objects.filter(verb="visit.deleted").count() == 1


def test_an_animator_changes_their_own_visits_of_the_last_seven_days_only(cast: Cast, log, today: dt.date) -> None:
    bram = Actor(cast.bram.pk, Role.ANIMATOR)
    week_ago, before = today - dt.timedelta(days=7), today - dt.timedelta(days=8)
    with inside(cast.poste):
        own = log(animator_id=cast.bram.pk, date=week_ago)
        typed = log(animator_id=cast.amina.pk, recorded_by_id=cast.bram.pk)
        amina_s = log(animator_id=cast.amina.pk)
        typed_today = log(animator_id=cast.bram.pk, date=before)
        old = log(animator_id=cast.bram.pk, date=before)
        Visit.objects.filter(pk=old.pk).update(created_at=timezone.now() - dt.timedelta(days=8))
        old.refresh_from_db()

        for visit in (own, typed, typed_today):
            change_visit(visit=visit, by=bram, minutes=30)
        for visit in (amina_s, old):
            with pytest.raises(NotYours):
                change_visit(visit=visit, by=bram, minutes=30)
            with pytest.raises(NotYours):
                delete_visit(visit=visit, by=bram)


def test_a_coordinator_changes_every_visit(cast: Cast, log) -> None:
    with inside(cast.poste):
        visit = log(date=dt.date(2020, 1, 1), animator_id=cast.bram.pk)

        assert change_visit(visit=visit, by=Actor(cast.amina.pk, Role.EPN_COORDINATOR), minutes=5).minutes == 5


def test_undo_takes_back_the_last_visit_that_this_person_typed(cast: Cast, log) -> None:
    bram = Actor(cast.bram.pk, Role.ANIMATOR)
    with inside(cast.poste):
        older = log(recorded_by_id=cast.bram.pk)
        last = log(recorded_by_id=cast.bram.pk)
        of_amina = log(recorded_by_id=cast.amina.pk)

        undone = undo_last_visit(by=bram)

        assert undone.pk == last.pk
        assert set(Visit.objects.filter(deleted_at=None)) == {older, of_amina}


def test_a_second_tap_on_undo_takes_back_no_other_visit(cast: Cast, log) -> None:
    bram = Actor(cast.bram.pk, Role.ANIMATOR)
    with inside(cast.poste):
        older = log(recorded_by_id=cast.bram.pk)
        last = log(recorded_by_id=cast.bram.pk)

        undo_last_visit(by=bram, key=last.key)
        undo_last_visit(by=bram, key=last.key)

        assert list(Visit.objects.filter(deleted_at=None)) == [older]


def test_undo_is_refused_after_a_quarter_of_an_hour_and_where_there_is_nothing(cast: Cast, log) -> None:
    bram = Actor(cast.bram.pk, Role.ANIMATOR)
    with inside(cast.poste):
        with pytest.raises(ValidationError) as nothing:
            undo_last_visit(by=bram)
        visit = log(recorded_by_id=cast.bram.pk)
        Visit.objects.filter(pk=visit.pk).update(created_at=timezone.now() - dt.timedelta(minutes=16))
        with pytest.raises(ValidationError) as late:
            undo_last_visit(by=bram)

    assert (nothing.value.code, late.value.code) == ("nothing_to_undo", "too_late")


def test_only_what_was_deleted_more_than_thirty_days_ago_is_purged(cast: Cast, log) -> None:
    with inside(cast.poste):
        kept, fresh, old = log(), log(), log()
        for visit, days in ((fresh, 29), (old, 31)):
            Visit.objects.filter(pk=visit.pk).update(deleted_at=timezone.now() - dt.timedelta(days=days))

        assert purge_deleted_visits() == 1
        assert set(Visit.objects.all()) == {kept, fresh}


def test_many_visits_are_logged_in_a_few_statements_with_one_refresh(
    cast: Cast, today: dt.date, django_assert_max_num_queries, django_capture_on_commit_callbacks
) -> None:
    with inside(cast.poste):
        plain = {"minutes": 10, "site_id": Site.objects.get().pk, "mode": "individual", "outcome": "solved"}
        wanted = [
            {**plain, "date": today - dt.timedelta(days=n % 300), "themes": ["tax"], "animator_id": cast.bram.pk}
            for n in range(500)
        ]
        with django_capture_on_commit_callbacks() as callbacks, django_assert_max_num_queries(10):
            assert record_visits(visits=wanted) == 500

    assert len(callbacks) == 1


def test_one_bad_visit_among_many_is_named_by_its_number_and_none_is_kept(cast: Cast, today: dt.date) -> None:
    with inside(cast.poste):
        plain = {"minutes": 700, "site_id": Site.objects.get().pk, "mode": "individual", "outcome": "solved"}
        bram = {**plain, "date": today, "themes": ["tax"], "animator_id": cast.bram.pk}

        with pytest.raises(ValidationError) as caught:
            record_visits(visits=[bram, bram, bram, {**bram, "themes": ["witchcraft"], "animator_id": None}])

        assert [one.params["number"] for one in caught.value.error_list] == [3, 4]
        assert not Visit.objects.exists()


def test_a_visit_without_what_is_needed_says_what_is_missing(cast: Cast) -> None:
    with inside(cast.poste), pytest.raises(ValidationError) as caught:
        record_visit(minutes=10)

    assert set(caught.value.error_dict) == {"date", "site_id", "mode", "themes", "outcome"}


def test_the_purge_command_visits_every_epn_and_counts_first_when_asked(
    cast: Cast, log, capsys: pytest.CaptureFixture[str]
) -> None:
    for epn in (cast.poste, cast.nevers):
        with inside(epn):
            visit = log()
            Visit.objects.filter(pk=visit.pk).update(deleted_at=timezone.now() - dt.timedelta(days=31))

    call_command("purge_deleted_visits", dry_run=True)
    counted = capsys.readouterr().out
    call_command("purge_deleted_visits")
    erased = capsys.readouterr().out

    assert "2 visits deleted more than 30 days ago would be erased" in counted
    assert "2 visits deleted more than 30 days ago erased" in erased
    with inside(cast.nevers):
        assert not Visit.objects.exists()
