"""A site in a process of its own, for whoever asks over the wire: browsers, and the tours of the API."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def site_running(static: Path, **others: str) -> Iterator[str]:
    """The address of a site, without a slash at its end. See site.py for what is in it."""
    # What it complains of goes to a file: a pipe that nobody reads would stop it when it is full.
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.site"],
            cwd=ROOT,
            env=os.environ | others | {"STATIC_ROOT": str(static)},
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
        )
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            if not address:
                process.wait()
                complaints.seek(0)
                pytest.fail(f"the site did not start:\n{complaints.read()}")
            yield address
        finally:
            process.terminate()
            process.communicate()
