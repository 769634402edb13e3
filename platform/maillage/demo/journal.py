"""The views of the journal that every EPN of the demo keeps for everybody."""

from __future__ import annotations

import datetime as dt

from tenants.activity.journal.models import SavedView

VIEWS: tuple[tuple[str, dict[str, str]], ...] = (
    ("Doivent revenir", {"outcome": "must_return"}),
    ("Un code perdu", {"obstacle": "lost_code"}),
    ("Le mois dernier", {"period": "last_month"}),
)


def keep_views(moment: dt.datetime) -> None:
    """To be called in the space of an EPN."""
    SavedView.objects.bulk_create([SavedView(name=name, filters=filters, created_at=moment) for name, filters in VIEWS])
