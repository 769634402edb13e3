"""What somebody was sending when their session had ended or was locked, kept until they have said again who they are.

A form is kept for the person whose session it was, and never shown to anybody else: when that can't be known, it
isn't kept. It lies in a table of the public schema, closed with SECRET_KEY and a secret that only the browser has.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import Resolver404, get_script_prefix, resolve
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from maillage.accounts.models import Person
from tenants.registry.addresses import UNSAFE_PATH
from tenants.registry.crossing import address_of, outside, urlconf_of
from tenants.registry.enums import Kind
from tenants.registry.machine import is_api
from tenants.registry.signing_in.selectors import has_kept
from tenants.registry.signing_in.services import forget_form, keep_form

if TYPE_CHECKING:
    from tenants.registry.middleware import SpaceRequest

KEPT_COOKIE = "kept_form"
KEPT_FOR = timedelta(minutes=30)
MOST_BYTES = 64 * 1024
FIELD = "kept_form"  # hidden in a form that is sent again: which one it was
LONGEST_ADDRESS = 4000
SECRET = re.compile(r"[A-Za-z0-9_-]{43}\Z")
# What is never kept, by the name of its field; a test compares this with the password fields that there are.
NEVER_KEPT = re.compile(r"csrf|passw|(?:^|[_-])(?:pin|secret|credential|token)\d?(?:$|[_-])", re.IGNORECASE)
# Beside what was typed: alone they are no entry, only a button that can be pressed again.
TECHNICAL = frozenset({"key", "next"})
# Of the public pages; the others ask for passwords and codes, or have nothing that was typed.
PUBLIC_FORMS = frozenset({"profile", "tokens"})
# After these the page shows the form again, with what was typed in it.
SHOWN_AGAIN = frozenset({400, 409, 422})


@dataclass(frozen=True)
class Content:
    """A form as it was sent, or as it stood. `asked` is its path as a space is found by it, `address` all of it."""

    asked: str
    address: str
    fields: list[tuple[str, str]]
    files: bool
    page: str = ""  # where its form stands, when it was never sent

    def written(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, text: str) -> Content:
        said = json.loads(text)
        return cls(**{**said, "fields": [(name, value) for name, value in said["fields"]]})


class _Check(CsrfViewMiddleware):
    """Django's own check. What fails it was sent by another site, and is nobody's entry."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(status=403)


def way_back(request: HttpRequest, person: Person | None) -> str:
    """Where somebody who is turned away goes on later: to the page they asked for, or to what they were sending.

    Nothing when neither can be had. `person` is whose session it is; without one, whose it was.
    """
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    asking = cast("SpaceRequest", request)
    asking.turned_away = True
    with outside():
        kept = not is_api(asking.asked) and _keep(asking, person)
        return address_of(None, "kept") if kept else ""


def lead(request: HttpRequest, address: str, wanted: str) -> HttpResponse:
    """To the page that asks for a proof. A fragment takes its whole page there: else a form would stand in a form."""
    target = f"{address}?{urlencode({'next': wanted})}" if wanted else address
    if not request.headers.get("HX-Request"):
        return HttpResponseRedirect(target)
    kept = getattr(request, "kept_secret", None) is not None
    return HttpResponse(status=204, headers={"HX-Redirect": target} if kept else {"HX-Refresh": "true"})


def on_the_way_out(request: SpaceRequest, response: HttpResponseBase) -> None:
    """Give the browser its half of what was just kept; forget what has now been sent."""
    kept = request.kept_secret
    if kept is not None:
        response.set_cookie(
            KEPT_COOKIE, kept, max_age=KEPT_FOR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
        )
    elif request.method == "POST" and secret_of(request) and not request.turned_away:
        number = request.POST.get(FIELD, "")
        arrived = response.status_code < 400 or response.status_code in SHOWN_AGAIN
        if number and arrived and isinstance(request.user, Person):
            forget_form(person=request.user, secret=secret_of(request), number=number)


def secret_of(request: HttpRequest) -> str:
    """The browser's half of the key; nothing when it has none, or says something else."""
    said = request.COOKIES.get(KEPT_COOKIE, "")
    return said if SECRET.match(said) else ""


