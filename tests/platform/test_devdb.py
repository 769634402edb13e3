"""The development database, with real servers: sharing it, and every bad end that was met."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEVDB = [sys.executable, "-m", "maillage.devdb"]
SAY_WHO = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    print(*connection.execute(
        "SELECT current_user, rolsuper, rolcreaterole, rolinherit, rolcanlogin,"
        " pg_has_role('maillage_owner', 'MEMBER'), pg_get_userbyid(datdba)"
        " FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()"
    ).fetchone())
    connection.execute("SET ROLE maillage_owner")
"""
ANSWER_EACH_LINE = """
import os, sys, psycopg
print("ready", flush=True)
for line in sys.stdin:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        print(connection.execute("SELECT 'still here'").fetchone()[0], flush=True)
"""
WAIT_FOR_IT = """
import os, psycopg
from maillage.devdb.ready import wait_until_ready
if wait_until_ready():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        print("ready", connection.execute("SELECT 1").fetchone()[0], wait_until_ready())
else:
    print("no server")
"""
# Not by print: the signal may come while the one before is still being written, and two at once are an error.
TIDY_UP_WHEN_TOLD = """
import os, signal, sys, time
def tidy(number, frame):
    time.sleep(0.3)
    os.write(1, f"tidied after {signal.Signals(number).name}\\n".encode())
    sys.exit(0)
signal.signal(signal.SIGINT, tidy)
signal.signal(signal.SIGTERM, tidy)
print("ready", flush=True)
time.sleep(60)
"""


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    path = os.pathsep.join([str(ROOT / "platform"), *filter(None, [os.environ.get("PYTHONPATH")])])
    return kept | {"MAILLAGE_PG_HOME": str(home), "PYTHONPATH": path} | more


def devdb(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DEVDB, *arguments], cwd=ROOT, env=environment(home, **more), capture_output=True, text=True, timeout=300
    )


def run_python(home: Path, code: str, **more: str) -> subprocess.CompletedProcess[str]:
    return devdb(home, "run", "--", sys.executable, "-c", code, **more)


