"""What every test would have Django do once more, done once: the same requests and the same pages, for less work.

A tenth of what ordinary tests take was signing in, putting the middlewares together for each new client, and copying
for each piece of a page what it was drawn from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import UserSettingsHolder, settings
from django.contrib.sessions.models import Session
from django.template import Context, RequestContext, Template
from django.test import Client
from django.test.client import ClientHandler
from django.test.signals import template_rendered
from django.utils import timezone

from maillage.accounts.models import Person
from maillage.reference import selectors as reference

_draw = Template._render
_put_together = ClientHandler.load_middleware
CHAIN = ("_view_middleware", "_template_response_middleware", "_exception_middleware", "_middleware_chain")
A_YEAR = 365 * 86_400.0
_chain: dict[str, Any] = {}
_cookies: dict[int, str] = {}


def _drawn(template: Template, context: Context) -> str:
    """`response.context` tells of pages, not of each button and field in them."""
    if context.template is template and isinstance(context, RequestContext):
        template_rendered.send(sender=template, template=template, context=context)
    return str(_draw(template, context))


def _put_together_once(handler: ClientHandler, is_async: bool = False) -> None:
    """Under other settings than everybody's, a client gets middlewares of its own."""
    if is_async or isinstance(settings._wrapped, UserSettingsHolder):
        _put_together(handler, is_async)
        return
    if not _chain:
        _put_together(handler)
        _chain.update({name: getattr(handler, name) for name in CHAIN})
    for name, part in _chain.items():
        setattr(handler, name, part)


@contextmanager
def frugal() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _drawn)
        patch.setattr(reference, "FRESH_FOR", A_YEAR)
        patch.setattr(ClientHandler, "load_middleware", _put_together_once)
        yield


def sign_in_for_good(people: list[Person]) -> None:
    """Their sessions are there before any test, and each finds them as they were. No clock that one sets ends them."""
    for person in people:
        client = Client()
        client.force_login(person, backend="maillage.accounts.backends.PasswordBackend")
        _cookies[person.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
    Session.objects.filter(session_key__in=_cookies.values()).update(
        expire_date=timezone.now().replace(year=2999, month=1, day=1)
    )


def client_of(person: Person, *, anew: bool) -> Client:
    client = Client()
    if anew or person.pk not in _cookies:
        client.force_login(person, backend="maillage.accounts.backends.PasswordBackend")
    else:
        client.cookies[settings.SESSION_COOKIE_NAME] = _cookies[person.pk]
    return client
