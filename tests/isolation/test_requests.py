"""One request after another, through every middleware: bodies that come late, crashes, and crooked addresses."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import get_script_prefix

from maillage.accounts.models import Person
from maillage.audit.services import visitor
from maillage.observability.log_lines import ContentFreeFormatter
from tenants.activity.models import Visit
from tenants.registry.crossing import current_place
from tenants.registry.database.base import PUBLIC
from tenants.registry.errors import EnteredInTransactionError
from tenants.registry.models import Domain
from tests.conftest import Cast, inside
from tests.isolation.conftest import Elsewhere, log_visit
from tests.isolation.urls import closed_in

SignedIn = Callable[[Person], Client]
POSTE, ABATTOIRS = "/caban/rue-de-la-poste/", "/caban/abattoirs/"


@pytest.fixture(autouse=True)
def _nothing_is_left(cast: Cast) -> Iterator[None]:
    cache.clear()
    yield
    assert (current_place(), get_script_prefix(), visitor().actor_id) == (PUBLIC, "/", None)


def pieces(response: object) -> Iterator[str]:
    return (piece.decode() for piece in response.streaming_content)  # type: ignore[attr-defined]


def test_a_request_works_as_the_role_of_its_space_and_the_next_one_as_another(
    cast: Cast, signed_in: SignedIn, bad_pages: None
) -> None:
    amina, chloe = signed_in(cast.amina), signed_in(cast.chloe)

    for _ in range(3):
        assert amina.get(f"{POSTE}where/").content.decode() == f"{cast.poste.space.role_name} {POSTE}where/ {POSTE}"
        assert chloe.get(f"{ABATTOIRS}where/").content.decode().startswith(cast.abattoirs.space.role_name)


def test_a_stream_read_after_another_space_was_entered_is_of_its_own_space_prefix_person_and_language(
    cast: Cast, signed_in: SignedIn, bad_pages: None, visits: object
) -> None:
    amina, chloe = signed_in(cast.amina), signed_in(cast.chloe)

    first = pieces(amina.get(f"{POSTE}stream/", headers={"accept-language": "nl"}))
    second = pieces(chloe.get(f"{ABATTOIRS}stream/", headers={"accept-language": "fr"}))
    read = [next(first), next(second)]
    with inside(cast.nevers):
        read += [next(first), next(second)]
    chloe.get(ABATTOIRS)
    read += [next(first), next(second), *first, *second]

    of_poste = f"{POSTE} {cast.amina.pk} Taal secret of rue-de-la-poste\n"
    of_abattoirs = f"{ABATTOIRS} {cast.chloe.pk} Langue secret of abattoirs\n"
    assert read == [f"{number} {rest}" for number in range(3) for rest in (of_poste, of_abattoirs)]


def test_a_stream_of_rows_from_a_cursor_of_the_server_survives_other_spaces_between_its_rows(
    cast: Cast, signed_in: SignedIn, bad_pages: None, committed: None, elsewhere: Elsewhere
) -> None:
    session = signed_in(cast.amina)
    cookies = session.cookies
    with inside(cast.poste):
        log_visit("second")

    stream = pieces(session.get(f"{POSTE}stream/rows/"))
    read = [next(stream)]
    with inside(cast.abattoirs):
        assert Visit.objects.count() == 1
    read += list(stream)

    assert cookies
    assert read == ["secret of rue-de-la-poste\n", "second\n"]


def test_a_stream_that_is_closed_early_is_closed_in_its_space(
    cast: Cast, signed_in: SignedIn, bad_pages: None, visits: object
) -> None:
    response = signed_in(cast.amina).get(f"{POSTE}stream/")
    next(pieces(response))

    response.close()

    assert closed_in == [f"{cast.poste.space.schema_name} {POSTE} 1"]


def test_a_stream_that_is_read_to_its_end_is_closed_once_in_its_space(
    cast: Cast, signed_in: SignedIn, bad_pages: None, visits: object
) -> None:
    list(pieces(signed_in(cast.amina).get(f"{POSTE}stream/")))

    assert closed_in == [f"{cast.poste.space.schema_name} {POSTE} 1"]


def test_a_stream_that_is_never_read_leaves_nothing_behind(
    cast: Cast, signed_in: SignedIn, bad_pages: None, visits: object
) -> None:
    signed_in(cast.amina).get(f"{POSTE}stream/").close()

    assert closed_in == []


def test_a_stream_may_not_hold_a_transaction_between_two_pieces(
    cast: Cast, signed_in: SignedIn, bad_pages: None, visits: object
) -> None:
    stream = pieces(signed_in(cast.amina).get(f"{POSTE}stream/transaction/"))

    with pytest.raises(EnteredInTransactionError):
        next(stream)

    with inside(cast.abattoirs):
        assert Visit.objects.count() == 1


def test_a_stream_that_crashes_leaves_the_space(cast: Cast, signed_in: SignedIn, bad_pages: None) -> None:
    stream = pieces(signed_in(cast.amina).get(f"{POSTE}stream/crash/"))
    next(stream)

    with pytest.raises(ValueError):
        next(stream)

    assert current_place() == PUBLIC


@pytest.fixture
def log_lines() -> Iterator[Callable[[], str]]:
    """What the console of a server would show."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(ContentFreeFormatter("{levelname} {name} {message}", style="{"))
    logging.getLogger("django.request").addHandler(handler)
    yield written.getvalue
    logging.getLogger("django.request").removeHandler(handler)


@pytest.mark.parametrize("page", ["crash/", "crash/database/", "crash/template/"])
@pytest.mark.usefixtures("bad_pages", "visits")
def test_the_error_page_and_the_log_of_a_crash_inside_a_space_show_nothing_of_it(
    cast: Cast, signed_in: SignedIn, page: str, log_lines: Callable[[], str]
) -> None:
    client = signed_in(cast.amina)
    client.raise_request_exception = False

    response = client.get(f"{POSTE}{page}")

    body, logged = response.content.decode(), log_lines()
    assert response.status_code == 500
    for secret in ("secret", "Amina", "Rue de la Poste", cast.poste.space.schema_name, "Traceback", "ValueError"):
        assert secret not in body
    assert "secret" not in logged
    assert "urls.py" in logged
    assert client.get(f"{POSTE}where/").content.decode().startswith(cast.poste.space.role_name)


@pytest.mark.usefixtures("bad_pages", "visits")
def test_the_log_of_a_refused_row_names_the_constraint_and_not_the_row(
    cast: Cast, signed_in: SignedIn, log_lines: Callable[[], str]
) -> None:
    client = signed_in(cast.amina)
    client.raise_request_exception = False

    client.get(f"{POSTE}crash/database/")

    assert "constraint visit_minutes_within_a_day" in log_lines()
    assert "Failing row" not in log_lines()


@pytest.mark.usefixtures("bad_pages", "committed")
def test_a_page_that_leaves_a_transaction_open_saves_nothing_and_harms_nobody(
    cast: Cast, elsewhere: Elsewhere, signed_in: SignedIn
) -> None:
    def requests() -> None:
        client = Client()
        client.force_login(cast.amina, backend="maillage.accounts.backends.PasswordBackend")
        key = client.cookies["sessionid"].value
        try:
            assert client.get(f"{POSTE}crash/open/").content == b"done"
            assert client.get(POSTE).content == b"secret of rue-de-la-poste"
        finally:
            Session.objects.filter(session_key=key).delete()

    elsewhere(requests)


@pytest.mark.usefixtures("bad_pages", "visits")
def test_what_one_epn_cached_another_never_finds(cast: Cast, signed_in: SignedIn) -> None:
    amina, chloe = signed_in(cast.amina), signed_in(cast.chloe)

    turns = [(amina, POSTE), (chloe, ABATTOIRS)] * 2
    answers = [client.get(f"{path}remember/").content.decode() for client, path in turns]

    assert answers == ["nothing", "nothing", "secret of rue-de-la-poste", "secret of abattoirs"]
    assert cache.get("latest") is None


@pytest.mark.usefixtures("bad_pages", "visits")
def test_a_session_written_inside_a_space_is_saved_outside_and_holds_nothing_of_the_space(
    cast: Cast, signed_in: SignedIn
) -> None:
    client = signed_in(cast.amina)

    response = client.get(f"{POSTE}remember/")

    assert [str(message) for message in get_messages(response.wsgi_request)] == ["The visit is saved."]
    stored = Session.objects.get(session_key=client.cookies["sessionid"].value).get_decoded()
    assert stored["seen"] == "yes"
    assert "secret" not in str(stored)


def body_of(client: Client, path: str) -> tuple[int, bytes, dict[str, str]]:
    response = client.get(path)
    headers = {name: value for name, value in response.headers.items() if name not in ("X-Request-ID", "Expires")}
    return response.status_code, response.content, headers


def test_an_epn_that_exists_and_one_that_does_not_give_the_same_404_byte_for_byte(
    cast: Cast, signed_in: SignedIn
) -> None:
    for person in (cast.amina, cast.dries, cast.eva, cast.farid):
        client = signed_in(person)
        missing = body_of(client, "/caban/no-such-epn/")

        assert missing[0] == 404
        assert body_of(client, ABATTOIRS) == missing
        assert body_of(client, f"{ABATTOIRS}visits/1/") == missing
        assert body_of(client, "/loire/decize/") == body_of(client, "/loire/no-such-epn/")
        assert client.head(ABATTOIRS).status_code == client.options(ABATTOIRS).status_code == 404
        assert client.post(ABATTOIRS).status_code == client.post("/caban/no-such-epn/").status_code == 404


def test_an_anonymous_visitor_is_sent_to_sign_in_for_an_epn_that_exists_and_for_one_that_does_not(cast: Cast) -> None:
    for path in (ABATTOIRS, "/caban/no-such-epn/", f"{ABATTOIRS}visits/", "/caban/no-such-epn/visits/"):
        response = Client().get(path)

        assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={path}")


def test_an_archived_epn_is_as_good_as_missing_even_for_its_own_people(cast: Cast, signed_in: SignedIn) -> None:
    from tenants.registry.services import archive_epn

    client = signed_in(cast.amina)
    archive_epn(epn=cast.poste, federation=cast.caban)

    assert body_of(client, POSTE) == body_of(client, "/caban/no-such-epn/")


def test_a_membership_that_ended_opens_no_door(cast: Cast, signed_in: SignedIn) -> None:
    from tenants.registry.services import end_membership

    client = signed_in(cast.bram)
    end_membership(membership=cast.bram.memberships.get())

    assert body_of(client, POSTE) == body_of(client, "/caban/no-such-epn/")


CROOKED = [
    "//caban/rue-de-la-poste/", "//caban//rue-de-la-poste/", "/caban//rue-de-la-poste/", "/caban/rue-de-la-poste//",
    "///////////////////caban/rue-de-la-poste/", "/caban/./rue-de-la-poste/", "/caban/../loire/nevers/",
    "/caban/rue-de-la-poste/../abattoirs/", "/%2e%2e/caban/", "/caban/%2e%2e/abattoirs/", "/caban%2fabattoirs/",
    "/caban%2Frue-de-la-poste%2F..%2Fabattoirs/", "/caban;x/rue-de-la-poste/", "/caban/rue-de-la-poste;x/",
    "/caban/rue-de-la-poste%00/", "/%00", "/caban/%00/", "/caban/abattoirs%0a/", "/caban/abattoirs%0d%0aX: y/",
    "/CABAN/rue-de-la-poste/", "/caban/Rue-de-la-Poste/", "/caban/abattoirs%20/", "/caban/abattoirs\\/",
    "/caban/ábattoirs/", "/caban/%ff%fe/", "/caban/abattoirs%E2%80%AE/", "/ｃaban/", "/caban/" + "a" * 5_000 + "/",
    "/" + "a/" * 3_000, "/caban/-/", "/-/", "/caban/abattoirs?x=/../rue-de-la-poste/", "/caban/abattoirs#x",
    "/https://example.org/", "//example.org/%2e%2e", "/caban/epn_1/", "/public/", "/caban/public/", "/template_of_epn/",
]  # fmt: skip


@pytest.mark.parametrize("path", CROOKED, ids=lambda path: path[:40])
def test_a_crooked_address_leads_nowhere_and_breaks_nothing(
    cast: Cast, signed_in: SignedIn, bad_pages: None, visits: object, path: str
) -> None:
    for client in (Client(), signed_in(cast.amina)):
        for ask in (client.get, client.post, client.head, client.options):
            response = ask(path)

            assert response.status_code in (301, 302, 404, 405), response.status_code
            assert b"secret of abattoirs" not in response.content
            target = response.headers.get("Location", "/")
            assert target.startswith("/") and not target.startswith("//")


@pytest.mark.parametrize(
    "host", ["evil.example/caban", "a b", "caban.localhost:99999999", "[::1", "x" * 300, "", "localhost,evil.example"]
)
def test_a_crooked_host_gives_400_or_the_same_page_and_never_another_space(
    cast: Cast, signed_in: SignedIn, host: str
) -> None:
    response = signed_in(cast.amina).get(ABATTOIRS, headers={"host": host})

    assert response.status_code in (400, 404)
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    "header", ["x-script-name", "script-name", "x-forwarded-prefix", "x-forwarded-host", "x-original-url"]
)
def test_no_header_moves_a_request_into_another_space(
    cast: Cast, signed_in: SignedIn, bad_pages: None, visits: object, header: str
) -> None:
    response = signed_in(cast.amina).get(f"{POSTE}where/", headers={header: "/caban/abattoirs"})

    assert response.content.decode() == f"{cast.poste.space.role_name} {POSTE}where/ {POSTE}"


def test_a_former_address_goes_on_leading_to_the_space_with_its_crooked_rest_quoted(
    cast: Cast, signed_in: SignedIn
) -> None:
    Domain.objects.create(domain="caban/old-name", tenant=cast.poste.space, is_primary=False)

    moved = signed_in(cast.amina).get("/caban/old-name/a%3Fb%23c/é/?q=1")

    assert moved["Location"] == "/caban/rue-de-la-poste/a%3Fb%23c/%C3%A9/?q=1"
    assert signed_in(cast.chloe).get("/caban/old-name/").status_code == 404


def test_a_method_that_no_page_knows_is_refused(cast: Cast, signed_in: SignedIn, bad_pages: None) -> None:
    client = signed_in(cast.amina)

    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "OPTIONS"):
        assert client.generic(method, f"{POSTE}where/").status_code == 405
    assert client.head(f"{POSTE}where/").status_code == 200
