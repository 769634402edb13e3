"""What goes into the queue, and who can see it."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from network.figures.tasks import refresh_figures
from tenants.registry.crossing import current_place, enter
from tenants.registry.jobs import defer, defer_after_commit, in_no_space, jobs_by_status, longest_wait
from tests.conftest import Cast, inside
from tests.test_consistency import PACKAGES, found, python_files


def waiting() -> list[tuple[str, dict[str, object]]]:
    return list(ProcrastinateJob.objects.order_by("pk").values_list("task_name", "args"))


def test_a_job_is_put_in_from_inside_a_space_whose_role_cannot_see_the_queue(cast: Cast) -> None:
    number = uuid.uuid4()

    with inside(cast.poste):
        assert defer(refresh_figures, epn_id=cast.poste.pk, key=number)
        assert current_place().space_id == cast.poste.pk

    assert waiting() == [("refresh_figures", {"epn_id": cast.poste.pk, "key": str(number)})]


@pytest.mark.parametrize("content", ["a note", ["a"], {"name": "Zoé"}, 1.5, None, True, b"x"])
def test_a_job_takes_no_content(cast: Cast, content: object) -> None:
    with pytest.raises(TypeError, match="ids, never content"):
        defer(refresh_figures, note=content)  # type: ignore[arg-type]

    assert waiting() == []


def test_what_is_asked_for_once_waits_once(cast: Cast) -> None:
    assert [defer(refresh_figures, once="sweep") for _ in range(3)] == [True, False, False]

    assert len(waiting()) == 1
    assert jobs_by_status()["todo"] == 1
    assert longest_wait().total_seconds() >= 0


def test_a_transaction_that_is_rolled_back_asks_for_nothing(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    with inside(cast.poste):
        with (
            django_capture_on_commit_callbacks(execute=True),  # type: ignore[attr-defined]
            pytest.raises(ZeroDivisionError),
            transaction.atomic(),
        ):
            defer_after_commit(refresh_figures)
            raise ZeroDivisionError
        assert jobs_by_status()["todo"] == 0

        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():  # type: ignore[attr-defined]
            defer_after_commit(refresh_figures)
            defer_after_commit(refresh_figures)
        assert jobs_by_status()["todo"] == 1  # one sweep is enough


def test_every_status_has_a_number_even_without_a_job(cast: Cast) -> None:
    found = jobs_by_status()

    assert set(found) >= {"todo", "doing", "succeeded", "failed"}
    assert not any(found.values())


def test_a_job_begins_and_ends_where_no_space_is(cast: Cast) -> None:
    def forgetful() -> str:
        assert current_place().kind == "public"
        enter(cast.poste.space.place)
        return "done"

    enter(cast.abattoirs.space.place)

    assert in_no_space(forgetful, None, None) == "done"  # type: ignore[arg-type]

    assert current_place().kind == "public"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user, current_schemas(false)")
        assert cursor.fetchone() == (True, ["public"])


def test_nobody_puts_a_job_in_but_by_the_door() -> None:
    files = [path for path in python_files(*PACKAGES) if path.name != "jobs.py"]

    # A query leaves a column by its name, `defer("content")`: a job is never put in with a text alone.
    assert found(r"\.(defer(?!\(\"\w+\"\))|defer_async|batch_defer\w*|configure_task|configure)\(", files) == {}
    assert found(r"^(from|import) procrastinate\.contrib", files) == {}
