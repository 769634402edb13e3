"""What an EPN keeps, as facts for the criteria: hours and devices of its card, visits of the figures, declarations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from network.cadastre.recognition.enums import Kind, Origin
from network.cadastre.recognition.evaluating import Fact
from network.cadastre.recognition.kinds import COMPUTERS, DEVICES, KINDS, OPEN_TO_ALL, is_declared
from network.directory.models import Card
from network.directory.sites import CardSite, sites_of
from network.figures.catalogue import TURNED_AWAY, VISITS
from network.figures.selectors import Cut, flows
from tenants.premises.opening_hours import OpeningHoursError, Week, parse

HUNDREDTH = Decimal("0.01")


def lets_everybody_in(site: CardSite) -> bool:
    return not site.modes or bool(OPEN_TO_ALL.intersection(site.modes))


def of_card(card: Card | None) -> dict[str, Fact]:
    """Hours, days and devices. Doors that are open at the same time count once; only doors open to all count."""
    sites = sites_of(card) if card else []
    if card is None or not sites:
        return {}
    doors = [one for one in sites if lets_everybody_in(one)]
    return {**_hours(doors, timezone.localdate(card.updated_at)), **_devices(doors)}


def _hours(doors: Sequence[CardSite], day: dt.date) -> dict[str, Fact]:
    weeks = [_week(one) for one in doors]
    known = [one for one in weeks if one is not None]
    if doors and not known:
        return {kind: Fact(None, Origin.CARD, day) for kind in (Kind.OPENING_HOURS, Kind.OPEN_DAYS)}
    minutes = sum(_union(spans) for spans in _days(known))
    days = sum(bool(spans) for spans in _days(known))
    partly = len(known) < len(weeks)
    return {
        Kind.OPENING_HOURS: Fact((Decimal(minutes) / 60).quantize(HUNDREDTH), Origin.CARD, day, partly),
        Kind.OPEN_DAYS: Fact(Decimal(days), Origin.CARD, day, partly),
    }


def _week(site: CardSite) -> Week | None:
    try:
        return parse(site.opening_hours)
    except OpeningHoursError:
        return None


def _days(weeks: Sequence[Week]) -> list[list[tuple[int, int]]]:
    """For each weekday the times at which anybody may walk in, of all doors."""
    return [
        sorted((one.start, one.end) for week in weeks for one in week.days[number].intervals if one.certain)
        for number in range(7)
    ]


def _union(spans: Sequence[tuple[int, int]]) -> int:
    """Minutes that at least one of them covers; they are in order."""
    covered = last = 0
    for start, end in spans:
        covered += max(0, end - max(start, last))
        last = max(last, end)
    return covered


def _devices(doors: Sequence[CardSite]) -> dict[str, Fact]:
    counted = [one for one in doors if one.equipment_on]
    days = [dt.date.fromisoformat(one.equipment_on) for one in counted]
    day = min(days, default=None)
    found = {}
    for kind, codes in ((Kind.DEVICES, DEVICES), (Kind.COMPUTERS, COMPUTERS)):
        known = [one for one in counted if codes.intersection(one.equipment)]
        total = sum(number for one in known for code, number in one.equipment.items() if code in codes)
        value = Decimal(total) if known or not doors else None
        found[str(kind)] = Fact(value, Origin.COUNT, day, partly=len(known) < len(doors))
    return found


def declared(answers: Mapping[str, str], day: dt.date | None) -> dict[str, Fact]:
    """What an EPN declared, of the kinds that it may declare. What can't be read isn't known."""
    found = {}
    for kind, text in answers.items():
        if kind in KINDS and is_declared(kind):
            try:
                found[kind] = Fact(Decimal(text), Origin.DECLARED, day)
            except InvalidOperation:
                continue
    return found


def twelve_months(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last of the twelve months that are over."""
    last = (day.replace(day=1) - dt.timedelta(days=1)).replace(day=1)
    return last.replace(year=last.year - 1, month=last.month + 1) if last.month < 12 else last.replace(month=1), last


def visits(epn_ids: Collection[int], day: dt.date) -> dict[int, Fact]:
    """Visits of the twelve months that are over, in one statement. An EPN without a visit in them isn't known."""
    first, last = twelve_months(day)
    cells = flows([Cut(VISITS.name, by=frozenset({"epn"}))], first=first, last=last, epn_ids=epn_ids)
    return {cell.epn_id: Fact(Decimal(cell.count), Origin.FIGURES, day) for cell in cells if cell.epn_id is not None}


def turned_away(epn_id: int, day: dt.date) -> int:
    """People who found the room full in these months: said beside "nobody is refused", which is another thing."""
    first, last = twelve_months(day)
    return sum(cell.count for cell in flows([Cut(TURNED_AWAY.name)], first=first, last=last, epn_ids=[epn_id]))
