"""Opening hours as a form: seven days, each with a morning and an afternoon, typed as people write times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.dates import WEEKDAYS
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.premises.enums import Refusal
from tenants.premises.opening_hours import HALF_DAYS, Day, Interval, OpeningHoursError, Week, half_day, read_time
from tenants.premises.opening_hours.half_days import AFTERNOON, BY_APPOINTMENT, MORNING, only_in
from tenants.premises.opening_hours.week import clock

NOON = 12 * 60
FIRST_HALVES = ("mo_am", "mo_pm")
SAME = "same_on_weekdays"
Half = tuple[Interval | None, bool]  # its hours, and whether one comes by appointment
Cells = dict[str, Any]


def cells_of(week: Week) -> Cells:
    """What the form shows of a week. Not every week fits: see `fits`."""
    cells: Cells = {"closed_on_holidays": week.closed_on_holidays}
    for weekday, day in enumerate(week.days):
        halves = _halves(day)
        for half in (MORNING, AFTERNOON):
            key = half_day(weekday, half)
            interval = halves.get(half)
            cells[f"{key}_from"] = clock(interval.start) if interval else ""
            cells[f"{key}_to"] = clock(interval.end) if interval else ""
            remark = BY_APPOINTMENT in day.comments or only_in(half, BY_APPOINTMENT) in day.comments
            cells[f"{key}_rdv"] = bool(interval.comment) if interval else remark
    return cells


def _halves(day: Day) -> dict[str, Interval]:
    if len(day.intervals) == 1:
        only = day.intervals[0]
        return {MORNING if only.start < NOON else AFTERNOON: only}
    return dict(zip((MORNING, AFTERNOON), day.intervals, strict=False))


def fits(week: Week) -> bool:
    """Whether the form's rows can hold this week without losing anything."""
    cells = cells_of(week)
    halves = {key: (_interval(cells, key), bool(cells[f"{key}_rdv"])) for key in HALF_DAYS}
    try:
        return week_of(halves, closed_on_holidays=week.closed_on_holidays) == week
    except OpeningHoursError:
        return False


def _interval(cells: Mapping[str, Any], key: str) -> Interval | None:
    start, end = read_time(str(cells[f"{key}_from"])), read_time(str(cells[f"{key}_to"]))
    return None if start is None or end is None else Interval(start, end)


def week_of(halves: Mapping[str, Half], *, closed_on_holidays: bool) -> Week | None:
    """The week of fourteen halves; None when nothing is said. Raises OpeningHoursError when two overlap."""
    days = tuple(_day({half: halves[half_day(weekday, half)] for half in (MORNING, AFTERNOON)}) for weekday in range(7))
    if not any(days):
        return None
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return Week((monday, tuesday, wednesday, thursday, friday, saturday, sunday), closed_on_holidays)


def _day(halves: Mapping[str, Half]) -> Day:
    intervals = tuple(
        Interval(one.start, one.end, BY_APPOINTMENT if appointment else "", certain=not appointment)
        for one, appointment in halves.values()
        if one is not None
    )
    remarks = [half for half, (one, appointment) in halves.items() if one is None and appointment]
    if len(remarks) == 2:
        return Day(intervals, (BY_APPOINTMENT,))
    return Day(intervals, tuple(only_in(half, BY_APPOINTMENT) for half in remarks))


LABELS = {
    "from": gettext_lazy("%(day)s morning, from"),
    "to": gettext_lazy("%(day)s morning, to"),
    "rdv": gettext_lazy("%(day)s morning, by appointment"),
}
AFTERNOON_LABELS = {
    "from": gettext_lazy("%(day)s afternoon, from"),
    "to": gettext_lazy("%(day)s afternoon, to"),
    "rdv": gettext_lazy("%(day)s afternoon, by appointment"),
}


