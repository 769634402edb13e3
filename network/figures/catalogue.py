"""The numbers that may cross from an EPN to its federation, declared as data.

A *flow* is what happened in a month; a *stock* is what is there on a day. `partition` says whether the
values of a dimension add up to the figure: a visit with two themes counts once in each, so themes don't,
and nothing may treat them so. The SQL of an entry reads one EPN's own tables and nothing else.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.reference.selectors import NO_CONTRACT_TYPE
from network.figures.declarations import Dimension, FlowFigure, Label, StockFigure

BY_COMMUNE = "commune"  # the dimension of the totals that stands for a column of the EPN's own rows

# The commune of the site, or postcode and town where its code is missing. Read once for all rows (OFFSET 0), never once
# for each: an EPN has few sites, and the plan is made once for every month.
SITES = (
    "(SELECT id, CASE WHEN commune <> '' THEN commune ELSE btrim(postcode || ' ' || town) END AS commune"
    " FROM premises_site OFFSET 0) s"
)


def _margin(name: str, label: Label, *, partition: bool) -> Dimension:
    return Dimension(
        name=name,
        label=label,
        vocabulary=name,
        joins="JOIN LATERAL jsonb_each(r.margins) AS g(name, counts) ON r.margins <> '{}'"  # most have none
        " CROSS JOIN LATERAL jsonb_each_text(g.counts) AS m(code, people)",
        value="m.code",
        where=f"g.name = '{name}'",
        partition=partition,
        attendances="sum(r.people::bigint)",
        minutes="0",
    )


# Access needs and the language of the exchange don't cross: by EPN and month they would tell of one person.
_VISITS = f"""
        SELECT {{month}} AS month, s.commune, v.attendances, v.minutes, v.mode,
               v.themes, v.outcome, v.autonomy, v.obstacle_provider, v.obstacle_channel, v.obstacle_kind, v.margins,
               v.obstacle_cost_eur, v.obstacle_minutes_lost, v.exceptional, v.causes, v.referral,
               v.obstacle_provider <> '' OR v.obstacle_kind <> '' AS hindered, coalesce(k.type, '') AS contract_type
        FROM activity_visit v JOIN {SITES} ON s.id = v.site_id
        LEFT JOIN (SELECT id, type FROM staff_contract OFFSET 0) k ON k.id = v.contract_id
        WHERE v.deleted_at IS NULL AND {{period}}"""

_PROVIDER_AND_CHANNEL = Dimension(
    "provider×channel",
    _("Obstacle: whose service and where"),
    "r.obstacle_provider || '×' || r.obstacle_channel",
    where="r.obstacle_provider <> '' AND r.obstacle_channel <> ''",
)
_THEME = Dimension(
    "theme", _("Theme"), "t.code", "theme", "CROSS JOIN LATERAL unnest(r.themes) AS t(code)", partition=False
)
_KIND = Dimension("obstacle", _("Obstacle: what"), "r.obstacle_kind", "obstacle", where="r.obstacle_kind <> ''")

VISITS = FlowFigure(
    name="visits",
    label=_("Visits"),
    unit=_("visits"),
    source=_VISITS,
    date="v.date",
    marked_by="visits",
    count="count(*)",
    attendances="sum(r.attendances)",
    minutes="sum(r.minutes)",
    dimensions=(
        _THEME,
        Dimension("mode", _("Mode"), "r.mode", "mode"),
        Dimension("outcome", _("Outcome"), "r.outcome", "outcome"),
        Dimension("autonomy", _("Autonomy"), "r.autonomy", "autonomy", where="r.autonomy <> ''"),
        Dimension(
            "provider",
            _("Obstacle: whose service"),
            "r.obstacle_provider",
            "provider",
            where="r.obstacle_provider <> ''",
        ),
        _KIND,
        _PROVIDER_AND_CHANNEL,
        # Of the animator on that day; also of a contract that was deleted since. Empty: no contract was known.
        Dimension(
            "contract_type",
            _("Contract of the animator"),
            f"CASE r.contract_type WHEN '' THEN '{NO_CONTRACT_TYPE}' ELSE r.contract_type END",
            "contract_type",
        ),
        Dimension("referral", _("Referred to"), "r.referral", "referral", where="r.referral <> ''"),
        Dimension(
            "cause",
            _("What holds people back"),
            "c.code",
            "cause",
            "JOIN LATERAL unnest(r.causes) AS c(code) ON r.causes <> '{}'",
            partition=False,
        ),
        _margin("gender", _("Gender"), partition=True),
        _margin("age_band", _("Age"), partition=True),
        _margin("audience", _("Audience"), partition=False),
    ),
)

# Here the minutes are those that people lost, and attendances are people who met the obstacle, each time.
OBSTACLES = FlowFigure(
    name="obstacles",
    label=_("Visits with an obstacle"),
    unit=_("visits"),
    source=_VISITS,
    date="v.date",
    marked_by="visits",
    count="count(*)",
    attendances="sum(r.attendances)",
    minutes="coalesce(sum(r.obstacle_minutes_lost), 0)",
    where="r.hindered",
    dimensions=(
        _KIND,
        _PROVIDER_AND_CHANNEL,
        Dimension("exceptional", _("Exceptional cases"), "'yes'", where="r.exceptional"),
    ),
)

# Whole numbers add up exactly: cents. Attendances are the visits whose cost is known.
OBSTACLE_COST = FlowFigure(
    name="obstacle_cost_cents",
    label=_("Cost of obstacles, borne by people"),
    unit=_("euro cents"),
    source=_VISITS,
    date="v.date",
    marked_by="visits",
    count="sum(r.obstacle_cost_eur * 100)",
    attendances="count(*)",
    minutes="0",
    where="r.obstacle_cost_eur IS NOT NULL",
    dimensions=(_KIND, _PROVIDER_AND_CHANNEL),
)

_SESSIONS = f"""
        SELECT {{month}} AS month, s.commune, c.turned_away, c.tickets, c.arrivals, c.open_access_minutes,
               c.open_access_users,
               (extract(epoch FROM c.ends_at - c.starts_at) / 60)::bigint AS length
        FROM activity_countersession c JOIN {SITES} ON s.id = c.site_id
        WHERE {{period}}"""

TURNED_AWAY = FlowFigure(
    name="turned_away",
    label=_("People turned away for lack of room"),
    unit=_("people, each time"),
    source=_SESSIONS,
    date="c.date",
    marked_by="sessions",
    count="sum(r.turned_away)",
    attendances="0",
    minutes="0",
)

COUNTER_SESSIONS = FlowFigure(
    name="counter_sessions",
    label=_("Half-days at the desk"),
    unit=_("half-days"),
    source=_SESSIONS,
    date="c.date",
    marked_by="sessions",
    count="count(*)",
    attendances="coalesce(sum(r.arrivals), 0)",
    minutes="sum(r.length)",
)

OPEN_ACCESS = FlowFigure(
    name="open_access",
    label=_("Half-days with accompanied open access"),
    unit=_("half-days"),
    source=_SESSIONS,
    date="c.date",
    marked_by="sessions",
    count="count(*) FILTER (WHERE r.open_access_minutes > 0 OR r.open_access_users > 0)",
    attendances="coalesce(sum(r.open_access_users), 0)",
    minutes="coalesce(sum(r.open_access_minutes), 0)",
)

# By the ticket's own day, which is its half-day's; whole minutes, as somebody who waits reads them on the wall.
WAITING = FlowFigure(
    name="waiting",
    label=_("Tickets called, and how long they had waited"),
    unit=_("tickets"),
    source=f"""
        SELECT {{month}} AS month, s.commune,
               floor(extract(epoch FROM t.called_at - t.taken_at) / 60)::bigint AS waited
        FROM activity_ticket t JOIN activity_countersession c ON c.id = t.session_id
        JOIN {SITES} ON s.id = c.site_id
        WHERE t.called_at IS NOT NULL AND {{period}}""",
    date="t.date",
    marked_by="sessions",
    count="count(*)",
    attendances="0",
    minutes="sum(r.waited)",
)

# Dates that were held, and no others; somebody animated each, also where nobody said who.
_WORKSHOPS = f"""
        SELECT {{month}} AS month, s.commune, d.total AS attendances, d.margins, w.themes, w.kind, w.level,
               (extract(epoch FROM d.ends_at - d.starts_at) / 60)::bigint AS length,
               greatest(cardinality(d.animators), 1) AS staff
        FROM workshops_seriesdate d
        JOIN workshops_series w ON w.id = d.series_id
        JOIN {SITES} ON s.id = d.site_id
        WHERE d.state = 'held' AND {{period}}"""

WORKSHOPS = FlowFigure(
    name="workshops",
    label=_("Dates of workshops and courses"),
    unit=_("dates"),
    source=_WORKSHOPS,
    date="d.date",
    marked_by="workshops",
    count="count(*)",
    attendances="sum(r.attendances)",
    minutes="sum(r.length * r.staff)",
    dimensions=(
        _THEME,
        Dimension("mode", _("Mode"), "r.kind", "mode"),
        Dimension("level", _("Level"), "r.level", where="r.level <> ''"),
        _margin("gender", _("Gender"), partition=True),
        _margin("age_band", _("Age"), partition=True),
        _margin("audience", _("Audience"), partition=False),
    ),
)

WORKSHOP_HOURS = FlowFigure(
    name="workshop_hours",
    label=_("Time that people spent in workshops and courses"),
    unit=_("minutes, each person's"),
    source=_WORKSHOPS,
    date="d.date",
    marked_by="workshops",
    count="sum(r.length * r.attendances)",
    attendances="sum(r.attendances)",
    minutes="sum(r.length)",
    dimensions=(Dimension("mode", _("Mode"), "r.kind", "mode"),),
)

# Presence on the road, once somebody said that it took place. `timetable` keeps apart the places that have opening
# hours of their own: whoever adds these minutes to opening hours leaves those out.
STOPS = FlowFigure(
    name="stops",
    label=_("Stops on the road that took place"),
    unit=_("stops"),
    source=f"""
        SELECT {{month}} AS month, s.commune, t.ends - t.starts AS length,
               CASE WHEN p.opening_hours = '' THEN 'no' ELSE 'yes' END AS timetable
        FROM appointments_stop t JOIN {SITES} ON s.id = t.site_id JOIN premises_site p ON p.id = t.site_id
        WHERE t.state = 'held' AND {{period}}""",
    date="t.date",
    marked_by="stops",
    count="count(*)",
    attendances="0",
    minutes="sum(r.length)",
    dimensions=(Dimension("timetable", _("At a place with opening hours"), "r.timetable"),),
)

# By the month of the real end, once somebody wrote it; of the EPN's first site.
ARTICLE60_ENDS = FlowFigure(
    name="article60_ends",
    label=_("Article 60 contracts that ended"),
    unit=_("contracts"),
    source=f"""
        SELECT {{month}} AS month, coalesce(s.commune, '') AS commune, c.after_end, c.end_reason
        FROM staff_contract c LEFT JOIN {SITES} ON s.id = (SELECT min(id) FROM premises_site)
        WHERE c.deleted_at IS NULL AND c.type = 'art60' AND c.ended_on IS NOT NULL AND {{period}}""",
    date="c.ended_on",
    marked_by="contracts",
    count="count(*)",
    attendances="0",
    minutes="0",
    dimensions=(
        Dimension("after_end", _("What came after"), "r.after_end", where="r.after_end <> ''"),
        Dimension("end_reason", _("Why it ended"), "r.end_reason", where="r.end_reason <> ''"),
    ),
)

FLOWS: dict[str, FlowFigure] = {
    figure.name: figure
    for figure in (
        VISITS,
        OBSTACLES,
        OBSTACLE_COST,
        TURNED_AWAY,
        COUNTER_SESSIONS,
        OPEN_ACCESS,
        WAITING,
        WORKSHOPS,
        WORKSHOP_HOURS,
        STOPS,
        ARTICLE60_ENDS,
    )
}

# Over `c`, the contracts in force on the day `c.day`.
_TYPE = Dimension("type", _("Contract type"), "c.type", "contract_type")
_ROLE = Dimension("role", _("Role"), "c.role")
_ROLE_AND_TYPE = Dimension("role×type", _("Role and contract type"), "c.role || '×' || c.type")
# The posts that a grant of the network pays, each by the share that it bears; the value is the grant's number.
PAID_BY = Dimension(
    "grant",
    _("Paid by a grant of the network"),
    "p.grant_id::text",
    joins="JOIN staff_payershare p ON p.contract_id = c.id AND p.grant_id IS NOT NULL",
    partition=False,
    share="c.share * p.percent / 100",
)
_END = "least(c.ended_on, c.planned_end)"

CONTRACTS = StockFigure(
    name="contracts",
    label=_("Contracts in force"),
    unit=_("contracts"),
    dimensions=(_TYPE, _ROLE, _ROLE_AND_TYPE, PAID_BY),
)

CONTRACTS_ENDING = StockFigure(
    name="contracts_ending",
    label=_("Contracts in force that end within 3, 6 or 12 months"),
    unit=_("contracts"),
    where=f"{_END} <= (c.day + interval '12 months')::date",
    dimensions=(
        Dimension(
            "within",
            _("Ends within (months)"),
            "w.months::text",
            joins="CROSS JOIN (VALUES (3), (6), (12)) AS w(months)",
            where=f"{_END} <= (c.day + make_interval(months => w.months))::date",
            partition=False,
        ),
    ),
)

# The date of the CPAS wins over the planned end.
_ARTICLE60_END = "least(c.ended_on, coalesce(a.cpas_end, c.planned_end))"
ARTICLE60 = StockFigure(
    name="article60",
    label=_("Article 60 contracts in force"),
    unit=_("contracts"),
    where="c.type = 'art60'",
    dimensions=(
        Dimension(
            "within",
            _("Ends within (months)"),
            "w.months::text",
            joins="LEFT JOIN article60_convention a ON a.contract_id = c.id"
            " CROSS JOIN (VALUES (1), (3), (6)) AS w(months)",
            where=f"{_ARTICLE60_END} <= (c.day + make_interval(months => w.months))::date",
            partition=False,
        ),
    ),
)

STOCKS: dict[str, StockFigure] = {figure.name: figure for figure in (CONTRACTS, CONTRACTS_ENDING, ARTICLE60)}


def flow_dimension(figure: str, dimension: str) -> Dimension | None:
    """The declared dimension, None for the figure itself (empty name). Raises KeyError on an undeclared one."""
    if not dimension:
        FLOWS[figure]
        return None
    return {one.name: one for one in FLOWS[figure].dimensions}[dimension]
