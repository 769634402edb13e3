"""Opening hours: a week of them, in OpenStreetMap's form, from a spreadsheet's half-days, and in words.

`parse(text)` and `Week.to_osm()` are each other's inverse. `from_half_days(cells)` reads free French text.
"""

from tenants.premises.opening_hours.half_days import HALF_DAYS, Doubt, FromCells, from_half_days, half_day, read_time
from tenants.premises.opening_hours.syntax import parse
from tenants.premises.opening_hours.week import Day, Interval, OpeningHoursError, Week, clock
from tenants.premises.opening_hours.words import (
    Line,
    comment_in_words,
    day_lines,
    hours_in_words,
    short_lines,
    time_in_words,
)

__all__ = [
    "HALF_DAYS",
    "Day",
    "Doubt",
    "FromCells",
    "Interval",
    "Line",
    "OpeningHoursError",
    "Week",
    "clock",
    "comment_in_words",
    "day_lines",
    "from_half_days",
    "half_day",
    "hours_in_words",
    "parse",
    "read_time",
    "short_lines",
    "time_in_words",
]
