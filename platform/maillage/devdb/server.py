"""One PostgreSQL server, its life and who uses it."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

from maillage.devdb.binaries import DevdbError, Programs, say

DATABASE = "maillage"
PORT = "5432"  # names the socket's file, no more
START_SECONDS = 180  # recovery after a power cut included
# What somebody else made there under our name is refused: see `private_folder`.
SHORT_PATH = Path("/tmp")  # nosec B108

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "timezone": "UTC",
    "log_timezone": "UTC",
    "max_connections": "100",
    "max_locks_per_transaction": "2048",  # one statement may touch a table of every space
    "jit": "off",
    "shared_buffers": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
EPHEMERAL_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_wal_size": "4GB",
}

# The application never logs in as a superuser: it owns nothing and enters `maillage_owner` when it must.
ROLES = r"""
SELECT 'CREATE ROLE maillage_owner NOLOGIN'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'maillage_owner') \gexec
SELECT 'CREATE ROLE maillage_app'
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'maillage_app') \gexec
ALTER ROLE maillage_app LOGIN NOSUPERUSER CREATEROLE CREATEDB NOINHERIT;
\if :graded
  GRANT maillage_owner TO maillage_app WITH ADMIN TRUE, INHERIT FALSE, SET TRUE;
  ALTER ROLE maillage_app SET createrole_self_grant = 'set';
\else
  GRANT maillage_owner TO maillage_app WITH ADMIN OPTION;
\endif
SELECT 'CREATE DATABASE maillage OWNER maillage_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'maillage') \gexec
"""


def try_lock(path: Path) -> int | None:
    """Take a lock that the kernel drops when its holder dies, however it dies. None: somebody has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


