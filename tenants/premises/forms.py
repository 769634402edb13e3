"""What a coordinator types about a site. The rules are in rules.py, and the services hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from maillage.design.free_text import AsksAboutPersonalData, FreeLineField, FreeTextField
from maillage.design.two_versions import VERSION, Difference, compare, renewed, settled, version_field
from maillage.reference.selectors import commune_label, communes, label_of, terms
from tenants.premises.hours_form import SAME, HoursForm, cells_of, fits
from tenants.premises.models import Site
from tenants.premises.offer import SHOWN, VOCABULARIES
from tenants.premises.rules import SiteFacts
from tenants.premises.selectors import proposed_commune, week_of
from tenants.registry.enums import Country

OTHER = "other"
LONGEST_LIST = 60  # a longer list of communes is of no help: the postcode finds it


def commune_choices(kept: str = "") -> list[tuple[str, str]]:
    known = communes()
    if len(known) > LONGEST_LIST:
        known = [one for one in known if one.tile_col is not None]
    codes = [one.nis for one in known]
    if kept and kept not in codes:
        codes.append(kept)
    named = sorted(((code, commune_label(code)) for code in codes), key=lambda choice: choice[1])
    return [("", gettext("As the postcode says")), *named, (OTHER, gettext("Another commune"))]


def code_choices(vocabulary: str, kept: list[str]) -> list[tuple[str, str]]:
    codes = [term.code for term in terms(vocabulary)]
    return [(code, label_of(vocabulary, code)) for code in [*codes, *(one for one in kept if one not in codes)]]


def _several(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, required=False, widget=forms.CheckboxSelectMultiple, help_text=help_text
    )


@dataclass(frozen=True)
class Section:
    """A heading of the form with its fields. All but the first are folded away unless something in them is wrong."""

    title: Any
    fields: list[forms.BoundField]

    @property
    def is_open(self) -> bool:
        return any(one.errors for one in self.fields)

    @property
    def said(self) -> int:
        """How many answers, each ticked box one."""
        values = [one.value() for one in self.fields]
        return sum(len(one) if isinstance(one, list) else bool(one) for one in values)


SECTIONS: list[tuple[Any, tuple[str, ...]]] = [
    (
        _("The place"),
        ("name", "address", "address_extra", "postcode", "town", "commune", "country", "phone", "email", "website"),
    ),
    (_("What people find here"), ("services", "modes", "how_to_come", "booking_url", "fees", "languages")),
    (_("Accessibility"), ("accessibility", "supports", "directions", "accessibility_url")),
    (_("In your own words"), ("summary", "presentation")),
    (
        _("For some people only, programmes, labels"),
        ("audiences", "mobility", "programmes", "training_labels", "other_labels"),
    ),
    (_("What the public doesn't see"), ("hidden",)),
]


class SiteForm(AsksAboutPersonalData, forms.Form):
    """The site, without its hours: those are a form of their own on the same page."""

    version = version_field()
    name = forms.CharField(
        label=_("Name of the site"), max_length=160, help_text=_("As people know it. For instance: library.")
    )
    address = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postcode = forms.CharField(label=_("Postcode"), max_length=10, required=False)
    town = forms.CharField(label=_("Town"), max_length=100, required=False)
    commune = forms.ChoiceField(
        label=_("Commune"), required=False, help_text=_("The figures of the network are counted by commune.")
    )
    country = forms.ChoiceField(label=_("Country"), choices=Country.choices)
    phone = forms.CharField(label=_("Phone"), max_length=60, required=False)
    website = forms.CharField(label=_("Website"), max_length=300, required=False)
    address_extra = forms.CharField(
        label=_("Floor, entrance, bell"), max_length=120, required=False, help_text=_("For instance: 2nd floor, left.")
    )
    email = forms.CharField(
        label=_("E-mail of the place"), max_length=254, required=False, help_text=_("Everybody sees it: a shared one.")
    )
    services = _several(_("What do you help with?"))
    modes = _several(_("How do you help people here?"))
    how_to_come = _several(_("How does one come?"))
    booking_url = forms.CharField(label=_("Page to book an appointment"), max_length=300, required=False)
    fees = _several(_("What does it cost?"))
    languages = _several(_("Which languages do you speak with people?"))
    accessibility = _several(_("What is there?"))
    supports = _several(_("Whom are you used to helping?"))
    directions = FreeLineField(
        label=_("How does one find the door?"), max_length=500, required=False,
        help_text=_("Bus, tram, landmark, ramp. For instance: tram 55, stop Liedts, beside the library."),
    )  # fmt: skip
    accessibility_url = forms.CharField(
        label=_("Page that says more about the accessibility"), max_length=300, required=False
    )
    summary = FreeLineField(label=_("The place in one sentence"), max_length=280, required=False)
    presentation = FreeTextField(
        label=_("Presentation"), max_length=2000, required=False, help_text=_("No name of anybody, please.")
    )
    audiences = _several(_("For whom is this place?"), _("Leave it empty when everybody may come."))
    mobility = _several(_("Does it stay at one place?"))
    programmes = _several(_("Programmes"))
    training_labels = _several(_("Training and labels"))
    other_labels = forms.CharField(label=_("Other labels"), max_length=200, required=False)
    hidden = _several(
        _("Leave out of the public page"),
        _(
            "All the rest is shown. Names of your team are never shown. Your network keeps the telephone number in any "
            "case, to be able to call you."
        ),
    )

    def __init__(self, *args: Any, site: Site | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["commune"].choices = commune_choices(site.commune if site else "")  # type: ignore[attr-defined]
        for field, vocabulary in VOCABULARIES.items():
            kept = getattr(site, field) if site else []
            self.fields[field].choices = code_choices(vocabulary, kept)  # type: ignore[attr-defined]
        self.fields["hidden"].choices = [(name, label) for name, (_fields, label) in SHOWN.items()]  # type: ignore[attr-defined]

    @property
    def sections(self) -> list[Section]:
        return [Section(title, [self[name] for name in names]) for title, names in SECTIONS]

    def facts(self) -> SiteFacts:
        said = {name: value for name, value in self.cleaned_data.items() if name != VERSION}
        facts: SiteFacts = {**said}  # type: ignore[typeddict-item]
        chosen = facts["commune"]
        if chosen == OTHER:
            facts["commune"] = ""
        elif not chosen:
            facts["commune"] = proposed_commune(facts["postcode"], facts["country"], facts["town"])
        return facts


class WrittenHoursForm(forms.Form):
    """Hours that the rows can't hold, as the text that they are."""

    mark_optional = False
    opening_hours = forms.CharField(
        label=_("Opening hours, as a text"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_(
            "These hours are special: the table by day can't hold them. They are written in OpenStreetMap's form, "
            "for instance: Mo-Fr 09:00-12:00; Sa 10:00-12:00. Empty this field and save to start afresh with the table."
        ),
    )


@dataclass(frozen=True)
class SiteForms:
    """A site and its hours, which a page shows and checks as one form."""

    site: SiteForm
    hours: HoursForm | WrittenHoursForm

    def is_valid(self) -> bool:
        """Both are asked, so that every error is shown at once."""
        return all([self.site.is_valid(), self.hours.is_valid()])

    def facts(self) -> SiteFacts:
        return {**self.site.facts(), "opening_hours": self._opening_hours()}

    def _opening_hours(self) -> str:
        """In OpenStreetMap's form; "" when not known."""
        if isinstance(self.hours, WrittenHoursForm):
            return str(self.hours.cleaned_data["opening_hours"])
        return self.hours.week.to_osm() if self.hours.week else ""

    def show(self, error: ValidationError) -> None:
        """Put what the services refused at the fields that it is about."""
        for field, errors in error.error_dict.items():
            if field == "opening_hours":
                self.hours.add_error(field if field in self.hours.fields else None, errors)
            else:
                self.site.add_error(field if field in self.site.fields else None, errors)

    @property
    def has_errors(self) -> bool:
        return bool(self.site.errors or self.hours.errors)

    def compared(self, stored: Site) -> list[Difference]:
        """Where the two versions differ; both forms then answer to the one that stands."""
        theirs = site_forms(stored)
        theirs.hours.fields.pop(SAME, None)  # a way to type, not a fact
        found = [*compare(self.site, theirs.site), *compare(self.hours, theirs.hours)]
        for form in (self.site, self.hours):
            form.data = renewed(cast(QueryDict, form.data), stored)
        return found

    # What the list of errors on top of the page asks of a form.

    def visible_fields(self) -> list[forms.BoundField]:
        return [*self.site.visible_fields(), *self.hours.visible_fields()]

    def hidden_fields(self) -> list[forms.BoundField]:
        return [*self.site.hidden_fields(), *self.hours.hidden_fields()]

    def non_field_errors(self) -> list[str]:
        return [*self.site.non_field_errors(), *self.hours.non_field_errors()]


def answered_forms(site: Site, sent: QueryDict) -> SiteForms:
    """What was sent, with the stored value wherever that one was chosen."""
    stored = site_forms(site)
    return site_forms(site, settled(settled(sent, stored.site), stored.hours))


def site_forms(site: Site | None, data: Any = None, *, country: str = Country.BELGIUM) -> SiteForms:
    """The forms of a site, or of a new one in this country. The rows are for hours that fit in them."""
    if site is None:
        return SiteForms(SiteForm(data, initial={"country": country}), HoursForm(data))
    return SiteForms(SiteForm(data, initial=_initial(site), site=site), _hours_form(site, data))


def _initial(site: Site) -> dict[str, Any]:
    """A commune that was left out on purpose stays out: the postcode doesn't fill it in again."""
    left_out = not site.commune and proposed_commune(site.postcode, site.country, site.town)
    return {
        **{name: getattr(site, name) for name in SiteForm.base_fields},
        "commune": site.commune or (OTHER if left_out else ""),
    }


def _hours_form(site: Site, data: Any) -> HoursForm | WrittenHoursForm:
    if not site.opening_hours:
        return HoursForm(data)
    week = week_of(site)
    if week is None or not fits(week):
        return WrittenHoursForm(data, initial={"opening_hours": site.opening_hours})
    return HoursForm(data, initial=cells_of(week))
