"""What people fill in at the counter. Forms turn texts into values; what a visit may be is said in rules.py."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.design.free_text import FreeLineField
from maillage.design.two_versions import version_field, version_of
from tenants.activity.enums import Channel, Margin
from tenants.activity.fields import (
    NOT_IN_LIST,
    CountField,
    DayField,
    EurosField,
    FactsForm,
    RowField,
    note_field,
    term_choices,
)
from tenants.activity.models import LONGEST_DAY, Visit
from tenants.activity.rules import FIRST_DAY, LONGEST_NAME, LONGEST_WAIT, MOST_PEOPLE, VisitFacts
from tenants.premises.models import Site


def _several(label: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        help_text=help_text,
        error_messages=NOT_IN_LIST,
        widget=forms.CheckboxSelectMultiple,
    )


@dataclass(frozen=True)
class MarginGroup:
    label: Any
    fields: list[BoundField]


@dataclass(frozen=True)
class FoldedGroup:
    """What one says only when there is something to say. An error, or something said, opens it."""

    label: Any
    text: Any
    fields: list[BoundField]

    @property
    def lists(self) -> list[BoundField]:
        """Boxes to tick, which want the whole width."""
        return [field for field in self.fields if isinstance(field.field.widget, forms.CheckboxSelectMultiple)]

    @property
    def facts(self) -> list[BoundField]:
        return [field for field in self.fields if field not in self.lists]

    @property
    def is_open(self) -> bool:
        return any(field.errors or field.value() not in (None, "", False, []) for field in self.fields)


class VisitForm(FactsForm):
    """The whole visit, new or corrected."""

    field_of = {"site_id": "site", "animator_id": "animator"}
    folded = (
        (
            _("An obstacle"),
            _("What stopped this person: whose service, where, and what it cost them."),
            (
                "obstacle_provider", "obstacle_channel", "obstacle_kind", "obstacle_cost_eur", "obstacle_minutes_lost",
                "exceptional", "causes",
            ),
        ),
        (_("A referral"), _("Where you sent them for the rest."), ("referral", "referral_to")),
        (
            _("Language and access"),
            _("Only if it matters for the help. Nobody has to say it."),
            ("language", "accessibility"),
        ),
    )  # fmt: skip

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = version_field()
    date = DayField(label=_("Day"))
    minutes = CountField(label=_("Minutes"), lowest=1, highest=LONGEST_DAY)
    attendances = CountField(label=_("People present"), lowest=1, highest=MOST_PEOPLE, initial=1)
    themes = forms.MultipleChoiceField(
        label=_("Themes"),
        error_messages={**NOT_IN_LIST, "required": _("Choose at least one theme.")},
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        error_messages={**NOT_IN_LIST, "required": _("Choose an outcome.")},
        widget=forms.RadioSelect,
    )
    autonomy = forms.ChoiceField(
        label=_("Autonomy"), required=False, error_messages=NOT_IN_LIST, widget=forms.RadioSelect
    )
    mode = forms.ChoiceField(label=_("Mode"), error_messages=NOT_IN_LIST)
    site = RowField(label=_("Site"))
    animator = RowField(label=_("Animator"), required=False)
    obstacle_provider = forms.ChoiceField(label=_("Whose service"), required=False, error_messages=NOT_IN_LIST)
    obstacle_channel = forms.ChoiceField(label=_("Where"), required=False, error_messages=NOT_IN_LIST)
    obstacle_kind = forms.ChoiceField(label=_("What went wrong"), required=False, error_messages=NOT_IN_LIST)
    obstacle_cost_eur = EurosField(
        label=_("Cost borne by the person (€)"),
        required=False,
        localize=True,
        help_text=_("For instance a registered letter: 22.59"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    obstacle_minutes_lost = CountField(
        label=_("Time lost by the person (minutes)"),
        lowest=0,
        highest=LONGEST_WAIT,
        required=False,
        help_text=_("Waiting, on the phone, on the way."),
    )
    exceptional = forms.BooleanField(
        label=_("An exceptional case: the form or the rule doesn't foresee it"), required=False
    )
    causes = _several(_("What holds this person back"))
    referral = forms.ChoiceField(label=_("Referred to"), required=False, error_messages=NOT_IN_LIST)
    referral_to = FreeLineField(
        label=_("Name of the organisation"),
        required=False,
        help_text=_("Never a person’s name."),
        widget=forms.TextInput(attrs={"maxlength": LONGEST_NAME}),
    )
    language = forms.ChoiceField(label=_("Language of the exchange"), required=False, error_messages=NOT_IN_LIST)
    accessibility = _several(
        _("Access needs"), _("Without the gender and the age: together they could tell who it was.")
    )
    note = note_field()

    def __init__(self, *args: Any, visit: Visit | None = None, **options: Any) -> None:
        if visit is not None:
            options["initial"] = {**initial_of(visit), **(options.get("initial") or {})}
        super().__init__(*args, **options)
        nothing = _("Not said")
        choices = {
            "themes": term_choices("theme", visit.themes if visit else ()),
            "outcome": term_choices("outcome", [visit.outcome] if visit else ()),
            "autonomy": term_choices("autonomy", [visit.autonomy] if visit else (), nothing),
            "mode": term_choices("mode", [visit.mode] if visit else ()),
            "obstacle_provider": term_choices("provider", [visit.obstacle_provider] if visit else (), nothing),
            "obstacle_channel": [("", nothing), *Channel.choices],
            "obstacle_kind": term_choices("obstacle", [visit.obstacle_kind] if visit else (), nothing),
            "causes": term_choices("cause", visit.causes if visit else ()),
            "referral": term_choices("referral", [visit.referral] if visit else (), nothing),
            "language": term_choices("language", [visit.language] if visit else (), nothing),
            "accessibility": term_choices("accessibility", visit.accessibility if visit else ()),
        }
        for field, found in choices.items():
            self.fields[field].choices = found  # type: ignore[attr-defined]
        for margin in Margin:
            for code, label in term_choices(margin, (visit.margins if visit else {}).get(margin, ())):
                self.fields[f"{margin}__{code}"] = CountField(
                    label=label, lowest=0, highest=MOST_PEOPLE, required=False
                )

    @property
    def margin_groups(self) -> list[MarginGroup]:
        return [
            MarginGroup(margin.label, [self[name] for name in self.fields if name.startswith(f"{margin}__")])
            for margin in Margin
        ]

    @property
    def groups(self) -> list[FoldedGroup]:
        return [FoldedGroup(label, text, [self[name] for name in names]) for label, text, names in self.folded]

    @property
    def has_margins(self) -> bool:
        """Also after an error that is about no field: what doesn't add up is in there."""
        fields = [field for group in self.margin_groups for field in group.fields]
        return any(field.errors or field.value() not in (None, "") for field in fields)

    def facts(self) -> VisitFacts:
        said = self.cleaned_data
        margins: dict[str, dict[str, int]] = {}
        for name, value in said.items():
            margin, _between, code = name.partition("__")
            if code and value is not None:
                margins.setdefault(margin, {})[code] = value
        return {
            "date": said["date"],
            "minutes": said["minutes"],
            "attendances": said["attendances"],
            "site_id": said["site"],
            "mode": said["mode"],
            "themes": said["themes"],
            "outcome": said["outcome"],
            "autonomy": said["autonomy"],
            "obstacle_provider": said["obstacle_provider"],
            "obstacle_channel": said["obstacle_channel"],
            "obstacle_kind": said["obstacle_kind"],
            "obstacle_cost_eur": said["obstacle_cost_eur"],
            "obstacle_minutes_lost": said["obstacle_minutes_lost"],
            "exceptional": said["exceptional"],
            "causes": said["causes"],
            "referral": said["referral"],
            "referral_to": said["referral_to"],
            "language": said["language"],
            "accessibility": said["accessibility"],
            "margins": margins,
            "note": said["note"],
            "animator_id": said["animator"],
        }


