"""The ORM refuses to run in a space what was made in another one, and anything at all where no space is."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.db.models import Count, F, Prefetch, QuerySet, Sum
from django.db.utils import ProgrammingError

from network.figures.models import FlowTotal
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.errors import NoSpaceError, WrongSpaceError
from tests.conftest import Cast, inside
from tests.isolation.conftest import log_visit

Use = Callable[[QuerySet[Any]], Any]

USES: dict[str, Use] = {
    "list": list,
    "repr": repr,
    "bool": bool,
    "len": len,
    "count": lambda rows: rows.count(),
    "count of a slice": lambda rows: rows[:5].count(),
    "count of distinct rows": lambda rows: rows.distinct().count(),
    "exists": lambda rows: rows.exists(),
    "first": lambda rows: rows.first(),
    "get": lambda rows: rows.get(),
    "index": lambda rows: rows[0],
    "slice": lambda rows: list(rows[:1]),
    "iterator": lambda rows: list(rows.iterator()),
    "values": lambda rows: list(rows.values("note")),
    "values_list": lambda rows: list(rows.values_list("note", flat=True)),
    "dates": lambda rows: list(rows.dates("date", "month")),
    "in_bulk": lambda rows: rows.in_bulk(),
    "aggregate": lambda rows: rows.aggregate(Sum("minutes")),
    "aggregate of annotated rows": lambda rows: rows.annotate(n=Count("pk")).aggregate(Sum("n")),
    "union": lambda rows: list(rows.union(rows)),
    "count of a union": lambda rows: rows.union(rows).count(),
    "filter": lambda rows: list(rows.filter(minutes=20)),
    "exclude": lambda rows: list(rows.exclude(minutes=0)),
    "select_related": lambda rows: list(rows.select_related("site")),
    "prefetch": lambda rows: list(rows.prefetch_related("site")),
    "explain": lambda rows: rows.explain(),
    "update": lambda rows: rows.update(note="taken over"),
    "delete": lambda rows: rows.delete(),
    "raw delete": lambda rows: rows._raw_delete("default"),
    "copy": lambda rows: list(copy.copy(rows)),
    "deep copy": lambda rows: list(copy.deepcopy(rows)),
    "pickled query": lambda rows: list(_with_query(pickle.loads(pickle.dumps(rows.query)))),
    "subquery": lambda rows: list(Visit.objects.filter(pk__in=rows.values("pk"))),
    "exists subquery": lambda rows: list(Visit.objects.filter(models.Exists(rows))),
    "annotated subquery": lambda rows: list(Visit.objects.annotate(x=models.Subquery(rows.values("note")[:1]))),
    "contains": lambda rows: rows.contains(Visit(pk=1)),
    "select for update": lambda rows: list(rows.select_for_update()),
}


def _with_query(query: Any) -> QuerySet[Any]:
    found = Visit.objects.all()
    found.query = query
    return found


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_lazy_query_set_evaluated_in_another_epn_raises(cast: Cast, visits: object, use: Use) -> None:
    with inside(cast.poste):
        lazy = Visit.objects.all()

    with inside(cast.abattoirs), pytest.raises(WrongSpaceError), transaction.atomic():
        use(lazy)

    with inside(cast.abattoirs):
        assert Visit.objects.get().note == "secret of abattoirs"


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_a_lazy_query_set_evaluated_where_no_space_is_raises(cast: Cast, visits: object, use: Use) -> None:
    with inside(cast.poste):
        lazy = Visit.objects.all()

    with pytest.raises(NoSpaceError), transaction.atomic():
        use(lazy)


def test_a_model_of_an_epn_cannot_be_asked_for_in_its_federation_nor_the_other_way_round(cast: Cast) -> None:
    with inside(cast.caban), pytest.raises(NoSpaceError, match=r"activity\.Visit"):
        Visit.objects.count()
    with inside(cast.poste), pytest.raises(NoSpaceError, match=r"figures\.FlowTotal"):
        FlowTotal.objects.count()


@pytest.mark.parametrize(
    "use",
    [
        lambda: Visit.objects.create(date="2026-05-04", minutes=1, site_id=1, mode="x", themes=["x"], outcome="x"),
        lambda: Visit(pk=1).save(),
        lambda: Visit(pk=1).delete(),
        lambda: Visit(pk=1).refresh_from_db(),
        lambda: Visit.objects.bulk_create([Visit(minutes=1)]),
        lambda: Visit.objects.update_or_create(pk=1),
        lambda: Visit._base_manager.count(),
        lambda: Visit._default_manager.count(),
        lambda: Site(pk=1).visits.count(),
    ],
)
def test_no_space_is_no_place_to_write_or_read_a_visit(cast: Cast, use: Callable[[], object]) -> None:
    with pytest.raises(NoSpaceError), transaction.atomic():
        use()


def test_rows_that_were_read_in_one_epn_are_not_given_out_in_another(cast: Cast, visits: object) -> None:
    kept = Visit.objects.all()  # made where no space is, such as a form's class attribute
    with inside(cast.poste):
        assert [visit.note for visit in kept] == ["secret of rue-de-la-poste"]

    with inside(cast.abattoirs):
        with pytest.raises(WrongSpaceError):
            list(kept)
        with pytest.raises(WrongSpaceError):
            len(kept)
        assert [visit.note for visit in kept.all()] == ["secret of abattoirs"]


def test_a_pickled_query_set_stays_of_its_space(cast: Cast, visits: object) -> None:
    with inside(cast.poste):
        pickled = pickle.dumps(Visit.objects.all())

    with inside(cast.abattoirs), pytest.raises(WrongSpaceError):
        list(pickle.loads(pickled))


def test_rows_are_not_read_on_from_a_cursor_after_another_space_was_entered(cast: Cast) -> None:
    with inside(cast.poste):
        for number in range(5):
            log_visit(f"secret {number}")
        rows = Visit.objects.order_by("pk").iterator(chunk_size=1)
        next(rows)

    with inside(cast.abattoirs), pytest.raises(WrongSpaceError):
        next(rows)


def test_an_iterator_that_was_never_started_belongs_to_where_it_was_made(cast: Cast, visits: object) -> None:
    with inside(cast.poste):
        rows = Visit.objects.iterator()

    with inside(cast.abattoirs), pytest.raises(WrongSpaceError):
        next(rows)


OBJECT_USES: dict[str, Callable[[Visit], Any]] = {
    "save": lambda visit: visit.save(),
    "save of one field": lambda visit: visit.save(update_fields=["note"]),
    "delete": lambda visit: visit.delete(),
    "refresh": lambda visit: visit.refresh_from_db(),
    "deferred field": lambda visit: visit.note,
    "foreign key": lambda visit: visit.site,
    "bulk_update": lambda visit: Visit.objects.bulk_update([visit], ["note"]),
    "bulk_create": lambda visit: Visit.objects.bulk_create([visit]),
    "filter by it": lambda visit: list(Site.objects.filter(visits=visit)),
    "save of a pickled copy": lambda visit: pickle.loads(pickle.dumps(visit)).save(),
    "save of a deep copy": lambda visit: copy.deepcopy(visit).save(),
}


@pytest.mark.parametrize("use", OBJECT_USES.values(), ids=OBJECT_USES)
def test_a_visit_of_one_epn_is_of_no_use_in_another(cast: Cast, visits: object, use: Callable[[Visit], object]) -> None:
    with inside(cast.poste):
        visit = Visit.objects.defer("note").get()

    with inside(cast.abattoirs), pytest.raises(WrongSpaceError), transaction.atomic():
        use(visit)


def test_a_site_of_one_epn_gives_no_visits_in_another_and_takes_none(cast: Cast, visits: object) -> None:
    with inside(cast.poste):
        site = Site.objects.get()

    with inside(cast.abattoirs):
        for use in (
            lambda: list(site.visits.all()),
            lambda: site.visits.count(),
            lambda: list(Visit.objects.filter(site=site)),
            lambda: site.visits.create(date="2026-05-04", minutes=1, mode="x", themes=["x"], outcome="x"),
            lambda: Visit(date="2026-05-04", minutes=1, mode="x", themes=["x"], outcome="x", site=site).save(),
        ):
            with pytest.raises(WrongSpaceError), transaction.atomic():
                use()


def test_a_prefetch_of_another_space_is_refused(cast: Cast, visits: object) -> None:
    with inside(cast.poste):
        theirs = Visit.objects.filter(minutes=20)

    with inside(cast.abattoirs), pytest.raises(WrongSpaceError):
        list(Site.objects.prefetch_related(Prefetch("visits", queryset=theirs)))


def test_an_expression_of_ones_own_space_works_as_ever(cast: Cast, visits: object) -> None:
    with inside(cast.poste):
        Visit.objects.update(minutes=F("minutes") + 1)

        assert Visit.objects.filter(site__in=Site.objects.all()).aggregate(Sum("minutes")) == {"minutes__sum": 21}
        assert Visit.objects.all()[:5].count() == 1
        assert Site.objects.prefetch_related("visits").get().visits.all()[0].minutes == 21


def test_raw_sql_is_held_by_postgresql_alone(cast: Cast, visits: object) -> None:
    """`raw()` and cursors run wherever the connection is: outside a space there is simply no such table."""
    with inside(cast.poste):
        raw = Visit.objects.raw("SELECT * FROM activity_visit")

    with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic():
        list(raw)
    with pytest.raises(ProgrammingError, match="does not exist"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM activity_visit")
    with inside(cast.poste):
        found = next(iter(Visit.objects.raw("SELECT * FROM activity_visit")))
    with inside(cast.abattoirs), pytest.raises(WrongSpaceError):
        found.save()
