"""Opening hours in the reader's words: "lundi 8 h 30–12 h, 13 h 30–17 h"."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tenants.premises.opening_hours.half_days import AFTERNOON, BY_APPOINTMENT, MORNING, ON_CONDITION, only_in
from tenants.premises.opening_hours.week import Day, Interval, Week

# Remarks that we write ourselves are stored in French, as OpenStreetMap's comments are in one language.
KNOWN_COMMENTS = {
    BY_APPOINTMENT: gettext_lazy("by appointment"),
    only_in(MORNING, BY_APPOINTMENT): gettext_lazy("in the morning by appointment"),
    only_in(AFTERNOON, BY_APPOINTMENT): gettext_lazy("in the afternoon by appointment"),
    ON_CONDITION: gettext_lazy("on conditions"),
    only_in(MORNING, ON_CONDITION): gettext_lazy("in the morning on conditions"),
    only_in(AFTERNOON, ON_CONDITION): gettext_lazy("in the afternoon on conditions"),
}


@dataclass(frozen=True)
class Line:
    """One day, or several that are alike, with its hours in words."""

    label: str
    hours: str
    closed: bool

    def __str__(self) -> str:
        return f"{self.label} {self.hours}"


def time_in_words(minutes: int) -> str:
    values = {"hour": minutes // 60, "minute": f"{minutes % 60:02d}"}
    if minutes % 60:
        return pgettext("time of the day", "%(hour)s:%(minute)s") % values
    return pgettext("time of the day", "%(hour)s:00") % values


def comment_in_words(comment: str) -> str:
    """What we write ourselves in the reader's language; anything else as it was written."""
    return str(KNOWN_COMMENTS.get(comment, comment))


def _interval(one: Interval) -> str:
    hours = f"{time_in_words(one.start)}–{time_in_words(one.end)}"
    return f"{hours} ({comment_in_words(one.comment)})" if one.comment else hours


def hours_in_words(day: Day) -> str:
    """A day's hours, without its name; "closed" when there are none."""
    parts = [*(_interval(one) for one in day.intervals), *(comment_in_words(comment) for comment in day.comments)]
    return ", ".join(parts) or _("closed")


def day_lines(week: Week, language: str | None = None) -> list[Line]:
    """Seven lines, Monday first; then one on public holidays where something is said of them."""
    with translation.override(language or translation.get_language()):
        lines = [Line(str(WEEKDAYS[number]), hours_in_words(day), not day) for number, day in enumerate(week.days)]
        if week.closed_on_holidays:
            lines.append(Line(_("public holidays"), _("closed"), True))
    return lines


def short_lines(week: Week, language: str | None = None) -> list[Line]:
    """The open days only; neighbours with the same hours share a line ("monday to friday")."""
    with translation.override(language or translation.get_language()):
        runs: list[tuple[int, int, Day]] = []
        for number, day in enumerate(week.days):
            if runs and runs[-1][2] == day:
                runs[-1] = (runs[-1][0], number, day)
            else:
                runs.append((number, number, day))
        return [Line(_days(first, last), hours_in_words(day), False) for first, last, day in runs if day]


def _days(first: int, last: int) -> str:
    start, end = str(WEEKDAYS[first]), str(WEEKDAYS[last])
    if first == last:
        return start
    if last == first + 1:
        return _("%(first)s and %(last)s") % {"first": start, "last": end}
    return _("%(first)s to %(last)s") % {"first": start, "last": end}