def waiting_for(request: HttpRequest, person: Person) -> str:
    """The page of what this person was sending in this browser; nothing when there is none."""
    secret = secret_of(request)
    return address_of(None, "kept") if secret and has_kept(person, secret) else ""


def keep_draft(request: HttpRequest) -> None:
    """What was being typed when somebody locked, or the minutes were over: the page's script sends it with the lock."""
    content, before = _draft(request.POST)
    if content is not None:
        _write(cast("SpaceRequest", request), cast(Person, request.user), content, instead_of=before)


def _keep(request: SpaceRequest, person: Person | None) -> bool:
    locking = request.asked == address_of(None, "lock")
    if request.method != "POST" or not _may_be_read(request) or not (locking or _is_kept(request.asked)):
        return False
    person = person or _whose_session_it_was(request)
    if person is None or _Check(_nothing).process_view(request, _nothing, (), {}) is not None:
        return False
    try:
        said, files = request.POST, bool(request.FILES)
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return False
    content: Content | None = Content(request.asked, request.get_full_path(), _to_be_kept(said), files)
    before = said.get(FIELD, "")
    if locking:
        content, before = _draft(said)
    return content is not None and _write(request, person, content, instead_of=before)


def _draft(posted: QueryDict) -> tuple[Content | None, str]:
    """The form that a page had when it locked, and which kept one it was before."""
    address, page = (posted.get(name, "") for name in ("draft_for", "draft_page"))
    asked = unquote(urlsplit(address).path).removeprefix(get_script_prefix().rstrip("/"))
    local = all(one.startswith("/") and url_has_allowed_host_and_scheme(one, None) for one in (address, page))
    if not local or UNSAFE_PATH.search(asked) or not _is_kept(asked) or len(address + page) > LONGEST_ADDRESS:
        return None, ""
    try:
        said = QueryDict(posted.get("draft", ""))
    except SuspiciousOperation:  # more fields than a form may have
        return None, ""
    return Content(asked, address, _to_be_kept(said), bool(posted.get("draft_files")), page), said.get(FIELD, "")


def _to_be_kept(said: QueryDict) -> list[tuple[str, str]]:
    return [
        (name, str(value))
        for name, values in said.lists()
        if not NEVER_KEPT.search(name) and name != FIELD
        for value in values
    ]


def _write(request: SpaceRequest, person: Person, content: Content, *, instead_of: str) -> bool:
    written = content.written()
    typed = any(value.strip() for name, value in content.fields if name not in TECHNICAL)
    if len(written) > MOST_BYTES or not typed:
        return False
    secret = secret_of(request) or secrets.token_urlsafe(32)
    keep_form(person=person, secret=secret, content=written, lasts=KEPT_FOR, instead_of=instead_of)
    request.kept_secret = secret
    return True


def _nothing(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    return HttpResponse()


def _may_be_read(request: HttpRequest) -> bool:
    """Before its body is touched: a form, and not too long. With files it may be as long as any form."""
    length = request.META.get("CONTENT_LENGTH") or ""
    with_files = request.content_type == "multipart/form-data"
    if not with_files and request.content_type != "application/x-www-form-urlencoded":
        return False
    return length.isdigit() and int(length) <= (settings.DATA_UPLOAD_MAX_MEMORY_SIZE if with_files else MOST_BYTES)


def _is_kept(path: str) -> bool:
    """Every form of a space, and of the public pages those that ask for no secret."""
    try:
        return resolve(path, urlconf_of(Kind.PUBLIC)).url_name in PUBLIC_FORMS
    except Resolver404:
        return True


def _whose_session_it_was(request: HttpRequest) -> Person | None:
    """The person of a session whose time ran out: its row is there until the night. A session that was ended by
    signing out, or by a new password, is nobody's."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    model = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    row = model.objects.filter(session_key=key).first() if key and "\0" not in key else None
    said = {} if row is None else row.get_decoded()
    if said.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    person = Person.objects.select_related("credential").filter(pk=said[SESSION_KEY], is_active=True).first()
    if person is None:
        return None
    hashes = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return person if any(constant_time_compare(said.get(HASH_SESSION_KEY, ""), one) for one in hashes) else None
