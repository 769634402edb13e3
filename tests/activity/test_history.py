import datetime as dt

from tenants.activity.enums import ChangeKind
from tenants.activity.models import Visit, VisitChange
from tenants.activity.rules import Actor
from tenants.activity.selectors import HistoryLine, history_of
from tenants.activity.services import (
    change_visit,
    delete_visit,
    purge_deleted_visits,
    record_visits,
    restore_visit,
    undo_last_visit,
)
from tenants.premises.models import Site
from tenants.registry.enums import Role
from tests.conftest import Cast, inside


def whole(visit: Visit) -> list[HistoryLine]:
    return history_of(Visit.objects.select_related("recorded_by").get(pk=visit.pk))


def test_the_history_of_a_visit_says_who_did_what_and_what_differed(cast: Cast, log, today: dt.date) -> None:
    amina, bram = Actor(cast.amina.pk, Role.EPN_COORDINATOR), Actor(cast.bram.pk, Role.ANIMATOR)
    with inside(cast.poste):
        visit = log(recorded_by_id=cast.bram.pk)
        visit = change_visit(visit=visit, by=amina, minutes=45, themes=["tax", "bank"], date=today)
        delete_visit(visit=visit, by=amina)
        restore_visit(visit=visit, by=amina)
        undo_last_visit(by=bram)

        lines = whole(visit)

    assert [(one.kind, one.by) for one in lines] == [
        (ChangeKind.RECORDED, cast.bram),
        (ChangeKind.CHANGED, cast.amina),
        (ChangeKind.DELETED, cast.amina),
        (ChangeKind.RESTORED, cast.amina),
        (ChangeKind.DELETED, cast.bram),
    ]
    assert lines[1].before == {"minutes": 20, "themes": ["tax"]}
    assert lines[1].after == {"minutes": 45, "themes": ["tax", "bank"]}
    assert [one.at for one in lines] == sorted(one.at for one in lines)


def test_what_stood_in_a_note_is_not_kept_when_it_is_corrected(cast: Cast, log) -> None:
    with inside(cast.poste):
        visit = log(note="the tall one with the red hat")
        change_visit(visit=visit, note="")

        kept = VisitChange.objects.get()

    assert (kept.before, kept.after) == ({"note": True}, {"note": False})


def test_a_plain_visit_and_a_change_of_nothing_leave_no_line(cast: Cast, log) -> None:
    with inside(cast.poste):
        visit = log()
        visit.refresh_from_db()
        same = change_visit(visit=visit, minutes=visit.minutes, themes=list(visit.themes))

        assert same.updated_at == Visit.objects.get().updated_at == visit.updated_at
        assert not VisitChange.objects.exists()
        assert [one.kind for one in whole(visit)] == [ChangeKind.RECORDED]


def test_an_import_says_so_in_one_statement_and_a_purge_forgets_all(
    cast: Cast, today: dt.date, django_assert_max_num_queries
) -> None:
    with inside(cast.poste):
        plain = {"minutes": 1, "site_id": Site.objects.get().pk, "mode": "individual", "outcome": "solved"}
        wanted = [{**plain, "date": today, "themes": ["tax"]} for _number in range(300)]
        with django_assert_max_num_queries(11):
            record_visits(visits=wanted, recorded_by_id=cast.bram.pk, imported=True)

        one = Visit.objects.order_by("pk")[0]
        assert [line.kind for line in whole(one)] == [ChangeKind.IMPORTED]
        Visit.objects.update(deleted_at=one.created_at - dt.timedelta(days=31))
        assert purge_deleted_visits() == 300
        assert not VisitChange.objects.exists()
