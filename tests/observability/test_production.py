"""A production: what it asks for before it starts, how it answers, and how a key is changed."""

from __future__ import annotations

import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from maillage.installation import is_weak
from maillage.observability.csp_reports import LINES_A_MINUTE, written
from tests.conftest import PASSWORD, Cast
from tests.observability.conftest import POSTE, Lines, SignedIn
from tests.observability.poison import MARK, POISON

ROOT = Path(__file__).resolve().parents[2]
KEY = "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQ"
ENOUGH = {
    "MAILLAGE_ENV": "production",
    "SECRET_KEY": KEY,
    "DATABASE_URL": "postgresql://maillage_app:secret@db.example.org:5432/maillage",
    "ALLOWED_HOSTS": "epn.example.org",
    "EMAIL_URL": "smtp+tls://maillage:secret@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "Maillage <maillage@epn.example.org>",
    "DJANGO_SETTINGS_MODULE": "maillage.settings",
}


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT, env=inherited | environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """What the module of settings makes of an environment that says this and nothing else. Raises what it raises."""

    def read(*names: str, **said: str) -> dict[str, Any]:
        with monkeypatch.context() as patch:
            for name in os.environ:
                patch.delenv(name)
            for name, value in said.items():
                patch.setenv(name, value)
            found = runpy.run_path(str(ROOT / "platform/maillage/settings.py"))
        return {name: found.get(name) for name in names}

    return read


Read = Callable[..., dict[str, Any]]


def test_check_deploy_finds_nothing_with_the_least_that_a_production_needs() -> None:
    done = run(
        "import sys; sys.argv = ['manage', 'check', '--deploy', '--fail-level', 'WARNING'];"
        " from maillage.manage import main; main()",
        **ENOUGH,
    )

    assert (done.returncode, done.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), done.stderr


