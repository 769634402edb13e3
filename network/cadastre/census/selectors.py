"""Reading the places of imported censuses, inside the federation's space."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef

from network.cadastre.models import CensusPlace
from network.directory.models import Card


def places_by_department() -> list[tuple[str, int]]:
    """How many places each département has, by its code; "" where the census doesn't tell. Closed EPN don't count."""
    open_ones = Card.objects.filter(epn_id=OuterRef("epn_id"), archived_at__isnull=True)
    rows = CensusPlace.objects.filter(Exists(open_ones)).values("department").annotate(places=Count("pk"))
    return list(rows.order_by("department").values_list("department", "places"))
