"""Who belongs to a federation, and who carries its label, on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from maillage.reference.sorting import Alphabetical
from tenants.registry.crossing import current_place
from tenants.registry.enums import Kind
from tenants.registry.errors import NoSpaceError


@dataclass(frozen=True)
class Member:
    """An EPN of a year. `open` says whether it was a member and not archived on the reference day.

    `commune` is its card's: an official code, else postcode and town.
    """

    epn_id: int
    slug: str
    name: str
    commune: str
    labelled: bool
    open: bool
    archived: bool  # now: its pages can't be entered


def running_on(day: dt.date) -> Q:
    """Recognitions (and affiliations) in force on a day: the first day counts, the day it ends doesn't."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


# Without the ORM, which took longer to put this together than the database to answer; many a page begins with it.
# The first month, rather than whether there is one: for that, a planner without statistics reads all flows 40 times.
MEMBERS = f"""
    SELECT affiliation.epn_id, epn.slug, space.name,
        CASE WHEN card.commune <> '' THEN card.commune ELSE trim(card.postcode || ' ' || card.town) END,
        EXISTS (
            SELECT FROM cadastre_recognition given
            WHERE given.epn_id = affiliation.epn_id AND given.since <= %(day)s
                AND (given.until IS NULL OR given.until > %(day)s)
        ),
        affiliation.until, space.archived_at
    FROM registry_affiliation affiliation
    JOIN registry_epn epn ON epn.space_id = affiliation.epn_id
    JOIN registry_space space ON space.id = affiliation.epn_id
    LEFT JOIN directory_card card ON card.epn_id = affiliation.epn_id
    WHERE affiliation.federation_id = %(federation)s AND affiliation.since <= %(day)s
        AND (affiliation.until IS NULL OR affiliation.until > %(first)s)
        AND (
            space.created_at < %(over)s
            OR (SELECT min(flow.month) FROM figures_flow flow WHERE flow.epn_id = affiliation.epn_id) <= %(day)s
        )
    ORDER BY {Alphabetical.template % {"expressions": "space.name"}}, affiliation.epn_id, affiliation.since
"""


def members(federation_id: int, first: dt.date, day: dt.date) -> list[Member]:
    """The EPN that were members at some time from `first` to `day`, by name, in one statement.

    An EPN counts (`open`) when it was a member on `day` and wasn't archived before the day was over:
    a closed EPN stays in the years in which it was open. One that was added later isn't there yet, unless it
    has entered what it did by then. Without a member's card, its commune is empty.
    """
    if current_place().kind != Kind.FEDERATION:
        raise NoSpaceError("The members of a federation are read inside its space.")
    over = timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time()))
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS, {"federation": federation_id, "first": first, "day": day, "over": over})
        rows = cursor.fetchall()
    found: dict[int, Member] = {}
    for epn_id, slug, name, commune, labelled, until, archived_at in rows:
        archived_on = None if archived_at is None else timezone.localdate(archived_at)
        if archived_on is not None and archived_on < first:
            continue
        there = (until is None or until > day) and (archived_on is None or archived_on > day)
        found[epn_id] = Member(
            epn_id=epn_id,
            slug=slug,
            name=name,
            commune=commune or "",
            labelled=labelled and there,
            open=there,
            archived=archived_at is not None,
        )
    return list(found.values())
