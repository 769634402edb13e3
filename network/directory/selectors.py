"""Reading the cards: what anybody may see of the EPN, and what the network's coordinator manages."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat, Trim
from django.utils import timezone

from maillage.reference.selectors import commune_label
from maillage.reference.sorting import Alphabetical
from network.cadastre.members import running_on
from network.cadastre.models import Recognition
from network.directory.models import Card
from tenants.premises.rules import is_stale
from tenants.registry.crossing import outside
from tenants.registry.models import Affiliation, Domain, Epn

COMMUNE_KEY = Case(When(~Q(commune=""), then=F("commune")), default=Trim(Concat("postcode", Value(" "), "town")))
WEB_ADDRESS = re.compile(r"(https?://)?([a-z0-9-]+\.)+[a-z]{2,}([/?#]\S*)?", re.IGNORECASE)


def open_cards(commune: str = "") -> QuerySet[Any]:
    """The cards of open EPN by name, each with `labelled` (today) and `key`; with a door in `commune` if given."""
    label = Recognition.objects.filter(running_on(timezone.localdate()), epn_id=OuterRef("epn_id"))
    cards: QuerySet[Any] = (
        Card.objects.filter(archived_at__isnull=True)
        .annotate(labelled=Exists(label), key=COMMUNE_KEY)
        .order_by(Alphabetical("name"), "epn_id")
    )
    return cards.filter(Q(key=commune) | Q(sites__contains=[{"key": commune}])) if commune else cards


def card_at(slug: str) -> Card | None:
    """The card of an open EPN by its address, with `labelled` and `key`."""
    card: Card | None = open_cards().filter(slug=slug).first()
    return card


def card_that_was_at(path: str) -> Card | None:
    """The card of an open EPN that had this address (`caban/rue-de-la-poste`) before another one."""
    with outside():
        epn_id = Domain.objects.filter(domain=path).values_list("tenant_id", flat=True).first()
    card: Card | None = Card.objects.filter(archived_at__isnull=True, epn_id=epn_id).first() if epn_id else None
    return card


@dataclass(frozen=True)
class Territory:
    """A commune of the cards: its key in the figures, its name, how many EPN have an open door there."""

    key: str
    name: str
    epn: int


def web_address(text: str) -> str:
    """A link to what was typed as a website: https unless it says http; nothing for anything else (`javascript:`)."""
    text = text.strip()
    found = WEB_ADDRESS.fullmatch(text)
    if found is None:
        return ""
    return text if found.group(1) else f"https://{text}"


def phone_address(text: str) -> str:
    """`tel:` and the digits of the first number that was typed; nothing when there are too few."""
    first = re.split(r"[/;,]|\bou\b|\bof\b|\bor\b", text)[0] if re.search(r"\d{6}", re.sub(r"\D", "", text)) else ""
    digits = re.sub(r"[^\d+]", "", first.replace("(0)", ""))
    return f"tel:{digits}" if len(digits.lstrip("+")) >= 6 else ""


@dataclass(frozen=True)
class Entry:
    """A line of the coordinator's list. `labelled_since` is None without a running label; `others` are the labels that
    the census says it has, by their codes (MFS, CTL …). `stale`: nobody has checked its card for half a year."""

    epn_id: int
    name: str
    slug: str
    commune: str
    labelled_since: dt.date | None
    archived_at: dt.datetime | None
    others: list[str]
    verified_on: dt.date | None = None
    stale: bool = False


def entries(federation_id: int) -> list[Entry]:
    """The EPN that are members now, the archived ones too, by name, in one statement."""
    card = Card.objects.filter(epn_id=OuterRef("epn_id"))
    label = Recognition.objects.filter(running_on(timezone.localdate()), epn_id=OuterRef("epn_id")).values("since")
    rows = (
        Affiliation.objects.filter(federation=federation_id, until__isnull=True)
        .annotate(
            commune_key=Subquery(card.annotate(key=COMMUNE_KEY).values("key")),
            others=Subquery(card.values("labels")),
            verified_on=Subquery(card.values("verified_on")),
            labelled_since=Subquery(label[:1]),
        )
        .order_by(Alphabetical("epn__space__name"), "epn_id")
        .values_list(
            "epn_id",
            "epn__space__name",
            "epn__slug",
            "commune_key",
            "labelled_since",
            "epn__space__archived_at",
            "others",
            "verified_on",
        )
    )
    today = timezone.localdate()
    return [
        Entry(
            epn_id, name, slug, commune_label(commune or ""), since, archived, others or [],
            verified, is_stale(verified, today),
        )
        for epn_id, name, slug, commune, since, archived, others, verified in rows
    ]  # fmt: skip


def chosen(rows: Iterable[Entry], *, archived: bool, text: str = "", stale: bool = False) -> list[Entry]:
    """Those that are archived (or not) and whose name, address or commune holds a text; with `stale`, only those."""
    wanted = text.strip().casefold()
    return [
        one
        for one in rows
        if (one.archived_at is not None) == archived
        and (one.stale or not stale)
        and (not wanted or wanted in f"{one.name}\n{one.slug}\n{one.commune}".casefold())
    ]


def epn_here(federation_id: int, epn_id: int) -> Epn | None:
    """An EPN that is a member of this federation now; None for any other."""
    return (
        Epn.objects.filter(affiliations__federation=federation_id, affiliations__until__isnull=True, pk=epn_id)
        .select_related("space")
        .first()
    )
