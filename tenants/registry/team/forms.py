"""What a coordinator says of somebody, and what somebody says of themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from maillage.accounts.enums import Language
from maillage.accounts.models import Person
from maillage.design.forms import OneLine
from tenants.registry.enums import Kind, Role
from tenants.registry.models import Membership, Space
from tenants.registry.team.selectors import roles_of


class AddressForm(forms.Form):
    """Whom to ask; the role is settled."""

    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    name = OneLine(
        label=_("Name"), max_length=120, required=False, help_text=_("For your list. The person can change it.")
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=Language.choices)


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    funder = OneLine(
        label=_("Funder"),
        max_length=60,
        required=False,
        help_text=_("Only for a funder's reviewer: whose money it is."),
    )

    def __init__(self, *args: Any, space: Space, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = roles_of(space)  # type: ignore[attr-defined]
        if space.kind != Kind.FEDERATION:
            del self.fields["funder"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("role") != Role.FUNDER_REVIEWER:
            data["funder"] = ""
        return data


class InviteForm(AddressForm, RoleForm):
    field_order = ("email", "name", "role", "funder", "language")


class ChangeRoleForm(RoleForm):
    def __init__(self, *args: Any, membership: Membership, **options: Any) -> None:
        assert membership.space is not None
        initial = {"role": membership.role, "funder": membership.funder}
        super().__init__(*args, space=membership.space, initial=initial, **options)


def own_names() -> list[tuple[str, str]]:
    """Each language in its own words, for whoever reads no other."""
    return [(code, str(get_language_info(code)["name_local"]).capitalize()) for code in Language.values]


class ProfileForm(forms.Form):
    name = OneLine(
        label=_("Name"),
        max_length=120,
        help_text=_("This is what your colleagues see."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=_("Language"), choices=own_names, widget=forms.RadioSelect)


class JoinForm(forms.Form):
    """A first account: the address is the letter's own."""

    name = OneLine(
        label=_("Your name"),
        max_length=120,
        help_text=_("This is what your colleagues see."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password1 = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=1000,
        help_text=_("At least 10 characters. Several words in a row are easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        password = data.get("password1")
        if password is not None:
            try:
                validate_password(password, Person(email=self.email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
            if data.get("password2") not in (None, password):
                self.add_error("password2", _("These two passwords are not the same."))
        return data
