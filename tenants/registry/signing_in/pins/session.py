"""A session that a PIN opened: of one EPN, on one shared PC, and no more until its person gives their password."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from maillage.accounts.languages import remember_language
from maillage.accounts.models import Person
from maillage.audit.services import acting
from tenants.registry.crossing import address_of
from tenants.registry.enums import Kind
from tenants.registry.locating import locate
from tenants.registry.machine import problem
from tenants.registry.models import Membership, Space
from tenants.registry.selectors import memberships_of
from tenants.registry.signing_in import keeping, lock
from tenants.registry.signing_in.models import SharedPc
from tenants.registry.signing_in.pins.selectors import is_usable, shared_pc_with
from tenants.registry.signing_in.pins.services import PC_IS_KNOWN_FOR, revoke_pc, share_pc, signed_in_in_full

KEY = "opened_by_pin"
PC_COOKIE = "shared_pc_key"
BACKEND = "maillage.accounts.backends.PasswordBackend"
# Of the public pages; for all others (password, factors, PIN, tokens, name) the password comes first.
OPEN = ("home", "spaces", "health", "set_language", "account_logout", "account_reauthenticate", "lock", "unlock",
        "switch", "still_here", "kept", "kept_fields", "kept_discard")  # fmt: skip

# A calendar's secret address lets whoever has it read, long after the session.
ABOUT_WHO_ENTERS = ("team:", "api:membership", "api:invitation", "shared_pc_revoke", "appointments:calendar")


def pc_of(request: HttpRequest) -> SharedPc | None:
    """The shared PC that this browser belongs to. Without the box ticked at the last sign-in there is none."""
    secret = _secret_of(request)
    if not secret or request.COOKIES.get(lock.SHARED_COOKIE) != "1":
        return None
    return shared_pc_with(secret)


def may_switch(request: HttpRequest) -> bool:
    """Whether the header offers it: asked on every page, so without a query."""
    return lock.minutes_until_locked(request) is not None and bool(_secret_of(request))


def open_session(request: HttpRequest, *, person: Person, pc: SharedPc) -> None:
    """A new session; nothing of the one before is left."""
    logout(request)
    login(request, person, backend=BACKEND)
    request.session[KEY] = {"space": pc.space_id, "pc": pc.pk}
    request.session.set_expiry(0)
    lock.declare(request, shared=True)


def in_their_language(request: HttpRequest, response: HttpResponse, person: Person) -> HttpResponse:
    remember_language(request, response, person.language)
    return response


def limits(request: HttpRequest) -> dict[str, Any] | None:
    """Of a session that a PIN opened and in which nobody has given a password since."""
    state: dict[str, Any] | None = request.session.get(KEY)
    if state is None or get_authentication_records(request, cast(Person, request.user)):
        return None
    return state


def end_if_revoked(request: HttpRequest) -> bool:
    """A PC that was taken out of use, or known for too long, serves nobody by PIN from the next page on."""
    state = limits(request)
    if state is None or is_usable(state["pc"]):
        return False
    logout(request)
    return True


def stopped(request: HttpRequest, *, person: Person | None, space: Space | None, door: str) -> HttpResponse | None:
    """What a session opened by PIN gets outside its EPN: the page that asks for the password."""
    state = limits(request) if person is not None else None
    if state is None or (space is not None and space.pk == state["space"]):
        return None
    if space is None and request.path_info in {address_of(None, name) for name in OPEN}:
        return None
    return _ask_for_password(request, door, address_of(space))


def stopped_at(request: HttpRequest, *, route: str, door: str) -> HttpResponse | None:
    """Inside its EPN, who may enter is decided with a password: a PIN that was watched would give itself a role."""
    reads = request.method in ("GET", "HEAD") and (route == "team:people" or door == "api")
    if not route.startswith(ABOUT_WHO_ENTERS) or reads or limits(request) is None:
        return None
    return _ask_for_password(request, door, "")


def _ask_for_password(request: HttpRequest, door: str, otherwise: str) -> HttpResponse:
    if door == "api":
        return problem(
            403, _("This session was opened with a PIN. For this, give your password on a page of the site.")
        )
    wanted = keeping.way_back(request, cast(Person, request.user)) or otherwise
    messages.info(request, _("Your PIN opens your EPN on this PC. For anything else, give your password."))
    return keeping.lead(request, address_of(None, "account_reauthenticate"), wanted)


def after_full_sign_in(request: HttpRequest, response: HttpResponse, *, person: Person, wanted: str) -> None:
    """A PC where somebody of an EPN signs in and says that others use it becomes a shared PC of that EPN."""
    secret = _secret_of(request)
    pc = shared_pc_with(secret) if secret else None
    shared = lock.minutes_until_locked(request) is not None
    mine = {one.space_id: one for one in memberships_of(person) if one.space is not None and one.space.kind == Kind.EPN}
    with acting(actor_id=person.pk, door="page"):
        if pc is not None and shared and pc.space_id in mine:
            signed_in_in_full(pc=pc, person=person)
            _remember(response, secret)
            return
        space = _epn_of(mine, person, wanted) if shared else None
        if pc is not None and (space is not None or not shared):
            revoke_pc(pc=pc)
        if space is not None:
            _remember(response, share_pc(space=space, person=person))
        elif not shared and PC_COOKIE in request.COOKIES:
            response.delete_cookie(PC_COOKIE, samesite="Lax")


def _epn_of(mine: dict[int | None, Membership], person: Person, wanted: str) -> Space | None:
    """The one that the person is on the way to, else the only one that they work in."""
    located, _membership = locate(wanted.partition("?")[0], person=person)
    if located.space is not None and located.space.pk in mine:
        return located.space
    return next(iter(mine.values())).space if len(mine) == 1 else None


def _secret_of(request: HttpRequest) -> str:
    said = request.COOKIES.get(PC_COOKIE, "")
    return said if keeping.SECRET.match(said) else ""


def _remember(response: HttpResponse, secret: str) -> None:
    response.set_cookie(
        PC_COOKIE, secret, max_age=PC_IS_KNOWN_FOR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
    )