def test_a_start_without_what_it_needs_says_everything_that_is_missing_and_why() -> None:
    done = run("import maillage.settings", MAILLAGE_ENV="production")

    said = done.stderr
    assert done.returncode == 1
    for name in ("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL"):
        assert f"  - {name} is not set: " in said
    assert said.count("For example: ") == 5
    assert "docs/operations/settings.md" in said


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "a" * 80}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY": "django-insecure-" + KEY}, "SECRET_KEY is too weak"),
        ({"SECRET_KEY_FALLBACKS": f"{KEY},old"}, "SECRET_KEY_FALLBACKS is too weak"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS names the installation's own names"),
        ({"PUBLIC_URL": "epn.example.org/caban"}, "PUBLIC_URL is the address of the site"),
    ],
)
def test_a_weak_setting_is_refused_and_not_repeated(settings_of: Read, wrong: dict[str, str], words: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_of(**ENOUGH | wrong)

    assert words in str(refused.value)
    assert "ABCDEFG" not in str(refused.value)


def test_letters_lead_to_the_address_that_is_said_else_to_the_first_name(settings_of: Read) -> None:
    assert settings_of("PUBLIC_URL", **ENOUGH) == {"PUBLIC_URL": "https://epn.example.org"}
    said = settings_of("PUBLIC_URL", **ENOUGH, PUBLIC_URL="http://epn.example.org:8080/")
    assert said == {"PUBLIC_URL": "http://epn.example.org:8080"}


def test_a_secret_may_be_a_file(settings_of: Read, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    by_file = {name: value for name, value in ENOUGH.items() if name != "SECRET_KEY"}

    found = settings_of("SECRET_KEY", **by_file, SECRET_KEY_FILE=str(tmp_path / "key"))

    assert found == {"SECRET_KEY": KEY}
    assert not is_weak(KEY)


def test_the_word_of_a_proxy_counts_only_where_there_is_one(settings_of: Read) -> None:
    alone = settings_of("SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", **ENOUGH)
    behind = settings_of("SECURE_PROXY_SSL_HEADER", **ENOUGH, TRUSTED_PROXY_COUNT="1")

    assert alone == {
        "SECURE_PROXY_SSL_HEADER": None,
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
    }
    assert behind["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_a_session_and_a_link_signed_by_the_former_key_go_on_working(cast: Cast, settings: Any) -> None:
    cache.clear()
    settings.SECRET_KEY = "the former key " + KEY
    browser, absent, other = Client(), Client(), Client()
    for one in (browser, absent):
        one.post("/accounts/login/", {"login": cast.bram.email, "password": PASSWORD})
        assert one.get(POSTE).status_code == 200
    other.post("/accounts/password/reset/", {"email": cast.bram.email})
    link = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert link is not None

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new key " + KEY, ["the former key " + KEY]

    assert browser.get(POSTE).status_code == 200
    page = other.get(link.group(), follow=True)
    assert b'name="password1"' in page.content

    settings.SECRET_KEY_FALLBACKS = []
    assert browser.get(POSTE).status_code == 200  # it came by meanwhile, and was signed anew
    assert absent.get(POSTE).status_code == 302


def test_every_answer_carries_the_policies(cast: Cast, client: Client) -> None:
    for path in ("/", "/nothing/", "/caban/"):
        headers = client.get(path).headers

        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "report-uri /csp-report/" in policy
        assert "report-to csp" in policy
        assert headers["Reporting-Endpoints"] == 'csp="/csp-report/"'
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])


@pytest.mark.parametrize("count", [0, 1])
def test_a_request_keeps_its_proxys_number_when_there_is_a_proxy_of_ours(
    cast: Cast, client: Client, settings: Any, count: int
) -> None:
    settings.TRUSTED_PROXY_COUNT = count
    given = "0f3c2a1e-1111-2222-3333-444455556666"

    assert (client.get("/", headers={"x-request-id": given})["X-Request-ID"] == given) == bool(count)
    assert client.get("/", headers={"x-request-id": POISON["token"]})["X-Request-ID"] != POISON["token"]


def test_liveness_asks_nothing_of_the_database_and_readiness_does(
    cast: Cast, client: Client, django_assert_num_queries: Any, settings: Any
) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["epn.example.org"], True

    with django_assert_num_queries(0):
        live = client.get("/health/live/", headers={"host": "10.0.0.7:8000"})
    with django_assert_num_queries(1):
        ready = client.get("/health/", headers={"host": "10.0.0.7:8000"})

    assert (live.status_code, ready.status_code) == (200, 200)
    assert client.get("/", headers={"host": "10.0.0.7:8000"}).status_code == 400


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.parametrize("door", ["page", "api"])
def test_what_is_too_large_is_refused_before_it_is_read(
    cast: Cast, signed_in: SignedIn, settings: Any, language: str, door: str
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = signed_in(cast.amina)
    headers = {"accept-language": language}

    path = f"{POSTE}visits/new/" if door == "page" else f"{POSTE}api/v1/visits/"
    response = client.post(path, b"x" * 1001, content_type="application/json", headers=headers)

    assert response.status_code == 413
    if door == "api":
        assert set(response.json()) == {"detail"}
    else:
        body = response.content.decode()
        assert f'lang="{language}"' in body
        assert response["X-Request-ID"] in body
        assert "1000" in body.replace("\xa0", "").replace("\u202f", "").replace(",", "").replace(".", "")
        assert ("too large" in body) == (language == "en")


@pytest.mark.parametrize("language", ["fr", "nl", "en"])
@pytest.mark.usefixtures("crashing_pages", "visit")
def test_error_pages_speak_the_readers_language_and_give_a_number_to_quote(
    visitor: Client, language: str, settings: Any
) -> None:
    settings.LANGUAGE_COOKIE_NAME = "unset"
    strict = Client(enforce_csrf_checks=True)
    answers = {
        500: visitor.get(f"{POSTE}value/", headers={"accept-language": language}),
        400: visitor.get("/", headers={"accept-language": language, "host": "a_b.example.org:x"}),
        403: strict.post("/accounts/login/", {}, headers={"accept-language": language}),
    }

    for status, response in answers.items():
        body = response.content.decode()
        assert response.status_code == status
        assert response["X-Request-ID"] in body
        assert MARK not in body.lower()
        assert "⟦undefined" not in body
        if status != 400:  # a host that can't be read is refused before the language is known
            assert f'lang="{language}"' in body


def report(client: Client, body: Any, kind: str = "application/csp-report") -> int:
    return client.generic("POST", "/csp-report/", json.dumps(body), content_type=kind).status_code


def test_a_browsers_report_leaves_a_directive_an_origin_and_a_route(cast: Cast, lines: Lines) -> None:
    client = Client(enforce_csrf_checks=True)
    written.used = 0
    page = f"https://epn.example.org/caban/rue-de-la-poste/visits/?q={POISON['query']}"
    old = {
        "csp-report": {
            "document-uri": page, "blocked-uri": f"https://cdn.example.net/{POISON['secret']}.js?{POISON['token']}",
            "effective-directive": "script-src-elem", "script-sample": POISON["note"], "referrer": POISON["secret"],
        }
    }  # fmt: skip
    new = [
        {"type": "csp-violation", "body": {
            "documentURL": page, "blockedURL": "inline", "effectiveDirective": "style-src", "sample": POISON["note"],
        }},
        {"type": "deprecation", "body": {"message": POISON["note"]}},
    ]  # fmt: skip

    assert report(client, old) == 204
    assert report(client, new, "application/reports+json") == 204

    assert [one["message"] for one in lines.of("maillage.observability.csp_reports")] == [
        "a browser refused script-src-elem from https://cdn.example.net on epn:activity:journal",
        "a browser refused style-src from inline on epn:activity:journal",
    ]
    assert MARK not in lines.text.lower()


def test_reports_are_limited_in_size_and_number_and_may_hold_anything(cast: Cast, client: Client, lines: Lines) -> None:
    written.used = 0

    assert report(client, {"csp-report": "x" * 20_000}) == 413
    assert client.generic("POST", "/csp-report/", b"\xff{", content_type="application/csp-report").status_code == 400
    for odd in (
        [],
        {},
        None,
        1,
        [None],
        {"csp-report": {"blocked-uri": 1, "document-uri": "//[", "effective-directive": []}},
    ):
        assert report(client, odd) == 204
    statuses = [report(client, {"csp-report": {"effective-directive": MARK}}) for _ in range(LINES_A_MINUTE)]
    assert statuses[0] == 204
    assert statuses[-1] == 429
    assert len(lines.of("maillage.observability.csp_reports")) == LINES_A_MINUTE
    assert MARK not in lines.text


# --- Settings and their page ----------------------------------------------------------------------------------------


READS = re.compile(
    r"""\benv\.\w+\(\s*["']([A-Z][A-Z0-9_]+)["']|\bos\.environ(?:\.get\(|\.setdefault\(|\[)\s*["']([A-Z_]+)["']"""
)
# Of Python's and Django's world, or set by our own processes for their children.
NOT_OURS = {"DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PROMETHEUS_MULTIPROC_DIR"}


def test_every_environment_variable_is_on_the_page_of_settings_and_every_one_on_the_page_is_read() -> None:
    code = [
        path
        for path in (ROOT / "platform" / "maillage").rglob("*.py")
        if not {"bench", "demo", "devdb"} & set(path.parts)
    ]
    read = {one for path in code for pair in READS.findall(path.read_text()) for one in pair if one} - NOT_OURS
    page = (ROOT / "docs" / "operations" / "settings.md").read_text()
    named = {
        one for row in re.findall(r"^\| ([^|]+) \|", page, re.M) for one in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)
    }

    assert read == named


def test_every_needed_setting_is_marked_so_on_the_page() -> None:
    from maillage.installation import NEEDS

    page = (ROOT / "docs" / "operations" / "settings.md").read_text()

    assert set(re.findall(r"^\| `(\w+)` \| \*\*needed\*\*", page, re.M)) == {one.name for one in NEEDS}
    assert django_settings.PRODUCTION is False
