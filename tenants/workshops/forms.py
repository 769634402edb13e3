"""What people fill in of a series, a date and its attendance. Forms turn texts into values; rules.py refuses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.accounts.models import Person
from maillage.design.forms import OneLine
from maillage.design.free_text import FreeLineField, FreeTextField
from maillage.design.two_versions import version_field, version_of
from tenants.activity.enums import Margin
from tenants.activity.fields import NOT_IN_LIST, CountField, DayField, FactsForm, RowField, term_choices, time_field
from tenants.activity.rules import FIRST_DAY, MOST_PEOPLE
from tenants.premises.models import Site
from tenants.workshops.enums import Kind, Level, Spoken
from tenants.workshops.models import Registration, Series, SeriesDate
from tenants.workshops.rules import (
    FURTHEST,
    LONGEST_GOALS,
    LONGEST_PLACE,
    LONGEST_PREPARATION,
    LONGEST_REASON,
    LONGEST_TITLE,
    MOST_PLACES,
    MOST_REPEATS,
    AttendanceFacts,
    DateFacts,
    SeriesFacts,
)

HIGHEST_ID = 2**63 - 1


class PlannedDay(DayField):
    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"min": FIRST_DAY.isoformat(), "max": (timezone.localdate() + FURTHEST).isoformat()}


class RowsField(forms.TypedMultipleChoiceField):
    """Numbers of rows, drawn as boxes to tick. Whether they exist is the service's to say."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, required=False, widget=forms.CheckboxSelectMultiple, **options)

    def valid_value(self, value: Any) -> bool:
        text = str(value)
        return text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= HIGHEST_ID

    def offer(self, rows: Iterable[Person | Registration]) -> None:
        self.choices = [(str(row.pk), row.name) for row in rows]


def _offer_places(form: forms.Form, sites: Sequence[Site], people: Sequence[Person]) -> None:
    site, animators = form.fields.get("site"), form.fields["animators"]
    if site is not None:
        assert isinstance(site, RowField)
        site.offer(sites)
    assert isinstance(animators, RowsField)
    animators.offer(people)


class SeriesForm(FactsForm):
    field_of = {"site_id": "site"}

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = version_field()
    title = OneLine(label=_("Title"), max_length=LONGEST_TITLE)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, initial=Kind.WORKSHOP, widget=forms.RadioSelect,
        error_messages=NOT_IN_LIST,
        help_text=_("Each date of a workshop stands alone; a course is followed from its first date to its last."),
    )  # fmt: skip
    themes = forms.MultipleChoiceField(
        label=_("Themes"), widget=forms.CheckboxSelectMultiple,
        error_messages={**NOT_IN_LIST, "required": _("Choose at least one theme.")},
    )  # fmt: skip
    level = forms.ChoiceField(
        label=_("Level"), required=False, choices=[("", _("For everybody")), *Level.choices], widget=forms.RadioSelect,
        error_messages=NOT_IN_LIST,
    )  # fmt: skip
    goals = FreeTextField(
        label=_("What one learns"), required=False, widget=forms.Textarea(attrs={"maxlength": LONGEST_GOALS}),
        help_text=_("One goal a line, for instance: write and send an e-mail."),
    )  # fmt: skip
    capacity = CountField(label=_("Number of places"), lowest=1, highest=MOST_PLACES, initial=8)
    language = forms.ChoiceField(label=_("Language"), choices=Spoken.choices, error_messages=NOT_IN_LIST)
    site = RowField(label=_("Site"))
    animators = RowsField(label=_("Animators"))
    audience = forms.MultipleChoiceField(
        label=_("For whom"), required=False, widget=forms.CheckboxSelectMultiple, error_messages=NOT_IN_LIST
    )

    def __init__(
        self, *args: Any, series: Series | None = None, sites: Sequence[Site], people: Sequence[Person], **options: Any
    ) -> None:
        if series is not None:
            names = ("title", "kind", "themes", "level", "goals", "capacity", "language", "animators", "audience")
            options["initial"] = {name: getattr(series, name) for name in names}
            options["initial"] |= {"site": series.site_id, "version": version_of(series)}
        super().__init__(*args, **options)
        for field, vocabulary, kept in (
            ("themes", "theme", series.themes if series else ()),
            ("audience", "audience", series.audience if series else ()),
        ):
            self.fields[field].choices = term_choices(vocabulary, kept)  # type: ignore[attr-defined]
        _offer_places(self, sites, people)

    def facts(self) -> SeriesFacts:
        said = self.cleaned_data
        return {
            "title": said["title"],
            "kind": said["kind"],
            "themes": said["themes"],
            "level": said["level"],
            "language": said["language"],
            "goals": said["goals"],
            "audience": said["audience"],
            "capacity": said["capacity"],
            "site_id": said["site"],
            "animators": said["animators"],
        }


