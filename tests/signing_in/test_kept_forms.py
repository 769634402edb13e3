"""A session that ends or locks while somebody types loses nothing, and shows it to nobody else."""

from __future__ import annotations

import datetime as dt
import logging
import re
import uuid
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.forms import PasswordInput
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.models import Federation, Membership
from tenants.registry.signing_in import keeping
from tenants.registry.signing_in.models import KeptForm
from tenants.registry.tasks import remove_the_expired
from tests.conftest import PASSWORD, Cast, inside
from tests.signing_in.conftest import CONTRACTS, POSTE, SIGN_IN, App, code_of, with_password

LOCK, UNLOCK, KEPT, DISCARD = "/accounts/lock/", "/accounts/unlock/", "/accounts/kept/", "/accounts/kept/discard/"
NEW = f"{POSTE}visits/new/"
NOTE = "La carte n'avait plus de puce, <b>Zinnik</b>\nlundi."
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
SignIn = Callable[[Person], Client]


@pytest.fixture
def entry(cast: Cast) -> dict[str, Any]:
    """A whole visit as its form sends it."""
    with inside(cast.poste):
        site = Site.objects.order_by("pk").first()
    assert site is not None
    facts = {"date": timezone.localdate().isoformat(), "minutes": "25", "mode": "individual", "attendances": "1"}
    said = {"site": str(site.pk), "themes": ["bank", "tax"], "outcome": "solved", "note": NOTE}
    return {"key": str(uuid.uuid4()), **facts, **said}


def at_work(person: Person, **others: str) -> Client:
    client = Client()
    with_password(client, person, **others)
    return client


def time_runs_out(client: Client) -> None:
    Session.objects.update(expire_date=timezone.now() - dt.timedelta(hours=1))


def visits(cast: Cast) -> list[Visit]:
    with inside(cast.poste):
        return list(Visit.objects.all())


def to_send(page: str) -> tuple[str, dict[str, Any]]:
    """The address and the fields of the page's first button."""
    form = page.split('<div class="m-card', 1)[1].split("</form>", 1)[0]
    action = re.search(r'action="([^"]+)"', form)
    assert action is not None
    fields: dict[str, Any] = {}
    for name, value in HIDDEN.findall(form):
        fields.setdefault(unescape(name), []).append(unescape(value))
    return unescape(action[1]), fields


def test_what_was_typed_when_the_time_ran_out_is_sent_again_with_one_button(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.amina)
    time_runs_out(client)

    turned = client.post(f"{NEW}?from=home", entry)
    assert turned["Location"] == f"{SIGN_IN}?next={KEPT}"
    assert client.cookies[keeping.KEPT_COOKIE]["httponly"]
    assert NOTE not in turned.content.decode()
    assert with_password(client, cast.amina, next=KEPT) == KEPT
    page = client.get(KEPT).content.decode()
    address, fields = to_send(page)
    assert address == f"{NEW}?from=home"
    assert "La carte n&#x27;avait plus de puce, &lt;b&gt;Zinnik&lt;/b&gt;<br>lundi." in page
    assert "Rue de la Poste" in page and "⟦undefined" not in page
    sent = client.post(address, fields)

    assert sent.status_code == 302, sent.content.decode()
    (visit,) = visits(cast)
    assert (visit.note.replace("\r", ""), visit.themes, str(visit.key)) == (NOTE, ["bank", "tax"], entry["key"])
    assert visit.recorded_by_id == cast.amina.pk
    assert not KeptForm.objects.exists()
    client.post(address, fields)
    assert len(visits(cast)) == 1, "the form's own key travels with it"


def test_and_what_was_typed_when_it_locked(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.bram)
    client.post(LOCK)

    turned = client.post(NEW, entry)
    assert turned["Location"] == f"{UNLOCK}?next=%2Faccounts%2Fkept%2F"
    assert client.get(KEPT)["Location"].startswith(UNLOCK), "nothing of it is served while it is locked"
    opened = client.post(UNLOCK, {"password": PASSWORD})

    assert opened["Location"] == KEPT
    address, fields = to_send(client.get(KEPT).content.decode())
    client.post(address, fields)
    assert [one.recorded_by_id for one in visits(cast)] == [cast.bram.pk]