class Server:
    """One PostgreSQL on one data folder, for every command of this checkout that needs it."""

    def __init__(self, home: Path, *, ephemeral: bool = False, interrupted: Callable[[], bool] = lambda: False) -> None:
        self.home = home
        self.ephemeral = ephemeral
        self.interrupted = interrupted
        self.data = home / "pgdata"
        self.log = home / "server.log"
        self.runs = home / "runs"
        self.kept = home / "kept"
        self.process: subprocess.Popen[bytes] | None = None
        # A socket's path has at most 107 bytes, whatever the length of the checkout's.
        key = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:10]
        self.socket_dir = SHORT_PATH / f"maillage-{os.geteuid()}-{key}"

    @property
    def url(self) -> str:
        return f"postgresql://maillage_app@/{DATABASE}?host={quote(str(self.socket_dir))}"

    # --- Who uses it --------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Only one command at a time starts or stops the server."""
        self.home.mkdir(parents=True, exist_ok=True)
        told = time.monotonic() + 2
        while (lock := try_lock(self.home / "lock")) is None:
            if self.interrupted():
                raise DevdbError("Interrupted while another command was starting or stopping the database.")
            if told and time.monotonic() > told:
                say("Database: waiting for another command that starts or stops it …")
                told = 0
            time.sleep(0.05)
        try:
            yield
        finally:
            os.close(lock)

    def join(self) -> None:
        self.runs.mkdir(exist_ok=True)
        try_lock(self.runs / str(os.getpid()))  # held until this process ends

    def other_runs(self) -> list[int]:
        others = []
        for run in self.runs.glob("*") if self.runs.exists() else []:
            if run.name == str(os.getpid()):
                continue
            if (lock := try_lock(run)) is None:
                others.append(int(run.name))
            else:
                run.unlink(missing_ok=True)
                os.close(lock)
        return others

    def leave(self) -> None:
        """The last command to leave stops the server, unless `start` asked for it to stay."""
        with self.alone():
            if not self.other_runs() and not self.kept.exists():
                self.stop()
            (self.runs / str(os.getpid())).unlink(missing_ok=True)

    def end_other_runs(self) -> None:
        with self.alone():
            others = self.other_runs()
        for pid in others:
            say(f"Database: ending the command that uses it (process {pid}) …")
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + 45
        while others:
            if time.monotonic() > deadline:
                raise DevdbError(f"Still using the database: process {', '.join(map(str, others))}.")
            time.sleep(0.1)
            with self.alone():
                others = self.other_runs()

    # --- Is it there --------------------------------------------------------------------------------------

    def postmaster(self) -> int | None:
        """The process that serves this data. Its pid file alone proves nothing: after kill -9 or a power cut
        the number is nobody's, a zombie's (containers without an init) or another program's."""
        if self.process and self.process.poll() is None:
            return self.process.pid
        self.process = None
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if self.works_here(pid) else None

    def works_here(self, pid: int) -> bool:
        """PostgreSQL's processes live in their data folder; a zombie lives nowhere."""
        try:
            if not os.path.exists("/proc/self"):  # macOS
                os.kill(pid, 0)
                return True
            return os.path.samefile(f"/proc/{pid}/cwd", self.data)
        except OSError:
            return False

    # --- Starting and stopping ------------------------------------------------------------------------------

    def private_folder(self, folder: Path, owner: int | None) -> None:
        """Ours alone. In /tmp, somebody else may have been there first."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), owner}:
            raise DevdbError(f"{folder} belongs to somebody else: have it removed.")
        if owner is not None:
            os.chown(folder, owner, -1)
        folder.chmod(0o700)

    def start(self) -> None:
        programs = Programs()
        self.private_folder(self.socket_dir, programs.uid)
        version = self.data / "PG_VERSION"
        if version.exists() and version.read_text().strip() != str(programs.major):
            raise DevdbError(
                f"The demo's data was made by PostgreSQL {version.read_text().strip()}, this is "
                f"{programs.major}. `make reset` deletes the data and starts afresh."
            )
        if not self.postmaster():
            if not version.exists():
                self.create(programs)
            self.clear_leftovers()
            settings = SETTINGS | {"unix_socket_directories": str(self.socket_dir)}
            if sys.platform == "linux":
                settings["recovery_init_sync_method"] = "syncfs"
            if self.ephemeral:
                settings |= EPHEMERAL_SETTINGS
            options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
            self.process = programs.launch(["-D", str(self.data), *options], self.log)
        self.wait_until_ready(programs)
        connection = ["-h", str(self.socket_dir), "-p", PORT, "-U", "postgres", "-d", "postgres"]
        graded = "on" if programs.major >= 16 else "off"
        programs.must("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *connection, text=f"\\set graded {graded}\n{ROLES}")

    def create(self, programs: Programs) -> None:
        say(f"Database: creating it (PostgreSQL {programs.major}) …")
        fresh = self.home / "pgdata.new"  # renamed when whole: an interrupted one is not mistaken for data
        shutil.rmtree(fresh, ignore_errors=True)
        self.private_folder(fresh, programs.uid)
        options = ["-U", "postgres", "-E", "UTF8", "-A", "trust", "--no-instructions"]
        # The built-in provider knows upper() and lower() of accented letters whatever the system has.
        builtin = ["--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += builtin if programs.major >= 17 else ["--locale=C.UTF-8"]
        if self.ephemeral:
            options += ["--no-sync", *(["--no-data-checksums"] if programs.major >= 18 else [])]
        programs.must("initdb", "-D", fresh, *options)
        fresh.rename(self.data)

    def clear_leftovers(self) -> None:
        """A killed server's locks block the next start once its pid belongs to something else.

        Its children must be gone first: without the locks, two servers could write one folder.
        """
        leftovers = [self.data / "postmaster.pid", *self.socket_dir.glob(".s.PGSQL.*")]
        if not any(leftover.exists() for leftover in leftovers):
            return
        deadline = time.monotonic() + 15
        while orphans := [int(p.name) for p in Path("/proc").glob("[0-9]*") if self.works_here(int(p.name))]:
            if time.monotonic() > deadline or self.interrupted():
                raise DevdbError(f"A killed PostgreSQL left process {orphans[0]} behind: end it, then retry.")
            time.sleep(0.1)
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)

    def wait_until_ready(self, programs: Programs) -> None:
        started = time.monotonic()
        told = False
        while programs.attempt("pg_isready", "-q", "-h", self.socket_dir, "-p", PORT).returncode:
            waited = time.monotonic() - started
            if self.interrupted():
                raise DevdbError("Interrupted.")
            if not self.postmaster():
                raise DevdbError(f"PostgreSQL did not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            if waited > START_SECONDS:
                raise DevdbError(f"PostgreSQL is not ready after {START_SECONDS} s: see {self.log}.")
            if waited > 2 and not told:
                told = True
                say("Database: still starting (after an unclean end it repairs itself first) …")
            time.sleep(0.03)

    def stop(self) -> None:
        # An ephemeral server has nothing to keep: it need not write a checkpoint.
        firmly = [(signal.SIGQUIT, 10), (signal.SIGKILL, 5)]
        for number, patience in firmly if self.ephemeral else [(signal.SIGINT, 30), *firmly]:
            pid = self.postmaster()
            if not pid:
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + patience
            while self.postmaster() and time.monotonic() < deadline:
                time.sleep(0.03)
        shutil.rmtree(self.socket_dir, ignore_errors=True)
