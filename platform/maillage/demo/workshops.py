"""The workshops and courses of some EPN: series since 2025, what was noted of their dates, and who is registered.

Each series has a generator of its own, seeded with the EPN and its month, and is drawn whole: what lies beyond the
demo's last day is planned, and becomes held in a longer demo. Who was registered is kept as long as the house keeps it.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from maillage.demo.calendar import holidays, months
from maillage.demo.places import EpnPlan, SitePlan
from maillage.demo.visits import ZONE, Choice, Helper, margins_of_a_group
from tenants.workshops.enums import Kind, Level, State
from tenants.workshops.models import Presence, Registration, Series, SeriesDate
from tenants.workshops.registrations.rules import KEEP_FOR

FIRST = dt.date(2025, 1, 1)
ANNOUNCED = dt.timedelta(days=45)  # how long before its first date a series stands in the register
COURSES, WORKSHOPS = (1, 4, 9, 10), (2, 5, 10, 11)  # months in which one begins
EPN = {
    "rue-de-la-poste", "abattoirs", "marolles", "canal", "de-klik", "laeken", "botanique", "jette", "stockel",
    "kiosque-de-nevers",
}  # fmt: skip
CANCELLED, MOVED, NOBODY_COUNTED = 0.05, 0.05, 0.25
REASONS = {"fr": ("Grève des transports", "Animateur malade", "Panne d’internet"),
           "nl": ("Staking van het openbaar vervoer", "Animator ziek", "Internetpanne")}  # fmt: skip
FIRST_NAMES = (
    "Aïcha", "Bilal", "Carmen", "Dirk", "Elif", "Fatou", "Georges", "Hanna", "Ibrahim", "Josiane", "Karim", "Lies",
    "Mariam", "Nicolae", "Olga", "Paulette", "Rachid", "Samira", "Tomasz", "Yvonne",
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """What may be learnt; the title and goals in the EPN's language."""

    fr: tuple[str, tuple[str, ...]]
    nl: tuple[str, tuple[str, ...]]
    themes: tuple[str, ...]
    level: str
    audience: tuple[str, ...] = ()


COURSE_SUBJECTS = (
    Subject(
        ("Premiers pas à l’ordinateur", ("Allumer et éteindre", "Se servir de la souris", "Ranger ses fichiers")),
        ("Eerste stappen met de computer", ("Aan- en uitzetten", "De muis gebruiken", "Bestanden ordenen")),
        ("computer",), Level.FIRST_STEPS, ("senior",),
    ),
    Subject(
        ("Écrire et recevoir des e-mails", ("Écrire un e-mail", "Joindre une photo", "Reconnaître une arnaque")),
        ("E-mails schrijven en ontvangen", ("Een e-mail schrijven", "Een foto toevoegen", "Oplichting herkennen")),
        ("email", "security"), Level.WITH_HELP,
    ),
    Subject(
        ("CV et candidatures en ligne", ("Mettre son CV en page", "Postuler en ligne")),
        ("CV en online solliciteren", ("Een cv opmaken", "Online solliciteren")),
        ("cv", "job"), Level.WITH_HELP, ("job_seeker",),
    ),
)  # fmt: skip
WORKSHOP_SUBJECTS = (
    Subject(
        ("Mon smartphone, pas à pas", ("Installer une application", "Régler les notifications")),
        ("Mijn smartphone, stap voor stap", ("Een app installeren", "Meldingen instellen")),
        ("smartphone",), "",
    ),
    Subject(
        ("itsme et les démarches en ligne", ("Installer itsme", "Demander un document à la commune")),
        ("itsme en online formaliteiten", ("itsme installeren", "Een attest bij de gemeente vragen")),
        ("digital_id", "commune"), "",
    ),
    Subject(
        ("L’intelligence artificielle, pour comprendre", ("Poser une question", "Vérifier une réponse")),
        ("Artificiële intelligentie begrijpen", ("Een vraag stellen", "Een antwoord nakijken")),
        ("ai", "internet"), Level.ALONE,
    ),
)  # fmt: skip


