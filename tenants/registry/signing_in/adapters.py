"""Where allauth asks us: about second factors, and about people whom another provider vouches for."""

from __future__ import annotations

import logging
import time
from typing import Any, cast

from allauth.account import app_settings as account_settings
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from maillage.accounts.adapter import AccountAdapter
from maillage.accounts.models import Person
from maillage.audit.services import record
from tenants.registry.signing_in import keeping, lock
from tenants.registry.signing_in.lock import SHARED_ASKED, SHARED_COOKIE
from tenants.registry.signing_in.pins.session import after_full_sign_in
from tenants.registry.signing_in.secrets_box import secrets_box
from tenants.registry.signing_in.selectors import BY_PROVIDER, factors_of, is_required_of

logger = logging.getLogger(__name__)

ONE_YEAR = 60 * 60 * 24 * 365
CHANGES = {
    "mfa/email/totp_activated": _("An app for codes was added to your account."),
    "mfa/email/totp_deactivated": _("The app for codes was removed from your account."),
    "mfa/email/webauthn_added": _("A passkey was added to your account."),
    "mfa/email/webauthn_removed": _("A passkey was removed from your account."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made for your account."),
    "socialaccount/email/account_connected": _("Your account can now be opened with another sign-in."),
}


class SignInAdapter(AccountAdapter):
    """Signing in on a shared PC, when to say again who one is, and the mails about second factors."""

    def login(self, request: HttpRequest, user: Any) -> None:
        """A PC that was said to be shared stays it: passkeys and the provider have no box to tick."""
        known = request.COOKIES.get(SHARED_COOKIE) == "1"
        shared = bool(request.session.pop(SHARED_ASKED, known))
        super().login(request, user)
        lock.declare(request, shared=shared)

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **details)
        after_full_sign_in(request, response, person=user, wanted=response["Location"])
        response["Location"] = keeping.waiting_for(request, user) or response["Location"]
        if lock.minutes_until_locked(request) is None:
            response.delete_cookie(SHARED_COOKIE, samesite="Lax")
        else:
            response.set_cookie(
                SHARED_COOKIE, "1", max_age=ONE_YEAR, samesite="Lax", secure=request.is_secure(), httponly=True
            )
        return response

    def is_reauthentication_required(self, *, app: str, **others: Any) -> bool:
        """Whoever has just signed in needs not say it again a minute later."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((record.get("at", 0) for record in records), default=0)
        return bool(time.time() - latest >= account_settings.REAUTHENTICATION_TIMEOUT)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        words = CHANGES.get(template_prefix)
        if words is not None:
            template_prefix, context = "account/email/sign_in_changed", {**(context or {}), "change": words}
        super().send_notification_mail(template_prefix, user, context, email)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted at rest, so that a copy of the database alone signs nobody in."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or no longer valid. Try the next one."),
        "cannot_delete_authenticator": _(
            "Your network asks for a second factor, and this is your last one. Add another one first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return secrets_box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return secrets_box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        person = authenticator.user
        return factors_of(person).exclude(pk=authenticator.pk).exists() or not is_required_of(person)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": "Maillage"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return str(_("Passkey %(number)s") % {"number": number})


class ProviderAdapter(DefaultSocialAccountAdapter):
    """An OpenID Connect provider opens accounts that exist; it makes none."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Who is this, here? A known identity, or the owner of an address that the provider has verified."""
        sociallogin.state["process"] = "login"  # never `connect`: that would link without a verified address
        data = sociallogin.account.extra_data
        claims = {**(data.get("id_token") or {}), **(data.get("userinfo") or {})}
        means = (data.get("id_token") or {}).get("amr") or []
        sociallogin.account.extra_data = {}  # the person's data is our own; the provider's copy isn't kept
        if sociallogin.is_existing:
            person = cast(Person, sociallogin.user)
            sociallogin.account.save(update_fields=["extra_data"])
        else:
            found = self._owner_of_verified(claims)
            if found is None:
                logger.info("a sign-in by %s was for no account", sociallogin.account.provider)
                raise ImmediateHttpResponse(render(request, "account/provider_stranger.html", status=403))
            person = found
            sociallogin.connect(request, person)
            record(verb="identity.linked", target=person.pk)
        request.session.pop(BY_PROVIDER, None)
        trusted = set(settings.OIDC_SECOND_FACTOR_AMR)
        if trusted & ({means} if isinstance(means, str) else {str(one) for one in means}):
            request.session[BY_PROVIDER] = person.pk

    @staticmethod
    def _owner_of_verified(claims: dict[str, Any]) -> Person | None:
        address = claims.get("email")
        if claims.get("email_verified") is not True or not isinstance(address, str) or "\0" in address:
            return None
        return Person.objects.filter(email=address.strip().lower(), is_active=True).first()

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Given up at the provider, a stale link, or a provider that doesn't answer: one page for all."""
        cancelled = error == AuthError.CANCELLED or request.GET.get("error") == "access_denied"
        if not cancelled:
            logger.warning("a sign-in by the provider failed (%s)", type(exception).__name__)
        status = 200 if cancelled else 400
        page = render(request, "account/provider_failed.html", {"cancelled": cancelled}, status=status)
        raise ImmediateHttpResponse(page)
