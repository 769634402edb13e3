"""What a coordinator types about an EPN."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from maillage.accounts.enums import Language
from maillage.design.forms import OneLine
from maillage.reference.selectors import commune, commune_label, communes
from network.directory.services import FirstCoordinator, FirstSite
from tenants.registry.enums import Country

ELSEWHERE = "elsewhere"


class NameForm(forms.Form):
    name = OneLine(label=_("Name of the EPN"), max_length=160)
    slug = forms.CharField(
        label=_("Address on this site"),
        help_text=_("Small letters, digits and hyphens, such as “rue-de-la-poste”. The former address still works."),
    )


class EpnForm(forms.Form):
    name = OneLine(label=_("Name of the EPN"), max_length=160)
    commune = forms.ChoiceField(label=_("Commune"))
    address = OneLine(label=_("Street and number"), max_length=200, required=False)
    postcode = OneLine(label=_("Postcode"), max_length=10, required=False)
    town = OneLine(
        label=_("Town"), max_length=100, required=False, help_text=_("Needed when the commune isn't in the list.")
    )
    slug = forms.CharField(
        label=_("Address on this site"),
        required=False,
        help_text=_("Small letters, digits and hyphens. Leave it empty: we make it from the name."),
    )
    coordinator_email = forms.EmailField(
        label=_("E-mail of the coordinator"),
        required=False,
        help_text=_("This person gets an invitation by e-mail."),
    )
    coordinator_name = OneLine(label=_("Name of the coordinator"), max_length=120, required=False)
    coordinator_language = forms.ChoiceField(
        label=_("Language of the coordinator"), choices=Language.choices, initial=Language.FRENCH, required=False
    )

    def __init__(self, *args: Any, country: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.country = country
        if country == Country.BELGIUM:
            known = sorted(((one.nis, commune_label(one.nis)) for one in communes()), key=lambda row: row[1])
            self.fields["commune"].choices = [  # type: ignore[attr-defined]
                ("", _("Choose")), *known, (ELSEWHERE, _("Another place")),
            ]  # fmt: skip
        else:
            # No list of communes is loaded for this country: postcode and town stand in.
            del self.fields["commune"]
            self.fields["postcode"].required = self.fields["town"].required = True
            self.fields["town"].help_text = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        code = data.get("commune", ELSEWHERE)
        if code == ELSEWHERE:
            for field in ("postcode", "town"):
                if field in data and not data[field] and field not in self.errors:
                    self.add_error(field, _("Give the postcode and the town."))
            return data
        found = commune(code) if code else None
        if found is not None:
            postcode = data.get("postcode", "")
            if not postcode and len(found.postcodes) == 1:
                data["postcode"] = found.postcodes[0]
            elif postcode and postcode not in found.postcodes:
                message = _("%(postcode)s isn't a postcode of %(commune)s.")
                self.add_error("postcode", message % {"postcode": postcode, "commune": commune_label(code)})
            data["town"] = data.get("town") or commune_label(code, "fr")
        return data

    def site(self) -> FirstSite:
        data = self.cleaned_data
        code = data.get("commune", ELSEWHERE)
        return FirstSite(
            address=data["address"],
            postcode=data["postcode"],
            town=data["town"],
            commune="" if code == ELSEWHERE else code,
            country=self.country,
        )

    def coordinator(self) -> FirstCoordinator | None:
        email = self.cleaned_data["coordinator_email"].strip().lower()
        if not email:
            return None
        name = self.cleaned_data["coordinator_name"]
        return FirstCoordinator(email, name, self.cleaned_data["coordinator_language"] or Language.FRENCH)


class ListForm(forms.Form):
    q = forms.CharField(label=_("Name or commune"), required=False, max_length=100)
    archived = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Open")), ("yes", _("Archived"))])
    checked = forms.ChoiceField(
        label=_("Checked"), required=False, choices=[("", _("All")), ("stale", _("Not for six months, or never"))]
    )
