from __future__ import annotations

import datetime as dt
import json
import logging
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from maillage.audit.models import Entry
from tenants.activity.models import Visit
from tenants.followup.codes import shown, with_check
from tenants.followup.models import ErasureRun, Step, Thread
from tenants.followup.services import close_thread
from tenants.premises.models import Site
from tenants.registry.models import Federation
from tests.conftest import Cast, inside
from tests.followup.conftest import FOLLOWUP

SignedIn = Callable[..., Client]
Opened = Callable[..., Thread]
Planned = Callable[..., Step]
ABATTOIRS = "/caban/abattoirs/follow-up/"


def test_a_thread_is_opened_with_a_consent_and_leads_to_its_card(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.bram)
    facts = {"key": str(uuid.uuid4()), "language": "nl", "animator": str(cast.bram.pk), "themes": "tax", "about": "x"}

    refused = client.post(f"{FOLLOWUP}new/", facts)
    made = client.post(f"{FOLLOWUP}new/", {**facts, "consent": "oral"})
    again = client.post(f"{FOLLOWUP}new/", {**facts, "consent": "oral"})

    assert refused.status_code == 200 and 'aria-invalid="true"' in refused.content.decode()
    with inside(cast.poste):
        thread = Thread.objects.get()
    assert made.url == again.url == f"{FOLLOWUP}{thread.pk}/card/"


def test_the_card_is_in_the_persons_language_with_hours_and_code_and_no_name(
    cast: Cast, signed_in: SignedIn, opened: Opened
) -> None:
    with inside(cast.poste):
        Site.objects.update(opening_hours="Mo-Fr 09:00-12:00", address="Rue de la Poste 1")
        thread = opened(language="nl", about="Un secret")
    client = signed_in(cast.bram)

    page = client.get(f"{FOLLOWUP}{thread.pk}/card/").content.decode()
    card = page[page.index('class="f-card"') : page.index("</section>")]

    assert 'lang="nl"' in card and "Breng deze kaart mee." in card and "maandag tot vrijdag" in card
    assert shown(thread.code) in card and "Rue de la Poste 1" in card and "<svg" in card
    assert "Bram" not in card and "secret" not in page and "style=" not in card
    assert '<html lang="fr">' in page
    assert "Bring this card" in client.get(f"{FOLLOWUP}{thread.pk}/card/?language=en&site=zz").content.decode()
    assert client.get(f"{FOLLOWUP}{thread.pk}/card/?language=%00&site=9").status_code == 200


def test_a_code_is_looked_up_by_post_and_no_address_and_no_line_holds_it(
    cast: Cast, signed_in: SignedIn, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with inside(cast.poste):
        thread = opened()
    client = signed_in(cast.amina)
    typed = shown(thread.code).lower()

    found = client.post(f"{FOLLOWUP}find/", {"code": f" {typed} "})

    assert found.status_code == 302 and found.url == f"{FOLLOWUP}{thread.pk}/"
    assert client.get(f"{FOLLOWUP}find/", {"code": typed}).status_code == 405
    assert shown(thread.code) not in client.get(found.url).content.decode().split("</head>")[0]
    client.post(f"{FOLLOWUP}find/", {"code": thread.code[::-1]})
    assert thread.code not in caplog.text and thread.code[::-1] not in caplog.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("K7M", "Un code a six lettres ou chiffres"),
        (with_check("K7M2Q")[:5] + "?", "Un code a six lettres ou chiffres"),
        (("0" if with_check("K7M2Q")[0] != "0" else "1") + with_check("K7M2Q")[1:], "Il y a une erreur dans ce code"),
        (with_check("K7M2Q"), "Aucun suivi n’a ce code ici"),
    ],
)
def test_a_code_that_finds_nothing_says_why(cast: Cast, signed_in: SignedIn, typed: str, says: str) -> None:
    page = signed_in(cast.bram).post(f"{FOLLOWUP}find/", {"code": typed}, headers={"accept-language": "fr"})

    assert page.status_code == 200
    assert says in page.content.decode()


