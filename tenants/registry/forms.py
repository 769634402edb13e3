"""What a person says to give a program access."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from tenants.registry.models import Membership


class TokenForm(forms.Form):
    """The password again: on a shared PC, a session that was left open must not give away a month of access."""

    name = forms.CharField(
        label=_("What is it for?"), max_length=80, help_text=_("For instance: import of the paper forms.")
    )
    space = forms.ChoiceField(label=_("Where?"))
    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, memberships: list[Membership], request: HttpRequest, **options: Any) -> None:
        super().__init__(*args, **options)
        self.request = request
        spaces = [one.space for one in memberships if one.space is not None]
        self.spaces = {str(one.pk): one for one in spaces}
        field = self.fields["space"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, one.name) for key, one in self.spaces.items()]

    def clean_password(self) -> None:
        """Nothing keeps it. Tries are counted as those of the sign-in page are."""
        person = self.request.user
        assert isinstance(person, Person)
        if not ratelimit.consume(self.request, action="reauthenticate", user=person):
            raise ValidationError(_("Too many tries. Wait a minute, then try again."), code="too_many")
        if not person.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."), code="wrong_password")
