"""What people fill in about stops on the road."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.accounts.models import Person
from maillage.design.forms import OneLine
from maillage.design.two_versions import version_field, version_of
from tenants.activity.fields import NOT_IN_LIST, CountField, FactsForm, RowField, time_field
from tenants.appointments.enums import KitItem, Repeat, StopReason
from tenants.appointments.models import Stop
from tenants.appointments.rules import FURTHEST
from tenants.appointments.stop_rules import LONGEST_OTHER, MOST_OF_AN_ITEM, PlaceFacts, StopFacts
from tenants.premises.models import Site


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class ComingDayField(DayField):
    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        today = timezone.localdate()
        return {"min": today.isoformat(), "max": (today + FURTHEST).isoformat()}


def minutes_of(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def time_of(minutes: int) -> dt.time:
    return dt.time(minutes // 60 % 24, minutes % 60)


class StopForm(FactsForm):
    """One stop: the place, the day, the hours, who goes, what is packed."""

    field_of = {
        "site_id": "site", "animator_id": "animator", "kit": "kit_other", "place_modes": "place_name",
        "place_commune": "place_postcode", "place_country": "place_postcode",
    }  # fmt: skip

    version = version_field()
    site = RowField(label=_("Place"), error_messages={"required": _("Choose a place.")})
    date = ComingDayField(label=_("Day"))
    starts = time_field(pgettext_lazy("hour", "From"))
    ends = time_field(pgettext_lazy("hour", "To"))
    animator = RowField(label=_("Animator"), required=False)
    kit_other = OneLine(label=_("Something else to pack"), required=False, max_length=LONGEST_OTHER)

    def __init__(self, *args: Any, stop: Stop | None = None, **options: Any) -> None:
        if stop is not None:
            options["initial"] = initial_of(stop)
        super().__init__(*args, **options)
        for item in KitItem:
            self.fields[f"kit__{item}"] = CountField(
                label=item.label, lowest=0, highest=MOST_OF_AN_ITEM, required=False
            )

    def offer(
        self, sites: Sequence[Site], people: Sequence[Person], stop: Stop | None = None, *, empty: Any = None
    ) -> None:
        """Fill the two lists; a stop keeps its closed site and its animator who has left."""
        every_site, everybody = list(sites), list(people)
        if stop is not None and stop.site not in every_site:
            every_site.append(stop.site)
        if stop is not None and stop.animator is not None and stop.animator not in everybody:
            everybody.append(stop.animator)
        site, animator = self.fields["site"], self.fields["animator"]
        assert isinstance(site, RowField)
        assert isinstance(animator, RowField)
        site.offer(every_site, empty)
        animator.offer(everybody, _("Not said"))

    @property
    def kit_fields(self) -> list[BoundField]:
        return [self[f"kit__{item}"] for item in KitItem]

    def facts(self) -> StopFacts:
        said = self.cleaned_data
        return {
            "site_id": said["site"],
            "date": said["date"],
            "starts": minutes_of(said["starts"]),
            "ends": minutes_of(said["ends"]),
            "animator_id": said["animator"],
            "kit": {item.value: said[f"kit__{item}"] for item in KitItem if said[f"kit__{item}"]},
            "kit_other": said["kit_other"],
        }


def initial_of(stop: Stop) -> dict[str, Any]:
    return {
        "version": version_of(stop),
        "site": stop.site_id,
        "date": stop.date,
        "starts": time_of(stop.starts),
        "ends": time_of(stop.ends),
        "animator": stop.animator_id,
        "kit_other": stop.kit_other,
        **{f"kit__{code}": count for code, count in stop.kit.items()},
    }


class NewStopForm(StopForm):
    """A plan: one stop or a series of them; at a place that is a site, or becomes one (`may_add_places`)."""

    series = forms.UUIDField(widget=forms.HiddenInput)
    repeat = forms.ChoiceField(label=_("Repeat"), choices=Repeat.choices, error_messages=NOT_IN_LIST)
    until = ComingDayField(label=_("Until"), required=False)
    skip_holidays = forms.BooleanField(label=_("Not on public holidays or closing days"), required=False, initial=True)
    place_name = OneLine(label=_("Name of the new place"), required=False, max_length=160)
    place_address = OneLine(label=_("Street and number"), required=False, max_length=200)
    place_postcode = OneLine(label=_("Postcode"), required=False, max_length=10)
    place_town = OneLine(label=_("Town"), required=False, max_length=100)

    def __init__(self, *args: Any, may_add_places: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.may_add_places = may_add_places
        self.fields["site"].required = False
        self.fields["site"].mark_optional = False  # type: ignore[attr-defined]
        for name in ("place_name", "place_address", "place_postcode", "place_town"):
            self.fields[name].mark_optional = False  # type: ignore[attr-defined]
            if not may_add_places:
                del self.fields[name]

    @property
    def place_fields(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("place_")]

    @property
    def has_place(self) -> bool:
        return any(field.errors or field.value() for field in self.place_fields)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        if not said.get("site") and not said.get("place_name") and "site" not in self.errors:
            self.add_error("site", _("Choose a place, or give the name of a new one."))
        return said

    def place(self) -> PlaceFacts | None:
        said = self.cleaned_data
        if said.get("site") or not said.get("place_name"):
            return None
        return {
            "name": said["place_name"],
            "address": said["place_address"],
            "postcode": said["place_postcode"],
            "town": said["place_town"],
        }

    def plan(self) -> dict[str, Any]:
        said = self.cleaned_data
        names = ("series", "repeat", "until", "skip_holidays")
        return {**{name: said[name] for name in names}, "place": self.place()}


class CancelStopForm(FactsForm):
    reason = forms.ChoiceField(
        label=_("Why?"),
        choices=StopReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say why it does not take place.")},
    )


class PeriodForm(forms.Form):
    """Over which days to count."""

    mark_optional = False
    since = DayField(label=pgettext_lazy("a day", "From"), required=False)
    until = DayField(label=pgettext_lazy("a day", "Until"), required=False)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day comes before the first one."))
        return said

    def bounds(self) -> tuple[dt.date, dt.date]:
        """What was asked for; this year where nothing (or nothing that makes sense) was."""
        today = timezone.localdate()
        first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
        if not self.is_valid():
            return first, last
        since = self.cleaned_data["since"] or min(first, self.cleaned_data["until"] or first)
        until = self.cleaned_data["until"] or max(last, since)
        return since, until


def new_series() -> uuid.UUID:
    return uuid.uuid4()
