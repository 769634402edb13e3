"""Real gunicorn with two workers, as the image starts it: what it measures, what it writes, and how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import override_settings
from prometheus_client.parser import text_string_to_metric_families

from api.v1.throttles import FailedSignIns
from maillage.accounts.models import Attempt
from tests.conftest import Cast
from tests.isolation.conftest import Elsewhere
from tests.observability.poison import MARK, POISON
from tests.ports import free_port
from tests.processes import Forked

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Server:
    process: subprocess.Popen[bytes]
    port: int
    metrics_port: int
    lines: Path  # what it writes

    def ask(self, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
        request = Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urlopen(request, timeout=120) as answer:
                return answer.status, answer.read().decode(), dict(answer.headers)
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read().decode(), dict(refused.headers)

    def measures(self) -> dict[tuple[str, str], float]:
        """(name, route) → the sum over the other labels."""
        with urlopen(f"http://127.0.0.1:{self.metrics_port}/metrics", timeout=120) as answer:
            text = answer.read().decode()
        assert MARK not in text.lower()
        found: dict[tuple[str, str], float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                key = (sample.name, sample.labels.get("route", ""))
                found[key] = found.get(key, 0) + sample.value
        return found

    def workers(self) -> list[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]


def production(**more: str) -> dict[str, str]:
    name = connection.settings_dict["NAME"]
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
    return inherited | {
        "MAILLAGE_ENV": "production",
        "SECRET_KEY": "a key of the tests: 0123456789 abcdefghijklmnopqrstuvwxyz",
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
        "ALLOWED_HOSTS": "epn.example.org",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "DEFAULT_FROM_EMAIL": "Maillage <maillage@epn.example.org>",
        "DJANGO_SETTINGS_MODULE": "tests.observability.production_settings",
        **more,
    }


@pytest.fixture(scope="module")
def shared(static: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """At its end it is told to stop, and nothing that it has written repeats what was sent to it."""
    port, metrics_port, lines = free_port(), free_port(), tmp_path_factory.mktemp("lines") / "stderr"
    environment = production(
        WEB_BIND=f"127.0.0.1:{port}", METRICS_PORT=str(metrics_port), METRICS_HOST="127.0.0.1", WEB_WORKERS="2",
        TRUSTED_PROXY_COUNT="1", STATIC_ROOT=str(static),
    )  # fmt: skip
    with lines.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:maillage.gunicorn_conf", "maillage.wsgi"],
            cwd=ROOT, env=environment, stderr=stderr,
        )  # fmt: skip
    started = Server(process, port, metrics_port, lines)
    try:
        wait_for(started, "/health/live/")
        yield started
    finally:
        process.terminate()
        process.wait(timeout=120)
    assert process.returncode == 0
    assert MARK not in lines.read_text().lower()


@pytest.fixture(scope="module")
def static(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    # The names in its manifest are those that the server looks for; nobody asks for a compressed file here.
    with_manifest = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    with override_settings(STATIC_ROOT=folder, STORAGES={**settings.STORAGES, "staticfiles": with_manifest}):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


@pytest.fixture
def server(shared: Server, cast: Cast) -> Server:
    """The same for the whole file: a test counts from what it finds."""
    return shared


def wait_for(server: Server, path: str) -> None:
    for _ in range(1_200):
        assert server.process.poll() is None, server.lines.read_text()
        try:
            if server.ask(path)[0] == 200:
                return
        except URLError:
            time.sleep(0.1)
    pytest.fail("gunicorn doesn't answer")


HTTPS = {"Host": "epn.example.org", "X-Forwarded-Proto": "https"}


def test_two_workers_are_added_up_and_a_worker_that_ends_takes_nothing_away(server: Server) -> None:
    found = server.measures()
    home, nowhere = ("maillage_request_seconds_count", "public:home"), ("maillage_request_seconds_count", "none")
    for _ in range(20):
        assert server.ask("/", **HTTPS)[0] == 200
    assert server.ask(f"/{POISON['secret']}/?q={POISON['query']}", **HTTPS)[0] == 404

    before = server.measures()
    assert before[home] - found.get(home, 0) == 20
    assert before[nowhere] - found.get(nowhere, 0) == 1
    assert before["maillage_web_workers", ""] == 2
    assert before["maillage_web_resident_bytes", ""] > 10_000_000

    first = server.workers()
    os.kill(first[0], signal.SIGKILL)
    while set(server.workers()) == set(first) or len(server.workers()) < 2:
        time.sleep(0.1)
    for _ in range(20):
        assert server.ask("/", **HTTPS)[0] == 200
    after = server.measures()
    assert after[home] - before[home] == 20
    assert after["maillage_web_workers", ""] == 2


def test_probes_answer_by_any_name_and_without_tls_and_the_rest_does_not(server: Server) -> None:
    for path in ("/health/", "/health/live/"):
        assert server.ask(path, Host="10.1.2.3:8000")[:2] == (200, '{"status": "ok"}')
    assert server.ask("/", Host="10.1.2.3:8000", **{"X-Forwarded-Proto": "https"})[0] == 400
    status, _body, headers = server.ask("/", **HTTPS)
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert "server" not in {name.lower() for name in headers} or headers["Server"] == "gunicorn"


def test_the_lines_are_json_with_the_proxys_number_and_no_word_of_the_request(server: Server) -> None:
    number = "0123456789abcdef0123456789abcdef"

    _status, _body, headers = server.ask(
        f"/accounts/password/reset/key/1-{POISON['token']}/?q={POISON['query']}",
        **HTTPS, **{"X-Request-ID": number, "Cookie": f"x={POISON['cookie']}", "User-Agent": POISON["name"]},
    )  # fmt: skip
    with socket.create_connection(("127.0.0.1", server.port)) as rude:
        rude.sendall(f"GET /{POISON['secret']} {POISON['name']}\r\n\r\n".encode())
        rude.recv(1000)
    while "Invalid request" not in (err := server.lines.read_text()) or number not in err:
        time.sleep(0.02)

    assert headers["X-Request-ID"] == number
    assert MARK not in err.lower()
    records = [json.loads(line) for line in err.splitlines()]
    refused = [(one["level"], one["message"]) for one in records if one["message"].startswith("Invalid request")]
    (access,) = [one for one in records if one.get("request_id") == number and one["logger"] == "maillage.access"]
    assert access["route"] == "public:account_reset_password_from_key"
    assert refused == [("WARNING", "Invalid request from ip=…: Invalid HTTP Version: '…'")]
    assert any("Booting worker with pid" in one["message"] for one in records)


def test_guesses_are_counted_over_both_workers(cast: Cast, server: Server, elsewhere: Elsewhere) -> None:
    def guess(number: int) -> int:
        body = json.dumps({"email": cast.bram.email, "password": f"guess {number}", "space": "caban/rue-de-la-poste"})
        headers = {**HTTPS, "Content-Type": "application/json", "X-Forwarded-For": "203.0.113.7"}
        request = Request(f"http://127.0.0.1:{server.port}/api/v1/token/", body.encode(), headers)
        with pytest.raises(HTTPError) as refused, urlopen(request, timeout=120):
            pass
        with refused.value as answer:
            return answer.code

    try:
        with ThreadPoolExecutor(4) as guessing:
            answers = list(guessing.map(guess, range(40)))
    finally:
        elsewhere(lambda: Attempt.objects.all().delete())

    let_in = [one for one in answers if one != 429]
    assert len(let_in) <= FailedSignIns.FOR_EMAIL + 3  # those under way when the last one was counted
    assert answers[-1] == 429


def test_the_page_to_sign_in_counts_in_the_database_too(cast: Cast, server: Server, elsewhere: Elsewhere) -> None:
    address = {**HTTPS, "X-Forwarded-For": "203.0.113.8"}
    _status, page, headers = server.ask("/accounts/login/", **address)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    cookie = headers["Set-Cookie"].split(";")[0]
    assert token is not None and cookie.startswith("__Host-csrf=")
    form = {"csrfmiddlewaretoken": token.group(1), "login": cast.chloe.email, "password": "a guess"}

    def guess(number: int) -> str:
        request = Request(
            f"http://127.0.0.1:{server.port}/accounts/login/",
            urlencode(form).encode(),
            {**address, "Cookie": cookie, "Referer": "https://epn.example.org/accounts/login/"},
        )
        try:
            with urlopen(request, timeout=120) as answer:
                body = answer.read().decode()
                return "too many" if "Trop de" in body or "Too many" in body else str(answer.status)
        except HTTPError as refused:
            with refused:
                return str(refused.code)

    try:
        answers = [guess(number) for number in range(8)]
        kept = elsewhere(lambda: list(Attempt.objects.values_list("cache_key", flat=True)))
    finally:
        elsewhere(lambda: Attempt.objects.all().delete())

    assert answers[:5] == ["200"] * 5
    assert answers[5:] == ["too many"] * 3 or answers[5:] == ["429"] * 3, answers
    assert any("login_failed" in one for one in kept)
    assert not any(cast.chloe.email in one for one in kept)


def serve_gauges(port: int) -> None:
    settings.METRICS_PORT, settings.METRICS_HOST = port, "127.0.0.1"
    call_command("metrics")


def test_what_the_database_knows_is_served_by_a_process_of_its_own(cast: object) -> None:
    port = free_port()
    process = Forked(connection.settings_dict["NAME"], serve_gauges, port)
    assert "Metrics on port" in process.stdout.readline()
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=120) as answer:
        text = answer.read().decode()
    process.terminate()
    process.wait()

    samples = {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }
    assert samples["maillage_marks_waiting", "caban"] >= 0
    assert samples["maillage_jobs", "todo"] >= 0
    assert samples["maillage_database_connections", "active"] >= 1
    assert samples["maillage_database_connections_allowed",] > 10
    assert {samples["maillage_gauges_failed", one] for one in ("connections", "figures", "jobs")} == {0}
    assert process.returncode == 0
