"""Every number that the EPN's dashboard shows equals a recount by SQL that shares nothing with how it is counted."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from tenants.overview.frozen import freeze, thaw
from tenants.overview.periods import Period, Spans, month, quarter, year
from tenants.overview.selectors import Overview, Pair, overview
from tests.conftest import Cast, inside
from tests.overview.conftest import FIRST, HELD_FIRST, TODAY

PERIODS = {
    "last year, a leap year": year(2024),
    "the running year": year(2025),
    "the first year": year(2023),
    "a year before the register": year(2022),
    "a quarter": quarter(2024, 1),
    "February of a leap year": month(2024, 2),
    "February after a leap year": month(2025, 2),
    "the running month": month(2025, 3),
    "from the leap day on": Period(dt.date(2024, 2, 29), dt.date(2025, 2, 27)),
    "two days": Period(dt.date(2024, 12, 31), dt.date(2025, 1, 1)),
}

# What stands for each headline, between two days.
RECOUNT = {
    "visits": "SELECT count(*) FROM activity_visit WHERE deleted_at IS NULL AND date >= %s AND date <= %s",
    "attendances": """
        SELECT (SELECT coalesce(sum(attendances), 0) FROM activity_visit
                WHERE deleted_at IS NULL AND date >= %(first)s AND date <= %(last)s)
             + (SELECT coalesce(sum(total), 0) FROM workshops_seriesdate
                WHERE state = 'held' AND date >= %(first)s AND date <= %(last)s)""",
    "helping": """
        SELECT (SELECT coalesce(sum(minutes), 0) FROM activity_visit
                WHERE deleted_at IS NULL AND date >= %(first)s AND date <= %(last)s)
             + (SELECT coalesce(sum(extract(epoch FROM ends_at - starts_at) / 60
                                * CASE animators WHEN '{}' THEN 1 ELSE cardinality(animators) END), 0)
                FROM workshops_seriesdate WHERE state = 'held' AND date >= %(first)s AND date <= %(last)s)""",
    "workshops": "SELECT count(*) FROM workshops_seriesdate WHERE state = 'held' AND date >= %s AND date <= %s",
    "obstacles": "SELECT count(*) FROM activity_visit"
    " WHERE deleted_at IS NULL AND date >= %s AND date <= %s AND obstacle_kind || obstacle_provider <> ''",
    # Where nobody noted it of any of the visits, it isn't known; where there was no visit, it is zero.
    "cost": "SELECT CASE WHEN count(*) > 0 THEN round(sum(obstacle_cost_eur) * 100)::int ELSE 0 END FROM activity_visit"
    " WHERE deleted_at IS NULL AND date >= %s AND date <= %s",
    "lost": "SELECT CASE WHEN count(*) > 0 THEN sum(obstacle_minutes_lost) ELSE 0 END FROM activity_visit"
    " WHERE deleted_at IS NULL AND date >= %s AND date <= %s",
    "exceptional": "SELECT count(*) FROM activity_visit"
    " WHERE deleted_at IS NULL AND date >= %s AND date <= %s AND exceptional",
    "sessions": "SELECT count(*) FROM activity_countersession WHERE date >= %s AND date <= %s",
    "desk": "SELECT coalesce(sum(extract(hour FROM ends_at) * 60 + extract(minute FROM ends_at) - 540), 0)::int"
    " FROM activity_countersession WHERE date >= %s AND date <= %s",
    "arrivals": "SELECT CASE WHEN count(*) > 0 THEN sum(arrivals) ELSE 0 END FROM activity_countersession"
    " WHERE date >= %s AND date <= %s",
    "turned_away": "SELECT coalesce(sum(turned_away), 0) FROM activity_countersession WHERE date >= %s AND date <= %s",
    "open_access": "SELECT CASE WHEN count(*) > 0 THEN sum(open_access_minutes) ELSE 0 END FROM activity_countersession"
    " WHERE date >= %s AND date <= %s",
    "open_access_users": "SELECT CASE WHEN count(*) > 0 THEN sum(open_access_users) ELSE 0 END"
    " FROM activity_countersession WHERE date >= %s AND date <= %s",
    # Whole minutes of each, then their mean, rounded as people round; of no ticket at all there is none.
    "waiting": "SELECT floor(sum(trunc(extract(epoch FROM called_at - taken_at) / 60)) / nullif(count(*), 0) + 0.5)"
    " FROM activity_ticket WHERE called_at IS NOT NULL AND date >= %s AND date <= %s",
    # Monday to Friday 3 hours, on Wednesday 4 hours instead, the Belgian holidays of these years off; and the second
    # site on Saturdays, 2 h 30, until it closed.
    "open": """
        WITH days AS (SELECT d::date AS day, extract(isodow FROM d) AS dow
                      FROM generate_series(%s::timestamp, %s::timestamp, interval '1 day') d),
        since AS (SELECT site_id, min(date) AS day FROM (
                SELECT site_id, date FROM activity_visit WHERE deleted_at IS NULL
                UNION ALL SELECT site_id, date FROM activity_countersession) used GROUP BY site_id)
        SELECT coalesce(sum(CASE WHEN s.name = '=Annexe' THEN 150 WHEN dow = 3 THEN 240 ELSE 180 END), 0)::int
        FROM days, premises_site s JOIN since ON since.site_id = s.id
        WHERE days.day >= since.day AND NOT EXISTS (SELECT 1 FROM premises_closing c
            WHERE s.id = coalesce(c.site_id, s.id) AND days.day BETWEEN c.first_day AND c.last_day) AND (
            (s.name = '=Annexe' AND dow = 6 AND days.day < '2025-02-10') OR
            (s.name <> '=Annexe' AND dow < 6 AND days.day NOT IN (
                '2023-04-10', '2023-05-01', '2023-05-18', '2023-05-29', '2023-07-21', '2023-08-15', '2023-11-01',
                '2023-12-25', '2024-01-01', '2024-04-01', '2024-05-01', '2024-05-09', '2024-05-20', '2024-08-15',
                '2024-11-01', '2024-11-11', '2024-12-25', '2025-01-01')))""",
}
VISITS = "FROM activity_visit v WHERE v.deleted_at IS NULL AND v.date >= %s AND v.date <= %s"
PEOPLE = "SELECT key, sum(value::int) FROM (SELECT (jsonb_each_text(v.margins -> '{0}')).* " + VISITS + ") m GROUP BY 1"
HELD = "WHERE v.state = 'held' AND v.date >= %s AND v.date <= %s"
PEOPLE_HELD = (
    "SELECT key, sum(value::int) FROM (SELECT (jsonb_each_text(v.margins -> '{0}')).* FROM workshops_seriesdate v "
    + HELD + ") m GROUP BY 1"
)  # fmt: skip
CUTS = {
    "theme": "SELECT t, count(*) FROM (SELECT unnest(v.themes) AS t " + VISITS + ") u GROUP BY 1",
    "outcome": "SELECT outcome, count(*) " + VISITS + " GROUP BY 1",
    "mode": "SELECT mode, count(*) " + VISITS + " GROUP BY 1",
    "autonomy": "SELECT autonomy, count(*) " + VISITS + " AND autonomy <> '' GROUP BY 1",
    "obstacle": "SELECT obstacle_kind, count(*) " + VISITS + " AND obstacle_kind <> '' GROUP BY 1",
    "provider": "SELECT obstacle_provider, count(*) " + VISITS + " AND obstacle_provider <> '' GROUP BY 1",
    "provider×channel": "SELECT obstacle_provider || '×' || obstacle_channel, count(*) " + VISITS
    + " AND obstacle_provider <> '' AND obstacle_channel <> '' GROUP BY 1",
    "audience": PEOPLE.format("audience"),
    "age_band": PEOPLE.format("age_band"),
    "gender": PEOPLE.format("gender"),
    "cause": "SELECT c, count(*) FROM (SELECT unnest(v.causes) AS c " + VISITS + ") u GROUP BY 1",
    "referral": "SELECT referral, count(*) " + VISITS + " AND referral <> '' GROUP BY 1",
    "workshop_theme": "SELECT t, count(*) FROM (SELECT unnest(w.themes) AS t FROM workshops_series w"
    " JOIN workshops_seriesdate v ON v.series_id = w.id " + HELD + ") u GROUP BY 1",
    "workshop_audience": PEOPLE_HELD.format("audience"),
    "workshop_age_band": PEOPLE_HELD.format("age_band"),
    "workshop_gender": PEOPLE_HELD.format("gender"),
    "site": "SELECT site_id::text, count(*) " + VISITS + " GROUP BY 1",
}  # fmt: skip
BEGIN = {
    **dict.fromkeys(
        ("sessions", "desk", "arrivals", "turned_away", "open_access", "open_access_users"),
        "SELECT min(date) FROM activity_countersession",
    ),
    "waiting": "SELECT min(date) FROM activity_ticket WHERE called_at IS NOT NULL",
    "workshops": "SELECT min(date) FROM workshops_seriesdate WHERE state = 'held'",
}


def asked(sql: str, first: dt.date, last: dt.date) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"first": first, "last": last} if "%(first)s" in sql else [first, last])
        return cursor.fetchall()


def recount(name: str, first: dt.date, last: dt.date) -> int | None:
    """None before anybody noted anything of the kind, and for days that haven't come."""
    began = FIRST
    if name in BEGIN:
        with connection.cursor() as cursor:
            cursor.execute(BEGIN[name])
            began = cursor.fetchone()[0]
    last = min(last, TODAY)
    if last < began or last < first:
        return None
    found = asked(RECOUNT[name], first, last)[0][0]
    return None if found is None else int(found)  # type: ignore[call-overload,no-any-return]


