"""What one does for oneself, outside every space: answering an invitation, one's name and language."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from maillage.accounts.languages import remember_language
from maillage.accounts.models import Person
from maillage.accounts.services import change_profile
from tenants.registry.crossing import address_of
from tenants.registry.models import Invitation
from tenants.registry.selectors import memberships_of, network_names
from tenants.registry.team.forms import JoinForm, ProfileForm
from tenants.registry.team.selectors import State, invitation_behind, state_of
from tenants.registry.team.services import NotOpenError, accept, join
from tenants.registry.team.views import take_errors

GUESSES = {"invitation": "20/5m/ip"}


def _keeps_the_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The address is a secret. Our own pages may know where one comes from, but not which page (and the check of
    forms against other sites needs the origin: `no-referrer` would break it)."""

    @wraps(view)
    def wrapped(*args: Any, **kwargs: Any) -> HttpResponse:
        response = view(*args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return wrapped


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@_keeps_the_link
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    found = invitation_behind(secret)
    if found is None:
        if not ratelimit.consume(request, app="allauth.account", action="invitation", config=GUESSES, limit_get=True):
            return ratelimit.respond_429(request)
        return render(request, "registry/team/no_invitation.html", {"state": "unknown"}, status=404)
    if settings.LANGUAGE_COOKIE_NAME in request.COOKIES or request.user.is_authenticated:
        return _answer(request, found)
    with override(found.language):
        return _answer(request, found)


def _answer(request: HttpRequest, found: Invitation) -> HttpResponse:
    person = request.user if isinstance(request.user, Person) else None
    state = state_of(found)
    if state != State.OPEN:
        return _not_open(request, found, state)
    try:
        if person is not None:
            return _one_click(request, found, person)
        if Person.objects.filter(email=found.email).exists():
            return _page(request, found, "sign_in")
        return _first_account(request, found)
    except NotOpenError as error:  # somebody was faster
        return _not_open(request, found, error.state)


def _page(request: HttpRequest, found: Invitation, step: str, **more: Any) -> HttpResponse:
    back = urlencode({"next": request.path})
    context = {
        "invitation": found,
        "space": found.space.name,
        "sender": found.invited_by.name,
        "role": found.get_role_display(),
        "step": step,
        "sign_in_url": f"{address_of(None, 'account_login')}?{back}",
        **more,
    }
    return render(request, "registry/team/invitation.html", context)


def _not_open(request: HttpRequest, found: Invitation, state: State) -> HttpResponse:
    context = {"state": state.value, "space": found.space.name, "sender": found.invited_by.name}
    return render(request, "registry/team/no_invitation.html", context, status=410)


def _one_click(request: HttpRequest, found: Invitation, person: Person) -> HttpResponse:
    if person.email != found.email:
        return _page(request, found, "somebody_else")
    if request.method != "POST":
        return _page(request, found, "one_click")
    accept(invitation=found, person=person)
    messages.success(request, _("Welcome to %(space)s.") % {"space": found.space.name})
    return redirect(address_of(found.space))


def _first_account(request: HttpRequest, found: Invitation) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = JoinForm(posted, email=found.email, initial={"name": found.name})
    if form.is_bound and form.is_valid():
        try:
            person = join(
                invitation=found,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password1"],
                language=get_language() or found.language,
            )
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("Welcome to %(space)s.") % {"space": found.space.name})
            login = Login(user=person, redirect_url=address_of(found.space))
            return perform_password_login(request, {"email": person.email}, login)
    return _page(request, found, "first_account", form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    """One's own account: name, language, and the spaces that one may leave."""
    person = cast(Person, request.user)
    posted = request.POST if request.method == "POST" else None
    form = ProfileForm(posted, initial={"name": person.name, "language": person.language})
    if form.is_bound and form.is_valid():
        change_profile(person=person, **form.cleaned_data)
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your account is saved."))
        response = redirect("profile")
        remember_language(request, response, form.cleaned_data["language"])
        return response
    memberships = [one for one in memberships_of(person) if one.space is not None]
    networks = network_names(one.space_id for one in memberships)
    spaces = [
        {
            "name": one.space.name,
            "network": networks.get(one.space.pk, ""),
            "role": one.get_role_display(),
            "since": one.since,
            "url": address_of(one.space),
            "leave_url": address_of(one.space, "team:leave"),
        }
        for one in memberships
        if one.space is not None
    ]
    return render(request, "registry/team/profile.html", {"form": form, "spaces": spaces})