@dataclass
class Drawn:
    """A series with everything that hangs on it, to be written in this order."""

    series: Series
    dates: list[SeriesDate] = field(default_factory=list)
    moved: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)  # from the key of a date to that of the new one
    registrations: list[Registration] = field(default_factory=list)
    presences: list[Presence] = field(default_factory=list)


def workshops(plan: EpnPlan, site_ids: Sequence[int], team: Sequence[Helper], until: dt.date) -> Iterator[Drawn]:
    """What this EPN has in its register on the demo's last day."""
    if plan.slug not in EPN:
        return
    for month in months(FIRST, until + ANNOUNCED):
        for kind, in_months, subjects in (
            (Kind.COURSE, COURSES, COURSE_SUBJECTS),
            (Kind.WORKSHOP, WORKSHOPS, WORKSHOP_SUBJECTS),
        ):
            if month.month in in_months:
                rng = random.Random(f"{plan.slug} {kind} {month:%Y-%m}")
                drawn = _series(rng, plan, site_ids[0], kind, rng.choice(subjects), month, team, until)
                if drawn is not None:
                    yield drawn


def _series(
    rng: random.Random, plan: EpnPlan, site_id: int, kind: Kind, subject: Subject, month: dt.date,
    team: Sequence[Helper], until: dt.date,
) -> Drawn | None:  # fmt: skip
    title, goals = subject.nl if plan.language == "nl" else subject.fr
    weeks, times = (1, rng.choice((6, 8))) if kind == Kind.COURSE else (2, 4)
    days = _days(rng, plan, plan.sites[0], month, times, weeks)
    there = [one for one in team if one.since <= days[0] <= one.until]
    announced = _at(days[0] - ANNOUNCED, 10)
    animators = [one.account_id for one in rng.sample(there, min(len(there), rng.choice((1, 1, 2))))]
    series = Series(
        key=_key(rng), title=title, kind=kind, themes=list(subject.themes), level=subject.level,
        language=plan.language, goals="\n".join(goals), audience=list(subject.audience),
        capacity=rng.choice((8, 10, 12)), site_id=site_id, animators=animators, created_at=announced,
        updated_at=announced,
    )  # fmt: skip
    if not animators or announced.date() > until:
        return None
    drawn = Drawn(series)
    starts_at = plan.sites[0].week[days[0].weekday()][0][0]
    hours = (starts_at, starts_at.replace(hour=starts_at.hour + 2))
    for day in days:
        _date(rng, plan, drawn, day, hours, until)
    _register(rng, drawn, until)
    return drawn


def _days(rng: random.Random, plan: EpnPlan, site: SitePlan, month: dt.date, times: int, weeks: int) -> list[dt.date]:
    """`times` days on one weekday on which the site is open, public holidays left out."""
    weekday = rng.choice(sorted(site.week))
    day = month + dt.timedelta(days=7 + (weekday - month.weekday()) % 7)
    found: list[dt.date] = []
    while len(found) < times:
        if day not in holidays(day.year, plan.country):
            found.append(day)
        day += dt.timedelta(weeks=weeks)
    return found


def _date(
    rng: random.Random, plan: EpnPlan, drawn: Drawn, day: dt.date, hours: tuple[dt.time, dt.time], until: dt.date
) -> None:
    """One date, or two when it was moved. It is drawn whole, also what nobody knows yet."""
    series = drawn.series
    chance, reason = rng.random(), rng.choice(REASONS[plan.language])
    date = _planned(series, rng, day, hours)
    drawn.dates.append(date)
    if CANCELLED <= chance < CANCELLED + MOVED:
        later = _planned(series, rng, day + dt.timedelta(days=1), hours)
        _note(rng, later, until)
        if day - dt.timedelta(days=2) <= until:
            date.state, date.reason = State.MOVED, reason
            drawn.moved[date.key] = later.key
            drawn.dates.append(later)
        return
    _note(rng, date, until)
    if chance < CANCELLED and day - dt.timedelta(days=2) <= until:
        date.state, date.reason, date.total, date.margins = State.CANCELLED, reason, None, {}


