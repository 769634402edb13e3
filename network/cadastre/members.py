"""Who belongs to a federation, and who carries its label, on a day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Concat, Trim
from django.utils import timezone

from maillage.reference.sorting import Alphabetical
from network.cadastre.models import Recognition
from network.directory.models import Card
from network.figures.models import Flow
from tenants.registry.models import Affiliation


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


def members(federation_id: int, first: dt.date, day: dt.date) -> list[Member]:
    """The EPN that were members at some time from `first` to `day`, by name, in one statement.

    An EPN counts (`open`) when it was a member on `day` and wasn't archived before the day was over:
    a closed EPN stays in the years in which it was open. One that was added later isn't there yet, unless it
    has entered what it did by then. Without a member's card, its commune is empty.
    """
    place = Card.objects.filter(epn_id=OuterRef("epn_id")).annotate(
        key=Case(
            When(~Q(commune=""), then=F("commune")),
            default=Trim(Concat("postcode", Value(" "), "town")),
        )
    )
    active_by_then = Flow.objects.filter(epn_id=OuterRef("epn_id"), month__lte=day)
    rows = (
        Affiliation.objects.filter(federation=federation_id, since__lte=day)
        .filter(Q(until__isnull=True) | Q(until__gt=first))
        .filter(Q(epn__space__created_at__date__lte=day) | Exists(active_by_then))
        .annotate(
            commune_key=Subquery(place.values("key")),
            labelled=Exists(Recognition.objects.filter(running_on(day), epn_id=OuterRef("epn_id"))),
        )
        .order_by(Alphabetical("epn__space__name"), "epn_id", "since")
        .values_list(
            "epn_id", "epn__slug", "epn__space__name", "commune_key", "labelled", "until", "epn__space__archived_at"
        )
    )
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
