"""People of an EPN change places on a shared PC with a name and a PIN, which opens that and nothing else."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.registry.enums import Role
from tenants.registry.models import ApiToken, Federation, Membership, Space
from tenants.registry.services import grant_membership
from tenants.registry.signing_in.lock import SHARED_COOKIE
from tenants.registry.signing_in.models import Pin, PinTries, SharedPc
from tenants.registry.signing_in.pins.rules import check_pin
from tenants.registry.signing_in.pins.selectors import MOST_WRONG_IN_ALL, people_with_pin, short_names
from tenants.registry.signing_in.pins.services import Tried, box_of_pins, revoke_pc, set_pin, try_pin
from tenants.registry.signing_in.pins.session import PC_COOKIE
from tenants.registry.signing_in.services import close_secrets_anew
from tenants.registry.tasks import remove_the_expired
from tests.conftest import PASSWORD, Cast
from tests.signing_in.conftest import CONTRACTS, POSTE, SIGN_IN, App, with_password

LOCK, UNLOCK, SWITCH, PIN_PAGE = "/accounts/lock/", "/accounts/unlock/", "/accounts/switch/", "/accounts/pin/"
SHARED_PCS = f"{POSTE}shared-pcs/"
REAUTHENTICATE = "/accounts/reauthenticate/"
AMINAS, BRAMS, CHLOES = "258036", "904172", "619375"
SignIn = Callable[[Person], Client]


@pytest.fixture
def pins(cast: Cast) -> None:
    for person, pin in ((cast.amina, AMINAS), (cast.bram, BRAMS), (cast.chloe, CHLOES)):
        set_pin(person=person, pin=pin)


@pytest.fixture
def pc(cast: Cast, pins: None) -> Client:
    """Bram has signed in on a shared PC of his EPN, and has just locked his session."""
    client = Client()
    with_password(client, cast.bram, shared="on")
    client.get(CONTRACTS)
    client.post(LOCK, {"switch": "1", "next": f"{POSTE}visits/"})
    return client


def typed(client: Client, person: Person, pin: str, **others: str) -> Any:
    return client.post(SWITCH, {"who": str(person.pk), "pin": pin, **others})


def whose(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


# --- choosing one ------------------------------------------------------------------------------------------------


def test_everybody_chooses_their_own_after_saying_again_who_they_are(cast: Cast) -> None:
    client = Client()
    with_password(client, cast.bram)

    asked = client.get(PIN_PAGE)
    assert asked["Location"] == f"{REAUTHENTICATE}?next=%2Faccounts%2Fpin%2F"
    assert client.post(PIN_PAGE, {"new_pin": BRAMS, "new_pin_again": BRAMS})["Location"] == asked["Location"]
    assert not Pin.objects.exists()
    client.post(asked["Location"], {"password": PASSWORD, "next": PIN_PAGE})
    page = client.get(PIN_PAGE).content.decode()
    assert "⟦undefined" not in page and "123456" in page
    assert client.post(PIN_PAGE, {"new_pin": " 904 172", "new_pin_again": BRAMS})["Location"] == "/accounts/profile/"
    kept = Pin.objects.get(person=cast.bram).sealed
    assert check_password(BRAMS, box_of_pins().decrypt(kept.encode()).decode())
    assert client.post(f"{PIN_PAGE}remove/")["Location"] == "/accounts/profile/"

    assert not Pin.objects.exists()
    verbs = Entry.objects.filter(verb__startswith="pin.").values_list("verb", "target", "actor_id")
    assert set(verbs) == {(verb, str(cast.bram.pk), cast.bram.pk) for verb in ("pin.set", "pin.removed")}


GUESSED = ("000000", "123456", "654321", "121212", "123123", "112233", "147258", "890123", "135791", "112221")
NO_PIN = ("", "12345", "1234567", "12345a", "٣٤٥٦٧٨", "\0" * 6, "²²²³³³")


@pytest.mark.parametrize("pin", [*GUESSED, *NO_PIN])
def test_what_is_guessed_first_is_refused(pin: str) -> None:
    with pytest.raises(ValidationError):
        check_pin(pin)


def test_the_form_says_why_and_repeats_no_digit(cast: Cast, signed_in: SignIn) -> None:
    client = Client()
    with_password(client, cast.bram)
    client.post(REAUTHENTICATE, {"password": PASSWORD})

    for said, words in (
        ({"new_pin": "123456", "new_pin_again": "123456"}, "facile à deviner"),
        ({"new_pin": BRAMS, "new_pin_again": AMINAS}, "ne sont pas les mêmes"),
        ({"new_pin": "1" * 5000, "new_pin_again": ""}, "Tapez 6 chiffres"),
        ({"new_pin": "\0", "new_pin_again": "=1+1"}, "m-error"),
    ):
        page = client.post(PIN_PAGE, said).content.decode()
        assert words in page and BRAMS not in page, said
    for pin in ("258036", "904172", "619375", "871204"):
        check_pin(pin)
    assert not Pin.objects.exists()


def test_whoever_has_or_must_have_a_second_factor_has_no_pin(
    cast: Cast, pins: None, has_app: Callable[[Person], App]
) -> None:
    assert [one.name for one in people_with_pin(cast.poste.space)] == ["Amina", "Bram"]
    has_app(cast.bram)
    with pytest.raises(ValidationError):
        set_pin(person=cast.bram, pin=BRAMS)
    assert [one.name for one in people_with_pin(cast.poste.space)] == ["Amina"]

    Federation.objects.update(second_factor_required=True)

    assert people_with_pin(cast.poste.space) == []
    with pytest.raises(ValidationError):
        set_pin(person=cast.amina, pin=AMINAS)


# --- the switch --------------------------------------------------------------------------------------------------


def test_a_name_and_six_digits_open_one_s_own_new_session(cast: Cast, pc: Client) -> None:
    before = pc.cookies["sessionid"].value
    page = pc.get(SWITCH).content.decode()
    assert re.findall(r'm-tile-label">([^<]+)<', page) == ["Amina", "Bram"]
    assert "example.org" not in page and "contracts" not in page and "⟦undefined" not in page
    asked = pc.get(f"{SWITCH}?who={cast.amina.pk}&next={POSTE}visits/").content.decode()
    assert 'inputmode="numeric"' in asked and "⟦undefined" not in asked

    opened = typed(pc, cast.amina, AMINAS, next=f"{POSTE}visits/")

    assert opened["Location"] == POSTE, "where Bram was is nobody else's business"
    assert (whose(pc), pc.session["quick_lock"]["shared"]) == (str(cast.amina.pk), True)
    assert not Session.objects.filter(session_key=before).exists()
    home = pc.get(POSTE).content.decode()
    assert "Amina" in home and "Bram" not in home.split("<main", 1)[0]
    assert pc.get(CONTRACTS).status_code == 200
    assert pc.session.get_expire_at_browser_close()
    pc.post(LOCK)
    assert typed(pc, cast.amina, AMINAS, next=CONTRACTS)["Location"] == CONTRACTS, "her own page is hers again"
    pc.post(LOCK)
    typed(pc, cast.bram, BRAMS)
    assert pc.get(CONTRACTS).status_code == 403, "each has their own role"


def test_the_lock_s_page_shows_the_names_too_and_the_header_a_switch_on_shared_pcs_only(cast: Cast, pc: Client) -> None:
    own = Client()
    with_password(own, cast.amina)

    assert f'href="{SWITCH}?who={cast.amina.pk}"' in pc.get(UNLOCK).content.decode()
    assert 'name="switch"' not in own.get(POSTE).content.decode()
    typed(pc, cast.amina, AMINAS)
    assert 'name="switch"' in pc.get(POSTE).content.decode()
    assert pc.get(SWITCH)["Location"] == "/spaces/", "only a locked session gives its place up"
    own.post(LOCK)
    assert "m-tile" not in own.get(UNLOCK).content.decode()
    assert own.get(SWITCH)["Location"] == UNLOCK


def test_what_one_was_sending_waits_through_the_other_s_session(cast: Cast, pc: Client) -> None:
    pc.post(f"{POSTE}visits/new/", {"note": "Zinnik attend"})
    typed(pc, cast.amina, AMINAS)
    assert "Zinnik" not in pc.get("/accounts/kept/", follow=True).content.decode()
    pc.post(LOCK)

    assert typed(pc, cast.bram, BRAMS)["Location"] == "/accounts/kept/"
    assert "Zinnik" in pc.get("/accounts/kept/").content.decode()


def test_two_of_one_first_name_are_told_apart_and_nobody_else_is_named(cast: Cast, pins: None) -> None:
    other = Person(pk=-1, name="Amina Lamolette")

    assert short_names([cast.amina, other, cast.bram]) == {
        cast.amina.pk: "Amina", -1: "Amina Lamolette", cast.bram.pk: "Bram"
    }  # fmt: skip


# --- what a PIN never opens --------------------------------------------------------------------------------------


def test_an_unknown_device_is_asked_for_more(cast: Cast, pc: Client) -> None:
    plain, copied, forged = Client(), Client(), Client()
    secret = pc.cookies[PC_COOKIE].value
    for client in (plain, copied, forged):
        client.force_login(cast.bram, backend="maillage.accounts.backends.PasswordBackend")
        client.post(LOCK)
    copied.cookies[PC_COOKIE] = secret  # of a browser where nobody said that it is shared
    forged.cookies[SHARED_COOKIE], forged.cookies[PC_COOKIE] = "1", "A" * 43

    for client in (plain, copied, forged, Client()):
        assert client.get(SWITCH)["Location"].startswith((UNLOCK, SIGN_IN))
        typed(client, cast.amina, AMINAS)
        assert whose(client) in (str(cast.bram.pk), None)
    for said in ("", "x", "\0", "A" * 43, secret + "A"):
        forged.cookies[PC_COOKIE] = said
        assert typed(forged, cast.amina, AMINAS)["Location"] == UNLOCK, said


def test_only_people_who_work_there_now(cast: Cast, pc: Client) -> None:
    typed(pc, cast.chloe, CHLOES)
    Membership.objects.filter(person=cast.amina).update(until=timezone.now())
    typed(pc, cast.amina, AMINAS)
    for who in ("", "x", "0", "-1", "9" * 30, "\0"):
        pc.post(SWITCH, {"who": who, "pin": AMINAS})

    assert whose(pc) == str(cast.bram.pk)
    assert pc.get(POSTE)["Location"].startswith(UNLOCK)
    assert not PinTries.objects.exists()


@pytest.mark.parametrize("path", ["/caban/", "/caban/abattoirs/", "/accounts/tokens/", PIN_PAGE, "/accounts/2fa/",
                                  "/accounts/2fa/totp/activate/", "/accounts/password/change/",
                                  "/accounts/profile/"])  # fmt: skip
def test_elsewhere_it_asks_for_the_password_and_then_goes_on(cast: Cast, pc: Client, path: str) -> None:
    grant_membership(person=cast.amina, space=cast.abattoirs.space, role=Role.ANIMATOR)
    typed(pc, cast.amina, AMINAS)

    for answer in (pc.get(path), pc.post(path, {"new_pin": CHLOES, "new_pin_again": CHLOES, "oldpassword": PASSWORD})):
        assert answer.status_code == 302
        assert answer["Location"].startswith(REAUTHENTICATE), path
    assert "donnez votre mot de passe" in pc.get(f"{REAUTHENTICATE}?next={path}").content.decode()
    assert pc.post(f"{REAUTHENTICATE}?next={path}", {"password": "a guess"}).status_code == 200
    assert pc.get(path)["Location"].startswith(REAUTHENTICATE)
    pc.post(f"{REAUTHENTICATE}?next={path}", {"password": PASSWORD, "next": path})

    assert not pc.get(path, follow=True).redirect_chain or path in (PIN_PAGE, "/accounts/2fa/totp/activate/")


def test_a_form_for_another_space_is_kept_meanwhile(cast: Cast, pc: Client) -> None:
    grant_membership(person=cast.amina, space=cast.abattoirs.space, role=Role.EPN_COORDINATOR)
    typed(pc, cast.amina, AMINAS)

    turned = pc.post("/caban/abattoirs/sites/add/", {"name": "Annexe Zinnik"})

    assert turned["Location"] == f"{REAUTHENTICATE}?next=%2Faccounts%2Fkept%2F"
    assert pc.get("/accounts/kept/")["Location"] == turned["Location"]
    pc.post(turned["Location"], {"password": PASSWORD})
    assert "Annexe Zinnik" in pc.get("/accounts/kept/").content.decode()


def test_the_api_by_session_is_its_epn_s_alone_and_no_token_is_made(cast: Cast, pc: Client) -> None:
    typed(pc, cast.amina, AMINAS)

    assert pc.get(f"{POSTE}api/v1/visits/").status_code == 200
    for path in ("/api/v1/me/", "/caban/api/v1/epn/", "/caban/abattoirs/api/v1/visits/"):
        assert pc.get(path).status_code in (403, 404), path
    asked = {"email": cast.amina.email, "password": AMINAS, "space": "caban/rue-de-la-poste"}
    assert pc.post("/api/v1/token/", asked, content_type="application/json").status_code in (400, 401, 403)
    assert not ApiToken.objects.exists()
    assert pc.post(LOCK).status_code == 302
    assert pc.post(UNLOCK, {"password": AMINAS}).status_code == 200, "nor is it a password"


def test_who_may_enter_the_epn_is_decided_with_a_password(cast: Cast, pc: Client) -> None:
    """A PIN can be watched: whoever uses another's must not give themselves a role with it."""
    typed(pc, cast.amina, AMINAS)
    bram = Membership.objects.get(person=cast.bram)
    role, program = f"{POSTE}people/{bram.pk}/role/", f"{POSTE}api/v1/memberships/{bram.pk}/"

    assert pc.get(f"{POSTE}people/").status_code == pc.get(program).status_code == 200
    assert pc.get(role)["Location"].startswith(REAUTHENTICATE)
    turned = pc.post(role, {"role": "epn_coordinator"})
    assert pc.patch(program, {"role": "epn_coordinator"}, content_type="application/json").status_code == 403
    assert pc.post(f"{SHARED_PCS}revoke/", {"pc": "1"})["Location"].startswith(REAUTHENTICATE)
    assert pc.post(f"{POSTE}appointments/calendars/", {"site": ""})["Location"].startswith(REAUTHENTICATE)
    assert pc.get(f"{POSTE}appointments/").status_code == 200
    bram.refresh_from_db()
    assert bram.role == "animator"
    pc.post(turned["Location"], {"password": PASSWORD})

    assert "Envoyer ma saisie" in pc.get("/accounts/kept/").content.decode()
    assert pc.get(role).status_code == 200


