"""A small OpenID Connect provider in a process of its own: its modules warn when they are imported."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from tests.ports import free_port

PEOPLE: list[dict[str, Any]] = [
    {"sub": "amina", "email": "Amina@Example.org", "email_verified": True, "name": "Amina of elsewhere"},
    {"sub": "amina-strong", "email": "amina@example.org", "email_verified": True, "amr": ["pwd", "mfa"]},
    {"sub": "not-verified", "email": "amina@example.org", "email_verified": False},
    {"sub": "says-nothing", "email": "amina@example.org"},
    {"sub": "says-yes", "email": "amina@example.org", "email_verified": "true"},
    {"sub": "no-address", "name": "Amina"},
    {"sub": "stranger", "email": "nobody@example.org", "email_verified": True},
    {"sub": "bram", "email": "bram@example.org", "email_verified": True},
]


@contextmanager
def provider_running() -> Iterator[str]:
    """Gives its address, the issuer."""
    port = free_port()
    people = [argument for person in PEOPLE for argument in ("--user-claims", json.dumps(person))]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port), *people],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while process.poll() is None:
            try:
                requests.get(f"{address}/.well-known/openid-configuration", timeout=30)
                break
            except requests.ConnectionError:
                time.sleep(0.1)
        assert process.poll() is None, "the provider did not start"
        yield address
    finally:
        process.terminate()
        process.wait()
