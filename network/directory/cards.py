"""The second crossing: the public face of an EPN, copied to its federation whenever it is saved.

Read in the EPN and written in the federation in one transaction, as the role of the crossings. An
advisory lock makes two copies of one EPN follow each other, and what is read comes after the lock: the
last copy is the latest state.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from network.directory.doors import open_doors
from network.directory.models import Card
from network.directory.sites import card_site, kept, shown_of, verified_on
from network.figures.services import epn_place
from network.webhooks.announcing import card_changed
from tenants.premises.closings.selectors import closings_by_site
from tenants.premises.equipment.selectors import stock_by_site
from tenants.premises.models import Site
from tenants.registry.crossing import CROSSING_ROLE, within_transaction
from tenants.registry.database.base import Place
from tenants.registry.enums import Kind
from tenants.registry.models import Affiliation, Epn, Federation

logger = logging.getLogger(__name__)

LOCK_CLASS = 0x4361  # advisory locks of this kind: the card of one EPN
FROM_SITE = (
    "address", "postcode", "town", "commune", "country", "latitude", "longitude", "phone", "website", "opening_hours",
    "modes",
)  # fmt: skip
WITHOUT_SITE: dict[str, Any] = {
    **dict.fromkeys(FROM_SITE, ""), "country": "be", "latitude": None, "longitude": None, "modes": [],
}  # fmt: skip


@transaction.atomic
def copy_card(epn_id: int) -> bool:
    """Bring the card of an EPN up to date in its federation. Returns whether anything was different.

    The card shows the EPN's first open site and keeps them all. In a federation that the EPN has left, its
    card is closed on the day it left. To be called where no space is, or in the EPN itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, epn_id])
    with within_transaction(epn_place(epn_id)):
        sites = list(Site.objects.filter(retired_at__isnull=True).order_by("pk"))
        doors = kept(sites, closings_by_site(sites), stock_by_site(sites))
        epn = Epn.objects.select_related("space").get(pk=epn_id)
        affiliations = list(
            Affiliation.objects.filter(epn=epn_id)
            .order_by("federation_id", "since")
            .values_list("federation_id", "federation__space__schema_name", "until")
        )
    shown = shown_of(sites[0]) if sites else {}
    first = {name: shown[name] for name in FROM_SITE} if sites else WITHOUT_SITE
    verified = verified_on([card_site(one) for one in doors])
    contact = next((one.phone for one in sites if one.phone), "")
    face = {
        "slug": epn.slug, "name": epn.space.name, **first, "sites": doors, "verified_on": verified,
        "contact_phone": contact,
    }  # fmt: skip
    latest = {federation: (schema, until) for federation, schema, until in affiliations}
    changed = False
    for federation_id, (schema, until) in sorted(latest.items()):
        closed = epn.space.archived_at if until is None else _start_of(until)
        with within_transaction(Place(schema, Kind.FEDERATION, CROSSING_ROLE, federation_id)):
            if _write(epn_id, {**face, "archived_at": closed}, running=until is None):
                changed = True
                card_changed(schema, epn_id=epn_id)
    return changed


def _start_of(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


def _write(epn_id: int, face: dict[str, Any], *, running: bool) -> bool:
    """A federation that the EPN has left keeps the card as it was then, closed."""
    known = Card.objects.filter(epn_id=epn_id).values(*face).first()
    if known is None:
        if running:
            open_doors(Card.objects.create(epn_id=epn_id, **face))
        return running
    wanted = face if running else {"archived_at": face["archived_at"]}
    if all(known[name] == value for name, value in wanted.items()):
        return False
    Card.objects.filter(epn_id=epn_id).update(**wanted, updated_at=timezone.now())
    open_doors(Card.objects.get(epn_id=epn_id))
    return True


def after_change(epn_id: int) -> None:
    """The hook: after a commit in an EPN. A failing copy never fails the write; `manage refresh_cards` will take it."""
    try:
        copy_card(epn_id)
    except Exception:
        logger.exception("the card of epn_%s waits for refresh_cards", epn_id)


def copy_cards(federation: Federation) -> int:
    """Every card of a federation, one transaction each. Returns how many were different."""
    ids = Affiliation.objects.filter(federation=federation).order_by("epn_id").values_list("epn_id", flat=True)
    return sum(copy_card(epn_id) for epn_id in ids.distinct())
