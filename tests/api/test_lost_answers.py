"""A real server, connections that are cut, and programs that try again: every visit is there once."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from maillage.accounts.services import create_person
from maillage.reference.services import load_reference
from tenants.activity.models import Visit
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.models import Epn
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tenants.registry.services import grant_membership, make_token

ROOT = Path(__file__).resolve().parents[2]
API = "/caban/poste/api/v1"
PROGRAMS, VISITS_EACH = 4, 250


@dataclass
class Served:
    """An EPN behind a real server, on a socket of its own."""

    epn: Epn
    secret: str
    socket_path: str
    site_id: int

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("localhost", timeout=30)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.connect(self.socket_path)
        return connection

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
        connection = self.connect()
        try:
            connection.request(method, f"{API}{path}", json.dumps(body), {**self.headers, **headers})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null"), dict(answer.headers)
        finally:
            connection.close()

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.secret}", "Content-Type": "application/json"}

    def body(self, **said: Any) -> dict[str, Any]:
        return {
            "date": "2026-10-30", "minutes": 1, "site": self.site_id, "mode": "individual", "themes": ["tax"],
            "outcome": "solved", "animator": None, **said,
        }  # fmt: skip

    def kept(self) -> int:
        with entered(self.epn.space):
            return int(Visit.objects.count())


@pytest.fixture(scope="module")
def served(django_db_setup: None, django_db_blocker: Any) -> Iterator[Served]:
    name = f"maillage_api_{os.getpid()}"
    with (
        django_db_blocker.unblock(),
        scratch_database(name),
        tempfile.TemporaryDirectory(prefix="maillage-", dir="/tmp") as folder,
    ):
        load_reference()
        federation = provision_federation(name="Caban", slug="caban")
        epn = provision_epn(
            federation=federation, name="Poste", slug="poste", seed=lambda epn: Site.objects.create(name="here")
        )
        amina = create_person(email="amina@example.org", name="Amina")
        grant_membership(person=amina, space=epn.space, role="epn_coordinator")
        _token, secret = make_token(person=amina, space=epn.space)
        with entered(epn.space):
            site_id = Site.objects.get().pk
        path = f"{folder}/s"
        process = _server(name, path)
        try:
            yield Served(epn, secret, path, site_id)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def _server(database: str, path: str) -> subprocess.Popen[bytes]:
    there = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}")
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "maillage.wsgi", "--bind", f"unix:{path}", "--worker-class", "gthread",
         "--workers", "2", "--threads", "4", "--log-level", "error"],
        cwd=ROOT,
        env=os.environ | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": urlunsplit(there), "API_CALLS_A_MINUTE": "1000000", "LOG_LEVEL": "ERROR",
        },
    )  # fmt: skip
    for _attempt in range(300):
        if Path(path).exists():
            return process
        assert process.poll() is None, "the server has ended"
        time.sleep(0.1)
    raise TimeoutError("the server doesn't answer")


def _insist(served: Served, dice: random.Random, key: str, body: Any) -> Any:
    """Send until an answer has arrived. Some connections are cut: in the middle of the body, or before the answer."""
    while True:
        connection = served.connect()
        text = json.dumps(body).encode()
        cut = dice.random()
        try:
            connection.putrequest("POST", f"{API}/visits/")
            for name, value in {**served.headers, "Content-Length": str(len(text)), "Idempotency-Key": key}.items():
                connection.putheader(name, value)
            connection.endheaders(text[: len(text) // 2] if cut < 0.1 else text)
            if cut < 0.1:
                continue
            if cut < 0.35:
                time.sleep(dice.random() * 0.02)
                continue
            answer = connection.getresponse()
            found = json.loads(answer.read())
            assert answer.status == 201, found
            return found
        finally:
            connection.close()


def test_a_thousand_visits_with_lost_answers_are_a_thousand(served: Served, django_db_blocker: Any) -> None:
    def send(number: int) -> list[int]:
        dice = random.Random(number)
        return [
            _insist(served, dice, f"{number}-{one}", served.body(note=f"{number}-{one}"))["id"]
            for one in range(VISITS_EACH)
        ]

    with ThreadPoolExecutor(PROGRAMS) as pool:
        ids = [one for found in pool.map(send, range(PROGRAMS)) for one in found]

    assert len(ids) == len(set(ids)) == PROGRAMS * VISITS_EACH
    with django_db_blocker.unblock():
        assert served.kept() == PROGRAMS * VISITS_EACH


def test_who_send_the_same_at_the_same_time_get_the_same(served: Served, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        before = served.kept()

    for turn in range(5):
        for body in (served.body(), [served.body()] * 20):
            with ThreadPoolExecutor(6) as pool:
                key = {"Idempotency-Key": f"{turn} {type(body)}"}
                answers = list(pool.map(lambda _n, b=body, k=key: served.call("POST", "/visits/", b, **k), range(6)))

            assert {status for status, _body, _headers in answers} == {201}
            assert len({json.dumps(found) for _status, found, _headers in answers}) == 1

    with django_db_blocker.unblock():
        assert served.kept() == before + 5 * 21


def test_of_six_who_correct_at_the_same_time_one_is_heard(served: Served) -> None:
    for _turn in range(5):
        _status, visit, headers = served.call("POST", "/visits/", served.body())
        match = {"If-Match": headers["ETag"]}
        with ThreadPoolExecutor(6) as pool:
            answers = pool.map(
                lambda n, v=visit, m=match: served.call("PATCH", f"/visits/{v['id']}/", {"minutes": 2 + n}, **m)[0],
                range(6),
            )

        assert Counter(answers) == {200: 1, 412: 5}