@contextlib.contextmanager
def running(home: Path, code: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A command under devdb that has said `ready`, in a process group like a terminal's job."""
    with subprocess.Popen(
        [*DEVDB, *options, "run", "--", sys.executable, "-c", code],
        cwd=ROOT,
        env=environment(home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout and process.stdout.readline() == "ready\n"
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def ask(process: subprocess.Popen[str]) -> str:
    assert process.stdin and process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def postmaster(home: Path) -> int | None:
    with contextlib.suppress(FileNotFoundError):
        return int((home / "pgdata" / "postmaster.pid").read_text().split()[0])
    return None


def wait_until(condition: object) -> None:
    deadline = time.monotonic() + 120
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Dead, reaped or not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Not pytest's own, which the user `nobody` could not enter."""
    path = Path(tempfile.mkdtemp(prefix="devdb-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def made_once(folder: Path) -> Path:
    """Where it isn't easy: on a long path with spaces and accents, beside a half-made database."""
    home = folder / ("un très long chemin " * 8).strip() / ("jusqu'au bout " * 8).strip()
    (home / "pgdata.new").mkdir(parents=True)
    (home / "pgdata.new" / "PG_VERSION").write_text("18\n")
    made = devdb(home, "run", "--", "true")
    assert made.returncode == 0, made.stderr
    return home


@pytest.fixture
def home(made_once: Path) -> Iterator[Path]:
    yield made_once
    if postmaster(made_once) is not None:
        stopped = devdb(made_once, "stop")
        assert stopped.returncode == 0, stopped.stderr
        assert postmaster(made_once) is None


def copy(made: Path, home: Path) -> None:
    """Of a server that doesn't run, whoever owns its files: initdb takes ten times as long."""
    home.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", str(made / "pgdata"), str(home)], check=True)


def test_a_command_logs_in_as_a_normal_user_that_may_become_the_owner(home):
    """On a long path with spaces and accents, where somebody had left a half-made database: no obstacle."""
    assert len(os.fsencode(home)) > 250 and not (home / "pgdata.new").exists()

    done = run_python(home, SAY_WHO)

    assert done.stdout.split() == ["maillage_app", "False", "True", "False", "True", "True", "maillage_owner"]
    assert done.stderr == ""


def test_the_server_ends_with_its_command_and_the_command_s_exit_code_is_ours(home):
    done = run_python(home, "import sys; sys.exit(7)")

    assert done.returncode == 7
    assert postmaster(home) is None


def test_a_second_command_shares_the_server_and_outlives_the_first(home):
    with running(home, ANSWER_EACH_LINE) as first, running(home, ANSWER_EACH_LINE) as second:
        server = postmaster(home)

        first.communicate()

        assert ask(second) == "still here"
        assert postmaster(home) == server
        second.communicate()
    assert postmaster(home) is None


def test_a_server_left_by_a_killed_command_is_used_and_then_stopped(home):
    with running(home, ANSWER_EACH_LINE) as killed:
        left = postmaster(home)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    assert left and not is_gone(left)

    done = run_python(home, "pass")

    assert done.returncode == 0
    assert is_gone(left)


def test_a_server_starts_again_after_kill_9_whoever_has_its_pid_now(home):
    devdb(home, "start")
    server = postmaster(home)
    assert server
    os.kill(server, signal.SIGKILL)
    wait_until(lambda: is_gone(server))
    (home / "kept").unlink()  # so that it ends with each of the commands below
    pid_file = home / "pgdata" / "postmaster.pid"
    left = pid_file.read_text().splitlines()[1:]

    with subprocess.Popen(["true"]) as zombie:
        wait_until(lambda: is_gone(zombie.pid))
        for holder, pid in {"nobody": server, "a stranger": os.getpid(), "a zombie": zombie.pid}.items():
            pid_file.write_text("\n".join([str(pid), *left]) + "\n")

            done = run_python(home, SAY_WHO)

            assert done.stdout.startswith("maillage_app"), (holder, done.stderr)
            assert not pid_file.exists()


def test_a_database_url_that_is_set_wins_and_nothing_is_started(folder):
    home = folder / "unused"
    given = "postgresql://someone@db.example/other"

    done = run_python(home, "import os; print(os.environ['DATABASE_URL'])", DATABASE_URL=given)

    assert done.stdout.strip() == given
    assert not home.exists()


def test_ctrl_c_lets_the_command_finish_and_then_stops_the_server_without_noise(home):
    with running(home, TIDY_UP_WHEN_TOLD) as process:
        os.killpg(process.pid, signal.SIGINT)
        stdout, stderr = process.communicate(timeout=120)

    assert stdout == "tidied after SIGINT\n"
    assert (process.returncode, stderr) == (0, "")
    assert postmaster(home) is None


def test_sigterm_is_passed_on_and_waited_for(home):
    with running(home, TIDY_UP_WHEN_TOLD) as process:
        process.terminate()
        stdout, stderr = process.communicate(timeout=120)

    assert stdout == "tidied after SIGTERM\n"
    assert (process.returncode, stderr) == (0, "")
    assert postmaster(home) is None


def test_data_of_another_version_is_left_alone_and_the_way_out_is_said(folder):
    home = folder / "old"
    (home / "pgdata").mkdir(parents=True)
    (home / "pgdata" / "PG_VERSION").write_text("13\n")

    done = run_python(home, "print('never')")

    assert done.returncode == 1
    assert "PostgreSQL 13" in done.stderr
    assert "make reset" in done.stderr
    assert "Traceback" not in done.stderr
    assert (done.stdout, (home / "pgdata" / "PG_VERSION").exists()) == ("", True)

    begun = devdb(home, "--at-once", "run", "--", sys.executable, "-c", WAIT_FOR_IT)

    assert (begun.returncode, begun.stdout) == (1, "no server\n")
    assert "PostgreSQL 13" in begun.stderr and "Traceback" not in begun.stderr


def test_a_command_that_begins_while_the_server_starts_is_told_when_it_answers(home):
    done = devdb(home, "--at-once", "run", "--", sys.executable, "-c", WAIT_FOR_IT)

    assert (done.stdout, done.stderr, done.returncode) == ("ready 1 True\n", "", 0)
    assert postmaster(home) is None


def test_reset_ends_what_runs_and_deletes_the_data(folder, home):
    made, home = home, folder / "to be reset"
    copy(made, home)
    with running(home, TIDY_UP_WHEN_TOLD) as process:
        done = devdb(home, "reset")
        stdout, _ = process.communicate(timeout=120)

    assert done.returncode == 0, done.stderr
    assert stdout == "tidied after SIGTERM\n"
    assert not (home / "pgdata").exists()


def test_an_ephemeral_server_leaves_nothing_even_when_its_command_fails_and_of_a_killed_one_neither(folder, home):
    abandoned = Path(tempfile.mkdtemp(prefix="maillage-test-", dir="/tmp"))
    abandoned.chmod(0o711)
    copy(home, abandoned)
    with running(abandoned, ANSWER_EACH_LINE) as killed:
        left = postmaster(abandoned)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    assert left and not is_gone(left)
    os.utime(abandoned, (0, 0))

    command = ["sh", "-c", "echo $DATABASE_URL; exit 3"]
    done = devdb(folder / "unused", "--ephemeral", "run", "--", *command, TMPDIR="/tmp")

    assert is_gone(left)
    assert not abandoned.exists()
    assert done.returncode == 3
    assert not Path(done.stdout.strip().split("host=")[1]).exists()
    assert not (folder / "unused").exists()


def test_a_command_that_does_not_exist_is_named(home):
    done = devdb(home, "run", "--", "no-such-command")

    assert done.returncode == 1
    assert done.stderr.startswith("devdb: no-such-command: ")
    assert len(done.stderr.splitlines()) == 1
