"""Lock, unlock, and the sign of life that a page sends while somebody works on it."""

from __future__ import annotations

from typing import cast

from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as passkeys
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from maillage.accounts.models import Person
from tenants.registry.signing_in import keeping
from tenants.registry.signing_in import lock as quick_lock
from tenants.registry.signing_in.forms import PasskeyAgainForm, UnlockForm
from tenants.registry.signing_in.pins.selectors import people_with_pin, short_names
from tenants.registry.signing_in.pins.session import pc_of
from tenants.registry.signing_in.selectors import factors_of


@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    quick_lock.lock(request)
    keeping.keep_draft(request)
    page = "switch" if "switch" in request.POST else "unlock"
    return quick_lock.to_unlock(request, get_next_redirect_url(request) or "", page)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def unlock(request: HttpRequest) -> HttpResponse:
    """By the password or a passkey of the person whose session it is; anybody else may only sign them out."""
    wanted = get_next_redirect_url(request) or ""
    if not quick_lock.is_locked(request):
        return redirect(wanted or "spaces")
    person = cast(Person, request.user)
    has_passkey = factors_of(person).filter(type=Authenticator.Type.WEBAUTHN).exists()
    form = UnlockForm(request.POST or None, request=request) if "credential" not in request.POST else None
    key = PasskeyAgainForm(request.POST, user=person) if form is None and _may_try(request, person) else None
    tried = form or key
    if tried is not None and tried.is_valid():
        quick_lock.unlock(request)
        return redirect(keeping.waiting_for(request, person) or wanted or "spaces")
    pc = pc_of(request)
    context = {
        "names": short_names(people_with_pin(pc.space)).items() if pc is not None else (),
        "form": form or UnlockForm(request=request),
        "wanted": wanted,
        "has_password": person.has_usable_password(),
        "passkey": {"request_options": passkeys.begin_authentication(person)} if has_passkey else None,
        "passkey_failed": form is None,
        "person": person,
    }
    return render(request, "registry/unlock.html", context)


def _may_try(request: HttpRequest, person: Person) -> bool:
    return bool(ratelimit.consume(request, action="reauthenticate", user=person))


# Hidden, not left: what is being typed stays in its form, and the buttons that send it stay in sight. Sent, it meets
# the server's lock and is kept.
AWAY = """@keyframes lock-away{{to{{visibility:hidden}}}}@keyframes lock-note{{to{{visibility:visible}}}}
main,.m-header,.m-nav{{animation:lock-away 0s {seconds}s forwards}}
.m-locked-note{{visibility:hidden;position:fixed;inset:0 0 auto;z-index:9;max-width:none;margin:0;padding:1rem;
background:#fff3d6;color:#1b2a2f;border-bottom:4px solid #b07c00;animation:lock-note 0s {seconds}s forwards}}
main form[method=post] button[type=submit]{{visibility:visible}}
@media print{{.m-locked-note{{display:none}}}}
"""


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """For a browser without scripts: the page of a shared PC hides itself when the time of the lock has come."""
    seconds = settings.SHARED_PC_LOCK_MINUTES * 60 + quick_lock.GRACE
    response = HttpResponse(AWAY.format(seconds=seconds), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_POST
def still_here(request: HttpRequest) -> HttpResponse:
    """Somebody is typing on a page of a shared PC: the middleware has noted it, there is nothing to say."""
    return HttpResponse("ok", content_type="text/plain")