def a_year_earlier(day: dt.date) -> dt.date:
    """By the calendar of PostgreSQL, but the end of a month stays the end of a month."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN extract(month FROM %(d)s::date + 1) <> extract(month FROM %(d)s::date)"
            " THEN (date_trunc('month', %(d)s::date - interval '1 year') + interval '1 month - 1 day')::date"
            " ELSE (%(d)s::date - interval '1 year')::date END",
            {"d": day},
        )
        found: dt.date = cursor.fetchone()[0]
    return found


def bounds(period: Period) -> tuple[dt.date, dt.date, dt.date, dt.date]:
    first, last = period.first, min(period.last, TODAY)
    return (
        first,
        last,
        first.replace(year=first.year - 1, day=min(first.day, 28) if first.month == 2 else first.day),
        (a_year_earlier(last)),
    )


@pytest.mark.parametrize("period", PERIODS.values(), ids=PERIODS)
def test_every_number_equals_a_recount(lived: Cast, period: Period) -> None:
    with inside(lived.poste):
        live = overview(Spans.of(period, TODAY))
        first, last, before_first, before_last = bounds(period)

        for found in (live, thaw(freeze(live))):  # on the page, and in a report that was made of it
            assert {one.headline.name: one.whole for one in found.numbers} == {
                name: Pair(recount(name, first, last), recount(name, before_first, before_last)) for name in RECOUNT
            }
            assert_months(found, first, last, before_first, before_last)
            assert {one.cut.name for one in found.sections} == set(CUTS)
            for section in found.sections:
                now = dict(asked(CUTS[section.cut.name], first, last))
                before = dict(asked(CUTS[section.cut.name], before_first, before_last))
                had = before_last >= (HELD_FIRST if section.cut.name.startswith("workshop") else FIRST)
                assert {line.key: line.pair for line in section.lines} == {
                    key: Pair(now.get(key, 0), before.get(key, 0) if had else None) for key in {*now, *before}
                }, section.cut.name
                if section.cut.partition and section.cut.name in ("outcome", "mode", "site"):
                    assert section.whole == found.number("visits").whole.now or section.whole == 0


def assert_months(found: Overview, first: dt.date, last: dt.date, before_first: dt.date, before_last: dt.date) -> None:
    for one in found.numbers:
        for month_of_it, pair in zip(found.months, one.months, strict=True):
            begin = month_of_it.month
            end = (begin + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
            earlier = begin.replace(year=begin.year - 1)
            earlier_end = (earlier + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
            expected = Pair(
                recount(one.headline.name, max(begin, first), min(end, last)),
                recount(one.headline.name, max(earlier, before_first), min(earlier_end, before_last)),
            )
            assert pair == expected, (one.headline.name, begin)
        if one.headline.sums:
            assert sum(pair.now or 0 for pair in one.months) == (one.whole.now or 0)
            assert sum(pair.before or 0 for pair in one.months) == (one.whole.before or 0)


def test_before_the_register_was_used_there_is_no_data_and_not_zero(lived: Cast) -> None:
    with inside(lived.poste):
        first_year = overview(Spans.of(year(2023), TODAY))

    assert first_year.number("visits").whole.before is None
    assert first_year.number("visits").months[0].now is None  # January: it began on 20 February
    assert first_year.number("visits").months[1].now is not None
    assert first_year.began_between is None
    with inside(lived.poste):
        second = overview(Spans.of(year(2024), TODAY))
    assert second.began_between == FIRST
    assert second.number("sessions").whole.before is None and second.number("sessions").whole.now
