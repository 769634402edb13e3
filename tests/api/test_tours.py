"""The tours of docs/how-it-works/api.md, as they stand there, against a real server."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.serving import COORDINATOR, Served
from tests.conftest import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/how-it-works/api.md").read_text()


def tour(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def surroundings(served: Served) -> dict[str, str]:
    """The environment of a tour: the address of a site, and the sign-in of somebody of its EPN."""
    return {**os.environ, "MAILLAGE": served.address, "EMAIL": COORDINATOR, "PASSWORD": PASSWORD}


def run(command: list[str], text: str, surroundings: dict[str, str]) -> list[str]:
    done = subprocess.run(command, input=text, env=surroundings, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip().splitlines()


def test_the_python_tour(surroundings: dict[str, str]) -> None:
    said = run([sys.executable, "-W", "ignore", "-"], tour("python"), surroundings)

    assert said[:2] == ["one visit: True", "200 412 the present one: 30"]
    assert re.fullmatch(r"\d+ \d{4}-\d\d-\d\dT[\d:.]+Z", said[-2])
    assert said[-1].startswith(f"next time: {surroundings['MAILLAGE']}/caban/rue-de-la-poste/api/v1/visits/?cursor=")


def test_the_python_tour_is_short() -> None:
    assert len([line for line in tour("python").splitlines() if line.strip()]) <= 20


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
def test_the_curl_tour(surroundings: dict[str, str]) -> None:
    said = [line for line in run(["sh", "-eu"], tour("sh"), surroundings) if line]

    assert len(said) == 6
    assert all(line.startswith("{") for line in said)
    assert '"minutes":25' in said[3]
    assert '"later"' in said[5]
