"""Views that are kept, the history of a visit in words, deleted visits, and a visit like another."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tenants.activity.journal.enums import Period
from tenants.activity.journal.filters import journal_filter
from tenants.activity.journal.models import SavedView
from tenants.activity.journal.periods import days_of
from tenants.activity.models import Visit
from tenants.activity.rules import Actor
from tenants.activity.services import change_visit, delete_visit
from tenants.registry.enums import Role
from tests.conftest import Cast, inside

VISITS = "/caban/rue-de-la-poste/visits/"
FRENCH = {"headers": {"accept-language": "fr"}}


def test_filters_kept_under_a_name_stand_above_the_journal(cast: Cast, signed_in: Any) -> None:
    bram, amina = signed_in(cast.bram), signed_in(cast.amina)

    page = bram.get(f"{VISITS}views/?theme=tax", **FRENCH).content.decode()
    bram.post(f"{VISITS}views/?theme=tax", {"name": "Impôts  "})
    amina.post(f"{VISITS}views/?theme=bank&mode=course", {"name": "Banque", "shared": "on"})

    assert "Thème" in page and "shared" not in page
    assert "Impôts" in bram.get(VISITS).content.decode() and "Banque" in bram.get(VISITS).content.decode()
    others = amina.get(f"{VISITS}?theme=bank&mode=course").content.decode()
    assert "mode=course" in others and "Impôts</a>" not in others and 'aria-current="page"' in others


@pytest.mark.parametrize(
    ("day", "period", "first", "last"),
    [
        ("2026-11-28", "today", "2026-11-28", "2026-11-28"),
        ("2026-03-03", "last_7_days", "2026-02-25", "2026-03-03"),
        ("2028-02-10", "this_month", "2028-02-01", "2028-02-29"),
        ("2026-01-31", "last_month", "2025-12-01", "2025-12-31"),
        ("2026-12-31", "this_quarter", "2026-10-01", "2026-12-31"),
        ("2026-02-28", "last_quarter", "2025-10-01", "2025-12-31"),
        ("2026-06-15", "this_year", "2026-01-01", "2026-12-31"),
        ("2026-06-15", "last_year", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_period_has_its_days(day: str, period: str, first: str, last: str) -> None:
    found = days_of(Period(period), dt.date.fromisoformat(day))

    assert found == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_a_kept_period_follows_the_calendar_and_a_job_gets_its_days(
    cast: Cast, signed_in: Any, log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.bram)
    for name in ("tenants.activity.journal.filters.today", "tenants.activity.selectors.today"):
        monkeypatch.setattr(name, lambda: dt.date(2026, 3, 31))
    with inside(cast.poste):
        february, march = (log(date=dt.date(2026, month, 10)).pk for month in (2, 3))

    kept = client.post(f"{VISITS}views/?period=last_month&since=2026-02-05", {"name": "Le mois passé"})
    page = client.get(kept.url, **FRENCH).content.decode()
    monkeypatch.setattr("tenants.activity.journal.filters.today", lambda: dt.date(2026, 4, 1))
    later = client.get(kept.url).content.decode()

    assert f"{VISITS}{february}/history/" in page and f"{VISITS}{march}/history/" not in page
    assert "du 01/02/2026 au 28/02/2026" in page and '<option value="last_month" selected>' in page
    assert f"{VISITS}{march}/history/" in later and f"{VISITS}{february}/history/" not in later
    with inside(cast.poste):
        filterset = journal_filter(SavedView.objects.get().filters)
        assert filterset.settled == {"since": "2026-03-01", "until": "2026-03-31"}
        assert journal_filter({"period": "yesteryear"}).found.count() == 0


def test_who_may_share_rename_and_delete(cast: Cast, signed_in: Any) -> None:
    bram, amina = signed_in(cast.bram), signed_in(cast.amina)
    amina.post(f"{VISITS}views/?theme=bank", {"name": "Banque", "shared": "on"})
    with inside(cast.poste):
        shared = SavedView.objects.get()

    assert bram.post(f"{VISITS}views/{shared.pk}/", {"name": "x"}).status_code == 403
    assert bram.post(f"{VISITS}views/{shared.pk}/delete/").status_code == 403
    bram.post(f"{VISITS}views/?theme=bank", {"name": "Banque", "shared": "on"})  # his own: the box isn't his
    with inside(cast.poste):
        own = SavedView.objects.get(owner=cast.bram)
    assert amina.post(f"{VISITS}views/{own.pk}/delete/").status_code == 404
    amina.post(f"{VISITS}views/{shared.pk}/", {"name": "Banques"})
    bram.post(f"{VISITS}views/{own.pk}/delete/")

    with inside(cast.poste):
        assert list(SavedView.objects.values_list("name", "owner")) == [("Banques", None)]


@pytest.mark.parametrize(
    ("query", "name"), [("", "x"), ("theme=no", "x"), ("theme=tax", " "), ("theme=tax", "y" * 61), ("theme=tax", "a\0")]
)
def test_a_view_without_filters_or_name_is_refused_with_a_word(
    cast: Cast, signed_in: Any, query: str, name: str
) -> None:
    page = signed_in(cast.bram).post(f"{VISITS}views/?{query}", {"name": name})

    assert page.status_code == 200 and b"m-summary" in page.content
    with inside(cast.poste):
        assert not SavedView.objects.exists()


def test_two_views_of_one_person_have_two_names(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.bram)
    client.post(f"{VISITS}views/?theme=tax", {"name": "Impôts"})

    assert b"m-summary" in client.post(f"{VISITS}views/?theme=bank", {"name": "Impôts"}).content


def test_the_history_of_a_visit_is_in_words_and_holds_no_note(cast: Cast, signed_in: Any, log: Any) -> None:
    amina = Actor(cast.amina.pk, Role.EPN_COORDINATOR)
    with inside(cast.poste):
        visit = log(note="un secret", recorded_by_id=cast.bram.pk)
        change_visit(
            visit=visit, by=amina, note="", themes=["bank"], animator_id=cast.bram.pk, minutes=90,
            margins={"gender": {"woman": 1}}, date=visit.date - dt.timedelta(days=1), exceptional=True,
            obstacle_kind="lost_code", obstacle_channel="web", obstacle_cost_eur="22.59",
        )  # fmt: skip

    page = signed_in(cast.bram).get(f"{VISITS}{visit.pk}/history/", **FRENCH).content.decode()

    for said in ("Amina", "Bram", "Impôts", "1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30", "pas de texte", "22,59"):
        assert said in page, said
    assert "secret" not in page and "⟦undefined" not in page


def test_a_deleted_visit_is_found_and_brought_back(cast: Cast, signed_in: Any, log: Any) -> None:
    client = signed_in(cast.amina)
    with inside(cast.poste):
        visit = log()
        delete_visit(visit=visit)

    page = client.get(f"{VISITS}?shown=deleted", **FRENCH).content.decode()
    history = client.get(f"{VISITS}{visit.pk}/history/").content.decode()
    client.post(f"{VISITS}{visit.pk}/restore/")

    assert all(f'action="{VISITS}{visit.pk}/restore/"' in text for text in (page, history))
    with inside(cast.poste):
        assert Visit.objects.get().deleted_at is None
    assert f'action="{VISITS}{visit.pk}/restore/"' not in client.get(f"{VISITS}?shown=deleted").content.decode()


def test_a_visit_like_another_is_of_today_and_without_what_is_about_its_person(
    cast: Cast, signed_in: Any, log: Any, today: dt.date
) -> None:
    client = signed_in(cast.bram)
    with inside(cast.poste):
        visit = log(
            note="secret", accessibility=["sight"], themes=["tax", "bank"], mode="course", date=today - dt.timedelta(9)
        )

    page = client.get(f"{VISITS}{visit.pk}/duplicate/").context["form"]
    sent = {
        name: page[name].value() for name in ("date", "minutes", "attendances", "themes", "outcome", "mode", "site")
    }
    response = client.post(f"{VISITS}{visit.pk}/duplicate/", {**sent, "key": str(page["key"].value())})

    assert (page["note"].value(), page["accessibility"].value(), page["date"].value()) == ("", [], today)
    assert response.status_code == 302
    with inside(cast.poste):
        made = Visit.objects.latest("pk")
        assert (made.date, made.themes, made.mode, made.note) == (today, ["tax", "bank"], "course", "")
        assert made.recorded_by_id == cast.bram.pk and made.pk != visit.pk
