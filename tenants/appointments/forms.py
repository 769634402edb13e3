"""What people fill in about appointments. What an appointment may be is said in rules.py, and the services hold it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Person
from maillage.design.forms import OneLine
from maillage.design.numbers import day_label
from maillage.design.two_versions import version_field, version_of
from maillage.reference.selectors import is_term, label_of
from tenants.activity.fields import NOT_IN_LIST, CountField, FactsForm, RowField, term_choices
from tenants.activity.models import LONGEST_DAY
from tenants.appointments.enums import CANCELLED, State
from tenants.appointments.models import LONGEST_NAME, Appointment
from tenants.appointments.rules import (
    LONGEST_SLOT,
    MOST_PLACES,
    SHORTEST_SLOT,
    BookingFacts,
)
from tenants.appointments.selectors import DaySheet, Rule
from tenants.premises.models import Site
from tenants.premises.opening_hours import time_in_words

FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(9999, 1, 1)


@dataclass(frozen=True)
class When:
    """A slot as it travels in a form: `2026-11-02@540`."""

    date: dt.date
    starts: int

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d}@{self.starts}"


def read_when(text: str) -> When | None:
    day, _at, starts = text.partition("@")
    try:
        return When(dt.date.fromisoformat(day), int(starts)) if len(text) <= 20 else None
    except ValueError:
        return None


def read_day(text: str) -> dt.date | None:
    """A day that an address asks for; None when it is none, or none of ours."""
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= timezone.localdate() + dt.timedelta(days=3 * 366) else None


class WhenField(forms.CharField):
    """A slot, drawn as a list of those that are free; what isn't in the list any more is for the services to refuse."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.Select(), max_length=20, **options)

    def clean(self, value: Any) -> When:
        found = read_when(str(super().clean(value)))
        if found is None:
            raise ValidationError(_t("Choose one of the times shown."), code="invalid")
        return found


