"""Codes as an app computes them, and people who have set one up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.cache import cache
from django.test import Client

from maillage.accounts.models import Person
from tests.conftest import PASSWORD

POSTE = "/caban/rue-de-la-poste/"
CONTRACTS = f"{POSTE}contracts/"
FACTORS = "/accounts/2fa/"
SIGN_IN = "/accounts/login/"


def code_of(secret: str, *, steps: int = 0) -> str:
    """What an app shows now (RFC 6238, SHA-1, 6 digits, 30 s), or some steps from now."""
    counter = struct.pack(">Q", int(time.time()) // 30 + steps)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@dataclass
class App:
    secret: str
    recovery_codes: list[str] = field(default_factory=list)


@pytest.fixture(autouse=True)
def _nobody_has_tried_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def with_password(client: Client, person: Person, **others: str) -> str:
    """Sign in through the form; gives where that leads."""
    response = client.post(SIGN_IN, {"login": person.email, "password": PASSWORD, **others})
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def set_up_app(client: Client) -> App:
    """Through the pages, by somebody who has just signed in."""
    page = client.get(f"{FACTORS}totp/activate/").content.decode()
    found = re.search(r"data-secret>([A-Z2-7 ]+)<", page)
    assert found is not None, page
    app = App(found[1].replace(" ", ""))
    answer = client.post(f"{FACTORS}totp/activate/", {"code": code_of(app.secret)})
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == f"{FACTORS}recovery-codes/"
    codes = client.get(f"{FACTORS}recovery-codes/").content.decode()
    app.recovery_codes = re.findall(r"<code class=\"text-body\">(\d{8})</code>", codes)
    cache.clear()
    return app


@pytest.fixture
def has_app() -> Callable[[Person], App]:
    """`has_app(person)`: what the pages of `set_up_app` leave behind."""

    def made(person: Person) -> App:
        app = App(generate_totp_secret())
        TOTP.activate(person, app.secret)
        app.recovery_codes = RecoveryCodes.activate(person).get_unused_codes()
        return app

    return made
