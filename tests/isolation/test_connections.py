"""A connection that serves one space after another: it is where the wrapper says, after whatever went wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import close_old_connections, connections, transaction
from django.db.utils import DatabaseError, IntegrityError, OperationalError, ProgrammingError

from network.figures.services import epn_place
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import (
    OWNER_ROLE,
    connection,
    current_place,
    enter,
    entered,
    leave,
    prepared_cursor,
    within_transaction,
)
from tenants.registry.database.base import PUBLIC, Place
from tenants.registry.errors import EnteredInTransactionError, NoSpaceError, NothingCommittedError
from tests.conftest import Cast, inside
from tests.isolation.conftest import Elsewhere


def where() -> tuple[str, str]:
    """What PostgreSQL itself says: the role that works, and the path that it looks through."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('search_path')")
        role, path = cursor.fetchone()
    return role, path.replace('"', "")


def expected(cast_member: Any) -> tuple[str, str]:
    return cast_member.space.role_name, f"{cast_member.space.schema_name}, public"


def notes() -> list[str]:
    return list(Visit.objects.order_by("pk").values_list("note", flat=True))


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def break_a_statement() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")


@pytest.fixture(params=["a persistent connection", "a pool"])
def kind_of_connection(request: pytest.FixtureRequest) -> Iterator[str]:
    options = connection.settings_dict["OPTIONS"]
    age = connection.settings_dict["CONN_MAX_AGE"]
    if request.param == "a pool":
        connection.settings_dict["CONN_MAX_AGE"] = 0
        options["pool"] = {"min_size": 1, "max_size": 1, "timeout": 5}
    yield request.param
    if request.param == "a pool":
        connection.close_pool()
        options.pop("pool")
        connection.settings_dict["CONN_MAX_AGE"] = age


def back_to_the_pool(kind: str) -> None:
    """The end of a request: a pooled connection goes back, a persistent one stays."""
    if kind == "a pool":
        connection.close()
    else:
        close_old_connections()


@pytest.mark.usefixtures("committed")
def test_b_then_back_to_the_pool_then_a_with_a_caught_error_commit_and_read_gives_rows_of_a(
    cast: Cast, elsewhere: Elsewhere, kind_of_connection: str
) -> None:
    def replay() -> None:
        with inside(cast.abattoirs):
            assert notes() == ["secret of abattoirs"]
        back_to_the_pool(kind_of_connection)
        with inside(cast.poste):
            with pytest.raises(NothingCommittedError), transaction.atomic(), pytest.raises(DatabaseError):
                break_a_statement()
                # The block ends as if nothing had happened: COMMIT is a silent ROLLBACK.
            assert where() == expected(cast.poste)
            assert notes() == ["secret of rue-de-la-poste"]
        assert where()[1] == "public"

    elsewhere(replay)


@pytest.mark.usefixtures("committed")
def test_a_space_set_again_inside_a_transaction_is_set_once_more_after_its_rollback(
    cast: Cast, elsewhere: Elsewhere, kind_of_connection: str
) -> None:
    def attack() -> None:
        with inside(cast.abattoirs):
            notes()
        back_to_the_pool(kind_of_connection)
        with inside(cast.poste):
            connection.forget()
            with pytest.raises(ZeroDivisionError), transaction.atomic():
                assert notes() == ["secret of rue-de-la-poste"]  # sets the space, in this transaction
                raise ZeroDivisionError
            assert notes() == ["secret of rue-de-la-poste"]
            connection.forget()
            with transaction.atomic():
                with pytest.raises(ZeroDivisionError), transaction.atomic():
                    assert notes() == ["secret of rue-de-la-poste"]
                    raise ZeroDivisionError
                assert where() == expected(cast.poste)
            assert where() == expected(cast.poste)

    elsewhere(attack)


@pytest.mark.usefixtures("committed")
def test_a_pooled_connection_given_back_inside_a_space_serves_the_next_one_from_outside(
    cast: Cast, elsewhere: Elsewhere, kind_of_connection: str
) -> None:
    def attack() -> None:
        enter(cast.abattoirs.space.place)
        first = backend()
        connection.close()  # as a crashed server thread would, without leaving
        connection.stand_in(PUBLIC)

        assert where()[1] == "public"
        assert kind_of_connection != "a pool" or backend() == first
        with pytest.raises(ProgrammingError, match="does not exist"), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM activity_visit")

    elsewhere(attack)


@pytest.mark.parametrize("reads_before_commit", [False, True])
def test_rollback_to_a_savepoint_inside_a_crossing_does_not_leave_the_connection_in_there(
    cast: Cast, elsewhere: Elsewhere, reads_before_commit: bool
) -> None:
    def attack() -> None:
        with inside(cast.poste):
            assert where() == expected(cast.poste)  # set for the session, before the transaction
            with transaction.atomic():
                with within_transaction(epn_place(cast.abattoirs.pk)):
                    with pytest.raises(DatabaseError), transaction.atomic():
                        break_a_statement()
                    assert where() == ("maillage_crossing", f"{cast.abattoirs.space.schema_name}, public")
                if reads_before_commit:
                    assert where() == expected(cast.poste)
            assert where() == expected(cast.poste)
        assert where()[1] == "public"

    elsewhere(attack)


