"""A package called `platform` at the root would hide the standard library's module: four ways of running."""

import os
import platform
import socket
import subprocess
import sys
import sysconfig
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
OWN = f"{os.uname().sysname} {Path(sysconfig.get_path('stdlib')) / 'platform.py'}"
ASK = "import platform; print(platform.system(), platform.__file__)"


def test_under_pytest_platform_is_pythons_own():
    assert f"{platform.system()} {platform.__file__}" == OWN


def test_in_a_process_that_imports_the_project_platform_is_pythons_own():
    code = f"import maillage, sys; sys.modules.pop('platform', None); {ASK}"
    environment = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}"}

    done = subprocess.run([sys.executable, "-c", code], cwd="/", env=environment, capture_output=True, text=True)

    assert done.stdout.strip() == OWN, done.stderr


def test_in_a_child_started_from_the_root_platform_is_pythons_own():
    done = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True)

    assert done.stdout.strip() == OWN, done.stderr


def test_under_gunicorn_platform_is_pythons_own():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        gunicorn = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "error",
             "--bind", f"fd://{listener.fileno()}", "tests.platform.wsgi_that_names_the_platform:application"],
            cwd=ROOT, pass_fds=[listener.fileno()],
        )  # fmt: skip
        try:
            answer = urlopen(address, timeout=120).read().decode()
        finally:
            gunicorn.terminate()
            gunicorn.wait()

    assert answer == OWN


def test_the_source_root_called_platform_is_no_package():
    assert not (ROOT / "platform" / "__init__.py").exists()


def test_the_tests_of_platform_are_not_a_top_level_package():
    # Without this file pytest would put tests/ on the path, and tests/platform would be `platform`.
    assert (ROOT / "tests" / "__init__.py").exists()
