from __future__ import annotations

import datetime as dt

from django.utils import timezone

from tenants.activity.rules import UNDO_FOR


def in_time(made_at: dt.datetime) -> bool:
    """A correction of many visits may be taken back for a quarter of an hour."""
    return timezone.now() - made_at <= UNDO_FOR