def _planned(series: Series, rng: random.Random, day: dt.date, hours: tuple[dt.time, dt.time]) -> SeriesDate:
    return SeriesDate(
        key=_key(rng), date=day, starts_at=hours[0], ends_at=hours[1], site_id=series.site_id,
        animators=list(series.animators), created_at=series.created_at, updated_at=series.created_at,
    )  # fmt: skip


def _note(rng: random.Random, date: SeriesDate, until: dt.date) -> None:
    total = rng.randrange(4, 9)
    margins = {} if rng.random() < NOBODY_COUNTED else margins_of_a_group(rng, total)
    preparation = rng.choice((None, 15, 30))
    if date.date > until:
        return
    date.state, date.total, date.margins, date.preparation_minutes = State.HELD, total, margins, preparation
    date.recorded_by_id = date.animators[0]
    date.updated_at = _at(date.date, date.ends_at.hour, 10)


def _register(rng: random.Random, drawn: Drawn, until: dt.date) -> None:
    """Some more people than places at times; a few under a code. Who came to what was held is ticked."""
    series = drawn.series
    names = rng.sample(FIRST_NAMES, min(len(FIRST_NAMES), series.capacity + rng.choice((-4, -2, -1, 2))))
    present: Choice[bool] = Choice({True: 5, False: 1})
    last = max(one.date for one in drawn.dates)
    for number, name in enumerate(names):
        asked = series.created_at + dt.timedelta(days=rng.randrange(1, 40), minutes=rng.randrange(360))
        level = rng.choice(("", series.level))
        shown = name if rng.random() < 0.8 else f"P-{number + 1:02d}"
        came = [present(rng) for _date in drawn.dates]
        if asked.date() > until or last < until - KEEP_FOR:
            continue
        waiting = len(drawn.registrations) >= series.capacity
        one = Registration(key=_key(rng), name=shown, level=level, waiting=waiting, created_at=asked)
        drawn.registrations.append(one)
        if not waiting:
            drawn.presences += [
                Presence(registration=one, date=date, present=there)
                for date, there in zip(drawn.dates, came, strict=True)
                if date.state == State.HELD
            ]
    _no_more_ticked_than_came(drawn)


def _no_more_ticked_than_came(drawn: Drawn) -> None:
    """Of the people who were counted, some may be unknown; but nobody is ticked who wasn't counted."""
    for date in drawn.dates:
        ticked = [one for one in drawn.presences if one.date is date and one.present]
        date_total = date.total or 0
        for one in ticked[date_total:]:
            one.present = False


def _key(rng: random.Random) -> uuid.UUID:
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE)


def write_workshops(plan: EpnPlan, site_ids: Sequence[int], team: Sequence[Helper], until: dt.date) -> None:
    """In the space that one is in, as its own role: few rows, so the ORM does it."""
    every = list(workshops(plan, site_ids, team, until))
    Series.objects.bulk_create([one.series for one in every])
    dates = [date for one in every for date in one.dates]
    for one in every:
        for date in one.dates:
            date.series = one.series
        for registration in one.registrations:
            registration.series = one.series
    SeriesDate.objects.bulk_create(dates)
    by_key = {date.key: date for date in dates}
    moved = [(by_key[old], by_key[new]) for one in every for old, new in one.moved.items()]
    for old, new in moved:
        old.moved_to = new
    SeriesDate.objects.bulk_update([old for old, _new in moved], ["moved_to"])
    Registration.objects.bulk_create([each for one in every for each in one.registrations])
    Presence.objects.bulk_create([each for one in every for each in one.presences])
