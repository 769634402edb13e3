"""Reading OpenStreetMap's opening_hours, strictly: the part of it that a weekly timetable needs.

    rules     = rule { ( "; " | ", " ) rule }        ";" replaces what was said of these days, "," adds
    rule      = "24/7" | [ days ] ( hours [ "open" ] [ comment ] | comment | "off" | "closed" )
    days      = day [ "-" day ] { "," … }            Mo Tu We Th Fr Sa Su; PH with "off" only
    hours     = time "-" time { "," … }              00:00 to 24:00, the end after the start

Hours with a bare comment are uncertain ("sur RDV": it depends), as in OpenStreetMap. Weeks, months, dates,
school holidays, sunrise and `+` are refused by name: a timetable that says less than its text would lie.
Grammar: wiki.openstreetmap.org/wiki/Key:opening_hours/specification, version 0.7.3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tenants.premises.enums import Refusal
from tenants.premises.opening_hours.week import CLOSED, DAYS, MIDNIGHT, Day, Interval, OpeningHoursError, Week, clock

TEXT_MAX = 2000
TOKEN = re.compile(
    r"""\s*(?:
        (?P<always>24/7)
      | (?P<time>\d{1,2}:\d{2})
      | (?P<day>Mo|Tu|We|Th|Fr|Sa|Su)\b
      | (?P<holiday>PH)\b
      | (?P<off>off|closed)\b
      | (?P<open>open)\b
      | "(?P<comment>[^"]*)"
      | (?P<sign>[-,;])
    )""",
    re.VERBOSE,
)
EARLY_MORNING = 6 * 60
EVERY_DAY = list(range(7))


@dataclass
class _Rule:
    days: list[int] | None = None  # None: no day was named
    holidays: bool = False
    intervals: list[Interval] = field(default_factory=list)
    comment: str = ""
    off: bool = False


def parse(text: str) -> Week:
    """The week that this text tells. Raises OpeningHoursError, whose `reason` and `message` say why not."""
    if not text.strip():
        raise OpeningHoursError(Refusal.EMPTY)
    if len(text) > TEXT_MAX:
        raise OpeningHoursError(Refusal.TOO_LONG)
    return _Reader(text).week()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        self.at = 0
        position = 0
        end = len(text.rstrip())
        while position < end:
            found = TOKEN.match(text, position)
            if found is None:
                raise OpeningHoursError(Refusal.NOT_READABLE, text[position:])
            kind = str(found.lastgroup)
            self.tokens.append((kind, found[kind], position))
            position = found.end()

    def week(self) -> Week:
        days: list[Day] = [CLOSED] * 7
        closed_on_holidays = False
        adding = False
        while True:
            rule = self._rule()
            closed_on_holidays |= rule.holidays
            numbers = rule.days if rule.days is not None else ([] if rule.holidays else EVERY_DAY)
            for number in numbers:
                before = days[number] if adding and not rule.off else CLOSED
                days[number] = Day(
                    (*before.intervals, *rule.intervals),
                    (*before.comments, rule.comment) if rule.comment else before.comments,
                )
            separator = self._take("sign")
            if separator is None and self.at == len(self.tokens):
                break
            if separator not in (",", ";"):
                raise self._unexpected()
            adding = separator == ","
            if separator == ";" and self.at == len(self.tokens):
                break
        monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
        return Week((monday, tuesday, wednesday, thursday, friday, saturday, sunday), closed_on_holidays)

    def _rule(self) -> _Rule:
        rule = _Rule()
        if self._take("always"):
            rule.intervals = [Interval(0, MIDNIGHT)]
            return rule
        self._days(rule)
        if self._take("off"):
            rule.off = True
            return rule
        if rule.holidays:
            raise self._unexpected()
        times = self._times()
        is_open = self._take("open") is not None
        comment = self._take("comment")
        if comment is not None:
            comment = comment.strip()
            Day(comments=(comment,))
        if times:
            certain = is_open or comment is None
            rule.intervals = [Interval(start, end, comment or "", certain) for start, end in times]
        elif comment is None and rule.days is not None and not is_open:
            raise OpeningHoursError(Refusal.HOURS_MISSING, self.text)
        elif comment is None or is_open:
            raise self._unexpected()
        else:
            rule.comment = comment
        return rule

    def _days(self, rule: _Rule) -> None:
        while self._next() in ("day", "holiday"):
            if self._take("holiday"):
                rule.holidays = True
            else:
                first = last = DAYS.index(str(self._take("day")))
                if self._sign_before("-", "day"):
                    last = DAYS.index(str(self._take("day")))
                rule.days = (rule.days or []) + [
                    number % 7 for number in range(first, last + 1 if first <= last else last + 8)
                ]
            if not self._sign_before(",", "day", "holiday"):
                return

    def _times(self) -> list[tuple[int, int]]:
        times = []
        while self._next() == "time":
            start = self._minutes()
            if not self._sign_before("-", "time"):
                raise self._unexpected()
            end = self._minutes()
            if end > MIDNIGHT or (end < start and start >= MIDNIGHT / 2 and end <= EARLY_MORNING):
                raise OpeningHoursError(Refusal.PAST_MIDNIGHT, f"{clock(start)}-{clock(end)}")
            times.append((start, end))
            if not self._sign_before(",", "time"):
                break
        return times

    def _minutes(self) -> int:
        text = str(self._take("time"))
        hours, minutes = (int(part) for part in text.split(":"))
        if minutes > 59 or hours > 47:
            raise OpeningHoursError(Refusal.NOT_A_TIME, text)
        return hours * 60 + minutes

    def _next(self, ahead: int = 0) -> str | None:
        return self.tokens[self.at + ahead][0] if self.at + ahead < len(self.tokens) else None

    def _take(self, kind: str) -> str | None:
        """The next token's text when it is of this kind, which is then read."""
        if self._next() != kind:
            return None
        self.at += 1
        return self.tokens[self.at - 1][1]

    def _sign_before(self, sign: str, *kinds: str) -> bool:
        """Read this sign if one of these kinds follows it: a comma between rules looks like one between days."""
        here = self.tokens[self.at] if self.at < len(self.tokens) else None
        if here is None or here[:2] != ("sign", sign) or self._next(1) not in kinds:
            return False
        self.at += 1
        return True

    def _unexpected(self) -> OpeningHoursError:
        position = self.tokens[self.at][2] if self.at < len(self.tokens) else 0
        return OpeningHoursError(Refusal.NOT_READABLE, self.text[position:])