def test_a_factor_that_is_required_later_stops_a_session_by_pin_as_any_other(cast: Cast, pc: Client) -> None:
    typed(pc, cast.amina, AMINAS)
    Federation.objects.update(second_factor_required=True)

    assert pc.get(POSTE)["Location"] == "/accounts/2fa/"
    assert pc.get("/accounts/2fa/")["Location"].startswith(REAUTHENTICATE)
    pc.post(LOCK)
    assert (
        "Amina" not in pc.get(SWITCH).content.decode().split("</h1>", 1)[1].split("<form", 1)[0].split("m-actions")[0]
    )
    typed(pc, cast.amina, AMINAS)
    assert pc.get(POSTE)["Location"].startswith(UNLOCK)


# --- tries -------------------------------------------------------------------------------------------------------


def test_five_wrong_tries_block_it_there_until_its_person_signs_in_in_full(cast: Cast, pc: Client) -> None:
    for left in ("4 fois", "3 fois", "2 fois", "encore une fois"):
        assert left in typed(pc, cast.amina, "111111").content.decode()
    typed(pc, cast.amina, "")  # nothing typed is no try
    typed(pc, cast.amina, "222222")

    page = typed(pc, cast.amina, AMINAS).content.decode()

    assert "bloqué sur ce PC" in page and 'name="pin"' not in page
    assert whose(pc) == str(cast.bram.pk)
    assert list(Entry.objects.filter(verb="pin.blocked").values_list("target", "space_id", "actor_id")) == [
        (str(cast.amina.pk), cast.poste.space.pk, cast.bram.pk)
    ]
    typed(pc, cast.bram, BRAMS)
    assert whose(pc) == str(cast.bram.pk) and "opened_by_pin" in pc.session, "his own works on"
    pc.post("/accounts/logout/")
    with_password(pc, cast.amina, shared="on")
    pc.post(LOCK)
    assert typed(pc, cast.amina, AMINAS).status_code == 302