def test_a_fragment_s_entry_is_kept_too_and_takes_the_whole_page_along(cast: Cast, entry: dict[str, Any]) -> None:
    fragment = {"HX-Request": "true"}
    locked, gone = at_work(cast.bram), at_work(cast.amina)
    locked.post(LOCK)
    time_runs_out(gone)

    turned = [client.post(NEW, entry, headers=fragment) for client in (gone,)]
    Session.objects.update(expire_date=timezone.now() + dt.timedelta(hours=1))
    turned += [locked.post(NEW, entry, headers=fragment)]

    assert [one.status_code for one in turned] == [204, 204]
    assert turned[0]["HX-Redirect"] == f"{SIGN_IN}?next=%2Faccounts%2Fkept%2F"
    assert turned[1]["HX-Redirect"] == f"{UNLOCK}?next=%2Faccounts%2Fkept%2F"
    assert Client().get(NEW, headers=fragment)["HX-Refresh"] == "true"


def test_a_form_that_is_still_wrong_comes_back_with_its_content_and_waits_no_longer(
    cast: Cast, entry: dict[str, Any]
) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    client.post(NEW, {**entry, "minutes": "beaucoup"})
    client.post(UNLOCK, {"password": PASSWORD})

    address, fields = to_send(client.get(KEPT).content.decode())
    page = client.post(address, fields).content.decode()

    assert "beaucoup" in page and "Zinnik" in page
    assert client.get(KEPT)["Location"] == "/spaces/"


