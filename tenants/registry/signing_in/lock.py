"""The quick lock: a session that stays on a PC that others use, with nothing of it to be seen meanwhile.

The lock is in the session, on the server: closing a window or going back in history doesn't lift it. A PC that was
declared shared at sign-in locks by itself after some minutes without anybody; elsewhere only the button does.
"""

from __future__ import annotations

import time
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from maillage.accounts.models import Person
from tenants.registry.crossing import address_of
from tenants.registry.machine import problem
from tenants.registry.signing_in import keeping

KEY = "quick_lock"
SHARED_COOKIE = "shared_pc"
LOCKED_COOKIE = "locked_at"
SHARED_ASKED = "shared_pc_asked"  # by the form, kept while the code is asked for
QUIET = "X-Quiet"  # a page looks by itself: nobody need be there
GRACE = 5  # seconds that a page waits longer than the server: it never hides what isn't locked
SEEN_EVERY = 30  # seconds: a session that every request writes would be a hot row
# What still answers: the way back in, the way out, the language of both, and the machine that asks for health.
OPEN = ("lock", "unlock", "switch", "account_logout", "set_language", "health", "lock_style")


def state_of(request: HttpRequest) -> dict[str, Any]:
    return cast(dict[str, Any], request.session.get(KEY) or {})


def declare(request: HttpRequest, *, shared: bool) -> None:
    """Said at sign-in: other people use this PC. From now on the session locks by itself."""
    if shared:
        request.session[KEY] = {"seen": time.time(), "locked": False, "shared": True}
    else:
        request.session.pop(KEY, None)


def minutes_until_locked(request: HttpRequest) -> int | None:
    """After how many minutes without anybody this session locks; None on a PC of one's own."""
    return int(settings.SHARED_PC_LOCK_MINUTES) if state_of(request).get("shared") else None


def lock(request: HttpRequest) -> None:
    """The session keeps its key: two windows that lock at the same moment would sign the person out."""
    request.session[KEY] = {**state_of(request), "locked": True}


def unlock(request: HttpRequest) -> None:
    request.session[KEY] = {**state_of(request), "locked": False, "seen": time.time()}


def is_locked(request: HttpRequest) -> bool:
    """Whether it is locked; locks it when nobody was there for too long, and notes that somebody is."""
    state = state_of(request)
    if not state:
        return False
    if state.get("locked"):
        return True
    if not state.get("shared"):
        return False
    now, seen = time.time(), state.get("seen", 0)
    if now - seen > settings.SHARED_PC_LOCK_MINUTES * 60:
        lock(request)
        return True
    if now - seen > SEEN_EVERY and QUIET not in request.headers:
        request.session[KEY] = {**state, "seen": now}
    return False


def stopped(request: HttpRequest, *, door: str) -> HttpResponse | None:
    """What a locked session gets instead of its page."""
    if not is_locked(request) or request.path_info in {address_of(None, name) for name in OPEN}:
        return None
    if door == "api":
        return problem(403, _("This session is locked. Unlock it on a page of the site."))
    return to_unlock(request, keeping.way_back(request, cast(Person, request.user)))


def to_unlock(request: HttpRequest, wanted: str, page: str = "unlock") -> HttpResponse:
    """The page that unlocks (or switches to somebody else), and afterwards goes back to an address of this site.

    Browsers throw pages out of their back-forward cache when a cookie of the site changes: here is one.
    """
    response = keeping.lead(request, address_of(None, page), wanted)
    response.set_cookie(
        LOCKED_COOKIE, f"{time.time():.0f}", samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
    return response
