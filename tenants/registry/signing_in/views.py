"""Second factors on pages: allauth's own steps, with our words, our rules and our way back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url
from allauth.account.views import LoginView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import can_generate_recovery_codes
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal import flows as passkeys
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from requests import RequestException

from maillage.accounts.models import Person
from maillage.audit.services import record
from maillage.design.qr import qr_path
from tenants.registry.signing_in.gate import NEXT, wanted_before
from tenants.registry.signing_in.lock import SHARED_ASKED
from tenants.registry.signing_in.selectors import has_factor, is_required_of, shown_in
from tenants.registry.signing_in.services import note_set_up

View = Callable[..., HttpResponseBase]


def _person(request: HttpRequest) -> Person:
    return cast(Person, request.user)


def proven_again(view: View) -> View:
    """A page that gives something away for long: only for somebody who has just said again who they are.

    Whoever has a second factor must also have shown it in this session.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = _person(request)
        first = None
        if has_factor(person) and not shown_in(request, person):
            first = "mfa_reauthenticate"
        elif not did_recently_reauthenticate(request):
            first = "account_reauthenticate" if person.has_usable_password() else "mfa_reauthenticate"
        if first is None:
            return view(request, *args, **kwargs)
        return redirect(f"{reverse(first)}?{urlencode({'next': request.path})}")

    return wrapped


class ShownFirst:
    """Who has a factor shows it before they add or remove one: else a session from before would slip round it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = _person(request)
        if has_factor(person) and not shown_in(request, person):
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.path})}")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class SignIn(LoginView):
    """The form, and the other ways in: a passkey, the installation's provider."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        address = reverse("openid_connect_login", args=["oidc"]) if settings.OIDC_ISSUER else ""
        wanted = get_next_redirect_url(self.request)
        if address and wanted:
            address = f"{address}?{urlencode({'next': wanted})}"
        return {**context, "provider_url": address, "provider_name": settings.OIDC_NAME}


class Index(IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = _person(self.request)
        return {
            **super().get_context_data(**kwargs),
            "required": is_required_of(person),
            "protected": has_factor(person),
            "wanted": wanted_before(self.request),
        }


class ActivateApp(ShownFirst, ActivateTOTPView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        path, width = qr_path(context["totp_url"])
        groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return {**context, "qr_path": path, "qr_width": width, "secret": groups}

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_set_up(request=self.request, person=_person(self.request))
        return response


class DeactivateApp(ShownFirst, DeactivateTOTPView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except Http404:
            return redirect("mfa_index")
        return response

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        record(verb="second_factor.removed", target=_person(self.request).pk)
        return response


class RecoveryCodes(ShownFirst, ViewRecoveryCodesView):
    """Shown once, right after they are made."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: HttpResponse = super().get(request, *args, **kwargs)
        except Http404:
            return redirect("mfa_index")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "wanted": wanted_before(self.request)}


class NewRecoveryCodes(ShownFirst, GenerateRecoveryCodesView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not can_generate_recovery_codes(_person(request)):
            return redirect("mfa_index")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class AddPasskey(ShownFirst, AddWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_set_up(request=self.request, person=_person(self.request))
        return response


class RemovePasskey(ShownFirst, RemoveWebAuthnView):
    success_url = reverse_lazy("mfa_index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        allowed = get_adapter().can_delete_authenticator(self.object)
        words = get_adapter().error_messages["cannot_delete_authenticator"]
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[no-untyped-call]
        return {**context, "refused": "" if allowed else words}

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator: Authenticator = self.get_object()
        if not get_adapter().can_delete_authenticator(authenticator):
            return self.render_to_response(self.get_context_data(form=form))
        passkeys.remove_authenticator(self.request, authenticator)
        record(verb="second_factor.removed", target=_person(self.request).pk)
        return redirect(self.success_url)


class PasskeySignIn(LoginWebAuthnView):
    """GET gives the page's script what to ask the browser for; POST is its answer."""

    def form_valid(self, form: Any) -> HttpResponse:
        authenticator = form.cleaned_data["credential"]
        if "shared" in self.request.POST:
            self.request.session[SHARED_ASKED] = self.request.POST["shared"] == "on"
        login = Login(user=authenticator.user, redirect_url=get_next_redirect_url(self.request))
        response: HttpResponse = passkeys.perform_passwordless_login(self.request, authenticator, login)
        return response


@require_safe
def provider_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """A link to the provider, not a form: the policy of our pages lets a form go nowhere else."""
    return _asked_of_the_provider(request, openid.login, provider_id)


@require_safe
def provider_callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _asked_of_the_provider(request, openid.callback, provider_id)


def _asked_of_the_provider(request: HttpRequest, ask: Callable[..., HttpResponse], provider_id: str) -> HttpResponse:
    if not settings.OIDC_ISSUER or provider_id != "oidc":
        return redirect("account_login")
    try:
        return ask(request, provider_id)
    except (RequestException, ValueError, KeyError):
        return render(request, "account/provider_failed.html", {"cancelled": False}, status=503)


def done(request: HttpRequest) -> HttpResponse:
    """Back to where one was going before a factor was asked for."""
    wanted = wanted_before(request)
    request.session.pop(NEXT, None)
    return redirect(wanted or reverse("spaces"))
