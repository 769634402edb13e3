"""Finding an EPN: by words, commune, service, language, accessibility, and by whether its door is open.

In the database, one statement a page: "open" is asked of the minutes of the week, the closed days and the public
holidays.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from maillage.reference.holidays import FIXED, public_holidays
from maillage.reference.selectors import commune_label
from network.directory.doors import A_DAY, plain
from network.directory.models import Card, Door
from network.directory.selectors import Territory, open_cards
from tenants.premises.opening_hours import HALF_DAYS

NOW = "now"
NOON, AFTERNOON_FROM = 12 * 60, 13 * 60  # a morning that ends at half past twelve is no afternoon
MOST_WORDS = 12
CODES = ("services", "languages", "access")  # of a door


@dataclass(frozen=True)
class Asked:
    """What somebody looks for. `open` is `now`, a half-day of the week (`sa_am`) or empty; the others are codes."""

    text: str = ""
    commune: str = ""
    open: str = ""
    service: str = ""
    language: str = ""
    access: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


def found_cards(asked: Asked, now: dt.datetime | None = None) -> QuerySet[Card]:
    """The cards of open EPN that have one door for which all of it is true, by name."""
    cards: QuerySet[Card] = open_cards()
    if asked:
        doors = Door.objects.filter(_true_of_a_door(asked, now or timezone.now()), card=OuterRef("pk"))
        cards = cards.filter(Exists(doors))
    return cards


def _true_of_a_door(asked: Asked, now: dt.datetime) -> Q:
    found = Q()
    for word in plain(asked.text).split()[:MOST_WORDS]:
        found &= Q(words__contains=word)
    if asked.text.strip() and not found:
        return Q(pk__in=[])  # signs only: nothing is called so
    if asked.commune:
        found &= Q(key=asked.commune)
    for field, code in (("services", asked.service), ("languages", asked.language), ("access", asked.access)):
        if code:
            found &= Q(**{f"{field}__contains": [code]})
    if asked.open == NOW:
        local = timezone.localtime(now)
        minute = local.weekday() * A_DAY + local.hour * 60 + local.minute
        found &= Q(week__at=minute) & _is_no_exception(local.date())
    elif asked.open:
        day, minutes = half_day_asked(asked.open, timezone.localdate(now))
        found &= Q(week__between=minutes) & _is_no_exception(day)
    return found


def half_day_asked(key: str, today: dt.date) -> tuple[dt.date, tuple[int, int]]:
    """`sa_am`: the next Saturday (today counts), and its morning in minutes of the week."""
    weekday, afternoon = divmod(HALF_DAYS.index(key), 2)
    day = today + dt.timedelta(days=(weekday - today.weekday()) % 7)
    start, end = (AFTERNOON_FROM, A_DAY) if afternoon else (0, NOON)
    return day, (weekday * A_DAY + start, weekday * A_DAY + end)


def _is_no_exception(day: dt.date) -> Q:
    """Neither one of the closed days, nor a public holiday on which the door stays shut."""
    on_holiday = [country for country in FIXED if day in public_holidays(day.year, country)]
    usual = ~Q(closed__on=day)
    return usual & ~Q(closed_on_holidays=True, country__in=on_holiday) if on_holiday else usual


@dataclass(frozen=True)
class Offer:
    """What can be chosen here: only what at least one open door has."""

    epn: int
    labelled: int
    territories: list[Territory]
    services: frozenset[str]
    languages: frozenset[str]
    access: frozenset[str]


def offer() -> Offer:
    """In three statements, whatever the number of EPN."""
    doors = Door.objects.filter(card__archived_at__isnull=True).order_by()
    rows = doors.values_list("key").annotate(epn=Count("card", distinct=True))
    territories = [Territory(key, commune_label(key), number) for key, number in rows if key]
    territories.sort(key=lambda one: one.name.casefold())
    first, *others = (
        doors.annotate(what=Value(field), code=Func(F(field), function="unnest", output_field=CharField()))
        .values_list("what", "code")
        .distinct()
        for field in CODES
    )
    codes: dict[str, set[str]] = {field: set() for field in CODES}
    for field, code in first.union(*others, all=True):
        codes[field].add(code)
    totals = open_cards().order_by().aggregate(epn=Count("pk"), bearing=Count("pk", filter=Q(labelled=True)))
    return Offer(
        totals["epn"], totals["bearing"], territories, *(frozenset(codes[field]) for field in CODES)
    )  # fmt: skip
