"""When a half-day begins and ends, from the opening hours of its site."""

from __future__ import annotations

import datetime as dt

from tenants.premises.closings.selectors import closed_days
from tenants.premises.models import Site
from tenants.premises.opening_hours import OpeningHoursError, parse

HALF_A_DAY = 4 * 60
LAST_MINUTE = 24 * 60 - 1
MORNING = (9 * 60, 12 * 60)


def _intervals(site: Site, day: dt.date) -> list[tuple[int, int]]:
    try:
        week = parse(site.opening_hours)
    except OpeningHoursError:
        return []
    if site.pk and closed_days(site, day, day):  # a site that isn't saved has none
        return []
    return [(one.start, one.end) for one in week.days[day.weekday()].intervals]


def _time(minutes: int) -> dt.time:
    minutes = min(minutes, LAST_MINUTE)
    return dt.time(minutes // 60, minutes % 60)


def half_day_at(site: Site | None, day: dt.date, at: dt.time) -> tuple[dt.time, dt.time]:
    """For somebody who opens the desk at this time: from now (or from the opening, if that is within the hour) to
    the end of the period that the opening hours name; without one, four hours."""
    now = min(at.hour * 60 + at.minute, LAST_MINUTE - 1)
    for start, end in _intervals(site, day) if site is not None else []:
        if start - 60 <= now < end:
            begin = start if abs(start - now) <= 60 else now
            return _time(begin), _time(end)
    return _time(now), _time(now + HALF_A_DAY)


def usual_half_day(site: Site | None, day: dt.date) -> tuple[dt.time, dt.time]:
    """For somebody who notes a half-day afterwards: the first period of that day; without one, a morning."""
    found = _intervals(site, day) if site is not None else []
    start, end = found[0] if found else MORNING
    return _time(start), _time(end)
