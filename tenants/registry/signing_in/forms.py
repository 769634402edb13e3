"""What a person says to sign in: the shared PC, codes, passkeys."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import ratelimit
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.fernet import InvalidToken
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from tenants.registry.signing_in.lock import SHARED_ASKED, SHARED_COOKIE
from tenants.registry.signing_in.services import use_code_once

logger = logging.getLogger(__name__)

CODE_HELP = _("6 digits from your app, or one of your recovery codes.")


class SignInForm(LoginForm):
    shared = forms.BooleanField(
        label=_("Other people use this PC"),
        required=False,
        help_text=_("Your session locks by itself when you are away."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.request is not None:
            self.fields["shared"].initial = self.request.COOKIES.get(SHARED_COOKIE) == "1"

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        request.session[SHARED_ASKED] = self.cleaned_data["shared"]
        response: HttpResponse = super().login(request, redirect_url)
        return response


class _Code(forms.Form):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["code"]
        field.label, field.help_text = _("Code"), CODE_HELP
        field.widget.attrs |= {"inputmode": "numeric", "autocomplete": "one-time-code"}

    def clean_code(self) -> str:
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except InvalidToken:
            logger.error("a second factor was closed with a SECRET_KEY that is neither here nor in the fallbacks")
            raise get_adapter().validation_error("incorrect_code") from None
        authenticator: Authenticator = self.authenticator  # type: ignore[attr-defined]
        if authenticator.type == Authenticator.Type.TOTP and not use_code_once(authenticator=authenticator, code=code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class FirstCodeForm(ActivateTOTPForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["code"]
        field.label, field.help_text = _("Code"), _("The 6 digits that the app shows now.")
        field.widget.attrs |= {"inputmode": "numeric"}


class CodeForm(_Code, AuthenticateForm):
    pass


class CodeAgainForm(_Code, ReauthenticateForm):
    pass


class CredentialField(forms.JSONField):
    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except RecursionError:  # thousands of brackets
            raise get_adapter().validation_error("incorrect_code") from None

    def bound_data(self, data: Any, initial: Any) -> Any:
        """An answer is good once: it is never shown again."""
        return initial


class _Readable(forms.Form):
    """What a browser sends is a document that anybody may write: whatever can't be read is simply not right."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["credential"] = CredentialField()

    def _clean_fields(self) -> None:
        try:
            super()._clean_fields()  # type: ignore[misc]
        except (LookupError, ValueError, TypeError, AttributeError):
            self.add_error("credential", get_adapter().validation_error("incorrect_code"))

    def _clean_form(self) -> None:
        try:
            super()._clean_form()  # type: ignore[misc]
        except (LookupError, ValueError, TypeError, AttributeError):
            self.add_error(None, get_adapter().validation_error("incorrect_code"))


class PasskeyForm(_Readable, AddWebAuthnForm):
    """One kind of key: it signs in alone, so it must ask for a PIN, a finger or a face."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].label = _("Name of this passkey")
        self.fields["name"].help_text = _("For instance: my telephone.")
        self.fields["name"].max_length = 60  # type: ignore[attr-defined]
        self.fields["passwordless"].widget = forms.HiddenInput()
        self.fields["passwordless"].initial = True

    def clean_passwordless(self) -> bool:
        return True


class PasskeyCodeForm(_Readable, AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(_Readable, ReauthenticateWebAuthnForm):
    pass


class PasskeySignInForm(_Readable, LoginWebAuthnForm):
    pass


class UnlockForm(forms.Form):
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, *args: Any, request: HttpRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        self.request = request

    def clean_password(self) -> None:
        """Nothing keeps it. Tries are counted as those of the sign-in page are."""
        person = self.request.user
        assert isinstance(person, Person)
        if not ratelimit.consume(self.request, action="reauthenticate", user=person):
            raise ValidationError(_("Too many tries. Wait a minute, then try again."), code="too_many")
        if not person.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."), code="wrong_password")
