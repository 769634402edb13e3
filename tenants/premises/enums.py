from django.db import models
from django.utils.translation import gettext_lazy as _


class Refusal(models.TextChoices):
    """Why opening hours in OpenStreetMap's form were refused."""

    EMPTY = "empty", _("No opening hours were given.")
    TOO_LONG = "too_long", _("These opening hours are too long.")
    NOT_READABLE = "not_readable", _("These opening hours can't be read.")
    NOT_A_TIME = "not_a_time", _("This isn't a time of the day: a day goes from 0:00 to 24:00.")
    END_BEFORE_START = "end_before_start", _("The end comes before the start.")
    PAST_MIDNIGHT = "past_midnight", _("Hours can't go past midnight: write them on two days.")
    OVERLAP = "overlap", _("Two periods of the same day overlap.")
    HOURS_MISSING = "hours_missing", _("A day is named without its hours.")
    BAD_COMMENT = "bad_comment", _("A comment can't be empty or hold a quotation mark.")


class ClosingReason(models.TextChoices):
    """Why the door stays shut. Said to the public, so never in words of one's own."""

    HOLIDAYS = "holidays", _("holidays")
    WORKS = "works", _("works")
    TRAINING = "training", _("training of the team")
    MOVE = "move", _("move")


class DoubtReason(models.TextChoices):
    """Why a half-day cell of a spreadsheet is kept as it is, for somebody to look at."""

    END_BEFORE_START = "end_before_start", _("the end comes before the start")
    NOT_A_TIME = "not_a_time", _("not a time of the day")
    ONE_TIME = "one_time", _("one time only: a start without an end")
    HOURS_MISSING = "hours_missing", _("open, but at which hours is not said")
    CONDITION = "condition", _("open on a condition that is not said")
    OVERLAP = "overlap", _("overlaps other hours of the same day")
    OTHER_HALF = "other_half", _("these hours belong to the other half of the day")
    NOT_READABLE = "not_readable", _("can't be read as opening hours")
    UNKNOWN_COLUMN = "unknown_column", _("not a half-day of the week")
