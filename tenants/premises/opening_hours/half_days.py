"""From a spreadsheet's fourteen half-day columns, free French text, to a week of opening hours.

No cell that says something is dropped: it becomes hours, or it says "closed" (`-`, `fermé`), or it is a doubt,
kept as it was written for somebody to look at. What the census of Burgundy's digital mediation (2021) taught:

* `x` means *open, hours not said*. It stands in one place only, a co-working house, in every half-day from
  Monday to Friday, with `souscondition` at the weekend; `-` is what the same spreadsheet writes for closed.
* A morning cell may hold the whole day (`9h-18h`), or be a copy of the afternoon's (`13h30-16h30`).
* The afternoon often begins where the morning ends (`8h30-12h`, `12h-16h30`): that is one period.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tenants.premises.enums import DoubtReason
from tenants.premises.opening_hours.week import DAYS, MIDNIGHT, Day, Interval, Week

MORNING, AFTERNOON = "am", "pm"
# Keys of the fourteen cells, in order: "mo_am", "mo_pm" … "su_pm"; they are kept with the site as JSON.
HALF_DAYS = tuple(f"{day.lower()}_{half}" for day in DAYS for half in (MORNING, AFTERNOON))

BY_APPOINTMENT = "sur RDV"
ON_CONDITION = "sous condition"

_CLOSED = {"-", "--", "---", "/", ".", "0", "ferme", "fermee", "fermeture", "closed", "off", "non", "neant", "aucun"}
_OPEN = {
    "x", "xx", "o", "ok", "oui", "ouvert", "ouverte", "v", "1", "matin", "le matin", "matinee", "am", "pm",
    "apres-midi", "apres midi", "l'apres-midi", "journee", "toute la journee", "midi",
}  # fmt: skip
_SIGNS = str.maketrans(dict.fromkeys("‐‑‒–—―−→", "-") | {"\u2019": "'"})
_TIME = r"(?<!\d)(?:\d{1,2}(?:\s?(?:heures?|h|u|:|\.)(?:\s?\d{2})?)?(?!\d)|midi|minuit)"
_RANGE = re.compile(rf"(?:\bde\s)?\s*({_TIME})\s*(?:-+|a(?=[\s\d])|jusqu'a|>)\s*({_TIME})")
_ONE_TIME = re.compile(rf"(?:a partir de|des|de|a|jusqu'a|vers|-)?\s*{_TIME}\s*-?")
_BY_APPOINTMENT = re.compile(
    r"(?:\b(?:uniquement|seulement)\s)?(?:\b(?:sur|avec|par|prise de)\s)?"
    r"(?<!\w)(?:r\.?d\.?v\.?|rendez[- ]?vous)(?!\w)(?:\s(?:uniquement|seulement|obligatoire)\b)?"
)
_ON_CONDITION = re.compile(r"\bsous[ -]?conditions?\b")
_BETWEEN = re.compile(r"[\s/,;+&()-]|\bet\b|\bpuis\b")
_CELL_MAX = 200  # characters: what is longer is no timetable
_AFTERNOON_STARTS = 13 * 60  # a morning cell with hours from here on was filled in the wrong column


@dataclass(frozen=True)
class Doubt:
    """A cell to look at. `in_hours`: its hours were taken as they were read; otherwise only its text is kept."""

    key: str
    value: str
    reason: DoubtReason
    in_hours: bool = False


@dataclass(frozen=True)
class FromCells:
    """`osm` is "" where the cells say nothing that a timetable can hold."""

    osm: str
    doubts: list[Doubt]


@dataclass(frozen=True)
class _Cell:
    times: tuple[tuple[int, int], ...] = ()
    comment: str = ""
    closed: bool = False
    reason: DoubtReason | None = None


def half_day(weekday: int, half: str) -> str:
    """The key of a cell: (0, "am") → "mo_am"."""
    return f"{DAYS[weekday].lower()}_{half}"


def only_in(half: str, comment: str) -> str:
    """A remark that holds for half of the day."""
    return f"{'matin' if half == MORNING else 'après-midi'} {comment}"


def from_half_days(cells: Mapping[str, str]) -> FromCells:
    """Read the cells, by their keys in `HALF_DAYS`; absent and empty ones say nothing."""
    doubts: list[Doubt] = [
        Doubt(key, value, DoubtReason.UNKNOWN_COLUMN)
        for key, value in cells.items()
        if key not in HALF_DAYS and value.strip()
    ]
    days: list[Day] = []
    closed_cells = 0
    for weekday in range(7):
        keys = half_day(weekday, MORNING), half_day(weekday, AFTERNOON)
        morning, afternoon = (_read(cells.get(key, "")) for key in keys)
        closed_cells += morning.closed + afternoon.closed
        misplaced = False
        for key, cell, misplaced_here in (
            (keys[0], morning, bool(morning.times) and all(start >= _AFTERNOON_STARTS for start, _ in morning.times)),
            (keys[1], afternoon, bool(afternoon.times) and all(end <= MIDNIGHT // 2 for _, end in afternoon.times)),
        ):
            misplaced |= misplaced_here
            if cell.reason is not None:
                doubts.append(Doubt(key, cells[key], cell.reason, in_hours=bool(cell.times or cell.comment)))
            elif misplaced_here:
                doubts.append(Doubt(key, cells[key], DoubtReason.OTHER_HALF, in_hours=True))
        together = morning.comment == afternoon.comment
        if _overlap(morning, afternoon) and not (misplaced and together and morning.times == afternoon.times):
            if not together:  # which of the two holds is a person's to say: only the morning's hours are taken
                doubts = [doubt for doubt in doubts if doubt.key != keys[1]]
                afternoon = _Cell()
            doubts.append(Doubt(keys[1], cells[keys[1]], DoubtReason.OVERLAP, in_hours=together))
        days.append(_day(morning, afternoon))
    if not any(days) and closed_cells < len(HALF_DAYS):
        return FromCells("", doubts)
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = days
    return FromCells(Week((monday, tuesday, wednesday, thursday, friday, saturday, sunday)).to_osm(), doubts)


def _plain(value: str) -> str:
    """Lower case, without accents, one kind of dash and apostrophe, single spaces."""
    letters = unicodedata.normalize("NFKD", value.lower().translate(_SIGNS))
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


def _read(value: str) -> _Cell:
    text = _plain(value[: _CELL_MAX + 1])
    if not text:
        return _Cell(reason=DoubtReason.NOT_READABLE if len(value) > _CELL_MAX and value.strip() else None)
    if len(value) > _CELL_MAX:
        return _Cell(reason=DoubtReason.NOT_READABLE)
    if text in _CLOSED:
        return _Cell(closed=True)
    if text in _OPEN:
        return _Cell(reason=DoubtReason.HOURS_MISSING)
    comment = ""
    if _BY_APPOINTMENT.search(text):
        text, comment = _BY_APPOINTMENT.sub(" ", text), BY_APPOINTMENT
    elif _ON_CONDITION.search(text):
        text, comment = _ON_CONDITION.sub(" ", text), ON_CONDITION
    times = _RANGE.findall(text)
    left = " ".join(_BETWEEN.sub(" ", _RANGE.sub(" ", text)).split())
    if left and not (comment and not times and left in _OPEN):
        return _Cell(reason=DoubtReason.ONE_TIME if _ONE_TIME.fullmatch(text.strip()) else DoubtReason.NOT_READABLE)
    if times:
        return _timed([(_minutes(start), _minutes(end)) for start, end in times], comment)
    if not comment:
        return _Cell(reason=DoubtReason.NOT_READABLE)
    return _Cell(comment=comment, reason=DoubtReason.CONDITION if comment == ON_CONDITION else None)


def _timed(times: list[tuple[int, int]], comment: str) -> _Cell:
    if any(minutes < 0 or minutes > MIDNIGHT for pair in times for minutes in pair):
        return _Cell(reason=DoubtReason.NOT_A_TIME)
    if any(end <= start for start, end in times):
        return _Cell(reason=DoubtReason.END_BEFORE_START)
    joined = _joined(times)
    # Two that touch become one without a word; two that overlap are worth a look.
    overlapping = sum(end - start for start, end in times) != sum(end - start for start, end in joined)
    reason = DoubtReason.OVERLAP if overlapping else DoubtReason.CONDITION if comment == ON_CONDITION else None
    return _Cell(tuple(joined), comment, reason=reason)


def _minutes(text: str) -> int:
    """Minutes after midnight; -1 for what is no time ("9h75")."""
    if text in ("midi", "minuit"):
        return MIDNIGHT // 2 if text == "midi" else MIDNIGHT
    digits = re.findall(r"\d+", text)
    minutes = int(digits[1]) if len(digits) > 1 else 0
    return int(digits[0]) * 60 + minutes if minutes < 60 else -1


def read_time(text: str) -> int | None:
    """Minutes after midnight of one time as people type it: 8h30, 8:30, 08.30, 8,30, 830, 8u, 8. None: no time."""
    plain = _plain(text[:_CELL_MAX]).replace(",", ".")
    if re.fullmatch(r"\d{3,4}", plain):
        plain = f"{plain[:-2]}:{plain[-2:]}"
    minutes = _minutes(plain) if re.fullmatch(_TIME, plain) else -1
    return minutes if 0 <= minutes <= MIDNIGHT else None


def _joined(times: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    done: list[tuple[int, int]] = []
    for start, end in sorted(times):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((start, end))
    return done


def _overlap(morning: _Cell, afternoon: _Cell) -> bool:
    return any(
        start < other_end and other_start < end
        for start, end in morning.times
        for other_start, other_end in afternoon.times
    )


def _day(morning: _Cell, afternoon: _Cell) -> Day:
    """Both halves together; what overlaps has the same comment here, and is joined."""
    intervals = []
    for comment in dict.fromkeys((morning.comment, afternoon.comment)):
        times = [pair for cell in (morning, afternoon) if cell.comment == comment for pair in cell.times]
        intervals += [Interval(start, end, comment, certain=not comment) for start, end in _joined(times)]
    remarks = {
        half: cell.comment
        for half, cell in ((MORNING, morning), (AFTERNOON, afternoon))
        if cell.comment and not cell.times
    }
    if len(remarks) == 2 and remarks[MORNING] == remarks[AFTERNOON]:
        return Day(tuple(intervals), (remarks[MORNING],))
    return Day(tuple(intervals), tuple(only_in(half, comment) for half, comment in remarks.items()))
