"""Reading, inside the federation's space: which EPN look like one place, which were merged, which told apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from maillage.reference.selectors import commune_label
from maillage.reference.sorting import Alphabetical
from network.cadastre.recognition.handing_over import Plan, label_of, plan
from network.cadastre.recognition.selectors import PaperCount, paper_counts
from network.directory.merging.models import Apart, Merge
from network.directory.merging.similarity import Door, Likeness, likeness, near_duplicates
from network.directory.models import Card
from network.directory.selectors import open_cards
from network.directory.sites import CardSite, sites_of
from network.figures.catalogue import VISITS
from network.figures.selectors import Cut, flows

A_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Proposal:
    """Two EPN of the network that look like one place."""

    first: Card
    second: Card
    like: Likeness


@dataclass(frozen=True)
class Side:
    """One of the two that are compared. `visits` are those of the last twelve months."""

    card: Card
    sites: list[CardSite]
    place: str
    labelled: bool
    visits: int
    papers: PaperCount  # of the label
    label: Plan  # what goes along of the other one's label, if this one is kept


@dataclass(frozen=True)
class ToldApart:
    pk: int
    first: str
    second: str
    said_at: dt.datetime


def doors_of(cards: Iterable[Card]) -> list[Door]:
    """Every door under its EPN's own name and, where the door has another one, under that too."""
    return [
        Door(
            card.epn_id, name, site.address, site.postcode, site.town, site.latitude, site.longitude, site.phone,
            site.website,
        )
        for card in cards
        for site in sites_of(card)
        for name in dict.fromkeys((card.name, site.name))
    ]  # fmt: skip


def proposals() -> list[Proposal]:
    """The likest first. One statement for the cards, one for the pairs that somebody has told apart."""
    cards = {card.epn_id: card for card in open_cards()}
    apart = Apart.objects.order_by("pk").values_list("first_id", "second_id")
    return [
        Proposal(cards[like.first], cards[like.second], like)
        for like in near_duplicates(doors_of(cards.values()), apart)
    ]


def card_of(epn_id: int) -> Card | None:
    """The card of an open EPN."""
    card: Card | None = open_cards().filter(epn_id=epn_id).first()
    return card


def names() -> list[tuple[int, str]]:
    """Number and name of each open EPN, by name."""
    rows = Card.objects.filter(archived_at__isnull=True).order_by(Alphabetical("name"), "epn_id")
    return list(rows.values_list("epn_id", "name"))


def likeness_of(first: Card, second: Card) -> Likeness | None:
    return likeness(doors_of([first]), doors_of([second]))


def sides(cards: tuple[Card, Card]) -> list[Side]:
    today = timezone.localdate()
    cut = Cut(VISITS.name, by=frozenset({"epn"}))
    ids = [card.epn_id for card in cards]
    papers, labels = paper_counts(ids), label_of(*ids)
    other = dict(zip(ids, reversed(ids), strict=True))
    counted = {cell.epn_id: cell.count for cell in flows([cut], first=today - A_YEAR, last=today, epn_ids=ids)}
    return [
        Side(
            card,
            sites_of(card),
            commune_label(card.key),  # type: ignore[attr-defined]
            card.labelled,  # type: ignore[attr-defined]
            counted.get(card.epn_id, 0),
            papers.get(card.epn_id, PaperCount()),
            plan(going=labels[other[card.epn_id]], kept=labels[card.epn_id]),
        )
        for card in cards
    ]


def merges() -> list[Merge]:
    """The latest first; those that were undone too."""
    return list(Merge.objects.order_by("-merged_at", "-pk"))


def running_merge(pk: int) -> Merge | None:
    found: Merge | None = Merge.objects.filter(pk=pk, undone_at__isnull=True).first()
    return found


def merged_into(epn_id: int) -> Merge | None:
    """The merge that this EPN went away by, if it did."""
    found: Merge | None = Merge.objects.filter(merged_id=epn_id, undone_at__isnull=True).first()
    return found


def merged_from(epn_id: int) -> list[Merge]:
    """The merges by which others became part of this EPN, and not undone; the latest first."""
    return list(Merge.objects.filter(kept_id=epn_id, undone_at__isnull=True))


def told_apart() -> list[ToldApart]:
    """With the names that the cards have now."""
    rows = list(Apart.objects.order_by("-said_at", "-pk"))
    ids = {epn_id for row in rows for epn_id in (row.first_id, row.second_id)}
    called = dict(Card.objects.filter(epn_id__in=ids).order_by("pk").values_list("epn_id", "name"))
    return [
        ToldApart(row.pk, called.get(row.first_id, "–"), called.get(row.second_id, "–"), row.said_at) for row in rows
    ]
