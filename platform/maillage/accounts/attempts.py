"""Attempts to sign in are counted in the database: whoever guesses can't choose a process that hasn't counted yet.

The cache `attempts` is a table that no space's role can read. Its keys are digests and network addresses, its
values moments. The default cache stays in the process: what is merely faster with it needs no writing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from allauth.core.internal import ratelimit
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import caches
from django.utils.connection import ConnectionProxy

attempts = ConnectionProxy(caches, "attempts")


def share_with_allauth() -> None:
    """allauth knows the default cache only: its limits, and which codes were used, go to the shared one."""
    ratelimit.cache = attempts  # type: ignore[attr-defined, assignment]
    totp.cache = attempts  # type: ignore[attr-defined, assignment]


@contextmanager
def counting(key: str) -> Iterator[None]:
    """One at a time, over all processes: reading a count and writing the next one are two steps."""
    with ratelimit.cache_lock(key):
        yield
