"""An EPN behind a real server (gunicorn, two processes) with a database of its own, for tests of connections."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from maillage.accounts.services import create_person
from maillage.reference.services import load_reference
from tenants.activity.models import Visit
from tenants.activity.rules import VisitFacts
from tenants.premises.models import Site
from tenants.registry.crossing import entered
from tenants.registry.models import Epn
from tenants.registry.provisioning.scratch import scratch_database
from tenants.registry.provisioning.services import provision_epn, provision_federation
from tenants.registry.services import grant_membership, make_token
from tests.databases import new_name

ROOT = Path(__file__).resolve().parents[2]
API = "/caban/poste/api/v1"


@dataclass
class Served:
    """An EPN behind a real server, on a socket of its own."""

    epn: Epn
    secret: str
    socket_path: str
    site_id: int

    def connect(self) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("localhost", timeout=300)
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

    def facts(self) -> VisitFacts:
        """The same for the services."""
        return {"date": dt.date(2026, 10, 30), "minutes": 1, "site_id": self.site_id, "mode": "individual",
                "themes": ["tax"], "outcome": "solved"}  # fmt: skip

    def kept(self) -> int:
        with entered(self.epn.space):
            return int(Visit.objects.count())


@contextmanager
def serving() -> Iterator[Served]:
    name = new_name("api")
    with (
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
            process.wait(timeout=300)


def _server(database: str, path: str) -> subprocess.Popen[bytes]:
    there = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}")
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "maillage.wsgi", "--bind", f"unix:{path}", "--worker-class", "gthread",
         "--workers", "2", "--threads", "4", "--preload", "--log-level", "error"],
        cwd=ROOT,
        env=os.environ | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}", "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": urlunsplit(there), "API_CALLS_A_MINUTE": "1000000", "LOG_LEVEL": "ERROR",
        },
    )  # fmt: skip
    for _attempt in range(1_800):
        if Path(path).exists():
            return process
        assert process.poll() is None, "the server has ended"
        time.sleep(0.1)
    raise TimeoutError("the server doesn't answer")