def test_it_is_thrown_away_with_the_other_button(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    client.post(NEW, entry)
    client.post(UNLOCK, {"password": PASSWORD})
    number = KeptForm.objects.get().pk

    for said in ("", "x", "9" * 40, "0", str(number)):
        client.post(DISCARD, {keeping.FIELD: said})

    assert not KeptForm.objects.exists()
    assert visits(cast) == []


def test_two_windows_lose_nothing_and_one_that_locks_again_is_kept_once(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    client.post(NEW, entry)
    client.post(NEW, {**entry, "note": "Une autre fenêtre"})
    client.post(UNLOCK, {"password": PASSWORD})
    address, fields = to_send(client.get(KEPT).content.decode())
    assert fields["note"] == ["Une autre fenêtre"]

    client.post(LOCK)
    client.post(address, fields)

    assert KeptForm.objects.count() == 2
    for number in range(8):
        client.post(NEW, {**entry, "note": f"fenêtre {number}"})
    assert KeptForm.objects.count() == 5, "there is an end to it"


def test_a_file_must_be_chosen_again_and_the_page_says_so(cast: Cast) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    client.post(f"{POSTE}sites/add/", {"name": "Annexe Lune", "plan": SimpleUploadedFile("plan.pdf", b"secret plan")})
    client.post(UNLOCK, {"password": PASSWORD})

    page = client.get(KEPT).content.decode()

    assert "Choisissez à nouveau votre fichier" in page
    assert to_send(page)[1]["name"] == ["Annexe Lune"]


# --- nobody else ------------------------------------------------------------------------------------------------------


def test_whoever_signs_in_next_on_this_pc_finds_nothing_of_it(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    client.post(NEW, entry)
    number = KeptForm.objects.get().pk
    client.post("/accounts/logout/")

    assert with_password(client, cast.bram, next=KEPT) == KEPT
    assert client.get(KEPT)["Location"] == "/spaces/"
    assert "Zinnik" not in client.get(NEW).content.decode()
    client.post(DISCARD, {keeping.FIELD: str(number)})
    client.post(NEW, {**entry, "note": "De Bram", keeping.FIELD: str(number)})

    assert KeptForm.objects.filter(pk=number).exists(), "nor can they throw it away"
    client.post("/accounts/logout/")
    assert with_password(client, cast.amina) == KEPT, "it waits for her"
    assert "Zinnik" in client.get(KEPT).content.decode()


def test_nobody_who_copies_or_invents_a_cookie_finds_anything(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    client.post(NEW, entry)
    secret = client.cookies[keeping.KEPT_COOKIE].value
    thief, elsewhere = at_work(cast.bram), at_work(cast.amina)
    thief.cookies[keeping.KEPT_COOKIE] = secret

    assert thief.get(KEPT)["Location"] == "/spaces/"
    for said in ("", "x", "A" * 43, "\0" * 43, secret[:-1] + "é", "' OR 1=1"):
        elsewhere.cookies[keeping.KEPT_COOKIE] = said
        assert elsewhere.get(KEPT)["Location"] == "/spaces/", said


def test_it_is_there_for_half_an_hour(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    client.post(NEW, entry)
    assert client.cookies[keeping.KEPT_COOKIE]["max-age"] == 1800
    KeptForm.objects.update(expires_at=timezone.now())

    assert client.post(UNLOCK, {"password": PASSWORD})["Location"] == "/spaces/"
    assert client.get(KEPT)["Location"] == "/spaces/"
    remove_the_expired(0)
    assert not KeptForm.objects.exists()


def test_a_session_that_was_ended_keeps_nothing(cast: Cast, entry: dict[str, Any]) -> None:
    out, other_password, stranger = at_work(cast.amina), at_work(cast.bram), Client()
    key = out.cookies["sessionid"].value
    out.post("/accounts/logout/")
    out.cookies["sessionid"] = key
    time_runs_out(other_password)
    cast.bram.set_password("another long enough sentence")
    cast.bram.save()
    stranger.cookies["sessionid"] = "invented0invented0invented0inven"

    for client in (out, other_password, stranger, Client()):
        assert client.post(NEW, entry)["Location"] == f"{SIGN_IN}?next={NEW}"
    assert not KeptForm.objects.exists()


def test_another_site_s_form_is_not_kept(cast: Cast, entry: dict[str, Any]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.amina, backend="maillage.accounts.backends.PasswordBackend")
    token, key = client.get(NEW).cookies["csrftoken"].value, client.cookies["sessionid"].value
    time_runs_out(client)

    for said, origin, kept in (
        ({}, "http://testserver", 0),
        ({"csrfmiddlewaretoken": "a" * 64}, "http://testserver", 0),
        ({"csrfmiddlewaretoken": token}, "https://evil.example", 0),
        ({"csrfmiddlewaretoken": token}, "http://testserver", 1),
    ):
        client.cookies["sessionid"] = key
        client.post(NEW, {**entry, **said}, headers={"origin": origin})
        assert KeptForm.objects.count() == kept


def test_the_api_answers_as_ever_and_keeps_nothing(cast: Cast, entry: dict[str, Any]) -> None:
    locked, gone = at_work(cast.bram), at_work(cast.amina)
    locked.post(LOCK)
    address = f"{POSTE}api/v1/visits/"

    assert locked.post(address, entry).status_code == 403
    assert locked.post(address, entry, content_type="application/json").status_code == 403
    time_runs_out(gone)
    assert gone.post(address, entry).status_code == 401
    assert not KeptForm.objects.exists()


def test_no_password_and_no_token_is_kept(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    for path in ("/accounts/password/change/", "/accounts/reauthenticate/", "/accounts/2fa/authenticate/", SIGN_IN,
                 "/invitations/x/"):  # fmt: skip
        client.post(path, {"oldpassword": PASSWORD, "code": "123456", "name": "Amina"})
    assert not KeptForm.objects.exists()

    client.post(NEW, {**entry, "password": PASSWORD, "new_pin": "258036", "csrfmiddlewaretoken": "x" * 64})
    client.post(UNLOCK, {"password": PASSWORD})
    fields = to_send(client.get(KEPT).content.decode())[1]

    assert set(fields) == {*entry, keeping.FIELD, "csrfmiddlewaretoken"}
    assert fields["csrfmiddlewaretoken"] != ["x" * 64]


def test_every_password_field_of_the_house_is_known_by_its_name(cast: Cast) -> None:
    from tests.registry.test_roles import routes  # imports every form, as its views do

    assert list(routes())
    waiting, fields = [__import__("django.forms").forms.BaseForm], set()
    while waiting:
        one = waiting.pop()
        waiting += one.__subclasses__()
        fields |= {
            name for name, field in getattr(one, "base_fields", {}).items() if isinstance(field.widget, PasswordInput)
        }
    assert len(fields) > 3
    assert {name for name in fields if not keeping.NEVER_KEPT.search(name)} == set()
    assert [n for n in ("social_secretariat", "spinoff", "postcode", "note") if keeping.NEVER_KEPT.search(n)] == []


@pytest.mark.parametrize("said", [{"key": "x", "next": "/"}, {}, {"note": "   "}, {"note": "x" * 70_000}])
def test_a_mere_button_is_not_kept_and_neither_is_a_book(cast: Cast, said: dict[str, str]) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)

    assert client.post(NEW, said)["Location"] == UNLOCK
    assert client.post(NEW, "not a form", content_type="text/plain")["Location"] == UNLOCK
    assert client.post(NEW, b"--x", content_type="multipart/form-data; boundary=\xff")["Location"] == UNLOCK
    assert client.post(NEW, {f"f{n}": "x" for n in range(1001)})["Location"] == UNLOCK
    assert not KeptForm.objects.exists()


def test_at_rest_it_opens_with_our_key_and_the_browser_s_half_only(
    cast: Cast, entry: dict[str, Any], settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    with caplog.at_level(logging.DEBUG):
        client.post(NEW, {**entry, "note": "Nadia\0 Duclavier"})
    row = KeptForm.objects.get()
    kept = f"{row.sealed} {row.digest}"
    secret = client.cookies[keeping.KEPT_COOKIE].value

    assert "Duclavier" not in caplog.text and secret not in caplog.text
    assert "Duclavier" not in kept and "visits" not in kept and secret not in kept
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    client.cookies.pop("sessionid")
    with_password(client, cast.amina)
    assert "Duclavier" in client.get(KEPT).content.decode()
    settings.SECRET_KEY_FALLBACKS = []
    with_password(client, cast.amina)
    assert client.get(KEPT)["Location"] == "/spaces/"


# --- and again through the door ---------------------------------------------------------------------------------------


def test_a_membership_that_ended_meanwhile_finds_what_a_stranger_finds(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.bram)
    client.post(LOCK)
    client.post(NEW, entry)
    Membership.objects.filter(person=cast.bram).update(until=timezone.now())
    client.post(UNLOCK, {"password": PASSWORD})

    answer = client.get(KEPT)

    assert answer["Location"] == NEW
    assert client.get(NEW).content == client.get("/caban/no-such-place/visits/new/").content.replace(
        b"no-such-place", b"rue-de-la-poste"
    )
    assert client.get(NEW).status_code == client.post(NEW, entry).status_code == 404
    assert not KeptForm.objects.exists()


def test_a_smaller_role_sends_nothing_that_it_may_not(cast: Cast) -> None:
    client = at_work(cast.amina)
    client.post(LOCK)
    client.post(f"{POSTE}sites/add/", {"name": "Annexe Lune"})
    Membership.objects.filter(person=cast.amina).update(role="animator")
    client.post(UNLOCK, {"password": PASSWORD})

    assert client.get(KEPT)["Location"] == f"{POSTE}sites/add/"
    assert client.get(f"{POSTE}sites/add/").status_code == 403


def test_a_required_factor_is_shown_first_and_then_the_entry_is_there(
    cast: Cast, entry: dict[str, Any], has_app: Callable[[Person], App], signed_in: SignIn
) -> None:
    app = has_app(cast.amina)
    Federation.objects.update(second_factor_required=True)
    client = signed_in(cast.amina)

    turned = client.post(NEW, entry)
    assert turned["Location"] == "/accounts/2fa/reauthenticate/?next=%2Faccounts%2Fkept%2F"
    assert client.get(KEPT)["Location"] == turned["Location"], "nothing is shown before"
    shown = client.post(turned["Location"], {"code": code_of(app.secret, steps=1), "next": KEPT})

    assert shown["Location"] == KEPT
    assert "Zinnik" in client.get(KEPT).content.decode()


def test_and_so_is_one_that_is_asked_for_at_sign_in(
    cast: Cast, entry: dict[str, Any], has_app: Callable[[Person], App]
) -> None:
    app = has_app(cast.amina)
    client = Client()
    assert with_password(client, cast.amina).startswith("/accounts/2fa/authenticate/")
    client.post("/accounts/2fa/authenticate/", {"code": app.recovery_codes[0]})
    time_runs_out(client)

    turned = client.post(NEW, entry)["Location"]
    assert with_password(client, cast.amina, next=KEPT).startswith("/accounts/2fa/authenticate/")
    assert client.get(KEPT)["Location"].startswith(SIGN_IN)
    shown = client.post("/accounts/2fa/authenticate/", {"code": app.recovery_codes[1]})

    assert (turned, shown["Location"]) == (f"{SIGN_IN}?next={KEPT}", KEPT)
    assert "Zinnik" in client.get(KEPT).content.decode()


def test_whoever_has_to_set_a_factor_up_finds_it_afterwards(
    cast: Cast, entry: dict[str, Any], signed_in: SignIn
) -> None:
    Federation.objects.update(second_factor_required=True)
    client = signed_in(cast.amina)

    assert client.post(CONTRACTS.replace("contracts", "sites/add"), {"name": "Annexe"})["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/done/")["Location"] == KEPT


# --- what was never sent ----------------------------------------------------------------------------------------------


def draft_of(entry: dict[str, Any], **others: str) -> dict[str, str]:
    """What the page's script sends with the lock."""
    return {"draft": urlencode(entry, doseq=True), "draft_for": NEW, "draft_page": f"{NEW}?from=home", **others}


def test_what_was_being_typed_when_somebody_locks_goes_on_in_its_form(cast: Cast, entry: dict[str, Any]) -> None:
    client = at_work(cast.bram)
    client.post(LOCK, draft_of({**entry, "password": PASSWORD}, draft_files="1", next=POSTE))
    number = KeptForm.objects.get().pk
    fields = f"/accounts/kept/fields/?{keeping.FIELD}={number}"
    assert client.get(fields)["Location"].startswith(UNLOCK), "nothing of it is served while it is locked"

    assert client.post(UNLOCK, {"password": PASSWORD, "next": POSTE})["Location"] == KEPT
    page = client.get(KEPT).content.decode()
    assert f'href="{NEW}?from=home#kept-{number}"' in page and "⟦undefined" not in page
    assert "Envoyer ma saisie" not in page, "half a form is finished first"
    said = client.get(fields).json()
    assert said["address"] == NEW
    assert dict(said["fields"])["note"] == NOTE and "password" not in dict(said["fields"])
    assert at_work(cast.amina).get(fields).json() == {"address": "", "fields": []}

    client.post(NEW, {**entry, keeping.FIELD: str(number)})
    assert len(visits(cast)) == 1 and not KeptForm.objects.exists()
    assert client.get(fields).json() == {"address": "", "fields": []}


def test_a_second_window_s_too_and_one_whose_time_ran_out_as_well(cast: Cast, entry: dict[str, Any]) -> None:
    client, gone = at_work(cast.bram), at_work(cast.amina)
    client.post(LOCK)
    client.post(LOCK, draft_of(entry))
    client.post(LOCK, draft_of({"name": "Annexe"}, draft_for=f"{POSTE}sites/add/"))
    time_runs_out(gone)
    turned = gone.post(LOCK, draft_of(entry))

    assert turned["Location"] == f"{SIGN_IN}?next={KEPT}"
    assert sorted(KeptForm.objects.values_list("person", flat=True)) == sorted([cast.bram.pk] * 2 + [cast.amina.pk])


@pytest.mark.parametrize(
    "said",
    [{"draft_for": "https://evil.example/x"}, {"draft_for": "//evil.example/x"}, {"draft_page": "javascript:alert(1)"},
     {"draft_page": "//evil.example"}, {"draft_for": ""}, {"draft_for": "/accounts/password/change/"}, {"draft": ""},
     {"draft_for": f"{POSTE}%00"}, {"draft": "&".join(f"a{n}=1" for n in range(1001))}, {"draft": "a=" + "x" * 70_000},
     {"draft_page": "/" + "x" * 5000}, {"draft": "key=1&next=2"}],
)  # fmt: skip
def test_a_draft_for_elsewhere_or_of_nothing_is_none(cast: Cast, entry: dict[str, Any], said: dict[str, str]) -> None:
    client = at_work(cast.bram)

    assert client.post(LOCK, draft_of(entry, **said))["Location"] == UNLOCK
    assert not KeptForm.objects.exists()