def initial_of(visit: Visit) -> dict[str, Any]:
    plain = (
        "date", "minutes", "attendances", "themes", "outcome", "autonomy", "mode", "obstacle_provider",
        "obstacle_channel", "obstacle_kind", "obstacle_cost_eur", "obstacle_minutes_lost", "exceptional", "causes",
        "referral", "referral_to", "language", "accessibility", "note",
    )  # fmt: skip
    said = {name: getattr(visit, name) for name in plain}
    counts = {f"{margin}__{code}": n for margin, codes in visit.margins.items() for code, n in codes.items()}
    version = version_of(visit)
    return {**said, **counts, "site": visit.site_id, "animator": visit.animator_id, "version": version}


class DayForm(forms.Form):
    """Which day one is entering visits for."""

    day = DayField(label=_("Day"))

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if not FIRST_DAY <= day <= timezone.localdate():
            raise ValidationError(_("Enter today or an earlier day."), code="out_of_range")
        return day


def new_key() -> uuid.UUID:
    return uuid.uuid4()


def offer_rows(form: forms.Form, sites: Sequence[Site], people: Sequence[Person], visit: Visit | None = None) -> None:
    """Fill the two lists; a visit keeps its closed site and its animator who has left."""
    every_site, everybody = list(sites), list(people)
    if visit is not None and visit.site not in every_site:
        every_site.append(visit.site)
    if visit is not None and visit.animator is not None and visit.animator not in everybody:
        everybody.append(visit.animator)
    site, animator = form.fields["site"], form.fields["animator"]
    assert isinstance(site, RowField)
    assert isinstance(animator, RowField)
    site.offer(every_site)
    animator.offer(everybody, _("Not said"))