def name_field() -> OneLine:
    return OneLine(
        label=_("First name or code"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("Nothing more is needed. It is erased 30 days after the appointment."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PersonForm(FactsForm):
    """Whose appointment it is, and about what."""

    field_of = {"animator_id": "animator", "starts": "when", "date": "when", "site_id": "when"}

    version = version_field()
    name = name_field()
    theme = forms.ChoiceField(label=_("Theme"), required=False, error_messages=NOT_IN_LIST)
    animator = RowField(label=_("Animator"), required=False)

    def __init__(self, *args: Any, appointment: Appointment | None = None, **options: Any) -> None:
        if appointment is not None:
            options["initial"] = {
                "name": appointment.name, "theme": appointment.theme, "animator": appointment.animator_id,
                "version": version_of(appointment),
            }  # fmt: skip
        super().__init__(*args, **options)
        kept = [appointment.theme] if appointment else []
        for name in ("theme", "other_theme"):
            if name in self.fields:
                self.fields[name].choices = term_choices("theme", kept, _("Not said"))  # type: ignore[attr-defined]

    def offer_people(self, people: Sequence[Person], kept: Person | None = None) -> None:
        everybody = [*people, *([kept] if kept is not None and kept not in people else [])]
        field = self.fields["animator"]
        assert isinstance(field, RowField)
        field.offer(everybody, _("Whoever is there"))

    def facts(self) -> BookingFacts:
        said = self.cleaned_data
        return {"name": said["name"], "theme": said["theme"], "animator_id": said["animator"]}


class BookingForm(PersonForm):
    """The same for a new one, with its time. `site` is the page's."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    site = forms.IntegerField(widget=forms.HiddenInput)
    when = WhenField(label=_("When"))

    version = None  # type: ignore[assignment]  # nobody else can have changed it yet
    theme = forms.ChoiceField(
        label=_("Theme"), required=False, widget=forms.RadioSelect, error_messages=NOT_IN_LIST,
        help_text=_("With a theme, noting the visit afterwards takes two taps."),
    )  # fmt: skip
    other_theme = forms.ChoiceField(label=_("Another theme"), required=False, error_messages=NOT_IN_LIST)
    other_theme.mark_optional = False  # type: ignore[attr-defined]

    field_order = ("key", "site", "when", "name", "theme", "other_theme", "animator")

    def offer_themes(self, usual: Sequence[str]) -> None:
        """What this EPN does most as chips of one tap each, the others in a list. A saved POST offers nothing."""
        kept = str(self["theme"].value() or "")
        chips = [*usual, *([kept] if kept and kept not in usual and is_term("theme", kept) else [])]
        self.fields["theme"].widget.choices = [
            ("", _t("Not said")), *((code, label_of("theme", code)) for code in chips)
        ]  # fmt: skip
        others = [(code, label) for code, label in term_choices("theme") if code not in chips]
        self.fields["other_theme"].widget.choices = [("", "—"), *others]

    def offer_times(self, sheets: Iterable[DaySheet]) -> None:
        widget = self.fields["when"].widget
        assert isinstance(widget, forms.Select)
        groups: list[Any] = [("", _("Choose a time"))]
        for sheet in sheets:
            name = date_format(sheet.day, "D j/m")  # a closed list shows no heading
            times = [
                (str(When(sheet.day, slot.starts)), f"{name}, {time_in_words(slot.starts)}–{time_in_words(slot.ends)}")
                for slot in sheet.slots.free
            ]
            if times:
                groups.append((day_label(sheet.day), times))
        widget.choices = groups

    def facts(self) -> BookingFacts:
        when: When = self.cleaned_data["when"]
        said = super().facts()
        said["theme"] = self.cleaned_data["other_theme"] or said["theme"]
        return {**said, "site_id": self.cleaned_data["site"], "date": when.date, "starts": when.starts}


class NoteForm(FactsForm):
    """How an appointment went: an outcome, and a theme where none was said."""

    field_of = {"themes": "theme"}

    outcome = forms.ChoiceField(label=_("Outcome"), error_messages={"required": _("Choose an outcome.")})
    theme = forms.ChoiceField(label=_("Theme"), required=False, error_messages=NOT_IN_LIST)
    minutes = CountField(label=_("Minutes"), lowest=1, highest=LONGEST_DAY, required=False)

    def __init__(self, *args: Any, appointment: Appointment, theme: str = "", **options: Any) -> None:
        """`theme`: the one that was tapped on its line."""
        options["initial"] = {"theme": theme}
        super().__init__(*args, **options)
        kept = [appointment.theme] if appointment.theme else []
        self.fields["outcome"].choices = term_choices("outcome")  # type: ignore[attr-defined]
        self.fields["theme"].choices = term_choices("theme", kept, _("Choose a theme"))  # type: ignore[attr-defined]


class CancelForm(FactsForm):
    state = forms.ChoiceField(
        label=_("What happened?"),
        choices=[(one.value, one.label) for one in CANCELLED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say why it did not take place.")},
    )

    def __init__(self, *args: Any, appointment: Appointment, **options: Any) -> None:
        super().__init__(*args, **options)
        if appointment.date > timezone.localdate():
            choices = [(one.value, one.label) for one in CANCELLED if one != State.NO_SHOW]
            self.fields["state"].choices = choices  # type: ignore[attr-defined]


class SlotRuleForm(FactsForm):
    """How one site receives by appointment."""

    mark_optional = False
    slot_minutes = CountField(label=_("Minutes an appointment"), lowest=SHORTEST_SLOT, highest=LONGEST_SLOT)
    places = CountField(
        label=_("Appointments at the same time"), lowest=0, highest=MOST_PLACES, help_text=_("0: none at this site.")
    )

    def __init__(self, data: Any, *, site: Site, rule: Rule) -> None:
        initial = {"slot_minutes": rule.minutes, "places": rule.places}
        super().__init__(data, prefix=f"site-{site.pk}", initial=initial)
        self.site = site


class FeedForm(forms.Form):
    site = forms.ChoiceField(label=_("What the calendar shows"), required=False, error_messages=NOT_IN_LIST)
    site.mark_optional = False  # type: ignore[attr-defined]

    def __init__(self, *args: Any, sites: Sequence[Site], **options: Any) -> None:
        super().__init__(*args, **options)
        self.sites = {str(one.pk): one for one in sites}
        mine = [("", _("My appointments and my stops"))]
        self.fields["site"].choices = [*mine, *((key, one.name) for key, one in self.sites.items())]  # type: ignore[attr-defined]
