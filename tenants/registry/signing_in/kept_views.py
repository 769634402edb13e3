"""The page that gives back what somebody was sending: one button sends it again, one throws it away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from cryptography.fernet import InvalidToken
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from maillage.accounts.models import Person
from tenants.registry.crossing import urlconf_of
from tenants.registry.enums import Kind
from tenants.registry.locating import locate
from tenants.registry.models import Space
from tenants.registry.roles import allows, who_may
from tenants.registry.signing_in import gate
from tenants.registry.signing_in.keeping import FIELD, Content, secret_of
from tenants.registry.signing_in.pins import session as by_pin
from tenants.registry.signing_in.selectors import box_of_forms, forms_kept_for
from tenants.registry.signing_in.services import forget_form

SENTENCE = re.compile(r"\w\s+\w")  # two words: somebody's own, and not a code of ours
LONGEST_SHOWN = 2000


@dataclass(frozen=True)
class Kept:
    """A form that waits, and where it goes."""

    number: int
    at: datetime
    content: Content
    space: Space | None
    held: HttpResponse | None  # what must be shown first
    open: bool  # whether this person may still send it

    @property
    def texts(self) -> list[str]:
        """What they wrote in sentences, for them to know it again."""
        return [value[:LONGEST_SHOWN] for _name, value in self.content.fields if SENTENCE.search(value)]


@require_safe
@never_cache
def kept(request: HttpRequest) -> HttpResponse:
    """Somebody who may no longer be where it goes finds what every stranger finds there."""
    found = _waiting(request)
    held = next((one.held for one in found if one.held is not None), None)
    if held is not None:
        return held
    forms = [one for one in found if one.open]
    for one in found:
        if not one.open:
            forget_form(person=cast(Person, request.user), secret=secret_of(request), number=str(one.number))
    if not forms:
        return redirect(found[0].content.address if found else "spaces")
    return render(request, "registry/kept.html", {"forms": forms, "field": FIELD})


@require_safe
@never_cache
def fields(request: HttpRequest) -> JsonResponse:
    """What was typed in a form that was never sent, for the page's script to put it back."""
    number = request.GET.get(FIELD, "")
    found = next((one for one in _waiting(request) if str(one.number) == number), None)
    if found is None or found.held is not None or not found.open:
        return JsonResponse({"address": "", "fields": []})
    return JsonResponse({"address": found.content.address, "fields": found.content.fields})


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    person = cast(Person, request.user)
    if forget_form(person=person, secret=secret_of(request), number=request.POST.get(FIELD, "")):
        messages.success(request, _("What you had typed is thrown away."))
    return redirect("kept")


def _waiting(request: HttpRequest) -> list[Kept]:
    person, secret, found = cast(Person, request.user), secret_of(request), []
    for row in forms_kept_for(person, secret) if secret else ():
        try:
            content = Content.read(box_of_forms(secret).decrypt(row.sealed.encode()).decode())
        except InvalidToken:  # SECRET_KEY changed meanwhile
            continue
        found.append(_kept(request, person, row.pk, row.created_at, content))
    return found


def _kept(request: HttpRequest, person: Person, number: int, at: datetime, content: Content) -> Kept:
    """Asks what the middleware will ask when it is sent, so that nothing is shown that would not get in."""
    located, membership = locate(content.asked, person=person)
    space, kind, held = located.space, Kind.PUBLIC, None
    if space is not None:
        kind = Kind(space.kind)
        held = by_pin.stopped(request, person=person, space=space, door="page")
        held = held or gate.stopped(request, person=person, space=space, membership=membership, token=None, door="page")
    try:
        route = resolve(located.rest or "/", urlconf_of(kind)).view_name
    except Resolver404:
        may = False
    else:
        role = None if membership is None else membership.role
        may = allows(who_may(kind, route, "POST"), signed_in=True, role=role)
    return Kept(number=number, at=at, content=content, space=space, held=held, open=may)