def test_nothing_of_a_thread_crosses(cast: Cast, signed_in: SignedIn, opened: Opened, planned: Planned) -> None:
    with inside(cast.poste):
        thread = opened(about="Un secret")
        step = planned(thread)
    chloe = signed_in(cast.chloe)

    found = chloe.post(f"{ABATTOIRS}find/", {"code": thread.code}, headers={"accept-language": "fr"})

    assert "Aucun suivi n’a ce code ici" in found.content.decode()
    for path in (f"{thread.pk}/", f"{thread.pk}/card/", f"{thread.pk}/erase/", f"steps/{step.pk}/"):
        assert chloe.get(f"{ABATTOIRS}{path}").status_code == 404
        for stranger in (cast.chloe, cast.farid, cast.dries, cast.eva):
            assert signed_in(stranger).get(f"{FOLLOWUP}{path}").status_code == 404
    everything = json.dumps([list(map(str, line)) for line in Entry.objects.values_list("verb", "target")])
    assert thread.code not in everything and "secret" not in everything


def test_done_is_one_tap_with_a_way_back(cast: Cast, signed_in: SignedIn, opened: Opened, planned: Planned) -> None:
    with inside(cast.poste):
        step = planned(opened())
    client = signed_in(cast.bram)
    assert "Rappeler l’administration" in client.get(FOLLOWUP).content.decode().replace("&#x27;", "’")

    page = client.post(f"{FOLLOWUP}steps/{step.pk}/done/", follow=True).content.decode()
    undo = re.search(r'action="([^"]+/undone/)"', page)

    assert undo and "Rien n’attend aujourd’hui" in page
    client.post(undo[1])
    with inside(cast.poste):
        step.refresh_from_db()
        assert step.done_on is None


def test_the_counter_says_how_much_waits(cast: Cast, signed_in: SignedIn, opened: Opened, planned: Planned) -> None:
    client = signed_in(cast.bram)
    home = FOLLOWUP.removesuffix("follow-up/")
    assert "étape à faire" not in client.get(home).content.decode()
    with inside(cast.poste):
        planned(opened())

    assert re.search(r"<strong>1</strong> étape à faire aujourd[’']hui", client.get(home).content.decode())


def test_a_step_is_added_and_one_with_personal_data_asked_about(
    cast: Cast, signed_in: SignedIn, opened: Opened
) -> None:
    with inside(cast.poste):
        thread = opened()
    client = signed_in(cast.bram)
    facts = {
        "key": str(uuid.uuid4()), "text": "Rappeler au 0470 12 34 56", "kind": "to_do",
        "day": timezone.localdate().isoformat(), "animator": str(cast.bram.pk),
    }  # fmt: skip

    page = client.post(f"{FOLLOWUP}{thread.pk}/", facts).content.decode()
    assert 'value="remove"' in page
    assert client.post(f"{FOLLOWUP}{thread.pk}/", {**facts, "personal_data": "remove"}).status_code == 302

    with inside(cast.poste):
        step = Step.objects.get()
        assert (step.text, step.due_on, step.done_on) == ("Rappeler au […]", timezone.localdate(), None)
    done = {**facts, "text": "Fait ensemble", "kind": "done"}
    assert client.post(f"{FOLLOWUP}steps/{step.pk}/", done).status_code == 302
    with inside(cast.poste):
        step.refresh_from_db()
        assert (step.text, step.done_on) == ("Fait ensemble", timezone.localdate())


def test_the_second_of_two_people_sees_both_versions_and_decides(
    cast: Cast, signed_in: SignedIn, opened: Opened, planned: Planned
) -> None:
    with inside(cast.poste):
        step = planned(opened())
    address = f"{FOLLOWUP}steps/{step.pk}/"
    bram, amina = signed_in(cast.bram), signed_in(cast.amina)

    def form(client: Client, page: str, text: str, **chosen: str) -> Any:
        version = re.search(r'name="version" value="([^"]+)"', page)
        assert version
        day = timezone.localdate().isoformat()
        facts = {"text": text, "kind": "to_do", "day": day, "animator": str(cast.bram.pk)}
        return client.post(address, {**facts, **chosen, "version": version[1]})

    of_bram, of_amina = bram.get(address).content.decode(), amina.get(address).content.decode()
    assert form(bram, of_bram, "Texte de Bram").status_code == 302
    both = form(amina, of_amina, "Texte d'Amina").content.decode()

    assert "Texte de Bram" in both and "Texte d&#x27;Amina" in both
    assert 'name="differs" value="text"' in both and 'name="differs" value="day"' not in both
    assert form(amina, both, "Texte d'Amina", differs="text").status_code == 200  # nothing chosen yet
    assert form(amina, both, "Les deux", differs="text", keep="mine").status_code == 302
    with inside(cast.poste):
        step.refresh_from_db()
        assert step.text == "Les deux"
    seen = amina.get(address).content.decode()
    form(bram, bram.get(address).content.decode(), "Encore Bram")
    both = form(amina, seen, "Encore Amina").content.decode()
    assert form(amina, both, "Encore Amina", differs="text", keep="theirs").status_code == 302
    with inside(cast.poste):
        step.refresh_from_db()
        assert step.text == "Encore Bram"