def test_the_same_crossing_twice_in_two_transactions_is_set_twice(cast: Cast, elsewhere: Elsewhere) -> None:
    """What was set for a transaction is gone after its COMMIT, however much the next one looks alike."""

    def attack() -> None:
        with inside(cast.poste):
            assert where() == expected(cast.poste)
            for _ in range(2):
                with transaction.atomic(), within_transaction(epn_place(cast.abattoirs.pk)):
                    assert where() == ("maillage_crossing", f"{cast.abattoirs.space.schema_name}, public")
            assert where() == expected(cast.poste)

    elsewhere(attack)


def test_a_crossing_that_fails_inside_a_savepoint_breaks_neither_the_transaction_nor_the_walls(
    cast: Cast, elsewhere: Elsewhere
) -> None:
    def attack() -> None:
        with inside(cast.poste):
            with transaction.atomic():
                with (
                    pytest.raises(DatabaseError),
                    transaction.atomic(),
                    within_transaction(epn_place(cast.abattoirs.pk)),
                ):
                    break_a_statement()
                assert where() == expected(cast.poste)
                assert Site.objects.count() == 1
            assert where() == expected(cast.poste)

    elsewhere(attack)


def test_a_crossing_outside_a_transaction_is_refused(cast: Cast, elsewhere: Elsewhere) -> None:
    def attack() -> None:
        with pytest.raises(EnteredInTransactionError), within_transaction(epn_place(cast.poste.pk)):
            pass
        assert current_place() == PUBLIC

    elsewhere(attack)


@pytest.mark.parametrize("way", ["atomic", "autocommit off", "BEGIN"])
def test_entering_a_space_inside_a_transaction_raises(cast: Cast, elsewhere: Elsewhere, way: str) -> None:
    def attack() -> None:
        if way == "atomic":
            with transaction.atomic(), pytest.raises(EnteredInTransactionError):
                enter(cast.poste.space.place)
        elif way == "BEGIN":
            with connection.cursor() as cursor:
                cursor.execute("BEGIN")
            with pytest.raises(EnteredInTransactionError):
                enter(cast.poste.space.place)
        else:
            transaction.set_autocommit(False)
            with pytest.raises(EnteredInTransactionError):
                enter(cast.poste.space.place)
        assert current_place() == PUBLIC

    elsewhere(attack)


def test_changing_to_another_space_inside_a_transaction_of_the_first_raises(cast: Cast, elsewhere: Elsewhere) -> None:
    def attack() -> None:
        with inside(cast.poste), transaction.atomic():
            with pytest.raises(EnteredInTransactionError), inside(cast.abattoirs):
                pass
            assert where() == expected(cast.poste)

    elsewhere(attack)


@pytest.mark.parametrize("way", ["BEGIN", "autocommit off", "atomic"])
def test_leaving_with_an_open_transaction_throws_it_away(
    cast: Cast, elsewhere: Elsewhere, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    def attack() -> None:
        with inside(cast.poste):
            if way == "BEGIN":
                with connection.cursor() as cursor:
                    cursor.execute("BEGIN")
            elif way == "autocommit off":
                transaction.set_autocommit(False)
            else:
                transaction.atomic().__enter__()
            Site.objects.update(name="never committed")
        assert where()[1] == "public"
        assert connection.get_autocommit()
        with inside(cast.poste):
            assert Site.objects.get().name == "Rue de la Poste"
            with transaction.atomic():
                assert where() == expected(cast.poste)

    elsewhere(attack)

    assert "thrown away" in caplog.text


def test_an_exception_on_the_way_leaves_the_space(cast: Cast, elsewhere: Elsewhere) -> None:
    def attack() -> None:
        with pytest.raises(IntegrityError), inside(cast.poste):
            Visit.objects.create(
                date="2026-05-04", minutes=0, site=Site.objects.get(), mode="x", themes=["x"], outcome="x"
            )
        assert (current_place(), where()[1]) == (PUBLIC, "public")
        with inside(cast.abattoirs), pytest.raises(ZeroDivisionError), inside(cast.poste):
            raise ZeroDivisionError
        assert where()[1] == "public"

    elsewhere(attack)


def test_coming_back_from_an_inner_space_is_coming_back_to_the_outer_one(cast: Cast, elsewhere: Elsewhere) -> None:
    def nested() -> None:
        with inside(cast.poste):
            with inside(cast.abattoirs):
                assert where() == expected(cast.abattoirs)
            assert where() == expected(cast.poste)

    elsewhere(nested)


def test_a_space_that_cannot_be_entered_is_not_where_the_thread_stays(cast: Cast, elsewhere: Elsewhere) -> None:
    def attack() -> None:
        backend()
        nowhere = Place("epn_0", "epn", "no such role", 0)
        for _again in range(2):
            with pytest.raises(DatabaseError), entered(nowhere):
                pass
            assert (current_place(), where()[1]) == (PUBLIC, "public")

    elsewhere(attack)


def kill_own_backend() -> None:
    """The server restarts, or an administrator ends the session, while nobody looks."""
    pid = backend()
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])
    finally:
        other.close()