def test_a_right_one_forgets_the_wrong_ones_and_other_pcs_count_for_themselves_up_to_an_end(
    cast: Cast, pc: Client
) -> None:
    for _round in range(2):
        for _try in range(3):
            typed(pc, cast.amina, "111111")
        typed(pc, cast.amina, AMINAS)
        pc.post(LOCK)
    other = SharedPc.objects.create(space=cast.poste.space, digest="x", shared_by=cast.bram, expires_at=timezone.now())
    PinTries.objects.create(pc=other, person=cast.amina, wrong=MOST_WRONG_IN_ALL)

    assert "bloqué" in typed(pc, cast.amina, AMINAS).content.decode()
    set_pin(person=cast.amina, pin=AMINAS)
    assert typed(pc, cast.amina, AMINAS).status_code == 302


def test_a_try_is_counted_before_it_is_looked_at(cast: Cast, pc: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a hundred at once are five: the count stands in the database when the slow hash begins."""
    seen = []

    def slow(pin: str, known: str) -> bool:
        seen.append(PinTries.objects.get().wrong)
        return False

    monkeypatch.setattr("tenants.registry.signing_in.pins.services.check_password", slow)
    for _try in range(8):
        typed(pc, cast.amina, AMINAS)

    assert seen == [1, 2, 3, 4, 5]


# --- shared PCs --------------------------------------------------------------------------------------------------


def test_a_full_sign_in_with_the_box_ticked_makes_the_pc_one_of_that_epn_s(cast: Cast) -> None:
    def after(person: Person, *, client: Client | None = None, **said: str) -> Client:
        browser = client or Client()
        with_password(browser, person, **said)
        return browser

    bram = after(cast.bram, shared="on")
    assert bram.cookies[PC_COOKIE]["httponly"] and bram.cookies[PC_COOKIE]["max-age"] == 30 * 24 * 3600
    made = SharedPc.objects.get()
    assert (made.space_id, made.shared_by_id) == (cast.poste.space.pk, cast.bram.pk)
    assert bram.cookies[PC_COOKIE].value not in made.digest
    assert Entry.objects.get(verb="shared_pc.added").space_id == cast.poste.space.pk
    for client in (after(cast.amina), after(cast.dries, shared="on"), after(cast.eva, shared="on")):
        assert not client.cookies.get(PC_COOKIE)
    assert SharedPc.objects.count() == 1

    SharedPc.objects.update(expires_at=timezone.now() + dt.timedelta(days=1))
    bram.post("/accounts/logout/")
    after(cast.amina, client=bram, shared="on")
    again = SharedPc.objects.get()
    assert again.expires_at > timezone.now() + dt.timedelta(days=29), "known for longer"

    bram.post("/accounts/logout/")
    after(cast.chloe, client=bram, shared="on")
    assert [one.space_id for one in SharedPc.objects.filter(revoked_at=None)] == [cast.abattoirs.space.pk]
    bram.post("/accounts/logout/")
    after(cast.chloe, client=bram)
    assert not SharedPc.objects.filter(revoked_at=None).exists(), "not shared any more"
    assert not bram.cookies[PC_COOKIE].value


def test_who_works_in_several_makes_it_one_of_where_they_were_going(cast: Cast) -> None:
    grant_membership(person=cast.bram, space=cast.abattoirs.space, role=Role.VOLUNTEER)
    nowhere, poste = Client(), Client()

    with_password(nowhere, cast.bram, shared="on")
    with_password(poste, cast.bram, shared="on", next=f"{POSTE}visits/?page=2")

    assert not nowhere.cookies.get(PC_COOKIE)
    assert SharedPc.objects.get().space_id == cast.poste.space.pk


def test_the_coordinator_sees_the_pcs_and_takes_one_out_of_use(cast: Cast, pc: Client, signed_in: SignIn) -> None:
    typed(pc, cast.bram, BRAMS)
    amina, chloe = signed_in(cast.amina), signed_in(cast.chloe)
    row = SharedPc.objects.get()

    page = amina.get(SHARED_PCS).content.decode()
    assert "Bram" in page and "Amina, Bram" in page and "⟦undefined" not in page
    assert SHARED_PCS in amina.get(f"{POSTE}people/").content.decode()
    assert "shared-pcs" not in signed_in(cast.dries).get("/caban/people/").content.decode()
    for said in ("", "x", "0", "9" * 30):
        amina.post(f"{SHARED_PCS}revoke/", {"pc": said})
    chloe.post("/caban/abattoirs/shared-pcs/revoke/", {"pc": str(row.pk)})
    assert pc.get(POSTE).status_code == 200
    amina.post(f"{SHARED_PCS}revoke/", {"pc": str(row.pk)})

    assert pc.get(POSTE)["Location"].startswith(SIGN_IN), "its session by PIN has ended"
    assert whose(pc) is None
    assert Entry.objects.get(verb="shared_pc.revoked").space_id == cast.poste.space.pk
    assert "Pas encore de PC partagé" in amina.get(SHARED_PCS).content.decode()


@pytest.mark.parametrize("end", ["expired", "archived"])
def test_a_pc_that_is_known_no_longer_opens_nothing(cast: Cast, pc: Client, end: str) -> None:
    if end == "expired":
        SharedPc.objects.update(expires_at=timezone.now())
    else:
        Space.objects.filter(pk=cast.poste.space.pk).update(archived_at=timezone.now())

    assert typed(pc, cast.amina, AMINAS)["Location"] == UNLOCK
    assert whose(pc) == str(cast.bram.pk)


def test_a_session_in_which_the_password_was_given_since_is_one_like_others(cast: Cast, pc: Client) -> None:
    typed(pc, cast.amina, AMINAS)
    pc.post(REAUTHENTICATE, {"password": PASSWORD})
    revoke_pc(pc=SharedPc.objects.get())

    assert pc.get("/accounts/profile/").status_code == pc.get(POSTE).status_code == 200


def test_a_session_by_pin_locks_by_itself(cast: Cast, pc: Client) -> None:
    typed(pc, cast.amina, AMINAS)
    session = pc.session
    session["quick_lock"] = {**session["quick_lock"], "seen": time.time() - 16 * 60}
    session.save()

    assert pc.get(POSTE)["Location"].startswith(UNLOCK)


def test_what_is_old_is_forgotten_and_a_new_key_closes_pins_anew(cast: Cast, pc: Client, settings: Any) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "a new one"
    assert close_secrets_anew() == 3
    settings.SECRET_KEY_FALLBACKS = []
    row = Pin.objects.get(person=cast.amina)
    assert check_password(AMINAS, box_of_pins().decrypt(row.sealed.encode()).decode())
    settings.SECRET_KEY = "a third one, and the others are gone"
    assert try_pin(pc=SharedPc.objects.get(), person=cast.amina, pin=AMINAS) == Tried.WRONG
    SharedPc.objects.update(expires_at=timezone.now() - dt.timedelta(days=31))
    remove_the_expired(0)
    assert not SharedPc.objects.exists()
