"""What people fill in at the counter: a visit in three taps, a half-day at the desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from maillage.accounts.models import Person
from maillage.design.two_versions import version_field, version_of
from maillage.reference.selectors import label_of
from tenants.activity.counter.rules import SessionFacts
from tenants.activity.enums import Channel, Tap
from tenants.activity.fields import (
    NOT_IN_LIST,
    Choices,
    CountField,
    DayField,
    FactsForm,
    RowField,
    note_field,
    term_choices,
    time_field,
)
from tenants.activity.models import LONGEST_DAY, CounterSession
from tenants.activity.rules import MOST_PEOPLE, VisitFacts
from tenants.activity.selectors import today

HIGHEST_ID = 2**63 - 1
BETWEEN = "|"  # provider, channel and kind of an obstacle as one value


def _id_field() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=HIGHEST_ID)


class AtHandForm(forms.Form):
    """Which ticket or request a page is about; nothing where it is about none."""

    ticket = _id_field()
    request = _id_field()

    def clean(self) -> dict[str, Any]:
        return {f"{name}_id": self.cleaned_data.get(name) for name in ("ticket", "request")}


def obstacle_parts(value: str) -> tuple[str, str, str]:
    provider, channel, kind, *_more = [*value.split(BETWEEN), "", "", ""]
    return provider, channel, kind


def obstacle_label(provider: str, channel: str, kind: str) -> str:
    words = [
        label_of("provider", provider) if provider else "",
        str(Channel(channel).label) if channel in Channel.values else "",
        label_of("obstacle", kind) if kind else "",
    ]
    return " · ".join(one for one in words if one)


class QuickVisitForm(FactsForm):
    """Home: themes, an outcome, and what the EPN always does."""

    field_of = {
        "themes": "theme", "site_id": "site", "animator_id": "animator", "obstacle_provider": "obstacle",
        "obstacle_channel": "obstacle", "obstacle_kind": "obstacle",
    }  # fmt: skip

    key = forms.UUIDField(widget=forms.HiddenInput)
    theme = forms.MultipleChoiceField(
        label=_("Theme"),
        error_messages={**NOT_IN_LIST, "required": _("Choose a theme.")},
        widget=forms.CheckboxSelectMultiple,
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"),
        error_messages={**NOT_IN_LIST, "required": _("Choose an outcome.")},
        widget=forms.RadioSelect,
    )
    obstacle = forms.CharField(label=_("Obstacle"), required=False, max_length=120)
    minutes = CountField(label=_("Minutes"), lowest=1, highest=LONGEST_DAY)
    date = DayField(label=_("Day"))
    site = RowField(label=_("Site"))
    mode = forms.ChoiceField(label=_("Mode"), error_messages=NOT_IN_LIST)
    animator = RowField(label=_("Animator"), required=False)
    # What the page proposed: left as it was, the clock and the calendar may have gone on since.
    proposed_minutes = forms.IntegerField(widget=forms.HiddenInput, required=False)
    proposed_day = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field, vocabulary in (("theme", "theme"), ("outcome", "outcome"), ("mode", "mode")):
            self.fields[field].choices = term_choices(vocabulary)  # type: ignore[attr-defined]

    def facts(self, minutes_by_the_clock: int | None = None) -> VisitFacts:
        said = self.cleaned_data
        minutes, day = said["minutes"], said["date"]
        if minutes_by_the_clock is not None and minutes == said["proposed_minutes"]:
            minutes = minutes_by_the_clock
        if day == said["proposed_day"]:  # a page that was left open overnight
            day = today()
        provider, channel, kind = obstacle_parts(said["obstacle"])
        return {
            "date": day,
            "minutes": minutes,
            "site_id": said["site"],
            "mode": said["mode"],
            "themes": said["theme"],
            "outcome": said["outcome"],
            "obstacle_provider": provider,
            "obstacle_channel": channel,
            "obstacle_kind": kind,
            "animator_id": said["animator"],
        }


class UnfinishedForm(QuickVisitForm):
    """The same page, when one can't say yet how it ended."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("outcome", "minutes", "date"):
            self.fields[name].required = False


class TapForm(forms.Form):
    """A button of the desk: `kind`, or `kind:ticket` for those that are about one."""

    key = forms.UUIDField()
    tap = forms.CharField(max_length=40)

    def clean_tap(self) -> tuple[Tap, int | None]:
        kind, _colon, number = self.cleaned_data["tap"].partition(":")
        if kind not in Tap.values or (number and not (number.isascii() and number.isdigit())):
            raise ValidationError(NOT_IN_LIST["invalid_choice"], params={"value": kind})
        return Tap(kind), min(int(number), HIGHEST_ID) if number else None


class PeopleField(forms.TypedMultipleChoiceField):
    """Accounts, as boxes to tick."""

    def __init__(self, **options: Any) -> None:
        super().__init__(coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
                         error_messages=NOT_IN_LIST, **options)  # fmt: skip

    def offer(self, people: Iterable[Person]) -> None:
        choices: Choices = [(str(one.pk), one.name) for one in people]
        self.choices = choices