@pytest.mark.usefixtures("committed")
def test_a_connection_that_died_inside_a_space_comes_back_into_it_and_not_into_the_open(
    cast: Cast, elsewhere: Elsewhere
) -> None:
    def attack() -> None:
        with inside(cast.poste):
            kill_own_backend()
            with pytest.raises(OperationalError):
                notes()
            connection.close_if_unusable_or_obsolete()
            assert where() == expected(cast.poste)
            assert notes() == ["secret of rue-de-la-poste"]
            connection.close()
            assert where() == expected(cast.poste)
        assert where()[1] == "public"

    elsewhere(attack)


@pytest.mark.usefixtures("committed")
def test_a_health_check_that_replaces_the_connection_inside_a_space_hands_out_a_cursor_in_that_space(
    cast: Cast, elsewhere: Elsewhere
) -> None:
    def attack() -> None:
        with inside(cast.poste):
            first = backend()
            kill_own_backend()
            connection.health_check_enabled, connection.health_check_done = True, False
            assert notes() == ["secret of rue-de-la-poste"]
            assert where() == expected(cast.poste)
            assert backend() != first

    elsewhere(attack)


@pytest.mark.usefixtures("committed")
def test_a_server_that_restarted_between_two_requests_is_noticed_before_the_space_is_entered(
    cast: Cast, elsewhere: Elsewhere
) -> None:
    def two_requests() -> None:
        backend()
        kill_own_backend()
        close_old_connections()  # what request_started does: the next use checks the connection first
        with inside(cast.poste):
            assert notes() == ["secret of rue-de-la-poste"]

    elsewhere(two_requests)


@pytest.mark.usefixtures("committed")
def test_a_thread_that_is_used_again_starts_where_no_space_is(cast: Cast, elsewhere: Elsewhere) -> None:
    def one_thread_for_all() -> None:
        for epn in (cast.poste, cast.abattoirs, cast.nevers) * 3:
            assert current_place() == PUBLIC
            with inside(epn):
                assert notes() == [f"secret of {epn.slug}"]
            with pytest.raises(NoSpaceError):
                notes()

    elsewhere(one_thread_for_all)


@pytest.mark.usefixtures("committed")
def test_two_threads_in_two_spaces_at_once_never_swap(cast: Cast, elsewhere: Elsewhere) -> None:
    meeting = threading.Barrier(2, timeout=120)

    def worker(epn: Any) -> Callable[[], None]:
        def work() -> None:
            for _ in range(20):
                with inside(epn):
                    meeting.wait()
                    assert where() == expected(epn)
                    assert notes() == [f"secret of {epn.slug}"]
                meeting.wait()

        return work

    failures: list[BaseException] = []

    def run(epn: Any) -> None:
        try:
            elsewhere(worker(epn))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run, args=[epn]) for epn in (cast.poste, cast.abattoirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_leaving_after_an_error_inside_a_tests_own_transaction_still_leaves(cast: Cast) -> None:
    with inside(cast.poste), pytest.raises(DatabaseError), transaction.atomic():
        break_a_statement()

    assert where()[1] == "public"


def test_as_owner_there_is_no_way_in_either_without_the_door(cast: Cast, elsewhere: Elsewhere) -> None:
    def attack() -> None:
        with entered(Place(role=OWNER_ROLE)), pytest.raises(NoSpaceError):
            Visit.objects.count()
        leave()

    elsewhere(attack)


def test_a_statement_prepared_in_one_space_reads_the_next_one_s_own_rows(cast: Cast) -> None:
    """The plan that PostgreSQL keeps is made again as soon as the search path is another."""
    read = []

    for epn in (cast.poste, cast.abattoirs, cast.poste):
        for _ in range(7):  # after five uses, a plan may become a general one
            with entered(epn.space), prepared_cursor() as cursor:
                cursor.execute("SELECT DISTINCT tableoid::regclass::text FROM premises_site WHERE id > %s", [0])
                read.append((epn.space.schema_name, cursor.fetchall()))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%premises_site WHERE id%'")
        assert cursor.fetchone() == (1,)
    assert read == [(schema, [("premises_site",)]) for schema, _ in read]
