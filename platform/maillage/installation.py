"""What a production must be told. All that is missing is said at once, each with its reason and an example."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured

SHORTEST_KEY = 50
FEWEST_CHARACTERS = 10  # different ones: "aaaa…" is long and weak
NEW_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


@dataclass(frozen=True)
class Need:
    name: str
    why: str
    example: str


NEEDS = (
    Need("SECRET_KEY", "it signs sessions and the links in mails", f"what `{NEW_KEY}` prints"),
    Need(
        "DATABASE_URL", "the registers are kept there", "postgresql://maillage_app:secret@db.example.org:5432/maillage"
    ),
    Need(
        "ALLOWED_HOSTS", "an answer to any other name could be made to carry somebody else's links", "epn.example.org"
    ),
    Need("EMAIL_URL", "invitations and new passwords go by mail", "smtp+tls://maillage:secret@mail.example.org:587"),
    Need("DEFAULT_FROM_EMAIL", "mail servers refuse mail from nobody", "Maillage <maillage@epn.example.org>"),
)


def demand(env: Any) -> None:
    """Raises ImproperlyConfigured that names every setting that is missing or too weak."""
    complaints = [
        f"{need.name} is not set: {need.why}. For example: {need.example}"
        for need in NEEDS
        if not env.str(need.name, "")
    ]
    complaints += [
        f"{name} is too weak: {SHORTEST_KEY} characters or more that nobody can guess, such as what `{NEW_KEY}` prints"
        for name, key in keys(env)
        if is_weak(key)
    ]
    hosts = env.list("ALLOWED_HOSTS", default=[])
    if "*" in hosts:
        complaints.append("ALLOWED_HOSTS names the installation's own names, never `*`. For example: epn.example.org")
    address = env.str("PUBLIC_URL", "")
    if address and not re.fullmatch(r"https?://[^/\s]+/?", address):
        complaints.append("PUBLIC_URL is the address of the site, without a page. For example: https://epn.example.org")
    if complaints:
        raise ImproperlyConfigured(
            "This production installation can't start:\n"
            + "\n".join(f"  - {one}" for one in complaints)
            + "\nEach may be given by a file too: SECRET_KEY_FILE=/run/secrets/key. See docs/operations/settings.md."
        )


def public_url(env: Any, hosts: list[str], *, production: bool) -> str:
    """The address that letters lead to, without a slash at its end: as it is said, else our first name."""
    said = str(env.str("PUBLIC_URL", ""))
    if not said:
        said = f"https://{hosts[0].removeprefix('.')}" if production and hosts else "http://localhost:8000"
    return said.rstrip("/")


def keys(env: Any) -> list[tuple[str, str]]:
    own = env.str("SECRET_KEY", "")
    former = [("SECRET_KEY_FALLBACKS", one) for one in env.list("SECRET_KEY_FALLBACKS", default=[])]
    return [*([("SECRET_KEY", own)] if own else []), *former]


def is_weak(key: str) -> bool:
    return len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS or key.startswith("django-insecure-")
