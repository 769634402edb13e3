"""One page of an EPN, asked for through the whole stack: our walls against the search path alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from urllib.parse import quote

from django.db import connection

from maillage.accounts.services import create_person
from maillage.bench.filling import add_visits, fill, make_federation
from maillage.bench.measuring import Result, Timing, compared, say
from tenants.registry.crossing import address_of
from tenants.registry.enums import Role
from tenants.registry.services import grant_membership

SETTINGS = {"ours": "maillage.settings", "plain_django_tenants": "maillage.bench.plain.settings"}


def database_url() -> str:
    """The address of the database that this process uses at the moment, for a child."""
    known = connection.settings_dict
    user = quote(known["USER"] or "", safe="")
    password = f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else ""
    host = known["HOST"] or known["OPTIONS"].get("host", "")
    if host.startswith("/"):
        return f"postgresql://{user}{password}@/{known['NAME']}?host={quote(host, safe='/')}"
    port = f":{known['PORT']}" if known["PORT"] else ""
    return f"postgresql://{user}{password}@{host}{port}/{known['NAME']}"


class Worker:
    def __init__(self, settings: str, path: str, person: int) -> None:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": settings, "DATABASE_URL": database_url()}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "maillage.bench.request_worker", path, str(person)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, times: int) -> tuple[list[float], int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{times}\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline() or "null")
        if answer is None:
            raise RuntimeError(f"a worker of the request bench ended with {self.process.wait()}")
        return answer["seconds"], answer["length"]

    def stop(self) -> None:
        with self.process:  # closes its pipes, which ends it, and waits
            pass


def request(*, batches: int = 40, size: int = 10) -> Result:
    """The EPN's home, `batches` × `size` times each, in turn. `equal`: both pages have the same length."""
    federation = make_federation()
    epn = fill(federation, epn=3, visits=300)[0]
    add_visits(epn, 10, start=1000)
    person = create_person(email="bench@maillage.example", name="Bench", password=None)
    grant_membership(person=person, space=epn.space, role=Role.EPN_COORDINATOR)
    path = address_of(epn.space)
    connection.close()
    say(f"Asking for {path} {batches * size} times on each side")
    workers = {name: Worker(settings, path, person.pk) for name, settings in SETTINGS.items()}
    seconds: dict[str, list[float]] = {name: [] for name in workers}
    lengths = set()
    try:
        for worker in workers.values():
            lengths.add(worker.ask(min(20, batches))[1])
        for number in range(batches):
            # Who goes first changes, so that neither always runs on warmer caches.
            for name in sorted(workers, reverse=bool(number % 2)):
                seconds[name] += workers[name].ask(size)[0]
    finally:
        for worker in workers.values():
            worker.stop()
    mine, peers, ratio = compared({name: Timing.of(found) for name, found in seconds.items()})
    return Result("request", batches * size, mine, peers, equal=len(lengths) == 1, ratio=ratio)