def _label(number: int, part: str) -> str:
    labels = AFTERNOON_LABELS if number % 2 else LABELS
    return str(labels[part]) % {"day": WEEKDAYS[number // 2]}


lazy_label = lazy(_label, str)


class TimeOfDayField(forms.CharField):
    """One time as people type it; gives minutes after midnight, None when empty."""

    default_error_messages = {"not_a_time": gettext_lazy("Write a time like 8:30, from 0:00 to 24:00.")}

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        minutes = read_time(text)
        if minutes is None:
            raise forms.ValidationError(self.error_messages["not_a_time"], code="not_a_time")
        return minutes


@dataclass(frozen=True)
class HalfRow:
    """One half of a day as the page shows it."""

    title: str
    starts: BoundField
    ends: BoundField
    appointment: BoundField

    @property
    def fields(self) -> list[BoundField]:
        return [self.starts, self.ends, self.appointment]

    @property
    def errors(self) -> list[str]:
        return [str(error) for field in self.fields for error in field.errors]


@dataclass(frozen=True)
class DayRow:
    title: str
    halves: list[HalfRow]


class HoursForm(forms.Form):
    """The seven rows. `week` is filled when the form is valid: None when no hours were given."""

    mark_optional = False
    same_on_weekdays = forms.BooleanField(
        label=gettext_lazy("Monday's hours are also those of Tuesday, Wednesday, Thursday and Friday"), required=False
    )
    closed_on_holidays = forms.BooleanField(label=gettext_lazy("Closed on public holidays"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week: Week | None = None
        time = partial(forms.TextInput, attrs={"size": 5, "autocomplete": "off", "class": "m-time"})
        for number, key in enumerate(HALF_DAYS):
            for part in ("from", "to"):
                self.fields[f"{key}_{part}"] = TimeOfDayField(
                    label=lazy_label(number, part), required=False, max_length=20, widget=time()
                )
            self.fields[f"{key}_rdv"] = forms.BooleanField(label=lazy_label(number, "rdv"), required=False)

    def day_rows(self) -> list[DayRow]:
        titles = {MORNING: _("Morning"), AFTERNOON: _("Afternoon")}
        return [
            DayRow(
                str(WEEKDAYS[weekday]).capitalize(),
                [self._half(half_day(weekday, half), title) for half, title in titles.items()],
            )
            for weekday in range(7)
        ]

    def _half(self, key: str, title: str) -> HalfRow:
        return HalfRow(title, self[f"{key}_from"], self[f"{key}_to"], self[f"{key}_rdv"])

    def full_clean(self) -> None:
        if self.is_bound and self.data.get(self.add_prefix(SAME)):
            self.data = self._with_mondays_hours()
        super().full_clean()

    def _with_mondays_hours(self) -> Any:
        """Tuesday to Friday as Monday: what was typed there gives way, as the box says."""
        given: Any = self.data
        data = given.copy()
        for weekday in range(1, 5):
            for half, source in zip((MORNING, AFTERNOON), FIRST_HALVES, strict=True):
                for part in ("from", "to", "rdv"):
                    name = self.add_prefix(f"{half_day(weekday, half)}_{part}")
                    value = data.get(self.add_prefix(f"{source}_{part}"))
                    if value is None:
                        data.pop(name, None)
                    else:
                        data[name] = value
        return data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        halves: dict[str, Half] = {}
        for key in HALF_DAYS:
            halves[key] = (self._interval_of(cleaned, key), bool(cleaned.get(f"{key}_rdv")))
        for weekday in range(7):
            morning, afternoon = halves[half_day(weekday, MORNING)][0], halves[half_day(weekday, AFTERNOON)][0]
            if morning and afternoon and morning.start < afternoon.end and afternoon.start < morning.end:
                self.add_error(f"{half_day(weekday, AFTERNOON)}_from", Refusal.OVERLAP.label)
        if not self.errors:
            on_holidays = bool(cleaned.get("closed_on_holidays"))
            self.week = week_of(halves, closed_on_holidays=on_holidays)
            if on_holidays and self.week is None:
                self.add_error("closed_on_holidays", _("Write the opening hours too: at least those of one day."))
        return cleaned

    def _interval_of(self, cleaned: dict[str, Any], key: str) -> Interval | None:
        """The hours of one half, or an error at the cell that is wrong."""
        start, end = cleaned.get(f"{key}_from"), cleaned.get(f"{key}_to")
        if f"{key}_from" in self.errors or f"{key}_to" in self.errors or (start is None and end is None):
            return None
        if start is None:
            self.add_error(f"{key}_from", _("From when? The start is missing."))
        elif end is None:
            self.add_error(f"{key}_to", _("Until when? The end is missing."))
        elif end <= start:
            self.add_error(f"{key}_to", Refusal.END_BEFORE_START.label)
        else:
            return Interval(start, end)
        return None
