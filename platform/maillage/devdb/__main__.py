"""The commands; see the package's text."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType

import maillage.devdb
from maillage.devdb.binaries import ROOTS_FOLDER, DevdbError, say, without_postgres_variables
from maillage.devdb.ready import READY_VARIABLE
from maillage.devdb.server import Server

ROOT = Path(__file__).resolve().parents[3]
EPHEMERAL_PREFIX = "maillage-test-"
EPHEMERAL_VARIABLE = "MAILLAGE_DATABASE_IS_EPHEMERAL"  # told to the command: it need not tidy up


def default_home() -> Path:
    if chosen := os.environ.get("MAILLAGE_PG_HOME"):
        return Path(chosen).resolve()
    if os.geteuid() == 0:  # `nobody` can't enter a checkout under /root
        key = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:10]
        return ROOTS_FOLDER / key
    return ROOT / "var" / "devdb"


class Signals:
    """Notes what arrives instead of raising: whatever is half done gets finished or undone in order."""

    def __init__(self) -> None:
        self.received: list[int] = []
        self.child: subprocess.Popen[bytes] | None = None
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # a job in the background, nohup
                signal.signal(number, self.note)

    def note(self, number: int, frame: FrameType | None) -> None:
        self.received.append(number)
        # The terminal sends Ctrl-C to the child as well: a second one would cut its clean-up short.
        if self.child and number != signal.SIGINT:
            self.child.terminate() if self.received.count(number) == 1 else self.child.kill()

    def any(self) -> bool:
        return bool(self.received)

    def begin(self, command: list[str], environment: dict[str, str], *inherited: int) -> None:
        if self.received:
            return
        try:
            self.child = subprocess.Popen(command, env=environment, pass_fds=inherited)
        except OSError as error:
            raise DevdbError(f"{command[0]}: {error.strerror}") from error
        if set(self.received) - {signal.SIGINT}:  # arrived while the child was being made
            self.child.terminate()

    def wait(self) -> int:
        if self.child is None:
            return 128 + self.received[0]
        while True:
            # Not for ever at once: a signal that arrives just before a blocking wait would be noted only after it.
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self.child.wait(timeout=1)
                break
        return code if code >= 0 else 128 - code


def ephemeral_parent() -> str:
    # What mkdtemp makes in it is ours alone.
    return "/tmp" if os.geteuid() == 0 else tempfile.gettempdir()  # nosec B108


def sweep_abandoned() -> None:
    """What a killed test run left: its server and its folder."""
    for home in Path(ephemeral_parent()).glob(f"{EPHEMERAL_PREFIX}*"):
        with contextlib.suppress(OSError):
            found = home.lstat()
            if found.st_uid != os.geteuid() or time.time() - found.st_mtime < 60:
                continue
            server = Server(home, ephemeral=True)
            with server.alone():
                if not server.other_runs():
                    server.stop()
                    shutil.rmtree(home)


def run(command: list[str], *, ephemeral: bool, at_once: bool) -> int:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    if os.environ.get("DATABASE_URL"):
        os.execvpe(command[0], command, os.environ | {"PATH": path})
    signals = Signals()
    home = default_home()
    if ephemeral:
        sweep_abandoned()
        home = Path(tempfile.mkdtemp(prefix=EPHEMERAL_PREFIX, dir=ephemeral_parent()))
        home.chmod(0o711)
    server = Server(home, ephemeral=ephemeral, interrupted=signals.any)
    environment = without_postgres_variables() | {"PATH": path, "DATABASE_URL": server.url}
    if ephemeral:
        environment[EPHEMERAL_VARIABLE] = "1"
    word, ours = os.pipe()
    try:
        with server.alone():
            server.join()
            if at_once:
                signals.begin(command, environment | {READY_VARIABLE: str(word)}, word)
            server.start()
        if not at_once:
            signals.begin(command, environment)
        os.write(ours, b"1")
        return signals.wait()
    except DevdbError:
        os.close(ours)  # without a word: whoever waits for the database is told so
        if signals.child:
            signals.wait()
        if signals.received:
            return 128 + signals.received[0]
        raise
    finally:
        server.interrupted = lambda: False
        server.leave()
        if ephemeral:
            shutil.rmtree(home, ignore_errors=True)


def start() -> None:
    server = Server(default_home())
    with server.alone():
        server.start()
        server.kept.touch()
    print(server.url)


def stop(*, delete: bool) -> None:
    server = Server(default_home())
    server.end_other_runs()
    with server.alone():
        server.kept.unlink(missing_ok=True)
        server.stop()
        if delete and server.data.exists():
            shutil.rmtree(server.data)
            say("Database: the demo's data is deleted.")


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m maillage.devdb",
        description=maillage.devdb.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--ephemeral", action="store_true", help="a server of its own, deleted at the end")
    parser.add_argument("--at-once", action="store_true", help="the command waits for the server by itself")
    parser.add_argument("action", choices=["run", "start", "stop", "reset", "url"])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    command = arguments.command[1:] if arguments.command[:1] == ["--"] else arguments.command
    if (arguments.action == "run") != bool(command) or (arguments.ephemeral and arguments.action != "run"):
        parser.error("`run` takes a command after `--`, and only `run` may be --ephemeral")
    given = os.environ.get("DATABASE_URL")
    try:
        if arguments.action == "run":
            return run(command, ephemeral=arguments.ephemeral, at_once=arguments.at_once)
        if arguments.action == "url":
            print(given or Server(default_home()).url)
        elif given:
            say("DATABASE_URL is set: that server is not ours to start, stop or empty.")
        elif arguments.action == "start":
            start()
        else:
            stop(delete=arguments.action == "reset")
    except (DevdbError, OSError) as error:
        say(f"devdb: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
