"""From a spreadsheet to visits: read, mapped, checked line by line, all or nothing, and the way back."""

from __future__ import annotations

import datetime as dt
import random
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from maillage.design.xlsx_export import xlsx_chunks
from network.figures.models import Flow
from tenants.activity.journal.enums import ImportState
from tenants.activity.journal.importing import services
from tenants.activity.journal.importing.columns import guessed
from tenants.activity.journal.models import ImportBatch, ImportHabit
from tenants.activity.journal.tasks import check_the_import, remove_old, write_the_import
from tenants.activity.models import Visit
from tenants.activity.selectors import history_of
from tenants.activity.services import change_visit
from tests.conftest import Cast, inside

VISITS = "/caban/rue-de-la-poste/visits/"
IMPORTS = f"{VISITS}imports/"
FRENCH = {"headers": {"accept-language": "fr"}}
HEADING = "Jour;Durée;Sujet;Suite;Animateur;Femme;Remarque"


def chosen(client: Client, content: bytes | str, name: str = "visites.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post(IMPORTS, {"file": SimpleUploadedFile(name, data)}, **FRENCH)


def proposed(client: Client, address: str) -> dict[str, str]:
    """The form of the columns as it comes."""
    form = client.get(address).context["form"]
    return {name: str(form[name].value() or "") for name in form.fields}


def prepared(client: Client, content: bytes | str, **said: str) -> str:
    """Through the columns, to the page of the words."""
    columns = chosen(client, content).url
    response = client.post(columns, {**proposed(client, columns), "all_mode": "individual", **said})
    assert response.status_code == 302, response.context["form"].errors
    return str(response.url)


def batch_of(cast: Cast) -> ImportBatch:
    with inside(cast.poste):
        return ImportBatch.objects.latest("pk")


def test_a_spreadsheet_becomes_visits_with_their_figures_and_history(
    cast: Cast, signed_in: Any, committed: Any
) -> None:
    client = signed_in(cast.amina)
    text = f"{HEADING}\n05/01/2026;20;Impôts;Résolu;Bram;1;=1+1\n2026-01-06;1h30;tax | Bank;solved;;;\n"

    values = prepared(client, text)
    words = client.get(values).context["form"]
    assert [field.label for field in words] == []
    with committed():
        page = client.post(values, follow=True)
        assert b"2" in page.content
        with inside(cast.poste):
            assert not Visit.objects.exists()
        done = client.post(f"{IMPORTS}{batch_of(cast).pk}/write/", follow=True).content.decode()

    assert "imported=" in done and "⟦undefined" not in done + page.content.decode()
    with inside(cast.poste):
        first, second = Visit.objects.order_by("date").select_related("recorded_by")
        assert (first.minutes, first.themes, first.animator_id, first.note) == (20, ["tax"], cast.bram.pk, "=1+1")
        assert (second.minutes, second.themes, second.animator_id) == (90, ["tax", "bank"], None)
        assert first.margins == {"gender": {"woman": 1}} and first.recorded_by == cast.amina
        assert [line.kind for line in history_of(first)] == ["imported"]
        assert batch_of(cast).content is None
    with inside(cast.caban):
        assert sum(Flow.objects.filter(figure="visits", dimension="").values_list("count", flat=True)) == 2
    found = client.get(f"{VISITS}?imported={batch_of(cast).pk}").content.decode()
    assert len(re.findall(r"\d/history/", found)) == 2


def test_words_that_nobody_knows_are_asked_once_and_remembered(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    text = "Date;Truc;Suite\n2026-01-05;Papiers;ok\n2026-01-06;papiers;OK\n"
    said = {"column1": "themes", "all_minutes": "15"}

    values = prepared(client, text, **said)
    form = client.get(values).context["form"]
    assert [field.label for field in form] == ["Thèmes: Papiers (2)", "Résultat: ok (2)"] or len(form.fields) == 2
    assert client.post(values, {}).status_code == 200
    client.post(values, {name: "tax" if name.startswith("themes") else "solved" for name in form.fields})
    client.post(f"{IMPORTS}{batch_of(cast).pk}/write/")
    again = chosen(client, text).url

    assert proposed(client, again)["column1"] == "themes"
    response = client.post(again, {**proposed(client, again), "all_mode": "individual", "all_minutes": "15"})
    assert client.get(response.url).context["known"]
    with inside(cast.poste):
        assert {(one.themes[0], one.outcome) for one in Visit.objects.all()} == {("tax", "solved")}
        assert ImportHabit.objects.filter(said="papiers", meant="tax").count() == 1


def test_thirty_thousand_lines_with_seventeen_bad_ones_name_the_seventeen(
    cast: Cast, signed_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines_in_all = 3_000  # `manage bench import` reads thirty thousand
    bad = sorted(random.Random(4).sample(range(2, lines_in_all + 2), 17))
    breaks = ["2062-01-01;20;tax;solved", "x;20;tax;solved", ";20;tax;solved", "2026-01-05;0;tax;solved",
              "2026-01-05;99999;tax;solved", "2026-01-05;vingt;tax;solved", "1999-12-31;20;tax;solved"]  # fmt: skip
    rows = {line: breaks[number % len(breaks)] for number, line in enumerate(bad)}
    text = "date;minutes;themes;outcome\n" + "\n".join(
        rows.get(line, f"2026-01-{1 + line % 28:02};20;tax;solved") for line in range(2, lines_in_all + 2)
    )
    client = signed_in(cast.amina)

    values = prepared(client, text)
    client.post(values)
    batch = batch_of(cast)
    assert batch.state == ImportState.CHECKING and "hx-trigger" in client.get(f"{IMPORTS}{batch.pk}/").content.decode()
    check_the_import(space_id=cast.poste.space.pk, batch_id=batch.pk, actor_id=cast.amina.pk)

    batch = batch_of(cast)
    assert [problem[0] for problem in batch.problems] == bad and batch.state == ImportState.CHECKED
    page = client.get(f"{IMPORTS}{batch.pk}/", **FRENCH).content.decode()
    assert "17" in page and "hx-trigger" not in page and "/write/" not in page
    told = b"".join(client.get(f"{IMPORTS}{batch.pk}/?download=csv").streaming_content).decode()
    assert len(told.strip().splitlines()) == 18
    client.post(f"{IMPORTS}{batch.pk}/write/")
    with inside(cast.poste):
        assert not Visit.objects.exists()


def test_a_job_writes_once_however_often_it_runs(cast: Cast, signed_in: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "AT_ONCE", 1)
    client = signed_in(cast.amina)
    client.post(prepared(client, "date;minutes;themes;outcome\n2026-01-05;20;tax;solved\n2026-01-05;20;tax;solved\n"))
    ids = {"space_id": cast.poste.space.pk, "batch_id": batch_of(cast).pk, "actor_id": cast.amina.pk}
    check_the_import(**ids)
    client.post(f"{IMPORTS}{batch_of(cast).pk}/write/")

    for _twice in range(2):
        write_the_import(**ids)

    with inside(cast.poste):
        assert Visit.objects.count() == 2 and batch_of(cast).state == ImportState.DONE


def test_a_whole_import_is_taken_back_save_the_lines_that_somebody_corrected(
    cast: Cast, signed_in: Any, log: Any
) -> None:
    client = signed_in(cast.amina)
    with inside(cast.poste):
        own = log()
    client.post(prepared(client, "date;minutes;themes;outcome\n" + "2026-01-05;20;tax;solved\n" * 3))
    pk = batch_of(cast).pk
    client.post(f"{IMPORTS}{pk}/write/")
    with inside(cast.poste):
        change_visit(visit=Visit.objects.get(imported__line=3), minutes=25)

    page = client.post(f"{IMPORTS}{pk}/undo/", follow=True, **FRENCH).content.decode()
    client.post(f"{IMPORTS}{pk}/undo/")

    assert "ligne 3 reste" in page
    with inside(cast.poste):
        left = Visit.objects.filter(deleted_at__isnull=True)
        assert {one.minutes for one in left} == {own.minutes, 25} and left.count() == 2
        assert [line.kind for line in history_of(Visit.objects.get(imported__line=2))] == ["imported", "deleted"]


def test_our_own_file_is_read_as_it_is(cast: Cast, signed_in: Any, log: Any) -> None:
    client = signed_in(cast.amina)
    with inside(cast.poste):
        visit = log(
            themes=["tax", "bank"], animator_id=cast.bram.pk, margins={"gender": {"woman": 1}}, note="é",
            obstacle_kind="lost_code", obstacle_cost_eur="22.59", causes=["cost"], exceptional=True, language="ar",
        )  # fmt: skip
    for kind in ("csv", "xlsx"):
        data = b"".join(client.get(f"{VISITS}export/?download={kind}").streaming_content)
        values = prepared(client, data, all_mode="")
        client.post(values)
        client.post(f"{IMPORTS}{batch_of(cast).pk}/write/")
        assert batch_of(cast).problems == []
        with inside(cast.poste):
            made = Visit.objects.latest("pk")
            for name in ("date", "minutes", "themes", "mode", "outcome", "animator_id", "site_id", "margins", "note",
                         "obstacle_kind", "obstacle_cost_eur", "causes", "exceptional", "language"):  # fmt: skip
                assert getattr(made, name) == Visit.objects.values_list(name, flat=True).get(pk=visit.pk), (kind, name)
            Visit.objects.filter(pk=made.pk).delete()


def test_headings_are_understood_in_three_languages_and_each_once() -> None:
    assert guessed(["Datum", "Duur", "THÈME", "theme", "Resultaat", "Vrouw", "?"], {}) == {
        0: "date", 1: "minutes", 2: "themes", 4: "outcome", 5: "gender_woman",
    }  # fmt: skip
    assert guessed(["Truc", "Datum"], {"truc": "date", "datum": ""}) == {0: "date"}


def workbook(rows: list[list[Any]]) -> bytes:
    return b"".join(xlsx_chunks(titles=("a", "b"), header=rows[0], rows=rows[1:], about=[("a", "b")]))


@pytest.mark.parametrize(
    "content",
    [b"", b" \n", b"date;minutes\n", b"\x89PNG\r\n", b"PK\x03\x04 not a workbook", b"\xd0\xcf\x11\xe0 nor this",
     b"<html><table>", b"a;b\n\"open;1\n" + b"x" * 200_000, b"\x00\x01\x02" * 900, workbook([["date"]])],
)  # fmt: skip
def test_a_file_that_is_no_table_is_refused_with_a_word(cast: Cast, signed_in: Any, content: bytes) -> None:
    page = chosen(signed_in(cast.amina), content)

    assert page.status_code == 200 and b"m-summary" in page.content
    with inside(cast.poste):
        assert not ImportBatch.objects.exists()


def test_a_huge_file_is_answered_before_it_is_read(cast: Cast, signed_in: Any) -> None:
    assert chosen(signed_in(cast.amina), b"x" * (6 * 1024 * 1024)).status_code == 413


def test_cells_of_a_workbook_are_days_and_numbers(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    data = workbook([["date", "minutes", "themes", "outcome"], [dt.date(2026, 1, 5), 20, "Impôts", "solved"],
                     [dt.datetime(2026, 1, 6, 9, 0, tzinfo=dt.UTC), dt.time(0, 45), "tax", "solved"]])  # fmt: skip

    client.post(prepared(client, data))
    client.post(f"{IMPORTS}{batch_of(cast).pk}/write/")

    with inside(cast.poste):
        assert list(Visit.objects.order_by("date").values_list("minutes", flat=True)) == [20, 45]


def test_a_column_that_every_visit_needs_is_asked_for_and_the_form_keeps_what_was_said(
    cast: Cast, signed_in: Any
) -> None:
    client = signed_in(cast.amina)
    address = chosen(client, "Quand;Durée\n2026-01-05;20\n").url

    page = client.post(address, {"column0": "", "column1": "minutes", "all_themes": "tax"})
    twice = client.post(address, {"column0": "minutes", "column1": "minutes"})
    strange = client.post(address, {"column0": "no-such", "all_site": "99999"})

    assert page.context["form"]["all_themes"].value() == "tax" and b"m-summary" in page.content
    assert "column0" in twice.context["form"].errors and "column0" in strange.context["form"].errors
    assert all("⟦undefined" not in one.content.decode() for one in (page, twice, strange))


@pytest.mark.parametrize("person", ["bram", "dries", "chloe"])
def test_imports_are_the_coordinators(cast: Cast, signed_in: Any, person: str) -> None:
    assert signed_in(getattr(cast, person)).get(IMPORTS).status_code in (403, 404)


def test_a_file_that_nobody_went_on_with_is_forgotten(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.amina)
    forgotten = chosen(client, "date\n2026-01-05\n").url
    client.post(forgotten.replace("columns", "forget"))
    chosen(client, "date\n2026-01-05\n")
    with inside(cast.poste):
        assert ImportBatch.objects.count() == 1
        ImportBatch.objects.update(updated_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    remove_old(timestamp=0)
    with inside(cast.poste):
        assert not ImportBatch.objects.exists()


def test_bytes_of_another_time_are_read_too(cast: Cast, signed_in: Any) -> None:
    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        response = chosen(signed_in(cast.amina), "date;thème\n2026-01-05;Impôts\n".encode(encoding))
        assert response.status_code == 302
        assert batch_of(cast).headings == ["date", "thème"]
