"""What the dashboard and the yearly report show, declared as data: one entry a table, a cut, a number.

A *source* is a table of the EPN, with what is measured in it and how it is cut; a *headline* is one number of
the top, the sum of one or several measures. To show what another table holds is to add a source, and its measures
to the headlines that they are a part of: nothing else knows what there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.design import numbers
from maillage.design.numbers import Number
from maillage.reference.selectors import label_of, terms
from tenants.activity.enums import Channel

Label = str | Promise
SITE = "site"  # the cut whose codes are the keys of sites


def _in_vocabulary(vocabulary: str) -> Callable[[str], str]:
    return lambda code: label_of(vocabulary, code)


def _channel(code: str) -> str:
    return str(Channel(code).label) if code in Channel.values else code


def _provider_and_channel(code: str) -> str:
    provider, _between, channel = code.partition("×")
    return f"{label_of('provider', provider)} · {_channel(channel)}"


@dataclass(frozen=True)
class Cut:
    """A way to cut a source. `value` is SQL for a row's value; a row to which it doesn't apply gives NULL.

    `partition`: each thing counts in one value only, so that the values add up and have shares. `note` says what
    they don't add up to. `order`: a vocabulary's own order, else the most frequent first.
    """

    name: str
    title: Label
    head: Label
    unit: Label
    value: str
    label: Callable[[str], str] = str
    joins: str = ""
    count: str = "count(*)"
    partition: bool = True
    note: Label = ""
    order: str = ""

    def codes_in_order(self) -> list[str]:
        return [term.code for term in terms(self.order, retired=True)] if self.order else []


@dataclass(frozen=True)
class Source:
    """A table, as `r`, with a column `date`. `measures` are SQL, whole numbers: minutes, cents, things."""

    name: str
    label: Label
    table: str
    measures: dict[str, str]
    where: str = "true"
    cuts: tuple[Cut, ...] = ()


NOTHING_YET = _("nothing noted yet")


def cents(value: Number | None) -> str:
    return numbers.euros(None if value is None else value / 100)


@dataclass(frozen=True)
class Headline:
    """`parts` are measures, `source.measure`. `sums`: the months add up to the period; an average's don't."""

    name: str
    label: Label
    unit: Label
    parts: tuple[str, ...]
    note: Label
    icon: str
    show: Callable[[Number | None], str] = numbers.number
    sums: bool = True
    unknown: Label = NOTHING_YET

    @property
    def is_money(self) -> bool:
        """Counted in cents."""
        return self.show is cents


def _margin(
    name: str, title: Label, head: Label, *, partition: bool, note: Label, order: str = "", margin: str = ""
) -> Cut:
    """Margins are counted in one pass: each takes of it what is its own. `margin` where the cut has another name."""
    margin = margin or name
    return Cut(
        name, title, head, _("people, each time they come"), f"CASE WHEN g.name = '{margin}' THEN m.code END",
        _in_vocabulary(margin),
        joins="CROSS JOIN LATERAL jsonb_each(r.margins) AS g(name, counts)"
        " CROSS JOIN LATERAL jsonb_each(g.counts) AS m(code, people)",
        count="sum((m.people #>> '{}')::bigint)", partition=partition, note=note, order=order,
    )  # fmt: skip


VISITS = Source(
    name="visits",
    label=_("Visits"),
    table="activity_visit",
    where="r.deleted_at IS NULL",
    measures={
        "visits": "count(*)",
        "attendances": "sum(r.attendances)",
        "minutes": "sum(r.minutes)",
        "obstacles": "count(*) FILTER (WHERE r.obstacle_kind <> '' OR r.obstacle_provider <> '')",
        "lost": "sum(r.obstacle_minutes_lost)",
        "exceptional": "count(*) FILTER (WHERE r.exceptional)",
        "cents": "sum((r.obstacle_cost_eur * 100)::bigint)",
    },
    cuts=(
        Cut(
            "theme", _("What people came for"), _("Theme"), _("visits"), "t.code", _in_vocabulary("theme"),
            joins="CROSS JOIN LATERAL unnest(r.themes) AS t(code)", partition=False,
            note=_("A visit with two themes counts in both: do not add the themes up."),
        ),
        Cut("outcome", _("How it ended"), _("Outcome"), _("visits"), "r.outcome", _in_vocabulary("outcome"),
            order="outcome"),
        Cut("mode", _("How you helped"), _("Mode"), _("visits"), "r.mode", _in_vocabulary("mode")),
        Cut("autonomy", _("What people can do alone"), _("Autonomy"), _("visits"), "nullif(r.autonomy, '')",
            _in_vocabulary("autonomy"), order="autonomy", note=_("Visits where it was noted.")),
        Cut("obstacle", _("What stood in the way"), _("Obstacle"), _("visits"), "nullif(r.obstacle_kind, '')",
            _in_vocabulary("obstacle"), note=_("Visits that met an obstacle.")),
        Cut("provider", _("Whose service it was"), _("Service"), _("visits"), "nullif(r.obstacle_provider, '')",
            _in_vocabulary("provider"), note=_("Visits that met an obstacle at a service.")),
        Cut("provider×channel", _("Whose service, and where"), _("Service and channel"), _("visits"),
            "nullif(r.obstacle_provider, '') || '×' || nullif(r.obstacle_channel, '')", _provider_and_channel,
            note=_("Visits that met an obstacle at a service, by desk, phone, website …")),
        Cut("cause", _("What holds people back"), _("Cause"), _("visits"), "c.code", _in_vocabulary("cause"),
            joins="CROSS JOIN LATERAL unnest(r.causes) AS c(code)", partition=False, order="cause",
            note=_("Visits where it was noted. One may have several causes: do not add them up.")),
        Cut("referral", _("Where people were sent"), _("Organisation"), _("visits"), "nullif(r.referral, '')",
            _in_vocabulary("referral"), note=_("Visits where it was noted.")),
        _margin("audience", _("Who came"), _("Audience"), partition=False,
                note=_("One person may be of several audiences: do not add them up. Only what was noted is counted.")),
        _margin("age_band", _("Age"), _("Age"), partition=True, order="age_band",
                note=_("Only what was noted is counted.")),
        _margin("gender", _("Gender"), _("Gender"), partition=True, order="gender",
                note=_("Only what was noted is counted.")),
        Cut(SITE, _("Where"), _("Site"), _("visits"), "r.site_id::text"),
    ),
)  # fmt: skip

SESSIONS = Source(
    name="sessions",
    label=_("Half-days at the desk"),
    table="activity_countersession",
    measures={
        "sessions": "count(*)",
        "minutes": "sum((extract(epoch FROM r.ends_at - r.starts_at) / 60)::bigint)",
        "arrivals": "sum(r.arrivals)",
        "turned_away": "sum(r.turned_away)",
        "open_access": "sum(r.open_access_minutes)",
        "open_access_users": "sum(r.open_access_users)",
    },
)

# By the ticket's own day, which is its half-day's; whole minutes, as somebody who waits reads them on the wall.
TICKETS = Source(
    name="tickets",
    label=_("Waiting times"),
    table="activity_ticket",
    where="r.called_at IS NOT NULL",
    measures={
        "tickets": "count(*)",
        "waited": "round(avg(floor(extract(epoch FROM r.called_at - r.taken_at) / 60)))",
    },
)

# Dates that were held, and no others; somebody animated each, also where nobody said who.
WORKSHOPS = Source(
    name="workshops",
    label=_("Workshops and courses"),
    table="(SELECT d.date, d.site_id, d.total, d.margins, w.themes, greatest(cardinality(d.animators), 1) AS staff,"
    " (extract(epoch FROM d.ends_at - d.starts_at) / 60)::bigint AS length"
    " FROM workshops_seriesdate d JOIN workshops_series w ON w.id = d.series_id WHERE d.state = 'held')",
    measures={
        "dates": "count(*)",
        "attendances": "sum(r.total)",
        "minutes": "sum(r.length * r.staff)",
    },
    cuts=(
        Cut(
            "workshop_theme", _("What the workshops were about"), _("Theme"), _("dates of workshops"), "t.code",
            _in_vocabulary("theme"), joins="CROSS JOIN LATERAL unnest(r.themes) AS t(code)", partition=False,
            note=_("A workshop with two themes counts in both: do not add the themes up."),
        ),
        _margin("workshop_audience", _("Who came to workshops"), _("Audience"), partition=False, margin="audience",
                note=_("One person may be of several audiences: do not add them up. Only what was noted is counted.")),
        _margin("workshop_age_band", _("Age, in workshops"), _("Age"), partition=True, order="age_band",
                margin="age_band", note=_("Only what was noted is counted.")),
        _margin("workshop_gender", _("Gender, in workshops"), _("Gender"), partition=True, order="gender",
                margin="gender", note=_("Only what was noted is counted.")),
    ),
)  # fmt: skip

SOURCES: tuple[Source, ...] = (VISITS, SESSIONS, TICKETS, WORKSHOPS)
OPENING = "opening"  # the one source that isn't a table: the timetable of the sites

NO_HALF_DAY = _("no half-day at the desk noted yet")

HEADLINES: tuple[Headline, ...] = (
    Headline("visits", _("Visits"), _("visits"), ("visits.visits",), _("times that somebody was helped"), "list"),
    Headline("attendances", _("People, each time they come"), _("attendances"),
             ("visits.attendances", "workshops.attendances"), _("somebody who comes twice counts twice"), "people"),
    Headline("helping", _("Time spent helping"), _("minutes"), ("visits.minutes", "workshops.minutes"),
             _("working time of the team in visits and workshops"), "clock", numbers.duration),
    Headline("workshops", _("Dates of workshops and courses"), _("dates"), ("workshops.dates",),
             _("that were held"), "people"),
    Headline("open", _("Hours open"), _("minutes"), (f"{OPENING}.minutes",),
             _("all sites, by the hours on their page; hours by appointment are left out"), "building",
             numbers.duration, unknown=_("the hours of your sites are not known")),
    Headline("sessions", _("Half-days at the desk"), _("half-days"), ("sessions.sessions",),
             _("as noted by the team"), "calendar"),
    Headline("desk", _("Hours at the desk"), _("minutes"), ("sessions.minutes",),
             _("of the half-days noted"), "clock", numbers.duration),
    Headline("arrivals", _("People who came to the desk"), _("people, each time"), ("sessions.arrivals",),
             _("of the half-days where it was counted"), "people"),
    Headline("turned_away", _("People turned away"), _("people, each time"), ("sessions.turned_away",),
             _("for lack of room; each time counts"), "close", unknown=NO_HALF_DAY),
    Headline("waiting", _("Waiting time, on average"), _("minutes"), ("tickets.waited",),
             _("of people with a ticket, until they were called"), "clock", numbers.duration, sums=False,
             unknown=_("no ticket called yet")),
    Headline("open_access", _("Accompanied open access"), _("minutes"), ("sessions.open_access",),
             _("of the half-days where it was counted"), "computer", numbers.duration),
    Headline("open_access_users", _("People in accompanied open access"), _("people, each time"),
             ("sessions.open_access_users",), _("of the half-days where it was counted"), "computer"),
    Headline("obstacles", _("Visits that met an obstacle"), _("visits"), ("visits.obstacles",),
             _("something at another service stood in the way"), "warning"),
    Headline("lost", _("Time lost by people"), _("minutes"), ("visits.lost",),
             _("because of an obstacle, where it was noted"), "clock", numbers.duration),
    Headline("exceptional", _("Exceptional cases"), _("visits"), ("visits.exceptional",),
             _("as marked by the team"), "flag"),
    Headline("cost", _("Costs borne by people"), _("euros"), ("visits.cents",),
             _("because of an obstacle, where it was noted"), "euro", cents),
)  # fmt: skip

CUTS: dict[str, Cut] = {cut.name: cut for source in SOURCES for cut in source.cuts}
