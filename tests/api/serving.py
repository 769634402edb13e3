"""An EPN behind a real server (gunicorn, two processes) with a database of its own, for tests of connections."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import logging
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from gunicorn.app.wsgiapp import run as gunicorn

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
from tests.conftest import PASSWORD
from tests.databases import connected_to, new_name
from tests.ports import free_port
from tests.processes import Forked

API = "/caban/rue-de-la-poste/api/v1"
COORDINATOR = "amina@example.org"


@dataclass
class Served:
    """An EPN behind a real server, on a socket of its own, and on a port."""

    epn: Epn
    secret: str
    socket_path: str
    address: str
    site_id: int
    database: str

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
    """Once it is there, the default connection is where it was."""
    name, home = new_name("api"), connection.settings_dict["NAME"]
    with (
        scratch_database(name),
        tempfile.TemporaryDirectory(prefix="maillage-", dir="/tmp") as folder,
    ):
        load_reference()
        federation = provision_federation(name="Caban", slug="caban")
        epn = provision_epn(
            federation=federation,
            name="Poste",
            slug="rue-de-la-poste",
            seed=lambda epn: Site.objects.create(name="here"),
        )
        amina = create_person(email=COORDINATOR, name="Amina", password=PASSWORD)
        grant_membership(person=amina, space=epn.space, role="epn_coordinator")
        _token, secret = make_token(person=amina, space=epn.space)
        with entered(epn.space):
            site_id = Site.objects.get().pk
        path, port = f"{folder}/s", free_port()
        server = Forked(name, serve, path, port)
        try:
            _wait_until_there(server, path)
            with connected_to(home):
                yield Served(epn, secret, path, f"http://127.0.0.1:{port}", site_id, name)
        finally:
            server.terminate()
            server.wait()


def serve(path: str, port: int) -> None:
    """What it complains of goes to a file: a pipe that nobody reads would stop it when it is full."""
    with open(_complaints(path), "w") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    logging.disable(logging.WARNING)
    settings.API_CALLS_A_MINUTE = 1_000_000
    sys.argv = [
        "gunicorn", "maillage.wsgi", "--bind", f"127.0.0.1:{port}", "--bind", f"unix:{path}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload", "--log-level", "error",
    ]  # fmt: skip
    gunicorn()


def _complaints(path: str) -> str:
    return f"{path}.complaints"


def _wait_until_there(server: Forked, path: str) -> None:
    for _attempt in range(1_800):
        if Path(path).exists():
            return
        assert server.returncode is None, Path(_complaints(path)).read_text()
        time.sleep(0.1)
    raise TimeoutError("the server doesn't answer")
