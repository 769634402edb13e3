"""A long write says how far it is, while nobody can see yet what it writes."""

from __future__ import annotations

import pytest
from django.db import connection

from tenants.activity.journal.enums import ImportState
from tenants.activity.journal.importing import making
from tenants.activity.journal.importing.services import say_columns, take_in
from tenants.activity.journal.models import ImportBatch
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import beside
from tests.conftest import Cast, as_owner_of, inside
from tests.isolation.conftest import Elsewhere


def test_an_import_tells_how_many_visits_are_written_before_one_is_to_be_seen(
    cast: Cast, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    told = making._Progress.tell

    def tell(progress: making._Progress, more: int) -> None:
        told(progress, more)
        with beside() as other, other.cursor() as cursor:
            cursor.execute("SELECT rows_written, (SELECT count(*) FROM activity_visit) FROM journal_importbatch")
            seen.append(cursor.fetchone())

    monkeypatch.setattr(making._Progress, "tell", tell)
    for name in ("tenants.activity.services.BATCH", "tenants.activity.journal.importing.making.BATCH"):
        monkeypatch.setattr(name, 2)
    for name in ("tenants.activity.services", "tenants.activity.journal.importing.making"):
        monkeypatch.setattr(f"{name}.record", lambda **_said: None)  # what is really committed must go again
    monkeypatch.setattr("tenants.activity.services.epn_written", lambda: None)

    def bring_in() -> tuple[int, str]:
        with inside(cast.poste):
            lines = "\n".join(f"2026-01-{day:02};20;tax;solved" for day in range(1, 6))
            batch = take_in(
                content=f"date;minutes;themes;outcome\n{lines}".encode(), filename="x.csv", by_id=cast.amina.pk,
                language="fr",
            )  # fmt: skip
            columns = {int(position): str(name) for position, name in batch.columns.items()}
            say_columns(batch=batch, columns=columns, defaults={"site": str(Site.objects.get().pk), "mode": "course"})
            ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.WRITING)
            making.write_import(batch_id=batch.pk)
            batch.refresh_from_db()
            return Visit.objects.filter(imported__batch=batch.pk).count(), batch.state

    def take_away() -> None:
        with as_owner_of(cast.poste), connection.cursor() as cursor:
            for table in (
                "journal_importedvisit", "journal_importbatch", "journal_importhabit",
                "activity_visitchange", "activity_visit", "marks_mark",
            ):  # fmt: skip
                cursor.execute(f"DELETE FROM {table}")

    try:
        assert elsewhere(bring_in) == (5, ImportState.DONE)
    finally:
        elsewhere(take_away)

    assert seen == [(2, 0), (4, 0), (5, 0)]