def test_a_visit_is_logged_from_a_thread_with_its_theme_and_shows_there(
    cast: Cast, signed_in: SignedIn, opened: Opened
) -> None:
    with inside(cast.poste):
        thread = opened(themes=["housing"])
        site = Site.objects.get().pk
    client = signed_in(cast.bram)

    page = client.get(f"{FOLLOWUP}{thread.pk}/visit/").content.decode()
    assert re.search(r'value="housing"[^>]*checked', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    facts = {
        "key": key[1], "themes": "housing", "outcome": "solved", "text": "Demande envoyée", "minutes": "25",
        "date": timezone.localdate().isoformat(), "mode": "individual", "site": str(site),
    }  # fmt: skip
    assert "0470" in client.post(f"{FOLLOWUP}{thread.pk}/visit/", {**facts, "text": "0470 12 34 56"}).content.decode()
    saved = client.post(f"{FOLLOWUP}{thread.pk}/visit/", facts, follow=True).content.decode()

    with inside(cast.poste):
        visit = Visit.objects.get()
    assert f"visits/{visit.pk}/" in saved and "Demande envoyée" in saved
    client.post(f"/caban/rue-de-la-poste/visits/{visit.pk}/delete/")
    assert f'visits/{visit.pk}/"' not in client.get(f"{FOLLOWUP}{thread.pk}/").content.decode()
    assert (visit.minutes, visit.animator_id, visit.note) == (25, cast.bram.pk, "")


def test_erasing_asks_once_and_leads_nowhere_afterwards(cast: Cast, signed_in: SignedIn, opened: Opened) -> None:
    with inside(cast.poste):
        thread = opened()
    client = signed_in(cast.bram)

    assert client.get(f"{FOLLOWUP}{thread.pk}/erase/").status_code == 200
    client.post(f"{FOLLOWUP}{thread.pk}/erase/")

    assert client.get(f"{FOLLOWUP}{thread.pk}/").status_code == 404
    with inside(cast.poste):
        assert not Thread.objects.exists()


def test_closing_reopening_changing_and_the_lists(cast: Cast, signed_in: SignedIn, opened: Opened) -> None:
    with inside(cast.poste):
        thread, old = opened(), opened()
        Thread.objects.filter(pk=old.pk).update(last_activity=timezone.localdate() - dt.timedelta(days=350))
    client = signed_in(cast.bram)

    listed = client.get(f"{FOLLOWUP}threads/").content.decode()
    assert shown(thread.code) in listed and "bientôt" in listed
    assert client.post(f"{FOLLOWUP}{thread.pk}/close/", {"ending": "nonsense"}).status_code == 200
    client.post(f"{FOLLOWUP}{thread.pk}/close/", {"ending": "elsewhere"})
    assert shown(thread.code) in client.get(f"{FOLLOWUP}threads/?closed=1").content.decode()
    assert "Le rouvrir" in client.get(f"{FOLLOWUP}{thread.pk}/").content.decode()
    client.post(f"{FOLLOWUP}{thread.pk}/reopen/")
    changed = {"language": "en", "animator": str(cast.amina.pk), "about": "Logement"}
    assert client.post(f"{FOLLOWUP}{thread.pk}/change/", changed).status_code == 302
    with inside(cast.poste):
        thread.refresh_from_db()
        assert (thread.language, thread.animator_id, thread.is_open) == ("en", cast.amina.pk, True)
    assert "sera effacé" in client.get(f"{FOLLOWUP}{old.pk}/").content.decode()


def test_no_file_holds_a_word_of_what_is_written(
    cast: Cast, signed_in: SignedIn, opened: Opened, planned: Planned
) -> None:
    with inside(cast.poste):
        thread, closed = opened(about="Un secret", themes=["tax"]), opened(about="Un secret")
        planned(thread, text="=un secret")
        close_thread(thread=closed, ending="reached")
        ErasureRun.objects.create(day=dt.date(2026, 1, 5), threads=3, steps=9, months=12)
    client = signed_in(cast.amina)

    files = {
        (path, kind): b"".join(client.get(f"{FOLLOWUP}{path}{'&' if '?' in path else '?'}download={kind}")).decode()  # type: ignore[arg-type]
        for path in ("", "threads/", "threads/?closed=1", "erasures/")
        for kind in ("csv", "json")
    }

    assert all("secret" not in text for text in files.values())
    assert shown(thread.code) in files["", "csv"] and shown(thread.code) in files["threads/", "json"]
    assert json.loads(files["erasures/", "json"])["rows"] == [
        {"day": "2026-01-05", "threads": 3, "steps": 9, "months": 12}
    ]


def test_the_coordinator_alone_hands_over_and_sees_what_was_erased(
    cast: Cast, signed_in: SignedIn, opened: Opened
) -> None:
    with inside(cast.poste):
        thread = opened()
    bram, amina = signed_in(cast.bram), signed_in(cast.amina)

    assert bram.get(f"{FOLLOWUP}hand-over/").status_code == bram.get(f"{FOLLOWUP}erasures/").status_code == 403
    assert "Rien n’a encore été effacé" in amina.get(f"{FOLLOWUP}erasures/").content.decode()
    facts = {"from_whom": str(cast.bram.pk), "to": str(cast.amina.pk)}
    for bad in ({**facts, "to": str(cast.farid.pk)}, {**facts, "to": facts["from_whom"]}, {"to": "9" * 40}):
        assert amina.post(f"{FOLLOWUP}hand-over/", bad).status_code == 200
    assert amina.post(f"{FOLLOWUP}hand-over/", facts).status_code == 302
    with inside(cast.poste):
        thread.refresh_from_db()
        assert thread.animator_id == cast.amina.pk


def test_the_network_sets_how_long_and_the_epn_shows_it(cast: Cast, signed_in: SignedIn) -> None:
    dries = signed_in(cast.dries)
    address = "/caban/settings/follow-up/"

    for bad in ("0", "37", "x", "", "9" * 30, "1\0"):
        assert dries.post(address, {"months": bad}).status_code == 200
    assert dries.post(address, {"months": "24"}).status_code == 302

    assert Federation.objects.get(pk=cast.caban.pk).followup_months == 24
    assert "24 mois" in dries.get("/caban/settings/").content.decode()
    assert "24 mois" in signed_in(cast.amina).get(f"{FOLLOWUP}erasures/").content.decode()
    assert Entry.objects.filter(verb="followups.kept_for", space_id=cast.caban.pk).exists()


BAD = ["", "\0", "<script>alert(1)</script>", "=1+1", "2062-01-01", "9" * 30, "é" * 3000, "-1", "2026-02-30"]


@pytest.mark.parametrize("bad", BAD)
def test_no_bad_input_makes_an_error_of_ours(
    cast: Cast, signed_in: SignedIn, opened: Opened, planned: Planned, bad: str
) -> None:
    with inside(cast.poste):
        thread = opened()
        step = planned(thread)
    client = signed_in(cast.bram)
    forms = {
        "find/": ("code",),
        "new/": ("key", "consent", "language", "themes", "about", "animator"),
        f"{thread.pk}/": ("key", "text", "kind", "day", "animator"),
        f"{thread.pk}/change/": ("version", "language", "themes", "about", "animator"),
        f"{thread.pk}/close/": ("ending",),
        f"{thread.pk}/visit/": ("key", "themes", "outcome", "text", "date", "minutes", "mode", "site"),
        f"steps/{step.pk}/": ("version", "text", "kind", "day", "animator"),
    }

    for path, fields in forms.items():
        page = client.post(f"{FOLLOWUP}{path}", dict.fromkeys(fields, bad))
        assert page.status_code == 200, (path, bad)
        assert "<script>alert" not in page.content.decode()
    assert client.post(f"{FOLLOWUP}steps/{step.pk}/done/", {"from": bad}).status_code == 302