class PlanForm(FactsForm):
    """One date, or one that comes back every week."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    date = PlannedDay(label=_("First date"))
    starts_at = time_field(pgettext_lazy("hour", "From"))
    ends_at = time_field(pgettext_lazy("hour", "To"))
    times = CountField(label=_("How many dates"), lowest=1, highest=MOST_REPEATS, initial=1)
    weeks = forms.TypedChoiceField(
        label=_("How often"), coerce=int, choices=[(1, _("Every week")), (2, _("Every two weeks"))],
        error_messages=NOT_IN_LIST,
    )  # fmt: skip
    holidays = forms.BooleanField(label=_("Not on public holidays or closing days"), required=False, initial=True)
    place = OneLine(
        label=_("Elsewhere than at the site"), required=False, max_length=LONGEST_PLACE,
        help_text=_("For instance: library, first floor. Leave it empty if it is at the site."),
    )  # fmt: skip


class DateForm(FactsForm):
    """One date that is planned already: its hours, place and animators."""

    field_of = {"site_id": "site"}

    version = version_field()
    date = PlannedDay(label=_("Day"))
    starts_at = time_field(pgettext_lazy("hour", "From"))
    ends_at = time_field(pgettext_lazy("hour", "To"))
    site = RowField(label=_("Site"))
    place = OneLine(label=_("Elsewhere than at the site"), required=False, max_length=LONGEST_PLACE)
    animators = RowsField(label=_("Animators"))

    def __init__(
        self, *args: Any, date: SeriesDate, sites: Sequence[Site], people: Sequence[Person], **options: Any
    ) -> None:
        names = ("date", "starts_at", "ends_at", "place", "animators")
        initial = {name: getattr(date, name) for name in names} | {"site": date.site_id, "version": version_of(date)}
        super().__init__(*args, **{**options, "initial": initial})
        _offer_places(self, sites, people)

    def facts(self) -> DateFacts:
        said = self.cleaned_data
        return {
            "date": said["date"],
            "starts_at": said["starts_at"],
            "ends_at": said["ends_at"],
            "site_id": said["site"],
            "place": said["place"],
            "animators": said["animators"],
        }


def _reason(label: Any) -> FreeLineField:
    return FreeLineField(
        label=label, required=False, max_length=LONGEST_REASON,
        help_text=_("In a few words, without anybody's name."),
    )  # fmt: skip


class CancelForm(FactsForm):
    reason = _reason(_("Why it is cancelled"))


class MoveForm(FactsForm):
    date = PlannedDay(label=_("New day"))
    starts_at = time_field(pgettext_lazy("hour", "From"))
    ends_at = time_field(pgettext_lazy("hour", "To"))
    reason = _reason(_("Why it is moved"))


# --- who came ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MarginGroup:
    label: Any
    fields: list[BoundField]


class AttendanceForm(FactsForm):
    """A total is enough. Whoever counted more says it; what is left empty was not given."""

    version = version_field()
    total = CountField(
        label=_("People present"), lowest=0, highest=MOST_PEOPLE,
        error_messages={"required": _("How many came? 0 if nobody did.")},
    )  # fmt: skip
    present = RowsField(label=_("Who came"))
    preparation_minutes = CountField(
        label=_("Minutes of preparation"), lowest=0, highest=LONGEST_PREPARATION, required=False
    )
    animators = RowsField(label=_("Animators"))

    def __init__(
        self,
        *args: Any,
        date: SeriesDate,
        registrations: Sequence[Registration],
        came: Iterable[int],
        people: Sequence[Person],
        **options: Any,
    ) -> None:
        counts = {f"{margin}__{code}": n for margin, codes in date.margins.items() for code, n in codes.items()}
        plain = ("total", "preparation_minutes", "animators")
        initial = {name: getattr(date, name) for name in plain} | counts
        initial |= {"present": list(came), "version": version_of(date)}
        super().__init__(*args, **{**options, "initial": initial})
        for margin in Margin:
            for code, label in term_choices(margin, date.margins.get(margin, ())):
                self.fields[f"{margin}__{code}"] = CountField(
                    label=label, lowest=0, highest=MOST_PEOPLE, required=False
                )
        _offer_places(self, (), people)
        present = self.fields["present"]
        assert isinstance(present, RowsField)
        present.offer(registrations)

    @property
    def margin_groups(self) -> list[MarginGroup]:
        return [
            MarginGroup(margin.label, [self[name] for name in self.fields if name.startswith(f"{margin}__")])
            for margin in Margin
        ]

    @property
    def has_margins(self) -> bool:
        """Also after an error that is about no field: what doesn't add up is in there."""
        fields = [field for group in self.margin_groups for field in group.fields]
        return any(field.errors or field.value() not in (None, "") for field in fields)

    @property
    def has_more(self) -> bool:
        return any(self[name].errors for name in ("preparation_minutes", "animators"))

    def facts(self) -> AttendanceFacts:
        said = self.cleaned_data
        margins: dict[str, dict[str, int]] = {}
        for name, value in said.items():
            margin, _between, code = name.partition("__")
            if code and value is not None:
                margins.setdefault(margin, {})[code] = value
        return {
            "total": said["total"],
            "margins": margins,
            "preparation_minutes": said["preparation_minutes"],
            "animators": said["animators"],
        }
