"""A network asks its coordinators and reviewers for a second factor: on pages, by session and by token."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import connection
from django.test import Client

from maillage.accounts.models import Person
from maillage.audit.models import Entry
from tenants.registry.enums import Role
from tenants.registry.models import Affiliation, ApiToken, Federation
from tenants.registry.services import grant_membership, make_token
from tenants.registry.signing_in.selectors import concerned_by
from tenants.registry.signing_in.services import require_second_factor
from tests.conftest import PASSWORD, Cast, inside
from tests.signing_in.conftest import CONTRACTS, FACTORS, POSTE, App, code_of, set_up_app, with_password

HasApp = Callable[[Person], App]
SignIn = Callable[[Person], Client]
SETTINGS = "/caban/settings/"
CONFIRM = f"{SETTINGS}second-factor/"
VISITS = f"{POSTE}api/v1/visits/"
TOKEN = "/api/v1/token/"


@pytest.fixture
def required(cast: Cast) -> Iterator[None]:
    require_second_factor(federation=cast.caban, required=True)
    yield
    cache.clear()


def ask_for_token(person: Person, space: str, **others: str) -> tuple[int, dict[str, object]]:
    said = {"email": person.email, "password": PASSWORD, "space": space, **others}
    answer = Client().post(TOKEN, said, content_type="application/json")
    return answer.status_code, answer.json()


# --- the switch -----------------------------------------------------------------------------------------------------


def test_the_coordinator_sees_who_is_concerned_before_anything_changes(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.dries)

    for page in (SETTINGS, CONFIRM):
        html = client.get(page).content.decode()
        assert "⟦undefined" not in html
        assert "Coordination d’EPN" in html
        assert cast.amina.name not in html  # numbers: a network reads no name of an EPN
    assert not Federation.objects.get(pk=cast.caban.pk).second_factor_required
    numbers = {one.role: (one.people, one.without) for one in concerned_by(cast.caban)}
    assert sorted(numbers.values()) == [(1, 1), (1, 1), (2, 2)]


def test_it_is_switched_on_and_off_and_both_are_in_the_journal(cast: Cast, client: Client) -> None:
    with_password(client, cast.dries)
    set_up_app(client)

    for said, required in (("yes", True), ("no", False)):
        assert client.post(CONFIRM, {"required": said})["Location"] == SETTINGS
        assert Federation.objects.get(pk=cast.caban.pk).second_factor_required is required
        assert "⟦undefined" not in client.get(SETTINGS).content.decode()

    kept = Entry.objects.filter(verb__in=["second_factor.required", "second_factor.optional"], space_id=cast.caban.pk)
    assert kept.filter(actor_id=cast.dries.pk).count() == 2


def test_nobody_else_switches_it(cast: Cast, signed_in: SignIn) -> None:
    for person, status in ((cast.eva, 403), (cast.amina, 404), (cast.farid, 404)):
        assert signed_in(person).post(CONFIRM, {"required": "yes"}).status_code == status
    assert not Federation.objects.get(pk=cast.caban.pk).second_factor_required


# --- pages ----------------------------------------------------------------------------------------------------------


def test_a_coordinator_without_one_sets_it_up_and_goes_on_where_they_were(cast: Cast, required: None) -> None:
    client = Client()
    with_password(client, cast.amina, next=f"{CONTRACTS}?type=art60")

    assert client.get(f"{CONTRACTS}?type=art60")["Location"] == FACTORS
    html = client.get(FACTORS).content.decode()
    assert "Votre réseau vous demande" in html and "⟦undefined" not in html
    set_up_app(client)
    page = client.get(FACTORS).content.decode()

    assert f'href="{FACTORS}done/"' in page
    assert client.get(f"{FACTORS}done/")["Location"] == f"{CONTRACTS}?type=art60"
    assert client.get(f"{CONTRACTS}?type=art60").status_code == 200
    assert client.get(f"{FACTORS}done/")["Location"] == "/spaces/"


def test_only_the_roles_that_see_much_are_concerned(cast: Cast, required: None, signed_in: SignIn) -> None:
    for person, page, stopped in [
        (cast.amina, POSTE, True),
        (cast.bram, POSTE, False),
        (cast.chloe, "/caban/abattoirs/", True),
        (cast.dries, "/caban/cadastre/", True),
        (cast.eva, "/caban/", True),
        (cast.farid, "/loire/nevers/", False),
    ]:
        answer = signed_in(person).get(page)

        assert (answer.status_code == 302 and answer["Location"] == FACTORS) is stopped, person
        assert stopped or answer.status_code == 200


def test_a_form_that_was_open_writes_nothing(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.amina)
    require_second_factor(federation=cast.caban, required=True)

    answer = client.post(POSTE, {"themes": "bank", "outcome": "solved"})

    assert answer["Location"] == FACTORS
    assert not Entry.objects.filter(verb="visit.recorded").exists()


def test_a_session_from_before_the_factor_must_show_it(cast: Cast, required: None, has_app: HasApp) -> None:
    thief = Client()
    with_password(thief, cast.amina)
    app = has_app(cast.amina)

    sent = thief.get(CONTRACTS)["Location"]
    assert sent.startswith(f"{FACTORS}reauthenticate/?next=")
    assert thief.get(VISITS).status_code == 403
    thief.post(f"{FACTORS}reauthenticate/", {"code": "000000", "next": CONTRACTS})
    assert thief.get(CONTRACTS).status_code == 302
    owner = thief.post(f"{FACTORS}reauthenticate/", {"code": code_of(app.secret, steps=1), "next": CONTRACTS})

    assert owner["Location"] == CONTRACTS
    assert thief.get(CONTRACTS).status_code == 200


@pytest.mark.parametrize(
    "page", ["totp/activate/", "totp/deactivate/", "webauthn/add/", "recovery-codes/generate/", "recovery-codes/"]
)
def test_nor_can_it_add_or_remove_a_factor_with_the_password_alone(cast: Cast, has_app: HasApp, page: str) -> None:
    thief = Client()
    with_password(thief, cast.amina)
    has_app(cast.amina)
    thief.post("/accounts/reauthenticate/", {"password": PASSWORD})

    assert thief.get(FACTORS + page)["Location"].startswith(f"{FACTORS}reauthenticate/?next=")
    assert thief.post(FACTORS + page).status_code in (302, 405)
    assert Authenticator.objects.filter(user=cast.amina, type="totp").exists()


def test_an_epn_that_left_the_network_owes_it_nothing(cast: Cast, required: None, signed_in: SignIn) -> None:
    Affiliation.objects.filter(epn=cast.poste).update(until="2090-01-01")

    assert signed_in(cast.amina).get(POSTE).status_code == 200


def test_the_same_person_goes_on_freely_in_another_network(cast: Cast, required: None, signed_in: SignIn) -> None:
    grant_membership(person=cast.amina, space=cast.nevers.space, role=Role.EPN_COORDINATOR)
    client = signed_in(cast.amina)

    assert client.get("/loire/nevers/").status_code == 200
    assert client.get(POSTE)["Location"] == FACTORS


def test_the_last_factor_can_t_be_removed_while_it_is_required(cast: Cast, required: None) -> None:
    client = Client()
    with_password(client, cast.amina)
    set_up_app(client)

    for answer in (client.get(f"{FACTORS}totp/deactivate/"), client.post(f"{FACTORS}totp/deactivate/")):
        assert answer.status_code == 200
        assert "Votre réseau demande" in answer.content.decode()
    assert Authenticator.objects.filter(user=cast.amina, type="totp").exists()
    key = Authenticator.objects.create(user=cast.amina, type="webauthn", data={"name": "Phone", "credential": {}})
    assert client.post(f"{FACTORS}totp/deactivate/").status_code == 302
    refused = client.post(f"{FACTORS}webauthn/keys/{key.pk}/remove/")
    assert refused.status_code == 200 and "⟦undefined" not in refused.content.decode()
    assert Authenticator.objects.filter(pk=key.pk).exists()
    require_second_factor(federation=cast.caban, required=False)
    assert client.post(f"{FACTORS}webauthn/keys/{key.pk}/remove/").status_code == 302
    assert not Authenticator.objects.filter(user=cast.amina).exists()


# --- programs -------------------------------------------------------------------------------------------------------


def test_the_api_by_session_is_stopped_too_and_says_why(cast: Cast, required: None, signed_in: SignIn) -> None:
    answer = signed_in(cast.amina).get(VISITS)

    assert answer.status_code == 403
    assert "Installez-la" in answer.json()["detail"]
    assert "session" not in answer.json()["detail"]


def test_a_token_from_before_stops_until_the_person_has_a_factor(cast: Cast, has_app: HasApp) -> None:
    _token, secret = make_token(person=cast.amina, space=cast.poste.space)
    _token, brams = make_token(person=cast.bram, space=cast.poste.space)
    program, animator = (Client(headers={"Authorization": f"Token {one}"}) for one in (secret, brams))
    assert program.get(VISITS).status_code == 200
    require_second_factor(federation=cast.caban, required=True)

    refused = program.get(VISITS)
    assert refused.status_code == 403
    assert refused.json()["detail"].startswith("Ce réseau demande")
    assert animator.get(VISITS).status_code == 200
    has_app(cast.amina)

    assert program.get(VISITS).status_code == 200


def test_whoever_must_have_a_factor_and_has_none_gets_no_token(cast: Cast, required: None) -> None:
    status, said = ask_for_token(cast.amina, "caban/rue-de-la-poste")

    assert status == 400
    assert str(said["detail"]).startswith("Ce réseau demande")
    assert not ApiToken.objects.exists()
    assert ask_for_token(cast.bram, "caban/rue-de-la-poste")[0] == 201


def test_a_token_asks_whoever_has_a_factor_for_a_code(cast: Cast, has_app: HasApp) -> None:
    app, place = has_app(cast.amina), "caban/rue-de-la-poste"

    for wrong in ({}, {"code": "000000"}, {"code": "x" * 41}, {"code": ""}):
        status, said = ask_for_token(cast.amina, place, **wrong)
        assert status == 400 and set(said) == {"code"}, wrong
    assert not ApiToken.objects.exists()
    code = code_of(app.secret, steps=1)
    assert ask_for_token(cast.amina, place, code=code)[0] == 201
    assert ask_for_token(cast.amina, place, code=code)[0] == 400  # used
    assert ask_for_token(cast.amina, place, code=app.recovery_codes[3])[0] == 201


def test_a_code_is_neither_tried_nor_used_up_with_a_wrong_password_or_space(cast: Cast, has_app: HasApp) -> None:
    app = has_app(cast.amina)

    status, said = ask_for_token(cast.amina, "caban/abattoirs", code=app.recovery_codes[0])
    assert status == 400 and set(said) == {"detail"}
    assert ask_for_token(cast.amina, "caban/rue-de-la-poste", code=app.recovery_codes[0])[0] == 201


def test_guessing_codes_of_the_api_is_slowed_down(cast: Cast, has_app: HasApp) -> None:
    app, place = has_app(cast.amina), "caban/rue-de-la-poste"
    for number in range(10):
        ask_for_token(cast.amina, place, code=f"00000{number}")

    assert ask_for_token(cast.amina, place, code=code_of(app.secret, steps=1))[0] == 429


def test_the_page_of_tokens_asks_whoever_has_a_factor_for_it(cast: Cast, has_app: HasApp) -> None:
    open_before = Client()
    with_password(open_before, cast.amina)
    open_before.post("/accounts/reauthenticate/", {"password": PASSWORD})
    has_app(cast.amina)

    sent = open_before.get("/accounts/tokens/")["Location"]

    assert sent.startswith(f"{FACTORS}reauthenticate/?next=")


# --- walls ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["mfa_authenticator", "socialaccount_socialaccount", "socialaccount_socialtoken"])
def test_no_space_reads_or_writes_what_proves_who_one_is(cast: Cast, has_app: HasApp, table: str) -> None:
    has_app(cast.amina)

    for place in (cast.poste, cast.caban):
        with inside(place), connection.cursor() as cursor:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                cursor.execute("SELECT has_table_privilege(current_user, %s, %s)", [f"public.{table}", right])
                assert cursor.fetchone() == (False,), (place, right)


def test_a_space_can_t_switch_the_requirement_off(cast: Cast, required: None) -> None:
    with inside(cast.caban), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'public.registry_federation', 'UPDATE')")

        assert cursor.fetchone() == (False,)


def test_no_page_of_second_factors_shows_a_secret_twice(cast: Cast) -> None:
    client = Client()
    with_password(client, cast.amina)
    app = set_up_app(client)

    for page in ("", "recovery-codes/", "totp/deactivate/", "recovery-codes/generate/"):
        html = client.get(FACTORS + page).content.decode().replace(" ", "")
        assert app.secret not in html
        assert not re.search("|".join(app.recovery_codes), html)