class OpenSessionForm(FactsForm):
    """Opening the desk: what is known at that moment."""

    field_of = {"site_id": "site"}

    site = RowField(label=_("Site"))
    starts_at = time_field(pgettext_lazy("hour", "From"))
    ends_at = time_field(pgettext_lazy("hour", "To"))
    ticket_limit = CountField(
        label=_("How many tickets are there?"), lowest=0, highest=MOST_PEOPLE, required=False,
        help_text=_("Leave it empty if you give none."),
    )  # fmt: skip
    hand_all_out = forms.BooleanField(label=_("They are all handed out at the opening"), required=False)
    animators = PeopleField(label=_("Who is there?"))

    def __init__(self, *args: Any, people: Sequence[Person], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["animators"]
        assert isinstance(field, PeopleField)
        field.offer(people)

    def facts(self) -> SessionFacts:
        said = self.cleaned_data
        return {
            "date": today(),
            "site_id": said["site"],
            "starts_at": said["starts_at"],
            "ends_at": said["ends_at"],
            "ticket_limit": said["ticket_limit"],
            "animators": said["animators"],
        }


class HoursField(forms.Field):
    """How long, as people say it: 2, 1,5, 2h30, 2:30 are hours. Kept as minutes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput(attrs={"size": 8, "maxlength": 12}), **options)

    def to_python(self, value: Any) -> Any:
        text = str(value or "")[:40].replace(" ", "").replace("\N{NO-BREAK SPACE}", "").lower()
        if not text:
            return None
        hours, colon, minutes = text.replace(":", "h").replace("u", "h").partition("h")
        try:
            if colon:
                found = int(hours or 0) * 60 + (int(minutes) if minutes else 0)
            else:
                found = round(float(hours.replace(",", ".")) * 60)
        except (ValueError, OverflowError):
            found = -1
        if not 0 <= found <= LONGEST_DAY or (colon and minutes and int(minutes) > 59):
            raise ValidationError(_("Write hours like 2 or 2h30."), code="invalid")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(self.prepare_value(initial)) != self.to_python(data))
        except ValidationError:
            return True

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{value // 60}h{value % 60:02d}" if value % 60 else f"{value // 60}"
        return value


class CounterSessionForm(FactsForm):
    field_of = {"site_id": "site", "open_access_minutes": "open_access"}

    version = version_field()
    date = DayField(label=_("Day"))
    site = RowField(label=_("Site"))
    starts_at = time_field(pgettext_lazy("hour", "From"))
    ends_at = time_field(pgettext_lazy("hour", "To"))
    ticket_limit = CountField(
        label=_("How many tickets are there?"), lowest=0, highest=MOST_PEOPLE, required=False
    )  # fmt: skip
    tickets = CountField(
        label=_("Tickets handed out"), lowest=0, highest=MOST_PEOPLE, required=False,
        help_text=_("Leave it empty if you give none."),
    )  # fmt: skip
    arrivals = CountField(label=_("People who came"), lowest=0, highest=MOST_PEOPLE, required=False)
    turned_away = CountField(
        label=_("People turned away"), lowest=0, highest=MOST_PEOPLE, initial=0,
        help_text=_("Those for whom there was no room or no time left."),
    )  # fmt: skip
    open_access = HoursField(label=_("Hours of accompanied open access"), help_text=_("For instance 2 or 2h30."))
    open_access_users = CountField(
        label=_("People in open access"), lowest=0, highest=MOST_PEOPLE, required=False,
        help_text=_("Those who used a computer by themselves, with somebody at hand."),
    )  # fmt: skip
    workstations = CountField(label=_("Computers in use"), lowest=0, highest=MOST_PEOPLE, required=False)
    note = note_field()

    def __init__(
        self, *args: Any, session: CounterSession | None = None, closing: bool = False, **options: Any
    ) -> None:
        if session is not None:
            names = ("date", "starts_at", "ends_at", "tickets", "arrivals", "turned_away", "open_access_users",
                     "workstations", "note")  # fmt: skip
            known = {name: getattr(session, name) for name in ("ticket_limit", *names)}
            options["initial"] = {
                **known, "version": version_of(session), "site": session.site_id,
                "open_access": session.open_access_minutes,
                **(options.get("initial") or {}),
            }  # fmt: skip
        super().__init__(*args, **options)
        if session is None or not session.is_open or closing:
            del self.fields["ticket_limit"]

    @property
    def has_open_access(self) -> bool:
        fields = [self[name] for name in ("open_access", "open_access_users", "workstations")]
        return any(field.errors or field.value() not in (None, "") for field in fields)

    def facts(self) -> SessionFacts:
        said = self.cleaned_data
        limit: SessionFacts = {"ticket_limit": said["ticket_limit"]} if "ticket_limit" in said else {}
        return {
            **limit,
            "date": said["date"],
            "site_id": said["site"],
            "starts_at": said["starts_at"],
            "ends_at": said["ends_at"],
            "tickets": said["tickets"],
            "arrivals": said["arrivals"],
            "turned_away": said["turned_away"],
            "open_access_minutes": said["open_access"],
            "open_access_users": said["open_access_users"],
            "workstations": said["workstations"],
            "note": said["note"],
        }


def as_uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def as_day(typed: Any) -> dt.date | None:
    """A date, or the text of one; None for anything else."""
    if isinstance(typed, dt.date):
        return typed
    try:
        return dt.date.fromisoformat(str(typed))
    except ValueError:
        return None
