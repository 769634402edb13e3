"""Notes in which somebody could be recognised: caught on the pages and in the services, taken out with one tap."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from maillage.audit.models import Entry
from maillage.design.free_text import Checked
from tenants.activity.counter.services import record_counter_session
from tenants.activity.models import CounterSession, Visit
from tenants.activity.services import BatchRefused, change_visit, record_batch
from tenants.premises.models import Site
from tests.activity.test_pages import VISITS
from tests.conftest import Cast, inside

NOTE = "Rappeler Ada au 0470 12 34 56, dossier 2024/12345"
WITHOUT = "Rappeler Ada au […], dossier 2024/12345"


def a_visit(client: Client, **said: str) -> dict[str, str]:
    page = client.get(f"{VISITS}new/").content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    site = re.search(r'<select name="site".*?value="(\d+)"', page, re.DOTALL)
    assert key and site
    return {
        "key": key[1], "date": dt.date.today().isoformat(), "minutes": "20", "attendances": "1", "themes": "tax",
        "outcome": "solved", "mode": "individual", "site": site[1], "note": NOTE, **said,
    }  # fmt: skip


def test_a_note_with_a_number_comes_back_with_two_ways_on(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.bram)
    client.cookies["django_language"] = "fr"

    page = client.post(f"{VISITS}new/", a_visit(client)).content.decode()

    assert "un numéro de téléphone «\u00a00470 12 34 56\u00a0»" in page
    assert re.search(r'<textarea name="note"[^>]*>\s*Rappeler Ada au 0470 12 34 56', page)
    assert re.search(r'<button type="submit"[^>]*name="personal_data" value="remove"[^>]* autofocus', page)
    assert 'name="personal_data" value="keep"' in page
    assert "data-focus" not in page
    with inside(cast.poste):
        assert not Visit.objects.exists()


@pytest.mark.parametrize(("button", "saved"), [("remove", WITHOUT), ("keep", NOTE)])
def test_each_button_saves_at_once(cast: Cast, signed_in: Any, button: str, saved: str) -> None:
    client = signed_in(cast.bram)

    response = client.post(f"{VISITS}new/", a_visit(client, personal_data=button))

    assert response.status_code == 302
    with inside(cast.poste):
        assert Visit.objects.get().note == saved


def test_with_something_else_wrong_what_was_removed_does_not_come_back(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.bram)

    page = client.post(f"{VISITS}new/", a_visit(client, minutes="0", personal_data="remove")).content.decode()

    assert "0470" not in page and "Rappeler Ada au […]" in page
    assert "data-focus" in page and 'name="personal_data"' not in page


def test_a_note_that_was_looked_at_may_stay_when_the_rest_is_corrected(cast: Cast, signed_in: Any, log: Any) -> None:
    with inside(cast.poste):
        visit = log(note=Checked(f" {NOTE}\nDeux lignes "), animator_id=cast.bram.pk)
        assert visit.note == f"{NOTE}\nDeux lignes"
    client = signed_in(cast.bram)

    client.post(f"{VISITS}{visit.pk}/", a_visit(client, minutes="45", note=f"{NOTE}\r\nDeux lignes"))

    with inside(cast.poste):
        visit.refresh_from_db()
        assert (visit.minutes, visit.note) == (45, f"{NOTE}\nDeux lignes")
        with pytest.raises(ValidationError):
            change_visit(visit=visit, note="ada@example.org")


def test_a_half_day_asks_too(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.bram)
    with inside(cast.poste):
        site = Site.objects.get()
    facts = {
        "date": dt.date.today().isoformat(), "starts_at": "09:00", "ends_at": "12:00", "site": str(site.pk),
        "turned_away": "1", "note": NOTE,
    }  # fmt: skip

    page = client.post(f"{VISITS}desk/new/", facts).content.decode()
    assert 'value="remove"' in page
    client.post(f"{VISITS}desk/new/", {**facts, "personal_data": "remove"})

    with inside(cast.poste):
        session = CounterSession.objects.get()
        assert session.note == WITHOUT
    client.post(f"{VISITS}desk/{session.pk}/", {**facts, "note": NOTE, "personal_data": "keep"})
    client.post(f"{VISITS}desk/{session.pk}/", {**facts, "turned_away": "3"})
    with inside(cast.poste):
        session.refresh_from_db()
        assert (session.note, session.turned_away) == (NOTE, 3)


def test_the_services_refuse_what_nobody_has_looked_at(cast: Cast, log: Any) -> None:
    with inside(cast.poste):
        with pytest.raises(ValidationError) as refused:
            log(note=NOTE)
        assert refused.value.error_dict["note"][0].code == "personal_data"
        good = log(note="Sans rien")
        facts = {name: getattr(good, name) for name in ("date", "minutes", "mode", "themes", "outcome", "site_id")}
        with pytest.raises(BatchRefused):
            record_batch(batch=[(good.key.__class__(int=1), {**facts, "note": NOTE})])  # type: ignore[list-item]
        with pytest.raises(ValidationError):
            record_counter_session(
                date=good.date, site_id=good.site_id, starts_at=dt.time(9), ends_at=dt.time(12), note=NOTE
            )
        assert not CounterSession.objects.exists()


def test_nothing_is_kept_of_the_answer(cast: Cast, signed_in: Any) -> None:
    client = signed_in(cast.bram)

    client.post(f"{VISITS}new/", a_visit(client, personal_data="keep"))

    assert "0470" not in "".join(str(one) for one in Entry.objects.values_list("verb", "target"))
