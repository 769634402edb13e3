"""How often one may ask: a count for each minute, in the cache, whose keys name the space."""

from __future__ import annotations

import hashlib
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from maillage.accounts.attempts import attempts, counting

WINDOW = 60  # seconds


@dataclass(frozen=True)
class Allowance:
    """What the headers say: how many calls a minute, how many are left, seconds until they are renewed."""

    limit: int
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def exceeded(self) -> bool:
        return self.used > self.limit


def count(who: str, limit: int, *, window: int = WINDOW, by: int = 1, shared: bool = False) -> Allowance:
    """Count a call (`by=0` only looks) of `who` in the running window: in this process, or for all (`shared`)."""
    now = int(time.time())
    # A digest: an e-mail address belongs neither in a key nor in the warning about one that is too long.
    key = f"api:{window}:{now // window}:{hashlib.sha256(who.encode()).hexdigest()}"
    with counting(key) if shared and by else nullcontext():
        kept = attempts if shared else cache
        kept.add(key, 0, timeout=window + 1)
        try:
            used = kept.incr(key, by) if by else int(kept.get(key, 0))
        except ValueError:  # thrown out of the cache between the two
            used = by
    return Allowance(limit=limit, used=used, reset=window - now % window)


class PerPerson(BaseThrottle):
    """Per token, else per person, else per address; the view shows the allowance in its headers."""

    def allow_request(self, request: Request, view: Any) -> bool:
        token = request.auth
        if token is not None:
            who, limit = f"token:{token.pk}", settings.API_CALLS_A_MINUTE
        elif request.user.is_authenticated:
            who, limit = f"person:{request.user.pk}", settings.API_CALLS_A_MINUTE
        else:
            who, limit = f"address:{self.get_ident(request)}", settings.API_CALLS_A_MINUTE_UNSIGNED
        self.allowance = view.allowance = count(who, limit)
        return not self.allowance.exceeded

    def wait(self) -> float:
        return float(self.allowance.reset)


class FailedSignIns:
    """Guessing passwords: few failures for one e-mail address, more for one network address, in five minutes."""

    WINDOW = 300
    FOR_EMAIL, FOR_ADDRESS = 10, 50

    def __init__(self, request: Request, email: str) -> None:
        self.counters = (
            (f"signin:email:{email.strip().lower()}", self.FOR_EMAIL),
            (f"signin:address:{BaseThrottle().get_ident(request)}", self.FOR_ADDRESS),
        )

    def check(self) -> None:
        for who, limit in self.counters:
            known = count(who, limit, window=self.WINDOW, by=0, shared=True)
            if known.used >= limit:
                raise Throttled(wait=known.reset)

    def failed(self) -> None:
        for who, limit in self.counters:
            count(who, limit, window=self.WINDOW, shared=True)
