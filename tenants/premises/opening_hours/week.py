"""A week of opening hours as values. Times are minutes after midnight, from 0 to 1440."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from django.utils import timezone
from django.utils.translation import gettext as _

from tenants.premises.enums import Refusal

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MIDNIGHT = 24 * 60
COMMENT_MAX = 200


class OpeningHoursError(ValueError):
    """Hours that can't be. `reason` is a Refusal, `text` the piece that is wrong, `message` both in words."""

    def __init__(self, reason: Refusal, text: str = "") -> None:
        self.reason = reason
        self.text = " ".join("".join(char if char.isprintable() else " " for char in text).split())[:60]
        super().__init__(f"{reason.value}: {self.text}")

    @property
    def message(self) -> str:
        """In the reader's language."""
        if not self.text:
            return str(self.reason.label)
        return _("%(reason)s Look at: %(text)s") % {"reason": self.reason.label, "text": self.text}


def clock(minutes: int) -> str:
    """510 → "08:30"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _check_comment(comment: str) -> None:
    if not comment.strip() or len(comment) > COMMENT_MAX or '"' in comment or not comment.isprintable():
        raise OpeningHoursError(Refusal.BAD_COMMENT, comment)


@dataclass(frozen=True, order=True)
class Interval:
    """From `start` to `end`, the end not included. Not `certain`: it depends, and the comment says on what."""

    start: int
    end: int
    comment: str = ""
    certain: bool = True

    def __post_init__(self) -> None:
        text = f"{clock(self.start)}-{clock(self.end)}"
        if self.comment:
            _check_comment(self.comment)
        elif not self.certain:
            raise OpeningHoursError(Refusal.BAD_COMMENT, text)
        if not (0 <= self.start <= MIDNIGHT and 0 <= self.end <= MIDNIGHT):
            raise OpeningHoursError(Refusal.NOT_A_TIME, text)
        if self.end <= self.start:
            raise OpeningHoursError(Refusal.END_BEFORE_START, text)


def _joined(intervals: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """In order, those that touch and say the same made one. Raises when two overlap."""
    done: list[Interval] = []
    for one in sorted(intervals):
        last = done[-1] if done else None
        if last is None or one.start > last.end:
            done.append(one)
        elif one.start < last.end:
            raise OpeningHoursError(
                Refusal.OVERLAP, f"{clock(last.start)}-{clock(last.end)}, {clock(one.start)}-{clock(one.end)}"
            )
        elif (one.comment, one.certain) == (last.comment, last.certain):
            done[-1] = Interval(last.start, one.end, one.comment, one.certain)
        else:
            done.append(one)
    return tuple(done)


@dataclass(frozen=True)
class Day:
    """One weekday: its periods, and remarks that hold without hours ("sur RDV")."""

    intervals: tuple[Interval, ...] = ()
    comments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for comment in self.comments:
            _check_comment(comment)
        object.__setattr__(self, "intervals", _joined(self.intervals))
        object.__setattr__(self, "comments", tuple(dict.fromkeys(self.comments)))

    def __bool__(self) -> bool:
        return bool(self.intervals or self.comments)

    def rules(self) -> tuple[str, ...]:
        """What stands behind the day's name in OpenStreetMap's form, one piece a rule."""
        kinds: dict[tuple[str, bool], list[str]] = {}
        for one in self.intervals:
            kinds.setdefault((one.comment, one.certain), []).append(f"{clock(one.start)}-{clock(one.end)}")
        timed = [
            ",".join(times) + (" open" if comment and certain else "") + (f' "{comment}"' if comment else "")
            for (comment, certain), times in kinds.items()
        ]
        return (*timed, *(f'"{comment}"' for comment in self.comments))


CLOSED = Day()


def _names(days: list[int]) -> str:
    """[0, 1, 2, 4] → "Mo-We,Fr"."""
    runs = [[days[0], days[0]]]
    for before, day in pairwise(days):
        if day == before + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ",".join(DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}" for first, last in runs)


@dataclass(frozen=True)
class Week:
    """Monday to Sunday. A day without hours or remark is closed."""

    days: tuple[Day, Day, Day, Day, Day, Day, Day] = (CLOSED,) * 7
    closed_on_holidays: bool = False

    def minutes_per_week(self, *, uncertain: bool = False) -> int:
        """Minutes open to everybody; with `uncertain`, also those "by appointment" and the like."""
        return sum(one.end - one.start for day in self.days for one in day.intervals if one.certain or uncertain)

    def is_open_at(self, moment: dt.datetime, *, public_holiday: bool = False) -> bool:
        """Whether anybody may walk in. A moment with a time zone is taken in ours; one without is local time."""
        if timezone.is_aware(moment):
            moment = timezone.localtime(moment)
        if public_holiday and self.closed_on_holidays:
            return False
        minute = moment.hour * 60 + moment.minute
        return any(one.certain and one.start <= minute < one.end for one in self.days[moment.weekday()].intervals)

    def to_osm(self) -> str:
        """The canonical form: equal days together, in order. A week that is never open is `off`."""
        groups: dict[tuple[str, ...], list[int]] = {}
        for number, day in enumerate(self.days):
            if day:
                groups.setdefault(day.rules(), []).append(number)
        always = ("00:00-24:00",)
        parts = [
            "24/7" if rules == always and len(days) == 7 else ", ".join(f"{_names(days)} {rule}" for rule in rules)
            for rules, days in groups.items()
        ] or ["off"]
        if self.closed_on_holidays:
            parts.append("PH off")
        return "; ".join(parts)
